# ruff: noqa: ANN001, ANN201, PLR0917 - the compiler finds the types, and takes arguments by position
# mypy: allow-untyped-defs, allow-untyped-decorators, allow-untyped-calls, disable-error-code="no-any-return"
"""Evaluating prices fast, in compiled code, while they are looked for.

It gives to the last digit what `certifying.Evaluator` gives, which alone says in the end what they prove.
"""

from __future__ import annotations

import numpy as np

from oversight.programme.planner.certifying import NEVER, Evaluator, Numbers, Prices, ahead
from oversight.programme.planner.kernels import compiled, making
from oversight.programme.planner.problem import Problem


class FastEvaluator(Evaluator):
    """The evaluator with its two costly parts compiled."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        size = max((len(visit.uses) for visit in problem.visits), default=0)
        resources = {name: at for at, name in enumerate(problem.capacity)}
        self.taken = np.zeros((len(problem.visits), size, 2), np.int64)
        for at, visit in enumerate(problem.visits):
            for number, (name, weeks) in enumerate(visit.uses):
                self.taken[at, number] = resources[name], min(weeks, self.weeks)

    def reduced(self, prices: Prices) -> Numbers:
        return add_prices(
            self.own,
            self.taken,
            self.region,
            self.length,
            self.days,
            self.widths,
            prices.teams,
            prices.at_once,
            prices.days,
        )

    def tied(self, cost: Numbers, starts: Numbers) -> int:
        if not len(self.units):
            return 0
        span, low, high = self.between()
        reach = span + int(self.length[self.units].max())
        own = np.ascontiguousarray(ahead(cost[self.offices], low, high, reach + 1))
        return int(
            cheapest_regions(
                cost, starts, self.units, self.begins, self.offices, self.length, own, span, low, high, reach
            )
        )


@making
def add_prices(own, taken, region, length, days, widths, teams, at_once, per_day):
    """Give the cost of each visit in each week with the price of all that it takes."""
    visits, weeks = own.shape
    cost = own.copy()
    sums = np.zeros((len(teams), weeks + 1), np.int64)
    for row in range(len(teams)):
        for week in range(weeks):
            sums[row, week + 1] = sums[row, week] + teams[row, week]
    regions = len(at_once)
    once = np.zeros((regions, weeks + 1), np.int64)
    of_week = np.zeros((regions, weeks), np.int64)
    run = np.zeros(weeks + 1, np.int64)
    for row in range(regions):
        for week in range(weeks):
            once[row, week + 1] = once[row, week] + at_once[row, week]
        for limit in range(per_day.shape[1]):
            for week in range(weeks):
                run[week + 1] = run[week] + per_day[row, limit, week]
            for week in range(weeks):
                of_week[row, week] += run[min(weeks, week + widths[row, limit])] - run[week]
    for visit in range(visits):
        place = region[visit]
        for week in range(weeks):
            cost[visit, week] += (
                once[place, min(weeks, week + length[visit])]
                - once[place, week]
                + days[visit] * of_week[place, week]
            )
        for number in range(taken.shape[1]):
            row, held = taken[visit, number, 0], taken[visit, number, 1]
            if held:
                for week in range(weeks):
                    cost[visit, week] += sums[row, min(weeks, week + held)] - sums[row, week]
    return cost


@making
def cheapest_regions(cost, starts, units, begins, offices, length, own, span, low, high, reach):
    """Give what the inspections of all regions cost at least, and note their starts."""
    weeks, total = cost.shape[1], np.int64(0)
    for at in range(len(offices)):
        begin, end_of = begins[at], begins[at + 1]
        size = end_of - begin
        least = np.full((size, weeks), NEVER, np.int64)
        found, first, spread = np.int64(4) * NEVER, 0, 0
        whole, extra = np.empty(weeks, np.int64), np.empty(weeks, np.int64)
        for end in range(1, reach + 1):
            whole[:] = own[at, end : end + weeks]
            extra[:] = 4 * NEVER
            for number in range(size):
                unit = units[begin + number]
                shift = end - length[unit]
                within = 0 <= shift <= span
                for week in range(weeks):
                    ending = np.int64(NEVER)
                    if within and week + shift < weeks:
                        ending = cost[unit, week + shift]
                    some = min(least[number, week], ending)
                    least[number, week] = some
                    whole[week] += some
                    extra[week] = min(extra[week], ending - some)
            for week in range(weeks):
                if whole[week] + extra[week] < found:
                    found, first, spread = whole[week] + extra[week], week, end
        if found >= NEVER // 2:
            continue
        total += found
        choose(cost, starts, units, begin, end_of, offices[at], length, first, spread, span, low, high)
    return total


@compiled
def choose(cost, starts, units, begin, end_of, office, length, first, spread, span, low, high):
    """Note the starts behind the cost of one region."""
    weeks, end, extra, pinned = cost.shape[1], first + spread, np.int64(NEVER), -1
    for number in range(begin, end_of):
        unit = units[number]
        last = end - length[unit]
        if last < first:
            continue
        best = first
        for week in range(first, min(weeks - 1, first + span, last) + 1):
            if cost[unit, week] < cost[unit, best]:
                best = week
        starts[unit] = best
        if last <= first + span and last < weeks and cost[unit, last] - cost[unit, best] < extra:
            extra, pinned = cost[unit, last] - cost[unit, best], unit
    if pinned >= 0:
        starts[pinned] = end - length[pinned]
    best = max(0, end + low)
    for week in range(best, min(weeks - 1, end + high) + 1):
        if cost[office, week] < cost[office, best]:
            best = week
    starts[office] = best


def prepare_values() -> None:
    """Have the evaluation compiled, or read what was compiled before."""
    row, table = np.zeros(0, np.int64), np.zeros((0, 0), np.int64)
    add_prices(
        table,
        np.zeros((0, 0, 2), np.int64),
        row,
        row,
        row,
        table,
        table,
        table,
        np.zeros((0, 0, 0), np.int64),
    )
    cheapest_regions(table, row, row, np.zeros(1, np.int64), row, row, table, 0, 0, 0, 0)
