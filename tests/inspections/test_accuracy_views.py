"""Pages of the accuracy check, as the Inspectorate, OSAG, contributors and others meet them (D6, ¶22, ¶32)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from oversight.inspections.models import AccuracyPoint
from tests.arrangements.pages import faults, page, read, rows, said, stand_on, typed
from tests.factories import accuracy as make
from tests.factories.parties import acting_as, make_member, sign_in, sign_in_as

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


def sign_in_lead(client, lead):
    sign_in_as(client, _membership(lead))


def _membership(actor):
    from oversight.parties.queries import membership_facts
    from oversight.parties.models import Membership

    return membership_facts(Membership.objects.select_related("party", "person").get(pk=actor.membership))


def test_a_check_goes_through_the_pages_from_the_draft_to_the_final_report(client, lead, osag, head):
    found = make.drafted(lead)
    other = make.decider()
    sign_in_lead(client, lead)
    assert "has not been sent" in said(page(client, at(found)))
    send(client, at(found, "send"), note="")

    sign_in_lead(client, osag)
    assert "Commission the check" in said(page(client, at(found)))
    send(client, at(found, "commission"), **{"ask-N57EKNT": "on", "due-N57EKNT": "13/5/2026", "scope": ""})

    sign_in_lead(client, head)
    told = said(page(client, at(found)))
    assert "Wednesday 13 May 2026" in told
    draft = page(client, at(found, "draft"))
    links = [one.attributes["href"] for one in draft.css("a") if "Comment on this passage" in one.text()]
    assert f"{at(found, 'comment')}?at=foreword-p1" in links
    assert client.post(links[1], POINT).status_code == 302
    ask = make.ask_of(found, "N57EKNT")
    send(client, at(found, "hand-in", ask_id=ask.pk), step="points", note="")

    sign_in_lead(client, osag)
    client.post(at(found, "clear"), {"step": "all"})
    send(client, at(found, "return"), response="")

    sign_in_lead(client, other)
    assert rows(page(client, at(found, "points")))[0][0].startswith("Point 1")
    send(client, at(found, "decide", number=1), decision="accepted", reason="", change="")
    sign_in_lead(client, lead)
    send(client, at(found, "final"), note="")
    found.refresh_from_db()
    assert found.state == "final"
