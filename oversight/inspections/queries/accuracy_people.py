"""Who can be asked to check a draft, and who is most often asked (D6, ¶22)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from oversight.access.rules import access_table
from oversight.inspections.queries.accuracy_sight import CONTRIBUTE
from oversight.inspections.rules.accuracy_states import OSAG_PARTY
from oversight.parties.queries import PartyRef, parties_by_code

#: Beside what is inspected and its region, those whom a check most often needs.
USUAL: Final = (
    "moj-policy",
    "hmpps-contract-management",
    "hmpps-commercial",
    "moj-data-assurance",
    "hmpps-rpq",
)


def can_contribute(party: PartyRef) -> bool:
    """Tell whether some role of a party comments on drafts."""
    return any(role.held_in(code=party.code, kind=party.kind) for role in access_table().holders(CONTRIBUTE))


def usual_contributors(units: Iterable[str]) -> tuple[PartyRef, ...]:
    """Give who is most often asked: what is inspected, the regions it belongs to, and headquarters' teams.

    Args:
        units: Codes of what is inspected.
    """
    known = parties_by_code()
    found: dict[str, PartyRef] = {}
    for code in units:
        unit = known.get(code)
        if unit is None:
            continue
        line = [known[one] for one in reversed(unit.lineage.split("/")) if one in known]
        for one in line:
            if one.kind in {"pdu", "region"}:
                found[one.code] = one
    for code in USUAL:
        if code in known:
            found[code] = known[code]
    return tuple(one for one in found.values() if can_contribute(one))


def possible_contributors() -> tuple[PartyRef, ...]:
    """Give every party that can be asked, by name."""
    listed = (one for one in parties_by_code().values() if one.code != OSAG_PARTY and can_contribute(one))
    return tuple(sorted(listed, key=lambda one: one.name))
