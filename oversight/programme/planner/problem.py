"""What is to be planned, as data: visits, teams, limits and rules (¶10(iv), ¶17, ¶18, ¶28)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from oversight.kernel.refusals import Refused

#: A plan: the start week of each visit, or None where it is left out.
Plan = Mapping[str, int | None]

CORE_UNIT: Final = "core_unit"
CORE_REGION: Final = "core_region"
AUDIT_FIRST: Final = "audit_first"
AUDIT_SECOND: Final = "audit_second"
AUDIT_FOLLOW_UP: Final = "audit_follow_up"
THEMATIC: Final = "thematic"


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules between visits; a rule that is None does not apply.

    Args:
        unit_inspections_span: Most weeks between first and last start of a region's core unit inspections.
        region_after_last_unit: Least and most weeks from the end of the last of them to the region's own.
        gap_same_unit: Free weeks between any two visits to one unit.
        gap_same_region_office: Free weeks between any two visits to one region's office.
        concurrent_visits_per_region: Visits that may be in progress in one region in one week.
        second_audit_after_first: Least and most weeks between the starts of two audits of one unit.
        follow_up_after_first_audit: Least and most weeks from the start of a first audit to its follow-up.
    """

    unit_inspections_span: int | None = None
    region_after_last_unit: tuple[int, int] | None = None
    gap_same_unit: int = 0
    gap_same_region_office: int = 0
    concurrent_visits_per_region: int | None = None
    second_audit_after_first: tuple[int, int] | None = None
    follow_up_after_first_audit: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its units, its limits of visit-days (weeks, days) and the weeks in which nobody visits it."""

    id: str
    units: tuple[str, ...]
    max_visit_days: tuple[tuple[int, int], ...] = ()
    blackout_weeks: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Thematic:
    """A thematic inspection: how many of the regions offered are visited, and the weeks in which it runs."""

    id: str
    regions: int
    window: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit; its start week is the only decision.

    Args:
        id: Name of the visit in the problem and the plan.
        kind: ``core_unit``, ``core_region``, ``audit_first``, ``audit_second``, ``audit_follow_up``,
            ``thematic``, or any other kind, which is then a visit that must be made and that no rule between
            kinds knows.
        agency: Whose visit it is; its weeks off are the agency's.
        region: Region visited.
        site: Unit visited, or the region when its office is.
        fieldwork_weeks: Weeks it takes.
        uses: Resource and weeks from the start in which one of it is in use.
        visit_days: Days counted against the region's limits, in the week of the start.
        earliest: First week it may start.
        latest: Last week it may start.
        weight: Cost of each week of waiting after the target.
        target: Week until which waiting costs nothing.
        thematic: Thematic inspection of which it is a part.
        selection_cost: Cost of choosing it, for a thematic visit.
        fixed: Week that is already announced; None when none is.
    """

    id: str
    kind: str
    agency: str
    region: str
    site: str
    fieldwork_weeks: int
    uses: tuple[tuple[str, int], ...] = ()
    visit_days: int = 0
    earliest: int = 0
    latest: int = 0
    weight: int = 0
    target: int = 0
    thematic: str | None = None
    selection_cost: int = 0
    fixed: int | None = None

    @property
    def optional(self) -> bool:
        """Whether a plan may leave it out: a thematic visit that is not announced."""
        return self.kind == THEMATIC and self.fixed is None

    @property
    def is_audit(self) -> bool:
        """Whether it is an audit of any kind."""
        return self.kind.startswith("audit")

    @property
    def selectable(self) -> bool:
        """Whether choosing it costs its selection cost: every kind but core inspections and audits."""
        return self.kind not in {CORE_UNIT, CORE_REGION} and not self.is_audit


@dataclass(frozen=True, slots=True)
class Problem:
    """A planning problem over weeks 0 to `weeks` - 1."""

    weeks: int
    announcement_lead: int
    rules: Rules
    capacity: Mapping[str, tuple[int, ...]]
    agency_blackout_weeks: Mapping[str, frozenset[int]]
    regions: tuple[Region, ...]
    thematics: tuple[Thematic, ...]
    visits: tuple[Visit, ...]

    def as_data(self) -> dict[str, Any]:
        """Give the problem as it is exchanged in JSON."""
        rules = self.rules
        return {
            "weeks": self.weeks,
            "announcement_lead": self.announcement_lead,
            "rules": {
                name: list(value) if isinstance(value, tuple) else value
                for name in Rules.__slots__
                if (value := getattr(rules, name)) is not None
            },
            "capacity": {name: list(weeks) for name, weeks in self.capacity.items()},
            "agency_blackout_weeks": {name: sorted(off) for name, off in self.agency_blackout_weeks.items()},
            "regions": [
                {
                    "id": one.id,
                    "units": list(one.units),
                    "max_visit_days": {str(width): days for width, days in one.max_visit_days},
                    "blackout_weeks": sorted(one.blackout_weeks),
                }
                for one in self.regions
            ],
            "thematics": [
                {"id": one.id, "regions": one.regions}
                | ({} if one.window is None else {"window": list(one.window)})
                for one in self.thematics
            ],
            "visits": [
                {name: getattr(one, name) for name in Visit.__slots__} | {"uses": dict(one.uses)}
                for one in self.visits
            ],
        }


def read(data: Any) -> Problem:
    """Read a problem as it is exchanged in JSON.

    Lists and limits that are missing are taken as empty, optional facts of a visit as absent.

    Args:
        data: The parsed JSON.

    Raises:
        Refused: If something is missing, has the wrong kind or names what is not there; it names the place.
    """
    top = _mapping(data, "the problem")
    weeks = _whole(_need(top, "weeks", ""), "weeks", least=1)
    capacity = {
        name: _weekly(numbers, f"capacity.{name}", weeks)
        for name, numbers in _mapping(top.get("capacity") or {}, "capacity").items()
    }
    agencies = {
        name: _week_set(off, f"agency_blackout_weeks.{name}")
        for name, off in _mapping(top.get("agency_blackout_weeks") or {}, "agency_blackout_weeks").items()
    }
    problem = Problem(
        weeks=weeks,
        announcement_lead=_whole(top.get("announcement_lead", 0), "announcement_lead", least=0),
        rules=_rules(_mapping(top.get("rules") or {}, "rules")),
        capacity=capacity,
        agency_blackout_weeks=agencies,
        regions=tuple(_region(one, where) for where, one in _places(top, "regions")),
        thematics=tuple(_thematic(one, where) for where, one in _places(top, "thematics")),
        visits=tuple(_visit(one, where) for where, one in _places(top, "visits")),
    )
    _check_names(problem)
    return problem


def _rules(data: Mapping[str, Any]) -> Rules:
    known = set(Rules.__slots__)
    if unknown := sorted(set(data) - known):
        raise _wrong(f"rules.{unknown[0]}", "is not a rule that the planner knows", f"Use {_listed(known)}.")

    def pair(name: str) -> tuple[int, int] | None:
        return None if data.get(name) is None else _pair(data[name], f"rules.{name}")

    def number(name: str) -> int | None:
        return None if data.get(name) is None else _whole(data[name], f"rules.{name}", least=0)

    return Rules(
        unit_inspections_span=number("unit_inspections_span"),
        region_after_last_unit=pair("region_after_last_unit"),
        gap_same_unit=number("gap_same_unit") or 0,
        gap_same_region_office=number("gap_same_region_office") or 0,
        concurrent_visits_per_region=number("concurrent_visits_per_region"),
        second_audit_after_first=pair("second_audit_after_first"),
        follow_up_after_first_audit=pair("follow_up_after_first_audit"),
    )


def _region(data: Any, where: str) -> Region:
    one = _mapping(data, where)
    limits = _mapping(one.get("max_visit_days") or {}, f"{where}.max_visit_days")
    widths = []
    for width, days in limits.items():
        place = f"{where}.max_visit_days.{width}"
        if not str(width).isdecimal() or int(width) < 1:
            raise _wrong(place, "is not a number of weeks", "Name each limit by its weeks, for example 26.")
        widths.append((int(width), _whole(days, place, least=0)))
    return Region(
        id=_text(_need(one, "id", where), f"{where}.id"),
        units=tuple(
            _text(unit, f"{where}.units[{at}]")
            for at, unit in enumerate(_list(one.get("units") or [], f"{where}.units"))
        ),
        max_visit_days=tuple(widths),
        blackout_weeks=_week_set(one.get("blackout_weeks") or [], f"{where}.blackout_weeks"),
    )


def _thematic(data: Any, where: str) -> Thematic:
    one = _mapping(data, where)
    return Thematic(
        id=_text(_need(one, "id", where), f"{where}.id"),
        regions=_whole(_need(one, "regions", where), f"{where}.regions", least=0),
        window=None if one.get("window") is None else _pair(one["window"], f"{where}.window"),
    )


def _visit(data: Any, where: str) -> Visit:
    one = _mapping(data, where)

    def whole(name: str, least: int | None = None, default: int | None = None) -> int:
        value = one.get(name, default) if default is not None else _need(one, name, where)
        return _whole(value, f"{where}.{name}", least=least)

    kind = _text(_need(one, "kind", where), f"{where}.kind")
    thematic = one.get("thematic")
    if kind == THEMATIC and thematic is None:
        raise _wrong(f"{where}.thematic", "is missing", "A thematic visit names its thematic inspection.")
    region = _text(_need(one, "region", where), f"{where}.region")
    return Visit(
        id=_text(_need(one, "id", where), f"{where}.id"),
        kind=kind,
        agency=_text(_need(one, "agency", where), f"{where}.agency"),
        region=region,
        site=_text(one.get("site", region), f"{where}.site"),
        fieldwork_weeks=whole("fieldwork_weeks", least=1),
        uses=tuple(
            (name, _whole(weeks, f"{where}.uses.{name}", least=0))
            for name, weeks in _mapping(one.get("uses") or {}, f"{where}.uses").items()
        ),
        visit_days=whole("visit_days", least=0, default=0),
        earliest=whole("earliest"),
        latest=whole("latest"),
        weight=whole("weight", least=0, default=0),
        target=whole("target", default=0),
        thematic=None if thematic is None else _text(thematic, f"{where}.thematic"),
        selection_cost=whole("selection_cost", default=0),
        fixed=None if one.get("fixed") is None else _whole(one["fixed"], f"{where}.fixed"),
    )


def _check_names(problem: Problem) -> None:
    """Check that names are given once and that what is named is there."""
    named: tuple[tuple[str, Sequence[Visit | Region | Thematic]], ...] = (
        ("visits", problem.visits),
        ("regions", problem.regions),
        ("thematics", problem.thematics),
    )
    for name, things in named:
        seen = set[str]()
        for at, one in enumerate(things):
            if one.id in seen:
                raise _wrong(f"{name}[{at}].id", f"{one.id!r} stands twice", "Give each its own name.")
            seen.add(one.id)
    regions = {one.id for one in problem.regions}
    thematics = {one.id for one in problem.thematics}
    for at, visit in enumerate(problem.visits):
        if visit.region not in regions:
            raise _wrong(f"visits[{at}].region", f"{visit.region!r} is not among the regions", "Name one.")
        if visit.kind == THEMATIC and visit.thematic not in thematics:
            raise _wrong(
                f"visits[{at}].thematic", f"{visit.thematic!r} is not among the thematics", "Name one."
            )
        for resource, _ in visit.uses:
            if resource not in problem.capacity:
                raise _wrong(
                    f"visits[{at}].uses.{resource}", "has no capacity", "Give its capacity for each week."
                )


def _places(top: Mapping[str, Any], name: str) -> Iterable[tuple[str, Any]]:
    return ((f"{name}[{at}]", one) for at, one in enumerate(_list(top.get(name) or [], name)))


def _need(data: Mapping[str, Any], name: str, where: str) -> Any:
    if name not in data:
        raise _wrong(f"{where}.{name}" if where else name, "is missing", "Add it.")
    return data[name]


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(where, "is not an object", "Give names and values.")
    return value


def _list(value: Any, where: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise _wrong(where, "is not a list", "Give a list.")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(where, "is not a name", "Give a text that is not empty.")
    return value


def _whole(value: Any, where: str, *, least: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(where, f"{value!r} is not a whole number", "Give a whole number.")
    if abs(value) > LARGEST:
        raise _wrong(where, f"{value} is too large", f"Stay within {LARGEST:,}.")
    if least is not None and value < least:
        raise _wrong(where, f"{value} is less than {least}", f"Give {least} or more.")
    return value


#: Largest number that is read, so that no sum of the search leaves 64 bits.
LARGEST: Final = 100_000_000


def _pair(value: Any, where: str) -> tuple[int, int]:
    numbers = _list(value, where)
    if len(numbers) != 2:
        raise _wrong(where, "is not a pair", "Give the least and the most.")
    low, high = (_whole(number, f"{where}[{at}]") for at, number in enumerate(numbers))
    return low, high


def _weekly(value: Any, where: str, weeks: int) -> tuple[int, ...]:
    numbers = _list(value, where)
    if len(numbers) < weeks:
        raise _wrong(where, f"has {len(numbers)} weeks of {weeks}", "Give a number for each week.")
    return tuple(_whole(number, f"{where}[{at}]", least=0) for at, number in enumerate(numbers))


def _week_set(value: Any, where: str) -> frozenset[int]:
    return frozenset(_whole(week, f"{where}[{at}]") for at, week in enumerate(_list(value, where)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _wrong(where: str, what: str, what_next: str) -> Refused:
    return Refused(
        "planning_problem", f"The planning problem cannot be read: {where} {what}.", what_next, field=where
    )
