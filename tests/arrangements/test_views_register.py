"""The register of duties, as a list, a drawing and a file, read by OSAG, which sees all (A4)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.arrangements.models import Duty
from tests.arrangements.pages import (
    cells,
    faults,
    happen,
    page,
    rows,
    said,
    stand_on,
    words,
)
from tests.factories.arrangements import load_mou
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


def test_each_filter_in_use_is_named_and_can_be_taken_away(osag):
    draft()
    address = "/duties?text=plan&party=hmpps-osag&side=owes&since=1/1/2026"

    chosen = page(osag, address).css(".app-chosen__one")
    without_party = page(osag, f"/duties{chosen[1].css_first('a').attributes['href']}")

    assert [words(one).removesuffix(" Remove").split(" Remove")[0] for one in chosen] == [
        "About: plan",
        "Organisation, region or unit: Operational and System Assurance Group",
        "Which of its duties: What it owes",
        "Due on or after: 1/1/2026",
    ]
    assert len(without_party.css(".app-chosen__one")) == 2
    assert page(osag, "/duties").css(".app-chosen__one") == []


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


@pytest.mark.one_database("the service sends as many statements to either")
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
