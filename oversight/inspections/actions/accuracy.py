"""Sending a draft for checking, writing points about it, and handing them in (D6, ¶22, ¶32)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from oversight.inspections.actions.accuracy_acting import (
    _Acting,
    _acting,
    _long,
    _moved_point,
    _point,
    _reason,
    _set_points,
    _stale,
)
from oversight.inspections.actions.files import _file_facts, _keep_within
from oversight.inspections.actions.moving import _checked_move, _locked, _moved, _text, _today
from oversight.inspections.actions.report import _make_version_within
from oversight.inspections.models import AccuracyAnswer, AccuracyAsk, AccuracyCheck, AccuracyPoint
from oversight.inspections.queries.accuracy_drafts import Placed, passage_of
from oversight.inspections.queries.accuracy_sight import answers_for
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.rules.accuracy import Remark, check_remark
from oversight.inspections.rules.accuracy_states import (
    ASK_WORKFLOW,
    CHECK_OPEN,
    CHECK_WORKFLOW,
    OSAG,
    OSAG_PARTY,
    AskState,
    PointKind,
    PointState,
)
from oversight.inspections.rules.files import FileUse
from oversight.inspections.rules.reporting import Purpose
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party as party_of

RETURN_CHECK: Final = "22-return-check"


@action(verb="accuracy.draft-sent", permission="inspections.lead", paragraph="22")
def send_for_checking(*, by: Actor, at: datetime, reference: str, revision: int, note: str) -> Recorded[int]:
    """Send the draft report to OSAG: its version is kept, the check opens, and its clocks start (¶22, ¶27).

    Args:
        by: The lead inspector, or someone on the team.
        at: Moment of sending.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        note: What OSAG should know; may be empty.

    Returns:
        Number of the version sent.

    Raises:
        Refused: The step is not possible now or not for the actor, the report is not ready, or it changed
            meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "send_for_checking")
    today, told = _today(at), _text(note, "note")
    version = _make_version_within(row, purpose=Purpose.CHECK, note=told, by=by, at=at)
    facts = _moved(
        row,
        move,
        by=by,
        at=at,
        on=today,
        detail=f"Version {version.number}",
        event="draft_received_for_checking",
    )
    opened = facts.opened if facts else ()
    due = next((duty.due for duty in opened if duty.arrangement == RETURN_CHECK), None)
    AccuracyCheck.objects.create(
        inspection=row,
        state=CHECK_WORKFLOW.starts,
        first_draft=version,
        draft=version,
        sent_on=today,
        first_due=due,
        due=due,
        sent_at=at,
        sent_by=by.reference,
        sent_name=by.name,
    )
    payload: dict[str, Value] = {
        "version": version.number,
        "digest": version.digest,
        "due": due,
        "note": told,
    }
    return Recorded(f"inspection:{row.reference}", payload, version.number)


@action(verb="accuracy.draft-sent-again", permission="inspections.lead", paragraph="22")
def send_again(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[int]:
    """Put a newer version of the draft in the place of the one under check; every point stays with its own.

    Args:
        by: Someone on the team.
        at: Moment of sending.
        reference: Reference of the inspection.
        revision: The check's revision that the actor saw.
        reason: Why; must not be empty.

    Returns:
        Number of the version sent.

    Raises:
        Refused: The check is returned, the actor is not on the team, the reason is empty, or it changed
            meanwhile.
    """
    acting = _acting(by, at, reference)
    check = acting.check
    _stale(check.revision, revision, "check")
    CHECK_WORKFLOW.check("send_again", check.state, by.role)
    _demand_team(acting)
    why = _reason(_text(reason, "reason"), "Those who check the draft need to know why it is replaced.")
    version = _make_version_within(acting.row, purpose=Purpose.CHECK, note=why, by=by, at=at)
    check.draft = version
    check.revision += 1
    check.save()
    payload: dict[str, Value] = {"version": version.number, "digest": version.digest, "reason": why}
    return Recorded(f"inspection:{acting.row.reference}", payload, version.number)


def _demand_team(acting: _Acting) -> None:
    row, by = acting.row, acting.by
    if row.lead != by.reference and not row.team.filter(person=by.reference, left_at=None).exists():
        raise Refused(
            "inspection_team",
            "This is for the lead inspector and the team of this inspection.",
            "Ask them, or ask the inspection planner to put you on the team.",
            paragraph="22",
            who_can="the lead inspector and the team of this inspection",
        )


@action(verb="accuracy.point-added", permission="accuracy.contribute", paragraph="22")
def add_point(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    remark: Remark,
    party: str = "",
    draft: int = 0,
    file_name: str = "",
    file_content: bytes = b"",
) -> Recorded[int]:
    """Write a point about a passage of the draft. The contributor hands it in with the others.

    Args:
        by: Someone who answers for a party that was asked, or OSAG for itself.
        at: Moment of writing.
        reference: Reference of the inspection.
        remark: What they say.
        party: Code of the party that was asked; empty for the actor's own, or the only one they answer for.
        draft: Number of the version that it is about; 0 for the one under check.
        file_name: Name of the evidence file; empty for none.
        file_content: Its content.

    Returns:
        Number of the point, which is its own for ever.

    Raises:
        Refused: The actor was not asked, has handed in or the response is returned; the version was not sent
            for checking; there is no such passage; something is missing or wrong (``field`` says what).
    """
    acting = _acting(by, at, reference)
    ask = _writing(acting, party)
    placed = passage_of(acting.check, remark.anchor, draft)
    said = _cleaned(acting, remark, placed, evidence=bool(file_name))
    check = acting.check
    check.last_number += 1
    check.save()
    payload: dict[str, Value] = {"number": check.last_number, "party": ask.party_id, **_facts(said, placed)}
    evidence = None
    if file_name:
        evidence = _keep_within(
            acting.row,
            use=FileUse.ACCURACY,
            name=file_name,
            content=file_content,
            by=by,
            at=at,
            party=ask.party_id,
        )
        payload["file"] = _file_facts(evidence)
    AccuracyPoint.objects.create(
        check_of=check,
        number=check.last_number,
        ask=ask,
        draft_id=placed.version,
        anchor=said.anchor,
        place=placed.place,
        section=placed.section,
        passage_kind=placed.kind,
        item=placed.item,
        kind=said.kind,
        current=said.current,
        proposed=said.proposed,
        explanation=said.explanation,
        at_inspection=said.at_inspection,
        standard=said.standard,
        evidence=evidence,
        evidence_page=said.evidence_page,
        state=PointState.WITH_OSAG if by.role in OSAG else PointState.WRITTEN,
        written_at=at,
        written_by=by.reference,
        written_name=by.name,
        moved_at=at,
        moved_by=by.reference,
        moved_name=by.name,
    )
    return Recorded(f"inspection:{acting.row.reference}", payload, check.last_number)


def _writing(acting: _Acting, code: str) -> AccuracyAsk:
    """Give the ask under which someone writes now; OSAG writes for itself while the check is with it."""
    check, by = acting.check, acting.by
    if check.state not in CHECK_OPEN:
        raise Refused(
            "accuracy_returned",
            "OSAG has returned the response, so no point is added or changed any more.",
            "Tell OSAG what you would have said.",
            paragraph="22",
        )
    if by.role in OSAG:
        return _own_ask(acting)
    mine = [one for one in acting.seen.mine if not code or one.party_id == code]
    ask = next((one for one in mine if one.party_id == by.party), mine[0] if len(mine) == 1 else None)
    if ask is None:
        raise Refused(
            "accuracy_not_asked",
            "You were not asked to check this draft."
            if not mine
            else "You answer for several who were asked to check this draft.",
            "Ask OSAG, which commissions the check." if not mine else "Choose for whom you comment.",
            paragraph="22",
            who_can="those whom OSAG asked",
            field="party",
        )
    if ask.state != AskState.ASKED:
        raise Refused(
            "accuracy_handed_in",
            f"This was answered already: {ASK_WORKFLOW.state(ask.state).label.lower()}.",
            "Ask OSAG to send it back to you if there is more to say.",
            paragraph="22",
            who_can="OSAG",
        )
    return ask


def _own_ask(acting: _Acting) -> AccuracyAsk:
    """Give OSAG's own place among the contributors, made when it first adds a point."""
    held = AccuracyAsk.objects.filter(check_of=acting.check, party__code=OSAG_PARTY).order_by("id").first()
    if held is not None:
        return held
    own = party_of(OSAG_PARTY)
    due = acting.check.due or acting.today
    ask = AccuracyAsk.objects.create(
        check_of=acting.check,
        party_id=own.code,
        lineage=own.lineage,
        scope="",
        state=AskState.HANDED_IN,
        first_due=due,
        due=due,
        asked_at=acting.at,
        asked_by=acting.by.reference,
        asked_name=acting.by.name,
    )
    AccuracyAnswer.objects.create(
        ask=ask,
        round=1,
        nil=False,
        handed_in_at=acting.at,
        handed_in_by=acting.by.reference,
        handed_in_name=acting.by.name,
    )
    return ask


def _cleaned(acting: _Acting, remark: Remark, placed: Placed, *, evidence: bool) -> Remark:
    row = acting.row
    if remark.standard:
        programme = programme_for(row)
        if programme.standard(remark.standard) is None:
            raise Refused(
                "accuracy_point",
                f"{programme.title} has no such standard.",
                "Choose one from the list.",
                paragraph="22",
                field="standard",
            )
    said = Remark(
        anchor=placed.anchor,
        kind=PointKind(remark.kind),
        current=_long(remark.current, "current"),
        proposed=_long(remark.proposed, "proposed"),
        explanation=_long(remark.explanation, "explanation"),
        at_inspection=remark.at_inspection,
        standard=remark.standard,
        evidence_page=_long(remark.evidence_page, "evidence_page")[:300],
    )
    check_remark(said, passage_kind=placed.kind, evidence=evidence)
    return said


def _facts(said: Remark, placed: Placed) -> dict[str, Value]:
    return {
        "version": placed.number,
        "anchor": said.anchor,
        "kind": str(said.kind),
        "current": said.current,
        "proposed": said.proposed,
        "explanation": said.explanation,
        "at_inspection": said.at_inspection,
        "standard": said.standard,
        "evidence_page": said.evidence_page,
    }


@action(verb="accuracy.point-changed", permission="accuracy.contribute", paragraph="22")
def change_point(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    revision: int,
    remark: Remark,
    file_name: str = "",
    file_content: bytes = b"",
) -> Recorded[None]:
    """Change a point that is not handed in. What it said before stays in the record.

    Args:
        by: Someone who answers for the party that wrote it.
        at: Moment of changing.
        reference: Reference of the inspection.
        number: Number of the point.
        revision: Its revision that the actor saw.
        remark: What it is to say; its passage stays the same.
        file_name: Name of a new evidence file; empty to leave what is there.
        file_content: Its content.

    Raises:
        Refused: The point is handed in, is not the actor's, changed meanwhile, or something is wrong.
    """
    acting = _acting(by, at, reference)
    point = _point(acting, number, revision)
    _own(acting, point)
    placed = passage_of(acting.check, point.anchor, point.draft.number)
    said = _cleaned(acting, remark, placed, evidence=bool(file_name) or point.evidence_id is not None)
    payload: dict[str, Value] = {"number": number, **_facts(said, placed)}
    if file_name:
        point.evidence = _keep_within(
            acting.row,
            use=FileUse.ACCURACY,
            name=file_name,
            content=file_content,
            by=by,
            at=at,
            party=point.ask.party_id,
        )
        payload["file"] = _file_facts(point.evidence)
    point.kind, point.current, point.proposed = said.kind, said.current, said.proposed
    point.explanation, point.at_inspection = said.explanation, said.at_inspection
    point.standard, point.evidence_page = said.standard, said.evidence_page
    _moved_point(acting, point, "change")
    return acting.recorded(payload)


@action(verb="accuracy.point-withdrawn", permission="accuracy.contribute", paragraph="22")
def withdraw_point(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, reason: str
) -> Recorded[None]:
    """Withdraw a point: its author before handing it in, OSAG while the Inspectorate has not decided on it.

    Args:
        by: Who withdraws it.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the point, which nothing else ever takes.
        revision: Its revision that the actor saw.
        reason: Why; OSAG has to say.

    Raises:
        Refused: The point is elsewhere or not the actor's, the reason is missing, or it changed meanwhile.
    """
    acting = _acting(by, at, reference)
    point = _point(acting, number, revision)
    why = _long(reason, "reason")
    if point.state == PointState.RETURNED:
        why = _reason(why, "The Inspectorate has this point, so it needs to know why it is withdrawn.")
        if point.answers_for.exists():
            raise Refused(
                "accuracy_merged",
                "Other points are answered with this one.",
                "Leave it for the Inspectorate to decide.",
                paragraph="22",
            )
    else:
        _own(acting, point)
    _moved_point(acting, point, "withdraw", why)
    return acting.recorded({"number": number, "reason": why})


def _own(acting: _Acting, point: AccuracyPoint) -> None:
    if point.ask_id not in acting.seen.my_ids:
        raise Refused(
            "accuracy_not_yours",
            "This point was written by someone else.",
            "Ask them to change it.",
            paragraph="22",
            who_can=party_of(point.ask.party_id).name,
        )


@action(verb="accuracy.points-handed-in", permission="accuracy.contribute", paragraph="22")
def hand_in(
    *, by: Actor, at: datetime, reference: str, ask_id: int, revision: int, nil: bool, note: str
) -> Recorded[int]:
    """Hand in all points written for a party, or confirm that nothing in the draft is inaccurate.

    Args:
        by: Someone who answers for the party.
        at: Moment of doing so.
        reference: Reference of the inspection.
        ask_id: Row of what they were asked.
        revision: Its revision that the actor saw.
        nil: Whether nothing is inaccurate.
        note: What OSAG should know; may be empty.

    Returns:
        How many points were handed in.

    Raises:
        Refused: It is not theirs, is answered already, the response is returned, it says that nothing is
            inaccurate with points written or the other way round, or it changed meanwhile.
    """
    acting = _acting(by, at, reference)
    ask = next((one for one in acting.seen.mine if one.pk == ask_id), None)
    if ask is None or not answers_for(by, ask.party_id):
        raise Refused(
            "accuracy_not_asked",
            "You were not asked for this.",
            "Ask OSAG, which commissions the check.",
            paragraph="22",
            who_can="those whom OSAG asked",
        )
    _stale(ask.revision, revision, "answer")
    move = ASK_WORKFLOW.check("confirm_nil" if nil else "hand_in", ask.state, by.role)
    written = AccuracyPoint.objects.filter(ask=ask).exclude(state=PointState.WITHDRAWN).order_by("number")
    rows = [one for one in written if one.state == PointState.WRITTEN]
    if nil and written:
        raise Refused(
            "accuracy_nil",
            f"There are points of yours: {len(written)}.",
            "Hand them in, or withdraw each one first.",
            paragraph="22",
            field="nil",
        )
    if not nil and not rows:
        raise Refused(
            "accuracy_nil",
            "There is no point to hand in.",
            "Comment on a passage first, or confirm that nothing is inaccurate.",
            paragraph="22",
            field="nil",
        )
    told = _long(note, "note")
    numbers = _set_points(acting, rows, PointState.WITH_OSAG)
    ask.state = move.target
    ask.revision += 1
    ask.save()
    AccuracyAnswer.objects.create(
        ask=ask,
        round=ask.answers.count() + 1,
        nil=nil,
        note=told,
        handed_in_at=at,
        handed_in_by=by.reference,
        handed_in_name=by.name,
    )
    payload: dict[str, Value] = {"party": ask.party_id, "nil": nil, "numbers": numbers, "note": told}
    return Recorded(f"inspection:{acting.row.reference}", payload, len(numbers))
