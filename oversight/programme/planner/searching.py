# ruff: noqa: ANN001, ANN201, PLR0915, PLR0917 - the compiler finds the types, and takes arguments by position
# mypy: allow-untyped-defs, allow-untyped-decorators, allow-untyped-calls, disable-error-code="no-any-return"
"""Improving a plan: take some visits out and put them back better (ruin and recreate), in compiled code."""

from __future__ import annotations

import math

import numpy as np

from oversight.programme.planner.kernels import (
    GRUDGE,
    best_fit,
    compiled,
    draw,
    empty,
    first_fit,
    insert,
    making,
    place,
    remove,
    window,
)
from oversight.programme.planner.layout import (
    CORE,
    FIRST,
    FREE,
    LAST,
    LENGTH,
    OFFERED_FROM,
    OFFERED_TO,
    OFFICE,
    OPTIONAL,
    SELECTION,
    SPAN,
    TARGET,
    THEMATIC,
    UNITS_FROM,
    UNITS_TO,
    USE,
    USES,
    WEEKS,
    WEIGHT,
    Layout,
)
from oversight.programme.planner.ordering import Order, search_order
from oversight.programme.planner.ruining import crowded, make_room, ruin, somewhere, take_out
from oversight.programme.planner.valuing import prepare_values


@compiled
def insert_region(layout, state, region, order, count, skip):
    """Place all unit inspections of a region, and its own, at the window that costs least; say whether they
    fit.

    For each week from which the window may open, the units are put one after another where they first fit.
    """
    office = layout.regions[region, OFFICE]
    opens, closes, slope = 0, layout.rules[WEEKS], 0
    for i in range(count):
        visit = order[i]
        slope += layout.visits[visit, WEIGHT]
        opens = max(opens, layout.visits[visit, FIRST] - layout.rules[SPAN])
        closes = min(closes, layout.visits[visit, LAST] + 1)
    opens = max(opens, 0)
    before = state.told[0]
    best, best_week = np.int64(1) << 60, -1
    stride = 1 + draw(state, 3)
    week = opens
    while week < closes:
        bound = 0
        for i in range(count):
            late = week - layout.visits[order[i], TARGET]
            if late > 0:
                bound += late * layout.visits[order[i], WEIGHT]
        if bound >= best:
            break
        put, earliest = 0, FREE
        for i in range(count):
            visit = order[i]
            low, high = window(layout, state, visit)
            at = first_fit(layout, state, visit, max(low, week), min(high, week + layout.rules[SPAN]), 0)
            if at < 0:
                break
            place(layout, state, visit, at)
            earliest = min(earliest, at)
            put += 1
        whole = put == count
        if whole:
            low, high = window(layout, state, office)
            at = first_fit(layout, state, office, low, high, 0)
            whole = at >= 0
            if whole:
                place(layout, state, office, at)
                if state.told[0] - before < best and (skip == 0 or best_week < 0 or draw(state, skip) > 0):
                    best, best_week = state.told[0] - before, week
                remove(layout, state, office)
        for i in range(put):
            remove(layout, state, order[i])
        week = max(week, earliest if whole else week) + stride
    if best_week < 0:
        return False
    for i in range(count):
        visit = order[i]
        low, high = window(layout, state, visit)
        at = first_fit(
            layout, state, visit, max(low, best_week), min(high, best_week + layout.rules[SPAN]), 0
        )
        place(layout, state, visit, at)
    low, high = window(layout, state, office)
    place(layout, state, office, first_fit(layout, state, office, low, high, 0))
    return True


@making
def lure_region(layout, state, region, order, count):
    """Place all unit inspections of a region, and its own, at the window that costs least with what lures
    them.

    Windows are tried in the order of what they cost at least, until none can be cheaper than the best.
    """
    office, weeks, span = layout.regions[region, OFFICE], layout.rules[WEEKS], layout.rules[SPAN]
    pull = state.pull[0]
    least = np.zeros(weeks, np.int64)
    for i in range(count):
        visit = order[i]
        first, last = layout.visits[visit, FIRST], layout.visits[visit, LAST]
        for week in range(weeks):
            some = np.int64(1) << 50
            if week % 4 == 0:
                for t in range(max(first, week), min(last, weeks - 1, week + span) + 1):
                    late = layout.visits[visit, WEIGHT] * max(0, t - layout.visits[visit, TARGET])
                    if late >= some:
                        break
                    some = min(some, late + ((state.lure[visit, t] * pull) >> 4))
            least[week] += some
    shift = draw(state, 4)
    tries = np.argsort(least)
    best, best_week, tried = np.int64(1) << 60, -1, 0
    found = np.empty(count + 1, np.int64)
    held = np.empty(count + 1, np.int64)
    for k in range(weeks):
        week = tries[k]
        if least[week] >= best or least[week] >= np.int64(1) << 50 or tried >= 24:
            break
        week += shift
        put, value = 0, np.int64(0)
        for i in range(count):
            visit = order[i]
            low, high = window(layout, state, visit)
            at = best_fit(layout, state, visit, max(low, week), min(high, week + span))
            if at < 0:
                break
            place(layout, state, visit, at)
            held[i] = at
            put += 1
            late = layout.visits[visit, WEIGHT] * max(0, at - layout.visits[visit, TARGET])
            value += late + ((state.lure[visit, at] * pull) >> 4)
        if put == count:
            tried += 1
            low, high = window(layout, state, office)
            at = best_fit(layout, state, office, low, high)
            if at >= 0:
                late = layout.visits[office, WEIGHT] * max(0, at - layout.visits[office, TARGET])
                value += late + ((state.lure[office, at] * pull) >> 4)
                if value < best:
                    best, best_week = value, week
                    held[count] = at
                    found[:] = held
        for i in range(put):
            remove(layout, state, order[i])
    if best_week < 0:
        return False
    for i in range(count):
        place(layout, state, order[i], found[i])
    place(layout, state, office, found[count])
    return True


@compiled
def sort_by(keys, names, count):
    """Sort names by their keys, in place; few enough for insertion."""
    for i in range(1, count):
        key, name = keys[i], names[i]
        j = i - 1
        while j >= 0 and keys[j] > key:
            keys[j + 1], names[j + 1] = keys[j], names[j]
            j -= 1
        keys[j + 1], names[j + 1] = key, name


@making
def offer_seats(layout, state, put, put_count, noise):
    """Fill empty seats of thematic inspections with the cheapest visits that fit; note which."""
    for thematic in range(len(layout.themes)):
        begins, ends = layout.themes[thematic, OFFERED_FROM], layout.themes[thematic, OFFERED_TO]
        if state.told[3 + thematic] <= 0:
            continue
        keys = np.empty(ends - begins, np.int64)
        for j in range(ends - begins):
            keys[j] = layout.visits[layout.lists[begins + j], SELECTION] * 8 + draw(state, 1 + noise)
        order = np.argsort(keys)
        for j in range(ends - begins):
            if state.told[3 + thematic] <= 0 or put_count >= len(put):
                break
            visit = layout.lists[begins + order[j]]
            if state.start[visit] < 0 and insert(layout, state, visit, 0):
                put[put_count] = visit
                put_count += 1
    return put_count


@compiled
def region_office(layout, visit):
    """Say whether a visit is a region's own inspection that follows those of its units."""
    region = layout.visits[visit, CORE]
    return region >= 0 and layout.regions[region, OFFICE] == visit


@compiled
def units_placed(layout, state, region):
    """Say whether all unit inspections of a region are placed."""
    for i in range(layout.regions[region, UNITS_FROM], layout.regions[region, UNITS_TO]):
        if state.start[layout.lists[i]] < 0:
            return False
    return True


@making
def recreate(layout, state, out, count, urgent, keys, names, skip):
    """Put visits back: whole regions first, then inspections, then all others, each where it waits least.

    Of the last `urgent` of them most are put back before all others, since they were left out before.
    """
    how = draw(state, 5)
    for i in range(count):
        visit = out[i]
        names[i] = visit
        noise = draw(state, 1000)
        if i >= count - urgent and noise < 800:
            keys[i] = -(np.int64(1) << 55) + noise
            continue
        if how == 0:
            keys[i] = noise
        elif how == 1:
            keys[i] = -layout.visits[visit, WEIGHT] * 1000 - noise * 4
        elif how == 2:
            keys[i] = (layout.visits[visit, TARGET] * 1000) + noise * 40
        elif how == 3:
            keys[i] = (layout.visits[visit, LAST] - layout.visits[visit, FIRST]) * 1000 + noise * 20
        else:
            longest = layout.visits[visit, LENGTH]
            for k in range(layout.visits[visit, USES]):
                longest = max(longest, layout.visits[visit, USE + 2 * k + 1])
            keys[i] = -(layout.visits[visit, WEIGHT] * 10000) // longest - noise * 2
        core = layout.visits[visit, CORE]
        if core >= 0:
            keys[i] -= np.int64(1) << 50
            if visit == layout.regions[core, OFFICE]:
                keys[i] += np.int64(1) << 49
    sort_by(keys, names, count)
    # Regions of which every unit is out are placed as a whole, in the order of their first unit.
    order = np.empty(count, np.int64)
    for i in range(count):
        visit = names[i]
        region = layout.visits[visit, CORE]
        if state.start[visit] >= 0:
            continue
        if region_office(layout, visit):
            if units_placed(layout, state, region):
                insert(layout, state, visit, skip)
            continue
        if region < 0:
            if not layout.visits[visit, OPTIONAL] or state.told[3 + layout.visits[visit, THEMATIC]] > 0:
                insert(layout, state, visit, skip)
            continue
        units = layout.regions[region, UNITS_TO] - layout.regions[region, UNITS_FROM]
        found = 0
        for j in range(i, count):
            other = names[j]
            if (
                layout.visits[other, CORE] == region
                and other != layout.regions[region, OFFICE]
                and state.start[other] < 0
            ):
                order[found] = other
                found += 1
        whole = found == units and state.start[layout.regions[region, OFFICE]] < 0 and found > 1
        if whole and state.pull[0] > 0:
            if lure_region(layout, state, region, order, found):
                continue
        elif whole and insert_region(layout, state, region, order, found, skip):
            continue
        insert(layout, state, visit, skip)
    # The rest, and then each region's own inspection, which looks at the last of its units.
    for again in range(2):
        for i in range(count):
            visit = names[i]
            office = region_office(layout, visit)
            if state.start[visit] < 0 and not layout.visits[visit, OPTIONAL] and office == (again == 1):
                insert(layout, state, visit, skip)


@compiled
def score(state, heavy):
    """Weigh cost, visits left out and empty seats together."""
    return state.told[0] + heavy * state.told[1] // GRUDGE + heavy * state.told[2]


@compiled
def note_lacking(state, visit, out, was, total):
    """Note a visit that has no place among those to be placed, once; give the new number of them."""
    if visit < 0 or state.start[visit] >= 0 or total >= len(out):
        return total
    for i in range(total):
        if out[i] == visit:
            return total
    out[total], was[total] = visit, -1
    return total + 1


@making
def anneal(layout, state, best, cell, iterations, hot, cold, heavy, scratch, whole, stop):
    """Take `iterations` steps of ruin and recreate; keep the best plan seen.

    A worse plan is kept with the usual probability at a temperature that falls from `hot` to `cold`. `cell`
    holds the
    score of the best plan and of the present one. A visit that is left out weighs `heavy`.
    """
    size = scratch
    out, was = np.empty(size, np.int64), np.empty(size, np.int64)
    put = np.empty(size, np.int64)
    keys, names = np.empty(size, np.int64), np.empty(size, np.int64)
    near = np.empty(whole, np.int64)
    visits = len(state.start)
    missing = np.empty(64, np.int64)
    now = score(state, heavy)
    changed = False
    for step in range(iterations):
        if stop[0]:
            break
        heat = hot * (cold / hot) ** (step / iterations)
        if state.told[1] > 0 or state.told[2] > 0:
            heat = max(heat, heavy / 20)
        count, lacking = 0, 0
        if state.told[1] > 0 and step % 2 == 0:
            begin = draw(state, visits)
            for j in range(visits):
                visit = (begin + j) % visits
                if state.start[visit] < 0 and not layout.visits[visit, OPTIONAL]:
                    if lacking < len(missing):
                        missing[lacking] = visit
                        lacking += 1
                    if lacking >= 4:
                        break
            if lacking:
                visit = missing[0]
                week = somewhere(layout, state, visit)
                if week >= 0:
                    if draw(state, 2):
                        count = make_room(layout, state, visit, week, out, was, count)
                    count = crowded(layout, state, visit, week, out, was, count)
                for i in range(lacking):
                    region = layout.visits[missing[i], CORE]
                    if region >= 0:
                        count = take_out(layout, state, layout.regions[region, OFFICE], out, was, count)
        elif state.told[2] > 0 and step % 2 == 0:
            thematic = draw(state, len(layout.themes))
            if state.told[3 + thematic] > 0:
                begins, ends = layout.themes[thematic, OFFERED_FROM], layout.themes[thematic, OFFERED_TO]
                if ends > begins:
                    visit = layout.lists[begins + draw(state, ends - begins)]
                    week = somewhere(layout, state, visit)
                    if state.start[visit] < 0 and week >= 0:
                        count = make_room(layout, state, visit, week, out, was, count)
        if count == 0:
            count = ruin(layout, state, out, was, near)
        if count == 0 and lacking == 0:
            continue
        # An own inspection that is no longer soon enough after the last of its units is moved too.
        tail = count
        for i in range(tail):
            region = layout.visits[out[i], CORE]
            if region >= 0:
                count = take_out(layout, state, layout.regions[region, OFFICE], out, was, count)
        total = count
        for i in range(lacking):
            total = note_lacking(state, missing[i], out, was, total)
        if state.told[1] > 0:
            # A region placed as a whole has its own inspection placed too, so that may have to be taken back.
            for i in range(tail):
                region = layout.visits[out[i], CORE]
                if region >= 0:
                    total = note_lacking(state, layout.regions[region, OFFICE], out, was, total)
        skip = 0 if draw(state, 3) == 0 else 4 + draw(state, 30)
        state.pull[0] = 0 if draw(state, 2) else 2 + draw(state, 24)
        recreate(layout, state, out, total, total - count, keys, names, skip)
        seats = 0
        if state.told[2] > 0:
            seats = offer_seats(layout, state, put, 0, 200)
        after = score(state, heavy)
        worse = after - now
        keep = worse <= 0
        if not keep and worse < 40 * heat:
            keep = draw(state, 1 << 30) < math.exp(-worse / heat) * (1 << 30)
        if keep:
            now = after
            changed = changed or worse != 0
            if now < cell[0]:
                cell[0] = now
                best[:] = state.start
        else:
            for i in range(seats):
                if state.start[put[i]] >= 0:
                    remove(layout, state, put[i])
            for i in range(total):
                if state.start[out[i]] >= 0:
                    remove(layout, state, out[i])
            for i in range(total):
                if was[i] >= 0:
                    place(layout, state, out[i], was[i])
            if lacking:
                state.grudge[missing[0]] += 1
                state.told[1] += 1
                now = score(state, heavy)
    cell[1] = now
    return now


@compiled
def put_all(layout, state, starts):
    """Place every visit of a plan that keeps the rules."""
    for visit in range(len(starts)):
        if starts[visit] >= 0:
            place(layout, state, visit, starts[visit])


def prepare(layout: Layout) -> None:
    """Have the search compiled, or read what was compiled before, for layouts of this kind."""
    state = empty(layout, 1)
    put_all(layout, state, np.full(0, -1, np.int32))
    none = np.zeros(0, np.int64)
    search_order(
        layout, state, Order(none, none, none, none, none, none, state.start.copy(), none), 0, 1.0, 1
    )
    prepare_values()
    anneal(
        layout, state, state.start.copy(), np.zeros(2, np.int64), 0, 1.0, 1.0, 1, 1, 1, np.zeros(1, np.uint8)
    )
