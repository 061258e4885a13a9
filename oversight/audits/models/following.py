"""Follow-up visits of an audit, what they found of each action, holds and disposal of its files (B4, ¶14)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.audits.models.audit import Audit
from oversight.audits.models.base import NAME_LENGTH, PERSON_LENGTH, TEXT_LENGTH, WORD_LENGTH
from oversight.audits.models.work import AuditAction
from oversight.audits.rules.work import Looked
from oversight.ledger.conditions import both_or_neither, filled, pair, values


class FollowUp(models.Model):
    """A visit that looks at what became of an audit's actions."""

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="follow_ups")
    number = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    account = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=PERSON_LENGTH)
    planned_name = models.CharField(max_length=NAME_LENGTH)
    made_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    recorded_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="followup_numbered", fields=["audit", "number"]),
            models.UniqueConstraint(
                name="followup_one_to_come", fields=["audit"], condition=Q(recorded_at=None)
            ),
            models.CheckConstraint(
                name="followup_complete",
                condition=Q(number__gte=1, last_day__gte=F("first_day"))
                & filled("planned_by", "planned_name"),
            ),
            models.CheckConstraint(name="followup_recorded_pair", condition=pair("recorded")),
            models.CheckConstraint(
                name="followup_recorded",
                condition=both_or_neither("recorded_at", "recorded_by", "recorded_name", "account")
                & (
                    Q(recorded_at=None, made_on=None)
                    | Q(recorded_at__isnull=False, made_on__gte=F("first_day"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"follow-up {self.number}"


class AuditLook(models.Model):
    """What a follow-up found of an action."""

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, db_index=False, related_name="looks")
    action = models.ForeignKey(AuditAction, models.PROTECT, related_name="looks")
    found = models.CharField(max_length=WORD_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="auditlook_once", fields=["follow_up", "action"]),
            models.CheckConstraint(name="auditlook_found", condition=Q(found__in=values(Looked))),
        ]

    def __str__(self) -> str:
        return self.found


class AuditHold(models.Model):
    """Why the files of an audit must not go, until it is lifted."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=TEXT_LENGTH)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=PERSON_LENGTH)
    placed_name = models.CharField(max_length=NAME_LENGTH)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    lifted_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="audithold_one", fields=["audit"], condition=Q(lifted_at=None)),
            models.CheckConstraint(
                name="audithold_complete", condition=filled("reason", "placed_by", "placed_name")
            ),
            models.CheckConstraint(name="audithold_lifted_pair", condition=pair("lifted")),
            models.CheckConstraint(
                name="audithold_lifted_whole",
                condition=both_or_neither("lifted_at", "lifted_by", "lifted_reason"),
            ),
        ]

    def __str__(self) -> str:
        return self.reason[:40]


class DisposalProposal(models.Model):
    """That somebody proposed to dispose of an audit's files; a second person approves or turns it down."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="disposals")
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=PERSON_LENGTH)
    proposed_name = models.CharField(max_length=NAME_LENGTH)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    decided_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    gone = models.BooleanField(default=False)
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="auditdisposal_one_waiting", fields=["audit"], condition=Q(decided_at=None)
            ),
            models.CheckConstraint(
                name="auditdisposal_complete", condition=filled("proposed_by", "proposed_name")
            ),
            models.CheckConstraint(name="auditdisposal_decided_pair", condition=pair("decided")),
            models.CheckConstraint(
                name="auditdisposal_decided",
                condition=Q(decided_at=None, decided_name="", gone=False, reason="")
                | (
                    Q(decided_at__isnull=False)
                    & filled("decided_name")
                    & ~Q(decided_by=F("proposed_by"), gone=True)
                    & (Q(gone=True) | filled("reason"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"disposal of {self.audit_id}"
