"""Pages of the accuracy check, as the Inspectorate, OSAG, contributors and others meet them (D6, ¶22)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight.inspections.models import AccuracyPoint
from oversight.parties.models import Membership
from oversight.parties.queries import membership_facts
from tests.arrangements.pages import faults, page, read, rows, said, stand_on, typed
from tests.factories import accuracy as make
from tests.factories.parties import acting_as, sign_in, sign_in_as

pytestmark = pytest.mark.usefixtures("memorandum")
POINT = {
    "kind": "fact",
    "current": "The unit has 12 staff.",
    "proposed": "The unit has 14 staff.",
    "explanation": "The rota of March shows it.",
    "at_inspection": "yes",
    "evidence_page": "",
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-05-05")


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def osag(memorandum):
    return acting_as("osag_coordinator")


@pytest.fixture
def head(memorandum):
    return acting_as("head_of_pdu", "N57EKNT")


def at(inspection, name="", **more) -> str:
    return reverse(
        f"inspection-accuracy{name and '-' + name}", kwargs={"reference": inspection.reference} | more
    )


def send(client, address: str, status=302, /, **fields):
    """Send the form of a page with what it already holds and these fields."""
    tree = page(client, address)
    held = {"revision": typed(tree, "revision")} if tree.css_first('[name="revision"]') else {}
    answer = client.post(address, held | fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


def sign_in_again(client, actor):
    """Sign a client in as someone who acted before."""
    row = Membership.objects.select_related("party", "person").get(pk=actor.membership)
    sign_in_as(client, membership_facts(row))


def test_a_check_goes_through_the_pages_from_the_draft_to_the_final_report(client, lead, osag, head):
    found = make.drafted(lead)
    other = make.decider()
    sign_in_again(client, lead)
    assert "has not been sent" in said(page(client, at(found)))
    send(client, at(found, "send"), note="")

    sign_in_again(client, osag)
    assert "Commission the check" in said(page(client, at(found)))
    send(client, at(found, "commission"), **{"ask-N57EKNT": "on", "due-N57EKNT": "13/5/2026", "scope": ""})

    sign_in_again(client, head)
    told = said(page(client, at(found)))
    assert "Wednesday 13 May 2026" in told
    draft = page(client, at(found, "draft"))
    links = [one.attributes["href"] for one in draft.css("a") if "Comment on this passage" in one.text()]
    assert f"{at(found, 'comment')}?at=foreword-p1" in links
    assert client.post(links[1], POINT).status_code == 302
    ask = make.ask_of(found, "N57EKNT")
    send(client, at(found, "hand-in", ask_id=ask.pk), step="points", note="")

    sign_in_again(client, osag)
    client.post(at(found, "clear"), {"step": "all"})
    send(client, at(found, "return"), response="")

    sign_in_again(client, other)
    assert rows(page(client, at(found, "points")))[0][0].startswith("Point 1")
    send(client, at(found, "decide", number=1), decision="accepted", reason="", change="")
    sign_in_again(client, lead)
    send(client, at(found, "final"), note="")
    found.refresh_from_db()
    assert found.state == "final"


@pytest.fixture
def commissioned(lead, osag):
    return make.commissioned(lead, osag)


def test_what_was_not_sent_is_not_there_for_those_inspected(client, lead):
    found = make.drafted(lead)
    sign_in(client, "head_of_pdu", "N57EKNT")

    for name, status in (("", 200), ("draft", 409), ("points", 409)):
        assert "has not been sent for checking" in said(page(client, at(found, name), status))
    assert not client.get(f"/inspections/{found.reference}").content.count(b"accuracy/draft")


def test_the_wrong_region_and_those_not_asked_find_nothing(client, commissioned):
    for role, code in (
        ("head_of_pdu", "N57SUR"),
        ("regional_probation_director", "N56"),
        ("contract_manager", ""),
    ):
        sign_in(client, role, code)
        for name in ("", "draft", "points", "comment"):
            page(client, at(commissioned, name), 404)
        assert "There is no accuracy check for you" in said(page(client, reverse("accuracy-checks")))


def test_one_asked_from_outside_finds_the_check_without_the_case(client, commissioned, osag):
    make.commission(commissioned, osag, ("hmpps-contract-management",))
    sign_in(client, "contract_manager")

    assert [row[0] for row in rows(page(client, reverse("accuracy-checks")))] == [
        f"Resettlement {commissioned.reference}"
    ]
    tree = page(client, at(commissioned))
    assert "You are asked to check this draft for HMPPS Contract Management by Wednesday 13 May" in said(tree)
    assert not tree.css(".moj-sub-navigation")
    page(client, f"/inspections/{commissioned.reference}", 403)
    assert "Comment on this passage" in said(page(client, at(commissioned, "draft")))


def test_a_faulty_comment_is_told_beside_its_field_and_nothing_typed_is_lost(client, commissioned):
    sign_in(client, "head_of_pdu", "N57EKNT")
    where = at(commissioned, "comment") + "?at=foreword-p1"
    assert typed(page(client, where), "current").strip() == "The unit has 12 staff."

    assert faults(read(client.post(where, POINT | {"kind": ""}), 422)) == ["Choose what is wrong."]
    wrong = read(client.post(where, POINT | {"at_inspection": ""}), 409)
    assert "as they were at the inspection" in faults(wrong)[0]
    assert typed(wrong, "explanation").strip() == POINT["explanation"]
    assert "no passage" in said(page(client, at(commissioned, "comment") + "?at=foreword-p99", 409))
    assert not AccuracyPoint.objects.exists()


def test_evidence_is_saved_with_the_point_and_handed_out_as_a_file(client, commissioned):
    sign_in(client, "head_of_pdu", "N57EKNT")
    file = SimpleUploadedFile("rota.csv", b"name,in post\nA,14\n", "text/csv")
    facts = POINT | {"file": file, "evidence_page": "Row 2"}
    assert client.post(at(commissioned, "comment") + "?at=foreword-p1", facts).status_code == 302

    answer = client.get(at(commissioned, "evidence", number=1))
    assert answer.content == b"name,in post\nA,14\n"
    assert "attachment" in answer["Content-Disposition"]
    sign_in(client, "osag_coordinator")
    page(client, at(commissioned, "evidence", number=1), 404)


def test_a_point_is_changed_and_withdrawn_until_it_is_handed_in(client, commissioned, head):
    make.say(commissioned, head)
    sign_in_again(client, head)
    where = at(commissioned, "change", number=1)
    assert typed(page(client, where), "proposed").strip() == "It has 14."
    send(client, where, **(POINT | {"proposed": "The unit has 15 staff."}))
    assert "The unit has 15 staff." in said(page(client, at(commissioned, "point", number=1)))
    send(client, at(commissioned, "withdraw", number=1), reason="x")
    assert AccuracyPoint.objects.get().state == "withdrawn"


def test_osag_changes_dates_sends_back_and_stops_asking_through_the_pages(client, commissioned, osag, head):
    make.say(commissioned, head)
    make.hand_in(commissioned, head)
    sign_in_again(client, osag)
    pdu, region = make.ask_of(commissioned, "N57EKNT"), make.ask_of(commissioned, "N57")
    where = at(commissioned, "contributor", ask_id=region.pk)
    late = send(client, where, 409, step="date", due="19/5/2026")
    assert "OSAG needs a day before that" in faults(read(late, 409))[0]
    send(client, where, step="date", due="14/5/2026")
    send(client, at(commissioned, "contributor", ask_id=pdu.pk), step="back", reason="Why?", due="14/5/2026")
    assert make.ask_of(commissioned, "N57EKNT").state == "asked"
    send(client, where, step="withdraw", reason="No need.")
    assert [row[0] for row in rows(page(client, at(commissioned)))] == [
        "East Kent",
        "Kent, Surrey and Sussex",
    ]


def test_a_later_date_is_proposed_and_agreed_through_the_pages_paragraph_32(client, commissioned, lead, osag):
    sign_in_again(client, osag)
    early = send(client, at(commissioned, "date"), 409, step="propose", until="18/5/2026", reason="x")
    assert "due on 19 May 2026 already" in faults(read(early, 409))[0]
    send(client, at(commissioned, "date"), step="propose", until="26/5/2026", reason="Two are on leave.")
    assert "Withdraw the proposal" in said(page(client, at(commissioned, "date")))
    sign_in_again(client, lead)
    assert "Two are on leave." in said(page(client, at(commissioned, "date")))
    send(client, at(commissioned, "date"), step="agree", reason="")
    told = said(page(client, at(commissioned)))
    assert "Tuesday 26 May 2026" in told
    assert "It first stood at 19 May 2026" in told


def test_a_disagreement_a_second_look_and_the_lead_inspector_taught(client, lead, osag, head):
    found = make.returned(lead, osag, head)
    other = make.decider()
    sign_in_again(client, lead)
    asked = {"revision": make.point(found, 1).revision, "decision": "accepted"}
    told = read(client.post(at(found, "decide", number=1), asked), 409)
    assert "You lead this inspection" in faults(told)[0]
    assert "1 point is not decided" in said(page(client, at(found, "final")))
    sign_in_again(client, other)
    bare = read(send(client, at(found, "decide", number=1), 409, decision="partly"), 409)
    assert "needs the reason" in faults(bare)[0]
    send(client, at(found, "decide", number=1), decision="not_accepted", reason="Of June.", change="")
    sign_in_again(client, osag)
    send(client, at(found, "disagree", number=1), reason="It is of March.")
    assert "OSAG disagrees" in said(page(client, at(found, "points") + "?state=disputed"))
    sign_in_again(client, other)
    assert "It is of March." in said(page(client, at(found, "decide", number=1)))
    send(client, at(found, "decide", number=1), step="reopen", reason="The rota came.")
    assert "Save the decision" in said(page(client, at(found, "decide", number=1)))


def test_the_log_pages_and_asks_the_database_the_same_however_long(client, lead, osag, head):
    asked = []
    for many in (2, 28):
        found = make.returned(lead, osag, head, many)
        sign_in_again(client, osag)
        for name, more in (("points", {}), ("point", {"number": 1}), ("", {}), ("draft", {})):
            client.get(at(found, name, **more))
            with CaptureQueriesContext(connection) as seen:
                page(client, at(found, name, **more))
            asked.append((name, len(seen)))

    assert asked[:4] == asked[4:]
    tree = page(client, at(found, "points"))
    assert (len(rows(tree)), "28 points" in said(tree)) == (25, True)
    assert len(rows(page(client, at(found, "points") + "?page=2"))) == 3
    assert "No point fits" in said(page(client, at(found, "points") + "?kind=objection"))
    page(client, at(found, "points") + "?state=atlantis", 422)


def test_someone_who_decides_skips_from_one_open_point_to_the_next(client, lead, osag, head):
    found = make.returned(lead, osag, head, 3)
    other = make.decider()
    make.decide(found, other, 2)
    sign_in_again(client, other)

    tree = page(client, at(found, "decide", number=1))
    links = {link.text(): link.attributes["href"] for link in tree.css("main nav a")}
    assert links["Next: point 2"] == at(found, "decide", number=2)
    assert links["Skip to the next one to decide: point 3"] == at(found, "decide", number=3)
