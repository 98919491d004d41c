"""Queries of meetings."""

from sdwg.members.access import Actor
from sdwg.screen import Waiting

__all__: list[str] = []


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for ``actor`` here."""
    return []
