"""Who sees what is put in common: its owner's side, and the readers whom its owner named (H4, ¶2, ¶30).

Every query of this area begins here. A body sees what it shared itself, and what was shared with it; a region
that answers for its units sees what its units shared and what was shared with them. Nothing else is told: no
row, no count, no name.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from oversight.intelligence.models import Item, Reader, Round
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused

SEE = "intelligence.see"
SHARE = "intelligence.share"
NOTE = "intelligence.note"


def reads_for(actor: Actor) -> frozenset[str]:
    """Give the codes of the bodies for which someone reads what is put in common."""
    over = actor.parties_over(SEE)
    assert over is not None, "nobody reads for every body: roles.yaml gives intelligence.see too far"
    return over


def is_own(actor: Actor, owner: str) -> bool:
    """Tell whether someone answers for the owner of an item."""
    return owner in reads_for(actor)


def _stands(on: datetime | None, of: str = "") -> Q:
    """Give the condition that something was released and not withdrawn, now or at a moment."""
    if on is None:
        return Q(**{f"{of}released_at__isnull": False, f"{of}withdrawn_at": None})
    late = Q(**{f"{of}withdrawn_at": None}) | Q(**{f"{of}withdrawn_at__gt": on})
    return late & Q(**{f"{of}released_at__lte": on})


def in_sight(actor: Actor, *, on: datetime | None = None) -> QuerySet[Item]:
    """Give the items that someone may know of: their own side's, and what is shared with it and stands.

    Args:
        actor: Who asks.
        on: Moment as of which it stands; None for now. Readers are always those of now, so that nobody sees
            by looking back what they may not see today.
    """
    codes = reads_for(actor)
    named = Reader.objects.filter(item=OuterRef("pk"), party__code__in=codes, ended_at=None)
    return Item.objects.filter(Q(owner__code__in=codes) | (_stands(on) & Q(Exists(named))))


def standing_rounds(actor: Actor, *, on: datetime | None = None) -> QuerySet[Round]:
    """Give the rounds, of any time, of the items that count in pictures: in sight, released, not withdrawn.

    The conditions stand on the item that is joined already: picking the items first and then their rounds
    joins every item twice, which costs more than all the rest of a picture.

    Args:
        actor: Who asks.
        on: Moment as of which it stands, as for ``in_sight``.
    """
    codes = reads_for(actor)
    named = Reader.objects.filter(item=OuterRef("item"), party__code__in=codes, ended_at=None)
    sight = Q(item__owner__code__in=codes) | Q(Exists(named))
    return Round.objects.filter(sight, _stands(on, "item__"))


def not_found() -> Refused:
    """Make the refusal for an item not there or for other eyes: the two look alike."""
    return Refused(
        "not_found_item",
        "There is nothing at this address, or it is not shared with your organisation.",
        "Look in the list of what is put in common.",
    )


def seen(actor: Actor, item_id: int, *, lock: bool = False) -> Item:
    """Give an item in sight.

    Args:
        actor: Who asks.
        item_id: Its row.
        lock: Whether it is to be changed.

    Raises:
        Refused: There is none that they see.
    """
    rows = in_sight(actor).filter(pk=item_id).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.first()
    if row is None:
        raise not_found()
    return row
