"""Read models for people without a seat: the public list, a guest's agenda; for the secretariat, who the guests are.

Nothing here takes an ``Actor``: a guest is nobody, and sees what is open to every guest of one meeting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from artefacts.models import VersionMarking
from artefacts.states import Kind
from meetings import guests
from meetings.models import WIDEST, Guest, Meeting
from meetings.queries.meetings import LABELS, Agenda, ItemRow, PaperRow, Row, laid_out, restricted_row, rows_of
from meetings.rules import arranges
from meetings.states import GuestState, MeetingState
from sdwg import dates, workdays
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor

__all__ = ["PublicMeeting", "altered_guests", "guest_agenda", "guests_of", "is_good", "public_meetings"]

NOT_FOR_GUESTS = "A paper that is not for guests"
ITEM_NOT_FOR_GUESTS = "An item about a paper that is not for guests"


@dataclass(frozen=True)
class PublicMeeting:
    """What anybody may know of an open meeting: TLP:CLEAR, so no title, no agenda and no joining link."""

    key: str
    reference: str
    starts_at: datetime
    ends_at: datetime
    place: str


def public_meetings(at: datetime) -> list[PublicMeeting]:
    """The public list, next first. One query."""
    return [public_view(meeting) for meeting in Meeting.objects.public(at).order_by("starts_at")]


def public_view(meeting: Meeting) -> PublicMeeting:
    place = guests.place_in_words(meeting)
    return PublicMeeting(meeting.key, meeting.reference, meeting.starts_at, meeting.ends_at, place)


def is_good(guest: Guest, at: datetime) -> bool:
    """Whether the personal link of ``guest`` leads anywhere at ``at``. Two queries."""
    return at < guests.good_until(guest.meeting, *workdays.kept()) and (
        Guest.objects.admitted().filter(pk=guest.pk).exists()
    )


def guest_agenda(meeting: Meeting) -> Agenda:
    """The agenda of ``meeting`` as every guest sees it, by the markings of this moment. Two queries.

    A restricted item is one line, and a paper above TLP:GREEN, or one that supports procurement, is one line without
    its title; an item that calls such a paper by its title goes by a general name. ``url`` of a paper is its place.
    """
    rows = rows_of(meeting)
    wanted = {row.version for row in rows if row.version and row.kind != Kind.PROCUREMENT}
    now = VersionMarking.objects.filter(ends_at__isnull=True, version__in=wanted, marking__in=WIDEST).order_by()
    markings = dict(now.values_list("version", "marking"))
    return laid_out(meeting, rows, lambda number, starts_at, found: _item(markings, number, starts_at, found))


def _item(markings: dict[int, str], number: int, starts_at: datetime, rows: list[Row]) -> ItemRow:
    first, starts = rows[0], dates.hour(starts_at)
    if first.restricted:
        return restricted_row(first, number, starts)
    papers = [_paper(markings, row, place) for place, row in enumerate(rows, 1) if row.paper is not None]
    title, objective = first.title, first.objective
    hidden = [_title(row) for row, paper in zip(rows, papers, strict=False) if not paper.readable]
    if any(name.casefold() in f"{title}\n{objective}".casefold() for name in hidden):
        title, objective = ITEM_NOT_FOR_GUESTS, ""
    return ItemRow(
        *(first.item, number, starts, first.minutes, title, first.type, LABELS[first.type]),
        *(objective, first.lead, False, True, papers),
    )


def _title(row: Row) -> str:
    return row.artefact_title if row.version else row.paper_title


def _paper(markings: dict[int, str], row: Row, number: int) -> PaperRow:
    assert row.paper is not None  # noqa: S101 (the caller has looked)
    marking = markings.get(row.version, "") if row.version else row.paper_marking
    if marking not in WIDEST:
        return PaperRow(row.paper, number, NOT_FOR_GUESTS, "", "", "", False, "")
    reference = f"SDWG-ART-{row.number:03d} {row.label}" if row.version else ""
    return PaperRow(row.paper, number, _title(row), reference, marking, row.asked, True, f"papers/{row.paper}/")


def guests_of(actor: Actor, meeting: Meeting) -> list[Guest]:
    """Who confirmed that they come to ``meeting`` as a guest, for those who arrange it. One query, or none."""
    if not arranges(actor) or meeting.state == MeetingState.DRAFT:
        return []
    found = list(Guest.objects.filter(meeting=meeting, confirmed_at__isnull=False).exclude(address=""))
    for guest in found:
        guest.meeting = meeting
    return found


TOLD_AS = {
    "guest.confirmed": GuestState.EXPECTED,
    "guest.withdrew": GuestState.WITHDRAWN,
    "guest.refused": GuestState.REFUSED,
}


def altered_guests() -> Iterable[str]:
    """Guests who are not what the trail last says of them, a sentence each; for ``verify_audit``.

    One who withdrew and asked again is, until they confirm, told of as withdrawn; and may be forgotten as such.
    """
    events = AuditEvent.objects.filter(verb__in=TOLD_AS).order_by("seq")
    told = {key: TOLD_AS[verb] for key, verb in events.values_list("on_key", "verb")}
    for guest in Guest.objects.filter(confirmed_at__isnull=False).select_related("meeting"):
        if told.pop(guest.audit_key, None) != guest.state:
            yield f"{guest} is {guest.state.label.lower()}, which no event tells of."
    for key, state in told.items():
        if state != GuestState.WITHDRAWN:
            yield f"The {key} is {state.label.lower()} by the trail, and no row says so."
