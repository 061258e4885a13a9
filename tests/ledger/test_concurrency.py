"""Writers at the same time queue: the chain neither forks nor skips, and an undone act leaves no gap."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.ledger.models import Entry, Head
from oversight.ledger.verifying import verify
from tests.ledger.people import ANN, AT, act

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
ACTS = 12


@action(verb="test.undone", permission="test.act")
def undone(*, by, at):
    act(by=by, at=at, what="thing:undone")
    raise Refused("test", "No.", "Stop.")


def together(*works):
    """Run each work in a thread and connection of its own, all starting at the same moment."""
    barrier = threading.Barrier(len(works), timeout=30)

    def run(work):
        try:
            connection.ensure_connection()
            barrier.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, work) for work in works]]


def test_writers_at_the_same_time_make_one_chain():
    def writer(number):
        def work():
            connections.add(id(connection.connection))
            for turn in range(ACTS):
                act(by=ANN, at=AT, what=f"thing:{number}-{turn}")

        return work

    connections = set()
    together(*[writer(number) for number in range(WRITERS)])

    rows = list(Entry.objects.order_by("sequence").values_list("sequence", "subject"))
    assert len(connections) == WRITERS
    assert [sequence for sequence, _ in rows] == list(range(1, WRITERS * ACTS + 1))
    assert len({subject for _, subject in rows}) == WRITERS * ACTS
    assert Head.objects.get().sequence == WRITERS * ACTS
    assert verify().is_sound


def test_writers_that_are_undone_leave_no_gap():
    def good():
        for _ in range(ACTS):
            act(by=ANN, at=AT)

    def bad():
        for _ in range(ACTS):
            with pytest.raises(Refused):
                undone(by=ANN, at=AT)

    together(good, bad, good, bad)

    assert [*Entry.objects.order_by("sequence").values_list("sequence", flat=True)] == [
        *range(1, 2 * ACTS + 1)
    ]
    assert not Entry.objects.filter(subject="thing:undone").exists()
    assert verify().is_sound


def test_an_act_waits_for_one_that_has_appended_and_follows_it():
    """The lock is taken when appending and held to the end, so the second follows what the first became."""
    appended, may_end = threading.Event(), threading.Event()
    order = []

    def first():
        with transaction.atomic():
            act(by=ANN, at=AT, what="thing:first")
            appended.set()
            may_end.wait(10)
            order.append("first")

    def second():
        appended.wait(10)
        threading.Timer(0.3, may_end.set).start()
        act(by=ANN, at=AT, what="thing:second")
        order.append("second")

    together(first, second)

    assert order == ["first", "second"]
    assert [*Entry.objects.order_by("sequence").values_list("subject", flat=True)] == [
        "thing:first",
        "thing:second",
    ]


def test_an_act_that_has_not_yet_appended_keeps_nobody_waiting():
    """On PostgreSQL the head is locked as late as can be. SQLite has one writer, whatever we do."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    inside, other_done = threading.Event(), threading.Event()

    @action(verb="test.slow", permission="test.act")
    def slow(*, by, at):
        inside.set()
        assert other_done.wait(10), "the other act had to wait"
        return Recorded("thing:slow", {}, None)

    def other():
        inside.wait(10)
        act(by=ANN, at=AT, what="thing:quick")
        other_done.set()

    together(lambda: slow(by=ANN, at=AT), other)

    assert [*Entry.objects.order_by("sequence").values_list("subject", flat=True)] == [
        "thing:quick",
        "thing:slow",
    ]


@pytest.mark.writes_directly("goes round the append, to see the chain hold")
def test_two_entries_cannot_follow_the_same_one_even_without_the_lock():
    act(by=ANN, at=AT)
    last = Entry.objects.get()
    fields = {field.name: getattr(last, field.name) for field in Entry._meta.fields}

    def forge(digest):
        def work():
            try:
                with transaction.atomic():
                    Entry.objects.create(
                        **{**fields, "sequence": 2, "previous": last.digest, "digest": digest * 64}
                    )
            except Exception as error:  # noqa: BLE001 - which of the two guards refuses is a race
                return type(error).__name__
            return ""

        return work

    outcomes = together(forge("a"), forge("b"))

    assert sorted(outcomes) == ["", "IntegrityError"]


def test_verifying_while_others_write_finds_nothing_wrong():
    act(by=ANN, at=AT)
    stop = threading.Event()

    def writer():
        while not stop.is_set():
            act(by=ANN, at=AT)

    def reader():
        try:
            return [verify() for _ in range(10)]
        finally:
            stop.set()

    _, found = together(writer, reader)

    assert all(one.is_sound for one in found)
    assert found[-1].entries >= found[0].entries >= 1
