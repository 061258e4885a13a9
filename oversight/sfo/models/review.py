"""Tables of a review: where it stands, its dates, its steps, who reads it and who did (F1, ¶19)."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from oversight.sfo.models.readers import NamedReader, OpenedBy
from oversight.sfo.models.sample import Batch
from oversight.sfo.rules.drawing import LONGEST_REFERENCE
from oversight.sfo.rules.review import ASSURERS, UNALLOCATED, ReviewState

TEXT_LENGTH: Final = 4000
_PARTY: Final = "parties.Party"
_WITHDRAWN: Final = ReviewState.WITHDRAWN


def _in(*states: ReviewState) -> Q:
    return Q(state__in=[str(state) for state in states])


class Review(models.Model):
    """One Serious Further Offence review. It holds references, never names of those it is about."""

    reference = models.CharField(max_length=LONGEST_REFERENCE, unique=True)
    case_reference = models.CharField(max_length=30, unique=True)
    region = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    offence_group = models.CharField(max_length=60)
    standards_version = models.PositiveIntegerField()
    """Version of the quality standards it is marked by; it keeps it."""
    state = models.CharField(max_length=20)
    notified_on = models.DateField()
    first_due_on = models.DateField(null=True, blank=True)
    """The first date by which the review was due; it stays when there is more time."""
    due_on = models.DateField(null=True, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    round = models.PositiveIntegerField(default=1)
    """Counts how often it was submitted for quality assurance."""
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="reviews")
    assurer = models.CharField(max_length=10, blank=True, default="")
    """Body to which the draw gave it: ``hmip`` when it was sampled, else ``hmpps``."""
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=1)
    """Counts changes, so that an act on an older sight of this row is refused."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="review_complete",
                condition=~Q(reference="")
                & ~Q(case_reference="")
                & ~Q(offence_group="")
                & ~Q(registered_by="")
                & Q(standards_version__gte=1, round__gte=1),
            ),
            models.CheckConstraint(
                name="review_state_known", condition=Q(state__in=[str(one) for one in ReviewState])
            ),
            models.CheckConstraint(name="review_assurer_known", condition=Q(assurer__in=["", *ASSURERS])),
            models.CheckConstraint(
                name="review_due_by_state",
                condition=Q(state__in=[ReviewState.NOTIFIED.value], due_on=None, first_due_on=None)
                | (
                    ~_in(ReviewState.NOTIFIED, _WITHDRAWN)
                    & Q(due_on__isnull=False, first_due_on__isnull=False)
                )
                | Q(state=_WITHDRAWN.value),
            ),
            models.CheckConstraint(
                name="review_due_not_before_first",
                condition=Q(due_on=None, first_due_on=None) | Q(due_on__gte=F("first_due_on")),
            ),
            models.CheckConstraint(
                name="review_submitted_by_state",
                condition=(_in(ReviewState.NOTIFIED, ReviewState.COMMISSIONED) & Q(submitted_on=None))
                | (
                    ~_in(ReviewState.NOTIFIED, ReviewState.COMMISSIONED, _WITHDRAWN)
                    & Q(submitted_on__isnull=False)
                )
                | Q(state=_WITHDRAWN.value),
            ),
            models.CheckConstraint(
                name="review_listed_by_state",
                condition=(
                    _in(ReviewState.NOTIFIED, ReviewState.COMMISSIONED, ReviewState.SUBMITTED) & Q(batch=None)
                )
                | (
                    ~_in(ReviewState.NOTIFIED, ReviewState.COMMISSIONED, ReviewState.SUBMITTED, _WITHDRAWN)
                    & Q(batch__isnull=False)
                )
                | Q(state=_WITHDRAWN.value),
            ),
            models.CheckConstraint(
                name="review_allocated_by_state",
                condition=(_in(*UNALLOCATED) & Q(assurer=""))
                | (~_in(*UNALLOCATED, _WITHDRAWN) & ~Q(assurer=""))
                | Q(state=_WITHDRAWN.value),
            ),
            models.CheckConstraint(
                name="review_allocated_from_a_list", condition=Q(assurer="") | Q(batch__isnull=False)
            ),
            models.CheckConstraint(
                name="review_submitted_after_notified",
                condition=Q(submitted_on=None) | Q(submitted_on__gte=F("notified_on")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="review_by_day", fields=["-notified_on", "-id"]),
            models.Index(name="review_of_region", fields=["region", "-notified_on", "-id"]),
            models.Index(name="review_of_state", fields=["state", "-notified_on", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class ReviewDue(models.Model):
    """A date by which a review was due, and why it took the place of the one before. Never changed."""

    review = models.ForeignKey(Review, models.PROTECT, db_index=False, related_name="dues")
    number = models.PositiveIntegerField()
    due_on = models.DateField()
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=100)
    set_name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="reviewdue_number_once", fields=["review", "number"]),
            models.CheckConstraint(
                name="reviewdue_complete", condition=Q(number__gte=1) & ~Q(set_by="") & ~Q(set_name="")
            ),
            models.CheckConstraint(
                name="reviewdue_later_with_reason",
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.due_on}"


class ReviewMove(models.Model):
    """One step of a review, as its page tells it. Never changed."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="moves")
    move = models.CharField(max_length=60)
    source = models.CharField(max_length=20, blank=True, default="")
    target = models.CharField(max_length=20)
    round = models.PositiveIntegerField(default=1)
    on = models.DateField()
    account = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Reason, or what was done."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    made_name = models.CharField(max_length=200)
    made_party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    event = models.PositiveBigIntegerField(null=True, blank=True)
    """The event of the arrangements that it recorded, if any."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="reviewmove_complete",
                condition=~Q(move="")
                & Q(target__in=[str(one) for one in ReviewState])
                & ~Q(made_by="")
                & ~Q(made_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.review_id}"


class Reader(NamedReader):
    """That a person may read a review."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="readers")


class Reading(OpenedBy):
    """That someone opened a review."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="readings")
