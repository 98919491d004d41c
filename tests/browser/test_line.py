"""The main job from end to end in headless Chromium, with the real worker; axe looks at every page on the way."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.browser.visitor import BrowserVisitor, Seen, chromium
from tests.journeys import line
from tests.journeys.line import Walk
from tests.journeys.visitor import PASSWORD
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


def test_a_leaver_is_out_of_two_browsers_at_the_next_click(stack: Stack, seen: Seen) -> None:
    """The secretariat ends a seat on its page; whoever held it is signed out at the desk and on the phone."""
    seat = stack.python(
        "from sdwg.members.models import Seat; print(Seat.objects.get(organisation__name='National Grid ESO').pk)"
    ).strip()
    with chromium() as browser:
        desk, phone, secretariat = (
            BrowserVisitor(browser, stack.address, name, seen) for name in ("grid", "grid", "secretariat")
        )
        today = Walk(stack, lambda name: secretariat).today()
        secretariat.open(f"/members/seats/{seat}/")
        secretariat.press("Set the last day", last_day=(today - timedelta(days=1)).isoformat(), reason="Left.")
        assert "Ended" in secretariat.tab.locator("h1").locator("xpath=..").locator("xpath=..").inner_text()

        for window in (desk, phone):
            window.open("/decisions/")
            assert urlsplit(window.url).path == "/account/login/"
        desk.press("Sign in", login="grid@sdwg.example", password=PASSWORD)
        assert "you hold no seat in the group today" in desk.tab.inner_text("body")
    assert seen.complaints == []
