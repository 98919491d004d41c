"""Putting a question to the group: on a version that is ready, by whom, until when."""

from datetime import timedelta

import pytest

from artefacts.states import State
from meetings import operations
from meetings.models import Decision
from meetings.states import DecisionState
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.meetings import make as meetings


@pytest.mark.parametrize("who", ["chair", "secretariat"])
def test_the_artefact_goes_under_decision(cast: Cast, who: str) -> None:
    decision = make.open_decision(cast, by=who)

    assert decision.version
    assert (decision.state, decision.reference) == (DecisionState.OPEN, "SDWG-DEC-001")
    assert decision.version.artefact.state == State.UNDER_DECISION


def test_its_artefact_says_so_with_the_version_s_hash(cast: Cast) -> None:
    decision = make.open_decision(cast)

    assert decision.version
    moved = AuditEvent.objects.filter(verb="artefact.moved", on_key=decision.version.artefact.audit_key).last()
    assert moved
    assert (moved.reason, moved.version_sha256) == ("SDWG-DEC-001, round 1: opened", decision.version.sha256)
    assert moved.note["decision"] == "SDWG-DEC-001"


@pytest.mark.parametrize("who", ["analyst", "architect", "idno", "partner", "observer", "dag", "auditor"])
def test_nobody_else_opens_one(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="chair or the secretariat"):
        make.open_decision(cast, on=None, by=who)


def test_only_on_a_version_that_is_ready(cast: Cast) -> None:
    version = make.newest(artefacts.resolving(cast))
    with pytest.raises(NotNow, match="is resolving comments: a decision is opened on a version that is ready"):
        make.open_decision(cast, on=version)


def test_there_is_never_a_second_one_on_an_artefact(cast: Cast) -> None:
    first = make.open_decision(cast)
    with pytest.raises(NotNow, match="is under decision"):
        make.open_decision(cast, on=first.version)


def test_an_adjourned_one_is_not_over(cast: Cast) -> None:
    first = make.adjourned(cast)
    with pytest.raises(NotNow, match=r"SDWG-DEC-001 is adjourned, on this artefact\. Open its round 2"):
        make.open_decision(cast, on=first.version)


def test_only_on_the_newest_version(cast: Cast) -> None:
    old = make.ready_version(cast)
    make.next_version_ready(cast, old.artefact)
    with pytest.raises(NotNow, match=r"0\.1 is not the newest version"):
        make.open_decision(cast, on=old)


@pytest.mark.parametrize("question", ["", "   "])
def test_a_question_has_words(cast: Cast, question: str) -> None:
    with pytest.raises(NotNow, match="Write the question") as refusal:
        make.open_decision(cast, on=None, question=question)
    assert refusal.value.field == "question"


def test_a_question_fits(cast: Cast) -> None:
    with pytest.raises(NotNow, match="At most 400 characters; these are 401"):
        make.open_decision(cast, on=None, question="x" * 401)


def test_a_delegation_has_its_reference(cast: Cast) -> None:
    with pytest.raises(NotNow, match="reference of the delegation"):
        operations.open_decision(
            actor=cast.actor("chair"), question="Why?", delegated=True, closes_at=make.deadline(cast)
        )


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (timedelta(hours=-1), "Positions close at 17:00 on a working day"),
        (timedelta(days=5), "Positions close at 17:00 on a working day"),
        (timedelta(days=-14), "is past"),
    ],
)
def test_positions_close_at_five_on_a_working_day_to_come(cast: Cast, shift: timedelta, sentence: str) -> None:
    closes_at = make.deadline(cast, 5) + shift
    with pytest.raises(NotNow, match=sentence) as refusal:
        operations.open_decision(actor=cast.actor("chair"), question="Why?", closes_at=closes_at)
    assert refusal.value.field == "closes_on"


def test_not_put_to_a_meeting_that_nobody_knows_of(cast: Cast) -> None:
    with pytest.raises(NotNow, match="is draft"):
        make.open_decision(cast, on=None, meeting=meetings.draft(cast))


def test_not_put_to_a_meeting_that_is_cancelled(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="Nobody is free.")
    with pytest.raises(NotNow, match="is cancelled"):
        make.open_decision(cast, on=None, meeting=meeting)


def test_a_refused_question_leaves_nothing_behind(cast: Cast) -> None:
    version = make.ready_version(cast)
    with pytest.raises(NotNow):
        make.open_decision(cast, on=version, question="")
    assert not Decision.objects.exists()
    assert artefacts.fresh(version.artefact).state == State.READY


def test_numbers_follow_each_other(cast: Cast) -> None:
    assert [make.open_decision(cast, on=None).number for _ in range(3)] == [1, 2, 3]


def test_withdrawn_with_a_reason_its_artefact_is_ready_again(cast: Cast) -> None:
    decision = make.withdrawn(cast)
    assert decision.version
    assert (decision.state, decision.withdrawn_reason) == (DecisionState.WITHDRAWN, "Asked too early.")
    assert decision.version.artefact.state == State.READY
    assert make.open_decision(cast, on=decision.version).number == 2


def test_withdrawn_says_why(cast: Cast) -> None:
    with pytest.raises(NotNow, match="Say why"):
        operations.withdraw_decision(actor=cast.actor("chair"), decision=make.open_decision(cast, on=None), reason=" ")
