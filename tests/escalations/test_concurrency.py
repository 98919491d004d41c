"""Two at the same moment, on PostgreSQL: exactly one is done, and the other is told what the first one did."""

import pytest
from django.db import connection

from artefacts.models import Baseline
from artefacts.states import State
from escalations import operations
from escalations.models import Dossier, Outcome, Submission
from escalations.states import Result
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.decisions.test_concurrency import at_once, group  # noqa: F401
from tests.escalations import make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the embedded database has one writer at a time"),
]


def test_of_two_outcomes_one_is_recorded(group: Cast) -> None:  # noqa: F811
    submission = make.submitted(group)
    make.met(group, submission)
    results = [Result.APPROVED, Result.REJECTED, Result.APPROVED, Result.CONDITIONS]

    ends = at_once(*[lambda result=result: make.record(group, submission, result, after=None) for result in results])

    assert ends.count("done") == 1
    told = [end for end in ends if end != "done"]
    assert all("has its outcome already" in end and "recorded by DAG Liaison" in end for end in told)
    assert Outcome.objects.count() == 1
    assert AuditEvent.objects.filter(verb="artefact.moved", note__from=State.WITH_DAG).count() == 1
    assert Baseline.objects.count() <= 1
    assert list(verify.breaks()) == []


def test_of_two_deferrals_one_is_recorded(group: Cast) -> None:  # noqa: F811
    submission = make.submitted(group, by_correspondence=True)
    make.calendar(group)

    ends = at_once(
        *[lambda: make.record(group, submission, Result.DEFERRED, by_correspondence=True, after=None) for _ in range(3)]
    )

    assert ends.count("done") == 1
    assert Outcome.objects.count() == 1
    assert all("Meanwhile there is another record: Deferred" in end for end in ends if end != "done")


def test_of_two_confirmations_one_takes_effect(group: Cast) -> None:  # noqa: F811
    outcome = make.reported(group)
    liaison = group.actor("dag")

    ends = at_once(*[lambda: operations.confirm_outcome(actor=liaison, outcome=outcome) for _ in range(4)])

    assert ends.count("done") == 1
    assert all("in force already" in end for end in ends if end != "done")
    assert Baseline.objects.count() == 1


def test_a_confirmation_and_another_record_leave_one_outcome(group: Cast) -> None:  # noqa: F811
    outcome = make.reported(group)

    ends = at_once(
        lambda: operations.confirm_outcome(actor=group.actor("dag"), outcome=outcome),
        lambda: make.record(group, outcome.submission, Result.REJECTED, by="dag", after=outcome),
    )

    assert ends.count("done") == 1
    assert Outcome.objects.filter(confirmed_at__isnull=False, superseded_at__isnull=True).count() == 1


def test_of_two_submissions_one_is_made(group: Cast) -> None:  # noqa: F811
    decision = decisions.consensus(group)
    make.calendar(group)
    ends = at_once(*[lambda: make.submit(group, decision) for _ in range(4)])
    assert ends.count("done") == 1
    assert all("with the DAG already, as SDWG-DAG-001" in end for end in ends if end != "done")


def test_two_submissions_of_two_decisions_get_two_numbers(group: Cast) -> None:  # noqa: F811
    two = [decisions.no_consensus(group, on=None) for _ in range(3)]
    make.calendar(group)
    assert at_once(*[lambda one=one: make.submit(group, one) for one in two]) == ["done"] * 3
    assert sorted(Submission.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_an_outcome_and_a_withdrawal_leave_one_of_them(group: Cast) -> None:  # noqa: F811
    submission = make.submitted(group)
    make.met(group, submission)
    ends = at_once(
        lambda: make.record(group, submission),
        lambda: operations.withdraw_submission(actor=group.actor("chair"), submission=submission, reason="Too late."),
    )
    assert ends.count("done") == 1
    assert AuditEvent.objects.filter(verb="artefact.moved", note__from=State.WITH_DAG).count() == 1


def test_two_workers_build_one_dossier_once(group: Cast) -> None:  # noqa: F811
    submission = make.submitted(group)
    assert at_once(*[lambda: operations.build_due_dossiers(at=group.at) for _ in range(2)]) == ["done"] * 2
    assert AuditEvent.objects.filter(verb="submission.dossier-built").count() == 1
    assert Dossier.objects.get(submission=submission).attempts == 1


def test_two_schedulers_keep_one_calendar(group: Cast) -> None:  # noqa: F811
    ends = at_once(*[lambda: operations.ensure_dag_meetings(at=group.at) for _ in range(4)])
    assert ends == ["done"] * 4
    assert AuditEvent.objects.filter(verb="dag-meeting.planned").count() == 12
    assert list(verify.breaks()) == []
