"""The final report: kept, its actions handed over, findings put in common, the result given (B4, ¶14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from oversight.arrangements.actions import happened
from oversight.audits.actions.drafting import _kept
from oversight.audits.actions.keeping import checked, locked, stepped, tell_audited, unit_of
from oversight.audits.models import Audit
from oversight.audits.queries.audit import readiness
from oversight.audits.queries.report import content_now
from oversight.audits.queries.sight import WORK
from oversight.audits.rules.audit import OSAG, check_ready
from oversight.audits.rules.data import PARAGRAPH, audit_data, grade_of
from oversight.exchange.actions.writing import london_day
from oversight.intelligence.actions.items import Content, share_finding
from oversight.intelligence.queries.items import item_of_origin
from oversight.intelligence.rules.words import Confidence, Result
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.recommendations.actions.receiving import receive
from oversight.recommendations.rules.sources import Source
from oversight.recommendations.rules.wording import words_of

#: Most that a finding in common says; the report has the rest.
_LONGEST = 2000


def _origin(row: Audit, number: int) -> str:
    return f"audit:{row.reference}-F{number}"


def _hand_over(row: Audit, unit: PartyRef | None, *, by: Actor, at: datetime) -> list[str]:
    """Hand each action to recommendations, where its owner answers and reports, and two of OSAG verify."""
    themes, made = words_of("themes"), []
    for one in row.actions.filter(dropped_at=None).select_related("finding").order_by("number"):
        one.recommendation = receive(
            by=by,
            at=at,
            kind=Source.AUDIT,
            source=row.reference,
            source_title=row.title,
            number=one.number,
            text=one.text,
            addressee=party(one.owner_id),
            on=london_day(at),
            unit=unit,
            theme=one.finding.theme if one.finding.theme in themes else "",
            told=f"From finding {one.finding.number}: {one.finding.title}",
        )
        one.save()
        made.append(one.recommendation)
    return made


def _shortened(text: str) -> str:
    if len(text) > _LONGEST:
        return f"{text[: _LONGEST - 30].rstrip()}… The report has the rest."
    return text


def _common(finding: Mapping[str, Any], found_on: date) -> Content:
    """Give what is put in common of a finding, by its parts."""
    text = "{title}\n{text}\nCause: {cause}\nConsequence: {consequence}".format_map(finding)
    return Content(
        text=_shortened(text),
        result=Result(grade_of(finding["grade"]).result),
        confidence=Confidence.HIGH,
        found_on=found_on,
    )


def _put_in_common(row: Audit, *, by: Actor, at: datetime) -> list[int]:
    """Share each finding with the bodies that the data names and with the one that was audited."""
    readers = sorted({*audit_data().shared_with, row.audited_id} - {OSAG})
    shared = []
    assert row.finished_on is not None, "a report is written once fieldwork is over"
    for one in content_now(row)["findings"]:
        origin = _origin(row, one["number"])
        if item_of_origin(actor=by, owner=OSAG, origin=origin) is not None:
            continue
        shared.append(
            share_finding(
                by=by,
                at=at,
                owner=party(OSAG),
                about=party(row.audited_id),
                theme=one["theme"],
                content=_common(one, row.finished_on),
                readers=readers,
                origin=origin,
                place=reverse("audit-report", args=[row.reference]),
                came_from=f"Audit {row.reference}, {row.title}, final on {day_in_words(london_day(at))}"[
                    :300
                ],
            )
        )
    return shared


@action(verb="audit.final-issued", permission=WORK, paragraph=PARAGRAPH)
def issue_final(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Issue the final report, once every point of the audited is answered.

    Its actions go to their owners as recommendations, its findings are put in common, and HMPPS and the
    Ministry of Justice can read it from now on, so that the result is given to both (paragraph 14).

    Args:
        by: The reviewer of the audit.
        at: Moment of issuing it.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: There is no such audit, a point has no answer, something is lacking, the actor leads it, or
            it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "issue_final", by)
    check_ready(move.name, readiness(row))
    version = _kept(row, "final", by=by, at=at)
    unit = unit_of(row)
    made = _hand_over(row, unit, by=by, at=at)
    shared = _put_in_common(row, by=by, at=at)
    row.final_at, row.final_by = at, by.reference
    stepped(row, move.name, move.target, by=by, at=at)
    tell_audited(row, "The final report of an audit was issued to you", by=by, at=at)
    for event, where in (("audit_completed", unit), ("audit_assurance_given", None)):
        happened(
            by=by,
            at=at,
            event=event,
            kind="",
            about=row.reference,
            on=london_day(at),
            unit=where,
            addressee=None,
            note="",
        )
    payload: dict[str, Value] = {
        "version": version.number,
        "digest": version.digest,
        "rating": row.rating,
        "actions": list(made),
        "shared": list(shared),
    }
    return Recorded(f"audit:{row.reference}", payload, None)
