"""Putting a decision to the DAG: who may, what may go, what then happens, and how it is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from artefacts.models import Artefact, Version
from artefacts.states import Kind, Marking, State
from escalations import operations, rules
from escalations.models import Dossier, Submission
from escalations.states import BEFORE, DossierState, SubmissionKind, SubmissionState
from meetings.models import Decision
from meetings.states import Finding
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Grant
from tests.artefacts import make as artefacts
from tests.cast import PEOPLE, Cast
from tests.decisions import make as decisions
from tests.escalations import make


def state_of(submission: Submission) -> str:
    assert submission.version
    return Artefact.objects.get(pk=submission.version.artefact_id).state


# ------------------------------------------------------------------------------------------------------ what it does


def test_a_consensus_goes_for_approval_and_a_no_consensus_as_an_escalation(cast: Cast) -> None:
    approval, escalation = make.submitted(cast), make.escalated(cast, title="Key ceremony")
    assert (approval.kind, approval.reference) == (SubmissionKind.APPROVAL, "SDWG-DAG-001")
    assert (escalation.kind, escalation.reference) == (SubmissionKind.ESCALATION, "SDWG-DAG-002")
    assert state_of(approval) == state_of(escalation) == State.WITH_DAG
    assert list(verify.breaks()) == []


def test_the_hash_is_pinned_and_stands_on_the_artefacts_history(cast: Cast) -> None:
    submission = make.submitted(cast)
    assert submission.version
    assert submission.version_sha256 == submission.version.sha256

    moved = AuditEvent.objects.get(verb="artefact.moved", note__to=State.WITH_DAG)
    assert moved.on_key == submission.version.artefact.audit_key
    assert moved.version_sha256 == submission.version_sha256
    assert (moved.acting_as, moved.note["submission"]) == ("Chair", "SDWG-DAG-001")
    assert "For approval: SDWG-DAG-001" in moved.reason


def test_its_decision_says_that_it_was_submitted(cast: Cast) -> None:
    submission = make.submitted(cast)
    assert submission.decision
    told = AuditEvent.objects.get(verb="decision.submitted")
    assert told.on_key == submission.decision.audit_key
    assert told.note["submission"] == "SDWG-DAG-001"


def test_a_free_question_is_escalated_and_moves_no_artefact(cast: Cast) -> None:
    submission = make.escalated(cast, on=None)
    assert submission.version is None
    assert submission.version_sha256 == ""
    assert not AuditEvent.objects.filter(verb="artefact.moved", note__to=State.WITH_DAG).exists()


def test_information_moves_nothing(cast: Cast) -> None:
    submission = make.informed(cast)
    assert state_of(submission) == State.DRAFT
    assert submission.kind == SubmissionKind.INFORMATION


def test_a_version_alone_brings_the_decision_on_it(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    submission = operations.submit(
        actor=cast.actor("chair"),
        kind=SubmissionKind.APPROVAL,
        version=decision.version,
        dag_meeting=make.next_dag(cast),
        question=make.QUESTION,
        statement=make.STATEMENT,
    )
    assert submission.decision == decision


def test_it_can_be_put_by_correspondence(cast: Cast) -> None:
    submission = make.submitted(cast, by_correspondence=True)
    assert submission.dag_meeting is None
    assert submission.by_correspondence


def test_late_for_the_papers_is_allowed_and_kept(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    soonest = make.calendar(cast)[0]
    artefacts.pass_to(cast, soonest.papers_due_at + timedelta(seconds=1))
    assert make.submit(cast, decision, dag_meeting=soonest).late_for_papers


def test_on_the_papers_deadline_it_is_in_time(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    soonest = make.next_dag(cast)
    artefacts.pass_to(cast, soonest.papers_due_at)
    assert not make.submit(cast, decision, dag_meeting=soonest).late_for_papers


def test_the_dossier_is_ordered(cast: Cast) -> None:
    submission = make.submitted(cast)
    dossier = Dossier.objects.get(submission=submission)
    assert dossier.state == DossierState.ORDERED
    assert dossier.holds == [submission.version_id]


# --------------------------------------------------------------------------------------------------- who reads it then


def test_the_liaison_reads_what_is_submitted_and_nothing_before(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    version = Version.objects.filter(pk=decision.version_id)
    assert not version.visible_to(cast.actor("dag")).exists()

    submission = make.submit(cast, decision)

    dag = cast.actor("dag")
    assert version.visible_to(dag).exists()
    assert Submission.objects.visible_to(dag).get() == submission
    assert Decision.objects.visible_to(dag).get() == decision
    assert set(Grant.objects.values_list("cause_key", flat=True)) == {submission.audit_key}


def test_the_liaison_reads_a_free_question_by_its_grant(cast: Cast) -> None:
    submission = make.escalated(cast, on=None)
    assert Decision.objects.visible_to(cast.actor("dag")).get() == submission.decision


@pytest.mark.parametrize(
    "asked", [{"marking": Marking.RED, "people": ["large-supplier", "medium-supplier", "small-supplier", "idno"]},
              {"kind": Kind.PROCUREMENT, "people": ["large-supplier", "medium-supplier", "small-supplier", "idno"]}],
    ids=["red", "procurement"],
)  # fmt: skip
def test_red_and_procurement_go_by_reference_only(cast: Cast, asked: dict[str, Any]) -> None:
    submission = make.submitted(cast, **asked)
    dag = cast.actor("dag")
    assert not Version.objects.visible_to(dag).filter(pk=submission.version_id).exists()
    assert not Decision.objects.visible_to(dag).exists()
    assert not Submission.objects.visible_to(dag).exists()
    envelope = Submission.objects.listed_for(dag).get()
    assert envelope.readable is False
    assert submission.version
    title = submission.version.artefact.title
    letters = OutboxMessage.objects.filter(on_key=submission.audit_key)
    assert letters.exists()
    assert not any(title in letter.subject + letter.text for letter in letters)


def test_a_marking_raised_to_red_silences_the_grant(cast: Cast) -> None:
    submission = make.submitted(cast)
    assert submission.version
    artefacts.remark(cast, submission.version, Marking.RED)
    assert not Version.objects.visible_to(cast.actor("dag")).filter(pk=submission.version_id).exists()
    assert Submission.objects.listed_for(cast.actor("dag")).get().readable is False


def test_a_liaison_appointed_later_is_reached_by_the_next_look(cast: Cast) -> None:
    make.no_liaison(cast)
    submission = make.submitted(cast)
    assert not Grant.objects.exists()
    appoint_liaison(cast, "outsider")

    assert operations.share(at=cast.at) == 2
    assert operations.share(at=cast.at) == 0

    assert Submission.objects.visible_to(cast.actor("outsider")).get() == submission
    assert OutboxMessage.objects.filter(on_key=submission.audit_key, person=cast.person("outsider")).exists()


def test_the_new_version_of_an_approval_with_conditions_is_shared_too(cast: Cast) -> None:
    submission = make.conditional(cast)
    assert submission.version
    later = artefacts.version(cast, submission.version.artefact)
    assert not Version.objects.visible_to(cast.actor("dag")).filter(pk=later.pk).exists()
    assert operations.share(at=cast.at) == 1
    assert Version.objects.visible_to(cast.actor("dag")).filter(pk=later.pk).exists()


@pytest.mark.parametrize("name", [row[0] for row in PEOPLE])
def test_a_submission_is_read_by_its_versions_readers_and_the_liaison(cast: Cast, name: str) -> None:
    make.submitted(cast)
    reads = Submission.objects.visible_to(cast.actor(name)).exists()
    assert reads == (name not in {"partner", "observer"})


def test_nobody_without_a_seat_sees_any(cast: Cast) -> None:
    make.submitted(cast)
    assert not Submission.objects.listed_for(cast.actor("outsider")).exists()


# -------------------------------------------------------------------------------------------------------- who is told


def test_the_liaison_gets_a_link_and_no_attachment(cast: Cast) -> None:
    submission = make.submitted(cast)
    letter = OutboxMessage.objects.get(rule="submission-made")
    assert letter.person == cast.person("dag")
    assert "SDWG-DAG-001 is with you, for the DAG of Wed 13 Jan 2027" in letter.subject
    assert f"/dag/{submission.reference}/" in letter.text


# ------------------------------------------------------------------------------------------------------- who may not


@pytest.mark.parametrize("name", [row[0] for row in PEOPLE if row[0] != "chair"])
def test_nobody_but_the_chair_submits(cast: Cast, name: str) -> None:
    decision = decisions.consensus(cast)
    with pytest.raises(Refused, match="Only the chair submits"):
        make.submit(cast, decision, by=name)
    assert not Submission.objects.exists()


def test_a_chair_who_may_not_read_it_does_not_submit_it(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    assert decision.version
    from sdwg.members.operations import exclude

    exclude(
        actor=cast.actor("secretariat"),
        on_key=decision.version.audit_key,
        cause_key="conflict:1",
        reason="A conflict of interest",
        person=cast.person("chair"),
    )
    with pytest.raises(Refused, match="conflict of interest"):
        make.submit(cast, decision)


# ------------------------------------------------------------------------------------------------------ what may not


def test_nothing_undetermined_goes(cast: Cast) -> None:
    decision = decisions.open_decision(cast)
    with pytest.raises(NotNow, match="Nothing is determined"):
        make.submit(cast, decision, kind=SubmissionKind.APPROVAL)


@pytest.mark.parametrize(
    ("found", "kind", "sentence"),
    [
        (Finding.CONSENSUS, SubmissionKind.ESCALATION, "as a submission for approval"),
        (Finding.NO_CONSENSUS, SubmissionKind.APPROVAL, "as an escalation"),
    ],
)
def test_what_was_found_says_how_it_goes(cast: Cast, found: str, kind: str, sentence: str) -> None:
    decision = decisions.consensus(cast) if found == Finding.CONSENSUS else decisions.no_consensus(cast)
    with pytest.raises(NotNow, match=sentence):
        make.submit(cast, decision, kind=kind)


def test_a_consensus_on_a_free_question_goes_for_information(cast: Cast) -> None:
    decision = decisions.consensus(cast, on=None)
    assert rules.kind_for(decision) == SubmissionKind.INFORMATION
    with pytest.raises(NotNow, match="approves versions"):
        make.submit(cast, decision, kind=SubmissionKind.APPROVAL)
    assert make.submit(cast, decision).kind == SubmissionKind.INFORMATION


def test_one_submission_at_a_time(cast: Cast) -> None:
    submission = make.submitted(cast)
    assert submission.decision
    with pytest.raises(NotNow, match="with the DAG already, as SDWG-DAG-001"):
        make.submit(cast, submission.decision)


def test_a_question_the_dag_answered_is_not_put_again(cast: Cast) -> None:
    submission = make.escalated(cast, on=None)
    make.answered(cast, "answered", submission)
    assert submission.decision
    with pytest.raises(NotNow, match="has answered this question already"):
        make.submit(cast, submission.decision)


def test_a_version_of_another_decision_is_refused(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    with pytest.raises(NotNow, match="is not about"):
        make.submit(cast, decision, version=artefacts.version(cast, title="Another"))


def test_a_version_without_a_decision_goes_for_information_alone(cast: Cast) -> None:
    version = artefacts.version(cast)
    with pytest.raises(NotNow, match="Only what the group has decided"):
        make.informed(cast, version, statement=make.STATEMENT) and operations.submit(
            actor=cast.actor("chair"),
            kind=SubmissionKind.APPROVAL,
            version=version,
            by_correspondence=True,
            question=make.QUESTION,
            statement=make.STATEMENT,
        )


def test_nothing_is_submitted_about_nothing(cast: Cast) -> None:
    with pytest.raises(NotNow, match="is about a decision or a version"):
        operations.submit(
            actor=cast.actor("chair"),
            kind=SubmissionKind.INFORMATION,
            by_correspondence=True,
            question=make.QUESTION,
            statement=make.STATEMENT,
        )


def test_a_withdrawn_artefact_informs_nobody(cast: Cast) -> None:
    artefact = artefacts.withdrawn(cast)
    with pytest.raises(NotNow, match="is withdrawn"):
        make.informed(cast, decisions.newest(artefact))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"question": " "}, "question"),
        ({"question": "x" * 401}, "question"),
        ({"statement": "\n"}, "statement"),
        ({"dag_meeting": None}, "tabled_for"),
        ({"by_correspondence": True, "dag_meeting": "next"}, "tabled_for"),
    ],
)
def test_a_question_a_statement_and_one_way_are_needed(cast: Cast, given: dict[str, Any], field: str) -> None:
    decision = decisions.consensus(cast)
    if given.get("dag_meeting") == "next":
        given = {**given, "dag_meeting": make.next_dag(cast)}
    with pytest.raises(NotNow) as refused:
        make.submit(cast, decision, **given)
    assert refused.value.field == field
    assert state_of_decision(decision) == State.ENDORSED
    assert not Submission.objects.exists()


def test_a_dag_meeting_that_is_over_takes_nothing(cast: Cast) -> None:
    over = make.calendar(cast)[0]
    decision = decisions.consensus(cast)
    with pytest.raises(NotNow, match="is over"):
        make.submit(cast, decision, dag_meeting=over)


# --------------------------------------------------------------------------------------------------------- taking back


@pytest.mark.parametrize("kind", [SubmissionKind.APPROVAL, SubmissionKind.ESCALATION])
def test_withdrawn_it_is_where_it_was_before(cast: Cast, kind: str) -> None:
    submission = make.submitted(cast) if kind == SubmissionKind.APPROVAL else make.escalated(cast)

    operations.withdraw_submission(actor=cast.actor("chair"), submission=submission, reason="A clause was missed.")

    assert state_of(submission) == BEFORE[kind]
    after = make.fresh(submission)
    assert (after.state, after.withdrawn_reason) == (SubmissionState.WITHDRAWN, "A clause was missed.")
    assert not Submission.objects.listed_for(cast.actor("dag")).exists()
    assert not Version.objects.visible_to(cast.actor("dag")).filter(pk=submission.version_id).exists()
    assert OutboxMessage.objects.filter(rule="submission-withdrawn", person=cast.person("dag")).exists()
    assert list(verify.breaks()) == []


def test_withdrawn_it_can_be_submitted_again(cast: Cast) -> None:
    submission = make.withdrawn(cast)
    assert submission.decision
    assert make.submit(cast, submission.decision).reference == "SDWG-DAG-002"


def test_a_delegated_escalation_withdrawn_can_only_go_back_to_the_dag(cast: Cast) -> None:
    submission = make.escalated(cast, delegated="DAG-D-41")
    operations.withdraw_submission(actor=cast.actor("chair"), submission=submission, reason="A clause was missed.")
    assert submission.version
    assert Artefact.objects.get(pk=submission.version.artefact_id).bound_for_dag


@pytest.mark.parametrize("name", ["secretariat", "dag", "idno"])
def test_nobody_but_the_chair_takes_it_back(cast: Cast, name: str) -> None:
    submission = make.submitted(cast)
    with pytest.raises(Refused, match="Only the chair withdraws"):
        operations.withdraw_submission(actor=cast.actor(name), submission=submission, reason="No.")


def test_it_is_taken_back_for_a_reason(cast: Cast) -> None:
    submission = make.submitted(cast)
    with pytest.raises(NotNow, match="Say why"):
        operations.withdraw_submission(actor=cast.actor("chair"), submission=submission, reason="  ")


def test_what_has_its_outcome_is_not_taken_back(cast: Cast) -> None:
    submission = make.approved(cast)
    with pytest.raises(NotNow, match="has its outcome already: Approved"):
        operations.withdraw_submission(actor=cast.actor("chair"), submission=submission, reason="No.")


def test_what_has_a_reported_outcome_is_not_taken_back(cast: Cast) -> None:
    outcome = make.reported(cast)
    with pytest.raises(NotNow, match="An outcome is reported"):
        operations.withdraw_submission(actor=cast.actor("chair"), submission=outcome.submission, reason="No.")


# ------------------------------------------------------------------------------------------------------------- helpers


def state_of_decision(decision: Decision) -> str:
    assert decision.version
    return Artefact.objects.get(pk=decision.version.artefact_id).state


def appoint_liaison(cast: Cast, name: str) -> None:
    """A new DAG liaison, proposed by the secretariat and confirmed by the chair."""
    from sdwg.members.models import Role
    from sdwg.members.operations import appoint, confirm_seat

    seat = appoint(
        actor=cast.actor("secretariat"),
        person=cast.person(name),
        organisation=cast.seat("dag").organisation,
        role=Role.LIAISON,
        valid_from=cast.at.date(),
    )
    confirm_seat(actor=cast.actor("chair"), seat=seat)
