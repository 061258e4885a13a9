"""Markdown to passages, and passages followed from version to version (D1, ¶22)."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.inspections.rules.report_comparing import (
    ADDED,
    CHANGED,
    REMOVED,
    SAME,
    compared,
    words_compared,
)
from oversight.inspections.rules.reporting import Passage, SectionText, follow, items_placed, passages

WORDS = st.sampled_from(["staff", "risk", "plans", "cases", "the", "unit", "good", "poor", "some", "new"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
TEXTS = st.lists(SENTENCES, max_size=8).map("\n\n".join)
#: Whatever people paste: markup, HTML, stray signs.
ANYTHING = st.text(
    alphabet=st.sampled_from(list("ab <>&\"'#*_-|[]()!`~1.\n/:=")) | st.characters(codec="utf-8"),
    max_size=200,
)


def kinds(markdown: str) -> list[str]:
    return [one.kind for one in passages("s", markdown)]


def html(markdown: str) -> str:
    return "".join(one.html for one in passages("s", markdown))


def test_every_kind_of_block_is_a_passage_of_its_own():
    text = (
        "# Head\n\nWords\n\n- one\n- two\n\n1. a\n\n> said\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n[data item 3]"
    )

    assert kinds(text) == ["heading", "paragraph", "list", "list", "quote", "table", "data_item"]


def test_anchors_are_the_key_and_the_place():
    assert [one.anchor for one in passages("foreword", "a\n\nb")] == ["foreword-p1", "foreword-p2"]


@pytest.mark.parametrize(
    ("typed", "shown"), [("# a", "h3"), ("## a", "h4"), ("### a", "h5"), ("#### a", "h6"), ("###### a", "h6")]
)
def test_headings_come_below_those_of_the_page_and_the_section(typed, shown):
    assert f"<{shown} " in html(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<style>p {}</style>",
        "![picture](https://example.org/x.png)",
        '<a href="data:text/html,x">x</a>',
        "[x](vbscript:x)",
    ],
)
def test_nothing_that_runs_or_is_fetched_comes_through(typed):
    made = html(typed)

    assert not re.search(r"<(?!/?(p|a)\b)", made)
    assert not re.search(r'<a [^>]*href="(javascript|data|vbscript)', made)


def test_words_are_kept_without_their_markup():
    (one,) = passages("s", "Some *marked* `code` [link](https://example.org)\nand more")

    assert one.text == "Some marked code link and more"


def test_a_table_keeps_its_cells_apart():
    (one,) = passages("s", "| a | b |\n|---|---|\n| 1 | 2 |")

    assert one.text == "a | b\n1 | 2"
    assert 'scope="col"' in one.html


def test_a_data_item_is_placed_by_a_line_of_its_own_alone():
    assert items_placed("[data item 3]\n\nSee [data item 4].\n\n[Data item 12]\n\n[data item 0]") == (3, 12)


@given(ANYTHING)
@settings(max_examples=150)
def test_whatever_is_typed_gives_clean_passages_with_anchors_of_their_own(text):
    found = passages("s", text)

    assert len({one.anchor for one in found}) == len(found)
    tags = set(re.findall(r"<([a-z0-9]+)", "".join(one.html for one in found)))
    allowed = "p h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td a strong em s code pre br"
    assert tags <= set(allowed.split())


@given(TEXTS)
def test_a_text_followed_to_itself_is_the_same_everywhere(text):
    found = passages("s", text)

    assert all(one.state == "same" for one in follow(found, found).values())


@given(TEXTS, TEXTS)
@settings(max_examples=150)
def test_no_two_passages_lead_to_one_and_only_unchanged_ones_are_the_same(before, after):
    old, new = passages("s", before), passages("s", after)
    found = follow(old, new)
    texts = {one.anchor: one.text for one in new}
    targets = [one.anchor for one in found.values() if one.anchor]

    assert list(found) == [one.anchor for one in old]
    assert len(targets) == len(set(targets))
    for one in old:
        there = found[one.anchor]
        assert (there.state == "same") == (there.anchor != "" and texts[there.anchor] == one.text)
        assert (there.state == "gone") == (there.anchor == "")


@given(st.lists(SENTENCES, min_size=2, max_size=8, unique=True), st.data())
def test_an_unchanged_passage_is_found_wherever_it_moved(sentences, data):
    moved = data.draw(st.permutations(sentences))

    found = follow(passages("s", "\n\n".join(sentences)), passages("t", "\n\n".join(moved)))

    assert {one.state for one in found.values()} == {"same"}


def test_a_reworded_passage_is_followed_and_an_unlike_one_is_gone():
    old = passages("s", "First stays.\n\nThe unit has few staff in post.\n\nGone altogether.")
    new = passages("s", "First stays.\n\nThe unit has very few staff in post.\n\nQuite other words here now.")

    assert [(one.anchor, one.state) for one in follow(old, new).values()] == [
        ("s-p1", "same"),
        ("s-p2", "changed"),
        ("", "gone"),
    ]


def test_a_recommendation_is_followed_by_its_number():
    old = [Passage("recommendations-r2", "recommendation", "Do this", "<p>Do this</p>", 2)]
    new = [
        Passage("recommendations-r1", "recommendation", "Do this", "<p>Do this</p>", 1),
        Passage("recommendations-r2", "recommendation", "Another thing", "<p>Another thing</p>", 2),
    ]

    assert follow(old, new)["recommendations-r2"].anchor == "recommendations-r2"
    assert follow(old, new)["recommendations-r2"].state == "changed"


@given(TEXTS, TEXTS)
def test_word_by_word_both_texts_can_be_read_back(old, new):
    found = words_compared(old, new)

    assert "".join(one.text for one in found if one.state != ADDED) == old
    assert "".join(one.text for one in found if one.state != REMOVED) == new


def section(key: str, text: str) -> SectionText:
    return SectionText(key, key.capitalize(), passages(key, text))


@given(TEXTS, TEXTS)
@settings(max_examples=100)
def test_a_comparison_shows_every_passage_of_both_once(before, after):
    old, new = section("s", before), section("s", after)

    (found,) = compared([old], [new])

    read_old = ["".join(w.text for w in one.words if w.state != ADDED) for one in found.passages]
    read_new = ["".join(w.text for w in one.words if w.state != REMOVED) for one in found.passages]
    assert sorted(filter(None, read_old)) == sorted(one.text for one in old.passages)
    assert list(filter(None, read_new)) == [one.text for one in new.passages]


def test_a_comparison_tells_added_removed_changed_moved_and_gone():
    old = [section("a", "Stays.\n\nThe unit is well led now.\n\nTo move along."), section("b", "Goes.")]
    new = [section("a", "Stays.\n\nThe unit is badly led now."), section("c", "To move along.\n\nNew.")]

    first, added, gone = compared(old, new)

    assert [one.state for one in first.passages] == [SAME, CHANGED]
    assert [(one.state, one.moved_from) for one in added.passages] == [(SAME, "A"), (ADDED, "")]
    assert (gone.key, gone.state, [one.state for one in gone.passages]) == ("b", REMOVED, [REMOVED])


def test_a_change_of_form_alone_is_said_to_be_one():
    (found,) = compared([section("a", "Some words")], [section("a", "Some **words**")])

    assert found.passages[0].form_only


def test_a_report_written_anew_is_compared_in_no_time():
    old = section("a", "\n\n".join(f"Paragraph {number} says this and that of it" for number in range(400)))
    new = section("a", "\n\n".join(f"Of {number} nothing else was ever told here" for number in range(400)))

    started = time.process_time()
    compared([old], [new])
    words_compared("a word " * 30_000, "another word " * 30_000)

    assert time.process_time() - started < 5
