"""Quality assurance: marking, settling, feedback and return for work (F2, ¶19).

The record keeps digests of markings and feedback, never the words: it has more readers than a review.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.sfo.actions.moving import (
    _check_day,
    _checked,
    _locked,
    _moved,
    _region_of,
    _tell,
    _text,
    _today,
    _told,
)
from oversight.sfo.models import MarkedStandard, Marking, ReviewDue, Settlement
from oversight.sfo.queries.marking import marks_of
from oversight.sfo.rules.designs import PARAGRAPH
from oversight.sfo.rules.marking import TITLES, counting, may_mark, next_kind
from oversight.sfo.rules.review import about_round, check_extension
from oversight.sfo.rules.standards import shipped_standards, standards_of


@action(verb="sfo.marking-started", permission="sfo.assure", paragraph="19", on=_region_of)
def start_marking(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Start marking a review that the draw gave to the actor's body.

    Args:
        by: Who starts.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.

    Raises:
        Refused: It is not allocated, or to the other body, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    move = _checked(by, row, "start_marking")
    _moved(row, move, by=by, at=at, on=_today(at))
    return Recorded(f"sfo-review:{row.reference}", {"round": row.round}, None)


@action(verb="sfo.marked", permission="sfo.assure", paragraph="19", on=_region_of)
def mark(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    ratings: Mapping[str, str],
    reasons: Mapping[str, str],
) -> Recorded[str]:
    """Mark a review against its standards: first, a second time by someone else, or as moderator.

    Args:
        by: Who marks.
        at: Moment of handing the marking in.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        ratings: Rating of each standard and the overall one.
        reasons: Reason for each.

    Returns:
        Which marking it is.

    Raises:
        Refused: It is not being marked, nothing is left for the actor to mark, a rating or its reason is
            missing, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    if not may_mark(row.state):
        raise Refused(
            "sfo_marked",
            "This review is not being marked now.",
            "Open it again to see how it stands.",
            paragraph=PARAGRAPH,
        )
    standards = standards_of(shipped_standards(), row.standards_version)
    kind = next_kind(marks_of(row), person=by.reference, party=by.party, assurer=row.assurer)
    told = {name: _text(reason, f"{name}_reason") for name, reason in reasons.items()}
    standards.check(ratings, told)
    marking = Marking.objects.create(
        review=row,
        round=row.round,
        kind=kind,
        person=by.reference,
        name=by.name,
        party_id=by.party,
        marked_at=at,
    )
    MarkedStandard.objects.bulk_create(
        MarkedStandard(marking=marking, standard=name, rating=ratings[name], reason=told[name])
        for name in standards.names
    )
    row.revision += 1
    row.save()
    _told(row, f"mark_{kind}", row.state, by=by, at=at, on=_today(at))
    payload: dict[str, Value] = {
        "kind": str(kind),
        "round": row.round,
        "marking_digest": digest({"ratings": dict(ratings), "reasons": dict(told)}),
    }
    return Recorded(f"sfo-review:{row.reference}", payload, TITLES[kind])


@action(verb="sfo.ratings-settled", permission="sfo.assure", paragraph="19", on=_region_of)
def settle(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Settle the ratings of a round: the moderated marking counts, or else the first one.

    That meets what the body owes for this round (¶19); with the first one the review counts as assured.

    Args:
        by: Who settles them.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.

    Raises:
        Refused: It is not marked, the markers differ and nobody moderated, it is the other body's, or the
            actor is no named reader.
    """
    row = _locked(by, reference, revision)
    move, today = _checked(by, row, "settle"), _today(at)
    kind = counting(marks_of(row))
    marking = row.markings.order_by("id").get(round=row.round, kind=kind)
    Settlement.objects.create(
        review=row,
        round=row.round,
        marking=marking,
        on=today,
        settled_at=at,
        settled_by=by.reference,
        settled_name=by.name,
    )
    about = about_round(row.reference, row.round)
    event = _tell("sfo_review_assured", about, by=by, at=at, on=today, addressee=row.assurer)
    _moved(row, move, by=by, at=at, on=today, event=event)
    ratings: dict[str, Value] = dict(marking.ratings.order_by("standard").values_list("standard", "rating"))
    payload: dict[str, Value] = {
        "round": row.round,
        "counts": str(kind),
        "ratings_digest": digest(ratings),
    }
    return Recorded(f"sfo-review:{row.reference}", payload, None)


@action(verb="sfo.feedback-sent", permission="sfo.assure", paragraph="19", on=_region_of)
def send_feedback(*, by: Actor, at: datetime, reference: str, revision: int, account: str) -> Recorded[None]:
    """Send feedback to the region, which from now on sees how its review was marked.

    Args:
        by: Who sends it.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        account: The feedback.

    Raises:
        Refused: It is not rated, the feedback is missing, it is the other body's, or the actor is no reader.
    """
    row = _locked(by, reference, revision)
    move = _checked(by, row, "send_feedback")
    told = _text(account, "account")
    _moved(row, move, by=by, at=at, on=_today(at), account=told)
    return Recorded(f"sfo-review:{row.reference}", {"feedback_digest": digest(told)}, None)


@action(verb="sfo.review-returned", permission="sfo.assure", paragraph="19", on=_region_of)
def return_for_work(
    *, by: Actor, at: datetime, reference: str, revision: int, due_on: date, account: str
) -> Recorded[None]:
    """Return a review for more work, with what is missing and a new date; the first date stays in view.

    Args:
        by: Who returns it.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        due_on: Day by which it is to come back.
        account: What is missing.

    Raises:
        Refused: No feedback was sent yet, the day has passed or is no later than the date in force, the
            account is missing, it is the other body's, or the actor is no reader.
    """
    row = _locked(by, reference, revision)
    move, today = _checked(by, row, "return_for_work"), _today(at)
    assert row.due_on is not None
    check_extension(due_on, due_on=max(row.due_on, today))
    told = _text(account, "account")
    row.due_on = due_on
    _moved(row, move, by=by, at=at, on=today, account=told)
    ReviewDue.objects.create(
        review=row,
        number=row.dues.count() + 1,
        due_on=due_on,
        reason=told,
        set_at=at,
        set_by=by.reference,
        set_name=by.name,
    )
    return Recorded(f"sfo-review:{row.reference}", {"due_on": due_on, "reason_digest": digest(told)}, None)


@action(verb="sfo.review-accepted", permission="sfo.assure", paragraph="19", on=_region_of)
def accept(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Accept a review as final.

    Args:
        by: Who accepts it.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.

    Raises:
        Refused: No feedback was sent yet, it is the other body's, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    move, today = _checked(by, row, "finish"), _today(at)
    _check_day(row, today, at=at)
    _moved(row, move, by=by, at=at, on=today)
    return Recorded(f"sfo-review:{row.reference}", {"round": row.round}, None)
