"""The one source of page numbers: labels, nested bookmarks and footers of a document, and where its papers lie."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Self

from sdwg.pdf.sheets import Rendered

WITHHELD = "Withheld paper"
"""What the bookmark of a withheld paper says instead of its title."""


class WrongMap(ValueError):
    """The parts do not fit the pages that were rendered: a template and its caller disagree."""


@dataclass(frozen=True)
class Part:
    """A bookmark of the document, and the pages that belong to it.

    ``key`` is the id of the element with which it begins. ``footer`` is what the footer calls its pages ("Item 4,
    paper 2") and equals their ``data-part``; empty for a mere bookmark, which has no pages of its own. ``paper`` is the
    key of the ``Paper`` whose pages belong to it. ``level`` 1 lies below the last part of level 0, and so on.
    """

    key: str
    title: str
    footer: str = ""
    level: int = 0
    paper: str = ""


@dataclass(frozen=True)
class Place(Part):
    """A part and where it landed: ``count`` pages from ``first``, of them ``paper_count`` from ``paper_first`` the
    paper's own. Indices count from 0."""

    first: int = 0
    count: int = 0
    paper_first: int = 0
    paper_count: int = 0


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline, nested."""

    title: str
    page_index: int
    children: tuple["Bookmark", ...] = ()


@dataclass(frozen=True)
class LabelRange:
    """From page ``start_index`` on, pages are called ``prefix`` and a number, counted from ``first``."""

    start_index: int
    prefix: str
    first: int


@dataclass(frozen=True)
class PageMap:
    """``pages`` pages called ``prefix`` and 1 to ``pages``; their footers begin with ``document``."""

    document: str
    prefix: str
    pages: int
    parts: tuple[Place, ...]

    @classmethod
    def of(cls, rendered: Rendered, parts: Sequence[Part]) -> Self:
        """The map of ``rendered``. Every paper belongs to one part, every page to the last part that began.

        Raises ``WrongMap`` when a part or paper is missing, or two parts with pages of their own share one.
        """
        try:
            places = [_place(rendered, part) for part in parts]
        except KeyError as missing:
            raise WrongMap(f"There is no element with the id {missing} in the document.") from missing
        wanted, found = (
            sorted(paper.key for paper in rendered.papers),
            sorted(part.paper for part in parts if part.paper),
        )
        if wanted != found:
            raise WrongMap(f"The document has the papers {wanted}, its parts have {found}.")
        if any(after.level > before.level + 1 for before, after in pairwise([Part("", "", level=-1), *parts])):
            raise WrongMap("A part lies more than one level below the part before it.")
        counted = _counted(places, rendered.page_count)
        return cls(rendered.document, rendered.prefix, rendered.page_count, tuple(counted))

    def check(self, pages: int) -> None:
        """Raises ``WrongMap`` unless this can be the map of a document of ``pages`` pages."""
        if pages != self.pages:
            raise WrongMap(f"The document has {pages} pages, its map {self.pages}.")

    def label(self, index: int) -> str:
        """What the page ``index`` (from 0) is called everywhere: "37", or "A3" in a supplement."""
        return f"{self.prefix}{index + 1}"

    def footer(self, index: int) -> str:
        """What is printed at the foot of the page ``index``: "SDWG 12 pack – Item 4, paper 2 – page 37 of 226"."""
        owner = next(part for part in self.parts if part.first <= index < part.first + part.count)
        return f"{self.document} – {owner.footer} – page {self.label(index)} of {self.pages}"

    def first(self, key: str) -> str:
        """The label of the page on which the part ``key`` begins. Raises ``KeyError``."""
        for part in self.parts:
            if part.key == key:
                return self.label(part.first)
        raise KeyError(key)

    def bookmarks(self, withheld: Collection[str] = ()) -> tuple[Bookmark, ...]:
        """The outline. A withheld paper's says nothing but that; what lay below it is gone."""
        return _nested([_without(part, withheld) for part in self.parts], withheld)

    def withheld_pages(self, withheld: Collection[str]) -> tuple[set[int], set[int]]:
        """The pages that become stubs and those that go, when the papers ``withheld`` are.

        Raises ``WrongMap`` for a paper that is not here: nobody is handed a whole copy by a slip of the pen.
        """
        papers = {part.paper: part for part in self.parts if part.paper}
        if unknown := set(withheld) - set(papers):
            raise WrongMap(f"There are no such papers: {sorted(unknown)}.")
        stubs = {papers[key].paper_first for key in withheld}
        gone = {papers[key].paper_first + page for key in withheld for page in range(1, papers[key].paper_count)}
        return stubs, gone

    def labels(self, gone: Collection[int] = ()) -> list[LabelRange]:
        """The labels of the pages that are left when ``gone`` are not: they jump, so that a number means the same in
        every copy."""
        left = [index for index in range(self.pages) if index not in gone]
        starts = [at for at, index in enumerate(left) if at == 0 or index != left[at - 1] + 1]
        return [LabelRange(at, self.prefix, left[at] + 1) for at in starts]

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return {
            "document": self.document,
            "prefix": self.prefix,
            "pages": self.pages,
            "parts": [asdict(part) for part in self.parts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What ``as_json`` made. Raises ``KeyError`` or ``TypeError`` for anything else."""
        parts = tuple(Place(**part) for part in data["parts"])
        return cls(data["document"], data["prefix"], data["pages"], parts)


def _place(rendered: Rendered, part: Part) -> Place:
    """Where ``part`` begins and where its paper lies. Raises ``KeyError`` for an id that is not there."""
    sizes = {paper.key: len(paper.sizes) for paper in rendered.papers}
    place = Place(**asdict(part), first=rendered.anchors[part.key])
    if part.paper and part.paper in sizes:
        place = replace(place, paper_first=rendered.anchors[part.paper], paper_count=sizes[part.paper])
    return place


def _counted(places: Sequence[Place], pages: int) -> Iterable[Place]:
    """``places`` with the number of pages that belong to each: up to the next one with pages of its own."""
    firsts = sorted(place.first for place in places if place.footer)
    if len(set(firsts)) != len(firsts):
        raise WrongMap("Two parts with pages of their own begin on the same page.")
    if not firsts or firsts[0] != 0:
        raise WrongMap("The first page belongs to no part.")
    ends = dict(pairwise([*firsts, pages]))
    for place in places:
        counted = replace(place, count=ends[place.first] - place.first) if place.footer else place
        end = counted.paper_first + counted.paper_count
        if place.paper and not counted.first <= counted.paper_first < end <= counted.first + counted.count:
            raise WrongMap(f"The pages of {place.paper} lie outside their part {place.key}.")
        yield counted


def _without(part: Place, withheld: Collection[str]) -> Place:
    return replace(part, title=WITHHELD) if part.paper in withheld else part


def _nested(parts: Sequence[Place], withheld: Collection[str]) -> tuple[Bookmark, ...]:
    """The parts of one level, each with those below it."""
    marks = []
    starts = [at for at, part in enumerate(parts) if part.level == parts[0].level]
    for start, end in pairwise([*starts, len(parts)]):
        part = parts[start]
        below = () if part.paper in withheld else _nested(parts[start + 1 : end], withheld)
        marks.append(Bookmark(part.title, part.first, below))
    return tuple(marks)
