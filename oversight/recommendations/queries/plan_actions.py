"""The actions of plans: the list of them, soonest due first, and one with its progress and dates (E6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from oversight.arrangements.queries import Count
from oversight.exchange.queries.files import StoredFileRef
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.recommendations.models import (
    ActionProgress,
    ActionRecommendation,
    DateChange,
    Plan,
    PlanAction,
)
from oversight.recommendations.queries.evidence import evidence_of
from oversight.recommendations.queries.plan_facts import (
    ActionDetail,
    ActionFilter,
    ActionLine,
    ActionList,
    DateRound,
    ProgressEntry,
)
from oversight.recommendations.queries.plan_sight import (
    CLEAR,
    DRAFT,
    found_action,
    visible_actions,
    visible_plans,
)
from oversight.recommendations.queries.recommendations import MOST_COUNTED, PAGE_SIZE, REPORT
from oversight.recommendations.rules.actions_due import (
    PROGRESS_WORDS,
    TIMING_WORDS,
    Progress,
    Rung,
    Timing,
    ladder,
)
from oversight.recommendations.rules.plans import DRAFTS, LIVE

CARRIES: Final = Prefetch(
    "carries", ActionRecommendation.objects.select_related("recommendation").order_by("recommendation_id")
)


def counted(rows: QuerySet[Plan] | QuerySet[PlanAction]) -> Count:
    """Count rows, exactly up to a bound."""
    found = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)


def page_of(count: Count, page: int) -> tuple[int, slice]:
    """Give the number of a page that is there, and its part of the rows."""
    number = min(max(1, page), max(1, -(-count.number // PAGE_SIZE)))
    return number, slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE)


def action_line(row: PlanAction, plan: Plan, parties: Mapping[str, PartyRef], today: date) -> ActionLine:
    """Give an action as lists show it."""
    timing = ladder().timing(row.due, today, row.progress)
    return ActionLine(
        plan=plan.reference,
        plan_title=plan.title,
        number=row.number,
        text=row.text,
        owner=parties[row.owner_id],
        measure=row.measure,
        commissioned=row.commissioned,
        first_due=row.first_due,
        due=row.due,
        progress=row.progress,
        progress_label=PROGRESS_WORDS[row.progress],
        timing=timing,
        timing_label=TIMING_WORDS[timing],
        rung=ladder().rung(row.due, today, row.progress) if plan.state in set(LIVE) else None,
        recommendations=tuple(one.recommendation.reference for one in row.carries.all()),
    )


def _chosen_actions(actor: Actor, chosen: ActionFilter, today: date) -> QuerySet[PlanAction]:
    rows = visible_actions(actor)
    if chosen.owner:
        rows = rows.filter(Q(owner=chosen.owner))
    if chosen.plan:
        rows = rows.filter(plan__reference=chosen.plan)
    if chosen.timing == Timing.DONE:
        rows = rows.filter(progress=Progress.DONE)
    elif chosen.timing:
        soon = date.fromordinal(today.toordinal() + ladder().due_soon_days)
        between = {
            Timing.OVERDUE: Q(due__lt=today),
            Timing.DUE_SOON: Q(due__gte=today, due__lte=soon),
            Timing.AHEAD: Q(due__gt=soon),
        }[Timing(chosen.timing)]
        rows = rows.filter(between).exclude(progress=Progress.DONE)
    return rows.select_related("plan").prefetch_related(CARRIES).order_by("due", "id")


def action_register(*, actor: Actor, chosen: ActionFilter, today: date, page: int = 1) -> ActionList:
    """Give a page of the actions that the actor sees, soonest due first: three queries."""
    rows = _chosen_actions(actor, chosen, today)
    count = counted(rows)
    number, part = page_of(count, page)
    parties = parties_by_code()
    return ActionList(tuple(action_line(row, row.plan, parties, today) for row in rows[part]), count, number)


def every_action(*, actor: Actor, chosen: ActionFilter, today: date) -> Iterator[ActionLine]:
    """Give every action that the list would show, read as they are needed."""
    parties = parties_by_code()
    rows = _chosen_actions(actor, chosen, today).iterator(chunk_size=500)
    return (action_line(row, row.plan, parties, today) for row in rows)


def my_notices(*, actor: Actor, today: date) -> Mapping[str, int]:
    """Count the actions of the actor's own body that are overdue and that are due soon: two queries."""
    return {
        timing.value: counted(
            _chosen_actions(actor, ActionFilter(timing=timing, owner=actor.party), today).filter(
                plan__state__in=[state.value for state in LIVE]
            )
        ).number
        for timing in (Timing.OVERDUE, Timing.DUE_SOON)
    }


def action(*, actor: Actor, reference: str, number: int, today: date) -> ActionDetail:
    """Give one action of a plan.

    Raises:
        Refused: There is none that the actor sees.
    """
    seen = found_action(actor, reference, number)
    row = (
        PlanAction.objects.select_related("plan")
        .prefetch_related(
            CARRIES,
            Prefetch("entries", ActionProgress.objects.prefetch_related("files").order_by("-id")),
            Prefetch("changes", DateChange.objects.order_by("-round")),
        )
        .get(pk=seen.pk)
    )
    parties = parties_by_code()
    line = action_line(row, row.plan, parties, today)
    files = evidence_of(row.entries.all())
    return ActionDetail(
        line=line,
        revision=row.revision,
        entries=tuple(progress_entry(one, parties, files[one.pk]) for one in row.entries.all()),
        changes=tuple(date_round(one) for one in row.changes.all()),
        acts=_action_acts(actor, row, parties),
        sees_plan=visible_plans(actor).filter(pk=row.plan_id).exists(),
        rung_to=_told(row, line.rung, parties),
    )


def progress_entry(
    row: ActionProgress, parties: Mapping[str, PartyRef], files: tuple[StoredFileRef, ...]
) -> ProgressEntry:
    """Give what an owner said one day."""
    return ProgressEntry(
        PROGRESS_WORDS[row.progress],
        row.text,
        row.evidence,
        row.made_at,
        row.made_name,
        parties[row.made_party_id],
        files,
    )


def date_round(row: DateChange) -> DateRound:
    """Give a date asked for, with the decision on it."""
    return DateRound(
        row.due_before,
        row.due_after,
        row.reason,
        row.asked_at,
        row.asked_name,
        row.approved,
        row.decision,
        row.decided_name,
    )


def _told(row: PlanAction, rung: Rung | None, parties: Mapping[str, PartyRef]) -> str:
    if rung is None:
        return ""
    code = {"owner": row.owner_id, "plan": row.plan.writer_id}.get(rung.to, rung.to)
    return parties[code].name


def _action_acts(actor: Actor, row: PlanAction, parties: Mapping[str, PartyRef]) -> tuple[str, ...]:
    writer, owner = parties[row.plan.writer_id], parties[row.owner_id]
    acts: list[str] = []
    if row.plan.state in set(DRAFTS) and actor.may(DRAFT, writer):
        acts += ["change_action", "withdraw_action"]
    if row.plan.state in set(LIVE):
        waiting = next((one for one in row.changes.all() if one.approved is None), None)
        if waiting and actor.may(CLEAR, writer) and waiting.asked_by != actor.reference:
            acts.append("decide_date")
        if row.progress != Progress.DONE and actor.may(REPORT, owner):
            acts.append("report_action")
            if waiting is None:
                acts.append("ask_date")
    return tuple(acts)
