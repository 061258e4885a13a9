"""Timeline, adherence, texts and costs: what single pages are given (A2, A4)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.queries import NOBODY, acting_by_command
from oversight.arrangements import actions, queries
from oversight.arrangements.models import Duty
from oversight.arrangements.queries import DutyFilter, sight
from oversight.arrangements.queries.duties import TIMELINE_MOST
from oversight.arrangements.rules.facts import Basis, Force, Status
from oversight.kernel.refusals import Refused
from oversight.parties.queries import remembering
from tests.arrangements.stories import text_with
from tests.factories.arrangements import acting_for, record, withdraw

TODAY = date(2026, 1, 12)
AT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


def seen_by(code, **chosen):
    return queries.duty_list(actor=acting_for(code), today=TODAY, chosen=DutyFilter(**chosen), page=1)


def test_the_timeline_shows_each_duty_in_its_month(cases):
    found = queries.timeline(
        actor=acting_for("hmip"), today=TODAY, chosen=DutyFilter(), first=date(2026, 1, 31), months=3
    )

    assert [(month.first, len(month.lines)) for month in found.months] == [
        (date(2026, 1, 1), 6),
        (date(2026, 2, 1), 1),
        (date(2026, 3, 1), 3),
    ]
    assert (found.shown, found.left_out) == (10, False)
    assert found.shown < TIMELINE_MOST


def test_adherence_counts_every_duty_once_and_keeps_local_targets_apart(cases):
    record("recommendation_answered", "2026-01-05", by="hmpps-osag", addressee="home-office", about="theme/1")
    found = queries.adherence(
        actor=acting_for("hmip"),
        today=date(2026, 3, 20),
        since=date(2026, 1, 1),
        until=date(2026, 3, 31),
    )

    rows = {(row.party.code, row.paragraph, row.basis): row for row in found}
    plan = rows[("hmpps-osag", "27", Basis.TEXT)]
    assert (plan.tally.missed, plan.tally.all, plan.force, plan.quarter) == (
        1,
        1,
        Force.MUST,
        date(2026, 1, 1),
    )
    checks = rows[("hmpps-osag", "22", Basis.LOCAL)].tally
    assert (checks.met, checks.missed, checks.running) == (1, 5, 0)
    assert rows[("home-office", "24", Basis.LOCAL)].tally.met == 1
    total = sum((row.tally.all for row in found), 0)
    assert total == seen_by("hmip", since=date(2026, 1, 1), until=date(2026, 3, 31)).count.number


@pytest.mark.parametrize(
    ("facts", "parties"),
    [
        ({"party": "N57"}, ["N57"]),
        ({"paragraph": "24"}, ["N57", "N57SUR", "home-office"]),
        ({"paragraph": "2"}, []),
        ({"since": date(2026, 3, 1)}, ["N57", "N57SUR", "hmpps-osag"]),
    ],
    ids=str,
)
def test_adherence_is_narrowed(cases, facts, parties):
    asked = {"since": date(2026, 1, 1), "until": date(2026, 3, 31)} | facts

    found = queries.adherence(actor=acting_for("N57"), today=TODAY, **asked)

    assert sorted({row.party.code for row in found}) == parties


def test_adherence_leaves_withdrawn_duties_out_and_is_not_for_everyone(cases):
    asked = {"today": TODAY, "since": date(2025, 1, 1), "until": date(2027, 1, 1)}
    before = queries.adherence(actor=acting_for("hmip"), **asked)
    withdraw(Duty.objects.filter(about="theme").order_by("id").first().opened_by_id)

    after = queries.adherence(actor=acting_for("hmip"), **asked)

    assert sum(row.tally.all for row in before) - sum(row.tally.all for row in after) == 3
    with pytest.raises(Refused):
        queries.adherence(actor=acting_for("N57EKNT"), **asked)
    with pytest.raises(Refused):
        queries.adherence(actor=acting_for("hmip"), party="atlantis", **asked)


def test_duties_as_of_a_day_know_nothing_of_later_events(cases):
    met = record("accuracy_check_returned", "2026-01-05", by="hmpps-osag", about="norfolk")
    assert met.changed

    before = queries.duties_as_of(as_of=date(2026, 1, 4), party="hmpps-osag")
    after = queries.duties_as_of(as_of=date(2026, 1, 12), party="hmpps-osag")

    assert [(line.arrangement, line.status) for line in before] == [
        ("22-commission-check", Status.RUNNING),
        ("22-return-check", Status.RUNNING),
    ]
    norfolk = {line.arrangement: line.status for line in after if line.about == "norfolk"}
    assert norfolk == {"22-commission-check": Status.MISSED, "22-return-check": Status.MET}
    with pytest.raises(Refused):
        queries.duties_as_of(as_of=TODAY, party="atlantis")


@pytest.mark.parametrize(
    ("code", "has", "lacks"),
    [
        ("hmip", "report_published", "action_plan_published"),
        ("hmpps-osag", "accuracy_check_returned", "report_published"),
        ("N57", "action_plan_submitted", "timetable_shared"),
        ("N57EKNT", "action_plan_submitted", "complaint_received"),
        ("home-office", "recommendation_answered", "recommendation_made"),
    ],
)
def test_the_form_offers_what_a_party_may_say(memorandum, code, has, lacks):
    names = {event.name for event in queries.recordable_events(actor=acting_for(code), today=TODAY)}

    assert has in names
    assert lacks not in names


def test_nothing_is_offered_to_who_may_record_nothing(memorandum):
    assert queries.recordable_events(actor=acting_for("provider-nacro"), today=TODAY) == ()
    assert queries.recordable_events(actor=NOBODY, today=TODAY) == ()


def asks(actor):
    """Every query behind a page, as it is asked within one request."""
    everything = DutyFilter()
    duty = Duty.objects.filter(about="kent").order_by("id").first()
    return {
        "home": lambda: queries.home(actor=actor, today=TODAY),
        "list": lambda: queries.duty_list(actor=actor, today=TODAY, chosen=everything),
        "filtered": lambda: queries.duty_list(
            actor=actor,
            today=TODAY,
            chosen=DutyFilter(party="N57", state="open", paragraph="22", text="Return"),
        ),
        "duty": lambda: queries.duty(actor=actor, today=TODAY, duty_id=duty.pk),
        "event": lambda: queries.event(actor=actor, today=TODAY, event_id=duty.opened_by_id),
        "events": lambda: queries.latest_events(actor=actor, today=TODAY),
        "timeline": lambda: queries.timeline(
            actor=actor, today=TODAY, chosen=everything, first=TODAY, months=6
        ),
        "export": lambda: list(queries.every_line(actor=actor, today=TODAY, chosen=everything)),
        "questions": lambda: queries.open_questions(actor=actor, today=TODAY),
        "adherence": lambda: queries.adherence(
            actor=acting_for("hmip"), today=TODAY, since=date(2026, 1, 1), until=date(2026, 12, 31)
        ),
    }


def counts(actor):
    found = {}
    for name, ask in asks(actor).items():
        with (
            remembering(),
            CaptureQueriesContext(
                connection,
            ) as sent,
        ):
            ask()
        found[name] = len(sent)
    return found


@pytest.mark.parametrize("code", ["hmip", "N57"])
def test_more_rows_cost_no_more_queries(cases, code):
    actor = acting_for(code)
    few = counts(actor)
    for number in range(60):
        record(
            "draft_received_for_checking",
            "2026-01-05",
            kind="core",
            unit="N57EKNT",
            about=f"case-{number}",
        )

    many = counts(actor)

    assert many == few
    assert max(many.values()) <= 9


def test_counts_stop_at_ten_thousand_and_say_so(monkeypatch, cases):
    monkeypatch.setattr(sight, "COUNTED_UP_TO", 5)

    found = seen_by("hmip")

    assert found.count.more
    assert found.count.in_words == "more than 5"


def test_texts_are_listed_latest_first(memorandum):
    text = text_with(
        identifier="mou-2026",
        effective_from=date(2026, 3, 1),
        changes={"27-submit-plan": {"limit": {"length": 12}}},
    )
    actions.load_version(by=acting_by_command("test"), at=AT, text=text, name="mou-2026.yaml")

    newer, older = queries.versions()

    assert (newer.id, older.id) == ("mou-2026", "mou-2023")
    assert (newer.effective_from, newer.adopted_at) == (date(2026, 3, 1), AT)
