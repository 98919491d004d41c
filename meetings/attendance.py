"""Who is expected at a meeting, and who may have come for whom (S4): the facts that rules, forms and pages share."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from meetings.models import Attendance, Meeting
from meetings.states import Presence
from sdwg import clock
from sdwg.audit.chain import digest
from sdwg.members.models import Alternate, Seat

BY_ALTERNATE = f"{Presence.ALTERNATE}-"
"""How the mark of an alternate begins; the number of the nomination follows."""


@dataclass(frozen=True)
class Place:
    """A Member seat in force on the meeting's day: who stood in for it there, and what is recorded so far.

    ``alone`` is the alternate nominated for this very meeting, whose window was open when it began: then only the
    alternate is counted, and not the member.
    """

    seat: Seat
    alternates: tuple[Alternate, ...]
    alone: Alternate | None
    row: Attendance | None

    @property
    def mark(self) -> str:
        """What is recorded, as a form sends it; empty for nothing."""
        return self.row.mark if self.row else ""

    @property
    def label(self) -> str:
        """The seat and who holds it, for an organisation may have two: "Member, iDNO B, Network security lead D"."""
        return f"{self.seat.label}, {self.seat.person}"

    def marks(self) -> list[tuple[str, str]]:
        """What may be recorded of the seat, each with its words."""
        present = [] if self.alone else [(Presence.MEMBER.value, f"{self.seat.person}, the member")]
        stood_in = [(f"{BY_ALTERNATE}{row.pk}", f"{row.person}, alternate") for row in self.alternates]
        return [*present, *stood_in, *((value.value, str(value.label)) for value in NOT_THERE)]

    def alternate_of(self, mark: str) -> Alternate | None:
        """The nomination that ``mark`` names, if it names one that counts here."""
        return next((row for row in self.alternates if mark == f"{BY_ALTERNATE}{row.pk}"), None)


NOT_THERE = (Presence.APOLOGIES, Presence.ABSENT)


def places(meeting: Meeting, at: datetime) -> list[Place]:
    """Every Member seat expected at ``meeting``, which has been opened, by constituency. Three queries."""
    day = clock.today(meeting.starts_at)
    seats = Seat.objects.current(day).members().with_names()
    rows = {row.seat_id: row for row in meeting.attendance.select_related("alternate__person")}
    stood_in = _stood_in(meeting, at)
    found = []
    for seat in seats.order_by("organisation__constituency__position", "organisation__name", "pk"):
        alternates = stood_in.get(seat.pk, [])
        alone = next((row for row in alternates if row.for_key and _was_open(row, meeting)), None)
        found.append(Place(seat, tuple(alternates), alone, rows.get(seat.pk)))
    return found


def _stood_in(meeting: Meeting, at: datetime) -> Mapping[int, list[Alternate]]:
    """Nominations for this meeting, or for a time it fell into: accepted, and not withdrawn before it began."""
    begun, over = meeting.opened_at or at, meeting.closed_at or at
    in_period = Q(for_key="", window_from__lte=over) & (Q(window_to__isnull=True) | Q(window_to__gt=begun))
    rows = Alternate.objects.filter(
        Q(for_key=meeting.audit_key) | in_period,
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=begun),
        accepted_at__lte=over,
    )
    found: defaultdict[int, list[Alternate]] = defaultdict(list)
    for row in rows.select_related("person").order_by("pk"):
        found[row.seat_id].append(row)
    return found


def _was_open(alternate: Alternate, meeting: Meeting) -> bool:
    return meeting.opened_at is not None and alternate.is_in_force(meeting.opened_at)


def as_recorded(found: Iterable[Place]) -> str:
    """The digest of what is recorded: a form carries it, so that nothing from a second window is replaced unseen."""
    return digest([[place.seat.pk, place.mark] for place in found])
