"""Whose move a decision is, in one band: first the reader's own, else whoever it waits for."""

from artefacts.states import State
from meetings.models import Decision
from meetings.queries.decisions.may import May, anchor, objection_url, url
from meetings.queries.decisions.records import DecisionRecord
from meetings.states import DecisionState, ObjectionState
from sdwg import workdays
from sdwg.screen import Band, Button

D = DecisionState
DETERMINATION = "#determination"


def band(decision: Decision, record: DecisionRecord, can: May) -> Band | None:
    mine = _my_move(decision, record, can)
    return mine or _their_move(decision, record, can)


def _my_move(decision: Decision, record: DecisionRecord, can: May) -> Band | None:
    """What waits for the reader: first an objection of theirs, then their position, then the chair's next step."""
    who = can.actor.label
    own = [row for row in record.objections if row.pk in can.settle and row.state == ObjectionState.ADDRESSED]
    if own:
        row = own[0]
        why = "It was answered. Until you withdraw it, it stands."
        return Band(
            True, who, f"withdraw or maintain {row.reference}", None, why, Button("Read the answer", anchor(row))
        )
    if can.state and not can.stated:
        why = f"It is pinned to {decision.version}, and you can change it until then." if decision.version else ""
        return Band(
            True, who, "state your position", decision.closes_at, why, Button("State it", url("position", decision))
        )
    raised = [row for row in record.objections if row.pk in can.answer and row.state == ObjectionState.RAISED]
    if raised:
        row = raised[0]
        why = f"{row.name} objects. Consensus is refused while {row.reference} stands."
        return Band(
            True,
            who,
            f"answer {row.reference}",
            None,
            why,
            Button("Answer it", objection_url("address", decision, row)),
        )
    if can.close:
        why = "The meeting is in session, or every seat has spoken."
        button = Button("Close positions", url("decision-close", decision))
        return Band(True, who, "close positions when everybody has spoken", None, why, button)
    return _chair_s_move(decision, record, can, who)


def _chair_s_move(decision: Decision, record: DecisionRecord, can: May, who: str) -> Band | None:
    if can.determine:
        why = (
            "It is undisputed, and the meeting is in session." if can.at_meeting else "The time to dispute it is over."
        )
        return Band(True, who, "determine what you proposed", None, why, Button("Go to determination", DETERMINATION))
    if can.propose and decision.state == D.CLOSED:
        button = Button("Go to determination", DETERMINATION)
        return Band(True, who, "propose what the group has found", None, can.why_no_consensus, button)
    if can.open_round:
        finding = record.finding
        why = f"Awaited: {finding.awaited}." if finding and finding.awaited else "The question was reopened."
        by = workdays.deadline(finding.awaited_by) if finding and finding.awaited_by else None
        button = Button(f"Open round {decision.round + 1}", url("decision-round", decision))
        return Band(True, who, f"open round {decision.round + 1}", by, why, button)
    return None


def _their_move(decision: Decision, record: DecisionRecord, can: May) -> Band | None:
    """What it waits for, when it does not wait for the reader."""
    if decision.state == D.OPEN:
        change = Button("Change your position", url("position", decision)) if can.state else None
        return Band(False, "the members", "state their positions", decision.closes_at, can.why_not_state, None, change)
    if decision.state == D.CLOSED:
        return Band(False, "the chair", "propose what the group has found", None, can.why_no_consensus)
    if decision.state == D.PROPOSED and record.finding:
        dispute = Button("Dispute it", url("finding-dispute", decision)) if can.dispute else None
        if can.actor.at > record.finding.dispute_until or (record.finding.disputes and not can.dispute):
            return Band(False, "the chair", "determine", None, "A finding is proposed.")
        why = "At the meeting, in session, the chair may determine it at once if no seat disputes it."
        return Band(
            False,
            "the members",
            "dispute the proposed finding if it is wrong,",
            record.finding.dispute_until,
            why if decision.meeting_id else "",
            None,
            dispute,
        )
    if decision.state == D.ADJOURNED and record.finding:
        by = workdays.deadline(record.finding.awaited_by) if record.finding.awaited_by else None
        why = f"Awaited: {record.finding.awaited}." if record.finding.awaited else ""
        artefact = decision.version.artefact if decision.version else None
        if artefact and artefact.state != State.READY:
            why = f"{artefact} is {artefact.get_state_display().lower()}. {why}".strip()
        return Band(False, "the chair", f"open round {decision.round + 1}", by, why)
    return None
