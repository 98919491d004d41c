"""One reader's copy of an assembled document: their name on every page, and a stub for each paper withheld from them.

Made at download from the one file that is kept. No byte of a withheld paper is in it, its links, layers and bookmarks
included; what our own pages say is in every copy.
"""

from collections.abc import Collection, Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
from django.template.loader import render_to_string
from pikepdf import Name, Object, Pdf

from sdwg.pdf.assemble import COPY_MARK, PAPER, drawn
from sdwg.pdf.catalogue import save, write_labels, write_outline
from sdwg.pdf.geometry import Matrix, page_box
from sdwg.pdf.layers import keep_layers
from sdwg.pdf.pagemap import PageMap
from sdwg.pdf.render import lay_out
from sdwg.pdf.tags import Tags

LONGEST = 60
"""Characters of a name; what is longer ends in an ellipsis, so that the line keeps clear of the marking."""


def reader_copy(src: Path, out: Path, *, page_map: PageMap, withheld: Collection[str], name: str, number: int) -> None:
    """Writes to ``out`` the copy ``number`` of ``src``, for the reader ``name``, without the papers ``withheld``.

    ``page_map`` is the one ``src`` was assembled with; ``withheld`` holds keys of its papers. Of each of those remains
    its first page, as a stub with the paper's marking; all pages keep the numbers of the whole document. Raises
    ``WrongMap`` when the map is another document's or a key is none of its papers'.
    """
    stubs, gone = page_map.withheld_pages(withheld)
    with Pdf.open(src) as pdf, Pdf.open(BytesIO(_draw(name, number))) as two:
        pages = [page.obj for page in pdf.pages]
        page_map.check(len(pages))
        mark, stub = two.pages
        _become(pages[0].Resources.XObject[COPY_MARK], pdf, mark)
        if stubs:
            write_outline(pdf, page_map.bookmarks(withheld), pages)
            write_labels(pdf, page_map.labels(gone))
            notice = pdf.copy_foreign(stub.as_form_xobject())
            _withhold(pdf, pages, sorted(stubs), sorted(gone), notice)
            keep_layers(pdf)
        whose = f"{number} {sorted(withheld)} {name}"
        save(pdf, out, object_streams=pikepdf.ObjectStreamMode.preserve, identity=whose)


def _draw(name: str, number: int) -> bytes:
    """Two small pages: the line with the reader's name, and what a stub says. Drawn as any text is, in any script."""
    reader = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    reader = reader if len(reader) <= LONGEST else f"{reader[: LONGEST - 1]}…"
    written = render_to_string("pdf/copy.html", {"reader": reader, "number": number})
    two: bytes = lay_out(written, render_to_string("pdf/copy.css"), variant=None).write_pdf()
    return two


def _become(form: Object, pdf: Pdf, page: pikepdf.Page) -> None:
    """Makes of ``form``, which every page shares, what ``page`` of another file shows."""
    new = pdf.copy_foreign(page.as_form_xobject())
    for key in (Name.BBox, Name.Resources):
        form[key] = new[key]
    form.write(new.read_bytes())


def _withhold(pdf: Pdf, pages: Sequence[Object], stubs: Sequence[int], gone: Sequence[int], notice: Object) -> None:
    """Takes the papers' content, links and tags from their pages, and puts ``notice`` on the first of each."""
    for page in (pages[at] for at in stubs):
        rest = page.Contents.read_bytes().partition(b"\n")[2]
        page.Contents = pdf.make_stream(drawn(PAPER, _middle(page, notice)) + b"\n" + rest)
        page.Resources.XObject[PAPER] = notice
        if Name.Annots in page:
            del page.Annots
    kept = [page for at, page in enumerate(pages) if at not in set(gone)]
    Tags(pdf).withhold([pages[at] for at in stubs], kept)
    for at in reversed(gone):
        del pdf.pages[at]
        for key in (Name.Annots, Name.Contents, Name.Resources):  # whoever may still refer to it, it holds nothing
            if key in pages[at]:
                del pages[at][key]


def _middle(page: Object, notice: Object) -> Matrix:
    """Puts ``notice`` in the middle of ``page``."""
    sheet, (left, bottom, right, top) = page_box(page), [float(number) for number in notice.BBox]
    x = sheet.left + (sheet.width - (right - left)) / 2 - left
    y = sheet.bottom + (sheet.height - (top - bottom)) / 2 - bottom
    return Matrix(1, 0, 0, 1, x, y)
