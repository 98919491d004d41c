"""What is accepted as an upload, and the sentence for what is not. What a file is, its content says, never its name."""

from django.conf import settings

from sdwg.members.access import NotNow

PDF = "application/pdf"
MEGABYTE = 1024 * 1024
HEADER = b"%PDF-"
HEAD = 1024
"""Bytes from the beginning that are looked at; a reader of PDFs looks for the header so far."""
KINDS = (
    (b"PK\x03\x04", "a Word, Excel or PowerPoint file, or another kind of archive"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or PowerPoint file"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"{\\rtf", "a text in RTF"),
    (b"<", "a web page or another kind of markup"),
)
"""How other kinds of file begin, and what people call them."""


class Unacceptable(NotNow):
    """The file is not taken. The sentence says why and what to do; nothing of the file is kept."""


def check_size(size: int, most: int | None = None) -> None:
    """Raises ``Unacceptable`` for an empty file and one of more than ``most`` bytes, or ``MAX_UPLOAD_BYTES``."""
    most = settings.MAX_UPLOAD_BYTES if most is None else most
    if size == 0:
        raise Unacceptable("The file is empty. Choose it again, or save it anew.")
    if size > most:
        raise Unacceptable(
            f"The file is larger than {most // MEGABYTE} MB, the most that is taken. Split it, or make it smaller."
        )


def check_kind(head: bytes, name: str) -> None:
    """Raises ``Unacceptable`` unless the file begins as a PDF, at its first byte, and is called one."""
    if not head.startswith(HEADER):
        if HEADER in head:
            raise Unacceptable(
                "Something stands before the PDF in this file, so that it could pass for two kinds of file. "
                "Save it as PDF anew, and upload that."
            )
        kind = next((words for begin, words in KINDS if head.lstrip().startswith(begin)), "")
        told = f"This is {kind}, not a PDF." if kind else "This is not a PDF, whatever its name says."
        raise Unacceptable(f"{told} Only PDF is taken: save or print it as PDF, and upload that.")
    if not name.lower().endswith(".pdf"):
        raise Unacceptable("This is a PDF and its name does not end in .pdf. Rename it, and upload it again.")


def check_table_kind(head: bytes, name: str) -> bool:
    """Whether this is a workbook; if not it has to be a text. Raises ``Unacceptable`` when its name says otherwise."""
    packed = head.startswith(b"PK\x03\x04")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unacceptable(
            "This is an old Excel file, or one with a password. "
            "Save it as an Excel workbook (.xlsx) without a password, and upload that."
        )
    if not name.lower().endswith(".xlsx" if packed else ".csv"):
        raise Unacceptable("Only an Excel workbook (.xlsx) or a text in CSV (.csv) is taken, and called so.")
    return packed


def check_pages(pages: int) -> None:
    """Raises ``Unacceptable`` for a PDF without pages and one of more than ``MAX_UPLOAD_PAGES``."""
    if pages == 0:
        raise Unacceptable("This PDF has no pages. Save it as PDF anew, and upload that.")
    if pages > settings.MAX_UPLOAD_PAGES:
        raise Unacceptable(
            f"This PDF has {pages:,} pages; at most {settings.MAX_UPLOAD_PAGES:,} are taken. Split it into several."
        )
