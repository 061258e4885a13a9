"""Parties, people and actors for tests."""

from __future__ import annotations

from datetime import date
from itertools import count

from oversight.access.queries import Acting, acting_under
from oversight.access.rules import access_table
from oversight.parties.models import Membership, Party, Person
from oversight.parties.queries import PartyRef, party
from oversight.parties.rules import lineage_below

_number = count(1)
_EXAMPLES = {"region": "N57", "pdu": "N57EKNT", "provider": "provider-example"}


def make_party(code="hmip", kind="inspectorate", name="", parent=None, **fields) -> PartyRef:
    """Put a party in the register; the one already there is given back."""
    above = Party.objects.get(code=parent) if parent else None
    Party.objects.get_or_create(
        code=code,
        defaults={
            "kind": kind,
            "name": name or f"Example {code}",
            "parent": above,
            "lineage": lineage_below(above.lineage if above else "", code),
            **fields,
        },
    )
    return party(code)


def make_region(code="N57", name="Example Region") -> PartyRef:
    """Put a probation region in the register, with all that it belongs to."""
    make_party("hmpps", "agency", "HM Prison and Probation Service")
    make_party("probation-service", "service", "Probation Service", parent="hmpps")
    return make_party(code, "region", name, parent="probation-service")


def make_pdu(code="N57EKNT", name="Example Unit", region="N57") -> PartyRef:
    """Put a Probation Delivery Unit in the register, with its region."""
    make_region(region)
    return make_party(code, "pdu", name, parent=region)


def make_person(name="", email="", *, password="", is_active=True) -> Person:
    """Make someone who can sign in but acts for nobody."""
    number = next(_number)
    person = Person(
        email=(email or f"person{number}@example.org").lower(),
        name=name or f"Person {number}",
        is_active=is_active,
    )
    if password:
        person.set_password(password)
    else:
        person.set_unusable_password()
    person.save()
    return person


def make_member(role="osag_coordinator", party_code="", *, person=None, since=date(2024, 1, 1), until=None):
    """Make someone act for a party in a role; the party is put in the register when it is not there."""
    held = access_table().roles[role]
    if not party_code:
        party_code = (
            held.parties[0]
            if held.parties
            else {"region": "N57", "pdu": "N57EKNT"}.get(held.kinds[0], "provider-example")
        )
    if not Party.objects.filter(code=party_code).exists():
        _make_any(party_code, held.kinds[0] if held.kinds else "")
    return Membership.objects.create(
        person=person or make_person(),
        party=Party.objects.get(code=party_code),
        role=role,
        from_day=since,
        until_day=until,
    )


def _make_any(code: str, kind: str) -> PartyRef:
    if kind == "region":
        return make_region(code)
    if kind == "pdu":
        return make_pdu(code, region=code[:3])
    if kind == "provider":
        return make_party(code, "provider")
    for above in ("hmpps", "moj"):
        if code.startswith(f"{above}-"):
            make_party(above, "department" if above == "moj" else "agency")
            return make_party(code, "team", parent=above)
    if code == "probation-service":
        make_party("hmpps", "agency")
        return make_party(code, "service", parent="hmpps")
    return make_party(code, "operator" if code == "operator" else "department")


def acting_as(role="osag_coordinator", party_code="", *, person=None) -> Acting:
    """Give an actor of a role, with the person, membership and party behind it in the database."""
    from oversight.parties.queries import memberships_of

    membership = make_member(role, party_code, person=person)
    return next(
        acting_under(facts)
        for facts in memberships_of(membership.person_id, today=date(2026, 1, 1))
        if facts.id == membership.pk
    )
