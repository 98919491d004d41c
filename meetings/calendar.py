"""Meetings as calendars read them: RFC 5545 events, iTIP objects for mail (RFC 5546), and feeds.

``Entry`` is everything one event says. Rendering is a function of entries alone and asks no clock, so the same entries
give the same bytes, and a feed's ETag is known before anything is rendered. Nobody's address is in what is made here: a
mail names its recipient when it is handed over (``sdwg.mail.calendars``).

What a calendar holds lies with whoever runs that calendar. No agenda, paper or marking is ever in it; of a restricted
meeting there is its number, its hours and its place in words; in what is public no title and no joining link either.
"""

import unicodedata
from collections.abc import Container, Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from hashlib import sha256
from typing import Any
from uuid import UUID

import icalendar
from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vRecur

from meetings.guests import place_in_words
from meetings.models import CalendarFeed, Meeting
from meetings.states import MeetingState
from sdwg import clock, workdays
from sdwg.mail.rendering import BREAKS, absolute
from sdwg.members.invitations import secret_of, sha256_of
from sdwg.members.models import Person

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
"""The methods of iTIP in use: an invitation or an update, a cancellation, a feed."""
MADE_BY = "-//SDWG//Meetings//EN"
RENDERING = 1
"""Raised when the same entries are to give other bytes: it is part of every ETag."""
SINCE = datetime(1996, 1, 1)  # noqa: DTZ001 (on London's clocks)
"""London has changed its clocks by the same rule ever since."""
EVERY = timedelta(hours=1)
"""How often a calendar is asked to look again."""


@dataclass(frozen=True)
class Entry:
    """One event: ``days`` is how many before its start the alarm is, none for no alarm; ``access`` its CLASS."""

    uid: UUID
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    summary: str
    place: str
    about: str
    url: str
    access: str
    days: int = 0


def with_change(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """``rows`` with ``changed_at``, the moment of each one's last change: no meeting is without history."""
    last = Meeting.history.filter(id=OuterRef("pk")).order_by("-history_id").values("history_date")[:1]
    return rows.annotate(changed_at=Subquery(last))


def entry(meeting: Meeting, holidays: Container[date], note: str = "") -> Entry:
    """A meeting (of ``with_change``) for somebody who may see it; its alarm is one working day before."""
    day, url = clock.today(meeting.starts_at), absolute(meeting.get_absolute_url())
    named = meeting.title and not meeting.restricted
    join = f"Join: {meeting.link}" if meeting.link and not meeting.restricted else ""
    return Entry(
        **_facts(meeting),
        summary=f"{meeting}: {meeting.title}" if named else str(meeting),
        place=place_in_words(meeting) if meeting.restricted else meeting.place or ("Online" if meeting.link else ""),
        about="\n".join(line for line in (note, join, f"Agenda and papers: {url}") if line),
        url=url,
        access="CONFIDENTIAL" if meeting.restricted else "PRIVATE",
        days=(day - workdays.before(day, 1, holidays=holidays)).days,
    )


def public_entry(meeting: Meeting) -> Entry:
    """A meeting of the public list (of ``with_change``): TLP:CLEAR, as ``queries.public_view`` has it."""
    url = absolute(reverse("public-meeting", args=[meeting.key]))
    facts = _facts(meeting) | {"summary": str(meeting), "place": place_in_words(meeting), "access": "PUBLIC"}
    return Entry(**facts, about=f"Ask to attend: {url}", url=url)


def _facts(meeting: Meeting) -> dict[str, Any]:
    return {
        "uid": meeting.uid,
        "sequence": meeting.sequence,
        "changed_at": meeting.changed_at,  # type: ignore[attr-defined]
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "cancelled": meeting.state == MeetingState.CANCELLED,
    }


def objects(meetings: Iterable[Meeting], method: str) -> dict[int, str]:
    """The iTIP object of each meeting as it is now: meeting id -> text. Two queries.

    Each has its own, because a REQUEST or a CANCEL may hold one UID alone (RFC 5546, 3.2.2 and 3.2.5).
    """
    rows, holidays = with_change(Meeting.objects.filter(pk__in=[row.pk for row in meetings])), workdays.bank_holidays()
    return {row.pk: render([entry(row, holidays)], method).decode() for row in rows.order_by()}


def render(entries: Iterable[Entry], method: str = PUBLISH, name: str = "") -> bytes:
    """The calendar of ``entries``; for a feed with its ``name``."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", MADE_BY)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", EVERY, {"VALUE": "DURATION"})
    calendar.add_component(_london())
    for row in entries:
        calendar.add_component(_event(row, method))
    return bytes(calendar.to_ical())


def etag(name: str, entries: Iterable[Entry]) -> str:
    """The strong ETag of the feed ``name`` with these ``entries``, quoted, without rendering it."""
    made_of = [RENDERING, icalendar.__version__, settings.DEFAULT_FROM_EMAIL, name, [astuple(row) for row in entries]]
    return f'"{sha256(repr(made_of).encode("utf-8", "replace")).hexdigest()}"'


def _event(row: Entry, method: str) -> Event:
    event, off = Event(), row.cancelled or method == CANCEL
    event.add("uid", str(row.uid))
    event.add("sequence", row.sequence)
    event.add("dtstamp", row.changed_at.astimezone(UTC))
    event.add("last-modified", row.changed_at.astimezone(UTC))
    event.add("dtstart", clock.london(row.starts_at))
    event.add("dtend", clock.london(row.ends_at))
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("organizer", _organiser())
    event.add("summary", _text(row.summary))
    event.add("class", row.access)
    if method == CANCEL:  # whoever gets it may not see the meeting any more
        return event
    if row.place:
        event.add("location", _text(row.place))
    event.add("description", _text(row.about))
    event.add("url", row.url)
    if row.days and not off:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _text(row.summary))
        alarm.add("trigger", -timedelta(days=row.days))
        event.add_component(alarm)
    return event


def _organiser() -> vCalAddress:
    """The group's own address, from which its mail comes."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organiser = vCalAddress(f"mailto:{address}")
    if name:
        organiser.params["CN"] = name
    return organiser


def _london() -> Timezone:
    """London's clocks as two yearly rules.

    The library makes a list of days instead, which ends in 2038 and puts the change of March an hour late.
    """
    zone = Timezone()
    zone.add("tzid", clock.LONDON.key)
    for kind, name, month, hour, was, becomes in (
        (TimezoneDaylight, "BST", 3, 1, 0, 1),
        (TimezoneStandard, "GMT", 10, 2, 1, 0),
    ):
        part = kind()
        part.add("dtstart", SINCE.replace(month=month, day=31 if month == 3 else 27, hour=hour))
        part.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=was))
        part.add("tzoffsetto", timedelta(hours=becomes))
        zone.add_component(part)
    return zone


def _text(words: str) -> str:
    """``words`` without what a calendar's text may not hold: control characters, other ends of lines, half pairs."""
    plain = "\n".join(words.replace("\r\n", "\n").split("\r"))
    kept = (char if char == "\n" or unicodedata.category(char) not in BREAKS else " " for char in plain)
    return "".join(char for char in kept if unicodedata.category(char) != "Cs")


# ---------------------------------------------------------------------------------------------------------------- feeds


def feed_secret(nonce: UUID) -> str:
    """What the address of a personal feed ends in."""
    return secret_of(nonce, "meetings.calendar")


def feed_address(feed: CalendarFeed) -> str:
    """The whole address. Give it to nobody but its person."""
    return absolute(reverse("calendar-feed", args=[feed_secret(feed.nonce)]))


def feed_of(person: Person) -> CalendarFeed | None:
    """The feed that ``person`` has now. One query."""
    return CalendarFeed.objects.filter(person=person, ended_at=None).first()


def by_secret(secret: str) -> CalendarFeed | None:
    """Whose feed has that address now. One query."""
    found = CalendarFeed.objects.filter(secret_sha256=sha256_of(secret), ended_at=None)
    return found.select_related("person").first()
