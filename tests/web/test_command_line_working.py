"""The worker at the command line: what is due is done, and it ends when told or when its server is gone."""

from __future__ import annotations

import os
import signal

import pytest
from click.testing import CliRunner
from django.utils import timezone

from oversight.publication.models import PublishedFile
from oversight.web.command_line import working
from tests.factories.snapshots import published


@pytest.fixture
def handled(monkeypatch):
    """Jobs done while the worker runs; it would close the connection that this test stands on."""
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


def test_what_is_due_is_done_once(db):
    published(at=timezone.now())

    done = CliRunner().invoke(working.work_, ["--once"])
    again = CliRunner().invoke(working.work_, ["--once"])

    assert (done.exit_code, done.stderr) == (0, "2 jobs tried\n")
    assert (again.exit_code, again.stderr) == (0, "0 jobs tried\n")
    assert PublishedFile.objects.count() == 1


def test_it_ends_when_the_server_that_started_it_is_gone(db, handled, monkeypatch):
    published(at=timezone.now())
    monkeypatch.setattr(os, "getppid", lambda: 1)

    done = CliRunner().invoke(working.work_, ["--beside", "2"])

    assert done.exit_code == 0
    assert PublishedFile.objects.count() == 1


def test_it_ends_when_it_is_told_to(db, handled, monkeypatch):
    told = []

    def keep(handlers, *, clock, pause):
        told.append(sorted(handlers))
        signal.raise_signal(signal.SIGTERM)
        told.append(pause())

    monkeypatch.setattr(working, "keep_working", keep)

    assert CliRunner().invoke(working.work_, []).exit_code == 0
    assert told == [sorted(working.handlers()), False]


def test_a_worker_beside_a_server_is_started_again_when_it_dies_and_stopped_with_it(monkeypatch):
    started = []

    class Process:
        def __init__(self, command):
            started.append(self)
            self.command, self.ended = command, False

        def wait(self):
            if [one.command for one in started].count(self.command) > 1:
                while not self.ended:
                    working.threading.Event().wait(0.01)

        def terminate(self):
            self.ended = True

    monkeypatch.setattr(working.subprocess, "Popen", Process)
    monkeypatch.setattr(working, "RESTART", 0.01)
    with working.beside():
        while len(started) < 4:
            working.threading.Event().wait(0.01)

    assert all(one.command[-2:] == ["--beside", str(os.getpid())] for one in started)
    assert sorted(one.command[-3] for one in started) == ["others", "others", "plans", "plans"]
    assert sum(one.ended for one in started) == 2


def test_plans_have_a_worker_of_their_own_and_nothing_is_done_by_neither():
    plans, others = working.shared("plans"), working.shared("others")

    assert set(plans) == {"programme.plan"}
    assert set(plans) | set(others) == set(working.shared("all"))
    assert not set(plans) & set(others)
