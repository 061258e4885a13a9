"""Mail: written with an act, sent once by the worker, tried again until it is taken or refused for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from oversight.jobs import mailing, queries
from oversight.jobs.models import Job, Mail
from oversight.jobs.rules import MAIL_JOB, Delivery, never_taken
from oversight.jobs.working import work
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from tests.factories.parties import acting_as

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HANDLERS = {MAIL_JOB: mailing.send_waiting}


@action(verb="test.mailed", permission="publication.publish")
def write(*, by, at, to=("a@example.org",), fails=False) -> Recorded[list[int]]:
    numbers = [
        mailing.post(by=by, at=at, to=one, subject="Look", text="There is something.", about="plan:1")
        for one in to
    ]
    if fails:
        raise Refused("test", "It is refused.", "Try again.")
    return Recorded("plan:1", {}, numbers)


@pytest.fixture
def by():
    return acting_as("hmip_publications")


def run(after=timedelta()):
    return work(HANDLERS, clock=lambda: AT + after)


def answering(monkeypatch, faults):
    """Have the mail server answer each address with a fault, where one is given."""
    real = EmailBackend.send_messages

    def send(self, messages):
        for one in messages:
            if one.to[0] in faults:
                raise faults[one.to[0]]
        return real(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)


def test_mail_is_kept_with_the_act_or_not_at_all_and_sent_once(by, mailoutbox):
    with pytest.raises(RuntimeError, match="inside an act"):
        mailing.post(by=by, at=AT, to="a@example.org", subject="x", text="x", about="x")
    with pytest.raises(Refused):
        write(by=by, at=AT, fails=True)
    assert not Mail.objects.exists()
    (number,) = write(by=by, at=AT)
    assert queries.mails([number])[number].delivery is Delivery.WAITING
    assert not mailoutbox

    run()
    run(timedelta(days=1))

    assert [one.to for one in mailoutbox] == [["a@example.org"]]
    told = queries.mails_about("plan:1")
    assert [(one.delivery, one.at) for one in told] == [(Delivery.SENT, AT)]


def test_every_try_of_a_message_has_the_same_id(by, mailoutbox):
    write(by=by, at=AT)
    run()
    Mail.objects.update(sent_at=None)
    write(by=by, at=AT, to=())
    Job.objects.update(finished_at=None)
    run()

    first, second = (one.extra_headers["Message-ID"] for one in mailoutbox)
    assert first == second


def test_a_server_that_is_away_costs_one_try_and_loses_nothing(by, mailoutbox, monkeypatch):
    write(by=by, at=AT, to=("a@example.org", "b@example.org"))
    with monkeypatch.context() as patched:
        gone = SMTPServerDisconnected("gone")
        answering(patched, {"a@example.org": gone, "b@example.org": gone})
        assert run() == 1
        assert run() == 0
    assert not mailoutbox

    run(timedelta(minutes=1))

    assert [one.to[0] for one in mailoutbox] == ["a@example.org", "b@example.org"]


def test_one_message_that_is_not_taken_holds_up_no_other(by, mailoutbox, monkeypatch):
    addresses = ("off@example.org", "never@example.org", "odd@example.org", "b@example.org")
    off, never, odd, fine = write(by=by, at=AT, to=addresses)
    with monkeypatch.context() as patched:
        answering(
            patched,
            {
                "off@example.org": SMTPRecipientsRefused({"off@example.org": (451, b"later")}),
                "never@example.org": SMTPRecipientsRefused({"never@example.org": (550, b"unknown")}),
                "odd@example.org": SMTPDataError(554, b"no"),
            },
        )
        run()
    told = queries.mails([off, never, odd, fine])
    assert [told[one].delivery for one in (off, never, odd, fine)] == [
        Delivery.TRIED,
        Delivery.REFUSED,
        Delivery.TRIED,
        Delivery.SENT,
    ]
    assert "2 of 4 emails" in Job.objects.get().problem

    run(timedelta(minutes=1))

    assert [one.to[0] for one in mailoutbox] == ["b@example.org", "off@example.org", "odd@example.org"]
    assert Job.objects.get().finished_at is not None


def test_what_is_asked_for_while_the_job_is_under_way_is_not_forgotten(by, mailoutbox):
    calls = []

    def slow(subject, at, tell):
        words = mailing.send_waiting(subject, at, tell)
        if not calls:
            # Someone else's act, after this worker last looked.
            write(by=by, at=AT, to=("late@example.org",))
        calls.append(words)
        return words

    write(by=by, at=AT)
    work({MAIL_JOB: slow}, clock=lambda: AT)

    assert [one.to[0] for one in mailoutbox] == ["a@example.org", "late@example.org"]
    assert Job.objects.get().finished_at == AT
    assert queries.jobs(actor=by, at=AT, page=1).paginator.count == 0


@pytest.mark.writes_directly
@pytest.mark.parametrize(
    "broken",
    [
        {"sent_at": AT, "refused_at": AT, "problem": "x"},
        {"refused_at": AT},
        {"sent_at": AT, "problem": "x"},
        {"to": ""},
        {"text": ""},
    ],
)
def test_the_table_refuses_what_cannot_be(broken):
    facts = {"to": "a@example.org", "subject": "x", "text": "x", "about": "x", "asked_at": AT}
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(**(facts | broken))


@pytest.mark.parametrize(
    ("codes", "for_good"), [([550], True), ([450], False), ([550, 450], False), ([], False)]
)
def test_only_an_answer_from_500_on_is_for_good(codes, for_good):
    assert never_taken(codes) is for_good
