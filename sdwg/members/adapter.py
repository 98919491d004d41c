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
from allauth.mfa.models import Authenticator
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
CHANGED = "account.changed"
CHANGES = {
    "account/email/password_changed": "The password of your account was changed.",
    "account/email/password_set": "The password of your account was set.",
    "account/email/password_reset": "A new password was set for your account, by the link that was sent to you.",
    "account/email/email_changed": "Your mail from the group comes to this address from now on.",
    "mfa/email/totp_activated": "An authenticator app was set up for your account.",
    "mfa/email/totp_deactivated": "The authenticator app of your account was switched off.",
    "mfa/email/webauthn_added": "A passkey or security key was added to your account.",
    "mfa/email/webauthn_removed": "A passkey or security key was removed from your account.",
    "socialaccount/email/account_connected": "Your account can now be signed in to at the provider you connected.",
    "socialaccount/email/account_disconnected": "Your account can no longer be signed in to at the provider.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made for your account; the old ones are void.",
}
"""What allauth tells of -> the sentence people are sent. What is not here is not sent."""


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
        if row.user.address():
            asked = (
                f"Somebody who is signed in to your account asked for {row.email} to be your address instead of this."
            )
            self._tell("asked", row.user, asked)
        self._queue(
            CONFIRM, f"address:{row.pk}", row.user, "Confirm your address", "Confirm that this address is yours."
        )

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell people what was changed of how they sign in: somebody else may have done it."""
        if sentence := CHANGES.get(template_prefix):
            self._tell(template_prefix.rpartition("/")[2], user, sentence)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Nothing: whoever has the address did not ask for anything."""

    def _tell(self, what: str, person: Person, sentence: str) -> None:
        more = "If it was not you, change your password and tell the secretariat at once."
        why = "it was done on your account page"
        subject, link = "Your account", reverse("mfa_index")
        self._queue(CHANGED, f"{what}:{person.pk}", person, subject, sentence, more=more, why=why, link=link)

    def _queue(
        self,
        rule: str,
        on_key: str,
        person: Person,
        subject: str,
        sentence: str,
        *,
        more: str = "If you did not ask for this, do nothing: nothing changes.",
        why: str = "somebody asked for it with your address on the sign-in pages",
        link: str = late.LINK,
    ) -> None:
        at = self.request.at
        with transaction.atomic():
            queue(
                rule=rule,
                on_key=on_key,
                person=person,
                occurrence=at.isoformat(),
                subject=subject,
                template="notice",
                context={"sentence": sentence, "more": more, "link": link, "why": why},
                at=at,
            )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps encrypted, so that a copy of the database alone makes no codes."""

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        """ "Passkey", then "Passkey 2": what the form for adding one is filled with."""
        others = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {others + 1}" if others else "Passkey"

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
