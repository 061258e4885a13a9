"""Planning the joint timetable from a file, and checking a plan with its proof; no database is needed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words
from oversight.programme.planner.certifying import bound_of
from oversight.programme.planner.checking import cost, faults, measures
from oversight.programme.planner.explaining import kept_out, proofs, relaxations
from oversight.programme.planner.layout import lay_out
from oversight.programme.planner.problem import Problem, read
from oversight.programme.planner.replanning import closed, replan
from oversight.programme.planner.running import Progress, gap_between
from oversight.programme.planner.solving import Outcome, solve

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Seconds that proofs and relaxations may take beyond those of planning.
_EXPLAINING = 10.0


class _PlanOrCheck(click.Group):
    """``plan check …`` checks; ``plan PROBLEM.json …`` plans."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the command that plans in front, when none is given."""
        if args and args[0] not in self.commands and args[0] not in {"--help", "-h"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_PlanOrCheck)
def plan() -> None:
    """Plan the joint timetable (paragraphs 10(iv), 17, 18, 28), PROBLEM.json -o PLAN.json; or check one."""


@plan.command("make")
@click.argument("problem_file", metavar="PROBLEM.json", type=_FILE)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.option(
    "--seconds", default=60.0, show_default=True, type=click.FloatRange(min=0.1), help="Time to take."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Searches side by side."
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of all draws.")
@click.option(
    "--iterations", type=click.IntRange(0), help="Steps of the search; the same give the same plan."
)
@click.option("--baseline", type=_FILE, help="The plan until now: plan anew, moving few that are announced.")
@click.option("--now", type=click.IntRange(0), help="The present week, with --baseline.")
@click.option("--close", metavar="REGION:FIRST:WEEKS", help="Close a region for some weeks first.")
def make_command(  # noqa: PLR0917 - click passes each option
    problem_file: Path,
    output: Path | None,
    seconds: float,
    workers: int,
    seed: int,
    iterations: int | None,
    baseline: Path | None,
    now: int | None,
    close: str | None,
) -> None:
    """Plan the problem and write the plan with its cost, lower bound and proof as JSON.

    Exit 0: a plan that keeps every rule. Exit 1: none found or the problem is unreadable. Exit 2: wrong use.
    """
    if (baseline is None) != (now is None):
        raise click.UsageError("--baseline and --now go together.")
    with _naming(problem_file):
        problem = read(_content(problem_file))
    if close is not None:
        problem = _closed(problem, close)
    found: dict[str, Any] = {}
    # Where it is proved that nothing fits, a plan that leaves something out is soon as good as it gets.
    hopeless = proofs(problem) if baseline is None else ()
    ends = time.monotonic() + _EXPLAINING / 3
    stop = (lambda: time.monotonic() > ends) if hopeless else None
    with _progress() as tell:
        if baseline is not None and now is not None:
            before = _visits(baseline)
            again = replan(
                problem, before, now, seconds=seconds, clock=time.monotonic, workers=workers, seed=seed,
                iterations=iterations, tell=tell,
            )  # fmt: skip
            problem, outcome = again.problem, again.outcome
            found = {
                "announced": list(again.announced),
                "moved_announced": list(again.moved_announced),
                "moved": list(again.moved),
                "fewest_announced_moved": again.fewest,
                "fewest_proved": again.proved_fewest,
                "impossible": list(again.impossible),
            }
        else:
            outcome = solve(
                problem, seconds=seconds, clock=time.monotonic, workers=workers, seed=seed,
                iterations=iterations, tell=tell, stop=stop,
            )  # fmt: skip
    told = _told(problem, outcome) | found
    if not outcome.complete:
        told |= _explained(problem, outcome)
    text = json.dumps(told, indent=1, ensure_ascii=False)
    if output is None:
        click.echo(text)
    else:
        output.write_text(f"{text}\n", encoding="utf-8")
    _say(outcome, told)
    if not outcome.complete:
        sys.exit(1)


@plan.command("prepare")
def prepare_command() -> None:
    """Compile the search ahead; otherwise the first plan on a machine does it, in its own time."""
    from oversight.programme.planner.searching import prepare  # noqa: PLC0415 - loads the compiler

    prepare(lay_out(read({"weeks": 1})))


@plan.command("check")
@click.argument("problem_file", metavar="PROBLEM.json", type=_FILE)
@click.argument("plan_file", metavar="PLAN.json", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check_command(problem_file: Path, plan_file: Path, *, as_json: bool) -> None:
    """Check a plan against every rule, and reckon its cost and the proof of its lower bound anew.

    Exit 0: it keeps every rule, and what it says of itself holds. Exit 1: not so. Exit 2: wrong use.
    """
    with _naming(problem_file):
        problem = read(_content(problem_file))
    content = _content(plan_file)
    visits = _visits(plan_file)
    broken = faults(problem, visits)
    wrong = []
    readable = not any(fault.rule == "not_a_week" for fault in broken)
    cost_now = cost(problem, visits) if readable else None
    bound = None
    if content.get("certificate") is not None:
        with _naming(plan_file):
            bound = bound_of(problem, content["certificate"])
    if "cost" in content and content["cost"] != cost_now:
        wrong.append(f"The plan says that it costs {content['cost']}; it costs {cost_now}.")
    if content.get("bound") is not None and (bound is None or content["bound"] > bound):
        wrong.append(f"The plan claims the lower bound {content['bound']}; its proof gives {bound}.")
    gap = gap_between(cost_now, bound) if not broken else None
    if as_json:
        told = {
            "faults": [
                {"rule": one.rule, "visits": list(one.visits), "week": one.week, "words": one.words}
                for one in broken
            ],
            "cost": cost_now,
            "bound": bound,
            "gap": gap,
            "claims": wrong,
        }
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        for fault in broken:
            click.echo(fault.words)
        for words in wrong:
            click.echo(words)
        if not broken:
            said = f"The plan keeps every rule. It costs {cost_now:,}."
            click.echo(
                said if bound is None else f"{said} No plan costs less than {bound:,}: {gap:.1%} apart."
            )
    if broken or wrong:
        sys.exit(1)


def _told(problem: Problem, outcome: Outcome) -> dict[str, Any]:
    measured = measures(problem, outcome.plan)
    return {
        "visits": dict(outcome.plan),
        "cost": outcome.cost,
        "least_cost": outcome.least,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "peak_burden": measured.peak_burden,
        "shared": measured.shared,
        "seconds": round(outcome.seconds, 3),
        "seconds_to_first": None if outcome.seconds_to_first is None else round(outcome.seconds_to_first, 3),
        "iterations": outcome.iterations,
        "curve": [[round(seconds, 3), at] for seconds, at in outcome.curve],
        "left_out": list(outcome.left_out),
        "certificate": outcome.certificate,
    }


def _explained(problem: Problem, outcome: Outcome) -> dict[str, Any]:
    """Why no plan was found, and what would help."""
    ends = time.monotonic() + _EXPLAINING
    return {
        "proofs": [
            {"rule": one.rule, "visits": list(one.visits), "weeks": one.weeks, "words": one.words}
            for one in proofs(problem)
        ],
        "kept_out": [
            {"visit": one.visit, "rules": dict(one.rules), "words": one.words}
            for one in kept_out(problem, outcome.plan)
        ],
        "relaxations": [
            {"rule": one.rule, "words": one.words, "left_out": list(one.left_out), "cost": one.cost}
            for one in relaxations(problem, outcome.plan, stop=lambda: time.monotonic() > ends)
        ],
    }


def _say(outcome: Outcome, told: dict[str, Any]) -> None:
    if outcome.complete:
        gap = "" if outcome.gap is None else f", at most {outcome.gap:.1%} above the least possible"
        click.echo(f"A plan that keeps every rule: cost {outcome.cost:,}{gap}.", err=True)
        return
    click.echo(f"No plan was found that makes {count_in_words(len(outcome.left_out), 'visit')}.", err=True)
    for name in ("proofs", "kept_out"):
        for one in told[name]:
            click.echo(one["words"], err=True)
    for one in told["relaxations"]:
        left = count_in_words(len(one["left_out"]), "visit")
        click.echo(f"If relaxed: {one['words']} Then {left} would be left out.", err=True)


def _closed(problem: Problem, close: str) -> Problem:
    *names, first_week, number = ["", "", *close.split(":")]
    region, rest = ":".join(names[2:]), (first_week, number)
    if not region or not all(number.isdecimal() for number in rest):
        raise click.UsageError("--close takes REGION:FIRST:WEEKS, for example r3:44:8.")
    if region not in {one.id for one in problem.regions}:
        raise click.UsageError(f"There is no region {region}.")
    first, weeks = int(rest[0]), int(rest[1])
    return closed(problem, region, range(first, first + weeks))


def _visits(file: Path) -> dict[str, Any]:
    content = _content(file)
    visits = content.get("visits") if isinstance(content, dict) else None
    if not isinstance(visits, dict):
        click.echo(f"Refused: {file}: a plan has an object of visits.", err=True)
        sys.exit(1)
    return visits


def _content(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError):
        click.echo(f"Refused: {file}: it is not JSON.", err=True)
        sys.exit(1)


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Name the file in front of what is refused of it, and end with exit code 1."""
    try:
        yield
    except Refused as refused:
        click.echo(f"Refused: {file}: {refused}", err=True)
        sys.exit(1)


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None] | None]:
    """Tell on a terminal how far planning is, and nothing where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("Planning") as status:

        def tell(progress: Progress) -> None:
            cost_now = "none yet" if progress.cost is None else f"{progress.cost:,}"
            bound = "none yet" if progress.bound is None else f"{progress.bound:,}"
            gap = "" if progress.gap is None else f", gap {progress.gap:.1%}"
            status.update(f"{progress.seconds:.0f} s: cost {cost_now}, bound {bound}{gap}")

        yield tell
