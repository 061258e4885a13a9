"""Recommendations and actions from a spreadsheet: choose it, say which column is which, see, confirm (H5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.exchange.rules.files import checked, file_rules
from oversight.exchange.views.files import attachment
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.sheets import AnyTable, SheetRow, read_any_table, write_sheet
from oversight.kernel.words import count_in_words
from oversight.recommendations.actions import bringing_in as acts
from oversight.recommendations.actions.receiving import MAKE
from oversight.recommendations.forms.bringing_in import (
    KINDS_OF_FILE,
    PREFIX,
    ChoosingColumns,
    ChoosingFile,
    Handed,
)
from oversight.recommendations.queries.plan_sight import DRAFT
from oversight.recommendations.rules.bringing_in import (
    KINDS,
    MOST_ROWS,
    Column,
    Row,
    guessed,
    notes_of,
    rows_of,
    to_fill_in,
)
from oversight.recommendations.views.recommendations import CONFLICT, INVALID, SEE

_SALT: Final = "recommendations-bringing-in"
#: How long a file that was read can be confirmed, in seconds.
_GOOD_FOR: Final = 3600
#: Most characters that travel from page to page.
_MOST_READ: Final = 2_000_000
#: Rows that are shown; the counts tell of all. Every row with a fault comes first.
SHOWN: Final = 100


@dataclass(frozen=True)
class FilePage:
    """The page on which one kind of file is brought in.

    Args:
        what: One of ``KINDS_OF_FILE``.
        title: Heading of the page.
        noun: What a row is.
        told: What the page says before the file is chosen.
        write: The action.
        address: Name of the page's address.
        template: Name of the address of the file to fill in.
        back: Name of the address of the register.
        about: Fields that tell one row from another on the page.
    """

    what: str
    title: str
    noun: str
    told: str
    write: Callable[..., tuple[str, ...]]
    address: str
    template: str
    back: str
    about: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """What a row says."""
        return KINDS_OF_FILE[self.what][0]


PAGES: Final = {
    "recommendations": FilePage(
        "recommendations",
        "Bring in recommendations from a file",
        "recommendation",
        "Recommendations of earlier reports keep the number that they have there, for ever. Each row says "
        "where it was found. They start no duties, and the body addressed can answer them (paragraph 23).",
        acts.bring_in_recommendations,
        "recommendations-bring-in",
        "recommendations-bring-in-template",
        "recommendations",
        ("source", "number", "text"),
    ),
    "actions": FilePage(
        "actions",
        "Bring in actions from a file",
        "action",
        "Each row is an action of a plan that is being drafted. One file can hold actions of several plans. "
        "They are added to what the plans hold already (paragraph 24).",
        acts.bring_in_actions,
        "plan-actions-bring-in",
        "plan-actions-bring-in-template",
        "plans",
        ("plan", "text"),
    ),
}


@dataclass(frozen=True)
class RowSeen:
    """A row as the page shows it: what it is about, and everything that is wrong with it."""

    line: int
    about: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]
    held: bool


@dataclass(frozen=True)
class Seen:
    """What taking the file would do."""

    rows: tuple[RowSeen, ...]
    facts: tuple[acts.RowRead, ...]

    @property
    def faulty(self) -> tuple[RowSeen, ...]:
        """Rows that have to be corrected."""
        return tuple(row for row in self.rows if row.faults)

    @property
    def held(self) -> int:
        """How many rows are here already."""
        return sum(row.held for row in self.rows)

    @property
    def new(self) -> int:
        """How many rows would be taken."""
        return len(self.rows) - self.held

    @property
    def shown(self) -> tuple[RowSeen, ...]:
        """Rows that the page shows, faulty ones first."""
        good = tuple(row for row in self.rows if not row.faults)
        return (*self.faulty, *good)[:SHOWN]


@writes(MAKE)
def recommendations(request: Request) -> HttpResponse:
    """Bring in recommendations of earlier reports."""
    return _page(request, PAGES["recommendations"])


@writes(DRAFT)
def actions(request: Request) -> HttpResponse:
    """Bring in actions of plans that are being drafted."""
    return _page(request, PAGES["actions"])


@reads(SEE)
def recommendations_template(request: Request, kind: str) -> HttpResponse:
    """Give the file to fill in."""
    return _to_fill_in(request, PAGES["recommendations"], kind)


@reads(SEE)
def actions_template(request: Request, kind: str) -> HttpResponse:
    """Give the file to fill in."""
    return _to_fill_in(request, PAGES["actions"], kind)


def _to_fill_in(request: Request, page: FilePage, kind: str) -> HttpResponse:
    del request
    if kind not in KINDS:
        raise Refused(
            "not_found_kind",
            f"There is no such file as “{kind[:20]}”.",
            "Choose one of the links on the page.",
        )
    content = write_sheet(kind, page.what.title(), to_fill_in(page.columns), (), notes_of(page.columns))
    return attachment(f"{page.what}.{kind}", file_rules().kinds[kind].media_type, content)


def _page(request: Request, page: FilePage) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, page, ChoosingFile())
    if "read" not in request.POST:
        return _chosen(request, page)
    handed = Handed(request.POST)
    said = _opened(request, page, handed.cleaned_data["read"]) if handed.is_valid() else None
    if said is None:
        form = ChoosingFile({})
        form.full_clean()
        form.errors.clear()
        form.add_error("file", "The file was read over an hour ago, or by somebody else. Choose it again.")
        return _shown(request, page, form, status=CONFLICT)
    table = _table(said)
    columns = _columns_form(page, table, request.POST)
    if not columns.is_valid():
        return _shown(request, page, columns, status=INVALID, said=said)
    if "columns" in request.POST:
        return _shown(request, page, _columns_form(page, table, None, columns.cleaned_data), said=said)
    seen = _seen(request, page, rows_of(table, columns.cleaned_data, page.columns))
    if "take" in request.POST and not seen.faulty:
        try:
            made = page.write(
                by=request.actor,
                at=request.at,
                rows=seen.facts,
                file_name=said["name"],
                digest=said["digest"],
            )
        except Refused as refused:
            if refused.rule.startswith("permission"):
                raise
            form = ChoosingFile({})
            form.full_clean()
            form.errors.clear()
            show_refusal(form, refused)
            return _shown(request, page, form, status=CONFLICT)
        messages.success(request, f"{count_in_words(len(made), page.noun)} brought in from {said['name']}.")
        return redirect(page.back)
    status = INVALID if seen.faulty or not seen.new else 200
    return _shown(request, page, columns, status=status, said=said, seen=seen)


def _chosen(request: Request, page: FilePage) -> HttpResponse:
    form = ChoosingFile(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, page, form, status=INVALID)
    try:
        said = _read(request, page, form.cleaned_data["file"])
    except Refused as refused:
        show_refusal(form, refused)
        return _shown(request, page, form, status=INVALID)
    table = _table(said)
    known = guessed(table.headings, page.columns)
    return _shown(request, page, _columns_form(page, table, None, known), said=said)


def _read(request: Request, page: FilePage, file: Any) -> dict[str, Any]:
    judged = checked(file.name, file.read())
    if judged.kind.id not in KINDS:
        raise Refused("data_file", "This is no spreadsheet.", "Choose an XLSX or a CSV file.", field="file")
    table = read_any_table(judged.kind.id, judged.content, judged.name, most_rows=MOST_ROWS)
    said: dict[str, Any] = {
        "by": request.actor.reference,
        "as": request.actor.party,
        "what": page.what,
        "name": judged.name,
        "digest": sha256(judged.content).hexdigest(),
        "headings": table.headings,
        "rows": [[row.line, list(row.cells.values()), dict(row.unreadable)] for row in table.rows],
    }
    if len(_handed(said)) > _MOST_READ:
        raise Refused("data_file", "The file holds too much text to take at once.", "Split it.", field="file")
    return said


def _handed(said: dict[str, Any]) -> str:
    return signing.dumps(said, salt=_SALT, compress=True)


def _opened(request: Request, page: FilePage, handed: str) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = signing.loads(handed, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        return None
    whose = (said["by"], said["as"], said["what"])
    return said if whose == (request.actor.reference, request.actor.party, page.what) else None


def _table(said: dict[str, Any]) -> AnyTable:
    headings = tuple(said["headings"])
    rows = tuple(
        SheetRow(line, dict(zip(headings, cells, strict=True)), unreadable)
        for line, cells, unreadable in said["rows"]
    )
    return AnyTable(headings, rows)


def _columns_form(
    page: FilePage, table: AnyTable, given: Any, known: dict[str, Any] | None = None
) -> ChoosingColumns:
    samples = {
        heading: [text for row in table.rows if (text := " ".join(row.cells[heading].split()))]
        for heading in table.headings
    }
    return ChoosingColumns(
        given, columns=page.columns, headings=table.headings, samples=samples, initial=known
    )


def _seen(request: Request, page: FilePage, rows: tuple[Row, ...]) -> Seen:
    """Read every cell, then find out what taking the rows that can be read would do."""
    _, form_of, same = KINDS_OF_FILE[page.what]
    titles = {column.key: column.title for column in page.columns}
    faults: dict[int, dict[str, str]] = {row.line: {} for row in rows}
    facts: list[acts.RowRead] = []
    first: dict[tuple[Any, ...], int] = {}
    for row in rows:
        found = faults[row.line]
        for key, what in row.unreadable.items():
            found[titles[key]] = f"There is {what} in this cell. Format the cell as text and type it again."
        form: forms.Form = form_of(dict(row.texts))
        if not form.is_valid():
            for key, told in form.errors.items():
                found.setdefault(titles[key], " ".join(str(one) for one in told))
        if found:
            continue
        line = first.setdefault(tuple(form.cleaned_data[key] for key in same), row.line)
        if line != row.line:
            found["Whole row"] = f"Row {line} says the same. Keep one."
        facts.append(acts.RowRead(row.line, form.cleaned_data))
    tried = acts.rehearse(by=request.actor, at=request.at, what=page.what, rows=facts)
    for one in tried.refused:
        faults[one.line].setdefault(titles.get(one.field, "Whole row"), one.told)
    listed = tuple(
        RowSeen(
            row.line,
            tuple(row.texts[key] for key in page.about),
            tuple(faults[row.line].items()),
            row.line in tried.held and not faults[row.line],
        )
        for row in rows
    )
    return Seen(listed, tuple(facts))


def _shown(
    request: Request,
    page: FilePage,
    form: forms.Form,
    *,
    status: int = 200,
    said: dict[str, Any] | None = None,
    seen: Seen | None = None,
) -> HttpResponse:
    choosing = isinstance(form, ChoosingFile)
    chosen = {}
    if seen is not None:
        chosen = {f"{PREFIX}-{key}": value for key, value in form.cleaned_data.items()}
    titles = {column.key: column.title for column in page.columns}
    context = {
        "page": page,
        "form": form,
        "choosing": choosing,
        "name": said["name"] if said else "",
        "read": _handed(said) if said else "",
        "count": len(said["rows"]) if said else 0,
        "seen": seen,
        "chosen": chosen,
        "about": [titles[key] for key in page.about],
        "kinds": [(kind, file_rules().kinds[kind].title) for kind in KINDS],
        "notes": notes_of(page.columns),
        "most": MOST_ROWS,
        "shown": SHOWN,
    }
    return render(request, "recommendations/bring_in.html", context, status=status)
