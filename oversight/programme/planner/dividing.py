"""A large problem as parts of the size of a country, whose plans together keep every rule of the whole.

Only teams and the seats of thematic inspections bind regions to one another (¶10(iv), ¶28). Where each part
has teams and seats of its own, and all have no more than there are, each can be planned by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from oversight.programme.planner.layout import Small, Whole
from oversight.programme.planner.problem import Problem

#: Regions of a part: as many as a country has.
REGIONS: Final = 12
#: Of each kind of team a part has at least so many, or there are fewer parts.
TEAMS: Final = 2


@dataclass(frozen=True, slots=True)
class Part:
    """Some regions by themselves.

    Args:
        problem: Their visits, with the teams and the seats that they have.
        rows: Where its visits stand in the whole problem, in the order of the part.
        groups: Numbers of its groups of regions.
        capacity: The teams that it has, by kind and week.
        seats: How many of its visits each thematic inspection takes.
    """

    problem: Problem
    rows: Whole
    groups: tuple[int, ...]
    capacity: Whole
    seats: tuple[int, ...]


class Division:
    """A problem, ready to be divided along its regions.

    Regions that have visits at one site stay together; the others are groups of one.

    Args:
        problem: What is to be planned.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.names = list(problem.capacity)
        size = (len(self.names), problem.weeks)
        given = [weeks[: problem.weeks] for weeks in problem.capacity.values()]
        self.capacity: Whole = np.array(given, np.int64).reshape(size)
        numbers = {name: at for at, name in enumerate(self.names)}
        self.uses = [[(numbers[name], length) for name, length in visit.uses] for visit in problem.visits]
        self.groups = _tied(problem)
        where = {region: at for at, group in enumerate(self.groups) for region in group}
        self.rows: list[list[int]] = [[] for _ in self.groups]
        for at, visit in enumerate(problem.visits):
            self.rows[where[visit.region]].append(at)

    def used(self, rows: Iterable[int], starts: Small) -> Whole:
        """Count how many of each kind of team visits take in each week, where they have a start."""
        taken = np.zeros_like(self.capacity)
        for at in rows:
            if starts[at] >= 0:
                for resource, length in self.uses[at]:
                    taken[resource, starts[at] : starts[at] + length] += 1
        return taken

    def rows_of(self, groups: Iterable[int]) -> list[int]:
        """Give where the visits of some groups stand in the whole problem, in its order."""
        return sorted(at for group in groups for at in self.rows[group])

    def part(self, groups: Sequence[int], capacity: Whole, seats: Sequence[int]) -> Part:
        """Give some groups by themselves.

        Args:
            groups: Numbers of the groups.
            capacity: Teams that they have, by kind and week.
            seats: For each thematic inspection how many of their visits it takes, those announced among them.
        """
        rows = self.rows_of(groups)
        regions = {region for group in groups for region in self.groups[group]}
        whole = self.problem
        problem = replace(
            whole,
            capacity={name: tuple(weeks) for name, weeks in zip(self.names, capacity.tolist(), strict=True)},
            regions=tuple(one for one in whole.regions if one.id in regions),
            thematics=tuple(
                replace(one, regions=number) for one, number in zip(whole.thematics, seats, strict=True)
            ),
            visits=tuple(whole.visits[at] for at in rows),
        )
        return Part(problem, np.array(rows, np.int64), tuple(groups), capacity, tuple(seats))

    def parts(self) -> tuple[Part, ...]:
        """Give the problem in parts alike, each with what its announced visits take and an even share of the
        rest; one part alone when it is too small to be divided.
        """
        most = self.capacity.max(axis=1, initial=0)
        teams = int(most[most > 0].min(initial=REGIONS * len(self.groups)))
        number = max(1, min(round(len(self.groups) / REGIONS), teams // TEAMS))
        dealt = self._dealt(number)
        visits = self.problem.visits
        fixed = np.array([-1 if one.fixed is None else one.fixed for one in visits], np.int32)
        own = [self.used(self.rows_of(groups), fixed) for groups in dealt]
        spare = np.maximum(self.capacity - sum(own), 0)
        seats = self._seats(dealt)
        parts = []
        for at, groups in enumerate(dealt):
            # What is left over goes to other parts for each kind of team, and for all weeks to the same.
            turn = (at + np.arange(len(self.names))[:, None]) % number
            share = spare // number + (turn < spare % number)
            parts.append(self.part(groups, own[at] + share, seats[at]))
        return tuple(parts)

    def _dealt(self, number: int) -> list[list[int]]:
        """Deal the groups to so many parts, the heaviest first, to and fro, so that parts are alike."""
        weights = [sum(self.problem.visits[at].weight for at in rows) for rows in self.rows]
        order = sorted(range(len(self.rows)), key=lambda at: (-len(self.rows[at]), -weights[at], at))
        dealt: list[list[int]] = [[] for _ in range(number)]
        for place, group in enumerate(order):
            lap, at = divmod(place, number)
            dealt[at if lap % 2 == 0 else number - 1 - at].append(group)
        return dealt

    def _seats(self, dealt: Sequence[Sequence[int]]) -> list[list[int]]:
        """Divide the seats of each thematic inspection, one after another where most are offered for each."""
        visits = self.problem.visits
        seats = [[0] * len(self.problem.thematics) for _ in dealt]
        offered = [[0] * len(self.problem.thematics) for _ in dealt]
        numbers = {one.id: at for at, one in enumerate(self.problem.thematics)}
        for part, groups in enumerate(dealt):
            for at in self.rows_of(groups):
                thematic = numbers.get(visits[at].thematic or "", -1)
                if thematic >= 0 and visits[at].selectable:
                    (offered if visits[at].optional else seats)[part][thematic] += 1
        for thematic, one in enumerate(self.problem.thematics):
            given = [0] * len(dealt)
            for _ in range(one.regions - sum(row[thematic] for row in seats)):
                part = max(
                    range(len(dealt)),
                    key=lambda at: (offered[at][thematic] - given[at]) / (1 + given[at]),
                )
                given[part] += 1
            for part, row in enumerate(seats):
                row[thematic] += given[part]
        return seats


def _tied(problem: Problem) -> list[list[str]]:
    """Give the regions in groups; those that have visits at one site are in the same."""
    first: dict[str, str] = {}
    joined = {region.id: region.id for region in problem.regions}

    def head(region: str) -> str:
        while joined[region] != region:
            region = joined[region]
        return region

    for visit in problem.visits:
        other = first.setdefault(visit.site, visit.region)
        if other != visit.region:
            joined[head(visit.region)] = head(other)
    groups: dict[str, list[str]] = {}
    for region in problem.regions:
        groups.setdefault(head(region.id), []).append(region.id)
    return list(groups.values())
