"""Who was heard on a decision: one answer for the rules, for what a determination freezes, for every page and document.

By constituency, in the order of the Terms of Reference (M4), each with what its seats said, word for word. A
constituency is *heard* when one of its seats stated a stance; a seat that is conflicted is kept out of the matter and
is shown as that. Silence stays silence. Nothing here counts for and against: it is never a vote.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, FilteredRelation, OuterRef, Q

from artefacts.models import Comment
from meetings.models import Decision, Objection
from meetings.states import STANDING, Stance
from sdwg import clock
from sdwg.members.models import Constituency, Role, Seat

NO_CONSTITUENCY = "Members of no constituency"


@dataclass(frozen=True)
class Stated:
    """What one seat said. ``seat`` reads "Member, iDNO B", ``name`` "iDNO B"; ``said_as`` is whoever said it, and how.

    ``objection`` is the number of the objection of that seat that stands ("O-1"), if one does. ``ended``: the seat is
    no more; what it said counts until its successor says something in the round.
    """

    seat_id: int
    seat: str
    name: str
    stance: str
    text: str
    said_as: str
    on_behalf: bool
    at: datetime
    objection: str = ""
    ended: bool = False

    @property
    def label(self) -> str:
        """The stance in words: "Can live with"."""
        return str(Stance(self.stance).label)


class _Position(NamedTuple):
    """A position as one query reads it; only Member seats state any."""

    seat_id: int
    round: int
    constituency: int | None
    name: str
    stance: str
    text: str
    said_as: str
    on_behalf: bool
    at: datetime
    organisation: int
    seat_from: date
    seat_to: date | None
    ended: bool = False


@dataclass(frozen=True)
class Hearing:
    """One constituency and what was heard of it.

    ``stated`` are the stances of this round, ``to_confirm`` those of an earlier round that were not stated again: they
    are not counted as heard. ``silent`` names the organisations with a seat and no stance; ``vacant`` says that
    there is no seat at all; ``commented`` that one of its seats commented on the artefact.
    """

    constituency: str
    short_name: str
    stated: tuple[Stated, ...] = ()
    to_confirm: tuple[Stated, ...] = ()
    silent: tuple[str, ...] = ()
    vacant: bool = False
    commented: bool = False

    @property
    def heard(self) -> bool:
        return any(row.stance != Stance.CONFLICTED for row in self.stated)

    def as_json(self) -> dict[str, Any]:
        """As a determination freezes it."""
        return {
            "constituency": self.constituency,
            "short_name": self.short_name,
            "heard": self.heard,
            "positions": [vars(row) | {"at": row.at.isoformat()} for row in self.stated],
            "to_confirm": [vars(row) | {"at": row.at.isoformat()} for row in self.to_confirm],
            "silent": list(self.silent),
            "vacant": self.vacant,
            "commented": self.commented,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Hearing":
        """What ``as_json`` gave, as it was."""
        return cls(
            constituency=kept["constituency"],
            short_name=kept["short_name"],
            stated=tuple(_thawed(row) for row in kept["positions"]),
            to_confirm=tuple(_thawed(row) for row in kept["to_confirm"]),
            silent=tuple(kept["silent"]),
            vacant=kept["vacant"],
            commented=kept["commented"],
        )


def heard(decision: Decision, at: datetime, known: Iterable[Objection] | None = None) -> list[Hearing]:
    """Who has been heard on ``decision`` by ``at``, in its present round. Two queries, and one for its ``objections``.

    ``known`` are all objections on the decision, where the caller has read them.
    """
    raised = decision.objections.all() if known is None else known
    objections = {row.seat_id: row for row in raised if row.state in STANDING}
    now, before = _positions(decision, clock.today(at))
    stated, to_confirm = _by_constituency(now, objections), _by_constituency(before, objections)
    rows = []
    for kind in _constituencies(decision, clock.today(at)):
        silent = [name for seat, name in kind.seats if seat not in now and seat not in before]
        said = tuple(stated.pop(kind.pk, ())), tuple(to_confirm.pop(kind.pk, ()))
        rows.append(Hearing(kind.name, kind.short_name, *said, tuple(silent), not kind.seats, kind.commented))
    others = (
        [row for found in stated.values() for row in found],
        [row for found in to_confirm.values() for row in found],
    )
    if any(others):
        rows.append(Hearing(NO_CONSTITUENCY, "Others", tuple(others[0]), tuple(others[1])))
    return rows


def frozen(rows: Iterable[dict[str, Any]]) -> list[Hearing]:
    """Who was heard, as a determination keeps it."""
    return [Hearing.from_json(row) for row in rows]


def all_stated(decision: Decision, day: date) -> bool:
    """Whether every member seat has stated a stance in this round, so that nobody is left to wait for."""
    stated = decision.positions.filter(round=decision.round).values("seat")
    return not Seat.objects.members().current(day).exclude(pk__in=stated).exists()


def has_ended(seat: Seat, at: datetime) -> bool:
    """Whether ``seat`` is over: whoever holds its organisation's Member seat now speaks for what it said."""
    return seat.valid_to is not None and seat.valid_to < clock.today(at)


SAID = (
    "seat_id", "round", "seat__organisation__constituency", "seat__organisation__name",
    "stance", "text", "acting_as", "on_behalf", "stated_at",
    "seat__organisation", "seat__valid_from", "seat__valid_to",
)  # fmt: skip


def _positions(decision: Decision, day: date) -> tuple[dict[int, _Position], dict[int, _Position]]:
    """By seat: the positions of this round, and the last earlier ones of seats that have none in it. One query.

    Without those of ended seats whose successor has spoken in this round: they stay in the record, and the seat has one
    stance.
    """
    rows = decision.positions.order_by("round", "seat__organisation__name", "pk").values_list(*SAID)
    now: dict[int, _Position] = {}
    before: dict[int, _Position] = {}
    for row in rows:
        position = _Position(*row)
        ended = position.seat_to is not None and position.seat_to < day
        (now if position.round == decision.round else before)[position.seat_id] = position._replace(ended=ended)
    spoken = list(now.values())
    now = {seat: position for seat, position in now.items() if not _succeeded(position, spoken)}
    before = {seat: row for seat, row in before.items() if seat not in now and not _succeeded(row, spoken)}
    return now, before


def _succeeded(position: _Position, spoken: list[_Position]) -> bool:
    """Whether the seat has ended and the next one of its organisation is among those who have ``spoken``."""
    if not position.ended or position.seat_to is None:
        return False
    return any(row.organisation == position.organisation and row.seat_from > position.seat_to for row in spoken)


@dataclass
class _Kind:
    """A listed constituency, its member seats today (number and organisation), and whether one commented."""

    pk: int
    name: str
    short_name: str
    commented: bool
    seats: list[tuple[int, str]]


def _constituencies(decision: Decision, day: date) -> list[_Kind]:
    """Every constituency listed on ``day``, in the order of the Terms of Reference, the vacant ones too. One query."""
    seat = "organisations__seats__"
    current = Q(**{f"{seat}valid_to__isnull": True}) | Q(**{f"{seat}valid_to__gte": day})
    member = Q(
        **{f"{seat}role": Role.MEMBER, f"{seat}valid_from__lte": day, f"{seat}confirmed_at__isnull": False},
    )
    artefact = decision.version.artefact_id if decision.version else None
    comments = Comment.objects.standing().filter(
        version__artefact=artefact, seat__organisation__constituency=OuterRef("pk")
    )
    rows = (
        Constituency.objects.listed(day)
        .annotate(member=FilteredRelation("organisations__seats", condition=member & current))
        .annotate(commented=Exists(comments))
        .order_by("position", "organisations__name", "member__pk")
        .values_list("pk", "name", "short_name", "commented", "member__pk", "organisations__name")
    )
    kinds: dict[int, _Kind] = {}
    for pk, name, short_name, commented, held, organisation in rows:
        kind = kinds.setdefault(pk, _Kind(pk, name, short_name, commented, []))
        if held is not None:
            kind.seats.append((held, organisation))
    return list(kinds.values())


def _by_constituency(
    positions: dict[int, _Position], objections: dict[int, Objection]
) -> dict[int | None, list[Stated]]:
    found: dict[int | None, list[Stated]] = defaultdict(list)
    for position in positions.values():
        found[position.constituency].append(_said(position, objections))
    return found


def _said(position: _Position, objections: dict[int, Objection]) -> Stated:
    objection = objections.get(position.seat_id)
    return Stated(
        seat_id=position.seat_id,
        seat=f"{Role.MEMBER.label}, {position.name}",
        name=position.name,
        stance=position.stance,
        text=position.text,
        said_as=position.said_as,
        on_behalf=position.on_behalf,
        at=position.at,
        objection=objection.reference if objection else "",
        ended=position.ended,
    )


def _thawed(row: dict[str, Any]) -> Stated:
    return Stated(**row | {"at": datetime.fromisoformat(row["at"])})
