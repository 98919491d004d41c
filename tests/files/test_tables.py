"""A table is read as text, within bounds; what is hostile or unclear is refused with a sentence that says where."""

import io
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from sdwg.files import table_reader, tables
from sdwg.files.cells import guarded, is_live, plain, unguarded
from sdwg.files.operations import Unacceptable

HEADER = ("Name", "Day")
FIRST = "Name,Day\n"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: Sequence[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in (HEADER, *rows):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The workbook with one of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info.filename))
        new.writestr(name, part)
    return out.getvalue()


def sheet(body: str, before: str = "") -> bytes:
    """A workbook whose sheet holds ``body``; ``before`` precedes its first element."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0"?>{before}<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
    return with_part(workbook(), SHEET, xml.encode())


def looked(content: bytes, most_rows: int = 1_000) -> Any:
    """What the reader finds, here and now: its rows, or its trouble and where."""
    with tempfile.NamedTemporaryFile() as made:
        made.write(content)
        made.flush()
        try:
            return table_reader.look(Path(made.name), most_rows, 2)
        except table_reader.Trouble as trouble:
            return trouble.told["trouble"], trouble.told["where"]


def inspected(content: bytes, name: str = "people.xlsx") -> str:
    """What an upload turns out to be, read in a process of its own; or the sentence that refuses it."""
    with tempfile.NamedTemporaryFile() as made:
        made.write(content)
        made.flush()
        try:
            return tables.inspect(Path(made.name), name=name, header=HEADER).media_type
        except Unacceptable as refusal:
            return str(refusal)


# --------------------------------------------------------------------------------------------------------- what is read


def test_a_workbook_and_csv_read_the_same() -> None:
    rows = [(1, ["Name", "Day"]), (2, ["Ann", "2026-11-30"]), (4, ["7", ""])]
    assert looked(workbook(["Ann", date(2026, 11, 30)], [], [7.0, None])) == rows
    assert looked(b"Name,Day\r\nAnn,2026-11-30\r\n,\r\n7,\r\n") == rows
    assert looked("\ufeffName;Day\nAnn;2026-11-30\n\n7;\n".encode()) == rows


def test_accents_and_line_breaks_in_a_cell_are_kept_on_one_line() -> None:
    assert looked('Name,Day\n"Zoë\nŁukasz, junior",x\n'.encode())[1] == (2, ["Zoë Łukasz, junior", "x"])
    assert looked(workbook(["Zoë\nŁukasz", "x"]))[1] == (2, ["Zoë Łukasz", "x"])


def test_a_moment_is_no_day() -> None:
    assert looked(workbook(["Ann", datetime(2026, 11, 30, 9, 20)]))[1] == (2, ["Ann", "2026-11-30 09:20"])  # noqa: DTZ001


def test_rows_without_anything_in_them_do_not_count() -> None:
    """Sheets are often formatted, or numbered, far below their last line."""
    assert len(looked(sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="15000"><c r="A15000"/></row>'))) == 1


# ---------------------------------------------------------------------------------------------------------- what is not


NOT_READ = {
    "formulas": (workbook(["=1+1", "x"], ["x", '=HYPERLINK("x")']), ("formula", "A2, B3")),
    "many formulas": (workbook(*[["=1", "=1"]] * 4), ("formula", "A2, B2, A3, B3, A4 and 3 more")),
    "formulas as text": ((FIRST + "\"=cmd|'/c calc'!A1\",x\n-1,@x\n").encode(), ("formula", "A2, A3, B3")),
    "hidden formulas": ((FIRST + "\t=1,＝1\n").encode(), ("formula", "A2, B2")),
    "an error": (sheet('<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>'), ("error", "A1")),
    "a long cell": ((FIRST + f"{'x' * 1001},x\n").encode(), ("long", "A2")),
    "a very long cell": ((FIRST + f"{'x' * 200_000},x\n").encode(), ("long", "A2")),
    "a letter lost": ((FIRST + "Zo\ufffd,x\n").encode(), ("lost", "A2")),
    "a column too many": ((FIRST + "a,b,c\n").encode(), ("wide", "2")),
    "a column far away": (
        sheet('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'),
        ("wide", "1"),
    ),
    "an open quotation": ((FIRST + 'a,"b\nc,d\n').encode(), ("quotes", "2")),
    "a broken quotation": ((FIRST + 'a,"b"c\n').encode(), ("quotes", "2")),
    "UTF-16": ((FIRST + "Zoë,x\n").encode("utf-16"), ("utf-16", "")),
    "UTF-16 without a mark": ((FIRST + "Zoë,x\n").encode("utf-16-le"), ("utf-16", "")),
    "something else": (FIRST.encode() + b"x" * 300 + b"\0,x\n", ("binary", "")),
    "Windows-1252": ((FIRST + "Ann,x\nZoë,x\n").encode("cp1252"), ("encoding", "3")),
    "Windows-1252 with the mark of UTF-8": (b"\xef\xbb\xbf" + (FIRST + "Zoë,x\n").encode("cp1252"), ("encoding", "2")),
    "two encodings": ((FIRST + "Zoë,x\n").encode() + "Zoë,x\n".encode("cp1252"), ("mixed", "3 is not, line 2 is")),
    "macros": (with_part(workbook(), "xl/vbaProject.bin", b"x"), ("macros", "")),
    "a bomb": (with_part(workbook(), "xl/media/image1.png", bytes(17 * 1024**2)), ("bomb", "")),
    "another archive": (with_part(b"PK\x05\x06" + bytes(18), "a.txt", b"x"), ("workbook", "")),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_is_not_read(name: str) -> None:
    content, trouble = NOT_READ[name]
    assert looked(content) == trouble


@pytest.mark.parametrize("rows", [50_000, 1_002])
def test_more_rows_than_are_taken_are_not_gone_through(rows: int) -> None:
    assert looked((FIRST + "a,b\n" * rows).encode()) == ("rows", "")


def test_a_thousand_rows_are_taken() -> None:
    assert len(looked((FIRST + "a,b\n" * 1_000).encode())) == 1_001


def test_a_workbook_that_claims_a_million_rows_is_not_gone_through() -> None:
    assert looked(sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')) == ("rows", "")


def test_every_trouble_has_its_sentence() -> None:
    source = Path(table_reader.__file__).read_text()
    raised = {line.split('Trouble("')[1].split('"')[0] for line in source.splitlines() if 'Trouble("' in line}
    assert raised | {"bomb", "damaged"} == set(tables.TROUBLES)


# ---------------------------------------------------------------------------------------------- in a process of its own


def test_what_a_good_table_is() -> None:
    assert inspected(workbook(["Ann", "x"])) == tables.XLSX
    assert inspected((FIRST + "Ann,x\n").encode(), "people.CSV") == tables.CSV


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "The file is empty."),
        (b"Name" + bytes(6 * 1024**2), "a.csv", "larger than 5 MB"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a.xlsx", "an old Excel file, or one with a password"),
        (workbook(["Ann", "x"]), "a.xlsm", "and called so"),
        (FIRST.encode(), "a.xlsx", "and called so"),
    ],
    ids=["empty", "large", "old", "called otherwise", "no workbook"],
)
def test_what_is_refused_unread(content: bytes, name: str, sentence: str) -> None:
    assert sentence in inspected(content, name)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"Name,Dy\na,b\n", "a.csv", "heading 2 is “Dy” and should be “Day”"),
        (b"\nName,Day\na,b\n", "a.csv", "heading 1 is empty and should be “Name”"),
        (b"name, DAY \n,\n", "a.csv", "nothing below the headings"),
        (workbook(["=1", "x"]), "a.xlsx", "stands in A2."),
        (b"PK\x03\x04" + bytes(100), "a.xlsx", "damaged"),
    ],
    ids=["a wrong heading", "no first row", "nothing in it", "a formula", "half a workbook"],
)
def test_what_is_refused_once_read(content: bytes, name: str, sentence: str) -> None:
    assert sentence in inspected(content, name)


def test_entities_and_bombs_end_the_reader_and_not_the_program() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    entities = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'
    assert "damaged" in inspected(sheet("<row><c t='str'><v>&l9;</v></c></row>", entities))
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    assert "damaged" in inspected(sheet("<row><c t='str'><v>&e;</v></c></row>", outside))
    assert "more text than any column takes" in inspected(
        sheet(f"<row><c t='str'><v>{'x' * 14 * 1024**2}</v></c></row>")
    )


# -------------------------------------------------------------------------------------------------------- what goes out


@given(st.text(max_size=20))
def test_a_guarded_cell_is_never_live_and_comes_back(text: str) -> None:
    assert not is_live(guarded(text))
    assert unguarded(guarded(text)) == plain(text)


@given(st.text(alphabet="'=+-@＝ \tx", max_size=8))
def test_however_many_apostrophes_precede_it(text: str) -> None:
    assert not is_live(guarded(text))
    assert unguarded(guarded(text)) == plain(text)
