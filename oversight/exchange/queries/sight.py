"""Who may know of what is held, who answers for it, and who may read it (G1, H4)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from oversight.exchange.models import Holding, NamedParty, Use
from oversight.exchange.rules.asking import UseState
from oversight.exchange.rules.holdings import Terms
from oversight.kernel.acting import Actor

SEE = "exchange.see"
HOLD = "exchange.hold"
ASK = "exchange.ask"


def own_side(actor: Actor, field: str = "owner_lineage") -> Q:
    """Give the condition that someone acts for an owner, or for a party that it belongs to."""
    return Q(**{f"{field}__contains": f"/{actor.party}/"}) if actor.party else Q(pk__in=[])


def is_own(actor: Actor, lineage: str) -> bool:
    """Tell whether someone acts for a party of this lineage, or for one that it belongs to."""
    return bool(actor.party) and f"/{actor.party}/" in lineage


def known_holdings(actor: Actor) -> QuerySet[Holding]:
    """Give the items that someone may know to be held; the pure rule is ``rules.holdings.knows``."""
    if not actor.may(SEE):
        return Holding.objects.none()
    uses = Use.objects.filter(holding=OuterRef("pk"), party__code=actor.party, state=UseState.GIVEN)
    named = NamedParty.objects.filter(holding=OuterRef("pk"), party__code=actor.party, ended_at=None)
    sight = own_side(actor) | Q(Exists(uses)) | Q(Exists(named))
    if actor.may(ASK):
        # First, so that who is named is looked up only where that decides.
        sight = ~Q(terms=Terms.NAMED) | sight
    return Holding.objects.filter(sight)


def named_in(holding: Holding) -> tuple[str, ...]:
    """Give the codes of the parties that the terms of an item name now."""
    rows = holding.every_named.filter(ended_at=None).order_by("party__code")
    return tuple(rows.values_list("party__code", flat=True))


def reads_copies(actor: Actor, holding: Holding) -> bool:
    """Tell whether someone may read the copies of an item: its owner's side, and who was given its reuse."""
    return is_own(actor, holding.owner_lineage) or (
        holding.uses.filter(party__code=actor.party, state=UseState.GIVEN).exists()
    )
