"""Signing in at a provider of OpenID Connect: only whoever connected it, with the address of their account."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from sdwg.mail.models import OutboxMessage
from sdwg.members.models import Person
from tests.cast import Cast
from tests.members import issuer as issuers
from tests.members.issuer import Issuer
from tests.members.test_settings import REAL, started
from tests.members.test_sign_in import code, with_app

THEIRS = {"email": "IDNO@sdwg.example", "email_verified": True}
LOGIN, CALLBACK, OWN = "/account/provider/login/", "/account/provider/callback/", "/account/provider/"


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    """A provider that listens, and settings that name it."""
    with issuers.listening() as found:
        found.claims = dict(THEIRS)
        settings.OIDC_ISSUER, settings.OIDC_NAME = found.address, "your programme account"
        own = {"server_url": found.address, "fetch_userinfo": False}
        app = {"provider_id": "provider", "name": "-", "client_id": issuers.CLIENT, "secret": issuers.SECRET}
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [{**app, "settings": own}]}
        }
        yield found


@pytest.fixture
def member(cast: Cast) -> Person:
    """A member with a password."""
    who = cast.person("idno")
    who.set_password("half-hourly-secret")
    who.save()
    return who


def signed_in(cast: Cast, who: Person) -> Client:
    """A browser in which ``who`` has just signed in with both factors."""
    client = cast.client("idno")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(who.pk)
    session.save()
    return client


def there_and_back(client: Client, issuer: Issuer, **form: str) -> Any:
    sent = client.post(LOGIN, form)
    assert sent.status_code == 302
    return client.get(CALLBACK, issuer.asked(sent["Location"]))


def connect(cast: Cast, who: Person, issuer: Issuer) -> Any:
    return there_and_back(signed_in(cast, who), issuer, process="connect")


# ---------------------------------------------------------------------------------------------------- by settings alone


@pytest.mark.parametrize("path", [OWN, LOGIN, CALLBACK, "/account/provider/cancelled/"])
def test_without_a_provider_there_is_nothing(cast: Cast, path: str) -> None:
    for client in (cast.anonymous(), cast.client("idno")):
        assert client.get(path).status_code == client.post(path).status_code == 404
    assert "/account/provider/" not in cast.anonymous().get("/account/login/").content.decode()
    assert "/account/provider/" not in cast.client("idno").get("/account/2fa/").content.decode()


def test_the_environment_alone_names_it(tmp_path: Path) -> None:
    named = {"SDWG_OIDC_ISSUER": "https://login.example/realm/", "SDWG_OIDC_NAME": "your programme account"}
    named |= {"SDWG_OIDC_CLIENT_ID": "sdwg", "SDWG_OIDC_CLIENT_SECRET": "s" * 40}
    script = """
from django.conf import settings
(app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
print(app["settings"]["server_url"], app["name"], settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"][1])
"""
    told = started(tmp_path, script, **REAL, **named)
    expected = "https://login.example/realm your programme account https://login.example"
    assert told.stdout.strip() == expected, told.stderr

    for wrong in ({"SDWG_OIDC_CLIENT_SECRET": ""}, {"SDWG_OIDC_ISSUER": "http://login.example"}):
        assert next(iter(wrong)) in started(tmp_path, **{**REAL, **named, **wrong}).stderr.splitlines()[-1]


# ----------------------------------------------------------------------------------------------------------- signing in


def test_a_connected_account_stands_for_the_password_and_not_for_the_second_factor(
    cast: Cast, member: Person, issuer: Issuer
) -> None:
    secret = with_app(member)
    assert "Sign in with your programme account" in Client().get("/account/login/").content.decode()
    assert connect(cast, member, issuer)["Location"] == OWN
    client = Client()

    back = there_and_back(client, issuer)

    assert back["Location"] == "/account/2fa/authenticate/"
    assert client.get("/members/").status_code == 302
    client.post("/account/2fa/authenticate/", {"code": code(secret)})
    assert client.get("/members/").status_code == 200
    assert SocialAccount.objects.get().extra_data == {}
    assert OutboxMessage.objects.filter(rule="account.changed", person=member).count() == 1


def test_a_stranger_gets_no_account_and_an_address_alone_lets_nobody_in(
    cast: Cast, member: Person, issuer: Issuer
) -> None:
    people = Person.objects.count()
    for claims in (THEIRS, {"email": "stranger@sdwg.example", "email_verified": True}):
        issuer.claims = claims
        client = Client()
        page = there_and_back(client, issuer)
        assert page.status_code == 403
        assert "You are not signed in" in page.content.decode()
        assert "_auth_user_id" not in client.session
    assert (Person.objects.count(), SocialAccount.objects.count()) == (people, 0)


@pytest.mark.parametrize(
    "claims",
    [{}, {"email": "idno@sdwg.example"}, {**THEIRS, "email_verified": "true"}, {**THEIRS, "email": "x@y.example"}],
)
def test_only_ones_own_address_is_connected(
    cast: Cast, member: Person, issuer: Issuer, claims: dict[str, object]
) -> None:
    issuer.claims = claims
    page = connect(cast, member, issuer)
    assert page.status_code == 403
    assert "Nothing was connected" in page.content.decode()
    assert not SocialAccount.objects.exists()


def test_connecting_asks_again_who_it_is(cast: Cast, member: Person, issuer: Issuer) -> None:
    back = there_and_back(cast.client("idno"), issuer, process="connect")
    assert back["Location"].startswith(reverse("account_reauthenticate"))
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("change", ["the address here", "the address there", "closed"])
def test_a_connection_is_no_longer_good(cast: Cast, member: Person, issuer: Issuer, change: str) -> None:
    connect(cast, member, issuer)
    if change == "the address here":
        EmailAddress.objects.filter(user=member).update(email="moved@sdwg.example")
    elif change == "the address there":
        issuer.claims["email"] = "moved@sdwg.example"
    else:
        Person.objects.filter(pk=member.pk).update(is_active=False)
    client = Client()

    back = there_and_back(client, issuer)

    assert back.status_code == 403 or back["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("claims", [{"iss": "https://other.example"}, {"aud": "another client"}, {"exp": 1}, None])
def test_a_token_that_is_not_its_own_is_not_taken(
    cast: Cast, member: Person, issuer: Issuer, claims: dict[str, object] | None
) -> None:
    connect(cast, member, issuer)
    issuer.claims |= claims or {}
    issuer.signs_with = None if claims else issuers.key()
    client = Client()
    page = there_and_back(client, issuer)
    assert "That did not work" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_way_back_that_nobody_set_out_on_leads_nowhere(cast: Cast, member: Person, issuer: Issuer) -> None:
    connect(cast, member, issuer)
    victim = Client()
    page = victim.get(CALLBACK, issuer.asked(Client().post(LOGIN)["Location"]))
    assert "That did not work" in page.content.decode()
    assert "_auth_user_id" not in victim.session


def test_it_is_disconnected_again(cast: Cast, member: Person, issuer: Issuer) -> None:
    connect(cast, member, issuer)
    client = signed_in(cast, member)
    assert "Disconnect it" in client.get(OWN).content.decode()
    client.post(OWN, {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
    assert there_and_back(Client(), issuer).status_code == 403
