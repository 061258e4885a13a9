"""Regions and units through time: what they were called, when they were open, what became of them (A1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.refusals import Refused
from oversight.parties.models import CrsListing, Party, PartyName, PartySuccession
from oversight.parties.queries import PartyRef, parties_by_code, party_ref, unknown_party
from oversight.parties.rules import (
    UNIT_KINDS,
    Confidence,
    Kind,
    NameUse,
    OnADay,
    Standing,
    on_a_day,
)
from oversight.parties.rules.reference import AREAS, packaged_files, police_areas

UNITS = tuple(kind.value for kind in UNIT_KINDS)
NOT_KNOWN = "Not known"

#: What the letters of a contract type stand for; the last part of a type names a place.
#: https://github.com/ministryofjustice/hmpps-interventions-service
SERVICE_WORDS: Mapping[str, str] = {
    "ACC": "Accommodation",
    "DNR": "Dependency and recovery",
    "ETE": "Education, training and employment",
    "FBD": "Finance, benefit and debt",
    "MTR": "Mentoring",
    "PWB": "Personal wellbeing",
    "WOS": "Women’s services",
    "WSM": "Women’s services",
}


@dataclass(frozen=True)
class Linked:
    """A unit that came before or after another.

    Args:
        party: The other unit.
        when: Month in words.
    """

    party: PartyRef
    when: str


@dataclass(frozen=True)
class OtherName:
    """A name that is not the party's present one.

    Args:
        name: The name.
        former: Whether it was the party's own; otherwise another list uses it.
        when: Since when and until when, in words; empty when not known.
        source: Where it stands.
    """

    name: str
    former: bool
    when: str
    source: str


@dataclass(frozen=True)
class UnitFacts:
    """A party as of a day.

    Args:
        party: The party as it is now.
        name_then: What it was called on that day.
        kind_words: What sort of body it is.
        short_name: Short name, or empty.
        delius_code: Code in the case management system; empty when none is known.
        region: The region of a unit; None for any other party.
        above: What it belongs to directly; None at the top.
        on: The day asked about.
        standing: Whether it was open then.
        standing_words: The same as a sentence.
        opened: Partial date in words, or ``Not known``.
        closed: Partial date in words; empty while it is open.
        dates_basis: What the dates are dates of, when not of the opening and closing; else empty.
        predecessors: Units whose work came to it, whenever.
        successors: Units to which its work passed, whenever.
        other_names: Former names, and names that other lists use.
        confidence_words: How sure the sources are of name and code.
        note: Anything else the sources say.
        source: Where the facts stand.
    """

    party: PartyRef
    name_then: str
    kind_words: str
    short_name: str
    delius_code: str
    region: PartyRef | None
    above: PartyRef | None
    on: date
    standing: Standing
    standing_words: str
    opened: str
    closed: str
    dates_basis: str
    predecessors: tuple[Linked, ...]
    successors: tuple[Linked, ...]
    other_names: tuple[OtherName, ...]
    confidence_words: str
    note: str
    source: str


@dataclass(frozen=True)
class UnitRow:
    """A line of the register of units.

    Args:
        party: The party.
        kind_words: What sort of body it is.
        region_name: Name of its region; for a region its own; else empty.
        delius_code: Code in the case management system, or empty.
        standing: Whether it is open.
        standing_words: The same as a sentence.
        opened: ISO text of the partial date, or empty.
        closed: ISO text of the partial date, or empty.
    """

    party: PartyRef
    kind_words: str
    region_name: str
    delius_code: str
    standing: Standing
    standing_words: str
    opened: str
    closed: str


@dataclass(frozen=True)
class Service:
    """A Commissioned Rehabilitative Service in a region (paragraph 13).

    Args:
        reference: Contract reference.
        kind_words: What it helps with.
        area: The region, or the police-and-crime area within it.
        provider: Who provides it.
        subcontractors: With whom; empty when nobody is listed.
        title: Its title in the list.
        open_to_referrals: Whether it took referrals on the day the list was read.
        seen_on: That day.
        listed_from: First day in the list.
        listed_until: Moment until which it was listed; None while it is.
        for_whom: Men, women or both, and from what age.
        id: Row of the listing, for foreign keys.
        region: Code of the region, of the police-and-crime area too.
    """

    reference: str
    kind_words: str
    area: str
    provider: PartyRef
    subcontractors: str
    title: str
    open_to_referrals: bool
    seen_on: date
    listed_from: date
    listed_until: datetime | None
    for_whom: str
    id: int
    region: str


def unit(code: str, *, on: date) -> UnitFacts:
    """Give a party as of a day, with all that is known of its past and future: four queries.

    Args:
        code: Code of any party.
        on: The day, past or to come.

    Raises:
        Refused: No party has this code; the nearest are named.
    """
    rows = Party.objects.select_related("parent__parent").order_by("pk")
    row = rows.filter(code=code).first() if code.isprintable() else None
    if row is None:
        raise unknown_party(code)
    names = list(PartyName.objects.filter(party=row).order_by("until_from", "name", "pk"))
    region = next((one for one in (row, row.parent) if one is not None and one.kind == Kind.REGION), None)
    then = _standing(row, on)
    return UnitFacts(
        party=party_ref(row),
        name_then=_name_on(row, names, on),
        kind_words=Kind(row.kind).label,
        short_name=row.short_name,
        delius_code=row.delius_code or "",
        region=party_ref(region) if region is not None and row.kind == Kind.PDU else None,
        above=party_ref(row.parent) if row.parent is not None else None,
        on=on,
        standing=then.standing,
        standing_words=then.words,
        opened=_in_words(row.opened) or NOT_KNOWN,
        closed=_in_words(row.closed),
        dates_basis=row.dates_basis,
        predecessors=tuple(
            Linked(party_ref(link.predecessor), _in_words(link.month))
            for link in PartySuccession.objects.select_related("predecessor")
            .filter(successor=row)
            .order_by("predecessor__name")
        ),
        successors=tuple(
            Linked(party_ref(link.successor), _in_words(link.month))
            for link in PartySuccession.objects.select_related("successor")
            .filter(predecessor=row)
            .order_by("successor__name")
        ),
        other_names=tuple(
            OtherName(name.name, name.use == NameUse.OWN, _span_in_words(name), name.source) for name in names
        ),
        confidence_words=Confidence(row.confidence).label,
        note=row.note,
        source=row.source,
    )


def regions() -> tuple[PartyRef, ...]:
    """Give the probation regions by name."""
    rows = (ref for ref in parties_by_code().values() if ref.kind == Kind.REGION)
    return tuple(sorted(rows, key=lambda ref: ref.name))


def units_of(region_code: str, *, on: date | None = None) -> tuple[UnitRow, ...]:
    """Give the units of a region by name, closed ones last: one query.

    Args:
        region_code: Code of the region.
        on: The day for which each says whether it was open; None leaves the closed ones out and asks today's
            files, in which an open unit has no closing date.
    """
    rows = Party.objects.select_related("parent").filter(parent__code=region_code, kind=Kind.PDU.value)
    if on is None:
        rows = rows.filter(closed="")
    ordered = rows.order_by("closed", "name")
    return tuple(unit_row(row, on=on or date.max) for row in ordered)


def register(
    *, text: str = "", region: str = "", kind: str = "", standing: str = "", today: date
) -> QuerySet[Party]:
    """Give the rows of the register that fit, by name. Give the rows of a page to ``unit_row``.

    Args:
        text: Part of a name, past, present or used by another list, or of a code.
        region: Code of a region, to see it and its units.
        kind: A kind of party; empty for regions and units, ``all`` for every kind.
        standing: ``open`` or ``closed`` today; empty for both.
        today: London date.
    """
    rows = Party.objects.select_related("parent").order_by("name", "pk")
    if kind != "all":
        rows = rows.filter(kind__in=[kind] if kind else UNITS)
    if region:
        rows = rows.filter(Q(code=region) | Q(parent__code=region))
    if text:
        rows = rows.filter(_named(text))
    closed = Q(closed_from__lte=today)
    if standing == "open":
        rows = rows.exclude(closed_from__isnull=False, closed_from__lte=today)
    elif standing == "closed":
        rows = rows.filter(closed)
    return rows


def unit_row(row: Party, *, on: date) -> UnitRow:
    """Give a line of the register from a row that was read together with its parent."""
    then = _standing(row, on)
    region = row if row.kind == Kind.REGION else row.parent if row.kind == Kind.PDU else None
    return UnitRow(
        party=party_ref(row),
        kind_words=Kind(row.kind).label,
        region_name=region.name if region is not None else "",
        delius_code=row.delius_code or "",
        standing=then.standing,
        standing_words=then.words,
        opened=row.opened,
        closed=row.closed,
    )


def search_units(text: str, *, limit: int = 50) -> tuple[PartyRef, ...]:
    """Find regions and units by part of any name they have or had, open ones first: one query.

    Args:
        text: What someone typed; nothing is found for empty text.
        limit: At most so many.
    """
    wanted = " ".join(text.split())[:200]
    if not wanted or not wanted.isprintable():
        return ()
    rows = Party.objects.filter(_named(wanted), kind__in=UNITS).order_by("closed", "name", "pk")
    return tuple(party_ref(row) for row in rows[:limit])


def other_names() -> Mapping[str, tuple[str, ...]]:
    """Give, by code, the names that regions and units had or are listed under: one query.

    For matching rows of an import. A unit without another name is left out.
    """
    rows = PartyName.objects.filter(party__kind__in=UNITS).order_by("name", "pk")
    found: dict[str, dict[str, None]] = {}
    for code, name in rows.values_list("party__code", "name"):
        found.setdefault(code, {})[name] = None
    return {code: tuple(names) for code, names in found.items()}


def services_in(region_code: str) -> tuple[Service, ...]:
    """Give the contracted services listed for a region or for a police-and-crime area in it: one query.

    Those open to referrals come first, then by what they help with.
    """
    areas = {area: name for area, (name, region) in _police_areas().items() if region == region_code}
    rows = (
        CrsListing.objects.select_related("provider", "region")
        .filter(Q(region__code=region_code) | Q(police_area__in=areas))
        .order_by("-open_to_referrals", "contract_type", "title", "contract_reference")
    )
    return tuple(_service(row, areas) for row in rows)


def every_service(ids: Collection[int] | None = None) -> tuple[Service, ...]:
    """Give the contracted services of every region by reference, or those of some rows: one query."""
    areas = {area: name for area, (name, _) in _police_areas().items()}
    rows = CrsListing.objects.select_related("provider", "region").order_by("contract_reference")
    rows = rows if ids is None else rows.filter(pk__in=list(ids))
    return tuple(_service(row, areas) for row in rows)


def police_area_names() -> frozenset[str]:
    """Give the police-and-crime areas as listings name them."""
    return frozenset(_police_areas())


@cache
def _police_areas() -> Mapping[str, tuple[str, str]]:
    return police_areas(packaged_files()[AREAS])


def _service(row: CrsListing, areas: Mapping[str, str]) -> Service:
    whom = {(True, True): "Men and women", (True, False): "Men", (False, True): "Women"}
    return Service(
        reference=row.contract_reference,
        kind_words=SERVICE_WORDS.get(row.contract_type.split("-")[0], row.contract_type),
        area=row.region.name if row.region is not None else areas[row.police_area],
        provider=party_ref(row.provider),
        subcontractors=row.subcontractors,
        title=row.title,
        open_to_referrals=row.open_to_referrals,
        seen_on=row.seen_on,
        listed_from=row.listed_from,
        listed_until=row.listed_until,
        for_whom=f"{whom[row.allows_male, row.allows_female]} aged {row.minimum_age} and over",
        id=row.pk,
        region=row.region.code if row.region is not None else _police_areas()[row.police_area][1],
    )


def _named(text: str) -> Q:
    listed = PartyName.objects.filter(party=OuterRef("pk"), name__icontains=text)
    return Q(name__icontains=text) | Q(code__iexact=text) | Q(short_name__iexact=text) | Q(Exists(listed))


def _standing(row: Party, on: date) -> OnADay:
    return on_a_day(_partial(row.opened), _partial(row.closed), on)


def _partial(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _in_words(text: str) -> str:
    return PartialDate.parse(text).in_words() if text else ""


def _span_in_words(name: PartyName) -> str:
    since = f"since {_in_words(name.since)}" if name.since else ""
    until = f"until {_in_words(name.until)}" if name.until else ""
    return f"{since} {until}".strip()


def _name_on(row: Party, names: list[PartyName], on: date) -> str:
    """Find the own name of a day: the former name that ended soonest after it, else the present one."""
    for name in names:
        until = _partial(name.until)
        if name.use == NameUse.OWN and until is not None and on < until.first_day:
            return name.name
    return row.name


def demand_unit(code: str) -> PartyRef:
    """Give the region or unit of a code.

    Raises:
        Refused: No party has this code, or it is no region or unit.
    """
    ref = parties_by_code().get(code)
    if ref is None:
        raise unknown_party(code)
    if ref.kind not in UNITS:
        raise Refused(
            "not_found_unit",
            f"{ref.name} is not a probation region or delivery unit.",
            "Choose one from the register of units.",
            field="unit",
        )
    return ref
