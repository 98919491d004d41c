"""One version, as its page, a pack's control sheet and a dossier read it: comments, consultation, the two matrices.

Plain frozen values and no actor: whoever asks has checked that the reader may read the version.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from artefacts.models import (
    Artefact,
    Comment,
    Consultation,
    DesignPrinciple,
    ImpactAssessment,
    NilReturn,
    PrincipleAssessment,
    Remarking,
    Version,
    listed_on,
)
from artefacts.rules import latest as latest_version
from artefacts.rules import reads as can_read
from artefacts.states import DONE_IN_A_VERSION, OPEN_TO_ASSESSMENT, Alignment, Answer, Impact, Marking, Word
from sdwg import clock
from sdwg.members.access import Actor
from sdwg.members.models import Constituency, Organisation, Person, Seat

__all__ = ["can_read", "latest_version"]


def marking_of(version: Version) -> Marking:
    """The marking in force today. One query, none when the version was read with ``marked()``."""
    known: str | None = getattr(version, "marking", None)
    return Marking(known or version.markings.get(ends_at__isnull=True).marking)


def version_before(version: Version) -> Version | None:
    """The version uploaded before this one."""
    earlier = Version.objects.filter(artefact=version.artefact_id, order__lt=version.order)
    return earlier.select_related("artefact").order_by("-order").first()


# ------------------------------------------------------------------------------------------------------------ comments


@dataclass(frozen=True)
class CommentLine:
    """One comment with what became of it. ``state`` is "waiting", "proposed", "validated" or "withdrawn".

    ``who`` is the label it was made under; ``answer`` a value of ``Answer``, or empty; ``word`` one of ``Word``, or
    empty, also where it was said to an answer that is another one now; times are in UTC.
    """

    id: int
    number: int
    seat_id: int
    who: str
    person: str
    constituency: str
    type: str
    severity: str
    page: int | None
    section: str
    quoted: str
    text: str
    proposed_change: str
    received_at: datetime
    answer: str = ""
    reason: str = ""
    proposed_as: str = ""
    proposed_by: int | None = None
    proposed_at: datetime | None = None
    validated_as: str = ""
    validated_at: datetime | None = None
    contested_as: str = ""
    contested_at: datetime | None = None
    contested_why: str = ""
    word: str = ""
    word_text: str = ""
    word_as: str = ""
    word_at: datetime | None = None
    repeats: str = ""
    resolved_in: str = ""
    seat: Seat = field(default_factory=Seat, compare=False, repr=False)

    @property
    def word_label(self) -> str:
        return str(Word(self.word).label) if self.word else ""

    @property
    def promised(self) -> bool:
        """Whether its validated answer promises another text."""
        return self.validated_at is not None and self.answer in DONE_IN_A_VERSION

    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None
    organisation: int = 0

    @property
    def state(self) -> str:
        if self.withdrawn_at:
            return "withdrawn"
        if not self.answer:
            return "waiting"
        return "validated" if self.validated_at else "proposed"

    @property
    def answer_label(self) -> str:
        return str(Answer(self.answer).label) if self.answer else ""

    @property
    def type_label(self) -> str:
        return self.type.capitalize()

    @property
    def severity_label(self) -> str:
        return self.severity.capitalize()

    @property
    def place(self) -> str:
        return place_in(self.page, self.section)


def place_in(page: int | None, section: str) -> str:
    """Where in the document: "Page 14, section 5.3.2"; empty for the whole of it."""
    numbered = section[:1].isdigit()
    parts = [f"page {page}" if page else "", f"section {section}" if numbered else section]
    words = ", ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]


def comment_log(version: Version) -> list[CommentLine]:
    """Every comment that stands on the version, with its disposition, by their numbers. One query."""
    rows = with_answers(Comment.objects.standing().filter(version=version))
    return [comment_line(row) for row in rows.order_by("number")]


def with_answers(rows: "QuerySet[Comment]") -> "QuerySet[Comment]":
    """``rows`` with what ``comment_line`` reads of them."""
    return rows.select_related(
        *("person", "disposition", "seat__organisation__constituency"),
        *("last_word", "duplicate_of__version", "resolved_in"),
    )


def maintained(actor: Actor, artefact: Artefact) -> list[CommentLine]:
    """The comments of the seat acted for that its last word maintained, on any version it may read. One query."""
    rows = (
        Comment.objects.standing()
        .visible_to(actor)
        .filter(
            version__artefact=artefact,
            seat=actor.seat_id,
            last_word__word=Word.MAINTAINED,
            last_word__on_answer_of=F("disposition__validated_at"),
        )
    )
    return [comment_line(row) for row in with_answers(rows).order_by("version__order", "number")]


def comment_line(row: Comment) -> CommentLine:
    """``row``, read with its person, seat and disposition, as a line. No query."""
    disposition = getattr(row, "disposition", None)
    constituency = row.seat.organisation.constituency
    answered: dict[str, Any] = {}
    if disposition:
        answered = {
            "answer": disposition.answer,
            "reason": disposition.reason,
            "proposed_as": disposition.proposed_as,
            "proposed_by": disposition.proposed_by_id,
            "proposed_at": disposition.proposed_at,
            "validated_as": disposition.validated_as,
            "validated_at": disposition.validated_at,
            "contested_as": disposition.contested_as,
            "contested_at": disposition.contested_at,
            "contested_why": disposition.contested_why,
        }
    last = getattr(row, "last_word", None)
    if last and disposition and last.on_answer_of == disposition.validated_at:
        answered |= {"word": last.word, "word_text": last.text, "word_as": last.acting_as, "word_at": last.said_at}
    return CommentLine(
        id=row.pk,
        number=row.number,
        seat_id=row.seat_id,
        who=row.acting_as,
        person=row.person.display_name,
        constituency=constituency.name if constituency else "",
        type=row.type,
        severity=row.severity,
        page=row.page,
        section=row.section,
        quoted=row.quoted,
        text=row.text,
        proposed_change=row.proposed_change,
        received_at=row.received_at,
        repeats=_place(row.duplicate_of, row) if row.duplicate_of else "",
        resolved_in=row.resolved_in.label if row.resolved_in else "",
        seat=row.seat,
        edited_at=row.edited_at,
        withdrawn_at=row.withdrawn_at,
        organisation=row.seat.organisation_id,
        **answered,
    )


def _place(other: Comment, row: Comment) -> str:
    """ "comment 3", or "comment 3 on 0.1" where that is another version."""
    return f"comment {other.number}{'' if other.version_id == row.version_id else f' on {other.version.label}'}"


# ------------------------------------------------------------------------------------------------------- consultation


RESPONSES = {
    "commented": "Commented",
    "nil-return": "Nil return",
    "no-response": "No response",
    "vacant": "Vacant seat",
}


@dataclass(frozen=True)
class Response:
    """What one constituency returned: ``status`` is a key of ``RESPONSES``; ``by`` names who responded."""

    constituency_id: int
    constituency: str
    short_name: str
    status: str
    comments: int
    by: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return RESPONSES[self.status]

    @property
    def responded(self) -> bool:
        return self.status in {"commented", "nil-return"}


@dataclass(frozen=True)
class Summary:
    """A consultation in figures: its window (UTC), how many commented, and the constituencies by what they returned.

    ``from_programme`` counts comments of programme seats and partners, which are of no constituency;
    ``from_industry`` those from the wider industry, which are not among ``comments``.
    """

    opened_at: datetime
    closes_at: datetime
    ended_at: datetime
    why_short: str
    why_early: str
    comments: int
    from_programme: int
    from_industry: int
    responses: tuple[Response, ...]

    def named(self, *statuses: str) -> tuple[str, ...]:
        """The constituencies of these statuses, by name."""
        return tuple(row.constituency for row in self.responses if row.status in statuses)


def last_window(version: Version) -> Consultation | None:
    """The consultation on the version; ``None`` when there was none."""
    return version.consultations.order_by("-opened_at").first()


def consultation_summary(version: Version, until: datetime | None = None) -> Summary | None:
    """The consultation on the version; ``None`` when there was none. Seven queries.

    Of the wider industry those count that were released by ``until`` (UTC), where it is given.
    """
    window = last_window(version)
    if window is None:
        return None
    rows = responses(version)
    comments = version.comments.standing().count()
    industry = window.public_comments.filter(released_at__isnull=False)
    return Summary(
        opened_at=window.opened_at,
        closes_at=window.closes_at,
        ended_at=window.ends_at,
        why_short=window.why_short,
        why_early=window.why_early,
        comments=comments,
        from_programme=comments - sum(row.comments for row in rows),
        from_industry=(industry.filter(released_at__lte=until) if until else industry).count(),
        responses=tuple(rows),
    )


def responses(version: Version) -> list[Response]:
    """One row for each constituency listed when the version was consulted on, in the order of the ToR (M4).

    A constituency without a Member seat on the window's last day, which nobody answered for, is vacant. Four queries.
    """
    window = last_window(version)
    day = clock.today(window.ends_at if window else version.uploaded_at)
    current = Seat.objects.current(day).members().filter(organisation__constituency=OuterRef("pk"))
    listed = list(Constituency.objects.listed(day).annotate(seated=Exists(current)))
    commented = said_by(Comment.objects.standing().filter(version=version).values_list(*WHO))
    nil = said_by(NilReturn.objects.filter(consultation__version=version, replaced_at=None).values_list(*WHO))
    return [_response(row, vars(row)["seated"], commented[row.pk], nil[row.pk]) for row in listed]


WHO = ("seat__organisation__constituency", "seat__organisation__name")


def said_by(rows: Iterable[tuple[int | None, str]]) -> dict[int, list[str]]:
    """Organisations by constituency, one entry for each time one responded."""
    found: dict[int, list[str]] = defaultdict(list)
    for constituency, organisation in rows:
        if constituency is not None:
            found[constituency].append(organisation)
    return found


def _response(row: Constituency, seated: bool, commented: list[str], nil: list[str]) -> Response:
    silent = "no-response" if seated else "vacant"
    status = "commented" if commented else "nil-return" if nil else silent
    by = tuple(sorted({*commented, *nil}))
    return Response(row.pk, row.name, row.short_name, status, len(commented), by)


# ------------------------------------------------------------------------------------------------------- the matrices


@dataclass(frozen=True)
class MatrixLine:
    """One principle and how the version stands to it; ``value`` is of ``Alignment``, empty while it is blank."""

    id: int
    reference: str
    title: str
    text: str
    illustrative: bool
    value: str
    label: str
    why: str


@dataclass(frozen=True)
class ImpactLine:
    """One constituency and what the version means for it, by the programme's own assessment.

    ``value`` is of ``Impact``, empty while it is blank; a constituency listed later reads "Not listed then".
    """

    id: int
    constituency: str
    short_name: str
    value: str
    label: str
    text: str


def principle_matrix(version: Version, day: date | None = None) -> list[MatrixLine]:
    """What the version was assessed against; with ``day`` also every principle listed on that day (P2). One query.

    ``day`` is for a version that is being assessed, as ``assessed_as_of`` says. What became of the register afterwards
    changes nothing of the others.
    """
    cells = PrincipleAssessment.objects.filter(version=version, principle=OuterRef("pk"))
    rows = DesignPrinciple.objects.annotate(
        value=Subquery(cells.values("alignment")[:1]), why=Subquery(cells.values("why")[:1])
    )
    shown = Q(value__isnull=False)
    if day:
        shown |= listed_on(day)
    return [
        MatrixLine(
            id=row.pk,
            reference=row.reference,
            title=row.title,
            text=row.text,
            illustrative=row.illustrative,
            value=row.value or "",
            label=str(Alignment(row.value).label).partition(",")[0] if row.value else "Not assessed",
            why=row.why or "",
        )
        for row in rows.filter(shown)
    ]


Line = TypeVar("Line", MatrixLine, ImpactLine)


def carried_forward(lines: list[Line], before: list[Line], label: str) -> list[Line]:
    """``lines`` of a version in which the blank ones say what was recorded for the version ``label`` before it."""
    was = {row.id: row for row in before if row.value}
    return [
        replace(row, label=f"To re-check ({was[row.id].label.lower()} in {label})")
        if not row.value and row.id in was
        else row
        for row in lines
    ]


def assessed_as_of(version: Version, today: date) -> date | None:
    """The day as of which the registers bind the version: ``today`` while it is being assessed, none afterwards."""
    return today if _is_being_assessed(version) else None


def impact_matrix(version: Version, day: date | None = None) -> list[ImpactLine]:
    """Every constituency and what the version means for it, in the order of the Terms of Reference (M4). Two queries.

    A new constituency binds the versions that are not ready yet: the others say that it was not listed then. With
    ``day`` it is that of a version that is being assessed: the constituencies listed on that day.
    """
    bound = day is not None or _is_being_assessed(version)
    listed_by = None if bound else clock.today(version.uploaded_at)
    return [impact_line(row, listed_by) for row in with_impact(version, day)]


def _is_being_assessed(version: Version) -> bool:
    if version.artefact.state not in OPEN_TO_ASSESSMENT:
        return False
    return version.pk == version.artefact.versions.order_by("-order").values_list("pk", flat=True).first()


def with_impact(version: Version, day: date | None = None) -> "QuerySet[Constituency]":
    """Constituencies with ``value`` and ``text`` of their cell: those listed on ``day``, by default all not retired."""
    cells = ImpactAssessment.objects.filter(version=version, constituency=OuterRef("pk"))
    rows = Constituency.objects.annotate(
        value=Subquery(cells.values("impact")[:1]), text=Subquery(cells.values("text")[:1])
    )
    held = Q(retired_on__isnull=True) | Q(retired_on__gt=day or clock.today(version.uploaded_at))
    if day:
        held &= Q(listed_from__lte=day)
    return rows.filter(held | Q(value__isnull=False))


def impact_line(row: Constituency, listed_by: date | None) -> ImpactLine:
    """One line; blank, it reads "Not listed then" for a constituency listed after ``listed_by``."""
    value: str = getattr(row, "value", None) or ""
    text: str = getattr(row, "text", None) or ""
    if value:
        label = "Impact" if value == Impact.SOME else "No impact"
    elif listed_by is not None and row.listed_from > listed_by:
        label = "Not listed then"
    else:
        label = "Not stated"
    return ImpactLine(row.pk, row.name, row.short_name, value, label, text)


# ------------------------------------------------------------------------------------------------------------- readers


@dataclass(frozen=True)
class ReaderLine:
    """One dated row of a version's marking or of its readers; times in UTC, ``until`` empty while it is in force."""

    marking: str
    name: str
    since: datetime
    until: datetime | None
    by: str
    why: str


def readers_record(version: Version) -> list[ReaderLine]:
    """Markings and readers of ``version``, those in force first, then the newest. Two queries."""
    markings = version.markings.select_related("set_by")
    readers = version.readers.select_related("set_by", "person", "organisation")
    rows = [
        ReaderLine(row.marking, "", row.starts_at, row.ends_at, row.set_by.display_name, row.reason) for row in markings
    ]
    rows += [
        ReaderLine("", str(row.organisation or row.person), row.starts_at, row.ends_at, row.set_by.display_name, "")
        for row in readers
    ]
    return sorted(rows, key=lambda row: (row.until is not None, not row.marking, -row.since.timestamp(), row.name))


def wanted_by(remarking: Remarking) -> list[str]:
    """The names that a proposed marking names. Two queries."""
    people = Person.objects.filter(pk__in=remarking.people).values_list("display_name", flat=True)
    bodies = Organisation.objects.filter(pk__in=remarking.organisations).values_list("name", flat=True)
    return [*bodies, *people]
