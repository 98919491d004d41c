"""What goes up to the Design Advisory Group, and what comes back: submissions, outcomes and conditions, as tables."""

from dataclasses import dataclass

from django.db import models

from artefacts.states import State


class SubmissionKind(models.TextChoices):
    APPROVAL = "approval", "For approval"
    ESCALATION = "escalation", "Escalation"
    INFORMATION = "information", "For information"


class SubmissionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    ANSWERED = "answered", "Outcome recorded"
    WITHDRAWN = "withdrawn", "Withdrawn"


LIVE: tuple[str, ...] = (SubmissionState.DRAFT, SubmissionState.SUBMITTED)
"""What is on its way to the DAG or lies with it: one at a time about the same version or question."""


class PriorState(models.TextChoices):
    WAITING = "waiting", "Waits for confirmation"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DossierState(models.TextChoices):
    ORDERED = "ordered", "Waiting for the worker"
    BUILDING = "building", "Being built"
    BUILT = "built", "Built"
    FAILED = "failed", "Not built"


class Result(models.TextChoices):
    APPROVED = "approved", "Approved"
    CONDITIONS = "conditions", "Approved subject to conditions"
    DEFERRED = "deferred", "Deferred"
    REJECTED = "rejected", "Rejected, or change required"
    ANSWERED = "answered", "Answered"
    NOTED = "noted", "Noted"


SS = SubmissionState
SUBMISSION_MOVES: dict[tuple[str, str], str] = {
    (SS.DRAFT, SS.SUBMITTED): "the chair submits it",
    (SS.DRAFT, SS.WITHDRAWN): "the chair, with a reason",
    (SS.SUBMITTED, SS.ANSWERED): "an outcome takes effect that ends it",
    (SS.SUBMITTED, SS.WITHDRAWN): "the chair, with a reason",
}


PS = PriorState
PRIOR_MOVES: dict[tuple[str, str], str] = {
    (PS.WAITING, PS.CONFIRMED): "the DAG liaison (where there is none, the chair); the artefact is approved",
    (PS.WAITING, PS.REFUSED): "the DAG liaison (where there is none, the chair), with a reason",
    (PS.WAITING, PS.WITHDRAWN): "the secretariat, with a reason",
}
"""An approval that the DAG gave before this system, from the secretariat's record on."""


@dataclass(frozen=True)
class Effect:
    """What an outcome does: whether the submission is over, and where the artefact goes (``None``: it stays)."""

    ends: bool
    artefact: State | None


S, K, R = State, SubmissionKind, Result

OUTCOMES: dict[tuple[str, bool, str], Effect] = {
    # (kind of submission, on a version, result): effect
    (K.APPROVAL, True, R.APPROVED): Effect(True, S.APPROVED),
    (K.APPROVAL, True, R.CONDITIONS): Effect(True, S.CONDITIONS),
    (K.APPROVAL, True, R.DEFERRED): Effect(False, None),
    (K.APPROVAL, True, R.REJECTED): Effect(True, S.RETURNED),
    (K.ESCALATION, True, R.APPROVED): Effect(True, S.APPROVED),
    (K.ESCALATION, True, R.CONDITIONS): Effect(True, S.CONDITIONS),
    (K.ESCALATION, True, R.DEFERRED): Effect(False, None),
    (K.ESCALATION, True, R.REJECTED): Effect(True, S.RETURNED),
    (K.ESCALATION, False, R.DEFERRED): Effect(False, None),
    (K.ESCALATION, False, R.ANSWERED): Effect(True, None),
    (K.INFORMATION, True, R.NOTED): Effect(True, None),
    (K.INFORMATION, False, R.NOTED): Effect(True, None),
}

BEFORE: dict[str, State] = {
    # kind of submission on a version: where the artefact comes from, and goes back to when it is withdrawn
    K.APPROVAL: S.ENDORSED,
    K.ESCALATION: S.NOT_AGREED,
}


def results_for(kind: str, on_version: bool) -> list[Result]:
    """The results the DAG can give to such a submission, in the order they are offered."""
    return [result for result in Result if (kind, on_version, result.value) in OUTCOMES]


def effect_of(kind: str, on_version: bool, result: str) -> Effect | None:
    """What such a result does; ``None`` where the DAG cannot give it to such a submission."""
    return OUTCOMES.get((kind, on_version, result))
