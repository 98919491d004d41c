"""Append-only: both databases refuse to change or remove what was written."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from simple_history.models import HistoricalChanges

from sdwg.audit import triggers, verify
from sdwg.audit.models import AuditEvent, AuditRead, HistoryRow
from tests.audit.make import MACHINE, list_organisation, sql

ROOT = Path(__file__).resolve().parents[2]
TABLES = verify.append_only_tables()


def in_migrations() -> set[str]:
    """The tables that some migration makes append-only."""
    found = set()
    for path in ROOT.glob("**/migrations/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "append_only":
                found |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return found


def test_every_history_is_of_our_kind() -> None:
    kinds = [model for model in apps.get_models() if issubclass(model, HistoricalChanges)]
    assert kinds
    assert [model._meta.label for model in kinds if not issubclass(model, HistoryRow)] == []


def test_the_list_names_trail_reads_and_every_history() -> None:
    histories = {model._meta.db_table for model in verify.history_models()}
    assert set(TABLES) == {AuditEvent._meta.db_table, AuditRead._meta.db_table, *histories}
    assert "members_historicalseat" in TABLES


def test_every_table_of_the_list_is_in_a_migration() -> None:
    assert set(TABLES) - in_migrations() == set()


@pytest.mark.django_db
def test_every_table_of_the_list_has_its_triggers() -> None:
    assert [table for table in TABLES if not triggers.installed(connection, table)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_update_and_delete_are_refused_on(table: str) -> None:
    list_organisation(actor=MACHINE, name="iDNO B")
    AuditRead.objects.create(at=MACHINE.at, acting_as="x", kind="opened", on_key="version:1")
    column = "act" if table not in {"audit_auditread"} else "kind"
    if not has_rows(table):
        assert triggers.installed(connection, table)
        return
    for statement in (f'UPDATE "{table}" SET "{column}" = "{column}"', f'DELETE FROM "{table}"'):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(statement)


def has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT EXISTS(SELECT 1 FROM "{table}")')
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_truncate_is_refused_on(table: str) -> None:
    if connection.vendor != "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(f'TRUNCATE TABLE "{table}"')  # SQLite knows no such thing
        return
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(f'TRUNCATE TABLE "{table}" CASCADE')


@pytest.mark.django_db
def test_the_orm_is_refused_too() -> None:
    list_organisation(actor=MACHINE, name="iDNO B")
    event = AuditEvent.objects.get()
    for attempt in (
        lambda: AuditEvent.objects.update(verb="x"),
        lambda: AuditEvent.objects.all().delete(),
        event.delete,
        event.save,
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()


@pytest.mark.django_db
def test_a_trigger_that_is_off_or_missing_is_seen() -> None:
    table = "audit_auditevent"
    if connection.vendor == "postgresql":
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
        assert not triggers.installed(connection, table)
        triggers.install(connection, table)
        assert triggers.installed(connection, table)
    triggers.remove(connection, table)
    assert not triggers.installed(connection, table)
    triggers.install(connection, table)
    triggers.install(connection, table)
    assert triggers.installed(connection, table)
