"""What "your move" reads: what waits for one person, the next meeting, what moved lately."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import artefacts.queries
import escalations.queries
import meetings.queries
import sdwg.members.queries
from artefacts.models import Artefact
from artefacts.states import State
from meetings.models import Meeting
from meetings.states import MeetingState
from sdwg import clock, dates
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor
from sdwg.overview import outgoing
from sdwg.screen import Waiting

SOURCES: tuple[Callable[[Actor], list[Waiting]], ...] = (
    artefacts.queries.waiting_for,
    meetings.queries.waiting_for,
    escalations.queries.waiting_for,
    sdwg.members.queries.waiting_for,
    outgoing.waiting_for,
)
COMING = (MeetingState.SCHEDULED, MeetingState.PACK_ISSUED, MeetingState.IN_SESSION)
LATELY = 6


@dataclass(frozen=True)
class Group:
    """A heading on "your move" and what stands under it."""

    heading: str
    note: str
    rows: list[Waiting]


@dataclass(frozen=True)
class Move:
    """An artefact that moved: what a reader wants to know who was away for a week. ``by`` is empty on an envelope."""

    artefact: Artefact
    source: str
    target: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Home:
    """The page "your move" of one person."""

    groups: list[Group]
    next_meeting: Meeting | None
    moves: list[Move]
    count: int
    late: int
    first_due: datetime | None = None


def home(actor: Actor) -> Home:
    """Everything that waits for ``actor``, by deadline. A constant number of queries, whatever waits."""
    waiting = sorted(
        (row for source in SOURCES for row in source(actor)),
        key=lambda row: (row.due is None, row.due or actor.at, row.reference),
    )
    meeting = next_meeting(actor)
    late = [row for row in waiting if row.due and row.due < actor.at]
    ahead = [row.due for row in waiting if row.due and row.due >= actor.at]
    return Home(
        groups=_groups(actor, waiting, meeting),
        next_meeting=meeting,
        moves=lately(actor),
        count=len(waiting),
        late=len(late),
        first_due=min(ahead, default=None),
    )


def next_meeting(actor: Actor) -> Meeting | None:
    """The meeting that comes next, or is being held, of those ``actor`` may see."""
    coming = Meeting.objects.visible_to(actor).filter(state__in=COMING, ends_at__gte=actor.at)
    return coming.order_by("starts_at").first()


def _groups(actor: Actor, waiting: list[Waiting], meeting: Meeting | None) -> list[Group]:
    today = clock.today(actor.at)
    groups = [
        Group("Late", "", []),
        Group("Today", "", []),
        Group(f"Before {meeting}", f"on {dates.moment(meeting.starts_at)}" if meeting else "", []),
        Group("Later", "", []),
        Group("When you can", "", []),
    ]
    late, day, before, later, whenever = (group.rows for group in groups)
    for row in waiting:
        if row.due is None:
            whenever.append(row)
        elif row.due < actor.at:
            late.append(row)
        elif clock.today(row.due) == today:
            day.append(row)
        elif meeting and row.due <= meeting.starts_at:
            before.append(row)
        else:
            later.append(row)
    return [group for group in groups if group.rows]


def lately(actor: Actor) -> list[Move]:
    """The last moves of artefacts whose title ``actor`` may see. Two queries."""
    shown: dict[int, Any] = {row.pk: row for row in Artefact.objects.visible_to(actor)}
    keys = [row.audit_key for row in shown.values()]
    events = AuditEvent.objects.filter(verb="artefact.moved", on_key__in=keys).order_by("-seq")[:LATELY]
    labels = dict(State.choices)
    moved = ((shown[int(event.on_key.partition(":")[2])], event) for event in events)
    return [
        Move(
            artefact,
            labels.get(event.note.get("from", ""), ""),
            labels.get(event.note.get("to", ""), ""),
            event.at,
            event.acting_as if artefact.titled else "",
        )
        for artefact, event in moved
    ]
