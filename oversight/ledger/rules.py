"""The arithmetic of the chain: what an entry's digest is, and how a broken chain shows. Paragraph 10(iii)."""

from __future__ import annotations

from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from typing import Final, NamedTuple

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
    previous: str,
) -> str:
    """Give the SHA-256 of an entry's fields: all that is stored of it but the digest itself.

    The bytes are those of ``kernel.digests.canonical`` of a mapping of field names to their stored values,
    written out here because a million entries are checked at a time. A test holds the two together.
    """
    return sha256(
        (
            f'{{"actor":{quoted(actor)},"actor_name":{quoted(actor_name)},"at":{quoted(at)},'
            f'"party":{quoted(party)},"payload":{quoted(payload)},"previous":{quoted(previous)},'
            f'"role":{quoted(role)},"sequence":{sequence},"subject":{quoted(subject)},"verb":{quoted(verb)}}}'
        ).encode("ascii")
    ).hexdigest()
