"""Told by what lies above: who is on the team of an inspection and sees no risk picture of its place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from oversight.intelligence.models import TeamPlace
from oversight.intelligence.queries.risk_sight import TELL_TEAM
from oversight.kernel.acting import Actor
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef


@action(verb="intelligence.team-told", permission=TELL_TEAM, paragraph="10(v)")
def team_told(
    *, by: Actor, at: datetime, source: str, place: PartyRef, people: Collection[str], last_day: date
) -> Recorded[int]:
    """Keep in step who is on the team of an inspection.

    Args:
        by: Who changed the visit.
        at: Moment of doing so.
        source: Reference of the visit.
        place: Region or unit visited.
        people: References of everyone on its team now; nobody once it is cancelled.
        last_day: Last day of the visit as it is now.

    Returns:
        How many people are on it.
    """
    rows = TeamPlace.objects.select_for_update(of=("self",)).filter(source=source, ended_at=None)
    held = {(one.place_id, one.person): one for one in rows.order_by("pk")}
    wanted = {(place.code, person) for person in people}
    for key, one in held.items():
        if key not in wanted:
            one.ended_at, one.ended_by = at, by.reference
            one.save()
        elif one.last_day != last_day:
            one.last_day = last_day
            one.save()
    TeamPlace.objects.bulk_create(
        TeamPlace(
            source=source,
            place_id=code,
            person=person,
            last_day=last_day,
            named_at=at,
            named_by=by.reference,
        )
        for code, person in sorted(wanted - set(held))
    )
    # Days and people of a visit that is not announced are nobody else's, so the record says how many alone.
    return Recorded(f"party:{by.party}", {"people": len(wanted)}, len(wanted))
