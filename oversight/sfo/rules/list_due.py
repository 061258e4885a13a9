"""When a list of submitted reviews is due to be frozen, and when it is overdue (¶19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from oversight.kernel.calendars import england_and_wales
from oversight.kernel.periods import EventDay, Landing, MonthEnd, Period, Unit, due
from oversight.sfo.rules.designs import Design


@dataclass(frozen=True)
class ListDue:
    """A list that is asked for.

    Args:
        on: Day by which it is due.
        waiting: Reviews that wait for it.
        overdue: Whether that day has passed.
    """

    on: date
    waiting: int
    overdue: bool


def list_due(
    design: Design,
    *,
    first_day: date,
    last_day: date,
    last_frozen: date | None,
    list_waits: bool,
    waiting: int,
    today: date,
) -> ListDue | None:
    """Say by when the next list is due; None while nothing is asked for.

    It is due one period after the list before, or after the year opened. Too few reviews make no list, and a
    list that waits for its draw comes first.

    Args:
        design: The period and the fewest reviews of a list.
        first_day: First day of the year.
        last_day: Last day of it.
        last_frozen: Day of the list before; None for the first.
        list_waits: Whether a list waits for its draw.
        waiting: Submitted reviews that wait.
        today: Day of looking.
    """
    if list_waits or waiting < design.smallest_batch or not first_day <= today <= last_day:
        return None
    period = Period(
        length=design.period,
        unit=Unit.MONTHS if design.period_unit == "months" else Unit.WEEKS,
        event_day=EventDay.ZERO,
        month_end=MonthEnd.LAST_DAY,
        landing=Landing.STAY,
    )
    on = due(period, last_frozen or first_day, england_and_wales()).on
    return ListDue(on, waiting, overdue=on < today)
