"""How far each party keeps to the arrangements, counted from the record (A4, paragraph 10(ii))."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncQuarter

from oversight.arrangements.models import Duty
from oversight.arrangements.queries.facts import AdherenceRow, Tally
from oversight.arrangements.queries.sight import in_state
from oversight.arrangements.rules.facts import Basis, Force
from oversight.kernel.acting import Actor
from oversight.parties.queries import parties_by_code, unknown_party


def adherence(
    *,
    actor: Actor,
    today: date,
    since: date,
    until: date,
    party: str = "",
    paragraph: str = "",
) -> tuple[AdherenceRow, ...]:
    """Count duties by party, paragraph and quarter; each count can be drilled to with ``duty_list``.

    A duty belongs to the quarter in which it is due or, with no date, was opened. Withdrawn ones are left
    out.

    Args:
        actor: Who looks.
        today: The day on which we look.
        since: First day counted.
        until: Last day counted.
        party: Only this party; every party when empty.
        paragraph: Only this paragraph, ``10`` or ``10(iv)``; every paragraph when empty.

    Raises:
        Refused: The actor may not see adherence, or there is no such party.
    """
    actor.demand("arrangements.see_adherence")
    parties = parties_by_code()
    rows = Duty.objects.filter(withdrawn=False, counted_on__gte=since, counted_on__lte=until)
    if party:
        if party not in parties:
            raise unknown_party(party)
        rows = rows.filter(bearer__code=party)
    if paragraph:
        rows = rows.filter(Q(paragraph=paragraph) | Q(paragraph__startswith=f"{paragraph}("))
    states = ("met", "met_late", "missed", "late", "running")
    tallied = (
        rows.annotate(quarter=TruncQuarter("counted_on"))
        .values("bearer__code", "paragraph_number", "paragraph", "quarter", "force", "basis")
        .annotate(**{f"are_{state}": Count("pk", filter=in_state(state, today)) for state in states})
        .order_by("bearer__code", "paragraph_number", "paragraph", "quarter", "force", "basis")
    )
    found: list[dict[str, Any]] = [dict(row) for row in tallied]
    return tuple(
        AdherenceRow(
            party=parties[row["bearer__code"]],
            paragraph=row["paragraph"],
            quarter=row["quarter"],
            force=Force(row["force"]),
            basis=Basis(row["basis"]),
            tally=Tally(**{state: row[f"are_{state}"] for state in states}),
        )
        for row in found
    )
