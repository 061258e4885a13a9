"""Whose permission an act on a visit needs."""

from __future__ import annotations

from typing import Any

from oversight.kernel.acting import Actor, PartyLike
from oversight.parties.queries import party
from oversight.programme.models import Visit


def _own(*, by: Actor, **_: object) -> PartyLike:
    return party(by.party)


def _keeper(*, by: Actor, reference: str, **_: Any) -> PartyLike:
    """Find whose planners move a visit; one that is not there is refused by the act itself."""
    row = Visit.objects.filter(reference=reference).order_by("id") if reference.isprintable() else None
    code = row.values_list("keeper", flat=True).first() if row is not None else None
    return party(str(code or by.party))
