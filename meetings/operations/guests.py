"""The verbs of guests of open meetings (S8): ask, confirm, withdraw, refuse; and to forget who they were."""

import uuid
from datetime import datetime

from django.db import transaction

from meetings import guests, rules
from meetings.guests import visitor
from meetings.models import Guest, Meeting
from meetings.operations import letters
from meetings.operations.meetings import reasoned
from meetings.states import GuestState
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor, NotNow
from sdwg.members.invitations import sha256_of
from sdwg.visitors import CONFIRM_WITHIN, KEPT, Visitor

__all__ = ["ask", "confirm", "forget", "refuse_guest", "withdraw"]


@transaction.atomic
def ask(*, meeting: Meeting, name: str, address: str, organisation: str, why: str, at: datetime) -> None:
    """Owe ``address`` a mail whose link confirms that its owner wants to come. Nobody is a guest before that.

    Whoever is expected already gets their personal link again, and nothing that was typed replaces what they confirmed;
    whoever was refused gets nothing. The caller says the same in every case, so that nobody learns who else asked.
    What nobody confirmed is in no trail: it could be anybody's words. Raises ``NotNow`` off the public list.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    rules.check_can_ask(meeting, at)
    address = address.lower()
    guest = Guest.objects.filter(meeting=meeting, address=address).first() or Guest(meeting=meeting, address=address)
    if guest.state == GuestState.REFUSED:
        return
    if guest.state == GuestState.EXPECTED:
        letters.admit(guest, at)
        return
    guest.name, guest.organisation, guest.why = name, organisation, why
    guest.asked_at, guest.confirmed_at, guest.withdrawn_at = at, None, None
    guest.nonce = uuid.uuid4()
    guest.confirm_sha256 = sha256_of(guests.confirming_secret(guest.nonce))
    guest.link_sha256 = sha256_of(guests.personal_secret(guest.nonce))
    guest.save()
    letters.ask_to_confirm(guest, at)


def confirm(*, secret: str, at: datetime) -> Guest:
    """Spend the link: the address has shown whose it is, and its owner is a guest. Raises ``NotNow`` for a dead one."""
    found = guests.by_confirming(secret)
    if found is None:
        raise NotNow("This link leads nowhere any more.")
    return _confirm(actor=visitor(found, at), guest=found)


@act
def _confirm(*, actor: Visitor, guest: Guest) -> Guest:
    guest = _locked(guest)
    rules.check_can_confirm(guest, actor.at)
    guest.confirmed_at = actor.at
    guest.save()
    record("guest.confirmed", on=guest)
    letters.admit(guest, actor.at)
    return guest


@act
def withdraw(*, actor: Visitor, guest: Guest) -> Guest:
    """The guest does not come; their link ends."""
    guest = _locked(guest)
    rules.check_can_withdraw(guest)
    guest.withdrawn_at = actor.at
    guest.save()
    record("guest.withdrew", on=guest)
    return guest


@act
def refuse_guest(*, actor: Actor, guest: Guest, abuse: bool, reason: str) -> Guest:
    """Refuse somebody who is expected: their link ends, they are told why, and asking again leads nowhere."""
    guest = _locked(guest)
    rules.check_can_refuse_guest(actor, guest, abuse)
    why = reasoned(reason)
    guest.refused_at = actor.at
    guest.save()
    record("guest.refused", on=guest, reason=why, note={"ground": "abuse" if abuse else "another"})
    by = "for abuse" if abuse else "by the chair"
    sentence = f"You cannot attend {guest.meeting} as a guest: you were refused {by}. Your personal link has ended."
    letters.tell(guest, f"You cannot attend {guest.meeting}", sentence, f"Reason: {why}", actor.at)
    return guest


def forget(at: datetime) -> int:
    """Empty what is known of guests ``KEPT`` after their meeting, and delete what nobody confirmed; how many.

    That somebody was there, and by whose word they were refused, stays in the trail.
    """
    stale = Guest.objects.filter(confirmed_at=None, asked_at__lte=at - CONFIRM_WITHIN)
    deleted, _ = stale.delete()
    old = Guest.objects.exclude(address="").filter(meeting__ends_at__lt=at - KEPT)
    return deleted + old.update(address="", name="", organisation="", why="")


def _locked(guest: Guest) -> Guest:
    return Guest.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=guest.pk)
