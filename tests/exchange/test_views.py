"""The pages of the exchange: every step as people take it, and nothing told to others (G1 to G5, H4)."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.rules import access_table
from oversight.exchange.actions import asking
from oversight.exchange.actions.disposal import propose_run
from oversight.exchange.models import Ask, Copy, Holding, Share, Supply, Use
from oversight.exchange.queries.holdings import HoldingFilter, library
from oversight.exchange.rules.files import file_rules
from oversight.exchange.rules.holdings import Terms
from oversight.parties.queries import party
from tests.arrangements.pages import faults, page, read, rows, said, stand_on
from tests.factories import exchange
from tests.factories.exchange import AT, UNIT, asked, held, report_pdf, shared, supply, written
from tests.factories.files import CSV, PDF
from tests.factories.parties import acting_as, example_party, sign_in

pytestmark = pytest.mark.usefixtures("memorandum")

ASKING = "/exchange/ask?kind=unit-staffing&about=N57EKNT"


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch):
    stand_on(monkeypatch, "2026-04-14")


def upload(name="Staffing.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


KEEP = {
    "kind": "unit-staffing",
    "about": UNIT,
    "owner": UNIT,
    "as_at": "1/4/2026",
    "marking": "official",
    "terms": "leave",
}


def test_asking_answering_and_reusing_as_people_do_it(client):
    sign_in(client, "osag_coordinator")
    assert "Look first" in said(page(client, "/exchange/ask"))
    looked = page(client, ASKING)
    assert "Nothing of this kind is held" in said(looked)
    wrong = client.post(ASKING, {"owner": UNIT, "purpose": "An audit"})
    assert faults(read(wrong, 422)) == ["Enter the date."]
    sent = {"owner": UNIT, "purpose": "An audit", "needed_by": "1/5/2026"}
    assert client.post(ASKING, sent).status_code == 302
    ask = Ask.objects.get()
    assert "answers next" in said(page(client, f"/exchange/requests/{ask.pk}"))

    sign_in(client, "head_of_pdu", UNIT)
    assert rows(page(client, "/exchange/requests/in"))[0][0].startswith("Staff in post")
    form = page(client, f"/exchange/keep?request={ask.pk}")
    assert form.css_first("#id_about").attributes["value"].endswith("(N57EKNT)")
    assert faults(read(client.post("/exchange/keep", KEEP), 409)) == [
        "There is no file, and nobody is told where this is. Choose a file, or enter a link or a place."
    ]
    bad = read(client.post("/exchange/keep", KEEP | {"file": upload("a.exe"), "note": "As kept"}), 409)
    assert "of this kind cannot be attached" in faults(bad)[0]
    assert "As kept" in bad.css_first("#id_note").text()
    assert client.post("/exchange/keep", KEEP | {"file": upload()}).status_code == 302
    item = Holding.objects.get()
    assert party("hmpps-osag").name in said(page(client, f"/exchange/items/{item.pk}"))
    assert "cost us about 6 hours" in said(page(client, "/exchange/requests/in"))

    sign_in(client, "hmip_lead_inspector")
    looked = said(page(client, ASKING))
    assert "This is held already" in looked
    assert "1 April 2026" in looked
    assert "saves about 6 hours" in looked
    again = client.post(ASKING, sent)
    assert "is held already, as at 1 April 2026" in faults(read(again, 409))[0]
    page(client, f"/exchange/items/{item.pk}/copies/1", 404)
    assert client.post(f"/exchange/items/{item.pk}/reuse", {"purpose": "An inspection"}).status_code == 302
    use = Use.objects.get(party="hmip")

    sign_in(client, "head_of_pdu", UNIT)
    assert "asks to reuse" in said(page(client, "/exchange"))
    assert "An inspection" in said(page(client, f"/exchange/reuse/{use.pk}/give"))
    assert client.post(f"/exchange/reuse/{use.pk}/give").status_code == 302
    assert "saved about 6 hours" in said(page(client, "/exchange/requests/in"))

    sign_in(client, "hmip_lead_inspector")
    before = page(client, f"/exchange/items/{item.pk}/copies/1")
    assert "The record will say that you read it" in said(before)
    answer = client.post(f"/exchange/items/{item.pk}/copies/1")
    assert (answer.content, answer["X-Content-Type-Options"]) == (PDF, "nosniff")

    sign_in(client, "head_of_pdu", UNIT)
    shown = said(page(client, f"/exchange/items/{item.pk}"))
    assert "Who read it" in shown
    assert client.post(f"/exchange/reuse/{use.pk}/end", {"reason": "It is over"}).status_code == 302
    assert (
        client.post(
            f"/exchange/items/{item.pk}/terms",
            {"terms": "named", "named": "nao\nHM Inspectorate of Probation"},
        ).status_code
        == 302
    )
    assert {one.party_id for one in item.every_named.all()} == {"nao", "hmip"}


def test_declining_and_withdrawing_tell_the_other_side_why(client):
    osag = sign_in(client, "osag_coordinator")
    first, second = asked(osag), asked(osag, kind="risk-register")
    assert client.post(f"/exchange/requests/{first.pk}/withdraw", {"reason": "No audit"}).status_code == 302
    sign_in(client, "regional_probation_director", "N57")
    assert "No audit" in said(page(client, f"/exchange/requests/{first.pk}"))
    assert faults(read(client.post(f"/exchange/requests/{second.pk}/decline", {}), 422)) == ["Enter why."]
    assert (
        client.post(f"/exchange/requests/{second.pk}/decline", {"reason": "None is kept"}).status_code == 302
    )
    sign_in(client, "osag_lead")
    assert "None is kept" in said(page(client, f"/exchange/requests/{second.pk}"))
    assert len(rows(page(client, "/exchange/requests/out?state=declined"))) == 1
    assert "No request stands like that" in said(page(client, "/exchange/requests/out?state=open"))


def test_what_is_withheld_is_withheld_by_page_search_export_file_and_count(client):
    """Held for, shared with or supplied to one party alone: nobody else learns that it is there (H4)."""
    head = acting_as("head_of_pdu", UNIT)
    item = held(head, terms=Terms.NAMED, named=["nao"], file_name="Secret name.pdf")
    nao = acting_as("auditor")
    ask = asked(nao, kind="risk-register", purpose="Secret purpose")
    report = shared(acting_as("osag_lead"), parties=["nao"], title="Secret report")
    routine = supply(acting_as("data_assurance_officer"), title="Secret supply")
    held(head, kind="leadership-structure", retain_until=date(2026, 4, 20), terms=Terms.NAMED, named=["nao"])
    director = acting_as("regional_probation_director", "N57")
    goes = propose_run(by=director, at=datetime(2026, 5, 1, 9, tzinfo=UTC), owner=party(UNIT))
    addresses = {
        f"/exchange/items/{item.pk}": {"nao", "owner"},
        f"/exchange/requests/{ask.pk}": {"nao", "owner"},
        f"/exchange/shares/{report.pk}": {"nao", "hmpps-osag"},
        f"/exchange/supplies/{routine.pk}": {"moj-data-assurance", "hmip"},
    }
    copy = f"/exchange/items/{item.pk}/copies/1"
    for role in access_table().roles:
        code = example_party(role)
        actor = sign_in(client, role, code)
        sees_any = actor.may("exchange.see")
        sides = {code} | ({"owner"} if f"/{code}/" in item.owner_lineage else set())
        for address, allowed in addresses.items():
            status = (200 if sides & allowed else 404) if sees_any else 403
            assert client.get(address).status_code == status, (role, address)
        for got in (client.post(copy).status_code, client.get(copy).status_code):
            assert got == ((200 if "owner" in sides else 404) if sees_any else 403), role
        disposes = actor.may("exchange.dispose", party(UNIT))
        status = 200 if disposes else 404 if actor.may("exchange.dispose") else 403
        assert client.get(f"/exchange/disposal/{goes}").status_code == status, role
        listed = client.get("/exchange?text=Staff")
        exported = client.get("/exchange.csv?text=Staff")
        if not sees_any:
            assert (listed.status_code, exported.status_code) == (403, 403)
            continue
        knows = bool(sides & {"nao", "owner"})
        assert (f"/exchange/items/{item.pk}" in listed.content.decode()) == knows, role
        table = list(csv.reader(io.StringIO(b"".join(exported.streaming_content).decode("utf-8-sig"))))
        assert len(table) == (2 if knows else 1), role
        assert library(actor=actor, chosen=HoldingFilter(text="Staff")).count.number == int(knows)
        shares = client.get("/exchange/shares?text=Secret").content.decode()
        assert ("Secret report" in shares) == (code in {"nao", "hmpps-osag"}), role
        if code not in {"nao", "hmpps-osag"}:
            assert client.post(f"/exchange/shares/{report.pk}").status_code == 404, role
        routines = client.get("/exchange/supplies").content.decode()
        assert ("Secret supply" in routines) == (code in {"moj-data-assurance", "hmip"}), role
        if actor.may("exchange.ask"):
            looked = said(page(client, ASKING))
            assert ("This is held already" in looked) == knows, role
        inbox = client.get("/exchange/requests/in").content.decode()
        assert (f"/exchange/requests/{ask.pk}" in inbox) == ("owner" in sides), role


def test_a_share_is_given_read_marked_replaced_and_ended(client, monkeypatch):
    sign_in(client, "osag_lead")
    sent = {
        "what": "report",
        "title": "Audit of East Kent",
        "marking": "official_sensitive",
        "parties": "hmip\nnao",
        "purpose": "To plan",
        "until": "20/4/2026",
    }
    wrong = read(client.post("/exchange/shares/give", sent | {"parties": "hmip\nnobody at all"}), 422)
    assert any("not on the list" in one for one in faults(wrong))
    assert (
        client.post("/exchange/shares/give", sent | {"file": upload("a.pdf", report_pdf())}).status_code
        == 302
    )
    one = Share.objects.get()

    sign_in(client, "hmip_planner")
    shown = said(page(client, f"/exchange/shares/{one.pk}"))
    assert "Every page will show its marking and your name" in shown
    assert "National Audit Office" not in shown
    answer = client.post(f"/exchange/shares/{one.pk}")
    assert all("Do not pass on" in words[-1] for words in written(answer.content))

    sign_in(client, "osag_coordinator")
    assert "Person" in said(page(client, f"/exchange/shares/{one.pk}"))
    assert page(client, f"/exchange/shares/give?follows={one.pk}").css_first("#id_title").attributes[
        "value"
    ] == ("Audit of East Kent")
    newer = sent | {"title": "Second", "file": upload("b.pdf", report_pdf())}
    assert client.post(f"/exchange/shares/give?follows={one.pk}", newer).status_code == 302
    second = Share.objects.get(follows=one)
    assert client.post(f"/exchange/shares/{second.pk}/end", {"reason": "Published"}).status_code == 302
    third = shared(acting_as("osag_lead"), until=date(2026, 4, 20), title="Third")

    sign_in(client, "hmip_planner")
    for ended in (one, second):
        page(client, f"/exchange/shares/{ended.pk}", 404)
        assert client.post(f"/exchange/shares/{ended.pk}").status_code == 404
    page(client, f"/exchange/shares/{third.pk}")
    stand_on(monkeypatch, "2026-04-21")
    page(client, f"/exchange/shares/{third.pk}", 404)
    assert "Nothing is shared" in said(page(client, "/exchange/shares"))


def test_a_supply_is_agreed_sent_by_hand_and_by_machine_and_stopped(client):
    sign_in(client, "data_assurance_officer")
    sent = {
        "kind": "performance-report",
        "about": "probation-service",
        "receiver": "hmip",
        "every": "quarter",
        "first": "1/1/2026",
        "count": "2",
        "days_after": "30",
    }
    assert (
        "whole months"
        in faults(read(client.post("/exchange/supplies/agree", sent | {"first": "2/1/2026"}), 409))[0]
    )
    assert client.post("/exchange/supplies/agree", sent).status_code == 302
    one = Supply.objects.get()
    where = f"/exchange/supplies/{one.pk}"
    assert rows(page(client, where))[0][1:] == ["30 April 2026", "To come"]
    shown = read(client.post(f"{where}/address"))
    token = shown.css("code")[1].text()
    assert token not in client.get(f"{where}/address").content.decode()

    machine = f"/exchange/upload/{one.pk}"
    client.logout()

    def send(content=CSV, token=token, **more):
        headers = {"authorization": f"Bearer {token}", "x-file-name": "a.csv"} | more.pop("headers", {})
        address = machine + more.pop("query", "")
        return client.post(address, content, content_type="application/octet-stream", headers=headers)

    assert client.get(machine).status_code == 400
    for refused in (
        send(token="wrong"),
        send(token=""),
        client.post("/exchange/upload/987", CSV, "text/csv"),
    ):
        assert refused.status_code == 401
        assert json.loads(refused.content)["rule"] == "upload_token"
    assert not Copy.objects.exists()
    assert send(content=b"0" * (file_rules().largest + 1)).status_code == 413
    assert send(headers={"x-file-name": "a.exe"}).json()["rule"] == "file_kind"
    assert send(query="?first=soon").status_code == 422
    made = send()
    assert (made.status_code, made.json()["first"], made.json()["already"]) == (201, "2026-01-01", False)
    again = send()
    assert (again.status_code, again.json()["already"], Copy.objects.count()) == (200, True, 1)

    sign_in(client, "data_assurance_officer")
    assert client.post(f"{where}/send", {"first": "2026-04-01", "file": upload()}).status_code == 302
    assert [row[2][:8] for row in rows(page(client, where))] == ["Supplied", "Supplied"]
    assert client.post(f"{where}/revoke").status_code == 302
    assert send().status_code == 401
    assert client.post(f"{where}/stop", {"reason": "Nobody uses it"}).status_code == 302
    sign_in(client, "hmip_planner")
    assert "Nobody uses it" in said(page(client, where))
    sign_in(client, "osag_lead")
    page(client, where, 404)


def test_disposal_is_listed_by_one_and_decided_by_another(client, monkeypatch):
    head = acting_as("head_of_pdu", UNIT)
    item = held(head, retain_until=date(2026, 4, 20))
    stand_on(monkeypatch, "2026-05-01")
    sign_in(client, "regional_probation_director", "N57")
    assert "1 copy" in said(page(client, "/exchange/disposal"))
    page(client, "/exchange/disposal/propose/N56", 404)
    answer = client.post(f"/exchange/disposal/propose/{UNIT}")
    where = answer["Location"]
    assert "a colleague approves it" in said(page(client, where))
    assert client.post(f"{where}/approve").status_code == 403

    sign_in(client, "regional_probation_director", "N57")
    assert "Decide on the list" in said(page(client, where))
    assert "Keep “Staff in post" in said(page(client, f"{where}/approve"))
    assert client.post(f"{where}/approve").status_code == 302
    assert rows(page(client, where))[0][2] == "Disposed of"
    assert "Disposed of" in said(page(client, f"/exchange/items/{item.pk}"))
    sign_in(client, "osag_lead")
    page(client, where, 404)


def test_lists_ask_as_often_for_many_as_for_one(client):
    head, osag = acting_as("head_of_pdu", UNIT), acting_as("osag_lead")
    assurance = acting_as("data_assurance_officer")
    kinds = ("unit-staffing", "risk-register", "performance-figures")
    sign_in(client, "regional_probation_director", "N57")
    counts = {}
    for kind in kinds:
        asked(acting_as("hmip_planner"), kind=kind)
        item = held(head, kind=kind, terms=Terms.OPEN)
        asking.reuse(by=osag, at=AT, holding_id=item.pk, purpose="x")
        for address in ("/exchange", "/exchange/requests/in", f"/exchange/items/{item.pk}"):
            with CaptureQueriesContext(connection) as seen:
                page(client, address)
            counts.setdefault(address.rstrip("0123456789"), []).append(len(seen))
            assert not any('content"."content"' in one["sql"] for one in seen)
    assert {len(set(one)) for one in counts.values()} == {1}, counts
    sign_in(client, "data_assurance_officer")
    counts = {}
    for _ in kinds:
        shared(assurance)
        exchange.supply(assurance, first=date(2026, 4, 1), count=1)
        for address in ("/exchange/shares", "/exchange/supplies", "/exchange/disposal"):
            with CaptureQueriesContext(connection) as seen:
                page(client, address)
            counts.setdefault(address, []).append(len(seen))
            assert not any('content"."content"' in one["sql"] for one in seen)
    assert {len(set(one)) for one in counts.values()} == {1}, counts


def test_empty_pages_say_what_will_be_there(client):
    sign_in(client, "hmip_planner")
    for address, words in (
        ("/exchange", "Nothing is held that you may see"),
        ("/exchange?text=x", "fits these filters"),
        ("/exchange/requests/in", "Nobody has asked"),
        ("/exchange/requests/out", "has asked for nothing"),
        ("/exchange/supplies", "supplies and receives nothing"),
        ("/exchange/shares", "Nothing is shared"),
        ("/exchange/disposal", "Nothing is due"),
    ):
        assert words in said(page(client, address)), address
    assert faults(page(client, "/exchange?owner=zzzz", 422))
    assert faults(page(client, "/exchange/ask?kind=complaints&about=N57", 422))
    assert client.get("/exchange.csv?owner=zzzz").status_code == 302
    assert client.get("/exchange.csv").status_code == 200
