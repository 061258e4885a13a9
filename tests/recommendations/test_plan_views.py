"""Pages of plans as those who write, contribute, clear, receive and publish them meet them (E3, E4, E6)."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from oversight.recommendations.actions import plan_actions
from oversight.recommendations.models import Plan, PlanPart
from tests.arrangements.pages import cells, faults, page, read, rows, said, stand_on, typed
from tests.factories.arrangements import acting_for
from tests.factories.parties import sign_in
from tests.factories.plans import ask, coordinated, on, opened, published, submitted, with_action
from tests.factories.recommendations import agreed

pytestmark = pytest.mark.usefixtures("memorandum")
CORE = "2026-PDU-N57EKNT-1"
ACTION = {"text": "Review every case.", "owner": "N57EKNT", "measure": "Nine of ten", "due": "1/9/2026"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-03-02", hour=10)


def address(row: Plan, name="plan", *more) -> str:
    return reverse(name, args=[row.reference, *more])


def offered(tree) -> list[str]:
    return [" ".join(one.text().split()) for one in tree.css("main .govuk-button")]


def send(client, at: str, status=302, /, **fields):
    held = {"revision": typed(page(client, at), "revision")}
    answer = client.post(at, held | fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


def test_empty_pages_say_what_will_come(client):
    sign_in(client, "head_of_pdu", "N57EKNT")

    assert "There are no plans that you can see." in said(page(client, reverse("plans")))
    assert "There are no actions that you can see." in said(page(client, reverse("plan-actions")))
    assert "No plan fits these filters." in said(page(client, f"{reverse('plans')}?state=published"))
    assert "No action fits these filters." in said(page(client, f"{reverse('plan-actions')}?timing=overdue"))
    assert faults(page(client, f"{reverse('plans')}?state=unknown", 422))
    assert faults(page(client, f"{reverse('plan-actions')}?owner=Atlantis", 422))


def test_a_local_plan_goes_from_the_unit_to_publication(client):
    made = agreed(source=CORE)
    sign_in(client, "head_of_pdu", "N57EKNT")
    at = reverse("plan-open")
    tree = page(client, f"{at}?source={CORE}")
    assert typed(tree, "source") == CORE
    form = {
        "source": CORE,
        "source_title": "Report",
        "kind": "core",
        "unit": "N57EKNT",
        "title": "Action plan for East Kent",
    }
    assert faults(read(client.post(at, form | {"unit": ""}), 409))
    assert client.post(at, form).status_code == 302
    row = Plan.objects.get()
    assert offered(page(client, address(row))) == ["Add an action"]

    wrong = send(client, address(row, "plan-action-add"), 409, **(ACTION | {"commissioned": "on"}))
    assert "Regional Probation Director" in faults(read(wrong, 409))[0]
    send(client, address(row, "plan-action-add"), **(ACTION | {"recommendations": made.reference}))
    send(client, address(row, "plan-action-change", 1), **(ACTION | {"recommendations": made.reference}))
    assert rows(page(client, address(row)))[0][-1] == "1"
    send(
        client, address(row, "plan-ask-input"), contributor="hmpps", question="Funds?", wanted_by="20/3/2026"
    )
    send(client, address(row, "plan-ask-check"), text="")
    assert "The next step is for OSAG." in said(page(client, address(row)))

    sign_in(client, "osag_coordinator")
    send(client, address(row, "plan-finish-check"), text="Say who measures.")
    sign_in(client, "regional_probation_director", "N57")
    assert offered(page(client, address(row))) == ["Clear and submit it"]
    send(client, address(row, "plan-submit"), text="The director, today")
    sign_in(client, "hmip_lead_inspector")
    send(client, address(row, "plan-receive"), text="")
    sign_in(client, "hmpps_officer")
    elsewhere = send(
        client, address(row, "plan-publish"), 409, on="2/3/2026", where="https://example.org/plan"
    )
    assert "GOV.UK" in faults(read(elsewhere, 409))[0]
    send(client, address(row, "plan-publish"), on="2/3/2026", where="https://www.gov.uk/plan")
    send(client, address(row, "plan-return-progress"), text="As agreed.")
    assert "Progress return sent" in said(page(client, address(row)))


def test_a_department_answers_its_one_question_and_sees_no_plan(client):
    row = coordinated()
    part = PlanPart.objects.get(pk=ask(row, "home-office"))
    other = ask(row, "dwp")
    sign_in(client, "department_officer", "home-office")

    listed = said(page(client, reverse("plans")))
    assert "Give your part of “Action plan”" in listed
    assert "There are no plans that you can see." in listed
    at = reverse("plan-part", args=[part.pk])
    assert faults(read(client.post(at, {"revision": 1, "answer": ""})))
    send(client, at, answer="We fund it.")
    assert "We fund it." in said(page(client, at))
    page(client, reverse("plan-part", args=[other]), 404)
    page(client, address(row), 404)
    page(client, address(row, "plan-progress-csv"), 404)
    sign_in(client, "osag_coordinator")
    assert "We fund it." in said(page(client, address(row)))


def test_progress_and_another_date_with_the_first_beside_it(client):
    row = submitted()
    sign_in(client, "head_of_pdu", "N57EKNT")
    at = address(row, "plan-action", 1)
    assert offered(page(client, at)) == ["Report progress"]
    missing = send(client, address(row, "plan-action-report", 1), 409, progress="done", text="All.")
    assert "evidence" in faults(read(missing, 409))[0]
    send(client, address(row, "plan-action-report", 1), progress="under_way", text="Half of them.")
    send(client, address(row, "plan-action-date", 1), due="1/12/2026", reason="No staff.")
    assert "waiting to be decided" in said(page(client, at))

    sign_in(client, "regional_probation_director", "N57")
    assert offered(page(client, at))[0] == "Report progress"
    send(client, address(row, "plan-action-decide", 1), approved="yes", decision="")
    told = said(page(client, at))
    assert "First date 1 September 2026 Date that stands 1 December 2026" in told
    assert "first 1 September 2026" in said(page(client, reverse("plan-actions")))


def test_the_progress_return_is_one_sheet_in_two_formats(client):
    row = opened()
    made = agreed(source=CORE, text="=Review")
    with_action(row, recommendations=[made.reference], text="=1+1")
    with_action(row)
    submitted(row)
    sign_in(client, "hmip_lead_inspector")

    listed = cells(client.get(address(row, "plan-progress-csv")))
    assert [(line["recommendation"], line["action"]) for line in listed] == [
        (made.reference, "1"),
        ("", "2"),
    ]
    assert listed[0]["what_is_done"] == "'=1+1"
    answer = client.get(address(row, "plan-progress-xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert [sheet.cell(2, column).value for column in (1, 7, 8)] == [made.reference, 1, "=1+1"]
    assert sheet.cell(2, 8).data_type == "s"
    assert sheet.cell(2, 11).value.isoformat().startswith("2026-09-01")


def test_the_list_of_actions_downloads_and_tells_what_is_overdue(client, monkeypatch):
    submitted()
    stand_on(monkeypatch, "2026-09-02")
    sign_in(client, "head_of_pdu", "N57EKNT")

    assert "1 is overdue" in said(page(client, reverse("plans")))
    listed = cells(client.get(f"{reverse('plan-actions-csv')}?timing=overdue"))
    assert [(line["first_date"], line["stands"]) for line in listed] == [("2026-09-01", "Overdue")]
    assert client.get(f"{reverse('plan-actions-csv')}?owner=Atlantis").status_code == 302


def test_the_right_role_of_the_wrong_region_finds_nothing_and_the_inspectorate_no_draft(client):
    row = opened()
    with_action(row)
    for role, code in (
        ("regional_probation_director", "N50"),
        ("head_of_pdu", "N57SUR"),
        ("hmip_lead_inspector", "hmip"),
    ):
        sign_in(client, role, code)
        page(client, address(row), 404)
        page(client, address(row, "plan-action", 1), 404)
    sign_in(client, "hmip_lead_inspector")
    assert client.get(address(row, "plan-action-add")).status_code == 403


def test_what_a_state_does_not_allow_says_who_is_next(client):
    row = submitted()
    sign_in(client, "head_of_pdu", "N57EKNT")
    for name, more in (("plan-ask-check", ()), ("plan-action-add", ()), ("plan-action-withdraw", (1,))):
        assert "You cannot do this" in (told := said(page(client, address(row, name, *more)))) or (
            "no longer being drafted" in told
        )
    refused = client.post(address(row, "plan-ask-check"), {"revision": row.revision, "text": ""})
    assert "not possible from" in faults(read(refused, 409))[0]


def test_osag_updates_a_published_plan_and_adds_a_report(client):
    agreed("hmpps", kind="thematic", unit="", source="T-2")
    row = coordinated("T-1")
    sign_in(client, "osag_coordinator")
    send(client, address(row, "plan-add-report"), source="T-2")
    assert "T-2" in said(page(client, address(row)))
    other = published(coordinated("T-3"))
    send(client, address(other, "plan-publish-update"), on="2/3/2026", where="https://www.gov.uk/update")
    assert "Update published" in said(page(client, address(other)))


def test_an_action_is_taken_out_of_a_draft(client):
    row = opened()
    with_action(row)
    sign_in(client, "head_of_pdu", "N57EKNT")

    send(client, address(row, "plan-action-withdraw", 1), text="Not needed.")

    assert "There are no actions yet." in said(page(client, address(row)))


def test_someone_elses_newer_change_is_told_and_nothing_typed_is_lost(client):
    one = submitted().actions.get()
    sign_in(client, "head_of_pdu", "N57EKNT")
    at = address(one.plan, "plan-action-report", 1)
    on(plan_actions.report_action, one, acting_for("N57"), progress="under_way", text="Half.")

    stale = client.post(at, {"revision": 1, "progress": "under_way", "text": "Mine"})

    tree = read(stale, 409)
    assert "Someone else changed" in faults(tree)[0]
    assert typed(tree, "text") == "Mine"
