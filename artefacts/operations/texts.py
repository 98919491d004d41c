"""The text of versions, read and compared by the worker as soon as they are uploaded.

No act of anybody's: what is made here follows from the bytes, and is made again when it is lost. A comparison is leased
as a reading is: two workers do not make the same, and one that dies leaves a lease that runs out, ``ATTEMPTS`` times.
"""

import json
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from artefacts.comparing import ATTEMPTS, CHANGES, EDITION, TROUBLES
from artefacts.models import Comparison, Version
from sdwg import leases
from sdwg.celery import wake
from sdwg.files import texts
from sdwg.files.models import FileText, PageText, StoredFile, TextState
from sdwg.files.operations import ask

LOOK = "artefacts.tasks.read_texts"
AT_ONCE = 100
"""Versions without a text that one look asks for."""
SHIFT = 20
"""Seconds after which a look begins no other comparison, and asks for another look: the worker has more to do."""
LEASE = timedelta(minutes=3)
"""Longer than the longest comparison."""
PATIENCE = 120
"""Seconds that one comparison may take, by the clock on the wall."""


def want_text(stored: StoredFile) -> None:
    """Ask for the text of a file just uploaded; the worker is woken when that is committed."""
    texts.want(stored)
    wake(LOOK)


def read_texts() -> None:
    """Ask for the texts of versions uploaded before texts were read, read what is asked for, and compare."""
    asked = FileText.objects.filter(stored=OuterRef("pk"))
    versions = Version.objects.filter(file=OuterRef("pk"))
    for stored in StoredFile.objects.filter(Exists(versions), ~Exists(asked)).order_by("-pk")[:AT_ONCE]:
        texts.want(stored)
    texts.read_due()
    compare_due()


def compare_due() -> int:
    """Compare what is read and not compared, for about ``SHIFT`` seconds; how many pairs were taken."""
    until = time.monotonic() + SHIFT
    taken = 0
    while row := _lease_one():
        taken += 1
        _compare(row)
        if time.monotonic() >= until:
            wake(LOOK)
            break
    return taken


def _pairs() -> "QuerySet[Any, tuple[int, int]]":
    """The files of two versions of an artefact, the earlier first, whose texts are read and not compared.

    The newest first: those are waited for.
    """
    known = Comparison.objects.filter(earlier=OuterRef("was"), later=OuterRef("file"), edition=EDITION)
    read = FileText.objects.filter(state=TextState.READ)
    pairs: QuerySet[Any] = Version.objects.annotate(
        was=F("artefact__versions__file"), was_order=F("artefact__versions__order")
    )
    both = pairs.filter(Exists(read.filter(stored=OuterRef("file"))), Exists(read.filter(stored=OuterRef("was"))))
    new = both.filter(~Exists(known), was_order__lt=F("order")).order_by("-uploaded_at", "-was_order")
    return new.values_list("was", "file")


def _lease_one() -> Comparison | None:
    """The next comparison, ours for ``LEASE``: of a pair that was never begun, or of one that was left."""
    begun = Comparison.objects.filter(edition=EDITION, settled=False)
    while pair := _pairs().first():
        if row := _leased(begun.filter(pk=_begun(*pair))):
            return row
    return _leased(begun)


def _begun(earlier: int, later: int) -> int:
    """The row of a pair, as new where another edition of the rules made it."""
    fresh: dict[str, Any] = {"edition": EDITION, "settled": False, "attempts": 0, "lease": None, "leased_until": None}
    row, _ = Comparison.objects.get_or_create(earlier_id=earlier, later_id=later, defaults=fresh)
    Comparison.objects.filter(pk=row.pk).exclude(edition=EDITION).update(**fresh, trouble="", found={})
    return row.pk


def _leased(rows: "QuerySet[Comparison]") -> Comparison | None:
    lease = leases.take(rows.order_by("attempts", "-pk"), LEASE)
    return Comparison.objects.get(lease=lease) if lease else None


def _compare(row: Comparison) -> None:
    """One comparison: kept, given up with its reason, or left until its lease has run out."""
    if row.attempts > ATTEMPTS:
        _settle(row, trouble="died")
        return
    before, after = _pages(row.earlier_id), _pages(row.later_id)
    if not any(before) or not any(after):
        _settle(row, trouble="blank", pages=len(after))
        return
    try:
        found = _asked(before, after)
    except OSError:
        return
    if "blocks" in found:
        kinds = [block["kind"] for block in found["blocks"]]
        counts = {kind: kinds.count(kind) for kind in (*CHANGES, "blank")}
        _settle(row, found=found, pages=len(after), blank_before=len(found["blank"][0]), **counts)
    elif found.get("trouble") in TROUBLES:
        _settle(row, trouble=found["trouble"], pages=len(after))


def _asked(before: Sequence[str], after: Sequence[str]) -> dict[str, Any]:
    """What ``comparing`` finds, in a process with limits of its own: the texts are anybody's."""
    with tempfile.NamedTemporaryFile("w", prefix="sdwg-", suffix=".json", encoding="utf-8") as file:
        json.dump([before, after], file)
        file.flush()
        return ask("artefacts.comparing", Path(file.name), patience=PATIENCE)


def _settle(row: Comparison, **values: Any) -> None:
    """Keep what was found, or why nothing was; nothing when the lease is another's by now."""
    mine = Comparison.objects.filter(pk=row.pk, lease=row.lease, settled=False)
    mine.update(**values, settled=True, lease=None, leased_until=None)


def _pages(stored: int) -> list[str]:
    return list(PageText.objects.filter(of=stored).order_by("number").values_list("text", flat=True))
