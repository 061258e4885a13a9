"""What is an alert to the Sponsorship team, and what becomes of one (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

import yaml

from oversight.kernel.data_files import read_yaml
from oversight.kernel.words import LONDON, day_in_words
from oversight.kernel.workflow import Move, State, Workflow

PARAGRAPH: Final = "20"
SPONSORSHIP: Final = frozenset({"sponsorship_officer"})
_DATA = files("oversight.briefings").joinpath("data")


class AlertKind(StrEnum):
    """What an alert is about."""

    RATING = "rating"
    MISSED = "missed"
    SAME_DAY = "same_day"


KIND_WORDS: Final = {
    AlertKind.RATING: "Poor rating published",
    AlertKind.MISSED: "Response missed",
    AlertKind.SAME_DAY: "Same-day alert raised",
}


class AlertState(StrEnum):
    """Where an alert stands."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    BRIEFING = "briefing"
    BRIEFED = "briefed"
    SET_ASIDE = "set_aside"


_S = AlertState
#: What still asks something of the team.
WAITING: Final = (_S.RAISED, _S.ACKNOWLEDGED)
WORKFLOW: Final = Workflow(
    name="sponsorship_alert",
    title="Alert to the Sponsorship team",
    states=(
        State(_S.RAISED, "New", "the Sponsorship team"),
        State(_S.ACKNOWLEDGED, "Acknowledged", "the Sponsorship team"),
        State(_S.BRIEFING, "Being briefed on", "the Sponsorship team"),
        State(_S.BRIEFED, "Briefed on", "nobody", ends=True),
        State(_S.SET_ASIDE, "No briefing needed", "nobody", ends=True),
    ),
    moves=(
        Move("acknowledge", "Acknowledge", _S.RAISED, _S.ACKNOWLEDGED, SPONSORSHIP, PARAGRAPH),
        *(
            Move("brief", "Start a briefing", state, _S.BRIEFING, SPONSORSHIP, PARAGRAPH)
            for state in (_S.RAISED, _S.ACKNOWLEDGED)
        ),
        Move("set_aside", "Say that no briefing is needed", _S.ACKNOWLEDGED, _S.SET_ASIDE, SPONSORSHIP, "20"),
        Move("release", "Withdraw its briefing", _S.BRIEFING, _S.ACKNOWLEDGED, SPONSORSHIP, PARAGRAPH),
        Move("finish", "Close its briefing", _S.BRIEFING, _S.BRIEFED, SPONSORSHIP, PARAGRAPH),
    ),
    starts=_S.RAISED,
)


@dataclass(frozen=True)
class Threshold:
    """From a day on, an overall rating below ``below`` is an alert.

    Args:
        since: First day of publication that it judges.
        below: A rating of the scale; those worse than it are meant.
        source: Where it comes from.
        unverified: Why it is not certain; empty when it is.
    """

    since: date
    below: str
    source: str
    unverified: str


@dataclass(frozen=True)
class AlertRules:
    """When the team is alerted.

    Args:
        thresholds: By their days, the earliest first.
        missed: What was owed, by the identifier of the arrangement.
        look_back_days: What is older is no news.
        look_back_note: Why that many.
        look_at_hour: Hour of the daily look, London time.
    """

    thresholds: tuple[Threshold, ...]
    missed: Mapping[str, str]
    look_back_days: int
    look_back_note: str
    look_at_hour: int

    def threshold_on(self, day: date) -> Threshold | None:
        """Give the threshold that judges what is published on a day; None before the first."""
        held = [one for one in self.thresholds if one.since <= day]
        return held[-1] if held else None

    def is_news(self, day: date, *, today: date) -> bool:
        """Tell whether something of that day is recent enough to alert anyone."""
        return today - timedelta(days=self.look_back_days) <= day <= today

    def next_look(self, at: datetime) -> datetime:
        """Give the moment of the next daily look after ``at``."""
        local = at.astimezone(LONDON)
        here = datetime.combine(local.date(), time(self.look_at_hour), LONDON)
        if here > local:
            return here
        return datetime.combine(local.date() + timedelta(days=1), time(self.look_at_hour), LONDON)


def is_poor(threshold: Threshold, rating: str, scale: Sequence[str]) -> bool:
    """Tell whether a rating is below a threshold.

    Args:
        threshold: The threshold.
        rating: The overall rating; one that is not of the scale is not judged.
        scale: The ratings, worst first.
    """
    return rating in scale and scale.index(rating) < scale.index(threshold.below)


def read_alert_rules(text: str, scale: Sequence[str], name: str = "alerts.yaml") -> AlertRules:
    """Read a file of thresholds.

    Args:
        text: The file, as YAML.
        scale: The ratings, worst first.
        name: Its name, for messages.

    Raises:
        Refused: A fault, named by line and field.
    """
    schema = yaml.safe_load(_DATA.joinpath("alerts-schema.yaml").read_text(encoding="utf-8"))
    found = read_yaml(text, name, schema)
    listed = found.data["thresholds"]
    for at, one in enumerate(listed):
        if type(one["since"]) is not date:
            raise found.refused(("thresholds", at, "since"), "this is no day.", "Write it as 2023-08-18.")
        if one["below"] not in scale:
            raise found.refused(
                ("thresholds", at, "below"), "this is no rating of the scale.", "Correct its spelling."
            )
    for at, (earlier, later) in enumerate(pairwise(listed), start=1):
        if later["since"] <= earlier["since"]:
            raise found.refused(
                ("thresholds", at, "since"), "thresholds go from day to day.", "Put them in order."
            )
    return AlertRules(
        thresholds=tuple(
            Threshold(one["since"], one["below"], one["source"], one.get("unverified", "")) for one in listed
        ),
        missed={one["arrangement"]: one["what"] for one in found.data["missed"]},
        look_back_days=found.data["look_back_days"]["figure"],
        look_back_note=found.data["look_back_days"]["note"],
        look_at_hour=found.data["look_at_hour"],
    )


@cache
def alert_rules(scale: tuple[str, ...]) -> AlertRules:
    """Give the rules that this service runs by, for a scale of ratings."""
    return read_alert_rules(_DATA.joinpath("alerts.yaml").read_text(encoding="utf-8"), scale)


@dataclass(frozen=True)
class Finding:
    """Something that is an alert.

    Args:
        kind: What it is about.
        key: What makes it the same when it is found again.
        about: Reference of the report, recommendation, plan or inspection.
        title: What a list calls it.
        says: What happened, in a sentence or two; no more than the team may know.
        on: Day on which it happened.
        unit: Code of the region or unit; empty when it is none.
        basis: The threshold or arrangement by which it is an alert.
    """

    kind: AlertKind
    key: str
    about: str
    title: str
    says: str
    on: date
    unit: str
    basis: str


def rating_finding(
    *, reference: str, unit: str, unit_name: str, rating: str, on: date, rater: str, threshold: Threshold
) -> Finding:
    """Make the alert of a poor rating."""
    return Finding(
        kind=AlertKind.RATING,
        key=f"rating:{reference}:{rating}",
        about=reference,
        title=f"{unit_name} rated {rating}",
        says=f"{rater} rated {unit_name} {rating} overall in a report published by {day_in_words(on)}.",
        on=on,
        unit=unit,
        basis=f"Below {threshold.below}: {threshold.source}",
    )


def missed_finding(
    *, arrangement: str, what: str, about: str, unit: str, bearer: str, bearer_name: str, due: date
) -> Finding:
    """Make the alert of a response that was owed and did not come."""
    return Finding(
        kind=AlertKind.MISSED,
        key=f"missed:{arrangement}:{about}:{bearer}",
        about=about,
        title=f"{bearer_name}: {what[0].lower()}{what[1:]} is missing",
        says=f"{what} on {about} was due from {bearer_name} by {day_in_words(due)} and has not come.",
        on=due,
        unit=unit,
        basis=f"Duty {arrangement}",
    )


def same_day_finding(
    *, reference: str, number: int, unit: str, unit_name: str, on: date, rater: str
) -> Finding:
    """Make the alert that a risk to a person was raised: where and when, and nothing of what it says."""
    return Finding(
        kind=AlertKind.SAME_DAY,
        key=f"same-day:{reference}:{number}",
        about=reference,
        title=f"Alert about a risk to a person, {unit_name}",
        says=f"{rater} raised an alert about a risk to a person with {unit_name} on {day_in_words(on)}. "
        "What it says is for those who have to act.",
        on=on,
        unit=unit,
        basis="Alerts outside the report cycle",
    )
