"""Rounds, figures by hand, assessments given on, who sees what: by the real steps (B2, ¶13, ¶30, H4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from oversight.arrangements.models import Duty
from oversight.delivery.actions import assessing
from oversight.delivery.models import Assessment, Figure
from oversight.delivery.queries.assessing import AssessmentFilter, assessment, assessments
from oversight.delivery.queries.figures import trend, unit_measures
from oversight.exchange.queries.holdings import holding
from oversight.exchange.rules.supplying import Every
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.factories.delivery import (
    AT,
    DUE,
    FIGURES,
    FIRST,
    REFERENCE,
    REGION,
    TODAY,
    UNIT,
    assessed,
    opened_round,
)
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")


def refused(call, **given) -> str:
    with pytest.raises(Refused) as found:
        call(**given)
    return found.value.rule


def owed(reference):
    return Duty.objects.get(about=reference, arrangement="13-assess-unit")


def test_a_round_makes_each_assessment_a_duty_of_whoever_assesses():
    opened_round()

    units = set(Assessment.objects.values_list("unit_id", flat=True))
    assert {UNIT, REGION} <= units
    assert Duty.objects.filter(arrangement="13-assess-unit").count() == len(units)
    of_unit, of_region = owed(REFERENCE), owed(REFERENCE.replace(UNIT, REGION))
    assert (of_unit.bearer_id, of_unit.due) == (REGION, DUE)
    assert of_region.bearer_id == "probation-service"
    chief = acting_as("chief_probation_officer")
    again = {"at": AT, "every": Every.QUARTER, "first": FIRST, "due": DUE}
    assert refused(assessing.open_round, by=chief, **again) == "round_once"
    director = acting_as("regional_probation_director", REGION)
    assert refused(assessing.open_round, by=director, **again).startswith("permission")


def test_an_assessment_is_completed_met_and_given_to_the_second_line_alone():
    row = assessed()

    found = owed(REFERENCE)
    assert (found.met_on, found.due) == (TODAY, DUE)
    given = Duty.objects.get(arrangement="30-give-assessment", about=REFERENCE)
    assert (given.bearer_id, given.met_on) == (REGION, TODAY)
    assert holding(actor=acting_as("osag_lead"), holding_id=row.holding)
    for other in ("hmip_lead_inspector", "contract_manager"):
        assert refused(holding, actor=acting_as(other), holding_id=row.holding).startswith("not_found")
    assert Entry.objects.filter(verb="delivery.assessment-completed").count() == 1
    director = acting_as("regional_probation_director", REGION)
    again = {"by": director, "at": AT, "reference": REFERENCE, "summary": "Again."}
    assert refused(assessing.complete_assessment, **again) == "assessment_completed"


def test_a_late_assessment_is_a_missed_duty_met_late():
    at = AT + timedelta(days=30)
    row = assessed(at=at)

    found = owed(REFERENCE)
    assert found.met_on == at.date() > found.due
    director = acting_as("regional_probation_director", REGION)
    line = assessment(actor=director, reference=row.reference, today=at.date()).line
    assert line.state.words == "Completed late"


def test_a_corrected_figure_needs_its_reason_once_given_and_stands_beside_the_first():
    assessed()
    by = acting_as("regional_probation_director", REGION)
    changed = {"by": by, "at": AT, "reference": REFERENCE, "figures": {"staff-in-post": Decimal(72)}}
    assert refused(assessing.enter_figures, **changed) == "figure_reason"
    assert assessing.enter_figures(**changed, note="Two were counted as vacant.") == 1
    assert assessing.enter_figures(**changed) == 0

    _, points = trend(actor=by, code=UNIT, measure="staff-in-post")
    assert [(one.value, one.before) for one in points] == [(Decimal("72.00"), (Decimal("71.00"),))]
    assert Figure.objects.filter(measure="staff-in-post").count() == 2


def test_figures_missing_are_explained_and_early_completion_is_refused():
    opened_round()
    by = acting_as("regional_probation_director", REGION)
    step = {"by": by, "reference": REFERENCE, "summary": "All well."}
    assert refused(assessing.complete_assessment, at=AT, **step) == "assessment"
    assessing.complete_assessment(at=AT, **step, missing="The system was down.")
    assert Assessment.objects.get(reference=REFERENCE).missing == "The system was down."


@pytest.mark.parametrize(
    ("role", "party"),
    [
        ("regional_probation_director", "N07"),
        ("chief_probation_officer", ""),
        ("head_of_pdu", UNIT),
        ("osag_lead", ""),
        ("performance_quality_officer", ""),
    ],
)
def test_nobody_but_the_region_of_a_unit_assesses_it(role, party):
    opened_round()
    by = acting_as(role, party)

    rule = refused(
        assessing.enter_figures,
        by=by,
        at=AT,
        reference=REFERENCE,
        figures={"staff-in-post": Decimal(1)},
    )

    assert rule.startswith(("permission", "not_found"))


def test_what_each_sees_before_and_after_completion():
    opened_round()
    everyone = {
        "chief": acting_as("chief_probation_officer"),
        "region": acting_as("regional_probation_director", REGION),
        "other": acting_as("regional_probation_director", "N07"),
        "unit": acting_as("head_of_pdu", UNIT),
        "osag": acting_as("osag_lead"),
        "hmip": acting_as("hmip_lead_inspector"),
    }
    chosen = AssessmentFilter(unit=UNIT)

    def counts():
        return {
            name: assessments(actor=actor, chosen=chosen, today=TODAY, page=1).count
            for name, actor in everyone.items()
        }

    assert counts() == {"chief": 1, "region": 1, "other": 0, "unit": 1, "osag": 0, "hmip": 0}
    region = everyone["region"]
    assessing.enter_figures(by=region, at=AT, reference=REFERENCE, figures=FIGURES)
    known = [
        sum(1 for line in unit_measures(actor=one, code=UNIT) if line.latest) for one in everyone.values()
    ]
    assert known == [5, 5, 0, 5, 0, 0]
    assessing.complete_assessment(by=region, at=AT, reference=REFERENCE, summary="Done.")
    assert counts() == {"chief": 1, "region": 1, "other": 0, "unit": 1, "osag": 1, "hmip": 0}
    known = [
        sum(1 for line in unit_measures(actor=one, code=UNIT) if line.latest) for one in everyone.values()
    ]
    assert known == [5, 5, 0, 5, 5, 0]
    assert refused(assessment, actor=everyone["other"], reference=REFERENCE, today=TODAY) == refused(
        assessment, actor=everyone["other"], reference="no-such", today=TODAY
    )


def test_the_regional_team_adds_its_input_before_completion():
    opened_round()
    team = acting_as("performance_quality_officer")
    assessing.give_input(by=team, at=AT, reference=REFERENCE, text="Breach cases are closed too soon.")
    region = acting_as("regional_probation_director", REGION)
    found = assessment(actor=region, reference=REFERENCE, today=TODAY)
    assert [one.text for one in found.inputs] == ["Breach cases are closed too soon."]
    assert refused(assessing.give_input, by=region, at=AT, reference=REFERENCE, text="Mine.").startswith(
        "permission"
    )
    assessing.enter_figures(by=region, at=AT, reference=REFERENCE, figures=FIGURES)
    assessing.complete_assessment(by=region, at=AT, reference=REFERENCE, summary="Done.")
    assert (
        refused(assessing.give_input, by=team, at=AT, reference=REFERENCE, text="Later.")
        == "assessment_completed"
    )


def test_the_list_is_narrowed_by_region_state_and_period():
    opened_round()
    chief = acting_as("chief_probation_officer")

    def count(today=TODAY, **chosen):
        return assessments(actor=chief, chosen=AssessmentFilter(**chosen), today=today, page=99).count

    late = date(2026, 5, 1)
    assert count() == count(state="due") == count(state="overdue", today=late) > count(region=REGION) > 5
    assert count(state="overdue") == count(state="due", today=late) == count(state="completed") == 0
    assert count(round=10**6) == 0
