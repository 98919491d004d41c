"""Our own pages: markings as TLP 2.0 asks, tags, language, text that stays text, the same bytes every time."""

import io
import re
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest

from sdwg.pdf.render import render as render_plain
from sdwg.pdf.render import render_document
from sdwg.pdf.sheets import MARKINGS
from tests.pdf import make
from tests.pdf.make import check


def render(extra: str = "", marking: str = "AMBER", **more: Any) -> bytes:
    context = {"papers": [], "extra": extra}
    return render_document("tests-pack.html", context, title="A title", at=make.AT, marking=marking, **more).pdf


def printed(page: Any) -> list[tuple[str, float, float, float]]:
    """Each run of text: words, size in points, and where it begins on the page."""
    runs: list[tuple[str, float, float, float]] = []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text.strip():
            scale = abs(tm[3]) * abs(cm[3])
            x, y = cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5]
            runs.append((text.strip(), size * scale, x, y))

    page.extract_text(visitor_text=visit)
    return runs


@pytest.mark.parametrize("marking", MARKINGS)
def test_the_marking_is_in_header_and_footer_of_12_points_at_the_right(marking: str) -> None:
    for page in pypdf.PdfReader(io.BytesIO(render(marking=marking))).pages:
        found = [run for run in printed(page) if run[0] == f"TLP:{marking}"]
        assert len(found) == 2
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert all(size >= 12 for _, size, _, _ in found)
        assert all(x > width / 2 for _, _, x, _ in found)
        assert sorted(y > height / 2 for _, _, _, y in found) == [False, True]
        assert min(y for *_, y in found) < 60
        assert max(y for *_, y in found) > height - 60


def test_a_papers_sheet_carries_its_marking_in_the_same_size_and_places(tmp_path: Path) -> None:
    made = make.pack(tmp_path, [make.paper(tmp_path, "alpha", make.turned(90), marking="RED")])
    page = pypdf.PdfReader(made.path).pages[3]
    assert [size for words, size, _, _ in printed(page) if words == "TLP:RED"] == [12, 12]
    width, height = (float(side) for side in page.mediabox[2:])
    places = re.findall(rb"q 1 0 0 1 ([\d.]+) ([\d.]+) cm /Label Do Q", page.get_contents().get_data())  # type: ignore[union-attr]
    (upper, top), (lower, bottom) = [(float(x), float(y)) for x, y in places]
    assert upper == lower > width / 2
    assert top > height - 40
    assert 0 < bottom < 40


def test_a_document_that_is_not_assembled_has_footers_too() -> None:
    pdf = render_plain(
        "tests-pack.html", {"papers": []}, title="A title", at=make.AT, marking="GREEN", document="SDWG 12"
    )
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert "SDWG 12 – Contents – page 2 of 3" in pages[1]


def test_a_marking_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not a marking of TLP"):
        render(marking="SECRET")


def test_a_prefix_that_could_break_out_of_the_style_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot begin a page number"):
        render(prefix='"; } @import url(x) ')


def test_language_title_date_and_tags_are_there(tmp_path: Path) -> None:
    path = tmp_path / "own.pdf"
    path.write_bytes(render())
    check(path)
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == "A title"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261229092000")


def test_a_members_text_stays_text() -> None:
    hostile = '<script>alert(1)</script><style>body { display: none }</style>{{ title }} & "quoted"'
    text = pypdf.PdfReader(io.BytesIO(render(hostile))).pages[1].extract_text()
    assert "".join(hostile.split()) in "".join(text.split())


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert render("words") == render("words")
    assert render("words") != render("other words")


def test_fonts_are_embedded_and_wide() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render("Zoë Łukasz Αθηνά → ≤ ✓ ½")))
    assert "Zoë Łukasz Αθηνά → ≤ ✓ ½" in reader.pages[1].extract_text()
    fonts = reader.pages[1]["/Resources"]["/Font"].values()  # type: ignore[index]
    for font in fonts:
        below = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in below or "/FontFile3" in below
