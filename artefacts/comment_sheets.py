"""Comments as tables: the one that a seat fills in offline and sends back, and the log of all that was said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from artefacts.models import Comment, Version
from artefacts.operations.filling_in import AT_ONCE
from artefacts.queries import CommentLog, LogLine, NilLine, PublicLine
from artefacts.states import CommentType, Severity
from sdwg import dates
from sdwg.files import sheets
from sdwg.files.rules import Unacceptable
from sdwg.files.sheets import Cells
from sdwg.files.tables import MOST_ROWS, Layout, TableRow

EXPLAINED = (
    ("No", "The number of a comment of your seat that is made already; change its row to change it, until it is "
     "answered. Nothing for a new comment. A row that you take out takes no comment away."),
    ("Section", "As the document counts: 5.3.2, Annex B. At most 60 letters."),
    ("Page", "The page of the file, a whole number; nothing for the whole document."),
    ("Quoted text", "The words that you mean, copied from the document."),
    ("Type", "Technical, Editorial or Question; nothing means Technical."),
    ("Severity", "High, Medium or Low; nothing means Medium."),
    ("Comment", "What you have to say: the one column that has to be filled in. At most 10,000 letters."),
    ("Proposed change", "The words that you would put there."),
)  # fmt: skip
"""The columns of a table of comments, in their order, and what stands in them."""
COLUMNS = tuple(name for name, _ in EXPLAINED)
LINED = frozenset({"Quoted text", "Comment", "Proposed change"})
"""Columns whose cells have lines; the others are of one."""
WIDTHS = (8, 14, 8, 40, 13, 11, 60, 50)
CHOICES = {"Type": CommentType.labels, "Severity": Severity.labels}
ABOUT = ("Comments on", "SHA-256", "Marking")
"""What the rows above the headings say, so that no table is taken for another version's."""
LONGEST_CELL = 32_767
"""Letters that Excel lets a cell hold. What is too long for a comment is refused where it stands, row by row."""
LAYOUT = Layout(COLUMNS, above=len(ABOUT), letters=LONGEST_CELL)


def _about(version: Version) -> list[tuple[str, str]]:
    return [
        (ABOUT[0], version.audit_ref),
        (ABOUT[1], version.sha256),
        (ABOUT[2], f"TLP:{vars(version)['marking']}"),
    ]


def rows_for(version: Version, table: Sequence[TableRow]) -> list[TableRow]:
    """The rows below the headings of a table that was made for ``version``. Raises ``Unacceptable`` for another's."""
    above = {row.cells[0].casefold(): row.cells[1] for row in table if row.number <= LAYOUT.above}
    found, digest = above.get(ABOUT[0].casefold(), ""), above.get(ABOUT[1].casefold(), "")
    if not found or not digest:
        raise Unacceptable(
            f"The first {len(ABOUT)} rows of the template say which version it is for, and here they do not. "
            f"Put your rows into the template of {version.audit_ref}, and choose that."
        )
    if found != version.audit_ref:
        raise Unacceptable(
            f"This table was filled in for {found[:60]}, and this is {version.audit_ref}. Choose the table for it; or "
            "put your rows into its template, if they are meant for it."
        )
    if digest.lower() != version.sha256:
        raise Unacceptable(
            f"This table was filled in for another file than {version.audit_ref}: its SHA-256 is another one. Put your "
            "rows into the template of this version."
        )
    return [row for row in table if row.number > LAYOUT.above]


def template(version: Version, own: Iterable[Comment], *, seat: str, until: datetime, at: datetime) -> bytes:
    """The table to fill in on ``version``, with the comments that ``seat`` has made; a sheet explains its columns."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Comments"
    for number, (name, said) in enumerate(_about(version), 1):
        sheets.write(sheet.cell(number, 1), name)
        sheets.write(sheet.cell(number, 2), said)
        sheet.cell(number, 1).font = Font(bold=True)
    head = LAYOUT.above + 1
    sheets.add_headings(sheet, COLUMNS, WIDTHS, row=head)
    for place, name in enumerate(COLUMNS, 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.alignment = sheets.WRAPPED
        if name not in {"No", "Page"}:
            column.number_format = "@"  # or Excel makes 5.10 a number and 5-2 a date
    for number, comment in enumerate(own, head + 1):
        for place, value in enumerate(_own_row(comment), 1):
            cell = sheet.cell(number, place)
            sheets.write(cell, value, prose=COLUMNS[place - 1] in LINED)
            cell.alignment = sheets.WRAPPED
            if isinstance(value, str):
                cell.number_format = "@"
    for name, labels in CHOICES.items():
        letter = get_column_letter(COLUMNS.index(name) + 1)
        offered = DataValidation("list", formula1=f'"{",".join(map(str, labels))}"', allow_blank=True)
        offered.showErrorMessage, offered.error = True, f"Choose one of: {', '.join(map(str, labels))}."
        offered.add(f"{letter}{head + 1}:{letter}{head + MOST_ROWS}")
        sheet.add_data_validation(offered)
    _printed(sheet, version, head)
    _explain(book, version, seat, until)
    return sheets.saved(book, at)


def _own_row(comment: Comment) -> Cells:
    return (
        comment.number,
        comment.section,
        comment.page,
        comment.quoted,
        str(comment.get_type_display()),
        str(comment.get_severity_display()),
        comment.text,
        comment.proposed_change,
    )


def _explain(book: Workbook, version: Version, seat: str, until: datetime) -> None:
    sheet: Any = book.create_sheet("How to fill it in")
    sheets.add_headings(sheet, ("Column", "Holds"), (20, 100))
    sheets.add_rows(sheet, EXPLAINED)
    told = (
        ("For", seat),
        ("Until", f"{dates.whole_moment(until)}, London: by then it is uploaded and confirmed."),
        ("At once", f"At most {MOST_ROWS:,} rows, of which {AT_ONCE} are new or changed."),
        *_about(version),
    )
    for number, row in enumerate(told, len(EXPLAINED) + 3):
        for place, value in enumerate(row, 1):
            sheets.write(sheet.cell(number, place), value)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = sheets.WRAPPED
    _printed(sheet, version, 1)


def _printed(sheet: Any, version: Version, head: int) -> None:
    """Reference, hash and marking on every page that is printed of the sheet, and its headings."""
    sheet.oddHeader.left.text = version.audit_ref
    sheet.oddHeader.right.text = f"TLP:{vars(version)['marking']}"
    sheet.oddFooter.left.text = f"SHA-256 {version.sha256}"
    sheet.oddFooter.right.text = "&P of &N"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{head}:{head}"


# -------------------------------------------------------------------------------------------------------------- the log


@dataclass(frozen=True)
class _Sheet:
    """One sheet of the log: its name, headings over columns of ``widths`` letters, its rows as they are read."""

    name: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Iterator[Cells]


SAID = (
    ("No", 6), ("Constituency", 26), ("Organisation", 24), ("Seat", 30), ("Person", 20), ("Received", 16),
    ("Changed", 16), ("Withdrawn", 16), ("Section", 12), ("Page", 7), ("Quoted text", 36), ("Type", 11),
    ("Severity", 10), ("Comment", 60), ("Proposed change", 44), ("Disposition", 18), ("Reason", 44),
    ("Proposed by", 26), ("Proposed", 16), ("Validated by", 26), ("Validated", 16),
    ("Last word", 16), ("Last word, why", 44), ("Last word by", 26), ("Said", 16), ("Repeats", 18), ("Resolved in", 12),
)  # fmt: skip
RETURNED = (
    ("Constituency", 34), ("Organisation", 28), ("Seat", 36), ("Person", 24), ("Returned", 16), ("Withdrawn", 44),
)  # fmt: skip
INDUSTRY = (
    ("No", 6), ("By", 40), ("Organisation", 28), ("Received", 16), ("Section", 12), ("Page", 7), ("Type", 11),
    ("Comment", 60), ("Proposed change", 44), ("Answer", 18), ("Reason", 44), ("Answered by", 26), ("Answered", 16),
    ("Hidden by", 26), ("Hidden", 16), ("Hidden, why", 44),
)  # fmt: skip


def log(logs: Sequence[CommentLog], *, title: str, reader: str, at: datetime) -> bytes:
    """The logs as a workbook: for each version a sheet of its comments and one of its nil returns.

    What came from the wider industry is on a third, where there is any.

    Rows go to a temporary file as they come, so that memory does not grow with them.
    """
    book = Workbook(write_only=True)
    for one in logs:
        label = one.version.label
        made_of = [
            _Sheet(f"{label} comments", *_split(SAID), (_said(line) for line in one.comments)),
            _Sheet(f"{label} nil returns", *_split(RETURNED), (_returned(line) for line in one.nil_returns)),
        ]
        if one.industry:
            sent = (_from_industry(line) for line in one.industry)
            made_of.append(_Sheet(f"{label} wider industry", *_split(INDUSTRY), sent))
        for made in made_of:
            _add(book, made, one, title, f"As {reader} may read it, {dates.whole_moment(at)}, London")
    if not logs:
        book.create_sheet("Nothing")
    return sheets.saved(book, at)


def _split(columns: Sequence[tuple[str, int]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(name for name, _ in columns), tuple(width for _, width in columns)


def _add(book: Workbook, made: _Sheet, one: CommentLog, title: str, read: str) -> None:
    sheet: Any = book.create_sheet(made.name)
    above: list[Cells] = [*_about(one.version), ("Title", title), ("Consultation", _window(one)), ("Read", read)]
    head = len(above) + 1
    for place, width in enumerate(made.widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"B{head + 1}"
    _printed(sheet, one.version, head)
    for row in above:
        sheets.append(sheet, row, wrapped=False)
    sheets.append(sheet, made.columns, bold=True)
    for row in made.rows:
        sheets.append(sheet, row)


def _window(one: CommentLog) -> str:
    if one.window is None:
        return "None on this version"
    early = f" Closed early: {one.window.why_early}" if one.window.why_early else ""
    late = f" Extended: {one.window.why_extended}" if one.window.why_extended else ""
    span = f"From {dates.whole_moment(one.window.opened_at)} to {dates.whole_moment(one.window.ends_at)}."
    return f"{span}{late}{early}"


def _said(line: LogLine) -> Cells:
    row = line.said
    return (
        *(row.number, row.constituency, line.organisation, row.who, row.person, row.received_at),
        *(row.edited_at, row.withdrawn_at),
        *(row.section, row.page, row.quoted, row.type_label, row.severity_label, row.text, row.proposed_change),
        *(row.answer_label, row.reason, row.proposed_as, row.proposed_at, row.validated_as, row.validated_at),
        *(row.word_label, row.word_text, row.word_as, row.word_at, row.repeats, row.resolved_in),
    )


def _returned(line: NilLine) -> Cells:
    replaced = f"Replaced by a comment, {dates.whole_moment(line.replaced_at)}" if line.replaced_at else None
    return (line.constituency, line.organisation, line.who, line.person, line.returned_at, replaced)


def _from_industry(row: PublicLine) -> Cells:
    return (
        *(row.label, row.who, row.organisation, row.received_at, row.section, row.page, row.type_label),
        *(row.text, row.proposed_change, row.answer_label, row.reason, row.answered_as, row.answered_at),
        *(row.hidden_as, row.hidden_at, row.hidden_why),
    )
