"""Areas as the public sees them: regions, units, and the one national area, with the reports about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.parties.queries.units import (
    Service,
    UnitFacts,
    demand_unit,
    other_names,
    regions,
    register,
    search_units,
    services_in,
    unit,
    unit_row,
)
from oversight.parties.rules import Kind, Standing
from oversight.publication.queries.reports import (
    Inspection,
    count_about,
    latest_of_each_area,
    reports_about,
)
from oversight.publication.rules.directory import AreaDirectory, KnownArea, folded
from oversight.publication.rules.programmes import UnitType, programmes

#: Reports that an area's page draws; the register has the rest.
DRAWN: Final = 30


@dataclass(frozen=True)
class Area:
    """An area in a list.

    Attributes:
        code: Its code, part of its address.
        name: Its name now.
        short_name: Its abbreviation; empty for most units.
        unit_type: PDU, region or national.
        region_code: Code of its region; its own for a region.
        region_name: Name of that region.
        is_open: Whether it is open today.
        standing: The same in words.
        opened: ISO text of the partial date of opening; empty when not known.
        closed: ISO text of the partial date of closing; empty while open.
    """

    code: str
    name: str
    short_name: str
    unit_type: UnitType
    region_code: str
    region_name: str
    is_open: bool
    standing: str
    opened: str
    closed: str


@dataclass(frozen=True)
class RegionSummary:
    """A region with its units and what was last found.

    Attributes:
        area: The region.
        units: Its units, open ones first, then by name.
        open_units: How many are open today.
        reports: The newest report about the region itself under each programme, newest first.
    """

    area: Area
    units: tuple[Area, ...]
    open_units: int
    reports: tuple[Inspection, ...]

    @property
    def rated(self) -> Inspection | None:
        """The newest rated report about the region itself, or None."""
        return next((report for report in self.reports if report.said.overall), None)


@dataclass(frozen=True)
class AreaPage:
    """Everything the public sees of one area.

    Attributes:
        code: Its code.
        name: Its name now.
        unit_type: PDU, region or national.
        facts: What the register of parties says; None for the national area.
        reports: Reports about it, newest first, at most ``DRAWN``.
        report_count: How many there are.
        earlier: Reports about the units that it took over from.
        units: For a region, its units.
        latest: For a region, the newest reports about each of its units, by code.
        services: For a region, the Commissioned Rehabilitative Services in it.
    """

    code: str
    name: str
    unit_type: UnitType
    facts: UnitFacts | None
    reports: tuple[Inspection, ...]
    report_count: int
    earlier: tuple[Inspection, ...]
    units: tuple[Area, ...]
    latest: Mapping[str, tuple[Inspection, ...]]
    services: tuple[Service, ...]


def directory() -> AreaDirectory:
    """Return every area that a history file may name, with every name it may use: two queries."""
    names = other_names()
    known = [
        KnownArea(
            area.code,
            area.name,
            area.unit_type,
            area.region_code,
            area.region_name,
            names.get(area.code, ()) + ((area.short_name,) if area.short_name else ()),
        )
        for area in areas(today=date.max)
    ]
    national = programmes().national
    known.append(
        KnownArea(
            national.code, national.name, UnitType.NATIONAL, "", national.region, national.accepted_names
        )
    )
    return AreaDirectory(known)


def areas(*, today: date) -> tuple[Area, ...]:
    """Return every region and unit, closed ones too, by name: one query."""
    found = []
    for row in register(today=today):
        line = unit_row(row, on=today)
        kind = UnitType.REGION if line.party.kind == Kind.REGION else UnitType.PDU
        found.append(
            Area(
                code=line.party.code,
                name=line.party.name,
                short_name=row.short_name,
                unit_type=kind,
                region_code=_region_of(line.party),
                region_name=line.region_name,
                is_open=line.standing is not Standing.CLOSED,
                standing=line.standing_words,
                opened=line.opened,
                closed=line.closed,
            )
        )
    return tuple(found)


def regions_with_units(*, today: date) -> tuple[RegionSummary, ...]:
    """Return the regions by name, each with its units and its own newest reports: three queries."""
    listed = areas(today=today)
    newest = latest_of_each_area(unit_type=UnitType.REGION)
    return tuple(
        RegionSummary(
            area=region,
            units=(units := _units(listed, region.code)),
            open_units=sum(one.is_open for one in units),
            reports=newest.get(region.code, ()),
        )
        for region in listed
        if region.unit_type is UnitType.REGION
    )


def area_page(code: str, *, today: date) -> AreaPage:
    """Return everything the public sees of one area: at most 14 queries, however much there is.

    Raises:
        Refused: There is no such area.
    """
    national = programmes().national
    if code == national.code:
        return AreaPage(
            code=code,
            name=national.name,
            unit_type=UnitType.NATIONAL,
            facts=None,
            reports=reports_about([code], limit=DRAWN),
            report_count=count_about([code]),
            earlier=(),
            units=(),
            latest={},
            services=(),
        )
    ref = _unit(code)
    facts = unit(code, on=today)
    before = [link.party.code for link in facts.predecessors]
    is_region = ref.kind == Kind.REGION
    return AreaPage(
        code=code,
        name=ref.name,
        unit_type=UnitType.REGION if is_region else UnitType.PDU,
        facts=facts,
        reports=reports_about([code], limit=DRAWN),
        report_count=count_about([code]),
        earlier=reports_about(before, limit=DRAWN) if before else (),
        units=_units(areas(today=today), code) if is_region else (),
        latest=latest_of_each_area(unit_type=UnitType.PDU, region=code) if is_region else {},
        services=services_in(code) if is_region else (),
    )


def areas_named(text: str) -> tuple[PartyRef, ...]:
    """Return regions and units with these words in a name they have or had, open ones first: one query."""
    return search_units(text)


def is_national(text: str) -> bool:
    """Tell whether someone who searches for ``text`` may mean the national area."""
    return bool(folded(text)) and any(
        folded(text) in folded(name) for name in programmes().national.accepted_names
    )


def area_names() -> Mapping[str, str]:
    """Return the present name of every area by code, the national one included: one query."""
    national = programmes().national
    return {code: ref.name for code, ref in parties_by_code().items()} | {national.code: national.name}


def region_choices() -> list[tuple[str, str]]:
    """Return code and name of each region, by name: one query."""
    return [(ref.code, ref.name) for ref in regions()]


def _unit(code: str) -> PartyRef:
    try:
        return demand_unit(code)
    except Refused as refused:
        raise Refused(
            "not_found_area",
            f"There is no probation area with the code {code[:60]!r}.",
            refused.what_next
            if "Did you mean" in refused.what_next
            else "Choose one from the list of areas.",
        ) from refused


def _region_of(ref: PartyRef) -> str:
    *_above, region, own = ref.lineage.strip("/").split("/")
    return own if ref.kind == Kind.REGION else region


def _units(listed: tuple[Area, ...], region: str) -> tuple[Area, ...]:
    found = [one for one in listed if one.unit_type is UnitType.PDU and one.region_code == region]
    return tuple(sorted(found, key=lambda one: (not one.is_open, one.name)))
