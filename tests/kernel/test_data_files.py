"""Data files written by hand: every fault is named by file, line and field."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.data_files import DEEPEST, read_csv, read_yaml
from oversight.kernel.refusals import Refused

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "weeks"],
    "properties": {
        "name": {"type": "string"},
        "weeks": {"type": "integer"},
        "force": {"enum": ["must", "aim"]},
        "on": {"type": "string", "pattern": "^[0-9-]+$", "description": "a day such as 2026-03-16"},
        "steps": {"type": "array", "items": {"type": "string"}},
        "long": {"type": "string", "maxLength": 3},
    },
}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), values, min_size=1, max_size=4))
def test_what_is_read_is_what_a_yaml_reader_reads(data):
    text = yaml.safe_dump(data, allow_unicode=False)

    assert read_yaml(text, "x.yaml").data == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\n", "x.yaml, line 1: weeks is missing."),
        ("{}\n", "x.yaml, line 1: name and weeks are missing."),
        ("name: x\nweeks: ten\n", "x.yaml, line 2, weeks: 'ten' is not a whole number."),
        ("name: 5\nweeks: 5\n", "x.yaml, line 1, name: 5 is not text; put it in quotation marks."),
        ("name: x\nweeks: 5\nwekes: 6\n", "line 1: there is no field wekes. Known are: name, weeks"),
        ("name: x\nweeks: 5\nforce: may\n", "line 3, force: 'may' is not one of must or aim."),
        ('name: x\nweeks: 5\n"on": soon\n', "line 3, on: 'soon' does not fit: a day such as 2026-03-16."),
        ("name: x\nweeks: 5\nsteps:\n  - a\n  - 5\n", "line 5, steps.1: 5 is not text"),
        ("name: x\nweeks: 5\nsteps: a\n", "line 3, steps: 'a' is not a list."),
        ("name: x\nweeks: 5\nlong: abcd\n", "line 3, long: 'abcd' is too long."),
        ("name: x\nweeks: 5\nname: y\n", "line 3: 'name' is there twice"),
        ("name: x\nweeks: 5\non: soon\n", "x.yaml, line 3: YAML reads on as yes."),
        ("name: [x\n", "line 2: this is not YAML"),
        ("- a\n", "x.yaml, line 1: this is not a mapping of fields."),
        ("", "x.yaml is empty."),
        ("# nothing\n", "x.yaml is empty."),
    ],
)
def test_a_fault_in_yaml_is_named_by_line_and_field(text, said):
    with pytest.raises(Refused) as refused:
        read_yaml(text, "x.yaml", SCHEMA)

    assert said in refused.value.why
    assert refused.value.rule == "data_file"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &a [*a]\n", 1),
        ("a: &a\n  - 1\n  - *a\n", 3),
        ("a: &a\n  b:\n    c: *a\n", 3),
        ("&a\nb: *a\n", 2),
        ("a: &a\n  - ? *a\n    : 1\n", 2),
        ("a: &a\n  - &b [1]\n  - [*b, [*a]]\n", 3),
    ],
)
def test_yaml_that_contains_itself_is_refused_by_line(text, line):
    with pytest.raises(Refused) as refused:
        read_yaml(text, "x.yaml")

    assert refused.value.rule == "data_file"
    assert refused.value.why.startswith(f"x.yaml, line {line}: *a stands inside what it repeats")


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1, 2]\nb: *a\nc: [*a, *a]\n",
        "a: &a {b: 1}\nc: {d: *a}\n",
        "a: &a [1, &b 2, *b]\nb: [*a, *b]\n",
    ],
)
def test_yaml_that_repeats_a_finished_part_is_read(text):
    assert read_yaml(text, "x.yaml").data == yaml.safe_load(text)


def test_yaml_may_lie_as_deep_as_the_limit_and_no_deeper():
    def nested(depth):
        return "\n" + "[" * depth + "]" * depth

    assert read_yaml(nested(DEEPEST), "x.yaml").data == yaml.safe_load(nested(DEEPEST))
    # At a million the parser written in C would take the whole process down.
    for depth in (DEEPEST + 1, 1_000_000):
        with pytest.raises(Refused, match=f"line 2: more than {DEEPEST} lists and mappings"):
            read_yaml(nested(depth), "x.yaml")


def test_yaml_makes_no_objects():
    with pytest.raises(Refused, match="line 1, name: this is not text"):
        read_yaml("name: !!python/object/apply:os.getcwd []\nweeks: 1\n", "x.yaml", SCHEMA)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n1\n", "x.csv, line 1: the column b is missing."),
        ("a,b,b\n1,2,3\n", "the column b is there more than once."),
        ("a,b,c\n1,2,3\n", "there is no column 'c'."),
        ("a,b\n1\n", "x.csv, line 2: 1 cells under 2 headings."),
        ("a,b\n1,2\n\n1,2,3\n", "x.csv, line 4: 3 cells under 2 headings."),
        ('a,b\n1,"2\n', "this is not CSV"),
        ("", "the column a is missing."),
    ],
)
def test_a_fault_in_csv_is_named_by_line(text, said):
    with pytest.raises(Refused) as refused:
        read_csv(text, "x.csv", ("a", "b"))

    assert said in refused.value.why


def test_rows_of_csv_know_their_line():
    first, second = read_csv('\ufeffb,a\n" 1 ","2\n3"\n\n4,5\n', "x.csv", ("a", "b"))

    assert dict(first.cells) == {"a": "2\n3", "b": "1"}
    assert (first.line, second.line) == (3, 5)
    assert "x.csv, line 5, column a: wrong." in first.refused("a", "wrong.", "Do.").why.replace("3", "5")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title: a\neffective_from: 2026-13-45\n", 2),
        ("title: !!int none\n", 1),
        ("title: a\nlength: !!foo 3\n", 2),
        ("title: a\n? [a, b]\n: c\n", 2),
        ("title: a\n? {a: b}\n: c\n", 2),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_line(text, line):
    with pytest.raises(Refused) as refused:
        read_yaml(text, "some.yaml")

    assert refused.value.why.startswith(f"some.yaml, line {line}: ")
    assert refused.value.what_next


def test_what_is_repeated_without_end_is_refused_soon():
    levels = [f"l{place}: &l{place} [{', '.join([f'*l{place - 1}'] * 9)}]" for place in range(1, 9)]

    with pytest.raises(Refused, match="more than"):
        read_yaml("\n".join(["l0: &l0 [1, 2, 3, 4, 5, 6, 7, 8, 9]", *levels]), "some.yaml")
