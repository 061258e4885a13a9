"""The register of plans, a plan, its parts and its actions (E3 to E6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Case, Prefetch, Q, QuerySet, When

from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.recommendations.models import (
    ActionRecommendation,
    Answer,
    Plan,
    PlanPart,
    PlanReport,
    Recommendation,
)
from oversight.recommendations.queries.paging import counted, in_parts, page_of
from oversight.recommendations.queries.plan_actions import action_line, with_carried
from oversight.recommendations.queries.plan_facts import (
    Merging,
    PartLine,
    PlanDetail,
    PlanFilter,
    PlanHead,
    PlanLine,
    PlanList,
    PlanRecommendation,
    PlanStepTaken,
    ReportAnswered,
    ReportToAnswer,
)
from oversight.recommendations.queries.plan_sight import (
    CLEAR,
    CONTRIBUTE,
    DRAFT,
    actions_of,
    found_part,
    found_plan,
    visible_parts,
    visible_plans,
)
from oversight.recommendations.queries.recommendations import line_of
from oversight.recommendations.queries.sight import visible
from oversight.recommendations.rules.plans import (
    DRAFTS,
    KIND_WORDS,
    PLAN_WORDS,
    MergingPlan,
    PlanKind,
    stage_of,
    workflow_of,
)
from oversight.recommendations.rules.sources import SOURCE_WORDS

#: Permission for each step of a plan, beside the role.
STEP_PERMISSIONS: Final = {
    "ask_input": DRAFT,
    "ask_check": DRAFT,
    "take_back": DRAFT,
    "finish_check": "plans.advise",
    "submit": CLEAR,
    "receive": "plans.receive",
    "publish": "plans.publish",
    "publish_update": "plans.publish",
    "publish_progress": "plans.publish",
    "return_progress": "plans.return_progress",
    "merge": DRAFT,
}
#: Steps for which one has to be entitled over the writer of the plan.
OVER_WRITER: Final = frozenset({"ask_input", "ask_check", "take_back", "submit", "merge"})
TAKEN: Final = {
    "open": "Plan opened",
    "ask_input": "Input asked for",
    "give_part": "Input given",
    "ask_check": "Sent to OSAG for its check",
    "finish_check": "Check finished",
    "take_back": "Taken back to drafting",
    "submit": "Cleared and submitted",
    "receive": "Received by the Inspectorate",
    "publish": "Published",
    "publish_update": "Update published",
    "publish_progress": "Progress published",
    "return_progress": "Progress return sent",
    "add_report": "Report added",
    "merge": "Merged into another plan",
    "take_in": "Another plan merged into this one",
}


def _plan_line(row: Plan, parties: Mapping[str, PartyRef]) -> PlanLine:
    return PlanLine(
        reference=row.reference,
        title=row.title,
        kind=row.kind,
        kind_label=KIND_WORDS[PlanKind(row.kind)],
        state=row.state,
        state_label=PLAN_WORDS[row.state],
        unit=parties[row.unit_id] if row.unit_id else None,
        submitted_on=row.submitted_on,
        published_on=row.published_on,
    )


def plan_register(*, actor: Actor, chosen: PlanFilter, page: int = 1) -> PlanList:
    """Give a page of the plans that the actor sees, latest first: two queries.

    Args:
        actor: Who looks.
        chosen: What the list is narrowed to.
        page: Which page, from 1.
    """
    rows = _chosen_plans(actor, chosen)
    count = counted(rows)
    number, part = page_of(count, page)
    parties = parties_by_code()
    lines = tuple(_plan_line(row, parties) for row in rows[part])
    return PlanList(lines, count, number)


def _chosen_plans(actor: Actor, chosen: PlanFilter) -> QuerySet[Plan]:
    rows = visible_plans(actor)
    if chosen.text:
        rows = rows.filter(Q(title__icontains=chosen.text) | Q(reference__icontains=chosen.text))
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    return rows.order_by("-opened_at", "-id")


def every_plan(*, actor: Actor, chosen: PlanFilter) -> Iterator[PlanLine]:
    """Give every plan that the register would show, read as they are needed."""
    parties = parties_by_code()
    return (_plan_line(row, parties) for row in _chosen_plans(actor, chosen).iterator(chunk_size=500))


def _part_line(row: PlanPart, plan: Plan, parties: Mapping[str, PartyRef], actor: Actor) -> PartLine:
    party = parties[row.party_id]
    return PartLine(
        id=row.pk,
        number=row.number,
        party=party,
        question=row.question,
        wanted_by=row.wanted_by,
        asked_at=row.asked_at,
        asked_name=row.asked_name,
        answer=row.answer,
        given_at=row.given_at,
        given_name=row.given_name,
        revision=row.revision,
        plan=plan.reference,
        plan_title=plan.title,
        mine=actor.may(CONTRIBUTE, party),
    )


def asked_of_us(*, actor: Actor) -> tuple[PartLine, ...]:
    """Give what the actor's body was asked to give to plans and has not given, soonest first: one query."""
    rows = visible_parts(actor).filter(given_at=None).select_related("plan")
    parties = parties_by_code()
    return tuple(_part_line(row, row.plan, parties, actor) for row in rows.order_by("wanted_by", "id")[:50])


def part(*, actor: Actor, part_id: int) -> PartLine:
    """Give what one body was asked to give.

    Raises:
        Refused: The actor neither was asked nor sees the plan.
    """
    row = found_part(actor, part_id)
    return _part_line(row, row.plan, parties_by_code(), actor)


def plan(*, actor: Actor, reference: str, today: date) -> PlanDetail:
    """Give a plan with all that belongs to it.

    Raises:
        Refused: There is none of that reference that the actor sees.
    """
    row = found_plan(actor, reference)
    parties = parties_by_code()
    head = head_of(row, parties)
    rows = actions_of(row).order_by("number")
    return PlanDetail(
        **vars(head),
        recommendations=tuple(
            PlanRecommendation(line_of(made, parties), numbers)
            for made, numbers in answered(row, head.reports)
        ),
        actions=tuple(
            action_line(one, one.plan if head.merged else row, parties, today, made)
            for one, made in with_carried(rows)
        ),
        parts=tuple(_part_line(one, row, parties, actor) for one in row.parts.order_by("number")),
        steps=tuple(
            PlanStepTaken(TAKEN[one.move], one.text, one.made_at, one.made_name, parties[one.made_party_id])
            for one in row.steps.order_by("-id")
        ),
        acts=_plan_acts(actor, row, parties[row.writer_id]),
        waiting_for=workflow_of(row.kind).state(row.state).owner,
    )


def head_of(row: Plan, parties: Mapping[str, PartyRef]) -> PlanHead:
    """Give what stands at the head of a plan that is seen: two queries, three of one that was merged."""
    other = row.merged_into
    reports = PlanReport.objects.filter(merged_from__plan=row) if other else row.reports
    took_in = row.merged_from.order_by("merged_at", "id")
    return PlanHead(
        line=_plan_line(row, parties),
        revision=row.revision,
        writer=parties[row.writer_id],
        reports=tuple(
            ReportAnswered(one.source, one.title, one.kind, SOURCE_WORDS[one.kind])
            for one in reports.order_by("id")
        ),
        published_where=row.published_where,
        updated_on=row.updated_on,
        merged=_merging(row, other) if other else None,
        took_in=tuple(_merging(one, one) for one in took_in),
    )


def _merging(merged: Plan, other: Plan) -> Merging:
    assert merged.merged_at is not None
    return Merging(other.reference, other.title, merged.merged_at, merged.merged_name, merged.merged_reason)


def merging_plan(row: Plan) -> MergingPlan:
    """Give what decides whether a plan can become part of another."""
    return MergingPlan(row.reference, row.kind, row.state, row.writer_id, row.unit_id or "")


def _to_merge_with(actor: Actor, row: Plan) -> QuerySet[Plan]:
    same: dict[str, Any] = {"kind": row.kind, "writer": row.writer_id, "unit": row.unit_id}
    return visible_plans(actor).filter(state__in=stage_of(row.state), **same).exclude(pk=row.pk)


def plans_to_merge_with(*, actor: Actor, reference: str) -> tuple[PlanLine, ...]:
    """Give the plans that one can become part of, latest first: two queries.

    Raises:
        Refused: There is no plan of that reference that the actor sees.
    """
    rows = _to_merge_with(actor, found_plan(actor, reference)).order_by("-opened_at", "-id")[:200]
    parties = parties_by_code()
    return tuple(_plan_line(one, parties) for one in rows)


def answered(
    row: Plan, reports: Iterable[ReportAnswered]
) -> Iterator[tuple[Recommendation, tuple[int, ...]]]:
    """Give what a plan answers as it is needed, report by report, each with its actions by number."""
    place = {one.source: number for number, one in enumerate(reports)}
    sources = [When(source=source, then=number) for source, number in place.items()]
    rows = Recommendation.objects.filter(source__in=place).select_related("superseded_by")
    rows = rows.prefetch_related(Prefetch("answers", Answer.objects.order_by("-round")))
    rows = rows.order_by(Case(*sources, default=len(place)), "number")
    for part in in_parts(rows):
        links = ActionRecommendation.objects.filter(
            recommendation__in=[one.pk for one in part], action__withdrawn_at=None
        )
        links = (
            links.filter(action__merged_from__plan=row)
            if row.merged_into_id
            else links.filter(action__plan=row)
        )
        numbers: dict[int, tuple[int, ...]] = {}
        for made, number in links.order_by("action__number").values_list("recommendation", "action__number"):
            numbers[made] = (*numbers.get(made, ()), number)
        yield from ((one, numbers.get(one.pk, ())) for one in part)


def _plan_acts(actor: Actor, row: Plan, writer: PartyRef) -> tuple[str, ...]:
    acts = [
        move.name
        for move in workflow_of(row.kind).allowed(row.state, actor.role)
        if actor.may(STEP_PERMISSIONS[move.name], writer if move.name in OVER_WRITER else None)
    ]
    if "merge" in acts and not _to_merge_with(actor, row).exists():
        acts.remove("merge")
    if row.state in set(DRAFTS) and actor.may(DRAFT, writer):
        acts += ["add_action", "add_report"]
    return tuple(acts)


def reports_without_plan(*, actor: Actor) -> tuple[ReportToAnswer, ...]:
    """Give the reports that the actor sees recommendations of and that no plan answers: one query."""
    rows = (
        visible(actor)
        .exclude(source__in=PlanReport.objects.values("source"))
        .order_by("source", "source_title", "kind")
        .values_list("source", "source_title", "kind")
        .distinct()[:200]
    )
    return tuple(ReportToAnswer(*row) for row in rows)
