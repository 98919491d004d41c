"""What is owed to the DAG: decisions that are determined and have not gone to it (D1, D3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from artefacts.states import State
from escalations.models import Submission
from escalations.states import SubmissionKind, SubmissionState
from meetings.models import Decision, Determination
from meetings.states import Finding
from sdwg.members.access import Actor


@dataclass(frozen=True)
class Owed:
    """A determined decision that has not gone to the DAG: no consensus not escalated, or endorsed and not submitted."""

    decision: Decision
    determined_at: datetime
    escalation: bool
    delegated: bool
    why_not: str = ""

    @property
    def title(self) -> str:
        return self.decision.question

    @property
    def url(self) -> str:
        return f"{reverse('submission-make')}?decision={self.decision.reference}"


def unescalated(actor: Actor) -> list[Owed]:
    """Every no consensus that is not with the DAG and that no later finding on the same artefact overtook (D3).

    It stays on the chair's list until then. One that is being reworked says so. One query.
    """
    taken = Submission.objects.filter(
        decision=OuterRef("decision"),
        kind=SubmissionKind.ESCALATION,
        state__in=(SubmissionState.SUBMITTED, SubmissionState.ANSWERED),
    )
    rows = _findings(actor, Finding.NO_CONSENSUS).filter(~Exists(taken))
    return [
        Owed(row.decision, row.determined_at, True, row.decision.delegated, _why_not(row.decision))
        for row in rows.exclude(decision__version__artefact__state=State.WITHDRAWN)
        if row.determined_at
    ]


def _why_not(decision: Decision) -> str:
    """Why it cannot be escalated today; empty when it can."""
    version = decision.version
    if version is None or version.artefact.state == State.NOT_AGREED:
        return ""
    return f"{version.artefact} is “{version.artefact.get_state_display().lower()}”: a later finding will overtake it."


def unsubmitted(actor: Actor) -> list[Owed]:
    """Every endorsed version that is not with the DAG. One query."""
    rows = _findings(actor, Finding.CONSENSUS).filter(decision__version__artefact__state=State.ENDORSED)
    return [Owed(row.decision, row.determined_at, False, row.decision.delegated) for row in rows if row.determined_at]


def _findings(actor: Actor, finding: str) -> QuerySet[Determination]:
    """The determinations that stand, each the newest on its artefact, of decisions ``actor`` may read."""
    standing = Determination.objects.filter(determined_at__isnull=False, superseded_at__isnull=True)
    later = standing.filter(
        decision__version__artefact=OuterRef("decision__version__artefact"),
        determined_at__gt=OuterRef("determined_at"),
        finding__in=(Finding.CONSENSUS, Finding.NO_CONSENSUS),
    )
    readable = Decision.objects.visible_to(actor).values("pk")
    rows = standing.filter(~Exists(later), finding=finding, decision__in=readable)
    return rows.select_related("decision__version__artefact").order_by("determined_at", "pk")
