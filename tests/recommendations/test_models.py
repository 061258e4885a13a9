"""What the database itself refuses of recommendations and plans, whoever writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from oversight.recommendations.models import (
    Answer,
    DateChange,
    FollowUp,
    MergedAction,
    Plan,
    PlanAction,
    PlanPart,
    PlanReport,
    Recommendation,
    RecommendationStep,
)
from tests.factories.parties import register

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)
MADE = {
    "reference": "A-R1",
    "kind": "core",
    "source": "A",
    "source_title": "Report",
    "number": 1,
    "text": "Do this.",
    "maker_id": "hmip",
    "addressee_id": "N57EKNT",
    "unit_id": "N57EKNT",
    "made_on": DAY,
    "received_at": AT,
    "received_by": "person:1",
}
PLAN = {
    "reference": "PLAN-A",
    "kind": "local",
    "title": "Plan",
    "unit_id": "N57EKNT",
    "writer_id": "N57EKNT",
    "opened_at": AT,
    "opened_by": "person:1",
}
SENT = {
    "state": "submitted",
    "cleared_at": AT,
    "cleared_by": "person:1",
    "cleared_name": "One",
    "submitted_on": DAY,
}
PROPOSED = {"proposed_at": AT, "proposed_by": "person:1", "proposed_name": "One"}
CLOSED = {"closed_at": AT, "closed_by": "person:2", "closed_name": "Two"}


def refused(model, **facts) -> bool:
    """Tell whether the database turns a row down."""
    try:
        with transaction.atomic():
            model.objects.create(**facts)
    except IntegrityError:
        return True
    return False


def test_a_recommendation_is_whole_and_its_states_fit_its_facts():
    register()
    kept = Recommendation.objects.create(**MADE)
    other = MADE | {"reference": "A-R2", "number": 2}
    agreed = other | {"response": "agreed"}
    verified = agreed | {"delivery": "closed_verified"} | PROPOSED | CLOSED
    for changes in (
        {"reference": "A-R1"},
        {"number": 1},
        {"number": 0},
        {"text": ""},
        {"source_title": ""},
        {"kind": "rumour"},
        {"unit_id": None},
        {"response": "perhaps"},
        {"delivery": "lost"},
        {"delivery": "in_progress"},
        {"delivery": "in_progress", "response": "not_agreed"},
        {"response": "agreed", "delivery": "closed_not_agreed"} | CLOSED,
        {"response": "agreed", "delivery": "pending_sign_off"},
        {"response": "agreed"} | PROPOSED,
        {"response": "agreed", "delivery": "pending_sign_off"} | PROPOSED | {"proposed_by": ""},
        CLOSED,
        {"delivery": "closed_superseded"} | CLOSED,
        {"superseded_by": kept},
    ):
        assert refused(Recommendation, **(other | changes)), changes
    assert refused(Recommendation, **(verified | {"closed_by": "person:1"})), "the same person twice"
    assert refused(Recommendation, **(verified | {"closed_at": None}))
    assert not refused(Recommendation, **verified)


def test_an_answer_has_its_reason_and_its_part():
    register()
    row = Recommendation.objects.create(**MADE)
    facts = {
        "recommendation": row,
        "round": 1,
        "response": "agreed",
        "given_at": AT,
        "given_by": "person:1",
        "given_name": "One",
        "given_party_id": "N57EKNT",
    }
    for changes in (
        {"response": "awaiting"},
        {"response": "not_agreed"},
        {"response": "partly_agreed", "reason": "Costs"},
        {"response": "partly_agreed", "agreed_part": "Some"},
        {"agreed_part": "Some"},
        {"given_name": ""},
        {"round": 0},
    ):
        assert refused(Answer, **(facts | changes)), changes
    assert not refused(Answer, **facts)
    assert refused(Answer, **facts), "the same round twice"


def test_nobody_reports_complete_without_evidence():
    register()
    row = Recommendation.objects.create(**MADE)
    facts = {
        "recommendation": row,
        "move": "report_complete",
        "source": "in_progress",
        "target": "reported_complete",
        "text": "Done.",
        "evidence": "Page 4",
        "made_at": AT,
        "made_by": "person:1",
        "made_name": "One",
        "made_party_id": "N57EKNT",
    }
    assert refused(RecommendationStep, **(facts | {"evidence": ""}))
    assert refused(RecommendationStep, **(facts | {"text": ""}))
    assert not refused(RecommendationStep, **facts)


def test_a_finding_carries_forward_only_what_is_left():
    register()
    row = Recommendation.objects.create(**MADE)
    new = Recommendation.objects.create(**(MADE | {"reference": "B-R1", "source": "B"}))
    facts = {
        "recommendation": row,
        "inspection": "B",
        "finding": "partly",
        "text": "Half.",
        "delivery_then": "in_progress",
        "found_at": AT,
        "found_by": "person:1",
        "found_name": "One",
    }
    for changes in (
        {"finding": "done", "carried_to": new},
        {"carried_to": row},
        {"finding": "perhaps"},
        {"text": ""},
    ):
        assert refused(FollowUp, **(facts | changes)), changes
    assert not refused(FollowUp, **(facts | {"carried_to": new}))
    assert refused(FollowUp, **facts), "the same inspection twice"


def test_a_plan_is_as_far_as_its_facts_say():
    register()
    received = {"received_at": AT, "received_by": "person:2"}
    published = SENT | received | {"state": "published", "published_on": DAY, "published_where": "x"}
    osag = {"kind": "coordinated", "unit_id": None, "writer_id": "hmpps-osag"}
    for changes in (
        {"kind": "other"},
        {"state": "lost"},
        {"title": ""},
        {"unit_id": None},
        {"writer_id": "N57"},
        {"kind": "coordinated"},
        {"state": "submitted"},
        SENT | {"state": "drafting"},
        SENT | {"cleared_by": ""},
        SENT | {"submitted_on": None},
        SENT | {"state": "received"},
        SENT | received,
        published | {"published_where": ""},
        published | {"published_on": date(2026, 3, 1)},
        published | {"state": "updated", "updated_on": DAY},
        published | osag | {"state": "updated"},
    ):
        assert refused(Plan, **(PLAN | changes)), changes
    assert not refused(Plan, **(PLAN | published))
    whole = published | osag | {"reference": "PLAN-B", "state": "updated", "updated_on": DAY}
    assert not refused(Plan, **(PLAN | whole))
    assert refused(Plan, **PLAN), "the same reference twice"


def test_a_merged_plan_says_into_which_by_whom_and_why_and_keeps_how_far_it_was():
    register()
    other = Plan.objects.create(**(PLAN | {"reference": "PLAN-B"}))
    merged = {
        "state": "merged",
        "merged_into": other,
        "merged_at": AT,
        "merged_by": "person:1",
        "merged_name": "One",
        "merged_reason": "One plan for the unit.",
    }
    sent = {name: value for name, value in SENT.items() if name != "state"}
    received = sent | {"received_at": AT, "received_by": "person:2"}
    published = received | {"published_on": DAY, "published_where": "x"}
    for changes in (
        merged | {"state": "drafting"},
        {"state": "merged"},
        *(merged | dict.fromkeys([gone], "") for gone in ("merged_by", "merged_name", "merged_reason")),
        merged | {"merged_into": None},
        merged | {"merged_at": None},
        merged | sent | {"cleared_by": ""},
        merged | sent | {"submitted_on": None},
        merged | {"received_at": AT, "received_by": "person:2"},
        merged | sent | {"published_on": DAY, "published_where": "x"},
        merged | published | {"updated_on": DAY},
    ):
        assert refused(Plan, **(PLAN | changes)), changes
    kept = [
        Plan.objects.create(**(PLAN | merged | facts | {"reference": f"PLAN-{number}"}))
        for number, facts in enumerate(({}, sent, received, published))
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=kept[0].pk).update(merged_into=kept[0].pk)
    facts = {"plan": other, "text": "x", "owner_id": "N57EKNT", "measure": "x", "first_due": DAY, "due": DAY}
    moved = PlanAction.objects.create(**facts, number=1, added_at=AT, added_by="person:1")
    assert not refused(MergedAction, plan=kept[0], number=1, action=moved)
    assert refused(MergedAction, plan=kept[0], number=2, action=moved), "the same action twice"
    assert refused(MergedAction, plan=kept[1], number=0, action=moved)


def test_a_report_has_one_plan_and_a_part_is_given_whole():
    register()
    plan = Plan.objects.create(**PLAN)
    other = Plan.objects.create(**(PLAN | {"reference": "PLAN-B"}))
    PlanReport.objects.create(plan=plan, kind="core", source="A", title="Report")
    assert refused(PlanReport, plan=other, kind="core", source="A", title="Report")
    part = {
        "plan": plan,
        "number": 1,
        "party_id": "hmpps",
        "question": "What?",
        "wanted_by": DAY,
        "asked_at": AT,
        "asked_by": "person:1",
        "asked_name": "One",
    }
    given = {"given_at": AT, "given_by": "person:2", "given_name": "Two", "answer": "This."}
    for missing in given:
        empty = None if missing == "given_at" else ""
        assert refused(PlanPart, **(part | given | {missing: empty})), missing
    assert not refused(PlanPart, **(part | given))
    assert refused(PlanPart, **part), "the same number twice"


def test_an_action_has_one_date_waiting_and_another_person_decides():
    register()
    plan = Plan.objects.create(**PLAN)
    facts = {
        "plan": plan,
        "number": 1,
        "text": "Review.",
        "owner_id": "N57EKNT",
        "measure": "All",
        "first_due": DAY,
        "due": DAY,
        "added_at": AT,
        "added_by": "person:1",
    }
    for changes in ({"measure": ""}, {"progress": "lost"}, {"withdrawn_at": AT, "withdrawn_by": "person:1"}):
        assert refused(PlanAction, **(facts | changes)), changes
    action = PlanAction.objects.create(**facts)
    change = {
        "action": action,
        "round": 1,
        "due_before": DAY,
        "due_after": date(2026, 4, 1),
        "reason": "No staff.",
        "asked_at": AT,
        "asked_by": "person:1",
        "asked_name": "One",
    }
    decided = {"approved": True, "decided_at": AT, "decided_by": "person:2", "decided_name": "Two"}
    for changes in (
        {"reason": ""},
        {"due_after": DAY},
        {"approved": True},
        decided | {"approved": None},
        decided | {"approved": False},
        decided | {"decided_by": "person:1"},
        decided | {"decided_name": ""},
    ):
        assert refused(DateChange, **(change | changes)), changes
    assert not refused(DateChange, **change)
    assert refused(DateChange, **(change | {"round": 2})), "two dates waiting"
    assert not refused(DateChange, **(change | {"round": 2} | decided))
