"""The chain: gapless, one after the other, and the same digest whatever the session or the database."""

import hashlib
import threading
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.migrations import AddField
from django.db.migrations.loader import MigrationLoader
from django.utils.timezone import override as use_zone
from hypothesis import given
from hypothesis import strategies as st

from sdwg.audit import chain
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import breaks
from sdwg.members.models import Organisation
from tests.audit.make import AT, MACHINE, list_organisation, tell, together

NOTES = {
    "none": None,
    "yes": True,
    "count": 7,
    "whole": 100.0,
    "part": 0.1,
    "small": 1e-7,
    "large": 1e22,
    "zero": -0.0,
    "decimal": Decimal("1.50"),
    "key": uuid.UUID(int=5),
    "moment": AT,
    "day": date(2026, 12, 4),
    "list": [1, 2.0, "three"],
    "words": "naïve – “quoted” \\ \n 電",
    3: "a number for a key",
}


@pytest.mark.django_db
def test_an_empty_trail_begins_at_nothing() -> None:
    assert chain.head() == (0, "0" * 64)


@pytest.mark.django_db
def test_each_event_follows_the_one_before() -> None:
    for number in range(3):
        tell(actor=MACHINE, number=number)

    first, second, third = AuditEvent.objects.all()
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == [chain.GENESIS, first.hash, second.hash]
    assert chain.head() == (3, third.hash)


@pytest.mark.django_db
def test_a_hash_covers_every_column_but_itself() -> None:
    tell(actor=MACHINE)
    event = AuditEvent.objects.get()
    columns = {field.attname for field in AuditEvent._meta.concrete_fields}
    assert set(chain.HASHED) == columns - {"hash"}
    for name in chain.HASHED:
        changed = AuditEvent.objects.get()
        setattr(changed, name, {"x": 1} if name == "note" else AT + timedelta(1) if name == "at" else "changed")
        assert chain.event_hash(changed) != event.hash, name


@pytest.mark.django_db
def test_whatever_a_note_holds_reads_back_as_it_was_hashed() -> None:
    tell(actor=MACHINE, **{str(key): value for key, value in NOTES.items()})
    event = AuditEvent.objects.get()

    assert chain.event_hash(event) == event.hash
    assert event.note["decimal"] == "1.5"
    assert event.note["key"] == "00000000-0000-0000-0000-000000000005"


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns"])
def test_the_sessions_time_zone_changes_no_digest(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    list_organisation(actor=MACHINE, name="iDNO B", moment=AT)
    if connection.vendor == "postgresql":
        monkeypatch.setattr(connection, "timezone", ZoneInfo(zone))
        monkeypatch.setattr(connection, "timezone_name", zone)
        connection.ensure_timezone()
        with connection.cursor() as cursor:
            cursor.execute("SHOW TimeZone")
            assert cursor.fetchone() == (zone,)
        assert str(AuditEvent.objects.get().at.tzinfo) == zone

    with use_zone(zone):
        assert list(breaks()) == []

    monkeypatch.undo()
    if connection.vendor == "postgresql":
        connection.ensure_timezone()


def test_a_moment_is_the_same_in_any_zone() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert chain.plain(elsewhere) == chain.plain(AT) == "2026-11-30T09:20:00.123456+00:00"


def test_plain_values_are_plain() -> None:
    assert chain.plain(NOTES | {"bytes": b"\x01", "nan": float("nan"), "more": Decimal("NaN")}) == {
        "none": None,
        "yes": True,
        "count": 7,
        "whole": 100,
        "part": 0.1,
        "small": 1e-7,
        "large": 10**22,
        "zero": 0,
        "decimal": "1.5",
        "key": "00000000-0000-0000-0000-000000000005",
        "moment": "2026-11-30T09:20:00.123456+00:00",
        "day": "2026-12-04",
        "list": [1, 2, "three"],
        "words": "naïve – “quoted” \\ \n 電",
        "3": "a number for a key",
        "bytes": "01",
        "nan": "nan",
        "more": "NaN",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_what_is_plain_stays_as_it_is(value: Any) -> None:
    assert chain.plain(chain.plain(value)) == chain.plain(value)


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=5))
def test_a_digest_does_not_depend_on_the_order_of_keys(value: dict[str, int]) -> None:
    assert chain.digest(value) == chain.digest(dict(reversed(value.items())))


def test_a_digest_is_the_sha256_of_canonical_json() -> None:
    expected = hashlib.sha256('{"a":["é",1],"b":null}'.encode()).hexdigest()
    assert chain.digest({"b": None, "a": ("é", 1)}) == expected


def test_a_column_that_is_added_empty_leaves_the_digests_of_older_rows() -> None:
    def row(**columns: Any) -> Any:
        fields = [SimpleNamespace(attname=name) for name in columns]
        return SimpleNamespace(_meta=SimpleNamespace(db_table="t", concrete_fields=fields), **columns)

    was = chain.row_digest(row(name="A"))
    assert {chain.row_digest(row(name="A", added=empty)) for empty in ("", None, False, 0, [], {})} == {was}
    assert chain.row_digest(row(name="A", added="x")) != was


def test_every_column_that_was_added_to_a_history_began_empty() -> None:
    loaded = MigrationLoader(None)
    filled = [
        f"{app}.{name}: {operation.model_name}.{operation.name}"
        for (app, name), migration in loaded.disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, AddField)
        and operation.model_name_lower.startswith("historical")
        and not operation.field.is_relation
        and operation.field.get_default()
    ]
    assert filled == []


@pytest.mark.django_db
def test_history_is_covered_whatever_order_it_is_read_in() -> None:
    def work() -> None:
        for name in ("C", "A", "B"):
            list_organisation(actor=MACHINE, name=name)

    together(actor=MACHINE, work=work)

    event = AuditEvent.objects.latest("seq")
    rows = Organisation.history.order_by("-history_id")  # type: ignore[attr-defined]
    assert chain.digest_of(chain.row_digest(row) for row in rows) == event.history_digest
    assert chain.digest_of([]) == ""


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain_without_a_gap() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, and its test database lies in memory")
    threads, each = 6, 10
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(each):
                list_organisation(actor=MACHINE, name=f"Body {number}-{turn}")
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()

    assert failed == []
    assert list(AuditEvent.objects.values_list("seq", flat=True)) == list(range(1, threads * each + 1))
    assert list(breaks()) == []


@pytest.mark.django_db
def test_a_moment_keeps_its_microseconds() -> None:
    tell(actor=MACHINE)
    assert AuditEvent.objects.get().at == datetime(2026, 11, 30, 9, 20, 0, 123456, tzinfo=UTC)
