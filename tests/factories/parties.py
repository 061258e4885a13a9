"""The real register, and people who act for its parties, reached by the real actions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from oversight.access.queries import COMMAND, Acting, acting_under
from oversight.access.rules import access_table
from oversight.parties.actions import add_member, load_reference
from oversight.parties.queries import MembershipFacts, PartyRef, parties_by_code, party
from tests.harness.once import once, reached

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
EXAMPLES = {"region": "N57", "pdu": "N57EKNT", "provider": "provider-nacro"}
"""A party for each role that many parties have."""

_number = count(1)


def register() -> dict[str, PartyRef]:
    """Load the real organisations, regions and units, once in a test, and give them by code."""
    found = parties_by_code()
    if "operator" not in found:
        once("register", lambda: load_reference(by=COMMAND, at=AT))
        found = parties_by_code()
    return dict(found)


def example_party(role: str) -> str:
    """Give the code of a party that has a role."""
    held = access_table().roles[role]
    return held.parties[0] if held.parties else EXAMPLES[held.kinds[0]]


@reached
def make_member(
    role="osag_coordinator", party_code="", *, email="", name="", since=date(2024, 1, 1)
) -> MembershipFacts:
    """Let someone act for a party in a role; a new person unless the email is known."""
    register()
    number = next(_number)
    return add_member(
        by=COMMAND,
        at=AT,
        party=party(party_code or example_party(role)),
        email=email or f"person{number}@example.org",
        name=name or f"Person {number}",
        role=role,
        from_day=since,
    )


def acting_as(role="osag_coordinator", party_code="", **person) -> Acting:
    """Give an actor of a role, with the person, the membership and the whole register behind it."""
    return acting_under(make_member(role, party_code, **person))


def sign_in(client, role="osag_coordinator", party_code="", **person) -> Acting:
    """Sign a test client in as someone acting for a party in a role."""
    membership = make_member(role, party_code, **person)
    sign_in_as(client, membership)
    return acting_under(membership)


def sign_in_as(client, membership: MembershipFacts) -> None:
    """Sign a test client in as the person of a membership, acting under it."""
    from oversight.access.declaring import CHOSEN
    from oversight.parties.models import Person

    client.force_login(Person.objects.get(pk=membership.person_id))
    session = client.session
    session[CHOSEN] = membership.id
    session.save()
