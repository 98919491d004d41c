"""The reader's name on the picture of a page: in the picture itself, so that whoever saves or copies it has it too.

The words are laid out as any text of ours is, in any script, once a visit; on each page they stand at the foot, to be
read, and faintly across it, so that no part of a page goes without.
"""

import hashlib
import io
import json
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.core.cache import cache
from django.template.loader import render_to_string
from PIL import Image, ImageOps

from sdwg.files.operations import told
from sdwg.files.pages import PATIENCE, READER, Unshown, picture
from sdwg.pdf.render import lay_out

SLANT = 28
"""Degrees."""
FAINT, PLAIN = 0.11, 0.75
"""How much of the ink is seen, across a page and at its foot."""
INK = (70, 78, 92)
DRAWN = 1600
"""Pixels across the line as it is laid out; it is made smaller from there."""
FOR = 6 * 60 * 60
"""Seconds for which a line is kept for a visit."""
QUALITY = 82
_one = Lock()


def stamped(content: bytes, words: str) -> bytes:
    """The picture ``content`` (of ours) with ``words`` on it, as WebP. Raises ``Unshown`` when they cannot be drawn."""
    shown = Image.open(io.BytesIO(content)).convert("RGB")
    line = _line(words)
    across, down = shown.size
    foot = _sized(line, round(across * min(0.9, line.width / DRAWN * 0.62)))
    _put(shown, foot, ((across - foot.width) // 2, down - foot.height - max(2, across // 200)), PLAIN)
    wide = _sized(line, round(across * 0.8)).rotate(SLANT, expand=True, resample=Image.Resampling.BICUBIC)
    for place in (0.2, 0.5, 0.8):
        _put(shown, wide, ((across - wide.width) // 2, round(down * place) - wide.height // 2), FAINT)
    out = io.BytesIO()
    shown.save(out, "WEBP", quality=QUALITY, method=2)
    return out.getvalue()


def _sized(line: Image.Image, across: int) -> Image.Image:
    across = max(1, across)  # a page may be as narrow as a hair
    return line.resize((across, max(1, line.height * across // line.width)), Image.Resampling.LANCZOS)


def _put(shown: Image.Image, line: Image.Image, where: tuple[int, int], strength: float) -> None:
    shown.paste(INK, where, line.point(lambda ink: int(ink * strength)))


def _line(words: str) -> Image.Image:
    """The words as a mask: 255 where there is ink. Laid out once a visit, for every process."""
    key = f"stamp:{hashlib.sha256(words.encode()).hexdigest()}"
    with _one:
        kept = cache.get(key)
        if kept is None:
            kept = _laid_out(words)
            cache.set(key, kept, FOR)
    return _opened(kept)


@lru_cache(maxsize=64)
def _opened(kept: bytes) -> Image.Image:
    line = Image.open(io.BytesIO(kept))
    line.load()
    return line


def _laid_out(words: str) -> bytes:
    """The line as PNG: our own page, drawn by the same process that draws papers."""
    page = lay_out(
        render_to_string("pdf/stamp.html", {"words": words}), render_to_string("pdf/stamp.css"), variant=None
    )
    with tempfile.NamedTemporaryFile(prefix="sdwg-", suffix=".pdf") as file:
        page.write_pdf(file.name)
        try:
            head, _, content = told(READER, Path(file.name), "pixels", 1, DRAWN, patience=PATIENCE).partition(b"\n")
            drawn = picture(json.loads(head), content)
        except (subprocess.SubprocessError, ValueError) as trouble:
            raise Unshown from trouble
    mask = ImageOps.invert(drawn.convert("L"))
    out = io.BytesIO()
    mask.crop(mask.getbbox()).save(out, "PNG")
    return out.getvalue()
