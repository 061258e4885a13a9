"""What many tests begin with is done by its real steps once in a process, and later put back row by row.

Every entry of the record holds a number drawn by lot, so its last digest stands for one state of the database
and no other. Steps taken from a state once are therefore known by it, and by what was given to them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, is_dataclass
from datetime import date
from enum import Enum
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models, transaction

from tests.harness import changes

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _Kept:
    """What steps changed, and what they gave."""

    changes: changes.Changes
    given: Any


@dataclass(frozen=True)
class _RowOf:
    """A row that was given, to be read anew."""

    model: type[models.Model]
    key: Any


class _CannotBeKeptError(Exception):
    """A value is not told by what can be seen of it."""


_kept: dict[tuple[Any, str], _Kept] = {}


def once(name: object, steps: Callable[[], T]) -> T:
    """Take some steps, or put back what they changed when they were taken from the same state.

    After a write that the record does not tell of, the state is unknown, and the steps are taken anew.

    Args:
        name: Of the steps, and of everything given to them.
        steps: Acts that change nothing but the database.
    """
    key = (name, _head())
    if not changes.record_tells_all():
        return steps()
    if key in _kept:
        with transaction.atomic():
            _kept[key].changes.make()
        return _again(_kept[key].given)
    with changes.watching() as watched:
        given = steps()
    if changes.record_tells_all():
        with suppress(_CannotBeKeptError):
            _kept[key] = _Kept(watched.changes(), _held(given))
    return given


def reached(factory: Callable[P, T]) -> Callable[P, T]:
    """Let a factory put back what it reached before from the same state with the same arguments."""
    takes = signature(factory)

    @wraps(factory)
    def reach(*arguments: P.args, **more: P.kwargs) -> T:
        bound = takes.bind(*arguments, **more)
        try:
            name = (factory.__module__, factory.__qualname__, _told(bound.arguments))
        except _CannotBeKeptError:
            return factory(*arguments, **more)
        given = once(name, lambda: factory(*arguments, **more))
        for value in bound.arguments.values():
            if isinstance(value, models.Model):
                value.refresh_from_db()
        return given

    return reach


def _head() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM ledger_head")
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def _told(value: Any) -> Any:
    """Tell a value apart from every other.

    Raises:
        _CannotBeKeptError: It shows nothing to tell it by.
    """
    if isinstance(value, models.Model):
        return type(value), value.pk
    if isinstance(value, dict):
        return tuple((key, _told(held)) for key, held in value.items())
    if isinstance(value, list | tuple):
        return tuple(_told(held) for held in value)
    if isinstance(value, type) or hasattr(value, "__wrapped__"):
        return value
    told = repr(value)
    if " at 0x" in told:
        raise _CannotBeKeptError(told)
    return told


def _held(value: Any) -> Any:
    """Hold what steps gave, rows as where to find them.

    Raises:
        _CannotBeKeptError: It could change in a test's hands.
    """
    if isinstance(value, models.Model):
        return _RowOf(type(value), value.pk)
    if isinstance(value, list | tuple | set | frozenset) and type(value) in {list, tuple, set, frozenset}:
        return type(value)(_held(one) for one in value)
    frozen = is_dataclass(value) and value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    if frozen or value is None or isinstance(value, str | bytes | int | float | date | Enum):
        return value
    raise _CannotBeKeptError(repr(value))


def _again(held: Any) -> Any:
    if isinstance(held, _RowOf):
        return held.model._base_manager.get(pk=held.key)
    if isinstance(held, list | tuple | set | frozenset) and type(held) in {list, tuple, set, frozenset}:
        return type(held)(_again(one) for one in held)
    return held
