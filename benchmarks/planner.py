"""How good the planner's plans are, how soon they come and how much of that it can prove.

    python -m benchmarks.planner [--only NAME ...] [--brief]

Twelve generated problems of real size, one ten and one a hundred times that, and a region closed for eight
weeks after the first problem was planned; on request problems given as files. Each is measured in a process
of its own and kept at once in ``results/planner.json``, so that a run can be taken up again.

The time limit is reckoned in processor time of the planner's first thread, which on a machine with nothing
else to do is the time of the clock; so other work on the machine does not count. Both are kept.
Baselines in the same process: the earliest due date rule, and a plain CP-SAT model.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.planner_baselines import due_dates, plain_model
from benchmarks.planner_problems import KINDS, make
from oversight.programme.planner.checking import faults, measures
from oversight.programme.planner.layout import lay_out
from oversight.programme.planner.problem import read
from oversight.programme.planner.replanning import closed, replan
from oversight.programme.planner.searching import prepare
from oversight.programme.planner.solving import solve

RESULTS = Path(__file__).parent / "results" / "planner.json"
SEEDS = range(101, 113)
WORKERS, SEED = 2, 1
SECONDS = {"real": 60, "x10": 300, "x100": 900, "anew": 30}
#: The plain model is given less than the planner, so that the whole run ends within an hour and a half.
PLAIN_SECONDS = 30
NOW, CLOSED = 40, 8


def names() -> list[str]:
    """Give the names of all that is measured."""
    return [*(f"real-{seed}" for seed in SEEDS), "anew-101", "anew-102", "anew-103", "x10-201", "x100-301"]


def data_of(name: str) -> dict[str, Any]:
    """Make, or read, the problem of a name."""
    if name.endswith(".json"):
        return dict(json.loads(Path(name).read_text()))
    size, seed = name.split("-")
    return make(int(seed), {"x10": 10, "x100": 100}.get(size, 1))


def processor_clock() -> Any:
    """Give a clock that counts the processor time of the first thread, from whichever thread it is read."""
    clock = time.pthread_getcpuclockid(threading.main_thread().ident or 0)
    return lambda: time.clock_gettime(clock)


def measure(name: str, seconds: float, plain_seconds: float) -> dict[str, Any]:
    """Plan one problem and its baselines; give what was found."""

    problem = read(data_of(name))
    began = time.process_time()
    prepare(lay_out(read({"weeks": 1})))
    compiled = time.process_time() - began
    wall, used = time.monotonic(), time.process_time()
    told: dict[str, Any] = {
        "visits": len(problem.visits),
        "units": sum(len(region.units) for region in problem.regions),
        "limit_s": seconds,
        "loading_search_s": round(compiled, 1),
        "load_before": round(os.getloadavg()[0], 1),
    }
    if name.startswith("anew"):
        told |= _anew(problem, seconds)
    else:
        outcome = solve(problem, seconds=seconds, clock=processor_clock(), workers=WORKERS, seed=SEED)
        found = measures(problem, outcome.plan)
        told |= {
            "rules_broken": len(faults(problem, outcome.plan)),
            "rules_broken_by_independent_checker": _checked(data_of(name), outcome.plan),
            "first_feasible_s": outcome.seconds_to_first,
            "cost": outcome.cost,
            "least_cost": outcome.least,
            "bound": outcome.bound,
            "gap": outcome.gap,
            "iterations": outcome.iterations,
            "peak_burden_per_mille": found.peak_burden,
            "audits_near": found.shared,
            "curve": _thinned([(round(at, 1), value) for at, value in outcome.curve]),
        }
    told |= {
        "wall_s": round(time.monotonic() - wall, 1),
        "processor_s": round(time.process_time() - used, 1),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if not name.startswith("anew"):
        told["due_dates"] = due_dates(problem)
        if plain_seconds and not name.startswith("x100"):
            told["plain_model"] = {"limit_s": plain_seconds} | plain_model(
                problem, plain_seconds, WORKERS, SEED
            )
    return told


def _anew(problem: Any, seconds: float) -> dict[str, Any]:
    """Plan for a third of the limit, close the region with most announced visits, and plan anew.

    A region of which it is proved that nothing fits once it is closed is noted, and the next one taken.
    """
    clock = processor_clock()
    before = solve(problem, seconds=seconds / 3, clock=clock, workers=WORKERS, seed=SEED)
    ends = NOW + problem.announcement_lead
    booked = Counter(v.region for v in problem.visits if NOW <= (before.plan[v.id] or 0) < ends)
    impossible = []
    for region in sorted(booked, key=lambda one: (-booked[one], one)):
        shut = closed(problem, region, range(NOW, NOW + CLOSED))
        began = clock()
        again = replan(shut, before.plan, NOW, seconds=seconds, clock=clock, workers=WORKERS, seed=SEED)
        spent = clock() - began
        if not again.impossible:
            break
        impossible.append(region)
    first = again.outcome.seconds_to_first
    return {
        "proved_impossible": impossible,
        "closed": [region, NOW, CLOSED],
        "rules_broken": len(faults(again.problem, again.outcome.plan)),
        "rules_broken_by_independent_checker": _checked(again.problem.as_data(), again.outcome.plan),
        "first_feasible_s": None if first is None else round(spent - again.outcome.seconds + first, 2),
        "announced": len(again.announced),
        "announced_moved": len(again.moved_announced),
        "fewest_proved": again.proved_fewest,
        "moved": len(again.moved),
        "cost": again.outcome.cost,
        "bound": again.outcome.bound,
        "gap": again.outcome.gap,
    }


def _checked(data: Any, plan: Any) -> int | None:
    """Count the rules broken by a checker that shares nothing with the planner, where CHECK_PLAN names it."""
    checker = os.environ.get("CHECK_PLAN")
    if not checker:
        return None
    folder = RESULTS.parent / ".planner"
    folder.mkdir(exist_ok=True)
    problem, plans = folder / f"{os.getpid()}-problem.json", folder / f"{os.getpid()}-plan.json"
    problem.write_text(json.dumps(data))
    plans.write_text(json.dumps({"visits": dict(plan)}))
    try:
        ran = subprocess.run(
            [sys.executable, checker, str(problem), str(plans)], capture_output=True, check=False, text=True
        )
        return sum(json.loads(ran.stdout)["violations"].values())
    finally:
        problem.unlink()
        plans.unlink()
        folder.rmdir()


def _thinned(curve: list[tuple[float, int]], most: int = 40) -> list[tuple[float, int]]:
    if len(curve) <= most:
        return curve
    return [curve[number * (len(curve) - 1) // (most - 1)] for number in range(most)]


def summary(problems: dict[str, Any]) -> dict[str, Any]:
    """Say of all generated problems of real size together how good the plans are."""
    real = [told for name, told in problems.items() if name.startswith("real-")]
    gaps = [told["gap"] for told in real if told["gap"] is not None and not told["rules_broken"]]
    firsts = [told["first_feasible_s"] for told in real if told["first_feasible_s"] is not None]
    return {
        "real_size": len(real),
        "with_a_plan": len(gaps),
        "median_gap": round(statistics.median(gaps), 4) if gaps else None,
        "worst_gap": round(max(gaps), 4) if gaps else None,
        "slowest_first_feasible_s": round(max(firsts), 2) if firsts else None,
    }


def run(only: list[str] | None = None, share: float = 1.0) -> dict[str, Any]:
    """Measure what was not measured yet, or what is named; keep each result at once.

    Args:
        only: Names to measure, again if need be; None for all.
        share: Share of each time limit to take.
    """
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() and only is not None else {"problems": {}}
    for name in names() if only is None else only:
        size = name.split("-", maxsplit=1)[0]
        limit = SECONDS.get(size, SECONDS["real"]) * share
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.planner", "--one", name, "--limit", str(limit),
             "--plain", str(PLAIN_SECONDS * share)],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        kept["problems"][Path(name).stem] = json.loads(ran.stdout)
        kept |= {
            "kinds": list(KINDS),
            "workers": WORKERS,
            "seed": SEED,
            "summary": summary(kept["problems"]),
        }
        RESULTS.write_text(f"{json.dumps(kept, indent=1)}\n")
    return dict(kept)


def main() -> None:
    """Measure what the command line names, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names, or files of problems; those kept stay")
    parser.add_argument("--share", type=float, default=1.0, help="share of each time limit")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=float, default=60.0, help=argparse.SUPPRESS)
    parser.add_argument("--plain", type=float, default=PLAIN_SECONDS, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one:
        print(json.dumps(measure(told.one, told.limit, told.plain)))
    else:
        print(json.dumps(run(told.only, told.share), indent=1))


if __name__ == "__main__":
    main()
