"""The library: what is held, as far as the one who asks may know (G1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from oversight.arrangements.queries import Count
from oversight.arrangements.queries.sight import counted
from oversight.exchange.models import Ask, Copy, Holding, Reading, Use
from oversight.exchange.queries.files import StoredFileRef, ref_of
from oversight.exchange.queries.sight import (
    ASK,
    HOLD,
    is_own,
    known_holdings,
    named_in,
    reads_copies,
)
from oversight.exchange.rules.asking import USE_WORKFLOW, AskState, UseState
from oversight.exchange.rules.holdings import TERMS_WORDS, Span, Terms, overlap
from oversight.exchange.rules.items import Marking
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class HoldingFilter:
    """What the library is narrowed to; nothing when empty."""

    text: str = ""
    kind: str = ""
    owner: str = ""
    about: str = ""
    mine: bool = False


@dataclass(frozen=True)
class HoldingLine:
    """An item of the library.

    Args:
        id: Its row.
        kind: Its kind.
        title: What people call it.
        about: Party that it is about.
        owner: Its owner.
        span: Of what time; None for how things stand.
        as_at: Day on which its current copy was so.
        marking: How that is marked.
        personal: Whether that holds personal data.
        retain_until: Last day on which that is kept.
        gone: Whether its content was disposed of.
        terms: On what terms others may use it.
        own: Whether the reader answers for its owner.
        use: Where its reuse by the reader's party stands; empty for none.
    """

    id: int
    kind: str
    title: str
    about: PartyRef
    owner: PartyRef
    span: Span | None
    as_at: date
    marking: Marking
    personal: bool
    retain_until: date
    gone: bool
    terms: Terms
    own: bool
    use: str

    @property
    def terms_words(self) -> str:
        """The terms in words."""
        return TERMS_WORDS[self.terms]

    @property
    def use_label(self) -> str:
        """Where its reuse by the reader's party stands, in words."""
        return USE_WORKFLOW.state(self.use).label if self.use else ""


@dataclass(frozen=True)
class Library:
    """A page of the library."""

    lines: tuple[HoldingLine, ...]
    count: Count
    page: int


def _current(actor: Actor, rows: QuerySet[Holding]) -> QuerySet[Holding]:
    copy = Copy.objects.filter(holding=OuterRef("pk"), replaced_at=None)
    use = Use.objects.filter(
        holding=OuterRef("pk"), party__code=actor.party, state__in=[UseState.WANTED, UseState.GIVEN]
    )
    named = ("as_at", "marking", "personal", "retain_until", "gone_at")
    current = {f"now_{name}": Subquery(copy.values(name)[:1]) for name in named}
    return rows.annotate(my_use=Subquery(use.values("state")[:1]), **current)


def _line(actor: Actor, row: Holding, parties: Mapping[str, PartyRef]) -> HoldingLine:
    now = {name: getattr(row, f"now_{name}") for name in ("as_at", "marking", "personal", "retain_until")}
    return HoldingLine(
        id=row.pk,
        kind=row.kind,
        title=row.title,
        about=parties[row.about_id],
        owner=parties[row.owner_id],
        span=Span(row.first, row.last) if row.first and row.last else None,
        as_at=now["as_at"],
        marking=Marking(now["marking"]),
        personal=now["personal"],
        retain_until=now["retain_until"],
        gone=getattr(row, "now_gone_at") is not None,  # noqa: B009 - an annotation
        terms=Terms(row.terms),
        own=is_own(actor, row.owner_lineage),
        use=getattr(row, "my_use") or "",  # noqa: B009 - an annotation
    )


def _chosen(actor: Actor, chosen: HoldingFilter) -> QuerySet[Holding]:
    rows = known_holdings(actor)
    if chosen.text:
        rows = rows.filter(Q(title__icontains=chosen.text) | Q(about__name__icontains=chosen.text))
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.owner:
        rows = rows.filter(owner__code=chosen.owner)
    if chosen.about:
        rows = rows.filter(about__lineage__contains=f"/{chosen.about}/")
    if chosen.mine:
        rows = rows.filter(owner_lineage__contains=f"/{actor.party}/")
    return rows


def library(*, actor: Actor, chosen: HoldingFilter, page: int = 1) -> Library:
    """Give a page of what is held, the newest items first."""
    rows = _chosen(actor, chosen)
    count = counted(rows)
    number = min(max(1, page), max(1, -(-count.number // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    parties = parties_by_code()
    ordered = _current(actor, rows).order_by("-id")
    lines = tuple(_line(actor, row, parties) for row in ordered[start : start + PAGE_SIZE])
    return Library(lines, count, number)


def every_holding(*, actor: Actor, chosen: HoldingFilter) -> Iterator[HoldingLine]:
    """Give everything that the filters choose, a row at a time."""
    parties = parties_by_code()
    rows = _current(actor, _chosen(actor, chosen)).order_by("-id")
    return (_line(actor, row, parties) for row in rows.iterator(chunk_size=500))


def held_already(*, actor: Actor, kind: str, about: str, span: Span | None) -> tuple[HoldingLine, ...]:
    """Give what is held of the same kind, about the same party and of an overlapping time, newest first.

    What was disposed of does not count: it cannot be reused.
    """
    rows = _current(actor, known_holdings(actor).filter(kind=kind, about__code=about))
    parties = parties_by_code()
    lines = [_line(actor, row, parties) for row in rows.order_by(F("now_as_at").desc(), "-id")]
    return tuple(one for one in lines if not one.gone and overlap(one.span, span))


def asked_already(*, actor: Actor, kind: str, about: str, span: Span | None) -> bool:
    """Tell whether another party waits for the same; who it is stays between it and the owner."""
    rows = Ask.objects.filter(kind=kind, about__code=about, state=AskState.OPEN)
    if not actor.may(ASK):
        return False
    return any(
        overlap(span, Span(first, last) if first and last else None)
        for first, last in rows.exclude(party__code=actor.party).values_list("first", "last")
    )


@dataclass(frozen=True)
class CopyLine:
    """A copy of an item."""

    number: int
    as_at: date
    file: StoredFileRef | None
    where: str
    note: str
    marking: Marking
    personal: bool
    retain_until: date
    kept_name: str
    kept_at: datetime
    current: bool
    gone_at: datetime | None


@dataclass(frozen=True)
class UseLine:
    """A reuse of an item, as its owner sees it."""

    id: int
    party: PartyRef
    purpose: str
    state: UseState
    state_label: str
    wanted_name: str
    wanted_at: datetime
    decided_reason: str


@dataclass(frozen=True)
class ReadLine:
    """That someone read a copy."""

    number: int
    party: PartyRef
    name: str
    at: datetime


@dataclass(frozen=True)
class HoldingPage:
    """An item with all that the reader may see of it.

    Args:
        line: The item.
        reads: Whether the reader may read its copies.
        keeps: Whether the reader may keep a new copy and change its terms.
        may_reuse: Whether the reader may reuse it now.
        copies: Its copies, newest first; none when the reader may not read them.
        uses: Who reuses it; told to its owner's side alone.
        readings: Its latest readings; told to its owner's side alone.
        read_count: How many readings there are.
        named: Parties that its terms name; told to its owner's side alone.
    """

    line: HoldingLine
    reads: bool
    keeps: bool
    may_reuse: bool
    copies: tuple[CopyLine, ...]
    uses: tuple[UseLine, ...]
    readings: tuple[ReadLine, ...]
    read_count: int
    named: tuple[PartyRef, ...]


def holding(*, actor: Actor, holding_id: int, page: int = 1) -> HoldingPage:
    """Give an item.

    Raises:
        Refused: There is none that the actor may know of; the two look alike.
    """
    row = _current(actor, known_holdings(actor).filter(pk=holding_id)).order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_item",
            "There is no such item, or it is not one that you may see.",
            "Open the library to see what is there for you.",
        )
    parties = parties_by_code()
    line, reads = _line(actor, row, parties), reads_copies(actor, row)
    copies = row.copies.select_related("file__content").defer("file__content__content").order_by("-number")
    uses = row.uses.order_by("-id") if line.own else Use.objects.none()
    read = Reading.objects.filter(copy__holding=row).order_by("-id") if line.own else Reading.objects.none()
    start = (max(1, page) - 1) * PAGE_SIZE
    return HoldingPage(
        line=line,
        reads=reads,
        keeps=line.own and actor.may(HOLD, line.owner),
        may_reuse=not line.own and not line.use and actor.may(ASK) and not line.gone,
        copies=tuple(_copy(one) for one in copies) if reads else (),
        uses=tuple(_use(one, parties) for one in uses),
        readings=tuple(
            ReadLine(one.copy.number, parties[one.party_id], one.read_name, one.read_at)
            for one in read.select_related("copy")[start : start + PAGE_SIZE]
        ),
        read_count=read.count() if line.own else 0,
        named=tuple(parties[code] for code in named_in(row)) if line.own else (),
    )


def _copy(one: Copy) -> CopyLine:
    return CopyLine(
        number=one.number,
        as_at=one.as_at,
        file=ref_of(one.file) if one.file is not None else None,
        where=one.where,
        note=one.note,
        marking=Marking(one.marking),
        personal=one.personal,
        retain_until=one.retain_until,
        kept_name=one.kept_name,
        kept_at=one.kept_at,
        current=one.replaced_at is None,
        gone_at=one.gone_at,
    )


def _use(one: Use, parties: Mapping[str, PartyRef]) -> UseLine:
    return UseLine(
        id=one.pk,
        party=parties[one.party_id],
        purpose=one.purpose,
        state=UseState(one.state),
        state_label=USE_WORKFLOW.state(one.state).label,
        wanted_name=one.wanted_name,
        wanted_at=one.wanted_at,
        decided_reason=one.decided_reason,
    )


def use_to_decide(*, actor: Actor, use_id: int) -> tuple[UseLine, HoldingLine]:
    """Give a reuse with its item, to its owner's side.

    Raises:
        Refused: There is no such reuse that the actor sees.
    """
    use = Use.objects.filter(pk=use_id).order_by("id").first()
    row = _current(actor, known_holdings(actor).filter(uses=use_id)).order_by("id").first() if use else None
    if use is None or row is None or not is_own(actor, row.owner_lineage):
        raise Refused("not_found_reuse", "There is no such reuse.", "Choose one from the list.")
    parties = parties_by_code()
    return _use(use, parties), _line(actor, row, parties)


def waiting_uses(*, actor: Actor) -> tuple[tuple[UseLine, HoldingLine], ...]:
    """Give every reuse that waits for the leave of those the actor answers for, oldest first."""
    uses = list(
        Use.objects.filter(
            state=UseState.WANTED, holding__owner_lineage__contains=f"/{actor.party}/"
        ).order_by("id")[:PAGE_SIZE]
    )
    return _with_items(actor, uses)


def _with_items(actor: Actor, uses: Iterable[Use]) -> tuple[tuple[UseLine, HoldingLine], ...]:
    listed, parties = list(uses), parties_by_code()
    rows = _current(actor, known_holdings(actor).filter(pk__in={one.holding_id for one in listed}))
    items = {row.pk: _line(actor, row, parties) for row in rows.order_by("id")}
    return tuple((_use(one, parties), items[one.holding_id]) for one in listed if one.holding_id in items)
