"""Points taken from a file: all of them, or none (D6, ¶22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from oversight.inspections.actions.accuracy import add_point
from oversight.inspections.queries.accuracy_files import known_points
from oversight.inspections.rules.accuracy_files import MOST_POINTS, ReadPoint
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


@action(verb="accuracy.points-imported", permission="accuracy.contribute", paragraph="22")
def import_points(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    points: Sequence[ReadPoint],
    file_name: str,
    digest: str,
    party: str = "",
) -> Recorded[tuple[int, ...]]:
    """Write every point of a file, in its order; each is a point like any other from then on.

    Args:
        by: Someone who answers for a party that was asked, or OSAG for itself.
        at: Moment of doing so.
        reference: Reference of the inspection.
        points: The points, as they were read and shown.
        file_name: Name of the file.
        digest: SHA-256 of the file.
        party: Code of the party that was asked; empty for the actor's own, or the only one they answer for.

    Returns:
        Numbers of the points.

    Raises:
        Refused: There is none or there are too many, one was written meanwhile, or one is refused as
            ``add_point`` says, with its line.
    """
    if not 0 < len(points) <= MOST_POINTS:
        raise Refused(
            "accuracy_file",
            f"The file has {len(points):,} points.",
            f"Choose a file of 1 to {MOST_POINTS} points.",
            paragraph="22",
            field="file",
        )
    known = known_points(actor=by, reference=reference)
    numbers = []
    for one in points:
        if one.key in known:
            raise Refused(
                "stale_accuracy_file",
                f"Point {known[one.key]} says the same as line {one.line} already. Nothing was taken.",
                "Empty that row and choose the file again.",
                paragraph="22",
                field="file",
            )
        try:
            number = add_point(
                by=by, at=at, reference=reference, remark=one.remark, party=party, draft=one.draft
            )
        except Refused as refused:
            if refused.field and refused.field != "party":
                refused.why = f"Line {one.line}: {refused.why} Nothing was taken."
                refused.field = "file"
            raise
        numbers.append(number)
    listed: list[Value] = list(numbers)
    payload: dict[str, Value] = {"file": file_name, "digest": digest, "numbers": listed}
    return Recorded(f"inspection:{reference}", payload, tuple(numbers))
