"""Points on a draft written in a spreadsheet: its columns, and every row checked (D6, ¶22).

People work away from the service. A file is taken whole or not at all; rows without anything filled in are
passages on which there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oversight.inspections.rules.accuracy import Remark, check_remark
from oversight.inspections.rules.accuracy_states import LONGEST, PointKind
from oversight.inspections.rules.case_lists import RowFault
from oversight.kernel.plain_text import many_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import LONGEST_CELL, SheetColumn, SheetRow
from oversight.kernel.spreadsheets import raw_cell
from oversight.kernel.words import join_in_words

#: A file with more rows is split, so that the page that checks it stays quick.
MOST_ROWS: Final = 3_000
#: Points kept at once.
MOST_POINTS: Final = 300

DRAFT: Final = "Draft version"
PASSAGE: Final = "Passage"
SECTION: Final = "Section"
SAYS: Final = "The draft says"
KIND: Final = "What is wrong"
MEANT: Final = "Words meant"
SHOULD: Final = "It should say"
WHY: Final = "Why"
THEN: Final = "So at the inspection"
RATING: Final = "Rating affected"
COLUMNS: Final = (DRAFT, PASSAGE, SECTION, SAYS, KIND, MEANT, SHOULD, WHY, THEN, RATING)
#: Columns that the one who comments fills in; a row with none of them says nothing.
FILLED: Final = (KIND, MEANT, SHOULD, WHY, THEN, RATING)
#: Column of what a rule of a point calls by the name of its field.
_COLUMN_OF: Final = {
    "kind": KIND,
    "current": MEANT,
    "proposed": SHOULD,
    "explanation": WHY,
    "at_inspection": THEN,
    "standard": RATING,
}
_KINDS: Final = {word.casefold(): kind for kind in PointKind for word in (kind.words, str(kind))}
_THEN: Final = {"": None, "yes": True, "no": False, "it does not matter": None}
NOTES: Final = (
    "Each row is a passage of the draft. Fill in the columns from “What is wrong” on where it is inaccurate.",
    "Leave rows on which you have nothing to say as they are. For a second point on a passage, copy its row.",
    f"“{KIND}” is one of: {join_in_words([kind.words for kind in PointKind], 'or')}.",
    f"“{MEANT}”: the words of the draft that are wrong. Leave it empty for the whole passage.",
    f"“{THEN}”: yes or no; needed for a fact that is wrong and for something left out.",
    "Do not change the first four columns: they say where each point belongs.",
    "Do not name anyone who is supervised. Evidence files are added to a point after this file is taken.",
)

#: Told the column at fault and what to do about it.
_Telling = Callable[[str, str], None]
#: What makes two points the same: version, passage, kind, words of the draft, words proposed, why.
Key = tuple[int, str, str, str, str, str]


@dataclass(frozen=True)
class DraftPassage:
    """A passage on which somebody can comment.

    Args:
        draft: Number of the version.
        anchor: Its name in that version.
        section: Title of its section.
        kind: Its kind.
        text: Its words.
    """

    draft: int
    anchor: str
    section: str
    kind: str
    text: str


@dataclass(frozen=True)
class ReadPoint:
    """A point as a row says it: where the row is, which version it is about, and what it says."""

    line: int
    draft: int
    section: str
    remark: Remark

    @property
    def key(self) -> Key:
        """What makes it the same as another."""
        return key_of(self.draft, self.remark)


@dataclass(frozen=True)
class PointsFile:
    """A file as read.

    Args:
        points: Points that can be taken.
        faults: What has to be corrected first.
        silent: How many passages it says nothing about.
    """

    points: tuple[ReadPoint, ...]
    faults: tuple[RowFault, ...]
    silent: int


def key_of(draft: int, remark: Remark) -> Key:
    """Give what makes a point the same as another."""
    return (
        draft,
        remark.anchor,
        str(remark.kind),
        remark.current,
        remark.proposed,
        remark.explanation,
    )


def sheet_columns(standards: Sequence[str]) -> tuple[SheetColumn, ...]:
    """Give the columns of the file to fill in.

    Args:
        standards: Names of the standards that are rated; none for an inspection without ratings.
    """
    choices = {KIND: tuple(kind.words for kind in PointKind), THEN: ("yes", "no"), RATING: tuple(standards)}
    return tuple(
        SheetColumn(name, name in {SAYS, MEANT, SHOULD, WHY}, choices.get(name, ())) for name in COLUMNS
    )


def rows_to_fill(passages: Iterable[DraftPassage]) -> Iterable[tuple[str, ...]]:
    """Give a row for each passage, with nothing said about it yet."""
    blank = ("",) * len(FILLED)
    for one in passages:
        yield (str(one.draft), one.anchor, one.section, one.text[:LONGEST_CELL], *blank)


def read_points(
    rows: Iterable[SheetRow],
    *,
    passages: Mapping[tuple[int, str], DraftPassage],
    standards: Mapping[str, str],
    known: Mapping[Key, int],
) -> PointsFile:
    """Check every row, and give the points with everything that has to be corrected.

    Args:
        rows: The rows as read.
        passages: Passages of the versions sent for checking, by version and anchor.
        standards: Identifiers of the standards that are rated, by name.
        known: Numbers of the points written already, by what makes them the same.
    """
    points: list[ReadPoint] = []
    faults: list[RowFault] = []
    seen: dict[Key, int] = {}
    silent = 0
    for row in rows:
        if not any(row.cells[column].strip() or column in row.unreadable for column in FILLED):
            silent += 1
            continue
        wrong, point = _read_row(row, passages, standards)
        if point is not None:
            first = seen.setdefault(point.key, row.line)
            if first != row.line:
                wrong.append(RowFault(row.line, "", "", f"Line {first} says the same. Keep one."))
            elif point.key in known:
                said = f"Point {known[point.key]} says the same already. Empty the row."
                wrong.append(RowFault(row.line, "", "", said))
        faults += wrong
        if point is not None and not wrong:
            points.append(point)
    if len(points) > MOST_POINTS:
        faults.append(
            RowFault(
                points[MOST_POINTS].line,
                "",
                "",
                f"There are {len(points)} points; at most {MOST_POINTS} are taken at once. Split the file.",
            )
        )
    return PointsFile(tuple(points), tuple(faults), silent)


def _read_row(
    row: SheetRow, passages: Mapping[tuple[int, str], DraftPassage], standards: Mapping[str, str]
) -> tuple[list[RowFault], ReadPoint | None]:
    wrong = [
        RowFault(row.line, column, what, "Enter it as text: format the cell as text and type it again.")
        for column, what in row.unreadable.items()
    ]
    cells: dict[str, str] = {}
    for column in COLUMNS:
        try:
            cells[column] = many_lines(row.cells[column], longest=LONGEST)
        except ValueError as fault:
            cells[column] = ""
            wrong.append(RowFault(row.line, column, row.cells[column][:80], str(fault)))

    def tell(column: str, what_to_do: str) -> None:
        if not any(one.column == column for one in wrong):
            wrong.append(RowFault(row.line, column, cells[column][:80], what_to_do))

    placed = _placed(cells, passages, tell)
    kind = _KINDS.get(cells[KIND].casefold())
    if kind is None:
        tell(KIND, f"Enter {join_in_words([one.words for one in PointKind], 'or')}.")
    if cells[THEN].casefold() not in _THEN:
        tell(THEN, "Enter yes or no, or leave it empty where it does not matter.")
    named = {name.casefold(): held for name, held in standards.items()}
    if cells[RATING] and cells[RATING].casefold() not in named:
        offered = join_in_words(list(standards), "or")
        tell(RATING, f"Leave it empty, or enter {offered}." if standards else "Leave it empty.")
    if placed is None or kind is None:
        return wrong, None
    remark = Remark(
        anchor=placed.anchor,
        kind=kind,
        current=cells[MEANT] or ("" if kind is PointKind.OMISSION else placed.text),
        proposed=cells[SHOULD],
        explanation=cells[WHY],
        # A word that is told already counts as an answer, so that it is told once.
        at_inspection=_THEN.get(cells[THEN].casefold(), False),
        standard=named.get(cells[RATING].casefold(), ""),
    )
    try:
        check_remark(remark, passage_kind=placed.kind, evidence=False)
    except Refused as refused:
        tell(_COLUMN_OF[refused.field], f"{refused.why} {refused.what_next}")
    return wrong, None if wrong else ReadPoint(row.line, placed.draft, placed.section, remark)


def _placed(
    cells: Mapping[str, str], passages: Mapping[tuple[int, str], DraftPassage], tell: _Telling
) -> DraftPassage | None:
    drafts = sorted({draft for draft, _ in passages})
    number = cells[DRAFT]
    if not (number.isascii() and number.isdecimal() and len(number) < 7 and int(number) in drafts):
        words = join_in_words([str(one) for one in drafts], "or")
        tell(DRAFT, f"Enter the number of a version sent for checking: {words}.")
        return None
    placed = passages.get((int(number), cells[PASSAGE]))
    if placed is None:
        tell(PASSAGE, f"Version {number} has no such passage. Copy its name from the file you downloaded.")
        return None
    # A row that slipped in sorting would put a point where nobody meant it.
    # An apostrophe that a CSV file puts before a formula may have come along.
    says = raw_cell(cells[SAYS]).split()
    if says and says != raw_cell(placed.text[:LONGEST_CELL]).split():
        tell(SAYS, "This is not what that passage says. Copy the row from the file you downloaded.")
        return None
    return placed
