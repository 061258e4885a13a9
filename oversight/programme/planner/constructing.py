"""A first plan that keeps every rule, without compiled code: weeks are bits of whole numbers.

Visits are placed one after another; one that finds no week takes the place of those in its way, which then
look for
another. What finds no place for long counts more and more (ejection with grudges).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

import numpy as np

from oversight.programme.planner.layout import (
    AFTER_HIGH,
    AFTER_LOW,
    CORE,
    DAYS,
    FIRST,
    GAP,
    LAST,
    LENGTH,
    LINK_FROM,
    LINK_TO,
    NEED,
    OFFERED_FROM,
    OFFERED_TO,
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
    VISITS_FROM,
    VISITS_TO,
    WEEKS,
    WEIGHT,
    WIDTH,
    WIDTHS,
    Layout,
    Small,
)

#: Visits more than the fewest left out so far, and rounds without better, after which to go back to the best.
ASTRAY: Final = 6
PATIENCE: Final = 400


class Construction:
    """A plan being made, with the weeks in which each thing is used up as bits."""

    def __init__(self, layout: Layout, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a draw of plans, not of secrets
        self.layout = layout
        rules = layout.rules.tolist()
        self.weeks, self.span = rules[WEEKS], rules[SPAN]
        self.after = (rules[AFTER_LOW], rules[AFTER_HIGH])
        self.resources, self.widths = rules[RESOURCES], rules[WIDTH : WIDTH + rules[WIDTHS]]
        self.once = self.resources
        self.limit = self.resources + rules[REGIONS]
        self.rows = layout.visits.tolist()
        self.regions = layout.regions.tolist()
        self.themes = layout.themes.tolist()
        self.lists = layout.lists.tolist()
        packed = np.packbits(layout.allowed, axis=1, bitorder="little")
        self.allowed = [int.from_bytes(row.tobytes(), "little") for row in packed]
        self.room = [row.tolist() for row in layout.room]
        self.full = [sum(1 << t for t, left in enumerate(row) if left < 1) for row in self.room]
        self.all = (1 << self.weeks) - 1
        self.start = [-1] * len(self.rows)
        self.need = [row[NEED] for row in self.themes]
        self.grudge = [1] * len(self.rows)
        self.left = {at: None for at, row in enumerate(self.rows) if not row[OPTIONAL]}
        self.users: list[list[dict[int, None]]] = [
            [{} for _ in range(self.weeks)] for _ in range(self.resources)
        ]
        self.offered = [
            sorted(self.lists[row[OFFERED_FROM] : row[OFFERED_TO]], key=lambda at: self.rows[at][SELECTION])
            for row in self.themes
        ]
        self.day_counts = {row[DAYS] for row in self.rows}
        self.crowded: dict[tuple[int, int], int] = {}

    def starts(self) -> Small:
        """Give the plan as an array of starts."""
        return np.array(self.start, np.int32)

    def short(self) -> int:
        """Count the visits that must be made and are left out, and the empty seats of thematic
        inspections.
        """
        empty: int = sum(max(0, need) for need in self.need)
        return len(self.left) + empty

    def change(self, at: int, week: int, sign: int) -> None:
        """Take what a visit needs from a week on (1) or give it back (-1)."""
        row = self.rows[at]
        for k in range(row[USES]):
            resource, length = row[USE + 2 * k], row[USE + 2 * k + 1]
            self._take(resource, week, length, sign)
            for users in self.users[resource][week : week + length]:
                if sign > 0:
                    users[at] = None
                else:
                    users.pop(at, None)
        self._take(self.once + row[REGION], week, row[LENGTH], sign)
        if row[DAYS]:
            first = self.limit + row[REGION] * len(self.widths)
            for number, width in enumerate(self.widths):
                line = self.room[first + number]
                for t in range(week, min(self.weeks, week + width)):
                    line[t] -= sign * row[DAYS]
            for days in self.day_counts:
                self.crowded.pop((row[REGION], days), None)
        if row[OPTIONAL]:
            self.need[row[THEMATIC]] -= sign
        elif sign > 0:
            self.left.pop(at, None)
        else:
            self.left[at] = None
        self.start[at] = week if sign > 0 else -1

    def _take(self, line: int, week: int, length: int, sign: int) -> None:
        room, full = self.room[line], self.full[line]
        for t in range(week, min(self.weeks, week + length)):
            room[t] -= sign
            full = full | 1 << t if room[t] < 1 else full & ~(1 << t)
        self.full[line] = full

    def remove(self, at: int) -> None:
        """Take a visit out."""
        self.change(at, self.start[at], -1)

    def burdened(self, region: int, days: int) -> int:
        """Weeks in which a visit of so many days would break a limit of its region."""
        key = (region, days)
        if key not in self.crowded:
            mask = 0
            for number, width in enumerate(self.widths):
                line = self.room[self.limit + region * len(self.widths) + number]
                over = 0
                for t, left in enumerate(line):
                    if left < days:
                        over |= 1 << t
                mask |= _back(over, width)
            self.crowded[key] = mask
        return self.crowded[key]

    def window(self, at: int) -> tuple[int, int]:
        """First and last week that span and lags leave."""
        row = self.rows[at]
        low, high = row[FIRST], row[LAST]
        for i in range(row[LINK_FROM], row[LINK_TO], 3):
            other, least, most = self.lists[i : i + 3]
            if self.start[other] >= 0:
                low, high = max(low, self.start[other] - most), min(high, self.start[other] - least)
        if row[CORE] >= 0:
            region = self.regions[row[CORE]]
            office = region[OFFICE]
            placed = [
                unit
                for unit in self.lists[region[UNITS_FROM] : region[UNITS_TO]]
                if unit != at and self.start[unit] >= 0
            ]
            if at == office:
                if placed:
                    end = max(self.start[unit] + self.rows[unit][LENGTH] for unit in placed)
                    low, high = max(low, end + self.after[0]), min(high, end + self.after[1])
            else:
                if placed:
                    low = max(low, max(self.start[unit] for unit in placed) - self.span)
                    high = min(high, min(self.start[unit] for unit in placed) + self.span)
                if self.start[office] >= 0:
                    high = min(high, self.start[office] - self.after[0] - row[LENGTH])
                    # The last to be placed has to be the last of the units, when no other ends late enough.
                    soonest = self.start[office] - self.after[1]
                    if len(placed) == region[UNITS_TO] - region[UNITS_FROM] - 1 and all(
                        self.start[unit] + self.rows[unit][LENGTH] < soonest for unit in placed
                    ):
                        low = max(low, soonest - row[LENGTH])
        return low, high

    def fits(self, at: int) -> int:
        """Weeks in which a visit fits, as bits."""
        row, mask = self.rows[at], self.allowed[at]
        low, high = self.window(at)
        if low > high:
            return 0
        mask &= ((1 << (high + 1)) - 1) >> low << low
        for k in range(row[USES]):
            mask &= ~_back(self.full[row[USE + 2 * k]], row[USE + 2 * k + 1])
        mask &= ~_back(self.full[self.once + row[REGION]], row[LENGTH])
        if row[DAYS]:
            mask &= ~self.burdened(row[REGION], row[DAYS])
        for other in self.lists[row[SITE_FROM] : row[SITE_TO]]:
            begin = self.start[other]
            if begin >= 0 and other != at:
                after = begin + self.rows[other][LENGTH] + row[GAP]
                before = max(0, begin - row[GAP] - row[LENGTH] + 1)
                mask &= ~(((1 << after) - 1) >> before << before)
        return mask

    def insert(self, at: int) -> bool:
        """Place a visit where it waits least; say whether it fits."""
        core = self.rows[at][CORE]
        if core >= 0 and at == self.regions[core][OFFICE]:
            region = self.regions[core]
            if any(self.start[unit] < 0 for unit in self.lists[region[UNITS_FROM] : region[UNITS_TO]]):
                return False
        mask = self.fits(at)
        if not mask:
            return False
        target = self.rows[at][TARGET]
        free = mask & ((1 << (target + 1)) - 1) if target >= 0 else 0
        if free and self.random.random() < 0.7:
            weeks = [t for t in range(free.bit_length()) if free >> t & 1]
            week = self.random.choice(weeks)
        elif free:
            week = free.bit_length() - 1
        else:
            week = (mask & -mask).bit_length() - 1
        self.change(at, week, 1)
        return True

    def insert_region(self, units: list[int], office: int) -> bool:
        """Place a whole region from the first week on in which all of it fits, with some luck one of the
        next.
        """
        order = sorted(
            units, key=lambda at: (self.rows[at][LAST], -self.rows[at][WEIGHT] * self.random.random())
        )
        week = max(0, max(self.rows[at][FIRST] for at in units) - self.span)
        while week < self.weeks:
            put = list[int]()
            for at in order:
                mask = self.fits(at) >> week << week & ((1 << min(self.weeks, week + self.span + 1)) - 1)
                if not mask:
                    break
                self.change(at, (mask & -mask).bit_length() - 1, 1)
                put.append(at)
            if len(put) == len(order) and self.insert(office):
                return True
            earliest = min((self.start[at] for at in put), default=week)
            for at in put:
                self.remove(at)
            week = max(week, earliest if len(put) == len(order) else week) + 1 + self.random.randrange(3)
        return False

    def put_back(self, visits: list[int]) -> None:
        """Place visits: regions of which everything is out as a whole, then each by itself."""
        random = self.random
        keys = {
            at: (-self.grudge[at], self.rows[at][LAST] - self.rows[at][FIRST], random.random())
            for at in visits
        }
        for at in sorted(visits, key=keys.__getitem__):
            row = self.rows[at]
            if self.start[at] >= 0 or row[OPTIONAL]:
                continue
            if row[CORE] >= 0:
                region = self.regions[row[CORE]]
                units, office = self.lists[region[UNITS_FROM] : region[UNITS_TO]], region[OFFICE]
                whole = all(self.start[unit] < 0 for unit in (*units, office))
                if whole and self.insert_region(units, office):
                    continue
            self.insert(at)
        for at in visits:
            if self.start[at] < 0 and not self.rows[at][OPTIONAL]:
                self.insert(at)
        self.fill_seats()

    def fill_seats(self) -> None:
        """Choose the cheapest visits that fit for the thematic inspections."""
        for number, offered in enumerate(self.offered):
            if self.need[number] > 0:
                for at in offered:
                    if self.need[number] > 0 and self.start[at] < 0:
                        self.insert(at)

    def begin(self, before: Small | None = None) -> None:
        """Place what is announced, then what fits as it was before, then everything else."""
        fixed = [at for at, row in enumerate(self.rows) if row[FIRST] == row[LAST]]
        for at in fixed:
            if self.fits(at) >> self.rows[at][FIRST] & 1:
                self.change(at, self.rows[at][FIRST], 1)
        if before is not None:
            # A region's own inspection looks at the last of its units.
            offices = {region[OFFICE] for region in self.regions}
            for at in sorted(range(len(before)), key=lambda at: at in offices):
                if before[at] >= 0 and self.start[at] < 0 and self._as_before(at, int(before[at])):
                    self.change(at, int(before[at]), 1)
        self.put_back([at for at in range(len(self.rows)) if self.start[at] < 0])

    def _as_before(self, at: int, week: int) -> bool:
        """Whether a visit fits in the week in which it was, all units of its region being placed for its
        own.
        """
        core = self.rows[at][CORE]
        if core >= 0 and at == self.regions[core][OFFICE]:
            region = self.regions[core]
            if any(self.start[unit] < 0 for unit in self.lists[region[UNITS_FROM] : region[UNITS_TO]]):
                return False
        if self.rows[at][OPTIONAL] and self.need[self.rows[at][THEMATIC]] <= 0:
            return False
        return bool(self.fits(at) >> week & 1)

    def again(self, starts: Small) -> Construction:
        """Go back to a plan, keeping the grudges halved and the draws going on."""
        other = Construction(self.layout, 0)
        other.random, other.grudge = self.random, [1 + grudge // 2 for grudge in self.grudge]
        for at in range(len(starts)):
            if starts[at] >= 0:
                other.change(at, int(starts[at]), 1)
        return other

    def improve(self) -> None:
        """Make room for one visit that is left out, or for one empty seat, and place again what had to go."""
        if self.left:
            at = self.random.choice(list(self.left))
        else:
            short = [number for number, need in enumerate(self.need) if need > 0]
            offered = [one for one in self.offered[self.random.choice(short)] if self.start[one] < 0]
            if not offered:
                return
            at = self.random.choice(offered)
        self.grudge[at] += 1
        row = self.rows[at]
        out = list[int]()
        core = row[CORE]
        if core >= 0:
            self._eject(self.regions[core][OFFICE], out)
            if self.random.random() < 0.4:
                self._eject_core(core, out)
        low, high = self.window(at)
        if low > high or self.random.random() < 0.1:
            low, high = row[FIRST], row[LAST]
        weeks = [t for t in range(low, high + 1) if self.allowed[at] >> t & 1]
        if not weeks:
            return
        week = min(
            (self._harm(at, self.random.choice(weeks)) for _ in range(3)), key=lambda one: (one[0], one[1])
        )[1]
        self._clear(at, week, out)
        if self.fits(at) >> week & 1:
            self.change(at, week, 1)
        self.put_back(out)

    def _harm(self, at: int, week: int) -> tuple[int, int]:
        """How much is short of what a visit would need in a week."""
        row, short = self.rows[at], 0
        for k in range(row[USES]):
            mask = ((1 << row[USE + 2 * k + 1]) - 1) << week
            short += (self.full[row[USE + 2 * k]] & mask & self.all).bit_count()
        return short, week

    def _eject(self, at: int, out: list[int]) -> None:
        if self.start[at] >= 0 and self.rows[at][FIRST] != self.rows[at][LAST]:
            self.remove(at)
            out.append(at)
            # Its region's own inspection follows the last of the units, so that it is placed anew as well.
            if self.rows[at][CORE] >= 0:
                self._eject(self.regions[self.rows[at][CORE]][OFFICE], out)

    def _eject_core(self, core: int, out: list[int]) -> None:
        region = self.regions[core]
        for unit in (*self.lists[region[UNITS_FROM] : region[UNITS_TO]], region[OFFICE]):
            self._eject(unit, out)

    def _clear(self, at: int, week: int, out: list[int]) -> None:
        """Take out what stands in the way of a visit in a week: links, span, gap, limits, and teams
        elsewhere.
        """
        row = self.rows[at]
        for i in range(row[LINK_FROM], row[LINK_TO], 3):
            other, least, most = self.lists[i : i + 3]
            if self.start[other] >= 0 and not least <= self.start[other] - week <= most:
                self._eject(other, out)
        if row[CORE] >= 0:
            region = self.regions[row[CORE]]
            for unit in self.lists[region[UNITS_FROM] : region[UNITS_TO]]:
                if self.start[unit] >= 0 and abs(self.start[unit] - week) > self.span:
                    self._eject(unit, out)
        for other in self.lists[row[SITE_FROM] : row[SITE_TO]]:
            begin = self.start[other]
            clear = begin + self.rows[other][LENGTH] + row[GAP]
            if begin >= 0 and begin < week + row[LENGTH] + row[GAP] and week < clear:
                self._eject(other, out)
        region = self.regions[row[REGION]]
        near = [
            other
            for other in self.lists[region[VISITS_FROM] : region[VISITS_TO]]
            if self.start[other] >= 0 and self.rows[other][FIRST] != self.rows[other][LAST]
        ]
        self.random.shuffle(near)
        near.sort(key=lambda other: self.grudge[other])
        reach = max(self.widths, default=0)
        for other in near:
            crowded = self.burdened(row[REGION], row[DAYS]) if row[DAYS] else 0
            crowded |= _back(self.full[self.once + row[REGION]], row[LENGTH])
            if not crowded >> week & 1:
                break
            if abs(self.start[other] - week) < reach:
                self._eject(other, out)
        for k in range(row[USES]):
            resource, length = row[USE + 2 * k], row[USE + 2 * k + 1]
            while self.full[resource] & ((1 << length) - 1) << week & self.all:
                over = self.full[resource] & ((1 << length) - 1) << week
                t = (over & -over).bit_length() - 1
                users = [
                    other
                    for other in self.users[resource][t]
                    if self.rows[other][FIRST] != self.rows[other][LAST]
                ]
                if not users:
                    break
                self.random.shuffle(users)
                other = min(users, key=lambda one: self.grudge[one])
                core = self.rows[other][CORE]
                if core >= 0 and core != row[CORE] and self.random.random() < 0.35:
                    self._eject_core(core, out)
                self._eject(other, out)


def construct(
    layout: Layout, seed: int, rounds: int, stop: Callable[[], bool], begin: Small | None = None
) -> tuple[Small, bool]:
    """Make a plan; give the starts with fewest visits left out, and whether it keeps every rule.

    Args:
        layout: What is to be planned.
        seed: Seed of the draws.
        rounds: How often room is made for a visit that is left out.
        stop: Asked between rounds whether to give up.
        begin: Starts to keep where they fit; -1 for visits that had none.
    """
    made = Construction(layout, seed)
    made.begin(begin)
    best, fewest = made.starts(), made.short()
    since = 0
    for _ in range(rounds):
        if fewest == 0 or stop():
            break
        made.improve()
        since += 1
        if (short := made.short()) < fewest:
            best, fewest, since = made.starts(), short, 0
        elif short > fewest + ASTRAY or since > PATIENCE:
            made, since = made.again(best), 0
    return best, fewest == 0


def _back(mask: int, width: int) -> int:
    """Weeks from which one of the next `width` weeks, the week itself included, is in the mask."""
    covered = 1
    while covered < width:
        step = min(covered, width - covered)
        mask |= mask >> step
        covered += step
    return mask if width > 0 else 0
