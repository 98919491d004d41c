"""From a recommendation to a version that is ready after two rounds, in headless Chromium with the real worker."""

import io
import quopri
import re
import time
from collections.abc import Iterator
from typing import Any, cast

import openpyxl
import pytest

from tests.browser.visitor import BrowserVisitor, Seen, chromium
from tests.cast import pdf_of
from tests.journeys import line
from tests.journeys.line import Walk, does, shows, until
from tests.journeys.visitor import Upload, Visitor
from tests.stack import Stack

pytestmark = pytest.mark.browser

FIVE = {
    "large-supplier": "Name the code in section 1.",
    "medium-supplier": "Say which release this is for.",
    "small-supplier": "Twelve months is too short for small estates.",
    "idno": "Renewal by hand cannot be done in ninety days.",
}
"""Four constituencies comment on the page; the fifth sends a table."""


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def walk(stack: Stack, seen: Seen) -> Iterator[Walk]:
    with chromium() as browser:
        yield Walk(stack, lambda name: BrowserVisitor(browser, stack.address, name, seen))


def test_two_rounds_of_review(walk: Walk, seen: Seen) -> None:
    recommendation = enters_a_recommendation(walk)
    reference = registers(walk, recommendation)
    closes = line.opens_consultation(walk, reference, public="on")
    for name, text in FIVE.items():
        line.comments(walk, name, reference, text, severity="high" if name == "idno" else "medium")
    sends_a_table(walk, "agent", reference, "Who pays for renewal?")
    somebody_outside_comments(walk, reference, "Small generators renew by hand, too.")
    walk.move_past(closes)
    line.comes_to(walk, reference, "resolving")

    answers_all(walk, reference, "0.1", 5)
    answers_the_outsider(walk, reference)
    idno = walk.person("idno")
    idno.open(f"/artefacts/{reference}/0.1/dispositions/?contest=4")
    does(idno, "Contest the answer", **{"c4-why": "It does not say how."})
    validates(walk, reference, "0.1", together=4)
    says(walk, "large-supplier", reference, "0.1", 1, "satisfied")
    says(walk, "idno", reference, "0.1", 4, "maintained", "Ninety days stand.")

    uploads_the_next(walk, reference)
    analyst = walk.person("analyst")
    until(analyst, f"/artefacts/{reference}/changes/?since=0.1&to=0.2", "1 of 2 pages changed")
    closes = line.opens_consultation(walk, reference, "0.2")
    member = walk.person("large-supplier")
    member.open(f"/artefacts/{reference}/changes/?since=0.1&to=0.2")
    shows(member, "1 of 2 pages changed")
    line.comments(walk, "idno", reference, "A hundred and eighty days settle it.", "0.2", severity="low")
    for name in ("large-supplier", "agent"):
        nobody = walk.person(name)
        nobody.open(f"/artefacts/{reference}/0.2/review/")
        does(nobody, "No comments to make")
    walk.move_past(closes)
    line.comes_to(walk, reference, "resolving")
    answers_all(walk, reference, "0.2", 1)
    validates(walk, reference, "0.2", together=1)
    says(walk, "idno", reference, "0.2", 1, "satisfied")
    line.assesses(walk, reference, "0.2")
    line.makes_ready(walk, reference)

    analyst.open("/recommendations/matrix/")
    shows(analyst, recommendation)
    member.open("/search/?q=hundred+eighty+days")
    shows(member, f"Comment 1 on {reference} 0.2")
    assert seen.violations == []
    assert seen.complaints == []


def enters_a_recommendation(walk: Walk) -> str:
    reference = f"AWG-J-{walk.now():%d%H%M}"
    architect = walk.person("architect")
    architect.open("/recommendations/add/")
    does(architect, "Enter it", reference=reference, text="Every party renews its certificates.", source="Issue 3")
    return reference


def registers(walk: Walk, recommendation: str) -> str:
    title, pdf = f"Renewal policy {walk.now():%d%H%M%S}", pdf_of(["Contents", "Ninety days."])
    reference = line.registers(walk, title, pdf, marking="CLEAR")
    pk = walk.stack.python(
        "from artefacts.models import Recommendation\n"
        f"print(Recommendation.objects.get(reference={recommendation!r}).pk)"
    ).strip()
    analyst = walk.person("analyst")
    analyst.open(f"/artefacts/{reference}/links/")
    does(analyst, "Record the links", recommendations=[pk])
    return reference


def sends_a_table(walk: Walk, name: str, reference: str, text: str) -> None:
    """The member fills in the template and confirms what it would do."""
    member = cast(BrowserVisitor, walk.person(name))
    here = f"/artefacts/{reference}/0.1/table/"
    book = openpyxl.load_workbook(io.BytesIO(member.download(f"{here}template/")))
    sheet: Any = book.active
    sheet.append([None, "6.3", 2, "Ninety days", "Question", "Medium", text, "The party that renews."])
    filled = io.BytesIO()
    book.save(filled)
    member.open(here)
    does(member, "Show what it would do", file=Upload("comments.xlsx", filled.getvalue()))
    shows(member, text)
    does(member, "Import it")
    member.open(f"/artefacts/{reference}/0.1/review/")
    shows(member, text)


def somebody_outside_comments(walk: Walk, reference: str, text: str) -> None:
    """Anybody reads what is public, sends a comment in, and confirms it by the link in their mail."""
    outsider = Visitor(walk.stack.address)
    outsider.open("/public/consultations/")
    assert reference in outsider.text
    outsider.open(f"/public/consultations/{reference}/")
    words = {"name": "Ada Outside", "organisation": "Generators G", "address": "ada@outside.example", "text": text}
    outsider.press("Send the comment", **words)
    assert not outsider.refused, outsider.text
    outsider.open(confirming_link(walk.stack))
    outsider.press("Yes, this comment is mine")
    assert not outsider.refused, outsider.text
    secretariat = walk.person("secretariat")
    secretariat.open(f"/artefacts/{reference}/0.1/release/")
    shows(secretariat, text)
    does(secretariat, "Release those chosen", comments="on")
    member = walk.person("idno")
    member.open(f"/artefacts/{reference}/0.1/review/")
    shows(member, "From the wider industry", "Generators G (wider industry)", text)


def confirming_link(stack: Stack) -> str:
    """The link that the worker mailed to whoever sent the comment in."""
    deadline = time.monotonic() + line.PATIENCE
    while time.monotonic() < deadline:
        for mail in stack.mails():
            text = quopri.decodestring(mail.encode()).decode(errors="replace")
            found = re.search(r"/public/consultations/confirm/[\w:.-]+/", text)
            if found and "To: ada@outside.example" in text:
                return found[0]
        time.sleep(0.2)
    raise AssertionError("no mail came to whoever commented from outside")


def answers_the_outsider(walk: Walk, reference: str) -> None:
    analyst = walk.person("analyst")
    analyst.open(f"/artefacts/{reference}/0.1/dispositions/?show=industry")
    does(analyst, "Answer it", **{"w1-answer": "accepted"})


def answers_all(walk: Walk, reference: str, label: str, number: int) -> None:
    analyst = walk.person("analyst")
    for place in range(1, number + 1):
        analyst.open(f"/artefacts/{reference}/{label}/dispositions/")
        given = {f"c{place}-answer": "part", f"c{place}-reason": "Section 6.3 says so now."}
        does(analyst, "Propose the answer", **given)


def validates(walk: Walk, reference: str, label: str, together: int) -> None:
    """The chair validates what nobody contests in one press, and the rest one by one."""
    chair = walk.person("chair")
    chair.open(f"/artefacts/{reference}/{label}/dispositions/")
    does(chair, f"Validate all {together}" if together > 1 else "Validate it")
    shows(chair, f"{together} answer")
    while chair.has_button("Validate"):
        does(chair, "Validate")


def says(walk: Walk, name: str, reference: str, label: str, number: int, word: str, why: str = "") -> None:
    member = walk.person(name)
    member.open(f"/artefacts/{reference}/{label}/dispositions/?show=mine")
    does(member, "Record your last word", **{f"c{number}-word": word, f"c{number}-text": why})


def uploads_the_next(walk: Walk, reference: str) -> None:
    """Version 0.2, with what it resolves."""
    analyst = walk.person("analyst")
    analyst.open(f"/artefacts/{reference}/upload/")
    pdf = Upload("second.pdf", pdf_of(["Contents", "A hundred and eighty days."]))
    does(analyst, "Upload it", file=pdf, label="0.2", change_note="Longer.", marking="AMBER")
    analyst.open(f"/artefacts/{reference}/0.2/resolves/")
    promised = walk.stack.python(
        "from artefacts.models import Comment\n"
        f"print(*Comment.objects.filter(version__artefact__number={int(reference[-3:])}).values_list('pk', flat=True))"
    ).split()
    does(analyst, "Record it", comments=promised)
