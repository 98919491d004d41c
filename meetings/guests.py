"""Guests of open meetings (S8): the secrets of their links, how the trail knows them, until when a link is good.

A guest has no account. The link is derived from the row's ``nonce`` and a key outside the database when its mail is
handed over, exactly as an invitation's (``sdwg.members.invitations``); the row keeps SHA-256 values.
"""

import re
from collections.abc import Container, Mapping
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from meetings.models import Guest, Meeting
from sdwg import clock, workdays
from sdwg.mail import late
from sdwg.mail.models import OutboxMessage
from sdwg.members.invitations import secret_of, sha256_of
from sdwg.visitors import Visitor

CONFIRM, ADMITTED, TOLD = "guest.confirm", "guest.admitted", "guest.told"
RULES = (CONFIRM, ADMITTED, TOLD)
"""The kinds of mail a guest gets: to confirm, with the personal link, and what became of the meeting or of them."""
ADDRESS = re.compile(r"://|www\.|@|[\w-]\.[a-z]{2,}\b", re.IGNORECASE)


def visitor(guest: Guest, at: datetime) -> Visitor:
    """``guest`` as whoever acts, at ``at``."""
    return Visitor(at, f"Guest {guest.pk} of {guest.meeting.reference}")


def confirming_secret(nonce: UUID) -> str:
    """What the link that confirms a request ends in."""
    return secret_of(nonce, "meetings.guest.confirm")


def personal_secret(nonce: UUID) -> str:
    """What the personal link ends in."""
    return secret_of(nonce, "meetings.guest.link")


def by_confirming(secret: str) -> Guest | None:
    """Who asked with that link, whatever became of it."""
    return Guest.objects.select_related("meeting").filter(confirm_sha256=sha256_of(secret)).first()


def by_link(secret: str) -> Guest | None:
    """Whose personal link it is, whatever became of it."""
    return Guest.objects.select_related("meeting").filter(link_sha256=sha256_of(secret)).first()


def good_until(meeting: Meeting, holidays: Container[date], periods: Mapping[str, int]) -> datetime:
    """When the personal links to ``meeting`` end: 17:00, five working days after it."""
    return workdays.deadline(workdays.add(clock.today(meeting.starts_at), periods["guest-after"], holidays=holidays))


def place_in_words(meeting: Meeting) -> str:
    """Where it is, for people without a seat: a place that holds an address of any kind could hold the joining link."""
    if meeting.place and not ADDRESS.search(meeting.place):
        return meeting.place
    return "Online" if meeting.place or meeting.link else "To be announced"


def letter(message: OutboxMessage) -> late.Late:
    """Address and link of a mail to a guest, made at delivery; nothing for a link that leads nowhere by then."""
    guest = Guest.objects.exclude(address="").filter(pk=int(message.on_key.partition(":")[2])).first()
    if guest is None:
        return late.Late()
    if message.rule == TOLD:
        return late.Late(guest.address, reverse("public-meetings"))
    if message.rule == CONFIRM:
        path = reverse("guest-confirm", args=[confirming_secret(guest.nonce)])
        return late.Late(guest.address, path if guest.confirmed_at is None else "")
    path = reverse("guest", args=[personal_secret(guest.nonce)])
    return late.Late(guest.address, path if Guest.objects.admitted().filter(pk=guest.pk).exists() else "")
