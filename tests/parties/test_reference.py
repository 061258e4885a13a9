"""The files of the register are read whole, or refused by file, line and column (capability A1)."""

from datetime import date

import pytest

from oversight.kernel.refusals import Refused
from oversight.parties.rules.reference import (
    FILES,
    packaged_files,
    police_areas,
    provider_code,
    read_reference,
)


@pytest.fixture(scope="module")
def files():
    return packaged_files()


@pytest.fixture(scope="module")
def reference(files):
    return read_reference(files)


def by_code(reference):
    return {facts.code: facts for facts in reference.parties}


def test_every_region_unit_and_service_is_there(reference):
    kinds = [facts.kind for facts in reference.parties]

    assert kinds.count("region") == 12
    assert kinds.count("pdu") == 114
    assert kinds.count("provider") == 46
    assert len(reference.services) == 196
    assert sum(one.open_to_referrals for one in reference.services) == 170


def test_units_know_their_lineage_and_codes(reference):
    known = by_code(reference)

    assert known["N57EKNT"].lineage == "/hmpps/probation-service/N57/N57EKNT/"
    assert known["N57EKNT"].delius_code == "N57EKNT"
    assert known["N57-north-kent-and-medway"].delius_code is None
    assert known["N57-north-kent-and-medway"].confidence == "medium"
    assert known["WPTDPA"].confidence == "high name / medium code"
    assert "WPTWES" in known["WPTDPA"].note


def test_merged_and_split_units_say_what_became_of_them(reference):
    followed = {(one.predecessor, one.successor, one.month) for one in reference.successions}

    assert followed == {
        ("N52STST", "N52STF", "2024-12"),
        ("N52STST", "N52STFS", "2024-12"),
        ("N50SATR", "N50SFTR", "2025-04"),
        ("N50STTR", "N50SFTR", "2025-04"),
        ("N50STTR", "N50STTA", "2025-04"),
        ("N50TAST", "N50STTA", "2025-04"),
    }
    known = by_code(reference)
    assert {known[code].opened for code in ("N52STF", "N52STFS")} == {"2024-12"}
    assert {known[code].opened for code in ("N50SFTR", "N50STTA")} == {"2025-04"}
    assert all(
        "not an official date" in facts.dates_basis
        for facts in reference.parties
        if facts.opened or facts.closed
    )


def test_a_date_that_is_not_known_is_not_invented(reference):
    dated = {facts.code for facts in reference.parties if facts.opened}

    assert dated == {"N52STF", "N52STFS", "N50SFTR", "N50STTA"}


def test_every_body_of_the_memorandum_is_there(reference):
    named = """ministers moj moj-sponsorship moj-policy moj-commissioning moj-data-assurance hmpps hmpps-osag
    hmpps-contract-management hmpps-commercial hmpps-rpq probation-service hmip hmicfrs hmi-prisons hmcpsi cqc
    ofsted estyn hiw ciw nao home-office dhsc dwp mhclg dfe welsh-government hmcts cps youth-justice-board
    operator"""

    assert set(named.split()) <= set(by_code(reference))


def test_every_police_area_of_a_service_lies_in_a_region(reference, files):
    areas = police_areas(files["police_areas.csv"])

    assert {one.police_area for one in reference.services if one.police_area} == set(areas)
    assert all((one.region == "") != (one.police_area == "") for one in reference.services)


def test_a_service_keeps_its_moment_of_ending(reference):
    ended = next(one for one in reference.services if one.contract_reference == "CCS_0001")

    assert ended.listed_until is not None
    assert ended.listed_until.isoformat() == "2022-12-01T12:00:00+00:00"
    assert ended.listed_from == date(2021, 1, 1)


def test_a_provider_code_comes_from_its_name():
    assert provider_code("The Women’s Centre Cornwall (TWCC)") == "provider-the-womens-centre-cornwall-twcc"


FAULTS = [
    (
        "organisations.yaml",
        "kind: ministers",
        "kind: village",
        "yaml, line 5, 0.kind: 'village'",
    ),
    (
        "organisations.yaml",
        "  parent: moj\n",
        "  parent: mod\n",
        "line 15, 2.parent: there",
    ),
    ("organisations.yaml", "- code: moj\n", "- code: ministers\n", "1.code: 'ministers' is there twice"),
    ("organisations.yaml", "- code: moj\n", "- code: [moj\n", "organisations.yaml, line 8: this is not YAML"),
    ("organisations.yaml", "- code: probation-service\n", "- code: other-service\n", "to which every region"),
    ("organisations.yaml", "  short_name: MoJ\n", "  kind: team\n", "line 10: 'kind' is there twice"),
    ("regions.csv", "N57,", "57,", "regions.csv, line 11, column code: '57' is not a region code"),
    ("regions.csv", "abbrev", "short", "regions.csv, line 1: the column abbrev is missing"),
    ("regions.csv", "KSS,high", "KSS,certain", "regions.csv, line 11, column confidence: 'certain'"),
    ("regions.csv", "KSS,high", "KSS,high,x", "regions.csv, line 11: 5 cells under 4 headings"),
    ("pdus.csv", "N57,N57EKNT", "N99,N57EKNT", "column region_code: there is no region 'N99'"),
    ("pdus.csv", "N57,N57EKNT", "N58,N57EKNT", "column region: N58 is South West"),
    ("pdus.csv", "N57,N57EKNT", "N57,N57KECL", "column code: N57KECL is there twice"),
    ("pdus.csv", "N57EKNT,active", "N57EKNT,closed", "column status: 'closed' does not agree"),
    ("pdus.csv", "closed,,2025-04", "closed,,2025-13", "column closed_by: '2025-13' is not a month"),
    ("pdus.csv", "closed,,2025-04", "closed,2026,2025-04", "the unit closes before it opens"),
    ("pdus.csv", "N52STF;N52STFS", "N52STF;N52XXXX", "there is no other unit 'N52XXXX'"),
    ("pdus.csv", "East Kent", "East\u202eKent", "column name: Character 5 changes the direction"),
    ("pdus.csv", "East Kent", "", "column name: it is empty"),
    ("party_names.csv", "N57SUS", "N57XXX", "column code: there is no party 'N57XXX'"),
    ("crs_contracts.csv", "pcc_area,kent", "pcc_area,kant", "column area: 'kant' is no 'pcc_area'"),
    ("crs_contracts.csv", "CCS_0002", "CCS_0001", "column contract_reference: CCS_0001 is there twice"),
    ("crs_contracts.csv", "False,True,18", "No,True,18", "column allows_male: 'No' is not allowed"),
    ("crs_contracts.csv", "False,True,18", "False,True,old", "column minimum_age: 'old' is not an age"),
    ("crs_contracts.csv", ",2021-01-01,", ",2021-02-30,", "column listed_from: '2021-02-30' is not a day"),
    ("crs_contracts.csv", "2022-12-01T12:00:00+00", "2022-12-01", "column listed_until: '2022-12-01'"),
    ("crs_contracts.csv", "Advance Charity", "’", "no code can be made"),
    ("police_areas.csv", "kent,Kent,N57", "kent,Kent,N99", "there is no region 'N99'"),
    ("police_areas.csv", "gwent,", "dyfed-powys,", "dyfed-powys is there twice"),
]


@pytest.mark.parametrize(("name", "good", "bad", "said"), FAULTS)
def test_a_fault_is_named_by_file_line_and_column(files, name, good, bad, said):
    assert good in files[name], "the example no longer fits the file"

    with pytest.raises(Refused) as refused:
        read_reference({**files, name: files[name].replace(good, bad, 1)})

    assert name in refused.value.why
    assert said in refused.value.why
    assert refused.value.what_next


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(files, name):
    with pytest.raises(Refused, match=f"The file {name} is missing"):
        read_reference({other: text for other, text in files.items() if other != name})
