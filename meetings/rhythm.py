"""The rhythm of a series: which days its rule names, and where those are held that the group does not work on.

Rules are RRULEs of RFC 5545 without a time of day, read by dateutil; London's clocks give each day its hour, so that a
meeting at 10:00 stays at 10:00 across both changes.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import rrulestr

from meetings.states import OffDay
from sdwg import clock, dates, workdays
from sdwg.members.access import NotNow

MOST = 60
"""Meetings that one series makes: two years of fortnightly ones, and some."""
WEEKDAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday"}
"""What a series can meet on by name; the same date of each month may fall on any day."""
BEATS = {
    "week-1": "Every week",
    "week-2": "Every second week",
    "week-3": "Every third week",
    "week-4": "Every fourth week",
    "month-1": "Every month, on the first",
    "month-2": "Every month, on the second",
    "month-3": "Every month, on the third",
    "month-4": "Every month, on the fourth",
    "month--1": "Every month, on the last",
    "date": "Every month, on the date of the first day",
}
"""How a rule returns, in the order in which a form offers it. All but the last go with a weekday."""
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}


@dataclass(frozen=True)
class Held:
    """A day that a rule names, and the day it is held on; ``None`` for one that is left out.

    ``why_off`` says why the group does not work on the named day; ``by_hand`` that somebody chose where it goes.
    """

    named: date
    on: date | None
    why_off: str = ""
    by_hand: bool = False

    @property
    def moved(self) -> bool:
        return self.on != self.named


def rule_of(beat: str, weekday: str, first_day: date, until: date | None = None, times: int | None = None) -> str:
    """The RRULE of what a form says; exactly one of ``until`` and ``times`` ends it."""
    end = f"UNTIL={until:%Y%m%d}" if until else f"COUNT={times}"
    if beat == "date":
        return f"FREQ=MONTHLY;BYMONTHDAY={first_day.day};{end}"
    unit, _, number = beat.partition("-")
    if unit == "week":
        return f"FREQ=WEEKLY;INTERVAL={number};BYDAY={weekday};{end}"
    return f"FREQ=MONTHLY;BYDAY={number}{weekday};{end}"


def parts_of(rule: str) -> dict[str, str]:
    """An RRULE by the names of its parts."""
    return dict(part.split("=") for part in rule.split(";"))


def beat_of(rule: str) -> tuple[str, str]:
    """The beat and the weekday of a rule that ``rule_of`` made."""
    parts = parts_of(rule)
    if parts["FREQ"] == "WEEKLY":
        return f"week-{parts['INTERVAL']}", parts["BYDAY"]
    if "BYMONTHDAY" in parts:
        return "date", "TU"
    return f"month-{parts['BYDAY'][:-2]}", parts["BYDAY"][-2:]


def end_of(rule: str) -> tuple[date | None, int | None]:
    """Until when, or how many times."""
    parts = parts_of(rule)
    if "UNTIL" in parts:
        return datetime.strptime(parts["UNTIL"], "%Y%m%d").date(), None  # noqa: DTZ007 (a day)
    return None, int(parts["COUNT"])


def in_words(rule: str) -> str:
    """ "Every second Tuesday", "The last Thursday of each month", "The 15th of each month"."""
    beat, weekday = beat_of(rule)
    if beat == "date":
        return f"Day {parts_of(rule)['BYMONTHDAY']} of each month"
    unit, _, number = beat.partition("-")
    if unit == "week":
        return f"Every {WEEKDAYS[weekday]}" if number == "1" else f"Every {ORDINALS[int(number)]} {WEEKDAYS[weekday]}"
    return f"The {ORDINALS[int(number)]} {WEEKDAYS[weekday]} of each month"


def named_days(rule: str, first_day: date) -> list[date]:
    """The days that ``rule`` names, from ``first_day`` on; one more than ``MOST`` at most."""
    found = rrulestr(rule, dtstart=datetime.combine(first_day, time()))
    return [day.date() for day in islice(found, MOST + 1)]


def held_days(
    rule: str, first_day: date, off_day: str, exceptions: Mapping[str, str], holidays: Container[date]
) -> list[Held]:
    """Every day that ``rule`` names, with the day it is held on."""
    return [_held(day, off_day, exceptions, holidays) for day in named_days(rule, first_day)]


def _held(day: date, off_day: str, exceptions: Mapping[str, str], holidays: Container[date]) -> Held:
    why = why_off(day, holidays)
    chosen = exceptions.get(day.isoformat())
    if chosen is not None:
        return Held(day, date.fromisoformat(chosen) if chosen else None, why, by_hand=True)
    return Held(day, places(day, holidays)[off_day] if why else day, why)


def places(day: date, holidays: Container[date]) -> dict[str, date | None]:
    """Where a day can be held: by each of ``OffDay``."""
    return {
        OffDay.NEXT: workdays.add(day, 1, holidays=holidays),
        OffDay.PREVIOUS: workdays.before(day, 1, holidays=holidays),
        OffDay.OUT: None,
        OffDay.KEEP: day,
    }


def why_off(day: date, holidays: Container[date]) -> str:
    """Why the group does not work on ``day``, as it continues "It is …"; empty where it does."""
    if day.weekday() >= 5:
        return f"a {dates.WHOLE_DAYS[day.weekday()]}"
    return "" if workdays.is_working(day, holidays=holidays) else "a bank holiday"


def no_such_hour(day: date, hour: time) -> str:
    """What London's clocks have against ``hour`` on ``day``, as a sentence; empty for an hour that is there once."""
    if clock.london(clock.at_london(day, hour)).time().replace(tzinfo=None) != hour:
        return f"{hour:%H:%M} does not exist on {dates.day(day)}: the clocks go forward past it. Choose another time."
    first = datetime.combine(day, hour, tzinfo=clock.LONDON)
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        return f"{hour:%H:%M} comes twice on {dates.day(day)}: the clocks go back over it. Choose another time."
    return ""


def check_hours(day: date, *hours: tuple[str, time]) -> None:
    """Raises ``NotNow`` beside the field of the first hour that London's clocks do not show once on ``day``."""
    for field, hour in hours:
        if wrong := no_such_hour(day, hour):
            raise NotNow(wrong, field)
