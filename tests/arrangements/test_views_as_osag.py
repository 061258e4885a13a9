"""What an OSAG coordinator sees and does: the home list, the register, recording, withdrawing (A4, H2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from oversight.arrangements.models import Duty, Event
from oversight.ledger.models import Entry
from tests.arrangements.pages import (
    faults,
    happen,
    listed,
    page,
    read,
    said,
    stand_on,
    typed,
    words,
)
from tests.factories.arrangements import load_mou, withdraw
from tests.factories.parties import sign_in

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def osag(client, monkeypatch):
    load_mou()
    stand_on(monkeypatch, "2026-01-12")
    sign_in(client, "osag_coordinator")
    return client


def draft(on="2026-01-05", *, about="THEM-1", kind="thematic", unit="", **more):
    return happen(
        "draft_received_for_checking", on, by="hmpps-osag", kind=kind, about=about, unit=unit, **more
    )


def answers(**changed) -> dict[str, str]:
    return {
        "event": "draft_received_for_checking",
        "kind": "thematic",
        "about": "THEM-1",
        "unit": "",
        "on": "5/1/2026",
        "note": "Version 0.3",
        "step": "check",
    } | changed


# Home


def test_home_lists_what_i_owe_overdue_first_then_soonest_then_undated(osag):
    draft(about="THEM-1")
    happen("audit_completed", "2026-01-05", by="hmpps-osag", about="AUD-1")

    tree = page(osag, "/home")

    assert listed(tree, "owe")[:3] == [
        "Commission the factual accuracy check: THEM-1",
        "Return the factual accuracy check: THEM-1",
        "Submit the action plan: THEM-1",
    ]
    assert all(title.endswith(": AUD-1") for title in listed(tree, "owe")[3:])
    first, _second, plan, *undated = tree.css('section[aria-labelledby="owe"] .app-duties__item')
    assert "5 days ago" in words(first)
    assert "Missed" in words(first)
    assert "In 9 weeks Monday 16 March 2026" in words(plan)
    assert "Owed to HM Inspectorate of Probation" in words(plan)
    assert plan.css_first(".app-duties__detail a").attributes["href"].endswith("#why")
    assert [("No date started 7 days ago" in words(item)) for item in undated] == [True, True]


def test_an_empty_home_says_so_in_sentences(osag):
    said_there = said(page(osag, "/home"))

    assert "owes nothing at the moment" in said_there
    assert "Nobody owes" in said_there


def test_home_shows_ten_and_leads_to_all_of_them(osag):
    for number in range(11):
        happen("audit_completed", "2026-01-05", by="hmpps-osag", about=f"AUD-{number}")

    tree = page(osag, "/home")
    link = next(each for each in tree.css("a") if "See all 22 duties you owe" in words(each))

    assert len(listed(tree, "owe")) == 10
    assert "22 open duties" in said(page(osag, f"/duties{link.attributes['href'].partition('/duties')[2]}"))


# Recording


def test_a_draft_received_on_5_january_gives_a_plan_due_on_16_march(osag):
    """Paragraph 27: ten weeks, shown with its paragraph before anything is recorded."""
    entries = Entry.objects.count()

    tree = read(osag.post("/events/record", answers()))

    assert "Monday 16 March 2026" in said(tree)
    assert "Paragraph 27" in said(tree)
    assert Event.objects.count() == Duty.objects.count() == 0
    assert Entry.objects.count() == entries

    response = osag.post("/events/record", answers(step="record"), follow=True)

    assert "Recorded: A draft report was received" in said(read(response))
    assert str(Duty.objects.get(arrangement="27-submit-plan").due) == "2026-03-16"
    assert Event.objects.get().note == "Version 0.3"


def test_the_check_page_shows_what_the_event_would_meet(osag):
    draft()

    tree = read(osag.post("/events/record", answers(event="accuracy_check_returned", on="9/1/2026")))

    assert (
        "It meets Return the factual accuracy check, owed by Operational and System Assurance Group "
        "(paragraph 22): due 19 January 2026, so in time" in said(tree)
    )


def test_the_check_page_tells_of_the_same_event_recorded_before(osag):
    draft("2026-01-06")

    tree = read(osag.post("/events/record", answers()))

    assert "The same was recorded before under this reference" in said(tree)


def test_changing_the_answers_keeps_them_all(osag):
    tree = read(osag.post("/events/record", answers(step="change")))

    assert typed(tree, "about") == "THEM-1"
    assert typed(tree, "on") == "5/1/2026"
    assert typed(tree, "note") == "Version 0.3"
    assert "checked" in tree.css_first("[name=kind][value=thematic]").attributes


REFUSED = [
    ({"on": "13/1/2026"}, "still to come (paragraph 5). Record it once it has happened."),
    ({"on": "31/2/2026"}, "Enter a real date, for example 16/3/2026."),
    ({"on": "5/1/0026"}, "Enter a date in 1900 or later."),
    ({"on": ""}, "Enter the date."),
    ({"on": "1/8/2023"}, "No arrangements were in force on 1 August 2023"),
    ({"kind": ""}, "Choose the kind."),
    ({"kind": "core"}, "Enter the region or unit."),
    ({"about": " "}, "Enter the reference."),
    ({"about": "x" * 101}, "Enter 100 characters or fewer: there are 101."),
    ({"about": "THEM\u202e1"}, "changes the direction in which the text is read"),
    ({"about": "THEM\x001"}, "is a control character"),
    ({"unit": "East Cant"}, "Did you mean East Kent (N57EKNT)"),
    ({"unit": "Kent"}, "East Kent (N57EKNT)"),
    ({"unit": "hmip"}, "is not on the list"),
    ({"note": "x" * 2001}, "Enter 2,000 characters or fewer"),
    ({"event": "accuracy_check_extension_asked"}, "is possible only while this is open"),
]


@pytest.mark.parametrize("step", ["check", "record"])
def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(osag, step):
    for changed, fault in REFUSED:
        given = answers(**changed, step=step)

        tree = read(osag.post("/events/record", given))

        assert [one for one in faults(tree) if fault in one], (changed, faults(tree))
        assert any(fault in words(message) for message in tree.css(".govuk-error-message")), changed
        assert typed(tree, "on") == given["on"], changed
        assert typed(tree, "note").strip() == given["note"], changed
    assert Event.objects.count() == 0


def test_the_same_event_twice_is_refused_with_who_was_first(osag):
    draft()

    tree = read(osag.post("/events/record", answers(step="record")))

    assert "This was recorded already, by Person of Operational and System Assurance Group" in said(tree)
    assert Event.objects.count() == 1


def test_only_what_my_party_is_entitled_to_say_is_offered_and_taken(osag):
    """Paragraph 16: the Inspectorate alone says that a report was published."""
    offered = {each.attributes["value"] for each in page(osag, "/events/record").css("[name=event]")}

    tree = read(osag.post("/events/record", answers(event="report_published", step="record")))

    assert "draft_received_for_checking" in offered
    assert "report_published" not in offered
    assert "your party is not entitled to say anything else" in said(tree)
    assert Event.objects.count() == 0


def test_choosing_nothing_is_told_beside_the_choice(osag):
    tree = page(osag, "/events/record?step=details")

    assert faults(tree) == ["Choose what happened."]
    assert tree.css_first(tree.css_first(".govuk-error-summary a").attributes["href"]) is not None


def test_a_link_fills_in_what_is_known(osag):
    address = "/events/record?event=accuracy_check_returned&about=THEM-1&unit=N57EKNT&on=9/1/2026"

    tree = page(osag, address)

    assert typed(tree, "about") == "THEM-1"
    assert typed(tree, "unit") == "East Kent (N57EKNT)"
    assert faults(tree) == []


def test_a_link_with_nonsense_fills_in_nothing_harmful(osag):
    tree = page(osag, f"/events/record?event=accuracy_check_returned&about={HOSTILE}&unit=nobody&kind=x")

    assert typed(tree, "about") == HOSTILE
    assert tree.css("main script") == []


def test_a_duty_leads_to_recording_what_meets_it(osag):
    draft()
    duty = Duty.objects.get(arrangement="22-return-check")

    tree = page(osag, f"/duties/{duty.pk}")
    button = tree.css_first("a.govuk-button")

    assert words(button) == "Record that the factual accuracy check was returned"
    assert typed(page(osag, button.attributes["href"]), "about") == "THEM-1"


# Withdrawing


def test_withdrawing_shows_what_follows_and_takes_the_duties_with_it(osag):
    told = draft()

    tree = page(osag, f"/events/{told.id}/withdraw")
    assert (
        "Submit the action plan, owed by Operational and System Assurance Group (paragraph 27): withdrawn"
        in said(tree)
    )

    given = {"reason": "Wrong reference.", "revision": typed(tree, "revision")}
    response = osag.post(f"/events/{told.id}/withdraw", given, follow=True)

    assert "Wrong reference." in said(read(response))
    assert set(Duty.objects.order_by("pk").values_list("withdrawn", flat=True)) == {True}


def test_withdrawing_without_a_reason_is_refused(osag):
    told = draft()

    tree = read(osag.post(f"/events/{told.id}/withdraw", {"reason": " ", "revision": "1"}))

    assert faults(tree) == ["Enter the reason."]
    assert Event.objects.get().withdrawn_at is None


def test_a_stale_withdrawal_is_refused_and_the_reason_is_kept(osag):
    """Someone of the same party was first."""
    told = draft()
    withdraw(told.id, by="hmpps-osag", at=datetime(2026, 1, 6, tzinfo=UTC))

    tree = read(osag.post(f"/events/{told.id}/withdraw", {"reason": "My reason.", "revision": "1"}), 409)

    assert "withdrew this event on 6 January 2026" in said(tree)
    assert typed(tree, "reason").strip() == "My reason."
    assert Event.objects.get().withdrawn_reason == "Recorded in error."


def test_what_another_party_recorded_cannot_be_withdrawn(osag):
    told = happen("timetable_prepared", "2026-01-05", about="")

    assert osag.get(f"/events/{told.id}/withdraw").status_code == 403
    assert "HM Inspectorate of Probation can withdraw it" in said(page(osag, f"/events/{told.id}"))
