"""Audits carried from plan to closing by acts, with what each refuses (B4, G4, ¶14, ¶30, ¶32)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from oversight.access.queries import COMMAND
from oversight.arrangements.models import Duty
from oversight.audits.actions import (
    accuracy,
    disposal,
    drafting,
    fieldwork,
    following,
    issuing,
    planning,
    sources,
)
from oversight.audits.models import Audit, AuditMember, AuditPaper, AuditSource
from oversight.audits.queries.audit import audit, work
from oversight.audits.queries.audit import following as followed
from oversight.audits.queries.report import report
from oversight.audits.queries.sources import candidates
from oversight.audits.rules.audit import AuditState
from oversight.exchange.models import StoredContent
from oversight.intelligence.actions import items
from oversight.intelligence.models import Item, Reading, Round
from oversight.jobs.models import Mail
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party
from oversight.programme.models import Visit
from oversight.publication.actions import load_shipped_history
from oversight.recommendations.actions import recommendations as acts
from oversight.recommendations.models import Recommendation
from tests.factories.audits import (
    AT,
    SUMMARY,
    TODAY,
    UNIT,
    at_state,
    auditor,
    cited,
    followed_up,
    head,
    inspection_finding,
    lead,
    now,
    osag,
    planned,
    raised,
    reviewer,
    step,
    team,
    with_test,
    written,
)
from tests.factories.delivery import assessed
from tests.factories.intelligence import content
from tests.factories.parties import acting_as
from tests.factories.recommendations import act
from tests.harness.once import once

pytestmark = pytest.mark.usefixtures("memorandum")


def refused(call, **given) -> str:
    with pytest.raises(Refused) as found:
        call(**({"at": AT} | given))
    return found.value.rule


def stepping(row, call, by, **more) -> str:
    return refused(call, by=by, reference=row.reference, revision=now(row).revision, **more)


def done(row: Audit) -> None:
    """Carry the action of an audit through to its being verified by two people."""
    (one,) = Recommendation.objects.filter(source=row.reference)
    owner = head()
    act(acts.answer, one, owner, at=AT, response="agreed")
    act(acts.start, one, owner, at=AT)
    act(acts.report_complete, one, owner, at=AT, text="Done.", evidence="The checks of March.")
    act(acts.propose, one, lead(), at=AT, text="Seen.")
    with pytest.raises(Refused) as found:
        act(acts.confirm, one, lead(), at=AT, text="Seen.")
    assert found.value.rule == "delivery_second_person"
    act(acts.confirm, one, reviewer(), at=AT, text="Seen too.")


def test_an_audit_is_planned_with_its_visit_and_nothing_that_does_not_fit():
    row = planned()
    visit = Visit.objects.get(source=row.reference)

    assert (visit.kind, visit.state, visit.owner_id) == ("audit", "planned", "hmpps-osag")
    assert planned(audited="hmpps", service="youth", place="Example YOI").reference.endswith("-002")
    assert Visit.objects.filter(owner__code="hmpps-osag").count() == 2
    assert row.scale_since < TODAY
    given = {
        "by": lead(),
        "title": "T",
        "service": "probation",
        "audited": party(UNIT),
        "place": "",
        "scope": "S",
        "first": TODAY,
        "last": TODAY,
        "team": team(),
    }
    for change, rule in (
        ({"title": " "}, "audit_missing"),
        ({"scope": ""}, "text_missing"),
        ({"service": "prison_public"}, "audit_audited"),
        ({"region": party("N57")}, "audit_region"),
        ({"first": TODAY - timedelta(1)}, "audit_days"),
        ({"team": planning.Team(lead().reference, lead().reference)}, "audit_team"),
        ({"team": planning.Team(head().reference, lead().reference)}, "visit_people"),
        ({"by": head()}, "permission_audits.plan"),
        ({"by": acting_as("hmip_planner")}, "permission_audits.plan"),
    ):
        assert refused(planning.plan_audit, **given | change).startswith(rule), change


def test_days_and_team_follow_the_plan_and_a_cancelled_audit_frees_them():
    row = step(planned(), planning.announce, lead())
    later = {"first": TODAY + timedelta(30), "last": TODAY + timedelta(31)}
    step(row, planning.change_dates, lead(), reason="The unit asked.", **later)
    visit = Visit.objects.get(source=row.reference)
    assert (visit.first_day, visit.state) == (later["first"], "announced")
    other = osag("other")
    changed = planning.Team(other.reference, reviewer().reference, (lead().reference,))
    step(row, planning.set_team, lead(), team=changed)
    assert dict(row.members.filter(left_at=None).values_list("person", "place")) == {
        other.reference: "lead",
        reviewer().reference: "reviewer",
        lead().reference: "auditor",
    }
    assert AuditMember.objects.filter(audit=row, left_at__isnull=False).count() == 2
    stale = {"reference": row.reference, "revision": 1, "reason": "Not needed."}
    assert refused(planning.cancel, by=lead(), **stale) == "audit_changed"
    assert stepping(row, planning.cancel, lead(), reason="") == "text_missing"
    assert step(row, planning.cancel, lead(), reason="Not needed.").state == "cancelled"
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    assert stepping(row, planning.cancel, lead(), reason="Again.") == "audit_state"


def test_sources_are_cited_as_they_were_and_only_what_the_team_may_see():
    row = step(planned(), planning.announce, lead())
    assert stepping(row, fieldwork.start_fieldwork, lead()) == "audit_lacking"
    item = inspection_finding()
    assessed()
    at_hand = candidates(actor=lead(), reference=row.reference, about=None, text="", today=TODAY)
    assert {one.kind for one in at_hand} == {"item", "holding", "report"} or len(at_hand) == 2
    holding = next(one for one in at_hand if one.kind == "holding")
    cite = {"by": auditor(), "reference": row.reference, "used_for": "To choose the unit."}
    for one in (("item", str(item)), ("holding", holding.cited)):
        sources.cite_source(at=AT, kind=one[0], cited=one[1], **cite)
        assert refused(sources.cite_source, kind=one[0], cited=one[1], **cite) == "audit_source_once"
    assert Reading.objects.filter(item=item, read_by=auditor().reference).exists()
    first = AuditSource.objects.get(kind="item")
    assert (first.version, first.as_at) == (1, "2026-03-02")
    by = acting_as("hmip_lead_inspector")
    items.correct_item(
        by=by, at=AT, item_id=item, number=1, content=content(text="A third."), reason="Counted again."
    )
    sources.cite_source(at=AT, kind="item", cited=str(item), **cite)
    first.refresh_from_db()
    assert (first.version, AuditSource.objects.filter(kind="item").count()) == (1, 2)
    hidden = items.file_note(
        by=by,
        at=AT,
        owner=party("hmip"),
        about=party(UNIT),
        theme="risk_of_harm",
        content=content(),
        readers=("hmpps",),
    )
    for kind, one in (("item", str(hidden)), ("item", "x"), ("report", "no-such"), ("other", "1")):
        assert refused(sources.cite_source, kind=kind, cited=one, **cite).startswith("not_found")
    outsider = cite | {"by": osag("other")}
    assert refused(sources.cite_source, kind="item", cited=str(item), **outsider) == "not_found_audit"
    sources.drop_source(by=lead(), at=AT, reference=row.reference, number=2)
    gone = {"by": lead(), "reference": row.reference, "number": 2}
    assert refused(sources.drop_source, **gone) == "not_found_audit"
    assert len(audit(actor=lead(), reference=row.reference).sources) == 2
    step(row, fieldwork.start_fieldwork, lead())


def test_a_published_inspection_is_cited_by_its_reference_and_date():
    once("history", lambda: load_shipped_history(by=COMMAND, at=AT))
    row = planned(audited="N57", first=TODAY, last=TODAY)
    at_hand = candidates(actor=lead(), reference=row.reference, about=None, text="", today=TODAY)
    one = next(held for held in at_hand if held.kind == "report")
    sources.cite_source(
        by=lead(), at=AT, reference=row.reference, kind="report", cited=one.cited, used_for="Scope."
    )
    (line,) = audit(actor=lead(), reference=row.reference).sources
    assert (line.cited, line.owner) == (one.cited, "HM Inspectorate of Probation")
    assert line.as_at == one.as_at


def test_working_papers_are_reviewed_by_a_second_person_before_fieldwork_ends():
    row = at_state(AuditState.FIELDWORK)
    more = {"reference": row.reference, "number": 1}
    paper = {"title": "Cases", "text": "Twenty.", "file_name": "a.exe", "file": b"MZ"}
    test = {"reference": row.reference, "question": "Are plans done?", "method": "Read 20."}
    assert refused(fieldwork.write_test, by=reviewer(), **test) == "audit_reviewer"
    assert refused(fieldwork.write_test, by=osag("other"), **test) == "not_found_audit"
    assert stepping(row, fieldwork.finish_fieldwork, lead()) == "audit_lacking"
    assert refused(fieldwork.add_paper, by=auditor(), **more, **paper) == "not_found_audit"
    fieldwork.write_test(by=auditor(), at=AT, **test)
    assert refused(fieldwork.add_paper, by=auditor(), **more, **paper).startswith("file")
    kept = fieldwork.add_paper(by=lead(), at=AT, **more, title="Cases", text="Twenty.")
    review = {"reference": row.reference, "paper_id": kept, "move": "send_back", "note": "Which ones?"}
    assert refused(fieldwork.review_paper, by=lead(), **review) == "audit_own_paper"
    assert refused(fieldwork.review_paper, by=auditor(), **review) == "workflow_role"
    assert refused(fieldwork.review_paper, by=reviewer(), **review | {"note": ""}) == "text_missing"
    fieldwork.review_paper(by=reviewer(), at=AT, **review)
    assert refused(fieldwork.review_paper, by=reviewer(), **review) == "workflow_state"
    result = {"conclusion": "met", "result": "All were."}
    assert refused(fieldwork.conclude_test, by=lead(), **more, **result | {"conclusion": "x"}) == (
        "audit_conclusion"
    )
    fieldwork.conclude_test(by=lead(), at=AT, **more, **result)
    assert stepping(row, fieldwork.finish_fieldwork, lead()) == "audit_lacking"
    again = fieldwork.add_paper(by=auditor(), at=AT, **more, title="Cases, listed", text="Twenty.")
    fieldwork.review_paper(by=lead(), at=AT, **review | {"paper_id": again, "move": "review", "note": ""})
    assert stepping(row, fieldwork.finish_fieldwork, auditor()) == "workflow_role"
    step(row, fieldwork.finish_fieldwork, lead())
    assert Visit.objects.get(source=row.reference).state == "done"
    assert refused(fieldwork.write_test, by=auditor(), **test) == "audit_state"


def test_a_draft_is_written_reviewed_and_issued_by_somebody_else():
    row = at_state(AuditState.DRAFTING)
    assert stepping(row, drafting.hand_in, lead()) == "audit_lacking"
    written(row)
    one = {"reference": row.reference, "finding": 1, "text": "Do it."}
    assert refused(drafting.write_action, by=lead(), owner=party("hmip"), **one) == (
        "recommendation_authority"
    )
    second = drafting.write_action(by=lead(), at=AT, owner=party("hmpps"), **one)
    drafting.drop_action(by=lead(), at=AT, reference=row.reference, number=second)
    finding = {
        "reference": row.reference,
        "title": "Another",
        "text": "T",
        "cause": "C",
        "consequence": "D",
        "theme": "quality",
        "grade": "strength",
        "test": 1,
    }
    for change, rule in (
        ({"title": ""}, "audit_missing"),
        ({"theme": "x"}, "not_found_theme"),
        ({"grade": "x"}, "audit_grade"),
        ({"test": 9}, "not_found_audit"),
        ({"number": 9}, "not_found_audit"),
        ({"by": reviewer()}, "audit_reviewer"),
    ):
        given = {"by": lead(), "number": None} | finding | change
        assert refused(drafting.write_finding, **given) == rule, change
    number = drafting.write_finding(by=lead(), at=AT, number=None, **finding)
    drafting.write_finding(by=lead(), at=AT, number=number, **finding | {"title": "Another, said better"})
    drafting.drop_finding(by=lead(), at=AT, reference=row.reference, number=number, reason="Not borne out.")
    rated = {"reference": row.reference, "rating": "outstanding", "summary": "S"}
    assert refused(drafting.summarise, by=lead(), **rated) == "audit_rating"
    step(row, drafting.hand_in, lead())
    assert refused(drafting.summarise, by=lead(), **rated | {"rating": "limited"}) == "audit_state"
    assert stepping(row, drafting.issue_draft, lead()) == "workflow_role"
    assert step(row, drafting.send_back, reviewer(), reason="Say which cases.").state == "drafting"
    step(row, drafting.hand_in, lead())
    issued = step(row, drafting.issue_draft, reviewer())
    assert issued.accuracy_due == date(2026, 4, 28)
    assert list(row.versions.order_by("number").values_list("purpose", flat=True)) == [
        "handed_in",
        "handed_in",
        "draft",
    ]
    swapped = planning.Team(reviewer().reference, lead().reference)
    assert stepping(row, planning.set_team, reviewer(), team=swapped) == "audit_team"


def test_every_point_of_the_audited_has_its_answer_before_the_final():
    row = at_state(AuditState.ACCURACY)
    point = {"reference": row.reference, "part": "Summary", "text": "No.", "evidence": "The list."}
    for by in (lead(), acting_as("head_of_pdu", "N57KECL"), acting_as("hmip_lead_inspector")):
        assert refused(accuracy.raise_point, by=by, **point).startswith(("permission", "not_found"))
    assert refused(accuracy.raise_point, by=head(), **point | {"evidence": ""}) == "text_missing"
    raised(row)
    director = acting_as("regional_probation_director", "N57")
    accuracy.raise_point(by=director, at=AT, **point)
    accuracy.take_back_point(by=head(), at=AT, reference=row.reference, number=2)
    taken = {"reference": row.reference, "number": 2}
    assert refused(accuracy.take_back_point, by=head(), **taken) == "workflow_state"
    closing = {"reason": "We rang twice."}
    assert stepping(row, accuracy.close_check, lead(), **closing) == "audit_accuracy_running"
    answer = {"reference": row.reference, "number": 1, "answer": "partly", "reason": ""}
    assert refused(accuracy.answer_point, by=lead(), **answer) == "audit_state"
    step(row, accuracy.return_check, head())
    assert stepping(row, issuing.issue_final, reviewer()) == "audit_lacking"
    assert refused(accuracy.answer_point, by=lead(), **answer) == "audit_answer"
    answer["reason"] = "One case was."
    assert refused(accuracy.answer_point, by=reviewer(), **answer) == "workflow_role"
    assert refused(accuracy.answer_point, by=osag("other"), **answer) == "not_found_audit"
    accuracy.answer_point(by=lead(), at=AT, **answer)
    assert stepping(row, issuing.issue_final, lead()) == "workflow_role"
    assert step(row, issuing.issue_final, reviewer()).state == "final"


def test_without_a_reply_the_lead_goes_on_once_the_day_has_passed():
    row = at_state(AuditState.ACCURACY)
    after = AT + timedelta(15)
    given = {"by": lead(), "at": after, "reference": row.reference, "revision": row.revision}
    accuracy.close_check(**given, reason="We rang twice.")
    assert now(row).state == "answering"


def test_a_final_report_hands_over_actions_findings_and_its_result():
    head()
    row = at_state(AuditState.FINAL)
    (one,) = Recommendation.objects.all()
    item = Item.objects.get(origin=f"audit:{row.reference}-F1")

    assert (one.reference, one.kind, one.addressee_id) == (f"{row.reference}-R1", "audit", UNIT)
    assert (one.unit_id, one.theme) == (UNIT, "risk_of_harm")
    assert (item.owner_id, item.about_id, item.theme) == ("hmpps-osag", UNIT, "risk_of_harm")
    assert sorted(item.every_reader.values_list("party", flat=True)) == [UNIT, "hmip"]
    assert Round.objects.get(item=item).result == "serious_concern"
    owed = Duty.objects.filter(about=row.reference).values_list("arrangement", "met_on")
    assert dict(owed)["14-give-assurance"] == TODAY
    assert dict(owed)["30-combine-findings"] is None
    assert report(actor=head(), reference=row.reference).purpose == "final"
    told = Mail.objects.filter(about=f"audit:{row.reference}").order_by("pk")
    assert [one.to for one in told] == ["head@example.org"] * 3
    assert "final report" in told.last().text
    assert not any(SUMMARY in one.text or row.title in one.text for one in told)


def test_it_is_followed_up_closed_by_another_and_kept_from_its_last_action():
    row = at_state(AuditState.FINAL)
    plan = {"reference": row.reference, "first": TODAY + timedelta(1), "last": TODAY + timedelta(2)}
    looked = {"made_on": TODAY, "account": "Checks are made.", "found": {1: "done"}}
    assert stepping(row, following.record_follow_up, lead(), **looked) == "audit_follow_up_none"
    following.plan_follow_up(by=lead(), at=AT, **plan)
    assert refused(following.plan_follow_up, by=lead(), **plan) == "audit_follow_up_once"
    visit = Visit.objects.get(source=f"{row.reference}-F1")
    assert (visit.kind, visit.state) == ("audit_follow_up", "announced")
    assert stepping(row, following.record_follow_up, lead(), **looked) == "audit_follow_up_day"
    later = AT + timedelta(2)
    looked["made_on"] = TODAY + timedelta(1)
    assert stepping(row, following.record_follow_up, lead(), at=later, **looked | {"found": {}}) == (
        "audit_look"
    )
    step(row, following.record_follow_up, lead(), at=later, **looked)
    visit.refresh_from_db()
    assert visit.state == "done"
    closing = {"reason": "All is done."}
    assert stepping(row, following.close_audit, reviewer(), at=later, **closing) == "audit_actions_open"
    done(row)
    assert stepping(row, following.close_audit, lead(), at=later, **closing) == "audit_second_person"
    assert stepping(row, following.close_audit, head(), at=later, **closing).startswith("permission")
    assert stepping(row, following.close_audit, reviewer(), at=later, reason="") == "text_missing"
    step(row, following.close_audit, reviewer(), at=later, **closing)
    assert (row.last_closed_on, row.retain_until) == (TODAY, date(2029, 4, 14))
    page = followed(actor=head(), reference=row.reference, today=TODAY)
    assert page.actions[0].looks == ("Follow-up 1: done",)
    assert page.actions[0].standing.closed_at is not None
    _disposed_of(row)


def _disposed_of(row: Audit) -> None:
    """Its files are held, then go once their day has passed, approved by a second person."""
    late = AT.replace(year=2029, month=5)
    on = {"reference": row.reference}
    assert refused(disposal.propose_disposal, by=lead(), **on) == "audit_disposal"
    disposal.place_hold(by=lead(), at=AT, reason="An inquiry.", **on)
    assert refused(disposal.place_hold, by=lead(), reason="Two.", **on) == "hold_once"
    assert refused(disposal.propose_disposal, by=lead(), at=late, **on) == "audit_disposal"
    disposal.lift_hold(by=lead(), at=late, reason="It is over.", **on)
    assert refused(disposal.lift_hold, by=lead(), reason="Again.", **on) == "hold_none"
    assert refused(disposal.approve_disposal, by=lead(), at=late, **on) == "disposal_nothing"
    disposal.propose_disposal(by=lead(), at=late, **on)
    disposal.decline_disposal(by=reviewer(), at=late, reason="Wait a month.", **on)
    disposal.propose_disposal(by=lead(), at=late, **on)
    assert refused(disposal.propose_disposal, by=lead(), at=late, **on) == "disposal_waiting"
    assert refused(disposal.approve_disposal, by=lead(), at=late, **on) == "permission_disposal_second"
    held = acting_as("contract_manager")
    assert refused(disposal.approve_disposal, by=held, at=late, **on).startswith("permission")
    assert disposal.approve_disposal(by=reviewer(), at=late, **on) == 1
    assert StoredContent.objects.get().content is None
    (paper,) = work(actor=lead(), reference=row.reference).tests[0].papers
    assert paper.file.gone_at == late
    assert Entry.objects.filter(verb="audit.disposed").count() == 1
    assert refused(disposal.propose_disposal, by=lead(), at=late, **on) == "audit_disposal"


def test_an_audit_of_what_is_no_unit_of_probation_goes_the_same_way():
    row = planned(audited="hmpps", service="prison_public", place="HMP Example")
    step(row, planning.announce, lead())
    cited(row)
    step(row, fieldwork.start_fieldwork, lead())
    with_test(row, file=b"")
    step(row, fieldwork.finish_fieldwork, lead())
    written(row, action_for="hmpps")
    step(row, drafting.hand_in, lead())
    step(row, drafting.issue_draft, reviewer())
    step(row, accuracy.return_check, acting_as("hmpps_officer"))
    step(row, issuing.issue_final, reviewer())
    assert Recommendation.objects.get(source=row.reference).unit_id is None
    followed_up(row)
    assert now(row).state == "followed_up"
    visits = Visit.objects.order_by("id").values_list("kind", "state", "place", "site", "region")
    assert list(visits) == [
        ("audit", "done", "hmpps", "HMP Example", None),
        ("audit_follow_up", "done", "hmpps", "HMP Example", None),
    ]


@pytest.mark.writes_directly
def test_the_tables_refuse_what_no_act_makes():
    row = at_state(AuditState.FINAL)
    final, paper = Audit.objects.filter(pk=row.pk), AuditPaper.objects.all()
    changes = (
        lambda: final.update(state="answering"),
        lambda: final.update(state="closed"),
        lambda: final.update(state="planned"),
        lambda: final.update(rating=""),
        lambda: final.update(final_by=""),
        lambda: final.update(gone_at=AT, gone_by="person:1"),
        lambda: final.update(last_day=row.first_day - timedelta(1)),
        lambda: final.update(region="N57"),
        lambda: Visit.objects.filter(source=row.reference).update(region=None),
        lambda: final.update(cancelled_at=AT, cancelled_by="person:1"),
        lambda: paper.update(reviewed_by=auditor().reference),
        lambda: paper.update(state="sent_back", note=""),
        lambda: row.members.update(place="lead"),
        lambda: row.points.update(reason=""),
        lambda: row.points.update(state="raised"),
        lambda: row.tests.update(result=""),
        lambda: row.actions.update(dropped_at=AT, dropped_by="person:1"),
        lambda: row.versions.update(purpose="final"),
        lambda: row.findings.update(dropped_at=AT, dropped_by="person:1"),
        lambda: row.sources.update(version=0),
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert now(row).state == "final"
