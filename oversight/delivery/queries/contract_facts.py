"""What is told of contracts: the list, a contract, its periods, what happens on it, its timeline (B3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from oversight.delivery.rules.contracts import KIND_WORDS, WORKFLOWS, MatterKind
from oversight.delivery.rules.measures import Measure, Standing
from oversight.exchange.rules.holdings import Span
from oversight.kernel.workflow import Move
from oversight.parties.queries import PartyRef
from oversight.parties.queries.units import Service


@dataclass(frozen=True)
class ContractFilter:
    """What the list is narrowed to; everything may be left out."""

    text: str = ""
    region: str = ""
    kind: str = ""
    open: bool = False
    matters: bool = False


@dataclass(frozen=True)
class ContractLine:
    """A contract in the list.

    Args:
        reference: Its reference.
        title: Its title.
        provider: Who provides it.
        in_house: Whether that is the Probation Service itself.
        kinds: What it helps with.
        areas: Where, by listing.
        open_to_referrals: Whether any listing took referrals when the list was read.
        listings: How many.
        open_matters: How many levers, changes, disputes and concerns are open on it.
    """

    reference: str
    title: str
    provider: PartyRef
    in_house: bool
    kinds: tuple[str, ...]
    areas: tuple[str, ...]
    open_to_referrals: bool
    listings: int
    open_matters: int


@dataclass(frozen=True)
class Contracts:
    """A page of the list."""

    lines: tuple[ContractLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class LevelLine:
    """A measure of a period with what was reached; None while nothing was entered."""

    measure: Measure
    target: Decimal | None
    value: Decimal | None
    standing: Standing | None
    entered_name: str
    before: tuple[Decimal, ...]


@dataclass(frozen=True)
class PeriodPage:
    """A period of a contract with its service levels, and what the reader may do."""

    id: int
    contract: str
    title: str
    in_house: bool
    words: str
    span: Span
    levels: tuple[LevelLine, ...]
    account: str
    assessed_name: str
    assessed_at: datetime | None
    input: str
    input_name: str
    assesses: bool
    gives_input: bool
    raises_lever: bool

    @property
    def missed(self) -> int:
        """How many levels were missed."""
        return sum(one.standing is Standing.MISSED for one in self.levels)


@dataclass(frozen=True)
class MatterLine:
    """Something that happens on a contract."""

    reference: str
    kind: MatterKind
    title: str
    state: str
    ended: bool
    due: date | None

    @property
    def kind_words(self) -> str:
        """What kind of thing it is, in words."""
        return KIND_WORDS[self.kind]

    @property
    def label(self) -> str:
        """Where it stands, in words."""
        return WORKFLOWS[self.kind].state(self.state).label

    @property
    def owner(self) -> str:
        """Who has to act next."""
        return WORKFLOWS[self.kind].state(self.state).owner


@dataclass(frozen=True)
class Entry:
    """One entry of a timeline.

    Args:
        on: Its day.
        at: When it was recorded.
        what: What happened, in words.
        about: What it belongs to, in words.
        matter: Reference of the matter; empty for a period.
        period: Row of the period; None for a matter.
        account: What was said.
        by: Who recorded it, and for whom.
        due: Day by which the provider had to act; None where none was set.
    """

    on: date
    at: datetime
    what: str
    about: str
    matter: str
    period: int | None
    account: str
    by: str
    due: date | None


@dataclass(frozen=True)
class ContractPage:
    """A contract with all that belongs to it."""

    line: ContractLine
    services: tuple[Service, ...]
    regions: tuple[PartyRef, ...]
    periods: tuple[PeriodPage, ...]
    matters: tuple[MatterLine, ...]
    timeline: tuple[Entry, ...]
    entries: int
    page: int
    assesses: bool
    raises: tuple[tuple[MatterKind, str], ...]


@dataclass(frozen=True)
class MatterPage:
    """Something that happens on a contract, with every step, and the steps that the reader may take."""

    line: MatterLine
    contract: str
    contract_title: str
    in_house: bool
    text: str
    lever: str
    financial: bool
    clause: str
    period: str
    period_id: int | None
    recommendation: str
    raised_name: str
    raised_on: date
    revision: int
    entries: tuple[Entry, ...]
    steps: tuple[Move, ...]
