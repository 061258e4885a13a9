"""Checking a plan, the proof of a bound, and why something does not fit: pure rules, no compiled code."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from itertools import product

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.planner_problems import make
from oversight.kernel.refusals import Refused
from oversight.programme.planner.bounding import Ascent
from oversight.programme.planner.certifying import bound_of
from oversight.programme.planner.checking import cost, faults, measures
from oversight.programme.planner.constructing import construct
from oversight.programme.planner.explaining import kept_out, proofs, relaxations
from oversight.programme.planner.fewest import least_moves, to_release
from oversight.programme.planner.layout import lay_out, plan_of, starts_of
from oversight.programme.planner.objectives import Objectives, objectives, read_objectives
from oversight.programme.planner.polishing import polish
from oversight.programme.planner.problem import read
from oversight.programme.planner.replanning import closed, from_now, team_lost
from oversight.programme.rules.kinds import data_text

RULES = {
    "unit_inspections_span": 6,
    "region_after_last_unit": [1, 4],
    "gap_same_unit": 2,
    "gap_same_region_office": 1,
    "concurrent_visits_per_region": 2,
    "second_audit_after_first": [4, 9],
    "follow_up_after_first_audit": [2, 4],
}


def visit(name, kind="core_unit", region="r0", site="u0", **more):
    usual = {"earliest": 0, "latest": 20, "weight": 3, "target": 2, "visit_days": 4, "fieldwork_weeks": 1}
    return (
        {"id": name, "kind": kind, "agency": "hmip", "region": region, "site": site, "uses": {}}
        | usual
        | more
    )


def problem(visits, **more):
    regions = [{"id": "r0", "units": ["u0", "u1"], "max_visit_days": {"26": 30, "52": 40}}]
    frame = {"weeks": 24, "announcement_lead": 0, "rules": RULES, "capacity": {"teams": [1] * 24}}
    return read(frame | {"regions": regions, "visits": visits} | more)


def rules_of(one, plan):
    return sorted({fault.rule for fault in faults(one, plan)})


def small():
    """Two units with audits, a region's own inspection and a choice of two: all that rules speak of."""
    uses = {"teams": 2}
    return [
        visit("a", uses=uses),
        visit("b", site="u1", uses=uses, weight=5),
        visit("c", "core_region", site="r0", uses=uses),
        visit("d", "audit_first", latest=12),
        visit("e", "audit_second"),
        visit("f", "thematic", site="r0", thematic="th", selection_cost=7, weight=0),
        visit("g", "thematic", site="r0", thematic="th", selection_cost=9, weight=0, earliest=8),
    ]


THEME = [{"id": "th", "regions": 1}]
GOOD = {"a": 4, "b": 2, "c": 7, "d": 0, "e": 8, "f": 0, "g": None}


class TestChecking:
    def test_a_plan_that_keeps_every_rule(self):
        one = problem(small(), thematics=THEME)

        assert faults(one, GOOD) == ()
        assert cost(one, GOOD) == 3 * 2 + 3 * 5 + 3 * 6 + 7
        assert measures(one, GOOD).shared == 1

    @pytest.mark.parametrize(
        ("changed", "rule"),
        [
            ({"b": 3}, "over_capacity"),
            ({"a": 21}, "outside_window"),
            ({"a": 24}, "past_horizon"),
            ({"a": None}, "unplaced"),
            ({"g": 12}, "thematic_regions"),
            ({"f": None}, "thematic_regions"),
            ({"d": 3, "e": 12}, "gap_too_short"),
            ({"e": 10}, "second_audit_after_first"),
            ({"c": 12}, "region_not_after_units"),
            ({"a": 14, "c": 17}, "units_spread_too_long"),
            ({"a": "4"}, "not_a_week"),
            ({"a": True}, "not_a_week"),
            ({"x": 4}, "unknown_visit"),
        ],
    )
    def test_each_rule_is_found_broken(self, changed, rule):
        assert rule in rules_of(problem(small(), thematics=THEME), GOOD | changed)

    def test_closed_weeks_announcements_and_burden(self):
        announced = [one | ({"fixed": 4} if one["id"] == "a" else {}) for one in small()]
        late = problem(announced, thematics=THEME, announcement_lead=1)
        assert rules_of(late, GOOD | {"a": 5}) == ["announced_too_late", "fixed_visit_moved"]
        shut = closed(problem(small(), thematics=THEME), "r0", [4])
        assert rules_of(shut, GOOD) == ["blackout"]
        heavy = [one | {"visit_days": 9} for one in small()]
        assert rules_of(problem(heavy, thematics=THEME), GOOD) == ["burden_26_weeks", "burden_52_weeks"]

    @given(st.lists(st.integers(-1, 23), min_size=7, max_size=7))
    def test_one_visit_fewer_never_breaks_a_rule_of_teams_or_burden(self, starts):
        one = problem(small(), thematics=THEME)
        plan = {name: None if week < 0 else week for name, week in zip("abcdefg", starts, strict=True)}
        kinds = {"over_capacity", "too_many_at_once", "gap_too_short", "burden_26_weeks", "burden_52_weeks"}
        before = {fault.rule for fault in faults(one, plan)} & kinds

        for name in plan:
            after = {fault.rule for fault in faults(one, plan | {name: None})} & kinds
            assert after <= before


class TestBound:
    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=4),
        st.integers(1, 12),
    )
    def test_no_plan_found_by_trying_all_costs_less(self, facts, steps):
        visits = [
            visit(f"v{at}", "core_unit" if at < 2 else "audit_first", site=f"u{at}", uses={"teams": 2},
                  weight=weight, earliest=early, latest=9, target=target)
            for at, (weight, early, target) in enumerate(facts)
        ]  # fmt: skip
        one = problem(visits)
        ascent = Ascent(one)
        for step in range(steps):
            ascent.step(step / steps)
        names = [each.id for each in one.visits]
        plans = (dict(zip(names, weeks, strict=True)) for weeks in product(range(10), repeat=len(names)))
        costs = [
            cost(one, plan)
            for plan in plans
            if len(set(plan.values())) == len(plan) and not faults(one, plan)
        ]

        assert not costs or ascent.bound <= min(costs)
        assert bound_of(one, json.loads(json.dumps(ascent.best.as_data()))) == ascent.bound

    def test_bound_rises_towards_what_teams_force(self):
        """Three visits of two weeks each share one team: one waits two weeks, one four."""
        one = problem(
            [visit(f"v{at}", site=f"u{at}", uses={"teams": 2}, weight=10, target=0) for at in range(3)]
        )
        ascent = Ascent(one)
        for step in range(300):
            ascent.step(step / 300)

        assert 0.9 * 60 <= ascent.bound <= 60

    @pytest.mark.parametrize(
        "spoilt",
        [
            {},
            {"unit": 1},
            {"unit": 1000, "teams": [[0, 0, -1]]},
            {"unit": 1000, "teams": [[7, 0, 1]]},
            {"unit": 1000, "teams": [[0, 0, 1.5]]},
            {"unit": 1000, "days": [[0, 0, 0, 1 << 41]]},
        ],
    )
    def test_a_proof_that_cannot_be_one_is_refused(self, spoilt):
        with pytest.raises(Refused, match="proof"):
            bound_of(problem(small(), thematics=THEME), spoilt)


class TestNothingFits:
    def test_too_few_teams_in_a_window_is_proved(self):
        visits = [visit(f"v{at}", site=f"u{at}", uses={"teams": 3}, earliest=4, latest=8) for at in range(3)]
        found = proofs(problem(visits))

        assert [(one.rule, one.visits, one.weeks) for one in found] == [
            ("over_capacity", ("v0", "v1", "v2"), (4, 10))
        ]

    def test_too_much_burden_a_closed_window_and_announced_visits_are_proved(self):
        days = problem([visit(f"v{at}", site=f"u{at}", visit_days=16) for at in range(2)])
        assert "burden_26_weeks" in {one.rule for one in proofs(days)}
        shut = closed(problem([visit("v", latest=3)]), "r0", range(4))
        assert [(one.rule, one.visits) for one in proofs(shut)] == [("outside_window", ("v",))]
        both = problem(
            [visit("v", uses={"teams": 3}, fixed=2), visit("w", site="u1", uses={"teams": 1}, fixed=4)]
        )
        assert "over_capacity" in {one.rule for one in proofs(both)}

    def test_nothing_is_proved_of_what_can_be_planned(self):
        assert proofs(problem(small(), thematics=THEME)) == ()

    def test_rules_that_keep_a_visit_out_and_what_would_help_in_the_order_of_the_data(self):
        visits = [visit("v", fixed=4), visit("w", "audit_first", latest=6, earliest=2)]
        one = problem(visits)
        plan = {"v": 4, "w": None}
        (kept,) = kept_out(one, plan)
        eased = relaxations(one, plan)

        assert (kept.visit, kept.rules) == ("w", (("gap_too_short", 5),))
        assert tuple(each.rule for each in eased) == tuple(rule for rule, _ in objectives().relaxations)
        assert [(each.rule, each.left_out) for each in eased] == [
            ("span", ("w",)),
            ("burden", ("w",)),
            ("gap", ()),
        ]


class TestLaterObjectives:
    def planned(self):
        one = read(make(3))
        layout = lay_out(one)
        starts, whole = construct(layout, 1, 20_000, lambda: False)
        assert whole
        return one, layout, starts

    def test_more_audits_near_and_less_burden_for_no_more_than_is_allowed(self):
        one, layout, starts = self.planned()
        wanted = replace(objectives(), spoils_per_mille=10, burden=1000, together=1000)
        before = measures(one, plan_of(one, starts))
        plan = plan_of(one, polish(one, layout, starts, wanted, lambda: False))
        after = measures(one, plan)

        assert faults(one, plan) == ()
        assert after.shared > before.shared
        assert after.cost <= before.cost * 1.01
        assert after.peak_burden <= before.peak_burden * 1.01

    def test_nothing_is_moved_when_nothing_may_be_spoilt_or_is_worth_it(self):
        one, layout, starts = self.planned()
        before = plan_of(one, starts)
        none = Objectives(0, 1000, 1000, ())
        assert plan_of(one, polish(one, layout, starts, none, lambda: False)) == before
        worthless = Objectives(10, 0, 0, ())
        after = measures(one, plan_of(one, polish(one, layout, starts, worthless, lambda: False)))
        assert after.cost <= measures(one, before).cost

    def test_more_than_one_per_cent_is_no_data(self):
        schema = yaml.safe_load(data_text("objectives-schema.yaml"))
        text = data_text("objectives.yaml")
        assert read_objectives(text, "objectives.yaml", schema) == objectives()
        with pytest.raises(Refused):
            read_objectives(text.replace("spoils_per_mille: 4", "spoils_per_mille: 11"), "x.yaml", schema)


class TestFewestAnnounced:
    def test_only_what_cannot_stay_is_released(self):
        visits = [visit(f"v{at}", site=f"u{at}", uses={"teams": 1}, weight=1) for at in range(4)]
        one = problem(visits, announcement_lead=6)
        plan = {"v0": 6, "v1": 7, "v2": 8, "v3": 14}
        shut = closed(one, "r0", [7])
        announced = ("v0", "v1", "v2")

        assert to_release(from_now(shut, plan, 3), announced) == ("v1",)
        lost = team_lost(one, "teams", [6, 8])
        assert to_release(from_now(lost, plan, 3), announced) == ("v0", "v2")
        assert to_release(from_now(one, plan, 3), announced) == ()

    def test_of_three_that_share_one_team_two_are_released(self):
        visits = [visit(f"v{at}", site=f"u{at}", uses={"teams": 3}) for at in range(3)]
        one = problem(visits, announcement_lead=6)
        plan = {"v0": 6, "v1": 7, "v2": 8}
        assert len(to_release(from_now(one, plan, 3), tuple(plan))) == 2

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(st.integers(4, 8), min_size=3, max_size=3),
        # What has begun is in week 4; it stays whatever closes later.
        st.sets(st.integers(5, 9), max_size=4),
        st.lists(st.sampled_from([1, 2]), min_size=3, max_size=3),
        st.sampled_from([0, 1, 2]),
    )
    def test_the_fewest_are_those_that_trying_every_plan_finds(self, weeks, shut, taken, gap):
        kinds = (("a", "audit_first", "u0"), ("b", "audit_follow_up", "u0"), ("c", "other", "u1"))
        visits = [
            visit(name, kind, site=site, uses={"teams": long}, latest=12, visit_days=9)
            for (name, kind, site), long in zip(kinds, taken, strict=True)
        ]
        rules = RULES | {"gap_same_unit": gap, "concurrent_visits_per_region": 1}
        one = closed(
            problem(
                visits,
                weeks=13,
                capacity={"teams": [1] * 9 + [0] + [1] * 3},
                announcement_lead=6,
                rules=rules,
            ),
            "r0",
            shut,
        )
        plan = dict(zip("abc", weeks, strict=True))
        announced = [name for name, week in plan.items() if 5 <= week < 11]
        stay, free = from_now(one, plan, 5), from_now(one, plan, 5, free=announced)
        found = least_moves(stay, free, announced, {"r0"})

        moves = []
        for starts in product(*([11, 12, plan[name]] for name in announced)):
            tried = {**plan, **dict(zip(announced, starts, strict=True))}
            moved = [name for name in announced if tried[name] != plan[name]]
            if not faults(from_now(one, plan, 5, free=moved), tried):
                moves.append(len(moved))
        assert found.number == min(moves, default=None)


class TestReading:
    def test_a_problem_is_written_as_it_was_read(self):
        data = make(2)
        one = read(data)
        assert read(one.as_data()) == one
        assert plan_of(one, starts_of(one, {"v0": 7})) == {each.id: None for each in one.visits} | {"v0": 7}

    @pytest.mark.parametrize(
        ("place", "value"),
        [("weeks", 0), ("weeks", "x"), ("rules", {"odd": 1}), ("capacity", {"teams": [1]}), ("visits", 3)],
    )
    def test_what_cannot_be_read_is_refused_with_its_place(self, place, value):
        data = problem(small(), thematics=THEME).as_data()
        with pytest.raises(Refused, match=place):
            read(copy.deepcopy(data) | {place: value})
