# ruff: noqa: ANN001, ANN201, PLR0917 - the compiler finds the types, and takes arguments by position
# mypy: allow-untyped-defs, allow-untyped-decorators, allow-untyped-calls, disable-error-code="no-any-return"
"""Placing and removing visits in compiled code: what is in use, and the first week in which a visit fits."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from oversight.programme.planner.layout import (
    AFTER_HIGH,
    AFTER_LOW,
    CORE,
    DAYS,
    FIRST,
    FREE,
    GAP,
    LAST,
    LENGTH,
    LINK_FROM,
    LINK_TO,
    NEED,
    OFFICE,
    OPTIONAL,
    REGION,
    REGIONS,
    RESOURCES,
    SELECTION,
    SITE_FROM,
    SITE_TO,
    SPAN,
    TARGET,
    THEMATIC,
    UNITS_FROM,
    UNITS_TO,
    USE,
    USES,
    WEEKS,
    WEIGHT,
    WIDTH,
    WIDTHS,
    Layout,
    Small,
    Whole,
)

#: Compiled code that makes no arrays of its own. Those that it is given are held by who calls it, so nothing
#: counts who holds them: counting took half of the time of the search.
compiled = njit(  # type: ignore[call-overload] # the types of numba leave the last one out
    cache=True, nogil=True, boundscheck=False, _nrt=False
)
#: Compiled code that makes arrays, so that the compiler has to count who holds them.
making = njit(cache=True, nogil=True, boundscheck=False)


#: What it weighs at first that a visit is left out.
GRUDGE: Final = 16


class State(NamedTuple):
    """A plan being changed.

    Args:
        start: Start of each visit, or -1.
        room: What is still to be had of everything, in the order of `Layout.room`.
        told: Cost, weight of the visits left out, seats of thematic inspections that are empty; then the
            seats that each
            still needs.
        grudge: What leaving out each visit weighs: more, the longer it finds no place.
        random: State of the random numbers.
        lure: For each visit and week what the prices of all that it takes there add to its cost.
        pull: How many sixteenths of it count at present; at nought a visit goes where it waits least.
    """

    start: Small
    room: Small
    told: Whole
    grudge: Whole
    random: NDArray[np.uint64]
    lure: Small
    pull: Whole


def empty(layout: Layout, seed: int, lure: Small | None = None) -> State:
    """Give a plan in which no visit is placed.

    Args:
        layout: What is to be planned.
        seed: Seed of the draws.
        lure: See `State`; it may be changed from outside while it is read. Nought when None.
    """
    visits = layout.visits
    need = layout.themes[:, NEED]
    grudge = np.where(visits[:, OPTIONAL], 0, GRUDGE)
    return State(
        start=np.full(len(visits), -1, np.int32),
        room=layout.room.copy(),
        told=np.concatenate(([0, grudge.sum(), np.maximum(need, 0).sum()], need)).astype(np.int64),
        grudge=grudge,
        random=np.array([(seed * 2654435769 + 88172645463325252) % 2**64 or 1], np.uint64),
        lure=np.zeros((len(visits), layout.rules[WEEKS]), np.int32) if lure is None else lure,
        pull=np.zeros(1, np.int64),
    )


@compiled
def draw(state, below):
    """Draw a whole number from 0 to `below` - 1 (xorshift64*)."""
    x = state.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.random[0] = x
    return np.int64((x * np.uint64(2685821657736338717)) >> np.uint64(33)) % below


@compiled
def change(layout, state, visit, week, sign):
    """Take what a visit needs from `week` on (`sign` 1), or give it back (-1), and reckon with its cost."""
    rules, visits, room = layout.rules, layout.visits, state.room
    weeks = rules[WEEKS]
    for k in range(visits[visit, USES]):
        resource = visits[visit, USE + 2 * k]
        for t in range(week, min(weeks, week + visits[visit, USE + 2 * k + 1])):
            room[resource, t] -= sign
    region = visits[visit, REGION]
    row = rules[RESOURCES] + region
    for t in range(week, week + visits[visit, LENGTH]):
        room[row, t] -= sign
    days = visits[visit, DAYS] * sign
    if days:
        row = rules[RESOURCES] + rules[REGIONS] + region * rules[WIDTHS]
        for b in range(rules[WIDTHS]):
            for t in range(week, min(weeks, week + rules[WIDTH + b])):
                room[row + b, t] -= days
    late = max(0, week - visits[visit, TARGET])
    state.told[0] += sign * (visits[visit, SELECTION] + visits[visit, WEIGHT] * late)
    if visits[visit, OPTIONAL]:
        place_of = 3 + visits[visit, THEMATIC]
        before = max(0, state.told[place_of])
        state.told[place_of] -= sign
        state.told[2] += max(0, state.told[place_of]) - before
    else:
        state.told[1] -= sign * state.grudge[visit]


@compiled
def place(layout, state, visit, week):
    """Place a visit that is not placed; the caller has seen that it fits."""
    state.start[visit] = week
    change(layout, state, visit, week, 1)


@compiled
def remove(layout, state, visit):
    """Take a placed visit out of the plan."""
    change(layout, state, visit, state.start[visit], -1)
    state.start[visit] = -1


@compiled
def next_week(layout, state, visit, week):
    """Give `week` when the visit fits there, otherwise a later week before which it does not fit."""
    rules, visits, room = layout.rules, layout.visits, state.room
    weeks = rules[WEEKS]
    if not layout.allowed[visit, week]:
        return week + 1
    for k in range(visits[visit, USES]):
        resource = visits[visit, USE + 2 * k]
        t = min(weeks, week + visits[visit, USE + 2 * k + 1]) - 1
        while t >= week:
            if room[resource, t] < 1:
                return t + 1
            t -= 1
    region, length = visits[visit, REGION], visits[visit, LENGTH]
    row = rules[RESOURCES] + region
    t = week + length - 1
    while t >= week:
        if room[row, t] < 1:
            return t + 1
        t -= 1
    gap = visits[visit, GAP]
    for i in range(visits[visit, SITE_FROM], visits[visit, SITE_TO]):
        other = layout.lists[i]
        at = state.start[other]
        if at >= 0 and other != visit:
            clear = at + visits[other, LENGTH] + gap
            if week < clear and at < week + length + gap:
                return clear
    days = visits[visit, DAYS]
    if days:
        row = rules[RESOURCES] + rules[REGIONS] + region * rules[WIDTHS]
        for b in range(rules[WIDTHS]):
            t = min(weeks, week + rules[WIDTH + b]) - 1
            while t >= week:
                if room[row + b, t] < days:
                    return t + 1
                t -= 1
    return week


@compiled
def window(layout, state, visit):
    """Give the first and last week that the visits already placed leave to this one by span and lags."""
    rules, visits, lists = layout.rules, layout.visits, layout.lists
    low, high = visits[visit, FIRST], visits[visit, LAST]
    for i in range(visits[visit, LINK_FROM], visits[visit, LINK_TO], 3):
        at = state.start[lists[i]]
        if at >= 0:
            low = max(low, at - lists[i + 2])
            high = min(high, at - lists[i + 1])
    region = visits[visit, CORE]
    if region >= 0:
        office = layout.regions[region, OFFICE]
        first, last, end, others = FREE, -FREE, -FREE, 1
        for i in range(layout.regions[region, UNITS_FROM], layout.regions[region, UNITS_TO]):
            unit = lists[i]
            at = np.int64(state.start[unit])
            if at >= 0 and unit != visit:
                first, last = min(first, at), max(last, at)  # type: ignore[assignment]  # 64 bits
                end = max(end, at + visits[unit, LENGTH])
                others += 1
        if visit == office:
            if end > -FREE:
                low, high = max(low, end + rules[AFTER_LOW]), min(high, end + rules[AFTER_HIGH])
        else:
            if last > -FREE:
                low, high = max(low, last - rules[SPAN]), min(high, first + rules[SPAN])
            if state.start[office] >= 0:
                high = min(high, state.start[office] - rules[AFTER_LOW] - visits[visit, LENGTH])
                # The last to be placed has to be the last of the units, when no other ends late enough.
                soonest = state.start[office] - rules[AFTER_HIGH]
                whole = layout.regions[region, UNITS_TO] - layout.regions[region, UNITS_FROM]
                if others == whole and end < soonest:
                    low = max(low, soonest - visits[visit, LENGTH])
    return low, high


@compiled
def first_fit(layout, state, visit, low, high, skip):
    """Give the first week from `low` to `high` in which a visit fits, or -1; skip one of `skip` that do,
    at random.
    """
    week = max(low, layout.visits[visit, FIRST])
    high = min(high, layout.visits[visit, LAST])
    while week <= high:
        after = next_week(layout, state, visit, week)
        if after == week:
            if skip == 0 or draw(state, skip) > 0:
                return week
            after = week + 1
        week = after
    return -1


@compiled
def last_fit(layout, state, visit, low, high):
    """Give the last week from `low` to `high` in which a visit fits, or -1."""
    week = min(high, layout.visits[visit, LAST])
    low = max(low, layout.visits[visit, FIRST])
    while week >= low:
        if next_week(layout, state, visit, week) == week:
            return week
        week -= 1
    return -1


@compiled
def best_fit(layout, state, visit, low, high):
    """Give the week from `low` to `high` in which a visit fits and costs least with what lures it, or -1."""
    best, best_week = np.int64(1) << 60, -1
    week = max(low, layout.visits[visit, FIRST])
    high = min(high, layout.visits[visit, LAST])
    while week <= high:
        own = layout.visits[visit, WEIGHT] * max(0, week - layout.visits[visit, TARGET])
        if own >= best:
            break
        value = own + ((state.lure[visit, week] * state.pull[0]) >> 4)
        after = week + 1
        if value < best:
            after = next_week(layout, state, visit, week)
            if after == week:
                best, best_week = value, week
                after = week + 1
        week = after
    return best_week


@compiled
def insert(layout, state, visit, skip):
    """Place a visit where it waits least, somewhere at random among the weeks that cost nothing; say
    whether it fits.
    """
    low, high = window(layout, state, visit)
    if state.pull[0] > 0:
        week = best_fit(layout, state, visit, low, high)
        if week < 0:
            return False
        place(layout, state, visit, week)
        return True
    free = min(high, layout.visits[visit, TARGET])
    if (free > low and layout.visits[visit, WEIGHT] > 0) or (
        layout.visits[visit, WEIGHT] == 0 and high > low
    ):
        if layout.visits[visit, WEIGHT] == 0:
            free = high
        how = draw(state, 4)
        week = -1
        if how == 0:
            week = last_fit(layout, state, visit, low, free)
        else:
            middle = low + draw(state, free - low + 1)
            week = first_fit(layout, state, visit, middle, free, 0)
            if week < 0:
                week = first_fit(layout, state, visit, low, middle - 1, 0)
        if week < 0:
            week = first_fit(layout, state, visit, max(low, free + 1), high, skip)
    else:
        week = first_fit(layout, state, visit, low, high, skip)
    if week < 0:
        return False
    place(layout, state, visit, week)
    return True
