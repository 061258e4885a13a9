"""Who moves a visit where, who knows of it, and how days are blurred (C2, H4, ¶28)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.kernel.refusals import Refused
from oversight.programme.rules import cycles, settling, visits
from oversight.programme.rules.kinds import (
    check_kind,
    check_teams,
    data_text,
    kinds_of,
    read_visit_data,
    visit_data,
)
from oversight.programme.rules.limits import limits, read_limits
from oversight.programme.rules.sight import Viewer, VisitKnown, blurred, knows
from oversight.programme.rules.visits import Span, VisitState, check_done, check_span, check_visit_days

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
SPANS = st.builds(lambda first, length: Span(first, first + timedelta(days=length)), DAYS, st.integers(0, 60))
ROLES = sorted(access_table().roles)

MOVES = {
    ("planned", "shared"),
    ("planned", "announced"),
    ("shared", "announced"),
    *((state, state) for state in ("planned", "shared", "announced")),
    ("announced", "done"),
    *((state, "held") for state in ("planned", "shared", "announced")),
    *(("held", state) for state in ("planned", "shared", "announced")),
    *((state, "cancelled") for state in ("planned", "shared", "announced", "held")),
}
CLASH_MOVES = {
    ("found", "proposed"),
    ("proposed", "proposed"),
    ("found", "settled"),
    ("proposed", "settled"),
    ("proposed", "found"),
    ("found", "gone"),
    ("proposed", "gone"),
}
PROGRAMME_MOVES = {
    ("running", "paused"),
    ("paused", "running"),
    ("running", "replaced"),
    ("paused", "replaced"),
    ("running", "completed"),
}


@pytest.mark.parametrize(
    ("workflow", "moves", "roles"),
    [
        (visits.WORKFLOW, MOVES, visits.PLANNERS),
        (settling.WORKFLOW, CLASH_MOVES, visits.PLANNERS),
        (cycles.WORKFLOW, PROGRAMME_MOVES, cycles.DIRECTORS),
    ],
    ids=["visit", "clash", "programme"],
)
def test_every_state_against_every_state_for_every_role(workflow, moves, roles):
    found = {
        (decision.source, decision.target, decision.role)
        for decision in workflow.matrix(ROLES)
        if decision.allowed
    }

    assert found == {(source, target, role) for (source, target), role in product(moves, roles)}


def test_the_roles_of_the_workflows_are_those_that_the_table_grants():
    table = access_table()
    assert {one.id for one in table.holders("programme.plan")} == visits.PLANNERS
    assert {one.id for one in table.holders("programme.direct")} == cycles.DIRECTORS


@pytest.mark.parametrize("state", list(VisitState))
def test_what_changes_others_plans_needs_a_reason(state):
    assert visits.needs_reason("change")
    assert visits.needs_reason("cancel")
    assert visits.needs_reason(f"resume_{state}")
    assert not visits.needs_reason("announce")


@given(SPANS, st.integers(1, 12))
def test_a_blurred_visit_lies_in_whole_blocks_and_holds_the_visit(span, weeks):
    wide = blurred(span, weeks)

    assert wide.first <= span.first
    assert span.last <= wide.last
    assert wide.days % (7 * weeks) == 0
    assert wide.first.weekday() == 0
    assert blurred(wide, weeks) == wide


@given(SPANS, st.integers(1, 12))
def test_every_visit_within_the_same_blocks_is_blurred_alike(span, weeks):
    wide = blurred(span, weeks)

    # Its first day may be any day of the first block, its last any day of the last one.
    block = 7 * weeks
    other = Span(wide.first + timedelta(days=(span.first.toordinal() * 7) % block), wide.last)
    if other.first <= other.last:
        assert blurred(other, weeks) == wide


VIEWERS = st.builds(
    Viewer,
    party=st.sampled_from(["hmip", "hmpps-osag", "N57", "N57EKNT", "N03"]),
    above=st.sampled_from([(), ("N57",), ("N57", "N57EKNT")]),
    sees=st.sampled_from([None, frozenset(), frozenset({"N57"}), frozenset({"N57EKNT"})]),
    plans=st.sampled_from([frozenset(), frozenset({"hmip"}), frozenset({"hmpps-osag"})]),
    exchanges=st.booleans(),
)
PLACES = {"N57": "/hmpps/probation-service/N57/", "N57EKNT": "/hmpps/probation-service/N57/N57EKNT/"}


@given(VIEWERS, st.sampled_from(sorted(PLACES)), st.sampled_from(["hmip", "hmpps-osag"]))
def test_nobody_but_its_planners_knows_of_a_visit_that_is_neither_shared_nor_announced(viewer, place, keeper):
    hidden = VisitKnown(keeper, keeper, place, PLACES[place], shared=False, announced=False)

    assert knows(viewer, hidden) == (keeper in viewer.plans)


@given(VIEWERS, st.sampled_from(sorted(PLACES)), st.booleans())
def test_announcing_never_hides_a_visit_from_who_knew_of_it(viewer, place, shared):
    before = VisitKnown("hmip", "hmip", place, PLACES[place], shared=shared, announced=False)
    after = VisitKnown("hmip", "hmip", place, PLACES[place], shared=shared, announced=True)

    assert knows(viewer, after) or not knows(viewer, before)


@given(VIEWERS, st.sampled_from(["", "N57", "N03"]))
def test_a_place_outside_the_register_is_known_to_the_region_that_it_concerns_and_not_to_its_units(
    viewer, region
):
    visit = VisitKnown(
        "hmpps-osag", "hmpps-osag", "hmpps", "/hmpps/", shared=False, announced=True, region=region
    )
    every = viewer.sees is None or "hmpps-osag" in viewer.plans
    concerned = bool(viewer.sees) and (region in viewer.sees or viewer.party == "hmpps-osag")

    assert knows(viewer, visit) == (every or concerned)


@pytest.mark.parametrize(
    ("span", "today", "field"),
    [
        (Span(date(2026, 3, 1), date(2026, 3, 5)), date(2026, 3, 2), "first"),
        (Span(date(2026, 3, 5), date(2026, 3, 1)), None, "last"),
        (Span(date(2026, 3, 5), date(2027, 3, 10)), None, "last"),
    ],
)
def test_days_between_which_no_visit_can_be_made_are_refused(span, today, field):
    with pytest.raises(Refused) as refused:
        check_span(span, today=today)
    assert refused.value.field == field


def test_a_visit_today_is_taken_and_weeks_count_from_monday():
    today = date(2026, 3, 2)
    check_span(Span(today, today), today=today)
    check_visit_days(1)
    check_done(Span(today, today), today=today)
    assert Span(date(2026, 3, 6), date(2026, 3, 9)).weeks == 2
    with pytest.raises(Refused):
        check_visit_days(0)


def test_a_body_makes_its_own_types_of_visit_at_their_places_alone():
    assert check_kind("audit", owner="hmpps-osag", place_kind="pdu").teams == ("osag-audit",)
    for kind, owner, place in (
        ("audit", "hmip", "pdu"),
        ("core_unit", "hmip", "region"),
        ("no-such", "hmip", "pdu"),
    ):
        with pytest.raises(Refused):
            check_kind(kind, owner=owner, place_kind=place)
    with pytest.raises(Refused):
        check_teams(("hmip-field",), owner="hmpps-osag")
    assert {one.id for one in kinds_of("nao")} == {"study"}


def test_the_data_says_what_is_assumed_and_faults_in_it_are_named():
    assert not visit_data().verified
    assert not limits().agreed
    text = data_text("visits.yaml")
    import yaml

    schema = yaml.safe_load(data_text("visits-schema.yaml"))
    with pytest.raises(Refused, match="is no team of"):
        read_visit_data(text.replace("teams: [osag-audit]", "teams: [hmip-field]", 1), "visits.yaml", schema)
    with pytest.raises(Refused, match="is there twice"):
        read_visit_data(text.replace("id: thematic\n", "id: joint\n", 1), "visits.yaml", schema)
    rules, rule_schema = data_text("clashes.yaml"), yaml.safe_load(data_text("clashes-schema.yaml"))
    with pytest.raises(Refused, match="is there twice"):
        read_limits(rules.replace("id: unit-gap", "id: unit-too-soon"), "clashes.yaml", rule_schema)
    with pytest.raises(Refused):
        read_limits(rules.replace("weeks: 8\n", "", 1), "clashes.yaml", rule_schema)
