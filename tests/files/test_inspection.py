"""What is refused at upload, with which sentence; and what a hostile file costs."""

import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sdwg.files import operations
from sdwg.files.operations import Unacceptable, inspect
from sdwg.files.rules import check_size
from tests.cast import make_pdf
from tests.files import hostile

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ZIP = b"PK\x03\x04\x14\x00\x06\x00" + b"word/document.xml" * 20
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def look(tmp_path: Path, content: bytes, name: str = "paper.pdf") -> operations.Inspection:
    path = tmp_path / "upload"
    path.write_bytes(content)
    return inspect(path, name=name)


def test_a_pdf_is_told_by_its_content_with_its_pages_and_their_sizes(tmp_path: Path) -> None:
    found = look(tmp_path, make_pdf(3, size=(842, 595)), "PAPER.PDF")
    assert found == operations.Inspection("application/pdf", 3, [[842.0, 595.0]] * 3)


def test_a_turned_page_has_the_size_that_is_shown(tmp_path: Path) -> None:
    import pikepdf

    made = tmp_path / "made.pdf"
    made.write_bytes(make_pdf(1))
    with pikepdf.open(made) as pdf:
        pdf.pages[0].obj.Rotate = 90
        pdf.pages[0].obj.CropBox = pikepdf.Array([0, 0, 300, 500])
        assert look(tmp_path, hostile.written(pdf)).page_sizes == [[500.0, 300.0]]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "paper.pdf", "The file is empty."),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(2000), "paper.pdf", "This is a picture (JPEG), not a PDF."),
        (ZIP, "paper.docx", "This is a Word, Excel or PowerPoint file"),
        (ZIP, "paper.pdf", "This is a Word, Excel or PowerPoint file"),
        (HTML, "paper.pdf", "This is a web page"),
        (b"MZ\x90\x00" + bytes(500), "paper.pdf", "This is not a PDF, whatever its name says."),
        (HTML + make_pdf(), "paper.pdf", "Something stands before the PDF"),
        (ZIP[:60] + make_pdf(), "paper.pdf", "Something stands before the PDF"),
        (b"\n" + make_pdf(), "paper.pdf", "Something stands before the PDF"),
        (make_pdf(), "paper.html", "its name does not end in .pdf"),
        (make_pdf() + ZIP + bytes(2000), "paper.pdf", "its end is missing"),
        (make_pdf()[:-300], "paper.pdf", "its end is missing"),
        (make_pdf()[:900] + b"\n%%EOF\n", "paper.pdf", "is damaged"),
        (b"%PDF-1.7\nnothing at all\n%%EOF\n", "paper.pdf", "is damaged"),
        (hostile.encrypted(user="secret"), "paper.pdf", "is encrypted"),
        (hostile.encrypted(), "paper.pdf", "is encrypted"),
        (hostile.lying_length(), "paper.pdf", "is damaged"),
        (hostile.circle_of_pages(), "paper.pdf", "is damaged"),
        (hostile.without_pages(), "paper.pdf", "has no pages"),
        (hostile.pages(2001), "paper.pdf", "2,001 pages; at most 2,000 are taken"),
    ],
)
def test_each_kind_of_bad_file_is_refused_with_its_own_sentence(
    tmp_path: Path, content: bytes, name: str, sentence: str
) -> None:
    with pytest.raises(Unacceptable) as refusal:
        look(tmp_path, content, name)
    assert sentence in str(refusal.value)


def test_two_thousand_pages_are_taken(tmp_path: Path) -> None:
    assert look(tmp_path, hostile.pages(2000)).pages == 2000


def test_the_largest_file_that_is_taken_is_taken(settings: Any) -> None:
    check_size(settings.MAX_UPLOAD_BYTES)
    with pytest.raises(Unacceptable, match="larger than 100 MB"):
        check_size(settings.MAX_UPLOAD_BYTES + 1)


def test_a_file_above_the_limit_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    with pytest.raises(Unacceptable, match="larger than 1 MB"):
        look(tmp_path, make_pdf() + bytes(1024 * 1024))


@pytest.mark.parametrize(
    "bomb",
    [hostile.content_bomb, hostile.nested_bomb, hostile.object_stream_bomb, hostile.many_times_one_page],
    ids=["content", "nested", "object stream", "pages"],
)
def test_a_bomb_is_refused_in_seconds_and_costs_this_process_nothing(tmp_path: Path, bomb: Any) -> None:
    content = bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    with pytest.raises(Unacceptable):
        look(tmp_path, content)
    assert time.monotonic() - began < 40
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # kB


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited differently elsewhere")
def test_the_inspector_cannot_grow_write_or_run_on() -> None:
    limits = "from sdwg.files import inspector; inspector.confine(); "
    for attempt in ("bytes(2 * 1024**3)", "open('/tmp/sdwg-grown', 'wb').write(bytes(8 * 1024**2))"):
        died = subprocess.run([sys.executable, "-c", limits + attempt], capture_output=True, check=False)
        assert died.returncode != 0, attempt
    Path("/tmp/sdwg-grown").unlink(missing_ok=True)
    asked = f"{limits} import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[0])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True).stdout.strip() == b"20"


def test_an_inspector_that_hangs_is_ended_and_the_file_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "PATIENCE", 0.01)
    with pytest.raises(Unacceptable, match="damaged"):
        look(tmp_path, make_pdf())


def test_the_inspector_is_told_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def run(command: list[str], **how: Any) -> None:
        seen.update(how["env"])
        raise subprocess.SubprocessError

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("SDWG_SECRET_KEY", "canary")
    with pytest.raises(Unacceptable):
        look(tmp_path, make_pdf())
    assert set(seen) == {"PYTHONDONTWRITEBYTECODE"}


def test_a_script_and_an_attachment_do_not_keep_a_pdf_out(tmp_path: Path) -> None:
    assert look(tmp_path, hostile.with_script()).pages == 1


@pytest.mark.needs_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the documents beside the repository are not there")
@pytest.mark.parametrize(("name", "pages"), [("asvs-5.0.0-en.pdf", 120), ("asvs-4.0.3-en.pdf", 71)])
def test_real_documents_are_taken(name: str, pages: int) -> None:
    assert inspect(DATA / name, name=name).pages == pages


@pytest.mark.needs_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the documents beside the repository are not there")
def test_a_real_word_file_is_refused_with_the_way_on() -> None:
    with pytest.raises(Unacceptable, match="save or print it as PDF"):
        inspect(DATA / "asvs-5.0.0-en.docx", name="asvs-5.0.0-en.docx")
