"""What stands on the pages beside their content: footers from the page map, and the markings of the papers' sheets.

Five hundred footers are laid out as five hundred lines of a long strip, which costs a twelfth of five hundred pages;
each line is then taken out of the strip by its number. A marking is drawn once.
"""

import gc
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from django.template.loader import render_to_string
from pikepdf import Name, Object, Pdf

from sdwg.pdf.pagemap import PageMap
from sdwg.pdf.render import TAGGED, CannotRender, lay_out
from sdwg.pdf.sheets import BOTTOM, MARKINGS, OWN_SIDE, SIDE, TOP, Size

LABEL = Name("/Label")
"""The resource name, on a paper's sheet, of the form that is its marking."""
LABEL_SIZE = Size(170.0, 18.0)
"""Of that form, in points; the marking stands at its right edge."""
LINES_A_PAGE = 1_000
PITCH = 12
"""Points from line to line of the strip, on pages of LINES_A_PAGE."""
BASELINE, OWN_BASELINE = 18.0, 34.0
"""Of the footer, above the lower edge of a paper's sheet and of our own pages."""
LINE = re.compile(rb"<</MCID (\d+)>>\s+BDC\s.*?(BT\s.*?\sET)\s+EMC", re.DOTALL)
RISE = re.compile(rb"1 0 0 -1 0 ([\d.]+) Tm")
FONT = re.compile(rb"/(\w+)( [\d.]+ Tf)")
POINTS = 0.75
"""Points to the renderer's own unit."""
GREY = "0.290196 0.333333 0.407843"


@dataclass(frozen=True)
class Furniture:
    """Footers by page, each a piece of content that uses ``fonts``; and the form of each marking."""

    footers: list[bytes]
    fonts: Mapping[str, Object]
    labels: Mapping[str, Object]

    def footer(self, index: int, sheet: Size, *, own: bool) -> bytes:
        """Draws the footer of the page ``index``; one that is too long ends where the marking begins."""
        left, base = (OWN_SIDE, OWN_BASELINE) if own else (SIDE, BASELINE)
        room = sheet.width - 2 * left - LABEL_SIZE.width * 0.8
        piece = self.footers[index]
        found = RISE.search(piece)
        if found is None:
            raise CannotRender("The renderer draws footers in another way than it did.")
        top = base + POINTS * float(found[1])
        clip = f"{left:g} {base - 4:g} {room:g} 14 re W n"
        drawn = f"q {clip} {POINTS} 0 0 -{POINTS} {left:g} {top:.3f} cm {GREY} rg".encode()
        return drawn + b"\n" + piece + b"\nQ"

    @staticmethod
    def label(sheet: Size) -> bytes:
        """Draws the marking at the upper and the lower right of a paper's sheet."""
        left = sheet.width - SIDE - LABEL_SIZE.width
        rises = (sheet.height - (TOP + LABEL_SIZE.height) / 2, (BOTTOM - LABEL_SIZE.height) / 2)
        return "\n".join(f"q 1 0 0 1 {left:g} {rise:g} cm {LABEL} Do Q" for rise in rises).encode()


@contextmanager
def furnish(pdf: Pdf, page_map: PageMap, markings: Collection[str]) -> Iterator[Furniture]:
    """The furniture of the document ``pdf``; it stays open until ``pdf`` is written. Raises ``CannotRender``."""
    gc.collect()  # the renderer's boxes refer to each other in circles; 10 MB of them make room for the papers
    with Pdf.open(BytesIO(_strip(page_map, markings))) as strip:
        pages = list(strip.pages)
        cut = len(markings)
        labels = {marking: _form(pdf, page) for marking, page in zip(sorted(markings), pages[:cut], strict=True)}
        fonts: dict[str, Object] = {}
        footers: list[bytes] = []
        for page in pages[cut:]:
            for name, font in page.obj.Resources.Font.items():
                fonts.setdefault(f"/Foot-{name[1:]}", pdf.copy_foreign(font))
            footers += [FONT.sub(rb"/Foot-\1\2", line[2]) for line in LINE.finditer(page.obj.Contents.read_bytes())]
        if len(footers) != page_map.pages:
            raise CannotRender(f"{page_map.pages} footers were wanted, and {len(footers)} were drawn.")
        yield Furniture(footers, fonts, labels)


def _strip(page_map: PageMap, markings: Collection[str]) -> bytes:
    """A page for each marking, and then the footers, a line each."""
    context = {
        "lines": [page_map.footer(index) for index in range(page_map.pages)],
        "labels": [(marking, MARKINGS[marking]) for marking in sorted(markings)],
        "label": LABEL_SIZE,
        "pitch": PITCH,
        "strip": PITCH * LINES_A_PAGE,
    }
    html, css = render_to_string("pdf/furniture.html", context), render_to_string("pdf/furniture.css", context)
    drawn: bytes = lay_out(html, css, variant=TAGGED).write_pdf(pdf_variant=TAGGED)
    return drawn


def _form(pdf: Pdf, page: pikepdf.Page) -> Object:
    """A page of the strip as a form of ``pdf``, without the tags it had there."""
    form = pdf.copy_foreign(page.as_form_xobject())
    form.write(re.sub(rb"/\w+\s+<</MCID \d+>>\s+BDC", b"/Artifact BMC", form.read_bytes()))
    return form
