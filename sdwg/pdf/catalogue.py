"""What a document says of itself beside its pages: outline, labels, title, language and date; and how it is saved."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from sdwg.pdf.geometry import page_box
from sdwg.pdf.pagemap import Bookmark, LabelRange

CREATOR = "SDWG"
STATIC_ID = b"31415926535897932384626433832795"
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


@dataclass(frozen=True)
class Info:
    """What the file says of itself. ``at`` is the time of issue; the file holds no other."""

    title: str
    at: datetime
    author: str = "Security Design Working Group"
    lang: str = "en-GB"


def save(pdf: Pdf, out: Path, *, object_streams: pikepdf.ObjectStreamMode, identity: str = "") -> None:
    """Writes ``pdf`` to ``out``, whole or not at all. The same objects give the same bytes, the /ID included.

    The second half of the /ID is found from all that is written or, where ``identity`` is given, from that alone, which
    on a large file is four times as fast.
    """
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        pdf.save(partial, deterministic_id=not identity, static_id=bool(identity), object_stream_mode=object_streams)
        if identity:
            _identify(partial, identity)
        os.replace(partial, out)
    finally:
        partial.unlink(missing_ok=True)


def _identify(path: Path, identity: str) -> None:
    """Puts a digest of ``identity`` where the library wrote the constant that it writes for every file."""
    with path.open("r+b") as file:
        file.seek(-64, os.SEEK_END)
        start = int(file.read().rpartition(b"startxref")[2].split()[0])
        file.seek(start)
        at = file.read(4096).find(STATIC_ID)
        if at < 0:
            raise ValueError("The library writes the identity of a file in another way than it did.")
        file.seek(start + at)
        file.write(hashlib.sha256(identity.encode()).hexdigest()[: len(STATIC_ID)].encode())


def write_outline(pdf: Pdf, outline: Sequence[Bookmark], pages: Sequence[pikepdf.Object]) -> None:
    """Replaces whatever bookmarks there are by ``outline``, whose indices are those of ``pages``."""
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
    for label in labels:
        entry = Dictionary(S=Name.D, St=label.first)
        if label.prefix:
            entry.P = String(label.prefix)
        numbers.append(label.start_index)
        numbers.append(entry)
    pdf.Root.PageLabels = Dictionary(Nums=numbers)


def write_info(pdf: Pdf, info: Info) -> None:
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
