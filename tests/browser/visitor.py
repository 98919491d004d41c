"""A person at headless Chromium, with the gestures of the visitor at plain HTTP; axe looks at every page they meet."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, sync_playwright

from tests.journeys.visitor import PASSWORD, Upload
from tests.screens.axe import COLOURS, faults


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium, or a skip that says what is missing."""
    path = os.environ.get("CHROMIUM", "")
    if not path:
        pytest.skip("no Chromium: set CHROMIUM to its path, or run make test, which finds or installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Seen:
    """What the tests found wrong on the way, over all visitors of a run."""

    def __init__(self) -> None:
        self.looked_at: set[tuple[str, str]] = set()
        self.violations: list[str] = []
        self.complaints: list[str] = []


class BrowserVisitor:
    """Somebody at Chromium; ``name`` is the account's."""

    def __init__(self, browser: Browser, address: str, name: str, seen: Seen) -> None:
        self.address, self.name, self.seen = address, name, seen
        self._status = 200
        self.tab: Page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        self.tab.on("console", self._console)
        self.tab.on("pageerror", lambda error: seen.complaints.append(f"{self.tab.url}: {error}"))
        self.open("/account/login/")
        self.press("Sign in", login=f"{name}@sdwg.example", password=PASSWORD)
        assert self.heading == "Your move", self.text

    def _console(self, message: ConsoleMessage) -> None:
        expected = "Failed to load resource"  # refusals answer 403, 404 and 422, which Chromium reports
        if message.type == "error" and expected not in message.text:
            self.seen.complaints.append(f"{self.tab.url}: {message.text}")

    @property
    def text(self) -> str:
        return " ".join(self.tab.locator("main").inner_text().split())

    @property
    def heading(self) -> str:
        return " ".join(self.tab.locator("h1").first.inner_text().split())

    @property
    def url(self) -> str:
        return self.tab.url

    @property
    def refused(self) -> bool:
        """Whether what was last done was answered with a refusal."""
        return self._status >= 400

    def open(self, path: str) -> None:
        self._answered(self.tab.goto(urljoin(self.address, path)))

    def download(self, path: str) -> bytes:
        """A file, as this person is given it."""
        answer = self.tab.request.get(urljoin(self.address, path))
        assert answer.ok, f"{path}: {answer.status}"
        return answer.body()

    def follow(self, words: str) -> None:
        with self.tab.expect_navigation() as led:
            self.tab.locator("main").get_by_role("link", name=words).first.click()
        self._answered(led.value)

    def has_button(self, button: str) -> bool:
        return self._button(button).count() > 0

    def press(self, button: str, **filled: object) -> None:
        found = self._button(button).first
        form = found.locator("xpath=ancestor::form[1]")
        for name, value in filled.items():
            self._fill(form, name, value)
        with self.tab.expect_navigation() as led:
            found.click()
        self._answered(led.value)

    def _answered(self, answer: Response | None) -> None:
        """No answer is there where a link leads to another part of the same page."""
        if answer:
            self._status = answer.status
            assert answer.status < 500, f"{answer.url} broke ({answer.status}): {self.text[:500]}"
        self._look()

    def _button(self, button: str) -> Locator:
        return self.tab.get_by_role("button", name=re.compile(rf"^\s*{re.escape(button)}"))

    def _fill(self, form: Locator, name: str, value: object) -> None:
        fields = form.locator(f'[name="{name}"]')
        assert fields.count(), f"{self.tab.url}: the form has no field {name}"
        first = fields.first
        kind = first.get_attribute("type") or first.evaluate("field => field.tagName.toLowerCase()")
        if isinstance(value, Upload):
            first.set_input_files({"name": value.name, "mimeType": "application/pdf", "buffer": value.content})
        elif kind == "checkbox" and value == "on":
            first.check()
        elif kind in {"radio", "checkbox"}:
            wanted = {str(part) for part in value} if isinstance(value, list) else {str(value)}
            for part in wanted:
                form.locator(f'[name="{name}"][value="{part}"]').check()
        elif kind == "select":
            first.select_option([str(part) for part in value] if isinstance(value, list) else str(value))
        elif kind != "hidden":
            first.fill(str(value))

    def _look(self) -> None:
        """axe, once for each kind of page and person; in the dark, where only colours differ, for contrast alone."""
        kind = re.sub(r"\d+", "n", urlsplit(self.tab.url).path)
        if (kind, self.name) in self.seen.looked_at:
            return
        self.seen.looked_at.add((kind, self.name))
        for scheme, rules in (("light", ()), ("dark", COLOURS)):
            self.tab.emulate_media(color_scheme=scheme)
            self.seen.violations += [f"{kind} as {self.name}, {scheme}: {fault}" for fault in faults(self.tab, *rules)]
        self.tab.emulate_media(color_scheme="light")
