"""Tampering by SQL, with the triggers out of the way, is found in the database itself (paragraph 10(iii))."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from oversight.ledger import actions
from oversight.ledger.checkpoints import public_key
from oversight.ledger.models import Checkpoint, Entry, Head
from oversight.ledger.protection import unprotected
from oversight.ledger.rules import EntryFacts
from oversight.ledger.verifying import verify
from tests.ledger.chains import rewritten
from tests.ledger.people import ANN, AT, act

pytestmark = [pytest.mark.django_db, pytest.mark.writes_directly("tampers with the record")]

OTHER_KEY = "CrR1dz1eYG0y3Ju3vTYXhkMNfZkkcCFIHGeEMJPiY1Y="


def tamper(*statements):
    with unprotected(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rewrite_everything_from(number, **fields):
    """Change an entry and everything after it consistently, head included: a perfect forgery."""
    with unprotected(connection):
        entries = [
            EntryFacts(*row) for row in Entry.objects.order_by("sequence").values_list(*EntryFacts._fields)
        ]
        entries[number - 1] = entries[number - 1]._replace(**fields)
        Entry.objects.all().delete()
        forged = rewritten(entries, number - 1)
        for entry in forged:
            Entry.objects.create(**entry._asdict())
        Head.objects.update(sequence=len(forged), digest=forged[-1].digest)


@pytest.fixture
def five():
    for number in range(1, 6):
        act(by=ANN, at=AT, what=f"thing:{number}", payload={"number": number, "name": "é"})


def test_a_record_nobody_touched_is_sound(five):
    found = verify()

    assert found.is_sound
    assert found.entries == 5
    assert found.digest == Head.objects.get().digest


def test_an_empty_record_is_sound(db):
    found = verify()

    assert found.is_sound
    assert found.entries == 0


@pytest.mark.parametrize(
    ("statements", "first", "kind"),
    [
        (["UPDATE ledger_entry SET verb = 'test.forged' WHERE sequence = 3"], 3, "changed"),
        (["UPDATE ledger_entry SET payload = '{}' WHERE sequence = 5"], 5, "changed"),
        (["UPDATE ledger_entry SET at = '2025-03-16T09:30:00.000000Z' WHERE sequence = 1"], 1, "changed"),
        (["UPDATE ledger_entry SET salt = '" + "0" * 32 + "' WHERE sequence = 2"], 2, "changed"),
        (["UPDATE ledger_entry SET digest = '" + "f" * 64 + "' WHERE sequence = 4"], 4, "changed"),
        (["DELETE FROM ledger_entry WHERE sequence = 1"], 1, "missing"),
        (["DELETE FROM ledger_entry WHERE sequence = 3"], 3, "missing"),
        (["DELETE FROM ledger_entry WHERE sequence = 5"], 5, "missing"),
        (["DELETE FROM ledger_entry WHERE sequence > 2"], 3, "missing"),
        (["DELETE FROM ledger_entry"], 1, "missing"),
        (["DELETE FROM ledger_head"], 6, "missing"),
        (["UPDATE ledger_head SET sequence = 3"], 4, "inserted"),
        (["UPDATE ledger_head SET digest = '" + "f" * 64 + "'"], 5, "changed"),
        (
            [
                "DELETE FROM ledger_entry WHERE sequence = 3",
                "UPDATE ledger_entry SET sequence = 3 WHERE sequence = 4",
                "UPDATE ledger_entry SET sequence = 4 WHERE sequence = 5",
            ],
            3,
            "changed",
        ),
        (
            [
                "UPDATE ledger_entry SET sequence = 99 WHERE sequence = 2",
                "UPDATE ledger_entry SET sequence = 2 WHERE sequence = 3",
                "UPDATE ledger_entry SET sequence = 3 WHERE sequence = 99",
            ],
            2,
            "changed",
        ),
        (
            [
                "INSERT INTO ledger_entry SELECT 6, at, actor, actor_name, party, role, verb, subject, "
                "payload, salt, digest, '" + "f" * 64 + "' FROM ledger_entry WHERE sequence = 5"
            ],
            6,
            "changed",
        ),
    ],
)
def test_tampering_is_found_at_the_first_bad_entry(five, statements, first, kind):
    tamper(*statements)

    found = verify()

    assert not found.is_sound
    assert (found.fault.first, found.fault.kind) == (first, kind)


def test_an_entry_slipped_in_between_is_found(five):
    with unprotected(connection):
        for number in (5, 4, 3):
            Entry.objects.filter(sequence=number).update(sequence=number + 1)
        second = Entry.objects.get(sequence=2)
        Entry.objects.create(
            **{
                **{field.name: getattr(second, field.name) for field in Entry._meta.fields},
                "sequence": 3,
                "previous": "e" * 64,
                "digest": "f" * 64,
            }
        )

    assert verify().fault.first == 3


def test_bytes_that_are_no_text_are_found_and_no_crash(five):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps no such bytes")
    tamper("UPDATE ledger_entry SET payload = CAST(x'7bff7d' AS TEXT) WHERE sequence = 4")

    assert verify().fault.first == 4
    assert Entry.objects.filter(sequence=1).values_list("payload", flat=True).get() == (
        '{"name":"\\u00e9","number":1}'
    )


@pytest.mark.parametrize("value", ["x'00'", "7"])
def test_values_that_are_no_text_are_found_and_no_crash(five, value):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps columns to their type")
    tamper(f"UPDATE ledger_entry SET payload = {value} WHERE sequence = 4")

    assert verify().fault.first == 4


def test_a_perfect_forgery_is_hidden_from_the_record_alone(five):
    rewrite_everything_from(3, verb="test.forged")

    assert verify().is_sound


@pytest.mark.parametrize("forged", [1, 3, 5])
def test_a_perfect_forgery_is_found_by_a_checkpoint_that_a_party_holds(five, forged):
    held = actions.checkpoint(by=ANN, at=AT)
    with unprotected(connection):
        Checkpoint.objects.all().delete()
    rewrite_everything_from(forged, verb="test.forged")

    found = verify(held=[held], keys=[public_key()])

    assert (found.fault.kind, found.fault.first, found.fault.last) == ("rewritten", 1, 5)
    assert "The checkpoint that you hold, taken on 16 March 2026 at 9:30am," in found.fault.words


def test_a_change_after_a_checkpoint_is_none_before_it(five):
    held = actions.checkpoint(by=ANN, at=AT)
    act(by=ANN, at=AT)
    rewrite_everything_from(7, verb="test.forged")

    assert verify(held=[held], keys=[public_key()]).is_sound


def test_a_perfect_forgery_is_found_by_a_stored_checkpoint(five):
    actions.checkpoint(by=ANN, at=AT)
    act(by=ANN, at=AT)
    actions.checkpoint(by=ANN, at=AT)
    rewrite_everything_from(7, actor="person:2")

    found = verify(keys=[public_key()])

    assert (found.fault.kind, found.fault.first, found.fault.last) == ("rewritten", 6, 7)
    assert f"Checkpoint {Checkpoint.objects.latest('id').pk}, taken on" in found.fault.words


def test_a_truncation_with_its_head_is_found_by_a_checkpoint(five):
    held = actions.checkpoint(by=ANN, at=AT)
    third = Entry.objects.get(sequence=3)
    tamper(
        "DELETE FROM ledger_checkpoint",
        "DELETE FROM ledger_entry WHERE sequence > 3",
        f"UPDATE ledger_head SET sequence = 3, digest = '{third.digest}'",
    )

    assert verify().is_sound
    assert verify(held=[held], keys=[public_key()]).fault.first == 4


def test_a_checkpoint_whose_words_were_changed_is_doubted(five):
    held = actions.checkpoint(by=ANN, at=AT)

    for altered in (
        replace(held, sequence=4),
        replace(held, digest="f" * 64),
        replace(held, at="2026-03-17T09:30:00.000000Z"),
        replace(held, by="person:2"),
        replace(held, issuer="Someone else"),
        replace(held, signature="A" * 86 + "=="),
        replace(held, signature="no base64"),
    ):
        found = verify(held=[altered], keys=[public_key()])
        assert not found.is_sound
        assert "altered after it was signed" in found.doubts[0]


def test_a_checkpoint_signed_with_an_unknown_key_proves_nothing(five):
    held = actions.checkpoint(by=ANN, at=AT)

    found = verify(held=[held], keys=[OTHER_KEY])

    assert not found.is_sound
    assert "key that is unknown here" in found.doubts[0]
    assert found.fault is None


def test_without_any_key_stored_checkpoints_are_compared_and_the_lack_is_told(five):
    actions.checkpoint(by=ANN, at=AT)

    found = verify()

    assert found.is_sound
    assert found.checkpoints == 1
    assert "not checked" in found.notes[0]


def test_a_stored_checkpoint_that_was_altered_is_doubted(five):
    actions.checkpoint(by=ANN, at=AT)
    tamper("UPDATE ledger_checkpoint SET sequence = 4")

    found = verify(keys=[public_key()])

    assert "altered after it was signed" in found.doubts[0]


def test_a_stored_checkpoint_that_vanished_is_missed(five):
    actions.checkpoint(by=ANN, at=AT)
    number = Checkpoint.objects.get().pk
    tamper("DELETE FROM ledger_checkpoint")

    found = verify(keys=[public_key()])

    assert found.doubts == (
        f"Entry 6 says that 'checkpoint:{number}' was taken, and it is no longer stored.",
    )


def test_progress_is_told(five):
    told = []

    verify(progress=lambda read, expected: told.append((read, expected)))

    assert told == [(5, 5)]


@pytest.mark.django_db(transaction=True)
def test_verifying_changes_nothing_and_leaves_the_connection_usable():
    act(by=ANN, at=AT)

    assert verify().is_sound
    assert not connection.in_atomic_block
    act(by=ANN, at=AT)
    assert verify().entries == 2
