"""The worker: takes what is due, does it, says how far it is, and tries again after a failure.

What it notes on a job's row is bookkeeping, so the guard of the record lets it; what the job does is written
by acts of the area that asked for it. A worker may crash, so every job has to stand being done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import DatabaseError, connection
from django.db.models import F, Q, QuerySet

from oversight.jobs.models import WORDS_LENGTH, Job
from oversight.jobs.rules import LEASE, OFTEN, Progress, next_try
from oversight.kernel.refusals import Refused
from oversight.ledger.guard import writing

log: Final = logging.getLogger(__name__)

Tell = Callable[[Progress], None]
#: Does a job: takes its subject, the moment and how to say how far it is, and gives words for the end.
Handler = Callable[[str, datetime, Tell], str]
Clock = Callable[[], datetime]


class LostJobError(RuntimeError):
    """Another worker has the job, because this one said nothing for too long."""


@dataclass(frozen=True)
class _Claimed:
    id: int
    kind: str
    subject: str
    tries: int
    askings: int
    claim: str


def work(handlers: Mapping[str, Handler], *, clock: Clock, limit: int = 100) -> int:
    """Do what is due now, one job after another; give how many were tried.

    Args:
        handlers: How each kind of job is done. A job of another kind is left for a worker that knows it.
        clock: Gives the moment.
        limit: At most so many, so that a worker asked to stop does.
    """
    tried = 0
    while tried < limit:
        claimed = _claim(frozenset(handlers), clock())
        if claimed is None:
            break
        tried += 1
        _do(claimed, handlers[claimed.kind], clock)
    return tried


def _claim(kinds: frozenset[str], at: datetime) -> _Claimed | None:
    """Take the job that has waited longest. Two workers never get the same one, on either database."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    waiting = Job.objects.filter(free, finished_at=None, try_at__lte=at, kind__in=sorted(kinds))
    for job_id in waiting.order_by("try_at", "id").values_list("pk", flat=True)[:10]:
        claim = uuid4().hex
        # The condition is asked again with the change, so whoever comes second changes nothing.
        taken = Job.objects.filter(free, pk=job_id, finished_at=None).update(
            claimed_until=at + LEASE, claim=claim, tries=F("tries") + 1
        )
        if taken:
            row = Job.objects.get(pk=job_id)
            return _Claimed(row.pk, row.kind, row.subject, row.tries, row.askings, claim)
    return None


def _do(job: _Claimed, handler: Handler, clock: Clock) -> None:
    told: list[tuple[int, datetime]] = []

    def tell(progress: Progress) -> None:
        now = clock()
        if told and told[-1][0] == progress.done and now - told[-1][1] < OFTEN:
            return
        told.append((progress.done, now))
        kept = _mine(job).update(
            claimed_until=now + LEASE,
            done=progress.done,
            total=progress.total,
            words=progress.words[:WORDS_LENGTH],
        )
        if not kept:
            raise LostJobError(f"Job {job.id} was taken over.")

    try:
        with writing():
            words = handler(job.subject, clock(), tell)
    except LostJobError:
        return
    except Refused as refused:
        _failed(job, str(refused), clock())
    except Exception as fault:
        log.exception("Job %s (%s of %s) failed", job.id, job.kind, job.subject)
        _failed(job, f"It failed with {type(fault).__name__}. The service’s own log has more.", clock())
    else:
        ended = {"claimed_until": None, "claim": "", "problem": "", "words": words[:WORDS_LENGTH]}
        now = clock()
        if not _mine(job).filter(askings=job.askings).update(finished_at=now, done=F("total"), **ended):
            # It was asked for again meanwhile.
            _mine(job).update(try_at=now, tries=0, **ended)


def _failed(job: _Claimed, problem: str, at: datetime) -> None:
    # When the database itself is the fault, the claim runs out by itself.
    with suppress(DatabaseError):
        _mine(job).update(
            claimed_until=None,
            claim="",
            problem=problem[:WORDS_LENGTH],
            try_at=next_try(job.tries, at),
        )


def _mine(job: _Claimed) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.id, claim=job.claim, finished_at=None)


def keep_working(handlers: Mapping[str, Handler], *, clock: Clock, pause: Callable[[], bool]) -> None:
    """Work until told to stop. Whatever happens to the database meanwhile, it comes back and goes on.

    Args:
        handlers: As for ``work``.
        clock: Gives the moment.
        pause: Waits a little, and gives whether to go on.
    """
    while True:
        try:
            work(handlers, clock=clock)
        except DatabaseError:
            log.exception("The database could not be used; the worker tries again")
            connection.close()
        if not pause():
            return
