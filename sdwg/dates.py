"""How dates are said: "Fri 4 Dec", "Fri 4 Dec, 17:00", "17:00, 4 working days", "2 working days late".

Everything in London time. The year is said when it is not this one.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sdwg import clock, workdays

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WHOLE_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHOLE_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(when: date | datetime, today: date | None = None) -> str:
    """ "Fri 4 Dec", with the year unless it is that of ``today``. A moment is taken as the London day it falls on."""
    if isinstance(when, datetime):
        when = clock.london(when).date()
    words = f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"
    return words if today and when.year == today.year else f"{words} {when.year}"


def moment(when: datetime, today: date | None = None) -> str:
    """ "Fri 4 Dec, 17:00", with the year unless it is that of ``today``."""
    return f"{day(when, today)}, {hour(when)}"


def hour(when: datetime) -> str:
    """ "17:00", as London's clocks show it."""
    return f"{clock.london(when):%H:%M}"


def whole_moment(when: datetime) -> str:
    """ "Monday 30 November 2026, 09:20": for headings and for where the page says what time it is."""
    local = clock.london(when)
    return f"{WHOLE_DAYS[local.weekday()]} {local.day} {WHOLE_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


@dataclass(frozen=True)
class Due:
    """A deadline as it is seen at some moment: how urgent, in one phrase, and in two lines."""

    status: Literal["late", "today", "ahead"]
    phrase: str
    first: str
    second: str


def due(when: datetime, at: datetime, holidays: Container[date]) -> Due:
    """The deadline ``when`` as it reads at ``at``; working days are counted from today, which is day 0."""
    today, day_due = clock.today(at), clock.london(when).date()
    if when < at:
        late = workdays.between(day_due, today, holidays=holidays)
        phrase = f"{working_days(late)} late" if late else "late, by less than a working day"
        was = f"was due {day(when, today) if late else moment(when, today)}"
        return Due("late", phrase, f"{working_days(late)} late" if late else "Late", was)
    if day_due == today:
        return Due("today", f"today {hour(when)}", f"Today {hour(when)}", "")
    ahead = workdays.between(today, day_due, holidays=holidays)
    phrase = f"{hour(when)}, {working_days(ahead) if ahead else 'before the next working day'}"
    return Due("ahead", phrase, day(when, today), phrase)


def working_days(number: int) -> str:
    """ "1 working day", "4 working days"."""
    return f"{number} working day{'' if number == 1 else 's'}"
