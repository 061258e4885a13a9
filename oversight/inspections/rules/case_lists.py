"""From an uploaded list to cases with their strata: every fault by row, and no names (¶16).

How cases are drawn is data: ``data/sampling.yaml`` gives strata, cap, buffer and reasons for leaving out, by
version of a programme.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from oversight.inspections.rules.programmes import Programme
from oversight.inspections.rules.sampling import ListedCase
from oversight.kernel.data_files import DataFile, LabelledFigure, Row, read_csv, read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.spreadsheets import raw_cell
from oversight.kernel.words import join_in_words

LONGEST_REFERENCE = 40
MOST_ROWS = 20_000
#: A code: letters and digits with at least one digit, so that a name is not taken for one.
CODE = re.compile(rf"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9/_-]{{0,{LONGEST_REFERENCE - 1}}}")
_DATA = files("oversight.inspections").joinpath("data")


@dataclass(frozen=True)
class Fact:
    """What the list says of each case: its column, title and possible values in words."""

    column: str
    title: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Stratum:
    """A part of the list: the first whose conditions hold is a case's own."""

    id: str
    title: str
    when: Mapping[str, str]


@dataclass(frozen=True)
class Design:
    """How the cases of a sample are drawn.

    Args:
        most_per_officer: Most cases of one officer.
        buffer_per_cent: Cases in reserve for each 100.
        facts: Columns that the strata rest on.
        strata: Parts of the list, in order.
        exclusions: Reasons for leaving a case out, in words.
    """

    most_per_officer: LabelledFigure
    buffer_per_cent: LabelledFigure
    facts: tuple[Fact, ...]
    strata: tuple[Stratum, ...]
    exclusions: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that a list must have."""
        return ("case", "officer", *(fact.column for fact in self.facts), "leave_out")

    def title_of(self, stratum: str) -> str:
        """Give the title of a stratum."""
        return next((one.title for one in self.strata if one.id == stratum), stratum)

    def stratum_of(self, facts: Mapping[str, str]) -> str:
        """Give the stratum of a case by its facts; the last one takes what is left."""
        return next(
            one.id for one in self.strata if all(facts[name] == value for name, value in one.when.items())
        )


@dataclass(frozen=True)
class RowFault:
    """What is wrong in a cell, fit to show: line of the file, column, what was found, what to do."""

    line: int
    column: str
    found: str
    what_to_do: str


@dataclass(frozen=True)
class CaseFile:
    """A list as read: its cases, and what has to be corrected before it can be used."""

    cases: tuple[ListedCase, ...]
    faults: tuple[RowFault, ...]


def design_of(programme: Programme, sample: str) -> Design | None:
    """Give how the cases of a sample are drawn under a version of a programme; None when nothing says so.

    A version that no design names draws as the version before it did.
    """
    held = [
        (version, design)
        for (identifier, version, of), design in _designs().items()
        if (identifier, of) == (programme.id, sample) and version <= programme.version
    ]
    return max(held, key=lambda one: one[0])[1] if held else None


@cache
def _designs() -> Mapping[tuple[str, int, str], Design]:
    schema = yaml.safe_load(_DATA.joinpath("sampling-schema.yaml").read_text(encoding="utf-8"))
    return read_designs(
        read_yaml(_DATA.joinpath("sampling.yaml").read_text(encoding="utf-8"), "sampling.yaml", schema)
    )


def read_designs(file: DataFile) -> Mapping[tuple[str, int, str], Design]:
    """Read designs, by programme, version and sample.

    Raises:
        Refused: A stratum names an unknown fact or value, the last one does not take what is left, or two
            designs are for the same sample.
    """
    found: dict[tuple[str, int, str], Design] = {}
    for place, given in enumerate(file.data["designs"]):
        design = _design(file, place)
        for at, one in enumerate(given["programmes"]):
            for sample in one["samples"]:
                key = (one["programme"], one["version"], sample)
                if key in found:
                    raise file.refused(
                        ("designs", place, "programmes", at), "this sample has a design.", "Keep one of them."
                    )
                found[key] = design
    return found


def _design(file: DataFile, place: int) -> Design:
    data = file.data["designs"][place]
    facts = tuple(Fact(name, one["title"], one["values"]) for name, one in data["facts"].items())
    known = {fact.column: fact.values for fact in facts}
    strata = tuple(Stratum(one["id"], one["title"], one["when"]) for one in data["strata"])
    for at, stratum in enumerate(strata):
        for name, value in stratum.when.items():
            if value not in known.get(name, {}):
                raise file.refused(
                    ("designs", place, "strata", at, "when"),
                    f"{name} is not a fact with the value {value}.",
                    "Use one of the facts above it.",
                )
    if strata[-1].when:
        raise file.refused(
            ("designs", place, "strata"),
            "the last stratum has conditions, so a case could fall into none.",
            "Let the last one take what is left.",
        )
    most, buffer = (
        LabelledFigure(data[name]["figure"], data[name]["default"], data[name]["note"])
        for name in ("most_per_officer", "buffer_per_cent")
    )
    return Design(most, buffer, facts, strata, data["exclusions"])


def read_case_list(text: str, name: str, design: Design) -> CaseFile:
    """Read an uploaded list.

    Args:
        text: The CSV file.
        name: Name of the file, for messages.
        design: What the list must say.

    Raises:
        Refused: It is no CSV file with these columns, is empty or is too long (rule ``data_file``).
    """
    rows = read_csv(text, name, design.columns)
    if not rows or len(rows) > MOST_ROWS:
        raise Refused(
            "data_file",
            f"{name} has {len(rows):,} cases.",
            f"Upload a list of 1 to {MOST_ROWS:,} cases.",
            field="file",
        )
    faults: list[RowFault] = []
    cases: list[ListedCase] = []
    lines: dict[str, int] = {}
    for row in rows:
        wrong, case = _read_row(row, design)
        first = lines.setdefault(case.reference.casefold(), row.line)
        if first != row.line:
            wrong.append(RowFault(row.line, "case", case.reference, f"It is on line {first} too. Keep one."))
        faults += wrong
        cases.append(case)
    return CaseFile(tuple(cases), tuple(faults))


def _read_row(row: Row, design: Design) -> tuple[list[RowFault], ListedCase]:
    wrong = []
    cells = {column: raw_cell(row[column]) for column in design.columns}
    for column, what in (("case", "a case reference"), ("officer", "the code of an officer")):
        if not CODE.fullmatch(cells[column]):
            wrong.append(
                RowFault(
                    row.line,
                    column,
                    cells[column][:80],
                    f"Enter {what}: letters and digits with at least one digit, no spaces and no name.",
                )
            )
    wrong += [
        RowFault(
            row.line, fact.column, cells[fact.column][:80], f"Enter {join_in_words(list(fact.values), 'or')}."
        )
        for fact in design.facts
        if cells[fact.column] not in fact.values
    ]
    if cells["leave_out"] and cells["leave_out"] not in design.exclusions:
        wrong.append(
            RowFault(
                row.line,
                "leave_out",
                cells["leave_out"][:80],
                f"Leave it empty, or enter {join_in_words(list(design.exclusions), 'or')}.",
            )
        )
    stratum = "" if wrong else design.stratum_of(cells)
    return wrong, ListedCase(cells["case"], cells["officer"], stratum, cells["leave_out"])
