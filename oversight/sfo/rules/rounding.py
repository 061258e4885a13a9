"""Turning chances into a sample: every chance kept, every total to the nearest whole numbers (¶19).

Each review has a chance of being drawn. Two reviews, or a ring of reviews and totals, exchange parts of
their chances by a fair toss until each review is drawn or not. A toss never changes any chance on average.
As every exchange goes round a ring, the number drawn in a region, in an offence group, in both together and
in the whole batch ends at one of the two whole numbers beside what its chances add up to.

This is controlled rounding: Cox, L. H. (1987), "A constructive procedure for unbiased controlled rounding",
Journal of the American Statistical Association 82(398), https://doi.org/10.1080/01621459.1987.10478456; the
exchange within a cell is the pivotal method of Deville and Tillé (1998),
https://doi.org/10.1093/biomet/85.1.89. All is done in whole numbers: a chance is a count of parts out of a
common number of parts.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass


class Tosses:
    """Fair tosses from a key: the bits of HMAC-SHA256 of a counter, as many as a toss needs, in order.

    Args:
        key: Secret bytes that decide every toss.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._counter = 0
        self._pool = 0
        self._held = 0

    def below(self, limit: int) -> int:
        """Give a whole number from 0 up to ``limit`` less 1, each equally likely.

        Raises:
            ValueError: ``limit`` is less than 1.
        """
        if limit < 1:
            msg = "A toss is among at least one number."
            raise ValueError(msg)
        bits = (limit - 1).bit_length()
        while True:
            while self._held < bits:
                self._pool = self._pool << 256 | int.from_bytes(self._block(), "big")
                self._held += 256
            self._held -= bits
            found = self._pool >> self._held
            self._pool &= (1 << self._held) - 1
            # Numbers from the limit on are thrown away, so that none is likelier than another.
            if found < limit:
                return found

    def _block(self) -> bytes:
        block = hmac.digest(self._key, b"toss\n%d" % self._counter, hashlib.sha256)
        self._counter += 1
        return block


@dataclass(frozen=True)
class Chance:
    """The chance of one review, with the two totals that it counts in.

    Args:
        row: Total of the first kind that it counts in, such as a region.
        column: Total of the second kind, such as an offence group.
        parts: Its chance, as a count of parts; from 0 to the common number of parts.
    """

    row: str
    column: str
    parts: int


@dataclass
class _Edge:
    """A flow between two nodes of which only the part beyond a whole number matters."""

    source: int
    target: int
    parts: int
    unit: int = -1


def rounded(chances: Sequence[Chance], whole: int, tosses: Tosses) -> tuple[bool, ...]:
    """Decide for each review whether it is drawn.

    Args:
        chances: The chance of each review. The order decides which toss concerns which review, so it must be
            one that nobody can choose.
        whole: Parts that make a certainty; at least 1.
        tosses: Where the tosses come from.

    Returns:
        Whether each is drawn, in the same order.

    Raises:
        ValueError: A chance is no count of parts from 0 to ``whole``.
    """
    if any(not 0 <= one.parts <= whole for one in chances):
        msg = f"A chance is a number of parts from 0 to {whole}."
        raise ValueError(msg)
    parts = [one.parts for one in chances]
    left: dict[tuple[str, str], int] = {}
    for unit, one in enumerate(chances):
        if not 0 < parts[unit] < whole:
            continue
        cell = (one.row, one.column)
        rival = left.pop(cell, None)
        if rival is None:
            left[cell] = unit
            continue
        _exchange(parts, rival, unit, whole, tosses)
        still = [each for each in (rival, unit) if 0 < parts[each] < whole]
        if still:
            left[cell] = still[0]
    edges = _circulation(chances, parts, sorted(left.values()), whole)
    _go_round(edges, whole, tosses)
    for edge in edges:
        if edge.unit >= 0:
            parts[edge.unit] = edge.parts
    return tuple(each == whole for each in parts)


def _exchange(parts: list[int], first: int, second: int, whole: int, tosses: Tosses) -> None:
    """Let two reviews of a cell exchange parts of their chances until one of them is decided."""
    both = parts[first] + parts[second]
    if both <= whole:
        wins = tosses.below(both) < parts[first]
        parts[first], parts[second] = (both, 0) if wins else (0, both)
    else:
        wins = tosses.below(2 * whole - both) < whole - parts[second]
        parts[first], parts[second] = (whole, both - whole) if wins else (both - whole, whole)


def _circulation(
    chances: Sequence[Chance], parts: Sequence[int], units: Sequence[int], whole: int
) -> list[_Edge]:
    """Lay the undecided reviews out as flows from rows to columns, closed by the totals."""
    rows = {name: 1 + at for at, name in enumerate(dict.fromkeys(chances[one].row for one in units))}
    first = 1 + len(rows)
    columns = {
        name: first + at for at, name in enumerate(dict.fromkeys(chances[one].column for one in units))
    }
    end = first + len(columns)
    edges = [_Edge(rows[chances[one].row], columns[chances[one].column], parts[one], one) for one in units]
    totals = dict.fromkeys((*rows.values(), *columns.values()), 0)
    for edge in edges:
        totals[edge.source] += edge.parts
        totals[edge.target] += edge.parts
    edges += [_Edge(0, node, totals[node] % whole) for node in rows.values()]
    edges += [_Edge(node, end, totals[node] % whole) for node in columns.values()]
    edges.append(_Edge(end, 0, sum(parts[one] for one in units) % whole))
    return edges


def _go_round(edges: Sequence[_Edge], whole: int, tosses: Tosses) -> None:
    """Shift flow round one ring of undecided edges after another until all of them are whole."""
    live: dict[int, dict[int, _Edge]] = {}
    for number, edge in enumerate(edges):
        if 0 < edge.parts < whole:
            live.setdefault(edge.source, {})[number] = edge
            live.setdefault(edge.target, {})[number] = edge
    start = next(iter(live), -1)
    path: list[tuple[int, int]] = []  # nodes, each with the edge taken out of it
    place: dict[int, int] = {}
    node = start
    while live:
        if node not in live:
            path, place, node = [], {}, next(iter(live))
        if node not in place:
            # What flows into a node flows out of it, so whoever comes to one by an undecided edge can leave
            # it by another.
            came = path[-1][1] if path else -1
            number = next(one for one in live[node] if one != came)
            place[node] = len(path)
            path.append((node, number))
            edge = edges[number]
            node = edge.target if edge.source == node else edge.source
            continue
        ring = path[place[node] :]
        path = path[: place[node]]
        for passed, _ in ring:
            del place[passed]
        _shift([(edges[number], edges[number].source == passed) for passed, number in ring], whole, tosses)
        for _, number in ring:
            edge = edges[number]
            if not 0 < edge.parts < whole:
                for end in (edge.source, edge.target):
                    del live[end][number]
                    if not live[end]:
                        del live[end]


def _shift(ring: Sequence[tuple[_Edge, bool]], whole: int, tosses: Tosses) -> None:
    """Shift flow round a ring, one way or the other, as far as the first edge that becomes whole."""
    onward = min(whole - edge.parts if along else edge.parts for edge, along in ring)
    back = min(edge.parts if along else whole - edge.parts for edge, along in ring)
    shift = onward if tosses.below(onward + back) < back else -back
    for edge, along in ring:
        edge.parts += shift if along else -shift
