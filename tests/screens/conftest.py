"""Screens as pictures: pages fetched from Django first, then shown in a browser that knows nothing else.

Playwright's loop and Django's database connection do not go together in one thread: what only reads pages does it in a
thread of its own, with one browser for the whole run; what goes on to use a page opens a browser when Django has done.
"""

import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast
from tests.screens.reader import Reader, launched

SITE = "http://localhost"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass
class Screens:
    """What was fetched, for one reader, and how it is shown."""

    client: Client
    chromium: str
    reader: Reader
    fetched: dict[str, HttpResponse] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    @property
    def weights(self) -> dict[str, int]:
        """The bytes of what was loaded, compressed as a server sends it, by path."""
        return {path: len(gzip.compress(body)) for path, body in self.bodies.items()}

    def fetch(self, *paths: str) -> "Screens":
        for path in paths:
            self.fetched[path] = self.client.get(path, headers={"host": "localhost"})
        return self

    @contextmanager
    def browser(self) -> Iterator[Callable[..., Any]]:
        """``show(path, width=320, scheme="dark")`` gives the page; ``bodies`` and ``complaints`` fill as it loads."""
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = launched(playwright, self.chromium)
            yield self._shown_in(browser)
            browser.close()

    def reading(self, read: Callable[[Callable[..., Any]], None]) -> None:
        """Call ``read(show)`` in the reader's thread; it asks Django for nothing, and closes the contexts it opened."""
        self.reader.submit(lambda browser: read(self._shown_in(browser)))

    def _shown_in(self, browser: Any) -> Callable[..., Any]:
        def show(path: str, width: int = 1440, scheme: str = "light", **more: Any) -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", **more
            )
            page = context.new_page()
            page.on("console", lambda note: note.type == "error" and self.complaints.append(f"{path}: {note.text}"))
            page.on("pageerror", lambda fault: self.complaints.append(f"{path}: {fault}"))
            page.route("**/*", self._answer)
            page.goto(f"{SITE}{path}")
            return page

        return show

    def _answer(self, route: Any) -> None:
        path = route.request.url.removeprefix(SITE)
        if path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            found = finders.find(path.partition("static/")[2])
            body = Path(str(found)).read_bytes() if found else b""
            route.fulfill(
                status=200 if found else 404, body=body, content_type=TYPES.get(Path(path).suffix, "text/plain")
            )
        elif path not in self.fetched:
            route.fulfill(status=204)  # what a page asks again while it is open: nothing new
            return
        else:
            response = self.fetched[path]
            body = response.content
            route.fulfill(status=response.status_code, body=body, headers=dict(response.headers))
        self.bodies[path] = body


@pytest.fixture
def screens(cast: Cast, reader: Reader) -> Callable[..., Screens]:
    """``screens("chair")`` or ``screens(None)``; skipped where there is no browser."""
    chromium = os.environ.get("CHROMIUM", "")
    if not chromium:
        pytest.skip("CHROMIUM names no browser, so the screens were not looked at")

    def sit_down(who: str | None) -> Screens:
        client = cast.client(who) if who else cast.anonymous()
        client.raise_request_exception = False
        return Screens(client, chromium, reader)

    return sit_down
