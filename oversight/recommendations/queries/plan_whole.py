"""A plan with everything said about its actions, as it leaves the service (E3, E6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch

from oversight.kernel.acting import Actor
from oversight.parties.queries import parties_by_code
from oversight.recommendations.models import ActionProgress, DateChange, Plan
from oversight.recommendations.queries.evidence import entry_evidence
from oversight.recommendations.queries.paging import in_parts
from oversight.recommendations.queries.plan_actions import (
    action_line,
    carried,
    date_round,
    progress_entry,
)
from oversight.recommendations.queries.plan_facts import (
    ActionLine,
    DateRound,
    PlanHead,
    PlanRecommendation,
    ProgressEntry,
)
from oversight.recommendations.queries.plan_sight import actions_of, found_plan
from oversight.recommendations.queries.plans import answered, head_of
from oversight.recommendations.queries.recommendations import line_of
from oversight.recommendations.queries.sight import seen_by, viewer_of
from oversight.recommendations.rules.visibility import Viewer


@dataclass(frozen=True)
class WholeAction:
    """An action with its history, earliest first."""

    line: ActionLine
    entries: tuple[ProgressEntry, ...]
    changes: tuple[DateRound, ...]

    @property
    def revised(self) -> tuple[DateRound, ...]:
        """Dates that were approved, in their order; the last one stands."""
        return tuple(one for one in self.changes if one.approved)


@dataclass(frozen=True)
class WholeRecommendation:
    """A recommendation with the answer that stands.

    Args:
        made: The recommendation and the actions that carry it out.
        agreed_part: The part that is agreed, where only a part is.
        reason: Why not, or not all.
        superseded_by: Reference of the one in its place; empty for none, or for who does not see that one.
    """

    made: PlanRecommendation
    agreed_part: str
    reason: str
    superseded_by: str


@dataclass(frozen=True)
class WholePlan:
    """A plan with everything said about it. What is walked is read as it is needed, anew each time.

    Args:
        head: What stands at its head.
        row: The plan.
        viewer: Who looks.
        today: The day, to which actions are overdue or not.
    """

    head: PlanHead
    row: Plan
    viewer: Viewer
    today: date

    @property
    def most_dates(self) -> int:
        """How many later dates were approved for the action that has most: one query."""
        actions = actions_of(self.row).values("pk")
        changes = DateChange.objects.filter(action__in=actions, approved=True).values("action")
        counts = changes.annotate(rounds=Count("pk")).order_by("-rounds").values_list("rounds", flat=True)
        return counts.first() or 0

    def actions(self) -> Iterator[WholeAction]:
        """Give its actions in the order of their numbers."""
        parties = parties_by_code()
        rows = actions_of(self.row).prefetch_related(
            Prefetch("entries", ActionProgress.objects.order_by("id")),
            Prefetch("changes", DateChange.objects.order_by("round")),
        )
        for part in in_parts(rows.order_by("number")):
            made = carried([row.pk for row in part])
            files = entry_evidence(entry for row in part for entry in row.entries.all())
            for row in part:
                yield WholeAction(
                    line=action_line(
                        row,
                        row.plan if self.head.merged else self.row,
                        parties,
                        self.today,
                        made.get(row.pk, ()),
                    ),
                    entries=tuple(
                        progress_entry(one, parties, files.get(one.pk, ())) for one in row.entries.all()
                    ),
                    changes=tuple(date_round(one) for one in row.changes.all()),
                )

    def recommendations(self) -> Iterator[WholeRecommendation]:
        """Give the recommendations that it answers, report by report."""
        parties = parties_by_code()
        for row, numbers in answered(self.row, self.head.reports):
            answer = next(iter(row.answers.all()), None)
            other = row.superseded_by
            yield WholeRecommendation(
                made=PlanRecommendation(line_of(row, parties), numbers),
                agreed_part=answer.agreed_part if answer else "",
                reason=answer.reason if answer else "",
                superseded_by=other.reference if other and seen_by(self.viewer, other) else "",
            )


def whole_plan(*, actor: Actor, reference: str, today: date) -> WholePlan:
    """Give a plan with every answer, progress entry and date, however many.

    Raises:
        Refused: There is none of that reference that the actor sees.
    """
    row = found_plan(actor, reference)
    return WholePlan(head_of(row, parties_by_code()), row, viewer_of(actor), today)
