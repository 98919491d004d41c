"""The document in the page: a picture of each page, the words on it, the outline, for whoever may read the version.

Reading a page is reading the version: it is written down once a visit, before the first of them. A visit begins when
the desk is opened, or when a page is asked for without it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from artefacts import queries
from artefacts.models import Version
from artefacts.states import QUIET
from artefacts.views.loading import load_version, note
from sdwg import dates
from sdwg.files import pages
from sdwg.files.stamps import stamped
from sdwg.members.middleware import Request

VISITS = "desk_visits"
VISIT = timedelta(hours=8)
AT_ONCE = 20
"""Visits that a session remembers."""
LONGEST = 90
"""Letters of the line on a page; what is longer ends in an ellipsis."""


def visit(request: Request, version: Version, *, anew: bool = False) -> datetime:
    """When this visit to the version began; one that begins now, as it does ``anew``, is written down first.

    It is a visit of one seat's, and to what is marked as it is today: a reading that was not written down under a wider
    marking is none of a narrower one.
    """
    quiet = queries.marking_of(version) in QUIET
    key = f"{version.pk}:{'open' if quiet else 'noted'}:{request.actor.label}"
    known: dict[str, str] = request.session.get(VISITS, {})
    began = datetime.fromisoformat(known[key]) if key in known else None
    if began is not None and not anew and began <= request.at < began + VISIT:
        return began
    note(request, version, "opened")
    others = [(name, at) for name, at in known.items() if name != key][-AT_ONCE + 1 :]
    request.session[VISITS] = dict([*others, (key, request.at.isoformat())])
    return request.at


@require_safe
def page_image(request: Request, ref: str, label: str, number: int, width: int) -> HttpResponse:
    """The picture of a page; from TLP:AMBER up the reader's name and the time of the visit are part of it."""
    version = _with_page(request, ref, label, number)
    if width not in pages.WIDTHS:
        raise Http404
    began = visit(request, version)
    quiet = queries.marking_of(version) in QUIET

    def drawn() -> HttpResponse:
        content = pages.image(version.file, number, width, at=request.at)
        if not quiet:
            content = stamped(content, _reader(request, began))
        return HttpResponse(content, content_type=pages.IMAGE)

    return _answer(drawn)


@require_safe
def page_words(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """The words of a page with their boxes, and the comments that are anchored on it."""
    version = _with_page(request, ref, label, number)
    visit(request, version)

    def told() -> HttpResponse:
        comments = queries.anchored(version, number)
        return JsonResponse(pages.words(version.file, number) | {"comments": comments})

    return _answer(told)


@require_safe
def outline(request: Request, ref: str, label: str) -> HttpResponse:
    """The bookmarks of the document."""
    version = load_version(request, ref, label)
    visit(request, version)
    return _answer(lambda: JsonResponse(pages.outline(version.file)))


def _with_page(request: Request, ref: str, label: str, number: int) -> Version:
    version = load_version(request, ref, label)
    if not 1 <= number <= (version.file.pages or 0):
        raise Http404
    return version


def _answer(work: Callable[[], HttpResponse]) -> HttpResponse:
    """What ``work`` gives; 422 for a page that cannot be shown here, 503 when too many are being drawn.

    A browser keeps nothing of it on its disk, as of no page of ours.
    """
    try:
        response = work()
    except pages.Unshown:
        response = JsonResponse({"trouble": "unshown"}, status=422)
    except pages.Busy:
        response = JsonResponse({"trouble": "busy"}, status=503, headers={"Retry-After": "2"})
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _reader(request: Request, began: datetime) -> str:
    """ "Ada Member, iDNO A, Thu 26 Nov 2026, 14:05": who reads, for whom, since when."""
    person: Any = request.actor.person
    name = " ".join((person.display_name if person else "Anybody").split())
    who = f"{name}, {request.actor.label}"
    who = who if len(who) <= LONGEST else f"{who[: LONGEST - 1]}…"
    return f"{who} – {dates.moment(began)}"
