"""Whatever seats and chair do, in whatever order: what must hold, holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artefacts.states import State
from meetings import operations
from meetings.models import Decision, Objection
from meetings.states import PUT, STANDING, DecisionState, Finding, ObjectionState, Stance
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make

SEATS = ("idno", "agent", "elexon")
FOLLOWS: dict[str, set[State]] = {
    DecisionState.ADJOURNED: {State.READY},
    DecisionState.WITHDRAWN: {State.READY},
    DecisionState.DETERMINED: {State.ENDORSED, State.NOT_AGREED},
    **{state: {State.UNDER_DECISION} for state in PUT},
}
REASONS = st.sampled_from(["Everybody was heard.", "The window is too short."])
SEAT = st.sampled_from(SEATS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("state"), SEAT, st.sampled_from(Stance.values), REASONS),
        st.tuples(st.just("behalf"), SEAT, st.sampled_from(Stance.values), REASONS),
        st.tuples(st.just("address"), st.integers(1, 4)),
        st.tuples(st.just("maintain"), SEAT, st.integers(1, 4)),
        st.tuples(st.just("withdraw"), SEAT, st.integers(1, 4), st.sampled_from(Stance.values)),
        st.tuples(st.just("close")),
        st.tuples(st.just("propose"), st.sampled_from(Finding.values), REASONS),
        st.tuples(st.just("dispute"), SEAT),
        st.tuples(st.just("determine")),
        st.tuples(st.just("next")),
        st.tuples(st.just("reopen")),
        st.tuples(st.just("take back")),
    ),
    min_size=8,
    max_size=24,
)


class Play:
    """One decision and what can be tried on it; a refusal is an answer, and must change nothing."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.decision = make.open_decision(cast)
        self.done: list[str] = []

    def objection(self, number: int) -> Objection:
        found = Objection.objects.filter(decision=self.decision, number=number).select_related("seat").first()
        if found is None:
            raise NotNow("There is no such objection.")
        return found

    def finding(self) -> Any:
        found = self.decision.determinations.filter(superseded_at__isnull=True, determined_at__isnull=True).first()
        if found is None:
            raise NotNow("There is no such finding.")
        return found

    def do(self, step: tuple[Any, ...]) -> None:
        verb, *given = step
        self.decision = make.fresh(self.decision)
        acts: dict[str, Callable[..., object]] = {
            "state": self.state,
            "behalf": self.behalf,
            "address": lambda number: operations.address_objection(
                actor=self.cast.actor("chair"), objection=self.objection(number), answer="See 6.3.2."
            ),
            "maintain": lambda who, number: operations.maintain_objection(
                actor=self.cast.actor(who), objection=self.objection(number), last_word="Still."
            ),
            "withdraw": lambda who, number, stance: operations.withdraw_objection(
                actor=self.cast.actor(who), objection=self.objection(number), last_word="Enough.", stance=stance
            ),
            "close": self.close,
            "propose": self.propose,
            "dispute": lambda who: operations.dispute(
                actor=self.cast.actor(who), determination=self.finding(), text="We were not asked."
            ),
            "determine": self.determine,
            "next": lambda: operations.open_round(
                actor=self.cast.actor("chair"), decision=self.decision, closes_at=make.deadline(self.cast)
            ),
            "reopen": lambda: operations.reopen_endorsed(
                actor=self.cast.actor("chair"), artefact=self.decision.version.artefact, reason="Clause 4."
            ),
            "take back": lambda: operations.withdraw_decision(
                actor=self.cast.actor("chair"), decision=self.decision, reason="Overtaken."
            ),
        }
        before = AuditEvent.objects.count()
        try:
            with transaction.atomic():
                acts[verb](*given)
            self.done.append(verb)
        except (NotNow, Refused):
            assert AuditEvent.objects.count() == before, "what was refused left a trace"

    def state(self, who: str, stance: str, text: str) -> None:
        operations.state_position(
            actor=self.cast.actor(who),
            decision=self.decision,
            stance=stance,
            text=text,
            clause="6.3.2",
            would_resolve="24 months.",
        )

    def behalf(self, who: str, stance: str, text: str) -> None:
        operations.state_on_behalf(
            actor=self.cast.actor("secretariat"),
            decision=self.decision,
            seat=self.cast.seat(who),
            stance=stance,
            text=text,
            clause="6.3.2",
            would_resolve="24 months.",
        )

    def close(self) -> None:
        if self.decision.state == DecisionState.OPEN:
            artefacts.pass_to(self.cast, max(self.cast.at, self.decision.closes_at))
        assert operations.close_due_decisions(self.cast.at) in {0, 1}

    def propose(self, finding: str, reasons: str) -> None:
        operations.propose_finding(
            actor=self.cast.actor("chair"),
            decision=self.decision,
            finding=finding,
            reasons=reasons,
            awaited="Version 0.2",
            awaited_by=(self.cast.at + timedelta(days=9)).date(),
        )

    def determine(self) -> None:
        finding = self.finding()
        artefacts.pass_to(self.cast, max(self.cast.at, finding.dispute_until))
        operations.determine(actor=self.cast.actor("chair"), determination=finding)


def holds(decision: Decision, done: list[str]) -> None:
    """What must be true of a decision after whatever was done to it."""
    decision = make.fresh(decision)
    assert decision.version
    positions = list(decision.positions.all())
    assert len({(row.seat_id, row.round) for row in positions}) == len(positions)
    standing = list(decision.objections.filter(state__in=STANDING))
    assert len({row.seat_id for row in standing}) == len(standing)
    objecting = {row.seat_id for row in positions if row.round == decision.round and row.stance == Stance.OBJECT}
    assert objecting <= {row.seat_id for row in standing}, "whoever objects has an objection that stands"
    silent = {row.seat_id for row in positions if row.round == decision.round and row.stance != Stance.OBJECT}
    assert not silent & {row.seat_id for row in standing}, "whoever does not object has none"
    for finding in decision.determinations.filter(superseded_at__isnull=True, finding=Finding.CONSENSUS):
        assert not standing or finding.round < decision.round, "consensus never with a standing objection"
    artefact = decision.version.artefact
    assert artefact.state in FOLLOWS[decision.state]
    assert artefact.bound_for_dag is False
    assert decision.determinations.filter(superseded_at__isnull=True, round=decision.round).count() <= 1
    told = AuditEvent.objects.filter(on_key=decision.audit_key)
    assert told.filter(verb="decision.determined").count() == done.count("determine")
    assert told.filter(verb__in=["position.stated", "position.changed", "position.recorded"]).count() >= len(positions)
    assert told.filter(verb="objection.raised").count() == decision.objections.count()
    for row in decision.objections.filter(state=ObjectionState.MAINTAINED):
        assert row.answer
        assert row.last_word


@contextmanager
def undone() -> Iterator[None]:
    """Everything inside, taken back: the next example starts where this one did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_in_whatever_order(cast: Cast, steps: list[tuple[Any, ...]]) -> None:
    began = cast.at
    with undone():
        play = Play(cast)
        for step in steps:
            play.do(step)
            holds(play.decision, play.done)
        assert list(verify.breaks()) == []
    cast.at = began
