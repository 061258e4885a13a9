"""The sample of Serious Further Offence reviews as the public reads it. It sees no review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from oversight.kernel.refusals import Refused
from oversight.publication.models import PublishedSample
from oversight.publication.rules.sample_snapshots import SampleSnapshot, read_sample


@dataclass(frozen=True)
class PublicSample:
    """A year of the sample as it stands.

    Args:
        snapshot: What is published of it.
        round: How often it was brought up to date, from 1.
        digest: Digest of what is published.
        published_at: When it was brought up to date.
    """

    snapshot: SampleSnapshot
    round: int
    digest: str
    published_at: datetime


def sample_years() -> tuple[str, ...]:
    """Give the name of every year that is published, latest first."""
    rows = PublishedSample.objects.filter(superseded_at=None).order_by("-first_day")
    return tuple(rows.values_list("year", flat=True))


def current_year(today: date) -> str:
    """Give the latest year that has begun; empty while none has, or its seed was not published in time."""
    rows = PublishedSample.objects.filter(superseded_at=None, first_day__lte=today).order_by("-first_day")
    return rows.values_list("year", flat=True).first() or ""


def sample_year(name: str) -> PublicSample:
    """Give a year as it stands.

    Raises:
        Refused: None of that name is published (rule ``not_found_public_sample``).
    """
    rows = PublishedSample.objects.filter(superseded_at=None)
    row = rows.filter(year=name).order_by("-round").first() if name.isprintable() else None
    if row is None:
        raise Refused(
            "not_found_public_sample",
            "There is no such year of the sample.",
            "Choose one from the page of the sample.",
        )
    return PublicSample(read_sample(row.content), row.round, row.content_digest, row.published_at)
