"""Asking once: what is held is shown before anything is asked; one answer serves all (G1, ¶10(iv))."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.exchange.rules.holdings import PARAGRAPH, Terms
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.kernel.workflow import Move, State, Workflow

#: Roles that keep what their party holds, answer for it and supply it.
HOLDERS: Final = frozenset(
    {
        "sponsorship_officer",
        "moj_policy_officer",
        "moj_commissioner",
        "data_assurance_officer",
        "hmpps_officer",
        "chief_probation_officer",
        "osag_coordinator",
        "osag_lead",
        "contract_manager",
        "commercial_contract_manager",
        "performance_quality_officer",
        "regional_probation_director",
        "head_of_pdu",
        "hmip_lead_inspector",
        "hmip_planner",
        "provider_representative",
    }
)
#: Roles that ask others for information.
ASKERS: Final = frozenset(
    {
        "sponsorship_officer",
        "moj_policy_officer",
        "moj_commissioner",
        "data_assurance_officer",
        "hmpps_officer",
        "osag_coordinator",
        "osag_lead",
        "contract_manager",
        "commercial_contract_manager",
        "performance_quality_officer",
        "hmip_lead_inspector",
        "hmip_planner",
        "partner_inspector",
        "auditor",
    }
)


class AskState(StrEnum):
    """Where a request for information stands."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class UseState(StrEnum):
    """Where the reuse of what is held stands."""

    WANTED = "wanted"
    GIVEN = "given"
    REFUSED = "refused"
    ENDED = "ended"


ASK_WORKFLOW: Final = Workflow(
    name="information_request",
    title="Request for information",
    states=(
        State(AskState.OPEN, "Waiting for the owner", "the owner of the information"),
        State(AskState.ANSWERED, "Answered", "nobody", ends=True),
        State(AskState.DECLINED, "Declined", "nobody", ends=True),
        State(AskState.WITHDRAWN, "Withdrawn", "nobody", ends=True),
    ),
    moves=(
        Move("answer", "Answer the request", AskState.OPEN, AskState.ANSWERED, HOLDERS, "31"),
        Move("decline", "Decline the request", AskState.OPEN, AskState.DECLINED, HOLDERS, "31"),
        Move("withdraw", "Withdraw the request", AskState.OPEN, AskState.WITHDRAWN, ASKERS, PARAGRAPH),
    ),
    starts=AskState.OPEN,
)
USE_WORKFLOW: Final = Workflow(
    name="information_reuse",
    title="Reuse of what is held",
    states=(
        State(UseState.WANTED, "Waiting for the owner’s leave", "the owner of the information"),
        State(UseState.GIVEN, "Given", "nobody"),
        State(UseState.REFUSED, "Not given", "nobody", ends=True),
        State(UseState.ENDED, "Ended", "nobody", ends=True),
    ),
    moves=(
        Move("give", "Give leave", UseState.WANTED, UseState.GIVEN, HOLDERS, PARAGRAPH),
        Move("refuse", "Do not give leave", UseState.WANTED, UseState.REFUSED, HOLDERS, PARAGRAPH),
        Move("end", "End the reuse", UseState.GIVEN, UseState.ENDED, HOLDERS, PARAGRAPH),
    ),
    starts=UseState.WANTED,
)


def check_ask(
    *, held: date | None, reason: str, needed_by: date, own: bool, purpose: str, today: date
) -> None:
    """Refuse a request for one's own, for what is held without a reason, or by a day that has passed.

    Args:
        held: Day as at which it is held already, as far as the one who asks may know; None when it is not.
        reason: Why it is asked for all the same.
        needed_by: Day by which it is needed.
        own: Whether the one who asks answers for its owner.
        purpose: What it is for.
        today: London date.

    Raises:
        Refused: ``field`` says what is wrong; rule ``ask_held`` when it is held already.
    """
    if own:
        raise _refused("ask_own", "This is your own information.", "Keep a copy in the library.", "owner")
    if not purpose:
        raise _refused("ask_purpose", "A request says what it is for.", "Enter what it is for.", "purpose")
    if needed_by < today:
        raise _refused(
            "ask_needed_by", f"{day_in_words(needed_by)} has passed.", "Enter today or later.", "needed_by"
        )
    if held is not None and not reason:
        raise _refused(
            "ask_held",
            f"This is held already, as at {day_in_words(held)}.",
            "Reuse it, or say why you ask for it again: its owner reads the reason.",
            "reason",
        )


def use_begins(terms: Terms) -> UseState:
    """Tell where a reuse begins: given at once, or waiting for the owner's leave."""
    return UseState.WANTED if terms is Terms.LEAVE else UseState.GIVEN


@dataclass(frozen=True)
class Effort:
    """Hours that requests cost an owner, and hours that they did not.

    Args:
        asked: Hours of what was asked of it.
        saved: Hours of what was reused, or answered together with another request.
        requests: How many requests were asked.
        avoided: How many were not needed.
    """

    asked: int = 0
    saved: int = 0
    requests: int = 0
    avoided: int = 0


@dataclass(frozen=True)
class Wish:
    """One wish for information, as it counts.

    Args:
        owner: Code of the party that it was put to.
        hours: What one answer costs.
        cost: Whether it cost the owner an answer.
    """

    owner: str
    hours: int
    cost: bool


def effort_by_owner(wishes: Iterable[Wish]) -> Mapping[str, Effort]:
    """Add up the hours by owner: every wish counts once, as asked or as saved."""
    found: dict[str, Effort] = {}
    for one in wishes:
        was = found.get(one.owner, Effort())
        found[one.owner] = (
            Effort(was.asked + one.hours, was.saved, was.requests + 1, was.avoided)
            if one.cost
            else Effort(was.asked, was.saved + one.hours, was.requests, was.avoided + 1)
        )
    return found


def _refused(rule: str, why: str, what_next: str, field: str) -> Refused:
    return Refused(rule, why, what_next, paragraph=PARAGRAPH, field=field)
