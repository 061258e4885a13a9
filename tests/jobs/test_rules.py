"""When a job is tried, and how it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.jobs.rules import FIRST_WAIT, LONGEST_WAIT, Progress, Standing, next_try, standing

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(st.integers(min_value=1, max_value=10_000))
def test_a_job_is_never_given_up_and_waits_longer_after_each_failure(tries):
    wait = next_try(tries, AT) - AT

    assert FIRST_WAIT <= wait <= LONGEST_WAIT
    assert next_try(tries + 1, AT) - AT >= wait


@pytest.mark.parametrize(
    ("finished", "claimed", "problem", "expected"),
    [
        (None, None, "", Standing.WAITING),
        (None, 1, "", Standing.UNDER_WAY),
        (None, 1, "It failed", Standing.UNDER_WAY),
        (None, 0, "", Standing.WAITING),
        (None, -1, "", Standing.WAITING),
        (None, None, "It failed", Standing.FAILED),
        (0, None, "", Standing.DONE),
    ],
)
def test_how_a_job_stands(finished, claimed, problem, expected):
    moment = {None: None, -1: AT - timedelta(seconds=1), 0: AT, 1: AT + timedelta(seconds=1)}

    found = standing(finished_at=moment[finished], claimed_until=moment[claimed], problem=problem, at=AT)

    assert found is expected
    assert found.label


def test_progress_is_told_in_words():
    assert Progress(3, 7, "laying out page 12").in_words == "3 of 7: laying out page 12"
    assert Progress().in_words == ""
    with pytest.raises(ValueError, match="no progress"):
        Progress(8, 7)
