"""A risk to a person found in a case file: raised the same day, outside the report cycle (¶16, H4).

What it says is for the team, for those it is addressed to and for those it was escalated to. Others who watch
over alerts see that one was raised and when it was acknowledged. Nothing of it is ever erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from oversight.inspections.rules.case_lists import CODE
from oversight.kernel.data_files import LabelledFigure, read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.kernel.workflow import Move, State, Workflow

PARAGRAPH: Final = "16"
TEAM: Final = "team"
ADDRESSED: Final = "addressed"
NAMED: Final = "named"
_DATA = files("oversight.inspections").joinpath("data")


class AlertState(StrEnum):
    """Where an alert stands."""

    RAISED = "raised"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


def _move(
    name: str, label: str, source: AlertState, target: AlertState, *roles: str, paragraph: str = PARAGRAPH
) -> Move:
    return Move(name, label, source, target, frozenset(roles), paragraph)


#: An alert is closed only once somebody answered for the person: there is no way around that.
WORKFLOW: Final = Workflow(
    name="risk_alert",
    title="Alert on a risk to a person",
    states=(
        State(AlertState.RAISED, "Raised", "the unit and its region"),
        State(AlertState.ESCALATED, "Escalated", "those it was escalated to, the unit and its region"),
        State(AlertState.ACKNOWLEDGED, "Acknowledged", "the inspection team"),
        State(AlertState.CLOSED, "Closed", "nobody", ends=True),
    ),
    moves=(
        _move("acknowledge", "Acknowledge", AlertState.RAISED, AlertState.ACKNOWLEDGED, ADDRESSED),
        _move("acknowledge", "Acknowledge", AlertState.ESCALATED, AlertState.ACKNOWLEDGED, ADDRESSED, NAMED),
        *(
            _move("escalate", "Escalate", state, AlertState.ESCALATED, TEAM)
            for state in (AlertState.RAISED, AlertState.ESCALATED, AlertState.ACKNOWLEDGED)
        ),
        _move("close", "Close", AlertState.ACKNOWLEDGED, AlertState.CLOSED, TEAM),
    ),
    starts=AlertState.RAISED,
    role_names={
        TEAM: "the inspection team",
        ADDRESSED: "the unit and its region",
        NAMED: "those it was escalated to",
    },
)
#: States in which somebody still has to answer for the person.
WAITING: Final = (AlertState.RAISED, AlertState.ESCALATED)


class Sight(StrEnum):
    """How much of an alert someone sees."""

    NOTHING = "nothing"
    TIMES = "times"
    CONTENTS = "contents"


@dataclass(frozen=True)
class Standing:
    """How someone stands to an alert.

    Args:
        sees_case: Whether they see the inspection.
        on_team: Whether they lead it or are on its team.
        addressed: Whether they may acknowledge alerts for the unit or its region.
        named: Whether it was escalated to them.
        watches: Whether they may see that alerts were raised, and when.
    """

    sees_case: bool
    on_team: bool
    addressed: bool
    named: bool
    watches: bool

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the workflow in which they may act, most telling first."""
        if not self.sees_case:
            return ()
        held = ((TEAM, self.on_team), (ADDRESSED, self.addressed), (NAMED, self.named))
        return tuple(role for role, holds in held if holds)

    @property
    def sight(self) -> Sight:
        """How much of the alert they see."""
        if self.roles:
            return Sight.CONTENTS
        return Sight.TIMES if self.sees_case and self.watches else Sight.NOTHING

    def acts(self, state: str) -> tuple[str, ...]:
        """Give the steps that they may take from a state, in the order of the workflow."""
        names = [move.name for role in self.roles for move in WORKFLOW.allowed(state, role)]
        return tuple(dict.fromkeys(names))

    def check(self, act: str, state: str) -> Move:
        """Give the step when they may take it from a state.

        Raises:
            Refused: As for ``Workflow.check``; who sees no more than its times is told what one who has no
                role in it is told.
        """
        for role in self.roles:
            if act in {move.name for move in WORKFLOW.allowed(state, role)}:
                return WORKFLOW.check(act, state, role)
        return WORKFLOW.check(act, state, self.roles[0] if self.roles else "")


@cache
def acknowledge_within() -> LabelledFigure:
    """Give within how many days an alert is to be acknowledged; 0 is the day itself."""
    schema = yaml.safe_load(_DATA.joinpath("alerts-schema.yaml").read_text(encoding="utf-8"))
    found = read_yaml(_DATA.joinpath("alerts.yaml").read_text(encoding="utf-8"), "alerts.yaml", schema)
    given = found.data["acknowledge_within_days"]
    return LabelledFigure(given["figure"], given["default"], given["note"])


def due_on(raised: date) -> date:
    """Give the last day on which an alert is acknowledged in time.

    Args:
        raised: London day on which it was raised.
    """
    return raised + timedelta(days=acknowledge_within().figure)


def is_overdue(due: date, *, acknowledged_on: date | None, today: date) -> bool:
    """Tell whether nobody acknowledged an alert by its day and nobody has since."""
    return acknowledged_on is None and today > due


def timing_in_words(due: date, *, acknowledged_on: date | None, today: date) -> str:
    """Say whether an alert was acknowledged in time, as far as that can be said."""
    if acknowledged_on is not None:
        when = "in time" if acknowledged_on <= due else f"late: it was due by the end of {day_in_words(due)}"
        return f"First acknowledged {when}."
    if today > due:
        return f"Overdue: it was to be acknowledged by the end of {day_in_words(due)}."
    end = "today" if due == today else day_in_words(due)
    return f"To be acknowledged by the end of {end}."


def check_raising(*, started: bool) -> None:
    """Refuse an alert of an inspection whose case files nobody has read yet.

    Whatever its state since, paused and published ones included, an alert can be raised.

    Args:
        started: Whether its fieldwork ever started.

    Raises:
        Refused: Rule ``alert_before_fieldwork``.
    """
    if not started:
        raise Refused(
            "alert_before_fieldwork",
            "Fieldwork has not started, so no case file was read for this inspection.",
            "Tell the unit by telephone what you know. Once fieldwork has started, raise it here.",
            paragraph=PARAGRAPH,
        )


def check_case_reference(reference: str) -> None:
    """Refuse what does not look like the reference of a case.

    Raises:
        Refused: Rule ``alert_case``; field ``case_reference``.
    """
    if not CODE.fullmatch(reference):
        raise Refused(
            "alert_case",
            "This does not look like a case reference.",
            "Enter letters and digits with at least one digit, no spaces and no name.",
            paragraph=PARAGRAPH,
            field="case_reference",
        )


def check_unit(unit_lineage: str, inspected: tuple[str, ...]) -> None:
    """Refuse a unit that the inspection does not look at.

    Args:
        unit_lineage: Lineage of the unit that the alert goes to.
        inspected: Lineage of each unit inspected.

    Raises:
        Refused: Rule ``alert_unit``; field ``unit``.
    """
    if not any(one and unit_lineage.startswith(one) for one in inspected):
        raise Refused(
            "alert_unit",
            "This inspection does not look at that unit.",
            "Choose the unit that holds the case.",
            paragraph=PARAGRAPH,
            field="unit",
        )
