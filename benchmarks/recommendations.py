# ruff: noqa: PLC0415 - each measured process starts the framework first; _meta is public in Django
"""What recommendations and actions cost as they grow, asked for by people who may see only part of them.

    python -m tools.postgres run -- python -m benchmarks.recommendations

Makes a database of its own for each size: that many recommendations in reports of ten, each report with a
plan, each recommendation with answers, a timeline and an action with progress. A regional probation director,
who sees one region, and the Inspectorate ask through the whole stack of middleware. It prints JSON: for each
request the median and the 95th percentile of its time, the CPU milliseconds of the application and of the
database's process, and the memory of the process; then the same of the largest files, as they stream: the
register, and a plan of that many actions. Other work of the machine makes everything of a while dearer, so
the two sizes are asked in turns, several times, and each figure is the median of its turns.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import ledger
from benchmarks.pages import backend_seconds, own_database
from benchmarks.recommendations_made import FIRST_ROW, RARE, fill

SIZES = (10_000, 100_000)
REQUESTS = 60
WARM_UP = 10
TURNS = 3
REGION, UNIT = "N57", "N57EKNT"
#: What two public systems took for the same on a machine like this one at 100,000, measured once.
PEERS = {
    "GSA-TTS/FAC": {"list": 290, "detail": 40},
    "CISO Assistant": {"list": 4981, "detail": 3299, "create": 50},
}


def memory() -> dict[str, float]:
    """Give how much memory this process holds, and the most that it ever held, in MiB."""
    said = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        name: round(int(said[field].split()[0]) / 1024, 1)
        for name, field in (("resident_mib", "VmRSS"), ("most_mib", "VmHWM"))
    }


def timed(ask: Callable[[], Any], pid: int) -> dict[str, float]:
    """Ask many times in this process and give what one request costs."""
    taken = []
    application, database = time.process_time(), backend_seconds(pid)
    for _ in range(REQUESTS):
        started = time.perf_counter()
        response = ask()
        taken.append(1000 * (time.perf_counter() - started))
    application = time.process_time() - application
    database = backend_seconds(pid) - database
    return {
        "application_ms": round(1000 * application / REQUESTS, 2),
        "database_ms": round(1000 * database / REQUESTS, 2),
        "cpu_ms": round(1000 * (application + database) / REQUESTS, 2),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "kilobytes": round(len(response.content) / 1024, 1),
    }


def streamed(ask: Callable[[], Any], pid: int) -> dict[str, Any]:
    """Take a file as it comes, keeping none of it, and give what it cost."""
    before = memory()["most_mib"]
    application, database = time.process_time(), backend_seconds(pid)
    rows, size = 0, 0
    for part in ask().streaming_content:
        rows += part.count(b"\r\n")
        size += len(part)
    spent = time.process_time() - application + backend_seconds(pid) - database
    return {
        "lines": rows,
        "megabytes": round(size / 1024 / 1024, 1),
        "cpu_seconds": round(spent, 2),
        "more_memory_mib": round(memory()["most_mib"] - before, 1),
    }


def measure(size: int, turn: int, *, files: bool) -> dict[str, Any]:
    """Ask for each page, and write, many times in this process; or take the files away.

    Each turn has a recommendation and an action of its own, to which the turns before have added nothing.
    """
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client, override_settings

    from oversight.recommendations import models

    def client_of(role: str, party: str) -> Client:
        people = get_user_model().objects.filter(memberships__role=role, memberships__party__code=party)
        client = Client()
        client.force_login(people.order_by("id").first())
        return client

    director = client_of("regional_probation_director", REGION)
    inspector = client_of("hmip_lead_inspector", "hmip")
    own = models.Recommendation.objects.filter(addressee=UNIT, delivery="in_progress", id__gt=FIRST_ROW)
    one = own.order_by("-made_on", "-id")[turn]
    open_actions = models.PlanAction.objects.filter(owner=UNIT, progress="under_way", id__gt=FIRST_ROW)
    work = open_actions.select_related("plan").order_by("-id")[turn]
    common = one.text.split()[0]
    narrow = f"delivery=in_progress&authority={UNIT}&unit={UNIT}"
    detail, action = (
        f"/recommendations/{one.reference}",
        f"/plans/{work.plan.reference}/actions/{work.number}",
    )
    revision, action_revision, number = one.revision, work.revision, 0

    def create() -> Any:
        nonlocal number
        number += 1
        # A browser goes on to the page of the new one, which takes up the message; here they would pile up.
        inspector.cookies.pop("messages", None)
        return inspector.post(
            "/recommendations/add",
            {
                "kind": "core",
                "source": f"NEW-{os.getpid()}-{number}",
                "source_title": "Inspection of East Kent",
                "number": "1",
                "text": f"{one.text} {number}",
                "addressee": UNIT,
                "unit": UNIT,
                "on": "2/3/2026",
                "theme": "staffing",
            },
        )

    def progress() -> Any:
        nonlocal revision
        sent = {"revision": revision, "text": f"{one.text} {revision}"}
        revision += 1
        return director.post(f"{detail}/progress", sent)

    def report() -> Any:
        nonlocal action_revision
        sent = {"revision": action_revision, "progress": "under_way", "text": f"Done {action_revision}"}
        action_revision += 1
        return director.post(f"{action}/report", sent)

    asked: dict[str, Callable[[], Any]] = {
        "list: status, authority, unit": lambda: director.get(f"/recommendations?{narrow}"),
        "list: all that the region sees": lambda: director.get("/recommendations"),
        "list: all there are": lambda: inspector.get("/recommendations"),
        "search: a common word": lambda: director.get(f"/recommendations?text={common}"),
        "search: a rare word": lambda: director.get(f"/recommendations?text={RARE}"),
        "search: a rare word in all": lambda: inspector.get(f"/recommendations?text={RARE}"),
        "detail": lambda: director.get(detail),
        "create": create,
        "progress entry": progress,
        "actions, soonest due": lambda: director.get("/plans/actions"),
        "an action": lambda: director.get(action),
        "progress of an action": report,
    }
    writes = (create, progress, report)
    measured: dict[str, Any] = {}
    pid = connection.connection.info.backend_pid
    with override_settings(ALLOWED_HOSTS=["*"]):
        if files:
            taken = {
                "register as CSV": streamed(lambda: inspector.get("/recommendations.csv"), pid),
                **plan_files(inspector, work.plan, pid),
            }
            assert all(taken[name]["lines"] > size for name in ("register as CSV", "one plan as CSV"))
            return taken
        for name, ask in asked.items():
            for _ in range(WARM_UP):
                response = ask()
            if response.status_code != (302 if ask in writes else 200):
                raise SystemExit(f"{name} answered {response.status_code}, so there is nothing to measure.")
            measured[name] = timed(ask, pid)
    assert number == WARM_UP + REQUESTS
    return {"requests": measured, "memory": memory()}


def middle(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Give for each request the median of every figure over its turns, and the memory of the last turn."""
    requests = {
        name: {
            what: round(statistics.median(one["requests"][name][what] for one in turns), 2) for what in first
        }
        for name, first in turns[0]["requests"].items()
    }
    return {"requests": requests, "memory": turns[-1]["memory"]}


def plan_files(client: Any, plan: Any, pid: int) -> dict[str, Any]:
    """Put every action into one plan, and take that plan away as files."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recommendations_planaction SET plan_id = %s, number = id WHERE id > %s",
            [plan.pk, FIRST_ROW],
        )
        cursor.execute("VACUUM ANALYZE")
    address = f"/plans/{plan.reference}/plan"
    return {
        "one plan as CSV": streamed(lambda: client.get(f"{address}.csv"), pid),
        "one plan as workbook": streamed(lambda: client.get(f"{address}.xlsx"), pid),
    }


def run() -> dict[str, Any]:
    """Measure both sizes and compare them."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL: python -m tools.postgres run -- ...")
    with ExitStack() as kept:
        sizes = [
            kept.enter_context(
                own_database(
                    f"oversight_benchmark_recommendations_{size}",
                    ["benchmarks.recommendations", "--recommendations", str(size)],
                    given,
                )
            )
            for size in SIZES
        ]
        turns = [[measured("--turn", str(turn)) for measured in sizes] for turn in range(TURNS)]
        small, large = (
            middle([turn[place] for turn in turns]) | {"files": measured("--files")}
            for place, measured in enumerate(sizes)
        )
    return {
        "benchmark": "recommendations",
        "goal": "CPU ms at 100,000: list 25 and 1.3 times that at 10,000, detail 20, create 30; 600 MB",
        "recommendations": list(SIZES),
        "turns": TURNS,
        "peers_cpu_ms_at_100000": PEERS,
        "requests": {
            name: {
                "small": small["requests"][name],
                "large": one,
                "growth": round(
                    statistics.median(
                        second["requests"][name]["cpu_ms"] / first["requests"][name]["cpu_ms"]
                        for first, second in turns
                    ),
                    2,
                ),
                "cpu_ms_of_turns": [second["requests"][name]["cpu_ms"] for _, second in turns],
            }
            for name, one in large["requests"].items()
        },
        "memory": {"small": small["memory"], "large": large["memory"]},
        "files": {
            name: {"small": small["files"][name], "large": one} for name, one in large["files"].items()
        },
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recommendations", type=int)
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--files", action="store_true")
    parser.add_argument("--turn", type=int, default=0)
    chosen = parser.parse_args()
    if not chosen.fill and not chosen.measure:
        print(json.dumps(run(), indent=2))
        return
    ledger.prepare()
    if chosen.measure:
        print(json.dumps(measure(chosen.recommendations, chosen.turn, files=chosen.files)))
        return
    from oversight.web.command_line.running import make_ready

    make_ready()
    fill(chosen.recommendations)


if __name__ == "__main__":
    main()
