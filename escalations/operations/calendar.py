"""The DAG's calendar: second Wednesdays by themselves, others by the secretariat."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from escalations.models import DagMeeting
from escalations.rules import check_can_keep_calendar, check_dag_day
from sdwg import clock, workdays
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor

WEDNESDAY = 2
AHEAD = timedelta(days=365)
"""How far ahead the calendar is kept."""


def second_wednesdays(first: date, last: date) -> Iterator[date]:
    """The second Wednesday of every month, from ``first`` to ``last``, both inclusive."""
    month = first.replace(day=1)
    while month <= last:
        day = month + timedelta(days=(WEDNESDAY - month.weekday()) % 7 + 7)
        if first <= day <= last:
            yield day
        month = (month + timedelta(days=31)).replace(day=1)


def papers_due(day: date) -> datetime:
    """The papers' deadline of a DAG meeting on ``day``: 17:00, by default five working days before."""
    return workdays.deadline(workdays.before(day, workdays.periods()["dag-papers"]))


def ensure_dag_meetings(*, at: datetime) -> int:
    """Put the second Wednesdays of the next twelve months into the calendar; how many were missing. Harmless twice."""
    today = clock.today(at)
    there = set(DagMeeting.objects.filter(date__gte=today).values_list("date", flat=True))
    missing = [day for day in second_wednesdays(today, today + AHEAD) if day not in there]
    return _ensure(actor=Actor.system(at), days=missing) if missing else 0


@act
def _ensure(*, actor: Actor, days: Sequence[date]) -> int:
    added = 0
    for day in days:
        meeting, is_new = DagMeeting.objects.get_or_create(date=day, defaults={"papers_due_at": papers_due(day)})
        if is_new:
            record("dag-meeting.planned", on=meeting, reason="The DAG meets on second Wednesdays.")
            added += 1
    return added


@act
def add_dag_meeting(*, actor: Actor, date: date) -> DagMeeting:
    """Put a DAG meeting on another day into the calendar. Raises ``Refused``, ``NotNow``."""
    check_can_keep_calendar(actor)
    check_dag_day(date, actor.at)
    meeting = DagMeeting.objects.create(date=date, papers_due_at=papers_due(date))
    record("dag-meeting.planned", on=meeting)
    return meeting
