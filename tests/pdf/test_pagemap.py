"""The one source of page numbers refuses to be wrong."""

from pathlib import Path

import pytest

from sdwg.pdf.pagemap import LabelRange, PageMap, Part, WrongMap
from sdwg.pdf.sheets import Paper, Rendered, Size

PAPER = Paper("p", Path("p.pdf"), (Size(595, 842),) * 3, "AMBER", "Paper")


def rendered(**anchors: int) -> Rendered:
    return Rendered(b"", {"cover": 0, "control": 2, "p": 3, "end": 6, **anchors}, 8, "SDWG 12 pack", "", (PAPER,))


PARTS = [
    Part("cover", "Cover", "Cover"),
    Part("control", "Paper", "Item 1", 0, "p"),
    Part("end", "End", "End"),
]


def test_every_page_belongs_to_the_last_part_that_began() -> None:
    page_map = PageMap.of(rendered(), PARTS)
    assert [(part.first, part.count) for part in page_map.parts] == [(0, 2), (2, 4), (6, 2)]
    assert page_map.footer(1) == "SDWG 12 pack – Cover – page 2 of 8"
    assert page_map.footer(5) == "SDWG 12 pack – Item 1 – page 6 of 8"
    assert page_map.first("control") == "3"
    with pytest.raises(KeyError):
        page_map.first("nothing")


def test_labels_jump_over_pages_that_are_gone() -> None:
    page_map = PageMap.of(rendered(), PARTS)
    stubs, gone = page_map.withheld_pages({"p"})
    assert (stubs, gone) == ({3}, {4, 5})
    assert page_map.labels() == [LabelRange(0, "", 1)]
    assert page_map.labels(gone) == [LabelRange(0, "", 1), LabelRange(4, "", 7)]


@pytest.mark.parametrize(
    ("parts", "anchors"),
    [
        ([*PARTS, Part("lost", "Lost")], {}),
        (PARTS[:1], {}),
        ([*PARTS, Part("more", "More", "More", 0, "q")], {"more": 7}),
        (PARTS[1:], {}),
        ([*PARTS, Part("same", "Same", "Same")], {"same": 6}),
        ([PARTS[0], Part("deep", "Deep", level=2), *PARTS[1:]], {"deep": 1}),
        ([Part("cover", "Cover", "Cover", level=1), *PARTS[1:]], {}),
        ([*PARTS, Part("within", "Within", "Within")], {"within": 4}),
        (PARTS, {"p": 6}),
        (PARTS, {"p": 1}),
    ],
)
def test_a_map_that_does_not_fit_is_refused(parts: list[Part], anchors: dict[str, int]) -> None:
    with pytest.raises(WrongMap):
        PageMap.of(rendered(**anchors), parts)


def test_a_withheld_papers_bookmark_hides_all_below_it() -> None:
    parts = [PARTS[0], PARTS[1], Part("chapter", "Secret chapter", level=1), PARTS[2]]
    told = PageMap.of(rendered(chapter=2), parts).bookmarks({"p"})
    assert [(mark.title, mark.children) for mark in told] == [("Cover", ()), ("Withheld paper", ()), ("End", ())]
