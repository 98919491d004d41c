"""Showing an uploaded PDF page by page, in a process of its own that can neither grow, run on, nor write.

    python -m sdwg.files.page_reader <path> pixels <page> <width>
    python -m sdwg.files.page_reader <path> words <page>
    python -m sdwg.files.page_reader <path> outline

``pixels`` prints a line of JSON, ``{"width": 800, "height": 1132}``, and then the page's picture: three bytes a pixel
(red, green, blue), row by row. No format: whoever takes it has nothing to parse, only to count. ``words`` prints
``{"width": 595.3, "height": 841.9, "lines": [[[x, y, width, height, "word"], …], …]}`` in points from the upper left
corner of the page as it is shown. ``outline`` prints ``{"entries": [[depth, "Title", page], …]}``. Each says
``{"trouble": "unreadable"}`` for a page that it cannot show. No Django, no database, no settings, nothing of the
environment.
"""

import ctypes
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from sdwg.files.inspector import confine
from sdwg.files.text_reader import LINE_HYPHENS, NEVER, SOFT

MEMORY = 1024**3
"""Bytes of address space, for everything."""
ANSWER = 64 * 1024**2
"""Bytes it may write: a picture of ``MOST_PIXELS``, or the words of one page."""
SECONDS = 8
"""Of processor time; a page that takes longer is read from the file."""
MOST_PIXELS = 6_000_000
"""Of one picture, which the program then handles in some 30 bytes a pixel: the widest of a long sheet of paper. An odd
page, such as a banner, is shown smaller than was asked."""
MOST_DOWN = 16_000
"""Of one picture: no browser's format takes many more."""
MOST_LETTERS = 60_000
"""Of one page: ten times a page that is set as small as anybody can read."""
MOST_ENTRIES = 2_000
LONGEST_TITLE = 200
FINE = 20
"""Steps in a point, by which places on a page are told."""


def pixels(pdf: Any, number: int, width: int) -> tuple[int, int, bytes]:
    """Width, height and bytes of the picture of a page, ``width`` pixels wide where it is not an odd page."""
    import pypdfium2.raw as raw

    page = pdf[number - 1]
    across, down = page.get_size()
    scale = min(width / across, (MOST_PIXELS / (across * down)) ** 0.5, MOST_DOWN / down)
    image = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True, force_bitmap_format=raw.FPDFBitmap_BGR)
    bare = image.width * 3
    rows = memoryview(image.buffer).cast("B")
    stride = image.stride
    content = b"".join(bytes(rows[row * stride : row * stride + bare]) for row in range(image.height))
    return image.width, image.height, content


def words(pdf: Any, number: int) -> dict[str, Any]:
    """The size of a page, and its lines of words with their boxes."""
    import pypdfium2.raw as raw

    page = pdf[number - 1]
    across, down = page.get_size()
    layer = page.get_textpage()
    place = _Placed(page, across, down)
    lines: list[list[list[Any]]] = [[]]
    word: list[str] = []
    box: list[float] = []

    def end() -> None:
        text = "".join(word).strip()
        if text and box:
            left, top, right, bottom = box
            lines[-1].append([*(round(value, 1) for value in (left, top, right - left, bottom - top)), text])
        word.clear()
        box.clear()

    for at in range(min(layer.count_chars(), MOST_LETTERS)):
        letter = chr(raw.FPDFText_GetUnicode(layer, at))
        if letter in "\r\n":
            end()
            if lines[-1]:
                lines.append([])
            continue
        letter = SOFT if letter in LINE_HYPHENS else letter
        if letter.isspace() or unicodedata.category(letter) in NEVER:
            end()
            continue
        word.append(letter)
        found = place(*layer.get_charbox(at, loose=True))
        if found[2] > found[0] and found[3] > found[1]:
            box[:] = [*map(min, box[:2], found[:2]), *map(max, box[2:], found[2:])] if box else list(found)
    end()
    return {"width": round(across, 1), "height": round(down, 1), "lines": [line for line in lines if line]}


class _Placed:
    """Boxes of the page's own space as they stand on the page that is shown: turned, cropped, from its upper left."""

    def __init__(self, page: Any, across: float, down: float) -> None:
        self.page, self.size = page, (round(across * FINE), round(down * FINE))

    def __call__(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        (x1, y1), (x2, y2) = self._point(left, bottom), self._point(right, top)
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        import pypdfium2.raw as raw

        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page, 0, 0, *self.size, 0, x, y, across, down)
        return across.value / FINE, down.value / FINE


def outline(pdf: Any) -> dict[str, Any]:
    """The bookmarks that lead to a page: how deep, what they are called, which page."""
    entries: list[list[Any]] = []
    for mark in pdf.get_toc(max_depth=4):
        if len(entries) == MOST_ENTRIES:
            break
        goal = mark.get_dest()
        index = goal.get_index() if goal else None
        title = "".join(" " if unicodedata.category(letter) in NEVER else letter for letter in mark.get_title() or "")
        title = " ".join(title.split())[:LONGEST_TITLE]
        if index is not None and title:
            entries.append([mark.level, title, index + 1])
    return {"entries": entries}


def main(path: str, what: str, *asked: str) -> int:
    confine(MEMORY, ANSWER, SECONDS)
    content = b""
    try:
        found, content = look(Path(path), what, *map(int, asked))
    except Exception:  # a hostile file may make the library raise anything; all of it means the same
        found = {"trouble": "unreadable"}
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n" + content)
    return 0


def look(path: Path, what: str, *asked: int) -> tuple[dict[str, Any], bytes]:
    """The answer in JSON, and what comes after it."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        if what == "outline":
            return outline(pdf), b""
        if what == "words":
            return words(pdf, *asked), b""
        width, height, content = pixels(pdf, *asked)
        return {"width": width, "height": height}, content


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
