"""What becomes of a recommendation: its owner reports, two people of its maker verify (E6, ¶24, ¶26)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow
from oversight.recommendations.rules.wording import words_for

#: Roles that act for a body to which recommendations are addressed.
OWNERS: Final = frozenset(
    {
        "ministers_office",
        "moj_policy_officer",
        "hmpps_officer",
        "chief_probation_officer",
        "regional_probation_director",
        "head_of_pdu",
        "department_officer",
    }
)
OSAG_ROLES: Final = frozenset({"osag_coordinator", "osag_lead"})
#: Roles that act for a body that makes recommendations; OSAG for its audits.
VERIFIERS: Final = frozenset({"hmip_lead_inspector", *OSAG_ROLES})


class Delivery(StrEnum):
    """Where the work on a recommendation stands."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    REPORTED_COMPLETE = "reported_complete"
    PENDING_SIGN_OFF = "pending_sign_off"
    CLOSED_VERIFIED = "closed_verified"
    CLOSED_SUPERSEDED = "closed_superseded"
    CLOSED_NOT_AGREED = "closed_not_agreed"


DELIVERY_WORDS: Final = words_for("delivery", Delivery)
CLOSED: Final = (Delivery.CLOSED_VERIFIED, Delivery.CLOSED_SUPERSEDED, Delivery.CLOSED_NOT_AGREED)
OPEN: Final = tuple(state for state in Delivery if state not in CLOSED)
#: Only what was agreed, all or in part, gets as far as these.
NEEDS_AGREEMENT: Final = (
    Delivery.IN_PROGRESS,
    Delivery.REPORTED_COMPLETE,
    Delivery.PENDING_SIGN_OFF,
    Delivery.CLOSED_VERIFIED,
)
_MAKER: Final = "the body that made it"
_OWNER: Final = "the body addressed"
_D = Delivery


def _state(state: Delivery, owner: str) -> State:
    return State(state, DELIVERY_WORDS[state], owner, ends=state in CLOSED)


WORKFLOW: Final = Workflow(
    name="recommendation_delivery",
    title="Delivery of a recommendation",
    states=(
        _state(_D.NOT_STARTED, _OWNER),
        _state(_D.IN_PROGRESS, _OWNER),
        _state(_D.REPORTED_COMPLETE, _MAKER),
        _state(_D.PENDING_SIGN_OFF, f"a second person of {_MAKER}"),
        *(_state(state, "nobody") for state in CLOSED),
    ),
    moves=(
        Move("start", "Start work", _D.NOT_STARTED, _D.IN_PROGRESS, OWNERS, "24"),
        Move("add_progress", "Add progress", _D.IN_PROGRESS, _D.IN_PROGRESS, OWNERS, "26"),
        Move("report_complete", "Report complete", _D.IN_PROGRESS, _D.REPORTED_COMPLETE, OWNERS, "26"),
        Move("propose", "Propose to verify", _D.REPORTED_COMPLETE, _D.PENDING_SIGN_OFF, VERIFIERS, "26"),
        Move("confirm", "Confirm as verified", _D.PENDING_SIGN_OFF, _D.CLOSED_VERIFIED, VERIFIERS, "26"),
        *(
            Move("send_back", "Send back", state, _D.IN_PROGRESS, VERIFIERS, "26")
            for state in (_D.REPORTED_COMPLETE, _D.PENDING_SIGN_OFF)
        ),
        *(
            Move("supersede", "Close as superseded", state, _D.CLOSED_SUPERSEDED, VERIFIERS, "26")
            for state in OPEN
        ),
        Move(
            "close_not_agreed", "Close as not agreed", _D.NOT_STARTED, _D.CLOSED_NOT_AGREED, VERIFIERS, "24"
        ),
    ),
    starts=_D.NOT_STARTED,
)


def check_agreed(move: Move, response: str) -> None:
    """Refuse work on what was not agreed, and closing as not agreed what was (paragraph 24).

    Args:
        move: A step of ``WORKFLOW``.
        response: The answer that stands.

    Raises:
        Refused: Rule ``delivery_agreed``.
    """
    if move.target in NEEDS_AGREEMENT and response not in {"agreed", "partly_agreed"}:
        raise Refused(
            "delivery_agreed",
            "Work starts once the body addressed has agreed the recommendation, all of it or a part.",
            "Answer the recommendation first.",
            paragraph="24",
            who_can=_OWNER,
        )
    if move.target == Delivery.CLOSED_NOT_AGREED and response != "not_agreed":
        raise Refused(
            "delivery_agreed",
            "Only a recommendation that was answered as not agreed is closed as not agreed.",
            "Wait for the answer.",
            paragraph="24",
        )


def check_second_person(proposed_by: str, person: str) -> None:
    """Refuse confirming what the same person proposed: two people verify.

    Args:
        proposed_by: Reference of who proposed.
        person: Reference of who would confirm.

    Raises:
        Refused: Rule ``delivery_second_person``.
    """
    if proposed_by == person:
        raise Refused(
            "delivery_second_person",
            "You proposed to verify this recommendation, and a second person confirms it.",
            "Ask a colleague to look at the evidence and confirm.",
            paragraph="26",
            who_can="another person of the body that made it",
        )
