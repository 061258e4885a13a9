"""The next inspection follows up earlier recommendations (E5, ¶26)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from oversight.arrangements.models import Duty
from oversight.kernel.refusals import Refused
from oversight.parties.queries import party, remembering
from oversight.recommendations.actions import follow_up as acts
from oversight.recommendations.actions import recommendations as rec_acts
from oversight.recommendations.models import FollowUp
from oversight.recommendations.queries.follow_up import follow_up_sheet
from oversight.recommendations.queries.recommendations import recommendation
from oversight.recommendations.rules.follow_up import Finding, check_finding
from tests.arrangements.pages import faults, page, read, said, stand_on, typed
from tests.factories.arrangements import acting_for
from tests.factories.arrangements import record as record_at
from tests.factories.parties import sign_in
from tests.factories.recommendations import act, made, reported

NEW = "2026-PDU-N57EKNT-2"
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)


@given(
    finding=st.sampled_from(Finding),
    text=st.sampled_from(["", "Seen."]),
    carried_to=st.sampled_from(["", "A-R1", "B-R1"]),
    earlier=st.sampled_from(["", "A"]),
)
def test_a_finding_does_not_contradict_itself(finding, text, carried_to, earlier):
    stands = (
        not earlier and bool(text) and not (carried_to and finding is Finding.DONE) and carried_to != "A-R1"
    )
    facts = {"text": text, "carried_to": carried_to, "reference": "A-R1", "earlier": earlier}
    if stands:
        check_finding(finding, **facts)
    else:
        with pytest.raises(Refused, match="paragraph 26"):
            check_finding(finding, **facts)


def test_the_next_inspection_starts_with_all_and_ends_with_a_finding_on_each(memorandum):
    record_at("inspection_announced", "2026-03-01", kind="core", about=NEW, unit="N57EKNT", at=LATER)
    first, second = reported(), made()
    gone = made()
    act(rec_acts.supersede, gone, acting_for("hmip"), replacement=second.reference, text="Merged.")
    made("N57SUR", unit="N57SUR", source="2026-PDU-N57SUR-1")
    again = made(source=NEW)
    inspector = acting_for("hmip")
    sheet = {"actor": inspector, "unit": "N57EKNT", "inspection": NEW}

    told = follow_up_sheet(**sheet)
    assert {one.line.reference for one in told.lines} == {first.reference, second.reference}
    assert told.left == 2
    by_reference = {one.line.reference: one for one in told.lines}
    assert by_reference[first.reference].evidence == "Review of 2 March, page 4"
    assert not by_reference[first.reference].verified

    act(acts.follow_up, first, inspector, inspection=NEW, finding="done", text="Seen in every case.")
    with pytest.raises(Refused, match="1 of 2"):
        acts.complete_follow_up(by=inspector, at=LATER, unit=party("N57EKNT"), inspection=NEW)
    act(
        acts.follow_up,
        second,
        inspector,
        inspection=NEW,
        finding="partly",
        text="In half of them.",
        carried_to=again.reference,
    )
    acts.complete_follow_up(by=inspector, at=LATER, unit=party("N57EKNT"), inspection=NEW)

    assert Duty.objects.get(arrangement="26-follow-up", about=NEW).met_on == LATER.date()
    assert follow_up_sheet(**sheet).done
    found = recommendation(actor=inspector, reference=second.reference).findings
    assert [(one.label, one.carried_to) for one in found] == [("Partly done", again.reference)]
    first.refresh_from_db()
    assert first.delivery == "reported_complete"
    with pytest.raises(Refused, match="complete"):
        act(acts.follow_up, first, inspector, inspection=NEW, finding="done", text="Again.")


def test_what_cannot_be_found_is_refused(memorandum):
    row, other = made(), made()
    inspector = acting_for("hmip")
    whole = {"inspection": NEW, "finding": "not_done", "text": "No."}
    cases = [
        ({"inspection": ""}, "inspection"),
        ({"inspection": row.source}, "inspection"),
        ({"finding": "perhaps"}, "finding"),
        ({"text": " "}, "text"),
        ({"carried_to": row.reference}, "carried_to"),
        ({"carried_to": "no-such-R1"}, "carried_to"),
        ({"finding": "done", "carried_to": other.reference}, "carried_to"),
    ]
    for more, field in cases:
        with pytest.raises(Refused) as told:
            act(acts.follow_up, row, inspector, **(whole | more))
        assert told.value.field == field, more
    act(acts.follow_up, row, inspector, **whole)
    with pytest.raises(Refused, match="already"):
        act(acts.follow_up, row, inspector, **whole)
    for code in ("N57EKNT", "N57", "hmpps-osag", "hmpps"):
        with pytest.raises(Refused) as told:
            act(acts.follow_up, other, acting_for(code), **whole)
        assert told.value.rule.startswith("permission_"), code
    assert FollowUp.objects.count() == 1


@pytest.mark.one_database("the service sends as many statements to either")
def test_the_sheet_asks_the_same_however_long_it_is(memorandum, django_assert_max_num_queries):
    reported()
    sheet = {"actor": acting_for("hmip"), "unit": "N57EKNT", "inspection": NEW}
    with remembering(), django_assert_max_num_queries(9) as few:
        follow_up_sheet(**sheet)
    for _ in range(4):
        made()
    with remembering(), django_assert_max_num_queries(len(few)):
        follow_up_sheet(**sheet)


def test_an_inspector_works_through_the_sheet(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-03-02", hour=12)
    row = made()
    at = reverse("recommendation-follow-up-sheet")
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert "Say what was found" not in said(page(client, f"{at}?unit=N57EKNT&inspection={NEW}"))
    assert client.get(reverse("recommendation-follow-up", args=[row.reference])).status_code == 403

    sign_in(client, "hmip_lead_inspector")
    page(client, at)
    assert faults(page(client, f"{at}?unit=Atlantis", 422))
    assert "There is no earlier recommendation" in said(page(client, f"{at}?unit=N57SUR"))
    one = f"{reverse('recommendation-follow-up', args=[row.reference])}?inspection={NEW}"
    assert typed(page(client, one), "inspection") == NEW
    form = {"revision": row.revision, "inspection": NEW, "finding": "not_done", "text": ""}
    assert faults(read(client.post(one, form)))
    wrong = client.post(one, form | {"text": "No.", "carried_to": "no-such-R1"})
    assert "no later recommendation" in faults(read(wrong, 409))[0]
    ending = reverse("recommendation-follow-up-complete", args=["N57EKNT", NEW])
    assert "have no finding yet" in said(page(client, ending))
    assert client.post(ending).status_code == 409
    assert client.post(one, form | {"text": "No."}).status_code == 302
    assert "1 of 1 followed up" in said(page(client, f"{at}?unit=N57EKNT&inspection={NEW}"))
    assert client.post(ending).status_code == 302
    assert "the follow-up is complete" in said(page(client, f"{at}?unit=N57EKNT&inspection={NEW}"))
    assert "Not done in" in said(page(client, reverse("recommendation", args=[row.reference])))
