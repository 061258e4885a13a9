"""Asking for a job, inside the act that needs it, so that both are kept or neither is."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from oversight.jobs.models import WORDS_LENGTH, Job
from oversight.kernel.acting import Actor
from oversight.ledger.acting import in_action


def _must_be_in_act() -> None:
    if not in_action():
        raise RuntimeError("A job is asked for inside an act, so that it is kept with it or not at all.")


def ask(*, by: Actor, at: datetime, kind: str, subject: str, title: str, due_at: datetime) -> int:
    """Ask for a job in the transaction of an act; give its number.

    Asked for again before it was begun, it is still done once; asked for while it is under way, it is done
    once more, because what was asked for now may have come too late for it.

    Args:
        by: Who asks; the people of their party see the job.
        at: Moment of asking.
        kind: What is to be done; the worker knows how.
        subject: Reference of what it is about.
        title: Both in words.
        due_at: The moment from which it is to be done.

    Raises:
        RuntimeError: No act is under way.
    """
    _must_be_in_act()
    waiting = Job.objects.filter(kind=kind, subject=subject, finished_at=None)
    kept = waiting.order_by("pk").values_list("pk", flat=True).first()
    # A worker that ends the job at this moment finds either the new count or that it was first.
    if kept is not None and Job.objects.filter(pk=kept, finished_at=None).update(askings=F("askings") + 1):
        return kept
    return Job.objects.create(
        kind=kind,
        subject=subject,
        title=title[:WORDS_LENGTH],
        due_at=due_at,
        try_at=due_at,
        asked_at=at,
        asked_by=by.reference,
        asked_party=by.party,
    ).pk


def drop(*, at: datetime, kind: str, subject: str, words: str) -> None:
    """End what waits to be done about something, in the transaction of the act that makes it needless.

    Args:
        at: Moment of doing so.
        kind: What was to be done.
        subject: Reference of what it is about.
        words: Why it is not needed any more.

    Raises:
        RuntimeError: No act is under way.
    """
    _must_be_in_act()
    Job.objects.filter(kind=kind, subject=subject, finished_at=None).update(
        finished_at=at, words=words, claimed_until=None, claim="", problem=""
    )
