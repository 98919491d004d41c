"""Taking files in, keeping them once per content, and sweeping what nobody refers to.

Bytes go into the store first and their row comes after, so that no row ever lacks its bytes. A crash in between leaves
bytes without a row, which the sweep removes; equal bytes are kept once, and nobody is told.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, QuerySet

from sdwg.files.models import StagedUpload, StoredFile
from sdwg.files.rules import HEAD, PDF, Unacceptable, check_kind, check_pages, check_size
from sdwg.members.models import Person
from sdwg.pdf.geometry import page_sizes

__all__ = [
    "Inspection",
    "Inspector",
    "Unacceptable",
    "ask",
    "check_storage",
    "inspect",
    "local_path",
    "stage",
    "staged",
    "store",
    "store_made",
    "sweep",
    "told",
]

PATIENCE = 60
"""Seconds for which the inspection of one file may take, by the clock on the wall."""
KEPT = timedelta(days=1)
"""For which everything is left alone, whoever refers to it or not: a form may still be on its way."""
FOLDERS = 256
"""Of the store. One of them is gone through each minute."""
AT_ONCE = 100
"""Rows that one sweep removes at most."""
CHUNK = 1024 * 1024
SHA256 = 64
"""Digits of an address; what is called otherwise is nobody's."""
TROUBLE = (OSError, BotoCoreError, ClientError)
"""What a store raises when it does not work, on a disk or in a bucket."""
TROUBLES = {
    "encrypted": "This PDF is encrypted. Save it without a password or restrictions, and upload that.",
    "damaged": "This PDF is damaged and cannot be read in full. Save or print it as PDF anew, and upload that.",
    "cut": "This PDF is not whole: its end is missing. Upload it again from where it came from.",
    "bomb": "This PDF unpacks to far more than any document needs. Save or print it as PDF anew, and upload that.",
}
"""What the inspector found, and the sentence for it."""


@dataclass(frozen=True)
class Inspection:
    """What a file turned out to be; width and height of each page in points, turned the way it is shown."""

    media_type: str
    pages: int = 0
    page_sizes: list[list[float]] = field(default_factory=list)


class Inspector(Protocol):
    """Says what an uploaded file is, or raises ``Unacceptable``."""

    def __call__(self, path: Path, *, name: str) -> Inspection: ...


def inspect(path: Path, *, name: str) -> Inspection:
    """What the file at ``path``, uploaded as ``name``, is. Raises ``Unacceptable`` with the sentence that says why not.

    A PDF is opened in a process of its own, whose memory, time and writing are limited.
    """
    check_size(path.stat().st_size)
    with path.open("rb") as file:
        check_kind(file.read(HEAD), name)
    found = ask("sdwg.files.inspector", path, settings.MAX_UPLOAD_PAGES)
    if "trouble" in found:
        raise Unacceptable(TROUBLES[found["trouble"]])
    check_pages(found["pages"])
    return Inspection(PDF, found["pages"], found["page_sizes"])


def ask(module: str, path: Path, *limits: object, patience: float | None = None) -> dict[str, Any]:
    """What ``module``, in a process of its own, says of ``path``. One that dies, hangs or babbles says "damaged"."""
    try:
        found: dict[str, Any] = json.loads(told(module, path, *limits, patience=patience))
    except (subprocess.SubprocessError, ValueError):
        return {"trouble": "damaged"}
    return found


def told(module: str, path: Path, *limits: object, patience: float | None = None) -> bytes:
    """What ``module``, in a process of its own, prints about ``path``. Raises ``SubprocessError`` when it dies."""
    command = [sys.executable, "-m", module, str(path), *map(str, limits)]
    with tempfile.TemporaryFile() as answer:
        subprocess.run(  # noqa: S603  the program's own module, on a path it chose
            command,
            cwd=settings.BASE_DIR,
            env={"PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE if patience is None else patience,
            check=True,
        )
        answer.seek(0)
        return answer.read()


def store(upload: "File[bytes]", *, name: str, at: datetime, inspector: Inspector = inspect) -> StoredFile:
    """Takes in what somebody uploaded as ``name``: counted, hashed, inspected (as a PDF, unless said), kept.

    Raises ``Unacceptable``, and ``OSError`` when the store does not take it; nothing is kept then. Call it before the
    transaction that will refer to the file, not inside one that holds locks: an inspection takes its time.
    """
    with tempfile.NamedTemporaryFile(prefix="sdwg-", suffix=".pdf") as copy:
        sha256 = _copy(upload, copy)
        return _keep(Path(copy.name), sha256, inspector(Path(copy.name), name=name), at)


def store_made(path: Path, *, at: datetime, media_type: str = PDF, pages: int | None = None) -> StoredFile:
    """Keeps a file that the program made itself: a pack, a dossier. Raises ``OSError`` when the store does not take it.

    With ``pages`` given, the sizes of a PDF's pages are not read: nobody will put it into another document.
    """
    sizes = [list(size) for size in page_sizes(path)] if media_type == PDF and pages is None else []
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    count = len(sizes) if pages is None else pages
    return _keep(path, sha256, Inspection(media_type, count, sizes), at)


def _copy(upload: "File[bytes]", copy: IO[bytes]) -> str:
    """Writes ``upload`` to ``copy`` and returns its SHA-256. What counts is the bytes that come, not what was said."""
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks(CHUNK):
        digest.update(chunk)
        copy.write(chunk)
        size += len(chunk)
        if size > settings.MAX_UPLOAD_BYTES:
            break
    check_size(size)
    copy.flush()
    return digest.hexdigest()


def _keep(path: Path, sha256: str, found: Inspection, at: datetime) -> StoredFile:
    """The bytes at ``path`` into the store, then their row. Bytes that are there already only grow younger."""
    new = StoredFile(
        sha256=sha256,
        size=path.stat().st_size,
        media_type=found.media_type,
        pages=found.pages if found.media_type == PDF else None,
        page_sizes=found.page_sizes,
        stored_at=at,
    )
    _put(path, new)
    with transaction.atomic():
        row, is_new = StoredFile.objects.select_for_update().get_or_create(sha256=sha256, defaults=_facts(new))
        if not is_new and row.stored_at < at:
            row.stored_at = at
            row.save(update_fields=["stored_at"])
    _put(path, row)  # a sweep may have come between; now that there is a row, none does
    return row


def _facts(new: StoredFile) -> dict[str, Any]:
    return {name: getattr(new, name) for name in ("size", "media_type", "pages", "page_sizes", "stored_at")}


def _put(path: Path, row: StoredFile) -> None:
    """Sees to it that the whole of ``path`` lies in the store where ``row`` says. Raises ``OSError``."""
    try:
        if _is_whole(row):
            return
        default_storage.delete(row.path)  # the beginning of it, left by a crash
        with path.open("rb") as file:
            saved = default_storage.save(row.path, File(file))
        if saved != row.path:  # somebody else was faster, with the same bytes
            default_storage.delete(saved)
    except TROUBLE as reason:
        _take_back(row)
        raise OSError("The file store does not take the file.") from reason


def _is_whole(row: StoredFile) -> bool:
    """Whether all bytes are there. One question, because a bucket is far away."""
    try:
        return default_storage.size(row.path) == row.size
    except FileNotFoundError:
        return False
    except ClientError as answer:
        if answer.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise


def _take_back(row: StoredFile) -> None:
    """Removes a beginning that could not be finished, if the store lets us; else the sweep does."""
    try:
        if not _is_whole(row):
            default_storage.delete(row.path)
    except TROUBLE:
        return


@contextmanager
def local_path(stored: StoredFile) -> Iterator[Path]:
    """The bytes of ``stored`` as a file that can be opened by its path, while the context lasts. Never write to it.

    Raises ``OSError`` when the store does not give them.
    """
    try:
        place = Path(default_storage.path(stored.path))
    except NotImplementedError:
        with tempfile.NamedTemporaryFile(prefix="sdwg-", suffix=".pdf") as copy:
            try:
                with default_storage.open(stored.path) as file:
                    for chunk in file.chunks(CHUNK):
                        copy.write(chunk)
            except TROUBLE as reason:
                raise OSError("The file store does not give the file.") from reason
            copy.flush()
            yield Path(copy.name)
    else:
        yield place


def stage(
    upload: "File[bytes]", *, name: str, person: Person, at: datetime, inspector: Inspector = inspect
) -> StagedUpload:
    """Takes in a file that came with a form of ``person``, and keeps it for the form for a day.

    Raises as ``store`` does; nothing is kept then.
    """
    shown = file_name(name)
    stored = store(upload, name=shown, at=at, inspector=inspector)
    return StagedUpload.objects.create(person=person, stored=stored, name=shown, made_at=at)


def file_name(name: str) -> str:
    """``name`` as we keep it: no path, nothing unprintable, at most 200 characters, its ending kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in last).split())
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: 199 - len(ending)]}{dot}{ending}"[-200:] if dot else plain[:200]


def staged(token: uuid.UUID, *, person: Person, at: datetime) -> StagedUpload | None:
    """The file that ``person`` staged under ``token``; None for anybody else's, and for one that is gone.

    It grows younger by being asked for, so that the sweep does not come between this and the row that will refer to it.
    """
    with transaction.atomic():
        found = StagedUpload.objects.select_for_update(of=("self",)).filter(token=token, person=person).first()
        if found and found.made_at < at:
            found.made_at = at
            found.save(update_fields=["made_at"])
        return found


def check_storage() -> None:
    """Raises ``OSError`` unless something can be written to the store, read and removed again."""
    word = uuid.uuid4().hex.encode()
    try:
        name = default_storage.save(f"00/check-{word.decode()}", ContentFile(word))
        with default_storage.open(name) as file:
            read = file.read()
        default_storage.delete(name)
    except TROUBLE as reason:
        raise OSError("The file store does not answer.") from reason
    if read != word:
        raise OSError("The file store gives back something else than it was given.")


def sweep(*, at: datetime, real: datetime) -> None:
    """Removes staged uploads, files and bytes older than a day that no row refers to.

    ``at`` is the group's moment, ``real`` the machine's, by which a store dates what lies in it.
    """
    StagedUpload.objects.filter(made_at__lt=at - KEPT).delete()
    for pk in list(_unreferenced(at).values_list("pk", flat=True)[:AT_ONCE]):
        _remove(pk, at)
    _sweep_folder(f"{int(real.timestamp() // 60) % FOLDERS:02x}", real)


def _unreferenced(at: datetime) -> QuerySet[StoredFile]:
    """Files older than a day to which no row of any table refers, hidden relations and histories included.

    What was made of a file and goes with it, such as its text, is no reason to keep it.
    """
    rows = StoredFile.objects.filter(stored_at__lt=at - KEPT)
    fields: list[Any] = StoredFile._meta.get_fields(include_hidden=True)
    relations = [
        field for field in fields if field.auto_created and not field.concrete and field.on_delete is not models.CASCADE
    ]
    for relation in relations:
        referring = relation.related_model._base_manager.filter(**{relation.field.attname: OuterRef("pk")})
        rows = rows.filter(~Exists(referring))
    return rows.order_by("pk")


def _remove(pk: int, at: datetime) -> None:
    """One file, bytes and row, if it is still old and nobody's now that its row is locked."""
    with transaction.atomic():
        locked = StoredFile.objects.select_for_update().filter(pk=pk).first()
        if locked is None or not _unreferenced(at).filter(pk=pk).exists():
            return
        default_storage.delete(locked.path)
        locked.delete()


def _sweep_folder(folder: str, real: datetime) -> None:
    """Bytes without a row in one folder of the store: what a crash left."""
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    known = set(StoredFile.objects.filter(sha256__startswith=folder).values_list("sha256", flat=True))
    for name in names:
        path = f"{folder}/{name}"
        if folder + name not in known and default_storage.get_modified_time(path) < real - KEPT:
            _remove_bytes(path, folder + name, real)


def _remove_bytes(path: str, sha256: str, real: datetime) -> None:
    """Deletes bytes while their address is held, so that whoever stores the same just now waits, and stores anew."""
    if len(sha256) != SHA256:
        default_storage.delete(path)
        return
    try:
        with transaction.atomic():
            held = StoredFile.objects.create(sha256=sha256, size=0, media_type="", stored_at=real)
            default_storage.delete(path)
            held.delete()
    except IntegrityError:
        return
