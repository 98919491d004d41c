"""Every check of a file holds something up: one attempt each that this check alone refuses."""

import tempfile
from io import BytesIO
from pathlib import Path

from django.core.files import File
from django.test import override_settings

from sdwg.files import operations, tables
from tests.architecture.refusals import Attempt, refusal
from tests.cast import Cast, make_pdf


def _inspected(content: bytes, name: str = "paper.pdf") -> object:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as made:
        made.write(content)
        made.flush()
        return operations.inspect(Path(made.name), name=name).pages


@refusal(operations.inspect, "check_size")
def an_empty_file_is_not_taken(cast: Cast) -> Attempt:
    return lambda: _inspected(b"")


@refusal(operations.inspect, "check_kind")
def a_spreadsheet_is_no_paper(cast: Cast) -> Attempt:
    return lambda: _inspected(b"PK\x03\x04 and so on")


@refusal(operations.inspect, "check_pages")
def too_many_pages_are_not_taken(cast: Cast) -> Attempt:
    @override_settings(MAX_UPLOAD_PAGES=2)
    def attempt() -> object:
        return _inspected(make_pdf(3))

    return attempt


@refusal(operations._copy, "check_size")
def a_file_that_is_too_large_is_not_even_copied(cast: Cast) -> Attempt:
    @override_settings(MAX_UPLOAD_BYTES=1_000_000)
    def attempt() -> object:
        with tempfile.TemporaryFile() as copy:
            return operations._copy(File(BytesIO(b"%PDF-" + bytes(2_000_000))), copy)

    return attempt


def _table(content: bytes, name: str) -> object:
    with tempfile.NamedTemporaryFile() as made:
        made.write(content)
        made.flush()
        return tables.inspect(Path(made.name), name=name, header=("Name",)).media_type


@refusal(tables.inspect_laid_out, "check_size")
def a_table_of_more_than_five_megabytes_is_not_taken(cast: Cast) -> Attempt:
    return lambda: _table(b"Name\n" + b"\n" * tables.MOST_BYTES + b"Ann\n", "people.csv")


@refusal(tables.inspect_laid_out, "check_table_kind")
def what_is_called_a_workbook_and_is_none_is_not_taken(cast: Cast) -> Attempt:
    return lambda: _table(b"Name\nAnn\n", "people.xlsx")
