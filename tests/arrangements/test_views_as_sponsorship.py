"""What MoJ Sponsorship sees: whether the arrangements are kept, and by whom not (A4, paragraph 10(ii))."""

from __future__ import annotations

from datetime import date

import pytest

from oversight.arrangements.queries.facts import Tally
from oversight.arrangements.views.accountability import on_time_in_words
from tests.arrangements.pages import cells, faults, happen, page, rows, said, stand_on, words
from tests.factories.arrangements import load_mou
from tests.factories.parties import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def sponsor(client, monkeypatch):
    load_mou()
    stand_on(monkeypatch, "2026-03-20")
    sign_in(client, "sponsorship_officer")
    return client


@pytest.fixture
def kept_and_missed(sponsor):
    """OSAG commissioned a check in time, returned it late, owes the plan; two owe an acknowledgement."""
    happen("draft_received_for_checking", "2026-01-05", by="hmpps-osag", kind="thematic", about="THEM-1")
    happen("accuracy_check_commissioned", "2026-01-06", by="hmpps-osag", about="THEM-1")
    happen("accuracy_check_returned", "2026-01-26", by="hmpps-osag", about="THEM-1")
    happen("change_notified", "2026-01-05", by="hmpps", about="Form 7")


def tally(**numbers) -> Tally:
    return Tally(**{"met": 0, "met_late": 0, "missed": 0, "late": 0, "running": 0} | numbers)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({}, "None decided yet"),
        ({"running": 12}, "None decided yet"),
        ({"met": 7, "missed": 2}, "7 of 9 on time"),
        ({"met": 7, "missed": 2, "running": 5}, "7 of 9 on time"),
        ({"met": 7, "met_late": 1, "missed": 2}, "7 of 10 on time (70%)"),
        ({"met": 1200, "missed": 800}, "1,200 of 2,000 on time (60%)"),
    ],
)
def test_numbers_come_with_their_denominator_and_no_percentage_of_fewer_than_ten(numbers, expected):
    assert on_time_in_words(tally(**numbers)) == expected


def test_figures_by_party_paragraph_and_quarter(sponsor, kept_and_missed):
    tree = page(sponsor, "/adherence")
    tables = [
        [[words(cell) for cell in row.css("th, td")] for row in table.css("tbody tr")]
        for table in tree.css("table")
    ]

    assert tables == [
        [["Operational and System Assurance Group", "1 of 3 on time", "1", "1", "1", "0"]],
        [
            ["Paragraph 22", "1 of 2 on time", "1", "1", "0", "0"],
            ["Paragraph 27", "0 of 1 on time", "0", "0", "1", "0"],
        ],
        [["January to March 2026", "1 of 3 on time", "1", "1", "1", "0"]],
        [
            ["HM Inspectorate of Probation", "0 of 1 on time", "0", "0", "1", "0"],
            ["Ministry of Justice Sponsorship team", "0 of 1 on time", "0", "0", "1", "0"],
        ],
    ]
    assert "2 duties of these had a local target, not a number in the MoU: 1 of 2 on time." in said(tree)
    assert "none of them counts as missed" in said(tree)
    assert tree.css_first("svg").attributes["aria-label"] == "1 met, 1 met late, 1 missed: 1 of 3 on time"


def test_every_number_leads_to_as_many_duties(sponsor, kept_and_missed):
    links = page(sponsor, "/adherence").css("table td a")

    assert len(links) == 11
    for link in links:
        assert len(rows(page(sponsor, link.attributes["href"]))) == int(words(link)), link.attributes["href"]


def test_figures_as_a_file(sponsor, kept_and_missed):
    found = cells(sponsor.get("/adherence.csv?paragraph=22"))

    assert {(row["party_code"], row["quarter_begins"]) for row in found} == {("hmpps-osag", "2026-01-01")}
    assert sum(int(row["met"]) for row in found) == 1
    assert sum(int(row["met_late"]) for row in found) == 1


def test_figures_can_be_narrowed(sponsor, kept_and_missed):
    assert "No duty fell due" in said(page(sponsor, "/adherence?party=moj-policy"))
    assert "No duty fell due from 1 January 2020 to 31 December 2020" in said(
        page(sponsor, "/adherence?since=1/1/2020&until=31/12/2020")
    )
    assert "0 of 1 on time" in said(page(sponsor, "/adherence?paragraph=27&party=hmpps-osag"))
    assert "Duties due from 1 January 2027" in said(
        page(sponsor, "/adherence?since=1/1/2027&party=hmpps-osag")
    ) or ("No duty fell due from 1 January 2027" in said(page(sponsor, "/adherence?since=1/1/2027")))


def test_a_wrong_filter_of_the_figures_is_told_beside_its_field(sponsor):
    tree = page(sponsor, "/adherence?since=x&party=nobody+at+all&paragraph=27", 422)

    assert len(faults(tree)) == 2
    assert tree.css_first("[name=since]").attributes["value"] == "x"
    assert sponsor.get("/adherence.csv?since=x").headers["Location"] == "/adherence?since=x"


def test_figures_before_anything_happened_say_so(sponsor):
    assert "No duty fell due from 1 April 2025 to 31 March 2026." in said(page(sponsor, "/adherence"))


def test_a_duty_explains_its_date(sponsor, kept_and_missed):
    """Every date that a rule made can be opened: event, rule, steps, paragraph, text."""
    link = next(link for link in page(sponsor, "/duties?paragraph=27").css("th a") if "Submit" in words(link))

    told = said(page(sponsor, link.attributes["href"]))

    assert "It started with this event: A draft report was received for its factual accuracy check" in told
    assert "Monday 16 March 2026" in told
    assert "Paragraph 27" in told
    assert "Has to be done. The arrangements are not legally binding." in told
    assert "Date set by the text of the arrangement" in told
    assert "Memorandum of Understanding on the oversight of probation services" in told


def test_a_moved_date_keeps_the_first_beside_it(sponsor, monkeypatch):
    """Paragraph 32: OSAG and the Inspectorate agreed a later date."""

    happen(
        "draft_received_for_checking", "2026-01-05", by="hmpps-osag", kind="core", about="C", unit="N57EKNT"
    )
    for by in ("hmpps-osag", "hmip"):
        happen("accuracy_check_extension_agreed", "2026-01-15", by=by, about="C", until=date(2026, 1, 30))
    link = next(
        link for link in page(sponsor, "/duties?paragraph=22").css("th a") if words(link).startswith("Return")
    )

    told = said(page(sponsor, link.attributes["href"]))

    assert "First date Monday 19 January 2026" in told
    assert "Later agreed by the parties" in told
    assert (
        "agreed by Operational and System Assurance Group and HM Inspectorate of Probation (paragraph 32)"
        in told
    )
