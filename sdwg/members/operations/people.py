"""Accounts: made by the secretariat, opened by a personal link, closed but never deleted."""

import uuid
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from sdwg.audit.acts import act, record
from sdwg.mail import late
from sdwg.mail import operations as mail
from sdwg.mail.operations import queue
from sdwg.members import invitations
from sdwg.members.access import Actor
from sdwg.members.models import Constituency, Invitation, Organisation, Person
from sdwg.members.operations.leaving import end_sessions, see_out
from sdwg.members.rules import (
    check_can_accept_invitation,
    check_can_close_account,
    check_can_invite,
    check_can_make_organisation,
    check_can_make_person,
    check_can_open_account,
    check_can_redact,
    check_can_revoke_invitation,
    check_new_address,
    needs_address,
)

GOOD_FOR = timedelta(days=7)
"""How long an invitation's link leads anywhere."""


@act
def make_organisation(*, actor: Actor, name: str, constituency: Constituency | None = None) -> Organisation:
    """List a company or body; without a constituency it has no Member seat (M4)."""
    check_can_make_organisation(actor, name, constituency)
    organisation = Organisation.objects.create(name=name.strip(), constituency=constituency)
    record("organisation.listed", on=organisation, note={"constituency": str(constituency or "")})
    return organisation


@act
def make_person(*, actor: Actor, display_name: str, address: str, invites: bool = True) -> Person:
    """Make an account and invite its person by mail, unless ``invites`` says that this comes later.

    It has no rights until somebody appoints or nominates it.
    """
    check_can_make_person(actor, display_name, address)
    person = new_account(display_name.strip(), address, actor.at)
    record("person.made", on=person)
    if invites:
        send_invitation(actor, person)
    return person


def new_account(display_name: str, address: str, at: datetime) -> Person:
    """The rows of an account that nobody can sign in to yet."""
    person = Person(display_name=display_name, created_at=at)
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=address.lower(), primary=True, verified=False)
    return person


@act
def invite(*, actor: Actor, person: Person) -> Invitation:
    """Send a new personal link; the one before leads nowhere from now on."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    check_can_invite(actor, person)
    return send_invitation(actor, person)


def send_invitation(actor: Actor, person: Person) -> Invitation:
    """The invitation and its mail, whoever is behind it; part of the caller's act."""
    invitation = new_invitation(person, actor.at)
    record("person.invited", on=person)
    queue(
        rule=invitations.RULE,
        on_key=f"invitation:{invitation.pk}",
        person=person,
        subject="Your account",
        template="notice",
        context={
            "sentence": "An account was made for you in the Security Design Working Group’s record. "
            "Choose a password within seven days.",
            "more": "The link is yours alone: please do not pass it on.",
            "link": late.LINK,
            "link_text": "Choose your password here",
            "why": "the group’s secretariat made an account for you",
        },
        at=actor.at,
    )
    return invitation


def new_invitation(person: Person, at: datetime) -> Invitation:
    """A good link in place of every other."""
    Invitation.objects.filter(person=person, spent_at=None, revoked_at=None).update(revoked_at=at)
    nonce = uuid.uuid4()
    return Invitation.objects.create(
        person=person,
        nonce=nonce,
        secret_sha256=invitations.sha256_of(invitations.secret_of(nonce)),
        made_at=at,
        expires_at=at + GOOD_FOR,
    )


@act
def revoke_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Take a link back."""
    invitation = Invitation.objects.select_for_update().select_related("person").get(pk=invitation.pk)
    check_can_revoke_invitation(actor, invitation)
    invitation.revoked_at = actor.at
    invitation.save(update_fields=["revoked_at"])
    record("person.invitation-revoked", on=invitation.person)
    return invitation


def accept_invitation(*, secret: str, password: str, at: datetime) -> Person:
    """Spend the link: the password is set, and the address has shown whose it is.

    Raises ``NotNow`` for a link that leads nowhere. The caller has validated the password.
    """
    found = Invitation.objects.filter(secret_sha256=invitations.sha256_of(secret)).select_related("person").first()
    check_can_accept_invitation(found, at)
    assert found  # noqa: S101 (asked just now)
    return _accept(actor=Actor(at=at, person=found.person), invitation=found, password=password)


@act
def _accept(*, actor: Actor, invitation: Invitation, password: str) -> Person:
    invitation = Invitation.objects.select_for_update().select_related("person").get(pk=invitation.pk)
    check_can_accept_invitation(invitation, actor.at)
    person = invitation.person
    person.set_password(password)
    person.save(update_fields=["password"])
    EmailAddress.objects.filter(user=person, primary=True).update(verified=True)
    invitation.spent_at = actor.at
    invitation.save(update_fields=["spent_at"])
    record("person.joined", on=person)
    return person


@act
def close_account(*, actor: Actor, person: Person, reason: str) -> Person:
    """Out at the next request, and no way in: sessions, invitations, nominations and mail end; what they did stays."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    check_can_close_account(actor, person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    record("person.account-closed", on=person, reason=reason)
    see_out(actor, [person])
    return person


@act
def open_account(*, actor: Actor, person: Person, reason: str, address: str = "") -> Person:
    """Let them in again, with the seats that still run; to ``address``, by invitation, where theirs was removed."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    check_can_open_account(actor, person)
    anew = needs_address(person)
    if anew:
        check_new_address(person, address)
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("person.account-opened", on=person, reason=reason)
    if anew:
        EmailAddress.objects.create(user=person, email=address.lower(), primary=True, verified=False)
        send_invitation(actor, person)
    return person


@act
def redact(*, actor: Actor, person: Person, reason: str) -> Person:
    """Remove a leaver's contact details: addresses, how they signed in, sessions, and what mail said and where.

    Their name and what they did stay; neither the trail nor any history holds an address, so both verify as before.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    check_can_redact(actor, person, reason)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    removed = {
        "addresses": EmailAddress.objects.filter(user=person).delete()[0],
        "second factors": Authenticator.objects.filter(user=person).delete()[0],
        "providers": SocialAccount.objects.filter(user=person).delete()[0],
        "sessions": end_sessions(person),
        "messages": mail.erase(person=person, at=actor.at),
    }
    record("person.redacted", on=person, reason=reason.strip(), note=removed)
    return person
