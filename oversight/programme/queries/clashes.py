"""Clashes and what the bodies say about them, each as far as the one who asks may know (C2, ¶28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from oversight.arrangements.queries.facts import Count
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.programme.models import Clash, ClashParty, ClashStep, ClashVisit, Visit
from oversight.programme.queries.sight import PLAN, found_clash, seen_clashes, viewer_of, visible
from oversight.programme.queries.visits import VisitLine, concerning, line_of, not_bookable
from oversight.programme.rules.limits import FORCE_WORDS, Force, limits
from oversight.programme.rules.settling import OUTCOME_DONE, UNSETTLED, WORKFLOW, ClashState, Outcome
from oversight.programme.rules.visits import Span

PAGE_SIZE: Final = 25
MOST_COUNTED: Final = 10_000
#: What a body is called whose visit the one who asks may not know of.
SOMEBODY: Final = "Another body"


@dataclass(frozen=True)
class ClashLine:
    """A clash in a list.

    Args:
        reference: Its reference.
        what: What has happened, in words.
        force_words: How firmly the rule is put.
        place: Where; None when no visit in it is known to the one who asks.
        site: Its name where it is outside the register; else empty.
        visits: The visits in it that the one who asks knows of.
        hidden: How many visits of other bodies it has that are not announced yet: 0 or 1, and 1 stands for
            any number.
        state: Where it stands.
        state_label: The same in words.
        outcome: What was proposed or agreed, in words; empty for nothing.
        found_at: When it was found.
        paragraph: Paragraph behind the rule.
        waits_for_us: Whether the body of the one who asks has to say something.
    """

    reference: str
    what: str
    force_words: str
    place: PartyRef | None
    site: str
    visits: tuple[VisitLine, ...]
    hidden: int
    state: str
    state_label: str
    outcome: str
    found_at: datetime
    paragraph: str
    waits_for_us: bool


@dataclass(frozen=True)
class ClashList:
    """One page of clashes."""

    lines: tuple[ClashLine, ...]
    count: Count
    page: int


@dataclass(frozen=True)
class SaidTold:
    """What a body said about a clash."""

    label: str
    outcome: str
    reason: str
    made_at: datetime
    who: str


@dataclass(frozen=True)
class ClashDetail:
    """A clash with what was said about it.

    Args:
        line: The clash.
        revision: What the next act on it hands back.
        figure: What the rule asks for, and that the figure is an assumption where it is one.
        span: The days that it is about; None when they would give away days that are not announced.
        not_bookable: Days on which the body of the one who asks may not book the place.
        bodies: Names of the bodies that have a say, those unknown to the one who asks left nameless.
        steps: What was said, latest first.
        acts: Names of what the one who asks may do now.
        alone: Whether their body settles it alone.
        event: Number of the event that makes settling it a duty; None where it is none.
    """

    line: ClashLine
    revision: int
    figure: str
    span: Span | None
    not_bookable: tuple[Span, ...]
    bodies: tuple[str, ...]
    steps: tuple[SaidTold, ...]
    acts: tuple[str, ...]
    alone: bool
    event: int | None


_SAID: Final = {
    "propose": "Proposed",
    "settle": "Settled",
    "agree": "Agreed",
    "decline": "Declined",
    "clear": "Days changed, so it clashes no longer",
}


@dataclass(frozen=True)
class _Known:
    """What the one who asks knows: keys of visits, codes of bodies they plan for."""

    visits: frozenset[int]
    plans: frozenset[str]
    parties: Mapping[str, PartyRef]


def _read(rows: QuerySet[Clash]) -> QuerySet[Clash]:
    others = ClashVisit.objects.select_related("visit").order_by("id")
    told = ClashParty.objects.order_by("id")
    return rows.select_related("visit").prefetch_related(
        Prefetch("others", others), Prefetch("parties", told)
    )


def _visits_in(row: Clash) -> tuple[Visit, ...]:
    return (row.visit, *(one.visit for one in row.others.all()))


def clashes(*, actor: Actor, state: str = "open", place: str = "", page: int = 1) -> ClashList:
    """Give one page of the clashes that the actor knows of, latest first: six queries, however many.

    Args:
        actor: Who asks.
        state: ``open`` for what is to be agreed, a state, or ``any``.
        place: Code of a region or unit; empty for all. Looked for among visits that the actor knows of.
        page: Number of the page.
    """
    rows = seen_clashes(actor)
    if state == "open":
        rows = rows.filter(state__in=[str(one) for one in UNSETTLED])
    elif state != "any":
        rows = rows.filter(state=state)
    if place:
        there = visible(actor).filter(concerning(place))
        rows = rows.filter(Q(visit__in=there) | Q(others__visit__in=there)).distinct()
    rows = _read(rows).order_by("-found_at", "-id")
    counted = rows[: MOST_COUNTED + 1].count()
    count = Count(min(counted, MOST_COUNTED), counted > MOST_COUNTED)
    number = min(max(1, page), max(1, -(-count.number // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    shown = list(rows[start : start + PAGE_SIZE])
    known = _known(actor, shown)
    return ClashList(tuple(_line(row, known, actor) for row in shown), count, number)


def open_clashes_for(actor: Actor) -> int:
    """Count the clashes in which the actor's body has to say something now."""
    if not actor.may(PLAN):
        return 0
    rows = seen_clashes(actor).filter(
        state__in=[str(one) for one in UNSETTLED], parties__party__code=actor.party
    )
    return rows.exclude(proposer__code=actor.party).count()


def _known(actor: Actor, rows: list[Clash]) -> _Known:
    keys = {one.pk for row in rows for one in _visits_in(row)}
    seen = visible(actor).filter(pk__in=keys).values_list("pk", flat=True)
    return _Known(frozenset(seen), frozenset(viewer_of(actor).plans), parties_by_code())


def _line(row: Clash, known: _Known, actor: Actor) -> ClashLine:
    rule = limits().rule(row.rule)
    visits = _visits_in(row)
    seen = [one for one in visits if one.pk in known.visits]
    told = {one.party_id for one in row.parties.all()}
    waits = actor.party in told & known.plans and row.state in {str(one) for one in UNSETTLED}
    return ClashLine(
        reference=row.reference,
        what=rule.title if rule else row.rule,
        force_words=FORCE_WORDS[Force(row.force)],
        place=known.parties[seen[0].place_id] if seen else None,
        site=seen[0].site if seen else "",
        visits=tuple(line_of(one, known.parties) for one in seen),
        hidden=int(len(seen) < len(visits)),
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        outcome=OUTCOME_DONE[Outcome(row.outcome)] if row.outcome else "",
        found_at=row.found_at,
        paragraph=rule.paragraph if rule else "28",
        waits_for_us=waits and row.proposer_id != actor.party,
    )


def clash(*, actor: Actor, reference: str) -> ClashDetail:
    """Give one clash.

    Raises:
        Refused: There is none that the actor knows of.
    """
    row = _read(Clash.objects.filter(pk=found_clash(actor, reference).pk)).get()
    known = _known(actor, [row])
    line = _line(row, known, actor)
    knowing = {actor.party, *(one.keeper_id for one in _visits_in(row) if one.pk in known.visits)}
    parties = known.parties

    def named(code: str) -> str:
        return parties[code].name if code in knowing else SOMEBODY

    told = [str(one.party_id) for one in row.parties.all()]
    rule = limits().rule(row.rule)
    own = next((one for one in _visits_in(row) if one.keeper_id == actor.party), None)
    since = own.first_day if own is not None else row.found_at.date()
    blocked = (
        not_bookable(actor=actor, place=line.place, since=min(since, row.found_at.date()))
        if line.hidden and line.place is not None and not line.site
        else ()
    )
    return ClashDetail(
        line=line,
        revision=row.revision,
        figure=limits().note if rule is not None and not limits().agreed else "",
        span=Span(row.first_day, row.last_day) if not line.hidden else None,
        not_bookable=blocked,
        bodies=tuple(sorted(named(code) for code in told)),
        steps=tuple(
            SaidTold(
                _SAID[step.move],
                OUTCOME_DONE[Outcome(step.outcome)] if step.outcome else "",
                step.reason,
                step.made_at,
                f"{step.made_name}, {parties[step.made_party_id].name}"
                if step.made_party_id in knowing
                else SOMEBODY,
            )
            for step in ClashStep.objects.filter(clash=row).order_by("-id")
        ),
        acts=_acts(actor, row, told),
        alone=len(told) == 1,
        event=row.event,
    )


def _acts(actor: Actor, row: Clash, told: list[str]) -> tuple[str, ...]:
    if actor.party not in told or not actor.may(PLAN, parties_by_code()[actor.party]):
        return ()
    names = {move.name for move in WORKFLOW.allowed(row.state, actor.role)}
    acts: list[str] = []
    if row.state == ClashState.PROPOSED and row.proposer_id != actor.party:
        acts += [one for one in ("agree", "decline") if one in names]
    if "propose" in names or "settle" in names:
        acts.append("answer")
    return tuple(acts)
