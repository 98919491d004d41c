"""Whatever chair, secretariat, liaison and time do, in whatever order: what must hold, holds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artefacts.models import Artefact, Baseline
from artefacts.states import State
from escalations import operations
from escalations.models import Condition, Outcome, Submission
from escalations.rules import latest_outcome
from escalations.states import LIVE, Result, SubmissionKind, SubmissionState
from meetings.models import Decision
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.decisions.test_invariants import undone
from tests.escalations import make

ACTORS = st.sampled_from(["dag", "secretariat", "chair", "idno"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), ACTORS),
        st.tuples(st.just("withdraw"), ACTORS),
        st.tuples(st.just("record"), ACTORS, st.sampled_from(Result.values), st.booleans()),
        st.tuples(st.just("confirm"), ACTORS),
        st.tuples(st.just("discharge"), ACTORS),
        st.tuples(st.just("wait"), st.sampled_from([1, 12, 35])),
    ),
    min_size=6,
    max_size=20,
)


class Play:
    """One decision and its way to the DAG; a refusal is an answer, and must change nothing."""

    def __init__(self, cast: Cast, agreed: bool) -> None:
        self.cast = cast
        self.decision: Decision = decisions.consensus(cast) if agreed else decisions.no_consensus(cast)
        make.calendar(cast)

    def submission(self) -> Submission:
        found = Submission.objects.order_by("-number").first()
        if found is None:
            raise NotNow("Nothing is submitted.")
        return found

    def do(self, step: tuple[Any, ...]) -> None:
        verb, *given = step
        acts: dict[str, Callable[..., object]] = {
            "submit": lambda who: make.submit(self.cast, self.decision, by=who),
            "withdraw": lambda who: operations.withdraw_submission(
                actor=self.cast.actor(who), submission=self.submission(), reason="A clause was missed."
            ),
            "record": self.record,
            "confirm": self.confirm,
            "discharge": self.discharge,
            "wait": lambda days: artefacts.pass_to(self.cast, self.cast.at + timedelta(days=days)),
        }
        before = AuditEvent.objects.count()
        make.calendar(self.cast)
        planned = AuditEvent.objects.count()
        try:
            with transaction.atomic():
                acts[verb](*given)
        except (NotNow, Refused):
            assert AuditEvent.objects.count() == planned >= before, "what was refused left a trace"

    def record(self, who: str, result: str, by_correspondence: bool) -> None:
        submission = self.submission()
        make.record(
            self.cast,
            submission,
            result,
            by=who,
            by_correspondence=by_correspondence,
            decided_on=clock.today(self.cast.at),
            dag_reference=f"DAG-{AuditEvent.objects.count()}",
        )

    def confirm(self, who: str) -> None:
        outcome = latest_outcome(self.submission())
        if outcome is None:
            raise NotNow("There is no outcome.")
        operations.confirm_outcome(actor=self.cast.actor(who), outcome=outcome)

    def discharge(self, who: str) -> None:
        condition = Condition.objects.open().first()
        if condition is None:
            raise NotNow("There is no condition.")
        operations.discharge_condition(actor=self.cast.actor(who), condition=condition, evidence="See section 4.")


APPROVING = (Result.APPROVED, Result.CONDITIONS)


def holds(decision: Decision) -> None:
    """What must be true after whatever was done."""
    assert decision.version
    artefact = Artefact.objects.get(pk=decision.version.artefact_id)
    in_force = Outcome.objects.filter(confirmed_at__isnull=False, superseded_at__isnull=True)
    approving = in_force.filter(result__in=APPROVING).first()
    assert (artefact.state in {State.APPROVED, State.CONDITIONS}) == (approving is not None)
    assert Baseline.objects.exists() == (approving is not None), "approved if and only if a confirmed outcome says so"
    if approving:
        assert artefact.state == (State.CONDITIONS if Condition.objects.open().exists() else State.APPROVED)
    assert Submission.objects.filter(state__in=LIVE).exclude(kind=SubmissionKind.INFORMATION).count() <= 1
    live = Submission.objects.filter(state=SubmissionState.SUBMITTED).exists()
    assert (artefact.state == State.WITH_DAG) == live
    for submission in Submission.objects.all():
        final = in_force.filter(submission=submission).exclude(result=Result.DEFERRED).count()
        assert final == (1 if submission.state == SubmissionState.ANSWERED else 0)
        assert submission.outcomes.filter(confirmed_at__isnull=True, superseded_at__isnull=True).count() <= 1
        assert submission.version_sha256 == decision.version.sha256
    for outcome in Outcome.objects.filter(transcribed=True, confirmed_at__isnull=False):
        assert outcome.confirmed_by != outcome.recorded_by
    reads = Submission.objects.visible_to(artefact_liaison()).count()
    put = Submission.objects.exclude(state=SubmissionState.WITHDRAWN).exists()
    assert reads == (Submission.objects.count() if put else 0), "what is withdrawn is read with its version, or not"


def artefact_liaison() -> Any:
    from sdwg.members.access import actor_for
    from sdwg.members.models import Role, Seat

    seat = Seat.objects.select_related("person").get(role=Role.LIAISON)
    return actor_for(seat.person, clock.now())


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(agreed=st.booleans(), steps=STEPS)
def test_in_whatever_order(cast: Cast, agreed: bool, steps: list[tuple[Any, ...]]) -> None:
    began = cast.at
    with undone():
        play = Play(cast, agreed)
        for step in steps:
            play.do(step)
            holds(play.decision)
        assert list(verify.breaks()) == []
    cast.at = began
