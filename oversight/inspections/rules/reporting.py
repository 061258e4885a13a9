"""The text of a report: Markdown taken apart into passages, and what became of each in a later version.

A passage is one block of a section: a paragraph, a heading, a list, a table, a quotation, a data item or a
recommendation. Comments of the factual accuracy check are anchored to passages (¶22). Markdown is read as
CommonMark with tables; raw HTML and pictures are not read, and what is made of the rest is cleaned by nh3.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from markdown_it.token import Token

from oversight.kernel.prose import PARSER, clean, dress

#: Most characters of one section: some forty pages.
LONGEST_TEXT: Final = 200_000
#: How alike two passages of a changed place have to be to count as one passage that changed.
ALIKE: Final = 0.5
#: How many passages ahead a changed one is looked for, so that a report written anew is compared in no time.
NEAR: Final = 20
#: A line of its own that puts a data item in its place, for example ``[data item 3]``.
DATA_ITEM: Final = re.compile(r"\[data item ([1-9][0-9]{0,4})\]", re.IGNORECASE)


class Purpose(StrEnum):
    """What a version is made for."""

    WORKING = "working"
    CHECK = "check"
    FINAL = "final"
    CORRECTED = "corrected"


#: Versions that leave the Inspectorate.
SENT: Final = frozenset({Purpose.CHECK, Purpose.FINAL, Purpose.CORRECTED})
PURPOSE_WORDS: Final[Mapping[str, str]] = {
    Purpose.WORKING: "Working version",
    Purpose.CHECK: "Sent for checking",
    Purpose.FINAL: "Final report",
    Purpose.CORRECTED: "Corrected after publication",
}


@dataclass(frozen=True)
class Passage:
    """One block of a section.

    Attributes:
        anchor: Its name in the version: the key of the section and its place there, ``foreword-p2``; a
            recommendation is named by its number, which never changes.
        kind: ``paragraph``, ``heading``, ``list``, ``table``, ``quote``, ``data_item`` or ``recommendation``.
        text: Its words without markup.
        html: Clean HTML that can stand in a page as it is; empty for a data item that is yet to be put there.
        item: Number of the data item or recommendation; 0 for text.
    """

    anchor: str
    kind: str
    text: str
    html: str
    item: int = 0


@dataclass(frozen=True)
class SectionText:
    """A section with its passages in order."""

    key: str
    title: str
    passages: tuple[Passage, ...]


_KINDS: Final = {
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "blockquote_open": "quote",
    "table_open": "table",
}


def passages(key: str, markdown: str) -> tuple[Passage, ...]:
    """Take the text of a section apart.

    Args:
        key: Key of the section.
        markdown: Its text.

    Returns:
        Its passages in order, their anchors counted from 1. A data item's place has no HTML yet.
    """
    found: list[Passage] = []
    for block in _blocks(PARSER.parse(markdown)):
        anchor = f"{key}-p{len(found) + 1}"
        text = _plain(block)
        placed = DATA_ITEM.fullmatch(text.strip()) if block[0].type == "paragraph_open" else None
        if placed:
            found.append(Passage(anchor, "data_item", text.strip(), "", int(placed[1])))
            continue
        dress(block)
        html = clean(PARSER.renderer.render(block, PARSER.options, {})).strip()
        found.append(Passage(anchor, _KINDS.get(block[0].type, "paragraph"), text, html))
    return tuple(found)


def _blocks(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Give the tokens of each outermost block; a line across the page is no passage."""
    block: list[Token] = []
    depth = 0
    for token in tokens:
        block.append(token)
        depth += token.nesting
        if depth == 0:
            if block[0].type != "hr":
                yield block
            block = []


_ENDS_LINE: Final = {"paragraph_close", "heading_close", "tr_close", "fence", "code_block"}


def _plain(tokens: Iterable[Token]) -> str:
    """Give the words of a block: cells apart by a bar, paragraphs, rows and items on lines of their own."""
    written: list[str] = []
    for token in tokens:
        if token.type == "inline":
            written.append("".join(_inline(token.children or ())))
        elif token.type in {"fence", "code_block"}:
            written.append(token.content.rstrip("\n"))
        if token.type in {"th_close", "td_close"}:
            written.append(" | ")
        elif token.type in _ENDS_LINE:
            written.append("\n")
    lines = ("".join(written)).split("\n")
    return "\n".join(line.strip().removesuffix("|").strip() for line in lines).strip()


def _inline(children: Iterable[Token]) -> Iterator[str]:
    for child in children:
        if child.type in {"text", "code_inline", "text_special"}:
            yield child.content
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"


def items_placed(markdown: str) -> tuple[int, ...]:
    """Give the numbers of the data items that a text puts in their places, in order."""
    return tuple(one.item for one in passages("text", markdown) if one.kind == "data_item")


@dataclass(frozen=True)
class Followed:
    """What became of a passage.

    Attributes:
        anchor: Its anchor in the later version; empty when it is gone.
        state: ``same``, ``changed`` or ``gone``.
    """

    anchor: str
    state: str


_GONE: Final = Followed("", "gone")


def follow(old: Sequence[Passage], new: Sequence[Passage]) -> Mapping[str, Followed]:
    """Find every passage of a version in a later one.

    Unchanged ones are found wherever they moved. What is left between two unchanged neighbours is paired in
    order by how much of the words is the same. Recommendations are followed by their number.

    Args:
        old: All passages of the earlier version.
        new: All passages of the later one.

    Returns:
        What became of each, by its anchor in the earlier version. No two lead to the same passage.
    """
    pairs: dict[int, int] = {}
    numbered = {one.item: place for place, one in enumerate(new) if one.kind == "recommendation"}
    for place, one in enumerate(old):
        if one.kind == "recommendation" and one.item in numbered:
            pairs[place] = numbered[one.item]
    marks_old, marks_new = [_mark(one) for one in old], [_mark(one) for one in new]
    _pair_unchanged(marks_old, marks_new, pairs)
    _pair_alike(old, new, pairs)
    return {
        one.anchor: Followed(
            new[pairs[place]].anchor, "same" if marks_old[place] == marks_new[pairs[place]] else "changed"
        )
        if place in pairs
        else _GONE
        for place, one in enumerate(old)
    }


def _mark(one: Passage) -> tuple[str, str, str]:
    return one.kind, one.text, one.html


def _pair_unchanged(
    old: Sequence[tuple[str, str, str]], new: Sequence[tuple[str, str, str]], pairs: dict[int, int]
) -> None:
    """Pair equal passages: those in the same order first, then those that moved."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    taken = set(pairs.values())
    for start, start_new, size in matcher.get_matching_blocks():
        for step in range(size):
            if start + step not in pairs and start_new + step not in taken:
                pairs[start + step] = start_new + step
                taken.add(start_new + step)
    places: dict[tuple[str, str, str], list[int]] = {}
    for place, mark in enumerate(new):
        if place not in taken:
            places.setdefault(mark, []).append(place)
    for place, mark in enumerate(old):
        if place not in pairs and places.get(mark):
            pairs[place] = places[mark].pop(0)


def _pair_alike(old: Sequence[Passage], new: Sequence[Passage], pairs: dict[int, int]) -> None:
    """Pair what is left between two paired neighbours, in order, when enough of the words is the same."""
    taken = set(pairs.values())
    for gap_old, gap_new in _gaps(len(old), len(new), pairs, taken):
        after = 0
        for place in gap_old:
            best, ratio = -1, ALIKE
            for at in range(after, min(after + NEAR, len(gap_new))):
                found = _alike(old[place], new[gap_new[at]])
                if found >= ratio and (best < 0 or found > ratio):
                    best, ratio = at, found
            if best >= 0:
                pairs[place] = gap_new[best]
                after = best + 1


def _gaps(
    old: int, new: int, pairs: Mapping[int, int], taken: Iterable[int]
) -> Iterator[tuple[list[int], list[int]]]:
    """Give the places without a pair that lie between the same paired places on both sides."""
    used = set(taken)
    fixed: list[tuple[int, int]] = []
    for place, target in sorted(pairs.items()):
        if not fixed or target > fixed[-1][1]:
            fixed.append((place, target))
    before, before_new = -1, -1
    for place, target in [*fixed, (old, new)]:
        left = [one for one in range(before + 1, place) if one not in pairs]
        right = [one for one in range(before_new + 1, target) if one not in used]
        if left and right:
            yield left, right
        before, before_new = place, target


def _alike(one: Passage, other: Passage) -> float:
    """Give how much of the words of two passages is the same, from 0 to 1."""
    if one.kind != other.kind:
        return 0.0
    if one.kind in {"data_item", "recommendation"}:
        return float(one.item == other.item)
    matcher = difflib.SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()
