"""Closing, proposing, disputing, determining: the chair alone, never against an objection that stands (D3)."""

from datetime import timedelta
from typing import Any

import pytest

from artefacts.states import State
from meetings import hearing, operations, rules
from meetings.models import Decision, Determination
from meetings.states import DecisionState, Finding, Stance
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from sdwg.models import Period
from tests.artefacts import make as artefacts
from tests.cast import PEOPLE, Cast
from tests.decisions import make
from tests.meetings import make as meetings

NOT_THE_CHAIR = ["secretariat", "analyst", "idno", "observer", "dag", "auditor"]


def artefact_state(decision: Decision) -> str:
    version = make.fresh(decision).version
    assert version
    return version.artefact.state


# -------------------------------------------------------------------------------------------------------------- closing


def test_positions_close_by_themselves_at_their_deadline_and_once(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    assert operations.close_due_decisions(decision.closes_at - timedelta(seconds=1)) == 0
    assert operations.close_due_decisions(decision.closes_at) == 1
    assert operations.close_due_decisions(decision.closes_at) == 0

    assert make.fresh(decision).state == DecisionState.CLOSED
    assert AuditEvent.objects.get(verb="decision.closed").acting_as == "The program"


def test_the_chair_cuts_nobody_short(cast: Cast) -> None:
    decision = make.heard(cast, on=None)
    with pytest.raises(NotNow, match="Positions stay open until Mon 7 Dec 2026, 17:00, so that nobody is cut short"):
        operations.close_positions(actor=cast.actor("chair"), decision=decision)


def test_the_chair_closes_them_when_every_seat_has_spoken(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    for name, role, *_ in PEOPLE:
        if role == "member":
            make.state(cast, decision, name, Stance.SUPPORT)
    closed = operations.close_positions(actor=cast.actor("chair"), decision=decision)
    assert closed.state == DecisionState.CLOSED


def test_the_chair_closes_them_at_the_meeting(cast: Cast) -> None:
    decision = make.at_meeting(cast, on=None)
    assert operations.close_positions(actor=cast.actor("chair"), decision=decision).state == DecisionState.CLOSED


@pytest.mark.parametrize("who", NOT_THE_CHAIR)
def test_nobody_else_closes_them(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        operations.close_positions(actor=cast.actor(who), decision=make.at_meeting(cast, marking="CLEAR"))


# ------------------------------------------------------------------------------------------------------------ proposing


def test_consensus_is_refused_while_an_objection_stands(cast: Cast) -> None:
    decision = make.heard(cast)
    objection = make.objected(cast, decision)
    decision = make.closed(cast, decision)
    with pytest.raises(NotNow) as refusal:
        make.proposed(cast, decision, Finding.CONSENSUS)
    assert (str(refusal.value), refusal.value.field) == ("Consensus: refused while O-1 stands.", "finding")

    operations.withdraw_objection(actor=cast.actor("idno"), objection=objection)
    assert make.determined(cast, make.proposed(cast, make.fresh(decision), Finding.CONSENSUS)).state == "determined"


def test_it_is_refused_whether_raised_addressed_or_maintained(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    for name in ("idno", "agent", "elexon"):
        make.objected(cast, decision, name)
    make.addressed(cast, decision.objections.get(number=2))
    third = make.addressed(cast, decision.objections.get(number=3))
    operations.maintain_objection(actor=cast.actor("elexon"), objection=third, last_word="Still.")
    with pytest.raises(NotNow, match=r"refused while O-1, O-2 and O-3 stand."):
        make.proposed(cast, make.closed(cast, decision), Finding.CONSENSUS)


@pytest.mark.parametrize("said", [{}, {"idno": Stance.CONFLICTED}])
def test_it_is_refused_while_nobody_was_heard(cast: Cast, said: dict[str, str]) -> None:
    decision = make.open_decision(cast, on=None)
    make.say(cast, decision, **said)
    with pytest.raises(NotNow, match="refused while nobody has been heard"):
        make.proposed(cast, make.closed(cast, decision), Finding.CONSENSUS)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"reasons": " "}, "reasons"),
        ({"finding": "majority"}, "finding"),
        ({"finding": Finding.ADJOURNED, "awaited": " "}, "awaited"),
        ({"finding": Finding.ADJOURNED, "awaited_by": None}, "awaited_by"),
        ({"finding": Finding.ADJOURNED, "awaited": "x" * 301}, "awaited"),
    ],
)
def test_a_finding_has_its_words(cast: Cast, words: dict[str, Any], field: str) -> None:
    decision = make.closed(cast, make.heard(cast, on=None))
    with pytest.raises(NotNow) as refusal:
        make.proposed(cast, decision, **words)
    assert refusal.value.field == field
    assert not Determination.objects.exists()


@pytest.mark.parametrize("who", NOT_THE_CHAIR)
def test_the_chair_alone_proposes_and_determines(cast: Cast, who: str) -> None:
    finding = make.proposed(cast, make.heard(cast, marking="CLEAR"))
    actor = cast.actor(who)
    with pytest.raises(Refused, match="Only the chair"):
        operations.propose_finding(
            actor=actor, decision=finding.decision, finding=Finding.NO_CONSENSUS, reasons=make.REASONS
        )
    artefacts.pass_to(cast, finding.dispute_until)
    with pytest.raises(Refused, match="Only the chair"):
        operations.determine(actor=cast.actor(who), determination=finding)


def test_a_second_proposal_takes_the_place_of_the_first_which_stays(cast: Cast) -> None:
    first = make.proposed(cast)
    second = make.proposed(cast, make.fresh(first.decision), Finding.CONSENSUS, reasons="They were heard again.")

    first.refresh_from_db()
    assert second.supersedes == first
    assert first.superseded_at == cast.at
    with pytest.raises(NotNow, match="Another finding is proposed by now"):
        make.determined(cast, first)


# ------------------------------------------------------------------------------------------------------------ disputing


def test_any_member_seat_disputes_within_two_working_days(cast: Cast) -> None:
    finding = make.proposed(cast)
    for name in ("idno", "agent"):
        operations.dispute(actor=cast.actor(name), determination=finding, text="We were not asked.")
    assert [row.acting_as for row in finding.disputes.all()] == ["Member, iDNO B", "Member, Supplier Agent A"]


def test_two_working_days_end_at_five_and_can_be_set(cast: Cast) -> None:
    decision = make.heard(cast, on=None)  # closes on Monday 7 December, 17:00: that day is day 0
    assert make.proposed(cast, decision).dispute_until.isoformat() == "2026-12-09T17:00:00+00:00"
    Period.objects.create(key="dispute", days=4)
    assert make.proposed(cast, make.fresh(decision)).dispute_until.isoformat() == "2026-12-11T17:00:00+00:00"


def test_not_after_them(cast: Cast) -> None:
    finding = make.proposed(cast)
    artefacts.pass_to(cast, finding.dispute_until + timedelta(seconds=1))
    with pytest.raises(NotNow, match="can be disputed for two working days"):
        operations.dispute(actor=cast.actor("idno"), determination=finding, text="We were not asked.")


def test_once_for_each_seat_and_with_words(cast: Cast) -> None:
    finding = make.proposed(cast)
    with pytest.raises(NotNow, match="Say what is wrong"):
        operations.dispute(actor=cast.actor("idno"), determination=finding, text="")
    operations.dispute(actor=cast.actor("idno"), determination=finding, text="We were not asked.")
    with pytest.raises(NotNow, match="has disputed this finding already"):
        operations.dispute(actor=cast.actor("idno"), determination=finding, text="Nor told.")


@pytest.mark.parametrize("who", ["chair", "secretariat", "observer"])
def test_nobody_but_a_member_disputes(cast: Cast, who: str) -> None:
    finding = make.proposed(cast, make.heard(cast, marking="CLEAR"))
    with pytest.raises(Refused):
        operations.dispute(actor=cast.actor(who), determination=finding, text="No.")


# ---------------------------------------------------------------------------------------------------------- determining


@pytest.mark.parametrize(
    ("finding", "decision_state", "artefact"),
    [
        (Finding.CONSENSUS, DecisionState.DETERMINED, State.ENDORSED),
        (Finding.NO_CONSENSUS, DecisionState.DETERMINED, State.NOT_AGREED),
        (Finding.ADJOURNED, DecisionState.ADJOURNED, State.READY),
    ],
)
def test_the_artefact_follows_the_finding(cast: Cast, finding: str, decision_state: str, artefact: str) -> None:
    proposed = make.proposed(cast, finding=finding)
    assert artefact_state(proposed.decision) == State.UNDER_DECISION, "it moves on determined, and no sooner"
    decision = make.determined(cast, proposed)
    assert (decision.state, artefact_state(decision)) == (decision_state, artefact)
    assert list(verify.breaks()) == []


def test_it_waits_two_working_days(cast: Cast) -> None:
    finding = make.proposed(cast)
    with pytest.raises(NotNow, match=f"can be determined from .*{finding.dispute_until:%H:%M}"):
        operations.determine(actor=cast.actor("chair"), determination=finding)


def test_at_its_meeting_it_does_not_wait(cast: Cast) -> None:
    decision = make.at_meeting(cast)
    make.say(cast, decision, idno=Stance.SUPPORT)
    operations.close_positions(actor=cast.actor("chair"), decision=decision)
    finding = make.proposed(cast, make.fresh(decision), Finding.CONSENSUS)
    operations.determine(actor=cast.actor("chair"), determination=finding, at_meeting=decision.meeting)
    assert artefact_state(decision) == State.ENDORSED
    assert Determination.objects.get().at_meeting == decision.meeting


def test_unless_a_seat_disputes_the_record(cast: Cast) -> None:
    decision = make.at_meeting(cast, on=None)
    operations.close_positions(actor=cast.actor("chair"), decision=decision)
    finding = make.proposed(cast, make.fresh(decision))
    operations.dispute(actor=cast.actor("agent"), determination=finding, text="We were not asked.")
    with pytest.raises(NotNow, match="It is disputed: it can be determined from"):
        operations.determine(actor=cast.actor("chair"), determination=finding, at_meeting=decision.meeting)
    assert make.determined(cast, finding).state == DecisionState.DETERMINED


def test_no_other_meeting_will_do(cast: Cast) -> None:
    finding = make.proposed(cast, make.heard(cast, on=None))
    with pytest.raises(NotNow, match="is not put to SDWG"):
        operations.determine(actor=cast.actor("chair"), determination=finding, at_meeting=meetings.scheduled(cast))


def test_nor_one_that_is_not_in_session(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    finding = make.proposed(cast, make.heard(cast, on=None, meeting=meeting))
    with pytest.raises(NotNow, match="is scheduled, not in session"):
        operations.determine(actor=cast.actor("chair"), determination=finding, at_meeting=meeting)


def test_a_meeting_that_nobody_closed_settles_nothing_the_day_after(cast: Cast) -> None:
    decision = make.at_meeting(cast)
    meeting = decision.meeting
    assert meeting
    make.say(cast, decision, idno=Stance.SUPPORT)
    artefacts.pass_to(cast, cast.at + timedelta(days=1))
    assert not rules.settled_at_meeting(decision, cast.at)
    with pytest.raises(NotNow, match="Positions stay open until"):
        operations.close_positions(actor=cast.actor("chair"), decision=decision)

    finding = make.proposed(cast, make.fresh(decision), Finding.CONSENSUS)
    with pytest.raises(NotNow, match="SDWG 1 was on Mon 14 Dec"):
        operations.determine(actor=cast.actor("chair"), determination=finding, at_meeting=meeting)
    page = cast.client("chair").get(decision.get_absolute_url()).content.decode()
    assert "the meeting is in session" not in page


def test_what_was_asked_after_it_had_begun_waits_for_its_deadline(cast: Cast) -> None:
    meeting = make.at_meeting(cast).meeting
    artefacts.pass_to(cast, cast.at + timedelta(minutes=1))
    decision = make.open_decision(cast, on=None, meeting=meeting)
    with pytest.raises(NotNow, match="Positions stay open until"):
        operations.close_positions(actor=cast.actor("chair"), decision=decision)
    assert meeting
    meeting.refresh_from_db()
    finding = make.proposed(cast, decision)
    artefacts.pass_to(cast, finding.proposed_at)
    with pytest.raises(NotNow):
        operations.determine(actor=cast.actor("chair"), determination=finding, at_meeting=meeting)


def test_after_a_dispute_the_reasons_are_kept_or_amended_and_both_are_published(cast: Cast) -> None:
    finding = make.proposed(cast)
    operations.dispute(actor=cast.actor("idno"), determination=finding, text="We were not asked.")
    artefacts.pass_to(cast, finding.dispute_until)
    operations.determine(actor=cast.actor("chair"), determination=finding, reasons="iDNO B was asked on 3 December.")
    finding.refresh_from_db()
    assert (finding.reasons, finding.amended_reasons) == (make.REASONS, "iDNO B was asked on 3 December.")
    assert finding.final_reasons == "iDNO B was asked on 3 December."


def test_undisputed_reasons_are_not_amended(cast: Cast) -> None:
    finding = make.proposed(cast)
    artefacts.pass_to(cast, finding.dispute_until)
    with pytest.raises(NotNow, match="Reasons are amended after a dispute"):
        operations.determine(actor=cast.actor("chair"), determination=finding, reasons="Something else.")
    operations.determine(actor=cast.actor("chair"), determination=finding, reasons=make.REASONS)


def test_it_freezes_who_was_heard_and_on_which_bytes(cast: Cast) -> None:
    decision = make.no_consensus(cast)
    finding = make.only_finding(decision)
    told = {row.short_name: row for row in hearing.frozen(finding.heard)}

    assert finding.version_sha256 == decision.sha256
    assert told["Medium Suppliers"].stated[0].text == make.CONCERN
    assert not told["Elexon"].heard
    assert told["DNOs"].vacant
    for word in ("percent", "votes", "for", "against", "count"):
        assert word not in finding.heard[0]


def test_a_delegated_no_consensus_goes_to_the_dag_and_nowhere_else(cast: Cast) -> None:
    decision = make.no_consensus(cast, delegated="DAG-D-041")
    assert decision.version
    with pytest.raises(NotNow, match="DAG"):
        operations.rework(actor=cast.actor("analyst"), artefact=decision.version.artefact, reason="Try again.")
    assert artefact_state(decision) == State.NOT_AGREED


def test_any_other_may_be_reworked_by_its_author_with_a_reason(cast: Cast) -> None:
    decision = make.no_consensus(cast)
    assert decision.version
    with pytest.raises(NotNow, match="Say what will be reworked"):
        operations.rework(actor=cast.actor("analyst"), artefact=decision.version.artefact, reason="")
    with pytest.raises(Refused):
        operations.rework(actor=cast.actor("architect"), artefact=decision.version.artefact, reason="Clause 6.3.2.")
    operations.rework(actor=cast.actor("analyst"), artefact=decision.version.artefact, reason="Clause 6.3.2.")
    assert artefact_state(decision) == State.DRAFT


def test_whoever_comes_second_is_told_what_the_first_did(cast: Cast) -> None:
    finding = make.proposed(cast)
    make.determined(cast, finding)
    with pytest.raises(NotNow, match=r"is determined \(no consensus, by Chair, Thu 24 Dec 2026, 17:00\). Nothing was"):
        operations.determine(actor=cast.actor("chair"), determination=finding)


# ---------------------------------------------------------------------------------------------------------- next rounds


def test_an_adjourned_question_is_put_again_on_the_newest_version(cast: Cast) -> None:
    decision = make.heard(cast)
    make.objected(cast, decision)
    decision = make.determined(cast, make.proposed(cast, decision, Finding.ADJOURNED))
    assert decision.version
    newest = make.next_version_ready(cast, decision.version.artefact)

    operations.open_round(actor=cast.actor("secretariat"), decision=decision, closes_at=make.deadline(cast))

    again = make.fresh(decision)
    assert (again.round, again.state, again.version) == (2, DecisionState.OPEN, newest)
    assert artefact_state(again) == State.UNDER_DECISION
    told = {row.short_name: row for row in hearing.heard(again, cast.at)}
    assert not told["Large Suppliers"].heard, "what was said of other bytes is not counted as heard"
    assert told["Large Suppliers"].to_confirm[0].stance == Stance.SUPPORT
    with pytest.raises(NotNow, match="refused while O-1 stands"):
        make.proposed(cast, again, Finding.CONSENSUS)


def test_it_waits_until_the_artefact_is_ready(cast: Cast) -> None:
    decision = make.adjourned(cast)
    assert decision.version
    artefacts.version(cast, decision.version.artefact)
    with pytest.raises(NotNow, match=r"is resolving comments\. Round 2 is opened when it is ready"):
        operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))


def test_the_version_expected_is_the_one_taken(cast: Cast) -> None:
    decision = make.adjourned(cast)
    old = decision.version
    assert old
    make.next_version_ready(cast, old.artefact)
    with pytest.raises(NotNow, match=r"0\.2 is the newest version by now"):
        operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast), version=old)


def test_an_adjourned_question_can_be_withdrawn(cast: Cast) -> None:
    decision = make.adjourned(cast)
    operations.withdraw_decision(actor=cast.actor("chair"), decision=decision, reason="Overtaken.")
    assert make.fresh(decision).state == DecisionState.WITHDRAWN
    assert artefact_state(decision) == State.READY


def test_an_endorsed_version_is_reopened_and_the_consensus_superseded(cast: Cast) -> None:
    decision = make.consensus(cast)
    assert decision.version
    consensus = make.only_finding(decision)
    operations.reopen_endorsed(
        actor=cast.actor("chair"), artefact=decision.version.artefact, reason="Clause 4 was left out."
    )

    consensus.refresh_from_db()
    assert consensus.superseded_at == cast.at
    assert make.only_finding(decision).supersedes == consensus
    assert (make.fresh(decision).state, artefact_state(decision)) == (DecisionState.ADJOURNED, State.READY)
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))
    assert make.fresh(decision).round == 2


def test_what_lies_with_the_dag_is_not_reopened(cast: Cast) -> None:
    decision = make.consensus(cast)
    assert decision.version
    artefact = decision.version.artefact
    artefacts.followed(cast, artefact, State.WITH_DAG, artefacts.Mover.SUBMISSION)
    with pytest.raises(NotNow, match="first withdrawn"):
        operations.reopen_endorsed(actor=cast.actor("chair"), artefact=artefact, reason="Clause 4.")


def test_what_was_not_agreed_is_not_reopened(cast: Cast) -> None:
    decision = make.no_consensus(cast)
    assert decision.version
    with pytest.raises(NotNow, match="only an endorsed version is reopened"):
        operations.reopen_endorsed(actor=cast.actor("chair"), artefact=decision.version.artefact, reason="Clause 4.")
