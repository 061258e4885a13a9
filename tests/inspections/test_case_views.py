"""Pages of a case, as planners, lead inspectors, OSAG, the inspected and others meet them (D1, D5, H4)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from oversight.inspections.actions import case_steps
from oversight.inspections.models import Inspection
from tests.arrangements.pages import cells, faults, page, read, rows, said, stand_on, typed
from tests.factories.arrangements import acting_for
from tests.factories.inspections import act, announced, ask, planner, scheduled, supply
from tests.factories.parties import sign_in

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-03-02")


def address(inspection, name="inspection", **more) -> str:
    return reverse(name, kwargs={"reference": inspection.reference} | more)


def primary(tree) -> list[str]:
    """Words of the primary buttons of a page."""
    buttons = tree.css("main .govuk-button:not(.govuk-button--secondary)")
    return [" ".join(one.text().split()) for one in buttons]


def send(client, at: str, status=302, /, **fields):
    """Send the form of a page with what it already holds and these fields."""
    tree = page(client, at)
    held = {"revision": typed(tree, "revision")} if tree.css_first('[name="revision"]') else {}
    answer = client.post(at, held | fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


def test_a_planner_schedules_and_announces_in_a_browser(client):
    lead = sign_in(client, "hmip_lead_inspector")
    sign_in(client, "hmip_planner")
    where = reverse("inspection-schedule")
    form = {
        "kind": "pdu-2023-25.pdu",
        "units": "N57EKNT",
        "announce": "2/3/2026",
        "fieldwork_from": "13/4/2026",
        "fieldwork_until": "24/4/2026",
        "lead": lead.reference,
    }

    wrong = read(client.post(where, form | {"units": "N57", "fieldwork_from": "1/2/2026"}), 409)
    assert faults(wrong)
    assert typed(wrong, "fieldwork_until") == "24/4/2026"
    assert faults(read(client.post(where, form | {"units": "Atlantis"}))) != []
    assert client.post(where, form).status_code == 302

    made = Inspection.objects.get()
    assert primary(page(client, address(made))) == ["Announce the inspection"]
    send(client, address(made, "inspection-announce"))
    told = page(client, address(made))
    assert "Announced" in said(told)
    assert primary(told) == []
    assert "The next step is for the lead inspector." in said(told)


def test_the_inspected_see_nothing_before_the_announcement_and_their_own_after_it(client):
    hidden = scheduled()
    sign_in(client, "head_of_pdu", "N57EKNT")

    assert "There are no inspections that you can see." in said(page(client, reverse("inspections")))
    for name in ("inspection", "inspection-information"):
        page(client, address(hidden, name), 404)
    assert client.get(reverse("inspection-register-csv")).status_code == 200

    shown = announced(units=["N57EKNT"])
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert [row[0] for row in rows(page(client, reverse("inspections")))] == [
        f"{shown.title} {shown.reference}"
    ]
    assert primary(page(client, address(shown))) == []
    sign_in(client, "head_of_pdu", "N57SUR")
    page(client, address(shown), 404)


@pytest.mark.parametrize(
    "step", ["announce", "dates", "pause", "withdraw", "start-fieldwork", "information-ask"]
)
def test_the_inspected_are_refused_every_step_with_the_reason(client, step):
    shown = announced()
    sign_in(client, "regional_probation_director", "N57")

    refused = client.get(address(shown, f"inspection-{step}"))

    assert refused.status_code == 403
    assert "paragraph 16" in refused.content.decode()


def test_a_step_that_the_state_does_not_allow_says_what_is_possible(client):
    lead = sign_in(client, "hmip_lead_inspector")
    shown = announced(lead)

    assert "only from" in said(page(client, address(shown, "inspection-finish-fieldwork"), 409))


def test_a_lead_inspector_goes_from_information_to_the_end_of_fieldwork(client, monkeypatch):
    lead = sign_in(client, "hmip_lead_inspector")
    shown = announced(lead)
    assert primary(page(client, address(shown))) == ["Ask for information"]
    where = address(shown, "inspection-information-ask")
    asked = dict.fromkeys(_keys(page(client, where)), "leave")
    key = "unit-staffing.N57EKNT"

    assert "Choose at least one item." in faults(read(send(client, where, 409, **asked), 409))[0]
    late = asked | {key: "ask", "needed_by": "14/4/2026"}
    assert "before fieldwork starts" in faults(read(send(client, where, 409, **late), 409))[0]
    send(client, where, **(asked | {key: "ask", "needed_by": "30/3/2026"}))
    assert "Asked for" in said(page(client, address(shown, "inspection-information")))
    assert primary(page(client, address(shown)))[0] == "Start fieldwork"

    stand_on(monkeypatch, "2026-04-24")
    send(client, address(shown, "inspection-start-fieldwork"), on="13/4/2026")
    wrong = send(client, address(shown, "inspection-finish-fieldwork"), 409, on="12/4/2026")
    assert "before fieldwork started" in faults(read(wrong, 409))[0]
    send(client, address(shown, "inspection-finish-fieldwork"), on="24/4/2026")
    shown.refresh_from_db()
    assert shown.state == "ratings"


def _keys(tree) -> list[str]:
    return list(dict.fromkeys(one.attributes["name"] for one in tree.css('input[type="radio"]')))


def test_what_is_held_is_shown_first_and_asking_again_needs_a_reason_paragraph_31(client):
    lead = sign_in(client, "hmip_lead_inspector")
    first = announced(lead)
    ask(first, lead, ["unit-staffing.N57EKNT"])
    title = first.requests.get().title
    supply(first, title, acting_for("N57EKNT"))
    second = announced(lead)
    where = address(second, "inspection-information-ask")
    tree = page(client, where)
    key = "unit-staffing.N57EKNT"
    rest = dict.fromkeys(_keys(tree), "leave")

    assert "Held already: as of 1 March 2026" in said(tree)
    refused = read(send(client, where, 409, **(rest | {key: "ask", "needed_by": "30/3/2026"})), 409)
    assert "held already" in faults(refused)[0]
    send(client, where, **(rest | {key: "reuse"}))

    assert second.requests.get().reused
    assert "Reused" in said(page(client, address(second, "inspection-information")))


def test_the_owner_supplies_and_the_probation_service_confirms(client):
    lead = sign_in(client, "hmip_lead_inspector")
    shown = announced(lead)
    ask(shown, lead, ["unit-staffing.N57EKNT"])
    request = shown.requests.get()
    where = address(shown, "inspection-information-supply", request_id=request.pk)

    sign_in(client, "head_of_pdu", "N57SUR")
    page(client, where, 404)
    sign_in(client, "chief_probation_officer", "probation-service")
    assert "not come" in said(page(client, address(shown, "inspection-information")))
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert primary(page(client, address(shown))) == ["Supply the information asked of you"]
    assert faults(read(send(client, where, 200, describes="", where="")))
    early = send(client, where, 409, describes="3/3/2026", where="Drive")
    assert "still to come" in faults(read(early, 409))[0]
    send(client, where, describes="1/3/2026", where="Drive")

    sign_in(client, "chief_probation_officer", "probation-service")
    told = page(client, address(shown, "inspection-information"))
    assert primary(told) == ["Confirm that all information was supplied"]
    client.post(address(shown, "inspection-information-confirm"))
    assert "said on 2 March 2026 that all" in said(page(client, address(shown, "inspection-information")))
    page_again = client.post(address(shown, "inspection-information-confirm"))
    assert page_again.status_code == 409


def test_dates_and_team_are_changed_with_nothing_lost_on_a_mistake(client):
    lead = sign_in(client, "hmip_lead_inspector")
    other = sign_in(client, "hmip_lead_inspector")
    shown = announced(lead)
    sign_in(client, "hmip_planner")
    where = address(shown, "inspection-dates")
    wrong = {"fieldwork_from": "1/5/2026", "fieldwork_until": "30/4/2026", "reason": "Illness"}

    tree = read(send(client, where, 409, **wrong), 409)
    assert "cannot end before" in faults(tree)[0]
    assert typed(tree, "reason") == "Illness"
    send(client, where, **(wrong | {"fieldwork_until": "8/5/2026"}))
    send(client, address(shown, "inspection-team"), lead=lead.reference, members=[other.reference])

    told = said(page(client, address(shown)))
    assert "Reason: Illness" in told
    assert f"{lead.name}, with {other.name}" in told


def test_pausing_and_ending_ask_for_a_reason_and_say_what_follows(client):
    shown = announced()
    sign_in(client, "hmip_planner")

    assert faults(read(send(client, address(shown, "inspection-pause"), 200, reason=""))) == [
        "Enter the reason."
    ]
    send(client, address(shown, "inspection-pause"), reason="Flood")
    assert primary(page(client, address(shown))) == ["Resume the inspection"]
    send(client, address(shown, "inspection-resume"), reason="Dry")
    other = scheduled()
    missing = send(client, address(shown, "inspection-replace"), 409, replacement="X", reason="Later")
    assert "no inspection of this reference" in faults(read(missing, 409))[0]
    send(client, address(shown, "inspection-replace"), replacement=other.reference, reason="Later")
    assert other.reference in said(page(client, address(shown)))
    send(client, address(other, "inspection-withdraw"), reason="No longer needed")
    assert primary(page(client, address(other))) == []


def test_a_page_open_while_a_colleague_acts_is_refused_and_says_so(client):
    shown = announced()
    sign_in(client, "hmip_planner")
    tree = page(client, address(shown, "inspection-pause"))
    act(case_steps.pause, shown, planner(), reason="First")
    act(case_steps.resume, shown, planner(), reason="Second")

    late = client.post(
        address(shown, "inspection-pause"), {"revision": typed(tree, "revision"), "reason": "Late"}
    )

    assert "Someone else changed this inspection" in faults(read(late, 409))[0]


def test_the_register_is_filtered_and_exported_as_filtered(client):
    announced(units=["N57EKNT"])
    kept = announced(units=["N56NOSU"])
    sign_in(client, "osag_coordinator")

    assert faults(page(client, reverse("inspections") + "?since=never", 422)) != []
    assert len(rows(page(client, reverse("inspections")))) == 2
    narrowed = reverse("inspections") + "?unit=N56"
    assert len(rows(page(client, narrowed))) == 1
    assert "No inspection fits" in said(page(client, reverse("inspections") + "?text=zzz"))
    lines = cells(client.get(reverse("inspection-register-csv") + "?unit=N56"))
    assert [line["reference"] for line in lines] == [kept.reference]
    assert client.get(reverse("inspection-register-csv") + "?since=never").status_code == 302


def test_a_partner_inspectorate_sees_the_joint_case_alone_paragraph_18(client):
    joint = announced(
        programme="thematic-2023", kind="joint", units=["N57"], partners=["hmicfrs"], title="A subject"
    )
    alone = announced()
    sign_in(client, "partner_inspector", "hmicfrs")

    assert len(rows(page(client, reverse("inspections")))) == 1
    assert "Together with" in said(page(client, address(joint)))
    page(client, address(alone), 404)


@pytest.mark.parametrize("role", ["sponsorship_officer", "service_operator", "department_officer"])
def test_a_role_without_part_in_inspections_is_refused_the_register(client, role):
    sign_in(client, role)

    assert client.get(reverse("inspections")).status_code == 403
