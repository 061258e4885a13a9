"""Themes, sources and the words of a finding, as data (B1, B5, ¶13 to ¶15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from oversight.kernel.data_files import DataFile, read_yaml
from oversight.kernel.refusals import Refused

_DATA: Final = files("oversight.intelligence").joinpath("data")


class Kind(StrEnum):
    """What an item is."""

    FINDING = "finding"
    NOTE = "note"
    WORK = "work"


class Result(StrEnum):
    """What was found. It is no rating: ratings are their owner's alone (¶16)."""

    GOOD = "good"
    SOME = "some_concern"
    SERIOUS = "serious_concern"

    @property
    def concern(self) -> bool:
        """Whether it is a concern."""
        return self is not Result.GOOD


class Confidence(StrEnum):
    """How sure its owner is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Source:
    """Who looks: a column of every picture.

    Args:
        id: Stable name.
        title: What people call it.
        line: Name of its line.
        line_title: What people call its line.
        paragraph: Paragraph that gives it its part.
        parties: Codes of the bodies that it is.
        kinds: Kinds of body that it is.
    """

    id: str
    title: str
    line: str
    line_title: str
    paragraph: str
    parties: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True)
class Theme:
    """An area of delivery.

    Args:
        id: Stable name.
        title: What people call it.
        standards: Inspection standards whose published ratings speak of it.
        looks: Names of the sources planned to look at it.
    """

    id: str
    title: str
    standards: tuple[str, ...]
    looks: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """Everything the file says, by name and in its order."""

    note: str
    sources: Mapping[str, Source]
    themes: Mapping[str, Theme]
    results: Mapping[Result, str]
    ratings: Mapping[str, Result]
    confidence: Mapping[Confidence, str]
    means: Mapping[Confidence, str]
    kinds: Mapping[Kind, str]


def read_words(file: DataFile) -> Words:
    """Read the words.

    Raises:
        Refused: A name is there twice, or names a line or source that is not; the line is given.
    """
    data = file.data
    sources: dict[str, Source] = {}
    for place, one in enumerate(data["sources"]):
        path = ("sources", place)
        if one["id"] in sources:
            raise file.refused((*path, "id"), "another source has this name.", "Keep one of them.")
        if one["line"] not in data["lines"]:
            raise file.refused((*path, "line"), "there is no such line.", "Use a name from lines.")
        sources[one["id"]] = Source(
            one["id"],
            one["title"],
            one["line"],
            data["lines"][one["line"]],
            one["paragraph"],
            frozenset(one["parties"]),
            frozenset(one["kinds"]),
        )
    themes: dict[str, Theme] = {}
    for place, one in enumerate(data["themes"]):
        if one["id"] in themes:
            raise file.refused(("themes", place, "id"), "another theme has this name.", "Keep one of them.")
        for number, look in enumerate(one["looks"]):
            if look not in sources:
                raise file.refused(
                    ("themes", place, "looks", number), "there is no such source.", "Use a name from sources."
                )
        themes[one["id"]] = Theme(one["id"], one["title"], tuple(one["standards"]), tuple(one["looks"]))
    return Words(
        data["note"],
        sources,
        themes,
        {one: data["results"][one.value] for one in Result},
        {name: Result(one) for name, one in data["ratings"].items()},
        {one: data["confidence"][one.value]["title"] for one in Confidence},
        {one: data["confidence"][one.value]["means"] for one in Confidence},
        {one: data["kinds"][one.value] for one in Kind},
    )


@cache
def words() -> Words:
    """Give the words that the service ships."""
    schema = yaml.safe_load(_DATA.joinpath("words-schema.yaml").read_text(encoding="utf-8"))
    return read_words(read_yaml(_DATA.joinpath("words.yaml").read_text("utf-8"), "words.yaml", schema))


def source_of(*, code: str, kind: str) -> Source:
    """Give the source that a body is, by its code or its kind; one that is none of them is another body."""
    every = tuple(words().sources.values())
    for one in every:
        if code in one.parties:
            return one
    for one in every:
        if kind in one.kinds:
            return one
    return every[-1]


def result_of_ratings(given: Iterable[str]) -> Result | None:
    """Say what ratings of one theme amount to: the worst of them; None when one is not known."""
    known = [words().ratings.get(one) for one in given]
    results = [one for one in known if one is not None]
    if not results or len(results) < len(known):
        return None
    order = tuple(Result)
    return max(results, key=order.index)


def theme_of(name: str) -> Theme:
    """Give a theme by its name.

    Raises:
        Refused: There is none; field ``theme``.
    """
    found = words().themes.get(name)
    if found is None:
        raise Refused(
            "not_found_theme", "There is no such theme.", "Choose one from the list.", field="theme"
        )
    return found
