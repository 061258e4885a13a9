"""The assurance map as of a day, for the whole service, a region or a unit (B1, ¶11, ¶12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from oversight.intelligence.queries.looks import latest_looks, merged, rating_looks, rounds_standing
from oversight.intelligence.rules.assurance import Row, Standing, assurance_map
from oversight.intelligence.rules.counting import Rules, rules_on
from oversight.intelligence.rules.words import Source, words
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.publication.queries.reports import ratings_given


@dataclass(frozen=True)
class AssuranceMap:
    """The map.

    Args:
        on: As of which day.
        place: Of which region or unit; None for all.
        rules: The rules of that day.
        sources: Its columns.
        rows: Its rows.
        tally: How many areas stand how.
    """

    on: date
    place: PartyRef | None
    rules: Rules
    sources: tuple[Source, ...]
    rows: tuple[Row, ...]
    tally: Mapping[Standing, int]


def assurance(*, actor: Actor, on: date, today: date, place: PartyRef | None = None) -> AssuranceMap:
    """Give the map of what the actor may know: four queries, however much is held.

    A day to come is today: nobody has looked tomorrow.

    Args:
        actor: Who asks.
        on: As of which day.
        today: London date.
        place: Of this region, with its units, or unit alone; None for all.
    """
    day, parties = min(on, today), parties_by_code()
    rows = rounds_standing(actor, on=day, today=today).filter(found_on__lte=day)
    codes = None
    if place is not None:
        rows = rows.filter(item__about__lineage__startswith=place.lineage)
        codes = [one.code for one in parties.values() if one.lineage.startswith(place.lineage)]
    given = tuple(one for one in ratings_given(codes=codes) if one.ordered_on <= day)
    looks = merged([*latest_looks(rows, by_unit=False), *rating_looks(given)], by_unit=False)
    rules = rules_on(day)
    told = words()
    made = assurance_map(
        looks,
        themes=told.themes.values(),
        sources=told.sources,
        on=day,
        stale_months=rules.stale_months.figure,
    )
    tally = {one: sum(row.standing is one for row in made) for one in Standing}
    return AssuranceMap(day, place, rules, tuple(told.sources.values()), made, tally)
