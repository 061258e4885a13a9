"""Lists, draws and cases left out: what is kept, who may, and what is refused (D1, ¶16)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from oversight.inspections.actions import fieldwork
from oversight.inspections.models import CaseList, SampledCase, SampleDraw
from oversight.inspections.queries.fieldwork import repeats, sample_of
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.factories.arrangements import acting_for
from tests.factories.fieldwork import AT, draw, file_of, rows_of, upload
from tests.factories.inspections import announced, finished, in_fieldwork, planner, scheduled
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def inspection(lead):
    return in_fieldwork(lead)


def refusal(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value


def leave_out(inspection, by, number, reason="unavailable", note=""):
    return fieldwork.leave_out(
        by=by, at=AT, reference=inspection.reference, number=number, reason=reason, note=note
    )


def last_entry() -> Entry:
    return Entry.objects.order_by("-sequence").first()


def test_a_list_is_kept_whole_with_its_digest_and_told_in_the_record(inspection, lead):
    upload(inspection, lead, rows_of(30, left_out=2))

    held = CaseList.objects.get()
    assert (held.rows.count(), held.rows.exclude(left_out="").count(), len(held.digest)) == (30, 2, 64)
    assert last_entry().verb == "inspection.case-list-uploaded"


def test_a_draw_is_recorded_with_its_seed_and_repeats(inspection, lead):
    drawn = draw(inspection, lead, wanted=10)

    kept = SampleDraw.objects.get()
    assert (drawn, kept.drawn, kept.most_per_officer, kept.buffer_per_cent) == (10, 10, 6, 20)
    assert list(SampledCase.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 13))
    assert SampledCase.objects.filter(in_reserve=True).count() == 2
    assert last_entry().verb == "inspection.sample-drawn"
    assert repeats(actor=lead, reference=inspection.reference, list_id=kept.case_list_id)


@pytest.mark.writes_directly("a list changed behind the service")
def test_a_list_changed_outside_the_service_does_not_repeat(inspection, lead):
    draw(inspection, lead)
    kept = SampleDraw.objects.get()
    kept.case_list.rows.filter(sampled__number=1).update(stratum="men_post_custody_low")

    assert not repeats(actor=lead, reference=inspection.reference, list_id=kept.case_list_id)


def test_two_draws_have_two_seeds(inspection, lead):
    draw(inspection, lead)
    other = in_fieldwork(lead, units=("N56NOSU",))
    draw(other, lead)

    assert SampleDraw.objects.order_by("id").values_list("seed", flat=True).distinct().count() == 2


def test_a_list_is_drawn_from_once(inspection, lead):
    draw(inspection, lead)
    again = CaseList.objects.get().pk

    refused = refusal(
        fieldwork.draw_sample, by=lead, at=AT, reference=inspection.reference, list_id=again, wanted=10
    )

    assert refused.rule == "sample_drawn"
    assert SampleDraw.objects.count() == 1


def test_a_new_list_after_a_draw_needs_a_reason_and_sets_the_sample_aside(inspection, lead):
    draw(inspection, lead)

    assert refusal(upload, inspection, lead).rule == "case_list_drawn"

    newer = upload(inspection, lead, rows_of(40), reason="The list was of another unit")
    facts = sample_of(actor=lead, reference=inspection.reference)
    assert facts.case_list.id == newer
    assert facts.case_list.set_aside == (("cases.csv", "The list was of another unit"),)
    assert facts.count == 0
    assert SampledCase.objects.count() == 12


def test_numbers_of_cases_go_on_after_a_sample_set_aside(inspection, lead):
    draw(inspection, lead)
    newer = upload(inspection, lead, rows_of(40), reason="Wrong unit")
    fieldwork.draw_sample(by=lead, at=AT, reference=inspection.reference, list_id=newer, wanted=5)

    facts = sample_of(actor=lead, reference=inspection.reference)
    assert [one.number for one in facts.rows] == list(range(13, 19))


def test_a_list_nobody_drew_from_is_replaced_without_a_reason(inspection, lead):
    older = upload(inspection, lead)
    upload(inspection, lead, rows_of(31))

    refused = refusal(
        fieldwork.draw_sample, by=lead, at=AT, reference=inspection.reference, list_id=older, wanted=5
    )
    assert refused.rule == "case_list_stale"


def test_a_list_with_faults_is_not_kept(inspection, lead):
    refused = refusal(upload, inspection, lead, rows_of(3) + "\nJane Smith,N1,female,community,low,")

    assert refused.rule == "case_list"
    assert not CaseList.objects.exists()


def test_what_the_list_cannot_give_is_told_as_short(inspection, lead):
    draw(inspection, lead, rows_of(8, officers=1), wanted=8)

    facts = sample_of(actor=lead, reference=inspection.reference)
    assert (facts.case_list.draw.drawn, facts.case_list.draw.shortfall) == (6, 2)


def test_a_case_left_out_is_replaced_from_the_reserve_and_kept_with_its_reason(inspection, lead):
    draw(inspection, lead)

    instead = leave_out(inspection, lead, 1)

    assert instead in {11, 12}
    rows = {one.number: one for one in sample_of(actor=lead, reference=inspection.reference).rows}
    assert (rows[1].standing, rows[1].reason) == ("left_out", "The case file cannot be had in time")
    assert (rows[instead].standing, rows[instead].replaces) == ("sample", 1)
    assert last_entry().verb == "inspection.case-left-out"


def test_when_the_reserve_is_empty_nothing_takes_the_place(inspection, lead):
    draw(inspection, lead)

    assert [leave_out(inspection, lead, number) for number in (1, 2, 3)][2] == 0


@pytest.mark.parametrize(
    ("number", "reason", "rule"),
    [
        (1, "because", "case_reason"),
        (1, "other", "case_reason"),
        (11, "unavailable", "case_standing"),
        (99, "unavailable", "not_found_case"),
    ],
)
def test_a_case_is_left_out_for_a_known_reason_and_from_the_sample_only(
    inspection, lead, number, reason, rule
):
    draw(inspection, lead)

    assert refusal(leave_out, inspection, lead, number, reason, " ").rule == rule


def test_a_case_is_left_out_once(inspection, lead):
    draw(inspection, lead)
    leave_out(inspection, lead, 1)

    assert refusal(leave_out, inspection, lead, 1).rule == "case_standing"


def test_only_the_team_of_this_inspection_draws(inspection, lead):
    other = acting_as("hmip_lead_inspector")

    assert refusal(upload, inspection, other).rule == "inspection_team"


@pytest.mark.parametrize(
    ("code", "role"),
    [("hmip", "hmip_planner"), ("hmpps-osag", "osag_lead"), ("N57EKNT", "head_of_pdu"), ("hmicfrs", "")],
)
def test_nobody_but_lead_inspectors_draws(inspection, code, role):
    assert refusal(upload, inspection, acting_for(code, role)).rule.startswith("permission")


@pytest.mark.parametrize("bring", [scheduled, finished])
def test_a_list_is_uploaded_between_announcement_and_the_end_of_fieldwork(lead, bring):
    assert refusal(upload, bring(lead), lead).rule in {"fieldwork_state", "not_found_inspection"}


def test_a_list_may_come_before_fieldwork_starts(lead):
    assert upload(announced(lead), lead)


@pytest.mark.parametrize("code", ["hmpps-osag", "N57EKNT", "N57", "moj-data-assurance"])
def test_the_inspected_and_osag_do_not_see_the_cases(inspection, lead, code):
    draw(inspection, lead)

    refused = refusal(sample_of, actor=acting_for(code), reference=inspection.reference)

    assert refused.rule in {"permission_inspection_part", "not_found_inspection"}


def test_planners_of_the_inspectorate_see_the_cases(inspection, lead):
    draw(inspection, lead)

    assert sample_of(actor=planner(), reference=inspection.reference).count == 12


def test_an_unknown_sample_is_refused(inspection, lead):
    refused = refusal(
        fieldwork.upload_list,
        by=lead,
        at=AT,
        reference=inspection.reference,
        sample="victims",
        file=file_of(),
        file_name="x.csv",
    )
    assert refused.rule == "sample_known"
    assert refusal(sample_of, actor=lead, reference=inspection.reference, sample="victims").rule == (
        "not_found_sample"
    )


@pytest.mark.writes_directly("the database refuses the impossible")
@pytest.mark.parametrize(
    "change",
    [
        {"removed_at": AT},
        {"removed_at": AT, "removed_by": "person:1"},
        {"removed_note": "note"},
        {"number": 0},
        {"number": 2},
    ],
)
def test_the_database_holds_a_case_to_its_facts(inspection, lead, change):
    draw(inspection, lead)

    with pytest.raises(IntegrityError), transaction.atomic():
        SampledCase.objects.filter(number=1).update(**change)


@pytest.mark.writes_directly("the database refuses the impossible")
def test_the_database_keeps_one_list_in_use_and_one_draw_of_it(inspection, lead):
    draw(inspection, lead)
    held = CaseList.objects.get()
    held.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        held.save(force_insert=True)
    kept = SampleDraw.objects.get()
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)
