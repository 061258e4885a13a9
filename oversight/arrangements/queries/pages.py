"""What single pages ask beyond the lists: a past day, what an act would do before it is done, questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db.models import F, Q, QuerySet

from oversight.access.rules import Reach
from oversight.arrangements.models import Duty, DutyQuery, Event
from oversight.arrangements.queries.details import question_round, question_rounds
from oversight.arrangements.queries.duties import chosen_duties, duty_list, every_line, order_of
from oversight.arrangements.queries.facts import (
    PAGE_SIZE,
    DutyFilter,
    DutyLine,
    DutyList,
    QueryRound,
)
from oversight.arrangements.queries.replaying import event_facts, party_facts, resolving
from oversight.arrangements.queries.sight import Sight, counted, sight
from oversight.arrangements.rules.accountability import QueryState
from oversight.arrangements.rules.facts import (
    BASIS_WORDS,
    Basis,
    DutyFacts,
    Force,
    status,
    status_of,
)
from oversight.arrangements.rules.facts import Event as EventFacts
from oversight.arrangements.rules.replay import duties, unmet_notes
from oversight.kernel.acting import Actor
from oversight.kernel.calendars import england_and_wales
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.parties.queries import PartyRef

SUGGESTED: Final = 100
HOME_QUESTIONS: Final = 10


# The register as it stood on a past day


def duty_list_on(*, actor: Actor, today: date, on: date, chosen: DutyFilter, page: int = 1) -> DutyList:
    """Give a page of the register as it stood on a day, by all that has been recorded since.

    What was met after that day counts as not met yet, and what started after it is left out. On a day to come
    the register stands as if nothing more happened until then.

    Args:
        actor: Who looks.
        today: London date.
        on: The day asked about.
        chosen: The filter.
        page: Number of the page, from 1.

    Raises:
        Refused: As for ``duty_list``.
    """
    if on >= today:
        return duty_list(actor=actor, today=on, chosen=chosen, page=page)
    seen, rows = _past(actor, on, chosen)
    count = counted(rows)
    pages = max(1, -(-count.number // PAGE_SIZE))
    page = min(max(1, page), pages)
    shown = rows.order_by(*order_of(seen, chosen))[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return DutyList(lines=tuple(_as_then(seen, row) for row in shown), count=count, page=page, pages=pages)


def every_line_on(*, actor: Actor, today: date, on: date, chosen: DutyFilter) -> Iterator[DutyLine]:
    """Give every duty of the register as it stood on a day, for an export.

    Raises:
        Refused: As for ``duty_list``.
    """
    if on >= today:
        return every_line(actor=actor, today=on, chosen=chosen)
    seen, rows = _past(actor, on, chosen)
    ordered = rows.order_by(*order_of(seen, chosen))
    return (_as_then(seen, row) for row in ordered.iterator(chunk_size=1000))


def _past(actor: Actor, on: date, chosen: DutyFilter) -> tuple[Sight, QuerySet[Duty]]:
    seen = sight(actor, on)
    rows = chosen_duties(seen, replace(chosen, state="")).filter(opened_on__lte=on)
    if chosen.state:
        rows = rows.filter(_in_state_then(chosen.state, on))
    return seen, rows


def _in_state_then(state: str, on: date) -> Q:
    unmet = Q(withdrawn=False) & (Q(met_on=None) | Q(met_on__gt=on))
    met = Q(met_on__isnull=False, met_on__lte=on)
    late = Q(due__lt=on)
    conditions = {
        "open": unmet,
        "running": unmet & ~late,
        "overdue": unmet & late,
        "missed": unmet & late & Q(force=Force.MUST),
        "late": unmet & late & ~Q(force=Force.MUST),
        "met": met & (Q(due=None) | Q(met_on__lte=F("due"))),
        "met_late": met & Q(met_on__gt=F("due")),
        "withdrawn": Q(withdrawn=True),
    }
    return conditions[state]


def _as_then(seen: Sight, row: Duty) -> DutyLine:
    line = seen.line(row)
    if line.met_on is None or line.met_on <= seen.today:
        return line
    standing = status_of(
        today=seen.today, due=row.due, met_on=None, withdrawn=row.withdrawn, force=line.force
    )
    return replace(line, met_on=None, status=standing)


# What an act would do, told before it is done


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What would become of one duty.

    Args:
        title: What is owed.
        paragraph: Paragraph behind it.
        bearer: Who owes it.
        counterparts: To whom.
        due: Last day in time afterwards; None when there is no date.
        basis_words: What that date rests on.
        words: What changes, as part of a sentence; empty for a duty that begins.
    """

    title: str
    paragraph: str
    bearer: PartyRef
    counterparts: tuple[PartyRef, ...]
    due: date | None
    basis_words: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What an act would do, as far as the actor may see it.

    Args:
        opens: Duties that would begin.
        meets: Duties that would be met.
        changes: Other duties that would change, with how.
        notes: Why it does not do what one might expect.
        before: Events of the same type recorded about the same reference, latest first.
    """

    opens: tuple[Effect, ...]
    meets: tuple[Effect, ...]
    changes: tuple[Effect, ...]
    notes: tuple[str, ...] = ()
    before: tuple[tuple[int, date, str], ...] = ()


def preview_of_recording(
    *,
    actor: Actor,
    today: date,
    at: datetime,
    event: str,
    kind: str,
    about: str,
    on: date,
    unit: PartyRef | None,
    addressee: PartyRef | None,
    until: date | None,
) -> Preview:
    """Tell what recording this event would open, meet and move: the replay with and without it.

    Args:
        actor: Who would record it.
        today: London date.
        at: The moment.
        event: Name of the event.
        kind: Kind; empty when none.
        about: Reference.
        on: Day on which it happened.
        unit: Unit concerned, or None.
        addressee: Party addressed, or None.
        until: Second date, or None.

    Raises:
        Refused: A date cannot be counted because the calendar does not reach it.
    """
    seen = sight(actor, today)
    held = _case(seen, about)
    asked = EventFacts(
        id=max((one.id for one, _ in held), default=0) + 1,
        name=event,
        kind=kind,
        about=about,
        on=on,
        recorded_at=at,
        recorder=party_facts(seen.parties[actor.party]),
        unit=party_facts(unit) if unit else None,
        addressee=party_facts(addressee) if addressee else None,
        until=until,
    )
    facts = [one for one, _ in held]
    after = _replayed(seen, [*facts, asked])
    told = _compared(seen, _replayed(seen, facts), after, asked.id)
    same = [(one, row) for one, row in held if one.name == event and not one.withdrawn]
    return replace(
        told,
        notes=unmet_notes(asked, after, seen.versions.values()),
        before=tuple(
            (one.id, one.on, seen.parties[row.recorder_id].name)
            for one, row in sorted(same, key=lambda pair: pair[0].id, reverse=True)
            if seen.may_see_event(row)
        ),
    )


def preview_of_withdrawal(*, actor: Actor, today: date, event_id: int) -> Preview:
    """Tell what withdrawing an event would change: the replay as it is and without it.

    Args:
        actor: Who would withdraw it.
        today: London date.
        event_id: Row of the event.

    Raises:
        Refused: There is no such event within the actor's reach.
    """
    seen = sight(actor, today)
    row = next(iter(Event.objects.filter(pk=event_id).order_by("id")), None)
    if row is None or not seen.may_see_event(row):
        raise Refused(
            "not_found_event", "There is no such event among those you can see.", "Check the address."
        )
    facts = [one for one, _ in _case(seen, row.about)]
    without = [replace(one, withdrawn=True) if one.id == row.pk else one for one in facts]
    return _compared(seen, _replayed(seen, facts), _replayed(seen, without), 0)


def _case(seen: Sight, about: str) -> list[tuple[EventFacts, Event]]:
    rows = Event.objects.filter(about=about).order_by("happened_on", "id")
    return [(event_facts(row, seen.parties), row) for row in rows]


def _replayed(seen: Sight, facts: Iterable[EventFacts]) -> tuple[DutyFacts, ...]:
    return duties(facts, tuple(seen.versions.values()), england_and_wales(), resolving(seen.parties))


def _compared(seen: Sight, before: Iterable[DutyFacts], after: Iterable[DutyFacts], asked: int) -> Preview:
    stood = {one.key: one for one in before}
    opens, meets, changes = [], [], []
    for one in after:
        was = stood.get(one.key)
        if was == one or not _in_view(seen, one):
            continue
        if was is None:
            opens.append(_effect(seen, one, ""))
        elif asked and one.met_by == asked:
            meets.append(_effect(seen, one, _met_in_words(seen, one)))
        else:
            changes.append(_effect(seen, one, _change_in_words(was, one)))
    return Preview(opens=tuple(opens), meets=tuple(meets), changes=tuple(changes))


def _in_view(seen: Sight, duty: DutyFacts) -> bool:
    """Tell whether the actor may see a duty that stands in no table yet."""
    concerned = (seen.parties[code] for code in (duty.bearer, *duty.counterparts, duty.unit) if code)
    return _within(seen, concerned)


def _within(seen: Sight, concerned: Iterable[PartyRef]) -> bool:
    reach = seen.reach
    if reach is Reach.ALL or seen.actor is None:
        return True
    if reach is Reach.OWN:
        return any(party.code == seen.actor.party for party in concerned)
    mine = f"/{seen.actor.party}/"
    return any(mine in party.lineage for party in concerned)


def _effect(seen: Sight, duty: DutyFacts, words: str) -> Effect:
    rule = seen.versions[duty.version].arrangement(duty.arrangement)
    assert rule is not None
    return Effect(
        title=rule.title,
        paragraph=duty.paragraph,
        bearer=seen.parties[duty.bearer],
        counterparts=tuple(seen.parties[code] for code in duty.counterparts),
        due=duty.due,
        basis_words=BASIS_WORDS[Basis(duty.basis)],
        words=words,
    )


def _met_in_words(seen: Sight, duty: DutyFacts) -> str:
    if duty.due is None:
        return "it has no date"
    in_time = status(duty, seen.today).value == "met"
    return f"due {day_in_words(duty.due)}, so {'in time' if in_time else 'late'}"


def _change_in_words(was: DutyFacts, now: DutyFacts) -> str:
    if now.withdrawn and not was.withdrawn:
        return "withdrawn with it"
    if was.met_on and not now.met_on:
        return f"open again, due {day_in_words(now.due)}" if now.due else "open again, with no date"
    if now.met_on != was.met_on and now.met_on:
        return f"met on {day_in_words(now.met_on)} by another event"
    if now.due != was.due:
        before = f"from {day_in_words(was.due)} " if was.due else ""
        return (
            f"date moved {before}to {day_in_words(now.due)}"
            if now.due
            else f"no date any more, {before}before"
        )
    return "keeps its date, for another reason"


# References and questions


def references(*, actor: Actor, today: date) -> tuple[str, ...]:
    """Give the references last written of what the actor may see, for suggestions."""
    rows = sight(actor, today).duties().order_by("-opened_on", "-id").values_list("about", flat=True)
    return tuple(dict.fromkeys(rows[:SUGGESTED]))


@dataclass(frozen=True, kw_only=True)
class QuestionLine:
    """A question on a duty as a list shows it.

    Args:
        round: Its latest round.
        duty: The duty.
    """

    round: QueryRound
    duty: DutyLine


@dataclass(frozen=True, kw_only=True)
class QuestionList:
    """A page of questions, those asked last first.

    Args:
        lines: Up to 25 of them.
        count: How many there are in all.
        page: Number of this page, from 1.
    """

    lines: tuple[QuestionLine, ...]
    count: int
    page: int


def questions_for_home(
    *, actor: Actor, today: date
) -> tuple[tuple[QuestionLine, ...], tuple[QuestionLine, ...]]:
    """Give the questions that wait for the actor's party: to be answered, and answered so to be closed."""
    seen = sight(actor, today)
    asked = DutyQuery.objects.filter(
        state=QueryState.ASKED, duty__bearer__code=actor.party, duty__withdrawn=False
    )
    answered = DutyQuery.objects.filter(state=QueryState.ANSWERED, asker__code=actor.party)
    return _lines(seen, asked.order_by("asked_at", "id"), HOME_QUESTIONS), _lines(
        seen, answered.order_by("answered_at", "id"), HOME_QUESTIONS
    )


QUESTION_STATES: Final = ("ours", QueryState.ASKED.value, QueryState.ANSWERED.value, QueryState.CLOSED.value)


def questions(*, actor: Actor, today: date, state: str = "", page: int = 1) -> QuestionList:
    """Give a page of the questions on duties that the actor may see, those asked last first.

    Args:
        actor: Who looks.
        today: London date.
        state: One of ``QUESTION_STATES``, ``ours`` for those that wait for an answer of the actor's party;
            empty for all. A round that was sent back is shown by the round after it.
        page: Number of the page, from 1.
    """
    seen = sight(actor, today)
    rows = DutyQuery.objects.exclude(state=QueryState.RETURNED).filter(duty__in=seen.duties().order_by())
    if state == "ours":
        rows = rows.filter(state=QueryState.ASKED, duty__bearer__code=actor.party)
    elif state:
        rows = rows.filter(state=state)
    count = rows.count()
    page = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    ordered = rows.order_by("-asked_at", "-id")
    return QuestionList(
        lines=_lines(seen, ordered, PAGE_SIZE, (page - 1) * PAGE_SIZE), count=count, page=page
    )


def _lines(seen: Sight, rows: QuerySet[DutyQuery], limit: int, first: int = 0) -> tuple[QuestionLine, ...]:
    found = list(rows.select_related("duty")[first : first + limit])
    return tuple(QuestionLine(round=question_round(seen, row), duty=seen.line(row.duty)) for row in found)


@dataclass(frozen=True, kw_only=True)
class QuestionDetail:
    """One party's questions on one duty.

    Args:
        duty: The duty.
        asked: The round of the address.
        rounds: Every round of that party on that duty, oldest first.
    """

    duty: DutyLine
    asked: QueryRound
    rounds: tuple[QueryRound, ...]

    @property
    def latest(self) -> QueryRound:
        """The last round, on which an act is possible."""
        return self.rounds[-1]


def question(*, actor: Actor, today: date, query_id: int) -> QuestionDetail:
    """Give one question with all its rounds.

    Args:
        actor: Who looks.
        today: London date.
        query_id: Row of any of its rounds.

    Raises:
        Refused: There is no such question on a duty within the actor's reach (rule ``not_found_query``).
    """
    seen = sight(actor, today)
    visible = DutyQuery.objects.filter(duty__in=seen.duties().order_by())
    row = visible.select_related("duty").filter(pk=query_id).order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_query",
            "There is no such query among those you can see.",
            "Check the address, or look for it in the list of queries.",
        )
    rounds = question_rounds(seen, DutyQuery.objects.filter(duty=row.duty_id, asker__code=row.asker_id))
    return QuestionDetail(
        duty=seen.line(row.duty),
        asked=next(one for one in rounds if one.id == row.pk),
        rounds=tuple(sorted(rounds, key=lambda one: one.round)),
    )
