"""Which plans, parts and actions someone sees (H4, ¶24, ¶27)."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.recommendations.models import Plan, PlanAction, PlanPart
from oversight.recommendations.queries.sight import viewer_of
from oversight.recommendations.rules.plans import SENT, sees_drafts

DRAFT: Final = "plans.draft"
CONTRIBUTE: Final = "plans.contribute"
CLEAR: Final = "plans.clear"
_SENT: Final = [state.value for state in SENT]


def visible_plans(actor: Actor) -> QuerySet[Plan]:
    """Give the plans that an actor sees: their own area's always, others' once submitted."""
    viewer = viewer_of(actor)
    if viewer.over is None:
        rows = Plan.objects.all()
        return rows if sees_drafts(viewer.party) else rows.filter(state__in=_SENT)
    if not viewer.over:
        return Plan.objects.none()
    own = Q(unit__in=sorted({*viewer.over, *viewer.above})) | Q(writer__in=sorted(viewer.over))
    return Plan.objects.filter(own)


def visible_actions(actor: Actor) -> QuerySet[PlanAction]:
    """Give the actions that an actor sees: those of the plans they see, and their own once submitted."""
    viewer = viewer_of(actor)
    rows = PlanAction.objects.filter(withdrawn_at=None)
    if viewer.over is None:
        return rows if sees_drafts(viewer.party) else rows.filter(plan__state__in=_SENT)
    if not viewer.over:
        return rows.none()
    own = Q(owner__in=sorted(viewer.over), plan__state__in=_SENT)
    return rows.filter(own | Q(plan__in=visible_plans(actor).values("pk")))


def visible_parts(actor: Actor) -> QuerySet[PlanPart]:
    """Give the parts that an actor was asked for."""
    if not actor.may(CONTRIBUTE):
        return PlanPart.objects.none()
    over = actor.parties_over(CONTRIBUTE)
    return PlanPart.objects.all() if over is None else PlanPart.objects.filter(party__in=sorted(over))


def no_plan() -> Refused:
    """Make the refusal for a plan not there or not for the one who asks: the two look alike."""
    return Refused(
        "not_found_plan",
        "There is no such plan, or it is not one that you can see.",
        "Check the reference, or look for it in the list of plans.",
    )


def found_plan(actor: Actor, reference: str) -> Plan:
    """Give the plan of a reference.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = None
    if reference.isprintable():
        row = visible_plans(actor).filter(reference=reference).order_by("id").first()
    if row is None:
        raise no_plan()
    return row


def found_action(actor: Actor, reference: str, number: int) -> PlanAction:
    """Give an action of a plan.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = None
    if reference.isprintable():
        rows = visible_actions(actor).select_related("plan").filter(plan__reference=reference, number=number)
        row = rows.order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_action",
            "There is no such action, or it is not one that you can see.",
            "Look for it in the plan or in the list of actions.",
        )
    return row


def found_part(actor: Actor, part_id: int) -> PlanPart:
    """Give a part that the actor was asked for, or one of a plan that they see.

    Raises:
        Refused: There is none.
    """
    rows = PlanPart.objects.select_related("plan").filter(
        Q(pk__in=visible_parts(actor).values("pk")) | Q(plan__in=visible_plans(actor).values("pk"))
    )
    row = rows.filter(pk=part_id).order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_part",
            "There is no such question to your organisation.",
            "Follow the link in the list of plans again.",
        )
    return row
