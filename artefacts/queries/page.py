"""The page of an artefact: one read model, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Value

from artefacts.models import AreaLink, Artefact, Baseline, Consultation, RecommendationLink, ValidationDelegation
from artefacts.queries.history import entered, history, trail
from artefacts.queries.parts import (
    ConstituencyLine,
    Returns,
    Tally,
    VersionLine,
    constituencies,
    past,
    returns,
    said,
    tally,
)
from artefacts.queries.versions import MatrixLine, principle_matrix
from artefacts.rules import delegation_of
from artefacts.states import OPEN_TO_ASSESSMENT, Marking, State
from sdwg import clock
from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.screen import Event


@dataclass(frozen=True)
class Need:
    """One line of "needed before it is ready"."""

    met: bool
    heading: str
    detail: str


@dataclass(frozen=True)
class Entry:
    """A recommendation it answers, or a design area it covers: its kind, what it is called, what it says."""

    kind: str
    reference: str
    text: str


@dataclass(frozen=True)
class ArtefactPage:
    """Everything the page of one artefact shows to one reader.

    ``state`` is the state as of now: an artefact whose last window has passed reads "resolving comments" even before
    the worker has looked. ``consulted`` is the version the last consultation was on; ``latest`` the one uploaded last.
    What hangs on a version the reader may not read is empty.
    ``delegation`` is whom the chair lets validate the answers now.
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
    answers: tuple[Entry, ...]
    delegation: ValidationDelegation | None = None
    mine: str = ""
    entered: list[tuple[str, datetime]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def reads_latest(self) -> bool:
        return self.latest is not None and self.latest.readable

    @property
    def before_system(self) -> bool:
        """Whether the baseline was approved before this system: no consultation here came before it."""
        baseline = self.baseline
        return baseline is not None and all(window.opened_at >= baseline.recorded_at for window in self.windows)

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
    """The page of ``artefact``, which ``actor`` sees. Ten queries at most, grants and exclusions included.

    A part that hangs on what the reader may not read costs nothing and is empty.
    """
    found = past(actor, artefact)
    latest = next(iter(found.versions), None)
    window = found.windows[-1] if found.windows else None
    consulted = next((row for row in found.versions if window and row.version.pk == window.version_id), None)
    read = [row.version.pk for row in found.versions if row.readable]
    comments = said(artefact, read) if read else []
    answers = returns(window, comments) if window and consulted and consulted.readable else None
    day = clock.today(actor.at) if artefact.state in OPEN_TO_ASSESSMENT else None
    reads, titled = latest is not None and latest.readable, getattr(artefact, "titled", True)
    rows = trail(artefact)
    return ArtefactPage(
        artefact=artefact,
        state=state_now(artefact, found.windows, actor.at),
        at=actor.at,
        versions=_known(actor, found.versions),
        windows=found.windows,
        baseline=found.baseline,
        latest=latest,
        consulted=consulted,
        window=window,
        tally=tally(comments) if reads else Tally(),
        tally_consulted=tally(row for row in comments if consulted and row.version == consulted.version.pk),
        principles=tuple(principle_matrix(latest.version, day)) if latest and reads else (),
        constituencies=tuple(constituencies(latest.version, day, answers)) if latest and reads else (),
        answers=_answers(artefact) if titled else (),
        delegation=delegation_of(artefact.pk, actor.at) if titled else None,
        mine=_mine(actor, answers),
        entered=entered(rows),
        events=history(rows, {row.label for row in found.versions if row.readable}, named=titled),
    )


def _answers(artefact: Artefact) -> tuple[Entry, ...]:
    """The recommendations it answers, then the design areas it covers. One query."""
    ties = RecommendationLink.objects.filter(artefact=artefact).order_by().annotate(kind=Value("recommendation"))
    areas = AreaLink.objects.filter(artefact=artefact).order_by().annotate(kind=Value("area"))
    rows = ties.values_list("kind", "recommendation__reference", "recommendation__text").union(
        areas.values_list("kind", "area__reference", "area__title"), all=True
    )
    return tuple(Entry(*row) for row in sorted(rows, key=lambda row: (row[0] == "area", row[1])))


def state_now(artefact: Artefact, windows: Iterable[Consultation], at: datetime) -> str:
    """The state as of ``at``: past its last window's end it is resolving comments, whether or not the worker looked."""
    if artefact.state == State.IN_CONSULTATION and not any(window.open_at(at) for window in windows):
        return State.RESOLVING
    return artefact.state


def _known(actor: Actor, versions: Iterable[VersionLine]) -> tuple[VersionLine, ...]:
    """The versions that appear: a TLP:RED one nowhere but to its readers and, as an envelope, to the secretariat."""
    return tuple(line for line in versions if line.readable or line.marking != Marking.RED or actor.is_secretariat)


def _mine(actor: Actor, answers: Returns | None) -> str:
    """What the seat acted for has returned to an open window; empty for a seat that is not asked."""
    if answers is None or actor.seat is None or not answers.window.open_at(actor.at):
        return ""
    invited = actor.seat.role == Role.PARTNER and answers.window.version_id in actor.granted("version")
    return answers.of(actor.seat_id) if invited or actor.member_seat else ""
