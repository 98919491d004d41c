"""The diagrams of `docs/states.md`, drawn from the state tables themselves, so that they cannot say anything else."""

from collections.abc import Iterable

from artefacts.states import MOVES, State
from escalations.states import (
    OUTCOMES,
    PRIOR_MOVES,
    SUBMISSION_MOVES,
    PriorState,
    Result,
    SubmissionKind,
    SubmissionState,
)
from meetings.states import (
    ACTION_MOVES,
    DECISION_MOVES,
    MEETING_MOVES,
    OBJECTION_MOVES,
    ActionState,
    DecisionState,
    MeetingState,
    ObjectionState,
)

HEAD = """# States

Drawn from the tables in each app's `states.py` by `manage.py draw_states`; a test fails when they differ.
"""
Arrow = tuple[str, str, str]


def document() -> str:
    """The whole of `docs/states.md`."""
    parts = [
        HEAD,
        "## An artefact\n",
        diagram(State, [(row.source, row.target, row.by.label) for row in MOVES]),
        table([(row.source.label, row.target.label, row.by.label, row.needs) for row in MOVES]),
        "## A meeting\n",
        diagram(MeetingState, [(source, target, "") for source, target in MEETING_MOVES]),
        table([(label(MeetingState, a), label(MeetingState, b), "", why) for (a, b), why in MEETING_MOVES.items()]),
        "## A decision\n",
        diagram(DecisionState, [(row.source, row.target, row.by.label) for row in DECISION_MOVES]),
        table(
            [
                (label(DecisionState, row.source), label(DecisionState, row.target), row.by.label, row.needs)
                for row in DECISION_MOVES
            ]
        ),
        "## An objection\n",
        diagram(ObjectionState, [(row.source, row.target, row.by.label) for row in OBJECTION_MOVES]),
        "## An action\n",
        diagram(ActionState, [(row.source, row.target, row.by.label) for row in ACTION_MOVES]),
        table(
            [
                (label(ActionState, row.source), label(ActionState, row.target), row.by.label, row.needs)
                for row in ACTION_MOVES
            ]
        ),
        "## A submission\n",
        diagram(SubmissionState, [(source, target, why) for (source, target), why in SUBMISSION_MOVES.items()]),
        "## An approval from before this system\n",
        diagram(PriorState, [(source, target, why) for (source, target), why in PRIOR_MOVES.items()]),
        "## What a DAG outcome does\n",
        outcomes(),
    ]
    return "\n".join(parts)


def label(states: type[State] | type[MeetingState] | type[DecisionState] | type[ActionState], value: str) -> str:
    """The word for a state."""
    return str(states(value).label)


def name(value: str) -> str:
    """A state's name as the diagrams' language allows it."""
    return value.replace("-", "_")


def diagram(states: Iterable[object], arrows: list[Arrow]) -> str:
    """A state diagram in Mermaid."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {name(state.value)}: {state.label}" for state in states]  # type: ignore[attr-defined]
    lines += [f"    {name(source)} --> {name(target)}" + (f": {by}" if by else "") for source, target, by in arrows]
    return "\n".join([*lines, "```", ""])


def table(rows: list[tuple[str, str, str, str]]) -> str:
    """The same as a table."""
    lines = ["| from | to | by | needs |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])


def outcomes() -> str:
    """The table of outcomes."""
    lines = ["| submission | result | the submission is over | the artefact becomes |", "|---|---|---|---|"]
    for (kind, on_version, result), effect in OUTCOMES.items():
        what = f"{SubmissionKind(kind).label}, {'on a version' if on_version else 'on a question'}"
        becomes = effect.artefact.label if effect.artefact else "stays"
        lines.append(f"| {what} | {Result(result).label} | {'yes' if effect.ends else 'no'} | {becomes} |")
    return "\n".join([*lines, ""])
