"""Submissions at every stage of their lives, made by the operations that make them; for the tests of every app.

Each builder takes the cast and returns what it made, freshly read. Builders that need time move the cast's moment and
the clock on: ``cast.at`` is later afterwards. Keywords that a builder does not know go to ``tests.decisions.make``:
``marking``, ``people``, ``delegated``, ``title``, and ``on=None`` for a free question.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from artefacts import operations as artefact_operations
from artefacts.models import PublicComment, Version
from escalations import operations
from escalations.models import Condition, DagMeeting, Dossier, Outcome, PriorApproval, Submission
from escalations.rules import kind_for, latest_outcome
from escalations.states import Result, SubmissionKind
from meetings.models import Decision
from sdwg import clock
from sdwg.members.operations import end_seat
from tests.artefacts import make as artefacts
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.replay import replayed

QUESTION = "Does the DAG approve this version, with a certificate life of 12 months?"
STATEMENT = "The group agrees on all but clause 6.3.2.\n\nThe DAG is asked to settle the renewal window."
WORDS = "The DAG thanks the group and follows its reasons."
REFERENCE = "DAG-D-57"
BEFORE_REFERENCE = "DAG-2025-17"
BEFORE_DAY = date(2025, 11, 12)
WANTED = ("State who bears the cost of early renewal.", "Align section 2 with the certificate profiles.")


@replayed
def calendar(cast: Cast) -> list[DagMeeting]:
    """The DAG's meetings of the next twelve months."""
    operations.ensure_dag_meetings(at=cast.at)
    return list(DagMeeting.objects.coming(clock.today(cast.at)))


def next_dag(cast: Cast) -> DagMeeting:
    """The first DAG meeting whose papers are not yet due."""
    return next(row for row in calendar(cast) if row.papers_due_at >= cast.at)


@replayed
def submit(cast: Cast, decision: Decision, by: str = "chair", **asked: Any) -> Submission:
    """``decision`` put to the next DAG meeting, as what it goes to it as."""
    given: dict[str, Any] = {"kind": kind_for(decision), "question": QUESTION, "statement": STATEMENT}
    if not asked.get("by_correspondence"):
        given["dag_meeting"] = next_dag(cast)
    return fresh(operations.submit(actor=cast.actor(by), decision=decision, **{**given, **asked}))


@replayed
def submitted(cast: Cast, **asked: Any) -> Submission:
    """A consensus submitted for approval: its artefact is with the DAG. Time has passed."""
    given, rest = _mine(asked)
    return submit(cast, decisions.consensus(cast, **rest), **given)


@replayed
def escalated(cast: Cast, **asked: Any) -> Submission:
    """No consensus, escalated. Time has passed."""
    given, rest = _mine(asked)
    return submit(cast, decisions.no_consensus(cast, **rest), **given)


def still_confirmable(cast: Cast) -> Decision:
    """A consensus, found as soon after the close as can be: something the wider industry sent can be confirmed yet."""
    window = artefacts.public_window(cast)
    artefacts.sent_in(cast, window)
    artefacts.pass_to(cast, window.closes_at + timedelta(minutes=1))
    artefact_operations.close_due_windows(cast.at)
    artefact = artefacts.assessed(cast, artefacts.fresh(window.version.artefact))
    artefact_operations.make_ready(actor=cast.actor("analyst"), artefact=artefact)
    decision = decisions.consensus(cast, on=decisions.newest(artefact))
    PublicComment.objects.update(sent_at=cast.at - timedelta(hours=1))
    return decision


@replayed
def informed(cast: Cast, version: Version | None = None, **asked: Any) -> Submission:
    """A version sent to the DAG for information; nothing moves."""
    given, rest = _mine(asked)
    version = version or artefacts.version(cast, **rest)
    words = {"question": QUESTION, "statement": STATEMENT, "dag_meeting": next_dag(cast), **given}
    kind = SubmissionKind.INFORMATION
    return fresh(operations.submit(actor=cast.actor("chair"), kind=kind, version=version, **words))


def _mine(asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = {"dag_meeting", "by_correspondence", "statement"}
    return ({key: asked[key] for key in asked if key in names}, {key: asked[key] for key in asked if key not in names})


@replayed
def met(cast: Cast, submission: Submission) -> date:
    """Let the DAG meeting come that ``submission`` is tabled for; its date."""
    tabled = fresh(submission).dag_meeting
    assert tabled
    pass_to(cast, max(cast.at, clock.at_london(tabled.date, time(16))))
    return tabled.date


@replayed
def record(cast: Cast, submission: Submission, result: str = Result.APPROVED, by: str = "dag", **given: Any) -> Outcome:
    """What the DAG decided at the meeting the submission is tabled for, whose date must have come."""
    tabled = fresh(submission).dag_meeting
    outcome: dict[str, Any] = {"dag_reference": REFERENCE, "words": WORDS}
    outcome["decided_on"] = tabled.date if tabled else clock.today(cast.at)
    outcome["conditions"] = WANTED if result == Result.CONDITIONS else ()
    outcome["after"] = latest_outcome(submission)
    outcome |= given
    return operations.record_outcome(actor=cast.actor(by), submission=submission, result=result, **outcome)


@replayed
def answered(
    cast: Cast, result: str = Result.APPROVED, submission: Submission | None = None, **asked: Any
) -> Submission:
    """A submission with its outcome, recorded by the liaison at the DAG meeting. Time has passed."""
    submission = submission or submitted(cast, **asked)
    met(cast, submission)
    record(cast, submission, result)
    return fresh(submission)


@replayed
def approved(cast: Cast, **asked: Any) -> Submission:
    """Approved by the DAG: its version is the baseline. Time has passed."""
    return answered(cast, Result.APPROVED, **asked)


@replayed
def conditional(cast: Cast, **asked: Any) -> Submission:
    """Approved subject to two conditions. Time has passed."""
    return answered(cast, Result.CONDITIONS, **asked)


@replayed
def reported(cast: Cast, result: str = Result.APPROVED, **asked: Any) -> Outcome:
    """An outcome the secretariat transcribed, which nobody has confirmed. Time has passed."""
    submission = submitted(cast, **asked)
    met(cast, submission)
    return record(cast, submission, result, by="secretariat")


@replayed
def withdrawn(cast: Cast, **asked: Any) -> Submission:
    """Taken back by the chair. Time has passed."""
    submission = submitted(cast, **asked)
    operations.withdraw_submission(actor=cast.actor("chair"), submission=submission, reason="A clause was missed.")
    return fresh(submission)


def conditions(submission: Submission) -> Sequence[Condition]:
    return list(Condition.objects.filter(outcome__submission=submission).select_related("outcome__submission"))


@replayed
def built(cast: Cast, submission: Submission) -> Dossier:
    """Its dossier, built as the worker builds it."""
    operations.build_due_dossiers(at=cast.at)
    dossier = Dossier.objects.select_related("file", "submission").get(submission=submission)
    assert dossier.file, dossier.failure
    return dossier


@replayed
def registered_before(cast: Cast, **version_of: Any) -> Version:
    """A version of an artefact that is registered today and never put to the group."""
    return artefacts.version(cast, **{"title": "Security Principles for Connected Parties", **version_of})


@replayed
def prior(cast: Cast, version: Version | None = None, by: str = "secretariat", **given: Any) -> PriorApproval:
    """What the secretariat records as approved by the DAG before this system; it waits."""
    version = version or registered_before(cast)
    told = {"dag_reference": BEFORE_REFERENCE, "decided_on": BEFORE_DAY, "words": WORDS, **given}
    return operations.record_prior_approval(actor=cast.actor(by), version=version, **told)


def prior_confirmed(cast: Cast, version: Version | None = None, by: str = "dag", **given: Any) -> PriorApproval:
    """The same, confirmed: the artefact is approved."""
    return operations.confirm_prior_approval(actor=cast.actor(by), prior=prior(cast, version, **given))


def fresh(submission: Submission) -> Submission:
    """The submission as it is in the database now."""
    return Submission.objects.select_related("version__artefact", "decision", "dag_meeting").get(pk=submission.pk)


def no_liaison(cast: Cast) -> None:
    """Nobody holds the liaison's seat any more."""
    yesterday = clock.today(cast.at) - timedelta(days=1)
    end_seat(actor=cast.actor("secretariat"), seat=cast.seat("dag"), last_day=yesterday)
