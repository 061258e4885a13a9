"""Rules of publishing: moments, poor ratings, who may read a copy (D8, ¶16, ¶20)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.publishing import (
    CopyFacts,
    check_moment,
    check_not_before,
    check_published,
    figures,
    is_poor,
    london_moment,
    may_read,
)
from oversight.inspections.rules.reading import shipped_programmes
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(DAYS, TIMES)
def test_a_london_time_is_one_moment_that_london_clocks_show_or_is_refused(day, at):
    # The clocks change on the last Sunday of March and October, between one and two o'clock.
    last_sunday = day.weekday() == 6 and (day + timedelta(days=7)).month != day.month
    if day.month in {3, 10} and last_sunday and at.hour == 1:
        with pytest.raises(Refused) as refused:
            london_moment(day, at)
        assert refused.value.field == "time"
        return
    shown = london_moment(day, at).astimezone(LONDON)
    assert (shown.date(), shown.time()) == (day, at)


@pytest.mark.parametrize(
    ("day", "words"), [(date(2026, 3, 29), "go forward"), (date(2026, 10, 25), "go back")]
)
def test_the_hour_when_the_clocks_change_is_refused(day, words):
    with pytest.raises(Refused) as refused:
        london_moment(day, time(1, 30))
    assert words in refused.value.why
    assert london_moment(day, time(2, 30)).astimezone(LONDON).hour == 2


@given(st.integers(-(10**7), 10**8))
def test_a_moment_lies_ahead_and_within_a_year(seconds):
    moment = AT + timedelta(seconds=seconds)
    if timedelta() < moment - AT <= timedelta(days=figures().most_days_ahead):
        check_moment(moment, at=AT)
        return
    with pytest.raises(Refused) as refused:
        check_moment(moment, at=AT)
    assert refused.value.paragraph == "16"


@given(st.integers(-(10**6), 10**6))
def test_nothing_is_published_before_its_moment(seconds):
    at = AT + timedelta(seconds=seconds)
    if seconds < 0:
        with pytest.raises(Refused, match="set to be published"):
            check_not_before(AT, at=at)
    else:
        check_not_before(AT, at=at)
    check_not_before(None, at=at)


@pytest.mark.parametrize(
    "programme", [one for one in shipped_programmes() if one.rating], ids=lambda one: one.id
)
def test_the_lowest_rating_is_poor_and_no_other_paragraph_20(programme):
    poor = [one.name for one in programme.rating.scale if is_poor(programme.rating, one.id)]

    assert poor == ["Inadequate"]
    assert not is_poor(programme.rating, "")
    assert not is_poor(None, "inadequate")


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize(
    "role", ["hmip_publications", "hmip_lead_inspector", "hmip_planner", "osag_lead", "head_of_pdu"]
)
def test_only_publications_act_on_a_report_and_only_once_it_is_published(state, role):
    if (state, role) == (CaseState.PUBLISHED, "hmip_publications"):
        check_published(state, role)
        return
    with pytest.raises(Refused) as refused:
        check_published(state, role)
    assert refused.value.rule.startswith("permission") == (role != "hmip_publications")


def test_a_copy_is_read_by_the_one_named_for_the_party_named_while_under_embargo_alone():
    people, parties = ["person:1", "person:2"], ["moj-sponsorship", "ministers"]
    for state, withdrawn, person, party in product(CaseState, [False, True], people, parties):
        facts = CopyFacts(state, "person:1", "moj-sponsorship", withdrawn)
        expected = (state, withdrawn, person, party) == (
            CaseState.EMBARGOED,
            False,
            "person:1",
            "moj-sponsorship",
        )
        assert may_read(facts, person=person, party=party) is expected
