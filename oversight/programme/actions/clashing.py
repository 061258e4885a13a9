"""Finding clashes as days are entered, telling the bodies, and recording what becomes of them (C2, ¶28)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException
from typing import Final

import structlog
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Max, Q

from oversight.arrangements.actions import happened
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import party
from oversight.programme.actions.keeping import _reference, _today
from oversight.programme.models import Clash, ClashParty, ClashStep, ClashVisit, Closure, Visit, VisitRound
from oversight.programme.queries.loads import (
    carried_there,
    carrying_region,
    loads_of,
    open_units,
    place_key,
    place_kind,
)
from oversight.programme.queries.people import planners_of
from oversight.programme.queries.sight import (
    exchanging_bodies,
    known_by_body,
    span_for,
    span_of,
)
from oversight.programme.rules.clashes import Booked, Closed, Found, clashes_of
from oversight.programme.rules.limits import Force, limits
from oversight.programme.rules.settling import UNSETTLED, ClashState
from oversight.programme.rules.visits import ACTIVE, COUNTED, Span

_LOG: Final = structlog.get_logger(__name__)
#: No rule looks further than its longest window, 104 weeks, in either direction.
_AROUND: Final = timedelta(weeks=106)
_quiet: ContextVar[bool] = ContextVar("quiet_clashes", default=False)
#: Parties between whom the Memorandum makes settling a clash a duty.
_BOUND: Final = frozenset({"hmip", "hmpps-osag"})


@dataclass(frozen=True)
class _Broken:
    """A rule that a visit breaks, with the visits in it and the bodies to tell."""

    found: Found
    others: tuple[Visit, ...]
    told: frozenset[str]


def _booked(row: Visit, span: Span) -> Booked:
    return Booked(
        row.reference,
        row.owner_id,
        place_key(row),
        place_kind(row),
        carrying_region(row),
        span,
        row.visit_days,
    )


def _around(row: Visit) -> Iterator[Visit]:
    """Give the other visits that take room near a visit: in the region that carries it, or at its place."""
    near = Q(place__code=row.place_id) & ~Q(site="") if row.site else Q()
    region = carrying_region(row)
    if region:
        near |= carried_there(region)
    rows = Visit.objects.filter(
        near,
        state__in=[str(one) for one in COUNTED],
        first_day__lte=row.last_day + _AROUND,
        last_day__gte=row.first_day - _AROUND,
    ).exclude(pk=row.pk)
    for one in rows.order_by("id"):
        if place_key(one) == place_key(row) or (region and carrying_region(one) == region):
            yield one


def _broken(row: Visit) -> tuple[_Broken, ...]:
    """Find what a visit breaks, as far as its keeper or another body may be told of it."""
    rows = {one.reference: one for one in _around(row)}
    others, seen = [], []
    for one in rows.values():
        # What this visit is to another body counts by what that body may know of it, and the other way round.
        span, against = span_for(one, row.keeper_id), span_for(row, one.keeper_id)
        if span is not None:
            seen.append((one, span))
        if span is not None or against is not None:
            booked = _booked(one, span or span_of(one))
            others.append(replace(booked, against=against, one_sided=span is None))
    closed = Closure.objects.filter(
        party__in=[row.owner_id, row.keeper_id, row.place_id, carrying_region(row)],
        lifted_at=None,
        first_day__lte=row.last_day,
        last_day__gte=row.first_day,
    ).order_by("id")
    region = carrying_region(row)
    unit_loads, region_loads = loads_of(row.place_id, region, seen) if region else ((), ())
    found = clashes_of(
        _booked(row, span_of(row)),
        others,
        closed=[Closed(one.reference, one.party_id, Span(one.first_day, one.last_day)) for one in closed],
        unit_loads=unit_loads,
        region_loads=region_loads,
        units_in_region=open_units(region) if region else 0,
        limits=limits(),
    )
    return tuple(
        _Broken(one, tuple(rows[other] for other in one.others), _to_tell(row, [rows[o] for o in one.others]))
        for one in found
    )


def _to_tell(row: Visit, others: Iterable[Visit]) -> frozenset[str]:
    """Give the bodies that may know of a clash: they know of each visit in it, or exchange timetables."""
    visits = [row, *others]
    keepers = {one.keeper_id for one in visits}
    return frozenset(
        body
        for body in keepers
        if all(known_by_body(one, body) or {one.keeper_id, body} <= exchanging_bodies() for one in visits)
    )


def _seek(row: Visit, *, by: Actor, at: datetime, refuse: bool) -> tuple[str, ...]:
    """Find what a visit clashes with now, tell the bodies of what is new, and end what clashes no longer.

    Args:
        row: The visit as it is written.
        by: Who changed it.
        at: Moment of the change.
        refuse: Whether a rule that holds days back refuses them.

    Returns:
        References of the clashes that are new and that the keeper was told of.

    Raises:
        Refused: Rule ``visit_clash``.
    """
    now = _broken(row) if row.state in {str(one) for one in ACTIVE} else ()
    now = tuple(one for one in now if one.found.force is not Force.AIM)
    if refuse:
        for one in now:
            if one.found.holds_back and row.keeper_id in one.told:
                raise _held_back(row, one)
    concerned = Clash.objects.filter(state__in=[str(one) for one in UNSETTLED]).filter(
        Q(visit=row) | Q(others__visit=row)
    )
    standing = Clash.objects.select_for_update(of=("self",)).filter(pk__in=concerned.values("pk"))
    kept = {_key(one): one for one in standing.order_by("id")}
    fresh: list[str] = []
    for one in now:
        key = _key_of(row, one)
        if key in kept:
            _still(kept.pop(key), one, by=by, at=at)
        elif not _settled_before(row, one):
            clash = _made(row, one, by=by, at=at)
            if row.keeper_id in one.told:
                fresh.append(clash.reference)
    for clash in kept.values():
        if clash.visit_id == row.pk or not _still_of(clash):
            _gone(clash, by=by, at=at)
    return tuple(fresh)


def _key(clash: Clash) -> tuple[str, frozenset[int], int | None]:
    others = clash.others.order_by("id").values_list("visit_id", flat=True)
    return clash.rule, frozenset({clash.visit_id, *others}), clash.closure_id


def _key_of(row: Visit, one: _Broken) -> tuple[str, frozenset[int], int | None]:
    closure = _closure(one)
    return (
        one.found.rule.id,
        frozenset({row.pk, *(other.pk for other in one.others)}),
        closure.pk if closure else None,
    )


def _closure(one: _Broken) -> Closure | None:
    return Closure.objects.get(reference=one.found.closed) if one.found.closed else None


def _held_back(row: Visit, one: _Broken) -> Refused:
    hidden = [other for other in one.others if not known_by_body(other, row.keeper_id)]
    if one.found.closed:
        why = f"Your body has closed {one.found.span.in_words} for its own visits."
    elif hidden:
        # Nothing of the other visit is said but that there is one.
        why = "Another body makes a visit near these days that is not announced yet."
    else:
        other = one.others[0]
        why = f"{one.found.rule.title}: {other.title} is there from {span_of(other).in_words}."
    return Refused(
        "visit_clash",
        why,
        "Choose other days. The page of the place says which days cannot be booked.",
        paragraph=one.found.rule.paragraph,
        field="first",
    )


def _settled_before(row: Visit, one: _Broken) -> bool:
    """Tell whether the bodies settled this very clash and no days in it were changed since."""
    rows = Clash.objects.filter(
        rule=one.found.rule.id, state=ClashState.SETTLED.value, visit__in=[row, *one.others]
    )
    key = _key_of(row, one)
    for clash in rows.order_by("-id"):
        if _key(clash) == key:
            days = VisitRound.objects.filter(visit_id__in=key[1]).aggregate(last=Max("set_at"))["last"]
            return bool(clash.ended_at is not None and days <= clash.ended_at)
    return False


def _made(row: Visit, one: _Broken, *, by: Actor, at: datetime) -> Clash:
    clash = Clash.objects.create(
        reference=_reference("C"),
        visit=row,
        closure=_closure(one),
        rule=one.found.rule.id,
        rules_version=limits().version,
        force=one.found.force.value,
        first_day=one.found.span.first,
        last_day=one.found.span.last,
        state=ClashState.FOUND.value,
        found_at=at,
        found_by=by.reference,
    )
    ClashVisit.objects.bulk_create(ClashVisit(clash=clash, visit=other) for other in one.others)
    _tell(clash, one.told, by=by, at=at)
    _found_event(clash, by=by, at=at)
    return clash


def _still(clash: Clash, one: _Broken, *, by: Actor, at: datetime) -> None:
    """Keep a clash that is still there, and tell bodies that may know of it by now."""
    clash.first_day, clash.last_day = one.found.span.first, one.found.span.last
    clash.force = one.found.force.value
    clash.save()
    _tell(clash, one.told, by=by, at=at)
    _found_event(clash, by=by, at=at)


def _still_of(clash: Clash) -> bool:
    """Tell whether the visit for which a clash was found breaks its rule still."""
    main = clash.visit
    if main.state not in {str(one) for one in ACTIVE}:
        return False
    key = _key(clash)
    return any(_key_of(main, one) == key for one in _broken(main))


def _tell(clash: Clash, bodies: Collection[str], *, by: Actor, at: datetime) -> None:
    told = set(clash.parties.order_by("id").values_list("party_id", flat=True))
    fresh = sorted(set(bodies) - told)
    ClashParty.objects.bulk_create(
        ClashParty(clash=clash, party_id=body, told_at=at, told_by=by.reference) for body in fresh
    )
    people = [one for one in planners_of(fresh, today=_today(at)) if one.reference != by.reference]
    addresses = [one.email for one in people if one.email]
    if addresses and not _quiet.get():
        transaction.on_commit(partial(_send, addresses))


@contextmanager
def _quietly() -> Iterator[None]:
    """Send nobody a message inside: the people of a demonstration have no mail."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def _send(addresses: list[str]) -> None:
    """Send each their own message. A mail server that is away stops nobody: the list of clashes shows it."""
    text = (
        "A clash was found that concerns a visit of your organisation.\n\n"
        "Sign in and open Clashes to see what is known of it and to say what you will do (paragraph 28).\n\n"
        "On purpose this message says nothing of the visits. Do not reply to it.\n"
    )
    try:
        messages = [EmailMessage("A clash of visits was found", text, to=[one]) for one in addresses]
        get_connection().send_messages(messages)
    except (SMTPException, OSError):
        _LOG.exception("clash_mail_failed", messages=len(addresses))


def _unit(clash: Clash) -> str:
    # Two bodies meet at a place outside the register only where the data has its region carry it.
    return (clash.visit.site and clash.visit.region_id) or clash.visit.place_id


def _found_event(clash: Clash, *, by: Actor, at: datetime) -> None:
    """Tell the arrangements, once everyone may know of each visit in it, so that settling is owed (¶28)."""
    bodies: set[object] = set(clash.parties.order_by("id").values_list("party_id", flat=True))
    visits = [clash.visit, *(one.visit for one in clash.others.select_related("visit").order_by("id"))]
    open_to_all = all(one.announced_at is not None for one in visits)
    if clash.event is not None or bodies != _BOUND or not open_to_all or by.party not in _BOUND:
        return
    told = happened(
        by=by,
        at=at,
        event="timetable_clash_found",
        kind="",
        about=clash.reference,
        on=_today(at),
        unit=party(_unit(clash)),
        addressee=None,
        note="",
    )
    clash.event = told.id
    clash.save()


def _settled_event(clash: Clash, *, by: Actor, at: datetime) -> None:
    if clash.event is None or by.party not in _BOUND:
        return
    happened(
        by=by,
        at=at,
        event="timetable_clash_settled",
        kind="",
        about=clash.reference,
        on=_today(at),
        unit=party(_unit(clash)),
        addressee=None,
        note="",
    )


def _gone(clash: Clash, *, by: Actor, at: datetime) -> None:
    clash.state = ClashState.GONE.value
    clash.outcome, clash.proposer_id = "", None
    clash.ended_at, clash.ended_by = at, by.reference
    clash.revision += 1
    clash.save()
    _said(clash, "clear", by=by, at=at)
    _settled_event(clash, by=by, at=at)


def _said(clash: Clash, move: str, *, by: Actor, at: datetime, outcome: str = "", reason: str = "") -> None:
    ClashStep.objects.create(
        clash=clash,
        move=move,
        outcome=outcome,
        reason=reason,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )
