"""What the Inspectorate puts in common of an inspection that it published (B1, ¶15, ¶30)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from oversight.inspections.queries.in_common import published_offers
from oversight.inspections.rules.visibility import OWNER
from oversight.intelligence.actions.items import Content
from oversight.intelligence.actions.offering import share_offer
from oversight.intelligence.queries.offering import offer_of
from oversight.intelligence.queries.sight import SHARE
from oversight.kernel.acting import Actor, PartyLike
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party


def _owner(**_: object) -> PartyLike:
    return party(OWNER)


@action(verb="inspection.finding-put-in-common", permission=SHARE, paragraph="30", on=_owner)
def put_in_common(
    *, by: Actor, at: datetime, reference: str, theme: str, content: Content, readers: Collection[str]
) -> Recorded[int]:
    """Put what a published inspection found on a theme in common, in the Inspectorate's words.

    Args:
        by: Someone of the Inspectorate who shares findings.
        at: Moment of doing so.
        reference: Reference of the inspection.
        theme: Name of the theme.
        content: What is said of it.
        readers: Codes of the bodies that may read it.

    Returns:
        Row of the item in common.

    Raises:
        Refused: There is no such inspection, it is not published, it rated nothing of the theme, it was
            shared already, or something is missing or not possible; ``field`` says where.
    """
    offer = offer_of(published_offers(by, reference), theme)
    item = share_offer(by=by, at=at, offer=offer, content=content, readers=readers)
    return Recorded(f"inspection:{reference}", {"theme": theme, "item": item}, item)
