"""Publishing a report: when, to whom beforehand, and what may follow (D8, ¶16, ¶20).

Times are London times. A moment that the clocks skip or have twice is refused, so that nobody has to guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from oversight.inspections.rules.case import PUBLICATIONS, CaseState
from oversight.inspections.rules.programmes import RatingRules
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON, moment_in_words

#: States in which a final report waits to be published.
WAITING: Final = (CaseState.FINAL, CaseState.EMBARGOED)


class Ended(StrEnum):
    """How a moment set for publication ended."""

    CHANGED = "changed"
    CANCELLED = "cancelled"
    PUBLISHED = "published"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """Words for a page."""
        return _ENDED[self]


_ENDED: Final = {
    Ended.CHANGED: "Changed",
    Ended.CANCELLED: "Cancelled",
    Ended.PUBLISHED: "Published",
    Ended.LAPSED: "Not published",
}


@dataclass(frozen=True)
class Figures:
    """Figures of ``publishing.yaml``, which no page confirms.

    Args:
        poor_lowest: How many ratings from the bottom of a scale are poor.
        poor_note: Where that comes from.
        most_days_ahead: How far ahead a moment can be set.
    """

    poor_lowest: int
    poor_note: str
    most_days_ahead: int


_FIGURE: Final = {"type": "integer", "minimum": 1}
_NOTE: Final = {"type": "string", "minLength": 1}
_SCHEMA: Final = {
    "type": "object",
    "additionalProperties": False,
    "required": ["poor", "moment"],
    "properties": {
        "poor": {
            "type": "object",
            "additionalProperties": False,
            "required": ["lowest", "unverified"],
            "properties": {"lowest": _FIGURE, "unverified": _NOTE},
        },
        "moment": {
            "type": "object",
            "additionalProperties": False,
            "required": ["most_days_ahead", "unverified"],
            "properties": {"most_days_ahead": _FIGURE, "unverified": _NOTE},
        },
    },
}


@cache
def figures() -> Figures:
    """Give the figures that come with the service."""
    name = "data/publishing.yaml"
    text = resources.files("oversight.inspections").joinpath(name).read_text(encoding="utf-8")
    data = read_yaml(text, name, _SCHEMA).data
    return Figures(data["poor"]["lowest"], data["poor"]["unverified"], data["moment"]["most_days_ahead"])


def is_poor(rules: RatingRules | None, overall: str) -> bool:
    """Tell whether a composite rating is poor (¶20); without ratings none is.

    Args:
        rules: How the programme rates; None when it does not.
        overall: Identifier of the rating; empty when there is none.
    """
    if rules is None or not overall:
        return False
    worst_first = sorted(rules.scale, key=lambda one: one.points)
    return overall in {one.id for one in worst_first[: figures().poor_lowest]}


def london_moment(day: date, at: time) -> datetime:
    """Give the moment of a London day and time.

    Raises:
        Refused: Rule ``publication_moment``: the clocks skip it or have it twice.
    """
    first = datetime.combine(day, at, tzinfo=LONDON)
    second = first.replace(fold=1)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise _wrong(
            "The clocks go forward that night, so there is no such time.", "Enter another time.", "time"
        )
    if first.utcoffset() != second.utcoffset():
        raise _wrong(
            "The clocks go back that night, so there are two such times.", "Enter another time.", "time"
        )
    return first.astimezone(UTC)


def check_moment(moment: datetime, *, at: datetime) -> None:
    """Refuse a moment that has passed, or that is far ahead by a slip.

    Raises:
        Refused: Rule ``publication_moment``.
    """
    if moment <= at:
        raise _wrong(f"{moment_in_words(moment)} has passed.", "Enter a later moment, or publish now.", "day")
    if moment > at + timedelta(days=figures().most_days_ahead):
        raise _wrong(f"{moment_in_words(moment)} is more than a year ahead.", "Check the year.", "day")


def _wrong(why: str, what_next: str, field: str) -> Refused:
    return Refused("publication_moment", why, what_next, paragraph="16", field=field)


def check_not_before(moment: datetime | None, *, at: datetime) -> None:
    """Refuse publishing before the moment that was set: others rely on it.

    Raises:
        Refused: Rule ``publication_before_its_moment``.
    """
    if moment is not None and at < moment:
        raise Refused(
            "publication_before_its_moment",
            f"This report is set to be published on {moment_in_words(moment)}.",
            "Change or cancel that moment first, with the reason.",
            paragraph="16",
        )


def check_published(state: str, role: str) -> None:
    """Refuse what is done to a published report alone, in another state or by another role.

    Raises:
        Refused: Rule ``permission_publication_role`` or ``publication_state``.
    """
    if role != PUBLICATIONS:
        raise Refused(
            "permission_publication_role",
            "Published reports are corrected by publications officers of HM Inspectorate of Probation.",
            "Ask them.",
            paragraph="16",
            who_can="the publications officer",
        )
    if state != CaseState.PUBLISHED:
        raise Refused(
            "publication_state",
            "This report is not published.",
            "Publish it first. Until then its text is changed in the draft.",
            paragraph="16",
        )


@dataclass(frozen=True)
class CopyFacts:
    """What decides whether an embargoed copy can be read.

    Args:
        state: Where the inspection stands.
        person: Reference of the person it was given to.
        party: Code of the party for which they were given it.
        withdrawn: Whether it was withdrawn.
    """

    state: str
    person: str
    party: str
    withdrawn: bool


def may_read(copy: CopyFacts, *, person: str, party: str) -> bool:
    """Tell whether someone may read a copy now: the one named, for the party named, in time (¶20)."""
    named = copy.person == person and copy.party == party
    return named and not copy.withdrawn and copy.state == CaseState.EMBARGOED
