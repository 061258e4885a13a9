"""Questions on missed duties: asked by a party owed, answered by the one that owes (paragraph 10(iii))."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from oversight.arrangements.models import TEXT_LENGTH, Duty, DutyQuery
from oversight.arrangements.queries.details import OPEN_QUESTIONS, asking_party
from oversight.arrangements.rules.accountability import (
    ASKER,
    BEARER,
    PARAGRAPH,
    WORKFLOW,
    check_asking,
)
from oversight.arrangements.rules.facts import Force, status_of
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import parties_by_code, party

_ASK = "arrangements.raise_query"
_ANSWER = "arrangements.answer_query"


def _text(given: str, field: str, wanted: str) -> str:
    clean = typed_lines(given, field, longest=TEXT_LENGTH)
    if not clean:
        raise Refused(f"query_{field}", wanted, "Enter it and try again.", paragraph=PARAGRAPH, field=field)
    return clean


def _stale() -> Refused:
    return Refused(
        "stale_query",
        "Someone else changed this since you opened it.",
        "Open it again to see how it stands.",
        paragraph=PARAGRAPH,
    )


@action(verb="query.asked", permission=_ASK, paragraph=PARAGRAPH)
def raise_query(*, by: Actor, at: datetime, duty_id: int, revision: int, question: str) -> Recorded[int]:
    """Ask why a duty was missed, was late or was met late.

    Args:
        by: Who asks, for a party to whom the duty is owed.
        at: Moment of asking.
        duty_id: Row of the duty.
        revision: The duty's revision that the actor saw.
        question: The question; must not be empty.

    Returns:
        Row of the round of questions.

    Raises:
        Refused: Nobody owes this to the actor's party, it is neither missed nor late, the party's last
            question is still open, the question is empty, or the duty changed meanwhile.
    """
    asked = _text(question, "question", "There is no question yet.")
    row = Duty.objects.select_for_update(of=("self",)).filter(pk=duty_id).order_by("id").first()
    if row is None:
        raise Refused("not_found_duty", "There is no such duty.", "Check the address.")
    parties = parties_by_code()
    asker = asking_party(by, [parties[code] for code in row.counterparts])
    mine = DutyQuery.objects.filter(duty=row, asker__code=asker.code if asker else "")
    standing = status_of(
        today=at.astimezone(LONDON).date(),
        due=row.due,
        met_on=row.met_on,
        withdrawn=row.withdrawn,
        force=Force(row.force),
    )
    check_asking(
        standing,
        asker_is_owed=asker is not None,
        already_open=mine.filter(state__in=OPEN_QUESTIONS).exists(),
    )
    if row.revision != revision:
        raise _stale()
    assert asker is not None
    created = _ask(by, at, row, asker.code, asked)
    return Recorded(f"duty:{row.pk}", _value(created, question=asked), created.pk)


def _ask(by: Actor, at: datetime, duty: Duty, asker: str, question: str) -> DutyQuery:
    last = DutyQuery.objects.filter(duty=duty, asker__code=asker).aggregate(last=Max("round"))["last"]
    return DutyQuery.objects.create(
        duty=duty,
        asker_id=asker,
        round=(last or 0) + 1,
        state=WORKFLOW.starts,
        question=question,
        asked_at=at,
        asked_by=by.reference,
        asked_name=by.name,
    )


def _value(row: DutyQuery, **more: Value) -> dict[str, Value]:
    return {"query": row.pk, "asker": row.asker_id, "round": row.round, **more}


def _found(query_id: int) -> DutyQuery:
    row = DutyQuery.objects.select_related("duty").filter(pk=query_id).order_by("id").first()
    if row is None:
        raise Refused("not_found_query", "There is no such question.", "Check the address.")
    return row


def _asker_of(*, query_id: int, **_: object) -> PartyLike:
    return party(_found(query_id).asker_id)


def _bearer_of(*, query_id: int, **_: object) -> PartyLike:
    return party(_found(query_id).duty.bearer_id)


def _moved(query_id: int, revision: int, move: str, role: str) -> DutyQuery:
    """Lock a round, refuse an act on an older sight of it or one its state forbids, and move it."""
    rows = DutyQuery.objects.select_for_update(of=("self",)).select_related("duty")
    row = rows.order_by("id").get(pk=query_id)
    if row.revision != revision:
        raise _stale()
    row.state = WORKFLOW.check(move, row.state, role).target
    row.revision += 1
    return row


@action(verb="query.answered", permission=_ANSWER, paragraph=PARAGRAPH, on=_bearer_of)
def answer_query(*, by: Actor, at: datetime, query_id: int, revision: int, answer: str) -> Recorded[None]:
    """Answer a question for the party that owes the duty.

    Args:
        by: Who answers.
        at: Moment of answering.
        query_id: Row of the round.
        revision: The round's revision that the actor saw.
        answer: The answer; must not be empty.

    Raises:
        Refused: The actor may not answer for that party, it is not waiting for an answer, the answer is
            empty, or someone else changed it first.
    """
    given = _text(answer, "answer", "There is no answer yet.")
    row = _moved(query_id, revision, "answer", BEARER)
    row.answer, row.answered_at, row.answered_by, row.answered_name = given, at, by.reference, by.name
    row.save()
    return Recorded(f"duty:{row.duty_id}", _value(row, answer=given), None)


@action(verb="query.sent-back", permission=_ASK, paragraph=PARAGRAPH, on=_asker_of)
def return_query(*, by: Actor, at: datetime, query_id: int, revision: int, reason: str) -> Recorded[int]:
    """Send an answer back: the round is kept, and the reason opens the next one beside it.

    Args:
        by: Who sends it back, for the party that asked.
        at: Moment of doing so.
        query_id: Row of the round.
        revision: The round's revision that the actor saw.
        reason: What the answer leaves open; asked in the next round.

    Returns:
        Row of the next round.

    Raises:
        Refused: The actor may not act for the party that asked, it is not answered, the reason is empty, or
            someone else changed it first.
    """
    given = _text(reason, "reason", "An answer is sent back with a reason.")
    row = _moved(query_id, revision, "send_back", ASKER)
    row.returned_reason, row.returned_at, row.returned_by = given, at, by.reference
    row.save()
    following = _ask(by, at, row.duty, row.asker_id, given)
    return Recorded(f"duty:{row.duty_id}", _value(row, reason=given, next=following.pk), following.pk)


@action(verb="query.closed", permission=_ASK, paragraph=PARAGRAPH, on=_asker_of)
def close_query(*, by: Actor, at: datetime, query_id: int, revision: int, note: str) -> Recorded[None]:
    """Close a question, answered or not.

    Args:
        by: Who closes it, for the party that asked.
        at: Moment of closing.
        query_id: Row of the round.
        revision: The round's revision that the actor saw.
        note: With what outcome; must not be empty.

    Raises:
        Refused: The actor may not act for the party that asked, it is closed or was sent back, the note is
            empty, or someone else changed it first.
    """
    given = _text(note, "note", "A question is closed with a note of the outcome.")
    row = _moved(query_id, revision, "close", ASKER)
    row.closed_note, row.closed_at, row.closed_by, row.closed_name = given, at, by.reference, by.name
    row.save()
    return Recorded(f"duty:{row.duty_id}", _value(row, note=given), None)
