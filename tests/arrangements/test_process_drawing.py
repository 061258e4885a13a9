"""The path of a process: text broken so that it stays in its box, in any face a browser may use."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from oversight.arrangements.rules.processes import processes_under, shipped_catalogue
from oversight.arrangements.views.process_drawing import WIDTH, broken, draw_process, width_of
from tests.arrangements.stories import mou

WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzMW.,’()", min_size=1, max_size=12), max_size=30)


@given(WORDS, st.floats(60, 300), st.booleans())
def test_breaking_loses_no_word_and_fills_no_line_beyond_its_room(words, room, bold):
    lines = broken(" ".join(words), room, bold=bold)

    assert " ".join(lines).split() == words
    assert all(width_of(line, bold=bold) <= room or " " not in line for line in lines)


@given(WORDS)
def test_a_line_is_broken_only_where_the_next_word_does_not_fit(words):
    lines = broken(" ".join(words), 200)

    for line, after in itertools.pairwise(lines):
        assert width_of(f"{line} {after.split()[0]}") > 200


def test_boxes_stand_under_one_another_and_hold_their_lines():
    for process in processes_under(mou(), shipped_catalogue()):
        drawing = draw_process(process)
        ends = [box.y + box.height for box in drawing.boxes]

        assert all(end <= box.y for end, box in zip(ends, drawing.boxes[1:], strict=False))
        assert all(end < drawing.height for end in ends)
        assert [point.y for point in drawing.points] == sorted({point.y for point in drawing.points})
        for line in drawing.lines:
            assert line.x + width_of(line.text, bold=line.bold) <= WIDTH
            around = [box for box in drawing.boxes if box.y < line.y < box.y + box.height]
            assert len(around) == (1 if line.x > drawing.left else 0)
