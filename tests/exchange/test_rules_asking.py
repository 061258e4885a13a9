"""Asking once, as pure rules: spans, sight, terms, hours, and both workflows whole (G1, ¶10(iv))."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.exchange.rules.asking import (
    ASK_WORKFLOW,
    ASKERS,
    HOLDERS,
    USE_WORKFLOW,
    UseState,
    Wish,
    check_ask,
    effort_by_owner,
    use_begins,
)
from oversight.exchange.rules.holdings import Span, Terms, check_copy, covers, kept_until, knows, overlap
from oversight.exchange.rules.items import item_kinds, kind_of, read_item_kinds
from oversight.inspections.rules.programmes import Programme
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused

TODAY = date(2026, 4, 14)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
SPANS = st.builds(lambda first, days: Span(first, first + timedelta(days)), DAYS, st.integers(0, 400))
ROLES = sorted(access_table().roles)
OTHERS = {
    "information_request": {
        ("open", "answered"): HOLDERS,
        ("open", "declined"): HOLDERS,
        ("open", "withdrawn"): ASKERS,
    },
    "information_reuse": {
        ("wanted", "given"): HOLDERS,
        ("wanted", "refused"): HOLDERS,
        ("given", "ended"): HOLDERS,
    },
}


def refusal(call, *args, **options) -> tuple[str, str]:
    with pytest.raises(Refused) as told:
        call(*args, **options)
    assert told.value.what_next
    return told.value.rule, told.value.field


@pytest.mark.parametrize("workflow", [ASK_WORKFLOW, USE_WORKFLOW], ids=lambda one: one.name)
def test_every_state_to_every_state_for_every_role(workflow):
    cells = workflow.matrix(ROLES)

    assert len(cells) == len(workflow.states) ** 2 * len(ROLES)
    for cell in cells:
        allowed = OTHERS[workflow.name].get((cell.source, cell.target), frozenset())
        assert cell.allowed == (cell.role in allowed), cell


def test_the_workflows_and_the_access_table_name_the_same_roles():
    table = access_table()
    assert {role.id for role in table.holders("exchange.hold")} == HOLDERS
    assert {role.id for role in table.holders("exchange.ask")} == ASKERS
    assert {role.id for role in table.holders("exchange.see")} >= HOLDERS | ASKERS


@given(SPANS, SPANS, DAYS)
def test_two_spans_overlap_when_some_day_is_in_both(one, other, day):
    shared = max(one.first, other.first) <= min(one.last, other.last)
    assert overlap(one, other) == overlap(other, one) == shared
    if one.first <= day <= one.last and other.first <= day <= other.last:
        assert overlap(one, other)


@given(SPANS, SPANS)
def test_what_covers_overlaps_and_covers_itself(one, other):
    assert covers(one, one)
    if covers(one, other):
        assert overlap(one, other)
        assert covers(other, one) == (one == other)


@given(SPANS)
def test_how_things_stand_may_be_any_day_and_answers_only_itself(span):
    assert overlap(None, span)
    assert overlap(span, None)
    assert covers(None, None)
    assert not covers(None, span)
    assert not covers(span, None)


@given(DAYS, st.integers(1, 240))
def test_a_copy_is_kept_for_whole_months_and_never_past_the_end_of_one(day, months):
    until = kept_until(day, months)
    assert (until.year * 12 + until.month) - (day.year * 12 + day.month) == months
    assert until.day == day.day or (until.day < day.day and (until + timedelta(1)).day == 1)


@pytest.mark.parametrize("terms", Terms)
def test_what_is_for_named_parties_is_known_to_nobody_else(terms):
    nobody = {"own": False, "asks": False, "named": False, "uses": False}
    assert not knows(terms=terms, **nobody)
    assert knows(terms=terms, **(nobody | {"asks": True})) == (terms is not Terms.NAMED)
    for one in ("own", "named", "uses"):
        assert knows(terms=terms, **(nobody | {one: True}))


def test_only_what_needs_leave_waits_for_it():
    assert {terms: use_begins(terms) for terms in Terms} == {
        Terms.OPEN: UseState.GIVEN,
        Terms.LEAVE: UseState.WANTED,
        Terms.NAMED: UseState.GIVEN,
    }


COPY = {
    "as_at": TODAY,
    "retain_until": date(2029, 1, 1),
    "personal": False,
    "terms": Terms.LEAVE,
    "named": (),
    "owner": "N57EKNT",
    "today": TODAY,
}


@pytest.mark.parametrize(
    ("kind", "span", "change", "rule"),
    [
        ("unit-staffing", Span(TODAY, TODAY), {}, ("item_span", "first")),
        ("caseload-extract", None, {}, ("item_span", "first")),
        ("caseload-extract", Span(TODAY, date(2026, 4, 13)), {}, ("item_span", "last")),
        ("unit-staffing", None, {"as_at": date(2026, 4, 15)}, ("holding_as_at", "as_at")),
        ("unit-staffing", None, {"retain_until": date(2026, 4, 13)}, ("holding_retention", "retain_until")),
        ("unit-staffing", None, {"personal": True, "terms": Terms.OPEN}, ("holding_personal", "terms")),
        ("unit-staffing", None, {"terms": Terms.NAMED}, ("holding_named", "named")),
        ("unit-staffing", None, {"named": ("hmip",)}, ("holding_named", "named")),
        ("unit-staffing", None, {"terms": Terms.NAMED, "named": ("N57EKNT",)}, ("holding_named", "named")),
    ],
)
def test_a_copy_that_could_not_be_used_as_it_says_is_refused_beside_its_field(kind, span, change, rule):
    assert refusal(check_copy, kind_of(kind), span, **(COPY | change)) == rule


def test_copies_at_the_edge_are_taken():
    check_copy(kind_of("unit-staffing"), None, **(COPY | {"retain_until": TODAY}))
    check_copy(kind_of("caseload-extract"), Span(TODAY, TODAY), **(COPY | {"personal": True}))


ASK = {"held": None, "reason": "", "needed_by": TODAY, "own": False, "purpose": "An audit", "today": TODAY}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"own": True}, ("ask_own", "owner")),
        ({"purpose": ""}, ("ask_purpose", "purpose")),
        ({"needed_by": date(2026, 4, 13)}, ("ask_needed_by", "needed_by")),
        ({"held": date(2026, 4, 1)}, ("ask_held", "reason")),
    ],
)
def test_a_request_is_refused_beside_its_field(change, rule):
    assert refusal(check_ask, **(ASK | change)) == rule


def test_what_is_held_may_be_asked_for_again_with_a_reason():
    check_ask(**ASK)
    check_ask(**(ASK | {"held": date(2026, 4, 1), "reason": "It is a year old"}))


@given(st.lists(st.builds(Wish, st.sampled_from("ABC"), st.integers(0, 50), st.booleans()), max_size=30))
def test_every_wish_counts_once_as_asked_or_as_saved(wishes):
    found = effort_by_owner(wishes)

    assert sum(one.asked + one.saved for one in found.values()) == sum(one.hours for one in wishes)
    assert sum(one.requests for one in found.values()) == sum(one.cost for one in wishes)
    assert sum(one.avoided for one in found.values()) == sum(not one.cost for one in wishes)
    for owner, one in found.items():
        assert one.asked == sum(wish.hours for wish in wishes if wish.owner == owner and wish.cost)


def test_two_kinds_of_one_name_are_refused():
    kind = {"id": "a", "title": "A", "covers": "period", "hours": {"figure": 1, "default": True}}
    kind |= {"marking": "official", "personal": False, "keep_months": {"figure": 1, "default": True}}
    data = {"hours_note": "n", "retention_note": "n", "kinds": [kind, kind]}
    with pytest.raises(Refused, match="another kind"):
        read_item_kinds(read_yaml(yaml.safe_dump(data), "items.yaml"))
    assert refusal(kind_of, "no-such-kind") == ("item_kind", "kind")


def test_everything_that_inspections_want_in_advance_has_the_same_name_here_paragraph_31():
    from oversight.inspections.rules.reading import shipped_programmes

    programmes: list[Programme] = list(shipped_programmes())
    assert {item.id for one in programmes for item in one.information} <= set(item_kinds())
