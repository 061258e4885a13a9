"""What many tests begin with is done by its real steps once in a process, and later put back row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql


@dataclass(frozen=True)
class _Kept:
    """What some steps added: rows by table, entries by which the record's head moves, sequences used."""

    rows: dict[str, Any]
    heads: list[tuple[int, str]]
    sequences: list[tuple[str, int]]


_kept: dict[tuple[str, str], _Kept] = {}


def once(name: str, steps: Callable[[], object]) -> None:
    """Take some steps, or put back the rows that they added when they were taken from the same state.

    The state is that of the record: its last digest tells everything that acts did before.

    Args:
        name: Of the steps.
        steps: Acts that only add rows.
    """
    key = (name, _head()[1])
    if key in _kept:
        with transaction.atomic():
            _put_back(_kept[key])
        return
    before = {table: _count(table) for table in _tables()}
    sequence = _head()[0]
    steps()
    grown = {table: held for table, held in before.items() if _count(table) > held}
    _kept[key] = _Kept(
        {table: _take(table, held) for table, held in grown.items()},
        _entries_after(sequence),
        [used for table in grown for used in _sequence_of(table)],
    )


def _tables() -> list[str]:
    ours = (model for model in apps.get_models() if model.__module__.startswith("oversight."))
    return sorted(model._meta.db_table for model in ours)


def _ask(query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return list(cursor.fetchall())


def _count(table: str) -> int:
    return int(_ask(f"SELECT COUNT(*) FROM {table}")[0][0])


def _head() -> tuple[int, str]:
    found = _ask("SELECT sequence, digest FROM ledger_head")
    return (int(found[0][0]), str(found[0][1])) if found else (0, "")


def _entries_after(sequence: int) -> list[tuple[int, str]]:
    query = "SELECT sequence, digest FROM ledger_entry WHERE sequence > %s ORDER BY sequence"
    return [(int(number), str(digest)) for number, digest in _ask(query, sequence)]


def _take(table: str, skipped: int) -> Any:
    """Take the rows after the first ones, in the order in which they came."""
    if connection.vendor == "sqlite":
        return _ask(f"SELECT * FROM {table} ORDER BY 1 LIMIT -1 OFFSET %s", skipped)
    query = sql.SQL("COPY (SELECT * FROM {} ORDER BY 1 OFFSET {}) TO STDOUT")
    with connection.connection.cursor().copy(
        query.format(sql.Identifier(table), sql.Literal(skipped))
    ) as lines:
        return b"".join(bytes(line) for line in lines)


def _sequence_of(table: str) -> list[tuple[str, int]]:
    """Give the sequence that numbers a table's rows, and the last number used; SQLite minds this itself."""
    if connection.vendor == "sqlite":
        return []
    named = _ask(
        "SELECT column_name, pg_get_serial_sequence(%s, column_name) FROM information_schema.columns"
        " WHERE table_name = %s AND pg_get_serial_sequence(%s, column_name) IS NOT NULL",
        table,
        table,
        table,
    )
    return [(name, int(_ask(f"SELECT MAX({column}) FROM {table}")[0][0])) for column, name in named]


def _put_back(kept: _Kept) -> None:
    # Sent past the guard, which rightly lets nobody write an entry of the record but an act.
    raw = connection.connection.cursor()
    moved = "UPDATE ledger_head SET sequence = {0}, digest = {0}"
    if connection.vendor == "sqlite":
        for table, rows in kept.rows.items():
            raw.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    else:
        for table, rows in kept.rows.items():
            with raw.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                copy.write(rows)
        for name, last in kept.sequences:
            raw.execute("SELECT setval(%s, %s)", (name, last))
    # The head of the record moves from each entry to the next; the database refuses anything else.
    for step in kept.heads:
        raw.execute(moved.format("?" if connection.vendor == "sqlite" else "%s"), step)
