"""Calendars: what an event says, what mails carry, the two feeds, whom they show what, and when they end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import ics
import pytest
import vobject
from django.core import mail
from django.test import override_settings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from icalendar import Calendar, Event

from meetings import calendar, operations
from meetings.calendar import Entry, feed_address, render
from meetings.models import CalendarFeed, Meeting
from sdwg import clock
from sdwg.audit.models import AuditEvent
from sdwg.mail import operations as outbox
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations as people
from sdwg.redaction import redact
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.meetings import make
from tests.members import make as members

LINK = "https://meet.example/xylophone-room"
LONDON = ZoneInfo("Europe/London")
PUBLIC = "/public/meetings/open.ics"
UID = UUID(int=7)
ODD = (
    'a, b; c\\d: "e"',
    "one\ntwo\r\nthree\rfour",
    "é" * 300,
    "ש" * 74 + "שלום, עולם",
    "👩‍👩‍👧‍👦" * 40,
    "BEGIN:VEVENT\nUID:other",
    "a\x00b\x07c\u2028d\x85e\x0bf\x0cg\x1ch",
    "\ud800half",
)


def entry(**facts: Any) -> Entry:
    starts = datetime(2027, 3, 24, 10, tzinfo=UTC)
    given = {
        "uid": UID, "sequence": 3, "changed_at": datetime(2026, 11, 30, 9, 20, tzinfo=UTC), "starts_at": starts,
        "ends_at": starts + timedelta(hours=2), "cancelled": False, "summary": "SDWG 7", "place": "Room 4",
        "about": "Agenda", "url": "https://sdwg.example/meetings/7/", "access": "PRIVATE", "days": 1,
    }  # fmt: skip
    return Entry(**given | facts)


def events(content: bytes | str) -> list[Event]:
    return list(Calendar.from_ical(content).events)


def path_of(feed: CalendarFeed) -> str:
    return feed_address(feed).partition("8000")[2]


def read(cast: Cast, path: str, **headers: str) -> Any:
    return cast.anonymous().get(path, headers=headers)


def own(cast: Cast, name: str = "idno") -> str:
    """Where the calendar of ``name`` reads, newly made."""
    return path_of(operations.make_feed(actor=cast.actor(name)))


def sent(to: str) -> list[Any]:
    """Everything owed, handed over; what went to ``to``, as it went over the wire."""
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        mail.outbox = []
        outbox.deliver(at=clock.now())
    rows = [row for row in mail.outbox if row.to == [to]]
    return [message_from_bytes(row.message().as_bytes(linesep="\r\n"), policy=policy.default) for row in rows]


def parts(message: Any) -> Iterator[tuple[str, str, Event]]:
    """Every object that a mail carries: whether it is an attachment, its method, its event."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            found = Calendar.from_ical(part.get_content())
            assert part.get_param("method") == found["method"]
            (event,) = found.events
            yield part.get_content_disposition() or "", str(found["method"]), event


# ------------------------------------------------------------------------------------------------------------ the bytes


@pytest.mark.parametrize("words", ODD)
def test_three_parsers_read_odd_words_in_the_same_way(words: str) -> None:
    check_words(words)


@tried(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
@example(",;\\n")
def test_three_parsers_read_any_words_in_the_same_way(words: str) -> None:
    check_words(words)


def check_words(words: str) -> None:
    content = render([entry(summary=f"SDWG 7: {words}.", place=f"<{words}>")], calendar.REQUEST)
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    (event,) = events(content)
    (same,) = ics.Calendar(content.decode()).events
    third = vobject.readOne(content.decode()).vevent

    summary, place = str(event["summary"]), str(event["location"])
    if (
        "\\" not in words
    ):  # ics takes \\\\n for a backslash and the end of a line; RFC 5545, 3.3.11, for a backslash and an n
        assert (same.name, same.location) == (summary, place)
    assert (third.summary.value, third.location.value) == (summary, place)
    seen = [char for char in words if char.isprintable() and char != " "]
    assert [char for char in summary if char.isprintable() and char != " "] == [*"SDWG7:", *seen, "."]
    assert event["uid"] == same.uid == third.uid.value == str(UID)
    starts = entry().starts_at
    assert event.start == same.begin == third.dtstart.value == starts


def test_the_zone_is_londons_for_as_long_as_anybody_arranges_meetings() -> None:
    """Read by a parser that believes the VTIMEZONE and not the name: each change of the clocks, an hour either side."""
    for year in range(2024, 2045):
        for month, day in ((3, 24), (10, 24)):
            moments = [datetime(year, month, day, 10, tzinfo=LONDON) + timedelta(days=n) for n in range(14)]
            assert {moment.hour for moment in moments} == {10}
    zone = vobject.readOne(render([entry()]).decode()).vtimezone.tzinfo
    at = datetime(2024, 1, 1)  # noqa: DTZ001 (what a clock on a wall shows)
    while at.year < 2045:
        away = {hour: at.replace(hour=hour, tzinfo=LONDON).utcoffset() for hour in (0, 4, 10)}
        assert {hour: at.replace(hour=hour, tzinfo=zone).utcoffset() for hour in away} == away, at
        at += timedelta(days=1)


def test_a_fortnightly_meeting_stays_at_ten_across_both_changes(cast: Cast) -> None:
    make.series(cast, invited=True, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=26")
    content = read(cast, own(cast)).content
    found = events(content)

    assert len(found) == 26
    assert {(row.start.hour, row.end.hour) for row in found} == {(10, 12)}
    assert {str(row.start.tzinfo) for row in found} == {"Europe/London"}
    assert len({row.start.utcoffset() for row in found}) == 2
    by_vobject = [row.dtstart.value.astimezone(UTC) for row in vobject.readOne(content.decode()).vevent_list]
    by_ics = sorted(row.begin.datetime.astimezone(UTC) for row in ics.Calendar(content.decode()).events)
    assert by_vobject == by_ics == list(Meeting.objects.order_by("starts_at").values_list("starts_at", flat=True))


def test_the_alarm_is_one_working_day_before(cast: Cast) -> None:
    make.series(cast, invited=True, rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;COUNT=4", first_day=make.date(2026, 12, 14))
    found = {f"{row.start:%d %b}": row.alarms.times for row in events(read(cast, own(cast)).content)}
    assert {day: f"{times[0].trigger:%d %b %H}" for day, times in found.items()} == {
        "14 Dec": "11 Dec 10",
        "21 Dec": "18 Dec 10",
        "29 Dec": "24 Dec 10",
        "04 Jan": "31 Dec 10",
    }


# ------------------------------------------------------------------------------------------------------------- in mails


def test_invitation_update_cancellation_and_return_are_one_event(cast: Cast) -> None:
    chair, address = cast.actor("chair"), cast.person("idno").address()
    meeting = make.scheduled(cast, title="Certificate profiles", place="Room 4", link=LINK)
    operations.change(
        actor=chair, meeting=meeting, starts_at=meeting.starts_at + timedelta(hours=1), ends_at=meeting.ends_at,
        title=meeting.title, place="Room 5", link=LINK,
    )  # fmt: skip
    operations.cancel(actor=chair, meeting=meeting, reason="A strike.")
    operations.reinstate(actor=chair, meeting=meeting)

    found = [part for message in sent(address) for part in parts(message)]

    assert [(how, method) for how, method, _ in found] == [
        ("", "REQUEST"), ("", "REQUEST"), ("", "CANCEL"), ("", "REQUEST"),
    ]  # fmt: skip
    every = [event for _, _, event in found]
    assert {str(event["uid"]) for event in every} == {str(meeting.uid)}
    assert [event["sequence"] for event in every] == [0, 1, 2, 3]
    assert [str(event["status"]) for event in every] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [str(event.get("location")) for event in every] == ["Room 4", "Room 5", "None", "Room 5"]
    assert [event.start.hour for event in every] == [10, 11, 11, 11]
    assert {str(event["attendee"]) for event in every} == {f"mailto:{address}"}
    assert [event["attendee"].params.get("RSVP") for event in every] == ["TRUE", "TRUE", None, "TRUE"]
    assert {str(event["organizer"]) for event in every} == {"mailto:secretariat@sdwg.example"}
    assert [bool(event.alarms.times) for event in every] == [True, True, False, True]


def test_a_series_is_one_mail_with_an_object_for_each_meeting(cast: Cast) -> None:
    make.series(cast, invited=True)
    (message,) = sent(cast.person("idno").address())
    found = list(parts(message))

    assert [(how, method) for how, method, _ in found] == [("attachment", "REQUEST")] * 6
    assert {str(event["uid"]) for *_, event in found} == {str(meeting.uid) for meeting in Meeting.objects.all()}


def test_whoever_the_chair_leaves_out_loses_the_event_and_the_others_read_less_of_it(cast: Cast) -> None:
    chair, gone, stays = cast.actor("chair"), cast.person("agent").address(), cast.person("idno").address()
    meeting = make.scheduled(cast, title="Marimba", place=f"Teams {LINK}", link=LINK)
    sent("")
    operations.restrict_meeting(actor=chair, meeting=meeting, seats=[cast.seat("idno")], reason="Tender")
    ((_, method, event),) = (part for message in sent(gone) for part in parts(message))
    assert (method, str(event["status"]), event["sequence"]) == ("CANCEL", "CANCELLED", 1)
    operations.postpone(
        actor=chair, meeting=meeting, starts_at=meeting.starts_at + timedelta(days=1),
        ends_at=meeting.ends_at + timedelta(days=1), reason="Ill.", day_off=True,
    )  # fmt: skip
    (told,) = sent(stays)
    ((_, method, event),) = parts(told)
    assert (method, event["sequence"], str(event["class"])) == ("REQUEST", 2, "CONFIDENTIAL")
    assert "Marimba" not in event.to_ical().decode()
    assert LINK not in event.to_ical().decode().replace("\r\n ", "")
    operations.open_to_all(actor=chair, meeting=meeting, reason="Over")
    ((_, method, event),) = (part for message in sent(gone) for part in parts(message))
    assert (method, event["sequence"]) == ("REQUEST", 3)


def test_the_calendar_goes_with_the_words_of_a_mail(cast: Cast) -> None:
    make.scheduled(cast)
    sent("")
    row = OutboxMessage.objects.filter(rule="meeting-invitation").first()
    assert row
    assert row.calendar
    assert "@" not in row.calendar.replace("secretariat@sdwg.example", "")
    outbox.purge(at=clock.now() + timedelta(days=91))
    assert not OutboxMessage.objects.exclude(calendar="").exists()


# ----------------------------------------------------------------------------------------------------------- the feeds


def test_the_public_feed_has_the_open_meetings_and_no_title_or_link(cast: Cast) -> None:
    make.draft(cast)
    make.scheduled(cast, days=1, title="Marimba", link=LINK, place=f"Teams {LINK}")
    closed = make.scheduled(cast, days=2)
    operations.restrict_meeting(actor=cast.actor("chair"), meeting=closed, seats=[cast.seat("idno")], reason="Tender")
    off = make.scheduled(cast, days=5)
    operations.cancel(actor=cast.actor("chair"), meeting=off, reason="Flooded")

    answer = read(cast, PUBLIC)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(answer.content)
    assert (str(event["summary"]), str(event["location"]), str(event["class"])) == ("SDWG 2", "Online", "PUBLIC")
    told = answer.content.decode().replace("\r\n ", "")
    assert not any(word in told for word in ("Marimba", "xylophone", "ATTENDEE", "SDWG 1", "SDWG 3", "SDWG 4"))


def test_a_personal_feed_shows_what_its_person_may_see_at_that_moment(cast: Cast) -> None:
    make.draft(cast)
    make.scheduled(cast, days=1, title="Marimba", link=LINK, place="Room 4")
    closed = make.scheduled(cast, days=2, title="Glockenspiel", link=LINK, place=f"Teams {LINK}")
    off = make.scheduled(cast, days=5)
    operations.cancel(actor=cast.actor("chair"), meeting=off, reason="Flooded")
    stays, out, secretariat = own(cast), own(cast, "agent"), own(cast, "secretariat")
    assert len(events(read(cast, out).content)) == 3

    operations.restrict_meeting(actor=cast.actor("chair"), meeting=closed, seats=[cast.seat("idno")], reason="Tender")

    assert [str(row["summary"]) for row in events(read(cast, out).content)] == ["SDWG 2: Marimba", "SDWG 4"]
    for path in (stays, secretariat):
        _, restricted, cancelled = events(read(cast, path).content)
        assert (str(restricted["summary"]), str(restricted["location"])) == ("SDWG 3", "Online")
        assert "xylophone" not in str(restricted["description"])
        assert str(cancelled["status"]) == "CANCELLED"
    assert LINK in str(events(read(cast, out).content)[0]["description"])


def test_an_alternate_reads_for_whom_they_come(cast: Cast) -> None:
    meeting = make.scheduled(cast)
    members.nomination(cast, for_key=meeting.audit_key, for_ref=meeting.reference)
    path = own(cast, "alternate")
    (event,) = events(read(cast, path).content)
    assert str(event["description"]).startswith(f"You are asked to stand in for {cast.seat('large-supplier').label}.")
    assert "stand in" not in read(cast, own(cast)).content.decode()


@pytest.mark.parametrize("how", ["account", "seat"])
def test_a_leavers_feed_is_gone_at_the_next_request(cast: Cast, how: str) -> None:
    make.scheduled(cast)
    path = own(cast)
    tag = read(cast, path)["ETag"]
    if how == "account":
        people.close_account(actor=cast.actor("secretariat"), person=cast.person("idno"), reason="Left")
    else:
        type(cast.seat("idno")).objects.filter(pk=cast.seat("idno").pk).update(valid_to=clock.today(cast.at))
        pass_to(cast, cast.at + timedelta(days=1))

    for headers in ({}, {"If-None-Match": tag}, {"If-None-Match": "*"}):
        assert read(cast, path, **headers).status_code == 404


def test_an_address_is_made_renewed_and_ended_by_its_person_alone(cast: Cast) -> None:
    client = cast.client("idno")
    assert "Make my calendar address" in client.get("/meetings/calendar/").content.decode()
    paths = []
    for once in (UUID(int=1), UUID(int=1), UUID(int=2)):
        assert client.post("/meetings/calendar/", {"once": str(once)}).status_code == 302
        feed = CalendarFeed.objects.get()
        assert feed_address(feed) in client.get("/meetings/calendar/").content.decode()
        paths.append(path_of(feed))
    assert paths[0] == paths[1] != paths[2]
    assert [read(cast, path).status_code for path in paths] == [404, 404, 200]
    assert feed_address(feed) not in cast.client("agent").get("/meetings/calendar/").content.decode()
    assert cast.client("agent").post("/meetings/calendar/end/", {"once": str(UUID(int=3))}).status_code == 422
    assert read(cast, paths[2]).status_code == 200

    assert client.post("/meetings/calendar/end/", {"once": str(UUID(int=4))}).status_code == 302

    assert read(cast, paths[2]).status_code == 404
    verbs = list(AuditEvent.objects.filter(verb__startswith="person.calendar").order_by("seq").values_list("verb"))
    assert verbs == [("person.calendar-made",), ("person.calendar-renewed",), ("person.calendar-ended",)]
    secret = paths[2].rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(list(CalendarFeed.objects.values()))
    assert secret not in redact(f"GET {paths[2]} 200")


def test_what_has_not_changed_is_answered_without_rendering(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = make.scheduled(cast, place="Room 4")
    paths = (own(cast), PUBLIC)
    first = [read(cast, path) for path in paths]
    pass_to(cast, cast.at + timedelta(hours=1))
    assert [read(cast, path).content for path in paths] == [row.content for row in first]
    with monkeypatch.context() as without:
        without.setattr(calendar, "render", None)
        for path, row in zip(paths, first, strict=True):
            answer = read(cast, path, **{"If-None-Match": row["ETag"]})
            assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", row["ETag"])
            assert answer["Cache-Control"] == "private, no-cache"
            assert not row["ETag"].startswith("W/")
    operations.change(
        actor=cast.actor("chair"), meeting=meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at, place="Room 5"
    )
    for path, row in zip(paths, first, strict=True):
        answer = read(cast, path, **{"If-None-Match": row["ETag"]})
        assert (answer.status_code, answer["ETag"] == row["ETag"]) == (200, False)
        assert str(events(answer.content)[0]["location"]) == "Room 5"


@pytest.mark.parametrize(("path", "queries"), [("own", 7), (PUBLIC, 2)])
def test_a_feed_costs_the_same_at_any_size(
    cast: Cast, path: str, queries: int, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # it counts requests
    path = own(cast) if path == "own" else path
    for count in (1, 3, 30):
        while Meeting.objects.count() < count:
            make.scheduled(cast, days=Meeting.objects.count())
        with django_assert_num_queries(queries):
            answer = read(cast, path)
        assert len(events(answer.content)) == count
        with django_assert_num_queries(queries):
            assert read(cast, path, **{"If-None-Match": answer["ETag"]}).status_code == 304


def test_whoever_asks_too_often_waits(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "calendar": "3/m/ip"}
    path = own(cast)
    tag = read(cast, path)["ETag"]
    guessed = "/public/meetings/calendar/guessed.ics"
    codes = [read(cast, where).status_code for where in (PUBLIC, guessed, guessed, path)]
    assert codes == [200, 404, 429, 429]
    assert read(cast, path, **{"If-None-Match": tag}).status_code == 304
