from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.calendars import Calendar, coverage, england_and_wales, read_calendar
from oversight.kernel.refusals import Refused

CALENDAR = england_and_wales()
COVERED = st.dates(min_value=CALENDAR.first, max_value=CALENDAR.last)
DAY = timedelta(days=1)


def every_day(first, last):
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


@pytest.mark.parametrize("year", range(2019, 2029))
def test_our_bank_holidays_are_those_of_a_second_source(year):
    second = holidays.country_holidays("GB", subdiv="ENG", years=year)
    welsh = holidays.country_holidays("GB", subdiv="WLS", years=year)

    ours = {day for day in CALENDAR.holidays if day.year == year}

    assert ours == {day for day in second if day.weekday() < 5}
    assert set(second) == set(welsh)


@pytest.mark.parametrize("year", range(2019, 2029))
def test_each_bank_holiday_bears_the_name_that_the_second_source_gives(year):
    second = holidays.country_holidays("GB", subdiv="ENG", years=year)
    words = {
        "May Day": "Early May", "Late Summer Bank Holiday": "Summer", "Spring Bank Holiday": "Spring",
        "Platinum Jubilee of Elizabeth II": "Platinum Jubilee",
        "State Funeral of Queen Elizabeth II": "State Funeral", "Coronation of Charles III": "Coronation",
    }  # fmt: skip

    for day, name in CALENDAR.holidays.items():
        if day.year == year:
            expected = second[day].removesuffix(" (observed)")
            assert words.get(expected, expected) in name
            assert name.endswith("substitute day") == second[day].endswith("(observed)"), day


def test_the_data_covers_whole_years_without_a_gap():
    assert (CALENDAR.first, CALENDAR.last) == (date(2019, 1, 1), date(2028, 12, 31))
    assert CALENDAR.source == "https://www.gov.uk/bank-holidays"
    assert {day.year for day in CALENDAR.holidays} == set(range(2019, 2029))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 5, 22), True),
        (date(2026, 5, 23), False),
        (date(2026, 5, 24), False),
        (date(2026, 5, 25), False),
        (date(2026, 5, 26), True),
        (date(2020, 5, 4), True),
        (date(2020, 5, 8), False),
        (date(2022, 5, 30), True),
        (date(2022, 9, 19), False),
        (date(2020, 12, 28), False),
        (date(2020, 12, 29), True),
        (date(2019, 1, 1), False),
        (date(2028, 12, 31), False),
    ],
)
def test_weekends_and_bank_holidays_are_not_working_days(day, working):
    assert CALENDAR.is_working_day(day) is working


@pytest.mark.parametrize(
    ("day", "years"),
    [
        (date(2018, 12, 31), "of 2018 from"),
        (date(2015, 6, 1), "of 2015 to 2018 from"),
        (date(2029, 1, 1), "of 2029 from"),
        (date(2031, 6, 1), "of 2029 to 2031 from"),
    ],
)
def test_beyond_the_data_the_answer_is_a_refusal_that_says_what_is_missing(day, years):
    for question in (CALENDAR.is_working_day, CALENDAR.working_day_after, CALENDAR.working_day_before):
        with pytest.raises(Refused) as refused:
            question(day)

        assert refused.value.rule == "calendar_coverage"
        assert "held from 1 January 2019 to 31 December 2028" in refused.value.why
        assert years in refused.value.what_next
        assert CALENDAR.source in refused.value.what_next
        assert refused.value.who_can == "the service operator"


def test_a_search_that_runs_over_the_edge_is_refused_too():
    assert CALENDAR.working_day_after(date(2028, 12, 28)) == date(2028, 12, 29)
    assert CALENDAR.working_day_before(date(2019, 1, 3)) == date(2019, 1, 2)
    with pytest.raises(Refused):
        CALENDAR.working_day_after(date(2028, 12, 29))
    with pytest.raises(Refused):
        CALENDAR.working_day_before(date(2019, 1, 2))


@given(COVERED.filter(lambda day: day < date(2028, 12, 29)))
def test_the_next_working_day_is_the_first_one_later(day):
    later = CALENDAR.working_day_after(day)

    assert later > day
    assert CALENDAR.is_working_day(later)
    assert not any(CALENDAR.is_working_day(each) for each in every_day(day + DAY, later - DAY))


@given(COVERED.filter(lambda day: day > date(2019, 1, 2)))
def test_the_working_day_before_is_the_last_one_earlier(day):
    earlier = CALENDAR.working_day_before(day)

    assert earlier < day
    assert CALENDAR.is_working_day(earlier)
    assert not any(CALENDAR.is_working_day(each) for each in every_day(earlier + DAY, day - DAY))


@pytest.mark.parametrize(
    ("today", "days_left", "renew"),
    [
        (date(2026, 11, 23), 769, False),
        (date(2027, 10, 8), 450, False),
        (date(2027, 10, 9), 449, True),
        (date(2028, 12, 31), 0, True),
        (date(2029, 1, 1), -1, True),
    ],
)
def test_coverage_warns_early_enough_to_renew(today, days_left, renew):
    told = coverage(CALENDAR, today)

    assert (told.days_left, told.renew, told.last) == (days_left, renew, date(2028, 12, 31))
    assert ("Add those of 2029 from https://www.gov.uk/bank-holidays." in told.in_words) is renew
    assert ("are refused" in told.in_words) is (days_left < 0)


def test_the_warning_comes_before_any_twelve_month_period_can_run_over_the_edge():
    assert CALENDAR.renewal_days > 366


def test_the_calendar_cannot_be_changed_through_the_mapping_it_was_given():
    given_days = {date(2026, 1, 1): "New Year's Day"}
    calendar = Calendar("Here", given_days, date(2026, 1, 1), date(2026, 12, 31), "https://example.test")

    given_days[date(2026, 1, 2)] = "Invented"

    assert calendar.is_working_day(date(2026, 1, 2))
    with pytest.raises(TypeError):
        calendar.holidays[date(2026, 1, 2)] = "Invented"
    assert hash(calendar) == hash(calendar)


def test_a_calendar_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="before it begins"):
        Calendar("Here", {}, date(2026, 1, 2), date(2026, 1, 1), "https://example.test")
    with pytest.raises(ValueError, match="outside the days it covers"):
        Calendar(
            "Here", {date(2027, 1, 1): "New"}, date(2026, 1, 1), date(2026, 12, 31), "https://example.test"
        )


WHOLE = """
calendar: Here
source: https://example.test
first: 2026-01-01
last: 2026-12-31
renewal_days: 100
holidays:
  - {date: 2026-01-01, name: New Year's Day}
  - {date: 2026-12-28, name: Boxing Day, note: substitute day}
"""


def test_a_whole_file_is_read():
    calendar = read_calendar(WHOLE)

    assert dict(calendar.holidays) == {
        date(2026, 1, 1): "New Year's Day",
        date(2026, 12, 28): "Boxing Day, substitute day",
    }
    assert calendar.renewal_days == 100


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (WHOLE, "", "holds no calendar"),
        (WHOLE, "[1, 2]", "holds no calendar"),
        ("last: 2026-12-31", "", "“last” of the calendar is missing"),
        ("last: 2026-12-31", "last: soon", "“last” of the calendar is missing or is not a date"),
        ("last: 2026-12-31", "last: 2026-12-31 10:00:00", "“last” of the calendar"),
        ("renewal_days: 100", "renewal_days: true", "“renewal_days” of the calendar"),
        ("date: 2026-12-28", "date: 28/12/2026", "“date” of holiday 2"),
        ("name: Boxing Day", "title: Boxing Day", "“name” of holiday 2"),
        ("note: substitute day", "note: 3", "“note” of holiday 2"),
        ("date: 2026-12-28", "date: 2026-01-01", "listed twice or out of order"),
        ("date: 2026-12-28", "date: 2026-12-26", "lies on a weekend"),
        ("date: 2026-12-28", "date: 2027-12-28", "outside the days it covers"),
        (
            "  - {date: 2026-12-28, name: Boxing Day, note: substitute day}",
            "  - Boxing Day",
            "Holiday 2 is not",
        ),
    ],
)
def test_a_faulty_file_is_refused_by_naming_the_part(before, after, message):
    with pytest.raises(ValueError, match=message):
        read_calendar(WHOLE.replace(before, after))
