"""A recommendation, the answers to it, and every step of what was done about it (E1, E2, E6)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.ledger.conditions import both_or_neither, filled, values
from oversight.recommendations.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    SOURCE_LENGTH,
    STATE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.recommendations.rules.delivery import CLOSED, NEEDS_AGREEMENT, Delivery
from oversight.recommendations.rules.responding import ANSWERS, TO_BE_DONE, Response
from oversight.recommendations.rules.sources import Source

_PROPOSED = [Delivery.PENDING_SIGN_OFF.value, Delivery.CLOSED_VERIFIED.value]
_CLOSED = [state.value for state in CLOSED]


class Recommendation(models.Model):
    """A recommendation to one authority. Its reference and number are its own for ever (¶23)."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    kind = models.CharField(max_length=STATE_LENGTH)
    source = models.CharField(max_length=SOURCE_LENGTH)
    """Reference of the inspection, review, audit or earlier report: text, as those lie above this area."""
    source_title = models.CharField(max_length=TITLE_LENGTH)
    number = models.PositiveIntegerField()
    text = models.TextField()
    theme = models.CharField(max_length=STATE_LENGTH, blank=True, default="")
    maker = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    addressee = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    unit = models.ForeignKey(PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    commissioned = models.BooleanField(default=False)
    """Whether it reaches commissioned services, so that the Regional Probation Director has to act (¶25)."""
    made_on = models.DateField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=PERSON_LENGTH)
    response = models.CharField(max_length=STATE_LENGTH, default=Response.AWAITING)
    delivery = models.CharField(max_length=STATE_LENGTH, default=Delivery.NOT_STARTED)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    proposed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    closed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    revision = models.PositiveIntegerField(default=1)
    """Counts changes, so that an act on an older sight of this row is refused."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="rec_once", fields=["source", "number"]),
            models.CheckConstraint(
                name="rec_complete",
                condition=filled("reference", "source", "source_title", "text", "received_by")
                & Q(number__gte=1),
            ),
            models.CheckConstraint(name="rec_kind_known", condition=Q(kind__in=values(Source))),
            models.CheckConstraint(name="rec_response_known", condition=Q(response__in=values(Response))),
            models.CheckConstraint(name="rec_delivery_known", condition=Q(delivery__in=values(Delivery))),
            models.CheckConstraint(
                name="rec_core_has_a_unit", condition=~Q(kind=Source.CORE) | Q(unit__isnull=False)
            ),
            models.CheckConstraint(
                name="rec_work_on_what_is_agreed",
                condition=~Q(delivery__in=[state.value for state in NEEDS_AGREEMENT])
                | Q(response__in=sorted(one.value for one in TO_BE_DONE)),
            ),
            models.CheckConstraint(
                name="rec_closed_as_answered",
                condition=~Q(delivery=Delivery.CLOSED_NOT_AGREED) | Q(response=Response.NOT_AGREED),
            ),
            models.CheckConstraint(
                name="rec_proposed_whole",
                condition=both_or_neither("proposed_at", "proposed_by", "proposed_name"),
            ),
            models.CheckConstraint(
                name="rec_proposed_pair", condition=both_or_neither("proposed_at", "proposed_by")
            ),
            models.CheckConstraint(
                name="rec_proposed_by_state",
                condition=(Q(delivery__in=_PROPOSED) & Q(proposed_at__isnull=False))
                | (~Q(delivery__in=_PROPOSED) & Q(proposed_at=None)),
            ),
            models.CheckConstraint(
                name="rec_closed_whole", condition=both_or_neither("closed_at", "closed_by", "closed_name")
            ),
            models.CheckConstraint(
                name="rec_closed_pair", condition=both_or_neither("closed_at", "closed_by")
            ),
            models.CheckConstraint(
                name="rec_closed_by_state",
                condition=(Q(delivery__in=_CLOSED) & Q(closed_at__isnull=False))
                | (~Q(delivery__in=_CLOSED) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="rec_two_people_verify",
                condition=~Q(delivery=Delivery.CLOSED_VERIFIED) | ~Q(closed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="rec_superseded_by_another",
                condition=(
                    Q(delivery=Delivery.CLOSED_SUPERSEDED, superseded_by__isnull=False)
                    & ~Q(superseded_by=F("id"))
                )
                | (~Q(delivery=Delivery.CLOSED_SUPERSEDED) & Q(superseded_by=None)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="rec_latest", fields=["-made_on", "-id"]),
            models.Index(name="rec_by_delivery", fields=["delivery", "-made_on", "-id"]),
            models.Index(name="rec_by_response", fields=["response", "-made_on", "-id"]),
            models.Index(name="rec_by_addressee", fields=["addressee", "-made_on", "-id"]),
            models.Index(name="rec_by_unit", fields=["unit", "-made_on", "-id"]),
            models.Index(name="rec_by_theme", fields=["theme", "-made_on", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class Answer(models.Model):
    """One round of answering. A later answer stands beside it."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, db_index=False, related_name="answers")
    round = models.PositiveIntegerField()
    response = models.CharField(max_length=STATE_LENGTH)
    agreed_part = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=PERSON_LENGTH)
    given_name = models.CharField(max_length=NAME_LENGTH)
    given_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="rec_answer_round", fields=["recommendation", "round"]),
            models.CheckConstraint(
                name="rec_answer_complete", condition=filled("given_by", "given_name") & Q(round__gte=1)
            ),
            models.CheckConstraint(
                name="rec_answer_known", condition=Q(response__in=[one.value for one in ANSWERS])
            ),
            models.CheckConstraint(
                name="rec_answer_part",
                condition=(Q(response=Response.PARTLY_AGREED) & ~Q(agreed_part=""))
                | (~Q(response=Response.PARTLY_AGREED) & Q(agreed_part="")),
            ),
            models.CheckConstraint(
                name="rec_answer_reason", condition=Q(response=Response.AGREED) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"Answer {self.round} to {self.recommendation_id}"


class RecommendationStep(models.Model):
    """Something that happened to a recommendation: a step, a report, a note of progress. Never changed."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=STATE_LENGTH)
    source = models.CharField(max_length=STATE_LENGTH)
    target = models.CharField(max_length=STATE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    evidence = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    made_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    event = models.PositiveBigIntegerField(null=True, blank=True)
    """What the arrangements were told by it; its page is ``/events/<id>``."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="rec_step_complete", condition=filled("move", "target", "made_by", "made_name")
            ),
            models.CheckConstraint(
                name="rec_step_evidence", condition=~Q(move="report_complete") | filled("text", "evidence")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.recommendation_id}"
