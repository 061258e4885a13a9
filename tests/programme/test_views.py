"""Pages of the timetable as planners, the visited and those who watch meet them (C1 to C5)."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from oversight.programme.actions import visits
from oversight.programme.models import Clash, Visit
from tests.arrangements.pages import faults, page, read, rows, said, stand_on, typed
from tests.factories.arrangements import acting_for
from tests.factories.parties import sign_in
from tests.factories.programme import (
    EAST_KENT,
    KSS,
    SURREY,
    act,
    announced,
    clashing,
    cycle,
    planned,
    planner,
    shared,
    span,
)

pytestmark = pytest.mark.usefixtures("memorandum")
PAGES = (
    "timetable",
    "timetable-months",
    "timetable-map",
    "programmes",
    "clashes",
    "burden",
    "closures",
    "frequency-reviews",
)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-03-02", hour=10)


def sheet(client, query=""):
    answer = client.get(f"{reverse('timetable-workbook')}{query}")
    assert answer.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


def send(client, at, status=302, **fields):
    answer = client.post(at, fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_page_says_what_will_come(client, name):
    sign_in(client, "head_of_pdu", EAST_KENT)
    words = said(page(client, reverse(name)))

    assert any(
        sign in words
        for sign in (
            "no visits",
            "Nothing is coming",
            "No programme",
            "No clash",
            "0 of 20",
            "No weeks",
            "No review",
        )
    )


LEAKS = [
    ("osag_coordinator", "hmpps-osag"),
    ("osag_lead", "hmpps-osag"),
    ("hmip_lead_inspector", "hmip"),
    ("head_of_pdu", EAST_KENT),
    ("regional_probation_director", KSS),
    ("chief_probation_officer", "probation-service"),
    ("sponsorship_officer", "moj-sponsorship"),
    ("auditor", "nao"),
    ("partner_inspector", "hmicfrs"),
    ("contract_manager", "hmpps-contract-management"),
]


@pytest.mark.parametrize(("role", "body"), LEAKS)
def test_a_visit_that_is_not_announced_is_found_nowhere_by_those_who_may_not_know(client, role, body):
    """Page, search, count, workbook, map, programme, burden and record are as if it were not there."""
    cycle()
    announced(SURREY, "2026-06-08")
    sign_in(client, role, body)
    addresses = [
        *(reverse(name) for name in PAGES),
        f"{reverse('timetable')}?text=zebra",
        f"{reverse('timetable')}?place={EAST_KENT}&by=team",
        f"{reverse('timetable')}?state=planned",
        reverse("programme", args=["core-inspections-2023-to-2027"]),
        reverse("burden-place", args=[KSS]),
        reverse("burden-place", args=[EAST_KENT]),
    ]

    def everything():
        found = {}
        for at in addresses:
            answer = client.get(at)
            found[at] = (answer.status_code, said(read(answer, answer.status_code)))
        return found, sheet(client), sheet(client, "?state=planned")

    before = everything()
    hidden = planned(first="2026-09-07", title="Zebra")

    assert everything() == before
    assert client.get(reverse("visit", args=[hidden.reference])).status_code == 404
    assert client.get(reverse("visit-step", args=[hidden.reference, "announce"])).status_code in {403, 404}
    if role in {"auditor", "osag_lead"}:
        record = said(page(client, reverse("record")))
        assert "Zebra" not in record
        assert "East Kent" not in record


def test_the_planner_sees_it_in_every_form_and_so_does_the_workbook(client):
    planned(first="2026-09-07", title="=Zebra")
    sign_in(client, "hmip_planner")

    tree = page(client, reverse("timetable"))
    assert len(rows(tree)) == 1
    bar = tree.css_first("a.app-visit")
    assert "not announced" in bar.attributes["aria-label"]
    assert "=Zebra" in said(page(client, reverse("timetable-months")))
    assert len(rows(page(client, f"{reverse('timetable')}?by=team"))) == 1
    heading, line = sheet(client)
    assert (heading[0], line[1], line[5]) == ("Reference", "=Zebra", "East Kent")
    assert rows(page(client, reverse("timetable-map")))


def test_faulty_filters_are_named_and_the_workbook_leads_back(client):
    sign_in(client, "osag_coordinator")
    assert faults(page(client, f"{reverse('timetable')}?place=Atlantis", 422))
    assert faults(page(client, f"{reverse('timetable')}?since=1/5/2026&until=1/4/2026", 422))
    assert client.get(f"{reverse('timetable-workbook')}?place=Atlantis").status_code == 302
    assert "No visit fits" in said(page(client, f"{reverse('timetable')}?text=nothing-like-it"))
    assert faults(page(client, f"{reverse('clashes')}?place=Atlantis", 422))


def test_planning_names_faults_keeps_what_was_typed_and_tells_of_clashes(client):
    announced(first="2026-10-05", days=5, body="hmpps-osag")
    sign_in(client, "hmip_planner")
    at = reverse("visit-plan")
    facts = {
        "kind": "core_unit",
        "owner": "hmip",
        "place": EAST_KENT,
        "first": "7/9/2026",
        "last": "1/9/2026",
    }

    tree = read(client.post(at, facts), 200)
    assert faults(tree) == ["The last day is before the first."]
    assert typed(tree, "first") == "7/9/2026"
    tree = read(client.post(at, facts | {"last": "18/9/2026", "kind": "core_region"}), 409)
    assert "is made at a region" in faults(tree)[0]

    answer = send(client, at, **(facts | {"last": "18/9/2026"}))
    words = said(page(client, answer["Location"]))
    assert "Only its planners know of it." in words
    assert Clash.objects.count() == 1


def test_an_audit_near_a_hidden_inspection_is_refused_with_whole_blocks_of_weeks(client):
    planned(first="2026-09-07")
    sign_in(client, "osag_coordinator")
    facts = {
        "kind": "audit",
        "owner": "hmpps-osag",
        "place": EAST_KENT,
        "first": "21/9/2026",
        "last": "25/9/2026",
    }

    words = said(read(client.post(reverse("visit-plan"), facts), 409))

    assert "Another body makes a visit near these days" in words
    assert "whole blocks of weeks" in words
    assert "7 September" not in words
    assert Visit.objects.count() == 1


def test_a_visit_goes_from_planned_to_announced_on_its_page(client):
    row = planned(first="2026-09-07")
    sign_in(client, "hmip_planner")
    for act_, state in (("share", "shared"), ("announce", "announced")):
        row.refresh_from_db()
        send(client, reverse("visit-step", args=[row.reference, act_]), revision=row.revision)
        row.refresh_from_db()
        assert row.state == state
    at = reverse("visit-step", args=[row.reference, "change"])
    tree = page(client, at)
    assert typed(tree, "first")
    facts = {"revision": row.revision, "first": "5/10/2026", "last": "16/10/2026", "visit_days": "8"}
    assert faults(read(client.post(at, facts), 200)) == ["Enter the reason."]
    send(client, at, **facts, reason="A team is away.")
    words = said(page(client, reverse("visit", args=[row.reference])))
    assert "First: 7 September 2026 to 18 September 2026. Now: 5 October 2026 to 16 October 2026." in words
    assert read(client.post(at, facts | {"reason": "x", "first": "6/10/2026"}), 409)


def test_those_visited_read_nothing_of_what_came_before_it_was_announced(client):
    row = planned(first="2026-07-06")
    moved = {"span": span("2026-09-07"), "visit_days": 9, "reason": "A secret reason."}
    act(visits.change_visit, row, planner(), **moved)
    act(visits.announce_visit, row, planner())
    sign_in(client, "head_of_pdu", EAST_KENT)

    words = said(page(client, reverse("visit", args=[row.reference])))
    assert "7 September 2026" in words
    assert "6 July" not in words
    assert "secret" not in words
    assert "for the planners of HM Inspectorate of Probation to change" in words


def test_both_bodies_settle_a_clash_on_its_page(client):
    clash = clashing()
    sign_in(client, "osag_coordinator")
    assert "A clash waits" in said(page(client, reverse("timetable")))
    at = reverse("clash-step", args=[clash.reference, "answer"])
    assert faults(read(client.post(at, {"revision": clash.revision}), 200))
    send(client, at, revision=clash.revision, outcome="moved", reason="We move ours.")
    assert "Your body proposed this" in said(page(client, reverse("clash", args=[clash.reference])))
    clash.refresh_from_db()
    own = reverse("clash-step", args=[clash.reference, "agree"])
    read(client.post(own, {"revision": clash.revision, "reason": "Quick"}), 409)

    sign_in(client, "hmip_planner")
    assert "Waits for you" in said(page(client, reverse("clashes")))
    send(client, own, revision=clash.revision, reason="Good.")
    words = said(page(client, reverse("clash", args=[clash.reference])))
    assert "Settled" in words
    assert "We move ours." in words


def test_a_programme_is_started_paused_and_replaced_on_its_pages(client):
    sign_in(client, "hmip_planner")
    facts = {"kinds": ["core_unit"], "starts_on": "1/10/2023", "earliest_months": "36", "latest_months": "12"}
    at = reverse("programme-start")
    assert faults(read(client.post(at, facts | {"title": "Cycle"}), 409))
    send(client, at, **(facts | {"title": "Cycle", "latest_months": "48", "rated": "on"}))
    send(client, at, **(facts | {"title": "Unrated", "kinds": ["dynamic"], "latest_months": "48"}))
    words = said(page(client, f"{reverse('programme', args=['cycle'])}?standing=due"))
    assert "there is no pace to forecast" in words
    step = reverse("programme-step", args=["cycle", "pause"])
    revision = typed(page(client, step), "revision")
    send(client, step, revision=revision, on="1/10/2025", reason="Public protection first.")
    step = reverse("programme-step", args=["cycle", "replace"])
    revision = typed(page(client, step), "revision")
    send(client, step, revision=revision, on="2/3/2026", by_programme="unrated", reason="Unrated now.")
    assert "Replaced by" in said(page(client, reverse("programme", args=["cycle"])))


def test_weeks_are_closed_and_opened_and_a_review_is_kept(client):
    sign_in(client, "regional_probation_director", KSS)
    facts = {"of": KSS, "first": "1/9/2026", "last": "14/9/2026"}
    assert faults(read(client.post(reverse("close-weeks"), facts), 200)) == ["Enter the reason."]
    send(client, reverse("close-weeks"), **facts, reason="The office moves.")
    tree = page(client, reverse("closures"))
    assert len(rows(tree)) == 1
    at = tree.css_first("tbody a").attributes["href"]
    page(client, at)
    send(client, at)
    assert "No weeks to come are closed" in said(page(client, reverse("closures")))

    sign_in(client, "osag_lead")
    send(client, reverse("frequency-begin"), on="2/3/2026")
    review = reverse("frequency-review")
    assert len(faults(read(client.post(review, {"on": "2/3/2026"}), 200))) == 2
    send(client, review, on="2/3/2026", findings="Within the limits.", decision="Nothing changes.")
    assert "Within the limits." in said(page(client, reverse("frequency-reviews")))


@pytest.mark.one_database("the service sends as many statements to either")
def test_pages_ask_the_same_however_much_there_is(client, django_assert_max_num_queries):
    cycle()
    addresses = [
        *(reverse(name) for name in PAGES),
        reverse("programme", args=["core-inspections-2023-to-2027"]),
        reverse("burden-place", args=[KSS]),
    ]
    clashing("2026-05-04", "2026-06-01")
    sign_in(client, "hmip_planner")
    asked = {}
    for at in addresses:
        client.get(at)
        with django_assert_max_num_queries(20) as few:
            client.get(at)
        asked[at] = len(few)
    for number, unit in enumerate((SURREY, "N57KECL", "N57WSUS", "N57SUS")):
        announced(unit, f"2026-0{number + 5}-04", days=5, body="hmpps-osag")
        shared(unit, f"2026-0{number + 6}-08")
    for at in addresses:
        with django_assert_max_num_queries(asked[at]):
            client.get(at)


def test_a_place_of_another_area_is_forbidden_and_says_who_can(client):
    sign_in(client, "head_of_pdu", EAST_KENT)
    words = said(page(client, reverse("burden-place", args=[SURREY]), 403))
    assert "Open a place of your own area." in words
    assert client.get(reverse("burden-place", args=["no-such"])).status_code == 404
    assert acting_for(EAST_KENT).may("programme.see")
