"""Each trap of the harness bites; a trap that has quietly stopped working is worse than none."""

from __future__ import annotations

import logging
import socket
import threading
import warnings
from datetime import UTC, date, datetime

import jinja2
import pytest
import pytest_socket
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.db.models import Count
from django.template import engines

from oversight.access.queries import COMMAND
from oversight.ledger.guard import ForbiddenWriteError
from oversight.ledger.models import Entry, Head
from oversight.ledger.verifying import verify
from oversight.parties.actions import add_member, end_membership
from oversight.parties.models import Membership, Person
from oversight.parties.queries import party
from tests.factories.parties import AT, make_member, register
from tests.harness import traps
from tests.harness.once import once

directly = pytest.mark.writes_directly("makes rows to look at")


def test_a_warning_is_an_error():
    with pytest.raises(DeprecationWarning):
        warnings.warn("going away", DeprecationWarning, stacklevel=1)


@pytest.fixture
def three(db):
    return [ContentType.objects.create(app_label="trap", model=name) for name in ("a", "b", "c")]


@directly
def test_rows_without_an_order_come_backwards(three):
    found = list(ContentType.objects.filter(app_label="trap"))

    assert found == three[::-1]


@directly
def test_rows_with_an_order_come_in_it(three):
    assert list(ContentType.objects.filter(app_label="trap").order_by("model")) == three


@directly
def test_counts_groups_and_distinct_rows_still_work(three):
    rows = ContentType.objects.filter(app_label="trap")

    assert rows.count() == 3
    assert rows.aggregate(n=Count("pk")) == {"n": 3}
    assert list(rows.values("app_label").annotate(n=Count("pk"))) == [{"app_label": "trap", "n": 3}]
    assert list(rows.values("app_label").distinct()) == [{"app_label": "trap"}]
    assert rows.filter(pk__in=rows.values("pk")).exists()
    assert len(rows.union(rows.filter(model="a"))) == 3


def test_a_moment_without_time_zone_is_an_error(db):
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        list(Session.objects.filter(expire_date__gt=datetime(2026, 3, 16)))  # noqa: DTZ001 - the mistake meant


@pytest.mark.parametrize("day", [date(2026, 3, 16), None])
def test_a_day_is_taken_for_a_day(day):
    assert models.DateField(name="on").get_prep_value(day) == day


def test_a_moment_is_not_taken_for_a_day():
    with pytest.raises(TypeError, match="holds a day"):
        models.DateField(name="on").get_prep_value(datetime(2026, 3, 16, tzinfo=UTC))


def test_a_moment_is_taken_for_a_moment():
    moment = datetime(2026, 3, 16, tzinfo=UTC)

    assert models.DateTimeField(name="at").get_prep_value(moment) == moment


@pytest.mark.parametrize("text", ["{{ nobody_set_this }}", "{% if nobody_set_this %}x{% endif %}"])
def test_an_undefined_name_in_a_template_is_an_error(text):
    with pytest.raises(jinja2.UndefinedError, match="nobody_set_this"):
        engines["jinja2"].from_string(text).render({})


def test_the_network_is_closed():
    # The library warns before it raises, and here a warning is an error.
    refusal = (pytest_socket.SocketConnectBlockedError, UserWarning)
    with pytest.raises(refusal, match=r"192\.0\.2\.1"), socket.socket() as opened:
        opened.connect(("192.0.2.1", 80))


def test_this_machine_itself_can_be_reached():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as near,
    ):
        assert near.getpeername() == server.getsockname()


def test_silencing_a_log_is_an_error():
    listened_to = logging.getLogger("tests.listened-to")

    with pytest.raises(AssertionError, match=r"tests\.listened-to"), traps.logs_stay_open():
        listened_to.disabled = True

    assert not listened_to.disabled


def test_a_write_outside_an_action_is_an_error(db):
    with pytest.raises(ForbiddenWriteError):
        ContentType.objects.create(app_label="trap", model="outside")


@directly
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_rows_written_by_a_committed_test_are_gone_in_the_next(turn):
    before = ContentType.objects.filter(app_label="trap").count()

    ContentType.objects.create(app_label="trap", model=f"turn-{turn}")

    assert before == 0


@directly
@pytest.mark.django_db(transaction=True)
def test_another_thread_sees_what_a_committed_test_wrote():
    ContentType.objects.create(app_label="trap", model="seen")
    seen = []

    def look():
        seen.append(ContentType.objects.filter(app_label="trap").count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


@directly
@pytest.mark.django_db(transaction=True)
def test_after_a_committed_test_the_database_is_as_the_migrations_left_it(as_migrated):
    left = set(ContentType.objects.values_list("app_label", "model"))
    highest = ContentType.objects.aggregate(models.Max("pk"))["pk__max"]
    ContentType.objects.all().delete()
    ContentType.objects.create(app_label="trap", model="restored")

    as_migrated.restore()

    assert ("parties", "person") in left
    assert set(ContentType.objects.values_list("app_label", "model")) == left
    assert ContentType.objects.create(app_label="trap", model="next").pk > highest


@pytest.fixture
def taken():
    """Steps that note each time they are taken."""
    return []


def a_team(taken):
    """Let two people join a party and one leave, and give the row of the first."""
    taken.append("taken")
    first = make_member("osag_lead", email="a@example.org")
    second = add_member(
        by=COMMAND,
        at=AT,
        party=party("hmpps-osag"),
        email="b@example.org",
        name="B",
        role="osag_lead",
        from_day=AT.date(),
    )
    end_membership(by=COMMAND, at=AT, membership_id=second.id, until_day=AT.date(), seen_until=None)
    return Membership.objects.get(pk=first.id)


def seen():
    return [list(model.objects.order_by("pk").values()) for model in (Person, Membership, Entry, Head)]


def test_steps_taken_before_are_put_back_as_they_were(db, taken):
    register()
    name = object()
    with transaction.atomic():
        given = once(name, lambda: a_team(taken))
        left = seen()
        transaction.set_rollback(True)
    before = seen()

    again = once(name, lambda: a_team(taken))

    assert taken == ["taken"]
    assert before != left
    assert seen() == left
    assert (again.pk, again.until_day) == (given.pk, given.until_day)
    assert verify().fault is None
    assert make_member("osag_lead").id > max(row["id"] for row in left[1])


def test_steps_from_another_state_are_taken(db, taken):
    name = object()
    register()
    once(name, lambda: taken.append(make_member("osag_lead")))

    once(name, lambda: taken.append(make_member("osag_lead")))

    assert len(taken) == 2


@directly
def test_steps_are_taken_after_a_write_that_the_record_does_not_tell_of(db, taken):
    register()
    name = object()
    with transaction.atomic():
        once(name, lambda: taken.append("taken"))
        transaction.set_rollback(True)
    ContentType.objects.create(app_label="trap", model="beside")

    once(name, lambda: taken.append("taken"))

    assert taken == ["taken", "taken"]


@pytest.mark.parametrize("given", [{"role": "osag_coordinator"}, {"name": "Someone else"}])
def test_a_state_reached_with_other_arguments_is_another(db, given):
    register()
    with transaction.atomic():
        first = make_member("osag_lead", name="Someone")
        transaction.set_rollback(True)
    with transaction.atomic():
        same = make_member("osag_lead", name="Someone")
        transaction.set_rollback(True)

    other = make_member(**{"role": "osag_lead", "name": "Someone"} | given)

    assert same == first
    assert (other.role, other.person_name) == (given.get("role", "osag_lead"), given.get("name", "Someone"))
