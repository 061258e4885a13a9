"""What is disposed of when its time is up: listed, approved by a second person, recorded (G5, ¶32)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.exchange.rules.asking import HOLDERS
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow

#: A list longer than this is read by nobody; the next run lists the rest.
MOST_LINES: Final = 200
#: Roles that propose and approve. A head of a unit leaves it to the region.
DISPOSERS: Final = HOLDERS - {"head_of_pdu"}


class RunState(StrEnum):
    """Where a disposal run stands."""

    PROPOSED = "proposed"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Fate(StrEnum):
    """What became of one copy of a run."""

    WAITING = "waiting"
    GONE = "gone"
    KEPT = "kept"


FATE_WORDS: Final = {Fate.WAITING: "Waiting", Fate.GONE: "Disposed of", Fate.KEPT: "Kept"}

RUN_WORKFLOW: Final = Workflow(
    name="disposal_run",
    title="Disposal run",
    states=(
        State(RunState.PROPOSED, "Waiting for a second person", "a second person of the same party"),
        State(RunState.DONE, "Done", "nobody", ends=True),
        State(RunState.WITHDRAWN, "Withdrawn", "nobody", ends=True),
    ),
    moves=(
        Move("approve", "Approve the disposal", RunState.PROPOSED, RunState.DONE, DISPOSERS, "32"),
        Move("withdraw", "Withdraw the list", RunState.PROPOSED, RunState.WITHDRAWN, DISPOSERS, "32"),
    ),
    starts=RunState.PROPOSED,
)


@dataclass(frozen=True)
class Kept:
    """A copy as far as disposal asks.

    Args:
        id: Its row.
        retain_until: Last day on which it is kept.
        gone: Whether it was disposed of.
        on_hold: Whether a legal hold stops it.
    """

    id: int
    retain_until: date
    gone: bool
    on_hold: bool


def due_to_go(copies: Iterable[Kept], today: date) -> tuple[int, ...]:
    """Give the copies whose last day has passed, that are there and that nothing holds; longest due first."""
    due = [one for one in copies if one.retain_until < today and not one.gone and not one.on_hold]
    return tuple(one.id for one in sorted(due, key=lambda one: (one.retain_until, one.id))[:MOST_LINES])


def check_proposal(due: Collection[int], *, waiting: bool) -> None:
    """Refuse an empty list, and a second one beside a list that waits.

    Raises:
        Refused: Rule ``disposal_waiting`` or ``disposal_nothing``.
    """
    if waiting:
        raise _refused(
            "disposal_waiting", "A list waits for a second person already.", "Open it and decide on it first."
        )
    if not due:
        raise _refused(
            "disposal_nothing", "Nothing is due to be disposed of.", "Come back when something is."
        )


def check_second(*, proposed_by: str, by: str) -> None:
    """Refuse the one who proposed a list: a second person approves it.

    Raises:
        Refused: Rule ``permission_disposal_second``.
    """
    if proposed_by == by:
        raise Refused(
            "permission_disposal_second",
            "You proposed this list, so somebody else approves it.",
            "Ask a colleague of your organisation.",
            paragraph="32",
            who_can="another person of the same organisation who may dispose of information",
        )


def _refused(rule: str, why: str, what_next: str) -> Refused:
    return Refused(rule, why, what_next, paragraph="32")
