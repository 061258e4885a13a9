"""How far a programme is: done, booked, due, at risk, and when it ends at the pace so far (C1, ¶17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow
from oversight.programme.rules.visits import Span

PARAGRAPH: Final = "17"
#: Roles that start, pause, resume, replace and complete a programme of their own body.
DIRECTORS: Final = frozenset({"hmip_planner", "osag_lead"})
#: A place without a booking is at risk when fewer weeks than these are left: time to announce and to visit.
LEAD_WEEKS: Final = 12
LONGEST_MONTHS: Final = 120


class ProgrammeState(StrEnum):
    """Where a programme stands."""

    RUNNING = "running"
    PAUSED = "paused"
    REPLACED = "replaced"
    COMPLETED = "completed"


def _move(name: str, label: str, source: ProgrammeState, target: ProgrammeState) -> Move:
    return Move(name, label, source, target, DIRECTORS, PARAGRAPH)


WORKFLOW: Final = Workflow(
    name="programme",
    title="Programme of visits",
    states=(
        State(ProgrammeState.RUNNING, "Running", "the planners of the body"),
        State(ProgrammeState.PAUSED, "Paused", "the planners of the body"),
        State(ProgrammeState.REPLACED, "Replaced", "nobody", ends=True),
        State(ProgrammeState.COMPLETED, "Completed", "nobody", ends=True),
    ),
    moves=(
        _move("pause", "Pause it", ProgrammeState.RUNNING, ProgrammeState.PAUSED),
        _move("resume", "Resume it", ProgrammeState.PAUSED, ProgrammeState.RUNNING),
        *(
            _move("replace", "Replace it by another", state, ProgrammeState.REPLACED)
            for state in (ProgrammeState.RUNNING, ProgrammeState.PAUSED)
        ),
        _move("complete", "Say that it is complete", ProgrammeState.RUNNING, ProgrammeState.COMPLETED),
    ),
    starts=ProgrammeState.RUNNING,
)


class Standing(StrEnum):
    """How a place stands in a programme."""

    DONE = "done"
    BOOKED = "booked"
    AT_RISK = "at_risk"
    DUE = "due"


STANDING_WORDS: Final = {
    Standing.DONE: "Done",
    Standing.BOOKED: "Booked",
    Standing.AT_RISK: "At risk",
    Standing.DUE: "Due",
}


@dataclass(frozen=True)
class Cycle:
    """The frame of a programme.

    Args:
        starts: Its first day.
        earliest_months: Months after which it is to end at the earliest; 36 in paragraph 17.
        latest_months: Months after which it is to end at the latest; 48 in paragraph 17.
        pauses: Stretches in which it was paused, the last one open to today when it still is.
    """

    starts: date
    earliest_months: int
    latest_months: int
    pauses: tuple[Span, ...] = ()

    @property
    def earliest_end(self) -> date:
        """The day on which the shorter time is over."""
        return months_after(self.starts, self.earliest_months)

    @property
    def latest_end(self) -> date:
        """The day on which the longer time is over."""
        return months_after(self.starts, self.latest_months)


@dataclass(frozen=True)
class Target:
    """A place to be visited in a programme.

    Args:
        place: Its code.
        region: Code of its region.
    """

    place: str
    region: str


@dataclass(frozen=True)
class PlaceProgress:
    """How one place stands.

    Args:
        target: The place.
        standing: How it stands.
        done: When it was visited, as far as that is known; None when it was not.
        booked: The days booked; None when there are none.
    """

    target: Target
    standing: Standing
    done: PartialDate | None
    booked: Span | None


@dataclass(frozen=True)
class Tally:
    """Places counted by how they stand, and when they will all be done at the pace so far.

    Args:
        done: Visited.
        booked: With days before the latest end.
        at_risk: With days after it, or with none and little time left.
        due: With no days yet.
        forecast: Day on which the last would be done at the pace so far; None when there is no pace yet,
            or nothing is left.
    """

    done: int
    booked: int
    at_risk: int
    due: int
    forecast: date | None

    @property
    def all(self) -> int:
        """How many places there are."""
        return self.done + self.booked + self.at_risk + self.due


def months_after(day: date, months: int) -> date:
    """Give the day so many months later, the last of the month where that month is shorter."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    following = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def check_cycle(starts: date, earliest: int, latest: int) -> None:
    """Refuse a frame in which no programme can run.

    Raises:
        Refused: Rule ``programme_months``; ``field`` says which number is wrong.
    """
    if not 1 <= earliest <= LONGEST_MONTHS:
        raise Refused(
            "programme_months",
            f"A programme of {earliest} months cannot be.",
            f"Enter a number from 1 to {LONGEST_MONTHS}.",
            paragraph=PARAGRAPH,
            field="earliest_months",
        )
    if not earliest <= latest <= LONGEST_MONTHS:
        raise Refused(
            "programme_months",
            "The longest time is shorter than the shortest, or too long.",
            f"Enter a number from {earliest} to {LONGEST_MONTHS}.",
            paragraph=PARAGRAPH,
            field="latest_months",
        )
    if starts.year < 2000 or starts.year > 2150:
        raise Refused(
            "programme_starts",
            "That year cannot be right.",
            "Enter the day on which the programme starts.",
            paragraph=PARAGRAPH,
            field="starts_on",
        )


def progress(
    targets: Sequence[Target],
    *,
    done: Mapping[str, PartialDate],
    booked: Mapping[str, Span],
    cycle: Cycle,
    today: date,
) -> tuple[PlaceProgress, ...]:
    """Say how each place stands today, in the order given.

    Args:
        targets: The places.
        done: When each was visited, by code.
        booked: The next days booked, by code, as far as the one who asks may know of them.
        cycle: The frame.
        today: The day asked about.
    """
    little_time = cycle.latest_end - timedelta(weeks=LEAD_WEEKS)
    found = []
    for target in targets:
        days = booked.get(target.place)
        if target.place in done:
            standing = Standing.DONE
        elif days is not None:
            standing = Standing.BOOKED if days.last <= cycle.latest_end else Standing.AT_RISK
        else:
            standing = Standing.AT_RISK if today >= little_time else Standing.DUE
        found.append(PlaceProgress(target, standing, done.get(target.place), days))
    return tuple(found)


def tally(places: Sequence[PlaceProgress], *, cycle: Cycle, today: date) -> Tally:
    """Count places and forecast when the last is done."""
    count = dict.fromkeys(Standing, 0)
    for one in places:
        count[one.standing] += 1
    left = len(places) - count[Standing.DONE]
    return Tally(
        count[Standing.DONE],
        count[Standing.BOOKED],
        count[Standing.AT_RISK],
        count[Standing.DUE],
        forecast(done=count[Standing.DONE], left=left, cycle=cycle, today=today),
    )


def forecast(*, done: int, left: int, cycle: Cycle, today: date) -> date | None:
    """Give the day on which the last place is done when the pace so far goes on from today.

    Pauses are left out of the time that the pace is taken from.

    Returns:
        None when nothing is done yet or nothing is left; a pace of nothing says nothing. A day that no
        calendar has counts as none, too.
    """
    if not done or not left:
        return None
    active = active_days(cycle, today)
    if active <= 0:
        return None
    try:
        return today + timedelta(days=-(-active * left // done))
    except OverflowError:
        return None


def active_days(cycle: Cycle, today: date) -> int:
    """Count the days from the start until today on which the programme was not paused."""
    days = (today - cycle.starts).days
    for pause in cycle.pauses:
        first, last = max(pause.first, cycle.starts), min(pause.last, today - timedelta(days=1))
        days -= max(0, (last - first).days + 1)
    return days
