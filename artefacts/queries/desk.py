"""What the reviewing desk shows beside the document: the comments asked for, a screen of them, and where they are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from artefacts.models import Comment, Version
from artefacts.queries.versions import CommentLine, comment_line, with_answers
from artefacts.states import Severity
from sdwg.members.access import Actor

ON_A_SCREEN = 20
STATES = {"waiting": "Waiting", "proposed": "Proposed", "validated": "Validated", "withdrawn": "Withdrawn"}
ANCHORS = 100
"""Comments that one page of the document points at; the others are in the list."""


@dataclass(frozen=True)
class Asked:
    """How the comments are narrowed, as the address says. What it says wrongly is as if it did not say it."""

    section: str = ""
    severity: str = ""
    state: str = ""
    mine: bool = False
    at: int | None = None
    comment: int | None = None
    page: str = "1"

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "Asked":
        severity, state = said.get("severity", ""), said.get("state", "")
        return cls(
            section=said.get("section", "").strip()[:60],
            severity=severity if severity in Severity.values else "",
            state=state if state in STATES else "",
            mine=said.get("mine", "") == "1",
            at=_number(said.get("at", "")),
            comment=_number(said.get("comment", "")),
            page=said.get("page", "1"),
        )

    @property
    def query(self) -> str:
        """The address without the screen."""
        said = {"section": self.section, "severity": self.severity, "state": self.state, "at": self.at or ""}
        return urlencode({name: value for name, value in (said | {"mine": "1" if self.mine else ""}).items() if value})

    @property
    def narrowed(self) -> bool:
        return bool(self.query)


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and 0 < len(said) < 7 else None


@dataclass(frozen=True)
class Desk:
    """The comments on a version, the reader's own organisation's first: one screen of those that were asked for.

    ``total``, ``high`` and ``mine`` count those that stand, asked for or not; ``states`` has each state and its number.
    """

    asked: Asked
    screen: Page[int]
    rows: tuple[CommentLine, ...]
    total: int
    high: int
    mine: int
    states: tuple[tuple[str, str, int], ...]

    @property
    def found(self) -> int:
        return self.screen.paginator.count


def desk(actor: Actor, version: Version, asked: Asked) -> Desk:
    """The desk of a version that ``actor`` reads. Two queries."""
    own = actor.seat.organisation_id if actor.seat else 0
    rows: QuerySet[Any] = Comment.objects.filter(version=version).annotate(
        theirs=Case(When(seat__organisation=own, then=Value(0)), default=Value(1), output_field=IntegerField())
    )
    columns = ("number", "seat", "seat__organisation", "severity", "section", "page")
    ends = ("withdrawn_at", "disposition__answer", "disposition__validated_at")
    every = [_Known(*row) for row in rows.order_by("theirs", "number").values_list(*columns, *ends)]
    chosen = [row.number for row in every if row.matches(asked, own)]
    screens = Paginator(chosen, ON_A_SCREEN)
    screen = screens.get_page(asked.page)
    if asked.comment in chosen:
        screen = screens.page(chosen.index(asked.comment) // ON_A_SCREEN + 1)
    shown: QuerySet[Any] = with_answers(rows.filter(number__in=list(screen)))
    standing = [row for row in every if row.state != "withdrawn"]
    counted = Counter(row.state for row in every)
    return Desk(
        asked=asked,
        screen=screen,
        rows=tuple(comment_line(row) for row in shown.order_by("theirs", "number")),
        total=len(standing),
        high=sum(row.severity == Severity.HIGH for row in standing),
        mine=sum(row.seat == actor.seat_id for row in standing),
        states=tuple((value, name, counted[value]) for value, name in STATES.items()),
    )


@dataclass(frozen=True)
class _Known:
    """What the list needs to know of a comment to find it."""

    number: int
    seat: int
    organisation: int
    severity: str
    section: str
    page: int | None
    withdrawn_at: object
    answer: str | None
    validated_at: object

    @property
    def state(self) -> str:
        if self.withdrawn_at:
            return "withdrawn"
        if not self.answer:
            return "waiting"
        return "validated" if self.validated_at else "proposed"

    def matches(self, asked: Asked, own: int) -> bool:
        state = self.state == asked.state if asked.state else self.state != "withdrawn" or self.number == asked.comment
        return (
            state
            and (not asked.severity or self.severity == asked.severity)
            and (not asked.mine or self.organisation == own)
            and (asked.at is None or self.page == asked.at)
            and (not asked.section or _within(self.section, asked.section))
        )


def _within(section: str, asked: str) -> bool:
    """Whether a section is the one asked for or inside it: 5.2.1 is in 5.2, and 5.20 is not."""
    one, other = section.casefold(), asked.casefold()
    return one == other or (one.startswith(other) and not one[len(other)].isalnum())


def anchored(version: Version, page: int) -> list[tuple[int, str]]:
    """The numbers and quotations of the comments that stand on a page of the document. One query."""
    rows = Comment.objects.standing().filter(Q(version=version), page=page).order_by("number")
    return list(rows.values_list("number", "quoted")[:ANCHORS])
