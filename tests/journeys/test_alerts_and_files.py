"""Alerts on a risk to a person, files, effective practice, and points from a spreadsheet (¶16, ¶22, ¶31)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.access.queries import acting_under, demonstration_people
from oversight.inspections.actions import accuracy, case, case_steps
from oversight.inspections.actions.notes import note_evidence
from oversight.inspections.models import Inspection
from oversight.inspections.queries.accuracy_files import to_fill_in
from oversight.inspections.rules.accuracy_files import COLUMNS, NOTES, rows_to_fill, sheet_columns
from oversight.inspections.rules.case import Dates
from oversight.kernel.sheets import write_sheet
from tests.factories import accuracy as make
from tests.factories.fieldwork import draw
from tests.factories.files import PDF
from tests.factories.inspections import act, ask, planner, scheduled
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

LEAD, OSAG, HEAD = "hmip_lead_inspector", "osag_coordinator", "head_of_pdu"


@pytest.fixture
def people(site):
    return {p.role: acting_under(m) for p, m in demonstration_people(today=timezone.localdate()) if m}


def look(page, name=""):
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def begun(lead, **options):
    """An inspection of East Kent in fieldwork that was asked for information."""
    now, today = timezone.now(), timezone.localdate()
    found = scheduled(lead, dates=Dates(today, today, today + timedelta(days=10)), at=now, **options)
    act(case.announce, found, planner(), now)
    if found.type == "pdu":
        ask(found, lead, at=now, needed_by=today)
    act(case_steps.start_fieldwork, found, lead, now, on=today)
    return found


def test_an_alert_is_raised_from_a_case_and_answered_by_the_unit_on_a_phone(phone, site, sign_in_as, people):
    lead = people[LEAD]
    found = begun(lead)
    draw(found, lead, wanted=5, at=timezone.now())
    sign_in_as(phone, LEAD)
    phone.goto(f"{site}/inspections/{found.reference}/cases/1")
    phone.get_by_role("link", name="Raise an alert").click()
    expect(phone.get_by_role("heading", name="Raise an alert on a risk to a person")).to_be_visible()
    look(phone, "alert-raise")
    phone.get_by_label("What is the risk, and to whom?").fill("He has found out where she lives now.")
    phone.get_by_label("What is needed?").fill("Warn her and the police today.")
    phone.get_by_role("button", name="Raise the alert").click()
    expect(phone.get_by_role("heading", name="Alert 1: a risk to a person")).to_be_visible()
    look(phone, "alert-as-team")

    sign_in_as(phone, HEAD)
    notice = phone.get_by_role("link", name="A risk to a person in East Kent")
    expect(notice).to_be_visible()
    look(phone, "home-with-alert")
    notice.click()
    phone.get_by_role("button", name="Acknowledge it").click()
    phone.get_by_label("What was done?").fill("We told her and the police at 3pm.")
    look(phone, "alert-acknowledge")
    phone.get_by_role("button", name="Acknowledge it").click()
    expect(phone.get_by_text("First acknowledged in time.")).to_be_visible()
    look(phone)


def test_osag_sees_an_overdue_alert_and_nothing_of_what_it_says(page, site, sign_in_as, people):
    from oversight.inspections.actions.alerts import raise_alert

    lead = people[LEAD]
    found = begun(lead)
    for number, ago in (("X000001", 0), ("X000002", 2)):
        raise_alert(
            by=lead,
            at=timezone.now() - timedelta(days=ago),
            reference=found.reference,
            unit="N57EKNT",
            case_reference=number,
            risk="He has found out where she lives now.",
            needed="Warn her today.",
            site=site,
        )
    sign_in_as(page, OSAG)
    expect(page.get_by_role("link", name="which is overdue")).to_be_visible()
    look(page, "home-of-osag-with-alert")
    page.goto(f"{site}/alerts")
    expect(page.get_by_text("2 alerts, soonest due first")).to_be_visible()
    expect(page.get_by_text("X000002")).to_have_count(0)
    look(page, "alerts")
    page.get_by_role("link", name="Alert 2").click()
    expect(page.get_by_text("You see that this alert was raised")).to_be_visible()
    look(page, "alert-as-osag")
    sign_in_as(page, LEAD)
    page.goto(f"{site}/inspections/{found.reference}/alerts/2/escalate")
    expect(page.get_by_label("Why?")).to_be_visible()
    look(page, "alert-escalate")


def test_information_comes_as_a_file_and_leaves_as_one(page, site, sign_in_as, people):
    found = begun(people[LEAD])
    sign_in_as(page, HEAD)
    page.goto(f"{site}/inspections/{found.reference}/information")
    page.get_by_role("link", name="Supply it").first.click()
    page.get_by_label("Up to which day does it describe things?").fill("1/3/2026")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "Staffing.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_label("The file is sensitive").check()
    look(page, "information-supply")
    page.get_by_role("button", name="Supply it").click()
    expect(page.get_by_role("link", name="Staffing.pdf")).to_be_visible()
    look(page, "information-with-file")
    page.get_by_role("link", name="Staffing.pdf").click()
    expect(page.get_by_text("The record will say that you read it")).to_be_visible()
    look(page, "file")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()
    assert download.value.suggested_filename == "Staffing.pdf"


def test_points_come_from_a_spreadsheet_after_a_look_at_them(page, site, sign_in_as, people, faults):
    lead, head, now = people[LEAD], people[HEAD], timezone.now()
    found = begun(lead, programme="thematic-2023", kind="thematic", title="Resettlement in East Kent")
    make.whole(found, lead, now, text=make.TEXT)
    act(accuracy.send_for_checking, found, lead, now, note="")
    due = make.check_of(found).due - timedelta(days=6)
    make.commission(found, people[OSAG], ("N57EKNT",), due=due, at=now)
    held = to_fill_in(actor=head, reference=found.reference)
    said = [list(row) for row in rows_to_fill(held.passages)]

    def file(*filled) -> dict:
        for row, cells in zip(said, filled, strict=False):
            row[4:] = cells
        content = write_sheet("xlsx", "Points", sheet_columns(held.standards), said, NOTES)
        return {"name": "points.xlsx", "mimeType": "application/octet-stream", "buffer": content}

    assert len(said[0]) == len(COLUMNS)
    sign_in_as(page, HEAD)
    page.goto(f"{site}/inspections/{found.reference}/accuracy/import")
    expect(page.get_by_role("button", name="Check the file")).to_be_visible()
    look(page, "points-from-file")
    faults.expected.add(422)
    wrong = ["Fact", "", "It has 14.", "", "maybe", ""]
    page.get_by_label("File with your points").set_input_files(file(wrong))
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Nothing was taken")).to_be_visible()
    look(page, "points-from-file-with-faults")
    right = ["Fact that is wrong", "", "It has 14.", "See the rota.", "yes", ""]
    typo = ["Typing error or wrong number", "Leaders", "The leaders", "", "", ""]
    page.get_by_label("File with your points").set_input_files(file(right, typo))
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="2 points in the file")).to_be_visible()
    look(page, "points-from-file-to-take")
    page.get_by_role("button", name="Take 2 points").click()
    expect(page.get_by_text("2 points taken.")).to_be_visible()
    look(page, "points-after-file")
    for kind in ("Word", "OpenDocument", "PDF"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind, exact=True).click()
        assert download.value.suggested_filename.startswith(f"accuracy-log-{found.reference}")


@pytest.mark.writes_directly(reason="a published inspection, without the whole way there")
def test_effective_practice_is_found_by_everyone_once_it_is_published(phone, site, sign_in_as, people):
    lead, now = people[LEAD], timezone.now()
    found = begun(lead)
    for text in ("Peer mentors meet people at the prison gate on the day they leave.", "Staff ask families."):
        note_evidence(
            by=lead,
            at=now,
            reference=found.reference,
            standard="leadership",
            source="Meeting",
            text=text,
            effective_practice=True,
        )
    act(case_steps.finish_fieldwork, found, lead, now, on=timezone.localdate())
    sign_in_as(phone, "contract_manager")
    phone.goto(f"{site}/effective-practice")
    expect(phone.get_by_text("There is nothing yet.")).to_be_visible()
    look(phone)
    Inspection.objects.filter(pk=found.pk).update(state="published")
    phone.goto(f"{site}/effective-practice?text=mentors")
    expect(phone.get_by_text("1 entry, latest inspections first.")).to_be_visible()
    look(phone, "effective-practice")
