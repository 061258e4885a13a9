"""An issue that recurs, from the rule to its closing, and who knows what of it (B5, H4, ¶14)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from oversight.access.rules import access_table
from oversight.intelligence.actions import issues as acts
from oversight.intelligence.actions import items
from oversight.intelligence.models import Issue
from oversight.intelligence.queries.issues import issue, issues, possible_owners
from oversight.intelligence.rules.recurring import IssueState
from oversight.intelligence.rules.words import Result
from oversight.jobs.models import Mail
from oversight.kernel.refusals import Refused
from oversight.parties.queries import addresses, party
from tests.factories.arrangements import acting_for
from tests.factories.intelligence import AT, NEXT, OTHER, TODAY, UNIT, finding
from tests.factories.parties import acting_as, example_party
from tests.factories.publication import ROW, import_rows

pytestmark = pytest.mark.usefixtures("parties")

DUE = TODAY + timedelta(days=90)


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    return found.value.rule


def recur(theme="services", *, units=(UNIT, NEXT, OTHER), readers=("hmpps-osag",)) -> list[int]:
    return [finding(acting_for("hmip"), about=unit, theme=theme, readers=readers) for unit in units]


def take(act, by, row, **said):
    """Take a step at the revision that stands."""
    revision = Issue.objects.get(pk=row).revision
    return act(by=by, at=AT, issue_id=row, revision=revision, **({"text": "As said"} | said))


def state(row) -> str:
    return Issue.objects.get(pk=row).state


def test_the_rule_proposes_what_recurs_of_what_osag_may_read_once():
    coordinator = acting_for("hmpps-osag")
    rows = recur()
    recur("victims", units=(UNIT, NEXT))
    recur("courts", readers=("moj-sponsorship",))
    finding(acting_for("hmip"), about=OTHER, theme="victims", readers=["hmpps-osag"], result=Result.GOOD)
    old = finding(
        acting_for("hmip"), about=OTHER, theme="victims", readers=["hmpps-osag"], found_on=date(2024, 1, 1)
    )
    assert refused(acts.look_for_issues, by=acting_for("hmip"), at=AT) == "permission_intelligence.issues"
    assert acts.look_for_issues(by=coordinator, at=AT) == (1, 0)
    assert acts.look_for_issues(by=coordinator, at=AT) == (0, 0)
    (line,) = issues(actor=coordinator, today=TODAY).lines
    assert (line.theme.id, line.state) == ("services", IssueState.PROPOSED)
    shown = issue(actor=coordinator, issue_id=line.id, today=TODAY)
    assert {one.id for one in shown.evidence} == set(rows)
    assert old not in {one.id for one in shown.evidence}
    (more,) = recur(units=("N56ESXN",))
    assert acts.look_for_issues(by=coordinator, at=AT) == (0, 1), "it belongs to the issue that is open"
    rows.append(more)
    assert {one.id for one in issue(actor=coordinator, issue_id=line.id, today=TODAY).evidence} == set(rows)
    assert {move.name for move in shown.moves} == {"confirm", "set_aside"}

    take(acts.set_issue_aside, coordinator, line.id)
    assert acts.look_for_issues(by=coordinator, at=AT) == (0, 0), "OSAG has decided on these findings"
    recur(units=(UNIT,))
    assert acts.look_for_issues(by=coordinator, at=AT) == (1, 0), "a new one raises the question again"


def test_published_ratings_recur_as_findings_do_and_are_shown_as_they_stand():
    coordinator = acting_for("hmpps-osag")
    rated = [
        ROW | {"unit": unit, "pdu_code": code, "published": "2023-02", "assessment": rating}
        for unit, code, rating in (
            ("West Sussex", "N57WSUS", "Inadequate"),
            ("West Kent", "N57KECL", "Requires improvement"),
            ("East Kent", "N57EKNT", "Inadequate"),
        )
    ]
    import_rows(*rated[:2])
    assert acts.look_for_issues(by=coordinator, at=AT) == (0, 0), "two units are not enough"
    import_rows(*rated)
    long_after = AT.replace(year=2028)
    assert acts.look_for_issues(by=coordinator, at=long_after) == (0, 0), "they count for one programme"
    assert acts.look_for_issues(by=coordinator, at=AT) == (1, 0)
    assert acts.look_for_issues(by=coordinator, at=AT) == (0, 0)
    (line,) = issues(actor=coordinator, today=TODAY).lines
    assert line.theme.id == "risk_of_harm"
    shown = issue(actor=coordinator, issue_id=line.id, today=TODAY)
    assert shown.evidence == ()
    assert {(one.unit.code, one.when, one.stands) for one in shown.rated} == {
        (one["pdu_code"], "February 2023", True) for one in rated
    }
    assert {one.ratings for one in shown.rated} == {
        (("Assessment", "Inadequate"),),
        (("Assessment", "Requires improvement"),),
    }

    take(acts.set_issue_aside, coordinator, line.id)
    assert acts.look_for_issues(by=coordinator, at=AT) == (0, 0), "OSAG has decided on these ratings"
    import_rows(*rated[:2], rated[2] | {"assessment": "Requires improvement"})
    shown = issue(actor=coordinator, issue_id=line.id, today=TODAY)
    assert [one.unit.code for one in shown.rated if not one.stands] == ["N57EKNT"]


def test_an_issue_is_confirmed_owned_dealt_with_and_closed_by_the_lead():
    coordinator, lead = acting_for("hmpps-osag"), acting_for("hmpps-osag", "osag_lead")
    director, other = acting_for("N57"), acting_for("N56")
    recur()
    acts.look_for_issues(by=coordinator, at=AT)
    row = Issue.objects.get().pk
    assert refused(take, acts.confirm_issue, coordinator, row, title=" ") == "text_missing"
    assert refused(take, acts.confirm_issue, coordinator, row, title="x", text=" ") == "text_missing"
    assert refused(take, acts.close_issue, lead, row) == "workflow_state"
    assert state(row) == "proposed"
    take(acts.confirm_issue, coordinator, row, title="Services are not there", text="In many units")
    named = {"owner": party("N57"), "due_on": DUE}
    past = TODAY - timedelta(1)
    assert refused(take, acts.name_issue_owner, lead, row, **(named | {"due_on": past})) == "issue_day"
    nobody = named | {"owner": party("nao")}
    assert refused(take, acts.name_issue_owner, lead, row, **nobody) == "issue_owner_kind"
    assert refused(take, acts.note_progress, director, row) == "workflow_state"
    take(acts.name_issue_owner, lead, row, **named)
    assert refused(take, acts.note_progress, other, row) == "issue_owner"
    assert refused(take, acts.report_issue, coordinator, row) == "permission_intelligence.own_issue"
    stale = {"by": director, "at": AT, "issue_id": row, "revision": 1, "text": "x"}
    assert refused(acts.note_progress, **stale) == "stale_issue"
    take(acts.note_progress, director, row)
    take(acts.report_issue, director, row)
    assert refused(take, acts.close_issue, coordinator, row) == "workflow_role"
    assert refused(take, acts.close_issue, director, row) == "permission_intelligence.issues"
    take(acts.send_issue_back, coordinator, row)
    take(acts.report_issue, director, row)
    take(acts.close_issue, lead, row)
    shown = issue(actor=acting_for("hmip"), issue_id=row, today=TODAY)
    assert shown.line.state is IssueState.CLOSED
    assert [one.label for one in shown.steps][-1] == "Confirm that it recurs"
    assert len(shown.steps) == 7
    assert shown.moves == ()


def test_its_owner_and_then_osag_are_told_by_mail_that_says_nothing_of_it():
    director, lead = acting_as("regional_probation_director", "N57"), acting_as("osag_lead")
    acting_as("regional_probation_director", "N56")
    acting_as("head_of_pdu", UNIT)
    recur()
    acts.look_for_issues(by=lead, at=AT)
    row = Issue.objects.get().pk
    take(acts.confirm_issue, lead, row, title="Secret services", text="Secret words")
    assert not Mail.objects.exists()
    take(acts.name_issue_owner, lead, row, owner=party("N57"), due_on=DUE, text="Secret wish")
    take(acts.report_issue, director, row)
    take(acts.send_issue_back, lead, row, text="Secret rest")
    people = [int(one.reference.removeprefix("person:")) for one in (director, lead)]
    mine, osags = (addresses([one])[one] for one in people)
    told = Mail.objects.order_by("pk")
    assert [one.to for one in told] == [mine, osags, mine], "nobody of another region or of a unit is told"
    assert "13 July 2026" in told[0].text
    for one in told:
        assert "Secret" not in one.subject + one.text
        assert f"/intelligence/issues/{row}" in one.text


def test_others_know_of_an_issue_once_confirmed_and_see_the_findings_that_are_shared_with_them():
    recur()
    acts.look_for_issues(by=acting_for("hmpps-osag"), at=AT)
    row = Issue.objects.get().pk
    roles = access_table().roles
    people = {role: acting_for(example_party(role), role) for role in roles}
    for role, by in people.items():
        sees = by.party == "hmpps-osag"
        assert issues(actor=by, today=TODAY).count == int(sees), role
        if not sees:
            assert refused(issue, actor=by, issue_id=row, today=TODAY) == "not_found_issue", role
    take(acts.confirm_issue, people["osag_lead"], row, title="Services", text="In many units")
    for role, by in people.items():
        sees = by.may("intelligence.see")
        assert issues(actor=by, today=TODAY).count == int(sees), role
        if sees:
            behind = issue(actor=by, issue_id=row, today=TODAY).evidence
            assert len(behind) == (3 if by.party in {"hmip", "hmpps-osag"} else 0), role


def test_a_finding_that_is_withdrawn_is_no_evidence_any_more():
    rows = recur()
    osag = acting_for("hmpps-osag")
    acts.look_for_issues(by=osag, at=AT)
    row = Issue.objects.get().pk
    items.withdraw_item(by=acting_for("hmip"), at=AT, item_id=rows[0], reason="Wrong unit")
    assert {one.id for one in issue(actor=osag, issue_id=row, today=TODAY).evidence} == set(rows[1:])


def test_an_overdue_issue_says_so_and_owners_are_bodies_whose_people_can_answer():
    recur()
    osag = acting_for("hmpps-osag")
    acts.look_for_issues(by=osag, at=AT)
    row = Issue.objects.get().pk
    take(acts.confirm_issue, osag, row, title="Services", text="x")
    take(acts.name_issue_owner, osag, row, owner=party("moj-commissioning"), due_on=DUE)
    assert not issue(actor=osag, issue_id=row, today=DUE).line.overdue
    assert issue(actor=osag, issue_id=row, today=DUE + timedelta(1)).line.overdue
    mine = issues(actor=acting_for("moj-commissioning"), today=TODAY, mine=True)
    assert [one.id for one in mine.lines] == [row]
    codes = {one.code for one in possible_owners()}
    assert {"N57", "moj-policy", "hmpps", "hmpps-commercial"} <= codes
    assert not codes & {"hmip", "hmpps-osag", "nao", UNIT}
