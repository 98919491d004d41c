"""The text of stored PDFs, page by page: asked for from above, read by the worker, gone with the file.

Asking writes a row; the worker takes it for ``LEASE`` of the database's time. A worker that dies, a store that does not
answer and a reader that is killed leave a lease that runs out, and the next one begins again, ``ATTEMPTS`` times. After
that it is tried once a day: what failed then may work by now.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from sdwg import leases
from sdwg.files.models import FileText, PageText, StoredFile, TextState
from sdwg.files.operations import ask, local_path

LEASE = timedelta(minutes=3)
"""Longer than the longest reading; what was left half-read waits this long."""
PATIENCE = 120
"""Seconds for which the reading of one file may take, by the clock on the wall."""
ATTEMPTS = 3
AGAIN = frozenset({"died", "gone"})
"""Troubles that may pass, and not be the file's own."""
PAUSE = timedelta(days=1)
"""After which a text with such a trouble is tried once more."""
LETTERS = 8_000_000
"""A file may hold: 4,000 a page of the longest file that is taken."""
TROUBLES = {
    "bomb": "it unpacks to far more than any document needs",
    "died": f"it was begun {ATTEMPTS} times, and the reader did not come to its end",
    "gone": "the file store did not give it",
    "long": "it holds more text than any document needs",
    "unreadable": "its text is not stored in a form that can be read",
}
"""Why a text could not be read, as the end of a sentence."""


def want(stored: StoredFile) -> None:
    """Ask the worker for the text of ``stored``; nothing when it was asked for before. Equal bytes are read once."""
    FileText.objects.get_or_create(stored=stored)


def why_not(text: FileText) -> str:
    """Why the text of a file could not be read: the end of a sentence."""
    return TROUBLES.get(text.trouble, TROUBLES["unreadable"])


def read_due() -> int:
    """Read what was asked for, or was left half-read by a worker that died; how many were taken. For the worker."""
    taken = 0
    while text := _lease_one():
        taken += 1
        _read(text)
    return taken


def _lease_one() -> FileText | None:
    again = Q(state=TextState.FAILED, trouble__in=AGAIN)
    due = FileText.objects.filter(again | Q(state=TextState.WAITING)).order_by("attempts", "pk")
    attempts = Case(When(state=TextState.FAILED, then=ATTEMPTS), default=F("attempts") + 1)
    lease = leases.take(due, LEASE, attempts=attempts, state=TextState.WAITING)
    return FileText.objects.select_related("stored").get(lease=lease) if lease else None


def _read(text: FileText) -> None:
    """One reading: kept, given up with its reason, or left until its lease has run out."""
    if text.attempts > ATTEMPTS:
        _settle(text, trouble=text.trouble or "died")
        return
    try:
        with local_path(text.stored) as path:
            path.stat()  # a store on disk gives the path of a file that it has lost, too
            found = ask("sdwg.files.text_reader", path, settings.MAX_UPLOAD_PAGES, LETTERS, patience=PATIENCE)
    except OSError:
        _mine(text).update(trouble="gone")
        return
    if "pages" in found:
        _settle(text, pages=found["pages"])
    elif found["trouble"] in TROUBLES:
        _settle(text, trouble=found["trouble"])
    else:
        _mine(text).update(trouble="died")


def _mine(text: FileText) -> "QuerySet[FileText]":
    """The row, while the lease is still ours."""
    return FileText.objects.filter(pk=text.pk, lease=text.lease, state=TextState.WAITING)


@transaction.atomic
def _settle(text: FileText, *, pages: list[str] | None = None, trouble: str = "") -> None:
    """Keep the pages, or why there are none; nothing when the lease is another's by now, or the file gone."""
    if _mine(text).select_for_update().first() is None:
        return
    _mine(text).update(
        state=TextState.FAILED if pages is None else TextState.READ,
        trouble=trouble,
        pages=len(pages or ()),
        blank=sum(not page for page in pages or ()),
        lease=None,
        leased_until=leases.until(PAUSE) if trouble in AGAIN else None,
    )
    PageText.objects.bulk_create(
        (PageText(of=text, number=number, text=page) for number, page in enumerate(pages or (), 1)), batch_size=500
    )
