"""What places carry, from visits and from requests for information (C3, ¶10(iv))."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from oversight.parties.queries.units import units_of
from oversight.programme.models import BurdenNote, Visit
from oversight.programme.rules.burden import Load, days_of_hours
from oversight.programme.rules.limits import limits
from oversight.programme.rules.visits import Span


def open_units(region: str) -> int:
    """Count the open units of a region: one query."""
    return len(units_of(region))


def visit_load(row: Visit, span: Span) -> Load:
    """Give what a visit weighs, on the first of the days by which it counts."""
    return Load(span.first, row.owner_id, float(row.visit_days), row.reference)


def note_load(row: BurdenNote) -> Load:
    """Give what a request weighs."""
    return Load(row.on, row.body_id, days_of_hours(float(row.hours), limits().hours_a_day), row.source)


def notes_about(region: str, place: str = "") -> tuple[BurdenNote, ...]:
    """Give the requests that a region and its units answer, or one unit alone: one query."""
    rows = BurdenNote.objects.filter(current=True)
    rows = (
        rows.filter(place__code=place)
        if place
        else rows.filter(Q(place__code=region) | Q(place_lineage__contains=f"/{region}/"))
    )
    return tuple(rows.order_by("on", "id"))


def loads_of(
    place: str, region: str, visits: Iterable[tuple[Visit, Span]]
) -> tuple[tuple[Load, ...], tuple[Load, ...]]:
    """Give what a place carries, and what its whole region does: one query.

    Args:
        place: Code of the place.
        region: Code of its region.
        visits: Visits in the region, each with the days by which it counts.
    """
    notes = notes_about(region)
    told = list(visits)
    of_region = (*(visit_load(*one) for one in told), *(note_load(one) for one in notes))
    if place == region:
        return of_region, of_region
    of_place = (
        *(visit_load(row, span) for row, span in told if row.place_id == place),
        *(note_load(one) for one in notes if one.place_id == place),
    )
    return of_place, of_region
