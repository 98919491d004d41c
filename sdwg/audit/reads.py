"""Reads of restricted content, and how they join the chain."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now

from sdwg.audit.acts import Doer, act, record
from sdwg.audit.chain import digest
from sdwg.audit.models import AuditEvent, AuditRead

SEALED = "reads.sealed"
SETTLED_AFTER = timedelta(seconds=30)
BATCH = 10_000
COLUMNS = ("id", "at", "person_id", "acting_as", "kind", "on_key", "on_ref", "version_sha256")


def note_read(reader: Doer, *, key: str, ref: str, version_sha256: str = "", kind: str = "opened") -> None:
    """Write that ``reader`` is about to be given content: one insert, before the first byte.

    Not caught by anybody: when it fails, the content is not served.
    """
    AuditRead.objects.create(
        at=reader.at,
        person_id=reader.person_id,
        acting_as=reader.label,
        kind=kind,
        on_key=key,
        on_ref=ref,
        version_sha256=version_sha256,
    )


@dataclass(frozen=True)
class Reading:
    """One thing that is about to be shown: its key, what it is called, and the bytes it is of."""

    key: str
    ref: str
    version_sha256: str = ""


def note_all(reader: Doer, readings: Iterable[Reading], *, kind: str) -> None:
    """The same as ``note_read`` for several things at once: one insert, before the first byte; none for nothing."""
    AuditRead.objects.bulk_create(
        AuditRead(
            at=reader.at,
            person_id=reader.person_id,
            acting_as=reader.label,
            kind=kind,
            on_key=one.key,
            on_ref=one.ref,
            version_sha256=one.version_sha256,
        )
        for one in readings
    )


@dataclass(frozen=True)
class ReadLog:
    """The table of reads, as an event's object."""

    audit_key: str = "reads:all"
    audit_ref: str = ""


def batch_digest(rows: Iterable[AuditRead]) -> str:
    """The digest of a batch of reads, in the order of their numbers."""
    return digest([[getattr(row, name) for name in COLUMNS] for row in rows])


def last_sealed() -> int:
    """The number of the last read that the chain covers; 0 when there is none."""
    event = AuditEvent.objects.filter(verb=SEALED).order_by("-seq").first()
    return int(event.note["last"]) if event else 0


@act
def seal(*, actor: Doer) -> int:
    """Chain the reads written since the last seal, and say how many they were.

    Only reads of at least thirty seconds ago by the database's clock, so that an insert still uncommitted cannot
    appear later inside a sealed range.
    """
    waiting = AuditRead.objects.filter(pk__gt=last_sealed(), written_at__lte=Now() - SETTLED_AFTER)
    rows = list(waiting.order_by("pk")[:BATCH])
    if rows:
        note = {"first": rows[0].pk, "last": rows[-1].pk, "count": len(rows), "digest": batch_digest(rows)}
        record(SEALED, on=ReadLog(), note=note)
    return len(rows)
