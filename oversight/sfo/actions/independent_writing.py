"""Writing an independent review and having its draft checked: sections, versions, points (F3, ¶19, ¶27)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef
from oversight.recommendations.rules.sources import check_authority
from oversight.sfo.actions.independent_moving import _changed, _checked, _line, _locked, _missing, _moved
from oversight.sfo.actions.moving import _text, _today
from oversight.sfo.models import (
    SECTION_LENGTH,
    TITLE_LENGTH,
    CheckPoint,
    IndependentReview,
    IndependentVersion,
    RecommendationDraft,
    SectionDraft,
)
from oversight.sfo.queries.independent_sight import is_reviewer
from oversight.sfo.queries.independent_text import empty_sections, written
from oversight.sfo.rules.independent import (
    PARAGRAPH,
    PLAN,
    WRITABLE,
    IndependentState,
    check_all_decided,
    check_decision,
    check_ready_to_send,
    check_reviewer,
)
from oversight.sfo.rules.independent_text import outline

WRITE = "sfo.review_independently"
CHECK = "sfo.return_independent_check"


def _writing(by: Actor, reference: str, revision: int) -> IndependentReview:
    """Lock a review that a reviewer may write now."""
    row = _locked(by, reference, revision)
    check_reviewer(is_reviewer=is_reviewer(by, row))
    if row.state not in WRITABLE:
        raise Refused(
            "sfo_writing",
            "The report cannot be written now: a draft is being checked, or the report is final.",
            "Wait for the check, or draft again after it.",
            paragraph=PLAN,
        )
    return row


@action(verb="sfo.independent-section-written", permission=WRITE, paragraph="19")
def write_section(
    *, by: Actor, at: datetime, reference: str, revision: int, section: str, text: str
) -> Recorded[None]:
    """Write a section of the report, in Markdown and without names.

    Args:
        by: A reviewer.
        at: Moment of writing.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        section: Identifier of the section.
        text: What it says.

    Raises:
        Refused: There is no such section, it cannot be written now, or the actor is no reviewer.
    """
    row = _writing(by, reference, revision)
    if section not in {one.id for one in outline().sections}:
        raise Refused(
            "not_found_section", "There is no such section.", "Open the review to see its sections."
        )
    told = _text(text, "text", SECTION_LENGTH)
    held = row.sections.filter(section=section).order_by("id").first()
    facts = {"text": told, "written_at": at, "written_by": by.reference, "written_name": by.name}
    if held is None:
        SectionDraft.objects.create(review=row, section=section, **facts)
    else:
        for name, value in facts.items():
            setattr(held, name, value)
        held.revision += 1
        held.save()
    _changed(row)
    payload: dict[str, Value] = {"section": section, "text_digest": digest(told)}
    return Recorded(f"sfo-independent:{row.reference}", payload, None)


@action(verb="sfo.independent-recommendation-written", permission=WRITE, paragraph="27")
def write_recommendation(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    addressee: PartyRef,
    text: str,
    number: int = 0,
) -> Recorded[int]:
    """Write a recommendation to one authority. Its number stays its own for ever (¶23).

    Args:
        by: A reviewer.
        at: Moment of writing.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        addressee: The one authority to which it is made.
        text: What is recommended.
        number: The one to change; 0 for a new one.

    Returns:
        Its number.

    Raises:
        Refused: The body can act on none, the text is missing, one that was published would change, it
            cannot be written now, or the actor is no reviewer.
    """
    row = _writing(by, reference, revision)
    _check_not_published(row, number)
    check_authority(addressee.code, addressee.kind)
    told = _text(text, "text", 1900)
    if not told:
        raise _missing("The recommendation", "text")
    facts = {
        "addressee_id": addressee.code,
        "text": told,
        "written_at": at,
        "written_by": by.reference,
        "written_name": by.name,
    }
    if number:
        held = _recommendation(row, number)
        for name, value in facts.items():
            setattr(held, name, value)
        held.revision += 1
        held.save()
    else:
        number = row.recommendations.count() + 1
        RecommendationDraft.objects.create(review=row, number=number, **facts)
    _changed(row)
    payload: dict[str, Value] = {
        "number": number,
        "addressee": addressee.code,
        "text_digest": digest(told),
    }
    return Recorded(f"sfo-independent:{row.reference}", payload, number)


@action(verb="sfo.independent-recommendation-left-out", permission=WRITE, paragraph="27")
def leave_out(*, by: Actor, at: datetime, reference: str, revision: int, number: int) -> Recorded[None]:
    """Leave a recommendation out of the next version; nobody else gets its number.

    Args:
        by: A reviewer.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        number: Its number.

    Raises:
        Refused: There is none of that number, it was published, it cannot be written now, or the actor is no
            reviewer.
    """
    row = _writing(by, reference, revision)
    _check_not_published(row, number)
    held = _recommendation(row, number)
    held.left_out_at, held.left_out_by = at, by.reference
    held.save()
    _changed(row)
    return Recorded(f"sfo-independent:{row.reference}", {"number": number}, None)


def _check_not_published(row: IndependentReview, number: int) -> None:
    if row.state == IndependentState.PUBLISHED and number:
        raise Refused(
            "sfo_published_recommendation",
            "A recommendation that was published keeps its words: bodies are answering it.",
            "Make a further one, or correct the text of a section.",
            paragraph="23",
        )


def _recommendation(row: IndependentReview, number: int) -> RecommendationDraft:
    held = row.recommendations.filter(number=number, left_out_at=None).order_by("id").first()
    if held is None:
        raise Refused(
            "not_found_recommendation",
            "The review holds no recommendation of this number.",
            "Open the review to see its recommendations.",
        )
    return held


def _keep(row: IndependentReview, purpose: str, *, by: Actor, at: datetime) -> IndependentVersion:
    """Keep the report as it is written now, as a version that never changes."""
    text = written(row)
    return IndependentVersion.objects.create(
        review=row,
        number=row.versions.count() + 1,
        purpose=purpose,
        round=row.round,
        content=text.text,
        digest=text.digest,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
    )


def _complete(row: IndependentReview) -> None:
    standing = row.recommendations.filter(left_out_at=None).count()
    check_ready_to_send(empty_sections(row), recommendations=standing)


@action(verb="sfo.independent-draft-sent", permission=WRITE, paragraph="27")
def send_draft(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[int]:
    """Send the draft to OSAG for its check. From its first receipt ten weeks run for the plan (¶27).

    Args:
        by: A reviewer.
        at: Moment of sending, at which OSAG has it.
        reference: Reference of the review.
        revision: Its revision that the actor saw.

    Returns:
        Number of the version.

    Raises:
        Refused: A section is empty, nothing is recommended, it is not the time, or the actor is no reviewer.
    """
    row, today = _locked(by, reference, revision), _today(at)
    move = _checked(by, row, "send_draft")
    _complete(row)
    first = row.draft_received_on is None
    if first:
        row.draft_received_on = today
    else:
        row.round += 1
    version = _keep(row, "draft", by=by, at=at)
    # A second check moves nothing: the ten weeks run from the first receipt.
    _moved(row, move, by=by, at=at, on=today, event="draft_received_for_checking" if first else "")
    payload: dict[str, Value] = {
        "version": version.number,
        "round": row.round,
        "version_digest": version.digest,
    }
    return Recorded(f"sfo-independent:{row.reference}", payload, version.number)


@action(verb="sfo.independent-point-raised", permission=CHECK, paragraph="27")
def raise_point(
    *, by: Actor, at: datetime, reference: str, revision: int, place: str, text: str, proposed: str = ""
) -> Recorded[int]:
    """Raise a point on the accuracy of a draft. Its number is its own over all rounds.

    Args:
        by: Someone of OSAG.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        place: Where in the draft.
        text: What is not accurate.
        proposed: Words proposed instead.

    Returns:
        Its number.

    Raises:
        Refused: No draft is being checked, something is missing, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    _checked(by, row, "return_check")
    where = _line(place, "place", "The place in the draft", TITLE_LENGTH)
    told = _text(text, "text")
    if not told:
        raise _missing("What is not accurate", "text")
    number = row.points.count() + 1
    CheckPoint.objects.create(
        review=row,
        number=number,
        round=row.round,
        place=where,
        text=told,
        proposed=_text(proposed, "proposed"),
        raised_at=at,
        raised_by=by.reference,
        raised_name=by.name,
    )
    _changed(row)
    payload: dict[str, Value] = {"number": number, "round": row.round, "point_digest": digest(told)}
    return Recorded(f"sfo-independent:{row.reference}", payload, number)


@action(verb="sfo.independent-point-taken-back", permission=CHECK, paragraph="27")
def take_back_point(*, by: Actor, at: datetime, reference: str, revision: int, number: int) -> Recorded[None]:
    """Take back a point before the check is returned. It stays in view, and nobody decides on it.

    Args:
        by: Someone of OSAG.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        number: Number of the point.

    Raises:
        Refused: No draft is being checked, there is no such point, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    _checked(by, row, "return_check")
    held = _open_points(row).filter(number=number).first()
    if held is None:
        raise _no_point("it is taken back")
    held.taken_back_at, held.taken_back_by, held.taken_back_name = at, by.reference, by.name
    held.save()
    _changed(row)
    return Recorded(f"sfo-independent:{row.reference}", {"number": number}, None)


@action(verb="sfo.independent-check-returned", permission=CHECK, paragraph="27")
def return_check(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[int]:
    """Return the check with its points, or as a positive answer that nothing is inaccurate.

    Args:
        by: Someone of OSAG.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.

    Returns:
        How many points it has.

    Raises:
        Refused: No draft is being checked, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    move = _checked(by, row, "return_check")
    points = _open_points(row).count()
    _moved(row, move, by=by, at=at, on=_today(at))
    payload: dict[str, Value] = {"round": row.round, "points": points}
    return Recorded(f"sfo-independent:{row.reference}", payload, points)


@action(verb="sfo.independent-point-decided", permission=WRITE, paragraph="27")
def decide_point(
    *, by: Actor, at: datetime, reference: str, revision: int, number: int, decision: str, reason: str = ""
) -> Recorded[None]:
    """Decide on a point of the check, with a reason unless it is accepted.

    Args:
        by: A reviewer.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        number: Number of the point.
        decision: ``accepted``, ``partly`` or ``not_accepted``.
        reason: Why.

    Raises:
        Refused: The check is not returned, there is no such open point, the reason is missing, or the actor
            is no reviewer.
    """
    row = _locked(by, reference, revision)
    check_reviewer(is_reviewer=is_reviewer(by, row))
    if row.state != IndependentState.CHECKED:
        raise Refused(
            "sfo_points",
            "Points are decided when the check is returned, before the final report.",
            "Open the review to see how it stands.",
            paragraph=PLAN,
        )
    held = _open_points(row).filter(number=number).first()
    if held is None:
        raise _no_point("it is decided")
    told = _text(reason, "reason")
    held.decision, held.reason = check_decision(decision, told), told
    held.decided_at, held.decided_by, held.decided_name = at, by.reference, by.name
    held.save()
    _changed(row)
    payload: dict[str, Value] = {
        "number": number,
        "decision": str(held.decision),
        "reason_digest": digest(told),
    }
    return Recorded(f"sfo-independent:{row.reference}", payload, None)


@action(verb="sfo.independent-redrafted", permission=WRITE, paragraph="27")
def redraft(*, by: Actor, at: datetime, reference: str, revision: int, account: str) -> Recorded[None]:
    """Go back to writing for another check; the version that was checked stays, and so do the ten weeks.

    Args:
        by: A reviewer.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        account: Why.

    Raises:
        Refused: The check is not returned, a point is open, the reason is missing, or they are no reviewer.
    """
    row = _locked(by, reference, revision)
    move = _checked(by, row, "redraft")
    _check_points(row)
    told = _text(account, "account")
    _moved(row, move, by=by, at=at, on=_today(at), account=told)
    payload: dict[str, Value] = {"round": row.round, "account_digest": digest(told)}
    return Recorded(f"sfo-independent:{row.reference}", payload, None)


def _check_points(row: IndependentReview) -> None:
    check_all_decided(tuple(_open_points(row).values_list("number", flat=True)))


def _open_points(row: IndependentReview) -> QuerySet[CheckPoint]:
    return row.points.filter(decided_at=None, taken_back_at=None).order_by("id")


def _no_point(otherwise: str) -> Refused:
    return Refused(
        "not_found_point",
        f"There is no such point, or {otherwise}.",
        "Open the points of the check again.",
        paragraph=PARAGRAPH,
    )


@action(verb="sfo.independent-finalised", permission=WRITE, paragraph="19")
def finalise(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[int]:
    """Issue the final report once every point is decided; that carries the review out (¶19).

    Args:
        by: A reviewer.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.

    Returns:
        Number of the version.

    Raises:
        Refused: The check is not returned, a point is open, a section is empty, or the actor is no reviewer.
    """
    row, today = _locked(by, reference, revision), _today(at)
    move = _checked(by, row, "finalise")
    _check_points(row)
    _complete(row)
    row.final_on = today
    version = _keep(row, "final", by=by, at=at)
    _moved(row, move, by=by, at=at, on=today, event="final_report_issued")
    payload: dict[str, Value] = {"version": version.number, "version_digest": version.digest}
    return Recorded(f"sfo-independent:{row.reference}", payload, version.number)
