"""Who plans visits for a body, and who can go on one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from oversight.access.rules import access_table
from oversight.kernel.refusals import Refused
from oversight.parties.queries import membership_facts, memberships_within, party
from oversight.programme.queries.sight import PLAN


@dataclass(frozen=True)
class Person:
    """Someone who acts for a body.

    Args:
        reference: Text reference, as actors have it.
        name: Their name.
        email: Their address.
    """

    reference: str
    name: str
    email: str


def planners_of(bodies: Collection[str], *, today: date) -> tuple[Person, ...]:
    """Give the people who plan visits for these bodies today, by name: one query."""
    roles = [role.id for role in access_table().holders(PLAN)]
    rows = memberships_within("/", below=True).filter(
        party__code__in=sorted(bodies), role__in=roles, person__is_active=True
    )
    held = (one for one in map(membership_facts, rows) if one.holds_on(today))
    known = {one.person_id: Person(f"person:{one.person_id}", one.person_name, one.email) for one in held}
    return tuple(sorted(known.values(), key=lambda one: (one.name, one.reference)))


def people_of(body: str, *, today: date) -> tuple[Person, ...]:
    """Give everyone who acts for a body today, by name: two queries at most."""
    rows = memberships_within(party(body).lineage, below=False).filter(person__is_active=True)
    held = (one for one in map(membership_facts, rows) if one.holds_on(today))
    known = {one.person_id: Person(f"person:{one.person_id}", one.person_name, one.email) for one in held}
    return tuple(sorted(known.values(), key=lambda one: (one.name, one.reference)))


def named_people(references: Collection[str], body: str, *, today: date) -> tuple[Person, ...]:
    """Give the people of these references.

    Raises:
        Refused: Rule ``visit_people``: one of them does not act for the body today.
    """
    known = {one.reference: one for one in people_of(body, today=today)}
    for reference in references:
        if reference not in known:
            raise Refused(
                "visit_people",
                "Someone who was named does not act for the body whose visit it is.",
                "Choose people from the list.",
                paragraph="28",
                field="people",
            )
    return tuple(known[one] for one in dict.fromkeys(references))
