"""Who looked last at what: findings in sight and published ratings, each with its owner (B1, B5, ¶14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, Max, Q, QuerySet

from oversight.intelligence.models import Round
from oversight.intelligence.queries.sight import standing_rounds
from oversight.intelligence.rules.assurance import Look, newer
from oversight.intelligence.rules.words import Kind, Result, words
from oversight.kernel.acting import Actor
from oversight.kernel.words import LONDON
from oversight.publication.queries.reports import GivenRating

INSPECTORATE: Final = "hmip"
INSPECTION: Final = "inspection"
#: What counts as having looked. A note is what somebody heard, so it never fills a gap.
LOOKS: Final = (str(Kind.FINDING), str(Kind.WORK))


def end_of(day: date) -> datetime:
    """Give the first moment after a London day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON)


def rounds_standing(
    actor: Actor, *, on: date, today: date, kinds: Collection[str] = LOOKS
) -> QuerySet[Round]:
    """Give the rounds in sight that stood at the end of a day, of what counts as having looked.

    Args:
        actor: Who asks.
        on: The day.
        today: London date.
        kinds: Other kinds of item than those that count as having looked.
    """
    if on >= today:
        rows = standing_rounds(actor).filter(replaced_at=None)
    else:
        moment = end_of(on)
        held = Q(replaced_at=None) | Q(replaced_at__gt=moment)
        rows = standing_rounds(actor, on=moment).filter(held, said_at__lte=moment)
    return rows.filter(item__kind__in=kinds)


def latest_looks(rows: QuerySet[Round], *, by_unit: bool) -> tuple[Look, ...]:
    """Give the latest look of each source at each theme, and how many came before: two queries.

    The first counts by source and theme and finds the latest day of each; the second reads what was found on
    those days alone. Numbering every row by a window instead has the database sort them all, twice.

    Args:
        rows: Rounds that stand, one of each item.
        by_unit: Whether of each unit on its own.
    """
    parts = ("item__theme", "item__source", *(("item__about__code",) if by_unit else ()))
    counted = rows.order_by().values_list(*parts).annotate(held=Count("pk"), latest=Max("found_on"))
    groups = {tuple(key): (held, latest) for *key, held, latest in counted}
    if not groups:
        return ()
    named = ("item__theme", "item__source", "item__about__code", "item__body__code")
    on_those_days = rows.filter(found_on__in={latest for _, latest in groups.values()}).order_by("item")
    told, found = words(), {}
    for theme, source, about, body, found_on, result, confidence, item in on_those_days.values_list(
        *named, "found_on", "result", "confidence", "item"
    ):
        key = (theme, source, about) if by_unit else (theme, source)
        held, latest = groups[key]
        # Of one day the higher row, which comes later, as ``rules.assurance.newer`` has it.
        if found_on == latest:
            found[key] = Look(
                theme=theme,
                source=source,
                by=body,
                found_on=found_on,
                result=told.results[Result(result)],
                level=result,
                confidence=confidence,
                item=item,
                report="",
                unit=about,
                earlier=held - 1,
            )
    return tuple(found.values())


def rating_looks(given: Iterable[GivenRating]) -> tuple[Look, ...]:
    """Give published ratings as looks at the themes that their standards speak of, in their owner's words."""
    themes = {standard: one.id for one in words().themes.values() for standard in one.standards}
    return tuple(
        Look(
            theme=themes[one.standard],
            source=INSPECTION,
            by=INSPECTORATE,
            found_on=one.ordered_on,
            result=one.rating,
            level="",
            confidence="",
            item=None,
            report=one.reference,
            unit=one.unit_code,
            exact=len(one.published) == len("2026-03-16"),
        )
        for one in given
        if one.standard in themes and one.ordered_on != date.min
    )


def merged(looks: Collection[Look], *, by_unit: bool) -> tuple[Look, ...]:
    """Put looks of one source at one theme together: the latest stays, and says how many came before."""
    found: dict[tuple[str, str, str], tuple[Look, int]] = {}
    for one in looks:
        key = (one.theme, one.source, one.unit if by_unit else "")
        last, earlier = found.get(key, (one, -1))
        found[key] = (one if newer(one, last) else last, earlier + one.earlier + 1)
    return tuple(replace(last, earlier=earlier) for last, earlier in found.values())
