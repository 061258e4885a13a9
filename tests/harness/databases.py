"""The database of one run of tests: its own name, and a way back to how the migrations left it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql

_after_migrations: list[Any] = []


def name_for_this_run(folder: Path) -> None:
    """Name the test database so that several runs on one machine never meet.

    SQLite gets a file, because threads and processes must be able to open it for themselves.
    """
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        settings["TEST"]["NAME"] = str(folder / "test.sqlite3")
    else:
        settings["TEST"]["NAME"] = f"test_oversight_{os.getpid()}"


def remember() -> None:
    """Note every row that the migrations left, and come back to it after each test that commits.

    Django would empty every table instead. That loses rows the service counts on, and the record refuses it.
    """
    _after_migrations.clear()
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(kept)
        _after_migrations.append(kept)
    else:
        connection.ensure_connection()
        raw = connection.connection
        for name in _tables(raw):
            with raw.cursor() as cursor, cursor.copy(_copy("COPY {} TO STDOUT", name)) as lines:
                rows = b"".join(bytes(line) for line in lines)
            if rows:
                _after_migrations.append((name, rows))
    TransactionTestCase._fixture_teardown = _restore_after  # type: ignore[method-assign]


def restore() -> None:
    """Bring back the rows that ``remember`` noted and remove all others, past every trigger."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        _after_migrations[0].backup(connection.connection)
        return
    raw = connection.connection
    with raw.transaction():
        # Triggers and foreign keys are about how rows change in use, not about putting a test's table back.
        raw.execute("SET LOCAL session_replication_role = replica")
        raw.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(
                sql.SQL(", ").join(map(sql.Identifier, _tables(raw)))
            )
        )
        for name, rows in _after_migrations:
            with raw.cursor() as cursor, cursor.copy(_copy("COPY {} FROM STDIN", name)) as lines:
                lines.write(rows)
        _continue_sequences(raw)


def _restore_after(case: TransactionTestCase) -> None:
    restore()


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
