"""The pages of the record as their readers meet them."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.ledger import actions
from oversight.ledger.checkpoints import public_key, read_checkpoint
from oversight.ledger.models import Checkpoint, Entry
from oversight.ledger.verifying import verify
from tests.factories.parties import sign_in
from tests.ledger.people import ANN, AT, Someone, act

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


def last():
    return Entry.objects.latest("sequence").sequence


ADDRESSES = [
    "/record",
    "/record/1",
    "/record/checkpoints",
    "/record/checkpoints/take",
    "/record/checkpoints/1.json",
]


@pytest.mark.parametrize(
    "role", ["osag_coordinator", "hmip_lead_inspector", "head_of_pdu", "provider_representative"]
)
def test_roles_without_the_permission_are_refused(client, role):
    sign_in(client, role)

    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == 403
        assert "Who can" in text_of(answer)


@pytest.mark.parametrize("address", ADDRESSES)
def test_signed_out_one_is_asked_to_sign_in(client, address):
    assert "sign-in" in client.get(address)["Location"]


def test_a_party_reads_its_own_acts_and_learns_only_that_another_acted(client):
    sign_in(client, "sponsorship_officer")
    act(
        by=Someone(party="moj-sponsorship", name="Sue Example"),
        at=AT,
        what="briefing:7",
        payload={"of": "ours"},
    )
    own = last()
    act(by=Someone(party="hmip", name="Ida Example"), at=AT, what="inspection:44", payload={"of": "theirs"})
    other = last()

    page = text_of(client.get("/record"))
    own_page, other_page = text_of(client.get(f"/record/{own}")), text_of(client.get(f"/record/{other}"))

    assert "briefing:7" in page
    assert "Sue Example" in page
    assert "Kept to that party" in page
    assert "Ours" not in page
    assert "ours" in own_page
    for shown in (page, other_page):
        assert "inspection:44" not in shown
        assert "Ida Example" not in shown
        assert "theirs" not in shown
    assert "HM Inspectorate of Probation" in other_page
    assert "stay with HM Inspectorate of Probation" in other_page
    assert Entry.objects.get(sequence=other).digest in other_page


def test_an_entry_beyond_the_reader_and_one_that_is_not_there_give_the_same_page(client):
    sign_in(client, "osag_lead")
    act(by=Someone(party="hmip"), at=AT, what="inspection:44")
    number = last()

    there, nowhere = client.get(f"/record/{number}"), client.get(f"/record/{number + 1}")

    assert there.status_code == nowhere.status_code == 404
    told = [
        text_of(page).split("<main")[1].replace(f"entry {asked}", "entry N")
        for page, asked in ((there, number), (nowhere, number + 1))
    ]
    assert told[0] == told[1]
    assert client.get(f"/record/{10**30}").status_code == 404


def test_an_auditor_reads_everything_and_sees_that_it_is_unchanged(client):
    sign_in(client, "auditor")
    act(by=Someone(party="hmip"), at=AT, what="inspection:44", payload={"note": "<script>alert(1)</script>"})

    page = text_of(client.get(f"/record/{last()}"))

    assert "inspection:44" in page
    assert "Unchanged" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_bad_filter_is_told_beside_its_field(client):
    sign_in(client, "auditor")

    for query, message in (
        ("subject=%00", "control character"),
        ("subject=a%E2%80%AEb", "direction"),
        ("subject=" + "x" * 300, "200 characters or fewer"),
        ("party=a%0Ab", "on one line"),
        ("verb=nothing.known", "Choose one of the acts"),
    ):
        answer = client.get(f"/record?{query}")
        assert answer.status_code == 422
        assert message in text_of(answer)
        assert "There is a problem" in text_of(answer)
        assert "Error: Record" in text_of(answer)


def test_a_bad_number_in_the_address_is_no_number(client):
    sign_in(client, "auditor")

    for number in ("", "x", "-1", "1.5", "9" * 30, "٣", str(2**63)):
        assert client.get("/record", {"before": number}).status_code == 200
        assert client.get("/record", {"after": number}).status_code == 200


def test_a_filter_that_nothing_fits_says_so(client):
    sign_in(client, "auditor")

    assert "No entry that you may read fits" in text_of(client.get("/record?subject=thing:none"))


def test_a_party_without_acts_is_told_so(client):
    sign_in(client, "osag_lead")

    assert "has been recorded yet" in text_of(client.get("/record"))


def test_pages_keep_their_filter(client):
    sign_in(client, "auditor")
    for _ in range(60):
        act(by=ANN, at=AT, what="thing:1")

    first = text_of(client.get("/record?subject=thing%3A1"))
    older = f"?subject=thing%3A1&amp;before={last() - 24}"
    assert older in first
    assert "Newer entries" not in first
    second = text_of(client.get(f"/record?subject=thing%3A1&before={last() - 24}"))
    assert "Newer entries" in second
    assert "Older entries" in second


def test_a_checkpoint_is_taken_on_the_page_and_proves_the_record(client):
    sign_in(client, "hmip_standards_owner")

    asked = client.get("/record/checkpoints/take")
    taken = client.post("/record/checkpoints/take", follow=True)

    number = Checkpoint.objects.get().pk
    given = client.get(f"/record/checkpoints/{number}.json")
    held = read_checkpoint(given.content)
    assert "Take a checkpoint" in text_of(asked)
    assert "Download it and keep it" in text_of(taken)
    assert given["Content-Disposition"] == f'attachment; filename="oversight-checkpoint-{held.sequence}.json"'
    assert json.loads(given.content)["sequence"] == last() - 1
    assert verify(held=[held], keys=[public_key()]).is_sound
    assert public_key() in text_of(taken)


def test_showing_the_page_takes_no_checkpoint(client):
    sign_in(client, "hmip_standards_owner")

    client.get("/record/checkpoints/take")
    client.get("/record/checkpoints")

    assert not Checkpoint.objects.exists()


def test_who_may_only_read_is_offered_no_checkpoint_and_gets_none(client):
    sign_in(client, "regional_probation_director")

    assert (
        "take" not in text_of(client.get("/record/checkpoints")).split("Checkpoints taken")[0].split("<h1")[1]
    )
    assert client.post("/record/checkpoints/take").status_code == 403
    assert not Checkpoint.objects.exists()


def test_checkpoints_of_others_can_be_downloaded_and_unknown_ones_not(client):
    sign_in(client, "regional_probation_director")
    act(by=ANN, at=AT)
    actions.checkpoint(by=ANN, at=AT)

    assert client.get(f"/record/checkpoints/{Checkpoint.objects.get().pk}.json").status_code == 200
    assert client.get("/record/checkpoints/999999.json").status_code == 404
    assert "None has been taken" not in text_of(client.get("/record/checkpoints"))


def test_no_checkpoint_yet_is_said(client):
    sign_in(client, "auditor")

    assert "None has been taken yet" in text_of(client.get("/record/checkpoints"))


@pytest.mark.parametrize("address", ["/record", "/record/checkpoints"])
def test_a_page_takes_as_many_queries_however_many_rows(client, address):
    sign_in(client, "auditor")

    def queries():
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert client.get(address).status_code == 200
        return len(taken)

    act(by=ANN, at=AT)
    actions.checkpoint(by=ANN, at=AT)
    few = queries()
    for _ in range(40):
        act(by=ANN, at=AT)
        actions.checkpoint(by=ANN, at=AT)

    assert queries() == few
