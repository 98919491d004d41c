"""Rendering and assembly of the documents that leave the program (4-documents.md). No models, no views.

``render``    our own pages from HTML (WeasyPrint, fenced: static files of ours and nothing else), tagged, with an empty
              placeholder page for each page of each paper
``pagemap``   the one source of page numbers, labels, bookmarks and footers
``assemble``  puts the papers' pages into their placeholders
``copies``    one reader's copy of an assembled document, made at download

A pack with papers, from end to end::

    papers = [Paper(key="paper-12", path=path, sizes=sizes_of(stored.page_sizes), marking="AMBER",
                    name="Item 4, paper 2: Key ceremony", part="Item 4, paper 2")]
    parts = [Part("cover", "Cover", footer="Cover"),
             Part("contents", "Contents", footer="Contents"),
             Part("agenda", "Agenda", footer="Agenda"),
             Part("item-3", "3 Any other business"),                # no footer: a bookmark, no pages of its own
             Part("item-4", "4 Key ceremony"),
             Part("control-12", "Paper 2: Key ceremony", footer="Item 4, paper 2", level=1, paper="paper-12")]
    rendered = render_document("pdf/pack.html", {"papers": papers, …}, title="SDWG 12 meeting pack", at=at,
                               marking="AMBER", head="Security Design Working Group", document="SDWG 12 pack",
                               papers=papers)
    page_map = PageMap.of(rendered, parts)
    assemble(rendered, page_map, out=path, info=Info("SDWG 12 meeting pack", at=at))
    pack.file = files.operations.store_made(path, at=at, pages=page_map.pages)
    pack.page_map = page_map.as_json()                              # PageMap.from_json(pack.page_map) later

    with files.operations.local_path(pack.file) as src:             # at download
        reader_copy(src, out, page_map=page_map, withheld={"paper-12"}, name="A. Reader", number=7)
    return files.views.serve_path(request, out, name="sdwg-12-pack.pdf")        # sends and removes ``out``

The template extends ``pdf/base.html`` (its comment says how). Each part is an element with the part's key as ``id``;
one with pages of its own is ``<section class="sheet tlp-amber" id="agenda" data-part="Agenda">``, its ``data-part``
equal to ``Part.footer``. A paper's control sheet is such a section, followed by
``{% include "pdf/placeholders.html" with paper=paper %}``. ``paper`` in a ``Part`` is the ``Paper.key`` whose pages
belong to it. Page numbers in contents and agenda: ``<a class="page-of" href="#control-12"></a>``, filled by the
renderer.

Whatever our own pages say is in every copy: the caller puts nothing into titles, contents or control sheets that the
least entitled recipient may not read. ``reader_copy`` answers for the papers' contents and bookmarks.
"""

import logging

logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # it reports every page of every document
logging.getLogger("pikepdf").setLevel(logging.WARNING)  # it reports its own arrival
