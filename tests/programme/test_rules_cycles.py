"""How far a programme is, and calendars as text (C1, C6, ¶17)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.refusals import Refused
from oversight.programme.rules.cycles import (
    LEAD_WEEKS,
    Cycle,
    Standing,
    Target,
    active_days,
    check_cycle,
    forecast,
    months_after,
    progress,
    tally,
)
from oversight.programme.rules.feeds import Entry, calendar_text
from oversight.programme.rules.visits import Span

CYCLE = Cycle(date(2023, 10, 1), 36, 48)
TARGETS = [Target("U1", "R1"), Target("U2", "R1"), Target("U3", "R2"), Target("U4", "R2")]
DONE = {"U1": PartialDate.parse("2024-05")}


def standing(booked=None, today=date(2026, 3, 2)):
    places = progress(TARGETS, done=DONE, booked=booked or {}, cycle=CYCLE, today=today)
    return {one.target.place: one.standing for one in places}


def test_the_frame_is_36_to_48_months_from_the_start():
    assert (CYCLE.earliest_end, CYCLE.latest_end) == (date(2026, 10, 1), date(2027, 10, 1))
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)


def test_a_place_is_done_booked_due_or_at_risk():
    early, late = Span(date(2026, 9, 7), date(2026, 9, 18)), Span(date(2027, 10, 1), date(2027, 10, 2))

    assert standing({"U1": early, "U2": early, "U3": late}) == {
        "U1": Standing.DONE,
        "U2": Standing.BOOKED,
        "U3": Standing.AT_RISK,
        "U4": Standing.DUE,
    }
    little = CYCLE.latest_end - timedelta(weeks=LEAD_WEEKS)
    assert standing(today=little)["U4"] is Standing.AT_RISK
    assert standing(today=little - timedelta(days=1))["U4"] is Standing.DUE


def test_the_tally_adds_up_and_forecasts_at_the_pace_so_far():
    places = progress(TARGETS, done=DONE, booked={}, cycle=CYCLE, today=date(2024, 9, 30))
    counted = tally(places, cycle=CYCLE, today=date(2024, 9, 30))

    # One in 365 days, so three more take three times as long.
    assert (counted.done, counted.due, counted.all) == (1, 3, 4)
    assert counted.forecast == date(2024, 9, 30) + timedelta(days=3 * 365)


def test_a_pause_is_left_out_of_the_pace():
    paused = Cycle(date(2023, 10, 1), 36, 48, (Span(date(2024, 1, 1), date(2024, 1, 31)),))
    today = date(2024, 9, 30)

    assert active_days(paused, today) == active_days(CYCLE, today) - 31


@given(st.integers(0, 40), st.integers(0, 40), st.integers(-100, 3000))
def test_a_forecast_is_never_past_and_there_is_none_without_pace_or_rest(done, left, days):
    today = CYCLE.starts + timedelta(days=days)
    found = forecast(done=done, left=left, cycle=CYCLE, today=today)

    if not done or not left or days <= 0:
        assert found is None
    else:
        assert found > today
        more = forecast(done=done, left=left + 1, cycle=CYCLE, today=today)
        assert more >= found


@pytest.mark.parametrize(
    ("starts", "earliest", "latest", "field"),
    [
        (date(2023, 10, 1), 0, 48, "earliest_months"),
        (date(2023, 10, 1), 48, 36, "latest_months"),
        (date(2023, 10, 1), 36, 200, "latest_months"),
        (date(1923, 10, 1), 36, 48, "starts_on"),
    ],
)
def test_a_frame_that_cannot_be_is_refused(starts, earliest, latest, field):
    with pytest.raises(Refused) as refused:
        check_cycle(starts, earliest, latest)
    assert refused.value.field == field


def entry(reference="V-1", **more) -> Entry:
    facts = {
        "title": "Core inspection of a unit: East Kent",
        "body": "HM Inspectorate of Probation",
        "place": "East Kent",
        "span": Span(date(2026, 9, 7), date(2026, 9, 18)),
        "sequence": 2,
        "changed_at": datetime(2026, 3, 2, 9, 0, 5, 123, tzinfo=UTC),
        "cancelled": False,
        "held": False,
        "settled": True,
        "address": "https://example.org/visits/V-1",
    }
    return Entry(reference=reference, **(facts | more))


def events(text: bytes):
    return icalendar.Calendar.from_ical(text).walk("VEVENT")


def test_a_visit_is_written_as_whole_days_that_end_before_the_next():
    (event,) = events(calendar_text("Visits", [entry()]))

    assert str(event["uid"]) == "V-1@visits.oversight"
    assert event["sequence"] == 2
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 9, 7), date(2026, 9, 19))
    assert str(event["status"]) == "CONFIRMED"
    assert "class" not in event


def test_cancelled_and_held_visits_are_told_as_cancelled_and_in_words():
    cancelled, held = events(
        calendar_text(
            "Visits",
            [entry("V-1", cancelled=True), entry("V-2", cancelled=True, held=True)],
        )
    )

    assert {str(cancelled["status"]), str(held["status"])} == {"CANCELLED"}
    assert str(cancelled["summary"]).startswith("Cancelled: ")
    assert str(held["summary"]).startswith("On hold: ")


def test_one_that_is_not_announced_is_tentative_and_confidential():
    (event,) = events(calendar_text("Visits", [entry(settled=False)]))

    assert (str(event["status"]), str(event["class"])) == ("TENTATIVE", "CONFIDENTIAL")


@given(st.permutations([1, 2, 3]), st.text(max_size=40))
def test_the_same_visits_give_the_same_text_and_what_people_typed_comes_back(order, title):
    clean = " ".join(title.split()).strip()
    clean = "".join(sign for sign in clean if sign.isprintable())
    entries = [entry(f"V-{number}", title=clean) for number in order]
    text = calendar_text("Visits", entries)

    assert text == calendar_text("Visits", sorted(entries, key=lambda one: one.reference))
    assert {str(event["summary"]) for event in events(text)} == {f"{clean}, East Kent"}
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
