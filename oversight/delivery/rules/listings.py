"""Listings of commissioned services as a file, row by row, and which of them are one contract (B3, ¶13)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from oversight.kernel.data_files import Row, read_csv
from oversight.kernel.plain_text import one_line
from oversight.kernel.refusals import Refused

COLUMNS: Final = (
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
    "open_to_referrals_2026_08_21",
    "title",
)
REGION: Final = "probation_region"
POLICE_AREA: Final = "pcc_area"
MOST_BYTES: Final = 2_000_000
#: The part of a reference that listings of one contract share: its prefix with a number.
_STEM: Final = re.compile(r"(?:DN|PRJ_|GMIRSDR|CCS)\d*")
_NEEDED: Final = {"contract_reference": 60, "contract_type": 20, "prime_provider": 200, "title": 200}


@dataclass(frozen=True)
class ListingFault:
    """What is wrong with a row: where, and what is to be done."""

    line: int
    column: str
    told: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.told}" if self.column else self.told


@dataclass(frozen=True)
class ReadListings:
    """What a file says: how many listings, and every fault."""

    count: int
    faults: tuple[ListingFault, ...]


def read_listings(
    content: bytes, name: str, *, regions: Collection[str], police_areas: Collection[str]
) -> ReadListings:
    """Read a file of listings and find every fault, row by row.

    Args:
        content: The file.
        name: Its name, for messages.
        regions: Names of the probation regions.
        police_areas: Names of the police-and-crime areas.
    """
    if len(content) > MOST_BYTES:
        told = f"{name} is larger than {MOST_BYTES:,} bytes. Split it."
        return ReadListings(0, (ListingFault(1, "", told),))
    try:
        rows = read_csv(content.decode("utf-8-sig"), name, COLUMNS)
    except UnicodeDecodeError:
        return ReadListings(0, (ListingFault(1, "", f"{name} is not UTF-8 text. Save it as CSV UTF-8."),))
    except Refused as refused:
        return ReadListings(0, (ListingFault(1, "", f"{refused.why} {refused.what_next}"),))
    known = {REGION: set(regions), POLICE_AREA: set(police_areas)}
    lines: dict[str, int] = {}
    faults: list[ListingFault] = []
    for row in rows:
        faults += (ListingFault(row.line, column, told) for column, told in _faults(row, known))
        reference = row["contract_reference"]
        first = lines.setdefault(reference, row.line)
        if reference and first != row.line:
            told = f"“{reference[:60]}” stands on line {first} too. Keep one."
            faults.append(ListingFault(row.line, "contract_reference", told))
    return ReadListings(len(rows), tuple(faults))


def _faults(row: Row, known: Mapping[str, set[str]]) -> Iterable[tuple[str, str]]:
    for column, longest in (*_NEEDED.items(), ("subcontractors", 500)):
        try:
            text = one_line(row[column], longest=longest)
        except ValueError as fault:
            yield column, str(fault)
        else:
            if not text and column in _NEEDED:
                yield column, "It is empty. Fill it in."
    if row["area_kind"] not in known:
        yield "area_kind", f"Enter {REGION} or {POLICE_AREA}."
    elif row["area"] not in known[row["area_kind"]]:
        yield "area", f"“{row['area'][:60]}” is no known {row['area_kind'].replace('_', ' ')}."
    for column, allowed in (
        ("allows_male", ("True", "False")),
        ("allows_female", ("True", "False")),
        ("open_to_referrals_2026_08_21", ("yes", "no")),
    ):
        if row[column] not in allowed:
            yield column, f"Enter {allowed[0]} or {allowed[1]}."
    if row["allows_male"] == row["allows_female"] == "False":
        yield "allows_female", "It is for nobody: allow men, women or both."
    if not re.fullmatch("[0-9]{1,2}", row["minimum_age"]):
        yield "minimum_age", "Enter an age in years."
    yield from _faults_of_days(row)


def _faults_of_days(row: Row) -> Iterable[tuple[str, str]]:
    try:
        date.fromisoformat(row["listed_from"])
    except ValueError:
        yield "listed_from", "Enter a day such as 2021-01-01."
    if row["listed_until"]:
        try:
            whole = datetime.fromisoformat(row["listed_until"]).utcoffset() is not None
        except ValueError:
            whole = False
        if not whole:
            yield "listed_until", "Enter a moment such as 2023-12-31T23:59:00+00:00, or leave it empty."


@dataclass(frozen=True)
class Grouped:
    """Listings that are one contract.

    Args:
        reference: Of the contract.
        provider: Code of its provider.
        listings: References of its listings.
    """

    reference: str
    provider: str
    listings: tuple[str, ...]


def contracts_of(listings: Iterable[tuple[str, str]]) -> tuple[Grouped, ...]:
    """Say which listings are one contract: those with the same stem and the same provider.

    The published list names no contract apart from its listings, so this is a reading of its references.

    Args:
        listings: Reference and code of the provider of each.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for reference, provider in sorted(listings):
        found = _STEM.match(reference)
        stem = found.group(0) if found and re.search(r"\d", found.group(0)) else reference
        groups.setdefault((stem, provider), []).append(reference)
    # A contract has the stem for its reference unless another contract has it too.
    alone = Counter(stem if len(held) > 1 else held[0] for (stem, _), held in groups.items())
    made = []
    for (stem, provider), held in groups.items():
        whole = stem if alone[stem] == 1 else f"{stem}-{provider}"
        made.append(Grouped(held[0] if len(held) == 1 else whole, provider, tuple(held)))
    return tuple(sorted(made, key=lambda one: one.reference))
