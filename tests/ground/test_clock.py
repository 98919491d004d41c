"""The one clock: London, UTC, and a date that only a demonstration or a test can move."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sdwg import clock

NOON = datetime(2027, 1, 6, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def production(settings: LazySettings) -> None:
    settings.DEMO = settings.TESTING = False


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "2027-03-28T00:59:00+00:00"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "2027-03-28T02:00:00+01:00"),
        (datetime(2027, 10, 31, 0, 59, tzinfo=UTC), "2027-10-31T01:59:00+01:00"),
        (datetime(2027, 10, 31, 1, 0, tzinfo=UTC), "2027-10-31T01:00:00+00:00"),
    ],
)
def test_london_shows_local_time_on_both_sides_of_both_changes(at: datetime, shown: str) -> None:
    assert clock.london(at).isoformat() == shown


def test_today_is_the_london_date() -> None:
    assert clock.today(datetime(2027, 6, 30, 23, 30, tzinfo=UTC)) == date(2027, 7, 1)
    assert clock.today(datetime(2027, 1, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("day", "hour", "at"),
    [
        (date(2027, 3, 26), time(10), datetime(2027, 3, 26, 10, tzinfo=UTC)),
        (date(2027, 3, 30), time(10), datetime(2027, 3, 30, 9, tzinfo=UTC)),
        (date(2027, 10, 29), time(10), datetime(2027, 10, 29, 9, tzinfo=UTC)),
        (date(2027, 11, 1), time(10), datetime(2027, 11, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_meeting_at_ten_stays_at_ten_across_the_changes(day: date, hour: time, at: datetime) -> None:
    assert clock.at_london(day, hour) == at
    assert clock.london(at).time() == hour


def test_an_hour_that_comes_twice_is_the_first_and_one_that_never_comes_is_an_hour_later() -> None:
    assert clock.at_london(date(2027, 10, 31), time(1, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert clock.london(clock.at_london(date(2027, 3, 28), time(1, 30))).time() == time(2, 30)


@given(st.integers(946_684_800, 2_840_140_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_london_and_back_is_the_same_moment_but_for_the_repeated_hour(at: datetime) -> None:
    local = clock.london(at)
    back = clock.at_london(local.date(), local.time().replace(fold=0))
    assert at - back in ({timedelta()} if not local.fold else {timedelta(hours=1)})


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        clock.london(datetime(2027, 1, 6, 12))  # noqa: DTZ001
    with pytest.raises(ValueError, match="of its own"):
        clock.at_london(date(2027, 1, 6), time(12, tzinfo=UTC))


@pytest.mark.django_db
def test_a_stopped_clock_stands_still() -> None:
    clock.set_now(NOON)
    assert clock.now() == NOON
    assert clock.now() == NOON


@pytest.mark.django_db
def test_a_stopped_clock_can_be_moved_and_moved_back() -> None:
    clock.set_now(NOON)
    assert clock.advance(timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert clock.advance(-timedelta(hours=1)) == NOON


@pytest.mark.django_db
def test_a_moved_clock_goes_on() -> None:
    before = clock.now()
    after = clock.advance(timedelta(days=3))
    assert timedelta(days=3) <= after - before < timedelta(days=3) + MINUTE
    assert clock.advance(timedelta(days=1)) > after + timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 3, 29), date(2026, 10, 25)])
def test_moving_to_a_day_keeps_the_hour_on_the_clocks(day: date) -> None:
    clock.set_now(datetime(2027, 3, 27, 9, 30, tzinfo=UTC))
    assert clock.london(clock.advance_to(day)).replace(tzinfo=None) == datetime.combine(day, time(9, 30))


@pytest.mark.django_db
def test_every_reading_asks_the_database_once() -> None:
    clock.advance(timedelta(days=3))
    with CaptureQueriesContext(connection) as asked:
        clock.now()
    assert len(asked) == 1


@pytest.mark.usefixtures("production")
def test_in_production_the_database_is_not_asked() -> None:
    assert clock.real_now() <= clock.now() <= clock.real_now()


@pytest.mark.django_db
def test_in_production_an_offset_in_the_database_changes_nothing(settings: LazySettings) -> None:
    clock.set_now(NOON)
    settings.DEMO = settings.TESTING = False
    assert abs(clock.now() - clock.real_now()) < MINUTE


@pytest.mark.django_db
@pytest.mark.usefixtures("production")
def test_in_production_the_clock_cannot_be_moved() -> None:
    for move in (
        lambda: clock.advance(MINUTE),
        lambda: clock.advance_to(date(2027, 1, 6)),
        lambda: clock.set_now(NOON),
    ):
        with pytest.raises(clock.ClockIsReal):
            move()


@pytest.mark.django_db
def test_the_demonstration_can_be_moved_but_not_stopped(settings: LazySettings) -> None:
    settings.DEMO, settings.TESTING = True, False
    assert clock.advance(timedelta(days=1)) > clock.real_now() + timedelta(hours=23)
    with pytest.raises(clock.ClockIsReal):
        clock.set_now(NOON)
