"""The lives of a meeting, a pack, a decision and an objection, as tables."""

from django.db import models


class MeetingState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    PACK_ISSUED = "pack-issued", "Pack issued"
    IN_SESSION = "in-session", "In session"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


M = MeetingState
MEETING_MOVES: dict[tuple[str, str], str] = {
    (M.DRAFT, M.SCHEDULED): "the secretariat or the chair sends the invitations",
    (M.SCHEDULED, M.PACK_ISSUED): "the pack is circulated",
    (M.SCHEDULED, M.IN_SESSION): 'opened without a pack, with the reason "no pack"',
    (M.PACK_ISSUED, M.IN_SESSION): "the presiding chair opens it",
    (M.IN_SESSION, M.HELD): "the presiding chair closes it",
    (M.SCHEDULED, M.CANCELLED): "with a reason",
    (M.PACK_ISSUED, M.CANCELLED): "with a reason",
}


class ItemType(models.TextChoices):
    INFORMATION = "information", "Information"
    DISCUSSION = "discussion", "Discussion"
    DECISION = "decision", "Decision"


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
    DETERMINED = "determined", "Determined"
    WITHDRAWN = "withdrawn", "Withdrawn"


D = DecisionState
DECISION_MOVES: dict[tuple[str, str], str] = {
    (D.DRAFT, D.OPEN): "chair or secretariat",
    (D.OPEN, D.CLOSED): "by itself at its deadline, or the chair at the meeting",
    (D.CLOSED, D.PROPOSED): "the chair proposes a finding",
    (D.PROPOSED, D.DETERMINED): "the chair, at the meeting, or after two working days without a dispute",
    (D.PROPOSED, D.OPEN): "adjourned: round n+1",
    (D.OPEN, D.WITHDRAWN): "the chair, with a reason",
    (D.CLOSED, D.WITHDRAWN): "the chair, with a reason",
}


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
    LAPSED = "lapsed", "Lapsed"


STANDING: frozenset[str] = frozenset({ObjectionState.RAISED, ObjectionState.ADDRESSED, ObjectionState.MAINTAINED})


class Finding(models.TextChoices):
    CONSENSUS = "consensus", "Consensus"
    NO_CONSENSUS = "no-consensus", "No consensus"
    ADJOURNED = "adjourned", "Adjourned"
