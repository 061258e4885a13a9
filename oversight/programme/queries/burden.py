"""What each place carries against its limit, with every body's share (C3, ¶10(iv)).

A chart counts the visits that the one who looks may know of. What is not announced weighs nothing in it for
others, so no bar, share or total can give a hidden visit away; the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.parties.queries.units import demand_unit, regions, register
from oversight.programme.models import BurdenNote, Visit
from oversight.programme.queries.loads import carries, note_load, open_units, visit_load
from oversight.programme.queries.sight import SEE, span_of, viewer_of, visible
from oversight.programme.rules.burden import Load, Week, rolling, within
from oversight.programme.rules.limits import Rule, limits
from oversight.programme.rules.visits import COUNTED

#: Weeks drawn before and after today.
BEFORE: Final = 52
AFTER: Final = 52


@dataclass(frozen=True)
class Window:
    """What a place carries over windows of one length.

    Args:
        rule: The rule, with its length and paragraph.
        limit: The most days.
        weeks: Week by week.
        now: The week of today.
        heaviest: The heaviest week.
    """

    rule: Rule
    limit: int
    weeks: tuple[Week, ...]
    now: Week
    heaviest: Week

    @property
    def over(self) -> bool:
        """Whether some week is over the limit."""
        return self.heaviest.days > self.limit


@dataclass(frozen=True)
class PlaceBurden:
    """What a place carries.

    Args:
        place: The place.
        windows: One for each length, shortest first.
        bodies: Codes of the bodies that have a share, in the order of their names.
        whole: Whether the one who looks plans visits themselves, so that their own unannounced ones count.
        loads: What makes up the burden drawn, earliest first, with the words of each.
    """

    place: PartyRef
    windows: tuple[Window, ...]
    bodies: tuple[str, ...]
    whole: bool
    loads: tuple[tuple[Load, str], ...]


@dataclass(frozen=True)
class BurdenLine:
    """A place in the list: what it carries today in each length of window."""

    place: PartyRef
    now: tuple[tuple[Rule, int, float], ...]
    """Each rule with its limit and the days carried in the window that ends with this week."""
    heaviest: tuple[tuple[Rule, int, Week], ...]
    """Each rule with its limit and the heaviest week of the coming year."""

    @property
    def over(self) -> bool:
        """Whether it is over a limit this week or will be."""
        return any(days > limit for _, limit, days in self.now) or any(
            week.days > limit for _, limit, week in self.heaviest
        )


def demand_place(actor: Actor, code: str) -> PartyRef:
    """Give the place of a code whose burden the actor may see.

    Raises:
        Refused: There is no such place, or the actor does not see visits there.
    """
    place = demand_unit(code)
    sees = actor.parties_over(SEE)
    if sees is not None and place.code not in sees:
        raise Refused(
            "permission_programme.see",
            f"What {place.name} carries is for those who see its visits.",
            "Open a place of your own area.",
            paragraph="10(iv)",
            who_can="its own managers, planners and those who watch over all",
        )
    return place


def _seen_loads(actor: Actor, *, since: date) -> tuple[list[Visit], list[BurdenNote]]:
    visits = visible(actor).filter(state__in=[str(one) for one in COUNTED], first_day__gte=since)
    notes = BurdenNote.objects.filter(current=True, on__gte=since)
    return list(visits.order_by("first_day", "id")), list(notes.order_by("on", "id"))


def place_burden(*, actor: Actor, today: date, code: str) -> PlaceBurden:
    """Give what a place carries, a year back and a year ahead: five queries.

    Raises:
        Refused: There is no such place, or it is not one that the actor sees.
    """
    place = demand_place(actor, code)
    since = today - timedelta(weeks=BEFORE + 53)
    visits, notes = _seen_loads(actor, since=since)
    mine = f"/{place.code}/"
    words: dict[str, str] = {row.reference: row.title for row in visits}
    words |= {row.source: row.title for row in notes}
    loads = [visit_load(row, span_of(row)) for row in visits if carries(place.code, row)]
    loads += [note_load(row) for row in notes if mine in row.place_lineage]
    loads.sort(key=lambda one: (one.on, one.about))
    units = open_units(place.code) if place.kind == "region" else 1
    windows = tuple(_window(rule, loads, units, today) for rule in limits().burden_rules(place.kind))
    drawn = [one for one in loads if one.on >= today - timedelta(weeks=BEFORE)]
    parties = parties_by_code()
    bodies = sorted({one.body for one in loads}, key=lambda body: parties[body].name)
    return PlaceBurden(
        place,
        windows,
        tuple(bodies),
        bool(viewer_of(actor).plans),
        tuple((one, words[one.about]) for one in drawn),
    )


def _window(rule: Rule, loads: Sequence[Load], units: int, today: date) -> Window:
    first = today - timedelta(weeks=BEFORE)
    weeks = rolling(loads, weeks=rule.weeks, first=first, count=BEFORE + AFTER + 1)
    heaviest = max(weeks, key=lambda one: one.days)
    return Window(rule, rule.limit(units), weeks, weeks[BEFORE], heaviest)


def burdens(*, actor: Actor, today: date, region: str = "") -> tuple[BurdenLine, ...]:
    """Give what the regions carry, the units of one region, or one's own unit, heaviest first: five queries.

    Args:
        actor: Who looks.
        today: The day.
        region: Code of a region for its units; empty for the regions.

    Raises:
        Refused: The region is not one that the actor sees.
    """
    sees = actor.parties_over(SEE)
    places: Iterable[PartyRef]
    counts: Mapping[str, int] = {}
    if region:
        demand_place(actor, region)
        rows = register(region=region, kind="pdu", standing="open", today=today)
        parties = parties_by_code()
        places = [parties[code] for code in rows.values_list("code", flat=True)]
    else:
        places = regions()
        counts = _open_by_region(today)
    shown = [one for one in places if sees is None or one.code in sees]
    if not shown and sees:
        # Someone of a unit sees what that unit carries, not what its region does.
        known = parties_by_code()
        shown = [known[code] for code in sorted(sees) if known[code].kind == "pdu"]
    visits, notes = _seen_loads(actor, since=today - timedelta(weeks=53))
    found = []
    for place in shown:
        mine = f"/{place.code}/"
        loads = [visit_load(row, span_of(row)) for row in visits if carries(place.code, row)]
        loads += [note_load(row) for row in notes if mine in row.place_lineage]
        found.append(_burden_line(place, loads, counts.get(place.code, 1), today))
    return tuple(sorted(found, key=lambda one: (-max((d for _, _, d in one.now), default=0), one.place.name)))


def _burden_line(place: PartyRef, loads: Sequence[Load], units: int, today: date) -> BurdenLine:
    sunday = today + timedelta(days=6 - today.weekday())
    now, heaviest = [], []
    for rule in limits().burden_rules(place.kind):
        limit = rule.limit(units)
        now.append((rule, limit, round(sum(one.days for one in within(loads, sunday, rule.weeks)), 1)))
        weeks = rolling(loads, weeks=rule.weeks, first=today, count=AFTER + 1)
        heaviest.append((rule, limit, max(weeks, key=lambda one: one.days)))
    return BurdenLine(place, tuple(now), tuple(heaviest))


def _open_by_region(today: date) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for lineage in register(kind="pdu", standing="open", today=today).values_list("lineage", flat=True):
        region = [code for code in lineage.split("/") if code][-2]
        found[region] = found.get(region, 0) + 1
    return found
