"""Planning, planning anew and the commands: the compiled search on small problems, each plan checked."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from benchmarks.planner_problems import make
from oversight.programme.planner.certifying import bound_of
from oversight.programme.planner.checking import cost, faults
from oversight.programme.planner.fewest import least_moves
from oversight.programme.planner.problem import read
from oversight.programme.planner.replanning import closed, from_now, replan
from oversight.programme.planner.solving import solve
from oversight.web.command_line.planning import plan as command


def few(seed=1, regions=3):
    """Give some regions of a problem, with as much of each team as they need."""
    data = make(seed)
    names = [one["id"] for one in data["regions"]][:regions]
    data["regions"] = [one for one in data["regions"] if one["id"] in names]
    data["visits"] = [one for one in data["visits"] if one["region"] in names]
    for one in data["thematics"]:
        one["regions"] = 1
    return data


@pytest.fixture(scope="module")
def planned():
    one = read(few())
    return one, solve(one, seconds=600, clock=time.monotonic, seed=5, iterations=300)


class TestSolving:
    def test_a_plan_keeps_every_rule_and_its_bound_is_proved(self, planned):
        one, outcome = planned

        assert outcome.complete
        assert faults(one, outcome.plan) == ()
        assert outcome.cost == cost(one, outcome.plan)
        assert outcome.bound == bound_of(one, json.loads(json.dumps(outcome.certificate)))
        assert outcome.bound <= outcome.least <= outcome.cost <= outcome.least * 1.01
        assert outcome.curve[-1][1] == outcome.least < outcome.curve[0][1]

    def test_the_same_seed_and_steps_give_the_same_plan_and_another_seed_another(self, planned):
        one, outcome = planned
        again = solve(one, seconds=600, clock=time.monotonic, seed=5, iterations=300)
        other = solve(one, seconds=600, clock=time.monotonic, seed=6, iterations=300)

        assert (again.plan, again.cost, again.bound) == (outcome.plan, outcome.cost, outcome.bound)
        assert other.plan != outcome.plan
        assert other.complete

    def test_stopped_at_once_it_gives_what_it_has_with_a_bound(self, planned):
        one, _ = planned
        told = []
        outcome = solve(one, seconds=600, clock=time.monotonic, tell=told.append, stop=lambda: bool(told))

        assert outcome.complete
        assert faults(one, outcome.plan) == ()
        assert 0 < outcome.bound <= outcome.cost
        assert [told[0].stage, told[-1].stage] == ["first", "done"]
        assert told[-1].gap == outcome.gap


class TestPlanningAnew:
    def closure(self, one, plan):
        """Give a week in which audits are announced in a region whose closing moves them and leaves room."""
        for now in range(90, 150):
            for region in one.regions:
                here = [each for each in one.visits if each.region == region.id and plan[each.id] is not None]
                found = {each.id for each in here if now <= plan[each.id] < now + 8}
                if len(found) < 2 or not all(each.is_audit for each in here if each.id in found):
                    continue
                shut, soon = closed(one, region.id, range(now, now + 8)), now + one.announcement_lead
                near = [name for name, week in plan.items() if week is not None and now <= week < soon]
                stay, free = from_now(shut, plan, now), from_now(shut, plan, now, free=near)
                if least_moves(stay, free, near, {region.id}).number == len(found):
                    return now, region.id, found
        raise AssertionError

    def test_a_closed_region_moves_the_fewest_announced_and_proves_it(self, planned):
        one, before = planned
        now, region, forced = self.closure(one, before.plan)
        shut = closed(one, region, range(now, now + 8))
        again = replan(shut, before.plan, now, seconds=600, clock=time.monotonic, seed=1, iterations=100)

        assert again.outcome.complete
        assert again.proved_fewest
        assert set(again.moved_announced) == forced
        assert faults(again.problem, again.outcome.plan) == ()
        begun = [name for name, week in before.plan.items() if week is not None and week < now]
        assert all(again.outcome.plan[name] == before.plan[name] for name in begun)

    def test_a_region_that_has_begun_and_cannot_end_in_time_is_proved_impossible(self):
        data = few(regions=1)
        data["regions"][0]["units"] = data["regions"][0]["units"][:2]
        some = [one for one in data["visits"] if one["kind"] == "core_unit"][:2]
        office = next(one for one in data["visits"] if one["kind"] == "core_region")
        data |= {"visits": [*some, office], "thematics": []}
        one, region = read(data), data["regions"][0]["id"]
        plan = {some[0]["id"]: 20, some[1]["id"]: 30, office["id"]: 40}
        shut = closed(one, region, range(25, 25 + one.rules.unit_inspections_span))
        again = replan(shut, plan, 25, seconds=600, clock=time.monotonic, iterations=1)

        assert again.impossible == (region,)
        assert not again.outcome.complete
        assert not again.proved_fewest
        open_again = replan(one, plan, 25, seconds=600, clock=time.monotonic, iterations=1)
        assert (open_again.impossible, open_again.moved_announced) == ((), ())

    def test_nothing_changed_moves_nothing_announced(self, planned):
        one, before = planned
        again = replan(one, before.plan, 30, seconds=600, clock=time.monotonic, iterations=0)

        assert again.moved_announced == ()
        assert (again.fewest, again.proved_fewest) == (0, True)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    where = tmp_path_factory.mktemp("plans")
    problem, made = where / "problem.json", where / "plan.json"
    problem.write_text(json.dumps(few(2, 2)))
    ran = CliRunner().invoke(command, [str(problem), "-o", str(made), "--iterations", "50"])
    assert ran.exit_code == 0, ran.output
    return problem, made


class TestCommands:
    def check(self, problem, made, tmp_path, change=lambda _told: None):
        told = json.loads(made.read_text())
        change(told)
        file = tmp_path / "changed.json"
        file.write_text(json.dumps(told))
        ran = CliRunner().invoke(command, ["check", str(problem), str(file), "--json"])
        return ran.exit_code, json.loads(ran.stdout) if ran.stdout.startswith("{") else ran.output

    def test_a_plan_and_its_proof_are_reckoned_anew(self, files, tmp_path):
        code, found = self.check(*files, tmp_path)
        told = json.loads(files[1].read_text())

        assert code == 0
        assert (found["cost"], found["bound"]) == (told["cost"], told["bound"])
        assert (found["faults"], found["claims"]) == ([], [])

    @pytest.mark.parametrize("field", ["bound", "certificate", "cost", "visits"])
    def test_a_plan_that_claims_too_much_is_found_out(self, files, tmp_path, field):
        def change(told):
            if field == "bound":
                told["bound"] += 1
            elif field == "certificate":
                told["certificate"]["teams"] = told["certificate"]["teams"][:1]
            elif field == "cost":
                told["cost"] -= 1
            else:
                name = next(name for name, week in told["visits"].items() if week is not None)
                told["visits"][name] = None

        code, found = self.check(*files, tmp_path, change)
        assert code == 1
        assert found["faults"] if field == "visits" else found["claims"]

    def test_a_proof_with_a_negative_price_is_refused(self, files, tmp_path):
        def change(told):
            told["certificate"]["teams"][0][-1] = -5

        code, words = self.check(*files, tmp_path, change)
        assert code == 1
        assert "negative" in words

    def test_when_nothing_fits_it_says_why_and_what_would_help(self, tmp_path):
        data = few(2, 1)
        data["capacity"]["report_writers"] = [1] * data["weeks"]
        for one in data["visits"]:
            if one["kind"] == "core_unit":
                one["latest"] = min(one["latest"], 60)
        problem, made = tmp_path / "problem.json", tmp_path / "plan.json"
        problem.write_text(json.dumps(data))
        ran = CliRunner().invoke(command, [str(problem), "-o", str(made), "--iterations", "0"])
        told = json.loads(made.read_text())

        assert ran.exit_code == 1
        assert "over_capacity" in {one["rule"] for one in told["proofs"]}
        assert {one["visit"] for one in told["kept_out"]} == set(told["left_out"])
        assert all(one["rules"] for one in told["kept_out"])
        assert [one["rule"] for one in told["relaxations"]] == ["span", "burden", "gap"]
