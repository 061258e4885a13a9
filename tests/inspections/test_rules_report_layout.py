"""What a report is made of, and what it needs before its draft is checked (D1, D3, ¶16, ¶22, ¶23)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.inspections.rules.data_items import Placement
from oversight.inspections.rules.reading import shipped_programmes
from oversight.inspections.rules.report_content import RatingText, ratings_markdown
from oversight.inspections.rules.report_layout import (
    Drafted,
    below_good,
    check_ready,
    layout,
    read_layouts,
    ready_for_checking,
    sections,
)
from oversight.inspections.rules.reporting import passages
from oversight.kernel.data_files import DataFile
from oversight.kernel.refusals import Refused
from tests.inspections.stories import DYNAMIC, PDU_2023, programme

PAGES = {"section", "recommendations", "data", "ratings"}


def planned(identifier: str, poor=(), kind="core", *, rated=True):
    return sections(layout(kind, rated=rated), programme(identifier), poor)


@pytest.mark.parametrize("programme_", shipped_programmes(), ids=lambda one: f"{one.id}-{one.version}")
def test_every_report_has_keys_of_its_own_whatever_was_rated_poor(programme_):
    for kind, rated in product(("core", "thematic", "joint"), (True, False)):
        poor = [one.id for one in programme_.standards] if rated else []
        keys = [one.key for one in sections(layout(kind, rated=rated), programme_, poor)]

        assert len(keys) == len(set(keys))
        assert keys[0] == "foreword"
        assert {"recommendations", "practice", "annexes"} <= set(keys)


def test_a_rated_report_has_a_section_for_each_standard_and_an_unrated_one_for_each_question():
    rated = [one.standard for one in planned(PDU_2023) if one.kind == "standards"]
    asked = [one.key for one in planned(DYNAMIC, kind="thematic", rated=False) if one.kind == "questions"]

    assert rated == [one.id for one in programme(PDU_2023).standards]
    assert asked == [
        f"question-{question.id}" for one in programme(DYNAMIC).standards for question in one.questions
    ]


@given(st.data())
def test_below_good_is_what_ranks_below_good_and_nothing_else(data):
    found = programme(PDU_2023)
    ids = [one.id for one in found.standards]
    scale = [one.id for one in found.rating.scale]
    ratings = data.draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(scale)))

    poor = below_good(found, ratings)

    worse = {"requires_improvement", "inadequate"}
    assert list(poor) == [one for one in ids if ratings.get(one) in worse]


def whole(poor=("staffing",)) -> Drafted:
    listed = planned(PDU_2023, poor)
    return Drafted(
        sections=listed,
        texts={one.key: "Written" for one in listed if one.written and one.needed},
        unrated=(),
        recommendations=3,
        usual_most=10,
        reasoned_for=0,
        placements={},
        unchecked=(),
    )


def test_a_whole_draft_needs_nothing():
    assert ready_for_checking(whole()) == ()
    check_ready(())


@pytest.mark.parametrize(
    ("change", "page", "paragraph"),
    [
        ({"unrated": ("Leadership",)}, "ratings", "16"),
        ({"recommendations": 0}, "recommendations", "23"),
        ({"recommendations": 11}, "recommendations", "23"),
        ({"recommendations": 12, "reasoned_for": 11}, "recommendations", "23"),
        ({"placements": {1: Placement.TEXT}}, "data", "32"),
        ({"unchecked": (4,)}, "data", "32"),
    ],
)
def test_each_thing_missing_is_named_with_its_page_and_paragraph(change, page, paragraph):
    (missing,) = ready_for_checking(replace(whole(), **change))

    assert (missing.page, missing.paragraph) == (page, paragraph)


def test_enough_reasons_and_no_usual_number_ask_for_nothing():
    assert ready_for_checking(replace(whole(), recommendations=11, reasoned_for=11)) == ()
    assert ready_for_checking(replace(whole(), recommendations=11, usual_most=None)) == ()


@given(st.sets(st.sampled_from([one.key for one in whole().sections])))
def test_exactly_the_needed_sections_without_text_are_missing(emptied):
    draft = whole()
    texts = {key: text for key, text in draft.texts.items() if key not in emptied}

    missing = ready_for_checking(replace(draft, texts=texts))

    needed = {one.key for one in draft.sections if one.key in draft.texts} - {"recommendations"}
    assert {one.section for one in missing} == needed & emptied
    assert {one.page for one in missing} <= PAGES
    if missing:
        with pytest.raises(Refused, match="not whole yet"):
            check_ready(missing)


@pytest.mark.parametrize("placement", [Placement.ANNEX, Placement.KEPT])
def test_figures_of_an_annex_do_not_stand_in_the_text(placement):
    draft = whole()
    texts = draft.texts | {"foreword": "[data item 2]"}

    (missing,) = ready_for_checking(replace(draft, texts=texts, placements={2: placement}))

    assert missing.section == "foreword"
    assert missing.paragraph == "32"


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ([], "core has no layout"),
        ([(["core", "core"], True, ["foreword"])], "two layouts"),
        ([(["core"], True, ["foreword", "foreword"])], "there twice"),
    ],
)
def test_a_layout_that_says_two_things_or_nothing_is_refused(listed, told):
    data = {
        "reports": [
            {
                "for": {"kinds": kinds, "rated": rated},
                "sections": [{"id": one, "kind": "text", "title": one, "needed": True} for one in ids],
            }
            for kinds, rated, ids in listed
        ]
    }

    with pytest.raises(Refused, match=told):
        read_layouts(DataFile("report.yaml", data, {(): 1}))


def test_words_of_a_rating_are_read_as_words_and_never_as_markup():
    told = "# 1. *Panel* [x](y) <b> | `z`"
    found = passages("ratings", ratings_markdown([RatingText("a", told, "good", told, (told,))], None))

    assert [one.kind for one in found] == ["heading", "paragraph", "list"]
    assert {one.text for one in found} == {told}
