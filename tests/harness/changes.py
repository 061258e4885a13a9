"""What some steps change in the database, row by row, and the way to change it so again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import current_thread, main_thread
from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from oversight.ledger.acting import in_action
from oversight.ledger.guard import BOOKKEEPING
from oversight.ledger.statements import Change, changes

Row = tuple[Any, ...]

#: What signing in writes outside the record; no act asks for it.
UNHEEDED = BOOKKEEPING | {"parties_person.last_login", "parties_person.password"}
HEAD, ENTRIES = "ledger_head", "ledger_entry"
#: From so many rows on PostgreSQL takes them faster as a file than as a statement.
MANY = 20


@dataclass
class _Touched:
    """How a table was before the first write: its highest number, and its rows if they could change."""

    floor: int | None = None
    rows: dict[Any, Row] | None = None


@dataclass
class Changes:
    """Rows that were added, changed and removed."""

    added: dict[str, list[Row]] = field(default_factory=dict)
    changed: list[tuple[str, Any, dict[str, Any]]] = field(default_factory=list)
    removed: list[tuple[str, Any]] = field(default_factory=list)
    moves: list[tuple[int, str]] = field(default_factory=list)
    """Entries of the record by which its head moves."""
    _statements: Any = None

    def make(self) -> None:
        """Change the database so again, in one transaction that the caller began."""
        for watched in _watched:
            for table in self.added:
                watched.about_to_add(table)
            changed = {table for table, *_ in self.changed}
            for table in {HEAD, *changed, *(table for table, _ in self.removed)}:
                watched.about_to_change(table)
        if connection.vendor == "sqlite":
            self._make_on_sqlite(connection.connection.cursor())
        else:
            self._make_on_postgresql(connection.connection.cursor())

    def _make_on_sqlite(self, raw: Any) -> None:
        for table, key in self.removed:
            raw.execute(f"DELETE FROM {table} WHERE {_key(table)} = ?", (key,))
        for table, key, values in self.changed:
            assigned = ", ".join(f'"{column}" = ?' for column in values)
            raw.execute(f"UPDATE {table} SET {assigned} WHERE {_key(table)} = ?", (*values.values(), key))
        for table, rows in self.added.items():
            raw.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        # The head of the record moves from each entry to the next; the database refuses anything else.
        raw.executemany(f"UPDATE {HEAD} SET sequence = ?, digest = ?", self.moves)

    def _make_on_postgresql(self, raw: Any) -> None:
        if self._statements is None:
            self._statements = self._written_out(raw)
        small, large, after = self._statements
        # What is put back went past every trigger and key when it first came.
        raw.execute(small)
        for table, lines in large:
            with raw.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                copy.write(lines)
        raw.execute(after)

    def _written_out(self, raw: Any) -> tuple[str, list[tuple[str, str]], str]:
        def told(value: Any) -> str:
            return sql.Literal(value).as_string(raw)

        first = ["SET LOCAL session_replication_role = replica"]
        first += [f"DELETE FROM {table} WHERE {_key(table)} = {told(key)}" for table, key in self.removed]
        for table, key, values in self.changed:
            assigned = ", ".join(f'"{column}" = {told(value)}' for column, value in values.items())
            first.append(f"UPDATE {table} SET {assigned} WHERE {_key(table)} = {told(key)}")
        large, after = [], []
        for table, rows in self.added.items():
            if len(rows) < MANY:
                lines = ", ".join(f"({', '.join(map(told, row))})" for row in rows)
                first.append(f"INSERT INTO {table} VALUES {lines}")
            else:
                large.append((table, "".join("\t".join(map(_field, row)) + "\n" for row in rows)))
            if sequence := _sequence(table):
                after.append(f"SELECT setval({told(sequence)}, MAX({_key(table)})) FROM {table}")
        for number, digest in self.moves[-1:]:
            after.append(f"UPDATE {HEAD} SET sequence = {number}, digest = {told(digest)}")
        after.append("SET LOCAL session_replication_role = origin")
        return "; ".join(first), large, "; ".join(after)


@dataclass
class Watched:
    """What has been touched while steps are taken."""

    touched: dict[str, _Touched] = field(default_factory=dict)

    def about_to_add(self, table: str) -> None:
        if table not in self.touched:
            if _numbers_its_rows(table):
                self.touched[table] = _Touched(floor=_highest(table))
            else:
                self.about_to_change(table)

    def about_to_change(self, table: str) -> None:
        touched = self.touched.setdefault(table, _Touched())
        if touched.rows is None:
            touched.rows = _rows(table, up_to=touched.floor)

    def changes(self) -> Changes:
        """Say what differs from what was there before."""
        made = Changes()
        for table, touched in self.touched.items():
            if table == HEAD:
                continue
            before = touched.rows or {}
            now = _rows(table, above=touched.floor if touched.rows is None else None)
            names = _columns(table)
            if new := [row for key, row in now.items() if key not in before]:
                made.added[table] = new
            for key, old in before.items():
                if key in now and now[key] != old:
                    pairs = zip(names, old, now[key], strict=True)
                    made.changed.append((table, key, {name: to for name, was, to in pairs if was != to}))
            made.removed += [(table, key) for key in before if key not in now]
        sequence, digest = _columns(ENTRIES).index("sequence"), _columns(ENTRIES).index("digest")
        made.moves = [(int(row[sequence]), row[digest]) for row in made.added.get(ENTRIES, [])]
        return made


_watched: list[Watched] = []
_beside_the_record: list[Change] = []
"""What the running test wrote that the record does not tell of."""


@contextmanager
def watching() -> Iterator[Watched]:
    """Note what the steps inside change."""
    watched = Watched()
    _watched.append(watched)
    try:
        yield watched
    finally:
        _watched.pop()


def begin_test() -> None:
    """Forget what the last test wrote beside the record: it is undone."""
    _beside_the_record.clear()


def record_tells_all() -> bool:
    """Say whether all that this test wrote stands in the record, so that its head tells the whole state."""
    return not _beside_the_record


def see_all_of(connection: Any, **_: object) -> None:
    """See every statement of a connection that the tests make.

    Tests with a browser run beside its event loop, where Django gives the same thread another connection.
    What the service under test sends from its own threads is not seen.
    """
    if current_thread() is main_thread() and watch not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, watch)


def watch(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
    """See every statement that is sent."""
    for change in changes(statement):
        _notice(change)
    return execute(statement, params, many, context)


def _notice(change: Change) -> None:
    if change.table in _keys():
        for watched in _watched:
            if change.word == "INSERT":
                watched.about_to_add(change.table)
            else:
                watched.about_to_change(change.table)
    if not in_action() and not (
        change.table in UNHEEDED
        or (change.columns and all(f"{change.table}.{column}" in UNHEEDED for column in change.columns))
    ):
        _beside_the_record.append(change)


@cache
def _keys() -> dict[str, models.Field[Any, Any]]:
    return {model._meta.db_table: model._meta.pk for model in apps.get_models(include_auto_created=True)}


def _key(table: str) -> str:
    return str(_keys()[table].column)


def _numbers_its_rows(table: str) -> bool:
    return table == ENTRIES or isinstance(_keys()[table], models.AutoField | models.BigAutoField)


def _ask(query: str, *arguments: Any) -> list[Row]:
    raw = connection.connection.cursor()
    return list(raw.execute(query, arguments).fetchall())


@cache
def _columns(table: str) -> list[str]:
    raw = connection.connection.cursor()
    return [column[0] for column in raw.execute(f"SELECT * FROM {table} LIMIT 0").description]


def _highest(table: str) -> int:
    return int(_ask(f"SELECT COALESCE(MAX({_key(table)}), 0) FROM {table}")[0][0])


def _rows(table: str, *, above: int | None = None, up_to: int | None = None) -> dict[Any, Row]:
    """Give rows by key as the database itself holds them, in the order of their keys."""
    key = _key(table)
    where = "" if up_to is None else f"WHERE {key} <= {up_to}"
    if above is not None:
        where = f"WHERE {key} > {above}"
    # The sign before a column keeps SQLite's driver from making a date of it, which would be undone later.
    raw = '+"{}"' if connection.vendor == "sqlite" else '"{}"::text'
    columns = ", ".join(raw.format(column) for column in _columns(table))
    place = _columns(table).index(key)
    # Ordered by the column itself; its bare name would be the text of it.
    return {row[place]: row for row in _ask(f"SELECT {columns} FROM {table} {where} ORDER BY {table}.{key}")}


@cache
def _sequence(table: str) -> str:
    """Name the sequence that numbers a table's rows; empty when there is none."""
    found = _ask(f"SELECT pg_get_serial_sequence('{table}', '{_key(table)}')")
    return found[0][0] or ""


def _field(value: str | None) -> str:
    """Write a value as PostgreSQL reads it from a file."""
    if value is None:
        return "\\N"
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
