"""What areas above tell the timetable: the fieldwork of an inspection or audit as its case has it (¶16, ¶28).

The case keeps the days; the timetable follows in the same transaction, so the two never disagree. A rule that
holds days back holds nothing back here: the clash is told, and the case decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.programme.actions.clashing import _seek
from oversight.programme.actions.keeping import (
    _last_round_known,
    _payload,
    _round,
    _set_people,
    _stepped,
)
from oversight.programme.actions.scope import _own
from oversight.programme.actions.visits import _new
from oversight.programme.models import Visit
from oversight.programme.rules.kinds import check_site, visit_data
from oversight.programme.rules.visits import ACTIVE, PARAGRAPH, Span, VisitState

#: Words for a change that the case does not explain.
_AS_THE_CASE: Final = "As the case has it."
_UNITS: Final = frozenset({"region", "pdu"})


@dataclass(frozen=True)
class Fieldwork:
    """The fieldwork of an inspection or audit as its case has it.

    Args:
        source: Reference of the inspection or audit.
        kind: Type of visit; one that the body of the case makes.
        title: What the inspection or audit is called.
        places: Regions and units visited; the one body that answers for ``site`` where that is visited.
        span: Days planned, or made once it is over.
        announced: Whether it is announced.
        standing: ``coming``, ``paused``, ``ended`` (withdrawn or replaced) or ``done``.
        people: Reference and name of everyone on its team.
        reason: Why the case changed; empty when it gives none.
        site: Name of what is visited where the register does not hold it; empty for regions and units.
        region: Region that the site concerns; None for none.
    """

    source: str
    kind: str
    title: str
    places: Sequence[PartyRef]
    span: Span
    announced: bool
    standing: str
    people: Sequence[tuple[str, str]]
    reason: str = ""
    site: str = ""
    region: PartyRef | None = None


def _state(told: Fieldwork) -> VisitState:
    if told.standing == "ended":
        return VisitState.CANCELLED
    if told.standing == "paused":
        return VisitState.HELD
    if told.standing == "done":
        return VisitState.DONE
    return VisitState.ANNOUNCED if told.announced else VisitState.PLANNED


@action(verb="visit.told", permission="programme.tell", paragraph=PARAGRAPH, on=_own)
def fieldwork_told(*, by: Actor, at: datetime, told: Fieldwork) -> Recorded[int]:
    """Bring the visits of an inspection or audit in step with its case, one for each place.

    A visit that was planned here for the same place and type, and has no case yet, becomes that of the case.

    Args:
        by: Who acts on the case.
        at: Moment of doing so.
        told: The fieldwork as the case has it now.

    Returns:
        How many visits it has here. An inspection of the whole service has none: it names no place.

    Raises:
        Refused: The actor may not, or their body makes no visits of that type.
    """
    kind = visit_data().kinds[told.kind]
    if by.party not in kind.bodies:
        raise Refused(
            "permission_visit_kind",
            "Your organisation makes no visits of that type.",
            "Ask the body that makes them.",
            paragraph=PARAGRAPH,
        )
    if told.site:
        check_site(kind, len(told.places))
    places = [one for one in told.places if told.site or one.kind in _UNITS]
    held = {
        row.place_id: row
        for row in Visit.objects.select_for_update(of=("self",))
        .filter(source=told.source, owner__code=by.party)
        .order_by("id")
    }
    rows: list[Visit] = []
    for place in places:
        row = held.get(place.code) or _adopted(told, place, by=by, at=at) or _made(told, place, by=by, at=at)
        _in_step(row, told, by=by, at=at)
        rows.append(row)
    payload: dict[str, Value] = {
        "source": told.source if told.announced else "",
        "visits": [_payload(row, {"visit": row.reference, "state": row.state}) for row in rows],
    }
    return Recorded(f"party:{by.party}", payload, len(rows))


def _made(told: Fieldwork, place: PartyRef, *, by: Actor, at: datetime) -> Visit:
    kind = visit_data().kinds[told.kind]
    return _new(
        by=by,
        at=at,
        owner=party(by.party),
        kind=kind,
        place=place,
        span=told.span,
        visit_days=kind.visit_days,
        title=told.title,
        teams=kind.teams,
        programme=None,
        state=VisitState.PLANNED,
        source=told.source,
        site=told.site,
        region=told.region,
    )


def _adopted(told: Fieldwork, place: PartyRef, *, by: Actor, at: datetime) -> Visit | None:
    if told.site:
        return None  # nothing is planned here by hand for a place outside the register
    rows = Visit.objects.select_for_update(of=("self",)).filter(
        owner__code=by.party,
        keeper__code=by.party,
        kind=told.kind,
        place__code=place.code,
        source="",
        state__in=[str(one) for one in ACTIVE],
    )
    nearest = min(
        rows.order_by("id"), key=lambda one: abs((one.first_day - told.span.first).days), default=None
    )
    if nearest is not None:
        nearest.source = told.source
        _stepped(nearest, "take_on", by=by, at=at, tells=False)
    return nearest


def _in_step(row: Visit, told: Fieldwork, *, by: Actor, at: datetime) -> None:
    """Bring one visit in step: who knows of it, then its days, then where it stands."""
    reason = told.reason or _AS_THE_CASE
    if told.announced and row.announced_at is None:
        row.announced_at, row.announced_by = at, by.reference
        if row.state in {VisitState.PLANNED, VisitState.SHARED}:
            row.state = VisitState.ANNOUNCED.value
        _stepped(row, "announce", by=by, at=at)
        _last_round_known(row)
    if (row.first_day, row.last_day) != (told.span.first, told.span.last):
        row.first_day, row.last_day = told.span.first, told.span.last
        _stepped(row, "change", by=by, at=at, reason=reason)
        _round(row, by=by, at=at, reason=reason)
    wanted = _state(told)
    if wanted is VisitState.PLANNED and row.announced_at is not None:
        # Announced here before the case took it on: what was told stays told.
        wanted = VisitState.ANNOUNCED
    elif wanted is VisitState.PLANNED and row.shared_at is not None:
        wanted = VisitState.SHARED
    if row.state != wanted:
        resumes = row.state == VisitState.HELD and wanted in ACTIVE
        move = f"resume_{wanted}" if resumes else _MOVES[wanted]
        row.held_from = row.state if wanted is VisitState.HELD else ""
        row.state = wanted.value
        _stepped(row, move, by=by, at=at, reason=reason)
    _set_people(row, told.people, by=by, at=at)
    _seek(row, by=by, at=at, refuse=False)


_MOVES: Final = {
    VisitState.PLANNED: "plan",
    VisitState.SHARED: "share",
    VisitState.ANNOUNCED: "announce",
    VisitState.HELD: "hold",
    VisitState.DONE: "finish",
    VisitState.CANCELLED: "cancel",
}
