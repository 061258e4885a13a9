"""Cases judged question by question, and read by a second person (D1, ¶16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oversight.inspections.actions.fieldwork import _inspection
from oversight.inspections.actions.moving import _text
from oversight.inspections.models import CaseJudgement, Inspection, SampledCase, SecondReading
from oversight.inspections.queries.judging import said_by_question
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.judgements import Judgement
from oversight.inspections.rules.judging import (
    NOTHING_SAID,
    check_judgement,
    check_second_reader,
    question_of,
)
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action

#: States in which cases are judged: until the ratings are settled.
JUDGING: Final = (CaseState.FIELDWORK, CaseState.RATINGS)


@dataclass(frozen=True)
class Saved:
    """What came of saving a judgement.

    Args:
        revision: The revision that holds now.
        following: The next question of the case that is not judged; empty when none is left after this one.
    """

    revision: int
    following: str


def _case(row: Inspection, number: int) -> SampledCase:
    """Lock a case, so that two who judge it at once come one after the other."""
    case = (
        SampledCase.objects.select_for_update(of=("self",))
        .select_related("draw__case_list")
        .filter(inspection=row, number=number, draw__case_list__replaced_at=None)
        .order_by("id")
        .first()
    )
    if case is None:
        raise Refused("not_found_case", f"There is no case {number}.", "Choose one from the list of cases.")
    if case.removed_at or case.in_reserve:
        standing = "was left out" if case.removed_at else "is in reserve"
        raise Refused(
            "case_standing", f"Case {number} {standing}, so nobody judges it.", "Choose one of the sample."
        )
    return case


@action(verb="inspection.case-judged", permission="inspections.lead", paragraph="16")
def judge(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    question: str,
    judgement: str,
    note: str,
    revision: int,
) -> Recorded[Saved]:
    """Save what an inspector says of a case by one question, beside what was said before.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the case.
        question: Identifier of the question.
        judgement: One of ``Judgement``.
        note: Why; may be empty.
        revision: Revision of the judgement that the actor saw; 0 for none.

    Returns:
        The revision that holds now, and the next question of the case that waits.

    Raises:
        Refused: A colleague said something else since, the case or question is not there or not to be judged,
            or it is not the time or not the team of the actor.
    """
    row = _inspection(by, reference, JUDGING)
    case = _case(row, number)
    programme = programme_for(row)
    sample = case.draw.case_list.sample
    question_of(programme, sample, question)
    if judgement not in set(Judgement):
        raise Refused("judgement", "This is no judgement.", "Choose one of those listed.", field="judgement")
    chosen, told = Judgement(judgement), _text(note, "note")
    said = said_by_question(case)
    held = said.get(question, NOTHING_SAID)
    if check_judgement(held, chosen, told, revision):
        CaseJudgement.objects.filter(case=case, question=question, superseded=False).update(superseded=True)
        CaseJudgement.objects.create(
            case=case,
            question=question,
            revision=held.revision + 1,
            judgement=chosen,
            note=told,
            judged_at=at,
            judged_by=by.reference,
            judged_name=by.name,
        )
        now = held.revision + 1
    else:
        now = held.revision
    payload: dict[str, Value] = {
        "case": number,
        "question": question,
        "judgement": str(chosen),
        "note": told,
        "revision": now,
    }
    asked = [one.id for one in programme.questions_of(sample)]
    waiting = [one for one in asked[asked.index(question) + 1 :] if one not in said]
    return Recorded(f"inspection:{row.reference}", payload, Saved(now, waiting[0] if waiting else ""))


@action(verb="inspection.case-second-read", permission="inspections.lead", paragraph="16")
def read_again(
    *, by: Actor, at: datetime, reference: str, number: int, agrees: bool, note: str
) -> Recorded[None]:
    """Say as a second reader whether the judgements of a case hold.

    Args:
        by: Someone on the team who judged none of it.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the case.
        agrees: Whether every judgement holds.
        note: With what the reader does not agree; needed then.

    Raises:
        Refused: The case is not judged whole, the actor judged it, the note is missing, or it is not the time
            or not the team of the actor.
    """
    row = _inspection(by, reference, JUDGING)
    case = _case(row, number)
    programme = programme_for(row)
    asked = {one.id for one in programme.questions_of(case.draw.case_list.sample)}
    said, told = said_by_question(case), _text(note, "note")
    judges = CaseJudgement.objects.filter(case=case).order_by("id").values_list("judged_by", flat=True)
    check_second_reader(by.reference, judges, len(asked - said.keys()), agrees=agrees, note=told)
    SecondReading.objects.create(
        case=case, agrees=agrees, note=told, read_at=at, read_by=by.reference, read_name=by.name
    )
    payload: dict[str, Value] = {"case": number, "agrees": agrees, "note": told}
    return Recorded(f"inspection:{row.reference}", payload, None)
