"""Reports written by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.inspections.actions import data_items, ratings, report, report_parts
from oversight.inspections.actions.notes import note_evidence
from oversight.inspections.models import Inspection
from oversight.inspections.queries.report_facts import report_of
from oversight.inspections.rules.data_items import ItemFacts, Level, Measure, Placement
from oversight.inspections.rules.data_tables import read_table
from tests.factories.fieldwork import draw, judge_whole
from tests.factories.inspections import act, finished, in_fieldwork
from tests.factories.parties import acting_as
from tests.harness.once import reached

AT = datetime(2026, 4, 27, 9, 0, tzinfo=UTC)
TABLE = "Team,Men,Women,Total\nA,30,3,33\nB,12,9,21\nTotal,42,12,54"


def write(inspection: Inspection, by, key="foreword", text="Some words", *, revision=0, at=AT) -> int:
    return report.save_section(
        by=by, at=at, reference=inspection.reference, key=key, text=text, revision=revision
    )


def recommend(inspection: Inspection, by, *, at=AT, **more) -> int:
    facts = {"authority": "N57", "text": "Do better", "standards": ["leadership"], "reason": ""} | more
    return report_parts.recommend(by=by, at=at, reference=inspection.reference, **facts)


def figures(text=TABLE, **more) -> ItemFacts:
    facts = {
        "title": "Cases by team",
        "level": Level.UNIT,
        "measure": Measure.COUNTS,
        "owner": "moj-data-assurance",
        "source": "Quarterly return",
        "as_of": date(2026, 3, 31),
        "published": True,
        "placement": Placement.TEXT,
        "reason": "",
    } | more
    return ItemFacts(table=read_table(text, facts["measure"]).table, **facts)


def enter(inspection: Inspection, by, facts: ItemFacts | None = None, *, at=AT) -> int:
    return data_items.enter_data_item(by=by, at=at, reference=inspection.reference, facts=facts or figures())


def check(inspection: Inspection, by, number: int, digest: str, *, holds=True, note="", at=AT) -> None:
    data_items.check_data_item(
        by=by, at=at, reference=inspection.reference, number=number, digest=digest, holds=holds, note=note
    )


def note_practice(inspection: Inspection, by, text="A way that works") -> int:
    return note_evidence(
        by=by,
        at=AT,
        reference=inspection.reference,
        standard="leadership",
        source="Meeting",
        text=text,
        effective_practice=True,
    )


def now_of(inspection: Inspection):
    inspection.refresh_from_db()
    return report_of(inspection, AT.date())


@reached
def rated(lead, second=None, *, cases=6, rating="requires_improvement") -> Inspection:
    """Bring a core inspection to its draft: every case sufficient, the rest rated by a panel."""
    other = second or acting_as("hmip_lead_inspector", name="Sam Second")
    found = in_fieldwork(lead)
    draw(found, lead, wanted=cases)
    for number in range(1, cases + 1):
        judge_whole(found, lead, number)
    return settled(_finish(found, lead), lead, other, rating)


def _finish(found: Inspection, lead) -> Inspection:
    from oversight.inspections.actions import case_steps

    act(case_steps.finish_fieldwork, found, lead, AT, on=AT.date())
    return found


@reached
def settled(found: Inspection, lead, other, rating: str) -> Inspection:
    """Rate the standards that are judged on evidence, and settle."""
    for standard in ("leadership", "staffing", "services"):
        number = ratings.propose(
            by=lead,
            at=AT,
            reference=found.reference,
            standard=standard,
            rating=rating,
            reason="What was seen",
            panel=[lead.reference, other.reference],
        )
        for one in (lead, other):
            ratings.confirm(by=one, at=AT, reference=found.reference, proposal_id=number)
    act(ratings.settle, found, lead, AT)
    return found


def unrated(lead, **more) -> Inspection:
    """Bring an inspection without ratings to its draft."""
    facts = {"programme": "dynamic-public-protection-2025-26", "kind": "dynamic", "units": ("N57",)} | more
    return finished(lead, **facts)


@reached
def whole(inspection: Inspection, by) -> None:
    """Write everything that a draft needs before it is sent."""
    now = now_of(inspection)
    for one in now.sections:
        if one.written and one.needed and one.key not in now.texts:
            write(inspection, by, one.key, f"Text of {one.key}")
    if not any(not one.withdrawn for one in now.recommendations):
        standard = now.programme.standards[0].id
        recommend(inspection, by, standards=[standard])
