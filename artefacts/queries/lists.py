"""The lists: the register of artefacts, and the windows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from artefacts.models import (
    Artefact,
    Baseline,
    Comment,
    Consultation,
    NilReturn,
    Version,
)
from artefacts.states import State
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
    in_force = Baseline.objects.filter(artefact=OuterRef("pk"), superseded_at__isnull=True)
    rows = rows.annotate(
        has_version=Exists(Version.objects.filter(artefact=OuterRef("pk"))),
        baseline_label=Subquery(in_force.values("version__label")[:1]),
        before_system=Exists(in_force.before_system()),
    ).select_related("author__organisation")
    paginator = Paginator(rows.order_by("number"), ON_A_PAGE)
    paginator.count = counts.get(state, 0) if state else sum(counts.values())
    found = paginator.get_page(page)
    lines = list(found)
    latest = _latest(actor, lines)
    return Register(
        lines=[_register_line(row, latest.get(row.pk, ("", ""))) for row in lines],
        page=found,
        counts=tuple((value, str(State(value).label), counts[value]) for value in State.values if counts.get(value)),
        total=sum(counts.values()),
        state=state,
    )


def _latest(actor: Actor, lines: list[Artefact]) -> dict[int, tuple[str, str]]:
    """Label and marking of the newest version of each that ``actor`` reads. One query, where a column each took two."""
    rows: QuerySet[Any] = Version.objects.visible_to(actor).filter(artefact__in=[row.pk for row in lines])
    found = rows.order_by("order").values_list("artefact", "label", "marking")
    return {artefact: (label, marking) for artefact, label, marking in found}


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


def _register_line(row: Artefact, latest: tuple[str, str]) -> RegisterLine:
    extra = vars(row)
    return RegisterLine(
        reference=row.reference,
        url=row.get_absolute_url(),
        title=extra["shown_title"],
        state=shown_state(row),
        since=row.state_since,
        author=row.author.label if extra["titled"] else "",
        version=latest[0],
        marking=latest[1],
        baseline=(extra["baseline_label"] or "") if extra["titled"] else "",
        before_system=extra["before_system"],
        withheld=extra["has_version"] and not latest[0],
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
    counted = Count("comments", filter=Q(comments__withdrawn_at__isnull=True), distinct=True)
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
    comments = Comment.objects.standing().filter(consultation__in=rows, seat=actor.seat_id)
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
