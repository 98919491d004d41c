"""Comments from a table that was filled in offline: tried to see what it would do, then carried out whole or not.

Every row goes through the operations of the reviewing page and so through their rules: those of a seat that comments
become comments, those of a colleague drafts of the seat's (docs/decisions/artefacts-comment-tables.md).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from artefacts import rules
from artefacts.models import Artefact, Comment, Consultation, DraftComment, Version
from artefacts.operations.consulting import comment, draft_comment, edit_comment
from artefacts.operations.moving import locked, tell
from artefacts.states import CommentType, Severity
from sdwg.audit.acts import act
from sdwg.files import plans
from sdwg.files.cells import plain
from sdwg.files.plans import Effect, Source, tried
from sdwg.members.access import Actor, NotNow, Refused
from sdwg.members.models import Role

AT_ONCE = 300
"""Rows of one table that do something: the artefact is locked meanwhile, and somebody waits for the page."""
SHOWN = 200
"""Characters of what a cell held before that a preview repeats."""
COLUMNS = {
    "section": "Section",
    "page": "Page",
    "quoted": "Quoted text",
    "type": "Type",
    "severity": "Severity",
    "text": "Comment",
    "proposed_change": "Proposed change",
}
"""What a comment consists of, and what that is called at the head of a table."""
PROSE = frozenset({"quoted", "text", "proposed_change"})
"""Those that have lines."""
KINDS = {
    "made": ("comment is made", "comments are made"),
    "changed": ("comment is changed", "comments are changed"),
    "drafted": ("draft is kept", "drafts are kept"),
}
"""What a row can do, for one and for several."""


@dataclass(frozen=True)
class CommentRow:
    """A row of the table as it was read; ``comment`` is the number of one there is, none for a new one.

    ``type`` and ``severity`` are values of ``CommentType`` and ``Severity``, or empty: as they were, or the usual ones.
    ``refusal`` says what could not be read, a sentence a column; then nothing else counts.
    """

    number: int
    comment: int | None = None
    section: str = ""
    page: int | None = None
    quoted: str = ""
    type: str = ""
    severity: str = ""
    text: str = ""
    proposed_change: str = ""
    refusal: str = ""

    @property
    def type_label(self) -> str:
        return str(CommentType(self.type).label) if self.type else ""

    @property
    def severity_label(self) -> str:
        return str(Severity(self.severity).label) if self.severity else ""


Words = dict[str, Any]
CommentLine = plans.Line[CommentRow]
CommentPlan = plans.Plan[CommentRow]


def preview_comments(
    *, actor: Actor, consultation: Consultation, rows: Sequence[CommentRow], source: Source
) -> CommentPlan:
    """What ``rows`` would do at the actor's moment. Nothing of it remains.

    Once the window is closed every row says so, and is shown all the same. Raises ``Refused`` for who may not send any.
    """
    try:
        return tried(lambda: _carried_out(actor, consultation, rows, source), actor=actor)
    except NotNow as closed:
        return CommentPlan(source, tuple(CommentLine(row, refusal=str(closed)) for row in rows), (), KINDS)


@act
def import_comments(
    *, actor: Actor, consultation: Consultation, rows: Sequence[CommentRow], source: Source, seen: str
) -> CommentPlan:
    """Do what ``rows`` say, all of it, if it is what was ``seen``: the digest of the plan that was shown.

    They count as received at the actor's moment, which is that of the confirmation. Raises ``NotNow`` when that is past
    the window, when something else would happen than was shown, and when any row is refused or none does anything: then
    nothing has happened. Rows that are missing take nothing away.
    """
    plan = _carried_out(actor, consultation, rows, source)
    if plan.digest != seen:
        raise NotNow("What this table does has changed since it was shown. Look at it again before you confirm.")
    if plan.refused:
        raise NotNow("Rows are refused, and a table is imported whole or not at all.")
    if not plan.changing:
        raise NotNow("There is nothing to change.")
    if not plan.counts["drafted"]:  # the trail does not tell of drafts
        version = consultation.version
        counts: Words = {**plan.counts, "rows": len(plan.lines), "table": source.sha256}
        tell("comments.imported", _artefact(version), version, **counts)
    return plan


def _artefact(version: Version) -> Artefact:
    return locked(version.artefact_id)


def _carried_out(actor: Actor, consultation: Consultation, rows: Sequence[CommentRow], source: Source) -> CommentPlan:
    """Do what each row says; the artefact is locked first, so that a second table waits and finds it done."""
    consultation.version.artefact = _artefact(consultation.version)
    rules.check_can_fill_in(actor, consultation)
    colleague = rules.acting_role(actor) == Role.COLLEAGUE
    named = {row.comment for row in rows if row.comment}
    filling = _Drafting(actor, consultation) if colleague else _Commenting(actor, consultation, named)
    first: dict[object, int] = {}
    lines: list[CommentLine] = []
    done = 0
    for row in rows:
        alike = first.setdefault(_identity(_new(row)), row.number)
        line = _line(filling, row, first.setdefault(row.comment, row.number) if row.comment else alike, done)
        done += bool(line.effects)
        lines.append(line)
    return CommentPlan(source, tuple(lines), (), KINDS)


def _line(filling: "_Commenting | _Drafting", row: CommentRow, first: int, done: int) -> CommentLine:
    if row.refusal:
        return CommentLine(row, refusal=row.refusal)
    if first != row.number:
        what = f"Comment {row.comment} stands in row {first} already." if row.comment else f"It repeats row {first}."
        return CommentLine(row, refusal=f"{what} Take one of the two out.")
    try:
        on, work = filling.found(row)
        if work and done == AT_ONCE:
            raise NotNow(f"At most {AT_ONCE} rows of one table do something. Put this one into another table.")
        whose = filling.actor.seat_id or 0  # for another seat it is another table, whatever the rows say
        return CommentLine(row, (work(),) if work else (), on=(whose, *on))
    except (Refused, NotNow) as refusal:
        field = COLUMNS.get(getattr(refusal, "field", None) or "")
        return CommentLine(row, refusal=f"{field}: {refusal}" if field else str(refusal))


On = tuple[int | str, ...]
Work = Callable[[], Effect]


class _Commenting:
    """Rows of a seat that comments; ``named`` are the numbers of all comments that the table names.

    What says the same as a comment of the seat's that the table does not name is that comment, sent a second time.
    """

    def __init__(self, actor: Actor, consultation: Consultation, named: Collection[int]) -> None:
        self.actor, self.consultation = actor, consultation
        rows = Comment.objects.filter(version=consultation.version_id).select_related("consultation__version")
        self.known = {row.number: row for row in rows}
        standing = (row for row in self.known.values() if row.withdrawn_at is None)
        own = [row for row in standing if row.seat_id == actor.seat_id and row.number not in named]
        self.own = {_identity(_words_of(row)): row.number for row in reversed(own)}

    def found(self, row: CommentRow) -> tuple[On, Work | None]:
        """What the row is about, and what is to be done; raises the refusal of what is not to be."""
        if row.comment is None:
            words = _new(row)
            there = self.own.get(_identity(words))
            return ((there,), None) if there else ((), lambda: self._make(words))
        there_is = self.known.get(row.comment)
        if there_is is None:
            raise NotNow(
                f"No: There is no comment {row.comment} on {self.consultation.version.label}. "
                "Leave it empty for a new comment."
            )
        if there_is.seat_id != self.actor.seat_id:
            rules.check_can_edit_comment(self.actor, there_is)
        was = _words_of(there_is)
        words = {**_words(row), "type": row.type or was["type"], "severity": row.severity or was["severity"]}
        on: On = (there_is.pk, *(str(value) for value in was.values()))
        return on, (lambda: self._change(there_is, words, was)) if words != was else None

    def _make(self, words: Words) -> Effect:
        comment(actor=self.actor, consultation=self.consultation, **words)
        return Effect("made", "A new comment.")

    def _change(self, there_is: Comment, words: Words, was: Words) -> Effect:
        """Only what differs is put in other words: the rest stays as it was typed, letter by letter."""
        kept = {name: getattr(there_is, name) for name in COLUMNS if words[name] == was[name]}
        edit_comment(actor=self.actor, comment=there_is, **(words | kept))
        told = [f"{COLUMNS[name]} was {_short(was, name)}." for name in COLUMNS if name not in kept]
        return Effect("changed", " ".join(["Changed.", *told]), shape="superseded")


class _Drafting:
    """Rows of a colleague: drafts of the seat's, which the member sends."""

    def __init__(self, actor: Actor, consultation: Consultation) -> None:
        self.actor, self.consultation = actor, consultation
        seat = rules.drafting_seat(actor)
        version = consultation.version_id
        comments = Comment.objects.standing().filter(version=version, seat=seat)
        drafts = DraftComment.objects.filter(version=version, seat=seat)
        self.comments = {row.number: _identity(_words_of(row)) for row in comments}
        self.there = {_identity(_words_of(row)) for row in drafts} | set(self.comments.values())

    def found(self, row: CommentRow) -> tuple[On, Work | None]:
        words = _new(row)
        if row.comment is None:
            return ("draft",), None if _identity(words) in self.there else lambda: self._keep(words)
        if self.comments.get(row.comment) != _identity(words):
            raise NotNow("Comments that are made are changed by the member. Leave No empty to draft another one.")
        return (row.comment,), None

    def _keep(self, words: Words) -> Effect:
        draft_comment(actor=self.actor, consultation=self.consultation, **words)
        return Effect("drafted", "A draft for your member, who sends it.", shape="draft")


def _words(row: CommentRow) -> Words:
    return {name: getattr(row, name) for name in COLUMNS}


def _new(row: CommentRow) -> Words:
    """The words of a row that is a comment of its own: technical and of medium severity, unless it says otherwise."""
    usual = {"type": row.type or CommentType.TECHNICAL.value, "severity": row.severity or Severity.MEDIUM.value}
    return _words(row) | usual


def _words_of(found: Comment | DraftComment) -> Words:
    """The words of a comment there is, as they come back from a table."""
    words = {name: getattr(found, name) for name in COLUMNS}
    return {
        name: plain(value, prose=name in PROSE) if isinstance(value, str) else value for name, value in words.items()
    }


def _identity(words: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(words[name] for name in COLUMNS)


def _short(was: Words, name: str) -> str:
    value = was[name]
    if name in {"type", "severity"}:
        return str({"type": CommentType, "severity": Severity}[name](value).label)
    text = str(value or "")
    return f"“{text[:SHOWN]}…”" if len(text) > SHOWN else f"“{text}”" if text else "empty"
