"""What a seat and its colleagues have drafted."""

from artefacts.models import DraftComment, Version
from artefacts.rules import drafting_seat
from sdwg.members.access import Actor


def drafts(actor: Actor, version: Version) -> list[DraftComment]:
    """The drafts on the version that ``actor`` sees: of their seats, and of the one whose colleague they are."""
    if not drafting_seat(actor):
        return []
    return list(version.drafts.visible_to(actor).select_related("written_by"))
