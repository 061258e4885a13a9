"""Who sees what of an inspection, and from when (H4, ¶16, ¶18, ¶22, ¶33). The queries ask the same.

Until an inspection is announced it is known to the Inspectorate's planners alone. From then on the
Inspectorate, OSAG and data assurance know of it, the inspected know of their own, and a partner inspectorate
knows of those it takes part in. What inspectors judge stays with the Inspectorate; a partner sees of it what
a live share gives (¶33); the draft is seen by the others once it is sent for checking.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from oversight.inspections.rules.case import DRAFT_SENT


class Part(StrEnum):
    """A part of a case that someone may see or not.

    ``CASES`` (with their judgements), ``NOTES``, ``DATA`` and ``FILES`` are shared with partners one by one;
    ``EVIDENCE`` is what the Inspectorate makes of them, such as ratings and the working text of a report.
    """

    CASE = "case"
    INFORMATION = "information"
    CASES = "cases"
    NOTES = "notes"
    DATA = "data"
    FILES = "files"
    EVIDENCE = "evidence"
    DRAFT = "draft"


OWNER: Final = "hmip"
#: What a share can give to a partner inspectorate (¶33).
SHAREABLE: Final = frozenset({Part.CASES, Part.NOTES, Part.DATA, Part.FILES})
_NOTHING: Final[frozenset[Part]] = frozenset()


@dataclass(frozen=True)
class Viewer:
    """Someone who looks.

    Args:
        party: Code of the party they act for.
        lineage: Lineage of that party.
        sees: Whether their role lets them see inspections at all.
        sees_every: Whether it does so over every party.
        plans: Whether they plan inspections.
    """

    party: str
    lineage: str
    sees: bool
    sees_every: bool
    plans: bool


@dataclass(frozen=True)
class CaseFacts:
    """What decides who sees a case.

    Args:
        state: Where it stands; for a paused one, where it was paused.
        announced: Whether it was ever announced.
        lineages: Lineage of each unit inspected.
        partners: Codes of the partner inspectorates.
        shared: What live shares give to the party of the one who looks, when it is a partner.
    """

    state: str
    announced: bool
    lineages: Collection[str]
    partners: Collection[str]
    shared: Collection[Part] = ()


def is_inspected(party: str, lineage: str, lineages: Collection[str]) -> bool:
    """Tell whether a party is one of the units, belongs to one, or has one below it."""
    return any(f"/{party}/" in one or (bool(one) and lineage.startswith(one)) for one in lineages)


def visible_parts(viewer: Viewer, case: CaseFacts) -> frozenset[Part]:
    """Give the parts of a case that someone sees now."""
    if not viewer.sees or not viewer.party:
        return _NOTHING
    if not case.announced:
        return frozenset({Part.CASE, Part.INFORMATION}) if viewer.plans else _NOTHING
    if viewer.party == OWNER:
        return frozenset(Part)
    if viewer.party in case.partners:
        shared = SHAREABLE & frozenset(case.shared)
        return frozenset({Part.CASE, Part.INFORMATION, Part.DRAFT}) | shared
    if viewer.sees_every or is_inspected(viewer.party, viewer.lineage, case.lineages):
        known = frozenset({Part.CASE, Part.INFORMATION})
        return known | {Part.DRAFT} if case.state in DRAFT_SENT else known
    return _NOTHING
