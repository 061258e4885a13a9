"""From the ratings of standards to the composite (overall) rating: points, bands, caps (¶16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oversight.inspections.rules.programmes import Cap, OverallRules, Programme, Rating, RatingRules
from oversight.inspections.rules.shares import Figure, Step
from oversight.kernel.refusals import Refused


@dataclass(frozen=True)
class Overall:
    """The composite rating and how it came about.

    Attributes:
        score: Points of all standards added up.
        maximum: Most points there can be.
        from_points: What the bands give.
        caps: Caps that lowered it.
        rating: The composite rating.
        steps: Explanation.
    """

    score: int
    maximum: int
    from_points: Rating
    caps: tuple[Cap, ...]
    rating: Rating
    steps: tuple[Step, ...]


def rating_of_score(rules: OverallRules, score: int) -> Rating:
    """Give the overall rating in whose band a score lies.

    Raises:
        Refused: No inspection under these rules can score that (rule ``score``).
    """
    if not 0 <= score <= rules.maximum:
        raise Refused(
            "score",
            f"A score lies between 0 and {rules.maximum}; {score} does not.",
            "Check the score.",
            paragraph="16",
            field="score",
        )
    return next(rating for rating, most in rules.up_to if score <= most)


def overall(programme: Programme, ratings: Mapping[str, Rating]) -> Overall:
    """Work out the composite rating.

    Args:
        programme: A rated programme.
        ratings: The rating of every one of its standards.

    Raises:
        Refused: A standard has no rating, or the programme gives none (rule ``overall``).
    """
    rules = programme.rating
    unrated = [standard.name for standard in programme.standards if standard.id not in ratings]
    if rules is None or unrated:
        why = f"{unrated[0]} has no rating." if rules else f"{programme.title} gives no ratings."
        raise Refused(
            "overall", f"There is no overall rating: {why}", "Rate every standard first.", paragraph="16"
        )
    score = sum(ratings[standard.id].points for standard in programme.standards)
    from_points = rating_of_score(rules.overall, score)
    caps = tuple(
        cap
        for cap in rules.overall.caps
        if _applies(cap, ratings) and cap.overall_at_most.rank < from_points.rank
    )
    rating = min([from_points, *(cap.overall_at_most for cap in caps)], key=lambda one: one.rank)
    steps = (
        *_steps_to_points(programme, rules, ratings, score, from_points),
        *_steps_of_caps(programme, rules, caps),
    )
    return Overall(score, rules.overall.maximum, from_points, caps, rating, steps)


def _applies(cap: Cap, ratings: Mapping[str, Rating]) -> bool:
    return sum(ratings[name].rank <= cap.rated_at_most.rank for name in cap.standards) >= cap.how_many


def overall_range(programme: Programme, known: Mapping[str, Rating]) -> tuple[Rating, Rating]:
    """Give the worst and the best overall rating still possible when only some standards are rated.

    Args:
        programme: A rated programme.
        known: The ratings that are known.

    Raises:
        Refused: The programme gives no ratings (rule ``overall``).
    """
    if programme.rating is None:
        overall(programme, {})
    assert programme.rating is not None
    worst, best = (
        overall(
            programme, {standard.id: known.get(standard.id, filler) for standard in programme.standards}
        ).rating
        for filler in (programme.rating.scale[0], programme.rating.scale[-1])
    )
    return worst, best


def _steps_to_points(
    programme: Programme, rules: RatingRules, ratings: Mapping[str, Rating], score: int, from_points: Rating
) -> list[Step]:
    most = rules.scale[-1].points
    bands = [0, *(figure + 1 for _, figure in rules.overall.up_to)]
    begins, ends = bands[from_points.rank], rules.overall.up_to[from_points.rank][1]
    added = " + ".join(str(ratings[standard.id].points) for standard in programme.standards)
    return [
        Step(
            what=f"The points of the {len(programme.standards)} standards are added up, each counting "
            f"the same: {added} = {score}.",
            rule=programme.rule("points"),
            figures=(
                *(
                    Figure(standard.name, ratings[standard.id].points, most)
                    for standard in programme.standards
                ),
                Figure("score", score, rules.overall.maximum),
            ),
            basis=rules.points_basis,
        ),
        Step(
            what=f"The most points there can be is {rules.overall.maximum}.",
            rule=programme.rule("maximum"),
            figures=(Figure("most points", rules.overall.maximum),),
            basis=rules.overall.maximum_basis,
        ),
        Step(
            what=f"{begins} to {ends} points is {from_points.name}, and the score is {score}.",
            rule=programme.rule("bands"),
            figures=(
                Figure("band begins at", begins, rules.overall.maximum),
                Figure("band ends at", ends, rules.overall.maximum),
                Figure("score", score, rules.overall.maximum),
            ),
            basis=rules.overall.bands_basis,
        ),
    ]


def _steps_of_caps(programme: Programme, rules: RatingRules, caps: tuple[Cap, ...]) -> list[Step]:
    if not rules.overall.caps:
        return [
            Step(
                "The rules set no cap on the overall rating.",
                programme.rule("caps"),
                (),
                rules.overall.caps_basis,
            )
        ]
    if not caps:
        return [
            Step("No cap lowers the overall rating.", programme.rule("caps"), (), rules.overall.caps_basis)
        ]
    return [
        Step(
            f"{cap.words} The overall rating is at most {cap.overall_at_most.name}.",
            programme.rule(f"cap {cap.id}"),
            (),
            cap.basis,
        )
        for cap in caps
    ]
