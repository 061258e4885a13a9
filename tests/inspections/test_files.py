"""Files supplied in advance: kept once, handed out safely, read by those they are for (D5, ¶31, H4)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from oversight.exchange.models import StoredContent
from oversight.exchange.models import StoredFile as KeptFile
from oversight.inspections.actions.files import read_file
from oversight.inspections.models import StoredFile, SuppliedInformation
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.arrangements.pages import faults, page, read, said, stand_on
from tests.factories.files import PDF, docx_file, repacked
from tests.factories.inspections import AT, announced, ask, supply
from tests.factories.parties import acting_as, sign_in

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture
def inspection(memorandum, monkeypatch):
    stand_on(monkeypatch, "2026-03-02")
    lead = acting_as("hmip_lead_inspector")
    found = announced(lead)
    ask(found, lead)
    return found


@pytest.fixture
def request_(inspection):
    return inspection.requests.filter(owner="N57EKNT").order_by("id").first()


def send(client, request_, name="Staffing.pdf", content=PDF, **more):
    fields = {"revision": request_.revision, "describes": "1/3/2026", "where": "", "note": ""} | more
    if name:
        fields["file"] = SimpleUploadedFile(name, content)
    address = f"/inspections/{request_.inspection.reference}/information/{request_.pk}"
    return client.post(address, fields)


def supplied(client, request_, **more) -> StoredFile:
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert send(client, request_, **more).status_code == 302
    return StoredFile.objects.get()


def address(file) -> str:
    return f"/inspections/{file.inspection.reference}/files/{file.pk}"


def test_a_file_is_supplied_linked_and_handed_out_as_it_came(client, request_):
    file = supplied(client, request_, name="Größe; x.PDF")

    link = page(client, f"/inspections/{file.inspection.reference}/information").css_first(
        f'a[href="{address(file)}"]'
    )
    assert link.text() == file.name == "Größe_ x.pdf"
    answer = client.get(address(file))
    assert answer.content == PDF
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe_%20x.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    payload = Entry.objects.get(verb="inspection.information-supplied").payload
    assert file.digest in str(payload)


def test_a_place_alone_still_serves_and_neither_is_refused(client, request_):
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert "Choose a file" in faults(read(send(client, request_, name=""), 200))[0]
    assert not SuppliedInformation.objects.exists()

    assert send(client, request_, name="", where="Shared drive").status_code == 302
    assert SuppliedInformation.objects.get().file is None


def test_a_file_that_is_not_what_its_name_says_is_told_beside_the_field_and_nothing_is_kept(client, request_):
    sign_in(client, "head_of_pdu", "N57EKNT")
    macro = repacked(docx_file(), add=[("word/vbaProject.bin", b"x")])

    tree = read(send(client, request_, name="a.docx", content=macro), 409)

    assert "macros" in faults(tree)[0]
    assert "macros" in tree.css_first("#id_file-error").text()
    assert not StoredFile.objects.exists()
    request_.refresh_from_db()
    assert request_.met_at is None


def test_a_file_too_large_is_refused_before_it_is_read(client, request_):
    sign_in(client, "head_of_pdu", "N57EKNT")
    big = b"%PDF-" + b"0" * (10 * 1024 * 1024)

    assert "10 megabytes" in faults(read(send(client, request_, content=big), 200))[0]


def test_reading_a_sensitive_file_is_announced_and_recorded(client, request_):
    file = supplied(client, request_, sensitive="on")
    sign_in(client, "hmip_lead_inspector")
    before = Entry.objects.count()

    assert "The record will say that you read it" in said(page(client, address(file)))
    assert Entry.objects.count() == before
    assert client.post(address(file)).content == PDF
    assert Entry.objects.order_by("-sequence").first().verb == "inspection.file-read"


def test_reading_a_plain_file_is_no_act(client, request_):
    file = supplied(client, request_)
    with pytest.raises(Refused) as refused:
        read_file(by=acting_as("hmip_planner"), at=AT, reference=file.inspection.reference, file_id=file.pk)
    assert refused.value.rule == "file_plain"


@pytest.mark.parametrize(
    ("role", "party", "reads"),
    [
        ("hmip_lead_inspector", "", True),
        ("hmip_planner", "", True),
        ("head_of_pdu", "N57EKNT", True),
        ("regional_probation_director", "N57", True),
        ("chief_probation_officer", "", True),
        ("regional_probation_director", "N56", False),
        ("head_of_pdu", "N57SUR", False),
        ("osag_lead", "", False),
        ("data_assurance_officer", "", False),
        ("partner_inspector", "hmicfrs", False),
    ],
)
def test_only_the_inspectorate_and_those_who_answer_for_its_owner_read_it(
    client, request_, role, party, reads
):
    file = supplied(client, request_)
    sign_in(client, role, party)

    answer = client.get(address(file))

    assert answer.status_code == (200 if reads else 404)
    assert (PDF in answer.content) is reads


def test_a_file_is_not_found_under_another_inspection(client, request_):
    file = supplied(client, request_)
    other = announced(acting_as("hmip_lead_inspector"), units=("N57SUR",))
    sign_in(client, "hmip_lead_inspector")

    assert client.get(f"/inspections/{other.reference}/files/{file.pk}").status_code == 404


def test_what_is_held_is_reused_with_its_file(client, request_):
    file = supplied(client, request_)
    lead = sign_in(client, "hmip_lead_inspector")
    second = announced(lead)
    ask(second, lead, keys=[f"{request_.item}.N57EKNT"], decision="reuse")

    tree = page(client, f"/inspections/{second.reference}/information")

    assert tree.css_first(f'a[href="{address(file)}"]').text() == file.name


def test_the_page_asks_as_often_for_many_files_as_for_one(client, inspection):
    sign_in(client, "hmip_lead_inspector")
    asked = list(inspection.requests.filter(owner="N57EKNT").order_by("id"))
    owner = acting_as("head_of_pdu", "N57EKNT")
    where = f"/inspections/{inspection.reference}/information"
    counts = []
    for request_ in asked:
        supply(inspection, request_.title, owner, file_name="a.pdf", file=PDF)
        with CaptureQueriesContext(connection) as seen:
            page(client, where)
        counts.append(len(seen))
        assert not any('"content"' in one["sql"] for one in seen)
    assert len(counts) == 2
    assert len(set(counts)) == 1


@pytest.mark.writes_directly(reason="to see what the database refuses")
@pytest.mark.parametrize("change", [{"size": 0}, {"digest": "abc"}, {"use": "other"}, {"name": ""}])
def test_the_database_refuses_a_file_without_its_facts(inspection, change):
    content = StoredContent.objects.create(
        digest="0" * 64, size=1, content=b"1", kept_at=AT, kept_by="person:1"
    )
    kept = {"name": "a.pdf", "media_type": "application/pdf", "kept_at": AT, "kept_by": "person:1"}
    facts = {
        "inspection": inspection,
        "use": "information",
        "party_id": "hmip",
        "sensitive": False,
        "name": "a.pdf",
        "media_type": "application/pdf",
        "size": 1,
        "digest": "0" * 64,
        "kept": KeptFile.objects.create(content=content, kept_name="A", **kept),
        "kept_at": AT,
        "kept_by": "person:1",
        "kept_name": "A",
    }
    with pytest.raises(IntegrityError):
        StoredFile.objects.create(**(facts | change))
