"""Pages of meetings in a browser: read by axe and looked at for width, by those who see most and least of them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from meetings import guests, operations
from meetings.models import Meeting
from sdwg import clock, workdays
from sdwg.members.operations import list_constituency
from tests.artefacts import make as artefacts
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.decisions.test_leaving import end
from tests.decisions.test_look import look_as
from tests.meetings.make import (
    action,
    add_item,
    attended,
    circulated,
    closed,
    guest,
    guest_asked,
    guest_page,
    opened,
    pack_built,
    plan,
    scheduled,
    series,
    with_agenda,
)
from tests.meetings.test_contribution import some_work
from tests.members import make as seats
from tests.screens.conftest import Screens, screens  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def test_before_the_pack_goes_out(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    version = artefacts.version(cast, title="Interface Code of Connection for Parties of Every Size")
    meeting = with_agenda(cast, version, artefacts.version(cast, title="Threat Model", marking="RED", people=["idno"]))
    item = add_item(cast, meeting, "Tender", version)
    operations.restrict_item(actor=cast.actor("chair"), item=item, restricted=True, reason="It names a supplier.")
    pack_built(cast, meeting=meeting)
    here = meeting.get_absolute_url()
    pages = (here, f"{here}agenda/", f"{here}pack/", f"{here}pack/circulate/", f"{here}cancel/", "/meetings/")
    assert look_as(screens, "secretariat", *pages) == []
    assert look_as(screens, "idno", here, "/meetings/") == []
    assert look_as(screens, "idno", "/meetings/calendar/") == []


def test_a_series_from_its_plan_to_its_meetings(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    weekly = plan(cast, rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;COUNT=6", first_day=date(2026, 12, 7))
    running = series(cast, invited=True, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=12")
    drafts = series(cast, title="Drop-in on certificates", rule="FREQ=MONTHLY;BYDAY=-1TH;COUNT=4")
    rows = list(running.meetings.order_by("number"))
    secretariat = cast.actor("secretariat")
    operations.cancel(actor=secretariat, meeting=rows[3], reason="The room is flooded.")
    operations.discard(actor=secretariat, meeting=drafts.meetings.first())
    moved = {"starts_at": rows[1].starts_at + timedelta(days=1), "ends_at": rows[1].ends_at + timedelta(days=1)}
    operations.postpone(actor=secretariat, meeting=rows[1], reason="The chair is away.", **moved)
    shown = {name: getattr(rows[4], name) for name in ("starts_at", "ends_at", "link")}
    operations.change(actor=secretariat, meeting=rows[4], scope="later", place="Room 4, Tower House", **shown)
    here, there = running.get_absolute_url(), rows[1].get_absolute_url()
    pages = ("/meetings/", "/meetings/series/plan/", weekly.get_absolute_url(), here, f"{here}undo/", there)
    pages += (f"{there}change/",)
    assert look_as(screens, "secretariat", *pages) == []
    assert look_as(screens, "idno", here, there) == []


def test_with_its_pack_out_and_cancelled(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    here = circulated(cast, artefacts.version(cast)).meeting.get_absolute_url()
    off = scheduled(cast, days=1)
    operations.cancel(actor=cast.actor("chair"), meeting=off, reason="The room is flooded.")
    there = off.get_absolute_url()
    assert look_as(screens, "idno", here, f"{here}pack/", there) == []
    assert look_as(screens, "observer", here, f"{here}pack/") == []
    assert look_as(screens, "chair", there, f"{there}reinstate/") == []


def test_attendance_and_what_each_seat_has_contributed(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    some_work(cast)
    today = clock.today(cast.at)
    seats.seat(cast, cast.person("outsider"), valid_from=today, why_second="It trades under two licences.")
    list_constituency(actor=cast.actor("secretariat"), name="Aggregators of flexibility", short_name="Aggregators")
    here = opened(cast).get_absolute_url()
    attended(cast, Meeting.objects.get(number=3), idno="member", agent="apologies", grid="absent")
    then = "/meetings/contribution/?since=2026-01-01&until=2026-11-29"
    assert look_as(screens, "secretariat", here, f"{here}attendance/", "/members/", "/terms-of-reference/") == []
    assert look_as(screens, "idno", "/meetings/contribution/", then) == []


def test_actions(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    text = "Send the certificate volumes of the estate, by region and by month, to the secretariat"
    version = artefacts.version(cast, title="Interface Code of Connection for Parties of Every Size")
    late = action(cast, "idno", "agent", days=1, text=text, version=version)
    said = operations.Evidence("Half of it is there; the north is missing.\n\nIt comes next week.")
    operations.update_action(actor=cast.actor("agent"), action=late, evidence=said)
    pass_to(cast, workdays.deadline(late.due) + timedelta(hours=20))
    ready = action(cast, "grid", meeting=late.meeting, text="Write to the AWG")
    given = operations.Evidence("Sent.", "https://awg.example/letters/12", artefacts.stored(cast), "Letter.pdf")
    operations.propose_closing(actor=cast.actor("grid"), action=ready, evidence=given)
    closed(cast, action(cast, meeting=late.meeting, text="Name a second reader"))
    left = action(cast, "smart-dcc", meeting=late.meeting, text="Ask the meter makers", days=3)
    end(cast, "smart-dcc")
    meeting, here, there = late.meeting, late.get_absolute_url(), ready.get_absolute_url()
    assert meeting
    where = meeting.get_absolute_url()
    pages = ("/actions/", there, f"{there}close/", f"{there}send-back/", f"{here}change/", left.get_absolute_url())
    more = (where, f"{where}actions/raise/", "/opening-balance/", "/actions/bring/", "/")
    assert look_as(screens, "secretariat", *pages, *more) == []
    assert look_as(screens, "idno", "/actions/?show=mine", here, f"{here}propose/", "/") == []
    assert look_as(screens, "observer", "/actions/?show=overdue", there) == []


def test_open_meetings_and_their_guests(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    title = "Certificate Profiles and their Renewal for Parties of Every Size"
    meeting = with_agenda(cast, artefacts.version(cast, title=title, marking="CLEAR"), artefacts.version(cast), days=1)
    item = add_item(cast, meeting, "Tender")
    operations.restrict_item(actor=cast.actor("chair"), item=item, restricted=True, reason="It names a supplier.")
    expected = guest(cast, meeting)
    asked = guest_asked(cast, meeting, address="another@visitor.example", name="Another Visitor")
    there, refuse = meeting.get_absolute_url(), f"guests/{expected.pk}/refuse/"
    confirm = reverse("guest-confirm", args=[guests.confirming_secret(asked.nonce)])
    public = reverse("public-meetings")
    steps = [public, f"{public}{meeting.key}/", f"{public}asked/", confirm, f"{public}confirmed/"]
    assert look_as(screens, "", *steps, guest_page(expected), "/") == []
    assert look_as(screens, "secretariat", there, f"{there}{refuse}") == []
    assert look_as(screens, "chair", f"{there}restrict/") == []
    operations.restrict_meeting(actor=cast.actor("chair"), meeting=meeting, seats=[cast.seat("idno")], reason="Tender")
    assert look_as(screens, "chair", there, f"{there}restrict/") == []
