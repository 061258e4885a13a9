"""What findings changed, as the public reads it (D11, ¶21). It sees no casework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from oversight.publication.models import PublishedChange, PublishedChangeReport
from oversight.publication.rules.changes import PublicChange, read_change

PAGE: Final = 25


@dataclass(frozen=True)
class ShownChange:
    """A change as a page shows it, with its round and the moment of publishing that."""

    change: PublicChange
    round: int
    published_at: datetime


def _current() -> QuerySet[PublishedChange]:
    return PublishedChange.objects.filter(superseded_at=None)


def _shown(row: PublishedChange) -> ShownChange:
    return ShownChange(read_change(row.content), row.round, row.published_at)


def changes_page(*, number: str | None, report: str = "") -> Page[ShownChange]:
    """Give one page of the changes, latest first: two queries.

    Args:
        number: Page asked for; anything that is no page gives the nearest that is.
        report: Reference of a report; only what it led to. Empty for all.
    """
    rows = _current()
    if report:
        linked = PublishedChangeReport.objects.filter(report=report).values("change")
        rows = rows.filter(pk__in=linked)
    page = Paginator(rows.order_by("-ordered_on", "-pk"), PAGE).get_page(number)
    listed = [_shown(row) for row in page.object_list]
    return Page(listed, page.number, cast("Paginator[ShownChange]", page.paginator))


def all_changes() -> Iterator[ShownChange]:
    """Give every change, latest first: one query."""
    return (_shown(row) for row in _current().order_by("-ordered_on", "-pk").iterator(chunk_size=500))
