"""Arrangements put together into processes: which, in what order, is data (texts/processes.yaml) (A3).

What each step says comes from the text of arrangements alone, so a page made from this cannot drift from
what the service does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from oversight.arrangements.rules.facts import EventType, Version
from oversight.arrangements.rules.telling import Told, kinds_in_words, said_by_in_words, tell
from oversight.kernel.data_files import DataFile, Path, read_yaml

FILE = "processes.yaml"
OTHER = "other"
_FOLDER = files("oversight.arrangements").joinpath("texts")
_CORRECT = "Correct that line."


@dataclass(frozen=True, kw_only=True)
class StepFile:
    """A step as the file names it.

    Args:
        event: Name of what happens.
        owed: Identifiers of what it starts in this process.
        sometimes: Whether it happens only now and then.
        note: When it happens, where that is not plain.
    """

    event: str
    owed: tuple[str, ...]
    sometimes: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class ProcessFile:
    """A process as the file names it."""

    id: str
    title: str
    summary: str
    why: str
    kinds: tuple[str, ...]
    standing: tuple[str, ...]
    steps: tuple[StepFile, ...]


@dataclass(frozen=True, kw_only=True)
class Principle:
    """A principle of paragraph 10 in our own words."""

    id: str
    title: str
    paragraph: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Everything that the file says."""

    processes: tuple[ProcessFile, ...]
    principles: Mapping[str, Principle]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that happens and what it starts, in plain words.

    Args:
        event: What happens.
        owed: What it starts.
        sometimes: Whether it happens only now and then.
        note: When it happens, where that is not plain.
        said_by: Who records that it happened, in plain words.
    """

    event: EventType
    owed: tuple[Told, ...]
    sometimes: bool
    note: str
    said_by: str


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process under one version of the arrangements.

    Args:
        id: Stable identifier.
        title: Its name.
        summary: What it is.
        why: What it is for.
        kinds: Kinds it is about, in plain words; empty when kinds do not matter.
        steps: What happens, in order.
        standing: What holds all the time and this process rests on.
    """

    id: str
    title: str
    summary: str
    why: str
    kinds: tuple[str, ...]
    steps: tuple[Step, ...]
    standing: tuple[Told, ...]

    @property
    def owed(self) -> tuple[Told, ...]:
        """Everything it starts, each arrangement once, in order."""
        return tuple({one.arrangement.id: one for step in self.steps for one in step.owed}.values())


def read_catalogue(text: str, name: str) -> Catalogue:
    """Read a list of processes.

    Args:
        text: The whole file.
        name: Name of the file, for messages.

    Raises:
        Refused: A fault in its shape, or a process named twice; the line is named (rule ``data_file``).
    """
    schema = yaml.safe_load(_FOLDER.joinpath("processes-schema.yaml").read_text(encoding="utf-8"))
    found = read_yaml(text, name, schema)
    _check_names(found)
    return Catalogue(
        processes=tuple(_process(raw) for raw in found.data["processes"]),
        principles={
            key: Principle(id=key, title=raw["title"], paragraph=raw["paragraph"], words=raw["words"])
            for key, raw in found.data["principles"].items()
        },
    )


@cache
def shipped_catalogue() -> Catalogue:
    """Give the list of processes that comes with the service."""
    return read_catalogue(_FOLDER.joinpath(FILE).read_text(encoding="utf-8"), FILE)


def _check_names(found: DataFile) -> None:
    seen = {OTHER}
    for place, raw in enumerate(found.data["processes"]):
        path: Path = ("processes", place, "id")
        if raw["id"] in seen:
            raise found.refused(path, f"“{raw['id']}” is taken.", _CORRECT)
        seen.add(raw["id"])


def _process(raw: Mapping[str, Any]) -> ProcessFile:
    return ProcessFile(
        id=raw["id"],
        title=raw["title"],
        summary=raw["summary"],
        why=raw["why"],
        kinds=tuple(raw.get("kinds", ())),
        standing=tuple(raw.get("standing", ())),
        steps=tuple(
            StepFile(
                event=step["event"],
                owed=tuple(step.get("owed", ())),
                sometimes=step.get("sometimes", False),
                note=step.get("note", ""),
            )
            for step in raw["steps"]
        ),
    )


def processes_under(version: Version, catalogue: Catalogue) -> tuple[Process, ...]:
    """Give every process as ``version`` has it, in the order of the catalogue.

    What the version does not have is left out. What it has and no process names comes last, in a process of
    its own, so that every arrangement that an event starts is in at least one.
    """
    found = [_under(raw, version) for raw in catalogue.processes]
    found = [process for process in found if process.owed]
    placed = {one.arrangement.id for process in found for one in process.owed}
    left = _left_over(version, placed)
    return (*found, left) if left else tuple(found)


def _under(raw: ProcessFile, version: Version) -> Process:
    steps = []
    for step in raw.steps:
        event = version.events.get(step.event)
        if event is None:
            continue
        named = [version.arrangement(identifier) for identifier in step.owed]
        owed = [one for one in named if one is not None and _starts_at(one.id, step.event, version)]
        steps.append(
            Step(
                event=event,
                owed=tuple(tell(one, version) for one in owed),
                sometimes=step.sometimes,
                note=step.note,
                said_by=said_by_in_words(event, version),
            )
        )
    standing = [version.arrangement(identifier) for identifier in raw.standing]
    return Process(
        id=raw.id,
        title=raw.title,
        summary=raw.summary,
        why=raw.why,
        kinds=kinds_in_words(raw.kinds, version),
        steps=tuple(steps),
        standing=tuple(tell(one, version) for one in standing if one is not None and one.standing),
    )


def _starts_at(identifier: str, event: str, version: Version) -> bool:
    arrangement = version.arrangement(identifier)
    if arrangement is None:
        return False
    again = arrangement.recurs and any(meeting.event == event for meeting in arrangement.met_by)
    return again or any(start.event == event for start in arrangement.starts)


def _left_over(version: Version, placed: set[str]) -> Process | None:
    left = [one for one in version.arrangements if not one.standing and one.id not in placed]
    if not left:
        return None
    events = dict.fromkeys(start.event for one in left for start in one.starts)
    return Process(
        id=OTHER,
        title="Other arrangements",
        summary="Arrangements in this version of the text that belong to no other process.",
        why="Nothing that the text asks for is left out.",
        kinds=(),
        steps=tuple(
            Step(
                event=version.events[event],
                owed=tuple(
                    tell(one, version) for one in left if any(start.event == event for start in one.starts)
                ),
                sometimes=False,
                note="",
                said_by=said_by_in_words(version.events[event], version),
            )
            for event in events
        ),
        standing=(),
    )
