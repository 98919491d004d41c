"""Read models of meetings and agendas, each in a constant number of queries."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from artefacts.models import Artefact, Version, VersionMarking, read_by_standing
from artefacts.states import Kind, Marking, State
from meetings.contents import RESTRICTED_ITEM, RESTRICTED_PAPER, number_of
from meetings.models import WIDEST, AgendaItem, Meeting, Pack, PackCopy, Paper
from meetings.rules import ATTENDED, arranges, opens_at, undoes
from meetings.states import ItemType, MeetingState, PackState
from sdwg import clock, dates, workdays
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor
from sdwg.screen import Button, Event, Waiting

__all__ = [
    "Agenda",
    "ItemRow",
    "PaperRow",
    "Suggestion",
    "agenda",
    "history_of_meeting",
    "listed",
    "pack_by",
    "suggestions",
]

COMING = (MeetingState.DRAFT, MeetingState.SCHEDULED, MeetingState.PACK_ISSUED, MeetingState.IN_SESSION)
REMEMBERED = timedelta(days=28)
"""How long the secretariat is asked who came to a meeting."""
NEAR = timedelta(weeks=6)
"""How long before its last meeting a series is prolonged, if it is."""
HISTORY = 12
"""Lines of history beside a meeting; the audit page has them all."""


# ----------------------------------------------------------------------------------------------------------- the agenda


@dataclass(frozen=True)
class PaperRow:
    """A paper as its reader may see it: ``title`` and ``url`` say no more than they may know.

    ``page`` is the label of its first page in the circulated pack.
    """

    pk: int
    number: int
    title: str
    reference: str
    marking: str
    asked: str
    readable: bool
    url: str
    page: str = ""

    @property
    def name(self) -> str:
        """How a row calls it: by its reference, or, for a file, by its title."""
        return self.reference or self.title


@dataclass(frozen=True)
class ItemRow:
    """One row of an agenda, with its running time; a restricted item that is not its reader's is one line."""

    pk: int
    number: int
    starts: str
    minutes: int
    title: str
    type: str
    type_label: str
    objective: str
    lead: str
    restricted: bool
    shown: bool
    papers: list[PaperRow]

    @property
    def closed(self) -> bool:
        """Restricted, to a reader who may read it all the same."""
        return self.restricted and self.shown


@dataclass(frozen=True)
class Agenda:
    """An agenda with its times. ``minutes`` is the sum of its items, ``slot`` what the meeting has."""

    items: list[ItemRow]
    starts_at: datetime
    minutes: int
    slot: int

    @property
    def ends_at(self) -> datetime:
        """When the last item ends, if everything keeps its time."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def over(self) -> int:
        """Minutes beyond the slot; negative when there is room."""
        return self.minutes - self.slot

    @property
    def verdict(self) -> str:
        """The sum against the slot, in words."""
        if self.over > 0:
            return f"{_minutes(self.over)} over the slot of {self.slot}."
        if self.over < 0:
            return f"{_minutes(-self.over)} left of the slot of {self.slot}."
        return f"The slot of {_minutes(self.slot)} is full."


LABELS = {kind.value: str(kind.label) for kind in ItemType}
ITEM = ("pk", "title", "type", "objective", "lead", "minutes", "restricted")
PAPER = ("pk", "title", "marking", "asked", "version")
VERSION = ("label", "artefact", "artefact__number", "artefact__title", "artefact__kind")
COLUMNS = (*ITEM, *(f"paper__{name}" for name in PAPER), *(f"paper__version__{name}" for name in VERSION))


class Row(NamedTuple):
    """One item and one of its papers, or none: what ``COLUMNS`` names, in that order."""

    item: int
    title: str
    type: str
    objective: str
    lead: str
    minutes: int
    restricted: bool
    paper: int | None
    paper_title: str
    paper_marking: str
    asked: str
    version: int | None
    label: str
    artefact: int
    number: int
    artefact_title: str
    kind: str


def agenda(actor: Actor, meeting: Meeting, pages: Mapping[int, str] | None = None) -> Agenda:
    """The agenda of ``meeting`` as ``actor`` may see it; ``pages`` gives papers their labels in the pack.

    Two queries; one more when the actor's standing does not settle whether they may read a paper, and one the first
    time their grants and exclusions are read. Plain columns and no instances: this is the page read most.
    """
    rows = rows_of(meeting)
    sight = _sight(actor, rows)
    labels = pages or {}
    return laid_out(meeting, rows, lambda number, at, found: _item(actor, sight, number, at, found, labels))


def rows_of(meeting: Meeting) -> list[Row]:
    """The standing items of ``meeting`` with their papers, in order; for nobody's eyes yet. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_question(connection.vendor), [meeting.pk])
        return [Row(*values) for values in cursor.fetchall()]


def laid_out(meeting: Meeting, rows: Iterable[Row], shown: Callable[[int, datetime, list[Row]], ItemRow]) -> Agenda:
    """An agenda with running times. ``shown`` makes an item of its number, its start and its rows, for one reader."""
    starts_at, items = meeting.starts_at, []
    for number, (_, found) in enumerate(groupby(rows, key=attrgetter("item")), 1):
        item = shown(number, starts_at, list(found))
        items.append(item)
        starts_at += timedelta(minutes=item.minutes)
    slot = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    return Agenda(items, meeting.starts_at, sum(item.minutes for item in items), slot)


@cache
def _question(vendor: str) -> str:
    """What the database of this kind is asked for the rows of one meeting: the same for everybody.

    Put into SQL once, because that costs several times what the asking does.
    """
    standing = (
        AgendaItem.objects.filter(meeting=0, removed_at__isnull=True)
        .annotate(paper=FilteredRelation("papers", condition=Q(papers__removed_at__isnull=True)))
        .order_by("position", "pk", "paper__position", "paper__pk")
    )
    sql, asked = standing.values_list(*COLUMNS).query.sql_with_params()
    if tuple(asked) != (0,):
        raise RuntimeError(f"An agenda's rows are asked for with {asked}, and not by their meeting alone.")
    return str(sql)


@dataclass(frozen=True)
class Sight:
    """What is known of the versions on an agenda: their markings of today, which this reader may read, and the
    artefacts that go by their reference alone."""

    markings: Mapping[int, str]
    readable: Container[int]
    closed: Container[int]


def _sight(actor: Actor, rows: Sequence[Row]) -> Sight:
    """By standing where that settles it (``read_by_standing``); of the rest ``visible_to`` is asked."""
    artefacts = {row.version: row.artefact for row in rows if row.version}
    now = VersionMarking.objects.filter(ends_at__isnull=True, version__artefact__in=set(artefacts.values())).order_by()
    current = list(now.values_list("version", "version__artefact", "marking")) if artefacts else []
    markings = {version: marking for version, _, marking in current}
    procurement = {row.artefact for row in rows if row.kind == Kind.PROCUREMENT}
    wanted, standing = set(artefacts), frozenset(read_by_standing(actor)) if actor.may_enter else frozenset()
    hidden, hidden_artefacts = actor.excluded("version"), actor.excluded("artefact") | procurement
    readable = {
        pk
        for pk in wanted
        if markings.get(pk) in standing and pk not in hidden and artefacts[pk] not in hidden_artefacts
    }
    if rest := wanted - readable:
        readable |= set(Version.objects.visible_to(actor).filter(pk__in=rest).values_list("pk", flat=True))
    red = {artefact for _, artefact, marking in current if marking == Marking.RED}
    return Sight(markings, readable, red | procurement | actor.excluded("artefact"))


def _item(
    actor: Actor, sight: Sight, number: int, starts_at: datetime, rows: list[Row], pages: Mapping[int, str]
) -> ItemRow:
    first, starts = rows[0], dates.hour(starts_at)
    shown = not first.restricted or actor.is_chair or actor.is_secretariat or first.item in actor.granted("item")
    if not shown or first.item in actor.excluded("item"):
        return restricted_row(first, number, starts)
    papers = [
        _paper(actor, sight, row, place, pages.get(row.paper, ""))
        for place, row in enumerate(rows, 1)
        if row.paper is not None
    ]
    return ItemRow(
        *(first.item, number, starts, first.minutes, first.title, first.type, LABELS[first.type]),
        *(first.objective, first.lead, first.restricted, True, papers),
    )


def restricted_row(row: Row, number: int, starts: str) -> ItemRow:
    """An item that is not its reader's: one line, with its time."""
    return ItemRow(row.item, number, starts, row.minutes, RESTRICTED_ITEM, "", "", "", "", True, False, [])


def _paper(actor: Actor, sight: Sight, row: Row, number: int, page: str) -> PaperRow:
    assert row.paper is not None  # noqa: S101 (the caller has looked)
    if row.version is None:
        readable = row.paper_marking in (*WIDEST, *((Marking.AMBER,) if actor.reads_amber else ()))
        url = f"/meetings/papers/{row.paper}/" if readable else ""
        return PaperRow(row.paper, number, row.paper_title, "", row.paper_marking, row.asked, readable, url, page)
    readable = row.version in sight.readable
    known = readable or row.artefact not in sight.closed
    reference = f"SDWG-ART-{row.number:03d}"
    return PaperRow(
        *(row.paper, number, row.artefact_title if known else RESTRICTED_PAPER, f"{reference} {row.label}"),
        *(sight.markings.get(row.version, ""), row.asked if known else "", readable),
        *(f"/artefacts/{reference}/{row.label}/review/" if readable else "", page),
    )


@dataclass(frozen=True)
class Suggestion:
    """A version that waits for the group: its artefact is ready, and it is not on this agenda."""

    version: int
    reference: str
    title: str
    since: datetime
    item_title: str


def suggestions(actor: Actor, meeting: Meeting) -> list[Suggestion]:
    """Versions ready for a decision that are not on the agenda of ``meeting``. One query.

    ``item_title`` says no more than everybody may know who sees the agenda.
    """
    last = Version.objects.filter(artefact=OuterRef("pk")).order_by("-order")
    red = VersionMarking.objects.filter(version__artefact=OuterRef("pk"), ends_at__isnull=True, marking=Marking.RED)
    on_it = Paper.objects.standing().filter(
        item__meeting=meeting, item__removed_at__isnull=True, version__artefact=OuterRef("pk")
    )
    ready = (
        Artefact.objects.visible_to(actor)
        .filter(~Exists(on_it), state=State.READY)
        .annotate(last=Subquery(last.values("pk")[:1]), label=Subquery(last.values("label")[:1]), red=Exists(red))
        .order_by("state_since")
    )
    found = []
    for row in ready:
        extra = vars(row)
        reference = f"{row.reference} {extra['label']}"
        closed = extra["red"] or row.kind == Kind.PROCUREMENT
        open_title = f"{RESTRICTED_PAPER} {reference}" if closed else f"{row.title} {extra['label']}"
        found.append(Suggestion(extra["last"], reference, extra["shown_title"], row.state_since, open_title[:160]))
    return found


# ------------------------------------------------------------------------------------------------------------ the lists


def listed(actor: Actor) -> QuerySet[Meeting]:
    """The meetings that ``actor`` sees, each with its number of items."""
    return Meeting.objects.visible_to(actor).annotate(count=Count("items", filter=Q(items__removed_at__isnull=True)))


SAID = {
    "meeting.scheduled": ("calendar", "Scheduled"),
    "meeting.changed": ("calendar", "Date or place changed"),
    "meeting.postponed": ("calendar", "Postponed"),
    "meeting.put-back": ("arrow-back", "A change undone"),
    "pack.ordered": ("clock", "Pack ordered"),
    "pack.built": ("document", "Pack built"),
    "pack.failed": ("triangle", "Pack not built"),
    "pack.circulated": ("mail", "Pack circulated"),
    "attendance.recorded": ("people", "Attendance recorded"),
    "meeting.restricted": ("lock", "Restricted by the chair"),
    "meeting.opened-to-all": ("ring-tick", "Opened to every seat"),
}
MOVED = {
    MeetingState.SCHEDULED: ("mail", "Invitations sent"),
    MeetingState.IN_SESSION: ("half", "Opened"),
    MeetingState.HELD: ("ring-tick", "Closed"),
    MeetingState.CANCELLED: ("ring-slash", "Cancelled"),
    MeetingState.DISCARDED: ("ring-slash", "Discarded"),
    MeetingState.DRAFT: ("ring-dotted", "A draft again"),
}
ARRANGERS_ONLY = ("pack.ordered", "pack.built", "pack.failed")


@dataclass(frozen=True)
class History:
    """What has happened to a meeting and its packs, newest first; whether the last act on it can be undone."""

    events: list[Event]
    undoable: bool


def history_of_meeting(actor: Actor, meeting: Meeting, packs: Iterable[int]) -> History:
    """What has happened to a meeting and its packs. One query."""
    keys = [meeting.audit_key, *(f"pack:{pk}" for pk in packs)]
    verbs = [verb for verb in SAID if verb not in ARRANGERS_ONLY or arranges(actor)]
    rows = AuditEvent.objects.filter(on_key__in=keys, verb__in=[*verbs, "meeting.moved"]).order_by("-seq")[:HISTORY]
    told: list[Any] = [*rows.values_list("verb", "at", "acting_as", "reason", "note", named=True)]
    last = next((row for row in told if row.verb.startswith("meeting.")), None)
    events = [_event(row) for row in told if row.verb != "meeting.moved" or row.note["to"] in MOVED]
    return History(events, bool(last and undoes(last.verb, last.note)))


def _event(row: Any) -> Event:
    icon, text = MOVED[row.note["to"]] if row.verb == "meeting.moved" else SAID[row.verb]
    if row.verb == "pack.circulated":
        text = f"{text} to {row.note['copies']}"
    return Event(icon, text, row.at, row.acting_as, note=row.reason)


# ----------------------------------------------------------------------------------------------------------- what waits


def pack_by(meeting: Meeting, holidays: Container[date], periods: Mapping[str, int]) -> datetime:
    """Until when the pack should be out: 17:00, five working days before the meeting."""
    return workdays.deadline(workdays.before(clock.today(meeting.starts_at), periods["pack"], holidays=holidays))


def notice_by(meeting: Meeting, holidays: Container[date], periods: Mapping[str, int]) -> datetime:
    """Until when the invitations should be out."""
    return workdays.deadline(workdays.before(clock.today(meeting.starts_at), periods["notice"], holidays=holidays))


def waiting_for(actor: Actor) -> list[Waiting]:
    """Packs to read, for everybody who has a copy; the next meeting's deadlines, for the secretariat; what the chair
    opens and closes. At most five queries.
    """
    rows = _to_read(actor) if actor.person else []
    if not (actor.is_secretariat or actor.is_chair):
        return rows
    latest = Pack.objects.filter(meeting=OuterRef("pk")).order_by("-build").values("state")[:1]
    ahead = listed(actor).filter(state__in=COMING).order_by("starts_at").select_related("series")
    coming = list(ahead.annotate(pack=Subquery(latest)))
    if actor.is_chair:
        rows += _to_preside(actor, coming)
    if actor.is_secretariat and coming:
        rows += [*_to_arrange(coming, *workdays.kept()), *_nearing_their_end(actor, coming)]
    if actor.is_secretariat:
        rows += _to_record(actor)
    return rows


def _to_read(actor: Actor) -> list[Waiting]:
    live = (MeetingState.PACK_ISSUED, MeetingState.IN_SESSION)
    mine = PackCopy.objects.filter(person=actor.person, opened_at=None, pack__meeting__state__in=live)
    seen = mine.filter(pack__meeting__in=Meeting.objects.visible_to(actor).values("pk"))
    found = []
    for copy in seen.select_related("pack__meeting"):
        meeting, url = copy.pack.meeting, copy.pack.get_absolute_url()
        found.append(
            Waiting(
                f"Read the pack of {meeting}",
                url,
                meeting.starts_at,
                reference=meeting.reference,
                detail="Before the meeting starts.",
                button=Button("Read the pack", url),
            )
        )
    return found


def _to_record(actor: Actor) -> list[Waiting]:
    """Meetings of the last weeks that were opened and of which nobody has recorded who came."""
    rows = Meeting.objects.visible_to(actor).filter(state__in=ATTENDED, attendance__isnull=True)
    return [
        Waiting(
            f"Record who came to {meeting}",
            f"{meeting.get_absolute_url()}attendance/",
            None,
            meeting.reference,
            "Seat by seat, in session or afterwards.",
            Button("Record it", f"{meeting.get_absolute_url()}attendance/"),
        )
        for meeting in rows.filter(starts_at__gte=actor.at - REMEMBERED).order_by("starts_at")
    ]


def _to_preside(actor: Actor, coming: Iterable[Meeting]) -> list[Waiting]:
    found = []
    for meeting in coming:
        url = meeting.get_absolute_url()
        if meeting.state == MeetingState.IN_SESSION:
            found.append(
                Waiting(
                    f"Close {meeting}",
                    url,
                    meeting.ends_at,
                    meeting.reference,
                    button=Button("Close it", f"{url}close/"),
                )
            )
        elif meeting.state != MeetingState.DRAFT and opens_at(meeting) <= actor.at:
            found.append(
                Waiting(
                    f"Open {meeting}",
                    url,
                    meeting.starts_at,
                    meeting.reference,
                    button=Button("Open it", f"{url}open/"),
                )
            )
    return found


def _to_arrange(coming: Sequence[Meeting], holidays: Container[date], periods: Mapping[str, int]) -> list[Waiting]:
    found = []
    for meeting in coming:
        if meeting.state == MeetingState.DRAFT:
            url = meeting.get_absolute_url()
            by = notice_by(meeting, holidays, periods)
            button = Button("Send the invitations", f"{url}invite/")
            found.append(Waiting(f"Invite to {meeting}", url, by, meeting.reference, _when(meeting), button))
    following = next((meeting for meeting in coming if meeting.state == MeetingState.SCHEDULED), None)
    if following:
        found += _next_meeting(following, pack_by(following, holidays, periods))
    return found


def _nearing_their_end(actor: Actor, coming: Sequence[Meeting]) -> list[Waiting]:
    """Series of which the last meeting is near."""
    last = {meeting.series: meeting for meeting in coming if meeting.series}
    return [
        Waiting(
            f"Prolong “{series}”",
            f"{series.get_absolute_url()}prolong/",
            meeting.starts_at,
            meeting.reference,
            "Its last meeting is near. Prolong it, or let it end.",
            Button("Prolong it", f"{series.get_absolute_url()}prolong/"),
        )
        for series, meeting in last.items()
        if meeting.starts_at < actor.at + NEAR
    ]


def _next_meeting(meeting: Meeting, by: datetime) -> list[Waiting]:
    """The deadlines of the next meeting whose pack is not out."""
    url = meeting.get_absolute_url()
    if vars(meeting)["count"] <= 2:  # nothing but its opening and closing items
        button = Button("Build the agenda", f"{url}agenda/")
        return [
            Waiting(f"Build the agenda of {meeting}", f"{url}agenda/", by, meeting.reference, _when(meeting), button)
        ]
    label, detail = {
        None: ("Order the pack", "Nobody has ordered it yet."),
        PackState.FAILED: ("Order it again", "The last build failed."),
        PackState.BUILT: ("Circulate the pack", "It is built."),
    }.get(vars(meeting)["pack"], ("See the build", "It is being built."))
    button = Button(label, f"{url}pack/")
    return [Waiting(f"Circulate the pack of {meeting}", f"{url}pack/", by, meeting.reference, detail, button)]


def _when(meeting: Meeting) -> str:
    return f"It is on {dates.moment(meeting.starts_at)}."


def _minutes(number: int) -> str:
    return f"{number} minute{'' if number == 1 else 's'}"


def pages_of(pack: Pack) -> dict[int, str]:
    """The label of the control sheet of each paper in a pack: paper id -> label."""
    parts = pack.page_map.get("parts", [])
    prefix = pack.page_map.get("prefix", "")
    return {number_of(part["paper"]): f"{prefix}{part['first'] + 1}" for part in parts if part["paper"]}
