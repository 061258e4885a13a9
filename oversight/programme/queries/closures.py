"""Weeks that are closed, and reviews of how often a body visits (¶10(iv), ¶28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.programme.models import Closure, FrequencyReview
from oversight.programme.queries.sight import PLAN, viewer_of
from oversight.programme.rules.visits import Span

CLOSE = "programme.close"
REVIEW = "programme.review_frequency"


@dataclass(frozen=True)
class ClosureLine:
    """Closed weeks in a list; ``ours`` when the one who asks may open them again."""

    reference: str
    party: PartyRef
    span: Span
    reason: str
    closed_name: str
    ours: bool


@dataclass(frozen=True)
class ReviewLine:
    """A review of how often a body visits."""

    party: PartyRef
    on: date
    findings: str
    decision: str
    made_name: str
    made_at: datetime


def closures(*, actor: Actor, today: date) -> tuple[ClosureLine, ...]:
    """Give the closed weeks still to come, soonest first: two queries.

    A body's own weeks are told to its planners alone: they would say when it does not visit. The weeks of a
    place are told to every planner and to those who see its visits.
    """
    rows = Closure.objects.filter(lifted_at=None, last_day__gte=today).order_by("first_day", "id")
    parties, viewer, found = parties_by_code(), viewer_of(actor), []
    for row in rows:
        of = parties[row.party_id]
        if of.kind in {"region", "pdu"}:
            seen = viewer.sees is None or of.code in viewer.sees or of.code in viewer.above or actor.may(PLAN)
        else:
            seen = of.code in viewer.plans
        if seen:
            span = Span(row.first_day, row.last_day)
            ours = actor.may(CLOSE, of)
            found.append(ClosureLine(row.reference, of, span, row.reason, row.closed_name, ours))
    return tuple(found)


def reviews(*, actor: Actor) -> tuple[ReviewLine, ...]:
    """Give every review, latest first; the two bodies and those who watch over all read them: two queries."""
    if not actor.may("programme.see"):
        return ()
    parties = parties_by_code()
    rows = FrequencyReview.objects.order_by("-on", "-id")
    return tuple(
        ReviewLine(parties[row.party_id], row.on, row.findings, row.decision, row.made_name, row.made_at)
        for row in rows[:50]
    )
