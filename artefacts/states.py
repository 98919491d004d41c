"""The life of an artefact, as a table a chair could read.

A baseline (an approved version) is a row of its own: it stays in force while a new revision is worked, so going from
``approved`` back to ``draft`` takes nothing away.
"""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_CONSULTATION = "in-consultation", "In consultation"
    RESOLVING = "resolving", "Resolving comments"
    READY = "ready", "Ready"
    UNDER_DECISION = "under-decision", "Under decision"
    ENDORSED = "endorsed", "Endorsed"
    NOT_AGREED = "not-agreed", "Not agreed"
    WITH_DAG = "with-dag", "With DAG"
    APPROVED = "approved", "Approved"
    CONDITIONS = "conditions", "Approved with conditions"
    RETURNED = "returned", "Returned"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Mover(models.TextChoices):
    """Who moves an artefact. The last three are records made above: the artefact follows them and nothing else."""

    CHAIR = "chair", "Chair"
    CHAIR_OR_SECRETARIAT = "chair-or-secretariat", "Chair or secretariat"
    AUTHOR = "author", "Author"
    PROGRAM = "program", "By itself"
    DETERMINATION = "determination", "The chair's determination"
    SUBMISSION = "submission", "The chair's submission"
    OUTCOME = "outcome", "A DAG outcome"


@dataclass(frozen=True)
class Move:
    """One legal move and who makes it."""

    source: State
    target: State
    by: Mover
    needs: str = ""


S, M = State, Mover

MOVES: tuple[Move, ...] = (
    Move(S.DRAFT, S.IN_CONSULTATION, M.CHAIR_OR_SECRETARIAT, "a version"),
    Move(S.IN_CONSULTATION, S.RESOLVING, M.PROGRAM, "the last open window has closed"),
    Move(S.RESOLVING, S.IN_CONSULTATION, M.CHAIR_OR_SECRETARIAT, "a new version"),
    Move(S.RESOLVING, S.READY, M.AUTHOR, "every disposition validated, every principle assessed, every impact stated"),
    Move(S.READY, S.RESOLVING, M.AUTHOR, "a new version is uploaded"),
    Move(S.READY, S.UNDER_DECISION, M.CHAIR_OR_SECRETARIAT, "a decision is opened"),
    Move(S.UNDER_DECISION, S.ENDORSED, M.DETERMINATION, "consensus"),
    Move(S.UNDER_DECISION, S.NOT_AGREED, M.DETERMINATION, "no consensus"),
    Move(S.UNDER_DECISION, S.READY, M.DETERMINATION, "adjourned, or the decision withdrawn"),
    Move(S.ENDORSED, S.READY, M.CHAIR, "a reason; the determination is superseded"),
    Move(S.ENDORSED, S.WITH_DAG, M.SUBMISSION, "a submission for approval"),
    Move(S.NOT_AGREED, S.WITH_DAG, M.SUBMISSION, "an escalation"),
    Move(S.NOT_AGREED, S.DRAFT, M.AUTHOR, "rework; not while the decision was delegated by the DAG"),
    Move(S.WITH_DAG, S.ENDORSED, M.SUBMISSION, "the submission for approval is withdrawn"),
    Move(S.WITH_DAG, S.NOT_AGREED, M.SUBMISSION, "the escalation is withdrawn"),
    Move(S.WITH_DAG, S.APPROVED, M.OUTCOME, "approved"),
    Move(S.WITH_DAG, S.CONDITIONS, M.OUTCOME, "approved subject to conditions"),
    Move(S.WITH_DAG, S.RETURNED, M.OUTCOME, "rejected or change required"),
    Move(S.CONDITIONS, S.APPROVED, M.OUTCOME, "the last condition is discharged"),
    Move(S.RETURNED, S.DRAFT, M.AUTHOR, "a new revision"),
    Move(S.APPROVED, S.DRAFT, M.AUTHOR, "a new revision; the baseline stays"),
    *(
        Move(state, S.WITHDRAWN, M.CHAIR, "a reason")
        for state in (S.DRAFT, S.IN_CONSULTATION, S.RESOLVING, S.READY, S.NOT_AGREED, S.RETURNED)
    ),
)

PATH: tuple[State, ...] = (
    S.DRAFT,
    S.IN_CONSULTATION,
    S.RESOLVING,
    S.READY,
    S.UNDER_DECISION,
    S.ENDORSED,
    S.WITH_DAG,
    S.APPROVED,
)


def move(source: str, target: str) -> Move | None:
    """The legal move from ``source`` to ``target``, or ``None``."""
    return next((row for row in MOVES if row.source == source and row.target == target), None)


class Kind(models.TextChoices):
    """What an artefact is. Procurement support is read by chair, secretariat and named people alone."""

    DESIGN = "design", "Security design"
    PROCUREMENT = "procurement", "Procurement support"


class Marking(models.TextChoices):
    """Traffic Light Protocol 2.0, from the widest to the narrowest."""

    CLEAR = "CLEAR", "TLP:CLEAR"
    GREEN = "GREEN", "TLP:GREEN"
    AMBER = "AMBER", "TLP:AMBER"
    STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "RED", "TLP:RED"


def highest(markings: list[str]) -> str:
    """The narrowest of ``markings``, which a composed document takes; CLEAR for none."""
    order = list(Marking.values)
    return max(markings, key=order.index, default=Marking.CLEAR)


class CommentType(models.TextChoices):
    TECHNICAL = "technical", "Technical"
    EDITORIAL = "editorial", "Editorial"
    QUESTION = "question", "Question"


class Severity(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Answer(models.TextChoices):
    """What is proposed for a comment. All but the first need a reason."""

    ACCEPTED = "accepted", "Accepted"
    PART = "part", "Accepted in part"
    REJECTED = "rejected", "Rejected"
    CLARIFIED = "clarified", "Clarified"
    CARRIED = "carried", "Carried forward"


class Alignment(models.TextChoices):
    """How a version stands to a design principle."""

    ALIGNED = "aligned", "Aligned"
    DEPARTS = "departs", "Departs, with why"
    NOT_APPLICABLE = "not-applicable", "Not applicable"


class Impact(models.TextChoices):
    """What a version means for a constituency: the programme's own assessment."""

    SOME = "impact", "Impact"
    NIL = "nil", "No impact, reasoned"
