"""What waits for whom: the chair's submissions, the liaison's outcomes, the secretariat's transcripts."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from artefacts.models import Consultation
from artefacts.rules import acting_role
from artefacts.states import State
from escalations.models import Condition, DagMeeting, Outcome, PriorApproval, Submission
from escalations.queries.owed import Owed, unescalated, unsubmitted
from escalations.queries.plan import rows, submissions
from escalations.queries.prior import prior_approvals, prior_rows, prior_url
from escalations.rules import can_speak_for_dag, cited
from escalations.states import DossierState, PriorState, SubmissionState
from meetings.models import Decision
from sdwg import clock, dates, workdays
from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.screen import Button, Waiting


def _url(name: str, submission: Submission) -> str:
    return reverse(name, args=[submission.reference])


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for ``actor`` here, each with its due moment and its one button. A constant number of queries."""
    role = acting_role(actor)
    if role not in {Role.CHAIR, Role.LIAISON, Role.SECRETARIAT}:
        return []
    found = owed(actor)
    if role in {Role.LIAISON, Role.SECRETARIAT}:
        found += _to_record(actor, role)
    if can_speak_for_dag(actor):
        found += _to_confirm(actor) + _to_discharge(actor) + _prior_to_confirm(actor)
    if role == Role.SECRETARIAT:
        found += _prior_refused(actor)
    if role in {Role.CHAIR, Role.SECRETARIAT}:
        found += _failed_dossiers(actor)
    return found


def owed(actor: Actor) -> list[Waiting]:
    """What the chair still owes the DAG: no consensus not escalated, in red, and endorsed versions not submitted."""
    if acting_role(actor) != Role.CHAIR:
        return []
    meetings = list(DagMeeting.objects.coming(clock.today(actor.at)))
    found = [
        Waiting(
            title=f"Escalate to the DAG: {row.title}",
            url=row.decision.get_absolute_url() if row.why_not else row.url,
            due=row.determined_at,
            reference=row.decision.reference,
            detail=row.why_not or _why_escalate(row),
            button=None if row.why_not else Button("Escalate", row.url),
        )
        for row in unescalated(actor)
    ]
    for row in unsubmitted(actor):
        meeting = _aim(row.decision, meetings, actor.at)
        found.append(
            Waiting(
                title=f"Submit for approval: {row.title}",
                url=row.url,
                due=meeting.papers_due_at if meeting else None,
                reference=row.decision.reference,
                detail=f"Papers for the DAG of {dates.day(meeting.date, clock.today(actor.at))}." if meeting else "",
                button=Button("Submit", row.url),
            )
        )
    return found


def _why_escalate(row: Owed) -> str:
    words = f"No consensus since {dates.day(row.determined_at)}."
    return f"{words} The DAG delegated it: it can only go there." if row.delegated else words


def _aim(decision: Decision, meetings: list[DagMeeting], at: datetime) -> DagMeeting | None:
    """The DAG meeting an endorsed version should make: the one it was planned for, else the next with time left."""
    planned = decision.version.artefact.planned_dag_date if decision.version else None
    return next((row for row in meetings if (row.date >= planned if planned else row.papers_due_at >= at)), None)


def _to_record(actor: Actor, role: Role) -> list[Waiting]:
    """Outcomes of DAG meetings whose date has come."""
    reported = Outcome.objects.filter(submission=OuterRef("pk"), confirmed_at__isnull=True, superseded_at__isnull=True)
    today = clock.today(actor.at)
    due = submissions(actor).filter(~Exists(reported), state=SubmissionState.SUBMITTED, dag_meeting__date__lte=today)
    label = "Record" if role == Role.LIAISON else "Transcribe"
    return [
        Waiting(
            title=f"{label} the outcome of {row.submission.reference}",
            url=row.submission.get_absolute_url(),
            due=workdays.deadline(row.tabled.date) if row.tabled else None,
            reference=row.submission.reference,
            detail=row.title,
            button=Button(label, _url("outcome-record", row.submission)),
        )
        for row in rows(due)
    ]


def _to_confirm(actor: Actor) -> list[Waiting]:
    listed = Submission.objects.listed_for(actor).values("pk")
    reported = Outcome.objects.filter(
        submission__in=listed, confirmed_at__isnull=True, superseded_at__isnull=True
    ).exclude(recorded_by=actor.person)
    return [
        Waiting(
            title=f"Confirm the outcome of {row.submission.reference}",
            url=row.submission.get_absolute_url(),
            due=None,
            reference=row.submission.reference,
            detail=f"{row.get_result_display()}, transcribed by {row.recorded_as}.",
            button=Button("Confirm", _url("outcome-confirm", row.submission)),
        )
        for row in reported.select_related("submission")
    ]


def _prior_to_confirm(actor: Actor) -> list[Waiting]:
    """What the secretariat recorded as approved before this system."""
    rows = prior_approvals(actor).filter(state=PriorState.WAITING).exclude(recorded_by=actor.person)
    return [
        Waiting(
            title=f"Confirm that the DAG approved {row.prior.version.audit_ref} before this system",
            url=row.prior.get_absolute_url(),
            due=None,
            reference=row.prior.version.artefact.reference,
            detail=f"{cited(row.prior)}. {row.title}.",
            button=Button("Confirm", prior_url("confirm", row.prior)),
        )
        for row in prior_rows(actor, rows)
    ]


def _prior_refused(actor: Actor) -> list[Waiting]:
    """What was refused, until it is recorded anew or the artefact goes its own way."""
    again = PriorApproval.objects.filter(version__artefact=OuterRef("version__artefact"), pk__gt=OuterRef("pk"))
    worked_on = Consultation.objects.filter(version__artefact=OuterRef("version__artefact"))
    rows = prior_approvals(actor).filter(
        ~Exists(again), ~Exists(worked_on), state=PriorState.REFUSED, version__artefact__state=State.DRAFT
    )
    return [
        Waiting(
            title=f"The approval of {row.prior.version.audit_ref} before this system was refused",
            url=row.prior.get_absolute_url(),
            due=None,
            reference=row.prior.version.artefact.reference,
            detail="Record it anew, or let the group work on it.",
            button=Button("See why", row.prior.get_absolute_url()),
        )
        for row in prior_rows(actor, rows)
    ]


def _to_discharge(actor: Actor) -> list[Waiting]:
    listed = Submission.objects.listed_for(actor).values("pk")
    conditions = Condition.objects.open().filter(outcome__submission__in=listed).select_related("outcome__submission")
    return [
        Waiting(
            title=f"Condition {row.number} of {row.outcome.submission.reference}: accept its evidence",
            url=row.outcome.submission.get_absolute_url(),
            due=workdays.deadline(row.due) if row.due else None,
            reference=row.outcome.submission.reference,
            button=Button(
                "Accept", reverse("condition-discharge", args=[row.outcome.submission.reference, row.number])
            ),
        )
        for row in conditions.order_by("due", "outcome", "number")
    ]


def _failed_dossiers(actor: Actor) -> list[Waiting]:
    failed = Submission.objects.listed_for(actor).filter(dossier__state=DossierState.FAILED)
    failed = failed.exclude(state=SubmissionState.WITHDRAWN)
    return [
        Waiting(
            title=f"The dossier of {row.reference} could not be built",
            url=row.get_absolute_url(),
            due=None,
            reference=row.reference,
            button=Button("See why", row.get_absolute_url()),
        )
        for row in failed
    ]
