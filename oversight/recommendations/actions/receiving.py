"""Recommendations come in: from the areas that make them, or brought in by hand (E1, ¶23)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from oversight.arrangements.actions import happened
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON, day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.recommendations.actions.comparing import _ask_to_compare
from oversight.recommendations.actions.texts import _line, _needed, _text
from oversight.recommendations.models import TITLE_LENGTH, Recommendation, RecommendationStep
from oversight.recommendations.models.base import SOURCE_LENGTH
from oversight.recommendations.rules.sources import (
    ARRANGED,
    Source,
    check_authority,
    check_maker,
    check_theme,
    check_unit,
    reference_of,
)

MAKE: Final = "recommendations.make"


def receive(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    source: str,
    source_title: str,
    number: int,
    text: str,
    addressee: PartyRef,
    on: date,
    unit: PartyRef | None = None,
    theme: str = "",
    commissioned: bool = False,
    told: str = "",
) -> str:
    """Take up a recommendation, or find that it was taken up already; then nothing is written.

    Call it once a report is published, for each of its recommendations, inside the action that publishes.

    Args:
        by: Someone of the body that makes it.
        at: Moment of doing so.
        kind: ``core``, ``thematic``, ``joint``, ``sfo_independent``, ``audit`` or ``history``.
        source: Reference of the inspection, review, audit or earlier report.
        source_title: What that is called.
        number: Number that the recommendation has there, kept for ever.
        text: What is recommended.
        addressee: The one authority to which it is made.
        on: Day on which it was made, not later than today.
        unit: The unit concerned; a core inspection has one.
        theme: Name of a theme; empty for none yet.
        commissioned: Whether it reaches commissioned services (¶25).
        told: What its timeline says of how it came in; for what is brought in from elsewhere its source.

    Returns:
        Its reference.

    Raises:
        Refused: The actor may not, something is missing or wrong (``field`` says what), or another
            recommendation has this number.
    """
    by.demand(MAKE)
    reference = reference_of(_line(source, "source", SOURCE_LENGTH), number)
    rows = Recommendation.objects.filter(reference=reference).order_by("id")
    held = rows.values_list("kind", "text", "addressee__code", "unit__code").first()
    if held is None:
        return _take_up(
            by=by,
            at=at,
            kind=kind,
            source=source,
            source_title=source_title,
            number=number,
            text=text,
            addressee=addressee,
            on=on,
            unit=unit,
            theme=theme,
            commissioned=commissioned,
            told=told,
        )
    same = held == (
        kind,
        _needed(text, "text", "The recommendation"),
        addressee.code,
        unit.code if unit else None,
    )
    if not same:
        raise Refused(
            "recommendation_number",
            f"{reference} is another recommendation, and a number is kept for ever.",
            "Give this one the next number that is free.",
            paragraph="23",
            field="number",
        )
    return reference


@action(verb="recommendation.received", permission=MAKE, paragraph="23")
def _take_up(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    source: str,
    source_title: str,
    number: int,
    text: str,
    addressee: PartyRef,
    on: date,
    unit: PartyRef | None,
    theme: str,
    commissioned: bool,
    told: str,
) -> Recorded[str]:
    """Take up a recommendation for the first time, and tell the arrangements that it was made."""
    if kind not in set(Source):
        raise Refused("recommendation_kind", "There is no such kind.", "Choose one.", field="kind")
    made_in = Source(kind)
    check_maker(made_in, by.party)
    check_authority(addressee.code, addressee.kind)
    check_unit(made_in, unit.kind if unit else "")
    check_theme(theme)
    if on > at.astimezone(LONDON).date():
        raise Refused(
            "recommendation_day",
            f"{day_in_words(on)} is still to come.",
            "Enter the day on which it was made.",
            field="on",
        )
    if commissioned and unit is None:
        raise Refused(
            "recommendation_unit",
            "What reaches commissioned services is for the director of one region.",
            "Enter the region or unit.",
            paragraph="25",
            field="unit",
        )
    title = _line(source_title, "source_title", TITLE_LENGTH)
    if not title:
        raise Refused(
            "recommendation_text", "The title of the report is missing.", "Enter it.", field="source_title"
        )
    row = Recommendation.objects.create(
        reference=reference_of(_line(source, "source", SOURCE_LENGTH), number),
        kind=made_in,
        source=_line(source, "source", SOURCE_LENGTH),
        source_title=title,
        number=number,
        text=_needed(text, "text", "The recommendation"),
        theme=theme,
        maker_id=by.party,
        addressee_id=addressee.code,
        unit_id=unit.code if unit else None,
        commissioned=commissioned,
        made_on=on,
        received_at=at,
        received_by=by.reference,
    )
    event = None
    if made_in in ARRANGED:
        facts = happened(
            by=by,
            at=at,
            event="recommendation_made",
            kind=kind,
            about=row.reference,
            on=on,
            unit=unit,
            addressee=addressee,
            note="",
        )
        event = facts.id
    if commissioned and made_in is Source.CORE:
        happened(
            by=by,
            at=at,
            event="crs_matter_raised",
            kind=kind,
            about=row.reference,
            on=on,
            unit=unit,
            addressee=None,
            note="",
        )
    _ask_to_compare(by=by, at=at)
    RecommendationStep.objects.create(
        recommendation=row,
        move="receive",
        source="",
        target=row.delivery,
        text=_text(told, "told"),
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=party(by.party).code,
        event=event,
    )
    payload: dict[str, Value] = {
        "kind": kind,
        "source": row.source,
        "source_title": title,
        "number": number,
        "text": row.text,
        "addressee": addressee.code,
        "unit": unit.code if unit else None,
        "theme": theme,
        "commissioned": commissioned,
        "made_on": on,
        "told": told,
    }
    return Recorded(f"recommendation:{row.reference}", payload, row.reference)
