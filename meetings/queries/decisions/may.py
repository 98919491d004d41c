"""What a reader may do with a decision now; and the addresses at which they do it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from meetings import rules
from meetings.models import Decision
from meetings.queries.decisions.records import DecisionRecord, ObjectionRecord, Rows
from meetings.states import LIVE, STANDING, DecisionState, ObjectionState, decision_move
from sdwg.members.access import Actor, NotNow, Refused

D = DecisionState


@dataclass(frozen=True)
class May:
    """What the reader may do with the decision now; only what its state leaves open is asked."""

    actor: Actor
    constituency: str
    state: bool = False
    why_not_state: str = ""
    stated: bool = False
    record: bool = False
    close: bool = False
    propose: bool = False
    dispute: bool = False
    determine: bool = False
    at_meeting: bool = False
    withdraw: bool = False
    open_round: bool = False
    reopen: bool = False
    answer: frozenset[int] = frozenset()
    settle: frozenset[int] = frozenset()
    why_no_consensus: str = ""


def may(actor: Actor, decision: Decision, rows: Rows, record: DecisionRecord) -> May:
    """Ask the rules, and of them only those that the decision's state leaves open."""
    seat, state = actor.member_seat, decision.state
    standing = [row for row in rows.objections if row.state in STANDING] if state in LIVE else []
    own = rules.owned(seat, standing, actor.at) if seat else []
    waited_for = any(row.silent or row.to_confirm for row in record.hearings)
    heard = any(row.heard for row in record.hearings)
    proposed = rows.finding if state == D.PROPOSED else None
    meeting = decision.meeting if rules.settled_at_meeting(decision, actor.at) else None
    at_once = (
        proposed is not None
        and meeting is not None
        and actor.at < proposed.dispute_until
        and rules.can_determine(actor, proposed, meeting)
    )
    asked = seat is not None and state == D.OPEN
    why_not = _why_not(rules.check_can_state_position, actor, decision) if asked else ""
    return May(
        actor=actor,
        constituency=seat.organisation.constituency.name if seat and seat.organisation.constituency else "",
        state=asked and not why_not,
        why_not_state=why_not,
        stated=seat is not None and any(said.seat_id == seat.pk for row in record.hearings for said in row.stated),
        record=state == D.OPEN and rules.can_record_on_behalf(actor, decision),
        close=state == D.OPEN
        and (meeting is not None or not waited_for or actor.at >= decision.closes_at)
        and rules.can_close_positions(actor, decision),
        propose=state in {D.CLOSED, D.PROPOSED} and rules.can_propose_finding(actor, decision),
        dispute=proposed is not None and rules.can_dispute(actor, proposed),
        determine=at_once or (proposed is not None and rules.can_determine(actor, proposed, None)),
        at_meeting=at_once,
        withdraw=decision_move(state, D.WITHDRAWN) is not None and rules.can_withdraw_decision(actor, decision),
        open_round=state == D.ADJOURNED and rules.can_open_round(actor, decision),
        reopen=state == D.DETERMINED and record.consensus and rules.can_reopen_endorsed(actor, decision),
        answer=frozenset(row.pk for row in standing if rules.can_address_objection(actor, row)),
        settle=frozenset(row.pk for row in own if rules.can_give_last_word(actor, row, ObjectionState.WITHDRAWN)),
        why_no_consensus=rules.why_no_consensus(decision, rows.objections, heard),
    )


def _why_not(check: Callable[[Actor, Decision], None], actor: Actor, decision: Decision) -> str:
    """The sentence with which ``check`` refuses; empty when it does not."""
    try:
        check(actor, decision)
    except (Refused, NotNow) as refusal:
        return str(refusal)
    return ""


def url(name: str, decision: Decision) -> str:
    return reverse(name, args=[decision.reference])


def objection_address(decision: Decision, number: int) -> str:
    """Where objection ``number`` is answered."""
    return reverse("objection-address", args=[decision.reference, number])


def objection_url(what: str, decision: Decision, row: ObjectionRecord) -> str:
    return reverse(f"objection-{what}", args=[decision.reference, row.number])


def anchor(row: ObjectionRecord) -> str:
    return f"#o-{row.number}"
