"""What may be asked of the register: any party, any day, any name (A1)."""

from datetime import date

import pytest

from oversight.kernel.refusals import Refused
from oversight.parties.queries import nearest, parties_by_code, party, remembering
from oversight.parties.queries.units import (
    demand_unit,
    other_names,
    regions,
    search_units,
    services_in,
    unit,
    units_of,
)
from oversight.parties.rules import Standing
from tests.factories.parties import register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _register():
    register()


def test_a_party_is_known_by_its_code():
    ref = party("N57EKNT")

    assert (ref.kind, ref.name, ref.lineage) == ("pdu", "East Kent", "/hmpps/probation-service/N57/N57EKNT/")
    assert parties_by_code()["N57EKNT"] == ref


@pytest.mark.parametrize(
    ("wrong", "meant"), [("N57EKN", "East Kent (N57EKNT)"), ("East Knet", "East Kent (N57EKNT)")]
)
def test_an_unknown_party_is_refused_with_the_nearest(wrong, meant):
    with pytest.raises(Refused) as refused:
        party(wrong)

    assert refused.value.rule == "not_found_party"
    assert meant in refused.value.what_next


@pytest.mark.parametrize("hostile", ["", "\x00", "' OR 1=1 --", "<script>", "x" * 10_000, "\u202e"])
def test_hostile_codes_find_nothing_and_break_nothing(hostile):
    with pytest.raises(Refused):
        unit(hostile, on=date(2026, 1, 5))
    with pytest.raises(Refused):
        demand_unit(hostile)
    search_units(hostile)
    nearest(hostile)


def test_within_a_request_all_parties_are_asked_for_once(django_assert_num_queries):
    with remembering(), django_assert_num_queries(1):
        assert parties_by_code()["hmip"] == party("hmip")
        assert len(regions()) == 12
    with django_assert_num_queries(2):
        parties_by_code()
        parties_by_code()


@pytest.mark.parametrize(
    ("code", "day", "standing", "words"),
    [
        ("N52STST", date(2024, 11, 30), Standing.OPEN, "Open"),
        (
            "N52STST",
            date(2024, 12, 9),
            Standing.CLOSING,
            "Closed during December 2024, on a day that is not known",
        ),
        ("N52STST", date(2025, 1, 1), Standing.CLOSED, "Closed in December 2024"),
        ("N52STF", date(2024, 11, 30), Standing.NOT_YET_OPEN, "Not yet open: it opened in December 2024"),
        ("N52STF", date(2026, 1, 5), Standing.OPEN, "Open since December 2024"),
        ("N57EKNT", date(2021, 6, 26), Standing.OPEN, "Open"),
    ],
)
def test_a_unit_as_of_any_day(code, day, standing, words):
    facts = unit(code, on=day)

    assert (facts.standing, facts.standing_words, facts.on) == (standing, words, day)


def test_a_split_unit_says_what_became_of_it_and_how_sure_we_are():
    facts = unit("N52STST", on=date(2026, 1, 5))

    assert [(link.party.name, link.when) for link in facts.successors] == [
        ("Staffordshire North", "December 2024"),
        ("Staffordshire South", "December 2024"),
    ]
    assert facts.opened == "Not known"
    assert facts.closed == "December 2024"
    assert "not an official date" in facts.dates_basis
    assert facts.region is not None
    assert facts.region.code == "N52"


def test_a_merged_unit_names_both_it_came_from():
    facts = unit("N50SFTR", on=date(2026, 1, 5))

    assert [link.party.name for link in facts.predecessors] == ["Salford", "Stockport and Trafford"]


def test_a_code_that_is_not_known_is_empty_and_its_confidence_said():
    facts = unit("N57-north-kent-and-medway", on=date(2026, 1, 5))

    assert facts.delius_code == ""
    assert facts.confidence_words == "Medium"
    assert "Delius code not found" in facts.note
    assert unit("WPTDPA", on=date(2026, 1, 5)).confidence_words == "High for the name, medium for the code"


def test_other_names_say_who_uses_them():
    (name,) = unit("N54SOT", on=date(2026, 1, 5)).other_names

    assert (name.name, name.former, name.source) == (
        "South Tyneside and Gateshead",
        False,
        "HM Inspectorate of Probation, 2022",
    )


def test_a_unit_takes_the_same_queries_whatever_its_history(django_assert_num_queries):
    for code in ("N50STTR", "N57EKNT", "hmip"):
        with django_assert_num_queries(4):
            assert unit(code, on=date(2026, 1, 5)).party.code == code


def test_there_are_twelve_regions_by_name():
    names = [ref.name for ref in regions()]

    assert len(names) == 12
    assert names == sorted(names)


def test_a_region_s_units_without_and_with_the_closed(django_assert_num_queries):
    with django_assert_num_queries(1):
        today = units_of("N50")
    ever = units_of("N50", on=date(2026, 1, 5))

    assert len(today) == 8
    assert {row.party.code for row in ever} - {row.party.code for row in today} == {
        "N50SATR",
        "N50STTR",
        "N50TAST",
    }
    assert units_of("N99") == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("east kent", ["N57EKNT"]),
        ("South Tyneside and Gateshead", ["N54SOT"]),
        ("Hampshire South West", ["N59HSW"]),
        ("staffordshire", ["N52STF", "N52STFS", "N52STST"]),
        ("n57eknt", ["N57EKNT"]),
        ("KSS", ["N57"]),
        ("no such place", []),
        ("   ", []),
        ("%", []),
        ("_", []),
    ],
)
def test_units_are_found_by_any_name_open_ones_first(text, codes):
    assert [ref.code for ref in search_units(text)] == codes


def test_bodies_that_are_no_units_are_not_found_in_public():
    assert search_units("Inspectorate") == ()


def test_other_names_of_units_are_given_for_an_import(django_assert_num_queries):
    with django_assert_num_queries(1):
        found = other_names()

    assert found["N50ROBO"] == ("Bury & Rochdale",)
    assert found["N51BLDA"] == ("Blackburn", "Blackburn and Darwen")
    assert "N57EKNT" not in found


def test_services_of_a_region_come_from_the_region_and_its_police_areas(django_assert_num_queries):
    with django_assert_num_queries(1):
        services = services_in("N57")

    assert {one.area for one in services} == {"Kent, Surrey and Sussex", "Kent", "Surrey", "Sussex"}
    taking = [one.open_to_referrals for one in services]
    assert True in taking
    assert False in taking
    assert taking == sorted(taking, reverse=True)
    assert {one.kind_words for one in services} >= {"Accommodation", "Personal wellbeing"}


def test_every_service_is_shown_in_exactly_one_region():
    shown = [one.reference for region in regions() for one in services_in(region.code)]

    assert len(shown) == len(set(shown)) == 196


def test_only_regions_and_units_are_taken_for_units():
    assert demand_unit("N57").name == "Kent, Surrey and Sussex"
    with pytest.raises(Refused, match="is not a probation region or delivery unit"):
        demand_unit("hmip")
