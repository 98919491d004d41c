"""The registers and the matrices as tables that people take with them: what the page shows its reader, and no more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment

from artefacts.models import Recommendation
from artefacts.queries import Coverage, CoverageLine, Matrix, PrincipleLine
from sdwg.files import sheets
from sdwg.files.sheets import Cells

NOTHING = "None"


@dataclass(frozen=True)
class Table:
    """A table with its name, its headings over columns of ``widths`` letters, and ``more`` sheets of a workbook."""

    name: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Cells]
    more: Sequence["Table"] = ()

    def as_csv(self) -> bytes:
        """The table alone: CSV has no sheets."""
        return sheets.as_csv(self.columns, self.rows)

    def as_workbook(self, at: datetime) -> bytes:
        """The table and the further ones, a sheet each, made at ``at``."""
        book = Workbook()
        book.remove(book.worksheets[0])
        for table in (self, *self.more):
            sheet: Any = book.create_sheet(table.name)
            sheets.add_headings(sheet, table.columns, table.widths)
            sheets.add_rows(sheet, table.rows)
            for row in sheet.iter_rows(min_row=2):
                for cell in row:
                    cell.alignment = Alignment(vertical="top", wrap_text=True)
            sheet.freeze_panes = "B2"
        return sheets.saved(book, at)


EXPLAINED = (
    ("Reference", "What the AWG calls it: capitals and figures, with hyphens or points between, such as AWG-R-01."),
    ("Text", "What it recommends, in the words of the AWG: at most 1,000 letters."),
    ("Source", "The AWG’s document, its version, its clause; or nothing. At most 200 letters."),
)
"""The columns of a table of recommendations to import, in their order, and what stands in them."""
COLUMNS = tuple(name for name, _ in EXPLAINED)
TEMPLATE = Table("Recommendations", COLUMNS, (16, 80, 40), ())


def of_register(found: Coverage) -> Table:
    """Recommendations or design areas, a row each, in the order of the page."""
    is_awg = found.kind == Recommendation.kind
    said = ("Recommendation", "Source") if is_awg else ("Design area", "What it is")
    columns = ("Reference", *said, "Standing", "Answered by", "Approved", "Artefacts", "Out of scope since", "Why",
               "Retired", "Why retired")  # fmt: skip
    rows = [_register_row(line) for line in found.lines]
    return Table("Register", columns, (14, 60, 40, 20, 40, 10, 10, 16, 40, 14, 40), rows)


def _register_row(line: CoverageLine) -> Cells:
    entry = line.entry
    said = (entry.text, entry.source) if isinstance(entry, Recommendation) else (entry.title, entry.text)
    answered = "; ".join(f"{part.reference} {part.title} ({part.words})" for part in line.artefacts)
    scope = (entry.out_of_scope_on, entry.why_out_of_scope)
    numbers = (line.approved, len(line.artefacts))
    return (entry.reference, *said, line.label, answered, *numbers, *scope, entry.retired_on, entry.why_retired)


def of_principles(rows: Iterable[PrincipleLine]) -> Table:
    """The principles and how the latest versions stand to them."""
    columns = ("Reference", "Principle", "What it means", "Standing", "Aligned", "Departs", "Not applicable")
    found = [
        (
            row.principle.reference,
            row.principle.title,
            row.principle.text,
            f"Retired: {row.principle.why_retired}" if row.retired else "In use",
            row.aligned,
            ", ".join(reference for reference, _ in row.departs),
            row.not_applicable,
        )
        for row in rows
    ]
    return Table("Principles", columns, (14, 40, 60, 30, 10, 40, 14), found)


def of_matrix(found: Matrix) -> Table:
    """Entries by artefacts, each cell in words; the gaps, and the artefacts by their titles, on sheets of their own."""
    columns = ("Reference", "What it says", "Standing", *(part.reference for part in found.columns))
    rows = [
        (
            row.line.reference,
            row.line.entry.heading,
            row.line.label,
            *(cell.words if cell else None for cell in row.cells),
        )
        for row in found.rows
    ]
    gaps = [
        *((line.reference, line.entry.heading, "No artefact answers it") for line in found.unanswered),
        *((part.reference, part.title, "It answers nothing in scope") for part in found.answers_nothing),
    ]
    parts = [(part.reference, part.title, part.label, part.baseline or NOTHING) for part in found.columns]
    return Table(
        "Matrix",
        columns,
        (14, 60, 20, *(16 for _ in found.columns)),
        rows,
        (
            Table("Gaps", ("Reference", "What it says", "Gap"), (16, 60, 30), gaps),
            Table("Artefacts", ("Reference", "Title", "State", "Baseline"), (16, 60, 24, 12), parts),
        ),
    )
