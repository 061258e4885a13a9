"""People who act on one case at the same moment lose nothing of each other's acts (paragraph 10(iii))."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from oversight.access.queries import acting_by_command
from oversight.arrangements import actions
from oversight.arrangements.models import Duty, DutyQuery, Event
from oversight.kernel.refusals import Refused
from oversight.ledger import guard
from tests.arrangements.duties_table import replay, table
from tests.arrangements.stories import text_with
from tests.factories.arrangements import acting_for, load_mou, record, withdraw

pytestmark = pytest.mark.django_db(transaction=True)

MARCH = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)


def together(*works):
    """Run each work in a connection of its own, all at the same moment; give results and refusals."""
    barrier = threading.Barrier(len(works), timeout=60)

    def run(work):
        try:
            connection.ensure_connection()
            with guard.writing():
                barrier.wait()
                try:
                    return work()
                except Refused as refused:
                    return refused.rule
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, work) for work in works]]


def test_events_of_one_case_recorded_at_once_all_count():
    load_mou()
    draft = record("draft_received_for_checking", "2026-01-02", kind="sfo_independent")

    together(
        lambda: record("action_plan_submitted", "2026-01-05", kind="sfo_independent", by="hmpps-osag"),
        lambda: record("draft_received_for_checking", "2026-01-03", kind="sfo_independent"),
        lambda: record("draft_received_for_checking", "2026-01-04", kind="sfo_independent"),
        lambda: record("action_plan_published", "2026-01-05", kind="sfo_independent", by="hmpps-osag"),
        lambda: record("recommendation_made", "2026-01-05", kind="core", addressee="hmpps"),
    )

    assert Event.objects.count() == 6
    assert Duty.objects.filter(arrangement="27-submit-plan", met_on__isnull=False).count() == 1
    assert Duty.objects.get(arrangement="27-submit-plan", met_on__isnull=False).opened_by_id == draft.id
    assert table() == replay()


def test_a_button_pressed_twice_records_once():
    load_mou()

    done = together(
        *[lambda: record("draft_received_for_checking", "2026-01-05", kind="thematic") for _ in range(4)]
    )

    assert done.count("event_once") == 3
    assert Event.objects.count() == 1
    assert Duty.objects.count() == 3


def test_an_event_is_withdrawn_by_one_of_two():
    load_mou()
    draft = record("draft_received_for_checking", "2026-01-05", kind="thematic")

    done = together(lambda: withdraw(draft.id), lambda: withdraw(draft.id))

    assert done.count("stale_event") == 1
    assert table() == replay()


def test_a_text_taken_up_while_events_are_recorded_governs_as_the_replay_says():
    load_mou()
    text = text_with(
        identifier="mou-2026",
        effective_from=date(2026, 1, 1),
        changes={"27-submit-plan": {"limit": {"length": 12}}},
    )
    moment = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    done = together(
        lambda: actions.load_version(
            by=acting_by_command("test"), at=moment, text=text, name="mou-2026.yaml"
        ),
        *[
            lambda about=about: record(
                "draft_received_for_checking", "2026-01-05", kind="thematic", about=about, at=moment
            )
            for about in ("one", "two", "three")
        ],
    )

    used = {duty.version_id for duty in Duty.objects.order_by("id")}
    assert used == ({"mou-2023"} if "text_before_events" in done else {"mou-2026"})
    assert table() == replay()


def test_a_question_is_asked_once_and_answered_once():
    load_mou()
    record("draft_received_for_checking", "2026-01-05", kind="sfo_independent")
    duty = Duty.objects.get(arrangement="27-submit-plan")

    def ask():
        return actions.raise_query(
            by=acting_for("hmip"), at=MARCH, duty_id=duty.pk, revision=duty.revision, question="Why?"
        )

    asked = together(ask, ask, ask)
    assert asked.count("query_one_at_a_time") == 2
    query = DutyQuery.objects.get()

    def answer():
        actions.answer_query(
            by=acting_for("hmpps-osag"), at=MARCH, query_id=query.pk, revision=1, answer="Late."
        )

    assert together(answer, answer).count("stale_query") == 1
