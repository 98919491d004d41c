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
from sdwg.pdf.sheets import Paper, Rendered, in_document, marking_class, sheet_css

TAGGED = "pdf/ua-1"
FOOTER = """@page { @bottom-left {
    content: string(document) string(part) " – page " string(prefix) counter(page) " of " counter(pages) } }"""
"""The footer of a document that is not assembled; that of others is drawn from their page map."""


class CannotRender(RuntimeError):
    """The document cannot be laid out: a file of ours is missing, the template leaves a paper out, or it asks for
    something outside the fence in a way that the renderer takes for vital."""


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
    inputs give the same bytes. ``papers`` get room for each of their pages wherever the template says
    ``{% include "pdf/placeholders.html" with paper=paper %}``. The footers are drawn by ``assemble``, from the page
    map. Raises ``CannotRender``.
    """
    framed = {**context, **_frame(title, at, marking, head, document, prefix, lang)}
    drawn = lay_out(
        render_to_string(template, framed),
        render_to_string("pdf/document.css") + sheet_css(papers, prefix),
        variant=TAGGED,
    )
    anchors: dict[str, int] = {}
    for index, page in enumerate(drawn.pages):
        for name in page.anchors:
            anchors.setdefault(name, index)
    if left_out := [paper.name for paper in papers if paper.key not in anchors]:
        raise CannotRender(f"The template {template} has no room for {', '.join(left_out)}.")
    if empty := [paper.name for paper in papers if not paper.sizes]:
        raise CannotRender(f"It is not known what pages these have: {', '.join(empty)}.")
    pages = len(drawn.pages) + sum(max(paper.skipped - 1, 0) for paper in papers)
    places = in_document(papers, anchors)
    return Rendered(_written(drawn), places, pages, document or title, prefix, tuple(papers))


def _frame(
    title: str, at: datetime, marking: str, head: str, document: str, prefix: str, lang: str
) -> dict[str, object]:
    """What ``pdf/base.html`` needs to know."""
    return {
        "title": title,
        "lang": lang,
        "marking": marking,
        "marking_class": marking_class(marking),
        "created": at.astimezone(UTC),
        "head": head,
        "document_name": document or title,
        "prefix": prefix,
    }


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
    framed = {**context, **_frame(title, at, marking, head, document, "", lang)}
    styles = render_to_string("pdf/document.css") + sheet_css() + FOOTER
    return _written(lay_out(render_to_string(template, framed), styles, variant=TAGGED))


def _written(drawn: Document) -> bytes:
    pdf: bytes = drawn.write_pdf(pdf_variant=TAGGED, pdf_identifier=True)
    return pdf


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
