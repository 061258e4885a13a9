"""Recommendations that recur: suggested by words and theme, decided by people, counted by year (E7, ¶23)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.access.queries import acting_by_command
from oversight.kernel.refusals import Refused
from oversight.publication.actions.plans import put_plan_on_the_web, take_plan_off_the_web
from oversight.publication.rules.plan_snapshots import AnsweredReport, PlanSnapshot
from oversight.recommendations.actions.repeats import compare_new, decide_repeat, link_repeat
from oversight.recommendations.models import Repeat
from oversight.recommendations.queries.recommendations import RecommendationFilter, register
from oversight.recommendations.queries.repeats import repeats
from oversight.recommendations.queries.trends import TrendFilter, counted_by_year
from oversight.recommendations.rules.comparing import Comparison
from oversight.recommendations.rules.repeats import (
    RepeatState,
    Wording,
    check_decision,
    measure,
    stem,
    words,
)
from oversight.recommendations.rules.trends import MOST_YEARS, TALLEST, Cell, picture, trend
from tests.arrangements.pages import page, read, said
from tests.factories.arrangements import acting_for
from tests.factories.parties import sign_in
from tests.factories.recommendations import AT, made

WORKLOAD = "Reduce the workloads of probation officers to a level that they can manage."
AGAIN = "The Probation Service should reduce workloads of probation officers to manageable levels."
COURTS = "Give courts reports of good quality before sentence."
DAY = date(2024, 5, 1)


def wording(key, text=WORKLOAD, theme="staffing", source="", on=DAY) -> Wording:
    return Wording(key, text, theme, source or f"S-{key}", on)


# How alike two are: pure.


def test_endings_and_words_that_say_nothing_do_not_count():
    assert stem("assessments") == stem("assessing") == stem("assessed") == "assess"
    assert words("The Probation Service should assess 12 risks.", measure().stop_words) == {"assess", "risk"}


ABOUT = ["risk", "staff", "court", "police", "victim", "release", "data", "plan"]
texts = st.lists(
    st.lists(st.sampled_from(ABOUT), max_size=6).map(" ".join),
    min_size=2,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(texts, st.randoms(use_true_random=False))
def test_pairs_are_the_same_in_any_order_and_from_either_side(given_texts, chosen):
    wordings = [
        wording(key, text, chosen.choice(["", "staffing", "courts"]), f"S-{key % 3}")
        for key, text in enumerate(given_texts)
    ]
    mixed = list(wordings)
    chosen.shuffle(mixed)
    first, second = Comparison(wordings, measure()), Comparison(mixed, measure())
    by_key = {one.id: one for one in wordings}
    for key in by_key:
        found = first.alike(key)
        assert found == second.alike(key)
        assert len(found) <= measure().most_for_one
        for pair in found:
            earlier, later = by_key[pair.earlier], by_key[pair.later]
            assert earlier.source != later.source
            assert (earlier.made_on, earlier.id) < (later.made_on, later.id)
            least = measure().same_theme if pair.same_theme else measure().other_theme
            assert least <= pair.likeness <= 100
            assert pair.same_theme == (bool(earlier.theme) and earlier.theme == later.theme)


def test_the_same_words_are_wholly_alike_and_another_matter_is_not():
    comparison = Comparison(
        [wording(1), wording(2, AGAIN), wording(3, COURTS), wording(4, on=date(2020, 1, 1))], measure()
    )
    first = comparison.alike(1)[0]
    assert (first.earlier, first.later, first.likeness) == (4, 1, 100)
    assert {(one.earlier, one.later) for one in comparison.alike(2)} == {(1, 2), (4, 2)}
    assert comparison.alike(3) == []
    empty = Comparison([wording(1, "The."), wording(2, "And.")], measure())
    assert empty.alike(1) == []


@pytest.mark.parametrize(
    ("state", "wanted", "reason"), list(product(RepeatState, [True, False], ["", "Why."]))
)
def test_who_rejects_or_goes_back_on_it_says_why(state, wanted, reason):
    target = RepeatState.CONFIRMED if wanted else RepeatState.REJECTED
    rule = (
        "repeat_decided"
        if state is target
        else "repeat_reason"
        if not reason and (not wanted or state is RepeatState.REJECTED)
        else ""
    )
    if not rule:
        assert check_decision(repeats=wanted, reason=reason, state=state) is target
        return
    with pytest.raises(Refused) as told:
        check_decision(repeats=wanted, reason=reason, state=state)
    assert told.value.rule == rule


counts = st.dictionaries(
    st.tuples(st.sampled_from(["", "a", "b"]), st.integers(2000, 2026)),
    st.tuples(st.integers(1, 90), st.integers(0, 9)).map(lambda both: Cell(both[0] + both[1], both[1])),
    max_size=20,
)


@given(counts)
def test_a_trend_loses_nothing_of_its_years_and_the_picture_shows_all_of_it(counted):
    found = trend(counted, {"": "None"}, 2026)
    assert len(found.years) <= MOST_YEARS
    assert found.years[-1] == 2026
    within = [cell for (_, year), cell in counted.items() if year in found.years]
    assert found.total.total.made == sum(cell.made for cell in within)
    assert found.total.total.again == sum(cell.again for cell in within)
    bars = [bar for _, _, row in picture(found).rows for bar in row]
    assert sorted(bar.number for bar in bars) == sorted(cell.made for cell in within)
    assert all(0 <= bar.again <= bar.height <= TALLEST for bar in bars)


# In the service.


def compare() -> str:
    return compare_new(by=acting_by_command("work"), at=AT, tell=lambda *_: None)


@pytest.fixture
def pair(memorandum) -> Repeat:
    made("N57EKNT", text=WORKLOAD, theme="staffing", source="A", number=1, on=date(2024, 5, 1))
    made("N57SUR", unit="N57SUR", text=AGAIN, theme="staffing", source="B", number=1, on=date(2025, 5, 1))
    made("N57EKNT", text=COURTS, source="B", number=2, on=date(2025, 5, 1))
    assert compare() == "3 compared, 1 pair suggested"
    return Repeat.objects.get()


def decide(pair, by, **facts):
    pair.refresh_from_db()
    decide_repeat(by=by, at=AT, repeat=pair.pk, revision=pair.revision, **facts)
    pair.refresh_from_db()


def test_a_pair_is_suggested_once_decided_by_people_and_seen_by_who_sees_both(pair, client):
    assert (pair.earlier.reference, pair.later.reference) == ("A-R1", "B-R1")
    assert compare() == "Nothing is new"
    inspector, director, head = acting_for("hmip"), acting_for("N57"), acting_for("N57EKNT")
    seen = [
        repeats(actor=who, state="", theme="", page=1).paginator.count for who in (inspector, director, head)
    ]
    assert seen == [1, 1, 0]
    with pytest.raises(Refused) as told:
        decide(pair, director, repeats=True)
    assert told.value.rule.startswith("permission")
    with pytest.raises(Refused) as told:
        decide(pair, inspector, repeats=False)
    assert told.value.field == "reason"

    decide(pair, inspector, repeats=True)
    again = register(actor=inspector, chosen=RecommendationFilter(again=True))
    assert [line.reference for line in again.lines] == ["B-R1"]
    decide(pair, acting_for("hmpps-osag"), repeats=False, reason="Two matters.")
    assert [one.state for one in pair.decisions.order_by("round")] == ["confirmed", "rejected"]
    with pytest.raises(Refused, match="Someone else decided"):
        decide_repeat(by=inspector, at=AT, repeat=pair.pk, revision=1, repeats=True, reason="Same.")
    with pytest.raises(Refused) as told:
        decide_repeat(by=inspector, at=AT, repeat=10**6, revision=1, repeats=True)
    assert told.value.rule == "not_found_repeat"


def test_the_pages_decide_count_and_lead_to_what_each_number_counts(pair, client):
    sign_in(client, "hmip_lead_inspector")
    address = f"/recommendations/repeats/{pair.pk}"
    assert WORKLOAD in said(page(client, address))
    assert "Choose whether it does" in said(read(client.post(f"{address}/decide", {"revision": 1}), 422))
    assert client.post(f"{address}/decide", {"revision": 1, "repeats": "yes"}).status_code == 302
    assert "It repeats A-R1" in said(page(client, "/recommendations/B-R1"))
    assert "It is repeated by B-R1" in said(page(client, "/recommendations/A-R1"))
    assert "A repeat" in said(page(client, "/recommendations/repeats?state=confirmed"))

    for by in ("theme", "authority"):
        tree = page(client, f"/recommendations/trends?by={by}")
        links = [one for one in tree.css("td a") if one.attributes["href"].startswith("/recommendations?")]
        assert links
        for link in links:
            number = int(link.text().split()[0])
            listed = page(client, link.attributes["href"])
            assert len(listed.css("tbody tr")) == number, link.attributes["href"]
        assert tree.css_first("svg[role=img]") is not None


def test_people_link_what_the_service_did_not_suggest(pair, client):
    inspector = acting_for("hmip")

    def link(by=inspector, reference="B-R2", other="A-R1", reason="Both are about listings.") -> int:
        return link_repeat(by=by, at=AT, reference=reference, other=other, reason=reason)

    for wrong, field in (
        ({"other": "B-R1"}, "other"),  # of one report
        ({"reason": " "}, "reason"),
        ({"other": "nowhere"}, "other"),
        ({"reference": "B-R1"}, "other"),  # known already, still to be decided
    ):
        with pytest.raises(Refused) as told:
            link(**wrong)
        assert told.value.field == field, wrong
    with pytest.raises(Refused) as told:
        link(acting_for("N57"))
    assert told.value.rule.startswith("permission")

    sign_in(client, "hmip_lead_inspector")
    # Whichever of the two one starts from, the later one repeats the earlier one.
    assert "Link it to one that says the same" in said(page(client, "/recommendations/A-R1"))
    address = "/recommendations/A-R1/repeat"
    assert "Enter the reference" in said(read(client.post(address, {}), 422))
    sent = {"other": " B-R2 ", "reason": "Both are about listings."}
    answer = client.post(address, sent)
    assert answer.status_code == 302
    assert "Somebody put these together" in said(page(client, answer["Location"]))
    assert "in the list of repeats already" in said(read(client.post(address, sent), 409))
    assert "It repeats A-R1" in said(page(client, "/recommendations/B-R2"))
    assert "linked by hand" in said(page(client, "/recommendations/repeats"))
    made_by_hand = Repeat.objects.get(likeness=None)
    assert [one.reason for one in made_by_hand.decisions.order_by("round")] == ["Both are about listings."]
    decide(made_by_hand, acting_for("hmpps-osag"), repeats=False, reason="Two matters.")
    sign_in(client, "regional_probation_director", "N57")
    assert "Link it to one" not in said(page(client, "/recommendations/A-R1"))


def numbers(client) -> list[dict[str, str]]:
    text = client.get(reverse("public-trends-csv")).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def plan_about(source: str) -> PlanSnapshot:
    return PlanSnapshot(
        reference=f"PLAN-{source}",
        title=f"Plan for {source}",
        kind="coordinated",
        kind_words="Plan coordinated by OSAG",
        writer="OSAG",
        unit_code="",
        unit_name="",
        submitted_on=DAY,
        published_on=DAY,
        updated_on=None,
        where="https://www.gov.uk/example",
        as_on=DAY,
        reports=(AnsweredReport(source, f"Report {source}", "Thematic inspection"),),
        recommendations=(),
        actions=(),
    )


def test_the_public_counts_what_is_on_the_web_and_nothing_else(pair, client):
    decide(pair, acting_for("hmip"), repeats=True)
    address = reverse("public-trends")
    assert "No recommendation was published here yet" in said(page(client, address))
    by = acting_for("hmpps-osag")
    for source in ("A", "B"):
        put_plan_on_the_web(by=by, at=AT, snapshot=plan_about(source))
    shown = said(page(client, address))
    assert "1 repeated" in shown
    assert "Staffing and workload" in shown
    assert "Surrey" in said(page(client, f"{address}?by=authority"))
    rows = numbers(client)
    assert sum(int(row["made"]) for row in rows if row["counted_by"] == "theme") == 3
    assert [row["repeats"] for row in rows if row["code"] == "staffing" and row["year"] == "2025"] == ["1"]
    # A repeat of what is off the web tells nobody of it.
    take_plan_off_the_web(by=by, at=AT, reference="PLAN-A", why="Wrong.")
    rows = numbers(client)
    assert sum(int(row["made"]) for row in rows if row["counted_by"] == "theme") == 2
    assert {row["repeats"] for row in rows} == {"0"}


def test_numbers_count_what_the_asker_may_see_and_in_as_many_queries(pair):
    def made_in(actor, **chosen):
        found = counted_by_year(actor=actor, chosen=TrendFilter(**chosen), today=date(2026, 3, 2))
        return found.total.total.made

    assert made_in(acting_for("hmip")) == 3
    assert made_in(acting_for("N57")) == 3
    assert made_in(acting_for("N57EKNT")) == 2
    assert made_in(acting_for("N50")) == 0
    assert made_in(acting_for("hmip"), authority="N57SUR") == 1
    assert made_in(acting_for("hmip"), unit="N57", theme="staffing") == 2
    director = acting_for("N57")
    with CaptureQueriesContext(connection) as asked:
        made_in(director)
        repeats(actor=director, state="", theme="", page=1)
    before = len(asked)
    Repeat.objects.count()
    made("N57SUR", unit="N57SUR", text=WORKLOAD, theme="staffing", source="C", number=1)
    compare()
    with CaptureQueriesContext(connection) as asked:
        made_in(director)
        repeats(actor=director, state="", theme="", page=1)
    assert len(asked) == before


@pytest.mark.writes_directly
def test_the_table_refuses_what_cannot_be(pair):
    for broken in ({"earlier": pair.later}, {"state": "perhaps"}, {"likeness": 101}, {}):
        facts = {
            "earlier": pair.earlier,
            "later": pair.later,
            "likeness": 50,
            "same_theme": True,
            "suggested_at": datetime(2026, 3, 2, tzinfo=UTC),
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Repeat.objects.create(**(facts | broken))
