"""The forward plan: what was planned for which DAG meeting, what came to it, and what was submitted (O3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from artefacts.models import Artefact, Baseline
from artefacts.states import State
from escalations.models import DagMeeting, Outcome, Submission
from escalations.states import SubmissionKind, SubmissionState
from sdwg import clock
from sdwg.members.access import Actor

RESTRICTED = "Restricted"
WITHHELD = "What is asked, and the dossier, are not open to you. The reference, the DAG meeting and the result are."


@dataclass(frozen=True)
class Planned:
    """One artefact on the forward plan: when it was planned for the DAG, and when it came there."""

    artefact: Artefact
    title: str
    planned: date | None
    actual: date | None
    tabled: date | None
    status: str
    words: str
    whose: str

    @property
    def shown(self) -> date | None:
        """Where it is, or will be."""
        return self.actual or self.tabled


@dataclass(frozen=True)
class Plan:
    """The forward plan: rows of artefacts, and the DAG meetings between the first and the last date of them."""

    rows: list[Planned]
    meetings: list[DagMeeting]
    late: int


def forward_plan(actor: Actor) -> Plan:
    """Planned against actual for every artefact with a date, or on its way to the DAG. Four queries.

    The actual date is that of the newest approval; where a submission is with the DAG, the meeting it is tabled for.
    """
    today = clock.today(actor.at)
    baselines = Baseline.objects.filter(artefact=OuterRef("pk")).order_by("-recorded_at")
    artefacts = (
        Artefact.objects.visible_to(actor)
        .exclude(state=State.WITHDRAWN)
        .annotate(
            approved_on=Subquery(baselines.values("approved_on")[:1]),
            before_system=Exists(baselines.filter(superseded_at__isnull=True).before_system()),
        )
        .select_related("author__organisation")
    )
    put = Submission.objects.listed_for(actor).filter(state=SubmissionState.SUBMITTED, dag_meeting__isnull=False)
    put = put.filter(version__isnull=False).exclude(kind=SubmissionKind.INFORMATION)
    tabled = dict(put.values_list("version__artefact", "dag_meeting__date"))
    meetings = list(DagMeeting.objects.filter(cancelled_at__isnull=True))
    days = [meeting.date for meeting in meetings]
    rows = [_planned(artefact, tabled.get(artefact.pk), days, today) for artefact in artefacts]
    rows = [row for row in rows if row.planned or row.shown]
    rows.sort(key=lambda row: (row.planned or row.shown or today, row.artefact.number))
    return Plan(rows, meetings, sum(row.status == "late" for row in rows))


def _planned(artefact: Any, tabled: date | None, days: list[date], today: date) -> Planned:
    planned: date | None = artefact.planned_dag_date
    in_work = artefact.state not in {State.APPROVED, State.CONDITIONS}
    actual = None if in_work else artefact.approved_on
    status, words = _against(planned, actual or tabled, days, today)
    if actual and artefact.before_system:
        status, words = "done", "Approved before this system"
    elif actual and status == "done":
        words = f"{'Conditions' if artefact.state == State.CONDITIONS else 'Approved'}, on time"
    return Planned(artefact, artefact.shown_title, planned, actual, tabled, status, words, _whose(artefact))


def _against(planned: date | None, shown: date | None, days: list[date], today: date) -> tuple[str, str]:
    """How the plan was kept, in DAG meetings: the shape's name, and the words."""
    if planned is None:
        return "todo", "No date planned"
    if shown is None and planned >= today:
        return "ahead", "To come"
    late = sum(planned < day <= (shown or today) for day in days)
    if shown and not late:
        return "done", "On time"
    if not late:
        return "late", "Late"
    return "late", "One meeting late" if late == 1 else f"{late} meetings late"


def _whose(artefact: Any) -> str:
    """Whose move it is, as far as the plan tells."""
    author = artefact.author.label if artefact.titled else "Its author"
    return {
        State.DRAFT: author,
        State.IN_CONSULTATION: "Members",
        State.RESOLVING: author,
        State.READY: "Chair or secretariat",
        State.UNDER_DECISION: "Chair",
        State.ENDORSED: "Chair",
        State.NOT_AGREED: "Chair",
        State.WITH_DAG: "DAG",
        State.CONDITIONS: "DAG, conditions open",
        State.RETURNED: author,
    }.get(State(artefact.state), "Nobody’s")


@dataclass(frozen=True)
class Row:
    """One submission in a list, as its reader may see it."""

    submission: Submission
    readable: bool
    title: str
    result: str
    result_value: str

    @property
    def tabled(self) -> DagMeeting | None:
        return self.submission.dag_meeting


def submissions(actor: Actor) -> QuerySet[Submission]:
    """The submissions whose envelope ``actor`` may see, with what a list says of them."""
    standing = Outcome.objects.filter(superseded_at__isnull=True).order_by("recorded_at", "pk")
    return (
        Submission.objects.listed_for(actor)
        .select_related("version__artefact", "decision", "dag_meeting")
        .prefetch_related(Prefetch("outcomes", queryset=standing, to_attr="standing"))
    )


def rows(found: Iterable[Any]) -> list[Row]:
    """``found`` (of ``submissions``) as lists show them. No query."""
    return [_row(submission) for submission in found]


def _row(submission: Any) -> Row:
    latest = submission.standing[-1] if submission.standing else None
    result, value = "", ""
    if latest:
        value = latest.result
        result = latest.get_result_display() + (" (reported)" if latest.is_reported else "")
    return Row(submission, submission.readable, title_of(submission, submission.readable), result, value)


def title_of(submission: Submission, readable: bool) -> str:
    """What the matter is called, for somebody who may read it; "Restricted" for anybody else."""
    if not readable:
        return RESTRICTED
    if submission.version:
        return f"{submission.version.artefact.title}, {submission.version.label}"
    return submission.question


@dataclass(frozen=True)
class Sitting:
    """One DAG meeting on the plan: its papers' deadline, and how much is put to it."""

    meeting: DagMeeting
    submitted: int
    planned: int


def sittings(actor: Actor, plan: Plan) -> list[Sitting]:
    """The DAG meetings to come, the last one, and every one something was put to. One query more than the plan."""
    today = clock.today(actor.at)
    put = Submission.objects.listed_for(actor).exclude(state=SubmissionState.WITHDRAWN)
    counted: dict[int, int] = {}
    for pk in put.filter(dag_meeting__isnull=False).values_list("dag_meeting", flat=True):
        counted[pk] = counted.get(pk, 0) + 1
    planned = [row.planned for row in plan.rows if row.planned and not row.shown]
    coming = [meeting for meeting in plan.meetings if meeting.date >= today][:6]
    shown = {meeting.pk for meeting in coming} | counted.keys()
    return [
        Sitting(meeting, counted.get(meeting.pk, 0), planned.count(meeting.date))
        for meeting in plan.meetings
        if meeting.pk in shown
    ]
