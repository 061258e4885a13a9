"""Ways to make a class of mistake impossible to overlook; ``test_harness.py`` proves that each bites."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from unittest import mock

from django.db import models
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler


@contextmanager
def unordered_rows_come_reversed() -> Iterator[None]:
    """Give the rows of a query that asks for no order backwards, so that nobody relies on luck.

    A database promises no order, but small tables nearly always come in the order they were written.
    """
    asked, combined = SQLCompiler._order_by_pairs, SQLCompiler.get_combinator_sql
    combining = ContextVar("combining", default=False)

    def order(compiler: SQLCompiler) -> Iterator[tuple[Any, bool]]:
        pairs = list(asked(compiler))
        yield from pairs if pairs or combining.get() else _backwards(compiler)

    def combine(compiler: SQLCompiler, *args: Any) -> Any:
        # SQLite lets no part of a UNION have an order of its own.
        token = combining.set(True)
        try:
            return combined(compiler, *args)
        finally:
            combining.reset(token)

    with (
        mock.patch.object(SQLCompiler, "_order_by_pairs", order),
        mock.patch.object(SQLCompiler, "get_combinator_sql", combine),
    ):
        yield


def _backwards(compiler: SQLCompiler) -> Iterator[tuple[Any, bool]]:
    query = compiler.query
    one_row = query.group_by is None and any(
        annotation.contains_aggregate for annotation in query.annotation_select.values()
    )
    # Neither DISTINCT nor UNION may be sorted by what they do not select; one row has no order.
    if query.distinct or query.combinator or one_row or query.model is None:
        return
    if query.group_by is None:
        yield OrderBy(models.F("pk"), descending=True), False
    else:
        # "True" keeps the expression out of GROUP BY, where it would take every row apart.
        yield OrderBy(Random()), True


@contextmanager
def moments_are_no_days() -> Iterator[None]:
    """Refuse a moment where a day is meant: which day it is depends on the time zone, so code must say."""
    prepare = models.DateField.get_prep_value

    def checked(field: models.DateField[Any, Any], value: Any) -> Any:
        if isinstance(value, datetime) and not isinstance(field, models.DateTimeField):
            raise TypeError(f"{field} holds a day and was given the moment {value.isoformat()}.")
        return prepare(field, value)

    with mock.patch.object(models.DateField, "get_prep_value", checked):
        yield


@contextmanager
def logs_stay_open() -> Iterator[None]:
    """Refuse to leave a log silenced, as setting up logging anew does: later listeners would hear nothing."""
    before = _silenced()
    yield
    if silenced := _silenced() - before:
        for name in silenced:
            logging.getLogger(name).disabled = False
        raise AssertionError(f"Left silenced: {', '.join(sorted(silenced))}.")


def _silenced() -> set[str]:
    loggers = logging.Logger.manager.loggerDict.items()
    return {name for name, one in loggers if isinstance(one, logging.Logger) and one.disabled}
