"""The accuracy check: points of the audited, its return, and an answer to each before the final (B4, ¶14)."""

from __future__ import annotations

from datetime import datetime

from oversight.audits.actions.keeping import checked, locked, next_number, sealed, stepped
from oversight.audits.models import Audit, AuditPoint
from oversight.audits.queries.sight import COMMENT, WORK, Sight, not_found
from oversight.audits.rules.audit import AuditState, Place, check_overdue, check_state
from oversight.audits.rules.data import PARAGRAPH
from oversight.audits.rules.work import ANSWERS, POINT_WORKFLOW, check_answer
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


def _audited(by: Actor, reference: str, revision: int | None = None) -> tuple[Audit, Sight]:
    row, sight = locked(by, reference, revision)
    if Place.AUDITED not in sight.places:
        raise not_found()
    return row, sight


def _point(row: Audit, number: int) -> AuditPoint:
    rows = row.points.select_for_update(of=("self",)).filter(number=number)
    one: AuditPoint | None = rows.order_by("id").first()
    if one is None:
        raise not_found()
    return one


@action(verb="audit.point-raised", permission=COMMENT, paragraph=PARAGRAPH)
def raise_point(
    *, by: Actor, at: datetime, reference: str, part: str, text: str, evidence: str
) -> Recorded[int]:
    """Say what is not accurate in a draft, with what bears it out.

    Args:
        by: Someone of the body audited.
        at: Moment of saying it.
        reference: Reference of the audit.
        part: Part of the draft, for example ``Finding 2``.
        text: What is not accurate, and what it should say.
        evidence: What bears that out.

    Returns:
        Number of the point.

    Raises:
        Refused: There is no such audit of the actor's body, its draft is not with them, or something is
            missing.
    """
    row, _ = _audited(by, reference)
    check_state(row.state, (AuditState.ACCURACY,), "Points are raised")
    named = typed_line(part, "part", longest=200)
    if not named:
        raise Refused("audit_missing", "Something is missing.", "Enter the part of the draft.", field="part")
    made = AuditPoint.objects.create(
        audit=row,
        version=row.versions.order_by("pk").get(purpose="draft"),
        number=next_number(row.points),
        part=named,
        text=clean_text(text, "text", wanted="Enter what is not accurate, and what it should say."),
        evidence=clean_text(evidence, "evidence", wanted="Enter what bears it out."),
        raised_at=at,
        raised_by=by.reference,
        raised_name=by.name,
        raised_party_id=by.party,
    )
    said: dict[str, Value] = {"part": named, "text": made.text, "evidence": made.evidence}
    payload: dict[str, Value] = {"number": made.number, **sealed(said)}
    return Recorded(f"audit:{row.reference}", payload, made.number)


@action(verb="audit.point-taken-back", permission=COMMENT, paragraph=PARAGRAPH)
def take_back_point(*, by: Actor, at: datetime, reference: str, number: int) -> Recorded[None]:
    """Take a point back before the check is returned.

    Args:
        by: Someone of the body audited.
        at: Moment of doing so.
        reference: Reference of the audit.
        number: Number of the point.

    Raises:
        Refused: There is no such point of the actor's body, or the check was returned.
    """
    row, _ = _audited(by, reference)
    check_state(row.state, (AuditState.ACCURACY,), "Points are taken back")
    one = _point(row, number)
    move = POINT_WORKFLOW.check("take_back", one.state, Place.AUDITED)
    one.state, one.withdrawn_at, one.withdrawn_by = move.target, at, by.reference
    one.save()
    return Recorded(f"audit:{row.reference}", {"number": number}, None)


@action(verb="audit.check-returned", permission=COMMENT, paragraph=PARAGRAPH)
def return_check(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Return the accuracy check: with its points, or saying that the draft is accurate.

    Args:
        by: Someone of the body audited.
        at: Moment of returning it.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: There is no such audit of the actor's body, its draft is not with them, or it changed
            meanwhile.
    """
    row, sight = _audited(by, reference, revision)
    move = checked(row, sight, "return_check", by)
    raised = row.points.filter(state="raised").count()
    stepped(row, move.name, move.target, by=by, at=at)
    return Recorded(f"audit:{row.reference}", {"points": raised}, None)


@action(verb="audit.check-closed", permission=WORK, paragraph=PARAGRAPH)
def close_check(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Go on without a reply, once the day of the audited has passed. Points that are there are answered.

    Args:
        by: The lead of the audit.
        at: Moment of going on.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        reason: What was done to get a reply.

    Raises:
        Refused: There is no such audit, the audited have time yet, the reason is missing, or it changed
            meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "close_check", by)
    assert row.accuracy_due is not None, "a draft that is with the audited has its day"
    check_overdue(row.accuracy_due, london_day(at))
    why = clean_text(reason, "reason", wanted="Enter what was done to get a reply.")
    stepped(row, move.name, move.target, by=by, at=at, reason=why)
    return Recorded(f"audit:{row.reference}", {"reason": why}, None)


@action(verb="audit.point-answered", permission=WORK, paragraph=PARAGRAPH)
def answer_point(
    *, by: Actor, at: datetime, reference: str, number: int, answer: str, reason: str
) -> Recorded[None]:
    """Answer a point; the audited read the answer with the final report.

    Args:
        by: The lead of the audit.
        at: Moment of answering.
        reference: Reference of the audit.
        number: Number of the point.
        answer: ``accepted``, ``partly`` or ``not_accepted``.
        reason: Why; compulsory unless all of it is accepted.

    Raises:
        Refused: There is no such point for the actor, it is answered, the check was not returned, or the
            reason is missing.
    """
    row, sight = locked(by, reference)
    if not sight.team:
        raise not_found()
    check_state(row.state, (AuditState.ANSWERING,), "Points are answered")
    one = _point(row, number)
    why = clean_text(reason, "reason")
    target = check_answer(answer, why)
    place = Place.LEAD if Place.LEAD in sight.places else Place.AUDITOR
    move = POINT_WORKFLOW.check(ANSWERS[target], one.state, place)
    one.state, one.reason = move.target, why
    one.answered_at, one.answered_by, one.answered_name = at, by.reference, by.name
    one.save()
    payload: dict[str, Value] = {"number": number, **sealed({"answer": answer, "reason": why})}
    return Recorded(f"audit:{row.reference}", payload, None)
