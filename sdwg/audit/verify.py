"""Verification: is the trail whole, and is what the tables say now what the trail says?

Five questions, each answered with the place where it breaks: does every event hash to what it says and follow the one
before it; does every act's history digest match the history rows there are; does every current row equal its newest
history row; do the sealed batches of reads match the rows there are; is what the apps keep without history (documents
that were made) still what their events say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from sdwg.audit import chain, reads
from sdwg.audit.models import AuditEvent, AuditRead, HistoryRow

Check = Callable[[], Iterable[str]]
_checks: list[Check] = []


def also(check: Check) -> None:
    """Let an app compare its own rows with its events; ``check`` yields a sentence for each that differs."""
    if check not in _checks:
        _checks.append(check)


def differs(event: AuditEvent, name: str, now: dict[str, Any]) -> Iterator[str]:
    """A sentence where ``now`` is not what ``event`` noted; what it did not note is not asked."""
    changed = [field for field, value in now.items() if field in event.note and event.note[field] != value]
    if changed:
        yield f"The {name} differs from event {event.seq} in {', '.join(changed)}: it was edited behind its back."


def history_models() -> list[type[models.Model]]:
    """Every history model of the project, in the order of their table names."""
    found = [model for model in apps.get_models() if issubclass(model, HistoryRow)]
    return sorted(found, key=lambda model: model._meta.db_table)


def append_only_tables() -> list[str]:
    """Every table that must refuse changes."""
    tables = [model._meta.db_table for model in history_models()]
    return [AuditEvent._meta.db_table, AuditRead._meta.db_table, *tables]


def breaks(anchored: tuple[int, str] | None = None) -> Iterator[str]:
    """Each place where the trail does not hold, as a sentence; nothing when it is whole.

    ``anchored`` is a head (number, hash) kept outside the database: with it a cut tail is found too.
    """
    yield from _chain(anchored)
    yield from _history()
    yield from _current_rows()
    yield from _reads()
    for check in _checks:
        yield from check()


def _chain(anchored: tuple[int, str] | None) -> Iterator[str]:
    previous, expected = chain.GENESIS, 1
    seen_anchor = anchored is None or anchored[0] == 0
    for event in AuditEvent.objects.order_by("seq").iterator():
        if event.seq != expected:
            yield f"Event {expected} is missing: after {expected - 1} comes {event.seq}."
        if event.previous_hash != previous:
            yield f"Event {event.seq} does not follow the event before it."
        if chain.event_hash(event) != event.hash:
            yield f"Event {event.seq} ({event.verb} {event.on_ref}) was changed after it was written."
        if anchored and event.seq == anchored[0]:
            seen_anchor = True
            if event.hash != anchored[1]:
                yield f"Event {event.seq} is not the one whose hash was anchored outside."
        previous, expected = event.hash, event.seq + 1
    if not seen_anchor and anchored:
        yield f"The tail was cut: event {anchored[0]} was anchored outside and is not here."


def _history() -> Iterator[str]:
    digests: dict[UUID, list[str]] = defaultdict(list)
    where: dict[UUID, set[str]] = defaultdict(set)
    for model in history_models():
        for row in model._default_manager.order_by("history_id").iterator():
            act_id: UUID = row.act  # type: ignore[attr-defined]
            digests[act_id].append(chain.row_digest(row))
            where[act_id].add(model._meta.db_table)
    told: set[UUID] = set()
    events = AuditEvent.objects.order_by("seq").values_list("seq", "act", "history_digest", "verb", "on_ref")
    for seq, act_id, covered, verb, ref in events.iterator():
        if act_id not in told and chain.digest_of(digests.get(act_id, ())) != covered:
            tables = ", ".join(sorted(where.get(act_id, ()))) or "no table"
            yield f"The history of event {seq} ({verb} {ref}) was changed after it was written (rows now in {tables})."
        told.add(act_id)
    for act_id in digests.keys() - told:
        yield f"History rows in {', '.join(sorted(where[act_id]))} belong to no event (act {act_id})."


def _columns(row: models.Model, fields: list[str]) -> dict[str, Any]:
    return {name: chain.plain(getattr(row, name)) for name in fields}


def _current_rows() -> Iterator[str]:
    for model in history_models():
        live: Any = model.instance_type  # type: ignore[attr-defined]
        fields = [f.attname for f in live._meta.concrete_fields]
        newest: dict[Any, tuple[str, dict[str, Any]]] = {}
        for row in model._default_manager.order_by("history_id").iterator():
            newest[getattr(row, live._meta.pk.attname)] = (
                row.history_type,  # type: ignore[attr-defined]
                _columns(row, fields),
            )
        for current in live._base_manager.iterator():
            kind, kept = newest.pop(current.pk, ("", {}))
            name = f"{live._meta.verbose_name} {current.pk} ({current})"
            if kind in {"", "-"}:
                yield f"The {name} has no history: it was written behind the program's back."
            elif kept != _columns(current, fields):
                changed = [field for field in fields if kept[field] != chain.plain(getattr(current, field))]
                yield f"The {name} differs from its history in {', '.join(changed)}: it was edited behind its back."
        for pk, (kind, _) in newest.items():
            if kind != "-":
                yield f"The {live._meta.verbose_name} {pk} was deleted behind the program's back."


def _reads() -> Iterator[str]:
    for event in AuditEvent.objects.filter(verb=reads.SEALED).order_by("seq"):
        rows = AuditRead.objects.filter(pk__gte=event.note["first"], pk__lte=event.note["last"]).order_by("pk")
        if reads.batch_digest(rows) != event.note["digest"]:
            yield f"The reads {event.note['first']} to {event.note['last']}, sealed by event {event.seq}, were changed."
