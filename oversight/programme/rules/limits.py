"""When visits lie too close or weigh too much: rules as data, dated and labelled (C2, C3, ¶10(iv), ¶28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final

import yaml

from oversight.kernel.data_files import read_yaml
from oversight.programme.rules.kinds import data_text

_FILE: Final = "clashes.yaml"
_SCHEMA: Final = "clashes-schema.yaml"


class Force(StrEnum):
    """How firmly a rule is put."""

    MUST = "must"
    USUALLY = "usually"
    AIM = "aim"


FORCE_WORDS: Final = {
    Force.MUST: "Holds the date back",
    Force.USUALLY: "Is talked through",
    Force.AIM: "Is shown only",
}


class RuleKind(StrEnum):
    """What a rule looks at."""

    GAP = "gap"
    CONCURRENT = "concurrent"
    BURDEN = "burden"
    BLACKOUT = "blackout"


class Reach(StrEnum):
    """Which places or what a rule is about."""

    SAME = "same"
    SAME_UNIT = "same_unit"
    SAME_REGION = "same_region"
    PDU = "pdu"
    REGION = "region"
    BODY = "body"
    PLACE = "place"


@dataclass(frozen=True)
class Rule:
    """One rule.

    Args:
        id: Its identifier.
        title: What has happened when it is broken.
        kind: What it looks at.
        reach: Which places it is about.
        force: How firmly it is put.
        paragraph: Paragraph behind it.
        weeks: Free weeks wanted, or length of the window; 0 where it has none.
        most: Visits at the same time; 0 where it has none.
        fixed: Days of the limit for any place; 0 where it has none.
        per_unit: Further days of the limit for each open unit of a region.
        spares: Bodies whose visits it never holds back because of another body's (¶16).
    """

    id: str
    title: str
    kind: RuleKind
    reach: Reach
    force: Force
    paragraph: str
    weeks: int = 0
    most: int = 0
    fixed: int = 0
    per_unit: int = 0
    spares: frozenset[str] = frozenset()

    def limit(self, units: int) -> int:
        """Give the most days that a place of so many units carries within the window."""
        return self.fixed + self.per_unit * units

    def force_for(self, owner: str, *, others: frozenset[str]) -> Force:
        """Give how firmly it is put to a body, against visits of these other bodies."""
        if self.force is Force.MUST and owner in self.spares and others - {owner}:
            return Force.USUALLY
        return self.force


@dataclass(frozen=True)
class Limits:
    """Every rule and the figures that go with them.

    Args:
        version: Number of this version.
        since: First day on which it holds.
        agreed: Whether the bodies agreed the figures.
        note: What is said of them where they did not.
        block_weeks: Weeks of a block by which an unannounced visit counts for others.
        hours_a_day: Hours of work on information that weigh as much as one visit day.
        rules: The rules in the order of the file.
        sites_weigh: Whether a visit to a place outside the register weighs on the region that it concerns.
        sites_why: Why that is so.
    """

    version: int
    since: date
    agreed: bool
    note: str
    block_weeks: int
    hours_a_day: float
    rules: tuple[Rule, ...]
    sites_weigh: bool
    sites_why: str

    def rule(self, identifier: str) -> Rule | None:
        """Give the rule of an identifier; None when there is none any more."""
        return next((one for one in self.rules if one.id == identifier), None)

    def burden_rules(self, place_kind: str) -> tuple[Rule, ...]:
        """Give the rules on what a place of this kind carries, shortest window first."""
        held = [one for one in self.rules if one.kind is RuleKind.BURDEN and one.reach == place_kind]
        return tuple(sorted(held, key=lambda one: one.weeks))


def read_limits(text: str, name: str, schema: Mapping[str, Any]) -> Limits:
    """Read the rules.

    Raises:
        Refused: The document does not fit, or names a rule twice.
    """
    found = read_yaml(text, name, schema)
    told = found.data
    rules: dict[str, Rule] = {}
    for place, one in enumerate(told["rules"]):
        if one["id"] in rules:
            raise found.refused(
                ("rules", place, "id"), f"“{one['id']}” is there twice.", "Rename one of them."
            )
        limit = one.get("limit", {"fixed": 0, "per_unit": 0})
        rules[one["id"]] = Rule(
            id=one["id"],
            title=one["title"],
            kind=RuleKind(one["kind"]),
            reach=Reach(one.get("places") or one.get("of") or Reach.REGION),
            force=Force(one["force"]),
            paragraph=one["paragraph"],
            weeks=one.get("weeks", 0),
            most=one.get("most", 0),
            fixed=limit["fixed"],
            per_unit=limit["per_unit"],
            spares=frozenset(one.get("except", ())),
        )
    return Limits(
        version=told["version"],
        since=date.fromisoformat(str(told["in_force_from"])),
        agreed=told["confidence"] == "agreed",
        note=told["note"],
        block_weeks=told["hidden_block_weeks"],
        hours_a_day=float(told["hours_a_day"]),
        rules=tuple(rules.values()),
        sites_weigh=told["outside_register"]["weighs_on_region"],
        sites_why=told["outside_register"]["why"],
    )


@cache
def limits() -> Limits:
    """Give the rules that come with the service."""
    return read_limits(data_text(_FILE), _FILE, yaml.safe_load(data_text(_SCHEMA)))
