"""The register of units, as staff meet it (A1)."""

import csv
import io

import pytest

from tests.factories.parties import register, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    sign_in(client, "osag_coordinator")
    return client


def page_of(client, query=""):
    return client.get(f"/units{query}").content.decode()


def rows_of(client, query=""):
    answer = client.get(f"/units.csv{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_regions_and_units_are_shown_25_a_page(staff):
    page = page_of(staff)

    assert "126 found" in page
    assert page.count('<th scope="row"') == 25
    assert "page=2" in page
    assert page_of(staff, "?page=6").count('<th scope="row"') == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?region=N57", 7),
        ("?region=N57&kind=pdu", 6),
        ("?kind=region", 12),
        ("?kind=provider", 46),
        ("?kind=all", 204),
        ("?standing=closed", 4),
        ("?standing=open&kind=pdu", 110),
        ("?text=staffordshire", 3),
        ("?text=staffordshire&standing=open", 2),
        ("?text=East+Sussex", 1),
        ("?text=N57EKNT", 1),
    ],
)
def test_filters_hold_together_on_the_page_and_in_the_table_of_exactly_that(staff, query, found):
    assert f"{found} found" in page_of(staff, query)
    assert len(rows_of(staff, query)) == found


def test_a_filter_survives_the_next_page(staff):
    assert "/units?kind=all&amp;page=2" in page_of(staff, "?kind=all").replace('href="?', 'href="/units?')


def test_nothing_found_is_a_sentence(staff):
    assert "Nothing in the register fits" in page_of(staff, "?text=atlantis")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?region=N99", "Choose a region from the list"),
        ("?kind=village", "Choose a kind from the list"),
        ("?standing=ajar", "Choose open or closed from the list"),
        ("?text=%E2%80%AEx", "changes the direction"),
        ("?text=%07", "control character"),
        ("?text=%00", "Null characters"),
        ("?text=" + "x" * 300, "Enter 200 characters or fewer"),
    ],
)
def test_a_bad_filter_is_named_beside_its_field(staff, query, said):
    for address in ("/units", "/units.csv"):
        answer = staff.get(address + query)

        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert "There is a problem" in answer.content.decode()


def test_markup_is_shown_as_typed(staff):
    page = page_of(staff, "?text=%3Cscript%3Ealert(1)%3C/script%3E")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("number", ["0", "-1", "999", "x", "1e9"])
def test_a_page_that_is_not_there_shows_one_that_is(staff, number):
    assert staff.get(f"/units?page={number}").status_code == 200


def test_the_table_says_what_is_known_of_each(staff):
    (row,) = rows_of(staff, "?text=N52STST")

    assert row == {
        "code": "N52STST",
        "name": "Staffordshire and Stoke",
        "kind": "Probation Delivery Unit",
        "region": "West Midlands",
        "delius_code": "N52STST",
        "standing": "closed",
        "opened": "",
        "closed": "2024-12",
    }


def test_no_cell_opens_a_formula(staff):
    for row in rows_of(staff, "?kind=all"):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


@pytest.mark.one_database("the service sends as many statements to either")
def test_the_number_of_queries_does_not_grow_with_the_register(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    register()
    sign_in(client, "osag_coordinator")
    with CaptureQueriesContext(connection) as one:
        client.get("/units?text=N57EKNT")

    with django_assert_num_queries(len(one)):
        client.get("/units?kind=all")
    assert len(one) <= 7
