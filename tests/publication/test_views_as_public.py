import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.queries import COMMAND
from oversight.publication.actions import load_shipped_history
from oversight.publication.models import PublishedInspection
from oversight.publication.queries.history import plan_of, shipped_content
from oversight.publication.queries.reports import latest
from oversight.publication.views import data
from tests.factories.parties import register
from tests.factories.publication import MOMENT, REGION_ROW, ROW, TODAY, import_rows

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/",
    "/areas",
    "/areas/N57",
    "/areas/N57WSUS",
    "/areas/N50STTA",
    "/areas/N57-north-kent-and-medway",
    "/areas/national",
    "/reports",
    "/search",
    "/search?q=kent",
    "/data",
    "/data/inspections.csv",
    "/data/inspections.json",
    "/data/areas.csv",
    "/data/areas.json",
    "/sitemap.xml",
    "/robots.txt",
]


@pytest.fixture
def shipped():
    register()
    load_shipped_history(by=COMMAND, at=MOMENT)


def text(response):
    """Give a page's words as a reader meets them."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def rows(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_every_public_page_opens_without_signing_in_and_can_be_cached(client, shipped):
    for address in ADDRESSES:
        response = client.get(address)

        assert response.status_code == 200, address
        assert response["Cache-Control"] == "public, max-age=60", address
        assert not response.cookies, address
        assert "Cookie" not in response.get("Vary", ""), address
        again = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address


def test_head_answers_as_get_does_without_a_body(client, shipped):
    for address in ADDRESSES:
        response = client.head(address)

        assert (response.status_code, response.content) == (200, b""), address
        assert response["ETag"] == client.get(address)["ETag"], address


def test_every_public_page_opens_on_an_empty_register(client):
    for address in ADDRESSES:
        expected = 404 if address.startswith("/areas/N") else 200
        assert client.get(address).status_code == expected, address


def test_a_correction_changes_the_tag(client):
    addresses = ["/", "/areas", "/reports", "/data/inspections.csv"]
    import_rows(ROW, REGION_ROW)
    before = {address: client.get(address)["ETag"] for address in addresses}

    import_rows(REGION_ROW | {"overall_rating": "Good"}, ROW | {"overall_rating": "Good"})

    for address, tag in before.items():
        after = client.get(address, headers={"If-None-Match": tag})
        assert (after.status_code, after["ETag"] != tag) == (200, True), address


@pytest.mark.one_database("the service sends as many statements to either")
def test_the_number_of_queries_stays_the_same_with_a_hundred_times_the_reports(client):
    def queries():
        found = {}
        for address in ADDRESSES:
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            found[address] = len(asked)
        return found

    import_rows(ROW, REGION_ROW)
    few = queries()

    import_rows(
        *[ROW | {"url": f"https://example.org/{number}"} for number in range(100)],
        *[REGION_ROW | {"url": f"https://example.org/{number}"} for number in range(100)],
    )

    assert queries() == few
    assert max(few.values()) <= 16


# Areas


def test_the_map_gives_every_region_with_its_facts_and_the_table_gives_the_same(client, shipped):
    page = client.get("/").content.decode()

    tiles = re.findall(r'class="app-map__link" aria-label="([^"]+)"', page)
    assert len(tiles) == 12
    assert (
        "KSS Kent, Surrey and Sussex 6 PDUs Requires improvement 2024 "
        "(rated by HM Inspectorate of Probation)" in tiles
    )
    assert "London 18 PDUs Not rated" in tiles
    assert page.count('<th scope="row"') >= 12
    assert 'href="/areas/N57"' in page


def test_a_units_page_draws_each_programme_apart_and_tells_the_same_in_a_table(client, shipped):
    response = client.get("/areas/N57WSUS")
    page = response.content.decode()

    labels = re.findall(r'role="img" aria-label="([^"]+)"', page)
    assert labels == [
        "Timeline. PDU inspections, 2021 to 2023. May 2022: Inadequate.",
        "Timeline. PDU inspections, 2023 to 2025. 2024 (month not published): Inadequate.",
    ]
    assert "What is not known about this programme" in text(response)
    assert page.count('<a class="govuk-link" href="/reports/') == 2


def test_a_unit_of_which_only_the_fieldwork_is_known_says_so(client, shipped):
    words = text(client.get("/areas/N55YRK"))

    assert "Date not known; bar shows fieldwork" in words
    assert "Programmes of which no report is known PDU inspections, 2021 to 2023" in words


def test_a_merged_unit_shows_the_reports_of_those_it_took_over_from_as_theirs(client, shipped):
    words = text(client.get("/areas/N50STTA"))

    assert "Took over from Stockport and Trafford (April 2025) Tameside (April 2025)" in words
    assert "No published report about Stockport and Tameside itself is known" in words
    assert "They are not ratings of Stockport and Tameside" in words
    assert "25 May 2023" in words


def test_a_closed_unit_keeps_its_page_and_leads_on(client, shipped):
    words = text(client.get("/areas/N52STST"))

    assert "Closed" in words
    assert "Its work passed to Staffordshire North (December 2024) Staffordshire South" in words


def test_a_region_shows_its_units_and_services(client, shipped):
    words = text(client.get("/areas/N57"))

    assert "North Kent and Medway No report is known" in words
    assert "Commissioned Rehabilitative Services" in words
    assert "Services taking referrals (" in words


def test_the_national_inspection_stands_apart(client, shipped):
    words = text(client.get("/areas/national"))

    assert "National inspection, 2025" in words
    assert "PDU inspections" not in words


def test_an_area_with_more_reports_than_are_drawn_says_so(client):
    import_rows(*[ROW | {"url": f"https://example.org/{n}"} for n in range(31)])

    assert "These are the newest 30 of 31." in text(client.get("/areas/N57WSUS"))


@pytest.mark.parametrize(
    "code", ["N99", "hmip", "provider-nacro", "N57WSUS%00", "<script>", "n57wsus", "x" * 500]
)
def test_an_unknown_area_is_a_designed_404(client, shipped, code):
    response = client.get(f"/areas/{code}")

    assert response.status_code == 404
    assert "Page not found" in text(response)
    assert b"<script>x" not in response.content


def test_a_mistyped_area_names_the_nearest(client, shipped):
    assert "Did you mean West Sussex (N57WSUS)" in text(client.get("/areas/N57WSU"))


# Reports


def test_the_register_shows_25_a_page_newest_first(client, shipped):
    response = client.get("/reports")

    found = re.findall(r'href="(/reports/[^"?.]+)"', response.content.decode())
    assert found == [f"/reports/{report.reference}" for report in latest(25)]
    assert "76 reports" in text(response)
    assert 'href="?page=4"' in response.content.decode()


FILTERED = [
    ("programme=pdu-2021-23", 36),
    ("programme=national-2025", 1),
    ("programme=dynamic-public-protection-2025-26", 5),
    ("region=N57", 9),
    ("unit_type=region", 9),
    ("unit_type=national", 1),
    ("rating=Good", 1),
    ("rating=not-known", 5),
    ("year=2022", 17),
    ("year=not-known", 9),
    ("q=gateshead", 1),
    ("q=%20West%20%20Sussex%20", 2),
    ("q=national", 1),
    ("q=%25", 0),
    ("q=_", 0),
    ("region=N57&rating=Inadequate", 5),
    ("q=nowhere", 0),
]


def test_filters_narrow_the_register_and_the_download_to_the_same_reports(client, shipped):
    for query, count in FILTERED:
        page = text(client.get(f"/reports?{query}"))

        assert f" {count} report{'' if count == 1 else 's'} " in page, query
        assert len(rows(client.get(f"/reports.csv?{query}"))) == count, query
        assert ("No report fits these filters." in page) == (count == 0), query


def test_filters_survive_from_page_to_page_and_into_the_download(client, shipped):
    page = client.get("/reports?programme=pdu-2021-23&sort=area&page=2").content.decode()

    assert 'href="?programme=pdu-2021-23&amp;sort=area&amp;page=1"' in page
    assert 'href="/reports.csv?programme=pdu-2021-23&amp;sort=area"' in page
    assert '<option value="pdu-2021-23" selected>' in page


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("newest", "Kent, Surrey and Sussex"),
        ("oldest", "Swansea Neath Port Talbot"),
        ("area", "Barking, Dagenham and Havering"),
    ],
)
def test_the_register_sorts_and_the_download_keeps_its_order(client, shipped, sort, first):
    downloaded = rows(client.get(f"/reports.csv?sort={sort}"))

    assert downloaded[0]["unit"] == first
    if sort != "area":
        dated = [row["published"][:4] for row in downloaded if row["published"]]
        assert dated == sorted(dated, reverse=sort == "newest")


@pytest.mark.parametrize(
    "query", ["region=N99", "sort=x", "year=1066", "rating=Poor", "q=" + "x" * 101, "q=%00"]
)
def test_a_filter_that_cannot_be_is_told_beside_the_field(client, shipped, query):
    response = client.get(f"/reports?{query}")

    assert response.status_code == 200
    assert "There is a problem" in text(response)
    assert "govuk-error-message" in response.content.decode()
    assert client.get(f"/reports.csv?{query}").status_code == 302


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1e9", ""])
def test_a_page_that_is_not_there_gives_the_nearest(client, shipped, page):
    assert client.get(f"/reports?page={page}").status_code == 200


def test_a_report_shows_all_that_is_known_with_whose_rating_it_is(client, shipped):
    reference = next(
        report for report in latest(76) if report.said.score == 2 and report.said.score_max == 21
    )

    words = text(client.get(f"/reports/{reference.reference}"))

    assert "HM Inspectorate of Probation rated it Inadequate overall." in words
    assert "Score 2 out of 21" in words
    assert "Leadership Requires improvement" in words
    assert "Published 12 June 2025" in words
    assert "inferred from seven standards" in words
    assert "has not been corrected" in words


def test_a_report_keeps_the_name_used_at_the_time(client, shipped):
    report = next(one for one in latest(76) if one.said.unit_name == "South Tyneside and Gateshead")

    words = text(client.get(f"/reports/{report.reference}"))

    assert "Gateshead and South Tyneside Then called South Tyneside and Gateshead" in words


def test_an_unrated_report_says_that_the_programme_gives_no_ratings(client, shipped):
    report = next(one for one in latest(76) if not one.programme.rated)

    words = text(client.get(f"/reports/{report.reference}"))

    assert "gives no ratings in this programme" in words
    assert "Score" not in words


def test_a_corrected_report_shows_what_it_said_before(client):
    (reference,) = import_rows(ROW).new
    import_rows(ROW | {"overall_rating": "Good", "leadership": "Good"}, at=MOMENT + timedelta(days=1))

    words = text(client.get(f"/reports/{reference}"))

    assert "Corrected on 24 November 2026 at 9:30am" in words
    assert "Overall rating Inadequate Good" in words
    assert "Rating for leadership Nothing Good" in words


def test_an_unknown_report_is_a_designed_404(client, shipped):
    response = client.get("/reports/nope")

    assert response.status_code == 404
    assert "A report never changes its reference" in text(response)


def test_hostile_text_is_shown_as_text(client):
    (reference,) = import_rows(ROW | {"notes": "<script>alert(1)</script>", "fieldwork": "=1+1"}).new

    page = client.get(f"/reports/{reference}").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# Search


def test_search_finds_areas_by_past_and_listed_names_and_their_reports(client, shipped):
    words = text(client.get("/search?q=south+tyneside"))

    assert "Areas (1) Gateshead and South Tyneside PDU" in words
    assert "Reports (1)" in words


def test_search_says_when_nothing_is_found_and_when_nothing_was_asked(client, shipped):
    assert "No area has “nowhere” in its name" in text(client.get("/search?q=nowhere"))
    assert "Enter part of the name" in text(client.get("/search"))
    assert "Enter part of the name" in text(client.get("/search?q="))


def test_hostile_searches_are_answered(client, shipped):
    for words in ["%3Cscript%3Ex", "%00", "%E2%80%AE", "x" * 1000, "%27%20OR%201%3D1"]:
        response = client.get(f"/search?q={words}")

        assert response.status_code == 200, words
        assert b"<script>x" not in response.content, words


# Data


def test_the_whole_history_downloads_in_the_columns_of_the_import_and_imports_again_unchanged(
    client, shipped
):
    response = client.get("/data/inspections.csv")

    plan = plan_of(response.content, today=TODAY)
    assert (plan.changes, plan.unchanged, plan.file.fault_count) == ((), 76, 0)
    assert "attachment" in response["Content-Disposition"]


def test_the_download_of_the_shipped_history_says_what_was_shipped_cell_by_cell(client, shipped):
    sent = csv.DictReader(io.StringIO(shipped_content().decode()))
    got = rows(client.get("/data/inspections.csv"))

    assert got == list(sent)


def test_a_formula_in_the_download_is_only_text_and_comes_back_as_it_was(client):
    import_rows(ROW | {"notes": "=cmd|' /C calc'!A0", "recommendation_targets": "'-1"})

    response = client.get("/data/inspections.csv")

    (row,) = rows(response)
    assert row["notes"] == "'=cmd|' /C calc'!A0"
    assert plan_of(response.content, today=TODAY).unchanged == 1


def test_json_gives_the_same_facts_with_the_rules_of_each_programme(client, shipped):
    content = json.loads(client.get("/data/inspections.json").content)

    assert content["rated_by"] == "HM Inspectorate of Probation"
    assert len(content["inspections"]) == 76
    assert len(content["programmes"]) == 5
    one = next(each for each in content["inspections"] if each["score_max"] == 21)
    assert (one["score"], one["published"], one["ratings"]["leadership"]) == (
        2,
        "2025-06-12",
        "Requires improvement",
    )
    assert one["address"].startswith("http://testserver/reports/")


def test_areas_download_with_closed_ones_and_other_names(client, shipped):
    listed = {row["code"]: row for row in rows(client.get("/data/areas.csv"))}

    assert listed["N54SOT"]["other_names"] == "South Tyneside and Gateshead"
    assert (listed["N50TAST"]["closed"], listed["N57"]["region"]) == ("2025-04", "Kent, Surrey and Sussex")
    content = json.loads(client.get("/data/areas.json").content)
    assert {area["code"] for area in content["areas"]} == set(listed)


def test_the_data_page_explains_every_column(client, shipped):
    page = client.get("/data").content.decode()

    for column in rows(client.get("/data/inspections.csv"))[0]:
        assert f"<code>{column}</code>" in page
    assert "Open Government Licence" in page


def test_the_site_map_leads_to_pages_that_exist(client, shipped):
    tree = ET.fromstring(client.get("/sitemap.xml").content)

    addresses = [element.text for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) == len(set(addresses))
    assert sum("/reports/" in address for address in addresses) == 76
    for address in addresses[::20]:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_a_very_long_site_map_comes_in_parts(client, shipped, monkeypatch):
    monkeypatch.setattr(data, "SITEMAP_PART", 100)
    index = ET.fromstring(client.get("/sitemap.xml").content)
    parts = [element.text for element in index.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]

    listed = [
        element.text
        for part in parts
        for element in ET.fromstring(client.get(part.removeprefix("http://testserver")).content).iter(
            "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
        )
    ]
    assert sum("/reports/" in address for address in listed) == 76
    assert client.get("/sitemap.xml?part=99").status_code == 404
    assert client.get("/sitemap.xml?part=x").status_code == 404


def test_robots_are_kept_from_staff_pages_and_led_to_the_site_map(client):
    words = client.get("/robots.txt").content.decode()

    assert "Disallow: /home" in words
    assert "Sitemap: http://testserver/sitemap.xml" in words


def test_public_pages_take_nothing(client):
    for address in ADDRESSES:
        for method in ["post", "put", "delete", "patch"]:
            assert getattr(client, method)(address).status_code == 405, address


def test_superseded_rounds_show_on_no_list(client):
    import_rows(ROW)
    import_rows(ROW | {"overall_rating": "Good"})

    assert PublishedInspection.objects.count() == 2
    assert "1 report" in text(client.get("/reports"))
    assert len(rows(client.get("/data/inspections.csv"))) == 1
