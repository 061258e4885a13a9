"""What HM Inspectorate of Probation sees and does: asking why something was missed (paragraph 10(iii))."""

from __future__ import annotations

import pytest

from oversight.arrangements.models import Duty, DutyQuery
from tests.arrangements.pages import faults, happen, listed, page, read, said, stand_on, typed, words
from tests.factories.arrangements import load_mou
from tests.factories.parties import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def missed(db) -> Duty:
    """The action plan that OSAG owed on 16 March 2026."""
    load_mou()
    happen("draft_received_for_checking", "2026-01-05", by="hmpps-osag", kind="thematic", about="THEM-1")
    return Duty.objects.get(arrangement="27-submit-plan")


@pytest.fixture
def hmip(client, missed, monkeypatch):
    stand_on(monkeypatch, "2026-03-20")
    sign_in(client, "hmip_lead_inspector")
    return client


@pytest.fixture
def osag(missed, monkeypatch):
    from django.test import Client

    client = Client()
    sign_in(client, "osag_coordinator")
    return client


def ask(client, duty: Duty, question="Why is the plan late?") -> DutyQuery:
    address = f"/duties/{duty.pk}/ask"
    read(
        client.post(
            address, {"text": question, "revision": typed(page(client, address), "revision")}, follow=True
        )
    )
    return DutyQuery.objects.latest("pk")


def act(client, query: DutyQuery, move: str, text: str, revision=None):
    """Send one of the forms of a query's page."""
    shown = page(client, f"/queries/{query.pk}")
    form = shown.css_first(f'form[action$="/{move}"]')
    held = form.css_first("[name=revision]").attributes["value"] if form else "1"
    given = {"text": text, "revision": revision or held}
    return client.post(f"/queries/{query.pk}/{move}", given, follow=True)


def test_a_missed_duty_offers_its_counterpart_to_ask_why(hmip, missed):
    tree = page(hmip, f"/duties/{missed.pk}")

    assert "Missed Due 4 days ago, Monday 16 March 2026." in said(tree)
    assert "Ask why" in [words(link) for link in tree.css("a.govuk-button")]
    assert "You cannot record what meets this. Operational and System Assurance Group" in said(tree)


def test_a_duty_in_time_offers_nothing_to_ask(hmip, missed, monkeypatch):
    stand_on(monkeypatch, "2026-03-16")

    tree = page(hmip, f"/duties/{missed.pk}")
    refused = hmip.post(f"/duties/{missed.pk}/ask", {"text": "Why?", "revision": "1"})

    assert "Ask why" not in said(tree)
    assert "neither missed nor late" in said(read(refused, 409))
    assert typed(read(refused, 409), "text").strip() == "Why?"
    assert DutyQuery.objects.count() == 0


def test_a_question_is_put_answered_and_closed(hmip, osag, missed):
    asked = ask(hmip, missed)

    home = page(osag, "/home")
    first = home.css_first("main section")
    assert "Another party asks you why" in words(first)
    assert "Answer HM Inspectorate of Probation: Submit the action plan: THEM-1" in words(first)

    answered = read(act(osag, asked, "answer", "A department was late.\nIt comes on 1 April."))
    assert "Your answer was sent." in said(answered)
    assert "Another party asks you why" not in said(page(osag, "/home"))
    assert "Read the answer of Operational and System Assurance Group" in said(page(hmip, "/home"))

    closed = read(act(hmip, asked, "close", "We accept that."))
    assert "A department was late. It comes on 1 April." in said(closed)
    assert "We accept that." in said(closed)
    assert "Nothing is left to do." in said(closed)
    assert closed.css("main form") == []


def test_an_answer_sent_back_opens_the_next_round_beside_it(hmip, osag, missed):
    asked = ask(hmip, missed)
    act(osag, asked, "answer", "Soon.")

    tree = read(act(hmip, asked, "send-back", "On which day?"))

    assert [words(heading) for heading in tree.css("main section h2")] == ["Round 1", "Round 2"]
    assert "Soon." in said(tree)
    assert "On which day?" in said(tree)
    assert DutyQuery.objects.count() == 2


def test_an_empty_answer_is_refused_beside_its_field(hmip, osag, missed):
    asked = ask(hmip, missed)

    tree = read(act(osag, asked, "answer", "  "))

    assert faults(tree) == ["Enter what you want to say."]
    assert tree.css_first(tree.css_first(".govuk-error-summary a").attributes["href"]) is not None
    assert DutyQuery.objects.get().answer == ""


def test_a_second_answer_is_refused_and_what_was_typed_is_kept(hmip, osag, missed):
    """Two people of one party had the page open."""
    asked = ask(hmip, missed)
    act(osag, asked, "answer", "The first answer.")

    tree = read(act(osag, asked, "answer", "The second answer.", revision="1"), 409)

    assert "Someone else changed this since you opened it (paragraph 10(iii))" in said(tree)
    assert tree.css_first("textarea").text().strip() == "The second answer."
    assert DutyQuery.objects.get().answer == "The first answer."


def test_the_one_who_asked_cannot_answer(hmip, missed):
    asked = ask(hmip, missed)

    tree = page(hmip, f"/queries/{asked.pk}")

    assert tree.css('form[action$="/answer"]') == []
    refused = hmip.post(f"/queries/{asked.pk}/answer", {"text": "Mine.", "revision": "1"})
    assert DutyQuery.objects.get().answer == ""
    assert "Mine." in read(refused, 409).text()


def test_the_list_of_queries_shows_who_has_to_act(hmip, osag, missed):
    asked = ask(hmip, missed)

    assert "1 query" in said(page(osag, "/queries?state=ours"))
    assert "No query that you may see is in this state." in said(page(hmip, "/queries?state=ours"))
    act(osag, asked, "answer", "Soon.")
    assert "No query" in said(page(osag, "/queries?state=ours"))
    assert "Answered" in said(page(hmip, "/queries?state=answered"))
    assert "1 query" in said(page(hmip, "/queries?state=nonsense"))


def test_home_lists_what_others_owe_us(hmip, missed):
    assert listed(page(hmip, "/home"), "owed")[-1] == "Submit the action plan: THEM-1"
