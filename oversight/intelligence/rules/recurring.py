"""Issues that recur across units: proposed by a rule, confirmed by OSAG, owned, tracked, closed (B5, ¶14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.intelligence.rules.counting import months_before
from oversight.intelligence.rules.words import Result
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow

PARAGRAPH: Final = "14"
COORDINATOR: Final = "osag_coordinator"
LEAD: Final = "osag_lead"
OSAG: Final = (COORDINATOR, LEAD)
#: Roles of the bodies that can own an issue of system design or interface, with the words for them.
OWNERS: Final = {
    "moj_policy_officer": "MoJ policy",
    "moj_commissioner": "MoJ commissioning",
    "data_assurance_officer": "data assurance",
    "hmpps_officer": "HMPPS headquarters",
    "chief_probation_officer": "the Chief Probation Officer's office",
    "contract_manager": "Contract Management",
    "commercial_contract_manager": "Commercial Contract Management",
    "performance_quality_officer": "a Regional Performance and Quality Team",
    "regional_probation_director": "a Regional Probation Director",
}


class IssueState(StrEnum):
    """Where an issue stands."""

    PROPOSED = "proposed"
    SET_ASIDE = "set_aside"
    CONFIRMED = "confirmed"
    OWNED = "owned"
    REPORTED = "reported"
    CLOSED = "closed"


_S = IssueState


def _move(name: str, label: str, source: IssueState, target: IssueState, *roles: str) -> Move:
    return Move(name, label, source, target, frozenset(roles), PARAGRAPH)


ISSUE_WORKFLOW: Final = Workflow(
    name="recurring_issue",
    title="Issue that recurs across units",
    states=(
        State(_S.PROPOSED, "Proposed by the rule", "OSAG"),
        State(_S.SET_ASIDE, "Set aside", "nobody", ends=True),
        State(_S.CONFIRMED, "Confirmed", "OSAG"),
        State(_S.OWNED, "Owned", "its owner"),
        State(_S.REPORTED, "Reported as dealt with", "OSAG"),
        State(_S.CLOSED, "Closed", "nobody", ends=True),
    ),
    moves=(
        _move("confirm", "Confirm that it recurs", _S.PROPOSED, _S.CONFIRMED, *OSAG),
        _move("set_aside", "Set aside", _S.PROPOSED, _S.SET_ASIDE, *OSAG),
        _move("name_owner", "Name its owner", _S.CONFIRMED, _S.OWNED, *OSAG),
        _move("name_owner", "Name its owner", _S.OWNED, _S.OWNED, *OSAG),
        _move("note_progress", "Say what is being done", _S.OWNED, _S.OWNED, *OWNERS),
        _move("report", "Report it as dealt with", _S.OWNED, _S.REPORTED, *OWNERS),
        # A page puts the first step forward.
        _move("close", "Close", _S.REPORTED, _S.CLOSED, LEAD),
        _move("send_back", "Send back to its owner", _S.REPORTED, _S.OWNED, *OSAG),
    ),
    starts=_S.PROPOSED,
    role_names={COORDINATOR: "an OSAG coordinator", LEAD: "the OSAG lead", **OWNERS},
)
#: Steps of the owner, for people of the body named alone.
OWNER_STEPS: Final = frozenset({"note_progress", "report"})
#: States in which OSAG has said that it recurs, so that others may know of it.
KNOWN: Final = (_S.CONFIRMED, _S.OWNED, _S.REPORTED, _S.CLOSED)
LIVE: Final = (_S.PROPOSED, _S.CONFIRMED, _S.OWNED, _S.REPORTED)


def check_issue_move(act: str, state: str, *, role: str, party: str, owner: str) -> Move:
    """Give the step when someone may take it now.

    Args:
        act: Name of the step.
        state: Where the issue stands.
        role: Role in which they act.
        party: Party for which they act.
        owner: Code of the body that owns it; empty before.

    Raises:
        Refused: As for ``Workflow.check``, or rule ``issue_owner``: another body owns it.
    """
    move = ISSUE_WORKFLOW.check(act, state, role)
    if act in OWNER_STEPS and party != owner:
        raise Refused(
            "issue_owner",
            f"“{move.label}” is for the body that owns the issue.",
            "Ask OSAG to name your body as its owner if that is what it is.",
            paragraph=PARAGRAPH,
            who_can="the body that owns it",
        )
    return move


def issue_steps(state: str, *, role: str, party: str, owner: str) -> tuple[Move, ...]:
    """Give the steps that someone may take now."""
    allowed = ISSUE_WORKFLOW.allowed(state, role)
    return tuple(move for move in allowed if move.name not in OWNER_STEPS or party == owner)


@dataclass(frozen=True, order=True)
class PublishedRating:
    """A published rating of a standard.

    Args:
        reference: Permanent reference of the inspection.
        standard: Key of the standard.
    """

    reference: str
    standard: str


@dataclass(frozen=True)
class Looked:
    """What someone found of a unit, as the rule counts it: a finding in common, or a published rating.

    Args:
        behind: Row of the finding, or the rating.
        unit: Code of the unit.
        theme: Name of its theme.
        result: What was found.
        found_on: When; of a rating the first day that its publication can be of.
    """

    behind: int | PublishedRating
    unit: str
    theme: str
    result: Result
    found_on: date


@dataclass(frozen=True)
class Recurs:
    """A theme on which a concern recurs.

    Args:
        theme: Its name.
        units: Codes of the units, in order.
        items: Rows of the findings behind it, in order.
        ratings: Published ratings behind it, in order.
    """

    theme: str
    units: tuple[str, ...]
    items: tuple[int, ...]
    ratings: tuple[PublishedRating, ...]


def recurring(
    looked: Iterable[Looked], *, units: int, months: int, rated_months: int, on: date
) -> tuple[Recurs, ...]:
    """Give the themes with a concern in at least so many units within so many months up to a day, by name.

    Of published ratings the latest of each unit and standard counts: a better one ends the concern.

    Args:
        looked: What was found.
        units: How many units make an issue recur.
        months: For how many months a finding counts.
        rated_months: For how many months a published rating counts.
        on: The day.
    """
    since, rated_since = months_before(on, months), months_before(on, rated_months)
    by_theme: dict[str, list[Looked]] = {}
    for one in latest_ratings(each for each in looked if each.found_on <= on):
        begins = rated_since if isinstance(one.behind, PublishedRating) else since
        if one.result.concern and begins <= one.found_on:
            by_theme.setdefault(one.theme, []).append(one)
    found = []
    for theme, said in sorted(by_theme.items()):
        of = sorted({one.unit for one in said})
        if len(of) >= units:
            items = sorted(one.behind for one in said if isinstance(one.behind, int))
            ratings = sorted(one.behind for one in said if isinstance(one.behind, PublishedRating))
            found.append(Recurs(theme, tuple(of), tuple(items), tuple(ratings)))
    return tuple(found)


def latest_ratings(looked: Iterable[Looked]) -> tuple[Looked, ...]:
    """Leave out published ratings of a standard that a later one of the same unit has taken the place of."""
    findings: list[Looked] = []
    latest: dict[tuple[str, str], tuple[date, PublishedRating, Looked]] = {}
    for one in looked:
        if isinstance(one.behind, int):
            findings.append(one)
            continue
        about, stands = (one.unit, one.behind.standard), (one.found_on, one.behind, one)
        if about not in latest or latest[about][:2] < stands[:2]:
            latest[about] = stands
    return (*findings, *(one for _, _, one in latest.values()))
