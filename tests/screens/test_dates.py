"""How dates are said."""

from datetime import UTC, date, datetime

import pytest

from sdwg import dates
from sdwg.workdays import ENGLAND_AND_WALES

AT = datetime(2026, 11, 30, 9, 20, tzinfo=UTC)
TODAY = date(2026, 11, 30)


def at(month: int, day: int, hour: int = 17, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_a_day_of_this_year_is_said_without_the_year() -> None:
    assert dates.day(date(2026, 12, 4), TODAY) == "Fri 4 Dec"


def test_a_day_of_another_year_is_said_with_it() -> None:
    assert dates.day(date(2027, 1, 6), TODAY) == "Wed 6 Jan 2027"


def test_a_document_without_a_today_always_says_the_year() -> None:
    assert dates.moment(at(12, 4)) == "Fri 4 Dec 2026, 17:00"


def test_a_moment_is_said_in_london_time_in_summer_too() -> None:
    assert dates.moment(at(7, 1, 23, 30), TODAY) == "Thu 2 Jul, 00:30"


def test_the_whole_moment_of_a_page() -> None:
    assert dates.whole_moment(AT) == "Monday 30 November 2026, 09:20"


@pytest.mark.parametrize(
    ("when", "status", "phrase", "first", "second"),
    [
        (at(11, 30), "today", "today 17:00", "Today 17:00", ""),
        (at(12, 1), "ahead", "17:00, 1 working day", "Tue 1 Dec", "17:00, 1 working day"),
        (at(12, 4), "ahead", "17:00, 4 working days", "Fri 4 Dec", "17:00, 4 working days"),
        (at(1, 4, year=2027), "ahead", "17:00, 22 working days", "Mon 4 Jan 2027", "17:00, 22 working days"),
        (at(11, 27), "late", "1 working day late", "1 working day late", "was due Fri 27 Nov"),
        (at(11, 26), "late", "2 working days late", "2 working days late", "was due Thu 26 Nov"),
        (at(11, 30, 9), "late", "late, by less than a working day", "Late", "was due Mon 30 Nov, 09:00"),
    ],
)
def test_a_deadline_counts_working_days(when: datetime, status: str, phrase: str, first: str, second: str) -> None:
    seen = dates.due(when, AT, ENGLAND_AND_WALES)
    assert (seen.status, seen.phrase, seen.first, seen.second) == (status, phrase, first, second)


def test_a_deadline_on_the_coming_day_off_is_not_said_in_working_days() -> None:
    saturday = at(12, 5, 10)
    assert dates.due(at(12, 6), saturday, ENGLAND_AND_WALES).phrase == "17:00, before the next working day"


def test_bank_holidays_are_not_counted() -> None:
    christmas_eve = at(12, 24, 9)
    assert dates.due(at(12, 30), christmas_eve, ENGLAND_AND_WALES).phrase == "17:00, 2 working days"
