"""From the timetable to a planning problem and back to days (C4, ¶10(v), ¶17, ¶28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.refusals import Refused
from oversight.programme.planner.checking import faults
from oversight.programme.planner.problem import CORE_REGION, CORE_UNIT, THEMATIC, read
from oversight.programme.rules.clashes import Closed
from oversight.programme.rules.figures import figures, read_figures
from oversight.programme.rules.kinds import data_text, visit_data
from oversight.programme.rules.limits import limits
from oversight.programme.rules.proposing import (
    OTHER,
    Frame,
    Item,
    LostTeam,
    WantedThematic,
    built,
    frame_of,
)
from oversight.programme.rules.visits import Span

MONDAY = date(2026, 11, 30)
FRAME = Frame(MONDAY, 60, 11)
UNITS = {"N50": ("N50A", "N50B"), "N51": ("N51A",)}


def item(place="N50A", span=None, **more) -> Item:
    """A core inspection of a unit, to be planned unless its days are given."""
    region = place[:3]
    known = {
        "id": f"v-{place}",
        "kind": "core_unit",
        "body": "hmip",
        "place": place,
        "place_kind": "region" if place == region else "pdu",
        "region": region,
        "weeks": 2,
        "visit_days": 10,
        "teams": ("hmip-field",),
        "weight": 4,
        "span": span,
        "fixed": span is not None,
    }
    return Item(**(known | more))


def made(*items, frame=FRAME, **more):
    known = {"closed": (), "teams": visit_data().teams, "limits": limits(), "data": figures()}
    return built(frame, items, units=UNITS, **(known | more))


def days(week, weeks=2, frame=FRAME) -> Span:
    return frame.days(week, weeks)


@given(st.integers(0, 200), st.integers(1, 20))
def test_weeks_become_days_from_monday_to_friday_and_back(week, weeks):
    span = days(week, weeks)

    assert span.first.weekday() == 0
    assert span.last.weekday() == 4
    assert (FRAME.week_of(span.first), FRAME.week_of(span.last)) == (week, week + weeks - 1)


@given(st.dates(date(2026, 11, 23), date(2028, 1, 1)), st.integers(13, 260))
def test_nothing_starts_before_the_time_to_announce_it(first, weeks):
    today = date(2026, 11, 23)

    frame = frame_of(first, weeks, today=today, data=figures())

    assert frame.first.weekday() == 0
    assert frame.first <= first < frame.first + timedelta(weeks=1)
    soonest = frame.monday(frame.lead)
    assert soonest >= today + timedelta(weeks=figures().lead_weeks) or soonest == frame.first >= today


@pytest.mark.parametrize(
    ("first", "weeks", "field"),
    [
        (date(2026, 11, 22), 60, "first"),
        (date(2026, 11, 23), 12, "weeks"),
        (date(2026, 11, 23), 261, "weeks"),
    ],
)
def test_weeks_that_cannot_be_planned_are_refused_beside_their_entry_paragraph_10v(first, weeks, field):
    with pytest.raises(Refused) as refused:
        frame_of(first, weeks, today=date(2026, 11, 23), data=figures())

    assert (refused.value.field, refused.value.paragraph) == (field, "10(v)")


def test_a_visit_to_be_planned_may_start_from_the_lead_until_its_latest_day():
    (visit,) = made(item(latest=days(30).last)).problem.visits

    assert (visit.kind, visit.earliest, visit.latest, visit.fixed) == (CORE_UNIT, 11, 30, None)
    assert visit.uses == (("hmip-field", 2),)


def test_a_visit_that_stays_keeps_its_week_and_is_cut_to_the_weeks_planned():
    found = made(
        item("N50A", days(5)),
        item("N50B", days(-1)),
        item("N51A", days(-9)),
        item("N50", days(59), id="late"),
    ).problem

    assert {one.id: (one.fixed, one.fieldwork_weeks) for one in found.visits} == {
        "v-N50A": (5, 2),
        "v-N50B": (0, 1),
        "late": (59, 1),
    }


def test_a_place_visited_before_the_first_week_is_left_alone_for_its_gap():
    found = made(item("N50A", days(-2), id="before"), item("N50A", weight=9)).problem

    gap = next(rule.weeks for rule in limits().rules if rule.id == "unit-gap")
    assert [(one.id, one.earliest) for one in found.visits] == [("v-N50A", max(FRAME.lead, gap))]


def test_a_visit_kept_from_the_body_takes_room_and_says_nothing_else_paragraph_28():
    hidden = item("N50A", days(20, 4), id="hidden-7", kind="", body="hmpps-osag", teams=())

    (visit,) = made(hidden).problem.visits

    assert (visit.kind, visit.uses, visit.fixed, visit.fieldwork_weeks) == (OTHER, (), 20, 4)


def test_no_week_left_is_told_and_not_planned():
    found = made(item(latest=days(5).last), item("N50B"))

    assert found.no_time == ("v-N50A",)
    assert [one.id for one in found.problem.visits] == ["v-N50B"]


def test_visits_that_clash_already_are_left_aside():
    found = made(item("N50A", days(20)), item("N50A", days(21), id="second"), item("N51A"))

    assert found.aside == ("second",)
    assert {one.id for one in found.problem.visits} == {"v-N50A", "v-N51A"}


def test_a_region_that_has_not_begun_keeps_its_inspections_together():
    fresh = made(item("N50A"), item("N50", kind="core_region")).problem
    begun = made(item("N50A", days(14)), item("N50B"), item("N50", kind="core_region")).problem

    assert [one.kind for one in fresh.visits] == [CORE_UNIT, CORE_REGION]
    assert (fresh.rules.unit_inspections_span, fresh.rules.region_after_last_unit) == (30, (3, 12))
    assert fresh.regions[0].units == ("N50A",)
    assert [one.kind for one in begun.visits] == [OTHER, CORE_UNIT, CORE_REGION]
    assert begun.regions[0].units == ("N50B",)
    assert begun.visits[2].earliest == 14 + 2 + figures().region_after[0]


def test_an_announced_visit_that_may_move_is_fixed_with_the_weeks_to_which_it_could_go():
    soon = item("N50A", days(3), fixed=False, keeps=True, announced=True)

    found = made(soon, closed=[Closed("x", "N50", days(2, 4))])

    (visit,) = found.problem.visits
    assert (visit.fixed, visit.earliest, visit.latest) == (3, 3, FRAME.weeks - 2)
    assert found.aside == ()


def test_closed_weeks_and_lost_teams_take_room():
    lost = LostTeam("hmip-field", 2, Span(days(12).first, days(15).first))
    found = made(
        item("N50A"),
        closed=[
            Closed("x", "N50", days(13, 3)),
            Closed("y", "hmip", days(30, 1)),
            Closed("z", "N99", days(1)),
        ],
        lost=[lost],
    ).problem

    assert {one.id: one.blackout_weeks for one in found.regions} == {
        "N50": frozenset({13, 14, 15}),
        "N51": frozenset(),
    }
    assert found.agency_blackout_weeks == {"hmip": frozenset({30})}
    at_once = visit_data().teams["hmip-field"].at_once
    assert found.capacity["hmip-field"][11:17] == (at_once, *[at_once - 2] * 4, at_once)


@given(st.integers(0, 5))
def test_what_is_booked_is_never_more_than_the_teams_there_are(fewer):
    lost = LostTeam("hmip-field", fewer, Span(MONDAY, days(59, 1).last))
    booked = [item("N50A", days(20)), item("N51A", days(20))]

    found = made(*booked, lost=[lost]).problem

    assert not faults(found, {one.id: one.fixed for one in found.visits})


def test_a_thematic_inspection_is_offered_to_every_region():
    wanted = WantedThematic("Example", 2, Span(days(20).first, days(29).last), visit_data().kinds["thematic"])

    found = made(item("N50A"), thematic=wanted).problem

    offered = [one for one in found.visits if one.kind == THEMATIC]
    assert [(one.region, one.site) for one in offered] == [("N50", "N50"), ("N51", "N51")]
    assert {(one.earliest, one.latest) for one in offered} == {(20, 29)}
    (thematic,) = found.thematics
    assert (thematic.regions, thematic.window) == (2, (20, 30))


@given(
    st.lists(st.tuples(st.sampled_from(["N50A", "N50B", "N51A", "N50"]), st.integers(-10, 70)), max_size=8)
)
def test_a_problem_reads_back_and_what_stays_keeps_every_rule(booked):
    items = [
        item(place, days(week), id=f"b{number}", kind="audit") for number, (place, week) in enumerate(booked)
    ]

    found = made(*items, item("N50B", id="wanted")).problem

    assert read(found.as_data()) == found
    fixed = replace(found, visits=tuple(one for one in found.visits if one.fixed is not None))
    assert not faults(fixed, {one.id: one.fixed for one in fixed.visits})


def test_the_figures_say_that_nobody_agreed_them():
    data = figures()

    assert data.note
    assert not data.agreed


def test_a_range_that_runs_backwards_is_refused():
    text = data_text("planning.yaml").replace("[3, 12]", "[12, 3]")

    with pytest.raises(Refused, match="backwards"):
        read_figures(text, "planning.yaml", yaml.safe_load(data_text("planning-schema.yaml")))
