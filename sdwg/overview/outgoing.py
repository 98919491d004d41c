"""Outgoing mail as the secretariat sees it: what was not sent, to whom, why; and that it waits for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse

from sdwg.mail.models import UNSETTLED, OutboxMessage
from sdwg.members.access import Actor, actor_for
from sdwg.members.rules import can_tend_mail
from sdwg.overview.trail import readable
from sdwg.screen import Button, Waiting

QUOTING = frozenset({"decision", "version", "consultation"})
"""What mail is about whose words may be read only by those who may read that: a question, a title, an answer."""
NOT_THEIRS = "Not sent: the person may not read what it is about any more."


@dataclass(frozen=True)
class Letter:
    """One message that was not sent. ``restricted`` hides what it is about, and to whom it goes: who gets mail about
    something may read it.
    """

    message: OutboxMessage
    restricted: bool

    @property
    def subject(self) -> str:
        marked = f" marked {self.message.marking}" if self.message.marking else ""
        return f"A message{marked}" if self.restricted else self.message.subject


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
    open_keys = readable(actor, (row.on_key for row in listed))
    return [Letter(row, row.on_key not in open_keys) for row in listed]


def may_still_read(message: OutboxMessage, at: datetime) -> bool:
    """Whether its recipient may read today what it is about: its words were written when it was queued.

    Of somebody without an account, the maker of its link decides at delivery.
    """
    if message.person is None:
        return True
    return message.on_key in readable(actor_for(message.person, at), [message.on_key])


def why_no_mail(message: OutboxMessage, at: datetime) -> str:
    """Why a message is not sent to whoever lost sight of what it quotes since it was queued; asked at delivery."""
    kind = message.on_key.partition(":")[0]
    return NOT_THEIRS if kind in QUOTING and not may_still_read(message, at) else ""


def waiting_for(actor: Actor) -> list[Waiting]:
    """That messages were not sent, to whoever sees to them. One query."""
    if not can_tend_mail(actor):
        return []
    found = OutboxMessage.objects.to_tend().aggregate(
        number=Count("pk"),
        people=Count("person", distinct=True),
        others=Count("on_key", distinct=True, filter=Q(person__isnull=True)),
    )
    number, people = found["number"], found["people"] + found["others"]
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
