"""Reading the rating rules of a programme: scale, thresholds, discretion, points, bands, caps (¶16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from oversight.inspections.rules.programmes import (
    Basis,
    Cap,
    CaseRules,
    Combining,
    DiscretionRules,
    EvidenceRules,
    Ground,
    GroundKind,
    JudgedBy,
    OverallRules,
    Rating,
    RatingRules,
    Standard,
)
from oversight.kernel.data_files import Path
from oversight.kernel.refusals import Refused

Raw = Mapping[str, Any]
T = TypeVar("T")


class Places(Protocol):
    """What knows where in the file things stand."""

    def fault(self, path: Path, why: str) -> Refused:
        """Make the refusal of a fault at a place."""

    def basis(self, path: Path, raw: Raw) -> Basis:
        """Read what a figure rests on."""

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """Read a part; when faults are gathered, keep its refusal and go on with something else."""


def rating_rules(places: Places, raw: Raw, standards: Sequence[Standard]) -> RatingRules:
    """Read the rating rules.

    Args:
        places: Makes refusals that name line and field.
        raw: What the file says under ``rating``.
        standards: The standards already read.

    Raises:
        Refused: A gap or an overlap in figures, an unknown rating or standard.
    """
    scale = _scale(places, raw["scale"])
    needed = {standard.judged_by for standard in standards}
    for judged_by in JudgedBy:
        if (judged_by.value in raw) != (judged_by in needed):
            raise places.fault(
                ("rating", judged_by.value),
                f"these rules are here exactly when a standard is judged by {judged_by.value}.",
            )
    if "discretion" in raw and JudgedBy.CASES not in needed:
        raise places.fault(("rating", "discretion"), "only standards judged by cases can be departed from.")
    evidence = raw.get("evidence")
    return RatingRules(
        scale=scale,
        scale_basis=places.basis(("rating", "scale", "basis"), raw["scale"]["basis"]),
        points_basis=places.basis(("rating", "scale", "points_basis"), raw["scale"]["points_basis"]),
        cases=places.attempt(lambda: _cases(places, raw["cases"], scale), None) if "cases" in raw else None,
        evidence=EvidenceRules(
            evidence["panel_at_least"], places.basis(("rating", "evidence", "basis"), evidence["basis"])
        )
        if evidence
        else None,
        discretion=places.attempt(lambda: _discretion(places, raw["discretion"]), None)
        if "discretion" in raw
        else None,
        overall=_overall(places, raw["overall"], scale, standards),
    )


def _scale(places: Places, raw: Raw) -> tuple[Rating, ...]:
    path: Path = ("rating", "scale", "ratings")
    scale = [Rating(one["id"], one["name"], one["points"], rank) for rank, one in enumerate(raw["ratings"])]
    for rank, rating in enumerate(scale):
        for worse in scale[:rank]:
            if rating.id == worse.id or rating.name.casefold() == worse.name.casefold():
                raise places.fault((*path, rank, "id"), f"“{rating.name}” is given twice.")
            if rating.points <= worse.points:
                raise places.fault(
                    (*path, rank, "points"), "a better rating gives more points; the worst is first."
                )
    return tuple(scale)


def _rising(
    places: Places, path: Path, figures: Mapping[str, int], scale: Sequence[Rating]
) -> tuple[tuple[Rating, int], ...]:
    """Read a figure for every rating, each more than the one before."""
    for name in figures:
        if all(rating.id != name for rating in scale):
            raise places.fault((*path, name), f"“{name}” is not on the scale.")
    found: list[tuple[Rating, int]] = []
    for rating in scale:
        if rating.id not in figures:
            raise places.fault(path, f"the figure for {rating.name} is missing.")
        if found and figures[rating.id] <= found[-1][1]:
            raise places.fault((*path, rating.id), f"it has to be more than the {found[-1][1]} before it.")
        found.append((rating, figures[rating.id]))
    return tuple(found)


def _cases(places: Places, raw: Raw, scale: Sequence[Rating]) -> CaseRules:
    path: Path = ("rating", "cases")
    at_least = _rising(places, (*path, "thresholds", "at_least"), raw["thresholds"]["at_least"], scale)
    if at_least[0][1] != 0:
        raise places.fault(
            (*path, "thresholds", "at_least", scale[0].id),
            "the worst rating begins at 0, so that every share has one.",
        )
    return CaseRules(
        at_least,
        places.basis((*path, "thresholds", "basis"), raw["thresholds"]["basis"]),
        Combining(raw["combining"]["how"]),
        places.basis((*path, "combining", "basis"), raw["combining"]["basis"]),
    )


def _discretion(places: Places, raw: Raw) -> DiscretionRules:
    path: Path = ("rating", "discretion")
    grounds: list[Ground] = []
    for place, one in enumerate(raw["grounds"]):
        kind = GroundKind(one["kind"])
        where = (*path, "grounds", place)
        if (kind is GroundKind.NEAR_BOUNDARY) != ("within_points" in one):
            raise places.fault(
                (*where, "within_points"), "near_boundary has this field, and no other ground has it."
            )
        if any(ground.kind is kind for ground in grounds):
            raise places.fault((*where, "kind"), f"“{kind}” is given twice.")
        grounds.append(
            Ground(kind, one.get("within_points", 0), places.basis((*where, "basis"), one["basis"]))
        )
    return DiscretionRules(
        raw["panel_at_least"], places.basis((*path, "basis"), raw["basis"]), tuple(grounds)
    )


def _overall(
    places: Places, raw: Raw, scale: Sequence[Rating], standards: Sequence[Standard]
) -> OverallRules:
    path: Path = ("rating", "overall")
    maximum: int = raw["maximum"]["points"]
    possible = len(standards) * scale[-1].points
    if maximum != possible:
        raise places.fault(
            (*path, "maximum", "points"),
            f"{len(standards)} standards of up to {scale[-1].points} points give {possible}, not {maximum}.",
        )
    up_to = _rising(places, (*path, "bands", "up_to"), raw["bands"]["up_to"], scale)
    if up_to[-1][1] != maximum:
        raise places.fault(
            (*path, "bands", "up_to", scale[-1].id), f"the best band ends at the maximum, {maximum}."
        )
    caps = tuple(
        _cap(places, (*path, "caps", "rules", place), one, scale, standards)
        for place, one in enumerate(raw["caps"]["rules"])
    )
    for place, cap in enumerate(caps):
        if any(cap.id == other.id for other in caps[:place]):
            raise places.fault((*path, "caps", "rules", place, "id"), f"“{cap.id}” is given twice.")
    return OverallRules(
        maximum,
        places.basis((*path, "maximum", "basis"), raw["maximum"]["basis"]),
        up_to,
        places.basis((*path, "bands", "basis"), raw["bands"]["basis"]),
        caps,
        places.basis((*path, "caps", "basis"), raw["caps"]["basis"]),
    )


def _cap(places: Places, path: Path, raw: Raw, scale: Sequence[Rating], standards: Sequence[Standard]) -> Cap:
    known = {standard.id for standard in standards}
    for place, standard in enumerate(raw["standards"]):
        if standard not in known:
            raise places.fault((*path, "standards", place), f"“{standard}” is not one of the standards.")
    if raw["how_many"] > len(raw["standards"]):
        raise places.fault((*path, "how_many"), f"only {len(raw['standards'])} standards are listed.")
    ratings = {rating.id: rating for rating in scale}
    for field in ("rated_at_most", "overall_at_most"):
        if raw[field] not in ratings:
            raise places.fault((*path, field), f"“{raw[field]}” is not on the scale.")
    return Cap(
        raw["id"],
        raw["words"],
        tuple(raw["standards"]),
        raw["how_many"],
        ratings[raw["rated_at_most"]],
        ratings[raw["overall_at_most"]],
        places.basis((*path, "basis"), raw["basis"]),
    )
