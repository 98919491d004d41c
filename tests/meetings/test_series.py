"""Series: the dates a rule makes, their hours when the clocks change, and what is changed of one or of all."""

from datetime import date, datetime, time, timedelta

import pytest

from meetings import operations, rhythm
from meetings.models import Meeting, Series
from meetings.states import MeetingState, OffDay, Scope, SeriesState
from sdwg import clock, dates, workdays
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow
from tests.cast import Cast
from tests.meetings import make


def rows(series: Series) -> list[Meeting]:
    return list(series.meetings.order_by("number"))


def days(series: Series) -> list[str]:
    return [dates.moment(row.starts_at) for row in rows(series)]


def at_ten(cast: Cast, meeting: Meeting, scope: str = Scope.ONE, **facts: object) -> operations.Done:
    """The meeting as it is, but for ``facts``, changed by the secretariat."""
    shown = {name: getattr(meeting, name) for name in ("starts_at", "ends_at", "title", "place", "link")}
    return operations.change(actor=cast.actor("secretariat"), meeting=meeting, scope=scope, **shown | facts)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------------- the rule


def test_a_date_on_a_bank_holiday_moves_and_its_own_day_is_kept(cast: Cast) -> None:
    series = make.series(cast, rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;COUNT=5", first_day=date(2026, 12, 7))

    assert days(series)[2:] == ["Mon 21 Dec 2026, 10:00", "Tue 29 Dec 2026, 10:00", "Mon 4 Jan 2027, 10:00"]
    moved = rows(series)[3]
    assert (moved.moved, moved.rule_day) == (True, date(2026, 12, 28))


@pytest.mark.parametrize(("kind", "on"), [
    (OffDay.NEXT, date(2026, 12, 29)), (OffDay.PREVIOUS, date(2026, 12, 24)), (OffDay.OUT, None),
    (OffDay.KEEP, date(2026, 12, 25)),
])  # fmt: skip
def test_christmas_day_goes_where_the_series_says(kind: str, on: date | None) -> None:
    (held,) = rhythm.held_days(
        "FREQ=MONTHLY;BYMONTHDAY=25;COUNT=1", date(2026, 12, 25), kind, {}, workdays.ENGLAND_AND_WALES
    )

    assert (held.on, held.why_off) == (on, "a bank holiday")


def test_a_fortnightly_meeting_keeps_its_hour_across_both_changes_of_the_clocks(cast: Cast) -> None:
    series = make.series(cast, invited=True, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=26")

    assert {dates.hour(row.starts_at) for row in rows(series)} == {"10:00"}
    assert {row.starts_at.hour for row in rows(series)} == {9, 10}
    mail = OutboxMessage.objects.get(rule="meeting-invitation", person=cast.person("idno"))
    assert mail.text.count(", 10:00 to 12:00 (London time)") == 26
    page = cast.client("idno").get(series.get_absolute_url()).content.decode()
    assert page.count("10:00 to 12:00") == 26


def test_numbers_follow_one_another_and_each_meeting_has_a_name_for_calendars(cast: Cast) -> None:
    make.draft(cast)
    series = make.series(cast)

    assert [row.key for row in rows(series)] == ["2", "3", "4", "5", "6", "7"]
    assert len({row.uid for row in rows(series)}) == 6
    assert {row.presiding for row in rows(series)} == {cast.seat("chair")}
    assert {row.state for row in rows(series)} == {MeetingState.DRAFT}


@pytest.mark.parametrize(("facts", "sentence", "field"), [
    ({"rule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;COUNT=1000"}, "more than 60 meetings", "times"),
    ({"rule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=FR;UNTIL=20261203"}, "makes no meeting", "until"),
    ({"rule": "FREQ=WEEKLY;INTERVAL=4;BYDAY=WE;COUNT=40"}, "at most two years ahead", "times"),
    ({"first_day": date(2026, 11, 4)}, "which has passed", "first_day"),
    ({"starts": time(23), "minutes": 90}, "ends on the day on which it starts", "minutes"),
    ({"rule": "FREQ=MONTHLY;BYMONTHDAY=28;COUNT=4", "first_day": date(2026, 12, 28), "off_day": OffDay.KEEP,
      "starts": time(1, 30)}, "01:30 does not exist on Sun 28 Mar 2027", "starts"),
    ({"rule": "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=7", "first_day": date(2026, 12, 31), "off_day": OffDay.KEEP,
      "starts": time(1, 30)}, "01:30 comes twice on Sun 31 Oct 2027", "starts"),
])  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_beside_its_field(
    cast: Cast, facts: dict[str, object], sentence: str, field: str
) -> None:
    with pytest.raises(NotNow, match=sentence) as refused:
        make.plan(cast, **facts)

    assert refused.value.field == field
    assert not Series.objects.exists()


def test_a_move_is_overruled_for_a_single_date(cast: Cast) -> None:
    plan = make.plan(cast, rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;COUNT=4", first_day=date(2026, 12, 14))
    where = {date(2026, 12, 28): OffDay.OUT, date(2026, 12, 14): OffDay.NEXT, date(2026, 12, 21): ""}
    operations.place_dates(actor=cast.actor("chair"), series=plan, where=where)

    made = operations.make_meetings(actor=cast.actor("chair"), series=plan)

    assert [dates.day(row.starts_at) for row in made] == ["Tue 15 Dec 2026", "Mon 21 Dec 2026", "Mon 4 Jan 2027"]


def test_a_series_is_prolonged_from_its_last_date_with_what_holds_now(cast: Cast) -> None:
    series = make.series(cast)
    at_ten(cast, rows(series)[0], Scope.ALL, place="Room 4")

    made = operations.prolong(actor=cast.actor("secretariat"), series=series, until=date(2027, 3, 24))

    assert [dates.day(row.starts_at) for row in made] == ["Wed 24 Feb 2027", "Wed 10 Mar 2027", "Wed 24 Mar 2027"]
    assert {(row.place, row.number >= 7) for row in made} == {("Room 4", True)}


# --------------------------------------------------------------------------------------------------- one, later, or all


def test_this_and_later_change_what_was_changed_and_nothing_else(cast: Cast) -> None:
    series = make.series(cast, invited=True)
    first, second, _, fourth, *_ = rows(series)
    at_ten(cast, fourth, place="Room 9")
    OutboxMessage.objects.all().delete()

    done = at_ten(cast, second, Scope.LATER, place="Room 4", ends_at=second.ends_at - timedelta(minutes=30))

    assert [(row.place, row.sequence) for row in rows(series)] == [
        ("Online", 0), ("Room 4", 1), ("Room 4", 1), ("Room 9", 2), ("Room 4", 1), ("Room 4", 1),
    ]  # fmt: skip
    assert {dates.hour(row.ends_at) for row in rows(series)[1:]} == {"11:30"}
    assert done.left == [f"{fourth} keeps what was changed for it alone."]
    mail = OutboxMessage.objects.get(rule="meeting-changed", person=cast.person("idno"))
    assert "5 meetings have changed" in mail.subject
    assert all(f"{row}: " in mail.text for row in rows(series)[1:])
    assert f"{first}: " not in mail.text


def test_a_meeting_changed_alone_follows_again_when_asked(cast: Cast) -> None:
    series = make.series(cast)
    second = rows(series)[1]
    at_ten(cast, second, place="Room 9")

    at_ten(cast, rows(series)[0], Scope.ALL, place="Room 4", own_too=True)

    assert {row.place for row in rows(series)} == {"Room 4"}
    assert {tuple(row.own) for row in rows(series)} == {()}


def test_what_has_begun_never_changes(cast: Cast) -> None:
    series = make.series(cast, invited=True)
    first, second = rows(series)[:2]
    cast.at = first.starts_at
    clock.set_now(cast.at)
    operations.open_meeting(actor=cast.actor("chair"), meeting=first, no_pack_reason="Short notice")
    before = Meeting.objects.filter(pk=first.pk).values().get()

    at_ten(cast, second, Scope.ALL, place="Room 4")
    operations.cancel(actor=cast.actor("chair"), meeting=second, reason="A strike.", scope=Scope.ALL)

    assert Meeting.objects.filter(pk=first.pk).values().get() == before
    assert {row.state for row in rows(series)[1:]} == {MeetingState.CANCELLED}


def test_a_change_of_all_leaves_a_meeting_whose_pack_is_out(cast: Cast) -> None:
    series = make.series(cast, invited=True)
    _, second, third, *_ = rows(series)
    make.circulated(cast, meeting=second)

    done = at_ten(cast, third, Scope.ALL, place="Room 4")

    assert [row.place for row in rows(series)] == ["Room 4", "Online", *["Room 4"] * 4]
    assert done.left == [f"{second} stays as it is: its pack is out."]


def test_another_day_is_for_one_meeting_alone(cast: Cast) -> None:
    meeting, later = rows(make.series(cast))[1], timedelta(days=1)

    with pytest.raises(NotNow, match="for one meeting alone") as refused:
        at_ten(cast, meeting, Scope.LATER, starts_at=meeting.starts_at + later, ends_at=meeting.ends_at + later)

    assert refused.value.field == "scope"


def test_a_series_is_cancelled_from_one_on_in_one_mail_and_put_back_in_one(cast: Cast) -> None:
    series = make.series(cast, invited=True)
    third = rows(series)[2]

    operations.cancel(actor=cast.actor("chair"), meeting=third, reason="A strike.", scope=Scope.LATER)
    assert [row.state == MeetingState.CANCELLED for row in rows(series)] == [False, False, True, True, True, True]
    operations.undo(actor=cast.actor("chair"), thing=third)

    assert {row.state for row in rows(series)} == {MeetingState.SCHEDULED}
    assert [row.sequence for row in rows(series)] == [0, 0, 2, 2, 2, 2]
    for rule, subject in (
        ("meeting-cancelled", "4 meetings are cancelled"),
        ("meeting-reinstated", "take place after"),
    ):
        assert subject in OutboxMessage.objects.get(rule=rule, person=cast.person("idno")).subject


def test_restricting_reaches_the_later_meetings_of_the_series(cast: Cast) -> None:
    series = make.series(cast, invited=True)
    second = rows(series)[1]

    operations.restrict_meeting(
        actor=cast.actor("chair"), meeting=second, seats=[cast.seat("idno")], reason="Tender", scope=Scope.LATER
    )

    assert [row.restricted for row in rows(series)] == [False, True, True, True, True, True]
    assert OutboxMessage.objects.filter(rule="meeting-restricted", person=cast.person("agent")).count() == 1
    assert Meeting.objects.visible_to(cast.actor("agent")).count() == 1
    operations.open_to_all(actor=cast.actor("chair"), meeting=second, reason="Over", scope=Scope.ALL)
    assert Meeting.objects.visible_to(cast.actor("agent")).count() == 6


# -------------------------------------------------------------------------------------------------- postpone, discard


def test_a_meeting_with_its_pack_out_is_postponed_and_keeps_number_and_name(cast: Cast) -> None:
    meeting = make.circulated(cast).meeting
    week = timedelta(days=7)

    operations.postpone(
        actor=cast.actor("secretariat"),
        meeting=meeting,
        starts_at=meeting.starts_at + week - timedelta(days=2),
        ends_at=meeting.ends_at + week - timedelta(days=2),
        reason="The chair is ill.",
    )

    now = Meeting.objects.get(pk=meeting.pk)
    assert (now.key, now.uid, now.sequence, now.state) == (meeting.key, meeting.uid, 1, MeetingState.PACK_ISSUED)
    assert dates.day(now.starts_at) == "Mon 21 Dec 2026"
    mail = OutboxMessage.objects.get(rule="meeting-changed", person=cast.person("idno"))
    assert "The chair is ill." in mail.text
    assert "The pack you have stays good" in mail.text
    operations.undo(actor=cast.actor("chair"), thing=now)
    assert Meeting.objects.get(pk=meeting.pk).starts_at == meeting.starts_at


def test_a_discarded_draft_keeps_its_number_and_comes_back(cast: Cast) -> None:
    meeting, secretariat = make.draft(cast), cast.actor("secretariat")
    operations.discard(actor=secretariat, meeting=meeting)

    assert make.draft(cast, days=1).key == "2"
    assert cast.client("idno").get("/meetings/1/").status_code == 404
    assert operations.take_back(actor=secretariat, meeting=meeting).state == MeetingState.DRAFT
    assert not OutboxMessage.objects.exists()


def test_a_discarded_plan_comes_back(cast: Cast) -> None:
    plan, secretariat = make.plan(cast), cast.actor("secretariat")
    operations.discard_series(actor=secretariat, series=plan)
    operations.undo(actor=secretariat, thing=plan)

    assert Series.objects.get().state == SeriesState.DRAFT


def test_undoing_an_undo_does_it_again(cast: Cast) -> None:
    series = make.series(cast)
    second = rows(series)[1]
    at_ten(cast, second, Scope.LATER, place="Room 4")
    changed = [row.place for row in rows(series)]

    operations.undo(actor=cast.actor("chair"), thing=series)
    assert {row.place for row in rows(series)} == {"Online"}
    operations.undo(actor=cast.actor("chair"), thing=series)

    assert [row.place for row in rows(series)] == changed
    assert Series.objects.get().place == "Room 4"


def test_undo_leaves_what_somebody_changed_since(cast: Cast) -> None:
    series = make.series(cast)
    first, second, *_ = rows(series)
    at_ten(cast, first, Scope.ALL, place="Room 4")
    at_ten(cast, Meeting.objects.get(pk=second.pk), place="Room 9")

    operations.undo(actor=cast.actor("chair"), thing=first)

    assert [row.place for row in rows(series)] == ["Online", "Room 9", *["Online"] * 4]


def test_invitations_to_a_series_are_one_mail_a_person(cast: Cast) -> None:
    series = make.series(cast, invited=True)

    assert OutboxMessage.objects.filter(rule="meeting-invitation", person=cast.person("idno")).count() == 1
    with pytest.raises(NotNow, match="are out"):
        operations.invite_series(actor=cast.actor("chair"), series=series)


def test_a_meeting_on_a_day_off_is_refused_unless_it_is_meant(cast: Cast) -> None:
    starts = datetime(2026, 12, 28, 10, tzinfo=clock.LONDON)
    times = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    with pytest.raises(NotNow, match="Mon 28 Dec 2026 is a bank holiday") as refused:
        operations.schedule(actor=cast.actor("chair"), **times)

    assert refused.value.field == "day"
    assert operations.schedule(actor=cast.actor("chair"), **times, day_off=True).key == "1"
