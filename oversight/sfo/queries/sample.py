"""The sample as everyone who sees it can check it: years, lists, draws and shares (F1, ¶19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Count as CountOf
from django.db.models import Q

from oversight.kernel.acting import Actor
from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.parties.queries import parties_by_code
from oversight.sfo.models import Batch, Review, SampleYear, YearAssured
from oversight.sfo.rules.chances import Count, SoFar
from oversight.sfo.rules.designs import Design, design_of, shipped_designs
from oversight.sfo.rules.list_due import ListDue, list_due
from oversight.sfo.rules.review import ASSURERS, HMIP, SETTLED, ReviewState


@dataclass(frozen=True)
class BatchLine:
    """A list and its draw.

    Args:
        year: Name of its year.
        number: Its number in the year.
        reviews: Reviews on it.
        sampled: Those drawn; None before the draw.
        digest: Digest of the list.
        frozen_at: When it was frozen.
        frozen_name: By whom.
        drawn_at: When it was drawn; None before.
        drawn_name: By whom.
    """

    year: str
    number: int
    reviews: int
    sampled: int | None
    digest: str
    frozen_at: datetime
    frozen_name: str
    drawn_at: datetime | None
    drawn_name: str


@dataclass(frozen=True)
class RegionShare:
    """How far a region's sample has come.

    Args:
        code: Code of the region; empty for the whole country.
        name: Its name.
        count: Its reviews and those sampled, without those withdrawn.
        ahead: By how many hundredths of a review it is ahead of the share; below 0 when behind.
    """

    code: str
    name: str
    count: Count
    ahead: int

    @property
    def ahead_in_words(self) -> str:
        """How far it is from the share."""
        if not self.ahead:
            return "exactly the share"
        return f"{abs(self.ahead) / 100:.1f} {'more' if self.ahead > 0 else 'fewer'} than the share"


@dataclass(frozen=True)
class YearDetail:
    """A year of the sample.

    Args:
        name: Its name.
        first_day: Its first day.
        last_day: Its last day.
        design: How it is drawn.
        seed_digest: Digest that the Inspectorate committed to.
        seed: The seed once revealed; empty before.
        committed_at: When.
        committed_name: By whom.
        revealed_at: When the seed was revealed; None before.
        batches: Its lists, latest first.
        national: The whole country.
        regions: Each region that had a review, by name.
        withdrawn: Reviews withdrawn after they were listed.
        open: For each body, reviews that it has not rated yet.
        assured: For each body that has assured all its reviews, the day of the last.
    """

    name: str
    first_day: date
    last_day: date
    design: Design
    seed_digest: str
    seed: str
    committed_at: datetime
    committed_name: str
    revealed_at: datetime | None
    batches: tuple[BatchLine, ...]
    national: RegionShare
    regions: tuple[RegionShare, ...]
    withdrawn: int
    open: Mapping[str, int]
    assured: Mapping[str, date]

    @property
    def waiting(self) -> BatchLine | None:
        """The list that waits for its draw."""
        return next((one for one in self.batches if one.drawn_at is None), None)

    def is_over(self, today: date) -> bool:
        """Tell whether the year has ended."""
        return today > self.last_day


def standing(year: SampleYear) -> SoFar:
    """Give the year so far: what was drawn, without what was withdrawn since. Two queries."""
    drawn = Review.objects.filter(batch__year=year).exclude(assurer="").exclude(state=ReviewState.WITHDRAWN)
    sampled = CountOf("id", filter=Q(assurer=HMIP))
    found = []
    for field in ("region_id", "offence_group"):
        rows = drawn.order_by(field).values_list(field).annotate(many=CountOf("id"), sampled=sampled)
        found.append({name: Count(many, taken) for name, many, taken in rows})
    return SoFar(*found)


def year_row(name: str) -> SampleYear:
    """Give the row of a year.

    Raises:
        Refused: There is none of that name (rule ``not_found_sample_year``).
    """
    row = SampleYear.objects.filter(name=name).order_by("id").first() if name.isprintable() else None
    if row is None:
        raise Refused(
            "not_found_sample_year",
            "There is no such year of the sample.",
            "Choose one from the page of the sample.",
        )
    return row


def year_names() -> tuple[str, ...]:
    """Give the name of every year, latest first."""
    return tuple(SampleYear.objects.order_by("-first_day").values_list("name", flat=True))


def year_of_day(day: date) -> SampleYear | None:
    """Give the year that a day lies in, when the Inspectorate committed to a seed for it."""
    return SampleYear.objects.filter(first_day__lte=day, last_day__gte=day).order_by("id").first()


def waiting_reviews() -> int:
    """Give how many submitted reviews wait for the next list."""
    return Review.objects.filter(state=ReviewState.SUBMITTED).count()


def list_asked_for(today: date) -> ListDue | None:
    """Say by when HMPPS is to freeze the next list; None while none is asked for. Three queries at most."""
    year = year_of_day(today)
    if year is None:
        return None
    last = year.batches.order_by("-number").first()
    return list_due(
        design_of(shipped_designs(), year.design),
        first_day=year.first_day,
        last_day=year.last_day,
        last_frozen=last.frozen_at.astimezone(LONDON).date() if last else None,
        list_waits=last is not None and last.drawn_at is None,
        waiting=waiting_reviews(),
        today=today,
    )


def list_notice(*, actor: Actor, today: date) -> ListDue | None:
    """Give the list that is overdue to those who freeze one; None for others and while none is."""
    found = list_asked_for(today) if actor.may("sfo.freeze") else None
    return found if found is not None and found.overdue else None


def year_detail(name: str) -> YearDetail:
    """Give a year of the sample with its lists and shares; the queries do not grow with either.

    Raises:
        Refused: As for ``year_row``.
    """
    row = year_row(name)
    design = design_of(shipped_designs(), row.design)
    so_far, names = standing(row), {code: ref.name for code, ref in parties_by_code().items()}
    counted = Batch.objects.filter(year=row).annotate(
        many=CountOf("reviews"), taken=CountOf("reviews", filter=Q(reviews__assurer=HMIP))
    )
    held = Review.objects.filter(batch__year=row)
    to_rate = held.exclude(state__in=[str(one) for one in (*SETTLED, ReviewState.WITHDRAWN)])
    left = to_rate.order_by("assurer").values_list("assurer").annotate(many=CountOf("id"))
    assured = YearAssured.objects.filter(year=row).order_by("id").values_list("assurer", "on")
    return YearDetail(
        name=row.name,
        first_day=row.first_day,
        last_day=row.last_day,
        design=design,
        seed_digest=row.seed_digest,
        seed=row.seed if row.revealed_at else "",
        committed_at=row.committed_at,
        committed_name=row.committed_name,
        revealed_at=row.revealed_at,
        batches=tuple(_batch_line(one, row.name) for one in counted.order_by("-number")),
        national=_share("", "England and Wales", so_far.national, design),
        regions=tuple(
            _share(code, names[code], count, design)
            for code, count in sorted(so_far.regions.items(), key=lambda one: names[one[0]])
        ),
        withdrawn=held.filter(state=ReviewState.WITHDRAWN).count(),
        open=dict.fromkeys(ASSURERS, 0) | {body: many for body, many in left if body},
        assured=dict(assured),
    )


def _share(code: str, name: str, count: Count, design: Design) -> RegionShare:
    return RegionShare(code, name, count, int(100 * count.ahead(design.share)))


def _batch_line(row: Any, year: str) -> BatchLine:
    return BatchLine(
        year=year,
        number=row.number,
        reviews=row.many,
        sampled=row.taken if row.drawn_at else None,
        digest=row.list_digest,
        frozen_at=row.frozen_at,
        frozen_name=row.frozen_name,
        drawn_at=row.drawn_at,
        drawn_name=row.drawn_name,
    )


@dataclass(frozen=True)
class RecordLine:
    """A review on a list, as the record page shows it.

    Args:
        reference: Its reference.
        region: Name of its region.
        group: Title of its offence group.
        chance: Its chance in per cent, to one place; empty before the draw.
        drawn: Whether it was drawn; None before the draw.
    """

    reference: str
    region: str
    group: str
    chance: str
    drawn: bool | None


@dataclass(frozen=True)
class BatchDetail:
    """A list with everything needed to repeat its draw.

    Args:
        line: The list and its draw.
        lines: Its reviews.
        record: The record of the draw as plain data, with the seed once it is revealed; None before the draw.
        frozen: What was frozen, as plain data.
        seed_digest: Digest of the seed of the year.
        seed: The seed once revealed; empty before.
    """

    line: BatchLine
    lines: tuple[RecordLine, ...]
    record: dict[str, Any] | None
    frozen: dict[str, Any]
    seed_digest: str
    seed: str


def batch_row(year: str, number: int) -> Batch:
    """Give the row of a list.

    Raises:
        Refused: There is none (rule ``not_found_batch``).
    """
    row = (
        Batch.objects.select_related("year").filter(year__name=year, number=number).order_by("id").first()
        if year.isprintable() and number < 10**6
        else None
    )
    if row is None:
        raise Refused("not_found_batch", "There is no such list.", "Choose one from the page of the sample.")
    return row


def batch_detail(year: str, number: int) -> BatchDetail:
    """Give a list with its draw.

    Raises:
        Refused: As for ``batch_row``.
    """
    row = batch_row(year, number)
    design = design_of(shipped_designs(), row.year.design)
    frozen = cast("dict[str, Any]", parse(row.frozen_list))
    record = cast("dict[str, Any]", parse(row.record)) if row.record else None
    seed = row.year.seed if row.year.revealed_at else ""
    if record is not None:
        record |= {"seed": seed or None}
    line = BatchLine(
        year=row.year.name,
        number=row.number,
        reviews=len(frozen["reviews"]),
        sampled=len(record["drawn"]) if record else None,
        digest=row.list_digest,
        frozen_at=row.frozen_at,
        frozen_name=row.frozen_name,
        drawn_at=row.drawn_at,
        drawn_name=row.drawn_name,
    )
    return BatchDetail(
        line=line,
        lines=tuple(_record_lines(frozen["reviews"], record, design)),
        record=record,
        frozen=frozen,
        seed_digest=row.year.seed_digest,
        seed=seed,
    )


def _record_lines(
    reviews: Iterable[Mapping[str, str]], record: Mapping[str, Any] | None, design: Design
) -> Iterable[RecordLine]:
    names = {code: ref.name for code, ref in parties_by_code().items()}
    drawn = set(record["drawn"]) if record else set()
    chance = (
        {(one["region"], one["offence_group"]): one["chance"] for one in record["chances"]} if record else {}
    )
    for one in reviews:
        told = chance.get((one["region"], one["offence_group"]), "")
        yield RecordLine(
            reference=one["reference"],
            region=names[one["region"]],
            group=design.offence_groups[one["offence_group"]],
            chance=_per_cent(told) if told else "",
            drawn=one["reference"] in drawn if record else None,
        )


def _per_cent(fraction: str) -> str:
    above, _, below = fraction.partition("/")
    return f"{100 * int(above) / int(below or 1):.1f}%"
