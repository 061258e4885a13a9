from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.publication.queries.areas import Area, RegionSummary
from oversight.publication.queries.reports import Inspection
from oversight.publication.rules.programmes import UnitType, programmes
from oversight.publication.views.tile_map import COLUMNS, PLACES, tile_map
from oversight.publication.views.timeline import timelines
from tests.factories.publication import KENT, ROW, history, read

TODAY = date(2026, 11, 23)
(SAID,) = read(history(ROW)).rows


def report(published="2022-05", fieldwork="", overall="Inadequate", programme="pdu-2021-23", reference="r"):
    found = programmes().by_id(programme)
    said = replace(SAID, published=published, fieldwork=fieldwork, overall=overall, programme=programme)
    return Inspection(reference, 1, said, found, datetime(2026, 1, 1, tzinfo=UTC), False, None)


def region(code, name=KENT, short_name="KSS", reports=(), units=6):
    area = Area(code, name, short_name, UnitType.REGION, code, name, True, "Open", "", "")
    return RegionSummary(area, (), units, tuple(reports))


def test_programmes_are_drawn_apart_on_the_same_axis_oldest_first():
    drawn = timelines([report("2024", programme="pdu-2023-25"), report("2022-05")], today=TODAY)

    assert [each.programme.id for each in drawn] == ["pdu-2021-23", "pdu-2023-25"]
    assert drawn[0].years == drawn[1].years
    assert [year.label for year in drawn[0].years] == ["2022", "2023", "2024", "2025", "2026"]


@pytest.mark.parametrize(
    ("published", "x", "width"),
    [
        ("2022", 0, 20),
        ("2026", 80, 20),
        ("2024-05", 46.6, 1.7),
        ("2024-05-17", 47.5, 1.6),
        ("2026-12-31", 98.4, 1.6),
    ],
)
def test_a_bar_is_as_long_as_its_date_is_unknown(published, x, width):
    (drawn,) = timelines([report("2022"), report(published, reference="other")], today=TODAY)
    mark = drawn.marks[-1]

    assert (mark.x, mark.width) == (pytest.approx(x, abs=0.1), pytest.approx(width, abs=0.1))


def test_fieldwork_stands_in_for_a_publication_date_that_is_not_known_and_says_so():
    (drawn,) = timelines([report("", "2024-07-01 to 2024-10-25 (region window)")], today=TODAY)

    (mark,) = drawn.marks
    assert mark.is_fieldwork
    assert mark.when == "Date not known; bar shows fieldwork"


def test_a_report_without_any_date_is_told_and_not_drawn():
    (drawn,) = timelines([report("", "spring")], today=TODAY)

    assert drawn.marks == ()
    assert len(drawn.undated) == 1


def test_an_unrated_report_is_drawn_as_unrated():
    (drawn,) = timelines(
        [report("2026-01-29", overall="", programme="dynamic-public-protection-2025-26")], today=TODAY
    )

    assert (drawn.marks[0].rating, drawn.marks[0].look) == ("Not rated", "none")


def test_nothing_gives_no_drawing():
    assert timelines([], today=TODAY) == ()


dates = st.one_of(
    st.dates(date(2000, 1, 1), date(2026, 11, 23)).map(lambda day: day.isoformat()),
    st.dates(date(2000, 1, 1), date(2026, 11, 23)).map(lambda day: f"{day:%Y-%m}"),
    st.integers(2000, 2026).map(str),
    st.just(""),
)


@given(st.lists(dates, max_size=30))
def test_every_report_is_drawn_inside_the_frame_or_told(drawn_dates):
    reports = [report(published, reference=str(place)) for place, published in enumerate(drawn_dates)]

    for drawing in timelines(reports, today=TODAY):
        assert len(drawing.marks) + len(drawing.undated) == len(reports)
        assert sum(bool(year.label) for year in drawing.years) <= 6
        for mark in drawing.marks:
            assert 0 <= mark.x <= 100 - 1.6
            assert mark.width >= 1.6
            assert mark.x + mark.width <= 100.1
            assert mark.y + 55 <= drawing.height
        starts = [mark.x for mark in drawing.marks]
        assert starts == sorted(starts)


def test_no_two_regions_share_a_place_on_the_map():
    assert len(set(PLACES.values())) == len(PLACES) == 12
    assert max(column for column, _row in PLACES.values()) < COLUMNS


def test_a_tile_says_whose_rating_it_shows_and_of_which_year():
    (tile,) = tile_map([region("N57", reports=[report("2024-05", overall="Good")])]).tiles

    seen = "KSS Kent, Surrey and Sussex 6 PDUs Good 2024"
    assert tile.label == f"{seen} (rated by HM Inspectorate of Probation)"
    assert (tile.rating, tile.when, tile.level, tile.look) == ("Good", "2024", 3, "good")


def test_a_region_without_a_rating_says_so_even_when_an_unrated_report_is_newer():
    unrated = report("2026", overall="", programme="dynamic-public-protection-2025-26")

    (tile,) = tile_map([region("N57", reports=[unrated], units=1)]).tiles

    assert (tile.rating, tile.look, tile.units) == ("Not rated", "none", "1 PDU")
    (tile,) = tile_map([region("N57", reports=[unrated, report("")])]).tiles
    assert (tile.rating, tile.when) == ("Inadequate", "Date not known")


def test_a_region_without_a_place_is_left_to_the_table():
    assert tile_map([region("N99")]).tiles == ()
