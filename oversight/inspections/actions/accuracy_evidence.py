"""Evidence of a point, handed out to those who see the point, with who read it on the record (D6)."""

from __future__ import annotations

from datetime import datetime

from oversight.inspections.queries.accuracy import no_point
from oversight.inspections.queries.accuracy_sight import check_of, seen_points
from oversight.inspections.queries.files import FileContent, lines_of, with_content
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


@action(verb="accuracy.evidence-read", permission="accuracy.see", paragraph="22")
def read_evidence(*, by: Actor, at: datetime, reference: str, number: int) -> Recorded[FileContent]:
    """Give the evidence of a point, and record who read it.

    Args:
        by: Who reads.
        at: Moment of reading.
        reference: Reference of the inspection.
        number: Number of the point.

    Raises:
        Refused: There is no such point that the actor sees, or it has no evidence.
    """
    del at
    seen, _ = check_of(by, reference)
    point = seen_points(seen).filter(number=number).order_by("id").first()
    if point is None:
        raise no_point(number)
    if point.evidence_id is None:
        raise Refused("not_found_file", f"Point {number} has no evidence file.", "Open the point.")
    line = lines_of([point.evidence_id])[point.evidence_id]
    payload: dict[str, Value] = {"number": number, "file": line.id, "name": line.name, "digest": line.digest}
    return Recorded(f"inspection:{reference}", payload, with_content(line))
