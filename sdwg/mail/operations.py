"""Queueing, delivering, trying again, purging.

Nothing is sent by a request. A message is a row written in the transaction that is its reason; the worker leases one
row at a time, hands it to the mail server, and only then calls it accepted. A worker that dies in between leaves a
lease that runs out: the message goes again, with the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Now

from sdwg import leases
from sdwg.audit.acts import Doer, act, record
from sdwg.celery import wake
from sdwg.mail import calendars, late
from sdwg.mail.models import OutboxMessage, message_id
from sdwg.mail.rendering import absolute, render, subject_line

logger = logging.getLogger(__name__)

DRAIN = "sdwg.mail.tasks.drain"
EMPTY = {"text": "", "html": "", "calendar": ""}
"""A message without what it said."""
LEASE = timedelta(minutes=5)
"""Longer than the slowest send; a message whose worker died waits this long."""
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(minutes=120))
"""How long to wait after the first, second … attempt that failed."""
ATTEMPTS = len(BACK_OFF) + 1
KEPT = timedelta(days=90)
"""How long bodies and addresses are kept once a message is settled."""
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class Unreachable(Exception):
    """There is no mail server to hand anything to; no fault of the message."""


def queue(
    *,
    rule: str,
    on_key: str,
    person: AbstractBaseUser | None,
    occurrence: str = "",
    subject: str,
    template: str,
    context: Mapping[str, Any],
    marking: str = "",
    calendar: str = "",
    at: datetime,
    not_before: datetime | None = None,
) -> OutboxMessage | None:
    """Owe ``person`` one message for this key; ``None`` when it is owed, or was, already.

    ``calendar`` is the iTIP objects that go with it, one after the other, without an attendee: that is the person.
    Without a person, the rule's ``late`` maker knows from the key to whom it goes.

    Part of the caller's transaction: undone with it, and delivery begins when it is committed.
    Raises ``TransactionManagementError`` outside a transaction, ``ValueError`` for a link that is not ours.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Mail is queued in the transaction that is its reason.")
    key: dict[str, Any] = {"rule": rule, "on_key": on_key, "person": person, "occurrence": occurrence}
    if OutboxMessage.objects.filter(**key).exists():
        return None
    rendered = render(template, {"person": person, **context}, marking=marking)
    message = OutboxMessage(
        **key,
        message_id=message_id(rule, on_key, person.pk if person else None, occurrence),
        subject=subject_line(subject, marking),
        text=rendered.text,
        html=rendered.html,
        calendar=calendar,
        marking=marking,
        queued_at=at,
        not_before=not_before,
        next_try_at=max(at, not_before or at),
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if OutboxMessage.objects.filter(**key).exists():  # somebody queued it at the same moment
            return None
        raise
    wake(DRAIN)
    return message


def deliver(*, at: datetime, limit: int = 200) -> int:
    """Send what is due at ``at``, one by one, at most ``limit``; how many were tried.

    Any number of workers may do this at once. Stops early when the mail server cannot be reached.
    """
    backend = get_connection()
    tried = 0
    try:
        while tried < limit and (message := lease_one(at)):
            tried += 1
            _attempt(message, backend, at)
    except Unreachable as reason:
        logger.warning("The mail server cannot be reached (%s); what is due is tried again within a minute.", reason)
    finally:
        backend.close()
    return tried


def lease_one(at: datetime) -> OutboxMessage | None:
    """Take the next due message for ``LEASE``, so that nobody else does; ``None`` when nothing is free.

    The attempt is counted here, before the send: a message that kills its worker is given up too, in the end.
    """
    lease = leases.take(OutboxMessage.objects.due(at), LEASE)
    return OutboxMessage.objects.select_related("person").get(lease=lease) if lease else None


@act
def retry(*, actor: Doer, message: OutboxMessage) -> bool:
    """Put a message that failed or was not sent back in the queue; whether it was one and still has its text."""
    put_back = (
        OutboxMessage.objects.to_tend()
        .filter(pk=message.pk)
        .update(quarantined_at=None, suppressed_at=None, attempts=0, last_error="", next_try_at=actor.at)
    )
    if put_back:
        record("mail.put-back", on=message)
        wake(DRAIN)
    return bool(put_back)


@act
def leave(*, actor: Doer, message: OutboxMessage) -> bool:
    """Leave a message that failed or was not sent unsent, for good: its text goes, that it failed and why stays."""
    left = OutboxMessage.objects.to_tend().filter(pk=message.pk).update(**EMPTY, purged_at=actor.at)
    if left:
        record("mail.left", on=message)
    return bool(left)


def withhold(*, person: AbstractBaseUser, why: str, at: datetime) -> int:
    """Settle as not sent, for good, whatever is still owed to ``person``: its text goes, ``why`` stays; how many.

    What a worker is handing over at this moment is left to it: it asks ``late.why_not`` first.
    """
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=Now())
    owed = OutboxMessage.objects.filter(person_id=person.pk)
    owed.to_tend().update(**EMPTY, purged_at=at)
    return (
        owed.unsettled()
        .filter(free)
        .update(
            lease=None,
            leased_until=None,
            suppressed_at=at,
            last_error=why[:300],
            text="",
            html="",
            calendar="",
            purged_at=at,
        )
    )


def erase(*, person: AbstractBaseUser, at: datetime) -> int:
    """Empty every message to ``person`` of its words and of where it went; how many. That each was sent, or not, stays.

    A worker that is at one loses its lease, so that it writes no address afterwards.
    """
    messages = OutboxMessage.objects.filter(person_id=person.pk)
    messages.unsettled().update(suppressed_at=at)
    return messages.update(
        lease=None,
        leased_until=None,
        text="",
        html="",
        calendar="",
        address="",
        last_error="",
        purged_at=Coalesce("purged_at", at),
    )


def purge(*, at: datetime) -> int:
    """Empty the bodies and addresses of what was settled ``KEPT`` ago; how many. That it was sent stays."""
    line = at - KEPT
    settled = Q(accepted_at__lt=line) | Q(quarantined_at__lt=line) | Q(suppressed_at__lt=line)
    kept = Q(purged_at=None) | ~Q(last_error="")  # one that was left has no text, and still what the server said
    return OutboxMessage.objects.filter(settled & kept).update(**EMPTY, address="", last_error="", purged_at=at)


def _attempt(message: OutboxMessage, backend: BaseEmailBackend, at: datetime) -> None:
    """One attempt at one leased message.

    Raises ``Unreachable`` when there is no server to hand it to; the attempt then does not count.
    """
    personal = late.made(message)
    address = personal.address if personal else _address(message)
    reason = _why_never(message, personal, at)
    if reason:
        _settle(message, suppressed_at=at, last_error=reason, **EMPTY, purged_at=at)
        return
    if not address:
        _settle(message, suppressed_at=at, last_error="Not sent: the person has no confirmed address.")
        return
    if message.attempts > ATTEMPTS:
        _settle(message, quarantined_at=at, last_error="Its last attempt did not come to an end.")
        return
    try:
        backend.open()
    except (smtplib.SMTPException, OSError) as refusal:
        _settle(message, attempts=message.attempts - 1, next_try_at=at + BACK_OFF[0], last_error=_said(refusal))
        raise Unreachable(_said(refusal)) from refusal
    try:
        accepted = backend.send_messages([_email(message, address, personal, backend)])
    except (smtplib.SMTPException, OSError, ValueError) as refusal:
        backend.close()
        _refused(message, _said(refusal), at)
        return
    if accepted:
        _settle(message, accepted_at=at, address=address, last_error="")
    else:
        _refused(message, "The mail server took no message.", at)


def _address(message: OutboxMessage) -> str:
    """The person's primary address, if they have shown that it is theirs."""
    found = EmailAddress.objects.filter(user_id=message.person_id, primary=True, verified=True)
    return found.values_list("email", flat=True).first() or ""


def _why_never(message: OutboxMessage, personal: late.Late | None, at: datetime) -> str:
    """Why it is not wanted any more, whoever tends it; empty when it is."""
    if message.person and not message.person.is_active:
        return "Not sent: the account is deactivated."
    if personal:
        return "" if personal.link else "Not sent: its link is no longer needed."
    return late.why_not(message, at)


def _email(
    message: OutboxMessage, address: str, personal: late.Late | None, backend: BaseEmailBackend
) -> EmailMultiAlternatives:
    text, html = message.text, message.html
    if personal:
        text, html = (form.replace(absolute(late.LINK), absolute(personal.link)) for form in (text, html))
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=text,
        to=[address],
        headers={"Message-ID": message.message_id, **HEADERS},
        connection=backend,
    )
    email.attach_alternative(html, "text/html")
    calendars.attach(email, message.calendar, address, str(message.person or ""))
    return email


def _refused(message: OutboxMessage, reason: str, at: datetime) -> None:
    logger.warning("Mail %s was not accepted, attempt %s: %s", message.pk, message.attempts, reason)
    if message.attempts >= ATTEMPTS:
        _settle(message, quarantined_at=at, last_error=reason)
    else:
        _settle(message, next_try_at=at + BACK_OFF[message.attempts - 1], last_error=reason)


def _settle(message: OutboxMessage, **fields: Any) -> None:
    """Write what became of the attempt and give the lease back, unless it ran out and is somebody else's by now."""
    OutboxMessage.objects.filter(pk=message.pk, lease=message.lease).update(lease=None, leased_until=None, **fields)


def _said(refusal: Exception) -> str:
    """The mail server's words, on one line and short enough to keep."""
    return " ".join(str(refusal).split())[:300] or type(refusal).__name__
