"""Pairs of recommendations that may repeat each other, as far as someone sees both (E7, H4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.recommendations.models import Repeat, RepeatDecision
from oversight.recommendations.queries.recommendations import RecommendationLine, line_of
from oversight.recommendations.queries.sight import visible
from oversight.recommendations.rules.repeats import REPEAT_WORDS, RepeatState

LINK: Final = "recommendations.link_repeats"
PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class RepeatLine:
    """A pair in a list.

    Args:
        id: Its row.
        earlier: The one made first.
        later: The one that may repeat it.
        likeness: How alike their words are, from 0 to 100; None for a pair that a person put together.
        same_theme: Whether they have one theme.
        state: What is held of the pair.
        state_label: The same in words.
        revision: What the next decision hands back.
    """

    id: int
    earlier: RecommendationLine
    later: RecommendationLine
    likeness: int | None
    same_theme: bool
    state: str
    state_label: str
    revision: int


@dataclass(frozen=True)
class Decided:
    """What someone decided."""

    label: str
    reason: str
    made_at: datetime
    by: str
    party: PartyRef


def _visible(actor: Actor) -> QuerySet[Repeat]:
    rows = Repeat.objects.select_related("earlier", "later")
    if actor.parties_over("recommendations.see") is None:
        return rows
    seen = visible(actor).values("pk")
    return rows.filter(earlier__in=seen, later__in=seen)


def _line(row: Repeat, parties: Mapping[str, PartyRef]) -> RepeatLine:
    return RepeatLine(
        id=row.pk,
        earlier=line_of(row.earlier, parties),
        later=line_of(row.later, parties),
        likeness=row.likeness,
        same_theme=row.same_theme,
        state=row.state,
        state_label=REPEAT_WORDS[RepeatState(row.state)],
        revision=row.revision,
    )


def repeats(*, actor: Actor, state: str, theme: str, page: int) -> Page[RepeatLine]:
    """Give a page of the pairs that the actor sees, the most alike first: two queries.

    Args:
        actor: Who looks.
        state: One of ``RepeatState``; empty for every one.
        theme: Name of the theme of the later one; empty for every one.
        page: Which page, from 1.
    """
    rows = _visible(actor)
    if state:
        rows = rows.filter(state=state)
    if theme:
        rows = rows.filter(later__theme=theme)
    paginator = Paginator(rows.order_by(F("likeness").desc(nulls_last=True), "id"), PAGE_SIZE)
    found = paginator.get_page(page)
    parties = parties_by_code()
    return Page([_line(row, parties) for row in found.object_list], found.number, paginator)  # type: ignore[arg-type]


def found_repeat(actor: Actor, repeat: int) -> Repeat:
    """Give a pair of which the actor sees both.

    Raises:
        Refused: There is none.
    """
    row = _visible(actor).filter(pk=repeat).order_by("pk").first()
    if row is None:
        raise Refused(
            "not_found_repeat",
            "There is no such pair of recommendations, or you do not see both of them.",
            "Look for it in the list of repeats.",
        )
    return row


def repeat(*, actor: Actor, repeat_id: int) -> tuple[RepeatLine, tuple[Decided, ...]]:
    """Give a pair, and what was decided of it, latest first.

    Raises:
        Refused: There is none of which the actor sees both.
    """
    row = found_repeat(actor, repeat_id)
    parties = parties_by_code()
    decided = tuple(
        Decided(
            REPEAT_WORDS[RepeatState(one.state)],
            one.reason,
            one.made_at,
            one.made_name,
            parties[one.made_party_id],
        )
        for one in RepeatDecision.objects.filter(repeat=row).order_by("-round")
    )
    return _line(row, parties), decided


def repeats_of(*, actor: Actor, recommendation_id: int) -> tuple[RepeatLine, ...]:
    """Give what people confirmed that a recommendation repeats or is repeated by: one query, two when any.

    Ask it of a recommendation that the actor sees.
    """
    either = Q(earlier=recommendation_id) | Q(later=recommendation_id)
    pairs = Repeat.objects.filter(either, state=RepeatState.CONFIRMED)
    numbers = list(pairs.order_by("-id").values_list("pk", flat=True)[:PAGE_SIZE])
    if not numbers:
        # As of most: who sees both need not be asked.
        return ()
    parties = parties_by_code()
    rows = _visible(actor).filter(pk__in=numbers).order_by("-later__made_on", "-id")
    return tuple(_line(row, parties) for row in rows)
