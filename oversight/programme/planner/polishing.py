"""The later objectives: burden shared fairly and audits near inspections, at hardly any more waiting.

Single visits are moved while a move is worth the waiting that it adds, and all together stay within what
later
objectives may give up of earlier ones (`objectives`). What was gained for an earlier one is kept but for
that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from oversight.programme.planner.checking import NEAR, faults
from oversight.programme.planner.constructing import Construction
from oversight.programme.planner.layout import (
    CORE,
    DAYS,
    FIRST,
    LAST,
    OFFICE,
    OPTIONAL,
    REGION,
    SITE_FROM,
    SITE_TO,
    TARGET,
    VISITS_FROM,
    VISITS_TO,
    WEIGHT,
    Layout,
    Small,
    plan_of,
)
from oversight.programme.planner.objectives import Objectives
from oversight.programme.planner.problem import AUDIT_FIRST, AUDIT_SECOND, CORE_UNIT, Problem

#: The limit that the share of burden is reckoned by, in weeks.
YEAR: Final = 52


def polish(
    problem: Problem, layout: Layout, starts: Small, wanted: Objectives, stop: Callable[[], bool]
) -> Small:
    """Give a plan that bears the burden more evenly and has more audits near inspections.

    Args:
        problem: What is planned.
        layout: The same as arrays.
        starts: A plan that keeps every rule.
        wanted: What the later objectives are worth, and what they may spoil.
        stop: Asked often whether to end with what there is.
    """
    if not len(starts) or wanted.spoils_per_mille == 0:
        return starts
    polishing = _Polishing(problem, layout, starts, wanted, stop)
    polishing.share_burden()
    polishing.bring_together()
    better = np.array(polishing.made.start, np.int32)
    return starts if faults(problem, plan_of(problem, better)) else better


class _Polishing:
    def __init__(
        self, problem: Problem, layout: Layout, starts: Small, wanted: Objectives, stop: Callable[[], bool]
    ) -> None:
        self.problem, self.wanted, self.stop = problem, wanted, stop
        self.made = Construction(layout, 1)
        for at, start in enumerate(starts.tolist()):
            if start >= 0:
                self.made.change(at, start, 1)
        self.limits = [dict(region.max_visit_days).get(YEAR, 0) for region in problem.regions]
        self.budget = self.cost_of(starts.tolist()) * wanted.spoils_per_mille // 1000

    def cost_of(self, starts: list[int]) -> int:
        return sum(self.waiting(at, start) for at, start in enumerate(starts) if start >= 0)

    def waiting(self, at: int, week: int) -> int:
        row = self.made.rows[at]
        cost: int = row[WEIGHT] * max(0, week - row[TARGET])
        return cost

    def movable(self, at: int) -> bool:
        """Whether a visit may be moved alone: not announced, and no region's own, which follows its units."""
        row = self.made.rows[at]
        own = row[CORE] >= 0 and self.made.regions[row[CORE]][OFFICE] == at
        return self.made.start[at] >= 0 and row[FIRST] != row[LAST] and not own

    def share(self, region: int) -> tuple[int, int]:
        """Give the highest share of a region's limit over 52 weeks, in thousandths, and its last week."""
        limit = self.limits[region]
        if not limit or YEAR not in self.made.widths:
            return 0, 0
        line = self.made.limit + region * len(self.made.widths) + self.made.widths.index(YEAR)
        least = min(self.made.room[line])
        return (limit - least) * 1000 // limit, self.made.room[line].index(least)

    def share_burden(self) -> None:
        """Lower the highest share of all as long as one visit of that region can go elsewhere for it."""
        shares = [self.share(region)[0] for region in range(len(self.limits))]
        while shares and not self.stop():
            region = shares.index(max(shares))
            if not self.relieve(region, shares[region]):
                return
            shares[region] = self.share(region)[0]

    def relieve(self, region: int, highest: int) -> bool:
        """Move the visit of a region whose moving out of its heaviest year adds least waiting."""
        made, best = self.made, (self.budget + 1, 0, -1, -1)
        row = made.regions[region]
        ends = self.share(region)[1]
        for at in made.lists[row[VISITS_FROM] : row[VISITS_TO]]:
            was = made.start[at]
            if not self.movable(at) or not ends - YEAR < was <= ends or not made.rows[at][DAYS]:
                continue
            made.remove(at)
            for week in _weeks(made.fits(at) if not self.pinned(at) else 0):
                more = self.waiting(at, week) - self.waiting(at, was)
                if ends - YEAR < week <= ends or more >= best[0]:
                    continue
                made.change(at, week, 1)
                gained = highest - self.share(region)[0]
                if gained > 0 and self.whole(at) and more <= gained * self.wanted.burden:
                    best = (more, gained, at, week)
                made.remove(at)
            made.change(at, was, 1)
        more, _, at, week = best
        if at < 0:
            return False
        self.move(at, week, more)
        return True

    def pinned(self, at: int) -> bool:
        """Whether a unit inspection, now out, is the one that its region's own was to follow."""
        core = self.made.rows[at][CORE]
        return bool(core >= 0 and self.made.start[self.made.regions[core][OFFICE]] < 0)

    def whole(self, at: int) -> bool:
        """Whether a region's own inspection still follows the last of its units soon enough."""
        core = self.made.rows[at][CORE]
        if core < 0:
            return True
        office = self.made.regions[core][OFFICE]
        low, high = self.made.window(office)
        return bool(low <= self.made.start[office] <= high)

    def move(self, at: int, week: int, more: int) -> None:
        self.made.remove(at)
        self.made.change(at, week, 1)
        self.budget -= max(0, more)

    def bring_together(self) -> None:
        """Bring an audit near to each inspection that has none, where that is worth it."""
        most = max((self.share(region)[0] for region in range(len(self.limits))), default=0)
        most += most * self.wanted.spoils_per_mille // 1000
        for at, visit in enumerate(self.problem.visits):
            if self.stop():
                return
            if visit.kind == CORE_UNIT and self.made.start[at] >= 0 and not self.near(at):
                self.bring_one(at, most)

    def audits(self, at: int) -> list[int]:
        row = self.made.rows[at]
        return [
            other
            for other in self.made.lists[row[SITE_FROM] : row[SITE_TO]]
            if self.problem.visits[other].kind in {AUDIT_FIRST, AUDIT_SECOND}
        ]

    def near(self, at: int) -> bool:
        """Whether an inspection has an audit near enough to ask for information once."""
        start = self.made.start
        return any(start[one] >= 0 and abs(start[one] - start[at]) <= NEAR for one in self.audits(at))

    def bring_one(self, at: int, most: int) -> None:
        made = self.made
        centre, best = made.start[at], (min(self.budget, self.wanted.together) + 1, -1, -1)
        for audit in self.audits(at):
            was = made.start[audit]
            if not self.movable(audit) or made.rows[audit][OPTIONAL]:
                continue
            made.remove(audit)
            for week in _weeks(made.fits(audit)):
                more = self.waiting(audit, week) - self.waiting(audit, was)
                if abs(week - centre) > NEAR or more >= best[0]:
                    continue
                made.change(audit, week, 1)
                if self.share(made.rows[audit][REGION])[0] <= most:
                    best = (more, audit, week)
                made.remove(audit)
            made.change(audit, was, 1)
        more, audit, week = best
        if audit >= 0:
            self.move(audit, week, more)


def _weeks(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
