"""Findings, actions, rating and summary written; the draft handed in, sent back, issued (B4, ¶14)."""

from __future__ import annotations

from datetime import datetime

from oversight.audits.actions.keeping import (
    checked,
    locked,
    next_number,
    of_team,
    sealed,
    stepped,
    tell_audited,
)
from oversight.audits.models import Audit, AuditAction, AuditFinding, AuditVersion
from oversight.audits.queries.audit import readiness, test_of
from oversight.audits.queries.report import content_now
from oversight.audits.queries.sight import WORK, not_found
from oversight.audits.rules.audit import WRITING, check_ready, check_state
from oversight.audits.rules.data import PARAGRAPH, accuracy_due, check_rating, grade_of
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.intelligence.rules.words import theme_of
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, canonical, digest
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef
from oversight.recommendations.rules.sources import check_authority


@action(verb="audit.finding-written", permission=WORK, paragraph=PARAGRAPH)
def write_finding(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int | None,
    title: str,
    text: str,
    cause: str,
    consequence: str,
    theme: str,
    grade: str,
    test: int,
) -> Recorded[int]:
    """Write a finding, or write it anew; what was handed in or issued keeps the words before.

    Args:
        by: The lead or an auditor.
        at: Moment of writing.
        reference: Reference of the audit.
        number: Number of the finding; None for a new one.
        title: What it is called.
        text: What was found.
        cause: Why it is so.
        consequence: What follows from it.
        theme: Name of its theme.
        grade: How grave it is, as the data names it.
        test: Number of the test that bears it out.

    Returns:
        Its number.

    Raises:
        Refused: There is no such audit, finding or test for the actor, the draft is with others, or something
            is missing; ``field`` says what.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, WRITING, "Findings are written")
    words = _finding_words(title=title, text=text, cause=cause, consequence=consequence, grade=grade)
    one = (
        AuditFinding(audit=row, number=next_number(row.findings)) if number is None else _finding(row, number)
    )
    for name, said in words.items():
        setattr(one, name, said)
    one.theme = theme_of(theme).id
    one.test = test_of(row, test)
    one.written_at, one.written_by = at, by.reference
    one.save()
    payload: dict[str, Value] = {
        "number": one.number,
        **sealed({**words, "theme": one.theme, "test": test}),
    }
    return Recorded(f"audit:{row.reference}", payload, one.number)


def _finding_words(*, title: str, text: str, cause: str, consequence: str, grade: str) -> dict[str, str]:
    named = typed_line(title, "title", longest=200)
    if not named:
        raise Refused("audit_missing", "Something is missing.", "Enter what it is called.", field="title")
    return {
        "title": named,
        "text": clean_text(text, "text", wanted="Enter what was found."),
        "cause": clean_text(cause, "cause", wanted="Enter why it is so."),
        "consequence": clean_text(consequence, "consequence", wanted="Enter what follows from it."),
        "grade": grade_of(grade).id,
    }


def _finding(row: Audit, number: int) -> AuditFinding:
    one: AuditFinding | None = row.findings.filter(number=number, dropped_at=None).order_by("id").first()
    if one is None:
        raise not_found()
    return one


@action(verb="audit.finding-dropped", permission=WORK, paragraph=PARAGRAPH)
def drop_finding(*, by: Actor, at: datetime, reference: str, number: int, reason: str) -> Recorded[None]:
    """Drop a finding and its actions; it stays on record with the reason, and its number is not given again.

    Args:
        by: The lead or an auditor.
        at: Moment of dropping it.
        reference: Reference of the audit.
        number: Number of the finding.
        reason: Why.

    Raises:
        Refused: There is no such finding for the actor, the draft is with others, or the reason is missing.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, WRITING, "Findings are dropped")
    one = _finding(row, number)
    why = clean_text(reason, "reason", wanted="Enter why.")
    one.dropped_at, one.dropped_by, one.dropped_reason = at, by.reference, why
    one.save()
    for held in one.actions.filter(dropped_at=None).order_by("id"):
        held.dropped_at, held.dropped_by = at, by.reference
        held.save()
    return Recorded(f"audit:{row.reference}", {"number": number, **sealed({"reason": why})}, None)


@action(verb="audit.action-written", permission=WORK, paragraph=PARAGRAPH)
def write_action(
    *, by: Actor, at: datetime, reference: str, finding: int, text: str, owner: PartyRef
) -> Recorded[int]:
    """Write an action for a finding. Its owner answers it once the report is final, as any recommendation.

    Args:
        by: The lead or an auditor.
        at: Moment of writing.
        reference: Reference of the audit.
        finding: Number of the finding.
        text: What is to be done.
        owner: The one body that is to do it.

    Returns:
        Its number, kept as that of the recommendation.

    Raises:
        Refused: There is no such finding for the actor, the draft is with others, the body can own no action,
            or something is missing.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, WRITING, "Actions are written")
    of = _finding(row, finding)
    try:
        check_authority(owner.code, owner.kind)
    except Refused as refused:
        raise Refused(
            refused.rule, refused.why, refused.what_next, paragraph=refused.paragraph, field="owner"
        ) from refused
    made = AuditAction.objects.create(
        audit=row,
        number=next_number(row.actions),
        finding=of,
        text=clean_text(text, "text", wanted="Enter what is to be done."),
        owner_id=owner.code,
        written_at=at,
        written_by=by.reference,
    )
    said: dict[str, Value] = {"finding": finding, "text": made.text, "owner": owner.code}
    payload: dict[str, Value] = {"number": made.number, **sealed(said)}
    return Recorded(f"audit:{row.reference}", payload, made.number)


@action(verb="audit.action-dropped", permission=WORK, paragraph=PARAGRAPH)
def drop_action(*, by: Actor, at: datetime, reference: str, number: int) -> Recorded[None]:
    """Drop an action before the report is final; its number is not given again.

    Args:
        by: The lead or an auditor.
        at: Moment of dropping it.
        reference: Reference of the audit.
        number: Number of the action.

    Raises:
        Refused: There is no such action for the actor, or the draft is with others.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, WRITING, "Actions are dropped")
    one = row.actions.filter(number=number, dropped_at=None).order_by("id").first()
    if one is None:
        raise not_found()
    one.dropped_at, one.dropped_by = at, by.reference
    one.save()
    return Recorded(f"audit:{row.reference}", {"number": number}, None)


@action(verb="audit.summarised", permission=WORK, paragraph=PARAGRAPH)
def summarise(*, by: Actor, at: datetime, reference: str, rating: str, summary: str) -> Recorded[None]:
    """Propose the rating and write the summary.

    Args:
        by: The lead or an auditor.
        at: Moment of writing.
        reference: Reference of the audit.
        rating: A rating of the scale of the audit.
        summary: What the report says as a whole.

    Raises:
        Refused: There is no such audit for the actor, the draft is with others, the rating is none of its
            scale, or the summary is missing.
    """
    del at  # kept in the record alone
    row, _ = of_team(by, reference)
    check_state(row.state, WRITING, "Rating and summary are written")
    check_rating(row.scale_since, rating)
    row.summary = clean_text(summary, "summary", wanted="Enter what the report says as a whole.")
    row.rating = rating
    row.save()
    return Recorded(f"audit:{row.reference}", sealed({"rating": rating, "summary": row.summary}), None)


def _kept(row: Audit, purpose: str, *, by: Actor, at: datetime) -> AuditVersion:
    return _version(row, purpose, content_now(row), by=by, at=at)


def _version(row: Audit, purpose: str, said: dict[str, Value], *, by: Actor, at: datetime) -> AuditVersion:
    return AuditVersion.objects.create(
        audit=row,
        number=next_number(row.versions),
        purpose=purpose,
        content=canonical(said),
        digest=digest(said),
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
    )


@action(verb="audit.handed-in", permission=WORK, paragraph=PARAGRAPH)
def hand_in(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Hand the draft in for review; what it says now is kept.

    Args:
        by: The lead of the audit.
        at: Moment of handing it in.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: There is no such audit, something is lacking, or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "hand_in", by)
    check_ready(move.name, readiness(row))
    version = _kept(row, "handed_in", by=by, at=at)
    stepped(row, move.name, move.target, by=by, at=at)
    return Recorded(f"audit:{row.reference}", {"version": version.number, "digest": version.digest}, None)


@action(verb="audit.sent-back", permission=WORK, paragraph=PARAGRAPH)
def send_back(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Send a draft back to its lead.

    Args:
        by: The reviewer of the audit.
        at: Moment of sending it back.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        reason: What is lacking.

    Raises:
        Refused: There is no such audit under review, the reason is missing, or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "send_back", by)
    why = clean_text(reason, "reason", wanted="Enter what is lacking.")
    stepped(row, move.name, move.target, by=by, at=at, reason=why)
    return Recorded(f"audit:{row.reference}", sealed({"reason": why}), None)


@action(verb="audit.draft-issued", permission=WORK, paragraph=PARAGRAPH)
def issue_draft(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Issue the draft to the audited, who say by a day that the data gives what is not accurate in it.

    Args:
        by: The reviewer of the audit.
        at: Moment of issuing it.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: There is no such audit under review, the actor leads it, or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "issue_draft", by)
    version = _kept(row, "draft", by=by, at=at)
    row.accuracy_due = accuracy_due(london_day(at))
    stepped(row, move.name, move.target, by=by, at=at)
    tell_audited(row, "The draft of an audit waits for your accuracy check", by=by, at=at)
    payload: dict[str, Value] = {
        "version": version.number,
        "digest": version.digest,
        "due": row.accuracy_due,
    }
    return Recorded(f"audit:{row.reference}", payload, None)
