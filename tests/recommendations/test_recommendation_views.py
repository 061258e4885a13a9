"""Pages of recommendations as those who make, answer and carry them out meet them (E1, E2, E6)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from oversight.recommendations.actions import recommendations as acts
from oversight.recommendations.models import Recommendation
from tests.arrangements.pages import cells, faults, page, read, rows, said, stand_on, typed
from tests.factories.arrangements import acting_for
from tests.factories.parties import sign_in
from tests.factories.recommendations import act, agreed, in_progress, made, proposed, reported

pytestmark = pytest.mark.usefixtures("memorandum")
REGISTER = "recommendations"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-03-02", hour=10)


def address(row: Recommendation, name="recommendation") -> str:
    return reverse(name, args=[row.reference])


def offered(tree) -> list[str]:
    return [" ".join(one.text().split()) for one in tree.css("main .govuk-button")]


def send(client, at: str, status=302, /, **fields):
    held = {"revision": typed(page(client, at), "revision")}
    answer = client.post(at, held | fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


def test_an_empty_register_says_what_will_come(client):
    sign_in(client, "head_of_pdu", "N57EKNT")

    assert "There are no recommendations that you can see." in said(page(client, reverse(REGISTER)))


def test_the_register_narrows_downloads_and_names_faults(client):
    made("N57EKNT", theme="staffing", text="=Fill the vacancies.")
    made("N57SUR", unit="N57SUR", source="2026-PDU-N57SUR-1")
    sign_in(client, "osag_coordinator")
    at = reverse(REGISTER)

    assert len(rows(page(client, at))) == 2
    assert len(rows(page(client, f"{at}?unit=N57EKNT&theme=staffing"))) == 1
    assert "No recommendation fits" in said(page(client, f"{at}?delivery=closed_verified"))
    assert faults(page(client, f"{at}?unit=Atlantis", 422))
    listed = cells(client.get(f"{reverse('recommendation-register-csv')}?theme=staffing"))
    assert [line["recommendation"] for line in listed] == ["'=Fill the vacancies."]
    assert client.get(f"{reverse('recommendation-register-csv')}?unit=Atlantis").status_code == 302


@pytest.mark.one_database("the service sends as many statements to either")
def test_the_register_and_a_page_ask_the_same_however_much_there_is(client, django_assert_max_num_queries):
    row = reported()
    for _ in range(3):
        made()
    sign_in(client, "head_of_pdu", "N57EKNT")
    client.get(reverse(REGISTER))

    with django_assert_max_num_queries(8) as few:
        client.get(reverse(REGISTER))
    for _ in range(6):
        made()
    with django_assert_max_num_queries(len(few)):
        client.get(reverse(REGISTER))
    with django_assert_max_num_queries(12):
        client.get(address(row))


def test_the_body_addressed_goes_from_the_answer_to_reporting_complete(client):
    row = made("N57EKNT")
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert offered(page(client, address(row))) == ["Answer it"]

    wrong = send(client, address(row, "recommendation-answer"), 409, response="partly_agreed", reason="Costs")
    tree = read(wrong, 409)
    assert "the part that you agree" in faults(tree)[0]
    assert typed(tree, "reason") == "Costs"
    send(
        client,
        address(row, "recommendation-answer"),
        response="partly_agreed",
        agreed_part="New cases",
        reason="Costs",
    )
    assert offered(page(client, address(row))) == ["Start work"]
    send(client, address(row, "recommendation-start"), text="")
    send(client, address(row, "recommendation-progress"), text="Half way")
    missing = send(client, address(row, "recommendation-complete"), 200, text="Done", evidence="")
    assert "stays in progress" in faults(read(missing))[0]
    send(client, address(row, "recommendation-complete"), text="Done", evidence="Page 4")

    told = said(page(client, address(row)))
    assert "Evidence: Page 4" in told
    assert "The next step is for HM Inspectorate of Probation, to look at the evidence." in told


def test_two_inspectors_close_and_the_first_is_told_to_wait(client):
    row = reported()
    sign_in(client, "hmip_lead_inspector")
    send(client, address(row, "recommendation-propose"), text="Seen.")
    assert "Confirm" not in str(offered(page(client, address(row))))
    assert "You cannot do this" in said(page(client, address(row, "recommendation-confirm")))
    refused = client.post(address(row, "recommendation-confirm"), {"revision": row.revision + 1})
    assert "a second person confirms" in said(read(refused, 409))

    sign_in(client, "hmip_lead_inspector")
    assert offered(page(client, address(row)))[0] == "Confirm that it is done"
    send(client, address(row, "recommendation-confirm"))
    assert "Closed, verified" in said(page(client, address(row)))


def test_an_inspector_sends_back_supersedes_and_closes(client):
    first, other = proposed(), made()
    sign_in(client, "hmip_lead_inspector")
    send(client, address(first, "recommendation-send-back"), text="Not yet.")
    send(
        client,
        address(first, "recommendation-supersede"),
        replacement=other.reference,
        text="Merged.",
    )
    assert f"Another recommendation takes its place: {other.reference}" in said(page(client, address(first)))
    act(acts.answer, other, acting_for("N57EKNT"), response="not_agreed", reason="No.")
    send(client, address(other, "recommendation-not-agreed"), text="Noted.")
    assert "Closed, not agreed" in said(page(client, address(other)))


def test_the_director_addresses_commissioned_services_paragraph_25(client):
    row = made("N57EKNT", commissioned=True)
    sign_in(client, "regional_probation_director", "N57")

    send(client, address(row, "recommendation-services"), text="The contract was changed.")

    assert "The contract was changed." in said(page(client, address(row)))


@pytest.mark.parametrize("name", ["recommendation", "recommendation-answer", "recommendation-start"])
def test_the_right_role_of_the_wrong_unit_finds_nothing(client, name):
    row = agreed("N57EKNT")
    sign_in(client, "head_of_pdu", "N57SUR")
    assert "no such recommendation" in said(page(client, address(row, name), 404))
    sign_in(client, "regional_probation_director", "N50")
    assert "no such recommendation" in said(page(client, address(row, name), 404))


@pytest.mark.parametrize(
    "name", ["recommendation-propose", "recommendation-confirm", "recommendation-supersede"]
)
def test_the_owner_cannot_verify_and_reads_why(client, name):
    row = reported()
    sign_in(client, "head_of_pdu", "N57EKNT")

    refused = client.get(address(row, name))

    assert refused.status_code == 403
    assert "paragraph 26" in refused.content.decode()


def test_another_departments_officer_answers_its_own_alone(client):
    mine = made("home-office", kind="joint", unit="", source="J-1")
    other = made("dwp", kind="joint", unit="", source="J-1")
    sign_in(client, "department_officer", "home-office")

    assert len(rows(page(client, reverse(REGISTER)))) == 1
    page(client, address(other), 404)
    send(client, address(mine, "recommendation-answer"), response="agreed")
    assert "Agreed" in said(page(client, address(mine)))


def test_osag_opening_a_local_answer_is_told_that_it_cannot(client):
    row = made("N57EKNT")
    sign_in(client, "osag_coordinator")

    assert "You cannot do this" in said(page(client, address(row, "recommendation-answer")))
    refused = client.post(
        address(row, "recommendation-answer"), {"revision": row.revision, "response": "agreed"}
    )
    assert refused.status_code == 403


def test_publications_bring_in_an_earlier_recommendation(client):
    sign_in(client, "hmip_publications")
    at = reverse("recommendation-add")
    form = {
        "kind": "history",
        "source": "2019-REPORT-1",
        "source_title": "Report of 2019",
        "number": "2",
        "text": "Do this.",
        "addressee": "N57",
        "unit": "N57",
        "on": "1/2/2019",
    }
    page(client, at)
    assert faults(read(client.post(at, form | {"source": "with blanks"}), 409))
    assert faults(read(client.post(at, form | {"addressee": "Atlantis"})))
    assert client.post(at, form).status_code == 302
    again = client.post(at, form | {"text": "Do that."})
    assert "kept for ever" in faults(read(again, 409))[0]
    assert Recommendation.objects.get().reference == "2019-REPORT-1-R2"


def test_two_at_once_lose_nothing(client):
    row = in_progress()
    sign_in(client, "head_of_pdu", "N57EKNT")
    stale = client.post(
        address(row, "recommendation-progress"), {"revision": row.revision - 1, "text": "Half way"}
    )

    tree = read(stale, 409)
    assert "Someone else changed" in faults(tree)[0]
    assert typed(tree, "text") == "Half way"
