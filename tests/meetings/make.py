"""Meetings at every stage of their lives, made by the operations that make them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.urls import reverse

from artefacts.models import Version
from meetings import guests, operations
from meetings.models import Action, AgendaItem, Guest, Meeting, Pack, Series
from meetings.states import ItemType
from sdwg import clock, workdays
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.replay import replayed

MORNING = datetime(2026, 12, 16, 10, tzinfo=UTC)
"""Wednesday 16 December 2026, 10:00 in London: twelve working days after the cast's first moment."""
NOON = MORNING + timedelta(hours=2)
DO = "Send the certificate volumes of the estate to the secretariat"
AHEAD = 12
"""Working days from the cast's moment to a meeting."""


@replayed
def draft(cast: Cast, days: int = 0, ad_hoc: bool = False, **facts: Any) -> Meeting:
    """A draft meeting of two hours, ``days`` after the twelfth working day from the cast's moment."""
    starts = clock.at_london(workdays.add(clock.today(cast.at), AHEAD), time(10)) + timedelta(days=days)
    facts.setdefault("day_off", True)  # so many days after may be any day
    return operations.schedule(
        actor=cast.actor("secretariat"), starts_at=starts, ends_at=starts + timedelta(hours=2), ad_hoc=ad_hoc, **facts
    )


@replayed
def scheduled(cast: Cast, **facts: Any) -> Meeting:
    """A meeting to which everybody is invited."""
    return operations.invite(actor=cast.actor("secretariat"), meeting=draft(cast, **facts))


@replayed
def plan(cast: Cast, **facts: Any) -> Series:
    """A plan of six meetings, every second Wednesday at 10:00 from 2 December 2026 on."""
    given: dict[str, Any] = {
        "title": "Regular meetings",
        "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=6",
        "first_day": date(2026, 12, 2),
        "starts": time(10),
        "minutes": 120,
        "place": "Online",
    }
    return operations.plan_series(actor=cast.actor("secretariat"), **given | facts)


@replayed
def series(cast: Cast, invited: bool = False, **facts: Any) -> Series:
    """A series whose meetings are made, as drafts or with the invitations out."""
    secretariat, made = cast.actor("secretariat"), plan(cast, **facts)
    operations.make_meetings(actor=secretariat, series=made)
    if invited:
        operations.invite_series(actor=secretariat, series=made)
    return Series.objects.get(pk=made.pk)


@replayed
def add_item(cast: Cast, meeting: Meeting, title: str, *versions: Version, **facts: Any) -> AgendaItem:
    """One more item, with these versions as its papers."""
    given = {"type": ItemType.DECISION if versions else ItemType.DISCUSSION, "objective": f"{title}, settled"} | facts
    secretariat = cast.actor("secretariat")
    item = operations.add_item(actor=secretariat, meeting=meeting, title=title, **given)
    for version in versions:
        operations.add_paper(actor=secretariat, item=item, version=version, asked="Agree that it is ready")
    return item


@replayed
def with_agenda(cast: Cast, *versions: Version, **facts: Any) -> Meeting:
    """A scheduled meeting with one item for each version, which is its paper."""
    meeting = scheduled(cast, **facts)
    for version in versions:
        add_item(cast, meeting, f"Item on {version.audit_ref}", version)
    return meeting


@replayed
def pack_built(cast: Cast, *versions: Version, meeting: Meeting | None = None) -> Pack:
    """A pack that the worker has built, not yet circulated."""
    meeting = meeting or with_agenda(cast, *versions)
    pack = operations.order_pack(actor=cast.actor("secretariat"), meeting=meeting)
    operations.build_due_packs(cast.at)
    pack.refresh_from_db()
    assert pack.file, pack.failure
    return pack


@replayed
def circulated(cast: Cast, *versions: Version, meeting: Meeting | None = None) -> Pack:
    """A pack that is with its recipients."""
    return operations.circulate(actor=cast.actor("secretariat"), pack=pack_built(cast, *versions, meeting=meeting))


@replayed
def in_session(cast: Cast, *versions: Version) -> Meeting:
    """A meeting that the chair has opened, with its pack out. Time has passed: it is the meeting's."""
    meeting = circulated(cast, *versions).meeting
    pass_to(cast, meeting.starts_at)
    return operations.open_meeting(actor=cast.actor("chair"), meeting=meeting)


@replayed
def opened(cast: Cast, **facts: Any) -> Meeting:
    """A meeting in an hour's time, opened by the chair without a pack. Time has passed: it is the meeting's."""
    starts, secretariat = cast.at + timedelta(hours=1), cast.actor("secretariat")
    ends = starts + timedelta(hours=1)
    facts.setdefault("day_off", True)  # a test's clock stands on any day
    meeting = operations.schedule(actor=secretariat, starts_at=starts, ends_at=ends, **facts)
    operations.invite(actor=secretariat, meeting=meeting)
    pass_to(cast, starts)
    return operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Called at short notice.")


@replayed
def held(cast: Cast, **marks: str) -> Meeting:
    """A meeting that is over, with attendance: ``held(cast, idno="member", large_supplier="apologies")``."""
    meeting = operations.close_meeting(actor=cast.actor("chair"), meeting=opened(cast))
    return attended(cast, meeting, **marks)


@replayed
def action(
    cast: Cast,
    *owners: str,
    meeting: Meeting | None = None,
    days: int = 10,
    text: str = DO,
    by: str = "chair",
    **on: Any,
) -> Action:
    """An action of ``owners`` (names of the cast; without any, idno), due in ``days`` working days."""
    meeting = meeting or opened(cast)
    return operations.raise_action(
        actor=cast.actor(by),
        meeting=meeting,
        text=text,
        owners=[cast.seat(name) for name in owners or ("idno",)],
        due=workdays.add(clock.today(cast.at), days),
        **on,
    )


@replayed
def proposed(cast: Cast, done: Action, by: str = "idno", text: str = "Sent on Friday.") -> Action:
    """An action of which an owner says that it is done."""
    return operations.propose_closing(actor=cast.actor(by), action=done, evidence=operations.Evidence(text))


@replayed
def closed(cast: Cast, done: Action, by: str = "secretariat") -> Action:
    """An action that is closed, with evidence."""
    evidence = operations.Evidence("It is in the minutes.")
    return operations.close_action(actor=cast.actor(by), action=done, evidence=evidence)


@replayed
def attended(cast: Cast, meeting: Meeting, by: str = "secretariat", **marks: str) -> Meeting:
    """Who came, by the names of the cast."""
    given = {cast.seat(name.replace("_", "-")).pk: mark for name, mark in marks.items()}
    return operations.record_attendance(actor=cast.actor(by), meeting=meeting, marks=given)


GUEST = {
    "name": "Guest Visitor",
    "address": "guest@visitor.example",
    "organisation": "Trade Body G",
    "why": "We build what you specify.",
}
"""What somebody without a seat types on the public page."""


@replayed
def guest_asked(cast: Cast, meeting: Meeting, **typed: str) -> Guest:
    """Somebody who asked to attend, and has not confirmed."""
    words = {**GUEST, **typed}
    operations.ask(meeting=meeting, at=cast.at, **words)
    return Guest.objects.get(meeting=meeting, address=words["address"])


@replayed
def guest(cast: Cast, meeting: Meeting, **typed: str) -> Guest:
    """A guest who is expected."""
    asked = guest_asked(cast, meeting, **typed)
    return operations.confirm(secret=guests.confirming_secret(asked.nonce), at=cast.at)


def guest_page(expected: Guest) -> str:
    """The address of their personal link."""
    return reverse("guest", args=[guests.personal_secret(expected.nonce)])
