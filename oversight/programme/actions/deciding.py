"""What the planner hands in, and what its planners take of it (C4, ¶10(v), ¶28)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, canonical, digest, parse
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.programme.actions.batches import move_visits
from oversight.programme.actions.keeping import _reason
from oversight.programme.actions.proposing import _locked_proposal
from oversight.programme.actions.scope import _own
from oversight.programme.actions.visits import plan_visit
from oversight.programme.models import Programme, Proposal, ProposedVisit, Visit
from oversight.programme.queries.sight import PLAN
from oversight.programme.rules.deciding import (
    PARAGRAPH,
    WORKFLOW,
    LineState,
    ProposalState,
    after_deciding,
)
from oversight.programme.rules.kinds import visit_data
from oversight.programme.rules.proposing import Frame
from oversight.programme.rules.visits import Span

#: Permission with which the worker hands in plans.
HAND_IN: Final = "programme.hand_in_plan"
NO_TIME: Final = "No week is left before the day by which it should be done."


@action(verb="plan.handed-in", permission=HAND_IN, paragraph=PARAGRAPH)
def hand_in(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    plan: Mapping[str, int | None],
    left_out: Mapping[str, str],
    cost: int | None,
    bound: int | None,
    told: Sequence[str],
    advice: Value,
    outcome: str,
) -> Recorded[None]:
    """Keep what the planner found for its planners to decide on.

    Args:
        by: The worker.
        at: Moment of doing so.
        reference: Reference of the plan.
        plan: Start week of each visit; None where it is left out.
        left_out: Why each that is left out does not fit, in words.
        cost: Cost of the plan; None when nothing keeps the rules.
        bound: Cost below which no plan can come; None when nothing is proved.
        told: What it says of the search, a sentence each.
        advice: Where something found no place: why none can, and what relaxing each rule would do.
        outcome: All that it gave, with its certificate, in JSON.

    Raises:
        Refused: It is not being worked out any more.
    """
    del at  # the entry in the record keeps it
    row = Proposal.objects.select_for_update().filter(reference=reference).order_by("id").get()
    move = WORKFLOW.check("hand_in" if cost is not None else "hand_in_nothing", row.state, by.role)
    row.state, row.cost, row.bound = move.target, cost, bound if cost is not None else None
    row.outcome, row.told, row.advice = outcome, "\n".join(told), canonical(advice)
    row.revision += 1
    row.save()
    _lines(row, plan, left_out)
    facts: dict[str, Value] = {"outcome": digest(row.outcome), "cost": cost, "bound": bound}
    return Recorded(f"plan:{row.reference}", facts, None)


def _lines(row: Proposal, plan: Mapping[str, int | None], left_out: Mapping[str, str]) -> None:
    frame = Frame(row.first_day, row.weeks, 0)
    items = cast("list[dict[str, Any]]", parse(row.items))
    visits = {one.reference: one for one in Visit.objects.filter(reference__in=[one["id"] for one in items])}
    programmes = {one.slug: one for one in Programme.objects.filter(owner=row.owner).order_by("id")}
    no_time = set(row.no_time.split())
    made: list[ProposedVisit] = []
    for item in items:
        week = plan.get(item["id"])
        if week is None and item["id"].startswith("thematic-"):
            continue
        new = frame.days(week, item["weeks"]) if week is not None else None
        old = Span(item["first"], item["last"]) if item["first"] else None
        same = new is not None and old is not None and frame.week_of(old.first) == week
        why = left_out.get(item["id"]) or (NO_TIME if item["id"] in no_time else "No week keeps every rule.")
        state = LineState.LEFT_OUT if new is None else LineState.SAME if same else LineState.OPEN
        made.append(
            ProposedVisit(
                proposal=row,
                number=len(made) + 1,
                visit=visits.get(item["id"]),
                kind=item["kind"],
                programme=programmes.get(item["programme"]),
                place_id=item["place"],
                region_id=item["region"],
                announced=item["announced"],
                old_first=old.first if old else None,
                old_last=old.last if old else None,
                new_first=new.first if new else None,
                new_last=new.last if new else None,
                visit_days=item["visit_days"],
                rating=item["rating"],
                score=item.get("score"),
                weight=item["weight"],
                why="" if new else why,
                state=state.value,
            )
        )
    ProposedVisit.objects.bulk_create(made, batch_size=500)


@action(verb="plan.decided", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def decide_plan(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    numbers: Collection[int],
    accepts: bool,
    reason: str,
) -> Recorded[tuple[int, int]]:
    """Accept or decline some visits of a plan: all that are named, or none.

    Those that are there are moved first, then new ones are entered, confidential to their planners as every
    new visit is.

    Args:
        by: A planner of the body that asked for the plan.
        at: Moment of doing so.
        reference: Reference of the plan.
        revision: Its revision that the actor saw.
        numbers: Numbers of the visits in the plan.
        accepts: Whether they are accepted.
        reason: Why; those who know of a visit that moves read it. Must not be empty.

    Returns:
        How many were decided, and how many clashes that are talked through were found.

    Raises:
        Refused: A visit changed since the plan was made, a rule holds its days back, it is decided already,
            nothing was chosen, there is no reason, or the plan changed meanwhile.
    """
    row = _locked_proposal(by, reference, revision)
    WORKFLOW.check("decide", row.state, by.role)
    lines = list(
        ProposedVisit.objects.select_for_update(of=("self",))
        .filter(proposal=row, number__in=list(numbers), state=LineState.OPEN.value)
        .order_by("number")
    )
    if not lines or len(lines) != len(set(numbers)):
        raise Refused(
            "plan_lines",
            "Choose visits of this plan that are still to be decided.",
            "Tick those that you accept or decline.",
            paragraph=PARAGRAPH,
            field="numbers",
        )
    why = _reason(reason, "Decide on a plan", paragraph=PARAGRAPH)
    clashes = _accepted(lines, f"{why} (plan {row.reference})", by=by, at=at) if accepts else 0
    for line in lines:
        line.state = (LineState.ACCEPTED if accepts else LineState.DECLINED).value
        line.decided_at, line.decided_by = at, by.reference
        line.save()
    states = ProposedVisit.objects.filter(proposal=row).order_by("number").values_list("state", flat=True)
    row.state = after_deciding([LineState(one) for one in states]).value
    if row.state == ProposalState.DECIDED:
        row.ended_at, row.ended_by = at, by.reference
    row.revision += 1
    row.save()
    facts: dict[str, Value] = {
        "visits": [line.number for line in lines],
        "accepted": accepts,
        "reason": why,
    }
    return Recorded(f"plan:{row.reference}", facts, (len(lines), clashes))


def _accepted(lines: list[ProposedVisit], why: str, *, by: Actor, at: datetime) -> int:
    there = [line for line in lines if line.visit_id is not None]
    clashes: set[str] = set()
    moves = []
    for line in there:
        visit, days = cast("Visit", line.visit), _days(line)
        if (visit.first_day, visit.last_day) != (line.old_first, line.old_last):
            raise Refused(
                "plan_stale_visit",
                f"{visit.reference}: its days were changed since this plan was made.",
                "Leave it out, or ask for a new plan. No visit was moved.",
                paragraph=PARAGRAPH,
                field="numbers",
            )
        moves.append((visit.reference, visit.revision, days))
    if moves:
        for found in move_visits(by=by, at=at, moves=moves, reason=why).values():
            clashes.update(found)
    for line in lines:
        if line.visit_id is not None:
            continue
        place, kind = party(line.place_id), visit_data().kinds[line.kind]
        try:
            entered, found = plan_visit(
                by=by,
                at=at,
                owner=party(by.party),
                kind=kind.id,
                place=place,
                span=_days(line),
                visit_days=line.visit_days,
                teams=kind.teams,
                programme=line.programme.slug if line.programme else "",
            )
        except Refused as refused:
            raise Refused(
                refused.rule,
                f"{kind.title}, {place.name}: {refused.why}",
                "Leave it out, or ask for a new plan. No visit was entered or moved.",
                paragraph=refused.paragraph,
                who_can=refused.who_can,
                field="numbers",
            ) from refused
        clashes.update(found)
        line.visit = Visit.objects.get(reference=entered)
    return len(clashes)


def _days(line: ProposedVisit) -> Span:
    assert line.new_first is not None and line.new_last is not None  # noqa: PT018 - a line that is open has both
    return Span(line.new_first, line.new_last)
