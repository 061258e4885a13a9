# ruff: noqa: PLC0415 - each measured process starts the framework first
"""What is in common, what is held and what is measured, at the size of ten years: pages, look-up and a file.

    python -m tools.postgres run -- python -m benchmarks.intelligence

Makes a database of its own with the real parties and published ratings, ten years of quarterly figures of
every unit, 5,000 findings with their readers, 50,000 holdings and 500,000 readings of the two, and asks for
pages as OSAG, which sees most, through the whole stack of middleware. It prints JSON: the CPU milliseconds
of the application and of the database's process for one request, and the CPU seconds in which the worker
checks and takes a file of 10,000 figures that are all corrections.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks import ledger
from benchmarks.pages import backend_seconds, in_own_database, timed
from benchmarks.recommendations_made import copied

FINDINGS = 5_000
HOLDINGS = 50_000
READINGS = 500_000
ROWS = 10_000
YEARS = 10
WARM_UP = 10
UNIT = "N57EKNT"
#: Beyond what the demonstration has recorded.
FIRST_ROW = 100_000
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
WHO = ("person:1", "Example Person")
RESULTS = ("good", "good", "some_concern", "some_concern", "serious_concern")
PAGES = {
    "combined picture of a unit": f"/intelligence/units/{UNIT}",
    "risk picture of a unit": f"/intelligence/risk/{UNIT}",
    "risk of every unit": "/intelligence/risk",
    "assurance map": "/intelligence/assurance",
    "assurance map of a region": "/intelligence/assurance?place=N57",
    "picture of a theme": "/intelligence/themes/staffing",
    "in common, first page": "/intelligence",
    "ask once: held": f"/exchange/ask?kind=complaints&about={UNIT}&first=1/1/2024&last=31/1/2024",
    "ask once: not held": "/exchange/ask?kind=risk-register&about=N57",
    "library, first page": "/exchange",
    "trend of a measure": f"/first-line/units/{UNIT}/staff-in-post",
}


def read(into: str, facts: str, of: str) -> None:
    """Write readings by four hundred people, in the database itself: there are very many."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {into} SELECT {facts}, %s, 'person:' || mod(n, 400), %s {of}",
            [AT, WHO[1]],
        )


def fill_findings() -> None:
    """Write findings about every unit by four bodies, each with its round, its readers and its readings."""
    from oversight.intelligence import models
    from oversight.intelligence.rules.words import source_of, words
    from oversight.parties.queries import parties_by_code

    chosen = random.Random(20260302)
    parties = parties_by_code()
    units = sorted(code for code, one in parties.items() if one.kind in {"pdu", "region"})
    themes = sorted(words().themes)
    owners = ("hmpps-osag", "hmip", "hmpps-contract-management", "")
    rows = []
    for number in range(FINDINGS):
        unit = units[number % len(units)]
        owner = owners[number % 4] or unit
        found = TODAY - timedelta(days=chosen.randint(1, 365 * YEARS))
        rows.append((FIRST_ROW + number, unit, owner, chosen.choice(themes), chosen.choice(RESULTS), found))

    def items() -> Iterator[dict[str, Any]]:
        for key, unit, owner, theme, _, _ in rows:
            yield {
                "id": key,
                "kind": "finding" if key % 10 else "note",
                "about_id": unit,
                "theme": theme,
                "source": source_of(code=owner, kind=parties[owner].kind).id,
                "owner_id": owner,
                "body_id": owner,
                "filed_at": AT,
                "filed_by": WHO[0],
                "filed_name": WHO[1],
                "released_at": AT,
                "released_by": WHO[0],
            }

    def rounds() -> Iterator[dict[str, Any]]:
        for key, _, _, _, result, found in rows:
            yield {
                "id": key,
                "item_id": key,
                "number": 1,
                "text": "What was found, in a sentence or two of its owner's words." * 4,
                "result": result,
                "confidence": ("high", "medium", "low")[key % 3],
                "found_on": found,
                "marking": "official_sensitive",
                "said_at": AT,
                "said_by": WHO[0],
                "said_name": WHO[1],
            }

    def readers() -> Iterator[dict[str, Any]]:
        number = 0
        for key, _, owner, _, _, _ in rows:
            for party in {"hmpps-osag", "hmip", "moj-sponsorship"} - {owner}:
                number += 1
                yield {
                    "id": FIRST_ROW + number,
                    "item_id": key,
                    "party_id": party,
                    "named_at": AT,
                    "named_by": WHO[0],
                }

    copied(models.Item, items())
    copied(models.Round, rounds())
    copied(models.Reader, readers())
    read(
        "intelligence_reading (item_id, number, party_id, read_at, read_by, read_name)",
        f"{FIRST_ROW} + mod(n, {FINDINGS}), 1, CASE mod(n, 2) WHEN 0 THEN 'hmip' ELSE 'hmpps-osag' END",
        f"FROM generate_series(1, {READINGS // 2}) AS n",
    )


def fill_holdings() -> None:
    """Write what regions hold of their units, month by month, each with a copy and its readings."""
    from oversight.exchange import models
    from oversight.parties.queries import parties_by_code

    parties = parties_by_code()
    units = sorted(code for code, one in parties.items() if one.kind == "pdu")
    kinds = ("caseload-extract", "performance-report", "complaints", "line-management-assessment")
    months = [date(2012 + number // 12, number % 12 + 1, 1) for number in range(14 * 12)]
    spans = [(kind, unit, first) for first in reversed(months) for unit in units for kind in kinds][:HOLDINGS]
    assert len(spans) == HOLDINGS

    def holdings() -> Iterator[dict[str, Any]]:
        for number, (kind, unit, first) in enumerate(spans):
            region = parties[unit].lineage.split("/")[-3]
            yield {
                "id": FIRST_ROW + number,
                "kind": kind,
                "title": f"{kind} of {unit}",
                "about_id": unit,
                "owner_id": region,
                "owner_lineage": parties[region].lineage,
                "first": first,
                "last": (first + timedelta(days=31)).replace(day=1) - timedelta(days=1),
                "terms": ("open", "leave", "named")[number % 3],
                "begun_at": AT,
                "begun_by": WHO[0],
            }

    def copies() -> Iterator[dict[str, Any]]:
        for number, (_, _, first) in enumerate(spans):
            yield {
                "id": FIRST_ROW + number,
                "holding_id": FIRST_ROW + number,
                "number": 1,
                "as_at": first,
                "where": "https://example.org/held",
                "marking": "official_sensitive",
                "personal": False,
                "retain_until": date(2030, 1, 1),
                "kept_at": AT,
                "kept_by": WHO[0],
                "kept_name": WHO[1],
            }

    def named() -> Iterator[dict[str, Any]]:
        for number in range(2, HOLDINGS, 3):
            yield {
                "id": FIRST_ROW + number,
                "holding_id": FIRST_ROW + number,
                "party_id": "hmpps-osag",
                "named_at": AT,
                "named_by": WHO[0],
            }

    copied(models.Holding, holdings())
    copied(models.Copy, copies())
    copied(models.NamedParty, named())
    read(
        "exchange_reading (copy_id, party_id, read_at, read_by, read_name)",
        f"{FIRST_ROW} + mod(n, {HOLDINGS}), 'hmpps-osag'",
        f"FROM generate_series(1, {READINGS // 2}) AS n",
    )


def figures() -> list[tuple[str, str, date, date]]:
    """Give unit, measure, first and last day of ten years of quarterly figures."""
    from oversight.delivery.rules.measures import About, Every, measures_of, period_of
    from oversight.parties.queries import parties_by_code

    units = sorted(code for code, one in parties_by_code().items() if one.kind == "pdu")
    quarterly = [one for one in measures_of(About.UNIT) if one.every is Every.QUARTER]
    begins = [date(2016 + number // 4, number % 4 * 3 + 1, 1) for number in range(YEARS * 4)]
    spans = [period_of(Every.QUARTER, day) for day in begins]
    return [
        (unit, measure.id, span.first, span.last) for span in spans for unit in units for measure in quarterly
    ]


def fill_figures() -> None:
    """Write a figure of each."""
    from oversight.delivery.models import Figure

    # The demonstration has recorded some of them.
    held = set(Figure.objects.order_by("pk").values_list("unit", "measure", "first"))
    wanted = [one for one in figures() if one[:3] not in held]

    def rows() -> Iterator[dict[str, Any]]:
        for number, (unit, measure, first, last) in enumerate(wanted):
            yield {
                "id": FIRST_ROW + number,
                "unit_id": unit,
                "measure": measure,
                "first": first,
                "last": last,
                "value": 50 + number % 40,
                "entered_at": AT,
                "entered_by": WHO[0],
                "entered_name": WHO[1],
            }

    copied(Figure, rows())


def fill() -> None:
    """Write everything in bulk: step by step it would take days."""
    from django.db import connection

    fill_findings()
    fill_holdings()
    fill_figures()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def import_file(pid: int) -> dict[str, Any]:
    """Bring a file of figures that correct what is there, have it checked, confirm it and have it taken."""
    from django.db import connection

    from oversight.access.queries import acting_by_command, acting_under, demonstration_people
    from oversight.delivery.actions.figures import bring_file, confirm_file, work_on_file
    from oversight.delivery.models import FigureFile
    from oversight.delivery.rules.measures import measures
    from oversight.parties.queries import parties_by_code, remembering

    names = {code: one.name for code, one in parties_by_code().items()}
    titles = {name: one.title for name, one in measures().items()}
    lines = [
        f'"{names[unit]}","{titles[measure]}",{first.isoformat()},{20 + number % 30}'
        for number, (unit, measure, first, _) in enumerate(figures()[-ROWS:])
    ]
    content = "\r\n".join(["Unit,Measure,Period begins,Figure", *lines]).encode()
    # The demonstration's people have their roles from the day on which it was set up.
    now = datetime.now(tz=UTC)
    membership = next(
        held
        for person, held in demonstration_people(today=now.date())
        if person.role == "chief_probation_officer" and held is not None
    )
    by, worker = acting_under(membership), acting_by_command("work")
    told: list[int] = []
    spent: dict[str, float] = {}

    def measured(name: str, act: Any) -> Any:
        application, database = time.process_time(), backend_seconds(pid)
        with remembering():
            done = act()
        spent[name] = round(time.process_time() - application + backend_seconds(pid) - database, 2)
        return done

    file = measured("brought", lambda: bring_file(by=by, at=now, file_name="figures.csv", file=content))
    work = {"by": worker, "at": now, "file_id": file, "tell": lambda done, _: told.append(done)}
    measured("checked", lambda: work_on_file(**work))
    measured("confirmed", lambda: confirm_file(by=by, at=now, file_id=file))
    measured("taken", lambda: work_on_file(**work))
    row = FigureFile.objects.get(pk=file)
    if row.state != "taken" or row.changed + row.same != ROWS or row.same > ROWS / 100:
        raise SystemExit(f"The file is {row.state}, with {row.changed} changed: {row.faults[:500]}")
    assert connection.connection.info.backend_pid == pid
    return {
        "rows": ROWS,
        "cpu_seconds": {**spent, "all": round(sum(spent.values()), 2)},
        "times_progress_was_told": len(told),
    }


def measure() -> dict[str, Any]:
    """Ask for each page many times in this process, then bring the file in."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client, override_settings

    client = Client()
    client.force_login(get_user_model().objects.get(memberships__role="osag_coordinator"))
    connection.ensure_connection()
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
    return {"requests": measured, "import": import_file(pid)}


def run() -> dict[str, Any]:
    """Measure in a database of its own."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL: python -m tools.postgres run -- ...")
    found = in_own_database("oversight_benchmark_intelligence", ["benchmarks.intelligence"], given)
    return {
        "benchmark": "intelligence",
        "goal": "at most 40 ms CPU for pictures of a unit, the map and the look-up; 10 s for 10,000 figures",
        "held": {"findings": FINDINGS, "holdings": HOLDINGS, "readings": READINGS, "years": YEARS},
        **found,
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
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
    fill()


if __name__ == "__main__":
    main()
