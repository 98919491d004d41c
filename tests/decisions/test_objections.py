"""The life of an objection: raised, addressed, its own seat's last word. It stands until that seat withdraws it."""

from datetime import date

import pytest

from meetings import operations
from meetings.models import Objection
from meetings.states import ObjectionState, Stance
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor, NotNow, Refused
from sdwg.members.models import Person, Role, Seat
from tests.cast import Cast
from tests.decisions import make


def state_of(objection: Objection) -> str:
    return Objection.objects.get(pk=objection.pk).state


def test_whoever_objects_raises_one(cast: Cast) -> None:
    decision = make.open_decision(cast)
    first, second = make.objected(cast, decision), make.objected(cast, decision, "agent")

    assert (first.reference, second.reference) == ("O-1", "O-2")
    assert (first.clause, first.reason) == (make.OBJECTION["clause"], make.OBJECTION["text"])
    assert (first.state, first.round, first.version_sha256) == (ObjectionState.RAISED, 1, decision.sha256)


@pytest.mark.parametrize("who", ["chair", "analyst"])
def test_the_chair_or_the_author_says_what_changed_for_it(cast: Cast, who: str) -> None:
    objection = operations.address_objection(actor=cast.actor(who), objection=make.objected(cast), answer=make.ANSWER)
    assert (objection.state, objection.answer) == (ObjectionState.ADDRESSED, make.ANSWER)
    assert objection.answered_as == cast.actor(who).label


@pytest.mark.parametrize("who", ["secretariat", "architect", "idno", "agent"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="by the chair or by the author"):
        operations.address_objection(actor=cast.actor(who), objection=make.objected(cast), answer=make.ANSWER)


def test_an_answer_has_words(cast: Cast) -> None:
    with pytest.raises(NotNow, match="Say what changed, and where"):
        operations.address_objection(actor=cast.actor("chair"), objection=make.objected(cast), answer=" ")


def test_its_seat_maintains_it_and_it_stands(cast: Cast) -> None:
    objection = make.addressed(cast)
    operations.maintain_objection(actor=cast.actor("idno"), objection=objection, last_word="Still in the freeze.")
    assert state_of(objection) == ObjectionState.MAINTAINED
    assert list(Objection.objects.standing()) == [objection]


def test_it_is_maintained_once_it_was_answered(cast: Cast) -> None:
    with pytest.raises(NotNow, match="O-1 is raised: it is answered first"):
        operations.maintain_objection(actor=cast.actor("idno"), objection=make.objected(cast), last_word="Still.")


def test_its_seat_withdraws_it_and_its_position_says_so(cast: Cast) -> None:
    objection = make.addressed(cast)
    operations.withdraw_objection(actor=cast.actor("idno"), objection=objection, last_word="60 days will do.")

    assert state_of(objection) == ObjectionState.WITHDRAWN
    position = objection.decision.positions.get()
    assert (position.stance, position.text) == (Stance.LIVE_WITH, "60 days will do.")


def test_it_is_withdrawn_also_while_positions_are_closed(cast: Cast) -> None:
    objection = make.objected(cast)
    make.closed(cast, objection.decision)
    operations.withdraw_objection(actor=cast.actor("idno"), objection=objection, stance=Stance.SUPPORT)
    assert state_of(objection) == ObjectionState.WITHDRAWN
    assert objection.decision.positions.get().stance == Stance.SUPPORT


@pytest.mark.parametrize("who", ["chair", "agent"])
def test_nobody_else_withdraws_or_maintains_it(cast: Cast, who: str) -> None:
    objection = make.addressed(cast)
    for verb in (operations.withdraw_objection, operations.maintain_objection):
        with pytest.raises(Refused):
            verb(actor=cast.actor(who), objection=objection, last_word="Enough.")
    assert state_of(objection) == ObjectionState.ADDRESSED


def test_whoever_withdraws_it_no_longer_objects(cast: Cast) -> None:
    with pytest.raises(NotNow, match="Choose another stance"):
        operations.withdraw_objection(actor=cast.actor("idno"), objection=make.objected(cast), stance=Stance.OBJECT)


@pytest.mark.parametrize(
    "stance", [Stance.SUPPORT, Stance.LIVE_WITH, Stance.CONCERN, Stance.ABSTAIN, Stance.CONFLICTED]
)
def test_any_other_stance_withdraws_it(cast: Cast, stance: Stance) -> None:
    objection = make.objected(cast)
    make.state(cast, objection.decision, "idno", stance)
    assert state_of(objection) == ObjectionState.WITHDRAWN


def test_objecting_again_in_the_same_words_changes_nothing(cast: Cast) -> None:
    objection = make.addressed(cast)
    make.state(cast, objection.decision, "idno", Stance.OBJECT)
    assert state_of(objection) == ObjectionState.ADDRESSED


def test_other_words_ask_for_another_answer(cast: Cast) -> None:
    objection = make.addressed(cast)
    make.state(cast, objection.decision, "idno", Stance.OBJECT, text="It is the number of renewals, too.")

    objection.refresh_from_db()
    assert (objection.number, objection.state, objection.answer) == (1, ObjectionState.RAISED, "")
    assert make.ANSWER in objection.history.values_list("answer", flat=True)


def test_once_withdrawn_a_new_one_has_its_own_number(cast: Cast) -> None:
    objection = make.objected(cast)
    make.state(cast, objection.decision, "idno", Stance.SUPPORT)
    make.state(cast, objection.decision, "idno", Stance.OBJECT)
    assert [(row.reference, row.state) for row in objection.decision.objections.all()] == [
        ("O-1", ObjectionState.WITHDRAWN),
        ("O-2", ObjectionState.RAISED),
    ]


def test_a_maintained_one_may_be_answered_anew(cast: Cast) -> None:
    objection = make.addressed(cast)
    operations.maintain_objection(actor=cast.actor("idno"), objection=objection, last_word="Still.")
    operations.address_objection(actor=cast.actor("analyst"), objection=objection, answer="90 days, on page 3.")
    assert state_of(objection) == ObjectionState.ADDRESSED


def test_after_the_determination_it_stays_as_it_was(cast: Cast) -> None:
    decision = make.no_consensus(cast)
    objection = decision.objections.get()
    with pytest.raises(NotNow, match=r"determined \(no consensus, by Chair, .*\): O-1 stays as it was then"):
        operations.withdraw_objection(actor=cast.actor("idno"), objection=objection)


@act
def succeed(*, actor: Actor, seat: Seat, person: Person) -> None:
    """Another person takes the organisation's seat."""
    seat.valid_to = date(2026, 11, 29)
    seat.save()
    record("seat.ended", on=seat)
    successor = Seat.objects.create(
        person=person,
        organisation=seat.organisation,
        role=Role.MEMBER,
        valid_from=date(2026, 11, 30),
        proposed_by=actor.person,
        proposed_at=actor.at,
        confirmed_by=actor.person,
        confirmed_at=actor.at,
    )
    record("seat.started", on=successor)


def test_the_objection_of_a_seat_that_ended_passes_to_its_successor(cast: Cast) -> None:
    objection = make.addressed(cast, make.objected(cast, make.open_decision(cast, on=None)))
    seat = Seat.objects.get(pk=cast.seat("idno").pk)
    succeed(actor=cast.actor("secretariat"), seat=seat, person=cast.person("outsider"))

    operations.withdraw_objection(actor=cast.actor("outsider"), objection=objection, last_word="We can live with it.")

    assert state_of(objection) == ObjectionState.WITHDRAWN
