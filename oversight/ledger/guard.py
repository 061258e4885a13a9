"""Reading cannot write, and nothing writes but an act: both held by watching the SQL that is sent.

``reading`` goes around a page that only shows; ``writing`` around one that acts. The few tables that
belong to signing in and to the framework are named here, because no act of oversight writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

from oversight.ledger.acting import in_action
from oversight.ledger.statements import ROW_WRITES, Change, changes

BOOKKEEPING: Final = frozenset({"django_session", "cache_entry"})
"""Tables that a page may write while it only shows: who is signed in, and how often they tried."""

SIGNING_IN: Final = BOOKKEEPING | {
    "account_*",
    "mfa_*",
    "parties_person.last_login",
    "parties_person.password",
}
"""What may be written outside an act: ``table``, ``prefix_*``, or ``table.column`` for an update of it."""

WORKING: Final = frozenset(
    f"jobs_job.{column}"
    for column in (
        "claim",
        "claimed_until",
        "done",
        "finished_at",
        "problem",
        "total",
        "tries",
        "try_at",
        "words",
    )
) | {"jobs_mail.problem", "jobs_mail.refused_at", "jobs_mail.sent_at"}
"""How far a worker is with a job or a message. Asking for it is part of an act; what it does is another."""


class ForbiddenWriteError(RuntimeError):
    """A fault in our code: SQL that writes was sent where it may not be. Names the table."""


@contextmanager
def reading(*, also: Iterable[str] = BOOKKEEPING) -> Iterator[None]:
    """Refuse every statement that could change something, but to the tables in ``also``.

    Raises:
        ForbiddenWriteError: On such a statement, before it is sent.
    """
    allowed = frozenset(also)

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        for change in changes(sql):
            if not _is_allowed(change, allowed):
                raise ForbiddenWriteError(f"{_told(change)} while a page was only reading.")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


@contextmanager
def writing(*, also: Iterable[str] = SIGNING_IN | WORKING) -> Iterator[None]:
    """Refuse every statement that could change something outside an act, but to what ``also`` names.

    Raises:
        ForbiddenWriteError: On such a statement, before it is sent.
    """
    allowed = frozenset(also)

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not in_action():
            for change in changes(sql):
                if not _is_allowed(change, allowed):
                    raise ForbiddenWriteError(
                        f"{_told(change)} outside an action, so the record would not tell of it."
                    )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def _is_allowed(change: Change, allowed: frozenset[str]) -> bool:
    if change.word not in ROW_WRITES:
        return False
    if change.table in allowed:
        return True
    if any(entry.endswith("*") and change.table.startswith(entry[:-1]) for entry in allowed):
        return True
    return bool(change.columns) and all(f"{change.table}.{column}" in allowed for column in change.columns)


def _told(change: Change) -> str:
    return f"{change.word} of {change.table or 'something'} was sent"
