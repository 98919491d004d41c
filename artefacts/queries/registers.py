"""The registers with their coverage, the two matrices and one entry: as much of the artefacts as the reader may know.

What a reader may not know of counts nowhere here: neither as a tie, nor in a sum, nor against "ready to build".
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from artefacts.models import (
    ENTRIES,
    LINKS,
    AnyEntry,
    Artefact,
    Baseline,
    DesignArea,
    DesignPrinciple,
    PrincipleAssessment,
    Recommendation,
    Scoped,
    Version,
)
from artefacts.queries.lists import as_of, shown_state
from artefacts.rules import may_link
from artefacts.states import Alignment, Kind, State
from sdwg import clock, dates
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor
from sdwg.screen import Event

READY, STARTED, GAP, OUT, RETIRED = "ready-to-build", "started", "gap", "out-of-scope", "retired"
VERDICTS: dict[str, dict[str, str]] = {
    "recommendation": {
        GAP: "Without an artefact", STARTED: "Not ready yet", READY: "Ready to build",
        OUT: "Out of scope", RETIRED: "Retired",
    },
    "area": {
        GAP: "Without an artefact", STARTED: "In work", READY: "Designed",
        OUT: "Out of scope", RETIRED: "Retired",
    },
}  # fmt: skip
"""What becomes of an entry, in words, by kind; in the order in which pages offer them."""


# ------------------------------------------------------------------------------------------------------------ coverage


@dataclass(frozen=True)
class Part:
    """One artefact that answers an entry, as its reader may see it; ``baseline`` is the approved version, or empty."""

    id: int
    reference: str
    url: str
    title: str
    state: str
    label: str
    baseline: str

    @property
    def shape(self) -> str:
        """The value whose shape its cell takes: approved while there is a baseline, whatever is worked on since."""
        return State.APPROVED.value if self.baseline else self.state

    @property
    def words(self) -> str:
        """What its cell says."""
        return f"Baseline {self.baseline}" if self.baseline else self.label


@dataclass(frozen=True)
class CoverageLine:
    """An entry and the artefacts that answer it, of those the reader may see.

    ``verdict`` is a key of ``VERDICTS``: ready to build when each of them has a baseline (R1, O1).
    """

    entry: Recommendation | DesignArea
    artefacts: tuple[Part, ...]
    verdict: str

    @property
    def reference(self) -> str:
        return self.entry.reference

    @property
    def label(self) -> str:
        return VERDICTS[self.entry.kind][self.verdict]

    @property
    def shape(self) -> str:
        """The value whose shape stands before the verdict."""
        shapes = {GAP: "late", STARTED: "todo", READY: "done", OUT: "not-applicable", RETIRED: "superseded"}
        return shapes[self.verdict]

    @property
    def ready_to_build(self) -> bool:
        return self.verdict == READY

    @property
    def approved(self) -> int:
        """How many of the artefacts have a baseline."""
        return sum(bool(part.baseline) for part in self.artefacts)

    @property
    def counts(self) -> bool:
        """Whether the group still owes it an answer, or gave one: it is in the register, and in scope."""
        return self.verdict not in {OUT, RETIRED}

    @property
    def needs(self) -> str:
        """What "ready to build" is made of, in words."""
        if self.verdict == OUT:
            return self.entry.why_out_of_scope
        if self.verdict == RETIRED:
            return self.entry.why_retired
        if not self.artefacts:
            return "No artefact that you may see answers it."
        return f"{self.approved} of {len(self.artefacts)} approved"


def design_artefacts(actor: Actor) -> dict[int, Part]:
    """The design artefacts in the group's work that ``actor`` may know by title, by number of their row. One query."""
    in_force = Baseline.objects.filter(artefact=OuterRef("pk"), superseded_at__isnull=True)
    shown = as_of(Artefact.objects.visible_to(actor), actor.at)
    live = shown.filter(Q(titled=True), kind=Kind.DESIGN).exclude(state=State.WITHDRAWN).order_by("number")
    rows = live.annotate(baseline=Subquery(in_force.values("version__label")[:1]))
    return {row.pk: _part(row) for row in rows}


def _part(row: Artefact) -> Part:
    state, extra = shown_state(row), vars(row)
    label = str(State(state).label)
    return Part(
        row.pk, row.reference, row.get_absolute_url(), extra["shown_title"], state, label, extra["baseline"] or ""
    )


def coverage(actor: Actor, kind: str, known: Mapping[int, Part] | None = None) -> list[CoverageLine]:
    """Every entry of the register of ``kind``, recommendations or areas, in its order. Three queries at any size."""
    parts = design_artefacts(actor) if known is None else known
    ties: dict[int, list[Part]] = {}
    for entry, artefact in LINKS[kind].objects.order_by("artefact__number").values_list(f"{kind}_id", "artefact_id"):
        if artefact in parts:
            ties.setdefault(entry, []).append(parts[artefact])
    entries: Iterable[Any] = ENTRIES[kind].objects.all()
    return [line_of(row, tuple(ties.get(row.pk, ()))) for row in entries]


def parts_of(entry: Recommendation | DesignArea, known: Mapping[int, Part]) -> tuple[Part, ...]:
    """Those of ``known`` that answer the entry. One query."""
    ties = LINKS[entry.kind].objects.filter(**{entry.kind: entry}).order_by("artefact__number")
    return tuple(known[pk] for pk in ties.values_list("artefact_id", flat=True) if pk in known)


def linkable(actor: Actor) -> list[Artefact]:
    """The design artefacts that ``actor`` may tie to entries, by reference. One query."""
    rows = Artefact.objects.visible_to(actor).filter(Q(titled=True)).order_by("number")
    return [row for row in rows if may_link(actor, row)]


def line_of(entry: Recommendation | DesignArea, parts: tuple[Part, ...]) -> CoverageLine:
    """What becomes of an entry that ``parts`` answer."""
    if entry.retired_on is not None:
        verdict = RETIRED
    elif not entry.in_scope:
        verdict = OUT
    elif not parts:
        verdict = GAP
    else:
        verdict = READY if all(part.baseline for part in parts) else STARTED
    return CoverageLine(entry, parts, verdict)


@dataclass(frozen=True)
class Coverage:
    """A register as a page or a download shows it: narrowed to a verdict, with the number of each and of all."""

    kind: str
    lines: list[CoverageLine]
    counts: tuple[tuple[str, str, int], ...]
    total: int
    show: str

    @property
    def sums(self) -> dict[str, int]:
        return {verdict: number for verdict, _, number in self.counts}


def register_of(actor: Actor, kind: str, *, show: str = "") -> Coverage:
    """The register of recommendations or of areas, narrowed to the verdict ``show``."""
    return _narrowed(kind, coverage(actor, kind), show)


def _narrowed(kind: str, lines: list[CoverageLine], show: str) -> Coverage:
    found = Counter(line.verdict for line in lines)
    counts = tuple((verdict, label, found[verdict]) for verdict, label in VERDICTS[kind].items() if found[verdict])
    narrowed = [line for line in lines if line.verdict == show] if show in VERDICTS[kind] else lines
    return Coverage(kind, narrowed, counts, len(lines), show if show in VERDICTS[kind] else "")


# --------------------------------------------------------------------------------------------------------- the matrices


@dataclass(frozen=True)
class MatrixRow:
    """An entry, and a cell for each column: the artefact that answers it, or nothing."""

    line: CoverageLine
    cells: tuple[Part | None, ...]


@dataclass(frozen=True)
class Matrix:
    """Entries by artefacts. The gaps are of all the reader may see, whatever the page is narrowed to."""

    kind: str
    rows: tuple[MatrixRow, ...]
    columns: tuple[Part, ...]
    register: Coverage
    states: tuple[tuple[str, str, int], ...]
    state: str
    unanswered: tuple[CoverageLine, ...]
    answers_nothing: tuple[Part, ...]

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The shapes in the table, each with its word."""
        found = {cell.shape: cell for row in self.rows for cell in row.cells if cell}
        return [(shape, "Has a baseline" if part.baseline else part.label) for shape, part in sorted(found.items())]


def matrix(actor: Actor, kind: str, *, show: str = "", state: str = "") -> Matrix:
    """The traceability matrix of ``kind``, narrowed to a verdict and to artefacts in a state. Three queries."""
    known = design_artefacts(actor)
    lines = coverage(actor, kind, known)
    register = _narrowed(kind, lines, show)
    found = Counter(part.state for part in known.values())
    states = tuple((value, str(State(value).label), found[value]) for value in State.values if found[value])
    state = state if state in found else ""
    columns = tuple(part for part in known.values() if not state or part.state == state)
    answering = {part.id for line in lines if line.counts for part in line.artefacts}
    return Matrix(
        kind=kind,
        rows=tuple(_matrix_row(line, columns) for line in register.lines),
        columns=columns,
        register=register,
        states=states,
        state=state,
        unanswered=tuple(line for line in lines if line.verdict == GAP),
        answers_nothing=tuple(part for part in known.values() if part.id not in answering),
    )


def _matrix_row(line: CoverageLine, columns: Iterable[Part]) -> MatrixRow:
    answering = {part.id for part in line.artefacts}
    return MatrixRow(line, tuple(part if part.id in answering else None for part in columns))


# ---------------------------------------------------------------------------------------------------------- principles


@dataclass(frozen=True)
class Standing:
    """An artefact whose latest version says how it stands to a principle."""

    reference: str
    url: str
    value: str

    @property
    def label(self) -> str:
        return str(Alignment(self.value).label).partition(",")[0]


@dataclass(frozen=True)
class PrincipleLine:
    """A principle and how the latest versions stand to it, of those the reader may read."""

    principle: DesignPrinciple
    cells: tuple[Standing, ...]
    retired: bool

    def _count(self, value: str) -> int:
        return sum(cell.value == value for cell in self.cells)

    @property
    def aligned(self) -> int:
        return self._count(Alignment.ALIGNED)

    @property
    def departs(self) -> list[tuple[str, str]]:
        """Reference and address of each artefact that departs."""
        return [(cell.reference, cell.url) for cell in self.cells if cell.value == Alignment.DEPARTS]

    @property
    def not_applicable(self) -> int:
        return self._count(Alignment.NOT_APPLICABLE)


def principles(actor: Actor, only: DesignPrinciple | None = None) -> list[PrincipleLine]:
    """The register of principles with its coverage: by the latest version of each artefact. Two queries."""
    newest = Version.objects.filter(artefact=OuterRef("version__artefact")).order_by("-order").values("pk")[:1]
    cells = PrincipleAssessment.objects.filter(
        version=Subquery(newest), version__in=Version.objects.visible_to(actor).values("pk")
    ).exclude(version__artefact__state=State.WITHDRAWN)
    rows = DesignPrinciple.objects.all()
    if only:
        cells, rows = cells.filter(principle=only), rows.filter(pk=only.pk)
    found: dict[int, list[Standing]] = {}
    for cell in cells.select_related("version__artefact").order_by("version__artefact__number"):
        artefact = cell.version.artefact
        standing = Standing(artefact.reference, artefact.get_absolute_url(), cell.alignment)
        found.setdefault(cell.principle_id, []).append(standing)
    today = clock.today(actor.at)
    return [PrincipleLine(row, tuple(found.get(row.pk, ())), _is_retired(row, today)) for row in rows]


def _is_retired(row: DesignPrinciple, today: date) -> bool:
    return row.retired_on is not None and row.retired_on <= today


# ----------------------------------------------------------------------------------------------------------- one entry

TOLD: dict[str, tuple[str, str]] = {
    "entered": ("document", "Entered"),
    "reworded": ("pencil", "Reworded"),
    "retired": ("superseded", "Retired"),
    "listed-again": ("loop", "Listed again"),
    "put-out-of-scope": ("ring-dash", "Put out of scope"),
    "taken-into-scope": ("ring-tick", "Taken into scope"),
    "moved": ("arrow", "Moved in the list"),
}
"""What can happen to an entry: its icon and its words."""


def entry_history(actor: Actor, entry: AnyEntry, known: Mapping[int, Part]) -> list[Event]:
    """What happened to an entry, newest first: with what it said before, and the ties to artefacts in ``known``.

    Four queries. Of a tie to any other artefact nothing is told.
    """
    events = list(AuditEvent.objects.filter(on_key=entry.audit_key).order_by("-seq"))
    before = _words_before(entry)
    found = [(event.seq, _told(event, before.get(event.act, ""))) for event in events]
    found += _ties(entry, known)
    return [event for _, event in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _told(event: AuditEvent, before: str) -> Event:
    icon, words = TOLD[event.verb.partition(".")[2]]
    note = " ".join(filter(None, (event.reason, before)))
    return Event(icon=icon, text=words, at=event.at, who=_who(event), note=note)


def _who(event: AuditEvent) -> str:
    named = event.person_name and event.person_name.lower() not in event.acting_as.lower()
    return f"{event.person_name}, {event.acting_as}" if named else event.acting_as


def _words_before(entry: AnyEntry) -> dict[Any, str]:
    """By the act that changed them: what the words of the entry were until then."""
    names = [name for name in ("title", "text", "source") if hasattr(entry, name)]
    found: dict[Any, str] = {}
    last: Any = None
    for row in entry.history.order_by("history_id"):
        if last is not None:
            was = [f"The {name} was: {_stopped(getattr(last, name) or 'nothing')}" for name in names
                   if getattr(last, name) != getattr(row, name)]  # fmt: skip
            found[row.act] = " ".join(was)
        last = row
    return found


def _stopped(words: str) -> str:
    """``words`` as they are, with a full stop where they have none."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _ties(entry: AnyEntry, known: Mapping[int, Part]) -> list[tuple[int, Event]]:
    """The ties that were made and taken away, with the number of the event that tells of each.

    Why one was taken away is told on the artefact's page, to those who read the artefact.
    """
    if entry.kind not in LINKS:
        return []
    history: Any = LINKS[entry.kind].history
    rows = list(history.filter(**{entry.kind: entry.pk}, artefact_id__in=list(known)))
    events = {
        (event.act, event.on_key): event
        for event in AuditEvent.objects.filter(
            act__in={row.act for row in rows}, verb__in=("artefact.linked", "artefact.registered")
        )
    }
    found = []
    for row in rows:
        event, part = events[(row.act, f"artefact:{row.artefact_id}")], known[row.artefact_id]
        linked = row.history_type == "+"
        text = f"{part.reference} {'linked' if linked else 'no longer linked'}"
        icon = "ring-tick" if linked else "ring-slash"
        found.append((event.seq, Event(icon, text, event.at, _who(event), part.url)))
    return found


def listed_since(entry: AnyEntry, at: datetime) -> str:
    """Since when it is listed, in words; empty for what was there before anybody noted the day."""
    first = ENTRIES[entry.kind]._meta.get_field("listed_from").default
    return "" if entry.listed_from == first else dates.day(entry.listed_from, clock.today(at))


def scope_of(entry: AnyEntry) -> str:
    """ "In scope" or "Out of scope"; empty for what has no scope."""
    return ("In scope" if entry.in_scope else "Out of scope") if isinstance(entry, Scoped) else ""
