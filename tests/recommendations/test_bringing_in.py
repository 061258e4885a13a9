"""Recommendations and actions from files: columns chosen, every fault beside its row, all or nothing (H5)."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import KINDS as SHEETS
from oversight.kernel.sheets import read_any_table
from oversight.ledger.models import Entry
from oversight.recommendations.models import PlanAction, Recommendation, RecommendationStep
from oversight.recommendations.rules.bringing_in import (
    ACTION_COLUMNS,
    KINDS,
    RECOMMENDATION_COLUMNS,
    check_chosen,
    guessed,
    references_of,
)
from tests.arrangements.pages import faults, page, read, rows, said, stand_on
from tests.factories.parties import sign_in
from tests.factories.plans import opened, submitted
from tests.factories.recommendations import agreed

CORE = "2026-PDU-N57EKNT-1"
HEADING = [
    *("Report", "Report title", "No", "Recommendation", "Addressee", "Published"),
    *("URL", "Status", "Own note"),
]
GOOD = [
    *("2019-KSS-1", "Report on Kent", 4, "Review every case.", "East Kent", date(2019, 5, 2)),
    *("https://example.org/report", "Said to be done in 2020", "ours"),
]
ACTIONS = ["Plan", "Rec", "Action", "Owner", "Success measure", "Target date"]


def test_columns_are_guessed_by_title_and_by_other_names():
    assert guessed(HEADING, RECOMMENDATION_COLUMNS) == {
        "source": "Report",
        "source_title": "Report title",
        "number": "No",
        "text": "Recommendation",
        "addressee": "Addressee",
        "on": "Published",
        "found": "URL",
        "stood": "Status",
    }
    assert set(guessed(ACTIONS, ACTION_COLUMNS)) == {
        "plan",
        "recommendations",
        "text",
        "owner",
        "measure",
        "due",
    }


@given(st.lists(st.text(max_size=20), unique=True, max_size=12))
def test_a_guess_takes_a_heading_once_and_only_one_of_the_file(headings):
    found = guessed(headings, RECOMMENDATION_COLUMNS)

    assert set(found.values()) <= set(headings)
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("columns", [RECOMMENDATION_COLUMNS, ACTION_COLUMNS])
def test_every_needed_column_is_chosen_and_none_twice(columns):
    titles = [column.title for column in columns]
    whole = guessed(titles, columns)
    check_chosen(whole, columns, titles)

    for column in columns:
        without = {key: heading for key, heading in whole.items() if key != column.key}
        if column.needed:
            with pytest.raises(Refused, match="no column was chosen") as told:
                check_chosen(without, columns, titles)
            assert told.value.field == column.key
        else:
            check_chosen(without, columns, titles)
    first, second = columns[0], columns[1]
    with pytest.raises(Refused, match="too"):
        check_chosen(whole | {second.key: whole[first.key]} | _needed(columns, whole, first), columns, titles)
    with pytest.raises(Refused, match="no column “Elsewhere”"):
        check_chosen(whole | {first.key: "Elsewhere"}, columns, titles)


def _needed(columns, whole, first):
    return {columns[1].key: whole[first.key]}


@pytest.mark.parametrize(
    ("written", "sources", "found"),
    [
        ("1, 3;R4 4", ("A",), ("A-R1", "A-R3", "A-R4")),
        ("A-R1", ("A", "B"), ("A-R1",)),
        ("", ("A",), ()),
        ("12", (), ()),
    ],
)
def test_recommendations_are_named_by_number_or_reference(written, sources, found):
    assert references_of(written, sources) == found


def test_a_number_alone_says_nothing_where_a_plan_answers_several_reports():
    with pytest.raises(Refused, match="whole reference"):
        references_of("1", ("A", "B"))


def upload(heading, *lines, name="theirs.xlsx") -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for line in (heading, *lines):
        book.active.append(list(line))
    made = io.BytesIO()
    book.save(made)
    return SimpleUploadedFile(name, made.getvalue())


def hidden(tree) -> dict[str, str]:
    return {
        field.attributes["name"]: field.attributes.get("value") or ""
        for field in tree.css('form input[type="hidden"]')
        if field.attributes["name"] != "csrfmiddlewaretoken"
    }


def chosen(tree) -> dict[str, str]:
    found = {}
    for field in tree.css("select"):
        option = field.css_first("option[selected]")
        found[field.attributes["name"]] = option.attributes.get("value") or "" if option else ""
    return found


@pytest.fixture
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-03-02", hour=10)


@pytest.mark.usefixtures("memorandum", "_today")
def test_recommendations_of_history_are_brought_in_with_their_numbers_and_source(client):
    sign_in(client, "hmip_publications")
    at = reverse("recommendations-bring-in")
    assert reverse("recommendations-bring-in-template", args=["xlsx"]) in page(client, at).html

    first = read(client.post(at, {"file": upload(HEADING, GOOD)}))
    assert "Own note (for example ours)" in said(first)
    picked = chosen(first)
    left_out = read(client.post(at, hidden(first) | picked | {"column-found": ""}), 422)
    assert "no column was chosen for it" in faults(left_out)[0]
    preview = read(client.post(at, hidden(first) | picked))
    assert "1 recommendation would be brought in" in said(preview)
    assert not Recommendation.objects.exists()
    assert not Entry.objects.filter(verb__startswith="recommendation.").exists()
    again = read(client.post(at, hidden(preview) | {"columns": "yes"}))
    assert chosen(again) == picked

    assert client.post(at, hidden(preview) | {"take": "yes"}).status_code == 302
    made = Recommendation.objects.get()
    assert (made.reference, made.kind, made.addressee_id, made.made_on.isoformat()) == (
        "2019-KSS-1-R4",
        "history",
        "N57EKNT",
        "2019-05-02",
    )
    told = RecommendationStep.objects.get().text
    assert "https://example.org/report" in told
    assert "Said to be done in 2020" in told
    entry = Entry.objects.get(verb="recommendation.file-brought-in")
    assert entry.subject.startswith("file:")
    told_again = read(client.post(at, hidden(preview) | {"take": "yes"}), 409)
    assert "here already" in faults(told_again)[0]
    assert Recommendation.objects.count() == 1


@pytest.mark.usefixtures("memorandum", "_today")
def test_every_fault_stands_beside_its_row_and_nothing_is_kept(client):
    sign_in(client, "hmip_publications")
    at = reverse("recommendations-bring-in")
    lines = [
        GOOD,
        [*GOOD[:2], "four", "", "Atlantis", "soon", "", "", ""],
        [*GOOD[:2], 7, "Anew.", "hmip", date(2019, 5, 2), "page 3", "", ""],
        [*GOOD[:3], "Other words.", *GOOD[4:]],
        [*GOOD[:2], 5, "=1+1", *GOOD[4:]],
        [*GOOD[:2], 6, "Later.", "N57", date(2027, 1, 1), "page 4", "", ""],
    ]

    first = read(client.post(at, {"file": upload(HEADING, *lines)}))
    preview = read(client.post(at, hidden(first) | chosen(first)), 422)

    told = {line[0]: line[-1] for line in rows(preview)}
    assert told["2"] == "Nothing"
    for words in ("Number: Enter a whole", "Recommendation: Enter the", "Addressed to:", "Made on: Enter"):
        assert words in told["3"]
    assert "Source: Enter where it comes from." in told["3"]
    assert "this body is none" in told["4"]
    assert "Row 2 says the same" in told["5"]
    assert "a formula" in told["6"]
    assert "still to come" in told["7"]
    assert [line[0] for line in rows(preview)][-1] == "2"
    assert "5 rows of 6 have to be corrected" in said(preview)
    forced = client.post(at, hidden(preview) | {"take": "yes"})
    assert forced.status_code == 422
    assert not Recommendation.objects.exists()


@pytest.mark.usefixtures("memorandum", "_today")
def test_actions_are_added_to_the_plans_that_their_rows_name(client):
    made = agreed(source=CORE, number=3)
    plan = opened()
    sent = submitted(opened(source="2026-PDU-N57EKNT-2"))
    sign_in(client, "head_of_pdu", "N57EKNT")
    at = reverse("plan-actions-bring-in")
    good = [plan.reference, "3", "Review every case.", "N57EKNT", "Nine of ten", date(2026, 9, 1)]
    lines = [
        good,
        [sent.reference, "", "Too late.", "N57EKNT", "Ten", date(2026, 9, 1)],
        ["PLAN-NONE", "", "Nowhere.", "N57EKNT", "Ten", date(2026, 9, 1)],
        [plan.reference, "9", "Unknown.", "N57EKNT", "Ten", date(2026, 3, 1)],
    ]
    first = read(client.post(at, {"file": upload(ACTIONS, *lines)}))
    wrong = {line[0]: line[-1] for line in rows(read(client.post(at, hidden(first) | chosen(first)), 422))}
    assert wrong["2"] == "Nothing"
    assert "no longer being drafted" in wrong["3"]
    assert "no such plan" in wrong["4"]
    assert "Recommendations: An action carries out recommendations of the reports" in wrong["5"]

    heading = "Plan;Rec;Action;Owner;Success measure;Target date;CRS"
    csv = f"{heading}\n{plan.reference};3;Review every case.;N57;Nine of ten;1/9/2026;yes"
    file = SimpleUploadedFile("theirs.csv", csv.encode())
    first = read(client.post(at, {"file": file}))
    preview = read(client.post(at, hidden(first) | chosen(first)))
    assert client.post(at, hidden(preview) | {"take": "yes"}).status_code == 302
    action = PlanAction.objects.get(plan=plan)
    assert (action.owner_id, action.commissioned, action.first_due.isoformat()) == ("N57", True, "2026-09-01")
    assert action.carries.get().recommendation_id == made.pk
    same = read(client.post(at, hidden(preview)), 422)
    assert "Everything in this file is here already" in said(same)

    sign_in(client, "head_of_pdu", "N57SUR")
    assert client.post(at, hidden(preview) | {"take": "yes"}).status_code == 409
    first = read(client.post(at, {"file": SimpleUploadedFile("theirs.csv", csv.encode())}))
    elsewhere = read(client.post(at, hidden(first) | chosen(first)), 422)
    assert "no such plan" in rows(elsewhere)[0][-1]


@pytest.mark.usefixtures("memorandum", "_today")
def test_what_is_no_table_is_said_beside_the_file_and_the_file_to_fill_in_is_read_again(client):
    sign_in(client, "hmip_publications")
    at = reverse("recommendations-bring-in")

    assert "Choose a file." in faults(read(client.post(at, {}), 422))[0]
    pretended = SimpleUploadedFile("theirs.xlsx", b"no workbook")
    assert faults(read(client.post(at, {"file": pretended}), 422))
    assert faults(read(client.post(at, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4")}), 422))
    assert faults(read(client.post(at, {"read": "tampered"}), 409))
    for kind in KINDS:
        answer = client.get(reverse("recommendations-bring-in-template", args=[kind]))
        assert kind in SHEETS
        with pytest.raises(Refused, match="no rows"):
            read_any_table(kind, answer.content, f"a.{kind}", most_rows=5)
    assert client.get(reverse("recommendations-bring-in-template", args=["pdf"])).status_code == 404
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert client.get(at).status_code == 403
