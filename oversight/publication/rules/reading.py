"""Reading a file of published inspections, row by row, without believing any of it (capability H5).

A file is read whole before anything is kept. What cannot be understood is named by row and column, with what
would be accepted.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Final

from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.plain_text import one_line
from oversight.kernel.refusals import Refused
from oversight.kernel.spreadsheets import raw_cell
from oversight.kernel.words import day_in_words, join_in_words
from oversight.publication.rules.directory import AreaDirectory, Unknown
from oversight.publication.rules.history import (
    COLUMNS,
    EVIDENCE,
    FAULTS_KEPT,
    LONGEST,
    SHORT,
    STANDARD_COLUMNS,
    HistoryFile,
    HistoryRow,
    Identity,
    RowFault,
    visible,
)
from oversight.publication.rules.programmes import Programme, Programmes, UnitType

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_ROWS: Final = 200_000
MAX_COUNT: Final = 100_000

_ADDRESS: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(?::[0-9]{1,5})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?"
)


def read_history(
    content: bytes,
    *,
    directory: AreaDirectory,
    programmes: Programmes,
    today: date,
) -> HistoryFile:
    """Read a history file.

    Args:
        content: Bytes of the file: CSV in UTF-8, or UTF-16 with its mark, separated by commas, semicolons or
            tabs; the columns ``COLUMNS`` in any order.
        directory: The areas it may name.
        programmes: The programmes it may name.
        today: Nothing published later is accepted.

    Raises:
        Refused: The file as a whole cannot be read. Faults of single rows are in the result instead.
    """
    records = _records(content)
    header = next(records, None)
    if header is None:
        raise _unreadable("The file is empty.", "Choose a file with a header and at least one row.")
    reader = _RowReader(header, directory, programmes, today)
    rows: list[HistoryRow] = []
    for number, cells in enumerate(records, start=2):
        if number > MAX_ROWS + 1:
            raise _unreadable(f"The file has more than {MAX_ROWS:,} rows.", "Split it into smaller files.")
        if any(map(str.strip, cells)):
            row = reader.read(number, cells)
            if row is not None:
                rows.append(row)
    if not rows and not reader.refused_rows:
        raise _unreadable("The file has a header and no rows.", "Add at least one inspection.")
    return HistoryFile(
        sha256(content).hexdigest(),
        tuple(rows),
        tuple(reader.faults),
        reader.fault_count,
        reader.refused_rows,
    )


def _unreadable(why: str, what_next: str) -> Refused:
    return Refused("history_file", why, what_next, field="file")


def _records(content: bytes) -> Iterator[list[str]]:
    if len(content) > MAX_BYTES:
        raise _unreadable(
            f"The file is larger than {MAX_BYTES // 1024 // 1024} megabytes.", "Split it into smaller files."
        )
    text = _decoded(content)
    header_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable(
                f"The file stops being CSV at line {reader.line_num}: {error}.",
                "Look there for a quotation mark without its pair, then save the file as CSV again.",
            ) from None
        yield cells


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(
            f"Line {line} of the file is not text in UTF-8.",
            "Choose a CSV file. In a spreadsheet, save it as “CSV UTF-8”.",
        ) from None


class _RowReader:
    """Reads one row after another, gathering faults."""

    def __init__(
        self, header: list[str], directory: AreaDirectory, programmes: Programmes, today: date
    ) -> None:
        self.faults: list[RowFault] = []
        self.fault_count = 0
        self.refused_rows = 0
        self._directory = directory
        self._programmes = programmes
        self._today = today
        self._names = _checked_header(header)
        self._ratings = {rating.casefold(): rating for rating in programmes.scale}
        self._types = {kind.value.casefold(): kind.value for kind in UnitType}
        self._evidence = {key.casefold(): key for key in EVIDENCE}
        self._written = {name.casefold(): name for name in programmes.written_names}
        self._seen: dict[Identity, int] = {}
        self._row = 0
        self._cells: dict[str, str] = {}
        self._faulty: set[str] = set()

    def read(self, number: int, cells: list[str]) -> HistoryRow | None:
        """Return what the row says, or None when it has faults."""
        self._row, self._faulty = number, set()
        before = self.fault_count
        row: HistoryRow | None = None
        if len(cells) == len(self._names):
            self._cells = {
                name: self._clean(name, cell) for name, cell in zip(self._names, cells, strict=True)
            }
            row = self._understood()
        else:
            wanted = (
                f"The header names {len(self._names)} columns. Give the row as many, empty ones included."
            )
            self._fault("", f"{len(cells)} cells", wanted)
        if self.fault_count == before:
            return row
        self.refused_rows += 1
        return None

    def _fault(self, column: str, found: str, accepted: str) -> None:
        self._faulty.add(column)
        self.fault_count += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(RowFault(self._row, column, found, accepted))

    def _bad(self, column: str, accepted: str) -> None:
        """Note a fault of a cell once; a second one about the same cell would only confuse."""
        if column not in self._faulty:
            self._fault(column, visible(self._cells[column]), accepted)

    def _clean(self, column: str, cell: str) -> str:
        if not cell:
            return ""
        text, longest = raw_cell(cell).strip(), LONGEST.get(column, SHORT)
        if len(text) <= longest and text.isascii() and text.isprintable() and "  " not in text:
            return text
        try:
            return one_line(text, longest=longest)
        except ValueError as error:
            self._fault(column, visible(text), str(error))
            return ""

    def _understood(self) -> HistoryRow | None:
        cells = self._cells
        unit_type = self._choice("unit_type", self._types)
        written = self._choice("programme", self._written)
        evidence = self._choice("evidence", self._evidence)
        programme = self._programme(written, unit_type)
        area = self._area(unit_type)
        score, score_max = self._score(programme)
        overall, ratings = self._all_ratings(programme)
        published = self._published(programme)
        row = HistoryRow(
            row=self._row,
            programme=programme.id if programme else "",
            unit_type=unit_type or "",
            unit_code=area[0],
            unit_name=cells["unit"],
            region_code=area[1],
            published=published,
            fieldwork=cells["fieldwork"],
            score=score,
            score_max=score_max,
            overall=overall,
            ratings=ratings,
            recommendations=self._count("num_recommendations"),
            targets=cells["recommendation_targets"],
            cases=self._count("cases_inspected", least=1),
            evidence=evidence or "",
            url=self._address(),
            other_urls=self._other_addresses(),
            notes=cells["notes"],
        )
        if not self._faulty:
            first = self._seen.setdefault(row.identity, self._row)
            if first != self._row:
                self._bad(
                    "url",
                    f"Row {first} has the same programme, unit and address. Keep one of the two rows, or "
                    "give each the address of its own report.",
                )
        return row

    def _choice(self, column: str, choices: Mapping[str, str]) -> str | None:
        chosen = choices.get(self._cells[column].casefold())
        if chosen is None:
            self._bad(column, f"Use {join_in_words(list(choices.values()), 'or')}.")
        return chosen

    def _programme(self, written: str | None, unit_type: str | None) -> Programme | None:
        if written is None or unit_type is None:
            return None
        found = self._programmes.written(written, UnitType(unit_type))
        if found is None:
            types = [each.unit_type.value for each in self._programmes.all if each.written_as == written]
            self._bad("unit_type", f"The programme {written} inspects: {join_in_words(types)}.")
        return found

    def _area(self, unit_type: str | None) -> tuple[str, str]:
        cells = self._cells
        if not cells["unit"]:
            self._bad("unit", "Give the name of the unit.")
            return ("", "")
        if unit_type is None or {"unit", "unit_type", "region", "pdu_code"} & self._faulty:
            return ("", "")
        found = self._directory.find(
            unit=cells["unit"], unit_type=UnitType(unit_type), region=cells["region"], code=cells["pdu_code"]
        )
        if isinstance(found, Unknown):
            self._bad(found.column, found.accepted)
            return ("", "")
        return (found.code, found.region)

    def _number(self, column: str, *, least: int, most: int) -> int | None:
        text = self._cells[column]
        if not text or column in self._faulty:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
            self._bad(column, f"Use a whole number from {least:,} to {most:,}, or leave it empty.")
            return None
        return int(text)

    def _count(self, column: str, *, least: int = 0) -> int | None:
        return self._number(column, least=least, most=MAX_COUNT)

    def _score(self, programme: Programme | None) -> tuple[int | None, int | None]:
        given = self._cells["score"], self._cells["score_max"]
        if programme is None or not any(given):
            return (None, None)
        if programme.score_max is None:
            for column in ("score", "score_max"):
                if self._cells[column]:
                    self._bad(column, f"Leave it empty: {programme.title} gives no scores.")
            return (None, None)
        most = programme.score_max
        score_max = self._number("score_max", least=most, most=most) if given[1] else None
        score = self._number("score", least=0, most=most)
        if bool(given[0]) != bool(given[1]):
            missing = "score" if given[1] else "score_max"
            self._bad(missing, "Give a score and the most that was possible together, or leave both empty.")
        return (score, score_max)

    def _all_ratings(self, programme: Programme | None) -> tuple[str, tuple[tuple[str, str], ...]]:
        rated = {standard.key for standard in programme.standards} if programme else set(STANDARD_COLUMNS)
        ratings = []
        for column in STANDARD_COLUMNS:
            if not self._cells[column]:
                continue
            if programme is not None and column not in rated:
                self._bad(column, _not_rated(programme))
                continue
            rating = self._rating(column)
            if rating:
                ratings.append((column, rating))
        if programme is not None and not programme.rated and self._cells["overall_rating"]:
            self._bad("overall_rating", f"Leave it empty: {programme.title} gives no ratings.")
        return self._rating("overall_rating"), tuple(ratings)

    def _rating(self, column: str) -> str:
        text = self._cells[column]
        if not text:
            return ""
        rating = self._ratings.get(text.casefold())
        if rating is None:
            self._bad(column, f"Use {join_in_words(self._programmes.scale, 'or')}, or leave it empty.")
        return rating or ""

    def _published(self, programme: Programme | None) -> str:
        text = self._cells["published"]
        if not text:
            return ""
        try:
            published = PartialDate.parse(text)
        except ValueError as error:
            self._bad("published", f"{error} Leave it empty when it is not known.")
            return ""
        if published.first_day > self._today:
            self._bad(
                "published", f"A report is added once it is published; today is {day_in_words(self._today)}."
            )
        elif programme is not None and published.last_day < programme.starts.first_day:
            self._bad("published", f"{programme.title} began in {programme.starts.year}; use a later date.")
        return str(published)

    def _address(self) -> str:
        text = self._cells["url"]
        if text and not _ADDRESS.fullmatch(text):
            self._bad(
                "url", "Use one whole web address that begins with https:// or http://, or leave it empty."
            )
        return text

    def _other_addresses(self) -> tuple[str, ...]:
        listed = tuple(
            part.strip() for part in re.split(r";(?=\s|$)", self._cells["other_urls"]) if part.strip()
        )
        if not all(map(_ADDRESS.fullmatch, listed)):
            self._bad("other_urls", "Use whole web addresses with “; ” between them, or leave it empty.")
        return listed


def _not_rated(programme: Programme) -> str:
    if not programme.rated:
        return f"Leave it empty: {programme.title} gives no ratings."
    titles = join_in_words([standard.title.lower() for standard in programme.standards])
    return f"Leave it empty: {programme.title} rates {titles}."


def _checked_header(header: list[str]) -> list[str]:
    names = [name.strip().casefold() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    unknown = [visible(name) for name in dict.fromkeys(names) if name not in COLUMNS]
    twice = [visible(name) for name in dict.fromkeys(names) if names.count(name) > 1]
    if not set(names) & set(COLUMNS):
        found = visible(", ".join(header)) or "nothing"
        raise _unreadable(
            f"The first row names no column of a history file. Found {found}.",
            "Name each column of the published history once, in any order.",
        )
    faults = [
        f"{said}: {', '.join(shown for shown in islice(columns, 40))}."
        for said, columns in (
            ("Columns that are missing", missing),
            ("Columns that are not known", [name or "(no name)" for name in unknown]),
            ("Columns that stand twice", [name or "(no name)" for name in twice]),
        )
        if columns
    ]
    if faults:
        raise _unreadable(
            f"The first row is not the header of a history file. {' '.join(faults)}",
            "Name each column of the published history once, in any order.",
        )
    return names
