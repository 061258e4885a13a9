"""Sharing with named parties, ending a share, and handing out what is shared, marked and recorded (G3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from oversight.exchange.actions.files import keep_within
from oversight.exchange.actions.writing import clean_text, locked, london_day
from oversight.exchange.models import Share, SharedWith, ShareRead
from oversight.exchange.models.checks import TITLE_LENGTH
from oversight.exchange.queries.files import FileContent, content_of
from oversight.exchange.queries.sharing import GIVE, seen_shares, share
from oversight.exchange.queries.sight import SEE
from oversight.exchange.rules.items import Marking
from oversight.exchange.rules.lasting import Standing, standing_on
from oversight.exchange.rules.sharing import (
    Shared,
    ShareTerms,
    check_report,
    check_share,
    marking_lines,
    stamped,
)
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.kernel.words import moment_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import parties_by_code

#: Kinds of party that something can be shared with: bodies, and not the operator of this service.
_NOT_SHARED_WITH = frozenset({"operator"})


def _parties_to_share_with() -> tuple[str, ...]:
    """Give the codes of the parties that something can be shared with."""
    return tuple(code for code in parties_by_code() if code not in _NOT_SHARED_WITH)


@action(verb="exchange.shared", permission=GIVE, paragraph="29")
def give_share(
    *,
    by: Actor,
    at: datetime,
    what: Shared,
    title: str,
    file_name: str,
    file: bytes,
    marking: Marking,
    parties: Collection[str],
    purpose: str,
    agreement: str,
    until: date,
    follows: int | None = None,
) -> Recorded[int]:
    """Share a report or data with named parties, from today until a day.

    Args:
        by: Who shares it, for its owner.
        at: Moment of doing so.
        what: What it is.
        title: Its title.
        file_name: Name of its file.
        file: Its content.
        marking: How it is marked.
        parties: Codes of the parties.
        purpose: What for; they read it.
        agreement: Reference of the data sharing agreement; may be empty for a report.
        until: Last day; the share ends by itself after it.
        follows: Row of a share of one's own that this version replaces, which ends; None for none.

    Returns:
        Row of the share.

    Raises:
        Refused: ``field`` says what is missing or not possible.
    """
    today, known = london_day(at), _parties_to_share_with()
    terms = ShareTerms(
        what,
        by.party,
        frozenset(parties),
        clean_text(purpose, "purpose"),
        clean_text(agreement, "agreement"),
        until,
    )
    check_share(terms, known=known, today=today)
    kept = keep_within(name=file_name, content=file, by=by, at=at)
    if what is Shared.REPORT:
        check_report(kept.name, kept.media_type, file)
    before = _replaced(follows, by, at) if follows is not None else None
    row = Share.objects.create(
        what=what,
        title=typed_line(title, "title", longest=TITLE_LENGTH) or kept.name,
        owner_id=by.party,
        file_id=kept.id,
        marking=marking,
        purpose=terms.purpose,
        agreement=terms.agreement,
        since=today,
        until=until,
        follows=before,
        given_at=at,
        given_by=by.reference,
        given_name=by.name,
    )
    SharedWith.objects.bulk_create(SharedWith(share=row, party_id=code) for code in sorted(terms.parties))
    payload: dict[str, Value] = {
        "what": str(what),
        "title": row.title,
        "parties": sorted(terms.parties),
        "purpose": terms.purpose,
        "agreement": terms.agreement,
        "marking": str(marking),
        "since": today,
        "until": until,
        "follows": before.pk if before else None,
        "file": kept.facts,
    }
    return Recorded(f"share:{row.pk}", payload, row.pk)


def _replaced(follows: int, by: Actor, at: datetime) -> Share:
    """End the version that a new one replaces."""
    row = locked(Share.objects.filter(owner__code=by.party), follows, "share")
    if hasattr(row, "followed_by"):
        raise Refused("share_replaced", "This version was replaced already.", "Replace the newest version.")
    if row.ended_at is None:
        row.ended_at, row.ended_by, row.ended_name = at, by.reference, by.name
        row.ended_reason = "A newer version replaces it."
        row.save()
    return row


@action(verb="exchange.share-ended", permission=GIVE, paragraph="29")
def end_share(*, by: Actor, at: datetime, share_id: int, reason: str) -> Recorded[None]:
    """End a share before its last day.

    Args:
        by: Someone of the party that shares.
        at: Moment of doing so.
        share_id: Its row.
        reason: Why.

    Raises:
        Refused: There is no such share of the actor's party, it has ended, or the reason is missing.
    """
    row = locked(Share.objects.filter(owner__code=by.party), share_id, "share")
    stands = standing_on(london_day(at), since=row.since, until=row.until, ended=row.ended_at is not None)
    if stands is not Standing.LIVE:
        raise Refused("share_ended", "This share has ended.", "There is nothing to do.", paragraph="29")
    row.ended_reason = clean_text(reason, "reason", wanted="Enter why it ends early.")
    row.ended_at, row.ended_by, row.ended_name = at, by.reference, by.name
    row.save()
    return Recorded(f"share:{row.pk}", {"reason": row.ended_reason}, None)


@action(verb="exchange.share-read", permission=SEE, paragraph="29")
def read_share(*, by: Actor, at: datetime, share_id: int) -> Recorded[FileContent]:
    """Hand out what is shared: a report with its marking and the reader's name on every page. It is recorded.

    Args:
        by: Who reads.
        at: Moment of reading.
        share_id: Its row.

    Raises:
        Refused: There is no such share that the actor may read today, or its file is damaged or gone.
    """
    line = share(actor=by, share_id=share_id, today=london_day(at))
    if not line.live and not line.own:
        raise Refused("not_found_share", "This share has ended.", "Ask whoever shared it.")
    row = seen_shares(by, london_day(at)).order_by("id").get(pk=share_id)
    found = content_of(row.file_id)
    ShareRead.objects.create(
        share=row, party_id=by.party, read_at=at, read_by=by.reference, read_name=by.name
    )
    if line.what is Shared.REPORT:
        across, along = marking_lines(
            line.marking,
            owner=line.owner.name,
            party=parties_by_code()[by.party].name,
            reader=by.name,
            moment=moment_in_words(at),
        )
        found = replace(found, content=stamped(found.content, across=across, along=along))
    payload: dict[str, Value] = {"party": by.party, **found.ref.facts}
    return Recorded(f"share:{row.pk}", payload, found)
