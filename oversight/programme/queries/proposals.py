"""Plans proposed for the visits of one's own body: how far each is, and what it would change (C4, ¶10(v))."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from oversight.intelligence.queries.risk_sight import check_not_hidden, is_hidden, places_visited_by
from oversight.kernel.acting import Actor
from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.programme.models import Proposal, ProposedVisit
from oversight.programme.queries.sight import PLAN
from oversight.programme.rules.deciding import LINE_WORDS, WORKFLOW, LineState, ProposalState
from oversight.programme.rules.kinds import VisitKind, visit_data
from oversight.programme.rules.proposing import Frame
from oversight.programme.rules.visits import Span

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class ProposalLine:
    """A plan in a list.

    Args:
        reference: Its reference.
        title: What it is called.
        state: Where it stands.
        state_label: The same in words.
        first: Monday of its first week.
        weeks: How many weeks it plans.
        asked_at: When it was asked for.
        asked_name: Who asked.
        cost: Its cost; None while there is none.
        bound: Cost below which no plan can come; None where nothing is proved.
    """

    reference: str
    title: str
    state: str
    state_label: str
    first: date
    weeks: int
    asked_at: datetime
    asked_name: str
    cost: int | None
    bound: int | None

    @property
    def asked_on(self) -> date:
        """London day on which it was asked for."""
        return self.asked_at.astimezone(LONDON).date()

    @property
    def gap(self) -> float | None:
        """How far the cost is above the bound, in per cent of the bound; None where it cannot be told."""
        if self.cost is None or not self.bound:
            return None
        return round(100 * (self.cost - self.bound) / self.bound, 1)


@dataclass(frozen=True)
class VisitLine:
    """One visit of a plan.

    Args:
        number: Its number in the plan.
        visit: Reference of the visit, once there is one.
        kind: Its type.
        place: The place.
        region: Its region.
        announced: Whether its days were announced when the plan was made.
        old: Its days before; None for a new one.
        new: Its days in the plan; None where no week fits.
        rating: Last published rating of the place; empty for none.
        score: Score of its risk picture; None where the reader may not see it, or there was none yet.
        weight: What a week of waiting costs; None where the reader may not see it.
        why: Why no week fits.
        state: What became of it.
        state_label: The same in words.
    """

    number: int
    visit: str
    kind: VisitKind
    place: PartyRef
    region: PartyRef
    announced: bool
    old: Span | None
    new: Span | None
    rating: str
    score: int | None
    weight: int | None
    why: str
    state: str
    state_label: str

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state == LineState.OPEN

    @property
    def moved_weeks(self) -> int:
        """By how many weeks it would start later; less than 0 for sooner, 0 for a new one."""
        if self.old is None or self.new is None:
            return 0
        return (self.new.first - self.old.first).days // 7


@dataclass(frozen=True)
class Eased:
    """What relaxing a rule would do.

    Args:
        rule: The rule, as the form that asks for a plan has it.
        words: What would be relaxed and the effect, in words.
        helps: Whether fewer visits would be left out.
    """

    rule: str
    words: str
    helps: bool


@dataclass(frozen=True)
class ProposalDetail:
    """A plan with what it comes to.

    Args:
        line: The plan.
        revision: What the next act on it hands back.
        seconds: How long the planner may search.
        seed: The seed of the search.
        moves_announced: Whether announced visits may be moved.
        changes: What it supposes that is not so yet, a sentence each.
        digest: Digest of the problem.
        weights: Version of the risk weights that it was worked out with; empty for none.
        aside: References of visits that clash already and that it does not see.
        stopped_at: When it was asked to stop; None when it was not.
        ended_at: When it was decided or set aside; None before.
        reason: Why it was set aside.
        counts: How many of its visits are in each state.
        moves: How many visits that are there would move, and how many of these are announced.
        stays: How many visits are in the timetable and find no week in the plan.
        told: What the planner says of the search, a sentence each.
        proofs: Why not every visit can be made, as far as that is proved, a sentence each.
        easings: What relaxing a rule would do, in the order in which it is offered.
        released: Whether visits that people count on were let go, to be moved.
        acts: Names of what the one who asks may do now.
    """

    line: ProposalLine
    revision: int
    seconds: int
    seed: int
    moves_announced: bool
    changes: tuple[str, ...]
    digest: str
    weights: str
    aside: tuple[str, ...]
    stopped_at: datetime | None
    ended_at: datetime | None
    reason: str
    counts: Mapping[LineState, int]
    moves: tuple[int, int]
    stays: int
    told: tuple[str, ...]
    proofs: tuple[str, ...]
    easings: tuple[Eased, ...]
    released: bool
    acts: tuple[str, ...]


@dataclass(frozen=True)
class LineFilter:
    """Which visits of a plan are shown: of a region, and in a state; empty for all."""

    region: str = ""
    state: str = ""


def no_proposal() -> Refused:
    """Make the refusal for a plan not there or of another body: the two look alike."""
    return Refused(
        "not_found_plan",
        "There is no such plan, or it is not one of your organisation.",
        "Look for it in the list of plans.",
    )


def own_proposals(actor: Actor) -> QuerySet[Proposal]:
    """Give the plans of the bodies whose visits an actor plans: they tell days that are not announced."""
    over = actor.parties_over(PLAN)
    rows = Proposal.objects.all()
    return rows if over is None else rows.filter(owner__in=sorted(over))


def _row(actor: Actor, reference: str) -> Proposal:
    row = None
    if reference.isprintable():
        rows = own_proposals(actor).defer("problem", "items", "outcome")
        row = rows.filter(reference=reference).order_by("id").first()
    if row is None:
        raise no_proposal()
    return row


def _line(row: Proposal) -> ProposalLine:
    return ProposalLine(
        row.reference,
        row.title,
        row.state,
        WORKFLOW.state(row.state).label,
        row.first_day,
        row.weeks,
        row.asked_at,
        row.asked_name,
        row.cost,
        row.bound,
    )


def proposals(*, actor: Actor, number: str | None) -> Page[ProposalLine]:
    """Give a page of the plans of one's own body, latest first."""
    rows = own_proposals(actor).defer("problem", "items", "outcome").order_by("-id")
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    found = Paginator([_line(row) for row in page], PAGE_SIZE).page(1)
    return Page([*found], page.number, page.paginator)  # type: ignore[arg-type]  # the rows, as lines


def proposal(*, actor: Actor, reference: str) -> ProposalDetail:
    """Give one plan.

    Raises:
        Refused: There is none of that reference for the actor's body.
    """
    row = _row(actor, reference)
    lines = ProposedVisit.objects.filter(proposal=row).order_by()
    counted = dict(lines.values_list("state").annotate(n=Count("id")).order_by("state"))
    there = lines.filter(visit__isnull=False, old_first__isnull=False, new_first__isnull=False)
    moved = there.exclude(state=LineState.SAME.value).aggregate(
        moved=Count("id"), announced=Count("id", filter=Q(announced=True))
    )
    allowed = {move.name for move in WORKFLOW.allowed(row.state, actor.role)}
    left_out = counted.get(LineState.LEFT_OUT.value, 0)
    advice = cast("dict[str, Any]", parse(row.advice)) if row.advice else {}
    return ProposalDetail(
        line=_line(row),
        revision=row.revision,
        seconds=row.seconds,
        seed=row.seed,
        moves_announced=row.moves_announced,
        changes=tuple(row.changes.splitlines()),
        digest=row.digest,
        weights=row.weights,
        aside=tuple(row.aside.split()),
        stopped_at=row.stopped_at,
        ended_at=row.ended_at,
        reason=row.reason,
        counts={state: counted.get(state.value, 0) for state in LineState},
        moves=(moved["moved"], moved["announced"]),
        stays=lines.filter(state=LineState.LEFT_OUT.value, visit__isnull=False).count(),
        told=tuple(row.told.splitlines()),
        proofs=tuple(advice.get("proofs", ())),
        easings=tuple(
            Eased(one["rule"], one["words"], one["left_out"] < left_out) for one in advice.get("easings", ())
        ),
        released=row.moves_announced and bool(moved["announced"]),
        acts=tuple(name for name in ("decide", "stop", "set_aside") if name in allowed),
    )


def lines_of(
    *, actor: Actor, reference: str, chosen: LineFilter, number: str | None, today: date
) -> Page[VisitLine]:
    """Give a page of the visits of a plan. Whoever goes to a place is not told its risk.

    Raises:
        Refused: As for ``proposal``.
    """
    row = _row(actor, reference)
    rows = ProposedVisit.objects.filter(proposal=row).select_related("visit").order_by("number")
    if chosen.region:
        rows = rows.filter(region__code=chosen.region)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    visited = places_visited_by(actor, today=today)
    return Page([_visit(one, visited) for one in page], page.number, page.paginator)  # type: ignore[arg-type]  # likewise


def open_numbers(*, actor: Actor, reference: str, region: str = "") -> tuple[int, ...]:
    """Give the numbers of the visits that are still to be decided, of one region or of all.

    Raises:
        Refused: As for ``proposal``.
    """
    rows = ProposedVisit.objects.filter(proposal=_row(actor, reference), state=LineState.OPEN.value)
    if region:
        rows = rows.filter(region__code=region)
    return tuple(rows.order_by("number").values_list("number", flat=True))


def every_line(*, actor: Actor, reference: str, today: date) -> tuple[VisitLine, ...]:
    """Give every visit of a plan, for the drawing: the planner's problems are bounded in size.

    Raises:
        Refused: As for ``proposal``.
    """
    rows = ProposedVisit.objects.filter(proposal=_row(actor, reference)).select_related("visit")
    visited = places_visited_by(actor, today=today)
    return tuple(_visit(one, visited) for one in rows.order_by("region", "number"))


def _visit(row: ProposedVisit, visited: frozenset[str]) -> VisitLine:
    parties = parties_by_code()
    hidden = is_hidden(parties[row.place_id], visited)
    new = Span(row.new_first, row.new_last) if row.new_first and row.new_last else None
    old = Span(row.old_first, row.old_last) if row.old_first and row.old_last else None
    return VisitLine(
        number=row.number,
        visit=row.visit.reference if row.visit else "",
        kind=visit_data().kinds[row.kind],
        place=parties[row.place_id],
        region=parties[row.region_id],
        announced=row.announced,
        old=old,
        new=new,
        rating=row.rating,
        score=None if hidden else row.score,
        weight=None if hidden else row.weight,
        why=row.why,
        state=row.state,
        state_label=LINE_WORDS[LineState(row.state)],
    )


@dataclass(frozen=True)
class Search:
    """What the worker needs to work a plan out.

    Args:
        problem: The problem, in JSON.
        frame: Its weeks.
        seconds: How long to search.
        seed: Seed of the search.
        moves_announced: Whether visits that people count on may be moved, as few as can be.
        baseline: Present week of each visit that may be moved.
        wanted: Names of the visits to be planned.
        no_time: How many visits have no week left and are not in the problem.
    """

    problem: str
    frame: Frame
    seconds: int
    seed: int
    moves_announced: bool
    baseline: Mapping[str, int]
    wanted: tuple[str, ...]
    no_time: int


def search_of(reference: str) -> Search | None:
    """Give what the worker works out; None when it is not wanted any more."""
    row = Proposal.objects.filter(reference=reference).order_by("id").get()
    if row.state != ProposalState.WORKING:
        return None
    items = cast("list[dict[str, Any]]", parse(row.items))
    frame = Frame(row.first_day, row.weeks, _lead(row))
    return Search(
        row.problem,
        frame,
        row.seconds,
        row.seed,
        row.moves_announced,
        {one["id"]: frame.week_of(one["first"]) for one in items if one["first"]},
        tuple(one["id"] for one in items),
        len(row.no_time.split()),
    )


def _lead(row: Proposal) -> int:
    return int(json.loads(row.problem)["announcement_lead"])


def asked_of(*, actor: Actor, reference: str) -> tuple[ProposalLine, Mapping[str, Any]]:
    """Give a plan and what was asked for it, so that it can be asked again with a change.

    Raises:
        Refused: As for ``proposal``.
    """
    row = _row(actor, reference)
    asked = cast("dict[str, Any]", parse(row.asked))
    return _line(row), {**asked, "seconds": row.seconds, "seed": row.seed}


def is_stopped(reference: str) -> bool:
    """Tell whether someone asked a plan to stop, or set it aside."""
    rows = Proposal.objects.filter(reference=reference).order_by("id")
    stopped, state = rows.values_list("stopped_at", "state").get()
    return stopped is not None or state != ProposalState.WORKING


def _whole_file(actor: Actor, reference: str, today: date) -> Proposal:
    """Give a plan whose files someone may take away: they tell what a week of waiting costs each place.

    Raises:
        Refused: As for ``proposal``, or the reader goes to one of its places.
    """
    row = _row(actor, reference)
    visited, parties = places_visited_by(actor, today=today), parties_by_code()
    if visited:
        text = Proposal.objects.values_list("items", flat=True).get(pk=row.pk)
        places = {str(one["place"]) for one in cast("list[dict[str, Any]]", parse(text))}
        for code in sorted(places):
            check_not_hidden(parties[code], visited)
    return row


def problem_text(*, actor: Actor, reference: str, today: date, as_planned: bool = False) -> str:
    """Give the problem of a plan as it is exchanged in JSON.

    Args:
        actor: Who asks.
        reference: Reference of the plan.
        today: London date.
        as_planned: Whether visits that the planner let go are free to move in it, as they were for the plan.

    Raises:
        Refused: As for ``proposal``, or the reader goes to one of its places.
    """
    rows = Proposal.objects.values_list("problem", "outcome")
    text, outcome = rows.get(pk=_whole_file(actor, reference, today).pk)
    released = set(json.loads(outcome).get("released", ())) if outcome and as_planned else set()
    if not released:
        return text
    problem = json.loads(text)
    for visit in problem["visits"]:
        if visit["id"] in released:
            visit["fixed"] = None
    return json.dumps(problem)


def outcome_text(*, actor: Actor, reference: str, today: date) -> str:
    """Give what the planner handed in, as it is exchanged in JSON.

    Raises:
        Refused: As for ``problem_text``, or nothing was handed in yet.
    """
    row = _whole_file(actor, reference, today)
    text = Proposal.objects.values_list("outcome", flat=True).get(pk=row.pk)
    if not text:
        raise Refused("not_found_plan", "This plan is not worked out yet.", "Look again in a while.")
    return text
