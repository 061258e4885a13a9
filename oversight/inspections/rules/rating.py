"""The whole rating of an inspection, every step explained (D2, ¶16)."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.inspections.rules.judgements import Judged, check_judged
from oversight.inspections.rules.overall import Overall, overall
from oversight.inspections.rules.programmes import Programme
from oversight.inspections.rules.shares import Step
from oversight.inspections.rules.standards import RatedStandard, rated_standard
from oversight.kernel.words import join_in_words


@dataclass(frozen=True)
class Result:
    """What the rules make of an inspection.

    Attributes:
        programme: Version of the programme it was rated by.
        standards: Every standard in order.
        overall: The composite rating; None when there is none.
        why_no_overall: Why there is none; empty when there is one.
        provisional: Whether something is still missing or not confirmed by a panel.
    """

    programme: Programme
    standards: tuple[RatedStandard, ...]
    overall: Overall | None
    why_no_overall: str
    provisional: bool

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the explanation, in order."""
        return (
            *(step for standard in self.standards for step in standard.steps),
            *(self.overall.steps if self.overall else ()),
        )

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Rules it rests on that no published source confirms, each once."""
        return tuple(dict.fromkeys(step.rule for step in self.steps if not step.basis.verified))


def rate(programme: Programme, judged: Judged) -> Result:
    """Rate an inspection.

    Args:
        programme: The version of the programme it began under.
        judged: What was judged.

    Raises:
        Refused: What was judged is not what the programme asks, or a panel's decision is not allowed;
            ``field`` is the place, written as in the file of `oversight rate`.
    """
    check_judged(programme, judged)
    standards = tuple(rated_standard(programme, standard, judged) for standard in programme.standards)
    ratings = {one.standard.id: one.rating for one in standards if one.rating is not None}
    provisional = any(one.provisional for one in standards)
    if not programme.rated:
        return Result(
            programme, standards, None, f"{programme.title} gives no ratings. {programme.about}", provisional
        )
    unrated = [one.standard.name for one in standards if one.rating is None]
    if unrated:
        verb = "has" if len(unrated) == 1 else "have"
        why = f"There is no overall rating yet: {join_in_words(unrated)} {verb} no rating."
        return Result(programme, standards, None, why, provisional)
    return Result(programme, standards, overall(programme, ratings), "", provisional)
