"""What an independent review holds and how it is described, as data (¶19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final, cast

import yaml

from oversight.kernel.data_files import read_yaml
from oversight.kernel.digests import Value, canonical, digest, parse
from oversight.sfo.rules.independent import PARAGRAPH

_DATA: Final = files("oversight.sfo").joinpath("data")


@dataclass(frozen=True)
class SectionKind:
    """A section of the report.

    Args:
        id: Its identifier.
        title: Its heading.
        help: What belongs in it.
    """

    id: str
    title: str
    help: str


@dataclass(frozen=True)
class Made:
    """What the public register says that the review was made under."""

    id: str
    title: str
    since: date
    about: str
    not_known: str
    source: str


@dataclass(frozen=True)
class Outline:
    """What an independent review holds.

    Args:
        scopes: Title of each scope by identifier.
        sections: Its sections in order.
        family_rule: The rule on the family.
        family_default: Whether the rule is this service's own.
        family_note: Where the rule comes from.
        made: What it is made under.
    """

    scopes: Mapping[str, str]
    sections: tuple[SectionKind, ...]
    family_rule: str
    family_default: bool
    family_note: str
    made: Made


def read_outline(text: str, name: str = "independent.yaml") -> Outline:
    """Read the file that says what an independent review holds.

    Raises:
        Refused: A fault, named by line and field.
    """
    schema = yaml.safe_load(_DATA.joinpath("independent-schema.yaml").read_text(encoding="utf-8"))
    found = read_yaml(text, name, schema)
    made = found.data["programme"]
    if not isinstance(made["since"], date) or isinstance(made["since"], datetime):
        raise found.refused(
            ("programme", "since"), "this is no date.", "Write it as 2023-08-18.", paragraph=PARAGRAPH
        )
    for kind in ("scopes", "sections"):
        names = [one["id"] for one in found.data[kind]]
        if len(set(names)) != len(names):
            raise found.refused((kind,), "one of them is there twice.", "Leave one out.", paragraph=PARAGRAPH)
    family = found.data["family"]
    return Outline(
        scopes={one["id"]: one["title"] for one in found.data["scopes"]},
        sections=tuple(SectionKind(**one) for one in found.data["sections"]),
        family_rule=family["rule"],
        family_default=family["default"],
        family_note=family["note"],
        made=Made(**made),
    )


@cache
def outline() -> Outline:
    """Give what an independent review holds."""
    return read_outline(_DATA.joinpath("independent.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class WrittenSection:
    """A section as it stood in a version."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class WrittenRecommendation:
    """A recommendation as it stood in a version; its number is its own for ever."""

    number: int
    addressee: str
    text: str


@dataclass(frozen=True)
class VersionText:
    """Everything that a version of the report says.

    Args:
        title: Title of the report.
        terms: Terms of reference.
        sections: Its sections in order.
        recommendations: Its recommendations by number.
    """

    title: str
    terms: str
    sections: tuple[WrittenSection, ...]
    recommendations: tuple[WrittenRecommendation, ...]

    def plain(self) -> Value:
        """Give it as plain data."""
        return {
            "title": self.title,
            "terms": self.terms,
            "sections": [{"id": one.id, "title": one.title, "text": one.text} for one in self.sections],
            "recommendations": [
                {"number": one.number, "addressee": one.addressee, "text": one.text}
                for one in self.recommendations
            ],
        }

    @property
    def text(self) -> str:
        """Its canonical text, which is kept."""
        return canonical(self.plain())

    @property
    def digest(self) -> str:
        """SHA-256 of that text."""
        return digest(self.plain())


def read_version(text: str) -> VersionText:
    """Read back what ``VersionText.text`` gave."""
    data = cast("Mapping[str, object]", parse(text))
    sections = cast("list[Mapping[str, str]]", data["sections"])
    made = cast("list[Mapping[str, object]]", data["recommendations"])
    return VersionText(
        title=str(data["title"]),
        terms=str(data["terms"]),
        sections=tuple(WrittenSection(one["id"], one["title"], one["text"]) for one in sections),
        recommendations=tuple(
            WrittenRecommendation(cast("int", one["number"]), str(one["addressee"]), str(one["text"]))
            for one in made
        ),
    )
