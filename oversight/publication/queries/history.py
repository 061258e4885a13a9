"""What a history file would change, and the file someone has put forward (capability H5)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.publication.models import HistoryDraft, Origin, PublishedInspection
from oversight.publication.queries.areas import directory
from oversight.publication.queries.published import from_cases
from oversight.publication.rules.comparing import Held, Plan, compare, kept_from_cases
from oversight.publication.rules.history import Identity
from oversight.publication.rules.programmes import programmes
from oversight.publication.rules.reading import read_history

SHIPPED: Final = "data/inspections.csv"


@dataclass(frozen=True)
class Draft:
    """A history file put forward and not yet imported.

    Attributes:
        file_name: What its owner's machine called it.
        content: Its bytes.
        digest: SHA-256 of them.
        lapses_at: When it is forgotten.
    """

    file_name: str
    content: bytes
    digest: str
    lapses_at: datetime


def plan_of(content: bytes, *, today: date) -> Plan:
    """Work out what importing a history file would change now. Nothing is written.

    Args:
        content: Bytes of the file.
        today: London date; nothing published later is accepted.

    Raises:
        Refused: The file as a whole cannot be read.
    """
    file = read_history(content, directory=directory(), programmes=programmes(), today=today)
    known = held()
    return compare(kept_from_cases(file, known, from_cases()), known)


def held() -> Mapping[Identity, Held]:
    """Return the current round of every inspection that was imported or loaded, by identity: one query."""
    rows = PublishedInspection.objects.filter(superseded_at=None).exclude(origin=Origin.CASE).order_by("pk")
    fields = rows.values_list("programme", "unit_code", "url", "reference", "round", "content_digest")
    return {
        Identity(programme, unit, url): Held(reference, number, digest)
        for programme, unit, url, reference, number, digest in fields.iterator()
    }


@cache
def shipped_content() -> bytes:
    """Return the history file that comes with this service."""
    return resources.files("oversight.publication").joinpath(SHIPPED).read_bytes()


def shipped_plan() -> Plan:
    """Work out what loading the shipped history would change now.

    What the Inspectorate has imported since stands (paragraph 16): a shipped row counts only when the
    register has never said it in any round and holds nothing newer from the Inspectorate itself.
    """
    file = read_history(
        # The package may be newer than a machine's clock.
        shipped_content(),
        directory=directory(),
        programmes=programmes(),
        today=date.max,
    )
    # What was published from its case is the Inspectorate's own word.
    file = replace(file, rows=kept_from_cases(file, held(), from_cases()).rows)
    said = {row.digest for row in file.rows}
    known = set(
        PublishedInspection.objects.filter(content_digest__in=said)
        .order_by("pk")
        .values_list("content_digest", flat=True)
    )
    plan = compare(file, held())
    own = set(
        PublishedInspection.objects.filter(
            superseded_at=None,
            origin=Origin.IMPORT,
            reference__in=[each.reference for each in plan.corrected],
        )
        .order_by("pk")
        .values_list("reference", flat=True)
    )
    new = tuple(each for each in plan.new if each.row.digest not in known)
    corrected = tuple(
        each for each in plan.corrected if each.row.digest not in known and each.reference not in own
    )
    left = len(plan.changes) - len(new) - len(corrected)
    return Plan(file, new, corrected, plan.unchanged + left)


def draft_of(by: Actor, *, at: datetime) -> Draft | None:
    """Return the file that this person has put forward, or None when there is none or it has lapsed."""
    row = HistoryDraft.objects.filter(owner=by.reference, lapses_at__gt=at).order_by("pk").first()
    if row is None:
        return None
    return Draft(row.file_name, zlib.decompress(row.content), row.content_digest, row.lapses_at)


def draft_named(by: Actor, digest: str, *, at: datetime) -> Draft:
    """Return the file of this digest that this person has put forward.

    Raises:
        Refused: They have put forward another file since, or none, or it has lapsed.
    """
    draft = draft_of(by, at=at)
    if draft is None or draft.digest != digest:
        raise Refused(
            "history_draft",
            "The file you were checking is no longer kept: it was replaced, discarded or kept too long.",
            "Choose the file again. Nothing was imported.",
        )
    return draft
