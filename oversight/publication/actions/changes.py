"""Publishing what findings changed, as rounds beside each other; never erasing one (D11, ¶21)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import many_lines
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.publication.models import PublishedChange, PublishedChangeReport
from oversight.publication.rules.changes import PublicChange

PUBLISH_CHANGE: Final = "publication.publish_change"


@action(verb="policy-change.published", permission=PUBLISH_CHANGE, paragraph="21")
def publish_change(*, by: Actor, at: datetime, change: PublicChange) -> Recorded[int]:
    """Publish a policy change, or a further round of it; give its round.

    Args:
        by: Someone of the body that answers for the change.
        at: Moment of publishing.
        change: All that the public may read of it.

    Raises:
        Refused: The actor may not.
    """
    rows = PublishedChange.objects.select_for_update().filter(reference=change.reference)
    last = rows.order_by("-round").first()
    number = last.round + 1 if last else 1
    if last is not None and last.superseded_at is None:
        last.superseded_at, last.superseded_by = at, by.reference
        last.superseded_why = "A later version"
        last.save()
    row = PublishedChange.objects.create(
        reference=change.reference,
        round=number,
        content=change.text,
        content_digest=change.digest,
        ordered_on=change.on,
        published_at=at,
        published_by=by.reference,
    )
    PublishedChangeReport.objects.bulk_create(
        PublishedChangeReport(change=row, report=report)
        for report in dict.fromkeys(one.report for one in change.led)
    )
    payload: dict[str, Value] = {"round": number, "digest": change.digest}
    return Recorded(f"published-change:{change.reference}", payload, number)


@action(verb="policy-change.taken-off-the-web", permission=PUBLISH_CHANGE, paragraph="21")
def take_change_back(*, by: Actor, at: datetime, reference: str, why: str) -> Recorded[None]:
    """Take a published change off the public pages. What was published is kept, with the reason.

    Args:
        by: Someone of the body that answers for the change.
        at: Moment of doing so.
        reference: Its reference.
        why: Why.

    Raises:
        Refused: It is not published, or there is no reason.
    """
    row = (
        PublishedChange.objects.select_for_update()
        .filter(reference=reference, superseded_at=None)
        .order_by("-round")
        .first()
    )
    if row is None:
        raise Refused("not_found_change", "No change of this reference is public.", "Check the reference.")
    reason = many_lines(why, longest=2000)
    if not reason:
        raise Refused(
            "change_reason",
            "Taking a change off the web needs a reason.",
            "Enter it.",
            paragraph="21",
            field="reason",
        )
    row.superseded_at, row.superseded_by, row.superseded_why = at, by.reference, reason
    row.save()
    return Recorded(f"published-change:{reference}", {"round": row.round, "why": reason}, None)
