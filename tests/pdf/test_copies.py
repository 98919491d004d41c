"""One reader's copy: their name on every page, a stub for what is withheld, and not a byte of it."""

import hashlib
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from sdwg.pdf.copies import reader_copy
from sdwg.pdf.pagemap import PageMap, WrongMap
from tests.cast import make_pdf
from tests.pdf import make
from tests.pdf.make import check, everything, pack, paper, texts

CANARY = "canary-7f3a"


def canary_paper(pages: int = 3) -> bytes:
    """A paper that says the canary in its text, a link, a layer, a form within a form, a font's name and a picture."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[0].obj
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(f"Layer {CANARY}")))
        page.Resources.Properties = Dictionary(L0=layer)
        pdf.Root.OCProperties = Dictionary(
            OCGs=Array([layer]),
            D=Dictionary(Order=Array([Array([String(f"Set {CANARY}"), layer])]), OFF=Array([layer])),
        )
        page.Annots = Array(
            [
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    Rect=Array([72, 700, 200, 720]),
                    A=Dictionary(S=Name.URI, URI=String(f"https://example.org/{CANARY}")),
                )
            ]
        )
        inner = pdf.make_stream(
            f"% {CANARY}".encode(), Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]))
        )
        picture = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=11, Height=1, BitsPerComponent=8, ColorSpace=Name.DeviceGray
        )
        page.Resources.XObject = Dictionary(Fm0=inner, Im0=pdf.make_stream(CANARY.encode(), picture))
        page.Resources.Font.F1.Name = Name(f"/{CANARY}")

    return make.changed(make_pdf(pages, CANARY), change)


@pytest.fixture
def whole(tmp_path: Path) -> make.Pack:
    """A pack of three papers; the second holds the canary, and the first and third have layers of their own."""
    papers = [
        paper(tmp_path, "alpha", make.layered("Alpha layer")),
        paper(tmp_path, "beta", canary_paper(), marking="RED", name="Key ceremony"),
        paper(tmp_path, "gamma", make.linked()),
    ]
    return pack(tmp_path, papers)


def copy(whole: make.Pack, withheld: Any = (), name: str = "A. Reader", number: int = 7) -> Path:
    out = whole.path.with_name("copy.pdf")
    reader_copy(whole.path, out, page_map=whole.page_map, withheld=withheld, name=name, number=number)
    return out


def test_every_page_carries_the_readers_name_and_number_once(whole: make.Pack) -> None:
    path = copy(whole)
    found = texts(path)
    assert len(found) == whole.page_map.pages
    assert all(text.count("Copy 7 for A. Reader") == 1 for text in found)
    assert not any("Copy" in text for text in whole.texts)
    check(path)


def test_a_whole_copy_is_the_pack_and_nothing_else_is_changed(whole: make.Pack) -> None:
    without = [" ".join(text.replace("Copy 7 for A. Reader", "").split()) for text in texts(copy(whole))]
    assert without == whole.texts
    ours, theirs = pypdf.PdfReader(whole.path), pypdf.PdfReader(whole.path.with_name("copy.pdf"))
    assert ours.page_labels == theirs.page_labels
    assert [mark.title for mark in flat(ours.outline)] == [mark.title for mark in flat(theirs.outline)]


def flat(marks: list[Any]) -> list[Any]:
    return [one for mark in marks for one in (flat(mark) if isinstance(mark, list) else [mark])]


def test_the_pack_that_is_kept_is_not_touched(whole: make.Pack) -> None:
    before = hashlib.sha256(whole.path.read_bytes()).hexdigest()
    copy(whole, {"beta"})
    assert hashlib.sha256(whole.path.read_bytes()).hexdigest() == before


def test_not_a_byte_of_a_withheld_paper_is_in_the_copy(whole: make.Pack) -> None:
    assert everything(whole.path).count(CANARY.encode()) >= 6
    path = copy(whole, {"beta"})
    found = everything(path)
    for spelling in (CANARY, CANARY.encode().hex(), CANARY.encode("utf-16-be").hex()):
        assert spelling.encode() not in found
        assert spelling.upper().encode() not in found
    assert CANARY.encode("utf-16-be") not in found
    check(path)


def test_no_page_of_a_withheld_paper_is_reachable_from_anywhere(whole: make.Pack) -> None:
    with pikepdf.open(copy(whole, {"beta"})) as pdf:
        pages = {page.obj.objgen for page in pdf.pages}
        stray = [
            thing.objgen
            for thing in pdf.objects
            if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Page and thing.objgen not in pages
        ]
    assert stray == []


def test_a_withheld_paper_leaves_one_page_that_says_so_and_the_numbers_jump(whole: make.Pack) -> None:
    path = copy(whole, {"beta"})
    found, labels = texts(path), pypdf.PdfReader(path).page_labels
    assert labels == ["1", "2", "3", "4", "5", "6", "9", "10", "11", "12", "13"]
    stub = found[5]
    assert "This paper is withheld from this copy." in stub
    assert "SDWG 12 pack – Item 1, beta – page 6 of 13" in stub
    assert "Copy 7 for A. Reader" in stub
    assert [word for word in stub.split() if word.startswith("TLP:")] == ["TLP:RED"] * 2
    assert "Linked page 1 of 3" in found[7]
    assert "page 10 of 13" in found[7]
    for text, label in zip(found, labels, strict=True):
        assert whole.page_map.footer(int(label) - 1) in text


def test_the_bookmark_of_a_withheld_paper_says_nothing_else_and_all_lead_where_they_did(whole: make.Pack) -> None:
    reader = pypdf.PdfReader(copy(whole, {"beta"}))
    labels = reader.page_labels
    told = [(mark.title, labels[reader.get_destination_page_number(mark)]) for mark in flat(reader.outline)]
    assert told == [
        ("Cover", "1"),
        ("Contents", "2"),
        ("9 Any other business", "2"),
        ("Item 1, alpha: alpha", "3"),
        ("Withheld paper", "5"),
        ("Item 1, gamma: gamma", "9"),
        ("End", "13"),
    ]


def test_tags_and_layers_of_the_other_papers_stay(whole: make.Pack) -> None:
    with pikepdf.open(copy(whole, {"beta"})) as pdf:
        assert [str(layer.Name) for layer in pdf.Root.OCProperties.OCGs] == ["Alpha layer"]
        assert [str(layer.Name) for layer in pdf.Root.OCProperties.D.OFF] == ["Alpha layer"]
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        by_key = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        for page in pdf.pages:
            assert int(page.obj.StructParents) in by_key
            for link in page.obj.get("/Annots", []):
                assert by_key[int(link.StructParent)].Pg.objgen == page.obj.objgen
        stub = pdf.pages[5].obj
        assert stub.Contents.read_bytes().startswith(b"/P <</MCID 0>> BDC")
        assert list(by_key[int(stub.StructParents)][0].K) == [0]
        assert "/Annots" not in stub
        assert len(pdf.pages[7].obj.Annots) == 4
        assert str(pdf.Root.Lang) == "en-GB"


def test_the_layers_list_goes_when_no_layer_is_left(tmp_path: Path) -> None:
    made = pack(tmp_path, [paper(tmp_path, "alpha", make.layered(CANARY)), paper(tmp_path, "beta", make_pdf(1))])
    path = copy(made, {"alpha"})
    with pikepdf.open(path) as pdf:
        assert "/OCProperties" not in pdf.Root
    assert CANARY.encode() not in everything(path)


def test_every_paper_may_be_withheld(whole: make.Pack) -> None:
    path = copy(whole, {"alpha", "beta", "gamma"})
    assert [text.count("withheld from this copy") for text in texts(path)] == [0, 0, 0, 1, 0, 1, 0, 1, 0]
    assert pypdf.PdfReader(path).page_labels == ["1", "2", "3", "4", "5", "6", "9", "10", "13"]
    check(path)


def test_the_same_file_twice_is_withheld_once(tmp_path: Path) -> None:
    made = pack(tmp_path, [paper(tmp_path, "alpha", canary_paper(1)), paper(tmp_path, "beta", canary_paper(1))])
    found = texts(copy(made, {"alpha"}))
    assert "withheld" in found[3]
    assert CANARY in found[5]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë Łukasz-O’Brien", "Zoë Łukasz-O’Brien"),
        (r"(\) ET Q << /JS >> endstream %", r"(\) ET Q << /JS >> endstream %"),
        ("<b>Bold</b> & {{ number }}", "<b>Bold</b> & {{ number }}"),
        ("Αθηνά Ђура", "Αθηνά Ђура"),
        ("line\r\nbreak\x00\x07 and\ttab", "line break and tab"),
        ("a\u202egnp.exe", "a gnp.exe"),
        ("x" * 500, "x" * 59 + "…"),
        ("", "Copy 7 for"),
    ],
)
def test_any_name_is_drawn_or_shortened(whole: make.Pack, name: str, shown: str) -> None:
    path = copy(whole, name=name)
    assert shown in texts(path)[0]
    check(path)
    with pikepdf.open(path) as pdf:
        assert "/OpenAction" not in pdf.Root


def test_a_name_in_letters_we_have_no_font_for_still_makes_a_sound_copy(whole: make.Pack) -> None:
    path = copy(whole, name="電力 さくら")
    check(path)
    with pikepdf.open(path) as pdf:
        mark = pdf.pages[0].obj.Resources.XObject["/SDWGCopy"]
        assert b"Tj" in mark.read_bytes().replace(b"TJ", b"Tj")
    assert "page 1 of 13" in texts(path)[0]


def test_a_key_that_is_no_papers_makes_no_copy(whole: make.Pack) -> None:
    with pytest.raises(WrongMap):
        copy(whole, {"delta"})
    assert not whole.path.with_name("copy.pdf").exists()


def test_the_map_of_another_document_makes_no_copy(whole: make.Pack, tmp_path: Path) -> None:
    other = pack(tmp_path, [paper(tmp_path, "alpha", make_pdf(1))], name="other.pdf")
    with pytest.raises(WrongMap):
        reader_copy(other.path, tmp_path / "out.pdf", page_map=whole.page_map, withheld=(), name="x", number=1)
    assert not (tmp_path / "out.pdf").exists()


def test_a_copy_is_made_from_the_map_as_the_database_holds_it(whole: make.Pack) -> None:
    import json

    stored = json.loads(json.dumps(whole.page_map.as_json()))
    assert PageMap.from_json(stored) == whole.page_map


def test_the_same_copy_is_the_same_bytes_and_another_readers_is_not(whole: make.Pack) -> None:
    first = copy(whole, {"beta"}).read_bytes()
    assert copy(whole, {"beta"}).read_bytes() == first
    assert copy(whole, {"beta"}, number=8).read_bytes() != first
    identities = set()
    for name, number in (("A. Reader", 7), ("A. Reader", 8), ("B. Reader", 7)):
        with pikepdf.open(copy(whole, name=name, number=number)) as pdf:
            identities.add(bytes(pdf.trailer.ID[1]))
            assert bytes(pdf.trailer.ID[0]) != bytes(pdf.trailer.ID[1])
    assert len(identities) == 3
