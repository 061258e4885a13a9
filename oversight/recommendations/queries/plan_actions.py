"""The actions of plans: the list of them, soonest due first, and one with its progress and dates (E6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet

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
from oversight.recommendations.queries.evidence import entry_evidence
from oversight.recommendations.queries.paging import counted, in_parts, page_of
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
    sees_plan,
    visible_actions,
    visible_actions_in_parts,
)
from oversight.recommendations.queries.recommendations import REPORT
from oversight.recommendations.queries.sight import viewer_of
from oversight.recommendations.rules.actions_due import (
    PROGRESS_WORDS,
    TIMING_WORDS,
    Progress,
    Rung,
    Timing,
    ladder,
)
from oversight.recommendations.rules.plans import DRAFTS, LIVE


def carried(actions: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """Give the references of the recommendations that actions carry out, by row of the action: one query."""
    links = ActionRecommendation.objects.filter(action__in=actions).order_by("recommendation_id")
    found: dict[int, tuple[str, ...]] = {}
    for action_id, reference in links.values_list("action_id", "recommendation__reference"):
        found[action_id] = (*found.get(action_id, ()), reference)
    return found


def with_carried(rows: QuerySet[PlanAction]) -> Iterator[tuple[PlanAction, tuple[str, ...]]]:
    """Give actions as they are needed, each with the recommendations that it carries out."""
    for part in in_parts(rows):
        held = carried([row.pk for row in part])
        yield from ((row, held.get(row.pk, ())) for row in part)


def action_line(
    row: PlanAction,
    plan: Plan,
    parties: Mapping[str, PartyRef],
    today: date,
    recommendations: tuple[str, ...] = (),
) -> ActionLine:
    """Give an action as lists show it; a list that does not say what it carries out need not read that."""
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
        recommendations=recommendations,
    )


def _chosen_actions(actor: Actor, chosen: ActionFilter, today: date) -> QuerySet[PlanAction]:
    rows = _narrowed(visible_actions(actor), chosen, today)
    return rows.select_related("plan").order_by("due", "id")


def _count(actor: Actor, chosen: ActionFilter, today: date) -> Count:
    return counted(*(_narrowed(part, chosen, today) for part in visible_actions_in_parts(actor)))


def _narrowed(rows: QuerySet[PlanAction], chosen: ActionFilter, today: date) -> QuerySet[PlanAction]:
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
    return rows


def action_register(*, actor: Actor, chosen: ActionFilter, today: date, page: int = 1) -> ActionList:
    """Give a page of the actions that the actor sees, soonest due first: at most three queries."""
    count = _count(actor, chosen, today)
    number, part = page_of(count, page)
    rows = _chosen_actions(actor, chosen, today)
    parties = parties_by_code()
    return ActionList(tuple(action_line(row, row.plan, parties, today) for row in rows[part]), count, number)


def every_action(*, actor: Actor, chosen: ActionFilter, today: date) -> Iterator[ActionLine]:
    """Give every action that the list would show, read as they are needed."""
    parties = parties_by_code()
    rows = with_carried(_chosen_actions(actor, chosen, today))
    return (action_line(row, row.plan, parties, today, made) for row, made in rows)


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
    row = found_action(actor, reference, number)
    entries, changes = list(row.entries.order_by("-id")), list(row.changes.order_by("-round"))
    parties = parties_by_code()
    line = action_line(row, row.plan, parties, today, carried([row.pk]).get(row.pk, ()))
    files = entry_evidence(entries)
    return ActionDetail(
        line=line,
        revision=row.revision,
        entries=tuple(progress_entry(one, parties, files.get(one.pk, ())) for one in entries),
        changes=tuple(date_round(one) for one in changes),
        acts=_action_acts(actor, row, changes, parties),
        sees_plan=sees_plan(viewer_of(actor), row.plan),
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


def _action_acts(
    actor: Actor, row: PlanAction, changes: Sequence[DateChange], parties: Mapping[str, PartyRef]
) -> tuple[str, ...]:
    writer, owner = parties[row.plan.writer_id], parties[row.owner_id]
    acts: list[str] = []
    if row.plan.state in set(DRAFTS) and actor.may(DRAFT, writer):
        acts += ["change_action", "withdraw_action"]
    if row.plan.state in set(LIVE):
        waiting = next((one for one in changes if one.approved is None), None)
        if waiting and actor.may(CLEAR, writer) and waiting.asked_by != actor.reference:
            acts.append("decide_date")
        if row.progress != Progress.DONE and actor.may(REPORT, owner):
            acts.append("report_action")
            if waiting is None:
                acts.append("ask_date")
    return tuple(acts)
