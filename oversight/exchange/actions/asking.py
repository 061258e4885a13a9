"""Asking once: reuse in one act, or a request to one owner that is answered for all (G1, ¶10(iv))."""

from __future__ import annotations

from datetime import date, datetime

from oversight.exchange.actions.holdings import _pass_on
from oversight.exchange.actions.writing import clean_text, locked, london_day
from oversight.exchange.models import Ask, Use
from oversight.exchange.models.checks import TITLE_LENGTH
from oversight.exchange.queries.holdings import held_already
from oversight.exchange.queries.sight import ASK, HOLD, is_own, known_holdings
from oversight.exchange.rules.asking import (
    ASK_WORKFLOW,
    USE_WORKFLOW,
    AskState,
    UseState,
    check_ask,
    use_begins,
)
from oversight.exchange.rules.holdings import Span, Terms, check_span, overlap
from oversight.exchange.rules.items import kind_of
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party


@action(verb="exchange.reused", permission=ASK, paragraph="10(iv)")
def reuse(*, by: Actor, at: datetime, holding_id: int, purpose: str) -> Recorded[UseState]:
    """Reuse what is held: at once, or once its owner gives leave.

    Args:
        by: Who reuses it, for their party.
        at: Moment of doing so.
        holding_id: Row of the holding.
        purpose: What for; its owner reads it.

    Returns:
        Where the reuse stands.

    Raises:
        Refused: There is no such item that the actor knows of, it is their own, or they use it already.
    """
    row = locked(known_holdings(by), holding_id, "item")
    if is_own(by, row.owner_lineage):
        raise Refused("use_own", "This is your own information.", "Open it from the library.")
    if row.uses.filter(party__code=by.party, state__in=[UseState.WANTED, UseState.GIVEN]).exists():
        raise Refused(
            "use_once", "Your organisation uses this already, or has asked to.", "Open it from the library."
        )
    why = clean_text(purpose, "purpose", wanted="Enter what you will use it for: its owner reads it.")
    state = use_begins(Terms(row.terms))
    use = Use.objects.create(
        holding=row,
        party_id=by.party,
        purpose=why,
        hours=kind_of(row.kind).hours.figure,
        state=state,
        wanted_at=at,
        wanted_by=by.reference,
        wanted_name=by.name,
    )
    payload: dict[str, Value] = {"use": use.pk, "purpose": why, "state": str(state), "hours": use.hours}
    return Recorded(f"holding:{row.pk}", payload, state)


def _use_owner(*, use_id: int, **_: object) -> PartyLike | None:
    owner = (
        Use.objects.filter(pk=use_id).order_by("id").values_list("holding__owner__code", flat=True).first()
    )
    return party(owner) if owner else None


@action(verb="exchange.reuse-decided", permission=HOLD, paragraph="10(iv)", on=_use_owner)
def decide_use(*, by: Actor, at: datetime, use_id: int, move: str, reason: str = "") -> Recorded[UseState]:
    """Give leave for a reuse, refuse it, or end one that was given.

    Args:
        by: Someone who answers for the item's owner.
        at: Moment of deciding.
        use_id: Row of the reuse.
        move: ``give``, ``refuse`` or ``end``.
        reason: Why; needed but for giving.

    Raises:
        Refused: There is no such reuse, the step is not possible now, or the reason is missing.
    """
    use = locked(Use.objects.select_related("holding"), use_id, "reuse")
    step = USE_WORKFLOW.check(move, use.state, by.role)
    why = (
        clean_text(reason, "reason", wanted="Enter why: the other party reads it.") if move != "give" else ""
    )
    use.state, use.decided_reason = step.target, why
    use.decided_at, use.decided_by, use.decided_name = at, by.reference, by.name
    use.save()
    payload: dict[str, Value] = {"use": use.pk, "party": use.party_id, "move": move, "reason": why}
    return Recorded(f"holding:{use.holding_id}", payload, UseState(use.state))


@action(verb="exchange.asked", permission=ASK, paragraph="10(iv)")
def ask(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    about: PartyRef,
    owner: PartyRef,
    span: Span | None,
    purpose: str,
    needed_by: date,
    reason: str = "",
    title: str = "",
    place: str = "",
) -> Recorded[int]:
    """Ask the one owner of an item for it, once it was shown whether it is held already.

    Args:
        by: Who asks, for their party.
        at: Moment of asking.
        kind: Kind of the item.
        about: Party that it is about.
        owner: Its owner.
        span: Of what time; None for how things stand.
        purpose: What it is for; its owner reads it.
        needed_by: Day by which it is needed.
        reason: Why it is asked for although it is held; its owner reads it.
        title: What people call the item; its kind's title when left out.
        place: Path of the page where its owner answers it, when that is elsewhere.

    Returns:
        Row of the request.

    Raises:
        Refused: It is held already and no reason is given, it is the actor's own, they have asked for it, or
            something is missing; ``field`` says which.
    """
    what = kind_of(kind)
    check_span(what, span)
    held = held_already(actor=by, kind=kind, about=about.code, span=span)
    why, what_for = clean_text(reason, "reason"), clean_text(purpose, "purpose")
    check_ask(
        held=held[0].as_at if held else None,
        reason=why,
        needed_by=needed_by,
        own=is_own(by, owner.lineage),
        purpose=what_for,
        today=london_day(at),
    )
    others = _same_and_open(kind, about, owner, span)
    if any(one.party_id == by.party for one in others):
        raise Refused(
            "ask_once",
            "Your organisation has asked for this already.",
            "Open your requests to see where it stands.",
            paragraph="10(iv)",
        )
    row = Ask.objects.create(
        kind=kind,
        title=typed_line(title, "title", longest=TITLE_LENGTH) or what.title,
        about_id=about.code,
        owner_id=owner.code,
        owner_lineage=owner.lineage,
        party_id=by.party,
        first=span.first if span else None,
        last=span.last if span else None,
        purpose=what_for,
        needed_by=needed_by,
        hours=what.hours.figure,
        joins=(others[0].joins or others[0]) if others else None,
        held_id=held[0].id if held else None,
        reason=why if held else "",
        place=place,
        asked_at=at,
        asked_by=by.reference,
        asked_name=by.name,
    )
    payload: dict[str, Value] = {
        "kind": kind,
        "about": about.code,
        "owner": owner.code,
        "first": row.first,
        "last": row.last,
        "needed_by": needed_by,
        "held": row.held_id,
        "reason": row.reason,
        "joins": row.joins_id,
    }
    return Recorded(f"information-request:{row.pk}", payload, row.pk)


def _same_and_open(kind: str, about: PartyRef, owner: PartyRef, span: Span | None) -> list[Ask]:
    rows = Ask.objects.filter(
        kind=kind, about__code=about.code, owner__code=owner.code, state=AskState.OPEN, joins=None
    )
    own = Ask.objects.filter(joins__in=rows, state=AskState.OPEN)
    return [
        one
        for one in [*rows.order_by("id"), *own.order_by("id")]
        if overlap(span, Span(one.first, one.last) if one.first and one.last else None)
    ]


def _ask_owner(*, ask_id: int, **_: object) -> PartyLike | None:
    owner = Ask.objects.filter(pk=ask_id).order_by("id").values_list("owner__code", flat=True).first()
    return party(owner) if owner else None


@action(verb="exchange.request-declined", permission=HOLD, paragraph="31", on=_ask_owner)
def decline(*, by: Actor, at: datetime, ask_id: int, reason: str) -> Recorded[None]:
    """Say that a request will not be answered, and why.

    Args:
        by: Someone who answers for the owner.
        at: Moment of saying so.
        ask_id: Row of the request.
        reason: Why; the one who asked reads it.

    Raises:
        Refused: There is no such request, it is closed or answered elsewhere, or the reason is missing.
    """
    row = locked(Ask.objects.all(), ask_id, "request")
    if row.place:
        raise Refused("ask_elsewhere", "This request is answered on another page.", "Open it there.")
    return _close(row, "decline", by, at, reason)


@action(verb="exchange.request-withdrawn", permission=ASK, paragraph="10(iv)")
def withdraw(*, by: Actor, at: datetime, ask_id: int, reason: str) -> Recorded[None]:
    """Withdraw a request of one's own party.

    Args:
        by: Someone of the party that asked.
        at: Moment of withdrawing.
        ask_id: Row of the request.
        reason: Why; its owner reads it.

    Raises:
        Refused: There is no such request of the actor's party, it is closed, or the reason is missing.
    """
    row = locked(Ask.objects.filter(party__code=by.party), ask_id, "request")
    return _close(row, "withdraw", by, at, reason)


def _close(row: Ask, move: str, by: Actor, at: datetime, reason: str) -> Recorded[None]:
    step = ASK_WORKFLOW.check(move, row.state, by.role)
    why = clean_text(reason, "reason", wanted="Enter why: the other party reads it.")
    row.state, row.closed_reason = step.target, why
    row.closed_at, row.closed_by, row.closed_name = at, by.reference, by.name
    row.save()
    if move == "withdraw":
        _pass_on(row)
    return Recorded(f"information-request:{row.pk}", {"move": move, "reason": why}, None)
