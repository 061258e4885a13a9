"""Which independent reviews someone sees, and which they may open: every query on them asks here first."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.sfo.models import IndependentReader, IndependentReview
from oversight.sfo.queries.sight import not_named
from oversight.sfo.rules.independent import ENDED_EARLY, HMIP

SEE: Final = "sfo.see_independent"


def in_sight(actor: Actor) -> QuerySet[IndependentReview]:
    """Give the independent reviews that an actor sees in the register."""
    codes = actor.parties_over(SEE)
    rows = IndependentReview.objects.all()
    return rows if codes is None else rows.filter(region__code__in=codes)


def seen(actor: Actor, reference: str, *, lock: bool = False) -> IndependentReview:
    """Give an independent review that the actor sees in the register, whether or not they may open it.

    Args:
        actor: Who asks.
        reference: Reference of the review.
        lock: Whether it is to be changed.

    Raises:
        Refused: There is none that they see.
    """
    rows = in_sight(actor)
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(reference=reference).order_by("id").first() if reference.isprintable() else None
    if row is None:
        raise Refused(
            "not_found_independent_review",
            "There is no such independent review, or it is not one that you can see.",
            "Check the reference, or look for it in the list of independent reviews.",
        )
    return row


def reads(actor: Actor, row: IndependentReview) -> bool:
    """Tell whether an actor is a named reader of an independent review."""
    return row.readers.filter(person=actor.reference, party__code=actor.party, ended_at=None).exists()


def opened(actor: Actor, reference: str, *, lock: bool = False) -> IndependentReview:
    """Give an independent review to one of its named readers.

    Args:
        actor: Who asks.
        reference: Reference of the review.
        lock: Whether it is to be changed.

    Raises:
        Refused: There is none that they see, or they are not named as a reader of it.
    """
    row = seen(actor, reference, lock=lock)
    if not reads(actor, row):
        raise not_named(row.reference)
    return row


def is_reviewer(actor: Actor, row: IndependentReview) -> bool:
    """Tell whether an actor is appointed to carry an independent review out."""
    return row.reviewers.filter(person=actor.reference, ended_at=None).exists()


def may_note_end(actor: Actor, row: IndependentReview) -> bool:
    """Tell whether an actor is of the body that registered a request which ended, and did not note it yet."""
    asked = row.moves.order_by("id").first()
    return (
        row.state in ENDED_EARLY
        and actor.may("sfo.ask_independent")
        and asked is not None
        and asked.made_party_id == actor.party != HMIP
        and not row.moves.filter(move="note_end").exists()
    )


def readable(actor: Actor) -> frozenset[int]:
    """Give the rows of the independent reviews that the actor is a named reader of."""
    held = IndependentReader.objects.filter(
        person=actor.reference, party__code=actor.party, ended_at=None
    ).order_by("id")
    return frozenset(held.values_list("review_id", flat=True))
