"""Pages of lists, draws and cases: what each shows, and to whom (D1, ¶16, ¶22)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.inspections.models import CaseList, SampledCase
from oversight.parties.queries import remembering
from tests.arrangements.pages import faults, page, read, rows, said, stand_on
from tests.factories.fieldwork import draw, rows_of, upload
from tests.factories.inspections import finished, in_fieldwork
from tests.factories.parties import sign_in

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture
def lead(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    return sign_in(client, "hmip_lead_inspector")


@pytest.fixture
def inspection(lead):
    return in_fieldwork(lead)


def at(inspection, rest="") -> str:
    return f"/inspections/{inspection.reference}/cases{rest}"


def send_list(client, inspection, text, **more):
    file = SimpleUploadedFile("cases.csv", text.encode() if isinstance(text, str) else text)
    return client.post(at(inspection, "/upload"), {"sample": "cases", "file": file, **more})


def test_before_a_list_the_page_says_so_and_offers_the_upload(client, inspection):
    tree = page(client, at(inspection))

    assert "No list of cases was uploaded yet" in said(tree)
    assert tree.css_first(f'a[href="{at(inspection, "/upload")}?sample=cases"]')


def test_the_case_page_leads_to_the_cases(client, inspection):
    tree = page(client, f"/inspections/{inspection.reference}")

    assert tree.css_first(f'nav a[href="{at(inspection)}"]')


def test_a_list_is_uploaded_and_drawn_from_in_the_browser(client, inspection):
    answer = send_list(client, inspection, rows_of(30))
    assert answer.status_code == 302
    page(client, at(inspection, "/draw?sample=cases"))
    held = CaseList.objects.get()

    answer = client.post(
        at(inspection, "/draw"), {"sample": "cases", "list_id": str(held.pk), "wanted": "10"}
    )

    assert answer.status_code == 302
    tree = page(client, answer["Location"])
    assert "10 of 10 cases wanted were drawn" in said(tree)
    assert said(tree).count("default, not confirmed by a published source") == 2
    assert "Repeated: the same cases came" in said(page(client, at(inspection, "?repeat=1")))


def test_faults_of_a_list_are_shown_by_row_and_nothing_is_kept(client, inspection):
    tree = read(send_list(client, inspection, rows_of(2) + "\nJane Smith,N1,female,community,low,"), 422)

    assert rows(tree)[0][:3] == ["4", "case", "Jane Smith"]
    assert not CaseList.objects.exists()


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("", 422, "The file is empty"),
        ("case,officer\nX1,N1", 409, "the column sex is missing"),
        (b"\xff\xfe", 409, "is not text in UTF-8"),
    ],
)
def test_a_file_of_another_shape_is_told_beside_the_field(client, inspection, text, status, told):
    tree = read(send_list(client, inspection, text), status)

    assert told in faults(tree)[0]


@pytest.mark.parametrize("wanted", ["", "0", "many", "100000"])
def test_a_number_that_cannot_be_drawn_is_told_beside_the_field(client, inspection, lead, wanted):
    number = upload(inspection, lead)
    data = {"sample": "cases", "list_id": str(number), "wanted": wanted}

    tree = read(client.post(at(inspection, "/draw"), data), 422)

    assert faults(tree)
    assert not SampledCase.objects.exists()


def test_drawing_twice_is_refused_with_the_reason(client, inspection, lead):
    draw(inspection, lead)
    data = {"sample": "cases", "list_id": str(CaseList.objects.get().pk), "wanted": "3"}

    tree = read(client.post(at(inspection, "/draw"), data), 409)

    assert "drawing again would let someone choose" in said(tree)
    assert "was drawn from this list already" in said(page(client, at(inspection, "/draw")))


def test_a_new_list_after_a_draw_asks_for_the_reason(client, inspection, lead):
    draw(inspection, lead)

    tree = read(send_list(client, inspection, rows_of(40)), 422)
    assert "Enter why the sample is set aside." in faults(tree)

    assert send_list(client, inspection, rows_of(40), reason="Wrong unit").status_code == 302
    assert "The sample from cases.csv was set aside: Wrong unit" in said(page(client, at(inspection)))


def test_a_case_is_left_out_in_the_browser(client, inspection, lead):
    draw(inspection, lead)
    page(client, at(inspection, "/1/leave-out"))

    assert "Choose a reason." in faults(read(client.post(at(inspection, "/1/leave-out"), {}), 422))
    wrong = client.post(at(inspection, "/1/leave-out"), {"reason": "other"})
    assert "Another reason has to be told" in said(read(wrong, 409))
    answer = client.post(at(inspection, "/1/leave-out"), {"reason": "restricted", "note": ""})

    assert answer.status_code == 302
    assert "in place of case 1" in said(page(client, answer["Location"]))
    assert not page(client, at(inspection, "/1/leave-out")).css_first("main form")


def test_an_inspection_without_a_sample_of_its_own_says_so(client, lead):
    found = in_fieldwork(lead, programme="national-2025", kind="national", units=(), title="National")

    assert "draws no sample of its own" in said(page(client, at(found)))
    page(client, at(found, "/upload"), 404)


def test_after_fieldwork_the_pages_offer_nothing_to_do(client, lead):
    found = finished(lead)

    for rest in ("", "/upload", "/draw"):
        assert not page(client, at(found, rest)).css_first("main form, main .govuk-button")
    assert "drawn while" not in said(page(client, at(found)))
    assert "this is done while it is" in said(read(send_list(client, found, rows_of(3)), 409))


@pytest.mark.parametrize(
    ("role", "party"),
    [("osag_coordinator", ""), ("head_of_pdu", "N57EKNT"), ("regional_probation_director", "N57")],
)
def test_the_inspected_and_osag_are_refused_the_cases(client, inspection, role, party):
    sign_in(client, role, party)

    page(client, at(inspection), 403)
    assert not page(client, f"/inspections/{inspection.reference}").css_first(f'a[href="{at(inspection)}"]')


@pytest.mark.parametrize("number", [0, 99])
def test_a_case_that_is_not_there_is_not_found(client, inspection, number):
    assert "There is no case" in said(page(client, at(inspection, f"/{number}/leave-out"), 404))


def test_the_page_asks_as_much_for_one_case_as_for_many(client, lead):
    small, large = in_fieldwork(lead), in_fieldwork(lead, units=("N56NOSU",))
    draw(small, lead, wanted=1)
    draw(large, lead, rows_of(60), wanted=24)
    counts = []
    for one in (small, large):
        with (
            CaptureQueriesContext(
                connection,
            ) as asked,
            remembering(),
        ):
            page(client, at(one))
        counts.append(len(asked))

    assert counts[0] == counts[1]
