"""Acts on organisations, the smallest things whose history is kept, by nobody in particular."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from sdwg.audit import triggers
from sdwg.audit.acts import Machine, act, record
from sdwg.members.models import Organisation

AT = datetime(2026, 11, 30, 9, 20, 0, 123456, tzinfo=UTC)
MACHINE = Machine(AT)


@dataclass(frozen=True)
class Thing:
    """Something to tell of that has no row."""

    audit_key: str = "thing:1"
    audit_ref: str = "THING-1"


@act
def list_organisation(*, actor: Any, name: str, **note: Any) -> Organisation:
    body = Organisation.objects.create(name=name)
    record("organisation.listed", on=body, reason="It exists", note=note)
    return body


@act
def rename(*, actor: Any, body: Organisation, name: str) -> Organisation:
    body.name = name
    body.save()
    record("organisation.renamed", on=body)
    return body


@act
def tell(*, actor: Any, verb: str = "thing.told", **note: Any) -> None:
    record(verb, on=Thing(), note=note)


@act
def together(*, actor: Any, work: Callable[[], object]) -> None:
    """An act around other acts."""
    work()


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """What somebody can do who owns the database."""
    for table in tables:
        triggers.remove(connection, table)
    try:
        yield
    finally:
        for table in tables:
            triggers.install(connection, table)


def sql(statement: str, *values: Any) -> None:
    """Behind the program's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
