"""What is put in common: the list, one item, who read it, what changed since (B1, B8, ¶2, ¶30)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from oversight.arrangements.queries import Count
from oversight.arrangements.queries.sight import counted
from oversight.exchange.rules.items import Marking
from oversight.intelligence.models import Item, Notice, Reader, Reading, Round
from oversight.intelligence.queries.sight import (
    NOTE,
    SHARE,
    in_sight,
    is_own,
    not_found,
    seen,
    standing_rounds,
)
from oversight.intelligence.rules.counting import Said, corroborated, is_stale, rules_on
from oversight.intelligence.rules.items import ITEM_WORKFLOW, OWNER, SHARED, is_outdated, state_of
from oversight.intelligence.rules.words import Confidence, Kind, Result, Source, Theme, words
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class ItemFilter:
    """What the list is narrowed to; nothing when empty."""

    text: str = ""
    kind: str = ""
    theme: str = ""
    source: str = ""
    result: str = ""
    about: str = ""
    mine: bool = False


@dataclass(frozen=True)
class ItemLine:
    """An item without its words: those are read one by one, and each reading is noted.

    Args:
        id: Its row.
        kind: What it is.
        about: Whom it is about.
        theme: On what.
        source: Who looked.
        owner: Who shares it.
        body: Whose work it is; the owner, but for work of another body.
        number: Its round.
        result: What was found.
        confidence: How sure.
        found_on: When.
        marking: How it is marked.
        state: Where it stands.
        own: Whether the reader answers for its owner.
        stale: Whether it is stale today.
        corroborated: Whether another source says alike, of what the reader sees.
        outdated: Whether the work that it came from was corrected since.
    """

    id: int
    kind: Kind
    about: PartyRef
    theme: Theme
    source: Source
    owner: PartyRef
    body: PartyRef
    number: int
    result: Result
    confidence: Confidence
    found_on: date
    marking: Marking
    state: str
    own: bool
    stale: bool
    corroborated: bool
    outdated: bool

    @property
    def kind_words(self) -> str:
        """What it is, in words."""
        return words().kinds[self.kind]

    @property
    def result_words(self) -> str:
        """What was found, in words."""
        return words().results[self.result]

    @property
    def confidence_words(self) -> str:
        """How sure, in words."""
        return words().confidence[self.confidence]

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return ITEM_WORKFLOW.state(self.state).label


@dataclass(frozen=True)
class ItemList:
    """A page of what is put in common."""

    lines: tuple[ItemLine, ...]
    count: Count
    page: int


def _chosen(actor: Actor, chosen: ItemFilter) -> QuerySet[Round]:
    rows = Round.objects.filter(item__in=in_sight(actor), replaced_at=None)
    if chosen.text:
        rows = rows.filter(Q(text__icontains=chosen.text) | Q(item__about__name__icontains=chosen.text))
    if chosen.kind:
        rows = rows.filter(item__kind=chosen.kind)
    if chosen.theme:
        rows = rows.filter(item__theme=chosen.theme)
    if chosen.source:
        rows = rows.filter(item__source=chosen.source)
    if chosen.result:
        rows = rows.filter(result=chosen.result)
    if chosen.about:
        rows = rows.filter(item__about__lineage__contains=f"/{chosen.about}/")
    if chosen.mine:
        rows = rows.filter(item__owner__code=actor.party)
    return rows


def every_said(actor: Actor, places: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Said, ...]]:
    """Give what stands in sight of each unit and theme, so that one can corroborate another: one query."""
    wanted = set(places)
    if not wanted:
        return {}
    rows = standing_rounds(actor).filter(
        item__about__code__in={about for about, _ in wanted},
        item__theme__in={theme for _, theme in wanted},
        replaced_at=None,
    )
    found: dict[tuple[str, str], tuple[Said, ...]] = {}
    told = rows.values_list("item__about__code", "item__theme", "item__source", "result", "found_on")
    for about, theme, source, result, found_on in told.order_by("pk"):
        key = (about, theme)
        found[key] = (*found.get(key, ()), Said(source, Result(result), found_on))
    return found


def item_lines(actor: Actor, rows: Iterable[Round], today: date) -> tuple[ItemLine, ...]:
    """Give lines of rounds that the actor may know of, read together with their items: one query more."""
    listed = list(rows)
    rules, parties = rules_on(today), parties_by_code()
    said = every_said(actor, {(one.item.about_id, one.item.theme) for one in listed})
    lines = []
    for one in listed:
        item, result = one.item, Result(one.result)
        mine = Said(item.source, result, one.found_on)
        others = said.get((item.about_id, item.theme), ())
        lines.append(
            ItemLine(
                id=item.pk,
                kind=Kind(item.kind),
                about=parties[item.about_id],
                theme=words().themes[item.theme],
                source=words().sources[item.source],
                owner=parties[item.owner_id],
                body=parties[item.body_id],
                number=one.number,
                result=result,
                confidence=Confidence(one.confidence),
                found_on=one.found_on,
                marking=Marking(one.marking),
                state=state_of(
                    released=item.released_at is not None, withdrawn=item.withdrawn_at is not None
                ),
                own=is_own(actor, item.owner_id),
                stale=is_stale(one.found_on, on=today, months=rules.stale_months.figure),
                corroborated=corroborated(mine, others, months=rules.corroborated_months.figure),
                outdated=is_outdated(item.source_changed_at, one.said_at),
            )
        )
    return tuple(lines)


def items(*, actor: Actor, chosen: ItemFilter, today: date, page: int = 1) -> ItemList:
    """Give a page of what is put in common, the latest found first."""
    rows = _chosen(actor, chosen)
    count = counted(rows)
    number = min(max(1, page), max(1, -(-count.number // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    ordered = rows.select_related("item").defer("text").order_by("-found_on", "-item")
    return ItemList(item_lines(actor, ordered[start : start + PAGE_SIZE], today), count, number)


def every_item(*, actor: Actor, chosen: ItemFilter, today: date) -> Iterator[ItemLine]:
    """Give everything that the filters choose, without its words."""
    rows = _chosen(actor, chosen).select_related("item").defer("text").order_by("-found_on", "-item")
    batch: list[Round] = []
    for one in rows.iterator(chunk_size=500):
        batch.append(one)
        if len(batch) == 500:
            yield from item_lines(actor, batch, today)
            batch = []
    yield from item_lines(actor, batch, today)


@dataclass(frozen=True)
class RoundLine:
    """What an item said in a round."""

    number: int
    text: str
    result_words: str
    confidence_words: str
    confidence_means: str
    found_on: date
    marking: Marking
    link: str
    reason: str
    said_name: str
    said_at: datetime
    current: bool


@dataclass(frozen=True)
class ReadingLine:
    """That someone read it."""

    number: int
    party: PartyRef
    name: str
    at: datetime


@dataclass(frozen=True)
class ItemPage:
    """An item with all that the reader may see of it.

    Args:
        line: The item without its words.
        rounds: What it says, newest first: every round to its owner's side; to a reader the current one, once
            they have asked to read it, and none before.
        readers: Bodies that may read it; told to its owner's side alone.
        readings: A page of its readings, latest first; told to its owner's side alone.
        read_count: How many there are.
        origin: What it came from; told to its owner's side alone.
        place: Path of that.
        filed_name: Who put it in common; told to its owner's side alone.
        withdrawn_reason: Why it was withdrawn.
        came_from: The work that it came from, with its date; empty when it was typed here.
        source_changed_at: When that was corrected after this was said; None when it was not.
        source_changed_why: Why, in its owner's words.
        steps: Names of the steps that the reader may take.
    """

    line: ItemLine
    rounds: tuple[RoundLine, ...]
    readers: tuple[PartyRef, ...]
    readings: tuple[ReadingLine, ...]
    read_count: int
    origin: str
    place: str
    filed_name: str
    withdrawn_reason: str
    came_from: str
    source_changed_at: datetime | None
    source_changed_why: str
    steps: frozenset[str]


def may_act(actor: Actor, kind: Kind | str, owner: PartyRef) -> bool:
    """Tell whether someone may act for the owner of an item of a kind."""
    return actor.may(NOTE if kind == Kind.NOTE else SHARE, owner)


def item(*, actor: Actor, item_id: int, today: date, page: int = 1, opened: bool = False) -> ItemPage:
    """Give an item.

    Args:
        actor: Who asks.
        item_id: Its row.
        today: Day by which it is stale or not.
        page: Page of its readings.
        opened: Whether its words are shown to a reader; they asked for them and that was noted.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = seen(actor, item_id)
    rounds = list(row.rounds.select_related("item").order_by("-number"))
    (line,) = item_lines(actor, rounds[:1], today)
    shown: list[Round] = rounds if line.own else []
    if opened and not line.own and line.state == SHARED:
        shown = rounds[:1]
    parties, start = parties_by_code(), (max(1, page) - 1) * PAGE_SIZE
    readings = row.readings.order_by("-id") if line.own else Reading.objects.none()
    readers = row.every_reader.filter(ended_at=None).order_by("party") if line.own else Reader.objects.none()
    moves = ITEM_WORKFLOW.allowed(line.state, OWNER) if may_act(actor, line.kind, line.owner) else ()
    return ItemPage(
        line=line,
        rounds=tuple(_round(one) for one in shown),
        readers=tuple(parties[one.party_id] for one in readers),
        readings=tuple(
            ReadingLine(one.number, parties[one.party_id], one.read_name, one.read_at)
            for one in readings[start : start + PAGE_SIZE]
        ),
        read_count=readings.count() if line.own else 0,
        origin=row.origin if line.own else "",
        place=row.place if line.own else "",
        filed_name=row.filed_name if line.own else "",
        withdrawn_reason=row.withdrawn_reason,
        came_from=row.came_from,
        source_changed_at=row.source_changed_at if line.outdated else None,
        source_changed_why=row.source_changed_why if line.outdated else "",
        steps=frozenset(move.name for move in moves),
    )


def _round(one: Round) -> RoundLine:
    confidence = Confidence(one.confidence)
    return RoundLine(
        number=one.number,
        text=one.text,
        result_words=words().results[Result(one.result)],
        confidence_words=words().confidence[confidence],
        confidence_means=words().means[confidence],
        found_on=one.found_on,
        marking=Marking(one.marking),
        link=one.link,
        reason=one.reason,
        said_name=one.said_name,
        said_at=one.said_at,
        current=one.replaced_at is None,
    )


def item_of_origin(*, actor: Actor, owner: str, origin: str) -> int | None:
    """Give the row of the item that a body shared of something of its own; None for none, or for others.

    Areas above ask it before they share, so that the same thing is corrected and not shared twice.
    """
    rows = in_sight(actor).filter(owner__code=owner, origin=origin).exclude(origin="").order_by("pk")
    return rows.values_list("pk", flat=True).first()


@dataclass(frozen=True)
class NoticeLine:
    """That something was corrected or withdrawn since one read it.

    Args:
        item: Its row.
        about: Whom it is about.
        theme: On what.
        owner: Who shares it.
        withdrawn: Whether it was withdrawn; otherwise corrected.
        reason: Why, in its owner's words; empty for one who may not read it any more.
        at: When.
        opens: Whether it can still be opened.
    """

    item: int
    about: PartyRef
    theme: Theme
    owner: PartyRef
    withdrawn: bool
    reason: str
    at: datetime
    opens: bool


def notices(*, actor: Actor) -> tuple[NoticeLine, ...]:
    """Give what changed since the actor read it for the body that they act for now, the latest first."""
    if not actor.party:
        return ()
    rows = Notice.objects.filter(person=actor.reference, party__code=actor.party, seen_at=None)
    told = list(rows.select_related("item").order_by("-id")[:PAGE_SIZE])
    if not told:
        return ()
    keys = [one.item_id for one in told]
    rounds = Round.objects.filter(item__in=keys).order_by("pk").values_list("item", "number", "reason")
    reasons = {(item_id, number): reason for item_id, number, reason in rounds}
    open_ = set(in_sight(actor).filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    parties = parties_by_code()
    return tuple(
        NoticeLine(
            item=one.item_id,
            about=parties[one.item.about_id],
            theme=words().themes[one.item.theme],
            owner=parties[one.item.owner_id],
            withdrawn=one.withdrawn,
            reason=one.item.withdrawn_reason
            if one.withdrawn
            else reasons[one.item_id, one.number] * (one.item_id in open_),
            at=one.told_at,
            opens=one.item_id in open_,
        )
        for one in told
    )


def own_item(actor: Actor, item_id: int, *, lock: bool = False) -> Item:
    """Give an item of the actor's own side.

    Raises:
        Refused: There is none; one of another body looks like one that is not there.
    """
    row = seen(actor, item_id, lock=lock)
    if not is_own(actor, row.owner_id):
        raise not_found()
    return row


def current_round(row: Item) -> Round:
    """Give what an item says now."""
    return row.rounds.order_by("pk").get(replaced_at=None)


def default_readers(owner: PartyRef) -> tuple[str, ...]:
    """Give whom a finding is shared with when its owner names nobody: OSAG and the other lines (¶30)."""
    return tuple(code for code in ("hmpps-osag", "hmip") if code != owner.code)
