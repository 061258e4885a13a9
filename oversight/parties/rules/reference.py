"""The register of organisations, regions, units and contracted services as files, read and checked.

Pure: text in, facts out, or a refusal that names file, line and column. Capability A1, paragraphs 11 to 16.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any, Final, TypeVar

from oversight.kernel.data_files import DataFile, Row, read_csv, read_yaml
from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.plain_text import one_line
from oversight.kernel.refusals import Refused
from oversight.parties.rules import Confidence, Kind, NameUse, lineage_below

T = TypeVar("T")
_A_MONTH: Final = "a month such as 2025-04"
_A_MOMENT: Final = "a moment such as 2026-03-10T23:59:00+00"
_TWICE: Final = "Remove one of the two."

ORGANISATIONS: Final = "organisations.yaml"
REGIONS: Final = "regions.csv"
UNITS: Final = "pdus.csv"
NAMES: Final = "party_names.csv"
SERVICES: Final = "crs_contracts.csv"
AREAS: Final = "police_areas.csv"
FILES: Final = (ORGANISATIONS, REGIONS, UNITS, NAMES, SERVICES, AREAS)

_LONGEST_CODE: Final = 100
ABOVE_REGIONS: Final = "probation-service"

_OPEN_COLUMN: Final = "open_to_referrals_2026_08_21"
_SEEN_ON: Final = date(2026, 8, 21)
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    REGIONS: ("code", "name", "abbrev", "confidence"),
    UNITS: (
        "region",
        "name",
        "region_code",
        "code",
        "status",
        "opened_by",
        "closed_by",
        "dates_basis",
        "successor_codes",
        "confidence",
        "note",
    ),
    NAMES: ("code", "name", "since", "until", "source"),
    SERVICES: (
        "contract_reference",
        "contract_type",
        "area_kind",
        "area",
        "prime_provider",
        "subcontractors",
        "allows_male",
        "allows_female",
        "minimum_age",
        "listed_from",
        "listed_until",
        _OPEN_COLUMN,
        "title",
    ),
    AREAS: ("area", "name", "region_code"),
}
_SOURCES: Final[Mapping[str, str]] = {
    ORGANISATIONS: "Memorandum of Understanding, 18 August 2023",
    REGIONS: "HMPPS open source code: lists of probation regions",
    UNITS: "HMPPS open source code: lists of probation delivery units",
    SERVICES: "https://github.com/ministryofjustice/hmpps-interventions-service, 21 August 2026",
}

_WORD: Final[Mapping[str, Any]] = {"type": "string", "minLength": 1, "maxLength": 200}
_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["code", "kind", "name"],
        "properties": {
            "code": {"type": "string", "pattern": "^[a-z][a-z-]*$", "maxLength": 100},
            "kind": {"enum": [kind.value for kind in Kind]},
            "name": _WORD,
            "short_name": {"type": "string", "minLength": 1, "maxLength": 60},
            "parent": _WORD,
        },
    },
}


@dataclass(frozen=True)
class PartyFacts:
    """A party as the files state it; the fields are those of its table, with the parent by code."""

    code: str
    kind: str
    name: str
    lineage: str
    short_name: str = ""
    parent: str = ""
    delius_code: str | None = None
    confidence: str = Confidence.HIGH.value
    note: str = ""
    opened: str = ""
    closed: str = ""
    dates_basis: str = ""
    source: str = ""


@dataclass(frozen=True)
class NameFacts:
    """A name that a party has had, or that another list uses for it."""

    code: str
    name: str
    use: str
    since: str
    until: str
    source: str


@dataclass(frozen=True)
class SuccessionFacts:
    """One party's work passed to another in a month."""

    predecessor: str
    successor: str
    month: str


@dataclass(frozen=True)
class ServiceFacts:
    """A Commissioned Rehabilitative Service as listed; region and provider by code."""

    contract_reference: str
    contract_type: str
    region: str
    police_area: str
    provider: str
    subcontractors: str
    allows_male: bool
    allows_female: bool
    minimum_age: int
    listed_from: date
    listed_until: datetime | None
    open_to_referrals: bool
    seen_on: date
    title: str


@dataclass(frozen=True)
class Reference:
    """The whole register as the files state it. A party comes after the one it belongs to."""

    parties: tuple[PartyFacts, ...]
    names: tuple[NameFacts, ...]
    successions: tuple[SuccessionFacts, ...]
    services: tuple[ServiceFacts, ...]


def packaged_files() -> dict[str, str]:
    """Give the text of the register's files that come with this service, by name."""
    folder = resources.files("oversight.parties").joinpath("data")
    return {name: folder.joinpath(name).read_text(encoding="utf-8") for name in FILES}


def read_reference(files: Mapping[str, str]) -> Reference:
    """Read and check the register.

    Args:
        files: Text of each of ``FILES`` by name.

    Raises:
        Refused: A file is missing or has a fault; file, line and column are named.
    """
    for name in FILES:
        if name not in files:
            raise Refused("data_file", f"The file {name} is missing.", "Add it and load again.", field=name)
    reading = _Reading(files)
    reading.organisations()
    reading.regions()
    reading.units()
    reading.names()
    reading.services()
    return Reference(
        tuple(reading.parties.values()),
        tuple(reading.found_names),
        tuple(reading.found_successions),
        tuple(reading.found_services),
    )


def police_areas(text: str) -> dict[str, tuple[str, str]]:
    """Read which probation region each police-and-crime area lies in: name and region code by area.

    Raises:
        Refused: The file has a fault.
    """
    areas: dict[str, tuple[str, str]] = {}
    for row in read_csv(text, AREAS, _COLUMNS[AREAS]):
        if row["area"] in areas:
            raise row.refused("area", f"{row['area']} is there twice.", _TWICE)
        areas[row["area"]] = (row["name"], row["region_code"])
    return areas


def provider_code(name: str) -> str:
    """Give the code of a provider, made from its name so that it stays the same from list to list."""
    letters = unicodedata.normalize("NFKD", name.replace("’", "").replace("'", ""))
    slug = re.sub(r"[^a-z0-9]+", "-", letters.encode("ascii", "ignore").decode().lower()).strip("-")
    return f"provider-{slug}"


class _Reading:
    """One reading of all the files; each method reads one file and leans on those before it."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.parties: dict[str, PartyFacts] = {}
        self.found_names: list[NameFacts] = []
        self.found_successions: list[SuccessionFacts] = []
        self.found_services: list[ServiceFacts] = []

    def organisations(self) -> None:
        found = read_yaml(self.files[ORGANISATIONS], ORGANISATIONS, _SCHEMA)
        for place, said in enumerate(found.data):
            self._organisation(found, place, said)

    def _organisation(self, found: DataFile, place: int, said: Mapping[str, str]) -> None:
        parent = said.get("parent", "")
        if parent and parent not in self.parties:
            raise found.refused(
                (place, "parent"), f"there is no {parent!r} above this line.", "List a body after its parent."
            )
        if said["code"] in self.parties:
            raise found.refused((place, "code"), f"{said['code']!r} is there twice.", _TWICE)
        above = self.parties[parent].lineage if parent else ""
        self.parties[said["code"]] = PartyFacts(
            code=said["code"],
            kind=said["kind"],
            name=said["name"],
            short_name=said.get("short_name", ""),
            parent=parent,
            lineage=lineage_below(above, said["code"]),
            source=_SOURCES[ORGANISATIONS],
        )

    def regions(self) -> None:
        if ABOVE_REGIONS not in self.parties:
            raise Refused(
                "data_file",
                f"{ORGANISATIONS} has no {ABOVE_REGIONS!r}, to which every region belongs.",
                "Add it.",
            )
        above = self.parties[ABOVE_REGIONS].lineage
        for row in self._rows(REGIONS):
            code = _matched(row, "code", r"[A-Z][0-9]{2}", "a region code such as N57")
            self._once(row, code)
            self.parties[code] = PartyFacts(
                code=code,
                kind=Kind.REGION.value,
                name=_text(row, "name", 200),
                short_name=_text(row, "abbrev", 60),
                parent=ABOVE_REGIONS,
                lineage=lineage_below(above, code),
                delius_code=code,
                confidence=_confidence(row),
                source=_SOURCES[REGIONS],
            )

    def units(self) -> None:
        followed: list[tuple[Row, str]] = []
        for row in self._rows(UNITS):
            region = self._region(row, "region_code")
            if row["region"] != region.name:
                raise row.refused(
                    "region",
                    f"{region.code} is {region.name}, not {row['region'][:60]!r}.",
                    "Correct the region or its code.",
                )
            name = _text(row, "name", 200)
            published = row["code"]
            if published:
                _matched(row, "code", r"[A-Z0-9]{3,10}", "a unit code such as N57EKNT")
            code = published or f"{region.code}-{_slug(name)}"
            self._once(row, code)
            closed = _when(row, "closed_by")
            opened = _when(row, "opened_by")
            if row["status"] != ("closed" if closed else "active"):
                raise row.refused(
                    "status",
                    f"{row['status'][:20]!r} does not agree with closed_by {closed!r}.",
                    "A closed unit has the month of its closing, an active unit has none.",
                )
            if opened and closed and PartialDate.parse(closed).last_day < PartialDate.parse(opened).first_day:
                raise row.refused("closed_by", "the unit closes before it opens.", "Correct one of the two.")
            self.parties[code] = PartyFacts(
                code=code,
                kind=Kind.PDU.value,
                name=name,
                parent=region.code,
                lineage=lineage_below(region.lineage, code),
                delius_code=published or None,
                confidence=_confidence(row),
                note=_text(row, "note", 500, required=False),
                opened=opened,
                closed=closed,
                dates_basis=_text(row, "dates_basis", 200, required=False),
                source=_SOURCES[UNITS],
            )
            followed += [(row, code)] if row["successor_codes"] else []
        for row, code in followed:
            self._successions(row, code)

    def _successions(self, row: Row, code: str) -> None:
        month = self.parties[code].closed
        if not month:
            raise row.refused(
                "successor_codes",
                "a unit that is open has no successors.",
                "Give closed_by, or remove them.",
            )
        for successor in row["successor_codes"].split(";"):
            if successor not in self.parties or successor == code:
                raise row.refused(
                    "successor_codes", f"there is no other unit {successor[:20]!r}.", "Correct the code."
                )
            self.found_successions.append(SuccessionFacts(code, successor, month))

    def names(self) -> None:
        for row in self._rows(NAMES):
            if row["code"] not in self.parties:
                raise row.refused("code", f"there is no party {row['code'][:60]!r}.", "Correct the code.")
            self.found_names.append(
                NameFacts(
                    code=row["code"],
                    name=_text(row, "name", 200),
                    use=NameUse.LISTED.value,
                    since=_when(row, "since"),
                    until=_when(row, "until"),
                    source=_text(row, "source", 300),
                )
            )

    def services(self) -> None:
        areas = police_areas(self.files[AREAS])
        regions = {facts.name: facts for facts in self.parties.values() if facts.kind == Kind.REGION.value}
        for line in {region for _, region in areas.values()}:
            if line not in self.parties:
                raise Row(AREAS, 1, {}).refused(
                    "region_code", f"there is no region {line!r}.", "Correct the code."
                )
        seen: set[str] = set()
        for row in self._rows(SERVICES):
            reference = _text(row, "contract_reference", 60)
            if reference in seen:
                raise row.refused("contract_reference", f"{reference} is there twice.", _TWICE)
            seen.add(reference)
            known: dict[str, set[str]] = {"probation_region": set(regions), "pcc_area": set(areas)}
            if row["area"] not in known.get(row["area_kind"], set()):
                raise row.refused(
                    "area",
                    f"{row['area'][:60]!r} is no {row['area_kind'][:30]!r} that is known.",
                    f"Use a region of {REGIONS} with probation_region, or an area of {AREAS} with pcc_area.",
                )
            by_region = row["area_kind"] == "probation_region"
            self.found_services.append(
                ServiceFacts(
                    contract_reference=reference,
                    contract_type=_text(row, "contract_type", 20),
                    region=regions[row["area"]].code if by_region else "",
                    police_area="" if by_region else row["area"],
                    provider=self._provider(row),
                    subcontractors=_text(row, "subcontractors", 500, required=False),
                    allows_male=_choice(row, "allows_male", {"True": True, "False": False}),
                    allows_female=_choice(row, "allows_female", {"True": True, "False": False}),
                    minimum_age=int(_matched(row, "minimum_age", "[0-9]{1,2}", "an age in years")),
                    listed_from=_read(row, "listed_from", date.fromisoformat, "a day such as 2021-01-01"),
                    listed_until=_read(row, "listed_until", _moment, _A_MOMENT),
                    open_to_referrals=_choice(row, _OPEN_COLUMN, {"yes": True, "no": False}),
                    seen_on=_SEEN_ON,
                    title=_text(row, "title", 200),
                )
            )

    def _provider(self, row: Row) -> str:
        name = _text(row, "prime_provider", 200)
        code = provider_code(name)
        if not _LONGEST_CODE >= len(code) > len("provider-"):
            raise row.refused(
                "prime_provider",
                f"no code can be made of {name[:60]!r}.",
                "Use a shorter name, with letters.",
            )
        known = self.parties.setdefault(
            code,
            PartyFacts(
                code=code,
                kind=Kind.PROVIDER.value,
                name=name,
                lineage=lineage_below("", code),
                source=_SOURCES[SERVICES],
            ),
        )
        if known.name != name:
            raise row.refused(
                "prime_provider",
                f"{name!r} and {known.name!r} would have the same code.",
                "Write the name of a provider in one way.",
            )
        return code

    def _rows(self, name: str) -> list[Row]:
        return read_csv(self.files[name], name, _COLUMNS[name])

    def _once(self, row: Row, code: str) -> None:
        if code in self.parties:
            raise row.refused("code", f"{code} is there twice.", _TWICE)

    def _region(self, row: Row, column: str) -> PartyFacts:
        found = self.parties.get(row[column])
        if found is None or found.kind != Kind.REGION.value:
            raise row.refused(
                column, f"there is no region {row[column][:20]!r}.", f"Use a code of {REGIONS}."
            )
        return found


def _slug(name: str) -> str:
    return provider_code(name).removeprefix("provider-")


def _text(row: Row, column: str, longest: int, *, required: bool = True) -> str:
    try:
        text = one_line(row[column], longest=longest)
    except ValueError as error:
        raise row.refused(column, str(error), "Correct the text.") from error
    if required and not text:
        raise row.refused(column, "it is empty.", "Fill it in.")
    return text


def _matched(row: Row, column: str, pattern: str, wanted: str) -> str:
    if not re.fullmatch(pattern, row[column]):
        raise row.refused(column, f"{row[column][:40]!r} is not {wanted}.", f"Give {wanted}.")
    return row[column]


def _confidence(row: Row) -> str:
    return _choice(row, "confidence", {one.value: one.value for one in Confidence})


def _when(row: Row, column: str) -> str:
    return _read(row, column, lambda text: str(PartialDate.parse(text)) if text else "", _A_MONTH)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError("A moment needs its offset.")
    return moment


def _choice(row: Row, column: str, choices: Mapping[str, T]) -> T:
    if row[column] not in choices:
        raise row.refused(
            column, f"{row[column][:40]!r} is not allowed.", f"Give one of: {', '.join(choices)}."
        )
    return choices[row[column]]


def _read(row: Row, column: str, read: Callable[[str], T], wanted: str) -> T:
    try:
        return read(row[column])
    except ValueError as error:
        raise row.refused(column, f"{row[column][:40]!r} is not {wanted}.", f"Give {wanted}.") from error
