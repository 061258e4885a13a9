"""What becomes of a proposed plan: its planners take it whole, in part or not at all (C4, ¶10(v))."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from oversight.kernel.workflow import Move, State, Workflow
from oversight.programme.rules.visits import PLANNERS

PARAGRAPH: Final = "10(v)"
#: Whoever plans visits of their own body asks for plans of them and decides on them.
DECIDERS: Final = PLANNERS
#: Role in which the worker hands in what the planner found.
WORKER: Final = frozenset({"service_operator"})


class ProposalState(StrEnum):
    """Where a proposed plan stands."""

    WORKING = "working"
    READY = "ready"
    NOTHING = "nothing"
    DECIDED = "decided"
    ASIDE = "aside"


class LineState(StrEnum):
    """What became of one visit of a proposed plan."""

    OPEN = "open"
    SAME = "same"
    LEFT_OUT = "left_out"
    ACCEPTED = "accepted"
    DECLINED = "declined"


LINE_WORDS: Final = {
    LineState.OPEN: "To be decided",
    LineState.SAME: "Stays as it is",
    LineState.LEFT_OUT: "No week fits",
    LineState.ACCEPTED: "Accepted",
    LineState.DECLINED: "Declined",
}


def _move(
    name: str, label: str, source: ProposalState, target: ProposalState, roles: frozenset[str] = DECIDERS
) -> Move:
    return Move(name, label, source, target, roles, PARAGRAPH)


WORKFLOW: Final = Workflow(
    name="proposal",
    title="Plan proposed for the timetable",
    states=(
        State(ProposalState.WORKING, "Being worked out", "the planner"),
        State(ProposalState.READY, "To be decided", "the planners of the body that asked"),
        State(ProposalState.NOTHING, "No plan keeps the rules", "the planners of the body that asked"),
        State(ProposalState.DECIDED, "Decided", "nobody", ends=True),
        State(ProposalState.ASIDE, "Set aside", "nobody", ends=True),
    ),
    moves=(
        _move("stop", "Stop and keep the best so far", ProposalState.WORKING, ProposalState.WORKING),
        _move("hand_in", "Hand in a plan", ProposalState.WORKING, ProposalState.READY, WORKER),
        _move(
            "hand_in_nothing",
            "Say that none keeps the rules",
            ProposalState.WORKING,
            ProposalState.NOTHING,
            WORKER,
        ),
        _move("decide", "Accept or decline some", ProposalState.READY, ProposalState.READY),
        _move("decide_last", "Accept or decline what is left", ProposalState.READY, ProposalState.DECIDED),
        *(
            _move("set_aside", "Set it aside", state, ProposalState.ASIDE)
            for state in (ProposalState.WORKING, ProposalState.READY, ProposalState.NOTHING)
        ),
    ),
    starts=ProposalState.WORKING,
)


def after_deciding(states: list[LineState]) -> ProposalState:
    """Give where a plan stands once some of its visits were decided."""
    return ProposalState.READY if LineState.OPEN in states else ProposalState.DECIDED
