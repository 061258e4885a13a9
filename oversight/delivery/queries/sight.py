"""Which assessments and figures someone sees: every query of them asks here first (H4)."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from oversight.delivery.models import Assessment, Figure
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused

#: Sees an assessment, and the figures of its unit and period, once it is completed (paragraph 30).
SEE: Final = "delivery.see"
#: Sees them before that too.
SEE_OPEN: Final = "delivery.see_open"
PLAN: Final = "delivery.plan_assessments"
ASSESS: Final = "delivery.assess"
GIVE_INPUT: Final = "delivery.give_input"
BRING_IN: Final = "delivery.bring_in_figures"
TAKE: Final = "delivery.take_figures"


def seen_assessments(actor: Actor) -> QuerySet[Assessment]:
    """Give the assessments that someone sees: line management its own, the second line those completed."""
    if actor.may(SEE_OPEN):
        codes = actor.parties_over(SEE_OPEN)
        return Assessment.objects.all() if codes is None else Assessment.objects.filter(unit__code__in=codes)
    if actor.may(SEE):
        return Assessment.objects.filter(completed_at__isnull=False)
    return Assessment.objects.none()


def seen_figures(actor: Actor) -> QuerySet[Figure]:
    """Give the figures that someone sees, those that were replaced too."""
    if actor.may(SEE_OPEN):
        codes = actor.parties_over(SEE_OPEN)
        return Figure.objects.all() if codes is None else Figure.objects.filter(unit__code__in=codes)
    if actor.may(SEE):
        given = Assessment.objects.filter(
            unit=OuterRef("unit"), completed_at__isnull=False, round__first=OuterRef("first")
        )
        return Figure.objects.filter(Exists(given))
    return Figure.objects.none()


def sees_unit(actor: Actor, code: str) -> bool:
    """Tell whether someone may open the page of a unit's measures."""
    if actor.may(SEE_OPEN):
        codes = actor.parties_over(SEE_OPEN)
        return codes is None or code in codes
    return actor.may(SEE)


def not_found(what: str) -> Refused:
    """Make the refusal for what is not there or not theirs: the two look alike."""
    return Refused(
        f"not_found_{what.replace(' ', '_')}",
        f"There is no such {what}, or it is not one that you can see.",
        "Check the address, or look for it in the list.",
    )


def found_assessment(actor: Actor, reference: str, *, lock: bool = False) -> Assessment:
    """Give an assessment that someone sees.

    Args:
        actor: Who asks.
        reference: Its reference.
        lock: Whether it is to be changed.

    Raises:
        Refused: There is none that they see.
    """
    rows = seen_assessments(actor)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    fitting = rows.filter(reference=reference) if reference.isprintable() else rows.none()
    row = fitting.select_related("round").order_by("id").first()
    if row is None:
        raise not_found("assessment")
    return row
