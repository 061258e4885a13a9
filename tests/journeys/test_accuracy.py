"""A factual accuracy check as contributors, OSAG and the Inspectorate go through it (D6, ¶22)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.access.queries import acting_under, demonstration_people
from oversight.inspections.actions import accuracy, accuracy_clearing, case, case_steps
from oversight.inspections.rules.accuracy_states import PointKind
from oversight.inspections.rules.case import Dates
from tests.factories import accuracy as make
from tests.factories.inspections import act, planner, scheduled
from tests.factories.parties import acting_as
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

LEAD, OSAG, HEAD = "hmip_lead_inspector", "osag_coordinator", "head_of_pdu"
TEXT = """The unit supervises 1,240 people from 3 offices, with 62 staff in post on its first day.

Leaders have built a clear vision, which most staff could describe to us.

In 12 of the 40 cases that we looked at, nobody had spoken to the police about domestic abuse.

| Measure | 2024 | 2025 |
| --- | --- | --- |
| Staff in post | 58 | 62 |
| Vacancies | 9 | 4 |

Waiting times for accredited programmes had grown to nine months by the end of the year."""
SAID = [
    ("foreword-p1", PointKind.FACT, "62 staff in post", "66 staff in post", "Four had joined by then."),
    ("foreword-p1", PointKind.FACT, "62 staff", "66 staff", "The staffing return shows 66."),
    ("foreword-p3", PointKind.FACT, "12 of the 40 cases", "9 of the 40 cases", "See the case list."),
    ("foreword-p5", PointKind.TYPING, "nine months", "six months", ""),
]


@pytest.fixture
def people(site):
    return {p.role: acting_under(m) for p, m in demonstration_people(today=timezone.localdate()) if m}


@pytest.fixture
def checked(people):
    """A draft that was sent, with four points of East Kent handed in and its region still asked."""
    lead, now, today = people[LEAD], timezone.now(), timezone.localdate()
    options = {"programme": "thematic-2023", "kind": "thematic", "title": "Resettlement in East Kent"}
    found = scheduled(lead, dates=Dates(today, today, today + timedelta(days=10)), at=now, **options)
    act(case.announce, found, planner(), now)
    act(case_steps.start_fieldwork, found, lead, now, on=today)
    make.whole(found, lead, now, text=TEXT)
    act(accuracy.send_for_checking, found, lead, now, note="")
    due = make.check_of(found).due - timedelta(days=6)
    make.commission(found, people[OSAG], ("N57EKNT", "N57", "moj-policy"), due=due, at=now)
    for anchor, kind, current, proposed, why in SAID:
        remark = replace(
            make.REMARK, anchor=anchor, kind=kind, current=current, proposed=proposed, explanation=why
        )
        make.say(found, people[HEAD], remark, at=now)
    return found


@pytest.fixture
def deciding(people, checked):
    """The same check, returned, with a duplicate merged and one point accepted."""
    now, osag = timezone.now(), people[OSAG]
    make.hand_in(checked, people[HEAD], at=now)
    make.on_point(accuracy_clearing.merge, checked, osag, 2, at=now, into=1, reason="")
    make.clear(checked, osag, 1, 3, 4, at=now)
    make.return_response(checked, osag, why="They are content.", at=now)
    make.decide(checked, acting_as(LEAD, name="Sam Second"), 4, at=now)
    return checked


def look(page, address, name):
    page.goto(address)
    assert page.locator("h1").count() == 1
    check_accessible(page)
    check_no_sideways_scroll(page)
    screenshot(page, name)


def test_a_head_of_unit_comments_on_a_passage_and_hands_in(phone, site, sign_in_as, checked):
    sign_in_as(phone, HEAD)
    at = f"{site}/inspections/{checked.reference}/accuracy"
    look(phone, f"{site}/accuracy-checks", "accuracy-checks")
    look(phone, at, "accuracy-as-contributor")
    look(phone, f"{at}/draft", "accuracy-draft")
    phone.get_by_role("link", name=re.compile("Leaders have built")).click()
    expect(phone.get_by_label("What the draft should say")).to_have_value(re.compile("Leaders have built"))
    look(phone, phone.url, "accuracy-comment")
    phone.get_by_label("Typing error or wrong number").check()
    phone.get_by_label("What the draft should say").fill("Leaders have built a clear vision.")
    phone.get_by_role("button", name="Save the point").click()
    expect(phone.get_by_text("Point 5 is saved.")).to_be_visible()
    phone.goto(at)
    phone.get_by_role("button", name="Hand in 5 points").click()
    expect(phone.get_by_role("heading", name=re.compile("Answer for"))).to_be_visible()
    check_accessible(phone)
    phone.get_by_role("button", name="Hand in 5 points").click()
    expect(phone.get_by_text("OSAG has it now.")).to_be_visible()


def test_osag_sees_what_to_do_next_and_brings_the_points_together(page, site, sign_in_as, people, checked):
    make.hand_in(checked, people[HEAD], at=timezone.now())
    sign_in_as(page, OSAG)
    at = f"{site}/inspections/{checked.reference}/accuracy"
    look(page, at, "accuracy-as-osag")
    look(page, f"{at}/commission", "accuracy-commission")
    look(page, f"{at}/points/clear", "accuracy-clear")
    look(page, f"{at}/points/2/merge", "accuracy-merge")
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_text("Point 2 is answered with point 1.")).to_be_visible()
    page.goto(f"{at}/points/clear")
    page.get_by_role("button", name="Clear all 3").click()
    expect(page.get_by_text("3 points cleared.")).to_be_visible()
    look(page, f"{at}/return", "accuracy-return")
    look(page, f"{at}/date", "accuracy-date")


def test_an_inspector_decides_from_one_point_to_the_next(page, site, sign_in_as, people, deciding):
    deciding.refresh_from_db()
    at = f"{site}/inspections/{deciding.reference}/accuracy"
    sign_in_as(page, LEAD)
    look(page, at, "accuracy-as-lead")
    look(page, f"{at}/points", "accuracy-points")
    look(page, f"{at}/points/1", "accuracy-point")
    page.goto(f"{at}/points/1/decide")
    expect(page.get_by_text("You lead this inspection")).to_be_visible()
    sign_in_as(page, LEAD, second=True)
    look(page, f"{at}/points/1/decide", "accuracy-decide")
    page.get_by_label("Partly accepted").check()
    page.get_by_label("Reason", exact=True).fill("The return shows 64.")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("heading", name=re.compile("Decide point 3"))).to_be_visible()
    page.get_by_label("Accepted", exact=True).check()
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("It was the last one.")).to_be_visible()
