"""A unit's measures with their trend, and files of figures (B2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from oversight.access.rules import Standpoint, access_table, may
from oversight.delivery.models import Figure, FigureFile
from oversight.delivery.queries.sight import BRING_IN, not_found, seen_figures, sees_unit
from oversight.delivery.rules.figures import WORKFLOW, FileState, RowFault
from oversight.delivery.rules.measures import (
    About,
    Measure,
    Standing,
    measure_of,
    measures_of,
    period_in_words,
)
from oversight.exchange.rules.holdings import Span
from oversight.jobs.queries import JobLine, latest_of
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.parties.queries.units import UNITS, demand_unit, other_names

PAGE_SIZE: Final = 25
#: Periods of a trend that are shown; a file has them all.
SHOWN: Final = 40
#: Kind of the job that checks and takes a file.
FILE_JOB: Final = "delivery.figures"


@dataclass(frozen=True)
class Point:
    """One period of a trend.

    Args:
        first: Its first day.
        period: It in words.
        value: The figure.
        target: What was to be reached; None where nothing was.
        standing: How the figure stands to it.
        by: Who entered it.
        at: When.
        note: What was noted of it.
        before: Figures that it replaced, the earliest first.
    """

    first: date
    period: str
    value: Decimal
    target: Decimal | None
    standing: Standing
    by: str
    at: datetime
    note: str
    before: tuple[Decimal, ...]


@dataclass(frozen=True)
class MeasureLine:
    """A measure of a unit with its latest figure; None while there is none."""

    measure: Measure
    latest: Point | None
    earlier: Point | None


@dataclass(frozen=True)
class FileLine:
    """A file of figures.

    Args:
        id: Its row.
        name: Its name.
        state: Where it stands.
        rows: How many rows it has.
        new: How many figures are new.
        changed: How many replace another.
        same: How many are there already.
        faults: The first faults.
        fault_count: How many there are.
        asked_at: When it was brought.
        asked_name: By whom.
        job: How far the service is with it; None when it never began.
        decides: Whether the reader may confirm it or set it aside.
    """

    id: int
    name: str
    state: FileState
    rows: int
    new: int
    changed: int
    same: int
    faults: tuple[RowFault, ...]
    fault_count: int
    asked_at: datetime
    asked_name: str
    job: JobLine | None
    decides: bool

    @property
    def label(self) -> str:
        """Where it stands, in words."""
        return WORKFLOW.state(self.state).label


def unit_of(actor: Actor, code: str) -> PartyRef:
    """Give a region or unit whose measures someone may see.

    Raises:
        Refused: There is none.
    """
    ref = demand_unit(code)
    if not sees_unit(actor, code):
        raise not_found("unit")
    return ref


def unit_measures(*, actor: Actor, code: str) -> tuple[MeasureLine, ...]:
    """Give every measure of a unit with its two latest figures: one query."""
    points = _points(actor, code, "")
    return tuple(
        MeasureLine(
            one,
            points[one.id][-1] if points.get(one.id) else None,
            points[one.id][-2] if len(points.get(one.id, ())) > 1 else None,
        )
        for one in measures_of(About.UNIT)
    )


def trend(*, actor: Actor, code: str, measure: str) -> tuple[Measure, tuple[Point, ...]]:
    """Give the figures of a measure of a unit, the earliest first.

    Raises:
        Refused: There is no such measure.
    """
    found = measure_of(measure, About.UNIT)
    return found, tuple(_points(actor, code, measure).get(measure, ())[-SHOWN:])


def _points(actor: Actor, code: str, measure: str) -> Mapping[str, list[Point]]:
    rows = seen_figures(actor).filter(unit__code=code)
    rows = rows.filter(measure=measure) if measure else rows
    known = {one.id: one for one in measures_of(About.UNIT)}
    before: dict[tuple[str, date], list[Decimal]] = {}
    found: dict[str, list[Point]] = {}
    live: list[Figure] = []
    for row in rows.order_by("first", "entered_at", "id"):
        if row.replaced_at is None:
            live.append(row)
        else:
            before.setdefault((row.measure, row.first), []).append(row.value)
    for row in live:
        what = known.get(row.measure)
        if what is None:
            continue
        found.setdefault(row.measure, []).append(
            Point(
                first=row.first,
                period=period_in_words(what.every, Span(row.first, row.last)),
                value=row.value,
                target=what.target_on(row.first),
                standing=what.standing(row.value, row.first),
                by=row.entered_name,
                at=row.entered_at,
                note=row.note,
                before=tuple(before.get((row.measure, row.first), ())),
            )
        )
    return found


def names_of_units() -> Mapping[str, str]:
    """Give the code of each region and unit by every name and code that it has, in small letters.

    A name that two units have is left out, so that neither is taken for the other.
    """
    named: dict[str, set[str]] = {}
    more = other_names()
    for code, ref in parties_by_code().items():
        if ref.kind in UNITS:
            for name in (code, ref.name, f"{ref.name} ({code})", *more.get(code, ())):
                named.setdefault(" ".join(name.split()).casefold(), set()).add(code)
    return {name: next(iter(codes)) for name, codes in named.items() if len(codes) == 1}


def units_within(party: str, role: str) -> frozenset[str]:
    """Give the regions and units for which someone of a party and role brings figures in."""
    parties = parties_by_code()
    who = Standpoint(role, party, parties[party].lineage)
    return frozenset(
        code for code, ref in parties.items() if ref.kind in UNITS and may(access_table(), who, BRING_IN, ref)
    )


@dataclass(frozen=True)
class Files:
    """A page of the files that one's own party brought."""

    lines: tuple[FileLine, ...]
    count: int
    page: int


def files(*, actor: Actor, page: int) -> Files:
    """Give a page of the files that the actor's party brought, latest first."""
    rows = FigureFile.objects.filter(party__code=actor.party if actor.may(BRING_IN) else "")
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    return Files(
        tuple(_file(actor, row, None) for row in rows.order_by("-id")[start : start + PAGE_SIZE]),
        count,
        number,
    )


def file(*, actor: Actor, at: datetime, file_id: int) -> FileLine:
    """Give a file of figures that the actor's party brought.

    Raises:
        Refused: There is none.
    """
    row = FigureFile.objects.filter(pk=file_id, party__code=actor.party).order_by("id").first()
    if row is None or not actor.may(BRING_IN):
        raise not_found("file of figures")
    return _file(actor, row, latest_of(kind=FILE_JOB, subject=str(row.pk), at=at))


def _file(actor: Actor, row: FigureFile, job: JobLine | None) -> FileLine:
    state = FileState(row.state)
    return FileLine(
        id=row.pk,
        name=row.name,
        state=state,
        rows=row.rows,
        new=row.new,
        changed=row.changed,
        same=row.same,
        faults=tuple(RowFault(*one) for one in json.loads(row.faults or "[]")),
        fault_count=row.fault_count,
        asked_at=row.asked_at,
        asked_name=row.asked_name,
        job=job,
        decides=bool(WORKFLOW.allowed(state, actor.role)),
    )
