"""Private calendar addresses: made, made anew and revoked by the person whose they are (C6, ¶28)."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef
from oversight.programme.actions.scope import _own
from oversight.programme.models import CalendarFeed

SUBSCRIBE = "programme.subscribe"
MOST_LIVE = 20


@action(verb="calendar.made", permission=SUBSCRIBE, paragraph="28", on=_own)
def make_feed(
    *, by: Actor, at: datetime, kind: str, about: PartyRef | None, membership: int
) -> Recorded[str]:
    """Make a private calendar address. An earlier one of the same kind is revoked by it.

    Args:
        by: Whose it will be.
        at: Moment of making it.
        kind: ``person`` for one's own visits, ``unit`` for a region or unit, ``body`` for a body's visits.
        about: The unit or body; none for one's own visits.
        membership: Membership under which the person acts; the address shows what that lets them see.

    Returns:
        The secret part of the address. It is not kept, and cannot be shown again.

    Raises:
        Refused: The kind does not fit what it is about, or there are too many.
    """
    units = {"region", "pdu"}
    fits = {
        "person": about is None,
        "unit": about is not None and about.kind in units,
        "body": about is not None and about.kind not in units,
    }
    if not fits.get(kind, False):
        raise Refused(
            "calendar_kind",
            "A calendar is of your own visits, of a region or unit, or of a body.",
            "Choose what it is of.",
            paragraph="28",
            field="about",
        )
    live = CalendarFeed.objects.select_for_update(of=("self",)).filter(owner=by.reference, revoked_at=None)
    same = live.filter(kind=kind, membership=membership)
    same = same.filter(about__code=about.code) if about else same.filter(about=None)
    for row in same.order_by("id"):
        row.revoked_at, row.revoked_by = at, by.reference
        row.save()
    if live.count() >= MOST_LIVE:
        raise Refused(
            "calendar_too_many",
            f"You have {MOST_LIVE} calendar addresses already.",
            "Revoke one that you no longer use.",
            paragraph="28",
        )
    secret = token_urlsafe(32)
    row = CalendarFeed.objects.create(
        owner=by.reference,
        owner_name=by.name,
        membership=membership,
        kind=kind,
        about_id=about.code if about else None,
        digest=sha256(secret.encode()).hexdigest(),
        made_at=at,
        made_by=by.reference,
    )
    facts = {"kind": kind, "about": about.code if about else None}
    return Recorded(f"calendar:{row.pk}", facts, secret)


@action(verb="calendar.revoked", permission=SUBSCRIBE, paragraph="28", on=_own)
def revoke_feed(*, by: Actor, at: datetime, feed_id: int) -> Recorded[None]:
    """Revoke a private calendar address: from now on nobody reads anything there.

    Args:
        by: Whose it is.
        at: Moment of revoking it.
        feed_id: Its number.

    Raises:
        Refused: There is none of theirs, or it is revoked already.
    """
    rows = CalendarFeed.objects.select_for_update(of=("self",)).filter(
        pk=feed_id, owner=by.reference, revoked_at=None
    )
    row = rows.order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_calendar",
            "There is no such calendar address of yours, or it is revoked already.",
            "Look at the list of your addresses.",
        )
    row.revoked_at, row.revoked_by = at, by.reference
    row.save()
    return Recorded(f"calendar:{row.pk}", {"kind": row.kind}, None)
