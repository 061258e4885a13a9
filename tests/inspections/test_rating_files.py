"""The file of `oversight rate`, the command and its document."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from oversight.inspections.rules.rating_files import LONGEST, read_rating_file
from oversight.inspections.rules.reading import shipped_programmes
from oversight.kernel.refusals import Refused
from oversight.web.command_line.rating import rate
from tests.inspections.stories import DYNAMIC, PDU_2021, PDU_2023, REGION, text_of

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "rating.md").read_text()
EXAMPLE = re.search(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)[1]
PRINTED = re.search(r"```text\n(.*?)```", DOCUMENT, re.DOTALL)[1]


def run(tmp_path, content, *options):
    file = tmp_path / "inspection.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(rate, [str(file), *options])


def test_the_example_of_the_document_comes_out_as_printed_there(tmp_path):
    result = run(tmp_path, EXAMPLE)

    assert result.exit_code == 0
    printed = result.stdout.splitlines()
    assert PRINTED.splitlines()
    assert [line for line in PRINTED.splitlines() if line not in printed] == []


def test_the_document_lists_every_field_of_the_file():
    schema = yaml.safe_load((ROOT / "oversight" / "inspections" / "data" / "rating-file.yaml").read_text())
    listed = re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE)

    assert listed == list(schema["properties"])
    assert set(json.loads(EXAMPLE)) <= set(listed)
    inner = [
        *schema["properties"]["evidence"]["additionalProperties"]["properties"],
        "to",
        "decided_by",
        "case",
    ]
    assert [field for field in inner if f"`{field}`" not in DOCUMENT] == []


def test_json_says_the_same_as_words(tmp_path):
    told = json.loads(run(tmp_path, EXAMPLE, "--json").stdout)
    words = run(tmp_path, EXAMPLE).stdout

    assert (told["overall"]["rating"], told["overall"]["score"], told["overall"]["maximum"]) == (
        "Requires improvement",
        9,
        27,
    )
    court = next(one for one in told["standards"] if one["standard"] == "court_work")
    assert (court["before_discretion"], court["rating"]) == ("Requires improvement", "Good")
    assert court["discretion"]["grounds"] == ["near_boundary", "one_judgement", "small_sample"]
    assert court["questions"][0] == {
        "question": "court-work-advice",
        "text": "Is the advice given to the court good enough to support its decision?",
        "cases": 6,
        "sufficient": 3,
        "insufficient": 2,
        "not_applicable": 1,
        "missing": 0,
        "units": {},
    }
    steps = [step for one in told["standards"] for step in one["steps"]] + told["overall"]["steps"]
    assert all(step["what"] in words for step in steps)
    assert all(step["verified"] == bool(step["sources"]) for step in steps)
    assert all(
        "not confirmed by a published source" in step["note"] for step in steps if not step["verified"]
    )
    assert "pdu-2021-23 v1: bands" in told["unconfirmed_rules"]
    assert "pdu-2021-23 v1: maximum" not in told["unconfirmed_rules"]


def test_a_programme_without_ratings_gives_shares_and_says_why_no_more(tmp_path):
    judged = {"assessment-safety": "sufficient"}
    content = {"programme": DYNAMIC, "samples": {"cases": [{"case": "1", "judgements": judged}]}}
    result = run(tmp_path, json.dumps(content))

    assert result.exit_code == 0
    assert "1 of 1 (100%)" in result.stdout
    assert "gives no ratings." in result.stdout


def test_a_standard_without_rating_leaves_no_overall_one_and_says_so(tmp_path):
    content = json.dumps({"programme": PDU_2023, "ratings_given": {"leadership": "Good"}})
    words, told = run(tmp_path, content), run(tmp_path, content, "--json")

    assert (words.exit_code, told.exit_code) == (1, 1)
    assert "There is no overall rating yet: Staffing, Services" in words.stderr
    assert json.loads(told.stdout)["overall"] is None
    assert json.loads(told.stdout)["standards"][0]["rating"] == "Good"


def file_with(**fields):
    return json.dumps({"programme": PDU_2021, **fields})


def case(reference="1", **judgements):
    return {
        "case": reference,
        "judgements": {one.replace("_", "-"): said for one, said in judgements.items()},
    }


def reports(*cases):
    return file_with(samples={"court_reports": list(cases)})


FAULTS = [
    ("", "", "stops being JSON at line 1, column 1"),
    ('{"programme": }', "", "stops being JSON at line 1, column 15"),
    ('{"programme": "a", "programme": "b"}', "programme", "there twice"),
    (b'{"programme": "\xff"}', "", "Line 1 of the file is not text in UTF-8"),
    ("[]", "", "not a mapping"),
    ("{}", "", "programme is missing"),
    ('{"programme": NaN}', "", "NaN is not a value"),
    ("[" * 100_000, "", "nested too deep"),
    ('{"programme": ' + "9" * 5000 + "}", "", "too long"),
    ('{"programme": "prisons"}', "programme", "There is no programme “prisons”"),
    (file_with(version=9), "version", "has no version 9"),
    (file_with(version="1"), "version", "not a whole number"),
    (file_with(rating="Good"), "", "there is no field rating"),
    (
        file_with(ratings_given={"leadership": "Great"}),
        "ratings_given.leadership",
        "“Great” is not on the scale",
    ),
    (file_with(ratings_given={"cooking": "Good"}), "ratings_given.cooking", "has no standard “cooking”"),
    (
        file_with(evidence={"leadership": {"rating": "Good"}}),
        "evidence.leadership",
        "proposed_by and reason are missing",
    ),
    (file_with(samples={"files": []}), "samples.files", "has no sample “files”"),
    (file_with(units={"N1": {"files": [case()]}}), "units.N1.files", "has no sample “files”"),
    (file_with(units={"N1": {"cases": [case()]}}), "units.N1.cases[0]", "by cases of its own"),
    (reports(case(), case()), "samples.court_reports[1]", "Case “1” is there twice"),
    (
        reports(case(), case("2", planning_safety="sufficient")),
        "samples.court_reports[1].judgements.planning-safety",
        "is not asked of court reports (case “2”)",
    ),
    (
        reports(case(court_work_advice="good")),
        "samples.court_reports[0].judgements.court-work-advice",
        "“not applicable”, or null when not judged yet",
    ),
    (reports({"case": "1"}), "samples.court_reports[0]", "judgements is missing"),
    (reports(case("")), "samples.court_reports[0].case", ""),
    (
        file_with(discretion={"court_work": {"to": "Good"}}),
        "discretion.court_work",
        "reason and decided_by are missing",
    ),
    (
        json.dumps({"programme": DYNAMIC, "ratings_given": {"assessment": "Good"}}),
        "ratings_given.assessment",
        "gives no ratings",
    ),
    (
        json.dumps({"programme": REGION, "samples": {"cases": [case()]}}),
        "samples.cases[0]",
        "by the cases of its units",
    ),
]


@pytest.mark.parametrize(("content", "place", "words"), FAULTS)
def test_a_fault_is_named_by_its_place_in_the_file(tmp_path, content, place, words):
    result = run(tmp_path, content)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"inspection.json{f', {place}' if place else ''}: " in result.stderr
    assert words in result.stderr


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(Refused, match="larger than 50 megabytes"):
        read_rating_file(b" " * (LONGEST + 1), shipped_programmes())


def test_a_mark_at_the_start_of_the_file_and_other_capitals_are_understood(tmp_path):
    content = "\ufeff" + file_with(ratings_given={"leadership": " GOOD "})

    assert "Leadership: Good" in run(tmp_path, content).stdout


def test_null_is_a_judgement_not_made_yet(tmp_path):
    content = reports(case(court_work_advice="sufficient"), case("2", court_work_advice=None))

    assert "1 judgement missing" in run(tmp_path, content).stdout
    assert "Court work: Outstanding, provisional" in run(tmp_path, content).stdout


def test_a_missing_file_is_wrong_use(tmp_path):
    result = CliRunner().invoke(rate, [str(tmp_path / "none.json")])

    assert result.exit_code == 2


def test_the_command_needs_no_database(tmp_path):
    file = tmp_path / "inspection.json"
    file.write_text(EXAMPLE)
    nowhere = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere"}
    done = subprocess.run(
        [sys.executable, "-m", "oversight", "rate", str(file)],
        cwd=ROOT,
        env=nowhere | {"OVERSIGHT_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "Overall: Requires improvement, 9 of 27 points" in done.stdout


def test_a_version_that_did_not_come_with_the_service_is_given_as_a_file(tmp_path):
    rules = tmp_path / "later.yaml"
    rules.write_text(text_of(PDU_2021).replace("version: 1", "version: 2", 1))
    later = EXAMPLE.replace('"version": 1', '"version": 2')

    assert "has no version 2" in run(tmp_path, later).output
    assert "version 2" in run(tmp_path, later, "--rules", str(rules)).output

    rules.write_text("id: mine")
    refused = run(tmp_path, later, "--rules", str(rules))
    assert refused.exit_code == 1
    assert "later.yaml, line 1" in refused.output
    rules.write_bytes(b"\xff\xfe")
    assert run(tmp_path, later, "--rules", str(rules)).exit_code == 2
