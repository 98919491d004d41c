"""Every check of the DAG's operations holds something up: one attempt each that this check alone refuses."""

from datetime import date, timedelta

from django.test import RequestFactory

from artefacts.operations import approve
from escalations import operations, rules, views
from escalations.models import Dossier, Outcome
from escalations.operations import dossiers
from escalations.states import DossierState, Result, SubmissionKind
from sdwg import clock
from tests.architecture.refusals import Attempt, refusal
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.escalations import make

AFTERNOON = date(2026, 12, 29)


@refusal(operations.add_dag_meeting, "check_can_keep_calendar")
def a_member_keeps_no_calendar(cast: Cast) -> Attempt:
    return lambda: operations.add_dag_meeting(actor=cast.actor("idno"), date=AFTERNOON)


@refusal(operations.add_dag_meeting, "check_dag_day")
def the_dag_meets_on_working_days(cast: Cast) -> Attempt:
    christmas = date(2026, 12, 25)
    return lambda: operations.add_dag_meeting(actor=cast.actor("secretariat"), date=christmas)


@refusal(views.dag_meeting_add, "check_can_keep_calendar")
def a_member_gets_no_form_for_a_dag_meeting(cast: Cast) -> Attempt:
    def attempt() -> None:
        request = RequestFactory().get("/dag/meetings/add/")
        request.actor, request.at = cast.actor("idno"), cast.at  # type: ignore[attr-defined]
        views.dag_meeting_add(request)

    return attempt


@refusal(operations.submit, "check_can_submit")
def the_secretariat_submits_nothing(cast: Cast) -> Attempt:
    decision = decisions.consensus(cast)
    make.calendar(cast)
    return lambda: make.submit(cast, decision, by="secretariat")


@refusal(operations.submit, "check_tabling")
def nothing_is_put_to_a_meeting_that_is_over(cast: Cast) -> Attempt:
    over = make.calendar(cast)[0]
    decision = decisions.consensus(cast)
    return lambda: make.submit(cast, decision, dag_meeting=over)


@refusal(operations.submit, "check_words")
def nothing_goes_without_a_statement(cast: Cast) -> Attempt:
    decision = decisions.consensus(cast)
    make.calendar(cast)
    return lambda: make.submit(cast, decision, statement=" ")


@refusal(operations.withdraw_submission, "check_can_withdraw")
def the_secretariat_withdraws_no_submission(cast: Cast) -> Attempt:
    submission = make.submitted(cast)
    secretariat = "secretariat"
    return lambda: operations.withdraw_submission(
        actor=cast.actor(secretariat), submission=submission, reason="A mistake."
    )


@refusal(operations.record_outcome, "check_can_record")
def the_chair_records_no_outcome(cast: Cast) -> Attempt:
    submission = make.submitted(cast)
    make.met(cast, submission)
    return lambda: make.record(cast, submission, by="chair")


@refusal(operations.record_outcome, "check_known")
def two_records_are_never_both_the_next(cast: Cast) -> Attempt:
    submission = make.answered(cast, Result.DEFERRED)
    make.met(cast, submission)
    return lambda: make.record(cast, submission, after=None)


@refusal(operations.record_outcome, "check_result")
def an_approval_is_not_merely_noted(cast: Cast) -> Attempt:
    submission = make.submitted(cast)
    make.met(cast, submission)
    return lambda: make.record(cast, submission, Result.NOTED)


@refusal(operations.record_outcome, "check_date")
def there_is_no_outcome_before_the_dag_has_met(cast: Cast) -> Attempt:
    submission = make.submitted(cast)
    return lambda: make.record(cast, submission, decided_on=clock.today(cast.at))


@refusal(operations.confirm_outcome, "check_can_confirm")
def a_member_confirms_nothing(cast: Cast) -> Attempt:
    outcome = make.reported(cast)
    return lambda: operations.confirm_outcome(actor=cast.actor("idno"), outcome=Outcome.objects.get(pk=outcome.pk))


@refusal(operations.discharge_condition, "check_can_discharge")
def the_author_discharges_no_condition(cast: Cast) -> Attempt:
    condition = make.conditions(make.conditional(cast))[0]
    return lambda: operations.discharge_condition(actor=cast.actor("analyst"), condition=condition, evidence="Done.")


@refusal(operations.discharge_condition, "check_evidence")
def a_condition_is_not_met_by_another_artefact(cast: Cast) -> Attempt:
    condition = make.conditions(make.conditional(cast))[0]
    other = artefacts.version(cast, title="Another")
    return lambda: operations.discharge_condition(
        actor=cast.actor("dag"), condition=condition, evidence="Done.", version=other
    )


@refusal(operations.order_dossier, "check_can_order_dossier")
def a_member_orders_no_dossier(cast: Cast) -> Attempt:
    submission = make.submitted(cast)
    Dossier.objects.filter(submission=submission).update(
        state=DossierState.FAILED, attempts=dossiers.ATTEMPTS, ordered_at=cast.at - timedelta(days=1)
    )
    return lambda: operations.order_dossier(actor=cast.actor("idno"), submission=submission)


@refusal(rules.check_can_submit, "_check_decided")
def what_is_not_determined_does_not_go_to_the_dag(cast: Cast) -> Attempt:
    decision = decisions.open_decision(cast)
    return lambda: operations.submit(
        actor=cast.actor("chair"),
        kind=SubmissionKind.APPROVAL,
        decision=decision,
        version=decision.version,
        dag_meeting=make.next_dag(cast),
        question=make.QUESTION,
        statement=make.STATEMENT,
    )


@refusal(rules.check_can_submit, "_check_not_with_dag")
def a_question_is_not_escalated_twice(cast: Cast) -> Attempt:
    decision = make.escalated(cast, on=None).decision
    assert decision
    return lambda: make.submit(cast, decision)


@refusal(rules.check_can_submit, "_check_industry_heard")
def nothing_goes_to_the_dag_while_the_wider_industry_can_still_confirm(cast: Cast) -> Attempt:
    decision = make.still_confirmable(cast)
    return lambda: make.submit(cast, decision)


@refusal(rules.check_can_confirm, "_check_speaks_for_dag")
def the_chair_confirms_nothing_while_there_is_a_liaison(cast: Cast) -> Attempt:
    outcome = make.reported(cast)
    return lambda: operations.confirm_outcome(actor=cast.actor("chair"), outcome=Outcome.objects.get(pk=outcome.pk))


@refusal(rules.check_can_discharge, "_check_speaks_for_dag")
def the_chair_discharges_nothing_while_there_is_a_liaison(cast: Cast) -> Attempt:
    condition = make.conditions(make.conditional(cast))[0]
    return lambda: operations.discharge_condition(actor=cast.actor("chair"), condition=condition, evidence="Done.")


@refusal(operations.record_prior_approval, "check_can_record_prior")
def the_author_records_no_earlier_approval(cast: Cast) -> Attempt:
    version = make.registered_before(cast)
    return lambda: make.prior(cast, version, by="analyst")


@refusal(operations.record_prior_approval, "check_prior")
def an_earlier_approval_has_its_reference(cast: Cast) -> Attempt:
    version = make.registered_before(cast)
    return lambda: make.prior(cast, version, dag_reference="DAG " * 30)


@refusal(rules.check_can_record_prior, "check_never_worked_on")
def what_was_consulted_on_was_not_approved_before(cast: Cast) -> Attempt:
    window = artefacts.consultation(cast)
    return lambda: make.prior(cast, window.version)


@refusal("artefacts.operations.following.approve", "check_never_worked_on")
def what_the_group_works_on_is_not_approved_by_an_earlier_outcome(cast: Cast) -> Attempt:
    draft = artefacts.version(cast)
    last = artefacts.version(cast, draft.artefact)
    assert last.order > draft.order
    return lambda: approve(
        actor=cast.actor("dag"),
        artefact=draft.artefact,
        version=draft,
        dag_reference="DAG-2025-17",
        approved_on=make.BEFORE_DAY,
        reason="Approved before this system.",
        before_system=True,
    )


@refusal(operations.confirm_prior_approval, "check_can_confirm_prior")
def a_member_confirms_no_earlier_approval(cast: Cast) -> Attempt:
    waits = make.prior(cast)
    return lambda: operations.confirm_prior_approval(actor=cast.actor("idno"), prior=waits)


@refusal(operations.refuse_prior_approval, "check_can_refuse_prior")
def the_author_refuses_no_earlier_approval(cast: Cast) -> Attempt:
    waits = make.prior(cast)
    return lambda: operations.refuse_prior_approval(actor=cast.actor("analyst"), prior=waits, reason="Not so.")


@refusal(operations.withdraw_prior_approval, "check_can_withdraw_prior")
def the_chair_withdraws_no_earlier_approval(cast: Cast) -> Attempt:
    waits = make.prior(cast)
    return lambda: operations.withdraw_prior_approval(actor=cast.actor("chair"), prior=waits, reason="Not so.")


@refusal(rules.check_can_confirm_prior, "_check_answers_for_dag")
def the_chair_confirms_no_earlier_approval_while_there_is_a_liaison(cast: Cast) -> Attempt:
    waits = make.prior(cast)
    return lambda: operations.confirm_prior_approval(actor=cast.actor("chair"), prior=waits)


@refusal(rules.check_can_refuse_prior, "_check_answers_for_dag")
def the_chair_refuses_no_earlier_approval_while_there_is_a_liaison(cast: Cast) -> Attempt:
    waits = make.prior(cast)
    return lambda: operations.refuse_prior_approval(actor=cast.actor("chair"), prior=waits, reason="Not so.")
