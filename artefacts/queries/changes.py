"""What changed between two versions: their texts, the comments on the earlier one, the two assessments.

No actor: whoever asks has checked that the reader may read both.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q

from artefacts.comparing import CHANGES, EDITION, TROUBLES, Block, Run, Word, words_of
from artefacts.models import Comparison, Version
from artefacts.queries.reading import apart_of, figures_of
from artefacts.queries.versions import (
    CommentLine,
    ImpactLine,
    MatrixLine,
    comment_log,
    impact_matrix,
    principle_matrix,
)
from artefacts.states import highest
from sdwg.files.models import FileText, PageText, TextState
from sdwg.files.texts import why_not

ON_A_SCREEN = 20
"""Pages with changes."""
HEADS = 5
"""That differ, named."""
QUOTED = 160
"""Letters of a quotation by which its page is found."""
SEARCHED = 500_000
"""Letters of a text in which the pages of comments are sought: some two hundred pages."""
Words = Mapping[tuple[bool, int], list[Word]]
"""The words of pages, by whether they are of the earlier version, and page."""


# --------------------------------------------------------------------------------------------------------- the changes


@dataclass(frozen=True)
class Piece:
    """Words that stay, go or come: ``kind`` is "same", "removed" or "added"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One page that changed, was added or removed, in paragraphs of pieces. ``place`` is its name in an address."""

    kind: str
    place: str
    page: int
    earlier: tuple[int, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    added: int
    removed: int
    before: str = ""
    after: str = ""
    is_change: bool = True

    @property
    def words(self) -> int:
        """Of a page that came or went."""
        return self.added + self.removed


@dataclass(frozen=True)
class Unchanged:
    """Pages in a row that are as before ("same") or have no text ("blank"): the first and last, now and earlier."""

    kind: str
    first: int
    last: int
    was_first: int = 0
    was_last: int = 0
    is_change: bool = False

    @property
    def many(self) -> bool:
        return self.last > self.first

    @property
    def moved(self) -> bool:
        return bool(self.was_first) and (self.first, self.last) != (self.was_first, self.was_last)


@dataclass(frozen=True)
class Jump:
    """The way to one change: the page it is on, what it is, and the address."""

    label: str
    kind: str
    url: str


@dataclass(frozen=True)
class Told:
    """A comment on the earlier version, and what became of its page: ``kind`` is of ``Change``, "same" or "unknown"."""

    comment: CommentLine
    kind: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class Cell:
    """One principle or constituency that is assessed otherwise: label and reason before and now."""

    name: str
    before: str
    why_before: str
    after: str
    why_after: str


@dataclass(frozen=True)
class ChangesPage:
    """Everything the page of changes shows. ``why_no_text`` says why there is no comparison of texts."""

    earlier: Version
    later: Version
    summary: str = ""
    why_no_text: str = ""
    not_compared: tuple[str, ...] = ()
    rows: tuple[Change | Unchanged, ...] = ()
    jumps: tuple[Jump, ...] = ()
    screen: Page[str] | None = None
    query: str = ""
    comments: tuple[Told, ...] = ()
    principles: tuple[Cell, ...] = ()
    impacts: tuple[Cell, ...] = ()
    assessed: tuple[bool, bool] = (False, False)

    @property
    def heading(self) -> str:
        return f"What changed from {self.earlier.label} to {self.later.label}"

    @property
    def marking(self) -> str:
        """Of the page: the higher of the two."""
        return highest([str(vars(row)["marking"]) for row in (self.earlier, self.later)])

    @property
    def on_changed(self) -> int:
        return sum(row.kind in CHANGES for row in self.comments)

    @property
    def assessments(self) -> int:
        return len(self.principles) + len(self.impacts)


def changes_page(earlier: Version, later: Version, page: str = "1") -> ChangesPage:
    """What changed from ``earlier`` to ``later``, both of which the reader may read. Ten queries at most."""
    row = Comparison.objects.filter(earlier=earlier.file_id, later=later.file_id, edition=EDITION).first()
    comments = comment_log(earlier)
    why = _why_no_text(earlier, later, row)
    principles, impacts, assessed = _assessments(earlier, later)
    page_of = partial(ChangesPage, earlier, later, principles=principles, impacts=impacts, assessed=assessed)
    if why or row is None:
        return page_of(why_no_text=why, comments=tuple(Told(comment, "unknown", "") for comment in comments))
    found = _Found(earlier, later, row.found, page)
    return page_of(
        summary="; ".join(filter(None, (figures_of(row), apart_of(row)))),
        not_compared=tuple(found.not_compared()),
        rows=tuple(found.rows()),
        jumps=tuple(found.jumps()),
        screen=found.screen,
        query=found.query,
        comments=tuple(found.told(comments)),
    )


def _why_no_text(earlier: Version, later: Version, row: Comparison | None) -> str:
    """Why the texts are not compared; empty where they are."""
    for version in (earlier, later):
        text: FileText | None = getattr(version.file, "text", None)
        if text is None or text.state == TextState.WAITING:
            return f"The text of {version.label} is being read. Load this page again in a minute."
        if text.state == TextState.FAILED:
            return f"The text of {version.label} could not be read: {why_not(text)}. So the texts are not compared."
    if row is None or not row.settled:
        return "The two texts are being compared. Load this page again in a minute."
    return TROUBLES.get(row.trouble, TROUBLES["failed"]) if row.trouble else ""


class _Found:
    """What the worker found, as rows of one screen; the words are read of the pages on it alone."""

    def __init__(self, earlier: Version, later: Version, found: Mapping[str, Any], page: str) -> None:
        self.earlier, self.later = earlier, later
        self.blocks = [
            Block(row["kind"], row["page"], row["earlier"], [Run(*run) for run in row["runs"]])
            for row in found["blocks"]
        ]
        self.went: list[tuple[int, bool]] = found["places"]
        self.blank: list[list[int]] = found["blank"]
        self.heads: list[list[str]] = found["heads"]
        self.query = urlencode({"since": earlier.label, "to": later.label})
        self.changes = {_place(block): block for block in self.blocks if block.kind in CHANGES}
        self.names = list(self.changes)
        self.screens = {name: at // ON_A_SCREEN + 1 for at, name in enumerate(self.names)}
        self.screen: Page[str] = Paginator(self.names, ON_A_SCREEN).get_page(page)

    def url(self, place: str) -> str:
        return f"?{self.query}&page={self.screens[place]}#{place}"

    def jumps(self) -> Iterator[Jump]:
        for place, block in self.changes.items():
            yield Jump(str(block.page or block.earlier[0]), block.kind, self.url(place))

    def rows(self) -> Iterator[Change | Unchanged]:
        """The changes of this screen, and between them the pages that are as before."""
        words = self._words()
        for kind, group in groupby(self._shown(), key=lambda block: block.kind):
            if kind in CHANGES:
                yield from (self._change(block, words) for block in group)
            else:
                yield _unchanged(kind, list(group))

    def _shown(self) -> list[Block]:
        """The blocks of this screen: from its first change, on the first screen from the beginning, to its last."""
        places = [_place(block) for block in self.blocks]
        first = places.index(self.screen[0]) if self.screen.has_previous() else 0
        last = places.index(self.screen[-1]) + 1 if self.screen.has_next() else len(places)
        return self.blocks[first:last]

    def _words(self) -> Words:
        """The words of the pages on this screen. One query."""
        wanted: tuple[set[int], set[int]] = set(), set()
        for place in self.screen:
            for run in self.changes[place].runs:
                wanted[run.kind == "removed"].add(run.page)
        of = Q(of=self.later.file_id, number__in=wanted[False]) | Q(of=self.earlier.file_id, number__in=wanted[True])
        found: dict[tuple[bool, int], list[Word]] = {}
        for stored, number, text in PageText.objects.filter(of).order_by().values_list("of", "number", "text"):
            for is_earlier, version in ((False, self.later), (True, self.earlier)):
                if stored == version.file_id:
                    found[is_earlier, number] = words_of(text)
        return found

    def _change(self, block: Block, words: Words) -> Change:
        place = _place(block)
        at = self.names.index(place)
        counted = {kind: sum(run.end - run.start for run in block.runs if run.kind == kind) for kind in CHANGES}
        return Change(
            kind=block.kind,
            place=place,
            page=block.page,
            earlier=tuple(block.earlier),
            paragraphs=tuple(_paragraphs(block.runs, words)),
            added=counted["added"],
            removed=counted["removed"],
            before=self.url(self.names[at - 1]) if at else "",
            after=self.url(self.names[at + 1]) if at + 1 < len(self.names) else "",
        )

    def not_compared(self) -> Iterator[str]:
        for version, pages in zip((self.earlier, self.later), self.blank, strict=True):
            if len(pages) == 1:
                yield f"Page {pages[0]} of {version.label} has no text (scanned or drawn) and is not compared."
            elif pages:
                yield (
                    f"Pages {in_rows(pages)} of {version.label} have no text (scanned or drawn) and are not compared."
                )
        for version, heads in zip((self.earlier, self.later), self.heads, strict=True):
            if heads:
                more = f" and {len(heads) - HEADS} more" if len(heads) > HEADS else ""
                named = ", ".join(f"“{head}”" for head in heads[:HEADS])
                yield f"Running heads of {version.label} alone: {named}{more}."

    def told(self, comments: Sequence[CommentLine]) -> list[Told]:
        """Each comment with what became of the page it is about, those on changed pages first."""
        unplaced = [row for row in comments if not row.page and (row.quoted or row.section)]
        located = _located(self.earlier, unplaced) if unplaced else {}
        found = [self._told(row, row.page or located.get(row.number, 0)) for row in comments]
        return sorted(found, key=lambda row: (row.kind not in CHANGES, row.kind != "same", row.comment.number))

    def _told(self, comment: CommentLine, page: int) -> Told:
        if not 0 < page <= len(self.went):
            return Told(comment, "unknown", "")
        if page in self.blank[0]:
            return Told(comment, "unknown", f"Page {page} has no text")
        to, changed = self.went[page - 1]
        place = f"page-{to}" if to else f"was-{page}"
        if changed and place in self.changes:
            words = f"Page {to} changed" if to else "Page removed"
            return Told(comment, self.changes[place].kind, words, self.url(place))
        return Told(comment, "same", f"Page {to} as before")


def _place(block: Block) -> str:
    """The name of a block in an address."""
    return f"page-{block.page}" if block.page else f"was-{block.earlier[0]}"


def _unchanged(kind: str, blocks: Sequence[Block]) -> Unchanged:
    was = [page for block in blocks for page in block.earlier]
    return Unchanged(kind, blocks[0].page, blocks[-1].page, min(was, default=0), max(was, default=0))


def _paragraphs(runs: Iterable[Run], words: Words) -> Iterator[tuple[Piece, ...]]:
    """The words of a page in paragraphs, those of a kind in one piece."""
    pieces: list[tuple[str, list[str]]] = []
    for run in runs:
        for word in words.get((run.kind == "removed", run.page), [])[run.start : run.end]:
            if word.begins and pieces:
                yield _pieces(pieces)
                pieces = []
            if not pieces or pieces[-1][0] != run.kind:
                pieces.append((run.kind, []))
            pieces[-1][1].append(word.text)
    if pieces:
        yield _pieces(pieces)


def _pieces(found: Iterable[tuple[str, list[str]]]) -> tuple[Piece, ...]:
    return tuple(Piece(kind, " ".join(words)) for kind, words in found)


def in_rows(pages: Sequence[int]) -> str:
    """ "3, 5–8"."""
    rows: list[list[int]] = []
    for page in pages:
        if rows and rows[-1][-1] == page - 1:
            rows[-1].append(page)
        else:
            rows.append([page])
    return ", ".join(f"{row[0]}–{row[-1]}" if len(row) > 1 else str(row[0]) for row in rows)


# ------------------------------------------------------------------------------------------------ comments, assessments


def _located(version: Version, comments: Iterable[CommentLine]) -> dict[int, int]:
    """The pages of comments that name none: where their quotation stands, or else their section begins. One query.

    Among the first ``SEARCHED`` letters: somebody waits for the page.
    """
    pages = list(_searched(version))
    flat = [(number, " ".join(word.key for word in words_of(text))) for number, text in pages]
    heads = [
        (number, f"{line} ".replace(". ", " ", 1))
        for number, text in pages
        for line in text.split("\n")
        if line[:1].isdigit()
    ]
    found = {}
    for comment in comments:
        quoted = " ".join(word.key for word in words_of(" ".join(comment.quoted[: 4 * QUOTED].split())))[:QUOTED]
        places = [number for number, words in flat if quoted and quoted in words]
        if not places and comment.section[:1].isdigit():
            head = f"{comment.section.rstrip('.')} "
            # The last one: the table of contents names it too, and comes before.
            places = [number for number, line in heads[::-1] if line.startswith(head)]
        if places:
            found[comment.number] = places[0]
    return found


def _searched(version: Version) -> Iterator[tuple[int, str]]:
    """Number and text of the pages, the first ones of a long text."""
    left = SEARCHED
    rows = PageText.objects.filter(of=version.file_id).order_by("number").values_list("number", "text")
    for number, text in rows.iterator(chunk_size=50):
        left -= len(text)
        if left < 0:
            return
        yield number, text


def _assessments(earlier: Version, later: Version) -> tuple[tuple[Cell, ...], tuple[Cell, ...], tuple[bool, bool]]:
    """What is assessed otherwise on the later version, and whether each of the two is assessed at all."""
    principles = [{row.id: row for row in principle_matrix(version)} for version in (earlier, later)]
    impacts = [{row.id: row for row in impact_matrix(version)} for version in (earlier, later)]
    assessed = tuple(
        any(row.value for table in pair for row in table.values()) for pair in zip(principles, impacts, strict=True)
    )
    if not all(assessed):
        return (), (), (assessed[0], assessed[1])
    cells = [
        Cell(
            f"{row.reference} {row.title}",
            *_said(principles[0].get(row.id), "Not assessed"),
            *_said(principles[1].get(row.id), "Not assessed"),
        )
        for row in (principles[0] | principles[1]).values()
    ]
    rows = [
        Cell(
            row.constituency,
            *_said(impacts[0].get(row.id), "Not listed then"),
            *_said(impacts[1].get(row.id), "Not listed then"),
        )
        for row in (impacts[0] | impacts[1]).values()
    ]
    return tuple(filter(_differs, cells)), tuple(filter(_differs, rows)), (True, True)


def _said(line: MatrixLine | ImpactLine | None, absent: str) -> tuple[str, str]:
    """What a cell says and why; a line that was not there then says ``absent``."""
    if line is None:
        return absent, ""
    return line.label, line.why if isinstance(line, MatrixLine) else line.text


def _differs(cell: Cell) -> bool:
    return (cell.before, cell.why_before) != (cell.after, cell.why_after)
