"""What a command says when the database cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.db import DatabaseError


@contextmanager
def telling_of_databases() -> Iterator[None]:
    """Turn a fault of the database into wrong use, said in one line with what to do.

    Raises:
        click.UsageError: The database cannot be used.
    """
    try:
        yield
    except DatabaseError as error:
        raise click.UsageError(
            f"The database cannot be used ({reason(error)}). Check DATABASE_URL, or run: oversight setup"
        ) from error


def reason(error: DatabaseError) -> str:
    """Give the first line of what the database said, or the name of the error when it said nothing."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
