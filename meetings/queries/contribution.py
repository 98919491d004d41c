"""What each Member seat has contributed over a period (S4, S7): attendance, responses, positions stated, work.

Counted is what the whole membership reads: open meetings, and documents marked up to TLP:AMBER that support no
procurement. So every reader of the page sees the same figures, but for what a conflict of interest hides from them, and
no figure tells that somebody was named on a document. Never how a seat spoke, and nothing that adds positions up.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from artefacts.models import Artefact, Comment, Consultation, NilReturn, Version, VersionMarking, VersionQuerySet
from artefacts.states import Kind, Marking
from meetings.hearing import NO_CONSTITUENCY
from meetings.models import Action, Attendance, Decision, DecisionQuerySet, Meeting, Objection, Position
from meetings.owning import overdue_since, owners_of
from meetings.states import UNDER_WAY, ActionState, DecisionState, MeetingState, Presence
from sdwg import clock
from sdwg.members.access import Actor
from sdwg.members.models import Constituency, Exclusion, Seat

__all__ = [
    "Contribution",
    "Counts",
    "Group",
    "SeatLine",
    "attendance_in",
    "contribution",
    "last_twelve_months",
    "work_in",
]

FOR_EVERY_MEMBER = (Marking.CLEAR, Marking.GREEN, Marking.AMBER)
"""Markings that every member reads by standing, and so everybody who reads this page."""
CLOSED = (DecisionState.CLOSED, DecisionState.PROPOSED, DecisionState.ADJOURNED, DecisionState.DETERMINED)
"""States of a decision whose positions are closed, and that was not withdrawn."""
VACANT, NOT_LISTED = "vacant", "not listed then"


@dataclass(frozen=True)
class Counts:
    """What is counted of one seat, or of several together.

    ``meetings`` were held while the seat was in force: by the member, by an alternate, apologies, absent, or
    ``unrecorded``. ``asked`` are consultations that ended then, ``answered`` those with its comment or nil return;
    ``put`` are decisions whose positions closed then, ``stated`` those on which it stated one in any round.
    ``objections`` stand now, ``artefacts`` are what it owns or is the author of now; ``actions`` are under way with it
    now, ``overdue`` those of them that are, and ``done`` were closed then.
    """

    meetings: int = 0
    by_member: int = 0
    by_alternate: int = 0
    apologies: int = 0
    absent: int = 0
    asked: int = 0
    answered: int = 0
    comments: int = 0
    put: int = 0
    stated: int = 0
    objections: int = 0
    artefacts: int = 0
    actions: int = 0
    overdue: int = 0
    done: int = 0

    @property
    def attended(self) -> int:
        """An alternate counts once, as the seat they came for."""
        return self.by_member + self.by_alternate

    @property
    def unrecorded(self) -> int:
        return self.meetings - self.attended - self.apologies - self.absent

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, column.name) + getattr(other, column.name) for column in fields(Counts)))


@dataclass(frozen=True)
class SeatLine:
    """One Member seat and its counts; ``mine`` when its reader acts for it. ``days`` says since when and until when."""

    seat: Seat
    counts: Counts
    days: str
    mine: bool


@dataclass(frozen=True)
class Group:
    """One constituency and its seats of the period; ``gap`` says why there is none."""

    name: str
    lines: tuple[SeatLine, ...]
    gap: str = ""

    @property
    def shape(self) -> str:
        """The shape of a gap: one that is somebody's to fill, or one of another time."""
        return "vacant" if self.gap == VACANT else "superseded"

    @property
    def several(self) -> bool:
        """Whether its row sums anything up."""
        return len(self.lines) > 1

    @property
    def counts(self) -> Counts:
        return sum((line.counts for line in self.lines), Counts())


@dataclass(frozen=True)
class Contribution:
    """The whole page: its period, both days inclusive, and every constituency in the order of the ToR."""

    first: date
    last: date
    groups: list[Group]

    @property
    def counts(self) -> Counts:
        return sum((group.counts for group in self.groups), Counts())

    @property
    def seats(self) -> int:
        return sum(len(group.lines) for group in self.groups)


def last_twelve_months(day: date) -> tuple[date, date]:
    """The twelve months that end on ``day``, both days inclusive: 1 December 2025 to 30 November 2026."""
    leap = (day.month, day.day) == (2, 29)
    before = day.replace(year=day.year - 1, day=28 if leap else day.day)
    return before + timedelta(days=1), day


def contribution(actor: Actor, first: date, last: date) -> Contribution:
    """What each seat contributed between ``first`` and ``last``, as ``actor`` may see it. At most sixteen queries."""
    span = Span.of(actor, first, last)
    attended, worked = _attendance(span), _work(span)
    found: defaultdict[int | None, list[SeatLine]] = defaultdict(list)
    for seat in span.seats:
        counts = attended[seat.pk] + worked[seat.pk]
        line = SeatLine(seat, counts, _days(seat, span), actor.acts_for(seat.pk))
        found[seat.organisation.constituency_id].append(line)
    groups = [_group(kind, found.pop(kind.pk, []), span) for kind in Constituency.objects.order_by("position")]
    if others := [line for lines in found.values() for line in lines]:
        groups.append(Group(NO_CONSTITUENCY, tuple(others)))
    return Contribution(first, last, groups)


def attendance_in(actor: Actor, first: date, last: date) -> Counts:
    """Of all seats together: the meetings and how they were attended. Five queries."""
    return sum(_attendance(Span.of(actor, first, last)).values(), Counts())


def work_in(actor: Actor, first: date, last: date) -> Counts:
    """Of all seats together: consultations, comments, positions, objections, artefacts, actions. Twelve queries."""
    return sum(_work(Span.of(actor, first, last)).values(), Counts())


# ----------------------------------------------------------------------------------------------------------- the period


@dataclass(frozen=True)
class Span:
    """A period with the Member seats in force on any of its days that have come, and what conflicts keep them out of.

    ``begins`` and ``ends`` are its moments, the second exclusive.
    """

    actor: Actor
    first: date
    last: date
    begins: datetime
    ends: datetime
    seats: list[Seat]
    kept_out: Collection[tuple[int, str]] = field(default_factory=frozenset)

    @classmethod
    def of(cls, actor: Actor, first: date, last: date) -> "Span":
        """Two queries."""
        ends = clock.at_london(last + timedelta(days=1), time())
        come = min(last, clock.today(actor.at))
        seats = Seat.objects.members().filter(confirmed_at__isnull=False).overlapping(first, come).with_names()
        listed = list(seats.order_by("organisation__name", "valid_from", "pk"))
        begins = clock.at_london(first, time())
        return cls(actor, first, last, begins, ends, listed, _kept_out(listed, actor.at))

    def covers(self, path: str) -> Q:
        """The condition that the moment at ``path`` lies in the period, and has come."""
        return Q(**{f"{path}__gte": self.begins, f"{path}__lt": self.ends, f"{path}__lte": self.actor.at})

    def on(self, moment: datetime, *keys: str) -> list[Seat]:
        """The seats in force on the London day of ``moment`` that no conflict keeps out of any of ``keys``."""
        day = clock.today(moment)
        return [
            seat
            for seat in self.seats
            if seat.runs_on(day) and not any((seat.pk, key) in self.kept_out for key in keys)
        ]


def _kept_out(seats: list[Seat], at: datetime) -> frozenset[tuple[int, str]]:
    """Which seats are kept out of which objects today, as (seat id, key). One query."""
    by_person: defaultdict[int | None, list[int]] = defaultdict(list)
    for seat in seats:
        by_person[seat.person_id].append(seat.pk)
    rows = Exclusion.objects.in_force(at).values_list("person", "seat", "on_key")
    return frozenset((pk, key) for person, seat, key in rows for pk in (seat, *by_person[person]) if pk is not None)


def _days(seat: Seat, span: Span) -> str:
    """Since when and until when, as far as the period does not cover it."""
    parts = [f"from {_said(seat.valid_from)}"] if seat.valid_from > span.first else []
    if seat.valid_to and seat.valid_to <= span.last:
        parts.append(f"to {_said(seat.valid_to)}")
    return " ".join(parts)


def _said(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _group(kind: Constituency, lines: list[SeatLine], span: Span) -> Group:
    listed = kind.listed_from <= span.last and (kind.retired_on is None or kind.retired_on > span.first)
    gap = "" if lines else VACANT if listed else NOT_LISTED
    return Group(kind.name, tuple(lines), gap)


# ----------------------------------------------------------------------------------------------------------- attendance

COLUMN = {
    Presence.MEMBER: "by_member",
    Presence.ALTERNATE: "by_alternate",
    Presence.APOLOGIES: "apologies",
    Presence.ABSENT: "absent",
}


def _attendance(span: Span) -> dict[int, Counts]:
    """By seat: open meetings held in the period while it was in force, and how it was represented. Two queries."""
    held = Meeting.objects.visible_to(span.actor).filter(
        span.covers("starts_at"), state=MeetingState.HELD, restricted=False
    )
    meetings = list(held.values_list("pk", "starts_at"))
    recorded = Attendance.objects.filter(meeting__in=[pk for pk, _ in meetings]).order_by()
    presence = {(meeting, seat): found for meeting, seat, found in recorded.values_list("meeting", "seat", "presence")}
    tally: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for pk, starts_at in meetings:
        for seat in span.on(starts_at, f"meeting:{pk}"):
            tally[seat.pk]["meetings"] += 1
            if found := presence.get((pk, seat.pk)):
                tally[seat.pk][COLUMN[Presence(found)]] += 1
    return {seat.pk: Counts(**tally[seat.pk]) for seat in span.seats}


# ----------------------------------------------------------------------------------------------------------------- work


def _work(span: Span) -> dict[int, Counts]:
    """By seat: what it was asked and answered, and what it has in hand. At most ten queries."""
    tally: defaultdict[int, Counter[str]] = defaultdict(Counter)
    documents = shared(span.actor)
    for column, seats in (
        *_responses(span, documents),
        *_positions(span, documents),
        *_actions(span, documents),
    ):
        for seat in seats:
            tally[seat][column] += 1
    for seat, roles in _artefacts(span.actor).items():
        tally[seat]["artefacts"] = len(roles)
    return {seat.pk: Counts(**tally[seat.pk]) for seat in span.seats}


def shared(actor: Actor) -> VersionQuerySet:
    """Versions that ``actor`` reads and so does every member: nobody is named on them."""
    read = Version.objects.visible_to(actor).filter(Q(marking__in=FOR_EVERY_MEMBER))
    return read.exclude(artefact__kind=Kind.PROCUREMENT).order_by()


Tally = Iterable[tuple[str, Iterable[int]]]


def _responses(span: Span, documents: VersionQuerySet) -> Tally:
    """Consultations that ended in the period, those answered, and comments received in it. Three queries."""
    ended = Consultation.objects.filter(version__in=documents.values("pk")).annotate(
        over=Coalesce("closed_at", "closes_at")
    )
    windows = list(ended.filter(span.covers("over")).values_list("pk", "over", "version", "version__artefact"))
    numbers = [pk for pk, *_ in windows]
    comments = Comment.objects.standing().filter(version__in=documents.values("pk"))
    said = comments.filter(Q(consultation__in=numbers) | span.covers("received_at")).order_by()
    rows = list(said.values_list("consultation", "seat", "received_at"))
    nil = NilReturn.objects.filter(consultation__in=numbers, replaced_at__isnull=True).order_by()
    answered = {(window, seat) for window, seat, _ in rows} | set(nil.values_list("consultation", "seat"))
    for pk, over, version, artefact in windows:
        asked = [seat.pk for seat in span.on(over, f"version:{version}", f"artefact:{artefact}")]
        yield "asked", asked
        yield "answered", [seat for seat in asked if (pk, seat) in answered]
    yield "comments", [seat for _, seat, received in rows if span.begins <= received < span.ends]


def _positions(span: Span, documents: VersionQuerySet) -> Tally:
    """Decisions whose positions closed in the period, those the seat spoke on, objections that stand. Three queries."""
    decisions = _decisions(span.actor, documents)
    closed = decisions.filter(state__in=CLOSED).annotate(over=Coalesce("closed_at", "closes_at"))
    rows = list(closed.filter(span.covers("over")).order_by().values_list("pk", "over", "version", "version__artefact"))
    said = Position.objects.filter(decision__in=[pk for pk, *_ in rows]).order_by()
    stated = set(said.values_list("decision", "seat"))
    for pk, over, version, artefact in rows:
        put = [seat.pk for seat in span.on(over, f"decision:{pk}", f"version:{version}", f"artefact:{artefact}")]
        yield "put", put
        yield "stated", [seat for seat in put if (pk, seat) in stated]
    standing = Objection.objects.standing().filter(decision__in=decisions.order_by().values("pk")).order_by()
    yield "objections", standing.values_list("seat", flat=True)


def _decisions(actor: Actor, documents: VersionQuerySet) -> DecisionQuerySet:
    """Decisions that ``actor`` reads and so does every member: free ones, and those all of whose rounds were."""
    rounds = Decision.earlier_versions.through.objects.filter(decision=OuterRef("pk"))
    apart = rounds.exclude(version__in=documents.values("pk"))
    on_shared = Q(version__isnull=True) | Q(version__in=documents.values("pk"))
    return Decision.objects.visible_to(actor).filter(on_shared).exclude(Exists(apart))


def _actions(span: Span, documents: VersionQuerySet) -> Tally:
    """Actions that every member reads: under way now, overdue now, closed in the period. At most three queries.

    One counts for the seat that has it, and where that is vacant for the seat that undertook it.
    """
    actor = span.actor
    rows = Action.objects.visible_to(actor).filter(
        Q(meeting__isnull=True) | Q(meeting__restricted=False),
        Q(item__isnull=True) | Q(item__restricted=False),
        Q(version__isnull=True) | Q(version__in=documents.values("pk")),
        Q(decision__isnull=True) | Q(decision__in=_decisions(actor, documents).order_by().values("pk")),
    )
    closed = span.covers("settled_at") & Q(state=ActionState.DONE)
    listed = list(rows.filter(Q(state__in=UNDER_WAY) | closed).order_by())
    owners = owners_of(listed, clock.today(actor.at)) if listed else {}
    last = overdue_since(actor.at)
    for row in listed:
        seats = [(owner.holder or owner.seat).pk for owner in owners.get(row.pk, [])]
        yield "done" if row.state == ActionState.DONE else "actions", seats
        if row.state == ActionState.OPEN and row.due <= last:
            yield "overdue", seats


def _artefacts(actor: Actor) -> Mapping[int, set[int]]:
    """By seat: the artefacts it owns or is the author of, whose envelope every seat sees, withdrawn ones too."""
    red = VersionMarking.objects.filter(ends_at__isnull=True, marking=Marking.RED).order_by()
    rows: QuerySet[Any] = Artefact.objects.visible_to(actor).exclude(kind=Kind.PROCUREMENT)
    rows = rows.exclude(pk__in=red.values("version__artefact")).order_by()
    found: defaultdict[int, set[int]] = defaultdict(set)
    for pk, owner, author in rows.values_list("pk", "owner", "author"):
        found[owner].add(pk)
        found[author].add(pk)
    return found
