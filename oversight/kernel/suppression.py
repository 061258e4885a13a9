"""Small numbers hidden so that nobody can work them out (¶32). How small is in ``data/suppression.yaml``.

A number below the least is hidden (primary suppression). Where a hidden number could be worked out from the
totals, given that no number is below nought, others are hidden too (secondary suppression), as few as can be
in each place. Numbers and totals are arcs between rows and columns: a hidden number can be worked out exactly
when no circle of hidden ones runs through it along which one more here means one less there.
After D. Gusfield, A graph theoretic approach to statistical data security, https://doi.org/10.1137/0217034.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from oversight.kernel.data_files import read_yaml

Cell = tuple[int, int]
_Node = tuple[str, int]
_DATA = files("oversight.kernel").joinpath("data")
#: Hiding a total costs more than hiding every number of the largest table.
_TOTAL_COST: Final = 10**9
_CELL_COST: Final = 10**4


@dataclass(frozen=True)
class SuppressionRule:
    """How small a number is hidden.

    Attributes:
        least: Least number of people or cases that is shown.
        shows_nought: Whether nought is shown.
        force: How firmly the rule is put.
        unverified: What a page says beside it while no published source confirms it; empty when one does.
    """

    least: int
    shows_nought: bool
    force: str
    unverified: str

    def hides(self, number: int) -> bool:
        """Tell whether a number is too small to be shown."""
        return number < self.least and not (number == 0 and self.shows_nought)


@dataclass(frozen=True)
class Counts:
    """A table of whole numbers, with what of it are totals.

    Attributes:
        cells: Its numbers, row by row, every row as long as the others; totals included.
        total_row: Whether the last row adds up the others.
        total_column: Whether the last column adds up the others.
    """

    cells: tuple[tuple[int, ...], ...]
    total_row: bool
    total_column: bool

    @property
    def places(self) -> Iterator[Cell]:
        """Every place, row by row."""
        return ((row, column) for row, cells in enumerate(self.cells) for column in range(len(cells)))

    def faults(self) -> tuple[Cell, ...]:
        """Give the totals that do not add up."""
        wrong: list[Cell] = []
        inner = self.cells[:-1] if self.total_row else self.cells
        if self.total_column:
            wrong += [
                (place, len(cells) - 1)
                for place, cells in enumerate(self.cells)
                if sum(cells[:-1]) != cells[-1]
            ]
        if self.total_row:
            wrong += [
                (len(self.cells) - 1, column)
                for column, total in enumerate(self.cells[-1])
                if sum(cells[column] for cells in inner) != total
            ]
        return tuple(dict.fromkeys(wrong))


def hidden(counts: Counts, rule: SuppressionRule) -> frozenset[Cell]:
    """Give the places to hide, so that no number there can be worked out from what is shown.

    Args:
        counts: The table; its totals add up.
        rule: How small a number is hidden.
    """
    chosen = {place for place in counts.places if rule.hides(counts.cells[place[0]][place[1]])}
    for place in sorted(chosen):
        # Hiding more frees what is hidden and never the other way round, so one round is enough.
        if not _varies(counts, place, chosen):
            chosen |= set(_cheapest_circle(counts, place, chosen))
    return frozenset(chosen)


def derivable(counts: Counts, concealed: Collection[Cell]) -> frozenset[Cell]:
    """Give the hidden places whose number anybody can work out."""
    return frozenset(place for place in concealed if not _varies(counts, place, concealed))


def _ends(counts: Counts, place: Cell) -> tuple[_Node, _Node]:
    """Give where the arc of one more in a place begins and ends.

    Every row and column is a point that has to stay in balance; columns without a total are one point that
    need not, and so are rows. A total runs against the numbers that it adds up.
    """
    row, column = place
    from_row: _Node = ("row", row) if counts.total_column else ("rows", 0)
    to_column: _Node = ("column", column) if counts.total_row else ("columns", 0)
    is_total_row = counts.total_row and row == len(counts.cells) - 1
    is_total_column = counts.total_column and column == len(counts.cells[0]) - 1
    return (to_column, from_row) if is_total_row != is_total_column else (from_row, to_column)


def _varies(counts: Counts, place: Cell, concealed: Collection[Cell]) -> bool:
    """Tell whether a hidden number could be another one for all that is shown."""
    if not (counts.total_row or counts.total_column):
        return True
    return _circle(counts, place, {one: 0 for one in concealed if one != place}) is not None


def _cheapest_circle(counts: Counts, place: Cell, concealed: Collection[Cell]) -> tuple[Cell, ...]:
    costs = {}
    for one in counts.places:
        if one == place:
            continue
        row, column = one
        total = (counts.total_row and row == len(counts.cells) - 1) or (
            counts.total_column and column == len(counts.cells[0]) - 1
        )
        small = min(counts.cells[row][column], _CELL_COST - 1)
        costs[one] = 0 if one in concealed else _TOTAL_COST if total else _CELL_COST + small
    found = _circle(counts, place, costs)
    # Everything hidden, one more here is one more in each of its totals: there is always a circle.
    assert found is not None
    return found


def _circle(counts: Counts, place: Cell, costs: Mapping[Cell, int]) -> tuple[Cell, ...] | None:
    """Give the other places of the cheapest circle through a place, of those with a cost; None for none."""
    arcs: dict[_Node, list[tuple[_Node, int, Cell]]] = {}
    for one, cost in costs.items():
        start, end = _ends(counts, one)
        arcs.setdefault(start, []).append((end, cost, one))
        if counts.cells[one[0]][one[1]] >= 1:
            arcs.setdefault(end, []).append((start, cost, one))
    start, end = _ends(counts, place)
    more = _path(arcs, end, start)
    less = _path(arcs, start, end) if counts.cells[place[0]][place[1]] >= 1 else None
    found = min((one for one in (more, less) if one is not None), key=lambda one: one[0], default=None)
    return None if found is None else found[1]


def _path(
    arcs: Mapping[_Node, list[tuple[_Node, int, Cell]]], start: _Node, end: _Node
) -> tuple[int, tuple[Cell, ...]] | None:
    """Give the cost and the places of the cheapest way (Dijkstra)."""
    waiting: list[tuple[int, _Node, tuple[Cell, ...]]] = [(0, start, ())]
    done: set[_Node] = set()
    while waiting:
        cost, node, way = heapq.heappop(waiting)
        if node == end:
            return cost, way
        if node in done:
            continue
        done.add(node)
        for target, more, place in arcs.get(node, ()):
            if target not in done:
                heapq.heappush(waiting, (cost + more, target, (*way, place)))
    return None


@cache
def suppression_rule() -> SuppressionRule:
    """Give the rule in use."""
    schema = yaml.safe_load(_DATA.joinpath("suppression-schema.yaml").read_text(encoding="utf-8"))
    text = _DATA.joinpath("suppression.yaml").read_text(encoding="utf-8")
    data = read_yaml(text, "suppression.yaml", schema).data
    return SuppressionRule(data["least"], data["shows_nought"], data["force"], data.get("unverified", ""))
