"""What goes into a meeting's pack, read from the rows once and then no longer looked at.

Everything here is printed on our own pages, which every recipient gets, so it holds only what the least entitled of
them may read: a paper marked TLP:RED, or one that supports procurement, goes by its reference alone, and a restricted
item is one line. What a paper itself says is withheld copy by copy, later.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Prefetch, Q, Subquery

from artefacts.models import Version, VersionMarking
from artefacts.states import Kind, Marking, highest
from meetings.models import Action, ActionUpdate, AgendaItem, Meeting, Paper, PaperQuerySet
from meetings.owning import owners_of
from meetings.states import UNDER_WAY, MeetingState
from sdwg import clock
from sdwg.audit.chain import digest
from sdwg.files.models import StoredFile

RESTRICTED_ITEM = "Restricted item"
RESTRICTED_PAPER = "Restricted paper"
OWN_PAGES = Marking.GREEN
"""What our own pages are marked: references, titles, owners and states are TLP:GREEN metadata."""


@dataclass(frozen=True)
class PaperSheet:
    """A paper and its control sheet. ``key`` names it in the document; ``sha256`` is of the bytes as uploaded."""

    key: str
    item: int
    number: int
    title: str
    reference: str
    version: str
    owner: str
    author: str
    marking: str
    asked: str
    sha256: str
    restricted: bool
    file: StoredFile = field(compare=False)

    @property
    def place(self) -> str:
        """Where it is, as footers say it: "Item 4, paper 2"."""
        return f"Item {self.item}, paper {self.number}"

    @property
    def name(self) -> str:
        """What it is called when it stops a build."""
        return f"{self.place}: {self.reference if self.restricted else self.title}"

    @property
    def control(self) -> str:
        """The anchor of its control sheet."""
        return f"control-{self.key}"


@dataclass(frozen=True)
class ItemSheet:
    """One row of the agenda as it is printed."""

    number: int
    title: str
    type: str
    objective: str
    lead: str
    starts_at: datetime
    minutes: int
    restricted: bool
    papers: tuple[PaperSheet, ...]

    @property
    def key(self) -> str:
        return f"item-{self.number}"


@dataclass(frozen=True)
class ActionSheet:
    """One row of the action log as it is printed: owners by their seats, as they are when the pack is built."""

    reference: str
    raised_at: str
    text: str
    on: str
    owner_lines: tuple[str, ...]
    due: date
    word: str
    latest: str
    latest_at: datetime | None


@dataclass(frozen=True)
class Contents:
    """A pack before it is laid out."""

    reference: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    chair: str
    items: tuple[ItemSheet, ...]
    actions: tuple[ActionSheet, ...] = ()

    @property
    def papers(self) -> tuple[PaperSheet, ...]:
        return tuple(paper for item in self.items for paper in item.papers)

    @property
    def marking(self) -> str:
        """The highest marking of its parts."""
        return highest([OWN_PAGES, *(paper.marking for paper in self.papers)])

    @property
    def minutes(self) -> int:
        """The sum of the items, in minutes."""
        return sum(item.minutes for item in self.items)

    @property
    def inputs(self) -> str:
        """The digest of all that the pack is made from: equal as long as nothing of it changes."""
        rows = [
            [
                *(item.number, item.title, item.type, item.objective, item.lead, item.minutes, item.restricted),
                [[getattr(paper, name) for name in _PRINTED] for paper in item.papers],
            ]
            for item in self.items
        ]
        facts = [self.reference, self.title, self.starts_at, self.ends_at, self.place, self.chair, rows]
        return digest([*facts, *([[astuple(row) for row in self.actions]] if self.actions else [])])


_PRINTED = ("key", "number", "title", "reference", "version", "owner", "author", "marking", "asked", "sha256")


def read(meeting: Meeting, at: datetime) -> Contents:
    """The contents of the pack of ``meeting`` as its rows are at ``at``. Nine queries, and two more for actions."""
    items = list(meeting.items.standing().prefetch_related(Prefetch("papers", with_sheets(Paper.objects.standing()))))
    closed = without_title(paper.version for item in items for paper in item.papers.all() if paper.version)
    starts_at, sheets = meeting.starts_at, []
    for number, item in enumerate(items, 1):
        sheets.append(_item(number, item, starts_at, closed))
        starts_at += timedelta(minutes=item.minutes)
    return Contents(
        meeting.reference,
        meeting.title,
        meeting.starts_at,
        meeting.ends_at,
        meeting.place,
        meeting.presiding.label if meeting.presiding else "",
        tuple(sheets),
        tuple(_action_log(meeting, at)),
    )


LATEST = 300
"""Letters of the latest update that the log prints; the action's page has all of it."""


def _action_log(meeting: Meeting, at: datetime) -> Iterable[ActionSheet]:
    """What is under way, and what was settled since the meeting before; of that, what every seat reads."""
    before = Meeting.objects.filter(state=MeetingState.HELD, starts_at__lt=meeting.starts_at).order_by("-starts_at")
    since = before.values_list("starts_at", flat=True).first()
    recent = Q(settled_at__gte=since) if since else Q()
    last = ActionUpdate.objects.filter(action=OuterRef("pk")).exclude(text="").order_by("-number")
    rows = Action.objects.for_everybody(at).filter(Q(state__in=UNDER_WAY) | recent).order_by("due", "number")
    found = list(
        rows.select_related("meeting", "version__artefact").annotate(
            latest=Subquery(last.values("text")[:1]), latest_at=Subquery(last.values("made_at")[:1])
        )
    )
    owners = owners_of(found, clock.today(at)) if found else {}
    for row in found:
        told = vars(row)
        latest = " ".join((told["latest"] or "").split())
        yield ActionSheet(
            row.reference,
            row.meeting.reference if row.meeting else row.before,
            row.text,
            row.version.audit_ref if row.version else "",
            tuple(owner.label if owner.holder else f"{owner.label}, seat vacant" for owner in owners.get(row.pk, [])),
            row.due,
            row.get_state_display(),
            latest if len(latest) <= LATEST else f"{latest[:LATEST]}…",
            told["latest_at"],
        )


def with_sheets(papers: PaperQuerySet) -> PaperQuerySet:
    """``papers`` with everything that names them, without a query a row."""
    versions = Version.objects.marked().select_related(
        "file", "artefact__owner__organisation", "artefact__author__organisation"
    )
    return papers.select_related("file").prefetch_related(Prefetch("version", versions))


def key_of(paper: int) -> str:
    """What the document calls the paper with this id."""
    return f"paper-{paper}"


def number_of(key: str) -> int:
    """The id of the paper that the document calls ``key``."""
    return int(key.removeprefix("paper-"))


def without_title(versions: Iterable[Version]) -> frozenset[int]:
    """The artefacts among those of ``versions`` that go by their reference alone: RED today, or procurement."""
    artefacts = {version.artefact_id: version.artefact for version in versions}
    red = VersionMarking.objects.filter(
        version__artefact__in=artefacts, ends_at__isnull=True, marking=Marking.RED
    ).values_list("version__artefact", flat=True)
    procurement = (pk for pk, artefact in artefacts.items() if artefact.kind == Kind.PROCUREMENT)
    return frozenset([*red, *procurement])


def marking_of(paper: Paper) -> str:
    """What a paper loaded by ``with_sheets`` is marked today: its version's marking, or, for a file, its own."""
    return str(vars(paper.version)["marking"]) if paper.version else paper.marking


def _item(number: int, item: AgendaItem, starts_at: datetime, closed: frozenset[int]) -> ItemSheet:
    if item.restricted:
        return ItemSheet(number, RESTRICTED_ITEM, "", "", "", starts_at, item.minutes, True, ())
    papers = tuple(_paper(number, place, paper, closed) for place, paper in enumerate(item.papers.all(), 1))
    kind = item.get_type_display()
    return ItemSheet(number, item.title, kind, item.objective, item.lead, starts_at, item.minutes, False, papers)


def _paper(item: int, number: int, paper: Paper, closed: frozenset[int]) -> PaperSheet:
    key, version = key_of(paper.pk), paper.version
    if version is None:
        assert paper.file  # noqa: S101 (a constraint of the table)
        return PaperSheet(
            *(key, item, number, paper.title, "", "", "", "", paper.marking, paper.asked, paper.file.sha256, False),
            file=paper.file,
        )
    artefact = version.artefact
    if artefact.pk in closed:
        return PaperSheet(
            *(key, item, number, RESTRICTED_PAPER, artefact.reference, version.label, "", ""),
            *(marking_of(paper), "", version.sha256, True),
            file=version.file,
        )
    return PaperSheet(
        *(key, item, number, artefact.title, artefact.reference, version.label),
        *(artefact.owner.label, artefact.author.label, marking_of(paper), paper.asked, version.sha256, False),
        file=version.file,
    )
