"""Policy changes that findings led to: what they are, how they stand, what of them is public (D11, ¶21)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.kernel.workflow import Move, State, Workflow

PARAGRAPH: Final = "21"
POLICY: Final = frozenset({"moj_policy_officer"})


class ChangeState(StrEnum):
    """How a policy change stands."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    IN_EFFECT = "in_effect"
    DROPPED = "dropped"
    ENDED = "ended"


class LinkKind(StrEnum):
    """What led to a change."""

    REPORT = "report"
    RECOMMENDATION = "recommendation"


LINK_WORDS: Final = {LinkKind.REPORT: "Report", LinkKind.RECOMMENDATION: "Recommendation"}
_S = ChangeState


def _same(state: ChangeState) -> tuple[Move, ...]:
    return (Move("correct", "Correct what is said of it", state, state, POLICY, PARAGRAPH),)


WORKFLOW: Final = Workflow(
    name="policy_change",
    title="Policy change",
    states=(
        State(_S.PLANNED, "Planned", "MoJ policy"),
        State(_S.UNDER_WAY, "Under way", "MoJ policy"),
        State(_S.IN_EFFECT, "In effect", "MoJ policy"),
        State(_S.DROPPED, "Dropped", "nobody", ends=True),
        State(_S.ENDED, "Ended or replaced", "nobody", ends=True),
    ),
    moves=(
        Move("start", "Work started", _S.PLANNED, _S.UNDER_WAY, POLICY, PARAGRAPH),
        Move("take_effect", "It took effect", _S.PLANNED, _S.IN_EFFECT, POLICY, PARAGRAPH),
        Move("take_effect", "It took effect", _S.UNDER_WAY, _S.IN_EFFECT, POLICY, PARAGRAPH),
        Move("drop", "It was dropped", _S.PLANNED, _S.DROPPED, POLICY, PARAGRAPH),
        Move("drop", "It was dropped", _S.UNDER_WAY, _S.DROPPED, POLICY, PARAGRAPH),
        Move("end", "It ended or was replaced", _S.IN_EFFECT, _S.ENDED, POLICY, PARAGRAPH),
        *_same(_S.PLANNED),
        *_same(_S.UNDER_WAY),
        *_same(_S.IN_EFFECT),
    ),
    starts=_S.PLANNED,
)
STATE_WORDS: Final = {state.name: state.label for state in WORKFLOW.states}
#: In which a change can be recorded at first.
FIRST: Final = (_S.PLANNED, _S.UNDER_WAY, _S.IN_EFFECT)


def move_to(before: str, after: str, role: str) -> Move:
    """Give the step from one state to another, or the correction that stays.

    Raises:
        Refused: Rule ``change_state``; no step leads there for this role.
    """
    for move in WORKFLOW.allowed(before, role):
        if move.target == after:
            return move
    raise Refused(
        "change_state",
        f"A change that is “{STATE_WORDS[before]}” cannot become “{STATE_WORDS.get(after, after)}”.",
        "Choose another state.",
        paragraph=PARAGRAPH,
        field="state",
    )


def check_day(state: str, on: date, *, today: date) -> None:
    """Refuse a day that is still to come for what has happened already.

    Raises:
        Refused: Rule ``change_day``.
    """
    if state != _S.PLANNED and on > today:
        raise Refused(
            "change_day",
            f"{day_in_words(on)} is still to come, and a change that is “{STATE_WORDS[state]}” has happened.",
            "Enter the day on which it happened, or choose “Planned”.",
            paragraph=PARAGRAPH,
            field="on",
        )


def check_link(address: str) -> None:
    """Refuse an address that is no page of GOV.UK, Parliament or the statute book.

    Raises:
        Refused: Rule ``change_link``.
    """
    if not address:
        return
    told = urlsplit(address)
    hosts = ("gov.uk", "parliament.uk")
    held = any(told.hostname == one or (told.hostname or "").endswith(f".{one}") for one in hosts)
    if told.scheme != "https" or not held:
        raise Refused(
            "change_link",
            "This is no address on GOV.UK or of Parliament.",
            "Enter an address that begins with https:// there, or leave it empty.",
            paragraph=PARAGRAPH,
            field="link",
        )


def check_public(links: Collection[str], published: Collection[str]) -> None:
    """Refuse to publish a change that no published report led to.

    Args:
        links: References of the reports that led to it, themselves or by a recommendation.
        published: Those of them that are in the public register.

    Raises:
        Refused: Rule ``change_public``.
    """
    if not set(links) & set(published):
        raise Refused(
            "change_public",
            "No published report is linked to this change, so the public could not see what led to it.",
            "Link the report or recommendation that it goes back to.",
            paragraph=PARAGRAPH,
        )
