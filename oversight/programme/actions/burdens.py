"""Hours of work that requests for information cost a place, as areas above tell them (C3, ¶10(iv))."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef
from oversight.programme.actions.keeping import _line
from oversight.programme.actions.scope import _own
from oversight.programme.models import BurdenNote

_MOST_HOURS = Decimal(10000)


@action(verb="burden.noted", permission="programme.note_burden", paragraph="10(iv)", on=_own)
def burden_noted(
    *, by: Actor, at: datetime, place: PartyRef, source: str, title: str, on: date, hours: Decimal
) -> Recorded[None]:
    """Note the hours that a request for information costs a place. Noted again, the later hours count.

    Args:
        by: Who asks; the hours count for their body.
        at: Moment of noting.
        place: Region or unit that answers.
        source: Reference of the request; one request counts once for a place.
        title: What is asked for.
        on: Day of the request.
        hours: Hours of work, 0 when it turned out to cost none.

    Raises:
        Refused: The place is no region or unit, a text is missing, or the hours cannot be.
    """
    if place.kind not in {"region", "pdu"}:
        raise Refused(
            "burden_place",
            f"{place.name} is neither a probation region nor a Probation Delivery Unit.",
            "Name the place that answers.",
            paragraph="10(iv)",
            field="place",
        )
    if not 0 <= hours <= _MOST_HOURS:
        raise Refused(
            "burden_hours",
            f"{hours} hours cannot be.",
            f"Enter a number from 0 to {_MOST_HOURS}.",
            paragraph="10(iv)",
            field="hours",
        )
    reference, what = _line(source, "source", 120), _line(title, "title")
    if not reference or not what:
        raise Refused(
            "burden_source",
            "A request needs its reference and a title.",
            "Enter both.",
            paragraph="10(iv)",
            field="title" if reference else "source",
        )
    rows = BurdenNote.objects.select_for_update(of=("self",)).filter(source=reference, place__code=place.code)
    earlier = rows.filter(current=True).order_by("id").first()
    if earlier is not None:
        earlier.current = False
        earlier.save()
    BurdenNote.objects.create(
        place_id=place.code,
        place_lineage=place.lineage,
        body_id=by.party,
        source=reference,
        title=what,
        on=on,
        hours=hours,
        round=(earlier.round if earlier else 0) + 1,
        noted_at=at,
        noted_by=by.reference,
    )
    return Recorded(f"party:{place.code}", {"source": reference, "on": on, "hours": hours}, None)
