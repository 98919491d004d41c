"""What of artefacts passes on, or has to be handed over, when a seat ends: said before it is ended."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from artefacts.models import Artefact, Comment, NilReturn
from artefacts.queries.lists import open_windows
from artefacts.states import State
from sdwg import clock
from sdwg.members.access import Actor
from sdwg.members.models import Role, Seat
from sdwg.members.queries import heir
from sdwg.screen import Panel, PassesOn


def on_seat_end(actor: Actor, seat: Seat) -> Panel | None:
    """What ``seat`` writes or owns, and the open windows it has not answered; of what ``actor`` may see."""
    rows = [*_documents(actor, seat), *_windows(actor, seat)]
    return Panel("What passes on: artefacts", "members/parts/passes_on.html", {"rows": rows}) if rows else None


def _documents(actor: Actor, seat: Seat) -> Iterator[PassesOn]:
    """Nobody is made author by rule: with TLP:RED that would show a document to somebody whom nobody named."""
    named = Artefact.objects.visible_to(actor).filter(Q(author=seat) | Q(owner=seat), Q(titled=True))
    for row in named.exclude(state=State.WITHDRAWN).order_by("number"):
        parts = [name for name, held in (("author", row.author_id), ("owner", row.owner_id)) if held == seat.pk]
        what = f"{row.reference} {row.title}: {' and '.join(parts)}"
        yield PassesOn(what, row.get_absolute_url(), "Waits until chair or secretariat name another", vacant=True)


def _windows(actor: Actor, seat: Seat) -> Iterator[PassesOn]:
    if seat.role != Role.MEMBER:
        return
    windows = list(open_windows(actor))
    said = Comment.objects.standing().filter(consultation__in=windows, seat=seat)
    answered = set(said.values_list("consultation", flat=True))
    nil = NilReturn.objects.filter(consultation__in=windows, seat=seat, replaced_at__isnull=True)
    answered |= set(nil.values_list("consultation", flat=True))
    owed = [window for window in windows if window.pk not in answered]
    other = heir(seat, clock.today(actor.at)) if owed else None
    becomes = f"Asked of {other.person} too, as of every Member seat" if other else "Nobody is asked for it"
    for window in owed:
        version = window.version
        url = reverse("version-review", args=[version.artefact.reference, version.label])
        yield PassesOn(f"An answer on {version}, not yet given", url, becomes, vacant=other is None)
