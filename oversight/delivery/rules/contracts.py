"""What happens on a contract: levers, changes, disputes, concerns, line actions (B3, ¶13, ¶25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from oversight.delivery.rules.measures import PARAGRAPH
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow

CONCERN_PARAGRAPH: Final = "25"
MANAGER: Final = "contract_manager"
COMMERCIAL: Final = "commercial_contract_manager"
DIRECTOR: Final = "regional_probation_director"
CHIEF: Final = "chief_probation_officer"
EXECUTIVE: Final = "hmpps_officer"
_NAMES: Final = {
    MANAGER: "contract manager",
    COMMERCIAL: "commercial contract manager",
    DIRECTOR: "Regional Probation Director",
    CHIEF: "Chief Probation Officer’s office",
    EXECUTIVE: "HMPPS executive",
}
_DATA: Final = files("oversight.delivery").joinpath("data")


class MatterKind(StrEnum):
    """What kind of thing it is."""

    LEVER = "lever"
    CHANGE = "change"
    DISPUTE = "dispute"
    CONCERN = "concern"
    LINE = "line"


KIND_WORDS: Final = {
    MatterKind.LEVER: "Lever",
    MatterKind.CHANGE: "Contract change",
    MatterKind.DISPUTE: "Dispute",
    MatterKind.CONCERN: "Concern about ways of working",
    MatterKind.LINE: "Line management’s action",
}
#: What goes with a contract and its clauses; an in-house provider has line management instead.
CONTRACTUAL: Final = frozenset({MatterKind.LEVER, MatterKind.CHANGE, MatterKind.DISPUTE})
#: Who raises each kind.
RAISERS: Final = {
    MatterKind.LEVER: frozenset({MANAGER}),
    MatterKind.CHANGE: frozenset({MANAGER}),
    MatterKind.DISPUTE: frozenset({MANAGER}),
    MatterKind.CONCERN: frozenset({DIRECTOR}),
    MatterKind.LINE: frozenset({CHIEF}),
}
#: Event recorded when one is raised, and when it is settled.
EVENTS: Final = {
    MatterKind.CHANGE: ("contract_change_raised", "contract_change_settled"),
    MatterKind.DISPUTE: ("contract_dispute_raised", "contract_dispute_resolved"),
}


def _flow(
    kind: MatterKind,
    name: str,
    states: tuple[tuple[str, str, str], ...],
    moves: tuple[tuple[str, str, str, str, tuple[str, ...]], ...],
    paragraph: str = PARAGRAPH,
) -> Workflow:
    sources = {source for _, _, source, _, _ in moves}
    roles = {role for *_, held in moves for role in held}
    return Workflow(
        name=name,
        title=KIND_WORDS[kind],
        states=tuple(State(one, label, owner, ends=one not in sources) for one, label, owner in states),
        moves=tuple(
            Move(move, label, source, target, frozenset(held), paragraph)
            for move, label, source, target, held in moves
        ),
        starts=states[0][0],
        role_names={role: _NAMES[role] for role in roles},
    )


_CM, _COM = "HMPPS Contract Management", "Commercial Contract Management"
_WITHDRAW: Final = ("withdraw", "Withdraw it")
WORKFLOWS: Final[Mapping[MatterKind, Workflow]] = {
    MatterKind.LEVER: _flow(
        MatterKind.LEVER,
        "contract_lever",
        (
            ("proposed", "Proposed", _COM),
            ("authorised", "Authorised", _CM),
            ("served", "Served", "the provider"),
            ("answered", "Cure offered", _CM),
            ("cured", "Cured", "nobody"),
            ("not_cured", "Not cured", "nobody"),
            ("declined", "Not authorised", "nobody"),
            ("withdrawn", "Withdrawn", "nobody"),
        ),
        (
            ("authorise", "Authorise it", "proposed", "authorised", (COMMERCIAL,)),
            ("decline", "Do not authorise it", "proposed", "declined", (COMMERCIAL,)),
            ("serve", "Record that it was served", "authorised", "served", (MANAGER,)),
            ("record_cure", "Record what the provider did to cure it", "served", "answered", (MANAGER,)),
            ("accept_cure", "Accept the cure", "answered", "cured", (MANAGER,)),
            ("reject_cure", "Ask for more", "answered", "served", (MANAGER,)),
            ("find_uncured", "Record that it was not cured", "served", "not_cured", (MANAGER,)),
            *((*_WITHDRAW, state, "withdrawn", (MANAGER,)) for state in ("proposed", "authorised", "served")),
        ),
    ),
    MatterKind.CHANGE: _flow(
        MatterKind.CHANGE,
        "contract_change",
        (
            ("proposed", "Proposed", _CM),
            ("assessed", "Impact assessed", _COM),
            ("approved", "Approved by Commercial", _COM),
            ("varied", "Contract varied", _CM),
            ("in_force", "In force", "nobody"),
            ("declined", "Turned down", "nobody"),
            ("withdrawn", "Withdrawn", "nobody"),
        ),
        (
            ("assess_impact", "Record the impact", "proposed", "assessed", (MANAGER,)),
            ("approve", "Approve it", "assessed", "approved", (COMMERCIAL,)),
            ("decline", "Turn it down", "assessed", "declined", (COMMERCIAL,)),
            ("vary", "Record that the contract was varied", "approved", "varied", (COMMERCIAL,)),
            ("take_effect", "Record that it is in force", "varied", "in_force", (MANAGER,)),
            *((*_WITHDRAW, state, "withdrawn", (MANAGER,)) for state in ("proposed", "assessed")),
        ),
    ),
    MatterKind.DISPUTE: _flow(
        MatterKind.DISPUTE,
        "contract_dispute",
        (
            ("raised", "Raised", _CM),
            ("commercial", "With Commercial", _COM),
            ("executive", "With executives", "executives of HMPPS"),
            ("resolved", "Resolved", "nobody"),
        ),
        (
            ("hand_over", "Hand it to Commercial", "raised", "commercial", (MANAGER,)),
            ("escalate", "Escalate it to executives", "commercial", "executive", (COMMERCIAL,)),
            ("resolve", "Record how it was resolved", "raised", "resolved", (MANAGER,)),
            ("resolve", "Record how it was resolved", "commercial", "resolved", (COMMERCIAL,)),
            ("resolve", "Record how it was resolved", "executive", "resolved", (COMMERCIAL,)),
            ("decide", "Decide, for Commercial to carry out", "executive", "commercial", (EXECUTIVE,)),
        ),
    ),
    MatterKind.CONCERN: _flow(
        MatterKind.CONCERN,
        "contract_concern",
        (
            ("raised", "Raised", "HMPPS Contract Management, or the Probation Service in-house"),
            ("answered", "Answered", "the Regional Probation Director"),
            ("addressed", "Addressed", "nobody"),
        ),
        (
            ("answer", "Answer it", "raised", "answered", (MANAGER, CHIEF)),
            ("ask_again", "Ask again", "answered", "raised", (DIRECTOR,)),
            ("address", "Record that it is addressed", "answered", "addressed", (DIRECTOR,)),
        ),
        CONCERN_PARAGRAPH,
    ),
    MatterKind.LINE: _flow(
        MatterKind.LINE,
        "line_management_action",
        (
            ("set", "Set", "the Regional Probation Director"),
            ("reported", "Reported done", "the Chief Probation Officer’s office"),
            ("closed", "Closed", "nobody"),
        ),
        (
            ("report", "Report it done", "set", "reported", (DIRECTOR,)),
            ("send_back", "Send it back", "reported", "set", (CHIEF,)),
            ("close", "Close it", "reported", "closed", (CHIEF,)),
        ),
    ),
}
#: Steps that carry a day by which the other side has to act.
WITH_DUE: Final = frozenset({"serve", "reject_cure"})


@dataclass(frozen=True)
class LeverKind:
    """A kind of lever."""

    id: str
    title: str
    financial: bool


@dataclass(frozen=True)
class LeverData:
    """The kinds of lever, and which providers are in-house, with what of it is not verified."""

    kinds: Mapping[str, LeverKind]
    unverified: str
    source: str
    in_house: frozenset[str]
    in_house_note: str


@cache
def lever_data() -> LeverData:
    """Give the kinds of lever and the in-house providers that the service ships."""
    schema = yaml.safe_load(_DATA.joinpath("levers-schema.yaml").read_text(encoding="utf-8"))
    found = read_yaml(_DATA.joinpath("levers.yaml").read_text(encoding="utf-8"), "levers.yaml", schema).data
    kinds = {one["id"]: LeverKind(one["id"], one["title"], one["financial"]) for one in found["levers"]}
    return LeverData(
        kinds,
        found["unverified"],
        found["source"],
        frozenset(found["in_house"]["providers"]),
        found["in_house"]["note"],
    )


def managers_of(*, in_house: bool) -> frozenset[str]:
    """Say which roles assess a contract's periods: Contract Management, or line management in-house."""
    return frozenset({CHIEF}) if in_house else frozenset({MANAGER})


def check_manager(role: str, *, in_house: bool) -> None:
    """Refuse those who are not the first line of a contract.

    Raises:
        Refused: Rule ``contract_manager``.
    """
    if role not in managers_of(in_house=in_house):
        who = _NAMES[CHIEF] if in_house else f"a {_NAMES[MANAGER]}"
        raise Refused(
            "contract_manager",
            "Somebody else is the first line of this contract.",
            f"Ask {who}.",
            paragraph=PARAGRAPH,
            who_can=who,
        )


def check_raise(kind: MatterKind, role: str, *, in_house: bool) -> None:
    """Refuse to raise what is not for that role, or not for such a provider.

    Raises:
        Refused: Rule ``contract_in_house``, or ``contract_raise``.
    """
    if kind in CONTRACTUAL and in_house:
        raise Refused(
            "contract_in_house",
            "The provider is the Probation Service itself, so there is no contract to act under.",
            "Set an action of line management instead.",
            paragraph=PARAGRAPH,
        )
    if kind is MatterKind.LINE and not in_house:
        raise Refused(
            "contract_in_house",
            "The provider is not the Probation Service, so line management cannot direct it.",
            "Contract Management uses a lever of the contract.",
            paragraph=PARAGRAPH,
        )
    if role not in RAISERS[kind]:
        who = " or ".join(sorted(_NAMES[one] for one in RAISERS[kind]))
        raise Refused(
            "contract_raise",
            f"“{KIND_WORDS[kind]}” is for the {who} to raise.",
            f"Ask the {who}.",
            paragraph=PARAGRAPH,
            who_can=who,
        )


def raisable(role: str, *, in_house: bool) -> tuple[MatterKind, ...]:
    """Give the kinds that a role may raise on a contract."""
    fitting = [one for one in MatterKind if one not in CONTRACTUAL] if in_house else list(MatterKind)
    return tuple(one for one in fitting if role in RAISERS[one] and (one is not MatterKind.LINE or in_house))


def check_step(
    kind: MatterKind, move: str, state: str, *, role: str, person: str, raised_by: str, in_house: bool
) -> Move:
    """Give the step when someone may take it now.

    Raises:
        Refused: As for ``Workflow.check``; rule ``contract_second_person``: whoever proposed a lever does not
            authorise it; rule ``contract_answer``: another line answers for this provider.
    """
    found = WORKFLOWS[kind].check(move, state, role)
    if move in {"authorise", "approve"} and person == raised_by:
        raise Refused(
            "contract_second_person",
            "Whoever proposed it does not approve it too.",
            "Ask a second person.",
            paragraph=PARAGRAPH,
        )
    if move == "answer" and (role == CHIEF) != in_house:
        who = _NAMES[CHIEF] if in_house else f"a {_NAMES[MANAGER]}"
        raise Refused(
            "contract_answer",
            "Another line answers for this provider.",
            f"Ask {who}.",
            paragraph=CONCERN_PARAGRAPH,
            who_can=who,
        )
    return found


def steps_of(kind: MatterKind, state: str, role: str, *, in_house: bool) -> tuple[Move, ...]:
    """Give the steps that a role may take now."""
    return tuple(
        one
        for one in WORKFLOWS[kind].allowed(state, role)
        if one.name != "answer" or (role == CHIEF) == in_house
    )


def check_due(due: date | None, on: date) -> date:
    """Give the day by which the provider has to act.

    Raises:
        Refused: It is missing or not later than the day of serving; field ``due``.
    """
    if due is None or due <= on:
        raise Refused(
            "contract_due",
            "The provider needs a day by which to act, later than the day of serving.",
            "Enter it.",
            paragraph=PARAGRAPH,
            field="due",
        )
    return due
