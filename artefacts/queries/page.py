"""The page of an artefact: one read model, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from artefacts.models import (
    Artefact,
    Baseline,
    Comment,
    Consultation,
    NilReturn,
    Version,
)
from artefacts.queries.history import entered, history, trail
from artefacts.queries.versions import ImpactLine, MatrixLine, Response, impact_line, principle_matrix, with_impact
from artefacts.states import OPEN_TO_ASSESSMENT, Answer, Marking, State
from sdwg import clock
from sdwg.members.access import Actor
from sdwg.members.models import Constituency, Role, Seat
from sdwg.screen import Event


@dataclass(frozen=True)
class VersionLine:
    """One row of the table of versions. Of a version the reader may not read only the label and marking are known."""

    version: Version
    readable: bool
    is_latest: bool
    baseline: str

    @property
    def label(self) -> str:
        return self.version.label

    @property
    def marking(self) -> str:
        marking: str = getattr(self.version, "marking", "")
        return marking


@dataclass(frozen=True)
class Tally:
    """Comments by what has become of them. ``answers`` counts the proposed and validated ones by answer."""

    total: int = 0
    waiting: int = 0
    proposed: int = 0
    validated: int = 0
    answers: tuple[tuple[str, str, int], ...] = ()

    @property
    def answered(self) -> int:
        return self.proposed + self.validated


@dataclass(frozen=True)
class ConstituencyLine:
    """A constituency in the table "consultation and impact"."""

    response: Response | None
    impact: ImpactLine


@dataclass(frozen=True)
class Need:
    """One line of "needed before it is ready"."""

    met: bool
    heading: str
    detail: str


@dataclass(frozen=True)
class ArtefactPage:
    """Everything the page of one artefact shows to one reader.

    ``state`` is the state as of now: an artefact whose last window has passed reads "resolving comments" even before
    the worker has looked. ``consulted`` is the version the last consultation was on; ``latest`` the one uploaded last.
    What hangs on a version the reader may not read is empty.
    """

    artefact: Artefact
    state: str
    at: datetime
    versions: tuple[VersionLine, ...]
    windows: tuple[Consultation, ...]
    baseline: Baseline | None
    latest: VersionLine | None
    consulted: VersionLine | None
    window: Consultation | None
    tally: Tally
    tally_consulted: Tally
    principles: tuple[MatrixLine, ...]
    constituencies: tuple[ConstituencyLine, ...]
    recommendations: tuple[str, ...]
    mine: str = ""
    entered: list[tuple[str, datetime]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def reads_latest(self) -> bool:
        return self.latest is not None and self.latest.readable

    @property
    def is_open(self) -> bool:
        """Whether responses are being received now."""
        return any(window.open_at(self.at) for window in self.windows)

    @property
    def closing(self) -> Consultation | None:
        """The window that closes last of those open now."""
        return max((row for row in self.windows if row.open_at(self.at)), key=lambda row: row.closes_at, default=None)

    @property
    def label(self) -> str:
        return str(State(self.state).label)

    @cached_property
    def blank_principles(self) -> tuple[str, ...]:
        return tuple(row.reference for row in self.principles if not row.value)

    @cached_property
    def blank_constituencies(self) -> tuple[str, ...]:
        return tuple(row.impact.constituency for row in self.constituencies if row.impact.label == "Not stated")

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """The three lines that have to be met, in the words of the page."""
        tally = self.tally
        detail = "No comments were received."
        if tally.total:
            detail = (
                f"{tally.validated} of {tally.total} validated; {tally.proposed} proposed, {tally.waiting} waiting."
            )
        principles, blank = len(self.principles), self.blank_principles
        said = f"{principles - len(blank)} of {principles}{_left('Not assessed', blank)}"
        listed, gaps = len(self.constituencies), self.blank_constituencies
        stated = f"{listed - len(gaps)} of {listed}{_left('Blank', gaps)}"
        return (
            Need(tally.validated == tally.total, "Every comment answered and validated", detail),
            Need(not blank, "Every design principle assessed", said),
            Need(not gaps, "Every constituency’s impact stated", stated),
        )

    @property
    def met(self) -> int:
        return sum(need.met for need in self.needs)


def _left(word: str, names: tuple[str, ...]) -> str:
    """The blank cells by name, or how many of them when they are many."""
    if not names:
        return "."
    if len(names) > 4:
        return f". {word}: {', '.join(names[:3])} and {len(names) - 3} more."
    return f". {word}: {', '.join(names)}."


def artefact_page(actor: Actor, artefact: Artefact) -> ArtefactPage:
    """The page of ``artefact``, which ``actor`` sees. Ten queries at most, grants and exclusions included."""
    versions = _versions(actor, artefact)
    windows = tuple(Consultation.objects.filter(version__artefact=artefact).order_by("opened_at"))
    baseline = _baseline(artefact, versions)
    latest = versions[0] if versions else None
    window = windows[-1] if windows else None
    consulted = next((line for line in versions if window and line.version.pk == window.version_id), None)
    reads = latest is not None and latest.readable
    bound, today = artefact.state in OPEN_TO_ASSESSMENT, clock.today(actor.at)
    rows = trail(artefact)
    readable = {line.label for line in versions if line.readable}
    tallies = _tallies(artefact) if any(line.readable for line in versions) else {}
    return ArtefactPage(
        artefact=artefact,
        state=state_now(artefact, windows, actor.at),
        at=actor.at,
        versions=_known(actor, versions),
        windows=windows,
        baseline=baseline,
        latest=latest,
        consulted=consulted,
        window=window,
        tally=_sum(tallies.values()) if reads else Tally(),
        tally_consulted=tallies.get(consulted.version.pk, Tally()) if consulted and consulted.readable else Tally(),
        principles=tuple(principle_matrix(latest.version, today if bound else None)) if latest and reads else (),
        constituencies=_constituencies(bound, today, latest.version, consulted, window) if latest and reads else (),
        recommendations=tuple(artefact.recommendation_links.values_list("recommendation__reference", flat=True))
        if getattr(artefact, "titled", True)
        else (),
        mine=_mine(actor, window),
        entered=entered(rows),
        events=history(rows, readable, named=getattr(artefact, "titled", True)),
    )


def state_now(artefact: Artefact, windows: tuple[Consultation, ...], at: datetime) -> str:
    """The state as of ``at``: past its last window's end it is resolving comments, whether or not the worker looked."""
    if artefact.state == State.IN_CONSULTATION and not any(window.open_at(at) for window in windows):
        return State.RESOLVING
    return artefact.state


def _versions(actor: Actor, artefact: Artefact) -> tuple[VersionLine, ...]:
    """Every version, newest first, with its marking, whether it can be read, and whether it is or was the baseline."""
    shown = Version.objects.visible_to(actor).filter(pk=OuterRef("pk"))
    baselines = Baseline.objects.filter(version=OuterRef("pk")).order_by("-recorded_at")
    rows = Version.objects.filter(artefact=artefact).marked().select_related("file", "uploaded_by").order_by("-order")
    rows = rows.annotate(
        readable=Exists(shown),
        approved=Exists(baselines),
        in_force=Exists(baselines.filter(superseded_at__isnull=True)),
    )
    lines = []
    for place, row in enumerate(rows):
        row.artefact = artefact
        more = vars(row)
        baseline = "Baseline" if more["in_force"] else "Superseded" if more["approved"] else ""
        lines.append(VersionLine(row, more["readable"], place == 0, baseline))
    return tuple(lines)


def _known(actor: Actor, versions: tuple[VersionLine, ...]) -> tuple[VersionLine, ...]:
    """The versions that appear: a TLP:RED one nowhere but to its readers and, as an envelope, to the secretariat."""
    return tuple(line for line in versions if line.readable or line.marking != Marking.RED or actor.is_secretariat)


def _mine(actor: Actor, window: Consultation | None) -> str:
    """What the seat acted for returned: "commented", "nil-return", or "no-response" where it is asked and silent."""
    if window is None or not window.open_at(actor.at) or actor.seat is None:
        return ""
    invited = actor.seat.role == Role.PARTNER and window.version_id in actor.granted("version")
    if not invited and actor.member_seat is None:
        return ""
    has_commented = window.comments.filter(seat=actor.seat).exists()
    has_none = window.nil_returns.filter(seat=actor.seat, replaced_at__isnull=True).exists()
    return "commented" if has_commented else "nil-return" if has_none else "no-response"


def _baseline(artefact: Artefact, versions: tuple[VersionLine, ...]) -> Baseline | None:
    if not any(line.baseline == "Baseline" for line in versions):
        return None
    return Baseline.objects.select_related("version").filter(artefact=artefact, superseded_at__isnull=True).first()


def _tallies(artefact: Artefact) -> dict[int, Tally]:
    """The comments of every version by what became of them. One query."""
    rows = (
        Comment.objects.filter(version__artefact=artefact)
        .order_by()
        .values("version", "disposition__answer")
        .annotate(all=Count("pk"), validated=Count("pk", filter=Q(disposition__validated_at__isnull=False)))
    )
    found: dict[int, list[tuple[str, int, int]]] = {}
    for row in rows:
        found.setdefault(row["version"], []).append((row["disposition__answer"] or "", row["all"], row["validated"]))
    return {pk: _tally(counts) for pk, counts in found.items()}


def _tally(counts: list[tuple[str, int, int]]) -> Tally:
    """``counts`` are (answer or empty, how many, how many of them validated)."""
    total = sum(number for _, number, _ in counts)
    waiting = sum(number for answer, number, _ in counts if not answer)
    validated = sum(number for _, _, number in counts)
    by_answer = {answer.value: 0 for answer in Answer}
    for answer, number, _ in counts:
        if answer:
            by_answer[answer] += number
    answers = tuple((value, str(Answer(value).label), number) for value, number in by_answer.items() if number)
    return Tally(total, waiting, total - waiting - validated, validated, answers)


def _sum(tallies: Iterable[Tally]) -> Tally:
    """Tallies of several versions as one; the answers are left to the version."""
    rows = list(tallies)
    return Tally(
        total=sum(row.total for row in rows),
        waiting=sum(row.waiting for row in rows),
        proposed=sum(row.proposed for row in rows),
        validated=sum(row.validated for row in rows),
    )


def _constituencies(
    bound: bool, today: date, latest: Version, consulted: VersionLine | None, window: Consultation | None
) -> tuple[ConstituencyLine, ...]:
    """What each constituency returned on the version consulted on, and what the latest means for it. One query."""
    rows = with_impact(latest, today if bound else None)
    asked = window if window and consulted and consulted.readable else None
    if asked is not None:
        rows = _with_response(rows, asked)
    listed_by = None if bound else clock.today(latest.uploaded_at)
    return tuple(ConstituencyLine(_response(row) if asked else None, impact_line(row, listed_by)) for row in rows)


def _with_response(rows: QuerySet[Constituency], window: Consultation) -> QuerySet[Constituency]:
    here = {"seat__organisation__constituency": OuterRef("pk")}
    comments = Comment.objects.filter(version=window.version_id, **here).order_by()
    counted = comments.values("seat__organisation__constituency").annotate(number=Count("pk")).values("number")
    nil = NilReturn.objects.filter(consultation=window.pk, replaced_at__isnull=True, **here)
    day = clock.today(window.ends_at)
    seats = Seat.objects.current(day).members().filter(organisation__constituency=OuterRef("pk"))
    return rows.annotate(comments=Subquery(counted), nil=Exists(nil), seated=Exists(seats))


def _response(row: Any) -> Response:
    silent = "no-response" if row.seated else "vacant"
    status = "commented" if row.comments else "nil-return" if row.nil else silent
    return Response(row.pk, row.name, row.short_name, status, row.comments or 0)
