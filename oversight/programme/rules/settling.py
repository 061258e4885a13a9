"""What the bodies make of a clash: each says what it does, with its reason, until they agree (C2, ¶28)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow
from oversight.programme.rules.visits import PARAGRAPH, PLANNERS


class ClashState(StrEnum):
    """Where a clash stands."""

    FOUND = "found"
    PROPOSED = "proposed"
    SETTLED = "settled"
    GONE = "gone"


class Outcome(StrEnum):
    """What a body does about a clash."""

    ACCEPTED = "accepted"
    MOVED = "moved"
    NARROWED = "narrowed"
    NOTICE = "notice"


OUTCOME_WORDS: Final = {
    Outcome.ACCEPTED: "Accept it: the visits go ahead as they are",
    Outcome.MOVED: "Move: a visit is given other days",
    Outcome.NARROWED: "Narrow: a visit is made smaller",
    Outcome.NOTICE: "Give notice: a visit is not made, or not in this way",
}
OUTCOME_DONE: Final = {
    Outcome.ACCEPTED: "Accepted",
    Outcome.MOVED: "Moved",
    Outcome.NARROWED: "Narrowed",
    Outcome.NOTICE: "Notice given",
}
#: States in which something is still to be agreed.
UNSETTLED: Final = (ClashState.FOUND, ClashState.PROPOSED)


def _move(name: str, label: str, source: ClashState, target: ClashState) -> Move:
    return Move(name, label, source, target, PLANNERS, PARAGRAPH)


WORKFLOW: Final = Workflow(
    name="clash",
    title="Clash of visits",
    states=(
        State(ClashState.FOUND, "To be talked through", "the planners of the bodies concerned"),
        State(ClashState.PROPOSED, "Proposed", "the other planners"),
        State(ClashState.SETTLED, "Settled", "nobody", ends=True),
        State(ClashState.GONE, "Clashes no longer", "nobody", ends=True),
    ),
    moves=(
        _move("propose", "Say what is to be done", ClashState.FOUND, ClashState.PROPOSED),
        _move("propose", "Say what is to be done", ClashState.PROPOSED, ClashState.PROPOSED),
        _move("settle", "Settle it", ClashState.FOUND, ClashState.SETTLED),
        _move("agree", "Agree to it", ClashState.PROPOSED, ClashState.SETTLED),
        _move("decline", "Decline it", ClashState.PROPOSED, ClashState.FOUND),
        *(_move("clear", "Clashes no longer", state, ClashState.GONE) for state in UNSETTLED),
    ),
    starts=ClashState.FOUND,
)


def answer_move(*, alone: bool) -> str:
    """Give the move by which a body says what it does: alone in a clash, it settles it."""
    return "settle" if alone else "propose"


def check_other_party(proposer: str, party: str) -> None:
    """Refuse a body that would agree to, or decline, its own proposal.

    Raises:
        Refused: Rule ``clash_own_proposal``.
    """
    if proposer == party:
        raise Refused(
            "clash_own_proposal",
            "Your own body proposed this, so another body concerned agrees or declines.",
            "Wait for its answer, or propose something else.",
            paragraph=PARAGRAPH,
        )
