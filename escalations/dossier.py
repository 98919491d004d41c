"""What a dossier says, read from the rows once, as they were when the submission was made (D1, D3).

Positions are those the determination froze, word for word and by constituency: never a count of them. The timeline ends
with the submission's own entry in the trail, so that a dossier built later, or again, says the same.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from artefacts.models import Artefact, Version
from artefacts.queries import (
    CommentLine,
    ImpactLine,
    MatrixLine,
    Summary,
    comment_log,
    consultation_summary,
    impact_matrix,
    principle_matrix,
)
from artefacts.states import State
from escalations.models import Dossier, Submission
from meetings.queries.decisions import DecisionRecord, record_of
from meetings.states import Finding
from sdwg import dates
from sdwg.audit.chain import digest
from sdwg.audit.models import AuditEvent

SUBMITTED = "submission.submitted"


@dataclass(frozen=True)
class Section:
    """A bookmark of the dossier, and what its footers call its pages."""

    key: str
    title: str
    paper: str = ""


@dataclass(frozen=True)
class Log:
    """One version's consultation and comments; ``withheld`` counts the comments that fewer people may read."""

    label: str
    sha256: str
    summary: Summary | None
    comments: tuple[CommentLine, ...]
    withheld: int = 0


@dataclass(frozen=True)
class Subject:
    """The version that is submitted, and the artefact it is of."""

    reference: str
    title: str
    label: str
    owner: str
    author: str
    file_name: str
    pages: int
    sha256: str
    change_note: str
    planned: str


@dataclass(frozen=True)
class Recommended:
    """A recommendation of the AWG that the artefact answers (R1)."""

    reference: str
    text: str
    source: str


@dataclass(frozen=True)
class Moment:
    """One entry of the timeline: what happened, who did it for which seat, on which bytes, and why."""

    seq: int
    at: datetime
    text: str
    who: str
    sha256: str
    why: str


@dataclass(frozen=True)
class Content:
    """A dossier before it is laid out."""

    reference: str
    kind: str
    tabled: str
    late: bool
    submitted_at: datetime
    submitted_by: str
    question: str
    statement: str
    marking: str
    subject: Subject | None
    decision: DecisionRecord | None
    logs: tuple[Log, ...]
    principles: tuple[MatrixLine, ...]
    impacts: tuple[ImpactLine, ...]
    recommendations: tuple[Recommended, ...]
    moments: tuple[Moment, ...]
    head_seq: int
    head_hash: str

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all of it: what the last page prints."""
        return digest(asdict(self))

    @property
    def sections(self) -> tuple[Section, ...]:
        """The parts of the dossier in order; those about a decision or a version where there is one."""
        found = [Section("control", "Control sheet"), Section("question", "Question and statement")]
        if self.decision:
            found += [
                Section("determination", "Determination"),
                Section("positions", "Positions"),
                Section("objections", "Objections"),
            ]
        if self.subject:
            found += [
                Section("consultation", "Consultation"),
                Section("comments", "Comment log"),
                Section("assessment", "Principles and impacts"),
                Section("recommendations", "Recommendations"),
                Section("submitted-version", f"{self.subject.reference} {self.subject.label}", paper="version"),
            ]
        return (*found, Section("timeline", "Timeline"), Section("hashes", "Hashes"))


def gather(dossier: Dossier) -> Content:
    """Everything that goes into ``dossier``. The worker reads it; whether somebody may, is asked at the download."""
    submission = Submission.objects.select_related(
        "version__file",
        "version__artefact__owner__organisation",
        "version__artefact__author__organisation",
        "decision__version__artefact",
        "decision__meeting",
        "dag_meeting",
    ).get(pk=dossier.submission_id)
    entry = AuditEvent.objects.get(on_key=submission.audit_key, verb=SUBMITTED)
    version = submission.version
    return Content(
        reference=submission.reference,
        kind=submission.get_kind_display(),
        tabled=str(entry.note["tabled"]),
        late=submission.late_for_papers,
        submitted_at=entry.at,
        submitted_by=f"{entry.person_name}, {entry.acting_as}",
        question=submission.question,
        statement=submission.statement,
        marking=dossier.marking,
        subject=_subject(version) if version else None,
        decision=record_of(submission.decision, entry.at) if submission.decision else None,
        logs=tuple(_logs(version, dossier.holds, entry.at)) if version else (),
        principles=tuple(principle_matrix(version)) if version else (),
        impacts=tuple(impact_matrix(version)) if version else (),
        recommendations=tuple(_recommendations(version.artefact)) if version else (),
        moments=tuple(_moments(submission, entry, dossier.holds)),
        head_seq=entry.seq,
        head_hash=entry.hash,
    )


def _subject(version: Version) -> Subject:
    artefact = version.artefact
    return Subject(
        reference=artefact.reference,
        title=artefact.title,
        label=version.label,
        owner=artefact.owner.label,
        author=artefact.author.label,
        file_name=version.file_name,
        pages=version.file.pages or 0,
        sha256=version.sha256,
        change_note=version.change_note,
        planned=dates.day(artefact.planned_dag_date) if artefact.planned_dag_date else "",
    )


def _logs(version: Version, holds: list[int], at: datetime) -> Iterable[Log]:
    """The consultations that led to ``version``, oldest first: every comment, or that there are some."""
    chain = Version.objects.filter(artefact=version.artefact_id, order__lte=version.order).select_related("artefact")
    for row in chain.order_by("order"):
        comments = comment_log(row)
        if row.pk in holds:
            yield Log(row.label, row.sha256, consultation_summary(row, until=at), tuple(comments))
        elif comments:
            yield Log(row.label, "", None, (), withheld=len(comments))


def _recommendations(artefact: Artefact) -> Iterable[Recommended]:
    links = artefact.recommendation_links.select_related("recommendation").order_by("recommendation__reference")
    for link in links:
        row = link.recommendation
        yield Recommended(row.reference, row.text, row.source)


# --------------------------------------------------------------------------------------------------------- the timeline

TOLD: dict[str, str] = {
    "artefact.registered": "Registered",
    "version.uploaded": "Version {version} uploaded",
    "consultation.opened": "Consultation on version {version} opened",
    "consultation.closed": "Consultation on version {version} closed",
    "version.assessed": "Version {version} assessed",
    "decision.opened": "{ref} opened",
    "decision.round-opened": "{ref} opened again, round {round}",
    "decision.closed": "Positions on {ref} closed",
    "finding.proposed": "Finding proposed on {ref}: {finding}",
    "finding.disputed": "Finding on {ref} disputed by {seat}",
    "decision.determined": "{ref} determined: {finding}",
    "decision.reopened": "{ref} reopened",
    "objection.raised": "{objection} raised on {ref}",
    "objection.reworded": "{objection} put in other words",
    "objection.addressed": "{objection} addressed",
    "objection.maintained": "{objection} maintained",
    "objection.withdrawn": "{objection} withdrawn",
    SUBMITTED: "{ref} submitted, {tabled}",
}
"""What the timeline tells of, by verb. Single comments and positions stand in their own sections."""


def _moments(submission: Submission, entry: AuditEvent, holds: list[int]) -> Iterable[Moment]:
    keys = [submission.audit_key]
    if submission.version:
        keys.append(submission.version.artefact.audit_key)
    if submission.decision:
        keys.append(submission.decision.audit_key)
    events = AuditEvent.objects.filter(on_key__in=keys, seq__lte=entry.seq).order_by("seq")
    open_labels = set(Version.objects.filter(pk__in=holds).values_list("label", flat=True))
    for event in events.filter(verb__in=[*TOLD, "artefact.moved"]):
        label = str(event.note.get("version", ""))
        told = not label or label in open_labels
        yield Moment(
            seq=event.seq,
            at=event.at,
            text=_text(event),
            who=f"{event.person_name}, {event.acting_as}" if event.person_name else event.acting_as,
            sha256=event.version_sha256 if told else "",
            why=event.reason if told and event.verb in WITH_REASON else "",
        )


WITH_REASON = frozenset({"artefact.moved", "consultation.closed", "decision.reopened"})
"""Whose reasons the timeline repeats; the others stand, whole, in the section they belong to."""


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _text(event: AuditEvent) -> str:
    if event.verb == "artefact.moved":
        labels = dict(State.choices)
        return f"{event.on_ref}: {labels.get(event.note.get('to', ''), '')}"
    words = _Words({key: str(value) for key, value in event.note.items()}, ref=event.on_ref)
    if "finding" in words:
        words["finding"] = dict(Finding.choices).get(words["finding"], words["finding"])
    return TOLD[event.verb].format_map(words)
