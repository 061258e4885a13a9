"""Pages of a report as its team, data assurance and others see them (D1, D3, D7, ¶22, ¶32)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.inspections.actions import report
from oversight.inspections.actions.sharing import give_share
from oversight.inspections.models import DataItem, Recommendation, ReportSection
from oversight.inspections.rules.data_items import Level, Placement
from tests.arrangements.pages import faults, page, read, said, stand_on, typed
from tests.factories.inspections import in_fieldwork
from tests.factories.parties import sign_in
from tests.factories.reports import AT, TABLE, enter, figures, note_practice, now_of, recommend, write

pytestmark = pytest.mark.usefixtures("memorandum")
RECOMMENDATION = {"authority": "N57", "text": "Do better", "standards": ["leadership"], "revision": "0"}
FIGURES = {
    "title": "Cases by team",
    "level": "unit",
    "measure": "counts",
    "owner": "moj-data-assurance",
    "source": "Quarterly return",
    "as_of": "31/3/2026",
    "published": "yes",
    "placement": "text",
    "table": TABLE,
    "revision": "0",
}


@pytest.fixture
def lead(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-04-27")
    return sign_in(client, "hmip_lead_inspector", name="Lee Lead")


@pytest.fixture
def inspection(lead):
    return in_fieldwork(lead)


def at(inspection, rest: str = "") -> str:
    return f"/inspections/{inspection.reference}/report{rest}"


def test_the_report_says_what_is_missing_and_where_it_is_put_right(client, inspection):
    tree = page(client, at(inspection))

    assert "things are missing" in said(tree)
    links = [one.attributes["href"] for one in tree.css(".govuk-details__text a")]
    assert at(inspection, "/sections/foreword") in links
    assert at(inspection, "/recommendations") in links
    for link in links:
        page(client, link)


def test_a_text_is_previewed_without_being_saved_and_then_saved(client, inspection):
    text = "# Head\n\n<script>alert(1)</script>"
    tree = read(
        client.post(at(inspection, "/sections/foreword"), {"text": text, "revision": 0, "act": "preview"})
    )

    preview = tree.css_first('section[aria-labelledby="preview"]')
    assert preview.css_first("h3").text() == "Head"
    assert not preview.css_first("script")
    assert len(tree.css("h1")) == 1
    assert typed(tree, "text").strip() == text
    assert not ReportSection.objects.exists()

    answer = client.post(at(inspection, "/sections/foreword"), {"text": text, "revision": 0, "act": "save"})

    assert answer.status_code == 302
    assert ReportSection.objects.get().text == text


def test_when_a_colleague_saved_first_both_texts_are_there_and_nothing_is_lost(client, inspection, lead):
    write(inspection, lead, text="The unit is well led")

    answer = client.post(
        at(inspection, "/sections/foreword"), {"text": "The unit is badly led", "revision": 0, "act": "save"}
    )

    tree = read(answer, 409)
    theirs = tree.css_first('section[aria-labelledby="theirs"]')
    assert "The unit is well led" in theirs.text()
    assert typed(tree, "text").strip() == "The unit is badly led"
    assert [one.text() for one in theirs.css("ins, del")] == [
        "removed: well  end of removal ",
        "added: badly  end of addition ",
    ]
    again = {"text": "Both", "revision": typed(tree, "revision"), "act": "save"}
    assert client.post(at(inspection, "/sections/foreword"), again).status_code == 302


def test_a_text_too_long_is_told_beside_its_field_and_kept(client, inspection):
    tree = read(
        client.post(at(inspection, "/sections/foreword"), {"text": "x" * 200_001, "revision": 0}), 422
    )

    assert "200,000 characters or fewer" in faults(tree)[0]
    assert len(typed(tree, "text").strip()) == 200_001


def test_a_recommendation_is_made_changed_and_withdrawn_on_its_pages(client, inspection):
    assert len(faults(read(client.post(at(inspection, "/recommendations/add"), {"revision": 0}), 422))) == 3
    client.post(at(inspection, "/recommendations/add"), RECOMMENDATION)
    one = at(inspection, "/recommendations/1")
    assert "Kent" in said(page(client, at(inspection, "/recommendations")))

    client.post(one, RECOMMENDATION | {"text": "Do much better", "revision": 1})
    stale = read(client.post(one, RECOMMENDATION | {"text": "Mine", "revision": 1}), 409)
    assert "Do much better" in said(stale)
    assert typed(stale, "text").strip() == "Mine"
    assert faults(read(client.post(one, {"act": "withdraw"}), 422)) == ["Enter the reason."]
    client.post(one, {"act": "withdraw", "end-reason": "Met already"})

    assert "Withdrawn by Lee Lead: Met already" in said(page(client, at(inspection, "/recommendations")))
    assert "Its number is not used again" in said(page(client, one))
    page(client, at(inspection, "/recommendations/7"), 404)


def test_the_eleventh_recommendation_asks_why_on_the_page(client, inspection, lead):
    for _ in range(10):
        recommend(inspection, lead)

    tree = page(client, at(inspection, "/recommendations/add"))
    assert tree.css_first("textarea[name=reason]")
    assert "Enter why." in faults(
        read(client.post(at(inspection, "/recommendations/add"), RECOMMENDATION), 422)
    )
    client.post(at(inspection, "/recommendations/add"), RECOMMENDATION | {"reason": "Two services"})

    assert Recommendation.objects.count() == 11
    assert "Two services" in said(page(client, at(inspection, "/recommendations")))


def test_figures_are_pasted_shown_suppressed_and_faults_named_by_row(client, inspection):
    add = at(inspection, "/figures/add")
    tree = read(client.post(add, FIGURES | {"table": "Team,Men\nA,many"}), 422)
    assert "1 cell has to be corrected" in said(tree)
    assert "many" in typed(tree, "table")
    assert not DataItem.objects.exists()

    assert client.post(add, FIGURES).status_code == 302

    shown = page(client, at(inspection, "/figures"))
    first = [cell.text() for cell in shown.css("tbody tr")[0].css("td")]
    assert first == ["hidden", "hidden", "33"]
    assert "not confirmed by a published source" in said(shown)


def test_a_file_takes_the_place_of_what_is_pasted(client, inspection):
    file = SimpleUploadedFile("figures.csv", b"Team,Men\nA,40")
    client.post(at(inspection, "/figures/add"), FIGURES | {"table": "", "file": file})
    assert now_of(inspection).data_items[0].facts.table.rows == (("A", "40"),)

    for content, told in (
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"", "empty"),
        (b"x" * 600_000, "smaller"),
    ):
        broken = FIGURES | {"table": "", "file": SimpleUploadedFile("figures.csv", content)}
        assert any(
            told in one for one in faults(read(client.post(at(inspection, "/figures/add"), broken), 422))
        )


def test_unpublished_figures_in_the_text_are_refused_with_the_paragraph(client, inspection):
    answer = client.post(at(inspection, "/figures/add"), FIGURES | {"published": "no", "reason": "Needed"})

    assert "(paragraph 32)" in faults(read(answer, 409))[0]


def test_figures_are_changed_and_withdrawn_on_their_page(client, inspection, lead):
    number = enter(inspection, lead)
    one = at(inspection, f"/figures/{number}")
    assert typed(page(client, one), "title") == "Cases by team"

    client.post(one, FIGURES | {"title": "Cases", "revision": 1})
    assert "Lee Lead changed" in faults(read(client.post(one, FIGURES | {"revision": 1}), 409))[0]
    client.post(one, {"act": "withdraw", "end-reason": "Not needed"})

    assert "Withdrawn by Lee Lead: Not needed" in said(page(client, at(inspection, "/figures")))
    page(client, at(inspection, "/figures/9"), 404)


def test_data_assurance_finds_what_it_has_to_check_and_checks_it(client, inspection, lead):
    number = enter(inspection, lead, figures(level=Level.NATIONAL))
    sign_in(client, "data_assurance_officer", name="Dana Data")
    listed = page(client, "/inspections/figures-to-check")
    address = listed.css_first("tbody a").attributes["href"]
    tree = page(client, address)
    assert [cell.text() for cell in tree.css("tbody tr")[0].css("td")] == ["30", "3", "33"]
    digest = typed(tree, "digest")

    assert faults(read(client.post(address, {"digest": digest}), 422)) == ["Choose whether it is right."]
    wrong = {"digest": digest, "holds": "no"}
    assert "says what is wrong" in faults(read(client.post(address, wrong), 409))[0]
    assert client.post(address, {"digest": digest, "holds": "yes"}).status_code == 302

    assert now_of(inspection).data_items[number - 1].checked
    assert "Right" in said(page(client, "/inspections/figures-to-check"))
    page(client, at(inspection, "/figures"), 403)


def test_a_note_of_effective_practice_is_taken_in_and_left_out(client, inspection, lead):
    section = at(inspection, "/sections/practice")
    assert "No evidence is marked" in said(page(client, section))
    note = note_practice(inspection, lead)
    one = at(inspection, f"/practice/{note}")
    assert typed(page(client, one), "text").strip() == "A way that works"
    assert faults(read(client.post(one, {"text": ""}), 422)) == ["Enter what the report says."]

    client.post(one, {"text": "Good for others", "act": "choose"})
    assert "In the report" in said(page(client, section))
    client.post(one, {"act": "leave-out"})

    assert "In the report" not in said(page(client, section))
    page(client, at(inspection, "/practice/999999"), 404)


def test_versions_are_kept_listed_and_compared_word_by_word(client, inspection, lead):
    versions = at(inspection, "/versions")
    assert "There is no version yet" in said(page(client, versions))
    assert "not two versions" in said(page(client, at(inspection, "/versions/compare"), 422))
    assert faults(read(client.post(versions, {"note": ""}), 422)) == ["Enter what it is kept for."]
    write(inspection, lead, text="The unit is well led")
    client.post(versions, {"note": "First"})
    write(inspection, lead, text="The unit is badly led", revision=1)
    client.post(versions, {"note": "Second"})

    tree = page(client, at(inspection, "/versions/compare?old=1&new=2"))

    assert [(one.tag, one.text()) for one in tree.css("main ins, main del")] == [
        ("del", "removed: well  end of removal "),
        ("ins", "added: badly  end of addition "),
    ]
    assert "Every passage is the same" in said(page(client, at(inspection, "/versions/compare?old=2&new=2")))
    read(client.get(at(inspection, "/versions/compare?old=1&new=9")), 422)
    assert "The unit is well led" in said(page(client, f"{versions}/1"))
    page(client, f"{versions}/3", 404)


@pytest.mark.parametrize(("role", "party"), [("osag_lead", ""), ("head_of_pdu", "N57EKNT")])
def test_nobody_outside_reads_a_report_before_it_is_sent(client, inspection, lead, role, party):
    write(inspection, lead, text="The unit is badly led")
    report.make_version(by=lead, at=AT, reference=inspection.reference, note="First")
    sign_in(client, role, party)

    for rest in ("", "/sections/foreword", "/recommendations", "/figures", "/versions", "/versions/1"):
        answer = client.get(at(inspection, rest))
        assert answer.status_code == 403
        assert b"badly led" not in answer.content
    assert not page(client, f"/inspections/{inspection.reference}").css_first('a[href*="/report"]')


def test_a_planner_reads_the_report_and_is_offered_no_act(client, inspection):
    sign_in(client, "hmip_planner")

    for rest in ("", "/sections/foreword", "/recommendations", "/figures", "/versions"):
        tree = page(client, at(inspection, rest))
        assert not tree.css_first("main form[method=post], main .govuk-button:not(.govuk-button--secondary)")
    assert client.post(at(inspection, "/sections/foreword"), {"text": "x", "revision": 0}).status_code == 403


def test_pages_take_the_same_queries_however_long_the_report_is(client, inspection, lead):
    counts = []
    addresses = [at(inspection, rest) for rest in ("", "/sections/foreword", "/recommendations", "/figures")]
    for _ in range(2):
        recommend(inspection, lead)
        enter(inspection, lead)
        note_practice(inspection, lead)
        with CaptureQueriesContext(connection) as taken:
            for address in addresses:
                page(client, address)
        counts.append(len(taken))

    assert counts[0] == counts[1]


def test_a_partner_sees_the_figures_that_are_shared_and_none_that_the_inspectorate_keeps(client, lead):
    found = in_fieldwork(
        lead,
        programme="thematic-2023",
        kind="joint",
        units=("N57",),
        partners=("hmicfrs",),
        title="Child protection",
    )
    enter(found, lead)
    enter(found, lead, figures(title="Kept back", published=False, placement=Placement.KEPT, reason="x"))
    sign_in(client, "partner_inspector", "hmicfrs")
    page(client, at(found, "/figures"), 403)
    page(client, at(found), 403)

    give_share(
        by=lead,
        at=AT,
        reference=found.reference,
        party="hmicfrs",
        parts=["data"],
        purpose="Child protection",
        agreement="Agreement 7",
        until=date(2026, 6, 30),
    )

    text = said(page(client, at(found, "/figures")))
    assert "Cases by team" in text
    assert "Kept back" not in text
