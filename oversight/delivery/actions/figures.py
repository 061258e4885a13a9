"""Files of figures: brought, checked by the worker, confirmed by whoever brought them, taken whole (B2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal

from oversight.delivery.actions.sources import figures_corrected
from oversight.delivery.models import Figure, FigureFile
from oversight.delivery.queries.figures import FILE_JOB, names_of_units, units_within
from oversight.delivery.queries.sight import BRING_IN, TAKE, not_found
from oversight.delivery.rules.figures import (
    KINDS,
    MOST_ROWS,
    WORKFLOW,
    FigureRow,
    FileState,
    Reader,
    ReadFigures,
    RowFault,
    check_headings,
)
from oversight.delivery.rules.measures import PARAGRAPH
from oversight.exchange.actions.files import keep_within
from oversight.exchange.actions.writing import london_day
from oversight.exchange.queries.files import content_of
from oversight.jobs.asking import ask
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import read_any_table
from oversight.kernel.words import count_in_words
from oversight.ledger.acting import Recorded, action

#: Rows written by one statement: both databases take so many.
BATCH = 1000
#: Rows named by one statement.
NAMED = 500


@action(verb="delivery.file-brought", permission=BRING_IN, paragraph=PARAGRAPH)
def bring_file(*, by: Actor, at: datetime, file_name: str, file: bytes) -> Recorded[int]:
    """Bring a file of figures: it is kept and checked; no figure is taken before it is confirmed.

    Args:
        by: Someone of line management or of a Regional Performance and Quality Team.
        at: Moment of doing so.
        file_name: Name of the file.
        file: Its content.

    Returns:
        Row of the file.

    Raises:
        Refused: Field ``file``: it is no table of one of the kinds.
    """
    kept = keep_within(name=file_name, content=file, by=by, at=at)
    kind = kept.name.rpartition(".")[2].lower()
    if kind not in KINDS:
        raise Refused(
            "figure_file",
            f"{kept.name} is neither a workbook nor a CSV file.",
            "Choose an XLSX or CSV file.",
            paragraph=PARAGRAPH,
            field="file",
        )
    row = FigureFile.objects.create(
        file_id=kept.id,
        name=kept.name,
        kind=kind,
        state=FileState.CHECKING,
        party_id=by.party,
        role=by.role,
        asked_at=at,
        asked_by=by.reference,
        asked_name=by.name,
    )
    _ask(row, by, at)
    return Recorded(f"figure-file:{row.pk}", kept.facts, row.pk)


def _ask(row: FigureFile, by: Actor, at: datetime) -> None:
    ask(by=by, at=at, kind=FILE_JOB, subject=str(row.pk), title=f"Figures of {row.name}", due_at=at)


def _locked(by: Actor, file_id: int, move: str) -> FigureFile:
    rows = FigureFile.objects.select_for_update(of=("self",)).filter(pk=file_id)
    if by.role != "service_operator":
        rows = rows.filter(party__code=by.party)
    row = rows.order_by("pk").first()
    if row is None:
        raise not_found("file of figures")
    WORKFLOW.check(move, row.state, by.role)
    return row


@action(verb="delivery.file-confirmed", permission=BRING_IN, paragraph=PARAGRAPH)
def confirm_file(*, by: Actor, at: datetime, file_id: int) -> Recorded[None]:
    """Confirm a file that was checked: the worker takes all of its figures, or none.

    Args:
        by: Someone of the party that brought it.
        at: Moment of confirming.
        file_id: Row of the file.

    Raises:
        Refused: There is no such file, or it does not wait for this.
    """
    row = _locked(by, file_id, "confirm")
    row.state = FileState.CONFIRMED
    row.confirmed_at, row.confirmed_by, row.confirmed_name = at, by.reference, by.name
    row.save()
    _ask(row, by, at)
    return Recorded(f"figure-file:{row.pk}", {"new": row.new, "changed": row.changed}, None)


@action(verb="delivery.file-set-aside", permission=BRING_IN, paragraph=PARAGRAPH)
def set_aside_file(*, by: Actor, at: datetime, file_id: int) -> Recorded[None]:
    """Set a file aside: none of its figures is taken.

    Args:
        by: Someone of the party that brought it.
        at: Moment of doing so.
        file_id: Row of the file.

    Raises:
        Refused: There is no such file, or it was taken or set aside.
    """
    del at
    row = _locked(by, file_id, "set_aside")
    row.state = FileState.ASIDE
    row.save()
    return Recorded(f"figure-file:{row.pk}", {}, None)


@dataclass(frozen=True)
class _Difference:
    """What taking rows would change: those that are new, those that replace another, and the replaced."""

    new: tuple[FigureRow, ...]
    changed: tuple[FigureRow, ...]
    replaced: tuple[int, ...]
    same: int


def _difference(rows: Iterable[FigureRow]) -> _Difference:
    wanted = list(rows)
    if not wanted:
        return _Difference((), (), (), 0)
    held: dict[tuple[object, ...], tuple[int, Decimal]] = {
        (unit, measure, first): (key, value)
        for key, unit, measure, first, value in Figure.objects.filter(
            replaced_at=None,
            first__gte=min(one.first for one in wanted),
            first__lte=max(one.first for one in wanted),
        )
        .order_by("id")
        .values_list("pk", "unit", "measure", "first", "value")
    }
    new, changed, replaced = [], [], []
    for one in wanted:
        before = held.get(one.key)
        if before is None:
            new.append(one)
        elif before[1] != one.value:
            changed.append(one)
            replaced.append(before[0])
    same = len(wanted) - len(new) - len(changed)
    return _Difference(tuple(new), tuple(changed), tuple(replaced), same)


def _read(row: FigureFile, at: datetime, tell: Callable[[int, int], None]) -> ReadFigures:
    content = content_of(row.file_id).content
    try:
        table = read_any_table(row.kind, content, row.name, most_rows=MOST_ROWS)
        check_headings(table)
    except Refused as refused:
        return ReadFigures((), (RowFault(1, "", f"{refused.why} {refused.what_next}"),), 1)
    total = len(table.rows)
    tell(0, total)
    reader = Reader(names_of_units(), units_within(row.party_id, row.role), london_day(at))
    return reader.read(table.rows, lambda done: tell(done, total))


@action(verb="delivery.file-checked", permission=TAKE, paragraph=PARAGRAPH)
def hand_in_check(*, by: Actor, at: datetime, file_id: int, read: ReadFigures) -> Recorded[str]:
    """Hand in what checking a file found, for whoever brought it.

    Args:
        by: The worker.
        at: Moment of doing so.
        file_id: Row of the file.
        read: What it says.

    Returns:
        What was found, in words.

    Raises:
        Refused: There is no such file, or it is not being checked.
    """
    del at
    row = _locked(by, file_id, "find_faults" if read.fault_count else "find_ready")
    found = _difference(read.rows)
    row.rows = len(read.rows) + read.fault_count
    row.fault_count, row.faults = read.fault_count, json.dumps([astuple(one) for one in read.faults])
    row.new, row.changed, row.same = len(found.new), len(found.changed), found.same
    row.state = FileState.FAULTY if read.fault_count else FileState.READY
    row.save()
    told = count_in_words(read.fault_count, "row") + " to be corrected" if read.fault_count else "Checked"
    return Recorded(f"figure-file:{row.pk}", {"rows": row.rows, "faults": row.fault_count}, told)


@action(verb="delivery.figures-taken", permission=TAKE, paragraph=PARAGRAPH)
def take_figures(*, by: Actor, at: datetime, file_id: int, read: ReadFigures) -> Recorded[str]:
    """Take every figure of a confirmed file for whoever confirmed it; or find that it has faults.

    Args:
        by: The worker.
        at: Moment of doing so.
        file_id: Row of the file.
        read: What it says, read again.

    Returns:
        What was done, in words.

    Raises:
        Refused: There is no such file, or it was not confirmed.
    """
    row = _locked(by, file_id, "find_faults" if read.fault_count else "take")
    if read.fault_count:
        row.state, row.fault_count = FileState.FAULTY, read.fault_count
        row.faults = json.dumps([astuple(one) for one in read.faults])
        row.save()
        return Recorded(f"figure-file:{row.pk}", {"faults": read.fault_count}, "It has faults now")
    found = _difference(read.rows)
    for start in range(0, len(found.replaced), NAMED):
        Figure.objects.filter(pk__in=found.replaced[start : start + NAMED]).update(
            replaced_at=at, replaced_by=row.confirmed_by
        )
    Figure.objects.bulk_create(
        [
            Figure(
                unit_id=one.unit,
                measure=one.measure,
                first=one.first,
                last=one.last,
                value=one.value,
                file=row,
                entered_at=at,
                entered_by=row.confirmed_by,
                entered_name=row.confirmed_name,
            )
            for one in (*found.new, *found.changed)
        ],
        batch_size=BATCH,
    )
    row.new, row.changed, row.same = len(found.new), len(found.changed), found.same
    row.state, row.taken_at = FileState.TAKEN, at
    row.save()
    corrected = [(one.unit, one.first, one.measure) for one in found.changed]
    marked = figures_corrected(corrected, at=at, why=f"Figures were corrected by the file {row.name}.")
    payload: dict[str, Value] = {
        "new": row.new,
        "changed": row.changed,
        "for": row.confirmed_by,
        "in_common": list(marked),
    }
    words = f"{count_in_words(row.new, 'new figure')}, {row.changed:,} corrected"
    return Recorded(f"figure-file:{row.pk}", payload, words)


def work_on_file(*, by: Actor, at: datetime, file_id: int, tell: Callable[[int, int], None]) -> str:
    """Check a file, or take one that was confirmed; give what was done. Doing it twice does it once.

    Args:
        by: The worker.
        at: Moment of beginning.
        file_id: Row of the file.
        tell: Told how many rows were read, of how many.
    """
    row = FigureFile.objects.get(pk=file_id)
    if row.state not in {FileState.CHECKING, FileState.CONFIRMED}:
        return "It was done before."
    read = _read(row, at, tell)
    if row.state == FileState.CHECKING:
        return hand_in_check(by=by, at=at, file_id=file_id, read=read)
    return take_figures(by=by, at=at, file_id=file_id, read=read)
