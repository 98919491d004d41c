"""The rules of artefacts at their edges: each condition by itself, in the case that only it decides."""

import pytest

from artefacts import rules
from artefacts.states import Kind, Mover, State
from sdwg.members.access import NotNow
from tests.artefacts import make
from tests.cast import Cast


def test_only_what_was_delegated_and_not_agreed_waits_for_the_dag(cast: Cast) -> None:
    chair, artefact = cast.actor("chair"), make.version(cast).artefact
    cases = {
        (State.NOT_AGREED, True): False,
        (State.NOT_AGREED, False): True,
        (State.RETURNED, True): True,
        (State.DRAFT, False): True,
        (State.ENDORSED, False): False,
    }
    for (state, bound), may in cases.items():
        artefact.state, artefact.bound_for_dag = state, bound
        assert rules.may_withdraw(chair, artefact) is rules.can_withdraw(chair, artefact) is may
    assert not rules.may_withdraw(cast.actor("secretariat"), artefact)


@pytest.mark.parametrize(
    ("owner", "author", "field"), [("partner", "analyst", "owner"), ("analyst", "partner", "author")]
)
def test_no_partner_holds_procurement_support(cast: Cast, owner: str, author: str, field: str) -> None:
    held = cast.seat(owner), cast.seat(author), cast.at
    rules.check_can_hold(Kind.DESIGN, *held)
    with pytest.raises(NotNow, match=f"Name another {field}") as refusal:
        rules.check_can_hold(Kind.PROCUREMENT, *held)
    assert refusal.value.field == field


def test_the_label_proposed_follows_the_greatest(cast: Cast) -> None:
    artefact = make.version(cast, label="0.9").artefact
    make.version(cast, artefact, label="0.10")
    assert rules.next_label(artefact) == "0.11"


def test_a_decision_is_on_the_latest_version_and_an_approval_on_one_of_its_own(cast: Cast) -> None:
    first = make.version(cast)
    artefact, other = first.artefact, make.version(cast)
    second = make.version(cast, artefact)
    artefact.state = State.READY
    move = (State.UNDER_DECISION, Mover.CHAIR_OR_SECRETARIAT)
    rules.check_can_follow(artefact, *move, second)
    with pytest.raises(NotNow, match="not the latest version"):
        rules.check_can_follow(artefact, *move, first)
    artefact.state = State.WITH_DAG
    rules.check_can_approve(artefact, first, conditional=False)
    with pytest.raises(NotNow, match="is no version of"):
        rules.check_can_approve(artefact, other, conditional=True)
