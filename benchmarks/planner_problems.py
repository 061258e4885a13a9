"""Planning problems made from a seed, like the country's: regions, units, teams, announced visits, closed
weeks.

``python -m benchmarks.planner_problems SEED [SCALE]`` prints one as JSON. Every figure is an assumption;
``variant``
makes some of the problems tighter in one respect than the others, so that the planner is not tuned to one
kind.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

WEEKS = 208
LEAD = 12
KINDS = ("plain", "few_writers", "tight_span", "long_closures", "many_announced", "low_burden")


def make(seed: int, scale: int = 1, variant: str | None = None) -> dict[str, Any]:
    """Make a problem of `scale` times 108 units."""
    draw = random.Random(seed * 7919 + scale)
    variant = variant or KINDS[seed % len(KINDS)]
    sizes = sizes_of(draw, 12 * scale, 108 * scale)
    hmip = closed_weeks(draw)
    osag = sorted(
        {*hmip[::2], *(week for year in range(4) for week in (31 + 52 * year, 32 + 52 * year))}
        & set(range(WEEKS))
    )
    regions, visits = [], []
    windows = [(start := 15 + 33 * number + draw.randrange(-3, 4), start + 10) for number in range(6)]
    unit = 0
    for at, size in enumerate(sizes):
        burden = (14 if variant == "low_burden" else 15) * size + 10
        units = [f"u{unit + number}" for number in range(size)]
        unit += size
        regions.append(
            {
                "id": f"r{at}",
                "units": units,
                "max_visit_days": {"26": int(burden * 0.74), "52": burden},
                "blackout_weeks": region_closed(draw, variant),
            }
        )
        for name in units:
            visits += of_unit(draw, f"r{at}", name)
        visits.append(
            visit("core_region", "hmip", f"r{at}", f"r{at}", weight=6, writers=draw.randrange(10, 13))
        )
        visits += [
            visit("thematic", "thematic", f"r{at}", f"r{at}", earliest=low, latest=high,
                  thematic=f"th{number}", selection_cost=draw.randrange(40, 80))
            for number, (low, high) in enumerate(windows)
        ]  # fmt: skip
    for number, one in enumerate(visits):
        one["id"] = f"v{number}"
    started = [min(8 * scale, (4 * scale) + scale * week // 2) for week in range(WEEKS)]
    if variant == "few_writers":
        started = [number - scale if week % 4 == 0 else number for week, number in enumerate(started)]
    summer = {30 + 52 * year + week for year in range(4) for week in range(1, 5)}
    teams = [(2 if week in summer else 3) * scale for week in range(WEEKS)]
    problem = {
        "weeks": WEEKS,
        "announcement_lead": LEAD,
        "rules": {
            "unit_inspections_span": 26 if variant == "tight_span" else 30,
            "region_after_last_unit": [3, 12],
            "gap_same_unit": 8,
            "gap_same_region_office": 6,
            "concurrent_visits_per_region": 2,
            "second_audit_after_first": [60, 130],
            "follow_up_after_first_audit": [20, 36],
        },
        "capacity": {
            "field_teams": teams,
            "report_writers": started,
            "audit_teams": teams,
            "thematic_teams": [2 * scale] * WEEKS,
        },
        "agency_blackout_weeks": {"hmip": hmip, "osag": osag, "thematic": hmip},
        "regions": regions,
        "thematics": [
            {"id": f"th{number}", "regions": 5 * scale, "window": list(window)}
            for number, window in enumerate(windows)
        ],
        "visits": visits,
    }
    announce(draw, problem, share=0.10 if variant == "many_announced" else 0.06)
    return problem


def sizes_of(draw: random.Random, regions: int, units: int) -> list[int]:
    """Divide the units over the regions, six to twelve each."""
    sizes = [9] * regions
    assert sum(sizes) == units
    for _ in range(3 * regions):
        one, other = draw.sample(range(regions), 2)
        if sizes[one] < 12 and sizes[other] > 6:
            sizes[one] += 1
            sizes[other] -= 1
    return sizes


def closed_weeks(draw: random.Random) -> list[int]:
    """Weeks around each new year, and one in spring, in which nobody inspects."""
    weeks = {51 + 52 * year + week for year in range(4) for week in (-1, 0, 1)}
    return sorted((weeks | {78 + draw.randrange(3), 182}) & set(range(WEEKS)))


def region_closed(draw: random.Random, variant: str) -> list[int]:
    """Weeks in which a region has no visits; most have none."""
    long = variant == "long_closures"
    if draw.random() > (0.7 if long else 0.35):
        return []
    begin = draw.randrange(40, WEEKS - 20)
    return list(range(begin, begin + draw.randrange(3, 12 if long else 7)))


def visit(kind: str, agency: str, region: str, site: str, **facts: Any) -> dict[str, Any]:
    """Give a visit of a kind with what is usual for it."""
    core = kind.startswith("core")
    uses = {"field_teams": 3, "report_writers": facts.pop("writers", 10)} if core else {"audit_teams": 2}
    if kind == "audit_follow_up":
        uses = {"audit_teams": 1}
    elif kind == "thematic":
        uses = {"thematic_teams": 2}
    days = {"audit_follow_up": 2, "thematic": 5}.get(kind, 10 if core else 4)
    length = 2 if core else 1
    usual = {"earliest": 0, "latest": WEEKS - 2 * length, "weight": 0, "target": 0, "thematic": None}
    return {
        "id": "", "kind": kind, "agency": agency, "region": region, "site": site, "fieldwork_weeks": length,
        "uses": uses, "visit_days": days, **usual, "selection_cost": 0, "fixed": None, **facts,
    }  # fmt: skip


def of_unit(draw: random.Random, region: str, name: str) -> list[dict[str, Any]]:
    """Give the inspection and audits of one unit; the riskier it is, the more a week of waiting weighs."""
    poor = draw.random() < 0.25
    weight = draw.randrange(17, 22) if poor else draw.randrange(3, 13)
    target = draw.randrange(20, 85)
    audit = max(1, weight // 3)
    made = [
        visit("core_unit", "hmip", region, name, weight=weight, latest=160 if poor else WEEKS - 4,
              writers=draw.randrange(8, 13)),
        visit("audit_first", "osag", region, name, weight=audit, earliest=max(0, target - 26),
              latest=120, target=target),
        visit("audit_second", "osag", region, name, weight=audit, earliest=60, target=target + 90),
    ]  # fmt: skip
    if poor:
        made.append(visit("audit_follow_up", "osag", region, name, weight=audit, target=target + 30))
    return made


def announce(draw: random.Random, problem: dict[str, Any], share: float) -> None:
    """Fix some visits in the first weeks, one after another where nothing stands against it."""
    used: dict[tuple[str, int], int] = {}
    off = {name: set(weeks) for name, weeks in problem["agency_blackout_weeks"].items()}
    closed = {one["id"]: set(one["blackout_weeks"]) for one in problem["regions"]}
    sites: set[str] = set()
    in_region: dict[str, int] = {}
    # Of the days of half a year, and of report writers, some are left to what is yet to be announced.
    days = {one["id"]: 0.6 * one["max_visit_days"]["26"] for one in problem["regions"]}
    # One region's inspections have been announced whole; of the others some first audits.
    whole = draw.choice(problem["regions"])["id"]
    chosen = [one for one in problem["visits"] if one["kind"] == "core_unit" and one["region"] == whole]
    audits = [one for one in problem["visits"] if one["kind"] == "audit_first" and one["earliest"] <= 6]
    chosen += draw.sample(audits, min(len(audits), int(share * len(problem["visits"]))))
    for one in chosen:
        region = one["region"]
        if one["site"] in sites or in_region.get(region, 0) >= (12 if region == whole else 2):
            continue
        if region == whole and one["kind"] != "core_unit":
            continue
        for week in range(max(1, one["earliest"]), LEAD - 1):
            span = range(week, week + one["fieldwork_weeks"])
            needs = [(name, week + k) for name, length in one["uses"].items() for k in range(length)]
            needs += [(f"once {region}", at) for at in span]
            free = days[region] >= one["visit_days"] and all(
                used.get(need, 0)
                < (
                    2
                    if need[0].startswith("once")
                    else problem["capacity"][need[0]][need[1]] - (need[0] == "report_writers")
                )
                for need in needs
            )
            if free and not any(at in off[one["agency"]] or at in closed[region] for at in span):
                one["fixed"] = week
                sites.add(one["site"])
                days[region] -= one["visit_days"]
                in_region[region] = in_region.get(region, 0) + 1
                for need in needs:
                    used[need] = used.get(need, 0) + 1
                break


if __name__ == "__main__":
    print(json.dumps(make(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)))
