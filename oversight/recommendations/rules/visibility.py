"""Who sees a recommendation (H4, ¶24): those who made it, those it is for, and those who watch over all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """Someone who looks.

    Args:
        party: Code of the party they act for.
        above: Codes of all that this party belongs to, itself among them.
        over: Codes of the parties whose recommendations they may see; None for every party.
    """

    party: str
    above: Collection[str]
    over: Collection[str] | None


@dataclass(frozen=True)
class Concerned:
    """Whom a recommendation concerns: codes; ``unit`` is empty when it concerns no one unit."""

    maker: str
    addressee: str
    unit: str


def sees(viewer: Viewer, concerned: Concerned) -> bool:
    """Tell whether someone sees a recommendation.

    A unit also sees what was recommended about the region that it belongs to.
    """
    if viewer.over is None:
        return True
    if not viewer.over:
        return False
    return (
        concerned.maker == viewer.party
        or concerned.addressee in viewer.over
        or (bool(concerned.unit) and (concerned.unit in viewer.over or concerned.unit in viewer.above))
    )


def sees_all_about(viewer: Viewer, units: Collection[str]) -> bool:
    """Tell whether someone sees every recommendation about each of some units, whoever made it to whom."""
    if viewer.over is None:
        return True
    return bool(viewer.over) and {*units} <= {*viewer.over, *viewer.above}
