"""An audit, its team, and every step of it (B4, ¶14)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.audits.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
)
from oversight.audits.rules.audit import ISSUED, TEAM, AuditState
from oversight.ledger.conditions import both_or_neither, filled, pair, values

_ANNOUNCED = [one.value for one in AuditState if one not in {AuditState.PLANNED, AuditState.CANCELLED}]
_STARTED = [one for one in _ANNOUNCED if one != AuditState.ANNOUNCED]
_FINISHED = [one for one in _STARTED if one != AuditState.FIELDWORK]
_WITH_AUDITED = [one.value for one in (AuditState.ACCURACY, AuditState.ANSWERING, *ISSUED)]


class Audit(models.Model):
    """An audit of a service of HMPPS by the Operational and System Assurance Group."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    service = models.CharField(max_length=WORD_LENGTH)
    audited = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    """Body that answers for what is audited, and for the draft."""
    place = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    """Name of the prison, establishment or contract; empty where the body audited is the place."""
    region = models.ForeignKey(
        PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+"
    )
    """Probation region that such a place concerns, if there is one."""
    scope = models.CharField(max_length=TEXT_LENGTH)
    scale_since = models.DateField()
    """First day of the scale of ratings that holds for it."""
    state = models.CharField(max_length=WORD_LENGTH, default=AuditState.PLANNED)
    revision = models.PositiveIntegerField(default=1)
    first_day = models.DateField()
    last_day = models.DateField()
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    rating = models.CharField(max_length=WORD_LENGTH, blank=True, default="")
    summary = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    accuracy_due = models.DateField(null=True, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=PERSON_LENGTH)
    planned_name = models.CharField(max_length=NAME_LENGTH)
    announced_at = models.DateTimeField(null=True, blank=True)
    announced_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    final_at = models.DateTimeField(null=True, blank=True)
    final_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    cancelled_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    last_closed_on = models.DateField(null=True, blank=True)
    """Day on which its last action was closed, from which retention runs; its own closing without any."""
    retain_until = models.DateField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    """Who approved that the files of its working papers go."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="audit_complete",
                condition=filled("reference", "title", "service", "scope", "planned_by", "planned_name"),
            ),
            models.CheckConstraint(
                name="audit_region_of_a_named_place", condition=Q(region=None) | filled("place")
            ),
            models.CheckConstraint(name="audit_state_known", condition=Q(state__in=values(AuditState))),
            models.CheckConstraint(name="audit_days", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(name="audit_announced_pair", condition=pair("announced")),
            models.CheckConstraint(
                name="audit_announced",
                condition=Q(state=AuditState.CANCELLED)
                | Q(state=AuditState.PLANNED, announced_at=None)
                | Q(state__in=_ANNOUNCED, announced_at__isnull=False),
            ),
            models.CheckConstraint(
                name="audit_started", condition=~Q(state__in=_STARTED) | Q(started_on__isnull=False)
            ),
            models.CheckConstraint(
                name="audit_finished",
                condition=~Q(state__in=_FINISHED)
                | Q(finished_on__isnull=False, finished_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="audit_with_the_audited",
                condition=~Q(state__in=_WITH_AUDITED)
                | (Q(accuracy_due__isnull=False) & filled("rating", "summary")),
            ),
            models.CheckConstraint(name="audit_final_pair", condition=pair("final")),
            models.CheckConstraint(
                name="audit_final",
                condition=Q(state__in=[str(one) for one in ISSUED], final_at__isnull=False)
                | (~Q(state__in=[str(one) for one in ISSUED]) & Q(final_at=None)),
            ),
            models.CheckConstraint(name="audit_closed_pair", condition=pair("closed")),
            models.CheckConstraint(
                name="audit_closed",
                condition=Q(
                    state=AuditState.CLOSED,
                    closed_at__isnull=False,
                    last_closed_on__isnull=False,
                    retain_until__gt=F("last_closed_on"),
                )
                | (~Q(state=AuditState.CLOSED) & Q(closed_at=None, last_closed_on=None, retain_until=None)),
            ),
            models.CheckConstraint(name="audit_cancelled_pair", condition=pair("cancelled")),
            models.CheckConstraint(
                name="audit_cancelled_whole",
                condition=both_or_neither("cancelled_at", "cancelled_by", "cancelled_reason"),
            ),
            models.CheckConstraint(
                name="audit_cancelled",
                condition=Q(state=AuditState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=AuditState.CANCELLED) & Q(cancelled_at=None)),
            ),
            models.CheckConstraint(name="audit_gone_pair", condition=pair("gone")),
            models.CheckConstraint(
                name="audit_gone_once_closed", condition=Q(gone_at=None) | Q(state=AuditState.CLOSED)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="audit_by_audited", fields=["audited", "announced_at"]),
        ]

    def __str__(self) -> str:
        return self.reference


class AuditMember(models.Model):
    """Someone of the team of an audit, until they leave it."""

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="members")
    person = models.CharField(max_length=PERSON_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    place = models.CharField(max_length=WORD_LENGTH)
    named_at = models.DateTimeField()
    named_by = models.CharField(max_length=PERSON_LENGTH)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="auditmember_once", fields=["audit", "person"], condition=Q(left_at=None)
            ),
            models.UniqueConstraint(
                name="auditmember_one_lead", fields=["audit"], condition=Q(left_at=None, place="lead")
            ),
            models.UniqueConstraint(
                name="auditmember_one_reviewer",
                fields=["audit"],
                condition=Q(left_at=None, place="reviewer"),
            ),
            models.CheckConstraint(
                name="auditmember_complete",
                condition=filled("person", "name", "named_by") & Q(place__in=[str(one) for one in TEAM]),
            ),
            models.CheckConstraint(name="auditmember_left_pair", condition=pair("left")),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.place}"


class AuditStep(models.Model):
    """One step of an audit; the first is its being planned."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=WORD_LENGTH)
    source = models.CharField(max_length=WORD_LENGTH, blank=True, default="")
    """State that it left; empty when it was planned."""
    target = models.CharField(max_length=WORD_LENGTH)
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    made_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="auditstep_complete", condition=filled("move", "target", "made_by", "made_name")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.audit_id}"
