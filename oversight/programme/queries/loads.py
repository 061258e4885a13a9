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


def place_kind(row: Visit) -> str:
    """Give what a visit is to: ``pdu``, ``region``, or ``site`` for a place outside the register."""
    if row.site:
        return "site"
    return "region" if row.place_id == row.region_id else "pdu"


def place_key(row: Visit) -> str:
    """Give what tells one place from another: its code, or beside that the name in any letters."""
    return f"{row.place_id} {row.site.casefold()}" if row.site else row.place_id


def carrying_region(row: Visit) -> str:
    """Give the code of the region that carries a visit; empty where none does.

    Whether a region carries a visit to a place outside the register is a choice in the data. Those visited
    there do not answer to it.
    """
    return "" if row.site and not limits().sites_weigh else row.region_id or ""


def carries(place: str, row: Visit) -> bool:
    """Tell whether a region or unit carries a visit."""
    return place == carrying_region(row) if row.site else f"/{place}/" in row.place_lineage


def carried_there(place: str) -> Q:
    """Give the condition on visits that a region or unit carries; as ``carries``, asked of the tables."""
    within = Q(site="", place_lineage__contains=f"/{place}/")
    return within | (~Q(site="") & Q(region__code=place)) if limits().sites_weigh else within


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
