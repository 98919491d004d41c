"""The tree of tags of a document of ours: adding the papers' pages and links to it, and taking pages out of it."""

from collections.abc import Sequence

from pikepdf import Array, Dictionary, Name, Object, Pdf

ObjGen = tuple[int, int]
PAPER_CONTENT = 0
"""The number of the marked content that is a paper's page, on its sheet: there is no other."""


class Tags:
    """The structure tree of a tagged PDF made by the renderer, which keeps the elements of each page together."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.root = pdf.Root.StructTreeRoot
        self.document = self.root.K[0]
        numbers = self.root.ParentTree.Nums
        self.by_key: dict[int, Object] = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        self.next_key = max(self.by_key, default=-1) + 1
        self.of_page: dict[ObjGen, list[Object]] = {}
        for element in self.document.K:
            self.of_page.setdefault(element.Pg.objgen, []).append(element)

    def sheet(self, page: Object) -> Object:
        """A paragraph for all that a paper draws on ``page``; whatever the page had goes. Its number: PAPER_CONTENT."""
        element = self._element(Name.P, page, self.document)
        element.K = Array([PAPER_CONTENT])
        self.of_page[page.objgen] = [element]
        if Name.StructParents not in page:
            page.StructParents = self._key()
        self.by_key[int(page.StructParents)] = Array([element])
        return element

    def link(self, sheet: Object, annotation: Dictionary, page: Object) -> None:
        """Puts a link on ``page`` and into the tags, as a child of what it lies over."""
        element = self._element(Name.Link, page, sheet)
        annotation.StructParent = self._key()
        placed = self.pdf.make_indirect(annotation)
        element.K = Array([Dictionary(Type=Name.OBJR, Obj=placed, Pg=page)])
        sheet.K.append(element)
        self.by_key[int(annotation.StructParent)] = element
        if Name.Annots not in page:
            page.Annots = Array()
        page.Annots.append(placed)

    def write(self, pages: Sequence[Object]) -> None:
        """Writes the tree in the order of ``pages``; what lies on any other page is gone."""
        kept = {page.objgen for page in pages}
        self.document.K = Array([element for page in pages for element in self.of_page.get(page.objgen, ())])
        numbers = Array()
        for key in sorted(self.by_key):
            if _page_of(self.by_key[key]) in kept:
                numbers.append(key)
                numbers.append(self.by_key[key])
        self.root.ParentTree.Nums = numbers

    def withhold(self, stubs: Sequence[Object], pages: Sequence[Object]) -> None:
        """Takes the links of the sheets ``stubs`` out of the tree, and everything that does not lie on ``pages``."""
        emptied = {page.objgen for page in stubs}
        links = [
            key for key, value in self.by_key.items() if not isinstance(value, Array) and _page_of(value) in emptied
        ]
        for key in links:
            del self.by_key[key]
        for page in stubs:
            self.by_key[int(page.StructParents)][PAPER_CONTENT].K = Array([PAPER_CONTENT])
        self.write(pages)

    def _element(self, tag: Name, page: Object, parent: Object) -> Object:
        return self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=tag, Pg=page, P=parent))

    def _key(self) -> int:
        self.next_key += 1
        return self.next_key - 1


def _page_of(value: Object) -> ObjGen:
    """The page of an entry of the tree: the elements of a page by the number of their content, or that of a link."""
    if isinstance(value, Array):
        return value[0].Pg.objgen if len(value) else (0, 0)
    return value.Pg.objgen
