"""What an event would open is told before anyone records it (A2)."""

from __future__ import annotations

from datetime import date

import pytest

from oversight.arrangements.rules.explaining import explain
from oversight.arrangements.rules.facts import Basis, Force
from oversight.arrangements.rules.replay import duties
from oversight.kernel.calendars import england_and_wales
from oversight.kernel.refusals import Refused
from tests.arrangements.stories import another, event, mou, resolve

CALENDAR = england_and_wales()
FIRST = mou()
SECOND = another("mou-2026", date(2026, 3, 1), {"27-submit-plan": {"limit": {"length": 12}}})


def told(name, kind, on, versions=(SECOND, FIRST), **more):
    return {
        one.arrangement: one
        for one in explain(
            event=name,
            kind=kind,
            on=date.fromisoformat(on),
            versions=versions,
            calendar=CALENDAR,
            **more,
        )
    }


@pytest.mark.parametrize(
    ("on", "due", "version"),
    [
        ("2026-01-05", date(2026, 3, 16), "mou-2023"),
        ("2026-02-28", date(2026, 5, 9), "mou-2023"),
        ("2026-03-01", date(2026, 5, 24), "mou-2026"),
        ("2026-03-02", date(2026, 5, 25), "mou-2026"),
    ],
)
def test_the_text_of_the_day_governs(on, due, version):
    """Paragraphs 27 and 34, on both sides of the day on which the second text takes effect."""
    opening = told("draft_received_for_checking", "thematic", on)["27-submit-plan"]

    assert (opening.due, opening.version, opening.paragraph) == (due, version, "27")
    assert (opening.force, opening.basis) == (Force.MUST, Basis.TEXT)
    assert opening.bearer_words == "Operational and System Assurance Group"
    assert opening.counterpart_words == "HM Inspectorate of Probation"
    assert opening.met_by == ("An action plan was submitted",)


def test_who_is_meant_is_told_before_the_unit_is_known():
    plan = told("final_report_issued", "core", "2026-01-05")["24-prepare-plan"]

    assert plan.bearer_words == "the region of the unit concerned and the unit concerned"
    assert plan.steps[-1] == "This is a local target, not a number in the MoU."


def test_a_date_given_with_the_event_is_the_date():
    supply = told("routine_supply_agreed", "", "2026-01-05", until=date(2026, 2, 2))["29-supply-routinely"]

    assert (supply.due, supply.basis) == (date(2026, 2, 2), Basis.GIVEN)


def test_an_event_that_opens_nothing_says_so():
    assert told("accuracy_check_returned", "", "2026-01-05") == {}


def test_what_recurs_is_opened_by_what_meets_it():
    assert "34-review-yearly" in told("annual_review_completed", "", "2026-01-05")


@pytest.mark.parametrize("name", sorted(mou().events))
def test_explaining_and_recording_agree(name):
    """Whatever is told beforehand is what the replay gives, for every event and kind."""
    declared = mou().events[name]
    for kind in declared.kinds or ("",):
        until = date(2026, 2, 2) if declared.until else None
        explained = told(name, kind, "2026-01-05", until=until)
        recorded = duties(
            [
                event(
                    1,
                    name,
                    "2026-01-05",
                    kind=kind,
                    unit="N57EKNT" if declared.unit_possible else "",
                    addressee="hmpps" if declared.addressees else "",
                    until=until,
                )
            ],
            (SECOND, mou()),
            CALENDAR,
            resolve,
        )

        assert {duty.arrangement for duty in recorded} == set(explained)
        for duty in recorded:
            opening = explained[duty.arrangement]
            assert (duty.due, duty.basis, duty.steps) == (opening.due, opening.basis, opening.steps)


@pytest.mark.parametrize(
    ("name", "kind", "on", "rule", "field"),
    [
        ("draft_recieved", "core", "2026-01-05", "known_event", "event"),
        ("draft_received_for_checking", "themed", "2026-01-05", "known_kind", "kind"),
        ("draft_received_for_checking", "", "2026-01-05", "known_kind", "kind"),
        ("accuracy_check_returned", "core", "2026-01-05", "known_kind", "kind"),
        ("draft_received_for_checking", "core", "2023-08-17", "version_in_force", "on"),
        ("draft_received_for_checking", "core", "2090-01-05", "calendar_coverage", ""),
    ],
)
def test_what_cannot_be_meant_is_refused(name, kind, on, rule, field):
    with pytest.raises(Refused) as refused:
        told(name, kind, on)

    assert (refused.value.rule, refused.value.field) == (rule, field)
    assert refused.value.what_next


def test_without_any_text_the_next_step_is_to_load_one():
    with pytest.raises(Refused, match="Load a text of arrangements first"):
        told("draft_received_for_checking", "core", "2026-01-05", versions=())
