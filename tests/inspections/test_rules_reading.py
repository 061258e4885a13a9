"""Programmes as data: what is shipped, what figures rest on, what is refused by line and field (A9, ¶9)."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from oversight.inspections.rules.programmes import NOT_CONFIRMED, Basis, JudgedBy
from oversight.inspections.rules.reading import programme_of, programme_on, read_programme, shipped_programmes
from oversight.kernel.refusals import Refused
from oversight.publication.rules import programmes as published
from tests.inspections.stories import DYNAMIC, NATIONAL, PDU_2021, PDU_2023, REGION, programme, text_of


def test_the_programmes_are_those_of_the_public_register():
    for held in published.programmes().all:
        rules = programme(held.id)
        assert rules.rated == held.rated
        if not held.rated:
            continue
        assert rules.rating.overall.maximum == held.score_max
        names = {one.id: one.name for one in rules.standards}
        assert {one.key: one.title for one in held.standards}.items() <= names.items()
        assert not held.standards_complete or len(names) == len(held.standards)
    # Thematic inspections are of no programme of the register: they are never rated.
    listed = {one.id for one in shipped_programmes() if one.id != "thematic-2023"}
    assert listed == {one.id for one in published.programmes().all}


def test_each_programme_has_as_many_standards_and_points_as_published():
    facts = {
        one.id: (len(one.standards), one.rating.overall.maximum if one.rating else None)
        for one in shipped_programmes()
    }

    assert facts == {
        PDU_2021: (9, 27),
        PDU_2023: (7, 21),
        REGION: (8, 24),
        NATIONAL: (4, 12),
        DYNAMIC: (8, None),
        "thematic-2023": (3, None),
    }


def test_four_regional_standards_come_from_unit_cases_two_from_its_own_and_two_from_evidence():
    rules = programme(REGION)
    from_units = {one.id for one in rules.samples if one.from_units}
    units = {one.id for one in rules.standards if one.sample in from_units}
    own = {one.id for one in rules.standards if one.sample and one.sample not in from_units}

    assert units == {"desistance", "public_protection", "resettlement", "court_work"}
    assert own == {"unpaid_work", "victim_work"}
    assert {one.id for one in rules.standards if one.judged_by is JudgedBy.EVIDENCE} == {
        "leadership",
        "staffing",
    }


def test_a_region_knows_every_question_that_its_units_are_asked():
    asked = {one.id for one in programme(PDU_2023).questions_of("cases")}
    rules = programme(REGION)

    assert {one.id for one in rules.questions_of("cases")} | rules.unused_unit_questions == asked


def bases(held):
    """Give every basis in a programme with the place where it stands."""
    if isinstance(held, Basis):
        return [held]
    if isinstance(held, tuple | frozenset):
        return [basis for one in held for basis in bases(one)]
    if hasattr(held, "__dataclass_fields__"):
        return [basis for name in held.__dataclass_fields__ for basis in bases(getattr(held, name))]
    return []


@pytest.mark.parametrize("rules", shipped_programmes(), ids=lambda rules: rules.id)
def test_every_figure_names_its_pages_or_says_that_none_confirms_it(rules):
    found = bases(rules)

    assert len(found) > 15
    for basis in found:
        assert basis.verified == bool(basis.sources)
        assert basis.flag == ("" if basis.sources else NOT_CONFIRMED)
        assert basis.sources or basis.note
        assert all(source.address.startswith("https://") for source in basis.sources)


@pytest.mark.parametrize("identifier", [PDU_2021, PDU_2023, REGION])
def test_nothing_recalled_is_called_confirmed(identifier):
    rules = programme(identifier).rating
    recalled = [
        rules.points_basis,
        rules.cases.thresholds_basis,
        rules.cases.combining_basis,
        rules.evidence.basis,
        rules.discretion.basis,
        *(ground.basis for ground in rules.discretion.grounds),
        rules.overall.bands_basis,
        programme(identifier).small_sample.basis,
        programme(identifier).left_out_basis,
        *(one.code_basis for one in programme(identifier).standards if one.code),
    ]

    assert not any(basis.verified for basis in recalled)


def test_what_is_published_is_called_confirmed():
    nine, seven, region = (programme(one) for one in (PDU_2021, PDU_2023, REGION))

    assert nine.rating.overall.maximum_basis.verified
    assert not seven.rating.overall.maximum_basis.verified
    assert seven.rating.overall.caps_basis.verified
    for rules in (nine, seven, region):
        assert rules.rating.scale_basis.verified
        assert all(one.name_basis.verified for one in rules.standards)
    assert [one.name_basis.verified for one in programme(NATIONAL).standards] == [False, False, True, False]


def test_an_inspection_keeps_the_version_it_began_under():
    later = text_of(PDU_2023).replace("version: 1", "version: 2", 1).replace("2023-10-01", "2026-04-01", 1)
    versions = [*shipped_programmes(), read_programme(later, "later.yaml")]

    assert programme_on(versions, PDU_2023, date(2026, 3, 31)).version == 1
    assert programme_on(versions, PDU_2023, date(2026, 4, 1)).version == 2
    assert programme_of(versions, PDU_2023).version == 2
    assert programme_of(versions, PDU_2023, 1).effective_from == date(2023, 10, 1)


def test_there_is_no_programme_before_it_takes_effect_nor_one_unheard_of():
    with pytest.raises(Refused, match="had taken effect on 30 September 2023"):
        programme_on(shipped_programmes(), PDU_2023, date(2023, 9, 30))
    with pytest.raises(Refused, match="has no version 7"):
        programme_of(shipped_programmes(), PDU_2023, 7)
    with pytest.raises(Refused, match="There is no programme “prisons”"):
        programme_of(shipped_programmes(), "prisons")


def test_no_other_body_can_own_standards():
    with pytest.raises(Refused) as refused:
        read_programme(text_of(PDU_2023).replace("owner: hmip", "owner: moj"), "mine.yaml")

    assert refused.value.paragraph == "9"
    assert "mine.yaml, line 7, owner: only HM Inspectorate of Probation" in refused.value.why


FAULTS = [
    ("version: 1", "version: 0", "version", "less than the minimum"),
    ("effective_from: 2023-10-01", "effective_from: October", "effective_from", "not a date"),
    ("effective_from: 2023-10-01", "effective_from: 2023-10-01 10:00:00", "effective_from", "not a date"),
    ("title: PDU inspections, 2023 to 2025", "titel: PDU inspections", "", "titel"),
    ("judged_by: cases", "judged_by: instinct", "standards.3.judged_by", "instinct"),
    ("judged_by: cases", "judged_by: evidence", "standards.3.sample", "others have none"),
    ("judged_by: evidence", "judged_by: cases", "standards.0.sample", "has a sample and questions"),
    ("group: service_delivery", "group: service", "standards.3.group", "not one of the groups"),
    ("sample: cases", "sample: files", "standards.3.sample", "not one of the samples"),
    (
        "dimension: safety",
        "dimension: danger",
        "standards.3.questions.2.dimension",
        "not one of the dimensions",
    ),
    ("id: planning-safety", "id: planning-desistance", "standards.4.questions.2.id", "given twice"),
    ("id: staffing", "id: leadership", "standards.1.id", "given twice"),
    ("name_basis: {verified: [seven-standards]}", "name_basis: {}", "standards.0.name_basis", "non-empty"),
    (
        "name_basis: {verified: [seven-standards]}",
        "name_basis: {verified: [seven-standards], unverified: Or not.}",
        "standards.0.name_basis",
        "say either which pages confirm it",
    ),
    (
        "name_basis: {verified: [seven-standards]}",
        "name_basis: {verified: [hearsay]}",
        "standards.0.name_basis.verified.0",
        "not one of the sources",
    ),
    ("    code: P 1.1\n", "", "standards.0.code", "go together"),
    ("good: 65", "good: 50", "rating.cases.thresholds.at_least.good", "more than the 50 before it"),
    ("good: 65", "good: 101", "rating.cases.thresholds.at_least.good", "101"),
    ("good: 65", "good: 65.5", "rating.cases.thresholds.at_least.good", "65.5"),
    (
        "{inadequate: 0, requires",
        "{inadequate: 1, requires",
        "rating.cases.thresholds.at_least.inadequate",
        "at 0",
    ),
    ("good: 65,", "great: 65,", "rating.cases.thresholds.at_least.great", "not on the scale"),
    ("good: 65,", "", "rating.cases.thresholds.at_least", "the figure for Good is missing"),
    ("good: 17", "good: 10", "rating.overall.bands.up_to.good", "more than the 10 before it"),
    (
        "outstanding: 21",
        "outstanding: 20",
        "rating.overall.bands.up_to.outstanding",
        "ends at the maximum, 21",
    ),
    ("{points: 21,", "{points: 25,", "rating.overall.maximum.points", "give 21, not 25"),
    ("name: Good, points: 2", "name: Good, points: 1", "rating.scale.ratings.2.points", "gives more points"),
    ("name: Good, points: 2", "name: inadequate, points: 2", "rating.scale.ratings.2.id", "given twice"),
    (
        "        within_points: 5\n",
        "",
        "rating.discretion.grounds.0.within_points",
        "near_boundary has this field",
    ),
    ("kind: small_sample", "kind: one_judgement", "rating.discretion.grounds.2.kind", "given twice"),
    ("    panel_at_least: 2", "    panel_at_least: 1", "rating.evidence.panel_at_least", "1"),
    ("how: lowest_question", "how: highest_question", "rating.cases.combining.how", "highest_question"),
    ("\nstandards:\n", "\nthemes:\n", "themes", "one without ratings has themes"),
    ("rated: true", "rated: false", "inspection_types", "has a rated inspection"),
    (
        "sources:\n",
        "sources:\n  spare: {title: Spare, address: 'https://example.org'}\n",
        "sources.spare",
        "leave it out",
    ),
    (
        "\nshares:\n",
        "\nunused_unit_questions: [how-was-it]\nshares:\n",
        "unused_unit_questions",
        "no sample comes from units",
    ),
    ("    address: https://", "    address: ftp://", "sources.pdu-page.address", "ftp://"),
]


@pytest.mark.parametrize(("before", "after", "field", "words"), FAULTS)
def test_a_fault_is_refused_with_its_line_and_field(before, after, field, words):
    text = text_of(PDU_2023)
    assert before in text

    with pytest.raises(Refused) as refused:
        read_programme(text.replace(before, after, 1), "changed.yaml")

    assert refused.value.field == field
    assert words in refused.value.why
    assert "changed.yaml, line " in refused.value.why
    assert refused.value.what_next


def test_the_line_that_is_named_is_the_line_of_the_fault():
    lines = text_of(PDU_2023).splitlines()
    place = next(number for number, line in enumerate(lines) if "good: 17" in line)
    lines[place] = lines[place].replace("good: 17", "good: 99")

    with pytest.raises(Refused, match=f"line {place + 1}, rating.overall.bands.up_to.outstanding"):
        read_programme("\n".join(lines), "changed.yaml")


def changed(change):
    raw = yaml.safe_load(text_of(PDU_2023))
    change(raw)
    return yaml.safe_dump(raw, sort_keys=False)


CAP = {
    "id": "a-cap",
    "words": "A rule.",
    "standards": ["planning"],
    "how_many": 1,
    "rated_at_most": "inadequate",
    "overall_at_most": "good",
    "basis": {"unverified": "Made up."},
}


@pytest.mark.parametrize(
    ("caps", "field"),
    [
        ([{**CAP, "standards": ["cooking"]}], "standards.0"),
        ([{**CAP, "how_many": 2}], "how_many"),
        ([{**CAP, "rated_at_most": "awful"}], "rated_at_most"),
        ([{**CAP, "overall_at_most": "fine"}], "overall_at_most"),
    ],
)
def test_a_cap_that_makes_no_sense_is_refused(caps, field):
    text = changed(lambda raw: raw["rating"]["overall"]["caps"].update(rules=caps))

    with pytest.raises(Refused) as refused:
        read_programme(text, "changed.yaml")

    assert refused.value.field == f"rating.overall.caps.rules.0.{field}"


@pytest.mark.parametrize("part", ["cases", "evidence"])
def test_rules_that_a_standard_needs_cannot_be_missing(part):
    text = changed(lambda raw: raw["rating"].pop(part))

    with pytest.raises(Refused, match=f"exactly when a standard is judged by {part}"):
        read_programme(text, "changed.yaml")


@pytest.mark.parametrize("text", ["", "[]", "a: &a [*a]", "\t", "x" * 1_000_001, "[" * 5000])
def test_what_is_no_programme_is_refused(text):
    with pytest.raises(Refused):
        read_programme(text, "nothing.yaml")
