"""What the public reads of the sample, and how it checks it: no review, no small number (F1, ¶19)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from click.testing import CliRunner
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.suppression import Counts, SuppressionRule, derivable
from oversight.publication.models import PublishedSample
from oversight.publication.queries.samples import current_year, sample_years
from oversight.publication.rules.sample_snapshots import PublicList, PublicRegion, SampleSnapshot, read_sample
from oversight.sfo.actions import reviews, sample
from oversight.sfo.rules.chances import Count
from oversight.sfo.rules.public_sample import count_in_words, region_table, standing_in_words
from oversight.web.command_line.sampling import sample as command
from tests.arrangements.pages import page, read, said
from tests.factories.sfo import AT, YEAR, act, drawn, officer, planner, sealed

RULE = SuppressionRule(5, shows_nought=True, force="must", unverified="")
COUNTS = st.builds(
    lambda sampled, others: Count(sampled + others, sampled), st.integers(0, 12), st.integers(0, 40)
)


@given(st.dictionaries(st.sampled_from([f"N{at}" for at in range(12)]), COUNTS, min_size=1, max_size=12))
def test_no_small_number_of_a_region_is_shown_or_can_be_worked_out_beside_the_country(counts):
    shown = region_table(counts, RULE)
    rows = [(one.sampled, one.reviews - one.sampled, one.reviews) for one in counts.values()]
    given = [(one.sampled, one.others, one.reviews) for one in shown.values()]
    gone = {(at, place) for at, row in enumerate(given) for place, value in enumerate(row) if value is None}

    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            assert (at, place) in gone or (given[at][place] == value and not RULE.hides(value))
    table = Counts((*rows, tuple(map(sum, zip(*rows, strict=True)))), total_row=True, total_column=True)
    if len(gone) < 3 * len(rows):
        assert not derivable(table, gone)


@given(st.integers(-500, 500))
def test_while_a_year_runs_a_region_is_words_that_one_review_more_seldom_changes(ahead):
    words = standing_in_words(ahead)
    assert words.startswith("Within one") == (abs(ahead) <= 100)
    assert words.endswith(("more", "fewer")) == (abs(ahead) > 200)


def test_few_withdrawn_reviews_are_not_counted_out():
    assert [count_in_words(many, RULE) for many in (0, 1, 4, 5)] == [
        "None",
        "Fewer than 5",
        "Fewer than 5",
        "5",
    ]


def test_a_year_reads_back_as_it_was_published():
    at = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    made = SampleSnapshot(
        year=YEAR,
        first_day=date(2026, 4, 1),
        last_day=date(2027, 3, 31),
        method="m",
        share=20,
        least=10,
        most=30,
        smallest=10,
        period="about once a month",
        seed_digest="a",
        committed_at=at,
        seed="",
        revealed_at=None,
        lists=(PublicList(1, at, "b", 10, None, None, ""),),
        withdrawn="None",
        regions=(PublicRegion("London", "Within one review", None, None, None),),
        counted=False,
        small_numbers="",
    )
    assert read_sample(made.text) == made
    assert (made.listed, made.drawn) == (0, 0)


def test_the_public_page_opens_on_the_year_that_runs_and_not_on_one_sealed_ahead(memorandum):
    sealed()
    sample.commit_seed(by=planner(), at=AT, starts=2027)

    assert sample_years() == ("2027-28", YEAR)
    assert current_year(date(2026, 3, 31)) == ""
    assert current_year(date(2026, 4, 1)) == current_year(date(2027, 3, 31)) == YEAR
    assert current_year(date(2027, 4, 1)) == "2027-28"


def check(tmp_path, content: bytes | str):
    file = tmp_path / "year.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(command, ["check", str(file)])


def test_the_public_follows_a_year_from_seal_to_seed_and_sees_no_review(client, tmp_path, memorandum):
    where, file = reverse("public-sample"), reverse("public-sample-file", args=[YEAR])
    assert "No year has been sealed yet." in said(page(client, where))
    page(client, reverse("public-sample-year", args=["2031-32"]), 404)
    found = drawn(12)
    shown = client.get(where)
    text = shown.content.decode()

    assert "max-age" in shown["Cache-Control"]
    assert "2 of 12 reviews" in said(read(shown, 200)) or "3 of 12 reviews" in said(read(shown, 200))
    for one in found:
        assert one.reference not in text
        assert one.case_reference not in text
    assert "Murder" not in text
    assert PublishedSample.objects.filter(superseded_at=None).count() == 1
    told = json.loads(client.get(file).content)
    assert told["seed"] is None
    assert {one["reviews"] for one in told["regions"]} == {None}
    waits = check(tmp_path, client.get(file).content)
    assert (waits.exit_code, waits.stdout.count("not shown yet")) == (0, 3)

    act(reviews.end, found[0], officer(), act="withdraw", on=AT.date(), account="Notified in error.")
    assert "Fewer than 5" in said(page(client, where))
    later = datetime(2027, 4, 6, 9, 0, tzinfo=UTC)
    sample.reveal_seed(by=planner(), at=later, year=YEAR)
    told = json.loads(client.get(file).content)
    held = check(tmp_path, client.get(file).content)
    assert held.exit_code == 0
    assert "The seed is the one that the Inspectorate committed to." in held.stdout
    assert all(one["reviews"] in {None, 0} or one["reviews"] >= 5 for one in told["regions"])
    for wrong in (
        told | {"seed": "0" * 64},
        told | {"lists": [told["lists"][0] | {"key": "0" * 64}]},
        told | {"withdrawn": "None", "lists": [told["lists"][0] | {"drawn": 9}]},
        told | {"lists": "none"},
    ):
        assert check(tmp_path, json.dumps(wrong)).exit_code == 1
