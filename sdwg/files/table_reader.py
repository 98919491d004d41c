"""Reading an uploaded table, in a process of its own that can neither grow, run on, nor write.

    python -m sdwg.files.table_reader <path> <most rows> <columns> [<letters>]

prints one line of JSON: ``{"rows": [[1, ["Person", …]], …]}``, each row with its number in the sheet and its cells as
text, empty rows left out; or ``{"trouble": "formula", "where": "C7"}`` with a key of ``tables.TROUBLES``. The first
sheet of a workbook is read; dates are written as 2026-11-30. With ``letters`` the cells hold prose, of so many letters
at most: they keep their lines, and a text may begin as a formula does. No Django, no database, no settings.
"""

import csv
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from sdwg.files.cells import is_live, plain, unguarded
from sdwg.files.inspector import confine

MEMORY = 512 * 1024**2
"""Bytes of address space, for everything."""
ANSWER = 16 * 1024**2
"""Bytes it may write: the largest table there may be, and no more."""
UNPACKED = 16 * 1024**2
"""Bytes to which all parts of a workbook may unpack together, by what they say themselves; no more is read of them."""
PARTS = 500
"""Of a workbook."""
LETTERS = 1_000
"""A cell may hold."""
SCANNED = 20_000
"""Rows gone through, empty ones included: sheets are often formatted far below their last line."""
SHOWN = 5
"""Cells named in one sentence."""
ZIP = b"PK\x03\x04"
UTF16 = (b"\xff\xfe", b"\xfe\xff")

FORMULA = object()
"""Stands for the value of a cell that holds one."""

Cells = list[Any]


class Trouble(Exception):
    """Why the table is not read: the key of a sentence, and where in the sheet."""

    def __init__(self, key: str, where: object = "") -> None:
        super().__init__(key)
        self.told = {"trouble": key, "where": str(where)}


def look(path: Path, most_rows: int, columns: int, letters: int = 0) -> list[tuple[int, list[str]]]:
    """The rows of the table at ``path``, the first included. Raises ``Trouble``, and whatever a library raises."""
    with path.open("rb") as file:
        packed = file.read(len(ZIP)) == ZIP
    rows: list[tuple[int, list[str]]] = []
    live: list[str] = []
    for number, values in _sheet(path) if packed else _text(path):
        if number > SCANNED:
            raise Trouble("rows")
        cells = [_cell(value, f"{_letter(place)}{number}", live, letters) for place, value in enumerate(values)]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > columns:
            raise Trouble("wide", number)
        if len(rows) > most_rows:
            raise Trouble("rows")
        rows.append((number, cells + [""] * (columns - len(cells))))
    if live:
        more = f" and {len(live) - SHOWN} more" if len(live) > SHOWN else ""
        raise Trouble("formula", ", ".join(live[:SHOWN]) + more)
    return rows


def _letter(place: int) -> str:
    """The name of a column: A, B … Z, AA."""
    name = ""
    while place >= 0:
        name, place = chr(ord("A") + place % 26) + name, place // 26 - 1
    return name


def _cell(value: Any, where: str, live: list[str], letters: int) -> str:
    """A cell as text. What is or could become a formula is noted in ``live``."""
    if value is None:
        return ""
    if value is FORMULA:
        live.append(where)
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if len(text) > (letters or LETTERS):
        raise Trouble("long", where)
    text = plain(text, prose=bool(letters))
    if "\ufffd" in text and not letters:
        raise Trouble("lost", where)
    if isinstance(value, str) and is_live(text) and not letters:
        live.append(where)
    return unguarded(text)


# ------------------------------------------------------------------------------------------------------------ workbooks


def _sheet(path: Path) -> Iterator[tuple[int, Cells]]:
    """The first sheet of a workbook, row by row, never the whole of it in memory."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as parts:
        _check_parts(parts.infolist())
    with path.open("rb") as file:
        book = load_workbook(file, read_only=True, keep_links=False)
        if not book.worksheets:
            raise Trouble("workbook")
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # it may claim a million rows
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, [_value(cell) for cell in row]


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise Trouble("workbook")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Trouble("macros")
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Trouble("bomb")


def _value(cell: Any) -> Any:
    if cell.value is None:
        return None
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        raise Trouble("error", cell.coordinate)
    return cell.value


# ----------------------------------------------------------------------------------------------------------------- text


def _text(path: Path) -> Iterator[tuple[int, Cells]]:
    """A CSV file, with commas or semicolons, in UTF-8."""
    text = _decoded(path.read_bytes())
    csv.field_size_limit(len(text) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            yield number, [cell or None for cell in row]
    except csv.Error as reason:
        raise Trouble("quotes", number + 1) from reason


def _delimiter(text: str) -> str:
    """The one that makes more columns of the first line."""
    first = text[: text.find("\n")] if "\n" in text else text
    return max(",;", key=first.count)


def _decoded(content: bytes) -> str:
    """The text of ``content``. Raises ``Trouble`` for other encodings, with the line, and for two in one file."""
    if content.startswith(UTF16) or content[:200].count(b"\0") > 1:
        raise Trouble("utf-16")
    if b"\0" in content:
        raise Trouble("binary")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    good: list[int] = []
    bad: list[int] = []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.isascii():
            (good if _is_utf8(line) else bad).append(number)
    if any(number != 1 or not content.startswith(b"\xef\xbb\xbf") for number in good):
        raise Trouble("mixed", f"{bad[0]} is not, line {good[0]} is")
    raise Trouble("encoding", bad[0])


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def main(path: str, most_rows: str, columns: str, letters: str = "0") -> int:
    confine(MEMORY, ANSWER)
    os.environ["OPENPYXL_LXML"] = "False"  # wherever it runs, defusedxml parses
    try:
        found: dict[str, Any] = {"rows": look(Path(path), int(most_rows), int(columns), int(letters))}
    except Trouble as trouble:
        found = trouble.told
    except MemoryError:
        found = {"trouble": "bomb"}
    except Exception as reason:  # a hostile file may make the library raise anything; all of it means the same
        found = {"trouble": "bomb" if "memory" in str(reason).lower() else "damaged"}
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
