"""Accounts: made by the secretariat, opened by a personal link that is kept nowhere, closed at once."""

import logging
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from sdwg import clock
from sdwg.audit.models import AuditEvent
from sdwg.mail import operations as outbox
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Invitation, Person, Role, Seat
from sdwg.redaction import Secrets, redact
from tests.cast import AT, Cast
from tests.members import make

PASSWORD = "half-hourly-secret"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


def link(who: Person) -> str:
    return reverse("invitation", args=[make.secret(who)])


def typed(**changes: str) -> dict[str, str]:
    return {"password": PASSWORD, "again": PASSWORD, **changes}


def delivered() -> list[Any]:
    with override_settings(EMAIL_BACKEND=LOCMEM):
        mail.outbox = []
        outbox.deliver(at=clock.now())
        return list(mail.outbox)


# ---------------------------------------------------------------------------------------------------------- invitations


def test_a_new_account_waits_for_its_person(cast: Cast) -> None:
    who = make.person(cast)

    assert not who.has_usable_password()
    assert who.address() == ""
    assert EmailAddress.objects.get(user=who).email == "newcomer@sdwg.example"


def test_the_link_travels_by_mail_and_stands_in_no_row(cast: Cast) -> None:
    who = make.person(cast)
    secret = make.secret(who)
    rows = [*OutboxMessage.objects.values(), *Invitation.objects.values(), *AuditEvent.objects.values()]
    assert not any(secret in str(row) for row in rows)

    (message,) = delivered()

    assert message.to == ["newcomer@sdwg.example"]
    assert link(who) in message.body
    assert link(who) in str(message.alternatives[0].content)
    assert not any(secret in str(row) for row in OutboxMessage.objects.values())


def test_reading_the_link_changes_nothing(cast: Cast) -> None:
    who = make.person(cast)
    for _ in range(2):
        page = cast.anonymous().get(link(who))
        assert page.status_code == 200
        assert page["Referrer-Policy"] == "strict-origin"
        assert "no-store" in page["Cache-Control"]
    assert Invitation.objects.get(person=who).spent_at is None


def test_the_button_sets_the_password_and_confirms_the_address(cast: Cast) -> None:
    who = make.person(cast)

    done = cast.anonymous().post(link(who), typed())

    assert done.status_code == 302
    assert done["Location"] == "/account/login/"
    who.refresh_from_db()
    assert who.check_password(PASSWORD)
    assert who.address() == "newcomer@sdwg.example"
    told = AuditEvent.objects.get(verb="person.joined", on_key=who.audit_key)
    assert told.person_id == who.pk


def test_the_link_is_good_once(cast: Cast) -> None:
    who = make.person(cast)
    path = link(who)
    cast.anonymous().post(path, typed())

    again = cast.anonymous().post(path, typed(password="something-else-entirely", again="something-else-entirely"))

    assert again.status_code == 404
    assert cast.anonymous().get(path).status_code == 404
    who.refresh_from_db()
    assert who.check_password(PASSWORD)


@pytest.mark.parametrize(("days", "good"), [(6, 200), (7, 404)])
def test_the_link_is_good_for_seven_days(cast: Cast, days: int, good: int) -> None:
    who = make.person(cast)
    path = link(who)
    make.later(cast, days)

    assert cast.anonymous().get(path).status_code == good


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "12 characters"),
        ("q1w2e3r4t5y6", "q1w2e3r4t5y6", "too common"),
        ("newcomer-newcomer", "newcomer-newcomer", "too similar"),
        (PASSWORD, "half-hourly-other", "differ"),
        ("", "", "is missing"),
    ],
)
def test_a_poor_password_is_refused_and_the_link_stays_good(cast: Cast, password: str, again: str, says: str) -> None:
    who = make.person(cast, name="newcomer-newcomer")

    page = cast.anonymous().post(link(who), typed(password=password, again=again))

    assert page.status_code == 422
    assert says in page.content.decode()
    assert password == "" or f'value="{password}"' not in page.content.decode()
    assert cast.anonymous().get(link(who)).status_code == 200


@pytest.mark.parametrize("secret", ["x", "a" * 43, "..%2f..%2f"])
def test_a_link_that_never_was_says_the_same_as_a_spent_one(cast: Cast, secret: str) -> None:
    who = make.person(cast)
    path = link(who)
    cast.anonymous().post(path, typed())

    spent, guessed = cast.anonymous().get(path), cast.anonymous().get(f"/members/invitation/{secret}/")

    assert guessed.status_code == spent.status_code == 404


def test_a_new_invitation_ends_the_one_before(cast: Cast) -> None:
    who = make.person(cast)
    old = link(who)

    operations.invite(actor=cast.actor("secretariat"), person=who)

    assert cast.anonymous().get(old).status_code == 404
    assert cast.anonymous().get(link(who)).status_code == 200
    (message,) = delivered()
    assert link(who) in message.body


def test_an_invitation_taken_back_leads_nowhere_and_is_not_sent(cast: Cast) -> None:
    who = make.person(cast)
    path = link(who)

    operations.revoke_invitation(actor=cast.actor("secretariat"), invitation=make.invitation(who))

    assert cast.anonymous().get(path).status_code == 404
    assert delivered() == []
    assert OutboxMessage.objects.get().last_error == "Not sent: its link is no longer needed."


def test_whoever_joined_is_not_invited_again(cast: Cast) -> None:
    with pytest.raises(NotNow, match="has accepted"):
        operations.invite(actor=cast.actor("secretariat"), person=make.joined(cast))


@pytest.mark.parametrize("name", ["chair", "idno", "auditor"])
def test_only_the_secretariat_makes_accounts(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        operations.make_person(actor=cast.actor(name), display_name="A", address="a@sdwg.example")


def test_one_account_an_address(cast: Cast) -> None:
    with pytest.raises(NotNow, match="Idno has this address already") as refusal:
        make.person(cast, address="IDNO@sdwg.example")
    assert refusal.value.field == "address"


def test_no_secret_comes_into_a_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    secret = "s" * 43
    for path in (f"/members/invitation/{secret}/", f"/account/password/reset/key/1-{secret}/"):
        assert secret not in redact(f'GET "{path}" 404')
    record = logging.LogRecord(
        "django.request", 30, "", 0, "%s: %s", ("Not Found", f"/members/invitation/{secret}/"), None
    )
    Secrets().filter(record)
    assert record.getMessage() == "Not Found: /members/invitation/[secret]/"


def test_the_console_has_the_filter(settings: Any) -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["secrets"]


# ----------------------------------------------------------------------------------------------------- closing accounts


def test_a_closed_account_is_out_at_the_next_request(cast: Cast) -> None:
    client = cast.client("idno")
    assert client.get("/members/").status_code == 200

    operations.close_account(actor=cast.actor("secretariat"), person=cast.person("idno"), reason="Left the company")

    assert client.get("/members/").status_code == 302
    operations.open_account(actor=cast.actor("secretariat"), person=cast.person("idno"), reason="Came back")
    assert cast.client("idno").get("/members/").status_code == 200


def test_a_leaver_is_out_at_the_next_request_and_stays_in_the_record(cast: Cast) -> None:
    client = cast.client("idno")
    yesterday = make.TODAY - timedelta(days=1)
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=yesterday)

    answer = client.get("/members/", follow=True)

    assert answer.redirect_chain == [("/account/login/?next=/members/", 302)]
    page = cast.client("agent").get(reverse("member", args=[cast.person("idno").public_id]))
    assert "Ended" in page.content.decode()


def test_nobody_closes_their_own_account_nor_the_last_secretariats(cast: Cast) -> None:
    with pytest.raises(Refused, match="of their own"):
        operations.close_account(actor=cast.actor("secretariat"), person=cast.person("secretariat"), reason="Tired")
    make.second_secretariat(cast)
    operations.close_account(actor=cast.actor("second"), person=cast.person("secretariat"), reason="Tired")
    with pytest.raises(NotNow):
        operations.close_account(actor=cast.actor("second"), person=cast.person("secretariat"), reason="Again")


def test_the_link_of_a_closed_account_leads_nowhere(cast: Cast) -> None:
    who = make.person(cast)
    path = link(who)
    operations.close_account(actor=cast.actor("secretariat"), person=who, reason="A mistake")
    assert cast.anonymous().get(path).status_code == 404


# ------------------------------------------------------------------------------------------------------------- founding

FOUNDERS = {
    "chair": "First Chair <chair@group.example>",
    "secretariat": "First Secretary <secretary@group.example>",
    "liaison": "First Liaison <liaison@group.example>",
}


def found(**changes: str) -> str:
    out = StringIO()
    call_command("bootstrap_group", stdout=out, **{**FOUNDERS, **changes})
    return out.getvalue()


@pytest.mark.django_db
def test_the_first_three_are_made_and_their_links_let_them_in() -> None:
    clock.set_now(AT)
    told = found()

    paths = [line.split("http://127.0.0.1:8000")[1].strip() for line in told.splitlines() if "http" in line]
    assert len(paths) == 3
    assert set(Seat.objects.values_list("role", flat=True)) == {Role.CHAIR, Role.SECRETARIAT, Role.LIAISON}
    assert set(AuditEvent.objects.values_list("acting_as", flat=True)) == {"The program"}
    assert Client().post(paths[0], typed()).status_code == 302
    assert not any(path in str(row) for path in paths for row in AuditEvent.objects.values())


@pytest.mark.django_db
def test_a_group_is_founded_once() -> None:
    found()
    with pytest.raises(CommandError, match="There is a group already"):
        found()
    assert Person.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"chair": "not an address"}, "--chair needs"),
        ({"liaison": "liaison@group.example"}, "needs a name"),
        ({"liaison": "Other <CHAIR@group.example>"}, "three people"),
    ],
)
def test_a_founding_that_makes_no_sense_makes_nobody(changes: dict[str, str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        found(**changes)
    assert not Person.objects.exists()
