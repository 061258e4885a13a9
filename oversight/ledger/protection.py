"""Triggers by which the database itself keeps the record append-only, on SQLite and PostgreSQL.

They stop every way of changing the past that goes through SQL: a fault in our code, an administration tool,
a slip of the hand. Someone who may drop triggers can still get past them; ``verifying`` finds what was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

_KEPT: Final = ("ledger_entry", "ledger_checkpoint")

_SQLITE: Final = {
    **{
        f"{table}_refuses_{verb}": f"BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'The record is append-only: {verb} on {table} refused'); END"
        for table in (*_KEPT, "ledger_head")
        for verb in ("update", "delete")
        if (table, verb) != ("ledger_head", "update")
    },
    # INSERT OR REPLACE deletes without firing a delete trigger, so an insert looks for what it would hit.
    "ledger_entry_follows": """BEFORE INSERT ON ledger_entry
        WHEN NEW.sequence IS NOT (SELECT COALESCE(MAX(sequence), 0) + 1 FROM ledger_entry)
          OR NEW.previous IS NOT COALESCE(
             (SELECT digest FROM ledger_entry ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
          OR EXISTS (SELECT 1 FROM ledger_entry WHERE digest = NEW.digest)
        BEGIN SELECT RAISE(ABORT, 'The record is append-only: an entry must follow the last one'); END""",
    "ledger_checkpoint_refuses_replacement": """BEFORE INSERT ON ledger_checkpoint
        WHEN EXISTS (SELECT 1 FROM ledger_checkpoint WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'The record is append-only: a checkpoint cannot be replaced'); END""",
    "ledger_head_refuses_replacement": """BEFORE INSERT ON ledger_head
        WHEN EXISTS (SELECT 1 FROM ledger_head)
        BEGIN SELECT RAISE(ABORT, 'The record is append-only: its head cannot be replaced'); END""",
    "ledger_head_steps": """BEFORE UPDATE ON ledger_head
        WHEN NEW.sequence IS NOT OLD.sequence + 1
          OR NEW.digest IS NOT (SELECT digest FROM ledger_entry WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'The record is append-only: its head moves to the next entry'); END""",
}

_POSTGRESQL_FUNCTIONS: Final = {
    "ledger_refuses_change": """BEGIN
        RAISE EXCEPTION 'The record is append-only: % on % refused', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
    END""",
    "ledger_entry_follows": """DECLARE last_sequence bigint; last_digest text;
    BEGIN
        SELECT sequence, digest INTO last_sequence, last_digest
            FROM ledger_entry ORDER BY sequence DESC LIMIT 1;
        IF NEW.sequence IS DISTINCT FROM COALESCE(last_sequence, 0) + 1
           OR NEW.previous IS DISTINCT FROM COALESCE(last_digest, repeat('0', 64)) THEN
            RAISE EXCEPTION 'The record is append-only: an entry must follow the last one'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END""",
    "ledger_head_steps": """BEGIN
        IF NEW.sequence IS DISTINCT FROM OLD.sequence + 1 OR NOT EXISTS (
            SELECT 1 FROM ledger_entry WHERE sequence = NEW.sequence AND digest = NEW.digest) THEN
            RAISE EXCEPTION 'The record is append-only: its head moves to the next entry'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END""",
}

_POSTGRESQL: Final = {
    **{
        f"{table}_refuses_change": (table, "UPDATE OR DELETE", "ROW", "ledger_refuses_change")
        for table in _KEPT
    },
    **{
        f"{table}_refuses_truncate": (table, "TRUNCATE", "STATEMENT", "ledger_refuses_change")
        for table in (*_KEPT, "ledger_head")
    },
    "ledger_entry_follows": ("ledger_entry", "INSERT", "ROW", "ledger_entry_follows"),
    "ledger_head_steps": ("ledger_head", "UPDATE", "ROW", "ledger_head_steps"),
    "ledger_head_refuses_delete": ("ledger_head", "DELETE", "ROW", "ledger_refuses_change"),
}


def protect(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers.

    Raises:
        NotImplementedError: The database is neither SQLite nor PostgreSQL.
    """
    with connection.cursor() as cursor:
        for statement in _creating(connection.vendor):
            cursor.execute(statement)


def unprotect(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, as a migration backwards and the tests of tampering do.

    Raises:
        NotImplementedError: The database is neither SQLite nor PostgreSQL.
    """
    with connection.cursor() as cursor:
        for statement in _dropping(connection.vendor):
            cursor.execute(statement)


@contextmanager
def unprotected(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers away for a while; they come back even after an error."""
    unprotect(connection)
    try:
        yield
    finally:
        protect(connection)


def _creating(vendor: str) -> Iterator[str]:
    if vendor == "sqlite":
        for name, body in _SQLITE.items():
            yield f"CREATE TRIGGER {name} {body}"
    elif vendor == "postgresql":
        for name, body in _POSTGRESQL_FUNCTIONS.items():
            yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$"
        for name, (table, event, level, function) in _POSTGRESQL.items():
            yield (
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {level} "
                f"EXECUTE FUNCTION {function}()"
            )
    else:
        raise NotImplementedError(f"The record is kept on SQLite or PostgreSQL, not on {vendor}.")


def _dropping(vendor: str) -> Iterator[str]:
    if vendor == "sqlite":
        for name in _SQLITE:
            yield f"DROP TRIGGER {name}"
    elif vendor == "postgresql":
        for name, (table, *_) in _POSTGRESQL.items():
            yield f"DROP TRIGGER {name} ON {table}"
        for name in _POSTGRESQL_FUNCTIONS:
            yield f"DROP FUNCTION {name}()"
    else:
        raise NotImplementedError(f"The record is kept on SQLite or PostgreSQL, not on {vendor}.")
