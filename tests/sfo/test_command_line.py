"""``oversight sample draw``, ``check`` and ``simulate``: files in, JSON out, and their exit codes (¶19)."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from oversight.sfo.rules.designs import shipped_designs
from oversight.sfo.rules.drawing import METHOD, key_of
from oversight.web.command_line.sampling import sample

SEED = "5e" * 32
OTHER_SEED = "5f" * 32
GROUPS = sorted(shipped_designs()[-1].offence_groups)


def request(number: int = 1, **changes) -> dict:
    return {
        "method": METHOD,
        "design": 1,
        "year": "2026-27",
        "batch": number,
        "seed": SEED,
        "reviews": [
            {"reference": f"R{number}-{at}", "region": f"N0{3 + at % 3}", "offence_group": GROUPS[at % 5]}
            for at in range(20)
        ],
        **changes,
    }


def run(*arguments):
    return CliRunner().invoke(sample, [str(one) for one in arguments])


@pytest.fixture
def file(tmp_path):
    def write(data, name="file.json"):
        path = tmp_path / name
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        return path

    return write


@pytest.fixture
def record(file):
    return json.loads(run("draw", file(request())).stdout)


def test_a_draw_prints_its_record_and_the_record_holds_when_repeated(file, record):
    checked = run("check", file(record, "record.json"))

    assert len(record["drawn"]) == 4
    assert checked.exit_code == 0, checked.output
    assert "DOES NOT HOLD" not in checked.stdout
    assert checked.stdout.count("holds:") == 7


def test_before_the_seed_is_revealed_the_check_says_what_it_cannot_show_yet(file, record):
    record["seed"] = None
    hidden = run("check", file(record))
    told = run("check", file(record), "--seed", SEED)
    wrong = run("check", file(record), "--seed", OTHER_SEED)

    assert hidden.exit_code == 0
    assert "not shown yet" in hidden.stdout
    assert told.exit_code == 0
    assert "not shown yet" not in told.stdout
    assert wrong.exit_code == 1


def test_the_key_alone_repeats_a_draw_without_the_seed(file, record):
    data = request()
    del data["seed"]
    data["key"] = key_of(SEED, record["list_digest"])

    assert json.loads(run("draw", file(data)).stdout)["drawn"] == record["drawn"]


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["drawn"].pop(),
        lambda record: record["drawn"].__setitem__(0, "R1-19x"),
        lambda record: record["reviews"].pop(),
        lambda record: record["reviews"][0].update(region="N59"),
        lambda record: record["chances"][0].update(chance="3/10"),
        lambda record: record["totals"]["regions"]["N03"].update(sampled=0),
        lambda record: record.update(key="00" * 32),
        lambda record: record.update(seed_digest="00" * 32),
        lambda record: record.update(list_digest="00" * 32),
        lambda record: record.update(year="2025-26"),
    ],
)
def test_a_record_in_which_anything_was_changed_does_not_hold(file, record, change):
    change(record)
    checked = run("check", file(record))

    assert checked.exit_code == 1
    assert "DOES NOT HOLD" in checked.stdout


def test_records_of_a_year_follow_one_another(file, record):
    second = json.loads(run("draw", file(request(2, so_far=record["totals"]))).stdout)
    other = json.loads(run("draw", file(request(2))).stdout)
    one, two, three = (file(data, f"{at}.json") for at, data in enumerate([record, second, other]))
    # The second draw once more from a year in which more was sampled than the first one left.
    more = json.loads(json.dumps(record["totals"]))
    more["regions"]["N03"]["sampled"] += 1
    more["offence_groups"][GROUPS[0]]["sampled"] += 1
    grown = file(json.loads(run("draw", file(request(2, so_far=more))).stdout), "grown.json")

    assert run("check", one, two).exit_code == 0
    assert run("check", two, one).exit_code == 0
    assert run("check", one, three).exit_code == 0, "what was withdrawn since counts no more"
    assert run("check", one, grown).exit_code == 1
    assert run("check", one, one).exit_code == 1
    assert run("check", two, two).exit_code == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON"),
        ("[]", "object"),
        (json.dumps({**request(), "method": "other"}), "method"),
        (json.dumps({**request(), "unknown": 1}), "unknown"),
        (json.dumps({**request(), "key": SEED}), "either the seed"),
        (json.dumps({**request(), "design": 9}), "no version 9"),
        (json.dumps({**request(), "reviews": request()["reviews"][:9]}), "9 of the 10"),
        (json.dumps({**request(), "reviews": request()["reviews"] * 2}), "twice"),
    ],
)
def test_a_file_that_cannot_be_drawn_from_is_refused_with_exit_code_1(file, content, told):
    done = run("draw", file(content))

    assert done.exit_code == 1
    assert done.stdout == ""
    assert "Refused" in done.stderr
    assert told in done.stderr


def test_wrong_use_ends_with_exit_code_2(tmp_path):
    assert run("draw", tmp_path / "none.json").exit_code == 2
    assert run("check").exit_code == 2
    assert run("simulate", "--years", "0").exit_code == 2


def test_findings_are_printed_as_json(file, record):
    told = json.loads(run("check", file(record, "record.json"), "--json").stdout)

    (findings,) = told.values()
    assert {one["holds"] for one in findings} == {True}


def test_simulated_years_are_told_as_json():
    done = run("simulate", "--years", 4, "--reviews", 100)
    told = json.loads(done.stdout)

    assert told["years"] == 4
    assert told["promises"]["national_share_within_one_review"]
    assert done.exit_code == (0 if all(told["promises"].values()) else 1)
