"""A large problem in parts: whatever the parts plan, together they keep every rule (¶10(iv), ¶28)."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.planner_problems import make
from oversight.programme.planner import dealing, dividing, kernels, searching
from oversight.programme.planner.checking import faults
from oversight.programme.planner.constructing import construct
from oversight.programme.planner.dividing import Division
from oversight.programme.planner.layout import WEIGHT, lay_out, plan_of, starts_of
from oversight.programme.planner.problem import read
from oversight.programme.planner.running import heavy_of
from oversight.programme.planner.solving import solve

#: Nobody asks the search to stop.
STAY = np.zeros(1, np.uint8)


def some(seed: int, regions: int, *, units: int = 3):
    """Give the first regions of a problem, with some units each and the teams of a country."""
    data = make(seed)
    data["regions"] = data["regions"][:regions]
    for one in data["regions"]:
        one["units"] = one["units"][:units]
    sites = {site for one in data["regions"] for site in (one["id"], *one["units"])}
    data["visits"] = [one for one in data["visits"] if one["site"] in sites]
    for one in data["thematics"]:
        one["regions"] = 3
    return read(data)


@pytest.fixture
def in_pairs(monkeypatch):
    """Have parts of two regions, and anything of more than two planned in parts."""
    monkeypatch.setattr(dividing, "REGIONS", 2)
    monkeypatch.setattr(dividing, "TEAMS", 1)
    monkeypatch.setattr(dealing, "REGIONS", 2)
    monkeypatch.setattr("oversight.programme.planner.solving.MOST", 2)


class TestDividing:
    @pytest.mark.usefixtures("in_pairs")
    @pytest.mark.parametrize("seed", [1, 4])
    def test_parts_planned_by_themselves_keep_every_rule_together(self, seed):
        whole = some(seed, 6)
        division = Division(whole)
        parts = division.parts()

        assert len(parts) == 2
        assert sorted(row for part in parts for row in part.rows.tolist()) == list(range(len(whole.visits)))
        assert (sum(part.capacity for part in parts) <= division.capacity).all()
        assert [sum(part.seats[at] for part in parts) for at in range(6)] == [3] * 6
        starts = np.full(len(whole.visits), -1, np.int32)
        for part in parts:
            starts[part.rows], complete = construct(lay_out(part.problem), 1, 5_000, lambda: False)
            assert complete
        assert faults(whole, plan_of(whole, starts)) == ()

    def test_what_is_too_small_is_one_part_and_the_whole(self):
        whole = some(1, 3)
        (part,) = Division(whole).parts()

        assert part.problem == whole
        assert part.rows.tolist() == list(range(len(whole.visits)))

    def test_regions_with_visits_at_one_site_stay_together(self):
        whole = some(1, 4)
        away = replace(whole.visits[0], id="elsewhere", region=whole.regions[2].id)
        division = Division(replace(whole, visits=(*whole.visits, away)))

        assert sorted(sorted(group) for group in division.groups) == [["r0", "r2"], ["r1"], ["r3"]]

    @given(
        parts=st.integers(1, 5),
        teams=st.lists(st.integers(0, 9), min_size=4, max_size=4),
        fixed=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=5, unique=True),
    )
    @settings(max_examples=200)
    def test_teams_are_shared_whole_and_nobody_loses_what_is_announced(self, parts, teams, fixed):
        data = {
            "weeks": 4,
            "regions": [{"id": f"r{at}", "units": [f"u{at}"]} for at in range(6)],
            "capacity": {"team": teams},
            "visits": [
                {"id": f"v{region}.{week}", "kind": "audit_other", "agency": "osag", "region": f"r{region}",
                 "site": f"u{region}", "fieldwork_weeks": 1,
                 "uses": {"team": 1}, "earliest": 0, "latest": 3, "fixed": week}
                for region, week in fixed
            ],
        }  # fmt: skip
        division = Division(read(data))
        patched = pytest.MonkeyPatch()
        with patched.context() as changed:
            changed.setattr(dividing, "REGIONS", 6 / parts)
            changed.setattr(dividing, "TEAMS", 1)
            made = division.parts()

        announced = starts_of(division.problem, {one.id: one.fixed for one in division.problem.visits})
        own = [division.used(part.rows.tolist(), announced) for part in made]
        assert all((part.capacity >= used).all() for part, used in zip(made, own, strict=True))
        given_out = sum(part.capacity for part in made)
        assert (given_out == np.maximum(division.capacity, sum(own))).all()


@pytest.mark.usefixtures("in_pairs")
class TestDealing:
    def test_a_plan_made_in_parts_keeps_every_rule_and_is_the_same_again(self):
        whole = some(2, 5, units=9)
        made = [solve(whole, seconds=600, clock=time.monotonic, seed=3, iterations=1_500) for _ in range(2)]

        assert made[0].complete
        assert faults(whole, made[0].plan) == ()
        assert made[0].plan == made[1].plan
        assert made[0].least < made[0].curve[0][1]
        assert made[0].bound <= made[0].cost

    def test_side_by_side_parts_never_take_one_team_twice(self):
        whole = some(5, 6)
        told = []
        outcome = solve(whole, seconds=4, clock=time.monotonic, workers=3, seed=1, tell=told.append)

        assert outcome.complete
        assert faults(whole, outcome.plan) == ()
        assert outcome.iterations > 0
        assert told[-1].stage == "done"

    def test_a_plan_is_improved_from_where_it_stands(self):
        whole = some(2, 5, units=9)
        before = solve(whole, seconds=600, clock=time.monotonic, seed=3, iterations=1)
        after = solve(whole, seconds=600, clock=time.monotonic, seed=3, iterations=1_500, start=before.plan)

        assert after.least < before.least
        assert faults(whole, after.plan) == ()

    @pytest.mark.parametrize("as_dealt", [False, True])
    def test_what_is_given_out_and_what_stays_are_never_more_than_there_is(self, as_dealt):
        """Also where a plan made of the whole takes more in a part than that has a share of."""
        whole = some(2, 6, units=4)
        first = solve(whole, seconds=600, clock=time.monotonic, seed=3, iterations=1)
        run = dealing.Run(
            problem=whole,
            layout=lay_out(whole),
            clock=time.monotonic,
            began=time.monotonic(),
            seconds=600,
            iterations=100,
            tell=None,
            stop=None,
            starts=starts_of(whole, first.plan),
            lure=np.zeros((len(whole.visits), whole.weeks), np.int32),
        )
        dealt = dealing.Dealing(run, 1, 3, 0.15)
        dealt.turn_to_plan()
        dealt.waiting = list(dealt.division.parts()) if as_dealt else []
        given_out = [dealt.give_out() for _ in range(2 if as_dealt else 3)]
        division = dealt.division

        assert len({group for one in given_out for group in one.part.groups}) == 6
        for one in given_out:
            assert (one.part.capacity >= one.own).all()
        stays = dealt.taken - sum(one.own for one in given_out)
        assert (stays + sum(one.part.capacity for one in given_out) <= division.capacity).all()
        assert [sum(one.part.seats[at] for one in given_out) for at in range(6)] == [3] * 6


class TestSearching:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_what_lacks_a_place_is_searched_for_without_breaking_a_rule(self, seed):
        """Units and the own inspections of their regions lack a place, and others have taken their room."""
        whole = some(seed, 6, units=9)
        layout = lay_out(whole)
        starts, _ = construct(layout, seed, 20_000, lambda: False)
        kinds = [visit.kind for visit in whole.visits]
        offices = [at for at, kind in enumerate(kinds) if kind == "core_region"]
        units = [at for at, kind in enumerate(kinds) if kind == "core_unit"]
        starts[[*offices, *units[::5]]] = -1
        state = kernels.empty(layout, seed)
        searching.put_all(layout, state, starts)
        best, cell, mean = starts.copy(), np.array([1 << 60, 0]), layout.visits[:, WEIGHT].mean()
        for _ in range(40):
            searching.anneal(
                layout, state, best, cell, 50, 20 * mean, 20 * mean, heavy_of(whole, layout), 400, 12, STAY
            )
            broken = {fault.rule for fault in faults(whole, plan_of(whole, state.start))}
            assert broken <= {"unplaced", "thematic_regions"}
            assert (state.room >= 0).all()
            lacking = state.grudge[state.start < 0].sum()
            assert state.told[1] == lacking
