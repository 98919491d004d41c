"""Every check of a decision holds something up: one attempt each that this check alone refuses."""

from datetime import UTC, datetime, timedelta

from django.test import RequestFactory

from meetings import operations, rules, views
from meetings.models import Decision
from meetings.states import Finding, Stance
from sdwg.members.models import Conflict
from tests.architecture.refusals import Attempt, allowed, refusal
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.meetings import make as meetings

GROUND = "meetings.operations.decisions.ground"
OPENING = "meetings.operations.decisions.opening"


@refusal(f"{GROUND}.locked", "check_can_read_decision")
def nobody_acts_on_what_they_may_not_read(cast: Cast) -> Attempt:
    people = ["idno", "large-supplier", "medium-supplier"]
    decision = make.open_decision(cast, marking="RED", people=people)
    return lambda: make.state(cast, decision, "agent", Stance.SUPPORT)


@refusal(operations.open_decision, "check_can_open_decision")
def a_member_opens_no_decision(cast: Cast) -> Attempt:
    return lambda: make.open_decision(cast, on=None, by="idno")


@refusal(f"{OPENING}._where_and_when", "check_deadline")
def positions_close_on_a_working_day(cast: Cast) -> Attempt:
    sunday = datetime(2026, 12, 6, 17, tzinfo=UTC)
    return lambda: operations.open_decision(actor=cast.actor("chair"), question="Why?", closes_at=sunday)


@refusal(f"{OPENING}._where_and_when", "check_meeting_takes_decisions")
def no_question_is_put_to_a_draft_meeting(cast: Cast) -> Attempt:
    meeting = meetings.draft(cast)
    return lambda: make.open_decision(cast, on=None, meeting=meeting)


@refusal(operations.open_round, "check_can_open_round")
def a_member_opens_no_round(cast: Cast) -> Attempt:
    decision = make.adjourned(cast, on=None)
    return lambda: operations.open_round(actor=cast.actor("idno"), decision=decision, closes_at=make.deadline(cast))


@refusal(rules.check_can_open_round, "_check_next_version")
def a_question_goes_on_to_no_wider_version(cast: Cast) -> Attempt:
    decision = make.adjourned(
        cast, marking="RED", people=["idno", "large-supplier", "medium-supplier", "small-supplier"]
    )
    assert decision.version
    make.next_version_ready(cast, decision.version.artefact, marking="AMBER")
    return lambda: operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))


@refusal(operations.withdraw_decision, "check_can_withdraw_decision")
def the_secretariat_withdraws_no_decision(cast: Cast) -> Attempt:
    decision = make.open_decision(cast, on=None)
    return lambda: operations.withdraw_decision(actor=cast.actor("secretariat"), decision=decision, reason="No.")


@refusal(operations.reopen_endorsed, "check_can_reopen_endorsed")
def the_secretariat_reopens_nothing(cast: Cast) -> Attempt:
    version = make.consensus(cast).version
    assert version
    return lambda: operations.reopen_endorsed(
        actor=cast.actor("secretariat"), artefact=version.artefact, reason="Clause 4."
    )


@refusal(operations.state_position, "check_can_state_position")
def no_position_is_stated_after_the_deadline(cast: Cast) -> Attempt:
    decision = make.open_decision(cast, on=None)
    artefacts.pass_to(cast, decision.closes_at + timedelta(seconds=1))
    return lambda: make.state(cast, decision, "idno", Stance.SUPPORT)


@refusal(operations.state_on_behalf, "check_can_record_on_behalf")
def a_member_records_nothing_on_behalf_of_another(cast: Cast) -> Attempt:
    decision = make.open_decision(cast, on=None)
    return lambda: operations.state_on_behalf(
        actor=cast.actor("idno"), decision=decision, seat=cast.seat("agent"), stance=Stance.SUPPORT
    )


@refusal(operations.address_objection, "check_can_address_objection")
def a_member_answers_no_objection(cast: Cast) -> Attempt:
    objection = make.objected(cast)
    return lambda: operations.address_objection(actor=cast.actor("agent"), objection=objection, answer="Nothing.")


@refusal(operations.maintain_objection, "check_can_give_last_word")
def nobody_maintains_the_objection_of_another(cast: Cast) -> Attempt:
    objection = make.addressed(cast)
    return lambda: operations.maintain_objection(actor=cast.actor("agent"), objection=objection, last_word="Still.")


@refusal(operations.withdraw_objection, "check_can_give_last_word")
def nobody_withdraws_the_objection_of_another(cast: Cast) -> Attempt:
    objection = make.addressed(cast)
    return lambda: operations.withdraw_objection(actor=cast.actor("chair"), objection=objection)


@refusal(operations.close_positions, "check_can_close_positions")
def the_chair_cuts_nobody_short(cast: Cast) -> Attempt:
    decision = make.open_decision(cast, on=None)
    return lambda: operations.close_positions(actor=cast.actor("chair"), decision=decision)


@refusal(operations.propose_finding, "check_can_propose_finding")
def the_secretariat_finds_nothing(cast: Cast) -> Attempt:
    decision = make.closed(cast, make.heard(cast, on=None))
    return lambda: operations.propose_finding(
        actor=cast.actor("secretariat"), decision=decision, finding=Finding.CONSENSUS, reasons="All agree."
    )


@refusal(operations.propose_finding, "check_can_find")
def consensus_is_refused_while_an_objection_stands(cast: Cast) -> Attempt:
    objection = make.objected(cast, make.open_decision(cast, on=None))
    decision = make.closed(cast, objection.decision)
    return lambda: make.proposed(cast, decision, Finding.CONSENSUS)


@refusal(operations.determine, "check_can_find")
def nor_is_it_determined_with_one(cast: Cast) -> Attempt:
    decision = make.open_decision(cast, on=None)
    objection = make.objected(cast, decision)
    operations.withdraw_objection(actor=cast.actor("idno"), objection=objection)
    finding = make.proposed(cast, decision, Finding.CONSENSUS)
    make.stands_again(cast, objection)
    artefacts.pass_to(cast, finding.dispute_until)
    return lambda: operations.determine(actor=cast.actor("chair"), determination=finding)


@refusal(operations.dispute, "check_can_dispute")
def a_seat_disputes_once(cast: Cast) -> Attempt:
    finding = make.proposed(cast)
    artefacts.pass_to(cast, finding.dispute_until + timedelta(seconds=1))
    return lambda: operations.dispute(actor=cast.actor("idno"), determination=finding, text="We were not asked.")


@refusal(operations.determine, "check_can_determine")
def the_chair_waits_two_working_days(cast: Cast) -> Attempt:
    finding = make.proposed(cast)
    return lambda: operations.determine(actor=cast.actor("chair"), determination=finding)


@refusal(views.decision_open, "check_can_open_decision")
def a_member_finds_no_form_to_open_one(cast: Cast) -> Attempt:
    request = RequestFactory().get("/decisions/open/")
    request.actor, request.at = cast.actor("idno"), cast.at  # type: ignore[attr-defined]
    return lambda: views.decision_open(request)  # type: ignore[arg-type]


@refusal(operations.declare_conflict, "check_can_declare_conflict")
def nobody_declares_a_conflict_in_what_they_may_not_see(cast: Cast) -> Attempt:
    red = artefacts.version(cast, marking="RED", people=["idno"])
    return lambda: operations.declare_conflict(actor=cast.actor("agent"), thing=red.artefact, reason="-")


@refusal(operations.record_conflict, "check_can_record_conflict")
def the_secretariat_records_no_conflict_for_others(cast: Cast) -> Attempt:
    decision, body = make.open_decision(cast, on=None), cast.seat("idno").organisation
    return lambda: operations.record_conflict(
        actor=cast.actor("secretariat"), thing=decision, organisation=body, takes_sight=True, reason="-"
    )


@refusal(operations.end_conflict, "check_can_end_conflict")
def whoever_is_in_conflict_does_not_end_it(cast: Cast) -> Attempt:
    conflict = _conflict(cast)
    return lambda: operations.end_conflict(actor=cast.actor("idno"), conflict=conflict, reason="-")


@refusal(views.conflict_end, "check_can_end_conflict")
def nor_is_there_a_form_for_them(cast: Cast) -> Attempt:
    conflict = _conflict(cast)
    return lambda: allowed(cast.client("idno").get(f"/decisions/conflicts/{conflict.pk}/end/"))


@refusal(rules.check_can_state_position, "check_seat_is_free")
def a_seat_in_conflict_states_no_position(cast: Cast) -> Attempt:
    _conflict(cast)
    return lambda: make.state(cast, Decision.objects.get(), "idno", Stance.SUPPORT)


@refusal(f"{OPENING.replace('opening', 'positions')}._may_be_recorded", "check_seat_is_free")
def none_is_recorded_on_its_behalf(cast: Cast) -> Attempt:
    _conflict(cast, by="chair")
    return lambda: operations.state_on_behalf(
        actor=cast.actor("secretariat"), decision=Decision.objects.get(), seat=cast.seat("idno"), stance=Stance.SUPPORT
    )


def _conflict(cast: Cast, by: str = "idno") -> Conflict:
    decision = make.open_decision(cast, on=None)
    if by == "idno":
        return operations.declare_conflict(actor=cast.actor(by), thing=decision, reason="-")
    body = cast.seat("idno").organisation
    return operations.record_conflict(
        actor=cast.actor(by), thing=decision, organisation=body, takes_sight=False, reason="-"
    )[0]
