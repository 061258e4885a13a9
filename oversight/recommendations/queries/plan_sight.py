"""Which plans, parts and actions someone sees (H4, ¶24, ¶27)."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.recommendations.models import MergedAction, Plan, PlanAction, PlanPart
from oversight.recommendations.queries.sight import viewer_of
from oversight.recommendations.rules.plans import SENT, sees_drafts
from oversight.recommendations.rules.visibility import Viewer

DRAFT: Final = "plans.draft"
CONTRIBUTE: Final = "plans.contribute"
CLEAR: Final = "plans.clear"
_SENT: Final = [state.value for state in SENT]


def visible_plans(actor: Actor) -> QuerySet[Plan]:
    """Give the plans that an actor sees: their own area's always, others' once submitted."""
    viewer = viewer_of(actor)
    if viewer.over is None:
        rows = Plan.objects.all()
        return rows if sees_drafts(viewer.party) else rows.filter(submitted_on__isnull=False)
    if not viewer.over:
        return Plan.objects.none()
    return Plan.objects.filter(_of_area(viewer, ""))


def _of_area(viewer: Viewer, plan: str) -> Q:
    """Make the condition that a plan is about or written by the area of someone who sees only part."""
    over = sorted(viewer.over or ())
    return Q(**{f"{plan}unit__in": sorted({*over, *viewer.above})}) | Q(**{f"{plan}writer__in": over})


def sees_plan(viewer: Viewer, row: Plan) -> bool:
    """Tell of a plan at hand whether someone sees it, as ``visible_plans`` asks it of the tables."""
    if viewer.over is None:
        return sees_drafts(viewer.party) or row.submitted_on is not None
    if not viewer.over:
        return False
    return row.writer_id in viewer.over or row.unit_id in {*viewer.over, *viewer.above}


def visible_actions(actor: Actor) -> QuerySet[PlanAction]:
    """Give the actions that an actor sees: those of the plans they see, and their own once submitted."""
    viewer = viewer_of(actor)
    rows = PlanAction.objects.filter(withdrawn_at=None)
    if viewer.over is None:
        return rows if sees_drafts(viewer.party) else rows.filter(plan__state__in=_SENT)
    if not viewer.over:
        return rows.none()
    return rows.filter(_own(viewer) | _of_area(viewer, "plan__"))


def visible_actions_in_parts(actor: Actor) -> tuple[QuerySet[PlanAction], ...]:
    """Give the same in parts that do not overlap, each found by an index: to count them costs less so."""
    viewer = viewer_of(actor)
    if not viewer.over:
        return (visible_actions(actor),)
    rows = PlanAction.objects.filter(withdrawn_at=None)
    own = _own(viewer)
    return rows.filter(own), rows.filter(_of_area(viewer, "plan__")).exclude(own)


def _own(viewer: Viewer) -> Q:
    return Q(owner__in=sorted(viewer.over or ()), plan__state__in=_SENT)


def _sees_action(viewer: Viewer, row: PlanAction) -> bool:
    """Tell of an action at hand whether someone sees it, as ``visible_actions`` asks it of the tables."""
    own = bool(viewer.over) and row.owner_id in (viewer.over or ()) and row.plan.state in SENT
    return row.withdrawn_at is None and (own or sees_plan(viewer, row.plan))


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
        row = Plan.objects.filter(reference=reference).order_by("id").first()
    if row is None or not sees_plan(viewer_of(actor), row):
        raise no_plan()
    return row


def found_action(actor: Actor, reference: str, number: int) -> PlanAction:
    """Give an action of a plan, by the number that it has or had there before its plan was merged.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = None
    if reference.isprintable():
        rows = PlanAction.objects.select_related("plan").filter(plan__reference=reference, number=number)
        row = rows.order_by("id").first() or _merged_action(reference, number)
    if row is None or not _sees_action(viewer_of(actor), row):
        raise Refused(
            "not_found_action",
            "There is no such action, or it is not one that you can see.",
            "Look for it in the plan or in the list of actions.",
        )
    return row


def _merged_action(reference: str, number: int) -> PlanAction | None:
    moved = MergedAction.objects.filter(plan__reference=reference, number=number)
    found = moved.select_related("action__plan").order_by("id").first()
    return found.action if found else None


def actions_of(plan: Plan) -> QuerySet[PlanAction]:
    """Give the actions of a plan; of one that was merged those that it handed over, where they are now."""
    rows = PlanAction.objects.filter(withdrawn_at=None)
    if plan.merged_into_id is None:
        return rows.filter(plan=plan)
    return rows.filter(merged_from__plan=plan).select_related("plan")


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
