"""The one clock. Nothing else in the program asks what time it is; a test says so.

It is read once a request or job and passed on as ``at``. Times are aware and in UTC; people read London time, and
"today" is the London date. In demonstration and tests only, an offset from the database is added, which every process
reads each time, so that web server, worker and scheduler always agree on the group's date.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sdwg.models import ClockOffset

LONDON = ZoneInfo("Europe/London")


class ClockIsReal(RuntimeError):
    """Somebody tried to move the clock of an installation that is neither a demonstration nor under test."""


def now() -> datetime:
    """The group's moment, in UTC. No query in production; one in demonstration and tests."""
    if not _movable():
        return real_now()
    row = ClockOffset.objects.filter(pk=1).first()
    if row is None:
        return real_now()
    return row.stopped_at or real_now() + row.by


def real_now() -> datetime:
    """The machine's own moment, in UTC: for heartbeats, which prove that a process lives, and nothing else."""
    return datetime.now(UTC)


def today(at: datetime) -> date:
    """The London date at ``at``."""
    return london(at).date()


def london(at: datetime) -> datetime:
    """``at`` as London's clocks show it. Raises ``ValueError`` for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone.")
    return at.astimezone(LONDON)


def at_london(day: date, hour: time) -> datetime:
    """The moment, in UTC, at which London's clocks show ``hour`` on ``day``; meetings so keep local time across DST.

    In the hour that October repeats it is the first of the two; in the hour that March skips, the clocks show one
    hour more. Raises ``ValueError`` for an hour with a zone of its own.
    """
    if hour.tzinfo is not None:
        raise ValueError(f"{hour.isoformat()} has a time zone of its own.")
    return datetime.combine(day, hour, tzinfo=LONDON).astimezone(UTC)


def advance(by: timedelta) -> datetime:
    """Move the group's moment by ``by``, for every process at once, and return the new one.

    Raises ``ClockIsReal`` outside demonstration and tests.
    """
    with transaction.atomic():
        row = _row()
        if row.stopped_at:
            row.stopped_at += by
        else:
            row.by += by
        row.save()
    return now()


def advance_to(day: date) -> datetime:
    """Move the group's moment to the same London time of day on ``day``, for every process at once; return the new one.

    Raises ``ClockIsReal`` outside demonstration and tests.
    """
    at = now()
    return advance(at_london(day, london(at).time()) - at)


def set_now(at: datetime) -> datetime:
    """Stop the clock at ``at``, for tests: the transaction of the test takes it back.

    Raises ``ClockIsReal`` outside tests, ``ValueError`` for a time without a zone.
    """
    if not settings.TESTING:
        raise ClockIsReal("Only tests may stop the clock.")
    stopped_at = london(at).astimezone(UTC)
    ClockOffset.objects.update_or_create(pk=1, defaults={"by": timedelta(), "stopped_at": stopped_at})
    return stopped_at


def _movable() -> bool:
    return bool(settings.DEMO or settings.TESTING)


def _row() -> ClockOffset:
    """The one row, locked until the transaction ends."""
    if not _movable():
        raise ClockIsReal("The date can be moved in a demonstration only.")
    row, _ = ClockOffset.objects.select_for_update().get_or_create(pk=1)
    return row
