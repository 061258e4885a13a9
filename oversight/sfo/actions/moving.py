"""How every act on a review moves it: locked, held to the revision seen, told on its timeline."""

from __future__ import annotations

from datetime import date, datetime

from oversight.arrangements.actions import happened, withdraw_event
from oversight.arrangements.queries import event as event_detail
from oversight.kernel.acting import Actor
from oversight.kernel.plain_text import typed_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.kernel.workflow import Move
from oversight.parties.queries import PartyRef, party
from oversight.sfo.models import TEXT_LENGTH, IndependentReview, Review
from oversight.sfo.queries.sight import opened
from oversight.sfo.rules.designs import PARAGRAPH
from oversight.sfo.rules.review import WITH_REASON, check_move, check_step_day


def _today(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _region_of(*, by: Actor, reference: str, **_: object) -> PartyRef | None:
    """Find the region of a review, over which a permission is needed."""
    row = (
        Review.objects.filter(reference=reference).order_by("id").first() if reference.isprintable() else None
    )
    # Who cannot see the review learns from the act itself that there is none.
    codes = by.parties_over("sfo.see")
    return party(row.region_id) if row and (codes is None or row.region_id in codes) else None


def _locked(by: Actor, reference: str, revision: int) -> Review:
    """Lock a review of which the actor is a named reader, and refuse an act on an older sight of it."""
    row = opened(by, reference, lock=True)
    _check_seen(row, revision)
    return row


def _checked(by: Actor, row: Review, act: str) -> Move:
    return check_move(act, row.state, role=by.role, party=by.party, assurer=row.assurer)


def _moved(
    row: Review, move: Move, *, by: Actor, at: datetime, on: date, account: str = "", event: int | None = None
) -> None:
    """Take a step that was checked: write the review as the caller changed it, and its timeline."""
    if move.name in WITH_REASON:
        _check_account(move, account)
    row.state = move.target
    row.revision += 1
    row.save()
    _told(row, move.name, move.source, by=by, at=at, on=on, account=account, event=event)


def _check_account(move: Move, account: str) -> None:
    if not account:
        raise Refused(
            "sfo_reason",
            f"“{move.label}” needs an account.",
            "Enter it: those who read the review see it.",
            paragraph=PARAGRAPH,
            field="account",
        )


def _check_seen(row: Review | IndependentReview, revision: int) -> None:
    """Refuse an act on an older sight of a review."""
    if row.revision != revision:
        raise Refused(
            "stale_review",
            "Someone else changed this review since you opened it.",
            "Open it again to see how it stands, then decide.",
        )


def _told(
    row: Review | IndependentReview,
    move: str,
    source: str,
    *,
    by: Actor,
    at: datetime,
    on: date,
    account: str = "",
    event: int | None = None,
) -> None:
    """Write what was done to a review of either kind on its timeline."""
    row.moves.create(
        move=move,
        source=source,
        target=row.state,
        round=row.round,
        on=on,
        account=account,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
        event=event,
    )


def _check_day(row: Review, on: date, *, at: datetime) -> None:
    latest = row.moves.order_by("-on").values_list("on", flat=True).first()
    check_step_day(on, today=_today(at), not_before=latest or row.notified_on)


def _tell(
    event: str,
    about: str,
    *,
    by: Actor,
    at: datetime,
    on: date,
    region: str = "",
    addressee: str = "",
    kind: str = "",
) -> int | None:
    """Tell the arrangements what happened, so that what is owed follows (¶19).

    Returns:
        Row of the event; None when somebody recorded it by hand before.
    """
    try:
        return happened(
            by=by,
            at=at,
            event=event,
            kind=kind,
            about=about,
            on=on,
            unit=party(region) if region else None,
            addressee=party(addressee) if addressee else None,
            note="",
        ).id
    except Refused as refused:
        if refused.rule != "event_once":
            raise
        return None


def _untell(event: int, *, by: Actor, at: datetime, reason: str) -> None:
    """Withdraw what the arrangements were told, unless somebody did so already."""
    line = event_detail(actor=by, today=_today(at), event_id=event).line
    if not line.withdrawn:
        withdraw_event(by=by, at=at, event_id=line.id, revision=line.revision, reason=reason)


def _text(given: str, field: str, longest: int = TEXT_LENGTH) -> str:
    return typed_lines(given, field, longest=longest)
