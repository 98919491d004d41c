"""The forward plan as a drawing: where each bar and mark lies. What it says stands in words beside it."""

from dataclasses import dataclass
from datetime import date, timedelta

from escalations.models import DagMeeting
from escalations.queries import Plan, Planned

WIDTH, LEFT, RIGHT = 980, 210, 20
TOP, ROW = 48, 40
"""Units of the drawing; it is scaled to its column."""
LONGEST_NAME = 28
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


@dataclass(frozen=True)
class Tick:
    """A DAG meeting, or the first of a month, on the axis."""

    x: float
    label: str


@dataclass(frozen=True)
class Line:
    """One artefact: where it was planned, where it is, or will be."""

    y: int
    name: str
    reference: str
    planned: float | None
    shown: float | None
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
    """Where everything of ``plan`` lies, from a month before the first date to a fortnight after the last."""
    days = [day for row in plan.rows for day in (row.planned, row.shown) if day]
    if not days:
        return None
    first = (min(*days, today) - timedelta(days=15)).replace(day=1)
    last = max(*days, today) + timedelta(days=14)
    span = (last - first).days

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    lines = tuple(_line(place, row, x(row.planned) if row.planned else None, x(row.shown) if row.shown else None)
                  for place, row in enumerate(plan.rows))  # fmt: skip
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


def _line(place: int, row: Planned, planned: float | None, shown: float | None) -> Line:
    name = row.title if len(row.title) <= LONGEST_NAME else row.title[: LONGEST_NAME - 1].rstrip() + "…"
    return Line(
        y=TOP + ROW * place + ROW // 2,
        name=name,
        reference=row.artefact.reference,
        planned=planned,
        shown=shown,
        done=row.actual is not None,
        late=row.status == "late",
    )


def _months(first: date, last: date) -> list[date]:
    found, day = [], first
    while day <= last:
        found.append(day)
        day = (day + timedelta(days=31)).replace(day=1)
    return found


def _within(meetings: list[DagMeeting], first: date, last: date) -> list[DagMeeting]:
    return [row for row in meetings if first <= row.date <= last]
