"""What line management puts in common of an assessment that it completed (B1, ¶13, ¶30)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from oversight.delivery.queries.assessing import assessment
from oversight.delivery.queries.in_common import offers_of
from oversight.delivery.queries.sight import found_assessment
from oversight.exchange.actions.writing import london_day
from oversight.intelligence.actions.items import Content
from oversight.intelligence.actions.offering import share_offer
from oversight.intelligence.queries.offering import offer_of
from oversight.intelligence.queries.sight import SHARE
from oversight.kernel.acting import Actor, PartyLike
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party


def _assessor(*, by: Actor, reference: str, **_: object) -> PartyLike:
    return party(found_assessment(by, reference).assessor_id)


@action(verb="delivery.finding-put-in-common", permission=SHARE, paragraph="30", on=_assessor)
def put_in_common(
    *, by: Actor, at: datetime, reference: str, theme: str, content: Content, readers: Collection[str]
) -> Recorded[int]:
    """Put what an assessment says of a theme in common, in line management's words.

    Args:
        by: Someone of whoever assessed.
        at: Moment of doing so.
        reference: Reference of the assessment.
        theme: Name of the theme.
        content: What is said of it.
        readers: Codes of the bodies that may read it.

    Returns:
        Row of the item in common.

    Raises:
        Refused: There is no such assessment of theirs, it is not completed, it has no figure on the theme,
            it was shared already, or something is missing or not possible; ``field`` says where.
    """
    found = assessment(actor=by, reference=reference, today=london_day(at))
    offer = offer_of(offers_of(by, found), theme)
    item = share_offer(by=by, at=at, offer=offer, content=content, readers=readers)
    return Recorded(f"assessment:{reference}", {"theme": theme, "item": item}, item)
