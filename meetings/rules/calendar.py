"""The feed of a person's calendar: theirs alone, whoever may be signed in."""

from meetings.models import CalendarFeed
from sdwg.members.access import NotNow

__all__ = ["check_can_end_feed"]


def check_can_end_feed(feed: CalendarFeed | None) -> None:
    """Raises ``NotNow`` where no address is left to end."""
    if feed is None or feed.ended_at:
        raise NotNow("You have no calendar address: there is nothing to end.")
