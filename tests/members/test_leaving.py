"""Leaving: out at the next request everywhere, nothing more is sent, and nothing of the record is lost."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.mail import operations as outbox
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations, tasks
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Alternate, Person, Role
from sdwg.members.operations.leaving import NOT_SENT
from tests.cast import Cast
from tests.members import make

PASSWORD = "half-hourly-secret"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
YESTERDAY = make.TODAY - timedelta(days=1)


def signed_in(who: Person) -> Client:
    """A browser in which ``who`` signed in by hand; twice makes two."""
    if not who.has_usable_password():
        who.set_password(PASSWORD)
        who.save()
    client = Client(headers={"user-agent": "A browser"})
    with override_settings(MFA_REQUIRED=False):
        assert client.post("/account/login/", {"login": EmailAddress.objects.get(user=who).email, "password": PASSWORD})
        assert client.get("/members/").status_code == 200
    return client


def sessions_of(who: Person) -> int:
    return sum(row.get_decoded().get(SESSION_KEY) == str(who.pk) for row in Session.objects.all())


def owed(who: Person, at: Any = None, **key: Any) -> OutboxMessage:
    """A message that waits for ``who``."""
    with transaction.atomic():
        message = outbox.queue(
            rule="test",
            on_key="test:1",
            person=who,
            subject="Something is asked",
            template="notice",
            context={"sentence": "Please answer.", "link": "/"},
            at=at or clock.now(),
            **key,
        )
    assert message
    return message


def sent() -> list[list[str]]:
    """Whom the worker sends something now."""
    with override_settings(EMAIL_BACKEND=LOCMEM):
        mail.outbox = []
        outbox.deliver(at=clock.now())
        return sorted(message.to for message in mail.outbox)


def close(cast: Cast, name: str) -> None:
    operations.close_account(actor=cast.actor("secretariat"), person=cast.person(name), reason="Left the company")


def end(cast: Cast, name: str, last_day: Any = YESTERDAY) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat(name), last_day=last_day)


def seen_out(who: Person) -> list[dict[str, int]]:
    return [event.note for event in AuditEvent.objects.filter(verb="person.seen-out", on_key=who.audit_key)]


# -------------------------------------------------------------------------------------------------------------- at once


@pytest.mark.parametrize("leave", [close, end])
def test_a_leaver_is_out_at_the_next_request_in_every_browser(cast: Cast, leave: Any) -> None:
    who = cast.person("idno")
    desk, phone = signed_in(who), signed_in(who)
    assert (sessions_of(who), UserSession.objects.filter(user=who).count()) == (2, 2)
    other = signed_in(cast.person("agent"))

    leave(cast, "idno")

    assert (sessions_of(who), UserSession.objects.filter(user=who).count()) == (0, 0)
    for browser in (desk, phone):
        answer = browser.get("/members/")
        assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/members/")
    with override_settings(MFA_REQUIRED=False):
        assert other.get("/members/").status_code == 200
    assert seen_out(who) == [{"sessions": 2}]
    assert list(verify.breaks()) == []


@pytest.mark.parametrize("leave", [close, end])
def test_what_waits_to_be_sent_to_a_leaver_is_not_sent_and_says_why(cast: Cast, leave: Any) -> None:
    message, other = owed(cast.person("idno")), owed(cast.person("agent"))

    leave(cast, "idno")

    message.refresh_from_db()
    assert (message.state, message.last_error) == (OutboxMessage.State.SUPPRESSED, NOT_SENT)
    assert (message.text, message.html) == ("", "")
    assert ["agent@sdwg.example"] in sent()
    other.refresh_from_db()
    assert other.accepted_at
    page = cast.client("secretariat").get("/mail/").content.decode()
    assert "Withheld, and nothing to do" in page
    assert NOT_SENT in page
    assert "messages were not sent" not in cast.client("secretariat").get("/").content.decode()


def test_a_message_at_the_mail_server_is_left_to_its_worker_which_asks_first(cast: Cast) -> None:
    owed(cast.person("idno"))
    leased = outbox.lease_one(cast.at)
    assert leased

    end(cast, "idno")
    assert OutboxMessage.objects.get(pk=leased.pk).state == OutboxMessage.State.QUEUED
    with override_settings(EMAIL_BACKEND=LOCMEM):
        mail.outbox = []
        outbox._attempt(leased, outbox.get_connection(), cast.at)

    assert mail.outbox == []
    assert OutboxMessage.objects.get(pk=leased.pk).last_error == NOT_SENT


def test_an_open_invitation_of_a_leaver_leads_nowhere(cast: Cast) -> None:
    who = make.person(cast)
    path = reverse("invitation", args=[make.secret(who)])
    cast.seats["new"] = make.seat(cast, who, Role.OBSERVER, "Observer Body E")

    make.later(cast, 1)
    end(cast, "new", clock.today(cast.at) - timedelta(days=1))

    assert cast.anonymous().get(path).status_code == 404
    assert seen_out(who)[0]["invitations"] == 1


@pytest.mark.parametrize("leave", [close, end])
def test_who_stood_in_for_a_leaver_is_out_too(cast: Cast, leave: Any) -> None:
    accepted = make.alternate(cast)
    asked = make.nomination(cast, to="outsider", window=(cast.at + timedelta(days=20), cast.at + timedelta(days=21)))
    browser = signed_in(cast.person("alternate"))

    leave(cast, "large-supplier")

    assert browser.get("/members/").status_code == 302
    assert sessions_of(cast.person("alternate")) == 0
    for row in Alternate.objects.filter(pk__in=[accepted.pk, asked.pk]):
        assert row.revoked_at == cast.at
    assert list(verify.breaks()) == []


def test_a_nominated_person_whose_account_is_closed_stands_in_no_more(cast: Cast) -> None:
    row = make.alternate(cast)
    make.later(cast, 1)
    close(cast, "alternate")
    row.refresh_from_db()
    assert row.revoked_at == cast.at
    told = AuditEvent.objects.get(verb="alternate.revoked", on_key=row.audit_key)
    assert told.reason == "Alternate has left."
    told_member = OutboxMessage.objects.filter(rule="alternate.answered", person=cast.person("large-supplier"))
    assert [row for row in told_member if "Alternate is no longer available as your alternate" in row.text]
    assert sum("nominations" in note for note in seen_out(cast.person("alternate"))) == 1


def test_whoever_has_another_seat_stays(cast: Cast) -> None:
    who = cast.person("idno")
    make.seat(cast, who, Role.OBSERVER, "Observer Body E")
    browser, message = signed_in(who), owed(who)
    row = make.nomination(cast, by="idno")

    end(cast, "idno")

    with override_settings(MFA_REQUIRED=False):
        assert browser.get("/members/").status_code == 200
    message.refresh_from_db()
    assert message.state == OutboxMessage.State.QUEUED
    row.refresh_from_db()
    assert row.revoked_at == cast.at, "the seat that nominated is over"
    assert seen_out(who) == []


# -------------------------------------------------------------------------------------------------------------- by date


def test_a_seat_that_ends_by_its_date_ends_everything_with_nobody_pressing_a_button(cast: Cast) -> None:
    who = cast.person("idno")
    browser = signed_in(who)
    end(cast, "idno", make.TODAY)
    with override_settings(MFA_REQUIRED=False):
        assert browser.get("/members/").status_code == 200, "the last day counts"
    message = owed(who, not_before=cast.at + timedelta(days=1))

    make.later(cast, 1)
    assert ["idno@sdwg.example"] not in sent()

    message.refresh_from_db()
    assert message.last_error == NOT_SENT
    answer = browser.get("/members/", follow=True)
    assert answer.redirect_chain == [("/account/login/", 302)]
    assert "you hold no seat in the group today" in answer.content.decode()


def test_the_worker_sees_out_whoever_left_by_date_and_says_so_once(cast: Cast) -> None:
    who = cast.person("idno")
    signed_in(who)
    row = make.nomination(cast, by="idno")
    end(cast, "idno", make.TODAY)
    message = owed(who, not_before=cast.at + timedelta(days=20))
    tasks.look()
    assert sessions_of(who) == 1, "the last day counts"

    make.later(cast, 1)
    tasks.look()
    tasks.look()

    row.refresh_from_db()
    assert (sessions_of(who), row.revoked_at) == (0, cast.at)
    message.refresh_from_db()
    assert message.suppressed_at
    assert seen_out(who) == [{"sessions": 1, "messages": 1}]
    event = AuditEvent.objects.get(verb="person.seen-out", on_key=who.audit_key)
    assert event.acting_as == "The program"
    assert list(verify.breaks()) == []


def test_an_invitation_that_outlived_the_seat_leads_nowhere_and_a_new_one_is_let_alone(cast: Cast) -> None:
    who = make.person(cast)
    make.seat(cast, who, Role.OBSERVER, "Observer Body E", valid_to=make.TODAY)
    old = reverse("invitation", args=[make.secret(who)])
    tasks.look()
    assert cast.anonymous().get(old).status_code == 200, "the last day counts"

    make.later(cast, 1)
    tasks.look()
    assert cast.anonymous().get(old).status_code == 404

    operations.invite(actor=cast.actor("secretariat"), person=who)
    tasks.look()
    assert cast.anonymous().get(reverse("invitation", args=[make.secret(who)])).status_code == 200


def test_a_newcomer_and_whoever_comes_back_later_still_get_mail(cast: Cast) -> None:
    newcomer = make.person(cast)
    cast.seats["next"] = make.seat(
        cast, cast.person("idno"), Role.OBSERVER, "Observer Body E", valid_from=make.TODAY + timedelta(days=5)
    )
    end(cast, "idno")
    owed(cast.person("idno"))

    assert {tuple(to) for to in sent()} >= {("idno@sdwg.example",), (EmailAddress.objects.get(user=newcomer).email,)}


def test_where_somebody_was_signed_in_is_forgotten_a_day_after_the_session(cast: Cast) -> None:
    signed_in(cast.person("idno"))
    signed_in(cast.person("agent"))
    now = clock.real_now()
    Session.objects.filter(pk=UserSession.objects.get(user=cast.person("idno")).session_key).update(
        expire_date=now - timedelta(hours=1)
    )
    UserSession.objects.update(last_seen_at=now - timedelta(days=2))

    tasks.look()

    assert sessions_of(cast.person("idno")) == 0
    assert [row.user_id for row in UserSession.objects.all()] == [cast.person("agent").pk]


# ------------------------------------------------------------------------------------------------------------ redaction

REASON = "Asked for it"


def leaver(cast: Cast) -> Person:
    """Somebody who signed in, was written to, tried another address, and has left."""
    who = cast.person("idno")
    signed_in(who)
    Authenticator.objects.create(
        user=who, type="totp", data={"secret": totp.generate_totp_secret(), "name": "idno@sdwg.example"}
    )
    EmailAddress.objects.create(user=who, email="idno.private@elsewhere.example", primary=False, verified=False)
    owed(who)
    sent()
    OutboxMessage.objects.filter(person=who).update(last_error="550 idno@sdwg.example unknown")
    owed(who, occurrence="later", not_before=cast.at + timedelta(days=9))
    end(cast, "idno")
    close(cast, "idno")
    who.refresh_from_db()
    return who


def redacted(cast: Cast) -> Person:
    who = operations.redact(actor=cast.actor("secretariat"), person=leaver(cast), reason=REASON)
    who.refresh_from_db()
    return who


def everywhere(word: str) -> list[str]:
    """The tables of the database in which ``word`` stands; sessions are unpacked."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if any(word in str(row) for row in cursor.fetchall()):
                found.append(table)
    packed = [str(row.get_decoded()) for row in Session.objects.all()]
    return sorted({*found, *(["django_session"] if word in str(packed) else [])})


@pytest.mark.parametrize("address", ["idno@sdwg.example", "idno.private@elsewhere.example"])
def test_after_a_redaction_no_table_holds_an_address_and_the_trail_verifies(cast: Cast, address: str) -> None:
    who = leaver(cast)
    before = everywhere(address)
    assert before
    assert not [table for table in before if table in verify.append_only_tables()], "history never holds an address"

    operations.redact(actor=cast.actor("secretariat"), person=who, reason=REASON)

    assert everywhere(address) == []
    assert list(verify.breaks()) == []


def test_a_redaction_removes_every_way_in_and_keeps_the_name_and_the_record(cast: Cast) -> None:
    who = redacted(cast)

    assert (who.display_name, who.is_active, who.has_usable_password()) == ("Idno", False, False)
    assert not EmailAddress.objects.filter(user=who).exists()
    assert not Authenticator.objects.filter(user=who).exists()
    assert sessions_of(who) == 0
    messages = OutboxMessage.objects.filter(person=who)
    assert messages.count() == 2
    assert all((row.text, row.html, row.address, row.last_error) == ("", "", "", "") for row in messages)
    assert messages.filter(accepted_at__isnull=False).count() == 1, "that it was sent stays"
    told = AuditEvent.objects.get(verb="person.redacted")
    assert (told.reason, told.note["addresses"], told.note["second factors"]) == (REASON, 2, 1)
    assert "Idno" in cast.client("agent").get(reverse("member", args=[who.public_id])).content.decode()


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda cast: None, "account is open. Close it first"),
        (lambda cast: close(cast, "idno"), "holds or awaits the seat Member, iDNO B"),
        (redacted, "were removed already"),
    ],
)
def test_only_whoever_left_for_good_is_redacted_and_once(cast: Cast, prepare: Any, says: str) -> None:
    prepare(cast)
    with pytest.raises(NotNow, match=says):
        operations.redact(actor=cast.actor("secretariat"), person=cast.person("idno"), reason=REASON)


def test_a_redaction_has_a_reason_and_is_the_secretariats(cast: Cast) -> None:
    who = leaver(cast)
    with pytest.raises(NotNow, match="Say why"):
        operations.redact(actor=cast.actor("secretariat"), person=who, reason=" ")
    for name in ("chair", "auditor", "agent"):
        with pytest.raises(Refused):
            operations.redact(actor=cast.actor(name), person=who, reason=REASON)
    assert EmailAddress.objects.filter(user=who).exists()


def test_it_is_done_on_a_page_that_says_what_goes_after_the_password_was_shown_again(cast: Cast) -> None:
    who = leaver(cast)
    page = reverse("member-redact", args=[who.public_id])
    secretary = cast.person("secretariat")
    secretary.set_password(PASSWORD)
    secretary.save()
    client = cast.client("secretariat")
    assert client.get(page)["Location"].startswith("/account/reauthenticate/")

    with override_settings(DEMO=True):
        shown = client.get(page).content.decode()
        assert "2 mail addresses, the password, 1 second factor and every session" in shown
        assert client.post(page, {"reason": ""}).status_code == 422
        assert client.post(page, {"reason": REASON}).status_code == 302
        assert client.post(page, {"reason": REASON}).status_code == 422

    assert not EmailAddress.objects.filter(user=who).exists()


def test_opened_again_it_takes_a_new_address_and_invites_to_it(cast: Cast) -> None:
    who = redacted(cast)
    client, path = cast.client("secretariat"), reverse("member-open", args=[who.public_id])
    assert "it takes a new address" in client.get(reverse("member", args=[who.public_id])).content.decode()
    assert client.post(path, {"reason": "Came back"}).status_code == 422
    taken = client.post(path, {"reason": "Came back", "address": "agent@sdwg.example"})
    assert taken.status_code == 422
    assert "Agent has this address already" in taken.content.decode()

    assert client.post(path, {"reason": "Came back", "address": "back@sdwg.example"}).status_code == 302
    tasks.look()

    assert ["back@sdwg.example"] in sent()
    invitation = reverse("invitation", args=[make.secret(who)])
    assert Client().post(invitation, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    who.refresh_from_db()
    assert (who.address(), who.is_active) == ("back@sdwg.example", True)
