"""The secrets of invitations: derived when needed, never kept, never written to a log.

A secret is the HMAC of the invitation's ``nonce`` under the installation's secret key, so that a copy of the database
alone opens nothing. The row keeps the secret's SHA-256, by which the link is known again.
"""

import base64
import hashlib
import uuid

from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.crypto import salted_hmac

from sdwg.mail import late
from sdwg.mail.models import OutboxMessage
from sdwg.members.models import Invitation, Person

RULE = "person.invited"
SALT = "sdwg.members.invitation"


def secret_of(nonce: uuid.UUID, salt: str = SALT) -> str:
    """The secret that belongs to ``nonce``: 43 characters, safe in an address. Each purpose has its ``salt``."""
    digest = salted_hmac(salt, nonce.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def sha256_of(secret: str) -> str:
    """What the row keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_of(invitation: Invitation) -> str:
    """The path that the invitation leads to. Give it to nobody but the invited."""
    return reverse("invitation", args=[secret_of(invitation.nonce)])


def address_of(person: Person) -> str:
    """The primary address, confirmed or not; empty when there is none."""
    found = EmailAddress.objects.filter(user=person, primary=True).values_list("email", flat=True)
    return found.first() or ""


def letter(message: OutboxMessage) -> late.Late:
    """Address and link of an invitation's mail, made at delivery; nothing for one that is spent or revoked."""
    _, _, number = message.on_key.partition(":")
    invitation = Invitation.objects.filter(pk=int(number), spent_at=None, revoked_at=None).first()
    if invitation is None or sha256_of(secret_of(invitation.nonce)) != invitation.secret_sha256:
        return late.Late()
    return late.Late(address_of(invitation.person), link_of(invitation))
