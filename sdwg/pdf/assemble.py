"""Putting the pages of papers into their placeholders, and finishing the document.

A paper gives its page content, its fonts and images, its layers and its links. Nothing else of it is ever reached:
no script, form, attachment, open action or annotation, because what is copied is named here and the rest stays behind.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from pikepdf._layer_copy import migrate_layers

from sdwg.pdf.geometry import Box, fit, inherited, page_box, rotation
from sdwg.pdf.links import Links, Placed
from sdwg.pdf.sheets import BOTTOM, OWN_SIDE, SIDE, TOP, Paper, Slot
from sdwg.pdf.tags import ObjGen, Tags

COPY_MARK = Name("/SDWGCopy")
"""The resource name, on every page, of the one form that carries the reader's name and copy number."""
COPY_MARK_RISE = {SIDE: 7.0, OWN_SIDE: 20.0}
"""Points between the lower edge and that line: below the footer, by the side margin of the sheet."""
RESOURCES = ("Font", "XObject", "ExtGState", "ColorSpace", "Pattern", "Shading", "Properties", "ProcSet")
"""What a page's content may draw with. Other entries of a paper's resources stay behind."""
LEFT_BEHIND = tuple(
    Name(f"/{key}")
    for key in ("StructParent", "StructParents", "PieceInfo", "Metadata", "OPI", "Ref", "AA", "A", "Alternates", "AF")
)
"""Entries of copied objects that would reach outside the page content, or into the tags of our own pages."""
PAPER = Name("/Paper")
"""The resource name, on a filled placeholder, of the form that is the paper's page."""
CREATOR = "SDWG"
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmp:CreateDate="{stamp}" xmp:ModifyDate="{stamp}" xmp:CreatorTool="{creator}"
 pdf:Producer="{creator}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


class CannotAssemble(ValueError):
    """A paper cannot be placed; the build stops with ``sentence``, which names it. Nothing is left out silently."""

    def __init__(self, paper: str, reason: str) -> None:
        self.paper = paper
        self.sentence = f"{paper} cannot be placed: {reason}"
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline, nested."""

    title: str
    page_index: int
    children: tuple["Bookmark", ...] = ()


@dataclass(frozen=True)
class LabelRange:
    """From page ``start_index`` on, pages are called ``prefix`` and a number in ``style``, counted from ``first``.

    Styles as PDF names them: D 1 2 3, r i ii iii, R I II III, A A B C, a a b c; empty for the prefix alone.
    """

    start_index: int
    style: str = "D"
    prefix: str = ""
    first: int = 1


@dataclass(frozen=True)
class Info:
    """What the file says of itself. ``at`` is the time of issue; the file holds no other."""

    title: str
    at: datetime
    author: str = "Security Design Working Group"
    lang: str = "en-GB"


@dataclass
class _Build:
    """One assembly under way."""

    pdf: Pdf
    tags: Tags
    tails: Mapping[float, Stream]
    opened: ExitStack = field(default_factory=ExitStack)


def assemble(
    own: bytes | Path,
    papers: Sequence[Paper],
    slots: Iterable[Slot],
    *,
    outline: Sequence[Bookmark],
    labels: Sequence[LabelRange],
    out: Path,
    info: Info,
) -> None:
    """Writes to ``out``, whole or not at all, the document ``own`` with its placeholders filled.

    The papers are read from disk while the result is written; memory does not grow with their size. Raises
    ``CannotAssemble`` for a paper that is broken, encrypted, or has other pages than its placeholders.
    """
    with ExitStack() as opened:
        pdf = opened.enter_context(Pdf.open(own) if isinstance(own, Path) else Pdf.open(BytesIO(own)))
        pages = [page.obj for page in pdf.pages]
        build = _Build(pdf, Tags(pdf), _tails(pdf), opened)
        by_paper: dict[str, list[Slot]] = {}
        for slot in slots:
            by_paper.setdefault(slot.paper_key, []).append(slot)
        _finish_own_pages(build, pages, {slot.page_index for found in by_paper.values() for slot in found})
        ours = len(pdf.objects)
        for paper in papers:
            _place_paper(build, paper, by_paper.pop(paper.key, []), pages)
        if by_paper:
            raise CannotAssemble(", ".join(by_paper), "its placeholders are there, but no file was given.")
        _leave_behind(pdf, ours)
        _write_outline(pdf, outline, pages)
        write_labels(pdf, labels)
        _write_info(pdf, info)
        save(pdf, out, object_streams=pikepdf.ObjectStreamMode.generate)


def save(pdf: Pdf, out: Path, *, object_streams: pikepdf.ObjectStreamMode) -> None:
    """Writes ``pdf`` to ``out``, whole or not at all. The same objects give the same bytes, the /ID included."""
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        pdf.save(partial, deterministic_id=True, object_stream_mode=object_streams)
        os.replace(partial, out)
    finally:
        partial.unlink(missing_ok=True)


def _tails(pdf: Pdf) -> dict[float, Stream]:
    """The end of every page's content, by its side margin: where the reader's name will be drawn."""
    return {
        side: pdf.make_stream(
            f"Q\n/Artifact <</Type /Pagination>> BDC q 1 0 0 1 {side:g} {rise:g} cm {COPY_MARK} Do Q EMC".encode()
        )
        for side, rise in COPY_MARK_RISE.items()
    }


def _finish_own_pages(build: _Build, pages: Sequence[pikepdf.Object], slots: set[int]) -> None:
    """Gives every page the mark of copies, and each placeholder resources of its own to put a paper's page into."""
    empty = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), Resources=Dictionary())
    mark = build.pdf.make_stream(b"", empty)
    head = build.pdf.make_stream(b"q")
    shared: set[tuple[int, int]] = set()
    for index, page in enumerate(pages):
        resources = page.Resources
        if resources.objgen not in shared:
            shared.add(resources.objgen)
            for key in list(resources.keys()):
                if isinstance(resources[key], Dictionary) and not resources[key].is_indirect and key != "/XObject":
                    resources[key] = build.pdf.make_indirect(resources[key])
            resources.XObject = resources.get(Name.XObject, Dictionary())
            resources.XObject[COPY_MARK] = mark
        tail = build.tails[SIDE if index in slots else OWN_SIDE]
        page.Contents = Array([head, page.Contents, tail])


def _place_paper(build: _Build, paper: Paper, slots: Sequence[Slot], pages: Sequence[pikepdf.Object]) -> None:
    """Puts each page of ``paper`` where a slot waits for it."""
    try:
        source = build.opened.enter_context(Pdf.open(paper.path, access_mode=pikepdf.AccessMode.stream))
    except pikepdf.PasswordError as locked:
        raise CannotAssemble(paper.name, "it is encrypted.") from locked
    except (pikepdf.PdfError, OSError) as broken:
        raise CannotAssemble(paper.name, "its file cannot be read as a PDF.") from broken
    theirs = [page.obj for page in source.pages]
    if sorted(slot.paper_page for slot in slots) != list(range(len(theirs))):
        raise CannotAssemble(paper.name, f"it has {len(theirs)} pages, and {len(slots)} places were kept for it.")
    pairs = [(theirs[slot.paper_page], pages[slot.page_index]) for slot in slots]
    links = Links(source, {their.objgen: _placed(their, page) for their, page in pairs})
    used: set[ObjGen] = set()
    for their, _ in pairs:
        _place_page(build, source, their, links, used)
    migrate_layers(build.pdf, source, list(source.pages))


def _placed(theirs: pikepdf.Object, page: pikepdf.Object) -> Placed:
    """Where and how a page of a paper goes onto its placeholder: between marking and footer."""
    sheet, box = page_box(page), page_box(theirs)
    room = Box(sheet.left, sheet.bottom + BOTTOM, sheet.right, sheet.top - TOP)
    return Placed(page, box, fit(box, rotation(theirs), room))


def _place_page(build: _Build, source: Pdf, theirs: pikepdf.Object, links: Links, used: set[ObjGen]) -> None:
    """Draws one page of a paper into its placeholder, tagged as a part of its own, and its links over it."""
    page, box, matrix = links.placed[theirs.objgen]
    part = build.tags.part(page)
    numbers = " ".join(f"{number:.5f}" for number in matrix)
    drawn = f"/P <</MCID {part.mcid}>> BDC q {numbers} cm {PAPER} Do Q EMC\nq"
    page.Contents[0] = build.pdf.make_stream(drawn.encode())
    resources = Dictionary(page.Resources)
    resources.XObject = Dictionary(resources.XObject)
    resources.XObject[PAPER] = build.pdf.copy_foreign(_form(source, theirs, box, used))
    page.Resources = resources
    for annotation in links.of(theirs):
        build.tags.link(part, annotation, page)


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


def _leave_behind(pdf: Pdf, ours: int) -> None:
    """Takes out of the copied objects whatever is not drawing: tags of their own, private data, files elsewhere."""
    objects = pdf.objects
    for at in range(ours, len(objects)):
        copied = objects[at]
        if not isinstance(copied, Dictionary | Stream):
            continue
        for key in LEFT_BEHIND:
            if key in copied:
                del copied[key]
        if isinstance(copied, Stream) and (Name.F in copied or copied.get(Name.Subtype) == Name.PS):
            copied.write(b"")


def _write_outline(pdf: Pdf, outline: Sequence[Bookmark], pages: Sequence[pikepdf.Object]) -> None:
    """Replaces the renderer's bookmarks, which know nothing of papers, by ``outline``."""
    if Name.Outlines in pdf.Root:
        del pdf.Root.Outlines
    if not outline:
        return
    root = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    _hang(pdf, root, outline, pages)
    root.Count = len(outline)
    pdf.Root.Outlines = root
    pdf.Root.PageMode = Name.UseOutlines


def _hang(pdf: Pdf, parent: pikepdf.Object, marks: Sequence[Bookmark], pages: Sequence[pikepdf.Object]) -> None:
    """Puts ``marks`` and what is below them under ``parent``; below the first level closed."""
    made: list[pikepdf.Object] = []
    for mark in marks:
        goal = Array([pages[mark.page_index], Name.XYZ, 0, page_box(pages[mark.page_index]).top, 0])
        entry = pdf.make_indirect(Dictionary(Title=String(mark.title), Parent=parent, Dest=goal))
        if mark.children:
            _hang(pdf, entry, mark.children, pages)
            entry.Count = -len(mark.children)
        if made:
            entry.Prev, made[-1].Next = made[-1], entry
        made.append(entry)
    parent.First, parent.Last = made[0], made[-1]


def write_labels(pdf: Pdf, labels: Sequence[LabelRange]) -> None:
    """What each page is called, so that a reader's "go to page" means what the footer prints."""
    numbers = Array()
    for label in sorted(labels, key=lambda label: label.start_index):
        entry = Dictionary()
        if label.style:
            entry.S, entry.St = Name(f"/{label.style}"), label.first
        if label.prefix:
            entry.P = String(label.prefix)
        numbers.append(label.start_index)
        numbers.append(entry)
    pdf.Root.PageLabels = Dictionary(Nums=numbers)


def _write_info(pdf: Pdf, info: Info) -> None:
    """Title, language and date, in both places where readers look.

    The renderer's claim to PDF/UA goes: the papers inside are not ours to vouch for.
    """
    moment = info.at.astimezone(UTC)
    pdf.Root.Lang = String(info.lang)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    stamp = String(f"D:{moment:%Y%m%d%H%M%S}Z")
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(info.title),
            Author=String(info.author),
            Creator=String(CREATOR),
            Producer=String(CREATOR),
            CreationDate=stamp,
            ModDate=stamp,
        )
    )
    packet = XMP.format(
        title=escape(info.title),
        author=escape(info.author),
        lang=escape(info.lang),
        creator=CREATOR,
        stamp=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    )
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
