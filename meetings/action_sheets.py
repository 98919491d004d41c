"""The action log as tables that people take with them: what the register shows its reader, and no more."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from meetings.queries.actions import ActionRow
from sdwg.files import sheets
from sdwg.files.sheets import Cells

COLUMNS = ("Reference", "Raised at", "Action", "On", "Owners", "Due", "Status", "Latest update", "Of", "Marking")
WIDTHS = (15, 16, 60, 22, 40, 12, 18, 60, 17, 14)


def _cells(row: ActionRow) -> Cells:
    owners = "; ".join(row.owner_lines)
    told = (row.due, row.word, row.latest, row.latest_at, f"TLP:{row.marking}")
    return (row.reference, row.raised_at, row.text, row.on, owners, *told)


def as_csv(rows: Iterable[ActionRow]) -> bytes:
    """A row each, in the order of the page."""
    return sheets.as_csv(COLUMNS, [_cells(row) for row in rows])


def workbook(rows: Iterable[ActionRow], at: datetime) -> bytes:
    """The same as XLSX, made at ``at``."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("Action log")
    sheet.freeze_panes = "B2"
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheets.append(sheet, COLUMNS, bold=True)
    for row in rows:
        sheets.append(sheet, _cells(row))
    return sheets.saved(book, at)
