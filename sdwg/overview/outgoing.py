"""Outgoing mail as the secretariat sees it: what was not sent, to whom, why; and that it waits for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from artefacts.states import Marking
from sdwg.mail.models import UNSETTLED, OutboxMessage
from sdwg.members.access import Actor
from sdwg.members.rules import can_tend_mail
from sdwg.overview.trail import readable
from sdwg.screen import Button, Waiting

CLOSED = frozenset({str(Marking.STRICT.label), str(Marking.RED.label)})
"""Markings, as messages carry them, under which being told of something says who may read it."""


@dataclass(frozen=True)
class Letter:
    """One message that was not sent. ``restricted`` hides what it is about, and with it what its recipient may read."""

    message: OutboxMessage
    restricted: bool

    @property
    def subject(self) -> str:
        return f"A message marked {self.message.marking}" if self.restricted else self.message.subject


@dataclass(frozen=True)
class Outbox:
    """How many messages stand where."""

    waiting: int
    retrying: int
    accepted: int


def outbox() -> Outbox:
    """The whole outbox, counted. One query."""
    retried = UNSETTLED & ~Q(last_error="")
    counts = OutboxMessage.objects.aggregate(
        waiting=Count("pk", filter=UNSETTLED & Q(last_error="")),
        retrying=Count("pk", filter=retried),
        accepted=Count("pk", filter=Q(accepted_at__isnull=False)),
    )
    return Outbox(**counts)


def letters(actor: Actor, messages: Iterable[OutboxMessage]) -> list[Letter]:
    """``messages`` as ``actor`` may see them. One query for each kind of object there is."""
    listed = list(messages)
    open_keys = readable(actor, (row.on_key for row in listed if row.marking in CLOSED))
    return [Letter(row, row.marking in CLOSED and row.on_key not in open_keys) for row in listed]


def waiting_for(actor: Actor) -> list[Waiting]:
    """That messages were not sent, to whoever sees to them. One query."""
    if not can_tend_mail(actor):
        return []
    found = OutboxMessage.objects.to_tend().aggregate(number=Count("pk"), people=Count("person", distinct=True))
    number, people = found["number"], found["people"]
    if not number:
        return []
    what = "One message was" if number == 1 else f"{number} messages were"
    whom = "one person" if people == 1 else f"{people} people"
    url = reverse("outgoing-mail")
    return [
        Waiting(
            title=f"{what} not sent",
            url=url,
            due=None,
            detail=f"To {whom}, who may not know what is asked of them.",
            button=Button("See what failed", url),
        )
    ]
