"""The arithmetic of the chain: what an entry's digest is, and how a broken chain shows. Paragraph 10(iii)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Final, NamedTuple

BEGINNING: Final = "0" * 64
"""What the first entry gives as the digest before it."""


class EntryFacts(NamedTuple):
    """An entry as it is stored. The fields come in the order in which readers fetch them.

    Args:
        sequence: 1 for the first entry, then without a gap.
        at: Moment of the act, as ``kernel.digests.moment_text`` writes it.
        actor: Reference of who acted, for example ``person:12``.
        actor_name: Name of who acted, as it was then.
        party: Code of the party acted for.
        role: Identifier of the role acted in.
        verb: What was done.
        subject: Reference of what it was done to, for example ``event:12``.
        payload: Canonical text of the facts of the act.
        salt: 32 random hexadecimal digits, so that nobody can guess the contents from the digest.
        previous: Digest of the entry before, or ``BEGINNING``.
        digest: SHA-256 of all the fields above.
    """

    sequence: int
    at: str
    actor: str
    actor_name: str
    party: str
    role: str
    verb: str
    subject: str
    payload: str
    salt: str
    previous: str
    digest: str


def entry_digest(  # noqa: PLR0917 - called with the fields of a stored row
    sequence: int,
    at: str,
    actor: str,
    actor_name: str,
    party: str,
    role: str,
    verb: str,
    subject: str,
    payload: str,
    salt: str,
    previous: str,
) -> str:
    """Give the SHA-256 of an entry's fields: all that is stored of it but the digest itself.

    The bytes are those of ``kernel.digests.canonical`` of a mapping of field names to values, the payload
    being the value that its text stands for. They are written out here because a million entries are checked
    at a time; a test holds the two together.

    The payload's text is put in as it is stored. That cannot make two entries share their bytes: what stands
    before it ends where it ends, and ``,"previous":"`` cannot occur a second time in what stands after it,
    where every other quotation mark is escaped.

    Raises:
        TypeError, ValueError: A field is not text, or the payload is not ASCII: no entry was written so.
    """
    return sha256(
        (
            f'{{"actor":{quoted(actor)},"actor_name":{quoted(actor_name)},"at":{quoted(at)},'
            f'"party":{quoted(party)},"payload":{payload},"previous":{quoted(previous)},"role":{quoted(role)},'
            f'"salt":{quoted(salt)},"sequence":{sequence},"subject":{quoted(subject)},"verb":{quoted(verb)}}}'
        ).encode("ascii")
    ).hexdigest()


class Claim(NamedTuple):
    """What someone holds the record to: that entry ``sequence`` has ``digest``.

    Args:
        sequence: Number of the entry; for a claim about the end, also the number of entries.
        digest: Digest that the entry had.
        source: Who says so, as words that can open a sentence, for example ``The checkpoint of 3 May 2026``.
    """

    sequence: int
    digest: str
    source: str


class Fault(NamedTuple):
    """What is wrong with the record, and where it shows first.

    Args:
        kind: ``changed``, ``missing``, ``inserted``, ``unlinked`` or ``rewritten``.
        first: First entry that can be the bad one.
        last: Last entry that can be; the same as ``first`` unless the chain was rewritten to hide it.
        words: What is wrong, in one or two sentences.
    """

    kind: str
    first: int
    last: int
    words: str


class ChainRead(NamedTuple):
    """What reading a chain found.

    Args:
        entries: How many entries were read before the reading ended or a fault stopped it.
        digest: Digest of the last good entry.
        fault: The first fault, or None.
    """

    entries: int
    digest: str
    fault: Fault | None


def read_chain(
    rows: Iterable[Sequence[Any]], *, head: Claim | None, claims: Iterable[Claim] = ()
) -> ChainRead:
    """Read a whole chain and find the first thing that is wrong with it.

    Every entry must have the next number, the digest of its own fields and that of the entry before it. What
    a consistent rewriting hides from this shows against ``claims``, which were written down elsewhere.

    Args:
        rows: The stored entries by number, each with the fields of ``EntryFacts`` in their order.
        head: Where the record itself says it ends; None when that has vanished.
        claims: What signed checkpoints say.
    """
    due = sorted(claims, reverse=True)
    due_at = due[-1].sequence if due else 0
    sequence, before, previous = 0, "", BEGINNING
    kept = 0
    stream = iter(rows)
    for row in stream:
        if row[0] != sequence + 1:
            return ChainRead(sequence, previous, _misplaced(row[0], sequence + 1))
        try:
            computed = entry_digest(*row[:11])
        except (TypeError, ValueError):
            computed = ""
        if computed != row[11]:
            return ChainRead(sequence, previous, _changed(sequence + 1, row[10], before))
        if row[10] != previous:
            fault = _unlinked(sequence + 1, row, before, _vouched(row, next(stream, None), head))
            return ChainRead(sequence, previous, fault)
        sequence, before, previous = sequence + 1, previous, computed
        while sequence == due_at:
            claim = due.pop()
            due_at = due[-1].sequence if due else 0
            if claim.digest != computed:
                return ChainRead(sequence, previous, _rewritten(kept + 1, claim))
            kept = sequence
    return ChainRead(sequence, previous, _wrong_end(sequence, previous, head, due))


def _misplaced(found: object, expected: int) -> Fault:
    if not isinstance(found, int) or found < expected:
        words = f"Entry {expected - 1} is followed by one numbered {found!a:.40}."
        if expected == 1:
            words = f"The first entry is numbered {found!a:.40} and not 1."
        return Fault("inserted", expected, expected, words)
    which = f"Entry {expected} is" if found == expected + 1 else f"Entries {expected} to {found - 1} are"
    words = f"{which} missing: entry {found} was found there."
    return Fault("missing", expected, expected, words)


def _changed(sequence: int, previous: object, before: str) -> Fault:
    if before and previous == before:
        return _inserted(sequence - 1, f"the entry now numbered {sequence}")
    words = f"Entry {sequence} was changed after it was written: its fields do not give its digest."
    return Fault("changed", sequence, sequence, words)


def _inserted(sequence: int, witness: str) -> Fault:
    place = f"directly after entry {sequence - 1}" if sequence > 1 else "as the first"
    words = f"Entry {sequence} was inserted: {witness} was written {place}."
    return Fault("inserted", sequence, sequence, words)


def _vouched(row: Sequence[Any], following: Sequence[Any] | None, head: Claim | None) -> bool:
    """Tell whether what was written after ``row`` holds to it."""
    if following is not None:
        return bool(following[10] == row[11])
    return head is not None and head.digest == row[11]


def _unlinked(sequence: int, row: Sequence[Any], before: str, vouched: bool) -> Fault:
    if sequence == 1:
        words = "Entry 1 says that another entry came before it, so the beginning was removed or rewritten."
        return Fault("unlinked", 1, 1, words)
    if row[10] == before:
        return _inserted(sequence - 1, f"entry {sequence}")
    if vouched:
        words = (
            f"Entry {sequence - 1} was changed and its digest recomputed: entry {sequence}, written after, "
            "gives another."
        )
        return Fault("changed", sequence - 1, sequence - 1, words)
    words = (
        f"Entry {sequence} was changed and its digest recomputed: it does not follow entry {sequence - 1}."
    )
    return Fault("unlinked", sequence, sequence, words)


def _rewritten(first: int, claim: Claim) -> Fault:
    where = (
        f"Entry {first}"
        if first == claim.sequence
        else f"Something from entry {first} to entry {claim.sequence}"
    )
    words = (
        f"{where} was changed and the entries after it rewritten to match. {claim.source} gives another "
        f"digest for entry {claim.sequence}."
    )
    return Fault("rewritten", first, claim.sequence, words)


def _wrong_end(sequence: int, digest: str, head: Claim | None, unmet: Sequence[Claim]) -> Fault | None:
    ends = [*unmet, *([head] if head is not None and head.sequence > sequence else [])]
    if ends:
        longest = max(ends)
        which = (
            f"Entry {longest.sequence} is missing"
            if longest.sequence == sequence + 1
            else f"Entries {sequence + 1} to {longest.sequence} are missing"
        )
        words = f"{which} from the end. {longest.source} gives a digest for entry {longest.sequence}."
        return Fault("missing", sequence + 1, sequence + 1, words)
    if head is None:
        words = f"The head of the record is missing, so entries after entry {sequence} may be missing too."
        return Fault("missing", sequence + 1, sequence + 1, words)
    if head.sequence < sequence:
        first = head.sequence + 1
        words = (
            f"Entry {first} was inserted: the head of the record says that it ends at entry {head.sequence}."
        )
        return Fault("inserted", first, first, words)
    if head.digest != digest:
        words = (
            f"Entry {sequence} was changed and its digest recomputed: the head of the record gives another."
        )
        return Fault("changed", sequence, sequence, words)
    return None
