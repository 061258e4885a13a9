"""Dates of actions: what is said when one nears or passes, and how one is moved (E6, ¶26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.recommendations.rules.notices import Event, How, Told
from oversight.recommendations.rules.wording import words_for

_FILE: Final = "escalation.yaml"
_TOLD: Final = {
    "to": {"enum": ["owner", "plan", "probation-service", "hmpps", "hmpps-osag", "moj-sponsorship", "hmip"]},
    "roles": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
    "words": {"type": "string", "minLength": 1, "maxLength": 200},
}
_SCHEMA: Final = {
    "type": "object",
    "additionalProperties": False,
    "required": ["due_soon_days", "hour", "weekly_on", "digest", "ladder", "events"],
    "properties": {
        "due_soon_days": {"type": "integer", "minimum": 1, "maximum": 365},
        "hour": {"type": "integer", "minimum": 0, "maximum": 23},
        "weekly_on": {"type": "integer", "minimum": 1, "maximum": 7},
        "digest": {"enum": [one.value for one in How]},
        "ladder": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["from_day", "to", "roles", "words"],
                "properties": {
                    "from_day": {"type": "integer", "minimum": -365, "maximum": 3650},
                    **_TOLD,
                },
            },
        },
        "events": {
            "type": "object",
            "additionalProperties": False,
            "required": [one.value for one in Event],
            "properties": {
                one.value: {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["to", "roles", "words"],
                    "properties": _TOLD,
                }
                for one in Event
            },
        },
    },
}


class Progress(StrEnum):
    """What the owner says of an action."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"


PROGRESS_WORDS: Final = words_for("progress", Progress)


class Timing(StrEnum):
    """How an action stands to its date."""

    AHEAD = "ahead"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE = "done"


TIMING_WORDS: Final = {
    Timing.AHEAD: "Ahead",
    Timing.DUE_SOON: "Due soon",
    Timing.OVERDUE: "Overdue",
    Timing.DONE: "Done",
}


@dataclass(frozen=True)
class Rung(Told):
    """A step of the ladder.

    Args:
        from_day: Days after the date from which it holds; negative before it.
    """

    from_day: int


@dataclass(frozen=True)
class Ladder:
    """What is said when, from the earliest day on.

    Args:
        due_soon_days: Days before its date from which an action is due soon.
        rungs: What is said of dates.
        events: What is said of what somebody did.
        hour: Hour, London time, of the daily look.
        weekly_on: Day of the week of weekly emails, 1 for Monday.
        digest: How someone is emailed who has not chosen.
    """

    due_soon_days: int
    rungs: tuple[Rung, ...]
    events: Mapping[Event, Told]
    hour: int
    weekly_on: int
    digest: How

    def timing(self, due: date, today: date, progress: str) -> Timing:
        """Tell how an action stands to its date."""
        if progress == Progress.DONE:
            return Timing.DONE
        if today > due:
            return Timing.OVERDUE
        return Timing.DUE_SOON if today >= self.soon(due) else Timing.AHEAD

    def soon(self, due: date) -> date:
        """Give the first day on which an action is due soon."""
        return due - timedelta(days=self.due_soon_days)

    def rung(self, due: date, today: date, progress: str) -> Rung | None:
        """Give what is said of an action today; None while nothing is."""
        if progress == Progress.DONE:
            return None
        days = (today - due).days
        reached = [rung for rung in self.rungs if rung.from_day <= days]
        return reached[-1] if reached else None

    def reached(self, due: date, today: date, progress: str) -> tuple[Rung, ...]:
        """Give what is to be told today: of the rungs reached, the last one for each who is told."""
        if progress == Progress.DONE:
            return ()
        last = {rung.to: rung for rung in self.rungs if rung.from_day <= (today - due).days}
        return tuple(last.values())

    def due_between(self, rung: Rung, today: date) -> tuple[date, date]:
        """Give the first and last date of actions of which a rung is to be told today."""
        later = [one.from_day for one in self.rungs if one.to == rung.to and one.from_day > rung.from_day]
        first = today - timedelta(days=later[0] - 1) if later else date.min
        return first, today - timedelta(days=rung.from_day)


def read_ladder(text: str, name: str = _FILE) -> Ladder:
    """Read a ladder.

    Raises:
        Refused: The file is not as it should be, or its rungs are not in order; the line is named.
    """
    said = read_yaml(text, name, _SCHEMA)
    rungs = tuple(
        Rung(one["to"], tuple(one["roles"]), one["words"], one["from_day"]) for one in said.data["ladder"]
    )
    days = [rung.from_day for rung in rungs]
    if days != sorted(set(days)):
        raise said.refused(["ladder"], "the rungs are not in the order of their days.", "Put them in order.")
    events = {
        Event(name): Told(one["to"], tuple(one["roles"]), one["words"])
        for name, one in said.data["events"].items()
    }
    return Ladder(
        due_soon_days=said.data["due_soon_days"],
        rungs=rungs,
        events=events,
        hour=said.data["hour"],
        weekly_on=said.data["weekly_on"],
        digest=How(said.data["digest"]),
    )


@cache
def ladder() -> Ladder:
    """Give the ladder in use."""
    return read_ladder(files("oversight.recommendations").joinpath("data", _FILE).read_text(encoding="utf-8"))


def check_new_date(new: date, *, present: date, today: date) -> None:
    """Refuse a date that moves nothing or lies in the past.

    Args:
        new: Date asked for.
        present: Date that stands.
        today: Day of asking.

    Raises:
        Refused: Rule ``action_date``.
    """
    if new == present:
        raise Refused(
            "action_date",
            f"{day_in_words(new)} is the date that stands.",
            "Enter another date, or leave it as it is.",
            field="due",
        )
    if new < today:
        raise Refused(
            "action_date", f"{day_in_words(new)} has passed.", "Enter today or a later day.", field="due"
        )


def check_approver(asked_by: str, person: str) -> None:
    """Refuse approving a date that the same person asked for.

    Raises:
        Refused: Rule ``action_date_approver``.
    """
    if asked_by == person:
        raise Refused(
            "action_date_approver",
            "You asked for this date, and someone else decides on it.",
            "Ask a colleague who clears the plan.",
            who_can="someone else who clears the plan",
        )


def check_progress(progress: str, text: str, evidence: str) -> None:
    """Refuse an entry that says nothing, or that says done without evidence.

    Raises:
        Refused: Rule ``action_progress``.
    """
    if not text:
        raise Refused("action_progress", "What was done is missing.", "Enter it.", field="text")
    if progress == Progress.DONE and not evidence:
        raise Refused(
            "action_progress",
            "An action is not reported done without evidence.",
            "Enter what shows it and where it is found.",
            paragraph="26",
            field="evidence",
        )


def latest_date(first: date, changes: Sequence[date]) -> date:
    """Give the date that stands: the last one approved, or else the first."""
    return changes[-1] if changes else first
