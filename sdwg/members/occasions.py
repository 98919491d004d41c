"""What an alternate can be nominated for besides a period: meetings, which live above and are not known here.

The upper app registers a finder for its kind of key when Django starts; the nominating page asks it, so that a key in
an address is worth nothing by itself: only an occasion that its reader may see, and that is still to come, is found.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sdwg.members.access import Actor


@dataclass(frozen=True)
class Occasion:
    """One occasion: its key ("meeting:12"), what people call it ("SDWG 14"), and when it is, in words."""

    key: str
    ref: str
    when: str


Finder = Callable[[Actor, int], Occasion | None]
_finders: dict[str, Finder] = {}


def provide(kind: str, finder: Finder) -> None:
    """Let ``finder(actor, number)`` answer for keys that begin with ``kind``."""
    _finders[kind] = finder


def find(actor: Actor, key: str) -> Occasion | None:
    """The occasion of ``key``, if there is one that ``actor`` may see and that is still to come."""
    kind, _, number = key.partition(":")
    finder = _finders.get(kind)
    return finder(actor, int(number)) if finder and number.isascii() and number.isdigit() and len(number) < 19 else None
