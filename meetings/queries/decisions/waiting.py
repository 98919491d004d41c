"""What waits for somebody, of decisions: positions, last words, answers, findings."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from artefacts.rules import acting_role, acts_for
from meetings import hearing, rules
from meetings.models import Decision, Determination, Objection
from meetings.queries.decisions.may import objection_address, url
from meetings.queries.decisions.register import FOUND, asked_of
from meetings.states import LIVE, DecisionState, ObjectionState
from sdwg import clock, workdays
from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.members.queries import successors
from sdwg.screen import Button, Waiting

D = DecisionState


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for ``actor`` for the seat they act for. At most four queries for each of member, author and chair."""
    rows = _for_member(actor) + _for_author(actor)
    return rows + (_for_chair(actor) if acting_role(actor) == Role.CHAIR else [])


def _shown(actor: Actor) -> QuerySet[Decision]:
    return Decision.objects.visible_to(actor).select_related("version__artefact", "meeting").order_by("number")


def _on(decision: Decision) -> str:
    """What it is about, in a few words."""
    version = decision.version
    return f"{version.artefact.title}, {version.label}" if version else decision.question


def _wait(decision: Decision, title: str, button: str, link: str, due: datetime | None, detail: str = "") -> Waiting:
    return Waiting(title, decision.get_absolute_url(), due, decision.reference, detail, Button(button, link))


def _for_member(actor: Actor) -> list[Waiting]:
    if actor.member_seat is None:
        return []
    rows = [
        _wait(row, f"State your position on {_on(row)}", "State it", url("position", row), row.closes_at, row.question)
        for row in asked_of(actor, _shown(actor).filter(state=D.OPEN))
    ]
    own = _objections(actor, ObjectionState.ADDRESSED).filter(seat__organisation=actor.member_seat.organisation_id)
    mine = rules.owned(actor.member_seat, own, actor.at)
    speaks = {row.pk for row in rules.speaks_on(actor, [row.decision for row in mine])} if mine else set()
    return rows + [
        _wait(
            row.decision,
            f"Withdraw or maintain {row.reference} on {_on(row.decision)}",
            "Read the answer",
            f"{row.decision.get_absolute_url()}#o-{row.number}",
            row.decision.closes_at if row.decision.state == D.OPEN else None,
            "Your objection was answered.",
        )
        for row in mine
        if row.decision_id in speaks
    ]


def _objections(actor: Actor, *states: str) -> QuerySet[Objection]:
    """Objections in one of ``states`` on decisions that are not over and that ``actor`` may read."""
    found = Objection.objects.filter(
        state__in=states, decision__state__in=LIVE, decision__in=_shown(actor).values("pk")
    )
    return found.select_related("decision__version__artefact", "decision__meeting", "seat__organisation").order_by("pk")


def _for_author(actor: Actor) -> list[Waiting]:
    """Objections that nobody has answered: the author's, and the chair's all of them."""
    found = _objections(actor, ObjectionState.RAISED)
    if acting_role(actor) != Role.CHAIR:
        if actor.seat_id is None or not acts_for(actor, actor.seat_id):
            return []
        found = found.filter(decision__version__artefact__author=actor.seat_id)
    vacant = _vacant(found, actor)
    return [
        _wait(
            row.decision,
            f"Answer {row.reference} on {_on(row.decision)}",
            "Answer it",
            objection_address(row.decision, row.number),
            row.decision.closes_at if row.decision.state == D.OPEN else None,
            f"{row.seat.organisation.name}{', seat vacant,' if row.pk in vacant else ''} objects. "
            "Consensus is refused while it stands.",
        )
        for row in found
    ]


def _vacant(rows: Iterable[Objection], actor: Actor) -> set[int]:
    """Those of ``rows`` that nobody can withdraw: the seat ended, its organisation has no other. One query at most."""
    today = clock.today(actor.at)
    ended = [row for row in rows if hearing.has_ended(row.seat, actor.at)]
    now_with = successors([row.seat for row in ended], today)
    return {row.pk for row in ended if row.seat_id not in now_with}


def _seats_vacant(actor: Actor) -> list[Waiting]:
    """Objections that were answered and stand, and whose seat is vacant; those not yet answered ask for the answer."""
    rows = _objections(actor, ObjectionState.ADDRESSED, ObjectionState.MAINTAINED)
    ended = list(rows.filter(seat__valid_to__lt=clock.today(actor.at)))
    vacant = _vacant(ended, actor)
    return [
        _wait(
            row.decision,
            f"Seat vacant: {row.reference} on {_on(row.decision)} stands, and nobody can withdraw it",
            "See it",
            f"{row.decision.get_absolute_url()}#o-{row.number}",
            None,
            f"It was raised for {row.seat.organisation.name}, which has no Member seat now.",
        )
        for row in ended
        if row.pk in vacant
    ]


def _for_chair(actor: Actor) -> list[Waiting]:
    """Positions that are closed, proposals whose time is over, adjourned questions that are due again."""
    rows = _shown(actor).filter(state__in=[D.CLOSED, D.PROPOSED, D.ADJOURNED])
    in_force = Determination.objects.filter(superseded_at__isnull=True).order_by("round").prefetch_related("disputes")
    found = [
        _chair_row(actor, row) for row in rows.prefetch_related(Prefetch("determinations", in_force, to_attr=FOUND))
    ]
    return [row for row in found if row] + _seats_vacant(actor)


def _chair_row(actor: Actor, decision: Decision) -> Waiting | None:
    findings: list[Determination] = getattr(decision, FOUND)
    finding = next((row for row in findings if row.round == decision.round), None)
    on, link = _on(decision), decision.get_absolute_url()
    if decision.state == D.CLOSED:
        since = f"Positions closed; {_reads(decision)}"
        return _wait(decision, f"Propose a finding on {on}", "Go to it", f"{link}#determination", None, since)
    if decision.state == D.PROPOSED and finding:
        in_session = rules.settled_at_meeting(decision, actor.at)
        disputed = bool(finding.disputes.all())
        if actor.at < finding.dispute_until and not (in_session and not disputed):
            return None
        detail = "It was disputed: keep your reasons or amend them." if disputed else "Nobody disputed it."
        return _wait(decision, f"Determine {on}", "Determine", f"{link}#determination", finding.dispute_until, detail)
    if decision.state == D.ADJOURNED and finding:
        due = workdays.deadline(finding.awaited_by) if finding.awaited_by else None
        detail = f"Awaited: {finding.awaited}." if finding.awaited else "The question was reopened."
        title = f"Open round {decision.round + 1} on {on}"
        return _wait(decision, title, "Open it", url("decision-round", decision), due, detail)
    return None


def _reads(decision: Decision) -> str:
    return f"at {decision.meeting}." if decision.meeting else "by correspondence."
