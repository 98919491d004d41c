"""Putting the pages of papers onto their sheets, and finishing the document.

A paper gives its page content, its fonts and images, its layers and its links. Nothing else of it is ever reached:
no script, form, attachment, open action or annotation, because what is copied is named here and the rest stays behind.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from sdwg.pdf.catalogue import Info, save, write_info, write_labels, write_outline
from sdwg.pdf.furniture import LABEL, Furniture, furnish
from sdwg.pdf.geometry import Box, Matrix, fit, inherited, page_box, rotation
from sdwg.pdf.layers import migrate_layers
from sdwg.pdf.left_behind import leave_behind
from sdwg.pdf.links import Links, Placed
from sdwg.pdf.pagemap import PageMap
from sdwg.pdf.sheets import BOTTOM, OWN_SIDE, SIDE, TOP, Paper, Rendered, Size
from sdwg.pdf.tags import PAPER_CONTENT, ObjGen, Tags

__all__ = ["CannotAssemble", "Info", "assemble"]

COPY_MARK = Name("/SDWGCopy")
"""The resource name, on every page, of the one form that carries the reader's name and copy number."""
COPY_RISE, OWN_COPY_RISE = 7.0, 20.0
"""Points from the lower edge of a paper's sheet, and of our own pages, to that line: it stands below the footer."""
RESOURCES = ("Font", "XObject", "ExtGState", "ColorSpace", "Pattern", "Shading", "Properties", "ProcSet")
"""What a page's content may draw with. Other entries of a paper's resources stay behind."""
PAPER = Name("/Paper")
"""The resource name, on a paper's sheet, of the form that is the paper's page."""
BESIDE = b"/Artifact <</Type /Pagination>> BDC"
"""How content begins that is no part of what the page says: footer, marking, the line of copies."""


class CannotAssemble(ValueError):
    """A paper cannot be placed; the build stops with ``sentence``, which names it. Nothing is left out silently."""

    def __init__(self, paper: str, reason: str) -> None:
        self.paper = paper
        self.sentence = f"{paper} cannot be placed: {reason}"
        super().__init__(self.sentence)


@dataclass(frozen=True)
class _Copied:
    """One page of a paper, copied and not yet drawn."""

    form: Object
    matrix: Matrix
    links: list[Dictionary]


def assemble(rendered: Rendered, page_map: PageMap, *, out: Path, info: Info) -> None:
    """Writes to ``out``, whole or not at all, the document ``rendered`` with its papers in it.

    Takes as much memory as the papers are large, packed as they are, and some 60 MB for 500 pages. Raises
    ``CannotAssemble`` for a paper that is broken, encrypted, or has other pages than it was said to have.
    """
    with ExitStack() as opened:
        pdf = opened.enter_context(Pdf.open(BytesIO(rendered.pdf)))
        pages, sheets = _all_pages(pdf, rendered)
        furniture = opened.enter_context(furnish(pdf, page_map, {paper.marking for paper in rendered.papers}))
        mark = _empty_mark(pdf)
        _finish_own_pages(pdf, pages, sheets, furniture, mark)
        ours = len(pdf.objects)
        copied = {paper.key: _copy_paper(pdf, paper, pages, rendered.anchors[paper.key]) for paper in rendered.papers}
        leave_behind(pdf, ours)
        tags = Tags(pdf)
        for index, (paper, number) in sheets.items():
            _fill_sheet(pdf, pages[index], paper, copied[paper.key][number], furniture, index, mark)
            sheet = tags.sheet(pages[index])
            for link in copied[paper.key][number].links:
                tags.link(sheet, link, pages[index])
        tags.write(pages)
        write_outline(pdf, page_map.bookmarks(), pages)
        write_labels(pdf, page_map.labels())
        write_info(pdf, info)
        save(pdf, out, object_streams=pikepdf.ObjectStreamMode.generate)


def _all_pages(pdf: Pdf, rendered: Rendered) -> tuple[list[Object], dict[int, tuple[Paper, int]]]:
    """Every page of the document, a sheet for each page of each paper among them; and which sheet is whose.

    The renderer drew one page for a paper, to which links may lead and which becomes the first sheet, and a second one
    for the number of the last, which goes.
    """
    firsts = {rendered.anchors[paper.key]: paper for paper in rendered.papers}
    pages: list[Object] = []
    sheets: dict[int, tuple[Paper, int]] = {}
    drawn = iter(list(pdf.Root.Pages.Kids))
    for page in drawn:
        paper = firsts.get(len(pages))
        if paper is None:
            pages.append(page)
            continue
        for number, size in enumerate(paper.sheets):
            sheets[len(pages)] = paper, number
            pages.append(page if number == 0 else pdf.make_indirect(Dictionary(Type=Name.Page)))
            pages[-1].Parent, pages[-1].MediaBox = pdf.Root.Pages, Array([0, 0, *size])
        if paper.skipped:
            next(drawn)
    pdf.Root.Pages.Kids, pdf.Root.Pages.Count = Array(pages), len(pages)
    return pages, sheets


def _empty_mark(pdf: Pdf) -> Stream:
    """The form that says nothing here, and in a reader's copy whose it is."""
    about = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), Resources=Dictionary())
    return pdf.make_stream(b"", about)


def _copy_line(side: float, rise: float) -> bytes:
    return f"q 1 0 0 1 {side:g} {rise:g} cm {COPY_MARK} Do Q".encode()


def _finish_own_pages(
    pdf: Pdf, pages: Sequence[Object], sheets: dict[int, tuple[Paper, int]], furniture: Furniture, mark: Stream
) -> None:
    """Gives every page of ours its footer and the line of copies."""
    tail = pdf.make_stream(b"\n".join((b"Q", BESIDE, _copy_line(OWN_SIDE, OWN_COPY_RISE), b"EMC")))
    shared: set[ObjGen] = set()
    for index, page in enumerate(pages):
        if index in sheets:
            continue
        resources = page.Resources
        if resources.objgen not in shared:
            shared.add(resources.objgen)
            resources.XObject = resources.get(Name.XObject, Dictionary())
            resources.XObject[COPY_MARK] = mark
            resources.Font = resources.get(Name.Font, Dictionary())
            for name, font in furniture.fonts.items():
                resources.Font[name] = font
        footer = furniture.footer(index, _size(page), own=True)
        head = pdf.make_stream(b"\n".join((BESIDE, footer, b"EMC", b"q")))
        page.Contents = Array([head, page.Contents, tail])


def _size(page: Object) -> Size:
    box = page_box(page)
    return Size(box.width, box.height)


def _copy_paper(pdf: Pdf, paper: Paper, pages: Sequence[Object], first: int) -> list[_Copied]:
    """Copies each page of ``paper``, whose sheets are ``pages`` from ``first`` on."""
    try:
        with Pdf.open(paper.path, access_mode=pikepdf.AccessMode.stream) as source:
            theirs = [page.obj for page in source.pages]
            if len(theirs) == len(paper.sizes):
                return _copy_pages(pdf, source, theirs, pages[first : first + len(theirs)])
    except pikepdf.PasswordError as locked:
        raise CannotAssemble(paper.name, "it is encrypted.") from locked
    except (pikepdf.PdfError, OSError) as broken:
        raise CannotAssemble(paper.name, "its file cannot be read as a PDF.") from broken
    raise CannotAssemble(paper.name, f"it has {len(theirs)} pages, and {len(paper.sizes)} places were kept for it.")


def _copy_pages(pdf: Pdf, source: Pdf, theirs: Sequence[Object], sheets: Sequence[Object]) -> list[_Copied]:
    """Copies the pages ``theirs`` as forms, with the links that lie over them, and the layers of all."""
    places = [_placed(page, sheet) for page, sheet in zip(theirs, sheets, strict=True)]
    links = Links(source, {page.objgen: place for page, place in zip(theirs, places, strict=True)})
    used: set[ObjGen] = set()
    copied = [
        _Copied(pdf.copy_foreign(_form(source, page, place.box, used)), place.matrix, list(links.of(page)))
        for page, place in zip(theirs, places, strict=True)
    ]
    migrate_layers(pdf, source, list(source.pages))
    return copied


def _placed(theirs: Object, sheet: Object) -> Placed:
    """Where and how a page of a paper goes onto its sheet: between marking and footer."""
    box, (_, _, width, height) = page_box(theirs), sheet.MediaBox
    return Placed(sheet, box, fit(box, rotation(theirs), Box(0, BOTTOM, float(width), float(height) - TOP)))


def _form(source: Pdf, page: Object, box: Box, used: set[ObjGen]) -> Object:
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


def _resources(page: Object) -> Dictionary:
    """What the page draws with, its own or inherited, by the kinds that drawing needs."""
    found: object = inherited(page, Name.Resources)
    if not isinstance(found, Dictionary):
        return Dictionary()
    return Dictionary({f"/{key}": found[f"/{key}"] for key in RESOURCES if f"/{key}" in found})


def _fill_sheet(
    pdf: Pdf, page: Object, paper: Paper, copied: _Copied, furniture: Furniture, index: int, mark: Stream
) -> None:
    """Draws one page of a paper on its sheet, the marking and the footer beside it."""
    size = _size(page)
    content = (
        drawn(PAPER, copied.matrix),
        BESIDE,
        furniture.footer(index, size, own=False),
        furniture.label(size),
        _copy_line(SIDE, COPY_RISE),
        b"EMC",
    )
    page.Contents = pdf.make_stream(b"\n".join(content))
    forms = Dictionary({str(PAPER): copied.form, str(LABEL): furniture.labels[paper.marking], str(COPY_MARK): mark})
    page.Resources = Dictionary(XObject=forms, Font=Dictionary(furniture.fonts))


def drawn(form: Name, matrix: Matrix) -> bytes:
    """Draws what a sheet is for, tagged; the first line of its content."""
    numbers = " ".join(f"{number:.5f}" for number in matrix)
    return f"/P <</MCID {PAPER_CONTENT}>> BDC q {numbers} cm {form} Do Q EMC".encode()
