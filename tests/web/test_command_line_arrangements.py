"""``oversight due``, ``duties``, ``arrangements`` and ``calendar``, with their exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
import yaml
from click.testing import CliRunner
from django.db import OperationalError

from oversight.arrangements.models import ArrangementVersion
from oversight.arrangements.rules.reading import shipped_text
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.web.command_line import arrangements as commands
from tests.architecture.repository import ROOT
from tests.arrangements.stories import text_with
from tests.factories.arrangements import load_mou, record
from tests.factories.parties import register

DRAFT = ["draft_received_for_checking", "--kind", "thematic"]
TWELVE_WEEKS = {"27-submit-plan": {"limit": {"length": 12}}}


def run(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def due_json(*arguments) -> dict:
    told = run(commands.due, *arguments, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def plan_of(data: dict) -> dict:
    return next(one for one in data["duties"] if one["arrangement"] == "27-submit-plan")


@pytest.fixture
def later_text(tmp_path):
    path = tmp_path / "mou-2026.yaml"
    path.write_text(text_with(identifier="mou-2026", effective_from=date(2026, 3, 1), changes=TWELVE_WEEKS))
    return path


@pytest.fixture
def no_database(monkeypatch):
    def fail():
        raise OperationalError("no such table: arrangements")

    monkeypatch.setattr(commands.queries, "known_versions", fail)


def test_a_thematic_draft_gives_osag_ten_weeks_for_the_plan_by_paragraph_27(no_database):
    told = run(commands.due, *DRAFT, "--on", "2026-01-05")
    data = due_json(*DRAFT, "--on", "2026-01-05")

    assert told.exit_code == 0
    assert "Due Monday 16 March 2026: Submit the action plan (paragraph 27)" in told.stdout
    assert "Operational and System Assurance Group owes it to HM Inspectorate of Probation." in told.stdout
    assert "10 weeks after that day is Monday 16 March 2026." in told.stdout
    plan = plan_of(data)
    assert (plan["due"], plan["paragraph"], plan["bearers"]) == ("2026-03-16", "27", ["hmpps-osag"])
    assert (plan["force"], plan["basis"], plan["version"]) == ("must", "text", "mou-2023")
    assert data["on"] == "2026-01-05"


def test_without_a_database_the_shipped_text_answers_and_says_so(no_database):
    told = run(commands.due, *DRAFT, "--on", "2026-01-05", "--json")

    assert "no such table: arrangements" in told.stderr
    assert "answered from the text of mou-2023.yaml alone" in told.stderr
    assert "Run oversight setup" in told.stderr
    assert json.loads(told.stdout)["version"] == "mou-2023"


@pytest.mark.django_db
def test_with_an_empty_database_the_shipped_text_answers_and_says_so():
    told = run(commands.due, *DRAFT, "--on", "2026-01-05")

    assert told.exit_code == 0
    assert "No text has been taken up yet" in told.stderr
    assert "16 March 2026" in told.stdout


@pytest.mark.django_db
def test_a_second_text_governs_from_its_day_and_moves_no_earlier_date(later_text):
    load_mou()
    assert run(commands.arrangements, "load", later_text).exit_code == 0

    assert plan_of(due_json(*DRAFT, "--on", "2026-01-05"))["due"] == "2026-03-16"
    assert plan_of(due_json(*DRAFT, "--on", "2026-02-28"))["version"] == "mou-2023"
    assert plan_of(due_json(*DRAFT, "--on", "2026-03-02"))["due"] == "2026-05-25"
    assert run(commands.due, *DRAFT, "--on", "2026-03-02").stderr == ""


def test_an_event_that_starts_nothing_says_so(no_database):
    told = run(commands.due, "ratings_decided", "--kind", "core", "--on", "2026-01-05")

    assert told.exit_code == 0
    assert "starts no duty." in told.stdout


def test_a_local_target_is_called_one(no_database):
    told = run(commands.due, *DRAFT, "--on", "2026-01-05")

    assert "Due Monday 19 January 2026: Return the factual accuracy check (paragraph 22)" in told.stdout
    assert told.stdout.count("This is a local target, not a number in the MoU.") == 2


def test_a_second_date_is_used_where_the_event_carries_one(no_database):
    data = due_json("routine_supply_agreed", "--on", "2026-01-05", "--until", "2026-02-02")

    assert [(one["due"], one["basis"]) for one in data["duties"]] == [("2026-02-02", "given")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["draft_recieved_for_checking", "--on", "2026-01-05"], "Did you mean draft_received_for_checking"),
        (["=1+1", "--on", "2026-01-05"], "Choose one of: accuracy_check_commissioned"),
        (["draft_received_for_checking", "--on", "2026-01-05"], "needs a kind. Choose core, thematic"),
        ([*DRAFT[:2], "national", "--on", "2026-01-05"], "Choose core, thematic, joint or sfo_independent"),
        (["complaint_received", "--kind", "core", "--on", "2026-01-05"], "has no kinds"),
        ([*DRAFT, "--on", "5 January"], "'5 January' is not a date. Write it as 2026-01-05."),
        ([*DRAFT, "--on", "2026-02-30"], "is not a date"),
        ([*DRAFT], "Missing option '--on'"),
        ([], "Missing argument 'EVENT'"),
    ],
)
def test_wrong_use_of_due_exits_2_and_says_what_would_be_right(no_database, arguments, said):
    told = run(commands.due, *arguments)

    assert (told.exit_code, told.stdout) == (2, "")
    assert said in told.stderr


@pytest.mark.parametrize("on", ["2023-08-17", "1999-01-01"])
def test_a_day_before_any_text_is_refused(no_database, on):
    told = run(commands.due, *DRAFT, "--on", on)

    assert isinstance(told.exception, Refused)
    assert told.exception.rule == "version_in_force"
    assert told.stdout == ""


def test_the_whole_command_exits_as_the_manual_says_on_a_machine_with_nothing_set_up(tmp_path):
    def command(*arguments):
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {"OVERSIGHT_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        return subprocess.run(
            [sys.executable, "-m", "oversight", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    explained = command("due", *DRAFT, "--on", "2026-01-05", "--json")
    refused = command("due", *DRAFT, "--on", "2020-01-05")
    wrong = command("due", "nothing", "--on", "2026-01-05")
    unready = command("duties")

    assert explained.returncode == 0, explained.stderr
    assert plan_of(json.loads(explained.stdout))["due"] == "2026-03-16"
    assert "Run oversight setup" in explained.stderr
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Refused: No arrangements were in force on 5 January 2020." in refused.stderr
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert unready.returncode == 2
    assert "run: oversight setup" in unready.stderr


@pytest.mark.django_db
def test_duties_are_listed_as_they_stood_on_a_day():
    load_mou()
    at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    record("draft_received_for_checking", "2026-01-05", by="hmip", kind="thematic", about="T-1", at=at)
    record("action_plan_submitted", "2026-03-20", by="hmpps-osag", kind="thematic", about="T-1", at=at)

    missed = run(commands.duties, "--as-of", "2026-03-17", "--party", "hmpps-osag")
    met = json.loads(run(commands.duties, "--as-of", "2026-03-20", "--json").stdout)

    assert "Due Monday 16 March 2026, missed: Submit the action plan, T-1" in missed.stdout
    assert "Operational and System Assurance Group owes it to HM Inspectorate of Probation" in missed.stdout
    assert missed.stderr == "3 duties as of 17 March 2026.\n"
    assert met["as_of"] == "2026-03-20"
    plan = plan_of(met)
    assert (plan["status"], plan["met_on"], plan["due"]) == ("met_late", "2026-03-20", "2026-03-16")
    assert {one["arrangement"] for one in met["duties"]} >= {"22-return-check", "27-publish-plan"}


@pytest.mark.django_db
def test_no_duties_is_an_answer():
    register()

    told = run(commands.duties, "--as-of", "2026-03-17")
    data = json.loads(run(commands.duties, "--as-of", "2026-03-17", "--json").stdout)

    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "0 duties as of 17 March 2026.\n")
    assert data == {"as_of": "2026-03-17", "duties": []}


@pytest.mark.django_db
def test_a_party_that_is_not_there_is_wrong_use_with_the_nearest_names():
    register()

    told = run(commands.duties, "--party", "hmpps-osga")

    assert told.exit_code == 2
    assert "hmpps-osag" in told.stderr


@pytest.mark.django_db
def test_loading_takes_a_text_up_once_and_records_it(later_text):
    load_mou()

    first = run(commands.arrangements, "load", later_text)
    again = run(commands.arrangements, "load", later_text)

    assert first.exit_code == 0, first.output
    many = len(yaml.safe_load(later_text.read_text())["arrangements"])
    assert f"(mou-2026), {many} arrangements, in force from 1 March 2026" in first.stdout
    assert isinstance(again.exception, Refused)
    assert ArrangementVersion.objects.filter(identifier="mou-2026").count() == 1
    entry = Entry.objects.get(subject="arrangement-version:mou-2026")
    assert entry.actor == "command:arrangements-load"


@pytest.mark.django_db
def test_a_fault_is_named_by_line_and_nothing_is_taken_up(tmp_path):
    register()
    path = tmp_path / "bad.yaml"
    path.write_text(shipped_text().replace("\n    force: must\n", "\n    force: perhaps\n", 1))
    line = path.read_text().splitlines().index("    force: perhaps") + 1

    for name in ("check", "load"):
        told = run(commands.arrangements, name, path)
        assert isinstance(told.exception, Refused)
        assert f"bad.yaml, line {line}" in str(told.exception)
        assert "perhaps" in str(told.exception)
        assert told.stdout == ""
    assert not ArrangementVersion.objects.exists()


def test_checking_needs_no_database(later_text):
    told = run(commands.arrangements, "check", later_text)

    assert (told.exit_code, told.stderr) == (0, "")
    assert "mou-2026.yaml is well formed" in told.stdout


def test_checking_tells_what_no_process_names(tmp_path):
    path = tmp_path / "more.yaml"
    path.write_text(shipped_text().replace("- id: 27-submit-plan", "- id: 27-hand-in-plan"))

    told = run(commands.arrangements, "check", path)

    assert told.exit_code == 0
    assert "No process names 27-hand-in-plan" in told.stderr


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"\xff\xfe\x00", "is not text in UTF-8")]
)
def test_a_file_that_cannot_be_read_is_wrong_use(tmp_path, content, said):
    path = tmp_path / "text.yaml"
    if content is not None:
        path.write_bytes(content)

    told = run(commands.arrangements, "check", path)

    assert told.exit_code == 2
    assert said in told.stderr


@pytest.mark.parametrize(("today", "code"), [(date(2026, 11, 23), 0), (date(2028, 1, 2), 1)])
def test_the_calendar_says_how_long_it_lasts_and_exits_1_in_its_last_year(monkeypatch, today, code):
    monkeypatch.setattr(commands.timezone, "localdate", lambda: today)

    told = run(commands.calendar)

    assert told.exit_code == code
    assert "Bank holidays of England and Wales are held up to 31 December 2028" in told.stdout
    assert ("Add those of 2029" in told.stdout) == bool(code)
