"""The chain itself: what an event's hash covers, and how events are appended.

A hash covers a canonical JSON text: sorted keys, times as UTC with microseconds, so that it depends neither on the
session's time zone nor on the database's way of printing.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from django.db import connection, models

from sdwg.audit.acts import Act
from sdwg.audit.models import AuditEvent

GENESIS = "0" * 64
ADVISORY_LOCK = 0x5D_57_67
HASHED = (
    "seq", "act", "at", "person_id", "person_name", "seat_id", "acting_as", "verb", "on_key", "on_ref",
    "version_sha256", "reason", "note", "history_digest", "previous_hash",
)  # fmt: skip


def plain(value: Any) -> Any:
    """``value`` as JSON can say it, the same whatever the session or the database.

    A whole float is an integer and a decimal loses its last zeros, because PostgreSQL gives them back so.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if not isfinite(value):
            return str(value)
        return int(value) if value.is_integer() else value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return str(value)


def digest(value: Any) -> str:
    """SHA-256, as 64 hexadecimal digits, of the canonical JSON of ``value``."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def row_digest(row: models.Model) -> str:
    """The digest of one row as the database gave it: its table and every column that says something.

    One that is empty, nought or false is left out, so that a column which a later version of the program adds, empty in
    every older row, leaves their digests as they were (docs/decisions/audit-columns.md).
    """
    columns = {f.attname: value for f in row._meta.concrete_fields if (value := getattr(row, f.attname))}
    return digest([row._meta.db_table, columns])


def digest_of(parts: Iterable[str]) -> str:
    """One digest over the digests of an act's history rows, whatever order they come in; empty when there are none."""
    ordered = sorted(parts)
    return digest(ordered) if ordered else ""


def history_digest(act: Act) -> str:
    """The digest of the history rows ``act`` wrote, read back: what is covered is what the tables hold."""
    written = {type(row) for row in act.rows}
    return digest_of(row_digest(row) for model in written for row in model._default_manager.filter(act=act.id))


def event_hash(event: AuditEvent) -> str:
    """What ``event.hash`` must be."""
    return digest({name: getattr(event, name) for name in HASHED})


def head() -> tuple[int, str]:
    """The last event's number and hash; ``(0, GENESIS)`` for an empty trail."""
    return AuditEvent.objects.order_by("-seq").values_list("seq", "hash").first() or (0, GENESIS)


def append(act: Act) -> None:
    """Number, chain and insert the events of ``act``.

    The lock is the last thing a transaction takes and the commit releases it, so no upload or build ever waits
    behind it. SQLite has one writer at a time and needs none.
    """
    covered = history_digest(act)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
    seq, previous = head()
    events = []
    for entry in act.entries:
        seq += 1
        event = AuditEvent(
            seq=seq,
            act=act.id,
            at=entry.doer.at,
            person_id=entry.doer.person_id,
            person_name=entry.doer.person_name,
            seat_id=entry.doer.seat_id,
            acting_as=entry.doer.label,
            verb=entry.verb,
            on_key=entry.on_key,
            on_ref=entry.on_ref,
            version_sha256=entry.version_sha256,
            reason=entry.reason,
            note=plain(entry.note),
            history_digest=covered,
            previous_hash=previous,
        )
        previous = event.hash = event_hash(event)
        events.append(event)
    AuditEvent.objects.bulk_create(events)
