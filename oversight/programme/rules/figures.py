"""What the planner starts from, and its words; the data file says where each figure comes from (C4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml

from oversight.kernel.data_files import read_yaml
from oversight.programme.planner.objectives import objectives
from oversight.programme.rules.kinds import data_text

_FILE: Final = "planning.yaml"
_SCHEMA: Final = "planning-schema.yaml"


@dataclass(frozen=True)
class Easing:
    """A rule that may be relaxed where nothing fits, and by how much.

    Args:
        rule: ``span``, ``burden`` or ``gap``, as the planner knows it.
        step: By how much: weeks, per cent of the limit, weeks.
        words: What that means, as a sentence.
    """

    rule: str
    step: int
    words: str


@dataclass(frozen=True)
class Figures:
    """What the planner starts from; see the data file for each figure.

    Args:
        lead_weeks: Weeks ahead from which a visit is planned.
        unit_span: Most weeks between the first and last core inspection of a region's units.
        region_after: Least and most weeks from the last of these to the region's own.
        usual_seconds: How long a plan is searched for as a rule.
        most_seconds: And at most.
        explaining_seconds: How long relaxed rules are tried where something finds no place.
        longest_weeks: Most weeks that are planned at once.
        easings: Rules that may be relaxed, in the order in which that is offered.
        rules: What keeps a visit out, in words, by the rule that the planner names.
        agreed: Whether the bodies agreed the figures.
        note: What is said of them where they did not.
    """

    lead_weeks: int
    unit_span: int
    region_after: tuple[int, int]
    usual_seconds: int
    most_seconds: int
    explaining_seconds: int
    longest_weeks: int
    easings: tuple[Easing, ...]
    rules: Mapping[str, str]
    agreed: bool
    note: str

    def easing(self, rule: str) -> Easing | None:
        """Give how a rule may be relaxed; None for one that may not."""
        return next((one for one in self.easings if one.rule == rule), None)


def read_figures(text: str, name: str, schema: Mapping[str, Any]) -> Figures:
    """Read the figures.

    Raises:
        Refused: The document does not fit, or a range in it runs backwards.
    """
    found = read_yaml(text, name, schema)
    told = found.data
    least, most = told["region_after"]
    if least > most or told["seconds"]["usual"] > told["seconds"]["most"]:
        raise found.refused(("region_after",), "A range runs backwards.", "Put the smaller figure first.")
    return Figures(
        lead_weeks=told["lead_weeks"],
        unit_span=told["unit_span"],
        region_after=(least, most),
        usual_seconds=told["seconds"]["usual"],
        most_seconds=told["seconds"]["most"],
        explaining_seconds=told["seconds"]["explaining"],
        longest_weeks=told["longest_weeks"],
        easings=tuple(
            Easing(rule, step, told["easings"][rule].format(step=step))
            for rule, step in objectives().relaxations
        ),
        rules=dict(told["rules"]),
        agreed=told["confidence"] == "agreed",
        note=told["note"],
    )


@cache
def figures() -> Figures:
    """Give the figures that come with the service."""
    return read_figures(data_text(_FILE), _FILE, yaml.safe_load(data_text(_SCHEMA)))
