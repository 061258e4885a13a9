"""The schedule of routine supply, to both sides, and who a machine acts for (G2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Min, Q, QuerySet

from oversight.exchange.models import Supply, SupplyPeriod, UploadAddress
from oversight.exchange.queries.sight import HOLD, SEE
from oversight.exchange.rules.holdings import Span
from oversight.exchange.rules.supplying import EVERY_WORDS, Every, token_digest
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE: Final = 25
#: What a machine may do, for its own supplier alone: supply, and say so.
_MACHINE_MAY: Final = frozenset({HOLD, "arrangements.record_event"})


@dataclass(frozen=True)
class Machine:
    """A machine that supplies at an address: an ``Actor`` that may do nothing else.

    Args:
        reference: ``supply-address:`` and the row of its address.
        name: Name that people read.
        party: Code of the supplier.
        supply: Row of the only supply that it supplies.
    """

    reference: str
    name: str
    party: str
    supply: int
    role: str = ""
    today: date | None = None

    def may(self, permission: str, party: PartyLike | None = None) -> bool:
        """Tell whether it may: supply for its own party, and nothing else."""
        return permission in _MACHINE_MAY and (party is None or party.code == self.party)

    def demand(self, permission: str, party: PartyLike | None = None) -> None:
        """Refuse everything that ``may`` does not allow.

        Raises:
            Refused: It may not.
        """
        if not self.may(permission, party):
            raise Refused(
                f"permission_{permission}",
                "This address only takes what it was made for.",
                "Check the address.",
            )

    def parties_over(self, permission: str) -> frozenset[str]:
        """Give its own party for what it may do, and none for all else."""
        return frozenset({self.party}) if permission in _MACHINE_MAY else frozenset()


def machine_at(*, supply_id: int, token: str, today: date) -> Machine | None:
    """Give who supplies with a token; None when it is unknown or revoked, or the supply was stopped."""
    row = (
        UploadAddress.objects.filter(
            supply=supply_id, token_digest=token_digest(token), revoked_at=None, supply__stopped_at=None
        )
        .select_related("supply__supplier")
        .order_by("id")
        .first()
    )
    if row is None:
        return None
    name = f"Machine of {row.supply.supplier.name}"[:200]
    return Machine(f"supply-address:{row.pk}", name, row.supply.supplier_id, supply_id, today=today)


@dataclass(frozen=True)
class PeriodLine:
    """One period of a supply."""

    id: int
    span: Span
    due: date
    met_at: datetime | None
    copy: int | None
    holding: int | None
    late: bool

    @property
    def label(self) -> str:
        """Where it stands, in words."""
        if self.met_at is not None:
            return "Supplied"
        return "Overdue" if self.late else "To come"


@dataclass(frozen=True)
class SupplyLine:
    """A routine supply.

    Args:
        id: Its row.
        reference: Under which its duties stand.
        title: What is supplied.
        kind: Kind of the item.
        about: Party that it is about.
        supplier: Who supplies it.
        receiver: Who receives it.
        every: How often.
        days_after: How many days after each period it is due.
        next_due: Day by which the next is due; None when none is.
        overdue: Whether that has passed.
        stopped_reason: Why it was stopped; empty while it was not.
        supplies: Whether the reader may supply it.
    """

    id: int
    reference: str
    title: str
    kind: str
    about: PartyRef
    supplier: PartyRef
    receiver: PartyRef
    every: Every
    days_after: int
    next_due: date | None
    overdue: bool
    stopped_reason: str
    supplies: bool

    @property
    def every_words(self) -> str:
        """How often, in words."""
        return EVERY_WORDS[self.every]


@dataclass(frozen=True)
class Supplies:
    """A page of the schedule."""

    lines: tuple[SupplyLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class SupplyPage:
    """A supply with its periods, and its upload address as its supplier sees it."""

    line: SupplyLine
    periods: tuple[PeriodLine, ...]
    issued_name: str
    issued_at: datetime | None


def reference_of(supply_id: int, first: date) -> str:
    """Give the reference under which the duty of one period stands."""
    return f"supply-{supply_id}-{first.isoformat()[:7]}"


def _seen(actor: Actor) -> QuerySet[Any]:
    rows = Supply.objects.filter(Q(supplier__code=actor.party) | Q(receiver__code=actor.party))
    rows = rows if actor.may(SEE) else Supply.objects.none()
    return rows.annotate(next_due=Min("periods__due", filter=Q(periods__met_at=None)))


def _line(actor: Actor, row: Supply, today: date) -> SupplyLine:
    parties = parties_by_code()
    due: date | None = getattr(row, "next_due") if row.stopped_at is None else None  # noqa: B009 - an annotation
    return SupplyLine(
        id=row.pk,
        reference=f"supply-{row.pk}",
        title=row.title,
        kind=row.kind,
        about=parties[row.about_id],
        supplier=parties[row.supplier_id],
        receiver=parties[row.receiver_id],
        every=Every(row.every),
        days_after=row.days_after,
        next_due=due,
        overdue=due is not None and due < today,
        stopped_reason=row.stopped_reason,
        supplies=row.supplier_id == actor.party and actor.may(HOLD) and row.stopped_at is None,
    )


def supplies(*, actor: Actor, today: date, page: int = 1) -> Supplies:
    """Give a page of what the actor's party supplies and receives, what is due first."""
    rows = _seen(actor)
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    ordered = rows.order_by("stopped_at", "next_due", "id")[start : start + PAGE_SIZE]
    return Supplies(tuple(_line(actor, one, today) for one in ordered), count, number)


def supply(*, actor: Actor, supply_id: int, today: date) -> SupplyPage:
    """Give a supply with its periods, to both of its sides.

    Raises:
        Refused: There is no such supply that the actor sees.
    """
    row = _seen(actor).filter(pk=supply_id).order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_supply",
            "There is no such supply, or it is not one that you may see.",
            "Open the schedule to see what is there for you.",
        )
    periods = SupplyPeriod.objects.filter(supply=row).select_related("copy").order_by("first")
    line = _line(actor, row, today)
    live = row.addresses.filter(revoked_at=None).order_by("id").first() if line.supplies else None
    return SupplyPage(
        line=line,
        periods=tuple(
            PeriodLine(
                id=one.pk,
                span=Span(one.first, one.last),
                due=one.due,
                met_at=one.met_at,
                copy=one.copy.number if one.copy is not None else None,
                holding=one.copy.holding_id if one.copy is not None else None,
                late=one.met_at is None and one.due < today,
            )
            for one in periods
        ),
        issued_name=live.issued_name if live else "",
        issued_at=live.issued_at if live else None,
    )
