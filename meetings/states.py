"""The lives of a meeting, a pack, a decision, an objection and an action, as tables."""

from dataclasses import dataclass

from django.db import models


class MeetingState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    PACK_ISSUED = "pack-issued", "Pack issued"
    IN_SESSION = "in-session", "In session"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"
    DISCARDED = "discarded", "Discarded"


M = MeetingState
MEETING_MOVES: dict[tuple[str, str], str] = {
    (M.DRAFT, M.SCHEDULED): "the secretariat or the chair sends the invitations",
    (M.SCHEDULED, M.PACK_ISSUED): "the pack is circulated",
    (M.SCHEDULED, M.IN_SESSION): 'opened without a pack, with the reason "no pack"',
    (M.PACK_ISSUED, M.IN_SESSION): "the presiding chair opens it",
    (M.IN_SESSION, M.HELD): "the presiding chair closes it",
    (M.SCHEDULED, M.CANCELLED): "with a reason",
    (M.PACK_ISSUED, M.CANCELLED): "with a reason",
    (M.CANCELLED, M.SCHEDULED): "it is on after all, before its start time",
    (M.CANCELLED, M.PACK_ISSUED): "it is on after all, before its start time; its pack was out",
    (M.DRAFT, M.DISCARDED): "the secretariat or the chair; nobody was invited, and its number is not given again",
    (M.DISCARDED, M.DRAFT): "taken back, before its start time",
}
UNSEEN = (M.DRAFT, M.DISCARDED)
"""States of a meeting that is there for chair and secretariat alone: nobody was ever invited."""


TO_COME = (M.SCHEDULED, M.PACK_ISSUED)
"""States of a meeting to which people are invited, and which has not begun."""
WITH_GUESTS = (*TO_COME, M.IN_SESSION, M.HELD)
"""States of a meeting in which the link of a guest leads somewhere."""


class SeriesState(models.TextChoices):
    """A series is planned, then its meetings are made; what it was is in its history."""

    DRAFT = "draft", "Draft"
    RUNNING = "running", "Running"
    DISCARDED = "discarded", "Discarded"


class OffDay(models.TextChoices):
    """What becomes of a date that falls on a weekend or a bank holiday."""

    NEXT = "next", "It moves to the next working day"
    PREVIOUS = "previous", "It moves to the working day before"
    OUT = "out", "It is left out"
    KEEP = "keep", "It is held all the same"


class Scope(models.TextChoices):
    """How much of a series a change concerns. What has begun is in none of them."""

    ONE = "one", "This meeting"
    LATER = "later", "This one and all later ones"
    ALL = "all", "All that are still to come"


class GuestState(models.TextChoices):
    """What became of somebody who asked to be at an open meeting."""

    ASKED = "asked", "Asked"
    EXPECTED = "expected", "Expected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REFUSED = "refused", "Refused"


class ItemType(models.TextChoices):
    INFORMATION = "information", "Information"
    DISCUSSION = "discussion", "Discussion"
    DECISION = "decision", "Decision"


class Presence(models.TextChoices):
    """How a Member seat was represented at a meeting (S4). Nothing recorded is a row that is not there."""

    MEMBER = "member", "The member"
    ALTERNATE = "alternate", "The alternate"
    APOLOGIES = "apologies", "Apologies"
    ABSENT = "absent", "Absent"


class PackState(models.TextChoices):
    """A build is a row: ordered, built by the worker, circulated once. Once circulated it is never rebuilt."""

    ORDERED = "ordered", "Waiting for the worker"
    BUILDING = "building", "Being built"
    BUILT = "built", "Built"
    FAILED = "failed", "Not built"
    CIRCULATED = "circulated", "Circulated"
    REPLACED = "replaced", "Replaced before circulation"


class DecisionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    OPEN = "open", "Open for positions"
    CLOSED = "closed", "Closed for positions"
    PROPOSED = "proposed", "Finding proposed"
    ADJOURNED = "adjourned", "Adjourned"
    DETERMINED = "determined", "Determined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class By(models.TextChoices):
    """Who moves a decision, an objection or an action."""

    CHAIR = "chair", "Chair"
    CHAIR_OR_SECRETARIAT = "chair-or-secretariat", "Chair or secretariat"
    PROGRAM_OR_CHAIR = "program-or-chair", "By itself, or the chair"
    CHAIR_OR_AUTHOR = "chair-or-author", "Chair or author"
    OWN_SEAT = "own-seat", "Its own seat"


@dataclass(frozen=True)
class Move:
    """One legal move and who makes it."""

    source: str
    target: str
    by: By
    needs: str = ""


D = DecisionState
DECISION_MOVES: tuple[Move, ...] = (
    Move(D.DRAFT, D.OPEN, By.CHAIR_OR_SECRETARIAT, "a question; on a version, one that is ready"),
    Move(D.OPEN, D.CLOSED, By.PROGRAM_OR_CHAIR, "the deadline; before it, the meeting or every seat's stance"),
    Move(D.CLOSED, D.PROPOSED, By.CHAIR, "a finding with reasons"),
    Move(D.PROPOSED, D.DETERMINED, By.CHAIR, "no dispute at the meeting in session, or two working days"),
    Move(D.PROPOSED, D.ADJOURNED, By.CHAIR, "the same; what is awaited, and by when"),
    Move(D.ADJOURNED, D.OPEN, By.CHAIR_OR_SECRETARIAT, "round n+1, on the newest version, ready"),
    Move(D.DETERMINED, D.ADJOURNED, By.CHAIR, "an endorsed version is reopened, with a reason"),
    Move(D.OPEN, D.WITHDRAWN, By.CHAIR, "a reason"),
    Move(D.CLOSED, D.WITHDRAWN, By.CHAIR, "a reason"),
    Move(D.ADJOURNED, D.WITHDRAWN, By.CHAIR, "a reason"),
)
PUT: frozenset[str] = frozenset({D.OPEN, D.CLOSED, D.PROPOSED})
"""Before the group: its artefact is under decision in these states and in no other."""
LIVE: frozenset[str] = PUT | {D.ADJOURNED}
"""Not over: no second decision is opened on the artefact."""


def decision_move(source: str, target: str) -> Move | None:
    """The legal move of a decision from ``source`` to ``target``, or ``None``."""
    return next((row for row in DECISION_MOVES if (row.source, row.target) == (source, target)), None)


class Stance(models.TextChoices):
    """What a seat says. Concern and object need text; silence stays silence."""

    SUPPORT = "support", "Support"
    LIVE_WITH = "live-with", "Can live with"
    CONCERN = "concern", "Concern"
    OBJECT = "object", "Object"
    ABSTAIN = "abstain", "Abstain"
    CONFLICTED = "conflicted", "Conflicted"


STANCE_MEANS: dict[str, str] = {
    Stance.SUPPORT: "We agree with the proposal.",
    Stance.LIVE_WITH: "Not what we would choose, and we will not stand in its way.",
    Stance.CONCERN: "We see a risk that we want recorded and answered; it does not block consensus.",
    Stance.OBJECT: "We cannot accept it. It blocks consensus until we withdraw it.",
    Stance.ABSTAIN: "We were heard and take no side.",
    Stance.CONFLICTED: "We have an interest that keeps us out of it.",
}


class ObjectionState(models.TextChoices):
    RAISED = "raised", "Raised"
    ADDRESSED = "addressed", "Addressed"
    MAINTAINED = "maintained", "Maintained"
    WITHDRAWN = "withdrawn", "Withdrawn"


J = ObjectionState
OBJECTION_MOVES: tuple[Move, ...] = (
    Move(J.RAISED, J.ADDRESSED, By.CHAIR_OR_AUTHOR, "what changed, and where"),
    Move(J.ADDRESSED, J.ADDRESSED, By.CHAIR_OR_AUTHOR, "a better answer, before its seat has spoken"),
    Move(J.MAINTAINED, J.ADDRESSED, By.CHAIR_OR_AUTHOR, "a new answer"),
    Move(J.ADDRESSED, J.MAINTAINED, By.OWN_SEAT, "its last word"),
    Move(J.ADDRESSED, J.RAISED, By.OWN_SEAT, "other words than those that were answered"),
    Move(J.MAINTAINED, J.RAISED, By.OWN_SEAT, "other words than those that were answered"),
    Move(J.RAISED, J.WITHDRAWN, By.OWN_SEAT),
    Move(J.ADDRESSED, J.WITHDRAWN, By.OWN_SEAT),
    Move(J.MAINTAINED, J.WITHDRAWN, By.OWN_SEAT),
)
STANDING: frozenset[str] = frozenset({J.RAISED, J.ADDRESSED, J.MAINTAINED})
"""It blocks consensus, on whatever version, until its own seat withdraws it."""


def objection_move(source: str, target: str) -> Move | None:
    """The legal move of an objection from ``source`` to ``target``, or ``None``."""
    return next((row for row in OBJECTION_MOVES if (row.source, row.target) == (source, target)), None)


class ActionState(models.TextChoices):
    """Where an action stands. ``DONE`` is what the group calls closed; decisions close too, and mean something else."""

    OPEN = "open", "Open"
    PROPOSED = "closing", "Closing proposed"
    DONE = "done", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


A = ActionState
ACTION_MOVES: tuple[Move, ...] = (
    Move(A.OPEN, A.PROPOSED, By.OWN_SEAT, "evidence: words, a link or a file"),
    Move(A.PROPOSED, A.DONE, By.CHAIR_OR_SECRETARIAT),
    Move(A.PROPOSED, A.OPEN, By.CHAIR_OR_SECRETARIAT, "sent back, with a reason"),
    Move(A.OPEN, A.DONE, By.CHAIR_OR_SECRETARIAT, "evidence: words, a link or a file"),
    Move(A.DONE, A.OPEN, By.CHAIR_OR_SECRETARIAT, "a reason, and a new due date"),
    Move(A.OPEN, A.WITHDRAWN, By.CHAIR_OR_SECRETARIAT, "a reason"),
    Move(A.PROPOSED, A.WITHDRAWN, By.CHAIR_OR_SECRETARIAT, "a reason"),
)
UNDER_WAY: tuple[str, ...] = (A.OPEN, A.PROPOSED)
"""States of an action that somebody still has to do something about; it is carried forward in them."""


def action_move(source: str, target: str) -> Move | None:
    """The legal move of an action from ``source`` to ``target``, or ``None``."""
    return next((row for row in ACTION_MOVES if (row.source, row.target) == (source, target)), None)


class ActionVerb(models.TextChoices):
    """What an entry in the life of an action tells."""

    UPDATED = "updated", "Update"
    CHANGED = "changed", "Owners or due date changed"
    PROPOSED = "proposed", "Closing proposed"
    SENT_BACK = "sent-back", "Sent back"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Opened again"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Finding(models.TextChoices):
    CONSENSUS = "consensus", "Consensus"
    NO_CONSENSUS = "no-consensus", "No consensus"
    ADJOURNED = "adjourned", "Adjourned"
