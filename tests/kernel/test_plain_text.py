"""Typed text is kept as it is, or refused with words that say what to remove."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.plain_text import many_lines, one_line, typed_line, typed_lines
from oversight.kernel.refusals import Refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=1+1", "=1+1"),
        ("e\u0301", "é"),
        ("Siân Ŵyn", "Siân Ŵyn"),
        ("עדה", "עדה"),
        ("a\tb", "a b"),
        ("👩‍🔬", "👩‍🔬"),
        ("", ""),
    ],
)
def test_text_is_kept(typed, kept):
    assert one_line(typed, longest=60) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a\x00b", "Character 2 is a control character"),
        ("a\x1b[31m", "Character 2 is a control character"),
        ("a\u202eb", "Character 2 changes the direction"),
        ("\u2066a", "Character 1 changes the direction"),
        ("a\nb", "line break at character 2"),
        ("a\r", "line break at character 2"),
        ("a\u2028b", "line break at character 2"),
        ("\ud800", "control character"),
        ("a" * 61, "Enter 60 characters or fewer: there are 61"),
    ],
)
def test_text_is_refused_with_its_place(typed, said):
    with pytest.raises(ValueError, match=said):
        one_line(typed, longest=60)


def test_the_longest_text_allowed_is_kept():
    assert one_line("a" * 60, longest=60) == "a" * 60


def test_lines_are_kept_as_lines():
    assert many_lines("a \r\nb\rc\n\n", longest=60) == "a\nb\nc"

    with pytest.raises(ValueError, match="Character 4 is a control"):
        many_lines("a\nb\x07", longest=60)


@given(st.text())
def test_what_is_kept_can_be_stored_and_is_kept_again(typed):
    try:
        kept = one_line(typed, longest=10_000)
    except ValueError:
        return

    kept.encode("utf-8")
    assert one_line(kept, longest=10_000) == kept
    assert not any(unicodedata.category(character) == "Cc" for character in kept)


@pytest.mark.parametrize(("typed", "clean"), [(typed_line, one_line), (typed_lines, many_lines)])
def test_what_is_typed_is_cleaned_or_refused_beside_its_field(typed, clean):
    assert typed(" as  it is ", "note", longest=20) == clean(" as  it is ", longest=20)
    for given_text in ("too long", "a\x00b"):
        with pytest.raises(ValueError, match=r"\S") as fault:
            clean(given_text, longest=5)
        with pytest.raises(Refused) as refused:
            typed(given_text, "note", longest=5)
        assert (refused.value.rule, refused.value.field) == ("plain_text", "note")
        assert str(fault.value) in str(refused.value)
