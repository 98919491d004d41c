"""What of decisions passes on, or is left vacant, when a seat ends: said before it is ended."""

from collections.abc import Iterator

from django.db.models import QuerySet

from meetings import rules
from meetings.models import Decision, Objection
from meetings.queries.decisions.register import asked_of
from meetings.states import LIVE, DecisionState
from sdwg import clock, dates
from sdwg.members.access import Actor, actor_for
from sdwg.members.models import Role, Seat
from sdwg.members.queries import heir, successors
from sdwg.screen import Panel, PassesOn


def on_seat_end(actor: Actor, seat: Seat) -> Panel | None:
    """The objections that stand and are with ``seat``, and the positions asked of it; of what ``actor`` may read."""
    if seat.role != Role.MEMBER:
        return None
    shown = Decision.objects.visible_to(actor).filter(state__in=LIVE)
    rows = [*_objections(actor, seat, shown), *_positions(actor, seat, shown)]
    if not rows:
        return None
    today = clock.today(actor.at)
    other = heir(seat, today)
    later = f" from {dates.day(other.valid_from)}" if other and other.valid_from > today else ""
    passes = f"Passes to {other.person}{later}" if other else ""
    told = [PassesOn(what, url, passes or left, vacant=not other) for what, url, left in rows]
    return Panel("What passes on: decisions", "members/parts/passes_on.html", {"rows": told})


def _objections(actor: Actor, seat: Seat, shown: QuerySet[Decision]) -> Iterator[tuple[str, str, str]]:
    raised = Objection.objects.standing().filter(decision__in=shown.values("pk"), seat__organisation=seat.organisation)
    rows = list(raised.select_related("decision", "seat").order_by("pk"))
    now_with = successors([row.seat for row in rows], clock.today(actor.at))
    for row in rows:
        if now_with.get(row.seat_id, row.seat).pk == seat.pk:
            url = f"{row.decision.get_absolute_url()}#o-{row.number}"
            yield f"Objection {row.reference} on {row.decision}", url, "Stands, listed “seat vacant”"


def _positions(actor: Actor, seat: Seat, shown: QuerySet[Decision]) -> Iterator[tuple[str, str, str]]:
    theirs = actor_for(seat.person, actor.at, seat.pk)
    if theirs.seat_id != seat.pk:
        return
    both = Decision.objects.visible_to(theirs).filter(pk__in=shown.values("pk"), state=DecisionState.OPEN)
    for row in asked_of(theirs, both.order_by("number")):
        yield f"A position on {row}, not yet stated", row.get_absolute_url(), "Nobody is asked for it"


def inherited(actor: Actor, decision: Decision) -> list[str]:
    """What stating a position does to an objection that passed to the seat, a sentence each. Two queries at most."""
    seat = actor.member_seat
    if seat is None:
        return []
    others = decision.objections.standing().filter(seat__organisation=seat.organisation_id).exclude(seat=seat)
    rows = others.select_related("seat__organisation", "raised_by")
    return [
        f"{row.reference}, which {row.raised_by} raised for {row.seat.organisation.name}, is with your seat now: an "
        "objection puts it in your words, any other stance withdraws it."
        for row in rules.owned(seat, rows, actor.at)
    ]
