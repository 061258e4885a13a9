"""Clashes found by the rules, what places carry, and what blurred days keep to themselves (C2, C3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oversight.kernel.refusals import Refused
from oversight.programme.rules.burden import (
    Load,
    by_body,
    days_of_hours,
    peak_around,
    rolling,
    shares_in_words,
    within,
)
from oversight.programme.rules.clashes import (
    Booked,
    Closed,
    clashes_of,
    day_in,
    free_days,
    joined,
    not_to_be_booked,
)
from oversight.programme.rules.limits import Force, limits
from oversight.programme.rules.settling import answer_move, check_other_party
from oversight.programme.rules.sight import blurred
from oversight.programme.rules.visits import Span

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SPANS = st.builds(lambda first, length: Span(first, first + timedelta(days=length)), DAYS, st.integers(0, 20))
LOADS = st.lists(
    st.builds(
        Load,
        on=DAYS,
        body=st.sampled_from(["hmip", "hmpps-osag"]),
        days=st.integers(1, 12).map(float),
        about=st.uuids().map(str),
    ),
    max_size=12,
)


def booked(first="2026-09-07", days=5, *, reference="V-1", owner="hmip", place="U1", kind="pdu", size=5):
    day = date.fromisoformat(first)
    return Booked(reference, owner, place, kind, "R1", Span(day, day + timedelta(days=days - 1)), size)


def found(visit, *others, closed=(), unit_loads=(), region_loads=()):
    return {
        one.rule.id: one
        for one in clashes_of(
            visit,
            others,
            closed=closed,
            unit_loads=unit_loads,
            region_loads=region_loads,
            units_in_region=6,
            limits=limits(),
        )
    }


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        ("2026-09-08", "unit-too-soon"),
        ("2026-09-25", "unit-too-soon"),  # 13 free days
        ("2026-09-26", "unit-gap"),  # 14 free days
        ("2026-11-06", "unit-gap"),  # 55 free days
        ("2026-11-07", ""),  # 56 free days
    ],
)
def test_two_visits_to_one_unit_clash_up_to_eight_weeks_apart_and_are_told_once(second, rule):
    clashes = found(booked(second, owner="hmpps-osag"), booked(reference="V-2"))

    assert list(clashes) == ([rule] if rule else [])


def test_a_regional_office_has_a_gap_of_its_own_and_other_places_have_none():
    office = {"place": "R1", "kind": "region"}
    assert list(found(booked(**office), booked("2026-10-20", reference="V-2", **office))) == [
        "region-office-gap"
    ]
    assert found(booked(), booked("2026-09-14", reference="V-2", place="U2")) == {}


def test_no_visit_of_another_body_holds_an_inspection_back_and_its_own_does():
    inspection, other = booked(), booked("2026-09-14", reference="V-2", owner="hmpps-osag")

    assert found(inspection, other)["unit-too-soon"].force is Force.USUALLY
    assert found(other, inspection)["unit-too-soon"].holds_back
    assert found(inspection, replace(other, owner="hmip"))["unit-too-soon"].holds_back


def test_more_than_two_at_once_in_a_region_are_found_whatever_their_places():
    others = [booked(reference=f"V-{number}", place=f"U{number}") for number in (2, 3)]

    assert found(booked(), others[0]) == {}
    clash = found(booked(), *others)["region-at-once"]
    assert clash.others == ("V-2", "V-3")
    # One that is over before the other begins is not there at the same time.
    assert (
        found(booked(days=12), others[0], replace(others[1], span=Span(date(2026, 9, 14), date(2026, 9, 15))))
        == {}
    )


def test_a_unit_over_its_limit_is_found_with_what_makes_it_up():
    loads = [Load(date(2026, 6, 1), "hmpps-osag", 16.0, "V-2")]
    other = booked("2026-06-01", reference="V-2", owner="hmpps-osag", size=16)

    clash = found(booked(), other, unit_loads=loads)["unit-burden-26"]
    assert clash.others == ("V-2",)
    assert found(booked(size=4), other, unit_loads=loads) == {}


def test_a_body_keeps_to_its_own_closed_weeks_and_talks_through_those_of_a_place():
    weeks = Span(date(2026, 9, 1), date(2026, 9, 30))

    assert found(booked(), closed=[Closed("W-1", "hmip", weeks)])["body-closed"].holds_back
    assert not found(booked(), closed=[Closed("W-1", "R1", weeks)])["place-closed"].holds_back
    assert found(booked(), closed=[Closed("W-1", "hmpps-osag", weeks)]) == {}
    assert found(booked("2026-10-05"), closed=[Closed("W-1", "hmip", weeks)]) == {}


@given(SPANS, SPANS)
def test_the_gap_between_two_visits_is_the_same_from_either_side(one, other):
    assert free_days(one, other) == free_days(other, one)
    assert (free_days(one, other) < 0) == one.overlaps(other)


@given(SPANS, SPANS, st.integers(0, 27))
def test_what_another_body_is_told_is_the_same_wherever_in_its_blocks_a_hidden_visit_lies(own, hidden, shift):
    weeks = limits().block_weeks
    moved = Span(hidden.first + timedelta(days=shift), hidden.last + timedelta(days=shift))
    assume(blurred(hidden, weeks) == blurred(moved, weeks))
    visit = replace(booked(owner="hmpps-osag"), span=own)

    def told(span):
        wide = blurred(span, weeks)
        return found(
            visit,
            replace(booked(reference="V-2"), span=wide),
            region_loads=[Load(wide.first, "hmip", 5.0, "V-2")],
        )

    assert told(hidden) == told(moved)


@given(SPANS, SPANS, st.integers(0, 27))
def test_entering_a_hidden_visit_tells_others_no_more_than_its_blocks(other, hidden, shift):
    weeks = limits().block_weeks
    moved = Span(hidden.first + timedelta(days=shift), hidden.last + timedelta(days=shift))
    assume(blurred(hidden, weeks) == blurred(moved, weeks))

    def told(span):
        wide = blurred(span, weeks)
        beside = [
            replace(booked(reference=f"V-{place}", place=place, owner="hmpps-osag"), span=other, against=wide)
            for place in ("U1", "U2", "U3")
        ]
        loads = [Load(other.first, "hmpps-osag", 30.0, one.reference) for one in beside]
        clashes = found(replace(booked(), span=span), *beside, unit_loads=loads[:1], region_loads=loads)
        return {key: (one.others, one.force) for key, one in clashes.items() if one.others}

    assert told(hidden) == told(moved)


@given(SPANS, DAYS)
def test_days_that_cannot_be_booked_are_exactly_those_that_the_rule_refuses(hidden, day):
    wide = blurred(hidden, limits().block_weeks)
    other = replace(booked(reference="V-2"), span=wide)
    blocked = not_to_be_booked("U1", "pdu", [other], owner="hmpps-osag", limits=limits())

    refused = any(
        one.holds_back
        for one in found(replace(booked(owner="hmpps-osag"), span=Span(day, day)), other).values()
    )
    assert day_in(blocked, day) == refused
    assert not_to_be_booked("U1", "pdu", [other], owner="hmip-itself", limits=limits()) == blocked
    assert not_to_be_booked("U2", "pdu", [other], owner="hmpps-osag", limits=limits()) == ()


def test_the_inspectorate_is_never_told_that_it_may_not_book():
    other = booked(reference="V-2", owner="hmpps-osag")
    assert not_to_be_booked("U1", "pdu", [other], owner="hmip", limits=limits()) == ()


@given(st.lists(SPANS, max_size=6), DAYS)
def test_joined_spans_hold_the_same_days_apart_from_one_another(spans, day):
    together = joined(spans)

    assert day_in(together, day) == day_in(spans, day)
    for earlier, later in pairwise(together):
        assert (later.first - earlier.last).days > 1


@given(LOADS, DAYS, st.integers(1, 52))
def test_the_heaviest_window_around_a_day_is_the_heaviest_of_all_that_hold_it(loads, on, weeks):
    every = [on + timedelta(days=number) for number in range(7 * weeks)]
    heaviest = max(sum(one.days for one in within(loads, end, weeks)) for end in every)

    assert peak_around(loads, on, weeks).days == heaviest


@given(LOADS, DAYS, st.integers(1, 52))
def test_each_week_adds_up_to_its_shares_and_all_loads_are_in_some_window(loads, first, weeks):
    found_weeks = rolling(loads, weeks=weeks, first=first, count=10)

    assert [one.ends.weekday() for one in found_weeks] == [6] * 10
    for week in found_weeks:
        assert week.days == pytest.approx(sum(days for _, days in week.shares))
        assert week.days == pytest.approx(sum(one.days for one in within(loads, week.ends, weeks)))


def test_shares_come_largest_first_and_hours_become_days():
    loads = [Load(date(2026, 1, 1), "a", 2.0, "x"), Load(date(2026, 1, 1), "b", 3.0, "y")]
    assert by_body(loads) == (("b", 3.0), ("a", 2.0))
    assert shares_in_words(by_body(loads), {"b": "Body"}) == "Body 3, a 2"
    assert days_of_hours(15, 7.5) == 2


def test_a_body_neither_agrees_to_nor_declines_its_own_proposal():
    assert answer_move(alone=True) == "settle"
    assert answer_move(alone=False) == "propose"
    check_other_party("hmip", "hmpps-osag")
    with pytest.raises(Refused):
        check_other_party("hmip", "hmip")


@given(st.sampled_from(["2026-09-07", "2026-09-25", "2026-11-02"]), LOADS, st.booleans())
def test_a_place_that_no_region_carries_breaks_no_rule_on_regions(second, loads, same):
    visit = replace(booked(place="hmpps hmp example", kind="site", size=400), region="")
    other = replace(booked(second, reference="V-2", place="hmpps hmp example", kind="site"), region="")
    near = second != "2026-11-02"
    if not same:
        other = replace(other, place="hmpps hmp other")

    told = found(visit, other, booked(reference="V-3"), booked(reference="V-4"), region_loads=loads)

    assert set(told) == ({"unit-too-soon"} if same and near else set())
