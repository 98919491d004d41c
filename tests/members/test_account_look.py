"""The pages of one's own account, all that a person can reach, in a browser: read by axe and looked at for width."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from sdwg.members.middleware import SECOND_FACTOR_KEY
from sdwg.members.models import Person
from tests.cast import Cast
from tests.decisions.test_look import look_seen
from tests.screens.conftest import Screens, screens  # noqa: F401

pytestmark = pytest.mark.browser
PASSWORD = "half-hourly-secret"


@pytest.fixture
def member(cast: Cast) -> Person:
    """A member with a password, an authenticator app, recovery codes and two keys."""
    who = cast.person("idno")
    who.set_password(PASSWORD)
    who.save()
    TOTP.activate(who, generate_totp_secret())
    RecoveryCodes.activate(who)
    for name, alone in (("Laptop", True), ("Key on the ring", False)):
        credential = {"clientExtensionResults": {"credProps": {"rk": alone}}}
        data = {"name": name, "credential": credential}
        Authenticator.objects.create(user=who, type=Authenticator.Type.WEBAUTHN, data=data)
    return who


def shown_who(client: Client, who: Person, at: float) -> None:
    """Make the session one in which ``who`` signed in at ``at``, in seconds since 1970."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": at}, {"method": "mfa", "at": at}]
    session["account_authentication_methods_user"] = str(who.pk)
    session.save()


def test_what_one_keeps_of_ones_own(
    screens: Callable[..., Screens],  # noqa: F811
    cast: Cast,
    member: Person,
    settings: Any,
) -> None:
    settings.OIDC_ISSUER, settings.OIDC_NAME = "https://login.example", "your programme account"
    seen = screens("idno")
    shown_who(seen.client, member, time.time())
    key = Authenticator.objects.filter(user=member, type=Authenticator.Type.WEBAUTHN).first()
    assert key
    EmailAddress.objects.create(user=member, email="new-address-of-a-member@large-company.example", verified=False)
    UserSession.objects.create(
        user=member, ip="192.0.2.7", session_key=seen.client.session.session_key, user_agent="X11; Linux Firefox/140.0"
    )
    names = ("mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes")
    names += ("mfa_list_webauthn", "account_change_password", "account_email", "usersessions_list")
    names += ("socialaccount_connections",)
    ones = [reverse(name, args=[key.pk]) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")]
    assert look_seen(seen, "account", *map(reverse, names), *ones) == []
    shown_who(seen.client, member, 1.0)
    assert look_seen(seen, "again", *map(reverse, ("account_reauthenticate", "mfa_reauthenticate"))) == []


def test_the_way_in(screens: Callable[..., Screens], cast: Cast, member: Person, settings: Any) -> None:  # noqa: F811
    settings.OIDC_ISSUER, settings.OIDC_NAME = "https://login.example", "your programme account"
    assert look_seen(screens(None), "way", reverse("account_login")) == []
    first = screens("large-supplier")
    session = first.client.session
    del session[SECOND_FACTOR_KEY]
    session.save()
    assert look_seen(first, "first", reverse("mfa_activate_totp"), reverse("mfa_add_webauthn")) == []
    Authenticator.objects.filter(user=member, type=Authenticator.Type.WEBAUTHN).delete()
    half = screens(None)
    half.client.post(reverse("account_login"), {"login": "idno@sdwg.example", "password": PASSWORD})
    new = EmailAddress.objects.create(user=member, email="new@large-company.example", verified=False)
    confirm = reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(new).key])
    assert look_seen(half, "half", reverse("mfa_authenticate"), confirm) == []
