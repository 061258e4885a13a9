"""What people kept in spreadsheets of their own is brought in: which of their columns is which of ours (H5).

A file is taken whole or not at all, and nothing is kept of it before its owner has seen what it would do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import AnyTable, SheetColumn
from oversight.kernel.words import join_in_words

#: A file with more rows is split, so that the page that checks it stays quick.
MOST_ROWS: Final = 500
#: Kinds of file that are taken.
KINDS: Final = ("xlsx", "csv")


@dataclass(frozen=True)
class Column:
    """Something that a row says.

    Args:
        key: Its name in forms and actions.
        title: What it is called, also as the heading of the file to fill in.
        needed: Whether every row says it.
        note: What to write in it.
        also: Other headings under which people keep it, in small letters.
        wide: Whether it holds long texts.
        choices: What it may hold, where a spreadsheet can offer that.
    """

    key: str
    title: str
    needed: bool
    note: str
    also: tuple[str, ...] = ()
    wide: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of somebody's file by our columns.

    Args:
        line: Its number in the file.
        texts: What it says, by key of the column; empty where it says nothing.
        unreadable: What cannot be taken as text, by key.
    """

    line: int
    texts: Mapping[str, str]
    unreadable: Mapping[str, str]


_YES_NO: Final = ("yes", "no")
RECOMMENDATION_COLUMNS: Final = (
    Column(
        "source",
        "Reference of the report",
        True,
        "Letters, digits and hyphens, for example 2019-KSS-1: part of the recommendation’s own reference.",
        ("report", "report reference", "inspection", "reference"),
    ),
    Column("source_title", "Title of the report", True, "As published.", ("report title", "title")),
    Column(
        "number",
        "Number",
        True,
        "The number that the recommendation has in its report. It keeps it for ever.",
        ("no", "no.", "rec", "rec.", "rec no", "rec. no.", "recommendation number", "recommendation no"),
    ),
    Column("text", "Recommendation", True, "Its words.", ("recommendations", "text", "wording"), wide=True),
    Column(
        "addressee",
        "Addressed to",
        True,
        "One body, by name or code.",
        ("addressee", "authority", "made to", "responsible body", "target"),
    ),
    Column(
        "unit", "Region or unit", False, "If it concerns one, by name or code.", ("unit", "pdu", "region")
    ),
    Column(
        "on",
        "Made on",
        True,
        "The day on which it was made, for example 16/3/2019.",
        ("date", "published", "date made", "date published", "publication date", "report date"),
    ),
    Column("theme", "Theme", False, "One of the themes of the register, or empty.", ("topic", "category")),
    Column(
        "commissioned",
        "Commissioned services",
        False,
        "Yes where it reaches commissioned services.",
        ("crs",),
        choices=_YES_NO,
    ),
    Column(
        "found",
        "Source",
        True,
        "Where this comes from: the address of the report, or a document with its page.",
        ("url", "link", "address", "brought in from", "where found"),
    ),
    Column(
        "stood",
        "What became of it",
        False,
        "What the source says of answer and progress. It is kept as a note; only the body addressed answers.",
        ("status", "progress", "state", "outcome", "response"),
        wide=True,
    ),
)
ACTION_COLUMNS: Final = (
    Column(
        "plan",
        "Plan",
        True,
        "Reference of a plan that is being drafted, for example PLAN-2026-PDU-N57EKNT-1.",
        ("plan reference", "reference of the plan"),
    ),
    Column(
        "recommendations",
        "Recommendations",
        False,
        "Numbers of the recommendations that it carries out, with commas between them. Where the plan "
        "answers several reports, their whole references.",
        ("recommendation", "rec", "rec.", "rec no", "rec. no.", "recommendation number", "recommendation no"),
    ),
    Column(
        "text",
        "Action",
        True,
        "What will be done.",
        ("actions", "what will be done", "action taken/planned", "response - action taken/planned"),
        wide=True,
    ),
    Column(
        "owner",
        "Owner",
        True,
        "One body, by name or code.",
        ("action owner", "function responsible", "function responsible/policy lead", "responsible", "lead"),
    ),
    Column(
        "measure",
        "Measure of success",
        True,
        "How success is measured.",
        ("measure", "success measure", "how success is measured", "evidence of success"),
        wide=True,
    ),
    Column(
        "due",
        "Date",
        True,
        "By when, for example 1/9/2026.",
        (
            "by when",
            "due",
            "due date",
            "target date",
            "timescale",
            "deadline",
            "first date",
            "completion date",
        ),
    ),
    Column(
        "commissioned",
        "Commissioned services",
        False,
        "Yes where it is about commissioned services; its owner is then the region (paragraph 25).",
        ("crs",),
        choices=_YES_NO,
    ),
)


def guessed(headings: Sequence[str], columns: Sequence[Column]) -> dict[str, str]:
    """Guess which heading of a file is which column: by title, else by another name; each heading once.

    Returns:
        Heading by key of the column; without those that no heading fits.
    """
    left = {_plain(heading): heading for heading in reversed(headings)}
    found: dict[str, str] = {}
    for names in (lambda column: (column.title,), lambda column: column.also):
        for column in columns:
            for name in names(column) if column.key not in found else ():
                if _plain(name) in left:
                    found[column.key] = left.pop(_plain(name))
                    break
    return found


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().replace("_", " ").split())


def check_chosen(chosen: Mapping[str, str], columns: Sequence[Column], headings: Sequence[str]) -> None:
    """Refuse a choice that leaves a needed column out or takes a heading twice.

    Args:
        chosen: Heading by key of the column; empty or left out for none.
        columns: What a row says.
        headings: Headings of the file.

    Raises:
        Refused: Rule ``bringing_in_columns``; ``field`` is the key of the column.
    """
    taken: dict[str, Column] = {}
    for column in columns:
        heading = chosen.get(column.key, "")
        if not heading:
            if column.needed:
                raise _refused(
                    f"Every row says “{column.title}”, and no column was chosen for it.",
                    "Choose the column, or add one to the file.",
                    column.key,
                )
            continue
        if heading not in headings:
            raise _refused(
                f"The file has no column “{heading[:80]}”.",
                f"Choose one of {join_in_words([f'“{one}”' for one in headings[:8]], 'or')}.",
                column.key,
            )
        if heading in taken:
            raise _refused(
                f"The column “{heading}” was chosen for “{taken[heading].title}” too.",
                "Choose it once.",
                column.key,
            )
        taken[heading] = column


def _refused(why: str, what_next: str, field: str) -> Refused:
    return Refused("bringing_in_columns", why, what_next, field=field)


def rows_of(table: AnyTable, chosen: Mapping[str, str], columns: Sequence[Column]) -> tuple[Row, ...]:
    """Give the rows of a file by our columns. A row that says nothing in them is passed over."""
    places = {column.key: chosen.get(column.key, "") for column in columns}
    rows = (
        Row(
            row.line,
            {key: row.cells.get(heading, "") if heading else "" for key, heading in places.items()},
            {key: row.unreadable[heading] for key, heading in places.items() if heading in row.unreadable},
        )
        for row in table.rows
    )
    return tuple(row for row in rows if row.unreadable or any(text.strip() for text in row.texts.values()))


def to_fill_in(columns: Sequence[Column]) -> tuple[SheetColumn, ...]:
    """Give the columns of the file to fill in."""
    return tuple(SheetColumn(column.title, column.wide, column.choices) for column in columns)


def notes_of(columns: Sequence[Column]) -> tuple[str, ...]:
    """Say what to write in each column."""
    return tuple(
        f"“{column.title}”{'' if column.needed else ' (may be left empty)'}: {column.note}"
        for column in columns
    )


def references_of(written: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Read which recommendations an action carries out.

    Args:
        written: Numbers or references, with commas, semicolons or blanks between them.
        sources: References of the reports that the plan answers.

    Returns:
        Their references, each once.

    Raises:
        Refused: Rule ``action_recommendations``: a number alone, and the plan answers several reports.
    """
    found: list[str] = []
    for part in written.replace(",", " ").replace(";", " ").split():
        number = part.upper().removeprefix("R") if len(part) <= _LONGEST_NUMBER else part
        if not (number.isascii() and number.isdecimal()):
            found.append(part)
        elif len(sources) <= 1:
            found += [f"{source}-R{int(number)}" for source in sources]
        else:
            raise Refused(
                "action_recommendations",
                f"The plan answers several reports, so “{part}” could be in any of them.",
                f"Enter the whole reference, for example {sources[0]}-R{int(number)}.",
                field="recommendations",
            )
    return tuple(dict.fromkeys(found))


_LONGEST_NUMBER: Final = 5


def note_of(found: str, stood: str) -> str:
    """Say where a recommendation of history was found and what is said there of it."""
    return f"Brought in from: {found}" + (f"\nWhat that says became of it: {stood}" if stood else "")
