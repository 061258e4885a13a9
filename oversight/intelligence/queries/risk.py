"""Risk pictures from published ratings and from what the reader's body sees in common (B7, ¶10(v), ¶30)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from oversight.intelligence.queries.looks import rounds_standing
from oversight.intelligence.queries.risk_sight import (
    SEE_RISK,
    check_not_hidden,
    is_hidden,
    places_visited_by,
)
from oversight.intelligence.rules.counting import rules_on
from oversight.intelligence.rules.risk import Basis, Place, Rated, RiskPicture, Told, risk_picture
from oversight.intelligence.rules.weights import Weights, weights_on
from oversight.intelligence.rules.words import Confidence, Kind, Result
from oversight.kernel.acting import Actor
from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.parties.queries.units import register
from oversight.publication.queries.reports import GivenRating, ratings_given

PAGE_SIZE: Final = 25
#: How the origin of what came from published ratings begins.
OF_RATINGS: Final = "inspection:"
REGION: Final = "region"
UNIT: Final = "pdu"
_EVERY_KIND: Final = tuple(str(one) for one in Kind)
#: Looked up by the thousand when every place is listed; asking the enumeration costs five times as much.
_RESULTS: Final = {one.value: one for one in Result}
_CONFIDENCE: Final = {one.value: one for one in Confidence}


def rated_by_place(given: Iterable[GivenRating]) -> Mapping[str, Sequence[Rated]]:
    """Give published ratings by place, each with the day by which it was certainly published.

    That is the last day that its date allows, or that on which it came into the register if that is sooner.
    """
    found: dict[str, list[Rated]] = {}
    for one in given:
        day = PartialDate.parse(one.published) if one.published else None
        found.setdefault(one.unit_code, []).append(
            Rated(
                one.unit_code,
                one.standard,
                one.rating,
                one.reference,
                day.first_day if day else None,
                min(day.last_day, one.entered_on) if day else one.entered_on,
            )
        )
    return found


def _told(actor: Actor, *, on: date, today: date, code: str = "") -> Mapping[str, Sequence[Told]]:
    """Give what stands in sight of regions and units, or of one alone, by place: one query."""
    rows = rounds_standing(actor, on=on, today=today, kinds=_EVERY_KIND).filter(found_on__lte=on)
    # What an inspection shares of its published ratings counts as these ratings do already.
    rows = rows.exclude(item__origin__startswith=OF_RATINGS)
    if code:
        rows = rows.filter(item__about__code=code)
    names = ("item__kind", "item__theme", "item__source", "item__body__code", "result", "confidence")
    found: dict[str, list[Told]] = {}
    for about, item, kind, theme, source, body, result, confidence, found_on, said_at in rows.order_by(
        "item"
    ).values_list("item__about__code", "item", *names, "found_on", "said_at"):
        found.setdefault(about, []).append(
            Told(
                item,
                kind == Kind.NOTE,
                theme,
                source,
                body,
                _RESULTS[result],
                _CONFIDENCE[confidence],
                found_on,
                said_at.astimezone(LONDON).date(),
            )
        )
    return found


def places() -> Mapping[str, Place]:
    """Give every region and unit that there is or was, with those that its picture looks at beside it."""
    parties = parties_by_code()
    units: dict[str, list[str]] = {code: [] for code, one in parties.items() if one.kind == REGION}
    region_of: dict[str, str] = {}
    for code, one in parties.items():
        if one.kind == UNIT:
            region = next((part for part in one.lineage.split("/") if part in units), "")
            region_of[code] = region
            units.setdefault(region, []).append(code)
    found = {code: Place(code, "", tuple(below)) for code, below in units.items() if code}
    for code, region in region_of.items():
        others = tuple(other for other in units[region] if other != code) if region else ()
        found[code] = Place(code, region, others)
    return found


def _basis(on: date, weights: Weights) -> Basis:
    rules = rules_on(on)
    return Basis(on, weights, rules.stale_months.figure, rules.corroborated_months.figure)


def picture_of_published(
    place: Place, rated: Mapping[str, Sequence[Rated]], on: date, weights: Weights
) -> RiskPicture:
    """Make the picture of what is published alone, which anybody may know."""
    return risk_picture(place, rated=rated, told=(), basis=_basis(on, weights))


@dataclass(frozen=True)
class UnitRisk:
    """A place's picture with the place itself.

    Args:
        unit: The place.
        picture: Its picture.
        published: Partial date of each published inspection in it, as text, by reference.
    """

    unit: PartyRef
    picture: RiskPicture
    published: Mapping[str, str] = field(default_factory=dict)


def risk_of(*, actor: Actor, code: str, on: date, today: date) -> UnitRisk:
    """Give the risk picture of a place as of a day: five queries, however much is held.

    A day to come is today.

    Args:
        actor: A planner.
        code: Code of the place.
        on: As of which day.
        today: London date.

    Raises:
        Refused: There is no such region or unit, or the actor is on the team that inspects it.
    """
    actor.demand(SEE_RISK)
    unit, place = parties_by_code().get(code), places().get(code)
    if unit is None or place is None:
        raise Refused(
            "not_found_place",
            "There is no such region or unit.",
            "Look for it in the list of risk pictures.",
        )
    check_not_hidden(unit, places_visited_by(actor, today=today))
    day = min(on, today)
    codes = {code, place.region, *place.others} - {""}
    given = ratings_given(codes=codes)
    told = _told(actor, on=day, today=today, code=code).get(code, ())
    basis = _basis(day, weights_on(day))
    picture = risk_picture(place, rated=rated_by_place(given), told=told, basis=basis)
    return UnitRisk(unit, picture, {one.reference: one.published for one in given})


def every_risk(
    *, actor: Actor, today: date, codes: Collection[str] | None = None
) -> Mapping[str, RiskPicture]:
    """Give the picture of every region and unit today: four queries, however much is held.

    Whoever sees no risk pictures is given those of what is published alone, which anybody may work out.
    A planner's own visits hide nothing here: what comes of it is told to a body, so callers hide it from
    whomever ``places_visited_by`` names.

    Args:
        actor: Who asks.
        today: London date.
        codes: Of these places alone; None for all.
    """
    rated = rated_by_place(ratings_given())
    told = _told(actor, on=today, today=today) if actor.may(SEE_RISK) else {}
    basis = _basis(today, weights_on(today))
    return {
        code: risk_picture(place, rated=rated, told=told.get(code, ()), basis=basis)
        for code, place in places().items()
        if codes is None or code in codes
    }


@dataclass(frozen=True)
class RiskList:
    """A page of places by risk.

    Args:
        lines: The places of the page, the highest score first.
        count: How many there are.
        page: Which page.
        most: The highest score of all, for the drawing.
        hidden: Places whose pictures are not shown to the reader, who goes there, by name.
        weights: The weights that hold today.
    """

    lines: tuple[UnitRisk, ...]
    count: int
    page: int
    most: int
    hidden: tuple[PartyRef, ...]
    weights: Weights


def risk_list(*, actor: Actor, today: date, region: str = "", page: int = 1) -> RiskList:
    """Give a page of the open regions and units by risk: six queries, however much is held.

    Args:
        actor: A planner.
        today: London date.
        region: Of this region and its units alone; empty for all.
        page: Which page.
    """
    actor.demand(SEE_RISK)
    parties, visited = parties_by_code(), places_visited_by(actor, today=today)
    rows = register(standing="open", region=region, today=today).values_list("code", flat=True)
    here = [parties[code] for code in rows]
    hidden = tuple(one for one in here if is_hidden(one, visited))
    kept = {one.code for one in here} - {one.code for one in hidden}
    pictures = every_risk(actor=actor, today=today, codes=kept)
    ordered = sorted(pictures.values(), key=lambda one: (-one.score, parties[one.place].name, one.place))
    number = min(max(1, page), max(1, -(-len(ordered) // PAGE_SIZE)))
    shown = ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return RiskList(
        lines=tuple(UnitRisk(parties[one.place], one) for one in shown),
        count=len(ordered),
        page=number,
        most=ordered[0].score if ordered else 0,
        hidden=hidden,
        weights=weights_on(today),
    )
