"""The verbs of a person's calendar address: make it, or a new one; end it."""

import uuid

from artefacts.operations.moving import doer
from meetings import rules
from meetings.calendar import feed_secret
from meetings.models import CalendarFeed
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from sdwg.members.invitations import sha256_of
from sdwg.members.models import Person

__all__ = ["end_feed", "make_feed"]


@act
def make_feed(*, actor: Actor) -> CalendarFeed:
    """Give the person who acts a calendar address. One that they had leads nowhere from now on."""
    person = Person.objects.select_for_update().get(pk=doer(actor).pk)
    feed = CalendarFeed.objects.filter(person=person).first() or CalendarFeed(person=person)
    renewed = feed.pk is not None and feed.ended_at is None
    feed.nonce, feed.made_at, feed.ended_at = uuid.uuid4(), actor.at, None
    feed.secret_sha256 = sha256_of(feed_secret(feed.nonce))
    feed.save()
    record("person.calendar-renewed" if renewed else "person.calendar-made", on=person)
    return feed


@act
def end_feed(*, actor: Actor) -> None:
    """End the calendar address of the person who acts: it leads nowhere from now on. Raises ``NotNow`` without one."""
    feed = CalendarFeed.objects.select_for_update().filter(person=doer(actor)).first()
    rules.check_can_end_feed(feed)
    assert feed  # noqa: S101 (the rule has looked)
    feed.ended_at = actor.at
    feed.save()
    record("person.calendar-ended", on=doer(actor))
