"""The boxes of a paper's pages, as odd as they come: turned, cropped, off the origin, scaled by a user unit."""

from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from sdwg.pdf.sheets import Size

DEPTH = 64
"""How far up the tree of pages an inherited entry is looked for; a hostile tree may be a circle."""
LETTER = (0.0, 0.0, 612.0, 792.0)
"""What the PDF standard's readers assume of a page that names no box."""


class Box(NamedTuple):
    """Lower left and upper right corner, in the page's own units."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


class Matrix(NamedTuple):
    """A PDF transformation: (x, y) becomes (a x + c y + e, b x + d y + f)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def apply(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


def inherited(page: pikepdf.Object, key: Name) -> pikepdf.Object | None:
    """The entry ``key`` of a page, or the one it inherits."""
    node: object = page
    for _ in range(DEPTH):
        if not isinstance(node, Dictionary):
            return None
        found = node.get(key)
        if found is not None:
            return found
        node = node.get(Name.Parent)
    return None


def page_box(page: pikepdf.Object) -> Box:
    """What a reader shows of the page: the crop box inside the media box."""
    media = box_of(inherited(page, Name.MediaBox)) or Box(*LETTER)
    crop = box_of(inherited(page, Name.CropBox)) or media
    low = max(media.left, crop.left), max(media.bottom, crop.bottom)
    shown = Box(*low, min(media.right, crop.right), min(media.top, crop.top))
    return shown if shown.width > 0 and shown.height > 0 else media


def box_of(value: object) -> Box | None:
    """``value`` as a box with its corners in order; None for anything that is none, or has no area."""
    if not isinstance(value, Array) or len(value) != 4:
        return None
    items: list[object] = list(value)
    numbers = [float(item) for item in items if isinstance(item, int | float | Decimal)]
    if len(numbers) != 4:
        return None
    x, y = sorted(numbers[0::2]), sorted(numbers[1::2])
    box = Box(x[0], y[0], x[1], y[1])
    return box if box.width > 0 and box.height > 0 else None


def rotation(page: pikepdf.Object) -> int:
    """Degrees clockwise the page is turned for showing: 0, 90, 180 or 270."""
    value: object = inherited(page, Name.Rotate)
    return int(value) % 360 // 90 * 90 if isinstance(value, int | float | Decimal) else 0


def shown_size(page: pikepdf.Object) -> Size:
    """Width and height in points, as the reader sees the page."""
    box = page_box(page)
    unit: object = page.get(Name.UserUnit)
    scale = float(unit) if isinstance(unit, int | float | Decimal) and unit > 0 else 1.0
    width, height = box.width * scale, box.height * scale
    return Size(height, width) if rotation(page) in {90, 270} else Size(width, height)


def page_sizes(path: Path) -> tuple[Size, ...]:
    """The size of each page of the PDF at ``path``, rounded to a tenth of a point."""
    with pikepdf.open(path) as pdf:
        sizes = [shown_size(page.obj) for page in pdf.pages]
    return tuple(Size(round(size.width, 1), round(size.height, 1)) for size in sizes)


def fit(box: Box, turn: int, into: Box) -> Matrix:
    """The matrix that shows ``box``, turned clockwise by ``turn``, as large as ``into`` allows, and centred in it."""
    width, height = (box.height, box.width) if turn in {90, 270} else (box.width, box.height)
    scale = min(into.width / width, into.height / height)
    x = into.left + (into.width - scale * width) / 2
    y = into.bottom + (into.height - scale * height) / 2
    if turn == 90:
        return Matrix(0, -scale, scale, 0, x - scale * box.bottom, y + scale * box.right)
    if turn == 180:
        return Matrix(-scale, 0, 0, -scale, x + scale * box.right, y + scale * box.top)
    if turn == 270:
        return Matrix(0, scale, -scale, 0, x + scale * box.top, y - scale * box.left)
    return Matrix(scale, 0, 0, scale, x - scale * box.left, y - scale * box.bottom)
