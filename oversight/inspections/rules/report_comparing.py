"""Two versions of a report side by side: passage by passage and word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oversight.inspections.rules.reporting import Passage, SectionText, follow

SAME: Final = "same"
CHANGED: Final = "changed"
ADDED: Final = "added"
REMOVED: Final = "removed"
#: A word with the space after it: blanks as words of their own would make long texts slow to compare.
_WORDS: Final = re.compile(r"\S+\s*|\s+")
#: A passage of more words that changed is shown as removed and added whole; few are as long as ten pages.
MOST_WORDS: Final = 5_000


@dataclass(frozen=True)
class Words:
    """Words of a passage: ``same`` in both versions, ``removed`` from the old or ``added`` in the new."""

    state: str
    text: str


@dataclass(frozen=True)
class ComparedPassage:
    """A passage in two versions.

    Attributes:
        state: ``same``, ``changed``, ``added`` or ``removed``.
        words: Its words with what became of them.
        html: How it looks when it is the same in both; empty otherwise.
        moved_from: Title of the section that it stood in before, when that is another one.
        form_only: Whether the words are the same and only their form or a link changed.
    """

    state: str
    words: tuple[Words, ...]
    html: str
    moved_from: str = ""
    form_only: bool = False


@dataclass(frozen=True)
class ComparedSection:
    """A section in two versions."""

    key: str
    title: str
    state: str
    passages: tuple[ComparedPassage, ...]

    @property
    def changes(self) -> int:
        """How many of its passages are not the same; an empty one that came or went is one change."""
        inside = sum(1 for one in self.passages if one.state != SAME or one.moved_from)
        return inside or int(self.state in {ADDED, REMOVED})


def words_compared(old: str, new: str) -> tuple[Words, ...]:
    """Compare two texts word by word.

    Same and removed words together are the old text, same and added ones the new.
    """
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(left), len(right)) > MOST_WORDS and old != new:
        return tuple(one for one in (Words(REMOVED, old), Words(ADDED, new)) if one.text)
    found: list[Words] = []
    for tag, start, end, start_new, end_new in difflib.SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            found.append(Words(SAME, "".join(left[start:end])))
            continue
        if end > start:
            found.append(Words(REMOVED, "".join(left[start:end])))
        if end_new > start_new:
            found.append(Words(ADDED, "".join(right[start_new:end_new])))
    return tuple(found)


def compared(old: Sequence[SectionText], new: Sequence[SectionText]) -> tuple[ComparedSection, ...]:
    """Compare two versions.

    Args:
        old: Sections of the earlier version.
        new: Sections of the later one.

    Returns:
        The sections of the later version in order, each with what was removed from it in its old place; then
        the sections that are gone.
    """
    before = {passage.anchor: (section, passage) for section in old for passage in section.passages}
    followed = follow(
        [passage for section in old for passage in section.passages],
        [passage for section in new for passage in section.passages],
    )
    came_from = {one.anchor: anchor for anchor, one in followed.items() if one.anchor}
    kept = {section.key for section in new}
    olds = {section.key: section for section in old}
    found = [_section(section, olds.get(section.key), before, came_from) for section in new]
    for section in old:
        gone = tuple(
            _removed(one)
            for one in section.passages
            if section.key not in kept and not followed[one.anchor].anchor
        )
        if section.key not in kept and (gone or not section.passages):
            found.append(ComparedSection(section.key, section.title, REMOVED, gone))
    return tuple(found)


def _section(
    section: SectionText,
    was: SectionText | None,
    before: Mapping[str, tuple[SectionText, Passage]],
    came_from: Mapping[str, str],
) -> ComparedSection:
    left = [one.anchor for one in was.passages] if was else []
    matched = set(came_from.values())
    shown: list[ComparedPassage] = []
    reached = 0
    for one in section.passages:
        anchor = came_from.get(one.anchor, "")
        if anchor in left:
            place = left.index(anchor)
            shown += [_removed(before[gone][1]) for gone in left[reached:place] if gone not in matched]
            reached = max(reached, place + 1)
        shown.append(_passage(one, *before[anchor], section.key) if anchor else _added(one))
    shown += [_removed(before[gone][1]) for gone in left[reached:] if gone not in matched]
    passages = tuple(shown)
    state = ADDED if was is None else CHANGED if any(one.state != SAME for one in passages) else SAME
    return ComparedSection(section.key, section.title, state, passages)


def _passage(now: Passage, section: SectionText, was: Passage, key: str) -> ComparedPassage:
    moved = section.title if section.key != key else ""
    if (was.kind, was.text, was.html) == (now.kind, now.text, now.html):
        return ComparedPassage(SAME, (Words(SAME, now.text),), now.html, moved)
    return ComparedPassage(
        CHANGED, words_compared(was.text, now.text), "", moved, form_only=was.text == now.text
    )


def _added(one: Passage) -> ComparedPassage:
    return ComparedPassage(ADDED, (Words(ADDED, one.text),), "")


def _removed(one: Passage) -> ComparedPassage:
    return ComparedPassage(REMOVED, (Words(REMOVED, one.text),), "")
