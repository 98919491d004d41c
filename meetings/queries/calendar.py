"""What calendars are shown: everybody the open meetings to come, a person what they may see at this moment."""

from datetime import datetime, timedelta

from meetings.calendar import Entry, entry, public_entry, with_change
from meetings.models import CalendarFeed, Meeting
from meetings.states import UNSEEN
from sdwg import clock, workdays
from sdwg.members.access import Actor, actor_for
from sdwg.members.models import Alternate, Role

__all__ = ["BACK", "feed_entries", "public_entries"]

BACK = timedelta(days=92)
"""How far back a personal feed goes; the pages have the rest."""


def public_entries(at: datetime) -> list[Entry]:
    """The public list for calendars, next first. One query."""
    return [public_entry(row) for row in with_change(Meeting.objects.public(at)).order_by("starts_at")]


def feed_entries(feed: CalendarFeed, at: datetime) -> list[Entry] | None:
    """What the person of ``feed`` sees at ``at``, next first; ``None`` for whoever may not be signed in any more.

    Meetings to which nobody was invited yet are in no calendar, cancelled ones are there as cancelled. Where somebody
    without a seat of their own stands in for one, the event says so. At most six queries.
    """
    actor = actor_for(feed.person, at)
    if not actor.may_enter:
        return None
    rows = with_change(Meeting.objects.visible_to(actor).exclude(state__in=UNSEEN)).filter(ends_at__gt=at - BACK)
    holidays, standing_in = workdays.bank_holidays(), _standing_in(actor)
    return [entry(row, holidays, _note(row, standing_in)) for row in rows.order_by("starts_at", "pk")]


def _standing_in(actor: Actor) -> list[Alternate]:
    """The nominations of somebody who comes for nobody else."""
    if any(seat.role != Role.COLLEAGUE for seat in actor.seats) or not actor.nominated:
        return []
    rows = Alternate.objects.standing(actor.at).of_running_seats(clock.today(actor.at)).filter(person=actor.person)
    return list(rows.select_related("seat__person", "seat__organisation__constituency"))


def _note(meeting: Meeting, nominations: list[Alternate]) -> str:
    """For which seat they come, and whether they have agreed to."""
    for row in nominations:
        if row.for_key == meeting.audit_key or (not row.for_key and _covers(row, meeting)):
            return f"{'You stand in' if row.accepted_at else 'You are asked to stand in'} for {row.seat.label}."
    return ""


def _covers(row: Alternate, meeting: Meeting) -> bool:
    """Whether a nomination for a period covers the meeting."""
    starts = row.window_from is not None and row.window_from <= meeting.starts_at
    return starts and (row.window_to is None or row.window_to > meeting.starts_at)
