"""Mail that must not be lost: a row written inside an act, sent by the worker, tried again until it is gone.

One job empties the outbox, so a mail server that is away costs one try and not one for each message.
"""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet

from oversight.jobs.asking import ask
from oversight.jobs.models import SUBJECT_LENGTH, WORDS_LENGTH, Mail
from oversight.jobs.rules import MAIL_JOB, OUTBOX, Progress, never_taken
from oversight.jobs.working import Tell
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused

log: Final = logging.getLogger(__name__)

#: Messages read from the outbox at a time.
BATCH: Final = 100


def post(*, by: Actor, at: datetime, to: str, subject: str, text: str, about: str) -> int:
    """Write a message in the transaction of an act; give its number. It is sent once that is kept.

    Args:
        by: Who causes it.
        at: Moment of writing.
        to: One address.
        subject: What its first line says.
        text: What it says. Mail leaves the service, so it names nobody and links to what it tells of.
        about: Reference of what it tells of.

    Raises:
        RuntimeError: No act is under way.
    """
    ask(by=by, at=at, kind=MAIL_JOB, subject=OUTBOX, title="Send the emails that wait", due_at=at)
    row = Mail.objects.create(to=to, subject=subject[:SUBJECT_LENGTH], text=text, about=about, asked_at=at)
    return row.pk


def send_waiting(subject: str, at: datetime, tell: Tell) -> str:
    """Send every message that waits; the job of kind ``MAIL_JOB``.

    A message is noted as sent as soon as the mail server took it. Should the worker die between the two, it
    is sent again under the same Message-ID, which mail programs show once.

    Args:
        subject: The outbox.
        at: Moment of sending.
        tell: Says how far it is.

    Raises:
        Refused: Some messages were not taken; the next try begins with them.
        OSError: The mail server cannot be reached; nothing more was tried.
    """
    del subject
    if not _waiting().exists():
        return "Nothing was waiting"
    sent, failed, last = 0, 0, 0
    with get_connection() as server:
        while waiting := list(_waiting().filter(pk__gt=last).order_by("pk")[:BATCH]):
            for row in waiting:
                last = row.pk
                if _sent(row, at, server):
                    sent += 1
                else:
                    failed += 1
                tell(Progress(words=f"{sent} sent"))
    if failed:
        raise Refused(
            "mail_not_taken",
            f"{failed} of {sent + failed} emails could not be sent.",
            "They are tried again. When they go on failing, look at the mail server.",
        )
    return f"{sent} sent"


def _sent(row: Mail, at: datetime, server: BaseEmailBackend) -> bool:
    """Send one message and note what became of it; give whether nothing is left to do for it."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    message = EmailMessage(
        row.subject,
        row.text,
        to=[row.to],
        headers={"Message-ID": f"<oversight-{row.pk}-{int(row.asked_at.timestamp())}@{domain}>"},
        connection=server,
    )
    mine = _waiting().filter(pk=row.pk)
    try:
        message.send()
    except (SMTPServerDisconnected, ConnectionError, TimeoutError):
        raise
    except SMTPRecipientsRefused as refused:
        if never_taken(code for code, _ in refused.recipients.values()):
            mine.update(refused_at=at, problem="The mail server does not know this address.")
            return True
        mine.update(problem="The mail server put it off.")
        return False
    except (SMTPException, ValueError) as fault:
        log.exception("Mail %s was not taken", row.pk)
        mine.update(problem=f"It failed with {type(fault).__name__}."[:WORDS_LENGTH])
        return False
    mine.update(sent_at=at, problem="")
    return True


def _waiting() -> QuerySet[Mail]:
    return Mail.objects.filter(sent_at=None, refused_at=None)
