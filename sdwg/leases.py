"""Leases: how workers share out rows that wait for work, whatever the work is.

A row that can be leased has ``lease`` (a UUID, unique while it is held), ``leased_until`` and ``attempts``. A worker
takes the next free row for a time of the database's clock, which all workers share; one that dies leaves a lease that
runs out, and the next one takes the row again. The attempt is counted when the row is taken, so that a row which kills
its worker is given up too, in the end. Whoever writes the result asks for the row by its lease, and finds none when it
ran out meanwhile.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now


def take(due: "QuerySet[Any]", time: timedelta, **changes: Any) -> UUID | None:
    """Hold the first row of ``due`` that nobody holds for ``time``; its lease, or ``None`` when none is free.

    ``changes`` are written with it, and stand in for the counted attempt where they name ``attempts``. Two workers get
    two rows: what another one is just taking is passed over (PostgreSQL), or waited for (SQLite).
    """
    free = due.filter(Q(leased_until__isnull=True) | Q(leased_until__lt=Now()))
    lease = uuid4()
    skip_locked = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        chosen = free.select_for_update(skip_locked=skip_locked).values_list("pk", flat=True).first()
        if chosen is None:
            return None
        values = {"attempts": F("attempts") + 1, **changes, "lease": lease, "leased_until": until(time)}
        taken = free.filter(pk=chosen).order_by().update(**values)
    return lease if taken else None


def until(time: timedelta) -> "ExpressionWrapper[Any]":
    """``time`` from now, by the database's clock."""
    return ExpressionWrapper(Now() + time, output_field=DateTimeField())
