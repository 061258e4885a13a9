"""Published plans as the public reads them: what was promised, moved and done (E3, H1, ¶24, ¶27)."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from odfdo import Document

from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.publication.actions.plans import put_plan_on_the_web, take_plan_off_the_web
from oversight.publication.models import PublishedPlan
from oversight.publication.queries.plans import public_plan
from oversight.publication.rules.plan_snapshots import read_plan
from oversight.recommendations.actions import plan_actions, plan_publishing
from oversight.recommendations.actions import plans as plan_acts
from oversight.recommendations.actions import recommendations as steps
from oversight.recommendations.queries.plan_public import plan_snapshot
from tests.arrangements.pages import faults, page, read, said, stand_on
from tests.factories.arrangements import acting_for
from tests.factories.parties import sign_in
from tests.factories.plans import WHERE, coordinated, on, opened, published, step, submitted, with_action
from tests.factories.recommendations import act, agreed, made

pytestmark = pytest.mark.usefixtures("memorandum")
LATER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
OSAG, LEAD = "hmpps-osag", "osag_lead"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-05-01", hour=10)


def merged():
    """A plan that answers two reports, with a recommendation that another took the place of."""
    first = agreed("hmpps", kind="thematic", unit="", source="T-1", number=1, text="Train all.")
    second = agreed("hmpps", kind="joint", unit="", source="T-2", number=1, text="Train all staff.")
    row = coordinated("T-1")
    step(plan_acts.add_report, row, acting_for(OSAG), source="T-2")
    action = with_action(row, owner="hmpps", recommendations=[first.reference, second.reference])
    published(row)
    return row, action, first, second


def slipped(row, action, first, second):
    """Move the action's date, report progress, supersede the first recommendation, and publish the update."""
    owner = acting_for("hmpps")
    on(plan_actions.ask_date, action, owner, LATER, due=date(2026, 12, 1), reason="No trainers.")
    on(plan_actions.decide_date, action, acting_for(OSAG, LEAD), LATER, approved=True)
    on(plan_actions.report_action, action, owner, LATER, progress="under_way", text="Half of them.")
    act(steps.supersede, first, acting_for("hmip"), replacement=second.reference, text="Said anew.")
    update = {"on": LATER.date(), "where": WHERE}
    step(plan_publishing.publish_update, row, acting_for(OSAG), LATER, **update)


def test_a_merged_plan_with_slippage_and_supersession_in_every_version(client):
    row, action, first, second = merged()
    at = reverse("public-plan", args=[row.reference])
    before = said(page(client, at))
    assert "One plan was made for these 2 reports." in before
    assert "It has not moved." in before
    slipped(row, action, first, second)

    now = said(page(client, at))
    for told in (
        "As it stood on 1 April 2026: 0 of 1 action done, 1 with a later or earlier date than first",
        "First date 1 September 2026. Moved to 1 December 2026, asked for on 1 April 2026: No trainers.",
        f"Closed, superseded In its place: {second.reference}",
        "Half of them.",
        "Version 2",
    ):
        assert told in now, told
    assert "hmpps_officer" not in now
    assert acting_for("hmpps").name not in now
    old = said(page(client, reverse("public-plan-version", args=[row.reference, 1])))
    assert "This is version 1, as it was." in old
    assert "1 December 2026" not in old
    assert [one.published_by for one in PublishedPlan.objects.order_by("round")] == [
        acting_for(OSAG).reference
    ] * 2

    listed = said(page(client, reverse("public-plans")))
    assert "1 action plan, the one updated last first" in listed
    assert "No action plan fits" in said(page(client, f"{reverse('public-plans')}?kind=local"))
    assert faults(page(client, f"{reverse('public-plans')}?kind=none", 200))
    assert client.get(f"{reverse('public-plans-file', args=['csv'])}?kind=none").status_code == 302
    assert row.title in client.get(reverse("public-plan-feed")).content.decode()
    assert f"/action-plans/{row.reference}" in client.get(reverse("sitemap")).content.decode()
    page(client, reverse("public-plan-version", args=[row.reference, 3]), 404)
    page(client, reverse("public-plan", args=["PLAN-NONE"]), 404)


def test_open_data_says_what_the_page_says(client):
    row, action, first, second = merged()
    slipped(row, action, first, second)

    told = json.loads(client.get(reverse("public-plan-file", args=[row.reference, 2, "json"])).content)
    assert told["actions"][0]["first_date"] == "2026-09-01"
    assert [one["date"] for one in told["actions"][0]["later_dates"]] == ["2026-12-01"]
    assert {one["reference"]: one["superseded_by"] for one in told["recommendations"]} == {
        first.reference: second.reference,
        second.reference: None,
    }
    csv = client.get(reverse("public-plan-file", args=[row.reference, 2, "csv"])).content.decode()
    assert "2026-09-01,2026-12-01,2026-12-01" in csv
    ods = client.get(reverse("public-plan-file", args=[row.reference, 1, "ods"])).content
    assert Document(io.BytesIO(ods)).body.get_table(0).get_value((12, 1)) == "2026-09-01"
    every = json.loads(client.get(reverse("public-plans-file", args=["json"])).content)
    assert [one["version"] for one in every["plans"]] == [2]
    assert every["plans"][0]["actions"] == told["actions"]
    for kind in ("csv", "ods"):
        assert client.get(reverse("public-plans-file", args=[kind])).status_code == 200
    assert client.get(reverse("public-plans-file", args=["exe"])).status_code == 404


def test_what_is_kept_is_read_back_and_the_same_twice_is_one_version():
    row, *_ = merged()
    snapshot = plan_snapshot(actor=acting_for(OSAG), reference=row.reference, today=LATER.date())

    assert read_plan(snapshot.text) == snapshot
    assert put_plan_on_the_web(by=acting_for(OSAG), at=LATER, snapshot=snapshot) == 2
    entries = Entry.objects.count()
    assert put_plan_on_the_web(by=acting_for(OSAG), at=LATER, snapshot=snapshot) == 2
    assert Entry.objects.count() == entries
    for code, role in (("N57EKNT", ""), ("hmip", ""), ("N57", "")):
        with pytest.raises(Refused) as refused:
            put_plan_on_the_web(by=acting_for(code, *filter(None, [role])), at=LATER, snapshot=snapshot)
        assert refused.value.rule.startswith("permission")


def test_a_local_plan_has_its_progress_published_and_those_before_see_what_will_be_read(client):
    made(number=1)
    row = opened()
    with_action(row)
    sign_in(client, "hmip_lead_inspector")
    page(client, reverse("plan-public-sight", args=[row.reference]), 404)
    sign_in(client, "head_of_pdu", "N57EKNT")
    page(client, reverse("plan-public-sight", args=[row.reference]), 409)
    submitted(row)
    sight = said(page(client, reverse("plan-public-sight", args=[row.reference])))
    assert "The public page shows this once the plan is published." in sight
    page(client, reverse("public-plan", args=[row.reference]), 404)

    step(plan_acts.receive_plan, row, acting_for("hmip"))
    step(plan_publishing.publish_plan, row, acting_for("hmpps"), on=date(2026, 3, 2), where=WHERE)
    on(
        plan_actions.report_action,
        row.actions.get(),
        acting_for("N57EKNT"),
        progress="under_way",
        text="Half.",
    )
    sign_in(client, "hmpps_officer")
    at = reverse("plan-publish-progress", args=[row.reference])
    assert "See what the public will read" in said(page(client, at))
    assert client.post(at, {"revision": row.revision, "text": ""}).status_code == 302
    assert public_plan(row.reference).round == 2
    area = page(client, reverse("area", args=["N57EKNT"]))
    assert f"/action-plans/{row.reference}" in area.html
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert client.get(at).status_code == 403
    told = said(page(client, reverse("plan", args=[row.reference])))
    assert "Public page Version 2" in told


def test_a_plan_taken_off_the_web_says_so_and_nothing_of_it_is_read(client):
    row, *_ = merged()
    sign_in(client, "osag_lead")
    at = reverse("plan-web", args=[row.reference])
    assert faults(read(client.post(at, {"text": ""})))
    assert client.post(at, {"text": "It named somebody."}).status_code == 302

    told = said(page(client, reverse("public-plan", args=[row.reference])))
    assert "taken off the web on 1 May 2026" in told
    assert "It named somebody." in told
    assert "Half" not in told
    assert "Review every case" not in told
    for kind in ("csv", "json", "ods"):
        assert client.get(reverse("public-plan-file", args=[row.reference, 1, kind])).status_code == 404
    assert "Taken off the web" in said(page(client, reverse("public-plans")))
    assert json.loads(client.get(reverse("public-plans-file", args=["json"])).content)["plans"] == []
    with pytest.raises(Refused, match="already"):
        take_plan_off_the_web(by=acting_for(OSAG), at=LATER, reference=row.reference, why="Again.")
    assert client.post(at, {"text": "The name is out."}).status_code == 302
    assert "Review every case" in said(page(client, reverse("public-plan", args=[row.reference])))
    sign_in(client, "hmip_lead_inspector")
    assert client.get(at).status_code == 403


@pytest.mark.one_database("the service sends as many statements to either")
def test_the_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    published(coordinated("T-3"))
    for address in (reverse("public-plans"), reverse("public-plan", args=["PLAN-T-3"])):
        client.get(address)
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("public-plans"))
    with django_assert_max_num_queries(20) as one:
        client.get(reverse("public-plan", args=["PLAN-T-3"]))
    row, *_ = merged()
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("public-plans"))
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("public-plan", args=[row.reference]))
