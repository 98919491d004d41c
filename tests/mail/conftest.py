"""People with addresses, messages for them, and mail servers that behave badly."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from sdwg.mail import operations
from sdwg.mail.models import OutboxMessage
from sdwg.members.models import Person

AT = datetime(2027, 1, 6, 12, tzinfo=UTC)
Queue = Callable[..., OutboxMessage | None]


def make_person(name: str, *, verified: bool = True, is_active: bool = True) -> Person:
    person = Person.objects.create(display_name=name, created_at=AT, is_active=is_active)
    EmailAddress.objects.create(user=person, email=f"{name}@sdwg.example", primary=True, verified=verified)
    return person


@pytest.fixture
def person(db: None) -> Person:
    return make_person("chair")


def queue_notice(person: Person, **changes: Any) -> OutboxMessage | None:
    """A notice as an operation would queue it, in a transaction of its own."""
    words: dict[str, Any] = {
        "rule": "pack-issued",
        "on_key": "meeting:12",
        "person": person,
        "subject": "The pack for meeting 12 is out",
        "template": "notice",
        "context": {"sentence": "Please read the pack by Wednesday 13 January 2027, 17:00.", "link": "/meetings/12/"},
        "marking": "TLP:AMBER",
        "at": AT,
    }
    with transaction.atomic():
        return operations.queue(**{**words, **changes})


@pytest.fixture
def message(person: Person) -> OutboxMessage:
    queued = queue_notice(person)
    assert queued
    return queued
