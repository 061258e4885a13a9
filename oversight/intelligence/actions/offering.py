"""What areas above push here of their own work: what is shared of it, and that it was corrected (¶30)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from oversight.intelligence.actions.items import Content, share_finding
from oversight.intelligence.models import Item
from oversight.intelligence.queries.offering import Offer
from oversight.kernel.acting import Actor


def share_offer(*, by: Actor, at: datetime, offer: Offer, content: Content, readers: Collection[str]) -> int:
    """Put an offer in common as its owner worded it, within the act of the area whose work it is.

    Args:
        by: Someone who shares for its owner.
        at: Moment of sharing.
        offer: The offer.
        content: What it says.
        readers: Codes of the bodies that may read it.

    Returns:
        Row of the item.

    Raises:
        Refused: It was shared already, or something is missing or not possible; ``field`` says where.
    """
    return share_finding(
        by=by,
        at=at,
        owner=offer.owner,
        about=offer.about,
        theme=offer.theme.id,
        content=content,
        readers=readers,
        origin=offer.origin,
        came_from=offer.came_from,
        place=offer.place,
    )


def source_changed(*, at: datetime, owner: str, origins: Collection[str], why: str) -> list[int]:
    """Mark what came from work that is corrected now, within the act that corrects it.

    Its owner and its readers see that it may not hold any more, until its owner corrects or withdraws it.

    Args:
        at: Moment of correcting.
        owner: Code of the body whose work it is.
        origins: References of the parts that changed.
        why: Why, as the owner said it.

    Returns:
        Rows of the items; none when nothing of it is in common.
    """
    rows = Item.objects.filter(owner__code=owner, origin__in=list(origins), withdrawn_at=None)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    Item.objects.filter(pk__in=found).update(source_changed_at=at, source_changed_why=why)
    return found
