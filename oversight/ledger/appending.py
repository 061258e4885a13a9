"""Adding the next entry to the chain. Only ``acting`` calls this."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, canonical, moment_text
from oversight.ledger.models import Entry, Head
from oversight.ledger.rules import EntryFacts, entry_digest

_SUBJECT: Final = re.compile(r"[a-z][a-z0-9-]*:\S[^\x00-\x1f\x7f]{0,180}")


class RecordDamaged(Exception):  # noqa: N818 - names the state of the record
    """The record cannot be written to because its head is missing."""


def append(*, by: Actor, at: datetime, verb: str, subject: str, payload: Mapping[str, Value]) -> EntryFacts:
    """Append one entry; the caller's transaction decides whether it stays.

    The head is locked here, at the end of the act, so that other writers wait as short as can be. They wait
    until this transaction ends, and then follow this entry or, if it was rolled back, the one before.

    Raises:
        TypeError, ValueError: The subject is no reference, or the payload holds what a record cannot.
        RecordDamaged: The head of the record is missing.
    """
    if not _SUBJECT.fullmatch(subject):
        raise ValueError(f"{subject[:200]!a} is not a reference such as event:12.")
    if not isinstance(payload, Mapping):
        raise TypeError(f"The payload of {verb!r} is a {type(payload).__name__}; it must be a mapping.")
    written = canonical(payload)
    moment = moment_text(at)
    heads = Head.objects.select_for_update().filter(pk=1).order_by("pk")
    head = heads.values_list("sequence", "digest").first()
    if head is None:
        raise RecordDamaged("The head of the record is missing. Run: oversight ledger verify")
    last, previous = head
    fields = (
        last + 1,
        moment,
        by.reference,
        by.name,
        by.party,
        by.role,
        verb,
        subject,
        written,
        secrets.token_hex(16),
        previous,
    )
    entry = EntryFacts(*fields, entry_digest(*fields))
    Entry.objects.create(**entry._asdict())
    Head.objects.filter(pk=1).update(sequence=entry.sequence, digest=entry.digest)
    return entry
