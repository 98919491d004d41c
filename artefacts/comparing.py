"""What changed between two texts, word by word and page by page. Pure: no database, no clock, always the same answer.

The words of both texts are matched in the order in which they stand, wherever a page ends: a paragraph that moved to
the next page because something was put in before it has not changed. Words are compared without regard to the kind of
hyphens and quotation marks. Heads and page numbers that repeat are set aside.

Matching goes from runs of eight words that are in both texts once down to single words; what is left between is given
to ``difflib`` where it is small, and counts as replaced where it is not. So the time grows with the length of the texts
and not with its square.

    python -m artefacts.comparing <path>

compares the two lists of pages in a JSON file, in a process that can neither grow, run on, nor write, and prints one
line of JSON: ``Changes``, or ``{"trouble": "long"}`` with a key of ``TROUBLES``.
"""

import json
import re
import sys
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sdwg.files.inspector import confine

EDITION = 1
"""Of the rules below. What another edition found is found anew."""
MOST_WORDS = 1_000_000
"""Of a text that is compared."""
RUNS = (8, 4, 2, 1)
"""Words in a row, in both texts once, that say: this is the same place."""
CELLS = 40_000
"""Words on one side times words on the other, up to which ``difflib`` is asked."""
BUDGET = 20_000_000
"""Such cells in all."""
EDGE = 2
"""Lines at the top and at the bottom of a page that may be a head or a page number."""
REPEATED = 4
MOSTLY = 9
OFTEN = 4
"""A line has to stand on so many pages to be one: on ``REPEATED``, on three in four of a short text until they are
``MOSTLY``, and on one in ``OFTEN`` of a long one."""
BODY = 5
"""Lines of a page that may have one."""
MOST_LINES = 4
"""Lines over which one word may go on."""
SLIDE = 60
"""Words by which an insertion may be moved to begin where a page or a paragraph does."""
MEMORY = 3 * 1024**3 // 2
"""Bytes of address space, for everything."""
ANSWER = 64 * 1024**2
"""Bytes it may write."""
SECONDS = 60
"""Of processor time."""
CHANGES = ("changed", "added", "removed")
"""What may have happened to a page, or as what one is counted."""
ATTEMPTS = 3
"""How often a comparison is begun."""
TROUBLES = {
    "blank": "No page could be compared: one of the two texts has no page with text (scanned or drawn).",
    "died": f"The two texts could not be compared: begun {ATTEMPTS} times, it came to no end.",
    "failed": "The two texts could not be compared: something in them is not understood.",
    "long": "The two texts could not be compared: one of them is too long.",
}
"""Why nothing was found, as a sentence."""

_LEADERS = re.compile(r"[.…·_‧․]{4,}")
_NOTHING = re.compile(r"[.…·_‧․]+")
_DIGITS = re.compile(r"\d+")
_NUMBERED = re.compile(r"(?:[•▪●○◦–—*]|\(?[a-z0-9]{1,3}[.)]|[A-Z]?\d+(?:\.\d+)+\.?)(?:\s|$)")
_ALIKE = str.maketrans({
    **dict.fromkeys("‐‑‒–—−", "-"), **dict.fromkeys("‘’‚‛′", "'"), **dict.fromkeys("“”„‟″", '"'),
})  # fmt: skip
_SOFT = "\u00ad"
_HYPHENS = ("-", "‐", "‑")


class Word(NamedTuple):
    """A word as it stands, what it is compared by, and whether a paragraph begins with it."""

    text: str
    key: str
    begins: bool


Kind = Literal["same", "removed", "added"]


class Run(NamedTuple):
    """Words from ``start`` up to ``end`` of one page: same and added ones of a page of the later text, removed ones of
    the earlier. Words are counted as ``words_of`` gives them."""

    kind: Kind
    page: int
    start: int
    end: int


@dataclass
class Block:
    """One page of the later text, or one that was in the earlier alone (``removed``).

    ``kind``: "same", "changed", "added", "removed", "blank" (it has no text). ``earlier`` are the pages of the earlier
    text that its words come from.
    """

    kind: str
    page: int
    earlier: list[int] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)


class Place(NamedTuple):
    """Where a page of the earlier text went: the page of the later one (0: nowhere), and whether it changed."""

    page: int
    changed: bool


@dataclass
class Changes:
    """What changed from one text to another. ``places`` has an entry for each page of the earlier one.

    ``heads`` are the heads that only one of the two texts repeats, or with other figures, the numbers of pages aside;
    ``blank`` the pages without text of each.
    """

    blocks: list[Block]
    places: list[Place]
    heads: tuple[list[str], list[str]]
    blank: tuple[list[int], list[int]]

    def count(self, kind: str) -> int:
        return sum(block.kind == kind for block in self.blocks)


# ---------------------------------------------------------------------------------------------------------------- words


def words_of(text: str) -> list[Word]:
    """The words of a page, heads included, as they stand; rows of dots are none."""
    return [word for _, word in _lines_of(text)]


def _lines_of(text: str) -> Iterator[tuple[int, Word]]:
    """Each word with the number of its line. A word that goes on in the next line belongs to the one it begins in."""
    lines = [_LEADERS.sub(" ", line).split() for line in text.split("\n")]
    long = sorted(map(len, text.split("\n")))[-1 - len(lines) // 10] if lines else 0
    carried: list[str] = []
    begins = True
    for number, (line, tokens) in enumerate(zip(text.split("\n"), lines, strict=True)):
        begins = begins or bool(_NUMBERED.match(line))
        for place, token in enumerate(tokens):
            is_last = place == len(tokens) - 1
            carried.append(token)
            may_go_on = is_last and len(carried) < MOST_LINES and number + 1 < len(lines)
            if may_go_on and _goes_on(token) and _goes_with(lines[number + 1]):
                continue
            whole, carried = "".join(carried), []
            if _NOTHING.fullmatch(whole):
                continue
            yield number, Word(whole.replace(_SOFT, "-"), _key(whole), begins)
            begins = False
        begins = not carried and (line[-1:] in ".:;!?" or len(line) < 0.6 * long)


def _goes_on(word: str) -> bool:
    return len(word) > 1 and word[-1] in _HYPHENS and word[-2].isalnum()


def _goes_with(line: Sequence[str]) -> bool:
    return bool(line) and line[0][:1].isalnum()


def _key(word: str) -> str:
    return unicodedata.normalize("NFKC", word).translate(_ALIKE)


class Text:
    """The pages of one text as one row of words: what is compared, and where each word stands."""

    def __init__(self, pages: Sequence[str]) -> None:
        self.pages = len(pages)
        self.keys: list[str] = []
        self.where: list[tuple[int, int]] = []
        """Page, and number on the page, of each word that is compared."""
        self.begins: list[int] = []
        """2 where a page begins with the word, 1 where a paragraph does, else 0."""
        heads = _heads(pages)
        self.ends = [0]
        for page, text in enumerate(pages, 1):
            self._take(page, text, set(heads))
            self.ends.append(len(self.keys))
        self.heads: dict[str, str] = {}
        """The lines set aside, the first of each, by what they say without the numbers of pages."""
        for stood in heads.values():
            self.heads |= _wordings(stood, self.pages)
        self.page_of = [page for page, _ in self.where]

    def _take(self, page: int, text: str, heads: set[str]) -> None:
        lines = text.split("\n")
        aside = {number for number in _edges(lines) if _blanked(lines[number], page) in heads}
        first = True
        for place, (line, word) in enumerate(_lines_of(text)):
            if line in aside:
                continue
            self.keys.append(word.key)
            self.where.append((page, place))
            self.begins.append(2 if first else int(word.begins))
            first = False

    def size(self, page: int) -> int:
        """Words of ``page`` that are compared."""
        return self.ends[page] - self.ends[page - 1]

    @property
    def blank(self) -> list[int]:
        return [page for page in range(1, self.pages + 1) if not self.size(page)]


def _edges(lines: Sequence[str]) -> Iterable[int]:
    """The lines of a page that may be a head or a page number: its first and last, if there is a body between."""
    if len(lines) < BODY:
        return ()
    return (*range(EDGE), *range(len(lines) - EDGE, len(lines)))


def _blanked(line: str, page: int) -> str:
    """A line without what differs from page to page; of a mere number, how far it is from the page's own."""
    if _DIGITS.fullmatch(line) and len(line) < 6:
        return f"{int(line) - page:+}"
    return _DIGITS.sub("#", line)


Stood = list[tuple[int, str]]
"""The pages a line stands on, figures aside, and how it reads there."""


def _heads(pages: Sequence[str]) -> dict[str, Stood]:
    """The lines that stand at an edge of so many pages that they are heads, by the line with its figures blanked.

    Figures that go up and down from page to page are no head's: such a line is about its page.
    """
    stood: dict[str, Stood] = {}
    for page, text in enumerate(pages, 1):
        lines = text.split("\n")
        here = {_blanked(lines[number], page): lines[number] for number in _edges(lines)}
        for key, line in here.items():
            stood.setdefault(key, []).append((page, line))
    enough = max(REPEATED, min(MOSTLY, len(pages) * 3 // 4), len(pages) // OFTEN)
    return {key: rows for key, rows in stood.items() if len(rows) >= enough and _is_orderly(rows)}


def _is_orderly(stood: Stood) -> bool:
    return all(_counts_pages(column) or column == sorted(column, key=_rank) for column in _columns(stood))


Column = list[tuple[int, str]]
"""One figure of a line, page by page."""


def _columns(stood: Stood) -> list[Column]:
    rows = [[(page, figure) for figure in _DIGITS.findall(line)] for page, line in stood]
    return [list(column) for column in zip(*rows, strict=True)]


def _rank(figure: tuple[int, str]) -> tuple[int, str]:
    """By which figures are sorted, of any length."""
    plain = figure[1].lstrip("0")
    return len(plain), plain


def _counts_pages(column: Column) -> bool:
    """Whether a figure grows as the pages do, but where the numbering begins anew."""
    steps = [
        len(now[1]) < 6 and len(was[1]) < 6 and int(now[1]) - int(was[1]) == now[0] - was[0]
        for was, now in pairwise(column)
    ]
    return sum(steps) * 2 > len(steps)


def _wordings(stood: Stood, pages: int) -> dict[str, str]:
    """What a head says, without the number of the page and of all: its first line of each wording, by the wording.

    ``pages`` is how many the text has.
    """
    columns = _columns(stood)
    aside = {place for place, column in enumerate(columns) if _counts_pages(column)}
    ends = [columns[place][-1] for place in aside if len(columns[place][-1][1]) < 6]
    last = {str(int(figure) + pages - page) for page, figure in ends}
    totals = {str(pages), *last} if aside else set()
    found: dict[str, str] = {}
    for _, line in stood:
        figures = [
            "#" if place in aside or figure in totals else figure for place, figure in enumerate(_DIGITS.findall(line))
        ]
        parts = _DIGITS.split(line)
        found.setdefault("".join(part + figure for part, figure in zip(parts, [*figures, ""], strict=True)), line)
    return found


def _settle_hyphens(earlier: Text, later: Text) -> None:
    """A hyphen that only a line's end may have put in stays where no text has the word in one."""
    known = {key for text in (earlier, later) for key in text.keys if _SOFT not in key}
    for text in (earlier, later):
        text.keys = [_settled(key, known) if _SOFT in key else key for key in text.keys]


def _settled(key: str, known: set[str]) -> str:
    hyphened, joined = key.replace(_SOFT, "-"), key.replace(_SOFT, "")
    return joined if joined in known and hyphened not in known else hyphened


# ------------------------------------------------------------------------------------------------------------- matching


class Match(NamedTuple):
    """``size`` words from ``earlier`` on are those from ``later`` on."""

    earlier: int
    later: int
    size: int


def match(earlier: Sequence[str], later: Sequence[str]) -> list[Match]:
    """The words that stand in both, in order, the longest runs first. Swapped arguments give the same, swapped."""
    if list(later) < list(earlier):
        return [Match(row.earlier, row.later, row.size) for row in map(_swapped, match(later, earlier))]
    ids: dict[str, int] = {}
    a = [ids.setdefault(key, len(ids)) for key in earlier]
    b = [ids.setdefault(key, len(ids)) for key in later]
    return _readable(_merged(_Matcher(a, b).found()), len(a), len(b))


def _swapped(row: Match) -> Match:
    return Match(row.later, row.earlier, row.size)


Gap = tuple[int, int, int, int, int]
"""From and to in the one, from and to in the other, and the place in ``RUNS``."""


class _Matcher:
    def __init__(self, a: list[int], b: list[int]) -> None:
        self.a, self.b = a, b
        self.budget = BUDGET

    def found(self) -> list[Match]:
        matches: list[Match] = []
        gaps: list[Gap] = [(0, len(self.a), 0, len(self.b), 0)]
        while gaps:
            trimmed, ends = self._trimmed(gaps.pop())
            matches += ends
            alo, ahi, blo, bhi, level = trimmed
            if alo == ahi or blo == bhi:
                continue
            if level == len(RUNS) or (ahi - alo) * (bhi - blo) <= CELLS // 100:
                matches += self._close(alo, ahi, blo, bhi)
                continue
            anchors = list(self._anchors(trimmed))
            matches += anchors
            edges = [Match(alo, blo, 0), *anchors, Match(ahi, bhi, 0)]
            gaps += [
                (one.earlier + one.size, two.earlier, one.later + one.size, two.later, level + 1)
                for one, two in pairwise(edges)
            ]
        return sorted(matches)

    def _trimmed(self, gap: Gap) -> tuple[Gap, list[Match]]:
        """The gap without what is the same at its two ends."""
        alo, ahi, blo, bhi, level = gap
        a, b, start = self.a, self.b, alo
        while alo < ahi and blo < bhi and a[alo] == b[blo]:
            alo, blo = alo + 1, blo + 1
        found = [Match(start, blo - (alo - start), alo - start)] if alo > start else []
        end = ahi
        while ahi > alo and bhi > blo and a[ahi - 1] == b[bhi - 1]:
            ahi, bhi = ahi - 1, bhi - 1
        return (alo, ahi, blo, bhi, level), [*found, *([Match(ahi, bhi, end - ahi)] if end > ahi else [])]

    def _close(self, alo: int, ahi: int, blo: int, bhi: int) -> list[Match]:
        cells = (ahi - alo) * (bhi - blo)
        if cells > min(CELLS, self.budget):
            return []
        self.budget -= cells
        matcher = SequenceMatcher(None, self.a[alo:ahi], self.b[blo:bhi], autojunk=False)
        return [Match(alo + row.a, blo + row.b, row.size) for row in matcher.get_matching_blocks() if row.size]

    def _anchors(self, gap: Gap) -> Iterator[Match]:
        """Runs of words that are in both sides of the gap once, in order, as long as they can be made."""
        alo, ahi, blo, bhi, level = gap
        size, a, b = RUNS[level], self.a, self.b
        there = _once(b, blo, bhi, size)
        pairs = [(i, there[run]) for run, i in _once(a, alo, ahi, size).items() if run in there]
        at_a, at_b = alo, blo
        for i, j in _rising(sorted(pairs)):
            if i < at_a or j < at_b:
                continue
            start, end = i, i + size
            while start > at_a and start - i + j > at_b and a[start - 1] == b[start - 1 - i + j]:
                start -= 1
            while end < ahi and end - i + j < bhi and a[end] == b[end - i + j]:
                end += 1
            yield Match(start, start - i + j, end - start)
            at_a, at_b = end, end - i + j


def _once(keys: list[int], start: int, end: int, size: int) -> dict[tuple[int, ...], int]:
    """Where each run of ``size`` words begins that is there once."""
    found: dict[tuple[int, ...], int] = {}
    for at in range(start, end - size + 1):
        run = tuple(keys[at : at + size])
        found[run] = -1 if run in found else at
    return {run: at for run, at in found.items() if at >= 0}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs, sorted by their first, whose second rises too."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        before.append(last[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        last[place : place + 1] = [at]
    found = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _merged(matches: list[Match]) -> list[Match]:
    """Neighbours as one."""
    found: list[Match] = []
    for row in matches:
        if (
            found
            and found[-1].earlier + found[-1].size == row.earlier
            and found[-1].later + found[-1].size == row.later
        ):
            found[-1] = Match(found[-1].earlier, found[-1].later, found[-1].size + row.size)
        else:
            found.append(row)
    return found


def _readable(matches: list[Match], in_a: int, in_b: int) -> list[Match]:
    """Without the word or two that two different paragraphs have in common: nobody reads a text so chopped."""
    found: list[Match] = [Match(0, 0, 0)]
    following = [*matches[1:], Match(in_a, in_b, 0)]
    for row, after in zip(matches, following, strict=False):
        left = _width(found[-1], row)
        right = _width(row, after)
        if row.size > 3 or min(left, right) < 3 * row.size:
            found.append(row)
    return found[1:]


def _width(one: Match, two: Match) -> int:
    return max(two.earlier - one.earlier - one.size, two.later - one.later - one.size)


# -------------------------------------------------------------------------------------------------------------- sliding


def _slid(matches: list[Match], earlier: Text, later: Text) -> list[Match]:
    """Where the same insertion can be read in several ways, the one that begins with a page or a paragraph.

    "A B" becoming "A C A B" reads as "A [C A] B" as well as "[A C] A B": a page put in before one that begins alike
    must not cut that one up.
    """
    rows = list(matches)
    edges = [Match(0, 0, 0), *rows, Match(len(earlier.keys), len(later.keys), 0)]
    for at in range(len(edges) - 1):
        one, two = edges[at], edges[at + 1]
        gap_a = two.earlier - one.earlier - one.size
        gap_b = two.later - one.later - one.size
        if (gap_a > 0) == (gap_b > 0):
            continue
        text, start, size = (later, one.later + one.size, gap_b) if gap_b else (earlier, one.earlier + one.size, gap_a)
        step = _step(text, start, size, one.size - 1 if at else 0, two.size - 1 if at + 1 < len(edges) - 1 else 0)
        if step:
            edges[at] = Match(one.earlier, one.later, one.size + step)
            edges[at + 1] = Match(two.earlier + step, two.later + step, two.size - step)
    return [row for row in edges[1:-1] if row.size]


def _step(text: Text, start: int, size: int, back: int, on: int) -> int:
    """By how many words the insertion from ``start`` moves: back (negative) or on, to begin best; 0 to stay."""
    best, found = text.begins[start], 0
    keys = text.keys
    for step in range(1, min(back, SLIDE) + 1):
        if keys[start - step] != keys[start + size - step]:
            break
        if text.begins[start - step] > best:
            best, found = text.begins[start - step], -step
    for step in range(1, min(on, SLIDE) + 1):
        if start + size + step - 1 >= len(keys) or keys[start + step - 1] != keys[start + size + step - 1]:
            break
        if text.begins[start + step] > best:
            best, found = text.begins[start + step], step
    return found


# ---------------------------------------------------------------------------------------------------------------- pages


class TooLong(Exception):
    """One of the two texts has more words than are compared."""


def compare(earlier: Sequence[str], later: Sequence[str]) -> Changes:
    """What changed from the pages ``earlier`` to the pages ``later``. Raises ``TooLong``."""
    one, two = Text(earlier), Text(later)
    if max(len(one.keys), len(two.keys)) > MOST_WORDS:
        raise TooLong
    _settle_hyphens(one, two)
    matches = _slid(match(one.keys, two.keys), one, two)
    pages = _Pages(one, two, matches)
    heads = (
        sorted(line for key, line in one.heads.items() if key not in two.heads and not _DIGITS.fullmatch(line)),
        sorted(line for key, line in two.heads.items() if key not in one.heads and not _DIGITS.fullmatch(line)),
    )
    return Changes(pages.blocks(), pages.places(), heads, (one.blank, two.blank))


class _Pages:
    """Matches as what happened to pages."""

    def __init__(self, earlier: Text, later: Text, matches: Sequence[Match]) -> None:
        self.earlier, self.later = earlier, later
        self.edges = [*matches, Match(len(earlier.keys), len(later.keys), 0)]
        self.by_page: dict[int, Block] = {page: Block("same", page) for page in range(1, later.pages + 1)}
        self.gone: dict[int, list[Block]] = {}
        """Removed pages, by the page of the later text that they precede."""
        self.went: dict[int, Counter[int]] = {}
        self.touched: dict[int, int] = {}
        """Pages of the earlier text that changed, and the page of the later one that shows it."""
        kept = Counter(earlier.page_of[at] for row in matches for at in range(row.earlier, row.earlier + row.size))
        self.lost = {page for page in range(1, earlier.pages + 1) if earlier.size(page) and not kept[page]}
        self._walk()

    def _walk(self) -> None:
        at_a = at_b = 0
        for row in self.edges:
            self._remove(at_a, row.earlier, at_b, row.later)
            self._add(at_b, row.later, row.earlier)
            self._keep(row)
            at_a, at_b = row.earlier + row.size, row.later + row.size

    def _keep(self, row: Match) -> None:
        for start, end in self._parts(self.later, row.later, row.later + row.size):
            block = self.by_page[self.later.page_of[start]]
            self._show(block, "same", self.later, start, end)
            for at in range(start, end):
                page = self.earlier.page_of[row.earlier + at - row.later]
                self._from(block, page)
                self.went.setdefault(page, Counter())[block.page] += 1

    def _add(self, start: int, end: int, at_a: int) -> None:
        for first, last in self._parts(self.later, start, end):
            page = self.later.page_of[first]
            self._show(self.by_page[page], "added", self.later, first, last)
            for near_b, near_a in ((start - 1, at_a - 1), (end, at_a)):
                beside = 0 <= near_b < len(self.later.keys) and self.later.page_of[near_b] == page
                if beside and 0 <= near_a < len(self.earlier.keys):
                    self.touched.setdefault(self.earlier.page_of[near_a], page)
                    break

    def _remove(self, start: int, end: int, at_b: int, next_b: int) -> None:
        """Words that are gone: shown as a page of their own, or where the rest of their page went.

        ``at_b`` follows the last word that is the same before them, ``next_b`` is the first one after.
        """
        for first, last in self._parts(self.earlier, start, end):
            page = self.earlier.page_of[first]
            if page in self.lost:
                place = self._page_at(at_b)
                found = self.gone.setdefault(place, [])
                if not found or found[-1].earlier != [page]:
                    found.append(Block("removed", 0, [page]))
                self._show(found[-1], "removed", self.earlier, first, last)
                self.touched.setdefault(page, 0)
                continue
            begins = first == self.earlier.ends[page - 1]
            here = self.later.page_of[next_b if begins else at_b - 1]
            block = self.by_page[here]
            self._show(block, "removed", self.earlier, first, last)
            self._from(block, page)
            self.touched.setdefault(page, here)

    def _page_at(self, at_b: int) -> int:
        """The page that what was removed before the word ``at_b`` precedes."""
        keys = self.later.page_of
        if at_b >= len(keys):
            return self.later.pages + 1
        page = keys[at_b]
        return page if at_b == self.later.ends[page - 1] else page + 1

    @staticmethod
    def _parts(text: Text, start: int, end: int) -> Iterator[tuple[int, int]]:
        """From ``start`` up to ``end``, page by page."""
        while start < end:
            stop = min(end, text.ends[text.page_of[start]])
            yield start, stop
            start = stop

    @staticmethod
    def _from(block: Block, page: int) -> None:
        if page not in block.earlier:
            block.earlier.append(page)

    @staticmethod
    def _show(block: Block, kind: Kind, text: Text, start: int, end: int) -> None:
        """Words as runs of the page they stand on; a head in the middle, which is set aside, parts them."""
        first = start
        for at in range(start + 1, end + 1):
            if at == end or text.where[at][1] != text.where[at - 1][1] + 1:
                block.runs.append(Run(kind, text.where[first][0], text.where[first][1], text.where[at - 1][1] + 1))
                first = at

    def blocks(self) -> list[Block]:
        """Each page of the later text in order, and each removed page before the one that follows it."""
        found: list[Block] = []
        for page, block in self.by_page.items():
            found += self.gone.get(page, [])
            kinds = {run.kind for run in block.runs}
            if not self.later.size(page) and not kinds:
                block.kind = "blank"
            elif kinds == {"added"}:
                block.kind = "added"
            elif kinds - {"same"}:
                block.kind = "changed"
            if block.kind in {"same", "blank"}:
                block.runs = []
            block.earlier.sort()
            found.append(block)
        return found + self.gone.get(self.later.pages + 1, [])

    def places(self) -> list[Place]:
        """Where each page of the earlier text went: to the page that shows its change, or with most of its words."""
        found = []
        for page in range(1, self.earlier.pages + 1):
            if page in self.touched:
                found.append(Place(self.touched[page], True))
            else:
                went = self.went.get(page)
                found.append(Place(min(went, key=lambda to: (-went[to], to)) if went else 0, False))
        return found


def main(path: str) -> int:
    confine(MEMORY, ANSWER, SECONDS)
    try:
        found: dict[str, Any] = asdict(compare(*json.loads(Path(path).read_text(encoding="utf-8"))))
    except (TooLong, MemoryError):
        found = {"trouble": "long"}
    except Exception:  # whatever a text brought about; the next pair is compared all the same
        found = {"trouble": "failed"}
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
