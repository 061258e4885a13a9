"""Who of a party can be named as a reader of a review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from oversight.access.rules import access_table
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import membership_facts, memberships_within, parties_by_code
from oversight.sfo.queries.sight import SEE
from oversight.sfo.rules.designs import PARAGRAPH


@dataclass(frozen=True)
class Person:
    """Someone who can be named.

    Args:
        reference: Text reference, as actors have it.
        name: Their name.
        party: Code of the party they act for.
        party_name: Its name.
    """

    reference: str
    name: str
    party: str
    party_name: str


def nameable(actor: Actor, *, region: str, today: date, permission: str = SEE) -> tuple[Person, ...]:
    """Give those whom an actor can name for a review: of the own party and below, in reach of it, by name.

    Args:
        actor: Who names.
        region: Code of the region of the review.
        today: Day of naming.
        permission: What they have to hold.
    """
    parties, roles = parties_by_code(), access_table().roles
    own = parties.get(actor.party)
    if own is None:
        return ()
    rows = memberships_within(own.lineage, below=True).filter(
        role__in=[name for name, role in roles.items() if permission in role.grants]
    )
    held = [one for one in map(membership_facts, rows) if one.holds_on(today)]
    return tuple(
        Person(f"person:{one.person_id}", one.person_name, one.party.code, one.party.name)
        for one in sorted(held, key=lambda one: (one.person_name, one.id))
        if one.party.kind != "region" or one.party.code == region
    )


def person_to_name(
    actor: Actor, reference: str, *, region: str, today: date, permission: str = SEE
) -> Person:
    """Give the person of a reference.

    Raises:
        Refused: The actor can name nobody of that reference (rule ``sfo_reader``).
    """
    people = nameable(actor, region=region, today=today, permission=permission)
    found = next((one for one in people if one.reference == reference), None)
    if found is None:
        raise Refused(
            "sfo_reader",
            "This person is not of your organisation, or may not see reviews of this region.",
            "Choose someone from the list.",
            paragraph=PARAGRAPH,
            field="person",
        )
    return found
