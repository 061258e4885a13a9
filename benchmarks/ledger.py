# ruff: noqa: PLC0415 - each measured process starts the framework first
"""How fast the record is verified, against plain SHA-256 over the same bytes read from the same database.

    python -m tools.postgres run -- python -m benchmarks.ledger [--entries 1000000]

Makes a database of its own beside the one that DATABASE_URL names, fills it with a rightly computed chain,
and prints JSON: entries a second, the ratio of the two rates, and the highest memory at a tenth and at the
whole. Every measurement runs in a process of its own, so that memory is its own; each rate is the best of
five, taken in turns, so that other work on the machine disturbs the ratio little.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

NAME = "oversight_benchmark_ledger"
TURNS = 5


def fill(entries: int) -> None:
    """Append entries until there are so many, past the triggers: a row at a time would take an hour."""
    from django.db import connection

    from oversight.kernel.digests import canonical, moment_text
    from oversight.ledger.models import Head
    from oversight.ledger.protection import unprotected
    from oversight.ledger.rules import EntryFacts, entry_digest

    head = Head.objects.get(pk=1)
    sequence, previous = head.sequence, head.digest
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with unprotected(connection):
        connection.ensure_connection()
        columns = ", ".join(EntryFacts._fields)
        with (
            connection.connection.cursor() as cursor,
            cursor.copy(f"COPY ledger_entry ({columns}) FROM STDIN") as copy,
        ):
            while sequence < entries:
                sequence += 1
                payload = canonical(
                    {
                        "event": "draft_received_for_checking",
                        "kind": "thematic",
                        "on": (start + timedelta(minutes=sequence)).date(),
                        "about": f"inspection {sequence}",
                        "note": "Received by the team and passed on to the regions for checking.",
                    }
                )
                fields = (
                    sequence,
                    moment_text(start + timedelta(seconds=sequence)),
                    f"person:{sequence % 500}",
                    f"Person {sequence % 500} Éxample",
                    "hmpps-osag",
                    "osag_coordinator",
                    "arrangements.happened",
                    f"event:{sequence}",
                    payload,
                    secrets.token_hex(16),
                    previous,
                )
                previous = entry_digest(*fields)
                copy.write_row((*fields, previous))
        Head.objects.filter(pk=1).update(sequence=sequence, digest=previous)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ledger_entry")


def plainly_hashed() -> int:
    """Read every field of every entry as verifying reads them, and hash the bytes with nothing else done."""
    from django.db import connection, transaction

    from oversight.ledger.rules import EntryFacts

    digest = hashlib.sha256()
    read = 0
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(EntryFacts._fields)} FROM ledger_entry ORDER BY sequence")
        while batch := cursor.fetchmany(500):
            digest.update("".join(map(str, chain.from_iterable(batch))).encode())
            read += len(batch)
    return read


def verified() -> int:
    """Verify the record as the command does."""
    from oversight.ledger.verifying import verify

    found = verify()
    if not found.is_sound:
        raise SystemExit(f"The benchmark's own chain is not sound: {found}")
    return found.entries


def measure(what: str) -> dict[str, Any]:
    """Measure one of the above in this process, everything imported and the connection open."""
    from django.db import connection

    import oversight.ledger.verifying  # noqa: F401

    connection.ensure_connection()
    started = time.perf_counter()
    read = {"plain": plainly_hashed, "verified": verified}[what]()
    return {
        "entries": read,
        "seconds": time.perf_counter() - started,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def apart(what: str) -> dict[str, Any]:
    """Measure in a fresh process."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.ledger", "--measure", what],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(told.stdout))


def compare(entries: int) -> dict[str, Any]:
    """Fill up to ``entries`` and compare both ways of reading them."""
    fill(entries)
    turns = {"plain": [], "verified": []}
    for _ in range(TURNS):
        for what, taken in turns.items():
            taken.append(apart(what))
    best = {what: min(taken, key=lambda one: one["seconds"]) for what, taken in turns.items()}
    rates = {what: one["entries"] / one["seconds"] for what, one in best.items()}
    return {
        "entries": entries,
        "plain_per_second": round(rates["plain"]),
        "verified_per_second": round(rates["verified"]),
        "ratio": round(rates["verified"] / rates["plain"], 3),
        "verified_peak_mib": round(max(one["peak_mib"] for one in turns["verified"]), 1),
        "plain_peak_mib": round(max(one["peak_mib"] for one in turns["plain"]), 1),
    }


def run(entries: int = 1_000_000) -> dict[str, Any]:
    """Make the database, measure at a tenth and at the whole, and delete the database."""
    import psycopg

    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL: python -m tools.postgres run -- ...")
    root, _, _ = given.rpartition("/")
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME}")
        server.execute(f"CREATE DATABASE {NAME}")
    os.environ["DATABASE_URL"] = f"{root}/{NAME}"
    try:
        prepare()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", "ledger", verbosity=0, interactive=False)
        at = [compare(entries // 10), compare(entries)]
        connection.close()
    finally:
        os.environ["DATABASE_URL"] = given
        with psycopg.connect(given, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    return {
        "benchmark": "ledger",
        "goal": "verify at no less than half the rate of plain SHA-256; memory flat",
        "results": at,
        "memory_growth_mib": round(at[1]["verified_peak_mib"] - at[0]["verified_peak_mib"], 1),
    }


def prepare() -> None:
    """Start the framework on the database that DATABASE_URL names."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--measure", choices=["plain", "verified"])
    chosen = parser.parse_args()
    if chosen.measure:
        prepare()
        print(json.dumps(measure(chosen.measure)))
    else:
        print(json.dumps(run(chosen.entries), indent=2))


if __name__ == "__main__":
    main()
