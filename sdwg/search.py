"""Words found in rows: one function over PostgreSQL's full text search and SQLite's FTS5.

What is indexed is declared above (``Index``) and made after every ``migrate``: on PostgreSQL a generated ``tsvector``
column with a GIN index, on SQLite an FTS5 table kept by triggers. Nothing is copied that could fall behind, and a table
that a migration rebuilt gets its index again. Rights are the caller's: they are in the queryset that ``matching``
narrows, so that nothing is ranked, counted or quoted which its reader may not see.

The search language is that of ``websearch_to_tsquery``: words, "phrases", or, -not. The last word also matches as the
beginning of one, since people see results while they type. English stems.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, FloatField, QuerySet, TextField
from django.db.models.expressions import RawSQL

LONGEST = 200
"""Characters of a search that are looked for."""
INDEXED = 150_000
"""Letters of a column that PostgreSQL indexes and quotes: a ``tsvector`` holds 1 MB, and refuses the row beyond it."""
START, STOP = "\x02", "\x03"
"""Around each word found, inside a snippet."""
COLUMN = "search_words"
TOKEN = re.compile(r'(-?)"([^"]*)"|(-?)([^\s"]+)')
WORD = re.compile(r"\w+")
SHORTEST_PREFIX = 2


@dataclass(frozen=True)
class Index:
    """A table whose ``columns`` are searched; what stands first weighs most. At most four columns.

    ``part`` names a second index of a table, for columns that other people may read than those of the first.
    """

    table: str
    columns: tuple[str, ...]
    part: str = ""

    @property
    def words(self) -> str:
        """The FTS5 table, on SQLite; on PostgreSQL the GIN index."""
        return f"{self.table}{self.part and f'_{self.part}'}_words"

    @property
    def column(self) -> str:
        """The generated column, on PostgreSQL."""
        return f"{COLUMN}{self.part and f'_{self.part}'}"


@dataclass(frozen=True)
class Term:
    """A word or a phrase of a search; ``any`` joins it to the one before by "or"."""

    words: tuple[str, ...]
    wanted: bool = True
    any: bool = False


def terms(text: str) -> list[Term]:
    """What a search asks for, in the order in which it was typed. Signs that are no part of a word are blanks."""
    found: list[Term] = []
    either = False
    for minus, phrase, other, word in TOKEN.findall(text[:LONGEST]):
        if word.lower() == "or" and not other:
            either = bool(found)
            continue
        words = tuple(WORD.findall(phrase or word))
        if words:
            found.append(Term(words, not (minus or other), either))
            either = False
    return found


def asks(text: str) -> bool:
    """Whether a search asks for anything: a word that is wanted."""
    return any(term.wanted for term in terms(text))


def matching(rows: "QuerySet[Any]", index: Index, text: str) -> "QuerySet[Any]":
    """Those of ``rows`` in which ``text`` is found, the best first, each with ``rank`` and ``snippet``.

    ``snippet`` is the passage around the words, which stand between ``START`` and ``STOP``; it holds plain text.
    """
    if not asks(text):
        return rows.none()
    sql = _postgresql(index, text) if connection.vendor == "postgresql" else _sqlite(index, text)
    found, rank, snippet = sql
    narrowed: QuerySet[Any] = rows.filter(RawSQL(*found, output_field=BooleanField()))
    ranked = narrowed.annotate(rank=RawSQL(*rank, output_field=FloatField()))
    quoted: QuerySet[Any] = ranked.annotate(snippet=RawSQL(*snippet, output_field=TextField()))
    return quoted.order_by("-rank", "-pk")


def passages(snippet: str) -> list[tuple[str, bool]]:
    """A snippet in pieces, each with whether it is a word that was found."""
    pieces = re.split(f"({START}[^{STOP}]*{STOP})", snippet)
    return [(piece.strip(START + STOP), piece.startswith(START)) for piece in pieces if piece]


# ---------------------------------------------------------------------------------------------------------- PostgreSQL

Sql = tuple[str, list[Any]]


def _postgresql(index: Index, text: str) -> tuple[Sql, Sql, Sql]:
    asked, given = _tsquery(text)
    column = f'"{index.table}"."{index.column}"'
    whole = " || ' ' || ".join(f'"{index.table}"."{name}"' for name in index.columns)
    options = f"StartSel={START}, StopSel={STOP}, MaxWords=26, MinWords=12, MaxFragments=2, FragmentDelimiter=' … '"
    return (
        (f"{column} @@ ({asked})", given),
        (f"ts_rank_cd({column}, ({asked}))", given),
        (f"ts_headline('english', left({whole}, {INDEXED}), ({asked}), %s)", [*given, options]),
    )


def _tsquery(text: str) -> Sql:
    """The search, or the same with its last word as a beginning."""
    asked = terms(text)
    last = asked[-1]
    if not _is_beginning(last):
        return "websearch_to_tsquery('english', %s)", [_written(asked)]
    # "a or b": only the last alternative has a beginning, so the rest is put before it as it was.
    joined = "||" if last.any else "&&"
    rest = asked[:-1]
    begins = "to_tsquery('english', %s)"
    if not rest:
        return f"websearch_to_tsquery('english', %s) || {begins}", [_written(asked), f"{last.words[0]}:*"]
    return (
        f"websearch_to_tsquery('english', %s) || (websearch_to_tsquery('english', %s) {joined} {begins})",
        [_written(asked), _written(rest), f"{last.words[0]}:*"],
    )


def _is_beginning(term: Term) -> bool:
    return term.wanted and len(term.words) == 1 and len(term.words[0]) >= SHORTEST_PREFIX


def _written(asked: Iterable[Term]) -> str:
    """The search again, of words and phrases alone."""
    return " ".join(
        f'{"or " if term.any else ""}{"" if term.wanted else "-"}"{" ".join(term.words)}"' for term in asked
    )


# -------------------------------------------------------------------------------------------------------------- SQLite


def _sqlite(index: Index, text: str) -> tuple[Sql, Sql, Sql]:
    asked, words, key = _fts5(text), index.words, f'"{index.table}"."id"'
    one = f'FROM "{words}" WHERE "{words}" MATCH %s AND "{words}".rowid = {key}'
    weights = ", ".join(str(float(weight)) for weight in (8, 4, 2, 1)[: len(index.columns)])
    return (
        (f'{key} IN (SELECT rowid FROM "{words}" WHERE "{words}" MATCH %s)', [asked]),
        (f'(SELECT -bm25("{words}", {weights}) {one})', [asked]),
        (f"(SELECT snippet(\"{words}\", -1, char(2), char(3), ' … ', 24) {one})", [asked]),
    )


def _fts5(text: str) -> str:
    """The search in FTS5's language: every word in quotes, so that none is an operator."""
    asked = terms(text)
    groups: list[list[str]] = []
    for place, term in enumerate(asked):
        if not term.wanted:
            continue
        phrase = '"' + " ".join(term.words) + '"'
        if place == len(asked) - 1 and _is_beginning(term):
            phrase += " *"
        if term.any and groups:
            groups[-1].append(phrase)
        else:
            groups.append([phrase])
    wanted = " AND ".join(f"({' OR '.join(group)})" for group in groups)
    unwanted = "".join(f' NOT "{" ".join(term.words)}"' for term in asked if not term.wanted)
    return f"({wanted}){unwanted}"


# ------------------------------------------------------------------------------------------------------- made and kept


def install(on: BaseDatabaseWrapper, indexes: Iterable[Index]) -> int:
    """Make what is not there yet, or is another one now; how many were made. Reads every row of those tables."""
    work = _install_postgresql if on.vendor == "postgresql" else _install_sqlite
    return sum(work(on, index) for index in indexes)


def _install_postgresql(on: BaseDatabaseWrapper, index: Index) -> bool:
    weighed = (
        f"setweight(to_tsvector('english', left(\"{name}\", {INDEXED})), '{weight}')"
        for name, weight in zip(index.columns, "ABCD", strict=False)
    )
    made = " || ".join(weighed)
    with on.cursor() as cursor:
        cursor.execute(
            "SELECT col_description(attrelid, attnum) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attname = %s AND NOT attisdropped",
            [index.table, index.column],
        )
        there = cursor.fetchone()
        if there and there[0] == made:
            return False
        cursor.execute(f'ALTER TABLE "{index.table}" DROP COLUMN IF EXISTS {index.column}')
        cursor.execute(
            f'ALTER TABLE "{index.table}" ADD COLUMN {index.column} tsvector GENERATED ALWAYS AS ({made}) STORED'
        )
        cursor.execute(f'CREATE INDEX "{index.words}" ON "{index.table}" USING gin ({index.column})')
        described = made.replace("'", "''")
        cursor.execute(f"COMMENT ON COLUMN \"{index.table}\".{index.column} IS '{described}'")
    return True


def _install_sqlite(on: BaseDatabaseWrapper, index: Index) -> bool:
    words, columns = index.words, ", ".join(f'"{name}"' for name in index.columns)
    new, old = (", ".join(f'{row}."{name}"' for name in index.columns) for row in ("new", "old"))
    table = (
        f"CREATE VIRTUAL TABLE \"{words}\" USING fts5({columns}, content='{index.table}', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    forget = f'INSERT INTO "{words}" ("{words}", rowid, {columns}) VALUES (\'delete\', old.id, {old});'
    learn = f'INSERT INTO "{words}" (rowid, {columns}) VALUES (new.id, {new});'
    triggers = {
        f"{words}_made": f'AFTER INSERT ON "{index.table}" BEGIN {learn} END',
        f"{words}_gone": f'AFTER DELETE ON "{index.table}" BEGIN {forget} END',
        f"{words}_kept": f'AFTER UPDATE OF {columns} ON "{index.table}" BEGIN {forget} {learn} END',
    }
    wanted = {words: table} | {name: f'CREATE TRIGGER "{name}" {body}' for name, body in triggers.items()}
    with on.cursor() as cursor:
        names = ", ".join(["%s"] * len(wanted))
        cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE name IN ({names})", list(wanted))
        if dict(cursor.fetchall()) == wanted:
            return False
        for name in triggers:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
        cursor.execute(f'DROP TABLE IF EXISTS "{words}"')
        for sql in wanted.values():
            cursor.execute(sql)
        cursor.execute(f'INSERT INTO "{words}" ("{words}") VALUES (\'rebuild\')')
    return True
