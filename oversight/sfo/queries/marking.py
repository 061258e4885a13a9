"""Markings of a review, and what a year of them shows: ratings and agreement between the bodies (F2, ¶19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from oversight.kernel.suppression import suppression_rule
from oversight.sfo.models import Marking, Review, SampleYear, Settlement
from oversight.sfo.rules.agreement import Agreement, Share, agreement
from oversight.sfo.rules.marking import TITLES, Mark, MarkingKind
from oversight.sfo.rules.review import ASSURERS
from oversight.sfo.rules.standards import OVERALL, Standards, shipped_standards
from oversight.sfo.rules.statistics import agreement_rows, count_row, rating_rows


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


@dataclass(frozen=True)
class YearFigures:
    """What a year's reviews got.

    Args:
        year: Name of the year.
        ratings: Titles of the ratings, highest first.
        settled: For each body, its reviews that were rated.
        standards: The overall rating, then each standard.
        extended: Reviews that got more time, of all that were submitted.
    """

    year: str
    ratings: tuple[str, ...]
    settled: Mapping[str, int]
    standards: tuple[StandardFigures, ...]
    extended: Share


def year_figures(year: str, *, today: date) -> YearFigures:
    """Give the figures of a year of the sample, from the first round of each review.

    Args:
        year: Name of the year.
        today: Day of asking; the standards in force then give the titles.
    """
    standards = [one for one in shipped_standards() if one.effective_from <= today][-1]
    row = SampleYear.objects.filter(name=year).order_by("id").first()
    reviews = Review.objects.filter(batch__year=row).exclude(state="withdrawn")
    counts: dict[str, dict[str, Counter[str]]] = {body: {} for body in ASSURERS}
    settled = dict.fromkeys(ASSURERS, 0)
    held = Settlement.objects.filter(review__in=reviews, round=1).select_related("review")
    for one in held.order_by("id").prefetch_related("marking__ratings"):
        settled[one.review.assurer] += 1
        for each in one.marking.ratings.all():
            counts[one.review.assurer].setdefault(each.standard, Counter())[each.rating] += 1
    pairs = _pairs(row, standards)
    order = tuple(reversed(list(standards.scale)))
    shown = sorted(standards.standards, key=lambda one: one.id != OVERALL)
    extended = reviews.filter(moves__move="extend").distinct().count()
    return YearFigures(
        year=year,
        ratings=tuple(standards.scale[one] for one in order),
        settled=settled,
        standards=tuple(
            StandardFigures(
                title=one.title,
                verified=one.verified,
                by_body={
                    body: tuple(
                        Share(counts[body].get(one.id, Counter())[rating], settled[body]) for rating in order
                    )
                    for body in ASSURERS
                },
                agreement=agreement(pairs.get(one.id, ()), len(standards.scale)),
            )
            for one in shown
        ),
        extended=Share(extended, reviews.count()),
    )


def _pairs(row: SampleYear | None, standards: Standards) -> dict[str, list[tuple[int, int]]]:
    """Give, by standard, the two ratings of each review that both bodies marked in its first round."""
    held = (
        Marking.objects.filter(
            review__batch__year=row, round=1, kind__in=[MarkingKind.FIRST, MarkingKind.SECOND]
        )
        .order_by("review_id", "id")
        .prefetch_related("ratings")
    )
    by_review: dict[int, dict[str, dict[str, str]]] = {}
    for one in held:
        by_review.setdefault(one.review_id, {})[one.party_id] = {
            each.standard: each.rating for each in one.ratings.all()
        }
    pairs: dict[str, list[tuple[int, int]]] = {}
    for bodies in by_review.values():
        if set(bodies) == set(ASSURERS):
            hmip, hmpps = (bodies[body] for body in ASSURERS)
            for name in standards.names:
                if name in hmip and name in hmpps:
                    pairs.setdefault(name, []).append(
                        (standards.rank(hmip[name]), standards.rank(hmpps[name]))
                    )
    return pairs


def statistics_of(found: YearFigures) -> list[tuple[str, ...]]:
    """Give the figures of a year as a table for publication, with small numbers hidden."""
    rule, rows = suppression_rule(), list[tuple[str, ...]]()
    for one in found.standards:
        counts = {ASSURERS[body]: [share.part for share in one.by_body[body]] for body in ASSURERS}
        rows += rating_rows(found.year, one.title, found.ratings, counts, rule)
        rows += agreement_rows(found.year, one.title, one.agreement)
    rows.append(
        count_row(found.year, "reviews given more time", found.extended.part, found.extended.whole, rule)
    )
    return rows
