"""The lists: the register of artefacts, windows, recommendations and principles with their coverage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from artefacts.models import (
    Artefact,
    Baseline,
    Comment,
    Consultation,
    DesignPrinciple,
    NilReturn,
    PrincipleAssessment,
    Recommendation,
    RecommendationLink,
    Version,
)
from artefacts.states import Alignment, Kind, State
from sdwg import clock
from sdwg.members.access import Actor
from sdwg.members.models import Role

ON_A_PAGE = 50


# -------------------------------------------------------------------------------------------------------- the register


@dataclass(frozen=True)
class RegisterLine:
    """One artefact in the register. What belongs to a title that is withheld is empty."""

    reference: str
    url: str
    title: str
    state: str
    since: datetime
    author: str
    version: str
    marking: str
    baseline: str
    before_system: bool
    withheld: bool

    @property
    def label(self) -> str:
        return str(State(self.state).label)


@dataclass(frozen=True)
class Register:
    """A page of the register, with the number of artefacts in each state and in all."""

    lines: list[RegisterLine]
    page: Page[Any]
    counts: tuple[tuple[str, str, int], ...]
    total: int
    state: str


def as_of(artefacts: QuerySet[Artefact], at: datetime) -> QuerySet[Any]:
    """Annotate ``still_open``: whether a window of it is open at ``at``, whatever the worker has closed by then."""
    still_open = Consultation.objects.filter(version__artefact=OuterRef("pk"), closed_at__isnull=True, closes_at__gt=at)
    return artefacts.annotate(still_open=Exists(still_open))


def shown_state(artefact: Artefact) -> str:
    """The state of a row of ``as_of``: "resolving comments" from 17:00, not from the worker's look."""
    if artefact.state == State.IN_CONSULTATION and not vars(artefact)["still_open"]:
        return State.RESOLVING
    return artefact.state


def register(actor: Actor, *, state: str = "", page: str = "1") -> Register:
    """The artefacts whose envelope ``actor`` may see, by number, narrowed to a state. Constant queries at any size."""
    rows = as_of(Artefact.objects.visible_to(actor), actor.at)
    counts = _counts(rows)
    if state:
        rows = _in_state(rows, state)
    latest: QuerySet[Any] = Version.objects.visible_to(actor).filter(artefact=OuterRef("pk")).order_by("-order")
    in_force = Baseline.objects.filter(artefact=OuterRef("pk"), superseded_at__isnull=True)
    rows = rows.annotate(
        latest_label=Subquery(latest.values("label")[:1]),
        latest_marking=Subquery(latest.values("marking")[:1]),
        has_version=Exists(Version.objects.filter(artefact=OuterRef("pk"))),
        baseline_label=Subquery(in_force.values("version__label")[:1]),
        before_system=Exists(in_force.before_system()),
    ).select_related("author__organisation")
    found = Paginator(rows.order_by("number"), ON_A_PAGE).get_page(page)
    return Register(
        lines=[_register_line(row) for row in found],
        page=found,
        counts=tuple((value, str(State(value).label), counts[value]) for value in State.values if counts.get(value)),
        total=sum(counts.values()),
        state=state,
    )


def _counts(rows: QuerySet[Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state, still_open, number in (
        rows.order_by()
        .values("state", "still_open")
        .annotate(number=Count("pk"))
        .values_list("state", "still_open", "number")
    ):
        closed = state == State.IN_CONSULTATION and not still_open
        shown = State.RESOLVING.value if closed else state
        counts[shown] = counts.get(shown, 0) + number
    return counts


def _in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    closed = Q(state=State.IN_CONSULTATION, still_open=False)
    if state == State.RESOLVING:
        return rows.filter(Q(state=State.RESOLVING) | closed)
    if state == State.IN_CONSULTATION:
        return rows.filter(state=State.IN_CONSULTATION, still_open=True)
    return rows.filter(state=state)


def _register_line(row: Artefact) -> RegisterLine:
    extra = vars(row)
    return RegisterLine(
        reference=row.reference,
        url=row.get_absolute_url(),
        title=extra["shown_title"],
        state=shown_state(row),
        since=row.state_since,
        author=row.author.label if extra["titled"] else "",
        version=extra["latest_label"] or "",
        marking=extra["latest_marking"] or "",
        baseline=(extra["baseline_label"] or "") if extra["titled"] else "",
        before_system=extra["before_system"],
        withheld=extra["has_version"] and not extra["latest_label"],
    )


# ------------------------------------------------------------------------------------------------------------- windows


@dataclass(frozen=True)
class WindowLine:
    """A consultation and what I have done there: ``mine`` is "commented", "nil-return", "no-response", or empty for
    somebody who is not asked. ``open`` is as of now."""

    window: Consultation
    url: str
    open: bool
    comments: int
    mine: str
    mine_label: str
    can_respond: bool


def open_windows(actor: Actor) -> QuerySet[Consultation]:
    """The windows that are open as of now, on versions ``actor`` may read; the first to close comes first."""
    shown = Consultation.objects.visible_to(actor)
    return shown.filter(opened_at__lte=actor.at, closes_at__gt=actor.at, closed_at__isnull=True).select_related(
        "version__artefact"
    )


def windows(actor: Actor) -> tuple[list[WindowLine], list[WindowLine]]:
    """The windows open now and the last ones that closed, each with what the actor's seat has returned."""
    counted = Count("comments", distinct=True)
    is_open = list(open_windows(actor).annotate(number=counted, marking=_marking()))
    shown = Consultation.objects.visible_to(actor).exclude(pk__in=[row.pk for row in is_open])
    closed = list(
        shown.select_related("version__artefact")
        .annotate(number=counted, marking=_marking())
        .order_by("-closes_at")[:ON_A_PAGE]
    )
    said = _said(actor, [*is_open, *closed])
    asked = actor.seat is not None and actor.seat.role in {Role.MEMBER, Role.PARTNER}
    granted = actor.granted("version")
    lines = []
    for rows, opened in ((is_open, True), (closed, False)):
        lines.append([_window_line(actor, row, opened, said, asked, granted) for row in rows])
    return lines[0], lines[1]


def _marking() -> Subquery:
    versions: QuerySet[Any] = Version.objects.marked().filter(pk=OuterRef("version"))
    return Subquery(versions.values("marking")[:1])


def _said(actor: Actor, rows: list[Consultation]) -> dict[int, str]:
    """What the actor's seat returned, by consultation. Two queries."""
    nil = NilReturn.objects.filter(consultation__in=rows, seat=actor.seat_id, replaced_at__isnull=True)
    said = dict.fromkeys(nil.values_list("consultation", flat=True), "nil-return")
    comments = Comment.objects.filter(consultation__in=rows, seat=actor.seat_id)
    said.update(dict.fromkeys(comments.values_list("consultation", flat=True), "commented"))
    return said


def _window_line(
    actor: Actor, row: Consultation, opened: bool, said: dict[int, str], asked: bool, granted: frozenset[int]
) -> WindowLine:
    wanted = asked and (actor.member_seat is not None or row.version_id in granted)
    mine = said.get(row.pk, "no-response" if wanted else "")
    labels = {"commented": "You commented", "nil-return": "You returned no comments", "no-response": "Not yet"}
    if not opened:
        labels["no-response"] = "No response"
    version = row.version
    return WindowLine(
        window=row,
        url=version.get_absolute_url(),
        open=opened,
        comments=vars(row)["number"],
        mine=mine,
        mine_label=labels.get(mine, ""),
        can_respond=opened and mine == "no-response",
    )


# ----------------------------------------------------------------------------------------------------------- registers


@dataclass(frozen=True)
class Covering:
    """An artefact that answers a recommendation, as its reader may see it."""

    reference: str
    url: str
    title: str
    state: str
    label: str


@dataclass(frozen=True)
class RecommendationLine:
    """A recommendation and the artefacts that answer it, of those the reader may see.

    ``ready_to_build`` when each design artefact that answers it, seen or not, has a baseline (R1, O1).
    """

    reference: str
    text: str
    source: str
    artefacts: tuple[Covering, ...]
    ready_to_build: bool


def recommendations(actor: Actor) -> list[RecommendationLine]:
    """The register of recommendations with its coverage. Three queries, grants and exclusions apart."""
    shown = as_of(Artefact.objects.visible_to(actor), actor.at)
    live = Q(titled=True) & ~Q(state=State.WITHDRAWN)
    known = {row.pk: row for row in shown.filter(live)}
    links = RecommendationLink.objects.exclude(artefact__state=State.WITHDRAWN).order_by("artefact__number")
    links = links.filter(artefact__kind=Kind.DESIGN).annotate(
        has_baseline=Exists(Baseline.objects.filter(artefact=OuterRef("artefact"), superseded_at__isnull=True))
    )
    rows = Recommendation.objects.prefetch_related(Prefetch("artefact_links", links))
    return [_recommendation_line(row, known) for row in rows]


def _recommendation_line(row: Recommendation, known: Mapping[int, Artefact]) -> RecommendationLine:
    links: list[Any] = list(row.artefact_links.all())
    covering = tuple(_covering(known[link.artefact_id]) for link in links if link.artefact_id in known)
    ready = bool(covering) and all(link.has_baseline for link in links)
    return RecommendationLine(row.reference, row.text, row.source, covering, ready)


def _covering(row: Artefact) -> Covering:
    state = shown_state(row)
    return Covering(
        reference=row.reference,
        url=row.get_absolute_url(),
        title=vars(row)["shown_title"],
        state=state,
        label=str(State(state).label),
    )


@dataclass(frozen=True)
class PrincipleLine:
    """A principle and how the latest versions stand to it, of those the reader may read."""

    principle: DesignPrinciple
    aligned: int
    departs: tuple[tuple[str, str], ...]
    not_applicable: int
    retired: bool


def principles(actor: Actor) -> list[PrincipleLine]:
    """The register of principles with its coverage: by the latest version of each artefact. Two queries."""
    newest = Version.objects.filter(artefact=OuterRef("version__artefact")).order_by("-order").values("pk")[:1]
    cells = PrincipleAssessment.objects.filter(
        version=Subquery(newest), version__in=Version.objects.visible_to(actor).values("pk")
    ).exclude(version__artefact__state=State.WITHDRAWN)
    found: dict[int, list[PrincipleAssessment]] = {}
    for cell in cells.select_related("version__artefact").order_by("version__artefact__number"):
        found.setdefault(cell.principle_id, []).append(cell)
    today = clock.today(actor.at)
    return [_principle_line(row, found.get(row.pk, []), today) for row in DesignPrinciple.objects.all()]


def _principle_line(row: DesignPrinciple, cells: list[PrincipleAssessment], today: date) -> PrincipleLine:
    departing = [cell.version.artefact for cell in cells if cell.alignment == Alignment.DEPARTS]
    return PrincipleLine(
        principle=row,
        aligned=sum(cell.alignment == Alignment.ALIGNED for cell in cells),
        departs=tuple((artefact.reference, artefact.get_absolute_url()) for artefact in departing),
        not_applicable=sum(cell.alignment == Alignment.NOT_APPLICABLE for cell in cells),
        retired=row.retired_on is not None and row.retired_on <= today,
    )
