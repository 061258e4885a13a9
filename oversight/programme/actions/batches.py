"""Many visits moved in one act, as a plan that is accepted asks for (C4, ¶10(v), ¶28)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.programme.actions.clashing import _seek
from oversight.programme.actions.keeping import (
    _checked_move,
    _facts,
    _kept_here,
    _locked,
    _payload,
    _reason,
    _round,
    _stepped,
    _today,
)
from oversight.programme.actions.scope import _own
from oversight.programme.queries.sight import PLAN
from oversight.programme.rules.visits import Span, check_span

#: One visit in a plan that is accepted: its reference, the revision seen, and its new days.
Step = tuple[str, int, Span]
MOST_AT_ONCE: Final = 2000


@action(verb="visits.moved", permission=PLAN, paragraph="10(v)", on=_own)
def move_visits(
    *, by: Actor, at: datetime, moves: Sequence[Step], reason: str
) -> Recorded[dict[str, tuple[str, ...]]]:
    """Move many visits of one's own body in one act with one reason: all of them, or none.

    All are given their new days first and looked at for clashes then, so that visits may change places.

    Args:
        by: A planner of the body whose visits they are.
        at: Moment of doing so.
        moves: Reference, revision seen and new days of each.
        reason: Why; must not be empty.

    Returns:
        References of the clashes found, by the reference of the visit; visits without any are left out.

    Raises:
        Refused: One of them cannot be moved so; ``field`` is its reference, and none was moved.
    """
    why = _reason(reason, "Move the visits", paragraph="10(v)")
    if not 1 <= len(moves) <= MOST_AT_ONCE or len({one[0] for one in moves}) != len(moves):
        raise Refused(
            "visits_moved",
            f"From 1 to {MOST_AT_ONCE} visits are moved at a time, each once.",
            "Choose the visits again.",
            paragraph="10(v)",
        )
    today, rows = _today(at), []
    for reference, revision, span in sorted(moves):
        try:
            row = _locked(by, reference, revision)
            by.demand(PLAN, party(row.keeper_id))
            _kept_here(row)
            _checked_move(row, "change", by.role, why)
            check_span(span, today=today)
        except Refused as refused:
            raise _in_plan(refused, reference) from refused
        row.first_day, row.last_day = span.first, span.last
        _stepped(row, "change", by=by, at=at, reason=why)
        _round(row, by=by, at=at, reason=why)
        rows.append(row)
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        try:
            clashes = _seek(row, by=by, at=at, refuse=True)
        except Refused as refused:
            raise _in_plan(refused, row.reference) from refused
        if clashes:
            found[row.reference] = clashes
    payload: dict[str, Value] = {
        "visits": [{"visit": row.reference, **_payload(row, _facts(row))} for row in rows]
    }
    return Recorded(f"party:{by.party}", payload, found)


def _in_plan(refused: Refused, reference: str) -> Refused:
    return Refused(
        refused.rule,
        f"{reference}: {refused.why}",
        f"{refused.what_next} No visit was moved.",
        paragraph=refused.paragraph,
        who_can=refused.who_can,
        field=reference,
    )
