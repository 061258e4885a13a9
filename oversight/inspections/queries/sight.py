"""Which inspections someone sees, and which parts of one: every query of this folder asks here first."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from oversight.inspections.models import CaseShare, Inspection, InspectionPartner, InspectionUnit
from oversight.inspections.rules.sharing import PART_WORDS, Share, live_parts
from oversight.inspections.rules.visibility import OWNER, SHAREABLE, CaseFacts, Part, Viewer, visible_parts
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import parties_by_code

SEE = "inspections.see"
PLAN = "inspections.plan"


def viewer_of(actor: Actor) -> Viewer:
    """Give what decides how much of a case an actor sees."""
    ref = parties_by_code().get(actor.party)
    sees = actor.may(SEE)
    return Viewer(
        party=actor.party,
        lineage=ref.lineage if ref else "",
        sees=sees,
        sees_every=sees and actor.parties_over(SEE) is None,
        plans=actor.may(PLAN),
    )


def visible(actor: Actor) -> QuerySet[Inspection]:
    """Give the inspections that an actor sees; as ``rules.visibility`` has it, asked of the tables."""
    viewer = viewer_of(actor)
    if not viewer.sees:
        return Inspection.objects.none()
    if viewer.plans:
        return Inspection.objects.all()
    announced = Inspection.objects.filter(announced_at__isnull=False)
    if viewer.sees_every or viewer.party == OWNER:
        return announced
    above = [code for code in viewer.lineage.split("/") if code]
    units = InspectionUnit.objects.filter(Q(unit__code__in=above) | Q(lineage__contains=f"/{viewer.party}/"))
    partners = InspectionPartner.objects.filter(party__code=viewer.party)
    return announced.filter(Q(pk__in=units.values("inspection")) | Q(pk__in=partners.values("inspection")))


def not_found() -> Refused:
    """Make the refusal for an inspection not there or not for the one who asks: the two look alike."""
    return Refused(
        "not_found_inspection",
        "There is no such inspection, or it is not one that you can see.",
        "Check the reference, or look for it in the list of inspections.",
    )


def found(actor: Actor, reference: str) -> Inspection:
    """Give the inspection of a reference.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = None
    if reference.isprintable():
        row = visible(actor).filter(reference=reference).order_by("id").first()
    if row is None:
        raise not_found()
    return row


def lineages_for(actor: Actor, row: Inspection) -> list[str]:
    """Give the lineage of each unit inspected; none for the Inspectorate, which sees by other rules."""
    if actor.party == OWNER:
        return []
    return list(row.units.order_by("id").values_list("lineage", flat=True))


def parts_for(
    actor: Actor, row: Inspection, *, lineages: Collection[str], partners: Collection[str]
) -> frozenset[Part]:
    """Give the parts of an inspection that an actor sees; one more query for a partner in it."""
    shared: frozenset[Part] = frozenset()
    if actor.party in partners:
        shared = shared_with(actor, row)
    facts = CaseFacts(row.paused_from or row.state, row.announced_at is not None, lineages, partners, shared)
    return visible_parts(viewer_of(actor), facts)


def shared_with(actor: Actor, row: Inspection) -> frozenset[Part]:
    """Give the parts that live shares of an inspection give to the party of an actor: two queries at most."""
    return live_parts(shares_with(row, actor.party), actor.party, actor.today)


def shares_with(row: Inspection, party: str) -> tuple[Share, ...]:
    """Give every share of an inspection's case data with a party: two queries."""
    rows = CaseShare.objects.filter(partner__inspection=row, partner__party__code=party).prefetch_related(
        "parts"
    )
    return tuple(
        Share(
            party,
            frozenset(Part(one.part) for one in share.parts.all()),
            share.since,
            share.until,
            ended=share.ended_at is not None,
        )
        for share in rows.order_by("id")
    )


def demand_part(actor: Actor, row: Inspection, part: Part) -> None:
    """Refuse someone who does not see a part of an inspection that they may know of.

    Raises:
        Refused: Rule ``permission_inspection_part``.
    """
    lineages = lineages_for(actor, row)
    partners: list[str] = []
    if actor.party != OWNER:
        partners = list(row.partners.order_by("id").values_list("party__code", flat=True))
    if part not in parts_for(actor, row, lineages=lineages, partners=partners):
        if part in SHAREABLE and actor.party in partners:
            raise Refused(
                "permission_inspection_share",
                f"{PART_WORDS[part]} of this inspection are not shared with your organisation today.",
                "Ask the lead inspector, who can share case data under a data sharing agreement.",
                paragraph="33",
                who_can="the lead inspector of this inspection",
            )
        raise Refused(
            "permission_inspection_part",
            "What inspectors have found stays with the Inspectorate until the draft is sent for checking.",
            "Wait for the draft. You are told when it comes.",
            paragraph="22",
            who_can="the inspection team",
        )
