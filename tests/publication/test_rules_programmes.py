import re
from importlib import resources

import pytest

from oversight.kernel.refusals import Refused
from oversight.publication.rules.history import STANDARD_COLUMNS
from oversight.publication.rules.programmes import DATA, Confidence, UnitType, programmes, read_programmes

SHIPPED = resources.files("oversight.publication").joinpath(DATA).read_text(encoding="utf-8")


def test_the_rated_unrated_and_national_programmes_stand_apart_with_their_own_rules():
    facts = {
        each.id: (each.unit_type, each.rated, len(each.standards), each.score_max, each.score_max_confidence)
        for each in programmes().all
    }

    assert facts == {
        "pdu-2021-23": (UnitType.PDU, True, 9, 27, Confidence.VERIFIED),
        "pdu-2023-25": (UnitType.PDU, True, 7, 21, Confidence.INFERRED),
        "region-2023-25": (UnitType.REGION, True, 8, 24, Confidence.UNVERIFIED),
        "national-2025": (UnitType.NATIONAL, True, 1, 12, Confidence.INFERRED),
        "dynamic-public-protection-2025-26": (UnitType.REGION, False, False, None, None),
    }


def test_the_pause_of_october_2025_is_data():
    assert {each.id for each in programmes().all if each.paused} == {"pdu-2023-25", "region-2023-25"}


def test_standards_are_the_columns_of_the_history_file():
    assert tuple(programmes().standards) == STANDARD_COLUMNS


def test_every_programme_names_its_sources_and_what_is_not_known():
    for programme in programmes().all:
        assert programme.sources
        assert programme.about
        assert programme.not_known


@pytest.mark.parametrize(
    ("before", "after", "exact", "fault"),
    [
        ("unit_type: PDU", "unit_type: prison", True, "programmes.0.unit_type"),
        ('starts: "2021"', 'starts: "2021-13"', True, "There is no month 13"),
        ("- leadership\n", "- leadershp\n", True, "There is no standard leadershp"),
        ("rated: true", "rated: false", True, "an unrated one has neither"),
        ("id: pdu-2023-25", "id: pdu-2021-23", True, "Two programmes have this id"),
        ("written_as: 2023-25 region+PDU", "written_as: 2021-23 PDU", True, "same type of unit"),
        ("confidence: inferred", "confidence: certain", False, "certain"),
        ("    about: >-", "    abot: >-", False, "about"),
    ],
)
def test_a_fault_of_the_data_is_refused_with_its_line_and_field(before, after, exact, fault):
    with pytest.raises(Refused) as refused:
        read_programmes(SHIPPED.replace(before, after, 1))

    assert fault in str(refused.value)
    found = re.search(r"programmes\.yaml, line ([0-9]+)", str(refused.value))
    assert found
    if exact:
        assert int(found[1]) == SHIPPED[: SHIPPED.index(before)].count("\n") + 1
