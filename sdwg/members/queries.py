"""What pages and the apps above read of who the group is. Every page costs the same number of queries at any size."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from sdwg import clock
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import differs
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import Actor
from sdwg.members.models import (
    PROGRAMME_ROLES,
    Alternate,
    AlternateQuerySet,
    Constituency,
    Discipline,
    Invitation,
    Organisation,
    Person,
    Role,
    Seat,
    SeatQuerySet,
)
from sdwg.members.rules import CONFIRMED_BY, NO_ALTERNATE, NO_DEPUTY
from sdwg.screen import Button, Event, Waiting

SEEDED = frozenset(
    (name, short, place, None)
    for place, (name, short) in enumerate(
        import_module("sdwg.members.migrations.0002_constituencies").CONSTITUENCIES, start=1
    )
)
"""The constituencies of the Terms of Reference as every installation begins with them."""
PROGRAMME = (Role.CHAIR, Role.DEPUTY, Role.SECRETARIAT, Role.ANALYST, Role.ARCHITECT)
BESIDE = (Role.COLLEAGUE, Role.LIAISON, Role.PARTNER, Role.OBSERVER, Role.AUDITOR)
NEEDED = frozenset({*PROGRAMME_ROLES, Role.LIAISON}) - {Role.DEPUTY}
"""Roles whose vacancy is shown: the Terms of Reference name them (M1 to M3), or nobody could confirm a chair."""


# ------------------------------------------------------------------------------------------- for the apps above


def current_seats(day: date) -> list[Seat]:
    """The Member seats of ``day``, by constituency in the order of the Terms of Reference (M4)."""
    seats = Seat.objects.current(day).members().with_names()
    return list(seats.order_by("organisation__constituency__position", "organisation__name", "pk"))


def vacant_constituencies(day: date) -> list[Constituency]:
    """The constituencies of ``day`` without a Member seat, in the same order."""
    held = Seat.objects.current(day).members().values("organisation__constituency")
    return list(Constituency.objects.listed(day).exclude(pk__in=held))


def successors(seats: Iterable[Seat], day: date) -> dict[int, Seat]:
    """Who speaks on ``day`` for what an ended seat left behind: by its id, a seat of its organisation in its role.

    The first that began after it ended; where none did, the one that ran beside it and still runs. One seat, never two.
    A seat without an entry is vacant, or has not ended. An organisation has one constituency, so it is theirs too. One
    query, and none where no seat has ended.
    """
    ended = [seat for seat in seats if seat.valid_to and seat.valid_to < day]
    if not ended:
        return {}
    running = Seat.objects.current(day).filter(organisation__in={seat.organisation_id for seat in ended})
    alike: dict[tuple[int, str], list[Seat]] = defaultdict(list)
    for seat in running.with_names().order_by("valid_from", "pk"):
        alike[(seat.organisation_id, seat.role)].append(seat)
    return {seat.pk: found for seat in ended if (found := _next(seat, alike[(seat.organisation_id, seat.role)]))}


def _next(ended: Seat, running: list[Seat]) -> Seat | None:
    """Of ``running``, in the order they began, the one after ``ended``."""
    after = [seat for seat in running if ended.valid_to and seat.valid_from > ended.valid_to]
    return next(iter(after or running), None)


def heir(seat: Seat, day: date) -> Seat | None:
    """The seat that would take over from ``seat`` if it ended now: one to come, or one beside it. One query."""
    others = Seat.objects.filter(organisation=seat.organisation, role=seat.role, confirmed_at__isnull=False)
    found = list(others.exclude(pk=seat.pk).overlapping(day, None).with_names().order_by("valid_from", "pk"))
    to_come = [other for other in found if other.valid_from > day]
    return next(iter(to_come or found), None)


def people_of(role: Role, day: date) -> list[Person]:
    """Who acts in ``role`` on ``day`` and has an open account: for the chair a deputy, while there is one."""
    acting = Seat.objects.chairing(day) if role == Role.CHAIR else Seat.objects.current(day).filter(role=role)
    return list(Person.objects.filter(pk__in=acting.order_by().values("person"), is_active=True))


def alternates_in_force(seats: Iterable[Seat], actor: Actor) -> dict[int, list[Alternate]]:
    """Who stands in, now, for each of ``seats``, by the seat's id. One query."""
    found: dict[int, list[Alternate]] = defaultdict(list)
    rows = Alternate.objects.in_force(actor.at).filter(seat__in=[seat.pk for seat in seats]).select_related("person")
    for row in rows:
        found[row.seat_id].append(row)
    return found


# ------------------------------------------------------------------------------------------------- what one may see


def people_for(actor: Actor) -> QuerySet[Person]:
    """The people ``actor`` may know of: the secretariat all accounts, everybody else those in the group's record."""
    if not actor.may_enter:
        return Person.objects.none()
    if actor.is_secretariat or actor.may_read_trail or actor.is_liaison:
        return Person.objects.all()
    return Person.objects.filter(Q(pk__in=Person.objects.in_the_record().values("pk")) | Q(pk=actor.person_id))


def seats_for(actor: Actor) -> SeatQuerySet:
    """The seats ``actor`` may know of: who is proposed is known to those who propose, confirm or audit."""
    seats = Seat.objects.with_names().select_related("proposed_by", "confirmed_by", "declined_by")
    if not actor.may_enter:
        return seats.none()
    if actor.is_secretariat or actor.may_read_trail or actor.is_liaison:
        return seats
    return seats.filter(Q(confirmed_at__isnull=False) | Q(person=actor.person))


def nominations_for(actor: Actor) -> AlternateQuerySet:
    """Everybody signed in may know who stands in for whom."""
    rows = Alternate.objects.select_related("person", "nominated_by", "seat__person", "seat__organisation")
    return rows if actor.may_enter else rows.none()


# ------------------------------------------------------------------------------------------------------- the register


@dataclass(frozen=True)
class SeatLine:
    """A seat as a table shows it: where it stands, in words and as a shape's name, and who stands in for it now."""

    seat: Seat
    value: str
    words: str
    mine: bool = False
    stand_ins: tuple[Alternate, ...] = ()


@dataclass(frozen=True)
class Place:
    """A constituency or a role, and the seats in it; none in it is a gap, where one is asked for."""

    name: str
    lines: tuple[SeatLine, ...]
    gap: bool


@dataclass(frozen=True)
class Mix:
    """The disciplines of the members, counted and in words (S6): it warns and holds nothing up."""

    words: str
    warning: str


@dataclass(frozen=True)
class Register:
    """The page of all seats of a day."""

    programme: list[Place]
    constituencies: list[Place]
    beside: list[Place]
    pending: list[SeatLine]
    mix: Mix
    seats: int
    represented: int
    listed: int

    @property
    def chair_is_vacant(self) -> bool:
        return self.programme[0].gap


def register(actor: Actor) -> Register:
    """Everybody's seats today. Four queries."""
    day = clock.today(actor.at)
    seats = list(Seat.objects.current(day).with_names().order_by("organisation__name", "pk"))
    stand_ins = alternates_in_force(seats, actor)
    lines = [_line(seat, actor, stand_ins) for seat in seats]
    constituencies = _by_constituency(lines, list(Constituency.objects.listed(day)))
    return Register(
        programme=[_of_role(role, lines) for role in PROGRAMME],
        constituencies=constituencies,
        beside=[_of_role(role, lines) for role in BESIDE],
        pending=[_line(seat, actor, {}) for seat in seats_for(actor).pending()],
        mix=mix_of([seat for seat in seats if seat.role == Role.MEMBER]),
        seats=sum(len(place.lines) for place in constituencies),
        represented=sum(not place.gap for place in constituencies),
        listed=len(constituencies),
    )


def _by_constituency(lines: list[SeatLine], listed: list[Constituency]) -> list[Place]:
    found: dict[int | None, list[SeatLine]] = defaultdict(list)
    for line in lines:
        if line.seat.role == Role.MEMBER:
            found[line.seat.organisation.constituency_id].append(line)
    return [Place(kind.name, tuple(found[kind.pk]), not found[kind.pk]) for kind in listed]


def _of_role(role: Role, lines: list[SeatLine]) -> Place:
    found = tuple(line for line in lines if line.seat.role == role)
    return Place(str(role.label), found, not found and role in NEEDED)


def mix_of(members: list[Seat]) -> Mix:
    """The mix of disciplines of these Member seats."""
    counted = Counter(seat.discipline for seat in members)
    present = [_counted(counted[kind], str(kind.label)) for kind in Discipline if counted[kind]]
    if counted[""]:
        present.append(f"{counted['']} not stated")
    missing = [str(kind.label).lower() for kind in Discipline if not counted[kind]]
    words = (
        f"{_counted(len(members), 'Member seat', keep=True)}: {', '.join(present)}." if members else "No Member seat."
    )
    warning = (
        f"No {' and no '.join(missing)} among them. The Terms of Reference ask for a mix; nothing is held up by this."
        if missing
        else ""
    )
    return Mix(words, warning)


def _counted(number: int, label: str, *, keep: bool = False) -> str:
    name = label if keep else label.lower()
    return f"{number} {name}{'' if number == 1 else 's'}"


def _line(seat: Seat, actor: Actor, stand_ins: Mapping[int, list[Alternate]]) -> SeatLine:
    value, words = state_of(seat, clock.today(actor.at))
    return SeatLine(seat, value, words, seat.person_id == actor.person_id, tuple(stand_ins.get(seat.pk, ())))


def state_of(seat: Seat, day: date) -> tuple[str, str]:
    """Where a seat stands on ``day``: the name of its shape, and its word."""
    if seat.declined_at:
        return "withdrawn", "Declined"
    if not seat.confirmed_at:
        return "waiting", f"Awaits the {CONFIRMED_BY.get(Role(seat.role), Role.CHAIR).label}"
    if seat.valid_from > day:
        return "ahead", "To come"
    if seat.valid_to and seat.valid_to < day:
        return "superseded", "Ended"
    return "current", "Current"


def colleagues(actor: Actor) -> list[SeatLine]:
    """The colleagues of the seat ``actor`` acts for, newest first, those who were included. One query."""
    rows = Seat.objects.filter(colleague_of=actor.seat_id).with_names().order_by("-valid_from", "-pk")
    return [_line(seat, actor, {}) for seat in rows]


# ------------------------------------------------------------------------------------------------------- constituencies


@dataclass(frozen=True)
class ConstituencyLine:
    """One kind of party in its list, with how many Member seats are held for it today."""

    constituency: Constituency
    seats: int
    is_listed: bool


def constituencies(day: date) -> list[ConstituencyLine]:
    """The whole list in its order, retired ones in their places. Two queries."""
    held = Seat.objects.current(day).members().order_by().values_list("organisation__constituency")
    numbers = dict(held.annotate(number=Count("pk")))
    return [
        ConstituencyLine(row, numbers.get(row.pk, 0), row.retired_on is None or row.retired_on > day)
        for row in Constituency.objects.order_by("position")
    ]


def altered_constituencies() -> Iterable[str]:
    """Constituencies that are not what the trail says, or were seeded, a sentence each; for ``verify_audit``."""
    events = AuditEvent.objects.filter(on_key__startswith="constituency:").order_by("seq")
    newest = {event.on_key: event for event in events}
    for row in Constituency.objects.all():
        event = newest.pop(row.audit_key, None)
        if event:
            yield from differs(event, f"constituency {row.pk} ({row.short_name})", row.as_noted())
        elif (row.name, row.short_name, row.position, row.retired_on) not in SEEDED:
            yield f"The constituency {row.pk} ({row.short_name}) is neither seeded nor told of by an event."
    for event in newest.values():
        yield f"The constituency of event {event.seq} ({event.on_ref}) was deleted behind the program's back."


# ------------------------------------------------------------------------------------------------ one person, one seat


@dataclass(frozen=True)
class NominationLine:
    """A nomination as a table shows it."""

    alternate: Alternate
    value: str
    words: str
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Member:
    """The page of one person."""

    person: Person
    seats: list[SeatLine]
    stands_in: list[NominationLine]
    stood_in_for: list[NominationLine]
    invitation: Invitation | None


def member(actor: Actor, person: Person) -> Member:
    """What the page of ``person`` shows to ``actor``. Four queries."""
    nominations = list(nominations_for(actor).filter(Q(person=person) | Q(seat__person=person)).order_by("-pk"))
    return Member(
        person=person,
        seats=[
            _line(seat, actor, {}) for seat in seats_for(actor).filter(person=person).order_by("-valid_from", "-pk")
        ],
        stands_in=[nomination_line(row, actor) for row in nominations if row.person_id == person.pk],
        stood_in_for=[nomination_line(row, actor) for row in nominations if row.seat.person_id == person.pk],
        invitation=person.invitations.first() if actor.is_secretariat else None,
    )


@dataclass(frozen=True)
class ContactDetails:
    """How to reach somebody, and how they sign in, counted: what a redaction removes."""

    addresses: int
    second_factors: int
    messages: int


def contact_details(person: Person) -> ContactDetails:
    """What there is of ``person``. Three queries."""
    return ContactDetails(
        addresses=EmailAddress.objects.filter(user=person).count(),
        second_factors=Authenticator.objects.filter(user=person).count(),
        messages=OutboxMessage.objects.filter(person=person).exclude(text="", address="", last_error="").count(),
    )


def nomination_line(row: Alternate, actor: Actor) -> NominationLine:
    """Where a nomination stands at the actor's moment."""
    value, words = _state_of_nomination(row, actor)
    first = clock.today(row.window_from) if row.window_from else None
    last = clock.today(row.window_to - timedelta(microseconds=1)) if row.window_to else None
    return NominationLine(row, value, words, first, last)


def _state_of_nomination(row: Alternate, actor: Actor) -> tuple[str, str]:
    if row.revoked_at:
        return "withdrawn", "Withdrawn"
    if row.window_to and row.window_to <= actor.at:
        return "superseded", "Over"
    if not row.accepted_at:
        return "waiting", "Asked"
    if row.is_in_force(actor.at) and row.seat.runs_on(clock.today(actor.at)):
        return "current", "In force"
    return "accepted", "Accepted"


VERBS = {
    "seat.proposed": "Proposed",
    "seat.started": "In force",
    "seat.declined": "Declined",
    "seat.ended": "End set",
    "alternate.nominated": "Nominated",
    "alternate.accepted": "Accepted",
    "alternate.window-set": "Time set",
    "alternate.revoked": "Withdrawn",
}


def history(key: str) -> list[Event]:
    """What happened to a seat or a nomination, newest first. One query."""
    events = AuditEvent.objects.filter(on_key=key).order_by("-seq")
    return [
        Event("dot", VERBS.get(event.verb, event.verb), event.at, _who(event), note=event.reason) for event in events
    ]


def _who(event: AuditEvent) -> str:
    if not event.person_name or event.acting_as.startswith(event.person_name):
        return event.acting_as
    return f"{event.person_name}, {event.acting_as}"


def can_stand_in(actor: Actor) -> QuerySet[Person]:
    """Whom a member may nominate: open accounts without a Member seat or a role that states no position."""
    day = clock.today(actor.at)
    barred = Seat.objects.standing().overlapping(day, None).filter(role__in=[Role.MEMBER, *NO_ALTERNATE])
    return Person.objects.filter(is_active=True).exclude(pk__in=barred.values("person"))


def can_preside(actor: Actor) -> QuerySet[Person]:
    """Who may be named deputy: an open account with a seat today, none of ``NO_DEPUTY`` and no nomination."""
    day = clock.today(actor.at)
    barred = Seat.objects.standing().overlapping(day, None).filter(role__in=NO_DEPUTY).values("person")
    standing_in = Alternate.objects.standing(actor.at).of_running_seats(day).values("person")
    seated = Seat.objects.current(day).values("person")
    return Person.objects.filter(is_active=True, pk__in=seated).exclude(pk__in=barred).exclude(pk__in=standing_in)


def organisations() -> QuerySet[Organisation]:
    """Every organisation, with its constituency."""
    return Organisation.objects.select_related("constituency")


# ----------------------------------------------------------------------------------------------------------- your move


def waiting_for(actor: Actor) -> list[Waiting]:
    """Seats this person confirms and nominations they may accept. Two queries at most."""
    return [*_seats_to_confirm(actor), *_nominations_to_accept(actor)]


def _seats_to_confirm(actor: Actor) -> list[Waiting]:
    roles = [role for role, confirmer in CONFIRMED_BY.items() if actor.acts_as(confirmer)]
    if not roles:
        return []
    seats = Seat.objects.pending().filter(role__in=roles).exclude(person=actor.person).exclude(proposed_by=actor.person)
    return [
        Waiting(
            title=f"Confirm {seat.person} as {seat.label}",
            url=reverse("seat", args=[seat.pk]),
            due=None,
            detail=f"From {seat.valid_from:%-d %B %Y}.",
            button=Button("Look at the seat", reverse("seat", args=[seat.pk])),
        )
        for seat in seats.with_names().order_by("pk")
    ]


def _nominations_to_accept(actor: Actor) -> list[Waiting]:
    if not actor.nominated:
        return []
    rows = nominations_for(actor).standing(actor.at).of_running_seats(clock.today(actor.at))
    return [
        Waiting(
            title=f"Stand in for {row.seat.label}",
            url=reverse("nomination", args=[row.pk]),
            due=row.window_from if row.window_from and row.window_from > actor.at else None,
            reference=row.for_ref,
            detail=f"{row.seat.person} asks you.",
            button=Button("Answer", reverse("nomination", args=[row.pk])),
        )
        for row in rows.filter(person=actor.person, accepted_at=None).order_by("pk")
    ]
