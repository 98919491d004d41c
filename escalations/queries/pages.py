"""One submission: whose move it is, what happened, and what submitting will do and to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from artefacts.models import Version
from artefacts.rules import acting_role
from escalations.models import Condition, DagMeeting, Dossier, Outcome, Submission
from escalations.queries.plan import title_of
from escalations.rules import (
    can_confirm,
    can_order_dossier,
    can_read_dossier,
    can_record,
    can_speak_for_dag,
    can_withdraw,
    late_for_papers,
    liaisons,
    said,
)
from escalations.states import SubmissionState
from sdwg import clock, dates, workdays
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import differs
from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.screen import Band, Button, Event, Fact


@dataclass(frozen=True)
class Page:
    """A submission's page, as its reader may see it."""

    submission: Submission
    readable: bool
    title: str
    marking: str
    band: Band | None
    facts: list[Fact]
    outcomes: list[Outcome]
    conditions: list[tuple[Condition, bool]]
    dossier_open: bool
    buttons: list[Button]
    may_order: bool
    events: list[Event]


def page(actor: Actor, submission: Submission) -> Page:
    """Everything the page of ``submission`` (one of ``submissions``) shows. A constant number of queries."""
    readable: bool = submission.readable  # type: ignore[attr-defined]
    outcomes = list(submission.outcomes.select_related("supersedes").prefetch_related("conditions"))
    for outcome in outcomes:
        outcome.submission = submission
    speaks = can_speak_for_dag(actor)
    conditions = [
        (row, speaks and outcome.is_in_force and row.discharged_at is None)
        for outcome in outcomes
        if outcome.superseded_at is None
        for row in outcome.conditions.all()
    ]
    dossier = submission.dossier
    return Page(
        submission=submission,
        readable=readable,
        title=title_of(submission, readable),
        marking=dossier.marking if readable else "",
        band=_band(actor, submission, outcomes),
        facts=_facts(submission, readable),
        outcomes=outcomes,
        conditions=conditions,
        dossier_open=readable and can_read_dossier(actor, submission, dossier),
        buttons=_buttons(actor, submission),
        may_order=can_order_dossier(actor, dossier),
        events=history(submission, readable),
    )


def _facts(submission: Submission, readable: bool) -> list[Fact]:
    tabled = submission.dag_meeting
    facts = [Fact("For", submission.get_kind_display())]
    if tabled:
        facts.append(Fact("DAG meeting", dates.day(tabled.date), tabled.get_absolute_url()))
        facts.append(Fact("Papers due", dates.moment(tabled.papers_due_at)))
    else:
        facts.append(Fact("Put to the DAG", "By correspondence"))
    if submission.submitted_at:
        late = ", late for the papers" if submission.late_for_papers else ""
        facts.append(Fact("Submitted", f"{dates.moment(submission.submitted_at)}{late}"))
    version = submission.version
    if version:
        named = f"{version.artefact.reference} {version.label}"
        facts.append(Fact("Version", named, version.get_absolute_url() if readable else ""))
    if submission.decision:
        facts.append(
            Fact("Decision", submission.decision.reference, submission.decision.get_absolute_url() if readable else "")
        )
    if version and version.artefact.planned_dag_date and readable:
        facts.append(Fact("Planned for the DAG", dates.day(version.artefact.planned_dag_date)))
    return facts


def _band(actor: Actor, submission: Submission, outcomes: list[Outcome]) -> Band | None:
    """Whose move it is: the DAG's, the liaison's, whoever confirms, whoever meets a condition."""
    if submission.state == SubmissionState.WITHDRAWN:
        return None
    reported = next((row for row in outcomes if row.is_reported), None)
    who = "DAG liaison" if liaisons(actor.at) else "Chair"
    if reported:
        mine = can_confirm(actor, reported)
        return Band(
            mine=mine,
            whose=actor.label if mine else who,
            what="confirm the outcome that was transcribed",
            why=f"Reported: {said(reported)}. It has no effect until somebody else confirms it.",
            primary=Button("Look at it and confirm", _url("outcome-confirm", submission)) if mine else None,
            secondary=Button("Record another", _url("outcome-record", submission))
            if can_record(actor, submission)
            else None,
        )
    if submission.state == SubmissionState.SUBMITTED:
        return _band_with_dag(actor, submission)
    open_ones = [row for outcome in outcomes if outcome.is_in_force for row in outcome.conditions.all()]
    open_ones = [row for row in open_ones if row.discharged_at is None]
    if not open_ones:
        return None
    mine = can_speak_for_dag(actor)
    due = min((row.due for row in open_ones if row.due), default=None)
    return Band(
        mine=mine,
        whose=actor.label if mine else who,
        what="accept the evidence of " + ("one condition" if len(open_ones) == 1 else f"{len(open_ones)} conditions"),
        by=workdays.deadline(due) if due else None,
        why="With the last one the version is approved without conditions.",
        primary=Button("Accept evidence", _condition_url(submission, open_ones[0])) if mine else None,
    )


def _band_with_dag(actor: Actor, submission: Submission) -> Band:
    tabled = submission.dag_meeting
    has_come = tabled is None or tabled.date <= clock.today(actor.at)
    mine = has_come and can_record(actor, submission)
    transcribes = acting_role(actor) == Role.SECRETARIAT
    if mine:
        what = "transcribe the outcome from the DAG’s minutes" if transcribes else "record what the DAG decided"
        return Band(
            mine=True,
            whose=actor.label,
            what=what,
            by=workdays.deadline(tabled.date) if tabled else None,
            why="It has effect once the DAG liaison confirms it." if transcribes else "It has effect at once.",
            primary=Button(
                "Transcribe the outcome" if transcribes else "Record the outcome", _url("outcome-record", submission)
            ),
        )
    why = "" if tabled is None else f"It meets on {dates.day(tabled.date)}; the outcome is recorded from that day on."
    by_letter = Button("It decided by correspondence", _url("outcome-record", submission))
    return Band(
        mine=False,
        whose="the DAG",
        what="decide" if tabled is None else f"decide on {dates.day(tabled.date)}",
        why=why,
        secondary=by_letter if can_record(actor, submission) else None,
    )


def _buttons(actor: Actor, submission: Submission) -> list[Button]:
    if can_withdraw(actor, submission):
        return [Button("Withdraw it", _url("submission-withdraw", submission))]
    return []


def _url(name: str, submission: Submission) -> str:
    return reverse(name, args=[submission.reference])


def _condition_url(submission: Submission, condition: Condition) -> str:
    return reverse("condition-discharge", args=[submission.reference, condition.number])


HAPPENED: dict[str, tuple[str, str]] = {
    # verb: (icon, words)
    "submission.submitted": ("box-up", "Submitted to the DAG"),
    "submission.withdrawn": ("withdrawn", "Withdrawn"),
    "submission.dossier-built": ("document", "Dossier built"),
    "submission.dossier-failed": ("failed", "Dossier not built"),
    "submission.dossier-ordered": ("document", "Dossier ordered again"),
    "submission.outcome-recorded": ("answered", "Outcome recorded"),
    "submission.outcome-reported": ("half", "Outcome reported"),
    "submission.outcome-confirmed": ("answered", "Outcome confirmed"),
    "submission.tabled": ("deferred", "Tabled for the next DAG meeting"),
    "submission.condition-discharged": ("ring-tick", "Condition discharged"),
}


def history(submission: Submission, readable: bool) -> list[Event]:
    """What happened to ``submission``, newest first; what people wrote is for those who may read it. One query."""
    events = AuditEvent.objects.filter(on_key=submission.audit_key, verb__in=HAPPENED).order_by("-seq")
    return [_event(event, readable) for event in events]


def _event(event: AuditEvent, readable: bool) -> Event:
    icon, words = HAPPENED[event.verb]
    note = event.note
    details = [str(note[name]) for name in ("tabled", "result", "dag_reference") if note.get(name)]
    if "condition" in note:
        details.append(f"number {note['condition']}")
    reason = event.reason if readable and event.verb != "submission.submitted" else ""
    return Event(icon, f"{words}: {', '.join(details)}" if details else words, event.at, event.acting_as, note=reason)


def recipients(actor: Actor, version: Version | None, by_reference: bool) -> list[str]:
    """Sentences: what submitting will do, and to whom. Two queries."""
    seats = liaisons(actor.at)
    names = ", ".join(f"{seat.person.display_name} ({seat.label})" for seat in seats)
    if not seats:
        return ["Nobody holds the DAG liaison’s seat today. Whoever takes it will find the submission waiting."]
    if by_reference:
        return [
            f"{names} is told the reference. The text, the positions and the dossier stay with their readers: the "
            "marking does not let the DAG’s liaison read them here."
        ]
    what = f"{version.artefact.reference} {version.label}, its" if version else "the"
    return [f"{names} is told by mail, and can read {what} positions, objections and comments, and the dossier."]


@dataclass(frozen=True)
class Tabling:
    """One choice of the submit form: a DAG meeting, and whether it is late for its papers."""

    meeting: DagMeeting
    late: bool


def tablings(at: datetime) -> list[Tabling]:
    """The next DAG meetings a submission can be put to. One query."""
    return [Tabling(row, late_for_papers(at, row)) for row in DagMeeting.objects.coming(clock.today(at))[:6]]


# ------------------------------------------------------------------------------------------------------------- evidence


def altered_dossiers() -> Iterable[str]:
    """Dossiers that are not what the trail says was built, a sentence each; for ``verify_audit``."""
    built = Dossier.objects.exclude(file=None).select_related("submission", "file")
    dossiers = {row.submission.audit_key: row for row in built}
    newest = {
        event.on_key: event for event in AuditEvent.objects.filter(verb="submission.dossier-built").order_by("seq")
    }
    for key, event in newest.items():
        row = dossiers.pop(key, None)
        if row is None or row.file is None:
            yield f"The dossier of event {event.seq} ({event.on_ref}) is gone, or its file."
            continue
        now = {"manifest": row.manifest_digest, "sha256": row.file.sha256, "holds": row.holding}
        yield from differs(event, f"dossier of {row.submission}", now)
    for row in dossiers.values():
        yield f"The dossier of {row.submission} has a file that no event tells of."
