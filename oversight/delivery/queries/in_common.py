"""What a completed assessment offers to put in common: a draft for each theme with figures (B1, ¶13, ¶30)."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from oversight.delivery.queries.assessing import AssessmentPage, FigureLine
from oversight.delivery.rules.measures import Standing
from oversight.exchange.rules.items import Marking
from oversight.intelligence.queries.offering import Offer, Offered, offered
from oversight.intelligence.queries.sight import SHARE
from oversight.intelligence.rules.items import fitting
from oversight.intelligence.rules.words import Confidence, Result, words
from oversight.kernel.acting import Actor
from oversight.kernel.words import day_in_words


def origin_of(reference: str, theme: str) -> str:
    """Name what an assessment says of a theme, so that it is shared once and found again."""
    return f"assessment:{reference}-{theme}"


def offers_of(actor: Actor, found: AssessmentPage) -> tuple[Offer, ...]:
    """Give what an assessment offers to someone: nothing before it is completed, and to its assessor alone.

    Args:
        actor: Who asks.
        found: The assessment as they see it.
    """
    line = found.line
    if line.completed_on is None or not found.assesses or not actor.may(SHARE, line.assessor):
        return ()
    by_theme: dict[str, list[FigureLine]] = {}
    for one in found.figures:
        if one.value is not None:
            by_theme.setdefault(one.measure.theme, []).append(one)
    return tuple(
        Offer(
            theme=words().themes[theme],
            owner=line.assessor,
            about=line.unit,
            text=fitting("\n".join([*map(_told, figures), f"Line management says: {found.summary}"])),
            result=_result(figures),
            confidence=Confidence.MEDIUM,
            found_on=found.span.last,
            marking=Marking.SENSITIVE,
            origin=origin_of(line.reference, theme),
            came_from=f"Assessment {line.reference} by {line.assessor.name}, {line.period}, "
            f"completed on {day_in_words(line.completed_on)}",
            place=reverse("delivery-assessment", args=[line.reference]),
        )
        for theme, figures in by_theme.items()
    )


def _told(one: FigureLine) -> str:
    assert one.value is not None, "only what has a figure is offered"
    told = f"{one.measure.title}: {one.measure.in_words(one.value)}"
    if one.target is None:
        return f"{told}. No target."
    stands = "met" if one.standing is Standing.MET else "missed"
    return f"{told}, against a target of {one.measure.in_words(one.target)}: {stands}."


def _result(figures: Collection[FigureLine]) -> Result | None:
    """Give what figures amount to at first sight; how serious a concern is, is for line management to say."""
    stands = {one.standing for one in figures}
    if Standing.MISSED in stands:
        return Result.SOME
    return Result.GOOD if stands == {Standing.MET} else None


def in_common(actor: Actor, found: AssessmentPage) -> tuple[Offered, ...]:
    """Give what an assessment offers, and what of it is in common: one query at most."""
    offers = offers_of(actor, found)
    return offered(actor, offers) if offers else ()
