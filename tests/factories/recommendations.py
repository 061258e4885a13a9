"""Recommendations brought to a state by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from oversight.access.queries import Acting
from oversight.parties.queries import party
from oversight.recommendations.actions import receive
from oversight.recommendations.actions import recommendations as acts
from oversight.recommendations.models import Recommendation
from tests.factories.arrangements import acting_for
from tests.harness.once import reached

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = "Make sure that every case has a risk assessment that is reviewed when circumstances change."
_number = count(1)


def colleague(of: Acting, name: str = "second") -> Acting:
    """Give another person who acts for the same party in the same role."""
    return Acting(f"person:{name}", f"{of.name}, {name}", of.party, of.role, of.lineage, of.party_name)


def made(
    addressee="N57EKNT",
    *,
    kind="core",
    unit="N57EKNT",
    source="2026-PDU-N57EKNT-1",
    number=0,
    by: Acting | None = None,
    at=AT,
    on: date | None = None,
    **more,
) -> Recommendation:
    """Take up a recommendation, with the next number unless one is given."""
    facts = {"source_title": "Report on East Kent", "text": TEXT} | more
    reference = receive(
        by=by or acting_for("hmip"),
        at=at,
        kind=kind,
        source=source,
        number=number or next(_number) % 999 + 1,
        addressee=party(addressee),
        on=on or at.date(),
        unit=party(unit) if unit else None,
        **facts,
    )
    return Recommendation.objects.get(reference=reference)


def act(step, row: Recommendation, by: Acting, at=AT, **more):
    """Take a step on a recommendation as it stands now, and give what it gives."""
    row.refresh_from_db()
    done = step(by=by, at=at, reference=row.reference, revision=row.revision, **more)
    row.refresh_from_db()
    return done


@reached
def agreed(addressee="N57EKNT", **more) -> Recommendation:
    """Bring a recommendation to where it is agreed."""
    row = made(addressee, **more)
    act(acts.answer, row, acting_for(addressee), response="agreed")
    return row


@reached
def in_progress(addressee="N57EKNT", **more) -> Recommendation:
    """Bring a recommendation to where work has started."""
    row = agreed(addressee, **more)
    act(acts.start, row, acting_for(addressee))
    return row


@reached
def reported(addressee="N57EKNT", **more) -> Recommendation:
    """Bring a recommendation to where its owner reported it complete."""
    row = in_progress(addressee, **more)
    act(
        acts.report_complete,
        row,
        acting_for(addressee),
        text="Every case was reviewed.",
        evidence="Review of 2 March, page 4",
    )
    return row


@reached
def proposed(addressee="N57EKNT", **more) -> Recommendation:
    """Bring a recommendation to where someone of the Inspectorate proposed to verify it."""
    row = reported(addressee, **more)
    act(acts.propose, row, acting_for("hmip"), text="The sample shows it.")
    return row
