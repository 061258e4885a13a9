"""How the sample of a year of Serious Further Offence reviews stands, as it is published (¶19).

It holds digests and totals, never a review: which reviews were on a list, with region and offence, could
point to a case. Figures of regions are words while the year runs; afterwards numbers, the small ones hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from oversight.kernel.digests import Value, canonical, digest, parse

#: Names the form of the file, so that a later one cannot be taken for it.
FORM: Final = "oversight-sfo-public/1"


@dataclass(frozen=True)
class PublicList:
    """A list and its draw, in totals.

    Args:
        number: Its number in the year.
        frozen_at: When it was frozen.
        digest: Digest of the list.
        reviews: Reviews on it.
        drawn_at: When it was drawn; None before.
        drawn: How many were drawn for the Inspectorate; None before.
        key: Key of the draw; empty before.
    """

    number: int
    frozen_at: datetime
    digest: str
    reviews: int
    drawn_at: datetime | None
    drawn: int | None
    key: str


@dataclass(frozen=True)
class PublicRegion:
    """A region's share.

    Args:
        name: Its name.
        standing: How near it is to the share, in words.
        sampled: Reviews drawn for the Inspectorate; None while the year runs, and when hidden.
        others: Reviews left to HMPPS; likewise.
        reviews: All its reviews; likewise.
    """

    name: str
    standing: str
    sampled: int | None
    others: int | None
    reviews: int | None


@dataclass(frozen=True, kw_only=True)
class SampleSnapshot:
    """How a year of the sample stands.

    Attributes:
        year: Name of the year.
        first_day: Its first day.
        last_day: Its last day.
        method: How it is drawn; in the digests.
        share: Per cent that the Inspectorate quality assures.
        least: Lowest chance of a review, in per cent.
        most: Highest chance of a review, in per cent.
        smallest: Fewest reviews on a list.
        period: How often a list is due to be frozen, in words.
        seed_digest: Digest to which the Inspectorate committed.
        committed_at: When.
        seed: The seed once revealed; empty before.
        revealed_at: When it was revealed; None before.
        lists: Its lists by number.
        withdrawn: Reviews withdrawn after they were listed, in words.
        regions: Regions by name.
        counted: Whether regions have numbers, because the year is over and its seed revealed.
        small_numbers: How small numbers are hidden, in words.
    """

    year: str
    first_day: date
    last_day: date
    method: str
    share: int
    least: int
    most: int
    smallest: int
    period: str
    seed_digest: str
    committed_at: datetime
    seed: str
    revealed_at: datetime | None
    lists: tuple[PublicList, ...]
    withdrawn: str
    regions: tuple[PublicRegion, ...]
    counted: bool
    small_numbers: str

    @property
    def text(self) -> str:
        """Its canonical text, which is kept."""
        return canonical(_plain(self))

    @property
    def digest(self) -> str:
        """SHA-256 of that text."""
        return digest(_plain(self))

    @property
    def listed(self) -> int:
        """Reviews on the lists that were drawn."""
        return sum(one.reviews for one in self.lists if one.drawn is not None)

    @property
    def drawn(self) -> int:
        """Reviews drawn for the Inspectorate."""
        return sum(one.drawn or 0 for one in self.lists)


def _plain(value: object) -> Value:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return cast("Value", value)


def read_sample(text: str) -> SampleSnapshot:
    """Read back what ``SampleSnapshot.text`` gave."""
    data = cast("Mapping[str, Any]", parse(text))
    return SampleSnapshot(
        **dict(data)
        | {
            "lists": tuple(PublicList(**one) for one in data["lists"]),
            "regions": tuple(PublicRegion(**one) for one in data["regions"]),
        }
    )


def public_file(snapshot: SampleSnapshot) -> dict[str, Any]:
    """Give a year as the data that ``oversight sample check`` checks as far as it can."""
    return {
        "form": FORM,
        "method": snapshot.method,
        "year": snapshot.year,
        "share": snapshot.share,
        "seed_digest": snapshot.seed_digest,
        "seed": snapshot.seed or None,
        "withdrawn": snapshot.withdrawn,
        "lists": [
            {
                "batch": one.number,
                "list_digest": one.digest,
                "reviews": one.reviews,
                "drawn": one.drawn,
                "key": one.key or None,
            }
            for one in snapshot.lists
        ],
        "regions": [
            {
                "name": one.name,
                "standing": one.standing,
                "sampled": one.sampled,
                "others": one.others,
                "reviews": one.reviews,
            }
            for one in snapshot.regions
        ],
    }
