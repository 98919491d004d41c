"""Owing a message: once for its key, in the transaction that is its reason."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sdwg import celery
from sdwg.mail.models import OutboxMessage
from sdwg.members.models import Person
from tests.mail.conftest import AT, make_person, queue_notice

State = OutboxMessage.State


def test_a_message_is_queued_with_group_and_marking_and_nothing_is_sent(message: OutboxMessage) -> None:
    assert message.subject == "[SDWG] [TLP:AMBER] The pack for meeting 12 is out"
    assert message.state == State.QUEUED
    assert mail.outbox == []


def test_a_message_is_owed_once_for_its_key(message: OutboxMessage, person: Person) -> None:
    assert queue_notice(person) is None
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("change", [{"rule": "pack-reminder"}, {"on_key": "meeting:13"}, {"occurrence": "2027-01-07"}])
def test_any_part_of_the_key_makes_another_message(
    message: OutboxMessage, person: Person, change: dict[str, str]
) -> None:
    other = queue_notice(person, **change)
    assert other
    assert other.message_id != message.message_id


def test_another_person_is_owed_their_own(message: OutboxMessage) -> None:
    assert queue_notice(make_person("secretariat"))


def test_the_database_itself_refuses_a_second(message: OutboxMessage) -> None:
    message.pk = None
    message.message_id = "<another@sdwg.example>"
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save(force_insert=True)


def test_parts_of_a_key_cannot_be_shifted_into_one_another(person: Person) -> None:
    first = queue_notice(person, rule="a", on_key="b:1")
    second = queue_notice(person, rule="ab", on_key=":1")
    assert first
    assert second
    assert first.message_id != second.message_id


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_a_transaction_is_refused() -> None:
    from sdwg.mail import operations

    person = make_person("chair")
    with pytest.raises(transaction.TransactionManagementError):
        operations.queue(
            rule="r", on_key="a:1", person=person, subject="s", template="notice", context={}, at=AT
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_forty_messages_wake_the_worker_once_after_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(celery.app, "send_task", lambda name, **kwargs: woken.append(name))
    person = make_person("chair")
    with transaction.atomic():
        for n in range(40):
            queue_notice(person, on_key=f"meeting:{n}")
        assert woken == []
    assert woken == ["sdwg.mail.tasks.drain"]


def test_a_message_can_wait_for_its_moment(person: Person) -> None:
    later = AT + timedelta(days=2)
    message = queue_notice(person, not_before=later)
    assert message
    assert message.next_try_at == later
    assert not OutboxMessage.objects.due(later - timedelta(seconds=1)).exists()
    assert OutboxMessage.objects.due(later).exists()


@pytest.mark.parametrize("already", [1, 3, 30])
def test_queueing_costs_the_same_however_much_is_queued(person: Person, already: int) -> None:
    for n in range(already):
        queue_notice(person, on_key=f"meeting:{n + 100}")
    with CaptureQueriesContext(connection) as asked:
        queue_notice(person)
    assert len(asked) == 6  # two savepoints of two, is it owed, insert
