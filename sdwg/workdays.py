"""Working days of England and Wales: what "five working days before" means.

The day of an event is day 0. Bank holidays come from a maintained library and the editable ``BankHoliday`` table.
Every function takes ``holidays``, anything that knows whether a date is in it; without it the table is asked, one query
a call. Whoever calls several times reads ``bank_holidays()`` once and passes it on.
"""

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from functools import cache

from django.db.models import CharField, IntegerField
from django.db.models.functions import Cast
from holidays import country_holidays

from sdwg import clock
from sdwg.models import BankHoliday, Period

CLOSE = time(17)
"""What arrives later than this, London time, counts as the next working day."""
ONE_DAY = timedelta(days=1)
LONGEST = 2_600
"""Working days, ten years: the calendar is not asked about more at once."""

PERIODS = {
    "notice": 5,
    "pack": 5,
    "papers": 7,
    "headline": 2,
    "minutes": 5,
    "consultation": 10,
    "last-word": 10,
    "minutes-objection": 10,
    "alternate-after": 2,
    "guest-after": 5,
    "dispute": 2,
    "lapse-notice": 5,
    "dag-papers": 5,
}
"""Working days the group works to until the secretariat decides otherwise; the keys of ``Period``."""


class Calendar(Container[date]):
    """The bank holidays: the maintained calendar, with the days the group added and took out."""

    def __init__(self, added: frozenset[date] = frozenset(), removed: frozenset[date] = frozenset()) -> None:
        self.added = added
        self.removed = removed

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return day in self.added or (day in _statutory(day.year) and day not in self.removed)


ENGLAND_AND_WALES = Calendar()
"""The maintained calendar alone: for arithmetic without a database."""


def bank_holidays() -> Calendar:
    """The calendar as the group keeps it. One query."""
    rows = dict(BankHoliday.objects.values_list("day", "is_holiday"))
    added = frozenset(day for day, is_holiday in rows.items() if is_holiday)
    return Calendar(added, frozenset(rows) - added)


def periods() -> dict[str, int]:
    """Every period in working days, by its key in ``PERIODS``. One query."""
    return PERIODS | dict(Period.objects.values_list("key", "days"))


def kept() -> tuple[Calendar, dict[str, int]]:
    """The calendar and the periods, as ``bank_holidays`` and ``periods`` read them. One query for both."""
    days = BankHoliday.objects.order_by().values_list(Cast("day", CharField()), Cast("is_holiday", IntegerField()))
    rows = dict(days.union(Period.objects.order_by().values_list("key", "days"), all=True))
    moved = {date.fromisoformat(key): bool(value) for key, value in rows.items() if key[:1].isdigit()}
    added = frozenset(day for day, is_holiday in moved.items() if is_holiday)
    changed = {key: value for key, value in rows.items() if not key[:1].isdigit()}
    return Calendar(added, frozenset(moved) - added), PERIODS | changed


def is_working(day: date, *, holidays: Container[date] | None = None) -> bool:
    """Whether the group works on ``day``: a weekday that is not a bank holiday."""
    if holidays is None:
        holidays = bank_holidays()
    return day.weekday() < 5 and day not in holidays


def add(day: date, n: int, *, holidays: Container[date] | None = None) -> date:
    """The ``n``-th working day after ``day``, which is day 0; ``day`` itself for 0.

    Raises ``ValueError`` for fewer than none and for more than ten years.
    """
    return _step(day, n, ONE_DAY, holidays)


def before(day: date, n: int, *, holidays: Container[date] | None = None) -> date:
    """The ``n``-th working day before ``day``, which is day 0; ``day`` itself for 0.

    Raises ``ValueError`` for fewer than none and for more than ten years.
    """
    return _step(day, n, -ONE_DAY, holidays)


def between(a: date, b: date, *, holidays: Container[date] | None = None) -> int:
    """How many working days come after ``a``, up to and with ``b``; negative when ``b`` is the earlier."""
    if b < a:
        return -between(b, a, holidays=holidays)
    if holidays is None:
        holidays = bank_holidays()
    days = (a + timedelta(days=n) for n in range(1, (b - a).days + 1))
    return sum(is_working(day, holidays=holidays) for day in days)


def on_or_after(day: date, *, holidays: Container[date] | None = None) -> date:
    """``day`` if the group works on it, else the next day on which it does."""
    if holidays is None:
        holidays = bank_holidays()
    return day if is_working(day, holidays=holidays) else add(day, 1, holidays=holidays)


def effective_day(at: datetime, *, holidays: Container[date] | None = None) -> date:
    """The working day on which something that arrived at ``at`` counts: after 17:00, or on a day off, the next one."""
    local = clock.london(at)
    day = local.date() + ONE_DAY if local.time() > CLOSE else local.date()
    return on_or_after(day, holidays=holidays)


def deadline(day: date) -> datetime:
    """The moment, in UTC, at which ``day`` closes: 17:00 in London."""
    return clock.at_london(day, CLOSE)


@cache
def _statutory(year: int) -> frozenset[date]:
    """The library's bank holidays of one year, substitute days included; Wales has those of England."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def _step(day: date, n: int, step: timedelta, holidays: Container[date] | None) -> date:
    if not 0 <= n <= LONGEST:
        raise ValueError(f"{n} working days cannot be counted; name a number from 0 to {LONGEST}.")
    if holidays is None and n:
        holidays = bank_holidays()
    while n:
        day += step
        n -= is_working(day, holidays=holidays)
    return day
