"""Who sees a risk picture: planners, and nobody of them who is on the team that inspects the place (B7, H4).

A team that knew the score would look for what confirms it. So a picture, and everything that was worked out
of it, is for planners alone, and for no planner who goes to that place.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from oversight.intelligence.models import TeamPlace
from oversight.intelligence.rules.counting import months_before, rules_on
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.refusals import Refused

SEE_RISK: Final = "intelligence.see_risk"
TELL_TEAM: Final = "intelligence.tell_team"


def places_visited_by(actor: Actor, *, today: date) -> frozenset[str]:
    """Give the codes of the places to which someone goes, or went so lately that it still counts: one query.

    Args:
        actor: Who asks.
        today: London date.
    """
    since = months_before(today, rules_on(today).hidden_months.figure)
    rows = TeamPlace.objects.filter(person=actor.reference, ended_at=None, last_day__gte=since)
    return frozenset(str(code) for code in rows.order_by("pk").values_list("place_id", flat=True))


def is_hidden(place: PartyLike, visited: frozenset[str]) -> bool:
    """Tell whether a place's picture is kept from someone: they visit it, or its region."""
    return not visited.isdisjoint({place.code, *place.lineage.split("/")})


def check_not_hidden(place: PartyLike, visited: frozenset[str]) -> None:
    """Refuse the picture of a place to someone on the team that inspects it.

    Raises:
        Refused: Rule ``permission_risk_team``.
    """
    if is_hidden(place, visited):
        raise Refused(
            "permission_risk_team",
            "You are on the team that inspects this place or its region, so its risk picture is not shown to "
            "you: what a team finds must not rest on what it was led to expect.",
            "Ask another planner where the picture matters for the timetable.",
            paragraph="10(v)",
            who_can="planners who are not on the team",
        )
