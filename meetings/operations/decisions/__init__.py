"""The verbs of a decision (D3): open, state, object, answer, close, find, dispute, determine, adjourn, withdraw.

Everything waits at the decision's row, then at its artefact's, in that order. What happens is recorded on the
decision, so that one key holds its history; the artefact's own move is recorded on the artefact.
"""

from meetings.operations.decisions.conflicts import declare_conflict, end_conflict, record_conflict
from meetings.operations.decisions.findings import (
    close_due_decisions,
    close_positions,
    determine,
    dispute,
    propose_finding,
)
from meetings.operations.decisions.opening import open_decision, open_round, reopen_endorsed, rework, withdraw_decision
from meetings.operations.decisions.positions import (
    address_objection,
    maintain_objection,
    state_on_behalf,
    state_position,
    withdraw_objection,
)

__all__ = [
    "address_objection",
    "close_due_decisions",
    "close_positions",
    "declare_conflict",
    "determine",
    "dispute",
    "end_conflict",
    "maintain_objection",
    "open_decision",
    "open_round",
    "propose_finding",
    "record_conflict",
    "reopen_endorsed",
    "rework",
    "state_on_behalf",
    "state_position",
    "withdraw_decision",
    "withdraw_objection",
]
