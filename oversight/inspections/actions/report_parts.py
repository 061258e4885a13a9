"""Recommendations of a report, and the effective practice chosen into it (D3, ¶16, ¶23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from oversight.inspections.actions.fieldwork import _inspection
from oversight.inspections.actions.moving import _text, _today
from oversight.inspections.actions.report import WRITING, _long_text, _told_of
from oversight.inspections.models import (
    EvidenceNote,
    Inspection,
    PracticeExample,
    Recommendation,
    RecommendationsReason,
    RecommendationWording,
)
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.queries.report_facts import authorities, usual_most_for
from oversight.inspections.rules.recommending import check_number, check_recommendation
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


def _next_number(model: type[Recommendation | PracticeExample], row: Inspection) -> int:
    last = model.objects.filter(inspection=row).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _checked(
    row: Inspection, at: datetime, text: str, authority: str, standards: Sequence[str]
) -> tuple[str, list[str]]:
    told = _long_text(text)
    programme = programme_for(row)
    known = [one.id for one in programme.standards]
    possible = [one.code for one in authorities(row, _today(at))]
    check_recommendation(told, authority, possible, standards, known)
    return told, [one for one in known if one in standards]


@action(verb="report.recommendation-made", permission="inspections.lead", paragraph="23")
def recommend(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    authority: str,
    text: str,
    standards: Sequence[str],
    reason: str = "",
) -> Recorded[int]:
    """Make a recommendation to one authority.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        authority: Code of the party it is for.
        text: What it says.
        standards: Identifiers of the standards it rests on.
        reason: Why the report makes more than usual; needed when it does.

    Returns:
        Its number, which it keeps for ever.

    Raises:
        Refused: Something is missing or not possible, there are more than usual without a reason, or it is
            not the time or not the team of the actor.
    """
    row = _inspection(by, reference, WRITING)
    told, chosen = _checked(row, at, text, authority, standards)
    why = _text(reason, "reason")
    count = Recommendation.objects.filter(inspection=row, withdrawn_at=None).count() + 1
    usual_most = usual_most_for(row, _today(at))
    before = RecommendationsReason.objects.filter(inspection=row).order_by("-id").first()
    check_number(count, usual_most, before.count if before else 0, why)
    if why and usual_most is not None and count > usual_most:
        RecommendationsReason.objects.create(
            inspection=row,
            count=count,
            usual_most=usual_most,
            reason=why,
            given_at=at,
            given_by=by.reference,
            given_name=by.name,
        )
    made = Recommendation.objects.create(
        inspection=row, number=_next_number(Recommendation, row), made_at=at, made_by=by.reference
    )
    _word(made, 1, said=(authority, told, chosen), by=by, at=at)
    payload: dict[str, Value] = {
        "recommendation": made.number,
        "revision": 1,
        "authority": authority,
        "standards": chosen,
        "reason": why,
        **_told_of(told),
    }
    return Recorded(f"inspection:{row.reference}", payload, made.number)


def _word(
    made: Recommendation,
    revision: int,
    *,
    said: tuple[str, str, Sequence[str]],
    by: Actor,
    at: datetime,
) -> None:
    """Write what a recommendation says: authority, text and standards."""
    authority, text, standards = said
    RecommendationWording.objects.create(
        recommendation=made,
        revision=revision,
        authority_id=authority,
        text=text,
        standards=list(standards),
        written_at=at,
        written_by=by.reference,
        written_name=by.name,
    )


def _standing(row: Inspection, number: int) -> Recommendation:
    found = Recommendation.objects.filter(inspection=row, number=number).order_by("id").first()
    if found is None:
        raise Refused(
            "not_found_recommendation", f"There is no recommendation {number}.", "Choose one from the list."
        )
    if found.withdrawn_at is not None:
        raise Refused(
            "recommendation_withdrawn",
            f"Recommendation {number} was withdrawn.",
            "Make a new one: numbers are not used again.",
            paragraph="23",
        )
    return found


def _wording(made: Recommendation, revision: int) -> RecommendationWording:
    held = RecommendationWording.objects.get(recommendation=made, superseded=False)
    if held.revision != revision:
        raise Refused(
            "recommendation_stale",
            f"{held.written_name} changed recommendation {made.number} since you opened it.",
            "Both texts are below. Bring them together, then save again.",
            field="text",
        )
    return held


@action(verb="report.recommendation-reworded", permission="inspections.lead", paragraph="23")
def reword(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    authority: str,
    text: str,
    standards: Sequence[str],
    revision: int,
) -> Recorded[int]:
    """Change what a recommendation says, to whom, or on which standards; its number stays.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the recommendation.
        authority: Code of the party it is for.
        text: What it says.
        standards: Identifiers of the standards it rests on.
        revision: Revision that the actor saw.

    Returns:
        The revision that holds now.

    Raises:
        Refused: A colleague changed it since, it was withdrawn, something is missing or not possible, or it
            is not the time or not the team of the actor.
    """
    row = _inspection(by, reference, WRITING)
    made = _standing(row, number)
    told, chosen = _checked(row, at, text, authority, standards)
    held = _wording(made, revision)
    if (held.text, held.authority_id, held.standards) != (told, authority, chosen):
        RecommendationWording.objects.filter(pk=held.pk).update(superseded=True)
        _word(made, held.revision + 1, said=(authority, told, chosen), by=by, at=at)
        revision = held.revision + 1
    payload: dict[str, Value] = {
        "recommendation": number,
        "revision": revision,
        "authority": authority,
        "standards": chosen,
        **_told_of(told),
    }
    return Recorded(f"inspection:{row.reference}", payload, revision)


@action(verb="report.recommendation-withdrawn", permission="inspections.lead", paragraph="23")
def withdraw_recommendation(
    *, by: Actor, at: datetime, reference: str, number: int, reason: str
) -> Recorded[None]:
    """Withdraw a recommendation from the report; its number is not used again.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the recommendation.
        reason: Why.

    Raises:
        Refused: There is no reason, it was withdrawn before, or it is not the time or not the team of the
            actor.
    """
    row = _inspection(by, reference, WRITING)
    made = _standing(row, number)
    why = _text(reason, "reason")
    if not why:
        raise Refused(
            "recommendation_withdrawal",
            "A recommendation is withdrawn with a reason.",
            "Enter it.",
            paragraph="23",
            field="reason",
        )
    Recommendation.objects.filter(pk=made.pk).update(
        withdrawn_at=at, withdrawn_by=by.reference, withdrawn_name=by.name, withdrawn_reason=why
    )
    payload: dict[str, Value] = {"recommendation": number, "reason": why}
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(verb="report.practice-chosen", permission="inspections.lead", paragraph="16")
def choose_practice(*, by: Actor, at: datetime, reference: str, note: int, text: str) -> Recorded[int]:
    """Take a note of effective practice into the report, in words fit for readers.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        note: Number of the note.
        text: What the report says of it.

    Returns:
        Number of the example; an earlier wording of the same note makes room.

    Raises:
        Refused: There is no such note of effective practice, there is no text, or it is not the time or not
            the team of the actor.
    """
    row = _inspection(by, reference, WRITING)
    told = _long_text(text)
    found = (
        EvidenceNote.objects.filter(inspection=row, pk=note, effective_practice=True).order_by("id").first()
    )
    if found is None:
        raise Refused(
            "not_found_practice",
            "There is no such note of effective practice.",
            "Choose one of the notes marked as effective practice.",
            paragraph="16",
        )
    if not told:
        raise Refused("practice_text", "An example needs its text.", "Enter it.", field="text")
    _leave_out(found, by, at)
    made = PracticeExample.objects.create(
        inspection=row,
        number=_next_number(PracticeExample, row),
        note=found,
        text=told,
        chosen_at=at,
        chosen_by=by.reference,
        chosen_name=by.name,
    )
    payload: dict[str, Value] = {"example": made.number, "note": found.pk, **_told_of(told)}
    return Recorded(f"inspection:{row.reference}", payload, made.number)


def _leave_out(note: EvidenceNote, by: Actor, at: datetime) -> int:
    return PracticeExample.objects.filter(note=note, left_out_at=None).update(
        left_out_at=at, left_out_by=by.reference, left_out_name=by.name
    )


@action(verb="report.practice-left-out", permission="inspections.lead", paragraph="16")
def leave_out_practice(*, by: Actor, at: datetime, reference: str, note: int) -> Recorded[None]:
    """Leave a note of effective practice out of the report again.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        note: Number of the note.

    Raises:
        Refused: It is not in the report, or it is not the time or not the team of the actor.
    """
    row = _inspection(by, reference, WRITING)
    found = EvidenceNote.objects.filter(inspection=row, pk=note).order_by("id").first()
    if found is None or not _leave_out(found, by, at):
        raise Refused(
            "not_found_practice", "This note is not in the report.", "Choose one that is.", paragraph="16"
        )
    return Recorded(f"inspection:{row.reference}", {"note": found.pk}, None)
