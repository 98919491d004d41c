"""The text of a stored PDF: read page by page in the worker, tried again within limits, gone with its file."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from sdwg.files import operations, text_reader, texts
from sdwg.files.models import FileText, PageText, StoredFile, TextState
from tests.cast import AT, make_pdf
from tests.files import hostile
from tests.files.conftest import kept

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.django_db


def wanted(content: bytes, tmp_path: Path) -> FileText:
    """The text of a file, asked for; the store takes it uninspected."""
    path = tmp_path / "made.pdf"
    path.write_bytes(content)
    texts.want(operations.store_made(path, at=AT, pages=1))
    return FileText.objects.latest("pk")


def read(content: bytes, tmp_path: Path) -> FileText:
    row = wanted(content, tmp_path)
    texts.read_due()
    row.refresh_from_db()
    return row


def words(row: FileText) -> list[str]:
    return [page.text for page in row.page_texts.order_by("number")]


def with_scans(words: str = "Key policy") -> bytes:
    """Three pages, of which the second is a drawing alone."""
    pdf = pikepdf.open(BytesIO(make_pdf(3, words)))
    pdf.pages[1].obj.Contents = pdf.make_stream(b"0 0 100 100 re f")
    return hostile.written(pdf)


def lease_runs_out(row: FileText) -> None:
    FileText.objects.filter(pk=row.pk).update(leased_until=Now() - timedelta(seconds=1))


def test_each_page_has_its_text_and_a_scan_has_none(tmp_path: Path) -> None:
    row = read(with_scans(), tmp_path)
    assert words(row) == ["Key policy page 1 of 3", "", "Key policy page 3 of 3"]
    assert (row.state, row.pages, row.blank, row.lease) == (TextState.READ, 3, 1, None)


def test_a_text_is_read_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    row = read(make_pdf(), tmp_path)
    texts.want(row.stored)
    assert texts.read_due() == 0
    assert PageText.objects.count() == 2


def test_letters_that_no_database_takes_are_left_out() -> None:
    assert text_reader.plain("a\0b\x02c\r\nd\ufffe\ud800e  \n\n \x07") == "a b\u00adc\nd\u00ad e"


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (hostile.encrypted("secret"), "unreadable"),
        (b"%PDF-1.7 and nothing more", "unreadable"),
        (hostile.many_times_one_page(), "long"),
    ],
)
def test_what_cannot_be_read_says_why_and_is_not_tried_again(content: bytes, trouble: str, tmp_path: Path) -> None:
    row = read(content, tmp_path)
    assert (row.state, row.trouble) == (TextState.FAILED, trouble)
    assert texts.why_not(row) == texts.TROUBLES[trouble]
    assert texts.read_due() == 0
    assert words(row) == []


@pytest.mark.parametrize("content", [hostile.content_bomb(), hostile.nested_bomb(), hostile.object_stream_bomb()])
def test_a_bomb_neither_grows_the_worker_nor_stops_it(content: bytes, tmp_path: Path) -> None:
    """Read as nothing, given up, or left for another try: the worker itself goes on, no larger than before."""
    good = wanted(make_pdf(1, "After it"), tmp_path)
    row = wanted(content, tmp_path)
    before = memory()
    texts.read_due()
    assert memory() - before < 64 * 1024  # kB
    good.refresh_from_db()
    row.refresh_from_db()
    assert words(good) == ["After it page 1 of 1"]
    assert not any(words(row))
    assert row.lease or row.state in {TextState.READ, TextState.FAILED}


def memory() -> int:
    return int(next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line).split()[1])


def test_more_letters_than_any_document_has_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "LETTERS", 20)
    row = read(make_pdf(), tmp_path)
    assert (row.state, row.trouble) == (TextState.FAILED, "long")


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited differently elsewhere")
def test_the_reader_has_limits_of_its_own() -> None:
    limits = (
        "import resource; from sdwg.files import text_reader as t; t.look = lambda *a: [str(resource.getrlimit(n)[0])"
    )
    asked = f"{limits} for n in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)]; t.main('', '1', '1')"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True).stdout
    assert told == f'{{"pages": ["{1024**3}", "60", "{64 * 1024**2}"]}}'.encode()


# ------------------------------------------------------------------------------------------------------ what goes wrong


def test_a_reader_that_hangs_is_ended_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as hung:
        hung.setattr(texts, "PATIENCE", 0.001)
        row = read(make_pdf(1, "At last"), tmp_path)
    assert (row.state, row.attempts) == (TextState.WAITING, 1)
    assert texts.read_due() == 0, "not before its lease has run out"
    lease_runs_out(row)
    texts.read_due()
    assert words(row) == ["At last page 1 of 1"]


def test_a_text_whose_reader_always_dies_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "PATIENCE", 0.001)
    row = wanted(make_pdf(), tmp_path)
    for _ in range(texts.ATTEMPTS + 1):
        lease_runs_out(row)
        assert texts.read_due() == 1
    row.refresh_from_db()
    assert (row.state, row.trouble) == (TextState.FAILED, "died")
    assert texts.read_due() == 0


def test_a_file_the_store_does_not_give_is_tried_again(tmp_path: Path, store: Path) -> None:
    row = wanted(make_pdf(1, "Found"), tmp_path)
    (path,) = kept(store)
    content = path.read_bytes()
    path.unlink()
    texts.read_due()
    row.refresh_from_db()
    assert (row.state, row.trouble, row.attempts) == (TextState.WAITING, "gone", 1)
    path.write_bytes(content)
    lease_runs_out(row)
    texts.read_due()
    assert words(row) == ["Found page 1 of 1"]


@pytest.mark.parametrize("trouble", ["gone", "died"])
def test_what_may_have_passed_is_tried_once_a_day(
    trouble: str, tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = wanted(make_pdf(1, "At last"), tmp_path)
    (path,) = kept(store)
    content = path.read_bytes()

    def fails(times: int) -> None:
        for _ in range(times):
            lease_runs_out(row)
            texts.read_due()
        row.refresh_from_db()
        assert (row.state, row.trouble) == (TextState.FAILED, trouble)

    with monkeypatch.context() as broken:
        if trouble == "gone":
            path.unlink()
        else:
            broken.setattr(texts, "PATIENCE", 0.001)
        fails(texts.ATTEMPTS + 1)
        day_passes(row)
        fails(2)
    path.write_bytes(content)
    FileText.objects.update(leased_until=F("leased_until") - timedelta(hours=23))
    assert texts.read_due() == 0, "not before a day has passed"
    day_passes(row)
    assert texts.read_due() == 1
    row.refresh_from_db()
    assert (row.state, row.trouble, words(row)) == (TextState.READ, "", ["At last page 1 of 1"])


def day_passes(row: FileText) -> None:
    FileText.objects.filter(pk=row.pk).update(leased_until=F("leased_until") - timedelta(days=1, seconds=1))


def test_a_worker_that_lost_its_lease_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = wanted(make_pdf(1, "Once"), tmp_path)
    first = texts._lease_one()
    assert first
    lease_runs_out(row)
    texts.read_due()
    texts._settle(first, pages=["Twice"])
    assert words(row) == ["Once page 1 of 1"]


WORKER = """
import os, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["NAME"]
django.setup()
from sdwg.files import texts
texts.read_due()
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a second process needs a database server")
def test_a_text_survives_the_worker_that_read_it(tmp_path: Path, settings: Any) -> None:
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path / "files"}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    row = wanted(make_pdf(800, "Survived"), tmp_path)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sdwg.settings",
        "SDWG_DEBUG": "1",
        "SDWG_DATA": str(tmp_path),
        "NAME": connection.settings_dict["NAME"],
    }
    with subprocess.Popen([sys.executable, "-c", WORKER], env=environment) as worker:
        until = time.monotonic() + 60
        while not FileText.objects.filter(lease__isnull=False).exists() and time.monotonic() < until:
            time.sleep(0.01)
        worker.send_signal(signal.SIGKILL)
    assert texts.read_due() == 0, "its lease still runs"
    lease_runs_out(row)
    assert texts.read_due() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, len(words(row))) == (TextState.READ, 2, 800)


# ---------------------------------------------------------------------------------------------------------- how it ends


def test_a_text_goes_with_its_file_and_is_no_reason_to_keep_it(tmp_path: Path) -> None:
    read(make_pdf(), tmp_path)
    late = AT + timedelta(days=2)
    operations.sweep(at=late, real=late)
    assert not StoredFile.objects.exists()
    assert not FileText.objects.exists()
    assert not PageText.objects.exists()


def test_what_is_only_stored_is_not_read() -> None:
    operations.store(ContentFile(make_pdf()), name="paper.pdf", at=AT)
    assert texts.read_due() == 0


@pytest.mark.needs_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the documents beside the repository are not there")
@pytest.mark.parametrize(("name", "pages"), [("asvs-5.0.0-en.pdf", 120), ("asvs-4.0.3-en.pdf", 71)])
def test_real_documents_are_read(name: str, pages: int, tmp_path: Path) -> None:
    row = read((DATA / name).read_bytes(), tmp_path)
    assert (row.state, row.pages, row.blank) == (TextState.READ, pages, 0)
    assert "Application Security Verification" in words(row)[0]
