"""Signing in: by invitation alone, with a second factor shown by this session, at a bounded rate, telling nobody."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import InvalidToken
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client, override_settings
from django.urls import Resolver404, get_resolver, resolve, reverse

from sdwg import clock
from sdwg.mail import operations as outbox
from sdwg.mail.models import OutboxMessage
from sdwg.members.middleware import SECOND_FACTOR_KEY, WITHOUT_SECOND_FACTOR
from sdwg.members.models import Person
from sdwg.templatetags.sdwg import browser
from tests.cast import Cast
from tests.members import make

PASSWORD = "half-hourly-secret"
LOGIN = "/account/login/"


@pytest.fixture
def member(cast: Cast) -> Person:
    """A member with a password."""
    who = cast.person("idno")
    who.set_password(PASSWORD)
    who.save()
    return who


def sign_in(client: Client, password: str = PASSWORD, login: str = "idno@sdwg.example") -> Any:
    return client.post(LOGIN, {"login": login, "password": password})


def code(secret: str) -> str:
    """What the app shows now; not in its last moments, so that the answer still finds it."""
    if clock.real_now().timestamp() % 30 > 26:
        time.sleep(4.1)
    now = next(iter(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(totp.hotp_value(secret, now)))


def with_app(who: Person) -> str:
    """Give ``who`` an authenticator app; its secret."""
    secret: str = totp.generate_totp_secret()
    TOTP.activate(who, secret)
    return secret


def reached(client: Client, path: str = "/members/") -> bool:
    return bool(client.get(path).status_code == 200)


# ------------------------------------------------------------------------------------------------------------- password


@override_settings(MFA_REQUIRED=False)
def test_a_password_is_enough_in_a_demonstration(cast: Cast, member: Person) -> None:
    client = Client()
    assert sign_in(client)["Location"] == "/"
    assert reached(client)


def test_a_password_alone_reaches_nothing(cast: Cast, member: Person) -> None:
    client = Client()
    sign_in(client)
    allowed = {f"/{path}" for path in plain_paths() if view_at(f"/{path}") in WITHOUT_SECOND_FACTOR}
    asked = [f"/{path}" for path in plain_paths() if f"/{path}" not in allowed]
    assert len(asked) > 20

    for path in asked:
        if path.startswith(("/healthz", "/readyz", "/static")):
            continue
        answer = client.get(path)
        assert answer.status_code in {302, 405}, path
        assert answer["Location"] in {"/account/2fa/totp/activate/", "/account/2fa/reauthenticate/"}, path


def view_at(path: str) -> str:
    try:
        return str(resolve(path).view_name)
    except Resolver404:
        return ""


def plain_paths(resolver: Any = None, before: str = "") -> list[str]:
    """Every path of the program without a variable in it."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if hasattr(pattern, "url_patterns"):
            found += plain_paths(pattern, whole)
        elif "<" not in whole and "(" not in whole:
            found.append(whole)
    return found


def test_the_first_sign_in_makes_an_authenticator_app_and_then_goes_on(cast: Cast, member: Person) -> None:
    client = Client()
    sign_in(client)
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0] == "/account/2fa/totp/activate/"
    secret = page.context["form"].secret

    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert not reached(client)
    done = client.post("/account/2fa/totp/activate/", {"code": code(secret)})

    assert done["Location"] == "/account/2fa/recovery-codes/"
    assert client.get("/account/2fa/recovery-codes/").status_code == 200
    assert reached(client)


def test_from_then_on_the_password_is_the_first_of_two(cast: Cast, member: Person) -> None:
    secret = with_app(member)
    client = Client()

    assert sign_in(client)["Location"] == "/account/2fa/authenticate/"
    assert not reached(client)
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not reached(client)
    client.post("/account/2fa/authenticate/", {"code": code(secret)})
    assert reached(client)


def test_the_apps_secret_is_not_readable_in_the_database(cast: Cast, member: Person) -> None:
    secret = with_app(member)
    kept = Authenticator.objects.get(user=member).data["secret"]
    assert secret not in kept
    with override_settings(SECRET_KEY="another-installation"), pytest.raises(InvalidToken):
        TOTP(Authenticator.objects.get(user=member)).validate_code("000000")


def test_a_code_is_good_once(cast: Cast, member: Person) -> None:
    secret = with_app(member)
    used = code(secret)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
        client.post("/account/2fa/authenticate/", {"code": used})

    assert reached(first)
    assert not reached(second)


def test_somebody_elses_authenticator_app_lets_no_older_session_in(cast: Cast, member: Person) -> None:
    thief = Client()
    sign_in(thief)

    secret = with_app(member)

    answer = thief.get("/members/")
    assert answer["Location"] == "/account/2fa/reauthenticate/"
    assert thief.get("/account/2fa/recovery-codes/")["Location"] == "/account/2fa/reauthenticate/"
    assert thief.get("/account/password/change/")["Location"] == "/account/2fa/reauthenticate/"
    thief.post("/account/2fa/reauthenticate/", {"code": code(secret)})
    assert reached(thief)  # who shows the code is no thief


def test_making_the_app_in_one_session_does_not_lift_another(cast: Cast, member: Person) -> None:
    one, other = Client(), Client()
    sign_in(one)
    sign_in(other)
    secret = one.get("/account/2fa/totp/activate/").context["form"].secret
    other.get("/account/2fa/totp/activate/")
    one.post("/account/2fa/totp/activate/", {"code": code(secret)})

    other.post("/account/2fa/totp/activate/", {"code": "000000"})

    assert reached(one)
    assert not reached(other)
    assert SECOND_FACTOR_KEY not in other.session


# ------------------------------------------------------------------------------------------------------- no enumeration


def answer_of(page: Any, address: str) -> str:
    whole: str = page.content.decode()
    for varying in (address, str(page.wsgi_request.META.get("CSRF_COOKIE", "-"))):
        whole = whole.replace(varying, "")
    return re.sub(r'(name="csrfmiddlewaretoken" value|name="once" value|nonce)="[^"]*"', "", whole)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast: Cast, member: Person) -> None:
    known = sign_in(Client(), "not-the-password-at-all")
    unknown = sign_in(Client(), "not-the-password-at-all", "nobody@sdwg.example")

    assert known.status_code == unknown.status_code == 200
    assert answer_of(known, "idno@sdwg.example") == answer_of(unknown, "nobody@sdwg.example")


def test_an_unknown_address_costs_as_much_hashing(cast: Cast, member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or encode(self, password, salt),
    )
    sign_in(Client(), "not-the-password-at-all")
    known = len(hashed)
    sign_in(Client(), "not-the-password-at-all", "nobody@sdwg.example")
    assert len(hashed) == 2 * known


def test_a_forgotten_password_says_the_same_to_everybody(cast: Cast, member: Person) -> None:
    answers = []
    for address in ("idno@sdwg.example", "nobody@sdwg.example", "agent@sdwg.example"):
        page = Client().post("/account/password/reset/", {"email": address}, follow=True)
        answers.append((page.status_code, page.redirect_chain, answer_of(page, address)))

    assert answers[0] == answers[1] == answers[2]
    assert OutboxMessage.objects.filter(rule="account.reset").count() == 1  # the agent never had a password


def test_a_new_password_comes_by_a_link_that_stands_in_no_row(cast: Cast, member: Person) -> None:
    Client().post("/account/password/reset/", {"email": "idno@sdwg.example"})
    assert "/password/reset/key/" not in str(list(OutboxMessage.objects.values()))
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        mail.outbox = []
        outbox.deliver(at=cast.at)
    (message,) = mail.outbox
    (link,) = [line for line in message.body.splitlines() if "/password/reset/key/" in line]

    client = Client()
    page = client.get(link.replace("http://127.0.0.1:8000", ""), follow=True)
    form = page.redirect_chain[-1][0]
    client.post(form, {"password1": "another-half-hour", "password2": "another-half-hour"})

    member.refresh_from_db()
    assert member.check_password("another-half-hour")
    assert not reached(client)
    assert Client().get(link.replace("http://127.0.0.1:8000", "")).context.get("token_fail")


def test_nobody_signs_up(cast: Cast) -> None:
    client = Client()
    form = {"email": "x@sdwg.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/account/signup/", form)
    assert not EmailAddress.objects.filter(email="x@sdwg.example").exists()


def test_an_address_that_nobody_confirmed_signs_nobody_in(cast: Cast, member: Person) -> None:
    EmailAddress.objects.filter(user=member).update(verified=False)
    client = Client()
    sign_in(client)
    assert not reached(client)
    assert "_auth_user_id" not in client.session


# --------------------------------------------------------------------------------------------------------------- limits


def test_after_five_wrong_passwords_even_the_right_one_waits(cast: Cast, member: Person) -> None:
    for _ in range(5):
        sign_in(Client(), "not-the-password-at-all")

    page = sign_in(Client())

    assert page.status_code == 200
    assert "Too many failed" in page.content.decode()


def test_too_many_attempts_from_one_place_are_answered_with_a_page(cast: Cast) -> None:
    answers = [sign_in(Client(), login=f"p{number}@sdwg.example") for number in range(61)]

    assert {answer.status_code for answer in answers[:60]} == {200}
    assert answers[60].status_code == 429
    assert "<main" in answers[60].content.decode()


def test_the_limits_are_kept_where_every_process_sees_them(settings: Any) -> None:
    backend = settings.CACHES["default"]["BACKEND"]
    assert backend in {
        "django.core.cache.backends.redis.RedisCache",
        "django.core.cache.backends.db.DatabaseCache",
    }


# ------------------------------------------------------------------------------------------------------------- sessions


@override_settings(MFA_REQUIRED=False)
def test_the_sessions_key_changes_at_sign_in(cast: Cast, member: Person) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["before"] = "here"
    session.save()
    client.cookies["sdwg"] = before = session.session_key

    sign_in(client)

    assert client.cookies["sdwg"].value != before
    stolen = Client()
    stolen.cookies["sdwg"] = before
    assert not reached(stolen)


def test_signing_out_ends_the_session(cast: Cast) -> None:
    client = cast.client("idno")
    key = client.cookies["sdwg"].value
    client.post("/account/logout/")

    kept = Client()
    kept.cookies["sdwg"] = key
    assert not reached(client)
    assert not reached(kept)


def test_a_deactivated_person_is_out_and_cannot_return(cast: Cast, member: Person) -> None:
    client = cast.client("idno")
    Person.objects.filter(pk=member.pk).update(is_active=False)

    assert not reached(client)
    again = Client()
    sign_in(again)
    assert not reached(again)
    assert "_auth_user_id" not in again.session


def test_somebody_without_a_seat_gets_no_further_than_the_sign_in_page(cast: Cast) -> None:
    who = cast.person("outsider")
    who.set_password(PASSWORD)
    who.save()
    client = Client()
    sign_in(client, login="outsider@sdwg.example")

    answer = client.get("/members/", follow=True)

    assert "you hold no seat in the group today" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_pages_for_people_who_are_signed_in_are_stored_nowhere(cast: Cast) -> None:
    for path in ("/members/", reverse("member", args=[cast.person("idno").public_id]), "/members/nominate/"):
        assert cast.client("idno").get(path)["Cache-Control"] == "no-store"


def test_an_old_nomination_lets_nobody_in(cast: Cast) -> None:
    make.alternate(cast)
    client = cast.client("alternate")
    assert reached(client)
    make.later(cast, 12)
    assert cast.at > make.PERIOD[1] - timedelta(seconds=1)
    assert not reached(client)


# ------------------------------------------------------------------------------------------------- what people are told


def told(who: Person) -> list[str]:
    return [row.text for row in OutboxMessage.objects.filter(rule="account.changed", person=who).order_by("pk")]


def test_people_are_told_what_was_changed_of_how_they_sign_in(
    cast: Cast, member: Person, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client()
    sign_in(client)
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret
    other = {"password1": "another-half-hourly", "password2": "another-half-hourly"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/2fa/totp/activate/", {"code": code(secret)})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/password/change/", {"oldpassword": PASSWORD, **other})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/email/", {"email": "moving@sdwg.example", "action_add": ""})

    for sentence, words in zip(
        told(member), ("app was set up", "password of your", "moving@sdwg.example"), strict=True
    ):
        assert words in sentence
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        outbox.deliver(at=clock.now())
    assert [message.to for message in mail.outbox if "asked for moving@" in message.body] == [["idno@sdwg.example"]]


def test_a_passkey_may_be_the_first_second_factor(cast: Cast, member: Person) -> None:
    client = Client()
    sign_in(client)
    page = client.get("/account/2fa/webauthn/add/")
    assert page.status_code == 200
    assert "Meetings" not in page.content.decode()  # nothing leads where it would only lead back
    assert not reached(client)

    with_app(member)
    assert client.get("/account/2fa/webauthn/add/")["Location"] == "/account/2fa/reauthenticate/"


@pytest.mark.parametrize(
    ("agent", "says"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on an iPhone"),
        ("curl/8.5", "curl/8.5"),
        ("", "It does not say"),
    ],
)
def test_a_session_says_which_browser_it_is(agent: str, says: str) -> None:
    assert browser(agent) == says
