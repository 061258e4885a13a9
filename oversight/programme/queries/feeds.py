"""Calendars: the addresses that someone has, and what a program reads at one of them (C6, ¶28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db.models import Q, QuerySet

from oversight.access.queries import Acting, acting_under
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, membership, parties_by_code
from oversight.programme.models import CalendarFeed, Visit, VisitStep
from oversight.programme.queries.sight import EXCHANGE, SEE, span_of, viewer_of, visible
from oversight.programme.queries.visits import concerning
from oversight.programme.rules.feeds import Entry
from oversight.programme.rules.visits import VisitState

SUBSCRIBE: Final = "programme.subscribe"
#: Most visits that one calendar holds, the latest first.
MOST_ENTRIES: Final = 2000
_OLDEST_DAYS: Final = 400


@dataclass(frozen=True)
class FeedLine:
    """A calendar address in the list of its owner; the address itself is not known any more."""

    id: int
    title: str
    made_at: datetime


@dataclass(frozen=True)
class FeedRead:
    """What a program reads.

    Args:
        title: Name of the calendar.
        rows: Its visits with the count and moment of their last change, as far as the reader may know.
    """

    title: str
    entries: tuple[tuple[Visit, int, datetime], ...]


def feeds_of(actor: Actor) -> tuple[FeedLine, ...]:
    """Give the live calendar addresses of someone, latest first: two queries."""
    rows = CalendarFeed.objects.filter(owner=actor.reference, revoked_at=None).order_by("-made_at", "-id")
    parties = parties_by_code()
    return tuple(FeedLine(row.pk, _title(row, parties.get(str(row.about_id))), row.made_at) for row in rows)


def _title(row: CalendarFeed, about: PartyRef | None) -> str:
    if about is None:
        return "My visits"
    return f"Visits to {about.name}" if row.kind == "unit" else f"Visits by {about.name}"


def reader_of(secret: str, *, today: date) -> tuple[CalendarFeed, Acting]:
    """Find the calendar of a secret address and the one for whom it is read: three queries.

    Raises:
        Refused: There is none, it is revoked, or its owner no longer acts as they did when they made it. All
            look alike.
    """
    digest = sha256(secret.encode()).hexdigest()
    row = CalendarFeed.objects.filter(digest=digest, revoked_at=None).order_by("id").first()
    if row is not None:
        try:
            held = membership(row.membership)
        except Refused:
            held = None
        if held is not None and held.holds_on(today):
            reader = acting_under(held, today=today)
            if reader.reference == row.owner and reader.may(SUBSCRIBE):
                return row, reader
    raise Refused(
        "not_found_calendar",
        "There is no calendar at this address, or no longer.",
        "Sign in and make a new calendar address.",
    )


def _about(row: CalendarFeed, reader: Acting) -> QuerySet[Visit]:
    rows = visible(reader)
    if row.kind == "unit":
        return rows.filter(concerning(str(row.about_id)))
    if row.kind == "body":
        return rows.filter(owner__code=row.about_id)
    own = Q(people__person=reader.reference, people__left_at=None)
    above = viewer_of(reader).above
    if above:
        own |= Q(place__in=list(above)) | concerning(reader.party)
    return rows.filter(own).distinct()


def feed_of(row: CalendarFeed, reader: Acting) -> FeedRead:
    """Give what a calendar holds for its reader: four queries.

    A visit that was never known to the reader is not in it, cancelled or not. Changes count from when the
    reader could know of the visit, so their number tells nothing of what came before.
    """
    rows = _about(row, reader).order_by("-first_day", "-id")
    visits = list(rows[:MOST_ENTRIES])
    told = VisitStep.objects.filter(visit__in=[one.pk for one in visits]).exclude(
        move__in=["set_teams", "take_on"]
    )
    level = "exchanged" if reader.may(EXCHANGE) else "known"
    plans = viewer_of(reader).plans
    counts: dict[int, int] = {}
    moments: dict[int, datetime] = {}
    keepers = {one.pk: one.keeper_id for one in visits}
    for step in told.order_by("id"):
        if keepers[step.visit_id] in plans or getattr(step, level):
            counts[step.visit_id] = counts.get(step.visit_id, -1) + 1
            moments[step.visit_id] = step.made_at
    parties = parties_by_code()
    return FeedRead(
        _title(row, parties.get(str(row.about_id))),
        tuple((one, counts.get(one.pk, 0), moments.get(one.pk, one.entered_at)) for one in visits),
    )


def entry_of(row: Visit, sequence: int, changed_at: datetime, address: str) -> Entry:
    """Give a visit as a calendar shows it."""
    parties = parties_by_code()
    held = row.state == VisitState.HELD
    return Entry(
        reference=row.reference,
        title=row.title,
        body=parties[row.owner_id].name,
        place=row.site or parties[row.place_id].name,
        span=span_of(row),
        sequence=sequence,
        changed_at=changed_at,
        cancelled=held or row.state == VisitState.CANCELLED,
        held=held,
        settled=row.announced_at is not None,
        address=address,
    )


def check_about(actor: Actor, about: PartyRef) -> None:
    """Refuse a calendar of a party whose visits the actor would never see.

    Raises:
        Refused: Rule ``permission_programme.see``.
    """
    viewer = viewer_of(actor)
    over = actor.parties_over(SEE)
    reach = over is None or about.code in over or about.code in viewer.above or about.code in viewer.plans
    if not reach:
        raise Refused(
            "permission_programme.see",
            f"Visits of {about.name} do not concern your organisation.",
            "Choose your own area or body.",
            paragraph="28",
            field="about",
        )
