"""Putting the pages of papers into their placeholders, and finishing the document.

A paper gives its page content, its fonts and images, its layers and its links. Nothing else of it is ever reached:
no script, form, attachment, open action or annotation, because what is copied is named here and the rest stays behind.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from sdwg.pdf.catalogue import Info, save, write_info, write_labels, write_outline
from sdwg.pdf.geometry import Box, Matrix, fit, inherited, page_box, rotation
from sdwg.pdf.layers import migrate_layers
from sdwg.pdf.left_behind import leave_behind
from sdwg.pdf.links import Links, Placed
from sdwg.pdf.pagemap import PageMap
from sdwg.pdf.sheets import BOTTOM, OWN_SIDE, SIDE, TOP, Paper, Rendered, Slot
from sdwg.pdf.tags import ObjGen, Tags

__all__ = ["CannotAssemble", "Info", "assemble"]

COPY_MARK = Name("/SDWGCopy")
"""The resource name, on every page, of the one form that carries the reader's name and copy number."""
COPY_MARK_RISE = {SIDE: 7.0, OWN_SIDE: 20.0}
"""Points between the lower edge and that line: below the footer, by the side margin of the sheet."""
RESOURCES = ("Font", "XObject", "ExtGState", "ColorSpace", "Pattern", "Shading", "Properties", "ProcSet")
"""What a page's content may draw with. Other entries of a paper's resources stay behind."""
PAPER = Name("/Paper")
"""The resource name, on a filled placeholder, of the form that is the paper's page."""


class CannotAssemble(ValueError):
    """A paper cannot be placed; the build stops with ``sentence``, which names it. Nothing is left out silently."""

    def __init__(self, paper: str, reason: str) -> None:
        self.paper = paper
        self.sentence = f"{paper} cannot be placed: {reason}"
        super().__init__(self.sentence)


@dataclass(frozen=True)
class _Copied:
    """One page of a paper, copied and not yet drawn."""

    page: pikepdf.Object
    form: pikepdf.Object
    matrix: Matrix
    links: list[Dictionary]


def assemble(rendered: Rendered, page_map: PageMap, *, out: Path, info: Info) -> None:
    """Writes to ``out``, whole or not at all, the document ``rendered`` with its placeholders filled.

    The papers are read from disk while the result is written; memory does not grow with their size. Raises
    ``CannotAssemble`` for a paper that is broken, encrypted, or has other pages than its placeholders.
    """
    with ExitStack() as opened:
        pdf = opened.enter_context(Pdf.open(BytesIO(rendered.pdf)))
        pages = [page.obj for page in pdf.pages]
        slots: dict[str, list[Slot]] = {paper.key: [] for paper in rendered.papers}
        for slot in rendered.slots():
            slots[slot.paper_key].append(slot)
        _finish_own_pages(pdf, pages, {slot.page_index for found in slots.values() for slot in found})
        ours = len(pdf.objects)
        copied = [one for paper in rendered.papers for one in _copy_paper(pdf, paper, slots[paper.key], pages, opened)]
        leave_behind(pdf, ours)
        tags = Tags(pdf)
        for one in copied:
            _draw(pdf, tags, one)
        write_outline(pdf, page_map.bookmarks(), pages)
        write_labels(pdf, page_map.labels())
        write_info(pdf, info)
        save(pdf, out, object_streams=pikepdf.ObjectStreamMode.generate)


def _tails(pdf: Pdf) -> dict[float, Stream]:
    """The end of every page's content, by its side margin: where the reader's name will be drawn."""
    return {
        side: pdf.make_stream(
            f"Q\n/Artifact <</Type /Pagination>> BDC q 1 0 0 1 {side:g} {rise:g} cm {COPY_MARK} Do Q EMC".encode()
        )
        for side, rise in COPY_MARK_RISE.items()
    }


def _finish_own_pages(pdf: Pdf, pages: Sequence[pikepdf.Object], slots: set[int]) -> None:
    """Gives every page the mark of copies, and each placeholder resources of its own to put a paper's page into."""
    empty = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), Resources=Dictionary())
    mark = pdf.make_stream(b"", empty)
    head, tails = pdf.make_stream(b"q"), _tails(pdf)
    shared: set[tuple[int, int]] = set()
    for index, page in enumerate(pages):
        resources = page.Resources
        if resources.objgen not in shared:
            shared.add(resources.objgen)
            for key in sorted(resources.keys()):  # a set: its order is chance
                if isinstance(resources[key], Dictionary) and not resources[key].is_indirect and key != "/XObject":
                    resources[key] = pdf.make_indirect(resources[key])
            resources.XObject = resources.get(Name.XObject, Dictionary())
            resources.XObject[COPY_MARK] = mark
        tail = tails[SIDE if index in slots else OWN_SIDE]
        page.Contents = Array([head, page.Contents, tail])


def _copy_paper(
    pdf: Pdf, paper: Paper, slots: Sequence[Slot], pages: Sequence[pikepdf.Object], opened: ExitStack
) -> list[_Copied]:
    """Copies each page of ``paper`` that a slot waits for; the file stays open until the result is written."""
    try:
        source = opened.enter_context(Pdf.open(paper.path, access_mode=pikepdf.AccessMode.stream))
        theirs = [page.obj for page in source.pages]
    except pikepdf.PasswordError as locked:
        raise CannotAssemble(paper.name, "it is encrypted.") from locked
    except (pikepdf.PdfError, OSError) as broken:
        raise CannotAssemble(paper.name, "its file cannot be read as a PDF.") from broken
    if sorted(slot.paper_page for slot in slots) != list(range(len(theirs))):
        raise CannotAssemble(paper.name, f"it has {len(theirs)} pages, and {len(slots)} places were kept for it.")
    pairs = [(theirs[slot.paper_page], pages[slot.page_index]) for slot in slots]
    placed = {their.objgen: _placed(their, page) for their, page in pairs}
    links, used = Links(source, placed), set[ObjGen]()
    try:
        copied = [
            _Copied(
                page,
                pdf.copy_foreign(_form(source, their, placed[their.objgen].box, used)),
                placed[their.objgen].matrix,
                list(links.of(their)),
            )
            for their, page in pairs
        ]
        migrate_layers(pdf, source, list(source.pages))
    except pikepdf.PdfError as broken:
        raise CannotAssemble(paper.name, "one of its pages cannot be read.") from broken
    return copied


def _placed(theirs: pikepdf.Object, page: pikepdf.Object) -> Placed:
    """Where and how a page of a paper goes onto its placeholder: between marking and footer."""
    sheet, box = page_box(page), page_box(theirs)
    room = Box(sheet.left, sheet.bottom + BOTTOM, sheet.right, sheet.top - TOP)
    return Placed(page, box, fit(box, rotation(theirs), room))


def _draw(pdf: Pdf, tags: Tags, copied: _Copied) -> None:
    """Draws one page of a paper into its placeholder, tagged as a part of its own, and its links over it."""
    page = copied.page
    part = tags.part(page)
    numbers = " ".join(f"{number:.5f}" for number in copied.matrix)
    drawn = f"/P <</MCID {part.mcid}>> BDC q {numbers} cm {PAPER} Do Q EMC\nq"
    page.Contents[0] = pdf.make_stream(drawn.encode())
    resources = copy(page.Resources)
    resources.XObject = copy(resources.XObject)
    resources.XObject[PAPER] = copied.form
    page.Resources = resources
    for link in copied.links:
        tags.link(part, link, page)


def _form(source: Pdf, page: pikepdf.Object, box: Box, used: set[ObjGen]) -> pikepdf.Object:
    """A paper's page as a form. A page of one stream lends that stream itself: nothing is decoded or packed again."""
    contents: object = page.get(Name.Contents)
    if isinstance(contents, Array) and len(contents) == 1:
        contents = contents[0]
    elif isinstance(contents, Array):
        pikepdf.Page(page).contents_coalesce()
        contents = page.Contents
    if not isinstance(contents, Stream):
        contents = source.make_stream(b"")
    elif contents.objgen in used:
        contents = source.make_stream(contents.read_bytes())
    used.add(contents.objgen)
    contents.Type, contents.Subtype, contents.FormType = Name.XObject, Name.Form, 1
    contents.BBox = Array([round(number, 4) for number in box])
    contents.Resources = _resources(page)
    group: object = page.get(Name.Group)
    if isinstance(group, Dictionary) and group.get(Name.S) == Name.Transparency:
        contents.Group = group
    return contents


def _resources(page: pikepdf.Object) -> Dictionary:
    """What the page draws with, its own or inherited, by the kinds that drawing needs."""
    found: object = inherited(page, Name.Resources)
    if not isinstance(found, Dictionary):
        return Dictionary()
    return Dictionary({f"/{key}": found[f"/{key}"] for key in RESOURCES if f"/{key}" in found})
