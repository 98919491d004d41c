"""Reading a PDF back, with other programs than the one that made it."""

import subprocess
import tempfile
from io import BytesIO
from shutil import which

import pikepdf
import pytest


def words(content: bytes) -> str:
    """The text of a PDF, page by page with a form feed after each, once ``qpdf --check`` has found nothing wrong."""
    if not (which("qpdf") and which("pdftotext")):
        pytest.skip("qpdf and pdftotext are not there")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        subprocess.run(["qpdf", "--check", file.name], check=True, capture_output=True)
        told = subprocess.run(["pdftotext", "-layout", file.name, "-"], check=True, capture_output=True, text=True)
    return told.stdout


def decoded(content: bytes) -> str:
    """Every string and every stream of a PDF, unpacked: where a word might hide that no reader shows."""
    parts = []
    with pikepdf.open(BytesIO(content)) as pdf:
        for found in pdf.objects:
            parts.append(repr(found))
            if isinstance(found, pikepdf.Stream):
                parts.append(found.read_bytes().decode("latin-1"))
    return "\n".join(parts)


def bookmarks(content: bytes) -> list[tuple[str, int]]:
    """The outline: title and page (from 1), in order, whatever the depth."""
    found: list[tuple[str, int]] = []
    with pikepdf.open(BytesIO(content)) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}

        def walk(items: list[pikepdf.OutlineItem]) -> None:
            for item in items:
                goal = item.destination
                assert isinstance(goal, pikepdf.Array)
                found.append((item.title, pages[goal[0].objgen]))
                walk(item.children)

        with pdf.open_outline() as outline:
            walk(outline.root)
    return found
