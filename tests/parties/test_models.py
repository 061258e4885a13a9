"""The database refuses what cannot be (capability A1)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from oversight.parties.models import Membership, Party, Person
from tests.factories.parties import make_member, make_party, make_person, make_region

pytestmark = pytest.mark.django_db


def refuses(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def party(**fields):
    return Party.objects.create(
        **({"code": "x", "kind": "department", "name": "X", "lineage": "/x/"} | fields)
    )


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


def test_an_email_differs_by_more_than_case():
    make_person(email="ada@example.org")

    refuses(lambda: Person.objects.create(email="ada@example.org", name="Ada"))
    refuses(lambda: Person.objects.create(email="Ada@example.org", name="Ada"))


def test_a_membership_ends_on_or_after_its_first_day():
    make_region()
    member = make_member("regional_probation_director", since=date(2024, 5, 2), until=date(2024, 5, 2))

    refuses(lambda: Membership.objects.filter(pk=member.pk).update(until_day=date(2024, 5, 1)))


def test_a_person_has_one_open_membership_of_a_party_in_a_role():
    member = make_member("osag_coordinator")

    refuses(
        lambda: make_member("osag_coordinator", person=member.person, since=date(2025, 1, 1)),
    )
    make_member("osag_lead", person=member.person)


def test_a_party_with_people_is_never_removed():
    make_party("hmip")
    member = make_member("hmip_planner")

    with pytest.raises(Exception, match="protected"):
        member.party.delete()
