"""The quality standards of reviews, as versioned data: one set for both bodies (¶19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

import yaml

from oversight.kernel.data_files import DataFile, read_yaml
from oversight.kernel.refusals import Refused
from oversight.sfo.rules.designs import PARAGRAPH

#: The overall rating stands beside the standards under this name.
OVERALL: Final = "overall"
_DATA = files("oversight.sfo").joinpath("data")


@dataclass(frozen=True)
class Standard:
    """One standard.

    Args:
        id: Its identifier.
        title: What people read.
        verified: Whether a published page confirms it.
    """

    id: str
    title: str
    verified: bool


@dataclass(frozen=True)
class Standards:
    """One version of the standards.

    Args:
        version: Its number.
        effective_from: Reviews notified on this day or later are marked by it, until a later version.
        title: What they are called.
        source: Where they were published.
        scale: Title of each rating by identifier, lowest first.
        standards: The standards, then the overall rating.
        overall_note: How the overall rating comes about.
        overall_verified: Whether a published page confirms that.
    """

    version: int
    effective_from: date
    title: str
    source: str
    scale: Mapping[str, str]
    standards: tuple[Standard, ...]
    overall_note: str
    overall_verified: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Identifiers of everything that is rated."""
        return tuple(one.id for one in self.standards)

    def rank(self, rating: str) -> int:
        """Give the place of a rating on the scale, from 0."""
        return list(self.scale).index(rating)

    def check(self, ratings: Mapping[str, str], reasons: Mapping[str, str]) -> None:
        """Refuse a marking that leaves a rating or its reason out, or knows other ones.

        Raises:
            Refused: Rule ``sfo_marking``; ``field`` names what is wrong.
        """
        for one in self.standards:
            if ratings.get(one.id) not in self.scale:
                raise _wrong(f"“{one.title}” is not rated.", "Choose a rating.", one.id)
            if not reasons.get(one.id):
                raise _wrong(
                    f"The rating of “{one.title}” has no reason.",
                    "Enter it: the region learns from it.",
                    f"{one.id}_reason",
                )
        if unknown := (ratings.keys() | reasons.keys()) - set(self.names):
            raise _wrong(f"There is no standard “{min(unknown)}”.", "Open the review again.", "")


def _wrong(why: str, what_next: str, field: str) -> Refused:
    return Refused("sfo_marking", why, what_next, paragraph=PARAGRAPH, field=field)


def read_standards(text: str, name: str = "standards.yaml") -> tuple[Standards, ...]:
    """Read a file of standards.

    Args:
        text: The file, as YAML.
        name: Its name, for messages.

    Raises:
        Refused: A fault, named by line and field.
    """
    schema = yaml.safe_load(_DATA.joinpath("standards-schema.yaml").read_text(encoding="utf-8"))
    found = read_yaml(text, name, schema)
    versions = tuple(_version(found, at, given) for at, given in enumerate(found.data["versions"]))
    for at, (earlier, later) in enumerate(pairwise(versions), start=1):
        if later.version != earlier.version + 1 or later.effective_from <= earlier.effective_from:
            raise found.refused(
                ("versions", at, "version"),
                "versions go up by one, each from a later day.",
                "Put the versions in order.",
                paragraph=PARAGRAPH,
            )
    return versions


def _version(found: DataFile, at: int, given: Mapping[str, Any]) -> Standards:
    start = given["effective_from"]
    if not isinstance(start, date) or isinstance(start, datetime):
        raise found.refused(
            ("versions", at, "effective_from"),
            "this is no date.",
            "Write it as 2026-04-01.",
            paragraph=PARAGRAPH,
        )
    held = [Standard(one["id"], one["title"], one["verified"]) for one in given["standards"]]
    held.append(Standard(OVERALL, given["overall"]["title"], given["overall"]["verified"]))
    for kind, names in (
        ("standards", [one.id for one in held]),
        ("scale", [one["id"] for one in given["scale"]]),
    ):
        if len(set(names)) != len(names):
            raise found.refused(
                ("versions", at, kind), "one of them is there twice.", "Leave one out.", paragraph=PARAGRAPH
            )
    return Standards(
        version=given["version"],
        effective_from=start,
        title=given["title"],
        source=given["source"],
        scale={one["id"]: one["title"] for one in given["scale"]},
        standards=tuple(held),
        overall_note=given["overall_rule"]["note"],
        overall_verified=given["overall_rule"]["verified"],
    )


@cache
def shipped_standards() -> tuple[Standards, ...]:
    """Give the standards that come with the service, earliest first."""
    return read_standards(_DATA.joinpath("standards.yaml").read_text(encoding="utf-8"))


def standards_on(versions: Sequence[Standards], day: date) -> Standards:
    """Give the standards for a review notified on a day.

    Raises:
        Refused: None were in force then (rule ``sfo_standards``).
    """
    found = [one for one in versions if one.effective_from <= day]
    if not found:
        raise Refused(
            "sfo_standards",
            "No quality standards were agreed on that day.",
            "Enter a later day of notification.",
            paragraph=PARAGRAPH,
            field="notified_on",
        )
    return found[-1]


def standards_of(versions: Sequence[Standards], version: int) -> Standards:
    """Give a version of the standards.

    Raises:
        LookupError: There is none of that number; the tables and the data disagree.
    """
    for one in versions:
        if one.version == version:
            return one
    msg = f"There is no version {version} of the standards."
    raise LookupError(msg)
