"""Plans worked out in the background: the worker asks the planner and hands in what it found (C4, ¶10(v))."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from oversight.access.queries import acting_by_command
from oversight.jobs.rules import Progress as Told
from oversight.jobs.working import Tell
from oversight.kernel.digests import Value
from oversight.parties.queries import parties_by_code
from oversight.programme.actions.deciding import hand_in
from oversight.programme.planner.explaining import kept_out, proofs, relaxations, relaxed
from oversight.programme.planner.problem import Problem, read
from oversight.programme.planner.replanning import Replanned, replan
from oversight.programme.planner.running import Progress
from oversight.programme.planner.solving import Outcome, solve
from oversight.programme.queries.proposals import Search, is_stopped, search_of
from oversight.programme.rules.explaining import effect_words, move_words, proof_words, search_words, why_out
from oversight.programme.rules.figures import figures
from oversight.programme.rules.kinds import visit_data

COMMAND: Final = "work"
#: Seconds between two looks whether someone asked to stop.
LOOK: Final = 1.0
_STAGES: Final = {
    "first": "looking for a first plan",
    "bound": "proving how good a plan can be",
    "search": "improving the plan",
    "done": "handing it in",
}
_EXPLAINING: Final = "finding out what keeps visits out and what would help"


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
    proved = _proved(read(json.loads(search.problem)), search)
    problem, moved, outcome = _planned(search, _stopping(subject), tell, proved)
    if search_of(subject) is None:
        return "It was set aside."
    left_out, advice = _explained(problem, outcome, search, tell, proved)
    told = list(search_words(outcome, no_time=search.no_time))
    if moved is not None:
        names = {code: one.name for code, one in parties_by_code().items()}
        told.append(move_words(moved, search.frame.lead, names))
    placed = any(outcome.plan.get(name) is not None for name in search.wanted)
    hand_in(
        by=acting_by_command(COMMAND),
        at=at,
        reference=subject,
        plan=outcome.plan,
        left_out=left_out,
        cost=outcome.cost if placed else None,
        bound=outcome.bound if outcome.complete else None,
        told=told,
        advice=advice,
        outcome=json.dumps(_as_data(outcome, read(json.loads(search.problem)), problem)),
    )
    return "Worked out,"


def _stopping(subject: str) -> Callable[[], bool]:
    looked = [time.monotonic(), False]

    def stop() -> bool:
        if not looked[1] and time.monotonic() - looked[0] >= LOOK:
            looked[:] = [time.monotonic(), is_stopped(subject)]
        return bool(looked[1])

    return stop


def _proved(problem: Problem, search: Search) -> tuple[str, ...]:
    """Say why not every visit can find a place, where that is proved without searching."""
    names = {code: one.name for code, one in parties_by_code().items()}
    teams = {one: team.title for one, team in visit_data().teams.items()}
    said = (proof_words(one, problem, search.frame, places=names, teams=teams) for one in proofs(problem))
    return tuple(dict.fromkeys(said))


def _planned(
    search: Search, stop: Callable[[], bool], tell: Tell, proved: Sequence[str]
) -> tuple[Problem, Replanned | None, Outcome]:
    """Plan, or plan anew so that the fewest visits move of those that people count on."""
    first = f" Not everything can find a place: {proved[0]}" if proved else ""
    problem = read(json.loads(search.problem))
    began = time.monotonic()

    def say(progress: Progress) -> None:
        done = min(int(time.monotonic() - began), search.seconds)
        tell(Told(done, search.seconds, words_of(progress) + ("." + first if first else "")))

    if proved:
        tell(Told(0, search.seconds, first.strip()))

    if search.moves_announced:
        found = replan(
            problem,
            search.baseline,
            0,
            seconds=search.seconds,
            seed=search.seed,
            clock=time.monotonic,
            tell=say,
            stop=stop,
        )
        return found.problem, found, found.outcome
    outcome = solve(
        problem, seconds=search.seconds, seed=search.seed, clock=time.monotonic, tell=say, stop=stop
    )
    return problem, None, outcome


def _explained(
    problem: Problem, outcome: Outcome, search: Search, tell: Tell, proved: Sequence[str]
) -> tuple[dict[str, str], dict[str, Value]]:
    """Say what keeps out each visit that is left out, why none can be put in, and what would help."""
    if outcome.complete:
        return {}, {}
    tell(Told(search.seconds, search.seconds, _EXPLAINING))
    data = figures()
    why = {one.visit: why_out(one, data) for one in kept_out(problem, outcome.plan)}
    ends = time.monotonic() + data.explaining_seconds
    effects: list[Value] = []
    for easing in data.easings:
        if relaxed(problem, easing.rule, easing.step)[0] == problem:
            continue
        (found,) = relaxations(
            problem,
            outcome.plan,
            order=[(easing.rule, easing.step)],
            seed=search.seed,
            stop=lambda: time.monotonic() > ends,
        )
        words = effect_words(found, easing, len(outcome.left_out))
        effects.append({"rule": easing.rule, "words": words, "left_out": len(found.left_out)})
    return why, {"proofs": list(proved), "easings": effects}


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


def _as_data(outcome: Outcome, asked: Problem, planned: Problem) -> dict[str, object]:
    """Give a plan with its certificate as ``oversight plan check`` reads it, and what was free to move."""
    stays = {one.id for one in planned.visits if one.fixed is not None}
    return {
        "visits": dict(outcome.plan),
        "cost": outcome.cost,
        "bound": outcome.bound,
        "left_out": list(outcome.left_out),
        "released": [one.id for one in asked.visits if one.fixed is not None and one.id not in stays],
        "certificate": outcome.certificate,
    }
