"""Listings, which of them are one contract, and every step of every matter, without a database (B3, ¶25)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.delivery.rules.contracts import (
    CONTRACTUAL,
    RAISERS,
    WORKFLOWS,
    MatterKind,
    check_due,
    check_manager,
    check_raise,
    check_step,
    lever_data,
    raisable,
    steps_of,
)
from oversight.delivery.rules.listings import COLUMNS, contracts_of, read_listings
from oversight.kernel.refusals import Refused
from oversight.parties.rules.reference import AREAS, REGIONS, SERVICES, packaged_files, police_areas

REAL = packaged_files()[SERVICES]
ROLES = tuple(access_table().roles)
REGION_NAMES = [line.split(",")[1] for line in packaged_files()[REGIONS].splitlines()[1:]]
KNOWN = {
    "regions": [*REGION_NAMES, "Kent, Surrey and Sussex"],
    "police_areas": list(police_areas(packaged_files()[AREAS])),
}
CM, COM, RPD = "contract_manager", "commercial_contract_manager", "regional_probation_director"
CPO, HMPPS = "chief_probation_officer", "hmpps_officer"
#: Every way from a state to another that exists, by kind, and who may take it.
STEPS = {
    MatterKind.LEVER: {
        ("proposed", "authorised"): {COM},
        ("proposed", "declined"): {COM},
        ("proposed", "withdrawn"): {CM},
        ("authorised", "served"): {CM},
        ("authorised", "withdrawn"): {CM},
        ("served", "answered"): {CM},
        ("served", "not_cured"): {CM},
        ("served", "withdrawn"): {CM},
        ("answered", "cured"): {CM},
        ("answered", "served"): {CM},
    },
    MatterKind.CHANGE: {
        ("proposed", "assessed"): {CM},
        ("proposed", "withdrawn"): {CM},
        ("assessed", "approved"): {COM},
        ("assessed", "declined"): {COM},
        ("assessed", "withdrawn"): {CM},
        ("approved", "varied"): {COM},
        ("varied", "in_force"): {CM},
    },
    MatterKind.DISPUTE: {
        ("raised", "commercial"): {CM},
        ("raised", "resolved"): {CM},
        ("commercial", "executive"): {COM},
        ("commercial", "resolved"): {COM},
        ("executive", "resolved"): {COM},
        ("executive", "commercial"): {HMPPS},
    },
    MatterKind.CONCERN: {
        ("raised", "answered"): {CM, CPO},
        ("answered", "raised"): {RPD},
        ("answered", "addressed"): {RPD},
    },
    MatterKind.LINE: {
        ("set", "reported"): {RPD},
        ("reported", "set"): {CPO},
        ("reported", "closed"): {CPO},
    },
}


@pytest.mark.parametrize("kind", MatterKind)
def test_every_state_by_state_by_role_is_as_the_table_says(kind):
    flow = WORKFLOWS[kind]
    decided = flow.matrix(ROLES)

    assert len(decided) == len(flow.states) ** 2 * len(ROLES)
    for one in decided:
        assert one.allowed == (one.role in STEPS[kind].get((one.source, one.target), ())), one


def test_who_takes_a_step_holds_the_permission_and_who_raises_too():
    for permission, roles in (
        ("act", {role for flow in WORKFLOWS.values() for move in flow.moves for role in move.roles}),
        ("raise", {role for held in RAISERS.values() for role in held}),
    ):
        wanted = f"delivery.{permission}_on_contracts"
        assert roles == {role.id for role in access_table().roles.values() if wanted in role.grants}


@pytest.mark.parametrize("kind", MatterKind)
@pytest.mark.parametrize("in_house", [False, True])
def test_only_the_right_role_raises_and_in_house_providers_have_line_management(kind, in_house):
    possible = (kind not in CONTRACTUAL) if in_house else (kind is not MatterKind.LINE)
    for role in ROLES:
        assert (kind in raisable(role, in_house=in_house)) == (possible and role in RAISERS[kind])
        if kind in raisable(role, in_house=in_house):
            check_raise(kind, role, in_house=in_house)
            continue
        with pytest.raises(Refused) as found:
            check_raise(kind, role, in_house=in_house)
        assert found.value.rule == ("contract_raise" if possible else "contract_in_house")


def step(kind, move, state, role, *, person="person:1", raised_by="person:2", in_house=False):
    return check_step(kind, move, state, role=role, person=person, raised_by=raised_by, in_house=in_house)


def test_whoever_proposed_a_lever_or_change_does_not_approve_it():
    for kind, move, state in (
        (MatterKind.LEVER, "authorise", "proposed"),
        (MatterKind.CHANGE, "approve", "assessed"),
    ):
        assert step(kind, move, state, COM)
        with pytest.raises(Refused) as found:
            step(kind, move, state, COM, person="person:2")
        assert found.value.rule == "contract_second_person"


@pytest.mark.parametrize("in_house", [False, True])
def test_a_concern_is_answered_by_the_first_line_of_the_provider(in_house):
    right, wrong = (CPO, CM) if in_house else (CM, CPO)
    assert step(MatterKind.CONCERN, "answer", "raised", right, in_house=in_house)
    assert steps_of(MatterKind.CONCERN, "raised", wrong, in_house=in_house) == ()
    with pytest.raises(Refused) as found:
        step(MatterKind.CONCERN, "answer", "raised", wrong, in_house=in_house)
    assert found.value.rule == "contract_answer"
    check_manager(right, in_house=in_house)
    with pytest.raises(Refused):
        check_manager(wrong, in_house=in_house)


@given(st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)))
def test_a_provider_gets_a_day_that_is_still_to_come(due):
    on = date(2026, 1, 1)
    if due is not None and due > on:
        assert check_due(due, on) == due
        return
    with pytest.raises(Refused) as found:
        check_due(due, on)
    assert found.value.field == "due"


def test_levers_are_data_none_of_which_is_said_to_apply():
    data = lever_data()

    assert {one.financial for one in data.kinds.values()} == {True, False}
    assert data.unverified
    assert data.in_house_note
    assert data.in_house <= {line.split(",")[4] for line in REAL.splitlines()}


# The list


def read(text):
    return read_listings(text.encode(), "list.csv", **KNOWN)


def test_the_real_list_has_196_listings_and_no_fault():
    assert read(REAL) == type(read(REAL))(196, ())


def changed(**cells) -> str:
    good = dict(zip(COLUMNS, REAL.splitlines()[1].split(","), strict=True))
    return "\n".join([",".join(COLUMNS), ",".join((good | cells)[one] for one in COLUMNS)])


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("contract_reference", ""),
        ("contract_type", ""),
        ("area_kind", "county"),
        ("area", "Atlantis"),
        ("prime_provider", ""),
        ("allows_male", "maybe"),
        ("open_to_referrals_2026_08_21", "perhaps"),
        ("minimum_age", "young"),
        ("listed_from", "2021"),
        ("listed_until", "2021-02-30T00:00:00+00:00"),
        ("listed_until", "2021-02-28"),
        ("title", ""),
    ],
)
def test_a_row_with_a_fault_names_its_line_and_column(column, wrong):
    found = read(changed(**{column: wrong}))

    assert [(one.line, one.column) for one in found.faults] == [(2, column)]
    assert str(found.faults[0]).startswith(f"line 2, {column}: ")


def test_every_fault_of_every_row_is_told():
    lines = REAL.splitlines()
    found = read("\n".join([*lines, lines[1], lines[2].replace("London", "Atlantis", 1)]))

    assert [(one.line, one.column) for one in found.faults] == [
        (198, "contract_reference"),
        (199, "area"),
        (199, "contract_reference"),
    ]
    for broken in ("a,b\n1,2\n", "", '"'):
        assert len(read(broken).faults) == 1
    assert len(read_listings(b"\xff", "list.csv", **KNOWN).faults) == 1


def test_listings_with_one_stem_and_one_provider_are_one_contract():
    found = contracts_of(
        [
            ("PRJ_9446_AS", "a"),
            ("PRJ_9446_DC", "a"),
            ("PRJ_2026_X", "b"),
            ("PRJ_2026_Y", "c"),
            ("PRJ_1_A", "a"),
            ("PRJ_1_B", "a"),
            ("PRJ_1_C", "b"),
            ("PRJ_1_D", "b"),
            ("PRJ_5556", "a"),
            ("PRJ_7", "b"),
            ("PRJ_7_A", "a"),
            ("PRJ_7_B", "a"),
            ("PRJ_5556NWPS", "n"),
            ("Other", "a"),
        ]
    )

    assert {one.reference: one.listings for one in found} == {
        "PRJ_9446": ("PRJ_9446_AS", "PRJ_9446_DC"),
        "PRJ_2026_X": ("PRJ_2026_X",),
        "PRJ_2026_Y": ("PRJ_2026_Y",),
        "PRJ_1-a": ("PRJ_1_A", "PRJ_1_B"),
        "PRJ_1-b": ("PRJ_1_C", "PRJ_1_D"),
        "PRJ_5556": ("PRJ_5556",),
        "PRJ_7": ("PRJ_7",),
        "PRJ_7-a": ("PRJ_7_A", "PRJ_7_B"),
        "PRJ_5556NWPS": ("PRJ_5556NWPS",),
        "Other": ("Other",),
    }


@given(
    st.lists(
        st.tuples(st.from_regex(r"(PRJ_|DN)[0-9]{1,2}(_[AB])?", fullmatch=True), st.sampled_from("ab")),
        unique_by=lambda one: one[0],
    )
)
def test_every_listing_is_of_exactly_one_contract_and_no_two_contracts_have_one_reference(listings):
    found = contracts_of(listings)

    assert sorted(name for one in found for name in one.listings) == sorted(name for name, _ in listings)
    assert len({one.reference for one in found}) == len(found)
    assert contracts_of(reversed(listings)) == found
