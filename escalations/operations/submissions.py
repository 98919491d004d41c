"""Submitting to the DAG, and taking a submission back."""

from datetime import datetime

from django.db.models import Max

from artefacts.models import Artefact, Version
from artefacts.operations import follow
from artefacts.operations.moving import doer
from artefacts.states import Marking, Mover, State
from escalations.models import DagMeeting, Dossier, Submission
from escalations.operations import letters
from escalations.rules import (
    by_reference_only,
    check_can_submit,
    check_can_withdraw,
    check_tabling,
    check_words,
    decided_on,
    held_versions,
    late_for_papers,
    liaisons,
    marking_of,
    tabled,
)
from escalations.states import BEFORE, SubmissionKind, SubmissionState
from meetings.models import Decision
from sdwg.audit.acts import act, record
from sdwg.celery import wake
from sdwg.members.access import Actor
from sdwg.members.models import Grant, Role, Seat
from sdwg.members.operations import grant, withdraw_grants
from sdwg.models import Numbering
from sdwg.numbering import next_number

LOOK = "escalations.tasks.look"


@act
def submit(
    *,
    actor: Actor,
    kind: str,
    version: Version | None = None,
    decision: Decision | None = None,
    dag_meeting: DagMeeting | None = None,
    by_correspondence: bool = False,
    question: str,
    statement: str,
) -> Submission:
    """Put a determined decision, or for information a version, to the DAG (D1, D3, O3).

    The version's hash is pinned, the artefact goes to the DAG, its liaison can read what is submitted, the dossier is
    ordered, and the liaison is told. Raises ``Refused``, ``NotNow``.
    """
    decision, version = _subject(kind, decision, version)
    check_can_submit(actor, kind, decision, version)
    check_tabling(actor.at, dag_meeting, by_correspondence)
    check_words(question, statement)
    submission = Submission.objects.create(
        number=_next_number(),
        kind=kind,
        version=version,
        decision=decision,
        dag_meeting=dag_meeting,
        by_correspondence=by_correspondence,
        question=question.strip(),
        statement=statement.strip(),
        state=SubmissionState.SUBMITTED,
        state_since=actor.at,
        version_sha256=version.sha256 if version else "",
        late_for_papers=late_for_papers(actor.at, dag_meeting),
        made_by=doer(actor),
        made_at=actor.at,
        submitted_by=doer(actor),
        submitted_at=actor.at,
    )
    _tell(actor, submission)
    _order_dossier(actor.at, submission)
    seats = liaisons(actor.at)
    _grant(actor, submission, seats)
    letters.submitted(actor.at, submission, seats)
    return submission


def _next_number() -> int:
    """The register's next, with the seats of chair and deputies locked: one submission after the other."""
    list(Seat.objects.select_for_update().filter(role__in=(Role.CHAIR, Role.DEPUTY)).order_by("pk"))
    return next_number(Numbering.Register.SUBMISSIONS, Submission.objects.aggregate(last=Max("number"))["last"])


def _subject(kind: str, decision: Decision | None, version: Version | None) -> tuple[Decision | None, Version | None]:
    """What is submitted, locked: a decision brings its version, a version the decision on it."""
    if decision is None and version is not None and kind != SubmissionKind.INFORMATION:
        decision = decided_on(version)
    if decision is not None:
        decision = Decision.objects.select_for_update().get(pk=decision.pk)
        version = version or decision.version
    if version is not None:
        Artefact.objects.select_for_update().get(pk=version.artefact_id)
        version = Version.objects.select_related("artefact").get(pk=version.pk)
    return decision, version


def _tell(actor: Actor, submission: Submission) -> None:
    """The event on the submission, on its decision, and the artefact's way to the DAG."""
    where = tabled(submission.dag_meeting)
    note = {"kind": submission.kind, "tabled": where, "late_for_papers": submission.late_for_papers}
    record(
        "submission.submitted",
        on=submission,
        reason=submission.statement,
        version_sha256=submission.version_sha256,
        note=note,
    )
    if submission.decision:
        record("decision.submitted", on=submission.decision, note={"submission": submission.reference, "tabled": where})
    if submission.version and submission.kind != SubmissionKind.INFORMATION:
        follow(
            actor=actor,
            artefact=submission.version.artefact,
            to=State.WITH_DAG,
            by=Mover.SUBMISSION,
            reason=f"{submission.get_kind_display()}: {submission.reference}, {where}.",
            version=submission.version,
            note={"submission": submission.reference},
        )


def _order_dossier(at: datetime, submission: Submission) -> None:
    """The row from which the worker builds; what it will hold is fixed here."""
    version = submission.version
    holds = [row.pk for row in held_versions(version, submission.decision, at)] if version else []
    marking = marking_of(submission.version) if submission.version else Marking.AMBER
    Dossier.objects.create(submission=submission, ordered_at=at, holds=holds, marking=marking)
    wake(LOOK)


# ------------------------------------------------------------------------------------------------------------- sight


def keys_of(submission: Submission) -> list[str]:
    """What the liaison is granted: the envelope always, the content unless it is TLP:RED or procurement support.

    A decision is seen by whoever sees the versions it was put on, so a free question, and one whose earlier rounds were
    on other versions than the submitted one, are granted by themselves.
    """
    keys = [submission.audit_key]
    keys += [version.audit_key for version in _texts(submission) if not by_reference_only(version)]
    if submission.decision and (not submission.version or _on_several(submission)):
        keys.append(submission.decision.audit_key)
    return keys


def _on_several(submission: Submission) -> bool:
    """Whether there were earlier rounds on other versions, each as open as the submitted one."""
    if submission.version is None or submission.decision is None or by_reference_only(submission.version):
        return False
    rounds = {version.pk for version in submission.decision.earlier_versions.all()}
    return bool(rounds) and rounds <= set(submission.dossier.holds)


def _texts(submission: Submission) -> list[Version]:
    """The version that was submitted; while its conditions are open, also the newer ones that may meet them."""
    if submission.version is None:
        return []
    texts = [submission.version]
    artefact = submission.version.artefact
    if submission.state == SubmissionState.ANSWERED and artefact.state == State.CONDITIONS:
        texts += artefact.versions.filter(order__gt=submission.version.order).select_related("artefact")
    return texts


def _grant(actor: Actor, submission: Submission, seats: list[Seat]) -> int:
    """Give ``seats`` sight of ``submission``, where they have none yet; how many rows were written."""
    cause = submission.audit_key
    has = set(Grant.objects.in_force(actor.at).filter(cause_key=cause).values_list("seat", "on_key"))
    missing = [(seat, key) for seat in seats for key in keys_of(submission) if (seat.pk, key) not in has]
    for seat, key in missing:
        grant(actor=actor, on_key=key, cause_key=cause, reason=f"{submission} is submitted to the DAG.", seat=seat)
    return len(missing)


def share(*, at: datetime) -> int:
    """Give whoever is the DAG's liaison today sight of what is with the DAG; how many rows that took. Harmless twice.

    A liaison appointed later, or the content of a version whose TLP:RED was lifted, is reached this way.
    """
    seats = liaisons(at)
    shared = Submission.objects.filter(state__in=(SubmissionState.SUBMITTED, SubmissionState.ANSWERED))
    shared = shared.select_related("version__artefact", "decision", "dossier").prefetch_related(
        "decision__earlier_versions"
    )
    has = set(Grant.objects.in_force(at).values_list("cause_key", "seat", "on_key"))
    lacking = [
        submission
        for submission in shared
        if any((submission.audit_key, seat.pk, key) not in has for key in keys_of(submission) for seat in seats)
    ]
    return sum(_share(actor=Actor.system(at), submission=submission, seats=seats) for submission in lacking)


@act
def _share(*, actor: Actor, submission: Submission, seats: list[Seat]) -> int:
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    if row.state == SubmissionState.WITHDRAWN:
        return 0
    letters.submitted(actor.at, row, seats)
    return _grant(actor, row, seats)


# -------------------------------------------------------------------------------------------------------- withdrawing


@act
def withdraw_submission(*, actor: Actor, submission: Submission, reason: str) -> Submission:
    """Take a submission back: the artefact is where it was before, and the liaison no longer reads it.

    Raises ``Refused``, ``NotNow``.
    """
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    check_can_withdraw(actor, row, reason)
    row.state = SubmissionState.WITHDRAWN
    row.state_since = actor.at
    row.withdrawn_reason = reason.strip()
    row.save()
    record("submission.withdrawn", on=row, reason=row.withdrawn_reason, version_sha256=row.version_sha256)
    if row.decision:
        record("decision.submission-withdrawn", on=row.decision, note={"submission": row.reference})
    if row.version and row.kind in BEFORE:
        follow(
            actor=actor,
            artefact=row.version.artefact,
            to=BEFORE[row.kind],
            by=Mover.SUBMISSION,
            reason=f"{row.reference} is withdrawn: {row.withdrawn_reason}",
            version=row.version,
            note={"submission": row.reference},
        )
    withdraw_grants(actor=actor, cause_key=row.audit_key)
    letters.withdrawn(actor.at, row, liaisons(actor.at))
    return row
