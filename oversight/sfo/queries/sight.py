"""Which reviews someone sees in the register, and which they may open: every query asks here first."""

from __future__ import annotations

from django.db.models import QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.sfo.models import Reader, Review
from oversight.sfo.rules.designs import PARAGRAPH
from oversight.sfo.rules.review import Standpoint, may_read

SEE = "sfo.see"


def standpoint(actor: Actor, row: Review | None = None) -> Standpoint:
    """Give how an actor stands to reviews, or to one of them: one query for one."""
    codes = actor.parties_over(SEE)
    named = row is not None and row.readers.filter(person=actor.reference, ended_at=None).exists()
    return Standpoint(actor.may(SEE), codes is None, codes or frozenset(), named)


def in_sight(actor: Actor) -> QuerySet[Review]:
    """Give the reviews that an actor sees in the register; as ``rules.review.in_register`` has it."""
    who = standpoint(actor)
    if not who.sees:
        return Review.objects.none()
    return Review.objects.all() if who.sees_every else Review.objects.filter(region__code__in=who.codes)


def not_found() -> Refused:
    """Make the refusal for a review not there or of another region: the two look alike."""
    return Refused(
        "not_found_review",
        "There is no such review, or it is not one that you can see.",
        "Check the reference, or look for it in the list of reviews.",
    )


def not_named(reference: str) -> Refused:
    """Make the refusal for who sees that there is a review and is no named reader of it."""
    return Refused(
        "permission_sfo_reader",
        f"Only named readers open {reference}. You are not on its list.",
        "Ask someone of your organisation who names readers to put you on it.",
        paragraph=PARAGRAPH,
        who_can="the named readers of this review",
    )


def seen(actor: Actor, reference: str, *, lock: bool = False) -> Review:
    """Give a review that the actor sees in the register, whether or not they may open it.

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
        raise not_found()
    return row


def opened(actor: Actor, reference: str, *, lock: bool = False) -> Review:
    """Give a review to one of its named readers.

    Args:
        actor: Who asks.
        reference: Reference of the review.
        lock: Whether it is to be changed.

    Raises:
        Refused: There is none that they see, or they are not named as a reader of it.
    """
    row = seen(actor, reference, lock=lock)
    if not may_read(standpoint(actor, row), row.region_id):
        raise not_named(row.reference)
    return row


def reads_of_person(actor: Actor) -> frozenset[int]:
    """Give the rows of the reviews that the actor is a named reader of."""
    held = Reader.objects.filter(person=actor.reference, ended_at=None).order_by("id")
    return frozenset(held.values_list("review_id", flat=True))
