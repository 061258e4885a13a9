"""Requests for information: put to us, made by us, and the hours that they cost (G1, ¶10(iv))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet

from oversight.exchange.models import Ask, Use
from oversight.exchange.queries.sight import HOLD, is_own, own_side
from oversight.exchange.rules.asking import ASK_WORKFLOW, AskState, Effort, UseState, Wish, effort_by_owner
from oversight.exchange.rules.holdings import Span
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class AskLine:
    """A request for information.

    Args:
        id: Its row.
        kind: Kind of the item.
        title: What people call it.
        about: Party that it is about.
        owner: Party that it was put to.
        party: Party that asks.
        span: Of what time; None for how things stand.
        purpose: What it is for.
        needed_by: Day by which it is needed.
        hours: What an answer was estimated to cost.
        joins: Whether another request for the same was open already.
        reason: Why it was asked for although it was held; empty when it was not.
        place: Path of the page where it is answered, when that is elsewhere.
        state: Where it stands.
        asked_name: Who asked.
        asked_at: When.
        closed_reason: Why it was declined or withdrawn.
        holding: Row of the item that answered it; None for none.
        answers: Whether the reader may answer it now.
        mine: Whether the reader's party asked.
    """

    id: int
    kind: str
    title: str
    about: PartyRef
    owner: PartyRef
    party: PartyRef
    span: Span | None
    purpose: str
    needed_by: date
    hours: int
    joins: bool
    reason: str
    place: str
    state: AskState
    asked_name: str
    asked_at: datetime
    closed_reason: str
    holding: int | None
    answers: bool
    mine: bool

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return ASK_WORKFLOW.state(self.state).label


@dataclass(frozen=True)
class Requests:
    """A page of requests."""

    lines: tuple[AskLine, ...]
    count: int
    page: int


def _line(actor: Actor, row: Ask, parties: Mapping[str, PartyRef]) -> AskLine:
    owner = parties[row.owner_id]
    return AskLine(
        id=row.pk,
        kind=row.kind,
        title=row.title,
        about=parties[row.about_id],
        owner=owner,
        party=parties[row.party_id],
        span=Span(row.first, row.last) if row.first and row.last else None,
        purpose=row.purpose,
        needed_by=row.needed_by,
        hours=row.hours,
        joins=row.joins_id is not None,
        reason=row.reason,
        place=row.place,
        state=AskState(row.state),
        asked_name=row.asked_name,
        asked_at=row.asked_at,
        closed_reason=row.closed_reason,
        holding=row.answer.holding_id if row.answer is not None else None,
        answers=row.state == AskState.OPEN
        and is_own(actor, row.owner_lineage)
        and not row.place
        and actor.may(HOLD, owner),
        mine=row.party_id == actor.party,
    )


def _rows(actor: Actor, *, inbox: bool) -> QuerySet[Ask]:
    if inbox:
        return Ask.objects.filter(own_side(actor))
    return Ask.objects.filter(party__code=actor.party)


def requests(*, actor: Actor, inbox: bool, state: str = "", page: int = 1) -> Requests:
    """Give a page of the requests put to the actor's side, or made by their party; open ones first."""
    rows = _rows(actor, inbox=inbox)
    rows = rows.filter(state=state) if state else rows
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    parties = parties_by_code()
    ordered = rows.select_related("answer").order_by(F("closed_at").desc(nulls_first=True), "needed_by", "id")
    return Requests(
        tuple(_line(actor, one, parties) for one in ordered[start : start + PAGE_SIZE]), count, number
    )


def request_detail(*, actor: Actor, ask_id: int) -> AskLine:
    """Give a request, to who asked and to its owner's side.

    Raises:
        Refused: There is no such request that the actor sees; the two look alike.
    """
    rows = Ask.objects.filter(pk=ask_id).select_related("answer").order_by("id")
    row = rows.first()
    if row is None or not (row.party_id == actor.party or is_own(actor, row.owner_lineage)):
        raise Refused(
            "not_found_request",
            "There is no such request, or it is not one that you may see.",
            "Open your requests to see what is there for you.",
        )
    return _line(actor, row, parties_by_code())


def effort(*, since: date, until: date) -> Mapping[str, Effort]:
    """Give the hours asked of each party and saved, by its code, of requests and reuses in a span of days.

    For the burden on each unit and region (paragraph 10(iv)): two queries, whoever looks; sums alone, so that
    nothing is learnt of what was asked.

    Args:
        since: First London day.
        until: Last London day.
    """
    asked = Ask.objects.exclude(state=AskState.WITHDRAWN).values_list(
        "owner__code", "hours", "joins", "asked_at"
    )
    used = Use.objects.filter(ask=None, state__in=[UseState.GIVEN, UseState.ENDED]).values_list(
        "holding__owner__code", "hours", "wanted_at"
    )
    wishes = [
        Wish(owner, hours, joins is None)
        for owner, hours, joins, at in asked.filter(asked_at__date__range=_around(since, until)).order_by(
            "id"
        )
        if since <= at.astimezone(LONDON).date() <= until
    ]
    wishes += [
        Wish(owner, hours, cost=False)
        for owner, hours, at in used.filter(wanted_at__date__range=_around(since, until)).order_by("id")
        if since <= at.astimezone(LONDON).date() <= until
    ]
    return effort_by_owner(wishes)


def _around(since: date, until: date) -> tuple[date, date]:
    """Give the days as the database may count them, which need not be those of London."""
    return since - timedelta(1), until + timedelta(1)
