"""The life of a decision, from the question to the chair's determination (D3)."""

from datetime import timedelta

import pytest

from artefacts.states import State
from meetings import operations
from meetings.states import DecisionState, Finding, ObjectionState, Stance
from sdwg.audit import verify
from sdwg.members.access import NotNow
from tests.cast import Cast
from tests.decisions import make


def test_consensus_endorses(cast: Cast) -> None:
    decision = make.consensus(cast)
    assert decision.state == DecisionState.DETERMINED
    assert decision.version and decision.version.artefact.state == State.ENDORSED
    assert list(verify.breaks()) == []


def test_no_consensus(cast: Cast) -> None:
    decision = make.no_consensus(cast)
    assert decision.version and decision.version.artefact.state == State.NOT_AGREED


def test_adjourned(cast: Cast) -> None:
    decision = make.adjourned(cast)
    assert decision.version and decision.version.artefact.state == State.READY


def test_at_a_meeting(cast: Cast) -> None:
    decision = make.at_meeting(cast)
    make.say(cast, decision, idno=Stance.OBJECT)
    decision = operations.close_positions(actor=cast.actor("chair"), decision=decision)
    with pytest.raises(NotNow, match="Consensus: refused while O-1 stands."):
        make.proposed(cast, decision, Finding.CONSENSUS)
    found = make.proposed(cast, decision)
    operations.determine(actor=cast.actor("chair"), determination=found, at_meeting=decision.meeting)
    assert make.fresh(decision).state == DecisionState.DETERMINED
