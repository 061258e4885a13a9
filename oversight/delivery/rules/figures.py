"""Figures of a file, row by row: whose, of what, of which period, and what is wrong with each (B2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from oversight.delivery.rules.measures import PARAGRAPH, About, Measure, check_figure, measures_of, period_of
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import AnyTable, SheetColumn, SheetRow
from oversight.kernel.words import day_in_words
from oversight.kernel.workflow import Move, State, Workflow

#: Most rows of a file.
MOST_ROWS: Final = 10_000
#: Kinds of file that are taken.
KINDS: Final = ("xlsx", "csv")
#: Most faults that are kept and shown; the others are counted.
MOST_FAULTS: Final = 100
SUBJECT: Final = "Unit"
MEASURE: Final = "Measure"
PERIOD: Final = "Period begins"
FIGURE: Final = "Figure"
_DAY_FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y")


class FileState(StrEnum):
    """Where a file of figures stands."""

    CHECKING = "checking"
    READY = "ready"
    FAULTY = "faulty"
    CONFIRMED = "confirmed"
    TAKEN = "taken"
    ASIDE = "aside"


_S = FileState
#: Roles that bring figures in.
BRINGERS: Final = frozenset(
    {
        "chief_probation_officer",
        "performance_quality_officer",
        "regional_probation_director",
    }
)
#: Role in which the worker reads and takes a file.
WORKER: Final = frozenset({"service_operator"})


def _move(name: str, label: str, source: FileState, target: FileState, roles: frozenset[str]) -> Move:
    return Move(name, label, source, target, roles, PARAGRAPH)


WORKFLOW: Final = Workflow(
    name="figure_file",
    title="File of figures",
    states=(
        State(_S.CHECKING, "Being checked", "the service"),
        State(_S.READY, "Ready to be taken", "whoever brought it"),
        State(_S.FAULTY, "To be corrected", "whoever brought it"),
        State(_S.CONFIRMED, "Being taken", "the service"),
        State(_S.TAKEN, "Taken", "nobody", ends=True),
        State(_S.ASIDE, "Set aside", "nobody", ends=True),
    ),
    moves=(
        _move("find_ready", "Find nothing wrong", _S.CHECKING, _S.READY, WORKER),
        _move("find_faults", "Find faults", _S.CHECKING, _S.FAULTY, WORKER),
        _move("confirm", "Bring the figures in", _S.READY, _S.CONFIRMED, BRINGERS),
        _move("take", "Take every figure", _S.CONFIRMED, _S.TAKEN, WORKER),
        _move("find_faults", "Find faults", _S.CONFIRMED, _S.FAULTY, WORKER),
        *(_move("set_aside", "Set it aside", state, _S.ASIDE, BRINGERS) for state in (_S.READY, _S.FAULTY)),
    ),
    starts=_S.CHECKING,
)


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row of a file."""

    line: int
    column: str
    told: str


@dataclass(frozen=True)
class FigureRow:
    """A row that can be taken.

    Args:
        line: Its number in the file.
        unit: Code of the region or unit.
        measure: Name of the measure.
        first: First day of its period.
        last: Last day of its period.
        value: The figure.
    """

    line: int
    unit: str
    measure: str
    first: date
    last: date
    value: Decimal

    @property
    def key(self) -> tuple[str, str, date]:
        """What there is one figure of."""
        return self.unit, self.measure, self.first


@dataclass(frozen=True)
class ReadFigures:
    """What a file says: rows to take, the first faults, and how many there are."""

    rows: tuple[FigureRow, ...]
    faults: tuple[RowFault, ...]
    fault_count: int


def columns() -> tuple[SheetColumn, ...]:
    """Give the columns of a file to fill in."""
    titles = tuple(one.title for one in measures_of(About.UNIT))
    return (
        SheetColumn(SUBJECT, wide=True),
        SheetColumn(MEASURE, wide=True, choices=titles),
        SheetColumn(PERIOD),
        SheetColumn(FIGURE),
    )


def check_headings(table: AnyTable) -> None:
    """Refuse a file that lacks one of the columns.

    Raises:
        Refused: Field ``file``.
    """
    wanted = [one.name for one in columns()]
    missing = [name for name in wanted if name not in table.headings]
    if missing:
        raise Refused(
            "data_file",
            f"The file has no column “{missing[0]}”.",
            f"Its headings must be: {', '.join(wanted)}. Download the file to fill in to begin with.",
            paragraph=PARAGRAPH,
            field="file",
        )


class Reader:
    """Reads rows of a file of figures.

    Args:
        units: Code of each region and unit by each of its names and codes, in small letters.
        within: Codes of those for which whoever brings the file may.
        today: London date: a period that has not begun has no figure.
    """

    def __init__(self, units: Mapping[str, str], within: Collection[str], today: date) -> None:
        self._units, self._within, self._today = units, within, today
        self._measures = {
            name.casefold(): one for one in measures_of(About.UNIT) for name in (one.id, one.title)
        }
        self._days: dict[str, date | None] = {}

    def read(self, rows: Iterable[SheetRow], tell: Callable[[int], None]) -> ReadFigures:
        """Read every row; the whole file has faults when one has.

        Args:
            rows: Its rows.
            tell: Told, every so often, how many were read.
        """
        found: list[FigureRow] = []
        faults: list[RowFault] = []
        count = 0
        lines: dict[tuple[str, str, date], int] = {}
        for number, row in enumerate(rows, start=1):
            read = self._row(row)
            if isinstance(read, FigureRow):
                first = lines.setdefault(read.key, read.line)
                if first != read.line:
                    told = f"Row {first} has a figure of the same measure and period. Keep one."
                    read = RowFault(read.line, MEASURE, told)
            if isinstance(read, RowFault):
                count += 1
                if len(faults) < MOST_FAULTS:
                    faults.append(read)
            else:
                found.append(read)
            if number % 500 == 0:
                tell(number)
        return ReadFigures(tuple(found), tuple(faults), count)

    def _row(self, row: SheetRow) -> FigureRow | RowFault:
        for column in (SUBJECT, MEASURE, PERIOD, FIGURE):
            if column in row.unreadable:
                told = f"There is {row.unreadable[column]} in this cell. Type it as plain text."
                return RowFault(row.line, column, told)
        said = " ".join(row.cells[SUBJECT].split())
        unit = self._units.get(said.casefold())
        if unit is None:
            return RowFault(row.line, SUBJECT, f"“{said[:60]}” is not known. Enter its name or code.")
        if unit not in self._within:
            return RowFault(row.line, SUBJECT, f"“{said[:60]}” is not yours: bring in figures of your own.")
        given = " ".join(row.cells[MEASURE].split())
        measure = self._measures.get(given.casefold())
        if measure is None:
            return RowFault(row.line, MEASURE, f"“{given[:60]}” is no measure of a unit.")
        return self._figure(row, unit, measure)

    def _figure(self, row: SheetRow, unit: str, measure: Measure) -> FigureRow | RowFault:
        said = row.cells[PERIOD].strip()
        if said not in self._days:
            self._days[said] = _day(said)
        day = self._days[said]
        if day is None:
            return RowFault(row.line, PERIOD, f"“{said[:40]}” is no date. Enter it as 2026-04-01.")
        span = period_of(measure.every, day)
        if span.first != day:
            told = f"No {measure.every} begins on {day_in_words(day)}: enter {span.first.isoformat()}."
            return RowFault(row.line, PERIOD, told)
        if day > self._today:
            return RowFault(row.line, PERIOD, "This period has not begun.")
        try:
            value = check_figure(
                measure, Decimal(row.cells[FIGURE].strip().removesuffix(measure.unit).strip()), field=FIGURE
            )
        except InvalidOperation:
            return RowFault(row.line, FIGURE, f"“{row.cells[FIGURE][:40]}” is no number.")
        except Refused as refused:
            return RowFault(row.line, FIGURE, refused.why)
        return FigureRow(row.line, unit, measure.id, span.first, span.last, value)


def _day(text: str) -> date | None:
    for layout in _DAY_FORMATS:
        try:
            return datetime.strptime(text, layout).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
