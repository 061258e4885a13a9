"""Sharing a finding, filing a note, reading, correcting, withdrawing: who read it is told (B1, B8, ¶30)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from oversight.exchange.actions.writing import clean_text, london_day
from oversight.exchange.rules.items import Marking
from oversight.intelligence.models import Item, Notice, Reader, Reading, Round
from oversight.intelligence.queries.items import (
    ItemPage,
    current_round,
    default_readers,
    item,
    may_act,
    own_item,
)
from oversight.intelligence.queries.sight import NOTE, SEE, SHARE, is_own, seen
from oversight.intelligence.rules.items import (
    ITEM_WORKFLOW,
    OWNER,
    READER,
    Wanted,
    already_shared,
    check_found_on,
    check_link,
    check_readers,
    check_wanted,
    state_of,
)
from oversight.intelligence.rules.words import Confidence, Kind, Result, source_of, theme_of
from oversight.jobs.mailing import post
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, addresses, parties_by_code, party

LONGEST_LINK: Final = 500
LONGEST_CAME_FROM: Final = 300
#: Kinds of body that nothing is shared with: whoever runs this service.
_NO_READERS: Final = frozenset({"operator"})


@dataclass(frozen=True)
class Content:
    """What an item says.

    Args:
        text: What was found, in its owner's words.
        result: What that amounts to.
        confidence: How sure its owner is.
        found_on: When it was found.
        marking: How it is marked.
        link: Address of another body's work; empty for anything else.
    """

    text: str
    result: Result
    confidence: Confidence
    found_on: date
    marking: Marking = Marking.SENSITIVE
    link: str = ""


def _readers() -> tuple[str, ...]:
    return tuple(code for code in parties_by_code() if code not in _NO_READERS)


def _add_round(row: Item, content: Content, *, number: int, reason: str, by: Actor, at: datetime) -> Round:
    text = clean_text(content.text, "text", wanted="Enter what was found.")
    return Round.objects.create(
        item=row,
        number=number,
        text=text,
        result=content.result,
        confidence=content.confidence,
        found_on=content.found_on,
        marking=content.marking,
        link=typed_line(content.link, "link", longest=LONGEST_LINK),
        reason=reason,
        said_at=at,
        said_by=by.reference,
        said_name=by.name,
    )


def _keep(
    *,
    by: Actor,
    at: datetime,
    kind: Kind,
    owner: PartyRef,
    body: PartyRef,
    about: PartyRef,
    theme: str,
    content: Content,
    readers: Collection[str],
    origin: str = "",
    place: str = "",
    came_from: str = "",
) -> tuple[Item, dict[str, Value]]:
    named = frozenset(readers) - {owner.code}
    check_wanted(
        Wanted(kind, owner.code, named, content.found_on, content.link),
        known=_readers(),
        today=london_day(at),
    )
    if origin and Item.objects.filter(owner__code=owner.code, origin=origin, withdrawn_at=None).exists():
        raise already_shared()
    released = kind is not Kind.NOTE
    row = Item.objects.create(
        kind=kind,
        about_id=about.code,
        theme=theme_of(theme).id,
        source=source_of(code=body.code, kind=body.kind).id,
        owner_id=owner.code,
        body_id=body.code,
        origin=typed_line(origin, "origin", longest=200),
        place=place,
        came_from=typed_line(came_from, "came_from", longest=LONGEST_CAME_FROM),
        filed_at=at,
        filed_by=by.reference,
        filed_name=by.name,
        released_at=at if released else None,
        released_by=by.reference if released else "",
    )
    _add_round(row, content, number=1, reason="", by=by, at=at)
    Reader.objects.bulk_create(
        Reader(item=row, party_id=code, named_at=at, named_by=by.reference) for code in sorted(named)
    )
    payload: dict[str, Value] = {
        "kind": str(kind),
        "owner": owner.code,
        "body": body.code,
        "about": about.code,
        "theme": row.theme,
        "source": row.source,
        "result": str(content.result),
        "confidence": str(content.confidence),
        "found_on": content.found_on,
        "marking": str(content.marking),
        "readers": sorted(named),
        "origin": row.origin,
    }
    return row, payload


def _owner(*, owner: PartyRef, **rest: object) -> PartyRef:
    del rest
    return owner


@action(verb="intelligence.finding-shared", permission=SHARE, paragraph="30", on=_owner)
def share_finding(
    *,
    by: Actor,
    at: datetime,
    owner: PartyRef,
    about: PartyRef,
    theme: str,
    content: Content,
    readers: Collection[str] = (),
    origin: str = "",
    place: str = "",
    came_from: str = "",
) -> Recorded[int]:
    """Put a finding in common: the only way in which one body's finding comes before another.

    Areas above call it with what their own people decided to share, and with ``origin``, so that the same
    finding is not shared twice; ``queries.items.item_of_origin`` finds it again.

    Args:
        by: Someone who shares for the owner.
        at: Moment of sharing.
        owner: Whose finding it is.
        about: Unit or other body that it is about.
        theme: Name of the theme.
        content: What it says.
        readers: Codes of the bodies that may read it; OSAG and the Inspectorate when none is named.
        origin: Reference of what it came from in the owner's own work, for example ``assessment:12``.
        place: Path of the page of that, for the owner's own people.
        came_from: That work with its date, in words that every reader may see.

    Returns:
        Row of the item.

    Raises:
        Refused: Something is missing or not possible (``field``), or it was shared already (``item_shared``).
    """
    row, payload = _keep(
        by=by,
        at=at,
        kind=Kind.FINDING,
        owner=owner,
        body=owner,
        about=about,
        theme=theme,
        content=content,
        readers=readers or default_readers(owner),
        origin=origin,
        place=place,
        came_from=came_from,
    )
    return Recorded(f"intelligence:{row.pk}", payload, row.pk)


@action(verb="intelligence.work-recorded", permission=SHARE, paragraph="15", on=_owner)
def record_work(
    *,
    by: Actor,
    at: datetime,
    owner: PartyRef,
    body: PartyRef,
    about: PartyRef,
    theme: str,
    content: Content,
    readers: Collection[str],
) -> Recorded[int]:
    """Record the published work of another body, such as the National Audit Office, with its link.

    Args:
        by: Someone who shares for the owner of this record.
        at: Moment of recording.
        owner: Who records it.
        body: Whose work it is.
        about: Unit or other body that it is about.
        theme: Name of the theme.
        content: What it says, with its link.
        readers: Codes of the bodies that may read it.

    Raises:
        Refused: Something is missing or not possible; ``field`` says where.
    """
    if body.code == owner.code:
        raise Refused("work_body", "That is your own work.", "Share it as a finding.", field="body")
    row, payload = _keep(
        by=by,
        at=at,
        kind=Kind.WORK,
        owner=owner,
        body=body,
        about=about,
        theme=theme,
        content=content,
        readers=readers,
    )
    return Recorded(f"intelligence:{row.pk}", payload, row.pk)


@action(verb="intelligence.note-filed", permission=NOTE, paragraph="2", on=_owner)
def file_note(
    *,
    by: Actor,
    at: datetime,
    owner: PartyRef,
    about: PartyRef,
    theme: str,
    content: Content,
    readers: Collection[str],
) -> Recorded[int]:
    """File a note about a unit. Nobody besides its owner's side reads it before it is released.

    Args:
        by: Someone of the owner.
        at: Moment of filing.
        owner: Whose note it is.
        about: Unit or other body that it is about.
        theme: Name of the theme.
        content: What it says.
        readers: Codes of the bodies that may read it once it is released.

    Raises:
        Refused: Something is missing or not possible; ``field`` says where.
    """
    row, payload = _keep(
        by=by,
        at=at,
        kind=Kind.NOTE,
        owner=owner,
        body=owner,
        about=about,
        theme=theme,
        content=content,
        readers=readers,
    )
    return Recorded(f"intelligence:{row.pk}", payload, row.pk)


def _own(by: Actor, item_id: int, act: str) -> Item:
    """Give an item of the actor's own, locked, when it may go the step now.

    Raises:
        Refused: There is none of theirs, their role may not, or it was withdrawn.
    """
    row = own_item(by, item_id, lock=True)
    ref = party(row.owner_id)
    if not may_act(by, row.kind, ref):
        by.demand(NOTE if row.kind == Kind.NOTE else SHARE, ref)
    state = state_of(released=row.released_at is not None, withdrawn=row.withdrawn_at is not None)
    ITEM_WORKFLOW.check(act, state, OWNER)
    return row


@action(verb="intelligence.note-released", permission=NOTE, paragraph="2")
def release_note(*, by: Actor, at: datetime, item_id: int) -> Recorded[None]:
    """Let the readers named read a note that was filed.

    Args:
        by: Someone of its owner.
        at: Moment of release.
        item_id: Its row.

    Raises:
        Refused: There is no such note of theirs, or it is released or withdrawn.
    """
    row = _own(by, item_id, "release")
    row.released_at, row.released_by = at, by.reference
    row.save()
    return Recorded(f"intelligence:{row.pk}", {"released": True}, None)


@action(verb="intelligence.corrected", permission=SEE, paragraph="30")
def correct_item(
    *, by: Actor, at: datetime, item_id: int, number: int, content: Content, reason: str
) -> Recorded[int]:
    """Correct what one shared: a new round beside the old one, and everyone who read the old one is told.

    Args:
        by: Someone who acts for its owner.
        at: Moment of correcting.
        item_id: Its row.
        number: Round that the actor saw.
        content: What it says from now on.
        reason: Why; everyone who read it reads that.

    Returns:
        Number of the new round.

    Raises:
        Refused: There is no such item of theirs, it changed meanwhile, or something is missing.
    """
    row = _own(by, item_id, "correct")
    before = current_round(row)
    if before.number != number:
        raise Refused(
            "stale_item",
            "Someone else of your organisation corrected this since you opened it.",
            "Open it again to see what it says now.",
        )
    check_found_on(content.found_on, today=london_day(at))
    why = clean_text(reason, "reason", wanted="Enter why; everyone who read it is told.")
    check_link(Kind(row.kind), content.link)
    before.replaced_at, before.replaced_by = at, by.reference
    before.save()
    new = _add_round(row, content, number=number + 1, reason=why, by=by, at=at)
    told = _tell(row, number=new.number, withdrawn=False, by=by, at=at)
    payload: dict[str, Value] = {
        "round": new.number,
        "result": new.result,
        "confidence": new.confidence,
        "found_on": new.found_on,
        "marking": new.marking,
        "reason": why,
        "told": told,
    }
    return Recorded(f"intelligence:{row.pk}", payload, new.number)


@action(verb="intelligence.withdrawn", permission=SEE, paragraph="30")
def withdraw_item(*, by: Actor, at: datetime, item_id: int, reason: str) -> Recorded[None]:
    """Withdraw what one shared or filed. Nobody else reads it from then on; everyone who did is told.

    Args:
        by: Someone who acts for its owner.
        at: Moment of withdrawing.
        item_id: Its row.
        reason: Why; everyone who read it reads that.

    Raises:
        Refused: There is no such item of theirs, it was withdrawn, or the reason is missing.
    """
    row = _own(by, item_id, "withdraw")
    row.withdrawn_reason = clean_text(reason, "reason", wanted="Enter why; everyone who read it is told.")
    row.withdrawn_at, row.withdrawn_by = at, by.reference
    row.save()
    told = _tell(row, number=current_round(row).number, withdrawn=True, by=by, at=at)
    return Recorded(f"intelligence:{row.pk}", {"reason": row.withdrawn_reason, "told": told}, None)


@action(verb="intelligence.readers-named", permission=SEE, paragraph="2")
def name_readers(*, by: Actor, at: datetime, item_id: int, readers: Collection[str]) -> Recorded[None]:
    """Say anew who may read something. A body named no longer does not read it from then on.

    Args:
        by: Someone who acts for its owner.
        at: Moment of naming.
        item_id: Its row.
        readers: Codes of every body that may read it.

    Raises:
        Refused: There is no such item of theirs, it was withdrawn, or nobody else is named.
    """
    row = _own(by, item_id, "name_readers")
    named = frozenset(readers) - {row.owner_id}
    check_readers(named, owner=row.owner_id, known=_readers())
    held = {one.party_id: one for one in row.every_reader.filter(ended_at=None).order_by("pk")}
    for code, one in held.items():
        if code not in named:
            one.ended_at, one.ended_by = at, by.reference
            one.save()
    Reader.objects.bulk_create(
        Reader(item=row, party_id=code, named_at=at, named_by=by.reference)
        for code in sorted(named - set(held))
    )
    payload: dict[str, Value] = {"named": sorted(named - set(held)), "ended": sorted(set(held) - named)}
    return Recorded(f"intelligence:{row.pk}", payload, None)


@action(verb="intelligence.read", permission=SEE, paragraph="2")
def read_item(*, by: Actor, at: datetime, item_id: int) -> Recorded[ItemPage]:
    """Read the words of what another body shared. It is noted, and the owner sees who and when.

    Args:
        by: Who reads.
        at: Moment of reading.
        item_id: Its row.

    Raises:
        Refused: There is nothing of the kind that the actor may read.
    """
    row = seen(by, item_id)
    own = is_own(by, row.owner_id)
    number = current_round(row).number
    if not own:
        ITEM_WORKFLOW.check(
            "read",
            state_of(released=row.released_at is not None, withdrawn=row.withdrawn_at is not None),
            READER,
        )
        Reading.objects.create(
            item=row, number=number, party_id=by.party, read_at=at, read_by=by.reference, read_name=by.name
        )
        Notice.objects.filter(item=row, person=by.reference, party__code=by.party, seen_at=None).update(
            seen_at=at
        )
    page = item(actor=by, item_id=item_id, today=london_day(at), opened=True)
    return Recorded(f"intelligence:{row.pk}", {"party": by.party, "round": number, "own": own}, page)


@action(verb="intelligence.notices-seen", permission=SEE, paragraph="30")
def see_notices(*, by: Actor, at: datetime) -> Recorded[int]:
    """Put away what one was told of corrections and withdrawals.

    Args:
        by: Whom they were for.
        at: Moment of seeing them.

    Returns:
        How many there were.
    """
    rows = Notice.objects.filter(person=by.reference, party__code=by.party, seen_at=None)
    count = rows.update(seen_at=at)
    return Recorded(f"intelligence:notices-of-{by.reference}", {"seen": count}, count)


def _tell(row: Item, *, number: int, withdrawn: bool, by: Actor, at: datetime) -> int:
    """Tell everyone who read an item that it changed: on their page, and by email."""
    readers = row.readings.order_by("read_by", "party__code").values_list("read_by", "party__code").distinct()
    people = [(person, code) for person, code in readers if person != by.reference]
    Notice.objects.bulk_create(
        Notice(item=row, number=number, withdrawn=withdrawn, person=person, party_id=code, told_at=at)
        for person, code in people
    )
    named = (person.removeprefix("person:") for person, _ in people)
    numbers = {int(number) for number in named if number.isdecimal()}
    done = "withdrawn" if withdrawn else "corrected"
    # Mail leaves the service, so it says neither whom it is about nor what it says.
    for _, address in sorted(addresses(numbers).items()):
        post(
            by=by,
            at=at,
            to=address,
            subject=f"Something that you read was {done}",
            text=(
                f"Its owner has {done} something in common that you have read. Sign in to see what and why:\n"
                f"{settings.SITE}{reverse('intelligence')}\n"
            ),
            about=f"intelligence:{row.pk}",
        )
    return len(people)
