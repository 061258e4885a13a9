"""Improving a plan: take some visits out and put them back better (ruin and recreate), in compiled code."""

from __future__ import annotations

import math

import numpy as np

from oversight.programme.planner.kernels import (
    GRUDGE,
    compiled,
    draw,
    first_fit,
    insert,
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
    LINK_FROM,
    LINK_TO,
    OFFERED_FROM,
    OFFERED_TO,
    OFFICE,
    OPTIONAL,
    REGION,
    REGIONS,
    SELECTION,
    SITE_FROM,
    SPAN,
    TARGET,
    THEMATIC,
    UNITS_FROM,
    UNITS_TO,
    USE,
    USES,
    VISITS_FROM,
    VISITS_TO,
    WEEKS,
    WEIGHT,
)


@compiled
def insert_region(layout, state, region, order, count, skip):
    """Place all unit inspections of a region, and its own, at the window that costs least; say whether they fit.

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


@compiled
def take_out(layout, state, visit, out, was, count):
    """Take a visit out, if it is placed and not announced, and note where it was; give the new count."""
    if (
        state.start[visit] < 0
        or layout.visits[visit, FIRST] == layout.visits[visit, LAST]
        or count >= len(out)
    ):
        return count
    out[count], was[count] = visit, state.start[visit]
    remove(layout, state, visit)
    return count + 1


@compiled
def take_out_core(layout, state, region, out, was, count):
    """Take out all inspections of a region that are bound by span and lag."""
    for i in range(layout.regions[region, UNITS_FROM], layout.regions[region, UNITS_TO]):
        count = take_out(layout, state, layout.lists[i], out, was, count)
    if layout.regions[region, OFFICE] >= 0:
        count = take_out(layout, state, layout.regions[region, OFFICE], out, was, count)
    return count


@compiled
def middle_of(layout, state, region):
    """Give the mean start of a region's unit inspections, or -1."""
    total, number = 0, 0
    for i in range(layout.regions[region, UNITS_FROM], layout.regions[region, UNITS_TO]):
        at = state.start[layout.lists[i]]
        if at >= 0:
            total += at
            number += 1
    return total // number if number else -1


@compiled
def ruin(layout, state, out, was, near):
    """Take out some visits that have something to do with one another; give how many."""
    regions, count = layout.rules[REGIONS], 0
    region = draw(state, regions)
    how = draw(state, 100)
    # The regions that this step looks at: all of a small problem, some of a large one.
    seen = min(regions, len(near))
    if seen == regions:
        for i in range(seen):
            near[i] = i
    else:
        near[0] = region
        middle = middle_of(layout, state, region)
        for i in range(1, seen):
            near[i] = draw(state, regions)
            if i % 2:
                for _ in range(6):
                    other = draw(state, regions)
                    if abs(middle_of(layout, state, other) - middle) < abs(
                        middle_of(layout, state, near[i]) - middle
                    ):
                        near[i] = other
    if how < 30:
        # One, two or three regions, with some of their audits.
        number = 1 + draw(state, 3)
        for i in range(number):
            if i:
                region = near[draw(state, seen)]
            count = take_out_core(layout, state, region, out, was, count)
            share = draw(state, 3)
            if share and number < 3:
                for j in range(layout.regions[region, VISITS_FROM], layout.regions[region, VISITS_TO]):
                    visit = layout.lists[j]
                    if layout.visits[visit, CORE] < 0 and (share == 2 or draw(state, 2) == 0):
                        count = take_out(layout, state, visit, out, was, count)
    elif how < 65:
        # Inspections that start within some weeks, in all these regions or in some.
        low = draw(state, layout.rules[WEEKS])
        high = low + 3 + draw(state, 18)
        some = draw(state, 3)
        for i in range(seen):
            if some == 0 and draw(state, 2):
                continue
            one = near[i]
            for j in range(layout.regions[one, UNITS_FROM], layout.regions[one, UNITS_TO]):
                visit = layout.lists[j]
                if low <= state.start[visit] <= high:
                    count = take_out(layout, state, visit, out, was, count)
            office = layout.regions[one, OFFICE]
            if office >= 0 and low <= state.start[office] <= high + 6:
                count = take_out(layout, state, office, out, was, count)
    elif how < 78:
        # Other visits that start within some weeks.
        low = draw(state, layout.rules[WEEKS])
        high = low + 2 + draw(state, 12)
        for i in range(seen):
            one = near[i]
            for j in range(layout.regions[one, VISITS_FROM], layout.regions[one, VISITS_TO]):
                visit = layout.lists[j]
                if layout.visits[visit, CORE] < 0 and low <= state.start[visit] <= high:
                    count = take_out(layout, state, visit, out, was, count)
    elif how < 86:
        # All other visits to one region, or to some of its units.
        whole = draw(state, 3)
        for j in range(layout.regions[region, VISITS_FROM], layout.regions[region, VISITS_TO]):
            visit = layout.lists[j]
            if layout.visits[visit, CORE] < 0 and (whole == 0 or draw(state, 3) == 0):
                count = take_out(layout, state, visit, out, was, count)
    elif how < 93:
        # A few units of a few regions, whenever they are.
        for _ in range(2 + draw(state, 5)):
            one = near[draw(state, seen)]
            size = layout.regions[one, VISITS_TO] - layout.regions[one, VISITS_FROM]
            if size:
                visit = layout.lists[layout.regions[one, VISITS_FROM] + draw(state, size)]
                count = take_out(layout, state, visit, out, was, count)
    # Seats of one thematic inspection.
    elif len(layout.themes):
        thematic = draw(state, len(layout.themes))
        begins, ends = layout.themes[thematic, OFFERED_FROM], layout.themes[thematic, OFFERED_TO]
        if ends > begins:
            for _ in range(1 + draw(state, 4)):
                at = begins + draw(state, ends - begins)
                for j in range(min(ends - begins, 40)):
                    visit = layout.lists[begins + (at - begins + j) % (ends - begins)]
                    if state.start[visit] >= 0:
                        count = take_out(layout, state, visit, out, was, count)
                        break
    return count


@compiled
def somewhere(layout, state, visit):
    """Draw a week in which a visit may start, if possible one that span and lags leave to it; -1 when none is."""
    low, high = window(layout, state, visit)
    if low > high or draw(state, 8) == 0:
        low, high = layout.visits[visit, FIRST], layout.visits[visit, LAST]
    if low > high:
        return -1
    for _ in range(20):
        week = low + draw(state, high - low + 1)
        if layout.allowed[visit, week]:
            return week
    return -1


@compiled
def make_room(layout, state, visit, week, out, was, count):
    """Take out what stands in the way of a visit in its region, around a week."""
    region, core = layout.visits[visit, REGION], layout.visits[visit, CORE]
    if core >= 0 and draw(state, 3):
        count = take_out_core(layout, state, core, out, was, count)
    reach = 4 + draw(state, 20)
    for j in range(layout.regions[region, VISITS_FROM], layout.regions[region, VISITS_TO]):
        other = layout.lists[j]
        at = state.start[other]
        if at >= 0 and (
            abs(at - week) <= reach or layout.visits[other, SITE_FROM] == layout.visits[visit, SITE_FROM]
        ):
            if layout.visits[other, CORE] < 0 or core >= 0:
                count = take_out(layout, state, other, out, was, count)
    for i in range(layout.visits[visit, LINK_FROM], layout.visits[visit, LINK_TO], 3):
        count = take_out(layout, state, layout.lists[i], out, was, count)
    return count


@compiled
def crowded(layout, state, visit, week, out, was, count):
    """Take out visits of other regions that use up the teams a visit would need in some week."""
    for k in range(layout.visits[visit, USES]):
        resource = layout.visits[visit, USE + 2 * k]
        for t in range(week, min(layout.rules[WEEKS], week + layout.visits[visit, USE + 2 * k + 1])):
            tries = 0
            while state.room[resource, t] < 1 and tries < 4:
                tries += 1
                begin = draw(state, len(state.start))
                for j in range(len(state.start)):
                    other = (begin + j) % len(state.start)
                    at = state.start[other]
                    if at < 0 or at > t or layout.visits[other, FIRST] == layout.visits[other, LAST]:
                        continue
                    hit = False
                    for m in range(layout.visits[other, USES]):
                        if layout.visits[other, USE + 2 * m] == resource:
                            hit = hit or at + layout.visits[other, USE + 2 * m + 1] > t
                    if hit:
                        if layout.visits[other, CORE] >= 0 and draw(state, 2):
                            count = take_out_core(layout, state, layout.visits[other, CORE], out, was, count)
                        else:
                            count = take_out(layout, state, other, out, was, count)
                        break
    return count


@compiled
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


@compiled
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
        if found == units and state.start[layout.regions[region, OFFICE]] < 0 and found > 1:
            if insert_region(layout, state, region, order, found, skip):
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
def anneal(layout, state, best, cell, iterations, hot, cold, heavy, scratch, whole, stop):
    """Take `iterations` steps of ruin and recreate; keep the best plan seen.

    A worse plan is kept with the usual probability at a temperature that falls from `hot` to `cold`. `cell` holds the
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
            if total < size and state.start[missing[i]] < 0:
                out[total], was[total] = missing[i], -1
                total += 1
        skip = 0 if draw(state, 3) == 0 else 4 + draw(state, 30)
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
            if lacking:
                state.grudge[missing[0]] += 1
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
