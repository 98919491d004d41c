"""Who came to a meeting, as its page shows it."""

from collections import Counter
from dataclasses import dataclass

from meetings import rules
from meetings.models import Attendance, Meeting
from meetings.states import Presence
from sdwg.members.access import Actor
from sdwg.screen import Panel

__all__ = ["Roll", "attendance_of", "on_register"]


@dataclass(frozen=True)
class Roll:
    """What is recorded of who came, by constituency, and its sum in words."""

    rows: list[Attendance]
    words: str


def attendance_of(actor: Actor, meeting: Meeting) -> Roll | None:
    """The attendance of a meeting that has been opened, for those who may read it. One query."""
    if meeting.state not in rules.ATTENDED or not rules.can_read_contribution(actor):
        return None
    rows = list(
        meeting.attendance.select_related("seat__person", "seat__organisation__constituency", "alternate__person")
    )
    counted = Counter(row.presence for row in rows)
    there = counted[Presence.MEMBER] + counted[Presence.ALTERNATE]
    parts = [f"{there} of {len(rows)} recorded seats present"]
    if counted[Presence.ALTERNATE]:
        parts.append(f"{counted[Presence.ALTERNATE]} by an alternate")
    return Roll(rows, ", ".join(parts) if rows else "nothing recorded yet")


def on_register(actor: Actor, register: None) -> Panel | None:
    """What the register of seats shows of meetings: the way to what each seat has contributed."""
    if not rules.can_read_contribution(actor):
        return None
    return Panel("Contribution and attendance", "meetings/contribution_link.html")
