"""Contracts loaded from the list of commissioned services, and their periods assessed (B3, ¶13, ¶30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from oversight.arrangements.actions import happened
from oversight.delivery.models import Contract, ContractListing, ContractPeriod, ServiceLevel
from oversight.delivery.queries.contracts import (
    ASSESS,
    GIVE_INPUT,
    LOAD,
    found_contract,
    found_period,
    period_words,
    without_contract,
)
from oversight.delivery.rules.assessing import OSAG
from oversight.delivery.rules.contracts import check_manager, lever_data
from oversight.delivery.rules.listings import contracts_of
from oversight.delivery.rules.measures import (
    PARAGRAPH,
    About,
    check_figure,
    measure_of,
    measures_of,
    number_in_words,
    period_in_words,
    period_of,
)
from oversight.exchange.actions.holdings import CopyFacts, keep_copy
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.exchange.rules.holdings import Span, Terms, kept_until
from oversight.exchange.rules.items import Marking, kind_of
from oversight.exchange.rules.supplying import Every
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import SheetColumn, write_sheet
from oversight.ledger.acting import Recorded, action
from oversight.parties.actions import load_reference
from oversight.parties.queries import PartyRef, parties_by_code, party
from oversight.parties.queries.units import every_service
from oversight.parties.rules.reference import SERVICES, packaged_files

_ITEM: Final = "contract-assessment"


@dataclass(frozen=True)
class LoadedContracts:
    """What loading changed: contracts and listings that are new, and listings that differ."""

    contracts: tuple[str, ...]
    listings: tuple[str, ...]
    changed: tuple[str, ...]


def load_contracts(*, by: Actor, at: datetime, text: str | None = None) -> LoadedContracts:
    """Load the list of commissioned services, and make a contract of the listings that are one.

    Nothing is removed, and a listing that is there stays with its contract. Loading the same list again
    changes and records nothing.

    Args:
        by: Who loads it; needs ``delivery.load_contracts`` and ``parties.load_reference``.
        at: Moment of loading.
        text: The list as CSV; the one that comes with the service when left out.

    Raises:
        Refused: The actor may not, or a row has a fault, named by line and column.
    """
    by.demand(LOAD)
    with transaction.atomic():
        files = packaged_files() | ({SERVICES: text} if text is not None else {})
        changed = load_reference(by=by, at=at, files=files).services_changed
        if not without_contract():
            return LoadedContracts((), (), changed)
        made = _make_contracts(by=by, at=at)
        return LoadedContracts(made.contracts, made.listings, changed)


@action(verb="delivery.contracts-loaded", permission=LOAD, paragraph=PARAGRAPH)
def _make_contracts(*, by: Actor, at: datetime) -> Recorded[LoadedContracts]:
    held = set(ContractListing.objects.order_by("id").values_list("listing", flat=True))
    known = {row.reference: row for row in Contract.objects.order_by("id")}
    services = {one.reference: one for one in every_service()}
    in_house, made, listed = lever_data().in_house, [], []
    for group in contracts_of((one.reference, one.provider.code) for one in services.values()):
        fresh = [services[name] for name in group.listings if services[name].id not in held]
        if not fresh:
            continue
        row = known.get(group.reference)
        if row is None:
            provider = parties_by_code()[group.provider]
            several = len(group.listings) > 1
            row = Contract.objects.create(
                reference=group.reference,
                title=f"{fresh[0].kind_words}, {provider.name}"[:200] if several else fresh[0].title,
                provider_id=provider.code,
                in_house=provider.name in in_house,
                loaded_at=at,
                loaded_by=by.reference,
            )
            made.append(group.reference)
        ContractListing.objects.bulk_create(
            [ContractListing(contract=row, listing_id=one.id, region_id=one.region) for one in fresh]
        )
        listed += [one.reference for one in fresh]
    payload: dict[str, Value] = {"contracts": list(made), "listings": list(listed)}
    return Recorded("register:contracts", payload, LoadedContracts(tuple(made), tuple(listed), ()))


def _managed(by: Actor, period_id: int) -> ContractPeriod:
    row = found_period(by, period_id, lock=True)
    check_manager(by.role, in_house=row.contract.in_house)
    return row


@action(verb="delivery.period-opened", permission=ASSESS, paragraph=PARAGRAPH)
def open_period(*, by: Actor, at: datetime, reference: str, first: date) -> Recorded[int]:
    """Open a quarter of a contract that ended: its first line now owes an assessment of it.

    Args:
        by: The first line of the contract.
        at: Moment of opening.
        reference: Of the contract.
        first: First day of the quarter.

    Returns:
        Row of the period.

    Raises:
        Refused: There is no such contract, the period is none, has not ended or was opened; field ``first``.
    """
    row = found_contract(by, reference)
    check_manager(by.role, in_house=row.in_house)
    span, today = period_of(Every.QUARTER, first), london_day(at)
    why = ""
    if span.first != first:
        why = "No quarter begins on that day."
    elif span.last >= today:
        why = f"{period_in_words(Every.QUARTER, span)} has not ended."
    elif row.periods.filter(first=first).exists():
        why = f"{period_in_words(Every.QUARTER, span)} was opened already."
    if why:
        what_next = "Enter the first day of a quarter that has ended."
        raise Refused("contract_period", why, what_next, paragraph=PARAGRAPH, field="first")
    made = ContractPeriod.objects.create(
        contract=row,
        first=first,
        last=span.last,
        opened_at=at,
        opened_by=by.reference,
        opened_name=by.name,
    )
    if not row.in_house:
        _tell("contract_period_ended", made, by, at, on=span.last, addressee=party(row.provider_id))
    return Recorded(f"contract:{row.reference}", {"first": first, "last": span.last}, made.pk)


def _tell(
    event: str,
    row: ContractPeriod,
    by: Actor,
    at: datetime,
    *,
    on: date | None = None,
    addressee: PartyRef | None = None,
) -> None:
    happened(
        by=by,
        at=at,
        event=event,
        kind="",
        about=f"{row.contract.reference}-{row.first:%Y-%m}",
        on=on or london_day(at),
        unit=None,
        addressee=addressee,
        note="",
    )


@action(verb="delivery.levels-entered", permission=ASSESS, paragraph=PARAGRAPH)
def enter_levels(*, by: Actor, at: datetime, period_id: int, figures: Mapping[str, Decimal]) -> Recorded[int]:
    """Enter what a contract reached in a period. One that is there is corrected: both stay.

    Args:
        by: The first line of the contract.
        at: Moment of entering.
        period_id: Row of the period.
        figures: By name of the measure.

    Returns:
        How many changed.

    Raises:
        Refused: There is no such period or measure, it was assessed, or a figure makes no sense.
    """
    row = _managed(by, period_id)
    _check_open(row)
    held = {one.measure: one for one in row.levels.filter(replaced_at=None).order_by("id")}
    told: dict[str, Value] = {}
    for name, given in figures.items():
        value = check_figure(measure_of(name, About.CONTRACT), given, field=name)
        before = held.get(name)
        if before is not None and before.value == value:
            continue
        if before is not None:
            before.replaced_at, before.replaced_by = at, by.reference
            before.save()
        ServiceLevel.objects.create(
            period=row,
            measure=name,
            value=value,
            entered_at=at,
            entered_by=by.reference,
            entered_name=by.name,
        )
        told[name] = number_in_words(value)
    return Recorded(f"contract:{row.contract.reference}", {"first": row.first, "levels": told}, len(told))


def _check_open(row: ContractPeriod) -> None:
    if row.assessed_at is not None:
        raise Refused(
            "contract_assessed",
            f"{row.assessed_name} assessed this period, and OSAG has the assessment.",
            "Say what is different in the assessment of the next period.",
            paragraph=PARAGRAPH,
        )


@action(verb="delivery.contract-input-given", permission=GIVE_INPUT, paragraph=PARAGRAPH)
def give_contract_input(*, by: Actor, at: datetime, period_id: int, text: str) -> Recorded[None]:
    """Give the input of a Regional Performance and Quality Team, once, before the period is assessed.

    Args:
        by: Someone of the team.
        at: Moment of giving.
        period_id: Row of the period.
        text: What the team sees.

    Raises:
        Refused: There is no such period, it was assessed or has its input, or the text is missing.
    """
    row = found_period(by, period_id, lock=True)
    _check_open(row)
    if row.input_at is not None:
        raise Refused(
            "contract_input",
            f"{row.input_name} gave the input for this period.",
            "Tell Contract Management what has changed.",
            paragraph=PARAGRAPH,
        )
    row.input = clean_text(text, "text", wanted="Enter what the team sees.")
    row.input_at, row.input_by, row.input_name = at, by.reference, by.name
    row.save()
    if not row.contract.in_house:
        _tell("regional_input_given", row, by, at)
    return Recorded(f"contract:{row.contract.reference}", {"first": row.first, "input": row.input}, None)


@action(verb="delivery.contract-assessed", permission=ASSESS, paragraph="30")
def assess_period(*, by: Actor, at: datetime, period_id: int, account: str) -> Recorded[None]:
    """Assess a period of a contract: its duty is met, and the exchange gives the assessment to OSAG.

    Args:
        by: The first line of the contract.
        at: Moment of assessing.
        period_id: Row of the period.
        account: What the first line says of the period.

    Raises:
        Refused: There is no such period, it was assessed, a service level or the account is missing.
    """
    row = _managed(by, period_id)
    _check_open(row)
    row.account = clean_text(account, "account", wanted="Enter what you say of the period.")
    entered = set(row.levels.filter(replaced_at=None).order_by("id").values_list("measure", flat=True))
    lacking = [one.title for one in measures_of(About.CONTRACT, Every.QUARTER) if one.id not in entered]
    if lacking:
        raise Refused(
            "contract_levels",
            f"No figure was entered for: {'; '.join(lacking)}.",
            "Enter every service level first.",
            paragraph=PARAGRAPH,
            field="account",
        )
    row.assessed_at, row.assessed_by, row.assessed_name = at, by.reference, by.name
    row.save()
    holding = _given(row, by, at)
    if not row.contract.in_house:
        _tell("contract_performance_assessed", row, by, at)
    _tell("first_line_assessment_completed", row, by, at)
    _tell("first_line_assessment_shared", row, by, at)
    payload: dict[str, Value] = {"first": row.first, "account": row.account, "holding": holding}
    return Recorded(f"contract:{row.contract.reference}", payload, None)


def _given(row: ContractPeriod, by: Actor, at: datetime) -> int:
    """Keep the assessments of a provider's contracts for the period in the exchange, for the second line.

    The exchange has one item for each body and period, so each further contract of a provider makes a new
    copy that holds those assessed before it too.
    """
    provider, span = parties_by_code()[row.contract.provider_id], Span(row.first, row.last)
    lines = []
    periods = ContractPeriod.objects.filter(
        contract__provider__code=provider.code, first=row.first, assessed_at__isnull=False
    )
    for one in periods.select_related("contract").order_by("contract__reference"):
        for level in one.levels.filter(replaced_at=None).order_by("measure"):
            measure = measure_of(level.measure, About.CONTRACT)
            target = measure.target_on(one.first)
            lines.append(
                (
                    one.contract.reference,
                    measure.title,
                    measure.in_words(level.value),
                    measure.in_words(target) if target is not None else "None",
                    measure.standing(level.value, one.first).words,
                    one.account,
                )
            )
    headings = ("Contract", "Measure", "Figure", "Target", "Stands", "Account")
    kind = kind_of(_ITEM)
    return keep_copy(
        by=by,
        at=at,
        kind=_ITEM,
        about=provider,
        owner=party(by.party),
        span=span,
        facts=CopyFacts(
            as_at=span.last,
            marking=Marking.SENSITIVE,
            personal=False,
            retain_until=kept_until(london_day(at), kind.keep_months.figure),
            note=f"{row.contract.reference}, {period_words(row)}: {row.account}"[:2000],
            file_name=f"{provider.code}-{row.first:%Y-%m}.csv",
            file=write_sheet("csv", "Contracts", [SheetColumn(name) for name in headings], lines),
        ),
        terms=Terms.NAMED,
        named=(OSAG,),
    )
