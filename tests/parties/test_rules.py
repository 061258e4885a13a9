"""What can be said of a unit on a day when its dates are only partly known (capability A1)."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oversight.kernel.partial_dates import PartialDate
from oversight.parties.rules import Standing, lineage_below, on_a_day

NOT_YET = "Not yet open: it opened"

days = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@st.composite
def partial_dates(draw):
    day = draw(days)
    return draw(
        st.sampled_from(
            [PartialDate.of(day), PartialDate(day.year, day.month, None), PartialDate(day.year, None, None)]
        )
    )


@pytest.mark.parametrize(
    ("opened", "closed", "day", "standing", "words"),
    [
        (
            "2024-05-17",
            "",
            date(2024, 5, 16),
            Standing.NOT_YET_OPEN,
            f"{NOT_YET} on 17 May 2024",
        ),
        ("2024-05-17", "", date(2024, 5, 17), Standing.OPEN, "Open since 17 May 2024"),
        (
            "2024-12",
            "",
            date(2024, 11, 30),
            Standing.NOT_YET_OPEN,
            f"{NOT_YET} in December 2024",
        ),
        (
            "2024-12",
            "",
            date(2024, 12, 9),
            Standing.OPENING,
            "Opened during December 2024, on a day that is not known",
        ),
        ("2024-12", "", date(2025, 1, 1), Standing.OPEN, "Open since December 2024"),
        ("", "2025-04", date(2025, 3, 31), Standing.OPEN, "Open"),
        (
            "",
            "2025-04",
            date(2025, 4, 1),
            Standing.CLOSING,
            "Closed during April 2025, on a day that is not known",
        ),
        ("", "2025-04", date(2025, 5, 1), Standing.CLOSED, "Closed in April 2025"),
        ("", "2025-04-28", date(2025, 4, 27), Standing.OPEN, "Open"),
        ("", "2025-04-28", date(2025, 4, 28), Standing.CLOSED, "Closed on 28 April 2025"),
        ("", "2025-04-28", date(2025, 4, 29), Standing.CLOSED, "Closed on 28 April 2025"),
        ("", "", date(1900, 1, 1), Standing.OPEN, "Open"),
    ],
)
def test_a_unit_on_a_day(opened, closed, day, standing, words):
    said = on_a_day(
        PartialDate.parse(opened) if opened else None, PartialDate.parse(closed) if closed else None, day
    )

    assert (said.standing, said.words) == (standing, words)


@given(st.none() | partial_dates(), st.none() | partial_dates(), days)
def test_a_unit_goes_through_its_standings_in_one_order(opened, closed, day):
    assume(opened is None or closed is None or opened.last_day < closed.first_day)
    order = list(Standing)

    today = on_a_day(opened, closed, day).standing
    tomorrow = on_a_day(opened, closed, day + timedelta(days=1)).standing

    assert order.index(today) <= order.index(tomorrow)


@given(partial_dates(), days)
def test_a_day_is_named_only_when_it_is_known(closed, day):
    said = on_a_day(None, closed, day)

    if said.standing is Standing.CLOSED:
        assert closed.in_words() in said.words
    assert (said.standing is Standing.CLOSING) == (
        closed.day is None and closed.first_day <= day <= closed.last_day
    )


def test_a_lineage_names_everything_above():
    top = lineage_below("", "hmpps")

    assert lineage_below(lineage_below(top, "probation-service"), "N57") == "/hmpps/probation-service/N57/"
