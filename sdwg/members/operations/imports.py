"""People, organisations and seats from a table: tried to see what it would do, then carried out whole or not at all.

Every row goes through the operations of the pages and so through their rules; nothing here gives a right of its own. To
show what a table does, it is done and undone again: what is shown cannot differ from what would happen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress

from sdwg.audit.acts import act, record
from sdwg.files import plans
from sdwg.files.cells import plain
from sdwg.files.plans import Effect, Source, tried
from sdwg.members.access import Actor, NotNow, Refused
from sdwg.members.models import Constituency, Discipline, Organisation, Person, Role, Seat
from sdwg.members.operations.people import make_organisation, make_person
from sdwg.members.operations.seats import appoint, confirmers, end_seat
from sdwg.members.rules import CONFIRMED_BY, check_can_keep_people, words
from sdwg.members.sheets import Everybody

AT_ONCE = 300
"""Rows of one table that do something: it locks all organisations meanwhile, and somebody waits for the page."""
KINDS = {
    "account": ("account is made", "accounts are made"),
    "organisation": ("organisation is listed", "organisations are listed"),
    "seat": ("seat is given", "seats are given"),
    "proposal": ("seat is proposed", "seats are proposed"),
    "end": ("seat gets a last day", "seats get a last day"),
}
"""What a row can do, for one and for several."""


@dataclass(frozen=True)
class Row:
    """A row of the table as it was read: a seat, a person alone, or an organisation alone.

    ``refusal`` says what could not be read; then nothing else counts. ``role`` and ``discipline`` are the values of a
    ``Role`` and a ``Discipline``.
    """

    number: int
    person: str = ""
    address: str = ""
    organisation: str = ""
    constituency: str = ""
    role: str = ""
    discipline: str = ""
    first_day: date | None = None
    last_day: date | None = None
    why: str = ""
    refusal: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What no second row may speak of."""
        return (self.address.lower(), self.organisation.casefold(), self.role, self.first_day)

    @property
    def seat(self) -> str:
        """The seat, or the organisation, in words."""
        role = str(Role(self.role).label) if self.role else ""
        return ", ".join(word for word in (role, self.organisation) if word)


Line = plans.Line[Row]
Plan = plans.Plan[Row]


def preview(*, actor: Actor, rows: Sequence[Row], source: Source) -> Plan:
    """What ``rows`` would do at the actor's moment. Nothing of it remains."""
    return tried(lambda: _carried_out(actor, rows, source, invites=False), actor=actor)


@act
def import_people(*, actor: Actor, rows: Sequence[Row], source: Source, seen: str, invites: bool | None = None) -> Plan:
    """Do what ``rows`` say, all of it, if it is what was ``seen``: the digest of the plan that was shown.

    ``invites`` says whether new accounts are invited by mail at once; it has to be said when there are any. Raises
    ``NotNow`` otherwise, and when any row is refused or none does anything: then nothing has happened.
    """
    check_can_keep_people(actor)
    plan = _carried_out(actor, rows, source, invites=bool(invites))
    if plan.digest != seen:
        raise NotNow("What this table does has changed since it was shown. Look at it again before you confirm.")
    if plan.refused:
        raise NotNow("Rows are refused, and a table is imported whole or not at all.")
    if not plan.changing:
        raise NotNow("There is nothing to change.")
    if plan.counts["account"] and invites is None:
        raise NotNow("Say whether the new accounts are invited now.", "invites")
    note = {"file": source.name, "rows": len(plan.lines), **plan.counts}
    record("people.imported", on=Everybody(), version_sha256=source.sha256, note=note)
    return plan


def _carried_out(actor: Actor, rows: Sequence[Row], source: Source, *, invites: bool) -> Plan:
    """Do what can be done of ``rows``, last days before anything new, so that a successor finds the seat free."""
    known = _Known(rows)
    lines: dict[int, Line] = {}
    for row in sorted(rows, key=lambda row: not known.ends(row)):
        lines[row.number] = _line(actor, known, row, invites)
    ordered = tuple(lines[row.number] for row in rows)
    return Plan(source, ordered, tuple(_told(ordered)), KINDS)


class _Known:
    """Everybody and everything there is, by what a table calls them. Five queries.

    Organisations and then constituencies are locked, all of them, in the order in which an appointment does it: a
    second import waits here. What there is is read only then, so that it finds done what the first has done.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        list(Organisation.objects.select_for_update().order_by("pk").values_list("pk"))
        kinds = list(Constituency.objects.select_for_update().order_by("pk"))
        bodies = Organisation.objects.select_related("constituency").order_by("pk")
        self.organisations = {plain(body.name).casefold(): body for body in bodies}
        self.constituencies = {kind.short_name.casefold(): kind for kind in kinds}
        self.constituencies |= {kind.name.casefold(): kind for kind in kinds}
        addresses = EmailAddress.objects.select_related("user").order_by("pk")
        self.people: dict[str, Person] = {row.email.lower(): row.user for row in addresses}
        self.seats = {_key(seat): seat for seat in Seat.objects.standing().with_names().order_by("pk")}
        there = (*self.people.values(), *self.organisations.values(), *self.seats.values())
        self.before = {(type(found), found.pk) for found in there}
        self.chairs: list[Row] = []
        self.tried = 0
        self.first: dict[tuple[object, ...], int] = {}
        for row in rows:
            self.first.setdefault(row.key, row.number)

    def person(self, row: Row) -> Person | None:
        return self.people.get(row.address.lower())

    def organisation(self, row: Row) -> Organisation | None:
        return self.organisations.get(row.organisation.casefold())

    def seat(self, row: Row) -> Seat | None:
        person, organisation = self.person(row), self.organisation(row)
        if not row.role or not row.first_day or not person or not organisation:
            return None
        return self.seats.get((person.pk, organisation.pk, row.role, row.first_day))

    def constituency(self, row: Row) -> Constituency | None:
        """Raises ``NotNow`` for a name that none has."""
        found = self.constituencies.get(row.constituency.casefold())
        if row.constituency and not found:
            raise NotNow(f"There is no constituency “{row.constituency}”. The template lists those there are.")
        return found

    def id_of(self, found: Person | Organisation | Seat | None) -> int:
        """Its id, if it was there before the table was; whatever the table makes has another one each time."""
        return found.pk if found and (type(found), found.pk) in self.before else 0

    def ends(self, row: Row) -> bool:
        """Whether the row gives a last day to a seat there is."""
        seat = self.seat(row)
        return seat is not None and seat.valid_to != row.last_day

    def learn(self, row: Row, person: Person | None, organisation: Organisation | None) -> None:
        """What a row has made is there for the rows after it."""
        if person:
            self.people[row.address.lower()] = person
        if organisation:
            self.organisations[row.organisation.casefold()] = organisation
        if row.role == Role.CHAIR:
            self.chairs.append(row)


def _key(seat: Seat) -> tuple[int, int, str, date]:
    return (seat.person_id, seat.organisation_id, seat.role, seat.valid_from)


def _line(actor: Actor, known: _Known, row: Row, invites: bool) -> Line:
    person, organisation, seat = known.person(row), known.organisation(row), known.seat(row)
    on = (known.id_of(person), known.id_of(organisation), known.id_of(seat))
    if row.refusal:
        return Line(row, refusal=row.refusal)
    try:
        _compare(known, row, person, organisation, seat)
        if _is_there(row, person, organisation, seat):
            return Line(row, on=on)
        known.tried += 1
        if known.tried > AT_ONCE:
            raise NotNow(f"A table carries out {AT_ONCE} rows at most. Leave the others for a second one.")
        return Line(row, _done(actor=actor, known=known, row=row, invites=invites), on=on)
    except (Refused, NotNow) as refusal:
        return Line(row, refusal=str(refusal), on=on)


def _is_there(row: Row, person: Person | None, organisation: Organisation | None, seat: Seat | None) -> bool:
    """Whether everything that the row speaks of is as it says."""
    return (
        (person is not None or not row.address)
        and (organisation is not None or not row.organisation)
        and (not row.role or (seat is not None and seat.valid_to == row.last_day))
    )


def _compare(
    known: _Known, row: Row, person: Person | None, organisation: Organisation | None, seat: Seat | None
) -> None:
    """Raises ``NotNow`` where the row contradicts another one, or what is recorded and no table changes."""
    if known.first[row.key] != row.number:
        raise NotNow(f"The same stands in row {known.first[row.key]} already.")
    if person and plain(person.display_name).casefold() != row.person.casefold():
        raise NotNow(f"This address is {person}’s. A table changes no names: put the address or the name right.")
    if row.why and row.role != Role.MEMBER:
        raise NotNow("Only a Member seat has a reason for being the second one.")
    constituency = known.constituency(row)
    if organisation and row.constituency and organisation.constituency != constituency:
        recorded = f"is recorded under {organisation.constituency}" if organisation.constituency else "has none"
        raise NotNow(f"{organisation} {recorded}. A table does not move an organisation to another constituency.")
    if seat:
        _compare_seat(row, seat)
    elif row.role == Role.CHAIR:
        for other in known.chairs:
            if _meet(row, other):
                raise NotNow(f"Row {other.number} has a chair in that time too, and there is one chair at a time.")


def _compare_seat(row: Row, seat: Seat) -> None:
    if row.discipline and row.discipline != seat.discipline:
        recorded = seat.get_discipline_display() if seat.discipline else "not stated"
        raise NotNow(f"The discipline of this seat is recorded as “{recorded}”, and a table does not change it.")
    if row.why and row.why != plain(seat.why_second):
        raise NotNow("Why this is a second seat is recorded otherwise, and a table does not change it.")
    if row.last_day is None and seat.valid_to:
        raise NotNow(
            f"This seat ends on {words(seat.valid_to)}. A longer time is a new seat, with a first day of its own."
        )


def _meet(row: Row, other: Row) -> bool:
    """Whether two rows have a day in common."""
    assert row.first_day  # noqa: S101 (a row with a role has one)
    assert other.first_day  # noqa: S101
    begins_first = other.last_day is None or row.first_day <= other.last_day
    return begins_first and (row.last_day is None or other.first_day <= row.last_day)


@act
def _done(*, actor: Actor, known: _Known, row: Row, invites: bool) -> tuple[Effect, ...]:
    """Carry out one row, all of it or, when it is refused, nothing."""
    effects: list[Effect] = []
    person, organisation, seat = known.person(row), known.organisation(row), known.seat(row)
    if row.address and not person:
        person = make_person(actor=actor, display_name=row.person, address=row.address, invites=invites)
        effects.append(Effect("account", f"A new account: {person}."))
    if row.organisation and not organisation:
        kind = known.constituency(row)
        organisation = make_organisation(actor=actor, name=row.organisation, constituency=kind)
        where = f"under {kind}" if kind else "without a constituency"
        effects.append(Effect("organisation", f"A new organisation: {organisation}, {where}."))
    if seat:
        assert row.last_day  # noqa: S101 (compared before)
        end_seat(actor=actor, seat=seat, last_day=row.last_day, reason="Imported from a table.")
        effects.append(
            Effect("end", f"A last day for the seat {seat.label}: {words(row.last_day)}.", shape="superseded")
        )
    elif row.role and person and organisation:
        effects.append(_appointed(actor, row, person, organisation))
    known.learn(row, person, organisation)
    return tuple(effects)


def _appointed(actor: Actor, row: Row, person: Person, organisation: Organisation) -> Effect:
    assert row.first_day  # noqa: S101 (a row with a role has one)
    seat = appoint(
        actor=actor,
        person=person,
        organisation=organisation,
        role=Role(row.role),
        valid_from=row.first_day,
        valid_to=row.last_day,
        discipline=row.discipline,
        why_second=row.why,
    )
    time = f"from {words(row.first_day)}" + (f" to {words(row.last_day)}" if row.last_day else "")
    kind = f" ({Discipline(row.discipline).label})" if row.discipline else ""
    second = f" A second Member seat: {seat.why_second}" if seat.why_second else ""
    if seat.is_pending:
        waits = f"It takes effect when the {CONFIRMED_BY[Role(seat.role)].label} confirms it."
        asked = tuple(str(confirmer.person) for confirmer in confirmers(actor, seat))
        return Effect("proposal", f"Proposed: {seat.label}, {time}. {waits}", asked, "waiting")
    return Effect("seat", f"A seat: {seat.label}{kind}, {time}.{second}", (str(person),))


def _told(lines: Iterable[Line]) -> Iterable[str]:
    """Who gets mail about it, a sentence each; invitations are chosen apart."""
    names = {kind: _names(lines, kind) for kind in ("seat", "proposal")}
    if holders := names["seat"]:
        yield f"{_listed(holders)} told of the seat by mail, where the address is confirmed."
    if asked := names["proposal"]:
        yield f"{_listed(asked)} asked by mail to confirm what is proposed."


def _names(lines: Iterable[Line], kind: str) -> list[str]:
    effects = (effect for line in lines for effect in line.effects if effect.kind == kind)
    return list(dict.fromkeys(name for effect in effects for name in effect.told))


def _listed(names: Sequence[str]) -> str:
    """The names, with their verb."""
    return f"{', '.join(names[:-1])} and {names[-1]} are" if len(names) > 1 else f"{names[0]} is"
