"""How allauth behaves here: no open sign-up, mail through the outbox, names without addresses.

The links of its mails let somebody in, so they are made at delivery (``sdwg.mail.late``) and stand in no row.
"""

import base64
from typing import Any
from urllib.parse import quote

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac

from sdwg import clock
from sdwg.mail import late
from sdwg.mail.models import OutboxMessage
from sdwg.mail.operations import queue
from sdwg.members.models import Person

RESET = "account.reset"
CONFIRM = "account.confirm"


def display_name(person: Person) -> str:
    """The name on pages and in mails."""
    return person.display_name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations alone (no open sign-up)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in within the last minutes has just shown who they are and is not asked again at once."""
        now = clock.real_now().timestamp()
        shown = get_authentication_records(self.request, self.request.user)
        return all(now - record["at"] > app_settings.REAUTHENTICATION_TIMEOUT for record in shown)

    def send_password_reset_mail(self, user: Person, email: str, context: dict[str, Any]) -> None:
        """Queue the mail, for people who have a password and asked with their confirmed address; say nothing else."""
        confirmed = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()
        if confirmed and user.has_usable_password():
            self._queue(RESET, f"person:{user.pk}", user, "A new password", "Choose a new password within four hours.")

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Queue the mail that shows whose a new address is."""
        row = emailconfirmation.email_address
        self._queue(
            CONFIRM, f"address:{row.pk}", row.user, "Confirm your address", "Confirm that this address is yours."
        )

    def send_account_already_exists_mail(self, email: str) -> None:
        """Nothing: whoever has the address did not ask for anything."""

    def _queue(self, rule: str, on_key: str, person: Person, subject: str, sentence: str) -> None:
        at = self.request.at
        with transaction.atomic():
            queue(
                rule=rule,
                on_key=on_key,
                person=person,
                occurrence=at.isoformat(),
                subject=subject,
                template="notice",
                context={
                    "sentence": sentence,
                    "more": "If you did not ask for this, do nothing: nothing changes.",
                    "link": late.LINK,
                    "why": "somebody asked for it with your address on the sign-in pages",
                },
                at=at,
            )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps encrypted, so that a copy of the database alone makes no codes."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = salted_hmac("sdwg.members.second-factor", "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def reset_letter(message: OutboxMessage) -> late.Late:
    """Address and link of a password reset; the token dies with a new password or address, and in four hours."""
    person = message.person
    assert person  # noqa: S101 (nobody else has a password)
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    link = path.replace("UID-KEY", quote(f"{user_pk_to_url_str(person)}-{token}"))
    return late.Late(person.address(), link)


def confirmation_letter(message: OutboxMessage) -> late.Late:
    """Address and link of a confirmation; nothing once the address is confirmed or gone."""
    _, _, number = message.on_key.partition(":")
    row = EmailAddress.objects.filter(pk=int(number), verified=False).first()
    if row is None:
        return late.Late()
    return late.Late(row.email, reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(row).key]))
