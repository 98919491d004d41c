"""What the page of an artefact is made of: its versions, the comments on them, what each constituency returned.

Each part is one query that joins or counts little: what is asked in Python costs less than a condition in a condition.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from artefacts.models import Artefact, Baseline, Comment, Consultation, NilReturn, Version, read_by_standing
from artefacts.queries.reading import was_read
from artefacts.queries.versions import ImpactLine, Response, impact_line, with_impact
from artefacts.states import DONE_IN_A_VERSION, Answer, Kind, Word
from sdwg import clock
from sdwg.members.access import Actor
from sdwg.members.models import Constituency, Seat


@dataclass(frozen=True)
class VersionLine:
    """One row of the table of versions. Of a version the reader may not read only the label and marking are known."""

    version: Version
    readable: bool
    is_latest: bool
    baseline: str

    @property
    def was_read(self) -> bool:
        """Whether the reader had it before them, as far as that is on record."""
        return bool(getattr(self.version, "was_read", False))

    @property
    def label(self) -> str:
        return self.version.label

    @property
    def marking(self) -> str:
        marking: str = getattr(self.version, "marking", "")
        return marking


@dataclass(frozen=True)
class Tally:
    """Comments by what has become of them. ``answers`` counts the proposed and validated ones by answer.

    ``words`` counts last words; ``owed`` the accepted comments that no version resolves yet, and ``carried`` those
    carried forward: the artefact's work-off items.
    """

    total: int = 0
    waiting: int = 0
    proposed: int = 0
    validated: int = 0
    answers: tuple[tuple[str, str, int], ...] = ()
    words: tuple[tuple[str, str, int], ...] = ()
    owed: int = 0
    carried: int = 0

    @property
    def todo(self) -> int:
        return self.owed + self.carried

    @property
    def answered(self) -> int:
        return self.proposed + self.validated


@dataclass(frozen=True)
class ConstituencyLine:
    """A constituency in the table "consultation and impact"."""

    response: Response | None
    impact: ImpactLine


# ------------------------------------------------------------------------------------------------------------ versions


@dataclass(frozen=True)
class Past:
    """The versions of an artefact, newest first, with the consultations on them and the baseline in force."""

    versions: tuple[VersionLine, ...]
    windows: tuple[Consultation, ...]
    baseline: Baseline | None


WINDOW = ("pk", "opened_at", "closes_at", "closed_at", "why_early", "why_extended", "public")
BASELINE = ("pk", "dag_reference", "approved_on", "recorded_at", "superseded_at")


def past(actor: Actor, artefact: Artefact) -> Past:
    """All versions with their marking of today, and whether ``actor`` reads each.

    One query, or two where standing alone does not say who reads.
    """
    rows = Version.objects.filter(artefact=artefact).marked().select_related("file").order_by("-order")
    joined: QuerySet[Any] = rows.annotate(
        was_read=was_read(actor),
        **{f"window_{name}": F(f"consultations__{name}") for name in WINDOW},
        **{f"baseline_{name}": F(f"baselines__{name}") for name in BASELINE},
    )
    versions: dict[int, Version] = {}
    windows: dict[int, Consultation] = {}
    baselines: dict[int, Baseline] = {}
    for row in joined:
        version = versions.setdefault(row.pk, row)
        version.artefact = artefact
        if row.window_pk:
            windows[row.window_pk] = Consultation(
                version=version, **{name: getattr(row, f"window_{name}") for name in WINDOW}
            )
        if row.baseline_pk:
            baselines[row.baseline_pk] = Baseline(
                version=version, **{name: getattr(row, f"baseline_{name}") for name in BASELINE}
            )
    readable = _readable(actor, artefact, versions)
    approved = {row.version_id: row.superseded_at for row in baselines.values()}
    lines = [
        VersionLine(version, pk in readable, place == 0, _baseline_label(pk, approved))
        for place, (pk, version) in enumerate(versions.items())
    ]
    return Past(
        tuple(lines),
        tuple(sorted(windows.values(), key=lambda row: row.opened_at)),
        next((row for row in baselines.values() if row.superseded_at is None), None),
    )


def _readable(actor: Actor, artefact: Artefact, versions: Mapping[int, Any]) -> set[int]:
    """Those that ``actor`` reads: by standing where that settles it; of the rest ``visible_to`` is asked."""
    standing = read_by_standing(actor) if actor.may_enter else []
    hidden = actor.excluded("version")
    plain = artefact.kind == Kind.DESIGN and artefact.pk not in actor.excluded("artefact")
    readable = {pk for pk, row in versions.items() if plain and row.marking in standing and pk not in hidden}
    rest = versions.keys() - readable
    if rest:
        readable |= set(Version.objects.visible_to(actor).filter(pk__in=rest).values_list("pk", flat=True))
    return readable


def _baseline_label(pk: int, approved: Mapping[int, datetime | None]) -> str:
    if pk not in approved:
        return ""
    return "Superseded" if approved[pk] else "Baseline"


# ------------------------------------------------------------------------------------------------------------ comments


@dataclass(frozen=True)
class Said:
    """What page and tables need to know of one comment."""

    version: int
    constituency: int | None
    seat: int
    answer: str
    validated: bool
    resolved: bool = False
    word: str = ""


def said(artefact: Artefact, readable: Iterable[int]) -> list[Said]:
    """Every comment on the versions that are ``readable``. One query."""
    rows = Comment.objects.standing().filter(version__in=list(readable), version__artefact=artefact).order_by()
    columns = (
        "version",
        "seat__organisation__constituency",
        "seat",
        "disposition__answer",
        "disposition__validated_at",
        "resolved_in",
        "last_word__word",
        "last_word__on_answer_of",
    )
    return [
        Said(pk, place, seat, answer or "", bool(at), bool(resolved), word if at and said_of == at else "")
        for pk, place, seat, answer, at, resolved, word, said_of in rows.values_list(*columns)
    ]


def tally(comments: Iterable[Said]) -> Tally:
    """``comments`` by what has become of them."""
    rows = list(comments)
    answers = Counter(row.answer for row in rows if row.answer)
    validated = sum(row.validated for row in rows)
    waiting = sum(not row.answer for row in rows)
    by_answer = tuple((one.value, str(one.label), answers[one]) for one in Answer if answers[one])
    words = Counter(row.word for row in rows if row.word)
    by_word = tuple((one.value, str(one.label), words[one]) for one in Word if words[one])
    owed = Counter(row.answer for row in rows if row.validated and not row.resolved and row.answer in DONE_IN_A_VERSION)
    carried = owed.pop(Answer.CARRIED, 0)
    return Tally(
        len(rows), waiting, len(rows) - waiting - validated, validated, by_answer, by_word, owed.total(), carried
    )


# ------------------------------------------------------------------------------------------------------ constituencies


@dataclass(frozen=True)
class Returns:
    """What came back from a window that the reader may read: by constituency, and from which seats."""

    window: Consultation
    comments: Mapping[int, int]
    nil: frozenset[int]
    commented_by: frozenset[int]
    nil_by: frozenset[int]

    def of(self, seat_id: int | None) -> str:
        """What the seat has returned; "no-response" for nothing."""
        if seat_id in self.commented_by:
            return "commented"
        return "nil-return" if seat_id in self.nil_by else "no-response"


def returns(window: Consultation, comments: Iterable[Said]) -> Returns:
    """The responses to ``window``, given the comments of the artefact. One query."""
    rows = [row for row in comments if row.version == window.version_id]
    counted: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.constituency is not None:
            counted[row.constituency] += 1
    nil = NilReturn.objects.filter(consultation=window.pk, replaced_at__isnull=True).order_by()
    none = list(nil.values_list("seat__organisation__constituency", "seat"))
    return Returns(
        window=window,
        comments=counted,
        nil=frozenset(place for place, _ in none if place is not None),
        commented_by=frozenset(row.seat for row in rows),
        nil_by=frozenset(seat for _, seat in none),
    )


def constituencies(latest: Version, day: date | None, answers: Returns | None) -> Iterator[ConstituencyLine]:
    """What each constituency returned, and what the latest version means for it. One query.

    ``day`` is today for a version that is being assessed; ``None`` for one that is past that.
    """
    rows: QuerySet[Any] = with_impact(latest, day)
    if answers:
        seats = Seat.objects.current(clock.today(answers.window.ends_at)).members()
        rows = rows.annotate(seated=Exists(seats.filter(organisation__constituency=OuterRef("pk"))))
    listed_by = None if day else clock.today(latest.uploaded_at)
    for row in rows:
        yield ConstituencyLine(_response(row, answers) if answers else None, impact_line(row, listed_by))


def _response(row: Constituency, answers: Returns) -> Response:
    comments = answers.comments.get(row.pk, 0)
    silent = "no-response" if vars(row)["seated"] else "vacant"
    status = "commented" if comments else "nil-return" if row.pk in answers.nil else silent
    return Response(row.pk, row.name, row.short_name, status, comments)
