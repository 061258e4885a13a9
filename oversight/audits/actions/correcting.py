"""A final report corrected: a new version beside the old one, by two people (B4, ¶14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from oversight.audits.actions.drafting import _finding_words, _version
from oversight.audits.actions.issuing import _common, _origin, _shortened
from oversight.audits.actions.keeping import locked, next_number, of_team, sealed, stepped, tell_audited
from oversight.audits.models import Audit, AuditCorrection, AuditFinding, CorrectedFinding
from oversight.audits.queries.correcting import (
    final_version,
    open_correction,
    said_in,
    said_with,
    wrote_of,
)
from oversight.audits.queries.sight import WORK, Sight, demand_team, not_found
from oversight.audits.rules.audit import ISSUED, OSAG, check_state
from oversight.audits.rules.correcting import (
    CorrectionState,
    check_correction_step,
    check_corrects,
    differences,
)
from oversight.audits.rules.data import PARAGRAPH, check_rating
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.intelligence.actions import correct_item, withdraw_item
from oversight.intelligence.queries.items import item, item_of_origin
from oversight.intelligence.rules.items import SHARED
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move
from oversight.ledger.acting import Recorded, action


def _under_way(row: Audit) -> AuditCorrection:
    one = open_correction(row)
    if one is None:
        raise Refused(
            "audit_correction_none",
            "No correction of this report is under way.",
            "Begin one first.",
            paragraph=PARAGRAPH,
        )
    return one


def _writing(by: Actor, reference: str) -> tuple[Audit, AuditCorrection]:
    """Give the correction that someone of the team may write now."""
    row, _ = of_team(by, reference)
    one = _under_way(row)
    if one.state != CorrectionState.WRITING:
        raise Refused(
            "audit_correction_state",
            "This correction waits for its reviewer.",
            "The reviewer issues it or sends it back.",
            paragraph=PARAGRAPH,
        )
    return row, one


def _step(by: Actor, reference: str, revision: int, name: str) -> tuple[Audit, AuditCorrection, Move, Sight]:
    row, sight = locked(by, reference, revision)
    demand_team(sight)
    one = _under_way(row)
    move = check_correction_step(
        name, one.state, places=sight.places, person=by.reference, wrote=wrote_of(one)
    )
    return row, one, move, sight


def _words(wrong: str, reason: str) -> tuple[str, str]:
    return (
        clean_text(wrong, "wrong", wanted="Enter what was wrong."),
        clean_text(reason, "reason", wanted="Enter why it was wrong."),
    )


@action(verb="audit.correction-begun", permission=WORK, paragraph=PARAGRAPH)
def begin_correction(
    *, by: Actor, at: datetime, reference: str, revision: int, wrong: str, reason: str
) -> Recorded[int]:
    """Begin to correct a final report. What it says stays as it is until the correction is issued.

    Args:
        by: The lead or an auditor.
        at: Moment of beginning.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        wrong: What is wrong in it.
        reason: Why it was wrong.

    Returns:
        Number of the correction.

    Raises:
        Refused: There is no such audit for the actor, its report is not final, a correction is under way, it
            changed meanwhile, or something is missing.
    """
    row, _ = of_team(by, reference, revision=revision)
    check_state(row.state, ISSUED, "Reports are corrected")
    if open_correction(row) is not None:
        raise Refused(
            "audit_correction_once",
            "A correction of this report is under way.",
            "Add what you found to it.",
            paragraph=PARAGRAPH,
        )
    what, why = _words(wrong, reason)
    before = final_version(row)
    said = said_in(before)
    made = AuditCorrection.objects.create(
        audit=row,
        number=next_number(row.corrections),
        before=before,
        wrong=what,
        reason=why,
        rating=said["rating"],
        summary=said["summary"],
        opened_at=at,
        opened_by=by.reference,
        opened_name=by.name,
    )
    stepped(row, "begin_correction", row.state, by=by, at=at)
    payload: dict[str, Value] = {"number": made.number, **sealed({"wrong": what, "reason": why})}
    return Recorded(f"audit:{row.reference}", payload, made.number)


@action(verb="audit.correction-worded", permission=WORK, paragraph=PARAGRAPH)
def word_correction(*, by: Actor, at: datetime, reference: str, wrong: str, reason: str) -> Recorded[None]:
    """Say anew what was wrong and why, before the correction is handed in.

    Args:
        by: The lead or an auditor.
        at: Moment of saying it.
        reference: Reference of the audit.
        wrong: What is wrong in the report.
        reason: Why it was wrong.

    Raises:
        Refused: No correction is being written that the actor may write, or something is missing.
    """
    del at  # kept in the record alone
    row, one = _writing(by, reference)
    one.wrong, one.reason = _words(wrong, reason)
    one.save()
    payload: dict[str, Value] = {
        "number": one.number,
        **sealed({"wrong": one.wrong, "reason": one.reason}),
    }
    return Recorded(f"audit:{row.reference}", payload, None)


def _finding(one: AuditCorrection, number: int) -> AuditFinding:
    """Give a finding of the version that is corrected."""
    if number not in {held["number"] for held in said_in(one.before)["findings"]}:
        raise not_found()
    return AuditFinding.objects.get(audit_id=one.audit_id, number=number)


@action(verb="audit.finding-corrected", permission=WORK, paragraph=PARAGRAPH)
def correct_finding(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    title: str,
    text: str,
    cause: str,
    consequence: str,
    grade: str,
) -> Recorded[None]:
    """Write what a finding says with the correction; its theme, actions and numbers stay.

    Args:
        by: The lead or an auditor.
        at: Moment of writing.
        reference: Reference of the audit.
        number: Number of the finding.
        title: What it is called.
        text: What was found.
        cause: Why it is so.
        consequence: What follows from it.
        grade: How grave it is, as the data names it.

    Raises:
        Refused: No correction is being written that the actor may write, the report has no such finding, or
            something is missing.
    """
    row, one = _writing(by, reference)
    of = _finding(one, number)
    said = _finding_words(title=title, text=text, cause=cause, consequence=consequence, grade=grade)
    _keep(one, of, said, by=by, at=at)
    payload: dict[str, Value] = {"correction": one.number, "number": number, **sealed({**said})}
    return Recorded(f"audit:{row.reference}", payload, None)


@action(verb="audit.finding-withdrawn", permission=WORK, paragraph=PARAGRAPH)
def withdraw_finding(*, by: Actor, at: datetime, reference: str, number: int) -> Recorded[None]:
    """Withdraw a finding with the correction. Its actions are recommendations by now, and keep their numbers.

    Args:
        by: The lead or an auditor.
        at: Moment of writing.
        reference: Reference of the audit.
        number: Number of the finding.

    Raises:
        Refused: No correction is being written that the actor may write, or the report has no such finding.
    """
    row, one = _writing(by, reference)
    _keep(one, _finding(one, number), None, by=by, at=at)
    return Recorded(f"audit:{row.reference}", {"correction": one.number, "number": number}, None)


def _keep(
    one: AuditCorrection, of: AuditFinding, said: dict[str, str] | None, *, by: Actor, at: datetime
) -> None:
    empty = dict.fromkeys(("title", "text", "cause", "consequence", "grade"), "")
    CorrectedFinding.objects.update_or_create(
        correction=one,
        finding=of,
        defaults={
            **(said or empty),
            "withdrawn": said is None,
            "written_at": at,
            "written_by": by.reference,
        },
    )


@action(verb="audit.summary-corrected", permission=WORK, paragraph=PARAGRAPH)
def correct_summary(*, by: Actor, at: datetime, reference: str, rating: str, summary: str) -> Recorded[None]:
    """Say which rating and summary the report has with the correction.

    Args:
        by: The lead or an auditor.
        at: Moment of writing.
        reference: Reference of the audit.
        rating: A rating of the scale of the audit.
        summary: What the report says as a whole.

    Raises:
        Refused: No correction is being written that the actor may write, the scale has no such rating, or the
            summary is missing.
    """
    del at  # kept in the record alone
    row, one = _writing(by, reference)
    one.rating = check_rating(row.scale_since, rating)
    one.summary = clean_text(summary, "summary", wanted="Enter what the report says as a whole.")
    one.save()
    payload: dict[str, Value] = {
        "correction": one.number,
        **sealed({"rating": rating, "summary": one.summary}),
    }
    return Recorded(f"audit:{row.reference}", payload, None)


@action(verb="audit.correction-handed-in", permission=WORK, paragraph=PARAGRAPH)
def hand_in_correction(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Hand a correction in to the reviewer.

    Args:
        by: The lead or an auditor.
        at: Moment of handing it in.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: No correction is being written that the actor may hand in, it changes nothing, or the audit
            changed meanwhile.
    """
    row, one, move, _ = _step(by, reference, revision, "hand_in")
    check_corrects(said_in(one.before), said_with(one))
    one.state, one.handed_in_at, one.handed_in_by = move.target, at, by.reference
    one.save()
    stepped(row, "hand_in_correction", row.state, by=by, at=at)
    return Recorded(f"audit:{row.reference}", {"number": one.number}, None)


@action(verb="audit.correction-sent-back", permission=WORK, paragraph=PARAGRAPH)
def send_back_correction(
    *, by: Actor, at: datetime, reference: str, revision: int, reason: str
) -> Recorded[None]:
    """Send a correction back to those who write it.

    Args:
        by: The reviewer of the audit.
        at: Moment of sending it back.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        reason: What is lacking.

    Raises:
        Refused: No correction waits for the actor, the reason is missing, or the audit changed meanwhile.
    """
    row, one, move, _ = _step(by, reference, revision, "send_back")
    why = clean_text(reason, "reason", wanted="Enter what is lacking.")
    one.state, one.handed_in_at, one.handed_in_by = move.target, None, ""
    one.save()
    stepped(row, "send_back_correction", row.state, by=by, at=at, reason=why)
    return Recorded(f"audit:{row.reference}", {"number": one.number, **sealed({"reason": why})}, None)


@action(verb="audit.correction-dropped", permission=WORK, paragraph=PARAGRAPH)
def drop_correction(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Drop a correction that is not needed; it stays on record with the reason.

    Args:
        by: The lead or an auditor.
        at: Moment of dropping it.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        reason: Why it is not needed.

    Raises:
        Refused: No correction is being written that the actor may drop, the reason is missing, or the audit
            changed meanwhile.
    """
    row, one, move, _ = _step(by, reference, revision, "drop")
    why = clean_text(reason, "reason", wanted="Enter why it is not needed.")
    one.state, one.dropped_at, one.dropped_by, one.dropped_reason = move.target, at, by.reference, why
    one.save()
    stepped(row, "drop_correction", row.state, by=by, at=at, reason=why)
    return Recorded(f"audit:{row.reference}", {"number": one.number, **sealed({"reason": why})}, None)


@action(verb="audit.corrected", permission=WORK, paragraph=PARAGRAPH)
def issue_correction(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[int]:
    """Issue a corrected report: a new version beside the old one, which everyone who reads the report reads.

    Its findings in common are corrected or withdrawn, so that everyone who read them is told; the audited are
    told by email. Recommendations made from it keep their numbers and their words.

    Args:
        by: The reviewer of the audit, who wrote nothing of the correction.
        at: Moment of issuing it.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Returns:
        Number of the new version.

    Raises:
        Refused: No correction waits for the actor, they wrote part of it, or the audit changed meanwhile.
    """
    row, one, move, _ = _step(by, reference, revision, "issue")
    said = said_with(one)
    version = _version(row, "corrected", said, by=by, at=at)
    one.state, one.version = move.target, version
    one.issued_at, one.issued_by, one.issued_name = at, by.reference, by.name
    one.save()
    row.rating, row.summary = one.rating, one.summary
    stepped(row, "issue_correction", row.state, by=by, at=at, reason=one.wrong)
    corrected, withdrawn = _in_common(row, one, said, by=by, at=at)
    tell_audited(row, "The final report of an audit was corrected", by=by, at=at)
    payload: dict[str, Value] = {
        "number": one.number,
        "version": version.number,
        "digest": version.digest,
        "rating": row.rating,
        "corrected": corrected,
        "withdrawn": withdrawn,
    }
    return Recorded(f"audit:{row.reference}", payload, version.number)


def _in_common(
    row: Audit, one: AuditCorrection, said: Mapping[str, Any], *, by: Actor, at: datetime
) -> tuple[list[Value], list[Value]]:
    """Correct or withdraw what was shared of each finding that changed; not what is withdrawn."""
    corrected: list[Value] = []
    withdrawn: list[Value] = []
    changes = differences(said_in(one.before), said)
    findings = {held["number"]: held for held in said["findings"]}
    why = _shortened(f"The audit report was corrected. {one.wrong}\n{one.reason}")
    for number in dict.fromkeys(each.finding for each in changes if each.finding is not None):
        item_id = item_of_origin(actor=by, owner=OSAG, origin=_origin(row, number))
        if item_id is None:
            continue
        page = item(actor=by, item_id=item_id, today=london_day(at))
        if page.line.state != SHARED:
            continue
        if number in findings:
            stands = page.rounds[0]
            content = _common(findings[number], stands.found_on)
            correct_item(by=by, at=at, item_id=item_id, number=stands.number, content=content, reason=why)
            corrected.append(item_id)
        else:
            withdraw_item(by=by, at=at, item_id=item_id, reason=why)
            withdrawn.append(item_id)
    return corrected, withdrawn
