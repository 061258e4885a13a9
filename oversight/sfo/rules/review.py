"""A review from notification to closing: its steps, who takes them, who reads it (¶19).

The sample is assured by HM Inspectorate of Probation and the rest by HMPPS, so the steps of quality
assurance are open to the body to which the draw gave the review, and to no other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words, join_in_words
from oversight.kernel.workflow import Move, State, Workflow
from oversight.sfo.rules.designs import PARAGRAPH

HMIP: Final = "hmip"
HMPPS: Final = "hmpps"
ASSURERS: Final = {HMIP: "HM Inspectorate of Probation", HMPPS: "HMPPS"}
OFFICER: Final = "hmpps_officer"
DIRECTOR: Final = "regional_probation_director"
LEAD: Final = "hmip_lead_inspector"
PLANNER: Final = "hmip_planner"
MARKING: Final = "OFFICIAL-SENSITIVE"
#: Roles that may make a draw that is due: everybody who sees the sample, so that nobody can hold one up.
DRAWERS: Final = (
    "sponsorship_officer",
    OFFICER,
    "chief_probation_officer",
    "osag_coordinator",
    "osag_lead",
    DIRECTOR,
    LEAD,
    PLANNER,
)


class ReviewState(StrEnum):
    """Where a review stands."""

    NOTIFIED = "notified"
    COMMISSIONED = "commissioned"
    SUBMITTED = "submitted"
    LISTED = "listed"
    ALLOCATED = "allocated"
    MARKING = "marking"
    RATED = "rated"
    FEEDBACK = "feedback"
    RETURNED = "returned"
    FINAL = "final"
    DISCLOSED = "disclosed"
    LEARNING = "learning"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


#: States in which nobody assures a review yet.
UNALLOCATED: Final = (
    ReviewState.NOTIFIED,
    ReviewState.COMMISSIONED,
    ReviewState.SUBMITTED,
    ReviewState.LISTED,
)
#: States from which a review can still be withdrawn.
WITHDRAWABLE: Final = (
    *UNALLOCATED,
    ReviewState.ALLOCATED,
    ReviewState.MARKING,
    ReviewState.RATED,
    ReviewState.FEEDBACK,
    ReviewState.RETURNED,
)
#: States in which the region has seen how its review was marked.
TOLD: Final = (
    ReviewState.FEEDBACK,
    ReviewState.RETURNED,
    ReviewState.FINAL,
    ReviewState.DISCLOSED,
    ReviewState.LEARNING,
    ReviewState.CLOSED,
)
#: States in which the quality of a review is settled.
SETTLED: Final = (ReviewState.RATED, *TOLD)
#: States in which the work on a review is still to be done, so that its date can move.
IN_WORK: Final = (ReviewState.COMMISSIONED, ReviewState.RETURNED)


def _move(name: str, label: str, source: ReviewState, target: ReviewState, *roles: str) -> Move:
    return Move(name, label, source, target, frozenset(roles), PARAGRAPH)


_S = ReviewState
WORKFLOW: Final = Workflow(
    name="sfo_review",
    title="Serious Further Offence review",
    states=(
        State(_S.NOTIFIED, "Notified", "HMPPS"),
        State(_S.COMMISSIONED, "Commissioned", "the region"),
        State(_S.SUBMITTED, "Submitted", "HMPPS, with the next list"),
        State(_S.LISTED, "On a list", "whoever makes the draw"),
        State(_S.ALLOCATED, "Allocated", "the body it was allocated to"),
        State(_S.MARKING, "Being marked", "the body it was allocated to"),
        State(_S.RATED, "Rated", "the body it was allocated to"),
        State(_S.FEEDBACK, "Feedback sent", "the body it was allocated to"),
        State(_S.RETURNED, "Returned for work", "the region"),
        State(_S.FINAL, "Final", "the region"),
        State(_S.DISCLOSED, "Told to the family", "the region"),
        State(_S.LEARNING, "Learning", "HMPPS"),
        State(_S.CLOSED, "Closed", "nobody", ends=True),
        State(_S.WITHDRAWN, "Withdrawn", "nobody", ends=True),
    ),
    moves=(
        _move("commission", "Commission the review", _S.NOTIFIED, _S.COMMISSIONED, OFFICER),
        *(_move("extend", "Give more time", state, state, OFFICER) for state in IN_WORK),
        _move("submit", "Submit the review", _S.COMMISSIONED, _S.SUBMITTED, DIRECTOR, OFFICER),
        _move("resubmit", "Submit the review again", _S.RETURNED, _S.ALLOCATED, DIRECTOR, OFFICER),
        _move("list", "Put on a list", _S.SUBMITTED, _S.LISTED, OFFICER),
        _move("allocate", "Allocate by a draw", _S.LISTED, _S.ALLOCATED, *DRAWERS),
        _move("start_marking", "Start marking", _S.ALLOCATED, _S.MARKING, LEAD, OFFICER),
        _move("settle", "Settle the ratings", _S.MARKING, _S.RATED, LEAD, OFFICER),
        _move("send_feedback", "Send feedback to the region", _S.RATED, _S.FEEDBACK, LEAD, OFFICER),
        _move("return_for_work", "Return for work", _S.FEEDBACK, _S.RETURNED, LEAD, OFFICER),
        _move("finish", "Accept as final", _S.FEEDBACK, _S.FINAL, LEAD, OFFICER),
        _move("disclose", "Record that the family was told", _S.FINAL, _S.DISCLOSED, DIRECTOR, OFFICER),
        _move("learn", "Record the learning actions", _S.DISCLOSED, _S.LEARNING, DIRECTOR, OFFICER),
        _move("close", "Close the review", _S.LEARNING, _S.CLOSED, OFFICER),
        *(_move("withdraw", "Withdraw", state, _S.WITHDRAWN, OFFICER) for state in WITHDRAWABLE),
    ),
    starts=_S.NOTIFIED,
    role_names={
        OFFICER: "HMPPS headquarters",
        DIRECTOR: "the Regional Probation Director",
        LEAD: "a lead inspector",
        PLANNER: "the inspection planner",
        "sponsorship_officer": "a sponsorship officer",
        "chief_probation_officer": "the Chief Probation Officer's office",
        "osag_coordinator": "an OSAG coordinator",
        "osag_lead": "the OSAG lead",
    },
)
#: Steps of quality assurance, for the body to which the review was allocated alone.
ASSURING: Final = frozenset({"start_marking", "settle", "send_feedback", "return_for_work", "finish"})
#: Steps that need a reason or an account of what was done.
WITH_REASON: Final = frozenset(
    {"extend", "send_feedback", "return_for_work", "disclose", "learn", "withdraw"}
)
#: Steps that happen through the list and its draw, never one review at a time.
BY_DRAW: Final = frozenset({"list", "allocate"})


def check_move(act: str, state: str, *, role: str, party: str, assurer: str) -> Move:
    """Give the step when someone may take it now.

    Args:
        act: Name of the step.
        state: Where the review stands.
        role: Role in which they act.
        party: Party for which they act.
        assurer: Body to which the review was allocated; empty before.

    Raises:
        Refused: As for ``Workflow.check``, or rule ``sfo_assurer``: another body assures this review.
    """
    move = WORKFLOW.check(act, state, role)
    if act in ASSURING and party != assurer:
        raise Refused(
            "sfo_assurer",
            f"The draw gave this review to {ASSURERS[assurer]}, so “{move.label}” is theirs.",
            f"Ask {ASSURERS[assurer]}.",
            paragraph=PARAGRAPH,
            who_can=ASSURERS[assurer],
        )
    return move


def steps(state: str, *, role: str, party: str, assurer: str) -> tuple[Move, ...]:
    """Give the steps that someone may take from a state, but for those that a draw takes."""
    return tuple(
        move
        for move in WORKFLOW.allowed(state, role)
        if move.name not in BY_DRAW and (move.name not in ASSURING or party == assurer)
    )


def waits_for(state: str, assurer: str) -> str:
    """Say in words for whom a review waits."""
    owner = WORKFLOW.state(state).owner
    return ASSURERS.get(assurer, owner) if owner.startswith("the body") else owner


def check_days(*, notified_on: date, due_on: date, today: date) -> None:
    """Refuse a notification still to come, and a due date that is not after it.

    Raises:
        Refused: Rule ``sfo_days``.
    """
    if notified_on > today:
        raise _day(
            f"{day_in_words(notified_on)} is still to come.", "Enter today or an earlier day.", "notified_on"
        )
    if due_on <= notified_on:
        raise _day(
            f"The review cannot be due before it is notified on {day_in_words(notified_on)}.",
            "Enter a later day.",
            "due_on",
        )


def check_extension(new: date, *, due_on: date) -> None:
    """Refuse a new date that is not later than the one in force.

    Raises:
        Refused: Rule ``sfo_days``.
    """
    if new <= due_on:
        raise _day(
            f"The review is due on {day_in_words(due_on)} already.",
            "Enter a later day, or leave it.",
            "due_on",
        )


def check_step_day(on: date, *, today: date, not_before: date) -> None:
    """Refuse a day still to come, or before the step that went before.

    Raises:
        Refused: Rule ``sfo_days``.
    """
    if on > today:
        raise _day(f"{day_in_words(on)} is still to come.", "Enter today or an earlier day.", "on")
    if on < not_before:
        raise _day(
            f"{day_in_words(on)} is before the step that went before, on {day_in_words(not_before)}.",
            "Enter that day or a later one.",
            "on",
        )


def _day(why: str, what_next: str, field: str) -> Refused:
    return Refused("sfo_days", why, what_next, paragraph=PARAGRAPH, field=field)


_CASE = re.compile(r"(?=.*[0-9])[A-Z0-9]([A-Z0-9/-]{1,28})[A-Z0-9]")


def check_case_reference(given: str) -> str:
    """Give a case reference in capitals when it can be one: it has a digit, no blank, and is no name.

    Raises:
        Refused: Rule ``sfo_case_reference``.
    """
    found = given.strip().upper()
    if not _CASE.fullmatch(found):
        raise Refused(
            "sfo_case_reference",
            "A case reference has 3 to 30 letters, digits, hyphens or strokes, and at least one digit.",
            "Enter the reference from the case record, never a name.",
            paragraph=PARAGRAPH,
            field="case_reference",
        )
    return found


def reference_of(year: int, held: Iterable[str]) -> str:
    """Give the next reference of a year of notification, for example ``SFO-2026-0042``."""
    prefix = f"SFO-{year}-"
    numbers = [int(one.removeprefix(prefix)) for one in held if one.startswith(prefix)]
    return f"{prefix}{max(numbers, default=0) + 1:04}"


def about_round(reference: str, number: int) -> str:
    """Give the reference under which a round of quality assurance is owed: each is a duty of its own."""
    return reference if number == 1 else f"{reference}-round-{number}"


@dataclass(frozen=True)
class Standpoint:
    """How someone stands to a review.

    Args:
        sees: Whether they may see reviews at all.
        sees_every: Whether of every region.
        codes: Codes of the parties over which they may; nothing of it counts when they see every one.
        named: Whether they are on the list of its readers.
    """

    sees: bool
    sees_every: bool
    codes: Collection[str]
    named: bool


def in_register(who: Standpoint, region: str) -> bool:
    """Tell whether someone sees that there is a review of a region, and where it stands."""
    return who.sees and (who.sees_every or region in who.codes)


def may_read(who: Standpoint, region: str) -> bool:
    """Tell whether someone may open a review: only a named reader, and only while in reach of it."""
    return who.named and in_register(who, region)


def who_moves(state: str, moves: Iterable[str]) -> str:
    """Say in words which roles may take certain steps from a state."""
    wanted = set(moves)
    roles = {role for move in WORKFLOW.moves_from(state) if move.name in wanted for role in move.roles}
    return join_in_words([WORKFLOW.role_names[role] for role in sorted(roles)], "or")
