"""Recommendations counted by theme or authority and year, as far as someone or anyone sees them (E7, H4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear

from oversight.kernel.acting import Actor
from oversight.parties.queries import parties_by_code
from oversight.publication.queries.plans import public_sources
from oversight.recommendations.models import Recommendation, Repeat
from oversight.recommendations.queries.sight import visible
from oversight.recommendations.rules.repeats import RepeatState
from oversight.recommendations.rules.trends import Cell, Trend, trend
from oversight.recommendations.rules.wording import words_of

BY: Final = {"theme": "theme", "authority": "addressee"}


@dataclass(frozen=True)
class TrendFilter:
    """What is counted.

    Args:
        by: ``theme`` or ``authority``.
        theme: Name of a theme; empty for every one.
        authority: Code of the body addressed; empty for every one.
        unit: Code of a region or unit; a region stands for its units too.
        kind: Where they come from; empty for everything.
    """

    by: str = "theme"
    theme: str = ""
    authority: str = ""
    unit: str = ""
    kind: str = ""


def counted_by_year(*, actor: Actor, chosen: TrendFilter, today: date) -> Trend:
    """Count the recommendations that the actor sees, by year of making: one query.

    Args:
        actor: Who looks.
        chosen: What is counted.
        today: The day; its year is the last.
    """
    rows = visible(actor)
    if chosen.unit:
        within = [code for code, ref in parties_by_code().items() if f"/{chosen.unit}/" in ref.lineage]
        rows = rows.filter(Q(unit__in=within))
    for field, value in (("theme", chosen.theme), ("addressee", chosen.authority), ("kind", chosen.kind)):
        if value:
            rows = rows.filter(Q(**{field: value}))
    return _counted(rows, Repeat.objects.filter(later=OuterRef("pk")), by=chosen.by, today=today)


def public_by_year(*, by: str, today: date) -> Trend:
    """Count the recommendations that anyone may read, by year of making: four queries.

    Those are the ones of reports and plans that are on the web. A repeat counts when both are.

    Args:
        by: ``theme`` or ``authority``.
        today: The day; its year is the last.
    """
    sources = sorted(public_sources())
    rows = Recommendation.objects.filter(source__in=sources)
    both = Repeat.objects.filter(later=OuterRef("pk"), earlier__source__in=sources)
    return _counted(rows, both, by=by, today=today)


def _counted(rows: QuerySet[Recommendation], repeats: QuerySet[Repeat], *, by: str, today: date) -> Trend:
    again = Exists(repeats.filter(state=RepeatState.CONFIRMED))
    name = BY[by]
    counts = (
        rows.annotate(year=ExtractYear("made_on"), again=again)
        .values(name, "year")
        .annotate(made=Count("pk"), repeated=Count("pk", filter=Q(again=True)))
        .order_by(name, "year")
    )
    labels = (
        {**words_of("themes"), "": "No theme yet"}
        if by == "theme"
        else {code: ref.name for code, ref in parties_by_code().items()}
    )
    found = {(one[name], one["year"]): Cell(one["made"], one["repeated"]) for one in counts}
    return trend(found, labels, today.year)
