"""What the DAG decided: every result for every submission, who records it, when, and what it then does."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from artefacts.models import Artefact, Baseline
from artefacts.states import State
from escalations import operations
from escalations.models import Condition, Outcome, Submission
from escalations.states import OUTCOMES, Result, SubmissionKind, SubmissionState, results_for
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.acts import act
from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import Actor, NotNow, Refused
from tests.artefacts import make as artefacts
from tests.cast import PEOPLE, Cast
from tests.decisions import make as decisions
from tests.escalations import make
from tests.escalations.test_submitting import appoint_liaison, state_of

K, R, S = SubmissionKind, Result, State

# ----------------------------------------------------------------------------------------------------- the table, whole

TABLE: dict[tuple[str, bool], dict[str, tuple[str, str]]] = {
    # (kind, on a version): result: (state of the submission, state of the artefact; "" where there is none)
    (K.APPROVAL, True): {
        R.APPROVED: (SubmissionState.ANSWERED, S.APPROVED),
        R.CONDITIONS: (SubmissionState.ANSWERED, S.CONDITIONS),
        R.DEFERRED: (SubmissionState.SUBMITTED, S.WITH_DAG),
        R.REJECTED: (SubmissionState.ANSWERED, S.RETURNED),
    },
    (K.ESCALATION, True): {
        R.APPROVED: (SubmissionState.ANSWERED, S.APPROVED),
        R.CONDITIONS: (SubmissionState.ANSWERED, S.CONDITIONS),
        R.DEFERRED: (SubmissionState.SUBMITTED, S.WITH_DAG),
        R.REJECTED: (SubmissionState.ANSWERED, S.RETURNED),
    },
    (K.ESCALATION, False): {
        R.DEFERRED: (SubmissionState.SUBMITTED, ""),
        R.ANSWERED: (SubmissionState.ANSWERED, ""),
    },
    (K.INFORMATION, True): {R.NOTED: (SubmissionState.ANSWERED, S.DRAFT)},
    (K.INFORMATION, False): {R.NOTED: (SubmissionState.ANSWERED, "")},
    (K.APPROVAL, False): {},
}
"""Copied from the domain's words, not from ``states``: the whole of "DAG outcome"."""


def submission_of(cast: Cast, kind: str, on_version: bool) -> Submission:
    asked: dict[str, Any] = {} if on_version else {"on": None}
    if kind == K.APPROVAL:
        return make.submitted(cast)
    if kind == K.ESCALATION:
        return make.escalated(cast, **asked)
    return make.informed(cast) if on_version else make.submit(cast, decisions.consensus(cast, on=None))


@pytest.mark.parametrize(("kind", "on_version", "result"), list(product(K, (True, False), R)))
def test_the_table_is_the_domains(kind: str, on_version: bool, result: str) -> None:
    assert ((kind, on_version, result) in OUTCOMES) == (result in TABLE[kind, on_version])
    assert (result in results_for(kind, on_version)) == (result in TABLE[kind, on_version])


CASES = [(kind, on_version) for kind, on_version in TABLE if (kind, on_version) != (K.APPROVAL, False)]


@pytest.mark.parametrize(("kind", "on_version", "result"), [(*case, result) for case in CASES for result in R])
def test_every_result_on_every_submission(cast: Cast, kind: str, on_version: bool, result: str) -> None:
    submission = submission_of(cast, kind, on_version)
    make.met(cast, submission)
    expected = TABLE[kind, on_version].get(result)
    if expected is None:
        with pytest.raises(NotNow, match="cannot give that to this submission") as refused:
            make.record(cast, submission, result)
        assert refused.value.field == "result"
        assert make.fresh(submission).state == SubmissionState.SUBMITTED
        return

    make.record(cast, submission, result)

    assert make.fresh(submission).state == expected[0]
    if expected[1]:
        assert state_of(submission) == expected[1]
    approved = expected[1] in {S.APPROVED, S.CONDITIONS}
    assert Baseline.objects.filter(version=submission.version_id, superseded_at__isnull=True).exists() == approved
    assert list(verify.breaks()) == []


# -------------------------------------------------------------------------------------------------------- what it does


def test_the_approved_version_becomes_the_baseline_with_the_dags_reference(cast: Cast) -> None:
    submission = make.approved(cast)
    baseline = Baseline.objects.get()
    assert baseline.version == submission.version
    assert baseline.dag_reference == make.REFERENCE
    assert baseline.approved_on == date(2027, 1, 13)


def test_its_artefacts_history_says_by_whom_on_what_and_why(cast: Cast) -> None:
    submission = make.approved(cast)
    moved = AuditEvent.objects.get(verb="artefact.moved", note__to=S.APPROVED)
    assert moved.version_sha256 == submission.version_sha256
    assert moved.acting_as == "DAG Liaison"
    assert moved.reason == "Approved by the DAG, DAG-D-57 (SDWG-DAG-001)."


def test_deferred_it_is_tabled_for_the_next_dag_meeting(cast: Cast) -> None:
    submission = make.answered(cast, R.DEFERRED)
    assert submission.state == SubmissionState.SUBMITTED
    assert submission.dag_meeting
    assert submission.dag_meeting.date == date(2027, 2, 10)
    assert state_of(submission) == S.WITH_DAG


def test_deferred_by_correspondence_it_is_tabled_too(cast: Cast) -> None:
    submission = make.submitted(cast, by_correspondence=True)
    make.calendar(cast)
    make.record(cast, submission, R.DEFERRED, by_correspondence=True)
    after = make.fresh(submission)
    assert after.dag_meeting
    assert not after.by_correspondence
    assert after.dag_meeting.date > clock.today(cast.at)


def test_without_a_later_dag_meeting_nothing_is_deferred(cast: Cast) -> None:
    submission = make.submitted(cast)
    last = make.calendar(cast)[-1]
    artefacts.pass_to(cast, clock.at_london(last.date, clock.london(cast.at).time()))
    with pytest.raises(NotNow, match="No later DAG meeting"):
        make.record(cast, submission, R.DEFERRED, decided_on=last.date)


def test_deferred_and_then_approved(cast: Cast) -> None:
    submission = make.answered(cast, R.DEFERRED)
    make.met(cast, submission)
    make.record(cast, submission, dag_reference="DAG-D-61")
    assert make.fresh(submission).state == SubmissionState.ANSWERED
    assert Outcome.objects.filter(submission=submission).count() == 2
    assert state_of(submission) == S.APPROVED


def test_deferred_it_has_no_outcome_before_the_next_meeting(cast: Cast) -> None:
    submission = make.answered(cast, R.DEFERRED)
    with pytest.raises(NotNow, match="has not come"):
        make.record(cast, submission, decided_on=clock.today(cast.at))


def test_an_answer_is_recorded_on_the_decision(cast: Cast) -> None:
    submission = make.answered(cast, R.ANSWERED, make.escalated(cast, on=None))
    assert submission.decision
    told = AuditEvent.objects.get(verb="decision.answered")
    assert told.on_key == submission.decision.audit_key
    assert (told.reason, told.note["result"]) == (make.WORDS, "Answered")


def test_returned_its_author_can_open_a_revision(cast: Cast) -> None:
    submission = make.answered(cast, R.REJECTED, make.escalated(cast, delegated="DAG-D-41"))
    assert submission.version
    artefact = Artefact.objects.get(pk=submission.version.artefact_id)
    assert artefact.state == S.RETURNED
    assert not artefact.bound_for_dag


# -------------------------------------------------------------------------------------------------------- who records


@pytest.mark.parametrize("name", [row[0] for row in PEOPLE])
def test_who_records(cast: Cast, name: str) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    if name not in {"dag", "secretariat"}:
        with pytest.raises(Refused, match="The DAG liaison records"):
            make.record(cast, submission, by=name)
        assert not Outcome.objects.exists()
        return
    outcome = make.record(cast, submission, by=name)
    assert outcome.is_in_force == (name == "dag")
    assert outcome.is_reported == (name == "secretariat")
    assert state_of(submission) == (S.APPROVED if name == "dag" else S.WITH_DAG)


def test_reported_it_has_no_effect_until_the_liaison_confirms(cast: Cast) -> None:
    outcome = make.reported(cast)
    assert make.fresh(outcome.submission).state == SubmissionState.SUBMITTED
    assert OutboxMessage.objects.get(rule="outcome-reported").person == cast.person("dag")

    operations.confirm_outcome(actor=cast.actor("dag"), outcome=outcome)

    assert state_of(outcome.submission) == S.APPROVED
    assert make.fresh(outcome.submission).state == SubmissionState.ANSWERED
    assert list(verify.breaks()) == []


def test_while_there_is_a_liaison_the_chair_does_not_confirm(cast: Cast) -> None:
    outcome = make.reported(cast)
    with pytest.raises(Refused, match="only while nobody holds that seat"):
        operations.confirm_outcome(actor=cast.actor("chair"), outcome=outcome)


def test_where_there_is_no_liaison_the_chair_confirms(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    make.no_liaison(cast)
    outcome = make.record(cast, submission, by="secretariat")
    assert OutboxMessage.objects.get(rule="outcome-reported").person == cast.person("chair")
    operations.confirm_outcome(actor=cast.actor("chair"), outcome=outcome)
    assert state_of(submission) == S.APPROVED


@pytest.mark.parametrize("name", [row[0] for row in PEOPLE if row[0] not in {"dag", "chair", "secretariat"}])
def test_nobody_else_confirms(cast: Cast, name: str) -> None:
    outcome = make.reported(cast)
    with pytest.raises(Refused, match="The DAG liaison confirms"):
        operations.confirm_outcome(actor=cast.actor(name), outcome=outcome)


def test_never_the_same_person(cast: Cast) -> None:
    outcome = make.reported(cast)
    appoint_liaison(cast, "outsider")
    recorder = cast.person("secretariat")
    both = cast.actor("outsider")
    both.person = recorder
    with pytest.raises(Refused, match="Nobody confirms an outcome that they transcribed"):
        operations.confirm_outcome(actor=both, outcome=outcome)


def test_never_the_same_person_in_the_table_either(cast: Cast) -> None:
    outcome = make.reported(cast)

    @act
    def confirm_behind_the_rules(*, actor: Actor) -> None:
        outcome.confirmed_by, outcome.confirmed_as, outcome.confirmed_at = outcome.recorded_by, "Secretariat", actor.at
        outcome.save()

    with pytest.raises(IntegrityError, match="confirmed_by_somebody_else"), transaction.atomic():
        confirm_behind_the_rules(actor=cast.actor("secretariat"))


def test_confirmed_once(cast: Cast) -> None:
    outcome = make.reported(cast)
    operations.confirm_outcome(actor=cast.actor("dag"), outcome=outcome)
    with pytest.raises(NotNow, match=r"in force already: Approved .*, confirmed by DAG Liaison"):
        operations.confirm_outcome(actor=cast.actor("dag"), outcome=outcome)


def test_a_wrong_report_is_replaced_by_the_next_record(cast: Cast) -> None:
    wrong = make.reported(cast)
    right = make.record(cast, wrong.submission, R.REJECTED, by="dag")
    wrong.refresh_from_db()
    assert right.supersedes == wrong
    assert wrong.superseded_at
    assert state_of(wrong.submission) == S.RETURNED
    with pytest.raises(NotNow, match="replaced by another"):
        operations.confirm_outcome(actor=cast.actor("dag"), outcome=wrong)


def test_the_secretariat_corrects_its_own_transcript_and_it_still_waits(cast: Cast) -> None:
    wrong = make.reported(cast)
    right = make.record(cast, wrong.submission, R.DEFERRED, by="secretariat")
    assert right.is_reported
    assert Outcome.objects.filter(superseded_at__isnull=True).get() == right


def test_whoever_has_not_seen_the_last_record_is_told_of_it(cast: Cast) -> None:
    reported = make.reported(cast)
    with pytest.raises(NotNow, match=r"Meanwhile there is another record: Approved .*, transcribed by Secretariat"):
        make.record(cast, reported.submission, by="dag", after=None)


def test_whoever_comes_second_is_told_what_the_first_did(cast: Cast) -> None:
    submission = make.approved(cast)
    with pytest.raises(NotNow, match=r"outcome already: Approved \(DAG-D-57, Wed 13 Jan 2027\), recorded by DAG"):
        make.record(cast, submission, R.REJECTED)


def test_what_is_withdrawn_gets_no_outcome(cast: Cast) -> None:
    submission = make.withdrawn(cast)
    make.met(cast, submission)
    with pytest.raises(NotNow, match="was withdrawn on"):
        make.record(cast, submission)


# ----------------------------------------------------------------------------------------------------------------- when


def test_before_the_dag_has_met_there_is_no_outcome(cast: Cast) -> None:
    submission = make.submitted(cast)
    with pytest.raises(NotNow, match="The DAG meeting of Wed 13 Jan 2027 has not come"):
        make.record(cast, submission, decided_on=clock.today(cast.at))


def test_on_the_day_of_the_dag_from_midnight_in_london(cast: Cast) -> None:
    submission = make.submitted(cast)
    assert submission.dag_meeting
    midnight = clock.at_london(submission.dag_meeting.date, clock.london(cast.at).time().min)
    artefacts.pass_to(cast, midnight - timedelta(seconds=1))
    with pytest.raises(NotNow, match="has not come"):
        make.record(cast, submission, decided_on=clock.today(cast.at))
    artefacts.pass_to(cast, midnight)
    assert make.record(cast, submission).decided_on == submission.dag_meeting.date


def test_never_in_the_future(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    with pytest.raises(NotNow, match="a day that has not come") as refused:
        make.record(cast, submission, decided_on=clock.today(cast.at) + timedelta(days=1))
    assert refused.value.field == "decided_on"


def test_not_before_it_was_submitted(cast: Cast) -> None:
    submission = make.submitted(cast)
    with pytest.raises(NotNow, match="cannot have decided before"):
        make.record(cast, submission, by_correspondence=True, decided_on=clock.today(cast.at) - timedelta(days=1))


def test_not_before_its_meeting(cast: Cast) -> None:
    submission = make.submitted(cast)
    day = make.met(cast, submission)
    with pytest.raises(NotNow, match="An earlier decision was one by correspondence"):
        make.record(cast, submission, decided_on=day - timedelta(days=1))


def test_by_correspondence_it_can_be_earlier(cast: Cast) -> None:
    submission = make.submitted(cast)
    outcome = make.record(cast, submission, by_correspondence=True, decided_on=clock.today(cast.at))
    assert outcome.is_in_force
    assert state_of(submission) == S.APPROVED


def test_what_was_put_by_correspondence_is_decided_by_correspondence(cast: Cast) -> None:
    submission = make.submitted(cast, by_correspondence=True)
    with pytest.raises(NotNow, match="Tick that the DAG decided so"):
        make.record(cast, submission)
    assert make.record(cast, submission, by_correspondence=True).by_correspondence


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"dag_reference": "  "}, "dag_reference"),
        ({"dag_reference": "x" * 61}, "dag_reference"),
        ({"result": R.REJECTED, "words": ""}, "words"),
        ({"result": R.CONDITIONS, "conditions": ["  "]}, "conditions"),
        ({"conditions": ["One more thing."]}, "conditions"),
        ({"conditions_due": date(2027, 3, 1)}, "conditions"),
        ({"result": R.CONDITIONS, "conditions": ["One."], "conditions_due": date(2025, 3, 1)}, "conditions_due"),
    ],
)
def test_bad_input_is_refused_beside_what_it_concerns(cast: Cast, given: dict[str, Any], field: str) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    with pytest.raises(NotNow) as refused:
        make.record(cast, submission, **given)
    assert refused.value.field == field
    assert not Outcome.objects.exists()


# ----------------------------------------------------------------------------------------------------------- conditions


def test_the_last_condition_makes_it_approved(cast: Cast) -> None:
    submission = make.conditional(cast)
    first, second = make.conditions(submission)
    operations.discharge_condition(actor=cast.actor("dag"), condition=first, evidence="Section 4, table 2.")
    assert state_of(submission) == S.CONDITIONS

    operations.discharge_condition(actor=cast.actor("dag"), condition=second, evidence="Section 2 as in 0.1.")

    assert state_of(submission) == S.APPROVED
    assert Baseline.objects.get(superseded_at__isnull=True).version == submission.version
    assert not Condition.objects.open().exists()
    assert OutboxMessage.objects.filter(rule="conditions-discharged").exists()
    assert list(verify.breaks()) == []


def test_on_a_named_new_version_that_becomes_the_baseline(cast: Cast) -> None:
    submission = make.conditional(cast)
    assert submission.version
    later = artefacts.version(cast, submission.version.artefact)
    first, second = make.conditions(submission)
    dag = cast.actor("dag")
    operations.discharge_condition(actor=dag, condition=first, evidence="Page 3.", version=later)
    operations.discharge_condition(actor=dag, condition=second, evidence="No change needed.")
    assert Baseline.objects.get(superseded_at__isnull=True).version == later
    assert Baseline.objects.get(superseded_at__isnull=False).version == submission.version


def test_conditions_keep_their_order_and_their_day(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    due = date(2027, 2, 26)
    make.record(cast, submission, R.CONDITIONS, conditions=["One.", " ", "Two."], conditions_due=due)
    assert [(row.number, row.text, row.due) for row in make.conditions(submission)] == [
        (1, "One.", due),
        (2, "Two.", due),
    ]


@pytest.mark.parametrize("name", [row[0] for row in PEOPLE if row[0] != "dag"])
def test_nobody_but_the_liaison_discharges(cast: Cast, name: str) -> None:
    condition = make.conditions(make.conditional(cast))[0]
    with pytest.raises(Refused, match="The DAG liaison accepts"):
        operations.discharge_condition(actor=cast.actor(name), condition=condition, evidence="Done.")


def test_where_there_is_no_liaison_the_chair_discharges(cast: Cast) -> None:
    condition = make.conditions(make.conditional(cast))[0]
    make.no_liaison(cast)
    operations.discharge_condition(actor=cast.actor("chair"), condition=condition, evidence="Done.")
    condition.refresh_from_db()
    assert condition.discharged_as == "Chair"


def test_a_condition_is_discharged_once_on_evidence(cast: Cast) -> None:
    condition = make.conditions(make.conditional(cast))[0]
    dag = cast.actor("dag")
    with pytest.raises(NotNow, match="Say what shows"):
        operations.discharge_condition(actor=dag, condition=condition, evidence=" ")
    operations.discharge_condition(actor=dag, condition=condition, evidence="Done.")
    with pytest.raises(NotNow, match=r"was discharged on .* by DAG Liaison"):
        operations.discharge_condition(actor=dag, condition=condition, evidence="Done again.")


def test_the_conditions_of_a_reported_outcome_are_not_yet_any(cast: Cast) -> None:
    outcome = make.reported(cast, R.CONDITIONS)
    condition = outcome.conditions.all()[0]
    with pytest.raises(NotNow, match="not in force"):
        operations.discharge_condition(actor=cast.actor("dag"), condition=condition, evidence="Done.")
    assert not Condition.objects.open().exists()


def test_a_condition_is_met_by_a_newer_version_of_the_same_artefact(cast: Cast) -> None:
    submission = make.conditional(cast)
    condition = make.conditions(submission)[0]
    for other in (submission.version, artefacts.version(cast, title="Another")):
        with pytest.raises(NotNow, match="newer than the approved one"):
            operations.discharge_condition(
                actor=cast.actor("dag"), condition=condition, evidence="Done.", version=other
            )


# ---------------------------------------------------------------------------------------------------------- who is told


def test_chair_author_and_the_members_who_may_read_it_are_told(cast: Cast) -> None:
    make.approved(cast)
    told = set(OutboxMessage.objects.filter(rule="outcome-in-effect").values_list("person__display_name", flat=True))
    members = {row[0].replace("-", " ").capitalize() for row in PEOPLE if row[1] == "member"}
    assert told == {"Chair", "Analyst", *members}


def test_of_a_red_one_its_readers_alone_are_told_and_no_title(cast: Cast) -> None:
    people = ["large-supplier", "medium-supplier", "small-supplier", "idno"]
    submission = make.submitted(cast, marking="RED", people=people, title="Key ceremony secrets")
    make.met(cast, submission)
    make.record(cast, submission)
    letters = OutboxMessage.objects.filter(rule="outcome-in-effect")
    assert {letter.person.display_name for letter in letters} == {
        "Chair",
        "Analyst",
        "Large supplier",
        "Medium supplier",
        "Small supplier",
        "Idno",
    }
    assert not any("ceremony" in letter.subject + letter.text for letter in OutboxMessage.objects.all())
