"""What every test may ask for: the cast, a clock that stands, and a database that can be emptied again."""

import logging
import os
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase, override_settings
from xdist.scheduler import LoadScopeScheduling

from sdwg import clock
from sdwg.audit import triggers, verify
from tests.cast import AT, Cast, gather
from tests.screens.reader import Reader
from tests.stack import Stack, running

_empty = TransactionTestCase._fixture_teardown
logging.getLogger("django.request").setLevel(logging.ERROR)  # ten thousand refusals are asked for; none needs its trace


def _lift_then_empty(self: TransactionTestCase) -> None:
    """Between tests that commit, the tables are emptied: the append-only ones need their triggers off for it."""
    for table in verify.append_only_tables():
        triggers.remove(connection, table)
    _empty(self)
    for table in verify.append_only_tables():
        triggers.install(connection, table)
    import_module("sdwg.members.migrations.0002_constituencies").seed(apps, None)
    import_module("sdwg.overview.migrations.0002_first_terms").seed(apps, None)


TransactionTestCase._fixture_teardown = _lift_then_empty  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the running program take longest: they begin first, and with two processes the rest runs beside."""
    long = {item for item in items if {"stack", "installation"} & set(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: (item not in long, item in long and "browser" in item.keywords))


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """A file's tests stay in one process, and so do all that share the running program: it is started once."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "stack" if file.endswith(("/test_line.py", "/test_review.py")) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests that spoil or delete stored files do it to nobody who runs beside them."""
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path_factory.mktemp("files")}
    with override_settings(
        STORAGES={**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    ):
        yield


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any) -> None:
    """Limits of one test are not spent by another, nor by one that runs beside it on the same Redis."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture
def cast(db: Any, request: pytest.FixtureRequest) -> Cast:
    """The group on Monday 30 November 2026 at 09:20; the clock stands there until a test moves it."""
    clock.set_now(AT)
    gathered = gather(AT)
    if "monkeypatch" in signature(request.function).parameters:
        gathered.path = None  # what is built by a patched program is put back for nobody
    return gathered


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """The browser of whatever only reads pages."""
    reader = Reader(os.environ.get("CHROMIUM", ""))
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The program itself, as ``make demo`` starts it, with the demonstration group in it."""
    with running(tmp_path_factory.mktemp("stack")) as started:
        yield started
