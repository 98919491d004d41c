"""The reviewing desk in a browser, on a real document with hundreds of comments: read by keyboard, and never stuck."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from artefacts import operations
from artefacts.models import Comment, Consultation, Version
from artefacts.states import Marking
from sdwg.files import pages
from sdwg.files.operations import store_made
from tests.artefacts import make
from tests.cast import Cast
from tests.decisions.test_look import PICTURES
from tests.screens.axe import faults
from tests.screens.conftest import Screens, screens  # noqa: F401

DATA = Path(__file__).parents[3] / "shared" / "data"
ASVS = DATA / "asvs-5.0.0-en.pdf"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.needs_data,
    pytest.mark.skipif(not ASVS.is_file(), reason="the documents beside the repository are not there"),
]
HERE = "/artefacts/SDWG-ART-001/0.1/"
REVIEW = f"{HERE}review/"
LONG = 300
"""Pages of the longest document that is expected."""
COMMENTS = 500
STUCK = 200
"""Milliseconds for which no task may keep the page from answering."""
READ = 24
"""Pages that are paged through."""
BY = ("large-supplier", "medium-supplier", "small-supplier", "agent", "idno", "grid")
WATCH = """() => {
  window.long = [];
  new PerformanceObserver((list) => window.long.push(...list.getEntries().map((task) => task.duration)))
    .observe({ type: "longtask" });
}"""

BLOCK = f"""() => new Promise((seen) => {{
  new PerformanceObserver((list) => seen(list.getEntries()[0].duration)).observe({{ type: "longtask" }});
  setTimeout(() => {{ for (const end = performance.now() + {STUCK + 50}; performance.now() < end; ); }});
}})"""


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def document(cast: Cast, folder: Path, *, long: int, **marked: Any) -> Consultation:
    """A window on the real document, repeated until it has ``long`` pages."""
    path = folder / "long.pdf"
    with pikepdf.open(ASVS) as pdf:
        for at in range(long - len(pdf.pages)):
            pdf.pages.append(pdf.pages[at])
        pdf.save(path, deterministic_id=True)
    artefact = make.registered(cast, title="Verification requirements")
    version = operations.upload(
        actor=cast.actor("analyst"),
        artefact=artefact,
        stored=store_made(path, at=cast.at),
        file_name="asvs.pdf",
        label="0.1",
        change_note="",
        **{"marking": Marking.AMBER, **marked},
    )
    return make.consultation(cast, version)


def quotation(version: Version, page: int, line: int = 6) -> str:
    """What stands on a line of a page and the next one, as somebody would quote it."""
    found = pages.words(version.file, page)["lines"]
    return " ".join(word[4] for row in found[line : line + 2] for word in row)


def said(cast: Cast, window: Consultation, number: int) -> None:
    """``number`` comments by many seats, on the pages of the document, some with what they quote."""
    quoted = {page: quotation(window.version, page) for page in range(20, 20 + READ)}
    for place in range(number):
        page = place % LONG + 1 if place % 2 else 20 + place // 2 % READ
        page = min(page, window.version.file.pages or 1)
        make.comment(
            cast,
            window,
            BY[place % len(BY)],
            page=page,
            quoted=quoted.get(page, ""),
            text=f"Remark {place}: say which of the parties pays for it, and by when it has to be shown.",
            section=f"{place % 9}.{place % 7}",
            severity=("high", "medium", "low")[place % 3],
        )


def drawn(seen: Screens, numbers: range, *widths: int) -> Screens:
    """Fetched beforehand: the desk, and what its script asks for of these pages."""
    seen.fetch(REVIEW, f"{HERE}outline/")
    for number in numbers:
        seen.fetch(f"{HERE}page/{number}/", *(f"{HERE}page/{number}/{width}.webp" for width in widths))
    return seen


def drawn_at(page: Any, number: int) -> None:
    """Wait until the picture of a page is there."""
    page.locator(f".sheet[data-number='{number}'] img").evaluate("image => image.decode()")


def keep(page: Any, name: str) -> None:
    if PICTURES:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(folder / f"desk-{name}.png"), full_page="full" in name)


def test_paging_through_a_long_document_never_sticks(
    screens: Callable[..., Screens],  # noqa: F811
    cast: Cast,
    tmp_path: Path,
) -> None:
    window = document(cast, tmp_path, long=LONG)
    said(cast, window, COMMENTS)
    seen = drawn(screens("idno"), range(18, 22 + READ), 800)
    with seen.browser() as show:
        page = show(REVIEW, 1440)
        page.evaluate(WATCH)
        page.locator("[data-page]").fill("20")
        page.locator("[data-page]").press("Enter")
        page.locator("#content [data-pages]").focus()
        for _ in range(READ - 1):
            page.keyboard.press("n")
        last = 20 + READ - 1
        assert page.locator("[data-page]").input_value() == str(last)
        page.wait_for_selector(f".sheet[data-number='{last}'] svg text")
        drawn_at(page, last)
        for number in range(last - 1, 19, -1):
            page.keyboard.press("p")
            page.wait_for_selector(f".sheet[data-number='{number}'] .pin")
        assert page.locator(".sheet").count() == LONG
        assert page.locator(".sheet img").count() <= 16
        assert [task for task in page.evaluate("window.long") if task > STUCK] == []
        assert page.evaluate(BLOCK) > STUCK  # one would have been seen
        assert faults(page) == []
    assert [line for line in seen.complaints if "status of 204" not in line] == []


def test_a_page_is_selected_quoted_found_again_and_enlarged(
    screens: Callable[..., Screens],  # noqa: F811
    cast: Cast,
    tmp_path: Path,
) -> None:
    window = document(cast, tmp_path, long=1)
    quoted = quotation(window.version, 30)
    made = make.comment(cast, window, "idno", page=30, quoted=quoted, text="Say who pays.")
    seen = drawn(screens("idno"), range(27, 35), 800, 1200)
    with seen.browser() as show:
        page = show(REVIEW, 1440)
        page.locator(f"#comment-{made.number} [data-goto]").click()
        page.wait_for_selector(".quotation.chosen rect")
        assert page.locator(".quotation.chosen rect").count() == 2
        assert page.evaluate("document.activeElement.matches('[data-pages]')")
        keep(page, "quoted-light-1440")
        page.keyboard.press("+")
        page.keyboard.press("+")
        assert page.locator("[data-zoom]").text_content() == "150%"
        page.wait_for_selector(".sheet[data-number='30'] img[src$='/1200.webp']")
        page.keyboard.press("-")
        page.keyboard.press("-")

        line = page.locator(".sheet[data-number='30'] svg text").nth(10)
        words = " ".join(line.text_content().split())
        page.evaluate("line => getSelection().selectAllChildren(line)", line.element_handle())
        page.keyboard.press("c")
        assert page.locator("[name=quoted]").input_value() == words
        assert page.locator("form [name=page]").input_value() == "30"
        assert page.evaluate("document.activeElement.name") == "text"
        page.keyboard.type("n p + -")  # typing is typing
        assert page.locator("[name=text]").input_value() == "n p + -"
        assert page.locator("[data-page]").input_value() == "30"

        page.locator(".viewer-outline summary").click()
        page.locator(".outline-entry", has_text="What is the ASVS?").click()
        assert page.locator("[data-page]").input_value() == "10"
    assert [line for line in seen.complaints if "status of 204" not in line] == []


def test_how_it_looks(screens: Callable[..., Screens], cast: Cast, tmp_path: Path) -> None:  # noqa: F811
    window = document(cast, tmp_path, long=1, marking=Marking.GREEN)
    for page in (1, 2, 30):
        make.comment(cast, window, "agent", page=page, quoted=quotation(window.version, 30) if page == 30 else "")
    gone = make.comment(cast, window, "idno", page=None, text="Which release?")
    make.comment(cast, window, "idno", page=30, text="Say who pays for it, and when.", proposed_change="within 5 days")
    operations.withdraw_comment(actor=cast.actor("idno"), comment=gone)
    assert Comment.objects.standing().count() == 4
    wrong: list[str] = []
    for who in ("idno", "observer"):
        seen = drawn(screens(who), range(1, 4), 800)
        drawn(seen, range(28, 33), 800)
        seen.fetch(f"{REVIEW}?state=withdrawn")
        with seen.browser() as show:
            for width in (1440, 320):
                for scheme in ("light", "dark"):
                    page = show(REVIEW, width, scheme)
                    page.locator("[data-page]").fill("30")
                    page.locator("[data-page]").press("Enter")
                    page.wait_for_selector(".sheet[data-number='30'] svg text")
                    drawn_at(page, 30)
                    wrong += [f"{who} {width} {scheme} {fault}" for fault in faults(page)]
                    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                        wrong.append(f"{who} {width} scrolls sideways")
                    keep(page, f"{who}-{scheme}-{width}")
                    if width == 320:
                        keep(page, f"{who}-{scheme}-{width}-full")
                    page.context.close()
        wrong += [line for line in seen.complaints if "status of 204" not in line]
    assert wrong == []
