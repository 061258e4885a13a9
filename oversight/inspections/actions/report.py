"""A report written section by section, and its versions, which nobody changes (D1, ¶16, ¶22)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Max

from oversight.inspections.actions.fieldwork import _inspection
from oversight.inspections.actions.moving import _text, _today
from oversight.inspections.actions.report_telling import _tell_of_version
from oversight.inspections.models import Inspection, ReportSection, ReportVersion
from oversight.inspections.queries.report_facts import ReportNow, report_of, texts_of
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.data_items import check_comparisons
from oversight.inspections.rules.report_layout import Section, check_ready
from oversight.inspections.rules.reporting import LONGEST_TEXT, SENT, Purpose
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, canonical, digest
from oversight.kernel.plain_text import typed_lines
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action

#: States in which a report is written: from fieldwork until the final report is issued, and again once it is
#: published, for a correction.
WRITING: Final = (
    CaseState.FIELDWORK,
    CaseState.RATINGS,
    CaseState.DRAFT,
    CaseState.CHECK,
    CaseState.PUBLISHED,
)


def _long_text(given: str, field: str = "text") -> str:
    return typed_lines(given, field, longest=LONGEST_TEXT)


def _told_of(text: str) -> dict[str, Value]:
    """Give what the record keeps of a long text: the text itself stays beside it, in its table."""
    return {"characters": len(text), "digest": digest(text)}


def _section(now: ReportNow, key: str) -> Section:
    found = now.section(key)
    if found is None or not found.written:
        raise Refused(
            "not_found_section",
            "The report has no such section that is written.",
            "Open the report: it lists its sections.",
            paragraph="16",
        )
    return found


@action(verb="report.section-saved", permission="inspections.lead", paragraph="16")
def save_section(
    *, by: Actor, at: datetime, reference: str, key: str, text: str, revision: int
) -> Recorded[int]:
    """Save the text of a section beside what it said before.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        key: Key of the section.
        text: Markdown; may be empty.
        revision: Revision that the actor saw; 0 for none.

    Returns:
        The revision that holds now.

    Raises:
        Refused: A colleague saved another text since (rule ``report_section_stale``), there is no such
            section, or it is not the time or not the team of the actor.
    """
    row = _inspection(by, reference, WRITING)
    section = _section(report_of(row, _today(at)), key)
    told = _long_text(text)
    held = texts_of(row).get(key)
    now, was = (held.revision, held.text) if held else (0, "")
    payload: dict[str, Value] = {"section": key, **_told_of(told)}
    if told == was and now:
        return Recorded(f"inspection:{row.reference}", payload | {"revision": now}, now)
    if revision != now:
        raise Refused(
            "report_section_stale",
            f"{held.name if held else 'Someone'} saved “{section.title}” since you opened it.",
            "Both texts are below. Bring them together, then save again.",
            field="text",
        )
    ReportSection.objects.filter(inspection=row, key=key, superseded=False).update(superseded=True)
    ReportSection.objects.create(
        inspection=row,
        key=key,
        revision=now + 1,
        text=told,
        digest=digest(told),
        saved_at=at,
        saved_by=by.reference,
        saved_name=by.name,
    )
    return Recorded(f"inspection:{row.reference}", payload | {"revision": now + 1}, now + 1)


def _make_version(row: Inspection, purpose: Purpose, note: str, by: Actor, at: datetime) -> ReportVersion:
    now = report_of(row, _today(at))
    if purpose in SENT:
        check_comparisons(now.unchecked)
        check_ready(now.missing)
        _tell_of_version(now, purpose, by=by, at=at)
    content = now.content.value()
    last = ReportVersion.objects.filter(inspection=row).aggregate(last=Max("number"))["last"] or 0
    return ReportVersion.objects.create(
        inspection=row,
        number=last + 1,
        purpose=purpose,
        content=canonical(content),
        digest=digest(content),
        note=note,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
    )


@action(verb="report.version-made", permission="inspections.lead", paragraph="16")
def make_version(*, by: Actor, at: datetime, reference: str, note: str) -> Recorded[int]:
    """Keep the report as it stands as a working version.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        note: What it is kept for.

    Returns:
        Number of the version.

    Raises:
        Refused: There is no note, or it is not the time or not the team of the actor.
    """
    row = _inspection(by, reference, WRITING)
    told = _text(note, "note")
    if not told:
        raise Refused("version_note", "A version needs a note.", "Say what it is kept for.", field="note")
    made = _make_version(row, Purpose.WORKING, told, by, at)
    return Recorded(f"inspection:{row.reference}", _version_payload(made), made.number)


def _version_payload(made: ReportVersion) -> dict[str, Value]:
    """Give what the record keeps of a version."""
    return {"version": made.number, "purpose": str(made.purpose), "digest": made.digest, "note": made.note}


def _make_version_within(
    row: Inspection, *, purpose: Purpose, note: str, by: Actor, at: datetime
) -> ReportVersion:
    """Make a version inside another action, which records it.

    Args:
        row: The inspection, locked.
        purpose: What the version is made for.
        note: What to say of it; may be empty.
        by: Who acts.
        at: Moment of acting.

    Raises:
        Refused: It is to be sent and something is missing, or a national comparison was not checked.
    """
    return _make_version(row, purpose, note, by, at)
