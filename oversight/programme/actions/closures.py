"""Weeks that a body closes for its own visits, or that a place says are hard for it (¶10(iv), ¶28)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.programme.actions.clashing import _seek
from oversight.programme.actions.keeping import _reason, _reference, _today
from oversight.programme.models import Clash, Closure, Visit
from oversight.programme.queries.loads import carried_there
from oversight.programme.rules.settling import UNSETTLED
from oversight.programme.rules.visits import ACTIVE, Span, check_span

CLOSE = "programme.close"


def _of(*, of: PartyRef, **_: Any) -> PartyLike:
    return of


@action(verb="weeks.closed", permission=CLOSE, paragraph="10(iv)", on=_of)
def close_weeks(
    *, by: Actor, at: datetime, of: PartyRef, span: Span, reason: str
) -> Recorded[tuple[str, int]]:
    """Close weeks for the visits of one's own body, or say that they are hard for one's own place.

    A place cannot delay an inspection (¶16): its weeks are told to the planners, who talk them through.

    Args:
        by: Who closes them.
        at: Moment of doing so.
        of: The body or place.
        span: Its days.
        reason: Why; must not be empty. Planners of every body read it.

    Returns:
        Reference of the closure, and how many visits the actor's body has in it.

    Raises:
        Refused: The party is not the actor's, the days are past or in no order, or there is no reason.
    """
    check_span(span, today=_today(at))
    why = _reason(reason, "Close these weeks", paragraph="10(iv)")
    row = Closure.objects.create(
        reference=_reference("W"),
        party_id=of.code,
        party_lineage=of.lineage,
        first_day=span.first,
        last_day=span.last,
        reason=why,
        closed_at=at,
        closed_by=by.reference,
        closed_name=by.name,
    )
    own = 0
    for visit in _visits_in(row):
        _seek(visit, by=by, at=at, refuse=False)
        own += visit.keeper_id == by.party
    payload: dict[str, Value] = {"of": of.code, "first_day": span.first, "last_day": span.last, "reason": why}
    return Recorded(f"weeks:{row.reference}", payload, (row.reference, own))


def _closure_party(*, by: Actor, reference: str, **_: Any) -> PartyLike:
    rows = Closure.objects.filter(reference=reference).order_by("id") if reference.isprintable() else None
    code = rows.values_list("party", flat=True).first() if rows is not None else None
    return party(str(code or by.party))


@action(verb="weeks.opened", permission=CLOSE, paragraph="10(iv)", on=_closure_party)
def open_weeks(*, by: Actor, at: datetime, reference: str) -> Recorded[None]:
    """Open weeks again that were closed; that they were is kept.

    Args:
        by: Who opens them.
        at: Moment of doing so.
        reference: Reference of the closure.

    Raises:
        Refused: There is none, it is not the actor's, or it is lifted already.
    """
    rows = Closure.objects.select_for_update(of=("self",)).filter(reference=reference, lifted_at=None)
    row = rows.order_by("id").first() if reference.isprintable() else None
    if row is None:
        raise Refused(
            "not_found_closure",
            "These weeks are not closed, or no longer.",
            "Look at the list of closed weeks.",
        )
    row.lifted_at, row.lifted_by = at, by.reference
    row.save()
    in_it = Clash.objects.filter(closure=row, state__in=[str(one) for one in UNSETTLED])
    for visit in Visit.objects.filter(pk__in=in_it.values("visit")).order_by("id"):
        _seek(visit, by=by, at=at, refuse=False)
    return Recorded(f"weeks:{row.reference}", {"of": row.party_id}, None)


def _visits_in(row: Closure) -> list[Visit]:
    rows = Visit.objects.filter(
        state__in=[str(one) for one in ACTIVE], first_day__lte=row.last_day, last_day__gte=row.first_day
    )
    of = party(row.party_id)
    if of.kind in {"region", "pdu"}:
        rows = rows.filter(carried_there(of.code))
    else:
        rows = rows.filter(owner__code=of.code)
    return list(rows.order_by("id"))
