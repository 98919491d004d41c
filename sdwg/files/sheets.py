"""Tables that leave as a workbook or as CSV, with no live formula in any cell, whatever people typed."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from sdwg import clock
from sdwg.files.cells import guarded

Cell = str | int | date | datetime | None
Cells = Sequence[Cell]
HEADING = PatternFill("solid", fgColor="E8ECF1")
WRAPPED = Alignment(vertical="top", wrap_text=True)


def as_csv(columns: Sequence[str], table: Iterable[Cells]) -> bytes:
    """With commas, in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(name) for name in columns])
    writer.writerows([_text(cell) for cell in row] for row in table)
    return out.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int) else guarded(cell or "")


def add_headings(sheet: Any, headings: Sequence[str], widths: Sequence[int], *, row: int = 1) -> None:
    """``headings`` in row 1, or in ``row``, over columns of ``widths`` letters; they stay in view."""
    for place, (name, width) in enumerate(zip(headings, widths, strict=True), 1):
        cell = sheet.cell(row, place)
        write(cell, name)
        cell.font, cell.fill, cell.alignment = Font(bold=True), HEADING, WRAPPED
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = f"A{row + 1}"


def add_rows(sheet: Any, table: Iterable[Cells]) -> None:
    """The rows below the headings."""
    for number, row in enumerate(table, 2):
        for place, cell in enumerate(row, 1):
            write(sheet.cell(number, place), cell)


def append(sheet: Any, row: Cells, *, bold: bool = False, wrapped: bool = True) -> None:
    """One more row of a sheet that is written to a file as it comes (``Workbook(write_only=True)``), in its lines."""
    cells = [WriteOnlyCell(sheet) for _ in row]
    for cell, value in zip(cells, row, strict=True):
        write(cell, value, prose=True)
        if wrapped:
            cell.alignment = WRAPPED
        if bold:
            cell.font, cell.fill = Font(bold=True), HEADING
    sheet.append(cells)


def write(cell: Any, value: Cell, *, prose: bool = False) -> None:
    """A date as a date, a number as a number, and anything else as text, whatever it looks like.

    A moment is written as London's clocks show it; ``prose`` keeps the lines of a text.
    """
    if isinstance(value, datetime):
        cell.value, cell.number_format = clock.london(value).replace(tzinfo=None), "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif isinstance(value, int):
        cell.value = value
    elif value:
        cell.value = guarded(value, prose=prose)
        cell.data_type = "s"


def saved(book: Workbook, at: datetime) -> bytes:
    """The workbook as a file, made at ``at``."""
    book.properties.creator = "SDWG"
    book.properties.created = at.astimezone(UTC).replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
