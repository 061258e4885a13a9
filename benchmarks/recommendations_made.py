# ruff: noqa: PLC0415, SLF001 - the process that writes starts the framework first; _meta is public in Django
"""Recommendations, plans and actions in bulk, for measuring: reports of ten, each with a plan.

Each recommendation has answers, a timeline and an action with progress.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

PER_REPORT = 10
#: Beyond what the demonstration has recorded.
FIRST_ROW = 10_000
FIRST = date(2015, 1, 5)
WHO = ("person:1", "Example Person")
VOCABULARY = 3_000
RARE = "moratorium"
DELIVERIES = (
    ("not_started", "awaiting"),
    ("not_started", "agreed"),
    ("in_progress", "agreed"),
    ("in_progress", "partly_agreed"),
    ("reported_complete", "agreed"),
    ("closed_verified", "agreed"),
    ("closed_not_agreed", "not_agreed"),
)


def _sentences(chosen: random.Random) -> Iterator[str]:
    """Give texts of some twenty words, some words common and most of them rare, as in prose."""
    letters = "bcdfghjklmnprstvw"
    words = [
        "".join(chosen.choice(letters) + chosen.choice("aeiou") for _ in range(chosen.randint(2, 4)))
        for _ in range(VOCABULARY)
    ]
    weights = [1 / (place + 10) for place in range(VOCABULARY)]
    number = 0
    while True:
        number += 1
        text = " ".join(chosen.choices(words, weights, k=20))
        yield f"{text} {RARE}." if number % 5000 == 0 else f"{text}."


def copied(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows in bulk; what a row leaves out has its default."""
    from django.db import connection

    fields = list(model._meta.concrete_fields)
    defaults = {one.attname: one.get_default() for one in fields}
    columns = ", ".join(f'"{one.column}"' for one in fields)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            facts = defaults | row
            copy.write_row([facts[one.attname] for one in fields])


def fill(size: int) -> None:
    """Write recommendations, plans and actions in bulk, past the actions: step by step it would take days."""
    from django.db import connection

    from oversight.parties.queries import parties_by_code
    from oversight.recommendations import models
    from oversight.recommendations.rules.wording import words_of

    chosen = random.Random(20260302)
    parties = parties_by_code()
    units = sorted(code for code, one in parties.items() if one.kind == "pdu")
    national = ("hmpps", "probation-service", "moj", "home-office")
    themes = sorted(words_of("themes"))
    text = _sentences(chosen)
    facts = []
    for number in range(1, size + 1):
        report = -(-number // PER_REPORT)
        unit = units[report % len(units)]
        made = FIRST + timedelta(days=report * 4000 // (size // PER_REPORT + 1))
        delivery, response = DELIVERIES[number % len(DELIVERIES)]
        place = number % 10
        region = parties[unit].lineage.split("/")[-3]
        addressee = national[report % 4] if place == 0 else region if place == 1 else unit
        facts.append((number, report, unit, made, delivery, response, addressee, next(text)))

    def when(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)

    def recommendations() -> Iterator[dict[str, Any]]:
        for number, report, unit, made, delivery, response, addressee, said in facts:
            closed, proposed = delivery.startswith("closed"), delivery == "closed_verified"
            yield {
                "id": FIRST_ROW + number,
                "reference": f"B-{report}-R{number}",
                "kind": "core",
                "source": f"B-{report}",
                "source_title": f"Inspection of {parties[unit].name}",
                "number": (number - 1) % PER_REPORT + 1,
                "text": said,
                "theme": themes[number % len(themes)],
                "maker_id": "hmip",
                "addressee_id": addressee,
                "unit_id": unit,
                "made_on": made,
                "received_at": when(made),
                "received_by": WHO[0],
                "response": response,
                "delivery": delivery,
                "proposed_at": when(made) if proposed else None,
                "proposed_by": "person:2" if proposed else "",
                "proposed_name": "Another Person" if proposed else "",
                "closed_at": when(made) if closed else None,
                "closed_by": WHO[0] if closed else "",
                "closed_name": WHO[1] if closed else "",
            }

    def answers() -> Iterator[dict[str, Any]]:
        for number, _, _, made, _, response, addressee, said in facts:
            if response != "awaiting":
                yield {
                    "id": FIRST_ROW + number,
                    "recommendation_id": FIRST_ROW + number,
                    "round": 1,
                    "response": response,
                    "agreed_part": said if response == "partly_agreed" else "",
                    "reason": said,
                    "given_at": when(made),
                    "given_by": WHO[0],
                    "given_name": WHO[1],
                    "given_party_id": addressee,
                }

    def steps() -> Iterator[dict[str, Any]]:
        for number, _, _, made, delivery, _, addressee, said in facts:
            for place, move in enumerate(("receive", "start", "add_progress")):
                yield {
                    "id": FIRST_ROW + number * 3 + place,
                    "recommendation_id": FIRST_ROW + number,
                    "move": move,
                    "source": "",
                    "target": delivery,
                    "text": said,
                    "made_at": when(made),
                    "made_by": WHO[0],
                    "made_name": WHO[1],
                    "made_party_id": addressee if place else "hmip",
                }

    def plans() -> Iterator[dict[str, Any]]:
        for _, report, unit, made, *_ in facts[::PER_REPORT]:
            yield {
                "id": FIRST_ROW + report,
                "reference": f"PLAN-B-{report}",
                "kind": "local",
                "title": f"Action plan of {parties[unit].name}",
                "unit_id": unit,
                "writer_id": unit,
                "state": "received",
                "opened_at": when(made),
                "opened_by": WHO[0],
                "cleared_at": when(made),
                "cleared_by": WHO[0],
                "cleared_name": WHO[1],
                "submitted_on": made,
                "received_at": when(made),
                "received_by": WHO[0],
            }

    def reports() -> Iterator[dict[str, Any]]:
        for _, report, unit, *_ in facts[::PER_REPORT]:
            yield {
                "id": FIRST_ROW + report,
                "plan_id": FIRST_ROW + report,
                "kind": "core",
                "source": f"B-{report}",
                "title": f"Inspection of {parties[unit].name}",
            }

    def actions() -> Iterator[dict[str, Any]]:
        for number, report, unit, made, *_, said in facts:
            due = made + timedelta(days=200)
            yield {
                "id": FIRST_ROW + number,
                "plan_id": FIRST_ROW + report,
                "number": (number - 1) % PER_REPORT + 1,
                "text": said,
                "owner_id": unit,
                "measure": said,
                "first_due": due,
                "due": due + timedelta(days=number % 3 * 30),
                "progress": ("not_started", "under_way", "done", "done")[number % 4],
                "added_at": when(made),
                "added_by": WHO[0],
            }

    def carried() -> Iterator[dict[str, Any]]:
        for number, *_ in facts:
            row = FIRST_ROW + number
            yield {"id": row, "action_id": row, "recommendation_id": row}

    def entries() -> Iterator[dict[str, Any]]:
        for number, _, unit, made, *_, said in facts:
            yield {
                "id": FIRST_ROW + number,
                "action_id": FIRST_ROW + number,
                "progress": "under_way",
                "text": said,
                "made_at": when(made),
                "made_by": WHO[0],
                "made_name": WHO[1],
                "made_party_id": unit,
            }

    for model, rows in (
        (models.Recommendation, recommendations),
        (models.Answer, answers),
        (models.RecommendationStep, steps),
        (models.Plan, plans),
        (models.PlanReport, reports),
        (models.PlanAction, actions),
        (models.ActionRecommendation, carried),
        (models.ActionProgress, entries),
    ):
        copied(model, rows())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
