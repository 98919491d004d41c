"""Our own pages from HTML, as tagged PDF. Papers are never rendered; ``assemble`` puts their pages in afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from sdwg.pdf.fence import BASE, StaticOnly
from sdwg.pdf.sheets import Paper, Slot, sheet_css


class CannotRender(RuntimeError):
    """A file of ours that a document needs is missing: the installation is broken, not the document."""


@dataclass(frozen=True)
class Rendered:
    """Our own pages, placeholders included, and where everything landed."""

    pdf: bytes
    anchors: Mapping[str, int]
    """Element id -> page index (from 0) on which the element begins."""
    page_count: int
    papers: tuple[Paper, ...] = ()

    def slots(self) -> list[Slot]:
        """Which page of the document waits for which page of which paper; ``assemble`` fills them.

        Raises ``KeyError`` for a paper that the template left out: a paper is never dropped silently.
        """
        return [
            Slot(self.anchors[paper.key] + page, paper.key, page)
            for paper in self.papers
            for page in range(len(paper.sizes))
        ]


def render_document(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    at: datetime,
    marking: str,
    papers: Sequence[Paper] = (),
    lang: str = "en-GB",
) -> Rendered:
    """Lays ``template`` (which extends ``pdf/base.html``) out as one tagged document.

    ``at`` becomes the date of creation; nothing else in the file depends on when, where or by which process it was
    made, so the same inputs give the same bytes. ``papers`` get a placeholder page for each of their pages wherever
    the template says ``{% include "pdf/placeholders.html" with paper=paper %}``. Raises ``CannotRender``.
    """
    written = render_to_string(
        template, {**context, "title": title, "lang": lang, "marking": marking, "created": at.astimezone(UTC)}
    )
    fence, fonts = StaticOnly(), FontConfiguration()
    styles = render_to_string("pdf/document.css") + sheet_css(papers)
    try:
        sheet = CSS(string=styles, base_url=BASE, url_fetcher=fence, font_config=fonts)
        html = HTML(string=written, base_url=BASE, url_fetcher=fence)
        document = html.render(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
        pdf = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=True)
    except FatalURLFetchingError as broken:
        raise CannotRender(str(broken)) from broken
    anchors: dict[str, int] = {}
    for index, page in enumerate(document.pages):
        for name in page.anchors:
            anchors.setdefault(name, index)
    return Rendered(pdf, anchors, len(document.pages), tuple(papers))


def render(
    template: str, context: Mapping[str, Any], *, title: str, at: datetime, marking: str, lang: str = "en-GB"
) -> bytes:
    """A document of our own pages only: a report, minutes, a register."""
    return render_document(template, context, title=title, at=at, marking=marking, lang=lang).pdf
