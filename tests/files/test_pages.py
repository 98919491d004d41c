"""The pages of a stored PDF as pictures and words: drawn apart from the program, however hostile, odd or turned."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from allauth.core import ratelimit
from django.core.cache import cache
from django.test import RequestFactory
from PIL import Image

from sdwg.files import operations, page_reader, pages, stamps
from sdwg.files.models import PageImage, PageWords, StoredFile
from tests.cast import AT, make_pdf, pdf_of
from tests.files import hostile

pytestmark = pytest.mark.django_db


def stored(content: bytes, tmp_path: Path) -> StoredFile:
    """A file in the store, taken uninspected."""
    path = tmp_path / "made.pdf"
    path.write_bytes(content)
    return operations.store_made(path, at=AT, pages=1)


def memory() -> int:
    return int(next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line).split()[1])


@pytest.mark.parametrize(
    "content",
    [
        hostile.encrypted("secret"),
        b"%PDF-1.7 and nothing more",
        hostile.content_bomb(),
        hostile.nested_bomb(),
        hostile.object_stream_bomb(),
        hostile.circle_of_pages(),
    ],
)
def test_a_hostile_file_is_shown_as_nothing_or_not_at_all_and_grows_nobody(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stored(content, tmp_path)
    before = memory()
    monkeypatch.setattr(pages, "PATIENCE", 2)  # a bomb runs out of either; the reader's own limits are shown below
    for ask in (lambda: pages.image(file, 1, 800, at=AT), lambda: pages.words(file, 1), lambda: pages.outline(file)):
        try:
            ask()
        except pages.Unshown:
            continue
    assert memory() - before < 96 * 1024  # kB: a picture is 3 MB, and Pillow keeps a little
    monkeypatch.undo()
    good = stored(make_pdf(1, "After it"), tmp_path)
    assert pages.words(good, 1)["lines"]


def test_a_page_that_is_not_there_is_not_shown(tmp_path: Path) -> None:
    file = stored(make_pdf(2), tmp_path)
    with pytest.raises(pages.Unshown):
        pages.image(file, 3, 800, at=AT)
    with pytest.raises(pages.Unshown):
        pages.words(file, 3)
    assert not PageImage.objects.exists()
    assert not PageWords.objects.exists()


def test_one_that_hangs_is_ended_and_not_tried_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = stored(make_pdf(2), tmp_path)
    monkeypatch.setattr(pages, "PATIENCE", 0.01)
    with pytest.raises(pages.Unshown):
        pages.image(file, 1, 800, at=AT)
    monkeypatch.undo()
    with pytest.raises(pages.Unshown):
        pages.image(file, 1, 800, at=AT)
    assert pages.image(file, 2, 800, at=AT)
    cache.delete(f"unshown:{file.sha256}:pixels:1:800")
    assert pages.image(file, 1, 800, at=AT)


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited differently elsewhere")
def test_the_reader_has_limits_of_its_own() -> None:
    asked = (
        "import resource; from sdwg.files import page_reader as p; "
        "p.look = lambda *a: ({'is': [resource.getrlimit(n)[0] for n in "
        "(resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)]}, b''); p.main('', 'outline')"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True).stdout
    assert told == f'{{"is": [{1024**3}, 8, {64 * 1024**2}]}}\n'.encode()


def turned(by: int, **boxes: Any) -> bytes:
    with pikepdf.open(BytesIO(pdf_of(["Upper left"]))) as pdf:
        page = pdf.pages[0].obj
        page.Rotate = by
        for name, box in boxes.items():
            page[f"/{name}"] = pikepdf.Array(box)
        return hostile.written(pdf)


def ink(content: bytes) -> tuple[int, int, int, int]:
    """Where the picture is not white."""
    shown = Image.open(BytesIO(content)).convert("L").point(lambda light: 255 * (light < 128))
    box = shown.getbbox()
    assert box
    return box


@pytest.mark.parametrize("by", [0, 90, 180, 270])
@pytest.mark.parametrize("boxes", [{}, {"CropBox": [50, 100, 500, 800]}, {"MediaBox": [-20, -30, 595, 842]}])
def test_words_stand_where_their_ink_is(by: int, boxes: dict[str, Any], tmp_path: Path) -> None:
    """Turned and cropped as the page is: the boxes of the words hold the ink of the picture."""
    file = stored(turned(by, **boxes), tmp_path)
    found = pages.words(file, 1)
    drawn = pages.image(file, 1, 800, at=AT)
    across, down = Image.open(BytesIO(drawn)).size
    assert abs(across / down - found["width"] / found["height"]) < 0.01
    scale = across / found["width"]
    words = [word for line in found["lines"] for word in line]
    assert sorted(word[4] for word in words) == ["Upper", "left"]
    left, top, right, bottom = ink(drawn)
    slack = 3 * scale
    assert min(word[0] for word in words) * scale <= left + slack
    assert min(word[1] for word in words) * scale <= top + slack
    assert max(word[0] + word[2] for word in words) * scale >= right - slack
    assert max(word[1] + word[3] for word in words) * scale >= bottom - slack
    held = sum(word[2] * word[3] for word in words) * scale**2
    assert held < 4 * (right - left) * (bottom - top)


def test_a_banner_is_drawn_smaller_than_was_asked(tmp_path: Path) -> None:
    drawn = pages.image(stored(make_pdf(1, size=(1000, 14_000)), tmp_path), 1, 1800, at=AT)
    across, down = Image.open(BytesIO(drawn)).size
    assert 0.9 * page_reader.MOST_PIXELS < across * down <= 1.01 * page_reader.MOST_PIXELS
    narrow = pages.image(stored(make_pdf(1, size=(100, 14_000)), tmp_path), 1, 1800, at=AT)
    assert Image.open(BytesIO(narrow)).size[1] == page_reader.MOST_DOWN


def test_a_page_as_narrow_as_a_hair_takes_its_readers_name(tmp_path: Path) -> None:
    drawn = pages.image(stored(turned(0, MediaBox=[0, 0, 0.5, 14_000]), tmp_path), 1, 800, at=AT)
    size = Image.open(BytesIO(drawn)).size
    assert size[0] < 3
    assert Image.open(BytesIO(stamps.stamped(drawn, "Ada"))).size == size


def test_names_on_pages_crowd_no_limit_out(rf: RequestFactory) -> None:
    request = rf.post("/")
    while ratelimit.consume(request, action="guest_address", key="reader@industry.example"):
        pass
    for number in range(301):
        cache.set(f"stamp:{number}", b"A name", stamps.FOR)
    assert not ratelimit.consume(request, action="guest_address", key="reader@industry.example")


def test_a_turn_lasts_until_the_picture_is_kept_and_who_waited_does_not_draw_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stored(make_pdf(), tmp_path)
    turn, encoded, drawn = pages._turn, pages._encoded, []

    def held(shown: Image.Image) -> bytes:
        others = [pages.AT_ONCE.acquire(blocking=False) for _ in range(2)]
        drawn.append(others)
        pages.AT_ONCE.release()
        return encoded(shown)

    def waited() -> Any:
        """Somebody else asks for the page, and comes first."""
        monkeypatch.setattr(pages, "_turn", turn)
        pages.image(file, 1, 800, at=AT)
        return turn()

    monkeypatch.setattr(pages, "_encoded", held)
    monkeypatch.setattr(pages, "_turn", waited)
    assert pages.image(file, 1, 800, at=AT)
    assert drawn == [[True, False]]


def test_an_outline_tells_depth_title_and_page(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(make_pdf(3))) as pdf:
        with pdf.open_outline() as outline:
            first = pikepdf.OutlineItem("1 \u0000Entry\n and keys", 0)
            first.children.append(pikepdf.OutlineItem("1.1 Officers", 1))
            outline.root.extend([first, pikepdf.OutlineItem("2 Alarms " + "x" * 300, 2)])
        content = hostile.written(pdf)
    found = pages.outline(stored(content, tmp_path))["entries"]
    assert found[0] == [0, "1 Entry and keys", 1]
    assert found[1] == [1, "1.1 Officers", 2]
    assert (found[2][0], len(found[2][1]), found[2][2]) == (0, page_reader.LONGEST_TITLE, 3)
