"""What an inspection asks and is supplied with stops others from asking again (D5, G1, ¶10(iv), ¶31)."""

from __future__ import annotations

import pytest

from oversight.exchange.models import Ask, Holding
from oversight.exchange.queries.asking import request_detail
from oversight.exchange.queries.holdings import asked_already, held_already
from oversight.exchange.rules.asking import AskState
from oversight.inspections.models import StoredFile
from oversight.inspections.queries.files import file_content
from oversight.kernel.refusals import Refused
from tests.factories.exchange import UNIT, asked
from tests.factories.files import PDF
from tests.factories.inspections import announced, ask, supply
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")


def test_a_second_requester_is_stopped_by_what_an_inspection_has():
    lead, osag = acting_as("hmip_lead_inspector"), acting_as("osag_coordinator")
    head = acting_as("head_of_pdu", UNIT)
    found = announced(lead)
    ask(found, lead)
    wanted = {"kind": "unit-staffing", "about": UNIT, "span": None}
    assert asked_already(actor=osag, **wanted)
    told = Ask.objects.get(kind="unit-staffing", about=UNIT)
    line = request_detail(actor=head, ask_id=told.pk)
    assert (line.party.code, line.answers) == ("hmip", False)
    assert line.place.startswith(f"/inspections/{found.reference}/information/")
    joined = asked(osag)
    assert joined.joins == told

    for request in found.requests.filter(owner=UNIT).order_by("id"):
        supply(found, request.title, head, file_name="a.pdf", file=PDF)

    for one in (told, joined):
        one.refresh_from_db()
        assert one.state == AskState.ANSWERED
    item = Holding.objects.get(kind="unit-staffing")
    assert [one.id for one in held_already(actor=acting_as("auditor"), **wanted)] == [item.pk]
    with pytest.raises(Refused, match="held already"):
        asked(acting_as("auditor"))
    file = StoredFile.objects.order_by("id").first()
    assert file_content(actor=lead, reference=found.reference, file_id=file.pk).content == PDF
    assert file.kept.content_id == item.copies.get().file.content_id
    assert file.kept_id != item.copies.get().file_id
