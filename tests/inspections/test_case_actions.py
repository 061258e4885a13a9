"""Acts on a case: what they change, whom they make owe something, and what is refused (D1, ¶16, ¶28, ¶31)."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.arrangements.models import Duty, Event
from oversight.inspections.actions import case, case_steps
from oversight.inspections.models import Inspection
from oversight.inspections.queries import case as queries
from oversight.inspections.queries.case import CaseFilter
from oversight.inspections.queries.sight import viewer_of, visible
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.visibility import CaseFacts, visible_parts
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import remembering
from tests.factories.arrangements import acting_for
from tests.factories.inspections import (
    AT,
    DATES,
    act,
    announced,
    finished,
    in_fieldwork,
    planner,
    scheduled,
)
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


def refusal(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value


def events(inspection) -> list[str]:
    return list(
        Event.objects.filter(about=inspection.reference, withdrawn_at=None)
        .order_by("id")
        .values_list("name", flat=True)
    )


def test_a_scheduled_inspection_keeps_its_programme_version_and_is_told_to_nobody(lead):
    found = scheduled(lead)

    assert found.reference == "2026-PDU-N57EKNT-1"
    assert (found.programme, found.programme_version, found.kind) == ("pdu-2023-25", 1, "core")
    assert found.state == CaseState.SCHEDULED
    assert events(found) == []
    assert Entry.objects.order_by("-sequence").first().verb == "inspection.scheduled"


THEMATIC = {"programme": "thematic-2023", "title": "A subject"}


@pytest.mark.parametrize(
    "more",
    [
        {"programme": "region-2023-25", "kind": "region", "units": ["N57"]},
        {"programme": "national-2025", "kind": "national", "units": [], "title": "All regions"},
        THEMATIC | {"kind": "thematic", "units": ["N57", "N56NOSU"]},
        THEMATIC | {"kind": "joint", "units": ["N57"], "partners": ["hmicfrs", "cqc"]},
        {"programme": "dynamic-public-protection-2025-26", "kind": "dynamic", "units": ["N57"]},
    ],
    ids=lambda more: more["kind"],
)
def test_every_type_goes_from_scheduling_to_the_end_of_fieldwork(lead, more):
    found = finished(lead, **more)

    rated = more["kind"] in {"region", "national"}
    assert found.state == (CaseState.RATINGS if rated else CaseState.DRAFT)
    assert events(found) == ["inspection_announced", "fieldwork_started", "fieldwork_completed"]


@pytest.mark.parametrize(
    ("more", "rule", "field"),
    [
        ({"kind": "region"}, "inspection_type", "type"),
        ({"programme": "prisons"}, "programme_known", "programme"),
        ({"units": ["N57"]}, "inspection_units", "units"),
        ({"units": ["N57EKNT", "N57SUR"]}, "inspection_units", "units"),
        ({"units": []}, "inspection_units", "units"),
        ({"partners": ["cqc"]}, "inspection_partners", "partners"),
        ({"dates": changed(DATES, announce=date(2026, 3, 1))}, "inspection_dates", "announce"),
        ({"programme": "thematic-2023", "kind": "thematic", "units": []}, "inspection_title", "title"),
        ({"title": "A\u202eB"}, "plain_text", "title"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_and_nothing_is_written(lead, more, rule, field):
    refused = refusal(scheduled, lead, **more)

    assert (refused.rule, refused.field) == (rule, field)
    assert not Inspection.objects.exists()


def test_only_a_lead_inspector_of_today_leads(lead):
    refused = refusal(scheduled, acting_for("hmip", "hmip_publications"))

    assert (refused.rule, refused.field) == ("inspection_inspector", "lead")


def test_announcing_starts_the_clock_of_the_information_paragraph_31(lead):
    found = announced(lead)

    owed = Duty.objects.filter(about=found.reference, paragraph="31").order_by("bearer__code")
    assert [duty.bearer_id for duty in owed] == ["moj-data-assurance", "probation-service"]
    assert found.announced_on == AT.date()


def test_an_inspection_whose_fieldwork_day_passed_is_not_announced(lead):
    found = scheduled(lead)
    later = datetime(2026, 4, 14, 9, tzinfo=UTC)

    assert refusal(act, case.announce, found, planner(), later).rule == "inspection_dates"


def test_the_same_page_open_twice_acts_once(lead):
    found = scheduled(lead)
    case.announce(by=planner(), at=AT, reference=found.reference, revision=1)

    refused = refusal(case.announce, by=planner(), at=AT, reference=found.reference, revision=1)

    assert refused.rule == "stale_inspection"
    assert events(found) == ["inspection_announced"]


@pytest.mark.parametrize(
    "role", ["osag_coordinator", "head_of_pdu", "sponsorship_officer", "service_operator"]
)
def test_nobody_outside_the_inspectorate_can_change_an_inspection_paragraph_16(lead, role):
    found = announced(lead)
    other = acting_as(role)

    for step, more in [
        (case_steps.pause, {"reason": "no"}),
        (case_steps.withdraw, {"reason": "no"}),
        (case_steps.start_fieldwork, {"on": AT.date()}),
        (case.change_dates, {"dates": DATES, "reason": "no"}),
    ]:
        refused = refusal(act, step, found, other, **more)
        assert refused.rule.startswith("permission_inspections.")
        assert refused.paragraph == "16"


def test_a_scheduled_inspection_is_as_if_it_were_not_there_for_its_lead(lead):
    found = scheduled(lead)

    assert refusal(act, case_steps.pause, found, lead, reason="x").rule == "not_found_inspection"
    assert refusal(queries.case, actor=lead, reference=found.reference).rule == "not_found_inspection"


def test_a_lead_inspector_of_another_inspection_starts_nothing(lead):
    found = announced(lead)
    other = acting_as("hmip_lead_inspector")

    assert refusal(act, case_steps.start_fieldwork, found, other, on=AT.date()).rule == "inspection_team"
    act(case.set_team, found, planner(), lead=lead.reference, members=[other.reference])
    act(case_steps.start_fieldwork, found, other, on=AT.date())
    assert found.state == CaseState.FIELDWORK


def test_leaving_the_team_ends_the_part_and_keeps_it(lead):
    other = acting_as("hmip_lead_inspector")
    found = announced(lead)
    act(case.set_team, found, planner(), lead=lead.reference, members=[other.reference])

    act(case.set_team, found, lead, lead=other.reference, members=[])

    assert found.lead == other.reference
    assert [one.left_at for one in found.team.order_by("id")] == [AT]
    assert refusal(act, case_steps.start_fieldwork, found, lead, on=AT.date()).rule == "inspection_team"


def test_changed_dates_keep_the_earlier_ones_on_the_timeline_and_need_a_reason(lead):
    found = announced(lead)
    later = changed(DATES, fieldwork_until=date(2026, 4, 30))

    assert refusal(act, case.change_dates, found, lead, dates=later, reason=" ").field == "reason"
    assert refusal(act, case.change_dates, found, lead, dates=DATES, reason="x").rule == "inspection_dates"
    act(case.change_dates, found, lead, dates=later, reason="Two inspectors are ill")

    step = queries.case(actor=lead, reference=found.reference).steps[0]
    assert step.detail == "Fieldwork 13 April 2026 to 30 April 2026 (before: 13 April 2026 to 24 April 2026)"
    assert step.reason == "Two inspectors are ill"


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 4)])
def test_fieldwork_starts_neither_before_the_announcement_nor_tomorrow(lead, day):
    found = announced(lead)
    later = AT + timedelta(days=1)

    refused = refusal(act, case_steps.start_fieldwork, found, lead, later, on=day)

    assert refused.rule == "inspection_fieldwork_day"


def test_a_paused_inspection_resumes_where_it_stood(lead):
    found = in_fieldwork(lead)

    act(case_steps.pause, found, lead, reason="The office is flooded")
    assert (found.state, found.paused_from) == (CaseState.PAUSED, CaseState.FIELDWORK)
    assert refusal(act, case_steps.finish_fieldwork, found, lead, on=AT.date()).rule == "workflow_state"
    act(case_steps.resume, found, planner(), reason="It has dried")

    assert (found.state, found.paused_from) == (CaseState.FIELDWORK, "")


def test_when_an_inspection_is_withdrawn_nobody_goes_on_owing_for_it(lead):
    found = in_fieldwork(lead)

    act(case_steps.withdraw, found, planner(), AT + timedelta(days=50), reason="The unit was merged")

    assert events(found) == []
    assert not Duty.objects.filter(about=found.reference, withdrawn=False).exists()
    assert found.state == CaseState.WITHDRAWN


def test_an_inspection_is_replaced_by_another_that_has_not_ended(lead):
    found, other = announced(lead), scheduled(lead)

    for wrong in ("", "2026-PDU-N57EKNT-9", found.reference):
        refused = refusal(act, case_steps.replace, found, planner(), replacement=wrong, reason="x")
        assert refused.field == "replacement"
    act(case_steps.replace, found, planner(), replacement=other.reference, reason="Moved to the autumn")

    assert queries.case(actor=planner(), reference=found.reference).replaced_by == other.reference
    # The other one is not announced, so nobody else learns of it.
    assert queries.case(actor=lead, reference=found.reference).replaced_by == ""
    act(case_steps.withdraw, other, planner(), reason="x")


WHO = [
    ("hmip", "hmip_planner"),
    ("hmip", "hmip_lead_inspector"),
    ("hmip", "hmip_publications"),
    ("hmpps-osag", "osag_coordinator"),
    ("hmpps", "hmpps_officer"),
    ("probation-service", "chief_probation_officer"),
    ("N57", "regional_probation_director"),
    ("N56", "regional_probation_director"),
    ("N57EKNT", "head_of_pdu"),
    ("N57SUR", "head_of_pdu"),
    ("hmicfrs", "partner_inspector"),
    ("cqc", "partner_inspector"),
    ("moj-data-assurance", "data_assurance_officer"),
    ("moj-sponsorship", "sponsorship_officer"),
]


def test_the_tables_answer_who_sees_an_inspection_as_the_rule_does(lead):
    made = [
        scheduled(lead),
        announced(lead),
        announced(lead, programme="region-2023-25", kind="region", units=["N57"]),
        announced(
            lead, programme="thematic-2023", kind="joint", units=["N56"], partners=["hmicfrs"], title="A"
        ),
        announced(lead, programme="national-2025", kind="national", units=[], title="National"),
    ]
    for party, role in WHO:
        actor = acting_for(party, role)
        seen = set(visible(actor).order_by("id").values_list("pk", flat=True))
        for row in made:
            facts = CaseFacts(
                row.state,
                row.announced_at is not None,
                [one.lineage for one in row.units.order_by("id")],
                [one.party_id for one in row.partners.order_by("id")],
            )
            assert (row.pk in seen) == bool(visible_parts(viewer_of(actor), facts)), (party, row)


def test_the_inspected_are_not_told_what_was_done_before_the_announcement(lead):
    found = scheduled(lead)
    act(case_steps.pause, found, planner(), reason="A secret")
    act(case_steps.resume, found, planner(), reason="Another secret")
    act(case.announce, found, planner())

    mine = queries.case(actor=acting_for("N57EKNT"), reference=found.reference)
    ours = queries.case(actor=planner(), reference=found.reference)

    assert [step.title for step in mine.steps] == ["Announced"]
    assert [step.title for step in ours.steps] == ["Announced", "Resumed", "Paused", "Scheduled"]


def test_the_register_filters_counts_and_orders(lead):
    kent, surrey = announced(lead), announced(lead, units=["N57SUR"])
    scheduled(lead, units=["N56NOSU"])

    def found(actor=lead, **chosen) -> list[str]:
        return [one.reference for one in queries.register(actor=actor, chosen=CaseFilter(**chosen)).lines]

    assert found() == [surrey.reference, kent.reference]
    assert len(found(planner())) == 3
    assert found(unit="N57SUR") == [surrey.reference]
    assert len(found(unit="N57")) == 2
    assert found(text="2026-pdu-n57e") == [kent.reference]
    assert found(state="scheduled") == []
    assert len(found(state="open", type="pdu")) == 2
    assert found(since=date(2026, 4, 25)) == []
    assert len(found(since=date(2026, 4, 24), until=date(2026, 4, 13))) == 2
    assert found(until=date(2026, 4, 12)) == []


def test_as_many_queries_however_many_inspections(lead):
    def asked(call) -> int:
        with remembering(), CaptureQueriesContext(connection) as made:
            call()
        return len(made)

    def list_them():
        return queries.register(actor=planner(), chosen=CaseFilter())

    first = announced(lead)
    listed = asked(list_them)
    page = asked(lambda: queries.case(actor=lead, reference=first.reference))
    for unit in ("N57SUR", "N56NOSU", "N57EKNT"):
        announced(lead, units=[unit])

    assert asked(list_them) == listed
    assert asked(lambda: queries.case(actor=lead, reference=first.reference)) == page
