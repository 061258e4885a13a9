"""What the planner says, in words that people read: what finds no place and why, what would help, what moves.

It answers C4 and ¶10(v).

Pure: the planner knows weeks by number and visits by name; here they become days and places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from oversight.kernel.words import count_in_words, day_in_words, join_in_words
from oversight.programme.planner.explaining import Kept, Proof, Relaxation
from oversight.programme.planner.problem import Problem, Visit
from oversight.programme.planner.replanning import Replanned
from oversight.programme.planner.solving import Outcome
from oversight.programme.rules.figures import Easing, Figures
from oversight.programme.rules.proposing import Frame

#: Rules that are named of a visit that finds no place, those that bar most weeks first.
NAMED: Final = 3
_BURDEN: Final = "burden_"
#: The planner names it of a visit that has no week at all, whatever the others do.
_WINDOW: Final = "outside_window"


def why_out(kept: Kept, data: Figures) -> str:
    """Say which rules keep a visit out, and in how many weeks each does.

    Args:
        kept: What the planner found.
        data: The words.
    """
    if [rule for rule, _ in kept.rules] == [_WINDOW]:
        return "No week is left: those in which it may be made are closed, or too late."
    told = [
        f"{data.rules.get(rule, rule)} ({count_in_words(weeks, 'week')})"
        for rule, weeks in kept.rules[:NAMED]
        if weeks
    ]
    return f"No week keeps every rule: {'; '.join(told)}."


def proof_words(
    proof: Proof, problem: Problem, frame: Frame, *, places: Mapping[str, str], teams: Mapping[str, str]
) -> str:
    """Say why no plan can keep every rule.

    Args:
        proof: What the planner proved.
        problem: What was to be planned.
        frame: The weeks.
        places: Names of places by code.
        teams: Names of teams by identifier.
    """
    among = [one for one in problem.visits if one.id in set(proof.visits)]
    many = count_in_words(len(among), "visit")
    when = ""
    if proof.weeks is not None and proof.rule != _WINDOW:
        first, last = proof.weeks
        when = f"From {day_in_words(frame.monday(first))} to {day_in_words(frame.days(last, 1).last)}, "
    region = places.get(among[0].region, "the region") if among else "a region"
    if proof.rule == "over_capacity" and proof.weeks is not None and among:
        return f"{when}{_team_words(among, problem, proof.weeks, teams)}"
    if proof.rule.startswith(_BURDEN) and among:
        weeks = int(proof.rule.removeprefix(_BURDEN).split("_")[0])
        days = sum(one.visit_days for one in among)
        limits = next(one.max_visit_days for one in problem.regions if one.id == among[0].region)
        return (
            f"{when}{many} have to start in {region}: {days} days on site, and its limit in {weeks} weeks "
            f"is {dict(limits)[weeks]}."
        )
    if proof.rule == _WINDOW and among:
        one = among[0]
        return f"{places.get(one.site, one.site)}: closed weeks and the last day for its visit leave no week."
    if proof.rule == "too_many_at_once":
        return f"{when}more visits have to be in {region} at the same time than may be."
    named = ", ".join(dict.fromkeys(places.get(one.site, one.site) for one in among))
    return f"{when}{many} cannot all be made as the rules are{f': {named}' if named else ''}."


def _team_words(
    among: Sequence[Visit], problem: Problem, weeks: tuple[int, int], teams: Mapping[str, str]
) -> str:
    shared = set.intersection(*({name for name, _ in one.uses} for one in among))
    first, last = weeks
    name = max(
        sorted(shared) or sorted(problem.capacity),
        key=lambda one: -sum(problem.capacity[one][first : last + 1]),
    )
    need = sum(dict(one.uses).get(name, 0) for one in among)
    there = sum(problem.capacity[name][first : last + 1])
    many = count_in_words(len(among), "visit")
    return f"{many} need {need} weeks of the {teams.get(name, name).lower()}; there are {there}."


def effect_words(found: Relaxation, easing: Easing, before: int) -> str:
    """Say what relaxing a rule would do.

    Args:
        found: What the planner found.
        easing: The rule and by how much.
        before: How many visits are left out as the rules are.
    """
    left = len(found.left_out)
    if left >= before:
        return f"{easing.words} That alone does not help: {count_in_words(left, 'visit')} would be left out."
    if not left:
        return f"{easing.words} Every visit would then find a place."
    return f"{easing.words} {before - left} more would find a place, {left} would still be left out."


def search_words(outcome: Outcome, *, no_time: int) -> tuple[str, ...]:
    """Say of the search what a reader of the plan should know, a sentence each.

    Args:
        outcome: What the planner gave.
        no_time: Visits for which no week is left before their latest day.
    """
    said = [f"Searched for {outcome.seconds:.0f} seconds, in {outcome.iterations:,} steps."]
    left = len(outcome.left_out) + no_time
    if not left and outcome.seconds_to_first is not None:
        said.append(f"A plan that keeps every rule was there after {outcome.seconds_to_first:.1f} seconds.")
    elif left:
        said.append(
            f"No plan was found that keeps every rule and makes every visit: {count_in_words(left, 'visit')} "
            f"left out, each with what keeps it out."
        )
    return tuple(said)


def move_words(found: Replanned, lead_weeks: int, places: Mapping[str, str]) -> str:
    """Say how many announced visits move, and whether no plan moves fewer.

    Args:
        found: What the planner gave.
        lead_weeks: Weeks ahead within which a visit counts as announced.
        places: Names of the regions by their codes.
    """
    moved, fewest = len(found.moved_announced), found.fewest
    if found.impossible:
        names = join_in_words([places.get(one, one) for one in found.impossible])
        return f"It is proved that no plan keeps every rule in {names}: what has begun there leaves no room."
    near = f"Of the visits that are announced or start within {lead_weeks} weeks"
    if not moved:
        return f"{near}, none moves."
    told = f"{near}, {moved} {'moves' if moved == 1 else 'move'}"
    if found.proved_fewest:
        return f"{told}. That is proved to be the fewest: no plan that keeps every rule moves fewer."
    return f"{told}. It is not proved that no plan moves fewer; at least {fewest} must."
