"""The list of accuracy checks that concern someone, soonest date first (D6, ¶22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, F, Prefetch, Value, When

from oversight.inspections.models import AccuracyAsk
from oversight.inspections.queries.accuracy_sight import answers_for, visible_checks
from oversight.inspections.rules.accuracy_states import (
    ASK_WORKFLOW,
    CHECK_OPEN,
    CHECK_WORKFLOW,
    AskState,
    CheckState,
)
from oversight.kernel.acting import Actor

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class CheckLine:
    """A check in the list.

    Args:
        reference: Reference of the inspection.
        title: What it is called.
        state: One of ``CheckState``.
        label: The same in words.
        due: Last day of the check, or of one's own contribution.
        mine: State of one's own contribution in words; empty for none.
        late: Whether that day has passed without an answer.
    """

    reference: str
    title: str
    state: str
    label: str
    due: date | None
    mine: str
    late: bool


@dataclass(frozen=True)
class CheckList:
    """A page of the list of checks."""

    lines: tuple[CheckLine, ...]
    count: int
    page: int


def checks(*, actor: Actor, today: date, open_only: bool, page: int = 1) -> CheckList:
    """Give the accuracy checks that someone sees: open ones first, soonest date first.

    Args:
        actor: Who looks.
        today: The day on which they look.
        open_only: Whether closed ones are left out.
        page: Which page, from 1; a number beyond the end gives the last page.
    """
    rows = visible_checks(actor)
    if open_only:
        rows = rows.exclude(state=CheckState.CLOSED)
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    whens = [When(state=one.name, then=Value(place)) for place, one in enumerate(CHECK_WORKFLOW.states)]
    ordered = rows.annotate(place=Case(*whens)).order_by("place", F("due").asc(nulls_last=True), "id")
    shown = ordered.select_related("inspection").prefetch_related(
        Prefetch("asks", AccuracyAsk.objects.exclude(state=AskState.WITHDRAWN).order_by("due", "id"))
    )[start : start + PAGE_SIZE]
    lines = []
    for row in shown:
        mine = next((one for one in row.asks.all() if answers_for(actor, one.party_id)), None)
        due = mine.due if mine and mine.state == AskState.ASKED else row.due
        waits = mine.state == AskState.ASKED if mine else row.state in CHECK_OPEN
        lines.append(
            CheckLine(
                reference=row.inspection.reference,
                title=row.inspection.title,
                state=row.state,
                label=CHECK_WORKFLOW.state(row.state).label,
                due=due,
                mine=ASK_WORKFLOW.state(mine.state).label if mine else "",
                late=waits and due is not None and due < today,
            )
        )
    return CheckList(tuple(lines), count, number)
