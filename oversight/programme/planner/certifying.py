"""A proof that no plan can cost less than a bound, re-evaluated exactly from the problem and the proof alone.

The proof is a price for each team in each week, for each place among the visits at once in a region, and for
each day
of a region's limits (Lagrange multipliers). With any prices that are not negative, the sum of the cheapest
way to
plan each independent part of the problem at those prices, less what all that is to be had would fetch, is a
lower
bound of the cost of every plan. The parts are: the unit inspections of a region with its own inspection, the
audits of
a unit with their lags, each thematic inspection, and every other visit. All numbers are integers: prices are
counted
in `UNIT`-ths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from oversight.kernel.refusals import Refused
from oversight.programme.planner.problem import (
    AUDIT_FIRST,
    AUDIT_FOLLOW_UP,
    AUDIT_SECOND,
    CORE_REGION,
    CORE_UNIT,
    Problem,
)

Numbers = NDArray[np.int64]

#: Prices are counted in this fraction of a unit of cost.
UNIT: Final = 1000
#: Stands for a week that is not possible; large, and small enough that sums of many stay within 64 bits.
NEVER: Final = 1 << 48


@dataclass(frozen=True)
class Prices:
    """Prices in `UNIT`-ths: of a team (resource, week), of being at once (region, week), of days (region,
    limit, week).

    The week of a price of days is the last week of the limit's rolling window.
    """

    teams: Numbers
    at_once: Numbers
    days: Numbers

    def as_data(self) -> dict[str, Any]:
        """Give the prices as JSON: the unit, and the prices that are not nought."""
        return {
            "unit": UNIT,
            **{
                name: [[*map(int, place), int(prices[tuple(place)])] for place in np.argwhere(prices)]
                for name, prices in (("teams", self.teams), ("at_once", self.at_once), ("days", self.days))
            },
        }


@dataclass(frozen=True)
class Valuation:
    """What prices prove: the bound in `UNIT`-ths, and how far the cheapest plan at these prices overdraws
    each thing.
    """

    value: int
    overdrawn: Prices
    starts: Numbers


def no_prices(problem: Problem) -> Prices:
    """Give prices of nought, which prove what is plain: every visit at its own best week."""
    limits = max((len(region.max_visit_days) for region in problem.regions), default=0)
    return Prices(
        np.zeros((len(problem.capacity), problem.weeks), np.int64),
        np.zeros((len(problem.regions), problem.weeks), np.int64),
        np.zeros((len(problem.regions), limits, problem.weeks), np.int64),
    )


def read_prices(problem: Problem, data: Any) -> Prices:
    """Read prices from JSON.

    Raises:
        Refused: If they are not the prices of this problem, or one is negative.
    """
    prices = no_prices(problem)
    if not isinstance(data, Mapping) or data.get("unit") != UNIT:
        raise _wrong("it has no prices in thousandths")
    for name, into in (("teams", prices.teams), ("at_once", prices.at_once), ("days", prices.days)):
        for entry in data.get(name, ()):
            whole = isinstance(entry, list) and all(type(number) is int for number in entry)
            if not whole or len(entry) != into.ndim + 1:
                raise _wrong(f"a price of {name} is not a row of whole numbers")
            *place, price = entry
            if any(not 0 <= at < size for at, size in zip(place, into.shape, strict=True)):
                raise _wrong(f"a price of {name} is of something that the problem does not have")
            if not 0 <= price < 1 << 40:
                raise _wrong(f"a price of {name} is negative or too large")
            into[tuple(place)] = price
    return prices


def bound_of(problem: Problem, certificate: Any) -> int:
    """Give the lower bound that a certificate proves, trusting nothing but the problem.

    Args:
        problem: What was to be planned.
        certificate: The prices as JSON, as `Prices.as_data` gives them.

    Raises:
        Refused: If the certificate cannot be read.
    """
    value = Evaluator(problem).value(read_prices(problem, certificate)).value
    return -(-value // UNIT)


class Evaluator:
    """Evaluates prices for one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.weeks = problem.weeks
        visits = problem.visits
        resources = {name: at for at, name in enumerate(problem.capacity)}
        self.capacity = np.array([row[: self.weeks] for row in problem.capacity.values()], np.int64).reshape(
            len(resources), self.weeks
        )
        regions = {region.id: at for at, region in enumerate(problem.regions)}
        self.region = np.array([regions[visit.region] for visit in visits], np.int64)
        self.days = np.array([visit.visit_days for visit in visits], np.int64)
        self.length = np.array([visit.fieldwork_weeks for visit in visits], np.int64)
        self.limits = np.zeros(no_prices(problem).days.shape[:2], np.int64)
        self.limited = np.zeros(self.limits.shape, bool)
        self.widths = np.ones_like(self.limits)
        for at, region in enumerate(problem.regions):
            for number, (width, most) in enumerate(region.max_visit_days):
                self.limits[at, number], self.widths[at, number] = most, width
                self.limited[at, number] = True
        self.uses = [
            (
                resource,
                np.array([at for at, _ in members], np.int64),
                np.array([min(weeks, self.weeks) for _, weeks in members], np.int64),
            )
            for resource, members in self._users(resources).items()
        ]
        self.own = self._own_cost()
        self._parts()

    def _users(self, resources: dict[str, int]) -> dict[int, list[tuple[int, int]]]:
        users = defaultdict[int, list[tuple[int, int]]](list)
        for at, visit in enumerate(self.problem.visits):
            for name, weeks in visit.uses:
                users[resources[name]].append((at, weeks))
        return users

    def _own_cost(self) -> Numbers:
        """Cost of each visit in each week without prices, in `UNIT`-ths; NEVER where it may not start."""
        problem, weeks = self.problem, np.arange(self.weeks)
        own = np.full((len(problem.visits), self.weeks), NEVER, np.int64)
        off = {
            (agency, region.id): np.array(
                sorted({w for w in (out | region.blackout_weeks) if 0 <= w < self.weeks}), int
            )
            for region in problem.regions
            for agency, out in (
                *problem.agency_blackout_weeks.items(),
                *(
                    (v.agency, frozenset[int]())
                    for v in problem.visits
                    if v.agency not in problem.agency_blackout_weeks
                ),
            )
        }
        for at, visit in enumerate(problem.visits):
            low, high = max(0, visit.earliest), min(visit.latest, self.weeks - visit.fieldwork_weeks)
            low = max(low, problem.announcement_lead if visit.fixed is None else visit.fixed)
            high = high if visit.fixed is None else min(high, visit.fixed)
            if low > high:
                continue
            row = visit.weight * np.maximum(0, weeks - visit.target)
            row = (row + (visit.selection_cost if visit.selectable else 0)) * UNIT
            own[at, low : high + 1] = row[low : high + 1]
            for week in off[visit.agency, visit.region]:
                own[at, max(0, week - visit.fieldwork_weeks + 1) : week + 1] = NEVER
        return own

    def _parts(self) -> None:
        """Divide the visits into the parts that prices leave independent."""
        problem = self.problem
        units, audits = defaultdict[str, list[int]](list), defaultdict[str, dict[str, int]](dict)
        office = dict[str, int]()
        for at, visit in enumerate(problem.visits):
            if visit.kind == CORE_UNIT:
                units[visit.region].append(at)
            elif visit.kind == CORE_REGION:
                office[visit.region] = at
            elif visit.is_audit:
                audits[visit.site][visit.kind] = at
        tied = [
            (units[region.id], office[region.id])
            for region in problem.regions
            if 0 < len(units[region.id]) == len(region.units) and region.id in office
        ]
        self.units = np.array([at for members, _ in tied for at in members], int)
        self.offices = np.array([last for _, last in tied], int)
        self.begins = np.cumsum([0, *(len(members) for members, _ in tied)])
        lags = (
            (AUDIT_SECOND, problem.rules.second_audit_after_first),
            (AUDIT_FOLLOW_UP, problem.rules.follow_up_after_first_audit),
        )
        self.chains = [
            (
                lag,
                np.array(
                    [seen[AUDIT_FIRST] for seen in audits.values() if AUDIT_FIRST in seen and kind in seen],
                    int,
                ),
                np.array(
                    [seen[kind] for seen in audits.values() if AUDIT_FIRST in seen and kind in seen], int
                ),
            )
            for kind, lag in lags
            if lag is not None
        ]
        taken = {*self.units.tolist(), *self.offices.tolist()}
        for _, first, later in self.chains:
            taken.update(first.tolist(), later.tolist())
        self.firsts = np.array(sorted({at for _, first, _ in self.chains for at in first.tolist()}), int)
        self.themes = []
        for thematic in problem.thematics:
            chosen = [at for at, v in enumerate(problem.visits) if v.selectable and v.thematic == thematic.id]
            offered = [at for at in chosen if problem.visits[at].optional]
            self.themes.append((thematic.regions - len(chosen) + len(offered), np.array(offered, int)))
            taken.update(offered)
        taken.update(at for at, visit in enumerate(problem.visits) if visit.optional)
        self.alone = np.array([at for at in range(len(problem.visits)) if at not in taken], int)

    def value(self, prices: Prices) -> Valuation:
        """Give what the prices prove, in integers, and what the cheapest plan at these prices overdraws.

        Raises:
            Refused: If something has a price that the problem does not limit.
        """
        once = self.problem.rules.concurrent_visits_per_region
        if (once is None and prices.at_once.any()) or prices.days[~self.limited].any():
            raise _wrong("it has a price for something that has no limit")
        cost = self.reduced(prices)
        starts = np.full(len(self.problem.visits), -1, np.int64)
        total = self.tied(cost, starts) + self._audited(cost, starts) + self._themed(cost, starts)
        if len(self.alone):
            best = cost[self.alone].min(axis=1)
            starts[self.alone] = np.where(best < NEVER // 2, cost[self.alone].argmin(axis=1), -1)
            total += int(best[best < NEVER // 2].sum())
        total -= int((prices.teams * self.capacity).sum())
        total -= int(prices.at_once.sum()) * (once or 0)
        total -= int((prices.days * self.limits[:, :, None]).sum())
        return Valuation(total, self._overdrawn(starts), starts)

    def lure(self, prices: Prices) -> NDArray[np.int32]:
        """Give for each visit and week what the prices of all that it takes there come to, in whole units."""
        added = self.reduced(prices) - self.own
        lure: NDArray[np.int32] = np.clip(added // UNIT, 0, 1 << 24).astype(np.int32)
        return lure

    def reduced(self, prices: Prices) -> Numbers:
        """Cost of each visit in each week with the price of all that it takes."""
        weeks, cost = np.arange(self.weeks), self.own.copy()
        for resource, members, length in self.uses:
            sums = np.concatenate(([0], np.cumsum(prices.teams[resource])))
            ends = np.minimum(self.weeks, weeks + length[:, None])
            cost[members] += sums[ends] - sums[weeks]
        if prices.at_once.any():
            sums = np.concatenate(
                (np.zeros((len(prices.at_once), 1), np.int64), prices.at_once.cumsum(axis=1)), axis=1
            )
            ends = np.minimum(self.weeks, weeks + self.length[:, None])
            cost += sums[self.region[:, None], ends] - sums[self.region[:, None], weeks]
        if prices.days.any():
            sums = np.concatenate(
                (np.zeros((*self.limits.shape, 1), np.int64), prices.days.cumsum(axis=2)), axis=2
            )
            ends = np.minimum(self.weeks, weeks + self.widths[:, :, None])
            of_week = (np.take_along_axis(sums, ends, axis=2) - sums[:, :, :-1]).sum(axis=1)
            cost += self.days[:, None] * of_week[self.region]
        return cost

    def between(self) -> tuple[int, int, int]:
        """Give the most weeks between a region's unit inspections, and the least and most before its own."""
        rules, weeks = self.problem.rules, self.weeks
        span = weeks if rules.unit_inspections_span is None else min(weeks, rules.unit_inspections_span)
        low, high = rules.region_after_last_unit or (-2 * weeks, 2 * weeks)
        return span, low, high

    def tied(self, cost: Numbers, starts: Numbers) -> int:
        """Unit inspections of each region within their span, one of them ending just before its own may
        follow.

        For each first week and each week in which the last of them ends, every unit takes its cheapest week
        between;
        one of them must end in that last week.
        """
        if not len(self.units):
            return 0
        weeks = self.weeks
        span, low, high = self.between()
        length, of_unit = self.length[self.units], cost[self.units]
        reach = span + int(length.max())
        # A row for each unit, padded so that a shift never runs off the end.
        padded = np.concatenate((of_unit, np.full((len(of_unit), reach + 1), NEVER, np.int64)), axis=1)
        own = ahead(cost[self.offices], low, high, reach + 1)
        least = np.full(of_unit.shape, NEVER, np.int64)
        found = np.full(len(self.offices), 4 * NEVER, np.int64)
        first, spread = np.zeros(len(found), int), np.zeros(len(found), int)
        begins = self.begins[:-1]
        by_length = [(int(one), np.flatnonzero(length == one)) for one in np.unique(length)]
        for end in range(1, reach + 1):
            ending = np.full(of_unit.shape, NEVER, np.int64)
            for one, rows in by_length:
                if 0 <= end - one <= span:
                    ending[rows] = padded[rows, end - one : end - one + weeks]
            np.minimum(least, ending, out=least)
            whole = np.add.reduceat(least, begins) + np.minimum.reduceat(ending - least, begins)
            whole += own[:, end : end + weeks]
            best = whole.argmin(axis=1)
            value = whole[np.arange(len(found)), best]
            better = value < found
            found[better], first[better], spread[better] = value[better], best[better], end
        total = 0
        for at, value in enumerate(found.tolist()):
            if value >= NEVER // 2:
                continue
            total += value
            units = slice(self.begins[at], self.begins[at + 1])
            self._choose(
                cost, starts, units, self.offices[at], int(first[at]), int(spread[at]), span, low, high
            )
        return total

    def _choose(  # noqa: PLR0917 - one region of many, each a few numbers
        self,
        cost: Numbers,
        starts: Numbers,
        rows: slice,
        office: int,
        first: int,
        spread: int,
        span: int,
        low: int,
        high: int,
    ) -> None:
        """Give the starts behind the value of one region."""
        end, extra, pinned = first + spread, NEVER, -1
        for at in self.units[rows].tolist():
            last = end - int(self.length[at])
            if last < first:
                continue
            some = cost[at, first : min(first + span, last) + 1]
            starts[at] = first + int(some.argmin())
            if last <= first + span and last < self.weeks and cost[at, last] - some.min() < extra:
                extra, pinned = int(cost[at, last] - some.min()), at
        if pinned >= 0:
            starts[pinned] = end - self.length[pinned]
        after, before = max(0, end + low), min(self.weeks - 1, end + high)
        starts[office] = after + int(cost[office, after : before + 1].argmin())

    def _audited(self, cost: Numbers, starts: Numbers) -> int:
        """Audits of each unit: the first, and each later one within its lag."""
        if not len(self.firsts):
            return 0
        whole = cost[self.firsts]
        row = {at: number for number, at in enumerate(self.firsts.tolist())}
        for lag, first, later in self.chains:
            if len(first):
                rows = np.array([row[at] for at in first.tolist()], int)
                whole[rows] = np.minimum(NEVER, whole[rows] + ahead(cost[later], lag[0], lag[1], 0))
        best = whole.min(axis=1)
        possible = best < NEVER // 2
        starts[self.firsts] = np.where(possible, whole.argmin(axis=1), -1)
        weeks = np.arange(self.weeks)
        for lag, first, later in self.chains:
            if len(first):
                after = weeks - starts[first][:, None]
                some = np.where((after >= lag[0]) & (after <= lag[1]), cost[later], NEVER)
                starts[later] = np.where(starts[first] >= 0, some.argmin(axis=1), -1)
        return int(best[possible].sum())

    def _themed(self, cost: Numbers, starts: Numbers) -> int:
        """Each thematic inspection with the cheapest of the visits offered."""
        total = 0
        for need, offered in self.themes:
            if need <= 0 or not len(offered):
                continue
            best = cost[offered].min(axis=1)
            chosen = np.argsort(best, kind="stable")[:need]
            chosen = chosen[best[chosen] < NEVER // 2]
            starts[offered[chosen]] = cost[offered[chosen]].argmin(axis=1)
            total += int(best[chosen].sum())
        return total

    def _overdrawn(self, starts: Numbers) -> Prices:
        """What the starts use beyond what there is; negative where something is left."""
        none, weeks = no_prices(self.problem), self.weeks
        teams, at_once, days = none.teams, none.at_once, none.days
        for resource, members, length in self.uses:
            begin, size = starts[members], length
            placed = begin >= 0
            change = np.zeros(weeks + 1, np.int64)
            np.add.at(change, begin[placed], 1)
            np.add.at(change, np.minimum(weeks, begin[placed] + size[placed]), -1)
            teams[resource] = change.cumsum()[:-1]
        teams -= self.capacity
        once = self.problem.rules.concurrent_visits_per_region
        placed = starts >= 0
        if once is not None and len(at_once):
            change = np.zeros((len(at_once), weeks + 1), np.int64)
            np.add.at(change, (self.region[placed], starts[placed]), 1)
            np.add.at(change, (self.region[placed], np.minimum(weeks, (starts + self.length)[placed])), -1)
            at_once[:] = change.cumsum(axis=1)[:, :-1] - once
        if days.size:
            began = np.zeros((len(days), weeks), np.int64)
            np.add.at(began, (self.region[placed], starts[placed]), self.days[placed])
            sums = np.concatenate((np.zeros((len(days), 1), np.int64), began.cumsum(axis=1)), axis=1)
            back = np.maximum(0, np.arange(1, weeks + 1) - self.widths[:, :, None])
            before = np.take_along_axis(np.repeat(sums[:, None], days.shape[1], axis=1), back, axis=2)
            days[:] = sums[:, None, 1:] - before - self.limits[:, :, None]
            days[~self.limited] = 0
        return Prices(teams, at_once, days)


def ahead(cost: Numbers, low: int, high: int, more: int) -> Numbers:
    """For each week, and `more` weeks beyond the last, the least cost from `low` to `high` weeks later."""
    rows, weeks = cost.shape
    size = weeks + more
    low, high = max(low, -size), min(high, size)
    if low > high:
        return np.full((rows, size), NEVER, np.int64)
    width, before = high - low + 1, max(0, -low)
    padded = np.full((rows, before + size + max(0, high) + 1), NEVER, np.int64)
    padded[:, before : before + weeks] = cost
    covered = 1
    while covered < width:
        step = min(covered, width - covered)
        padded[:, : padded.shape[1] - step] = np.minimum(
            padded[:, : padded.shape[1] - step], padded[:, step:]
        )
        covered += step
    return padded[:, before + low : before + low + size]


def _wrong(what: str) -> Refused:
    return Refused(
        "planning_certificate", f"The proof of the lower bound does not hold: {what}.", "Make the plan again."
    )
