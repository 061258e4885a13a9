"""Levers, changes, disputes, concerns and line management's actions: raised, and each step taken (B3)."""

from __future__ import annotations

from datetime import date, datetime

from oversight.arrangements.actions import happened
from oversight.delivery.models import Contract, ContractPeriod, Matter, MatterMove
from oversight.delivery.queries.contracts import ACT, RAISE, found_contract, found_matter
from oversight.delivery.rules.contracts import (
    EVENTS,
    WITH_DUE,
    WORKFLOWS,
    MatterKind,
    check_due,
    check_raise,
    check_step,
    lever_data,
)
from oversight.delivery.rules.measures import PARAGRAPH
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, parties_by_code, party


@action(verb="delivery.matter-raised", permission=RAISE, paragraph=PARAGRAPH)
def raise_matter(
    *,
    by: Actor,
    at: datetime,
    contract: str,
    kind: MatterKind,
    title: str,
    text: str,
    lever: str = "",
    clause: str = "",
    period_id: int | None = None,
    recommendation: str = "",
) -> Recorded[str]:
    """Propose a lever or a change, raise a dispute or a concern, or set an action of line management.

    Args:
        by: Who raises it.
        at: Moment of raising.
        contract: Reference of the contract.
        kind: What it is.
        title: What people call it.
        text: What set a lever off, what is to change, what is disputed or of concern, what is to be done.
        lever: Kind of lever.
        clause: Clause of the contract that gives the lever.
        period_id: Row of the period whose missed level set it off; None when none did.
        recommendation: Reference of the recommendation behind a concern; may be empty.

    Returns:
        Its reference.

    Raises:
        Refused: There is no such contract, it is not theirs to raise or not for such a provider, or something
            is missing; ``field`` says what.
    """
    row = found_contract(by, contract)
    check_raise(kind, by.role, in_house=row.in_house)
    said = clean_text(text, "text", wanted="Say what it is about.")
    named = typed_line(title, "title", longest=200)
    law = typed_line(clause, "clause", longest=200)
    if not named:
        raise _missing("title", "Enter what people are to call it.")
    if kind is MatterKind.LEVER:
        if lever not in lever_data().kinds:
            raise _missing("lever", "Choose the kind of lever.")
        if not law:
            raise _missing("clause", "Enter the clause of the contract that gives this lever.")
    number = Matter.objects.filter(contract=row, kind=kind).count() + 1
    made = Matter.objects.create(
        contract=row,
        kind=kind,
        reference=f"{row.reference}-{kind.upper()}-{number}",
        title=named,
        text=said,
        state=WORKFLOWS[kind].starts,
        lever=lever if kind is MatterKind.LEVER else "",
        clause=law if kind is MatterKind.LEVER else "",
        period=_period(row, period_id) if kind is MatterKind.LEVER else None,
        recommendation=typed_line(recommendation, "recommendation", longest=80)
        if kind is MatterKind.CONCERN
        else "",
        raised_on=london_day(at),
        raised_at=at,
        raised_by=by.reference,
        raised_name=by.name,
    )
    _told(made, "raise", "", by=by, at=at, on=london_day(at), account=said)
    if kind in EVENTS:
        _tell(made, EVENTS[kind][0], by, at, addressee=party(row.provider_id))
    payload: dict[str, Value] = {"kind": str(kind), "title": named, "text": said, "clause": made.clause}
    return Recorded(f"matter:{made.reference}", payload, made.reference)


def _missing(field: str, wanted: str) -> Refused:
    return Refused("matter_missing", "Something is missing.", wanted, paragraph=PARAGRAPH, field=field)


def _period(row: Contract, period_id: int | None) -> ContractPeriod | None:
    if period_id is None:
        return None
    found: ContractPeriod | None = row.periods.filter(pk=period_id).order_by("id").first()
    if found is None:
        raise Refused("not_found_period", "This contract has no such period.", "Choose one of its periods.")
    return found


def _told(
    row: Matter,
    move: str,
    source: str,
    *,
    by: Actor,
    at: datetime,
    on: date,
    account: str,
    due: date | None = None,
) -> None:
    MatterMove.objects.create(
        matter=row,
        move=move,
        source=source,
        target=row.state,
        on=on,
        account=account,
        due=due,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )


def _tell(row: Matter, event: str, by: Actor, at: datetime, *, addressee: PartyRef | None = None) -> None:
    happened(
        by=by,
        at=at,
        event=event,
        kind="",
        about=row.reference,
        on=london_day(at),
        unit=None,
        addressee=addressee,
        note="",
    )


@action(verb="delivery.matter-moved", permission=ACT, paragraph=PARAGRAPH)
def take_matter_step(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    move: str,
    account: str,
    due: date | None = None,
) -> Recorded[None]:
    """Take a step of a lever, change, dispute, concern or action of line management.

    Args:
        by: Who takes it.
        at: Moment of taking it.
        reference: Of the matter.
        revision: The revision that they saw.
        move: Name of the step.
        account: What was done or decided, and why; everyone who sees the contract reads it.
        due: Day by which the provider has to act, where the step sets one.

    Raises:
        Refused: There is no such matter, the step is not possible now or not theirs, someone else changed it
            first, or something is missing; ``field`` says what.
    """
    row = found_matter(by, reference, lock=True)
    if row.revision != revision:
        raise Refused(
            "stale_matter",
            "Someone else took a step since you opened this.",
            "Open it again to see how it stands.",
        )
    kind, on = MatterKind(row.kind), london_day(at)
    found = check_step(
        kind,
        move,
        row.state,
        role=by.role,
        person=by.reference,
        raised_by=row.raised_by,
        in_house=row.contract.in_house,
    )
    said = clean_text(account, "account", wanted="Enter what was done or decided, and why.")
    day = check_due(due, on) if move in WITH_DUE else None
    flow = WORKFLOWS[kind]
    source, row.state, row.revision = row.state, found.target, row.revision + 1
    row.due = day or row.due
    row.ended = flow.state(found.target).ends
    row.save()
    _told(row, move, source, by=by, at=at, on=on, account=said, due=day)
    if row.ended and kind in EVENTS:
        _tell(row, EVENTS[kind][1], by, at)
    if row.ended and kind is MatterKind.CONCERN and row.recommendation:
        happened(
            by=by,
            at=at,
            event="crs_matter_addressed",
            kind="",
            about=row.recommendation,
            on=on,
            unit=parties_by_code()[by.party],
            addressee=None,
            note="",
        )
    payload: dict[str, Value] = {"move": move, "from": source, "to": row.state, "account": said, "due": day}
    return Recorded(f"matter:{row.reference}", payload, None)
