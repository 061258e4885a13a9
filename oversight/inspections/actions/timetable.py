"""The timetable follows the case, told of its fieldwork in the same transaction (¶28)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from oversight.inspections.models import Inspection
from oversight.inspections.rules.case import CaseState
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.programme.actions.telling import Fieldwork, fieldwork_told
from oversight.programme.rules.visits import Span

#: Steps after which the days, the people or the standing of fieldwork are others.
CONCERNED: Final = frozenset(
    {
        "announce",
        "change_dates",
        "start_fieldwork",
        "finish_fieldwork",
        "finish_unrated_fieldwork",
        "pause",
        "withdraw",
        "replace",
    }
)


def _concerns_timetable(move: str) -> bool:
    return move in CONCERNED or move.startswith("resume_")


def _kind(row: Inspection, places: tuple[PartyRef, ...]) -> str:
    """Give the type of visit as the timetable knows it."""
    if row.kind == "thematic" and row.unit_id and not row.rated:
        # A look at one region under a programme of its own.
        return "dynamic" if places[0].kind == "region" else "thematic"
    if row.kind in {"thematic", "joint"}:
        return str(row.kind)
    if all(one.kind == "region" for one in places):
        return "core_region"
    return "core_unit"


def _standing(row: Inspection) -> str:
    if row.finished_on is not None:
        return "done"
    if row.state in {CaseState.WITHDRAWN, CaseState.REPLACED}:
        return "ended"
    return "paused" if row.state == CaseState.PAUSED else "coming"


def _tell_timetable(row: Inspection, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Tell the timetable of the fieldwork of a case as it is now; the whole service is no one place."""
    parties = parties_by_code()
    codes = row.units.order_by("id").values_list("unit_id", flat=True)
    places = tuple(ref for code in codes if (ref := parties[str(code)]).kind in {"region", "pdu"})
    if not places:
        return
    first = row.started_on or row.fieldwork_from
    last = row.finished_on or max(row.fieldwork_until, first)
    team = row.team.filter(left_at=None).order_by("id").values_list("person", "name")
    fieldwork_told(
        by=by,
        at=at,
        told=Fieldwork(
            source=row.reference,
            kind=_kind(row, places),
            title=row.title,
            places=places,
            span=Span(first, last),
            announced=row.announced_at is not None,
            standing=_standing(row),
            people=((row.lead, row.lead_name), *team),
            reason=reason,
        ),
    )
