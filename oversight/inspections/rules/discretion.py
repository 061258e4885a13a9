"""When a panel may depart from the numbers: on a ground the rules name, by one step, with a reason (¶16).

A ground that lifts a standard has to hold for every share that keeps it down; one that lowers it, for any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oversight.inspections.rules.judgements import Departure, Judged, check_panel
from oversight.inspections.rules.programmes import (
    CaseRules,
    DiscretionRules,
    Ground,
    GroundKind,
    Programme,
    Rating,
    Standard,
)
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words

RULE = "discretion"


@dataclass(frozen=True)
class Measure:
    """A share that can decide a standard: so many sufficient of so many that count (at least one)."""

    name: str
    sufficient: int
    judged: int


def rating_of_share(rules: CaseRules, sufficient: int, judged: int) -> Rating:
    """Give the best rating whose least share is reached; exactly on a threshold counts as reached."""
    return max(
        (rating for rating, least in rules.at_least if sufficient * 100 >= least * judged),
        key=lambda rating: rating.rank,
    )


def rating_of_measures(rules: CaseRules, measures: Sequence[Measure]) -> Rating:
    """Give the rating of the lowest share."""
    return min(
        (rating_of_share(rules, one.sufficient, one.judged) for one in measures),
        key=lambda rating: rating.rank,
    )


def ground_in_words(ground: Ground, small: int) -> str:
    """Say a ground in plain words."""
    return {
        GroundKind.NEAR_BOUNDARY: (
            f"the deciding share is within {ground.within_points} percentage points of the boundary"
        ),
        GroundKind.ONE_JUDGEMENT: "one different judgement of one case would change the rating",
        GroundKind.SMALL_SAMPLE: f"the deciding share rests on {small} cases or fewer",
    }[ground.kind]


def grounds_for(
    programme: Programme, measures: Sequence[Measure], current: Rating, target: Rating
) -> tuple[Ground, ...]:
    """Give the grounds on which a panel may move a standard from ``current`` to ``target`` beside it."""
    rating = programme.rating
    assert rating is not None
    assert rating.cases is not None
    if rating.discretion is None:
        return ()
    least = {one.id: figure for one, figure in rating.cases.at_least}
    up = target.rank > current.rank
    boundary = least[target.id] if up else least[current.id]
    holding = [
        one
        for one in measures
        if rating_of_share(rating.cases, one.sufficient, one.judged).rank == current.rank
    ]
    every = all if up else any
    found = []
    for ground in rating.discretion.grounds:
        match ground.kind:
            case GroundKind.NEAR_BOUNDARY:
                holds = every(
                    abs(one.sufficient * 100 - boundary * one.judged) <= ground.within_points * one.judged
                    for one in holding
                )
            case GroundKind.ONE_JUDGEMENT:
                holds = _one_judgement_changes(rating.cases, measures, current, up=up)
            case GroundKind.SMALL_SAMPLE:
                holds = every(one.judged <= programme.small_sample.at_most for one in holding)
        if holds:
            found.append(ground)
    return tuple(found)


def _one_judgement_changes(
    rules: CaseRules, measures: Sequence[Measure], current: Rating, *, up: bool
) -> bool:
    for place, one in enumerate(measures):
        sufficient = one.sufficient + (1 if up else -1)
        if not 0 <= sufficient <= one.judged:
            continue
        changed = [*measures[:place], Measure(one.name, sufficient, one.judged), *measures[place + 1 :]]
        moved = rating_of_measures(rules, changed).rank - current.rank
        if (moved > 0) if up else (moved < 0):
            return True
    return False


def check_departure(
    programme: Programme,
    standard: Standard,
    measures: Sequence[Measure],
    current: Rating | None,
    judged: Judged,
    *,
    provisional: bool,
) -> tuple[Ground, ...]:
    """Check a panel's departure for a standard and give the grounds that allow it.

    Args:
        programme: Programme with the rules.
        standard: Standard that is moved.
        measures: Shares that decide it.
        current: What the numbers give; None when they give nothing.
        judged: What was judged, with the departure.
        provisional: Whether a judgement is still missing.

    Raises:
        Refused: The rules do not allow it (rule ``discretion``; ¶16, and ¶9: only HMIP sets the rules).
    """
    departure = judged.departures[standard.id]
    place = f"discretion.{standard.id}"
    rules = programme.rating.discretion if programme.rating else None
    if rules is None:
        raise _refused(
            place,
            f"{programme.title} has no rule that lets a panel depart from the numbers.",
            "Leave it out.",
            "9",
        )
    if current is None or not measures:
        raise _refused(
            place,
            f"{standard.name} has no rating from cases, so there is nothing to depart from.",
            "Judge its cases first. A standard judged on evidence is the panel's own judgement already.",
        )
    if provisional:
        raise _refused(
            place,
            f"Judgements are still missing for {standard.name}, so what the numbers give may change.",
            "Complete the judgements first.",
        )
    check_panel(
        departure.decided_by, judged.lead, rules.panel_at_least, field=f"{place}.decided_by", rule=RULE
    )
    if not departure.reason.strip():
        raise _refused(
            f"{place}.reason", "A departure from the numbers needs a reason.", "Say why the panel departed."
        )
    step = departure.to.rank - current.rank
    if abs(step) != 1:
        why = f"{standard.name} is {current.name} by the numbers; a panel may move it by one step, "
        why += "and this moves it by none." if step == 0 else f"not to {departure.to.name}."
        raise _refused(f"{place}.to", why, "Choose the next rating up or down, or leave the departure out.")
    found = grounds_for(programme, measures, current, departure.to)
    if not found:
        raise _refused(
            place,
            _no_ground(programme, rules, standard, departure, current),
            "Leave the rating as the numbers give it.",
            "9 and 16",
        )
    return found


def _no_ground(
    programme: Programme, rules: DiscretionRules, standard: Standard, departure: Departure, current: Rating
) -> str:
    grounds = join_in_words(
        [ground_in_words(one, programme.small_sample.at_most) for one in rules.grounds], "or"
    )
    return (
        f"The rules do not let a panel move {standard.name} from {current.name} to {departure.to.name}. "
        f"They allow it only when {grounds} ({programme.rule('discretion')})."
    )


def _refused(place: str, why: str, what_next: str, paragraph: str = "16") -> Refused:
    return Refused(
        RULE,
        why,
        what_next,
        paragraph=paragraph,
        who_can="A ratings panel of HM Inspectorate of Probation",
        field=place,
    )
