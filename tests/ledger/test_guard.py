"""Reading cannot write, and nothing writes but an act."""

from __future__ import annotations

import threading

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from oversight.ledger.acting import Recorded, action
from oversight.ledger.guard import ForbiddenWriteError, reading, writing
from oversight.ledger.models import Entry
from tests.ledger.people import ANN, AT, act

pytestmark = [pytest.mark.django_db, pytest.mark.writes_directly("tries the guard itself")]


def write():
    return ContentType.objects.create(app_label="trap", model="written")


def written():
    return ContentType.objects.filter(app_label="trap").exists()


@action(verb="test.write", permission="test.act")
def write_as_an_act(*, by, at):
    write()
    return Recorded("thing:1", {}, None)


def execute(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_a_page_that_reads_can_read():
    with reading():
        assert not written()
        with transaction.atomic():
            list(Entry.objects.order_by("sequence"))


@pytest.mark.parametrize(
    "attempt",
    [
        write,
        lambda: ContentType.objects.filter(app_label="trap").update(model="x"),
        lambda: ContentType.objects.filter(app_label="trap").delete(),
        lambda: ContentType.objects.bulk_create([ContentType(app_label="trap", model="x")]),
        lambda: act(by=ANN, at=AT),
        lambda: write_as_an_act(by=ANN, at=AT),
        lambda: execute("DELETE FROM django_content_type"),
        lambda: execute("DROP TABLE django_content_type"),
    ],
)
def test_a_page_that_reads_cannot_write(attempt):
    ContentType.objects.create(app_label="trap", model="there")

    with (
        reading(),
        pytest.raises(ForbiddenWriteError, match="while a page was only reading"),
        transaction.atomic(),
    ):
        attempt()

    assert ContentType.objects.filter(app_label="trap").count() == 1
    assert not Entry.objects.exists()


def test_a_page_that_reads_may_keep_its_session():
    with reading():
        Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
        Session.objects.filter(session_key="k").delete()

    assert not Session.objects.exists()


def test_what_a_reading_page_may_write_can_be_narrowed():
    with reading(also=()), pytest.raises(ForbiddenWriteError, match="django_session"):
        Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())


def test_a_page_that_writes_can_do_so_in_an_act():
    with writing():
        write_as_an_act(by=ANN, at=AT)

    assert written()


def test_a_page_that_writes_cannot_do_so_outside_an_act():
    with (
        writing(),
        pytest.raises(ForbiddenWriteError, match=r"INSERT of django_content_type .* outside an action"),
        transaction.atomic(),
    ):
        write()

    assert not written()


def test_after_an_act_the_guard_is_up_again():
    with writing():
        write_as_an_act(by=ANN, at=AT)
        with pytest.raises(ForbiddenWriteError):
            write()


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "account_emailaddress" ("a") VALUES (1)',
        'DELETE FROM "mfa_authenticator"',
        'UPDATE "django_session" SET "a" = 1',
        'INSERT INTO "cache_entry" ("a") VALUES (1)',
        'UPDATE "parties_person" SET "last_login" = 1 WHERE "id" = 1',
        'UPDATE "parties_person" SET "password" = 1, "last_login" = 1',
    ],
)
def test_signing_in_may_write_its_own_tables(sql):
    sent = []

    def send(_execute, statement, *_):
        sent.append(statement)

    # Wrappers run from the last to the first, so this one stands behind the guard, in place of the database.
    with connection.execute_wrapper(send), writing():
        execute(sql)

    assert sent == [sql]


@pytest.mark.parametrize(
    "sql",
    [
        'UPDATE "parties_person" SET "email" = 1',
        'UPDATE "parties_person" SET "last_login" = 1, "email" = 1',
        'UPDATE "parties_person" SET ("last_login", "email") = (1, 2)',
        'DELETE FROM "parties_person"',
        'INSERT INTO "parties_person" ("last_login") VALUES (1)',
        'UPDATE "parties_membership" SET "last_login" = 1',
        'TRUNCATE "django_session"',
        'DROP TABLE "django_session"',
        'UPDATE "django_session" SET "a" = 1; DELETE FROM "parties_person"',
        'WITH "x" AS (DELETE FROM "parties_person") UPDATE "django_session" SET "a" = 1',
        'INSERT INTO "accounts" ("a") VALUES (1)',
        'INSERT INTO "ledger_entry" ("a") VALUES (1)',
    ],
)
def test_signing_in_may_write_nothing_else(sql):
    with writing(), pytest.raises(ForbiddenWriteError):
        execute(sql)


def test_many_rows_at_once_are_seen_too():
    with reading(), pytest.raises(ForbiddenWriteError), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO django_content_type (app_label, model) VALUES (%s, %s)", [("a", "b")])


def test_the_guard_goes_down_with_its_page():
    with reading():
        pass
    with writing():
        pass

    write()
    assert written()


def test_an_act_in_one_thread_opens_nothing_in_another():
    from oversight.ledger.acting import in_action

    seen = []

    @action(verb="test.threads", permission="test.act")
    def looks(*, by, at):
        thread = threading.Thread(target=lambda: seen.append(in_action()))
        thread.start()
        thread.join()
        return Recorded("thing:1", {}, None)

    looks(by=ANN, at=AT)

    assert seen == [False]
