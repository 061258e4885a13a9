"""Marking a review: once, twice by different people, and moderated where they differ (¶19).

A second marker sees the first marking only after handing in their own, so that agreement says something.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from oversight.kernel.refusals import Refused
from oversight.sfo.rules.designs import PARAGRAPH
from oversight.sfo.rules.review import ASSURERS, SETTLED, TOLD, ReviewState


class MarkingKind(StrEnum):
    """What a marking is."""

    FIRST = "first"
    SECOND = "second"
    MODERATED = "moderated"


TITLES = {
    MarkingKind.FIRST: "First marking",
    MarkingKind.SECOND: "Second marking",
    MarkingKind.MODERATED: "Moderated",
}


@dataclass(frozen=True)
class Mark:
    """A marking of the round that is under way.

    Args:
        kind: What it is.
        person: Reference of the marker.
        party: Body of the marker.
        ratings: Rating by standard, the overall one among them.
    """

    kind: MarkingKind
    person: str
    party: str
    ratings: Mapping[str, str]


def next_kind(marks: Collection[Mark], *, person: str, party: str, assurer: str) -> MarkingKind:
    """Say what a marking by someone would be.

    Args:
        marks: Markings of this round.
        person: Who wants to mark.
        party: Their body.
        assurer: Body to which the review was allocated.

    Raises:
        Refused: They marked it already, or it is not for them (rule ``sfo_marker``), or nothing is left to
            mark (rule ``sfo_marked``).
    """
    held = {one.kind: one for one in marks}
    if any(one.person == person for one in marks):
        raise Refused(
            "sfo_marker",
            "You have marked this review already.",
            "Someone else marks it a second time, or moderates.",
            paragraph=PARAGRAPH,
        )
    if MarkingKind.FIRST not in held:
        _check_body(party, assurer, "marks first")
        return MarkingKind.FIRST
    if MarkingKind.SECOND not in held:
        return MarkingKind.SECOND
    if MarkingKind.MODERATED not in held and differ(marks):
        _check_body(party, assurer, "moderates")
        return MarkingKind.MODERATED
    raise Refused(
        "sfo_marked",
        "This review is marked: nothing is left to mark.",
        "Settle the ratings.",
        paragraph=PARAGRAPH,
    )


def _check_body(party: str, assurer: str, does: str) -> None:
    if party != assurer:
        raise Refused(
            "sfo_marker",
            f"The draw gave this review to {ASSURERS[assurer]}, which {does}.",
            f"Ask {ASSURERS[assurer]}.",
            paragraph=PARAGRAPH,
            who_can=ASSURERS[assurer],
        )


def differ(marks: Collection[Mark]) -> bool:
    """Tell whether the first and the second marking give anything a different rating."""
    held = {one.kind: one.ratings for one in marks}
    if MarkingKind.FIRST not in held or MarkingKind.SECOND not in held:
        return False
    return held[MarkingKind.FIRST] != held[MarkingKind.SECOND]


def counting(marks: Collection[Mark]) -> MarkingKind:
    """Say which marking of a round counts.

    Raises:
        Refused: There is none yet, or the markers differ and nobody moderated (rule ``sfo_unsettled``).
    """
    held = {one.kind for one in marks}
    if MarkingKind.FIRST not in held:
        raise Refused(
            "sfo_unsettled",
            "Nobody has marked this review yet.",
            "Mark it against the standards first.",
            paragraph=PARAGRAPH,
        )
    if MarkingKind.MODERATED in held:
        return MarkingKind.MODERATED
    if differ(marks):
        raise Refused(
            "sfo_unsettled",
            "The two markers differ and nobody has moderated.",
            "Someone of the same body who marked neither time moderates.",
            paragraph=PARAGRAPH,
        )
    return MarkingKind.FIRST


def sees_marks(state: str, *, assures: bool, marked: bool, both_marked: bool) -> bool:
    """Tell whether a reader sees the markings of the round under way.

    Args:
        state: Where the review stands.
        assures: Whether the reader may mark reviews.
        marked: Whether they marked it in this round.
        both_marked: Whether both markings are in, so that it waits for a moderator or for settling.
    """
    if state in {str(one) for one in TOLD}:
        return True
    if not assures:
        return False
    return marked or both_marked or state in {str(one) for one in SETTLED}


def may_mark(state: str) -> bool:
    """Tell whether a review can be marked now."""
    return state == ReviewState.MARKING
