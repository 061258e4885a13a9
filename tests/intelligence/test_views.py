"""The pages of what is put in common, as people use them, and nothing told to others (B1, B5, B8, H4)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.intelligence.actions import items as acts
from oversight.intelligence.models import Issue, Item
from tests.arrangements.pages import cells, faults, page, read, rows, said, stand_on
from tests.factories.arrangements import acting_for
from tests.factories.intelligence import AT, NEXT, OTHER, UNIT, finding, note
from tests.factories.parties import sign_in

pytestmark = pytest.mark.usefixtures("parties")

SENT = {
    "about": UNIT,
    "theme": "victims",
    "text": "Nobody is told in time.",
    "result": "serious_concern",
    "confidence": "high",
    "found_on": "1/4/2026",
    "marking": "official_sensitive",
    "readers": "hmip\nN57",
}


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch):
    stand_on(monkeypatch, "2026-04-14")


def test_sharing_reading_correcting_and_withdrawing_as_people_do_it(client):
    sign_in(client, "osag_coordinator")
    assert "shares nothing" in said(page(client, "/intelligence"))
    assert (
        page(client, f"/intelligence/share?about={UNIT}").css_first("#id_about").attributes["value"] == UNIT
    )
    wrong = read(client.post("/intelligence/share", SENT | {"text": "", "found_on": "1/4/2027"}), 422)
    assert faults(wrong) == ["Enter what was found."]
    late = read(client.post("/intelligence/share", SENT | {"found_on": "1/4/2027"}), 409)
    assert "still to come" in faults(late)[0]
    assert "Nobody is told in time." in late.css_first("#id_text").text()
    sent = client.post("/intelligence/share", SENT)
    address = sent["Location"]
    assert "Nobody else has read it yet." in said(page(client, address))

    sign_in(client, "hmip_planner")
    assert rows(page(client, "/intelligence"))[0][1:3] == [
        "Finding",
        "Operational and System Assurance Group",
    ]
    before = said(page(client, address))
    assert "The record will say that you read it" in before
    assert "Nobody is told" not in before
    assert "Nobody is told in time." in said(read(client.post(address)))
    page(client, f"{address}/correct", 404)
    page(client, f"{address}/withdraw", 404)

    sign_in(client, "osag_lead")
    assert rows(page(client, address))[0][1].endswith("HM Inspectorate of Probation")
    form = page(client, f"{address}/correct")
    assert "Nobody is told in time." in form.css_first("#id_text").text()
    new = SENT | {"text": "Some are told late.", "number": 1, "reason": ""}
    assert faults(read(client.post(f"{address}/correct", new), 422)) == ["Enter why it is corrected."]
    assert client.post(f"{address}/correct", new | {"reason": "We counted twice"}).status_code == 302
    shown = said(page(client, address))
    assert "What it said in round 1" in shown
    assert "Some are told late." in shown

    sign_in(client, "hmip_planner")
    assert "Changed since you read it" not in said(page(client, "/intelligence")), "somebody else read it"
    sign_in(client, "regional_probation_director", "N57")
    client.post(address)
    sign_in(client, "osag_lead")
    assert client.post(f"{address}/readers", {"readers": "nobody of that name"}).status_code == 422
    assert client.post(f"{address}/readers", {"readers": "hmip"}).status_code == 302
    assert client.post(f"{address}/withdraw", {"reason": "Another unit"}).status_code == 302
    assert "Another unit" in said(page(client, address))
    sign_in(client, "hmip_lead_inspector")
    page(client, address, 404)


def test_one_who_read_is_told_on_the_page_and_puts_it_away(client):
    row = finding(acting_for("hmpps-osag"))
    hmip = sign_in(client, "hmip_planner")
    acts.read_item(by=hmip, at=AT, item_id=row)
    acts.withdraw_item(by=acting_for("hmpps-osag"), at=AT, item_id=row, reason="Another unit")
    told = said(page(client, "/intelligence"))
    assert "Changed since you read it" in told
    assert "Another unit" in told
    client.post("/intelligence/told")
    assert "Changed since you read it" not in said(page(client, "/intelligence"))


def test_a_note_and_anothers_work_as_people_enter_them(client):
    sign_in(client, "provider_representative")
    page(client, "/intelligence/share", 403)
    filed = client.post("/intelligence/note", SENT | {"readers": "hmpps-osag"})
    address = filed["Location"]
    assert "Filed, read by its owner alone" in said(page(client, address))
    assert "Operational and System Assurance Group" in said(page(client, f"{address}/release"))
    sign_in(client, "osag_coordinator")
    page(client, address, 404)
    sign_in(client, "provider_representative")
    assert client.post(f"{address}/release").status_code == 302
    sign_in(client, "osag_coordinator")
    page(client, address)
    link = "https://www.nao.org.uk/"
    wrong = read(client.post("/intelligence/other-bodies", SENT | {"body": "nao", "link": "nao.org"}), 409)
    assert "recorded with its address" in faults(wrong)[0]
    made = client.post("/intelligence/other-bodies", SENT | {"body": "nao", "link": link})
    assert page(client, made["Location"]).css_first(f'main a[href="{link}"]')


def test_what_is_withheld_is_withheld_by_page_list_search_export_count_picture_and_map(client):
    """Shared with the Sponsorship team alone: the Inspectorate learns of it nowhere (H4)."""
    row = finding(
        acting_for("hmpps-osag"),
        readers=["moj-sponsorship"],
        theme="courts",
        text="Secret words of the audit",
    )
    hidden = note(acting_for("hmpps-osag"), readers=["moj-sponsorship"], text="Secret words of a note")
    sign_in(client, "hmip_planner")
    for address in (f"/intelligence/items/{row}", f"/intelligence/items/{hidden}"):
        page(client, address, 404)
        read(client.post(address), 404)
    for address in (
        "/intelligence",
        "/intelligence?text=Secret",
        f"/intelligence?about={UNIT}",
        "/intelligence?theme=courts&kind=finding&source=audit&result=some_concern",
        f"/intelligence/units/{UNIT}",
        "/intelligence/themes/courts",
        "/intelligence/assurance",
        f"/intelligence/assurance?place={UNIT}",
        "/intelligence/issues",
    ):
        shown = page(client, address)
        assert "Secret" not in said(shown), address
        assert not shown.css(f'a[href="/intelligence/items/{row}"]'), address
    assert cells(client.get("/intelligence.csv")) == []
    assert not any(one["item"] for one in cells(client.get("/intelligence/assurance.csv")))
    sign_in(client, "sponsorship_officer")
    assert "1 item" in said(page(client, "/intelligence?text=Secret")), "the note is not released"
    (line,) = cells(client.get("/intelligence.csv"))
    assert (line["about_code"], line["result"], line["corroborated"]) == (UNIT, "Some concern", "no")
    assert "Secret" not in str(line)
    assert [one["item"] for one in cells(client.get("/intelligence/assurance.csv")) if one["item"]] == [
        str(row)
    ]


def test_the_map_is_drawn_and_said_and_is_of_a_day(client):
    finding(acting_for("hmpps-osag"))
    sign_in(client, "hmip_planner")
    shown = page(client, "/intelligence/assurance")
    assert shown.css_first("svg.app-heat").attributes["role"] == "img"
    table = {one[0]: one[1:] for one in rows(shown)}
    assert table["Assessing and managing risk of harm"][0] == "Single point of failure"
    assert (
        "Operational and System Assurance Group on East Kent"
        in table["Assessing and managing risk of harm"][3]
    )
    assert table["Victims"][0] == "Gap"
    then = page(client, "/intelligence/assurance?on=1/4/2026&place=N57EKNT")
    assert "East Kent, as of 1 April 2026" in said(then)
    assert {one[1] for one in rows(then)} == {"Gap"}
    wrong = page(client, "/intelligence/assurance?on=soon&place=Atlantis", 422)
    assert len(faults(wrong)) == 2
    assert client.get("/intelligence/assurance.csv?on=soon").status_code == 302
    assert client.get("/intelligence.csv?about=Atlantis").status_code == 302
    assert faults(page(client, "/intelligence?about=Atlantis", 422))
    assert faults(page(client, "/intelligence/units?unit=Atlantis", 422))
    assert client.get("/intelligence/units?unit=East+Kent")["Location"] == f"/intelligence/units/{UNIT}"
    page(client, "/intelligence/units/no-such-unit", 404)
    page(client, "/intelligence/themes/weather", 404)


def test_an_issue_from_the_rule_to_its_owner_on_pages(client):
    for unit in (UNIT, NEXT, OTHER):
        finding(acting_for("hmip"), about=unit, theme="services", readers=["hmpps-osag"])
    sign_in(client, "osag_lead")
    assert "No issue is confirmed or proposed yet" in said(page(client, "/intelligence/issues"))
    assert client.post("/intelligence/issues/look").status_code == 302
    row = Issue.objects.get().pk
    address = f"/intelligence/issues/{row}"
    assert len(rows(page(client, address))) == 3
    form = {"title": "Services", "text": "In many units", "revision": 1}
    assert faults(read(client.post(f"{address}/confirm", form | {"title": ""}), 422))
    assert client.post(f"{address}/confirm", form).status_code == 302
    assert client.get(f"{address}/close").status_code == 302
    page(client, f"{address}/dance", 404)
    named = {"owned_by": "N57", "due_on": "1/9/2026", "text": "Say who holds a case", "revision": 2}
    assert client.post(f"{address}/name-owner", named | {"revision": 1}).status_code == 409
    assert client.post(f"{address}/name-owner", named).status_code == 302
    sign_in(client, "regional_probation_director", "N56")
    assert client.post(f"{address}/note-progress", {"text": "x", "revision": 3}).status_code == 409
    sign_in(client, "regional_probation_director", "N57")
    assert rows(page(client, "/intelligence/issues?mine=on"))[0][1:3] == ["Owned", "Kent, Surrey and Sussex"]
    assert client.post(f"{address}/note-progress", {"text": "We asked", "revision": 3}).status_code == 302
    assert "We asked" in said(page(client, address))
    assert "None of the findings behind it is shared with you" in said(page(client, address))
    assert client.get("/intelligence/issues/look").status_code == 403


@pytest.mark.one_database("the service sends as many statements to either")
def test_pages_ask_as_much_of_the_database_however_much_is_held(client):
    sign_in(client, "hmip_planner")
    counts: dict[str, set[int]] = {}
    row = 0
    for unit in (UNIT, NEXT, OTHER):
        for theme in ("victims", "courts"):
            row = finding(acting_for("hmpps-osag"), about=unit, theme=theme)
        for address in (
            "/intelligence",
            f"/intelligence/items/{row}",
            f"/intelligence/units/{UNIT}",
            "/intelligence/themes/victims",
            "/intelligence/assurance",
        ):
            with CaptureQueriesContext(connection) as seen:
                page(client, address)
            counts.setdefault(address.rstrip("0123456789"), set()).add(len(seen))
    assert {len(one) for one in counts.values()} == {1}, counts
    assert Item.objects.count() == 6
