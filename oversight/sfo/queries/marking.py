"""Markings of a review, and what a year of them shows: ratings and agreement between the bodies (F2, ¶19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from oversight.kernel.suppression import suppression_rule
from oversight.sfo.models import Marking, Review, Settlement
from oversight.sfo.rules.agreement import Agreement, Share, agreement
from oversight.sfo.rules.marking import TITLES, Mark, MarkingKind
from oversight.sfo.rules.review import ASSURERS, ReviewState
from oversight.sfo.rules.standards import OVERALL, Standards, shipped_standards, standards_of
from oversight.sfo.rules.statistics import (
    agreement_in_words,
    agreement_rows,
    count_row,
    hidden_places,
    rating_rows,
)


def marks_of(row: Review) -> tuple[Mark, ...]:
    """Give the markings of the round under way: two queries."""
    held = row.markings.filter(round=row.round).order_by("id").prefetch_related("ratings")
    return tuple(_mark(one) for one in held)


def _mark(row: Marking) -> Mark:
    return Mark(
        MarkingKind(row.kind),
        row.person,
        row.party_id,
        {one.standard: one.rating for one in row.ratings.all()},
    )


@dataclass(frozen=True)
class MarkingShown:
    """A marking as a page shows it.

    Args:
        round: Its round.
        title: Which marking it is.
        name: Who marked.
        body: For which body.
        at: When.
        counts: Whether its ratings were settled.
        ratings: Rating in words and reason, by standard.
    """

    round: int
    title: str
    name: str
    body: str
    at: datetime
    counts: bool
    ratings: Mapping[str, tuple[str, str]]


def markings_shown(row: Review, standards: Standards) -> tuple[MarkingShown, ...]:
    """Give every marking of a review, latest round first: three queries."""
    settled = set(row.settlements.order_by("id").values_list("marking_id", flat=True))
    held = row.markings.order_by("-round", "id").prefetch_related("ratings")
    return tuple(
        MarkingShown(
            round=one.round,
            title=TITLES[MarkingKind(one.kind)],
            name=one.name,
            body=ASSURERS[one.party_id],
            at=one.marked_at,
            counts=one.pk in settled,
            ratings={
                each.standard: (standards.scale[each.rating], each.reason) for each in one.ratings.all()
            },
        )
        for one in held
    )


@dataclass(frozen=True)
class StandardFigures:
    """What a year's reviews got for one standard.

    Args:
        title: The standard.
        verified: Whether a published page confirms it.
        by_body: For each body, how many of its reviews got each rating, highest first.
        agreement: How far the two bodies agree where both marked a review.
    """

    title: str
    verified: bool
    by_body: Mapping[str, tuple[Share, ...]]
    agreement: Agreement

    def cells(self, body: str, *, whole: bool) -> tuple[str, ...]:
        """Give the row of a body for a page, small numbers hidden unless it may see the ``whole``."""
        counts = {one: [share.part for share in shares] for one, shares in self.by_body.items()}
        gone = frozenset() if whole else hidden_places(counts, suppression_rule())
        return tuple(
            "Hidden" if (body, place) in gone else share.in_words if share.whole else "None rated"
            for place, share in enumerate(self.by_body[body])
        )

    def agreed(self, *, whole: bool) -> str:
        """Say how far the bodies agree, with the counts for those who may see the ``whole``."""
        return self.agreement.in_words if whole else agreement_in_words(self.agreement)


@dataclass(frozen=True)
class VersionFigures:
    """What those of a year's reviews got that were marked by one version of the standards.

    Args:
        title: The version.
        ratings: Titles of its ratings, highest first.
        standards: The overall rating, then each standard.
    """

    title: str
    ratings: tuple[str, ...]
    standards: tuple[StandardFigures, ...]


@dataclass(frozen=True)
class YearFigures:
    """What a year's reviews got.

    Args:
        year: Name of the year.
        settled: For each body, its reviews that were rated.
        versions: The figures by version of the standards; one, unless the standards changed in the year.
        extended: Reviews that got more time, of all on the lists.
    """

    year: str
    settled: Mapping[str, int]
    versions: tuple[VersionFigures, ...]
    extended: Share


#: For a body, the ratings that its reviews got, by version and standard.
_Given = dict[tuple[int, str], Counter[str]]
#: By version and standard, the places of the two bodies' ratings on the scale.
_Pairs = dict[tuple[int, str], list[tuple[int, int]]]


def year_figures(year: str) -> YearFigures:
    """Give the figures of a year of the sample, from the first round of each review that still counts.

    Args:
        year: Name of the year.
    """
    reviews = Review.objects.filter(batch__year__name=year).exclude(state=ReviewState.WITHDRAWN)
    given: dict[str, _Given] = {body: {} for body in ASSURERS}
    settled = dict.fromkeys(ASSURERS, 0)
    held = Settlement.objects.filter(review__in=reviews, round=1).select_related("review")
    for one in held.order_by("id").prefetch_related("marking__ratings"):
        settled[one.review.assurer] += 1
        for each in one.marking.ratings.all():
            place = (one.review.standards_version, each.standard)
            given[one.review.assurer].setdefault(place, Counter())[each.rating] += 1
    pairs = _pairs(reviews)
    used = reviews.order_by("standards_version").values_list("standards_version", flat=True).distinct()
    return YearFigures(
        year=year,
        settled=settled,
        versions=tuple(
            _version_figures(standards_of(shipped_standards(), version), given, pairs)
            for version in list(used) or [shipped_standards()[-1].version]
        ),
        extended=Share(reviews.filter(moves__move="extend").distinct().count(), reviews.count()),
    )


def _version_figures(standards: Standards, given: Mapping[str, _Given], pairs: _Pairs) -> VersionFigures:
    order = tuple(reversed(list(standards.scale)))

    def shares(body: str, name: str) -> tuple[Share, ...]:
        counts = given[body].get((standards.version, name), Counter())
        return tuple(Share(counts[rating], counts.total()) for rating in order)

    return VersionFigures(
        title=standards.title,
        ratings=tuple(standards.scale[one] for one in order),
        standards=tuple(
            StandardFigures(
                title=one.title,
                verified=one.verified,
                by_body={body: shares(body, one.id) for body in ASSURERS},
                agreement=agreement(pairs.get((standards.version, one.id), ()), len(standards.scale)),
            )
            for one in sorted(standards.standards, key=lambda one: one.id != OVERALL)
        ),
    )


def _pairs(reviews: QuerySet[Review]) -> _Pairs:
    """Give the two ratings of each review that both bodies marked apart in its first round."""
    held = (
        Marking.objects.filter(review__in=reviews, round=1, kind__in=[MarkingKind.FIRST, MarkingKind.SECOND])
        .select_related("review")
        .order_by("review_id", "id")
        .prefetch_related("ratings")
    )
    by_review: dict[tuple[int, int], dict[str, dict[str, str]]] = {}
    for one in held:
        place = (one.review_id, one.review.standards_version)
        by_review.setdefault(place, {})[one.party_id] = {
            each.standard: each.rating for each in one.ratings.all()
        }
    pairs: _Pairs = {}
    for (_, version), bodies in by_review.items():
        if set(bodies) == set(ASSURERS):
            standards = standards_of(shipped_standards(), version)
            for name in standards.names:
                hmip, hmpps = (standards.rank(bodies[body][name]) for body in ASSURERS)
                pairs.setdefault((version, name), []).append((hmip, hmpps))
    return pairs


def statistics_of(found: YearFigures) -> list[tuple[str, ...]]:
    """Give the figures of a year as a table for publication, with small numbers hidden."""
    rule, rows = suppression_rule(), list[tuple[str, ...]]()
    for version in found.versions:
        for one in version.standards:
            counts = {ASSURERS[body]: [share.part for share in one.by_body[body]] for body in ASSURERS}
            title = one.title if len(found.versions) == 1 else f"{one.title} ({version.title})"
            rows += rating_rows(found.year, title, version.ratings, counts, rule)
            rows += agreement_rows(found.year, title, one.agreement)
    rows.append(
        count_row(found.year, "reviews given more time", found.extended.part, found.extended.whole, rule)
    )
    return rows
