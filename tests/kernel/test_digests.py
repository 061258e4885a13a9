"""Different records never share their bytes, and what cannot be written exactly is refused."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.digests import canonical, digest, moment_text, parse, read_moment

_zones = st.integers(min_value=-14 * 60, max_value=14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
_moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - the zones are drawn
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001 - the zones are drawn
    timezones=_zones,
)
_texts = st.text() | st.sampled_from(["", "$", "$date", "$$date", "2026-03-16", "\x00", "é", "e\u0301", "🙂"])
_keys = _texts | st.sampled_from(["$moment", "$decimal", "$bytes", "$$", "a"])
_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | _texts
    | st.dates()
    | _moments
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.binary()
)
values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=20,
)


def told_apart(value):
    """Give a form in which Python's own equality is as strict as a record: types and digits count."""
    if isinstance(value, dict):
        return ("mapping", {key: told_apart(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return ("list", [told_apart(item) for item in value])
    if isinstance(value, datetime):
        return ("moment", value.astimezone(UTC).isoformat())
    if isinstance(value, Decimal):
        return ("decimal", str(value))
    return (type(value).__name__, value)


@given(values)
def test_what_was_written_is_read_back(value):
    assert told_apart(parse(canonical(value))) == told_apart(value)


@given(values, values)
def test_values_share_their_text_only_when_they_are_the_same(one, other):
    assert (canonical(one) == canonical(other)) == (told_apart(one) == told_apart(other))


@given(st.dictionaries(_keys, _scalars, min_size=2))
def test_the_order_of_keys_does_not_matter(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(values)
def test_text_is_ascii_json_without_line_breaks(value):
    text = canonical(value)

    assert text.isascii()
    assert "\n" not in text
    json.loads(text)


@given(st.text())
def test_reading_takes_canonical_text_and_nothing_else(text):
    try:
        value = parse(text)
    except ValueError:
        return
    assert canonical(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1, "1"),
        ("é", '"\\u00e9"'),
        (date(2026, 3, 16), '{"$date":"2026-03-16"}'),
        (
            datetime(2026, 7, 1, 9, 30, tzinfo=ZoneInfo("Europe/London")),
            '{"$moment":"2026-07-01T08:30:00.000000Z"}',
        ),
        (Decimal("1.50"), '{"$decimal":"1.50"}'),
        (b"\x00\xff", '{"$bytes":"00ff"}'),
        ((1, [2]), "[1,[2]]"),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        (MappingProxyType({"$date": "2026-03-16"}), '{"$$date":"2026-03-16"}'),
        (StrEnum("Kind", ["CORE"]).CORE, '"core"'),
    ],
)
def test_each_type_has_its_own_text(value, text):
    assert canonical(value) == text


def test_digest_is_the_sha256_of_the_text():
    assert digest({"a": "é"}) == hashlib.sha256(b'{"a":"\\u00e9"}').hexdigest()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"rate": [1, 0.5]}, r"rate\[1\] is a float"),
        (float("nan"), "The record is a float"),
        ({"of": {"who": object()}}, "of.who is a object"),
        ({"set": {1, 2}}, "set is a set"),
        ({1: "a"}, "A key of The record is a int"),
        ({"in": {None: "a"}}, "A key of in is a NoneType"),
    ],
)
def test_types_without_exact_text_are_refused_by_place(value, message):
    with pytest.raises(TypeError, match=message):
        canonical(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"at": datetime(2026, 3, 16)}, "at: .*no time zone"),  # noqa: DTZ001 - the mistake meant
        (["\ud83d\ude00"], r"\[0\] holds half of a surrogate pair"),
        ({"\ud800": 1}, "holds half of a surrogate pair"),
        (Decimal("NaN"), "no number"),
        (Decimal("-Infinity"), "no number"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), "outside the years"),
    ],
)
def test_values_that_are_no_values_are_refused(value, message):
    with pytest.raises(ValueError, match=message):
        canonical(value)


def test_nesting_without_end_is_refused_and_does_not_crash():
    endless: list = []
    endless.append(endless)

    with pytest.raises(ValueError, match="nested this deep"):
        canonical(endless)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "1.0",
        "1e3",
        "NaN",
        " 1",
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a": 1}',
        '"é"',
        '"\\ud800"',
        '{"$date":"2026-3-16"}',
        '{"$date":20260316}',
        '{"$moment":"2026-03-16T09:30:00Z"}',
        '{"$moment":"2026-03-16T09:30:00.000000+00:00"}',
        '{"$decimal":"one"}',
        '{"$decimal":"1_0"}',
        '{"$bytes":"0F"}',
        '{"$unknown":"x"}',
        '{"$date":"2026-03-16","a":1}',
        "[" * 100_000,
    ],
)
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse(text)


@given(_moments, _moments)
def test_texts_of_moments_sort_as_the_moments_do(one, other):
    assert (moment_text(one) < moment_text(other)) == (one < other)
    assert read_moment(moment_text(one)) == one
    assert len(moment_text(one)) == 27


def test_text_does_not_depend_on_the_order_in_which_a_process_hashes():
    program = "from oversight.kernel.digests import digest; print(digest({c: 1 for c in set('oversight$')}))"

    told = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(told) == 1
