"""Waking the worker: on commit, once, and never at the cost of the request."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from kombu.exceptions import OperationalError

from sdwg import celery, clock, tasks
from sdwg.models import Heartbeat

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


class Broken(Exception):
    """The test's own undoing of a transaction."""


def ask_and_undo(name: str) -> None:
    with transaction.atomic():
        celery.wake(name)
        raise Broken


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(celery.app, "send_task", lambda name, **kwargs: names.append(name))
    return names


@pytest.fixture
def broken_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    tried: list[str] = []

    def refuse(name: str, **kwargs: object) -> None:
        tried.append(name)
        raise OperationalError("Connection refused")

    monkeypatch.setattr(celery.app, "send_task", refuse)
    monkeypatch.setattr(celery.Line, "silent_until", 0.0)
    return tried


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_after_the_commit_and_not_before(sent: list[str]) -> None:
    with transaction.atomic():
        celery.wake("a.look")
        assert sent == []
    assert sent == ["a.look"]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_undone_wakes_nobody(sent: list[str]) -> None:
    with pytest.raises(Broken):
        ask_and_undo("a.look")
    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_asking_many_times_in_a_transaction_asks_once(sent: list[str]) -> None:
    with transaction.atomic():
        for name in ("a.look", "b.look", "a.look", "a.look"):
            celery.wake(name)
    assert sent == ["a.look", "b.look"]


@pytest.mark.django_db(transaction=True)
def test_what_an_undone_part_asked_is_asked_by_the_rest(sent: list[str]) -> None:
    with transaction.atomic():
        with pytest.raises(Broken):
            ask_and_undo("a.look")
        celery.wake("a.look")
    assert sent == ["a.look"]


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_work_is_saved_and_a_warning_logged(
    broken_broker: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), transaction.atomic():
        Heartbeat.objects.create(component="worker", at=clock.real_now())
        celery.wake("a.look")
    assert Heartbeat.objects.count() == 1
    assert "The broker did not take a.look" in caplog.text


def test_a_broker_that_did_not_answer_is_left_alone_for_a_while(broken_broker: list[str]) -> None:
    assert not celery.send("a.look")
    assert not celery.send("b.look")
    assert broken_broker == ["a.look"]


def test_everything_that_is_to_look_is_a_task() -> None:
    celery.app.loader.import_default_modules()
    missing = {*celery.LOOKS, celery.HEARTBEAT} - set(celery.app.tasks)
    assert missing == set()


def test_everything_is_looked_at_every_minute() -> None:
    schedule = {entry["task"]: entry["schedule"] for entry in celery.app.conf.beat_schedule.values()}
    assert schedule == dict.fromkeys([*celery.LOOKS, celery.HEARTBEAT], 60)


@pytest.mark.django_db
def test_a_message_from_an_earlier_run_does_not_vouch_for_the_scheduler() -> None:
    since = clock.real_now()
    tasks.beat((since - timedelta(hours=1)).isoformat())
    with pytest.raises(CommandError, match="from the scheduler"):
        call_command("await_worker", since=since, timeout=0)


@pytest.mark.django_db
def test_silence_is_told_with_the_names_of_the_silent() -> None:
    with pytest.raises(CommandError, match="the worker and the scheduler"):
        call_command("await_worker", since=clock.real_now(), timeout=0)


@pytest.mark.django_db
def test_the_group_s_date_does_not_touch_the_heartbeat() -> None:
    since = clock.real_now()
    clock.advance(timedelta(days=400))
    tasks.beat(clock.real_now().isoformat())
    call_command("await_worker", since=since, timeout=0)
    assert not Heartbeat.objects.filter(at__gt=clock.real_now()).exists()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation of its own in a folder: SQLite and the embedded broker."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "SDWG_DEMO"}}
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "sdwg.settings")
    return {**kept, "SDWG_DATA": str(tmp_path), "SDWG_DEBUG": "1", "DJANGO_SETTINGS_MODULE": settings}


def test_a_real_worker_and_scheduler_answer_through_the_embedded_broker(
    environment: dict[str, str], tmp_path: Path
) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "sdwg", *words]
        with (tmp_path / f"{words[0]}.log").open("wb") as log:
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)

    migrated = run("migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    since = clock.real_now().isoformat()
    children = [
        start("worker", "--without-gossip", "--without-mingle", "--concurrency", "1"),
        start("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", ""),
    ]
    try:
        answer = run("await_worker", "--since", since, "--timeout", str(PATIENCE))
    finally:
        for child in children:
            child.terminate()
        codes = [child.wait(PATIENCE) for child in children]
    assert answer.returncode == 0, answer.stderr + (tmp_path / "worker.log").read_text()
    assert codes == [0, 0]
