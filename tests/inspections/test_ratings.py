"""Ratings: proposed by the lead, confirmed by a panel, explained, settled, seen by nobody else (D2, ¶16)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from oversight.inspections.actions import case, case_steps, ratings
from oversight.inspections.models import RatingProposal, SettledRating
from oversight.inspections.queries.ratings import ratings as rated_of
from oversight.inspections.rules.case import CaseState
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.arrangements.pages import faults, page, read, said, stand_on
from tests.factories.fieldwork import draw, judge, judge_whole, rows_of
from tests.factories.inspections import act, finished, in_fieldwork
from tests.factories.parties import acting_as, sign_in
from tests.harness.once import reached

pytestmark = pytest.mark.usefixtures("memorandum")
AT = datetime(2026, 4, 27, 9, 0, tzinfo=UTC)
EVIDENCE = ("leadership", "staffing", "services")
CASES = 10


@pytest.fixture
def lead(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-04-27")
    return sign_in(client, "hmip_lead_inspector", name="Lee Lead")


@pytest.fixture
def second(memorandum):
    return acting_as("hmip_lead_inspector", name="Sam Second")


@pytest.fixture
def inspection(lead, second):
    return judged(lead, second)


@reached
def judged(lead, second):
    """Ten cases judged: all sufficient, but six of ten in planning for safety."""
    found = in_fieldwork(lead)
    draw(found, lead, rows_of(30), wanted=CASES)
    for number in range(1, CASES + 1):
        judge_whole(found, lead, number)
        if number > 6:
            judge(found, lead, number, "planning-safety", "insufficient", revision=1)
    act(case.set_team, found, lead, lead=lead.reference, members=[second.reference])
    act(case_steps.finish_fieldwork, found, lead, AT, on=AT.date())
    return found


def refusal(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value


def propose(inspection, by, panel, standard="leadership", rating="good", **more):
    return ratings.propose(
        by=by,
        at=AT,
        reference=inspection.reference,
        standard=standard,
        rating=rating,
        reason=more.get("reason", "What was seen"),
        panel=[one.reference for one in panel],
    )


def confirm(inspection, by, number):
    return ratings.confirm(by=by, at=AT, reference=inspection.reference, proposal_id=number)


def decided(inspection, lead, second, standard="leadership", rating="good") -> None:
    number = propose(inspection, lead, [lead, second], standard, rating)
    confirm(inspection, lead, number)
    confirm(inspection, second, number)


def settle(inspection, by):
    act(ratings.settle, inspection, by, AT)


def standing(inspection, by, standard):
    found = rated_of(actor=by, reference=inspection.reference)
    return next(one for one in found.result.standards if one.standard.id == standard)


def test_a_case_standard_is_rated_from_the_judgements_kept(inspection, lead):
    planning = standing(inspection, lead, "planning")

    assert planning.rating.id == "requires_improvement"
    assert standing(inspection, lead, "reviewing").rating.id == "outstanding"


def test_a_judgement_on_evidence_is_provisional_until_the_whole_panel_confirmed(inspection, lead, second):
    number = propose(inspection, lead, [lead, second])
    assert standing(inspection, lead, "leadership").provisional

    assert not confirm(inspection, lead, number)
    assert standing(inspection, lead, "leadership").provisional
    assert confirm(inspection, second, number)

    assert not standing(inspection, lead, "leadership").provisional
    assert Entry.objects.order_by("-sequence").first().verb == "inspection.rating-confirmed"


def test_the_lead_alone_is_no_panel(inspection, lead):
    refused = refusal(propose, inspection, lead, [lead])

    assert (refused.rule, refused.field) == ("rating_panel", "panel")
    assert "alone is no panel" in refused.why
    assert refusal(propose, inspection, lead, [lead, lead]).rule == "rating_panel"


def test_only_the_lead_proposes_and_only_the_panel_confirms(inspection, lead, second):
    other = acting_as("hmip_lead_inspector")
    assert refusal(propose, inspection, second, [lead, second]).rule == "rating_proposer"
    number = propose(inspection, lead, [lead, second])

    assert refusal(confirm, inspection, other, number).rule == "rating_panel"
    confirm(inspection, second, number)
    assert refusal(confirm, inspection, second, number).rule == "rating_panel"


def test_a_panel_of_people_who_do_not_inspect_is_refused(inspection, lead):
    assert refusal(propose, inspection, lead, [lead, acting_as("hmip_planner")]).rule == "rating_panel"


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"reason": " "}, "rating_proposal"),
        ({"rating": "excellent"}, "rating_proposal"),
        ({"standard": "court_work"}, "rating_standard"),
    ],
)
def test_a_proposal_is_of_a_rated_standard_with_a_reason(inspection, lead, second, changed, rule):
    assert refusal(propose, inspection, lead, [lead, second], **changed).rule == rule


@pytest.mark.parametrize("role", ["head_of_pdu", "hmip_planner", "sponsorship_officer", "hmip_publications"])
def test_nobody_but_lead_inspectors_rates(inspection, lead, second, role):
    actor = acting_as(role)

    assert refusal(propose, inspection, actor, [lead, second]).rule.startswith("permission")


def test_a_departure_the_rules_allow_moves_the_standard_once_confirmed(inspection, lead, second):
    # Six of ten is 60%: within five points of the boundary of Good at 65%.
    number = propose(inspection, lead, [lead, second], "planning")
    assert standing(inspection, lead, "planning").rating.id == "requires_improvement"
    confirm(inspection, lead, number)
    confirm(inspection, second, number)

    planning = standing(inspection, lead, "planning")
    assert (planning.rating.id, planning.before_discretion.id) == ("good", "requires_improvement")


@pytest.mark.parametrize(
    ("standard", "rating"),
    [("planning", "outstanding"), ("planning", "requires_improvement"), ("reviewing", "good")],
)
def test_a_departure_the_rules_do_not_allow_is_refused_beside_the_rating(
    inspection, lead, second, standard, rating
):
    refused = refusal(propose, inspection, lead, [lead, second], standard, rating)

    assert (refused.rule, refused.field) == ("discretion", "rating")
    assert not RatingProposal.objects.exists()


def test_a_departure_that_later_judgements_rule_out_is_told_and_stops_the_settling(inspection, lead, second):
    decided(inspection, lead, second, "planning")
    for standard in EVIDENCE:
        decided(inspection, lead, second, standard)
    for number in (3, 4, 5, 6):
        judge(inspection, lead, number, "planning-safety", "insufficient", revision=1, at=AT)

    found = rated_of(actor=lead, reference=inspection.reference)

    assert "not possible any more" in found.problem
    assert standing(inspection, lead, "planning").rating.id == "inadequate"
    assert refusal(settle, inspection, lead).rule == "ratings_open"


def test_a_proposal_can_be_declined_with_a_reason_and_is_kept(inspection, lead, second):
    number = propose(inspection, lead, [lead, second])
    give = {"at": AT, "reference": inspection.reference, "proposal_id": number}
    assert refusal(ratings.withdraw, by=second, reason=" ", **give).field == "reason"
    other = acting_as("hmip_lead_inspector")
    assert refusal(ratings.withdraw, by=other, reason="No", **give).rule == "rating_panel"

    ratings.withdraw(by=second, reason="Staffing was not weighed", **give)

    found = rated_of(actor=lead, reference=inspection.reference)
    assert found.open("leadership") is None
    assert found.proposals["leadership"][0].withdrawn == "Staffing was not weighed"
    assert refusal(confirm, inspection, lead, number).rule == "not_found_proposal"


def test_a_new_proposal_takes_the_place_of_the_earlier_one(inspection, lead, second):
    propose(inspection, lead, [lead, second])
    propose(inspection, lead, [lead, second], rating="outstanding")

    found = rated_of(actor=lead, reference=inspection.reference)
    assert [one.rating.id for one in found.proposals["leadership"]] == ["outstanding", "good"]
    assert found.open("leadership").rating.id == "outstanding"


def test_ratings_are_settled_when_nothing_is_open_and_then_stay(inspection, lead, second):
    assert refusal(settle, inspection, lead).rule == "ratings_open"
    for standard in EVIDENCE:
        decided(inspection, lead, second, standard)

    settle(inspection, lead)

    # Three Good, one Requires improvement and three Outstanding: 6 + 1 + 9 of 21.
    whole = SettledRating.objects.get(standard="")
    assert (whole.rating, whole.points, SettledRating.objects.count()) == ("good", 16, 8)
    assert inspection.state == CaseState.DRAFT
    assert refusal(propose, inspection, lead, [lead, second]).rule == "fieldwork_state"
    assert refusal(judge, inspection, lead, 1, "planning-safety", revision=1).rule == "fieldwork_state"


def test_a_proposal_that_waits_for_its_panel_stops_the_settling(inspection, lead, second):
    for standard in EVIDENCE:
        decided(inspection, lead, second, standard)
    propose(inspection, lead, [lead, second], "planning")

    assert "not confirmed every proposal" in refusal(settle, inspection, lead).why


def test_judgements_that_are_missing_stop_the_settling(lead, second):
    found = in_fieldwork(lead)
    draw(found, lead, wanted=2)
    judge_whole(found, lead, 1)
    act(case_steps.finish_fieldwork, found, lead, AT, on=AT.date())
    for standard in EVIDENCE:
        decided(found, lead, second, standard)

    assert refusal(settle, found, lead).rule == "ratings_open"


def at(inspection, rest="") -> str:
    return f"/inspections/{inspection.reference}/ratings{rest}"


def test_the_page_explains_every_step_with_figures_and_labels(client, inspection, lead, second):
    decided(inspection, lead, second)

    text = said(page(client, at(inspection)))

    assert "6 of 10 (60%)" in text
    assert "not confirmed by a published source" in text
    assert "has not been judged on its evidence" in text
    assert "Sufficient: 6 of 10" in text


def test_a_rating_is_proposed_confirmed_and_settled_in_the_browser(client, inspection, lead, second):
    for standard in EVIDENCE:
        decided(inspection, lead, second, standard)
    data = {"rating": "good", "reason": "Near the boundary", "panel": [lead.reference, second.reference]}
    assert client.post(at(inspection, "/planning/propose"), data).status_code == 302
    number = RatingProposal.objects.get(standard="planning").pk
    assert "not confirmed yet" in said(page(client, at(inspection, f"/proposals/{number}")))

    assert client.post(at(inspection, f"/proposals/{number}"), {"step": "confirm"}).status_code == 302
    confirm(inspection, second, number)
    inspection.refresh_from_db()
    answer = client.post(at(inspection), {"revision": str(inspection.revision)})

    assert answer.status_code == 302
    text = said(page(client, at(inspection)))
    assert "Overall: Good" in text
    assert "by the panel; the cases give Requires improvement" in text


def test_what_is_refused_is_told_beside_the_field(client, inspection, lead, second):
    assert len(faults(read(client.post(at(inspection, "/leadership/propose"), {}), 422))) == 3
    alone = {"rating": "good", "reason": "x", "panel": [lead.reference]}
    tree = read(client.post(at(inspection, "/leadership/propose"), alone), 409)
    assert "alone is no panel" in faults(tree)[0]
    number = propose(inspection, lead, [lead, second])
    assert faults(read(client.post(at(inspection, f"/proposals/{number}"), {"step": "decline"}), 422)) == [
        "Enter the reason."
    ]
    answer = client.post(at(inspection, f"/proposals/{number}"), {"step": "decline", "reason": "Not yet"})
    assert answer.status_code == 302
    assert "Lee Lead: Not yet" in said(page(client, at(inspection)))
    inspection.refresh_from_db()
    read(client.post(at(inspection), {"revision": str(inspection.revision)}), 409)


@pytest.mark.parametrize(
    ("role", "party"),
    [
        ("osag_lead", ""),
        ("head_of_pdu", "N57EKNT"),
        ("regional_probation_director", "N57"),
        ("sponsorship_officer", ""),
    ],
)
def test_nobody_outside_the_inspectorate_sees_a_rating(client, inspection, role, party):
    sign_in(client, role, party)

    answer = client.get(at(inspection))

    assert answer.status_code in {403, 404}
    assert b"Outstanding" not in answer.content


def test_a_partner_of_a_joint_inspection_sees_no_ratings_and_no_link_to_them(client, lead):
    found = in_fieldwork(
        lead,
        programme="thematic-2023",
        kind="joint",
        units=("N57",),
        partners=("hmicfrs",),
        title="Child protection",
    )
    sign_in(client, "partner_inspector", "hmicfrs")

    assert "not shared with your organisation" in said(page(client, at(found), 403))
    assert not page(client, f"/inspections/{found.reference}").css_first(f'a[href="{at(found)}"]')


def test_a_colleague_off_the_team_reads_and_is_offered_nothing(client, inspection):
    sign_in(client, "hmip_planner")

    tree = page(client, at(inspection))

    assert not tree.css_first("main form, main .govuk-button")
    assert "Propose" not in said(tree)


def test_an_unrated_inspection_gives_shares_only(client, lead):
    found = in_fieldwork(lead, programme="dynamic-public-protection-2025-26", kind="dynamic", units=("N57",))

    text = said(page(client, at(found)))

    assert "gives no ratings" in text
    assert "Overall:" not in text
    page(client, at(found, "/public_protection/propose"), 404)


def test_before_the_end_of_fieldwork_nothing_is_proposed(lead, second):
    found = in_fieldwork(lead)

    assert refusal(propose, found, lead, [lead, second]).rule == "fieldwork_state"


def test_an_unknown_standard_or_proposal_is_not_found(client, lead):
    found = finished(lead)

    for rest in ("/court_work/propose", "/proposals/99"):
        assert "Open the ratings" in said(page(client, at(found, rest), 404))


@pytest.mark.writes_directly("the database refuses the impossible")
@pytest.mark.parametrize(
    "change", [{"withdrawn_at": AT}, {"withdrawn_by": "person:1"}, {"reason": ""}, {"rating": ""}]
)
def test_the_database_holds_a_proposal_to_its_facts(inspection, lead, second, change):
    propose(inspection, lead, [lead, second])

    with pytest.raises(IntegrityError), transaction.atomic():
        RatingProposal.objects.update(**change)
