# ruff: noqa: ANN001, ANN201, PLR0915, PLR0917 - the compiler finds the types, and takes arguments by position
# mypy: allow-untyped-defs, allow-untyped-decorators, allow-untyped-calls, disable-error-code="no-any-return"
"""Taking visits out of a plan that have something to do with one another, in compiled code."""

from __future__ import annotations

from oversight.programme.planner.kernels import compiled, draw, remove, window
from oversight.programme.planner.layout import (
    CORE,
    FIRST,
    LAST,
    LINK_FROM,
    LINK_TO,
    OFFERED_FROM,
    OFFERED_TO,
    OFFICE,
    REGION,
    REGIONS,
    SITE_FROM,
    UNITS_FROM,
    UNITS_TO,
    USE,
    USES,
    VISITS_FROM,
    VISITS_TO,
    WEEKS,
)


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
    """Draw a week in which a visit may start, if possible one that span and lags leave to it; -1 when
    none is.
    """
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
        if at < 0 or (layout.visits[other, CORE] >= 0 and core < 0):
            continue
        if abs(at - week) <= reach or layout.visits[other, SITE_FROM] == layout.visits[visit, SITE_FROM]:
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
