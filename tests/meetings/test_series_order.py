"""Whatever is done to a series, in whatever order: numbers and names stand, what has begun stays, undo brings back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings import operations
from meetings.models import Meeting, Series
from meetings.states import MeetingState, Scope
from sdwg import clock
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.decisions.test_invariants import undone
from tests.meetings import make

FACTS = ("starts_at", "ends_at", "title", "place", "link", "presiding_id", "own", "state", "rule_day", "restricted")
NTH = st.integers(0, 3)
SCOPE = st.sampled_from(Scope.values)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), NTH, SCOPE, st.sampled_from(["Online", "Room 4", "Room 9"]), st.booleans()),
        st.tuples(st.just("hour"), NTH, SCOPE, st.integers(-2, 3), st.booleans()),
        st.tuples(st.just("cancel"), NTH, SCOPE),
        st.tuples(st.just("discard"), NTH, SCOPE),
        st.tuples(st.just("back"), NTH),
        st.tuples(st.just("postpone"), NTH, st.integers(1, 5)),
        st.tuples(st.just("undo"), NTH),
        st.tuples(st.just("undo the series")),
        st.tuples(st.just("invite")),
        st.tuples(st.just("hold")),
        st.tuples(st.just("schedule")),
    ),
    min_size=4,
    max_size=12,
)
State = dict[int, dict[str, Any]]


class Play:
    """A series of four and what can be tried on it; a refusal is an answer, and must change nothing."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.series = make.series(cast, rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;COUNT=4")
        self.rows = [row.pk for row in self.series.meetings.order_by("number")]

    def now(self) -> State:
        uids = {row.pk: row.uid for row in Meeting.objects.all()}
        return {row["id"]: row | {"uid": uids[row["id"]]} for row in Meeting.objects.values()}

    def nth(self, number: int) -> Meeting:
        return Meeting.objects.get(pk=self.rows[number])

    def do(self, step: tuple[Any, ...]) -> bool:
        """Try one step, at a moment of its own; whether it was done."""
        verb, *given = step
        pass_to(self.cast, self.cast.at + timedelta(minutes=1))
        acts: dict[str, Callable[..., object]] = {
            "place": self.place, "hour": self.hour, "cancel": self.cancel, "discard": self.discard, "back": self.back,
            "postpone": self.postpone, "undo": self.undo, "undo the series": self.undo_series, "invite": self.invite,
            "hold": self.hold, "schedule": lambda: make.draft.__wrapped__(self.cast),  # type: ignore[attr-defined]
        }  # fmt: skip
        before = AuditEvent.objects.count()
        try:
            with transaction.atomic():
                acts[verb](*given)
        except NotNow:
            assert AuditEvent.objects.count() == before, "what was refused left a trace"
            return False
        return True

    def change(self, number: int, scope: str, own_too: bool, **facts: Any) -> None:
        row = self.nth(number)
        shown = {name: getattr(row, name) for name in ("starts_at", "ends_at", "title", "place", "link")}
        operations.change(
            actor=self.cast.actor("secretariat"), meeting=row, scope=scope, own_too=own_too, **shown | facts
        )

    def place(self, number: int, scope: str, place: str, own_too: bool) -> None:
        self.change(number, scope, own_too, place=place)

    def hour(self, number: int, scope: str, by: int, own_too: bool) -> None:
        row, later = self.nth(number), timedelta(hours=by)
        self.change(number, scope, own_too, starts_at=row.starts_at + later, ends_at=row.ends_at + later)

    def cancel(self, number: int, scope: str) -> None:
        operations.cancel(actor=self.cast.actor("chair"), meeting=self.nth(number), reason="A strike.", scope=scope)

    def discard(self, number: int, scope: str) -> None:
        operations.discard(actor=self.cast.actor("chair"), meeting=self.nth(number), scope=scope)

    def back(self, number: int) -> None:
        row = self.nth(number)
        take = operations.reinstate if row.state == MeetingState.CANCELLED else operations.take_back
        take(actor=self.cast.actor("chair"), meeting=row)

    def postpone(self, number: int, by: int) -> None:
        row, later = self.nth(number), timedelta(days=by)
        given = {"starts_at": row.starts_at + later, "ends_at": row.ends_at + later, "day_off": True}
        operations.postpone(actor=self.cast.actor("chair"), meeting=row, reason="A strike.", **given)

    def undo(self, number: int) -> None:
        operations.undo(actor=self.cast.actor("chair"), thing=self.nth(number))

    def undo_series(self) -> None:
        operations.undo(actor=self.cast.actor("chair"), thing=Series.objects.get(pk=self.series.pk))

    def invite(self) -> None:
        operations.invite_series(actor=self.cast.actor("secretariat"), series=self.series)

    def hold(self) -> None:
        """Open the next meeting to which people are invited; on the way others pass."""
        coming = Meeting.objects.filter(state=MeetingState.SCHEDULED, starts_at__gt=self.cast.at)
        row = coming.order_by("starts_at").first()
        if row is None:
            raise NotNow("None is to come.")
        pass_to(self.cast, row.starts_at)
        operations.open_meeting(actor=self.cast.actor("chair"), meeting=row, no_pack_reason="Short notice")


def facts(rows: State, pks: Any) -> dict[int, dict[str, Any]]:
    return {pk: {name: rows[pk][name] for name in FACTS} for pk in pks}


def holds(before: State, now: State, at: Any) -> None:
    """What must be true after every step."""
    keys = [(row["number"], row["ad_hoc"]) for row in now.values()]
    assert len(set(keys)) == len(keys), "numbers are unique"
    assert len({row["uid"] for row in now.values()}) == len(now), "no name in calendars is used twice"
    for pk, was in before.items():
        row = now[pk]
        for name in ("number", "ad_hoc", "uid", "series_id", "rule_day", "made_at"):
            assert row[name] == was[name], f"{name} never changes"
        assert row["sequence"] >= was["sequence"], "a sequence never falls"
        seen = {"starts_at", "ends_at", "place", "link", "title"}
        if was["state"] == MeetingState.SCHEDULED and any(row[name] != was[name] for name in seen):
            assert row["sequence"] > was["sequence"], "calendars hear of what they show"
        if was["state"] in {MeetingState.IN_SESSION, MeetingState.HELD}:
            assert row == was, "what has begun stays"


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_in_whatever_order(cast: Cast, steps: list[tuple[Any, ...]]) -> None:
    began = cast.at
    with undone():
        play = Play(cast)
        for step in steps:
            before = play.now()
            done = play.do(step)
            now = play.now()
            holds(before, now, cast.at)
            changed = [pk for pk in before if before[pk] != now[pk]]
            if done and changed and step[0] in {"place", "hour", "cancel", "discard", "postpone"}:
                with undone():
                    operations.undo(actor=cast.actor("chair"), thing=play.nth(play.rows.index(changed[0])))
                    assert facts(play.now(), changed) == facts(before, changed), "undo brings back what was"
    cast.at = began
    clock.set_now(began)
