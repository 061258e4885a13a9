"""Which visits and clashes someone knows of: every query of this folder asks here first (H4, ¶28)."""

from __future__ import annotations

from functools import cache
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from oversight.access.rules import Reach, access_table
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import parties_by_code
from oversight.programme.models import Clash, ClashVisit, Visit
from oversight.programme.rules.limits import limits
from oversight.programme.rules.sight import Viewer, VisitKnown, blurred
from oversight.programme.rules.visits import Span

SEE: Final = "programme.see"
PLAN: Final = "programme.plan"
EXCHANGE: Final = "programme.exchange"
UNITS: Final = ("region", "pdu")


@cache
def exchanging_bodies() -> frozenset[str]:
    """Give the codes of the bodies that exchange timetables (¶28), as the access table has them."""
    found: set[str] = set()
    for role in access_table().holders(EXCHANGE):
        assert role.grants[EXCHANGE] is Reach.ALL
        found.update(role.parties)
    return frozenset(found)


def viewer_of(actor: Actor) -> Viewer:
    """Give what decides which visits an actor knows of."""
    parties = parties_by_code()
    ref = parties.get(actor.party)
    lineage = ref.lineage.split("/") if ref else []
    over = actor.parties_over(PLAN)
    return Viewer(
        party=actor.party,
        above=tuple(code for code in lineage if code in parties and parties[code].kind in UNITS),
        sees=actor.parties_over(SEE),
        plans=frozenset(parties) if over is None else over,
        exchanges=actor.may(EXCHANGE),
    )


def visible(actor: Actor) -> QuerySet[Visit]:
    """Give the visits that an actor knows of; as ``rules.sight`` has it, asked of the tables."""
    return Visit.objects.filter(known_to(viewer_of(actor)))


def known_to(viewer: Viewer) -> Q:
    """Give the condition on visits that someone knows of."""
    known = Q(keeper__in=sorted(viewer.plans))
    if viewer.exchanges:
        known |= Q(shared_at__isnull=False)
    announced = Q(announced_at__isnull=False)
    if viewer.sees is None:
        return known | announced
    if not viewer.sees:
        return known
    places = sorted({*viewer.sees, *viewer.above})
    concerned = Q(owner=viewer.party) | Q(keeper=viewer.party) | Q(place__in=places)
    concerned |= Q(region__in=sorted(viewer.sees))
    parties = parties_by_code()
    for code in sorted(viewer.sees):
        # What belongs to a body above the regions is found by its lineage.
        if code in parties and parties[code].kind not in UNITS:
            concerned |= Q(place_lineage__contains=f"/{code}/")
    return known | (announced & concerned)


def facts_of(row: Visit) -> VisitKnown:
    """Give what decides who knows of a visit."""
    return VisitKnown(
        row.keeper_id,
        row.owner_id,
        row.place_id,
        row.place_lineage,
        row.shared_at is not None,
        row.announced_at is not None,
        row.region_id or "",
    )


def known_by_body(row: Visit, body: str) -> bool:
    """Tell whether the planners of a body know of a visit."""
    if row.keeper_id == body or row.announced_at is not None:
        return True
    return row.shared_at is not None and body in exchanging_bodies()


def span_of(row: Visit) -> Span:
    """Give the days of a visit."""
    return Span(row.first_day, row.last_day)


def span_for(row: Visit, body: str) -> Span | None:
    """Give the days by which a visit counts for a body: its own, whole blocks of weeks, or none at all."""
    if known_by_body(row, body):
        return span_of(row)
    if {row.keeper_id, body} <= exchanging_bodies():
        return blurred(span_of(row), limits().block_weeks)
    return None


def not_found() -> Refused:
    """Make the refusal for a visit not there or not for the one who asks: the two look alike."""
    return Refused(
        "not_found_visit",
        "There is no such visit, or it is not one that you can see.",
        "Check the reference, or look for it in the timetable.",
    )


def found(actor: Actor, reference: str) -> Visit:
    """Give the visit of a reference.

    Raises:
        Refused: There is none that the actor knows of.
    """
    row = None
    if reference.isprintable():
        rows = visible(actor).select_related("programme").filter(reference=reference)
        row = rows.order_by("id").first()
    if row is None:
        raise not_found()
    return row


def seen_clashes(actor: Actor) -> QuerySet[Clash]:
    """Give the clashes that an actor knows of.

    A planner knows of those that their body was told of. Anyone else knows of a clash once they know of every
    visit in it.
    """
    viewer = viewer_of(actor)
    known = Visit.objects.filter(known_to(viewer))
    beside = ClashVisit.objects.filter(clash=OuterRef("pk")).exclude(visit__in=known)
    whole = Q(visit__in=known) & ~Q(Exists(beside)) & ~Q(force="aim")
    told = Q(parties__party__in=sorted(viewer.plans))
    if viewer.sees is not None and not viewer.sees:
        return Clash.objects.filter(told).distinct()
    return Clash.objects.filter(told | whole).distinct()


def found_clash(actor: Actor, reference: str) -> Clash:
    """Give the clash of a reference.

    Raises:
        Refused: There is none that the actor knows of.
    """
    row = None
    if reference.isprintable():
        row = seen_clashes(actor).filter(reference=reference).order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_clash",
            "There is no such clash, or it is not one that you can see.",
            "Look for it in the list of clashes.",
        )
    return row
