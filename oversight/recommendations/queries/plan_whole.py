"""A plan with everything said about its actions, as it leaves the service (E3, E6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from oversight.exchange.queries.files import StoredFileRef
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.recommendations.models import (
    ActionProgress,
    Answer,
    DateChange,
    PlanAction,
    Recommendation,
)
from oversight.recommendations.queries.evidence import evidence_of
from oversight.recommendations.queries.plan_actions import date_round, progress_entry
from oversight.recommendations.queries.plan_facts import (
    ActionLine,
    DateRound,
    PlanDetail,
    PlanRecommendation,
    ProgressEntry,
)
from oversight.recommendations.queries.plans import plan
from oversight.recommendations.queries.sight import visible


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
    """A plan with everything said about it."""

    detail: PlanDetail
    recommendations: tuple[WholeRecommendation, ...]
    actions: tuple[WholeAction, ...]


def whole_plan(*, actor: Actor, reference: str, today: date) -> WholePlan:
    """Give a plan with every answer, progress entry and date, however many: a constant number of queries.

    Raises:
        Refused: There is none of that reference that the actor sees.
    """
    detail = plan(actor=actor, reference=reference, today=today)
    parties = parties_by_code()
    rows = PlanAction.objects.filter(plan__reference=reference, withdrawn_at=None).prefetch_related(
        Prefetch("entries", ActionProgress.objects.prefetch_related("files").order_by("id")),
        Prefetch("changes", DateChange.objects.order_by("round")),
    )
    held = {row.number: row for row in rows.order_by("number")}
    files = evidence_of(entry for row in held.values() for entry in row.entries.all())
    return WholePlan(
        detail=detail,
        recommendations=_recommendations(actor, detail),
        actions=tuple(_action(line, held[line.number], parties, files) for line in detail.actions),
    )


def _action(
    line: ActionLine,
    row: PlanAction,
    parties: Mapping[str, PartyRef],
    files: Mapping[int, tuple[StoredFileRef, ...]],
) -> WholeAction:
    return WholeAction(
        line=line,
        entries=tuple(progress_entry(one, parties, files[one.pk]) for one in row.entries.all()),
        changes=tuple(date_round(one) for one in row.changes.all()),
    )


def _recommendations(actor: Actor, detail: PlanDetail) -> tuple[WholeRecommendation, ...]:
    named = [one.line.reference for one in detail.recommendations]
    rows = Recommendation.objects.filter(reference__in=named).select_related("superseded_by")
    held = {
        row.reference: row
        for row in rows.prefetch_related(Prefetch("answers", Answer.objects.order_by("-round"))).order_by(
            "id"
        )
    }
    others = [row.superseded_by_id for row in held.values() if row.superseded_by_id]
    known = set(visible(actor).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    return tuple(_recommendation(one, held[one.line.reference], known) for one in detail.recommendations)


def _recommendation(made: PlanRecommendation, row: Recommendation, known: set[int]) -> WholeRecommendation:
    answer = next(iter(row.answers.all()), None)
    other = row.superseded_by if row.superseded_by_id in known else None
    return WholeRecommendation(
        made=made,
        agreed_part=answer.agreed_part if answer else "",
        reason=answer.reason if answer else "",
        superseded_by=other.reference if other else "",
    )
