"""Who was heard on a decision: one answer for the rules, for what a determination freezes, for every page and document.

By constituency, in the order of the Terms of Reference (M4), each with what its seats said, word for word. A
constituency is *heard* when one of its seats stated a stance; a seat that is conflicted is kept out of the matter and
is shown as that. Silence stays silence. Nothing here counts for and against: it is never a vote.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from artefacts.models import Comment
from meetings.models import Decision, Position
from meetings.states import STANDING, Stance
from sdwg import clock
from sdwg.members.models import Constituency, Seat

NO_CONSTITUENCY = "Members of no constituency"


@dataclass(frozen=True)
class Stated:
    """What one seat said. ``seat`` reads "Member, iDNO B", ``name`` "iDNO B"; ``said_as`` is whoever said it, and how.

    ``objection`` is the number of the objection of that seat that stands ("O-1"), if one does.
    """

    seat: str
    name: str
    stance: str
    text: str
    said_as: str
    on_behalf: bool
    at: datetime
    objection: str = ""

    @property
    def label(self) -> str:
        """The stance in words: "Can live with"."""
        return str(Stance(self.stance).label)


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


def heard(decision: Decision, at: datetime) -> list[Hearing]:
    """Who has been heard on ``decision`` by ``at``, in its present round. Five queries, whatever there is."""
    seats = member_seats(clock.today(at))
    objections = dict(decision.objections.filter(state__in=STANDING).values_list("seat_id", "number"))
    now, before = _positions(decision)
    commented = _commented(decision)
    stated, to_confirm, silent = (defaultdict[int | None, list[Any]](list) for _ in range(3))
    for position in now.values():
        stated[_kind(position.seat)].append(_said(position, objections))
    for position in before.values():
        to_confirm[_kind(position.seat)].append(_said(position, objections))
    for seat in seats:
        if seat.pk not in now and seat.pk not in before:
            silent[_kind(seat)].append(seat.organisation.name)
    filled = {_kind(seat) for seat in seats}

    def of(pk: int | None, name: str, short_name: str) -> Hearing:
        return Hearing(
            name,
            short_name,
            tuple(stated[pk]),
            tuple(to_confirm[pk]),
            tuple(silent[pk]),
            vacant=pk not in filled,
            commented=pk in commented,
        )

    rows = [of(kind.pk, kind.name, kind.short_name) for kind in constituencies(clock.today(at))]
    if None in filled or stated[None] or to_confirm[None]:
        rows.append(of(None, NO_CONSTITUENCY, "Other"))
    return rows


def frozen(rows: Iterable[dict[str, Any]]) -> list[Hearing]:
    """Who was heard, as a determination keeps it."""
    return [Hearing.from_json(row) for row in rows]


def constituencies(day: date) -> list[Constituency]:
    """The constituencies listed on ``day``, in the order of the Terms of Reference."""
    listed = Constituency.objects.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=day), listed_from__lte=day)
    return list(listed)


def member_seats(day: date) -> list[Seat]:
    """The member seats in force on ``day``: those whose stance is asked for."""
    return list(Seat.objects.members().current(day).with_names().order_by("organisation__name", "pk"))


def all_stated(decision: Decision, day: date) -> bool:
    """Whether every member seat has stated a stance in this round, so that nobody is left to wait for."""
    stated = decision.positions.filter(round=decision.round).values("seat")
    return not Seat.objects.members().current(day).exclude(pk__in=stated).exists()


def _positions(decision: Decision) -> tuple[dict[int, Position], dict[int, Position]]:
    """By seat: the positions of this round, and the last earlier ones of seats that have none in it."""
    rows = decision.positions.select_related("seat__organisation").order_by("round", "seat__organisation__name", "pk")
    now: dict[int, Position] = {}
    before: dict[int, Position] = {}
    for position in rows:
        (now if position.round == decision.round else before)[position.seat_id] = position
    return now, {seat: position for seat, position in before.items() if seat not in now}


def _commented(decision: Decision) -> set[int | None]:
    if decision.version is None:
        return set()
    of_artefact = Comment.objects.filter(version__artefact=decision.version.artefact_id)
    return set(of_artefact.order_by().values_list("seat__organisation__constituency", flat=True).distinct())


def _kind(seat: Seat) -> int | None:
    return seat.organisation.constituency_id


def _said(position: Position, objections: dict[int, int]) -> Stated:
    number = objections.get(position.seat_id)
    return Stated(
        seat=position.seat.label,
        name=position.seat.organisation.name,
        stance=position.stance,
        text=position.text,
        said_as=position.acting_as,
        on_behalf=position.on_behalf,
        at=position.stated_at,
        objection=f"O-{number}" if number else "",
    )


def _thawed(row: dict[str, Any]) -> Stated:
    return Stated(**row | {"at": datetime.fromisoformat(row["at"])})
