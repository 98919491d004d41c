"""The sheets of a document: their markings, and the room that is kept for the pages of papers.

A paper's page stands on a sheet of its own between the paper's marking and the document's footer, scaled so that
neither ever covers content. The renderer is asked for two pages a paper only, the first and the last, and counts the
others (docs/decisions/two-pages-a-paper.md); ``assemble`` makes the sheets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import NamedTuple

MARKINGS = {
    "CLEAR": "#ffffff",
    "GREEN": "#33ff00",
    "AMBER": "#ffc000",
    "AMBER+STRICT": "#ffc000",
    "RED": "#ff2b2b",
}
"""The labels of TLP 2.0 and the colours it writes them in, on black."""

SMALLEST = (420.0, 298.0)
"""A6 on its side: below it a marking of 12 points and a footer find no room; a smaller page gets white round it."""
LARGEST = 14_400.0
"""Points; the longest side a PDF page may have."""
STANDARD = ((595.28, 841.89), (612.0, 792.0), (841.89, 1190.55), (419.53, 595.28))
SNAP = 4.0
"""Points; scans differ from a standard size by a hair, and each size costs the renderer a rule of its own."""

TOP = BOTTOM = 40.0
"""Points kept free above and below a paper's page, for the marking and the footer."""
SIDE = 34.0
"""Points from the edge of a placeholder to its marking and footer. The paper itself may use the whole width."""
OWN_SIDE = 56.7
"""The same for our own pages: 20 mm."""


class Size(NamedTuple):
    """Width and height in points, as the reader sees the page."""

    width: float
    height: float


def sizes_of(page_sizes: Iterable[Iterable[float]]) -> tuple[Size, ...]:
    """Sizes as a JSON column holds them: a list of [width, height]."""
    return tuple(Size(*size) for size in page_sizes)


@dataclass(frozen=True)
class Paper:
    """A PDF that goes into a document. ``key`` is also the id of its first placeholder, so links can name it."""

    key: str
    path: Path
    sizes: tuple[Size, ...]
    """Of every page, turned the way it is shown: ``sizes_of(stored.page_sizes)``, or ``geometry.page_sizes(path)``."""
    marking: str
    name: str
    """What a person calls it when it stops a build: "Item 4, paper 2: Key ceremony"."""
    part: str = ""
    """What the footer calls it: "Item 4, paper 2"."""

    @property
    def skipped(self) -> int:
        """By how much the number of its last page is higher than that of its first."""
        return max(len(self.sizes) - 1, 0)

    @property
    def sheets(self) -> tuple[Size, ...]:
        """The sheet for each of its pages."""
        return tuple(sheet_size(size) for size in self.sizes)


@dataclass(frozen=True)
class Rendered:
    """Our own pages, and where everything is in the document, in which every paper has all its pages."""

    pdf: bytes
    """Our own pages, and for each paper one page, or two for a paper of more."""
    anchors: Mapping[str, int]
    """Element id -> index (from 0), in the document, of the page on which the element begins."""
    page_count: int
    """Of the document."""
    document: str = ""
    """How every footer begins: "SDWG 12 pack"."""
    prefix: str = ""
    """What every page number begins with: nothing in a pack, "A" in Supplement A."""
    papers: tuple[Paper, ...] = ()


def in_document(papers: Iterable[Paper], anchors: Mapping[str, int]) -> dict[str, int]:
    """Where the renderer's pages ``anchors`` are in the document, in which each paper has all its pages.

    Raises ``KeyError`` for a paper that is not among them.
    """
    longer = [(anchors[paper.key], paper.skipped - 1) for paper in papers if paper.skipped]
    return {key: at + sum(more for first, more in longer if first < at) for key, at in anchors.items()}


def marking_class(marking: str, *, landscape: bool = False) -> str:
    """The class that puts a section on sheets of its own with this marking.

    Raises ``ValueError`` for what is no marking of TLP.
    """
    if marking not in MARKINGS:
        raise ValueError(f"{marking!r} is not a marking of TLP 2.0")
    return f"tlp-{marking.lower().replace('+', '-')}" + ("-landscape" if landscape else "")


def sheet_size(size: Size) -> Size:
    """The sheet for a page of ``size``: the same, but for hairs, stamps and posters that no PDF can hold."""
    width, height = size
    longest = max(width, height)
    if longest > LARGEST:
        width, height = width * LARGEST / longest, height * LARGEST / longest
    for short, long in STANDARD:
        if abs(width - short) < SNAP and abs(height - long) < SNAP:
            return Size(short, long)
        if abs(width - long) < SNAP and abs(height - short) < SNAP:
            return Size(long, short)
    return Size(
        *(min(max(float(ceil(side)), least), LARGEST) for side, least in zip((width, height), SMALLEST, strict=True))
    )


def sheet_css(papers: Iterable[Paper] = (), prefix: str = "") -> str:
    """The named pages: one for each marking, upright and on its side; and the two that stand for a paper's pages.

    Also what a link of the class ``page-of`` says: the label of the page it leads to. Raises ``ValueError`` for a
    prefix that is no letters and digits.
    """
    if prefix and not prefix.isalnum():
        raise ValueError(f"{prefix!r} cannot begin a page number")
    rules = [f'.page-of::after {{ content: "{prefix}" target-counter(attr(href), page) }}']
    for marking in MARKINGS:
        for landscape in (False, True):
            name = marking_class(marking, landscape=landscape)
            size = "A4 landscape" if landscape else "A4"
            rules.append(f".{name} {{ page: {name} }} @page {name} {{ size: {size}; {label_css(marking)} }}")
    rules.append(".slot { page: slot } @page slot { @top-left { content: none } }")
    for skipped in sorted({paper.skipped for paper in papers if paper.skipped}):
        name = f"skip-{skipped}"
        rules.append(
            f".{name} {{ page: {name} }} "
            f"@page {name} {{ counter-increment: page {skipped}; @top-left {{ content: none }} }}"
        )
    return "\n".join(rules)


def label_css(marking: str) -> str:
    """The marking in header and footer, as TLP 2.0 asks: capitals of 12 points, coloured on black, right-aligned."""
    label = f'content: "TLP:{marking}"; color: {MARKINGS[marking]}'
    return f"@top-right {{ {label} }} @bottom-right {{ {label} }}"
