"""Figures of reports as their team and data assurance see them (D7, ¶32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, Subquery

from oversight.inspections.models import DataCheck, DataItemRevision, Inspection
from oversight.inspections.queries.report_facts import DataItemNow, data_items_of
from oversight.inspections.queries.sight import demand_part, found, not_found, visible
from oversight.inspections.rules.data_items import Level, Placement
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused

CHECK = "inspections.check_data"
PAGE_SIZE = 25


def checkable(actor: Actor, reference: str) -> Inspection:
    """Give an inspection, locked, to someone who checks figures for data assurance.

    Raises:
        Refused: There is none that the actor sees, or they do not check figures.
    """
    actor.demand(CHECK)
    rows = visible(actor).select_for_update(of=("self",)).filter(reference=reference)
    row = rows.order_by("id").first() if reference.isprintable() else None
    if row is None:
        raise not_found()
    return row


def items(*, actor: Actor, reference: str) -> tuple[DataItemNow, ...]:
    """Give every data item of a report, withdrawn ones too, by number; to a partner none that is kept.

    Raises:
        Refused: There is no such inspection whose figures the actor sees.
    """
    row = found(actor, reference)
    demand_part(actor, row, Part.DATA)
    listed = data_items_of(row)
    if actor.party == OWNER:
        return listed
    return tuple(one for one in listed if one.facts.placement is not Placement.KEPT)


def comparison(*, actor: Actor, reference: str, number: int) -> tuple[Inspection, DataItemNow]:
    """Give a national comparison to those who check it; they see no other figures of the report.

    Raises:
        Refused: There is none that the actor sees, or they do not check figures.
    """
    actor.demand(CHECK)
    row = found(actor, reference)
    listed = [one for one in data_items_of(row) if one.needs_check and not one.withdrawn]
    one = next((one for one in listed if one.number == number), None)
    if one is None:
        raise Refused(
            "not_found_comparison",
            f"There is no national comparison {number} to check in this report.",
            "Open the list of figures to check.",
            paragraph="32",
        )
    return row, one


@dataclass(frozen=True)
class ToCheck:
    """A national comparison in the list of data assurance.

    Attributes:
        reference: Reference of the inspection.
        inspection: Its title.
        number: Number of the data item.
        title: What it shows.
        source: Where the figures come from.
        as_of: The day up to which they describe things.
        at: When they were entered.
        holds: What the latest check of these figures found; None while there is none.
    """

    reference: str
    inspection: str
    number: int
    title: str
    source: str
    as_of: date
    at: datetime
    holds: bool | None


@dataclass(frozen=True)
class ToCheckList:
    """A page of the list."""

    lines: tuple[ToCheck, ...]
    count: int
    page: int


def to_check(*, actor: Actor, page: int = 1) -> ToCheckList:
    """Give the national comparisons that stand in reports, those not checked first, then latest first.

    Args:
        actor: Someone who checks figures for data assurance.
        page: Which page, from 1; a number beyond the end gives the last page.

    Raises:
        Refused: The actor does not check figures.
    """
    actor.demand(CHECK)
    latest = DataCheck.objects.filter(revision__item=OuterRef("item"), digest=OuterRef("digest"))
    rows = (
        DataItemRevision.objects.filter(superseded=False, level=Level.NATIONAL, item__withdrawn_at=None)
        .exclude(placement=Placement.KEPT)
        .filter(item__inspection__in=visible(actor).values("pk"))
        .annotate(found=Subquery(latest.order_by("-id").values("holds")[:1]))
        .select_related("item__inspection")
        .order_by(F("found").asc(nulls_first=True), "-written_at", "-id")
    )
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    lines = tuple(
        ToCheck(
            one.item.inspection.reference,
            one.item.inspection.title,
            one.item.number,
            one.title,
            one.source,
            one.as_of,
            one.written_at,
            one.found,
        )
        for one in rows[start : start + PAGE_SIZE]
    )
    return ToCheckList(lines, count, number)
