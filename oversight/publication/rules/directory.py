"""Which area a written name or code means, and which names come near when it means none (capability A1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from oversight.kernel.words import join_in_words
from oversight.publication.rules.programmes import UnitType

#: How alike two names must be, from 0 to 1, to be offered for one another.
NEARNESS: Final = 0.6
OFFERED: Final = 3


@dataclass(frozen=True, slots=True)
class KnownArea:
    """An area that a report can be about.

    Attributes:
        code: Its code in the register of parties, or that of the national area.
        name: Its name now.
        unit_type: PDU, region or national.
        region: Code of the region it lies in; its own code for a region, empty for the national area.
        region_name: Name of that region; for the national area what the history file writes instead.
        names: Every name a report may use for it: former ones, those of other lists, abbreviations.
    """

    code: str
    name: str
    unit_type: UnitType
    region: str
    region_name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why no area was found: the column at fault and what would be accepted."""

    column: str
    accepted: str


def folded(name: str) -> str:
    """Return ``name`` so that spellings that mean the same compare equal: case, ``&``, commas and spaces."""
    return " ".join(re.sub(r"[^\w]+", " ", name.casefold().replace("&", " and ")).split())


class AreaDirectory:
    """All areas a history file may name.

    Args:
        areas: Regions, PDUs (closed ones too) and the national area.
    """

    def __init__(self, areas: Iterable[KnownArea]) -> None:
        self.areas = tuple(areas)
        self._by_code = {area.code.casefold(): area for area in self.areas}
        self._by_name: dict[tuple[UnitType, str], list[KnownArea]] = {}
        self._regions: dict[str, str] = {}
        for area in self.areas:
            for name in {folded(name) for name in (area.name, *area.names)}:
                self._by_name.setdefault((area.unit_type, name), []).append(area)
            if area.unit_type is not UnitType.PDU:
                for name in filter(None, (area.region_name, area.region, *area.names)):
                    self._regions[folded(name)] = area.region
        self._found: dict[tuple[str, UnitType, str, str], KnownArea | Unknown] = {}

    def by_code(self, code: str) -> KnownArea | None:
        """Return the area with this code, or None."""
        return self._by_code.get(code.casefold())

    def find(self, *, unit: str, unit_type: UnitType, region: str, code: str) -> KnownArea | Unknown:
        """Return the one area that the four columns of a row mean together, or why there is none.

        Args:
            unit: The ``unit`` column: a present or former name.
            unit_type: The ``unit_type`` column, already read.
            region: The ``region`` column: name, abbreviation or code.
            code: The ``pdu_code`` column; may be empty.
        """
        key = (unit, unit_type, region, code)
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def _find(self, unit: str, unit_type: UnitType, region: str, code: str) -> KnownArea | Unknown:
        if unit_type is not UnitType.PDU and code:
            return Unknown("pdu_code", "Leave it empty: only a PDU has a PDU code.")
        if folded(region) not in self._regions:
            return Unknown("region", self._nearest_region(region))
        named = self._by_name.get((unit_type, folded(unit)), [])
        if code:
            coded = self._by_code.get(code.casefold())
            if coded is None or coded.unit_type is not unit_type:
                return Unknown(
                    "pdu_code", self._code_of(named) or "Use the code of a PDU, or leave it empty."
                )
            if coded not in named:
                names = join_in_words(sorted({coded.name, *coded.names}), "or")
                return Unknown("unit", f"{coded.code} is the code of {coded.name}. Use {names}.")
            named = [coded]
        if not named:
            return Unknown("unit", self._nearest_unit(unit, unit_type, region))
        here = [area for area in named if area.region == self._regions[folded(region)]]
        if not here:
            places = join_in_words(sorted({area.region_name for area in named}), "or")
            return Unknown("region", f"{unit} is in {places}.")
        if len(here) > 1:
            codes = join_in_words(sorted(area.code for area in here), "or")
            return Unknown("pdu_code", f"More than one PDU has this name. Give its code: {codes}.")
        return here[0]

    def _nearest_unit(self, unit: str, unit_type: UnitType, region: str) -> str:
        what = {UnitType.PDU: "PDU", UnitType.REGION: "region", UnitType.NATIONAL: "national area"}[unit_type]
        names = {name: areas[0].name for (kind, name), areas in self._by_name.items() if kind is unit_type}
        near = dict.fromkeys(
            names[name] for name in get_close_matches(folded(unit), names, OFFERED * 2, NEARNESS)
        )
        if near:
            return f"No {what} has this name. Nearest: {join_in_words(list(near)[:OFFERED], 'or')}."
        wanted = self._regions[folded(region)]
        here = [area.name for area in self.areas if area.unit_type is unit_type and area.region == wanted]
        return (
            f"No {what} has this name. Use {join_in_words(sorted(here), 'or')}."
            if here
            else f"No {what} has this name."
        )

    def _nearest_region(self, region: str) -> str:
        names = {folded(area.region_name): area.region_name for area in self.areas}
        near = [names[name] for name in get_close_matches(folded(region), names, OFFERED, NEARNESS)]
        return f"Use the name of a region. Nearest: {join_in_words(near or sorted(names.values()), 'or')}."

    def _code_of(self, named: list[KnownArea]) -> str:
        if not named:
            return ""
        return f"Use {join_in_words(sorted(area.code for area in named), 'or')}, or leave it empty."
