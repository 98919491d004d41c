"""Read models of meetings and agendas, each in a constant number of queries."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from artefacts.models import Artefact, Version, VersionMarking
from artefacts.states import Kind, Marking, State
from meetings.contents import RESTRICTED_ITEM, RESTRICTED_PAPER, number_of
from meetings.models import AgendaItem, Meeting, Pack, PackCopy, Paper
from meetings.rules import arranges
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
HISTORY = 8
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
    pages: int | None
    readable: bool
    url: str
    page: str = ""


@dataclass(frozen=True)
class ItemRow:
    """One row of an agenda, with its running time; a restricted item that is not its reader's is one line."""

    pk: int
    number: int
    starts_at: datetime
    minutes: int
    title: str
    type: str
    type_label: str
    objective: str
    lead: str
    restricted: bool
    shown: bool
    papers: list[PaperRow]


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


def agenda(actor: Actor, meeting: Meeting, pages: Mapping[int, str] | None = None) -> Agenda:
    """The agenda of ``meeting`` as ``actor`` may see it; ``pages`` gives papers their labels in the pack. Two queries.

    Two more the first time an actor's grants and exclusions are read.
    """
    papers: dict[int, list[PaperRow]] = {}
    for paper in _papers(actor, meeting):
        rows = papers.setdefault(paper.item_id, [])
        rows.append(_paper(paper, len(rows) + 1, (pages or {}).get(paper.pk, "")))
    granted, sees_all = actor.granted("item"), actor.is_chair or actor.is_secretariat
    hidden, starts_at, items = actor.excluded("item"), meeting.starts_at, []
    for number, item in enumerate(AgendaItem.objects.standing().filter(meeting=meeting), 1):
        shown = (sees_all or not item.restricted or item.pk in granted) and item.pk not in hidden
        items.append(_item(number, item, starts_at, shown, papers.get(item.pk, [])))
        starts_at += timedelta(minutes=item.minutes)
    slot = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    return Agenda(items, meeting.starts_at, sum(item.minutes for item in items), slot)


def _item(number: int, item: AgendaItem, starts_at: datetime, shown: bool, papers: list[PaperRow]) -> ItemRow:
    if not shown:
        return ItemRow(
            *(item.pk, number, starts_at, item.minutes, RESTRICTED_ITEM, "", "", "", "", True, False, []),
        )
    label = ItemType(item.type).label
    return ItemRow(
        *(item.pk, number, starts_at, item.minutes, item.title, item.type, label, item.objective, item.lead),
        *(item.restricted, True, papers),
    )


def _papers(actor: Actor, meeting: Meeting) -> QuerySet[Paper]:
    """The papers of an agenda with what names them, and ``readable`` and ``closed`` for this reader."""
    readable = Paper.objects.visible_to(actor).filter(pk=OuterRef("pk"))
    rows = VersionMarking.objects.filter(ends_at__isnull=True)
    red = rows.filter(version__artefact=OuterRef("version__artefact"), marking=Marking.RED)
    now = rows.filter(version=OuterRef("version")).values("marking")[:1]
    procurement = Q(version__artefact__kind=Kind.PROCUREMENT)
    return (
        Paper.objects.standing()
        .filter(item__meeting=meeting, item__removed_at__isnull=True)
        .select_related("version__artefact", "version__file", "file")
        .annotate(
            readable=Exists(readable),
            closed=Case(When(Exists(red) | procurement, then=Value(True)), default=Value(False)),
            marking_now=Coalesce(Subquery(now), F("marking")),
        )
        .order_by("item", "position", "pk")
    )


def _paper(paper: Paper, number: int, page: str) -> PaperRow:
    version, extra = paper.version, vars(paper)
    readable, marking = bool(extra["readable"]), extra["marking_now"]
    if version is None:
        url = f"/meetings/papers/{paper.pk}/" if readable else ""
        pages = paper.file.pages if paper.file else None
        return PaperRow(paper.pk, number, paper.title, "", marking, paper.asked, pages, readable, url, page)
    known = readable or not extra["closed"]
    return PaperRow(
        *(paper.pk, number, version.artefact.title if known else RESTRICTED_PAPER, version.audit_ref, marking),
        *(paper.asked if known else "", version.file.pages, readable),
        *(version.get_absolute_url() if readable else "", page),
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


def listed(actor: Actor, *, coming: bool) -> QuerySet[Meeting]:
    """Meetings that come, next first, or that were, last first; each with its number of items."""
    rows = Meeting.objects.visible_to(actor).annotate(count=Count("items", filter=Q(items__removed_at__isnull=True)))
    if coming:
        return rows.filter(state__in=COMING).order_by("starts_at")
    return rows.exclude(state__in=COMING).order_by("-starts_at")


SAID = {
    "meeting.scheduled": ("calendar", "Scheduled"),
    "meeting.changed": ("calendar", "Date or place changed"),
    "pack.ordered": ("clock", "Pack ordered"),
    "pack.built": ("document", "Pack built"),
    "pack.failed": ("triangle", "Pack not built"),
    "pack.circulated": ("mail", "Pack circulated"),
}
MOVED = {
    MeetingState.SCHEDULED: ("mail", "Invitations sent"),
    MeetingState.IN_SESSION: ("half", "Opened"),
    MeetingState.HELD: ("ring-tick", "Closed"),
    MeetingState.CANCELLED: ("ring-slash", "Cancelled"),
}
ARRANGERS_ONLY = ("pack.ordered", "pack.built", "pack.failed")


def history_of_meeting(actor: Actor, meeting: Meeting, packs: Iterable[int]) -> list[Event]:
    """What has happened to a meeting and its packs, newest first. One query."""
    keys = [meeting.audit_key, *(f"pack:{pk}" for pk in packs)]
    verbs = [verb for verb in SAID if verb not in ARRANGERS_ONLY or arranges(actor)]
    told = AuditEvent.objects.filter(Q(verb__in=verbs) | Q(verb="meeting.moved", note__to__in=list(MOVED)))
    rows = told.filter(on_key__in=keys).order_by("-seq")[:HISTORY]
    return [_event(row) for row in rows]


def _event(row: AuditEvent) -> Event:
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
    opens and closes. At most four queries.
    """
    rows = _to_read(actor) if actor.person else []
    if not (actor.is_secretariat or actor.is_chair):
        return rows
    latest = Pack.objects.filter(meeting=OuterRef("pk")).order_by("-build").values("state")[:1]
    coming = list(listed(actor, coming=True).annotate(pack=Subquery(latest)))
    if actor.is_chair:
        rows += _to_preside(actor, coming)
    if actor.is_secretariat and coming:
        rows += _to_arrange(coming, *workdays.kept())
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
        elif meeting.state != MeetingState.DRAFT and clock.today(meeting.starts_at) <= clock.today(actor.at):
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
