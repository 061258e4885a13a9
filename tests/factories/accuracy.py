"""Accuracy checks brought to a state by the real acts, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.access.queries import Acting
from oversight.inspections.actions import (
    accuracy,
    accuracy_clearing,
    accuracy_commissioning,
    accuracy_deciding,
    case_steps,
    report,
    report_parts,
)
from oversight.inspections.models import (
    AccuracyCheck,
    AccuracyPoint,
    Inspection,
)
from oversight.inspections.queries.report_facts import report_of
from oversight.inspections.rules.accuracy import Remark
from oversight.inspections.rules.accuracy_states import PointKind
from oversight.inspections.rules.reading import programme_of, shipped_programmes
from oversight.parties.queries import party
from tests.factories.inspections import act, in_fieldwork
from tests.factories.parties import acting_as
from tests.harness.once import reached

SENT_AT = datetime(2026, 5, 5, 9, 0, tzinfo=UTC)
"""A Tuesday after the early May bank holiday: ten working days end on Tuesday 19 May 2026."""
DUE = date(2026, 5, 19)
CONTRIBUTOR_DUE = date(2026, 5, 13)
TEXT = (
    "The unit has 12 staff.\n\nLeaders know their community.\n\n| Measure | 2025 |\n| - | - |\n| Seen | 40 |"
)
REMARK = Remark("foreword-p1", PointKind.FACT, "The unit has 12 staff.", "It has 14.", "See the rota.", True)


@reached
def drafted(lead: Acting, *, text: str = TEXT, **more) -> Inspection:
    """Bring an inspection without ratings to a draft that is whole."""
    facts = {"programme": "thematic-2023", "kind": "thematic", "title": "Resettlement", "units": ["N57EKNT"]}
    found = in_fieldwork(lead, **(facts | more))
    return whole(found, lead, datetime(2026, 4, 24, 16, 0, tzinfo=UTC), text=text)


@reached
def whole(found: Inspection, lead: Acting, at: datetime, *, text: str = TEXT) -> Inspection:
    """End the fieldwork of an inspection without ratings and write its report."""
    act(case_steps.finish_fieldwork, found, lead, at, on=at.date())
    for section in report_of(found, at.date()).sections:
        if section.written:
            write(
                found, lead, section.key, text if section.key == "foreword" else f"About {section.title}.", at
            )
    recommend(found, lead, at)
    return found


def write(inspection: Inspection, by: Acting, key: str, text: str, at: datetime = SENT_AT) -> None:
    """Save a section as it is to read now."""
    held = report_of(inspection, at.date()).texts.get(key)
    report.save_section(
        by=by,
        at=at,
        reference=inspection.reference,
        key=key,
        text=text,
        revision=held.revision if held else 0,
    )


def recommend(inspection: Inspection, by: Acting, at: datetime) -> int:
    """Make one recommendation."""
    programme = programme_of(shipped_programmes(), inspection.programme, inspection.programme_version)
    return report_parts.recommend(
        by=by,
        at=at,
        reference=inspection.reference,
        authority="probation-service",
        text="See that every case has a plan.",
        standards=[programme.standards[0].id],
    )


@reached
def sent(lead: Acting, *, at: datetime = SENT_AT, **more) -> Inspection:
    """Send a draft for checking."""
    found = drafted(lead, **more)
    act(accuracy.send_for_checking, found, lead, at, note="")
    return found


def check_of(inspection: Inspection) -> AccuracyCheck:
    return AccuracyCheck.objects.get(inspection=inspection)


def commission(
    inspection: Inspection, by: Acting, codes=("N57EKNT", "N57"), *, due=CONTRIBUTOR_DUE, at=SENT_AT
):
    """Ask some parties to check the draft."""
    return accuracy_commissioning.commission(
        by=by,
        at=at,
        reference=inspection.reference,
        revision=check_of(inspection).revision,
        parties={party(code): due for code in codes},
        scope="",
    )


@reached
def commissioned(lead: Acting, osag: Acting, codes=("N57EKNT", "N57"), **more) -> Inspection:
    """Send a draft and ask some parties to check it."""
    found = sent(lead, **more)
    commission(found, osag, codes)
    return found


def say(inspection: Inspection, by: Acting, remark: Remark = REMARK, *, at=SENT_AT, **more) -> int:
    """Write a point."""
    return accuracy.add_point(by=by, at=at, reference=inspection.reference, remark=remark, **more)


def point(inspection: Inspection, number: int) -> AccuracyPoint:
    return AccuracyPoint.objects.get(check_of__inspection=inspection, number=number)


def ask_of(inspection: Inspection, code: str):
    return check_of(inspection).asks.exclude(state="withdrawn").get(party=code)


def hand_in(inspection: Inspection, by: Acting, code: str = "", *, nil=False, at=SENT_AT) -> int:
    """Hand in what was written for a party."""
    ask = ask_of(inspection, code or by.party)
    return accuracy.hand_in(
        by=by,
        at=at,
        reference=inspection.reference,
        ask_id=ask.pk,
        revision=ask.revision,
        nil=nil,
        note="",
    )


def on_point(step, inspection: Inspection, by: Acting, number: int, *, at=SENT_AT, **more):
    """Take a step on a point as it stands now."""
    return step(
        by=by,
        at=at,
        reference=inspection.reference,
        number=number,
        revision=point(inspection, number).revision,
        **more,
    )


def clear(inspection: Inspection, by: Acting, *numbers: int, at=SENT_AT) -> int:
    return accuracy_clearing.clear(by=by, at=at, reference=inspection.reference, numbers=numbers)


def return_response(inspection: Inspection, by: Acting, *, nil=False, why="", at=SENT_AT) -> int:
    """Return the response."""
    return accuracy_clearing.return_response(
        by=by,
        at=at,
        reference=inspection.reference,
        revision=check_of(inspection).revision,
        nil=nil,
        response="",
        without_reason=why,
    )


def decide(
    inspection: Inspection, by: Acting, number: int, decision="accepted", reason="Seen.", **more
) -> None:
    on_point(
        accuracy_deciding.decide,
        inspection,
        by,
        number,
        decision=decision,
        reason=reason,
        **({"change": ""} | more),
    )


@reached
def returned(lead: Acting, osag: Acting, head: Acting, points: int = 1, **more) -> Inspection:
    """Bring a check to its response with some points of one head of a unit, all to be decided."""
    found = commissioned(lead, osag, (head.party,), **more)
    for _ in range(points):
        say(found, head)
    hand_in(found, head)
    clear(found, osag, *range(1, points + 1))
    return_response(found, osag)
    return found


def decider() -> Acting:
    """Give an inspector who leads something else."""
    return acting_as("hmip_lead_inspector")
