"""What other areas ask and supply on pages of their own, told here so that nobody else asks again (G1, D5).

An area above calls these within its own act. What the exchange has no place for is left out and never stops
that act: a kind that it does not know, or an item that another party owns here.
"""

from __future__ import annotations

from datetime import date, datetime

from oversight.exchange.actions.asking import ask
from oversight.exchange.actions.holdings import CopyFacts, keep_copy
from oversight.exchange.actions.writing import london_day
from oversight.exchange.models import Ask, Holding
from oversight.exchange.rules.asking import AskState
from oversight.exchange.rules.holdings import Terms, kept_until
from oversight.exchange.rules.items import item_kinds
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef


def supplied_elsewhere(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    title: str,
    about: PartyRef,
    owner: PartyRef,
    as_at: date,
    where: str,
    note: str,
    file_name: str,
    file: bytes,
    source: str,
) -> int | None:
    """Keep what was supplied on a page of another area as the current copy of its item.

    Args:
        by: Who supplied it, for its owner.
        at: Moment of supplying.
        kind: Kind of the item.
        title: What people call it.
        about: Party that it is about.
        owner: Its owner.
        as_at: Day on which it was so.
        where: Where it is found; may be empty when there is a file.
        note: Anything added.
        file_name: Name of its file; empty for none.
        file: Its content.
        source: Path of that page.

    Returns:
        Row of the holding; None when the exchange has no place for it.
    """
    what, today = item_kinds().get(kind), london_day(at)
    other = Holding.objects.filter(kind=kind, about__code=about.code, first=None).exclude(
        owner__code=owner.code
    )
    if what is None or what.of_a_period or other.exists():
        return None
    return keep_copy(
        by=by,
        at=at,
        kind=kind,
        about=about,
        owner=owner,
        span=None,
        title=title,
        terms=Terms.LEAVE,
        keep_terms=True,
        facts=CopyFacts(
            as_at=as_at,
            marking=what.marking,
            personal=what.personal,
            retain_until=max(kept_until(as_at, what.keep_months.figure), today),
            where=where,
            note=note,
            file_name=file_name,
            file=file,
            source=source,
        ),
    )


def asked_elsewhere(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    title: str,
    about: PartyRef,
    owner: PartyRef,
    purpose: str,
    needed_by: date,
    reason: str,
    place: str,
) -> int | None:
    """Tell of a request made on a page of another area, which its owner answers there.

    Args:
        by: Who asked, for their party.
        at: Moment of asking.
        kind: Kind of the item.
        title: What people call it.
        about: Party that it is about.
        owner: Its owner.
        purpose: What it is for.
        needed_by: Day by which it is needed.
        reason: Why it is asked for although it is held.
        place: Path of the page where its owner answers.

    Returns:
        Row of the request; None when the exchange has no place for it, or the party has asked for it already.

    Raises:
        Refused: The item is held here and no reason is given; rule ``ask_held``.
    """
    what = item_kinds().get(kind)
    waiting = Ask.objects.filter(
        kind=kind, about__code=about.code, owner__code=owner.code, party__code=by.party, state=AskState.OPEN
    )
    if what is None or what.of_a_period or waiting.exists():
        return None
    return ask(
        by=by,
        at=at,
        kind=kind,
        title=title,
        about=about,
        owner=owner,
        span=None,
        purpose=purpose,
        needed_by=needed_by,
        reason=reason,
        place=place,
    )
