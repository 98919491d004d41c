"""The tree of tags of a document of ours: adding the papers' pages and links to it, and taking pages out of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

ObjGen = tuple[int, int]


@dataclass(frozen=True)
class Part:
    """The tagged element that holds one page of a paper, and the number of its marked content on that page."""

    element: pikepdf.Object
    mcid: int


class Tags:
    """The structure tree of a tagged PDF made by the renderer, which keeps the elements of each page together."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.root = pdf.Root.StructTreeRoot
        self.document = self.root.K[0]
        self.numbers = self.root.ParentTree.Nums
        self.by_key = {int(self.numbers[at]): self.numbers[at + 1] for at in range(0, len(self.numbers), 2)}
        self.next_key = max(self.by_key, default=-1) + 1
        self.tops: dict[ObjGen, pikepdf.Object] = {}
        for element in self.document.K:
            self.tops.setdefault(element.Pg.objgen, element)

    def part(self, page: pikepdf.Object) -> Part:
        """A new paragraph inside the placeholder's own element, for all that the paper draws on ``page``."""
        holder = self.tops.get(page.objgen, self.document)
        while len(holder.K) and isinstance(holder.K[0], Dictionary):
            holder = holder.K[0]
        marked = self.by_key[int(page.StructParents)]
        element = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.P, K=Array([len(marked)]), Pg=page, P=holder)
        )
        holder.K.append(element)
        marked.append(element)
        return Part(element, len(marked) - 1)

    def link(self, part: Part, annotation: Dictionary, page: pikepdf.Object) -> None:
        """Puts a link on ``page`` and into the tags, as a child of what it lies over."""
        annotation.StructParent = self.next_key
        placed = self.pdf.make_indirect(annotation)
        reference = Dictionary(Type=Name.OBJR, Obj=placed, Pg=page)
        element = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Link, K=Array([reference]), Pg=page, P=part.element)
        )
        part.element.K.append(element)
        self.numbers.append(self.next_key)
        self.numbers.append(element)
        self.next_key += 1
        if Name.Annots not in page:
            page.Annots = Array()
        page.Annots.append(placed)

    def withhold(self, stubs: Mapping[ObjGen, int], gone: Collection[ObjGen]) -> None:
        """Takes all that lies on the pages ``gone`` out of the tree, and from the pages ``stubs`` the links.

        ``stubs`` says which marked content of each was the paper's; it is the stub's now.
        """
        self.document.K = Array([element for element in self.document.K if element.Pg.objgen not in gone])
        kept = Array()
        for key, value in self.by_key.items():
            if isinstance(value, Array):  # of the elements of a page, by the number of their content
                page = value[0].Pg.objgen if len(value) else (0, 0)
                dropped = page in gone
                if page in stubs:
                    value[stubs[page]].K = Array([stubs[page]])
            else:  # the element of a link
                dropped = value.Pg.objgen in gone or value.Pg.objgen in stubs
            if not dropped:
                kept.append(key)
                kept.append(value)
        self.root.ParentTree.Nums = kept
