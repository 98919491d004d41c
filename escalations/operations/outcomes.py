"""What the DAG decided: recorded, confirmed, in effect. Nothing else makes an artefact approved (D1)."""

from collections.abc import Sequence
from datetime import date

from artefacts.models import Version
from artefacts.operations import approve, discharge, follow
from artefacts.operations.moving import doer
from artefacts.states import Mover, State
from escalations.models import Condition, DagMeeting, Outcome, Submission
from escalations.operations import letters
from escalations.rules import (
    check_can_confirm,
    check_can_discharge,
    check_can_record,
    check_date,
    check_evidence,
    check_known,
    check_result,
    tabled,
    transcribes,
)
from escalations.states import OUTCOMES, Effect, Result, SubmissionState
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor, NotNow


@act
def record_outcome(
    *,
    actor: Actor,
    submission: Submission,
    result: str,
    dag_reference: str,
    decided_on: date,
    words: str = "",
    by_correspondence: bool = False,
    conditions: Sequence[str] = (),
    conditions_due: date | None = None,
    after: Outcome | None = None,
) -> Outcome:
    """Record what the DAG decided. By the liaison it takes effect at once; by the secretariat it is "reported".

    ``after`` is the last record the recorder has seen: a deferral, or a reported outcome that this one replaces.
    Raises ``Refused``, ``NotNow``; the second says who recorded what meanwhile.
    """
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    check_can_record(actor, row)
    check_known(row, after)
    check_result(row, result, decided_on, dag_reference, words, conditions, conditions_due)
    check_date(row, decided_on, by_correspondence, actor.at)
    outcome = Outcome(
        submission=row,
        result=result,
        dag_reference=dag_reference.strip(),
        decided_on=decided_on,
        by_correspondence=by_correspondence,
        words=words.strip(),
        recorded_by=doer(actor),
        recorded_as=actor.label,
        recorded_at=actor.at,
        transcribed=transcribes(actor),
        supersedes=_replaced(actor, after),
    )
    if not outcome.transcribed:
        outcome.confirmed_by, outcome.confirmed_as, outcome.confirmed_at = doer(actor), actor.label, actor.at
    outcome.save()
    for number, text in enumerate((text.strip() for text in conditions if text.strip()), start=1):
        Condition.objects.create(outcome=outcome, number=number, text=text, due=conditions_due)
    _tell(outcome, "submission.outcome-reported" if outcome.transcribed else "submission.outcome-recorded")
    if outcome.transcribed:
        letters.reported(actor.at, outcome)
    else:
        _take_effect(actor, outcome)
    return outcome


@act
def confirm_outcome(*, actor: Actor, outcome: Outcome) -> Outcome:
    """Make a reported outcome take effect: the second person of two. Raises ``Refused``, ``NotNow``."""
    submission = Submission.objects.select_for_update().get(pk=outcome.submission_id)
    row = Outcome.objects.select_for_update().get(pk=outcome.pk)
    row.submission = submission
    check_can_confirm(actor, row)
    row.confirmed_by, row.confirmed_as, row.confirmed_at = doer(actor), actor.label, actor.at
    row.save()
    _tell(row, "submission.outcome-confirmed")
    _take_effect(actor, row)
    return row


@act
def discharge_condition(
    *, actor: Actor, condition: Condition, evidence: str, version: Version | None = None
) -> Condition:
    """Accept that a condition is met; with the last one the artefact is approved.

    ``version`` is the new text, where the condition asked for one: it becomes the baseline. Raises ``Refused``,
    ``NotNow``.
    """
    of = Outcome.objects.get(conditions=condition.pk)
    of.submission = submission = Submission.objects.select_for_update().get(pk=of.submission_id)
    row = Condition.objects.select_for_update().get(pk=condition.pk)
    row.outcome = of
    check_can_discharge(actor, row)
    check_evidence(row, evidence, version)
    row.evidence = evidence.strip()
    row.version = version
    row.discharged_by, row.discharged_as, row.discharged_at = doer(actor), actor.label, actor.at
    row.save()
    record(
        "submission.condition-discharged",
        on=submission,
        reason=row.evidence,
        version_sha256=version.sha256 if version else submission.version_sha256,
        note={"condition": row.number, "version": version.label if version else ""},
    )
    _after_discharge(actor, row)
    return row


def _replaced(actor: Actor, after: Outcome | None) -> Outcome | None:
    """The reported outcome that the new one replaces, marked so; a deferral is not replaced but followed."""
    row = Outcome.objects.select_for_update().get(pk=after.pk) if after else None
    if row is None or not row.is_reported:
        return None
    row.superseded_at = actor.at
    row.save()
    return row


def _tell(outcome: Outcome, verb: str) -> None:
    submission = outcome.submission
    note = {
        "result": outcome.get_result_display(),
        "dag_reference": outcome.dag_reference,
        "decided_on": outcome.decided_on,
        "by_correspondence": outcome.by_correspondence,
        "conditions": outcome.conditions.count(),
    }
    record(verb, on=submission, reason=outcome.words, version_sha256=submission.version_sha256, note=note)


def _take_effect(actor: Actor, outcome: Outcome) -> None:
    """Do what the table says: the one way in which a DAG outcome reaches submission, artefact and decision."""
    submission = outcome.submission
    effect = OUTCOMES[submission.kind, submission.on_version, outcome.result]
    if outcome.result == Result.DEFERRED:
        _table_for_next(submission, outcome)
    if effect.ends:
        submission.state = SubmissionState.ANSWERED
        submission.state_since = actor.at
        submission.save()
    _move_artefact(actor, outcome, effect)
    if submission.decision:
        note = {"submission": submission.reference, "result": outcome.get_result_display()}
        note |= {"dag_reference": outcome.dag_reference}
        record("decision.answered", on=submission.decision, reason=outcome.words, note=note)
    letters.in_effect(actor.at, outcome)


def _table_for_next(submission: Submission, outcome: Outcome) -> None:
    """Deferred: it stays with the DAG, tabled for its next meeting."""
    day = max(outcome.decided_on, submission.dag_meeting.date) if submission.dag_meeting else outcome.decided_on
    following = DagMeeting.objects.after(day).first()
    if following is None:
        raise NotNow("No later DAG meeting is in the calendar. Ask the secretariat to add it.", "result")
    submission.dag_meeting = following
    submission.by_correspondence = False
    submission.save()
    record("submission.tabled", on=submission, note={"tabled": tabled(following)})


def _move_artefact(actor: Actor, outcome: Outcome, effect: Effect) -> None:
    submission = outcome.submission
    if submission.version is None or effect.artefact is None:
        return
    reason = f"{outcome.get_result_display()} by the DAG, {outcome.dag_reference} ({submission.reference})."
    if effect.artefact in {State.APPROVED, State.CONDITIONS}:
        approve(
            actor=actor,
            artefact=submission.version.artefact,
            version=submission.version,
            dag_reference=outcome.dag_reference,
            approved_on=outcome.decided_on,
            reason=reason,
            conditional=effect.artefact == State.CONDITIONS,
        )
        return
    follow(
        actor=actor,
        artefact=submission.version.artefact,
        to=effect.artefact,
        by=Mover.OUTCOME,
        reason=reason,
        version=submission.version,
        note={"submission": submission.reference, "dag_reference": outcome.dag_reference},
    )


def _after_discharge(actor: Actor, condition: Condition) -> None:
    """With the last condition the artefact is approved; the newest version a condition named becomes the baseline."""
    outcome = condition.outcome
    approved = outcome.submission.version
    if approved is None or outcome.conditions.filter(discharged_at__isnull=True).exists():
        return
    named = Version.objects.filter(pk__in=outcome.conditions.values("version")).order_by("-order").first()
    discharge(
        actor=actor,
        artefact=approved.artefact,
        reason=f"Every condition of {outcome.dag_reference} is discharged ({outcome.submission.reference}).",
        version=named,
    )
    letters.discharged(actor.at, outcome)
