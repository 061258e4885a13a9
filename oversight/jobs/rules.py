"""When a job is done: at its moment or soon after, again after a crash, later after each failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

#: A worker that has said nothing for so long has crashed, and its job is free again.
LEASE: Final = timedelta(minutes=3)
#: Within one part of a job, progress is kept no more often than this.
OFTEN: Final = timedelta(seconds=1)
#: Wait after a first failure; it doubles with each further one.
FIRST_WAIT: Final = timedelta(seconds=30)
#: A job that goes on failing is tried again at least so often: it is never given up.
LONGEST_WAIT: Final = timedelta(minutes=15)


class Standing(StrEnum):
    """How a job stands, as people ask."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    FAILED = "failed"
    DONE = "done"

    @property
    def label(self) -> str:
        """Words for a page."""
        return _LABELS[self]


_LABELS: Final = {
    Standing.WAITING: "Waiting",
    Standing.UNDER_WAY: "Under way",
    Standing.FAILED: "To be tried again",
    Standing.DONE: "Done",
}


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Args:
        done: Parts done.
        total: Parts in all; 0 while nobody knows.
        words: What is being done, in words.
    """

    done: int = 0
    total: int = 0
    words: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.done <= max(self.total, 0):
            raise ValueError(f"{self.done} of {self.total} parts is no progress.")

    @property
    def in_words(self) -> str:
        """For example “3 of 7: laying out page 12”."""
        counted = f"{self.done} of {self.total}" if self.total else ""
        return ": ".join(part for part in (counted, self.words) if part)


def next_try(tries: int, failed_at: datetime) -> datetime:
    """Give the moment of the next try.

    Args:
        tries: How often it was tried, at least once.
        failed_at: Moment of the last failure.
    """
    doubled: timedelta = FIRST_WAIT * 2 ** min(max(tries, 1) - 1, 10)
    return failed_at + min(doubled, LONGEST_WAIT)


def standing(
    *, finished_at: datetime | None, claimed_until: datetime | None, problem: str, at: datetime
) -> Standing:
    """Say how a job stands.

    Args:
        finished_at: When it ended; None before.
        claimed_until: Until when a worker has it; None when none has.
        problem: What went wrong last; empty when nothing did.
        at: The moment of asking.
    """
    if finished_at is not None:
        return Standing.DONE
    if claimed_until is not None and claimed_until > at:
        return Standing.UNDER_WAY
    return Standing.FAILED if problem else Standing.WAITING
