"""Evidence noted on a standard, and effective practice (D3, ¶16)."""

from __future__ import annotations

from datetime import datetime

from oversight.inspections.actions.fieldwork import _inspection
from oversight.inspections.actions.judging import JUDGING
from oversight.inspections.actions.moving import _line, _text
from oversight.inspections.models import EvidenceNote
from oversight.inspections.models.fieldwork import NAME_LENGTH
from oversight.inspections.queries.programmes import programme_for
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


@action(verb="inspection.evidence-noted", permission="inspections.lead", paragraph="16")
def note_evidence(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    standard: str,
    source: str,
    text: str,
    effective_practice: bool = False,
) -> Recorded[int]:
    """Note what was found on a standard.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        standard: Identifier of the standard.
        source: Where it was found: a meeting, a document, an observation.
        text: What was found.
        effective_practice: Whether others can learn from it.

    Returns:
        Number of the note.

    Raises:
        Refused: There is no such standard, something is missing, or it is not the time or not the team of the
            actor.
    """
    row = _inspection(by, reference, JUDGING)
    programme = programme_for(row)
    if programme.standard(standard) is None:
        raise Refused(
            "note_standard",
            f"{programme.title} has no such standard.",
            "Choose one from the list.",
            paragraph="9",
            field="standard",
        )
    told, found = _text(text, "text"), _line(source, "source", NAME_LENGTH)
    if not told or not found:
        what = "text" if found else "source"
        raise Refused("note", f"A note needs its {what}.", "Enter it.", field=what)
    kept = EvidenceNote.objects.create(
        inspection=row,
        standard=standard,
        effective_practice=effective_practice,
        source=found,
        text=told,
        noted_at=at,
        noted_by=by.reference,
        noted_name=by.name,
    )
    payload: dict[str, Value] = {
        "standard": standard,
        "source": found,
        "text": told,
        "effective_practice": effective_practice,
    }
    return Recorded(f"inspection:{row.reference}", payload, kept.pk)
