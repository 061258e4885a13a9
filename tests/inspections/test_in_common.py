"""What a published inspection offers to put in common; before, nothing of it can be (¶15, ¶22, ¶30)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.rules import access_table
from oversight.inspections.actions import correcting
from oversight.inspections.actions.in_common import put_in_common
from oversight.inspections.queries.in_common import in_common
from oversight.intelligence.models import Item
from oversight.intelligence.queries.risk import risk_of
from oversight.intelligence.rules.words import Result, result_of_ratings
from oversight.kernel.refusals import Refused
from oversight.parties.queries import remembering
from tests.arrangements.pages import page, read, said, stand_on, typed
from tests.factories import publishing as make
from tests.factories.accuracy import write
from tests.factories.arrangements import acting_for
from tests.factories.inspections import act
from tests.factories.intelligence import content
from tests.factories.parties import acting_as, example_party, sign_in

pytestmark = pytest.mark.usefixtures("memorandum")


def test_ratings_amount_to_the_worst_of_them_and_to_nothing_when_one_is_not_known():
    assert result_of_ratings(["Good", "Inadequate", "Outstanding"]) is Result.SERIOUS
    assert result_of_ratings(["Good", "Requires improvement"]) is Result.SOME
    assert result_of_ratings(["Outstanding"]) is Result.GOOD
    assert result_of_ratings(["Good", "Strong"]) is None
    assert result_of_ratings([]) is None


def share(found, by, theme="staffing") -> int:
    return put_in_common(
        by=by, at=make.AT, reference=found.reference, theme=theme, content=content(), readers=["hmpps-osag"]
    )


def refusal(found, by, theme="staffing") -> str:
    with pytest.raises(Refused) as refused:
        share(found, by, theme)
    return refused.value.rule


def nobody_shares(client, found, *, besides=()):
    where = f"/inspections/{found.reference}/in-common"
    for role in set(access_table().roles) - set(besides):
        by = sign_in(client, role, example_party(role))
        assert refusal(found, by).startswith(("permission", "not_found")), role
        assert client.get(f"{where}/staffing").status_code in {403, 404}, role
        assert client.get(where).status_code in {403, 404}, role


def test_an_inspection_is_put_in_common_once_published_by_the_inspectorate_alone(client, monkeypatch):
    stand_on(monkeypatch, "2026-06-02")
    lead = acting_as("hmip_lead_inspector")
    found = make.final_rated(lead, sufficient=False)
    where = f"/inspections/{found.reference}/in-common"
    nobody_shares(client, found)
    assert refusal(found, lead) == "not_found_offer", "it is final, and not published"
    make.published(found)
    nobody_shares(client, found, besides=["hmip_lead_inspector", "hmip_planner"])
    assert not Item.objects.exists(), "publishing shares nothing by itself"

    planner = sign_in(client, "hmip_planner")
    assert refusal(found, planner, "victims") == "not_found_offer", "nothing of it was rated"
    offers = {one.offer.theme.id: one.offer for one in in_common(actor=planner, reference=found.reference)}
    assert list(offers) == ["leadership", "staffing", "risk_of_harm", "services"]
    assert {one.result for one in offers.values()} == {Result.SERIOUS}
    assert "Staffing: rated Inadequate." in offers["staffing"].text
    assert "To improve: About Areas to improve: Staffing." in offers["staffing"].text
    assert page(client, f"/inspections/{found.reference}").css_first(f'a[href="{where}"]')
    form = page(client, f"{where}/staffing")
    sent = {name: typed(form, name) for name in ("text", "found_on", "readers")}
    sent |= {"result": "serious_concern", "confidence": "high", "marking": "official"}
    shared = client.post(f"{where}/staffing", sent)["Location"]
    assert "put in common already" in said(read(client.post(f"{where}/staffing", sent), 409))
    row = Item.objects.get()
    assert (row.owner_id, row.about_id, row.theme) == ("hmip", "N57EKNT", "staffing")
    counts = set()
    for theme in ("leadership", "services"):
        with remembering(), CaptureQueriesContext(connection) as seen:
            in_common(actor=planner, reference=found.reference)
        counts.add(len(seen))
        share(found, planner, theme)
    assert len(counts) == 1

    sign_in(client, "osag_coordinator")
    told = said(page(client, shared))
    assert f"Inspection {found.reference}" in told
    assert "published on 1 June 2026" in told
    today = make.AT.date()
    risk = risk_of(actor=acting_for("hmpps-osag"), code="N57EKNT", on=today, today=today)
    assert not [one for one in risk.picture.lines if one.told], "its ratings count already"
    _corrected(client, found, lead, shared)


def _corrected(client, found, lead, shared):
    """A correction marks what it concerns and nothing else; taking the report off the web marks all."""
    later, publisher = make.AT + timedelta(days=3), make.publisher()
    found.refresh_from_db()
    write(found, lead, "improve-staffing", "Staff are too few.", later)
    found.refresh_from_db()
    act(correcting.correct, found, publisher, later, wrong="Too many", says="Too few", why="Miscounted")
    assert {one.theme for one in Item.objects.exclude(source_changed_at=None)} == {"staffing"}
    assert "The report was corrected. Miscounted" in said(page(client, shared))
    sign_in(client, "hmip_lead_inspector")
    assert "Corrected since" in said(page(client, f"/inspections/{found.reference}/in-common"))
    act(correcting.take_off_the_web, found, publisher, later, reason="A court says so")
    assert all("taken off the web" in one.source_changed_why for one in Item.objects.order_by("pk"))
