"""Alerts on a risk to a person: raised, told, answered, escalated, closed; who sees what (¶16, H4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from oversight.inspections.actions import alerts as acts
from oversight.inspections.actions import case_steps
from oversight.inspections.models import AlertStep, RiskAlert
from oversight.inspections.rules.case import CaseState
from oversight.jobs.mailing import send_waiting
from oversight.jobs.rules import MAIL_JOB
from oversight.jobs.working import work
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.arrangements.pages import faults, page, read, rows, said, stand_on
from tests.factories.inspections import act, announced, finished, in_fieldwork, planner
from tests.factories.parties import acting_as, sign_in

pytestmark = pytest.mark.usefixtures("memorandum")
AT = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 25, 8, 0, tzinfo=UTC)
NEXT = datetime(2026, 4, 15, 10, 0, tzinfo=UTC)
SECRET = "He said he knows where she moved"
TYPED = {"unit": "N57EKNT", "case_reference": "X000012", "risk": SECRET, "needed": "A visit today"}


@pytest.fixture
def lead(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    return sign_in(client, "hmip_lead_inspector", name="Lena Lead")


@pytest.fixture
def head(memorandum):
    return acting_as("head_of_pdu", "N57EKNT", email="head@example.org", name="Hanna Head")


@pytest.fixture
def director(memorandum):
    return acting_as("regional_probation_director", "N57", email="director@example.org", name="Dora Director")


@pytest.fixture
def inspection(lead):
    return in_fieldwork(lead)


@pytest.fixture
def alert(inspection, lead):
    return raised(inspection, lead)


@pytest.fixture
def sent(mailoutbox):
    """Do something, let the worker run, and give the messages that went out."""

    def send(what, *args, **more):
        what(*args, **more)
        work({MAIL_JOB: send_waiting}, clock=lambda: LATER)
        return mailoutbox

    return send


def raised(inspection, by, at=AT, **changed) -> RiskAlert:
    made = acts.raise_alert(
        by=by, at=at, reference=inspection.reference, site="https://o.example", **(TYPED | changed)
    )
    return RiskAlert.objects.get(inspection=inspection, number=made.number)


def step(what, alert, by, at=AT, **more):
    alert.refresh_from_db()
    what(
        by=by,
        at=at,
        reference=alert.inspection.reference,
        number=alert.number,
        revision=alert.revision,
        **more,
    )
    alert.refresh_from_db()


def acknowledged(alert, by, at=AT, done="We visited"):
    step(acts.acknowledge_alert, alert, by, at, done=done)


def escalated(alert, by, people, at=AT):
    step(
        acts.escalate_alert,
        alert,
        by,
        at,
        people=[one.reference for one in people],
        why="Nobody answers",
        site="https://o.example",
    )


def closed(alert, by, at=AT):
    step(acts.close_alert, alert, by, at, why="She is safe")


def refusal(what, *args, **more) -> str:
    with pytest.raises(Refused) as refused:
        what(*args, **more)
    return refused.value.rule


def address(alert, more="") -> str:
    return f"/inspections/{alert.inspection.reference}/alerts/{alert.number}{more}"


def test_an_alert_raised_from_a_page_tells_the_unit_and_its_region_and_nobody_else(
    client, inspection, head, director, sent
):
    acting_as("head_of_pdu", "N57SUR", email="surrey@example.org")
    acting_as("regional_probation_director", "N56", email="elsewhere@example.org")
    acting_as("osag_lead", email="osag@example.org")
    at = f"/inspections/{inspection.reference}/alerts/raise"
    assert page(client, f"{at}?case=X000012").css_first("#id_case_reference").attributes["value"] == "X000012"

    messages = sent(client.post, at, TYPED)

    alert = RiskAlert.objects.get()
    assert sorted(one.to for one in messages) == [["director@example.org"], ["head@example.org"]]
    for message in messages:
        assert address(alert) in message.body
        assert "14 April 2026" in message.body
        for secret in (SECRET, "X000012", "A visit today", "East Kent"):
            assert secret not in message.body + message.subject
    shown = said(page(client, address(alert)))
    assert SECRET in shown
    assert "by the end of today" in shown


def test_what_a_mail_server_that_is_away_did_not_take_is_sent_when_it_is_back(
    client, inspection, head, monkeypatch, sent
):
    def away(*_, **__):
        raise ConnectionRefusedError("no route")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        assert not sent(client.post, f"/inspections/{inspection.reference}/alerts/raise", TYPED)
    alert = RiskAlert.objects.get()
    assert "head@example.org: waiting to be sent" in said(page(client, address(alert)))

    work({MAIL_JOB: send_waiting}, clock=lambda: LATER + timedelta(minutes=1))

    assert "head@example.org: sent, 25 April 2026" in said(page(client, address(alert)))


def test_with_nobody_to_tell_the_team_is_told_to_telephone(client, inspection):
    answer = client.post(f"/inspections/{inspection.reference}/alerts/raise", TYPED, follow=True)

    assert "telephone them now" in said(read(answer))


def test_what_is_missing_is_told_beside_each_field_and_nothing_is_kept(client, inspection):
    at = f"/inspections/{inspection.reference}/alerts/raise"
    assert len(faults(read(client.post(at, {"unit": "N57EKNT"}), 422))) == 3
    tree = read(client.post(at, TYPED | {"case_reference": "Ann Smith"}), 409)
    assert "does not look like a case reference" in faults(tree)[0]
    assert tree.css_first("#id_risk").text() == SECRET
    assert not RiskAlert.objects.exists()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"unit": "N57SUR"}, "alert_unit"),
        ({"unit": "nowhere"}, "alert_unit"),
        ({"risk": " "}, "alert_risk"),
        ({"needed": ""}, "alert_needed"),
    ],
)
def test_an_alert_is_whole_and_goes_to_the_unit_inspected(inspection, lead, changed, rule):
    assert refusal(raised, inspection, lead, **changed) == rule


def test_the_same_alert_is_raised_once_while_it_waits(inspection, lead, head):
    first = raised(inspection, lead)
    assert refusal(raised, inspection, lead) == "alert_twice"
    assert raised(inspection, lead, case_reference="X000013").number == 2
    acknowledged(first, head)
    assert raised(inspection, lead).number == 3


def test_only_the_team_raises_and_only_once_files_are_read(inspection, lead):
    assert refusal(raised, inspection, acting_as("hmip_lead_inspector")) == "inspection_team"
    assert refusal(raised, inspection, acting_as("head_of_pdu", "N57EKNT")).startswith("permission")
    assert refusal(raised, announced(lead), lead) == "alert_before_fieldwork"


def test_an_alert_stands_outside_the_cycle_of_the_report(lead, client):
    done = finished(lead)
    assert done.state == CaseState.RATINGS
    assert raised(done, lead, LATER).number == 1
    act(case_steps.pause, done, lead, LATER, reason="Flooded")
    assert raised(done, lead, LATER, case_reference="X000013").number == 2
    act(case_steps.withdraw, done, planner(), LATER, reason="Not made")
    assert raised(done, lead, LATER, case_reference="X000014").number == 3


def test_answered_escalated_answered_again_and_closed_with_every_step_kept(inspection, lead, head, director):
    chief = acting_as("chief_probation_officer", name="Chris Chief")
    alert = raised(inspection, lead)
    acknowledged(alert, head)
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", head.reference)
    escalated(alert, lead, [chief])
    acknowledged(alert, chief, NEXT, done="Moved to a safe place")
    closed(alert, lead, NEXT)

    steps = list(AlertStep.objects.order_by("id").values_list("move", "made_by"))
    assert steps == [
        ("acknowledge", head.reference),
        ("escalate", lead.reference),
        ("acknowledge", chief.reference),
        ("close", lead.reference),
    ]
    assert alert.acknowledged_at == AT
    verbs = list(Entry.objects.order_by("-sequence").values_list("verb", flat=True)[:5])
    assert verbs[::-1] == [
        "inspection.alert-raised",
        "inspection.alert-acknowledged",
        "inspection.alert-escalated",
        "inspection.alert-acknowledged",
        "inspection.alert-closed",
    ]
    assert not any(SECRET in str(one.payload) for one in Entry.objects.order_by("sequence"))


def test_nobody_closes_what_nobody_answered(inspection, lead):
    assert refusal(closed, raised(inspection, lead), lead) == "workflow_state"


@pytest.mark.parametrize(
    ("role", "party", "rule"),
    [
        ("head_of_pdu", "N57SUR", "not_found_alert"),
        ("regional_probation_director", "N56", "not_found_alert"),
        ("chief_probation_officer", "", "not_found_alert"),
        ("hmpps_officer", "", "not_found_alert"),
        ("osag_lead", "", "permission_inspections.acknowledge_alert"),
        ("hmip_lead_inspector", "", "permission_inspections.acknowledge_alert"),
        ("data_assurance_officer", "", "permission_inspections.acknowledge_alert"),
        ("partner_inspector", "hmicfrs", "permission_inspections.acknowledge_alert"),
    ],
)
def test_only_the_unit_and_its_region_answer_until_it_is_escalated(inspection, lead, role, party, rule):
    alert = raised(inspection, lead)

    assert refusal(acknowledged, alert, acting_as(role, party)) == rule


def test_the_region_answers_for_its_unit(inspection, lead, director):
    alert = raised(inspection, lead)
    acknowledged(alert, director)
    assert alert.state == "acknowledged"


def test_escalating_names_people_who_can_answer_and_tells_them(inspection, lead, head, sent):
    chief = acting_as("chief_probation_officer", email="chief@example.org")
    alert = raised(inspection, lead)
    assert refusal(escalated, alert, lead, []) == "alert_people"
    assert refusal(escalated, alert, lead, [head]) == "alert_people"
    assert refusal(escalated, alert, lead, [chief, acting_as("osag_lead")]) == "alert_people"
    messages = sent(escalated, alert, lead, [chief], NEXT)
    assert [one.to for one in messages] == [["head@example.org"], ["chief@example.org"]]
    assert "was due by the end of Tuesday 14 April 2026" in messages[1].body
    escalated(alert, lead, [chief])
    assert alert.people.count() == 1
    assert refusal(acknowledged, alert, acting_as("chief_probation_officer")) == "not_found_alert"


def test_a_step_on_an_older_sight_is_refused(inspection, lead, head):
    alert = raised(inspection, lead)
    rule = refusal(
        acts.acknowledge_alert,
        by=head,
        at=AT,
        reference=inspection.reference,
        number=1,
        revision=alert.revision + 1,
        done="x",
    )
    assert rule == "stale_alert"


@pytest.mark.parametrize(
    ("who", "status", "reads"),
    [
        (("head_of_pdu", "N57EKNT"), 200, True),
        (("regional_probation_director", "N57"), 200, True),
        (("osag_coordinator", ""), 200, False),
        (("osag_lead", ""), 200, False),
        (("hmip_lead_inspector", ""), 200, False),
        (("hmip_planner", ""), 200, False),
        (("head_of_pdu", "N57SUR"), 404, False),
        (("regional_probation_director", "N56"), 404, False),
        (("chief_probation_officer", ""), 404, False),
        (("data_assurance_officer", ""), 403, False),
        (("hmip_publications", ""), 403, False),
        (("sponsorship_officer", ""), 403, False),
    ],
)
def test_who_reads_an_alert_who_sees_its_times_and_who_nothing(client, alert, who, status, reads):
    acknowledged(alert, acting_as("head_of_pdu", "N57EKNT", name="Hanna Head"), done="Hidden deed")
    sign_in(client, *who)

    answer = client.get(address(alert))

    text = answer.content.decode()
    assert answer.status_code == status
    for word in (SECRET, "X000012", "A visit today", "Hidden deed", "Hanna Head"):
        assert (word in text) is reads, word
    assert ("14 April 2026" in text) is (status == 200)
    listed = client.get("/alerts").content.decode()
    assert ("X000012" in listed) is reads
    assert SECRET not in listed


def test_each_step_is_taken_on_its_page(client, inspection, lead, head, monkeypatch):
    alert = raised(inspection, lead)
    chief = acting_as("chief_probation_officer", name="Chris Chief")
    assert len(faults(read(client.post(address(alert, "/escalate"), {"revision": 1}), 422))) == 2
    escalating = {"revision": 1, "people": chief.reference, "why": "Nobody answers"}
    assert client.post(address(alert, "/escalate"), escalating).status_code == 302
    assert "To Chris Chief" in said(page(client, address(alert)))
    assert not page(client, address(alert, "/close")).css_first("main form")

    sign_in(client, "head_of_pdu", "N57EKNT")
    assert client.post(address(alert, "/acknowledge"), {"revision": 2, "done": "Visited"}).status_code == 302
    assert client.get(address(alert, "/close")).status_code == 403

    sign_in(client, "hmip_lead_inspector", name="Other")
    assert "for the inspection team" in said(
        read(client.post(address(alert, "/close"), {"revision": 3, "why": "x"}), 409)
    )
    assert RiskAlert.objects.get().state == "acknowledged"


def test_home_puts_an_alert_before_all_else_and_says_nothing_of_it(client, inspection, lead, monkeypatch):
    alert = raised(inspection, lead)
    sign_in(client, "head_of_pdu", "N57EKNT")
    tree = page(client, "/home")
    notice = tree.css_first('section[aria-labelledby="alerts"]').text()
    assert "due by the end of today" in notice
    assert SECRET not in notice
    assert tree.css_first("main section").attributes["aria-labelledby"] == "alerts"

    stand_on(monkeypatch, "2026-04-15")
    for role, party in (("head_of_pdu", "N57EKNT"), ("osag_coordinator", "")):
        sign_in(client, role, party)
        assert "Overdue" in page(client, "/home").css_first('section[aria-labelledby="alerts"]').text()
    sign_in(client, "head_of_pdu", "N57SUR")
    assert not page(client, "/home").css_first('section[aria-labelledby="alerts"]')
    acknowledged(alert, acting_as("head_of_pdu", "N57EKNT"), NEXT)
    sign_in(client, "osag_coordinator")
    assert not page(client, "/home").css_first('section[aria-labelledby="alerts"]')
    assert "late" in said(page(client, address(alert)))


def test_home_puts_the_alerts_of_my_own_team_before_those_of_others(client, inspection, lead, monkeypatch):
    for place in range(6):
        raised(inspection, lead, case_reference=f"X9{place:03}")
    other = sign_in(client, "hmip_lead_inspector", name="Other lead")
    own = in_fieldwork(other, units=("N57SUR",))
    raised(own, other, LATER, unit="N57SUR")
    stand_on(monkeypatch, "2026-05-04")

    links = page(client, "/home").css('section[aria-labelledby="alerts"] li a')

    assert len(links) == 5
    assert own.reference in links[0].attributes["href"]


def test_the_list_shows_25_a_page_and_asks_as_often_for_many_as_for_one(client, inspection, lead, head):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(client, "/alerts")
        return len(seen)

    assert "No alert is open" in said(page(client, "/alerts"))
    first = raised(inspection, lead)
    one = asked()
    for place in range(26):
        raised(inspection, lead, case_reference=f"X9{place:03}")
    assert asked() == one
    assert len(rows(page(client, "/alerts"))) == 25
    assert len(rows(page(client, "/alerts?page=2"))) == 2
    acknowledged(first, head)
    closed(first, lead)
    assert "X000012" not in said(page(client, "/alerts?page=2"))
    assert "27 alerts, latest first" in said(page(client, "/alerts?state=any"))
    assert len(rows(page(client, f"/inspections/{inspection.reference}/alerts"))) == 25


def test_an_alert_of_a_case_is_one_click_from_its_page(client, inspection, lead):
    tab = page(client, f"/inspections/{inspection.reference}").css_first(
        f'a[href="/inspections/{inspection.reference}/alerts"]'
    )
    assert tab.text() == "Alerts"
    assert "Raise an alert" in said(page(client, f"/inspections/{inspection.reference}/alerts"))


@pytest.mark.writes_directly(reason="to see what the database refuses")
@pytest.mark.parametrize(
    "change",
    [
        {"state": "closed"},
        {"state": "acknowledged"},
        {"acknowledged_at": AT, "acknowledged_by": "person:1"},
        {"state": "acknowledged", "acknowledged_at": AT},
        {"state": "gone"},
        {"risk": ""},
        {"case_reference": ""},
    ],
)
def test_the_database_ties_the_state_of_an_alert_to_its_facts(inspection, lead, change):
    alert = raised(inspection, lead)
    with pytest.raises(IntegrityError):
        RiskAlert.objects.filter(pk=alert.pk).update(**change)
