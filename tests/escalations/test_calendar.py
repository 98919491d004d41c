"""The DAG's calendar: second Wednesdays by themselves, papers five working days before at 17:00."""

from datetime import UTC, date, datetime

import pytest

from escalations import operations
from escalations.models import DagMeeting
from escalations.operations.calendar import second_wednesdays
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from tests.cast import Cast
from tests.escalations import make


def test_the_dag_meets_on_second_wednesdays_for_twelve_months(cast: Cast) -> None:
    assert operations.ensure_dag_meetings(at=cast.at) == 12

    days = [row.date for row in DagMeeting.objects.all()]
    assert days[:4] == [date(2026, 12, 9), date(2027, 1, 13), date(2027, 2, 10), date(2027, 3, 10)]
    assert all(day.weekday() == 2 and 8 <= day.day <= 14 for day in days)
    assert list(verify.breaks()) == []


def test_looking_again_adds_nothing(cast: Cast) -> None:
    operations.ensure_dag_meetings(at=cast.at)
    events = AuditEvent.objects.count()
    assert operations.ensure_dag_meetings(at=cast.at) == 0
    assert AuditEvent.objects.count() == events


def test_a_meeting_today_is_still_in_the_calendar() -> None:
    assert next(second_wednesdays(date(2026, 12, 9), date(2027, 1, 1))) == date(2026, 12, 9)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 12, 9), datetime(2026, 12, 2, 17, tzinfo=UTC)),
        (date(2027, 1, 13), datetime(2027, 1, 6, 17, tzinfo=UTC)),
        (date(2027, 4, 14), datetime(2027, 4, 7, 16, tzinfo=UTC)),  # summer time
        (date(2027, 6, 9), datetime(2027, 6, 2, 16, tzinfo=UTC)),  # the bank holiday of 31 May is not between
    ],
)
def test_papers_are_due_five_working_days_before_at_five(cast: Cast, day: date, due: datetime) -> None:
    operations.ensure_dag_meetings(at=cast.at)
    assert DagMeeting.objects.get(date=day).papers_due_at == due


def test_the_secretariat_adds_another_day(cast: Cast) -> None:
    added = operations.add_dag_meeting(actor=cast.actor("secretariat"), date=date(2026, 12, 29))
    assert clock.london(added.papers_due_at) == clock.london(datetime(2026, 12, 18, 17, tzinfo=UTC))
    assert added in make.calendar(cast)


def test_a_member_adds_none(cast: Cast) -> None:
    with pytest.raises(Refused, match="secretariat keeps the DAG's calendar"):
        operations.add_dag_meeting(actor=cast.actor("idno"), date=date(2026, 12, 16))


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 11, 27), "has passed"),
        (date(2026, 12, 5), "no working day"),
        (date(2026, 12, 25), "no working day"),
        (date(2026, 12, 9), "in the calendar already"),
    ],
)
def test_a_day_that_does_not_serve_is_refused(cast: Cast, day: date, sentence: str) -> None:
    make.calendar(cast)
    with pytest.raises(NotNow, match=sentence):
        operations.add_dag_meeting(actor=cast.actor("secretariat"), date=day)
