"""The earlier recommendations of a unit, as the next inspection starts with them (E5, ¶26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Prefetch, Q

from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code, party
from oversight.recommendations.models import FollowUp, FollowUpDone, RecommendationStep
from oversight.recommendations.queries.recommendations import RecommendationLine, line_of
from oversight.recommendations.queries.sight import visible
from oversight.recommendations.rules.delivery import Delivery
from oversight.recommendations.rules.follow_up import FINDING_WORDS

#: A unit has some dozens of earlier recommendations; what is closed for other reasons is not followed up.
MOST: Final = 300
_NOT_FOLLOWED: Final = (Delivery.CLOSED_SUPERSEDED.value, Delivery.CLOSED_NOT_AGREED.value)


@dataclass(frozen=True)
class Found:
    """What an inspection found."""

    inspection: str
    finding: str
    finding_label: str
    text: str
    carried_to: str
    found_at: datetime
    found_name: str


@dataclass(frozen=True)
class EarlierRecommendation:
    """An earlier recommendation in the sheet of an inspection.

    Args:
        line: The recommendation in a list.
        claimed: What its owner said last; empty for nothing.
        evidence: What its owner showed; empty for nothing.
        verified: Whether two people of its maker verified it.
        here: What the inspection of this sheet found; None when it has not looked.
        before: What earlier inspections found, latest first.
    """

    line: RecommendationLine
    claimed: str
    evidence: str
    verified: bool
    here: Found | None
    before: tuple[Found, ...]


@dataclass(frozen=True)
class FollowUpSheet:
    """Every earlier recommendation of a unit for one inspection.

    Args:
        unit: The unit.
        inspection: Reference of the inspection.
        lines: The recommendations, the latest report first.
        done: Whether the inspection said that all were followed up.
        left: How many have no finding yet.
    """

    unit: PartyRef
    inspection: str
    lines: tuple[EarlierRecommendation, ...]
    done: bool
    left: int


def follow_up_sheet(*, actor: Actor, unit: str, inspection: str) -> FollowUpSheet:
    """Give every earlier recommendation of a unit that is still to be followed up, with what is known of it.

    Args:
        actor: Who looks.
        unit: Code of the unit.
        inspection: Reference of the inspection that follows up.

    Raises:
        Refused: There is no such unit.
    """
    ref = party(unit)
    rows = (
        visible(actor)
        .filter(Q(unit=ref.code))
        .exclude(source=inspection)
        .exclude(delivery__in=_NOT_FOLLOWED)
        .prefetch_related(
            Prefetch(
                "follow_ups", FollowUp.objects.select_related("carried_to").order_by("-found_at", "-id")
            ),
            Prefetch(
                "steps",
                RecommendationStep.objects.filter(
                    move__in=["start", "add_progress", "report_complete"]
                ).order_by("-id"),
            ),
        )
        .order_by("-made_on", "source", "number")
    )
    parties = parties_by_code()
    held = list(rows[:MOST])
    linked = {one.carried_to_id for row in held for one in row.follow_ups.all() if one.carried_to_id}
    known = set(visible(actor).filter(pk__in=linked).values_list("pk", flat=True))
    lines: list[EarlierRecommendation] = []
    for row in held:
        said = next((step for step in row.steps.all() if step.text), None)
        found = [
            Found(
                one.inspection,
                one.finding,
                FINDING_WORDS[one.finding],
                one.text,
                one.carried_to.reference if one.carried_to and one.carried_to_id in known else "",
                one.found_at,
                one.found_name,
            )
            for one in row.follow_ups.all()
        ]
        lines.append(
            EarlierRecommendation(
                line=line_of(row, parties),
                claimed=said.text if said else "",
                evidence=said.evidence if said else "",
                verified=row.delivery == Delivery.CLOSED_VERIFIED,
                here=next((one for one in found if one.inspection == inspection), None),
                before=tuple(one for one in found if one.inspection != inspection),
            )
        )
    return FollowUpSheet(
        unit=ref,
        inspection=inspection,
        lines=tuple(lines),
        done=bool(inspection) and FollowUpDone.objects.filter(inspection=inspection).exists(),
        left=sum(1 for one in lines if one.here is None),
    )
