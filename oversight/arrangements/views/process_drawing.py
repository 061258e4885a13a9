"""The path of a process, drawn narrow enough for a phone: what happens, what it starts, what happens next.

The text is broken into lines here, because SVG breaks none. Widths are those of Helvetica with room to spare,
so that the words stay inside their boxes in any of the faces that browsers put in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from oversight.arrangements.rules.facts import Force
from oversight.arrangements.rules.processes import Process, Step
from oversight.arrangements.rules.telling import Told, sentence_case
from oversight.kernel.words import count_in_words

WIDTH: Final = 288
_SPINE: Final = 9
_LEFT: Final = 26
_PAD: Final = 10
_SIZE: Final = 14
_LEADING: Final = 18
_GAP: Final = 14
_ROOM_TO_SPARE: Final = 1.1
_BOLD: Final = 1.07
#: Widths in thousandths of the size of the type, by letters that share one; all others are a figure wide.
_WIDTHS: Final = {
    letter: width
    for letters, width in (
        ("ijl'|", 222),
        (" .,:;/fIt!", 278),
        ("r()-", 333),
        ("ckszvxyJ", 500),
        ("ABEKPSVXY&", 667),
        ("FTZ", 611),
        ("CDHNRUw", 722),
        ("GOQ", 778),
        ("mM", 833),
        ("W—", 944),
    )
    for letter in letters
}
_FIGURE: Final = 556


@dataclass(frozen=True)
class Line:
    """A line of text: where it begins, what it says, and whether it is the name of its box."""

    x: int
    y: int
    text: str
    bold: bool


@dataclass(frozen=True)
class Box:
    """The frame of one duty: where it begins, how high it is, and how firmly the text puts it."""

    y: int
    height: int
    force: Force


@dataclass(frozen=True)
class Point:
    """The mark of one event on the path; open when the event happens only now and then."""

    y: int
    sometimes: bool


@dataclass
class Drawing:
    """Everything that the template puts on the page.

    Args:
        label: What the drawing shows, for those who do not see it.
    """

    label: str
    width: int = WIDTH
    height: int = 0
    spine: int = _SPINE
    left: int = _LEFT
    points: list[Point] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Where the path begins."""
        return self.points[0].y

    @property
    def last(self) -> int:
        """Where the path ends."""
        return self.points[-1].y


def draw_process(process: Process) -> Drawing:
    """Lay out the path of a process, from its first event to its last."""
    events = count_in_words(len(process.steps), "event")
    duties = count_in_words(len(process.owed), "duty", "duties")
    drawing = Drawing(
        f"Path of the process “{process.title}”: {events} and {duties}. "
        "The steps on this page say the same in words."
    )
    y = _GAP
    for step in process.steps:
        y = _draw_step(drawing, step, y)
    drawing.height = y
    return drawing


def _draw_step(drawing: Drawing, step: Step, y: int) -> int:
    drawing.points.append(Point(y + 5, step.sometimes))
    words = f"{step.event.title} (only sometimes)" if step.sometimes else step.event.title
    y = _write(drawing, y, [(words, True)], left=_LEFT, right=WIDTH)
    for told in step.owed:
        top = y
        y = _write(
            drawing, y + _PAD + 8, _sentences(told), left=_LEFT + _PAD, right=WIDTH - _PAD, after=_PAD - 4
        )
        drawing.boxes.append(Box(top, y - top, told.arrangement.force))
        y += 8
    return y + _GAP


def _sentences(told: Told) -> Iterator[tuple[str, bool]]:
    yield told.arrangement.title, True
    yield sentence_case(told.who), False
    if told.whom:
        yield f"To {told.whom}", False
    yield told.when, False
    if told.target:
        yield f"Local target: {told.target}", False
    yield f"{sentence_case(told.force)} (paragraph {told.arrangement.paragraph})", False


def _write(
    drawing: Drawing, y: int, sentences: Iterable[tuple[str, bool]], *, left: int, right: int, after: int = 0
) -> int:
    """Write sentences below one another from the line at ``y``, and give where the next thing may begin."""
    for sentence, bold in sentences:
        for text in broken(sentence, right - left, bold=bold):
            drawing.lines.append(Line(left, y + _SIZE - 4, text, bold))
            y += _LEADING
    return y + after


def broken(sentence: str, room: float, *, bold: bool = False) -> list[str]:
    """Break a sentence into lines no wider than ``room`` pixels; a word wider than that stands alone."""
    lines: list[str] = []
    for word in sentence.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def width_of(text: str, *, bold: bool = False) -> float:
    """Give how many pixels wide ``text`` is, at most."""
    thousandths = sum(_WIDTHS.get(letter, _FIGURE) for letter in text)
    return thousandths * _SIZE / 1000 * _ROOM_TO_SPARE * (_BOLD if bold else 1.0)
