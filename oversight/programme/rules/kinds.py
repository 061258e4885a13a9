"""Types of visit and the teams that make them, as data (C5, ¶13 to ¶18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from oversight.kernel.data_files import DataFile, read_yaml
from oversight.kernel.refusals import Refused

_FILE: Final = "visits.yaml"
_SCHEMA: Final = "visits-schema.yaml"


@dataclass(frozen=True)
class VisitKind:
    """A type of visit.

    Args:
        id: Its identifier.
        title: What people read.
        bodies: Codes of the parties whose visits are of this type.
        places: Kinds of place that are visited: ``pdu``, ``region``, or ``site`` for what has a name alone.
        weeks: Usual length of fieldwork in weeks.
        visit_days: Usual days of visitors on site.
        in_cycle: Whether it counts towards inspecting everyone in turn (¶17).
        paragraph: Paragraph behind it.
        teams: Identifiers of the teams that usually make it.
    """

    id: str
    title: str
    bodies: tuple[str, ...]
    places: tuple[str, ...]
    weeks: int
    visit_days: int
    in_cycle: bool
    paragraph: str
    teams: tuple[str, ...]


@dataclass(frozen=True)
class Team:
    """A team, or a pool of teams alike.

    Args:
        id: Its identifier.
        title: What people read.
        body: Code of the party that it belongs to.
        at_once: How many visits it can make at the same time.
    """

    id: str
    title: str
    body: str
    at_once: int


@dataclass(frozen=True)
class VisitData:
    """Everything that the file says.

    Args:
        kinds: Types of visit by identifier, in the order of the file.
        teams: Teams by identifier, likewise.
        verified: Whether the figures are confirmed.
        note: What is said of them where they are not.
    """

    kinds: Mapping[str, VisitKind]
    teams: Mapping[str, Team]
    verified: bool
    note: str


def read_visit_data(text: str, name: str, schema: Mapping[str, Any]) -> VisitData:
    """Read types of visit and teams.

    Args:
        text: The YAML document.
        name: Name of the file, for messages.
        schema: Its JSON schema.

    Raises:
        Refused: The document does not fit, names something twice, or a type names a team that is not there
            or that belongs to no body of that type.
    """
    found = read_yaml(text, name, schema)
    told = found.data
    teams = _by_id(found, "teams", [Team(**one) for one in told["teams"]])
    kinds = _by_id(
        found,
        "kinds",
        [
            VisitKind(
                **one
                | {
                    "bodies": tuple(one["bodies"]),
                    "places": tuple(one["places"]),
                    "teams": tuple(one["teams"]),
                }
            )
            for one in told["kinds"]
        ],
    )
    for place, kind in enumerate(kinds.values()):
        for team in kind.teams:
            if team not in teams or teams[team].body not in kind.bodies:
                raise found.refused(
                    ("kinds", place, "teams"),
                    f"“{team}” is no team of {', '.join(kind.bodies)}.",
                    "Name one.",
                )
    return VisitData(kinds, teams, told["confidence"] == "verified", told["note"])


def _by_id(found: DataFile, group: str, given: list[Any]) -> dict[str, Any]:
    by_id: dict[str, Any] = {}
    for place, one in enumerate(given):
        if one.id in by_id:
            raise found.refused((group, place, "id"), f"“{one.id}” is there twice.", "Rename one of them.")
        by_id[one.id] = one
    return by_id


def data_text(name: str) -> str:
    """Give the text of a data file of this area."""
    return files("oversight.programme").joinpath("data", name).read_text(encoding="utf-8")


@cache
def visit_data() -> VisitData:
    """Give the types of visit and teams that come with the service."""
    return read_visit_data(data_text(_FILE), _FILE, yaml.safe_load(data_text(_SCHEMA)))


def kinds_of(body: str) -> tuple[VisitKind, ...]:
    """Give the types of visit that a body makes."""
    return tuple(kind for kind in visit_data().kinds.values() if body in kind.bodies)


def check_kind(kind_id: str, *, owner: str, place_kind: str) -> VisitKind:
    """Give the type of visit, when this body makes it and this kind of place is visited so.

    Raises:
        Refused: There is no such type, or it does not fit; ``field`` says which entry is wrong.
    """
    kind = visit_data().kinds.get(kind_id)
    if kind is None or owner not in kind.bodies:
        raise Refused(
            "visit_kind",
            "This body makes no visits of that type.",
            "Choose another type of visit.",
            paragraph="28",
            field="kind",
        )
    if place_kind not in kind.places:
        wanted = " or a ".join(
            {"pdu": "Probation Delivery Unit", "region": "region", "site": "place with a name alone"}[one]
            for one in kind.places
        )
        raise Refused(
            "visit_place",
            f"“{kind.title}” is made at a {wanted}.",
            "Choose another place or another type of visit.",
            paragraph=kind.paragraph,
            field="place",
        )
    return kind


def check_site(kind: VisitKind, answering: int) -> None:
    """Refuse a visit to a place outside the register of a type that is made at none, or several answer.

    Raises:
        Refused: Rule ``visit_place``.
    """
    if "site" not in kind.places or answering != 1:
        raise Refused(
            "visit_place",
            f"“{kind.title}” is made at no place outside the register, or not one body answers for it.",
            "Name one region or unit, or the one body that answers.",
            paragraph=kind.paragraph,
            field="place",
        )


def check_teams(teams: tuple[str, ...], *, owner: str) -> None:
    """Refuse teams that are not there or belong to another body.

    Raises:
        Refused: Rule ``visit_teams``.
    """
    known = visit_data().teams
    for team in teams:
        if team not in known or known[team].body != owner:
            raise Refused(
                "visit_teams",
                "A team that was named does not belong to the body whose visit it is.",
                "Choose its own teams.",
                paragraph="28",
                field="teams",
            )
