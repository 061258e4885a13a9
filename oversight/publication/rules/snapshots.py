"""What is published of a report: all that the public may read of it, and nothing that points back (¶16).

Casework hands over a ``Snapshot``; it is whole in itself. HTML is cleaned again here, whoever cleaned it
before, because what stands here is shown to everyone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, Final, cast

import nh3

from oversight.kernel.digests import Value, canonical, digest, parse
from oversight.kernel.partial_dates import PartialDate
from oversight.publication.rules.history import HistoryRow
from oversight.publication.rules.programmes import Confidence, Programme, Standard, UnitType, programmes

_TAGS: Final = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "table", "caption", "thead", "tbody"),
    *("tr", "th", "td", "a", "strong", "em", "s", "code", "pre", "br", "hr", "span"),
}
_ATTRIBUTES: Final = {
    "*": {"class"},
    "a": {"href", "title", "class"},
    "ol": {"start", "class"},
    "th": {"scope", "class"},
}


def round_subject(reference: str, number: int) -> str:
    """Name a round of a report for a job."""
    return f"{reference}#{number}"


def round_of(subject: str) -> tuple[str, int]:
    """Give the reference and the round that ``round_subject`` named."""
    reference, _, number = subject.rpartition("#")
    return reference, int(number)


def cleaned(html: str) -> str:
    """Give the HTML with nothing in it that runs, styles itself or loads something from elsewhere."""
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})


@dataclass(frozen=True)
class NamedStandard:
    """A standard that a programme rates."""

    key: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ProgrammeFacts:
    """The programme under which an inspection was made, in the version that it kept.

    Attributes:
        id: Stable identifier.
        version: Version of the programme.
        title: What a page calls it.
        rated: Whether it gives ratings.
        standards: What it rates, in order.
        score_max: Most points it gives; None when it gives none.
        since: Day from which the version was in force.
        about: What it is, in plain words.
        not_known: What could not be confirmed about it.
        sources: Addresses of the pages that these facts come from.
    """

    id: str
    version: int
    title: str
    rated: bool
    standards: tuple[NamedStandard, ...]
    score_max: int | None
    since: date
    about: str
    not_known: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class GivenRating:
    """A rating and each step by which it came about; the overall one has no standard."""

    standard: str
    title: str
    rating: str
    explanation: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A section of the report; its HTML is clean and has headings from the third level down."""

    key: str
    title: str
    html: str


@dataclass(frozen=True)
class PublishedRecommendation:
    """A recommendation: its number for ever, the one authority it is for, and its words."""

    number: int
    authority: str
    authority_name: str
    text: str
    standards: tuple[str, ...]


@dataclass(frozen=True)
class PublishedData:
    """A table of the report. A number that is hidden, because it is small, is None."""

    number: int
    title: str
    owner_name: str
    source: str
    as_of: date
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    note: str


@dataclass(frozen=True)
class Place:
    """A region or unit that was looked at, by the name it had."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A report as it is published.

    Attributes:
        reference: Permanent reference, part of the address.
        version: Number of the version of the report.
        source_digest: Digest of that version, by which the Inspectorate can prove what it published.
        title: Title of the report.
        kind: ``core``, ``thematic``, ``joint`` or ``sfo_independent``.
        type_title: Type of inspection.
        programme: The programme it was made under.
        unit_type: What was inspected.
        unit_code: Code of the area whose entry it is.
        unit_name: Its name at the time.
        region_code: Code of its region; empty for what is national.
        places: Every region or unit looked at.
        partners: Names of the other inspectorates that took part.
        fieldwork_from: First day of fieldwork.
        fieldwork_until: Last day of fieldwork.
        published_on: Day of first publication; a correction keeps it.
        overall: The composite rating; None without.
        score: Points given; None without a composite rating.
        ratings: Ratings of the standards in order.
        cases: How many cases were judged; None when none was.
        sections: Its sections in order.
        recommendations: Its recommendations by number.
        data_items: Its tables by number.
    """

    reference: str
    version: int
    source_digest: str
    title: str
    kind: str
    type_title: str
    programme: ProgrammeFacts
    unit_type: UnitType
    unit_code: str
    unit_name: str
    region_code: str
    places: tuple[Place, ...]
    partners: tuple[str, ...]
    fieldwork_from: date
    fieldwork_until: date
    published_on: date
    overall: GivenRating | None
    score: int | None
    ratings: tuple[GivenRating, ...]
    cases: int | None
    sections: tuple[Section, ...]
    recommendations: tuple[PublishedRecommendation, ...]
    data_items: tuple[PublishedData, ...]

    def clean(self) -> Snapshot:
        """Give it with the HTML of every section cleaned."""
        return replace(self, sections=tuple(replace(one, html=cleaned(one.html)) for one in self.sections))

    @property
    def text(self) -> str:
        """Its canonical text, which is kept."""
        return canonical(_plain(self))

    @property
    def digest(self) -> str:
        """SHA-256 of that text: the same report has the same digest wherever it is published."""
        return digest(_plain(self))

    def says_the_same(self, other: Snapshot) -> bool:
        """Tell whether a reader would find nothing different in another version."""
        return replace(self, version=other.version, source_digest=other.source_digest) == other

    @property
    def entry(self) -> HistoryRow:
        """Give its row of the register."""
        national = self.unit_type is UnitType.NATIONAL
        return HistoryRow(
            row=0,
            programme=self.programme.id,
            unit_type=self.unit_type.value,
            unit_code=self.unit_code,
            # A look at a subject is known by its title; it is of no one unit.
            unit_name=self.title if national else self.unit_name,
            region_code=self.region_code,
            published=self.published_on.isoformat(),
            fieldwork=f"{self.fieldwork_from.isoformat()} to {self.fieldwork_until.isoformat()}",
            score=self.score if self.programme.score_max else None,
            score_max=self.programme.score_max if self.score is not None else None,
            overall=self.overall.rating if self.overall else "",
            ratings=tuple((one.standard, one.rating) for one in self.ratings if one.rating),
            recommendations=len(self.recommendations),
            targets=", ".join(dict.fromkeys(one.authority_name for one in self.recommendations))[:500],
            cases=self.cases,
            evidence="HMIP",
            url="",
            other_urls=(),
            notes="",
        )


def _plain(value: object) -> Value:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, UnitType):
        return value.value
    return cast("Value", value)


def read_snapshot(text: str) -> Snapshot:
    """Read back what ``Snapshot.text`` gave."""
    data = cast("dict[str, Any]", parse(text))
    overall = data["overall"]
    return Snapshot(
        **data
        | {
            "programme": read_programme(data["programme"]),
            "unit_type": UnitType(data["unit_type"]),
            "places": tuple(Place(**one) for one in data["places"]),
            "partners": tuple(data["partners"]),
            "overall": _rating(overall) if overall else None,
            "ratings": tuple(map(_rating, data["ratings"])),
            "sections": tuple(Section(**one) for one in data["sections"]),
            "recommendations": tuple(
                PublishedRecommendation(**one | {"standards": tuple(one["standards"])})
                for one in data["recommendations"]
            ),
            "data_items": tuple(
                PublishedData(
                    **one | {"columns": tuple(one["columns"]), "rows": tuple(map(tuple, one["rows"]))}
                )
                for one in data["data_items"]
            ),
        }
    )


def programme_text(facts: ProgrammeFacts) -> str:
    """Write a programme as text, for the register's own row."""
    return canonical(_plain(facts))


def read_programme(data: Mapping[str, Any] | str) -> ProgrammeFacts:
    """Read back a programme, from its text or from what was parsed of it."""
    read = cast("Mapping[str, Any]", parse(data)) if isinstance(data, str) else data
    return ProgrammeFacts(
        **dict(read)
        | {
            "standards": tuple(NamedStandard(**one) for one in read["standards"]),
            "sources": tuple(read["sources"]),
        }
    )


def as_programme(facts: ProgrammeFacts, unit_type: UnitType) -> Programme:
    """Give the programme that a report was made under as the register shows programmes.

    What the register's own file knows besides, how it is written there and whether it was paused, is kept.
    """
    known = programmes().by_id(facts.id)
    year = PartialDate(facts.since.year, None, None)
    same = known is not None and known.unit_type is unit_type
    return Programme(
        id=facts.id,
        title=facts.title,
        short_title=known.short_title if known and same else facts.title,
        written_as=known.written_as if known and same else facts.title,
        unit_type=unit_type,
        starts=known.starts if known else year,
        ends=known.ends if known else year,
        rated=facts.rated,
        standards=tuple(Standard(one.key, one.title) for one in facts.standards),
        standards_complete=True,
        standards_confidence=Confidence.VERIFIED,
        score_max=facts.score_max,
        score_max_confidence=Confidence.VERIFIED if facts.score_max else None,
        about=facts.about,
        not_known=facts.not_known,
        paused=known.paused if known else None,
        sources=facts.sources,
    )


def _rating(data: Mapping[str, Any]) -> GivenRating:
    return GivenRating(**dict(data) | {"explanation": tuple(data["explanation"])})
