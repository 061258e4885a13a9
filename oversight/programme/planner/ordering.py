# ruff: noqa: ANN001, ANN201, PLR0917 - the compiler finds the types, and takes arguments by position
# mypy: allow-untyped-defs, allow-untyped-decorators, allow-untyped-calls, disable-error-code="no-any-return"
"""The order of the regions: from which week the units of each are inspected, searched before all else.

Whether a region of units that should not wait comes early or late decides more than anything done later, and
taking out a few visits at a time hardly ever changes it. So here a plan is only a week for each region from
which the window of its unit inspections is open. The units of all regions are then put, the most urgent for
what they take first, each in the week of its region's window that costs least with its prices. Weeks are
exchanged, shifted and drawn anew at a falling temperature. What finds no place weighs a fixed amount, and is
put right by what comes after.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from oversight.programme.planner.kernels import (
    State,
    best_fit,
    compiled,
    draw,
    first_fit,
    making,
    place,
    remove,
    window,
)
from oversight.programme.planner.layout import (
    CORE,
    FIRST,
    LAST,
    LENGTH,
    OFFICE,
    OPTIONAL,
    SPAN,
    UNITS_FROM,
    UNITS_TO,
    USE,
    USES,
    WEEKS,
    WEIGHT,
    Layout,
    Small,
    Whole,
)

#: Temperature at which the search of the order begins and ends, and what a visit without a place weighs, in
#: mean weights of a visit times all weeks.
HOT: Final = 1.0
COLD: Final = 0.05
WITHOUT: Final = 2.0
#: How many sixteenths of the prices count.
PULL: Final = 14
#: Stands for what is not yet known to cost less.
UNKNOWN: Final = 1 << 60


class Order(NamedTuple):
    """What a search of the order changes, and within what.

    Args:
        regions: The regions whose weeks are changed.
        opens: For each region the week from which its window is open.
        lowest, highest: Between which weeks that may be, since what is announced must lie in the window.
        units: Unit inspections that are not announced, in the order in which they are put.
        offices: Own inspections of the regions that are not announced.
        best: Starts of the best plan so far.
        value: What the best plan, and the present one, cost.
    """

    regions: Whole
    opens: Whole
    lowest: Whole
    highest: Whole
    units: Whole
    offices: Whole
    best: Small
    value: Whole


def begin_order(layout: Layout, state: State) -> Order | None:
    """Give an order of all regions to begin with, its weeks drawn, and place what may not move.

    Args:
        layout: What is to be planned.
        state: A plan in which no visit is placed; prices lure in it.

    Returns:
        None when there are no two regions to put in order.
    """
    visits, lists = layout.visits, layout.lists
    for at in np.flatnonzero((visits[:, FIRST] == visits[:, LAST]) & (visits[:, OPTIONAL] == 0)).tolist():
        if first_fit(layout, state, at, visits[at, FIRST], visits[at, LAST], 0) >= 0:
            place(layout, state, at, visits[at, FIRST])
    size, span = len(layout.regions), int(layout.rules[SPAN])
    lowest, highest = np.zeros(size, np.int64), np.zeros(size, np.int64)
    units: list[int] = []
    for region, row in enumerate(layout.regions.tolist()):
        if row[OFFICE] < 0:
            continue
        members = lists[row[UNITS_FROM] : row[UNITS_TO]].tolist()
        settled = [int(state.start[at]) for at in members if state.start[at] >= 0]
        earliest = min(int(visits[at, FIRST]) for at in members)
        lowest[region] = max(0, earliest, max(settled, default=span) - span)
        latest = min([int(layout.rules[WEEKS]), *settled, *(int(visits[at, LAST]) for at in members)])
        highest[region] = max(lowest[region], latest)
        units += [at for at in members if state.start[at] < 0]
    units.sort(key=lambda at: -_urgency(visits[at].tolist()))
    regions = np.unique(visits[units, CORE])
    if len(regions) < 2:
        return None
    offices = layout.regions[regions, OFFICE]
    opens = [low + draw(state, high - low + 1) for low, high in zip(lowest, highest, strict=True)]
    return Order(
        regions,
        np.array(opens, np.int64),
        lowest,
        highest,
        np.array(units, np.int64),
        offices[state.start[offices] < 0],
        state.start.copy(),
        np.full(2, UNKNOWN, np.int64),
    )


def _urgency(row: list[int]) -> float:
    """Weight for each week of what a visit takes longest."""
    longest = max([1, row[LENGTH], *(row[USE + 2 * number + 1] for number in range(row[USES]))])
    return row[WEIGHT] / longest


@compiled
def put_in_order(layout, state, order, without, limit):
    """Put all units within the windows of their regions, and then each region's own inspection.

    Gives what the plan costs with `without` for each visit that finds no place; no less than `limit` as soon
    as that is reached.
    """
    missing = 0
    for i in range(len(order.units)):
        visit = order.units[i]
        opens = order.opens[layout.visits[visit, CORE]]
        week = best_fit(layout, state, visit, opens, opens + layout.rules[SPAN])
        if week < 0:
            missing += 1
        else:
            place(layout, state, visit, week)
        if state.told[0] + missing * without >= limit:
            return limit
    for i in range(len(order.offices)):
        office = order.offices[i]
        low, high = window(layout, state, office)
        week = first_fit(layout, state, office, low, high, 0)
        if week < 0:
            missing += 1
        else:
            place(layout, state, office, week)
    return state.told[0] + missing * without


@compiled
def take_all_out(layout, state, order):
    """Take out again what was put in order."""
    for i in range(len(order.units)):
        if state.start[order.units[i]] >= 0:
            remove(layout, state, order.units[i])
    for i in range(len(order.offices)):
        if state.start[order.offices[i]] >= 0:
            remove(layout, state, order.offices[i])


@compiled
def change_order(state, order):
    """Change the week of one region a little or anew, exchange two, or move one and shift those between."""
    opens, regions = order.opens, order.regions
    how = draw(state, 10)
    one, other = regions[draw(state, len(regions))], regions[draw(state, len(regions))]
    if how < 4:
        opens[one] += draw(state, 13) - 6
    elif how < 6:
        opens[one] = order.lowest[one] + draw(state, order.highest[one] - order.lowest[one] + 1)
    elif how < 9:
        opens[one], opens[other] = opens[other], opens[one]
    else:
        was, now, shift = opens[one], opens[other], 4 + draw(state, 16)
        for region in regions:
            if region != one and min(was, now) <= opens[region] <= max(was, now):
                opens[region] += shift if now < was else -shift
        opens[one] = now
    for region in regions:
        opens[region] = min(max(opens[region], order.lowest[region]), order.highest[region])


@making
def search_order(layout, state, order, steps, heat, without):
    """Take `steps` steps at the temperature `heat`; keep the best plan in `order`."""
    was = order.opens.copy()
    units = order.units
    state.pull[0] = PULL
    for _ in range(steps):
        was[:] = order.opens
        change_order(state, order)
        first = second = 0
        if draw(state, 3) == 0:
            first = draw(state, len(units))
            second = min(len(units) - 1, first + draw(state, 12))
        units[first], units[second] = units[second], units[first]
        limit = order.value[1] + 1 + np.int64(-heat * math.log((draw(state, 1 << 30) + 1) / (1 << 30)))
        value = put_in_order(layout, state, order, without, limit)
        if value < limit:
            order.value[1] = value
            if value < order.value[0]:
                order.value[0] = value
                order.best[:] = state.start
        else:
            order.opens[:] = was
            units[first], units[second] = units[second], units[first]
        take_all_out(layout, state, order)
