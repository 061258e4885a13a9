"""The list of contracts, one contract with its listings, levels and timeline, one matter (B3, ¶13, ¶25)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from oversight.delivery.models import (
    Contract,
    ContractListing,
    ContractPeriod,
    Matter,
    MatterMove,
    ServiceLevel,
)
from oversight.delivery.queries.contract_facts import (
    ContractFilter,
    ContractLine,
    ContractPage,
    Contracts,
    Entry,
    LevelLine,
    MatterLine,
    MatterPage,
    PeriodPage,
)
from oversight.delivery.queries.sight import not_found
from oversight.delivery.rules.contracts import (
    KIND_WORDS,
    WORKFLOWS,
    MatterKind,
    lever_data,
    managers_of,
    raisable,
    steps_of,
)
from oversight.delivery.rules.measures import (
    About,
    measures_of,
    period_in_words,
)
from oversight.exchange.rules.holdings import Span
from oversight.exchange.rules.supplying import Every
from oversight.kernel.acting import Actor
from oversight.parties.queries import parties_by_code
from oversight.parties.queries.units import SERVICE_WORDS, Service, every_service

SEE: Final = "delivery.see_contracts"
ASSESS: Final = "delivery.assess_contracts"
RAISE: Final = "delivery.raise_on_contracts"
ACT: Final = "delivery.act_on_contracts"
LOAD: Final = "delivery.load_contracts"
GIVE_INPUT: Final = "delivery.give_input"
PAGE_SIZE: Final = 25
#: Entries of a timeline on its page.
TIMELINE: Final = 25


def seen_contracts(actor: Actor) -> QuerySet[Contract]:
    """Give the contracts that someone sees: a region those that are listed in it."""
    if not actor.may(SEE):
        return Contract.objects.none()
    codes = actor.parties_over(SEE)
    if codes is None:
        return Contract.objects.all()
    here = ContractListing.objects.filter(contract=OuterRef("pk"), region__code__in=codes)
    return Contract.objects.filter(Exists(here))


def found_contract(actor: Actor, reference: str) -> Contract:
    """Give a contract that someone sees.

    Raises:
        Refused: There is none that they see.
    """
    rows = seen_contracts(actor)
    row = rows.filter(reference=reference).order_by("id").first() if reference.isprintable() else None
    if row is None:
        raise not_found("contract")
    return row


def found_matter(actor: Actor, reference: str, *, lock: bool = False) -> Matter:
    """Give a matter of a contract that someone sees.

    Raises:
        Refused: There is none that they see.
    """
    rows = Matter.objects.filter(contract__in=seen_contracts(actor)).select_related("contract", "period")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row = rows.filter(reference=reference).order_by("id").first() if reference.isprintable() else None
    if row is None:
        raise not_found("matter")
    return row


def found_period(actor: Actor, period_id: int, *, lock: bool = False) -> ContractPeriod:
    """Give a period of a contract that someone sees.

    Raises:
        Refused: There is none that they see.
    """
    rows = ContractPeriod.objects.filter(contract__in=seen_contracts(actor)).select_related("contract")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row = rows.filter(pk=period_id).order_by("id").first()
    if row is None:
        raise not_found("period")
    return row


def without_contract() -> tuple[Service, ...]:
    """Give the listings that are of no contract yet."""
    held = set(ContractListing.objects.order_by("id").values_list("listing", flat=True))
    return tuple(one for one in every_service() if one.id not in held)


def _lines(rows: Sequence[Contract]) -> list[tuple[ContractLine, tuple[Service, ...]]]:
    listed = list(
        ContractListing.objects.filter(contract__in=rows)
        .order_by("listing__contract_reference")
        .values_list("contract", "listing")
    )
    services = {one.id: one for one in every_service([listing for _, listing in listed])}
    open_: dict[int, int] = dict(
        Matter.objects.filter(contract__in=rows, ended=False)
        .values_list("contract")
        .annotate(number=Count("id"))
        .order_by("contract")
        .values_list("contract", "number")
    )
    parties = parties_by_code()
    found = []
    for row in rows:
        held = tuple(services[listing] for contract, listing in listed if contract == row.pk)
        line = ContractLine(
            reference=row.reference,
            title=row.title,
            provider=parties[row.provider_id],
            in_house=row.in_house,
            kinds=tuple(dict.fromkeys(one.kind_words for one in held)),
            areas=tuple(dict.fromkeys(one.area for one in held)),
            open_to_referrals=any(one.open_to_referrals for one in held),
            listings=len(held),
            open_matters=open_.get(row.pk, 0),
        )
        found.append((line, held))
    return found


def contracts(*, actor: Actor, chosen: ContractFilter, page: int) -> Contracts:
    """Give a page of the contracts that someone sees, by provider."""
    rows = seen_contracts(actor)
    if chosen.text:
        rows = rows.filter(
            Q(reference__icontains=chosen.text)
            | Q(title__icontains=chosen.text)
            | Q(provider__name__icontains=chosen.text)
        )
    for condition in _conditions(chosen):
        rows = rows.filter(Exists(condition))
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    ordered = list(rows.order_by("provider__name", "reference")[start : start + PAGE_SIZE])
    return Contracts(tuple(line for line, _ in _lines(ordered)), count, number)


def _conditions(chosen: ContractFilter) -> list[QuerySet[Any]]:
    listed = ContractListing.objects.filter(contract=OuterRef("pk"))
    found: list[QuerySet[Any]] = []
    if chosen.region:
        found.append(listed.filter(region__code=chosen.region))
    if chosen.kind:
        letters = [one for one, words in SERVICE_WORDS.items() if words == chosen.kind]
        fitting = Q(pk__in=[])
        for one in letters:
            fitting |= Q(listing__contract_type=one) | Q(listing__contract_type__startswith=f"{one}-")
        found.append(listed.filter(fitting))
    if chosen.open:
        found.append(listed.filter(listing__open_to_referrals=True))
    if chosen.matters:
        found.append(Matter.objects.filter(contract=OuterRef("pk"), ended=False))
    return found


def contract(*, actor: Actor, reference: str, page: int) -> ContractPage:
    """Give a contract with its listings, latest periods, what happens on it, and its timeline.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = found_contract(actor, reference)
    ((line, services),) = _lines([row])
    entries = _timeline(row)
    number = min(max(1, page), max(1, -(-len(entries) // TIMELINE)))
    parties = parties_by_code()
    matters = Matter.objects.filter(contract=row).order_by("ended", "-raised_on", "-id")
    periods = list(row.periods.select_related("contract").order_by("-first")[:8])
    assesses = actor.may(ASSESS) and actor.role in managers_of(in_house=row.in_house)
    kinds = raisable(actor.role, in_house=row.in_house) if actor.may(RAISE) else ()
    return ContractPage(
        line=line,
        services=services,
        regions=tuple(parties[code] for code in sorted({one.region for one in services})),
        periods=_periods(actor, periods),
        matters=tuple(_matter(one) for one in matters),
        timeline=tuple(entries[(number - 1) * TIMELINE : number * TIMELINE]),
        entries=len(entries),
        page=number,
        assesses=assesses,
        raises=tuple((one, KIND_WORDS[one]) for one in kinds),
    )


def _matter(row: Matter) -> MatterLine:
    return MatterLine(row.reference, MatterKind(row.kind), row.title, row.state, row.ended, row.due)


def period(*, actor: Actor, period_id: int) -> PeriodPage:
    """Give a period of a contract with its service levels.

    Raises:
        Refused: There is none that the actor sees.
    """
    return _periods(actor, [found_period(actor, period_id)])[0]


def period_words(row: ContractPeriod) -> str:
    """Name a period as people do."""
    return period_in_words(Every.QUARTER, Span(row.first, row.last))


def _periods(actor: Actor, rows: Sequence[ContractPeriod]) -> tuple[PeriodPage, ...]:
    live: dict[tuple[int, str], ServiceLevel] = {}
    before: dict[tuple[int, str], list[Decimal]] = {}
    for one in ServiceLevel.objects.filter(period__in=rows).order_by("entered_at", "id"):
        if one.replaced_at is None:
            live[one.period_id, one.measure] = one
        else:
            before.setdefault((one.period_id, one.measure), []).append(one.value)
    return tuple(_period(actor, row, live, before) for row in rows)


def _period(
    actor: Actor,
    row: ContractPeriod,
    live: dict[tuple[int, str], ServiceLevel],
    before: dict[tuple[int, str], list[Decimal]],
) -> PeriodPage:
    levels = []
    for measure in measures_of(About.CONTRACT, Every.QUARTER):
        held = live.get((row.pk, measure.id))
        levels.append(
            LevelLine(
                measure=measure,
                target=measure.target_on(row.first),
                value=held.value if held else None,
                standing=measure.standing(held.value, row.first) if held else None,
                entered_name=held.entered_name if held else "",
                before=tuple(before.get((row.pk, measure.id), ())),
            )
        )
    in_house = row.contract.in_house
    return PeriodPage(
        id=row.pk,
        contract=row.contract.reference,
        title=row.contract.title,
        in_house=in_house,
        words=period_words(row),
        span=Span(row.first, row.last),
        levels=tuple(levels),
        account=row.account,
        assessed_name=row.assessed_name,
        assessed_at=row.assessed_at,
        input=row.input,
        input_name=row.input_name,
        assesses=actor.may(ASSESS) and actor.role in managers_of(in_house=in_house),
        gives_input=actor.may(GIVE_INPUT) and row.input_at is None and row.assessed_at is None,
        raises_lever=actor.may(RAISE) and MatterKind.LEVER in raisable(actor.role, in_house=in_house),
    )


def _timeline(row: Contract) -> list[Entry]:
    """Give everything that happened on a contract, latest first: its steps and its periods."""
    moves = MatterMove.objects.filter(matter__contract=row).select_related("matter").order_by("id")
    found = [_entry(one) for one in moves]
    for one in row.periods.order_by("id"):
        words = period_words(one)
        found.append(
            Entry(one.last, one.opened_at, "Period ended", words, "", one.pk, "", one.opened_name, None)
        )
        if one.input_at is not None:
            what, by = "Regional team gave its input", one.input_name
            found.append(
                Entry(one.input_at.date(), one.input_at, what, words, "", one.pk, one.input, by, None)
            )
        if one.assessed_at is not None:
            what, by = "Performance assessed", one.assessed_name
            found.append(
                Entry(one.assessed_at.date(), one.assessed_at, what, words, "", one.pk, one.account, by, None)
            )
    # Steps of one moment stay in the order in which they were taken, the last one first.
    found.reverse()
    found.sort(key=lambda one: (one.on, one.at), reverse=True)
    return found


def _entry(row: MatterMove) -> Entry:
    kind = MatterKind(row.matter.kind)
    label = WORKFLOWS[kind].state(row.target).label
    party = parties_by_code()[row.made_party_id]
    return Entry(
        on=row.on,
        at=row.made_at,
        what=f"{KIND_WORDS[kind]}: {label[0].lower()}{label[1:]}",
        about=row.matter.title,
        matter=row.matter.reference,
        period=None,
        account=row.account,
        by=f"{row.made_name}, {party.name}",
        due=row.due,
    )


def matter(*, actor: Actor, reference: str) -> MatterPage:
    """Give a lever, change, dispute, concern or action with every step of it.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = found_matter(actor, reference)
    kind = MatterKind(row.kind)
    lever = lever_data().kinds.get(row.lever)
    moves = row.moves.select_related("matter").order_by("-id")
    steps = steps_of(kind, row.state, actor.role, in_house=row.contract.in_house) if actor.may(ACT) else ()
    return MatterPage(
        line=_matter(row),
        contract=row.contract.reference,
        contract_title=row.contract.title,
        in_house=row.contract.in_house,
        text=row.text,
        lever=lever.title if lever else row.lever,
        financial=lever is not None and lever.financial,
        clause=row.clause,
        period=period_words(row.period) if row.period else "",
        period_id=row.period_id,
        recommendation=row.recommendation,
        raised_name=row.raised_name,
        raised_on=row.raised_on,
        revision=row.revision,
        entries=tuple(_entry(one) for one in moves),
        steps=steps,
    )
