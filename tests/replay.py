"""Builders whose work is put back as the rows it wrote, when a test asks for what an earlier one has built already.

Nearly every test begins with "an artefact that is ready" or "a decision found". By operations that takes up to
seconds; as rows, hundredths of one. So the first test of a process builds by operations, and each later one that
stands at the same point of the same path gets the very rows those operations wrote: history, audit chain and all.

What "the same point" means: since the cast was gathered, only ``replayed`` builders have written, in the same order
with the same arguments (a cast that anything else wrote to is *off the path* and builds by operations), nothing but
the tests' own settings is overridden, and a transaction is open that will be undone. Writes, and what takes them back,
are counted, not guessed. A test that changes the program itself takes its cast off the path: ``cast.path = None``.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import time
from functools import wraps
from typing import Any, TypeVar
from typing import cast as typed

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models

from sdwg.files.models import StoredFile

Builder = TypeVar("Builder", bound=Callable[..., Any])
Key = tuple[Any, ...]
Table = dict[Any, tuple[Any, ...]]

WRITE = re.compile(r'\s*(?:INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?')
OF_EVERY_TEST = {"CACHES", "STORAGES"}
"""Settings that tests/conftest.py gives every test of its own, and that change no row."""
AT_ONCE = 100
"""Rows put back by one statement: SQLite allows so many values and no more."""


@dataclass
class Memo:
    """What a builder did: statements that do it again, its answer, and where it left the cast."""

    statements: list[tuple[str, Sequence[Any]]]
    files: dict[str, bytes]
    then: list[tuple[Callable[[], Any], bool]]
    answer: Any
    at: Any
    new: dict[str, dict[str, Any]]


@dataclass
class Writes:
    """An execute wrapper: counts statements that write or take back, and notes for each builder what tables held."""

    count: int = 0
    before: list[dict[str, Table]] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITE.match(sql)
        self.count += bool(found) or sql.startswith("ROLLBACK")
        if found:
            asking = [noted for noted in self.before if found[1] not in noted]
            was = contents(found[1]) if asking else {}
            for noted in asking:
                noted[found[1]] = was
        return execute(sql, params, many, context)


@dataclass
class Path:
    """How a cast came to where it is: the builders since it was gathered, and the writes counted then."""

    steps: Key
    count: int
    writes: Writes = field(repr=False)

    def __deepcopy__(self, memo: Any) -> "Path":
        return self


_memos: dict[Key, Memo] = {}


def forget() -> None:
    """From here on everything is built by operations again: the program may be another one."""
    _memos.clear()


def begin(gathered: Key) -> Path | None:
    """The path of a cast just gathered; ``None`` where nothing may be put back: no transaction, or other settings."""
    if not connection.in_atomic_block or _overridden():
        return None
    watching = next((one for one in connection.execute_wrappers if isinstance(one, Writes)), None)
    if watching is None:
        watching = Writes()
        connection.execute_wrappers.append(watching)
    return Path(gathered, watching.count, watching)


def replayed(builder: Builder) -> Builder:
    """Let ``builder(cast, …)`` be put back as rows where that is the same."""

    @wraps(builder)
    def build(cast: Any, *args: Any, **kwargs: Any) -> Any:
        path: Path | None = cast.path
        step = _key((builder.__module__, builder.__name__, args, sorted(kwargs.items())))
        if path is None or step is None or path.count != path.writes.count:
            return builder(cast, *args, **kwargs)
        steps = (*path.steps, step)
        memo = _memos.get(steps)
        if _overridden() or not connection.in_atomic_block:
            return builder(cast, *args, **kwargs)
        answer = _put_back(cast, memo) if memo else _watched(cast, path, steps, builder, args, kwargs)
        cast.path = Path(steps, path.writes.count, path.writes)
        return answer

    return typed(Builder, build)


def _watched(cast: Any, path: Path, steps: Key, builder: Any, args: Any, kwargs: Any) -> Any:
    people, seats, waiting = set(cast.people), set(cast.seats), len(connection.run_on_commit)
    before: dict[str, Table] = {}
    path.writes.before.append(before)
    try:
        answer = builder(cast, *args, **kwargs)
    finally:
        path.writes.before.pop()
    statements: list[tuple[str, Sequence[Any]]] = []
    for kind in (_deletes, _updates, _inserts):
        for table, was in before.items():
            statements += kind(table, was, contents(table))
    stored = StoredFile._meta.db_table
    new = contents(stored).keys() - before[stored].keys() if stored in before else ()
    _memos[steps] = Memo(
        statements,
        {row.path: _bytes(row.path) for row in StoredFile.objects.filter(pk__in=new)},
        [(run, robust) for _, run, robust in connection.run_on_commit[waiting:]],
        deepcopy(answer),
        cast.at,
        {
            "people": {name: deepcopy(cast.people[name]) for name in cast.people if name not in people},
            "seats": {name: deepcopy(cast.seats[name]) for name in cast.seats if name not in seats},
        },
    )
    return answer


def _put_back(cast: Any, memo: Memo) -> Any:
    with connection.cursor() as cursor:
        for sql, values in memo.statements:
            cursor.execute(sql, values)
    for path, content in memo.files.items():
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
    connection.run_on_commit += [(set(connection.savepoint_ids), run, robust) for run, robust in memo.then]
    cast.at = memo.at
    cast.people.update(deepcopy(memo.new["people"]))
    cast.seats.update(deepcopy(memo.new["seats"]))
    return deepcopy(memo.answer)


def _bytes(path: str) -> bytes:
    with default_storage.open(path) as file:
        return bytes(file.read())


def contents(table: str) -> Table:
    """Every row of ``table`` by its first column, which is its primary key."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {", ".join(_columns(table))} FROM "{table}"')
        return {row[0]: tuple(map(_plain, row)) for row in cursor.fetchall()}


def _plain(value: Any) -> Any:
    """A time of day as a text: SQLite gives it as one thing and takes it only as the other."""
    return value.isoformat() if isinstance(value, time) else value


def _columns(table: str) -> list[str]:
    model = _models()[table]
    columns = [field.column for field in model._meta.concrete_fields]
    key = model._meta.pk.column
    return [f'"{column}"' for column in (key, *(column for column in columns if column != key))]


def _models() -> dict[str, Any]:
    from django.apps import apps

    if not _tables:
        _tables.update({model._meta.db_table: model for model in apps.get_models(include_auto_created=True)})
    return _tables


_tables: dict[str, Any] = {}


def _deletes(table: str, was: Table, now: Table) -> Iterable[tuple[str, Sequence[Any]]]:
    key = _columns(table)[0]
    return [(f'DELETE FROM "{table}" WHERE {key} = %s', [gone]) for gone in was.keys() - now.keys()]


def _updates(table: str, was: Table, now: Table) -> Iterable[tuple[str, Sequence[Any]]]:
    key, *columns = _columns(table)
    given = ", ".join(f"{column} = %s" for column in columns)
    sql = f'UPDATE "{table}" SET {given} WHERE {key} = %s'
    return [(sql, [*row[1:], pk]) for pk, row in now.items() if pk in was and was[pk] != row]


def _inserts(table: str, was: Table, now: Table) -> Iterable[tuple[str, Sequence[Any]]]:
    columns = _columns(table)
    new = [row for pk, row in now.items() if pk not in was]
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    for first in range(0, len(new), AT_ONCE):
        rows = new[first : first + AT_ONCE]
        sql = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES {", ".join([one] * len(rows))}'
        yield sql, [value for row in rows for value in row]


def _overridden() -> bool:
    """Whether a test has settings of its own: what is built then is nobody else's."""
    holder: Any = settings._wrapped
    while hasattr(holder, "default_settings"):
        names = set(vars(holder)) - {"default_settings", "SETTINGS_MODULE"} - OF_EVERY_TEST
        if holder._deleted or {name for name in names if name.isupper()}:
            return True
        holder = holder.default_settings
    return False


def _key(value: Any) -> Any:
    """``value`` as part of a key; ``None`` where it cannot be one."""
    if isinstance(value, models.Model):
        return (value._meta.label, value.pk)
    if isinstance(value, dict):
        value = tuple(sorted(value.items()))
    if isinstance(value, list | tuple):
        parts = tuple(_key(one) for one in value)
        return (
            None if any(one is None and given is not None for one, given in zip(parts, value, strict=True)) else parts
        )
    try:
        hash(value)
    except TypeError:
        return None
    return (type(value).__name__, value)
