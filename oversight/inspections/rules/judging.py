"""Judging a case question by question: what may be said, and two people saying it at once (D1, ¶16)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from oversight.inspections.rules.judgements import Judgement
from oversight.inspections.rules.programmes import Programme, Question
from oversight.inspections.rules.shares import share_in_words
from oversight.kernel.refusals import Refused
from oversight.kernel.words import moment_in_words

#: Below so many cases a share is told without a percentage.
LEAST_FOR_PERCENTAGE = 10


@dataclass(frozen=True)
class Said:
    """What someone said of a case by one question.

    Args:
        judgement: Their judgement.
        note: Why, in their words; may be empty.
        revision: Counts what was said of it; 0 for nothing yet.
        by: Reference of the person; empty for nothing yet.
        name: Their name.
        at: When; None for nothing yet.
    """

    judgement: Judgement | None
    note: str
    revision: int
    by: str = ""
    name: str = ""
    at: datetime | None = None


NOTHING_SAID = Said(None, "", 0)


def question_of(programme: Programme, sample: str, question: str) -> Question:
    """Give a question that is asked of the cases of a sample.

    Raises:
        Refused: It is not asked (rule ``judgement_question``).
    """
    found = next((one for one in programme.questions_of(sample) if one.id == question), None)
    if found is None:
        raise Refused(
            "judgement_question",
            "This question is not asked of this case.",
            "Open the case again and choose one of its questions.",
            paragraph="9",
        )
    return found


def check_judgement(held: Said, judgement: Judgement, note: str, seen: int) -> bool:
    """Check that a judgement can be saved over what is held.

    Args:
        held: What is held now.
        judgement: The new judgement.
        note: Its note.
        seen: Revision that its author saw.

    Returns:
        Whether there is something to save: the same said twice is one judgement.

    Raises:
        Refused: A colleague said something else since (rule ``judgement_stale``); both are named.
    """
    if (held.judgement, held.note) == (judgement, note):
        return False
    if held.revision != seen:
        assert held.judgement is not None
        assert held.at is not None
        raise Refused(
            "judgement_stale",
            f"{held.name} saved “{held.judgement}” on {moment_in_words(held.at)}, after you opened this "
            f"case. Your “{judgement}” is not saved.",
            "Both are shown. Keep theirs, or save yours in its place; theirs is kept in the history.",
            field="judgement",
        )
    return True


def check_second_reader(
    reader: str, judged_by: Iterable[str], missing: int, *, agrees: bool, note: str
) -> None:
    """Check that someone may read a case a second time (¶16).

    Args:
        reader: Reference of the reader.
        judged_by: References of those who judged the case.
        missing: Questions not judged yet.
        agrees: Whether the reader agrees with every judgement.
        note: What the reader says.

    Raises:
        Refused: The case is not judged whole, the reader judged it, or disagrees without saying why.
    """
    if missing:
        raise Refused(
            "second_reading",
            f"Of its questions {missing} are not judged yet."
            if missing > 1
            else "One question is not judged yet.",
            "Read the case again once it is judged whole.",
        )
    if reader in set(judged_by):
        raise Refused(
            "second_reading",
            "You judged this case, so you cannot be its second reader.",
            "Ask a colleague on the team.",
            paragraph="16",
            who_can="another member of the inspection team",
        )
    if not agrees and not note:
        raise Refused(
            "second_reading",
            "A second reader who does not agree says with what.",
            "Name the questions and say why.",
            field="note",
        )


def total_in_words(sufficient: int, judged: int) -> str:
    """Give ``3 of 8`` or ``9 of 14 (64.2%)``: never a percentage of fewer than ten."""
    if judged < LEAST_FOR_PERCENTAGE:
        return f"{sufficient} of {judged}"
    return share_in_words(sufficient, judged)
