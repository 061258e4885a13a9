"""Action plans: local ones (¶24, ¶25) and those that OSAG coordinates (¶27), state by state (E3, E4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words, join_in_words
from oversight.kernel.workflow import Move, State, Workflow
from oversight.recommendations.rules.delivery import OSAG_ROLES
from oversight.recommendations.rules.sources import COORDINATED, OSAG, Source
from oversight.recommendations.rules.wording import words_for


class PlanKind(StrEnum):
    """Who drafts a plan: the region and unit, or OSAG."""

    LOCAL = "local"
    COORDINATED = "coordinated"


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFTING = "drafting"
    INPUT = "input"
    CHECK = "check"
    CLEARANCE = "clearance"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    PUBLISHED = "published"
    UPDATED = "updated"
    MERGED = "merged"


PLAN_WORDS: Final = words_for("plan", PlanState)
KIND_WORDS: Final = {PlanKind.LOCAL: "Local plan", PlanKind.COORDINATED: "Plan coordinated by OSAG"}
#: While a plan stands here its actions can be added, changed and taken out.
DRAFTS: Final = (PlanState.DRAFTING, PlanState.INPUT)
#: Before it is submitted a plan is for those who write it and those whom they ask.
UNSENT: Final = (PlanState.DRAFTING, PlanState.INPUT, PlanState.CHECK, PlanState.CLEARANCE)
SENT: Final = tuple(state for state in PlanState if state not in {*UNSENT, PlanState.MERGED})
#: Once published its actions are reported on, and only a request moves a date.
LIVE: Final = (PlanState.SUBMITTED, PlanState.RECEIVED, PlanState.PUBLISHED, PlanState.UPDATED)
WRITERS: Final = frozenset({"regional_probation_director", "head_of_pdu"})
DIRECTOR: Final = frozenset({"regional_probation_director"})
LEAD: Final = frozenset({"osag_lead"})
INSPECTOR: Final = frozenset({"hmip_lead_inspector"})
HEADQUARTERS: Final = frozenset({"hmpps_officer"})
PUBLISHERS: Final = HEADQUARTERS | OSAG_ROLES
#: Plans merge with plans as far on: what one was checked, cleared or published with, the other was too.
STAGES: Final[tuple[tuple[PlanState, ...], ...]] = (
    DRAFTS,
    (PlanState.SUBMITTED,),
    (PlanState.RECEIVED,),
    (PlanState.PUBLISHED, PlanState.UPDATED),
)
_S = PlanState


def _states(kind: PlanKind, names: Iterable[PlanState]) -> tuple[State, ...]:
    writers = "the region and the unit" if kind is PlanKind.LOCAL else "OSAG"
    clearer = "the Regional Probation Director" if kind is PlanKind.LOCAL else "the OSAG lead"
    owners = {
        _S.DRAFTING: writers,
        _S.INPUT: f"{writers}, with those asked",
        _S.CHECK: "OSAG" if kind is PlanKind.LOCAL else "the OSAG lead",
        _S.CLEARANCE: clearer,
        _S.SUBMITTED: "the Inspectorate",
        _S.RECEIVED: "HMPPS or OSAG" if kind is PlanKind.LOCAL else "OSAG",
        _S.PUBLISHED: "the owners of its actions",
        _S.UPDATED: "the owners of its actions",
        _S.MERGED: "those of the plan that it was merged into",
    }
    return tuple(State(name, PLAN_WORDS[name], owners[name], ends=name is _S.MERGED) for name in names)


def _merging(drafters: frozenset[str], clearers: frozenset[str], paragraph: str) -> Iterable[Move]:
    """Give the moves by which a plan becomes part of another, by its drafters or, once sent, its clearer."""
    for stage in STAGES:
        for state in stage:
            if state is not _S.UPDATED or paragraph == "27":
                roles = drafters if state in DRAFTS else clearers
                yield Move("merge", "Merge into another plan", state, _S.MERGED, roles, paragraph)


LOCAL: Final = Workflow(
    name="local_plan",
    title="Local action plan",
    states=_states(PlanKind.LOCAL, [state for state in PlanState if state is not _S.UPDATED]),
    moves=(
        *(Move("ask_input", "Ask for input", state, _S.INPUT, WRITERS, "24") for state in DRAFTS),
        *(Move("ask_check", "Ask OSAG for advice", state, _S.CHECK, WRITERS, "24") for state in DRAFTS),
        Move("finish_check", "Give advice", _S.CHECK, _S.CLEARANCE, OSAG_ROLES, "24"),
        Move("take_back", "Take back to drafting", _S.CLEARANCE, _S.DRAFTING, WRITERS, "24"),
        Move("submit", "Clear and submit", _S.CLEARANCE, _S.SUBMITTED, DIRECTOR, "24"),
        Move("receive", "Confirm receipt", _S.SUBMITTED, _S.RECEIVED, INSPECTOR, "24"),
        Move("publish", "Say that it is published", _S.RECEIVED, _S.PUBLISHED, PUBLISHERS, "24"),
        Move("publish_progress", "Publish the progress", _S.PUBLISHED, _S.PUBLISHED, PUBLISHERS, "24"),
        Move("return_progress", "Send the progress return", _S.PUBLISHED, _S.PUBLISHED, HEADQUARTERS, "26"),
        *_merging(WRITERS, DIRECTOR, "24"),
    ),
    starts=_S.DRAFTING,
)

OSAG_PLAN: Final = Workflow(
    name="coordinated_plan",
    title="Action plan coordinated by OSAG",
    states=_states(PlanKind.COORDINATED, PlanState),
    moves=(
        *(Move("ask_input", "Ask for input", state, _S.INPUT, OSAG_ROLES, "27") for state in DRAFTS),
        *(Move("ask_check", "Ask for the check", state, _S.CHECK, OSAG_ROLES, "27") for state in DRAFTS),
        Move("finish_check", "Finish the check", _S.CHECK, _S.CLEARANCE, LEAD, "27"),
        Move("take_back", "Take back to drafting", _S.CLEARANCE, _S.DRAFTING, OSAG_ROLES, "27"),
        Move("submit", "Clear and submit", _S.CLEARANCE, _S.SUBMITTED, LEAD, "27"),
        Move("receive", "Confirm receipt", _S.SUBMITTED, _S.RECEIVED, INSPECTOR, "27"),
        Move("publish", "Say that it is published", _S.RECEIVED, _S.PUBLISHED, OSAG_ROLES, "27"),
        *(
            Move("publish_update", "Say that an update is published", state, _S.UPDATED, OSAG_ROLES, "27")
            for state in (_S.PUBLISHED, _S.UPDATED)
        ),
        *_merging(OSAG_ROLES, LEAD, "27"),
    ),
    starts=_S.DRAFTING,
)


def workflow_of(kind: str) -> Workflow:
    """Give the workflow of a kind of plan."""
    return LOCAL if kind == PlanKind.LOCAL else OSAG_PLAN


#: Bodies asked for input to a local plan (paragraph 24).
LOCAL_CONTRIBUTORS: Final = ("moj-policy", "moj-commissioning", "hmpps", "probation-service")
#: Kinds of party that count as another department (paragraph 27).
DEPARTMENT_KINDS: Final = frozenset({"department", "agency", "public_body"})
_SIGNATORIES: Final = frozenset({"moj", "hmpps", "hmip"})


def is_department(code: str, kind: str) -> bool:
    """Tell whether a party is another department, agency or public body (paragraph 27)."""
    return kind in DEPARTMENT_KINDS and code not in _SIGNATORIES


def contributes(plan: str, code: str, kind: str) -> bool:
    """Tell whether a party can be asked for a part of a plan of this kind."""
    if plan == PlanKind.LOCAL:
        return code in LOCAL_CONTRIBUTORS
    return code in {*LOCAL_CONTRIBUTORS, "ministers"} or kind == "region" or is_department(code, kind)


def kind_for(source: Source) -> PlanKind:
    """Give the kind of plan that answers reports of a source: OSAG's, or the region's and unit's."""
    return PlanKind.COORDINATED if source in COORDINATED or source is Source.AUDIT else PlanKind.LOCAL


def check_reports(kind: PlanKind, sources: Collection[Source]) -> None:
    """Refuse reports that a plan of this kind does not answer.

    Raises:
        Refused: Rule ``plan_reports``.
    """
    wrong = sorted(
        {source for source in sources if source is not Source.HISTORY and kind_for(source) is not kind}
    )
    if wrong or not sources:
        raise Refused(
            "plan_reports",
            "A local plan answers core inspections; one that OSAG coordinates answers thematic and joint "
            "inspections, independent reviews and audits.",
            "Choose the other kind of plan, or other reports.",
            paragraph="27",
            field="reports",
        )


def reference_of(source: str) -> str:
    """Give the reference of the plan that answers a report first, for example ``PLAN-2026-PDU-N57EKNT-1``."""
    return f"PLAN-{source}"


@dataclass(frozen=True)
class MergingPlan:
    """What decides whether a plan can become part of another.

    Args:
        reference: Its reference.
        kind: Its kind.
        state: Where it stands.
        writer: Code of who writes it.
        unit: Code of the unit of a local plan; empty for another.
    """

    reference: str
    kind: str
    state: str
    writer: str
    unit: str


def stage_of(state: str) -> tuple[PlanState, ...]:
    """Give the states of plans that are as far on as one in ``state``; none where it merges with no plan."""
    return next((stage for stage in STAGES if state in stage), ())


def check_merge(plan: MergingPlan, into: MergingPlan) -> None:
    """Refuse to make a plan part of one that answers to someone else or is not as far on.

    Raises:
        Refused: Rule ``plan_merge``.
    """

    def refuse(why: str, what_next: str, paragraph: str = "") -> Refused:
        return Refused("plan_merge", why, what_next, paragraph=paragraph, field="into")

    if plan.reference == into.reference:
        raise refuse("A plan cannot be merged into itself.", "Choose another plan.")
    if plan.kind != into.kind:
        raise refuse(
            "A local plan is the region’s and the unit’s, a coordinated one OSAG’s: they stay apart.",
            "Choose a plan of the same kind.",
            "27",
        )
    if (plan.writer, plan.unit) != (into.writer, into.unit):
        raise refuse(
            f"{into.reference} is written by or about someone else.",
            "Choose a plan of the same unit.",
            "24",
        )
    if into.state not in stage_of(plan.state):
        there, here = PLAN_WORDS[into.state].lower(), PLAN_WORDS[plan.state].lower()
        raise refuse(
            f"{into.reference} is not as far on: it is at “{there}”, and {plan.reference} at “{here}”.",
            "Merge two drafts, or two plans that were both submitted, received or published.",
            "24" if plan.kind == PlanKind.LOCAL else "27",
        )


@dataclass(frozen=True)
class ActionFacts:
    """An action as it is checked before a plan is submitted.

    Args:
        number: Its number in the plan.
        recommendations: References of the recommendations that it carries out.
    """

    number: int
    recommendations: frozenset[str]


def check_complete(actions: Iterable[ActionFacts], agreed: Collection[str]) -> None:
    """Refuse to submit a plan that leaves an agreed recommendation without an action (paragraph 24).

    Args:
        actions: The actions of the plan.
        agreed: References of the recommendations agreed, all or in part.

    Raises:
        Refused: Rule ``plan_complete``.
    """
    held = list(actions)
    if not held:
        raise Refused(
            "plan_complete",
            "The plan holds no action yet.",
            "Take it back to drafting and add its actions.",
            paragraph="24",
        )
    carried = frozenset[str]().union(*(one.recommendations for one in held))
    left = sorted(set(agreed) - carried)
    if left:
        raise Refused(
            "plan_complete",
            f"Agreed, and without an action that carries it out: {join_in_words(left[:5])}.",
            "Take it back to drafting and add an action for each.",
            paragraph="24",
        )


def check_owner(*, commissioned: bool, kind: str, code: str, unit_lineage: str) -> None:
    """Refuse an action on commissioned services whose owner is not the region concerned (paragraph 25).

    Args:
        commissioned: Whether the action is on commissioned services.
        kind: Kind of the owner.
        code: Code of the owner.
        unit_lineage: Lineage of the unit of a local plan; empty for one that OSAG coordinates.

    Raises:
        Refused: Rule ``action_owner``.
    """
    if not commissioned:
        return
    if kind != "region" or (unit_lineage and f"/{code}/" not in unit_lineage):
        raise Refused(
            "action_owner",
            "How commissioned services work is for the Regional Probation Director of the region concerned.",
            "Choose that region as the owner.",
            paragraph="25",
            field="owner",
        )


def check_published(on: date, *, today: date, submitted: date) -> None:
    """Refuse a day of publishing that is still to come or before the plan was submitted.

    Raises:
        Refused: Rule ``plan_published``.
    """
    if on > today:
        raise Refused(
            "plan_published",
            f"{day_in_words(on)} is still to come.",
            "Say so once it is published.",
            field="on",
        )
    if on < submitted:
        raise Refused(
            "plan_published",
            f"The plan was submitted on {day_in_words(submitted)}, and {day_in_words(on)} is before that.",
            "Enter the day on which it was published.",
            field="on",
        )


def sees_drafts(party: str) -> bool:
    """Tell whether a body that sees every plan sees it before it is submitted: OSAG alone does (¶24, ¶27)."""
    return party == OSAG
