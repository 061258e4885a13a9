"""Planning a problem much larger than a country in parts, by several workers side by side.

The parts come to a first plan one after another. While the prices are still being made each is improved from
there; then the order of its regions is searched. After that regions that are near one another in the plan are
taken out of it with the teams that they have and some of those that are free, improved, and put back. Each
part that is given out keeps within what it was given, so the parts together keep every rule at any time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

import numpy as np

from oversight.programme.planner.constructing import construct
from oversight.programme.planner.dividing import REGIONS, Division, Part
from oversight.programme.planner.layout import (
    CORE,
    OPTIONAL,
    SELECTION,
    TARGET,
    THEMATIC,
    WEIGHT,
    Layout,
    Small,
    Whole,
    lay_out,
)
from oversight.programme.planner.running import Run
from oversight.programme.planner.walking import HOT, ROUNDS, Walk

#: More regions than these are planned in parts.
MOST: Final = 20
#: Rounds for the first plan of a part; what it then lacks is made good over all of them, where there is more
#: room.
ROUNDS_FIRST: Final = 200
#: Share of the time by which each part has been planned by itself.
DEALT: Final = 0.6
#: The order of a part is searched so often anew, where each search has so many seconds.
SEARCHES: Final = 2
ENOUGH: Final = 8.0
#: How often each region is taken out and put back in the rest of the time, at which temperature that begins,
#: and the least seconds for it. Few long turns from a higher one gain more than many short ones.
TURNS: Final = 1
AGAIN: Final = 20.0
LEAST: Final = 1.0
#: A whole plan is checked and offered when that takes no more than so much of the time since it last was.
CHECKING: Final = 0.05
#: What a visit without a place weighs against a new order of a part, in mean weights of a visit times all
#: weeks.
LACKING: Final = 2.0
#: How many turns regions that lack a visit are ahead of the others.
HASTE: Final = 3
#: Draws of one giving out have nothing to do with those of the next.
SEEDS: Final = 7919

How = Literal["first", "order", "again"]


@dataclass(frozen=True, slots=True)
class _Given:
    """A part that a worker has.

    Args:
        part: The part.
        own: What it took of the teams when it was given out.
        seated: How many seats of each thematic inspection it had then.
        number: Number of this giving out, which seeds its draws.
        how: From a first plan, from a new order of its regions, or again from where it stands.
        amount: Seconds, or steps where they are counted.
    """

    part: Part
    own: Whole
    seated: Whole
    number: int
    how: How
    amount: float


class Dealing:
    """A large problem dealt out in parts.

    Args:
        run: The planning that it is part of.
        seed: Seed of all draws.
        workers: How many work side by side.
        priced: Share of the time after which the prices are likely to be good enough to search by.
    """

    def __init__(self, run: Run, seed: int, workers: int, priced: float) -> None:
        self.run, self.seed, self.workers, self.priced = run, seed, workers, priced
        self.random = Random(seed)  # noqa: S311 - a draw of plans, not of secrets
        self.division = Division(run.problem)
        self.waiting: list[Part] = []
        self.starts = run.starts.copy()
        self.taken = np.zeros_like(self.division.capacity)
        self.given: dict[int, _Given] = {}
        self.turns = [0] * len(self.division.groups)
        self.lock = threading.Lock()
        self.came_back = threading.Condition(self.lock)
        self.began = self.offered = self.again = 0.0
        self.number = self.handed = self.cost = self.short = 0
        self.checking = 0.0
        self.pricing = not run.counted

    def first(self, over: Callable[[], bool]) -> None:
        """Make a first plan of each part; put right over all of them what a part has no room for by itself.

        Args:
            over: Asked whether to give up.
        """
        run = self.run
        self.waiting = list(self.division.parts())
        for number, part in enumerate(self.waiting):
            self.starts[part.rows], _ = construct(
                lay_out(part.problem), self.seed + number, ROUNDS_FIRST, over
            )
        run.offer(self.starts, 0)
        if run.cost is None:
            run.starts, _ = construct(run.layout, self.seed, ROUNDS, over, self.starts)
            run.offer(run.starts, 0)

    def work(self, *, last: bool = False) -> None:
        """Take one part after another, until the time is over.

        Args:
            last: Whether this worker made the prices before, and tells how far planning has come.
        """
        run = self.run
        while not run.compiled.wait(0.05):
            if run.over():
                return
        with self.lock:
            if not self.began:
                self.turn_to_plan()
            self.pricing = self.pricing and not last
        while not run.over() and (given := self.give_out()) is not None:
            self._improve(given)
            self.offer()
            if last:
                run.say("search")

    def offer(self, *, end: bool = False) -> None:
        """Offer the plan as it is now, made whole where it lacks something; not too often before the end."""
        run, now = self.run, self.run.passed()
        with self.lock:
            rare = self.checking > CHECKING * (now - self.offered)
            if not self.began or (rare and not end):
                return
            self.offered, starts, cost, short = now, self.starts.copy(), self.cost, self.short
        if short and (run.cost is None or cost < run.cost):
            rounds = ROUNDS_FIRST * 10 if end else ROUNDS_FIRST
            starts, _ = construct(
                run.layout, self.seed, rounds, run.over if not end else lambda: False, starts
            )
            _, cost = self._value(run.layout.visits, starts, self._seats())
        run.offer(starts, cost)
        self.checking = run.passed() - now

    def turn_to_plan(self) -> None:
        """Begin to give parts out from the plan that there is."""
        run = self.run
        self.began = self.offered = run.passed()
        if not self.waiting:
            self.starts = run.starts.copy()
        self.taken = self.division.used(range(len(self.starts)), self.starts)
        self.short, self.cost = self._value(run.layout.visits, self.starts, self._seats())

    def give_out(self) -> _Given | None:
        """Give out a part: as it was dealt at first, later what is near one another in the plan."""
        run = self.run
        with self.lock:
            idle = [part for part in self.waiting if not self._busy(part.groups)]
            if idle and self.pricing and not run.priced.is_set():
                part = min(idle, key=lambda one: self.turns[one.groups[0]])
                soon = self.began + self.priced * (run.seconds - self.began) - run.passed()
                return self._give(self._as_dealt(part), "first", max(LEAST / 2, soon / len(self.waiting)))
            if idle:
                amount = self._left(DEALT) / len(self.waiting)
                self.waiting.remove(idle[0])
                return self._give(self._as_dealt(idle[0]), "order", amount)
            while not run.over() and all(self._busy([group]) for group in range(len(self.turns))):
                self.came_back.wait(0.1)
            left = self._left(1.0)
            if left <= 0:
                return None
            # So often that every region has its turns, as far as the time goes.
            self.again = self.again or left * REGIONS / (TURNS * len(self.turns))
            least = 1 if run.counted else LEAST
            return self._give(self._taken_out(), "again", max(least, self.again))

    def _busy(self, groups: Iterable[int]) -> bool:
        return any(not {*one.part.groups}.isdisjoint(groups) for one in self.given.values())

    def _left(self, until: float) -> float:
        """Give how many seconds of all workers, or steps, there are until a share of the time is over."""
        run = self.run
        if run.iterations is not None:
            return until * run.iterations - self.handed
        now, span = run.passed(), run.seconds - self.began
        ends = self.began + until * span
        # Who makes the prices comes late.
        late = max(now, self.began + 2 * self.priced * span) if self.pricing else now
        return max(0.0, (self.workers - 1) * (ends - now) + max(0.0, ends - late))

    def _taken_out(self) -> Part:
        """Take out regions that are near one another in the plan, or anywhere: first one least taken out."""
        division, layout = self.division, self.run.layout
        free = [group for group in range(len(self.turns)) if not self._busy([group])]
        when = {group: self._middle(group) for group in free}
        first = min(free, key=lambda group: (self.turns[group] - self._haste(group), self.random.random()))
        mean = float(np.mean([abs(one - when[first]) for one in when.values()]))

        def far(group: int) -> float:
            return (
                abs(when[group] - when[first])
                if self.random.random() < 0.5
                else 2 * mean * self.random.random()
            )

        size = max(1, min(REGIONS, len(self.turns) // self.workers))
        groups = [first, *sorted((one for one in free if one != first), key=far)[: size - 1]]
        rows = division.rows_of(groups)
        own, spare = division.used(rows, self.starts), self._spare()
        workers = max(1, self.workers - len(self.given))
        seated = self._seated(layout.visits[rows], self.starts[rows])
        offered = np.bincount(
            layout.visits[rows, THEMATIC][layout.visits[rows, THEMATIC] >= 0], minlength=len(seated)
        )
        seats = seated + np.clip(self._seats_left(), 0, offered - seated)
        return division.part(groups, own + -(-spare // workers), seats.tolist())

    def _as_dealt(self, part: Part) -> Part:
        """Give a part as it was dealt, as far as no other has taken of its share meanwhile.

        The first plan may have found room for some visits in the shares of other parts.
        """
        own = self.division.used(part.rows.tolist(), self.starts)
        seated = self._seated(self.run.layout.visits[part.rows], self.starts[part.rows])
        capacity = np.clip(part.capacity, own, own + self._spare())
        seats = np.clip(np.array(part.seats, np.int64), seated, seated + self._seats_left())
        return self.division.part(part.groups, capacity, seats.tolist())

    def _spare(self) -> Whole:
        """Give the teams that no visit takes and no worker may use, by kind and week."""
        held = sum((one.part.capacity - one.own for one in self.given.values()), np.zeros_like(self.taken))
        return np.maximum(self.division.capacity - self.taken - held, 0)

    def _seats_left(self) -> Whole:
        """Give the seats of each thematic inspection that no visit takes and no worker may fill."""
        seats = self._seats()
        promised = sum((one.part.seats - one.seated for one in self.given.values()), np.zeros_like(seats))
        return np.maximum(seats - self._seated(self.run.layout.visits, self.starts) - promised, 0)

    def _haste(self, group: int) -> int:
        rows = self.division.rows[group]
        lacks = (self.starts[rows] < 0) & (self.run.layout.visits[rows, OPTIONAL] == 0)
        return HASTE if lacks.any() else 0

    def _middle(self, group: int) -> float:
        """Give the mean week of the inspections of a group of regions, or of whatever it has."""
        rows = np.array(self.division.rows[group])
        core = rows[self.run.layout.visits[rows, CORE] >= 0]
        starts = self.starts[core if len(core) else rows]
        return float(starts[starts >= 0].mean()) if (starts >= 0).any() else 0.0

    def _give(self, part: Part, how: How, amount: float) -> _Given:
        self.number += 1
        own = self.division.used(part.rows.tolist(), self.starts)
        seated = self._seated(self.run.layout.visits[part.rows], self.starts[part.rows])
        given = _Given(part, own, seated, self.number, how, amount)
        self.given[given.number] = given
        self.handed += round(amount)
        for group in part.groups:
            self.turns[group] += 1
        return given

    def _improve(self, given: _Given) -> None:
        """Improve a part, and put it back when it is the better for it."""
        run, part = self.run, given.part
        layout = lay_out(part.problem)
        before = self.starts[part.rows]
        sub = Run(
            problem=part.problem,
            layout=layout,
            clock=run.clock,
            began=run.began,
            seconds=run.seconds if run.counted else run.passed() + given.amount,
            iterations=max(1, round(given.amount)) if run.counted else None,
            tell=None,
            stop=run.over,
            starts=before.copy(),
            lure=run.lure[part.rows],
        )
        if given.how != "order":
            # A new order is worth having even where it lacks something that others have room for.
            sub.offer(before, 0)
        walk = Walk(sub, self.seed + SEEDS * given.number)
        if given.how == "order":
            # Counted steps are few: they go into one search.
            often = 1 if run.counted else min(SEARCHES, max(1, int(given.amount / ENOUGH)))
            for number in range(often):
                walk.anew(number / often, (number + 1) / often)
        else:
            walk.improve(walk.first, AGAIN if given.how == "again" else HOT, 1.0)
        self._put_back(given, layout, walk.best)
        run.steps += sub.steps

    def _put_back(self, given: _Given, layout: Layout, starts: Small) -> None:
        rows, seats = given.part.rows, np.array(given.part.seats, np.int64)
        with self.came_back:
            del self.given[given.number]
            self.came_back.notify_all()
            was, now = (self._value(layout.visits, one, seats) for one in (self.starts[rows], starts))
            mean = float(layout.visits[:, WEIGHT].mean()) * self.run.problem.weeks
            lacks = int(LACKING * mean) if given.how == "order" else 1 << 40
            if now[0] * lacks + now[1] < was[0] * lacks + was[1]:
                self.starts[rows] = starts
                self.taken += self.division.used(rows.tolist(), self.starts) - given.own
                self.short, self.cost = self.short + now[0] - was[0], self.cost + now[1] - was[1]

    def _seats(self) -> Whole:
        return np.array([one.regions for one in self.run.problem.thematics], np.int64)

    def _seated(self, visits: Whole, starts: Small) -> Whole:
        """Count the seats of each thematic inspection that a plan takes."""
        placed = visits[(visits[:, THEMATIC] >= 0) & (starts >= 0), THEMATIC]
        return np.bincount(placed, minlength=len(self.run.problem.thematics)).astype(np.int64)

    def _value(self, visits: Whole, starts: Small, seats: Whole) -> tuple[int, int]:
        """Give how many visits and seats a plan lacks, and what it costs."""
        placed = starts >= 0
        lacking = int((~placed & (visits[:, OPTIONAL] == 0)).sum())
        lacking += int(np.maximum(seats - self._seated(visits, starts), 0).sum())
        late = np.maximum(starts - visits[:, TARGET], 0)
        return lacking, int((visits[:, WEIGHT] * late + visits[:, SELECTION])[placed].sum())
