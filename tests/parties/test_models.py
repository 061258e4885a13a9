"""The database refuses what cannot be (capability A1)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from oversight.parties.models import CrsListing, Membership, Party, PartyName, PartySuccession, Person

pytestmark = pytest.mark.django_db


def refuses(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def party(**fields):
    return Party.objects.create(
        **({"code": "x", "kind": "department", "name": "X", "lineage": "/x/"} | fields)
    )


def person(email="ada@example.org"):
    return Person.objects.create(email=email, name="Ada Example")


def member(**fields):
    facts = {"role": "osag_lead", "from_day": date(2024, 5, 2), "until_day": None} | fields
    return Membership.objects.create(**facts)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "village"},
        {"kind": ""},
        {"confidence": "certain"},
        {"code": ""},
        {"name": ""},
        {"opened": "2024-05"},
        {"opened_from": date(2024, 5, 1)},
        {"closed": "2024-05"},
        {"closed_from": date(2024, 5, 1)},
        {
            "opened": "2025",
            "opened_from": date(2025, 1, 1),
            "closed": "2024",
            "closed_from": date(2024, 1, 1),
        },
        {"dates_basis": "a migration"},
        {"kind": "pdu"},
        {"kind": "region"},
        {"kind": "team"},
        {"lineage": "x"},
        {"delius_code": ""},
    ],
)
def test_a_party_that_cannot_be_is_refused(fields):
    refuses(lambda: party(**fields))


def test_a_party_with_partly_known_dates_is_kept():
    kept = party(opened="2024", opened_from=date(2024, 1, 1), closed="2024-05", closed_from=date(2024, 5, 1))

    assert Party.objects.get(pk=kept.pk).opened == "2024"


def test_two_parties_may_lack_a_delius_code_but_not_share_one():
    party(code="a", lineage="/a/")
    party(code="b", lineage="/b/", delius_code="N01AAA")

    party(code="c", lineage="/c/")
    refuses(lambda: party(code="d", lineage="/d/", delius_code="N01AAA"))


def test_two_parties_share_neither_code_nor_lineage():
    party()

    refuses(lambda: party(lineage="/y/"))
    refuses(lambda: party(code="y"))


@pytest.mark.parametrize(
    "fields",
    [
        {"use": "nickname"},
        {"name": ""},
        {"source": ""},
        {"since": "2024"},
        {"until_from": date(2024, 1, 1)},
        {
            "since": "2025",
            "since_from": date(2025, 1, 1),
            "until": "2024",
            "until_from": date(2024, 1, 1),
        },
    ],
)
def test_a_name_that_cannot_be_is_refused(fields):
    of = party()

    refuses(
        lambda: PartyName.objects.create(
            **({"party": of, "name": "Y", "use": "own", "source": "A list"} | fields)
        )
    )


def test_a_party_does_not_succeed_itself():
    of = party()

    refuses(lambda: PartySuccession.objects.create(predecessor=of, successor=of, month="2024"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"region": "both", "police_area": "kent"},
        {"police_area": "kent", "allows_male": False, "allows_female": False},
        {"police_area": "kent", "title": ""},
    ],
)
def test_a_service_that_cannot_be_is_refused(fields):
    of = party()
    facts = {
        "contract_reference": "R1",
        "contract_type": "ACC",
        "provider": of,
        "allows_male": True,
        "allows_female": True,
        "minimum_age": 18,
        "listed_from": date(2024, 1, 1),
        "open_to_referrals": True,
        "seen_on": date(2024, 1, 1),
        "title": "T",
    } | fields
    if "region" in facts:
        facts["region"] = of

    refuses(lambda: CrsListing.objects.create(**facts))


def test_an_email_differs_by_more_than_case():
    person("ada@example.org")

    refuses(lambda: person("ada@example.org"))
    refuses(lambda: person("Ada@example.org"))


def test_a_membership_ends_on_or_after_its_first_day():
    kept = member(person=person(), party=party(), until_day=date(2024, 5, 2))

    refuses(lambda: Membership.objects.filter(pk=kept.pk).update(until_day=date(2024, 5, 1)))


def test_a_person_has_one_open_membership_of_a_party_in_a_role():
    who, of = person(), party()
    member(person=who, party=of)

    refuses(lambda: member(person=who, party=of, from_day=date(2025, 1, 1)))
    member(person=who, party=of, role="osag_coordinator")
    member(person=person("eve@example.org"), party=of)


def test_a_party_and_a_person_with_memberships_are_never_removed():
    kept = member(person=person(), party=party())

    for row in (kept.party, kept.person):
        with pytest.raises(ProtectedError):
            row.delete()
