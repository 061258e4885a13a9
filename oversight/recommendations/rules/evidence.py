"""What shows that something was done: words, files, or both (E6, ¶26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words

#: Files with one report, so that a page stays readable; more are added with the next one.
MOST_FILES: Final = 5
LONGEST: Final = 2000


@dataclass(frozen=True)
class GivenFile:
    """A file as it was uploaded: its name and all of its content."""

    name: str
    content: bytes


def check_files(files: Sequence[GivenFile]) -> None:
    """Refuse more files than one report takes.

    Raises:
        Refused: Rule ``evidence_files``.
    """
    if len(files) > MOST_FILES:
        raise Refused(
            "evidence_files",
            f"There are {len(files)} files; at most {MOST_FILES} are taken with one report.",
            "Choose fewer, and add the others with another report.",
            field="files",
        )


def shown_by(words: str, files: Sequence[GivenFile]) -> str:
    """Give what shows it in words: what was said, or else the names of the files."""
    if words or not files:
        return words
    return f"Attached: {join_in_words([one.name for one in files])}"[:LONGEST]
