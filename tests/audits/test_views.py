"""The pages of audits as people use them, and nothing told early or to others (B4, G4, H4, ¶14)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.rules import access_table
from oversight.audits.actions import drafting, planning
from oversight.audits.models import AuditPaper
from oversight.audits.queries.audits import audits
from oversight.audits.queries.facts import AuditFilter
from oversight.audits.rules.audit import WORKFLOW, AuditState
from oversight.ledger.models import Entry
from oversight.parties.queries import membership
from tests.arrangements.pages import faults, page, read, rows, said, stand_on
from tests.factories.audits import (
    AT,
    PDF,
    SUMMARY,
    UNIT,
    WAY,
    at_state,
    auditor,
    followed_up,
    head,
    inspection_finding,
    lead,
    now,
    osag,
    planned,
    reviewer,
    step,
    with_test,
)
from tests.factories.parties import EXAMPLES, acting_as, sign_in, sign_in_as

pytestmark = pytest.mark.usefixtures("memorandum")
FINDING = "Eleven of 20 plans were not done."
PAPER = "Twenty cases, chosen by lot."


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch):
    stand_on(monkeypatch, "2026-04-14")


def come_as(client, actor) -> None:
    sign_in_as(client, membership(actor.membership))


def post(client, address, **sent):
    answer = client.post(address, sent)
    assert answer.status_code == 302, read(answer, answer.status_code).css_first("main").text()
    return answer["Location"]


def test_an_audit_is_carried_from_plan_to_draft_as_people_do_it(client):
    come_as(client, lead())
    assert "Plan the first one." in said(page(client, "/audits"))
    plan = {
        "title": "Quality of plans",
        "service": "probation",
        "audited": UNIT,
        "scope": "Whether plans are done.",
        "first": "14/4/2026",
        "last": "17/4/2026",
        "lead": lead().reference,
        "reviewer": lead().reference,
        "auditors": [auditor().reference],
    }
    wrong = read(client.post("/audits/plan", plan), 409)
    assert "does not work on it too" in faults(wrong)[0]
    assert "Whether plans are done." in wrong.css_first("#id_scope").text()
    assert faults(read(client.post("/audits/plan", plan | {"title": ""}), 422)) == [
        "Enter what it is called."
    ]
    here = post(client, "/audits/plan", **plan | {"reviewer": reviewer().reference})
    assert here == "/audits/AUD-2026-001"
    assert "Planned, confidential" in said(page(client, here))
    assert client.get(f"{here}/steps/hand_in").status_code == 409
    assert client.get(f"{here}/steps/dance").status_code == 404
    post(client, f"{here}/steps/announce", revision=1)
    assert "No source is cited that the plan draws on" in said(page(client, here))
    item = inspection_finding()
    shown = page(client, f"{here}/sources")
    assert "HM Inspectorate of Probation" in rows(shown)[0][1]
    assert faults(page(client, f"{here}/sources?about=Atlantis", 422))
    post(client, f"{here}/sources/item/{item}/cite", used_for="To choose the unit.")
    assert "Cited" in rows(page(client, f"{here}/sources"))[0][3]
    assert rows(page(client, here))[0][2] == "2 March 2026"
    post(client, f"{here}/steps/start_fieldwork", revision=2)
    post(client, f"{here}/tests/add", question="Are plans done?", method="Read 20.")
    file = SimpleUploadedFile("cases.pdf", PDF)
    assert "Choose a file" not in said(page(client, f"{here}/tests/1/paper"))
    post(client, f"{here}/tests/1/paper", title="Cases", text=PAPER, file=file)
    post(client, f"{here}/tests/1/conclude", conclusion="partly", result="Nine were.")
    paper = AuditPaper.objects.get()
    assert client.get(f"{here}/papers/{paper.pk}/file").content == PDF
    come_as(client, reviewer())
    sent_back = {"move": "send_back", "note": ""}
    assert faults(read(client.post(f"{here}/papers/{paper.pk}/review", sent_back), 409))
    post(client, f"{here}/papers/{paper.pk}/review", move="review", note="")
    come_as(client, lead())
    post(client, f"{here}/steps/finish_fieldwork", revision=3)
    _drafted(client, here)
    post(client, f"{here}/steps/hand_in", revision=4)
    assert client.get(f"{here}/steps/issue_draft").status_code == 409
    come_as(client, reviewer())
    assert "Issue the draft to the audited" in said(page(client, here))
    post(client, f"{here}/steps/issue_draft", revision=5)


def _drafted(client, here) -> None:
    """Findings, actions, rating and summary are written, changed and dropped."""
    finding = {"title": "Not done", "text": FINDING, "cause": "No checks.", "consequence": "Risk."}
    finding |= {"theme": "risk_of_harm", "grade": "high", "test": 1}
    post(client, f"{here}/findings/add", **finding)
    assert page(client, f"{here}/findings/1").css_first("#id_cause").text() == "No checks."
    post(client, f"{here}/findings/1", **finding | {"cause": "Nobody checks."})
    post(client, f"{here}/findings/add", **finding)
    post(client, f"{here}/findings/2/drop", reason="Written twice.")
    post(client, f"{here}/findings/1/act", text="Check monthly.", owner=UNIT)
    post(client, f"{here}/findings/1/act", text="Check weekly.", owner="N57")
    post(client, f"{here}/actions/2/drop")
    post(client, f"{here}/summary", rating="limited", summary=SUMMARY)
    report = said(page(client, f"{here}/report"))
    assert "Nobody checks." in report
    assert "Check weekly." not in report
    assert "Limited assurance (OSAG audit)" in report
    assert "Not verified" in report


def test_the_audited_check_the_draft_and_read_the_final(client):
    row = at_state(AuditState.ACCURACY)
    here = f"/audits/{row.reference}"
    come_as(client, head())
    check = said(page(client, f"{here}/accuracy"))
    assert "28 April 2026" in check
    assert "Draft report" in said(page(client, f"{here}/report"))
    point = {"part": "Finding 1", "text": "It was 19.", "evidence": "The list, page 2."}
    assert faults(read(client.post(f"{here}/points/add", point | {"evidence": ""}), 422))
    post(client, f"{here}/points/add", **point)
    post(client, f"{here}/points/add", **point)
    post(client, f"{here}/points/2/back")
    post(client, f"{here}/steps/return_check", revision=row.revision)
    come_as(client, lead())
    post(client, f"{here}/points/1/answer", answer="not_accepted", reason="We counted 20.")
    come_as(client, head())
    assert "We counted 20." not in said(page(client, f"{here}/accuracy"))
    come_as(client, reviewer())
    post(client, f"{here}/steps/issue_final", revision=row.revision + 1)
    come_as(client, head())
    assert "We counted 20." in said(page(client, f"{here}/accuracy"))
    assert "Final report" in said(page(client, f"{here}/report"))
    assert rows(page(client, f"{here}/following"))[0][1:4] == [
        "East Kent",
        "Awaiting an answer",
        "Not started",
    ]
    followed_up(now(row))
    assert "Checks are made each month." in said(page(client, f"{here}/following"))


def test_follow_ups_and_files_have_their_pages(client):
    row = at_state(AuditState.FINAL)
    here = f"/audits/{row.reference}"
    come_as(client, lead())
    post(client, f"{here}/follow-up/plan", first="14/4/2026", last="14/4/2026")
    sent = {"revision": now(row).revision, "made_on": "14/4/2026", "account": "Seen."}
    assert faults(read(client.post(f"{here}/follow-up/record", sent), 422)) == [
        "Choose what was found of action 1."
    ]
    post(client, f"{here}/follow-up/record", **sent | {"action_1": "partly"})
    assert "Action 1: partly done" in said(page(client, f"{here}/following"))
    post(client, f"{here}/files/hold", reason="An inquiry.")
    assert "On hold: An inquiry." in said(page(client, f"{here}/following"))
    post(client, f"{here}/files/lift", reason="Over.")
    assert "closed" in faults(read(client.post(f"{here}/files/propose"), 409))[0]
    assert client.get(f"{here}/files/burn").status_code == 404
    sign_in(client, "contract_manager")
    assert client.get(f"{here}/files/hold").status_code == 404


# What is told to whom


def knows(client, actor, row) -> dict[str, bool]:
    """Say by which ways someone learns that an audit is there."""
    come_as(client, actor)
    here = f"/audits/{row.reference}"
    if not actor.may("audits.see"):
        assert client.get("/audits").status_code == client.get(here).status_code == 403
        return dict.fromkeys(("page", "list", "search", "export", "count", "filter"), False)
    return {
        "page": client.get(here).status_code == 200,
        "list": row.reference in client.get("/audits").content.decode(),
        "search": row.reference in client.get("/audits", {"text": row.title}).content.decode(),
        "export": row.reference in client.get("/audits.csv").content.decode(),
        "count": audits(actor=actor, chosen=AuditFilter()).count > 0,
        "filter": audits(actor=actor, chosen=AuditFilter(audited=UNIT)).count > 0,
    }


def people() -> dict[str, object]:
    """Someone of every role, those near the one who may among them."""
    found = {
        role: acting_as(role)
        for role in access_table().roles
        if access_table().roles[role].parties or access_table().roles[role].kinds[0] in EXAMPLES
    }
    found["head_of_pdu"] = head()
    return found | {
        "next head": acting_as("head_of_pdu", "N57KECL"),
        "next region": acting_as("regional_probation_director", "N56"),
    }


#: Who knows of an audit of a unit, from which state on.
OSAG = {"osag_coordinator", "osag_lead"}
FROM_ANNOUNCING = OSAG | {"head_of_pdu", "regional_probation_director", "chief_probation_officer"}
FROM_FINAL = FROM_ANNOUNCING | {"hmpps_officer", "sponsorship_officer"}


def test_nobody_knows_of_an_audit_before_it_is_theirs_to_know(client):
    everyone = people()
    for state in (AuditState.PLANNED, AuditState.FIELDWORK, AuditState.FINAL):
        row = at_state(state)
        knowing = OSAG
        if state is AuditState.FIELDWORK:
            knowing = FROM_ANNOUNCING
        elif state is AuditState.FINAL:
            knowing = FROM_FINAL
        for name, actor in everyone.items():
            told = knows(client, actor, row)
            assert set(told.values()) == {name in knowing}, (state, name, told)


READERS = {
    "team": ({*WAY}, lead),
    "reviewer": ({*WAY}, reviewer),
    "osag": (set(WAY[7:]), lambda: osag("other")),
    "audited": (set(WAY[5:]), head),
    "region": (set(WAY[5:]), lambda: acting_as("regional_probation_director", "N57")),
    "chief": (set(WAY[7:]), lambda: acting_as("chief_probation_officer")),
    "hmpps": (set(WAY[7:]), lambda: acting_as("hmpps_officer")),
    "ministry": (set(WAY[7:]), lambda: acting_as("sponsorship_officer")),
    "next head": (set(), lambda: acting_as("head_of_pdu", "N57KECL")),
    "next region": (set(), lambda: acting_as("regional_probation_director", "N56")),
    "inspectorate": (set(), lambda: acting_as("hmip_lead_inspector")),
}
PLACES = ("", "/report", "/accuracy", "/following", "/work", "/sources")


@pytest.mark.parametrize("state", [AuditState.REVIEW, AuditState.ACCURACY, AuditState.FINAL])
def test_a_draft_is_read_by_its_team_then_by_the_audited_then_by_those_it_is_given_to(client, state):
    row = at_state(state)
    here = f"/audits/{row.reference}"
    (paper,) = AuditPaper.objects.all()
    if state is not AuditState.FINAL:
        entries = "".join(
            Entry.objects.filter(verb__startswith="audit.").order_by("pk").values_list("payload", flat=True)
        )
        assert not [one for one in (FINDING, SUMMARY, PAPER, "cases.pdf", "limited") if one in entries]
    for name, (states, who) in READERS.items():
        come_as(client, who())
        team = name in {"team", "reviewer"}
        told = "".join(
            answer.content.decode()
            for address in PLACES
            if (answer := client.get(f"{here}{address}")).status_code == 200
        )
        assert (FINDING in told) is (state in states), (state, name)
        assert (SUMMARY in told) is (state in states), (state, name)
        assert (PAPER in told) is team, (state, name)
        assert ("To choose the unit." in told) is (team or name == "osag"), (state, name)
        file = client.get(f"{here}/papers/{paper.pk}/file")
        assert (file.status_code == 200) is team, (state, name)
        assert client.get(f"{here}/work").status_code in ({200} if team else {403, 404})
        listed = client.get("/audits.csv").content.decode()
        assert ("Limited assurance" in listed) is (state is AuditState.FINAL and state in states), name
        assert "under review" not in told or team or name == "osag"


def test_what_is_changed_after_the_draft_was_issued_is_not_in_the_draft_that_the_audited_read(client):
    row = at_state(AuditState.ANSWERING)
    new = "It is worse than we said."
    drafting.summarise(by=lead(), at=AT, reference=row.reference, rating="unsatisfactory", summary=new)
    come_as(client, head())
    told = said(page(client, f"/audits/{row.reference}/report"))
    assert SUMMARY in told
    assert new not in told
    come_as(client, lead())
    assert new in said(page(client, f"/audits/{row.reference}/report"))


def test_whoever_left_the_team_no_longer_sees_its_papers(client):
    row = at_state(AuditState.DRAFTING)
    step(row, planning.set_team, lead(), team=planning.Team(lead().reference, reviewer().reference))
    here = f"/audits/{row.reference}"
    come_as(client, auditor())
    assert client.get(here).status_code == 200
    for address in ("work", "report", "sources", "findings/add", "tests/1/paper"):
        assert client.get(f"{here}/{address}").status_code == 404


def test_a_step_of_the_team_looks_to_others_as_if_it_were_not_taken(client):
    row = at_state(AuditState.REVIEW)
    come_as(client, head())
    told = said(page(client, f"/audits/{row.reference}"))
    assert "Report being drafted" in told
    assert "Hand the draft in" not in told
    refused = client.post(f"/audits/{row.reference}/steps/return_check", {"revision": row.revision})
    assert "under review" not in said(read(refused, 409))
    review = WORKFLOW.state(AuditState.REVIEW).name
    assert audits(actor=head(), chosen=AuditFilter(state=review)).count == 0
    assert audits(actor=lead(), chosen=AuditFilter(state=review)).count == 1
    assert audits(actor=head(), chosen=AuditFilter(rating="limited")).count == 0


def test_the_list_pages_and_asks_alike_however_long_it_is(client):
    for number in range(2):
        planned(title=f"Audit {number}", audited="hmpps", service="youth", place="Example YOI")
    come_as(client, lead())
    asked = []
    for more in range(2):
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/audits").status_code == 200
        asked.append(len(seen))
        if not more:
            for number in range(25):
                planned(title=f"More {number}", audited="hmpps", service="youth", place="Example YOI")
    assert asked[0] == asked[1] < 12
    assert len(rows(page(client, "/audits"))) == 25
    assert len(rows(page(client, "/audits?page=2"))) == 2
    assert "27 audits" in said(page(client, "/audits"))
    assert "No audit that you may see fits" in said(page(client, "/audits?text=nothing"))
    read(client.get("/audits?about=Atlantis"), 422)
    assert client.get("/audits.csv?about=Atlantis").status_code == 302
    assert len(client.get("/audits.csv?mine=on").content.splitlines()) == 28


def test_the_page_of_an_audit_asks_alike_however_much_it_holds(client):
    row = at_state(AuditState.FIELDWORK)
    come_as(client, lead())
    with_test(row)
    addresses = [f"/audits/{row.reference}{one}" for one in ("", "/work", "/report")]
    asked: dict[str, set[int]] = {}
    for more in range(2):
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            asked.setdefault(address, set()).add(len(seen))
        if not more:
            for _ in range(3):
                with_test(row)
    assert all(len(counts) == 1 and max(counts) < 25 for counts in asked.values()), asked
