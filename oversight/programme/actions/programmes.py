"""Programmes started, paused, resumed, replaced and completed, without losing anything (C1, ¶17)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from oversight.arrangements.actions import happened
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.programme.actions.clashing import _seek
from oversight.programme.actions.keeping import _line, _reason, _stepped, _today
from oversight.programme.actions.scope import _own
from oversight.programme.models import Programme, ProgrammeStep, Visit, VisitStep
from oversight.programme.queries.cycles import cycle_of, places_left, programme_row
from oversight.programme.rules.cycles import PARAGRAPH, WORKFLOW, ProgrammeState, check_cycle
from oversight.programme.rules.kinds import visit_data
from oversight.programme.rules.visits import ACTIVE, VisitState
from oversight.publication.rules.programmes import programmes as published_programmes

DIRECT: Final = "programme.direct"
#: Step of a visit that a pause or replacement put on hold.
_PAUSED: Final = "programme_pause"
_LONGEST_SLUG: Final = 40


def _of_programme(*, by: Actor, slug: str, **_: Any) -> PartyLike:
    rows = Programme.objects.filter(slug=slug).order_by("id") if slug.isprintable() else None
    code = rows.values_list("owner", flat=True).first() if rows is not None else None
    return party(str(code or by.party))


@action(verb="programme.started", permission=DIRECT, paragraph=PARAGRAPH, on=_own)
def start_programme(
    *,
    by: Actor,
    at: datetime,
    title: str,
    kinds: Sequence[str],
    starts_on: date,
    earliest_months: int,
    latest_months: int,
    rated: bool,
    published: Sequence[str] = (),
    demonstration: bool = False,
) -> Recorded[str]:
    """Start a programme of one's own body: the kinds of visit, the first day and the time it may take.

    Args:
        by: Who starts it.
        at: Moment of doing so.
        title: What it is called.
        kinds: Identifiers of its types of visit, all of its body and counting towards a cycle.
        starts_on: Its first day.
        earliest_months: Months after which it is to end at the earliest; paragraph 17 has 36.
        latest_months: Months after which it is to end at the latest; paragraph 17 has 48.
        rated: Whether its visits give ratings.
        published: Programmes of the public register whose reports count as visits made.
        demonstration: Whether it is made up.

    Returns:
        Its name in addresses.

    Raises:
        Refused: Something does not fit; ``field`` says which entry is wrong.
    """
    name = _line(title, "title")
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    if not slug:
        raise _wrong("A programme needs a title with letters or digits.", "Enter it.", "title")
    if Programme.objects.filter(slug=slug).exists():
        raise _wrong(f"There is a programme “{name}” already.", "Enter another title.", "title")
    known = visit_data().kinds
    if not kinds or any(
        one not in known or by.party not in known[one].bodies or not known[one].in_cycle for one in kinds
    ):
        raise _wrong("A programme is of types of visit that go round every place.", "Choose them.", "kinds")
    check_cycle(starts_on, earliest_months, latest_months)
    ids = {one.id for one in published_programmes().all}
    if unknown := set(published) - ids:
        raise _wrong(
            f"The public register has no programme {min(unknown)!r}.", "Choose another.", "published"
        )
    row = Programme.objects.create(
        slug=slug,
        title=name,
        owner_id=by.party,
        kinds=" ".join(dict.fromkeys(kinds)),
        published=" ".join(dict.fromkeys(published)),
        rated=rated,
        starts_on=starts_on,
        earliest_months=earliest_months,
        latest_months=latest_months,
        state=WORKFLOW.starts,
        demonstration=demonstration,
        started_at=at,
        started_by=by.reference,
    )
    _stepped_programme(row, "start", by=by, at=at, on=starts_on)
    _tell(row, "inspection_cycle_started", by=by, at=at, on=starts_on)
    payload: dict[str, Value] = {
        "title": name,
        "kinds": list(kinds),
        "starts_on": starts_on,
        "months": [earliest_months, latest_months],
        "rated": rated,
    }
    return Recorded(f"programme:{slug}", payload, slug)


def _wrong(why: str, what_next: str, field: str) -> Refused:
    return Refused(f"programme_{field}", why, what_next, paragraph=PARAGRAPH, field=field)


def _tell(row: Programme, event: str, *, by: Actor, at: datetime, on: date) -> None:
    """Tell the arrangements of a cycle of rated inspections (¶17); nothing else is one."""
    if row.rated and row.owner_id == "hmip" and on <= _today(at):
        happened(
            by=by, at=at, event=event, kind="", about=row.slug, on=on, unit=None, addressee=None, note=""
        )


def _locked(by: Actor, slug: str, revision: int) -> Programme:
    seen = programme_row(by, slug)
    row = Programme.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if row.revision != revision:
        raise Refused(
            "stale_programme",
            "Someone else changed this programme since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row


def _stepped_programme(
    row: Programme, move: str, *, by: Actor, at: datetime, on: date, reason: str = "", visits: int = 0
) -> None:
    ProgrammeStep.objects.create(
        programme=row,
        move=move,
        on=on,
        reason=reason,
        visits=visits,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
    )


def _day(row: Programme, on: date, at: datetime) -> None:
    last = ProgrammeStep.objects.filter(programme=row).order_by("-id").values_list("on", flat=True).first()
    earliest = max(row.starts_on, last or row.starts_on)
    if not earliest <= on <= max(_today(at), earliest):
        raise _wrong(
            f"{day_in_words(on)} is not between its last step on {day_in_words(earliest)} and today.",
            "Enter a day between them.",
            "on",
        )


@action(verb="programme.paused", permission=DIRECT, paragraph=PARAGRAPH, on=_of_programme)
def pause_programme(
    *, by: Actor, at: datetime, slug: str, revision: int, on: date, reason: str
) -> Recorded[int]:
    """Pause a programme: its visits from that day on are put on hold, with their days.

    Args:
        by: Who pauses it.
        at: Moment of doing so.
        slug: Its name in addresses.
        revision: Its revision that the actor saw.
        on: Day from which it is paused, today or earlier.
        reason: Why; must not be empty.

    Returns:
        How many visits were put on hold. Those that a case keeps go on until their case is paused.

    Raises:
        Refused: It is not running, the day does not fit, there is no reason, or it changed meanwhile.
    """
    row = _locked(by, slug, revision)
    move = WORKFLOW.check("pause", row.state, by.role)
    why = _reason(reason, move.label, paragraph=PARAGRAPH)
    _day(row, on, at)
    held = _hold_visits(row, on, why, by=by, at=at)
    row.state = move.target
    row.revision += 1
    row.save()
    _stepped_programme(row, "pause", by=by, at=at, on=on, reason=why, visits=held)
    return Recorded(f"programme:{slug}", {"on": on, "reason": why}, held)


def _hold_visits(row: Programme, on: date, why: str, *, by: Actor, at: datetime) -> int:
    visits = Visit.objects.select_for_update(of=("self",)).filter(
        programme=row, source="", state__in=[str(one) for one in ACTIVE], first_day__gte=on
    )
    count = 0
    for visit in visits.order_by("id"):
        visit.held_from, visit.state = visit.state, VisitState.HELD.value
        _stepped(visit, _PAUSED, by=by, at=at, reason=why)
        _seek(visit, by=by, at=at, refuse=False)
        count += 1
    return count


@action(verb="programme.resumed", permission=DIRECT, paragraph=PARAGRAPH, on=_of_programme)
def resume_programme(
    *, by: Actor, at: datetime, slug: str, revision: int, on: date, reason: str
) -> Recorded[int]:
    """Resume a paused programme: visits that the pause put on hold and whose days are to come are taken up.

    Args:
        by: Who resumes it.
        at: Moment of doing so.
        slug: Its name in addresses.
        revision: Its revision that the actor saw.
        on: Day from which it runs again, today or earlier.
        reason: Why; must not be empty.

    Returns:
        How many visits were taken up; those whose days have passed stay on hold until they are given others.

    Raises:
        Refused: It is not paused, the day does not fit, there is no reason, or it changed meanwhile.
    """
    row = _locked(by, slug, revision)
    move = WORKFLOW.check("resume", row.state, by.role)
    why = _reason(reason, move.label, paragraph=PARAGRAPH)
    _day(row, on, at)
    taken = _take_up(row, why, by=by, at=at, kinds=row.kinds.split())
    row.state = move.target
    row.revision += 1
    row.save()
    _stepped_programme(row, "resume", by=by, at=at, on=on, reason=why, visits=taken)
    return Recorded(f"programme:{slug}", {"on": on, "reason": why}, taken)


def _take_up(
    row: Programme, why: str, *, by: Actor, at: datetime, kinds: Sequence[str], into: Programme | None = None
) -> int:
    held = Visit.objects.select_for_update(of=("self",)).filter(
        programme=row, source="", state=VisitState.HELD.value, kind__in=list(kinds), first_day__gte=_today(at)
    )
    count = 0
    for visit in held.order_by("id"):
        moves = VisitStep.objects.filter(visit=visit).order_by("-id").values_list("move", flat=True)
        if moves.first() != _PAUSED:
            # Its planners put it on hold themselves, so they take it up themselves.
            continue
        target = visit.held_from
        visit.state, visit.held_from = target, ""
        visit.programme = into or visit.programme
        _stepped(visit, f"resume_{target}", by=by, at=at, reason=why)
        _seek(visit, by=by, at=at, refuse=False)
        count += 1
    return count


@action(verb="programme.replaced", permission=DIRECT, paragraph=PARAGRAPH, on=_of_programme)
def replace_programme(
    *, by: Actor, at: datetime, slug: str, revision: int, on: date, by_programme: str, reason: str
) -> Recorded[int]:
    """Replace a programme by another one of the same body: visits on hold whose types it has go over to it.

    The others stay on hold, with their days.

    Args:
        by: Who replaces it.
        at: Moment of doing so.
        slug: Its name in addresses.
        revision: Its revision that the actor saw.
        on: Day from which the other takes its place, today or earlier.
        by_programme: Name in addresses of the other programme, which is running.
        reason: Why; must not be empty.

    Returns:
        How many visits went over.

    Raises:
        Refused: It has ended, the other is not there, is the same or not running, the day does not fit, there
            is no reason, or it changed meanwhile.
    """
    row = _locked(by, slug, revision)
    move = WORKFLOW.check("replace", row.state, by.role)
    why = _reason(reason, move.label, paragraph=PARAGRAPH)
    others = Programme.objects.filter(owner__code=row.owner_id, state=ProgrammeState.RUNNING.value)
    other = others.exclude(pk=row.pk).filter(slug=by_programme).order_by("id").first()
    if other is None:
        raise _wrong(
            "There is no other running programme of the same body by that name.",
            "Start the other programme first, then choose it.",
            "by_programme",
        )
    _day(row, on, at)
    _hold_visits(row, on, why, by=by, at=at)
    row.state, row.replaced_by_programme = move.target, other
    row.revision += 1
    row.save()
    taken = _take_up(row, why, by=by, at=at, kinds=other.kinds.split(), into=other)
    _stepped_programme(row, "replace", by=by, at=at, on=on, reason=why, visits=taken)
    return Recorded(f"programme:{slug}", {"on": on, "by": other.slug, "reason": why}, taken)


@action(verb="programme.completed", permission=DIRECT, paragraph=PARAGRAPH, on=_of_programme)
def complete_programme(
    *, by: Actor, at: datetime, slug: str, revision: int, on: date, reason: str
) -> Recorded[None]:
    """Say that a programme is complete: every place was visited.

    Args:
        by: Who says so.
        at: Moment of saying so.
        slug: Its name in addresses.
        revision: Its revision that the actor saw.
        on: Day on which it was complete, today or earlier.
        reason: Anything to add; may be empty.

    Raises:
        Refused: Places are left, it is not running, the day does not fit, or it changed meanwhile.
    """
    row = _locked(by, slug, revision)
    move = WORKFLOW.check("complete", row.state, by.role)
    _day(row, on, at)
    left = places_left(row, cycle_of(row, today=_today(at)), today=_today(at))
    if left:
        raise Refused(
            "programme_places_left",
            f"{count_in_words(left, 'place')} of this programme still to be visited.",
            "Visit them, or replace the programme by another one.",
            paragraph=PARAGRAPH,
        )
    row.state = move.target
    row.revision += 1
    row.save()
    why = _line(reason, "reason", 2000)
    _stepped_programme(row, "complete", by=by, at=at, on=on, reason=why)
    _tell(row, "inspection_cycle_completed", by=by, at=at, on=on)
    return Recorded(f"programme:{slug}", {"on": on}, None)
