"""Working papers, points of the accuracy check, what is disposed of: states and checks (B4, ¶14)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from oversight.audits.rules.audit import PLACE_WORDS, Place
from oversight.audits.rules.data import PARAGRAPH
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow


class PaperState(StrEnum):
    """Where a working paper stands."""

    WAITING = "waiting"
    REVIEWED = "reviewed"
    SENT_BACK = "sent_back"


PAPER_WORKFLOW: Final = Workflow(
    name="audit_paper",
    title="Working paper",
    states=(
        State(PaperState.WAITING, "Waiting for review", "a second person of the team"),
        State(PaperState.REVIEWED, "Reviewed", "nobody", ends=True),
        State(PaperState.SENT_BACK, "Sent back", "its author, with a new paper", ends=True),
    ),
    moves=tuple(
        Move(
            name,
            label,
            PaperState.WAITING,
            target,
            frozenset({str(Place.LEAD), str(Place.REVIEWER)}),
            PARAGRAPH,
        )
        for name, label, target in (
            ("review", "Say that it bears out the test", PaperState.REVIEWED),
            ("send_back", "Send it back", PaperState.SENT_BACK),
        )
    ),
    starts=PaperState.WAITING,
    role_names={str(one): PLACE_WORDS[one] for one in (Place.LEAD, Place.REVIEWER)},
)


class Conclusion(StrEnum):
    """What a test showed."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


CONCLUSION_WORDS: Final = {
    Conclusion.MET: "Works as intended",
    Conclusion.PARTLY: "Works in part",
    Conclusion.NOT_MET: "Does not work",
}


class SourceKind(StrEnum):
    """Where a source is held that an audit draws on (G4, ¶30)."""

    ITEM = "item"
    HOLDING = "holding"
    REPORT = "report"


SOURCE_WORDS: Final = {
    SourceKind.ITEM: "In common",
    SourceKind.HOLDING: "Held in the library",
    SourceKind.REPORT: "Published inspection",
}


class PointState(StrEnum):
    """Where a point of the accuracy check stands."""

    RAISED = "raised"
    TAKEN_BACK = "taken_back"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"


_ANSWERS: Final = (
    ("accept", "Accept the point", PointState.ACCEPTED),
    ("accept_in_part", "Accept it in part", PointState.PARTLY),
    ("not_accept", "Do not accept it", PointState.NOT_ACCEPTED),
)
POINT_WORKFLOW: Final = Workflow(
    name="audit_point",
    title="Point on the accuracy of an audit",
    states=(
        State(PointState.RAISED, "Raised", "the lead of the audit"),
        State(PointState.TAKEN_BACK, "Taken back", "nobody", ends=True),
        State(PointState.ACCEPTED, "Accepted", "nobody", ends=True),
        State(PointState.PARTLY, "Accepted in part", "nobody", ends=True),
        State(PointState.NOT_ACCEPTED, "Not accepted", "nobody", ends=True),
    ),
    moves=(
        Move(
            "take_back",
            "Take the point back",
            PointState.RAISED,
            PointState.TAKEN_BACK,
            frozenset({str(Place.AUDITED)}),
            PARAGRAPH,
        ),
        *(
            Move(name, label, PointState.RAISED, target, frozenset({str(Place.LEAD)}), PARAGRAPH)
            for name, label, target in _ANSWERS
        ),
    ),
    starts=PointState.RAISED,
    role_names={str(one): PLACE_WORDS[one] for one in (Place.AUDITED, Place.LEAD)},
)
ANSWERS: Final = {target: name for name, _, target in _ANSWERS}
ANSWER_WORDS: Final = {target: POINT_WORKFLOW.state(target).label for _, _, target in _ANSWERS}


class Looked(StrEnum):
    """What a follow-up found of an action."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


LOOKED_WORDS: Final = {Looked.DONE: "Done", Looked.PARTLY: "Partly done", Looked.NOT_DONE: "Not done"}


def check_paper_step(name: str, state: str, *, place: str, person: str, author: str) -> Move:
    """Give the step of a working paper when someone may take it.

    Args:
        name: Name of the step.
        state: Where the paper stands.
        place: What they are in the audit.
        person: Their reference.
        author: Reference of its author.

    Raises:
        Refused: As for ``Workflow.check``; rule ``audit_own_paper``: nobody reviews their own.
    """
    move = PAPER_WORKFLOW.check(name, state, place)
    if person == author:
        raise Refused(
            "audit_own_paper",
            "You wrote this working paper, so somebody else reviews it.",
            "Ask the lead or the reviewer of the audit.",
            paragraph=PARAGRAPH,
        )
    return move


def check_answer(answer: str, reason: str) -> PointState:
    """Give the state that an answer leads to.

    Args:
        answer: A state of ``ANSWERS``.
        reason: Why.

    Raises:
        Refused: There is no such answer, or one without its reason.
    """
    if answer not in set(ANSWERS):
        raise Refused("audit_answer", "There is no such answer.", "Choose one.", field="answer")
    if not reason and answer != PointState.ACCEPTED:
        raise Refused(
            "audit_answer",
            "What is not accepted, or only in part, needs its reason.",
            "Enter why.",
            paragraph=PARAGRAPH,
            field="reason",
        )
    return PointState(answer)


def due_for_disposal(*, retain_until: date | None, gone: bool, held: bool, today: date) -> bool:
    """Tell whether the files of an audit are due to go: their last day has passed and nothing holds them."""
    return retain_until is not None and retain_until < today and not gone and not held


def check_disposal(*, retain_until: date | None, gone: bool, held: bool, today: date) -> None:
    """Refuse to dispose of what is not due.

    Raises:
        Refused: Rule ``audit_disposal``.
    """
    if due_for_disposal(retain_until=retain_until, gone=gone, held=held, today=today):
        return
    why = "The audit is not closed, so nothing says how long its files are kept."
    if gone:
        why = "Its files were disposed of."
    elif held:
        why = "A hold keeps its files."
    elif retain_until is not None:
        why = (
            f"Its files are kept until {retain_until:%-d %B %Y}, counted from the closing of its last action."
        )
    raise Refused("audit_disposal", why, "There is nothing to dispose of now.", paragraph="32")
