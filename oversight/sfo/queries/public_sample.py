"""How a year of the sample stands, put together for the public register (F1, ¶19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from oversight.kernel.digests import parse
from oversight.kernel.suppression import suppression_rule
from oversight.parties.queries import parties_by_code
from oversight.publication.rules.sample_snapshots import PublicList, PublicRegion, SampleSnapshot
from oversight.sfo.models import Review, SampleYear
from oversight.sfo.queries.sample import standing
from oversight.sfo.rules.chances import Count
from oversight.sfo.rules.designs import Design, design_of, shipped_designs
from oversight.sfo.rules.drawing import METHOD
from oversight.sfo.rules.public_sample import RegionCounts, count_in_words, region_table, standing_in_words
from oversight.sfo.rules.review import ReviewState


def public_sample(year: SampleYear) -> SampleSnapshot:
    """Put together what is published of a year: digests and totals, and of regions what points to no case.

    Args:
        year: The year.
    """
    design, rule = design_of(shipped_designs(), year.design), suppression_rule()
    lists, drawn = [], dict[str, Count]()
    for batch in year.batches.order_by("number"):
        frozen = cast("Mapping[str, Any]", parse(batch.frozen_list))
        record = cast("Mapping[str, Any]", parse(batch.record)) if batch.record else None
        lists.append(
            PublicList(
                number=batch.number,
                frozen_at=batch.frozen_at,
                digest=batch.list_digest,
                reviews=len(frozen["reviews"]),
                drawn_at=batch.drawn_at,
                drawn=len(record["drawn"]) if record else None,
                key=record["key"] if record else "",
            )
        )
        if record:
            chosen = set(record["drawn"])
            for one in frozen["reviews"]:
                held = drawn.get(one["region"], Count())
                drawn[one["region"]] = held.plus(1, one["reference"] in chosen)
    regions = [ref.code for ref in parties_by_code().values() if ref.kind == "region"]
    drawn = {code: drawn.get(code, Count()) for code in sorted(regions)}
    over = year.revealed_at is not None
    withdrawn = Review.objects.filter(batch__year=year, state=ReviewState.WITHDRAWN).count()
    return SampleSnapshot(
        year=year.name,
        first_day=year.first_day,
        last_day=year.last_day,
        method=METHOD,
        share=design.share,
        least=design.least,
        most=design.most,
        smallest=design.smallest_batch,
        period=_period(design),
        seed_digest=year.seed_digest,
        committed_at=year.committed_at,
        seed=year.seed if over else "",
        revealed_at=year.revealed_at,
        lists=tuple(lists),
        withdrawn=count_in_words(withdrawn, rule),
        # Numbers are those of the lists as drawn, so that a later withdrawal changes none of them.
        regions=_regions(year, design, region_table(drawn, rule) if over else {}),
        counted=over,
        small_numbers=(
            f"Numbers below {rule.least} are hidden, with others from which they could be worked out. "
            f"{rule.unverified}"
        ).strip(),
    )


def _period(design: Design) -> str:
    if design.period == 1:
        return f"about once a {design.period_unit.removesuffix('s')}"
    return f"about every {design.period} {design.period_unit}"


def _regions(
    year: SampleYear, design: Design, counts: Mapping[str, RegionCounts]
) -> tuple[PublicRegion, ...]:
    """Give every region, with or without a review: that one appears would tell of its first."""
    so_far, nothing = standing(year).regions, RegionCounts(None, None, None)
    shown = []
    for ref in sorted(parties_by_code().values(), key=lambda one: one.name):
        if ref.kind == "region":
            held = counts.get(ref.code, nothing)
            told = standing_in_words(int(100 * so_far.get(ref.code, Count()).ahead(design.share)))
            shown.append(PublicRegion(ref.name, told, held.sampled, held.others, held.reviews))
    return tuple(shown)
