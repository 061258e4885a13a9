"""Reports published from their cases: rounds, notices, entries in the register, files (D8, ¶16)."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from django.urls import reverse
from hypothesis import given as any_of
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from oversight.kernel.refusals import Refused
from oversight.publication import actions
from oversight.publication.models import PublishedFile, PublishedInspection, PublishedReport
from oversight.publication.queries import published as reading
from oversight.publication.queries.history import plan_of
from oversight.publication.queries.reports import rounds_of
from oversight.publication.rules.snapshots import Section, cleaned, read_snapshot, round_of, round_subject
from tests.arrangements.pages import page, said
from tests.factories.parties import acting_as
from tests.factories.publication import ROW, TODAY, history, import_rows
from tests.factories.snapshots import AT, make_pdfs, published, snapshot, thematic

LATER = AT + timedelta(days=30)


@pytest.fixture
def by(db):
    return acting_as("hmip_publications")


def correct(by, given, at=LATER, **more):
    notice = {"wrong": "It said 12 of 40.", "says": "It says 14 of 40.", "why": "Two were counted wrongly."}
    return actions.correct_report(by=by, at=at, snapshot=given, **notice | more)


def corrected_text(given=None):
    made = given or snapshot()
    return replace(
        made, version=4, sections=(*made.sections[:-1], Section("annexes", "Annexes", "<p>New.</p>"))
    )


@pytest.mark.parametrize("made", [snapshot(), thematic()])
def test_a_snapshot_is_read_back_as_it_was(made):
    assert read_snapshot(made.text) == made
    assert read_snapshot(made.text).digest == made.digest


@any_of(st.text())
def test_html_cannot_bring_anything_that_runs(words):
    trap = f'<script>{words}</script><img src=x onerror=alert(1)><a href="javascript:x" style="x">{words}</a>'
    left = cleaned(trap)

    assert not {"script", "img", "style"} & {node.tag for node in HTMLParser(left).css("*")}
    assert not HTMLParser(left).css("[style], [onerror], [href^=javascript]")


@any_of(st.text(alphabet="abc-#19", min_size=1), st.integers(1, 99))
def test_a_round_is_named_so_that_it_can_be_found(reference, number):
    assert round_of(round_subject(reference, number)) == (reference, number)


def test_a_report_is_published_once_with_its_entry_in_the_register(by):
    made = published(by=by)
    published(by=by, at=LATER)

    (row,) = rounds_of(made.reference)
    assert (row.said.overall, row.said.score, row.said.score_max, row.said.recommendations) == (
        "Requires improvement",
        7,
        21,
        1,
    )
    assert row.ratings == (("Leadership", "Good"), ("Staffing", "Inadequate"))
    assert row.published_in_words == "1 June 2026"
    assert PublishedReport.objects.count() == 1


def test_another_report_under_the_same_reference_is_refused(by):
    published(by=by)

    with pytest.raises(Refused) as refused:
        published(by=by, given=corrected_text())
    assert refused.value.rule == "report_published_already"


@pytest.mark.parametrize(
    "role", ["osag_lead", "sponsorship_officer", "hmip_lead_inspector", "service_operator"]
)
def test_nobody_but_the_inspectorates_publications_can_publish_correct_or_withdraw_paragraph_16(by, role):
    other = acting_as(role)
    for act in (
        lambda: published(by=other),
        lambda: correct(other, snapshot()),
        lambda: actions.withdraw_report(by=other, at=AT, reference="x", why="Because"),
        lambda: actions.restore_report(by=other, at=AT, reference="x", why="Because"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.rule == "permission_publication.publish"
        assert refused.value.paragraph == "16"


def test_a_correction_is_a_new_round_beside_the_old_one(by, client):
    made = published(by=by)
    assert correct(by, corrected_text()) == 2

    now = page(client, reverse("report", args=[made.reference]))
    assert "Corrected on 1 July 2026" in said(now)
    assert "It says 14 of 40." in said(now)
    assert said(now).index("Corrected on") < said(now).index("Much was well done.")
    assert "Annexes" in said(now)
    before = page(client, reverse("report-version", args=[made.reference, 1]))
    assert "This is version 1, as it was." in said(before)
    assert "Fill vacancies." in said(before)
    assert "Corrected on" not in said(before)
    page(client, reverse("report-version", args=[made.reference, 3]), 404)
    assert [one.round for one in rounds_of(made.reference)] == [2, 1]


@pytest.mark.parametrize("field", ["wrong", "says", "why"])
def test_a_correction_says_what_was_wrong_what_it_says_now_and_why(by, field):
    published(by=by)

    with pytest.raises(Refused) as refused:
        correct(by, corrected_text(), **{field: "  "})
    assert refused.value.field == field
    assert PublishedReport.objects.count() == 1


def test_a_correction_that_changes_nothing_or_corrects_nothing_is_refused(by):
    with pytest.raises(Refused) as refused:
        correct(by, snapshot())
    assert refused.value.rule == "not_found_report"
    published(by=by)
    with pytest.raises(Refused) as refused:
        correct(by, snapshot())
    assert refused.value.rule == "report_unchanged"


def test_what_is_taken_off_the_web_is_kept_and_can_come_back(by, client):
    made = published(by=by)
    make_pdfs()
    where = reverse("report", args=[made.reference])
    actions.withdraw_report(by=by, at=LATER, reference=made.reference, why="A court asked for it.")

    told = said(page(client, where))
    assert "A court asked for it." in told
    assert "Much was well done." not in told
    assert "Much was well done." not in said(
        page(client, reverse("report-version", args=[made.reference, 1]))
    )
    for name in ("report-pdf", "report-json", "report-ratings-csv", "report-recommendations-csv"):
        assert client.get(reverse(name, args=[made.reference, 1])).status_code == 404
    assert made.title not in client.get(reverse("report-feed")).content.decode()
    with pytest.raises(Refused):
        actions.withdraw_report(by=by, at=LATER, reference=made.reference, why="Again")

    actions.restore_report(by=by, at=LATER, reference=made.reference, why="The court agreed.")
    assert "Much was well done." in said(page(client, where))
    assert client.get(reverse("report-pdf", args=[made.reference, 1])).status_code == 200
    with pytest.raises(Refused):
        actions.restore_report(by=by, at=LATER, reference=made.reference, why="Again")


def test_published_rows_stand_in_lists_areas_data_and_feed(by, client):
    made, theme = published(by=by), published(by=by, given=thematic())

    assert "East Kent" in said(page(client, f"{reverse('reports')}?programme=pdu-2023-25&year=2026"))
    assert "Women on probation" in said(page(client, f"{reverse('reports')}?programme=thematic-2023"))
    area = said(page(client, reverse("area", args=["N57EKNT"])))
    assert "1 June 2026" in area
    assert "1 June 2026" in said(page(client, reverse("area", args=["national"])))
    rows = {
        row["unit"]: row
        for row in csv.DictReader(
            io.StringIO(client.get(reverse("inspections-csv")).content.decode("utf-8-sig"))
        )
    }
    assert rows["East Kent"]["url"] == f"http://testserver/reports/{made.reference}"
    listed = json.loads(client.get(reverse("inspections-json")).content)["inspections"]
    assert {one["reference"] for one in listed} == {made.reference, theme.reference}
    feed = client.get(reverse("report-feed"))
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert "public" in feed["Cache-Control"]
    assert f"http://testserver/reports/{made.reference}" in feed.content.decode()


def test_the_page_shows_sections_ratings_and_how_each_came_about(by, client):
    made = published(by=by)
    tree = page(client, reverse("report", args=[made.reference]))

    assert [node.text() for node in tree.css("main h1")] == [made.title]
    assert {node.attributes["href"] for node in tree.css("nav[aria-label='Contents of this report'] a")} == {
        "#foreword",
        "#ratings",
        "#recommendations",
    }
    assert "12 of 40 cases were sufficient." in said(tree)
    assert "HM Inspectorate of Probation’s ratings" in said(tree)
    assert "The PDF is being made." in said(tree)


def test_public_pages_are_the_same_for_everyone_and_may_be_kept(by, client):
    made = published(by=by)
    where = reverse("report", args=[made.reference])
    answer = client.get(where)

    assert "public" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")
    assert client.get(where, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_data_of_a_report(by, client):
    made = published(by=by)
    held = json.loads(client.get(reverse("report-json", args=[made.reference, 1])).content)

    assert held["overall_rating"]["rating"] == "Requires improvement"
    assert held["data"][0]["rows"] == [["Officers", "41"], ["Managers", None]]
    ratings = client.get(reverse("report-ratings-csv", args=[made.reference, 1])).content.decode("utf-8-sig")
    assert [row["rating"] for row in csv.DictReader(io.StringIO(ratings))] == [
        "Requires improvement",
        "Good",
        "Inadequate",
    ]
    made_to = client.get(reverse("report-recommendations-csv", args=[made.reference, 1]))
    (row,) = csv.DictReader(io.StringIO(made_to.content.decode("utf-8-sig")))
    assert (row["addressed_to"], row["recommendation"]) == ("East Kent", "Fill vacancies.")


def test_the_worker_makes_the_pdf_and_keeps_it_with_its_digest(by, client):
    made = published(by=by)
    where = reverse("report-pdf", args=[made.reference, 1])
    assert "is being made" in said(page(client, where, 404))

    assert make_pdfs() == 1
    assert make_pdfs() == 0

    answer = client.get(where)
    kept = PublishedFile.objects.get()
    assert answer["Content-Type"] == "application/pdf"
    assert (kept.size, kept.digest) == (len(answer.content), reading.report(made.reference).pdf.digest)
    with pikepdf.open(io.BytesIO(answer.content)) as file:
        assert (file.Root.Lang, file.docinfo["/Title"]) == ("en-GB", made.title)
        assert file.Root.MarkInfo.Marked
        assert len(file.pages) == kept.pages
    assert "Report (PDF" in said(page(client, reverse("report", args=[made.reference])))


def test_a_crash_before_the_pdf_leaves_the_report_published_and_the_pdf_made_later(by, client, monkeypatch):
    from oversight.publication import pdf

    made = published(by=by)
    with monkeypatch.context() as broken:
        broken.setattr(pdf, "tagged_pdf", lambda *_, **__: 1 / 0)
        assert make_pdfs() == 1
    assert made.title in said(page(client, reverse("report", args=[made.reference])))
    assert make_pdfs() == 0

    assert make_pdfs(AT + timedelta(minutes=1)) == 1
    assert client.get(reverse("report-pdf", args=[made.reference, 1])).status_code == 200


def test_a_pdf_made_twice_is_kept_once(by):
    from oversight.publication.pdf import make_pdf

    published(by=by)
    told = []
    assert "pages" in make_pdf("2026-PDU-N57EKNT-1#1", AT, told.append)
    assert "before" in make_pdf("2026-PDU-N57EKNT-1#1", AT, told.append)
    assert told[-1].total == 8
    assert PublishedFile.objects.count() == 1


def row_of(**more):
    return (
        ROW
        | {
            "unit": "East Kent",
            "pdu_code": "N57EKNT",
            "programme": "2023-25 region+PDU",
            "published": "2026-06-01",
            "url": "https://example.org/east-kent",
        }
        | more
    )


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"published": "2026-06", "url": ""},
        {"published": "2026"},
        {"published": ""},
        {"published": "2024-05", "url": "https://register.example/reports/2026-pdu-n57eknt-1"},
    ],
)
def test_a_row_of_history_about_a_report_published_here_is_refused(by, more):
    published(by=by)
    plan = plan_of(history(row_of(**more)), today=TODAY)

    assert plan.file.fault_count == 1
    assert "2026-PDU-N57EKNT-1" in plan.file.faults[0].accepted
    assert not plan.can_be_imported


@pytest.mark.parametrize(
    "more",
    [
        {"published": "2026-06-02"},
        {"published": "2025"},
        {"unit": "West Kent", "pdu_code": "N57KECL"},
        {"programme": "2021-23 PDU", "published": "2022-05"},
    ],
)
def test_a_row_about_another_inspection_is_imported_beside_it(by, more):
    published(by=by)
    done = import_rows(row_of(**more), by=by)

    assert len(done.new) == 1
    assert PublishedInspection.objects.filter(superseded_at=None).count() == 2


def test_a_row_imported_before_the_report_was_published_stays(by):
    import_rows(row_of(published=""), by=by)
    published(by=by)

    plan = plan_of(history(row_of(published="")), today=TODAY)
    assert (plan.file.fault_count, plan.unchanged) == (0, 1)


def test_moments_are_london_days(by):
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    made = published(by=by)
    correct(by, corrected_text(), at=late)

    assert reading.report(made.reference).corrections[0].on.isoformat() == "2026-07-01"
