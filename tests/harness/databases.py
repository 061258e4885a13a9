"""The database of one run of tests: a way back to how the migrations left it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql


class Snapshot:
    """All rows of the database at one moment, and the way back to them.

    Django's own way, emptying every table, loses rows that the service counts on, and the record refuses it.
    """

    def __init__(self) -> None:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._copy = sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(self._copy)
        else:
            self._rows = dict(_copied_out(connection.connection))

    def restore(self) -> None:
        """Bring these rows back and remove all others, past every trigger."""
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._copy.backup(connection.connection)
        else:
            _copy_in(connection.connection, self._rows)


def come_back_after_each_test_that_commits(snapshot: Snapshot) -> None:
    """Let every such test leave the database as the snapshot shows it."""

    def restore(case: TransactionTestCase) -> None:
        snapshot.restore()

    TransactionTestCase._fixture_teardown = restore  # type: ignore[method-assign]


def _copied_out(raw: psycopg.Connection[Any]) -> Iterator[tuple[str, bytes]]:
    for name in _tables(raw):
        with raw.cursor() as cursor, cursor.copy(_copy("COPY {} TO STDOUT", name)) as lines:
            yield name, b"".join(bytes(line) for line in lines)


def _copy_in(raw: psycopg.Connection[Any], rows: dict[str, bytes]) -> None:
    with raw.transaction():
        # Triggers and foreign keys are about how rows change in use, not about putting a test's table back.
        raw.execute("SET LOCAL session_replication_role = replica")
        names = sql.SQL(", ").join(map(sql.Identifier, _tables(raw)))
        raw.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
        for name, lines in rows.items():
            with raw.cursor() as cursor, cursor.copy(_copy("COPY {} FROM STDIN", name)) as copy:
                copy.write(lines)
        _continue_sequences(raw)


def _tables(raw: psycopg.Connection[Any]) -> list[str]:
    found = raw.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in found.fetchall()]


def _copy(statement: LiteralString, table: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(table))


def _continue_sequences(raw: psycopg.Connection[Any]) -> None:
    owned = raw.execute(
        """SELECT format('SELECT setval(%L, COALESCE(MAX(%I), 1), COUNT(*) > 0) FROM %I',
                         format('%I.%I', n.nspname, s.relname), a.attname, t.relname)
           FROM pg_class s
           JOIN pg_namespace n ON n.oid = s.relnamespace AND n.nspname = 'public'
           JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
           JOIN pg_class t ON t.oid = d.refobjid
           JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
           WHERE s.relkind = 'S'"""
    ).fetchall()
    for (statement,) in owned:
        raw.execute(statement)
