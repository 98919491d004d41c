"""Files are kept once per content, privately, whole or not at all; what nobody refers to is swept after a day."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db import close_old_connections, connection, models

from artefacts.models import Version
from sdwg import clock
from sdwg.files import operations, tasks
from sdwg.files.models import StagedUpload, StoredFile
from sdwg.files.operations import Unacceptable, check_storage, local_path, stage, store_made, sweep
from tests.artefacts import make
from tests.cast import AT, Cast, make_pdf
from tests.files import hostile
from tests.files.conftest import kept

DAY = timedelta(days=1)
REAL = datetime(2026, 11, 30, 9, 20, tzinfo=UTC)


def upload(content: bytes) -> "File[bytes]":
    return ContentFile(content)


def store_file(content: bytes, at: datetime = AT) -> StoredFile:
    return operations.store(upload(content), name="paper.pdf", at=at)


@pytest.mark.django_db
def test_a_file_lies_privately_at_the_address_of_its_content(store: Path) -> None:
    content = make_pdf(2)
    row = store_file(content)
    address = sha256(content).hexdigest()
    assert (row.sha256, row.size, row.pages, row.media_type) == (address, len(content), 2, "application/pdf")
    assert row.page_sizes == [[595.3, 841.9]] * 2
    (path,) = kept(store)
    assert path == store / address[:2] / address[2:]
    assert path.read_bytes() == content
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert oct(path.parent.stat().st_mode)[-3:] == "700"


@pytest.mark.django_db
def test_equal_bytes_are_kept_once_and_never_written_again(store: Path) -> None:
    first = store_file(make_pdf())
    written = kept(store)[0].stat().st_mtime_ns
    second = store_file(make_pdf(), AT + 3 * DAY)
    assert first == second
    assert [path.stat().st_mtime_ns for path in kept(store)] == [written]
    assert second.stored_at == AT + 3 * DAY


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing(store: Path) -> None:
    with pytest.raises(Unacceptable):
        store_file(hostile.encrypted())
    assert kept(store) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_file_that_says_it_is_small_is_counted(settings: Any, store: Path) -> None:
    settings.MAX_UPLOAD_BYTES = 1024
    liar = upload(make_pdf() + bytes(5000))
    liar.size = 10
    with pytest.raises(Unacceptable, match="larger than"):
        operations.store(liar, name="paper.pdf", at=AT)
    assert kept(store) == []


@pytest.mark.django_db
def test_a_beginning_that_a_crash_left_is_replaced_by_the_whole(store: Path) -> None:
    content = make_pdf()
    address = sha256(content).hexdigest()
    (store / address[:2]).mkdir(parents=True)
    (store / address[:2] / address[2:]).write_bytes(content[:100])
    store_file(content)
    assert [path.read_bytes() for path in kept(store)] == [content]


class Full(FileSystemStorage):
    """A disk that is full half-way through."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")


@pytest.mark.django_db
def test_a_full_disk_leaves_neither_row_nor_beginning(settings: Any, store: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "tests.files.test_store.Full", "OPTIONS": {"location": store}},
    }
    with pytest.raises(OSError, match="does not take"):
        store_file(make_pdf())
    assert kept(store) == []
    assert not StoredFile.objects.exists()
    with pytest.raises(OSError, match="does not answer"):
        check_storage()


@pytest.mark.django_db
def test_the_store_is_checked_by_using_it_and_nothing_stays(store: Path) -> None:
    check_storage()
    assert kept(store) == []


@pytest.mark.django_db
def test_what_the_program_makes_is_kept_the_same_way(tmp_path: Path) -> None:
    made = tmp_path / "pack.pdf"
    made.write_bytes(make_pdf(3))
    row = store_made(made, at=AT)
    assert (row.pages, len(row.page_sizes)) == (3, 3)
    assert store_file(make_pdf(3)) == row
    note = tmp_path / "manifest.json"
    note.write_text("{}")
    assert store_made(note, at=AT, media_type="application/json").pages is None


@pytest.mark.django_db
def test_a_store_without_paths_gives_a_file_for_a_while(settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "tests.files.test_store.Bucket"}}
    row = store_file(make_pdf())
    with local_path(row) as path:
        assert path.read_bytes() == make_pdf()
    assert not path.exists()


class Bucket(Storage):
    """A store that is no disk."""

    content: ClassVar[dict[str, bytes]] = {}

    def _open(self, name: str, mode: str = "rb") -> Any:
        return ContentFile(self.content[name])

    def _save(self, name: str, content: Any) -> str:
        self.content[name] = content.read()
        return name

    def exists(self, name: str) -> bool:
        return name in self.content

    def delete(self, name: str) -> None:
        self.content.pop(name, None)

    def size(self, name: str) -> int:
        if name not in self.content:
            raise FileNotFoundError(name)
        return len(self.content[name])


@pytest.mark.django_db
def test_on_a_disk_the_path_is_the_file_itself(store: Path) -> None:
    row = store_file(make_pdf())
    with local_path(row) as path:
        assert path == kept(store)[0]
    assert path.exists()


# The sweep.


def look(at: datetime, real: datetime = REAL) -> None:
    sweep(at=at, real=real)


@pytest.mark.django_db
def test_a_file_that_no_row_refers_to_goes_after_a_day(store: Path) -> None:
    store_file(make_pdf())
    look(AT + DAY)
    assert len(kept(store)) == 1
    look(AT + DAY + timedelta(minutes=1))
    assert kept(store) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_file_handed_in_again_is_young_again(store: Path) -> None:
    store_file(make_pdf())
    store_file(make_pdf(), AT + DAY)
    look(AT + DAY + timedelta(hours=23))
    assert len(kept(store)) == 1


def test_a_staged_upload_goes_after_a_day_and_its_file_with_it(cast: Cast, store: Path) -> None:
    stage(upload(make_pdf()), name="paper.pdf", person=cast.person("analyst"), at=AT)
    look(AT + timedelta(hours=23))
    assert StagedUpload.objects.count() == 1
    look(AT + DAY + timedelta(minutes=1))
    assert not StagedUpload.objects.exists()
    assert kept(store) == []


def test_a_version_keeps_its_file_for_ever(cast: Cast, store: Path) -> None:
    version = make.version(cast)
    look(AT + 4000 * DAY)
    assert StoredFile.objects.filter(pk=version.file_id).exists()


def test_every_table_that_refers_to_files_is_asked() -> None:
    asked = str(operations._unreferenced(AT).query)
    referring = {
        field.model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model is StoredFile
        and field.remote_field.on_delete is not models.CASCADE  # what goes with its file keeps none
    }
    assert Version._meta.db_table in referring
    assert {table for table in referring if f'"{table}"' not in asked} == set()


@pytest.mark.django_db
def test_bytes_without_a_row_go_after_a_day_when_their_folder_has_its_turn(store: Path) -> None:
    address = sha256(b"orphan").hexdigest()
    for name in (f"{address[:2]}/{address[2:]}", f"{address[:2]}/{address[2:]}_x1Y2z3", f"{address[:2]}/check-old"):
        path = store / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"orphan")
    turn = int(address[:2], 16)
    minute = REAL.timestamp() // 60 - (REAL.timestamp() // 60) % 256 + turn
    its_turn = datetime.fromtimestamp(minute * 60, UTC)
    for path in kept(store):
        os.utime(path, times=((its_turn - DAY + timedelta(hours=1)).timestamp(),) * 2)
    look(AT, its_turn)
    assert len(kept(store)) == 3
    for path in kept(store):
        os.utime(path, times=((its_turn - DAY - timedelta(hours=1)).timestamp(),) * 2)
    look(AT, its_turn + timedelta(minutes=1))
    assert len(kept(store)) == 3
    look(AT, its_turn)
    assert kept(store) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_bytes_with_a_row_are_no_orphans_however_old(store: Path) -> None:
    row = store_file(make_pdf())
    turn = int(row.sha256[:2], 16)
    minute = REAL.timestamp() // 60 - (REAL.timestamp() // 60) % 256 + turn
    os.utime(kept(store)[0], times=(0, 0))
    look(AT, datetime.fromtimestamp(minute * 60, UTC))
    assert len(kept(store)) == 1


@pytest.mark.django_db
def test_a_file_stored_while_the_sweep_takes_its_bytes_is_whole_in_the_end(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make_pdf()
    real_put = operations._put
    puts = []

    def put(path: Path, row: StoredFile) -> None:
        real_put(path, row)
        puts.append(row)
        if len(puts) == 1:
            default_storage.delete(row.path)

    monkeypatch.setattr(operations, "_put", put)
    store_file(content)
    assert [path.read_bytes() for path in kept(store)] == [content]


@pytest.mark.django_db
def test_the_worker_looks_by_the_groups_date(store: Path) -> None:
    clock.set_now(AT)
    store_file(make_pdf())
    tasks.look()
    assert len(kept(store)) == 1
    clock.set_now(AT + 2 * DAY)
    tasks.look()
    assert kept(store) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_many_who_hand_in_the_same_at_once_share_one_file(store: Path) -> None:
    content = make_pdf(1)

    def hand_in(_: int) -> int:
        try:
            return store_file(content).pk
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(hand_in, range(12)))) == 1
    assert [path.read_bytes() for path in kept(store)] == [content]


def test_names_lose_paths_and_what_cannot_be_printed() -> None:
    assert operations.file_name("C:\\secret\\a\x00b\r\nc.pdf") == "a b c.pdf"
    assert operations.file_name("../../etc/passwd") == "passwd"
    assert operations.file_name("x" * 300 + ".pdf") == "x" * 196 + ".pdf"
    assert len(operations.file_name("." + "x" * 300)) == 200
