"""Who came to a meeting: recorded seat by seat, corrected with its history, an alternate counted once (S4)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from meetings import operations
from meetings.attendance import as_recorded, places
from meetings.models import Attendance, Meeting
from meetings.queries import waiting_for
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import breaks
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Alternate
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.meetings import make
from tests.members import make as seats


def said(meeting: Meeting) -> dict[str, str]:
    return {row.seat.organisation.name: row.words for row in meeting.attendance.all()}


def nominated(cast: Cast, meeting: Meeting, by: str = "large-supplier") -> Alternate:
    """An alternate for this very meeting, who has accepted; in force from its opening, where no pack went out."""
    row = seats.nomination(cast, by, window=None, for_key=meeting.audit_key, for_ref=meeting.reference)
    return members.accept_nomination(actor=cast.actor("alternate"), alternate=row)


def begun_with_an_alternate(cast: Cast) -> tuple[Meeting, Alternate]:
    starts, secretariat = cast.at + timedelta(hours=1), cast.actor("secretariat")
    meeting = operations.schedule(actor=secretariat, starts_at=starts, ends_at=starts + timedelta(hours=1))
    operations.invite(actor=secretariat, meeting=meeting)
    row = nominated(cast, meeting)
    pass_to(cast, starts)
    return operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Short notice."), row


def test_it_is_recorded_seat_by_seat_and_corrected_with_its_history(cast: Cast) -> None:
    meeting = make.attended(cast, make.opened(cast), idno="member", agent="absent")
    make.attended(cast, meeting, by="chair", agent="apologies", idno="member")

    assert said(meeting) == {"iDNO B": "The member", "Supplier Agent A": "Apologies"}
    row = Attendance.objects.get(seat=cast.seat("agent"))
    assert (row.recorded_as, row.history.count()) == ("Chair", 2)
    assert Attendance.objects.get(seat=cast.seat("idno")).history.count() == 1
    first, second = AuditEvent.objects.filter(verb="attendance.recorded").order_by("seq")
    assert (first.on_key, first.acting_as) == (meeting.audit_key, "Secretariat")
    assert first.note == {"Member, iDNO B, Idno": "The member", "Member, Supplier Agent A, Agent": "Absent"}
    assert second.note == {"Member, Supplier Agent A, Agent": "Apologies; was: Absent"}
    assert list(breaks()) == []


def test_what_changes_nothing_leaves_no_event(cast: Cast) -> None:
    meeting = make.attended(cast, make.opened(cast), idno="member")
    make.attended(cast, meeting, idno="member")
    assert AuditEvent.objects.filter(verb="attendance.recorded").count() == 1


def test_it_is_recorded_after_the_meeting_and_not_before(cast: Cast) -> None:
    meeting = make.scheduled(cast)
    with pytest.raises(NotNow, match="from its opening on"):
        make.attended(cast, meeting, idno="member")
    assert said(make.held(cast, idno="member")) == {"iDNO B": "The member"}


@pytest.mark.parametrize("who", ["idno", "analyst", "observer", "auditor"])
def test_chair_and_secretariat_alone_record_it(cast: Cast, who: str) -> None:
    meeting = make.opened(cast)
    with pytest.raises(Refused, match="arranged by the chair and the secretariat"):
        make.attended(cast, meeting, by=who, idno="member")
    assert "/attendance/" not in cast.client(who).get(meeting.get_absolute_url()).content.decode()


def test_the_alternate_of_the_meeting_alone_counts_for_the_seat(cast: Cast) -> None:
    meeting, row = begun_with_an_alternate(cast)
    with pytest.raises(NotNow, match="only the alternate is counted") as refusal:
        make.attended(cast, meeting, large_supplier="member")
    assert refusal.value.field == f"seat-{cast.seat('large-supplier').pk}"
    make.attended(cast, meeting, large_supplier=f"alternate-{row.pk}")
    assert said(meeting) == {"Large Supplier A": "Alternate, alternate"}


def test_where_the_member_came_after_all_the_nomination_is_withdrawn_first(cast: Cast) -> None:
    meeting, row = begun_with_an_alternate(cast)
    members.revoke_nomination(actor=cast.actor("secretariat"), alternate=row)
    make.attended(cast, meeting, large_supplier="member")
    assert said(meeting) == {"Large Supplier A": "The member"}


def test_an_alternate_for_a_period_may_have_come_or_the_member(cast: Cast) -> None:
    row = seats.alternate(cast)
    meeting = make.opened(cast)
    make.attended(cast, meeting, large_supplier="member")
    make.attended(cast, meeting, large_supplier=f"alternate-{row.pk}")
    assert said(meeting) == {"Large Supplier A": "Alternate, alternate"}


def test_an_alternate_counts_once_at_a_meeting(cast: Cast) -> None:
    one, other = seats.alternate(cast), seats.alternate(cast, by="idno")
    meeting = make.attended(cast, make.opened(cast), large_supplier=f"alternate-{one.pk}")
    with pytest.raises(NotNow, match="counts once"):
        make.attended(cast, meeting, idno=f"alternate-{other.pk}")
    make.attended(cast, meeting, large_supplier="apologies", idno=f"alternate-{other.pk}")
    assert said(meeting) == {"Large Supplier A": "Apologies", "iDNO B": "Alternate, alternate"}


def test_nobody_comes_for_a_seat_they_did_not_stand_in_for(cast: Cast) -> None:
    asked, other = seats.nomination(cast), seats.alternate(cast, by="idno")
    meeting = make.opened(cast)
    for mark in (f"alternate-{asked.pk}", f"alternate-{other.pk}", "late", ""):
        with pytest.raises(NotNow, match="cannot be recorded"):
            make.attended(cast, meeting, large_supplier=mark)


def test_a_seat_that_was_not_in_force_that_day_has_no_attendance(cast: Cast) -> None:
    meeting = make.opened(cast)
    later = seats.seat(cast, cast.person("outsider"), valid_from=seats.TOMORROW, why_second="Two trades.")
    with pytest.raises(NotNow, match="not in force on the day"):
        operations.record_attendance(actor=cast.actor("chair"), meeting=meeting, marks={later.pk: "member"})
    assert later not in [place.seat for place in places(meeting, cast.at)]


def test_the_database_keeps_one_row_a_seat_and_meeting(cast: Cast) -> None:
    meeting = make.attended(cast, make.opened(cast), idno="member")
    row = Attendance.objects.get()
    row.pk = None
    with transaction.atomic(), pytest.raises(IntegrityError, match="attendance"):
        Attendance.objects.bulk_create([row])
    assert meeting.attendance.count() == 1


# --------------------------------------------------------------------------------------------------------- in a browser


def test_the_secretariat_records_it_in_the_browser(cast: Cast) -> None:
    meeting = make.opened(cast)
    client, here = cast.client("secretariat"), f"{meeting.get_absolute_url()}attendance/"
    idno, agent = cast.seat("idno").pk, cast.seat("agent").pk
    page = client.get(here).content.decode()
    assert page.index("Elexon, Elexon") < page.index("Large Supplier A, Large supplier") < page.index("iDNO B, Idno")
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    (once,) = set(re.findall(r'name="once" value="([\w-]+)"', page.split("<main")[1]))

    sent = {"once": once, "seen": seen, f"seat-{idno}": "member", f"seat-{agent}": "absent"}
    for _ in range(2):
        assert client.post(here, sent)["Location"] == f"{meeting.get_absolute_url()}#attendance"

    assert AuditEvent.objects.filter(verb="attendance.recorded").count() == 1
    shown = client.get(meeting.get_absolute_url()).content.decode()
    assert "1 of 2 recorded seats present" in shown
    assert "Attendance recorded" in shown
    assert 'value="member" selected' in client.get(here).content.decode()


def test_what_was_recorded_meanwhile_is_not_replaced_unseen(cast: Cast) -> None:
    meeting = make.opened(cast)
    client, here = cast.client("secretariat"), f"{meeting.get_absolute_url()}attendance/"
    stale = {"seen": as_recorded(places(meeting, cast.at)), f"seat-{cast.seat('idno').pk}": "absent"}
    make.attended(cast, meeting, by="chair", idno="member")

    refused = client.post(here, stale)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "is not replaced unseen" in page
    assert 'value="absent" selected' in page
    assert said(meeting) == {"iDNO B": "The member"}

    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    assert client.post(here, {**stale, "seen": seen}).status_code == 302
    assert said(meeting) == {"iDNO B": "Absent"}


def test_members_read_it_on_the_meeting_s_page_and_observers_do_not(cast: Cast) -> None:
    meeting = make.held(cast, idno="member", agent="apologies")
    for who in ("idno", "auditor"):
        page = cast.client(who).get(meeting.get_absolute_url()).content.decode()
        assert "1 of 2 recorded seats present" in page
        assert "Complete or correct it" not in page
    assert "Apologies" not in cast.client("observer").get(meeting.get_absolute_url()).content.decode()


def test_it_waits_for_the_secretariat_until_somebody_records_it(cast: Cast) -> None:
    def waits(who: str) -> list[str]:
        return [row.title for row in waiting_for(cast.actor(who)) if row.title.startswith("Record")]

    meeting = make.opened(cast)
    assert waits("secretariat") == ["Record who came to SDWG 1"]
    assert waits("chair") == waits("idno") == []
    make.attended(cast, operations.close_meeting(actor=cast.actor("chair"), meeting=meeting), idno="member")
    assert waits("secretariat") == []
    make.opened(cast)
    pass_to(cast, cast.at + timedelta(days=29))
    assert waits("secretariat") == []


def test_before_the_opening_the_page_says_when(cast: Cast) -> None:
    here = f"{make.scheduled(cast).get_absolute_url()}attendance/"
    assert "once the meeting has been opened" in cast.client("secretariat").get(here).content.decode()
    assert cast.client("secretariat").post(here).status_code == 422
