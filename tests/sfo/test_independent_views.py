"""Pages of independent reviews as the Inspectorate, OSAG and those who asked meet them (F3, ¶19, ¶27)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from oversight.sfo.actions import independent as asking
from oversight.sfo.actions import independent_publishing as publishing
from oversight.sfo.actions import independent_writing as writing
from tests.arrangements.pages import faults, page, read, said, stand_on, typed
from tests.factories.parties import acting_as, sign_in
from tests.factories.sfo import AT, act, being_written, final, independent, may_open

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-05-04")


def address(review, name="sfo-independent", **more) -> str:
    return reverse(name, kwargs={"reference": review.reference} | more)


def send(client, at: str, status=302, /, **fields):
    answer = client.post(at, {"revision": typed(page(client, at), "revision")} | fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


def test_osag_takes_a_point_back_before_it_returns_the_check(client):
    lead = acting_as("hmip_lead_inspector")
    made = being_written(lead)
    act(writing.send_draft, made, lead)
    person = sign_in(client, "osag_coordinator")
    may_open(made, person)

    where = address(made, "sfo-independent-raise-point")
    send(client, where, place="What we found", text="The date is wrong.")
    assert "Take back point 1" in said(page(client, address(made)))
    back = address(made, "sfo-independent-take-back-point", number=1)
    assert "The date is wrong." in said(page(client, back))
    send(client, back)
    assert "took it back" in said(page(client, address(made)))
    page(client, back, 409)
    assert "0 points are raised" in said(
        page(client, address(made, "sfo-independent-step", act="return_check"))
    )


def test_publications_take_a_report_off_the_web_and_put_it_back(client):
    lead, osag = acting_as("hmip_lead_inspector"), acting_as("osag_coordinator")
    made = final(lead, osag)
    person = sign_in(client, "hmip_publications")
    may_open(made, person)
    off = address(made, "sfo-independent-step", act="off_the_web")
    page(client, off, 409)
    act(publishing.brief_family, made, lead, on=AT.date(), account="In person.")
    act(publishing.publish, made, person)

    assert "Take the report off the web" in said(page(client, address(made)))
    assert faults(read(send(client, off, 422, account=""), 422)) == ["Enter why."]
    send(client, off, account="A name was left in.")
    public = reverse("report", args=[made.reference])
    assert "A name was left in." in said(page(client, public))
    assert "On what we found" not in said(page(client, public))
    assert "off the web" in said(page(client, address(made)))
    send(client, address(made, "sfo-independent-step", act="back_on_the_web"), account="It is taken out.")
    assert "On what we found" in said(page(client, public))


def test_who_asked_reads_why_it_was_declined_and_notes_it(client):
    lead = acting_as("hmip_lead_inspector")
    person = sign_in(client, "sponsorship_officer")
    made = independent(person)
    may_open(made, lead)
    note = address(made, "sfo-independent-step", act="note_end")
    page(client, note, 409)
    act(asking.take_step, made, lead, act="decline", account="The court still has the case.")

    told = said(page(client, address(made)))
    assert "The court still has the case." in told
    assert "Note that the request has ended" in told
    send(client, note)
    told = said(page(client, address(made)))
    assert "End noted by those who asked" in told
    assert "Note that the request has ended" not in told


def test_readers_of_an_independent_review_are_named_without_opening_it(client):
    made = independent(acting_as("hmip_lead_inspector"))
    sign_in(client, "hmip_planner")
    where, other = address(made, "sfo-independent-readers"), acting_as("hmip_publications")

    assert "OSAG names its readers once the draft is with it." in said(page(client, where))
    assert client.post(where, {"person": other.reference}).status_code == 302
    entry = made.readers.get(person=other.reference)
    assert client.post(where, {"end": entry.pk}).status_code == 302
    assert client.post(where, {"person": "person:999999"}).status_code == 422
