"""Reading the text of an uploaded PDF, in a process of its own that can neither grow, run on, nor write.

    python -m sdwg.files.text_reader <path> <most pages> <most letters>

prints one line of JSON: ``{"pages": ["Text of page 1\\nin its lines", "", …]}``, an empty text for a page that has none
(a picture, a scan); or ``{"trouble": "long"}`` with a key of ``texts.TROUBLES``. A hyphen that only a line's end may
have put into a word is a soft one (U+00AD). No Django, no database, no settings, nothing of the environment.
"""

import json
import sys
import unicodedata
from pathlib import Path

from sdwg.files.inspector import confine

MEMORY = 1024**3
"""Bytes of address space, for everything."""
ANSWER = 64 * 1024**2
"""Bytes it may write; the most letters that are taken, in JSON, and no more."""
SECONDS = 60
"""Of processor time."""
SOFT = "\u00ad"
LINE_HYPHENS = "\x02\ufffe"
"""What the library writes where a word goes on in the next line."""
NEVER = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
"""Kinds of letters that no text needs and no database takes: controls, halves of letters, private ones."""


class Trouble(Exception):
    """Why the text is not read: the key of a sentence."""


def look(path: Path, most_pages: int, most_letters: int) -> list[str]:
    """The text of each page. Raises ``Trouble``, and whatever a hostile file makes the library raise."""
    import pypdfium2

    texts: list[str] = []
    left = most_letters
    with pypdfium2.PdfDocument(path) as pdf:
        if len(pdf) > most_pages:
            raise Trouble("long")
        for number in range(len(pdf)):
            page = pdf[number]
            layer = page.get_textpage()
            if layer.count_chars() > left:
                raise Trouble("long")
            text = plain(layer.get_text_bounded())
            left -= len(text)
            texts.append(text)
            layer.close()
            page.close()
    return texts


def plain(text: str) -> str:
    """``text`` in lines without spaces at their ends, and without what is no letter."""
    for hyphen in LINE_HYPHENS:
        text = text.replace(hyphen, SOFT)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = (
        "".join(" " if unicodedata.category(letter) in NEVER else letter for letter in line).strip() for line in lines
    )
    return "\n".join(line for line in kept if line)


def main(path: str, most_pages: str, most_letters: str) -> int:
    confine(MEMORY, ANSWER, SECONDS)
    try:
        found: dict[str, object] = {"pages": look(Path(path), int(most_pages), int(most_letters))}
    except Trouble as trouble:
        found = {"trouble": str(trouble)}
    except MemoryError:
        found = {"trouble": "bomb"}
    except Exception:  # a hostile file may make the library raise anything; all of it means the same
        found = {"trouble": "unreadable"}
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
