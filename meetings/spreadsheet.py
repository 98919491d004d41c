"""The contribution table as a spreadsheet: the figures of the page, in the same order and words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from meetings.queries import Contribution, Counts

HEADINGS = (
    "Constituency", "Organisation", "Member", "In force", "Meetings held", "By the member", "By an alternate",
    "Apologies", "Absent", "No record", "Consultations asked", "Consultations answered", "Comments made",
    "Decisions put", "Positions stated", "Objections standing today", "Artefacts owned or authored today",
    "Actions under way today", "Actions overdue today", "Actions closed",
)  # fmt: skip
WIDTHS = (38, 28, 28, 34)
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def figures(counts: Counts) -> tuple[int, ...]:
    """The numbers of one row, as ``HEADINGS`` names them from the fifth on."""
    return (
        *(counts.meetings, counts.by_member, counts.by_alternate, counts.apologies, counts.absent, counts.unrecorded),
        *(counts.asked, counts.answered, counts.comments, counts.put, counts.stated),
        *(counts.objections, counts.artefacts, counts.actions, counts.overdue, counts.done),
    )


def workbook(found: Contribution, about: Iterable[str], at: datetime) -> bytes:
    """``found`` as an XLSX file, made at ``at``; ``about`` are sentences that stand above the table."""
    book = Workbook()
    book.properties.creator = "SDWG"
    book.properties.created = at.replace(tzinfo=None)
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 (a new workbook has one)
    sheet.title = "Contribution"
    above = [[sentence] for sentence in about]
    rows = [*above, [], HEADINGS, *_rows(found)]
    for number, values in enumerate(rows, 1):
        _fill(sheet, number, values, bold=values is HEADINGS)
    sheet.freeze_panes = f"B{len(above) + 3}"
    for number in range(1, len(HEADINGS) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS[number - 1] if number <= len(WIDTHS) else 14
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(found: Contribution) -> Iterator[Sequence[str | int]]:
    for group in found.groups:
        for line in group.lines:
            seat = line.seat
            yield [group.name, seat.organisation.name, str(seat.person), line.days, *figures(line.counts)]
        if group.gap:
            yield [group.name, group.gap]


def _fill(sheet: Worksheet, number: int, values: Sequence[str | int], *, bold: bool) -> None:
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row=number, column=column)
        assert isinstance(cell, Cell)  # noqa: S101 (no cells are merged)
        _write(cell, value)
        cell.font = Font(bold=bold)


def _write(cell: Cell, value: str | int) -> None:
    """Words are written as words: what begins like a formula is none, also when somebody edits it later."""
    if isinstance(value, int):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t", "\r"))
