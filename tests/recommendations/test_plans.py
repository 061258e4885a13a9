"""Plans from opening to their update, with their parts, actions, dates and what is owed (E3 to E6)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from oversight.access.rules import access_table
from oversight.arrangements.models import Duty
from oversight.kernel.refusals import Refused
from oversight.parties.queries import party, remembering
from oversight.recommendations.actions import plan_actions, plan_parts, plan_publishing
from oversight.recommendations.actions import plans as acts
from oversight.recommendations.actions import recommendations as rec_acts
from oversight.recommendations.models import Plan, PlanAction
from oversight.recommendations.queries.plan_actions import action_register
from oversight.recommendations.queries.plan_facts import ActionFilter, PlanFilter
from oversight.recommendations.queries.plan_sight import (
    found_action,
    sees_plan,
    visible_actions,
    visible_actions_in_parts,
    visible_plans,
)
from oversight.recommendations.queries.plans import asked_of_us, part, plan, plan_register
from oversight.recommendations.queries.sight import viewer_of
from tests.factories.arrangements import acting_for
from tests.factories.arrangements import record as record_at
from tests.factories.plans import (
    AT,
    DUE,
    WHERE,
    ask,
    at_clearance,
    clearer,
    coordinated,
    give,
    on,
    opened,
    published,
    step,
    submitted,
    with_action,
)
from tests.factories.recommendations import act, agreed, made

pytestmark = pytest.mark.usefixtures("memorandum")
CORE = "2026-PDU-N57EKNT-1"
TODAY = AT.date()


def record(event: str, on: str, **more) -> None:
    record_at(event, on, at=AT, **more)


def duty(arrangement: str, about: str) -> Duty:
    return Duty.objects.get(arrangement=arrangement, about=about)


def test_a_local_plan_meets_its_duties_step_by_step_paragraph_24():
    record("final_report_issued", "2026-02-02", kind="core", about=CORE, unit="N57EKNT")
    row = opened()
    part_id = ask(row, "moj-policy")
    assert duty("24-give-plan-input", CORE).bearer_id == "moj-policy"
    give(part_id, "moj-policy")
    assert duty("24-give-plan-input", CORE).met_on == TODAY
    with_action(row)
    step(acts.ask_check, row, acting_for("N57EKNT"))
    assert duty("24-advise-on-plan", CORE).met_on is None
    step(acts.finish_check, row, acting_for("hmpps-osag"), text="Say who measures.")
    assert duty("24-advise-on-plan", CORE).met_on == TODAY

    step(acts.submit, row, acting_for("N57"), text="The director, today")
    prepared = Duty.objects.filter(arrangement="24-prepare-plan", about=CORE).order_by("bearer")
    assert [(one.bearer_id, one.met_on) for one in prepared] == [("N57", TODAY), ("N57EKNT", TODAY)]
    step(acts.receive_plan, row, acting_for("hmip"))
    assert duty("24-receive-plan", CORE).met_on == TODAY
    step(plan_publishing.publish_plan, row, acting_for("hmpps"), on=TODAY, where=WHERE)
    assert duty("24-publish-plan", CORE).met_on == TODAY
    assert duty("26-report-progress", CORE).due == date(2027, 3, 2)
    step(plan_publishing.return_progress, row, acting_for("hmpps"), text="As agreed.")
    assert duty("26-report-progress", CORE).met_on == TODAY


def test_a_coordinated_plan_has_ten_weeks_and_an_update_within_twelve_months_paragraph_27():
    record("draft_received_for_checking", "2026-02-02", kind="thematic", about="T-1", by="hmpps-osag")
    assert duty("27-submit-plan", "T-1").due == date(2026, 4, 13)
    row = coordinated()
    part_id = ask(row, "home-office")
    assert duty("27-liaise-with-department", "T-1").met_on is None
    give(part_id, "home-office")
    assert duty("27-liaise-with-department", "T-1").met_on == TODAY

    published(row)
    assert duty("27-submit-plan", "T-1").met_on == TODAY
    assert duty("27-publish-plan", "T-1").met_on == TODAY
    assert duty("27-update-plan", "T-1").due == date(2027, 3, 2)
    later = datetime(2027, 1, 11, 9, tzinfo=UTC)
    step(plan_publishing.publish_update, row, acting_for("hmpps-osag"), later, on=later.date(), where=WHERE)
    assert duty("27-update-plan", "T-1").met_on == later.date()
    assert row.state == "updated"


def test_a_merged_plan_tells_of_every_report_that_it_answers():
    for source in ("T-1", "T-2"):
        record("draft_received_for_checking", "2026-02-02", kind="thematic", about=source, by="hmpps-osag")
    made("hmpps", kind="thematic", unit="", source="T-2")
    row = coordinated("T-1")
    step(acts.add_report, row, acting_for("hmpps-osag"), source="T-2")
    first = agreed("hmpps", kind="thematic", unit="", source="T-1")
    other = agreed("hmpps", kind="thematic", unit="", source="T-2")
    with_action(row, owner="hmpps", recommendations=[first.reference, other.reference])
    with_action(row, owner="hmpps", recommendations=[other.reference])

    submitted(row)

    assert duty("27-submit-plan", "T-1").met_on == duty("27-submit-plan", "T-2").met_on == TODAY
    told = plan(actor=acting_for("hmip"), reference=row.reference, today=TODAY)
    assert {one.line.reference: one.actions for one in told.recommendations}[other.reference] == (1, 2)


def test_a_report_is_answered_by_one_plan():
    opened()
    with pytest.raises(Refused, match="already answers"):
        opened()
    made("hmpps", kind="thematic", unit="", source="T-2")
    coordinated("T-2")
    row = coordinated("T-1")
    with pytest.raises(Refused, match="already answers"):
        step(acts.add_report, row, acting_for("hmpps-osag"), source="T-2")
    for wrong in ("no-such", "\x00"):
        with pytest.raises(Refused, match="no report"):
            step(acts.add_report, row, acting_for("hmpps-osag"), source=wrong)


def test_nobody_else_opens_a_local_plan():
    for by, unit in (
        ("N50", "N57EKNT"),
        ("N57SUR", "N57EKNT"),
        ("N57EKNT", "N57"),
        ("hmip", "N57EKNT"),
        ("hmpps-osag", "N57EKNT"),
    ):
        with pytest.raises(Refused) as told:
            opened(unit=unit, by=acting_for(by))
        assert told.value.rule.startswith("permission_"), by


def test_a_region_opens_for_its_unit_and_no_plan_of_osag():
    assert opened(by=acting_for("N57")).writer_id == "N57EKNT"
    with pytest.raises(Refused):
        opened(unit="", source="T-1", kind="thematic", by=acting_for("N57"))
    made("N57SUR", unit="N57SUR", source="2026-PDU-N57SUR-1")
    with pytest.raises(Refused, match="another kind or about another unit"):
        opened(source="2026-PDU-N57SUR-1")


def test_what_is_missing_for_a_plan_is_named():
    whole = {
        "source": CORE,
        "kind": "core",
        "title": "Plan",
        "source_title": "Report",
        "unit": party("N57EKNT"),
    }
    cases = [
        ({"source": "with blanks"}, "source"),
        ({"source": ""}, "source"),
        ({"title": " "}, "title"),
        ({"kind": "thematic"}, "reports"),
        ({"kind": "rumour"}, "kind"),
        ({"unit": None}, "reports"),
    ]
    for more, field in cases:
        with pytest.raises(Refused) as told:
            acts.open_plan(by=acting_for("N57EKNT"), at=AT, **(whole | more))
        assert told.value.field == field, more
    assert not Plan.objects.exists()


def test_a_plan_that_leaves_out_what_was_agreed_is_not_submitted():
    row = opened()
    carried, left = agreed(source=CORE), agreed(source=CORE)
    with_action(row, recommendations=[carried.reference])
    at_clearance(row)

    with pytest.raises(Refused, match=left.reference):
        step(acts.submit, row, acting_for("N57"), text="The director")

    step(acts.take_back, row, acting_for("N57EKNT"), text="One is missing.")
    with_action(row, recommendations=[left.reference])
    submitted(row)
    assert (row.state, row.submitted_on) == ("submitted", TODAY)


def test_head_of_unit_does_not_clear_and_another_region_finds_nothing():
    row = opened()
    with_action(row)
    at_clearance(row)
    with pytest.raises(Refused) as told:
        step(acts.submit, row, acting_for("N57EKNT"), text="Me")
    assert told.value.rule.startswith("permission_")
    with pytest.raises(Refused) as told:
        step(acts.submit, row, acting_for("N50"), text="Me")
    assert told.value.rule == "not_found_plan"


def test_nobody_sees_another_bodys_draft_but_osag():
    row = opened()
    today = {"reference": row.reference, "today": TODAY}
    for code in ("N57EKNT", "N57", "hmpps-osag", "hmpps", "probation-service"):
        assert plan(actor=acting_for(code), **today).line.state == "drafting"
    for code in ("hmip", "moj-sponsorship", "N57SUR", "N50", "moj-policy", "home-office"):
        with pytest.raises(Refused, match="no such plan"):
            plan(actor=acting_for(code), **today)

    submitted(row)

    assert plan(actor=acting_for("hmip"), **today).line.state == "submitted"
    assert plan(actor=acting_for("hmip"), **today).acts == ("receive",)


def test_sight_of_a_plan_or_action_at_hand_is_sight_of_the_tables():
    draft, sent = opened(), coordinated()
    with_action(draft)
    with_action(sent, owner="home-office")
    submitted(sent)
    gone = with_action(draft)
    on(plan_actions.withdraw_action, gone, acting_for("N57EKNT"), text="Twice.")
    for role in access_table().roles:
        for code in ("N57EKNT", "N57", "N50", "hmpps", "home-office", "hmip", "hmpps-osag", "dwp"):
            actor = acting_for(code, role)
            viewer = viewer_of(actor)
            seen = {row.pk for row in visible_plans(actor)}
            assert seen == {row.pk for row in Plan.objects.order_by("pk") if sees_plan(viewer, row)}, (
                code,
                role,
            )
            actions = sorted(row.pk for row in visible_actions(actor))
            parts = [row.pk for part in visible_actions_in_parts(actor) for row in part.order_by("pk")]
            found = [row.pk for row in PlanAction.objects.order_by("pk") if _found(actor, row)]
            assert sorted(parts) == actions == found, (code, role)


def _found(actor, row: PlanAction) -> bool:
    try:
        return found_action(actor, row.plan.reference, row.number) == row
    except Refused:
        return False


def test_a_body_asked_sees_its_question_and_nothing_else_of_the_plan():
    row = coordinated()
    part_id = ask(row, "home-office")
    officer = acting_for("home-office")

    assert [one.id for one in asked_of_us(actor=officer)] == [part_id]
    assert part(actor=officer, part_id=part_id).mine
    with pytest.raises(Refused):
        plan(actor=officer, reference=row.reference, today=TODAY)
    for code in ("dwp", "moj-policy", "hmip"):
        with pytest.raises(Refused, match="no such question"):
            part(actor=acting_for(code), part_id=part_id)
        with pytest.raises(Refused):
            give(part_id, code)

    assert give(part_id, "home-office") == row.reference
    assert asked_of_us(actor=officer) == ()
    with pytest.raises(Refused, match="answered already"):
        give(part_id, "home-office")


def test_a_body_is_asked_again_only_once_it_has_answered():
    row = opened()
    first = ask(row, "hmpps")
    with pytest.raises(Refused, match="has not answered"):
        ask(row, "hmpps")
    give(first, "hmpps")

    second = ask(row, "hmpps", question="And the rest?")
    give(second, "hmpps")

    assert Duty.objects.filter(arrangement="24-give-plan-input").count() == 1


def test_what_cannot_be_asked_is_refused():
    row = opened()
    cases = [
        ("home-office", {}, "contributor"),
        ("hmpps", {"question": " "}, "question"),
        ("hmpps", {"wanted_by": date(2026, 3, 1)}, "wanted_by"),
    ]
    for contributor, more, field in cases:
        with pytest.raises(Refused) as told:
            ask(row, contributor, **more)
        assert told.value.field == field, contributor


def test_input_comes_too_late_once_the_plan_is_checked():
    row = opened()
    part_id = ask(row, "hmpps")
    with_action(row)
    at_clearance(row)

    with pytest.raises(Refused, match="no more input"):
        give(part_id, "hmpps")


def test_actions_are_changed_and_taken_out_while_a_plan_is_drafted():
    row = opened()
    carried = agreed(source=CORE)
    one, gone = with_action(row), with_action(row)
    writer = acting_for("N57EKNT")
    facts = {"text": "Do more.", "owner": party("N57"), "measure": "All", "commissioned": True}
    on(plan_actions.change_action, one, writer, due=DUE, recommendations=[carried.reference], **facts)
    on(plan_actions.withdraw_action, gone, writer, text="Not needed.")

    told = plan(actor=writer, reference=row.reference, today=TODAY)
    assert [(line.number, line.text, line.recommendations) for line in told.actions] == [
        (1, "Do more.", (carried.reference,))
    ]
    assert with_action(row).number == 3
    submitted(row)
    for write, more in (
        (plan_actions.change_action, facts | {"due": DUE, "recommendations": []}),
        (plan_actions.withdraw_action, {"text": "No."}),
    ):
        with pytest.raises(Refused, match="no longer being drafted"):
            on(write, one, writer, **more)


def test_what_is_missing_for_an_action_is_named():
    row = opened()
    cases = [
        ({"text": ""}, "text"),
        ({"measure": ""}, "measure"),
        ({"due": date(2026, 3, 1)}, "due"),
        ({"owner": "provider-nacro"}, "owner"),
        ({"commissioned": True}, "owner"),
        ({"recommendations": ["X-R1"]}, "recommendations"),
    ]
    for more, field in cases:
        with pytest.raises(Refused) as told:
            with_action(row, **more)
        assert told.value.field == field, more
    assert not PlanAction.objects.exists()


def test_publishing_names_a_day_and_an_address_on_govuk():
    row = submitted()
    step(acts.receive_plan, row, acting_for("hmip"))
    cases = [
        ({"on": date(2026, 3, 3)}, "on"),
        ({"on": date(2026, 3, 1)}, "on"),
        ({"where": "https://example.org/plan"}, "where"),
        ({"where": ""}, "where"),
    ]
    for more, field in cases:
        with pytest.raises(Refused) as told:
            step(
                plan_publishing.publish_plan,
                row,
                acting_for("hmpps"),
                **({"on": TODAY, "where": WHERE} | more),
            )
        assert told.value.field == field, more


def test_an_older_sight_of_a_plan_an_action_or_a_part_is_refused():
    row = opened()
    one = with_action(row)
    with pytest.raises(Refused) as told:
        acts.ask_check(by=acting_for("N57EKNT"), at=AT, reference=row.reference, revision=1)
    assert told.value.rule == "stale_plan"
    with pytest.raises(Refused) as told:
        plan_actions.withdraw_action(
            by=acting_for("N57EKNT"),
            at=AT,
            reference=row.reference,
            number=one.number,
            revision=9,
            text="No.",
        )
    assert told.value.rule == "stale_action"
    part_id = ask(row, "hmpps")
    with pytest.raises(Refused):
        plan_parts.give_part(by=acting_for("hmpps"), at=AT, part_id=part_id, revision=9, answer="Yes.")


def test_a_refused_submission_leaves_nothing_half_done():
    row = opened()
    with_action(row)
    at_clearance(row)
    step_count = row.steps.count()
    # Someone recorded by hand what submitting would say: the whole act is refused.
    record("action_plan_submitted", "2026-03-02", kind="core", about=CORE, unit="N57EKNT", by="N57")
    with pytest.raises(Refused, match="recorded already"), transaction.atomic():
        step(acts.submit, row, clearer(row), text="The director")
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == ("clearance", step_count)


@pytest.mark.one_database("the service sends as many statements to either")
def test_pages_ask_the_same_however_long_a_plan_is(django_assert_max_num_queries):
    row = opened()
    reference = agreed(source=CORE).reference
    with_action(row, recommendations=[reference])
    ask(row, "hmpps")
    writer = acting_for("N57EKNT")
    with remembering(), django_assert_max_num_queries(15) as few:
        plan(actor=writer, reference=row.reference, today=TODAY)
    with remembering(), django_assert_max_num_queries(5) as list_few:
        action_register(actor=writer, chosen=ActionFilter(), today=TODAY)
    for _ in range(3):
        with_action(row, recommendations=[reference])
        made(source=CORE)
    ask(row, "moj-policy")
    with remembering(), django_assert_max_num_queries(len(few)):
        plan(actor=writer, reference=row.reference, today=TODAY)
    with remembering(), django_assert_max_num_queries(len(list_few)):
        action_register(actor=writer, chosen=ActionFilter(), today=TODAY)


def test_the_register_of_plans_is_narrowed():
    local, other = opened(), coordinated()
    osag = acting_for("hmpps-osag")

    def found(**chosen) -> set[str]:
        return {line.reference for line in plan_register(actor=osag, chosen=PlanFilter(**chosen)).lines}

    assert found() == found(state="drafting") == found(text="action") == {local.reference, other.reference}
    assert found(kind="local") == found(text="N57EKNT") == {local.reference}
    assert found(state="published") == set()


def test_what_carries_out_a_recommendation_says_nothing_of_its_delivery():
    row = opened()
    recommendation = agreed(source=CORE)
    with_action(row, recommendations=[recommendation.reference])
    submitted(row)
    one = row.actions.get()
    on(plan_actions.report_action, one, acting_for("N57EKNT"), progress="done", text="All.", evidence="P 4")

    recommendation.refresh_from_db()
    assert recommendation.delivery == "not_started"
    act(rec_acts.start, recommendation, acting_for("N57EKNT"))
    assert recommendation.delivery == "in_progress"
