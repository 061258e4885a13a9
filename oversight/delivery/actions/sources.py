"""That figures were corrected after their assessment was given, for what came of it in common (¶30)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from oversight.delivery.models import Assessment
from oversight.delivery.queries.in_common import origin_of
from oversight.delivery.rules.measures import measures
from oversight.intelligence.actions.offering import source_changed


def figures_corrected(changed: Collection[tuple[str, date, str]], *, at: datetime, why: str) -> list[int]:
    """Mark what is in common of completed assessments whose figures changed, within that act.

    Args:
        changed: Unit, first day of the period and measure of each figure.
        at: Moment of correcting.
        why: Why, for everyone who may read what is in common.

    Returns:
        Rows of the items in common.
    """
    themes: dict[tuple[str, date], set[str]] = {}
    for unit, first, measure in changed:
        themes.setdefault((unit, first), set()).add(measures()[measure].theme)
    rows = Assessment.objects.filter(
        completed_at__isnull=False, round__first__in={first for _, first in themes}
    )
    origins: dict[str, list[str]] = {}
    named = ("reference", "unit__code", "round__first", "assessor__code")
    for reference, unit, first, assessor in rows.order_by("pk").values_list(*named):
        for theme in sorted(themes.get((unit, first), ())):
            origins.setdefault(assessor, []).append(origin_of(reference, theme))
    return [
        item
        for owner, named_by in origins.items()
        for item in source_changed(at=at, owner=owner, origins=named_by, why=why)
    ]
