"""Pages of series: planned, looked at and confirmed in the browser; two editors; what each may see; their queries."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from meetings import operations
from meetings.models import Meeting, Series
from meetings.states import MeetingState, Scope
from sdwg import clock, dates
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.meetings import make
from tests.meetings.test_pages import asked, text

PLAN = {
    "title": "Regular meetings", "beat": "week-2", "weekday": "TU", "starts": "10:00", "minutes": "90",
    "first_day": "2026-12-02", "until": "", "times": "4", "off_day": "next", "place": "Online", "link": "",
}  # fmt: skip
PAGE = "/meetings/series/plan/"


def hidden(client: Client, path: str, name: str = "seen") -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text(client, path))
    assert found
    return found[1]


def test_a_series_is_planned_looked_at_and_confirmed_in_the_browser(cast: Cast) -> None:
    client = cast.client("secretariat")
    here = client.post(PAGE, {**PLAN, "once": str(uuid4())})["Location"]

    assert "not on the day of the rule" not in text(client, here)
    assert not Meeting.objects.exists()
    client.post(f"{here}change/", {**PLAN, "weekday": "MO", "first_day": "2026-12-14", "beat": "week-1"})
    page = text(client, here)
    assert "4 meetings, 1 not on the day of the rule" in page
    assert "It is a bank holiday: moved to Tue 29 Dec" in page

    made = {"on-2026-12-21": "out", "act": "make", "seen": hidden(client, here), "once": str(uuid4())}
    answers = [client.post(f"{here}dates/", made) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [here] * 2
    days = [dates.moment(row.starts_at) for row in Meeting.objects.order_by("number")]
    assert days == ["Mon 14 Dec 2026, 10:00", "Tue 29 Dec 2026, 10:00", "Mon 4 Jan 2027, 10:00"]
    assert "3 drafts are made, SDWG 1 to SDWG 3" in text(client, here)
    assert "moved from Mon 28 Dec" in text(client, "/meetings/")


def test_the_first_meeting_is_on_the_first_such_weekday_from_the_day_given(cast: Cast) -> None:
    cast.client("secretariat").post(PAGE, PLAN)

    assert Series.objects.get().first_day == date(2026, 12, 8)


@pytest.mark.parametrize(("facts", "sentence"), [
    ({"times": ""}, "Give the last day, or how many times."),
    ({"until": "2027-06-01"}, "Give the last day or how many times, not both."),
    ({"until": "2026-12-01", "times": ""}, "The end comes before the first day, Wed 2 Dec 2026."),
    ({"until": "2026-12-03", "times": ""}, "This makes no meeting"),
    ({"times": "1000"}, "This makes more than 60 meetings."),
    ({"first_day": "2026-10-06"}, "has passed. Begin later."),
    ({"title": "x" * 300}, "At most 160 characters; this has 300. Shorten it."),
    ({"minutes": "900"}, "less than or equal to 720"),
    ({"starts": "23:00"}, "ends on the day on which it starts"),
])  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_with_what_was_typed(cast: Cast, facts: dict[str, str], sentence: str) -> None:
    answer = cast.client("secretariat").post(PAGE, {**PLAN, "place": "Room 4", **facts})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(sentence) == 2  # in the summary and beside the field
    assert 'value="Room 4"' in page
    assert not Series.objects.exists()


@pytest.mark.parametrize(("form", "sentence"), [
    ({"day": "2026-12-28"}, "Mon 28 Dec 2026 is a bank holiday."),
    ({"day": "2026-12-26"}, "Sat 26 Dec 2026 is a Saturday."),
    ({"day": "2027-03-28", "starts": "01:30", "ends": "03:00"}, "01:30 does not exist on Sun 28 Mar 2027"),
    ({"day": "2027-10-31", "starts": "01:30", "ends": "03:00"}, "01:30 comes twice on Sun 31 Oct 2027"),
    ({"day": "2026-11-27"}, "A meeting is arranged before it starts"),
    ({"title": "x" * 300}, "At most 160 characters; this has 300. Shorten it."),
])  # fmt: skip
def test_a_meeting_that_cannot_be_is_refused_beside_its_field(cast: Cast, form: dict[str, str], sentence: str) -> None:
    given = {"day": "2026-12-16", "starts": "10:00", "ends": "12:00", **form}
    answer = cast.client("secretariat").post("/meetings/schedule/", given)

    assert answer.status_code == 422
    assert answer.content.decode().count(sentence) == 2


def test_a_day_off_can_be_meant(cast: Cast) -> None:
    given = {"day": "2026-12-28", "starts": "10:00", "ends": "12:00"}
    client = cast.client("secretariat")

    assert "Hold it on that day all the same" in client.post("/meetings/schedule/", given).content.decode()
    assert client.post("/meetings/schedule/", {**given, "day_off": "on"}).status_code == 302


def test_two_people_at_once_do_not_write_over_each_other(cast: Cast) -> None:
    """One changes the place, the other the end; the second is told, and the next press keeps both."""
    make.scheduled(cast, place="Online")
    here, form = "/meetings/1/change/", {"day": "2026-12-16", "starts": "10:00", "ends": "12:00", "place": "Online"}
    first, second = cast.client("secretariat"), cast.client("chair")
    seen = hidden(second, here)
    assert first.post(here, {**form, "place": "Room 4", "seen": hidden(first, here)}).status_code == 302

    refused = second.post(here, {**form, "ends": "11:00", "seen": seen})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Secretariat, at 09:20, changed the place, from “Online” to “Room 4” while you were typing." in page
    assert 'value="Room 4"' in page
    assert 'value="11:00"' in page
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again
    second.post(here, {**form, "ends": "11:00", "place": "Room 4", "seen": again[1]})
    meeting = Meeting.objects.get()
    assert (meeting.place, dates.hour(meeting.ends_at)) == ("Room 4", "11:00")


def test_two_people_at_once_on_a_plan_are_told_as_well(cast: Cast) -> None:
    here = make.plan(cast).get_absolute_url()
    client, seen = cast.client("chair"), hidden(cast.client("chair"), here)
    operations.place_dates(
        actor=cast.actor("secretariat"), series=Series.objects.get(), where={date(2026, 12, 16): "out"}
    )

    answer = client.post(f"{here}dates/", {"act": "make", "seen": seen})

    assert answer.status_code == 422
    assert "Secretariat, at 09:20, changed single dates while you were typing." in answer.content.decode()
    assert not Meeting.objects.exists()


def test_a_change_of_all_is_made_and_undone_in_the_browser(cast: Cast) -> None:
    series = make.series(cast, invited=True)
    client, here = cast.client("secretariat"), series.get_absolute_url()
    first = series.meetings.order_by("number")[0]
    form = {"day": "2026-12-02", "starts": "10:00", "ends": "12:00", "place": "Room 4", "scope": "all"}

    client.post(f"{first.get_absolute_url()}change/", form)
    assert "6 meetings are changed." in text(client, first.get_absolute_url())
    undo = text(client, f"{here}undo/")
    assert undo.count("Room 4") == 6
    client.post(f"{here}undo/", {"seen": hidden(client, f"{here}undo/")})

    assert set(series.meetings.values_list("place", flat=True)) == {"Online"}


def test_a_member_sees_a_series_whose_meetings_they_see_and_no_other(cast: Cast) -> None:
    shown = make.series(cast, invited=True)
    drafts = make.series(cast, title="Xylophone drafts")
    closed = make.series(cast, invited=True, title="Xylophone tender")
    operations.restrict_meeting(
        actor=cast.actor("chair"), meeting=closed.meetings.first(), seats=[cast.seat("agent")], reason="x", scope="all"
    )
    client = cast.client("idno")

    assert "Xylophone" not in text(client, "/meetings/")
    assert "Change all to come" not in text(client, shown.get_absolute_url())
    for series in (drafts, closed, make.plan(cast)):
        assert client.get(series.get_absolute_url()).status_code == 404
    assert "Xylophone tender" in text(cast.client("agent"), "/meetings/")


def test_the_joining_link_of_a_series_is_on_no_page_but_its_meetings(cast: Cast) -> None:
    link = "https://join.example/secret"
    series = make.series(cast, invited=True, link=link, place="")

    assert link in text(cast.client("idno"), series.meetings.first().get_absolute_url())
    for path in ("/meetings/", series.get_absolute_url()):
        assert link not in text(cast.client("idno"), path)
    assert link not in text(cast.anonymous(), "/public/meetings/")


# ------------------------------------------------------------------------------------------------------------ deadlines


def deadlines(cast: Cast, meeting: Meeting) -> list[str]:
    """The checklist of the secretariat, as it is said: what, and how it stands."""
    page = text(cast.client("secretariat"), meeting.get_absolute_url())
    section = page[page.index('id="deadlines"') : page.index('id="agenda"')]
    return re.findall(r'rows-title">([^<]+)<span class="hidden">, (\w+(?: \w+)?)', section)


def test_the_checklist_says_what_is_done_and_what_is_late(cast: Cast) -> None:
    meeting = make.draft(cast)
    assert {how for _, how in deadlines(cast, meeting)} == {"to do"}
    pass_to(cast, clock.at_london(date(2026, 12, 9), clock.london(meeting.starts_at).time()) + timedelta(hours=8))
    assert [what for what, how in deadlines(cast, meeting) if how == "late"] == ["Invitations", "Papers", "Pack"]

    operations.invite(actor=cast.actor("secretariat"), meeting=meeting)
    make.add_item(cast, meeting, "Keys")
    make.circulated(cast, meeting=meeting)

    assert [how for _, how in deadlines(cast, meeting)] == ["done", "done", "done", "to do", "to do"]
    page = text(cast.client("secretariat"), meeting.get_absolute_url())
    assert "Circulated Wed 9 Dec 2026, 18:00, late." in page
    assert "Wed 23 Dec" in text(cast.client("idno"), meeting.get_absolute_url())  # the minutes, five working days after


def test_the_chair_opens_it_half_an_hour_before_and_not_earlier(cast: Cast) -> None:
    meeting = make.scheduled(cast)
    chair, form = cast.client("chair"), {"no_pack_reason": "Short notice"}
    clock.set_now(meeting.starts_at - timedelta(minutes=31))
    assert chair.post("/meetings/1/open/", form).status_code == 422

    clock.set_now(meeting.starts_at - timedelta(minutes=30))

    assert chair.post("/meetings/1/open/", form).status_code == 302


def test_a_draft_is_discarded_and_taken_back_in_the_browser(cast: Cast) -> None:
    make.draft(cast)
    client = cast.client("secretariat")

    client.post("/meetings/1/discard/")
    assert "Discarded drafts" in text(client, "/meetings/")
    client.post("/meetings/1/take-back/")

    assert Meeting.objects.get().state == MeetingState.DRAFT


# -------------------------------------------------------------------------------------------------------------- queries


@pytest.mark.parametrize("name", ["secretariat", "idno"])
def test_lists_and_series_take_the_same_queries_for_1_3_and_30_meetings(cast: Cast, name: str) -> None:
    series, counts = make.series(cast, invited=True, rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;COUNT=1"), []
    client = cast.client(name)
    for until in (date(2026, 12, 16), date(2027, 6, 23)):
        counts.append([asked(client, path) for path in ("/meetings/", series.get_absolute_url())])
        operations.prolong(actor=cast.actor("secretariat"), series=series, until=until)
        operations.invite_series(actor=cast.actor("secretariat"), series=series)
        operations.cancel(
            actor=cast.actor("chair"), meeting=series.meetings.order_by("-number")[0], reason="x", scope=Scope.ONE
        )
    counts.append([asked(client, path) for path in ("/meetings/", series.get_absolute_url())])

    assert series.meetings.count() == 30
    assert counts[0] == counts[1] == counts[2], counts


def test_the_list_takes_the_same_queries_for_1_3_and_30_series(cast: Cast) -> None:
    client, counts = cast.client("secretariat"), []
    for wanted in (1, 3, 30):
        while Series.objects.count() < wanted:
            make.plan(cast, title=f"Series {Series.objects.count()}")
        counts.append(asked(client, "/meetings/"))

    assert len(set(counts)) == 1, counts
