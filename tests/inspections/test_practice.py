"""Effective practice: everyone finds it once the report is published, and nobody before (D3, H4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.inspections.actions.notes import note_evidence
from oversight.inspections.models import EvidenceNote, Inspection, PracticeExample
from oversight.inspections.queries.practice import PracticeFilter, practice
from oversight.inspections.rules.case import MOVABLE, OPEN, CaseState
from oversight.publication.models import PublicNotice
from tests.arrangements.pages import page, said, stand_on
from tests.factories.inspections import finished, scheduled
from tests.factories.parties import sign_in

pytestmark = [
    pytest.mark.usefixtures("memorandum"),
    pytest.mark.writes_directly(reason="to see every state, whatever it takes to get there"),
]
AT = datetime(2026, 4, 24, 17, 0, tzinfo=UTC)
TEXT = "Peer mentors meet people at the gate"
S = CaseState


@pytest.fixture
def lead(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-06-01")
    return sign_in(client, "hmip_lead_inspector")


def noted(lead, text=TEXT, *, standard="leadership", effective=True, **more) -> EvidenceNote:
    """Note something in the ratings state of an inspection that is then published."""
    inspection = finished(lead, **more)
    number = note_evidence(
        by=lead,
        at=AT,
        reference=inspection.reference,
        standard=standard,
        source="Private meeting",
        text=text,
        effective_practice=effective,
    )
    put(inspection, S.PUBLISHED)
    return EvidenceNote.objects.get(pk=number)


def put(inspection, state, **more) -> None:
    """Put an inspection into a state, with the facts that the database ties to it."""
    begun = state not in {*MOVABLE}
    facts = {
        "state": str(state),
        "paused_from": "",
        "started_on": inspection.fieldwork_from if begun else None,
        "finished_on": inspection.fieldwork_until if begun and state is not S.FIELDWORK else None,
    }
    facts |= {"announced_on": inspection.announce_on, "announced_at": AT, "announced_by": "person:1"}
    if state is S.SCHEDULED:
        facts |= {"announced_on": None, "announced_at": None, "announced_by": ""}
    Inspection.objects.filter(pk=inspection.pk).update(**(facts | more))


def entries(**chosen) -> list[str]:
    return [one.text for one in practice(chosen=PracticeFilter(**chosen), page=1).entries]


@pytest.mark.parametrize(
    "role", ["contract_manager", "provider_representative", "head_of_pdu", "department_officer"]
)
def test_everyone_signed_in_finds_it_once_published(client, lead, role):
    note = noted(lead)
    sign_in(client, role)

    tree = page(client, "/effective-practice")

    assert TEXT in said(tree)
    assert tree.css_first(f'main a[href="/reports/{note.inspection.reference}"]')
    for private in ("Private meeting", note.noted_name):
        assert private not in said(tree)


def test_the_public_does_not(client, lead):
    client.logout()
    assert client.get("/effective-practice").status_code == 302


def test_nothing_of_an_inspection_in_any_other_state_is_found(client, lead):
    note = noted(lead)
    paused = [(S.PAUSED, {"paused_from": str(state)}) for state in OPEN]
    replaced = (S.REPLACED, {"replaced_by_inspection": scheduled(lead)})
    others = [(state, {}) for state in S if state not in {S.PUBLISHED, S.PAUSED, S.REPLACED}]
    for state, more in [*others, *paused, replaced]:
        put(note.inspection, state, **more)

        assert entries() == [], (state, more)
    assert TEXT not in said(page(client, "/effective-practice?text=mentors"))
    put(note.inspection, S.PUBLISHED, replaced_by_inspection=None)
    assert entries() == [TEXT]


def test_what_is_not_marked_as_effective_practice_is_not_found(lead):
    noted(lead, effective=False)
    assert entries() == []


def test_the_words_of_the_report_take_the_place_of_the_note(lead):
    note = noted(lead)
    example(note, "Mentors meet people as they leave prison")

    assert entries() == ["Mentors meet people as they leave prison"]
    assert entries(text="gate") == []
    assert practice(chosen=PracticeFilter(), page=1).entries[0].in_report


def test_what_the_team_took_out_of_the_report_again_stays_out(lead):
    note = noted(lead)
    example(note, "First words", left_out=True)
    assert entries() == []
    example(note, "Better words", number=2)
    assert entries() == ["Better words"]


def example(note, text, *, number=1, left_out=False) -> None:
    out = {"left_out_at": AT, "left_out_by": "person:1", "left_out_name": "A"} if left_out else {}
    PracticeExample.objects.create(
        inspection=note.inspection,
        number=number,
        note=note,
        text=text,
        chosen_at=AT,
        chosen_by="person:1",
        chosen_name="A",
        **out,
    )


def test_a_report_taken_off_the_web_takes_its_practice_with_it_until_it_is_back(lead):
    note = noted(lead)
    facts = {"reference": note.inspection.reference, "round": 1, "on": AT.date(), "why": "A name was in it"}
    facts |= {"made_at": AT, "made_by": "person:1"}
    PublicNotice.objects.create(kind="withdrawn", **facts)
    assert entries() == []
    PublicNotice.objects.create(kind="restored", **facts)
    assert entries() == [TEXT]


def test_the_filters_narrow_by_words_standard_region_and_programme(client, lead):
    noted(lead)
    noted(lead, "Staff ask families", standard="staffing", units=("N56CAMB",))

    assert entries(text="MENTORS") == [TEXT]
    assert entries(standard="staffing") == ["Staff ask families"]
    assert len(entries(region="N57")) == 1
    assert len(entries(programme="pdu-2023-25")) == 2
    assert entries(programme="pdu-2021-23") == []
    assert entries(text="%") == []
    assert "No entry fits these filters" in said(page(client, "/effective-practice?text=nothing-like-it"))
    assert client.get("/effective-practice?standard=none").status_code == 422


def test_it_shows_25_a_page_and_asks_as_often_for_many_as_for_one(client, lead):
    def asked(address="/effective-practice") -> int:
        with CaptureQueriesContext(connection) as seen:
            page(client, address)
        return len(seen)

    assert "There is nothing yet" in said(page(client, "/effective-practice"))
    note = noted(lead)
    one = asked()
    EvidenceNote.objects.bulk_create(
        EvidenceNote(
            inspection=note.inspection,
            standard="leadership",
            effective_practice=True,
            source="A",
            text=f"Idea {place}",
            noted_at=AT,
            noted_by="person:1",
            noted_name="A",
        )
        for place in range(26)
    )
    assert asked() == one
    assert "27 entries" in said(page(client, "/effective-practice"))
    assert len(page(client, "/effective-practice").css("main li h2")) == 25
    assert len(page(client, "/effective-practice?page=2&text=Idea").css("main li h2")) == 1


def test_the_way_there_is_in_the_navigation(client, lead):
    assert page(client, "/inspections").css_first('nav a[href="/effective-practice"]')
