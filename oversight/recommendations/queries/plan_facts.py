"""What is told of plans, their parts and their actions: frozen, and safe to show to who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from oversight.arrangements.queries import Count
from oversight.exchange.queries.files import StoredFileRef
from oversight.parties.queries import PartyRef
from oversight.recommendations.queries.recommendations import RecommendationLine
from oversight.recommendations.rules.actions_due import Rung
from oversight.recommendations.rules.responding import TO_BE_DONE


@dataclass(frozen=True)
class PlanFilter:
    """What the register of plans is narrowed to; everything may be empty."""

    text: str = ""
    state: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list."""

    reference: str
    title: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    unit: PartyRef | None
    submitted_on: date | None
    published_on: date | None


@dataclass(frozen=True)
class PlanList:
    """A page of the register."""

    lines: tuple[PlanLine, ...]
    count: Count
    page: int


@dataclass(frozen=True)
class ActionFilter:
    """What the list of actions is narrowed to.

    Args:
        timing: One of ``Timing``, or empty.
        owner: Code of the owner, or empty.
        plan: Reference of the plan, or empty.
    """

    timing: str = ""
    owner: str = ""
    plan: str = ""


@dataclass(frozen=True)
class ActionLine:
    """An action in a list.

    Args:
        plan: Reference of its plan.
        plan_title: What that is called.
        number: Its number in the plan.
        text: What is to be done.
        owner: By whom.
        measure: How success is measured.
        commissioned: Whether it is on commissioned services.
        first_due: The first date.
        due: The date that stands.
        progress: What the owner said last.
        progress_label: The same in words.
        timing: How it stands to its date.
        timing_label: The same in words.
        rung: What the ladder says today; None for nothing.
        recommendations: References and numbers of the recommendations that it carries out.
    """

    plan: str
    plan_title: str
    number: int
    text: str
    owner: PartyRef
    measure: str
    commissioned: bool
    first_due: date
    due: date
    progress: str
    progress_label: str
    timing: str
    timing_label: str
    rung: Rung | None
    recommendations: tuple[str, ...]


@dataclass(frozen=True)
class ActionList:
    """A page of actions."""

    lines: tuple[ActionLine, ...]
    count: Count
    page: int


@dataclass(frozen=True)
class ProgressEntry:
    """What an owner said one day, with the files that show it."""

    label: str
    text: str
    evidence: str
    made_at: datetime
    by: str
    party: PartyRef
    files: tuple[StoredFileRef, ...]


@dataclass(frozen=True)
class DateRound:
    """A date asked for, with the decision; ``approved`` is None while there is none."""

    due_before: date
    due_after: date
    reason: str
    asked_at: datetime
    asked_name: str
    approved: bool | None
    decision: str
    decided_name: str


@dataclass(frozen=True)
class ActionDetail:
    """An action as someone sees it.

    Args:
        line: The action in a list.
        revision: What the next act on it hands back.
        entries: What its owner said, latest first.
        changes: Every date asked for, latest first.
        acts: What the actor may do now.
        sees_plan: Whether the actor sees the whole plan.
        rung_to: Who is told by the ladder, in words; empty for nobody.
    """

    line: ActionLine
    revision: int
    entries: tuple[ProgressEntry, ...]
    changes: tuple[DateRound, ...]
    acts: tuple[str, ...]
    sees_plan: bool
    rung_to: str


@dataclass(frozen=True)
class PartLine:
    """What one body was asked to give."""

    id: int
    number: int
    party: PartyRef
    question: str
    wanted_by: date
    asked_at: datetime
    asked_name: str
    answer: str
    given_at: datetime | None
    given_name: str
    revision: int
    plan: str
    plan_title: str
    mine: bool


@dataclass(frozen=True)
class PlanStepTaken:
    """Something on the timeline of a plan."""

    title: str
    text: str
    made_at: datetime
    by: str
    party: PartyRef


@dataclass(frozen=True)
class PlanRecommendation:
    """A recommendation that the plan answers, with the numbers of the actions that carry it out."""

    line: RecommendationLine
    actions: tuple[int, ...]


@dataclass(frozen=True)
class ReportAnswered:
    """A report that the plan answers."""

    source: str
    title: str
    kind: str
    kind_label: str


@dataclass(frozen=True)
class Merging:
    """That one plan became part of another.

    Args:
        reference: Reference of the other of the two.
        title: Its title.
        at: When.
        by: Name of who merged them.
        reason: Why.
    """

    reference: str
    title: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class PlanHead:
    """What stands at the head of a plan.

    Args:
        line: The plan in a list.
        revision: What the next act on it hands back.
        writer: Who writes it.
        reports: The reports that it answers, in the order in which they came to it.
        published_where: Address of the published plan.
        updated_on: Day of the latest update; None before one.
        merged: The plan that it became part of; None while it stands for itself.
        took_in: The plans that became part of it, earliest first.
    """

    line: PlanLine
    revision: int
    writer: PartyRef
    reports: tuple[ReportAnswered, ...]
    published_where: str
    updated_on: date | None
    merged: Merging | None
    took_in: tuple[Merging, ...]


@dataclass(frozen=True)
class PlanDetail(PlanHead):
    """A plan as someone sees it.

    Args:
        recommendations: Those of its reports, report by report.
        actions: Its actions.
        parts: What others were asked to give.
        steps: Its timeline, latest first.
        acts: Steps that the actor may take now; also ``add_action`` and ``add_report``. Merging is among them
            only while there is a plan to merge with.
        waiting_for: Who acts next.
    """

    recommendations: tuple[PlanRecommendation, ...]
    actions: tuple[ActionLine, ...]
    parts: tuple[PartLine, ...]
    steps: tuple[PlanStepTaken, ...]
    acts: tuple[str, ...]
    waiting_for: str

    @property
    def covers_what_was_agreed(self) -> bool:
        """Whether all that was asked for came, and every agreed recommendation has an action."""
        return (
            bool(self.actions)
            and all(one.given_at for one in self.parts)
            and all(one.actions for one in self.recommendations if one.line.response in TO_BE_DONE)
        )


@dataclass(frozen=True)
class ReportToAnswer:
    """A report with recommendations that no plan answers yet."""

    source: str
    title: str
    kind: str
