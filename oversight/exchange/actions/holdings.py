"""Copies kept, the terms on which they are held, and each reading recorded (G1, G5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from oversight.exchange.actions.files import keep_within
from oversight.exchange.actions.writing import clean_text, locked, london_day
from oversight.exchange.models import Ask, Copy, Holding, NamedParty, Reading, Use
from oversight.exchange.models.checks import TITLE_LENGTH
from oversight.exchange.queries.files import FileContent, StoredFileRef, content_of
from oversight.exchange.queries.sight import HOLD, SEE, known_holdings, named_in, reads_copies
from oversight.exchange.rules.asking import AskState, UseState
from oversight.exchange.rules.holdings import Span, Terms, check_copy, covers
from oversight.exchange.rules.items import Marking, kind_of
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, parties_by_code, party


@dataclass(frozen=True, kw_only=True)
class CopyFacts:
    """What is said of a copy.

    Args:
        as_at: Day on which it was so.
        marking: How it is marked.
        personal: Whether it holds personal data.
        retain_until: Last day on which it is kept.
        where: A link or a place; may be empty when there is a file.
        note: Anything to add; may be empty.
        file_name: Name of the file; empty for none.
        file: Its content.
        source: Path of the page on which it was supplied, when that was elsewhere.
    """

    as_at: date
    marking: Marking
    personal: bool
    retain_until: date
    where: str = ""
    note: str = ""
    file_name: str = ""
    file: bytes = b""
    source: str = ""


def _owner(*, owner: PartyRef, **_: object) -> PartyLike:
    return owner


@action(verb="exchange.copy-kept", permission=HOLD, paragraph="10(iv)", on=_owner)
def keep_copy(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    about: PartyRef,
    owner: PartyRef,
    span: Span | None,
    facts: CopyFacts,
    title: str = "",
    terms: Terms = Terms.LEAVE,
    named: Collection[str] = (),
    keep_terms: bool = False,
) -> Recorded[int]:
    """Keep the current copy of an item: the one before stays, and whoever asked for it is answered.

    Args:
        by: Someone who answers for its owner.
        at: Moment of keeping.
        kind: Kind of the item.
        about: Party that it is about.
        owner: Its one owner.
        span: Of what time; None for how things stand.
        facts: What is said of the copy.
        title: What people call the item; its kind's title when left out.
        terms: On what terms others may use it.
        named: Codes of the parties named in the terms.
        keep_terms: Whether an item that is held already keeps its terms.

    Returns:
        Row of the holding.

    Raises:
        Refused: The item has another owner, a day or the terms make no sense, there is neither file nor
            place, or the file cannot be kept; ``field`` says which.
    """
    what, today = kind_of(kind), london_day(at)
    row = _holding(kind, about, span)
    if row is not None and row.owner_id != owner.code:
        raise Refused(
            "holding_one_owner",
            f"“{row.title}” of {about.name} is held by {parties_by_code()[row.owner_id].name}.",
            "An item has one owner. Ask it for a new copy, or reuse the one that is held.",
            paragraph="10(iv)",
            field="kind",
        )
    if row is not None and keep_terms:
        terms = Terms(row.terms)
        named = named_in(row)
    if facts.personal and keep_terms and terms is Terms.OPEN:
        terms = Terms.LEAVE
    check_copy(
        what,
        span,
        as_at=facts.as_at,
        retain_until=facts.retain_until,
        personal=facts.personal,
        terms=terms,
        named=named,
        owner=owner.code,
        today=today,
    )
    place, file = _content(facts, by, at)
    before: Copy | None = None
    if row is None:
        row = Holding.objects.create(
            kind=kind,
            title=typed_line(title, "title", longest=TITLE_LENGTH) or what.title,
            about_id=about.code,
            owner_id=owner.code,
            owner_lineage=owner.lineage,
            first=span.first if span else None,
            last=span.last if span else None,
            terms=terms,
            begun_at=at,
            begun_by=by.reference,
        )
    else:
        before = row.copies.filter(replaced_at=None).order_by("id").first()
        row.terms, row.owner_lineage = terms, owner.lineage
        row.save()
    _name(row, named, by, at)
    if before is not None:
        before.replaced_at, before.replaced_by = at, by.reference
        before.save()
    copy = Copy.objects.create(
        holding=row,
        number=before.number + 1 if before else 1,
        as_at=facts.as_at,
        file_id=file.id if file else None,
        where=place,
        note=clean_text(facts.note, "note"),
        marking=facts.marking,
        personal=facts.personal,
        retain_until=facts.retain_until,
        source=facts.source,
        kept_at=at,
        kept_by=by.reference,
        kept_name=by.name,
    )
    answered = _answer_all(copy, row, span, by, at)
    payload: dict[str, Value] = {
        "kind": kind,
        "about": about.code,
        "owner": owner.code,
        "first": row.first,
        "last": row.last,
        "copy": copy.number,
        "as_at": facts.as_at,
        "marking": str(facts.marking),
        "personal": facts.personal,
        "retain_until": facts.retain_until,
        "terms": str(terms),
        "named": sorted(named),
        "where": place,
        "file": file.facts if file else None,
        "answered": list(answered),
    }
    return Recorded(f"holding:{row.pk}", payload, row.pk)


def _holding(kind: str, about: PartyRef, span: Span | None) -> Holding | None:
    rows = Holding.objects.select_for_update(of=("self",)).filter(
        kind=kind,
        about__code=about.code,
        first=span.first if span else None,
        last=span.last if span else None,
    )
    return rows.order_by("id").first()


def _content(facts: CopyFacts, by: Actor, at: datetime) -> tuple[str, StoredFileRef | None]:
    place = clean_text(facts.where, "where")
    if facts.file_name:
        return place, keep_within(name=facts.file_name, content=facts.file, by=by, at=at)
    if not place:
        raise Refused(
            "holding_where",
            "There is no file, and nobody is told where this is.",
            "Choose a file, or enter a link or a place.",
            field="where",
        )
    return place, None


def _name(row: Holding, named: Collection[str], by: Actor, at: datetime) -> None:
    parties = parties_by_code()
    unknown = [code for code in named if code not in parties]
    if unknown:
        raise Refused(
            "holding_named", "One of the parties is not known.", "Choose from the list.", field="named"
        )
    had = {one.party_id: one for one in row.every_named.filter(ended_at=None).order_by("id")}
    for code in sorted(set(had) - set(named)):
        had[code].ended_at, had[code].ended_by = at, by.reference
        had[code].save()
    NamedParty.objects.bulk_create(
        NamedParty(holding=row, party_id=code, named_at=at, named_by=by.reference)
        for code in sorted(set(named) - set(had))
    )


def _answer_all(copy: Copy, row: Holding, span: Span | None, by: Actor, at: datetime) -> list[int]:
    """Let one copy answer every open request that it covers, whoever asked."""
    open_asks = Ask.objects.select_for_update(of=("self",)).filter(
        kind=row.kind, about__code=row.about_id, owner__code=row.owner_id, state=AskState.OPEN
    )
    answered = []
    # Those that joined another come first, so that none is passed on that this copy answers as well.
    for ask in open_asks.order_by(F("joins").asc(nulls_last=True), "id"):
        wanted = Span(ask.first, ask.last) if ask.first and ask.last else None
        if not covers(span, wanted):
            continue
        ask.state, ask.answer = AskState.ANSWERED, copy
        ask.closed_at, ask.closed_by, ask.closed_name = at, by.reference, by.name
        ask.save()
        _give_for(ask, row, by, at)
        _pass_on(ask)
        answered.append(ask.pk)
    return answered


def _pass_on(ask: Ask) -> None:
    """Let the next who still waits stand for the same thing, so that its owner is counted as asked once."""
    waiting = list(ask.joined.filter(state=AskState.OPEN).order_by("id"))
    for place, one in enumerate(waiting):
        one.joins = None if place == 0 else waiting[0]
        one.save()


def _give_for(ask: Ask, row: Holding, by: Actor, at: datetime) -> None:
    live = Use.objects.filter(
        holding=row, party__code=ask.party_id, state__in=[UseState.WANTED, UseState.GIVEN]
    ).order_by("id")
    use = live.first() or Use(
        holding=row,
        party_id=ask.party_id,
        purpose=ask.purpose,
        hours=0,
        ask=ask,
        wanted_at=ask.asked_at,
        wanted_by=ask.asked_by,
        wanted_name=ask.asked_name,
    )
    if use.state != UseState.GIVEN:
        use.state, use.decided_at, use.decided_by, use.decided_name = (
            UseState.GIVEN,
            at,
            by.reference,
            by.name,
        )
        use.save()


def _holding_owner(*, holding_id: int, **_: object) -> PartyLike | None:
    owner = Holding.objects.filter(pk=holding_id).order_by("id").values_list("owner__code", flat=True).first()
    return party(owner) if owner else None


@action(verb="exchange.terms-changed", permission=HOLD, paragraph="10(iv)", on=_holding_owner)
def change_terms(
    *, by: Actor, at: datetime, holding_id: int, terms: Terms, named: Collection[str]
) -> Recorded[None]:
    """Change on what terms others may use an item. Who uses it already goes on until that is ended.

    Args:
        by: Someone who answers for its owner.
        at: Moment of doing so.
        holding_id: Its row.
        terms: The terms.
        named: Codes of the parties named in them.

    Raises:
        Refused: The terms make no sense for it.
    """
    row = locked(Holding.objects.all(), holding_id, "item")
    copy = row.copies.filter(replaced_at=None).order_by("id").get()
    check_copy(
        kind_of(row.kind),
        Span(row.first, row.last) if row.first and row.last else None,
        as_at=copy.as_at,
        retain_until=max(copy.retain_until, london_day(at)),
        personal=copy.personal,
        terms=terms,
        named=named,
        owner=row.owner_id,
        today=london_day(at),
    )
    payload: dict[str, Value] = {"before": row.terms, "terms": str(terms), "named": sorted(named)}
    row.terms = terms
    row.save()
    _name(row, named, by, at)
    return Recorded(f"holding:{row.pk}", payload, None)


@action(verb="exchange.copy-read", permission=SEE, paragraph="29")
def read_copy(*, by: Actor, at: datetime, holding_id: int, number: int) -> Recorded[FileContent]:
    """Give the file of a copy, and record who read it.

    Args:
        by: Who reads.
        at: Moment of reading.
        holding_id: Row of the holding.
        number: Number of the copy.

    Raises:
        Refused: There is no such copy that the actor may read, it has no file, or the file is gone.
    """
    row = known_holdings(by).filter(pk=holding_id).order_by("id").first()
    copy = row.copies.filter(number=number).order_by("id").first() if row is not None else None
    if row is None or copy is None or not reads_copies(by, row) or copy.file_id is None:
        raise Refused(
            "not_found_copy",
            "There is no such file, or it is not one that you may read.",
            "Open the library to see what is there for you.",
        )
    found = content_of(copy.file_id)
    Reading.objects.create(copy=copy, party_id=by.party, read_at=at, read_by=by.reference, read_name=by.name)
    payload: dict[str, Value] = {"copy": number, **found.ref.facts}
    return Recorded(f"holding:{row.pk}", payload, found)
