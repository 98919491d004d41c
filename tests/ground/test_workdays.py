"""Working days of England and Wales, by the group's own check vectors."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sdwg import clock, workdays
from sdwg.models import BankHoliday, Period

BOOK = workdays.ENGLAND_AND_WALES
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
COUNTS = st.integers(0, 260)
ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("event", "n", "day"),
    [
        (date(2027, 1, 6), 5, date(2026, 12, 29)),
        (date(2027, 3, 31), 5, date(2027, 3, 22)),
        (date(2027, 5, 5), 5, date(2027, 4, 27)),
        (date(2027, 12, 29), 5, date(2027, 12, 20)),
    ],
)
def test_check_vectors_before(event: date, n: int, day: date) -> None:
    assert workdays.before(event, n, holidays=BOOK) == day


@pytest.mark.parametrize(
    ("event", "n", "day"),
    [
        (date(2026, 12, 24), 2, date(2026, 12, 30)),
        (date(2026, 12, 24), 5, date(2027, 1, 5)),
    ],
)
def test_check_vectors_after(event: date, n: int, day: date) -> None:
    assert workdays.add(event, n, holidays=BOOK) == day


@given(DAYS, st.integers(1, 260))
def test_before_undoes_add_and_add_undoes_before_from_a_working_day(day: date, n: int) -> None:
    day = workdays.on_or_after(day, holidays=BOOK)
    assert workdays.before(workdays.add(day, n, holidays=BOOK), n, holidays=BOOK) == day
    assert workdays.add(workdays.before(day, n, holidays=BOOK), n, holidays=BOOK) == day


@given(DAYS, COUNTS)
def test_between_counts_what_add_added(day: date, n: int) -> None:
    later = workdays.add(day, n, holidays=BOOK)
    assert workdays.between(day, later, holidays=BOOK) == n
    assert workdays.between(later, day, holidays=BOOK) == -n


@given(DAYS, st.integers(0, 100), st.integers(0, 100))
def test_adding_twice_is_adding_the_sum(day: date, n: int, m: int) -> None:
    twice = workdays.add(workdays.add(day, n, holidays=BOOK), m, holidays=BOOK)
    assert twice == workdays.add(day, n + m, holidays=BOOK)


@given(DAYS, st.integers(1, 260))
def test_add_lands_on_a_working_day_and_passes_exactly_those_between(day: date, n: int) -> None:
    landed = workdays.add(day, n, holidays=BOOK)
    passed = [day + timedelta(days=k) for k in range(1, (landed - day).days + 1)]
    assert workdays.is_working(landed, holidays=BOOK)
    assert sum(each.weekday() < 5 and each not in BOOK for each in passed) == n


def test_the_day_of_the_event_is_day_nought_even_when_it_is_a_sunday() -> None:
    sunday = date(2027, 1, 10)
    assert workdays.add(sunday, 0, holidays=BOOK) == workdays.before(sunday, 0, holidays=BOOK) == sunday
    assert workdays.add(sunday, 1, holidays=BOOK) == date(2027, 1, 11)
    assert workdays.before(sunday, 1, holidays=BOOK) == date(2027, 1, 8)


@pytest.mark.parametrize("n", [-1, workdays.LONGEST + 1])
def test_a_count_that_makes_no_sense_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        workdays.add(date(2027, 1, 6), n, holidays=BOOK)


@pytest.mark.parametrize(
    ("arrived", "counts_on"),
    [
        ("2027-01-06T16:59:59", date(2027, 1, 6)),
        ("2027-01-06T17:00:00", date(2027, 1, 6)),
        ("2027-01-06T17:00:00.000001", date(2027, 1, 7)),
        ("2027-01-08T17:01:00", date(2027, 1, 11)),
        ("2027-01-09T09:00:00", date(2027, 1, 11)),
        ("2027-03-25T18:00:00", date(2027, 3, 30)),
        ("2027-12-24T17:30:00", date(2027, 12, 29)),
    ],
)
def test_after_five_or_on_a_day_off_counts_as_the_next_working_day(arrived: str, counts_on: date) -> None:
    at = datetime.fromisoformat(arrived).replace(tzinfo=clock.LONDON).astimezone(UTC)
    assert workdays.effective_day(at, holidays=BOOK) == counts_on


def test_five_oclock_is_londons() -> None:
    summer = datetime(2027, 7, 6, 16, 30, tzinfo=UTC)
    assert workdays.effective_day(summer, holidays=BOOK) == date(2027, 7, 7)
    assert workdays.deadline(date(2027, 7, 6)) == datetime(2027, 7, 6, 16, 0, tzinfo=UTC)
    assert workdays.deadline(date(2027, 1, 6)) == datetime(2027, 1, 6, 17, 0, tzinfo=UTC)


@given(DAYS.map(lambda day: clock.at_london(day, time(12))))
def test_what_arrives_at_noon_counts_on_the_first_working_day(at: datetime) -> None:
    assert workdays.effective_day(at, holidays=BOOK) == workdays.on_or_after(clock.today(at), holidays=BOOK)


@pytest.mark.django_db
def test_the_group_can_add_a_bank_holiday() -> None:
    BankHoliday.objects.create(day=date(2027, 1, 5), name="Declared at short notice")
    assert not workdays.is_working(date(2027, 1, 5))
    assert workdays.before(date(2027, 1, 6), 5) == date(2026, 12, 24)


@pytest.mark.django_db
def test_the_group_can_take_a_bank_holiday_out() -> None:
    BankHoliday.objects.create(day=date(2027, 5, 3), name="Moved to the Friday", is_holiday=False)
    assert workdays.is_working(date(2027, 5, 3))
    assert workdays.before(date(2027, 5, 5), 5) == date(2027, 4, 28)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ask",
    [
        lambda: workdays.is_working(date(2027, 1, 6)),
        lambda: workdays.add(date(2026, 12, 24), 200),
        lambda: workdays.before(date(2027, 12, 24), 200),
        lambda: workdays.between(date(2026, 1, 1), date(2027, 1, 1)),
        lambda: workdays.on_or_after(date(2027, 1, 1)),
        lambda: workdays.effective_day(datetime(2026, 12, 24, 18, tzinfo=UTC)),
        lambda: workdays.periods(),
    ],
)
def test_every_question_is_one_query(ask: object) -> None:
    with CaptureQueriesContext(connection) as asked:
        ask()  # type: ignore[operator]
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_calendar_read_once_answers_for_the_whole_chain() -> None:
    with CaptureQueriesContext(connection) as asked:
        kept = workdays.bank_holidays()
        workdays.add(workdays.before(date(2027, 1, 6), 5, holidays=kept), 20, holidays=kept)
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_period_is_the_default_until_the_group_sets_its_own() -> None:
    Period.objects.create(key="headline", days=3)
    assert workdays.periods() == workdays.PERIODS | {"headline": 3}
    assert workdays.PERIODS["headline"] == 2


@pytest.mark.django_db
def test_calendar_and_periods_are_read_at_once() -> None:
    BankHoliday.objects.create(day=date(2027, 6, 7), name="Jubilee")
    BankHoliday.objects.create(day=date(2027, 12, 28), name="Moved away", is_holiday=False)
    Period.objects.create(key="pack", days=7)

    with CaptureQueriesContext(connection) as seen:
        holidays, periods = workdays.kept()

    assert len(seen) == 1
    assert (holidays.added, holidays.removed) == (workdays.bank_holidays().added, workdays.bank_holidays().removed)
    assert periods == workdays.periods()
