"""Who does what, how and why, for anyone, made from the text in force (A3, paragraphs 3, 5 and 10(i))."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
import yaml
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from oversight.access.queries import acting_by_command
from oversight.arrangements import actions
from oversight.arrangements.rules.processes import processes_under, shipped_catalogue
from oversight.arrangements.rules.telling import tell
from oversight.arrangements.views.public_pages import texts_on
from oversight.arrangements.views.tables import HEADING
from tests.architecture.repository import ROOT
from tests.arrangements.stories import mou, text_with
from tests.factories.arrangements import load_mou
from tools import drawings, paragraphs

pytestmark = pytest.mark.django_db

PROCESSES = [process.id for process in shipped_catalogue().processes]
TWELVE_WEEKS = {"27-submit-plan": {"limit": {"length": 12}}}


@pytest.fixture
def memorandum():
    return load_mou()


def take_up(identifier: str, effective_from: date, changes: dict, title: str = "A later text") -> None:
    raw = yaml.safe_load(text_with(identifier=identifier, effective_from=effective_from, changes=changes))
    actions.load_version(
        by=acting_by_command("test"),
        at=datetime(2026, 1, 1, tzinfo=UTC),
        text=yaml.safe_dump(raw | {"title": title}, sort_keys=False),
        name=f"{identifier}.yaml",
    )


def page(client, name: str, **named) -> HTMLParser:
    response = client.get(reverse(name, kwargs=named or None))
    assert response.status_code == 200
    return HTMLParser(response.content)


def words(node) -> str:
    return " ".join(node.text(separator=" ").split())


def test_someone_who_knows_nothing_is_told_who_how_and_why(client, memorandum):
    shown = words(page(client, "how-oversight-works").css_first("main"))

    for body in ("Ministry of Justice", "HM Prison and Probation Service", "HM Inspectorate of Probation"):
        assert body in shown
    for line in ("Those who manage the work", "Assurance inside HMPPS", "Independent inspection"):
        assert line in shown
    for principle in shipped_catalogue().principles.values():
        assert principle.words in shown
    assert f"{mou().title}. They took effect on 18 August 2023." in shown
    assert "No change is coming." in shown


def test_every_arrangement_is_under_its_principles_and_under_whoever_owes_it(client, memorandum):
    tree = page(client, "how-oversight-works")
    linked = [link.attributes["href"].partition("#")[2] for link in tree.css("main details a")]

    for one in mou().arrangements:
        assert linked.count(one.id) == len(one.principles) + len(one.bearers)


def test_every_process_is_linked_and_every_link_within_leads_somewhere(client, memorandum):
    tree = page(client, "how-oversight-works")
    here = {node.attributes["id"] for node in tree.css("[id]")}
    there = {node.attributes["id"] for node in page(client, "paragraphs").css("[id]")}
    links = [link.attributes["href"] for link in tree.css("main a")]

    assert {reverse("process", kwargs={"identifier": one}) for one in PROCESSES} <= set(links)
    for link in links:
        address, _, anchor = link.partition("#")
        if anchor:
            assert anchor in (there if address == reverse("paragraphs") else here), link
        else:
            assert client.get(address).status_code == 200, link


def test_the_question_on_a_missed_duty_is_drawn_and_told_as_a_table(client, memorandum):
    tree = page(client, "how-oversight-works")
    drawing = tree.css_first(".app-workflow svg")

    assert drawing.attributes["role"] == "img"
    assert "Question on a missed duty" in drawing.css_first("title").text()
    assert "Sent back" in words(drawing)
    assert next(words(row) for row in tree.css("#missed ~ .oversight-scroll tbody tr")) == (
        "Asked Answer Answered The party that owes the duty"
    )


def test_a_text_to_come_is_announced_with_what_it_changes(client, memorandum):
    take_up("mou-2090", date(2090, 3, 1), TWELVE_WEEKS)

    shown = words(page(client, "how-oversight-works").css_first("main"))

    assert "A change is coming" in shown
    assert "From 1 March 2090: A later text" in shown
    assert "10 weeks, counting the day of the event as day 0." in shown
    assert "12 weeks, counting the day of the event as day 0." in shown
    assert f"{len(mou().arrangements) - 1} arrangements are the same in both" in shown


def test_a_text_that_took_effect_is_what_the_pages_are_made_from(client, memorandum):
    take_up("mou-2026", date(2026, 3, 1), TWELVE_WEEKS)

    thematic = words(page(client, "process", identifier="thematic-action-plan").css_first("main"))
    listed = words(page(client, "paragraphs").css_first("#paragraph-27"))

    assert "Within 12 weeks" in thematic
    assert "Within 12 weeks" in listed
    assert "Within 10 weeks" not in thematic + listed
    assert "Earlier texts" in words(page(client, "how-oversight-works").css_first("main"))


def test_each_process_tells_who_owes_what_to_whom_by_when_and_how_firmly(client, memorandum):
    for process in processes_under(mou(), shipped_catalogue()):
        tree = page(client, "process", identifier=process.id)
        steps = tree.css("ol.app-steps > li")
        assert [words(step.css_first("h3")) for step in steps] == [step.event.title for step in process.steps]
        for step, shown in zip(process.steps, steps, strict=True):
            assert f"Recorded by {step.said_by}" in words(shown)
            blocks = [words(block) for block in shown.css(".app-owed")]
            for told, block in zip(step.owed, blocks, strict=True):
                assert told.arrangement.title in block
                assert told.who[1:] in block
                assert told.whom[1:] in block
                assert told.when in block
                assert f"paragraph {told.arrangement.paragraph} )" in block
                assert told.force[1:] in block
                assert (f"Local target: {told.target}" in block) == bool(told.target)
        whole = words(tree.css_first("main"))
        assert all(told.arrangement.title in whole for told in process.standing)


def test_the_path_of_each_process_shows_the_same_and_fits_a_phone(client, memorandum):
    for process in processes_under(mou(), shipped_catalogue()):
        drawing = page(client, "process", identifier=process.id).css_first("svg.app-path")
        shown = " ".join(line.text() for line in drawing.css("text"))
        assert drawing.attributes["role"] == "img"
        assert process.title in drawing.attributes["aria-label"]
        assert int(drawing.attributes["width"]) <= 290
        for step in process.steps:
            assert step.event.title in shown
            for told in step.owed:
                assert told.arrangement.title in shown
                assert told.when in shown
                assert f"(paragraph {told.arrangement.paragraph})" in shown
        assert len(drawing.css("circle")) == len(process.steps)
        assert len(drawing.css("rect")) == sum(len(step.owed) for step in process.steps)


def test_a_process_that_is_not_there_says_so(client, memorandum):
    response = client.get(reverse("process", kwargs={"identifier": "no-such-process"}))

    assert response.status_code == 404
    assert "There is no such process in the arrangements in force." in response.content.decode()


def test_all_34_paragraphs_say_what_carries_them_or_why_nothing_has_to(client, memorandum):
    tree = page(client, "paragraphs")

    for number in range(1, 35):
        section = words(tree.css_first(f"#paragraph-{number}"))
        carried = [one for one in mou().arrangements if one.paragraph_number == number]
        reason = next(one.reason for one in mou().paragraphs if one.number == number)
        assert (f"Nothing has to carry it. {reason}" in section) == (not carried)
        for one in carried:
            told = tell(one, mou())
            block = words(tree.css_first(f"[id='{one.id}']"))
            assert one.title in block
            assert told.who[1:] in block
            assert told.force[1:] in block
            assert ("Always" if one.standing else told.when) in block


def test_no_local_target_passes_for_a_number_of_the_memorandum(client, memorandum):
    tree = page(client, "paragraphs")

    for one in mou().arrangements:
        told = tell(one, mou())
        block = words(tree.css_first(f"[id='{one.id}']"))
        assert block.count(f"Local target: {told.target}.") == (2 if told.target else 0), one.id


def test_without_a_text_every_page_says_that_there_is_none(client):
    for name in ("how-oversight-works", "paragraphs"):
        assert "No text of the arrangements has been taken up yet" in words(
            page(client, name).css_first("main")
        )
    assert client.get(reverse("process", kwargs={"identifier": PROCESSES[0]})).status_code == 404
    assert client.get(reverse("data-arrangements-csv")).content.decode().splitlines() == [",".join(HEADING)]
    assert client.get(reverse("data-arrangements-json")).json()["versions"] == []


def test_before_the_first_text_takes_effect_it_is_the_one_to_show(memorandum):
    texts = texts_on(date(2023, 8, 17))

    assert texts.in_force is None
    assert texts.past == ()
    assert [one.id for one in texts.coming] == [texts.first.id] == ["mou-2023"]


def public_addresses() -> list[str]:
    names = ("how-oversight-works", "paragraphs", "data-arrangements-csv", "data-arrangements-json")
    process = reverse("process", kwargs={"identifier": "factual-accuracy-check"})
    return [*(reverse(name) for name in names), process]


def test_public_pages_are_kept_by_caches_until_a_text_is_taken_up(client, memorandum):
    first = {address: client.get(address) for address in public_addresses()}
    again = {
        address: client.get(address, headers={"if-none-match": answer["ETag"]})
        for address, answer in first.items()
    }
    take_up("mou-2090", date(2090, 3, 1), TWELVE_WEEKS)

    for address, answer in first.items():
        later = client.get(address, headers={"if-none-match": answer["ETag"]})
        assert answer["Cache-Control"] == "public, max-age=300"
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies
        kept = again[address]
        assert (kept.status_code, kept.content, kept["ETag"]) == (304, b"", answer["ETag"])
        assert (later.status_code, later["ETag"] != answer["ETag"]) == (200, True)
    assert len({answer["ETag"] for answer in first.values()}) == len(first)


def test_public_pages_answer_head_and_nothing_that_writes(client, memorandum):
    for address in public_addresses():
        asked = client.head(address)
        assert (asked.status_code, asked.content) == (200, b"")
        assert client.post(address).status_code == 405


def test_public_pages_ask_the_database_once_however_many_texts(client, memorandum, django_assert_num_queries):
    for year in (2080, 2081):
        take_up(f"mou-{year}", date(year, 1, 1), {})
    texts_on(date(2026, 1, 1))

    for address in public_addresses():
        with django_assert_num_queries(1):
            client.get(address)


def test_the_table_holds_every_arrangement_of_every_text(client, memorandum):
    take_up("mou-2090", date(2090, 3, 1), TWELVE_WEEKS)
    rows = list(csv.DictReader(io.StringIO(client.get(reverse("data-arrangements-csv")).content.decode())))

    assert [(row["version"], row["id"]) for row in rows] == [
        (version, one.id) for version in ("mou-2090", "mou-2023") for one in mou().arrangements
    ]
    limits = {row["version"]: row["time_limit_in_the_mou"] for row in rows if row["id"] == "27-submit-plan"}
    assert limits == {"mou-2023": "10 weeks", "mou-2090": "12 weeks"}
    target = next(row for row in rows if row["id"] == "22-return-check")
    assert (target["time_limit_in_the_mou"], target["local_target"]) == ("", "10 working days")


def test_the_table_runs_nothing_in_a_spreadsheet(client, memorandum):
    take_up("mou-2090", date(2090, 3, 1), {"27-submit-plan": {"title": '=HYPERLINK("http://example.org")'}})
    rows = list(csv.DictReader(io.StringIO(client.get(reverse("data-arrangements-csv")).content.decode())))

    assert rows[[row["id"] for row in rows].index("27-submit-plan")]["title"].startswith("'=HYPERLINK")


def test_markup_in_a_text_is_shown_and_not_obeyed(client, memorandum):
    take_up("mou-2026", date(2026, 3, 1), {"27-submit-plan": {"title": "<script>alert(1)</script>"}})

    for name, named in (("paragraphs", {}), ("process", {"identifier": "thematic-action-plan"})):
        shown = client.get(reverse(name, kwargs=named or None)).content.decode()
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)" in shown


def test_the_data_holds_whole_texts(client, memorandum):
    response = client.get(reverse("data-arrangements-json"))
    data = json.loads(response.content)
    version = data["versions"][0]

    assert response["Content-Type"] == "application/json"
    assert data["in_force"] == version["id"] == "mou-2023"
    assert [one["id"] for one in version["arrangements"]] == [one.id for one in mou().arrangements]
    assert version["events"].keys() == mou().events.keys()
    assert len(version["paragraphs"]) == 34
    plan = next(one for one in version["arrangements"] if one["id"] == "27-submit-plan")
    assert (plan["limit"]["length"], plan["limit"]["unit"], plan["effective_from"]) == (
        10,
        "weeks",
        "2023-08-18",
    )
    assert plan["in_words"]["by_when"] == "Within 10 weeks"


def test_documents_and_drawings_are_as_their_sources_stand():
    assert paragraphs.PAGE.read_text() == paragraphs.page()
    assert drawings.out_of_step(drawings.PACKAGE / "arrangements" / "drawings") == []


def test_a_drawing_from_an_older_table_and_one_of_no_workflow_are_found(tmp_path):
    folder = tmp_path / "arrangements" / "drawings"
    folder.mkdir(parents=True)
    assert drawings.out_of_step(folder) == ["duty_query"]

    (folder / "duty_query.svg").write_text('<svg data-drawn-from="older"></svg>')
    (folder / "gone.svg").write_text("<svg></svg>")
    assert drawings.out_of_step(folder) == ["duty_query", "gone"]


@pytest.mark.parametrize("tool", ["tools.drawings", "tools.paragraphs"])
def test_the_tools_say_how_they_are_used(tool):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert run("check").returncode == 0
    wrong = run("draw")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "check" in wrong.stderr
