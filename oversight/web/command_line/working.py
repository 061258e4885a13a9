"""The worker that does in the background what no page waits for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import click
from django.utils import timezone

from oversight.access.queries import acting_by_command
from oversight.briefings.actions.alerts import LOOK_JOB, look, look_today, tell_of_same_day_alert
from oversight.delivery.actions.figures import work_on_file
from oversight.delivery.queries.figures import FILE_JOB
from oversight.inspections.actions.publishing import publish_due
from oversight.inspections.queries.alerts import RAISED_JOB, raised_of
from oversight.inspections.queries.publishing import PUBLISH_JOB
from oversight.jobs.mailing import send_waiting
from oversight.jobs.rules import MAIL_JOB, Progress
from oversight.jobs.working import Handler, Tell, keep_working, work
from oversight.kernel.words import count_in_words
from oversight.parties.queries import remembering
from oversight.programme.actions.proposing import PLAN_JOB
from oversight.publication.actions import PDF_JOB, TOLD_JOB
from oversight.recommendations.actions.comparing import REPEATS_JOB
from oversight.recommendations.actions.notices import NOTICES_JOB, tell_today
from oversight.recommendations.actions.repeats import compare_new
from oversight.web.command_line.databases import telling_of_databases

#: Seconds between two looks for what is due.
EVERY: Final = 2.0
#: Seconds before a worker that died is started again.
RESTART: Final = 1.0


def handlers() -> Mapping[str, Handler]:
    """Give how each kind of job is done."""
    # Setting pages takes half a second to load, and only the worker needs it.
    from oversight.programme.working import make_plan  # noqa: PLC0415 - so does the planner
    from oversight.publication.pdf import make_pdf  # noqa: PLC0415

    return {
        FILE_JOB: _figures,
        LOOK_JOB: _look_today,
        MAIL_JOB: send_waiting,
        NOTICES_JOB: _tell_people,
        PDF_JOB: make_pdf,
        PLAN_JOB: make_plan,
        PUBLISH_JOB: _publish,
        REPEATS_JOB: _compare,
        RAISED_JOB: _tell_of_alert,
        TOLD_JOB: _look_at_once,
    }


def _figures(subject: str, at: datetime, tell: Tell) -> str:
    """Check a file of figures, or take one that was confirmed (paragraph 13)."""
    with remembering():
        return work_on_file(
            by=acting_by_command("work"),
            at=at,
            file_id=int(subject),
            tell=lambda done, total: tell(Progress(done, total, "reading rows")),
        )


def _tell_people(day: str, at: datetime, tell: Tell) -> str:
    """Tell people of actions that are due or overdue (paragraph 26)."""
    del day
    with remembering():
        return tell_today(by=acting_by_command("work"), at=at, tell=lambda words: tell(Progress(words=words)))


def _look_today(day: str, at: datetime, tell: Tell) -> str:
    """Look for poor ratings and missed responses, for the Sponsorship team (paragraph 20)."""
    del day, tell
    with remembering():
        return _alerts(look_today(by=acting_by_command("work", role="sponsorship_officer"), at=at))


def _look_at_once(subject: str, at: datetime, tell: Tell) -> str:
    """Look for a poor rating as soon as a report is published (paragraph 20)."""
    del subject, tell
    with remembering():
        return _alerts(look(by=acting_by_command("work", role="sponsorship_officer"), at=at))


def _tell_of_alert(subject: str, at: datetime, tell: Tell) -> str:
    """Tell the Sponsorship team that an alert about a risk to a person was raised, and no word of it."""
    del tell
    reference, number, unit = raised_of(subject)
    by = acting_by_command("work", role="sponsorship_officer")
    with remembering():
        return _alerts(tell_of_same_day_alert(by=by, at=at, reference=reference, number=number, unit=unit))


def _alerts(new: int) -> str:
    return count_in_words(new, "new alert")


def _compare(subject: str, at: datetime, tell: Tell) -> str:
    """Look for recommendations that repeat earlier ones (paragraph 23)."""
    del subject
    with remembering():
        return compare_new(
            by=acting_by_command("work"), at=at, tell=lambda done, total: tell(Progress(done, total))
        )


def _publish(reference: str, at: datetime, tell: Tell) -> str:
    """Publish at the moment that publications of the Inspectorate set, in their name (paragraph 16)."""
    del tell
    by = acting_by_command("work", role="hmip_publications")
    with remembering():
        return publish_due(by=by, at=at, reference=reference)


#: Which jobs a worker does: planning takes minutes, and nothing else should wait for it.
SHARES: Final = ("all", "plans", "others")


def shared(share: str) -> Mapping[str, Handler]:
    """Give how each kind of job of a share is done.

    Args:
        share: One of ``SHARES``.
    """
    every = handlers()
    if share == "all":
        return every
    return {kind: handler for kind, handler in every.items() if (kind == PLAN_JOB) == (share == "plans")}


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@click.option(
    "--jobs",
    "share",
    type=click.Choice(SHARES),
    default="all",
    show_default=True,
    help="All work, only plans of the timetable, or only other work.",
)
@click.option("--beside", type=int, hidden=True, help="Process that started it; it ends when that one does.")
def work_(*, once: bool, share: str, beside: int | None) -> None:
    """Do what is due in the background: publish at a set moment, make files, send emails.

    Several may run at once, on one machine or on many. Stop one with Ctrl+C: it ends what it is doing first.
    """
    with telling_of_databases():
        if once:
            tried = work(shared(share), clock=timezone.now)
            click.echo(f"{tried} {'job' if tried == 1 else 'jobs'} tried", err=True)
            return
    stopping = threading.Event()

    def stop(*_: Any) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    def pause() -> bool:
        # A server that is killed cannot stop its worker, so the worker looks whether it is still there.
        alone = beside is not None and os.getppid() != beside
        return not alone and not stopping.wait(EVERY)

    keep_working(shared(share), clock=timezone.now, pause=pause)


@contextmanager
def beside() -> Iterator[None]:
    """Run a worker for plans and one for all else, each in its process, for as long as this lasts.

    One that dies is started again.
    """
    stopping = threading.Event()
    running: dict[str, subprocess.Popen[bytes]] = {}

    def keep_one(share: str) -> None:
        command = [sys.executable, "-m", "oversight", "work", "--jobs", share, "--beside", str(os.getpid())]
        while not stopping.is_set():
            running[share] = subprocess.Popen(command)  # noqa: S603 - our own command
            running[share].wait()
            stopping.wait(RESTART)

    keepers = [
        threading.Thread(target=keep_one, args=(share,), name=f"worker-{share}", daemon=True)
        for share in SHARES[1:]
    ]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for process in running.values():
            process.terminate()
        for keeper in keepers:
            keeper.join(timeout=30)
