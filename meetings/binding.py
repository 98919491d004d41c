"""Binding a pack: its own pages laid out, the papers' pages put in, one page map for everything.

Knows files and PDF and no database: what it prints it is given.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from meetings.contents import OWN_PAGES, Contents, PaperSheet
from sdwg.audit.chain import digest
from sdwg.dates import moment
from sdwg.pdf.assemble import CannotAssemble, assemble
from sdwg.pdf.catalogue import Info
from sdwg.pdf.pagemap import PageMap, Part
from sdwg.pdf.render import render_document
from sdwg.pdf.sheets import Paper, marking_class, sizes_of

GROUP = "Security Design Working Group"
PDF = "application/pdf"

Step = Callable[[int, str], None]
"""Called before each piece of work with how much is done, in hundredths, and with what comes now."""


@dataclass(frozen=True)
class Manifest:
    """What the last page vouches for: the papers in order, what the pack was built from, and the trail's head."""

    papers: tuple[tuple[str, str], ...]
    inputs: str
    head_seq: int
    head_hash: str

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all of it."""
        return digest([self.papers, self.inputs, self.head_seq, self.head_hash])


def manifest_of(contents: Contents, head: tuple[int, str]) -> Manifest:
    """The manifest of a pack built from ``contents`` when the trail ended at ``head``."""
    papers = tuple((paper.place, paper.sha256) for paper in contents.papers)
    return Manifest(papers, contents.inputs, *head)


def bind(
    contents: Contents,
    files: Sequence[Path],
    manifest: Manifest,
    *,
    build: int,
    at: datetime,
    out: Path,
    step: Step,
) -> PageMap:
    """Write the pack to ``out``, whole or not at all. ``files`` are those of ``contents.papers``, in their order.

    ``at`` is when the pack was ordered: the only time in the file, so that a build that is resumed gives the same
    bytes. Raises ``CannotAssemble`` for a paper that cannot be placed; nothing is left out silently.
    """
    papers = {paper.key: _placeable(paper, path) for paper, path in zip(contents.papers, files, strict=True)}
    title = f"{contents.reference} meeting pack"
    pages = sum(len(paper.sizes) for paper in papers.values())
    step(40, f"Laying out the agenda, {len(papers)} control sheets and room for {pages} pages")
    rendered = render_document(
        "pdf/pack.html",
        {
            "pack": contents,
            "bound": [(item, [(paper, papers[paper.key]) for paper in item.papers]) for item in contents.items],
            "build": build,
            "prepared": at,
            "manifest": manifest,
            "pages": pages,
            "sheet": f"sheet {marking_class(OWN_PAGES)}",
            "own": OWN_PAGES,
            "slot": int((contents.ends_at - contents.starts_at).total_seconds() // 60),
        },
        title=title,
        at=at,
        marking=OWN_PAGES,
        head=f"{GROUP} – {contents.reference} – {moment(contents.starts_at)}",
        document=f"{contents.reference} pack",
        papers=list(papers.values()),
    )
    page_map = PageMap.of(rendered, parts_of(contents))
    step(75, "Putting the papers in")
    assemble(rendered, page_map, out=out, info=Info(title, at=at))
    return page_map


def parts_of(contents: Contents) -> list[Part]:
    """Bookmarks, labels and footers in the order of the document; an item without a paper is a bookmark of its own."""
    parts = [
        Part("cover", "Cover", footer="Cover"),
        Part("contents", "Contents", footer="Contents"),
        Part("agenda", "Agenda", footer="Agenda"),
        *([Part("actions", "Action log", footer="Action log")] if contents.actions else []),
    ]
    for item in contents.items:
        footer = f"Item {item.number}" if item.restricted else ""
        parts.append(Part(item.key, f"{item.number} {item.title}", footer=footer))
        for paper in item.papers:
            name = f"Paper {paper.number}: {paper.title}"
            if paper.restricted:
                name = f"Paper {paper.number}: {paper.title} {paper.reference}"
            parts.append(Part(paper.control, name, footer=paper.place, level=1, paper=paper.key))
    return [*parts, Part("check", "How to check this pack", footer="How to check this pack")]


def _placeable(paper: PaperSheet, path: Path) -> Paper:
    """The paper as the assembly takes it. Raises ``CannotAssemble`` for what is no PDF that we have."""
    if paper.file.media_type != PDF:
        raise CannotAssemble(paper.name, f"it is {paper.file.media_type}, and only a PDF has pages that can be placed.")
    if not os.path.exists(path):
        raise CannotAssemble(paper.name, "its file is missing from the store.")
    return Paper(
        key=paper.key,
        path=path,
        sizes=sizes_of(paper.file.page_sizes),
        marking=paper.marking,
        name=paper.name,
        part=paper.place,
    )
