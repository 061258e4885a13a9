"""Long lists: counted up to a bound, a page at a time, or part by part where all of it is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from django.db.models import Model, QuerySet

from oversight.arrangements.queries import Count

PAGE_SIZE: Final = 25
MOST_COUNTED: Final = 1000
#: Rows read at once where all of them are.
_PART: Final = 500
_Row = TypeVar("_Row", bound=Model)


def in_parts(rows: QuerySet[_Row]) -> Iterator[list[_Row]]:
    """Give rows part by part, as they are needed, so that any number of them needs little room."""
    steady = rows.iterator(chunk_size=_PART)
    while part := list(islice(steady, _PART)):
        yield part


def counted(*parts: QuerySet[Any]) -> Count:
    """Count rows of parts that do not overlap, exactly up to a bound: a query for each that is needed."""
    found = 0
    for rows in parts:
        found += rows.order_by().values("pk")[: MOST_COUNTED + 1 - found].count()
        if found > MOST_COUNTED:
            return Count(MOST_COUNTED, more=True)
    return Count(found, more=False)


def page_of(count: Count, page: int) -> tuple[int, slice]:
    """Give the number of a page that is there, and its part of the rows."""
    number = min(max(1, page), max(1, -(-count.number // PAGE_SIZE)))
    return number, slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE)
