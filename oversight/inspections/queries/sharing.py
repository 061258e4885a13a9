"""The register of shares of an inspection's case data, and who read what (D9, ¶33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, QuerySet

from oversight.exchange.rules.lasting import STANDING_WORDS, Standing
from oversight.inspections.models import CaseShare, Inspection, InspectionPartner, ShareReading
from oversight.inspections.queries.sight import found
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.sharing import (
    Share,
    parts_in_words,
    standing,
)
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE = 25
GIVE = "inspections.share"


@dataclass(frozen=True)
class ShareLine:
    """A share as its page tells it.

    Args:
        id: Its number.
        party: The partner that it is given to.
        parts: What is shared.
        parts_words: The same in words.
        purpose: What for.
        agreement: Reference or link of the data sharing agreement.
        since: First day.
        until: Last day.
        standing: Where it stands today.
        standing_label: The same in words.
        renews: Number of the share that it follows; None when it follows none.
        given_name: Who gave it.
        given_at: When.
        ended_name: Who ended it early; empty when nobody did.
        ended_at: When; None likewise.
        ended_reason: Why; empty likewise.
        readings: How often it was read.
        last_read: When last; None when never.
    """

    id: int
    party: PartyRef
    parts: frozenset[Part]
    parts_words: str
    purpose: str
    agreement: str
    since: date
    until: date
    standing: Standing
    standing_label: str
    renews: int | None
    given_name: str
    given_at: datetime
    ended_name: str
    ended_at: datetime | None
    ended_reason: str
    readings: int
    last_read: datetime | None


@dataclass(frozen=True)
class ReadingLine:
    """One reading of shared case data."""

    name: str
    party: PartyRef
    part: str
    address: str
    at: datetime


@dataclass(frozen=True)
class ShareRegister:
    """The shares that someone sees.

    Args:
        lines: A page of them, latest first.
        count: How many there are.
        page: Which page.
        partners: Partner inspectorates of the inspection.
        gives: Whether the one who looks may share now.
        own: Whether only the shares with the party of the one who looks are listed.
    """

    lines: tuple[ShareLine, ...]
    count: int
    page: int
    partners: tuple[PartyRef, ...]
    gives: bool
    own: bool


def joint_seen(actor: Actor, reference: str) -> tuple[Inspection, tuple[str, ...]]:
    """Give a joint inspection to someone of the Inspectorate or of a partner in it, with the partners.

    Raises:
        Refused: There is none that the actor sees, it is not joint, or the shares are no concern of theirs.
    """
    row = found(actor, reference)
    rows = InspectionPartner.objects.filter(inspection=row).order_by("party__code")
    partners = tuple(rows.values_list("party__code", flat=True))
    if not partners:
        raise Refused(
            "not_found_shares",
            "This inspection is not joint, so its case data is shared with nobody.",
            "Open the inspection.",
            paragraph="33",
        )
    if actor.party != OWNER and actor.party not in partners:
        raise Refused(
            "permission_shares",
            "Which case data is shared is between HM Inspectorate of Probation and its partners.",
            "Open the inspection to see what concerns you.",
            paragraph="33",
            who_can="HM Inspectorate of Probation and its partners in this inspection",
        )
    return row, partners


def _rows(actor: Actor, row: Inspection) -> QuerySet[CaseShare]:
    rows = CaseShare.objects.filter(partner__inspection=row).select_related("partner")
    return rows if actor.party == OWNER else rows.filter(partner__party__code=actor.party)


def _facts(share: CaseShare, parts: frozenset[Part]) -> Share:
    return Share(share.partner.party_id, parts, share.since, share.until, ended=share.ended_at is not None)


def _lines(rows: QuerySet[CaseShare], today: date) -> tuple[ShareLine, ...]:
    parties = parties_by_code()
    counted = rows.prefetch_related("parts").annotate(
        read_count=Count("readings", distinct=True), read_last=Max("readings__read_at")
    )
    lines = []
    for one in counted:
        parts = frozenset(Part(held.part) for held in one.parts.all())
        stands = standing(_facts(one, parts), today)
        lines.append(
            ShareLine(
                id=one.pk,
                party=parties[one.partner.party_id],
                parts=parts,
                parts_words=parts_in_words(parts),
                purpose=one.purpose,
                agreement=one.agreement,
                since=one.since,
                until=one.until,
                standing=stands,
                standing_label=STANDING_WORDS[stands],
                renews=one.renews_id,
                given_name=one.given_name,
                given_at=one.given_at,
                ended_name=one.ended_name,
                ended_at=one.ended_at,
                ended_reason=one.ended_reason,
                readings=one.read_count,
                last_read=one.read_last,
            )
        )
    return tuple(lines)


def shares(*, actor: Actor, reference: str, today: date, page: int = 1) -> ShareRegister:
    """Give a page of the shares of an inspection: all to the Inspectorate, a partner's own to that partner.

    Raises:
        Refused: As for ``joint_seen``.
    """
    row, partners = joint_seen(actor, reference)
    rows = _rows(actor, row).order_by("-id")
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    parties = parties_by_code()
    state = row.paused_from or row.state
    return ShareRegister(
        lines=_lines(rows[start : start + PAGE_SIZE], today),
        count=count,
        page=number,
        partners=tuple(parties[code] for code in partners),
        gives=actor.may(GIVE)
        and actor.reference == row.lead
        and state not in {CaseState.SCHEDULED, CaseState.WITHDRAWN, CaseState.REPLACED},
        own=actor.party != OWNER,
    )


def share(*, actor: Actor, reference: str, share_id: int, today: date) -> ShareLine:
    """Give one share.

    Raises:
        Refused: As for ``joint_seen``, or there is no such share that the actor sees.
    """
    row, _ = joint_seen(actor, reference)
    lines = _lines(_rows(actor, row).filter(pk=share_id).order_by("id"), today)
    if not lines:
        raise Refused("not_found_share", "There is no such share.", "Choose one from the list of shares.")
    return lines[0]


def readings(*, actor: Actor, reference: str, share_id: int, today: date, page: int = 1) -> Readings:
    """Give a page of the readings of a share, latest first.

    Raises:
        Refused: As for ``share``.
    """
    line = share(actor=actor, reference=reference, share_id=share_id, today=today)
    rows = ShareReading.objects.filter(share=line.id).order_by("-id")
    count = line.readings
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    return Readings(
        line,
        tuple(
            ReadingLine(one.read_name, line.party, parts_in_words([Part(one.part)]), one.address, one.read_at)
            for one in rows[start : start + PAGE_SIZE]
        ),
        count,
        number,
    )


@dataclass(frozen=True)
class Readings:
    """A share with a page of its readings."""

    share: ShareLine
    lines: tuple[ReadingLine, ...]
    count: int
    page: int


def live_share(actor: Actor, row: Inspection, part: Part) -> CaseShare | None:
    """Give the share under which someone of a partner reads a part today: that which lasts longest."""
    if actor.today is None:
        return None
    rows = CaseShare.objects.filter(
        partner__inspection=row,
        partner__party__code=actor.party,
        parts__part=part,
        ended_at=None,
        since__lte=actor.today,
        until__gte=actor.today,
    )
    return rows.order_by("-until", "-id").first()
