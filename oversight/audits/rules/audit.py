"""An audit from plan to closing: where it stands, who moves it on, what each step needs (B4, ¶14).

People have places in an audit: those who plan, its lead, its auditors, its reviewer, and those of the body
audited. Whoever leads it neither reviews it nor closes it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.audits.rules.data import PARAGRAPH
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words
from oversight.kernel.workflow import Move, State, Workflow

OSAG: Final = "hmpps-osag"


class Place(StrEnum):
    """What someone is in an audit."""

    PLANNER = "planner"
    LEAD = "lead"
    AUDITOR = "auditor"
    REVIEWER = "reviewer"
    AUDITED = "audited"


#: Places that are given by naming the team.
TEAM: Final = (Place.LEAD, Place.AUDITOR, Place.REVIEWER)
PLACE_WORDS: Final = {
    Place.PLANNER: "someone who plans audits",
    Place.LEAD: "lead of the audit",
    Place.AUDITOR: "auditor of the team",
    Place.REVIEWER: "reviewer of the audit",
    Place.AUDITED: "body audited",
}


class AuditState(StrEnum):
    """Where an audit stands."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    FIELDWORK = "fieldwork"
    DRAFTING = "drafting"
    REVIEW = "review"
    ACCURACY = "accuracy"
    ANSWERING = "answering"
    FINAL = "final"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_S = AuditState
#: States in which nothing has been given to the audited yet but that they are to be audited.
BEFORE_DRAFT: Final = (_S.ANNOUNCED, _S.FIELDWORK, _S.DRAFTING, _S.REVIEW)
#: States in which the draft is with the audited.
WITH_DRAFT: Final = (_S.ACCURACY, _S.ANSWERING)
#: States in which the report is final.
ISSUED: Final = (_S.FINAL, _S.FOLLOWED_UP, _S.CLOSED)
ENDED: Final = (_S.CLOSED, _S.CANCELLED)
#: States in which an audit can still be cancelled.
UNTIL_FINAL: Final = (_S.PLANNED, *BEFORE_DRAFT, *WITH_DRAFT)
#: States in which tests and papers are written.
WORKING: Final = (_S.FIELDWORK,)
#: States in which findings, actions and the summary are written.
WRITING: Final = (_S.FIELDWORK, _S.DRAFTING, _S.ANSWERING)
#: Moves that whoever leads an audit never makes, whatever else they are.
NOT_FOR_LEAD: Final = frozenset({"send_back", "issue_draft", "issue_final", "close"})
#: Moves that need a reason.
WITH_REASON: Final = frozenset({"send_back", "cancel", "close_check", "close"})

_OSAG: Final = "planners of OSAG"
_LEAD: Final = "the lead of the audit"
_REVIEWER: Final = "the reviewer of the audit"


def _move(name: str, label: str, source: _S, target: _S, *places: Place) -> Move:
    return Move(name, label, source, target, frozenset(str(one) for one in places), PARAGRAPH)


WORKFLOW: Final = Workflow(
    name="audit",
    title="Audit",
    states=(
        State(_S.PLANNED, "Planned, confidential", _OSAG),
        State(_S.ANNOUNCED, "Announced", _LEAD),
        State(_S.FIELDWORK, "Fieldwork", "the team of the audit"),
        State(_S.DRAFTING, "Report being drafted", _LEAD),
        State(_S.REVIEW, "Draft under review", _REVIEWER),
        State(_S.ACCURACY, "Accuracy check", "the body audited"),
        State(_S.ANSWERING, "Points being answered", "the lead, then the reviewer"),
        State(_S.FINAL, "Final", "those who own its actions, then the team"),
        State(_S.FOLLOWED_UP, "Followed up", "the reviewer, or planners of OSAG"),
        State(_S.CLOSED, "Closed", "nobody", ends=True),
        State(_S.CANCELLED, "Cancelled", "nobody", ends=True),
    ),
    moves=(
        _move("announce", "Announce it to the audited", _S.PLANNED, _S.ANNOUNCED, Place.PLANNER),
        _move("start_fieldwork", "Start fieldwork", _S.ANNOUNCED, _S.FIELDWORK, Place.LEAD),
        _move("finish_fieldwork", "Finish fieldwork", _S.FIELDWORK, _S.DRAFTING, Place.LEAD),
        _move("hand_in", "Hand the draft in for review", _S.DRAFTING, _S.REVIEW, Place.LEAD),
        _move("send_back", "Send the draft back", _S.REVIEW, _S.DRAFTING, Place.REVIEWER),
        _move("issue_draft", "Issue the draft to the audited", _S.REVIEW, _S.ACCURACY, Place.REVIEWER),
        _move("return_check", "Return the accuracy check", _S.ACCURACY, _S.ANSWERING, Place.AUDITED),
        _move("close_check", "Go on without a reply", _S.ACCURACY, _S.ANSWERING, Place.LEAD),
        _move("issue_final", "Issue the final report", _S.ANSWERING, _S.FINAL, Place.REVIEWER),
        *(
            _move("follow_up", "Record a follow-up", state, _S.FOLLOWED_UP, Place.LEAD, Place.AUDITOR)
            for state in (_S.FINAL, _S.FOLLOWED_UP)
        ),
        _move("close", "Close the audit", _S.FOLLOWED_UP, _S.CLOSED, Place.REVIEWER, Place.PLANNER),
        *(_move("cancel", "Cancel the audit", state, _S.CANCELLED, Place.PLANNER) for state in UNTIL_FINAL),
    ),
    starts=_S.PLANNED,
    role_names={str(place): words for place, words in PLACE_WORDS.items()},
)


def steps_of(state: str, places: Collection[str]) -> tuple[Move, ...]:
    """Give the moves that someone with these places may make now."""
    return tuple(one for one in WORKFLOW.moves_from(state) if one.roles & set(places))


def check_step(name: str, state: str, *, places: Collection[str], person: str, lead: str) -> Move:
    """Give the move when someone may make it now.

    Args:
        name: Name of the move.
        state: Where the audit stands.
        places: What they are in the audit.
        person: Reference of the person.
        lead: Reference of its lead.

    Raises:
        Refused: As for ``Workflow.check``; rule ``audit_second_person``: whoever leads an audit neither
            reviews nor closes it.
    """
    fitting = [one for one in WORKFLOW.moves_from(state) if one.name == name and one.roles & set(places)]
    move = fitting[0] if fitting else WORKFLOW.check(name, state, next(iter(sorted(places)), ""))
    if move.name in NOT_FOR_LEAD and person == lead:
        raise Refused(
            "audit_second_person",
            "Whoever leads an audit neither reviews it nor closes it.",
            "Ask a second person of OSAG.",
            paragraph=PARAGRAPH,
            who_can="the reviewer of the audit",
        )
    return move


def check_state(state: str, allowed: Collection[str], what: str) -> None:
    """Refuse work of the team at the wrong time.

    Args:
        state: Where the audit stands.
        allowed: States in which it is done.
        what: What is done, as the beginning of a sentence, for example ``Tests are written``.

    Raises:
        Refused: Rule ``audit_state``.
    """
    if state not in set(allowed):
        when = " or ".join(f"“{WORKFLOW.state(one).label}”" for one in allowed)
        raise Refused(
            "audit_state",
            f"{what} while the audit stands at {when}, and it stands at “{WORKFLOW.state(state).label}”.",
            "Open the audit to see what is next.",
            paragraph=PARAGRAPH,
        )


def check_team(*, lead: str, reviewer: str, auditors: Collection[str], wrote: Collection[str] = ()) -> None:
    """Refuse a team whose reviewer also does the work.

    Args:
        lead: Reference of the lead.
        reviewer: Reference of the reviewer.
        auditors: References of the auditors.
        wrote: References of those who wrote something of it so far.

    Raises:
        Refused: Rule ``audit_team``; field ``reviewer``.
    """
    if reviewer == lead or reviewer in {*auditors, *wrote}:
        raise Refused(
            "audit_team",
            "Whoever reviews an audit does not work on it too, and has not written anything of it.",
            "Name another reviewer.",
            paragraph=PARAGRAPH,
            field="reviewer",
        )


def check_days(first: date, last: date, *, today: date) -> None:
    """Refuse days of fieldwork that cannot be.

    Raises:
        Refused: Rule ``audit_days``; ``field`` says which.
    """
    why, field = "", "last"
    if first < today:
        why, field = "The first day has passed.", "first"
    elif last < first:
        why = "Fieldwork cannot end before it starts."
    elif (last - first).days > 365:
        why = "Fieldwork of more than a year is more than one audit."
    if why:
        raise Refused("audit_days", why, "Enter other days.", paragraph="28", field=field)


@dataclass(frozen=True)
class Readiness:
    """What an audit holds, as far as its next step asks.

    Args:
        tests: How many tests it has.
        open_tests: Numbers of those not concluded, or concluded without a reviewed paper.
        waiting_papers: How many working papers wait for their reviewer.
        findings: How many findings it has.
        without_action: Numbers of findings that want an action and have none.
        rated: Whether a rating is proposed.
        summary: Whether the summary is written.
        sources: How many sources are cited.
        open_points: Numbers of points of the accuracy check without an answer.
    """

    tests: int = 0
    open_tests: tuple[int, ...] = ()
    waiting_papers: int = 0
    findings: int = 0
    without_action: tuple[int, ...] = ()
    rated: bool = False
    summary: bool = False
    sources: int = 0
    open_points: tuple[int, ...] = ()


def lacking(move: str, ready: Readiness) -> tuple[str, ...]:
    """Say what an audit lacks before a move, one sentence each; nothing when it can be made."""
    said: list[str] = []
    if move == "start_fieldwork" and not ready.sources:
        said.append("No source is cited that the plan draws on (paragraph 30).")
    if move in {"finish_fieldwork", "hand_in", "issue_final"}:
        if not ready.tests:
            said.append("There is no test.")
        if ready.open_tests:
            listed = ", ".join(str(one) for one in ready.open_tests)
            said.append(f"These tests are not concluded, or no reviewed paper bears them out: {listed}.")
        if ready.waiting_papers:
            papers = count_in_words(ready.waiting_papers, "working paper")
            said.append(f"Waiting for review: {papers}.")
    if move in {"hand_in", "issue_final"}:
        if not ready.findings:
            said.append("There is no finding.")
        if ready.without_action:
            listed = ", ".join(str(one) for one in ready.without_action)
            said.append(f"These findings have no action: {listed}.")
        if not ready.rated:
            said.append("No rating is proposed.")
        if not ready.summary:
            said.append("The summary is not written.")
    if move == "issue_final" and ready.open_points:
        listed = ", ".join(str(one) for one in ready.open_points)
        said.append(f"These points of the accuracy check have no answer: {listed}.")
    return tuple(said)


def check_ready(move: str, ready: Readiness) -> None:
    """Refuse a move for which something is lacking.

    Raises:
        Refused: Rule ``audit_lacking``.
    """
    said = lacking(move, ready)
    if said:
        raise Refused("audit_lacking", " ".join(said), "Do that first.", paragraph=PARAGRAPH)


def check_overdue(due: date, today: date) -> None:
    """Refuse to go on without the reply of the audited before their day has passed.

    Raises:
        Refused: Rule ``audit_accuracy_running``.
    """
    if today <= due:
        raise Refused(
            "audit_accuracy_running",
            f"The audited have until {due:%-d %B %Y} to say what is not accurate.",
            "Wait for their reply, or for that day to pass.",
            paragraph=PARAGRAPH,
        )


def check_all_closed(open_actions: Collection[str]) -> None:
    """Refuse to close an audit while one of its actions is open.

    Raises:
        Refused: Rule ``audit_actions_open``.
    """
    if open_actions:
        raise Refused(
            "audit_actions_open",
            f"These actions are not closed: {', '.join(sorted(open_actions))}.",
            "Their owners report them, and two people of OSAG verify each of them first.",
            paragraph=PARAGRAPH,
        )


def reference_of(year: int, number: int) -> str:
    """Give the reference of an audit, for example ``AUD-2026-003``: its own for ever."""
    return f"AUD-{year}-{number:03}"
