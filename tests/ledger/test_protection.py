"""The database itself refuses every change to the record but the next entry."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from oversight.ledger import actions
from oversight.ledger.models import Checkpoint, Entry, Head
from oversight.ledger.protection import unprotected
from oversight.ledger.rules import BEGINNING
from tests.ledger.people import ANN, AT, act

pytestmark = [pytest.mark.django_db, pytest.mark.writes_directly("tries to change the record by SQL")]

_COPY = (
    "INSERT {into} ledger_entry (sequence, at, actor, actor_name, party, role, verb, subject, payload, salt, "
    "previous, digest) SELECT {sequence}, at, actor, actor_name, party, role, verb, subject, payload, salt, "
    "{previous}, {digest} FROM ledger_entry WHERE sequence = 2"
)
_NEW = f"'{'f' * 64}'"
_OLD_HEAD = "INTO ledger_head (id, sequence, digest) SELECT 1, 2, digest FROM ledger_entry WHERE sequence = 2"
_LAST = "(SELECT digest FROM ledger_entry WHERE sequence = 3)"

REFUSED = [
    "UPDATE ledger_entry SET verb = 'forged' WHERE sequence = 2",
    "UPDATE ledger_entry SET sequence = 9 WHERE sequence = 3",
    "DELETE FROM ledger_entry WHERE sequence = 3",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_checkpoint SET sequence = 1",
    "DELETE FROM ledger_checkpoint",
    "UPDATE ledger_head SET sequence = 2",
    "UPDATE ledger_head SET sequence = 4",
    f"UPDATE ledger_head SET sequence = 4, digest = {_NEW}",
    f"UPDATE ledger_head SET digest = {_NEW}",
    "DELETE FROM ledger_head",
    f"INSERT INTO ledger_head (id, sequence, digest) VALUES (2, 0, '{BEGINNING}')",
    f"INSERT INTO ledger_head (id, sequence, digest) VALUES (1, 0, '{BEGINNING}')",
    _COPY.format(into="INTO", sequence=4, previous="previous", digest=_NEW),
    _COPY.format(into="INTO", sequence=5, previous=_LAST, digest=_NEW),
    _COPY.format(into="INTO", sequence=3, previous=_LAST, digest=_NEW),
    _COPY.format(into="INTO", sequence=0, previous=_LAST, digest=_NEW),
    _COPY.format(into="INTO", sequence=4, previous=_LAST, digest="digest"),
    _COPY.format(into="INTO", sequence=4, previous=f"'{BEGINNING}'", digest=_NEW),
]
REFUSED_BY_SQLITE = [
    _COPY.format(into="OR REPLACE INTO", sequence=2, previous="previous", digest="digest"),
    _COPY.format(into="OR REPLACE INTO", sequence=4, previous=_LAST, digest="digest"),
    f"REPLACE {_OLD_HEAD}",
    "INSERT OR REPLACE INTO ledger_checkpoint SELECT * FROM ledger_checkpoint",
]
REFUSED_BY_POSTGRESQL = [
    "TRUNCATE ledger_entry",
    "TRUNCATE ledger_checkpoint",
    "TRUNCATE ledger_head",
    "TRUNCATE ledger_entry, ledger_head, ledger_checkpoint CASCADE",
    f"INSERT {_OLD_HEAD} ON CONFLICT (id) DO UPDATE SET sequence = 2, digest = EXCLUDED.digest",
]


def whole_record():
    return (
        list(Entry.objects.order_by("sequence").values_list()),
        list(Head.objects.order_by("id").values_list()),
        list(Checkpoint.objects.order_by("id").values_list()),
    )


@pytest.fixture
def record():
    act(by=ANN, at=AT)
    act(by=ANN, at=AT)
    actions.checkpoint(by=ANN, at=AT)
    return whole_record()


def refuses(statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", REFUSED)
def test_every_change_but_the_next_entry_is_refused(record, statement):
    refuses(statement)

    assert whole_record() == record


@pytest.mark.parametrize("statement", REFUSED_BY_SQLITE)
def test_replacing_is_refused_on_sqlite(record, statement):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite replaces rows")

    refuses(statement)

    assert whole_record() == record


@pytest.mark.parametrize("statement", REFUSED_BY_POSTGRESQL)
def test_truncating_and_upserting_are_refused_on_postgresql(record, statement):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE, and its upsert is tried as a replacement")

    refuses(statement)

    assert whole_record() == record


def test_the_refusal_names_the_record(record):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(sequence=2).update(verb="forged")


def test_without_the_triggers_the_same_statements_go_through(record):
    """The statements above are refused by the triggers, and not because they are wrong."""
    with unprotected(connection), connection.cursor() as cursor:
        cursor.execute(REFUSED[0])

    assert Entry.objects.get(sequence=2).verb == "forged"
    refuses(REFUSED[0])


@pytest.mark.parametrize(
    "fields",
    [
        {"at": "2026-03-16T09:30:00Z"},
        {"digest": "f" * 63},
        {"salt": ""},
        {"actor": ""},
        {"verb": ""},
        {"subject": ""},
    ],
)
def test_an_entry_that_is_not_whole_is_refused(record, fields):
    last = Entry.objects.order_by("-sequence").first()
    whole = {
        **{field.name: getattr(last, field.name) for field in Entry._meta.fields},
        "sequence": last.sequence + 1,
        "previous": last.digest,
        "digest": "f" * 64,
    }

    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.create(**{**whole, **fields})
    Entry.objects.create(**whole)
