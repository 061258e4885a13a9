"""What an assessment offers to put in common, to whom, and what a corrected figure does (B1, ¶13, ¶30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.queries import acting_by_command
from oversight.delivery.actions import assessing
from oversight.delivery.actions.figures import bring_file, confirm_file, work_on_file
from oversight.delivery.actions.in_common import put_in_common
from oversight.delivery.queries.assessing import assessment
from oversight.delivery.queries.in_common import in_common
from oversight.intelligence.actions import items as acts
from oversight.intelligence.models import Item
from oversight.intelligence.queries.items import item
from oversight.intelligence.rules.words import Result
from oversight.kernel.refusals import Refused
from oversight.parties.queries import remembering
from tests.arrangements.pages import faults, page, read, rows, said, stand_on, typed
from tests.factories.delivery import (
    AT,
    FIGURES,
    FIRST,
    REFERENCE,
    REGION,
    TODAY,
    UNIT,
    assessed,
    opened_round,
    table,
)
from tests.factories.intelligence import content
from tests.factories.parties import acting_as, sign_in

pytestmark = pytest.mark.usefixtures("memorandum")
WHERE = f"/first-line/assessments/{REFERENCE}"
LATER = datetime.fromisoformat("2026-04-15T09:00:00+00:00")


def offers(by, reference=REFERENCE):
    return in_common(by, assessment(actor=by, reference=reference, today=TODAY))


def share(by, theme="staffing", reference=REFERENCE):
    return put_in_common(
        by=by, at=AT, reference=reference, theme=theme, content=content(), readers=["hmpps-osag"]
    )


def test_nothing_is_offered_before_it_is_completed_nor_to_anyone_but_its_assessor(client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    opened_round()
    region = acting_as("regional_probation_director", REGION)
    assert offers(region) == ()
    with pytest.raises(Refused) as refused:
        share(region)
    assert refused.value.rule == "not_found_offer"
    sign_in(client, "regional_probation_director", REGION)
    page(client, f"{WHERE}/in-common/staffing", 404)
    step = {"by": region, "at": AT, "reference": REFERENCE}
    assessing.enter_figures(**step, figures=FIGURES)
    assessing.complete_assessment(**step, summary="Staffing holds it back.")
    assert not Item.objects.exists(), "nothing is shared that nobody shared"
    found = {one.offer.theme.id: one.offer for one in offers(region)}
    assert list(found) == ["quality", "engagement", "staffing"]
    assert (found["staffing"].result, found["engagement"].result) == (Result.SOME, Result.GOOD)
    assert "71%, against a target of 90%: missed." in found["staffing"].text
    assert (found["staffing"].owner.code, found["staffing"].about.code) == (REGION, UNIT)
    for role, code in (
        ("regional_probation_director", "N07"),
        ("chief_probation_officer", ""),
        ("head_of_pdu", UNIT),
        ("osag_lead", ""),
        ("hmip_planner", ""),
        ("performance_quality_officer", ""),
    ):
        by = sign_in(client, role, code)
        with pytest.raises(Refused) as refused:
            share(by)
        assert refused.value.rule.startswith(("permission", "not_found")), role
        assert client.get(f"{WHERE}/in-common/staffing").status_code in {403, 404}, role
        assert "Put it in common" not in said(read(client.get(WHERE), client.get(WHERE).status_code)), role
    assert not Item.objects.exists()


def test_shared_on_its_page_once_then_corrected_by_hand_and_by_file(client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    assessed()
    region = sign_in(client, "regional_probation_director", REGION)
    address = f"{WHERE}/in-common/staffing"
    form = page(client, address)
    sent = {name: typed(form, name) for name in ("text", "found_on", "readers")}
    assert "Line management says: Staffing holds it back." in sent["text"]
    chosen = {"result": "serious_concern", "confidence": "medium", "marking": "official_sensitive"}
    assert faults(read(client.post(address, sent | chosen | {"readers": ""}), 422))
    where = client.post(address, sent | chosen)["Location"]
    row = Item.objects.get()
    assert (row.origin, row.owner_id, row.about_id) == (f"assessment:{REFERENCE}-staffing", REGION, UNIT)
    again = said(read(client.post(address, sent | chosen), 409))
    assert "put in common already" in again
    assert Item.objects.count() == 1
    assert "Since 14 April 2026" in " ".join(said(page(client, WHERE)).split())

    figure = {"by": region, "reference": REFERENCE}
    assessing.enter_figures(**figure, at=LATER, figures={"orders-completed": Decimal(70)}, note="Miscounted")
    assert "was corrected on" not in said(page(client, where)), "another theme"
    assessing.enter_figures(**figure, at=LATER, figures={"staff-in-post": Decimal(72)}, note="Two vacant")
    assert "Corrected since" in said(page(client, WHERE))
    osag = sign_in(client, "osag_coordinator")
    told = said(page(client, where))
    assert "Two vacant" in told
    assert f"Assessment {REFERENCE}" in told
    assert "Correct it" not in told
    assert any("Source corrected" in " ".join(line) for line in rows(page(client, "/intelligence")))
    acts.correct_item(
        by=region,
        at=LATER.replace(hour=10),
        item_id=row.pk,
        number=1,
        content=replace(content(), text="72% now"),
        reason="Two vacant",
    )
    assert not item(actor=osag, item_id=row.pk, today=TODAY).line.outdated

    at = LATER.replace(hour=11)
    file = bring_file(
        by=region,
        at=at,
        file_name="figures.csv",
        file=table([("East Kent", "Working days lost to sickness for each member of staff", FIRST, 5)]),
    )
    worker = acting_by_command("work")
    work_on_file(by=worker, at=at, file_id=file, tell=lambda *_: None)
    confirm_file(by=region, at=at, file_id=file)
    work_on_file(by=worker, at=at, file_id=file, tell=lambda *_: None)
    assert "figures.csv" in item(actor=osag, item_id=row.pk, today=TODAY).source_changed_why

    acts.withdraw_item(by=region, at=at, item_id=row.pk, reason="Said again")
    assert {one.offer.theme.id: one.item for one in offers(region)}["staffing"] is None
    assert share(region) != row.pk
    counts = set()
    for theme in ("quality", "engagement"):
        with remembering(), CaptureQueriesContext(connection) as seen:
            offers(region)
        counts.add(len(seen))
        share(region, theme)
    assert len(counts) == 1
