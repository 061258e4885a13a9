"""Recommendations, effective practice and figures of a report (D3, D7, ¶16, ¶23, ¶32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from oversight.arrangements.queries import known_versions
from oversight.arrangements.rules.explaining import version_on
from oversight.inspections.actions import data_items, report_parts
from oversight.inspections.models import (
    DataItemRevision,
    InspectionMove,
    PracticeExample,
    Recommendation,
    RecommendationsReason,
)
from oversight.inspections.queries.data_items import comparison, to_check
from oversight.inspections.queries.report_facts import authorities
from oversight.inspections.rules.data_items import Level, Placement
from oversight.inspections.rules.recommending import Authority, addressable, check_number
from oversight.kernel.refusals import Refused
from tests.factories.inspections import in_fieldwork
from tests.factories.parties import acting_as
from tests.factories.reports import AT, check, enter, figures, note_practice, now_of, recommend, unrated

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector", name="Lee Lead")


@pytest.fixture
def inspection(lead):
    return in_fieldwork(lead)


@pytest.fixture
def assurance(memorandum):
    return acting_as("data_assurance_officer", name="Dana Data")


def refused(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **more)
    return caught.value


def rule(call, *arguments, **more) -> str:
    return refused(call, *arguments, **more).rule


def withdraw(inspection, by, number, reason="Met already") -> None:
    report_parts.withdraw_recommendation(
        by=by, at=AT, reference=inspection.reference, number=number, reason=reason
    )


def reword(inspection, by, number, revision=1, **more) -> int:
    facts = {"authority": "N57", "text": "Do much better", "standards": ["leadership"]} | more
    return report_parts.reword(
        by=by, at=AT, reference=inspection.reference, number=number, revision=revision, **facts
    )


def test_a_number_is_used_once_for_ever(inspection, lead):
    assert [recommend(inspection, lead) for _ in range(2)] == [1, 2]
    withdraw(inspection, lead, 2)

    assert recommend(inspection, lead) == 3
    found = now_of(inspection).recommendations
    assert [(one.text.number, one.withdrawn) for one in found] == [(1, ""), (2, "Met already"), (3, "")]


def test_each_goes_to_one_authority_of_the_arrangements(inspection):
    possible = [one.code for one in authorities(inspection, AT.date())]

    assert {"ministers", "moj-policy", "hmpps", "probation-service", "N57", "N57EKNT"} <= set(possible)
    assert not {"N03", "N57EKNT-other", "hmip", "moj", "moj-sponsorship"} & set(possible)
    assert len(possible) == len(set(possible))


def test_a_recommendation_is_whole(inspection, lead):
    for changed, expected in (
        ({"authority": ""}, "recommendation_authority"),
        ({"authority": "N03"}, "recommendation_authority"),
        ({"authority": "hmip"}, "recommendation_authority"),
        ({"text": " "}, "recommendation_text"),
        ({"standards": []}, "recommendation_standards"),
        ({"standards": ["court_work"]}, "recommendation_standards"),
    ):
        assert rule(recommend, inspection, lead, **changed) == expected


def test_more_than_usual_asks_why_and_the_figure_is_that_of_the_arrangements(inspection, lead):
    text = version_on(known_versions(), AT.date())
    usual = next(one for one in text.arrangements if one.id == "23-usually-ten-at-most")
    most = usual.figures["usual_most"]
    for _ in range(most):
        recommend(inspection, lead)

    told = refused(recommend, inspection, lead)

    assert (told.rule, told.paragraph, told.field) == ("recommendations_usual", "23", "reason")
    assert str(most) in told.why
    assert str(usual.force) == "usually"
    assert recommend(inspection, lead, reason="Two services were looked at") == most + 1
    assert RecommendationsReason.objects.get().usual_most == most
    assert now_of(inspection).reason == "Two services were looked at"


def test_a_report_that_is_no_core_one_has_no_usual_number(lead):
    assert now_of(unrated(lead)).usual_most is None


@given(st.integers(0, 40), st.none() | st.integers(0, 20), st.integers(0, 40), st.sampled_from(["", "Why"]))
def test_a_reason_is_asked_for_exactly_when_there_are_more_than_reasoned_for(count, most, before, reason):
    asked = most is not None and count > most and before < count and not reason
    try:
        check_number(count, most, before, reason)
    except Refused:
        assert asked
    else:
        assert not asked


@given(st.lists(st.sampled_from(["N57", "N03", "N57EKNT", "home-office", "hmpps", "cqc"]), unique=True))
def test_regions_and_units_are_addressed_where_they_were_inspected(codes):
    kinds = {"N57": "region", "N03": "region", "N57EKNT": "pdu", "home-office": "department"}
    parties = [Authority(one, kinds.get(one, "agency"), "") for one in codes]
    tokens = ["hmpps", "kind:region", "kind:pdu", "kind:department"]

    found = addressable(parties, tokens, ["/hmpps/probation-service/N57/N57EKNT/"])

    assert list(found) == [one for one in codes if one not in {"N03", "cqc"}]


def test_a_rewording_is_kept_beside_the_first_and_refuses_an_older_sight(inspection, lead):
    number = recommend(inspection, lead)
    assert reword(inspection, lead, number, authority="hmpps") == 2

    assert rule(reword, inspection, lead, number, revision=1, text="Mine") == "recommendation_stale"
    (one,) = now_of(inspection).recommendations
    assert (one.text.text, one.text.authority) == ("Do much better", "hmpps")
    assert len(one.before) == 1


def test_a_withdrawn_one_has_its_reason_and_stays_as_it_was(inspection, lead):
    number = recommend(inspection, lead)
    assert rule(withdraw, inspection, lead, number, " ") == "recommendation_withdrawal"
    withdraw(inspection, lead, number)

    assert rule(reword, inspection, lead, number) == "recommendation_withdrawn"
    assert rule(withdraw, inspection, lead, number) == "recommendation_withdrawn"
    assert rule(withdraw, inspection, lead, 99) == "not_found_recommendation"


def test_only_the_team_recommends(inspection):
    assert rule(recommend, inspection, acting_as("hmip_lead_inspector")) == "inspection_team"
    assert rule(recommend, inspection, acting_as("head_of_pdu", "N57EKNT")).startswith("permission")


def test_a_note_is_chosen_in_words_fit_for_readers_and_left_out_again(inspection, lead):
    note = note_practice(inspection, lead)
    who = {"by": lead, "at": AT, "reference": inspection.reference, "note": note}
    report_parts.choose_practice(**who, text="First wording")
    report_parts.choose_practice(**who, text="Better wording")
    assert [one.text for one in now_of(inspection).practice] == ["Better wording"]

    report_parts.leave_out_practice(**who)

    assert now_of(inspection).practice == ()
    assert PracticeExample.objects.count() == 2
    assert rule(report_parts.leave_out_practice, **who) == "not_found_practice"
    assert rule(report_parts.choose_practice, **who, text="") == "practice_text"
    assert rule(report_parts.choose_practice, **(who | {"note": 10**6}), text="x") == "not_found_practice"


def test_figures_say_whose_they_are_and_stand_where_they_may(inspection, lead):
    annexed = {"published": False, "placement": Placement.ANNEX}
    for changed, expected in (
        ({"published": False, "reason": "Context"}, "data_item_unpublished"),
        (annexed, "data_item_reason"),
        (annexed | {"reason": "x", "level": Level.REGION}, "data_item_annex"),
        ({"as_of": date(2026, 5, 1)}, "data_item_day"),
        ({"title": " "}, "data_item"),
        ({"source": ""}, "data_item"),
        ({"owner": "nobody"}, "not_found_party"),
    ):
        assert rule(enter, inspection, lead, figures(**changed)) == expected


def test_a_table_with_faults_is_not_kept(inspection, lead):
    broken = replace(figures(), table=replace(figures().table, rows=(("A", "x", "1", "1"),)))

    assert rule(enter, inspection, lead, broken) == "data_item_table"
    assert not DataItemRevision.objects.exists()


def test_a_check_holds_for_the_figures_that_were_checked_alone(inspection, lead, assurance):
    number = enter(inspection, lead, figures(level=Level.NATIONAL))
    (item,) = now_of(inspection).data_items
    check(inspection, assurance, number, item.facts.digest)
    assert now_of(inspection).data_items[0].checked

    change(inspection, lead, number, "Team,Men\nA,40")

    assert not now_of(inspection).data_items[0].checked
    assert rule(check, inspection, assurance, number, item.facts.digest) == "data_check_stale"


def change(inspection, by, number, text, revision=1, **more) -> int:
    return data_items.change_data_item(
        by=by,
        at=AT,
        reference=inspection.reference,
        number=number,
        facts=figures(text, level=Level.NATIONAL, **more),
        revision=revision,
    )


def test_the_arrangements_are_told_that_data_assurance_owes_a_check_and_that_it_is_done(
    inspection, lead, assurance
):
    first = enter(inspection, lead, figures(level=Level.NATIONAL))
    second = enter(inspection, lead, figures(level=Level.NATIONAL, title="Other"))
    for number in (first, second):
        item = now_of(inspection).data_items[number - 1]
        check(inspection, assurance, number, item.facts.digest)

    told = InspectionMove.objects.filter(move__startswith="national").order_by("id")
    assert [one.move for one in told] == ["national_comparison_proposed", "national_comparison_checked"]


def test_figures_found_wrong_stay_unchecked_and_say_why(inspection, lead, assurance):
    number = enter(inspection, lead, figures(level=Level.NATIONAL))
    (item,) = now_of(inspection).data_items
    assert rule(check, inspection, assurance, number, item.facts.digest, holds=False) == "data_check_note"

    check(inspection, assurance, number, item.facts.digest, holds=False, note="Wrong year")

    assert now_of(inspection).unchecked == (number,)


def test_only_data_assurance_checks_and_sees_nothing_else_of_the_figures(inspection, lead, assurance):
    unit = enter(inspection, lead)
    kept = enter(
        inspection,
        lead,
        figures(level=Level.NATIONAL, published=False, placement=Placement.KEPT, reason="x", title="Kept"),
    )
    number = enter(inspection, lead, figures(level=Level.NATIONAL))
    digest = now_of(inspection).data_items[2].facts.digest

    for other in (lead, acting_as("osag_lead"), acting_as("head_of_pdu", "N57EKNT")):
        assert rule(check, inspection, other, number, digest).startswith("permission")
        assert rule(to_check, actor=other).startswith("permission")
    assert [one.number for one in to_check(actor=assurance).lines] == [number]
    for hidden in (unit, kept):
        assert rule(comparison, actor=assurance, reference=inspection.reference, number=hidden).startswith(
            "not_found"
        )
        assert rule(check, inspection, assurance, hidden, digest) == "data_check_needed"


def test_changed_figures_are_kept_beside_the_first_and_refuse_an_older_sight(inspection, lead):
    number = enter(inspection, lead, figures(level=Level.NATIONAL))
    assert change(inspection, lead, number, "Team,Men\nA,40") == 2

    assert rule(change, inspection, lead, number, "Team,Men\nA,50") == "data_item_stale"
    assert DataItemRevision.objects.count() == 2


def test_withdrawn_figures_keep_their_number_and_their_reason(inspection, lead):
    number = enter(inspection, lead)
    who = {"by": lead, "at": AT, "reference": inspection.reference, "number": number}
    assert rule(data_items.withdraw_data_item, **who, reason="") == "data_item_withdrawal"
    data_items.withdraw_data_item(**who, reason="Not needed")

    assert rule(data_items.withdraw_data_item, **who, reason="x") == "data_item_withdrawn"
    assert enter(inspection, lead) == number + 1
    assert len(now_of(inspection).content.data_items) == 1


@pytest.mark.writes_directly("the database refuses the impossible")
def test_the_database_holds_figures_and_recommendations_to_their_facts(inspection, lead):
    enter(inspection, lead)
    recommend(inspection, lead)
    impossible = [
        (DataItemRevision, {"published": False}),
        (
            DataItemRevision,
            {"published": False, "placement": "annex", "level": "region", "reason": "x"},
        ),
        (DataItemRevision, {"published": False, "placement": "kept"}),
        (DataItemRevision, {"level": "planet"}),
        (DataItemRevision, {"figures": ""}),
        (Recommendation, {"withdrawn_at": AT}),
        (Recommendation, {"withdrawn_by": "person:1"}),
        (Recommendation, {"withdrawn_reason": "x"}),
        (Recommendation, {"number": 0}),
    ]

    for model, change in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**change)
