"""The screens in a browser: read by axe, at the widths of a phone and of a desk, in light and in dark."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.screens.axe import faults
from tests.screens.conftest import Screens

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.screens.gallery")]

GALLERY = ["/gallery/object/", "/gallery/home/", "/gallery/form/", "/gallery/marks/"]
ACCOUNT = ["/account/2fa/", "/account/email/", "/account/sessions/", "/account/logout/"]
ENTRANCE = ["/account/login/", "/account/password/reset/"]
WIDTHS = (320, 1440)
SCHEMES = ("light", "dark")
LIGHTEST_VISIT = 60_000
"""Bytes, compressed, of everything a first visit fetches."""


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def look(screens: Screens, paths: list[str], *, everywhere: bool = False) -> list[str]:
    """Everything that is wrong with ``paths``: on a phone in the light, at a desk in the dark, or in all four ways."""
    screens.fetch(*paths)
    wrong: list[str] = []
    ways = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]

    def read(show: Callable[..., Any]) -> None:
        for path in paths:
            page = show(path, WIDTHS[0])
            for width, scheme in ways if everywhere else (ways[0], ways[-1]):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                wrong.extend(f"{path} {width} {scheme} {fault}" for fault in faults(page))
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    wrong.append(f"{path} {width} scrolls sideways")
            page.context.close()

    screens.reading(read)
    return wrong + screens.complaints


def test_axe_finds_nothing_on_any_component(screens: Callable[..., Screens]) -> None:
    assert look(screens("analyst"), GALLERY, everywhere=True) == []


def test_axe_finds_nothing_on_the_account(screens: Callable[..., Screens]) -> None:
    assert look(screens("analyst"), ACCOUNT) == []


def test_axe_finds_nothing_before_sign_in(screens: Callable[..., Screens], settings: Any) -> None:
    assert look(screens(None), ENTRANCE) == []
    settings.DEMO = True
    assert look(screens(None), ENTRANCE[:1]) == []


def test_axe_finds_nothing_where_something_went_wrong(screens: Callable[..., Screens]) -> None:
    seen = screens("analyst")
    wrong = look(seen, ["/gallery/refused/", "/nothing/here/", "/gallery/broken/"])
    assert [line for line in wrong if "Failed to load resource" not in line] == []


def test_the_first_visit_is_light(screens: Callable[..., Screens]) -> None:
    seen = screens("analyst").fetch("/gallery/object/")
    with seen.browser() as show:
        show("/gallery/object/").wait_for_timeout(300)
    assert len(seen.weights) <= 6, sorted(seen.weights)
    assert sum(seen.weights.values()) <= LIGHTEST_VISIT


def test_the_menu_of_a_phone_opens_without_a_script(screens: Callable[..., Screens]) -> None:
    seen = screens("analyst").fetch("/gallery/home/")
    with seen.browser() as show:
        page = show("/gallery/home/", 320, java_script_enabled=False)
        place = page.get_by_role("link", name="Meetings")
        assert not place.is_visible()
        page.get_by_text("Menu", exact=True).click()
        assert place.is_visible()
        assert place.bounding_box()["height"] >= 44


def test_the_rail_of_a_desk_is_open_by_itself(screens: Callable[..., Screens]) -> None:
    seen = screens("analyst").fetch("/gallery/home/")
    with seen.browser() as show:
        page = show("/gallery/home/", 1440)
        assert page.get_by_role("link", name="Meetings").is_visible()
        assert not page.get_by_text("Menu", exact=True).is_visible()


def test_the_keyboard_reaches_the_content_first(screens: Callable[..., Screens]) -> None:
    seen = screens("analyst").fetch("/gallery/home/")
    with seen.browser() as show:
        page = show("/gallery/home/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_refused_form_is_read_from_its_summary_which_leads_to_the_field(screens: Callable[..., Screens]) -> None:
    seen = screens("analyst").fetch("/gallery/form/")
    with seen.browser() as show:
        page = show("/gallery/form/")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        page.get_by_role("link", name="“What changed” is missing.").click()
        assert page.evaluate("document.activeElement.id") == "id_change_note"


def test_progress_moves_by_itself_and_is_announced(screens: Callable[..., Screens]) -> None:
    seen = screens("analyst").fetch("/gallery/marks/", "/gallery/progress/")
    with seen.browser() as show:
        page = show("/gallery/marks/")
        page.get_by_text("Building the pack: paper 6 of 7").first.wait_for(timeout=5000)
        assert page.locator("#announcement").text_content() == "Building the pack: paper 6 of 7"
    assert seen.complaints == []
