"""Action plans brought to a state by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.access.queries import Acting
from oversight.parties.queries import party
from oversight.recommendations.actions import plan_actions, plan_parts, plan_publishing
from oversight.recommendations.actions import plans as acts
from oversight.recommendations.models import Plan, PlanAction
from tests.factories.arrangements import acting_for
from tests.harness.once import reached

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = date(2026, 9, 1)
WHERE = "https://www.gov.uk/government/publications/action-plan"


@reached
def opened(*, unit="N57EKNT", source="2026-PDU-N57EKNT-1", kind="core", by: Acting | None = None) -> Plan:
    """Open a plan: a local one of a unit, or one that OSAG coordinates when there is no unit."""
    reference = acts.open_plan(
        by=by or acting_for(unit or "hmpps-osag"),
        at=AT,
        source=source,
        kind=kind,
        title="Action plan",
        source_title="Report",
        unit=party(unit) if unit else None,
    )
    return Plan.objects.get(reference=reference)


def coordinated(source="T-1", kind="thematic") -> Plan:
    return opened(unit="", source=source, kind=kind)


def step(write, row: Plan, by: Acting, at=AT, **more):
    """Take a step on a plan as it stands now, and give what it gives."""
    row.refresh_from_db()
    done = write(by=by, at=at, reference=row.reference, revision=row.revision, **more)
    row.refresh_from_db()
    return done


@reached
def with_action(
    row: Plan, by: Acting | None = None, *, owner="N57EKNT", due=DUE, at=AT, **more
) -> PlanAction:
    """Add an action to a plan."""
    facts = {
        "text": "Review every case.",
        "measure": "Nine of ten cases reviewed.",
        "recommendations": [],
    } | more
    number = step(
        plan_actions.add_action,
        row,
        by or acting_for(row.writer_id),
        at,
        owner=party(owner),
        due=due,
        **facts,
    )
    return PlanAction.objects.get(plan=row, number=number)


def ask(row: Plan, contributor: str, by: Acting | None = None, **more) -> int:
    """Ask a body for its part."""
    facts = {"question": "What will you do?", "wanted_by": date(2026, 3, 20)} | more
    return step(
        plan_parts.ask_input, row, by or acting_for(row.writer_id), contributor=party(contributor), **facts
    )


def give(part_id: int, by: str, at=AT, revision=1):
    """Give a part."""
    return plan_parts.give_part(
        by=acting_for(by), at=at, part_id=part_id, revision=revision, answer="We fund it."
    )


def clearer(row: Plan) -> Acting:
    """Give who clears a plan."""
    return acting_for("N57") if row.unit_id else acting_for("hmpps-osag", "osag_lead")


@reached
def at_clearance(row: Plan) -> Plan:
    """Bring a plan with actions to its clearance."""
    step(acts.ask_check, row, acting_for(row.writer_id))
    step(acts.finish_check, row, acting_for("hmpps-osag", "osag_lead"), text="Fit to be submitted.")
    return row


@reached
def submitted(row: Plan | None = None) -> Plan:
    """Bring a plan to where it is submitted; a local one with one action when none is given."""
    plan = row or opened()
    if not plan.actions.exists():
        with_action(plan, owner=plan.unit_id or "hmpps")
    at_clearance(plan)
    step(acts.submit, plan, clearer(plan), text="The director, today")
    return plan


@reached
def published(row: Plan | None = None) -> Plan:
    """Bring a plan to where it is published."""
    plan = submitted(row)
    step(acts.receive_plan, plan, acting_for("hmip"))
    body = "hmpps" if plan.unit_id else "hmpps-osag"
    step(plan_publishing.publish_plan, plan, acting_for(body), on=AT.date(), where=WHERE)
    return plan


def on(write, row: PlanAction, by: Acting, at=AT, **more):
    """Take a step on an action as it stands now."""
    row.refresh_from_db()
    done = write(by=by, at=at, reference=row.plan.reference, number=row.number, revision=row.revision, **more)
    row.refresh_from_db()
    return done
