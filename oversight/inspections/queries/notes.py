"""Evidence noted on each standard, for the Inspectorate and its partners (D3, ¶16, ¶22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from oversight.inspections.models import EvidenceNote
from oversight.inspections.queries.fieldwork import seen
from oversight.inspections.rules.programmes import Standard
from oversight.inspections.rules.visibility import Part
from oversight.kernel.acting import Actor


@dataclass(frozen=True)
class Note:
    """What someone found: where, in their words, and whether others can learn from it."""

    source: str
    text: str
    effective_practice: bool
    name: str
    at: datetime


@dataclass(frozen=True)
class NotesOn:
    """A standard with its notes, latest first."""

    standard: Standard
    notes: tuple[Note, ...]


def notes(*, actor: Actor, reference: str) -> tuple[NotesOn, ...]:
    """Give the notes on every standard.

    Raises:
        Refused: There is no such inspection whose evidence the actor sees.
    """
    row, programme = seen(actor, reference, Part.NOTES)
    rows = list(EvidenceNote.objects.filter(inspection=row).order_by("-id"))
    return tuple(
        NotesOn(
            standard,
            tuple(
                Note(one.source, one.text, one.effective_practice, one.noted_name, one.noted_at)
                for one in rows
                if one.standard == standard.id
            ),
        )
        for standard in programme.standards
    )
