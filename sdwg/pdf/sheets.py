"""The sheets of a document: their markings, and the placeholders that wait for the pages of papers.

A placeholder is a page of our own document, with the paper's marking and the pack's footer on it and nothing else.
``assemble`` puts the paper's page between them, scaled so that neither ever covers content.
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


class Slot(NamedTuple):
    """Page ``page_index`` of the document waits for page ``paper_page`` of the paper ``paper_key``, both from 0."""

    page_index: int
    paper_key: str
    paper_page: int


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
    def placeholders(self) -> list[str]:
        """The class of each placeholder in turn, for ``pdf/placeholders.html``."""
        return [slot_class(size, self.marking) for size in self.sizes]


@dataclass(frozen=True)
class Rendered:
    """Our own pages, placeholders included, and where everything landed."""

    pdf: bytes
    anchors: Mapping[str, int]
    """Element id -> page index (from 0) on which the element begins."""
    page_count: int
    document: str = ""
    """How every footer begins: "SDWG 12 pack"."""
    prefix: str = ""
    """What every page number begins with: nothing in a pack, "A" in Supplement A."""
    papers: tuple[Paper, ...] = ()

    def slots(self) -> list[Slot]:
        """Which page of the document waits for which page of which paper; ``assemble`` fills them.

        Raises ``KeyError`` for a paper that the template left out: a paper is never dropped silently.
        """
        return [
            Slot(self.anchors[paper.key] + page, paper.key, page)
            for paper in self.papers
            for page in range(len(paper.sizes))
        ]


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


def slot_class(size: Size, marking: str) -> str:
    """The class of a placeholder for a page of ``size``."""
    width, height = sheet_size(size)
    return f"slot-{width:.0f}x{height:.0f}-{marking_class(marking)}"


def sheet_css(papers: Iterable[Paper] = (), prefix: str = "") -> str:
    """The named pages: one for each marking, upright and on its side, and one for each kind of placeholder.

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
    wanted = {(sheet_size(size), paper.marking) for paper in papers for size in paper.sizes}
    for sheet, marking in sorted(wanted):
        name = slot_class(sheet, marking)
        rules.append(
            f".{name} {{ page: {name} }} @page {name} {{ size: {sheet.width:g}pt {sheet.height:g}pt; "
            f"margin: {TOP:g}pt {SIDE:g}pt {BOTTOM:g}pt; @top-left {{ content: none }} {label_css(marking)} }}"
        )
    return "\n".join(rules)


def label_css(marking: str) -> str:
    """The marking in header and footer, as TLP 2.0 asks: capitals of 12 points, coloured on black, right-aligned."""
    label = f'content: "TLP:{marking}"; color: {MARKINGS[marking]}'
    return f"@top-right {{ {label} }} @bottom-right {{ {label} }}"
