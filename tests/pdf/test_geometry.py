"""Odd pages: whatever box, turn or unit a page has, it lands upright and whole in its room."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from sdwg.pdf.geometry import Box, box_of, fit, page_box, page_sizes, rotation, shown_size
from sdwg.pdf.sheets import LARGEST, SMALLEST, Size, marking_class, sheet_css, sheet_size
from tests.cast import make_pdf

side = st.floats(1, 5000)
start = st.floats(-2000, 2000)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), start, start, side, side)
ROOM = Box(0, 40, 595, 802)


@given(boxes, st.sampled_from([0, 90, 180, 270]))
def test_every_page_fits_its_room_and_fills_one_side_of_it(box: Box, turn: int) -> None:
    matrix = fit(box, turn, ROOM)
    points = [matrix.apply(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    assert ROOM.left - 0.01 <= left < right <= ROOM.right + 0.01
    assert ROOM.bottom - 0.01 <= bottom < top <= ROOM.top + 0.01
    assert abs(right - left - ROOM.width) < 0.01 or abs(top - bottom - ROOM.height) < 0.01


@pytest.mark.parametrize(
    ("turn", "corner"), [(0, "bottom left"), (90, "top left"), (180, "top right"), (270, "bottom right")]
)
def test_a_turn_is_clockwise(turn: int, corner: str) -> None:
    box = Box(10, 20, 110, 220)
    x, y = fit(box, turn, ROOM).apply(box.left, box.bottom)
    centre_x, centre_y = (ROOM.left + ROOM.right) / 2, (ROOM.bottom + ROOM.top) / 2
    assert f"{'top' if y > centre_y else 'bottom'} {'right' if x > centre_x else 'left'}" == corner


def page(**entries: Any) -> Any:
    with pikepdf.open(BytesIO(make_pdf(1))) as pdf:
        found = pdf.pages[0].obj
        for key, value in entries.items():
            found[f"/{key}"] = value
        return shown_size(found), page_box(found), rotation(found)


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        ({}, (595.28, 841.89)),
        ({"Rotate": 90}, (841.89, 595.28)),
        ({"Rotate": -90}, (841.89, 595.28)),
        ({"Rotate": 450}, (841.89, 595.28)),
        ({"Rotate": Name.Sideways}, (595.28, 841.89)),
        ({"MediaBox": Array([100, 100, 0, 0])}, (100, 100)),
        ({"MediaBox": Array([0, 0, 0, 0])}, (612, 792)),
        ({"MediaBox": Array([0, 0, Name.X, 5])}, (612, 792)),
        ({"CropBox": Array([-50, -50, 300, 5000])}, (300, 841.89)),
        ({"CropBox": Array([9000, 9000, 9999, 9999])}, (595.28, 841.89)),
        ({"UserUnit": 2}, (1190.56, 1683.78)),
        ({"UserUnit": -3}, (595.28, 841.89)),
        ({"UserUnit": Decimal("0.5"), "Rotate": 270}, (420.945, 297.64)),
    ],
)
def test_the_size_that_is_shown(entries: dict[str, Any], size: tuple[float, float]) -> None:
    assert page(**entries)[0] == pytest.approx(size)


def test_boxes_and_turns_are_inherited_and_a_circle_ends(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(make_pdf(1))) as pdf:
        found = pdf.pages[0].obj
        del found.MediaBox
        pdf.Root.Pages.MediaBox = Array([0, 0, 300, 400])
        pdf.Root.Pages.Rotate = 90
        assert shown_size(found) == Size(400, 300)
        path = tmp_path / "inherited.pdf"
        pdf.save(path)
        del pdf.Root.Pages.MediaBox
        pdf.Root.Pages.Parent = pdf.Root.Pages
        assert shown_size(found) == Size(792, 612)
    assert page_sizes(path) == ((400.0, 300.0),)


def test_what_is_no_box_is_none() -> None:
    assert box_of(Dictionary()) is None
    assert box_of(Array([1, 2, 3])) is None
    assert box_of(None) is None


@given(st.floats(0.1, 200_000), st.floats(0.1, 200_000))
def test_every_sheet_has_room_for_a_marking_and_is_a_page_that_pdf_can_hold(width: float, height: float) -> None:
    sheet = sheet_size(Size(width, height))
    assert sheet.width >= SMALLEST[0]
    assert sheet.height >= SMALLEST[1]
    assert max(sheet) <= LARGEST
    assert sheet_size(sheet) == sheet


def test_each_marking_has_sheets_upright_and_on_their_side() -> None:
    css = sheet_css()
    for marking in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"):
        for landscape in (False, True):
            assert f"@page {marking_class(marking, landscape=landscape)} " in css
        assert f'content: "TLP:{marking}"' in css
