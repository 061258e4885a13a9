import csv
import io
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.refusals import Refused
from oversight.publication.rules.history import (
    COLUMNS,
    FAULTS_KEPT,
    STANDARD_COLUMNS,
    ordering_day,
    written_cells,
)
from oversight.publication.rules.programmes import programmes
from oversight.publication.rules.reading import MAX_BYTES
from tests.factories.publication import AREAS, KENT, REGION_ROW, ROW, history, read


def only_fault(content):
    faults = read(content).faults
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def test_a_whole_row_is_understood():
    row = ROW | {
        "fieldwork": "2022-03 (two weeks)",
        "score": "2",
        "score_max": "27",
        "leadership": "Requires improvement",
        "court_work": "Outstanding",
        "num_recommendations": "12",
        "recommendation_targets": "5 to the PDU",
        "cases_inspected": "54",
        "other_urls": "https://example.org/a; https://example.org/b?x=1;2",
        "notes": "first of the region",
    }

    (read_row,) = read(history(row)).rows

    assert read_row.row == 2
    assert read_row.programme == "pdu-2021-23"
    assert (read_row.unit_code, read_row.unit_name, read_row.region_code) == ("N57WSUS", "West Sussex", "N57")
    assert (read_row.published, read_row.fieldwork) == ("2022-05", "2022-03 (two weeks)")
    assert (read_row.score, read_row.score_max, read_row.overall) == (2, 27, "Inadequate")
    assert read_row.ratings == (("leadership", "Requires improvement"), ("court_work", "Outstanding"))
    assert (read_row.recommendations, read_row.targets, read_row.cases) == (12, "5 to the PDU", 54)
    assert read_row.other_urls == ("https://example.org/a", "https://example.org/b?x=1;2")


@pytest.mark.parametrize("published", ["2024", "2024-05", "2024-05-17", ""])
def test_a_partial_date_is_kept_partial(published):
    (row,) = read(history(ROW | {"published": published})).rows

    assert row.published == published


@pytest.mark.parametrize(
    ("published", "fieldwork", "day"),
    [
        ("2024", "2023-01", "2024-01-01"),
        ("2024-05-17", "", "2024-05-17"),
        ("", "2024-07-01 to 2024-10-25 (region window)", "2024-07-01"),
        ("", "region window 2025-02-24 to 2025-04-04", "2025-02-24"),
        ("", "2024-13 or 2024-07", "2024-07-01"),
        ("", "12024 or 2024-7", "0001-01-01"),
        ("", "spring", "0001-01-01"),
        ("", "", "0001-01-01"),
    ],
)
def test_the_day_that_orders_comes_from_publication_then_fieldwork(published, fieldwork, day):
    found = ordering_day(published, fieldwork)

    assert found.isoformat() == day


@pytest.mark.parametrize(
    ("changes", "column", "accepted"),
    [
        ({"published": "2024-13"}, "published", "There is no month 13"),
        ({"published": "2024-02-30"}, "published", "There is no day 30 in February 2024"),
        ({"published": "17/05/2022"}, "published", "Write it like 2024, 2024-05 or 2024-05-17"),
        ({"published": "2026-11-24"}, "published", "today is 23 November 2026"),
        ({"published": "2027"}, "published", "today is 23 November 2026"),
        ({"published": "2020-12"}, "published", "began in 2021"),
        ({"overall_rating": "Poor"}, "overall_rating", "Requires improvement, Good or Outstanding"),
        ({"leadership": "3"}, "leadership", "Requires improvement, Good or Outstanding"),
        ({"desistance": "Good"}, "desistance", "rates leadership, staffing, services"),
        ({"score": "28", "score_max": "27"}, "score", "a whole number from 0 to 27"),
        ({"score": "-1", "score_max": "27"}, "score", "a whole number from 0 to 27"),
        ({"score": "1.5", "score_max": "27"}, "score", "a whole number from 0 to 27"),
        ({"score": "２", "score_max": "27"}, "score", "a whole number from 0 to 27"),
        ({"score": "2", "score_max": "25"}, "score_max", "a whole number from 27 to 27"),
        ({"score": "2"}, "score_max", "together, or leave both empty"),
        ({"score_max": "27"}, "score", "together, or leave both empty"),
        ({"num_recommendations": "many"}, "num_recommendations", "whole number"),
        ({"cases_inspected": "0"}, "cases_inspected", "whole number from 1"),
        ({"evidence": "hearsay"}, "evidence", "HMIP, press or derived"),
        ({"evidence": ""}, "evidence", "HMIP, press or derived"),
        ({"unit_type": "prison"}, "unit_type", "PDU, region or national"),
        ({"unit_type": "region", "pdu_code": "", "overall_rating": ""}, "unit_type", "inspects: PDU"),
        ({"programme": "2030"}, "programme", "2021-23 PDU, 2023-25 region+PDU or dynamic public protection"),
        ({"unit": ""}, "unit", "Give the name"),
        ({"unit": "West Susex", "pdu_code": ""}, "unit", "Nearest: West Sussex"),
        ({"unit": "East Kent"}, "unit", "N57WSUS is the code of West Sussex"),
        ({"pdu_code": "N99"}, "pdu_code", "Use N57WSUS, or leave it empty"),
        ({"region": "North East"}, "region", "West Sussex is in Kent, Surrey and Sussex"),
        ({"region": "North Eest"}, "region", "Nearest: North East"),
        ({"region": ""}, "region", "Use the name of a region"),
        ({"url": "javascript:alert(1)"}, "url", "https://"),
        ({"url": "https://user@example.org/"}, "url", "https://"),
        ({"url": "https://example.org/a b"}, "url", "https://"),
        ({"other_urls": "https://example.org; see page"}, "other_urls", "web addresses"),
        ({"notes": "a\x00b"}, "notes", "U+0000"),
        ({"notes": "a\u202eb"}, "notes", "U+202E"),
        ({"notes": "a\nb"}, "notes", "one line"),
        ({"notes": "x" * 2001}, "notes", "2,000 characters or fewer"),
        ({"fieldwork": "x" * 201}, "fieldwork", "200 characters or fewer"),
    ],
)  # fmt: skip
def test_what_cannot_be_accepted_is_named_with_what_could(changes, column, accepted):
    fault = only_fault(history(ROW, ROW | {"url": "https://example.org/other"} | changes))

    assert (fault.row, fault.column) == (3, column)
    assert accepted in fault.accepted
    assert str(fault).startswith(f"Row 3, column {column}: found ")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"unit": "south tyneside & gateshead", "pdu_code": ""}, "south tyneside & gateshead"),
        ({"unit": "Gateshead and South Tyneside", "pdu_code": "n54sot"}, "Gateshead and South Tyneside"),
    ],
)
def test_former_and_listed_names_are_accepted_and_kept_as_used(changes, name):
    (row,) = read(history(ROW | {"region": "NE"} | changes)).rows

    assert (row.unit_code, row.unit_name, row.region_code) == ("N54SOT", name, "N54")


def test_regions_and_the_national_inspection_are_understood():
    national = {
        "unit": "National arrangements (HMPPS)",
        "unit_type": "national",
        "region": "National",
        "programme": "2023-25 region+PDU",
        "services": "Inadequate",
        "evidence": "HMIP",
    }

    region, country = read(history(REGION_ROW, national)).rows

    assert (region.programme, region.unit_code, region.region_code) == ("region-2023-25", "N57", "N57")
    assert (country.programme, country.unit_code, country.region_code) == ("national-2025", "national", "")


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"overall_rating": "Good"}, "overall_rating"), ({"public_protection": "Good"}, "public_protection"),
     ({"score": "1", "score_max": "2"}, "score")],
)  # fmt: skip
def test_an_unrated_programme_takes_no_rating_and_no_score(changes, column):
    dynamic = {
        "unit": "North East",
        "unit_type": "region",
        "region": "North East",
        "programme": "dynamic public protection 2025-26",
        "published": "2026",
        "evidence": "HMIP",
        "cases_inspected": "72",
    }

    faults = read(history(dynamic | changes)).faults

    assert {fault.column for fault in faults} == set(changes)
    assert faults[0].column == column
    assert read(history(dynamic)).fault_count == 0


def test_ratings_are_read_in_any_case_and_kept_in_the_scales_own_words():
    (row,) = read(history(ROW | {"overall_rating": "REQUIRES improvement"})).rows

    assert row.overall == "Requires improvement"


def test_the_same_inspection_twice_in_a_file_is_refused():
    fault = only_fault(history(ROW, ROW | {"unit": "West sussex"}))

    assert (fault.row, fault.column) == (3, "url")
    assert "Row 2 has the same programme, unit and address" in fault.accepted


def test_a_refused_row_does_not_stop_another_with_the_same_identity_being_read_once():
    file = read(history(ROW | {"published": "2024-13"}, ROW))

    assert (len(file.rows), file.refused_rows) == (1, 1)


def test_each_fault_of_a_row_is_named():
    file = read(history(ROW | {"published": "soon", "overall_rating": "Poor", "score": "x"}))

    assert {fault.column for fault in file.faults} == {"published", "overall_rating", "score", "score_max"}
    assert (file.rows, file.refused_rows, file.fault_count) == ((), 1, 4)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (history(), "no rows"),
        (history({}), "no rows"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"PK\x03\x04\xff\xff", "not text in UTF-8"),
        ("unit,région\n".encode("latin-1"), "Line 1 of the file is not text"),
        (history(ROW) + b'"unfinished', "stops being CSV at line 3"),
        (b"x" * (MAX_BYTES + 1), "larger than 50 megabytes"),
        (b"\x00", "names no column of a history file"),
        (b"\n\n", "Found nothing"),
        (b"\n" + history(ROW), "Found nothing"),
        (history(ROW, columns=COLUMNS[1:]), "Columns that are missing: unit."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(content, why):
    with pytest.raises(Refused, match=why) as refused:
        read(content)

    assert refused.value.field == "file"
    assert refused.value.what_next


def test_faults_of_the_header_are_all_named():
    columns = ["unit", "unit", "Colour", "", *COLUMNS[2:]]

    with pytest.raises(Refused) as refused:
        read(history(ROW, columns=columns))

    assert "Columns that are missing: unit_type." in refused.value.why
    assert "Columns that are not known: colour, (no name)." in refused.value.why
    assert "Columns that stand twice: unit." in refused.value.why
    assert "Name each column" in refused.value.what_next


@pytest.mark.parametrize(
    "content",
    [
        history(ROW),
        b"\xef\xbb\xbf" + history(ROW),
        history(ROW, delimiter=";"),
        history(ROW, delimiter="\t"),
        history(ROW, delimiter="\t").decode().encode("utf-16"),
        history(ROW, columns=COLUMNS[::-1]),
        history(ROW).replace(b"\r\n", b"\n"),
        history(ROW, {}, {}) + b"\n\n",
    ],
)
def test_spreadsheets_ways_of_writing_csv_are_all_read_the_same(content):
    file = read(content)

    assert [row.digest for row in file.rows] == [read(history(ROW)).rows[0].digest]
    assert file.fault_count == 0


def test_ragged_rows_are_refused_one_by_one():
    lines = history(ROW, ROW).decode().splitlines()
    content = "\n".join([lines[0], lines[1] + ",", lines[2].rpartition(",")[0]]).encode()

    file = read(content)

    assert [(fault.row, fault.found) for fault in file.faults] == [(2, "32 cells"), (3, "30 cells")]


def test_markup_is_only_text_and_formulas_survive_a_spreadsheet():
    notes = '=HYPERLINK("https://example.org","x") <script>alert(\'x\')</script>'

    (row,) = read(history(ROW | {"notes": notes})).rows
    cells = written_cells(row, written_as="2021-23 PDU", region_name=KENT)

    assert row.notes == notes
    assert dict(zip(COLUMNS, cells, strict=True))["notes"] == "'" + notes


def test_a_fault_shows_hostile_text_cut_short_and_spelled_out():
    fault = only_fault(history(ROW | {"overall_rating": "<b>\u202e\x07" + "x" * 5000}))

    assert "[U+202E]" in fault.found
    assert fault.found.isprintable()
    assert len(fault.found) < 100


def write(rows):
    names = {area.code: area.region_name for area in AREAS}
    written = {each.id: each.written_as for each in programmes().all}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        name = names[row.region_code or "national"]
        writer.writerow(written_cells(row, written_as=written[row.programme], region_name=name))
    return out.getvalue().encode()


ratings = st.sampled_from(["", *programmes().scale])
texts = st.text(max_size=40)


@st.composite
def rows(draw):
    rated = {each.key for each in programmes().all[0].standards}
    row = {column: draw(ratings) for column in STANDARD_COLUMNS if column in rated}
    row |= ROW | {column: draw(texts) for column in ("fieldwork", "recommendation_targets", "notes")}
    return row | {
        "overall_rating": draw(ratings),
        "published": draw(st.sampled_from(["", "2022", "2022-03-30"])),
    }


@given(st.lists(rows(), max_size=3))
def test_what_is_exported_reads_back_unchanged(drawn):
    content = history(*[row | {"url": f"https://example.org/{i}"} for i, row in enumerate(drawn)], ROW)

    file = read(content)
    again = read(write(file.rows))

    assert [row.digest for row in again.rows] == [row.digest for row in file.rows]
    assert again.fault_count == 0


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    try:
        file = read(content)
    except Refused:
        return
    assert file.rows or file.faults


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=60), max_size=6))
def test_no_cell_breaks_the_reader_and_every_refusal_names_its_cell(cells):
    file = read(history(ROW | cells, REGION_ROW))

    assert len(file.rows) + file.refused_rows == 2
    for fault in file.faults:
        assert fault.row in {2, 3}
        assert fault.column in COLUMNS
        assert fault.accepted
        assert fault.found.isprintable()


def test_the_digest_sees_a_change_of_any_field():
    (row,) = read(history(ROW)).rows
    changed = [
        replace(row, **{name: value})
        for name, value in {
            "programme": "x", "unit_type": "x", "unit_code": "x", "unit_name": "x", "region_code": "x",
            "published": "2023", "fieldwork": "x", "score": 1, "score_max": 27, "overall": "Good",
            "ratings": (("leadership", "Good"),), "recommendations": 1, "targets": "x", "cases": 1,
            "evidence": "press", "url": "x", "other_urls": ("x",), "notes": "x",
        }.items()
    ]  # fmt: skip

    assert len({row.digest, *(each.digest for each in changed)}) == 19
    assert replace(row, row=99).digest == row.digest


def test_a_hundred_thousand_rows_are_read_in_seconds_and_faults_are_counted_but_not_all_kept():
    good = history(ROW | {"url": "https://example.org/NUMBER"}).partition(b"\n")[2]
    bad = good.replace(b"2022-05", b"2022-99")
    content = history(ROW) + b"".join(
        (bad if number % 10 == 0 else good).replace(b"NUMBER", b"%d" % number) for number in range(99_999)
    )
    start = time.process_time()

    file = read(content)

    assert time.process_time() - start < 30
    assert (len(file.rows), file.refused_rows, len(file.faults)) == (90_000, 10_000, FAULTS_KEPT)
