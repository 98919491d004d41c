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


def in_words(state: str) -> str:
    """A state in mid-sentence: "resolving comments", "with DAG"."""
    label = str(State(state).label)
    return label[0].lower() + label[1:]


class Mover(models.TextChoices):
    """Who moves an artefact. The last three are records made above, which the artefact follows."""

    CHAIR = "chair", "Chair"
    CHAIR_OR_SECRETARIAT = "chair-or-secretariat", "Chair or secretariat"
    AUTHOR = "author", "Author"
    PROGRAM = "program", "By itself"
    DETERMINATION = "determination", "The chair's determination"
    SUBMISSION = "submission", "The chair's submission"
    OUTCOME = "outcome", "A DAG outcome"


class Verb(models.TextChoices):
    """The operation that makes a move; ``FOLLOW`` is called by the apps above, whose record the artefact follows."""

    OPEN_CONSULTATION = "open_consultation", "a consultation is opened"
    CLOSE = "close", "a window closes"
    UPLOAD = "upload", "a version is uploaded"
    MAKE_READY = "make_ready", "the author makes it ready"
    OPEN_REVISION = "open_revision", "the author opens a revision"
    WITHDRAW = "withdraw", "the chair withdraws it"
    FOLLOW = "follow", "it follows a record of the group"
    APPROVE = "approve", "the DAG approves it"
    DISCHARGE = "discharge", "the last condition is discharged"


@dataclass(frozen=True)
class Move:
    """One legal move, who makes it, and the one operation that can."""

    source: State
    target: State
    by: Mover
    verb: Verb
    needs: str = ""


S, M, V = State, Mover, Verb

MOVES: tuple[Move, ...] = (
    Move(S.DRAFT, S.IN_CONSULTATION, M.CHAIR_OR_SECRETARIAT, V.OPEN_CONSULTATION, "a version not consulted on before"),
    Move(S.IN_CONSULTATION, S.RESOLVING, M.PROGRAM, V.CLOSE, "the last open window has closed"),
    Move(S.IN_CONSULTATION, S.RESOLVING, M.CHAIR, V.CLOSE, "the last open window is closed early, with a reason"),
    Move(S.RESOLVING, S.IN_CONSULTATION, M.CHAIR_OR_SECRETARIAT, V.OPEN_CONSULTATION, "a new version"),
    Move(
        S.RESOLVING,
        S.READY,
        M.AUTHOR,
        V.MAKE_READY,
        "every disposition validated, every principle assessed, every impact stated",
    ),
    Move(S.READY, S.RESOLVING, M.AUTHOR, V.UPLOAD, "a new version is uploaded"),
    Move(S.READY, S.UNDER_DECISION, M.CHAIR_OR_SECRETARIAT, V.FOLLOW, "a decision is opened"),
    Move(S.UNDER_DECISION, S.ENDORSED, M.DETERMINATION, V.FOLLOW, "consensus"),
    Move(S.UNDER_DECISION, S.NOT_AGREED, M.DETERMINATION, V.FOLLOW, "no consensus"),
    Move(S.UNDER_DECISION, S.READY, M.DETERMINATION, V.FOLLOW, "adjourned, or the decision withdrawn"),
    Move(S.ENDORSED, S.READY, M.CHAIR, V.FOLLOW, "a reason; the determination is superseded"),
    Move(S.ENDORSED, S.WITH_DAG, M.SUBMISSION, V.FOLLOW, "a submission for approval"),
    Move(S.NOT_AGREED, S.WITH_DAG, M.SUBMISSION, V.FOLLOW, "an escalation"),
    Move(S.NOT_AGREED, S.DRAFT, M.AUTHOR, V.OPEN_REVISION, "rework; not while the decision was delegated by the DAG"),
    Move(S.WITH_DAG, S.ENDORSED, M.SUBMISSION, V.FOLLOW, "the submission for approval is withdrawn"),
    Move(S.WITH_DAG, S.NOT_AGREED, M.SUBMISSION, V.FOLLOW, "the escalation is withdrawn"),
    Move(S.WITH_DAG, S.APPROVED, M.OUTCOME, V.APPROVE, "approved"),
    Move(S.DRAFT, S.APPROVED, M.OUTCOME, V.APPROVE, "approved before this system; never consulted on here"),
    Move(S.WITH_DAG, S.CONDITIONS, M.OUTCOME, V.APPROVE, "approved subject to conditions"),
    Move(S.WITH_DAG, S.RETURNED, M.OUTCOME, V.FOLLOW, "rejected or change required"),
    Move(S.CONDITIONS, S.APPROVED, M.OUTCOME, V.DISCHARGE, "the last condition is discharged"),
    Move(S.RETURNED, S.DRAFT, M.AUTHOR, V.OPEN_REVISION, "a new revision"),
    Move(S.APPROVED, S.DRAFT, M.AUTHOR, V.OPEN_REVISION, "a new revision; the baseline stays"),
    *(
        Move(state, S.WITHDRAWN, M.CHAIR, V.WITHDRAW, "a reason")
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


def move(source: str, target: str, by: str | None = None) -> Move | None:
    """The legal move from ``source`` to ``target`` (made by ``by``), or ``None``."""
    legal = (row for row in MOVES if row.source == source and row.target == target)
    return next((row for row in legal if by is None or row.by == by), None)


OPEN_TO_VERSIONS: frozenset[str] = frozenset({S.DRAFT, S.IN_CONSULTATION, S.RESOLVING, S.READY, S.CONDITIONS})
"""Where a new version may be uploaded. Ready goes back to resolving; a condition may need changed text."""
OPEN_TO_ASSESSMENT: frozenset[str] = frozenset({S.DRAFT, S.IN_CONSULTATION, S.RESOLVING})
OPEN_TO_ANSWERS: frozenset[str] = frozenset({S.IN_CONSULTATION, S.RESOLVING})


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


QUIET = frozenset({Marking.CLEAR, Marking.GREEN})
"""Markings whose reading is not written down."""


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


class PublicState(models.TextChoices):
    """What became of a comment from the wider industry. Until its sender confirms it nobody reads it.

    Until it is released chair and secretariat alone do; what is refused stays so, unless it is released after all.
    """

    SENT = "sent", "Not confirmed"
    HELD = "held", "Waits for its release"
    REFUSED = "refused", "Not released"
    WAITING = "waiting", "Waits for an answer"
    ANSWERED = "answered", "Answered"
    HIDDEN = "hidden", "Hidden for abuse"


DONE_IN_A_VERSION = frozenset({Answer.ACCEPTED, Answer.PART, Answer.CARRIED})
"""Answers that promise another text: each comes to its end in a version."""


class Word(models.TextChoices):
    """The commenter's last word on a validated answer. Silence is shown as no reply after ten working days."""

    SATISFIED = "satisfied", "Satisfied"
    LIVE_WITH = "live-with", "Can live with it"
    MAINTAINED = "maintained", "Maintained"


OPEN_TO_LAST_WORDS: frozenset[str] = frozenset({S.IN_CONSULTATION, S.RESOLVING, S.READY, S.UNDER_DECISION})
"""Until the group has decided."""


class Alignment(models.TextChoices):
    """How a version stands to a design principle."""

    ALIGNED = "aligned", "Aligned"
    DEPARTS = "departs", "Departs, with why"
    NOT_APPLICABLE = "not-applicable", "Not applicable"


class Impact(models.TextChoices):
    """What a version means for a constituency: the programme's own assessment."""

    SOME = "impact", "Impact"
    NIL = "nil", "No impact, reasoned"
