"""What is settled when a message is handed to the mail server, and not before: its personal link, and who gets it.

The outbox keeps what it sends for weeks, backups for longer; a link that lets somebody in must not lie there. Such a
message is queued with ``LINK`` for a link. Whoever owns its rule makes the real one at delivery and says where it goes:
an invitation goes to an address that nobody has confirmed yet, because arriving there is the confirmation.

Whoever knows people says here who gets no mail any more: a seat ends by its date with nobody pressing a button.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sdwg.mail.models import OutboxMessage

LINK = "/made-at-delivery/"
"""Stands for the link in a queued message."""


@dataclass(frozen=True)
class Late:
    """Where a message goes, and the path of ours that it leads to; both empty once nobody needs it any more."""

    address: str = ""
    link: str = ""


Maker = Callable[[OutboxMessage], Late]
_makers: dict[str, Maker] = {}
Refusal = Callable[[OutboxMessage, datetime], str]
_refusals: list[Refusal] = []


def provide(rule: str, maker: Maker) -> None:
    """Let ``maker`` make the link of every message queued under ``rule``."""
    _makers[rule] = maker


def made(message: OutboxMessage) -> Late | None:
    """The link of ``message``; ``None`` when its rule has none to be made."""
    maker = _makers.get(message.rule)
    return maker(message) if maker else None


def refuse(refusal: Refusal) -> None:
    """Ask ``refusal(message, at)`` before a message without a personal link is sent: why not, or an empty string."""
    if refusal not in _refusals:
        _refusals.append(refusal)


def why_not(message: OutboxMessage, at: datetime) -> str:
    """Why ``message`` goes to its person no more, as a sentence; empty when it does."""
    return next((why for refusal in _refusals if (why := refusal(message, at))), "")
