"""Evidence noted on standards, and effective practice: who notes, who sees (D3, ¶16, ¶22)."""

from __future__ import annotations

import pytest

from oversight.inspections.actions.notes import note_evidence
from oversight.inspections.models import EvidenceNote
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.arrangements.pages import faults, page, read, said, stand_on
from tests.factories.fieldwork import AT
from tests.factories.inspections import in_fieldwork
from tests.factories.parties import acting_as, sign_in

pytestmark = pytest.mark.usefixtures("memorandum")
NOTE = {"standard": "leadership", "source": "Meeting", "text": "Clear vision", "effective_practice": "on"}


@pytest.fixture
def lead(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    return sign_in(client, "hmip_lead_inspector")


@pytest.fixture
def inspection(lead):
    return in_fieldwork(lead)


def at(inspection) -> str:
    return f"/inspections/{inspection.reference}/evidence"


def noted(inspection, by, **changed) -> str:
    facts = {"standard": "leadership", "source": "Meeting", "text": "Clear vision"} | changed
    with pytest.raises(Refused) as refused:
        note_evidence(by=by, at=AT, reference=inspection.reference, **facts)
    return refused.value.rule


def test_a_note_is_kept_recorded_and_shown_under_its_standard(client, inspection):
    assert "Nothing was noted yet" in said(page(client, at(inspection)))

    assert client.post(at(inspection), NOTE).status_code == 302

    section = page(client, at(inspection)).css_first('section[aria-labelledby="notes-leadership"]').text()
    assert "Clear vision" in section
    assert "Effective practice" in section
    assert Entry.objects.order_by("-sequence").first().verb == "inspection.evidence-noted"


def test_a_note_without_its_parts_is_told_beside_each_field(client, inspection):
    assert len(faults(read(client.post(at(inspection), {}), 422))) == 3
    assert not EvidenceNote.objects.exists()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [({"standard": "court_work"}, "note_standard"), ({"text": " "}, "note"), ({"source": ""}, "note")],
)
def test_a_note_is_on_a_standard_of_the_programme_and_whole(inspection, lead, changed, rule):
    assert noted(inspection, lead, **changed) == rule


def test_only_the_team_notes_and_nobody_outside_the_inspectorate(inspection):
    assert noted(inspection, acting_as("hmip_lead_inspector")) == "inspection_team"
    assert noted(inspection, acting_as("head_of_pdu")).startswith("permission")


@pytest.mark.parametrize(("role", "party"), [("osag_lead", ""), ("head_of_pdu", "N57EKNT")])
def test_the_inspected_and_osag_see_no_note(client, inspection, role, party):
    sign_in(client, role, party)

    assert "until the draft is sent for checking" in said(page(client, at(inspection), 403))


def test_a_planner_reads_the_notes_and_adds_none(client, inspection):
    sign_in(client, "hmip_planner")

    assert not page(client, at(inspection)).css_first("main form")
    assert client.post(at(inspection), NOTE).status_code == 403
