"""What an OSAG coordinator sees and does: the home list, the register, recording, withdrawing (A4, H2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.arrangements.models import Duty, Event
from oversight.ledger.models import Entry
from tests.arrangements.pages import (
    cells,
    faults,
    happen,
    listed,
    page,
    read,
    rows,
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


# The register


def test_the_register_opens_on_what_is_open(osag):
    draft()
    happen("accuracy_check_commissioned", "2026-01-06", by="hmpps-osag", about="THEM-1")

    assert "2 open duties" in said(page(osag, "/duties"))
    assert "3 duties" in said(page(osag, "/duties?state=any"))


FILTERS = [
    ("text=THEM-2", {"THEM-2"}),
    ("text=action plan", {"THEM-1", "THEM-2"}),
    ("text=East Kent", {"CORE-1"}),
    ("kind=core", {"CORE-1"}),
    ("paragraph=27", {"THEM-1", "THEM-2"}),
    ("party=hmpps-osag&side=owes", {"THEM-1", "THEM-2", "CORE-1"}),
    ("party=HM Inspectorate of Probation&side=owes", set()),
    ("party=hmip&side=owed", {"THEM-1", "THEM-2", "CORE-1"}),
    ("party=N57EKNT", {"CORE-1"}),
    ("state=overdue", {"THEM-1"}),
    ("since=20/1/2026", {"THEM-1", "THEM-2", "CORE-1"}),
    ("since=1/2/2026", {"THEM-1", "THEM-2"}),
    ("until=7/1/2026", {"THEM-1"}),
    ("basis=text", {"THEM-1", "THEM-2"}),
    ("force=aim", set()),
]


def test_each_filter_narrows_the_register_and_its_file_alike(osag):
    draft(about="THEM-1")
    draft("2026-01-09", about="THEM-2")
    draft("2026-01-09", about="CORE-1", kind="core", unit="N57EKNT")

    for query, expected in FILTERS:
        shown = [row[0] for row in rows(page(osag, f"/duties?{query}"))] if expected else []
        exported = cells(osag.get(f"/duties.csv?{query}"))

        assert {row["about"] for row in exported} == expected, query
        assert len(shown) == len(exported), query
        assert all(any(about in title for title in shown) for about in expected), query


BAD_FILTERS = [
    ("since=31/2/2026", "since", "Enter a real date"),
    ("since=2/1/2026&until=1/1/2026", "until", "This is before the first date."),
    ("party=East Cant", "party", "Did you mean East Kent (N57EKNT)"),
    ("side=owes", "party", "Enter the organisation"),
    ("state=lost", "state", "Select a valid choice"),
    ("paragraph=99", "paragraph", "Choose a paragraph from the list."),
    ("text=%00", "text", "control character"),
    ("on=9/9/9999", "on", "Enter a date before 2200."),
]


def test_a_bad_filter_is_told_beside_its_field_and_loses_nothing(osag):
    draft()

    for query, field, fault in BAD_FILTERS:
        tree = page(osag, f"/duties?{query}&kind=core", 422)
        target = tree.css_first(".govuk-error-summary a").attributes["href"]

        assert fault in faults(tree)[0], query
        assert tree.css_first(target).attributes["name"] == field
        assert tree.css_first("[name=kind] option[value=core]").attributes.get("selected", "no") != "no"
        assert osag.get(f"/duties.csv?{query}").headers["Location"].startswith("/duties?")
        assert faults(page(osag, f"/duties/timeline?{query}", 422)) == faults(tree)


def test_the_order_can_be_turned_round_and_survives_the_pages(osag):
    for day in range(5, 13):
        draft(f"2026-01-{day:02}", about=f"THEM-{day}")
    for number in range(9):
        happen("audit_completed", "2026-01-05", by="hmpps-osag", about=f"AUD-{number}")

    first = page(osag, "/duties?sort=-due&state=open")
    second = page(osag, "/duties?sort=-due&state=open&page=2")

    assert first.css_first("[aria-sort]").attributes["aria-sort"] == "descending"
    assert len(rows(first)) == 25
    assert len(rows(second)) == 42 - 25
    assert "sort=-due" in first.css_first(".govuk-pagination a").attributes["href"]
    assert {row[0] for row in rows(first)}.isdisjoint(row[0] for row in rows(second))


def test_a_page_that_is_none_gives_one_that_is(osag):
    draft()

    for number in ["0", "-1", "x", "99999999999999999999", "²"]:
        assert len(rows(page(osag, f"/duties?page={number}"))) == 3, number


def test_the_register_as_it_stood_on_a_past_day(osag, monkeypatch):
    """Met since counts as open then; started since is left out; on time then is not missed."""
    draft()
    draft("2026-01-09", about="THEM-2")
    happen("accuracy_check_commissioned", "2026-01-08", by="hmpps-osag", about="THEM-1")

    tree = page(osag, "/duties?on=6/1/2026&text=THEM")
    exported = cells(osag.get("/duties.csv?on=6/1/2026&text=THEM&state=any"))

    assert [(row[0], row[2]) for row in rows(tree)] == [
        ("Commission the factual accuracy check: THEM-1", "Running"),
        ("Return the factual accuracy check: THEM-1", "Running"),
        ("Submit the action plan: THEM-1", "Running"),
    ]
    assert {(row["about"], row["met"], row["as_it_stood_on"]) for row in exported} == {
        ("THEM-1", "", "2026-01-06")
    }
    then = rows(page(osag, "/duties?on=9/1/2026&state=any&text=THEM-1"))
    assert then[0][2].startswith("Met late")


STOOD = [
    ("6/1/2026", "running", 3),
    ("6/1/2026", "met", 0),
    ("8/1/2026", "running", 2),
    ("8/1/2026", "missed", 1),
    ("8/1/2026", "overdue", 1),
    ("8/1/2026", "late", 0),
    ("9/1/2026", "met_late", 1),
    ("9/1/2026", "open", 2),
    ("9/1/2026", "withdrawn", 0),
    ("4/1/2026", "any", 0),
    ("20/3/2026", "missed", 2),
]


def test_each_state_on_each_day(osag):
    draft()
    happen("accuracy_check_commissioned", "2026-01-09", by="hmpps-osag", about="THEM-1")

    found = [
        (day, state, len(cells(osag.get(f"/duties.csv?on={day}&state={state}")))) for day, state, _ in STOOD
    ]

    assert found == STOOD


def test_an_exported_table_runs_nothing_in_a_spreadsheet(osag):
    draft(about="=HYPERLINK(1)")

    found = cells(osag.get("/duties.csv"))

    assert {row["about"] for row in found} == {"'=HYPERLINK(1)"}


def test_hostile_text_is_shown_as_text_everywhere(osag):
    told = draft(about=HOSTILE, note=HOSTILE)
    duty = Duty.objects.order_by("pk").first()

    for address in (
        "/home",
        "/duties",
        "/duties/timeline",
        f"/duties/{duty.pk}",
        f"/events/{told.id}",
        f"/events/{told.id}/withdraw",
        "/events/record?event=accuracy_check_returned",
    ):
        tree = page(osag, address)
        assert tree.css("main script") == [], address
        assert HOSTILE in tree.html or HOSTILE in tree.text() or address.startswith("/events/record"), address


def test_the_timeline_says_in_words_what_it_draws(osag):
    draft()
    happen("accuracy_check_commissioned", "2026-01-06", by="hmpps-osag", about="THEM-1")

    tree = page(osag, "/duties/timeline?state=any")
    labels = [svg.attributes["aria-label"] for svg in tree.css("svg[role=img]")]

    assert labels == [
        "Started 5 January 2026, due 7 January 2026, met 6 January 2026.",
        "Started 5 January 2026, due 19 January 2026.",
        "Started 5 January 2026, due 16 March 2026.",
    ]
    assert [row[2:] for row in rows(tree)] == [
        ["5 January 2026", "7 January 2026", "6 January 2026", "Met"],
        ["5 January 2026", "19 January 2026", "Not met", "Running"],
        ["5 January 2026", "16 March 2026", "Not met", "Running"],
    ]


def test_what_is_not_there_is_not_found(osag):
    for number in (10**6, 10**30):
        for address in ("/duties/{}", "/events/{}", "/queries/{}", "/events/{}/withdraw", "/duties/{}/ask"):
            assert osag.get(address.format(number)).status_code == 404, address


def test_pages_ask_as_much_of_the_database_however_many_rows(osag):
    addresses = [
        "/home",
        "/duties",
        "/duties/timeline",
        "/duties?party=hmpps-osag&side=owes&state=any",
        "/duties?on=9/1/2026&state=any",
        "/duties.csv",
        "/events/record",
        "/adherence",
    ]

    def asked() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as sent:
                response = osag.get(address)
                b"".join(response)
            assert response.status_code == 200
            found.append(len(sent))
        return found

    draft(about="THEM-0")
    asked()
    few = asked()
    for number in range(1, 34):
        draft(about=f"THEM-{number}")

    # A list that is not full needs no count.
    assert [many - one for many, one in zip(asked(), few, strict=True)] == pytest.approx(
        [0] * len(few), abs=1
    )
    assert max(few) < 25
