"""Jobs as people see them: those of their own party, with how far each is; and what became of a message."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.paginator import Page, Paginator

from oversight.jobs.models import Job, Mail
from oversight.jobs.rules import MAIL_JOB, Delivery, Progress, Standing, delivery, standing
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused

SEE: Final = "jobs.see"
PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class JobLine:
    """A job.

    Args:
        id: Its number.
        kind: What is done.
        subject: Reference of what it is about.
        title: Both in words.
        due_at: The moment from which it is to be done.
        asked_at: When it was asked for.
        standing: How it stands.
        progress: How far it is.
        problem: What went wrong last; empty when nothing did.
        tries: How often it was tried.
        try_at: When it is tried next.
        finished_at: When it ended; None before.
    """

    id: int
    kind: str
    subject: str
    title: str
    due_at: datetime
    asked_at: datetime
    standing: Standing
    progress: Progress
    problem: str
    tries: int
    try_at: datetime
    finished_at: datetime | None


def _line(row: Job, at: datetime) -> JobLine:
    return JobLine(
        id=row.pk,
        kind=row.kind,
        subject=row.subject,
        title=row.title,
        due_at=row.due_at,
        asked_at=row.asked_at,
        standing=standing(
            finished_at=row.finished_at, claimed_until=row.claimed_until, problem=row.problem, at=at
        ),
        progress=Progress(row.done, row.total, row.words),
        problem=row.problem,
        tries=row.tries,
        try_at=row.try_at,
        finished_at=row.finished_at,
    )


def jobs(*, actor: Actor, at: datetime, page: int) -> Page[JobLine]:
    """Give a page of the jobs of the actor's party, latest first.

    Raises:
        Refused: The actor may not see jobs.
    """
    actor.demand(SEE)
    # The outbox is everybody's, whoever asked for it first.
    rows = Job.objects.filter(asked_party=actor.party).exclude(kind=MAIL_JOB).order_by("-id")
    paginator = Paginator(rows, PAGE_SIZE)
    found = paginator.get_page(page)
    return Page([_line(row, at) for row in found.object_list], found.number, paginator)  # type: ignore[arg-type]


def job(*, actor: Actor, at: datetime, job_id: int) -> JobLine:
    """Give one job of the actor's party.

    Raises:
        Refused: The actor may not see jobs, or there is no such job of their party.
    """
    actor.demand(SEE)
    row = Job.objects.filter(pk=job_id, asked_party=actor.party).order_by("pk").first()
    if row is None:
        raise Refused(
            "not_found_job", "There is no such work of your organisation.", "Look for it in the list."
        )
    return _line(row, at)


def latest_of(*, kind: str, subject: str, at: datetime) -> JobLine | None:
    """Give the latest job of a kind about something; None when there never was one."""
    row = Job.objects.filter(kind=kind, subject=subject).order_by("-id").first()
    return _line(row, at) if row is not None else None


def waits(kind: str) -> bool:
    """Tell whether a job of a kind waits to be done, about whatever: one query."""
    return Job.objects.filter(kind=kind, finished_at=None).exists()


@dataclass(frozen=True)
class MailFacts:
    """What became of a message.

    Args:
        to: The address.
        about: Reference of what it tells of.
        asked_at: When it was written.
        delivery: How it stands.
        at: When it was sent or refused; None while it waits.
    """

    to: str
    about: str
    asked_at: datetime
    delivery: Delivery
    at: datetime | None


def _mail(row: Mail) -> MailFacts:
    return MailFacts(
        to=row.to,
        about=row.about,
        asked_at=row.asked_at,
        delivery=delivery(sent_at=row.sent_at, refused_at=row.refused_at, problem=row.problem),
        at=row.sent_at or row.refused_at,
    )


def mails(numbers: Collection[int]) -> Mapping[int, MailFacts]:
    """Give what became of messages, by number: one query."""
    return {row.pk: _mail(row) for row in Mail.objects.filter(pk__in=sorted(numbers))}


def mails_about(about: str) -> tuple[MailFacts, ...]:
    """Give what became of every message about something, in the order they were written: one query."""
    return tuple(_mail(row) for row in Mail.objects.filter(about=about).order_by("id"))
