"""Which recommendations someone sees: every query of this folder asks here first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db.models import Q, QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import parties_by_code
from oversight.recommendations.models import Recommendation
from oversight.recommendations.rules.visibility import Concerned, Viewer, sees, sees_all_about

SEE: Final = "recommendations.see"


def viewer_of(actor: Actor) -> Viewer:
    """Give what decides which recommendations an actor sees."""
    ref = parties_by_code().get(actor.party)
    above = tuple(code for code in ref.lineage.split("/") if code) if ref else ()
    return Viewer(actor.party, above, actor.parties_over(SEE))


def visible(actor: Actor) -> QuerySet[Recommendation]:
    """Give the recommendations that an actor sees; as ``rules.visibility`` has it, asked of the tables."""
    return visible_to(viewer_of(actor))


def visible_to(viewer: Viewer) -> QuerySet[Recommendation]:
    """Give the recommendations that someone sees."""
    if viewer.over is None:
        return Recommendation.objects.all()
    if not viewer.over:
        return Recommendation.objects.none()
    return Recommendation.objects.filter(_to_or_by(viewer) | _about(viewer))


def in_parts_to(viewer: Viewer, *, units: Collection[str] = ()) -> tuple[QuerySet[Recommendation], ...]:
    """Give the same in parts that do not overlap, each found by an index: to count them costs less so.

    Args:
        viewer: Who looks.
        units: Units that alone are asked about; none for all. Where the viewer sees all that is about each of
            them, the first part has everything, and is the only one.
    """
    if not viewer.over:
        return (visible_to(viewer),)
    about, rows = _about(viewer), Recommendation.objects
    if units and sees_all_about(viewer, units):
        return (rows.filter(about),)
    return rows.filter(about), rows.filter(_to_or_by(viewer)).exclude(about)


def _to_or_by(viewer: Viewer) -> Q:
    return Q(maker=viewer.party) | Q(addressee__in=sorted(viewer.over or ()))


def _about(viewer: Viewer) -> Q:
    return Q(unit__in=sorted({*(viewer.over or ()), *viewer.above}))


def not_found() -> Refused:
    """Make the refusal for what is not there or not for the one who asks: the two look alike."""
    return Refused(
        "not_found_recommendation",
        "There is no such recommendation, or it is not one that you can see.",
        "Check the reference, or look for it in the list of recommendations.",
    )


def found(actor: Actor, reference: str) -> Recommendation:
    """Give the recommendation of a reference.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = None
    if reference.isprintable():
        # One row is known by its reference; who sees it is told by the rule, which costs less than asking.
        row = Recommendation.objects.filter(reference=reference).order_by("id").first()
    if row is None or not seen_by(viewer_of(actor), row):
        raise not_found()
    return row


def seen_by(viewer: Viewer, row: Recommendation) -> bool:
    """Tell whether someone sees a recommendation that is at hand."""
    return sees(viewer, Concerned(row.maker_id, row.addressee_id, row.unit_id or ""))
