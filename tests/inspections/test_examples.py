"""The worked examples of tests/examples/inspections hold, published inspections among them."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import pytest
import yaml

from oversight.inspections.rules.discretion import rating_of_share
from oversight.inspections.rules.overall import overall, overall_range, rating_of_score
from oversight.inspections.rules.rating import rate
from oversight.kernel.refusals import Refused
from oversight.publication.rules.programmes import UnitType, programmes
from tests.inspections.stories import judged_in, programme, rating_named

FOLDER = Path(__file__).parent.parent / "examples" / "inspections"


def told(*names):
    return [one for name in names for one in yaml.safe_load((FOLDER / f"{name}.yaml").read_text())]


PUBLISHED = told("published-scores", "published-standards", "published-overall-only")
STORIES = told("shares-and-thresholds", "discretion", "evidence", "regions", "programmes-without-ratings")
as_published = [pytest.param(one, id=f"{one['unit']}, {one['programme']}") for one in PUBLISHED]
as_told = [pytest.param(one, id=one["example"]) for one in STORIES]


def register():
    text = (
        resources.files("oversight.publication").joinpath("data/inspections.csv").read_text(encoding="utf-8")
    )
    found = {}
    for row in csv.DictReader(text.splitlines()):
        held = programmes().written(row["programme"], UnitType(row["unit_type"]))
        found[held.id, row["unit"]] = (row, {one.key: row[one.key] for one in held.standards if row[one.key]})
    return found


def test_every_published_inspection_of_the_register_is_an_example():
    examples = {(one["programme"], one["unit"]) for one in PUBLISHED if not one.get("not_in_register")}

    assert examples == set(register())
    assert len(examples) == 76
    assert len(PUBLISHED) == 77


@pytest.mark.parametrize("example", [one for one in PUBLISHED if not one.get("not_in_register")])
def test_an_example_says_what_the_register_says(example):
    row, standards = register()[example["programme"], example["unit"]]

    assert (row["overall_rating"] or "none") == example["overall"]
    assert standards == example.get("standards", {})
    assert row["published"] == example.get("published", "")
    assert (row["score"], row["score_max"]) == (
        str(example.get("score", "")),
        str(example.get("score_max", "")),
    )


def known_points(example, rules):
    """Give the least and the most points that the known ratings of standards leave possible."""
    counts = example.get("counts") or {
        name: list(example.get("standards", {}).values()).count(name)
        for name in set(example.get("standards", {}).values())
    }
    least = sum(rating_named(rules, name).points * number for name, number in counts.items())
    unknown = len(rules.standards) - sum(counts.values())
    return least, least + unknown * rules.rating.scale[-1].points


@pytest.mark.parametrize("example", as_published)
def test_a_published_rating_agrees_as_far_as_it_can_be_worked_out(example):
    rules = programme(example["programme"])
    if not rules.rated:
        assert example["outcome"] == "no ratings are given"
        assert example["overall"] == "none"
        assert "standards" not in example
        return
    published = rating_named(rules, example["overall"])
    least, most = known_points(example, rules)
    if "score" in example:
        assert example["outcome"] == "reproduced"
        assert example["score_max"] == rules.rating.overall.maximum
        assert least <= example["score"] <= most
        assert rating_of_score(rules.rating.overall, example["score"]) == published
    elif "works_out_at" in example:
        assert example["outcome"] == "reproduced"
        assert least == most == example["works_out_at"]
        assert rating_of_score(rules.rating.overall, least) == published
    elif "possible" in example:
        worst, best = (rating_of_score(rules.rating.overall, points) for points in (least, most))
        assert example["outcome"] == "possible"
        assert [least, most] == example["points_between"]
        assert [worst.name, best.name] == example["possible"]
        assert worst.rank <= published.rank <= best.rank
    else:
        assert example["outcome"] == "nothing to work out"
        assert not example.get("standards")
        assert not example.get("counts")


@pytest.mark.parametrize("example", [one for one in as_published if one.values[0].get("standards")])
def test_the_engine_makes_of_published_standards_what_was_published(example):
    rules = programme(example["programme"])
    known = {standard: rating_named(rules, name) for standard, name in example["standards"].items()}
    worst, best = overall_range(rules, known)

    assert worst.rank <= rating_named(rules, example["overall"]).rank <= best.rank
    if len(known) == len(rules.standards):
        made = overall(rules, known)
        assert made.rating.name == example["overall"]
        assert made.score == example.get("score", example.get("works_out_at"))
        assert made.maximum == rules.rating.overall.maximum


def test_the_one_printed_figure_that_cannot_be_meant_is_listed_with_its_reason():
    exceptions = [one for one in PUBLISHED if "exception" in one]
    most = programme(exceptions[0]["programme"]).rating.scale[-1].points

    assert [(one["unit"], one["exception"]["source_prints"]) for one in exceptions] == [
        ("East and West Lincolnshire", "2/25")
    ]
    assert all(one["exception"]["reason"] for one in exceptions)
    assert 25 % most != 0


def test_no_band_that_the_published_scores_agree_with_is_called_confirmed():
    for one in PUBLISHED:
        rules = programme(one["programme"]).rating
        assert rules is None or not (rules.overall.bands_basis.verified or rules.points_basis.verified)


@pytest.mark.parametrize("story", as_told)
def test_an_invented_inspection_comes_out_as_the_example_says(story):
    rules = programme(story["programme"])
    if "share" in story:
        counted = story["share"]
        made = rating_of_share(
            rules.rating.cases, counted["sufficient"], counted["sufficient"] + counted["insufficient"]
        )
        assert made.name == story["rating"]
        return
    if "refused" in story:
        with pytest.raises(Refused) as refused:
            rate(rules, judged_in(story, rules))
        assert story["refused"] in refused.value.why
        assert refused.value.paragraph == story["paragraph"]
        assert refused.value.what_next
        assert refused.value.field
        return

    result = rate(rules, judged_in(story, rules))

    words = "\n".join(step.what for step in result.steps)
    found = {one.standard.id: one.rating.name if one.rating else "none" for one in result.standards}
    rated = [one for one in result.standards if one.standard.id in story.get("ratings", {})]
    assert {one: found[one] for one in story.get("ratings", {})} == story.get("ratings", {})
    assert any(one.provisional for one in rated) == story.get("provisional", False)
    assert [said for said in story.get("says", []) if said not in words] == []
    assert [said for said in story.get("does_not_say", []) if said in words] == []
    if "overall" in story:
        assert (result.overall.rating.name if result.overall else "none") == story["overall"]
        assert result.overall is None or result.overall.score == story["score"]
        assert result.why_no_overall.startswith(story.get("why", ""))
