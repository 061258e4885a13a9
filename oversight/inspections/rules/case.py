"""The case of one inspection: where it stands, who moves it on, and what its dates must keep to (D1, ¶16).

The steps of an inspection and the roles that take them are in ``WORKFLOW``; the rest are checks that raise
``Refused``. A step taken by a lead inspector is open to those who are on the team of that inspection alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.inspections.rules.programmes import InspectionType
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words, join_in_words
from oversight.kernel.workflow import Move, State, Workflow

PLANNER: Final = "hmip_planner"
LEAD: Final = "hmip_lead_inspector"
PUBLICATIONS: Final = "hmip_publications"


class CaseState(StrEnum):
    """Where an inspection stands."""

    SCHEDULED = "scheduled"
    ANNOUNCED = "announced"
    INFORMATION_REQUESTED = "information_requested"
    FIELDWORK = "fieldwork"
    RATINGS = "ratings"
    DRAFT = "draft"
    CHECK = "check"
    FINAL = "final"
    EMBARGOED = "embargoed"
    PUBLISHED = "published"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


#: States in which an inspection is under way, in the order in which it passes through them.
PATH: Final = (
    CaseState.SCHEDULED,
    CaseState.ANNOUNCED,
    CaseState.INFORMATION_REQUESTED,
    CaseState.FIELDWORK,
    CaseState.RATINGS,
    CaseState.DRAFT,
    CaseState.CHECK,
    CaseState.FINAL,
    CaseState.EMBARGOED,
    CaseState.PUBLISHED,
)
#: States from which an inspection can still be paused, withdrawn or replaced.
OPEN: Final = PATH[:-1]
#: States in which the dates of fieldwork can still move.
MOVABLE: Final = PATH[:3]
#: From here on the inspected may read the draft (paragraph 22).
DRAFT_SENT: Final = frozenset(PATH[PATH.index(CaseState.CHECK) :])

_STATES: Final = (
    State(CaseState.SCHEDULED, "Scheduled", "the inspection planner"),
    State(CaseState.ANNOUNCED, "Announced", "the lead inspector"),
    State(CaseState.INFORMATION_REQUESTED, "Information requested", "those asked"),
    State(CaseState.FIELDWORK, "Fieldwork", "the inspection team"),
    State(CaseState.RATINGS, "Ratings", "the lead inspector and the panel"),
    State(CaseState.DRAFT, "Draft", "the lead inspector"),
    State(CaseState.CHECK, "Accuracy check", "OSAG and the lead inspector"),
    State(CaseState.FINAL, "Final", "publications"),
    State(CaseState.EMBARGOED, "Embargoed", "publications"),
    State(CaseState.PUBLISHED, "Published", "nobody", ends=True),
    State(CaseState.PAUSED, "Paused", "the inspection planner"),
    State(CaseState.WITHDRAWN, "Withdrawn", "nobody", ends=True),
    State(CaseState.REPLACED, "Replaced", "nobody", ends=True),
)


def _move(name: str, label: str, source: CaseState, target: CaseState, *roles: str, paragraph: str) -> Move:
    return Move(name, label, source, target, frozenset(roles), paragraph)


def _adjusters(state: CaseState) -> tuple[str, ...]:
    # Before it is announced an inspection is known to the planners alone.
    return (PLANNER,) if state is CaseState.SCHEDULED else (PLANNER, LEAD)


_MOVES: Final = (
    _move("announce", "Announce", CaseState.SCHEDULED, CaseState.ANNOUNCED, PLANNER, paragraph="28"),
    _move(
        "ask_information",
        "Ask for information",
        CaseState.ANNOUNCED,
        CaseState.INFORMATION_REQUESTED,
        LEAD,
        paragraph="31",
    ),
    _move(
        "ask_information",
        "Ask for information",
        CaseState.INFORMATION_REQUESTED,
        CaseState.INFORMATION_REQUESTED,
        LEAD,
        paragraph="31",
    ),
    *(
        _move("start_fieldwork", "Start fieldwork", state, CaseState.FIELDWORK, LEAD, paragraph="16")
        for state in (CaseState.ANNOUNCED, CaseState.INFORMATION_REQUESTED)
    ),
    _move(
        "finish_fieldwork", "Finish fieldwork", CaseState.FIELDWORK, CaseState.RATINGS, LEAD, paragraph="16"
    ),
    _move(
        "finish_unrated_fieldwork",
        "Finish fieldwork without ratings",
        CaseState.FIELDWORK,
        CaseState.DRAFT,
        LEAD,
        paragraph="18",
    ),
    _move("settle_ratings", "Settle the ratings", CaseState.RATINGS, CaseState.DRAFT, LEAD, paragraph="16"),
    _move(
        "send_for_checking",
        "Send the draft for checking",
        CaseState.DRAFT,
        CaseState.CHECK,
        LEAD,
        paragraph="22",
    ),
    _move("issue_final", "Issue the final report", CaseState.CHECK, CaseState.FINAL, LEAD, paragraph="22"),
    _move(
        "embargo",
        "Send embargoed copies",
        CaseState.FINAL,
        CaseState.EMBARGOED,
        PUBLICATIONS,
        paragraph="20",
    ),
    *(
        _move("publish", "Publish", state, CaseState.PUBLISHED, PUBLICATIONS, paragraph="16")
        for state in (CaseState.FINAL, CaseState.EMBARGOED)
    ),
    *(
        _move("change_dates", "Change the dates", state, state, *_adjusters(state), paragraph="28")
        for state in MOVABLE
    ),
    *(
        _move("pause", "Pause", state, CaseState.PAUSED, *_adjusters(state), paragraph="10(iv)")
        for state in OPEN
    ),
    *(
        _move(
            f"resume_{state}",
            f"Resume at {state.replace('_', ' ')}",
            CaseState.PAUSED,
            state,
            *_adjusters(state),
            paragraph="10(iv)",
        )
        for state in OPEN
    ),
    *(
        _move("withdraw", "Withdraw", state, CaseState.WITHDRAWN, PLANNER, paragraph="16")
        for state in (*OPEN, CaseState.PAUSED)
    ),
    *(
        _move("replace", "Replace", state, CaseState.REPLACED, PLANNER, paragraph="16")
        for state in (*OPEN, CaseState.PAUSED)
    ),
)

WORKFLOW: Final = Workflow(
    name="inspection",
    title="Inspection",
    states=_STATES,
    moves=_MOVES,
    starts=CaseState.SCHEDULED,
    role_names={PLANNER: "inspection planner", LEAD: "lead inspector", PUBLICATIONS: "publications officer"},
)

#: Steps that take an inspection off its path or change what others planned on: each needs a reason.
WITH_REASON: Final = frozenset({"change_dates", "pause", "withdraw", "replace"})


def needs_reason(move: str) -> bool:
    """Tell whether a step is taken with a reason only."""
    return move in WITH_REASON or move.startswith("resume_")


def move_of(act: str, *, rated: bool, paused_from: str) -> str:
    """Give the name in ``WORKFLOW`` of what someone does to a case of this kind.

    Args:
        act: ``finish_fieldwork``, ``resume``, or the name of another step.
        rated: Whether the inspection gives ratings; one that gives none goes from fieldwork to the draft.
        paused_from: State in which it was paused; empty when it is not paused.
    """
    if act == "finish_fieldwork" and not rated:
        return "finish_unrated_fieldwork"
    if act == "resume" and paused_from:
        return f"resume_{paused_from}"
    return act


def check_move(act: str, state: str, role: str, *, rated: bool, paused_from: str, on_team: bool) -> Move:
    """Give the step when someone of a role may take it now.

    Args:
        act: What they do, as for ``move_of``.
        state: Where the inspection stands.
        role: Role in which they act.
        rated: Whether the inspection gives ratings.
        paused_from: State in which it was paused; empty when it is not paused.
        on_team: Whether they are on the team of this inspection.

    Raises:
        Refused: As for ``Workflow.check``, or rule ``inspection_team`` for a lead inspector of another
            inspection, or rule ``inspection_not_paused``.
    """
    if act == "resume" and not paused_from:
        raise Refused(
            "inspection_not_paused",
            "This inspection is not paused, so it cannot be resumed.",
            "Open it again to see how it stands.",
        )
    move = WORKFLOW.check(move_of(act, rated=rated, paused_from=paused_from), state, role)
    if role == LEAD and not on_team:
        raise Refused(
            "inspection_team",
            f"“{move.label}” is for the lead inspector and the team of this inspection.",
            "Ask them, or ask the inspection planner to put you on the team.",
            paragraph=move.paragraph,
            who_can="the lead inspector and the team of this inspection",
        )
    return move


@dataclass(frozen=True)
class Dates:
    """The days planned for an inspection.

    Args:
        announce: Day on which it is to be announced; confidential until then.
        fieldwork_from: First day of fieldwork.
        fieldwork_until: Last day of fieldwork.
    """

    announce: date
    fieldwork_from: date
    fieldwork_until: date

    @property
    def in_words(self) -> str:
        """Fieldwork in words."""
        return f"{day_in_words(self.fieldwork_from)} to {day_in_words(self.fieldwork_until)}"


def check_dates(dates: Dates, *, today: date, announced_on: date | None = None) -> None:
    """Refuse days in an order in which no inspection can be made.

    Args:
        dates: The days planned.
        today: Day of planning.
        announced_on: Day on which it was announced; None when it was not yet.

    Raises:
        Refused: Rule ``inspection_dates``; ``field`` says which day is wrong.
    """

    def wrong(why: str, what_next: str, field: str) -> Refused:
        return Refused("inspection_dates", why, what_next, paragraph="28", field=field)

    if announced_on is None and dates.announce < today:
        raise wrong(f"{day_in_words(dates.announce)} has passed.", "Enter today or a later day.", "announce")
    first = announced_on or dates.announce
    if dates.fieldwork_from < first:
        raise wrong(
            f"Fieldwork cannot start before the inspection is announced on {day_in_words(first)}.",
            "Enter that day or a later one.",
            "fieldwork_from",
        )
    if dates.fieldwork_until < dates.fieldwork_from:
        raise wrong(
            f"Fieldwork cannot end before it starts on {day_in_words(dates.fieldwork_from)}.",
            "Enter that day or a later one.",
            "fieldwork_until",
        )


def check_fieldwork_day(
    on: date, *, today: date, not_before: date, before_words: str, field: str = "on"
) -> None:
    """Refuse a day of fieldwork that has not come, or lies before what comes first.

    Args:
        on: The day entered.
        today: Day on which it is entered.
        not_before: Earliest day possible.
        before_words: What happened on that day, in words.
        field: Name of the form field.

    Raises:
        Refused: Rule ``inspection_fieldwork_day``.
    """
    if on > today:
        raise Refused(
            "inspection_fieldwork_day",
            f"{day_in_words(on)} is still to come.",
            "Say so on the day or later.",
            field=field,
        )
    if on < not_before:
        raise Refused(
            "inspection_fieldwork_day",
            f"{day_in_words(on)} is before {before_words} on {day_in_words(not_before)}.",
            "Enter that day or a later one.",
            field=field,
        )


def check_units(kind: InspectionType, unit_kinds: Collection[str]) -> None:
    """Refuse units that do not fit the type of inspection.

    Args:
        kind: Type of inspection.
        unit_kinds: Kind of each unit chosen, ``pdu`` or ``region``.

    Raises:
        Refused: Rule ``inspection_units``.
    """
    if kind.unit == "national":
        return
    if list(unit_kinds) == [kind.unit]:
        return
    wanted = "Probation Delivery Unit" if kind.unit == "pdu" else "region"
    raise Refused(
        "inspection_units",
        f"“{kind.title}” looks at exactly one {wanted}.",
        f"Enter one {wanted}.",
        paragraph="16",
        field="units",
    )


def check_partners(kind: InspectionType, partners: Collection[str]) -> None:
    """Refuse partner inspectorates where the inspection is not joint, and a joint one without any (¶18).

    Raises:
        Refused: Rule ``inspection_partners``.
    """
    if kind.kind == "joint" and not partners:
        raise Refused(
            "inspection_partners",
            "A joint inspection is made with at least one other inspectorate.",
            "Choose it, or choose another type.",
            paragraph="18",
            field="partners",
        )
    if kind.kind != "joint" and partners:
        raise Refused(
            "inspection_partners",
            f"“{kind.title}” is no joint inspection, so it has no partners.",
            "Leave them out, or choose a joint inspection.",
            paragraph="18",
            field="partners",
        )


def reference_of(kind: str, unit_code: str, year: int, held: Iterable[str]) -> str:
    """Give the next reference of a type, unit and year, for example ``2026-PDU-N57EKNT-1``.

    Args:
        kind: Identifier of the type of inspection.
        unit_code: Code of the unit; empty when the inspection is of no single unit.
        year: Year of fieldwork.
        held: References in use.
    """
    prefix = "-".join(part for part in (str(year), kind.upper(), unit_code) if part) + "-"
    numbers = [
        int(reference.removeprefix(prefix))
        for reference in held
        if reference.startswith(prefix) and reference.removeprefix(prefix).isdecimal()
    ]
    return f"{prefix}{max(numbers, default=0) + 1}"


def who_moves(state: str, moves: Iterable[str]) -> str:
    """Say in words which roles may take certain steps from a state."""
    roles = {role for move in WORKFLOW.moves_from(state) if move.name in set(moves) for role in move.roles}
    return join_in_words([f"the {WORKFLOW.role_names[role]}" for role in sorted(roles)], "or")
