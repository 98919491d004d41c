"""Meetings and agendas: who arranges them, how they are numbered, what their lives allow."""

from datetime import date, timedelta

import pytest

from meetings import operations
from meetings.models import AgendaItem, Meeting
from meetings.operations import CLOSING, OPENING
from meetings.states import ItemType, MeetingState
from sdwg.audit.acts import Machine, act, record
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import breaks
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Alternate
from sdwg.workdays import deadline
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.decisions.make import open_decision
from tests.meetings.make import MORNING, NOON, circulated, draft, scheduled


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in meeting.items.standing()]


def test_a_meeting_is_a_draft_with_its_opening_and_closing_items(cast: Cast) -> None:
    meeting = draft(cast)

    assert (meeting.reference, meeting.state) == ("SDWG 1", MeetingState.DRAFT)
    assert titles(meeting) == [OPENING, CLOSING]
    assert meeting.presiding == cast.seat("chair")


def test_regular_meetings_are_counted_and_ad_hoc_ones_follow_the_one_before(cast: Cast) -> None:
    first = draft(cast)
    second = draft(cast, days=28)
    between = draft(cast, days=7, ad_hoc=True)
    another = draft(cast, days=8, ad_hoc=True)
    later = draft(cast, days=30, ad_hoc=True)

    assert [row.key for row in (first, second, between, another, later)] == ["1", "2", "1.1", "1.2", "2.1"]


def test_an_ad_hoc_meeting_needs_a_regular_one_before_it(cast: Cast) -> None:
    with pytest.raises(NotNow, match="there is none"):
        draft(cast, ad_hoc=True)


@pytest.mark.parametrize("name", ["analyst", "idno", "partner", "observer", "dag", "auditor"])
def test_other_people_schedule_nothing(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="the chair and the secretariat"):
        operations.schedule(actor=cast.actor(name), starts_at=MORNING, ends_at=NOON)


def test_a_meeting_does_not_end_before_it_starts_nor_start_in_the_past(cast: Cast) -> None:
    secretariat = cast.actor("secretariat")
    with pytest.raises(NotNow, match="ends after"):
        operations.schedule(actor=secretariat, starts_at=NOON, ends_at=MORNING)
    with pytest.raises(NotNow, match="ends on the day"):
        operations.schedule(actor=secretariat, starts_at=MORNING, ends_at=NOON + timedelta(days=1))
    with pytest.raises(NotNow, match="before it starts"):
        operations.schedule(
            actor=secretariat, starts_at=cast.at - timedelta(hours=1), ends_at=cast.at + timedelta(hours=1)
        )


def test_invitations_go_to_every_seat_and_to_nobody_else(cast: Cast) -> None:
    meeting = scheduled(cast)

    mails = OutboxMessage.objects.filter(rule="meeting-invitation")
    assert meeting.state == MeetingState.SCHEDULED
    assert {mail.person_id for mail in mails} == {seat.person_id for seat in cast.seats.values()}
    assert all("/meetings/1/" in mail.text for mail in mails)


def test_invitations_are_sent_once(cast: Cast) -> None:
    meeting = scheduled(cast)

    with pytest.raises(NotNow, match="have been sent"):
        operations.invite(actor=cast.actor("secretariat"), meeting=meeting)


def test_a_draft_is_seen_by_the_chair_and_the_secretariat_alone(cast: Cast) -> None:
    draft(cast)

    sees = {name for name in cast.seats if Meeting.objects.visible_to(cast.actor(name)).exists()}
    assert sees == {"chair", "secretariat"}


def test_a_changed_date_keeps_the_number_and_is_told(cast: Cast) -> None:
    meeting = scheduled(cast)

    later = timedelta(days=1)
    operations.change(
        actor=cast.actor("secretariat"),
        meeting=meeting,
        starts_at=MORNING + later,
        ends_at=NOON + later,
        place="Online",
    )

    now = Meeting.objects.get(pk=meeting.pk)
    assert (now.uid, now.key) == (meeting.uid, meeting.key)
    mail = OutboxMessage.objects.get(rule="meeting-changed", person=cast.person("idno"))
    assert "Thu 17 Dec 2026, 10:00 to 12:00 (London time), Online" in mail.text


def test_a_new_item_stands_before_any_other_business(cast: Cast) -> None:
    meeting = scheduled(cast)
    operations.add_item(actor=cast.actor("secretariat"), meeting=meeting, title="Keys", type=ItemType.DISCUSSION)

    assert titles(meeting) == [OPENING, "Keys", CLOSING]
    assert [item.position for item in meeting.items.standing()] == [1, 2, 3]


def test_items_move_up_and_down_and_stop_at_the_ends(cast: Cast) -> None:
    meeting, secretariat = scheduled(cast), cast.actor("secretariat")
    for title in ("One", "Two"):
        operations.add_item(actor=secretariat, meeting=meeting, title=title, type=ItemType.DISCUSSION)
    one = meeting.items.get(title="One")

    operations.move_item(actor=secretariat, item=one, by=1)
    assert titles(meeting) == [OPENING, "Two", "One", CLOSING]
    for _ in range(4):
        operations.move_item(actor=secretariat, item=one, by=-1)
    assert titles(meeting) == ["One", OPENING, "Two", CLOSING]


def test_a_removed_item_leaves_no_gap_and_stays_in_the_history(cast: Cast) -> None:
    meeting, secretariat = scheduled(cast), cast.actor("secretariat")
    item = operations.add_item(actor=secretariat, meeting=meeting, title="Keys", type=ItemType.DISCUSSION)
    operations.remove_item(actor=secretariat, item=item)

    assert titles(meeting) == [OPENING, CLOSING]
    assert [row.position for row in meeting.items.standing()] == [1, 2]
    assert AgendaItem.objects.get(pk=item.pk).removed_at
    with pytest.raises(NotNow, match="taken off"):
        operations.move_item(actor=secretariat, item=item, by=1)


def test_only_the_chair_restricts_an_item_and_says_why(cast: Cast) -> None:
    meeting = scheduled(cast)
    item = operations.add_item(
        actor=cast.actor("secretariat"), meeting=meeting, title="Tender", type=ItemType.DISCUSSION
    )
    with pytest.raises(Refused, match="restricted, or opened again, by the chair"):
        operations.restrict_item(actor=cast.actor("secretariat"), item=item, restricted=True, reason="Tender")
    with pytest.raises(NotNow, match="Say why"):
        operations.restrict_item(actor=cast.actor("chair"), item=item, restricted=True, reason=" ")
    operations.restrict_item(actor=cast.actor("chair"), item=item, restricted=True, reason="Commercial")

    sees = {name for name in cast.seats if AgendaItem.objects.visible_to(cast.actor(name)).filter(pk=item.pk).exists()}
    assert sees == {"chair", "secretariat"}


def test_a_meeting_is_opened_by_the_chair_on_its_day_with_a_pack_or_a_reason(cast: Cast) -> None:
    meeting = scheduled(cast)
    with pytest.raises(Refused, match="The chair opens"):
        operations.open_meeting(actor=cast.actor("secretariat", MORNING), meeting=meeting, no_pack_reason="Short")
    with pytest.raises(NotNow, match="half an hour before"):
        operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Short")
    with pytest.raises(NotNow, match="No pack was circulated"):
        operations.open_meeting(actor=cast.actor("chair", MORNING), meeting=meeting)

    opened = operations.open_meeting(actor=cast.actor("chair", MORNING), meeting=meeting, no_pack_reason="Short notice")

    assert (opened.state, opened.no_pack_reason) == (MeetingState.IN_SESSION, "Short notice")
    assert opened.presiding == cast.seat("chair")


def test_no_meeting_is_held_without_a_chair(cast: Cast) -> None:
    """S2: the seat that presided when it was scheduled has ended, and nobody holds the chair's seat."""
    meeting = scheduled(cast)
    make_vacant(cast)

    for name in cast.seats:
        with pytest.raises(Refused):
            operations.open_meeting(actor=cast.actor(name, MORNING), meeting=meeting, no_pack_reason="Short")


def test_a_meeting_is_closed_once_and_by_the_chair(cast: Cast) -> None:
    meeting = scheduled(cast)
    chair = cast.actor("chair", MORNING)
    operations.open_meeting(actor=chair, meeting=meeting, no_pack_reason="Short")
    with pytest.raises(Refused, match="The chair closes"):
        operations.close_meeting(actor=cast.actor("secretariat", NOON), meeting=meeting)

    closed = operations.close_meeting(actor=cast.actor("chair", NOON), meeting=meeting)

    assert (closed.state, closed.closed_at) == (MeetingState.HELD, NOON)
    with pytest.raises(NotNow, match="cannot be closed"):
        operations.close_meeting(actor=cast.actor("chair", NOON), meeting=meeting)


def test_a_cancelled_meeting_says_why_to_everybody_invited(cast: Cast) -> None:
    meeting = scheduled(cast)
    with pytest.raises(NotNow, match="Say why"):
        operations.cancel(actor=cast.actor("secretariat"), meeting=meeting, reason="")

    operations.cancel(actor=cast.actor("secretariat"), meeting=meeting, reason="The room is flooded.")

    mail = OutboxMessage.objects.get(rule="meeting-cancelled", person=cast.person("grid"))
    assert "The room is flooded." in mail.text
    with pytest.raises(NotNow):
        operations.open_meeting(actor=cast.actor("chair", MORNING), meeting=meeting, no_pack_reason="Short")


def test_a_cancellation_is_taken_back_until_the_meeting_would_start(cast: Cast) -> None:
    meeting, secretariat = scheduled(cast), cast.actor("secretariat")
    for _ in range(2):  # each time everybody is told again
        operations.cancel(actor=secretariat, meeting=meeting, reason="The room is flooded.")
        pass_to(cast, cast.at + timedelta(minutes=5))
        secretariat = cast.actor("secretariat")
        again = operations.reinstate(actor=secretariat, meeting=meeting)
        assert (again.state, again.cancelled_reason) == (MeetingState.SCHEDULED, "")

    for rule in ("meeting-cancelled", "meeting-reinstated"):
        assert OutboxMessage.objects.filter(rule=rule, person=cast.person("grid")).count() == 2
    operations.cancel(actor=secretariat, meeting=meeting, reason="Nobody comes.")
    with pytest.raises(NotNow, match="was to start on"):
        operations.reinstate(actor=cast.actor("secretariat", MORNING), meeting=meeting)


def test_with_its_pack_out_it_is_back_with_its_pack(cast: Cast) -> None:
    meeting = circulated(cast).meeting
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="The room is flooded.")
    assert operations.reinstate(actor=cast.actor("chair"), meeting=meeting).state == MeetingState.PACK_ISSUED


@pytest.mark.parametrize("who", ["idno", "analyst", "dag"])
def test_nobody_else_takes_it_back(cast: Cast, who: str) -> None:
    meeting = scheduled(cast)
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="The room is flooded.")
    with pytest.raises(Refused):
        operations.reinstate(actor=cast.actor(who), meeting=meeting)
    with pytest.raises(NotNow, match="there is no cancellation"):
        operations.reinstate(actor=cast.actor("chair"), meeting=draft(cast, days=1))


def test_by_its_page(cast: Cast) -> None:
    meeting = scheduled(cast)
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="The room is flooded.")
    client, here = cast.client("secretariat"), f"{meeting.get_absolute_url()}reinstate/"
    assert here in client.get(meeting.get_absolute_url()).content.decode()
    assert "Take the cancellation back" in client.get(here).content.decode()
    assert client.post(here).status_code == 302
    assert here not in client.get(meeting.get_absolute_url()).content.decode()


def test_what_was_put_to_a_cancelled_meeting_is_decided_by_correspondence(cast: Cast) -> None:
    meeting = scheduled(cast)
    decision = open_decision(cast, on=None, meeting=meeting)
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="The room is flooded.")

    mail = OutboxMessage.objects.get(rule="meeting-cancelled", person=cast.person("grid"))
    assert "is decided by correspondence" in mail.text
    assert (
        "SDWG 1, cancelled: by correspondence" in cast.client("grid").get(decision.get_absolute_url()).content.decode()
    )
    pass_to(cast, decision.closes_at)
    assert operations.close_due_decisions(cast.at) == 1


def test_a_mistyped_year_makes_no_meeting(cast: Cast) -> None:
    sent = {"starts": "10:00", "ends": "12:00", "place": "Online"}
    client = cast.client("secretariat")
    for day, sentence in (("9999-12-31", "Give a year between"), ("2062-12-16", "at most two years ahead")):
        page = client.post("/meetings/schedule/", {**sent, "day": day})
        assert page.status_code == 422
        assert sentence in page.content.decode()
    assert not Meeting.objects.exists()


def test_a_draft_is_not_cancelled_and_says_so_before_the_form(cast: Cast) -> None:
    meeting = draft(cast)
    page = cast.client("secretariat").get(f"{meeting.get_absolute_url()}cancel/", follow=True)
    assert page.redirect_chain
    assert "is draft, and cannot be cancelled" in page.content.decode()


def nominated(cast: Cast, meeting: Meeting) -> Alternate:
    """``alternate`` stands in for idno at the meeting, and has accepted."""
    nomination = members.nominate(
        actor=cast.actor("idno"),
        seat=cast.seat("idno"),
        person=cast.person("alternate"),
        for_key=meeting.audit_key,
        for_ref=meeting.reference,
    )
    return members.accept_nomination(actor=cast.actor("alternate"), alternate=nomination)


@pytest.mark.parametrize("late", [False, True], ids=["before", "while it is held"])
def test_without_a_pack_alternates_act_from_the_opening(cast: Cast, late: bool) -> None:
    meeting = scheduled(cast)
    if not late:
        nominated(cast, meeting)
        assert not Alternate.objects.in_force(cast.at).exists()
    pass_to(cast, MORNING)
    operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Short notice")
    if late:
        nominated(cast, meeting)
        assert operations.open_late_windows(actor=cast.actor("chair")) == 1
    window = Alternate.objects.in_force(cast.at).get()
    assert (window.window_from, window.window_to) == (MORNING, deadline(date(2026, 12, 18)))


def test_opened_for_the_record_days_later_there_is_no_window_any_more(cast: Cast) -> None:
    meeting = scheduled(cast)
    nominated(cast, meeting)
    pass_to(cast, MORNING + timedelta(days=7))
    operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Short notice")
    assert not Alternate.objects.in_force(cast.at).exists()


def test_the_trail_tells_the_meetings_life_and_verifies(cast: Cast) -> None:
    meeting = scheduled(cast)
    operations.open_meeting(actor=cast.actor("chair", MORNING), meeting=meeting, no_pack_reason="Short")
    operations.close_meeting(actor=cast.actor("chair", NOON), meeting=meeting)

    told = AuditEvent.objects.filter(on_key=meeting.audit_key, verb="meeting.moved").order_by("seq")
    assert [(event.note["from"], event.note["to"], event.acting_as) for event in told] == [
        ("draft", "scheduled", "Secretariat"),
        ("scheduled", "in-session", "Chair"),
        ("in-session", "held", "Chair"),
    ]
    assert list(breaks()) == []


def make_vacant(cast: Cast) -> None:
    """The chair's seat ends today."""

    @act
    def end(*, actor: Machine) -> None:
        seat = cast.seat("chair")
        seat.valid_to = (MORNING - timedelta(days=1)).date()
        seat.save()
        record("seat.ended", on=seat)

    end(actor=Machine(cast.at))
