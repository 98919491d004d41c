"""Append-only tables: triggers that refuse every UPDATE, DELETE and TRUNCATE, on both databases.

SQLite drops a table's triggers when a later migration rebuilds it, so such a migration must end with ``append_only``
again; a test looks that every table of the list has its triggers.
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTION = """
CREATE OR REPLACE FUNCTION sdwg_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$
"""


def install(connection: BaseDatabaseWrapper, table: str) -> None:
    """Make ``table`` append-only. Harmless when it is already."""
    remove(connection, table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
            cursor.execute(
                f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION sdwg_refuse_change()"
            )
            cursor.execute(
                f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION sdwg_refuse_change()"
            )
        else:
            for event in ("UPDATE", "DELETE"):
                cursor.execute(
                    f'CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON "{table}" '
                    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
                )


def remove(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the triggers off ``table``; for tests that tamper, and for ``install``."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in ("append_only", "no_truncate"):
                cursor.execute(f'DROP TRIGGER IF EXISTS {table}_{name} ON "{table}"')
        else:
            for name in ("no_update", "no_delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")


def installed(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Whether ``table`` has both of its triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT count(*) FROM pg_trigger "
                "WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled <> 'D'",
                [table],
            )
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        return bool(cursor.fetchone()[0] == 2)


def append_only(*tables: str) -> migrations.RunPython:
    """The migration operation that makes ``tables`` append-only; the last one of the migration that makes them."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            install(schema_editor.connection, table)

    def backwards(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            remove(schema_editor.connection, table)

    return migrations.RunPython(forwards, backwards)
