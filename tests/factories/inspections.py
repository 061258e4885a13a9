"""Inspections brought to a state by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.access.queries import Acting
from oversight.inspections.actions import case, case_steps, information
from oversight.inspections.models import Inspection
from oversight.inspections.queries.information import information_of
from oversight.inspections.rules.case import Dates
from oversight.parties.queries import party
from tests.factories.arrangements import acting_for
from tests.factories.parties import acting_as
from tests.harness.once import reached

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DATES = Dates(date(2026, 3, 2), date(2026, 4, 13), date(2026, 4, 24))


def planner() -> Acting:
    return acting_for("hmip", "hmip_planner")


@reached
def scheduled(
    lead: Acting | None = None,
    *,
    programme="pdu-2023-25",
    kind="pdu",
    units=("N57EKNT",),
    partners=(),
    title="",
    dates=DATES,
    at=AT,
) -> Inspection:
    """Schedule an inspection; without ``lead`` a new lead inspector leads it."""
    leading = lead or acting_as("hmip_lead_inspector")
    reference = case.schedule(
        by=planner(),
        at=at,
        programme=programme,
        kind_id=kind,
        title=title,
        units=[party(code) for code in units],
        partners=[party(code) for code in partners],
        dates=dates,
        lead=leading.reference,
    )
    return Inspection.objects.get(reference=reference)


def act(step, inspection: Inspection, by: Acting, at: datetime = AT, **more):
    """Take a step on an inspection as it stands now, and give what it gives."""
    inspection.refresh_from_db()
    done = step(by=by, at=at, reference=inspection.reference, revision=inspection.revision, **more)
    inspection.refresh_from_db()
    return done


@reached
def announced(lead: Acting | None = None, **more) -> Inspection:
    """Schedule and announce an inspection."""
    found = scheduled(lead, **more)
    act(case.announce, found, planner())
    return found


def ask(inspection: Inspection, by: Acting, keys=(), *, reason="", decision="ask", at=AT, needed_by=None):
    """Ask for some items, or for everything wanted."""
    wanted = list(keys) or [one.key for one in information_of(by, inspection).unasked]
    choices = {key: information.Choice(information.Decision(decision), reason) for key in wanted}
    return act(
        information.ask_information,
        inspection,
        by,
        at,
        choices=choices,
        needed_by=needed_by or date(2026, 3, 30),
    )


def supply(inspection: Inspection, title: str, by: Acting, at=AT, describes=date(2026, 3, 1), **more) -> None:
    """Supply the item of this title."""
    request = inspection.requests.get(title=title)
    information.supply_information(
        by=by,
        at=at,
        reference=inspection.reference,
        request_id=request.pk,
        revision=request.revision,
        describes=describes,
        where="Shared drive, folder 12",
        note="",
        **more,
    )


@reached
def in_fieldwork(lead: Acting, **more) -> Inspection:
    """Bring an inspection into fieldwork."""
    found = announced(lead, **more)
    later = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)
    act(case_steps.start_fieldwork, found, lead, later, on=later.date())
    return found


@reached
def finished(lead: Acting, **more) -> Inspection:
    """Bring an inspection to the end of its fieldwork."""
    found = in_fieldwork(lead, **more)
    later = datetime(2026, 4, 24, 16, 0, tzinfo=UTC)
    act(case_steps.finish_fieldwork, found, lead, later, on=later.date())
    return found
