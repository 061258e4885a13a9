"""Proving that nothing in the record was changed behind the system's back (capability H3, paragraph 10(iii)).

Reads every entry once, in order and in one snapshot of the database, with memory that does not grow.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from django.db import OperationalError, connection, transaction

from oversight.kernel.digests import read_moment
from oversight.kernel.words import moment_in_words
from oversight.ledger.checkpoints import SignedCheckpoint
from oversight.ledger.models import Checkpoint, Head
from oversight.ledger.rules import ChainRead, Claim, EntryFacts, Fault, read_chain

_BATCH: Final = 500
_FIELDS: Final = ", ".join(EntryFacts._fields)
_ENTRIES: Final = f"SELECT {_FIELDS} FROM ledger_entry ORDER BY sequence"  # noqa: S608 - our own names


@dataclass(frozen=True)
class Verification:
    """What verifying found.

    Args:
        entries: How many entries were read.
        digest: Digest of the last good one.
        checkpoints: How many checkpoints the chain was held against.
        fault: The first thing that is wrong with the entries, or None.
        doubts: What is wrong with checkpoints, each as a sentence.
        notes: What could not be checked and is not wrong for that, each as a sentence.
    """

    entries: int
    digest: str
    checkpoints: int
    fault: Fault | None
    doubts: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.fault is None and not self.doubts


def verify(
    *,
    held: Sequence[SignedCheckpoint] = (),
    keys: Sequence[str] = (),
    held_keys: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Read the whole record and find what was edited, removed, inserted, reordered or cut off.

    Args:
        held: Checkpoints that parties took away. A signature by a key that is not trusted is a doubt.
        keys: Public keys that are trusted, in base64. Without any, stored checkpoints are compared but their
            signatures are not checked, and a note says so.
        held_keys: Public keys that are trusted for ``held``; the same as ``keys`` when None. A party that
            brings its own key need not trust the one of the machine.
        progress: Called now and then with the number of entries read and the number expected.
    """
    with _snapshot():
        head = _head()
        stored = _stored()
        doubts, notes, claims = _weigh(held, keys if held_keys is None else held_keys, stored, keys)
        expected = head.sequence if head is not None else 0
        try:
            read = read_chain(_rows(expected, progress), head=head, claims=claims)
        except OperationalError:
            # SQLite raises this for bytes that are no text, and does not say in which entry.
            with _any_bytes_as_text():
                read = read_chain(_rows(expected, progress), head=head, claims=claims)
        doubts += _vanished(stored)
    return _result(read, len(claims), doubts, notes)


def _result(read: ChainRead, checkpoints: int, doubts: list[str], notes: list[str]) -> Verification:
    return Verification(read.entries, read.digest, checkpoints, read.fault, tuple(doubts), tuple(notes))


def _head() -> Claim | None:
    row = Head.objects.filter(pk=1).order_by("pk").values_list("sequence", "digest").first()
    return Claim(*row, "The head of the record") if row is not None else None


def _stored() -> list[tuple[int, SignedCheckpoint]]:
    return [
        (row[0], SignedCheckpoint(*row[1:]))
        for row in Checkpoint.objects.order_by("id").values_list(
            "id", "sequence", "digest", "at", "by", "issuer", "public_key", "signature"
        )
    ]


def _weigh(
    held: Sequence[SignedCheckpoint],
    held_keys: Sequence[str],
    stored: Sequence[tuple[int, SignedCheckpoint]],
    keys: Sequence[str],
) -> tuple[list[str], list[str], list[Claim]]:
    """Sort checkpoints into those whose word counts and those that are doubtful."""
    doubts: list[str] = []
    notes: list[str] = []
    claims: list[Claim] = []
    for one in held:
        name = f"The checkpoint that you hold, taken on {_day(one)},"
        fault = _fault_of_signature(one, held_keys)
        if fault:
            doubts.append(f"{name} {fault}")
        else:
            claims.append(Claim(one.sequence, one.digest, name))
    for number, one in stored:
        name = f"Checkpoint {number}, taken on {_day(one)},"
        fault = _fault_of_signature(one, keys) if keys else ""
        if fault:
            doubts.append(f"{name} {fault}")
        else:
            claims.append(Claim(one.sequence, one.digest, name))
    if stored and not keys:
        notes.append(
            "Signatures of stored checkpoints were not checked, because no public key is known here. Give it "
            "with --key."
        )
    return doubts, notes, claims


def _fault_of_signature(checkpoint: SignedCheckpoint, keys: Sequence[str]) -> str:
    if any(checkpoint.is_signed_by(key) for key in keys):
        return ""
    if checkpoint.public_key in keys:
        return "was altered after it was signed: its signature does not fit what it says."
    return (
        f"is signed with a key that is unknown here ({checkpoint.public_key[:44]!a}), so it proves nothing. "
        "If you trust that key, give it with --key."
    )


def _day(checkpoint: SignedCheckpoint) -> str:
    try:
        return moment_in_words(read_moment(checkpoint.at))
    except ValueError:
        return f"{checkpoint.at[:40]!a}"


def _vanished(stored: Sequence[tuple[int, SignedCheckpoint]]) -> list[str]:
    """Find checkpoints that the record says were taken and that are no longer stored."""
    kept = {f"checkpoint:{number}" for number, _ in stored}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence, subject FROM ledger_entry WHERE verb = %s ORDER BY sequence",
            ["checkpoint.taken"],
        )
        return [
            f"Entry {sequence} says that {subject!a:.60} was taken, and it is no longer stored."
            for sequence, subject in cursor.fetchall()
            if subject not in kept
        ]


@contextmanager
def _snapshot() -> Iterator[None]:
    """Hold the database still for this connection, without keeping writers waiting."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Not transaction.atomic: that takes SQLite's write lock at once.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def _any_bytes_as_text() -> Iterator[None]:
    raw = connection.connection
    assert isinstance(raw, sqlite3.Connection)
    usual = raw.text_factory
    raw.text_factory = lambda content: content.decode(errors="surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = usual


def _rows(expected: int, progress: Callable[[int, int], None] | None) -> Iterator[Sequence[Any]]:
    return chain.from_iterable(_batches(expected, progress))


def _batches(expected: int, progress: Callable[[int, int], None] | None) -> Iterator[Sequence[Sequence[Any]]]:
    read = 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES)
        while batch := cursor.fetchmany(_BATCH):
            yield batch
            read += len(batch)
            if progress is not None:
                progress(read, expected)
