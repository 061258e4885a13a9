"""How a party owed a missed duty asks why, and is answered (paragraph 10(iii))."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from oversight.arrangements.rules.facts import Status
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow

ASKER: Final = "asker"
BEARER: Final = "bearer"
PARAGRAPH: Final = "10(iii)"


class QueryState(StrEnum):
    """Where one round of a question stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"


WORKFLOW: Final = Workflow(
    name="duty_query",
    title="Question on a missed duty",
    states=(
        State(QueryState.ASKED, "Asked", "the party that owes the duty"),
        State(QueryState.ANSWERED, "Answered", "the party that asked"),
        State(QueryState.RETURNED, "Sent back", "nobody", ends=True),
        State(QueryState.CLOSED, "Closed", "nobody", ends=True),
    ),
    moves=(
        Move("answer", "Answer", QueryState.ASKED, QueryState.ANSWERED, frozenset({BEARER}), PARAGRAPH),
        Move(
            "send_back", "Send back", QueryState.ANSWERED, QueryState.RETURNED, frozenset({ASKER}), PARAGRAPH
        ),
        Move("close", "Close", QueryState.ANSWERED, QueryState.CLOSED, frozenset({ASKER}), PARAGRAPH),
        Move("close", "Close", QueryState.ASKED, QueryState.CLOSED, frozenset({ASKER}), PARAGRAPH),
    ),
    starts=QueryState.ASKED,
    role_names={ASKER: "the party that asked", BEARER: "the party that owes the duty"},
)

#: How a duty stands for someone to be asked why. Sending an answer back opens the next round beside it.
ASKED_ABOUT: Final = frozenset({Status.MISSED, Status.LATE, Status.MET_LATE})


def check_asking(standing: Status, *, asker_is_owed: bool, already_open: bool) -> None:
    """Refuse a question that nobody is entitled to ask now (paragraph 10(iii)).

    Args:
        standing: How the duty stands on the day of asking.
        asker_is_owed: Whether the duty is owed to the party that asks.
        already_open: Whether that party's last question on this duty is still open.

    Raises:
        Refused: Rule ``query_by_counterpart``, ``query_on_missed_duty`` or ``query_one_at_a_time``.
    """
    if not asker_is_owed:
        raise Refused(
            "query_by_counterpart",
            "Only a party to whom this duty is owed can ask about it.",
            "Ask one of the parties to whom it is owed to do so.",
            paragraph=PARAGRAPH,
            who_can="the parties to whom the duty is owed",
        )
    if standing not in ASKED_ABOUT:
        raise Refused(
            "query_on_missed_duty",
            "This duty is neither missed nor late, so there is nothing to answer for.",
            "Wait until its last day has passed.",
            paragraph=PARAGRAPH,
        )
    if already_open:
        raise Refused(
            "query_one_at_a_time",
            "Your party's last question on this duty is still open.",
            "Read the answer to it first, then close it or send it back.",
            paragraph=PARAGRAPH,
        )
