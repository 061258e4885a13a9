"""Where the visits of a proposed plan stand in its drawing: their days now and those in the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from oversight.arrangements.views.drawing import Bar, Scale
from oversight.programme.queries.proposals import VisitLine
from oversight.programme.rules.visits import Span
from oversight.programme.views.drawing import LANE, SHORT, look

#: Room between two bars of one lane, as a share of the axis.
BETWEEN = 0.3


@dataclass(frozen=True)
class Drawn:
    """A visit in the drawing.

    Args:
        line: The visit.
        new: Its days in the plan; None where no week fits.
        old: Its days now, where the plan has others.
        lane: Its row within its region, from 0.
        look: Word that the style sheet knows the body by.
        letter: Letter inside the bar, so that colour alone says nothing.
        words: What is read aloud.
    """

    line: VisitLine
    new: Bar | None
    old: Bar | None
    lane: int
    look: str
    letter: str
    words: str


@dataclass(frozen=True)
class Group:
    """The visits of one region.

    Args:
        code: Code of the region.
        title: Its name.
        visits: Its visits that have days.
        height: Pixels that its lanes need.
        moved: How many of them move.
        new: How many of them are new.
        left_out: How many find no week.
    """

    code: str
    title: str
    visits: tuple[Drawn, ...]
    height: int
    moved: int
    new: int
    left_out: int


def plan_gantt(lines: Iterable[VisitLine], scale: Scale) -> tuple[Group, ...]:
    """Lay the visits of a plan out by region, each in the first lane in which its days, new and old, fit.

    Args:
        lines: The visits.
        scale: The stretch of time.
    """
    grouped: dict[tuple[str, str], list[VisitLine]] = {}
    for line in lines:
        grouped.setdefault((line.region.name, line.region.code), []).append(line)
    return tuple(_group(code, name, held, scale) for (name, code), held in sorted(grouped.items()))


def _group(code: str, name: str, lines: Sequence[VisitLine], scale: Scale) -> Group:
    free: list[float] = []
    drawn = []
    for line in sorted(lines, key=_first):
        old = _bar(line.old, scale) if line.old is not None and line.old != line.new else None
        new = _bar(line.new, scale)
        bars = [bar for bar in (old, new) if bar is not None]
        if not bars:
            continue
        start = min(bar.start for bar in bars)
        lane = next((number for number, until in enumerate(free) if until <= start), len(free))
        free[lane : lane + 1] = [max(bar.start + bar.length for bar in bars) + BETWEEN]
        body = line.kind.bodies[0]
        drawn.append(Drawn(line, new, old, lane, look(body), SHORT.get(body, "O"), _words(line)))
    return Group(
        code,
        name,
        tuple(drawn),
        max(1, len(free)) * LANE + 6,
        moved=sum(1 for one in lines if one.moved_weeks),
        new=sum(1 for one in lines if one.old is None and one.new is not None),
        left_out=sum(1 for one in lines if one.new is None),
    )


def _first(line: VisitLine) -> tuple[object, int]:
    firsts = [span.first for span in (line.old, line.new) if span is not None]
    return (min(firsts).toordinal() if firsts else 0), line.number


def _bar(span: Span | None, scale: Scale) -> Bar | None:
    if span is None or not (scale.shows(span.first) or scale.shows(span.last)):
        return None
    return scale.bar(span.first, span.last + timedelta(days=1))


def _words(line: VisitLine) -> str:
    said = f"{line.kind.title}, {line.place.name}: "
    if line.new is None:
        return f"{said}left out"
    if line.old is None:
        return f"{said}new, {line.new.in_words}"
    if line.old == line.new or not line.moved_weeks:
        return f"{said}stays, {line.new.in_words}"
    return f"{said}from {line.old.in_words} to {line.new.in_words}"
