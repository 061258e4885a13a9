"""Plans worked out in the background: the worker asks the planner and hands in what it found (C4, ¶10(v))."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from oversight.access.queries import acting_by_command
from oversight.jobs.rules import Progress as Told
from oversight.jobs.working import Tell
from oversight.kernel.words import join_in_words
from oversight.programme.actions.deciding import hand_in
from oversight.programme.planner.checking import faults
from oversight.programme.planner.problem import Problem, read
from oversight.programme.planner.solving import Outcome, Progress, solve
from oversight.programme.queries.proposals import is_stopped, search_of

COMMAND: Final = "work"
#: Seconds between two looks whether someone asked to stop.
LOOK: Final = 1.0
_STAGES: Final = {
    "first": "looking for a first plan",
    "bound": "proving how good a plan can be",
    "search": "improving the plan",
    "done": "handing it in",
}
#: What keeps a visit out, in words, by the rule that the planner's own checker names.
RULE_WORDS: Final = {
    "over_capacity": "its team is booked",
    "too_many_at_once": "too many visits are in the region at the same time",
    "gap_too_short": "another visit to the same place is too near",
    "burden_26_weeks": "the region would carry more days than its limit in 26 weeks",
    "burden_52_weeks": "the region would carry more days than its limit in 52 weeks",
    "blackout": "the region or the body is closed",
    "units_spread_too_long": "the inspections of the region would lie too far apart",
    "region_not_after_units": "the region is inspected after its units",
}


def make_plan(subject: str, at: datetime, tell: Tell) -> str:
    """Work a plan out and hand it in; done before, or set aside meanwhile, nothing is done.

    Args:
        subject: Reference of the plan.
        at: Moment of beginning.
        tell: Told how far it is.
    """
    search = search_of(subject)
    if search is None:
        return "It was worked out or set aside before."
    problem = read(json.loads(search.problem))
    looked = [time.monotonic(), False]

    def stop() -> bool:
        if not looked[1] and time.monotonic() - looked[0] >= LOOK:
            looked[:] = [time.monotonic(), is_stopped(subject)]
        return bool(looked[1])

    def say(progress: Progress) -> None:
        done = min(int(progress.seconds), search.seconds)
        tell(Told(done, search.seconds, words_of(progress)))

    outcome = solve(
        problem, seconds=search.seconds, seed=search.seed, clock=time.monotonic, tell=say, stop=stop
    )
    if search_of(subject) is None:
        return "It was set aside."
    whole = not outcome.left_out and outcome.complete
    placed = any(week is not None for name, week in outcome.plan.items() if not _fixed(problem, name))
    hand_in(
        by=acting_by_command(COMMAND),
        at=at,
        reference=subject,
        plan=outcome.plan,
        left_out=_why(problem, outcome),
        cost=outcome.cost if placed else None,
        bound=outcome.bound if whole else None,
        told=_told(outcome, whole=whole),
        outcome=json.dumps(as_data(outcome)),
    )
    return "Worked out,"


def words_of(progress: Progress) -> str:
    """Say how far planning is: what is done, the best cost, the proved bound and the gap between them."""
    said = [_STAGES[progress.stage]]
    if progress.cost is not None:
        said.append(f"best cost {progress.cost:,}")
    if progress.bound is not None:
        said.append(f"no plan below {progress.bound:,}")
    if progress.gap is not None:
        said.append(f"at most {100 * progress.gap:.1f}% above the best possible")
    if progress.left_out:
        said.append(f"{progress.left_out} without a place so far")
    return ", ".join(said)


def as_data(outcome: Outcome) -> dict[str, object]:
    """Give a plan with its certificate as ``oversight plan check`` reads it."""
    return {
        "visits": dict(outcome.plan),
        "cost": outcome.cost,
        "bound": outcome.bound,
        "left_out": list(outcome.left_out),
        "certificate": outcome.certificate,
    }


def _fixed(problem: Problem, name: str) -> bool:
    return any(visit.id == name and visit.fixed is not None for visit in problem.visits)


def _told(outcome: Outcome, *, whole: bool) -> tuple[str, ...]:
    """Say of the search what a reader of the plan should know, a sentence each."""
    said = [f"Searched for {outcome.seconds:.0f} seconds, in {outcome.iterations:,} steps."]
    if whole and outcome.seconds_to_first is not None:
        said.append(f"A plan that keeps every rule was there after {outcome.seconds_to_first:.1f} seconds.")
    if not whole:
        many = len(outcome.left_out)
        said.append(
            f"No plan was found that keeps every rule and makes every visit: {many} "
            f"{'is' if many == 1 else 'are'} left out, each with what keeps it out."
        )
    return tuple(said)


def _why(problem: Problem, outcome: Outcome) -> Mapping[str, str]:
    """Say for each visit that is left out which rules keep it out, most frequent first."""
    found = {}
    for name in outcome.left_out:
        visit = next(one for one in problem.visits if one.id == name)
        counted: Counter[str] = Counter()
        for week in range(visit.earliest, visit.latest + 1):
            broken = faults(problem, {**outcome.plan, name: week})
            counted.update({one.rule for one in broken if name in one.visits or not one.visits})
        rules = [RULE_WORDS.get(rule, rule) for rule, _ in counted.most_common(3)]
        found[name] = f"No week is free: {join_in_words(rules)}." if rules else "No week is left."
    return found
