"""Closing positions, proposing a finding, disputing it, determining it (D3)."""

from datetime import date, datetime, timedelta

from artefacts.operations.moving import said
from artefacts.operations.notices import holders, members
from artefacts.states import Mover, State
from meetings import hearing, rules
from meetings.models import Decision, Determination, Dispute, Meeting
from meetings.operations.decisions.ground import carry, doer, everybody, go, locked, locked_finding, owe, short, tell
from meetings.states import DecisionState, Finding
from sdwg import clock, dates, workdays
from sdwg.audit.acts import act
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Role

LONGEST_AWAITED = 300
OUTCOME: dict[str, State] = {
    Finding.CONSENSUS: State.ENDORSED,
    Finding.NO_CONSENSUS: State.NOT_AGREED,
    Finding.ADJOURNED: State.READY,
}
"""Where a finding takes the artefact."""


@act
def close_positions(*, actor: Actor, decision: Decision) -> Decision:
    """Close positions: by the program at the deadline, by the chair at the meeting or when every seat has spoken."""
    decision = locked(actor, decision)
    rules.check_can_close_positions(actor, decision)
    decision.closed_at = actor.at
    go(actor, decision, DecisionState.CLOSED)
    tell("decision.closed", decision)
    return decision


def close_due_decisions(at: datetime) -> int:
    """Close positions wherever the deadline has come by ``at``; how many. What the worker's look does."""
    due = Decision.objects.filter(state=DecisionState.OPEN, closes_at__lte=at)
    return sum(_close_due(actor=Actor.system(at), decision=decision) for decision in due)


@act
def _close_due(*, actor: Actor, decision: Decision) -> bool:
    """Close one that is due, unless somebody was quicker; whether it was closed here."""
    decision = locked(actor, decision)
    if decision.state != DecisionState.OPEN or decision.closes_at > actor.at:
        return False
    close_positions(actor=actor, decision=decision)
    return True


@act
def propose_finding(
    *,
    actor: Actor,
    decision: Decision,
    finding: str,
    reasons: str,
    awaited: str = "",
    awaited_by: date | None = None,
) -> Determination:
    """The chair proposes what the group has found, with reasons; any member seat may dispute it for two working days.

    Adjourned says what is ``awaited`` and by when. A proposal made before in this round is superseded and stays
    published. Raises ``NotNow`` for consensus while an objection stands ("Consensus: refused while O-1 stands.").
    """
    decision = locked(actor, decision)
    rules.check_can_propose_finding(actor, decision)
    if finding not in Finding.values:
        raise NotNow("Choose what the group has found.", "finding")
    rules.check_can_find(decision, finding)
    reasons = said(reasons, "Say why: what was weighed, and who was not heard.", "reasons")
    awaited, awaited_by = asked_for(actor, finding, awaited, awaited_by)
    former = rules.found_on(decision)
    if former:
        former.superseded_at = actor.at
        former.save()
    determination = Determination.objects.create(
        decision=decision,
        round=decision.round,
        finding=finding,
        reasons=reasons,
        awaited=awaited,
        awaited_by=awaited_by,
        proposed_by=doer(actor),
        proposed_as=actor.label,
        proposed_at=actor.at,
        dispute_until=_dispute_until(actor.at),
        version_sha256=decision.sha256,
        supersedes=former,
    )
    if decision.state != DecisionState.PROPOSED:
        go(actor, decision, DecisionState.PROPOSED)
    tell("finding.proposed", decision, reason=reasons, finding=finding)
    until = dates.moment(determination.dispute_until)
    owe(
        actor,
        decision,
        members(actor.at),
        rule="finding-proposed",
        occurrence=f"finding {determination.pk}",
        subject=f"{decision}: the chair proposes a finding; it can be disputed until {until}",
        sentence=f"The chair proposes what the group has found on {decision}. If it does not tell what happened, "
        f"your seat can dispute it until {until}; at the meeting the chair may determine it at once.",
        link_text="Read the proposed finding",
    )
    return determination


LONGEST_WAIT = timedelta(days=366)


def asked_for(actor: Actor, finding: str, awaited: str, by: date | None) -> tuple[str, date | None]:
    if finding != Finding.ADJOURNED:
        return "", None
    awaited = short(said(awaited, "Say what is awaited.", "awaited"), "awaited", LONGEST_AWAITED)
    if by is None or by <= clock.today(actor.at):
        raise NotNow("Name the day by which it is awaited, a day to come.", "awaited_by")
    if by > clock.today(actor.at) + LONGEST_WAIT:
        raise NotNow("That is more than a year ahead. Look at the year.", "awaited_by")
    return awaited, by


def _dispute_until(at: datetime) -> datetime:
    holidays = workdays.bank_holidays()
    days = workdays.periods()["dispute"]
    return workdays.deadline(workdays.add(workdays.effective_day(at, holidays=holidays), days, holidays=holidays))


@act
def dispute(*, actor: Actor, determination: Determination, text: str) -> Dispute:
    """A member seat says that a proposed finding is wrong: published beside it, and the two working days are kept."""
    decision, finding = locked_finding(actor, determination)
    rules.check_can_dispute(actor, finding)
    seat = rules.member_seat(actor, "dispute a finding")
    said_there = Dispute.objects.create(
        determination=finding,
        person=doer(actor),
        seat=seat,
        alternate=actor.alternate,
        acting_as=actor.label,
        text=said(text, "Say what is wrong with it.", "text"),
        disputed_at=actor.at,
    )
    tell("finding.disputed", decision, seat=seat.label)
    owe(
        actor,
        decision,
        holders(Role.CHAIR, actor.at),
        rule="finding-disputed",
        occurrence=f"dispute {said_there.pk}",
        subject=f"{decision}: {seat.label} disputes the proposed finding",
        sentence=f"{seat.label} disputes the finding you proposed on {decision}. After two working days you keep "
        "or amend your reasons, or propose another finding; both texts are published.",
        link_text="Read the dispute",
    )
    return said_there


@act
def determine(
    *,
    actor: Actor,
    determination: Determination,
    at_meeting: Meeting | None = None,
    reasons: str | None = None,
) -> Determination:
    """Determine the proposed finding: it freezes who was heard, and the artefact follows it (D3).

    ``at_meeting``: the decision's meeting, in session, where an undisputed finding is determined at once; without it,
    two working days have passed. ``reasons`` amend those of a disputed finding, and both are published. Of two who
    determine at the same moment one does; the other is told, by ``NotNow``, what the first one did.
    """
    decision, finding = locked_finding(actor, determination)
    meeting = Meeting.objects.get(pk=at_meeting.pk) if at_meeting else None
    rules.check_can_determine(actor, finding, meeting)
    rules.check_can_find(decision, finding.finding)
    finding.amended_reasons = _amended(finding, reasons)
    finding.determined_by, finding.determined_as, finding.determined_at = doer(actor), actor.label, actor.at
    finding.at_meeting = meeting
    finding.version_sha256 = decision.sha256
    finding.heard = [row.as_json() for row in hearing.heard(decision, actor.at)]
    finding.save()
    adjourned = finding.finding == Finding.ADJOURNED
    go(actor, decision, DecisionState.ADJOURNED if adjourned else DecisionState.DETERMINED)
    tell("decision.determined", decision, reason=finding.final_reasons, finding=finding.finding)
    label = finding.get_finding_display().lower()
    carry(actor, decision, OUTCOME[finding.finding], Mover.DETERMINATION, label)
    owe(
        actor,
        decision,
        everybody(actor.at),
        rule="decision-determined",
        occurrence=f"finding {finding.pk}",
        subject=f"{decision}: {label}",
        sentence=f"The chair determined {decision}: {label}.",
        link_text="Read the determination",
    )
    return finding


def _amended(finding: Determination, reasons: str | None) -> str:
    if reasons is None or reasons.strip() == finding.reasons:
        return ""
    if not finding.disputes.all():
        raise NotNow("Reasons are amended after a dispute. Propose the finding again with other reasons.", "reasons")
    return said(reasons, "Say why: the reasons cannot be empty.", "reasons")
