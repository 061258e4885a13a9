"""The answer to a recommendation, apart from what is done about it (E2, ¶24, ¶27)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow
from oversight.recommendations.rules.delivery import OSAG_ROLES, OWNERS, Delivery
from oversight.recommendations.rules.sources import COORDINATED, OSAG, Source
from oversight.recommendations.rules.wording import words_for


class Response(StrEnum):
    """What the body addressed says."""

    AWAITING = "awaiting"
    AGREED = "agreed"
    PARTLY_AGREED = "partly_agreed"
    NOT_AGREED = "not_agreed"


RESPONSE_WORDS: Final = words_for("response", Response)
ANSWERS: Final = (Response.AGREED, Response.PARTLY_AGREED, Response.NOT_AGREED)
#: With these answers something is to be done.
TO_BE_DONE: Final = frozenset({Response.AGREED, Response.PARTLY_AGREED})
_PARAGRAPH: Final = "24"


def move_of(response: Response) -> str:
    """Give the name of the step that leads to an answer."""
    return f"answer_{response}"


WORKFLOW: Final = Workflow(
    name="recommendation_response",
    title="Answer to a recommendation",
    states=(
        State(Response.AWAITING, RESPONSE_WORDS[Response.AWAITING], "the body addressed"),
        *(State(answer, RESPONSE_WORDS[answer], "nobody until it answers again") for answer in ANSWERS),
    ),
    moves=tuple(
        Move(
            move_of(answer),
            f"Answer {RESPONSE_WORDS[answer].lower()}",
            state,
            answer,
            OWNERS | OSAG_ROLES,
            _PARAGRAPH,
        )
        for state in Response
        for answer in ANSWERS
    ),
    starts=Response.AWAITING,
)


def check_words(response: Response, *, agreed_part: str, reason: str) -> None:
    """Refuse an answer that leaves out what it needs.

    Args:
        response: The answer.
        agreed_part: Which part is agreed; for a partial answer alone.
        reason: Why not, or not all; compulsory unless all is agreed.

    Raises:
        Refused: Rule ``answer_words``; ``field`` says which part is missing or too much.
    """

    def wrong(why: str, what_next: str, field: str) -> Refused:
        return Refused("answer_words", why, what_next, paragraph=_PARAGRAPH, field=field)

    if response is Response.AWAITING:
        raise wrong("This is no answer.", "Choose an answer.", "response")
    if response is Response.PARTLY_AGREED and not agreed_part:
        raise wrong(
            "Who agrees in part says which part will be done.",
            "Enter the part that you agree.",
            "agreed_part",
        )
    if response is not Response.PARTLY_AGREED and agreed_part:
        raise wrong(
            "A part is named only where some of the recommendation is agreed and some is not.",
            "Choose “Partly agreed”, or leave the part out.",
            "agreed_part",
        )
    if response is not Response.AGREED and not reason:
        raise wrong("A recommendation is not turned down without a reason.", "Enter the reason.", "reason")


def check_body(source: Source, addressee: str, party: str) -> None:
    """Refuse an answer in another body's name; OSAG gives those that it coordinates (¶24, ¶27).

    Raises:
        Refused: Rule ``answer_body``.
    """
    if party == addressee or (party == OSAG and source in COORDINATED):
        return
    raise Refused(
        "permission_answer_body",
        "A recommendation is answered by the body to which it is made.",
        "Ask that body to answer. OSAG answers only for thematic, joint and independent reviews.",
        paragraph="27" if party == OSAG else _PARAGRAPH,
        who_can="the body addressed",
    )


def check_time(response: Response, delivery: str) -> None:
    """Refuse an answer that contradicts what was already done or closed.

    Args:
        response: The new answer.
        delivery: Where delivery stands.

    Raises:
        Refused: Rule ``answer_time``.
    """
    if delivery not in {Delivery.NOT_STARTED, Delivery.IN_PROGRESS}:
        raise Refused(
            "answer_time",
            "The recommendation was reported complete or is closed, so its answer stands.",
            "Ask HM Inspectorate of Probation if something has changed since.",
            paragraph=_PARAGRAPH,
        )
    if response is Response.NOT_AGREED and delivery != Delivery.NOT_STARTED:
        raise Refused(
            "answer_time",
            "Work on this recommendation has started, so it can no longer be answered as not agreed.",
            "Answer that it is partly agreed, and say which part is done.",
            paragraph=_PARAGRAPH,
            field="response",
        )
