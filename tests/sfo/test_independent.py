"""Independent reviews from the request to publication, with the family before the public (F3, ¶19, ¶27)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from oversight.arrangements.models import Duty, Event
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party
from oversight.publication.models import PublishedInspection
from oversight.publication.queries.published import report
from oversight.recommendations.models import Recommendation
from oversight.sfo.actions import independent as asking
from oversight.sfo.actions import independent_publishing as publishing
from oversight.sfo.actions import independent_writing as writing
from oversight.sfo.models import FamilyException, IndependentReview
from oversight.sfo.queries.independent import independent as detail
from oversight.sfo.queries.independent import register, version
from tests.factories.parties import acting_as
from tests.factories.sfo import (
    AT,
    act,
    being_written,
    drawn,
    final,
    independent,
    may_open,
    of,
    rated,
    reader,
)

pytestmark = pytest.mark.usefixtures("memorandum")
TODAY = AT.date()


@pytest.fixture
def lead():
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def osag():
    return acting_as("osag_coordinator")


@pytest.fixture
def publications():
    return acting_as("hmip_publications")


def refusal(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as refused, transaction.atomic():
        call(*arguments, **more)
    return refused.value


def events(about: str) -> list[str]:
    return list(Event.objects.filter(about=about).order_by("id").values_list("name", flat=True))


def duties(about: str) -> dict[str, tuple[str, date | None, bool]]:
    held = Duty.objects.filter(about=about).order_by("id")
    return {one.arrangement: (one.bearer_id, one.due, one.met_on is not None) for one in held}


def open_duties(about: str) -> set[str]:
    """Give what is still owed: neither met nor of an event that was withdrawn."""
    rows = Duty.objects.filter(about=about, met_on=None, opened_by__withdrawn_at=None)
    return set(rows.order_by("id").values_list("arrangement", flat=True))


def test_a_request_starts_what_is_owed_and_who_registered_it_reads_it(lead):
    made = independent(lead)
    other = acting_as("hmip_lead_inspector", email="other@example.org")

    assert made.reference == "SFO-IR-2026-1"
    assert duties(made.reference)["19-independent-review"][0] == "hmip"
    assert detail(actor=lead, reference=made.reference, today=TODAY).request.startswith("Review how")
    assert refusal(detail, actor=other, reference=made.reference, today=TODAY).rule == "permission_sfo_reader"
    assert [one.may_open for one in register(actor=other).lines] == [False]
    region = acting_as("regional_probation_director", "N57")
    assert refusal(detail, actor=region, reference=made.reference, today=TODAY).rule.startswith("not_found")
    told = "".join(Entry.objects.order_by("sequence").values_list("payload", flat=True))
    assert "how the case was managed" not in told


def test_the_sponsorship_team_registers_a_request_and_sees_neither_draft_nor_family(lead):
    sponsor = acting_as("sponsorship_officer")
    made = independent(sponsor)
    assert refusal(act, asking.take_step, made, sponsor, act="decline", account="No.").rule.startswith(
        "permission"
    )
    may_open(made, lead)
    act(asking.set_terms, made, lead, title="One case", terms="What was done.")
    seen = detail(actor=sponsor, reference=made.reference, today=TODAY)

    assert seen.terms[0].text == "What was done."
    assert (seen.text, seen.versions, seen.points, seen.acts) == (None, (), (), ())


def test_terms_change_with_a_reason_beside_the_earlier_ones(lead):
    made = independent(lead)
    act(asking.set_terms, made, lead, title="One case", terms="All of it.")
    assert refusal(act, asking.set_terms, made, lead, title="One case", terms="Part.").field == "account"
    act(asking.set_terms, made, lead, title="One case", terms="Part.", account="Asked to.")

    shown = detail(actor=lead, reference=made.reference, today=TODAY).terms
    assert [(one.number, one.text, one.reason) for one in shown] == [
        (2, "Part.", "Asked to."),
        (1, "All of it.", ""),
    ]


def test_nobody_reviews_a_case_whose_own_review_they_marked_and_only_reviewers_write(lead):
    own = of(drawn(), "hmip")
    marker = reader(own)
    rated(own, marker)
    same = asking.register(
        by=lead,
        at=AT,
        case_reference=own.case_reference,
        region=party(own.region_id),
        scope="case",
        asked_by="Secretary of State for Justice",
        asked_on=TODAY,
        letter="SoS/2",
        request="Look at it.",
    )
    case = IndependentReview.objects.get(reference=same)
    may_open(case, marker)
    act(asking.set_terms, case, lead, title="One case", terms="All.")

    found = refusal(act, asking.appoint, case, lead, person=marker.reference, statement="None.")
    assert found.rule == "sfo_independence"
    assert refusal(act, asking.take_step, case, lead, act="start_work").rule == "sfo_reviewer"
    assert (
        refusal(act, writing.write_section, case, lead, section="findings", text="x").rule == "sfo_reviewer"
    )
    act(asking.appoint, case, lead, person=lead.reference, statement="No ties.")
    assert (
        refusal(act, asking.appoint, case, lead, person=lead.reference, statement="None.").rule
        == "sfo_reviewer"
    )
    act(asking.take_step, case, lead, act="start_work")
    assert refusal(act, writing.send_draft, case, lead).rule == "sfo_draft"


def test_ten_weeks_run_from_the_first_receipt_of_the_draft_and_a_second_check_moves_nothing(lead, osag):
    made = being_written(lead)
    assert refusal(may_open, made, osag).rule == "sfo_reader"
    act(writing.send_draft, made, lead)
    may_open(made, osag)

    assert duties(made.reference)["27-submit-plan"] == ("hmpps-osag", TODAY + timedelta(weeks=10), False)
    assert refusal(act, writing.write_section, made, lead, section="findings", text="x").rule == "sfo_writing"
    seen = detail(actor=osag, reference=made.reference, today=TODAY)
    assert seen.raises
    assert seen.text is None
    assert "On what we found." in str(version(actor=osag, reference=made.reference, number=1).sections)

    act(writing.raise_point, made, osag, place="What we found", text="The date is wrong.", proposed="May")
    act(writing.return_check, made, osag)
    assert refusal(act, writing.finalise, made, lead).rule == "sfo_points"
    assert refusal(act, writing.decide_point, made, lead, number=1, decision="partly").rule == "sfo_decision"
    act(writing.decide_point, made, lead, number=1, decision="partly", reason="Only the month.")
    act(writing.redraft, made, lead, account="The dates change.")
    act(writing.write_section, made, lead, section="findings", text="In **May**.")
    later = AT + timedelta(days=10)
    act(writing.send_draft, made, lead, later)

    made.refresh_from_db()
    assert (made.round, made.draft_received_on) == (2, TODAY)
    assert duties(made.reference)["27-submit-plan"][1] == TODAY + timedelta(weeks=10)
    assert events(made.reference).count("draft_received_for_checking") == 1
    first, second = (version(actor=osag, reference=made.reference, number=one) for one in (1, 2))
    assert "On what we found." in str(first.sections)
    assert "<strong>May</strong>" in str(second.sections)
    act(writing.return_check, made, osag, later)
    act(writing.finalise, made, lead, later)
    assert duties(made.reference)["19-independent-review"][2]
    assert refusal(version, actor=osag, reference=made.reference, number=3).rule == "not_found_version"


def test_nothing_is_published_before_the_family_is_briefed(lead, osag, publications):
    made = final(lead, osag)
    may_open(made, publications)

    refused = refusal(act, publishing.publish, made, publications)
    assert refused.rule == "sfo_family_first"
    assert "exception" in refused.what_next
    assert not PublishedInspection.objects.filter(reference=made.reference).exists()
    early = refusal(
        act, publishing.brief_family, made, lead, on=TODAY - timedelta(days=1), account="In person."
    )
    assert early.field == "on"
    assert refusal(act, publishing.brief_family, made, lead, on=TODAY, account="").field == "account"
    act(publishing.brief_family, made, lead, on=TODAY, account="In person, by the Chief Inspector.")
    assert refusal(act, publishing.publish, made, lead).rule.startswith("permission")
    assert act(publishing.publish, made, publications) == 1

    shown = report(made.reference)
    assert shown.snapshot.kind == "sfo_independent"
    assert [one.title for one in shown.snapshot.sections][1] == "Terms of reference"
    assert made.case_reference not in shown.snapshot.text
    assert "Chief Inspector" not in shown.snapshot.text
    taken = Recommendation.objects.get(source=made.reference)
    assert (taken.kind, taken.addressee_id, taken.reference) == (
        "sfo_independent",
        "hmpps",
        f"{made.reference}-R1",
    )
    assert duties(taken.reference)["27-coordinate-response"][0] == "hmpps-osag"
    assert duties(made.reference)["16-publish-report"][2]


def test_an_exception_needs_a_reason_and_a_second_person_and_both_stay_in_view(lead, osag, publications):
    made = final(lead, osag)
    may_open(made, publications)

    assert refusal(act, publishing.propose_exception, made, lead, account="").field == "account"
    act(publishing.propose_exception, made, lead, account="They asked not to be contacted.")
    assert refusal(act, publishing.publish, made, publications).rule == "sfo_family_first"
    own = {"act": "confirm_exception", "account": "I agree."}
    assert refusal(act, publishing.decide_exception, made, lead, **own).rule == "sfo_second_person"
    act(publishing.decide_exception, made, publications, act="refuse_exception", account="Ask once more.")
    assert refusal(act, publishing.publish, made, publications).rule == "sfo_family_first"
    act(publishing.propose_exception, made, lead, account="They were asked once more.")
    act(publishing.decide_exception, made, publications, **own)
    act(publishing.publish, made, publications)

    seen = detail(actor=lead, reference=made.reference, today=TODAY).family
    assert seen.by_exception
    assert [(one.granted, one.reason) for one in seen.exceptions] == [
        (True, "They were asked once more."),
        (False, "They asked not to be contacted."),
    ]
    entry = Entry.objects.filter(verb="sfo.family-exception-decided").order_by("-sequence").first()
    assert "They were asked once more." in entry.payload
    assert lead.reference in entry.payload
    assert publications.reference in entry.payload
    assert detail(actor=osag, reference=made.reference, today=TODAY).family.exceptions == ()


@pytest.mark.writes_directly("the database is asked to hold what no action writes")
def test_the_database_refuses_a_publication_without_briefing_or_exception(lead, osag):
    made = final(lead, osag)
    rows = IndependentReview.objects.filter(pk=made.pk)
    for wrong in (
        {"state": "published", "published_on": TODAY},
        {"state": "ready"},
        {"state": "ready", "family_basis": "briefed"},
        {"family_basis": "exception"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    given = FamilyException.objects.create(
        review=made, number=1, reason="Why.", proposed_at=AT, proposed_by="person:1", proposed_name="A"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        FamilyException.objects.filter(pk=given.pk).update(
            granted=True, decision="Yes.", decided_at=AT, decided_by="person:1", decided_name="A"
        )


def test_a_published_report_is_corrected_beside_the_earlier_one(lead, osag, publications):
    made = final(lead, osag)
    may_open(made, publications)
    act(publishing.brief_family, made, lead, on=TODAY, account="In person.")
    notice = {"wrong": "A date.", "says": "The right date.", "why": "It was misread."}
    assert refusal(act, publishing.correct, made, publications, **notice).rule == "sfo_not_published"
    act(publishing.publish, made, publications)

    assert refusal(act, publishing.correct, made, publications, **notice).rule == "report_unchanged"
    found = refusal(
        act, writing.write_recommendation, made, lead, number=1, addressee=party("hmpps"), text="Other."
    )
    assert found.rule == "sfo_published_recommendation"
    act(writing.write_section, made, lead, section="findings", text="On 5 May.")
    assert act(publishing.correct, made, publications, **notice) == 2
    assert "On 5 May." in report(made.reference).snapshot.text
    assert "On what we found." in report(made.reference, 1).snapshot.text
    assert Recommendation.objects.filter(source=made.reference).count() == 1


def test_a_request_that_the_inspectorate_registered_is_owed_no_more_once_it_declines_with_a_reason(lead):
    made = independent(lead)
    assert refusal(act, asking.take_step, made, lead, act="decline", account="").field == "account"
    act(asking.take_step, made, lead, act="decline", account="The court still has the case.")

    assert open_duties(made.reference) == set()
    assert refusal(act, asking.note_end, made, lead).rule == "sfo_end"
    assert refusal(act, asking.set_terms, made, lead, title="A", terms="B").rule == "workflow_state"
    told = Event.objects.get(about=made.reference)
    assert "declined" in told.withdrawn_reason
    assert "court" not in told.withdrawn_reason


def test_who_registered_a_request_notes_its_end_and_only_then_it_is_owed_no_more(lead):
    sponsor = acting_as("sponsorship_officer")
    minister = acting_as("ministers_office")
    made = independent(sponsor)
    may_open(made, lead)
    may_open(made, minister)
    assert refusal(act, asking.note_end, made, sponsor).rule == "sfo_end"
    act(asking.take_step, made, lead, act="decline", account="The court still has the case.")

    assert open_duties(made.reference) == {"19-independent-review"}
    assert detail(actor=lead, reference=made.reference, today=TODAY).beside == ()
    assert refusal(act, asking.note_end, made, minister).rule == "sfo_end"
    assert refusal(act, asking.note_end, made, lead).rule == "sfo_end"
    seen = detail(actor=sponsor, reference=made.reference, today=TODAY)
    assert seen.beside == ("note_end",)
    assert seen.steps[0].account == "The court still has the case."
    act(asking.note_end, made, sponsor)
    assert open_duties(made.reference) == set()
    assert refusal(act, asking.note_end, made, sponsor).rule == "sfo_end"


def test_a_review_withdrawn_during_its_check_ends_what_osag_owes_as_well(lead):
    made = being_written(lead)
    act(writing.send_draft, made, lead)
    assert open_duties(made.reference) == {"19-independent-review", "27-submit-plan"}
    act(asking.take_step, made, lead, act="withdraw", account="The request was taken back.")

    assert made.state == "withdrawn"
    assert open_duties(made.reference) == set()


def test_a_point_is_taken_back_before_the_check_is_returned_and_stays_in_view(lead, osag):
    made = being_written(lead)
    act(writing.send_draft, made, lead)
    may_open(made, osag)
    for words in ("The date is wrong.", "So is the place."):
        act(writing.raise_point, made, osag, place="What we found", text=words)
    assert refusal(act, writing.take_back_point, made, lead, number=1).rule.startswith("permission")
    act(writing.take_back_point, made, osag, number=1)

    assert refusal(act, writing.take_back_point, made, osag, number=1).rule == "not_found_point"
    assert act(writing.raise_point, made, osag, place="What we found", text="And the month.") == 3
    assert act(writing.return_check, made, osag) == 2
    assert refusal(act, writing.take_back_point, made, osag, number=2).rule == "workflow_state"
    assert refusal(act, writing.decide_point, made, lead, number=1, decision="accepted").rule == (
        "not_found_point"
    )
    assert refusal(act, writing.finalise, made, lead).why.startswith("Points 2 and 3")
    for number in (2, 3):
        act(writing.decide_point, made, lead, number=number, decision="accepted")
    act(writing.finalise, made, lead)
    shown = detail(actor=lead, reference=made.reference, today=TODAY).points
    assert [(one.number, bool(one.taken_back_by), one.decision) for one in shown] == [
        (1, True, ""),
        (2, False, "Accepted"),
        (3, False, "Accepted"),
    ]


def test_a_published_report_is_taken_off_the_web_and_put_back_with_notices(lead, osag, publications):
    made = final(lead, osag)
    may_open(made, publications)
    why = {"account": "A name was left in."}
    assert refusal(act, publishing.take_off_the_web, made, publications, **why).rule == "sfo_not_published"
    act(publishing.brief_family, made, lead, on=TODAY, account="In person.")
    act(publishing.publish, made, publications)

    assert refusal(act, publishing.take_off_the_web, made, lead, **why).rule.startswith("permission")
    assert refusal(act, publishing.take_off_the_web, made, publications, account=" ").field == "account"
    assert refusal(act, publishing.put_back_on_the_web, made, publications, **why).rule == "report_on_the_web"
    act(publishing.take_off_the_web, made, publications, **why)
    assert report(made.reference).off.why == why["account"]
    seen = detail(actor=publications, reference=made.reference, today=TODAY)
    assert (seen.off_the_web, seen.beside) == (True, ("back_on_the_web",))
    assert detail(actor=lead, reference=made.reference, today=TODAY).beside == ()
    assert Recommendation.objects.filter(source=made.reference).count() == 1
    act(publishing.put_back_on_the_web, made, publications, account="It is taken out.")
    assert report(made.reference).off is None
    assert seen.line.state == "published"


def test_what_someone_else_changed_meanwhile_is_not_overwritten(lead):
    made = being_written(lead)
    with pytest.raises(Refused) as refused:
        writing.write_section(
            by=lead, at=AT, reference=made.reference, revision=1, section="findings", text="x"
        )
    assert refused.value.rule == "stale_review"
