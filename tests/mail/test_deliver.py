"""Delivery: nothing is called accepted before a server accepted it, nothing is lost, and nothing goes on for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core import mail

from sdwg import clock
from sdwg.audit.acts import Machine
from sdwg.audit.models import AuditEvent
from sdwg.mail import operations, tasks
from sdwg.mail.models import OutboxMessage
from sdwg.members.models import Person
from tests.mail.backends import Killed
from tests.mail.conftest import AT, make_person, queue_notice

State = OutboxMessage.State
MINUTE = timedelta(minutes=1)


def use(settings: LazySettings, backend: str) -> None:
    settings.EMAIL_BACKEND = f"tests.mail.backends.{backend}"


def let_leases_run_out() -> None:
    OutboxMessage.objects.exclude(lease=None).update(leased_until=datetime(2020, 1, 1, tzinfo=UTC))


def test_a_message_is_sent_to_the_confirmed_address_and_accepted(message: OutboxMessage) -> None:
    assert operations.deliver(at=AT) == 1
    (sent,) = mail.outbox
    message.refresh_from_db()
    assert sent.to == ["chair@sdwg.example"]
    assert sent.subject == message.subject
    assert sent.extra_headers["Message-ID"] == message.message_id
    assert [part.mimetype for part in sent.alternatives] == ["text/html"]
    assert (message.state, message.accepted_at, message.attempts) == (State.ACCEPTED, AT, 1)


def test_the_address_is_the_one_at_delivery(message: OutboxMessage) -> None:
    message.person.emailaddress_set.update(email="moved@sdwg.example")
    operations.deliver(at=AT)
    assert mail.outbox[0].to == ["moved@sdwg.example"]


def test_what_was_accepted_is_not_sent_again(message: OutboxMessage) -> None:
    operations.deliver(at=AT)
    assert operations.deliver(at=AT + timedelta(days=30)) == 0
    assert len(mail.outbox) == 1


def test_what_is_not_due_is_not_sent(person: Person) -> None:
    queue_notice(person, not_before=AT + MINUTE)
    assert operations.deliver(at=AT) == 0
    assert operations.deliver(at=AT + MINUTE) == 1


def test_a_refused_message_is_tried_again_later_and_later_and_then_given_up(
    message: OutboxMessage, settings: LazySettings
) -> None:
    use(settings, "Refusing")
    at = AT
    for wait in (1, 5, 30, 120):
        assert operations.deliver(at=at) == 1
        message.refresh_from_db()
        assert message.state == State.RETRYING
        assert message.next_try_at == at + wait * MINUTE
        assert operations.deliver(at=message.next_try_at - timedelta(seconds=1)) == 0
        at = message.next_try_at
    operations.deliver(at=at)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.quarantined_at) == (State.FAILED, 5, at)
    assert operations.deliver(at=at + timedelta(days=30)) == 0


def test_a_failure_is_visible_with_the_server_s_words(message: OutboxMessage, settings: LazySettings) -> None:
    use(settings, "Refusing")
    OutboxMessage.objects.update(attempts=4)
    operations.deliver(at=AT)
    failed = OutboxMessage.objects.to_tend().get()
    assert "550" in failed.last_error
    assert "\n" not in failed.last_error


def test_a_failed_message_can_be_put_back(message: OutboxMessage, settings: LazySettings) -> None:
    OutboxMessage.objects.update(attempts=5, quarantined_at=AT, last_error="550")
    assert operations.retry(actor=Machine(AT), message=message)
    operations.deliver(at=AT)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.ACCEPTED, 1)


def test_a_failed_message_can_be_left_at_that(message: OutboxMessage) -> None:
    OutboxMessage.objects.update(attempts=5, quarantined_at=AT, last_error="550")
    assert operations.leave(actor=Machine(AT), message=message)
    message.refresh_from_db()
    assert (message.state, message.last_error, message.text) == (State.FAILED, "550", "")
    assert not operations.leave(actor=Machine(AT), message=message)
    assert not operations.retry(actor=Machine(AT), message=message)
    assert [event.verb for event in AuditEvent.objects.all()] == ["mail.left"]


def test_a_message_that_did_not_fail_is_not_put_back(message: OutboxMessage) -> None:
    assert not operations.retry(actor=Machine(AT), message=message)
    operations.deliver(at=AT)
    assert not operations.retry(actor=Machine(AT), message=message)


def test_a_server_that_takes_nothing_has_accepted_nothing(message: OutboxMessage, settings: LazySettings) -> None:
    use(settings, "Indifferent")
    operations.deliver(at=AT)
    message.refresh_from_db()
    assert (message.state, message.accepted_at) == (State.RETRYING, None)


def test_a_day_without_a_mail_server_fails_nothing(person: Person, settings: LazySettings) -> None:
    for n in range(3):
        queue_notice(person, on_key=f"meeting:{n}")
    use(settings, "Absent")
    for hour in range(24):
        assert operations.deliver(at=AT + timedelta(hours=hour)) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert operations.deliver(at=AT + timedelta(days=1)) == 3
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}
    assert len(mail.outbox) == 3


def test_a_worker_killed_after_the_send_sends_again_under_the_same_id(
    message: OutboxMessage, settings: LazySettings
) -> None:
    use(settings, "KilledAfter")
    with pytest.raises(Killed):
        operations.deliver(at=AT)
    message.refresh_from_db()
    assert message.state == State.QUEUED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert operations.deliver(at=AT) == 0  # its lease has not run out
    let_leases_run_out()
    assert operations.deliver(at=AT) == 1
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_worker_killed_before_the_send_loses_nothing(message: OutboxMessage, settings: LazySettings) -> None:
    use(settings, "KilledBefore")
    with pytest.raises(Killed):
        operations.deliver(at=AT)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    let_leases_run_out()
    operations.deliver(at=AT)
    assert len(mail.outbox) == 1


def test_a_message_that_kills_its_worker_every_time_is_given_up(message: OutboxMessage, settings: LazySettings) -> None:
    use(settings, "KilledBefore")
    for _ in range(operations.ATTEMPTS):
        with pytest.raises(Killed):
            operations.deliver(at=AT)
        let_leases_run_out()
    operations.deliver(at=AT)
    message.refresh_from_db()
    assert message.state == State.FAILED


def test_a_lease_that_ran_out_and_is_another_s_is_not_given_back(message: OutboxMessage) -> None:
    slow = operations.lease_one(AT)
    assert slow
    let_leases_run_out()
    quick = operations.lease_one(AT)
    assert quick
    operations._refused(slow, "too late", AT)
    message.refresh_from_db()
    assert (message.lease, message.last_error) == (quick.lease, "")


def test_the_lease_is_by_the_database_s_clock_whatever_the_group_s_date(message: OutboxMessage) -> None:
    assert operations.lease_one(AT)
    assert operations.lease_one(AT + timedelta(days=400)) is None
    message.refresh_from_db()
    assert message.leased_until
    assert timedelta(minutes=4) < message.leased_until - clock.real_now() <= timedelta(minutes=5, seconds=1)


@pytest.mark.django_db
def test_nothing_is_sent_to_a_deactivated_account() -> None:
    message = queue_notice(make_person("gone", is_active=False))
    operations.deliver(at=AT)
    assert message
    message.refresh_from_db()
    assert mail.outbox == []
    assert (message.state, message.last_error) == (State.SUPPRESSED, "Not sent: the account is deactivated.")
    assert not OutboxMessage.objects.to_tend().exists(), "nobody has to do anything about it"


@pytest.mark.django_db
def test_nothing_is_sent_to_an_address_nobody_confirmed() -> None:
    queue_notice(make_person("new", verified=False))
    operations.deliver(at=AT)
    assert mail.outbox == []
    assert OutboxMessage.objects.to_tend().get().last_error == "Not sent: the person has no confirmed address."


def test_one_delivery_sends_at_most_what_it_was_asked_for(person: Person) -> None:
    for n in range(5):
        queue_notice(person, on_key=f"meeting:{n}")
    assert operations.deliver(at=AT, limit=2) == 2
    assert OutboxMessage.objects.unsettled().count() == 3


def test_bodies_and_addresses_are_gone_after_ninety_days_and_that_it_was_sent_stays(message: OutboxMessage) -> None:
    operations.deliver(at=AT)
    assert operations.purge(at=AT + timedelta(days=90)) == 0
    assert operations.purge(at=AT + timedelta(days=90, seconds=1)) == 1
    message.refresh_from_db()
    assert (message.text, message.html, message.address) == ("", "", "")
    assert (message.state, message.accepted_at) == (State.ACCEPTED, AT)


def test_a_purged_failure_has_nothing_left_to_send(message: OutboxMessage) -> None:
    OutboxMessage.objects.update(quarantined_at=AT)
    operations.purge(at=AT + timedelta(days=91))
    assert not operations.retry(actor=Machine(AT + timedelta(days=91)), message=message)


def test_the_task_sends_what_is_due_by_the_group_s_clock(person: Person) -> None:
    queue_notice(person, not_before=AT + timedelta(days=3))
    clock.set_now(AT)
    tasks.drain()
    assert mail.outbox == []
    clock.advance(timedelta(days=3))
    tasks.drain()
    assert len(mail.outbox) == 1
