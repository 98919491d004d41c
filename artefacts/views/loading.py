"""How pages find what they are about: through the reader's own queryset, and 404 alike for unknown and forbidden."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from artefacts.models import Artefact, Version
from artefacts.operations import note_reading
from artefacts.queries import marking_of
from sdwg.members.access import NotNow, Refused
from sdwg.members.middleware import Request
from sdwg.screen import Crumb


def load(request: Request, ref: str) -> Artefact:
    """The artefact whose envelope the reader may see, with ``shown_title`` and ``titled``."""
    number = int(ref.rpartition("-")[2])
    rows = Artefact.objects.visible_to(request.actor).numbered(number)
    found = rows.select_related("owner__organisation", "author__organisation").first()
    if found is None or found.reference != ref:
        raise Http404
    return found


def load_version(request: Request, ref: str, label: str) -> Version:
    """The version whose content the reader may read, marked as of now, with its artefact."""
    artefact = load(request, ref)
    rows = Version.objects.visible_to(request.actor).filter(artefact=artefact, label=label)
    found = rows.select_related("file__text", "uploaded_by").first()
    if found is None:
        raise Http404
    found.artefact = artefact
    return found


def load_envelope(request: Request, ref: str, label: str) -> Version:
    """The version, for acts that need no reading: chair and secretariat open and close the consultation on any."""
    artefact, actor = load(request, ref), request.actor
    runs = actor.is_chair or actor.is_secretariat
    rows = Version.objects.marked() if runs else Version.objects.visible_to(actor)
    found = rows.filter(artefact=artefact, label=label).select_related("file").first()
    if found is None:
        raise Http404
    found.artefact = artefact
    return found


def title_of(artefact: Artefact) -> str:
    """What the reader may call it."""
    title: str = getattr(artefact, "shown_title", artefact.title)
    return title


def note(request: Request, version: Version, kind: str) -> None:
    """Write down that its reader is about to be shown the version, or what was said of it."""
    note_reading(request.actor, version, marking=marking_of(version), version_sha256=version.sha256, kind=kind)


def gate(request: Request, back: str, check: Callable[..., None], *args: Any) -> HttpResponseRedirect | None:
    """Whether a form is for this reader: ``Refused`` passes (403); ``NotNow`` leads ``back`` with its sentence.

    A form that is sent at the wrong moment is let through: its operation says so beside what was typed.
    """
    try:
        check(request.actor, *args)
    except NotNow as refusal:
        if request.method == "POST":
            return None
        messages.info(request, str(refusal))
        return redirect(back)
    return None


def sent(request: Request) -> QueryDict | None:
    """What came with the form; ``None`` when it is only opened. A form that is sent empty is sent all the same."""
    return request.POST if request.method == "POST" else None


def why_not(check: Callable[..., None], *args: Any) -> str:
    """The sentence with which ``check`` refuses; empty when it does not."""
    try:
        check(*args)
    except (NotNow, Refused) as refusal:
        return str(refusal)
    return ""


def way_to(artefact: Artefact, *more: str) -> list[Crumb]:
    """The way to a page of an artefact."""
    way = [Crumb("Artefacts", reverse("artefact-list"))]
    if not more:
        return [*way, Crumb(artefact.reference)]
    return [*way, Crumb(artefact.reference, artefact.get_absolute_url()), *(Crumb(label) for label in more)]
