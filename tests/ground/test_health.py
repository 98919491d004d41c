"""Alive and ready, for anybody who asks, without saying where anything is."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from sdwg import celery, health

PLACE = "/srv/db.internal.example:5432"


def unreachable(*args: Any, **kwargs: Any) -> None:
    raise OperationalError(f"could not connect to {PLACE}")


def refuse(*args: Any, **kwargs: Any) -> None:
    raise OSError(28, "No space left on device", PLACE)


class Silent:
    """A database that does not answer."""

    cursor = staticmethod(unreachable)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_anybody_is_answered_and_the_answer_is_not_kept(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer.json()["sentence"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_nothing_can_be_posted(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_alive_asks_nobody(client: Client, settings: LazySettings) -> None:
    settings.DEMO = settings.TESTING = False
    assert client.get("/healthz").json()["status"] == "alive"


@pytest.mark.django_db
def test_ready_says_what_it_asked(client: Client) -> None:
    assert client.get("/readyz").json() == {
        "status": "ready",
        "sentence": "Everything it needs answers.",
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok", "storage": "ok"},
    }


@pytest.mark.django_db
def test_ready_asks_the_database_no_more_than_it_has_to(settings: LazySettings, rf: RequestFactory) -> None:
    settings.DEMO = settings.TESTING = False
    with CaptureQueriesContext(connection) as asked:
        health.ready(rf.get("/readyz"))
    assert len(asked) == 3  # does it answer, has it the table of migrations, which has it


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "name", "broken", "check", "sentence"),
    [
        (health, "connection", Silent(), "database", "The database does not answer."),
        (celery.app, "connection_for_write", refuse, "broker", "The message broker does not answer."),
        (health, "check_storage", refuse, "storage", "The file store does not answer."),
    ],
)
def test_what_is_missing_is_said_without_saying_where_it_is(
    client: Client, monkeypatch: pytest.MonkeyPatch, on: Any, name: str, broken: Any, check: str, sentence: str
) -> None:
    monkeypatch.setattr(on, name, broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"][check] == "not ready"
    assert sentence in answer.json()["sentence"]
    assert PLACE not in answer.content.decode()


@pytest.mark.django_db
def test_a_database_older_than_the_program_is_not_ready(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("mail", "0001_initial")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["sentence"] == "The database still has to be migrated to this version."
