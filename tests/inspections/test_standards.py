"""Standards proposed, approved by a second person, told, in force, withdrawn; by HMIP alone (A9, ¶9)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from oversight.access.rules import access_table
from oversight.arrangements.models import Duty
from oversight.inspections.actions import case, fieldwork, standards
from oversight.inspections.models import StandardsVersion
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.case import types
from oversight.inspections.queries.programmes import all_programmes, programme_for
from oversight.inspections.rules.case import Dates
from oversight.inspections.rules.case_lists import design_of
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.arrangements.pages import faults, page, read, said, stand_on, typed
from tests.factories.fieldwork import judge_whole
from tests.factories.fieldwork import upload as upload_list
from tests.factories.inspections import in_fieldwork, planner, scheduled
from tests.factories.parties import acting_as, example_party, sign_in
from tests.inspections.stories import PDU_2023, text_of

pytestmark = pytest.mark.usefixtures("memorandum")

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWNER = "hmip_standards_owner"
EFFECT = date(2026, 4, 1)
REFERENCE = f"standards-{PDU_2023}-v2"
PROPOSE = f"/standards/{PDU_2023}/propose"


def text(version=2, day="2026-04-01", **changes) -> str:
    """Give the text of a later version, with a higher threshold for Good."""
    found = text_of(PDU_2023).replace("version: 1", f"version: {version}", 1)
    found = found.replace("2023-10-01", day, 1).replace("good: 65", "good: 70")
    for before, after in changes.items():
        found = found.replace(before, after)
    return found


@pytest.fixture
def owner(client, monkeypatch):
    stand_on(monkeypatch, "2026-03-02")
    return sign_in(client, OWNER)


@pytest.fixture
def second():
    return acting_as(OWNER)


def proposed(by, version=2, day="2026-04-01", at=AT) -> StandardsVersion:
    number = standards.propose(
        by=by, at=at, wanted=PDU_2023, text=text(version, day), why="Good was too easy to reach"
    )
    return StandardsVersion.objects.get(pk=number)


def act(step, row, by, at=AT, **more) -> None:
    row.refresh_from_db()
    step(by=by, at=at, proposal_id=row.pk, revision=row.revision, **more)
    row.refresh_from_db()


def approved(owner, second, **more) -> StandardsVersion:
    row = proposed(owner, **more)
    act(standards.approve, row, second)
    return row


def rule_of(step, row, by, **more) -> str:
    with pytest.raises(Refused) as refused:
        act(step, row, by, **more)
    return refused.value.rule


def duties(title_of="29-tell-all-parties") -> list[Duty]:
    return list(Duty.objects.filter(about=REFERENCE, arrangement=title_of).order_by("id"))


def test_a_version_is_proposed_in_a_browser_with_every_fault_by_line_and_every_change_in_words(client, owner):
    started = page(client, PROPOSE)
    assert "version: 2" in typed(started, "text")

    broken = text().replace("owner: hmip", "owner: moj").replace("group: service_delivery", "group: service")
    wrong = read(client.post(PROPOSE, {"text": broken, "why": "", "step": "propose"}), 422)
    assert "5 lines to correct" in said(wrong)
    assert "Line 7, owner" in said(wrong)
    assert typed(wrong, "text").strip() == broken.strip()

    checked = read(client.post(PROPOSE, {"text": text(), "why": "Stricter", "step": "check"}))
    assert "Good: least share sufficient was “65%” and is now “70%”." in said(checked)
    assert not StandardsVersion.objects.exists()
    assert "reason" in faults(read(client.post(PROPOSE, {"text": text(), "step": "propose"}), 409))[0]

    answer = client.post(PROPOSE, {"text": text(), "why": "Stricter", "step": "propose"})
    row = StandardsVersion.objects.get()
    assert answer["Location"] == reverse("standards-proposal", args=[row.pk])
    assert (row.version, row.effective_from, row.state) == (2, EFFECT, "proposed")
    assert Entry.objects.order_by("-sequence").first().verb == "standards.proposed"
    shown = said(page(client, answer["Location"]))
    assert "a second owner of inspection standards decides on it" in shown
    assert "is now “70%”" in shown


def test_a_version_is_proposed_from_a_file_of_any_line_ends(client, owner):
    sent = SimpleUploadedFile("v2.yaml", text().replace("\n", "\r\n").encode(), "application/yaml")

    checked = read(client.post(PROPOSE, {"file": sent, "text": "", "step": "check"}))

    assert typed(checked, "text").strip() == text().strip()
    for content in (b"\xff\xfe", b""):
        bad = SimpleUploadedFile("v2.yaml", content)
        assert faults(read(client.post(PROPOSE, {"file": bad, "text": "", "step": "check"}), 422))
    assert faults(read(client.post(PROPOSE, {"text": " ", "step": "check"}), 422))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (text(3), "the next one"),
        (text(day="2026-03-01"), "has passed"),
        (text().replace(f"id: {PDU_2023}", "id: another"), "this is about"),
    ],
)
def test_what_cannot_follow_is_said_beside_the_text(client, owner, sent, words):
    found = read(client.post(PROPOSE, {"text": sent, "why": "Why", "step": "propose"}), 409)

    assert words in faults(found)[0]
    assert not StandardsVersion.objects.exists()


def test_approval_by_a_second_person_opens_the_duty_to_tell_the_other_parties_paragraph_29(
    client, owner, second
):
    row = proposed(owner)
    assert rule_of(standards.approve, row, owner) == "standards_second_person"
    assert rule_of(standards.decline, row, owner, reason="No") == "standards_second_person"
    assert not duties()

    act(standards.approve, row, second)

    (duty,) = duties()
    assert (duty.bearer_id, duty.met_by_id) == ("hmip", None)
    assert Entry.objects.order_by("-sequence").first().verb == "standards.approved"
    act(standards.tell, row, second, note="From April, Good needs 70% of cases.")
    assert duties()[0].met_by_id == row.told_event
    bearers = {one.bearer_id for one in duties("29-acknowledge-change")}
    assert bearers == {"moj-sponsorship", "hmpps"}
    assert rule_of(standards.tell, row, second, note="Again") == "standards_told"


def test_when_the_event_cannot_be_recorded_nothing_is_approved(owner, second, monkeypatch):
    row = proposed(owner)

    def refuse(**_kwargs):
        raise Refused("test", "No.", "Stop.")

    monkeypatch.setattr(standards, "happened", refuse)
    assert rule_of(standards.approve, row, second) == "test"
    row.refresh_from_db()
    assert row.state == "proposed"
    assert not duties()


def test_steps_are_taken_in_a_browser_with_one_primary_button(client, owner, second, monkeypatch):
    row = proposed(second)
    at = reverse("standards-proposal", args=[row.pk])

    def step(name, status=302, **fields):
        where = reverse(name, args=[row.pk])
        revision = typed(page(client, where), "revision")
        return client.post(where, {"revision": revision} | fields)

    assert "Approve this version" in said(page(client, at))
    assert step("standards-approve").status_code == 302
    assert "Coming" in said(page(client, at))
    assert step("standards-tell", note="").status_code == 422
    assert step("standards-tell", note="From April").status_code == 302
    stale = client.post(reverse("standards-withdraw", args=[row.pk]), {"revision": 1, "reason": "Late"})
    assert "Someone else acted" in said(read(stale, 409))
    stand_on(monkeypatch, "2026-04-02")
    assert "In force" in said(page(client, at))
    assert step("standards-take-effect").status_code == 302
    told = said(page(client, at))
    assert "Recorded that it took effect" in told
    assert not page(client, at).css_first("main .govuk-button")
    listed = said(page(client, f"/standards/{PDU_2023}"))
    assert "Followed by a later one" in listed
    assert "In force" in listed


def test_telling_late_shows_as_missed_once_it_took_effect(owner, second):
    row = approved(owner, second)
    later = datetime(2026, 4, 3, 9, tzinfo=UTC)
    assert rule_of(standards.take_effect, row, owner) == "standards_not_in_force"

    act(standards.take_effect, row, owner, at=later)

    assert duties()[0].due == EFFECT
    assert rule_of(standards.take_effect, row, owner, at=later) == "standards_effect"


def test_a_version_withdrawn_before_its_day_never_takes_effect_and_nobody_owes_anything(owner, second):
    row = approved(owner, second)
    act(standards.tell, row, owner, note="From April")
    assert rule_of(standards.withdraw, row, owner, reason=" ") == "standards_reason"

    act(standards.withdraw, row, owner, reason="A mistake in the bands")

    assert all(one.withdrawn for one in (*duties(), *duties("29-acknowledge-change")))
    assert all(one.version == 1 for one in all_programmes())
    assert Entry.objects.order_by("-sequence").first().verb == "standards.withdrawn"
    assert StandardsVersion.objects.get().text == text()
    again = rule_of_propose(owner, text(2))
    assert again == "standards_number"
    assert standards.propose(by=owner, at=AT, wanted=PDU_2023, text=text(3), why="Corrected")


def rule_of_propose(by, given, wanted=PDU_2023) -> str:
    with pytest.raises(Refused) as refused:
        standards.propose(by=by, at=AT, wanted=wanted, text=given, why="Why")
    return refused.value.rule


def test_one_version_of_a_programme_waits_for_a_decision_at_a_time(owner, second):
    row = proposed(owner)
    assert rule_of_propose(owner, text()) == "standards_waiting"

    act(standards.decline, row, second, reason="Wait for the pilot")

    assert proposed(second).version == 2


def test_a_version_in_force_or_kept_by_an_inspection_stays(owner, second):
    row = approved(owner, second)
    kept = scheduled(dates=Dates(AT.date(), date(2026, 4, 13), date(2026, 4, 24)))

    with pytest.raises(Refused) as refused:
        act(standards.withdraw, row, owner, reason="Changed our mind")
    assert refused.value.rule == "standards_in_use"
    assert kept.reference in refused.value.why
    later = datetime(2026, 4, 2, tzinfo=UTC)
    assert rule_of(standards.withdraw, row, owner, at=later, reason="No") == "standards_in_force"


def test_a_proposal_whose_day_has_passed_cannot_be_approved(owner, second):
    row = proposed(owner)
    late = datetime(2026, 4, 2, tzinfo=UTC)

    assert rule_of(standards.approve, row, second, at=late) == "standards_day"
    act(standards.withdraw, row, owner, at=late, reason="Too late")


def test_inspections_are_made_under_the_version_in_force_on_the_first_day_of_fieldwork_and_keep_it(
    owner, second
):
    held = scheduled(dates=Dates(AT.date(), date(2026, 4, 13), date(2026, 4, 24)))
    approved(owner, second)

    early = scheduled(dates=Dates(AT.date(), date(2026, 3, 31), date(2026, 4, 10)))
    late = scheduled(dates=Dates(AT.date(), EFFECT, date(2026, 4, 10)))

    assert [one.programme_version for one in (held, early, late)] == [1, 1, 2]
    good = {one.id: least for one, least in programme_for(late).rating.cases.at_least}["good"]
    assert good == 70
    assert case_detail(actor=planner(), reference=late.reference).programme.version == 2
    assert {programme.version for programme, _ in types() if programme.id == PDU_2023} == {2}


def test_a_version_that_was_withdrawn_meanwhile_is_not_begun(owner, second, monkeypatch):
    row = approved(owner, second)
    known = all_programmes()
    act(standards.withdraw, row, owner, reason="A mistake")
    monkeypatch.setattr(case, "all_programmes", lambda: known)

    with pytest.raises(Refused, match="withdrawn just now"):
        scheduled(dates=Dates(AT.date(), EFFECT, date(2026, 4, 10)))


def test_an_inspection_under_a_stored_version_draws_and_judges_as_under_a_shipped_one(owner, second):
    approved(owner, second)
    lead = acting_as("hmip_lead_inspector")
    row = in_fieldwork(lead)
    assert row.programme_version == 2
    assert design_of(programme_for(row), "cases")

    at = datetime(2026, 4, 14, 9, tzinfo=UTC)
    fieldwork.draw_sample(by=lead, at=at, reference=row.reference, list_id=upload_list(row, lead), wanted=5)
    judge_whole(row, lead, 1)


def test_the_lookups_cost_no_more_with_many_versions(client, owner, second, django_assert_max_num_queries):
    approved(owner, second)
    for number in range(2):
        scheduled(dates=Dates(AT.date(), EFFECT, date(2026, 4, 10 + number)))
    sign_in(client, "hmip_planner")
    with django_assert_max_num_queries(60) as few:
        page(client, "/inspections")
        page(client, "/standards")
    for number in range(6):
        approved(owner, second, version=3 + number, day=f"2026-05-{number + 1:02}")
        scheduled(dates=Dates(AT.date(), date(2026, 5, number + 1), date(2026, 6, 1)))
    page(client, "/standards")
    with django_assert_max_num_queries(60) as many:
        page(client, "/inspections")
        page(client, "/standards")

    assert len(many) <= len(few)


@pytest.mark.parametrize("role", sorted(set(access_table().roles) - {OWNER}))
def test_nobody_else_can_edit_any_of_it_refused_with_paragraph_9(client, owner, second, role):
    row = proposed(owner)
    other = sign_in(client, role, example_party(role))

    for name in ("approve", "decline", "withdraw", "tell", "take-effect"):
        answer = client.post(f"/standards/proposals/{row.pk}/{name}", {"revision": 1, "reason": "Because"})
        assert answer.status_code == 403
        assert "paragraph 9" in answer.content.decode()
    for where in (PROPOSE, "/standards/propose"):
        assert client.get(where).status_code == 403
        answer = client.post(where, {"text": text(), "why": "Because", "step": "propose"})
        assert answer.status_code == 403
        assert "sets its inspection standards independently" in answer.content.decode()
    assert rule_of(standards.approve, row, other) == "permission_standards.edit"
    assert rule_of_propose(other, text(3)) == "permission_standards.edit"
    row.refresh_from_db()
    assert row.state == "proposed"
    assert StandardsVersion.objects.count() == 1


@pytest.mark.parametrize("role", sorted(access_table().roles))
def test_everyone_signed_in_reads_the_standards_and_proposals_stay_with_the_inspectorate(
    client, owner, second, role
):
    row = proposed(owner)
    sign_in(client, role, example_party(role))

    listed = page(client, "/standards")
    assert "PDU inspections, 2023 to 2025" in said(listed)
    shown = said(page(client, f"/standards/{PDU_2023}/1"))
    assert "not confirmed by a published source" in shown
    assert "65% or more and under" in shown
    assert client.get(f"/standards/{PDU_2023}/1.yaml").content.decode() == text_of(PDU_2023)
    inside = access_table().roles[role].parties == ("hmip",) or role.startswith("hmip_")
    page(client, reverse("standards-proposal", args=[row.pk]), 200 if inside else 404)
    assert ("Proposals" in said(page(client, f"/standards/{PDU_2023}"))) is inside
    page(client, f"/standards/{PDU_2023}/2", 404)


def test_once_approved_everyone_reads_it_and_who_decided(client, owner, second):
    row = approved(owner, second)
    sign_in(client, "provider_representative", example_party("provider_representative"))

    shown = said(page(client, f"/standards/{PDU_2023}/2"))
    assert "Good was too easy to reach" in shown
    assert second.name in shown
    assert client.get(f"/standards/{PDU_2023}/2.yaml").content.decode() == text()
    page(client, reverse("standards-proposal", args=[row.pk]))


def test_a_new_programme_begins_in_the_service(client, owner, second):
    new = text_of(PDU_2023).replace(f"id: {PDU_2023}", "id: pdu-2026").replace("2023-10-01", "2026-05-01", 1)
    answer = client.post("/standards/propose", {"text": new, "why": "A new cycle", "step": "propose"})
    row = StandardsVersion.objects.get()
    assert answer["Location"] == reverse("standards-proposal", args=[row.pk])
    assert "Proposed as a new programme" in said(page(client, "/standards"))
    assert rule_of_propose(owner, text_of(PDU_2023), wanted="") == "standards_programme"

    act(standards.approve, row, second)

    assert "pdu-2026" in {one.id for one in all_programmes()}
    assert "Version 1" in said(page(client, "/standards/pdu-2026"))


def test_the_public_reads_what_is_in_force_with_what_is_not_confirmed(client, owner, second):
    approved(owner, second)
    proposed(owner, version=3, day="2026-06-01")
    client.logout()
    assert page(client, "/how-oversight-works").css_first('a[href="/how-oversight-works/standards"]')

    listed = said(page(client, "/how-oversight-works/standards"))
    shown = said(page(client, f"/how-oversight-works/standards/{PDU_2023}/2"))

    assert "of PDU inspections, 2023 to 2025 , from 1 April 2026" in listed
    assert "not confirmed by a published source" in shown
    assert "is now “70%”" in shown
    assert "Good was too easy" not in shown
    page(client, f"/how-oversight-works/standards/{PDU_2023}/3", 404)


def test_there_is_no_other_version_or_programme(client, owner):
    for where in ("/standards/prisons", f"/standards/{PDU_2023}/9", f"/standards/{PDU_2023}/9.yaml"):
        assert client.get(where).status_code == 404


FACTS = {
    "programme": "one",
    "version": 1,
    "effective_from": EFFECT,
    "text": "x",
    "digest": "d" * 64,
    "why": "y",
    "state": "proposed",
    "proposed_at": AT,
    "proposed_by": "person:1",
    "proposed_name": "A",
}
APPROVED = {
    "state": "approved",
    "approved_at": AT,
    "approved_by": "person:2",
    "approved_name": "B",
    "decided_event": 1,
}
CLOSED = {"closed_at": AT, "closed_by": "person:2", "closed_name": "B", "closed_reason": "Why"}


@pytest.mark.writes_directly("to see what the database refuses")
@pytest.mark.parametrize(
    "changed",
    [
        {"why": ""},
        {"text": ""},
        {"version": 0},
        {"state": "draft"},
        {"state": "approved"},
        APPROVED | {"state": "proposed"},
        APPROVED | {"approved_by": "person:1"},
        APPROVED | {"approved_name": ""},
        APPROVED | {"decided_event": None},
        APPROVED | CLOSED,
        {"state": "declined"},
        {"state": "declined"} | CLOSED | {"closed_by": "person:1"},
        {"state": "withdrawn"} | CLOSED | {"closed_reason": ""},
        {"told_at": AT, "told_by": "person:1", "told_name": "A", "told_event": 2},
        APPROVED | {"told_at": AT, "told_by": "person:1", "told_name": "A"},
        {"effect_at": AT, "effect_by": "person:1", "effect_name": "A"},
    ],
)
def test_the_database_refuses_a_version_that_makes_no_sense(changed):
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardsVersion.objects.create(**(FACTS | changed))


@pytest.mark.writes_directly("to see what the database refuses")
def test_the_database_keeps_one_proposal_and_one_version_of_each_number():
    StandardsVersion.objects.create(**FACTS)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardsVersion.objects.create(**(FACTS | {"version": 2}))
    StandardsVersion.objects.create(**(FACTS | APPROVED))
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardsVersion.objects.create(**(FACTS | APPROVED))
