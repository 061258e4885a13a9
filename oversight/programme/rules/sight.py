"""Who knows of a visit, and from when (H4, ¶16, ¶28). The queries ask the same of the tables.

A visit is entered in the timetable by its keeper, usually the body whose visit it is. Until it is shared or
announced it is known to the keeper's planners alone: no page, count, search, file, feed, clash or burden for
anyone else may depend on it more closely than ``blurred`` allows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oversight.programme.rules.visits import Span

#: Monday on which the first block begins.
_EPOCH: Final = date(2018, 1, 1)


@dataclass(frozen=True)
class Viewer:
    """Someone who looks.

    Args:
        party: Code of the party they act for.
        above: Codes of the regions and units that this party belongs to, itself among them.
        sees: Codes of the parties whose announced visits they see; None for every party.
        plans: Codes of the parties whose visits they plan.
        exchanges: Whether they see what another body shared with planners (¶28).
    """

    party: str
    above: Collection[str]
    sees: Collection[str] | None
    plans: Collection[str]
    exchanges: bool


@dataclass(frozen=True)
class VisitKnown:
    """What decides who knows of a visit.

    Args:
        keeper: Code of the party that keeps it in the timetable.
        owner: Code of the party whose visit it is.
        place: Code of the region or unit visited, or of the body that answers for what is.
        lineage: Lineage of the place.
        shared: Whether it was shared with planners.
        announced: Whether it was announced.
        region: Code of the region that it concerns, where its place is outside the register.
    """

    keeper: str
    owner: str
    place: str
    lineage: str
    shared: bool
    announced: bool
    region: str = ""


def knows(viewer: Viewer, visit: VisitKnown) -> bool:
    """Tell whether someone knows of a visit and its days."""
    if visit.keeper in viewer.plans:
        return True
    if visit.shared and viewer.exchanges:
        return True
    if not visit.announced:
        return False
    if viewer.sees is None:
        return True
    if not viewer.sees:
        return False
    below = any(code in viewer.sees for code in (*visit.lineage.split("/"), visit.region) if code)
    return viewer.party in {visit.owner, visit.keeper} or below or visit.place in viewer.above


def blurred(span: Span, block_weeks: int) -> Span:
    """Give the whole blocks of weeks in which a visit lies, counted from one fixed day for every visit.

    Another body is told of an unannounced visit by its blocks alone, so nothing that it is told, and no
    attempt to book around it, says more about the days.

    Args:
        span: The days of the visit.
        block_weeks: Weeks in a block.
    """
    size = 7 * block_weeks
    start = _EPOCH + timedelta(days=(span.first - _EPOCH).days // size * size)
    end = _EPOCH + timedelta(days=((span.last - _EPOCH).days // size + 1) * size - 1)
    return Span(start, end)
