"""Risk pictures: who sees which, what is in them, what the planner makes of them (B7, H4, ¶10(v), ¶30)."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.queries import COMMAND
from oversight.access.rules import access_table
from oversight.intelligence.actions import items as acts
from oversight.intelligence.queries.backtest import back_test
from oversight.intelligence.queries.risk import every_risk, risk_list, risk_of
from oversight.intelligence.queries.risk_sight import SEE_RISK, TELL_TEAM
from oversight.intelligence.queries.risk_words import in_words
from oversight.intelligence.rules.risk import Factor
from oversight.intelligence.rules.weights import every_weights
from oversight.intelligence.rules.words import Confidence, Result
from oversight.kernel.refusals import Refused
from oversight.parties.queries import party
from oversight.programme.actions import holding, visits
from oversight.programme.actions.telling import Fieldwork, fieldwork_told
from oversight.programme.models import Proposal
from oversight.programme.queries import proposals
from oversight.programme.rules.visits import Span
from oversight.publication.actions import load_shipped_history
from oversight.publication.queries.reports import ratings_given
from oversight.web.command_line.risk import risk as command
from tests.arrangements.pages import page, read, said, stand_on
from tests.factories.arrangements import acting_for
from tests.factories.intelligence import AT, NEXT, OTHER, TODAY, UNIT, finding, note
from tests.factories.parties import make_member, sign_in
from tests.factories.programme import KSS, act, planned, planner, span
from tests.programme.test_proposals import asked, given

pytestmark = pytest.mark.usefixtures("parties")

VERSION = every_weights()[-1].version


def picture(actor, code=UNIT, *, on=TODAY, today=TODAY):
    return risk_of(actor=actor, code=code, on=on, today=today).picture


def refused(rule, call, *args, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    assert caught.value.rule == rule, str(caught.value)
    return caught.value


def fieldwork(people, *, place=UNIT, standing="coming", last=date(2026, 9, 18)):
    """The Inspectorate's planner tells the timetable who inspects a place."""
    fieldwork_told(
        by=acting_for("hmip", "hmip_planner"),
        at=AT,
        told=Fieldwork(
            source="2026-PDU-1",
            kind="core_unit" if place != KSS else "core_region",
            title="Inspection",
            places=[party(place)],
            span=Span(date(2026, 9, 7), last),
            announced=False,
            standing=standing,
            people=[(one.reference, one.name) for one in people],
        ),
    )


def test_the_picture_is_of_what_the_readers_body_may_see_and_no_more():
    osag, hmip = acting_for("hmpps-osag", "osag_coordinator"), acting_for("hmip", "hmip_planner")
    shared = finding(osag, readers=["hmip"], result=Result.SERIOUS, confidence=Confidence.HIGH)
    finding(osag, readers=["moj-sponsorship"], theme="victims", result=Result.SERIOUS)
    secret = note(acting_for("hmip", "hmip_planner"), readers=["hmpps-osag"], theme="staffing")

    def told(actor):
        return {line.told.item: line.points for line in picture(actor).lines if line.told}

    assert told(hmip) == {shared: 10}, "what is withheld and what is not released count for nobody else"
    assert sorted(told(osag).values()) == [7, 10]
    acts.release_note(by=hmip, at=AT, item_id=secret)
    assert told(hmip) == {shared: 10, secret: 1}
    assert secret in told(osag)
    assert not [line for line in picture(hmip, NEXT).lines if line.told]
    acts.withdraw_item(by=osag, at=AT, item_id=shared, reason="Wrong unit")
    assert told(hmip) == {secret: 1}

    contract = acting_for("hmpps-contract-management", "contract_manager")
    plain = every_risk(actor=contract, today=TODAY)[UNIT]
    assert [line.factor for line in plain.lines] == [Factor.RATING], "without the right: what is published"


def test_as_of_a_day_nothing_counts_that_was_not_known_then_and_ratings_come_with_their_dates():
    load_shipped_history(by=COMMAND, at=AT)
    hmip = acting_for("hmip", "hmip_planner")
    finding(acting_for("hmpps-osag"), readers=["hmip"], found_on=date(2026, 1, 2))
    now = risk_of(actor=hmip, code=UNIT, on=TODAY, today=TODAY)
    assert [(one.what, one.by, one.when) for one in in_words(now) if one.line.factor is Factor.RATING] == [
        ("Rated Inadequate overall", "HM Inspectorate of Probation", "2024 (month not published)")
    ]
    before = picture(hmip, on=date(2026, 4, 13))
    assert not [line for line in before.lines if line.told], "found in January, shared on 14 April"
    assert picture(hmip, on=date(2024, 6, 30)).parts[Factor.RATING] == 15, "the year alone is published"
    assert picture(hmip, on=date(2030, 1, 1)).on == TODAY
    refused("not_found_place", picture, hmip, "hmip")

    with CaptureQueriesContext(connection) as few:
        picture(hmip)
    with CaptureQueriesContext(connection) as listed:
        risk_list(actor=hmip, today=TODAY)
    for number in range(20):
        finding(acting_for("hmpps-osag"), readers=["hmip"], about=(UNIT, NEXT)[number % 2])
    with CaptureQueriesContext(connection) as many:
        picture(hmip)
    with CaptureQueriesContext(connection) as relisted:
        found = risk_list(actor=hmip, today=TODAY)
    assert len(many) == len(few) <= 6
    assert len(relisted) == len(listed) <= 7
    scores = [one.picture.score for one in found.lines]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 25


def test_planners_see_it_and_nobody_of_a_team_that_goes_there_until_it_is_over():
    planner_, other = (
        acting_for("hmip", "hmip_planner"),
        replace(acting_for("hmip", "hmip_planner"), reference="person:7"),
    )
    osag = acting_for("hmpps-osag", "osag_coordinator")
    for actor in (planner_, osag, acting_for("hmpps-osag", "osag_lead")):
        assert picture(actor).score
    for code, role in (
        ("hmip", "hmip_lead_inspector"),
        ("hmip", "hmip_publications"),
        ("hmpps", "hmpps_officer"),
        (KSS, "regional_probation_director"),
        (UNIT, "head_of_pdu"),
        ("nao", "auditor"),
        ("moj-sponsorship", "sponsorship_officer"),
    ):
        actor = acting_for(code, role)
        for unit in (UNIT, OTHER):
            refused(f"permission_{SEE_RISK}", picture, actor, unit)
        refused(f"permission_{SEE_RISK}", risk_list, actor=actor, today=TODAY)

    fieldwork([planner_])
    refused("permission_risk_team", picture, planner_)
    assert picture(planner_, NEXT).score, "another unit of the same region"
    assert picture(other).score, "a planner who does not go there"
    assert picture(osag).score
    found = risk_list(actor=planner_, today=TODAY, region=KSS)
    assert [one.code for one in found.hidden] == [UNIT]
    assert UNIT not in {one.unit.code for one in found.lines}
    assert not risk_list(actor=other, today=TODAY, region=KSS).hidden

    refused("permission_risk_team", picture, planner_, today=date(2027, 3, 18))
    assert picture(planner_, today=date(2027, 3, 19)).score, "six months after its last day"
    fieldwork([planner_], last=date(2026, 12, 18))
    refused("permission_risk_team", picture, planner_, today=date(2027, 3, 19))
    fieldwork([other])
    assert picture(planner_).score, "taken off the team"
    refused("permission_risk_team", picture, other)
    fieldwork([other], standing="ended")
    assert picture(other).score, "the inspection was withdrawn"


def test_the_team_of_a_region_sees_none_of_its_units_and_every_planner_can_say_who_goes():
    hmip = acting_for("hmip", "hmip_planner")
    fieldwork([hmip], place=KSS)
    for code in (KSS, UNIT, NEXT):
        refused("permission_risk_team", picture, hmip, code)
    assert picture(hmip, OTHER).score
    for role in access_table().roles.values():
        if {"programme.plan", "programme.tell"} & role.grants.keys():
            assert TELL_TEAM in role.grants, f"{role.id} could not change a visit with people on it"


def test_whoever_audits_a_place_may_know_what_its_risk_rests_on():
    osag, row = acting_for("hmpps-osag", "osag_coordinator"), planned(body="hmpps-osag", days=5)
    member = make_member("osag_coordinator", "hmpps-osag")
    auditor = replace(osag, reference=f"person:{member.person_id}")
    people = [auditor.reference]
    act(holding.set_teams, row, planner("hmpps-osag"), teams=[], people=people)
    assert picture(auditor).score
    inspector = make_member("hmip_planner", "hmip")
    row = planned(first="2026-12-07")
    act(holding.set_teams, row, planner(), teams=[], people=[f"person:{inspector.person_id}"])
    hmip = replace(acting_for("hmip", "hmip_planner"), reference=f"person:{inspector.person_id}")
    refused("permission_risk_team", picture, hmip)
    act(visits.change_visit, row, planner(), span=span("2027-01-11"), visit_days=10, reason="Later")
    refused("permission_risk_team", picture, hmip, today=date(2027, 7, 20))
    act(holding.cancel_visit, row, planner(), reason="Not now")
    assert picture(hmip).score


def test_the_planner_weighs_places_by_their_pictures_and_a_plan_says_by_which_version():
    hmip, mine = acting_for("hmip", "hmip_planner"), planned(first="2026-09-07")
    finding(
        acting_for("hmpps-osag"),
        readers=["hmip"],
        result=Result.SERIOUS,
        at=datetime(2026, 2, 1, tzinfo=UTC),
        found_on=date(2026, 1, 5),
    )
    row = asked()
    week = {one["site"]: one["weight"] for one in json.loads(row.problem)["visits"]}
    known = every_risk(actor=hmip, today=date(2026, 3, 2))
    assert week[UNIT] == known[UNIT].week > known[NEXT].week
    assert row.weights == VERSION
    given(row, {mine.reference: 30})
    about = {"actor": hmip, "reference": row.reference, "today": TODAY}
    lines = {"chosen": proposals.LineFilter(), "number": None}
    (line,) = proposals.lines_of(**about, **lines)
    assert (line.score, line.weight) == (known[UNIT].score, known[UNIT].week)
    assert proposals.proposal(actor=hmip, reference=row.reference).weights == VERSION
    assert proposals.problem_text(**about)

    fieldwork([hmip])
    (line,) = proposals.lines_of(**about, **lines)
    assert (line.score, line.weight) == (None, None)
    for call in (proposals.problem_text, proposals.outcome_text):
        refused("permission_risk_team", call, **about)
    colleague = about | {"actor": replace(hmip, reference="person:7")}
    assert proposals.problem_text(**colleague)
    assert Proposal.objects.get().weights == VERSION


def test_the_test_is_worked_out_of_the_register_and_published_as_it_is(client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    assert back_test(VERSION).trials == ()
    assert "No inspection in the register" in said(page(client, f"/risk-weights/{VERSION}/test"))
    load_shipped_history(by=COMMAND, at=AT)

    found = back_test(VERSION)
    rated = [one for one in ratings_given() if not one.standard]
    assert len(found.trials) + found.undated + found.elsewhere == len(rated)
    assert {(one.report, one.rating) for one in found.trials} <= {
        (one.reference, one.rating) for one in rated
    }
    published = {one.reference: one for one in rated}
    for one in found.trials:
        assert one.on < published[one.report].ordered_on
        assert (one.before is not None) <= any(
            other.unit_code == one.unit and other.ordered_on <= one.on for other in rated
        )
    pairs = [(a.score, b.score) for a in found.trials for b in found.trials if a.bad and not b.bad]
    by_hand = sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs)
    assert found.all.picture.figure == pytest.approx(by_hand)
    assert sum(band.count for band in found.bands) == len(found.trials)

    shown = page(client, f"/risk-weights/{VERSION}/test")
    assert found.verdict in said(shown)
    assert f"{by_hand:.2f}" in said(shown)
    assert len(shown.css("tbody tr")) > 25
    sent = client.get(f"/risk-weights/{VERSION}/test.csv")
    told = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert [int(one["score"]) for one in told] == [one.score for one in found.trials]
    printed = json.loads(CliRunner().invoke(command, ["test"]).stdout)
    assert printed["all"]["picture"]["figure"] == found.all.picture.figure
    assert CliRunner().invoke(command, ["test", "--version", "none"]).exception.rule == "not_found_weights"
    weights = said(page(client, "/risk-weights"))
    assert f"Version {VERSION}, in force" in weights
    assert "No published text sets these points." in weights


def test_the_pages_explain_each_point_and_refuse_those_who_may_not(client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    finding(readers=["hmip"], result=Result.SERIOUS)
    sign_in(client, "osag_coordinator")
    shown = said(page(client, f"/intelligence/risk/{UNIT}"))
    assert "7 points for this" in shown
    assert "Single source" in shown
    assert "22 points: moderate" in shown
    assert "Every point" in shown
    read(client.get(f"/intelligence/risk/{UNIT}?on=soon"), 422)
    read(client.get("/intelligence/risk/hmip"), 404)
    assert "22" in said(page(client, "/intelligence/risk"))
    assert f"/intelligence/risk/{UNIT}" in page(client, f"/intelligence/units/{UNIT}").html
    sign_in(client, "hmip_lead_inspector")
    assert "/intelligence/risk" not in page(client, f"/intelligence/units/{UNIT}").html
    for address in ("/intelligence/risk", f"/intelligence/risk/{UNIT}"):
        refusal = said(read(client.get(address), 403))
        assert "22 points" not in refusal
