"""The forward plan as a drawing: where each bar and mark lies. What it says stands in words beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from escalations.models import DagMeeting
from escalations.queries import Plan, Planned
from sdwg import clock

WIDTH, LEFT, RIGHT = 776, 190, 16
TOP, ROW = 48, 40
"""Units of the drawing, about a pixel each; it is scaled to its column."""
LONGEST_NAME = 26
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


@dataclass(frozen=True)
class Tick:
    """A DAG meeting, or the first of a month, on the axis."""

    x: float
    label: str


@dataclass(frozen=True)
class Bar:
    """A stretch of time, from ``x`` on."""

    x: float
    width: float


@dataclass(frozen=True)
class Line:
    """One artefact: hollow, what was planned; solid, what has been; hatched, what is to come; and its two marks."""

    y: int
    name: str
    reference: str
    planned: float | None
    shown: float | None
    plan: Bar | None
    past: Bar | None
    ahead: Bar | None
    done: bool
    late: bool


@dataclass(frozen=True)
class Timeline:
    """A drawing of the plan; ``None`` takes its place when there is nothing to draw."""

    width: int
    height: int
    months: tuple[Tick, ...]
    meetings: tuple[Tick, ...]
    lines: tuple[Line, ...]
    today: float
    left: int
    bottom: int


def timeline(plan: Plan, today: date) -> Timeline | None:
    """Where everything of ``plan`` lies, from the month of the first date to a fortnight after the last."""
    if not plan.rows:
        return None
    days = [day for row in plan.rows for day in (row.planned, row.shown) if day]
    first = min(today, *days, *(clock.today(row.artefact.registered_at) for row in plan.rows)).replace(day=1)
    last = max(today, *days) + timedelta(days=14)
    span = (last - first).days

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    lines = tuple(_line(place, row, x, today) for place, row in enumerate(plan.rows))
    bottom = TOP + ROW * len(lines)
    return Timeline(
        width=WIDTH,
        height=bottom + 22,
        months=tuple(Tick(x(day), MONTHS[day.month - 1]) for day in _months(first, last)),
        meetings=tuple(Tick(x(row.date), f"{row.date.day}") for row in _within(plan.meetings, first, last)),
        lines=lines,
        today=x(today),
        left=LEFT,
        bottom=bottom,
    )


def _line(place: int, row: Planned, x: Callable[[date], float], today: date) -> Line:
    name = row.title if len(row.title) <= LONGEST_NAME else row.title[: LONGEST_NAME - 1].rstrip() + "…"
    began = clock.today(row.artefact.registered_at)
    until = row.actual or today
    return Line(
        y=TOP + ROW * place + ROW // 2,
        name=name,
        reference=row.artefact.reference,
        planned=x(row.planned) if row.planned else None,
        shown=x(row.shown) if row.shown else None,
        plan=_bar(x, began, row.planned),
        past=_bar(x, began, until),
        ahead=_bar(x, until, row.tabled),
        done=row.actual is not None,
        late=row.status == "late",
    )


def _bar(x: Callable[[date], float], start: date, end: date | None) -> Bar | None:
    if end is None or end <= start:
        return None
    return Bar(x(start), round(x(end) - x(start), 1))


def _months(first: date, last: date) -> list[date]:
    found, day = [], first
    while day <= last:
        found.append(day)
        day = (day + timedelta(days=31)).replace(day=1)
    return found


def _within(meetings: list[DagMeeting], first: date, last: date) -> list[DagMeeting]:
    return [row for row in meetings if first <= row.date <= last]
