"""Reading the register of published inspections. Superseded rounds show only on a report's own page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Max, Prefetch, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber, Substr

from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.publication.models import Origin, PublishedInspection, PublishedRating
from oversight.publication.rules.history import STANDARD_COLUMNS, UNDATED, HistoryRow
from oversight.publication.rules.programmes import Programme, UnitType, programmes
from oversight.publication.rules.snapshots import as_programme, read_programme

PAGE: Final = 25
#: Stands in a filter for what the register does not know.
NOT_KNOWN: Final = "not-known"

NEWEST: Final = (F("ordered_on").desc(), F("reference").asc())
_UNDATED_LAST: Final = Case(When(ordered_on=UNDATED, then=1), default=0)
SORTS: Final = {
    "newest": ("Newest first", NEWEST),
    "oldest": ("Oldest first", (_UNDATED_LAST.asc(), F("ordered_on").asc(), F("reference").asc())),
    "area": ("Area, A to Z", (F("unit_name").asc(), *NEWEST)),
}


@dataclass(frozen=True)
class Inspection:
    """One round of a published inspection.

    Attributes:
        reference: Permanent reference.
        round: 1, or more when it was corrected.
        said: Its facts.
        programme: Its programme, with the rules it was made under.
        imported_at: When this round came into the register.
        shipped: Whether it came with the service rather than from an import.
        from_case: Whether it was published here, from its case, with its text.
        superseded_at: When the next round took its place; None for the current round.
    """

    reference: str
    round: int
    said: HistoryRow
    programme: Programme
    imported_at: datetime
    shipped: bool
    superseded_at: datetime | None
    from_case: bool = False

    @property
    def published(self) -> PartialDate | None:
        """Date of publication as far as it is known."""
        return PartialDate.parse(self.said.published) if self.said.published else None

    @property
    def published_in_words(self) -> str:
        """Date of publication for a page."""
        return self.published.in_words() if self.published else "Date not known"

    @property
    def ratings(self) -> tuple[tuple[str, str], ...]:
        """Each standard of the programme with its rating; empty where it is not known."""
        known = dict(self.said.ratings)
        return tuple((standard.title, known.get(standard.key, "")) for standard in self.programme.standards)

    @property
    def overall_in_words(self) -> str:
        """Overall rating for a page, or why there is none."""
        if self.said.overall:
            return self.said.overall
        return "Not known" if self.programme.rated else "Not rated"


@dataclass(frozen=True)
class Filters:
    """What the register of reports is narrowed to. Empty means all.

    Attributes:
        text: Words in the unit's name.
        codes: Areas whose present or former name holds those words.
        programme: Identifier of a programme.
        region: Code of a region.
        unit_type: PDU, region or national.
        rating: An overall rating, or ``NOT_KNOWN``.
        year: Year of publication, or ``NOT_KNOWN``.
        sort: A key of ``SORTS``.
    """

    text: str = ""
    codes: tuple[str, ...] = ()
    programme: str = ""
    region: str = ""
    unit_type: str = ""
    rating: str = ""
    year: str = ""
    sort: str = "newest"


@dataclass(frozen=True)
class RegisterState:
    """What tells one state of the register from another: rounds are only ever added or superseded."""

    rounds: int
    last_added: int
    last_change: datetime | None


def register_state() -> RegisterState:
    """Return the state of the register: one query."""
    found = PublishedInspection.objects.aggregate(
        rounds=Count("pk"), last_added=Max("pk"), last_change=Max("imported_at")
    )
    return RegisterState(found["rounds"], found["last_added"] or 0, found["last_change"])


def register_page(filters: Filters, *, number: str | None) -> Page[Inspection]:
    """Return one page of the register: three queries, however many reports.

    Args:
        filters: What to narrow it to.
        number: Page asked for; anything that is no page gives the nearest that is.
    """
    page = Paginator(_filtered(filters), PAGE).get_page(number)
    rows = [_facts(row) for row in page.object_list]
    return Page(rows, page.number, cast("Paginator[Inspection]", page.paginator))


def all_reports(filters: Filters | None = None) -> Iterator[Inspection]:
    """Return every current inspection that the filters leave, in their order: two queries."""
    rows = _filtered(filters) if filters else _current().order_by("pk")
    return (_facts(row) for row in rows)


def latest(limit: int) -> tuple[Inspection, ...]:
    """Return the newest inspections."""
    return tuple(_facts(row) for row in _current().order_by(*NEWEST)[:limit])


def reports_about(codes: Iterable[str], *, limit: int) -> tuple[Inspection, ...]:
    """Return the newest current inspections of these areas, newest first."""
    rows = _current().filter(unit_code__in=sorted(codes)).order_by(*NEWEST)
    return tuple(_facts(row) for row in rows[:limit])


def count_about(codes: Iterable[str]) -> int:
    """Count the current inspections of these areas."""
    return PublishedInspection.objects.filter(superseded_at=None, unit_code__in=sorted(codes)).count()


def latest_of_each_area(*, unit_type: UnitType, region: str = "") -> Mapping[str, tuple[Inspection, ...]]:
    """Return each area's newest inspection under each programme, by area code, newest first: two queries.

    Args:
        unit_type: Only areas of this type.
        region: Only areas of the region with this code.
    """
    rows = _current().filter(unit_type=unit_type.value)
    if region:
        rows = rows.filter(region_code=region)
    newest = rows.annotate(
        place=Window(RowNumber(), partition_by=[F("unit_code"), F("programme")], order_by=NEWEST)
    ).filter(place=1)
    found: dict[str, list[Inspection]] = {}
    for row in newest.order_by(*NEWEST):
        found.setdefault(row.unit_code, []).append(_facts(row))
    return {code: tuple(inspections) for code, inspections in found.items()}


@dataclass(frozen=True)
class GivenRating:
    """A rating that a published inspection gave.

    Attributes:
        reference: Permanent reference of the inspection.
        unit_code: Code of the area.
        unit_type: What was inspected.
        standard: Key of the standard; empty for the overall rating.
        rating: The rating.
        published: Partial date of publication as text; empty when not known.
        ordered_on: First day that it can be of; ``UNDATED`` when nothing is known.
        entered_on: London day on which it came into the register as it is.
    """

    reference: str
    unit_code: str
    unit_type: str
    standard: str
    rating: str
    published: str
    ordered_on: date
    entered_on: date


def ratings_given(*, codes: Iterable[str] | None = None) -> tuple[GivenRating, ...]:
    """Return every rating of current inspections, newest first, overall before standards: two queries.

    Args:
        codes: Only of these areas; None for all.
    """
    rows = PublishedInspection.objects.filter(superseded_at=None)
    rated = PublishedRating.objects.filter(inspection__superseded_at=None)
    if codes is not None:
        wanted = sorted(codes)
        rows, rated = rows.filter(unit_code__in=wanted), rated.filter(inspection__unit_code__in=wanted)
    names = ("reference", "unit_code", "unit_type", "published", "ordered_on", "imported_at")
    found = [
        GivenRating(reference, code, kind, "", overall, published, ordered_on, _day(at))
        for reference, code, kind, published, ordered_on, at, overall in rows.exclude(overall="")
        .order_by("pk")
        .values_list(*names, "overall")
    ]
    found += [
        GivenRating(reference, code, kind, standard, rating, published, ordered_on, _day(at))
        for reference, code, kind, published, ordered_on, at, standard, rating in rated.order_by(
            "pk"
        ).values_list(*(f"inspection__{name}" for name in names), "standard", "rating")
    ]
    return tuple(sorted(found, key=lambda one: (-one.ordered_on.toordinal(), one.reference, one.standard)))


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def rounds_of(reference: str) -> Sequence[Inspection]:
    """Return every round of one inspection, the current one first.

    Raises:
        Refused: There is no such inspection.
    """
    rows = _with_ratings(PublishedInspection.objects.filter(reference=reference)).order_by("-round")
    rounds = [_facts(row) for row in rows]
    if not rounds:
        raise Refused(
            "not_found_report",
            f"There is no report with the reference {reference[:100]!r}.",
            "Search the register of reports. A report never changes its reference.",
        )
    return rounds


def current_of(references: Sequence[str]) -> Mapping[str, Inspection]:
    """Return the current round of these inspections, by reference: two queries."""
    rows = _current().filter(reference__in=references).order_by("pk")
    return {row.reference: _facts(row) for row in rows}


def all_references() -> Sequence[str]:
    """Return the reference of every inspection in the register."""
    rows = PublishedInspection.objects.filter(superseded_at=None).order_by("reference")
    return list(rows.values_list("reference", flat=True))


def years() -> Sequence[str]:
    """Return the years in which something was published, newest first."""
    rows = PublishedInspection.objects.filter(superseded_at=None).exclude(published="")
    found = rows.annotate(year=Substr("published", 1, 4)).order_by("-year").values_list("year", flat=True)
    return list(found.distinct())


def further_programmes() -> Sequence[tuple[str, str]]:
    """Return identifier and title of each programme that only reports published here name: one query."""
    rows = PublishedInspection.objects.filter(superseded_at=None, origin=Origin.CASE)
    known = {programme.id for programme in programmes().all}
    texts = rows.exclude(programme__in=known).order_by("pk").values_list("programme_facts", flat=True)
    found = {facts.id: facts.title for facts in map(read_programme, texts)}
    return sorted(found.items())


def _current() -> QuerySet[PublishedInspection]:
    return _with_ratings(PublishedInspection.objects.filter(superseded_at=None))


def _with_ratings(rows: QuerySet[PublishedInspection]) -> QuerySet[PublishedInspection]:
    return rows.prefetch_related(Prefetch("ratings", PublishedRating.objects.order_by("pk")))


def _filtered(filters: Filters) -> QuerySet[PublishedInspection]:
    rows = _current()
    if filters.text:
        rows = rows.filter(Q(unit_name__icontains=filters.text) | Q(unit_code__in=filters.codes))
    if filters.programme:
        rows = rows.filter(programme=filters.programme)
    if filters.region:
        rows = rows.filter(region_code=filters.region)
    if filters.unit_type:
        rows = rows.filter(unit_type=filters.unit_type)
    if filters.rating:
        rows = rows.filter(overall="" if filters.rating == NOT_KNOWN else filters.rating)
    if filters.year == NOT_KNOWN:
        rows = rows.filter(published="")
    elif filters.year:
        rows = rows.filter(published__startswith=filters.year)
    return rows.order_by(*SORTS[filters.sort][1])


def _facts(row: PublishedInspection) -> Inspection:
    if row.programme_facts:
        programme: Programme | None = as_programme(
            read_programme(row.programme_facts), UnitType(row.unit_type)
        )
    else:
        programme = programmes().by_id(row.programme)
    assert programme is not None, f"programmes.yaml no longer has {row.programme}, which the register holds"
    place = {column: position for position, column in enumerate(STANDARD_COLUMNS)}
    ratings = sorted(
        ((each.standard, each.rating) for each in row.ratings.all()),
        key=lambda one: (place.get(one[0], len(place)), one[0]),
    )
    return Inspection(
        reference=row.reference,
        round=row.round,
        said=HistoryRow(
            row=0,
            programme=row.programme,
            unit_type=row.unit_type,
            unit_code=row.unit_code,
            unit_name=row.unit_name,
            region_code=row.region_code,
            published=row.published,
            fieldwork=row.fieldwork,
            score=row.score,
            score_max=row.score_max,
            overall=row.overall,
            ratings=tuple(ratings),
            recommendations=row.recommendations,
            targets=row.targets,
            cases=row.cases,
            evidence=row.evidence,
            url=row.url,
            other_urls=tuple(row.other_urls.splitlines()),
            notes=row.notes,
        ),
        programme=programme,
        imported_at=row.imported_at,
        shipped=row.origin == Origin.PACKAGE,
        from_case=row.origin == Origin.CASE,
        superseded_at=row.superseded_at,
    )
