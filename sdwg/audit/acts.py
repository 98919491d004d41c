"""Acts: one transaction in which rows, their history and their audit events are written, or nothing is.

An operation is decorated with ``@act`` and calls ``record`` once for each state change. History rows written meanwhile
are collected; when the outermost act ends, the events are chained, under a lock that is taken last and released by the
commit. A change of a history-kept row that no event tells of is a programming error and rolls everything back.
"""

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import models, transaction

P = ParamSpec("P")
R = TypeVar("R")


class Doer(Protocol):
    """Whoever acts, as the trail needs to know them."""

    @property
    def at(self) -> datetime: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def person_name(self) -> str: ...
    @property
    def seat_id(self) -> int | None: ...
    @property
    def label(self) -> str: ...


@dataclass(frozen=True)
class Machine:
    """The program itself, as a doer: windows that close by themselves, reads that are sealed."""

    at: datetime
    person_id: None = None
    person_name: str = ""
    seat_id: None = None
    label: str = "The program"


class Auditable(Protocol):
    """Whatever an event can be about: a key for joins and a reference people say aloud."""

    @property
    def audit_key(self) -> str: ...
    @property
    def audit_ref(self) -> str: ...


class OutsideAct(RuntimeError):
    """A history-kept row was saved outside an act."""


class NothingRecorded(RuntimeError):
    """An act changed rows and recorded no event that says so."""


@dataclass
class Entry:
    """An event not yet chained."""

    doer: Doer
    verb: str
    on_key: str
    on_ref: str
    version_sha256: str
    reason: str
    note: dict[str, Any]


@dataclass
class Act:
    """What one outermost act has gathered so far."""

    id: uuid.UUID = field(default_factory=uuid.uuid4)
    entries: list[Entry] = field(default_factory=list)
    rows: list[models.Model] = field(default_factory=list)


@dataclass(frozen=True)
class Current:
    act: Act
    actor: Doer


_current: ContextVar[Current | None] = ContextVar("sdwg_current_act", default=None)


def current() -> Current:
    """The act in progress and who performs it. Raises ``OutsideAct`` where there is none."""
    found = _current.get()
    if found is None:
        raise OutsideAct("A row whose history is kept may only be changed by an operation, inside an act.")
    return found


def act(operation: Callable[P, R]) -> Callable[P, R]:
    """Make ``operation(*, actor, …)`` one act: one transaction, one act id, its events chained at the end.

    An act inside an act joins it: same transaction, same id, chained once, by the outermost. An operation that finds
    its work done already (a POST repeated) may record nothing, if it also changed nothing.
    """

    @wraps(operation)
    def perform(*args: P.args, **kwargs: P.kwargs) -> R:
        actor: Any = kwargs["actor"]
        outer = _current.get()
        this = outer.act if outer else Act()
        token = _current.set(Current(this, actor))
        try:
            with transaction.atomic():
                rows, entries = len(this.rows), len(this.entries)
                try:
                    result = operation(*args, **kwargs)
                except BaseException:
                    del this.rows[rows:], this.entries[entries:]
                    raise
                if outer is None:
                    _close(this)
                return result
        finally:
            _current.reset(token)

    return perform


def record(
    verb: str,
    *,
    on: Auditable,
    reason: str = "",
    version_sha256: str = "",
    note: dict[str, Any] | None = None,
) -> None:
    """Say what has just changed. ``verb`` reads ``<object>.<what happened>``; ``note`` holds plain strings and numbers.

    Raises ``OutsideAct`` when nothing is being performed.
    """
    here = current()
    here.act.entries.append(Entry(here.actor, verb, on.audit_key, on.audit_ref, version_sha256, reason, note or {}))


def _close(this: Act) -> None:
    if not this.entries:
        if this.rows:
            changed = ", ".join(sorted({row._meta.label for row in this.rows}))
            raise NothingRecorded(f"Rows were changed and no event says so: {changed}.")
        return
    from sdwg.audit import chain  # the chain needs the models, and the models need acts

    chain.append(this)
