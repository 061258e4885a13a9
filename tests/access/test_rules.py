"""The one question of permission: default deny, and what is reserved stays so (A9, H4, paragraphs 9, 16)."""

from dataclasses import dataclass
from importlib import resources

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oversight.access.rules import (
    AccessTable,
    Permission,
    Reach,
    Role,
    Standpoint,
    access_table,
    load,
    may,
    who_may,
)
from oversight.kernel.refusals import Refused
from oversight.parties.rules import Kind
from oversight.parties.rules.reference import packaged_files, read_reference


@dataclass(frozen=True)
class Party:
    code: str
    lineage: str


REGISTER = {
    facts.code: Party(facts.code, facts.lineage) for facts in read_reference(packaged_files()).parties
}
KINDS = {facts.code: facts.kind for facts in read_reference(packaged_files()).parties}
TEXT = resources.files("oversight.access").joinpath("roles.yaml").read_text(encoding="utf-8")

permissions = st.sampled_from(sorted(access_table().permissions))
roles = st.sampled_from(sorted(access_table().roles))
parties = st.sampled_from(sorted(REGISTER.values(), key=lambda one: one.code))


def standing(role, party):
    return Standpoint(role, party.code, party.lineage)


@given(permissions, parties | st.none())
def test_nobody_may_do_anything_that_asks_for_permission(permission, over):
    assert not may(access_table(), Standpoint(), permission, over)


@given(st.text(max_size=30), parties, permissions, parties | st.none())
def test_a_role_that_is_not_in_the_table_may_do_nothing(role, own, permission, over):
    assume(role not in access_table().roles)

    assert not may(access_table(), standing(role, own), permission, over)


@given(roles, parties, permissions, parties | st.none())
def test_nothing_is_allowed_that_the_table_does_not_grant(role, own, permission, over):
    if may(access_table(), standing(role, own), permission, over):
        assert permission in access_table().roles[role].grants


@given(roles, parties, permissions, parties)
def test_reach_is_what_the_table_says(role, own, permission, over):
    allowed = may(access_table(), standing(role, own), permission, over)

    reserved_to = access_table().permissions[permission].reserved_to
    reach = access_table().roles[role].grants.get(permission)
    within = {
        None: False,
        Reach.OWN: over == own,
        Reach.OWN_AND_BELOW: f"/{own.code}/" in over.lineage,
        Reach.ALL: True,
    }[reach]
    assert allowed == (within and (not reserved_to or own.code == reserved_to))


@given(roles, parties, permissions, parties)
def test_what_may_be_done_over_a_party_may_be_done_at_all(role, own, permission, over):
    if may(access_table(), standing(role, own), permission, over):
        assert may(access_table(), standing(role, own), permission)


def regional_table():
    grants = {"a.b": Reach.OWN_AND_BELOW}
    director = Role("director", "Director", "Body", "Who", kinds=("region",), grants=grants)
    return AccessTable({"a.b": Permission("a.b", "Do it", "3")}, {"director": director})


def test_a_region_reaches_its_units_and_no_neighbour_whose_code_begins_alike():
    table = AccessTable(
        {"a.b": Permission("a.b", "Do it", "3")},
        {
            "director": Role(
                "director", "Director", "B", "W", kinds=("region",), grants={"a.b": Reach.OWN_AND_BELOW}
            )
        },
    )
    here = Standpoint("director", "N5", "/hmpps/N5/")

    assert may(table, here, "a.b", Party("N5A", "/hmpps/N5/N5A/"))
    assert not may(table, here, "a.b", Party("N57", "/hmpps/N57/"))
    assert not may(table, here, "a.b", Party("hmpps", "/hmpps/"))


def test_someone_with_a_role_but_no_lineage_reaches_nothing_below():
    table = AccessTable(
        {"a.b": Permission("a.b", "Do it", "3")},
        {
            "director": Role(
                "director", "Director", "B", "W", kinds=("region",), grants={"a.b": Reach.OWN_AND_BELOW}
            )
        },
    )

    assert not may(table, Standpoint("director", "N57", ""), "a.b", Party("N57", "/hmpps/N57/"))


def test_a_misspelt_permission_is_an_error_and_no_refusal():
    with pytest.raises(KeyError):
        may(access_table(), Standpoint(), "standards.edti")


RESERVED = ("standards.edit", "ratings.set", "publication.publish", "publication.import_history")


@pytest.mark.parametrize("permission", RESERVED)
def test_what_paragraphs_9_and_16_reserve_is_the_inspectorate_s_alone(permission):
    granted = access_table().permissions[permission]

    assert granted.reserved_to == "hmip"
    assert granted.paragraph == ("9" if permission == "standards.edit" else "16")
    holders = access_table().holders(permission)
    assert holders
    assert all(role.parties == ("hmip",) for role in holders)


@pytest.mark.parametrize("permission", RESERVED)
@given(roles, parties)
def test_a_reserved_permission_is_refused_to_every_other_party_whatever_the_role(permission, role, own):
    assume(own.code != "hmip")

    assert not may(access_table(), standing(role, own), permission, REGISTER["hmip"])
    assert not may(access_table(), standing(role, own), permission)


@pytest.mark.parametrize("permission", RESERVED)
@pytest.mark.parametrize(
    "role", sorted(role.id for role in access_table().roles.values() if role.parties != ("hmip",))
)
def test_a_table_that_gives_a_reserved_permission_to_another_body_does_not_load(permission, role):
    before, after = TEXT.split(f"\n  {role}:\n")
    bad = f"{before}\n  {role}:\n" + after.replace(
        "    permissions:\n", f"    permissions:\n      {permission}: own\n", 1
    )

    with pytest.raises(Refused) as refused:
        load(bad, "roles.yaml")

    assert refused.value.paragraph == access_table().permissions[permission].paragraph
    assert f"roles.{role}.permissions.{permission}" in refused.value.why
    assert access_table().permissions[permission].reason in refused.value.why


def test_the_reason_is_paragraph_9_for_standards():
    assert "independently" in access_table().permissions["standards.edit"].reason


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("parties.see_units: all", "parties.see_units: everywhere", "'everywhere' is not one of"),
        ("parties.see_units: all", "parties.see_unit: all", "there is no permission 'parties.see_unit'"),
        ("    title: Sponsorship officer\n", "", "title is missing"),
        ("    parties: [moj-sponsorship]\n", "", "either parties or kinds"),
        ("    parties: [hmip]\n", "    parties: [hmip]\n    kinds: [region]\n", "either parties or kinds"),
        ('    paragraph: "9"', "    paragraph: 9", "9 does not fit: a paragraph is 1 to 34"),
        ('    paragraph: "9"', '    paragraph: "35"', "'35' does not fit: a paragraph"),
        ("    reserved_to: hmip\n", "", "'reserved_to' is a dependency of 'reason'"),
        ("  auditor:\n", "  sponsorship_officer:\n", "'sponsorship_officer' is there twice"),
        ("permissions:\n", "permission:\n", "permissions is missing"),
        ("    who: Leads an inspection", "    who: [Leads an inspection", "this is not YAML"),
    ],
)
def test_a_fault_in_the_table_is_named_by_line(good, bad, said):
    assert good in TEXT, "the example no longer fits the file"

    with pytest.raises(Refused) as refused:
        load(TEXT.replace(good, bad, 1), "roles.yaml")

    assert refused.value.why.startswith("roles.yaml, line ")
    assert said in refused.value.why


def test_every_role_is_held_by_a_party_of_the_register():
    for role in access_table().roles.values():
        assert any(role.held_in(code=code, kind=kind) for code, kind in KINDS.items()), role.id
        assert set(role.parties) <= set(REGISTER)
        assert set(role.kinds) <= {kind.value for kind in Kind}


def test_every_party_that_the_memorandum_names_has_a_role():
    alone = {
        code
        for code, kind in KINDS.items()
        if not any(role.held_in(code=code, kind=kind) for role in access_table().roles.values())
    }

    assert alone == {"moj"}, "the Ministry acts through its teams"


def test_every_permission_is_held_by_someone_and_cites_a_paragraph():
    for permission in access_table().permissions.values():
        assert access_table().holders(permission.id), permission.id
        assert permission.paragraph


def test_who_may_is_told_in_words():
    assert who_may(access_table(), "standards.edit") == "Owner of inspection standards (for every party)"
