"""One duty with its whole explanation, one event with what it did, questions on missed duties (A4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from oversight.arrangements.models import Duty, DutyQuery, Event
from oversight.arrangements.queries.facts import (
    PAGE_SIZE,
    DutyDetail,
    EventDetail,
    EventLine,
    QueryRound,
)
from oversight.arrangements.queries.replaying import duties_of_case, event_facts, party_facts
from oversight.arrangements.queries.sight import Sight, sight
from oversight.arrangements.queries.texts import versions
from oversight.arrangements.rules.accountability import (
    ASKED_ABOUT,
    ASKER,
    BEARER,
    WORKFLOW,
    QueryState,
    check_asking,
)
from oversight.arrangements.rules.facts import Arrangement, EventType, Force, Version, status_of
from oversight.arrangements.rules.facts import Event as EventFacts
from oversight.arrangements.rules.parties import entitled
from oversight.arrangements.rules.replay import unmet_notes
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef

OPEN_QUESTIONS = (QueryState.ASKED.value, QueryState.ANSWERED.value)


def duty(*, actor: Actor, today: date, duty_id: int) -> DutyDetail:
    """Give one duty with its whole explanation.

    Args:
        actor: Who looks.
        today: The day on which we look.
        duty_id: Row of the duty.

    Raises:
        Refused: There is no such duty within the actor's reach (rule ``not_found_duty``).
    """
    seen = sight(actor, today)
    rows = seen.duties().select_related("opened_by", "met_by").order_by("id")
    row = next(iter(rows.filter(pk=duty_id)[:1]), None)
    if row is None:
        raise Refused(
            "not_found_duty",
            "There is no such duty among those you can see.",
            "Check the address, or look for it in the list of duties.",
        )
    version = seen.versions[row.version_id]
    rule = version.arrangement(row.arrangement)
    assert rule is not None
    line = seen.line(row)
    rounds = question_rounds(seen, DutyQuery.objects.filter(duty=row))
    may_ask, refusal = _may_ask(actor, row, line.counterparts, rounds, today)
    return DutyDetail(
        line=line,
        rule=rule,
        version=next(one for one in versions() if one.id == version.id),
        steps=tuple(row.steps),
        before_words=version.events[rule.before].title if rule.before else "",
        met_by_words=tuple(version.events[meeting.event].title for meeting in rule.met_by),
        opening=seen.event_line(row.opened_by),
        meeting=seen.event_line(row.met_by) if row.met_by else None,
        recordable=_recordable(seen, actor, row, rule, version) if row.met_on is None else (),
        rounds=rounds,
        may_ask=may_ask,
        ask_refusal=refusal,
    )


def _may_ask(
    actor: Actor,
    row: Duty,
    counterparts: Iterable[PartyRef],
    rounds: Iterable[QueryRound],
    today: date,
) -> tuple[bool, str]:
    asker = asking_party(actor, counterparts)
    if not actor.may("arrangements.raise_query"):
        return False, ""
    standing = status_of(
        today=today, due=row.due, met_on=row.met_on, withdrawn=row.withdrawn, force=Force(row.force)
    )
    if standing not in ASKED_ABOUT:
        return False, ""
    mine = [one for one in rounds if asker is not None and one.asker.code == asker.code]
    try:
        check_asking(
            standing,
            asker_is_owed=asker is not None,
            already_open=any(one.state in OPEN_QUESTIONS for one in mine),
        )
    except Refused as refused:
        return False, str(refused)
    return True, ""


def asking_party(actor: Actor, counterparts: Iterable[PartyRef]) -> PartyRef | None:
    """Give the counterpart for which the actor may ask: their own party first, else one below it."""
    possible = [ref for ref in counterparts if actor.may("arrangements.raise_query", ref)]
    return next((ref for ref in possible if ref.code == actor.party), next(iter(possible), None))


def _recordable(
    seen: Sight, actor: Actor, row: Duty, rule: Arrangement, version: Version
) -> tuple[EventType, ...]:
    """Give the events that would meet the duty and that the actor's party is entitled to record."""
    if row.withdrawn or not actor.party or not actor.may("arrangements.record_event"):
        return ()
    opening = event_facts(row.opened_by, seen.parties)
    asked = EventFacts(
        id=0,
        name="",
        kind=row.kind,
        about=row.about,
        on=seen.today,
        recorded_at=opening.recorded_at,
        recorder=party_facts(seen.parties[actor.party]),
        unit=opening.unit,
        addressee=opening.addressee,
    )
    found = [version.events[meeting.event] for meeting in rule.met_by]
    return tuple(
        one
        for one in found
        if entitled(one.said_by, asked, version, lambda code: party_facts(seen.parties[code]))
    )


def event(*, actor: Actor, today: date, event_id: int) -> EventDetail:
    """Give one event with the duties that it opened and met.

    Raises:
        Refused: There is no such event within the actor's reach (rule ``not_found_event``).
    """
    seen = sight(actor, today)
    row = next(iter(Event.objects.filter(pk=event_id).order_by("id")), None)
    if row is None or not seen.may_see_event(row):
        raise Refused(
            "not_found_event",
            "There is no such event among those you can see.",
            "Check the address.",
        )
    touched = seen.duties().filter(Q(opened_by=row) | Q(met_by=row)).order_by("due_order", "id")
    lines = {one.pk: (one.opened_by_id == row.pk, seen.line(one)) for one in touched}
    line = seen.event_line(row)
    notes: tuple[str, ...] = ()
    if not line.withdrawn:
        replayed = duties_of_case(row.about, tuple(seen.versions.values()), seen.parties)
        notes = unmet_notes(event_facts(row, seen.parties), replayed, seen.versions.values())
    return EventDetail(
        line=line,
        opened=tuple(duty_line for opened, duty_line in lines.values() if opened),
        met=tuple(duty_line for opened, duty_line in lines.values() if not opened),
        notes=notes,
        may_withdraw=not line.withdrawn and actor.may("arrangements.withdraw_event", line.recorder),
    )


@dataclass(frozen=True, kw_only=True)
class EventList:
    """A page of events, latest recorded first.

    Args:
        lines: Up to 25 of them.
        page: Number of this page, from 1.
        more: Whether there is a next page.
    """

    lines: tuple[EventLine, ...]
    page: int
    more: bool


def latest_events(*, actor: Actor, today: date, page: int = 1) -> EventList:
    """Give the events that the actor's party recorded, or every event for one who sees all duties.

    Raises:
        Refused: The actor may not see duties.
    """
    actor.demand("arrangements.see_duties")
    seen = sight(actor, today)
    rows = Event.objects.order_by("-recorded_at", "-id")
    if not actor.may("arrangements.see_all_duties"):
        rows = rows.filter(recorder__code=actor.party)
    page = min(max(1, page), 400)
    found = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE + 1])
    return EventList(
        lines=tuple(seen.event_line(row) for row in found[:PAGE_SIZE]),
        page=page,
        more=len(found) > PAGE_SIZE,
    )


def open_questions(*, actor: Actor, today: date) -> tuple[QueryRound, ...]:
    """Give the questions that wait for the actor's party: to be answered, or answered and to be closed.

    Raises:
        Refused: The actor may not see duties.
    """
    actor.demand("arrangements.see_duties")
    waiting = Q(state=QueryState.ASKED, duty__bearer__code=actor.party) | Q(
        state=QueryState.ANSWERED, asker__code=actor.party
    )
    return question_rounds(sight(actor, today), DutyQuery.objects.filter(waiting), limit=PAGE_SIZE)


def question_rounds(seen: Sight, rows: QuerySet[DutyQuery], *, limit: int = 200) -> tuple[QueryRound, ...]:
    """Make the rounds of questions, oldest first."""
    ordered = rows.select_related("duty").order_by("asked_at", "id")[:limit]
    return tuple(question_round(seen, row) for row in ordered)


def question_round(seen: Sight, row: DutyQuery) -> QueryRound:
    """Make one round, with the moves that the actor may make now; wants the duty read with it."""
    asker, bearer = seen.parties[row.asker_id], seen.parties[row.duty.bearer_id]
    actor = seen.actor
    roles = []
    if actor is not None and actor.may("arrangements.raise_query", asker):
        roles.append(ASKER)
    if actor is not None and actor.may("arrangements.answer_query", bearer):
        roles.append(BEARER)
    return QueryRound(
        id=row.pk,
        revision=row.revision,
        duty=row.duty_id,
        asker=asker,
        round=row.round,
        state=QueryState(row.state),
        state_words=WORKFLOW.state(row.state).label,
        question=row.question,
        asked_at=row.asked_at,
        asked_by=row.asked_name,
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_name,
        returned_reason=row.returned_reason,
        returned_at=row.returned_at,
        closed_note=row.closed_note,
        closed_at=row.closed_at,
        closed_by=row.closed_name,
        moves=tuple(move.name for role in roles for move in WORKFLOW.allowed(row.state, role)),
    )
