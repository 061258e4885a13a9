# ruff: noqa: PLC0415 - each measured process starts the framework first
"""What a page of duties costs as the record grows, against the emptiest page of the same framework.

    python -m tools.postgres run -- python -m benchmarks.pages

Makes a database of its own for each size, with the real parties and arrangements, that many duties and ledger
entries, and asks for each page as an OSAG coordinator through the whole stack of middleware. It prints JSON:
for each page the CPU milliseconds of the application and of the database's process, and how the larger size
compares with the smaller. One in ten duties is open, which is more than any office would let lie.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import ledger

SIZES = (10_000, 100_000)
REQUESTS = 60
WARM_UP = 10
OPEN_SHARE = 10
UNIT = "N57EKNT"
# Beyond what the demonstration has recorded.
FIRST_ROW = 10_000
PAGES = {
    "one line": "/benchmark-one-line",
    "staff home": "/home",
    "duties, first page": "/duties",
    "duties, filtered": "/duties?state=missed&owed_by=hmpps-osag&paragraph=27",
    "unit": f"/units/{UNIT}",
}


def fill(duties: int) -> None:
    """Write events and the duties that follow from them, in bulk: one duty for each event."""
    from django.db import connection

    from oversight.arrangements import models
    from oversight.arrangements.queries.texts import known_versions
    from oversight.parties.queries import parties_by_code

    parties = parties_by_code()
    version = known_versions()[0]
    chosen = random.Random(20260823)
    units = [one for one in parties.values() if one.kind == "pdu"]
    rules = [
        rule
        for rule in version.arrangements
        if not rule.standing and all(code in parties for code in (*rule.bearers, *rule.counterparts))
    ]
    first = date(2021, 1, 1)
    recorded = datetime(2021, 1, 1, tzinfo=UTC)
    event_rows, duty_rows, party_rows = [], [], []
    for number in range(1, duties + 1):
        rule = chosen.choice(rules)
        is_open = number % OPEN_SHARE == 0
        opened = first + timedelta(days=number * 2200 // duties)
        due = opened + timedelta(days=chosen.randint(10, 400))
        unit = chosen.choice(units)
        start = rule.starts[0]
        kind = chosen.choice(start.kinds) if start.kinds else ""
        bearer, counterparts = parties[rule.bearers[0]], [parties[code] for code in rule.counterparts[:2]]
        about = f"Inspection {number}"
        common = {
            "kind": kind,
            "about": about,
            "unit_id": unit.code,
            "unit_lineage": unit.lineage,
            "recorder_id": "hmip",
            "recorder_lineage": "/hmip/",
            "recorded_at": recorded,
            "recorded_by": "person:1",
            "recorded_name": "Example Person",
        }
        event_rows.append(
            models.Event(id=FIRST_ROW + 2 * number - 1, name=start.event, happened_on=opened, **common)
        )
        met = None
        if not is_open:
            met = opened + timedelta(days=chosen.randint(0, 420))
            event_rows.append(
                models.Event(id=FIRST_ROW + 2 * number, name=rule.met_by[0].event, happened_on=met, **common)
            )
        duty_rows.append(
            models.Duty(
                id=FIRST_ROW + number,
                opened_by_id=FIRST_ROW + 2 * number - 1,
                arrangement=rule.id,
                bearer_id=bearer.code,
                version_id=version.id,
                about=about,
                kind=kind,
                unit_id=unit.code,
                paragraph=rule.paragraph,
                paragraph_number=rule.paragraph_number,
                force=rule.force,
                counterparts=[one.code for one in counterparts],
                opened_on=opened,
                first_due=due,
                due=due,
                due_order=due,
                counted_on=due,
                basis="text",
                steps=["Counted for a benchmark."],
                met_on=met,
                met_by_id=None if is_open else FIRST_ROW + 2 * number,
            )
        )
        concerned: dict[str, tuple[bool, bool]] = {}
        for party, owed in [(bearer, False), (unit, False), *((one, True) for one in counterparts)]:
            for code in party.lineage.strip("/").split("/"):
                was_owed, was_direct = concerned.get(code, (False, False))
                direct = code == party.code
                concerned[code] = (was_owed or (owed and direct), was_direct or direct)
        party_rows += [
            models.DutyParty(
                duty_id=FIRST_ROW + number,
                party_id=code,
                owed=owed,
                direct=direct,
                due_order=due,
                open=is_open,
            )
            for code, (owed, direct) in concerned.items()
        ]
    models.Event.objects.bulk_create(event_rows, batch_size=2000)
    models.Duty.objects.bulk_create(duty_rows, batch_size=2000)
    models.DutyParty.objects.bulk_create(party_rows, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def backend_seconds(pid: int) -> float:
    """Read how much CPU the database's process for this connection has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(ask: Callable[[], Any], pid: int) -> dict[str, float]:
    """Ask many times in this process and give what one request costs on average."""
    application, database, wall = time.process_time(), backend_seconds(pid), time.perf_counter()
    for _ in range(REQUESTS):
        response = ask()
    application = time.process_time() - application
    database = backend_seconds(pid) - database
    wall = time.perf_counter() - wall
    return {
        "application_ms": round(1000 * application / REQUESTS, 2),
        "database_ms": round(1000 * database / REQUESTS, 2),
        "cpu_ms": round(1000 * (application + database) / REQUESTS, 2),
        "wall_ms": round(1000 * wall / REQUESTS, 2),
        "kilobytes": round(len(response.content) / 1024, 1),
    }


def measure() -> dict[str, Any]:
    """Ask for each page many times in this process and give the CPU milliseconds of one."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.urls import path

    from config import urls
    from oversight.kernel.declaring import public

    @public
    def one_line(request: Any) -> HttpResponse:  # noqa: ARG001 - a view takes its request
        return HttpResponse("ok")

    urls.urlpatterns.append(path("benchmark-one-line", one_line))
    person = get_user_model().objects.get(memberships__role="osag_coordinator")
    client = Client()
    client.force_login(person)
    pid = connection.connection.info.backend_pid
    measured = {}
    with override_settings(ALLOWED_HOSTS=["*"]):
        for name, address in PAGES.items():
            for _ in range(WARM_UP):
                response = client.get(address)
            if response.status_code != 200:
                raise SystemExit(
                    f"{address} answered {response.status_code}, so there is nothing to measure."
                )
            measured[name] = timed(lambda address=address: client.get(address), pid)
    return measured


@contextmanager
def own_database(name: str, command: list[str], given: str) -> Iterator[Callable[..., dict[str, Any]]]:
    """Make a database, have a program fill it, and delete it at the end.

    Yields:
        What has the program measure it in a process of its own, with more arguments where some are given.
    """
    import psycopg

    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
    environment = os.environ | {"DATABASE_URL": f"{given.rpartition('/')[0]}/{name}"}
    command = [sys.executable, "-m", *command]

    def measured(*more: str) -> dict[str, Any]:
        asked = [*command, "--measure", *more]
        told = subprocess.run(asked, check=True, env=environment, stdout=subprocess.PIPE)
        return dict(json.loads(told.stdout))

    try:
        subprocess.run([*command, "--fill"], check=True, env=environment)
        yield measured
    finally:
        with psycopg.connect(given, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def in_own_database(name: str, command: list[str], given: str) -> dict[str, Any]:
    """Make a database, have a program fill it and measure it in fresh processes, and delete it."""
    with own_database(name, command, given) as measured:
        return measured()


def run() -> dict[str, Any]:
    """Measure both sizes and compare them."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL: python -m tools.postgres run -- ...")
    small, large = (
        in_own_database(
            f"oversight_benchmark_pages_{size}",
            ["benchmarks.pages", "--duties", str(size), "--entries", str(size * 10)],
            given,
        )
        for size in SIZES
    )
    return {
        "benchmark": "pages",
        "goal": "at most 25 ms CPU a page; at most 1.3 times from 10,000 to 100,000 duties",
        "duties": list(SIZES),
        "ledger_entries": [size * 10 for size in SIZES],
        "pages": {
            name: {
                "small": small[name],
                "large": large[name],
                "growth": round(large[name]["cpu_ms"] / small[name]["cpu_ms"], 2),
                "times_one_line": round(large[name]["cpu_ms"] / large["one line"]["cpu_ms"], 1),
            }
            for name in PAGES
        },
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--duties", type=int)
    parser.add_argument("--entries", type=int)
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--measure", action="store_true")
    chosen = parser.parse_args()
    if not chosen.fill and not chosen.measure:
        print(json.dumps(run(), indent=2))
        return
    ledger.prepare()
    if chosen.measure:
        print(json.dumps(measure()))
        return
    from oversight.web.command_line.running import make_ready

    make_ready()
    fill(chosen.duties)
    ledger.fill(chosen.entries)


if __name__ == "__main__":
    main()
