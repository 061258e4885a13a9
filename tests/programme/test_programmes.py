"""Programmes, burden, reviews, and the timetable that follows a case (C1, C3, ¶10(iv), ¶17)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from oversight.access.actions import demonstrate
from oversight.access.queries import COMMAND
from oversight.arrangements.models import Duty, Event
from oversight.kernel.refusals import Refused
from oversight.parties.queries import party
from oversight.programme.actions import programmes, reviews, visits
from oversight.programme.actions.burdens import burden_noted
from oversight.programme.actions.demonstration import demonstrate_timetable
from oversight.programme.models import BurdenNote, Clash, Programme, Visit
from oversight.programme.queries.burden import burdens, place_burden
from oversight.programme.queries.cycles import programme
from oversight.programme.queries.cycles import programmes as all_programmes
from oversight.publication.actions.history import load_shipped_history
from tests.factories.arrangements import acting_for
from tests.factories.programme import (
    AT,
    EAST_KENT,
    KSS,
    SURREY,
    act,
    announced,
    cycle,
    held,
    planned,
    planner,
    span,
)

pytestmark = pytest.mark.usefixtures("memorandum")
TODAY = AT.date()


def refused(rule, act_, *args, **more):
    with pytest.raises(Refused) as caught:
        act_(*args, **more)
    assert caught.value.rule == rule, str(caught.value)
    return caught.value


def of(slug="core-inspections-2023-to-2027", actor=None):
    return programme(actor=actor or planner(), today=TODAY, slug=slug)


def test_a_programme_counts_what_each_may_know_of_and_starts_the_clock_of_the_cycle():
    row = cycle()
    planned(first="2026-09-07")
    announced(SURREY, "2026-10-05")
    assert [one.programme_id for one in Visit.objects.all()] == [row.pk, row.pk]

    assert (of().tally.booked, of().whole) == (2, True)
    for actor in (planner("hmpps-osag"), acting_for("moj-sponsorship"), acting_for(KSS)):
        seen = of(actor=actor)
        assert (seen.tally.booked, seen.whole) == (1, False)
        assert seen.tally.all == of().tally.all
    assert Event.objects.get(name="inspection_cycle_started").about == row.slug
    assert Duty.objects.filter(arrangement="17-complete-cycle").exists()
    assert len(all_programmes(actor=acting_for(EAST_KENT), today=TODAY)) == 1


def test_a_pause_keeps_everything_and_resuming_takes_it_up_again():
    row = cycle()
    soon, own = planned(first="2026-09-07"), held(SURREY, "2026-10-05")
    count = act(programmes.pause_programme, row, planner(), on=TODAY, reason="Public protection first.")
    assert count == 1
    soon.refresh_from_db()
    assert (soon.state, soon.held_from, soon.first_day) == ("held", "planned", date(2026, 9, 7))
    assert of().acts == ("resume", "replace")
    refused("visit_programme", planned, EAST_KENT, "2027-09-06", programme=row.slug)

    later = AT + timedelta(days=30)
    count = act(programmes.resume_programme, row, planner(), at=later, on=later.date(), reason="It goes on.")

    assert count == 1
    soon.refresh_from_db()
    own.refresh_from_db()
    assert (soon.state, own.state) == ("planned", "held")
    assert of().line.cycle.pauses[0].first == TODAY


def test_a_programme_is_replaced_half_way_and_its_visits_go_over_or_wait():
    row = cycle()
    unit, region = planned(first="2026-09-07"), announced(KSS, "2026-11-09")
    other = cycle("Dynamic inspections", kinds=("dynamic", "core_region"), rated=False, starts_on=TODAY)
    wrong = refused(
        "programme_by_programme",
        act,
        programmes.replace_programme,
        row,
        planner(),
        on=TODAY,
        by_programme=row.slug,
        reason="x",
    )
    assert wrong.field == "by_programme"

    act(
        programmes.replace_programme, row, planner(), on=TODAY, by_programme=other.slug, reason="Unrated now."
    )

    assert (row.state, row.replaced_by_programme) == ("replaced", other)
    unit.refresh_from_db()
    region.refresh_from_db()
    assert (unit.state, unit.programme) == ("held", row)
    assert (region.state, region.programme) == ("announced", other)
    assert of().replaced_by == other.slug
    # An unrated programme is no cycle of rated inspections.
    assert Event.objects.filter(name="inspection_cycle_started").count() == 1


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"title": " "}, "programme_title"),
        ({"kinds": ()}, "programme_kinds"),
        ({"kinds": ("audit",)}, "programme_kinds"),
        ({"latest_months": 12}, "programme_months"),
        ({"published": ("no-such",)}, "programme_published"),
    ],
)
def test_a_programme_that_does_not_fit_is_refused(facts, rule):
    refused(rule, cycle, **facts)
    assert not Programme.objects.exists()


def test_only_planners_of_its_body_direct_it_and_it_ends_when_all_is_done():
    row = cycle()
    refused(
        "permission_programme.direct",
        act,
        programmes.pause_programme,
        row,
        acting_for("hmpps-osag", "osag_lead"),
        on=TODAY,
        reason="x",
    )
    refused(
        "programme_on",
        act,
        programmes.pause_programme,
        row,
        planner(),
        on=TODAY + timedelta(days=1),
        reason="x",
    )
    refused("programme_places_left", act, programmes.complete_programme, row, planner(), on=TODAY, reason="")


def test_reports_that_were_published_count_as_done():
    load_shipped_history(by=COMMAND, at=AT)
    cycle(published=("pdu-2023-25", "region-2023-25"))

    counted = of().tally
    assert counted.done > 20
    assert counted.forecast is not None


def test_burden_adds_up_every_body_and_hides_what_is_not_announced():
    visits.record_visit(
        by=planner("hmpps-osag"), at=AT, kind="audit", place=party(EAST_KENT), span=span("2026-01-12", 5)
    )
    facts = {"place": party(EAST_KENT), "source": "REQ-1", "title": "Staffing", "on": date(2026, 2, 2)}
    burden_noted(by=acting_for("hmip"), at=AT, hours=Decimal(30), **facts)
    burden_noted(by=acting_for("hmip"), at=AT, hours=Decimal(15), **facts)
    planned(first="2026-06-08")

    mine = place_burden(actor=planner(), today=TODAY, code=EAST_KENT)
    for actor in (
        planner("hmpps-osag"),
        acting_for(EAST_KENT),
        acting_for(KSS),
        acting_for("moj-sponsorship"),
    ):
        seen = place_burden(actor=actor, today=TODAY, code=EAST_KENT)
        assert (seen.windows[0].now.days, seen.windows[0].heaviest.days) == (6, 6)
        assert [title for _, title in seen.loads] == ["Audit: East Kent", "Staffing"]
    assert mine.windows[0].heaviest.days == 16
    assert mine.windows[0].now.shares == (("hmpps-osag", 4.0), ("hmip", 2.0))
    assert list(BurdenNote.objects.order_by("round").values_list("current", flat=True)) == [False, True]
    of_region = place_burden(actor=acting_for(KSS), today=TODAY, code=KSS)
    assert of_region.windows[0].now.days == 6
    assert of_region.windows[0].limit == 8 + 11 * 6


def test_burden_of_another_area_is_refused():
    refused("permission_programme.see", place_burden, actor=acting_for(EAST_KENT), today=TODAY, code=SURREY)
    refused("permission_programme.see", place_burden, actor=acting_for("N03"), today=TODAY, code=EAST_KENT)
    assert [one.place.code for one in burdens(actor=acting_for(KSS), today=TODAY)] == [KSS]
    assert len(burdens(actor=acting_for("moj-sponsorship"), today=TODAY)) == 12
    refused(
        "burden_hours",
        burden_noted,
        by=acting_for("hmip"),
        at=AT,
        place=party(KSS),
        source="R",
        title="T",
        on=TODAY,
        hours=Decimal(-1),
    )
    refused(
        "burden_place",
        burden_noted,
        by=acting_for("hmip"),
        at=AT,
        place=party("hmip"),
        source="R",
        title="T",
        on=TODAY,
        hours=Decimal(1),
    )


def test_a_review_of_frequency_meets_what_is_owed_and_the_next_is_owed():
    reviews.begin_reviews(by=planner(), at=AT, on=TODAY)
    (owed,) = Duty.objects.filter(arrangement="10-iv-review-frequency")
    assert owed.due == date(2026, 9, 2)
    facts = {"findings": "No region is over its limit.", "decision": "Nothing changes."}
    refused(
        "frequency_review_day",
        reviews.complete_review,
        by=planner(),
        at=AT,
        on=TODAY + timedelta(days=1),
        **facts,
    )
    refused(
        "visit_reason", reviews.complete_review, by=planner(), at=AT, on=TODAY, **(facts | {"decision": " "})
    )

    reviews.complete_review(by=planner(), at=AT, on=TODAY, **facts)

    owed.refresh_from_db()
    assert owed.met_on == TODAY
    refused("frequency_review_day", reviews.complete_review, by=planner(), at=AT, on=TODAY, **facts)
    refused(
        "permission_programme.review_frequency", reviews.begin_reviews, by=acting_for("hmip"), at=AT, on=TODAY
    )


def test_the_demonstration_enters_real_places_once():
    demonstrate(by=COMMAND, at=AT)
    demonstrate_timetable(by=COMMAND, at=AT)
    held_ = Visit.objects.count()
    demonstrate_timetable(by=COMMAND, at=AT)

    assert Visit.objects.count() == held_ > 50
    assert Programme.objects.get().demonstration
    assert Clash.objects.filter(rule__startswith="unit-").count() >= 2
