"""Plans asked of the planner, stopped, and set aside (C4, ¶10(v))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, cast

from oversight.jobs.asking import ask, drop
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, canonical, digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.programme.actions.keeping import _line, _reason, _reference, _today
from oversight.programme.actions.scope import _own
from oversight.programme.models import Programme, Proposal
from oversight.programme.queries.planning import Wish, open_programmes, task
from oversight.programme.queries.proposals import no_proposal, own_proposals
from oversight.programme.queries.sight import PLAN
from oversight.programme.rules.deciding import PARAGRAPH, WORKFLOW, ProposalState
from oversight.programme.rules.figures import figures
from oversight.programme.rules.proposing import frame_of

#: Kind of the job that works a plan out.
PLAN_JOB: Final = "programme.plan"
LARGEST_SEED: Final = 2**31 - 1


@action(verb="plan.asked", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def ask_plan(
    *,
    by: Actor,
    at: datetime,
    title: str,
    first: date,
    weeks: int,
    seconds: int,
    seed: int,
    programmes: Sequence[str],
    moves_announced: bool,
    wish: Wish,
) -> Recorded[str]:
    """Ask the planner for a plan of the visits of one's own body. Nothing is moved until it is accepted.

    Args:
        by: A planner.
        at: Moment of doing so.
        title: What the plan is called; empty to name it after its first day.
        first: A day of its first week.
        weeks: How many weeks are planned.
        seconds: How long the planner may search.
        seed: From 1; the same one gives the same search.
        programmes: Slugs of the programmes whose places are to be visited.
        moves_announced: Whether visits that are announced may be moved, as few as can be.
        wish: What it is to suppose that is not so yet.

    Returns:
        Reference of the plan.

    Raises:
        Refused: An entry does not fit, or there is nothing to plan; ``field`` says which.
    """
    data = figures()
    frame = frame_of(first, weeks, today=_today(at), data=data)
    for value, most, field in ((seconds, data.most_seconds, "seconds"), (seed, LARGEST_SEED, "seed")):
        if not 1 <= value <= most:
            raise Refused(
                "plan_search",
                f"{value} is not possible.",
                f"Enter a number from 1 to {most}.",
                paragraph=PARAGRAPH,
                field=field,
            )
    made = task(
        actor=by,
        today=_today(at),
        frame=frame,
        chosen=_programmes(by.party, programmes),
        moves_announced=moves_announced,
        wish=wish,
    )
    if all(one.fixed for one in made.items):
        raise Refused(
            "plan_nothing",
            "Every place of these programmes is booked or done, and no visit may be moved.",
            "Choose another programme, or let visits that are announced be moved.",
            paragraph=PARAGRAPH,
            field="programmes",
        )
    problem = canonical(cast("Value", made.built.problem.as_data()))
    row = Proposal.objects.create(
        reference=_reference("P"),
        owner_id=by.party,
        title=_line(title, "title") or f"Plan from {day_in_words(frame.first)}",
        first_day=frame.first,
        weeks=frame.weeks,
        seconds=seconds,
        seed=seed,
        moves_announced=moves_announced,
        changes="\n".join(wish.in_words()),
        asked=canonical(
            {"programmes": list(programmes), "moves_announced": moves_announced, "wish": wish.as_data()}
        ),
        problem=problem,
        digest=digest(problem),
        weights=made.weights,
        items=canonical(made.kept()),
        aside=" ".join(made.built.aside),
        no_time=" ".join(made.built.no_time),
        state=ProposalState.WORKING.value,
        asked_at=at,
        asked_by=by.reference,
        asked_name=by.name,
    )
    # Others of the body see what work it has asked for, so this does not say what the plan is about.
    title = f"Plan {row.reference} for the timetable"
    ask(by=by, at=at, kind=PLAN_JOB, subject=row.reference, title=title, due_at=at)
    # The problem tells days that are not announced, so the record holds its digest alone.
    facts: dict[str, Value] = {"problem": row.digest, "weights": row.weights}
    return Recorded(f"plan:{row.reference}", facts, row.reference)


def _programmes(body: str, slugs: Sequence[str]) -> list[Programme]:
    known = {one.slug: one for one in open_programmes(body)}
    if any(slug not in known for slug in slugs):
        raise Refused(
            "plan_programme",
            "One of these programmes is not running, or belongs to another body.",
            "Choose from the list.",
            paragraph="17",
            field="programmes",
        )
    return [known[slug] for slug in slugs]


def _locked_proposal(by: Actor, reference: str, revision: int | None) -> Proposal:
    """Lock a plan of the actor's own body, and refuse an act on an older sight of it."""
    row = None
    if reference.isprintable():
        rows = own_proposals(by).select_for_update(of=("self",)).filter(reference=reference)
        row = rows.order_by("id").first()
    if row is None:
        raise no_proposal()
    if revision is not None and row.revision != revision:
        raise Refused(
            "stale_plan",
            "Someone else decided on this plan since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row


@action(verb="plan.stopped", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def stop_plan(*, by: Actor, at: datetime, reference: str) -> Recorded[None]:
    """Ask the planner to stop searching and to hand in the best plan it has.

    Args:
        by: A planner of the body that asked for the plan.
        at: Moment of doing so.
        reference: Reference of the plan.

    Raises:
        Refused: It is not being worked out any more, or is not the actor's.
    """
    row = _locked_proposal(by, reference, None)
    WORKFLOW.check("stop", row.state, by.role)
    if row.stopped_at is None:
        row.stopped_at, row.stopped_by = at, by.reference
        row.save(update_fields=["stopped_at", "stopped_by"])
    return Recorded(f"plan:{row.reference}", {}, None)


@action(verb="plan.set-aside", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def set_plan_aside(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Set a plan aside: what was accepted of it stays, the rest is not done.

    Args:
        by: A planner of the body that asked for the plan.
        at: Moment of doing so.
        reference: Reference of the plan.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: It has ended, there is no reason, it changed meanwhile, or is not the actor's.
    """
    row = _locked_proposal(by, reference, revision)
    move = WORKFLOW.check("set_aside", row.state, by.role)
    why = _reason(reason, move.label, paragraph=PARAGRAPH)
    if row.state == ProposalState.WORKING:
        drop(at=at, kind=PLAN_JOB, subject=row.reference, words="It was set aside.")
    row.state, row.reason = move.target, why
    row.ended_at, row.ended_by = at, by.reference
    row.revision += 1
    row.save()
    return Recorded(f"plan:{row.reference}", {"reason": why}, None)
