"""A year's figures from what was marked: agreement of the bodies, versions of the standards (F2, ¶19)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oversight.sfo.actions import marking, reviews
from oversight.sfo.models import Review
from oversight.sfo.queries import marking as figures
from oversight.sfo.rules.standards import shipped_standards
from tests.factories.sfo import AT, YEAR, act, drawn, of, officer, rated, rating, reader

pytestmark = pytest.mark.usefixtures("memorandum")
TODAY = AT.date()


def test_figures_compare_the_bodies_only_where_both_marked_apart():
    found = drawn()
    review = of(found, "hmpps")
    act(marking.start_marking, review, officer())
    act(marking.mark, review, officer(), **rating())
    act(marking.mark, review, reader(review), **rating("good"))
    overall = figures.year_figures(YEAR).versions[0].standards[0]

    assert (overall.agreement.pairs, overall.agreement.same) == (1, 1)
    assert "too few" in overall.agreement.in_words
    act(reviews.end, review, officer(), act="withdraw", on=TODAY, account="The charge was dropped.")
    assert figures.year_figures(YEAR).versions[0].standards[0].agreement.pairs == 0


@pytest.mark.writes_directly("no second version of the standards is shipped yet")
def test_figures_keep_the_versions_of_the_standards_apart(monkeypatch):
    found = [one for one in drawn() if one.assurer == "hmpps"][:2]
    for one in found:
        rated(one, officer())
    old = shipped_standards()[-1]
    scale = {"poor": "Poor", "good": "Good"}
    new = replace(old, version=2, title="Later standards", scale=scale, standards=old.standards[-1:])
    monkeypatch.setattr(figures, "shipped_standards", lambda: (old, new))
    Review.objects.filter(pk=found[1].pk).update(standards_version=2)

    first, second = figures.year_figures(YEAR).versions
    assert [len(first.standards), len(second.standards)] == [5, 1]
    assert [share.in_words for share in second.standards[0].by_body["hmpps"]] == ["1 of 1", "0 of 1"]
    assert [share.whole for share in first.standards[0].by_body["hmpps"]] == [1] * 4
    titles = {row[1] for row in figures.statistics_of(figures.year_figures(YEAR))}
    assert f"Overall ({old.title})" in titles
    assert "Overall (Later standards)" in titles
