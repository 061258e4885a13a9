"""Lists of duties: what I owe, what is owed to us, what is coming, and the whole register (H2, A4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from oversight.access.rules import Reach
from oversight.arrangements.models import Duty, DutyParty
from oversight.arrangements.queries.facts import (
    PAGE_SIZE,
    SIDES,
    SORTS,
    STATES,
    DutyFilter,
    DutyGroup,
    DutyLine,
    DutyList,
    Timeline,
    TimelineMonth,
)
from oversight.arrangements.queries.sight import IS_OPEN, Sight, counted, in_state, sight
from oversight.arrangements.rules.facts import Basis, Force
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words
from oversight.parties.queries import unknown_party

TIMELINE_MOST: Final = 300
_OPEN_STATES: Final = frozenset({"open", "running", "overdue", "missed", "late"})
_BY_DATE: Final = ("due_order", "id")
_BY_DATE_OF_PARTY: Final = ("parties__due_order", "parties__duty_id")


@dataclass(frozen=True, kw_only=True)
class Home:
    """What the staff home shows (H2).

    Args:
        owe: What the actor's party owes, soonest first.
        owed: What is owed to it, soonest first.
        coming: Other duties in view due in the next weeks: those of one arrangement and day together.
    """

    owe: DutyList
    owed: DutyList
    coming: tuple[DutyGroup, ...]


def home(*, actor: Actor, today: date, limit: int = 10, weeks: int = 8) -> Home:
    """Give the lists of the staff home: what I owe, what is owed to us, what is coming.

    Args:
        actor: Who looks.
        today: The day on which we look.
        limit: At most so many lines in each list.
        weeks: How far ahead "coming" looks.

    Raises:
        Refused: The actor may not see duties.
    """
    seen = sight(actor, today)
    actor.demand("arrangements.see_duties")
    return Home(
        owe=_first(seen, _owes(actor), _BY_DATE, limit),
        owed=_first(seen, _owed_to(actor), _BY_DATE_OF_PARTY, limit),
        coming=_grouped(seen, _coming(seen, weeks), limit),
    )


def what_i_owe(*, actor: Actor, today: date, limit: int = PAGE_SIZE) -> DutyList:
    """Give what the actor's party owes and has not done, overdue first, then soonest.

    Raises:
        Refused: The actor may not see duties.
    """
    actor.demand("arrangements.see_duties")
    return _first(sight(actor, today), _owes(actor), _BY_DATE, limit)


def what_is_owed_to_us(*, actor: Actor, today: date, limit: int = PAGE_SIZE) -> DutyList:
    """Give what others owe to the actor's party and have not done, overdue first, then soonest.

    Raises:
        Refused: The actor may not see duties.
    """
    actor.demand("arrangements.see_duties")
    return _first(sight(actor, today), _owed_to(actor), _BY_DATE_OF_PARTY, limit)


def coming_up(*, actor: Actor, today: date, weeks: int = 8, limit: int = 10) -> tuple[DutyGroup, ...]:
    """Give the other open duties in view that are due in the next weeks, soonest first.

    Raises:
        Refused: The actor may not see duties.
    """
    seen = sight(actor, today)
    return _grouped(seen, _coming(seen, weeks), limit)


def _owes(actor: Actor) -> QuerySet[Duty]:
    return Duty.objects.filter(IS_OPEN, bearer__code=actor.party)


def _owed_to(actor: Actor) -> QuerySet[Duty]:
    return Duty.objects.filter(parties__party__code=actor.party, parties__owed=True, parties__open=True)


def _coming(seen: Sight, weeks: int) -> QuerySet[Duty]:
    assert seen.actor is not None
    soon = Q(due_order__gte=seen.today, due_order__lte=seen.today + timedelta(weeks=weeks))
    return _between_others(seen.duties().filter(IS_OPEN & soon), seen.actor.party)


def _between_others(rows: QuerySet[Duty], party: str) -> QuerySet[Duty]:
    owed_to_it = DutyParty.objects.filter(duty=OuterRef("pk"), party__code=party, owed=True)
    return rows.exclude(bearer__code=party).exclude(Exists(owed_to_it))


def _grouped(seen: Sight, rows: QuerySet[Duty], limit: int) -> tuple[DutyGroup, ...]:
    """Give duties by arrangement and day, soonest first: two queries."""
    groups = (
        rows.order_by()
        .values("arrangement", "due_order")
        .annotate(first=Min("pk"), number=Count("pk"), bearers=Count("bearer", distinct=True))
        .order_by("due_order", "first")
        .values_list("first", "number", "bearers")[:limit]
    )
    told = {first: (number, bearers) for first, number, bearers in groups}
    lines = seen.lines(Duty.objects.filter(pk__in=told).order_by(*_BY_DATE))
    return tuple(DutyGroup(first=line, number=told[line.id][0], bearers=told[line.id][1]) for line in lines)


def _first(seen: Sight, rows: QuerySet[Duty], order: tuple[str, ...], limit: int) -> DutyList:
    shown = seen.lines(rows.order_by(*order)[:limit])
    return DutyList(lines=shown, count=counted(rows), page=1, pages=1)


def duty_list(*, actor: Actor, today: date, chosen: DutyFilter, page: int = 1) -> DutyList:
    """Give one page of the duties that the actor may see and the filter chooses, 25 a page.

    Args:
        actor: Who looks.
        today: The day on which we look.
        chosen: The filter.
        page: Number of the page, from 1; one past the end gives the last.

    Raises:
        Refused: The actor may not see duties, or the filter holds a value that is none of those possible.
    """
    seen = sight(actor, today)
    rows = chosen_duties(seen, chosen)
    count = counted(rows)
    pages = max(1, -(-count.number // PAGE_SIZE))
    page = min(max(1, page), pages)
    first = (page - 1) * PAGE_SIZE
    shown = rows.order_by(*order_of(seen, chosen))[first : first + PAGE_SIZE]
    return DutyList(lines=seen.lines(shown), count=count, page=page, pages=pages)


def every_line(*, actor: Actor, today: date, chosen: DutyFilter) -> Iterator[DutyLine]:
    """Give every duty that the filter chooses, for an export; rows are read as they are asked for.

    Raises:
        Refused: As for ``duty_list``.
    """
    seen = sight(actor, today)
    rows = chosen_duties(seen, chosen).order_by(*order_of(seen, chosen))
    return (seen.line(row) for row in rows.iterator(chunk_size=1000))


def timeline(*, actor: Actor, today: date, chosen: DutyFilter, first: date, months: int = 6) -> Timeline:
    """Give the duties that the filter chooses, by the month in which they are due.

    Args:
        actor: Who looks.
        today: The day on which we look.
        chosen: The filter; its days and its order are not used.
        first: Any day of the first month.
        months: How many months, from 1 to 24.

    Raises:
        Refused: As for ``duty_list``.
    """
    starts = [_month(first, number) for number in range(min(max(months, 1), 24) + 1)]
    seen = sight(actor, today)
    asked = replace(chosen, since=None, until=None, sort="due")
    rows = chosen_duties(seen, asked).filter(due_order__gte=starts[0], due_order__lt=starts[-1])
    found = seen.lines(rows.order_by(*order_of(seen, asked))[: TIMELINE_MOST + 1])
    shown = found[:TIMELINE_MOST]
    return Timeline(
        months=tuple(
            TimelineMonth(
                first=start, lines=tuple(line for line in shown if line.due and start <= line.due < end)
            )
            for start, end in pairwise(starts)
        ),
        shown=len(shown),
        left_out=len(found) > TIMELINE_MOST,
    )


def _month(day: date, later: int) -> date:
    years, month = divmod(day.month - 1 + later, 12)
    return date(min(day.year + years, date.max.year), month + 1, 1)


def chosen_duties(seen: Sight, chosen: DutyFilter) -> QuerySet[Duty]:
    """Give the rows that the filter leaves of those the actor may see, in no order.

    Raises:
        Refused: The filter holds a value that is none of those possible.
    """
    _check(seen, chosen)
    rows = seen.duties()
    if chosen.state:
        rows = rows.filter(in_state(chosen.state, seen.today))
    if chosen.party and chosen.side == "owes":
        rows = rows.filter(bearer__code=chosen.party)
    elif chosen.party and chosen.side == "others":
        rows = _between_others(rows, chosen.party)
    elif chosen.party:
        concerned = Q(parties__party__code=chosen.party)
        if chosen.side == "owed":
            concerned &= Q(parties__owed=True)
        if chosen.state in _OPEN_STATES:
            concerned &= Q(parties__open=True)
        rows = rows.filter(concerned)
    if chosen.paragraph:
        number = int(chosen.paragraph.partition("(")[0])
        rows = rows.filter(paragraph_number=number)
        if "(" in chosen.paragraph:
            rows = rows.filter(paragraph=chosen.paragraph)
    for field in ("force", "basis", "arrangement", "about", "kind"):
        if value := getattr(chosen, field):
            rows = rows.filter(**{field: value})
    if chosen.text:
        rows = rows.filter(_says(seen, chosen.text))
    if chosen.since:
        # The second condition follows from the first and lets the order's index begin at the right place.
        rows = rows.filter(counted_on__gte=chosen.since, due_order__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(counted_on__lte=chosen.until)
    return rows


def _says(seen: Sight, text: str) -> Q:
    wanted = text.casefold()
    titled = {
        rule.id
        for version in seen.versions.values()
        for rule in version.arrangements
        if wanted in rule.title.casefold()
    }
    units = [code for code, ref in seen.parties.items() if wanted in ref.name.casefold()]
    return Q(arrangement__in=titled) | Q(about__startswith=text) | Q(unit__in=units)


def order_of(seen: Sight, chosen: DutyFilter) -> tuple[str, ...]:
    """Give the order that the filter asks for, by the columns that an index holds."""
    if chosen.sort in {"opened", "-opened"}:
        sign = "-" if chosen.sort.startswith("-") else ""
        return (f"{sign}opened_on", f"{sign}id")
    joined = seen.reach is not Reach.ALL or (chosen.party and chosen.side in {"", "owed"})
    by_date = _BY_DATE_OF_PARTY if joined else _BY_DATE
    return tuple(f"-{name}" for name in by_date) if chosen.sort == "-due" else by_date


def _check(seen: Sight, chosen: DutyFilter) -> None:
    """Refuse a value that cannot be meant, naming what can."""
    if chosen.party and chosen.party not in seen.parties:
        raise unknown_party(chosen.party)
    possible = {
        "side": SIDES,
        "state": STATES,
        "sort": SORTS,
        "force": tuple(Force),
        "basis": tuple(Basis),
        "kind": tuple({kind for held in seen.versions.values() for kind in held.kinds}),
        "arrangement": tuple({rule.id for held in seen.versions.values() for rule in held.arrangements}),
        "paragraph": tuple(
            {
                one
                for held in seen.versions.values()
                for rule in held.arrangements
                for one in _cited(rule.paragraph)
            }
        ),
    }
    for field in fields(chosen):
        value = getattr(chosen, field.name)
        known = possible.get(field.name)
        if value and known is not None and value not in known:
            raise Refused(
                "known_filter",
                f"“{str(value)[:60]}” is not a {field.name} to filter by.",
                f"Choose one of: {join_in_words(sorted(map(str, known)), 'or')}.",
                field=field.name,
            )


def _cited(paragraph: str) -> tuple[str, str]:
    return paragraph, paragraph.partition("(")[0]
