"""Uploaded lists: codes and never names, every fault by row, strata as data (¶16)."""

from __future__ import annotations

import pytest
import yaml

from oversight.inspections.rules import case_lists
from oversight.inspections.rules.case_lists import design_of, read_case_list, read_designs
from oversight.inspections.rules.reading import programme_of, shipped_programmes
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused

HEADING = "case,officer,sex,supervision,risk,leave_out"


@pytest.fixture
def design():
    found = design_of(programme_of(shipped_programmes(), "pdu-2023-25", 1), "cases")
    assert found is not None
    return found


def read(design, *rows: str):
    return read_case_list("\n".join([HEADING, *rows]), "list.csv", design)


def test_every_sample_of_its_own_has_a_design():
    missing = [
        (programme.id, sample.id)
        for programme in shipped_programmes()
        for sample in programme.samples
        if not sample.from_units and design_of(programme, sample.id) is None
    ]

    assert missing == []


def test_every_design_is_of_a_sample_that_is_there():
    known = {(one.id, one.version, sample.id) for one in shipped_programmes() for sample in one.samples}

    assert set(case_lists._designs()) <= known


def test_the_cap_and_the_buffer_are_labelled_as_defaults(design):
    assert (design.most_per_officer.figure, design.most_per_officer.default) == (6, True)
    assert (design.buffer_per_cent.figure, design.buffer_per_cent.default) == (20, True)


@pytest.mark.parametrize(
    ("facts", "stratum"),
    [
        ("female,community,low", "women"),
        ("female,post_custody,not_low", "women"),
        ("male,community,low", "men_community_low"),
        ("male,community,not_low", "men_community_not_low"),
        ("male,post_custody,low", "men_post_custody_low"),
        ("male,post_custody,not_low", "men_post_custody_not_low"),
    ],
)
def test_a_case_falls_into_the_stratum_of_its_facts(design, facts, stratum):
    found = read(design, f"X123456,N57A001,{facts},")

    assert found.faults == ()
    assert found.cases[0].stratum == stratum


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Jane Smith,N57A001,female,community,low,", "case"),
        ("Smith,N57A001,female,community,low,", "case"),
        (",N57A001,female,community,low,", "case"),
        ("X1 2,N57A001,female,community,low,", "case"),
        ("X123456,Jones,female,community,low,", "officer"),
        ("X123456,N57A001,unknown,community,low,", "sex"),
        ("X123456,N57A001,female,,low,", "supervision"),
        ("X123456,N57A001,female,community,low,because", "leave_out"),
    ],
)
def test_a_name_or_an_unknown_value_is_refused_by_row_and_column(design, row, column):
    found = read(design, "X000001,N57A001,female,community,low,", row)

    assert [(one.line, one.column) for one in found.faults] == [(3, column)]


def test_all_faults_of_a_list_are_told_at_once_and_a_case_twice_is_one(design):
    found = read(
        design,
        "X000001,N57A001,female,community,low,",
        "x000001,N57A001,female,community,low,",
        "X000002,Smith,neither,community,low,",
    )

    assert [(one.line, one.column) for one in found.faults] == [(3, "case"), (4, "officer"), (4, "sex")]


def test_a_case_can_be_left_out_with_a_reason_of_the_programme(design):
    assert read(design, "X123456,N57A001,female,community,low,restricted").cases[0].excluded == "restricted"


@pytest.mark.parametrize("text", ["", HEADING, "case,officer\nX1,N1", f"{HEADING}\nX1,N1"])
def test_a_file_of_another_shape_is_refused_whole(design, text):
    with pytest.raises(Refused) as caught:
        read_case_list(text, "list.csv", design)

    assert caught.value.rule == "data_file"


def test_a_list_longer_than_any_caseload_is_refused(design, monkeypatch):
    monkeypatch.setattr(case_lists, "MOST_ROWS", 1)

    with pytest.raises(Refused):
        read(design, "X1,N1,female,community,low,", "X2,N1,female,community,low,")


DESIGN = """
designs:
  - programmes: [{programme: p, version: 1, samples: [cases]}]
    most_per_officer: {figure: 6, default: true, note: n}
    buffer_per_cent: {figure: 20, default: true, note: n}
    facts: {sex: {title: Sex, values: {female: Female, male: Male}}}
    strata: [{id: women, title: Women, when: {sex: female}}, {id: men, title: Men, when: {}}]
    exclusions: {other: Other}
"""


def test_a_design_is_read():
    assert set(read_designs(read_yaml(DESIGN, "d.yaml"))) == {("p", 1, "cases")}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("when: {}", "when: {sex: male}"),
        ("when: {sex: female}", "when: {sex: none}"),
        ("when: {sex: female}", "when: {age: female}"),
        ("samples: [cases]}]", "samples: [cases]}, {programme: p, version: 1, samples: [cases]}]"),
    ],
)
def test_a_design_that_leaves_a_case_without_a_stratum_is_refused(was, becomes):
    assert was in DESIGN

    with pytest.raises(Refused):
        read_designs(read_yaml(DESIGN.replace(was, becomes), "d.yaml"))


def test_the_schema_takes_the_design_and_refuses_a_figure_without_its_label():
    schema = yaml.safe_load(case_lists._DATA.joinpath("sampling-schema.yaml").read_text())
    read_yaml(DESIGN, "d.yaml", schema)

    with pytest.raises(Refused):
        read_yaml(DESIGN.replace("figure: 6, default: true,", "figure: 6,"), "d.yaml", schema)
