"""The next inspection of a unit follows up earlier recommendations (E5, ¶26)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from oversight.arrangements.actions import happened
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.recommendations.actions.texts import _line, _locked, _text
from oversight.recommendations.models import FollowUp, FollowUpDone, Recommendation
from oversight.recommendations.models.base import SOURCE_LENGTH
from oversight.recommendations.queries.follow_up import follow_up_sheet
from oversight.recommendations.queries.sight import found, visible
from oversight.recommendations.rules.follow_up import Finding, check_finding

FOLLOW_UP: Final = "recommendations.follow_up"


def _inspection(given: str) -> str:
    reference = _line(given, "inspection", SOURCE_LENGTH)
    if not reference:
        raise Refused(
            "follow_up",
            "The inspection that follows up is missing.",
            "Enter its reference.",
            field="inspection",
        )
    if FollowUpDone.objects.filter(inspection=reference).exists():
        raise Refused(
            "follow_up_done",
            f"{reference} has said that its follow-up is complete.",
            "What was found since belongs to the next inspection.",
            paragraph="26",
            field="inspection",
        )
    return reference


def _maker(*, by: Actor, reference: str, **_: object) -> PartyLike:
    return party(found(by, reference).maker_id)


@action(verb="recommendation.followed-up", permission=FOLLOW_UP, paragraph="26", on=_maker)
def follow_up(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    inspection: str,
    finding: str,
    text: str,
    carried_to: str = "",
) -> Recorded[None]:
    """Say what an inspection found of an earlier recommendation.

    What its owner claimed and what was verified stays as it is: the finding stands beside it.

    Args:
        by: A lead inspector.
        at: Moment of saying so.
        reference: Reference of the earlier recommendation.
        revision: Revision that the actor saw.
        inspection: Reference of the inspection that follows up.
        finding: ``done``, ``partly`` or ``not_done``.
        text: What the inspectors saw.
        carried_to: Reference of the new recommendation that carries it forward; empty for none.

    Raises:
        Refused: The actor may not, something is missing or contradicts itself, the inspection looked at this
            recommendation already or has finished its follow-up, or there is no such new recommendation.
    """
    row = _locked(by, reference, revision)
    later = _inspection(inspection)
    if finding not in set(Finding):
        raise Refused("follow_up", "There is no such finding.", "Choose one.", field="finding")
    said, new = _text(text, "text"), _line(carried_to, "carried_to", 90)
    check_finding(
        Finding(finding),
        text=said,
        carried_to=new,
        reference=row.reference,
        earlier=row.source if row.source == later else "",
    )
    other = _carried(by, new, row) if new else None
    if FollowUp.objects.filter(recommendation=row, inspection=later).exists():
        raise Refused(
            "follow_up",
            f"{later} has followed up this recommendation already.",
            "Open the sheet again to see what was found.",
            paragraph="26",
        )
    FollowUp.objects.create(
        recommendation=row,
        inspection=later,
        finding=finding,
        text=said,
        delivery_then=row.delivery,
        carried_to=other,
        found_at=at,
        found_by=by.reference,
        found_name=by.name,
    )
    payload: dict[str, Value] = {
        "inspection": later,
        "finding": finding,
        "text": said,
        "delivery": row.delivery,
        "carried_to": new,
    }
    return Recorded(f"recommendation:{row.reference}", payload, None)


def _carried(by: Actor, reference: str, row: Recommendation) -> Recommendation:
    other = visible(by).filter(reference=reference).order_by("id").first()
    if other is None or other.made_on < row.made_on:
        raise Refused(
            "follow_up",
            "There is no later recommendation of that reference.",
            "Enter the reference of the new recommendation, or leave it out until it is made.",
            paragraph="26",
            field="carried_to",
        )
    return other


@action(verb="recommendation.follow-up-completed", permission=FOLLOW_UP, paragraph="26")
def complete_follow_up(*, by: Actor, at: datetime, unit: PartyRef, inspection: str) -> Recorded[None]:
    """Say that an inspection has followed up every earlier recommendation of its unit.

    Args:
        by: A lead inspector.
        at: Moment of saying so.
        unit: The unit inspected.
        inspection: Reference of the inspection.

    Raises:
        Refused: The actor may not, some recommendation has no finding yet, or it was said already.
    """
    later = _inspection(inspection)
    sheet = follow_up_sheet(actor=by, unit=unit.code, inspection=later)
    if sheet.left:
        raise Refused(
            "follow_up_left",
            f"{sheet.left} of {len(sheet.lines)} earlier recommendations have no finding yet.",
            "Say of each whether it is done, partly done or not done.",
            paragraph="26",
        )
    FollowUpDone.objects.create(inspection=later, done_at=at, done_by=by.reference)
    happened(
        by=by,
        at=at,
        event="earlier_recommendations_followed_up",
        kind="",
        about=later,
        on=at.astimezone(LONDON).date(),
        unit=unit,
        addressee=None,
        note="",
    )
    return Recorded(f"inspection:{later}", {"unit": unit.code, "followed_up": len(sheet.lines)}, None)
