"""A whole plan to take away in five kinds of file, and the registers as filtered (E3, E6)."""

from __future__ import annotations

import gc
import io
import tracemalloc
from datetime import UTC, date, datetime

import docx
import openpyxl
import pikepdf
import pytest
from django.urls import reverse
from odfdo import Document

from oversight.recommendations.actions import plan_actions
from oversight.recommendations.actions import recommendations as steps
from oversight.recommendations.queries import paging
from oversight.recommendations.rules.plan_documents import write_ods, write_register
from oversight.recommendations.views import plan_files
from tests.arrangements.pages import cells, page, said, stand_on
from tests.factories.arrangements import acting_for
from tests.factories.parties import sign_in
from tests.factories.plans import coordinated, on, opened, published, with_action
from tests.factories.recommendations import act, agreed, made

pytestmark = pytest.mark.usefixtures("memorandum")
CORE = "2026-PDU-N57EKNT-1"
LATER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-05-01", hour=10)


def slipped():
    """A published plan with a date that moved twice, progress, and a recommendation that was superseded."""
    first, second = agreed(source=CORE, number=1), agreed(source=CORE, number=2, text="=Say it anew")
    row = opened()
    action = with_action(row, recommendations=[first.reference, second.reference], text="=1+1")
    published(row)
    unit, region = acting_for("N57EKNT"), acting_for("N57")
    for day, reason in ((date(2026, 10, 1), "No staff."), (date(2026, 12, 1), "Still no staff.")):
        on(plan_actions.ask_date, action, unit, LATER, due=day, reason=reason)
        on(plan_actions.decide_date, action, region, LATER, approved=True)
    on(plan_actions.report_action, action, unit, LATER, progress="under_way", text="Half of the cases.")
    act(steps.supersede, first, acting_for("hmip"), replacement=second.reference, text="Said anew.")
    return row, first, second


def fetched(client, row, kind) -> bytes:
    answer = client.get(reverse("plan-file", args=[row.reference, kind]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'{row.reference}-2026-05-01.{kind}"')
    return answer.getvalue()


def test_a_plan_with_slippage_and_supersession_leaves_whole_in_every_kind(client):
    row, first, second = slipped()
    sign_in(client, "regional_probation_director", "N57")
    assert "Workbook (XLSX)" in said(page(client, reverse("plan", args=[row.reference])))

    book = openpyxl.load_workbook(io.BytesIO(fetched(client, row, "xlsx")))
    assert book.sheetnames == [
        "Actions",
        "Recommendations",
        "Progress history",
        "Dates asked for",
        "Plan",
    ]
    heading, line = ([cell.value for cell in one] for one in book["Actions"].iter_rows())
    held = dict(zip(heading, line, strict=True))
    assert held["What will be done"] == "=1+1"
    assert [
        held[name].date() for name in ("First date", "Revised date 1", "Revised date 2", "Present date")
    ] == [
        date(2026, 9, 1),
        date(2026, 10, 1),
        date(2026, 12, 1),
        date(2026, 12, 1),
    ]
    assert "Half of the cases." in held["Progress so far"]
    assert [cell.value for cell in book["Dates asked for"]["D"]][1:] == ["No staff.", "Still no staff."]
    named = {line[0].value: line[9].value for line in book["Recommendations"].iter_rows(min_row=2)}
    assert named == {first.reference: second.reference, second.reference: None}

    open_book = Document(io.BytesIO(fetched(client, row, "ods"))).body
    assert open_book.get_table(name="Actions").get_value((6, 1)) == date(2026, 9, 1)
    assert open_book.get_table(name="Recommendations").get_value((3, 2)) == "=Say it anew"
    [listed] = _read(fetched(client, row, "csv"))
    assert (listed["First date"], listed["Present date"]) == ("2026-09-01", "2026-12-01")
    assert listed["What will be done"] == "'=1+1"

    word = docx.Document(io.BytesIO(fetched(client, row, "docx")))
    assert word.core_properties.language == "en-GB"
    assert word.paragraphs[0].style.name == "Heading 1"
    assert "1 December 2026" in [cell.text for cell in word.tables[0].rows[1].cells]
    assert "Evidence" not in [cell.text for cell in word.tables[2].rows[0].cells]
    with pikepdf.open(io.BytesIO(fetched(client, row, "pdf"))) as printed:
        assert printed.Root.MarkInfo.Marked
        assert len(printed.pages) >= 1
    assert client.get(reverse("plan-file", args=[row.reference, "exe"])).status_code == 404


def _read(content: bytes):
    class Answer:
        status_code = 200
        streaming_content = (content,)

    return cells(Answer)


def test_nobody_takes_away_a_plan_that_they_cannot_see(client):
    row = with_action(opened()).plan
    for role, code in (("regional_probation_director", "N50"), ("hmip_lead_inspector", "hmip")):
        sign_in(client, role, code)
        for kind in ("xlsx", "csv", "pdf"):
            assert client.get(reverse("plan-file", args=[row.reference, kind])).status_code == 404


@pytest.mark.one_database("the service sends as many statements to either")
def test_the_number_of_queries_does_not_grow_with_actions(client, django_assert_max_num_queries):
    row = opened()
    for _ in range(2):
        with_action(row, recommendations=[agreed(source=CORE).reference])
    sign_in(client, "head_of_pdu", "N57EKNT")
    address = reverse("plan-file", args=[row.reference, "csv"])
    client.get(address)
    with django_assert_max_num_queries(40) as few:
        client.get(address)
    for _ in range(4):
        with_action(row, recommendations=[agreed(source=CORE).reference])
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_a_long_plan_leaves_as_a_workbook_or_table_and_says_so(client, monkeypatch):
    row = opened()
    for number in range(1, 4):
        with_action(row, recommendations=[agreed(source=CORE, number=number).reference])
    sign_in(client, "head_of_pdu", "N57EKNT")
    monkeypatch.setitem(plan_files.WHOLE, "ods", (write_ods, 5))
    refused = client.get(reverse("plan-file", args=[row.reference, "ods"]))
    assert refused.status_code == 409
    assert "more than 5 rows" in refused.content.decode()
    monkeypatch.setitem(plan_files.WHOLE, "ods", (write_ods, 6))
    assert client.get(reverse("plan-file", args=[row.reference, "ods"])).status_code == 200
    assert len(_read(fetched(client, row, "csv"))) == 3
    # A part that is read at a time ends within the plan, and nothing is lost there.
    monkeypatch.setattr(paging, "_PART", 2)
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, row, "xlsx")))
    assert [cell.value for cell in book["Actions"]["A"]][1:] == [1, 2, 3]
    assert [cell.value for cell in book["Recommendations"]["K"]][1:] == ["1", "2", "3"]


def test_registers_hold_what_the_filters_choose_and_the_person_may_see(client):
    made("hmpps", kind="thematic", unit="", source="T-1", number=1)
    mine = made(source=CORE, number=1)
    published(coordinated("T-1"))
    own = opened()
    with_action(own)

    sign_in(client, "head_of_pdu", "N57EKNT")
    assert _column(client, "recommendation-register-xlsx") == ["Reference", mine.reference]
    assert _column(client, "plan-register-xlsx") == ["Reference", own.reference]
    assert _column(client, "plan-actions-xlsx") == ["Plan", own.reference]
    assert [line["reference"] for line in cells(client.get(reverse("plan-register-csv")))] == [own.reference]

    sign_in(client, "osag_lead")
    assert _column(client, "recommendation-register-xlsx", kind="thematic") == ["Reference", "T-1-R1"]
    assert _column(client, "plan-register-xlsx", state="published") == ["Reference", "PLAN-T-1"]
    for name in ("recommendation-register-xlsx", "plan-register-xlsx", "plan-register-csv"):
        assert client.get(f"{reverse(name)}?kind=unknown").status_code == 302
    assert client.get(f"{reverse('plan-actions-xlsx')}?owner=Atlantis").status_code == 302


def _column(client, name, **query) -> list[str]:
    answer = client.get(reverse(name), query)
    content = b"".join(answer.streaming_content)
    return [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).active["A"]]


def test_memory_does_not_grow_with_the_rows_of_a_register(tmp_path):
    def peak(rows: int) -> int:
        gc.collect()
        tracemalloc.start()
        try:
            line = ("A reference", "Some words of a recommendation", 7, date(2026, 3, 2), True)
            write_register(tmp_path / f"{rows}.xlsx", "Any", ["a"] * 5, (line for _ in range(rows)))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    # What is not yet collected is told as used: less than a row's share says that rows are not kept.
    assert peak(10_000) < 4 * peak(500)
