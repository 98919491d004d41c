"""The tables of ``meetings.states`` are what the rules do: every state, every target, every role."""

from collections.abc import Callable

import pytest

from meetings import rules
from meetings.models import Decision
from meetings.states import DECISION_MOVES, By, DecisionState, ObjectionState, decision_move, objection_move
from sdwg.members.access import Actor
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make

D = DecisionState
MOVERS: dict[By, set[str]] = {
    By.CHAIR: {"chair"},
    By.CHAIR_OR_SECRETARIAT: {"chair", "secretariat"},
    By.PROGRAM_OR_CHAIR: {"chair", "the program"},
}
ROLES = ("chair", "secretariat", "analyst", "architect", "idno", "partner", "observer", "dag", "auditor", "the program")
SHOWN = {"marking": "CLEAR"}
IN_STATE: dict[str, Callable[[Cast], Decision]] = {
    D.OPEN: lambda cast: make.heard(cast, **SHOWN),
    D.CLOSED: lambda cast: make.closed(cast, make.heard(cast, **SHOWN)),
    D.PROPOSED: lambda cast: make.fresh(make.proposed(cast, make.heard(cast, **SHOWN)).decision),
    D.ADJOURNED: lambda cast: make.adjourned(cast, **SHOWN),
    D.DETERMINED: lambda cast: make.consensus(cast, **SHOWN),
    D.WITHDRAWN: lambda cast: make.withdrawn(cast, **SHOWN),
}


def may(actor: Actor, decision: Decision, target: str) -> bool:
    """Whether ``actor`` can make the one act that takes ``decision`` to ``target``, as the rules say it."""
    finding = decision.determinations.filter(superseded_at__isnull=True).first()
    if finding:
        finding.decision = decision
    if target == D.DETERMINED:
        return finding is not None and rules.can_determine(actor, finding, None)
    if target == D.ADJOURNED:
        determine = finding is not None and rules.can_determine(actor, finding, None)
        return determine or rules.can_reopen_endorsed(actor, decision)
    if target == D.PROPOSED:
        return decision.state != D.PROPOSED and rules.can_propose_finding(actor, decision)
    ask = {
        D.OPEN: rules.can_open_round,
        D.CLOSED: rules.can_close_positions,
        D.WITHDRAWN: rules.can_withdraw_decision,
    }
    return target in ask and ask[D(target)](actor, decision)


@pytest.mark.parametrize("state", IN_STATE)
def test_from_each_state_each_role_makes_the_moves_of_the_table_and_no_other(cast: Cast, state: str) -> None:
    decision = IN_STATE[state](cast)
    assert decision.state == state
    finding = decision.determinations.filter(superseded_at__isnull=True).first()
    artefacts.pass_to(cast, max(cast.at, decision.closes_at, *([finding.dispute_until] if finding else [])))
    for target in D.values:
        move = decision_move(state, target)
        expected = MOVERS[move.by] if move else set()
        actors = {name: Actor.system(cast.at) if name == "the program" else cast.actor(name) for name in ROLES}
        assert {name for name, actor in actors.items() if may(actor, decision, target)} == expected, target


def test_every_state_but_the_first_is_reached() -> None:
    assert {row.target for row in DECISION_MOVES} == set(D.values) - {D.DRAFT}
    assert set(IN_STATE) == set(D.values) - {D.DRAFT}


def test_no_move_leads_out_of_an_objection_that_was_withdrawn() -> None:
    assert [target for target in ObjectionState.values if objection_move(ObjectionState.WITHDRAWN, target)] == []


def test_an_objection_is_maintained_only_once_it_was_addressed() -> None:
    sources = [source for source in ObjectionState.values if objection_move(source, ObjectionState.MAINTAINED)]
    assert sources == [ObjectionState.ADDRESSED]
