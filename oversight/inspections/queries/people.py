"""Who may lead an inspection or be on its team: the Inspectorate's lead inspectors of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from oversight.inspections.rules.case import LEAD
from oversight.inspections.rules.visibility import OWNER
from oversight.kernel.refusals import Refused
from oversight.parties.queries import membership_facts, memberships_within, party


@dataclass(frozen=True)
class Inspector:
    """Someone who may lead.

    Args:
        reference: Text reference, as actors have it.
        name: Their name.
    """

    reference: str
    name: str


def inspectors(*, today: date) -> tuple[Inspector, ...]:
    """Give everyone who is a lead inspector today, by name: one query."""
    rows = memberships_within(party(OWNER).lineage, below=False).filter(role=LEAD)
    held = [membership_facts(row) for row in rows]
    found = {one.person_id: one.person_name for one in held if one.holds_on(today)}
    return tuple(
        Inspector(f"person:{person}", name) for person, name in sorted(found.items(), key=lambda one: one[1])
    )


def inspector(reference: str, *, today: date, field: str) -> Inspector:
    """Give the lead inspector of a reference.

    Raises:
        Refused: Rule ``inspection_inspector``: nobody of that reference is a lead inspector today.
    """
    found = next((one for one in inspectors(today=today) if one.reference == reference), None)
    if found is None:
        raise Refused(
            "inspection_inspector",
            "This person is not a lead inspector of HM Inspectorate of Probation today.",
            "Choose someone from the list.",
            paragraph="16",
            field=field,
        )
    return found
