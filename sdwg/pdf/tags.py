"""The tree of tags of a document of ours: adding the papers' pages and links to it, and taking pages out of it."""

from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

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

    def drop(self, pages: set[ObjGen]) -> None:
        """Takes everything that lies on ``pages`` out of the tree."""
        self.document.K = Array([element for element in self.document.K if element.Pg.objgen not in pages])
        kept = Array()
        for key, value in self.by_key.items():
            first = value[0] if isinstance(value, Array) and len(value) else value
            if isinstance(first, Dictionary) and first.Pg.objgen in pages:
                continue
            kept.append(key)
            kept.append(value)
        self.root.ParentTree.Nums = kept

    def text(self, page: pikepdf.Object, tags: list[Name]) -> None:
        """One element for each marked content of a page that was drawn by hand, in order."""
        key, self.next_key = self.next_key, self.next_key + 1
        elements = [
            self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=tag, K=Array([mcid]), Pg=page, P=self.document))
            for mcid, tag in enumerate(tags)
        ]
        page.StructParents = key
        self.root.ParentTree.Nums.append(key)
        self.root.ParentTree.Nums.append(Array(elements))
        self.document.K.extend(elements)


def alternative(text: str) -> String:
    """Text as PDF holds it, for descriptions of links."""
    return String(text)
