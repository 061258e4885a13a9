from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.partial_dates import PartialDate


@st.composite
def partial_dates(draw):
    day = draw(st.dates())
    parts = draw(st.sampled_from([1, 2, 3]))
    return PartialDate(*(day.year, day.month, day.day)[:parts])


@pytest.mark.parametrize(
    ("text", "parts", "words"),
    [
        ("2024", (2024, None, None), "2024 (month not published)"),
        ("2024-05", (2024, 5, None), "May 2024"),
        ("2024-05-17", (2024, 5, 17), "17 May 2024"),
        (" 2024-02-29\n", (2024, 2, 29), "29 February 2024"),
    ],
)
def test_published_forms_are_read_and_said_with_no_part_invented(text, parts, words):
    read = PartialDate.parse(text)

    assert (read.year, read.month, read.day) == parts
    assert read.in_words() == words
    assert str(read) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "", "24", "02024", "2024-5", "2024-05-7", "2024/05/17", "17-05-2024", "2024-05-17T00:00", "2024-",
        "2024-05-", "٢٠٢٤", "２０２４", "-2024", "2024-05-17 2024", "May 2024", "=2024", "2024\u202e-05",
    ],
)  # fmt: skip
def test_any_other_form_is_refused_with_the_forms_that_would_do(text):
    with pytest.raises(ValueError, match=r"is not a date\. Write it like 2024, 2024-05 or 2024-05-17\."):
        PartialDate.parse(text)


def test_a_long_hostile_text_is_not_repeated_whole():
    with pytest.raises(ValueError, match="is not a date") as refused:
        PartialDate.parse("<b>" * 10_000)

    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2024-13", "no month 13"),
        ("2024-00", "no month 00"),
        ("2023-02-29", "no day 29 in February 2023, which has 28 days"),
        ("2024-02-30", "no day 30 in February 2024, which has 29 days"),
        ("2024-04-31", "no day 31 in April 2024, which has 30 days"),
        ("2024-04-00", "no day 00 in April 2024"),
        ("0000", "no year 0"),
    ],
)
def test_a_date_that_does_not_exist_is_refused_with_the_reason(text, message):
    with pytest.raises(ValueError, match=message):
        PartialDate.parse(text)


def test_a_day_without_its_month_is_refused():
    with pytest.raises(ValueError, match="A day needs its month"):
        PartialDate(2024, None, 17)


@given(partial_dates())
def test_text_reads_back_as_the_same_date(partial):
    assert PartialDate.parse(str(partial)) == partial


@given(partial_dates())
def test_the_days_it_can_mean_lie_between_first_and_last(partial):
    assert partial.first_day <= partial.last_day
    assert partial.first_day.year == partial.last_day.year == partial.year
    assert (partial.first_day == partial.last_day) == (partial.day is not None)
    if partial.month is not None:
        assert partial.first_day.month == partial.last_day.month == partial.month


@given(partial_dates(), partial_dates())
def test_order_is_the_order_of_the_text(one, other):
    assert (one.sort_key < other.sort_key) == (str(one) < str(other))


def test_a_year_sorts_before_its_months_and_a_month_before_its_days():
    texts = ["2024-05-01", "2025", "2024", "2024-05", "2023-12-31", "2024-04"]

    ordered = sorted((PartialDate.parse(text) for text in texts), key=lambda each: each.sort_key)

    assert [str(each) for each in ordered] == [
        "2023-12-31",
        "2024",
        "2024-04",
        "2024-05",
        "2024-05-01",
        "2025",
    ]


@given(st.dates())
def test_a_whole_day_is_itself(day):
    partial = PartialDate.of(day)

    assert partial.first_day == partial.last_day == day
    assert str(partial) == day.isoformat()


def test_last_day_of_a_month_knows_leap_years():
    assert PartialDate.parse("2024-02").last_day == date(2024, 2, 29)
    assert PartialDate.parse("2023-02").last_day == date(2023, 2, 28)
    assert PartialDate.parse("2023").last_day == date(2023, 12, 31)
