"""The main job from end to end in headless Chromium, with the real worker; axe looks at every page on the way."""

from collections.abc import Iterator

import pytest

from tests.browser.visitor import BrowserVisitor, Seen, chromium
from tests.journeys import line
from tests.journeys.line import Walk
from tests.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def walk(stack: Stack, seen: Seen) -> Iterator[Walk]:
    with chromium() as browser:
        yield Walk(stack, lambda name: BrowserVisitor(browser, stack.address, name, seen))


def test_from_a_draft_to_a_dag_outcome(walk: Walk, seen: Seen) -> None:
    first, second = line.stage_one(walk)
    line.stage_two(walk, first, second)
    for name in ("chair", "idno", "observer", "auditor"):
        person = walk.person(name)
        for path in ("/", f"/artefacts/{first}/", "/artefacts/", "/meetings/", "/decisions/", "/dag/", "/members/"):
            person.open(path)
        for path in ("/consultations/", "/recommendations/", "/principles/", "/terms-of-reference/", "/audit/"):
            person.open(path)
    assert seen.violations == []
    assert seen.complaints == []
