"""Two open plans made one: who may, what goes along and stays, what everyone reads (E3, E4, ¶24, ¶27)."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from oversight.arrangements.models import Duty
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party
from oversight.publication.models import PublishedPlan, PublishedPlanMerge
from oversight.recommendations.actions import plan_actions, plan_publishing
from oversight.recommendations.actions import plans as plan_acts
from oversight.recommendations.actions import recommendations as rec_acts
from oversight.recommendations.actions.plan_merging import merge_plan
from oversight.recommendations.models import ActionProgress, DateChange, PlanAction
from oversight.recommendations.queries.plans import plan
from tests.arrangements.pages import faults, page, read, said, stand_on
from tests.factories.arrangements import acting_for, record
from tests.factories.parties import sign_in
from tests.factories.plans import (
    AT,
    WHERE,
    ask,
    coordinated,
    give,
    on,
    opened,
    published,
    step,
    submitted,
    with_action,
)
from tests.factories.recommendations import act, agreed

pytestmark = pytest.mark.usefixtures("memorandum")
OSAG = "hmpps-osag"
LEAD = ("hmpps-osag", "osag_lead")
WHY = "One plan for recall."
LATER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-05-01", hour=10)


def two_published():
    """Two thematic plans, published a month apart; an action of the first slipped, another was superseded."""
    for source, on_day in (("T-1", "2026-01-05"), ("T-2", "2026-02-02")):
        record("draft_received_for_checking", on_day, at=AT, kind="thematic", about=source, by=OSAG)
    first = agreed("hmpps", kind="thematic", unit="", source="T-1", number=1, text="Train all.")
    second = agreed("hmpps", kind="thematic", unit="", source="T-2", number=1, text="Train all staff.")
    one, two = coordinated("T-1"), coordinated("T-2")
    with_action(one, owner="hmpps", recommendations=[first.reference], text="Prepare the course.")
    slipping = with_action(one, owner="hmpps", recommendations=[first.reference], text="Train the trainers.")
    with_action(two, owner="hmpps", recommendations=[second.reference], text="Train all staff.")
    published(one)
    published(two)
    owner = acting_for("hmpps")
    on(plan_actions.ask_date, slipping, owner, LATER, due=date(2026, 12, 1), reason="No trainers.")
    on(plan_actions.decide_date, slipping, acting_for(*LEAD), LATER, approved=True)
    on(plan_actions.report_action, slipping, owner, LATER, progress="under_way", text="Half of them.")
    on(plan_actions.ask_date, slipping, owner, LATER, due=date(2027, 1, 4), reason="Still none.")
    act(rec_acts.supersede, first, acting_for("hmip"), replacement=second.reference, text="Said anew.")
    return one, two, slipping, first, second


def test_everything_in_a_published_plan_goes_on_in_the_other_and_everyone_reads_so(client):
    one, two, slipping, first, second = two_published()
    before = {
        pk: (first_due, due)
        for pk, first_due, due in PlanAction.objects.values_list("pk", "first_due", "due")
    }
    owed = {duty.about: duty.due for duty in Duty.objects.filter(arrangement="27-update-plan")}
    said_of = list(ActionProgress.objects.values_list("pk", "action_id", "text").order_by("pk"))
    asked = list(DateChange.objects.values_list("pk", "action_id", "due_after", "approved").order_by("pk"))
    old, text = slipping.number, PublishedPlan.objects.get(reference=one.reference).content

    step(merge_plan, one, acting_for(*LEAD), LATER, into=two.reference, text=WHY)

    two.refresh_from_db()
    slipping.refresh_from_db()
    assert (one.state, one.merged_into, two.state) == ("merged", two, "published")
    assert (slipping.plan, slipping.number) == (two, 1 + old)
    assert before == {
        pk: (first_due, due)
        for pk, first_due, due in PlanAction.objects.values_list("pk", "first_due", "due")
    }
    assert said_of == list(ActionProgress.objects.values_list("pk", "action_id", "text").order_by("pk"))
    assert asked == list(
        DateChange.objects.values_list("pk", "action_id", "due_after", "approved").order_by("pk")
    )
    assert owed == {duty.about: duty.due for duty in Duty.objects.filter(arrangement="27-update-plan")}
    assert set(owed) == {"T-1", "T-2"}
    told = plan(actor=acting_for("hmip"), reference=two.reference, today=TODAY)
    assert {one.line.reference: one.actions for one in told.recommendations} == {
        first.reference: (2, 3),
        second.reference: (1,),
    }

    # What waited goes on under the new number: the date that was asked for is decided there.
    on(plan_actions.decide_date, slipping, acting_for(*LEAD), LATER, approved=True)
    update = {"on": LATER.date(), "where": WHERE}
    step(plan_publishing.publish_update, two, acting_for(OSAG), LATER, **update)
    assert {duty.met_on for duty in Duty.objects.filter(arrangement="27-update-plan")} == {LATER.date()}
    with pytest.raises(Refused, match="Merged into another plan"):
        step(plan_publishing.publish_update, one, acting_for(OSAG), LATER, **update)

    public = said(page(client, reverse("public-plan", args=[one.reference])))
    assert f"This plan became part of {two.title} on 1 April 2026." in public
    assert WHY in public
    assert "Train the trainers." in public
    assert PublishedPlan.objects.get(reference=one.reference).content == text
    goes_on = said(page(client, reverse("public-plan", args=[two.reference])))
    for words in (
        f"Took in {one.title} , 1 April 2026: {WHY}",
        "First date 1 September 2026. Moved to 1 December 2026, asked for on 1 April 2026: No trainers.",
        "to 4 January 2027",
        f"Closed, superseded In its place: {second.reference}",
        "One plan was made for these 2 reports.",
    ):
        assert words in goes_on, words
    listed = page(client, reverse("public-plans"))
    assert "1 action plan, the one updated last first" in said(listed)
    assert f"/action-plans/{one.reference}" not in listed.html
    data = json.loads(client.get(reverse("public-plan-file", args=[one.reference, 1, "json"])).content)
    assert (data["merged_into"], data["took_in"]) == (two.reference, [])

    for role in ("hmip_lead_inspector", "osag_coordinator"):
        sign_in(client, role)
        there = said(page(client, reverse("plan", args=[one.reference])))
        assert f"Merged into {two.title} by" in there
        assert "Train the trainers." in there
        assert f"Took in {one.title}" in said(page(client, reverse("plan", args=[two.reference])))
        at = reverse("plan-action", args=[one.reference, old])
        assert client.get(at)["Location"] == reverse("plan-action", args=[two.reference, slipping.number])
    page(client, reverse("plan-public-sight", args=[one.reference]), 409)
    for reference, found in ((one.reference, "Merged into"), (two.reference, "Took in")):
        docx = client.get(reverse("plan-file", args=[reference, "docx"]))
        assert docx.status_code == 200
        sheet = client.get(reverse("plan-file", args=[reference, "csv"]))
        rows = list(csv.reader(io.StringIO(b"".join(sheet.streaming_content).decode("utf-8-sig"))))
        assert any("Train the trainers." in row for row in rows), (reference, found)


def test_drafts_of_a_unit_merge_with_what_was_asked_and_not_with_what_was_withdrawn(client):
    one, two = opened(), opened(source="2026-PDU-N57EKNT-2")
    gone, kept = with_action(one), with_action(one, text="Keep this.")
    on(plan_actions.withdraw_action, gone, acting_for("N57EKNT"), text="Said twice.")
    given, waiting = ask(one, "moj-policy"), ask(one, "hmpps")
    give(given, "moj-policy")
    step(plan_actions.add_action, two, acting_for("N57EKNT"), **facts_of(two))

    sign_in(client, "head_of_pdu", "N57EKNT")
    at = reverse("plan-merge", args=[one.reference])
    assert two.reference in said(page(client, at))
    one.refresh_from_db()
    assert faults(read(client.post(at, {"revision": one.revision, "into": two.reference, "text": ""})))
    sent = {"revision": one.revision, "into": two.reference, "text": WHY}
    assert client.post(at, sent)["Location"] == reverse("plan", args=[two.reference])

    for row in (one, two, gone, kept):
        row.refresh_from_db()
    assert (gone.plan, gone.number, kept.plan, kept.number) == (one, 1, two, 3)
    assert [(part.pk, part.number) for part in two.parts.all()] == [(waiting, 1)]
    assert [part.pk for part in one.parts.all()] == [given]
    assert two.state == "input"
    assert give(waiting, "hmpps", revision=2) == two.reference
    assert with_action(two).number == 4
    entry = Entry.objects.filter(verb="plan.merged").get()
    assert (entry.subject, '"actions_begin_after":1' in entry.payload) == (f"plan:{one.reference}", True)
    assert '"into":"PLAN-2026-PDU-N57EKNT-2"' in entry.payload
    # A report is still answered once, and a body that sees no draft sees none that was merged either.
    with pytest.raises(Refused, match="already answers"):
        opened()
    with pytest.raises(Refused, match="no such plan"):
        plan(actor=acting_for("hmip"), reference=one.reference, today=TODAY)
    assert "It became part of" in said(page(client, at))


def facts_of(row):

    return {
        "text": "x",
        "measure": "x",
        "owner": party(row.unit_id),
        "due": date(2026, 9, 1),
        "recommendations": [],
    }


def test_who_cannot_merge_what_is_told_why():
    draft, other = opened(), opened(source="2026-PDU-N57EKNT-2")
    sent = submitted(opened(source="2026-PDU-N57EKNT-3"))
    far = opened(unit="N57", source="2026-RGN-N57-1")
    osag = coordinated()

    def refused(row, by, into, text=WHY):
        with pytest.raises(Refused) as told:
            step(merge_plan, row, by, into=into, text=text)
        return told.value.rule

    unit, director = acting_for("N57EKNT"), acting_for("N57")
    assert refused(draft, unit, sent.reference) == "plan_merge"
    assert refused(draft, director, far.reference) == "plan_merge"
    assert refused(draft, unit, draft.reference) == "plan_merge"
    for unseen in (osag.reference, "no-such", "\x00"):
        assert refused(draft, unit, unseen) in {"plan_merge", "not_found_plan"}
    assert refused(draft, unit, other.reference, text=" ") == "recommendation_text"
    assert refused(draft, acting_for("N50"), other.reference) == "not_found_plan"
    assert refused(sent, acting_for("hmip"), other.reference).startswith("permission")
    assert refused(draft, acting_for(OSAG), other.reference).startswith("permission")
    again = submitted(opened(source="2026-PDU-N57EKNT-4"))
    assert "role" in refused(sent, unit, again.reference)
    with pytest.raises(Refused, match="Someone else changed this plan"):
        merge_plan(by=unit, at=AT, reference=draft.reference, revision=99, into=other.reference, text=WHY)
    assert not PlanAction.objects.filter(merged_from__isnull=False).exists()

    step(merge_plan, sent, director, into=again.reference, text=WHY)
    step(plan_acts.receive_plan, again, acting_for("hmip"))
    received = Duty.objects.filter(arrangement="24-receive-plan")
    assert {duty.about: duty.met_on for duty in received} == {
        "2026-PDU-N57EKNT-3": AT.date(),
        "2026-PDU-N57EKNT-4": AT.date(),
    }


def test_the_public_reads_of_local_plans_that_the_director_merged_when_others_publish_the_progress(client):
    one, two, three = (published(opened(source=f"2026-PDU-N57EKNT-{number}")) for number in (1, 2, 3))
    sign_in(client, "regional_probation_director", "N57")
    asked = said(page(client, reverse("plan-merge", args=[one.reference])))
    assert "as soon as HMPPS or OSAG publish the progress of that one" in asked
    step(merge_plan, one, acting_for("N57"), LATER, into=two.reference, text=WHY)
    step(merge_plan, two, acting_for("N57"), LATER, into=three.reference, text="All in one.")
    assert not PublishedPlanMerge.objects.exists()
    assert "became part" not in said(page(client, reverse("public-plan", args=[one.reference])))

    step(plan_publishing.publish_progress, three, acting_for("hmpps"), LATER)

    told = dict(PublishedPlanMerge.objects.values_list("reference", "into"))
    assert told == {one.reference: two.reference, two.reference: three.reference}
    assert "became part" in said(page(client, reverse("public-plan", args=[one.reference])))
    assert three.actions.count() == 3
    # The address that an action had in the first plan still leads to it.
    at = reverse("plan-action", args=[one.reference, 1])
    assert client.get(at)["Location"] == reverse("plan-action", args=[three.reference, 3])
