"""Who is invited to a meeting and gets its pack, and what each of them may read of it.

Everybody with a seat that runs, and whoever stands in for one: nominated for this meeting, or for a period. The number
of queries does not grow with the number of people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from meetings.models import Meeting, Pack, Paper
from sdwg import clock
from sdwg.audit.chain import digest
from sdwg.members.access import Actor, load_sight, who_sees
from sdwg.members.models import Alternate, Person, Role, Seat

ROLES = list(Role.values)
"""The programme first, then members, then those who work with the group or watch it."""


@dataclass(frozen=True)
class Recipient:
    """One person, the seat for which they get it, and how they are named there.

    ``actor`` is what they will be once the pack is out: an accepted nomination for the meeting counts as in force.
    ``waits`` is set while a nominated alternate has not accepted.
    """

    person: Person
    seat: Seat
    label: str
    actor: Actor
    waits: bool = False


def recipients(meeting: Meeting, at: datetime) -> list[Recipient]:
    """Everybody who gets the pack, in the order of roles, organisations and names; no colleagues. Four queries."""
    seats: dict[int, list[Seat]] = {}
    for seat in Seat.objects.current(clock.today(at)).with_names():
        seats.setdefault(seat.person_id, []).append(seat)
    nominations: dict[int, list[Alternate]] = {}
    for row in _nominations(meeting, at):
        nominations.setdefault(row.person_id, []).append(row)
    people = {seat.person_id: seat.person for held in seats.values() for seat in held if seat.role != Role.COLLEAGUE}
    people |= {row.person_id: row.person for rows in nominations.values() for row in rows}
    found = [
        _recipient(person, tuple(seats.get(pk, ())), tuple(nominations.get(pk, ())), meeting, at)
        for pk, person in people.items()
        if person.is_active
    ]
    load_sight([row.actor for row in found], at)
    return sorted((row for row in found if meeting.seen_by(row.actor)), key=_order)


def invited(meeting: Meeting, at: datetime) -> list[Person]:
    """The people who get mail about the meeting itself."""
    return [row.person for row in recipients(meeting, at)]


def readable(actors: Sequence[Actor], papers: Iterable[Paper]) -> dict[int, set[int]]:
    """Which of ``papers`` each of ``actors`` may read today: person id -> paper ids. One query a hundred actors."""
    wanted = [paper.pk for paper in papers]
    return who_sees(lambda actor: Paper.objects.visible_to(actor).filter(pk__in=wanted), actors)


def shown_as(pack: Pack, found: Sequence[Recipient], shown: Mapping[int, set[int]]) -> str:
    """The digest of what is seen before a pack goes out: the build, who gets it as what, what each copy shows."""
    rows = [[row.person.pk, row.label, row.waits, sorted(shown[row.person.pk])] for row in found]
    return digest([pack.pk, rows])


def _nominations(meeting: Meeting, at: datetime) -> Iterable[Alternate]:
    """Alternates for this meeting, accepted or not, and for a period that covers now or the meeting."""
    period = Q(for_key="", accepted_at__isnull=False, window_from__lte=max(at, meeting.starts_at))
    return (
        Alternate.objects.standing(at)
        .of_running_seats(clock.today(at))
        .filter(Q(for_key=meeting.audit_key) | period)
        .select_related("person", "seat__person", "seat__organisation__constituency")
    )


def _recipient(
    person: Person, seats: tuple[Seat, ...], nominations: tuple[Alternate, ...], meeting: Meeting, at: datetime
) -> Recipient:
    in_force = tuple(
        row
        for row in nominations
        if row.accepted_at
        and (row.for_key == meeting.audit_key or row.is_in_force(at))
        and row.seat.runs_on(clock.today(at))
    )
    own = [seat for seat in seats if seat.role != Role.COLLEAGUE]
    seat, alternate = (own[0], None) if own else (nominations[0].seat, nominations[0])
    actor = Actor(
        at=at,
        person=person,
        seats=seats,
        alternates=in_force,
        nominated=bool(nominations),
        seat=seat if own or in_force else None,
        alternate=alternate if alternate in in_force else None,
    )
    waits = alternate is not None and alternate.accepted_at is None
    return Recipient(person, seat, alternate.label if alternate else seat.label, actor, waits)


def _order(recipient: Recipient) -> tuple[int, int, str, str]:
    seat = recipient.seat
    constituency = seat.organisation.constituency
    place = constituency.position if constituency else 0
    return ROLES.index(seat.role), place, seat.organisation.name, recipient.person.display_name
