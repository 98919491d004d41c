"""What a message says: a subject that cannot carry a header, and one template for plain text and HTML."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string

GROUP = "[SDWG]"
LONGEST_SUBJECT = 200
"""Characters, marking and group included."""
BREAKS = {"Cc", "Zl", "Zp"}
"""Unicode categories that become a blank in a subject: controls, line and paragraph ends."""
UNSEEN = {"Cf", "Cs", "Co", "Cn"}
"""Unicode categories a subject drops: text-direction and joining marks, halves of pairs, what no standard names."""


@dataclass(frozen=True)
class Rendered:
    """A message as it will be sent."""

    text: str
    html: str


def subject_line(subject: str, marking: str = "") -> str:
    """``subject`` behind group and marking: one line, at most ``LONGEST_SUBJECT`` characters."""
    kept = (char for char in subject if unicodedata.category(char) not in UNSEEN)
    plain = "".join(" " if unicodedata.category(char) in BREAKS else char for char in kept)
    tags = [GROUP, f"[{marking}]"] if marking else [GROUP]
    line = " ".join([*tags, *plain.split()])
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def render(template: str, context: Mapping[str, Any], *, marking: str = "") -> Rendered:
    """``templates/mail/<template>.txt`` in both forms.

    The template extends ``layout`` and fills the block ``sentence``: what is asked, by when. ``context["link"]``, a
    path of ours, becomes the one link. Raises ``ValueError`` when it points elsewhere.
    """
    whole = {**context, "link": absolute(str(context.get("link", ""))), "marking": marking}
    name = f"mail/{template}.txt"
    text = render_to_string(name, {**whole, "layout": "mail/base.txt"})
    html = render_to_string(name, {**whole, "layout": "mail/base.html"})
    return Rendered(tidy(text), html.strip() + "\n")


def absolute(link: str) -> str:
    """``link`` with our address before it; empty when there is none. Raises ``ValueError`` for somebody else's."""
    if not link:
        return ""
    whole = urljoin(f"{settings.SITE_URL}/", link)
    if not whole.startswith(f"{settings.SITE_URL}/") or any(char.isspace() for char in link):
        raise ValueError(f"{link!r} is no link of ours.")
    return whole


def tidy(text: str) -> str:
    """Lines without trailing blanks or indents, and never two empty ones in a row."""
    lines = "\n".join(line.strip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
