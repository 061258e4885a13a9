"""Information wanted before fieldwork: what is held already, what was asked of whom, what came (D5, ¶31)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from oversight.inspections.models import InformationRequest, Inspection, InspectionMove, SuppliedInformation
from oversight.inspections.queries.files import FileLine, answers_for, lines_of
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.queries.sight import found, shared_with
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.programmes import Information
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code

SUPPLY = "inspections.supply_information"
#: An item about the whole service is about this party.
SERVICE = "probation-service"
#: The parties that say, for everyone below them, that all was supplied (paragraph 31).
CONFIRMING = (SERVICE, "moj-data-assurance")
#: States in which information can be supplied and confirmed.
WANTED_IN = (CaseState.ANNOUNCED, CaseState.INFORMATION_REQUESTED, CaseState.FIELDWORK)


@dataclass(frozen=True)
class Held:
    """Something supplied earlier.

    Args:
        id: Its row.
        describes: Day up to which it describes things.
        owner: Who supplied it.
        supplied_for: Reference of the inspection for which it was supplied.
        where: Where it is found; empty for those who may not know, or when it is a file alone.
        file: The file; None for those who may not read it, or when there is none.
        note: What its owner said of it; empty likewise.
    """

    id: int
    describes: date
    owner: PartyRef
    supplied_for: str
    where: str
    file: FileLine | None
    note: str


@dataclass(frozen=True)
class Asked:
    """A request for an item, or the reuse of what was held.

    Args:
        id: Its row.
        revision: What the next act on it hands back.
        needed_by: Day by which it is needed.
        reason: Why it was asked for although it was held; empty when it was not.
        reused: Whether what was held serves.
        supply: What met it; None while it is open.
        may_supply: Whether the one who looks may supply it now.
    """

    id: int
    revision: int
    needed_by: date
    reason: str
    reused: bool
    supply: Held | None
    may_supply: bool


@dataclass(frozen=True)
class Wanted:
    """An item that the programme wants of one unit, region or service.

    Args:
        item: Identifier of the item.
        title: What it is.
        about: What it is about.
        owner: Its one owner.
        flag: What a page says beside it because no published page confirms it; empty otherwise.
        held: The latest that is held already; None when nothing is.
        pending: Reference of another inspection for which it was asked and has not come; empty when none.
        asked: The request for it; None when it was not asked for.
    """

    item: str
    title: str
    about: PartyRef
    owner: PartyRef
    flag: str
    held: Held | None
    pending: str
    asked: Asked | None

    @property
    def key(self) -> str:
        """Names it within the inspection."""
        return key_of(self.item, self.about.code)


@dataclass(frozen=True)
class Confirmation:
    """Whether a party said that all it owed was supplied.

    Args:
        party: The party.
        on: The day; None when it did not yet.
        missing: How many items asked of it, or of those below it, have not come.
        may: Whether the one who looks may say it now.
    """

    party: PartyRef
    on: date | None
    missing: int
    may: bool


@dataclass(frozen=True)
class InformationPage:
    """Everything wanted before an inspection.

    Args:
        items: Each item, in the order of the programme.
        confirmations: What the confirming parties said.
    """

    items: tuple[Wanted, ...]
    confirmations: tuple[Confirmation, ...]

    @property
    def open(self) -> int:
        """How many items were asked for and have not come."""
        return sum(1 for one in self.items if one.asked and not one.asked.supply)

    @property
    def unasked(self) -> tuple[Wanted, ...]:
        """What was neither asked for nor reused."""
        return tuple(one for one in self.items if one.asked is None)


def key_of(item: str, about: str) -> str:
    """Name an item of a unit within an inspection."""
    return f"{item}.{about}"


def wanted_of(
    row: Inspection, parties: Mapping[str, PartyRef]
) -> list[tuple[Information, PartyRef, PartyRef]]:
    """Give each item that the inspection's programme wants, what it is about and its one owner."""
    programme = programme_for(row)
    units = [parties[one.unit_id] for one in row.units.all()]
    found_: dict[str, tuple[Information, PartyRef, PartyRef]] = {}
    for item in programme.information:
        for unit in sorted(units, key=lambda one: one.code):
            about = _about(item, unit, parties)
            if about is None:
                continue
            owner = _owner(item, unit, parties)
            found_.setdefault(key_of(item.id, about.code), (item, about, owner))
    return list(found_.values())


def _about(item: Information, unit: PartyRef, parties: Mapping[str, PartyRef]) -> PartyRef | None:
    if item.level == "national":
        return parties[SERVICE]
    if unit.kind not in {"pdu", "region"}:
        return None
    return unit if item.level == "unit" else region_of(unit, parties)


def _owner(item: Information, unit: PartyRef, parties: Mapping[str, PartyRef]) -> PartyRef:
    if item.owner == "unit":
        return unit
    return region_of(unit, parties) if item.owner == "region" else parties[item.owner]


def region_of(unit: PartyRef, parties: Mapping[str, PartyRef]) -> PartyRef:
    """Give the region that a unit is or lies in; the unit itself when it lies in none."""
    codes = [code for code in unit.lineage.split("/") if code]
    return next((parties[code] for code in codes if parties[code].kind == "region"), unit)


def information(*, actor: Actor, reference: str) -> InformationPage:
    """Give what is wanted before an inspection, with what is held already shown before anything is asked.

    Raises:
        Refused: There is no such inspection that the actor sees.
    """
    row = found(actor, reference)
    return information_of(actor, row)


def information_of(actor: Actor, row: Inspection) -> InformationPage:
    """Give the same for a row that the actor was seen to see: five queries, and one for other bodies."""
    parties = parties_by_code()
    wanted = wanted_of(row, parties)
    asked = {
        (one.item, one.about_id): one
        for one in row.requests.select_related("supply", "supply__supplied_for").order_by("id")
    }
    held = latest_held(row, [(item.id, about.code) for item, about, _ in wanted])
    pending = _pending(row, [(item.id, about.code) for item, about, _ in wanted])
    supplies = [*held.values(), *(one.supply for one in asked.values() if one.supply)]
    files = lines_of(one.file_id for one in supplies if one.file_id)
    shared = actor.party != OWNER and Part.FILES in shared_with(actor, row)
    lines = []
    for item, about, owner in wanted:
        request = asked.get((item.id, about.code))
        earlier = held.get((item.id, about.code))
        lines.append(
            Wanted(
                item=item.id,
                title=request.title if request else item.title,
                about=about,
                owner=parties[request.owner_id] if request else owner,
                flag=item.basis.flag,
                held=_held(actor, earlier, parties, files) if earlier else None,
                pending=pending.get((item.id, about.code), ""),
                asked=_asked(actor, row, request, parties, files, shared=shared) if request else None,
            )
        )
    return InformationPage(tuple(lines), _confirmations(actor, row, asked.values(), parties))


def latest_held(
    row: Inspection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], SuppliedInformation]:
    """Give the latest supply of each item for other inspections."""
    wanted = list(keys)
    rows = (
        SuppliedInformation.objects.filter(
            item__in={item for item, _ in wanted}, about__code__in={about for _, about in wanted}
        )
        .exclude(supplied_for=row)
        .select_related("supplied_for")
        .order_by("describes", "id")
    )
    return {(one.item, one.about_id): one for one in rows if (one.item, one.about_id) in wanted}


def _pending(row: Inspection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    wanted = list(keys)
    rows = (
        InformationRequest.objects.filter(
            met_at=None,
            item__in={item for item, _ in wanted},
            about__code__in={about for _, about in wanted},
            inspection__state__in=WANTED_IN,
        )
        .exclude(inspection=row)
        .order_by("id")
        .values_list("item", "about__code", "inspection__reference")
    )
    return {(item, about): reference for item, about, reference in rows}


def _held(
    actor: Actor,
    one: SuppliedInformation,
    parties: Mapping[str, PartyRef],
    files: Mapping[int, FileLine],
) -> Held:
    owner = parties[one.owner_id]
    # Where it lies is for the Inspectorate, which uses it, and for those who answer for its owner.
    knows = actor.party == OWNER or answers_for(actor, owner.code)
    return Held(
        id=one.pk,
        describes=one.describes,
        owner=owner,
        supplied_for=one.supplied_for.reference if actor.party == OWNER else "",
        where=one.where if knows else "",
        file=files.get(one.file_id or 0) if knows else None,
        note=one.note if knows else "",
    )


def _asked(
    actor: Actor,
    row: Inspection,
    one: InformationRequest,
    parties: Mapping[str, PartyRef],
    files: Mapping[int, FileLine],
    *,
    shared: bool,
) -> Asked:
    owner = parties[one.owner_id]
    supply = _held(actor, one.supply, parties, files) if one.supply else None
    file = files.get(one.supply.file_id or 0) if one.supply else None
    if supply and file and shared and file.reference == row.reference:
        supply = replace(supply, file=file)
    return Asked(
        id=one.pk,
        revision=one.revision,
        needed_by=one.needed_by,
        reason=one.reason,
        reused=one.reused,
        supply=supply,
        may_supply=one.met_at is None and row.state in WANTED_IN and actor.may(SUPPLY, owner),
    )


def _confirmations(
    actor: Actor, row: Inspection, asked: Iterable[InformationRequest], parties: Mapping[str, PartyRef]
) -> tuple[Confirmation, ...]:
    confirmed = InspectionMove.objects.filter(inspection=row, move="confirm_information")
    said = dict(confirmed.order_by("id").values_list("made_party__code", "on"))
    open_ = [one for one in asked if one.met_at is None]
    lines = []
    for code in CONFIRMING:
        missing = sum(1 for one in open_ if f"/{code}/" in one.owner_lineage)
        may = (
            actor.party == code
            and actor.may(SUPPLY, parties[code])
            and code not in said
            and row.state in WANTED_IN
        )
        lines.append(Confirmation(parties[code], said.get(code), missing, may))
    return tuple(lines)


@dataclass(frozen=True)
class RequestToMeet:
    """A request as the one who answers it sees it.

    Args:
        id: Its row.
        revision: What the act of supplying hands back.
        title: What is asked for.
        about: What it is about.
        owner: Who owns it.
        needed_by: Day by which it is needed.
        reason: Why it is asked for again; empty when it was not held.
        open: Whether it can be supplied now.
    """

    id: int
    revision: int
    title: str
    about: PartyRef
    owner: PartyRef
    needed_by: date
    reason: str
    open: bool


def request_to_meet(*, actor: Actor, reference: str, request_id: int) -> RequestToMeet:
    """Give a request that the actor may meet.

    Raises:
        Refused: There is no such request of an inspection that the actor sees, or its owner is another party.
    """
    row = found(actor, reference)
    one = row.requests.filter(Q(pk=request_id)).order_by("id").first()
    if one is None:
        raise Refused(
            "not_found_request",
            "There is no such request for information.",
            "Open the inspection to see what was asked for.",
        )
    parties = parties_by_code()
    actor.demand(SUPPLY, parties[one.owner_id])
    return RequestToMeet(
        id=one.pk,
        revision=one.revision,
        title=one.title,
        about=parties[one.about_id],
        owner=parties[one.owner_id],
        needed_by=one.needed_by,
        reason=one.reason,
        open=one.met_at is None and row.state in WANTED_IN,
    )
