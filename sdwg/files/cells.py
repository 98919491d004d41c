"""Text in the cells of tables that come and go. No Django: the process that looks into uploads needs it too."""

import re
import unicodedata

LIVE = "=+-@＝＋－＠"
"""What a spreadsheet may take for the beginning of a formula, in narrow and wide letters."""
NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Kinds of letters: controls, halves of letters, ends of lines and paragraphs."""
_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Of lines."""
_GUARDED = re.compile(rf"'*[{re.escape(LIVE)}]")


def plain(text: str, *, prose: bool = False) -> str:
    """``text`` on one line, without what no cell can hold: control characters become spaces; none at the ends.

    ``prose`` keeps its lines.
    """
    if prose:
        return "\n".join(_plain(line).rstrip() for line in _ENDS.split(text)).strip()
    return _plain(text).strip()


def _plain(text: str) -> str:
    kept = (" " if unicodedata.category(letter) in NEVER or letter in "\ufffe\uffff" else letter for letter in text)
    return "".join(kept)


def guarded(text: str, *, prose: bool = False) -> str:
    """``text`` as a cell that is never a live formula: an apostrophe precedes what could be taken for one."""
    text = plain(text, prose=prose)
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """The text that ``guarded`` was given."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def is_live(text: str) -> bool:
    """Whether a spreadsheet may take ``text`` for a formula."""
    return text[:1] in LIVE if text else False
