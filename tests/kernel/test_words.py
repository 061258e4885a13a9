from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.words import (
    count_in_words,
    day_in_words,
    distance_in_words,
    join_in_words,
    moment_in_words,
    month_in_words,
    weekday_in_words,
)


def test_days_are_written_without_leading_nought_or_comma():
    assert day_in_words(date(2026, 3, 16)) == "16 March 2026"
    assert day_in_words(date(2026, 3, 1)) == "1 March 2026"
    assert month_in_words(date(2026, 12, 1)) == "December 2026"


@given(st.dates(min_value=date(1000, 1, 1)))
def test_weekdays_and_months_agree_with_the_calendar(day):
    expected = f"{day:%A} {day.day} {day:%B} {day.year}"

    assert weekday_in_words(day) == expected


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 16, 9, 30, tzinfo=UTC), "16 March 2026 at 9:30am"),
        (datetime(2026, 3, 16, 9, 0, 59, tzinfo=UTC), "16 March 2026 at 9am"),
        (datetime(2026, 3, 16, 0, 0, tzinfo=UTC), "16 March 2026 at midnight"),
        (datetime(2026, 3, 16, 0, 5, tzinfo=UTC), "16 March 2026 at 12:05am"),
        (datetime(2026, 3, 16, 12, 0, tzinfo=UTC), "16 March 2026 at midday"),
        (datetime(2026, 3, 16, 12, 1, tzinfo=UTC), "16 March 2026 at 12:01pm"),
        (datetime(2026, 3, 16, 23, 59, tzinfo=UTC), "16 March 2026 at 11:59pm"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1 July 2026 at 12:30am"),
        (datetime(2026, 3, 16, 9, 30, tzinfo=timezone(timedelta(hours=-5))), "16 March 2026 at 2:30pm"),
    ],
)
def test_moments_are_told_in_london_time(moment, words):
    assert moment_in_words(moment) == words


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="needs a time zone"):
        moment_in_words(datetime(2026, 3, 16, 9, 30))  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 31), "today"),
        (date(2026, 2, 1), "tomorrow"),
        (date(2026, 1, 30), "yesterday"),
        (date(2026, 2, 2), "in 2 days"),
        (date(2026, 1, 29), "2 days ago"),
        (date(2026, 2, 13), "in 13 days"),
        (date(2026, 2, 14), "in 2 weeks"),
        (date(2026, 2, 21), "in 3 weeks"),
        (date(2026, 2, 27), "in 3 weeks"),
        (date(2026, 4, 24), "in 11 weeks"),
        (date(2026, 4, 25), "in 2 months"),
        (date(2026, 4, 30), "in 2 months"),
        (date(2026, 5, 1), "in 3 months"),
        (date(2027, 12, 31), "in 23 months"),
        (date(2028, 1, 31), "in 2 years"),
        (date(2023, 2, 1), "2 years ago"),
        (date(2023, 1, 31), "3 years ago"),
    ],
)
def test_distances_never_say_more_than_is_true(day, words):
    assert distance_in_words(day, date(2026, 1, 31)) == words


@given(st.dates(), st.dates())
def test_a_distance_says_on_which_side_of_today_the_day_lies(day, today):
    words = distance_in_words(day, today)

    assert (day > today) == (words == "tomorrow" or words.startswith("in "))
    assert (day < today) == (words == "yesterday" or words.endswith(" ago"))


def test_lists_take_one_joining_word_before_the_last():
    assert join_in_words([]) == ""
    assert join_in_words(["OSAG"]) == "OSAG"
    assert join_in_words(["OSAG", "HMIP"]) == "OSAG and HMIP"
    assert join_in_words(("OSAG", "HMIP", "MoJ"), "or") == "OSAG, HMIP or MoJ"


def test_counts_agree_with_their_noun():
    assert count_in_words(1, "week") == "1 week"
    assert count_in_words(0, "week") == "0 weeks"
    assert count_in_words(12_000, "duty", "duties") == "12,000 duties"
