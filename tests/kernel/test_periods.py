import calendar as months
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oversight.kernel.calendars import Calendar, england_and_wales
from oversight.kernel.periods import Due, EventDay, Landing, MonthEnd, Period, Unit, due
from oversight.kernel.refusals import Refused

CALENDAR = england_and_wales()
DAY = timedelta(days=1)
UNITS = st.sampled_from(Unit)
LANDINGS = st.sampled_from(Landing)
PLAIN = st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS])
# Far enough from the last day covered for the longest period drawn below.
STARTS = st.dates(min_value=date(2019, 1, 10), max_value=date(2025, 12, 31))
ANY_DAY = st.dates(min_value=date(1900, 1, 1), max_value=date(2400, 1, 1))


def period(length, unit, event_day=EventDay.ZERO, month_end=MonthEnd.LAST_DAY, landing=Landing.STAY):
    return Period(length=length, unit=unit, event_day=event_day, month_end=month_end, landing=landing)


@st.composite
def periods(draw, units=UNITS, landings=LANDINGS):
    event_day = draw(st.sampled_from(EventDay))
    return period(
        draw(st.integers(min_value=event_day, max_value=30)),
        draw(units), event_day, draw(st.sampled_from(MonthEnd)), draw(landings),
    )  # fmt: skip


def working_days(first, last):
    """Every working day from first to last, counted the slow and obvious way."""
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5 and day not in CALENDAR.holidays]


def test_paragraph_27_ten_weeks_from_a_draft_received_on_5_january_2026_is_16_march_2026():
    assert due(period(10, Unit.WEEKS), date(2026, 1, 5), CALENDAR) == Due(
        date(2026, 3, 16),
        (
            "The event happened on Monday 5 January 2026. It is day 0.",
            "10 weeks after that day is Monday 16 March 2026.",
            "Monday 16 March 2026 is a working day in England and Wales.",
        ),
    )


def test_twelve_weeks_from_2_march_2026_stay_on_the_bank_holiday_they_fall_on():
    answer = due(period(12, Unit.WEEKS, landing=Landing.STAY), date(2026, 3, 2), CALENDAR)

    assert answer.on == date(2026, 5, 25)
    assert not CALENDAR.is_working_day(answer.on)
    assert answer.steps[-1] == (
        "25 May 2026 is a bank holiday (Spring bank holiday). "
        "The date stays there: the rule does not move it."
    )


@pytest.mark.parametrize(
    ("landing", "on"),
    [
        (Landing.STAY, date(2026, 5, 25)),
        (Landing.NEXT, date(2026, 5, 26)),
        (Landing.PREVIOUS, date(2026, 5, 22)),
    ],
)
def test_a_date_on_a_bank_holiday_lands_where_the_rule_says(landing, on):
    answer = due(period(12, Unit.WEEKS, landing=landing), date(2026, 3, 2), CALENDAR)

    assert answer.on == on
    assert f"{on.day} May 2026" in answer.steps[-1]


@pytest.mark.parametrize(
    ("start", "length", "event_day", "month_end", "on"),
    [
        (date(2024, 1, 31), 1, 0, "last_day", date(2024, 2, 29)),
        (date(2023, 1, 31), 1, 0, "last_day", date(2023, 2, 28)),
        (date(2024, 1, 31), 1, 0, "next_month", date(2024, 3, 1)),
        (date(2023, 1, 31), 1, 0, "next_month", date(2023, 3, 1)),
        (date(2024, 1, 30), 1, 0, "last_day", date(2024, 2, 29)),
        (date(2024, 1, 29), 1, 0, "next_month", date(2024, 2, 29)),
        (date(2023, 1, 29), 1, 0, "next_month", date(2023, 3, 1)),
        (date(2024, 2, 29), 12, 0, "last_day", date(2025, 2, 28)),
        (date(2024, 2, 29), 12, 0, "next_month", date(2025, 3, 1)),
        (date(2024, 2, 29), 48, 0, "last_day", date(2028, 2, 29)),
        (date(2024, 2, 29), 48, 0, "next_month", date(2028, 2, 29)),
        (date(2024, 2, 29), 12, 1, "last_day", date(2025, 2, 27)),
        (date(2024, 2, 29), 12, 1, "next_month", date(2025, 2, 28)),
        (date(2026, 1, 1), 12, 1, "last_day", date(2026, 12, 31)),
        (date(2025, 12, 31), 2, 0, "last_day", date(2026, 2, 28)),
        (date(2025, 11, 30), 13, 0, "last_day", date(2026, 12, 30)),
        (date(2026, 8, 31), 1, 0, "next_month", date(2026, 10, 1)),
    ],
)
def test_months_end_as_the_rule_says_in_leap_years_and_others(start, length, event_day, month_end, on):
    rule = period(length, Unit.MONTHS, EventDay(event_day), MonthEnd(month_end))

    assert due(rule, start, CALENDAR).on == on


def test_rounding_of_a_month_is_told_in_the_steps():
    rule = period(1, Unit.MONTHS, EventDay.ONE, MonthEnd.NEXT_MONTH)

    assert due(rule, date(2026, 8, 31), CALENDAR).steps[1:] == (
        (
            "1 month after that day would be 31 September 2026, which does not exist. "
            "It becomes the first day of the month after: Thursday 1 October 2026."
        ),
        "The day of the event counts, so the last day is one day earlier: Wednesday 30 September 2026.",
        "Wednesday 30 September 2026 is a working day in England and Wales.",
    )


@pytest.mark.parametrize(
    ("start", "event_day", "on", "first_step"),
    [
        (date(2026, 4, 1), 0, date(2026, 4, 17), "It is day 0: counting starts on the next working day."),
        (date(2026, 4, 1), 1, date(2026, 4, 16), "It is day 1."),
        (date(2026, 4, 3), 0, date(2026, 4, 20), "It is day 0: counting starts on the next working day."),
        (date(2026, 4, 3), 1, date(2026, 4, 20), "It is no working day, so day 1 is the next working day."),
    ],
)
def test_ten_working_days_over_easter(start, event_day, on, first_step):
    answer = due(period(10, Unit.WORKING_DAYS, EventDay(event_day)), start, CALENDAR)

    assert answer.on == on
    assert answer.steps[0].endswith(first_step)


def test_days_not_counted_on_the_way_are_named():
    answer = due(period(10, Unit.WORKING_DAYS), date(2026, 4, 1), CALENDAR)

    assert answer.steps[1:] == (
        "Counting 10 working days in England and Wales leads to Friday 17 April 2026.",
        (
            "Not counted on the way: 4 weekend days, 3 April 2026 (Good Friday) "
            "and 6 April 2026 (Easter Monday)."
        ),
    )
    assert len(due(period(3, Unit.WORKING_DAYS), date(2026, 4, 13), CALENDAR).steps) == 2


def test_many_bank_holidays_on_the_way_are_counted_and_not_listed():
    answer = due(period(250, Unit.WORKING_DAYS), date(2026, 1, 2), CALENDAR)

    assert answer.steps[2] == "Not counted on the way: 104 weekend days and 7 bank holidays."


@given(periods(), STARTS, STARTS)
def test_a_later_event_is_never_due_earlier(rule, one, other):
    earlier, later = sorted((one, other))

    assert due(rule, earlier, CALENDAR).on <= due(rule, later, CALENDAR).on


@given(periods(), STARTS)
def test_a_longer_period_never_ends_earlier(rule, start):
    longer = period(rule.length + 1, rule.unit, rule.event_day, rule.month_end, rule.landing)

    assert due(rule, start, CALENDAR).on <= due(longer, start, CALENDAR).on


@given(periods(), STARTS)
def test_nothing_is_due_before_the_event_that_starts_it(rule, start):
    assert due(rule, start, CALENDAR).on >= start


@given(periods(landings=st.sampled_from([Landing.NEXT, Landing.PREVIOUS])), STARTS)
def test_a_landing_that_moves_always_ends_on_a_working_day(rule, start):
    assume(rule.unit is not Unit.WORKING_DAYS)

    landed = due(rule, start, CALENDAR).on
    fell = due(period(rule.length, rule.unit, rule.event_day, rule.month_end), start, CALENDAR).on

    assert working_days(landed, landed) == [landed]
    if landed >= fell:
        assert working_days(fell, landed) == [landed]
    else:
        assert rule.landing is Landing.PREVIOUS
        assert working_days(landed, fell) == [landed]


@given(periods(units=PLAIN, landings=st.just(Landing.STAY)), ANY_DAY)
def test_with_the_event_on_day_1_the_period_ends_one_day_earlier_than_on_day_0(rule, start):
    assume(rule.length)

    on_day_0 = due(period(rule.length, rule.unit, EventDay.ZERO, rule.month_end), start, CALENDAR).on
    on_day_1 = due(period(rule.length, rule.unit, EventDay.ONE, rule.month_end), start, CALENDAR).on

    assert on_day_1 == on_day_0 - DAY


@given(st.integers(min_value=0, max_value=500), ANY_DAY)
def test_weeks_are_seven_days_each(length, start):
    weeks = due(period(length, Unit.WEEKS), start, CALENDAR).on

    assert weeks == due(period(7 * length, Unit.DAYS), start, CALENDAR).on == start + timedelta(weeks=length)


@given(st.integers(min_value=0, max_value=500), ANY_DAY, st.sampled_from(MonthEnd))
def test_months_keep_the_day_of_the_month_unless_the_month_has_no_such_day(length, start, month_end):
    on = due(period(length, Unit.MONTHS, month_end=month_end), start, CALENDAR).on

    passed = (on.year - start.year) * 12 + on.month - start.month
    if on.day == start.day:
        assert passed == length
    elif month_end is MonthEnd.LAST_DAY:
        assert passed == length
        assert start.day > on.day == months.monthrange(on.year, on.month)[1]
    else:
        assert passed == length + 1
        assert on.day == 1
        assert start.day > (on - DAY).day


@given(st.integers(min_value=1, max_value=300), STARTS, st.sampled_from(EventDay))
def test_working_days_equal_the_naive_count(length, start, event_day):
    on = due(period(length, Unit.WORKING_DAYS, event_day), start, CALENDAR).on

    first = start if event_day is EventDay.ONE else start + DAY
    counted = working_days(first, on)
    assert len(counted) == length
    assert counted[-1] == on


@given(st.integers(min_value=1, max_value=60), STARTS)
def test_working_days_from_day_1_end_one_working_day_earlier_only_if_the_event_is_on_one(length, start):
    on_day_0 = due(period(length, Unit.WORKING_DAYS, EventDay.ZERO), start, CALENDAR).on
    on_day_1 = due(period(length, Unit.WORKING_DAYS, EventDay.ONE), start, CALENDAR).on

    if CALENDAR.is_working_day(start):
        assert on_day_1 == (CALENDAR.working_day_before(on_day_0) if length > 1 else start)
    else:
        assert on_day_1 == on_day_0


@given(periods(), STARTS)
def test_choices_that_cannot_matter_do_not(rule, start):
    answer = due(rule, start, CALENDAR)

    if rule.unit is Unit.WORKING_DAYS:
        for landing in Landing:
            same = period(rule.length, rule.unit, rule.event_day, rule.month_end, landing)
            assert due(same, start, CALENDAR) == answer
    if rule.unit is not Unit.MONTHS:
        for month_end in MonthEnd:
            same = period(rule.length, rule.unit, rule.event_day, month_end, rule.landing)
            assert due(same, start, CALENDAR) == answer


@given(periods(), STARTS)
def test_the_steps_begin_with_the_event_and_tell_the_answer(rule, start):
    answer = due(rule, start, CALENDAR)

    assert f"{start.day} {start:%B} {start.year}" in answer.steps[0]
    assert any(
        f"{answer.on:%A} {answer.on.day} {answer.on:%B} {answer.on.year}" in step for step in answer.steps
    )


def test_a_date_moved_back_past_the_event_moves_forward_instead():
    rule = period(1, Unit.DAYS, EventDay.ONE, landing=Landing.PREVIOUS)

    answer = due(rule, date(2026, 4, 4), CALENDAR)

    assert answer.on == date(2026, 4, 7)
    assert "earlier than the event" in answer.steps[-1]


def test_plain_counting_goes_beyond_the_data_and_says_so():
    answer = due(period(12, Unit.MONTHS), date(2028, 6, 1), CALENDAR)

    assert answer.on == date(2029, 6, 1)
    assert answer.steps[-1].startswith("The bank holidays held do not reach 1 June 2029.")


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        (period(12, Unit.MONTHS, landing=Landing.NEXT), date(2028, 6, 1)),
        (period(12, Unit.MONTHS, landing=Landing.PREVIOUS), date(2028, 6, 1)),
        (period(1, Unit.DAYS, landing=Landing.NEXT), date(2028, 12, 29)),
        (period(10, Unit.WORKING_DAYS), date(2028, 12, 20)),
        (period(1, Unit.WORKING_DAYS, EventDay.ONE), date(2018, 12, 31)),
    ],
)
def test_what_needs_days_beyond_the_data_is_refused(rule, start):
    with pytest.raises(Refused) as refused:
        due(rule, start, CALENDAR)

    assert refused.value.rule == "calendar_coverage"


@pytest.mark.parametrize(
    "rule", [period(10**12, Unit.DAYS), period(10**6, Unit.WEEKS), period(10**6, Unit.MONTHS)]
)
def test_a_date_beyond_the_year_9999_is_refused(rule):
    with pytest.raises(Refused) as refused:
        due(rule, date(2026, 1, 1), CALENDAR)

    assert refused.value.rule == "period_range"
    assert "from 1 January 2026 is beyond the year 9999." in refused.value.why


def test_another_calendar_gives_other_working_days():
    bare = Calendar("Nowhere", {}, CALENDAR.first, CALENDAR.last, "https://example.test")

    assert due(period(1, Unit.WORKING_DAYS), date(2026, 5, 22), bare).on == date(2026, 5, 25)
    assert due(period(1, Unit.WORKING_DAYS), date(2026, 5, 22), CALENDAR).on == date(2026, 5, 26)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"length": -1}, "event is on day 0 cannot be -1 long"),
        ({"length": 0, "event_day": EventDay.ONE}, "event is on day 1 cannot be 0 long"),
        ({"length": 1.5}, "a whole number, not 1.5"),
        ({"length": "10"}, "a whole number, not '10'"),
        ({"length": True}, "a whole number, not True"),
        ({"unit": "fortnights"}, "fortnights"),
        ({"event_day": 2}, "2 is not a valid EventDay"),
        ({"month_end": "round"}, "'round' is not a valid MonthEnd"),
        ({"landing": "monday"}, "'monday' is not a valid Landing"),
    ],
)
def test_a_period_that_means_nothing_is_refused(parts, message):
    whole = {"length": 1, "unit": Unit.DAYS, "event_day": 0, "month_end": "last_day", "landing": "stay"}

    with pytest.raises(ValueError, match=message):
        Period(**whole | parts)


def test_plain_values_from_a_data_file_become_the_choices_they_name():
    read = Period(length=10, unit="weeks", event_day=0, month_end="last_day", landing="stay")

    assert read == period(10, Unit.WEEKS)
    assert read.unit is Unit.WEEKS


def test_no_choice_has_a_default():
    for missing in ("length", "unit", "event_day", "month_end", "landing"):
        parts = {"length": 1, "unit": "days", "event_day": 0, "month_end": "last_day", "landing": "stay"}
        del parts[missing]
        with pytest.raises(TypeError, match=missing):
            Period(**parts)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            period(10, Unit.WEEKS),
            (
                "10 weeks, counting the day of the event as day 0. "
                "A date on a weekend or bank holiday stays there."
            ),
        ),
        (
            period(1, Unit.WORKING_DAYS, EventDay.ONE),
            "1 working day, counting the day of the event as day 1.",
        ),
        (
            period(12, Unit.MONTHS, landing=Landing.NEXT),
            (
                "12 months, counting the day of the event as day 0. "
                "A day that its month does not have becomes the last day of that month. "
                "A date on a weekend or bank holiday moves to the next working day."
            ),
        ),
    ],
)
def test_a_period_is_told_with_every_choice_that_matters(rule, words):
    assert rule.in_words() == words
