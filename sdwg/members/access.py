"""Who is asking, for which seat, at what moment; and how a refusal is said.

An ``Actor`` is made once a request (or job) and passed to every rule, query and operation. What a person may read
follows from their seats, the alternates in force, grants and exclusions, all at ``actor.at``, and from nothing else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Value
from django.db.models import Q as Condition

from sdwg import clock
from sdwg.members.models import PROGRAMME_ROLES, Alternate, Exclusion, Grant, Person, Role, Seat

Q = TypeVar("Q", bound=QuerySet[Any])
ROLES = Role.values
"""In the order in which one acts, unless another seat is chosen: the chair's first."""
AT_ONCE = 100
"""Readers asked about in one query; SQLite joins no more than 500."""


class Refused(PermissionDenied):
    """The person may see this and not do that to it; the sentence says the rule and the way on. Answered with 403."""


class NotNow(ValueError):
    """State, date or input do not allow it; the sentence is shown beside ``field``, and what was typed is kept."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


def only_chair(actor: "Actor", sentence: str) -> None:
    """Raise ``Refused`` with ``sentence`` unless ``actor`` acts as the chair; the chair is told of a deputy."""
    if actor.role == Role.CHAIR:
        return
    if actor.deputy and actor.seat and actor.seat.role == Role.CHAIR:
        until = f" until {actor.deputy.valid_to:%-d %B %Y}" if actor.deputy.valid_to else ""
        raise Refused(
            f"{actor.deputy.person} is your deputy{until} and acts as the chair in that time. "
            "To act yourself, end that seat first."
        )
    raise Refused(sentence)


def allowed(check: Callable[..., None], *args: Any) -> bool:
    """Whether ``check(*args)`` raises neither ``Refused`` nor ``NotNow``: what ``can_x`` asks of ``check_can_x``."""
    try:
        check(*args)
    except (Refused, NotNow):
        return False
    return True


@dataclass(eq=False)
class Actor:
    """Who acts: a person (or nobody), the seat they act for, everything they hold, and the moment.

    ``seat`` is the seat acted for: one of ``seats``, or the seat of ``alternate`` when they stand in for somebody.
    ``deputy`` is the seat of whoever acts as the chair today in the chair's place, whoever is asking.
    """

    at: datetime
    person: Person | None = None
    seats: tuple[Seat, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    nominated: bool = False
    seat: Seat | None = None
    alternate: Alternate | None = None
    machine: bool = False
    deputy: Seat | None = None
    _keys: dict[str, frozenset[int]] = field(default_factory=dict, repr=False)
    _once: dict[str, QuerySet[Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def system(cls, at: datetime) -> "Actor":
        """The program itself: windows that close by themselves, builds in the worker. It holds no seat."""
        return cls(at=at, machine=True)

    def once_for(self, rows: Q, name: str, narrow: "Callable[[Actor], Q]") -> Q:
        """``narrow(self)``, which narrows ``rows``; put together once where ``rows`` are all there are.

        A page asks what its reader may see up to ten times, and Django takes longer to put such a query together than
        the database to answer it. What is kept is the query, never its rows.
        """
        if not _is_all(rows):
            return narrow(self)
        if name not in self._once:
            self._once[name] = narrow(self)
        kept: Q = self._once[name].all()  # type: ignore[assignment]
        return kept

    @property
    def person_id(self) -> int | None:
        return self.person.pk if self.person else None

    @property
    def person_name(self) -> str:
        return self.person.display_name if self.person else ""

    @property
    def seat_id(self) -> int | None:
        return self.seat.pk if self.seat else None

    @property
    def themselves(self) -> "Actor":
        """The same person, acting for a seat of their own or for none: never for one they stand in for."""
        if self.alternate is None:
            return self
        return replace(self, seat=self.seats[0] if self.seats else None, alternate=None, _keys={}, _once={})

    @cached_property
    def label(self) -> str:
        """How everything they do reads: "Member, iDNO B", or "X, alternate for Member, iDNO B"."""
        if self.alternate:
            return self.alternate.label
        if self.seat:
            return self.seat.label
        if self.machine:
            return "The program"
        return self.person_name or "Anonymous"

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles of their own seats. Standing in for somebody gives the acts of a member, not a role."""
        return frozenset(Role(seat.role) for seat in self.seats)

    @property
    def role(self) -> Role | None:
        """The role they act in: that of their seat, a member's for whoever stands in for a member.

        A deputy acts as the chair, and while there is one the chair does not (S2); both go on reading.
        """
        if self.seat is None or (self.alternate and self.seat.role != Role.MEMBER):
            return None
        if self.seat.role == Role.DEPUTY:
            return Role.CHAIR
        if self.seat.role == Role.CHAIR and self.deputy:
            return None
        return Role(self.seat.role)

    def acts_as(self, *roles: Role) -> bool:
        """Whether they act in one of ``roles`` for a seat they hold themselves."""
        return self.alternate is None and self.role in roles

    def has(self, *roles: Role) -> bool:
        """Whether they hold one of ``roles`` themselves, today."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_chair(self) -> bool:
        """Whether they read what the chair reads: the chair, and a deputy."""
        return self.has(Role.CHAIR, Role.DEPUTY)

    @property
    def is_secretariat(self) -> bool:
        return Role.SECRETARIAT in self.roles

    @property
    def is_liaison(self) -> bool:
        return Role.LIAISON in self.roles

    @property
    def is_programme(self) -> bool:
        return not self.roles.isdisjoint(PROGRAMME_ROLES)

    @property
    def may_read_trail(self) -> bool:
        """Whether the audit page is theirs."""
        return self.is_chair or self.has(Role.SECRETARIAT, Role.AUDITOR)

    @property
    def may_enter(self) -> bool:
        """Whether they may be signed in at all: a seat today, or a nomination that is not over."""
        return self.machine or bool(self.person and self.person.is_active and (self.seats or self.nominated))

    @cached_property
    def held(self) -> tuple[Seat, ...]:
        """Every seat they can act for: their own, and those they stand in for."""
        return (*self.seats, *(alternate.seat for alternate in self.alternates))

    def acts_for(self, seat_id: int | None) -> bool:
        """Whether they may act for that seat, now: their own, or one they stand in for."""
        return seat_id is not None and any(seat.pk == seat_id for seat in self.held)

    @property
    def member_seat(self) -> Seat | None:
        """The Member seat they are acting for, if that is what they act for."""
        return self.seat if self.seat and self.seat.role == Role.MEMBER else None

    @cached_property
    def reads_amber(self) -> bool:
        """TLP:AMBER by standing alone: programme roles, members, alternates in force, colleagues, the auditor."""
        standing = self.has(Role.MEMBER, Role.COLLEAGUE, Role.AUDITOR)
        return self.machine or bool(self.alternates) or self.is_programme or standing

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations of the seats they hold: what a conflict of interest asks for."""
        return frozenset(seat.organisation_id for seat in self.held)

    @cached_property
    def strict_organisation_ids(self) -> frozenset[int]:
        """The organisations that TLP:AMBER+STRICT asks for: a colleague reads no further than TLP:AMBER."""
        return frozenset(seat.organisation_id for seat in self.held if seat.role != Role.COLLEAGUE)

    @cached_property
    def drafts_for(self) -> frozenset[int]:
        """The Member seats whose drafts they see: their own, those they stand in for, those that added them."""
        return frozenset(seat.colleague_of_id or seat.pk for seat in self.held)

    def granted(self, kind: str) -> frozenset[int]:
        """The ids of the ``kind`` of objects that grants in force show them."""
        return self._sight(Grant, kind)

    def excluded(self, kind: str) -> frozenset[int]:
        """The ids of the ``kind`` of objects that exclusions in force hide from them, whatever else they hold."""
        return self._sight(Exclusion, kind)

    def _sight(self, model: type[Grant] | type[Exclusion], kind: str) -> frozenset[int]:
        if not self.person:
            return frozenset()
        slot = model.__name__
        if slot not in self._keys:
            self._read_sight(self.person.pk)
        return self._keys.get(f"{slot}.{kind}", frozenset())

    def _read_sight(self, person_id: int) -> None:
        """Both kinds in one query: whoever asks for grants asks for exclusions next."""
        seats = [seat.pk for seat in self.held]
        grants, exclusions = (
            model.objects.in_force(self.at)
            .of(person_id, seats, self.organisation_ids)
            .annotate(slot=Value(model.__name__))
            .values_list("slot", "on_key")
            for model in (Grant, Exclusion)
        )
        found = list(grants.union(exclusions))
        for model in (Grant, Exclusion):
            self.give_sight(model, (key for slot, key in found if slot == model.__name__))

    def give_sight(self, model: type[Grant] | type[Exclusion], keys: Iterable[str]) -> None:
        """What grants or exclusions in force name, for whoever makes many actors at once and has read them all."""
        slot = model.__name__
        found: dict[str, set[int]] = {}
        for key in keys:
            name, _, number = key.partition(":")
            found.setdefault(f"{slot}.{name}", set()).add(int(number))
        self._keys[slot] = frozenset()
        self._keys.update({name: frozenset(ids) for name, ids in found.items()})


def _is_all(rows: QuerySet[Any]) -> bool:
    """Whether ``rows`` are a model's as its manager gives them, nothing asked for and nothing added."""
    query = rows.query
    asked = query.where.children or query.annotations or query.order_by or query.select_related or query.distinct
    more = query.is_sliced or query.combinator or query.deferred_loading[0] or query.select_for_update
    apart = rows._prefetch_related_lookups or rows._fields or rows._db  # type: ignore[attr-defined]
    return query.default_ordering and not (asked or more or apart)


def _choose(
    seats: Iterable[Seat], alternates: Iterable[Alternate], wanted: int | None
) -> tuple[Seat | None, Alternate | None]:
    choices: list[tuple[Seat, Alternate | None]] = [(seat, None) for seat in seats]
    choices += [(alternate.seat, alternate) for alternate in alternates]
    for seat, alternate in choices:
        if seat.pk == wanted:
            return seat, alternate
    return choices[0] if choices else (None, None)


def actor_for(person: Person | None, at: datetime, seat_id: int | None = None) -> Actor:
    """The actor ``person`` is at ``at``, acting for ``seat_id`` if they may, else for the first seat they hold.

    Two queries: seats and nominations. Grants and exclusions are read when first asked for.
    """
    if person is None or not person.is_active:
        return Actor(at=at)
    return _actors([person], at, seat_id)[0]


def actors_for(people: Iterable[Person], at: datetime) -> list[Actor]:
    """Each of ``people`` once, as the actor they are at ``at``. Four queries, however many they are."""
    actors = _actors([person for person in {row.pk: row for row in people}.values() if person.is_active], at)
    load_sight(actors, at)
    return actors


def everybody(at: datetime) -> list[Actor]:
    """Everybody who may be signed in at ``at``: by a seat of today, or a nomination that is not over. Five queries."""
    seats = Seat.objects.current(clock.today(at)).values("person")
    standing_in = Alternate.objects.standing(at).values("person")
    return actors_for(Person.objects.filter(Condition(pk__in=seats) | Condition(pk__in=standing_in)), at)


def leavers(at: datetime) -> QuerySet[Person]:
    """Whoever has left by ``at``: the account is closed, or they had a way in and none is left nor to come.

    A newcomer who waits for the first seat has not left, nor has somebody whose next seat begins later.
    """
    today, theirs = clock.today(at), Condition(person=OuterRef("pk"))
    had = Exists(Seat.objects.filter(theirs, confirmed_at__isnull=False)) | Exists(Alternate.objects.filter(theirs))
    has = Exists(Seat.objects.standing().overlapping(today, None).filter(theirs)) | Exists(
        Alternate.objects.standing(at).of_running_seats(today).filter(theirs)
    )
    return Person.objects.filter(Condition(is_active=False) | (Condition(had) & ~Condition(has)))


def _actors(people: Sequence[Person], at: datetime, seat_id: int | None = None) -> list[Actor]:
    today = clock.today(at)
    seats: defaultdict[int, list[Seat]] = defaultdict(list)
    nominations: defaultdict[int, list[Alternate]] = defaultdict(list)
    ids = {person.pk for person in people}
    deputy = None
    asked = Condition(person__in=ids) | Condition(role=Role.DEPUTY)
    for seat in Seat.objects.filter(asked).current(today).with_names().select_related("colleague_of__person"):
        if seat.colleague_of and not (seat.colleague_of.runs_on(today) and seat.colleague_of.person.is_active):
            continue  # whoever added them is out, though their own last day is to come
        if seat.role == Role.DEPUTY and seat.person.is_active:
            deputy = seat
        if seat.person_id in ids:
            seats[seat.person_id].append(seat)
    for row in (
        Alternate.objects.filter(person__in=people)
        .standing(at)
        .of_running_seats(today)
        .select_related("person", "seat__person", "seat__organisation__constituency")
    ):
        nominations[row.person_id].append(row)
    found = []
    for person in people:
        held = tuple(sorted(seats[person.pk], key=lambda seat: ROLES.index(seat.role)))
        alternates = tuple(row for row in nominations[person.pk] if row.is_in_force(at) and row.seat.runs_on(today))
        chosen, standing_in = _choose(held, alternates, seat_id)
        nominated = bool(nominations[person.pk])
        found.append(Actor(at, person, held, alternates, nominated, chosen, standing_in, deputy=deputy))
    return found


def load_sight(actors: Sequence[Actor], at: datetime) -> None:
    """Give every actor their grants and exclusions at once, instead of a query each when they are first asked."""
    for model in (Grant, Exclusion):
        rows = list(model.objects.in_force(at).values_list("person_id", "seat_id", "organisation_id", "on_key"))
        for actor in actors:
            held, bodies = {seat.pk for seat in actor.held}, actor.organisation_ids
            theirs = [key for who, seat, body, key in rows if who == actor.person_id or seat in held or body in bodies]
            actor.give_sight(model, theirs)


def who_sees(shown: Callable[[Actor], QuerySet[Any]], actors: Sequence[Actor]) -> dict[int, set[int]]:
    """Of the rows that ``shown`` gives each of ``actors``, which they see: person id -> row ids.

    One query for each hundred actors.
    """
    found: dict[int, set[int]] = {actor.person_id: set() for actor in actors if actor.person_id}
    for start in range(0, len(actors), AT_ONCE):
        asked = [
            shown(actor).order_by().annotate(reader=Value(actor.person_id, IntegerField())).values_list("reader", "pk")
            for actor in actors[start : start + AT_ONCE]
        ]
        for reader, row in asked[0].union(*asked[1:], all=True):
            found[reader].add(row)
    return found


def readers(shown: Callable[[Actor], QuerySet[Any]], people: Iterable[Person], at: datetime) -> list[Person]:
    """Those of ``people``, each once, to whom ``shown`` gives a row. Five queries for the first hundred."""
    actors = actors_for(people, at)
    seen = who_sees(shown, actors)
    return [actor.person for actor in actors if actor.person and seen[actor.person.pk]]
