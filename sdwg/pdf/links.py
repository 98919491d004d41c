"""The links of a paper: to the web, and from page to page of the same paper. Every other action stays behind."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, Pdf, String

from sdwg.pdf.geometry import Box, Matrix, box_of

SCHEMES = {"http", "https", "mailto"}
LONGEST = 2_000
"""Characters of an address; longer ones are no address."""
MOST = 2_000
"""Links of one page that are kept. No page that people read has as many."""

ObjGen = tuple[int, int]


class Placed(NamedTuple):
    """Where a page of the paper has gone: onto which page of the document, and how it was moved and scaled."""

    page: pikepdf.Object
    box: Box
    matrix: Matrix


class Links:
    """Makes new links, from nothing of the old ones but rectangle and goal."""

    def __init__(self, source: Pdf, placed: Mapping[ObjGen, Placed]) -> None:
        self.source = source
        self.placed = placed
        self._named: dict[str, object] | None = None

    def of(self, page: pikepdf.Object) -> Iterator[Dictionary]:
        """The links of one page of the paper, for the page it was put on."""
        annotations: object = page.get(Name.Annots)
        if not isinstance(annotations, Array):
            return
        matrix = self.placed[page.objgen].matrix
        for number, annotation in enumerate(annotations):
            if number >= MOST:
                return
            if not isinstance(annotation, Dictionary) or annotation.get(Name.Subtype) != Name.Link:
                continue
            box, goal = box_of(annotation.get(Name.Rect)), self.goal(annotation)
            if box is None or goal is None:
                continue
            corners = [matrix.apply(box.left, box.bottom), matrix.apply(box.right, box.top)]
            x, y = sorted(corner[0] for corner in corners), sorted(corner[1] for corner in corners)
            rectangle = Array([round(number, 2) for number in (x[0], y[0], x[1], y[1])])
            link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rectangle, Border=Array([0, 0, 0]), F=4)
            for key, value in goal.items():
                link[Name(f"/{key}")] = value
            yield link

    def goal(self, annotation: Dictionary) -> dict[str, pikepdf.Object] | None:
        """Where a link leads, written anew; None for what we do not follow."""
        action: object = annotation.get(Name.A)
        if not isinstance(action, Dictionary):
            return self.destination(annotation.get(Name.Dest))
        if action.get(Name.S) == Name.GoTo:
            return self.destination(action.get(Name.D))
        if action.get(Name.S) != Name.URI or not isinstance(action.get(Name.URI), String):
            return None
        address = str(action.URI).strip()
        if len(address) > LONGEST or not address.isprintable() or scheme(address) not in SCHEMES:
            return None
        return {"A": Dictionary(S=Name.URI, URI=String(address)), "Contents": String(address)}

    def destination(self, value: object) -> dict[str, pikepdf.Object] | None:
        """A place in the same paper, named or given, as a place in the document."""
        if isinstance(value, String | Name):
            value = self.named.get(str(value))
        if isinstance(value, Dictionary):
            value = value.get(Name.D)
        if not isinstance(value, Array) or len(value) < 2 or not isinstance(value[0], Dictionary):
            return None
        placed = self.placed.get(value[0].objgen)
        if placed is None:
            return None
        left, top = placed.box.left, placed.box.top
        if value[1] == Name.XYZ and len(value) > 3:
            left, top = number(value[2], left), number(value[3], top)
        elif value[1] == Name.FitH and len(value) > 2:
            top = number(value[2], top)
        x, y = placed.matrix.apply(left, top)
        return {
            "Dest": Array([placed.page, Name.XYZ, round(x, 2), round(y, 2), 0]),
            "Contents": String("Link within this paper"),
        }

    @property
    def named(self) -> Mapping[str, object]:
        """The paper's named destinations, both kinds, read once and only if a link asks for one."""
        if self._named is None:
            self._named = {}
            old: object = self.source.Root.get(Name.Dests)
            if isinstance(old, Dictionary):
                self._named.update(old.items())
            names: object = self.source.Root.get(Name.Names)
            if isinstance(names, Dictionary) and isinstance(names.get(Name.Dests), Dictionary):
                self._named.update(NameTree(names.Dests).items())
        return self._named


def scheme(address: str) -> str:
    """The scheme of an address; empty for what is none."""
    try:
        return urlsplit(address).scheme.lower()
    except ValueError:
        return ""


def number(value: object, otherwise: float) -> float:
    """``value`` as a number; PDF writes null for "as it is"."""
    return float(value) if isinstance(value, int | float | Decimal) else otherwise
