"""What waits for somebody, of decisions: positions, last words, answers, findings."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from artefacts.rules import acting_role, acts_for
from meetings import rules
from meetings.models import Decision, Determination, Objection
from meetings.queries.decisions.may import objection_address, url
from meetings.queries.decisions.register import FOUND, asked_of
from meetings.states import LIVE, DecisionState, ObjectionState
from sdwg import workdays
from sdwg.members.access import Actor
from sdwg.members.models import Role
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
    mine = [row for row in own if rules.owns(actor.member_seat, row, actor.at)]
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


def _objections(actor: Actor, state: str) -> QuerySet[Objection]:
    """Objections in ``state`` on decisions that are not over and that ``actor`` may read."""
    found = Objection.objects.filter(state=state, decision__state__in=LIVE, decision__in=_shown(actor).values("pk"))
    return found.select_related("decision__version__artefact", "decision__meeting", "seat__organisation").order_by("pk")


def _for_author(actor: Actor) -> list[Waiting]:
    """Objections that nobody has answered: the author's, and the chair's all of them."""
    found = _objections(actor, ObjectionState.RAISED)
    if acting_role(actor) != Role.CHAIR:
        if actor.seat_id is None or not acts_for(actor, actor.seat_id):
            return []
        found = found.filter(decision__version__artefact__author=actor.seat_id)
    return [
        _wait(
            row.decision,
            f"Answer {row.reference} on {_on(row.decision)}",
            "Answer it",
            objection_address(row.decision, row.number),
            row.decision.closes_at if row.decision.state == D.OPEN else None,
            f"{row.seat.organisation.name} objects. Consensus is refused while it stands.",
        )
        for row in found
    ]


def _for_chair(actor: Actor) -> list[Waiting]:
    """Positions that are closed, proposals whose time is over, adjourned questions that are due again."""
    rows = _shown(actor).filter(state__in=[D.CLOSED, D.PROPOSED, D.ADJOURNED])
    in_force = Determination.objects.filter(superseded_at__isnull=True).order_by("round").prefetch_related("disputes")
    found = [
        _chair_row(actor, row) for row in rows.prefetch_related(Prefetch("determinations", in_force, to_attr=FOUND))
    ]
    return [row for row in found if row]


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
