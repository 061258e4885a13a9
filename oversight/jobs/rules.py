"""When a job is done: at its moment or soon after, again after a crash, later after each failure."""

from __future__ import annotations

from collections.abc import Iterable
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

#: The job that sends what is in the outbox, and its one subject.
MAIL_JOB: Final = "jobs.mail"
OUTBOX: Final = "outbox"
#: Answers of a mail server from here on do not change when asked again.
FOR_GOOD: Final = 500


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


class Delivery(StrEnum):
    """What became of a message, as people ask."""

    WAITING = "waiting"
    TRIED = "tried"
    SENT = "sent"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """Words for a page."""
        return _DELIVERIES[self]


_DELIVERIES: Final = {
    Delivery.WAITING: "Waiting to be sent",
    Delivery.TRIED: "Not sent yet, tried again",
    Delivery.SENT: "Sent",
    Delivery.REFUSED: "Refused by the mail server",
}


def delivery(*, sent_at: datetime | None, refused_at: datetime | None, problem: str) -> Delivery:
    """Say what became of a message.

    Args:
        sent_at: When the mail server took it; None before.
        refused_at: When the mail server said that it never will; None otherwise.
        problem: What went wrong last; empty when nothing did.
    """
    if sent_at is not None:
        return Delivery.SENT
    if refused_at is not None:
        return Delivery.REFUSED
    return Delivery.TRIED if problem else Delivery.WAITING


def never_taken(codes: Iterable[int]) -> bool:
    """Tell whether a mail server refused an address for good: RFC 5321, section 4.2.1, answers from 500 on.

    Args:
        codes: Its answer for each address of the message.
    """
    told = list(codes)
    return bool(told) and all(code >= FOR_GOOD for code in told)
