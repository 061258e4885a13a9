"""A visit: where it stands, who moves it on, and what its dates keep to (C2, ¶28).

Until it is announced a visit is confidential. Its planners may share it with those of the other body, which
paragraph 28 asks for, and later announce it to those visited. A visit on hold keeps its days and takes no
room in the timetable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.kernel.workflow import Move, State, Workflow

PARAGRAPH: Final = "28"
#: Roles that plan visits of their own body.
PLANNERS: Final = frozenset(
    {"hmip_planner", "osag_coordinator", "osag_lead", "partner_inspector", "contract_manager"}
)
LONGEST_FIELDWORK: Final = 366
MOST_VISIT_DAYS: Final = 1000


class VisitState(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    SHARED = "shared"
    ANNOUNCED = "announced"
    HELD = "held"
    DONE = "done"
    CANCELLED = "cancelled"


#: States in which a visit takes room in the timetable.
ACTIVE: Final = (VisitState.PLANNED, VisitState.SHARED, VisitState.ANNOUNCED)
#: States in which it still can change.
OPEN: Final = (*ACTIVE, VisitState.HELD)
#: States that count for burden: what takes room, and what was.
COUNTED: Final = (*ACTIVE, VisitState.DONE)

_STATES: Final = (
    State(VisitState.PLANNED, "Planned, confidential", "the planners of the body whose visit it is"),
    State(VisitState.SHARED, "Shared with planners", "the planners of the body whose visit it is"),
    State(VisitState.ANNOUNCED, "Announced", "the planners of the body whose visit it is"),
    State(VisitState.HELD, "On hold", "the planners of the body whose visit it is"),
    State(VisitState.DONE, "Done", "nobody", ends=True),
    State(VisitState.CANCELLED, "Cancelled", "nobody", ends=True),
)


def _move(name: str, label: str, source: VisitState, target: VisitState, paragraph: str = PARAGRAPH) -> Move:
    return Move(name, label, source, target, PLANNERS, paragraph)


WORKFLOW: Final = Workflow(
    name="visit",
    title="Visit in the timetable",
    states=_STATES,
    moves=(
        _move("share", "Share with the other planners", VisitState.PLANNED, VisitState.SHARED),
        _move("announce", "Announce", VisitState.PLANNED, VisitState.ANNOUNCED),
        _move("announce", "Announce", VisitState.SHARED, VisitState.ANNOUNCED),
        *(_move("change", "Change the dates or days", state, state) for state in ACTIVE),
        _move("finish", "Say that it is done", VisitState.ANNOUNCED, VisitState.DONE),
        *(_move("hold", "Put on hold", state, VisitState.HELD) for state in ACTIVE),
        *(_move(f"resume_{state}", f"Take up as {state.value}", VisitState.HELD, state) for state in ACTIVE),
        *(_move("cancel", "Cancel", state, VisitState.CANCELLED) for state in OPEN),
    ),
    starts=VisitState.PLANNED,
)

#: Moves that change what others planned on: each needs a reason.
WITH_REASON: Final = frozenset({"change", "hold", "cancel"})


def needs_reason(move: str) -> bool:
    """Tell whether a move is made with a reason only."""
    return move in WITH_REASON or move.startswith("resume_")


@dataclass(frozen=True, order=True)
class Span:
    """Days from the first to the last, both among them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def weeks(self) -> int:
        """In how many calendar weeks, from Monday, it has a day."""
        return (self.last.toordinal() - 1) // 7 - (self.first.toordinal() - 1) // 7 + 1

    @property
    def in_words(self) -> str:
        """The days as people read them."""
        if self.first == self.last:
            return day_in_words(self.first)
        return f"{day_in_words(self.first)} to {day_in_words(self.last)}"

    def overlaps(self, other: Span) -> bool:
        """Tell whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


def check_span(span: Span, *, today: date | None) -> None:
    """Refuse days between which no visit can be made.

    Args:
        span: The days of fieldwork.
        today: Day of planning; None for a visit that may lie in the past.

    Raises:
        Refused: Rule ``visit_dates``; ``field`` says which day is wrong.
    """
    if today is not None and span.first < today:
        raise Refused(
            "visit_dates",
            f"{day_in_words(span.first)} has passed.",
            "Enter today or a later day.",
            paragraph=PARAGRAPH,
            field="first",
        )
    if span.last < span.first:
        raise Refused(
            "visit_dates",
            f"Fieldwork cannot end before it starts on {day_in_words(span.first)}.",
            "Enter that day or a later one.",
            paragraph=PARAGRAPH,
            field="last",
        )
    if span.days > LONGEST_FIELDWORK:
        raise Refused(
            "visit_dates",
            f"Fieldwork of {span.days} days is longer than a year.",
            "Enter the days of one visit.",
            paragraph=PARAGRAPH,
            field="last",
        )


def check_visit_days(visit_days: int) -> None:
    """Refuse a number of visit days that cannot be.

    Raises:
        Refused: Rule ``visit_days``.
    """
    if not 1 <= visit_days <= MOST_VISIT_DAYS:
        raise Refused(
            "visit_days",
            f"{visit_days} days on site cannot be.",
            f"Enter a number from 1 to {MOST_VISIT_DAYS}: the days of all visitors on site added up.",
            paragraph="10(iv)",
            field="visit_days",
        )


def check_done(span: Span, *, today: date) -> None:
    """Refuse to say that a visit is done before its first day.

    Raises:
        Refused: Rule ``visit_not_yet``.
    """
    if span.first > today:
        raise Refused(
            "visit_not_yet",
            f"Fieldwork is still to come: it starts on {day_in_words(span.first)}.",
            "Say so once it has been made.",
            paragraph=PARAGRAPH,
        )
