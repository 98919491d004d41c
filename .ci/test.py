"""Finds what the suite needs, runs it, and says loudly what was skipped and why.

On SQLite and the embedded broker, or on DATABASE_URL and REDIS_URL when they are set. Arguments go to pytest.
SDWG_REQUIRE=browser makes a missing browser an error instead of a skip. Tests find the browser in CHROMIUM.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import setup

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PDF_TOOLS = {"qpdf": "qpdf", "pdftotext": "poppler-utils", "pdftoppm": "poppler-utils"}


class Loud:
    """Collects what pytest skipped, to be said once more at the very end."""

    def __init__(self) -> None:
        self.skipped: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped[self.reason(report)] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skipped[self.reason(report)] += 1

    @staticmethod
    def reason(report: pytest.TestReport | pytest.CollectReport) -> str:
        told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        return told.removeprefix("Skipped: ")

    def close(self) -> None:
        if not self.skipped:
            print("\nNothing was skipped.")
            return
        print(f"\n*** NOT RUN, and why ({sum(self.skipped.values())} in all):")
        for reason, count in self.skipped.most_common():
            print(f"***   {count} x {reason}")


def browsers() -> Iterator[str]:
    yield os.environ.get("CHROMIUM", "")
    for name in BROWSERS:
        yield shutil.which(name) or ""
    yield "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    yield "/Applications/Chromium.app/Contents/MacOS/Chromium"
    caches = [Path.home() / ".cache" / "ms-playwright", Path.home() / "Library" / "Caches" / "ms-playwright"]
    if os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        caches.insert(0, Path(os.environ["PLAYWRIGHT_BROWSERS_PATH"]))
    patterns = (
        "chromium-*/chrome-*/chrome",
        "chromium-*/*/*.app/Contents/MacOS/*",
        "chromium_headless_shell-*/*/*shell",
    )
    for cache in caches:
        for pattern in patterns:
            yield from (str(path) for path in sorted(cache.glob(pattern), reverse=True))


def works(browser: str) -> bool:
    if not browser or not os.access(browser, os.X_OK):
        return False
    try:
        answer = subprocess.run([browser, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


def find_browser() -> str:
    found = next(filter(works, browsers()), "")
    if not found and setup.apt_install(["chromium"], "a browser for the browser tests"):
        found = next(filter(works, browsers()), "")
    return found


def browser() -> None:
    """Puts the browser's path into CHROMIUM; without one the browser tests skip themselves."""
    found = find_browser()
    if found:
        os.environ["CHROMIUM"] = found
        return
    os.environ.pop("CHROMIUM", None)
    print("*** No Chromium was found (chromium, google-chrome, Playwright's): the browser tests will be skipped.")
    if "browser" in os.environ.get("SDWG_REQUIRE", ""):
        setup.stop("This run requires the browser tests; install the package chromium.")


def pdf_tools() -> None:
    missing = sorted({package for tool, package in PDF_TOOLS.items() if not shutil.which(tool)})
    if missing and not setup.apt_install(missing, "the PDF tests ask them for a second opinion"):
        print(f"*** {' and '.join(missing)} missing: the PDF tests that need them will be skipped.")


def reachable(name: str, default_port: int) -> None:
    url = urlsplit(os.environ.get(name, ""))
    if not url.hostname:
        return
    try:
        socket.create_connection((url.hostname, url.port or default_port), timeout=5).close()
    except OSError as reason:
        setup.stop(f"{name} is set, but {url.hostname}:{url.port or default_port} does not answer ({reason.strerror}).")


def main() -> int:
    arguments = sys.argv[1:]
    reachable("DATABASE_URL", 5432)
    reachable("REDIS_URL", 6379)
    if not any("not browser" in argument for argument in arguments):
        browser()
    pdf_tools()
    for name in ("SDWG_DEMO", "SDWG_DEBUG"):
        os.environ.pop(name, None)
    os.chdir(ROOT)
    sys.path.remove(str(Path(__file__).resolve().parent))  # so that nothing here hides a module of the same name
    loud = Loud()
    with tempfile.TemporaryDirectory(prefix="sdwg-test-") as folder:
        os.environ.setdefault("SDWG_DATA", folder)
        code = pytest.main(arguments, plugins=[loud])
    loud.close()
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
