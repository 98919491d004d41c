"""The renderer loads our static files and nothing else, even where escaping has failed."""

import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.safestring import mark_safe
from weasyprint.urls import FatalURLFetchingError

from sdwg.pdf.fence import BASE, Fenced, StaticOnly
from sdwg.pdf.render import CannotRender, lay_out, render_document
from tests.pdf import make

WAYS = """
<img src="{url}"><img srcset="{url} 2x"><link rel="stylesheet" href="{url}"><link rel="attachment" href="{url}">
<a rel="attachment" href="{url}">x</a><object data="{url}"></object><embed src="{url}"><iframe src="{url}"></iframe>
<picture><source srcset="{url}"></picture><video src="{url}"></video><input type="image" src="{url}">
<style>@import url("{url}"); @font-face {{ font-family: Evil; src: url("{url}") }}
p.evil {{ background: url("{url}"); list-style: url("{url}"); content: url("{url}"); font-family: Evil;
cursor: url("{url}"); border-image: url("{url}") }}
p.evil::before {{ content: url("{url}") attr(x url) target-text("{url}") }}
</style><p class="evil" style="background-image: url('{url}')">evil</p>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">
<image xlink:href="{url}" href="{url}" width="9" height="9"/><use href="{url}#x"/><style>@import "{url}";</style></svg>
<base href="{url}"><img src="relative.png">
"""


class Listener:
    """A server on loopback that counts who knocks."""

    def __init__(self) -> None:
        self.knocks = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.knocks += 1
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/css\r\n\r\n")
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.socket.close()


OPENED: list[str] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | bytes):
        OPENED.append(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode(errors="replace"))


sys.addaudithook(_note)  # it cannot be taken off again; it only notes


def render(extra: str) -> bytes:
    return render_document(
        "tests-pack.html",
        {"papers": [], "extra": mark_safe(extra)},
        title="Fence",
        at=make.AT,
        marking="AMBER",
    ).pdf


VITAL = """<style>@color-profile --x {{ src: url("{url}") }}</style><p>x</p>"""


def test_the_listener_hears_who_knocks(listener: Listener) -> None:
    socket.create_connection(("127.0.0.1", listener.port)).close()
    socket.create_connection(("127.0.0.1", listener.port)).recv(10)
    assert listener.knocks >= 1


@pytest.mark.parametrize(
    "scheme", ["http://127.0.0.1:{port}/x.png", "//127.0.0.1:{port}/x.css", "ftp://127.0.0.1:{port}/x"]
)
def test_no_address_of_a_page_reaches_the_network(listener: Listener, scheme: str) -> None:
    url = scheme.format(port=listener.port)
    assert render(WAYS.format(url=url)).startswith(b"%PDF")
    assert listener.knocks == 0


def test_no_address_of_a_page_reaches_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "canary-file.css"
    secret.write_text("@page { @top-left { content: 'canary-word' } } body { color: red }")
    for url in (secret.as_uri(), str(secret), f"{BASE}../../../../../{secret}", f"file://localhost{secret}"):
        OPENED.clear()
        out = tmp_path / "out.pdf"
        out.write_bytes(render(WAYS.format(url=url)))
        assert [path for path in OPENED if "canary-file" in path] == []
        assert b"canary-word" not in make.everything(out)
        assert b"EmbeddedFile" not in make.everything(out)


def test_what_the_renderer_takes_for_vital_stops_the_document_and_reaches_nothing(listener: Listener) -> None:
    with pytest.raises(CannotRender):
        render(VITAL.format(url=f"http://127.0.0.1:{listener.port}/x"))
    assert listener.knocks == 0


@pytest.mark.parametrize(
    "url",
    [
        "data:text/css,body{color:red}",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
        "about:blank",
        "x:y",
    ],
)
def test_no_other_scheme_is_answered(url: str) -> None:
    with pytest.raises(Fenced):
        StaticOnly().fetch(url)


@pytest.mark.parametrize(
    "name",
    [
        "../sdwg/settings.py",
        "%2e%2e/sdwg/settings.py",
        "fonts/../../sdwg/settings.css",
        "//etc/passwd",
        "css/../../README.md",
        "js/sdwg.js",
        "",
        "fonts",
        "nothing.png",
    ],
)
def test_below_our_address_there_is_nothing_but_our_static_files(name: str) -> None:
    with pytest.raises((Fenced, FatalURLFetchingError)):
        StaticOnly().fetch(BASE + name)


def test_our_own_fonts_are_answered_and_a_missing_one_stops_the_rendering() -> None:
    assert StaticOnly().fetch(f"{BASE}fonts/NotoSans-Regular.ttf").read()[:4] == b"\x00\x01\x00\x00"
    with pytest.raises(CannotRender):
        lay_out("<p>x", "@font-face { font-family: X; src: url(fonts/Gone.ttf) } p { font-family: X }", variant=None)


def test_the_parents_way_to_the_network_is_closed() -> None:
    with pytest.raises(Fenced):
        StaticOnly().open("http://127.0.0.1/")
