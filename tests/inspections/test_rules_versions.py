"""Versions of standards: which can follow, who decides, what changes, in words (A9, ¶9, ¶29)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.inspections.rules.comparing import SUBJECTS, changes
from oversight.inspections.rules.programmes import Basis, Programme, Rating, Source
from oversight.inspections.rules.reading import faults_in, read_programme, shipped_programmes
from oversight.inspections.rules.versions import (
    STANDARDS_OWNER,
    WORKFLOW,
    Standing,
    VersionState,
    check_proposed,
    check_second_person,
    check_withdrawal,
    next_text,
    standing,
)
from oversight.kernel.refusals import Refused
from tests.inspections.stories import PDU_2023, REGION, programme, text_of

TODAY = date(2026, 3, 2)
BEFORE = programme(PDU_2023)


def later(version=2, day=date(2026, 6, 1), **changed) -> Programme:
    return replace(BEFORE, version=version, effective_from=day, **changed)


# The whole matrix

ALLOWED = {
    ("proposed", "approved"): {"approve"},
    ("proposed", "declined"): {"decline"},
    ("proposed", "withdrawn"): {"withdraw"},
    ("approved", "approved"): {"tell", "take_effect"},
    ("approved", "withdrawn"): {"withdraw"},
}


def test_every_state_every_state_and_every_role():
    for decision in WORKFLOW.matrix(access_table().roles):
        moves = ALLOWED.get((decision.source, decision.target), set())
        assert set(decision.moves) == (moves if decision.role == STANDARDS_OWNER else set())
    assert len(WORKFLOW.matrix(access_table().roles)) == len(VersionState) ** 2 * len(access_table().roles)


# What can follow


def rule_of(check, *args, **more) -> str:
    with pytest.raises(Refused) as refused:
        check(*args, **more)
    assert refused.value.paragraph in {"9", "29"}
    assert refused.value.what_next
    return refused.value.rule


def test_the_next_version_follows_the_latest():
    before = check_proposed(later(), shipped_programmes(), wanted=PDU_2023, today=TODAY)

    assert before == BEFORE


@pytest.mark.parametrize(
    ("new", "wanted", "rule"),
    [
        (later(), REGION, "standards_programme"),
        (later(), "", "standards_programme"),
        (replace(later(), id="proposals", version=1), "", "standards_programme"),
        (later(version=1), PDU_2023, "standards_number"),
        (later(version=3), PDU_2023, "standards_number"),
        (later(day=date(2026, 3, 1)), PDU_2023, "standards_day"),
    ],
)
def test_what_cannot_follow_is_refused(new, wanted, rule):
    assert rule_of(check_proposed, new, shipped_programmes(), wanted=wanted, today=TODAY) == rule


def test_a_number_that_was_withdrawn_is_not_used_again():
    known = shipped_programmes()

    assert rule_of(check_proposed, later(), known, wanted=PDU_2023, today=TODAY, numbers=[2]) == (
        "standards_number"
    )
    assert check_proposed(later(version=3), known, wanted=PDU_2023, today=TODAY, numbers=[2])


def test_a_new_programme_begins_with_version_1():
    new = replace(later(version=1), id="new-programme")

    assert check_proposed(new, shipped_programmes(), wanted="", today=TODAY) is None


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_a_version_takes_effect_after_the_one_before_and_never_in_the_past(held, day):
    known = [*shipped_programmes(), later(day=held)]
    new = later(version=3, day=day)
    if day < TODAY or day <= held:
        assert rule_of(check_proposed, new, known, wanted=PDU_2023, today=TODAY) == "standards_day"
    else:
        assert check_proposed(new, known, wanted=PDU_2023, today=TODAY) == known[-1]


def test_a_version_can_take_effect_today():
    assert check_proposed(later(day=TODAY), shipped_programmes(), wanted=PDU_2023, today=TODAY)


def test_nobody_decides_on_their_own_proposal():
    check_second_person("person:1", "person:2")
    assert rule_of(check_second_person, "person:1", "person:1") == "standards_second_person"


@pytest.mark.parametrize("state", VersionState)
@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize("kept", [(), ("2026-PDU-N57EKNT-1",)])
def test_a_version_is_withdrawn_before_it_takes_effect_and_while_nothing_keeps_it(state, days, kept):
    day = TODAY + timedelta(days)
    if state != VersionState.APPROVED or (days > 0 and not kept):
        check_withdrawal(state, day, today=TODAY, inspections=kept)
        return
    rule = "standards_in_use" if days > 0 else "standards_in_force"
    assert rule_of(check_withdrawal, state, day, today=TODAY, inspections=kept) == rule


@given(
    st.lists(st.dates(date(2024, 1, 1), date(2028, 1, 1)), min_size=1, max_size=6, unique=True),
    st.dates(date(2023, 10, 1), date(2028, 1, 1)),
)
def test_one_version_is_in_force_on_every_day_once_one_has_begun(days, today):
    known = [BEFORE, *(later(version=2 + place, day=day) for place, day in enumerate(sorted(days)))]

    stands = [standing(one, known, today=today) for one in known]

    assert stands.count(Standing.IN_FORCE) == 1
    assert stands == sorted(stands, key=[Standing.PAST, Standing.IN_FORCE, Standing.COMING].index)


def test_the_text_to_start_from_has_the_next_number():
    text = next_text(text_of(PDU_2023), 2)

    assert read_programme(text, "next.yaml") == replace(BEFORE, version=2)


# What changes, in words


def test_the_same_version_from_another_day_changes_nothing():
    for one in shipped_programmes():
        again = replace(one, version=one.version + 1, effective_from=date(2030, 1, 1))
        assert changes(one, again) == ()


def variants(held):
    """Give a programme, or a part of one, with one thing in it changed, for everything in it."""
    if isinstance(held, Enum):
        yield from (other for other in type(held) if other is not held)
    elif isinstance(held, bool):
        yield not held
    elif isinstance(held, int):
        yield held + 1
    elif isinstance(held, str):
        yield f"{held} changed"
    elif isinstance(held, frozenset):
        yield held | {"one-more"}
    elif isinstance(held, Basis):
        # Its sources are those of the programme, where each is changed on its own.
        yield replace(held, note=f"{held.note} changed")
        yield replace(
            held, sources=() if held.sources else (Source("one", "One more", "https://one.example"),)
        )
    elif isinstance(held, Rating):
        yield replace(held, name=f"{held.name} changed")
    elif isinstance(held, tuple) and held and isinstance(held[0], Rating) and isinstance(held[-1], int):
        yield (held[0], held[1] + 1)
    elif isinstance(held, tuple):
        if held:
            yield held[1:]
        for place, one in enumerate(held):
            yield from ((*held[:place], other, *held[place + 1 :]) for other in variants(one))
    elif isinstance(held, dict):
        yield held | {"one-more": "One more"}
        yield from (held | {key: f"{value} changed"} for key, value in held.items())
    elif is_dataclass(held):
        for field in fields(held):
            value = getattr(held, field.name)
            yield from (replace(held, **{field.name: other}) for other in variants(value))


@pytest.mark.parametrize("one", shipped_programmes(), ids=lambda one: one.id)
def test_no_change_passes_unseen(one):
    count = 0
    for other in variants(one):
        if replace(other, version=one.version, effective_from=one.effective_from) == one:
            continue
        found = changes(one, other)
        count += 1
        assert found, [name for name in vars(one) if getattr(one, name) != getattr(other, name)]
        assert all(change.subject in SUBJECTS and change.in_words for change in found)
    assert count > 50


def test_the_points_of_a_rating_are_told():
    worst, *others = BEFORE.rating.scale
    scale = (replace(worst, points=worst.points + 1), *others)

    assert told(rating=replace(BEFORE.rating, scale=scale)) == ["Inadequate: points was “0” and is now “1”."]


def told(**changed) -> list[str]:
    return [one.in_words for one in changes(BEFORE, later(**changed))]


def test_a_threshold_a_band_and_a_cap_are_told_in_words():
    rules = BEFORE.rating
    at_least = tuple((one, 70 if one.id == "good" else figure) for one, figure in rules.cases.at_least)
    up_to = tuple((one, 16 if one.id == "good" else figure) for one, figure in rules.overall.up_to)
    changed = replace(
        rules, cases=replace(rules.cases, at_least=at_least), overall=replace(rules.overall, up_to=up_to)
    )

    assert told(rating=changed) == [
        "Good: least share sufficient was “65%” and is now “70%”.",
        "Good: up to points was “17” and is now “16”.",
    ]


def test_standards_and_questions_that_come_go_and_move_are_told():
    fewer = BEFORE.standards[1:]
    assert "Leadership is removed." in told(standards=fewer)
    assert "order" in {one.field for one in changes(BEFORE, later(standards=BEFORE.standards[::-1]))}
    assert "Leadership is added." in [one.in_words for one in changes(later(standards=fewer), BEFORE)]


def test_everything_is_new_in_a_first_version():
    assert {one.field for one in changes(None, BEFORE)} == {"added"}


# Every fault by line


@pytest.mark.parametrize("one", shipped_programmes(), ids=lambda one: one.id)
def test_a_text_without_fault_has_none(one):
    assert faults_in(text_of(one.id), "text") == ()


def test_every_fault_of_shape_is_given_with_its_line():
    text = text_of(PDU_2023).replace("version: 1", "version: 0", 1).replace("owner: hmip", "owner: 7", 1)
    lines = text.splitlines()

    found = faults_in(text, "text")

    assert [lines[one.line - 1] for one in found] == ["version: 0", "owner: 7"]
    assert [one.field for one in found] == ["version", "owner"]


def test_every_fault_of_sense_is_given_with_its_line():
    text = (
        text_of(PDU_2023)
        .replace("group: service_delivery", "group: service")
        .replace("dimension: safety", "dimension: danger")
        .replace("owner: hmip", "owner: moj")
    )

    found = faults_in(text, "text")

    assert len(found) == 1 + 4
    assert all("owner" in one.field or one.field.startswith("standards.") for one in found)
    assert [one.line for one in found] == sorted(one.line for one in found)


def test_faults_of_the_rating_rules_are_given_together():
    text = (
        text_of(PDU_2023)
        .replace("good: 65", "good: 50")
        .replace("kind: small_sample", "kind: one_judgement")
        .replace("good: 17", "good: 10")
    )

    assert [one.field for one in faults_in(text, "text")] == [
        "rating.cases.thresholds.at_least.good",
        "rating.discretion.grounds.2.kind",
        "rating.overall.bands.up_to.good",
    ]


@pytest.mark.parametrize("text", ["", "[]", "a: &a [*a]", "\t", "x" * 1_000_001, "[" * 5000, "a: 1\na: 2"])
def test_a_text_that_is_no_programme_has_a_fault(text):
    assert faults_in(text, "text")


@given(st.sampled_from(shipped_programmes()), st.data())
def test_a_text_has_faults_exactly_when_it_cannot_be_read(one, data):
    lines = text_of(one.id).splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    kind = data.draw(st.sampled_from(["cut", "twice", "garbled"]))
    changed = {"cut": [], "twice": [lines[place]] * 2, "garbled": [lines[place].replace(":", "")]}[kind]
    text = "\n".join([*lines[:place], *changed, *lines[place + 1 :]])

    found = faults_in(text, "text")
    try:
        read_programme(text, "text")
    except Refused:
        assert found
        assert all(1 <= fault.line <= len(lines) + 1 and fault.why for fault in found)
    else:
        assert not found
