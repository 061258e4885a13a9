"""What an area above suggests to put in common of its work, and what of that is shared (B1, ¶30)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from oversight.exchange.rules.items import Marking
from oversight.intelligence.models import Round
from oversight.intelligence.queries.sight import in_sight
from oversight.intelligence.rules.items import is_outdated
from oversight.intelligence.rules.words import Confidence, Result, Theme
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef


@dataclass(frozen=True)
class Offer:
    """A finding drafted from work that is done, for its owner to share or leave. Nothing of it is kept.

    Args:
        theme: On what it is; one offer of each piece of work.
        owner: Whose it is.
        about: Whom it is about.
        text: What was found, drafted from the work.
        result: What that amounts to; None where the owner has to say.
        confidence: How sure the owner may be, to begin with.
        found_on: When it was found.
        marking: How it would be marked.
        origin: Reference of the part of the work, so that it is shared once.
        came_from: The work with its date, in words that every reader may see.
        place: Path of its page.
    """

    theme: Theme
    owner: PartyRef
    about: PartyRef
    text: str
    result: Result | None
    confidence: Confidence
    found_on: date
    marking: Marking
    origin: str
    came_from: str
    place: str


@dataclass(frozen=True)
class Offered:
    """An offer, and the item by which it is in common.

    Args:
        offer: The offer.
        item: Row of the item; None while it is not shared.
        shared_at: When it was shared.
        changed: Whether the work was corrected and the item was not, since.
    """

    offer: Offer
    item: int | None
    shared_at: datetime | None
    changed: bool


def offered(actor: Actor, offers: Collection[Offer]) -> tuple[Offered, ...]:
    """Give offers with the items by which they are in common: one query.

    Args:
        actor: Someone of the side whose work it is.
        offers: The offers of one piece of work.
    """
    rows = Round.objects.filter(
        item__in=in_sight(actor).filter(withdrawn_at=None),
        item__owner__code__in={one.owner.code for one in offers},
        item__origin__in=[one.origin for one in offers],
        replaced_at=None,
    )
    held = {row.item.origin: row for row in rows.select_related("item").defer("text").order_by("pk")}
    return tuple(_offered(one, held.get(one.origin)) for one in offers)


def _offered(offer: Offer, row: Round | None) -> Offered:
    if row is None:
        return Offered(offer, None, None, changed=False)
    return Offered(
        offer, row.item_id, row.item.filed_at, is_outdated(row.item.source_changed_at, row.said_at)
    )


def offer_of(offers: Iterable[Offer], theme: str) -> Offer:
    """Give the offer on a theme.

    Raises:
        Refused: There is none.
    """
    found = next((one for one in offers if one.theme.id == theme), None)
    if found is None:
        raise Refused(
            "not_found_offer",
            "There is nothing of that to put in common.",
            "Open the page of the work: it lists what there is.",
        )
    return found
