# ruff: noqa: PLC0415 - each measured process starts the framework first
"""What the pages of an inspection cost as inspections, judgements and points of accuracy checks grow.

    python -m tools.postgres run -- python -m benchmarks.inspections

Makes a database of its own for each size. Every inspection has 17 cases judged by 12 questions, and a factual
accuracy check with 50 points. One inspection is in fieldwork with 60 cases, and one in its check with 1,000
points: those two are asked for, as the lead inspector and as OSAG, through the whole stack. It prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks import ledger
from benchmarks.pages import REQUESTS, WARM_UP, in_own_database, timed

SIZES = (200, 2_000)
CASES = 17
CASES_MEASURED = 60
POINTS = 50
POINTS_MEASURED = 1_000
PROGRAMME = "pdu-2023-25"
FIRST = date(2015, 1, 5)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHO = ("person:1", "Example Person")


def _inspection(number: int, unit: Any, state: str, lead: tuple[str, str]) -> Any:
    from oversight.inspections import models

    day = FIRST + timedelta(days=number % 4000)
    in_fieldwork = state == "fieldwork"
    return models.Inspection(
        id=number,
        reference=f"{day.year}-PDU-{unit.code}-{number}",
        title=f"Inspection {number} of {unit.name}",
        programme=PROGRAMME,
        programme_version=1,
        type="pdu",
        kind="core",
        rated=True,
        state=state,
        unit_id=unit.code,
        announce_on=day,
        fieldwork_from=day + timedelta(days=42),
        fieldwork_until=day + timedelta(days=53),
        lead=lead[0],
        lead_name=lead[1],
        scheduled_at=AT,
        scheduled_by=WHO[0],
        announced_on=day,
        announced_at=AT,
        announced_by=WHO[0],
        started_on=day + timedelta(days=42),
        finished_on=None if in_fieldwork else day + timedelta(days=53),
    )


def _fieldwork(inspections: list[Any], chosen: random.Random) -> None:
    from oversight.inspections import models
    from oversight.inspections.rules.reading import programme_of, shipped_programmes

    questions = programme_of(shipped_programmes(), PROGRAMME, 1).questions_of("cases")
    lists, rows, draws, cases, judged, number = [], [], [], [], [], 0
    for one in inspections:
        wanted = CASES_MEASURED if one.state == "fieldwork" else CASES
        lists.append(
            models.CaseList(
                id=one.id,
                inspection=one,
                sample="cases",
                file_name="cases.csv",
                digest="0" * 64,
                uploaded_at=AT,
                uploaded_by=WHO[0],
                uploaded_name=WHO[1],
            )
        )
        draws.append(
            models.SampleDraw(
                id=one.id,
                case_list_id=one.id,
                seed="benchmark",
                wanted=wanted,
                most_per_officer=6,
                buffer_per_cent=0,
                drawn=wanted,
                strata={},
                drawn_at=AT,
                drawn_by=WHO[0],
                drawn_name=WHO[1],
            )
        )
        for place in range(1, wanted + 1):
            number += 1
            rows.append(
                models.ListRow(
                    id=number,
                    case_list_id=one.id,
                    reference=f"X{number:07}",
                    officer=f"N57A{place % 12:03}",
                    stratum="male-community-low",
                )
            )
            cases.append(
                models.SampledCase(
                    id=number, inspection=one, draw_id=one.id, row_id=number, number=place, in_reserve=False
                )
            )
            judged += [
                models.CaseJudgement(
                    case_id=number,
                    question=question.id,
                    revision=1,
                    judgement=chosen.choice(("sufficient", "insufficient")),
                    judged_at=AT,
                    judged_by=WHO[0],
                    judged_name=WHO[1],
                )
                for question in questions
            ]
    models.CaseList.objects.bulk_create(lists, batch_size=2000)
    models.ListRow.objects.bulk_create(rows, batch_size=5000)
    models.SampleDraw.objects.bulk_create(draws, batch_size=2000)
    models.SampledCase.objects.bulk_create(cases, batch_size=5000)
    models.CaseJudgement.objects.bulk_create(judged, batch_size=5000)


def _checks(inspections: list[Any], chosen: random.Random) -> None:
    from oversight.inspections import models
    from oversight.kernel.digests import digest

    versions, checks, asks, points = [], [], [], []
    for one in inspections:
        if one.state == "fieldwork":
            continue
        versions.append(
            models.ReportVersion(
                id=one.id,
                inspection=one,
                number=1,
                purpose="check",
                content="{}",
                digest=digest({}),
                made_at=AT,
                made_by=WHO[0],
                made_name=WHO[1],
            )
        )
        many = POINTS_MEASURED if one.state == "check" else POINTS
        sent = one.fieldwork_until + timedelta(days=30)
        checks.append(
            models.AccuracyCheck(
                id=one.id,
                inspection=one,
                state="commissioned",
                first_draft_id=one.id,
                draft_id=one.id,
                sent_on=sent,
                commissioned_on=sent,
                sent_at=AT,
                sent_by=WHO[0],
                sent_name=WHO[1],
                last_number=many,
            )
        )
        asks.append(
            models.AccuracyAsk(
                id=one.id,
                check_of_id=one.id,
                party_id=one.unit_id,
                lineage="/hmpps/probation-service/",
                state="handed_in",
                first_due=sent + timedelta(days=7),
                due=sent + timedelta(days=7),
                asked_at=AT,
                asked_by=WHO[0],
                asked_name=WHO[1],
            )
        )
        points += [
            models.AccuracyPoint(
                check_of_id=one.id,
                number=number,
                ask_id=one.id,
                draft_id=one.id,
                anchor=f"findings.{number}",
                place=number,
                section="Findings",
                passage_kind="paragraph",
                kind=chosen.choice(("typing", "fact", "omission")),
                current="What the draft says now. " * 4,
                proposed="What it would say instead. " * 4,
                explanation="The register of that week shows another figure.",
                state="with_osag",
                written_at=AT,
                written_by=WHO[0],
                written_name=WHO[1],
                moved_at=AT,
                moved_by=WHO[0],
                moved_name=WHO[1],
            )
            for number in range(1, many + 1)
        ]
    models.ReportVersion.objects.bulk_create(versions, batch_size=2000)
    models.AccuracyCheck.objects.bulk_create(checks, batch_size=2000)
    models.AccuracyAsk.objects.bulk_create(asks, batch_size=2000)
    models.AccuracyPoint.objects.bulk_create(points, batch_size=5000)


def fill(inspections: int) -> None:
    """Write that many inspections in bulk, past the actions: step by step it would take hours."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from oversight.inspections import models
    from oversight.parties.queries import parties_by_code

    chosen = random.Random(20260302)
    units = sorted((one for one in parties_by_code().values() if one.kind == "pdu"), key=lambda one: one.code)
    leader = get_user_model().objects.filter(memberships__role="hmip_lead_inspector").order_by("id").first()
    lead = (f"person:{leader.pk}", leader.name)
    states = {inspections: "check", inspections - 1: "fieldwork"}
    made = [
        _inspection(number, units[number % len(units)], states.get(number, "published"), lead)
        for number in range(1, inspections + 1)
    ]
    models.Inspection.objects.bulk_create(made, batch_size=2000)
    lineages = {one.code: one.lineage for one in units}
    models.InspectionUnit.objects.bulk_create(
        [
            models.InspectionUnit(inspection=one, unit_id=one.unit_id, lineage=lineages[one.unit_id])
            for one in made
        ],
        batch_size=2000,
    )
    _fieldwork(made, chosen)
    _checks(made, chosen)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure() -> dict[str, Any]:
    """Ask for each page, and save judgements, many times in this process."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client, override_settings

    from oversight.inspections import models

    def client_of(role: str) -> Client:
        person = get_user_model().objects.filter(memberships__role=role).order_by("id").first()
        client = Client()
        client.force_login(person)
        return client

    lead, osag = client_of("hmip_lead_inspector"), client_of("osag_coordinator")
    fieldwork = models.Inspection.objects.get(state="fieldwork").reference
    check = models.Inspection.objects.get(state="check").reference
    case = f"/inspections/{fieldwork}/cases/1"
    pid = connection.connection.info.backend_pid
    holds = models.CaseJudgement.objects.filter(case__inspection__reference=fieldwork, case__number=1)
    question = holds.order_by("id").first().question
    saved = 1

    def save() -> Any:
        nonlocal saved
        judgement = "sufficient" if saved % 2 else "insufficient"
        sent = {"question": question, "revision": saved, "judgement": judgement, "note": f"{saved}"}
        saved += 1
        return lead.post(case, sent)

    asked = {
        "register of inspections": lambda: lead.get("/inspections"),
        "case page": lambda: lead.get(f"/inspections/{fieldwork}"),
        "a case to judge": lambda: lead.get(case),
        "judgement saved": save,
        "totals": lambda: lead.get(f"/inspections/{fieldwork}/cases/totals"),
        "ratings": lambda: lead.get(f"/inspections/{fieldwork}/ratings"),
        "accuracy check": lambda: osag.get(f"/inspections/{check}/accuracy"),
        "accuracy log, 25 of 1,000 points": lambda: osag.get(f"/inspections/{check}/accuracy/points"),
    }
    measured = {}
    with override_settings(ALLOWED_HOSTS=["*"]):
        for name, ask in asked.items():
            for _ in range(WARM_UP):
                response = ask()
            if response.status_code != (302 if ask is save else 200):
                raise SystemExit(f"{name} answered {response.status_code}, so there is nothing to measure.")
            measured[name] = timed(ask, pid)
    assert saved == WARM_UP + REQUESTS + 1
    return measured


def run() -> dict[str, Any]:
    """Measure both sizes and compare them."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL: python -m tools.postgres run -- ...")
    small, large = (
        in_own_database(
            f"oversight_benchmark_inspections_{size}",
            ["benchmarks.inspections", "--inspections", str(size)],
            given,
        )
        for size in SIZES
    )
    return {
        "benchmark": "inspections",
        "goal": "at most 40 ms CPU a request with 2,000 inspections, 400,000 judgements, 100,000 points",
        "inspections": list(SIZES),
        "requests": {
            name: {
                "small": small[name],
                "large": large[name],
                "growth": round(large[name]["cpu_ms"] / small[name]["cpu_ms"], 2),
            }
            for name in large
        },
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inspections", type=int)
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
    fill(chosen.inspections)


if __name__ == "__main__":
    main()
