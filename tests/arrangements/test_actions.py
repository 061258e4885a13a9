"""Texts taken up, events recorded and withdrawn, and the table that equals the replay (A2, A4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from oversight.access.queries import acting_by_command
from oversight.arrangements import actions
from oversight.arrangements.actions import texts
from oversight.arrangements.models import ArrangementVersion, Duty, Event
from oversight.arrangements.rules.facts import Version
from oversight.arrangements.rules.reading import MOU_2023, read_version, shipped_text
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.arrangements.duties_table import assert_parties_follow, replay, table
from tests.arrangements.stories import text_with
from tests.arrangements.test_rules_replay import events as drawn_events
from tests.factories.arrangements import AT, acting_for, load_mou, record, withdraw
from tests.factories.parties import register

LATER = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
OPERATOR = acting_by_command("test")


def due(arrangement, about="case-1"):
    return Duty.objects.get(arrangement=arrangement, about=about).due


def test_ten_weeks_become_twelve_only_for_events_after_the_new_text(memorandum):
    """Paragraphs 27 and 34: the worked example of the foundation."""
    record("draft_received_for_checking", "2026-01-05", kind="thematic", about="january")
    text = text_with(
        identifier="mou-2026",
        effective_from=date(2026, 3, 1),
        changes={"27-submit-plan": {"limit": {"length": 12}}},
    )
    actions.load_version(by=OPERATOR, at=datetime(2026, 2, 1, tzinfo=UTC), text=text, name="mou-2026.yaml")
    record(
        "draft_received_for_checking",
        "2026-03-02",
        kind="thematic",
        about="march",
        at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    )

    assert due("27-submit-plan", "january") == date(2026, 3, 16)
    assert due("27-submit-plan", "march") == date(2026, 5, 25)
    assert table() == replay()


def test_a_text_never_comes_before_an_event_that_is_recorded(memorandum):
    """Paragraph 34: a clock once started keeps its rule, even when both come at the same moment."""
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    record("draft_received_for_checking", "2026-03-02", kind="thematic", at=moment)
    text = text_with(
        identifier="mou-2026",
        effective_from=date(2026, 3, 1),
        changes={"27-submit-plan": {"limit": {"length": 12}}},
    )
    asked = {"by": OPERATOR, "text": text, "name": "mou-2026.yaml"}

    assert refused(actions.load_version, at=moment, **asked).rule == "text_before_events"
    actions.load_version(at=moment + timedelta(microseconds=1), **asked)

    assert due("27-submit-plan") == date(2026, 5, 11)
    assert table() == replay()


def test_recording_is_in_the_record_with_the_duties_it_opened(memorandum):
    facts = record("draft_received_for_checking", "2026-01-05", kind="thematic", note="By secure mail")

    entry = Entry.objects.order_by("-sequence").first()
    assert (entry.verb, entry.subject, entry.party) == ("event.recorded", f"event:{facts.id}", "hmip")
    assert "27-submit-plan" in entry.payload
    assert {duty.arrangement for duty in facts.opened} == {
        "22-commission-check",
        "22-return-check",
        "27-submit-plan",
    }


def test_withdrawing_withdraws_the_duties_and_keeps_them(memorandum):
    """Paragraph 5: an error is withdrawn with a reason, never erased."""
    draft = record("draft_received_for_checking", "2026-01-05", kind="thematic")

    facts = withdraw(draft.id)

    assert Duty.objects.filter(withdrawn=True).count() == 3
    assert {duty.arrangement for duty in facts.opened} == {duty.arrangement for duty in draft.opened}
    assert Event.objects.get().withdrawn_reason == "Recorded in error."
    assert table() == replay()
    assert_parties_follow()


def test_withdrawing_what_met_a_duty_makes_it_run_again(memorandum):
    record("draft_received_for_checking", "2026-01-05", kind="sfo_independent")
    plan = record("action_plan_submitted", "2026-01-05", kind="sfo_independent", by="hmpps-osag")
    assert Duty.objects.get(arrangement="27-submit-plan").met_by_id == plan.id

    facts = withdraw(plan.id, by="hmpps-osag")

    duty = Duty.objects.get(arrangement="27-submit-plan")
    assert (duty.met_on, duty.met_by_id, duty.withdrawn) == (None, None, False)
    assert [one.arrangement for one in facts.changed] == ["27-submit-plan"]
    assert table() == replay()


def refused(call, **changed):
    with pytest.raises(Refused) as found:
        call(**changed)
    return found.value


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"event": "draft_arrived"}, "known_event", "event"),
        ({"kind": "themed"}, "known_kind", "kind"),
        ({"kind": ""}, "known_kind", "kind"),
        ({"on": "2026-01-06"}, "event_not_in_future", "on"),
        ({"on": "2023-08-17"}, "version_in_force", "on"),
        ({"about": "  "}, "event_reference", "about"),
        ({"about": "x" * 101}, "plain_text", "about"),
        ({"about": "two\nlines"}, "plain_text", "about"),
        ({"about": "evil \u202e name"}, "plain_text", "about"),
        ({"note": "x" * 2001}, "plain_text", "note"),
        ({"note": "bell \x07"}, "plain_text", "note"),
        ({"unit": ""}, "event_unit", "unit"),
        ({"unit": "hmpps"}, "event_unit", "unit"),
        ({"addressee": "hmpps"}, "event_addressee", "addressee"),
        ({"until": date(2026, 1, 9)}, "event_until", "until"),
        ({"by": "N57EKNT"}, "permission_to_say", "event"),
        ({"by": "hmpps"}, "permission_to_say", "event"),
        ({"by": "operator"}, "permission_arrangements.record_event", ""),
    ],
)
def test_what_an_event_lacks_or_has_too_much_is_refused_beside_its_field(memorandum, changed, rule, field):
    facts = {"event": "draft_received_for_checking", "on": "2026-01-05", "kind": "core", "unit": "N57EKNT"}

    found = refused(record, **(facts | changed))

    assert (found.rule, found.field) == (rule, field)
    assert found.what_next
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("facts", "rule", "field"),
    [
        ({"event": "recommendation_made", "kind": "core"}, "event_addressee", "addressee"),
        (
            {"event": "recommendation_made", "kind": "core", "addressee": "hmip"},
            "event_addressee",
            "addressee",
        ),
        (
            {"event": "recommendation_made", "kind": "core", "addressee": "moj"},
            "event_addressee",
            "addressee",
        ),
        ({"event": "mou_took_effect", "by": "moj-sponsorship"}, "event_reference", "about"),
        ({"event": "change_notified", "unit": "N57"}, "event_unit", "unit"),
        (
            {"event": "accuracy_check_extension_agreed", "until": date(2026, 1, 9)},
            "event_only_while",
            "about",
        ),
        ({"event": "data_objection_raised", "by": "hmpps-osag"}, "event_only_while", "about"),
        (
            {
                "event": "routine_supply_agreed",
                "addressee": "hmpps",
                "until": date(2026, 1, 4),
            },
            "event_until",
            "until",
        ),
        ({"event": "routine_supply_agreed", "addressee": "hmpps"}, "event_until", "until"),
    ],
)
def test_what_other_events_need_is_refused_too(memorandum, facts, rule, field):
    found = refused(record, on="2026-01-05", **facts)

    assert (found.rule, found.field) == (rule, field)


def test_an_objection_to_data_is_taken_only_while_the_check_is_open(memorandum):
    """Paragraph 32."""
    record("draft_received_for_checking", "2026-01-02", kind="core", unit="N57EKNT")
    record("data_objection_raised", "2026-01-05", by="hmpps-osag")
    record("accuracy_check_returned", "2026-01-05", by="hmpps-osag", unit="N57EKNT")

    found = refused(
        record,
        event="data_objection_raised",
        on="2026-01-06",
        by="hmpps-osag",
        at=AT + timedelta(days=1),
    )

    assert (found.rule, found.paragraph) == ("event_only_while", "32")


def test_the_same_event_twice_is_refused_until_the_first_is_withdrawn(memorandum):
    first = record("draft_received_for_checking", "2026-01-05", kind="thematic")
    assert refused(record, event="draft_received_for_checking", on="2026-01-05", kind="thematic").rule == (
        "event_once"
    )

    withdraw(first.id)
    record("draft_received_for_checking", "2026-01-05", kind="thematic")

    assert Event.objects.count() == 2


def test_what_meets_nothing_says_so(memorandum):
    early = record("action_plan_submitted", "2026-01-03", kind="thematic", by="hmpps-osag")
    assert "No open duty under the reference “case-1”" in early.notes[0]

    record("draft_received_for_checking", "2026-01-05", kind="thematic")
    again = record("action_plan_submitted", "2026-01-04", kind="thematic", by="hmpps-osag")

    assert "what happened before a duty began cannot meet it" in again.notes[0]


def test_a_clock_of_an_older_text_can_be_met_when_a_newer_one_no_longer_knows_the_event(memorandum):
    """Paragraph 34: a new text moves no clock that runs, nor leaves it without an end."""
    record("crs_matter_raised", "2026-01-05", kind="core", unit="N57EKNT")
    renamed = (
        shipped_text()
        .replace("id: mou-2023\n", "id: mou-2026\n")
        .replace("crs_matter_addressed", "crs_matter_settled")
        .replace("effective_from: 2023-08-18", "effective_from: 2026-02-01")
    )
    actions.load_version(by=OPERATOR, at=LATER, text=renamed, name="mou-2026.yaml")

    record("crs_matter_addressed", "2026-06-01", by="N57", at=LATER + timedelta(hours=1))

    assert Duty.objects.get(arrangement="25-address-crs-working").met_on == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("by", "revision", "reason", "rule"),
    [
        ("hmpps-osag", 1, "Wrong case", "permission_arrangements.withdraw_event"),
        ("N57", 1, "Wrong case", "permission_arrangements.withdraw_event"),
        ("hmip", 2, "Wrong case", "stale_event"),
        ("hmip", 1, "  ", "withdrawal_reason"),
        ("hmip", 1, "x" * 2001, "plain_text"),
    ],
)
def test_withdrawing_is_for_the_party_that_recorded_it_with_a_reason(memorandum, by, revision, reason, rule):
    draft = record("draft_received_for_checking", "2026-01-05", kind="thematic")

    found = refused(
        actions.withdraw_event,
        by=acting_for(by),
        at=AT,
        event_id=draft.id,
        revision=revision,
        reason=reason,
    )

    assert found.rule == rule
    assert not Event.objects.filter(withdrawn_at__isnull=False).exists()


def test_an_event_is_withdrawn_once(memorandum):
    draft = record("draft_received_for_checking", "2026-01-05", kind="thematic")
    withdraw(draft.id)

    found = refused(withdraw, event_id=draft.id, revision=2)

    assert found.rule == "stale_event"
    assert "withdrew this event on" in found.why


def test_an_unknown_event_cannot_be_withdrawn(memorandum):
    assert refused(withdraw, event_id=12345).rule == "not_found_event"


def test_a_date_that_cannot_be_counted_leaves_nothing_behind(memorandum):
    far = datetime(2060, 1, 5, tzinfo=UTC)

    found = refused(record, event="draft_received_for_checking", on="2060-01-05", kind="thematic", at=far)

    assert found.rule == "calendar_coverage"
    assert not Event.objects.exists()


def test_the_shipped_text_is_taken_up_once_and_recorded_once(db):
    register()
    by = OPERATOR
    first = actions.load_shipped_versions(by=by, at=AT)
    entries = Entry.objects.count()

    again = actions.load_shipped_versions(by=by, at=LATER)

    assert [line.id for line in first] == ["mou-2023"]
    assert again == ()
    assert Entry.objects.count() == entries
    assert ArrangementVersion.objects.get().text == shipped_text()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (shipped_text(), "text_once"),
        (shipped_text() + "\n# changed\n", "text_never_changes"),
        (shipped_text().replace("length: 10, unit: weeks", "length: 10, unit: fortnights"), "data_file"),
        (
            shipped_text()
            .replace("id: mou-2023\n", "id: other\n")
            .replace("  ministers: Ministers\n", "  ministers: Ministers\n  mars: Mars\n"),
            "text_names_known_parties",
        ),
        (
            shipped_text()
            .replace("id: mou-2023\n", "id: other\n")
            .replace("guard: permission:standards.edit", "guard: permission:standards.invent", 1),
            "text_names_known_permissions",
        ),
    ],
)
def test_a_text_that_cannot_be_taken_up_is_refused(memorandum, text, rule):
    found = refused(actions.load_version, by=OPERATOR, at=LATER, text=text, name="new.yaml")

    assert found.rule == rule
    assert ArrangementVersion.objects.count() == 1


@pytest.mark.parametrize("code", ["hmip", "hmpps-osag", "N57", "hmpps"])
def test_only_sponsorship_and_the_operator_take_up_texts(memorandum, code):
    found = refused(actions.load_version, by=acting_for(code), at=LATER, text=shipped_text(), name=MOU_2023)

    assert found.rule == "permission_arrangements.load_version"


@cache
def new_text() -> str:
    """Give a text that counts one duty anew and puts another one less firmly."""
    return text_with(
        identifier="mou-2026",
        effective_from=date(2026, 2, 1),
        changes={"27-submit-plan": {"limit": {"length": 12}}, "22-return-check": {"force": "usually"}},
    )


@cache
def read_before(text: str, name: str) -> Version:
    return read_version(text, name, AT)


class TheTableEqualsTheReplay(TestCase):
    """For random records of events recorded and withdrawn, step by step."""

    def setUp(self):
        load_mou()
        # The same text is taken up in each record; reading it takes longer than all else.
        reading = mock.patch.object(
            texts, "read_version", lambda text, name, at: replace(read_before(text, name), adopted_at=at)
        )
        self.enterContext(reading)

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(drawn_events(most=8), st.randoms(use_true_random=False))
    def test_always(self, told, random):
        moment = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
        with_text_at = random.randrange(len(told) + 1)
        for number, one in enumerate(told):
            at = moment + timedelta(minutes=number)
            if number == with_text_at:
                actions.load_version(by=OPERATOR, at=at, text=new_text(), name="mou-2026.yaml")
            try:
                done = record(
                    one.name,
                    one.on,
                    by=one.recorder.code,
                    kind=one.kind,
                    about=one.about,
                    unit=one.unit.code if one.unit else "",
                    addressee=one.addressee.code if one.addressee else "",
                    until=one.until,
                    at=at,
                )
            except Refused as refusal:
                assert refusal.rule in {"event_only_while", "event_once"}  # noqa: PT017 - only these may be
                continue
            if one.withdrawn:
                withdraw(done.id, by=one.recorder.code, at=at)
            if random.random() < 0.2:
                earlier = Event.objects.filter(withdrawn_at=None).order_by("id").first()
                if earlier is not None:
                    withdraw(earlier.pk, by=earlier.recorder_id, at=at)
        assert table() == replay()
        assert_parties_follow()
