"""Which recommendations someone sees: every query of this folder asks here first."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import parties_by_code
from oversight.recommendations.models import Recommendation
from oversight.recommendations.rules.visibility import Viewer

SEE: Final = "recommendations.see"


def viewer_of(actor: Actor) -> Viewer:
    """Give what decides which recommendations an actor sees."""
    ref = parties_by_code().get(actor.party)
    above = tuple(code for code in ref.lineage.split("/") if code) if ref else ()
    return Viewer(actor.party, above, actor.parties_over(SEE))


def visible(actor: Actor) -> QuerySet[Recommendation]:
    """Give the recommendations that an actor sees; as ``rules.visibility`` has it, asked of the tables."""
    viewer = viewer_of(actor)
    if viewer.over is None:
        return Recommendation.objects.all()
    if not viewer.over:
        return Recommendation.objects.none()
    return Recommendation.objects.filter(
        Q(maker=viewer.party)
        | Q(addressee__in=sorted(viewer.over))
        | Q(unit__in=sorted({*viewer.over, *viewer.above}))
    )


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
        rows = visible(actor).select_related("superseded_by").filter(reference=reference)
        row = rows.order_by("id").first()
    if row is None:
        raise not_found()
    return row
