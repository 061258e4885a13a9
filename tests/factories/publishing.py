"""Inspections brought to their final report and beyond by the real acts, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from oversight.access.queries import Acting, acting_under
from oversight.inspections.actions import accuracy, accuracy_deciding, case, case_steps, publishing, ratings
from oversight.inspections.models import Inspection
from oversight.inspections.queries.embargo import Reader
from oversight.inspections.queries.report_facts import report_of
from oversight.jobs.working import work
from oversight.parties.queries import MembershipFacts
from oversight.web.command_line.working import handlers
from tests.factories import accuracy as checks
from tests.factories.arrangements import acting_for
from tests.factories.fieldwork import draw, judge_whole, rows_of
from tests.factories.inspections import act, in_fieldwork
from tests.factories.parties import acting_as, make_member
from tests.harness.once import reached

FINAL_AT = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
EVIDENCE = ("leadership", "staffing", "services")


def publisher() -> Acting:
    """Give someone who publishes."""
    return acting_as("hmip_publications")


@reached
def rated(lead: Acting, second: Acting, *, sufficient: bool = True, at=FINAL_AT) -> Inspection:
    """Bring a core inspection of East Kent to a draft with ratings, a whole report and one recommendation."""
    found = in_fieldwork(lead)
    draw(found, lead, rows_of(20), wanted=3)
    for number in (1, 2, 3):
        judge_whole(found, lead, number, "sufficient" if sufficient else "insufficient")
    act(case.set_team, found, lead, lead=lead.reference, members=[second.reference])
    act(case_steps.finish_fieldwork, found, lead, at, on=datetime(2026, 4, 24, tzinfo=UTC).date())
    for standard in EVIDENCE:
        number = ratings.propose(
            by=lead,
            at=at,
            reference=found.reference,
            standard=standard,
            rating="good" if sufficient else "inadequate",
            reason="What was seen",
            panel=[lead.reference, second.reference],
        )
        for one in (lead, second):
            ratings.confirm(by=one, at=at, reference=found.reference, proposal_id=number)
    act(ratings.settle, found, lead, at)
    return found


@reached
def written(found: Inspection, lead: Acting, *, at=FINAL_AT) -> Inspection:
    """Write every section of a report and make one recommendation."""
    for section in report_of(found, at.date()).sections:
        if section.written:
            text = checks.TEXT if section.key == "foreword" else f"About {section.title}."
            checks.write(found, lead, section.key, text, at)
    checks.recommend(found, lead, at)
    return found


@reached
def issued(found: Inspection, lead: Acting, *, at=FINAL_AT) -> Inspection:
    """Take a draft that is whole through a check without points to the final report."""
    osag = acting_as("osag_lead")
    act(accuracy.send_for_checking, found, lead, at, note="")
    checks.commission(found, osag, ("N57EKNT",), due=(at + timedelta(days=3)).date(), at=at)
    head = acting_for("N57EKNT")
    checks.hand_in(found, head, nil=True, at=at)
    checks.return_response(found, osag, nil=True, at=at)
    act(accuracy_deciding.issue_final, found, lead, at, note="")
    return found


@reached
def final(lead: Acting, **more) -> Inspection:
    """Bring a thematic inspection to its final report."""
    return issued(checks.drafted(lead, **more), lead)


@reached
def final_rated(lead: Acting, **more) -> Inspection:
    """Bring a core inspection with ratings to its final report."""
    second = acting_as("hmip_lead_inspector")
    return issued(written(rated(lead, second, **more), lead), lead)


def reader(role="sponsorship_officer", party="", **person) -> tuple[Reader, Acting]:
    """Give someone to whom a copy can be given, and the actor that they are."""
    facts = make_member(role, party, **person)
    return as_reader(facts), acting_under(facts)


def as_reader(facts: MembershipFacts) -> Reader:
    return Reader(facts.id, f"person:{facts.person_id}", facts.person_name, facts.party, facts.role)


def published(found: Inspection, by: Acting | None = None, *, at=AT) -> Inspection:
    """Publish a final report now."""
    act(publishing.publish, found, by or publisher(), at)
    return found


def drain(at: datetime) -> int:
    """Let the worker do everything that is due."""
    return work(handlers(), clock=lambda: at)
