"""Our own pages from HTML, as tagged PDF. Papers are never rendered; ``assemble`` puts their pages in afterwards."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetchingError

from sdwg.pdf.fence import BASE, StaticOnly
from sdwg.pdf.sheets import Paper, Rendered, marking_class, sheet_css

TAGGED = "pdf/ua-1"


class CannotRender(RuntimeError):
    """Something that the document cannot do without was not loaded: a file of ours is missing, so the installation is
    broken; or the document asks for something outside the fence in a way that the renderer takes for vital."""


def render_document(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    at: datetime,
    marking: str,
    head: str = "",
    document: str = "",
    prefix: str = "",
    papers: Sequence[Paper] = (),
    lang: str = "en-GB",
) -> Rendered:
    """Lays ``template`` (which extends ``pdf/base.html``) out as one tagged document.

    ``marking`` is that of the pages that name none; ``head`` is printed at the upper left of our own pages;
    ``document`` begins every footer (without it, ``title`` does) and ``prefix`` every page number. ``at`` becomes the
    date of creation; nothing else in the file depends on when, where or by which process it was made, so the same
    inputs give the same bytes. ``papers`` get a placeholder page for each of their pages wherever the template says
    ``{% include "pdf/placeholders.html" with paper=paper %}``. Raises ``CannotRender``.
    """
    frame = {
        "title": title,
        "lang": lang,
        "marking": marking,
        "marking_class": marking_class(marking),
        "created": at.astimezone(UTC),
        "head": head,
        "document_name": document or title,
        "prefix": prefix,
    }
    written = render_to_string(template, {**context, **frame})
    styles = render_to_string("pdf/document.css") + sheet_css(papers, prefix)
    laid_out = lay_out(written, styles, variant=TAGGED)
    pdf = laid_out.write_pdf(pdf_variant=TAGGED, pdf_identifier=True)
    anchors: dict[str, int] = {}
    for index, page in enumerate(laid_out.pages):
        for name in page.anchors:
            anchors.setdefault(name, index)
    return Rendered(pdf, anchors, len(laid_out.pages), document or title, prefix, tuple(papers))


def render(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    at: datetime,
    marking: str,
    head: str = "",
    document: str = "",
    lang: str = "en-GB",
) -> bytes:
    """A document of our own pages only: a report, minutes, a register."""
    return render_document(
        template, context, title=title, at=at, marking=marking, head=head, document=document, lang=lang
    ).pdf


def lay_out(html: str, css: str, *, variant: str | None) -> Document:
    """The pages of ``html`` in the styles ``css``, behind the fence. Raises ``CannotRender``.

    ``variant`` is the kind of PDF it will be written as: ``TAGGED``, or None for plain.
    """
    fence, fonts = StaticOnly(), FontConfiguration()
    try:
        sheet = CSS(string=css, base_url=BASE, url_fetcher=fence, font_config=fonts)
        return HTML(string=html, base_url=BASE, url_fetcher=fence).render(
            stylesheets=[sheet], font_config=fonts, pdf_variant=variant
        )
    except (FatalURLFetchingError, URLFetchingError) as broken:
        raise CannotRender(str(broken)) from broken
