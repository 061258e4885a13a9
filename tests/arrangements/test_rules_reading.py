"""The Memorandum as data is whole, and a fault in such a file is named by line and field (A2)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from oversight.access.rules import access_table
from oversight.arrangements.rules.facts import Force
from oversight.arrangements.rules.reading import read_version, shipped_text
from oversight.kernel.refusals import Refused
from tests.arrangements.stories import ADOPTED, mou

# The paragraphs that ask something of someone, 10 to 34 but for the two that only describe the model.
BINDING = set(range(10, 35)) - {11, 12}


def test_all_34_paragraphs_are_accounted_for_once():
    assert [paragraph.number for paragraph in mou().paragraphs] == list(range(1, 35))


def test_every_binding_paragraph_is_carried_by_an_arrangement():
    assert not BINDING - {arrangement.paragraph_number for arrangement in mou().arrangements}


def test_each_part_of_paragraph_10_is_carried():
    parts = {one.paragraph for one in mou().arrangements if one.paragraph_number == 10}

    assert parts == {"10(i)", "10(ii)", "10(iii)", "10(iv)", "10(v)"}


def test_a_paragraph_that_nothing_carries_says_why():
    carried = {one.paragraph_number for one in mou().arrangements}

    assert all(bool(one.reason) != (one.number in carried) for one in mou().paragraphs)


def test_the_only_numbers_of_time_are_those_of_paragraphs_17_27_and_34():
    """Everything else is a labelled local target, an event, or no date at all."""
    limits = {one.id: (one.limit.length, one.limit.unit.value) for one in mou().arrangements if one.limit}

    assert limits == {
        "17-complete-cycle": (48, "months"),
        "27-submit-plan": (10, "weeks"),
        "27-update-plan": (12, "months"),
        "34-review-yearly": (12, "months"),
    }
    assert all(one.local_note for one in mou().arrangements if one.local_target)


def test_force_follows_the_words_of_the_text():
    forces = {one.id: one.force for one in mou().arrangements}

    assert forces["17-complete-cycle"] is Force.AIM
    assert forces["23-usually-ten-at-most"] is Force.USUALLY
    assert forces["26-follow-up"] is Force.USUALLY
    assert forces["27-submit-plan"] is Force.MUST


def test_figures_of_the_text_are_data():
    figures = {one.id: dict(one.figures) for one in mou().arrangements if one.figures}

    assert figures == {
        "17-complete-cycle": {"earliest_months": 36, "latest_months": 48},
        "19-assure-sample": {"sample_per_cent": 20},
        "19-assure-the-rest": {"remainder_per_cent": 80},
        "23-usually-ten-at-most": {"usual_most": 10},
    }


def test_every_guard_that_is_a_permission_exists_and_reserved_ones_are_the_bearers():
    permissions = access_table().permissions
    guarded = [one for one in mou().arrangements if one.guard.startswith("permission:")]

    assert len(guarded) > 4
    for one in guarded:
        held = permissions[one.guard.removeprefix("permission:")]
        assert not held.reserved_to or held.reserved_to in one.bearers


def test_every_event_starts_meets_bounds_or_moves_something():
    version = mou()
    used = {start.event for one in version.arrangements for start in one.starts}
    used |= {meeting.event for one in version.arrangements for meeting in one.met_by}
    used |= {one.before for one in version.arrangements}
    used |= {one.varied_by.event for one in version.arrangements if one.varied_by}

    assert set(version.events) <= used


def test_titles_are_sentence_case_and_end_without_a_stop():
    for one in mou().arrangements:
        assert re.fullmatch(r"[A-Z].*[^.]", one.title), one.id
    for event in mou().events.values():
        assert re.fullmatch(r"[A-Z].*[^.]", event.title), event.name
        assert event.question.endswith("?"), event.name


def test_the_text_took_effect_when_the_last_party_signed():
    assert mou().effective_from == date(2023, 8, 18)


def broken(old, new, *, count=1):
    text = shipped_text()
    assert text.count(old) >= 1, old
    return text.replace(old, new, count)


FAULTS = [
    (
        "fixed_about: memorandum",
        "fixed_abot: memorandum",
        "events.mou_took_effect.fixed_abot",
        "not known here",
    ),
    (
        "limit: {length: 10, unit: weeks,",
        "limit: {length: 10,",
        "unit",
        "missing",
    ),
    ("length: 10, unit: weeks", "length: 10, unit: fortnights", "unit", "is not one of"),
    ("length: 10, unit: weeks", "length: ten, unit: weeks", "length", "not of the kind"),
    ("length: 10, unit: weeks", "length: 0, unit: weeks", "length", "less than 1"),
    ("effective_from: 2023-08-18", "effective_from: last August", "effective_from", "not a date"),
    ("effective_from: 2023-08-18", "effective_from: 2023-08-18 09:00:00", "effective_from", "not a date"),
    ("    force: must\n", "    force: shall\n", "arrangements.0.force", "not one of"),
    ("- id: 10-i-work-openly", "- id: 9-standards-independent", "arrangements.1.id", "given twice"),
    ("bearers: [notifier]", "bearers: [notifer]", "arrangements.2.bearers.0", "not a party of this text"),
    ("bearers: [notifier]", "bearers: [unit]", "arrangements.2.bearers.0", "cannot be told from the event"),
    ("bearers: [notifier]", 'bearers: ["kind:region"]', "arrangements.2.bearers.0", "cannot be told"),
    (
        "starts: [{event: arrangement_change_proposed}]",
        "starts: [{event: arrangement_changed}]",
        "arrangements.2.starts.0.event",
        "not an event of this text",
    ),
    (
        "met_by: {event: arrangement_change_shared}",
        "met_by: {event: nothing_at_all}",
        "arrangements.2.met_by.event",
        "not an event",
    ),
    (
        "met_by: {event: action_plan_updated}",
        "met_by: {event: progress_reported}",
        "met_by.event",
        "cannot meet what opens for the kind joint, sfo_independent, thematic",
    ),
    (
        "met_by: {event: arrangement_change_shared}",
        "met_by: {event: mou_took_effect}",
        "arrangements.2.met_by.event",
        "not recorded under the same reference",
    ),
    (
        "met_by: {event: arrangement_change_shared}",
        "met_by: {event: arrangement_change_shared, same: [addressee]}",
        "arrangements.2.met_by.same",
        "names no addressee",
    ),
    (
        "said_by: [moj-sponsorship]",
        "said_by: [moj-sponsor]",
        "events.mou_took_effect.said_by.0",
        "not a party",
    ),
    ("said_by: [moj-sponsorship]", "said_by: [unit]", "events.mou_took_effect.said_by.0", "cannot be told"),
    ("kinds: [core, thematic, joint]", "kinds: [core, themed]", "kinds", "not a kind that is possible here"),
    ("only_while: 22-return-check", "only_while: 22-return", "only_while", "not an arrangement"),
    (
        "only_while: 22-return-check",
        "only_while: 9-standards-independent",
        "only_while",
        "not an arrangement",
    ),
    ("    guard: permission:standards.edit\n", "", "arrangements.0.guard", "says what upholds it"),
    ("guard: event:recommendation_made", "guard: event:recommendation", "guard", "not an event of this text"),
    (
        "guard_note: No rule of the service can uphold this. The parties do, and",
        "ambiguity: The parties do, and",
        "guard_note",
        "how the parties uphold it",
    ),
    (
        "    limit_note: No number in the MoU. The date is the one the parties agreed for this supply.\n",
        "",
        "limit_note",
        "missing",
    ),
    ("date_given: true", "date_given: true\n    local_note: so be it", "local_target", "go together"),
    (
        "starts: [{event: change_decided}]",
        "starts: [{event: change_decided}]\n    date_given: true",
        "date_given",
        "no second date",
    ),
    ("  - {number: 34, subject: Review of the Memorandum}\n", "", "paragraphs", "paragraph 34 is not listed"),
    (
        "- {number: 34, subject: Review of the Memorandum}",
        "- {number: 33, subject: Review of the Memorandum}",
        "paragraphs.33.number",
        "listed twice",
    ),
    (
        "- {number: 34, subject: Review of the Memorandum}",
        "- {number: 34, subject: Review of the Memorandum, reason: It is long.}",
        "paragraphs.33.reason",
        "leave this out",
    ),
    ("  hmip: hmip\n", "  hmip: hmi\n", "signatories.hmip", "not a party"),
    ("id: mou-2023\n", "id: MoU 2023\n", "id", "not written the way"),
    ("paragraph: 10(i)\n", "paragraph: 10(one)\n", "paragraph", "not written the way"),
    ("agreed_by: [hmpps-osag, hmip]", "agreed_by: [hmpps-osag]", "agreed_by", "at least 2"),
    ("id: mou-2023\n", "id: mou-2023\nid: mou-2024\n", "id", "there twice"),
]


@pytest.mark.parametrize(("old", "new", "field", "why"), FAULTS, ids=[f"{one[1][:50]}" for one in FAULTS])
def test_a_fault_is_refused_by_line_and_field(old, new, field, why):
    text = broken(old, new)

    with pytest.raises(Refused) as refused:
        read_version(text, "proposed.yaml", ADOPTED)

    assert refused.value.field.endswith(field) or f".{field}." in f".{refused.value.field}."
    assert why in refused.value.why
    line = int(re.search(r"proposed\.yaml, line (\d+)", refused.value.why)[1])
    around = "\n".join(text.splitlines()[max(0, line - 14) : line + 14])
    assert new.strip().splitlines()[0][:30] in around if new.strip() else line > 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("just words", "not of the kind"),
        ("- a list", "not of the kind"),
        ("a: [1", "not YAML"),
        ("a: &a [*a]", "line 1: .* would contain itself"),
        ("a: \x00", "not YAML"),
        ("x" * 1_000_001, "longer than"),
    ],
)
def test_what_is_no_text_of_arrangements_is_refused(text, why):
    with pytest.raises(Refused, match=why):
        read_version(text, "proposed.yaml", ADOPTED)


def test_the_line_named_is_the_line_of_the_fault():
    text = broken("length: 10, unit: weeks", "length: 10, unit: fortnights")
    line = next(number for number, said in enumerate(text.splitlines(), start=1) if "fortnights" in said)

    with pytest.raises(Refused, match=f"line {line}, arrangements"):
        read_version(text, "proposed.yaml", ADOPTED)
