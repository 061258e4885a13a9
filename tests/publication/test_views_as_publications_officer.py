import html
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from oversight.access.rules import access_table
from oversight.publication.models import HistoryDraft, PublishedInspection
from oversight.publication.rules import reading
from tests.factories.parties import sign_in
from tests.factories.publication import REGION_ROW, ROW, history, import_rows

pytestmark = pytest.mark.django_db

CHOOSE = "/import/history"
CHECK = "/import/history/check"


@pytest.fixture
def officer(client):
    return sign_in(client, "hmip_publications")


def words(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def upload(client, content, name="history.csv"):
    return client.post(CHOOSE, {"file": SimpleUploadedFile(name, content)}, follow=True)


def decide(client, response, decision="import"):
    hidden = dict(re.findall(r'name="(file_digest|plan_digest)" value="([^"]+)"', response.content.decode()))
    return client.post(CHECK, hidden | {"decision": decision}, follow=True)


def test_a_file_is_checked_shown_and_imported_on_confirmation(client, officer):
    response = upload(client, history(ROW, REGION_ROW))

    assert response.request["PATH_INFO"] == CHECK
    assert "New inspections 2 Corrections 0 Unchanged 0 Rows that cannot be accepted 0" in words(response)
    assert not PublishedInspection.objects.exists()

    response = decide(client, response)

    assert "history.csv was imported: 2 new inspections, 0 corrections, 0 unchanged." in words(response)
    assert PublishedInspection.objects.count() == 2
    assert not HistoryDraft.objects.exists()


def test_what_a_correction_would_change_is_shown_before_and_after(client, officer):
    import_rows(ROW, by=officer)

    response = upload(client, history(ROW | {"overall_rating": "Good", "notes": "checked"}))

    assert "Corrections 1" in words(response)
    assert "Overall rating Inadequate Good Notes Nothing checked" in words(response)


def test_a_file_with_faults_lists_them_by_row_and_offers_no_import(client, officer):
    response = upload(client, history(ROW, REGION_ROW | {"published": "2024-13", "unit": "Kent"}))

    assert "3 published 2024-13 There is no month 13." in words(response)
    assert 'value="import"' not in response.content.decode()
    assert not PublishedInspection.objects.exists()

    response = decide(client, response, "discard")
    assert "The file was discarded. Nothing was imported." in words(response)


def test_many_faults_come_25_a_page(client, officer):
    faulty = [ROW | {"published": "x", "url": f"https://example.org/{number}"} for number in range(30)]
    response = upload(client, history(*faulty))

    assert "Row 26" not in words(response)
    assert len(re.findall(r"govuk-table__header--numeric\">\d+<", response.content.decode())) == 25
    page = client.get(f"{CHECK}?page=2")
    assert len(re.findall(r"govuk-table__header--numeric\">\d+<", page.content.decode())) == 5


def test_a_file_that_changes_nothing_says_so(client, officer):
    import_rows(ROW, by=officer)

    response = upload(client, history(ROW))

    assert "already holds everything in this file" in words(response)
    assert 'value="import"' not in response.content.decode()


def test_a_register_that_changed_after_the_check_is_told_and_nothing_is_lost(client, officer):
    response = upload(client, history(ROW, REGION_ROW))
    import_rows(REGION_ROW, by=officer)

    response = decide(client, response)

    assert response.status_code == 409
    assert "The register changed after you checked this file" in words(response)
    assert "New inspections 1 Corrections 0 Unchanged 1" in words(response)
    assert PublishedInspection.objects.count() == 1

    response = decide(client, response)
    assert PublishedInspection.objects.count() == 2


def test_a_file_replaced_in_another_window_is_not_imported(client, officer):
    first = upload(client, history(ROW))
    upload(client, history(REGION_ROW))

    response = decide(client, first)

    assert response.status_code == 409
    assert "no longer kept" in words(response)
    assert not PublishedInspection.objects.exists()


def test_sending_the_decision_twice_imports_once(client, officer):
    response = upload(client, history(ROW))
    decide(client, response)

    again = decide(client, response)

    assert again.status_code == 409
    assert PublishedInspection.objects.count() == 1


def test_a_waiting_file_is_offered_again_and_lapses(client, officer):
    upload(client, history(ROW), "mine.csv")
    assert "You have a file waiting for your decision: mine.csv" in words(client.get(CHOOSE))

    draft = HistoryDraft.objects.get()
    lapsed = draft.kept_at - timedelta(days=30)
    from oversight.publication.actions import keep_draft

    keep_draft(by=officer, at=lapsed, content=history(ROW), file_name="mine.csv")
    assert "You have a file waiting" not in words(client.get(CHOOSE))
    assert client.get(CHECK).url == CHOOSE


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04\xff\xff", "is not text in UTF-8"),
        (b"hello", "names no column of a history file"),
        (history(ROW, columns=("unit", "unit", "colour")), "Columns that stand twice: unit."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field_and_not_kept(client, officer, content, told):
    response = upload(client, content)

    assert response.request["PATH_INFO"] == CHOOSE
    assert told in words(response)
    assert "There is a problem" in words(response)
    assert not HistoryDraft.objects.exists()


def test_no_file_and_text_in_its_place_are_refused(client, officer):
    assert "Choose a CSV file." in words(client.post(CHOOSE))
    assert "Choose a CSV file." in words(client.post(CHOOSE, {"file": "text"}))


def test_a_file_too_large_is_refused_before_it_is_read(client, officer, monkeypatch):
    monkeypatch.setattr("oversight.publication.forms.MAX_BYTES", 100)

    assert "megabytes or smaller" in words(upload(client, history(ROW)))
    assert reading.MAX_BYTES == 50 * 1024 * 1024


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"decision": "import"},
        {"decision": "burn", "file_digest": "0" * 64},
        {"decision": "import", "file_digest": "x"},
    ],
)
def test_a_decision_that_makes_no_sense_changes_nothing(client, officer, data):
    upload(client, history(ROW))

    response = client.post(CHECK, data, follow=True)

    assert response.request["PATH_INFO"] == CHECK
    assert not PublishedInspection.objects.exists()


def test_someone_elses_file_cannot_be_imported_or_discarded(client, officer):
    response = upload(client, history(ROW))
    sign_in(client, "hmip_publications")

    assert decide(client, response).status_code == 409
    assert decide(client, response, "discard").status_code == 409
    assert client.get(CHECK).status_code == 302
    assert HistoryDraft.objects.count() == 1


def test_hostile_names_and_cells_are_shown_as_text(client, officer):
    response = upload(client, history(ROW | {"overall_rating": "<script>alert(1)</script>\u202e"}), "<b>.csv")

    page = response.content.decode()
    assert "<script>alert" not in page
    assert "<b>.csv" not in page
    assert "[U+202E]" in words(response)


@pytest.mark.parametrize("address", [CHOOSE, CHECK])
@pytest.mark.parametrize("role", [role for role in access_table().roles if role != "hmip_publications"])
def test_others_are_refused_and_told_who_can(client, role, address):
    sign_in(client, role)

    for response in (client.get(address), client.post(address)):
        assert response.status_code == 403
        assert "Publications officer" in words(response)
        assert "paragraph 16" in words(response)


@pytest.mark.parametrize("address", [CHOOSE, CHECK])
def test_whoever_is_signed_out_is_asked_to_sign_in(client, address):
    for response in (client.get(address), client.post(address)):
        assert response.status_code == 302
        assert "sign-in" in response.url


def test_the_pages_are_not_kept_by_anyone(client, officer):
    assert "no-store" in client.get(CHOOSE)["Cache-Control"]
