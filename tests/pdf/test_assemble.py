"""A pack of papers: order, labels, bookmarks, markings, footers, links; and what a paper may not bring along."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from sdwg.pdf.assemble import CannotAssemble
from sdwg.pdf.pagemap import PageMap, WrongMap
from sdwg.pdf.render import CannotRender, render_document
from tests.cast import make_pdf
from tests.files import hostile as files
from tests.pdf import make
from tests.pdf.make import check, everything, pack, paper

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"


@pytest.fixture
def three(tmp_path: Path) -> make.Pack:
    """Two papers of three and two pages, and one of one page in another size."""
    papers = [
        paper(tmp_path, "alpha", make_pdf(3, "Alpha"), marking="RED"),
        paper(tmp_path, "beta", make_pdf(2, "Beta", size=(842, 595)), marking="AMBER+STRICT"),
        paper(tmp_path, "gamma", make_pdf(1, "Gamma", size=(300, 200)), marking="GREEN"),
    ]
    return pack(tmp_path, papers)


def test_the_papers_stand_in_order_behind_their_control_sheets(three: make.Pack) -> None:
    expected = [
        "SDWG 12 meeting pack",
        "Contents",
        *("Control sheet", "Alpha page 1 of 3", "Alpha page 2 of 3", "Alpha page 3 of 3"),
        *("Control sheet", "Beta page 1 of 2", "Beta page 2 of 2"),
        *("Control sheet", "Gamma page 1 of 1"),
        "The end",
    ]
    assert len(three.texts) == len(expected)
    for text, words in zip(three.texts, expected, strict=True):
        assert words in text


def test_labels_footers_and_contents_agree_with_the_map(three: make.Pack) -> None:
    labels = pypdf.PdfReader(three.path).page_labels
    for index, text in enumerate(three.texts):
        assert labels[index] == three.page_map.label(index) == str(index + 1)
        assert three.page_map.footer(index) in text
    assert three.page_map.footer(7) == "SDWG 12 pack – Item 1, beta – page 8 of 12"
    contents = three.texts[1]
    for key in ("alpha", "beta", "gamma"):
        assert f"{key} to {three.page_map.first(f'control-{key}')}" in contents


def test_pages_of_a_supplement_are_called_by_its_letter_everywhere(tmp_path: Path) -> None:
    made = pack(tmp_path, [paper(tmp_path, "alpha", make_pdf(2, "Alpha"))], prefix="A")
    assert pypdf.PdfReader(made.path).page_labels == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert "SDWG 12 pack – Item 1, alpha – page A4 of 6" in made.texts[3]
    assert "alpha to A3" in made.texts[1]


def test_bookmarks_are_nested_and_lead_to_their_pages(three: make.Pack) -> None:
    reader = pypdf.PdfReader(three.path)

    def tree(marks: list[Any]) -> list[Any]:
        return [
            tree(mark) if isinstance(mark, list) else (mark.title, reader.get_destination_page_number(mark))
            for mark in marks
        ]

    assert tree(reader.outline) == [
        ("Cover", 0),
        ("Contents", 1),
        ("9 Any other business", 1),
        ("Item 1, alpha: alpha", 2),
        [("Item 1, beta: beta", 6), ("Item 1, gamma: gamma", 9)],
        ("End", 11),
    ]


def test_each_paper_page_carries_its_papers_marking_twice_and_no_other(three: make.Pack) -> None:
    expected = ["AMBER"] * 2 + ["GREEN", *["RED"] * 3] + ["GREEN", *["AMBER+STRICT"] * 2] + ["GREEN"] * 2 + ["AMBER"]
    for text, marking in zip(three.texts, expected, strict=True):
        assert [word for word in text.split() if word.startswith("TLP:")] == [f"TLP:{marking}"] * 2


def test_the_pages_keep_their_sizes_but_for_those_too_small_for_a_marking(three: make.Pack) -> None:
    boxes = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pypdf.PdfReader(three.path).pages]
    assert boxes[3] == (595, 842)
    assert boxes[7] == (842, 595)
    assert boxes[10] == (420, 298)


def test_the_file_is_sound_and_says_what_it_is(three: make.Pack) -> None:
    check(three.path)
    reader = pypdf.PdfReader(three.path)
    assert reader.metadata is not None
    assert reader.metadata.title == "SDWG 12 meeting pack"
    assert reader.metadata["/CreationDate"] == "D:20261229092000Z"
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]


def test_tags_survive_and_hold_each_page_of_each_paper(three: make.Pack) -> None:
    with pikepdf.open(three.path) as pdf:
        assert pdf.Root.MarkInfo.Marked
        document = pdf.Root.StructTreeRoot.K[0]
        kinds = {str(element.S) for element in walk(document)}
        assert {"/H1", "/Table", "/TH", "/TD", "/P", "/Link"} <= kinds
        places = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        tagged = {places[element.Pg.objgen] for element in walk(document) if element.S == Name.P}
        assert {3, 4, 5, 7, 8, 10} <= tagged
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        by_key = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        assert len(by_key) == len(numbers) // 2
        for index in (3, 7, 10):
            page = pdf.pages[index].obj
            assert page.Contents.read_bytes().startswith(b"/P <</MCID 0>> BDC")
            assert [element.S for element in by_key[int(page.StructParents)]] == [Name.P]


def walk(element: Any) -> Any:
    yield element
    for kid in element.get("/K", []):
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem:
            yield from walk(kid)


def test_links_to_the_web_and_within_the_paper_survive_and_no_other(tmp_path: Path) -> None:
    made = pack(tmp_path, [paper(tmp_path, "alpha", make.linked())])
    with pikepdf.open(made.path) as pdf:
        goal = pdf.pages[5].obj.objgen
        links = list(pdf.pages[3].obj.Annots)
        assert [str(link.A.URI) for link in links if "/A" in link] == ["https://example.org/principles"]
        assert [link.Dest[0].objgen for link in links if "/Dest" in link] == [goal] * 3
        assert len(links) == 4
        assert all(link.Contents and int(link.StructParent) for link in links)
        assert len({int(link.StructParent) for link in links}) == 4
        room = [float(side) for side in links[0].Rect]
        assert 0 < room[0] < room[2] < 596
        assert 40 < room[1] < room[3] < 802
    check(made.path)


@pytest.mark.parametrize("angle", [0, 90, 180, 270, -90, 450])
def test_a_turned_and_cropped_page_is_shown_upright_and_whole(tmp_path: Path, angle: int) -> None:
    made = pack(tmp_path, [paper(tmp_path, "alpha", make.turned(angle))])
    with pikepdf.open(made.path) as pdf:
        page = pdf.pages[3].obj
        wide = angle % 180 != 0
        assert (page.MediaBox[2] > page.MediaBox[3]) == wide
        assert [float(side) for side in page.Resources.XObject["/Paper"].BBox] == [100, 50, 400, 700]
    assert f"Turned {angle} page 1 of 1" in made.texts[3]
    check(made.path)


def test_nothing_hostile_comes_along(tmp_path: Path) -> None:
    made = pack(tmp_path, [paper(tmp_path, "alpha", make.hostile())])
    assert "Hostile page 1 of 1" in made.texts[3]
    check(made.path)
    found = everything(made.path)
    words = ["js", "attachment", "docm", "field", "xfa", "private", "rich", "opi", "metadata", "external", "postscript"]
    assert [word for word in words if f"evil-{word}".encode() in found or f"evil.{word}".encode() in found] == []
    for name in (b"/JavaScript", b"/OpenAction", b"/AcroForm", b"/EmbeddedFile", b"/RichMedia", b"/Launch", b"/AA"):
        assert name not in found, name
    reader = pypdf.PdfReader(made.path)
    assert not reader.attachments
    assert "/Annots" not in reader.pages[3]


def test_a_font_called_as_an_entry_that_is_left_behind_is_kept(tmp_path: Path) -> None:
    def rename(pdf: Pdf) -> None:
        page = pdf.pages[0].obj
        fonts = pdf.make_indirect(Dictionary(A=page.Resources.Font.F1, JS=page.Resources.Font.F1))
        inner = pdf.make_stream(
            b"BT /A 14 Tf 72 700 Td (Inner) Tj ET BT /JS 14 Tf 72 600 Td (words) Tj ET",
            Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 900]), Resources={"/Font": fonts}),
        )
        page.Resources = Dictionary(XObject=Dictionary(Ref=inner))
        page.Contents = pdf.make_stream(b"/Ref Do")

    made = pack(tmp_path, [paper(tmp_path, "alpha", make.changed(make_pdf(1), rename))])
    assert "Inner" in made.texts[3]
    assert "words" in made.texts[3]
    with pikepdf.open(made.path) as pdf:
        form = pdf.pages[3].obj.Resources.XObject["/Paper"].Resources.XObject["/Ref"]
        assert set(form.Resources.Font.keys()) == {"/A", "/JS"}


def test_one_content_that_two_pages_share_is_shown_on_both(tmp_path: Path) -> None:
    def share(pdf: Pdf) -> None:
        pdf.pages[1].obj.Contents = pdf.pages[0].obj.Contents
        pdf.pages[1].obj.CropBox = Array([0, 0, 300, 300])

    made = pack(tmp_path, [paper(tmp_path, "alpha", make.changed(make_pdf(2, "Shared"), share))])
    assert "Shared page 1 of 2" in made.texts[3]
    assert "Shared page 1 of 2" in made.texts[4]
    with pikepdf.open(made.path) as pdf:
        boxes = [[float(side) for side in pdf.pages[at].obj.Resources.XObject["/Paper"].BBox] for at in (3, 4)]
    assert boxes[0] != boxes[1]


def test_content_in_several_pieces_is_one(tmp_path: Path) -> None:
    def split(pdf: Pdf) -> None:
        pieces = [b"BT /F1 14 Tf 72 700 Td (First) Tj", b"0 -20 Td (second) Tj ET"]
        pdf.pages[0].obj.Contents = Array([pdf.make_stream(piece) for piece in pieces])

    made = pack(tmp_path, [paper(tmp_path, "alpha", make.changed(make_pdf(1), split))])
    assert "First" in made.texts[3]
    assert "second" in made.texts[3]


def test_an_empty_page_stays_an_empty_page(tmp_path: Path) -> None:
    made = pack(tmp_path, [paper(tmp_path, "alpha", files.pages(1))])
    assert "page 4 of 5" in made.texts[3]
    check(made.path)


def test_a_layer_stays_a_layer_and_off(tmp_path: Path) -> None:
    made = pack(tmp_path, [paper(tmp_path, "alpha", make.layered()), paper(tmp_path, "beta", make.layered("Other"))])
    with pikepdf.open(made.path) as pdf:
        assert [str(layer.Name) for layer in pdf.Root.OCProperties.OCGs] == ["Draft stamp", "Other"]
        assert [str(layer.Name) for layer in pdf.Root.OCProperties.D.OFF] == ["Draft stamp", "Other"]
    check(made.path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (files.encrypted(user="secret"), "it is encrypted."),
        (b"%PDF-1.7 nothing\n%%EOF", "its file cannot be read as a PDF."),
        (b"", "its file cannot be read as a PDF."),
        (make_pdf(3), "it has 3 pages, and 2 places were kept for it."),
        (files.without_pages(), "it has 0 pages, and 2 places were kept for it."),
    ],
)
def test_a_paper_that_cannot_be_placed_stops_the_build_by_name_and_leaves_no_file(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    bad = paper(tmp_path, "beta", content, name="Item 1, paper 2: Key ceremony", pages=2)
    with pytest.raises(CannotAssemble) as stopped:
        pack(tmp_path, [paper(tmp_path, "alpha", make_pdf(1)), bad])
    assert stopped.value.sentence == f"Item 1, paper 2: Key ceremony cannot be placed: {reason}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alpha.pdf", "beta.pdf"]


def test_a_paper_whose_file_is_gone_stops_the_build(tmp_path: Path) -> None:
    lost = paper(tmp_path, "alpha", make_pdf(1))
    lost.path.unlink()
    with pytest.raises(CannotAssemble, match="cannot be read"):
        pack(tmp_path, [lost])


def test_a_paper_without_a_part_or_left_out_by_the_template_is_never_dropped(tmp_path: Path) -> None:
    one = paper(tmp_path, "alpha", make_pdf(1))
    how: Any = {"title": "T", "at": make.AT, "marking": "RED", "papers": [one]}
    with pytest.raises(CannotRender, match="no room for Item 1, alpha"):
        render_document("tests-pack.html", {"papers": []}, **how)
    rendered = render_document("tests-pack.html", {"papers": [one]}, **how)
    with pytest.raises(WrongMap):
        PageMap.of(rendered, make.parts_of([]))


def test_a_paper_of_which_nobody_knows_the_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRender, match="not known what pages"):
        pack(tmp_path, [replace(paper(tmp_path, "alpha", make_pdf(1)), sizes=())])


SAME = """
import django, sys, os
sys.path.insert(0, {root!r})
django.setup()
from django.conf import settings
from django.test.utils import override_settings
from dataclasses import replace
from pathlib import Path
from tests.pdf import make
(engine,) = settings.TEMPLATES
dirs = [*engine["DIRS"], Path({root!r}) / "tests/pdf/templates"]
with override_settings(TEMPLATES=[{{**engine, "DIRS": dirs}}]):
    folder = Path({folder!r})
    papers = [make.paper(folder, "alpha", make.linked()), make.paper(folder, "beta", make.layered())]
    make.pack(folder, papers)
"""


def test_the_same_inputs_give_the_same_bytes_in_another_process_place_and_time_zone(tmp_path: Path) -> None:
    digests = set()
    for number, zone in enumerate(("Europe/London", "Asia/Tokyo")):
        folder = tmp_path / str(number)
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", SAME.format(root=str(ROOT), folder=str(folder))],
            env={
                **os.environ,
                "TZ": zone,
                "PYTHONHASHSEED": str(number + 1),
                "DJANGO_SETTINGS_MODULE": "sdwg.settings",
                "SDWG_DEBUG": "1",
                "SDWG_DATA": str(tmp_path / "data"),
            },
            cwd=tmp_path,
            check=True,
        )
        digests.add(hashlib.sha256((folder / "pack.pdf").read_bytes()).hexdigest())
    assert len(digests) == 1


@pytest.mark.needs_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the documents beside the repository are not there")
def test_real_documents_make_a_sound_pack(tmp_path: Path) -> None:
    names = ("asvs-5.0.0-en.pdf", "asvs-4.0.3-en.pdf")
    papers = [paper(tmp_path, name.split("-")[1], (DATA / name).read_bytes()) for name in names]
    made = pack(tmp_path, papers)
    check(made.path)
    pages = pypdf.PdfReader(made.path).pages
    for index in (0, 2, 3, 50, 122, 123, 124, 180, len(pages) - 1):
        assert made.page_map.footer(index) in " ".join(pages[index].extract_text().split())
    with pikepdf.open(DATA / names[0]) as pdf:
        theirs = sum("/A" in link and "/URI" in link.A for page in pdf.pages for link in page.obj.get("/Annots", []))
    with pikepdf.open(made.path) as pdf:
        ours = sum("/A" in link for page in list(pdf.pages)[3:123] for link in page.obj.get("/Annots", []))
    assert ours == theirs > 0
