"""What is shared with us and by us, and who read it (G3, ¶29, ¶33, H4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery

from oversight.exchange.models import Share, SharedWith, ShareRead
from oversight.exchange.queries.files import StoredFileRef, ref_of
from oversight.exchange.queries.sight import SEE
from oversight.exchange.rules.items import Marking
from oversight.exchange.rules.lasting import STANDING_WORDS, Standing, standing_on
from oversight.exchange.rules.sharing import SHARED_WORDS, Shared
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE: Final = 25
GIVE: Final = "exchange.share"


@dataclass(frozen=True)
class ShareLine:
    """Something shared.

    Args:
        id: Its row.
        what: What it is.
        title: Its title.
        owner: Who shares it.
        parties: With whom, as far as the reader is told: all to its owner, themselves alone to the others.
        file: Its file.
        marking: How it is marked.
        purpose: What for.
        agreement: Under which data sharing agreement; may be empty for a report.
        since: First day.
        until: Last day.
        standing: Where it stands today.
        given_name: Who shared it; told to its owner.
        ended_reason: Why it ended early; empty when it did not.
        follows: Row of the version that it replaced; None for none.
        followed_by: Row of the version that replaced it, told to its owner; None for none.
        own: Whether the reader's party shares it.
        read_count: How often it was read; told to its owner, None to others.
    """

    id: int
    what: Shared
    title: str
    owner: PartyRef
    parties: tuple[PartyRef, ...]
    file: StoredFileRef
    marking: Marking
    purpose: str
    agreement: str
    since: date
    until: date
    standing: Standing
    given_name: str
    ended_reason: str
    follows: int | None
    followed_by: int | None
    own: bool
    read_count: int | None

    @property
    def standing_label(self) -> str:
        """Where it stands, in words."""
        return STANDING_WORDS[self.standing]

    @property
    def what_words(self) -> str:
        """What it is, in words."""
        return SHARED_WORDS[self.what]

    @property
    def live(self) -> bool:
        """Whether it can be read today."""
        return self.standing is Standing.LIVE


@dataclass(frozen=True)
class Shares:
    """A page of what is shared."""

    lines: tuple[ShareLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class ShareReadLine:
    """That someone was handed it."""

    party: PartyRef
    name: str
    at: datetime


def seen_shares(actor: Actor, today: date) -> QuerySet[Share]:
    """Give what a party shares, and what is shared with it today; what has ended is gone for the others."""
    if not actor.may(SEE):
        return Share.objects.none()
    given = SharedWith.objects.filter(share=OuterRef("pk"), party__code=actor.party)
    live = Q(ended_at=None, since__lte=today, until__gte=today)
    return Share.objects.filter(Q(owner__code=actor.party) | (Q(Exists(given)) & live))


def _counted_readings() -> QuerySet[Any]:
    """Count the readings of one share: of those on the page alone, however many others there are."""
    rows = ShareRead.objects.filter(share=OuterRef("pk")).order_by().values("share")
    return rows.annotate(number=Count("pk")).values("number")


def _lines(actor: Actor, rows: QuerySet[Share], today: date) -> tuple[ShareLine, ...]:
    parties = parties_by_code()
    full = (
        rows.select_related("file__content", "followed_by")
        .defer("file__content__content")
        .annotate(read_count=Subquery(_counted_readings(), output_field=IntegerField()))
        .prefetch_related("parties")
    )
    lines = []
    for one in full:
        own = one.owner_id == actor.party
        named = sorted(with_.party_id for with_ in one.parties.all())
        lines.append(
            ShareLine(
                id=one.pk,
                what=Shared(one.what),
                title=one.title,
                owner=parties[one.owner_id],
                parties=tuple(parties[code] for code in named if own or code == actor.party),
                file=ref_of(one.file),
                marking=Marking(one.marking),
                purpose=one.purpose,
                agreement=one.agreement,
                since=one.since,
                until=one.until,
                standing=standing_on(today, since=one.since, until=one.until, ended=one.ended_at is not None),
                given_name=one.given_name if own else "",
                ended_reason=one.ended_reason,
                follows=one.follows_id if own else None,
                followed_by=one.followed_by.pk if own and hasattr(one, "followed_by") else None,
                own=own,
                read_count=(one.read_count or 0) if own else None,
            )
        )
    return tuple(lines)


def shares(*, actor: Actor, today: date, text: str = "", page: int = 1) -> Shares:
    """Give a page of what is shared by the actor's party and with it, newest first."""
    rows = seen_shares(actor, today)
    rows = rows.filter(title__icontains=text) if text else rows
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    return Shares(_lines(actor, rows.order_by("-id")[start : start + PAGE_SIZE], today), count, number)


def share(*, actor: Actor, share_id: int, today: date) -> ShareLine:
    """Give something shared.

    Raises:
        Refused: There is none that the actor may see today; one that ended looks like one that never was.
    """
    lines = _lines(actor, seen_shares(actor, today).filter(pk=share_id).order_by("id"), today)
    if not lines:
        raise Refused(
            "not_found_share",
            "There is no such share, or it is not one that you may see today.",
            "Open the list of shares to see what is there for you.",
        )
    return lines[0]


def share_readings(*, share: ShareLine, page: int = 1) -> tuple[ShareReadLine, ...]:
    """Give a page of the readings of a share of one's own, latest first; nothing to others."""
    if not share.own:
        return ()
    parties, start = parties_by_code(), (max(1, page) - 1) * PAGE_SIZE
    rows = ShareRead.objects.filter(share=share.id).order_by("-id")
    return tuple(
        ShareReadLine(parties[one.party_id], one.read_name, one.read_at)
        for one in rows[start : start + PAGE_SIZE]
    )
