"""Alerts, briefings and their readers through the real acts: who learns what, and nobody else (D10, ¶20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from oversight.access.rules import access_table
from oversight.arrangements.queries import DutyFilter, duty_list
from oversight.briefings.actions import alerts, briefings, sending
from oversight.briefings.models import Alert, Briefing, BriefingRound, CopyReading, FactSheet
from oversight.briefings.queries import alerts as alert_queries
from oversight.briefings.queries import briefings as queries
from oversight.briefings.rules.briefings import parts_of
from oversight.briefings.rules.facts import read_facts
from oversight.jobs.models import Job, Mail
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.factories.arrangements import acting_for
from tests.factories.briefings import (
    AT,
    INADEQUATE,
    REPORT,
    TEXT,
    act,
    alerted,
    cleared,
    copy_of,
    decided,
    officer,
    poor_report,
    private_secretary,
    published,
    recommended,
    sent,
    started,
    written,
)
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")


def refused(rule: str, call, *args, **more) -> Refused:
    with pytest.raises(Refused) as found:
        call(*args, **more)
    assert found.value.rule == rule, str(found.value)
    return found.value


def owed(arrangement: str, state: str = "") -> int:
    chosen = DutyFilter(arrangement=arrangement, state=state)
    return duty_list(actor=officer(), today=AT.date(), chosen=chosen).count.number


def test_a_poor_rating_alerts_the_team_once_by_email_and_on_home():
    member = acting_as("sponsorship_officer", "moj-sponsorship", email="team@example.org")
    acting_as("moj_policy_officer", "moj-policy", email="policy@example.org")
    published()

    assert alerts.look(by=officer(), at=AT) == 1
    assert alerts.look(by=officer(), at=AT + timedelta(days=1)) == 0
    row = Alert.objects.get()
    assert (row.kind, row.about, row.unit_id, row.state) == ("rating", REPORT, "N57EKNT", "raised")
    assert "rated East Kent Inadequate" in row.says
    mail = Mail.objects.get()
    assert mail.to == "team@example.org"
    assert "East Kent" not in mail.subject + mail.text
    assert [one.text for one in alert_queries.notices(actor=member)] == ["East Kent rated Inadequate"]
    assert alert_queries.notices(actor=acting_for("moj-policy")) == ()


def test_better_ratings_old_ones_and_unpublished_ones_alert_nobody():
    published(poor_report(overall=replace(INADEQUATE, rating="Requires improvement")))
    published(
        poor_report(reference="2026-PDU-N57EKNT-9", published_on=date(2026, 1, 5)),
        at=AT - timedelta(days=148),
    )

    assert alerts.look(by=officer(), at=AT) == 0


def test_a_missed_response_alerts_the_team_after_its_day_and_not_before():
    reference = recommended(on=date(2026, 5, 1))
    chosen = DutyFilter(arrangement="24-respond", about=reference)
    due = duty_list(actor=officer(), today=AT.date(), chosen=chosen).lines[0].due
    for day, new in ((due, 0), (due + timedelta(days=1), 1), (due + timedelta(days=2), 0)):
        at = AT.replace(year=day.year, month=day.month, day=day.day)
        assert alerts.look(by=officer(), at=at) == new
    row = Alert.objects.get()
    assert (row.kind, row.about, row.happened_on) == ("missed", reference, due)
    assert "East Kent" in row.title


def test_of_a_same_day_alert_the_team_learns_where_and_when_and_no_more():
    for new in (1, 0):
        told = alerts.tell_of_same_day_alert(by=officer(), at=AT, reference=REPORT, number=2, unit="N57EKNT")
        assert told == new
    row = Alert.objects.get()
    assert "East Kent" in row.says
    assert "What it says is for those who have to act." in row.says
    assert row.happened_on == AT.date()


def test_an_alert_is_acknowledged_and_set_aside_with_a_reason():
    row = alerted()
    one = {"alert_id": row.pk}
    early = {"revision": 1, "reason": "Known."}
    refused("workflow_state", alerts.set_aside, by=officer(), at=AT, **one, **early)
    alerts.acknowledge(by=officer(), at=AT, **one, revision=1)
    refused("stale_alert", alerts.acknowledge, by=officer(), at=AT, **one, revision=1)
    refused("briefing_text", alerts.set_aside, by=officer(), at=AT, **one, revision=2, reason=" ")
    assert owed("20-feed-oversight", "met") == 0
    alerts.set_aside(by=officer(), at=AT, **one, revision=2, reason="Ministers were briefed in May.")
    row.refresh_from_db()
    assert (row.state, row.reason) == ("set_aside", "Ministers were briefed in May.")
    assert owed("20-feed-oversight", "met") == 1
    assert owed("20-alert-ministers", "met") == 0


def test_the_facts_come_from_the_record_each_with_source_and_date():
    recommended(on=date(2026, 6, 1))
    row = started()
    groups = {one.title: one for one in read_facts(FactSheet.objects.get(briefing=row).content)}
    facts = [fact for group in groups.values() for fact in group.facts]

    assert facts
    assert all(fact.source and fact.on and fact.says for fact in facts)
    assert groups["Ratings now"].facts[0].says.startswith("Inadequate, 3 of 21")
    # The register of real reports has an earlier one of this unit only where it was loaded.
    assert groups["Ratings before"].facts == ()
    assert groups["Areas to improve"].facts[0].says == "Fill vacancies & train managers."
    told = groups["Recommendations and their answers"].facts[0]
    assert told.source == f"{REPORT}-R1"
    assert "Answer:" in told.says
    assert "1 June 2026" in groups["Publication"].facts[1].says


def test_rounds_and_sheets_stand_beside_each_other():
    row = started()
    first = BriefingRound.objects.get(briefing=row)
    act(briefings.write, row, officer(), title="East Kent", parts={"issue": "First."})
    act(briefings.write, row, officer("two"), title="East Kent", parts={"issue": "Second."})
    act(briefings.write, row, officer("two"), title="East Kent", parts={"issue": "Second."})
    recommended(on=AT.date())
    found = queries.briefing(actor=officer(), reference=row.reference, today=AT.date())
    assert found.newer == 1
    act(briefings.take_facts, row, officer())
    found = queries.briefing(actor=officer(), reference=row.reference, today=AT.date())

    assert [one.number for one in found.rounds] == [4, 3, 2, 1]
    assert [one.parts[0].text for one in found.rounds] == ["Second.", "Second.", "First.", ""]
    assert (found.newer, [number for number, _ in found.sheets]) == (0, [2, 1])
    kept = BriefingRound.objects.get(pk=first.pk)
    assert (kept.content, kept.digest) == (first.content, first.digest)
    refused("briefing_part", act, briefings.write, row, officer(), title="East Kent", parts={"other": "x"})
    stale = {"reference": row.reference, "revision": 1, "title": "x", "parts": {}}
    refused("stale_briefing", briefings.write, by=officer(), at=AT, **stale)


def test_a_second_person_clears_and_the_first_may_not():
    row = started()
    refused("briefing_whole", act, briefings.ask_clearance, row, officer())
    act(briefings.write, row, officer(), title=row.title, parts=TEXT)
    act(briefings.ask_clearance, row, officer("three"))
    for one in (officer(), officer("three")):
        refused("briefing_second_person", act, briefings.clear, row, one)
    act(briefings.send_back, row, officer(), reason="Say more.")
    assert (row.state, row.asked_at) == ("drafting", None)
    act(briefings.ask_clearance, row, officer())
    act(briefings.clear, row, officer("two"))
    refused("workflow_state", act, briefings.write, row, officer(), title=row.title, parts={})
    act(briefings.revise, row, officer(), reason="A figure was wrong.")
    assert (row.state, row.cleared_at) == ("drafting", None)


def test_sending_alerts_ministers_and_each_reading_is_noted():
    reader, other = private_secretary(email="office@example.org"), private_secretary()
    row = cleared()
    assert owed("20-alert-ministers", "met") == 0
    nobody = {"people": [acting_as("moj_policy_officer", "moj-policy").reference]}
    refused("briefing_people", act, sending.send, row, officer(), **nobody)
    refused("briefing_people", act, sending.send, row, officer(), people=[])
    act(sending.send, row, officer(), people=[reader.reference])
    assert owed("20-alert-ministers", "met") == 1
    refused("briefing_twice", act, sending.send, row, officer(), people=[reader.reference])
    mail = Mail.objects.get(to="office@example.org")
    assert "East Kent" not in mail.subject + mail.text
    assert [one.name for one in alert_queries.notices(actor=reader)] == ["briefing-copy"]

    copy = copy_of(row, reader)
    assert queries.copy_to_read(actor=reader, copy_id=copy.pk).text.parts[0].text == TEXT["issue"]
    sending.note_reading(by=reader, at=AT, copy_id=copy.pk, form="page")
    assert CopyReading.objects.get().read_by == reader.reference
    assert alert_queries.notices(actor=reader) == ()
    refused("not_found_form", sending.note_reading, by=reader, at=AT, copy_id=copy.pk, form="odt")
    refused("not_found_copy", queries.copy_to_read, actor=other, copy_id=copy.pk)
    refused("not_found_copy", sending.note_reading, by=other, at=AT, copy_id=copy.pk, form="page")
    # The same person for another party is another reader.
    elsewhere = replace(reader, party="moj")
    refused("permission_briefings.read", queries.copy_to_read, actor=elsewhere, copy_id=copy.pk)


def test_what_was_decided_is_recorded_by_the_office_or_the_team_and_closes_the_briefing():
    reader, other = private_secretary(), private_secretary()
    row = sent(reader)
    facts = {"text": "The region is met in July.", "decided_by": "The Minister", "on": AT.date()}
    mine = copy_of(row, reader).pk
    refused("not_found_copy", act, sending.decide, row, other, **facts, copy_id=mine)
    refused("not_found_copy", act, sending.decide, row, reader, **facts)
    late = facts | {"on": AT.date() + timedelta(days=1)}
    assert refused("briefing_decided", act, sending.decide, row, officer(), **late).field == "on"
    assert act(sending.decide, row, reader, **facts, copy_id=mine) == 1
    assert act(sending.decide, row, officer(), **(facts | {"text": "In August."})) == 2
    told = queries.copy_to_read(actor=reader, copy_id=mine).decisions
    assert [one.text for one in told] == ["In August.", "The region is met in July."]
    assert owed("20-feed-oversight", "met") == 0
    act(sending.close, row, officer())
    assert (row.state, Alert.objects.get().state) == ("closed", "briefed")
    assert owed("20-feed-oversight", "met") == 1


def test_a_withdrawn_briefing_cannot_be_read_and_its_alert_asks_again():
    reader = private_secretary()
    row = decided(reader)
    mine = copy_of(row, reader).pk
    refused("briefing_text", act, sending.withdraw, row, officer(), reason="")
    act(sending.withdraw, row, officer(), reason="The rating was corrected.")

    refused("not_found_copy", queries.copy_to_read, actor=reader, copy_id=mine)
    assert [(one.title, one.readable) for one in queries.my_copies(actor=reader)] == [("", False)]
    row_of_alert = Alert.objects.get()
    assert (row_of_alert.state, row_of_alert.briefing) == ("acknowledged", None)


def test_a_briefing_is_replaced_by_one_with_its_text_and_the_facts_of_now():
    reader = private_secretary()
    row = sent(reader)
    reference = act(sending.supersede, row, officer(), reason="New figures.")
    new = Briefing.objects.get(reference=reference)

    assert (row.state, new.state, new.supersedes, Alert.objects.get().briefing) == (
        "superseded",
        "drafting",
        row,
        new,
    )
    assert parts_of(BriefingRound.objects.get(briefing=new).content)[0].text == TEXT["issue"]
    refused("not_found_copy", queries.copy_to_read, actor=reader, copy_id=copy_of(row, reader).pk)
    found = queries.briefing(actor=officer(), reference=row.reference, today=AT.date())
    assert (found.superseded_by, found.acts) == (new.reference, ())


def test_a_copy_is_taken_back_from_one_reader_alone():
    reader, other = private_secretary(), private_secretary()
    row = sent(reader, other)
    mine = copy_of(row, reader).pk
    act(sending.take_copy_back, row, officer(), copy_id=mine, reason="Sent by mistake.")

    refused("not_found_copy", queries.copy_to_read, actor=reader, copy_id=mine)
    assert queries.copy_to_read(actor=other, copy_id=copy_of(row, other).pk)
    refused("not_found_copy", act, sending.take_copy_back, row, officer(), copy_id=mine, reason="Again.")
    # Given again, it is a copy of its own; what was taken back stays in view.
    act(sending.send, row, officer(), people=[reader.reference])
    found = queries.briefing(actor=officer(), reference=row.reference, today=AT.date())
    assert sorted(bool(one.withdrawn_at) for one in found.copies) == [False, False, True]


def test_nobody_but_the_team_sees_alerts_and_briefings_whatever_their_role():
    """Paragraph 20: not the Inspectorate, not HMPPS, not the region, no auditor, no other party."""
    row = sent(private_secretary())
    alert = Alert.objects.get()
    others = [role for role in access_table().roles if role != "sponsorship_officer"]
    for role in others:
        actor = acting_as(role)
        assert alert_queries.alert_list(actor=actor).lines == (), role
        assert queries.briefing_list(actor=actor).lines == (), role
        refused("not_found_alert", alert_queries.alert, actor=actor, alert_id=alert.pk)
        gone = {"actor": actor, "reference": row.reference, "today": AT.date()}
        refused("not_found_briefing", queries.briefing, **gone)
        with pytest.raises(Refused):
            act(sending.withdraw, row, actor, reason="Out of the way.")
        with pytest.raises(Refused):
            alerts.look(by=actor, at=AT)
    # The right role for another party is the wrong one.
    elsewhere = replace(officer(), party="moj-policy", lineage="/moj/moj-policy/")
    refused("not_found_briefing", queries.briefing, actor=elsewhere, reference=row.reference, today=AT.date())


def test_a_briefing_on_a_report_that_is_not_published_is_refused():
    told = refused(
        "briefing_report",
        briefings.start,
        by=officer(),
        at=AT,
        title="East Kent",
        report="2026-PDU-N57EKNT-7",
    )
    assert "embargo" in told.what_next
    published()
    assert briefings.start(by=officer(), at=AT, title="East Kent", report=REPORT) == "BRIEF-2026-1"
    refused("briefing_title", briefings.start, by=officer(), at=AT, title=" ", report=REPORT)


def test_the_record_keeps_no_word_of_a_briefing_nor_to_whom_it_went():
    reader = private_secretary()
    row = written()
    act(briefings.ask_clearance, row, officer())
    act(briefings.send_back, row, officer("two"), reason="Mention the vacancy rate.")
    act(briefings.ask_clearance, row, officer())
    act(briefings.clear, row, officer("two"))
    act(sending.send, row, officer(), people=[reader.reference])
    said = {"text": "The region is met in July.", "decided_by": "The Minister", "on": AT.date()}
    act(sending.decide, row, officer(), **said)
    act(sending.withdraw, row, officer(), reason="Overtaken by events.")

    entries = Entry.objects.filter(subject__regex="^(briefing|sponsorship-alert):").order_by("sequence")
    told = " ".join(f"{entry.verb} {entry.subject} {entry.payload}" for entry in entries)
    assert entries.count() >= 9
    for secret in ("East Kent", "N57EKNT", "vacancy", "July", "Overtaken", 'Minister"', reader.reference):
        assert secret not in told, secret


def test_the_daily_look_is_planned_once_for_each_day():
    first = alerts.plan_look(by=officer(), at=AT)
    alerts.plan_look(by=officer(), at=AT)

    assert first.isoformat() == "2026-06-03T07:00:00+01:00"
    assert Job.objects.filter(kind=alerts.LOOK_JOB).count() == 1
