"""A final report corrected: the new version beside the old, and everyone told once it is issued (B4, ¶14)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from oversight.audits.actions import correcting, planning
from oversight.audits.models import AuditCorrection, AuditVersion, CorrectedFinding
from oversight.audits.queries.audits import audits
from oversight.audits.queries.facts import AuditFilter
from oversight.audits.queries.report import report
from oversight.audits.rules.audit import AuditState
from oversight.intelligence.actions.items import read_item
from oversight.intelligence.models import Item, Notice, Round
from oversight.jobs.models import Mail
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import membership
from oversight.recommendations.models import Recommendation
from tests.arrangements.pages import faults, page, read, said, stand_on
from tests.factories.audits import (
    AT,
    SUMMARY,
    at_state,
    auditor,
    followed_up,
    head,
    lead,
    now,
    osag,
    reviewer,
    step,
)
from tests.factories.parties import acting_as, sign_in_as

pytestmark = pytest.mark.usefixtures("memorandum")
WRONG, WHY = "Two cases were counted twice.", "The list had them under two names."
NEW, NEW_SUMMARY = "Nine of 20 plans were not done.", "Plans are mostly done."
WORDS = {"title": "Plans are not done", "cause": "Nobody checks.", "consequence": "Risk.", "grade": "medium"}


def refused(call, **given) -> str:
    with pytest.raises(Refused) as found:
        call(**({"at": AT} | given))
    return found.value.rule


def stepping(row, call, by, **more) -> str:
    return refused(call, by=by, reference=row.reference, revision=now(row).revision, **more)


def begun(row) -> None:
    step(row, correcting.begin_correction, lead(), wrong=WRONG, reason=WHY)


def written(row) -> None:
    given = {"at": AT, "reference": row.reference}
    correcting.correct_finding(by=auditor(), number=1, text=NEW, **WORDS, **given)
    correcting.correct_summary(by=lead(), rating="moderate", summary=NEW_SUMMARY, **given)


def issued(row) -> None:
    step(row, correcting.hand_in_correction, lead())
    step(row, correcting.issue_correction, reviewer())


def test_a_correction_is_written_by_the_team_and_read_by_nobody_else_before_a_second_person_issues_it():
    row = at_state(AuditState.FINAL)
    told = {"wrong": WRONG, "reason": WHY}
    for by, rule in (
        (reviewer(), "audit_reviewer"),
        (osag("other"), "not_found_audit"),
        (head(), "permission_audits.work"),
        (acting_as("hmip_lead_inspector"), "permission_audits.work"),
    ):
        assert stepping(row, correcting.begin_correction, by, **told) == rule
    assert stepping(row, correcting.begin_correction, lead(), **told | {"reason": ""}) == "text_missing"
    stale = {"by": lead(), "reference": row.reference, "revision": 1}
    assert refused(correcting.begin_correction, **stale, **told) == "audit_changed"
    on = {"by": lead(), "reference": row.reference}
    assert refused(correcting.word_correction, **on, **told) == "audit_correction_none"
    begun(row)
    assert stepping(row, correcting.begin_correction, auditor(), **told) == "audit_correction_once"
    assert stepping(row, correcting.hand_in_correction, lead()) == "audit_correction_same"
    assert refused(correcting.withdraw_finding, **on, number=9) == "not_found_audit"
    rated = {"rating": "outstanding", "summary": "S."}
    assert refused(correcting.correct_summary, **on, **rated) == "audit_rating"
    written(row)
    # Nobody outside the team is told a word of it, and the rating stands.
    for reader in (head(), acting_as("hmpps_officer"), osag("other")):
        found = report(actor=reader, reference=row.reference)
        assert (found.summary, found.rating.id, found.corrections) == (SUMMARY, "limited", ())
        assert audits(actor=reader, chosen=AuditFilter(rating="limited")).count == 1
    payloads = "".join(Entry.objects.filter(verb__startswith="audit.").values_list("payload", flat=True))
    assert not [one for one in (WRONG, WHY, NEW, NEW_SUMMARY, "moderate") if one in payloads]

    step(row, correcting.hand_in_correction, auditor())
    assert refused(correcting.word_correction, **on, **told) == "audit_correction_state"
    assert stepping(row, correcting.issue_correction, lead()) == "workflow_role"
    assert stepping(row, correcting.issue_correction, osag("other")) == "not_found_audit"
    swapped = planning.Team(reviewer().reference, auditor().reference)
    assert stepping(row, planning.set_team, lead(), team=swapped) == "audit_team"
    step(row, correcting.send_back_correction, reviewer(), reason="Say which cases.")
    assert stepping(row, correcting.drop_correction, lead(), reason="") == "text_missing"
    step(row, correcting.drop_correction, lead(), reason="It was right after all.")
    assert AuditCorrection.objects.get().state == "dropped"
    assert report(actor=head(), reference=row.reference).summary == SUMMARY


def test_a_corrected_report_stands_beside_the_old_one_and_everyone_who_read_it_is_told():
    row = at_state(AuditState.FINAL)
    (recommended,) = Recommendation.objects.values("reference", "text")
    item = Item.objects.get(origin=f"audit:{row.reference}-F1")
    inspector = acting_as("hmip_lead_inspector", email="inspector@example.org")
    read_item(by=inspector, at=AT, item_id=item.pk)
    begun(row)
    written(row)
    issued(row)

    old, new = AuditVersion.objects.filter(purpose__in=("final", "corrected")).order_by("number")
    assert (SUMMARY in old.content, NEW in old.content, NEW in new.content) == (True, False, True)
    found = report(actor=head(), reference=row.reference)
    assert (found.summary, found.rating.id, found.version) == (NEW_SUMMARY, "moderate", new.number)
    (told,) = found.corrections
    assert (told.wrong, told.reason, told.issued_name) == (WRONG, WHY, "Reviewer")
    before = report(actor=head(), reference=row.reference, number=old.number)
    assert (before.summary, before.rating.id, before.stands) == (SUMMARY, "limited", False)
    assert audits(actor=head(), chosen=AuditFilter(rating="moderate")).count == 1
    first, second = Round.objects.filter(item=item).order_by("number")
    assert NEW in second.text
    assert (second.result, second.found_on) == ("some_concern", first.found_on)
    assert WRONG in second.reason
    assert Notice.objects.get(item=item).person == inspector.reference
    assert set(Mail.objects.order_by("-pk").values_list("to", flat=True)[:2]) == {
        "head@example.org",
        "inspector@example.org",
    }
    assert not Mail.objects.filter(text__contains="counted twice").exists()

    # Once more, when it is closed as far as it goes: the finding does not hold at all.
    followed_up(row)
    begun(row)
    correcting.withdraw_finding(by=lead(), at=AT, reference=row.reference, number=1)
    issued(row)
    item.refresh_from_db()
    assert item.withdrawn_at == AT
    found = report(actor=head(), reference=row.reference)
    assert (found.findings, found.withdrawn) == ((), ((1, "Plans are not done"),))
    assert Recommendation.objects.values("reference", "text").get() == recommended
    assert now(row).state == "followed_up"
    # What was withdrawn by hand stays withdrawn, and a correction of the rest still goes out.
    begun(row)
    correcting.correct_summary(
        by=lead(), at=AT, reference=row.reference, rating="substantial", summary="Fine."
    )
    issued(row)
    assert [one.number for one in report(actor=head(), reference=row.reference).corrections] == [3, 2, 1]


def test_the_pages_of_a_correction_show_the_old_words_beside_the_new(client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    row = at_state(AuditState.FINAL)
    here = f"/audits/{row.reference}"

    def come_as(actor):
        sign_in_as(client, membership(actor.membership))

    def post(address, **sent):
        answer = client.post(f"{here}{address}", sent)
        assert answer.status_code == 302, said(read(answer, answer.status_code))
        return answer["Location"]

    def statuses(*addresses):
        return {client.get(f"{here}{one}").status_code for one in addresses}

    come_as(lead())
    nothing = ("words", "summary", "findings/1", "findings/1/withdraw", "steps/drop")
    assert statuses(*(f"/correction/{one}" for one in nothing), "/corrections/1", "/report/9") == {404}
    revision = now(row).revision
    wrong = client.post(f"{here}/correct", {"revision": revision, "wrong": "", "reason": WHY})
    assert faults(read(wrong, 422)) == ["Enter what is wrong."]
    at = post("/correct", revision=revision, wrong=WRONG, reason=WHY)
    assert "Nothing yet." in said(page(client, at))
    post("/correction/words", wrong=f"{WRONG} Both were in Dover.", reason=WHY)
    form = page(client, f"{here}/correction/findings/1")
    assert form.css_first("#id_text").text() == "Eleven of 20 plans were not done."
    post("/correction/findings/1/withdraw")
    assert "Withdrawn. Its actions keep their numbers" in said(page(client, at))
    post("/correction/findings/1", text=NEW, **WORDS)
    post("/correction/summary", rating="moderate", summary=NEW_SUMMARY)
    assert client.get(f"{here}/correction/steps/issue").status_code == 409
    assert statuses("/correction/steps/dance") == {404}
    for other in (head(), acting_as("hmpps_officer"), osag("other")):
        come_as(other)
        assert statuses("/corrections/1") == {404}
        assert "orrection 1" not in said(page(client, f"{here}/report")) + said(page(client, here))
    come_as(lead())
    post("/correction/steps/hand_in", revision=now(row).revision)
    come_as(reviewer())
    assert "waiting for the reviewer. Next to act: the reviewer of the audit" in said(page(client, here))
    post("/correction/steps/issue", revision=now(row).revision)

    come_as(head())
    now_said = said(page(client, f"{here}/report"))
    assert NEW in now_said
    assert "Both were in Dover." in now_said
    told = said(page(client, at))
    assert told.index("Eleven of 20 plans were not done.") < told.index(NEW)
    assert "Limited assurance" in told
    assert "Moderate assurance" in told
    old, new = AuditVersion.objects.filter(purpose__in=("final", "corrected")).order_by("number")
    earlier = said(page(client, f"{here}/report/{old.number}"))
    assert SUMMARY in earlier
    assert "This version was corrected." in earlier
    assert statuses(f"/report/{new.number}") == {200}
    assert statuses("/report/1", "/corrections/2") == {404}
    come_as(acting_as("hmip_lead_inspector"))
    assert statuses("/report", f"/report/{old.number}", "/corrections/1") == {403}


@pytest.mark.writes_directly
def test_the_tables_refuse_a_correction_that_no_act_makes():
    row = at_state(AuditState.FINAL)
    begun(row)
    written(row)
    step(row, correcting.hand_in_correction, lead())
    one = AuditCorrection.objects.filter(audit=row)
    final = row.versions.get(purpose="final")
    by = {"issued_at": AT, "issued_name": "X", "version": final, "state": "issued"}
    for change in (
        lambda: one.update(state="writing"),
        lambda: one.update(handed_in_by=""),
        lambda: one.update(wrong=""),
        lambda: one.update(**by, issued_by=lead().reference),
        lambda: one.update(issued_at=AT, issued_by="person:9"),
        lambda: one.update(state="dropped", handed_in_at=None, handed_in_by=""),
        lambda: CorrectedFinding.objects.update(withdrawn=True),
        lambda: CorrectedFinding.objects.update(text=""),
        lambda: AuditVersion.objects.filter(pk=final.pk).update(purpose="other"),
        lambda: AuditCorrection.objects.create(
            audit=row,
            number=2,
            before=final,
            wrong="w",
            reason="r",
            rating="a",
            summary="s",
            opened_at=AT,
            opened_by="person:1",
            opened_name="X",
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert one.get().state == "review"
