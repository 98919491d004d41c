"""The browser that only reads pages: one for the whole run, in a thread of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from playwright.sync_api import sync_playwright


def launched(playwright: Any, chromium: str) -> Any:
    return playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


class Reader:
    """One browser in one thread, started by the first who reads and closed after the last test."""

    def __init__(self, chromium: str) -> None:
        self.chromium = chromium
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.opened = ExitStack()
        self.browser: Any = None

    def submit(self, work: Callable[[Any], None]) -> None:
        """Wait until ``work(browser)`` is done; what it raises is raised here."""
        self.thread.submit(self._do, work).result()

    def _do(self, work: Callable[[Any], None]) -> None:
        if self.browser is None:
            self.browser = launched(self.opened.enter_context(sync_playwright()), self.chromium)
            self.opened.callback(self.browser.close)
        work(self.browser)

    def close(self) -> None:
        self.thread.submit(self.opened.close).result()
        self.thread.shutdown()
