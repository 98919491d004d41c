"""The fence round the renderer: it may load our static files and nothing else (5-assurance: 0 connections, 0 files).

WeasyPrint asks a fetcher for everything a page or a style sheet refers to. Ours knows one made-up address,
``BASE``, below which our static files lie; whatever else is asked for is refused before any socket or file is
opened. Members' text is escaped or sanitised before it gets here; the fence holds when that fails.
"""

import logging
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

log = logging.getLogger(__name__)

BASE = "https://static.invalid/"
"""What relative addresses are joined to. ``.invalid`` never resolves (RFC 2606), should it ever leak."""

OURS = ("fonts/", "pdf/")
"""Folders that only our own style sheets name: a file missing there is a broken installation, not a hostile page."""

MEDIA_TYPES = {
    ".css": "text/css",
    ".ttf": "font/ttf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
}


class Fenced(ValueError):
    """The address lies outside our static files."""


class StaticOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint is not typed
    """Answers for files below ``static/`` of the kinds a document needs; refuses every other address.

    WeasyPrint leaves out what is refused and goes on. A missing file of ours stops the rendering.
    """

    def __init__(self) -> None:
        """Without ``super().__init__``: it would install handlers for http, ftp and files."""
        self._fail_on_errors = False

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file behind ``url``. Raises ``Fenced``, or ``FatalURLFetchingError`` for a missing file of ours."""
        if not url.startswith(BASE):
            log.warning("refused to load %.200s for a document", url)
            raise Fenced(f"not a static file of ours: {url[:200]}")
        name = unquote(urlsplit(url).path).lstrip("/")
        path = find(name)
        if path is None and name.startswith(OURS):
            raise FatalURLFetchingError(f"The static file {name} is missing.")
        if path is None:
            log.warning("no static file %.200s for a document", name)
            raise Fenced(f"no such static file: {name[:200]}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix]})

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        """The parent's way to the network; closed."""
        raise Fenced("documents load nothing by this way")


def find(name: str) -> Path | None:
    """The static file called ``name``, looked for where it is developed and where it is collected."""
    if Path(name).suffix not in MEDIA_TYPES:
        return None
    try:
        found = finders.find(name)
    except SuspiciousFileOperation:
        return None
    if isinstance(found, str):
        return Path(found)
    collected = Path(settings.STATIC_ROOT, name).resolve()
    inside = collected.is_relative_to(Path(settings.STATIC_ROOT).resolve())
    return collected if inside and collected.is_file() else None
