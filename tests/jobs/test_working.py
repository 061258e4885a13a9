"""The worker: what is due is done once, again after a crash, later after a failure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from oversight.jobs import asking, queries
from oversight.jobs.models import Job
from oversight.jobs.rules import LEASE, Progress, Standing
from oversight.jobs.working import keep_working, work
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.ledger.guard import ForbiddenWriteError
from tests.arrangements.pages import page, said
from tests.factories.parties import acting_as, sign_in

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self, now=AT):
        self.now = now

    def __call__(self):
        return self.now


@action(verb="test.asked", permission="publication.publish")
def ask(*, by, at, subject="report:1", due_at=AT, fails=False) -> Recorded[int]:
    number = asking.ask(by=by, at=at, kind="test", subject=subject, title=f"Do {subject}", due_at=due_at)
    if fails:
        raise Refused("test", "It is refused.", "Try again.")
    return Recorded(subject, {}, number)


@action(verb="test.dropped", permission="publication.publish")
def drop(*, by, at, subject="report:1") -> Recorded[None]:
    asking.drop(at=at, kind="test", subject=subject, words="Nobody wants it any more")
    return Recorded(subject, {}, None)


@pytest.fixture
def by():
    return acting_as("hmip_publications")


def done_by(calls, words="Made"):
    def handler(subject, at, tell):
        calls.append((subject, at))
        tell(Progress(1, 2, "half way"))
        return words

    return {"test": handler}


def failing(error):
    def handler(subject, at, tell):
        raise error

    return {"test": handler}


def stands(number, at=AT):
    return queries._line(Job.objects.get(pk=number), at)


def test_a_job_is_kept_with_the_act_or_not_at_all(by):
    with pytest.raises(Refused):
        ask(by=by, at=AT, fails=True)
    assert not Job.objects.exists()
    with pytest.raises(RuntimeError, match="inside an act"):
        asking.ask(by=by, at=AT, kind="test", subject="x", title="x", due_at=AT)
    with pytest.raises(RuntimeError, match="inside an act"):
        asking.drop(at=AT, kind="test", subject="x", words="x")


def test_what_is_due_is_done_once_and_not_before_its_moment(by):
    calls, clock = [], Clock(AT - timedelta(seconds=1))
    number = ask(by=by, at=AT)
    assert ask(by=by, at=AT) == number

    assert work(done_by(calls), clock=clock) == 0
    clock.now = AT
    assert work(done_by(calls), clock=clock) == 1
    assert work(done_by(calls), clock=clock) == 0

    assert calls == [("report:1", AT)]
    assert stands(number).standing is Standing.DONE
    assert stands(number).progress == Progress(2, 2, "Made")
    assert ask(by=by, at=AT) != number


def test_a_kind_that_the_worker_does_not_know_waits_for_one_that_does(by):
    ask(by=by, at=AT)

    assert work({"other": lambda *_: ""}, clock=Clock()) == 0
    assert work({}, clock=Clock()) == 0


def test_a_failure_is_told_and_tried_again_later(by):
    number, clock = ask(by=by, at=AT), Clock()

    assert work(failing(Refused("x", "The report is open.", "Close it.")), clock=clock) == 1
    assert work(failing(KeyError("secret")), clock=clock) == 0
    told = stands(number)
    assert (told.standing, told.problem) == (Standing.FAILED, "The report is open. Close it.")

    clock.now = told.try_at
    assert work(failing(KeyError("secret")), clock=clock) == 1
    told = stands(number)
    assert "KeyError" in told.problem
    assert "secret" not in told.problem

    clock.now = told.try_at
    calls = []
    assert work(done_by(calls), clock=clock) == 1
    assert (stands(number).standing, stands(number).problem) == (Standing.DONE, "")


def test_a_job_of_a_worker_that_crashed_is_done_by_the_next(by):
    number, clock, calls = ask(by=by, at=AT), Clock(), []
    with pytest.raises(KeyboardInterrupt):
        work(failing(KeyboardInterrupt()), clock=clock)

    assert stands(number).standing is Standing.UNDER_WAY
    assert work(done_by(calls), clock=clock) == 0
    clock.now = AT + LEASE
    assert work(done_by(calls), clock=clock) == 1
    assert stands(number, clock.now).standing is Standing.DONE


def test_a_worker_whose_time_ran_out_cannot_speak_for_the_job_any_more(by):
    number, clock, calls = ask(by=by, at=AT), Clock(), []

    def slow(subject, at, tell):
        clock.now += LEASE
        work(done_by(calls, "Made by the second"), clock=clock)
        tell(Progress(0, 1, "made by the first"))
        return "Made by the first"

    work({"test": slow}, clock=clock)

    assert len(calls) == 1
    assert stands(number).progress.words == "Made by the second"


def test_progress_is_kept_at_every_part_and_now_and_then_within_one(by):
    number, clock, seen = ask(by=by, at=AT), Clock(), []

    def many(subject, at, tell):
        for seconds, done, words in ((0, 1, "page 1"), (0.5, 1, "page 2"), (1, 1, "page 3"), (1, 2, "file")):
            clock.now = AT + timedelta(seconds=seconds)
            tell(Progress(done, 3, words))
            seen.append(Job.objects.get(pk=number).words)
        return "Made"

    work({"test": many}, clock=clock)

    assert seen == ["page 1", "page 1", "page 3", "file"]


def test_a_job_may_be_dropped(by):
    number, calls = ask(by=by, at=AT), []
    drop(by=by, at=AT)

    assert work(done_by(calls), clock=Clock()) == 0
    assert stands(number).progress.words == "Nobody wants it any more"


@pytest.mark.django_db(transaction=True)
def test_a_job_writes_by_acts_alone(by):
    number = ask(by=by, at=AT)

    def careless(subject, at, tell):
        Job.objects.filter(subject=subject).update(title="Something else")
        return ""

    work({"test": careless}, clock=Clock())

    assert ForbiddenWriteError.__name__ in stands(number).problem


def test_the_worker_goes_on_until_it_is_told_to_stop(by, monkeypatch):
    calls, pauses = [], iter([True, False])
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    ask(by=by, at=AT)

    keep_working(done_by(calls), clock=Clock(), pause=lambda: next(pauses))

    assert len(calls) == 1


def test_people_see_the_work_of_their_own_party(client):
    by = sign_in(client, "hmip_publications")
    assert "has not asked for any" in said(page(client, reverse("jobs")))
    number = ask(by=by, at=AT)
    assert "Do report:1" in said(page(client, reverse("jobs")))
    assert "Look again" in said(page(client, reverse("job", args=[number])))
    work(failing(Refused("x", "The report is open.", "Close it.")), clock=Clock())
    assert "The report is open." in said(page(client, reverse("job", args=[number])))
    Job.objects.filter(pk=number).update(try_at=AT)
    work(done_by([]), clock=Clock())
    assert "Look again" not in said(page(client, reverse("job", args=[number])))
    page(client, reverse("job", args=[number + 1]), 404)


def test_others_do_not_see_it(by):
    number = ask(by=by, at=AT)
    other = acting_as("osag_lead")

    with pytest.raises(Refused) as refused:
        queries.job(actor=other, at=AT, job_id=number)
    assert refused.value.rule == "permission_jobs.see"
