"""A person at a browser without JavaScript: real HTTP, cookies, links and forms, nothing of Django."""

import mimetypes
import secrets
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

from bs4 import BeautifulSoup, Tag

PASSWORD = "demo-half-hourly"


@dataclass
class Upload:
    """A file to put into a form."""

    name: str
    content: bytes


@dataclass
class Page:
    """An answer: where it came from, its status, what it says."""

    url: str
    status: int
    body: bytes
    headers: dict[str, str]
    soup: BeautifulSoup = field(init=False)

    def __post_init__(self) -> None:
        is_html = "html" in self.headers.get("Content-Type", "")
        self.soup = BeautifulSoup(self.body if is_html else b"", "lxml")

    @property
    def text(self) -> str:
        """What a person reads in the page's main part, spaces made single."""
        main = self.soup.find("main") or self.soup
        return " ".join(main.get_text(" ").split())

    @property
    def heading(self) -> str:
        found = self.soup.find("h1")
        return " ".join(found.get_text(" ").split()) if found else ""

    def form(self, button: str) -> Tag:
        """The form whose button reads ``button``."""
        for form in self.soup.find_all("form"):
            for found in form.find_all(["button", "input"]):
                words = found.get_text(" ") if found.name == "button" else found.get("value", "")
                if found.get("type", "submit") == "submit" and " ".join(str(words).split()).startswith(button):
                    return form
        raise AssertionError(f"{self.url} ({self.status}) has no button {button!r}; it says: {self.text[:1500]}")

    def has_button(self, button: str) -> bool:
        try:
            self.form(button)
        except AssertionError:
            return False
        return True

    def link(self, words: str) -> str:
        """Where the first link that reads ``words`` leads."""
        for found in self.soup.find_all("a", href=True):
            if words in " ".join(found.get_text(" ").split()):
                return urljoin(self.url, str(found["href"]))
        raise AssertionError(f"{self.url} ({self.status}) has no link {words!r}; it says: {self.text[:1500]}")


class Visitor:
    """Somebody at the program's address; ``name`` is the account's."""

    def __init__(self, address: str, name: str = "") -> None:
        self.address = address
        self.name = name
        self.opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        self.page = Page(address, 0, b"", {})
        if name:
            self.open("/account/login/")
            self.press("Sign in", login=f"{name}@sdwg.example", password=PASSWORD)
            assert self.page.status == 200, self.page.text
            assert self.page.heading == "Your move", self.page.text

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def heading(self) -> str:
        return self.page.heading

    @property
    def url(self) -> str:
        return self.page.url

    @property
    def refused(self) -> bool:
        """Whether what was last done was answered with a refusal."""
        return self.page.status >= 400

    def has_button(self, button: str) -> bool:
        return self.page.has_button(button)

    def open(self, path: str) -> Page:
        """Follow ``path`` or an address."""
        return self._fetch(Request(urljoin(self.address, path)))

    def follow(self, words: str) -> Page:
        """Follow the link that reads ``words``."""
        return self.open(self.page.link(words))

    def press(self, button: str, **filled: object) -> Page:
        """Fill the form of ``button`` in and send it. Values: text, a list for several, an ``Upload``."""
        return self._fetch(self._request(self.page.form(button), button, filled))

    def _request(self, form: Tag, button: str, filled: dict[str, object]) -> Request:
        values = self._values(form)
        unknown = set(filled) - {str(tag["name"]) for tag in form.find_all(attrs={"name": True})}
        assert not unknown, f"the form of {button!r} on {self.page.url} has no field {', '.join(sorted(unknown))}"
        uploads = {name: value for name, value in filled.items() if isinstance(value, Upload)}
        for name, value in filled.items():
            if not isinstance(value, Upload):
                values[name] = [str(part) for part in value] if isinstance(value, list) else [str(value)]
        for found in form.find_all("button", attrs={"name": True}):
            if " ".join(found.get_text(" ").split()).startswith(button):
                values[str(found["name"])] = [str(found.get("value", ""))]
        url = urljoin(self.page.url, str(form.get("action") or self.page.url))
        pairs = [(name, value) for name, parts in values.items() for value in parts]
        if str(form.get("method", "get")).lower() != "post":
            return Request(f"{url.partition('?')[0]}?{urlencode(pairs)}")
        if str(form.get("enctype", "")) == "multipart/form-data":
            body, kind = multipart(pairs, uploads)
        else:
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        return Request(url, body, {"Content-Type": kind, "Referer": self.page.url, "Origin": self.address})

    @staticmethod
    def _values(form: Tag) -> dict[str, list[str]]:
        """What the form would send if nothing were touched."""
        values: dict[str, list[str]] = {}
        for tag in form.find_all(["input", "textarea", "select"]):
            name, kind = str(tag.get("name", "")), str(tag.get("type", "text"))
            if not name or kind in {"submit", "file"} or tag.has_attr("disabled"):
                continue
            if kind in {"radio", "checkbox"}:
                if tag.has_attr("checked"):
                    values.setdefault(name, []).append(str(tag.get("value", "on")))
            elif tag.name == "textarea":
                values.setdefault(name, []).append(tag.get_text().removeprefix("\n"))
            elif tag.name == "select":
                chosen = tag.find_all("option", selected=True) or tag.find_all("option")[:1]
                values.setdefault(name, []).extend(str(option.get("value", option.get_text())) for option in chosen)
            else:
                values.setdefault(name, []).append(str(tag.get("value", "")))
        return values

    def _fetch(self, request: Request) -> Page:
        try:
            with self.opener.open(request, timeout=60) as answer:
                self.page = Page(answer.url, answer.status, answer.read(), dict(answer.headers))
        except HTTPError as answer:
            self.page = Page(answer.url, answer.code, answer.read(), dict(answer.headers))
        assert self.page.status < 500, f"{self.page.url} broke ({self.page.status}): {self.page.text[:500]}"
        return self.page


def multipart(pairs: list[tuple[str, str]], uploads: dict[str, Upload]) -> tuple[bytes, str]:
    """A form with files as a browser sends it."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for name, upload in uploads.items():
        kind = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{upload.name}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + upload.content + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
