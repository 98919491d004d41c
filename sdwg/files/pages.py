"""The pages of a stored PDF as they are shown in a page of ours: a picture each, the words on it, the outline.

A PDF that somebody uploaded is parsed in a process of its own (``page_reader``), a page at a time, when the page is
first asked for; what that process says is counted and kept, so that a page is drawn once for all its readers. Who may
see it, the caller has checked.
"""

import io
import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Sum
from PIL import Image

from sdwg.files.models import PageImage, PageWords, StoredFile
from sdwg.files.operations import TROUBLE, local_path, store_made, told

WIDTHS = (800, 1200, 1800)
"""Pixels across a picture: a phone, a desk, a desk that zooms in or has a fine screen."""
IMAGE = "image/webp"
PATIENCE = 10
"""Seconds that one page may take, by the clock on the wall."""
AT_ONCE = BoundedSemaphore(2)
"""Pages that one web process draws at the same time; its other threads go on answering."""
QUEUE = 8
"""Seconds that a reader waits for their turn."""
PAUSE = 10 * 60
"""Seconds for which a page that could not be shown is not tried again: each try can take a turn for ``PATIENCE``."""
KEPT = timedelta(days=30)
MOST_BYTES = 3 * 1024**3
"""That the kept pictures take at most: some 20,000 pages of text, or 300 of photographs."""
LONGEST = 16_383
"""Pixels of a side, of which the format takes no more."""
TRIMMED = 200
"""Pictures that one look forgets at most."""
READER = "sdwg.files.page_reader"


class Unshown(Exception):
    """The page cannot be shown here: it is hostile, too much, or gone. It is read from the file."""


class Busy(Exception):
    """Too many pages are being drawn. Ask again in a moment."""


def image(stored: StoredFile, number: int, width: int, *, at: datetime) -> bytes:
    """The picture of a page, ``width`` pixels wide, as WebP without loss. Raises ``Unshown`` and ``Busy``."""
    content = _kept_image(stored, number, width)
    if content is None:
        with _turn():  # encoding takes as much memory as drawing
            content = _kept_image(stored, number, width)  # another reader's turn may have drawn it
            if content is None:
                content = _encoded(_drawn(stored, number, width))
                _keep_image(stored, number, width, content, at)
    return content


def _kept_image(stored: StoredFile, number: int, width: int) -> bytes | None:
    row = PageImage.objects.filter(of=stored, number=number, width=width).select_related("image").first()
    if row is None:
        return None
    try:
        with default_storage.open(row.image.path) as file:
            return bytes(file.read())
    except TROUBLE:
        row.delete()  # the store lost it, which is no loss
        return None


def _drawn(stored: StoredFile, number: int, width: int) -> Image.Image:
    head, content = _asked(stored, "pixels", number, width)
    return picture(head, content)


def picture(head: dict[str, Any], content: bytes) -> Image.Image:
    """What ``pixels`` printed, as a picture. Raises ``Unshown`` when it does not add up."""
    across, down = head.get("width"), head.get("height")
    if (
        not isinstance(across, int)
        or not isinstance(down, int)
        or not 0 < min(across, down) <= max(across, down) <= LONGEST
    ):
        raise Unshown
    if len(content) != across * down * 3:
        raise Unshown
    return Image.frombytes("RGB", (across, down), content)


def _encoded(shown: Image.Image) -> bytes:
    out = io.BytesIO()
    shown.save(out, "WEBP", lossless=True, method=0)
    return out.getvalue()


def _keep_image(stored: StoredFile, number: int, width: int, content: bytes, at: datetime) -> None:
    """Keep what was drawn; a store that takes nothing just now costs time later, and no more."""
    with tempfile.NamedTemporaryFile(prefix="sdwg-", suffix=".webp") as file:
        file.write(content)
        file.flush()
        try:
            kept = store_made(Path(file.name), at=at, media_type=IMAGE)
        except OSError:
            return
    PageImage.objects.get_or_create(of=stored, number=number, width=width, defaults={"image": kept, "made_at": at})


def words(stored: StoredFile, number: int) -> dict[str, Any]:
    """The words of a page and their boxes, as ``page_reader`` says. Raises ``Unshown`` and ``Busy``."""
    return _kept(stored, number, "words", number)


def outline(stored: StoredFile) -> dict[str, Any]:
    """The outline of the file. Raises ``Unshown`` and ``Busy``."""
    return _kept(stored, 0, "outline")


def _kept(stored: StoredFile, number: int, *asked: object) -> dict[str, Any]:
    row = PageWords.objects.filter(of=stored, number=number).first()
    if row:
        known: dict[str, Any] = row.found
        return known
    with _turn():
        found, _ = _asked(stored, *asked)
    try:
        with transaction.atomic():
            PageWords.objects.get_or_create(of=stored, number=number, defaults={"found": found})
    except IntegrityError:  # the file went meanwhile
        raise Unshown from None
    return found


def _asked(stored: StoredFile, *asked: object) -> tuple[dict[str, Any], bytes]:
    """What the reader says of the file: its line of JSON, and what follows. Raises ``Unshown``."""
    known = f"unshown:{stored.sha256}:{':'.join(map(str, asked))}"
    if cache.get(known):
        raise Unshown
    try:
        with local_path(stored) as path:
            head, _, content = told(READER, path, *asked, patience=PATIENCE).partition(b"\n")
        found = json.loads(head)
    except OSError:
        raise Unshown from None
    except (subprocess.SubprocessError, ValueError):
        found = None
    if not isinstance(found, dict) or "trouble" in found:
        cache.set(known, True, PAUSE)
        raise Unshown
    return found, content


@contextmanager
def _turn() -> Iterator[None]:
    if not AT_ONCE.acquire(timeout=QUEUE):
        raise Busy
    try:
        yield
    finally:
        AT_ONCE.release()


def trim(at: datetime) -> None:
    """Forget pictures that are old, and the oldest while all take too much; the sweep then removes their bytes."""
    rows = PageImage.objects.order_by("made_at", "pk")
    size = rows.aggregate(all=Sum("image__size"))["all"] or 0
    gone = rows if size > MOST_BYTES else rows.filter(made_at__lt=at - KEPT)
    PageImage.objects.filter(pk__in=list(gone.values_list("pk", flat=True)[:TRIMMED])).delete()
