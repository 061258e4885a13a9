"""From a file to a programme; every fault is refused by line and field (A9, ¶9).

First the shape (programmes/schema.yaml), then the sense: names that are known, a scale, thresholds and bands
without gaps, and one basis for every figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib.resources import files
from typing import Any, TypeVar

import yaml

from oversight.inspections.rules.programmes import (
    OWNER,
    Basis,
    Information,
    InspectionType,
    JudgedBy,
    Programme,
    Question,
    Sample,
    SmallSample,
    Source,
    Standard,
)
from oversight.inspections.rules.reading_rating import rating_rules
from oversight.kernel.data_files import DataFile, Path, every_fault, read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words

LONGEST = 1_000_000
T = TypeVar("T")
_CORRECT = "Correct that line and load the file again. Nothing was changed."
_FOLDER = files("oversight.inspections").joinpath("programmes")


@cache
def _shipped() -> Mapping[tuple[str, int], tuple[str, Programme]]:
    """Give each shipped version with the name of its file, by programme and number."""
    names = sorted(entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".yaml"))
    found: dict[tuple[str, int], tuple[str, Programme]] = {}
    for name in names:
        if name == "schema.yaml":
            continue
        programme = read_programme(shipped_text(name), name)
        key = (programme.id, programme.version)
        if key in found:
            raise Refused(
                "programme_version",
                f"{name} holds version {programme.version} of {programme.id}, which another file holds too.",
                "Give it the next version.",
                paragraph="9",
            )
        found[key] = (name, programme)
    return found


@cache
def shipped_programmes() -> tuple[Programme, ...]:
    """Give every version of every programme that comes with the service, oldest first.

    Raises:
        Refused: A file has a fault, or two files hold the same version of a programme.
    """
    programmes = (programme for _, programme in _shipped().values())
    return tuple(sorted(programmes, key=lambda one: (one.effective_from, one.id, one.version)))


def shipped_file(identifier: str, version: int) -> str:
    """Give the name of the file of a shipped version; empty when it is not shipped."""
    name, _ = _shipped().get((identifier, version), ("", None))
    return name


def shipped_text(name: str) -> str:
    """Give the text of a file of a programme that comes with the service."""
    return _FOLDER.joinpath(name).read_text(encoding="utf-8")


def programme_of(programmes: Sequence[Programme], identifier: str, version: int | None = None) -> Programme:
    """Give one version of a programme; without ``version`` the latest.

    Raises:
        Refused: There is none (rule ``programme_known``).
    """
    versions = [programme for programme in programmes if programme.id == identifier]
    if not versions:
        known = ", ".join(sorted({programme.id for programme in programmes}))
        raise Refused(
            "programme_known",
            f"There is no programme “{identifier}”.",
            f"Use one of: {known}.",
            field="programme",
        )
    wanted = [programme for programme in versions if version in (None, programme.version)]
    if not wanted:
        known = ", ".join(str(programme.version) for programme in versions)
        raise Refused(
            "programme_known",
            f"{identifier} has no version {version}.",
            f"Use one of: {known}, or leave the version out for the latest.",
            field="version",
        )
    return max(wanted, key=lambda programme: programme.version)


def programme_on(programmes: Sequence[Programme], identifier: str, on: date) -> Programme:
    """Give the version of a programme under which an inspection begun on a day is made, and stays (A9).

    Raises:
        Refused: There is no such programme, or no version had taken effect (rule ``programme_known``).
    """
    programme_of(programmes, identifier)
    begun = [one for one in programmes if one.id == identifier and one.effective_from <= on]
    if not begun:
        raise Refused(
            "programme_known",
            f"No version of {identifier} had taken effect on {day_in_words(on)}.",
            "Choose a later day, or another programme.",
            field="on",
        )
    return max(begun, key=lambda one: (one.effective_from, one.version))


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = yaml.safe_load(_FOLDER.joinpath("schema.yaml").read_text(encoding="utf-8"))
    return schema


def read_programme(text: str, name: str) -> Programme:
    """Read one version of a programme.

    Args:
        text: The whole file.
        name: Name of the file, for messages.

    Raises:
        Refused: A fault in its shape or sense, named by line and field (rule ``data_file``).
    """
    if len(text) > LONGEST:
        raise _unreadable(name, f"the file is longer than {LONGEST:,} characters")
    return Reader(read_yaml(text, name, _schema())).programme()


def _unreadable(name: str, why: str) -> Refused:
    return Refused("data_file", f"{name} cannot be read: {why}.", _CORRECT)


@dataclass(frozen=True)
class Fault:
    """What is wrong at a line of a file, fit to show beside it."""

    line: int
    field: str
    why: str


def faults_in(text: str, name: str) -> tuple[Fault, ...]:
    """Give what is wrong with a file, by line: its shape whole, or else its sense.

    Rating rules are looked at once the standards make sense, because they rest on them.

    Args:
        text: The whole file.
        name: Name of the file.
    """
    try:
        if len(text) > LONGEST:
            raise _unreadable(name, f"the file is longer than {LONGEST:,} characters")
        found = read_yaml(text, name)
    except Refused as refused:
        return (_fault(refused, name),)
    refusals = every_fault(found, _schema()) or Reader(found, gather=True).faults()
    return tuple(sorted({_fault(one, name) for one in refusals}, key=lambda one: (one.line, one.field)))


def _fault(refused: Refused, name: str) -> Fault:
    told = re.match(rf"{re.escape(name)}, line (\d+)(?:, {re.escape(refused.field)})?: ", refused.why)
    if told is None:
        return Fault(1, refused.field, refused.why)
    return Fault(int(told.group(1)), refused.field, refused.why[told.end() :])


class Reader:
    """Reads a file whose shape is right, and refuses what makes no sense.

    Args:
        found: The file.
        gather: Whether to go on after a fault where that is possible, for ``faults``.
    """

    def __init__(self, found: DataFile, *, gather: bool = False) -> None:
        self._gather = gather
        self._refusals: list[Refused] = []
        self._found = found
        self._raw: dict[str, Any] = found.data
        self._sources = {
            key: Source(key, source["title"], source["address"])
            for key, source in self._raw["sources"].items()
        }
        self._cited: set[str] = set()

    def fault(self, path: Path, why: str, *, paragraph: str = "") -> Refused:
        """Make the refusal of a fault at a place."""
        return self._found.refused(path, why, _CORRECT, paragraph=paragraph)

    def faults(self) -> list[Refused]:
        """Give every refusal that reading it meets."""
        try:
            self.programme()
        except Refused as refused:
            self._refusals.append(refused)
        return self._refusals

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """Read a part; when faults are gathered, keep its refusal and go on with something else."""
        try:
            return read()
        except Refused as refused:
            if not self._gather:
                raise
            self._refusals.append(refused)
            return otherwise

    def _each(self, reads: Iterable[Callable[[], T]]) -> tuple[T, ...]:
        found = [self.attempt(read, None) for read in reads]
        return tuple(one for one in found if one is not None)

    def basis(self, path: Path, raw: Mapping[str, Any]) -> Basis:
        """Read what a figure rests on: pages that confirm it, or words on where else it comes from."""
        if ("verified" in raw) == ("unverified" in raw):
            raise self.fault(
                path, "say either which pages confirm it (verified) or where it comes from (unverified)."
            )
        if "note" in raw and "unverified" in raw:
            raise self.fault((*path, "note"), "put all that is to be said under “unverified”.")
        for place, key in enumerate(raw.get("verified", [])):
            if key not in self._sources:
                raise self.fault((*path, "verified", place), f"“{key}” is not one of the sources.")
            self._cited.add(key)
        sources = tuple(self._sources[key] for key in raw.get("verified", []))
        return Basis(sources, raw.get("unverified", raw.get("note", "")))

    def programme(self) -> Programme:
        """Read the whole."""
        raw = self._raw
        self.attempt(self._owner, None)
        day = self.attempt(self._day, date.max)
        samples = self._each(
            partial(self._sample, ("samples", place), one) for place, one in enumerate(raw["samples"])
        )
        self.attempt(lambda: self._no_twins(("samples",), [sample.id for sample in samples]), None)
        standards: tuple[Standard, ...] = self.attempt(lambda: self._standards(samples), ())
        types: tuple[InspectionType, ...] = self.attempt(self._types, ())
        information: tuple[Information, ...] = self.attempt(self._information, ())
        if self._refusals:
            # What follows rests on the standards, so it would only repeat their faults.
            raise self._refusals.pop()
        dimensions = raw.get("dimensions")
        programme = Programme(
            id=raw["id"],
            version=raw["version"],
            title=raw["title"],
            owner=raw["owner"],
            effective_from=day,
            effective_from_basis=self.basis(("effective_from_basis",), raw["effective_from_basis"]),
            about=raw["about"],
            not_known=raw["not_known"],
            sources=tuple(self._sources.values()),
            inspection_types=types,
            information=information,
            groups=raw["groups"],
            dimensions=dimensions["names"] if dimensions else {},
            dimensions_basis=self.basis(("dimensions", "basis"), dimensions["basis"]) if dimensions else None,
            samples=samples,
            standards=standards,
            unused_unit_questions=self._unused(samples, standards),
            left_out_basis=self.basis(("shares", "left_out", "basis"), raw["shares"]["left_out"]["basis"]),
            small_sample=SmallSample(
                raw["shares"]["small_sample"]["at_most"],
                self.basis(("shares", "small_sample", "basis"), raw["shares"]["small_sample"]["basis"]),
            ),
            rating=rating_rules(self, raw["rating"], standards) if "rating" in raw else None,
        )
        for key in self._sources:
            if key not in self._cited:
                raise self.fault(("sources", key), "nothing rests on this source; leave it out.")
        return programme

    def _owner(self) -> None:
        if self._raw["owner"] != OWNER:
            raise self.fault(
                ("owner",),
                "only HM Inspectorate of Probation (hmip) sets standards and rating rules.",
                paragraph="9",
            )

    def _day(self) -> date:
        day = self._raw["effective_from"]
        if type(day) is not date:
            raise self.fault(("effective_from",), f"“{str(day)[:80]}” is not a date such as 2023-10-01.")
        return day

    def _no_twins(self, path: Path, identifiers: Sequence[str]) -> None:
        for place, identifier in enumerate(identifiers):
            if identifier in identifiers[:place]:
                raise self.fault((*path, place, "id"), f"“{identifier}” is given twice.")

    def _types(self) -> tuple[InspectionType, ...]:
        types = []
        for place, one in enumerate(self._raw["inspection_types"]):
            path: Path = ("inspection_types", place)
            if one["rated"] and "rating" not in self._raw:
                raise self.fault(
                    (*path, "rated"), "a programme without rating rules has no rated inspections."
                )
            types.append(
                InspectionType(
                    one["id"],
                    one["title"],
                    one["unit"],
                    one["rated"],
                    self.basis((*path, "basis"), one["basis"]),
                    one["kind"],
                    one.get("kind_note", ""),
                )
            )
        self._no_twins(("inspection_types",), [one.id for one in types])
        if "rating" in self._raw and not any(one.rated for one in types):
            raise self.fault(("inspection_types",), "a programme with rating rules has a rated inspection.")
        return tuple(types)

    def _information(self) -> tuple[Information, ...]:
        read = tuple(
            Information(
                one["id"],
                one["title"],
                one["level"],
                one["owner"],
                self.basis(("information", place, "basis"), one["basis"]),
            )
            for place, one in enumerate(self._raw.get("information", []))
        )
        self._no_twins(("information",), [one.id for one in read])
        return read

    def _sample(self, path: Path, raw: Mapping[str, Any]) -> Sample:
        return Sample(
            raw["id"], raw["title"], raw["from"] == "units", self.basis((*path, "basis"), raw["basis"])
        )

    def _standards(self, samples: Sequence[Sample]) -> tuple[Standard, ...]:
        wanted, unwanted = ("standards", "themes") if "rating" in self._raw else ("themes", "standards")
        if unwanted in self._raw:
            raise self.fault((unwanted,), "a rated programme has standards, one without ratings has themes.")
        if wanted not in self._raw:
            raise self.fault((wanted,), "this field is missing.")
        read = self._each(
            partial(self._standard, (wanted, place), one, samples)
            for place, one in enumerate(self._raw[wanted])
        )
        self._no_twins((wanted,), [standard.id for standard in read])
        seen: set[str] = set()
        for place, standard in enumerate(read):
            for number, question in enumerate(standard.questions):
                if question.id in seen:
                    path = (wanted, place, "questions", number, "id")
                    raise self.fault(path, f"“{question.id}” is given twice.")
                seen.add(question.id)
        whole = len(read) == len(self._raw[wanted])
        for place, sample in enumerate(samples):
            if whole and all(standard.sample != sample.id for standard in read):
                raise self.fault(("samples", place, "id"), "no standard is judged by this sample.")
        return read

    def _standard(self, path: Path, raw: Mapping[str, Any], samples: Sequence[Sample]) -> Standard:
        judged_by = JudgedBy(raw["judged_by"])
        for field in ("sample", "questions"):
            if (field in raw) != (judged_by is JudgedBy.CASES):
                raise self.fault(
                    (*path, field), "a standard judged by cases has a sample and questions, others have none."
                )
        if raw["group"] not in self._raw["groups"]:
            raise self.fault((*path, "group"), f"“{raw['group']}” is not one of the groups.")
        if "sample" in raw and all(sample.id != raw["sample"] for sample in samples):
            raise self.fault((*path, "sample"), f"“{raw['sample']}” is not one of the samples.")
        if ("code" in raw) != ("code_basis" in raw):
            missing = "code_basis" if "code" in raw else "code"
            raise self.fault((*path, missing), "code and code_basis go together.")
        return Standard(
            id=raw["id"],
            name=raw["name"],
            name_basis=self.basis((*path, "name_basis"), raw["name_basis"]),
            code=raw.get("code", ""),
            code_basis=self.basis((*path, "code_basis"), raw["code_basis"]) if "code" in raw else None,
            group=raw["group"],
            judged_by=judged_by,
            basis=self.basis((*path, "basis"), raw["basis"]),
            sample=raw.get("sample", ""),
            questions=tuple(
                self._question((*path, "questions", place), one)
                for place, one in enumerate(raw.get("questions", []))
            ),
        )

    def _question(self, path: Path, raw: Mapping[str, Any]) -> Question:
        dimension = raw.get("dimension", "")
        if dimension and dimension not in self._raw.get("dimensions", {}).get("names", {}):
            raise self.fault((*path, "dimension"), f"“{dimension}” is not one of the dimensions.")
        return Question(
            raw["id"],
            raw["text"],
            dimension,
            raw.get("applies_when", ""),
            self.basis((*path, "basis"), raw["basis"]),
        )

    def _unused(self, samples: Sequence[Sample], standards: Sequence[Standard]) -> frozenset[str]:
        unused: list[str] = self._raw.get("unused_unit_questions", [])
        if unused and not any(sample.from_units for sample in samples):
            raise self.fault(("unused_unit_questions",), "no sample comes from units.")
        asked = {question.id for standard in standards for question in standard.questions}
        for place, question in enumerate(unused):
            if question in asked:
                raise self.fault(("unused_unit_questions", place), f"“{question}” is used by a standard.")
        return frozenset(unused)
