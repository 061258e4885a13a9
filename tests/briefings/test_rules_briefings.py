"""Alerts, briefings and policy changes: the whole matrices, thresholds, the second person (D10, D11)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.briefings.rules import alerts, briefings, changes
from oversight.briefings.rules.alerts import AlertState, Threshold, alert_rules, is_poor, read_alert_rules
from oversight.briefings.rules.briefings import (
    BriefingState,
    Part,
    check_decided,
    check_second_person,
    check_whole,
    digest_of,
    layout,
    parts_of,
    read_layout,
    reads_copy,
    reference_of,
    text_of,
)
from oversight.briefings.rules.changes import ChangeState, check_day, check_link, check_public, move_to
from oversight.briefings.rules.facts import Fact, FactGroup, differences, facts_digest, facts_text, read_facts
from oversight.kernel.refusals import Refused

ROLES = tuple(access_table().roles)
SCALE = ("Inadequate", "Requires improvement", "Good", "Outstanding")
S, B, C = AlertState, BriefingState, ChangeState
TEAM, OFFICE, POLICY = {"sponsorship_officer"}, {"ministers_office"}, {"moj_policy_officer"}
#: What the issue asks for, written down a second time and not taken from the tables under test.
ALERT_WAY = {
    (S.RAISED, S.ACKNOWLEDGED): TEAM,
    (S.RAISED, S.BRIEFING): TEAM,
    (S.ACKNOWLEDGED, S.BRIEFING): TEAM,
    (S.ACKNOWLEDGED, S.SET_ASIDE): TEAM,
    (S.BRIEFING, S.ACKNOWLEDGED): TEAM,
    (S.BRIEFING, S.BRIEFED): TEAM,
}
BRIEFING_WAY = {
    (B.DRAFTING, B.DRAFTING): TEAM,
    (B.DRAFTING, B.CLEARANCE): TEAM,
    (B.CLEARANCE, B.DRAFTING): TEAM,
    (B.CLEARANCE, B.CLEARED): TEAM,
    (B.CLEARED, B.DRAFTING): TEAM,
    (B.CLEARED, B.SENT): TEAM,
    (B.SENT, B.SENT): TEAM,
    (B.SENT, B.DECIDED): TEAM | OFFICE,
    (B.SENT, B.SUPERSEDED): TEAM,
    (B.DECIDED, B.DECIDED): TEAM | OFFICE,
    (B.DECIDED, B.SUPERSEDED): TEAM,
    (B.DECIDED, B.CLOSED): TEAM,
    **{(state, B.WITHDRAWN): TEAM for state in (B.DRAFTING, B.CLEARANCE, B.CLEARED, B.SENT, B.DECIDED)},
}
CHANGE_WAY = {
    (C.PLANNED, C.UNDER_WAY): POLICY,
    (C.PLANNED, C.IN_EFFECT): POLICY,
    (C.PLANNED, C.DROPPED): POLICY,
    (C.UNDER_WAY, C.IN_EFFECT): POLICY,
    (C.UNDER_WAY, C.DROPPED): POLICY,
    (C.IN_EFFECT, C.ENDED): POLICY,
    **{(state, state): POLICY for state in (C.PLANNED, C.UNDER_WAY, C.IN_EFFECT)},
}


@pytest.mark.parametrize(
    ("workflow", "way"),
    [(alerts.WORKFLOW, ALERT_WAY), (briefings.WORKFLOW, BRIEFING_WAY), (changes.WORKFLOW, CHANGE_WAY)],
    ids=["alert", "briefing", "change"],
)
def test_from_every_state_to_every_state_for_every_role(workflow, way):
    cells = workflow.matrix(ROLES)

    assert len(cells) == len(workflow.states) ** 2 * len(ROLES)
    for cell in cells:
        assert cell.allowed == (cell.role in way.get((cell.source, cell.target), set())), cell


def test_the_permissions_are_those_of_the_bodies_named_paragraphs_20_and_21():
    held = {
        name: {role.id for role in access_table().holders(name)}
        for name in access_table().permissions
        if name.startswith("briefings.") or name == "publication.publish_change"
    }

    assert held == {
        "briefings.alerts": TEAM,
        "briefings.draft": TEAM,
        "briefings.clear": TEAM,
        "briefings.read": OFFICE,
        "briefings.decide": TEAM | OFFICE,
        "briefings.see_changes": TEAM | OFFICE | POLICY,
        "briefings.trace": POLICY,
        "publication.publish_change": POLICY,
    }


@given(st.sampled_from(SCALE), st.sampled_from(SCALE))
def test_a_rating_is_poor_exactly_when_it_is_worse_than_the_threshold(rating, below):
    threshold = Threshold(date(2023, 8, 18), below, "source", "")

    assert is_poor(threshold, rating, SCALE) == (SCALE.index(rating) < SCALE.index(below))


def test_the_shipped_threshold_is_the_lowest_rating_cited_and_marked_as_unverified():
    rules = alert_rules(SCALE)
    held = rules.threshold_on(date(2026, 6, 1))

    assert [rating for rating in SCALE if is_poor(held, rating, SCALE)] == ["Inadequate"]
    assert "paragraph 20" in held.source
    assert held.unverified
    assert rules.threshold_on(date(2023, 8, 17)) is None
    assert not is_poor(held, "Not rated", SCALE)


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
def test_news_is_what_happened_within_the_days_to_look_back(today, days):
    rules = alert_rules(SCALE)

    assert rules.is_news(today + timedelta(days=days), today=today) == (-rules.look_back_days <= days <= 0)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 - given its zone below
def test_the_next_look_is_the_next_such_hour_in_london(at):
    moment = at.replace(tzinfo=UTC)
    due = alert_rules(SCALE).next_look(moment)

    assert moment < due <= moment + timedelta(hours=25)
    assert (due.hour, due.minute) == (7, 0)


@pytest.mark.parametrize(
    ("wrong", "right", "field"),
    [
        ("below: Requires improvement", "below: Poor", "thresholds.0.below"),
        ("since: 2023-08-18", "since: soon", "thresholds.0.since"),
        ("look_at_hour: 7", "look_at_hour: 25", "look_at_hour"),
    ],
)
def test_a_fault_in_the_thresholds_is_named(wrong, right, field):
    text = alerts._DATA.joinpath("alerts.yaml").read_text(encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_alert_rules(text.replace(wrong, right), SCALE)

    assert refused.value.field == field


def test_a_later_threshold_judges_from_its_day():
    text = alerts._DATA.joinpath("alerts.yaml").read_text(encoding="utf-8")
    later = "\n  - {since: 2027-01-01, below: Good, source: Agreed}\nmissed:\n"
    rules = read_alert_rules(text.replace("\nmissed:\n", later), SCALE)

    assert rules.threshold_on(date(2026, 12, 31)).below == "Requires improvement"
    assert rules.threshold_on(date(2027, 1, 1)).below == "Good"


def test_two_parts_of_one_name_are_a_fault():
    text = briefings._DATA.joinpath("briefings.yaml").read_text(encoding="utf-8")
    with pytest.raises(Refused, match="identifier"):
        read_layout(text.replace("{id: asked", "{id: issue"))


@given(st.sets(st.sampled_from([one.id for one in layout().sections])))
def test_a_briefing_is_whole_when_each_needed_part_says_something(filled):
    needed = {one.id for one in layout().sections if one.needed}
    written = dict.fromkeys(filled, "Text")
    if needed <= filled:
        check_whole(written, layout().sections)
    else:
        with pytest.raises(Refused) as refused:
            check_whole(written, layout().sections)
        assert refused.value.rule == "briefing_whole"


def test_who_wrote_or_asked_does_not_clear():
    check_second_person({"person:1", "person:2"}, "person:3")
    for one in ("person:1", "person:2"):
        with pytest.raises(Refused, match="someone else clears"):
            check_second_person({"person:1", "person:2"}, one)


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_a_decision_falls_between_sending_and_today(sent, on):
    today = date(2026, 6, 10)
    day, first = today + timedelta(days=on), today + timedelta(days=sent)
    if day > today or day < first:
        with pytest.raises(Refused) as refused:
            check_decided(day, today=today, sent=first)
        assert refused.value.field == "on"
    else:
        check_decided(day, today=today, sent=first)


@given(st.sampled_from(BriefingState), st.booleans(), st.booleans(), st.booleans())
def test_a_copy_is_read_by_its_person_for_its_party_while_it_stands(state, withdrawn, person, party):
    reads = reads_copy(state, withdrawn=withdrawn, same_person=person, same_party=party)

    assert reads == (person and party and not withdrawn and state in {B.SENT, B.DECIDED, B.CLOSED})


@given(st.lists(st.integers(1, 40), unique=True))
def test_a_reference_is_the_next_of_its_year(numbers):
    held = [f"BRIEF-2026-{number}" for number in numbers] + ["BRIEF-2025-99"]

    assert reference_of("BRIEF", 2026, held) == f"BRIEF-2026-{max(numbers, default=0) + 1}"


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)


@given(st.lists(st.builds(Part, texts, texts, texts), max_size=4))
def test_a_text_is_read_as_it_was_kept_and_its_digest_tells_it_apart(parts):
    assert parts_of(text_of(parts)) == tuple(parts)
    assert digest_of(parts) != digest_of([*parts, Part("more", "More", "")])


groups = st.lists(
    st.builds(FactGroup, texts, st.lists(st.builds(Fact, texts, texts, texts, texts), max_size=3).map(tuple)),
    max_size=3,
).map(tuple)


@given(groups)
def test_facts_are_read_as_they_were_kept_and_do_not_differ_from_themselves(sheet):
    assert read_facts(facts_text(sheet)) == sheet
    assert differences(sheet, sheet) == 0
    more = (*sheet, FactGroup("Another", (Fact("label", "says", "source", "on"),)))
    assert differences(sheet, more) <= 1
    assert facts_digest(sheet) != facts_digest(more)


@given(st.sampled_from(ChangeState), st.sampled_from(ChangeState), st.sampled_from(ROLES))
def test_a_change_goes_only_where_a_step_leads(before, after, role):
    if role in CHANGE_WAY.get((before, after), set()):
        assert move_to(before, after, role).target == after
    else:
        with pytest.raises(Refused) as refused:
            move_to(before, after, role)
        assert refused.value.field == "state"


@given(st.sampled_from(ChangeState), st.integers(-3, 3))
def test_only_what_is_planned_is_still_to_come(state, days):
    today = date(2026, 6, 10)
    if days > 0 and state != C.PLANNED:
        with pytest.raises(Refused):
            check_day(state, today + timedelta(days=days), today=today)
    else:
        check_day(state, today + timedelta(days=days), today=today)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://www.gov.uk/x",
        "https://assets.publishing.service.gov.uk/x",
        "https://bills.parliament.uk/1",
    ],
)
def test_addresses_of_government_and_parliament_are_taken(address):
    assert check_link(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://www.gov.uk/",
        "https://notgov.uk/",
        "https://gov.uk.example.org/",
        "javascript:alert(1)",
        "gov.uk",
    ],
)
def test_other_addresses_are_refused(address):
    with pytest.raises(Refused) as refused:
        check_link(address)
    assert refused.value.field == "link"


def test_only_what_goes_back_to_a_published_report_is_made_public():
    check_public(["A", "B"], ["B"])
    for links, published in (([], []), (["A"], []), (["A"], ["B"])):
        with pytest.raises(Refused):
            check_public(links, published)
