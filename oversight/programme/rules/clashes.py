"""Finding what clashes with a visit by the rules in force, as its days are entered (C2, ¶10(iv), ¶28).

Pure: the visit, the others, what is closed and what a place carries are given. What a body may not know of
another's visit has to be blurred before (``sight.blurred``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from oversight.programme.rules.burden import Load, peak_around
from oversight.programme.rules.limits import Force, Limits, Reach, Rule, RuleKind
from oversight.programme.rules.visits import Span


@dataclass(frozen=True)
class Booked:
    """A visit as far as clashes go.

    Args:
        reference: Its reference.
        owner: Code of the body whose visit it is.
        place: Code of the place, or what tells one place with a name alone from another.
        place_kind: ``pdu``, ``region`` or ``site``.
        region: Code of the region that carries it; empty for none, and then no rule on regions holds for it.
        span: Its days.
        visit_days: Days of visitors on site.
        against: Of another visit, the days by which the visit looked at counts against it, where its body may
            not know the days themselves; None for those.
        one_sided: Of another visit, whether its own body alone may be told of a clash; such a visit counts in
            rules on two visits and in no other.
    """

    reference: str
    owner: str
    place: str
    place_kind: str
    region: str
    span: Span
    visit_days: int
    against: Span | None = None
    one_sided: bool = False


@dataclass(frozen=True)
class Closed:
    """Weeks that a body closed for its own visits, or that a place said are hard for it.

    Args:
        reference: Its reference.
        party: Code of the body or place.
        span: Its days.
    """

    reference: str
    party: str
    span: Span


@dataclass(frozen=True)
class Found:
    """A rule that a visit breaks.

    Args:
        rule: The rule.
        force: How firmly it is put to the body whose visit it is.
        others: References of the other visits that have a part in it, sorted.
        span: Days about which it is.
        closed: Reference of the closure that it is about; empty for none.
    """

    rule: Rule
    force: Force
    others: tuple[str, ...]
    span: Span
    closed: str = ""

    @property
    def holds_back(self) -> bool:
        """Whether the date is refused."""
        return self.force is Force.MUST


def free_days(one: Span, other: Span) -> int:
    """Give the days between two spans that are in neither; less than 0 when they overlap."""
    earlier, later = sorted((one, other))
    return (later.first - earlier.last).days - 1


def clashes_of(
    visit: Booked,
    others: Iterable[Booked],
    *,
    closed: Iterable[Closed],
    unit_loads: Sequence[Load],
    region_loads: Sequence[Load],
    units_in_region: int,
    limits: Limits,
) -> tuple[Found, ...]:
    """Find every rule that a visit breaks, in the order of the rules.

    Two visits that break several rules on the gap are told once, by the firmest.

    Args:
        visit: The visit.
        others: Every other visit that takes room, in its region.
        closed: What is closed.
        unit_loads: What the place itself carries without this visit; of a region the same as
            ``region_loads``.
        region_loads: What its region carries without this visit.
        units_in_region: How many open units the region has.
        limits: The rules.
    """
    every = sorted(others, key=lambda one: one.reference)
    known = [one for one in every if not one.one_sided]
    found: list[Found] = []
    told: set[str] = set()
    for rule in sorted(limits.rules, key=lambda one: list(Force).index(one.force)):
        if rule.kind is RuleKind.GAP:
            for each in _too_near(rule, visit, every):
                if each.others[0] not in told:
                    told.add(each.others[0])
                    found.append(each)
        elif rule.kind in {RuleKind.CONCURRENT, RuleKind.BURDEN}:
            loads = unit_loads if rule.reach is Reach.PDU else region_loads
            found.extend(_together(rule, visit, known, loads, units_in_region))
        else:
            found.extend(_closed(rule, visit, closed))
    place = {rule.id: number for number, rule in enumerate(limits.rules)}
    return tuple(sorted(found, key=lambda one: (place[one.rule.id], one.others, one.closed)))


def _concerns(rule: Rule, visit: Booked, other: Booked) -> bool:
    if visit.place != other.place:
        return False
    if rule.reach is Reach.SAME_UNIT:
        return visit.place_kind == "pdu"
    if rule.reach is Reach.SAME_REGION:
        return visit.place_kind == "region"
    return True


def _too_near(rule: Rule, visit: Booked, others: Sequence[Booked]) -> Iterable[Found]:
    for other in others:
        own = other.against or visit.span
        if _concerns(rule, visit, other) and free_days(own, other.span) < 7 * rule.weeks:
            force = rule.force_for(visit.owner, others=frozenset({other.owner}))
            first = min(own.first, other.span.first)
            last = max(own.last, other.span.last)
            yield Found(rule, force, (other.reference,), Span(first, last))


def _together(
    rule: Rule, visit: Booked, others: Sequence[Booked], loads: Sequence[Load], units: int
) -> Iterable[Found]:
    """Find what several visits break together, so that no body learns more than it may know.

    Bodies that may not know the days of the visit are told of what its blurred days break. What its true days
    break is looked for among the others alone.
    """

    def broken(own: Booked, beside: Sequence[Booked], carried: Sequence[Load]) -> list[Found]:
        if rule.kind is RuleKind.CONCURRENT:
            return list(_at_once(rule, own, beside))
        return list(_too_heavy(rule, own, carried, beside, units))

    unaware = [one for one in others if one.against not in {None, visit.span}]
    if not unaware:
        return broken(visit, others, loads)
    assert unaware[0].against is not None
    told = broken(replace(visit, span=unaware[0].against), others, loads)
    if told:
        return told
    unknown = {one.reference for one in unaware}
    aware = [one for one in others if one.reference not in unknown]
    return broken(visit, aware, [one for one in loads if one.about not in unknown])


def _at_once(rule: Rule, visit: Booked, others: Sequence[Booked]) -> Iterable[Found]:
    if not visit.region:
        return
    beside = [one for one in others if one.region == visit.region and one.span.overlaps(visit.span)]
    days = sorted({visit.span.first, *(max(one.span.first, visit.span.first) for one in beside)})
    worst: tuple[Booked, ...] = ()
    on = visit.span.first
    for day in days:
        there = tuple(one for one in beside if one.span.first <= day <= one.span.last)
        if len(there) > len(worst):
            worst, on = there, day
    if len(worst) + 1 > rule.most:
        force = rule.force_for(visit.owner, others=frozenset(one.owner for one in worst))
        until = min(visit.span.last, *(one.span.last for one in worst)) if worst else visit.span.last
        yield Found(rule, force, tuple(one.reference for one in worst), Span(on, until))


def _too_heavy(
    rule: Rule, visit: Booked, loads: Sequence[Load], others: Sequence[Booked], units: int
) -> Iterable[Found]:
    if (rule.reach is Reach.PDU and visit.place_kind != "pdu") or not visit.region:
        return
    own = Load(visit.span.first, visit.owner, float(visit.visit_days), visit.reference)
    peak = peak_around([*loads, own], visit.span.first, rule.weeks)
    if peak.days > rule.limit(units):
        known = {one.reference: one for one in others}
        part = tuple(sorted({one for one in peak.about if one in known}))
        force = rule.force_for(visit.owner, others=frozenset(known[one].owner for one in part))
        yield Found(rule, force, part, Span(peak.ends - timedelta(days=7 * rule.weeks - 1), peak.ends))


def _closed(rule: Rule, visit: Booked, closed: Iterable[Closed]) -> Iterable[Found]:
    parties = {visit.owner} if rule.reach is Reach.BODY else {visit.place, visit.region}
    for one in sorted(closed, key=lambda each: each.reference):
        if one.party in parties and one.span.overlaps(visit.span):
            yield Found(rule, rule.force, (), one.span, one.reference)


def not_to_be_booked(
    place: str, place_kind: str, hidden: Iterable[Booked], *, owner: str, limits: Limits
) -> tuple[Span, ...]:
    """Give the days on which a body may not start or make a visit to a place, joined where they touch.

    Args:
        place: Code of the place.
        place_kind: ``pdu`` or ``region``.
        hidden: Visits there of which the body may not know, already blurred.
        owner: Code of the body that wants to book.
        limits: The rules.
    """
    spans = []
    for other in hidden:
        if other.place != place:
            continue
        asked = Booked("", owner, place, place_kind, other.region, other.span, 1)
        for rule in limits.rules:
            held = rule.force_for(owner, others=frozenset({other.owner})) is Force.MUST
            if rule.kind is RuleKind.GAP and held and _concerns(rule, asked, other):
                around = timedelta(days=7 * rule.weeks)
                spans.append(Span(other.span.first - around, other.span.last + around))
    return joined(spans)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that overlap or touch, earliest first."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.first <= found[-1].last + timedelta(days=1):
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)


def day_in(spans: Iterable[Span], day: date) -> bool:
    """Tell whether a day lies in one of the spans."""
    return any(span.first <= day <= span.last for span in spans)
