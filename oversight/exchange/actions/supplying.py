"""Routine supply: agreed, supplied period by period, stopped; by hand or by machine (G2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from oversight.arrangements.actions import happened, withdraw_event
from oversight.exchange.actions.holdings import CopyFacts, keep_copy
from oversight.exchange.actions.writing import clean_text, locked, london_day
from oversight.exchange.models import Copy, Holding, Supply, SupplyPeriod, UploadAddress, Use
from oversight.exchange.models.checks import TITLE_LENGTH
from oversight.exchange.queries.sight import HOLD
from oversight.exchange.queries.supplying import reference_of
from oversight.exchange.rules.asking import UseState
from oversight.exchange.rules.files import digest_of
from oversight.exchange.rules.holdings import Span, Terms, kept_until
from oversight.exchange.rules.items import kind_of
from oversight.exchange.rules.supplying import Every, check_supply, periods, token_digest
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party


def _own(*, by: Actor, **_: object) -> PartyLike:
    return party(by.party)


@action(verb="exchange.supply-agreed", permission=HOLD, paragraph="29", on=_own)
def agree_supply(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    about: PartyRef,
    receiver: PartyRef,
    every: Every,
    first: date,
    count: int,
    days_after: int,
    title: str = "",
) -> Recorded[int]:
    """Agree to supply another party routinely. Each period becomes a duty with its own date.

    Args:
        by: Someone of the party that supplies.
        at: Moment of agreeing.
        kind: Kind of the item.
        about: Party that it is about.
        receiver: Party that receives it.
        every: How often.
        first: First day of the first period.
        count: How many periods.
        days_after: How many days after its last day each is due.
        title: What people call it; its kind's title when left out.

    Returns:
        Row of the supply.

    Raises:
        Refused: ``field`` says what is wrong; or the arrangements do not let this party supply that one.
    """
    what, today = kind_of(kind), london_day(at)
    if not what.of_a_period:
        raise Refused(
            "supply_kind",
            f"“{what.title}” is as things stand, so it has no periods.",
            "Choose what is about a span of time, or keep a new copy when it changes.",
            paragraph="29",
            field="kind",
        )
    check_supply(
        every,
        first=first,
        count=count,
        days_after=days_after,
        supplier=by.party,
        receiver=receiver.code,
        today=today,
    )
    row = Supply.objects.create(
        kind=kind,
        title=typed_line(title, "title", longest=TITLE_LENGTH) or what.title,
        about_id=about.code,
        supplier_id=by.party,
        receiver_id=receiver.code,
        every=every,
        days_after=days_after,
        agreed_at=at,
        agreed_by=by.reference,
        agreed_name=by.name,
    )
    told: list[Value] = []
    for one in periods(every, first=first, count=count, days_after=days_after):
        event = happened(
            by=by,
            at=at,
            event="routine_supply_agreed",
            kind="",
            about=reference_of(row.pk, one.span.first),
            on=today,
            unit=None,
            addressee=receiver,
            note=f"{row.title}, {one.span.words}",
            until=one.on,
        )
        SupplyPeriod.objects.create(
            supply=row,
            first=one.span.first,
            last=one.span.last,
            due=one.on,
            event=event.id,
            event_revision=event.revision,
        )
        told.append({"first": one.span.first, "last": one.span.last, "due": one.on})
    payload: dict[str, Value] = {
        "kind": kind,
        "about": about.code,
        "receiver": receiver.code,
        "every": str(every),
        "periods": told,
    }
    return Recorded(f"supply:{row.pk}", payload, row.pk)


def _supplier(*, supply_id: int, **_: object) -> PartyLike | None:
    code = Supply.objects.filter(pk=supply_id).order_by("id").values_list("supplier__code", flat=True).first()
    return party(code) if code else None


@dataclass(frozen=True)
class Supplied:
    """What came of supplying.

    Args:
        first: First day of the period.
        last: Last day of the period.
        digest: SHA-256 of the file.
        already: Whether the same file had been supplied for it, so that nothing was done.
    """

    first: date
    last: date
    digest: str
    already: bool


@action(verb="exchange.supplied", permission=HOLD, paragraph="29", on=_supplier)
def supply_period(
    *,
    by: Actor,
    at: datetime,
    supply_id: int,
    file_name: str,
    file: bytes,
    first: date | None = None,
) -> Recorded[Supplied]:
    """Supply a period: the copy is kept, its receiver may read it, and the duty is met.

    The same file again for the same period changes nothing.

    Args:
        by: Someone of the supplier, or its machine.
        at: Moment of supplying.
        supply_id: Row of the supply.
        file_name: Name of the file.
        file: Its content.
        first: First day of the period; the earliest that is not supplied when left out.

    Raises:
        Refused: There is no such supply or period, it was stopped, every period was supplied, or the file
            cannot be kept.
    """
    row = locked(Supply.objects.all(), supply_id, "supply")
    if row.stopped_at is not None:
        raise Refused("supply_stopped", "This supply was stopped.", "Open the schedule.", paragraph="29")
    digest = digest_of(file)
    period = _period(row, digest, first)
    done = Supplied(period.first, period.last, digest, already=False)
    before = period.copy
    if before is not None and before.file is not None and before.file.content_id == digest:
        payload: dict[str, Value] = {"first": period.first, "digest": digest, "already": True}
        return Recorded(f"supply:{row.pk}", payload, Supplied(done.first, done.last, digest, already=True))
    copy = _copy(period, by, at, file_name, file)
    if period.met_at is None:
        happened(
            by=by,
            at=at,
            event="routine_supply_made",
            kind="",
            about=reference_of(row.pk, period.first),
            on=london_day(at),
            unit=None,
            addressee=party(row.receiver_id),
            note="",
        )
        period.met_at, period.met_by = at, by.reference
    period.copy = copy
    period.save()
    payload = {"first": period.first, "digest": digest, "already": False, "copy": copy.number}
    return Recorded(f"supply:{row.pk}", payload, done)


def _period(row: Supply, digest: str, first: date | None) -> SupplyPeriod:
    rows = row.periods.select_related("copy__file").order_by("first")
    if first is not None:
        found = rows.filter(first=first).first()
    else:
        # A machine that sends again what it sent means the period for which it sent it.
        found = rows.filter(copy__file__content=digest).first() or rows.filter(met_at=None).first()
    if found is None:
        raise Refused(
            "supply_period",
            "There is no such period, or every period was supplied.",
            "Open the schedule to see what is due.",
            paragraph="29",
            field="first",
        )
    return found


def _copy(period: SupplyPeriod, by: Actor, at: datetime, file_name: str, file: bytes) -> Copy:
    row = period.supply
    what, today = kind_of(row.kind), london_day(at)
    as_at = min(period.last, today)
    holding = keep_copy(
        by=by,
        at=at,
        kind=row.kind,
        about=party(row.about_id),
        owner=party(row.supplier_id),
        span=Span(period.first, period.last),
        title=row.title,
        facts=CopyFacts(
            as_at=as_at,
            marking=what.marking,
            personal=what.personal,
            retain_until=max(kept_until(as_at, what.keep_months.figure), today),
            file_name=file_name,
            file=file,
        ),
        terms=Terms.LEAVE,
        keep_terms=True,
    )
    live = Use.objects.filter(
        holding=holding, party__code=row.receiver_id, state__in=[UseState.WANTED, UseState.GIVEN]
    )
    if not live.exists():
        Use.objects.create(
            holding_id=holding,
            party_id=row.receiver_id,
            purpose=f"Routine supply: {row.title}"[:2000],
            hours=0,
            state=UseState.GIVEN,
            wanted_at=at,
            wanted_by=by.reference,
            wanted_name=by.name,
        )
    found: Copy = Holding.objects.get(pk=holding).copies.get(replaced_at=None)
    return found


@action(verb="exchange.supply-stopped", permission=HOLD, paragraph="29", on=_supplier)
def stop_supply(*, by: Actor, at: datetime, supply_id: int, reason: str) -> Recorded[None]:
    """Stop a supply: what is not due yet falls away, what is overdue stays owed, and its address is revoked.

    Args:
        by: Someone of the supplier.
        at: Moment of doing so.
        supply_id: Row of the supply.
        reason: Why; its receiver reads it.

    Raises:
        Refused: There is no such supply, it was stopped, or the reason is missing.
    """
    row = locked(Supply.objects.all(), supply_id, "supply")
    why = clean_text(reason, "reason", wanted="Enter why: its receiver reads it.")
    if row.stopped_at is not None:
        raise Refused("supply_stopped", "This supply was stopped.", "There is nothing to do.", paragraph="29")
    for one in row.periods.filter(met_at=None, due__gte=london_day(at)).order_by("first"):
        withdraw_event(by=by, at=at, event_id=one.event, revision=one.event_revision, reason=why)
    row.stopped_at, row.stopped_by, row.stopped_name, row.stopped_reason = at, by.reference, by.name, why
    row.save()
    _revoke(row, by, at)
    return Recorded(f"supply:{row.pk}", {"reason": why}, None)


@action(verb="exchange.address-issued", permission=HOLD, paragraph="29", on=_supplier)
def issue_address(*, by: Actor, at: datetime, supply_id: int) -> Recorded[str]:
    """Issue the upload address of a supply anew: an earlier one is revoked.

    Args:
        by: Someone of the supplier.
        at: Moment of issuing.
        supply_id: Row of the supply.

    Returns:
        The token, which is shown once and kept nowhere.

    Raises:
        Refused: There is no such supply, or it was stopped.
    """
    row = locked(Supply.objects.filter(stopped_at=None), supply_id, "supply")
    _revoke(row, by, at)
    token = secrets.token_urlsafe(32)
    made = UploadAddress.objects.create(
        supply=row,
        token_digest=token_digest(token),
        issued_at=at,
        issued_by=by.reference,
        issued_name=by.name,
    )
    return Recorded(f"supply:{row.pk}", {"address": made.pk}, token)


@action(verb="exchange.address-revoked", permission=HOLD, paragraph="29", on=_supplier)
def revoke_address(*, by: Actor, at: datetime, supply_id: int) -> Recorded[None]:
    """Revoke the upload address of a supply.

    Args:
        by: Someone of the supplier.
        at: Moment of revoking.
        supply_id: Row of the supply.

    Raises:
        Refused: There is no such supply, or it has no address.
    """
    row = locked(Supply.objects.all(), supply_id, "supply")
    if not _revoke(row, by, at):
        raise Refused("address_none", "This supply has no upload address.", "There is nothing to do.")
    return Recorded(f"supply:{row.pk}", {}, None)


def _revoke(row: Supply, by: Actor, at: datetime) -> bool:
    live = row.addresses.select_for_update(of=("self",)).filter(revoked_at=None).order_by("id").first()
    if live is None:
        return False
    live.revoked_at, live.revoked_by = at, by.reference
    live.save()
    return True
