"""Papers of every kind, made from scratch, and a small pack to put them in."""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from sdwg.pdf.assemble import Info, assemble
from sdwg.pdf.geometry import page_sizes
from sdwg.pdf.pagemap import PageMap, Part
from sdwg.pdf.render import render_document
from sdwg.pdf.sheets import Paper
from tests.cast import make_pdf

AT = datetime(2026, 12, 29, 9, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Pack:
    """An assembled document and its map."""

    path: Path
    page_map: PageMap

    @property
    def texts(self) -> list[str]:
        return texts(self.path)


def paper(
    folder: Path, key: str, content: bytes, *, marking: str = "AMBER", place: str = "", name: str = "", pages: int = 0
) -> Paper:
    """``content`` as a paper called ``name``; ``pages`` tells another number of pages than it has."""
    path = folder / f"{key}.pdf"
    path.write_bytes(content)
    sizes = page_sizes(path) if not pages else ((595.28, 841.89),) * pages
    place = place or f"Item 1, {key}"
    return Paper(key, path, sizes, marking, name or f"{place}: {key}", place)  # type: ignore[arg-type]


def parts_of(papers: Iterable[Paper]) -> list[Part]:
    """What is bookmarked in the pack: cover, contents, an item without a paper, one with all the papers, the end."""
    return [
        Part("cover", "Cover", footer="Cover"),
        Part("contents", "Contents", footer="Contents"),
        Part("item-9", "9 Any other business"),
        *(Part(f"control-{one.key}", one.name, one.part, int(at > 0), one.key) for at, one in enumerate(papers)),
        Part("end", "End", footer="End"),
    ]


def pack(folder: Path, papers: Sequence[Paper], *, prefix: str = "", extra: str = "", name: str = "pack.pdf") -> Pack:
    """A pack of ``papers``, TLP:AMBER on its own pages."""
    rendered = render_document(
        "tests-pack.html",
        {"papers": papers, "extra": extra},
        title="SDWG 12 meeting pack",
        at=AT,
        marking="AMBER",
        head="Security Design Working Group",
        document="SDWG 12 pack",
        prefix=prefix,
        papers=papers,
    )
    page_map = PageMap.of(rendered, parts_of(papers))
    assemble(rendered, page_map, out=folder / name, info=Info("SDWG 12 meeting pack", AT))
    return Pack(folder / name, page_map)


def texts(path: Path) -> list[str]:
    """The text of each page, spaces made single."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]


def check(path: Path) -> None:
    """``qpdf --check`` finds nothing."""
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed: nothing checked that the file is sound")
    told = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "WARNING" not in told.stderr


def everything(path: Path) -> bytes:
    """Every string, name and unpacked stream of a file, to be searched."""
    found = [path.read_bytes()]
    with pikepdf.open(path) as pdf:
        for thing in pdf.objects:
            found.append(thing.unparse())
            if isinstance(thing, pikepdf.Stream):
                found.append(thing.read_raw_bytes())
                try:
                    found.append(thing.read_bytes())
                except pikepdf.PdfError:
                    continue
        found.append(pdf.trailer.unparse())
    return b"\n".join(found)


def changed(content: bytes, change: Callable[[Pdf], Any]) -> bytes:
    """``content`` after ``change`` was made to it."""
    out = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def linked(pages: int = 3) -> bytes:
    """Links to the web, to a page of the same paper three ways, and to what no link of ours may lead to."""

    def link(**goal: Any) -> Dictionary:
        return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([72, 700, 200, 720]), **goal)

    def change(pdf: Pdf) -> None:
        third = pdf.pages[2].obj
        pdf.Root.Dests = Dictionary(chapter=Array([third, Name.XYZ, 72, 500, 0]))
        pdf.Root.Names = Dictionary(
            Dests=Dictionary(Names=Array([String("section"), Dictionary(D=Array([third, Name.FitH, 400]))]))
        )
        pdf.pages[0].obj.Annots = Array(
            pdf.make_indirect(one)
            for one in (
                link(A=Dictionary(S=Name.URI, URI=String("https://example.org/principles"))),
                link(Dest=Array([third, Name.Fit])),
                link(Dest=Name.chapter),
                link(A=Dictionary(S=Name.GoTo, D=String("section"))),
                link(A=Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))),
                link(A=Dictionary(S=Name.URI, URI=String("file:///etc/passwd"))),
                link(A=Dictionary(S=Name.Launch, F=String("calc.exe"))),
                link(A=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))),
                link(A=Dictionary(S=Name.GoToR, F=String("other.pdf"), D=Array([0, Name.Fit]))),
            )
        )

    return changed(make_pdf(pages, "Linked"), change)


def hostile() -> bytes:
    """Everything a paper must not bring along, in its usual places and smuggled in as something to draw with."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[0].obj
        script = pdf.make_indirect(Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String("app.alert('evil-js')")))
        pdf.attachments["evil.docm"] = pikepdf.AttachedFileSpec(pdf, b"evil-attachment", filename="evil.docm")
        file = next(iter(pdf.attachments.values())).obj
        pdf.Root.OpenAction = script
        pdf.Root.AA = Dictionary(WC=script)
        pdf.Root.Names.JavaScript = Dictionary(Names=Array([String("evil"), script]))
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("evil-field"),
            Rect=Array([0, 0, 9, 9]),
            AA=script,
        )
        rich = Dictionary(
            Type=Name.Annot,
            Subtype=Name.RichMedia,
            Rect=Array([0, 0, 9, 9]),
            RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([String("evil-rich"), file]))),
        )
        page.Annots = Array([pdf.make_indirect(field), pdf.make_indirect(rich)])
        page.AA = Dictionary(O=script)
        page.PieceInfo = Dictionary(Evil=Dictionary(Private=String("evil-private")))
        pdf.Root.AcroForm = Dictionary(Fields=Array([page.Annots[0]]), XFA=String("evil-xfa"))
        page.Resources.Properties = Dictionary(
            MC0=script, MC1=file, MC2=pdf.Root, MC3=Dictionary(Deep=Array([Dictionary(Deeper=script)]))
        )
        image = pdf.make_stream(
            b"\x00" * 3,
            Dictionary(
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=1,
                Height=1,
                BitsPerComponent=8,
                ColorSpace=Name.DeviceRGB,
                OPI=Dictionary({"/2.0": Dictionary(F=String("evil-opi"))}),
                AF=Array([file]),
                StructParent=0,
                Metadata=pdf.make_stream(b"evil-metadata", Type=Name.Metadata),
            ),
        )
        external = pdf.make_stream(b"", Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1])))
        external.F = String("evil-external")
        postscript = pdf.make_stream(b"evil-postscript", Dictionary(Type=Name.XObject, Subtype=Name.PS))
        page.Resources.XObject = Dictionary(Im0=image, Fm0=external, Ps0=postscript)

    return changed(make_pdf(1, "Hostile"), change)


def layered(name: str = "Draft stamp", *, shown: bool = False) -> bytes:
    """A page of which one line lies on a layer called ``name``, off unless ``shown``."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[0].obj
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name)))
        page.Resources.Properties = Dictionary(L0=layer)
        page.Contents = pdf.make_stream(b"/OC /L0 BDC BT /F1 14 Tf 72 600 Td (On the layer) Tj ET EMC")
        pdf.Root.OCProperties = Dictionary(
            OCGs=Array([layer]),
            D=Dictionary(Order=Array([Array([String(f"Set of {name}"), layer])]), OFF=Array([] if shown else [layer])),
        )

    return changed(make_pdf(1, "Layered"), change)


def turned(angle: int, crop: Sequence[float] = (100, 50, 400, 700)) -> bytes:
    """A page turned by ``angle``, cropped off its origin."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].obj.Rotate = angle
        pdf.pages[0].obj.CropBox = Array(crop)

    return changed(make_pdf(1, f"Turned {angle}"), change)
