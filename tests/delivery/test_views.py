"""The pages of the first line as people use them, and nothing told to others (B2, H4)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.queries import acting_by_command
from oversight.delivery.actions.figures import work_on_file
from oversight.delivery.models import FigureFile
from oversight.delivery.rules.contracts import MatterKind
from oversight.parties.queries import membership, parties_by_code
from tests.arrangements.pages import faults, page, read, rows, said, stand_on
from tests.factories.delivery import (
    AT,
    CONTRACT,
    FIGURES,
    IN_HOUSE,
    LEVELS,
    REFERENCE,
    REGION,
    UNIT,
    assessed,
    contracts_loaded,
    missed,
    opened_round,
    raised,
    stepped,
    table,
)
from tests.factories.parties import acting_as, sign_in, sign_in_as

pytestmark = pytest.mark.usefixtures("memorandum")
PAGE = f"/first-line/assessments/{REFERENCE}"
TREND = f"/first-line/units/{UNIT}/staff-in-post"


def _ignored(done, total):
    del done, total


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch):
    stand_on(monkeypatch, "2026-04-14")


def test_a_round_is_opened_and_a_unit_assessed_as_people_do_it(client):
    sign_in(client, "chief_probation_officer")
    assert "Open a round of assessments" in said(page(client, "/first-line"))
    wrong = {"every": "quarter", "first": "1/2/2026", "due": "30/4/2026"}
    assert (
        "Enter the first day of a period."
        in faults(read(client.post("/first-line/rounds/open", wrong), 409))[0]
    )
    assert client.post("/first-line/rounds/open", wrong | {"first": "1/1/2026"}).status_code == 302
    assert len(rows(page(client, "/first-line"))) == 25
    assert len(rows(page(client, "/first-line?page=2"))) == 25

    sign_in(client, "regional_probation_director", REGION)
    assert "Enter figures" in said(page(client, PAGE))
    given = {name: str(value) for name, value in FIGURES.items()}
    wrong = read(client.post(f"{PAGE}/figures", given | {"staff-in-post": "most"}), 422)
    assert faults(wrong) == ["Enter a number, for example 87.5."]
    assert client.post(f"{PAGE}/figures", given).status_code == 302
    found = said(page(client, PAGE))
    assert "76.5%" in found
    assert "Not verified" in found
    assert faults(read(client.post(f"{PAGE}/complete", {}), 422)) == [
        "Enter what line management says of the period."
    ]
    assert client.post(f"{PAGE}/complete", {"summary": "Staffing holds it back."}).status_code == 302
    found = said(page(client, PAGE))
    assert "Completed" in found
    assert "Staffing holds it back." in found
    assert "Correct a figure" in found

    drawn = said(page(client, TREND))
    assert "January to March 2026" in drawn
    assert "71%" in drawn
    assert "Missed" in drawn
    assert (
        client.get(f"{TREND}.csv").getvalue().decode().splitlines()[1].startswith("2026-01-01,71,%,90,Missed")
    )


def test_pages_that_have_nothing_to_show_say_what_comes(client):
    sign_in(client, "regional_probation_director", REGION)
    assert "when the Probation Service opens a round" in said(page(client, "/first-line"))
    assert "has brought no file yet" in said(page(client, "/first-line/files"))
    assert "there is no trend" in said(page(client, TREND))
    sign_in(client, "osag_lead")
    assert "as soon as line management completes it" in said(page(client, "/first-line"))
    opened_round()
    sign_in(client, "chief_probation_officer")
    assert "No assessment fits" in said(page(client, "/first-line?state=completed"))
    wrong = read(client.get("/first-line?unit=Nowhere"), 422)
    assert "Nothing you typed was lost" in said(wrong)


def test_others_are_refused_or_find_nothing(client):
    assessed()
    elsewhere = next(
        ref.code for ref in parties_by_code().values() if "/N07/" in ref.lineage and ref.kind == "pdu"
    )
    for role, party in (("regional_probation_director", "N07"), ("head_of_pdu", elsewhere)):
        sign_in(client, role, party)
        for address in (PAGE, TREND, f"{TREND}.csv", f"/first-line/units/{UNIT}"):
            answer = client.get(address)
            assert answer.status_code == 404
            assert "Staffing holds it back" not in answer.content.decode()
        assert "Staffing" not in client.get("/first-line").content.decode()
    for role in ("hmip_lead_inspector", "provider_representative", "auditor"):
        sign_in(client, role)
        for address in ("/first-line", PAGE, TREND, "/first-line/files"):
            assert client.get(address).status_code == 403
    sign_in(client, "osag_coordinator")
    assert "Staffing holds it back." in said(page(client, PAGE))
    assert client.post(f"{PAGE}/figures", {"staff-in-post": "99"}).status_code == 403


def test_a_file_of_figures_as_people_bring_it(client):
    sign_in(client, "regional_probation_director", REGION)
    assert client.get("/first-line/files/to-fill-in.csv").content.decode().lstrip("\ufeff") == (
        "Unit,Measure,Period begins,Figure\r\n"
    )
    assert client.get("/first-line/files/to-fill-in.pdf").status_code == 404
    assert faults(read(client.post("/first-line/files/bring-in", {}), 422)) == ["Choose a file."]
    lines = [(UNIT, "orders-completed", "2026-01-01", "80"), (UNIT, "days-lost", "2026-01-01", "x")]

    def bring(content):
        sent = {"file": SimpleUploadedFile("Figures.csv", table(content), "text/csv")}
        answer = client.post("/first-line/files/bring-in", sent)
        assert answer.status_code == 302
        row = FigureFile.objects.latest("id")
        assert "Being checked" in said(page(client, answer.url))
        work_on_file(by=acting_by_command("work"), at=AT, file_id=row.pk, tell=_ignored)
        return answer.url

    faulty = bring(lines)
    shown = said(page(client, faulty))
    assert "1 row has to be corrected" in shown
    assert "“x” is no number" in shown
    assert client.post(f"{faulty}/confirm").status_code == 409
    assert client.post(f"{faulty}/set-aside").status_code == 302
    good = bring(lines[:1])
    assert "Bring in 1 figure" in said(page(client, good))
    assert client.post(f"{good}/confirm").status_code == 302
    assert "Being taken" in said(page(client, good))
    work_on_file(
        by=acting_by_command("work"),
        at=AT,
        file_id=FigureFile.objects.latest("id").pk,
        tell=_ignored,
    )
    assert "Taken" in said(page(client, good))
    assert len(rows(page(client, "/first-line/files"))) == 2


def test_lists_and_pages_ask_the_database_the_same_however_much_there_is(client):
    opened_round()
    sign_in(client, "regional_probation_director", REGION)
    asked = {}
    for number in (1, 2):
        for address in ("/first-line", PAGE, f"/first-line/units/{UNIT}", TREND):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            asked.setdefault(address, set()).add(len(seen))
        if number == 1:
            given = {name: str(value) for name, value in FIGURES.items()}
            client.post(f"{PAGE}/figures", given)
    assert all(len(counts) == 1 and max(counts) < 15 for counts in asked.values()), asked


# Contracts


def test_a_contract_as_people_carry_it(client):
    contracts_loaded()
    by = sign_in(client, "contract_manager")
    listed = page(client, "/contracts?text=PRJ_5428")
    assert "ETE Services for the North East" in said(listed)
    assert len(rows(page(client, "/contracts"))) == 25
    here = f"/contracts/{CONTRACT}"
    assert "No lever, change, dispute or concern so far." in said(page(client, here))
    assert (
        "Enter the first day of a quarter that has ended."
        in faults(read(client.post(f"{here}/periods/open", {"first": "1/4/2026"}), 409))[0]
    )
    opened = client.post(f"{here}/periods/open", {"first": "1/1/2026"}).url
    wrong = read(client.post(f"{opened}/levels", {"crs-outcomes": "few"}), 422)
    assert faults(wrong) == ["Enter a number, for example 87.5."]
    assert (
        client.post(f"{opened}/levels", {name: str(one) for name, one in LEVELS.items()}).status_code == 302
    )
    assert "1 missed" in said(page(client, opened))
    assert client.post(f"{opened}/assess", {"account": "Missed by nine points."}).status_code == 302
    assert faults(read(client.post(f"{here}/raise/lever", {}), 422)) == [
        "Enter what it is called.",
        "Choose the kind of lever.",
        "Enter the clause of the contract that gives this lever.",
        "Say what it is about.",
    ]
    sent = {
        "title": "Late appointments",
        "lever": "service-credit",
        "clause": "Schedule 9",
        "text": "Nine points short.",
        "period": opened.rsplit("/", 1)[1],
    }
    lever = client.post(f"{here}/raise/lever", sent).url
    assert "Service credit, financial" in said(page(client, lever))
    assert client.get(f"{lever}/serve").status_code == 409
    assert client.post(f"{lever}/authorise", {"account": "Mine."}).status_code == 409

    sign_in(client, "commercial_contract_manager")
    assert "Authorise it" in said(page(client, lever))
    assert client.post(f"{lever}/authorise", {"account": "The clause applies."}).status_code == 302
    sign_in_as(client, membership(by.membership))
    assert faults(read(client.post(f"{lever}/serve", {"account": "Sent."}), 422)) == ["Enter the date."]
    assert client.post(f"{lever}/serve", {"account": "Sent.", "due": "12/5/2026"}).status_code == 302
    told = said(page(client, here))
    for words in ("Lever: served", "Performance assessed", "Period ended", "81%", "the provider acts by"):
        assert words in told


def test_contracts_are_refused_or_not_found_for_others_and_kinds_that_do_not_fit(client):
    lever = raised(MatterKind.LEVER)
    addresses = ("/contracts", f"/contracts/{CONTRACT}", f"/contract-matters/{lever.reference}")
    for role in ("osag_lead", "hmip_lead_inspector", "head_of_pdu", "provider_representative", "auditor"):
        sign_in(client, role)
        assert [client.get(address).status_code for address in addresses] == [403, 403, 403]
    sign_in(client, "regional_probation_director", "N07")
    assert [client.get(address).status_code for address in addresses] == [200, 404, 404]
    sign_in(client, "contract_manager")
    assert client.get(f"/contracts/{CONTRACT}/raise/concern").status_code == 409
    assert client.get(f"/contracts/{CONTRACT}/raise/nothing").status_code == 404
    assert client.get(f"/contracts/{IN_HOUSE}/raise/lever").status_code == 409
    shown = said(page(client, f"/contracts/{IN_HOUSE}"))
    assert "Line management of the Probation Service, instead of levers" in shown
    assert "Not verified" in shown


def test_pages_of_contracts_ask_the_database_the_same_however_much_there_is(client):
    row = missed()
    by = sign_in(client, "contract_manager")
    lever = raised(MatterKind.LEVER, by)
    asked = {}
    for number in (1, 2):
        for address in (
            "/contracts",
            f"/contracts/{CONTRACT}",
            f"/contract-periods/{row.pk}",
            f"/contract-matters/{lever.reference}",
        ):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            asked.setdefault(address, set()).add(len(seen))
        if number == 1:
            stepped(lever, "authorise", acting_as("commercial_contract_manager"))
            for kind in (MatterKind.CHANGE, MatterKind.DISPUTE):
                raised(kind, by)
    assert all(len(counts) == 1 and max(counts) < 20 for counts in asked.values()), asked
