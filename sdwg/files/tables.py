"""Tables that people upload, as a workbook or as CSV: what is accepted, and its rows as text.

A table is read by a process of its own, whose memory, time and writing are limited, each time it is needed: what is
kept is the uploaded file, so what is carried out in the end is what lay in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sdwg.files.models import StoredFile
from sdwg.files.operations import Inspection, ask, local_path
from sdwg.files.rules import HEAD, Unacceptable, check_size, check_table_kind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 1_000
"""Below the row of headings."""
TROUBLES = {
    "rows": f"The table has more than {MOST_ROWS:,} rows. Split it into several, or delete the empty rows at its end.",
    "wide": "Row {where} has more cells than there are headings. Delete what stands beside the table.",
    "formula": "A formula, or what a spreadsheet takes for one, stands in {where}. Put the text itself there, not "
    "beginning with = + - or @.",
    "error": "Cell {where} holds an error instead of a value. Put that right.",
    "long": "Cell {where} holds more text than any column takes.",
    "lost": "Cell {where} holds a “\ufffd”: a letter was lost when the file was saved. Type it again.",
    "macros": "This workbook holds macros. Save it as an Excel workbook (.xlsx) without them, and upload that.",
    "workbook": "This is not an Excel workbook (.xlsx), whatever its name says. Save it as one, or as “CSV UTF-8”.",
    "bomb": "This workbook unpacks to far more than any table needs. Copy the table into a new one, and upload that.",
    "damaged": "This file is damaged and cannot be read as a table. Save it anew, and upload that.",
    "binary": "This is neither an Excel workbook nor a text in CSV, whatever its name says.",
    "quotes": "Row {where} has quotation marks that do not close, or letters after one that does. Save it as CSV anew.",
    "utf-16": "This text is encoded as UTF-16. Save it as “CSV UTF-8”, and upload that.",
    "encoding": "Line {where} is not encoded as UTF-8 but probably as Windows-1252. Save the file as “CSV UTF-8”, and "
    "upload that.",
    "mixed": "This text mixes encodings: line {where} UTF-8. Put the letters right, save it as “CSV UTF-8”, and upload "
    "that.",
}
"""What the reader found, and the sentence for it."""


@dataclass(frozen=True)
class TableRow:
    """One row below the headings: its number in the sheet and its cells, as many as there are headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How a table is laid out: its headings stand below ``above`` rows that say what it is about.

    ``letters`` is given where cells hold prose, of so many letters at most: their lines are kept, and a text may begin
    as a formula does, because what is written in sentences also begins with a dash.
    """

    header: Sequence[str]
    above: int = 0
    letters: int = 0


def inspect(path: Path, *, name: str, header: Sequence[str]) -> Inspection:
    """What the table at ``path``, uploaded as ``name``, is. Raises ``Unacceptable``, as ``read`` does too."""
    return inspect_laid_out(path, name=name, layout=Layout(header))[0]


def inspect_laid_out(path: Path, *, name: str, layout: Layout) -> tuple[Inspection, list[TableRow]]:
    """The same for a table of this ``layout``; with its rows, those above the headings first."""
    check_size(path.stat().st_size, MOST_BYTES)
    with path.open("rb") as file:
        packed = check_table_kind(file.read(HEAD), name)
    rows = _read(path, layout)
    return Inspection(XLSX if packed else CSV), rows


def read(stored: StoredFile, header: Sequence[str]) -> list[TableRow]:
    """The rows of a table below its ``header``, which has to be in the first row, whatever its capitals.

    Raises ``Unacceptable`` with the sentence that says why not, and ``OSError`` when the store does not give it.
    """
    return read_laid_out(stored, Layout(header))


def read_laid_out(stored: StoredFile, layout: Layout) -> list[TableRow]:
    """The rows of a table of this ``layout``, those above its headings first; raises as ``read`` does."""
    with local_path(stored) as path:
        return _read(path, layout)


def _read(path: Path, layout: Layout) -> list[TableRow]:
    limits = (MOST_ROWS + layout.above, len(layout.header), layout.letters)
    found = ask("sdwg.files.table_reader", path, *limits)
    if "trouble" in found:
        raise Unacceptable(TROUBLES[found["trouble"]].format(where=found.get("where", "")))
    rows = [TableRow(number, tuple(cells)) for number, cells in found["rows"]]
    place = layout.above + 1
    _check_header([row for row in rows if row.number == place], layout.header, place)
    if rows[-1].number == place:
        raise Unacceptable("There is nothing below the headings.")
    return [row for row in rows if row.number != place]


def _check_header(first: Sequence[TableRow], header: Sequence[str], row: int) -> None:
    given = first[0].cells if first else ("",) * len(header)
    for place, (found, wanted) in enumerate(zip(given, header, strict=True), 1):
        if found.casefold() != wanted.casefold():
            raise Unacceptable(
                f"Row {row} has to hold the headings of the template, in their order: heading {place} is "
                f"{f'“{found[:60]}”' if found else 'empty'} and should be “{wanted}”."
            )
