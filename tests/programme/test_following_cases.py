"""The timetable follows inspections, so that the two never disagree, and keeps what they keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from oversight.inspections.actions import case, case_steps
from oversight.kernel.refusals import Refused
from oversight.programme.actions import holding, visits
from oversight.programme.models import Visit, VisitPerson, VisitRound
from oversight.programme.queries.sight import visible
from tests.factories import inspections as inspected
from tests.factories.arrangements import acting_for
from tests.factories.programme import act, planned, planner, span

pytestmark = pytest.mark.usefixtures("memorandum")


def days(row: Visit):
    return row.first_day, row.last_day


def test_an_inspection_that_is_scheduled_is_in_the_timetable_for_planners_alone():
    row = inspected.scheduled()
    visit = Visit.objects.get()

    assert (visit.source, visit.kind, visit.state) == (row.reference, "core_unit", "planned")
    assert days(visit) == (row.fieldwork_from, row.fieldwork_until)
    assert VisitPerson.objects.get().person == row.lead
    for actor in (
        planner("hmpps-osag"),
        acting_for("hmip"),
        acting_for("N57EKNT"),
        acting_for("moj-sponsorship"),
    ):
        assert not visible(actor).exists()


def test_each_step_of_the_case_keeps_the_two_in_step():
    row = inspected.scheduled()
    visit = Visit.objects.get()
    dates = replace(inspected.DATES, fieldwork_from=inspected.DATES.fieldwork_from + timedelta(days=7))
    inspected.act(case.change_dates, row, inspected.planner(), dates=dates, reason="A team is away.")
    visit.refresh_from_db()
    assert days(visit) == (row.fieldwork_from, row.fieldwork_until)
    assert VisitRound.objects.filter(visit=visit).count() == 2

    inspected.act(case.announce, row, inspected.planner())
    visit.refresh_from_db()
    assert visit.state == "announced"
    assert visible(acting_for("N57EKNT")).get() == visit

    inspected.act(case_steps.pause, row, inspected.planner(), reason="An election.")
    visit.refresh_from_db()
    assert (visit.state, visit.held_from) == ("held", "announced")
    inspected.act(case_steps.resume, row, inspected.planner(), reason="It is over.")
    visit.refresh_from_db()
    assert visit.state == "announced"

    inspected.act(case_steps.withdraw, row, inspected.planner(), reason="Not needed.")
    visit.refresh_from_db()
    assert visit.state == "cancelled"


def test_an_inspection_withdrawn_before_it_was_announced_stays_unknown():
    row = inspected.scheduled()
    inspected.act(case_steps.withdraw, row, inspected.planner(), reason="Not needed.")

    assert Visit.objects.get().state == "cancelled"
    assert not visible(acting_for("N57EKNT")).exists()
    assert not visible(planner("hmpps-osag")).exists()


def test_fieldwork_that_is_over_is_done_on_the_days_it_was_made():
    lead = inspected.acting_as("hmip_lead_inspector")
    row = inspected.finished(lead)
    visit = Visit.objects.get()

    assert visit.state == "done"
    assert days(visit) == (row.started_on, row.finished_on)


def test_a_visit_planned_before_becomes_that_of_the_case():
    early = planned("N57EKNT", "2026-05-04")
    row = inspected.scheduled()

    visit = Visit.objects.get()
    assert (visit.reference, visit.source) == (early.reference, row.reference)
    assert [one.number for one in VisitRound.objects.order_by("number")] == [1, 2]


@pytest.mark.parametrize(("told", "state"), [("share", "shared"), ("announce", "announced")])
def test_what_was_told_of_a_visit_before_its_case_stays_told_paragraph_28(told, state):
    early = planned("N57EKNT", "2026-05-04")
    early.refresh_from_db()
    act(getattr(visits, f"{told}_visit"), early, planner())
    inspected.scheduled()

    visit = Visit.objects.get()
    assert (visit.reference, visit.state) == (early.reference, state)


def test_what_a_case_keeps_is_not_moved_in_the_timetable():
    inspected.announced()
    visit = Visit.objects.get()
    for step, more in (
        (visits.change_visit, {"span": span("2026-06-01"), "visit_days": 3, "reason": "Why not"}),
        (holding.cancel_visit, {"reason": "Why not"}),
    ):
        with pytest.raises(Refused) as refused:
            act(step, visit, planner(), **more)
        assert refused.value.rule == "visit_kept_by_case"


def test_two_inspections_of_one_unit_are_both_scheduled_and_the_clash_is_told():
    inspected.scheduled()
    inspected.scheduled()

    assert Visit.objects.count() == 2
    assert Visit.objects.filter(clashes__isnull=False).exists()
