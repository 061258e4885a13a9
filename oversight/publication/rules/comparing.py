"""What a history file would change: new, unchanged and corrected inspections (capability H5).

Nothing published is ever erased. A correction is a further round of the same inspection, beside the
earlier one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from oversight.kernel.partial_dates import PartialDate
from oversight.publication.rules.history import (
    FAULTS_KEPT,
    HistoryFile,
    HistoryRow,
    Identity,
    RowFault,
    visible,
)
from oversight.publication.rules.programmes import programmes


@dataclass(frozen=True, slots=True)
class Held:
    """The current round of an inspection in the register."""

    reference: str
    round: int
    digest: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that would be written.

    Attributes:
        row: What it says.
        reference: Permanent reference of the inspection.
        round: 1 for a new inspection, one more than the held round for a correction.
    """

    row: HistoryRow
    reference: str
    round: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a file would do to the register as it is.

    Attributes:
        file: The file as read, with its faults.
        new: Inspections the register does not hold.
        corrected: Inspections it holds with other content.
        unchanged: How many it holds exactly so.
    """

    file: HistoryFile
    new: tuple[Planned, ...]
    corrected: tuple[Planned, ...]
    unchanged: int

    @property
    def changes(self) -> tuple[Planned, ...]:
        """Everything that would be written."""
        return self.new + self.corrected

    @property
    def can_be_imported(self) -> bool:
        """Whether no row is refused and something would change."""
        return not self.file.fault_count and bool(self.changes)

    @property
    def digest(self) -> str:
        """SHA-256 that names this outcome: another file, or another state of the register, gives another."""
        # Every part has a fixed length or cannot hold the separators, so no two plans share their bytes.
        parts = [self.file.digest, str(self.unchanged), str(self.file.refused_rows)]
        parts += [f"{each.reference} {each.round} {each.row.digest}" for each in self.changes]
        return sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FromCase:
    """An inspection that was published here from its case.

    Attributes:
        reference: Its permanent reference, the last part of its address.
        programme: Identifier of its programme.
        unit_code: Code of its area.
        published: Day of publication.
    """

    reference: str
    programme: str
    unit_code: str
    published: str


def kept_from_cases(
    file: HistoryFile, held: Mapping[Identity, Held], cases: Iterable[FromCase]
) -> HistoryFile:
    """Refuse every row of a file that could be about an inspection published here from its case.

    Such an inspection is corrected where it was published; brought in beside it, it would count twice. A row
    is about it when its address is the one that this register gives it, or when programme and area are the
    same and what the row knows of the date of publication includes the day. A row that the register holds
    from an earlier import stays what it is.

    Args:
        file: A file read by ``read_history``.
        held: Current rounds of what was imported, by identity.
        cases: Every inspection published from its case.
    """
    listed = list(cases)
    by_unit: dict[tuple[str, str], list[FromCase]] = {}
    for one in listed:
        by_unit.setdefault((one.programme, one.unit_code), []).append(one)
    by_address = {f"/reports/{one.reference}".casefold(): one for one in listed}
    rows, faults = [], []
    for row in file.rows:
        meant = None if row.identity in held else _meant(row, by_unit, by_address)
        if meant is None:
            rows.append(row)
            continue
        faults.append(
            RowFault(
                row.row,
                "unit",
                visible(row.unit_name),
                f"This inspection was published here from its case, as {meant.reference}. Leave the row "
                "out, and correct the report where it was published.",
            )
        )
    if not faults:
        return file
    every = sorted([*file.faults, *faults], key=lambda fault: fault.row)[:FAULTS_KEPT]
    return replace(
        file,
        rows=tuple(rows),
        faults=tuple(every),
        fault_count=file.fault_count + len(faults),
        refused_rows=file.refused_rows + len(faults),
    )


def _meant(
    row: HistoryRow,
    by_unit: Mapping[tuple[str, str], Sequence[FromCase]],
    by_address: Mapping[str, FromCase],
) -> FromCase | None:
    path = urlsplit(row.url).path.rstrip("/").casefold() if row.url else ""
    if path in by_address:
        return by_address[path]
    for one in by_unit.get((row.programme, row.unit_code), ()):
        day = date.fromisoformat(one.published)
        known = PartialDate.parse(row.published) if row.published else None
        if known is None or known.first_day <= day <= known.last_day:
            return one
    return None


def permanent_reference(identity: Identity) -> str:
    """Return the reference under which an inspection is published for good.

    It follows from the identity alone, so the same history has the same addresses wherever it is loaded.
    """
    tail = sha256("\n".join(identity).encode()).hexdigest()[:12]
    return f"{identity.programme}-{identity.unit_code}-{tail}".casefold()


def compare(file: HistoryFile, held: Mapping[Identity, Held]) -> Plan:
    """Work out what importing ``file`` would change.

    Some inspections are known without the report's own address. A row and a held inspection of the same
    programme and area, of which one has no address, are therefore taken as the same when nothing else could
    be meant: no other new row of the file, no other held inspection, and no other row about that one.

    Args:
        file: A file read by ``read_history``.
        held: Current rounds of the register by identity.
    """
    own = {row.identity for row in file.rows}
    unmatched = Counter((row.programme, row.unit_code) for row in file.rows if row.identity not in held)
    left: dict[tuple[str, str], list[Identity]] = {}
    for identity in held:
        pair = (identity.programme, identity.unit_code)
        if unmatched[pair] == 1 and identity not in own:
            left.setdefault(pair, []).append(identity)
    new: list[Planned] = []
    corrected: list[Planned] = []
    unchanged = 0
    for row in file.rows:
        before = held.get(row.identity)
        if before is None:
            meant = left.get((row.programme, row.unit_code), [])
            if len(meant) == 1 and not (row.url and meant[0].url):
                before = held[meant[0]]
        if before is None:
            new.append(Planned(row, permanent_reference(row.identity), 1))
        elif before.digest == row.digest:
            unchanged += 1
        else:
            corrected.append(Planned(row, before.reference, before.round + 1))
    return Plan(file, tuple(new), tuple(corrected), unchanged)


#: What people call each part of a row, in the order in which pages show them.
PARTS: Final = {
    "unit_name": "Area",
    "published": "Published",
    "fieldwork": "Fieldwork",
    "overall": "Overall rating",
    "score": "Score",
    "score_max": "Most points possible",
    "recommendations": "Recommendations",
    "targets": "Recommendations made to",
    "cases": "Cases inspected",
    "evidence": "Evidence",
    "url": "Source",
    "other_urls": "Other sources",
    "notes": "Notes",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of an inspection that a later round changed; empty text where nothing was or is known."""

    part: str
    before: str
    after: str


def differences(before: HistoryRow, after: HistoryRow) -> tuple[Difference, ...]:
    """Return what changed between two rounds of an inspection, part by part."""
    parts = [
        (title, _shown(getattr(before, name)), _shown(getattr(after, name))) for name, title in PARTS.items()
    ]
    earlier, later = dict(before.ratings), dict(after.ratings)
    for key, title in programmes().standards.items():
        parts.append((f"Rating for {title.lower()}", earlier.get(key, ""), later.get(key, "")))
    return tuple(Difference(title, old, new) for title, old, new in parts if old != new)


def _shown(value: object) -> str:
    if value is None:
        return ""
    return "; ".join(value) if isinstance(value, tuple) else str(value)
